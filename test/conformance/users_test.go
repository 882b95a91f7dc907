//lint:file-ignore SA1019 operations that were withdrawn are described too

package conformance

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// plainly is an error without what differs from request to request.
func plainly(err error) error {
	var api *jumpcloud.APIError
	if errors.As(err, &api) {
		api.RequestID = ""
	}
	return err
}

// walks are the nine traversals of a user or of a group, by what they lead to.
type walks map[string]func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error]

func names(t *testing.T, s *jumpcloudtest.Server, known []string, walk iter.Seq2[*jumpcloud.GraphObjectWithPaths, error]) (found []string) {
	t.Helper()
	objects, err := jumpcloud.Collect(walk, 0)
	require.NoError(t, err)
	for _, object := range objects {
		for _, name := range known {
			if s.ID(name) == object.ID {
				found = append(found, name)
			}
		}
	}
	require.Len(t, found, len(objects), "every object has a known name")
	return found
}

// targetsOfCompany are the names of everything in the company that can be bound to.
var targetsOfCompany = []string{
	"Chat", "Wiki", "Code Hosting", "CRM", "Payroll", "Google Workspace", "Microsoft 365", "JumpCloud LDAP", "corp.example.com",
	"Office Wi-Fi", "VPN Gateway", "Laptops", "Servers", "web-1", "web-2", "build-1",
	"laptop-amara", "laptop-nils", "laptop-kofi", "laptop-hana", "laptop-paula", "laptop-sven", "laptop-marcus",
}

// What Sven reaches, what he is given, and what is taken from him again.
func users(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	s.SeedCompany()
	sven := s.ID("sven.dahl")

	groups, err := jumpcloud.Collect(c.Users.AllMemberOf(ctx, sven, &jumpcloud.UsersListMemberOfParams{Sort: []string{"-type", "object_id"}}), 0)
	require.NoError(t, err)
	assert.Len(t, groups, 4)
	admins, err := jumpcloud.One(c.Users.AllMemberOf(ctx, sven, &jumpcloud.UsersListMemberOfParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("object_id", jumpcloud.Eq, s.ID("Admins"))}}))
	require.NoError(t, err)
	assert.True(t, admins.Direct())
	assert.Equal(t, map[string]any{"enabled": true, "withoutPassword": true}, admins.CompiledAttributes["sudo"])
	_, err = c.Users.ListMemberOf(ctx, sven, &jumpcloud.UsersListMemberOfParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("colour", jumpcloud.Eq, "red")}})
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)

	reached := map[string][]string{}
	for kind, walk := range (walks{
		"activedirectories": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllActiveDirectories(ctx, id, nil)
		},
		"applications": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllApplications(ctx, id, nil)
		},
		"directories": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllDirectories(ctx, id, nil)
		},
		"gsuites": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllGSuites(ctx, id, nil)
		},
		"ldapservers": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllLDAPServers(ctx, id, nil)
		},
		"office365s": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllOffice365s(ctx, id, nil)
		},
		"radiusservers": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllRADIUSServers(ctx, id, nil)
		},
		"systemgroups": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllSystemGroups(ctx, id, nil)
		},
		"systems": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Users.AllSystems(ctx, id, &jumpcloud.UsersListSystemsParams{Limit: 4})
		},
	}) {
		reached[kind] = names(t, s, targetsOfCompany, walk(ctx, sven))
	}
	assert.Equal(t, map[string][]string{
		"activedirectories": {"corp.example.com"},
		"applications":      {"Chat", "Wiki"},
		"directories":       {"Google Workspace", "JumpCloud LDAP", "corp.example.com"},
		"gsuites":           {"Google Workspace"},
		"ldapservers":       {"JumpCloud LDAP"},
		"office365s":        nil,
		"radiusservers":     {"Office Wi-Fi", "VPN Gateway"},
		"systemgroups":      {"Laptops", "Servers"},
		"systems": {
			"laptop-amara", "laptop-nils", "laptop-kofi", "laptop-hana", "laptop-paula", "laptop-sven", "laptop-marcus", "web-1", "web-2", "build-1",
		},
	}, reached)

	// Bindings of his own, to each kind that there is.
	for _, kind := range []jumpcloud.GraphType{jumpcloud.GraphTypeIDPRoutingPolicy, jumpcloud.GraphTypePasswordManagerItem} {
		s.AddObject(kind, string(kind))
	}
	for name, kind := range map[string]jumpcloud.GraphType{
		"CRM": jumpcloud.GraphTypeApplication, "Microsoft 365": jumpcloud.GraphTypeOffice365, "Google Workspace": jumpcloud.GraphTypeGSuite,
		"JumpCloud LDAP": jumpcloud.GraphTypeLDAPServer, "corp.example.com": jumpcloud.GraphTypeActiveDirectory, "VPN Gateway": jumpcloud.GraphTypeRADIUSServer,
		"Servers": jumpcloud.GraphTypeSystemGroup, "web-2": jumpcloud.GraphTypeSystem,
		"idp_routing_policy": jumpcloud.GraphTypeIDPRoutingPolicy, "password_manager_item": jumpcloud.GraphTypePasswordManagerItem,
	} {
		id := s.ID(name)
		require.NoError(t, c.Users.Bind(ctx, sven, kind, id, nil), name)
		bound, err := jumpcloud.Collect(c.Users.AllAssociations(ctx, sven, []jumpcloud.GraphType{kind}, nil), 0)
		require.NoError(t, err, name)
		assert.Contains(t, ids(bound), id, name)
		require.NoError(t, c.Users.Bind(ctx, sven, kind, id, &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)}), "%s again, with attributes", name)
	}
	page, err := c.Users.ListAssociations(ctx, sven, []jumpcloud.GraphType{jumpcloud.GraphTypeSystem, jumpcloud.GraphTypeSystemGroup}, &jumpcloud.UsersListAssociationsParams{Limit: 2, Skip: 1})
	require.NoError(t, err)
	assert.Equal(t, 3, page.TotalCount)
	assert.Equal(t, map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": false}}, page.Items[0].Attributes)
	assert.ErrorIs(t, c.Users.ManageAssociations(ctx, sven, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeApplication, ID: s.ID("CRM")}), jumpcloud.ErrConflict)
	require.NoError(t, c.Users.Unbind(ctx, sven, jumpcloud.GraphTypeApplication, s.ID("CRM")))
	assert.ErrorIs(t, c.Users.ManageAssociations(ctx, sven, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeApplication, ID: s.ID("CRM")}), jumpcloud.ErrNotFound)
	assert.ErrorIs(t, c.Users.Bind(ctx, sven, jumpcloud.GraphTypeCommand, s.ID("CRM"), nil), jumpcloud.ErrBadRequest)
	_, err = c.Users.ListAssociations(ctx, sven, []jumpcloud.GraphType{jumpcloud.GraphTypeCommand}, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)

	// His phone.
	phone := s.AddPushEndpoint("sven.dahl", "Sven's phone")
	phones, err := c.Users.ListPushEndpoints(ctx, sven)
	require.NoError(t, err)
	require.Len(t, phones, 1)
	assert.Equal(t, "android", phones[0].Device.OS)
	renamed, err := c.Users.UpdatePushEndpoint(ctx, sven, phone, jumpcloud.PushEndpointUpdate{Name: jumpcloud.Set("old phone"), State: jumpcloud.Set(jumpcloud.PushStateInactive)})
	require.NoError(t, err)
	assert.Equal(t, "old phone", renamed.Name)
	read, err := c.Users.GetPushEndpoint(ctx, sven, phone)
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.PushStateInactive, read.State)
	_, err = c.Users.UpdatePushEndpoint(ctx, sven, phone, jumpcloud.PushEndpointUpdate{}, jumpcloud.WithBodyField("name", ""))
	require.NoError(t, err)
	_, err = c.Users.DeletePushEndpoint(ctx, sven, phone)
	require.NoError(t, err)
	_, err = c.Users.GetPushEndpoint(ctx, sven, phone)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = c.Users.DeletePushEndpoint(ctx, sven, phone)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)

	require.NoError(t, c.Users.SendEmails(ctx, sven, jumpcloud.EmailRequest{EmailType: jumpcloud.Set(jumpcloud.EmailTypeActivation)}))
	mails := s.Mails()
	assert.Equal(t, "sven.dahl@lumen.example.com", mails[len(mails)-1].To)

	_, err = c.Users.ListSystems(ctx, "5f0e7a1c00000000000000ff", nil)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

func ids(connections []*jumpcloud.GraphConnection) (ids []string) {
	for _, connection := range connections {
		ids = append(ids, connection.To.ID)
	}
	return ids
}
