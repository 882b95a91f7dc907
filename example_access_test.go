package jumpcloud_test

import (
	"fmt"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// An administrator by address, and the role of that name with what it allows.
func ExampleAdministratorsService_GetByEmail() {
	server := answers(map[string]string{
		"GET /users":    `{"totalCount":1,"results":[{"_id":"5e8b1c2d3e4f5a6b7c8d9e0f","email":"eve@example.com","roleName":"Help Desk"}]}`,
		"GET /v2/roles": `{"totalCount":1,"results":[{"id":"66a1b2c3d4e5f60718293a01","name":"Help Desk","scopes":["users","systems.readonly"]}]}`,
	})
	defer server.Close()
	client := server.Client()

	admin, err := client.Administrators.GetByEmail(ctx, "Eve@example.com")
	must(err)
	role, err := client.Roles.GetByName(ctx, admin.RoleName)
	must(err)
	fmt.Println(admin.Email, role.Name, role.Scopes)
	// Output: eve@example.com Help Desk [users systems.readonly]
}

// An update replaces the role as a whole; Modify keeps the scopes that are there.
func ExampleRolesService_Modify() {
	const role = `{"id":"66a1b2c3d4e5f60718293a01","name":"Help Desk","scopes":["users"],"isCustom":true}`
	server := answers(map[string]string{
		"GET /v2/roles/{role_id}": role,
		"PUT /v2/roles/{role_id}": `{"id":"66a1b2c3d4e5f60718293a01","name":"Help Desk","scopes":["users","systems.readonly"],"isCustom":true}`,
	})
	defer server.Close()
	client := server.Client()

	written, err := client.Roles.Modify(ctx, "66a1b2c3d4e5f60718293a01", func(r *jumpcloud.RoleUpdate) {
		r.Scopes = append(r.Scopes, "systems.readonly")
	})
	must(err)
	fmt.Println(written.Scopes)
	// Output: [users systems.readonly]
}

// The answer is the only one that has the secret. It prints as [redacted]; string makes the text of it.
func ExampleServiceAccountsService_Create() {
	server := answers(map[string]string{
		"POST /v2/service-accounts": `{"serviceAccount":{"objectId":"67b1c2d3e4f5a6b7c8d9e001","name":"exporter","authConfigList":[
			{"authType":"CLIENT_SECRET","clientSecretConfig":{"objectId":"67b1c2d3e4f5a6b7c8d9e003","clientId":"client-1","clientSecret":"once and never again"}}]}}`,
	})
	defer server.Close()
	client := server.Client()

	account, err := client.ServiceAccounts.Create(ctx, jumpcloud.CreateServiceAccountRequest{
		Name:   "exporter",
		RoleID: "66a1b2c3d4e5f60718293a01",
		AuthConfig: jumpcloud.ServiceAccountAuthConfigParameter{
			AuthType:           jumpcloud.ServiceAccountAuthTypeClientSecret,
			ClientSecretConfig: &jumpcloud.ServiceAccountClientSecretConfigParam{Lifetime: "90 Days"},
		},
	})
	must(err)
	secret := account.AuthConfigList[0].ClientSecretConfig
	fmt.Println(secret.ClientID, secret.ClientSecret, len(string(secret.ClientSecret)))
	// Output: client-1 [redacted] 20
}

// An address more, which every policy that names the list follows.
func ExampleIPListsService_Modify() {
	server := answers(map[string]string{
		"GET /v2/iplists":      `[{"id":"66c1b2c3d4e5f60718293b01","name":"Office"}]`,
		"GET /v2/iplists/{id}": `{"id":"66c1b2c3d4e5f60718293b01","name":"Office","ips":["192.0.2.1"]}`,
		"PUT /v2/iplists/{id}": `{"id":"66c1b2c3d4e5f60718293b01","name":"Office","ips":["192.0.2.1","198.51.100.0/24"]}`,
	})
	defer server.Close()
	client := server.Client()

	office, err := client.IPLists.GetByName(ctx, "Office")
	must(err)
	office, err = client.IPLists.Modify(ctx, office.ID, func(l *jumpcloud.IPListRequest) {
		l.IPs = append(l.IPs, "198.51.100.0/24")
	})
	must(err)
	fmt.Println(office.Name, office.IPs)
	// Output: Office [192.0.2.1 198.51.100.0/24]
}

// A stricter rule. Those that are not named, and the groups, stay.
func ExamplePasswordPoliciesService_Modify() {
	server := answers(map[string]string{
		"GET /v2/passwordpolicies/usergroup/{userGroupId}": `{"objectId":"66f1b2c3d4e5f60718293e01","policy":{"name":"Finance"}}`,
		"GET /v2/passwordpolicies/{objectId}":              `{"objectId":"66f1b2c3d4e5f60718293e01","policy":{"name":"Finance","enableMinLength":true,"minLength":12}}`,
		"PUT /v2/passwordpolicies/{objectId}":              `{"objectId":"66f1b2c3d4e5f60718293e01","policy":{"name":"Finance","enableMinLength":true,"minLength":14}}`,
	})
	defer server.Close()
	client := server.Client()

	found, err := client.PasswordPolicies.GetByUserGroup(ctx, "6026da081f24755306c2ee0d")
	must(err)
	written, err := client.PasswordPolicies.Modify(ctx, found.ObjectID, func(p *jumpcloud.PasswordPolicyUpdate) {
		p.Policy.MinLength = jumpcloud.Set(14)
	})
	must(err)
	fmt.Println(written.Policy.Name, written.Policy.MinLength)
	// Output: Finance 14
}

// What a policy that only monitors would have done, in numbers.
func ExampleAuthenticationPoliciesService_EvaluationSummary() {
	server := answers(map[string]string{
		"GET /v2/authn/policies":                    `[{"id":"6701b2c3d4e5f60718293f01","name":"Office only","monitorOnly":true}]`,
		"POST /v2/authn/policy-evaluations/summary": `{"aggregates":{"totalHits":101,"policiesApplied":90,"actionResultDistribution":{"DENY":3}}}`,
	})
	defer server.Close()
	client := server.Client()

	policy, err := client.AuthenticationPolicies.GetByName(ctx, "Office only")
	must(err)
	end := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	summary, err := client.AuthenticationPolicies.EvaluationSummary(ctx, jumpcloud.AuthnPolicyEvaluationsSummaryRequest{
		TimeRange: &jumpcloud.AuthnPolicyEvaluationsTimeRange{
			Start: jumpcloud.NewTime(end.AddDate(0, 0, -7)), End: jumpcloud.NewTime(end),
		},
		Filters: &jumpcloud.AuthnPolicyEvaluationsFilters{PolicyID: jumpcloud.Set(policy.ID)},
	})
	must(err)
	fmt.Println(summary.Aggregates.PoliciesApplied, summary.Aggregates.ActionResultDistribution)
	// Output: 90 map[DENY:3]
}

// Who signs in at another identity provider, directly or by a group.
func ExampleIdentityProvidersService_AllUsers() {
	server := answers(map[string]string{
		"GET /v2/identity-provider/policies/{idp_routing_policy_id}/associations/users": `[{"id":"6026bec6b8207255280d5981","type":"user","paths":[]}]`,
	})
	defer server.Close()
	client := server.Client()

	for user, err := range client.IdentityProviders.AllUsers(ctx, "66d1b2c3d4e5f60718293c01", nil) {
		must(err)
		fmt.Println(user.ID)
	}
	// Output: 6026bec6b8207255280d5981
}

// An organization has one account, and each application the keys that Duo's console shows.
func ExampleDuoService_CreateApplication() {
	server := answers(map[string]string{
		"POST /v2/duo/accounts":                           `{"id":"66e1b2c3d4e5f60718293d01"}`,
		"POST /v2/duo/accounts/{account_id}/applications": `{"id":"66e1b2c3d4e5f60718293d02","name":"Portal","apiHost":"api-1234abcd.duosecurity.com","integrationKey":"DI…"}`,
	})
	defer server.Close()
	client := server.Client()

	account, err := client.Duo.CreateAccount(ctx)
	must(err)
	application, err := client.Duo.CreateApplication(ctx, account.ID, jumpcloud.DuoApplicationRequest{
		Name: "Portal", APIHost: "api-1234abcd.duosecurity.com", IntegrationKey: "DI…", SecretKey: "…",
	})
	must(err)
	fmt.Println(application.Name, application.IntegrationKey)
	// Output: Portal [redacted]
}
