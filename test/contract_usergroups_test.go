//lint:file-ignore SA1019 operations that were withdrawn have contracts too

package jumpcloud_test

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestUsergroupsContracts(t *testing.T) { testContracts(t, usergroupsContracts()) }

// staffAnswer is a dynamic group as a Get answers it.
const staffAnswer = `{"id":"6026da081f24755306c2ee0d","type":"user_group","name":"Staff","description":"All of us","email":"staff@example.com",
	"attributes":{"sudo":{"enabled":true,"withoutPassword":false},"ldapGroups":[{"name":"staff"}],"posixGroups":[{"id":4294967295,"name":"staff"}],
		"radius":{"reply":[{"name":"Tunnel-Type","value":"VLAN"}]},"sambaEnabled":true,"Hello":"World"},
	"membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"queryType":"Filter","filters":["department:$eq:IT"]},
	"memberQueryExemptions":[{"id":"6026bec6b8207255280d5981","type":"user","attributes":null}],"memberSuggestionsNotify":true,
	"suggestionCounts":{"add":2,"remove":1,"total":3},"memberQueryErrorFlags":["CYCLE"],"organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`

func isStaff(t *testing.T, group *jumpcloud.UserGroup) {
	assert.Equal(t, staffID, group.ID)
	assert.Equal(t, jumpcloud.GraphTypeUserGroup, group.Type)
	assert.Equal(t, "Staff", group.Name)
	assert.Equal(t, "All of us", group.Description)
	assert.Equal(t, "staff@example.com", group.Email)
	require.NotNil(t, group.Attributes)
	assert.Equal(t, &jumpcloud.GroupSudo{Enabled: true}, group.Attributes.Sudo)
	assert.Equal(t, []jumpcloud.LDAPGroup{{Name: "staff"}}, group.Attributes.LDAPGroups)
	assert.Equal(t, []jumpcloud.PosixGroup{{ID: 4294967295, Name: "staff"}}, group.Attributes.PosixGroups)
	assert.Equal(t, &jumpcloud.GroupRADIUS{Reply: []jumpcloud.RADIUSReply{{Name: "Tunnel-Type", Value: "VLAN"}}}, group.Attributes.RADIUS)
	assert.True(t, group.Attributes.SambaEnabled)
	assert.Equal(t, map[string]json.RawMessage{"Hello": json.RawMessage(`"World"`)}, group.Attributes.Extra)
	assert.Equal(t, jumpcloud.MembershipMethodDynamicAutomated, group.MembershipMethod)
	require.NotNil(t, group.MemberQuery)
	conditions, isConditions := group.MemberQuery.Conditions()
	assert.True(t, isConditions)
	assert.Equal(t, []string{"department:$eq:IT"}, conditions)
	assert.Equal(t, []jumpcloud.GraphObject{{ID: annID, Type: jumpcloud.GraphTypeUser}}, group.MemberQueryExemptions)
	assert.True(t, group.MemberSuggestionsNotify)
	assert.Equal(t, &jumpcloud.SuggestionCounts{Add: 2, Remove: 1, Total: 3}, group.SuggestionCounts)
	assert.Equal(t, []string{"CYCLE"}, group.MemberQueryErrorFlags)
	assert.Equal(t, contractOrg, group.OrganizationObjectID)
}

func usergroupsContracts() []contract {
	var newerQuery jumpcloud.MemberQuery
	if err := json.Unmarshal([]byte(`{"filters":[{"field":"department","operation":"eq","value":"IT"}]}`), &newerQuery); err != nil {
		panic(err)
	}
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		groups = *jumpcloud.UsergroupsService
	)
	service := func(c client) groups { return c.Usergroups }
	filter := traversalFilter
	listParams := &jumpcloud.UsergroupsListParams{
		Limit:  50,
		Skip:   100,
		Fields: []string{"name", "description"},
		Filter: []jumpcloud.Condition{
			jumpcloud.Filter("name", jumpcloud.Search, "R & D, Lab"),
			jumpcloud.Filter("suggestionCounts.total", jumpcloud.Gte, "1"),
			jumpcloud.Filter("suggestionCounts.add", jumpcloud.Between, "1", "9"),
		},
		Sort: []string{"-name", "id"},
	}
	applications := []jumpcloud.GraphType{jumpcloud.GraphTypeSystem}
	associationsParams := &jumpcloud.UsergroupsListAssociationsParams{Limit: 50, Skip: 100}
	membersParams := &jumpcloud.UsergroupsListMembersParams{Limit: 50, Skip: 100}
	suggestionsParams := &jumpcloud.UsergroupsListSuggestionsParams{Limit: 50, Skip: 100}
	members := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Usergroups.ManageMembers(ctx, staffID, body) })
	}
	associations := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Usergroups.ManageAssociations(ctx, staffID, body) })
	}
	return []contract{
		{
			operation: "groups_user_list",
			route:     "GET /v2/usergroups",
			path:      "/v2/usergroups",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"name,description"}, "sort": {"-name,id"},
				"filter": {"name:search:R & D, Lab", "suggestionCounts.total:ge:1", "suggestionCounts.add:between:1|9"},
			},
			raw: "limit=50&skip=100&fields=name%2Cdescription&sort=-name%2Cid&filter=name%3Asearch%3AR+%26+D%2C+Lab" +
				"&filter=suggestionCounts.total%3Age%3A1&filter=suggestionCounts.add%3Abetween%3A1%7C9",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.UserGroup], error) {
					return c.Usergroups.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.UserGroup, error] {
					return c.Usergroups.All(ctx, listParams)
				},
				func(t *testing.T, found []*jumpcloud.UserGroup) {
					assert.Equal(t, "60259a3cb544065d1eaf2760", found[0].ID)
					assert.Equal(t, "All Users", found[0].Name)
					assert.Nil(t, found[0].Attributes)
					assert.Equal(t, staffID, found[1].ID)
					assert.Equal(t, "Testing!", found[1].Description)
					assert.Equal(t, jumpcloud.MembershipMethodStatic, found[1].MembershipMethod)
				},
			),
			answers: []reply{v2Page(`[
				{"attributes":null,"id":"60259a3cb544065d1eaf2760","name":"All Users","type":"user_group","email":"","description":""},
				{"attributes":null,"id":"6026da081f24755306c2ee0d","name":"Staff","type":"user_group","description":"Testing!","membershipMethod":"STATIC"}]`)},
			failure: refusedDetails,
		},
		{
			operation: "groups_user_post",
			route:     "POST /v2/usergroups",
			path:      "/v2/usergroups",
			body: `{"name":"Staff","description":"","email":"staff@example.com","membershipMethod":"DYNAMIC_REVIEW_REQUIRED",
				"memberQuery":{"queryType":"FilterQuery","filters":[{"field":"department","operator":"eq","value":"IT"}]},
				"memberQueryExemptions":[{"id":"6026bec6b8207255280d5981","type":"user"}],"memberSuggestionsNotify":false,"membershipAutomated":false,
				"attributes":{"sudo":{"enabled":true,"withoutPassword":false},"ldapGroups":[{"name":"staff"}],"posixGroups":[{"id":1001,"name":"staff"}],
					"radius":{"reply":[{"name":"Tunnel-Type","value":"VLAN"}]},"sambaEnabled":false,"Hello":"World"}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.UserGroup, error) {
				return c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{
					Name:                    "Staff",
					Description:             jumpcloud.Set(""),
					Email:                   jumpcloud.Set("staff@example.com"),
					MembershipMethod:        jumpcloud.Set(jumpcloud.MembershipMethodDynamicReviewRequired),
					MemberQuery:             jumpcloud.Set(jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "department", Operator: "eq", Value: "IT"})),
					MemberQueryExemptions:   []jumpcloud.GraphObjectInput{{ID: annID, Type: jumpcloud.GraphTypeUser}},
					MemberSuggestionsNotify: jumpcloud.Set(false),
					MembershipAutomated:     jumpcloud.Set(false),
					Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{
						Sudo:         jumpcloud.Set(jumpcloud.GroupSudoInput{Enabled: true}),
						LDAPGroups:   []jumpcloud.LDAPGroupInput{{Name: jumpcloud.Set("staff")}},
						PosixGroups:  []jumpcloud.PosixGroupInput{{ID: 1001, Name: "staff"}},
						RADIUS:       jumpcloud.Set(jumpcloud.GroupRADIUSInput{Reply: []jumpcloud.RADIUSReplyInput{{Name: "Tunnel-Type", Value: "VLAN"}}}),
						SambaEnabled: jumpcloud.Set(false),
						Extra:        map[string]json.RawMessage{"Hello": json.RawMessage(`"World"`)},
					}),
				})
			}, isStaff),
			answers: []reply{createdJSON(staffAnswer), okJSON(staffAnswer)},
			failure: refusedExists,
		},
		{
			operation: "groups_user_post",
			variant:   "of a name alone",
			route:     "POST /v2/usergroups",
			path:      "/v2/usergroups",
			body:      `{"name":"Staff"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.UserGroup, error) {
				return c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{Name: "Staff"})
			}, isStaff),
			answers: []reply{createdJSON(staffAnswer)},
			failure: refusedKey,
		},
		{
			operation: "groups_user_post",
			variant:   "with a rule of the newer grammar",
			route:     "POST /v2/usergroups",
			path:      "/v2/usergroups",
			header:    map[string]string{"X-Query-Dsl": "v2"},
			body:      `{"name":"Staff","memberQuery":{"filters":[{"field":"department","operation":"eq","value":"IT"}]}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.UserGroup, error) {
				return c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{Name: "Staff", MemberQuery: jumpcloud.Set(newerQuery)})
			}, isStaff),
			answers: []reply{createdJSON(staffAnswer)},
			failure: refusedKey,
		},
		{
			operation: "groups_user_put",
			variant:   "with a rule of the newer grammar",
			route:     "PUT /v2/usergroups/{id}",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d",
			header:    map[string]string{"X-Query-Dsl": "v2"},
			body:      `{"name":"Staff","memberQuery":{"filters":[{"field":"department","operation":"eq","value":"IT"}]}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.UserGroup, error) {
				return c.Usergroups.Update(ctx, staffID, jumpcloud.UserGroupUpdate{Name: "Staff", MemberQuery: jumpcloud.Set(newerQuery)})
			}, isStaff),
			answers: []reply{okJSON(staffAnswer)},
			failure: refusedKey,
		},
		{
			operation: "groups_user_get",
			route:     "GET /v2/usergroups/{id}",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d",
			methods: single(func(ctx ctx, c client) (*jumpcloud.UserGroup, error) {
				return c.Usergroups.Get(ctx, staffID)
			}, isStaff),
			answers: []reply{okJSON(staffAnswer)},
			failure: refusedMock,
		},
		{
			operation: "groups_user_put",
			route:     "PUT /v2/usergroups/{id}",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d",
			body: `{"name":"Staff","description":"","attributes":{"ldapGroups":[]},"memberQueryExemptions":[],
				"membershipMethod":"STATIC","memberSuggestionsNotify":false}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.UserGroup, error) {
				return c.Usergroups.Update(ctx, staffID, jumpcloud.UserGroupUpdate{
					Name:                    "Staff",
					Description:             jumpcloud.Set(""),
					Attributes:              jumpcloud.Set(jumpcloud.GroupAttributesInput{LDAPGroups: []jumpcloud.LDAPGroupInput{}}),
					MemberQueryExemptions:   []jumpcloud.GraphObjectInput{},
					MembershipMethod:        jumpcloud.Set(jumpcloud.MembershipMethodStatic),
					MemberSuggestionsNotify: jumpcloud.Set(false),
				})
			}, isStaff),
			answers: []reply{okJSON(staffAnswer)},
			failure: refusedIn2019,
		},
		{
			operation: "groups_user_patch",
			route:     "PATCH /v2/usergroups/{id}",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d",
			body:      `{"name":"Staff","email":"","attributes":null}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.UserGroup, error) {
				return c.Usergroups.Patch(ctx, staffID, jumpcloud.UserGroupUpdate{
					Name: "Staff", Email: jumpcloud.Set(""), Attributes: jumpcloud.Null[jumpcloud.GroupAttributesInput](),
				})
			}, isStaff),
			answers: []reply{okJSON(staffAnswer)},
			failure: refusal{status: 405, matches: nil},
		},
		{
			operation: "groups_user_delete",
			route:     "DELETE /v2/usergroups/{id}",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d",
			methods:   nothing(func(ctx ctx, c client) error { return c.Usergroups.Delete(ctx, staffID) }),
			answers:   []reply{okJSON(staffAnswer), noContent},
			failure:   refusedMock,
		},
		{
			operation: "graph_userGroupMembersList",
			route:     "GET /v2/usergroups/{group_id}/members",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/members",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Usergroups.ListMembers(ctx, staffID, membersParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Usergroups.AllMembers(ctx, staffID, membersParams)
				},
				func(t *testing.T, members []*jumpcloud.GraphConnection) {
					assert.Equal(t, jumpcloud.GraphObject{ID: annID, Type: jumpcloud.GraphTypeUser}, members[0].To)
					assert.Nil(t, members[0].Attributes)
					assert.Equal(t, jumpcloud.GraphObject{ID: bobID, Type: jumpcloud.GraphTypeUser}, members[1].To)
					assert.Equal(t, &jumpcloud.GraphObject{ID: staffID, Type: jumpcloud.GraphTypeUserGroup}, members[1].From)
				},
			),
			answers: []reply{v2Page(`[
				{"attributes":null,"to":{"attributes":null,"id":"6026bec6b8207255280d5981","type":"user"}},
				{"from":{"id":"6026da081f24755306c2ee0d","type":"user_group"},"to":{"id":"6026bec6b8207255280d5982","type":"user"}}]`)},
			failure: refusedNotFound,
		},
		{
			operation: "graph_userGroupMembersPost",
			route:     "POST /v2/usergroups/{group_id}/members",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/members",
			body:      `{"op":"add","type":"user","id":"6026bec6b8207255280d5981"}`,
			methods:   members(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUser, ID: annID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		{
			operation: "graph_userGroupMembersPost",
			variant:   "that removes",
			route:     "POST /v2/usergroups/{group_id}/members",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/members",
			body:      `{"op":"remove","type":"user","id":"6026bec6b8207255280d5981"}`,
			methods:   members(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeUser, ID: annID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_userGroupMembership", "/v2/usergroups/{group_id}/membership", staffID, "user", service,
			groups.ListMembership, groups.AllMembership,
			jumpcloud.UsergroupsListMembershipParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}, refusedTextCode).sorted(),
		traversal("graph_userGroupMemberOf", "/v2/usergroups/{group_id}/memberof", staffID, "user_group", service,
			groups.ListMemberOf, groups.AllMemberOf,
			jumpcloud.UsergroupsListMemberOfParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}, refusedMock).sorted(),
		{
			operation: "graph_userGroupAssociationsList",
			route:     "GET /v2/usergroups/{group_id}/associations",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/associations",
			query:     url.Values{"targets": {"system"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Usergroups.ListAssociations(ctx, staffID, applications, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Usergroups.AllAssociations(ctx, staffID, applications, associationsParams)
				},
				areBoundSystems,
			),
			answers: []reply{v2Page(boundSystems)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_userGroupAssociationsPost",
			route:     "POST /v2/usergroups/{group_id}/associations",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/associations",
			body:      `{"op":"add","type":"ldap_server","id":"5f1b2c3d4e5f60718293a4b5","attributes":{"anything":["at",1]}}`,
			methods: associations(jumpcloud.GraphOperation{
				Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeLDAPServer, ID: laptopID,
				Attributes: map[string]any{"anything": []any{"at", 1}},
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
		{
			operation: "graph_userGroupAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/usergroups/{group_id}/associations",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/associations",
			body:      `{"op":"remove","type":"idp_routing_policy","id":"5f1b2c3d4e5f60718293a4b5"}`,
			methods: associations(jumpcloud.GraphOperation{
				Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeIDPRoutingPolicy, ID: laptopID,
			}),
			answers: []reply{noContent},
			failure: refusedMock,
		},
		traversal("graph_userGroupTraverseActiveDirectory", "/v2/usergroups/{group_id}/activedirectories", staffID, "active_directory", service,
			groups.ListActiveDirectories, groups.AllActiveDirectories,
			jumpcloud.UsergroupsListActiveDirectoriesParams{Limit: 50, Skip: 100, Filter: filter}, refusedMock),
		traversal("graph_userGroupTraverseApplication", "/v2/usergroups/{group_id}/applications", staffID, "application", service,
			groups.ListApplications, groups.AllApplications,
			jumpcloud.UsergroupsListApplicationsParams{Limit: 50, Skip: 100, Filter: filter}, refusedStatusOnly),
		traversal("graph_userGroupTraverseDirectory", "/v2/usergroups/{group_id}/directories", staffID, "g_suite", service,
			groups.ListDirectories, groups.AllDirectories,
			jumpcloud.UsergroupsListDirectoriesParams{Limit: 50, Skip: 100, Filter: filter}, refusedDetails),
		traversal("graph_userGroupTraverseGSuite", "/v2/usergroups/{group_id}/gsuites", staffID, "g_suite", service,
			groups.ListGSuites, groups.AllGSuites,
			jumpcloud.UsergroupsListGSuitesParams{Limit: 50, Skip: 100, Filter: filter}, refusedWording),
		traversal("graph_userGroupTraverseLdapServer", "/v2/usergroups/{group_id}/ldapservers", staffID, "ldap_server", service,
			groups.ListLDAPServers, groups.AllLDAPServers,
			jumpcloud.UsergroupsListLDAPServersParams{Limit: 50, Skip: 100, Filter: filter}, refusedErrorOnly),
		traversal("graph_userGroupTraverseOffice365", "/v2/usergroups/{group_id}/office365s", staffID, "office_365", service,
			groups.ListOffice365s, groups.AllOffice365s,
			jumpcloud.UsergroupsListOffice365sParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
		traversal("graph_userGroupTraverseRadiusServer", "/v2/usergroups/{group_id}/radiusservers", staffID, "radius_server", service,
			groups.ListRADIUSServers, groups.AllRADIUSServers,
			jumpcloud.UsergroupsListRADIUSServersParams{Limit: 50, Skip: 100, Filter: filter}, refusedKeyUnsaid),
		traversal("graph_userGroupTraversePolicy", "/v2/usergroups/{group_id}/policies", staffID, "policy", service,
			groups.ListPolicies, groups.AllPolicies,
			jumpcloud.UsergroupsListPoliciesParams{Limit: 50, Skip: 100, Filter: filter}, refusedDetails),
		traversal("graph_userGroupTraversePolicyGroup", "/v2/usergroups/{group_id}/policygroups", staffID, "policy_group", service,
			groups.ListPolicyGroups, groups.AllPolicyGroups,
			jumpcloud.UsergroupsListPolicyGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedWording),
		traversal("graph_userGroupTraverseSystemGroup", "/v2/usergroups/{group_id}/systemgroups", staffID, "system_group", service,
			groups.ListSystemGroups, groups.AllSystemGroups,
			jumpcloud.UsergroupsListSystemGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedJSONText),
		traversal("graph_userGroupTraverseSystem", "/v2/usergroups/{group_id}/systems", staffID, "system", service,
			groups.ListSystems, groups.AllSystems,
			jumpcloud.UsergroupsListSystemsParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		{
			operation: "groups_user_suggestions_get",
			route:     "GET /v2/usergroups/{group_id}/suggestions",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/suggestions",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.MemberSuggestion], error) {
					return c.Usergroups.ListSuggestions(ctx, staffID, suggestionsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.MemberSuggestion, error] {
					return c.Usergroups.AllSuggestions(ctx, staffID, suggestionsParams)
				},
				func(t *testing.T, suggestions []*jumpcloud.MemberSuggestion) {
					assert.Equal(t, jumpcloud.GraphObject{ID: annID, Type: jumpcloud.GraphTypeUser}, suggestions[0].Object)
					assert.Equal(t, jumpcloud.GraphOpAdd, suggestions[0].Op)
					assert.Equal(t, bobID, suggestions[1].Object.ID)
					assert.Equal(t, map[string]any{"department": "IT"}, suggestions[1].Object.Attributes)
					assert.Equal(t, jumpcloud.GraphOpRemove, suggestions[1].Op)
				},
			),
			answers: []reply{v2Page(`[
				{"object":{"id":"6026bec6b8207255280d5981","type":"user","attributes":null},"op":"add"},
				{"object":{"id":"6026bec6b8207255280d5982","type":"user","attributes":{"department":"IT"}},"op":"remove"}]`)},
			failure: refusedMock,
		},
		{
			operation: "groups_user_suggestions_post",
			route:     "POST /v2/usergroups/{group_id}/suggestions",
			path:      "/v2/usergroups/6026da081f24755306c2ee0d/suggestions",
			body:      `{"user_ids":["6026bec6b8207255280d5981","6026bec6b8207255280d5982"]}`,
			methods: single(func(ctx ctx, c client) ([]*jumpcloud.MemberSuggestionsResult, error) {
				return c.Usergroups.ApplySuggestions(ctx, staffID, jumpcloud.MemberSuggestionsRequest{UserIDs: []string{annID, bobID}})
			}, func(t *testing.T, results []*jumpcloud.MemberSuggestionsResult) {
				if assert.Len(t, results, 1) {
					assert.Equal(t, []string{annID}, results[0].SuggestionsFound)
					assert.Equal(t, []string{bobID}, results[0].SuggestionsNotFound)
				}
			}),
			answers: []reply{okJSON(`[{"suggestions_found":["6026bec6b8207255280d5981"],"suggestions_not_found":["6026bec6b8207255280d5982"]}]`)},
			failure: refusedUnspecified,
		},
	}
}
