package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// An office is set up: a RADIUS server for its Wi-Fi, by which a user group signs in, a policy from a
// template for its laptops, and a role for the administrator who looks after both. Doing it again makes
// nothing twice.
func Example_setUp() {
	server := jumpcloudtest.NewServer() // in place of the real service
	defer server.Close()
	staff := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Staff"})
	laptops := server.AddSystemGroup("Laptops")
	server.Add("/v2/policytemplates", map[string]any{"name": "lock_screen_darwin", "configFields": []any{
		map[string]any{"id": "5ade0cfd1f24754c6c5dc9f3", "name": "timeout", "displayType": "number", "required": true},
	}})

	for range 2 {
		fmt.Println(setUp(context.Background(), server.Client(), staff, laptops))
	}
	// Output:
	// Office Wi-Fi, Lock screens, Office helpdesk <nil>
	// Office Wi-Fi, Lock screens, Office helpdesk <nil>
}

func setUp(ctx context.Context, client *jumpcloud.APIClient, staff, laptops string) (string, error) {
	radius, err := client.RADIUSServers.GetByName(ctx, "Office Wi-Fi")
	if errors.Is(err, jumpcloud.ErrNotFound) {
		radius, err = client.RADIUSServers.Create(ctx, jumpcloud.RADIUSServerCreate{
			Name: "Office Wi-Fi", NetworkSourceIp: "192.0.2.7", SharedSecret: "as long as a secret should be",
			MFA: jumpcloud.Set(jumpcloud.RADIUSMFARequired),
		})
	}
	if err != nil {
		return "", err
	}
	if err := client.Bind(ctx, jumpcloud.GraphObject{Type: jumpcloud.GraphTypeRADIUSServer, ID: radius.ID},
		jumpcloud.GraphObject{Type: jumpcloud.GraphTypeUserGroup, ID: staff}, nil); err != nil {
		return "", err
	}

	policy, err := client.Policies.GetByName(ctx, "Lock screens")
	if errors.Is(err, jumpcloud.ErrNotFound) {
		policy, err = newPolicy(ctx, client)
	}
	if err != nil {
		return "", err
	}
	if err := client.Bind(ctx, jumpcloud.GraphObject{Type: jumpcloud.GraphTypePolicy, ID: policy.ID},
		jumpcloud.GraphObject{Type: jumpcloud.GraphTypeSystemGroup, ID: laptops}, nil); err != nil {
		return "", err
	}

	role, err := client.Roles.GetByName(ctx, "Office helpdesk")
	if errors.Is(err, jumpcloud.ErrNotFound) {
		role, err = client.Roles.Create(ctx, jumpcloud.RoleCreate{Name: "Office helpdesk", Scopes: []string{"radius", "systems.readonly"}})
	}
	if err != nil {
		return "", err
	}
	_, err = client.Administrators.GetByEmail(ctx, "helpdesk@example.com")
	if errors.Is(err, jumpcloud.ErrNotFound) {
		_, err = client.Administrators.Create(ctx, jumpcloud.AdministratorUserCreate{Email: "helpdesk@example.com", RoleName: jumpcloud.Set(role.Name)})
	}
	return radius.Name + ", " + policy.Name + ", " + role.Name, err
}

// newPolicy names the settings as the template does: their ids differ from tenant to tenant.
func newPolicy(ctx context.Context, client *jumpcloud.APIClient) (*jumpcloud.PolicyWithDetails, error) {
	template, err := client.PolicyTemplates.GetByName(ctx, "lock_screen_darwin")
	if err != nil {
		return nil, err
	}
	values, err := client.Policies.Values(ctx, template.ID, map[string]any{"timeout": 300})
	if err != nil {
		return nil, err
	}
	return client.Policies.Create(ctx, jumpcloud.PolicyCreateRequest{
		Name: "Lock screens", Template: jumpcloud.PolicyCreateRequestTemplate{ID: template.ID}, Values: values,
	})
}
