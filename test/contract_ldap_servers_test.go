package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestLDAPServersContracts(t *testing.T) { testContracts(t, ldapServersContracts()) }

const (
	ldapID   = "5f1b2c3d4e5f60718293a4f1"
	sambaID  = "5f1b2c3d4e5f60718293a4f2"
	sambaSID = "S-1-5-21-3623811015-3361044348-30300820"

	ldapServer  = `{"id":"5f1b2c3d4e5f60718293a4f1","name":"jumpcloud","userLockoutAction":"remove","userPasswordExpirationAction":"disable"}`
	sambaDomain = `{"id":"5f1b2c3d4e5f60718293a4f2","name":"EXAMPLE","sid":"S-1-5-21-3623811015-3361044348-30300820"}`
)

func isLDAPServer(t *testing.T, server *jumpcloud.LDAPServer) {
	assert.Equal(t, ldapID, server.ID)
	assert.Equal(t, "jumpcloud", server.Name)
	assert.Equal(t, jumpcloud.LDAPServerActionRemove, server.UserLockoutAction)
	assert.Equal(t, jumpcloud.LDAPServerActionDisable, server.UserPasswordExpirationAction)
}

func isSambaDomain(t *testing.T, domain *jumpcloud.SambaDomain) {
	assert.Equal(t, sambaID, domain.ID)
	assert.Equal(t, "EXAMPLE", domain.Name)
	assert.Equal(t, sambaSID, domain.Sid)
}

func ldapServersContracts() []contract {
	type (
		ctx     = context.Context
		client  = *jumpcloud.APIClient
		servers = *jumpcloud.LDAPServersService
	)
	service := func(c client) servers { return c.LDAPServers }
	filter := traversalFilter
	conditions := []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Eq, "a,b"), jumpcloud.Filter("id", jumpcloud.Ne, "x")}
	list := url.Values{"limit": {"50"}, "skip": {"100"}, "fields": {"id,name"}, "sort": {"-name,id"}, "filter": {"name:eq:a,b", "id:ne:x"}}
	fields, sort := []string{"id", "name"}, []string{"-name", "id"}
	listParams := &jumpcloud.LDAPServersListParams{Limit: 50, Skip: 100, Fields: fields, Sort: sort, Filter: conditions}
	domainsParams := &jumpcloud.LDAPServersListSambaDomainsParams{Limit: 50, Skip: 100, Fields: fields, Sort: sort, Filter: conditions}
	associationsParams := &jumpcloud.LDAPServersListAssociationsParams{Limit: 50, Skip: 100}
	users := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	associations := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.LDAPServers.ManageAssociations(ctx, ldapID, body) })
	}
	return []contract{
		{
			operation: "ldapservers_list",
			route:     "GET /v2/ldapservers",
			path:      "/v2/ldapservers",
			query:     list,
			raw:       "limit=50&skip=100&fields=id%2Cname&sort=-name%2Cid&filter=name%3Aeq%3Aa%2Cb&filter=id%3Ane%3Ax",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.LDAPServer], error) {
					return c.LDAPServers.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.LDAPServer, error] {
					return c.LDAPServers.All(ctx, listParams)
				},
				func(t *testing.T, found []*jumpcloud.LDAPServer) {
					isLDAPServer(t, found[0])
					assert.Empty(t, found[1].UserLockoutAction)
				},
			),
			answers: []reply{v2Page(`[` + ldapServer + `,{"id":"5f1b2c3d4e5f60718293a4f9","name":"other"}]`)},
			failure: refusedDetails,
		},
		{
			operation: "ldapservers_get",
			route:     "GET /v2/ldapservers/{id}",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1",
			methods: single(func(ctx ctx, c client) (*jumpcloud.LDAPServer, error) {
				return c.LDAPServers.Get(ctx, ldapID)
			}, isLDAPServer),
			answers: []reply{okJSON(ldapServer)},
			failure: refusedMock,
		},
		{
			operation: "ldapservers_patch",
			route:     "PATCH /v2/ldapservers/{id}",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1",
			body:      `{"id":"5f1b2c3d4e5f60718293a4f1","userLockoutAction":"remove","userPasswordExpirationAction":"disable"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.LDAPServerResult, error) {
				return c.LDAPServers.Update(ctx, ldapID, jumpcloud.LDAPServerUpdate{
					ID: jumpcloud.Set(ldapID), UserLockoutAction: jumpcloud.Set(jumpcloud.LDAPServerActionRemove),
					UserPasswordExpirationAction: jumpcloud.Set(jumpcloud.LDAPServerActionDisable),
				})
			}, func(t *testing.T, server *jumpcloud.LDAPServerResult) {
				everyFieldIsSet(t, *server)
				assert.Equal(t, ldapID, server.ID)
				assert.Equal(t, jumpcloud.LDAPServerActionRemove, server.UserLockoutAction)
			}),
			answers: []reply{okJSON(ldapServer)},
			failure: refusedIn2019,
		},
		{
			operation: "ldapservers_sambaDomainsList",
			route:     "GET /v2/ldapservers/{ldapserver_id}/sambadomains",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/sambadomains",
			query:     list,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.SambaDomain], error) {
					return c.LDAPServers.ListSambaDomains(ctx, ldapID, domainsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.SambaDomain, error] {
					return c.LDAPServers.AllSambaDomains(ctx, ldapID, domainsParams)
				},
				func(t *testing.T, found []*jumpcloud.SambaDomain) {
					isSambaDomain(t, found[0])
					assert.Equal(t, "LAB", found[1].Name)
				},
			),
			answers: []reply{v2Page(`[` + sambaDomain + `,{"id":"5f1b2c3d4e5f60718293a4f3","name":"LAB","sid":"S-1-5-21-1-2-3"}]`)},
			failure: refusedTextCode,
		},
		{
			operation: "ldapservers_sambaDomainsPost",
			route:     "POST /v2/ldapservers/{ldapserver_id}/sambadomains",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/sambadomains",
			body:      `{"name":"EXAMPLE","sid":"S-1-5-21-3623811015-3361044348-30300820"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SambaDomain, error) {
				return c.LDAPServers.CreateSambaDomain(ctx, ldapID, jumpcloud.SambaDomainInput{Name: "EXAMPLE", Sid: sambaSID})
			}, isSambaDomain),
			answers: []reply{createdJSON(sambaDomain), okJSON(sambaDomain)},
			failure: refusedExists,
		},
		{
			operation: "ldapservers_sambaDomainsGet",
			route:     "GET /v2/ldapservers/{ldapserver_id}/sambadomains/{id}",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/sambadomains/5f1b2c3d4e5f60718293a4f2",
			methods: single(func(ctx ctx, c client) (*jumpcloud.SambaDomain, error) {
				return c.LDAPServers.GetSambaDomain(ctx, ldapID, sambaID)
			}, isSambaDomain),
			answers: []reply{okJSON(sambaDomain)},
			failure: refusedNotFound,
		},
		{
			operation: "ldapservers_sambaDomainsPut",
			route:     "PUT /v2/ldapservers/{ldapserver_id}/sambadomains/{id}",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/sambadomains/5f1b2c3d4e5f60718293a4f2",
			body:      `{"name":"EXAMPLE","sid":""}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SambaDomain, error) {
				return c.LDAPServers.UpdateSambaDomain(ctx, ldapID, sambaID, jumpcloud.SambaDomainInput{Name: "EXAMPLE"})
			}, isSambaDomain),
			answers: []reply{okJSON(sambaDomain)},
			failure: refusedIn2019,
		},
		{
			operation: "ldapservers_sambaDomainsDelete",
			route:     "DELETE /v2/ldapservers/{ldapserver_id}/sambadomains/{id}",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/sambadomains/5f1b2c3d4e5f60718293a4f2",
			methods: nothing(func(ctx ctx, c client) error {
				return c.LDAPServers.DeleteSambaDomain(ctx, ldapID, sambaID)
			}),
			answers: wordless,
			failure: refusedStatusOnly,
		},
		{
			operation: "graph_ldapServerAssociationsList",
			route:     "GET /v2/ldapservers/{ldapserver_id}/associations",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.LDAPServers.ListAssociations(ctx, ldapID, users, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.LDAPServers.AllAssociations(ctx, ldapID, users, associationsParams)
				},
				areBoundUsers,
			),
			answers: []reply{v2Page(boundUsers)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_ldapServerAssociationsPost",
			route:     "POST /v2/ldapservers/{ldapserver_id}/associations",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/associations",
			body:      `{"op":"add","type":"user","id":"6026bec6b8207255280d5981"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUser, ID: annID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		{
			operation: "graph_ldapServerAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/ldapservers/{ldapserver_id}/associations",
			path:      "/v2/ldapservers/5f1b2c3d4e5f60718293a4f1/associations",
			body:      `{"op":"remove","type":"user_group","id":"6026da081f24755306c2ee0d"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeUserGroup, ID: staffID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_ldapServerTraverseUser", "/v2/ldapservers/{ldapserver_id}/users", ldapID, "user", service,
			servers.ListUsers, servers.AllUsers,
			jumpcloud.LDAPServersListUsersParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		traversal("graph_ldapServerTraverseUserGroup", "/v2/ldapservers/{ldapserver_id}/usergroups", ldapID, "user_group", service,
			servers.ListUserGroups, servers.AllUserGroups,
			jumpcloud.LDAPServersListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedKeyUnsaid),
	}
}
