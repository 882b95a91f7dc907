package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestRolesContracts(t *testing.T) { testContracts(t, rolesContracts()) }

const (
	roleID      = "66a1b2c3d4e5f60718293a01"
	rolePath    = "/v2/roles/66a1b2c3d4e5f60718293a01"
	roleWritten = `"name":"Help desk","scopes":["users","systems.readonly"],"description":"First level","organizationIds":["5c9e9c2a1f0b7a0012345678"],
		"providerId":"5c9e9c2a1f0b7a0012345600"`
	role = `{"id":"66a1b2c3d4e5f60718293a01",` + roleWritten + `,"isCustom":true,"createdBy":"5e8b1c2d3e4f5a6b7c8d9e0f","lastUpdatedBy":"5e8b1c2d3e4f5a6b7c8d9e10"}`
)

func isRole(t *testing.T, found *jumpcloud.Role) {
	everyFieldIsSet(t, *found)
	assert.Equal(t, roleID, found.ID)
	assert.Equal(t, "Help desk", found.Name)
	assert.Equal(t, []string{"users", "systems.readonly"}, found.Scopes)
	assert.Equal(t, []string{contractOrg}, found.OrganizationIDs)
	assert.Equal(t, adminID, found.CreatedBy)
}

func rolesContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		one    = jumpcloud.Role
	)
	params := &jumpcloud.RolesListParams{
		Limit: 50, Skip: 100, Sort: []string{"-name", "id"}, Filter: []jumpcloud.Condition{jumpcloud.Filter("isCustom", jumpcloud.Eq, "true")},
	}
	body := jumpcloud.RoleCreate{
		Name: "Help desk", Scopes: []string{"users", "systems.readonly"}, Description: jumpcloud.Set("First level"),
		OrganizationIDs: []string{contractOrg}, ProviderID: jumpcloud.Set("5c9e9c2a1f0b7a0012345600"),
	}
	return []contract{
		{
			operation: "roles_list",
			route:     "GET /v2/roles",
			path:      "/v2/roles",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-name,id"}, "filter": {"isCustom:eq:true"}},
			header:    map[string]string{"X-Provider-Id": "5c9e9c2a1f0b7a0012345600"},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[one], error) {
					return c.Roles.List(ctx, params, jumpcloud.WithHeader("x-provider-id", "5c9e9c2a1f0b7a0012345600"))
				},
				func(ctx ctx, c client) iter.Seq2[*one, error] {
					return c.Roles.All(ctx, params, jumpcloud.WithHeader("x-provider-id", "5c9e9c2a1f0b7a0012345600"))
				},
				func(t *testing.T, found []*one) {
					isRole(t, found[0])
					assert.Equal(t, "Administrator", found[1].Name)
					assert.False(t, found[1].IsCustom)
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"results":[` + role + `,{"id":"66a1b2c3d4e5f60718293a02","name":"Administrator","scopes":["administrators"]}]}`)},
			failure: refusedKey,
		},
		{
			operation: "roles_create",
			route:     "POST /v2/roles",
			path:      "/v2/roles",
			body:      `{` + roleWritten + `}`,
			methods:   single(func(ctx ctx, c client) (*one, error) { return c.Roles.Create(ctx, body) }, isRole),
			answers:   []reply{createdJSON(role)},
			failure:   refusedExists,
		},
		{
			operation: "roles_get",
			route:     "GET /v2/roles/{role_id}",
			path:      rolePath,
			methods:   single(func(ctx ctx, c client) (*one, error) { return c.Roles.Get(ctx, roleID) }, isRole),
			answers:   []reply{okJSON(role)},
			failure:   refusedNotFound,
		},
		{
			operation: "roles_update",
			route:     "PUT /v2/roles/{role_id}",
			path:      rolePath,
			body:      `{` + roleWritten + `}`,
			methods:   single(func(ctx ctx, c client) (*one, error) { return c.Roles.Update(ctx, roleID, body.Update()) }, isRole),
			answers:   []reply{okJSON(role)},
			failure:   refusedDetails,
		},
		{
			operation: "roles_delete",
			route:     "DELETE /v2/roles/{role_id}",
			path:      rolePath,
			methods:   nothing(func(ctx ctx, c client) error { return c.Roles.Delete(ctx, roleID) }),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
	}
}

func TestRoleIsLookedUpByItsVeryName(t *testing.T) {
	const list = "GET /v2/roles?limit=100"
	client := talk(t,
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[{"id":"a","name":"help desk","scopes":[]},` + role + `]}`)},
		exchange{request: list, reply: okJSON(`{"totalCount":1,"results":[` + role + `]}`)},
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[` + role + `,{"id":"a","name":"Help desk","scopes":[]}]}`)},
	)

	found, err := client.Roles.GetByName(t.Context(), "Help desk")
	require.NoError(t, err)
	isRole(t, found)

	_, err = client.Roles.GetByName(t.Context(), "Help")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = client.Roles.GetByName(t.Context(), "Help desk")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
}

func TestModifyWritesTheWholeRoleBackButForWhatTheServiceManages(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + rolePath, reply: okJSON(role[:len(role)-1] + `,"brandNew":{"a":[1.50]}}`)},
		exchange{
			request: "PUT " + rolePath,
			body: `{"name":"Help desk","scopes":["users","systems.readonly","groups.readonly"],"description":"First level",
				"organizationIds":["5c9e9c2a1f0b7a0012345678"],"providerId":"5c9e9c2a1f0b7a0012345600","brandNew":{"a":[1.50]}}`,
			reply: okJSON(role),
		},
		exchange{request: "GET " + rolePath, reply: reply{status: 404, body: `{"message":"Not Found"}`}},
	)

	written, err := client.Roles.Modify(t.Context(), roleID, func(r *jumpcloud.RoleUpdate) { r.Scopes = append(r.Scopes, "groups.readonly") })
	require.NoError(t, err)
	isRole(t, written)

	_, err = client.Roles.Modify(t.Context(), roleID, func(*jumpcloud.RoleUpdate) { t.Error("there is nothing to change") })
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
}
