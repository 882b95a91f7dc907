//lint:file-ignore SA1019 operations that were withdrawn have contracts too

package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestUsersContracts(t *testing.T) { testContracts(t, usersContracts()) }

// boundSystems are associations as the service lists them: attributes null far more often than not.
const boundSystems = `[
	{"attributes":null,"to":{"attributes":null,"id":"5f1b2c3d4e5f60718293a4b5","type":"system"}},
	{"attributes":{"sudo":{"enabled":true,"withoutPassword":false}},"to":{"attributes":null,"id":"5f1b2c3d4e5f60718293a4b6","type":"system"}}]`

func areBoundSystems(t *testing.T, connections []*jumpcloud.GraphConnection) {
	assert.Equal(t, laptopID, connections[0].To.ID)
	assert.Equal(t, jumpcloud.GraphTypeSystem, connections[0].To.Type)
	assert.Nil(t, connections[0].Attributes)
	assert.Nil(t, connections[0].To.Attributes)
	assert.Nil(t, connections[0].From)
	assert.Equal(t, serverID, connections[1].To.ID)
	assert.Equal(t, map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": false}}, connections[1].Attributes)
}

// reached are two objects of a traversal: one bound directly and through a group, one without a route. KIND stands for the type.
const reached = `[
	{"id":"5f1b2c3d4e5f60718293a4b5","type":"KIND","compiledAttributes":{"Hello":"World"},"paths":[
		[{"attributes":null,"to":{"attributes":null,"id":"5f1b2c3d4e5f60718293a4b5","type":"KIND"}}],
		[{"attributes":null,"to":{"attributes":{"Hello":"World"},"id":"6026da081f24755306c2ee0d","type":"user_group"}},
		 {"attributes":{"sudo":{"enabled":true,"withoutPassword":true}},"to":{"attributes":null,"id":"5f1b2c3d4e5f60718293a4b5","type":"KIND"}}]]},
	{"id":"5f1b2c3d4e5f60718293a4b6","type":"KIND","compiledAttributes":null,"paths":[]}]`

func areReached(kind string) func(*testing.T, []*jumpcloud.GraphObjectWithPaths) {
	return func(t *testing.T, objects []*jumpcloud.GraphObjectWithPaths) {
		assert.Equal(t, laptopID, objects[0].ID)
		assert.Equal(t, jumpcloud.GraphType(kind), objects[0].Type)
		assert.Equal(t, map[string]any{"Hello": "World"}, objects[0].CompiledAttributes)
		require.Len(t, objects[0].Paths, 2)
		require.Len(t, objects[0].Paths[0], 1)
		require.Len(t, objects[0].Paths[1], 2)
		assert.Equal(t, staffID, objects[0].Paths[1][0].To.ID)
		assert.Equal(t, jumpcloud.GraphTypeUserGroup, objects[0].Paths[1][0].To.Type)
		assert.Equal(t, laptopID, objects[0].Paths[1][1].To.ID)
		assert.Equal(t, serverID, objects[1].ID)
		assert.Equal(t, jumpcloud.GraphType(kind), objects[1].Type)
		assert.Nil(t, objects[1].CompiledAttributes)
		assert.Empty(t, objects[1].Paths)
	}
}

// traversal is the contract of a list of GraphObjectWithPaths below one object: its last page, with
// what list and all say of the parameters params.
func traversal[S, P any](
	operation, route, id, kind string, service func(*jumpcloud.APIClient) S,
	list func(S, context.Context, string, *P, ...jumpcloud.RequestOption) (*jumpcloud.Page[jumpcloud.GraphObjectWithPaths], error),
	all func(S, context.Context, string, *P, ...jumpcloud.RequestOption) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error],
	params P, failure refusal,
) contract {
	before, after, _ := strings.Cut(route, "{")
	_, after, _ = strings.Cut(after, "}")
	return contract{
		operation: operation,
		route:     "GET " + route,
		path:      before + id + after,
		query: url.Values{
			"limit": {"50"}, "skip": {"100"},
			"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
		},
		raw: "limit=50&skip=100&filter=object_id%3Ain%3A5f1b2c3d4e5f60718293a4b5%7C5f1b2c3d4e5f60718293a4b6&filter=type%3Ane%3Aa%2Cb",
		methods: listing(
			func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.Page[jumpcloud.GraphObjectWithPaths], error) {
				return list(service(c), ctx, id, &params)
			},
			func(ctx context.Context, c *jumpcloud.APIClient) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
				return all(service(c), ctx, id, &params)
			},
			areReached(kind),
		),
		answers: []reply{v2Page(strings.ReplaceAll(reached, "KIND", kind))},
		failure: failure,
	}
}

// sorted adds a sort to the contract of a list that takes one.
func (c contract) sorted() contract {
	c.query.Set("sort", "-type,id")
	c.raw += "&sort=-type%2Cid"
	return c
}

// traversalFilter is what traversal expects: several conditions, one with several values, and one
// with the comma that must not separate.
var traversalFilter = []jumpcloud.Condition{
	jumpcloud.Filter("object_id", jumpcloud.In, laptopID, serverID), jumpcloud.Filter("type", jumpcloud.Ne, "a,b"),
}

const (
	phoneAnswer = `{"id":"64d0f1e2c3b4a59687786950","name":"Ann's phone","state":"inactive","enrollmentDate":"2026-01-02T03:04:05.678Z",
		"lastUsedDate":"2026-02-03T04:05:06.789Z",
		"device":{"appVersion":"2.1.0","make":"Example","model":"Phone 1","os":"android","osVersion":"15","uvEnabled":true}}`
	pushPath = "/v2/users/6026bec6b8207255280d5981/pushendpoints/64d0f1e2c3b4a59687786950"
)

func isPhone(t *testing.T, endpoint *jumpcloud.PushEndpoint) {
	assert.Equal(t, pushID, endpoint.ID)
	assert.Equal(t, "Ann's phone", endpoint.Name)
	assert.Equal(t, jumpcloud.PushStateInactive, endpoint.State)
	assert.True(t, endpoint.EnrollmentDate.Equal(time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)))
	assert.True(t, endpoint.LastUsedDate.Equal(time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)))
	assert.Equal(t, &jumpcloud.PushDevice{
		AppVersion: "2.1.0", Make: "Example", Model: "Phone 1", OS: "android", OSVersion: "15", UvEnabled: true,
	}, endpoint.Device)
}

func usersContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
	)
	users := func(c client) *jumpcloud.UsersService { return c.Users }
	filter := traversalFilter
	statuses := &jumpcloud.UsersListPolicyStatusesParams{Limit: 50, Skip: 100, Fields: []string{"policyID", "state"}, Filter: filter, Sort: []string{"-endedAt", "id"}}
	systemsAndApplications := []jumpcloud.GraphType{jumpcloud.GraphTypeSystem, jumpcloud.GraphTypeApplication}
	associationsParams := &jumpcloud.UsersListAssociationsParams{Limit: 50, Skip: 100}
	manage := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Users.ManageAssociations(ctx, annID, body) })
	}
	return []contract{
		{
			operation: "policystatuses_usersList",
			route:     "GET /v2/users/{user_id}/policystatuses",
			path:      "/v2/users/6026bec6b8207255280d5981/policystatuses",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"policyID,state"}, "sort": {"-endedAt,id"},
				"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.PolicyResult], error) {
					return c.Users.ListPolicyStatuses(ctx, annID, statuses)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.PolicyResult, error] {
					return c.Users.AllPolicyStatuses(ctx, annID, statuses)
				},
				func(t *testing.T, results []*jumpcloud.PolicyResult) {
					assert.Equal(t, "65b1c2d3e4f5061728394a5b", results[0].PolicyID)
					assert.Equal(t, annID, results[0].UserObjectID)
					assert.True(t, results[0].Success)
					assert.Equal(t, "PENDING", results[1].State)
				},
			),
			answers: []reply{v2Page(`[
				{"id":"65b1c2d3e4f5061728394a60","policyID":"65b1c2d3e4f5061728394a5b","userObjectId":"6026bec6b8207255280d5981","state":"SUCCESS","success":true},
				{"id":"65b1c2d3e4f5061728394a61","policyID":"65b1c2d3e4f5061728394a5c","state":"PENDING"}]`)},
			failure: refusedNotFound,
		},
		{
			operation: "graph_userAssociationsList",
			route:     "GET /v2/users/{user_id}/associations",
			path:      "/v2/users/6026bec6b8207255280d5981/associations",
			query:     url.Values{"targets": {"system,application"}, "limit": {"50"}, "skip": {"100"}},
			raw:       "targets=system%2Capplication&limit=50&skip=100",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Users.ListAssociations(ctx, annID, systemsAndApplications, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Users.AllAssociations(ctx, annID, systemsAndApplications, associationsParams)
				},
				areBoundSystems,
			),
			answers: []reply{v2Page(boundSystems)},
			failure: refusedDetails,
		},
		{
			operation: "graph_userAssociationsPost",
			route:     "POST /v2/users/{user_id}/associations",
			path:      "/v2/users/6026bec6b8207255280d5981/associations",
			body:      `{"op":"add","type":"system","id":"5f1b2c3d4e5f60718293a4b5","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`,
			methods: manage(jumpcloud.GraphOperation{
				Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystem, ID: laptopID,
				Attributes: map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": false}},
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
		{
			operation: "graph_userAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/users/{user_id}/associations",
			path:      "/v2/users/6026bec6b8207255280d5981/associations",
			body:      `{"op":"remove","type":"password_manager_item","id":"5f1b2c3d4e5f60718293a4b5"}`,
			methods: manage(jumpcloud.GraphOperation{
				Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypePasswordManagerItem, ID: laptopID,
			}),
			answers: []reply{noContent},
			failure: refusedMock,
		},
		{
			operation: "graph_userAssociationsPost",
			variant:   "that updates",
			route:     "POST /v2/users/{user_id}/associations",
			path:      "/v2/users/6026bec6b8207255280d5981/associations",
			body:      `{"op":"update","type":"system_group","id":"5f1b2c3d4e5f60718293a4b5","attributes":{}}`,
			methods: manage(jumpcloud.GraphOperation{
				Op: jumpcloud.GraphOpUpdate, Type: jumpcloud.GraphTypeSystemGroup, ID: laptopID, Attributes: map[string]any{},
			}),
			answers: []reply{noContent},
			failure: refusedForbidden,
		},
		traversal("graph_userMemberOf", "/v2/users/{user_id}/memberof", annID, "user_group", users,
			(*jumpcloud.UsersService).ListMemberOf, (*jumpcloud.UsersService).AllMemberOf,
			jumpcloud.UsersListMemberOfParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}, refusedStatusOnly).sorted(),
		traversal("graph_userTraverseActiveDirectory", "/v2/users/{user_id}/activedirectories", annID, "active_directory", users,
			(*jumpcloud.UsersService).ListActiveDirectories, (*jumpcloud.UsersService).AllActiveDirectories,
			jumpcloud.UsersListActiveDirectoriesParams{Limit: 50, Skip: 100, Filter: filter}, refusedMock),
		traversal("graph_userTraverseApplication", "/v2/users/{user_id}/applications", annID, "application", users,
			(*jumpcloud.UsersService).ListApplications, (*jumpcloud.UsersService).AllApplications,
			jumpcloud.UsersListApplicationsParams{Limit: 50, Skip: 100, Filter: filter}, refusedNotFound),
		traversal("graph_userTraverseDirectory", "/v2/users/{user_id}/directories", annID, "office_365", users,
			(*jumpcloud.UsersService).ListDirectories, (*jumpcloud.UsersService).AllDirectories,
			jumpcloud.UsersListDirectoriesParams{Limit: 50, Skip: 100, Filter: filter}, refusedTextCode),
		traversal("graph_userTraverseGSuite", "/v2/users/{user_id}/gsuites", annID, "g_suite", users,
			(*jumpcloud.UsersService).ListGSuites, (*jumpcloud.UsersService).AllGSuites,
			jumpcloud.UsersListGSuitesParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
		traversal("graph_userTraverseLdapServer", "/v2/users/{user_id}/ldapservers", annID, "ldap_server", users,
			(*jumpcloud.UsersService).ListLDAPServers, (*jumpcloud.UsersService).AllLDAPServers,
			jumpcloud.UsersListLDAPServersParams{Limit: 50, Skip: 100, Filter: filter}, refusedIn2019),
		traversal("graph_userTraverseOffice365", "/v2/users/{user_id}/office365s", annID, "office_365", users,
			(*jumpcloud.UsersService).ListOffice365s, (*jumpcloud.UsersService).AllOffice365s,
			jumpcloud.UsersListOffice365sParams{Limit: 50, Skip: 100, Filter: filter}, refusedKey),
		traversal("graph_userTraverseRadiusServer", "/v2/users/{user_id}/radiusservers", annID, "radius_server", users,
			(*jumpcloud.UsersService).ListRADIUSServers, (*jumpcloud.UsersService).AllRADIUSServers,
			jumpcloud.UsersListRADIUSServersParams{Limit: 50, Skip: 100, Filter: filter}, refusedByProxy),
		traversal("graph_userTraversePolicy", "/v2/users/{user_id}/policies", annID, "policy", users,
			(*jumpcloud.UsersService).ListPolicies, (*jumpcloud.UsersService).AllPolicies,
			jumpcloud.UsersListPoliciesParams{Limit: 50, Skip: 100, Filter: filter}, refusedKey),
		traversal("graph_userTraversePolicyGroup", "/v2/users/{user_id}/policygroups", annID, "policy_group", users,
			(*jumpcloud.UsersService).ListPolicyGroups, (*jumpcloud.UsersService).AllPolicyGroups,
			jumpcloud.UsersListPolicyGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
		traversal("graph_userTraverseSystemGroup", "/v2/users/{user_id}/systemgroups", annID, "system_group", users,
			(*jumpcloud.UsersService).ListSystemGroups, (*jumpcloud.UsersService).AllSystemGroups,
			jumpcloud.UsersListSystemGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		traversal("graph_userTraverseSystem", "/v2/users/{user_id}/systems", annID, "system", users,
			(*jumpcloud.UsersService).ListSystems, (*jumpcloud.UsersService).AllSystems,
			jumpcloud.UsersListSystemsParams{Limit: 50, Skip: 100, Filter: filter}, refusedDetails),
		{
			operation: "pushEndpoints_list",
			route:     "GET /v2/users/{user_id}/pushendpoints",
			path:      "/v2/users/6026bec6b8207255280d5981/pushendpoints",
			methods: single(func(ctx ctx, c client) ([]*jumpcloud.PushEndpoint, error) {
				return c.Users.ListPushEndpoints(ctx, annID)
			}, func(t *testing.T, endpoints []*jumpcloud.PushEndpoint) {
				if assert.Len(t, endpoints, 2) {
					isPhone(t, endpoints[0])
					assert.Equal(t, "64d0f1e2c3b4a59687786951", endpoints[1].ID)
					assert.Equal(t, jumpcloud.PushStateActive, endpoints[1].State)
					assert.Nil(t, endpoints[1].Device)
					assert.True(t, endpoints[1].LastUsedDate.IsZero())
				}
			}),
			answers: []reply{okJSON(`[` + phoneAnswer + `,{"id":"64d0f1e2c3b4a59687786951","state":"active","lastUsedDate":null}]`)},
			failure: refusedKey,
		},
		{
			operation: "pushEndpoints_get",
			route:     "GET /v2/users/{user_id}/pushendpoints/{push_endpoint_id}",
			path:      pushPath,
			methods: single(func(ctx ctx, c client) (*jumpcloud.PushEndpoint, error) {
				return c.Users.GetPushEndpoint(ctx, annID, pushID)
			}, isPhone),
			answers: []reply{okJSON(phoneAnswer)},
			failure: refusedNotFound,
		},
		{
			operation: "pushEndpoints_patch",
			route:     "PATCH /v2/users/{user_id}/pushendpoints/{push_endpoint_id}",
			path:      pushPath,
			body:      `{"name":"Ann's phone","state":"inactive"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.PushEndpoint, error) {
				return c.Users.UpdatePushEndpoint(ctx, annID, pushID, jumpcloud.PushEndpointUpdate{
					Name: jumpcloud.Set("Ann's phone"), State: jumpcloud.Set(jumpcloud.PushStateInactive),
				})
			}, isPhone),
			answers: []reply{okJSON(phoneAnswer)},
			failure: refusedDetails,
		},
		{
			operation: "pushEndpoints_delete",
			route:     "DELETE /v2/users/{user_id}/pushendpoints/{push_endpoint_id}",
			path:      pushPath,
			methods: single(func(ctx ctx, c client) (*jumpcloud.PushEndpoint, error) {
				return c.Users.DeletePushEndpoint(ctx, annID, pushID)
			}, isPhone),
			answers: []reply{okJSON(phoneAnswer)},
			failure: refusedForbidden,
		},
		{
			operation: "users_sendEmails",
			route:     "POST /v2/users/{user_id}/emails",
			path:      "/v2/users/6026bec6b8207255280d5981/emails",
			body:      `{"emailType":"activation"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Users.SendEmails(ctx, annID, jumpcloud.EmailRequest{EmailType: jumpcloud.Set(jumpcloud.EmailTypeActivation)})
			}),
			answers: []reply{noContent, {status: 200}},
			failure: refusedErrorOnly,
		},
		{
			operation: "users_sendEmails",
			variant:   "with an empty body",
			route:     "POST /v2/users/{user_id}/emails",
			path:      "/v2/users/6026bec6b8207255280d5981/emails",
			body:      `{}`,
			methods:   nothing(func(ctx ctx, c client) error { return c.Users.SendEmails(ctx, annID, jumpcloud.EmailRequest{}) }),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
	}
}
