package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestAdministratorsContracts(t *testing.T) { testContracts(t, administratorsContracts()) }

const (
	adminID   = "5e8b1c2d3e4f5a6b7c8d9e0f"
	adminPath = "/users/5e8b1c2d3e4f5a6b7c8d9e0f"
	adminUser = `{"_id":"5e8b1c2d3e4f5a6b7c8d9e0f","email":"Eve@example.com","firstname":"Eve","lastname":"Miller","role":"5e8b1c2d3e4f5a6b7c8d9e01",
		"roleName":"Administrator","roles":["5e8b1c2d3e4f5a6b7c8d9e01"],"roleNames":["Administrator"],"enableMultiFactor":true,"totpEnrolled":true,
		"totpUpdatedAt":"2026-01-02T03:04:05.678Z","passwordUpdatedAt":"2026-01-03T03:04:05Z","apiKeyAllowed":true,"apiKeySet":true,
		"apiKeyUpdatedAt":"2026-01-04T03:04:05Z","apiKeyHash":{"prefix":"jca_1","createdAt":"2026-01-04T03:04:05Z","expireAt":"2027-01-04T03:04:05Z"},
		"suspended":true,"sessionCount":3,"organization":"5c9e9c2a1f0b7a0012345678","provider":"5c9e9c2a1f0b7a0012345600","isEnterprise":true,
		"created":"2025-01-02T03:04:05Z","usersTimeZone":"America/Denver","disableIntroduction":true,"lastWhatsNewChecked":"2026-02-01T00:00:00Z",
		"growthData":{"onboardingState":{"step":1},"experimentStates":{"a":"b"}}}`
	adminUsers = `{"totalCount":102,"results":[` + adminUser + `,{"_id":"5e8b1c2d3e4f5a6b7c8d9e10","email":"adam@example.com"}]}`
)

func isAdministrator(t *testing.T, admin *jumpcloud.AdministratorUser) {
	everyFieldIsSet(t, *admin)
	assert.Equal(t, adminID, admin.ID)
	assert.Equal(t, "Eve@example.com", admin.Email)
	assert.Equal(t, "Administrator", admin.RoleName)
	assert.Equal(t, []string{"5e8b1c2d3e4f5a6b7c8d9e01"}, admin.Roles)
	assert.Equal(t, "jca_1", admin.APIKeyHash.Prefix)
	assert.True(t, admin.APIKeyHash.ExpireAt.Equal(time.Date(2027, 1, 4, 3, 4, 5, 0, time.UTC)))
	assert.Equal(t, map[string]any{"a": "b"}, admin.GrowthData.ExperimentStates)
}

const (
	adminLink  = `{"administrator":"5e8b1c2d3e4f5a6b7c8d9e0f","organization":"5c9e9c2a1f0b7a0012345678"}`
	adminLinks = `[` + adminLink + `,{"administrator":"5e8b1c2d3e4f5a6b7c8d9e0f","organization":"5c9e9c2a1f0b7a0012345679"}]`
)

func areAdminLinks(t *testing.T, links []*jumpcloud.AdministratorOrganizationLink) {
	assert.Equal(t, jumpcloud.AdministratorOrganizationLink{Administrator: adminID, Organization: contractOrg}, *links[0])
	assert.Equal(t, "5c9e9c2a1f0b7a0012345679", links[1].Organization)
}

func administratorsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		admin  = jumpcloud.AdministratorUser
		link   = jumpcloud.AdministratorOrganizationLink
	)
	third := url.Values{"limit": {"50"}, "skip": {"100"}}
	contracts := []contract{
		{
			operation: "administrators_list",
			route:     "GET /users",
			path:      "/users",
			query:     third,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[admin], error) {
					return c.Administrators.List(ctx, &jumpcloud.AdministratorsListParams{Limit: 50, Skip: 100})
				},
				func(ctx ctx, c client) iter.Seq2[*admin, error] {
					return c.Administrators.All(ctx, &jumpcloud.AdministratorsListParams{Limit: 50, Skip: 100})
				},
				func(t *testing.T, found []*admin) {
					isAdministrator(t, found[0])
					assert.Equal(t, "adam@example.com", found[1].Email)
				},
			),
			answers: []reply{okJSON(adminUsers)},
			failure: refusedKey,
		},
		{
			operation: "administrators_post",
			route:     "POST /users",
			path:      "/users",
			body: `{"email":"Eve@example.com","firstname":"Eve","lastname":"Miller","roleName":"Administrator","roles":["5e8b1c2d3e4f5a6b7c8d9e01"],
				"roleNames":["Administrator"],"enableMultiFactor":true,"apiKeyAllowed":false}`,
			methods: single(func(ctx ctx, c client) (*admin, error) {
				return c.Administrators.Create(ctx, jumpcloud.AdministratorUserCreate{
					Email: "Eve@example.com", Firstname: jumpcloud.Set("Eve"), Lastname: jumpcloud.Set("Miller"),
					RoleName: jumpcloud.Set("Administrator"), Roles: []string{"5e8b1c2d3e4f5a6b7c8d9e01"}, RoleNames: []string{"Administrator"},
					EnableMultiFactor: jumpcloud.Set(true), APIKeyAllowed: jumpcloud.Set(false),
				})
			}, isAdministrator),
			answers: []reply{okJSON(adminUser), createdJSON(adminUser)},
			failure: refusedExists,
		},
		{
			operation: "administrators_get",
			route:     "GET /users/{id}",
			path:      adminPath,
			methods:   single(func(ctx ctx, c client) (*admin, error) { return c.Administrators.Get(ctx, adminID) }, isAdministrator),
			answers:   []reply{okJSON(adminUser)},
			failure:   refusedNotFound,
		},
		{
			operation: "users_put",
			route:     "PUT /users/{id}",
			path:      adminPath,
			body: `{"email":"Eve@example.com","firstname":"Eve","lastname":"","roleName":"Read Only","roles":[],"roleNames":["Read Only"],
				"enableMultiFactor":true,"apiKeyAllowed":false,"growthData":{"step":2},"lastWhatsNewChecked":"2026-08-21"}`,
			methods: single(func(ctx ctx, c client) (*admin, error) {
				return c.Administrators.Update(ctx, adminID, jumpcloud.AdministratorUserUpdate{
					Email: jumpcloud.Set("Eve@example.com"), Firstname: jumpcloud.Set("Eve"), Lastname: jumpcloud.Set(""),
					RoleName: jumpcloud.Set("Read Only"), Roles: []string{}, RoleNames: []string{"Read Only"},
					EnableMultiFactor: jumpcloud.Set(true), APIKeyAllowed: jumpcloud.Set(false),
					GrowthData: map[string]any{"step": 2}, LastWhatsNewChecked: jumpcloud.Set("2026-08-21"),
				})
			}, isAdministrator),
			answers: []reply{okJSON(adminUser)},
			failure: refusedForbidden,
		},
		{
			operation: "administrators_delete",
			route:     "DELETE /users/{id}",
			path:      adminPath,
			methods:   nothing(func(ctx ctx, c client) error { return c.Administrators.Delete(ctx, adminID) }),
			answers:   wordless,
			failure:   refusedMock,
		},
		{
			operation: "users_reactivate_get",
			route:     "GET /users/reactivate/{id}",
			path:      "/users/reactivate/5e8b1c2d3e4f5a6b7c8d9e0f",
			acts:      true,
			methods:   nothing(func(ctx ctx, c client) error { return c.Administrators.SendReactivationEmail(ctx, adminID) }),
			answers:   wordless,
			failure:   refusedNotFound,
		},
		{
			operation: "admin_totpreset_begin",
			route:     "POST /users/resettotp/{id}",
			path:      "/users/resettotp/5e8b1c2d3e4f5a6b7c8d9e0f",
			methods:   nothing(func(ctx ctx, c client) error { return c.Administrators.ResetTOTP(ctx, adminID) }),
			answers:   wordless,
			failure:   refusal{status: 412, contentType: "application/json", body: `{"error":"not enrolled"}`, message: "not enrolled"},
		},
		{
			operation: "administratorOrganizations_listByAdministrator",
			route:     "GET /v2/administrators/{id}/organizationlinks",
			path:      "/v2/administrators/5e8b1c2d3e4f5a6b7c8d9e0f/organizationlinks",
			query:     third,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[link], error) {
					return c.Administrators.ListOrganizationLinks(ctx, adminID, &jumpcloud.AdministratorsListOrganizationLinksParams{Limit: 50, Skip: 100})
				},
				func(ctx ctx, c client) iter.Seq2[*link, error] {
					return c.Administrators.AllOrganizationLinks(ctx, adminID, &jumpcloud.AdministratorsListOrganizationLinksParams{Limit: 50, Skip: 100})
				},
				areAdminLinks,
			),
			answers: []reply{v2Page(adminLinks)},
			failure: refusedDetails,
		},
		{
			operation: "administratorOrganizations_createByAdministrator",
			route:     "POST /v2/administrators/{id}/organizationlinks",
			path:      "/v2/administrators/5e8b1c2d3e4f5a6b7c8d9e0f/organizationlinks",
			body:      `{"organization":"5c9e9c2a1f0b7a0012345678"}`,
			methods: single(func(ctx ctx, c client) (*link, error) {
				return c.Administrators.CreateOrganizationLink(ctx, adminID, jumpcloud.AdministratorOrganizationLinkRequest{Organization: contractOrg})
			}, func(t *testing.T, made *link) {
				assert.Equal(t, link{Administrator: adminID, Organization: contractOrg}, *made)
			}),
			answers: []reply{createdJSON(adminLink)},
			failure: refusedForbidden,
		},
		{
			operation: "administratorOrganizations_removeByAdministrator",
			route:     "DELETE /v2/administrators/{administrator_id}/organizationlinks/{id}",
			path:      "/v2/administrators/5e8b1c2d3e4f5a6b7c8d9e0f/organizationlinks/5c9e9c2a1f0b7a0012345678",
			methods: nothing(func(ctx ctx, c client) error {
				return c.Administrators.DeleteOrganizationLink(ctx, adminID, contractOrg)
			}),
			answers: []reply{noContent},
			failure: refusedNotFound,
		},
		{
			operation: "administratorOrganizations_listByOrganization",
			route:     "GET /v2/organizations/{id}/administratorlinks",
			path:      "/v2/organizations/5c9e9c2a1f0b7a0012345678/administratorlinks",
			query:     third,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[link], error) {
					return c.Administrators.ListByOrganization(ctx, contractOrg, &jumpcloud.AdministratorsListByOrganizationParams{Limit: 50, Skip: 100})
				},
				func(ctx ctx, c client) iter.Seq2[*link, error] {
					return c.Administrators.AllByOrganization(ctx, contractOrg, &jumpcloud.AdministratorsListByOrganizationParams{Limit: 50, Skip: 100})
				},
				areAdminLinks,
			),
			answers: []reply{v2Page(adminLinks)},
			failure: refusedKeyUnsaid,
		},
	}
	for i := range contracts {
		contracts[i].above = true
	}
	return contracts
}

func TestAdministratorIsLookedUpByEmailWithoutRegardToCase(t *testing.T) {
	const list = "GET /users?limit=100"
	client := talk(t,
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[{"_id":"5e8b1c2d3e4f5a6b7c8d9e10","email":"eve@example.org"},` + adminUser + `]}`)},
		exchange{request: list, reply: okJSON(`{"totalCount":1,"results":[` + adminUser + `]}`)},
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[` + adminUser + `,{"_id":"5e8b1c2d3e4f5a6b7c8d9e10","email":"EVE@example.com"}]}`)},
	)

	admin, err := client.Administrators.GetByEmail(t.Context(), "eve@EXAMPLE.com")
	require.NoError(t, err)
	isAdministrator(t, admin)

	_, err = client.Administrators.GetByEmail(t.Context(), "adam@example.com")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = client.Administrators.GetByEmail(t.Context(), "eve@example.com")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
}
