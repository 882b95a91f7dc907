package conformance

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// What the SDK does by itself conforms too: an import, a sync, a review, an offboarding.
func automations(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	s.SeedCompany()
	s.Inject("POST /v2/bulk/users", 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
	imported, err := c.BulkJobs.ImportUsers(ctx, slices.Values([]jumpcloud.BulkUserCreate{
		{Username: "Ada", Email: "Ada@example.com"}, {Username: "bad row", Email: "bad@example.com"}, {Username: "bo", Email: "bo@example.com"},
	}), jumpcloud.ImportParams{SkipExisting: true, JobSize: 2, SuppressEmail: true, CreationSource: jumpcloud.CreationSourceBulk})
	require.NoError(t, err)
	assert.Equal(t, []jumpcloud.ImportStatus{jumpcloud.ImportCreated, jumpcloud.ImportFailed, jumpcloud.ImportCreated},
		[]jumpcloud.ImportStatus{imported[0].Status, imported[1].Status, imported[2].Status})

	vpn := s.ID("VPN")
	_, err = c.Usergroups.SyncMembers(ctx, vpn, []string{imported[0].ID, s.ID("sven.dahl")}, jumpcloud.SyncParams{MaxRemovals: jumpcloud.Set(4)})
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{imported[0].ID, s.ID("sven.dahl")}, s.Members("VPN"))
	_, err = c.Usergroups.SyncBindings(ctx, vpn, jumpcloud.GraphTypeRADIUSServer, []string{s.ID("Office Wi-Fi")}, jumpcloud.SyncParams{})
	require.NoError(t, err)

	payroll, err := c.Applications.Get(ctx, s.ID("Payroll"))
	require.NoError(t, err)
	assert.Equal(t, "Payroll", payroll.DisplayLabel)

	google, err := c.GSuites.Get(ctx, s.ID("Google Workspace"))
	require.NoError(t, err)
	assert.Equal(t, "Google Workspace", google.Name)
	microsoft, err := c.Office365s.Get(ctx, s.AddDirectory(jumpcloud.GraphTypeOffice365, "Microsoft 365"))
	require.NoError(t, err)
	assert.Equal(t, "Microsoft 365", microsoft.Name)
	domain, err := c.ActiveDirectories.Get(ctx, s.AddDirectory(jumpcloud.GraphTypeActiveDirectory, "ad.example.com"))
	require.NoError(t, err)
	assert.Equal(t, "ad.example.com", domain.Domain)

	access, err := c.Users.Access(ctx, s.ID("paula.reyes"))
	require.NoError(t, err)
	assert.Len(t, access.Systems, 10)
	device, err := c.Systems.Get(ctx, s.ID("web-1"), nil)
	require.NoError(t, err)
	assert.Equal(t, s.ID("web-1"), device.ID)
	group, err := c.Systemgroups.Get(ctx, s.ID("Servers"))
	require.NoError(t, err)
	assert.Equal(t, "Servers", group.Name)
	wifi, err := c.RADIUSServers.Get(ctx, s.ID("Office Wi-Fi"))
	require.NoError(t, err)
	assert.Equal(t, "Office Wi-Fi", wifi.Name)
	ldap, err := c.LDAPServers.Get(ctx, s.ID("JumpCloud LDAP"))
	require.NoError(t, err)
	assert.Equal(t, "JumpCloud LDAP", ldap.Name)

	steps, err := c.Systemusers.Offboard(ctx, s.ID("paula.reyes"), jumpcloud.OffboardParams{ReportsTo: s.ID("sven.dahl"), ResetMFA: true})
	require.NoError(t, err)
	assert.Equal(t, "hand over reports", steps[6].Name)
	assert.Equal(t, 4, steps[6].Changed)
}

const (
	orgA = "5f0e7a1b000000000000000a"
	orgB = "5f0e7a1b000000000000000b"
)

// An administrator of two organizations says which one is meant, and does not always get it right.
func organizations(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	s.SeedUsers(2)
	s.Org(orgB).SeedUsers(5)
	own, err := jumpcloud.Collect(c.Organizations.All(ctx, nil), 0)
	require.NoError(t, err)
	assert.Equal(t, []string{orgA, orgB}, []string{own[0].ID, own[1].ID})
	for org, n := range map[string]int{orgA: 2, orgB: 5} {
		page, err := c.Systemusers.List(ctx, nil, jumpcloud.WithOrgID(org))
		require.NoError(t, err)
		assert.Equal(t, n, page.TotalCount)
	}
	_, err = c.Systemusers.List(ctx, nil, jumpcloud.WithOrgID("not-an-id"))
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	_, err = c.Usergroups.List(ctx, nil, jumpcloud.WithoutOrgID())
	assert.ErrorIs(t, err, jumpcloud.ErrUnauthorized)
	_, err = c.Usergroups.List(ctx, nil, jumpcloud.WithOrgID("5f0e7a1b00000000000000ff"))
	assert.ErrorContains(t, err, "x-org-id names")
	assert.NotErrorIs(t, err, jumpcloud.ErrNotFound)
	orgs, err := c.Organizations.List(ctx, &jumpcloud.OrganizationsListParams{SortIgnoreCase: "displayName"})
	require.NoError(t, err)
	assert.Equal(t, 2, orgs.TotalCount)
	device := s.AddSystem("moving")
	require.NoError(t, c.Systems.Transfer(ctx, device, jumpcloud.SystemTransferRequest{OrgID: jumpcloud.Set(orgB)}))
	moved, err := c.Systems.Get(ctx, device, nil, jumpcloud.WithOrgID(orgB))
	require.NoError(t, err)
	assert.Equal(t, orgB, moved.Organization)
	// Operations that do not declare the header: the user tells which organization is meant.
	user := s.Org(orgB).UserIDs()[0]
	require.NoError(t, c.Systemusers.SyncMFA(ctx, user, jumpcloud.WithoutOrgID()))
	require.NoError(t, c.Systemusers.Activate(ctx, user, jumpcloud.ActivateRequest{}, jumpcloud.WithoutOrgID()))
}

// A service account with tokens that end before the work does.
func serviceAccount(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	s.SeedUsers(300)
	s.Inject("GET /systemusers", 1, jumpcloudtest.ExpireToken().Skip(1))
	everyone, err := jumpcloud.Collect(c.Systemusers.All(ctx, nil), 0)
	require.NoError(t, err)
	assert.Len(t, everyone, 300)
	assert.Len(t, s.Requests("POST /oauth2/token"), 2)
}

// The answers that are described next to the usual ones.
func otherWays(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	id := s.AddGroup(jumpcloud.UserGroupCreate{Name: "VPN"})
	require.NoError(t, c.Usergroups.Delete(ctx, id)) // 200 and the group
	s.SeedUsers(1)
	user, err := c.Systemusers.Get(ctx, s.UserIDs()[0], nil)
	require.NoError(t, err)
	_, err = c.Systemusers.Get(ctx, "5f0e7a1c00000000000000ff", nil) // 200 and nothing
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: user.Username, Email: "other@example.com"}, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrConflict)
	job, err := c.BulkJobs.CreateUsers(ctx, []jumpcloud.BulkUserCreate{{Username: "ada", Email: "ada@example.com"}}, nil) // 201
	require.NoError(t, err)
	results, err := c.BulkJobs.WaitUsers(ctx, job.JobID, []jumpcloud.BulkUserCreate{{Username: "ada", Email: "ada@example.com"}})
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.ImportCreated, results[0].Status)
}

// Errors of any operation, in the shapes in which they come.
func trouble(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	s.SeedUsers(1)
	user, group := s.UserIDs()[0], s.AddGroup(jumpcloud.UserGroupCreate{Name: "VPN"})
	both := func(fault jumpcloudtest.Fault) (v1, v2 error) {
		s.Inject("GET /systemusers/{id}", 1, fault)
		s.Inject("GET /v2/usergroups/{id}", 1, fault)
		_, v1 = c.Systemusers.Get(ctx, user, nil, jumpcloud.WithMaxAttempts(1))
		_, v2 = c.Usergroups.Get(ctx, group, jumpcloud.WithMaxAttempts(1))
		return v1, v2
	}
	for name, test := range map[string]struct {
		fault jumpcloudtest.Fault
		err   error
	}{
		"too many, with a wait":    {jumpcloudtest.TooManyRequests(3), jumpcloud.ErrRateLimited},
		"too many, without a wait": {jumpcloudtest.TooManyRequests(-1), jumpcloud.ErrRateLimited},
		"a proxy's page":           {jumpcloudtest.HTML(502), jumpcloud.ErrServer},
		"a status alone":           {jumpcloudtest.Status(503, nil, ""), jumpcloud.ErrServer},
		"an internal error":        {jumpcloudtest.Status(500, nil, `{"code":500,"message":"Internal","status":"INTERNAL"}`), jumpcloud.ErrServer},
		"an error in both keys":    {jumpcloudtest.Status(403, nil, `{"message":"Forbidden","error":"Forbidden"}`), jumpcloud.ErrForbidden},
		"a text":                   {jumpcloudtest.Status(400, http.Header{"Content-Type": {"text/plain"}}, "id is required"), jumpcloud.ErrBadRequest},
		"unauthorized":             {jumpcloudtest.Status(401, nil, `{"message":"Unauthorized"}`), jumpcloud.ErrUnauthorized},
		"an error of 2019":         {jumpcloudtest.Status(400, nil, `{"code":400,"fields":"name","message":"bad"}`), jumpcloud.ErrBadRequest},
	} {
		v1, v2 := both(test.fault)
		assert.ErrorIs(t, v1, test.err, name)
		assert.ErrorIs(t, v2, test.err, name)
	}
	// The organization cannot be chosen with a key of only one.
	_, err := c.Usergroups.List(ctx, nil, jumpcloud.WithOrgID(orgB))
	assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
	// One 429 is survived.
	s.Inject("GET /systemusers/{id}", 1, jumpcloudtest.TooManyRequests(2))
	_, err = c.Systemusers.Get(ctx, user, nil)
	require.NoError(t, err)
}
