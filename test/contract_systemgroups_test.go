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

func TestSystemgroupsContracts(t *testing.T) { testContracts(t, systemgroupsContracts()) }

const fleetID = "6026da081f24755306c2ee0e"

// fleetAnswer is a dynamic group of systems as a Get answers it.
const fleetAnswer = `{"id":"6026da081f24755306c2ee0e","type":"system_group","name":"Linux servers","description":"Patched on Mondays",
	"email":"ops@example.com","attributes":{"sudo":{"enabled":true,"withoutPassword":false},"Hello":"World"},
	"membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"queryType":"Filter","filters":["osFamily:$eq:linux"]},
	"memberQueryExemptions":[{"id":"5f1b2c3d4e5f60718293a4b5","type":"system"}],"memberSuggestionsNotify":true,
	"memberQueryErrorFlags":["CYCLE"],"organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`

func isFleet(t *testing.T, group *jumpcloud.SystemGroup) {
	assert.Equal(t, fleetID, group.ID)
	assert.Equal(t, jumpcloud.GraphTypeSystemGroup, group.Type)
	assert.Equal(t, "Linux servers", group.Name)
	assert.Equal(t, "Patched on Mondays", group.Description)
	assert.Equal(t, "ops@example.com", group.Email)
	require.NotNil(t, group.Attributes)
	assert.Equal(t, &jumpcloud.GroupSudo{Enabled: true}, group.Attributes.Sudo)
	assert.Equal(t, map[string]json.RawMessage{"Hello": json.RawMessage(`"World"`)}, group.Attributes.Extra)
	assert.Equal(t, jumpcloud.MembershipMethodDynamicAutomated, group.MembershipMethod)
	require.NotNil(t, group.MemberQuery)
	conditions, isConditions := group.MemberQuery.Conditions()
	assert.True(t, isConditions)
	assert.Equal(t, []string{"osFamily:$eq:linux"}, conditions)
	assert.Equal(t, []jumpcloud.GraphObject{{ID: laptopID, Type: jumpcloud.GraphTypeSystem}}, group.MemberQueryExemptions)
	assert.True(t, group.MemberSuggestionsNotify)
	assert.Equal(t, []string{"CYCLE"}, group.MemberQueryErrorFlags)
	assert.Equal(t, contractOrg, group.OrganizationObjectID)
}

func systemgroupsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		groups = *jumpcloud.SystemgroupsService
	)
	service := func(c client) groups { return c.Systemgroups }
	filter := traversalFilter
	listParams := &jumpcloud.SystemgroupsListParams{
		Limit: 50, Skip: 100, Fields: []string{"name", "description"}, Sort: []string{"-name", "id"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Search, "R & D, Lab"), jumpcloud.Filter("membershipMethod", jumpcloud.Ne, "STATIC")},
	}
	users := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	associationsParams := &jumpcloud.SystemgroupsListAssociationsParams{Limit: 50, Skip: 100}
	membersParams := &jumpcloud.SystemgroupsListMembersParams{Limit: 50, Skip: 100}
	suggestionsParams := &jumpcloud.SystemgroupsListSuggestionsParams{Limit: 50, Skip: 100}
	commandsParams := &jumpcloud.SystemgroupsListCommandsParams{Limit: 50, Skip: 100, Filter: filter, Details: "v1"}
	members := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Systemgroups.ManageMembers(ctx, fleetID, body) })
	}
	associations := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Systemgroups.ManageAssociations(ctx, fleetID, body) })
	}
	var ofV2 jumpcloud.MemberQuery
	if err := json.Unmarshal([]byte(`{"filters":[{"field":"osFamily","operation":"eq","value":"linux"}]}`), &ofV2); err != nil {
		panic(err)
	}
	return []contract{
		{
			operation: "groups_system_list",
			route:     "GET /v2/systemgroups",
			path:      "/v2/systemgroups",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"name,description"}, "sort": {"-name,id"},
				"filter": {"name:search:R & D, Lab", "membershipMethod:ne:STATIC"},
			},
			raw: "limit=50&skip=100&fields=name%2Cdescription&sort=-name%2Cid&filter=name%3Asearch%3AR+%26+D%2C+Lab&filter=membershipMethod%3Ane%3ASTATIC",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.SystemGroup], error) {
					return c.Systemgroups.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.SystemGroup, error] {
					return c.Systemgroups.All(ctx, listParams)
				},
				func(t *testing.T, found []*jumpcloud.SystemGroup) {
					isFleet(t, found[0])
					assert.Equal(t, "60259a3cb544065d1eaf2761", found[1].ID)
					assert.Nil(t, found[1].Attributes)
					assert.Nil(t, found[1].MemberQuery)
					assert.Empty(t, found[1].OrganizationObjectID)
				},
			),
			answers: []reply{v2Page(`[` + fleetAnswer + `,
				{"attributes":null,"id":"60259a3cb544065d1eaf2761","name":"Laptops","type":"system_group","memberQuery":null,"organizationObjectId":null}]`)},
			failure: refusedDetails,
		},
		{
			operation: "groups_system_post",
			route:     "POST /v2/systemgroups",
			path:      "/v2/systemgroups",
			body: `{"name":"Linux servers","description":"","email":"ops@example.com","membershipMethod":"DYNAMIC_AUTOMATED",
				"memberQuery":{"queryType":"Filter","filters":["osFamily:$eq:linux"]},
				"memberQueryExemptions":[{"id":"5f1b2c3d4e5f60718293a4b5","type":"system"}],"memberSuggestionsNotify":false,
				"attributes":{"sudo":{"enabled":true,"withoutPassword":false},"Hello":"World"}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SystemGroup, error) {
				return c.Systemgroups.Create(ctx, jumpcloud.SystemGroupCreate{
					Name:                    "Linux servers",
					Description:             jumpcloud.Set(""),
					Email:                   jumpcloud.Set("ops@example.com"),
					MembershipMethod:        jumpcloud.Set(jumpcloud.MembershipMethodDynamicAutomated),
					MemberQuery:             jumpcloud.Set(jumpcloud.ConditionQuery(jumpcloud.Filter("osFamily", jumpcloud.Eq, "linux"))),
					MemberQueryExemptions:   []jumpcloud.GraphObjectInput{{ID: laptopID, Type: jumpcloud.GraphTypeSystem}},
					MemberSuggestionsNotify: jumpcloud.Set(false),
					Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{
						Sudo: jumpcloud.Set(jumpcloud.GroupSudoInput{Enabled: true}), Extra: map[string]json.RawMessage{"Hello": json.RawMessage(`"World"`)},
					}),
				})
			}, isFleet),
			answers: []reply{createdJSON(fleetAnswer), okJSON(fleetAnswer)},
			failure: refusedExists,
		},
		{
			operation: "groups_system_post",
			variant:   "with a rule of the newer grammar",
			route:     "POST /v2/systemgroups",
			path:      "/v2/systemgroups",
			header:    map[string]string{"X-Query-Dsl": "v2"},
			body:      `{"name":"Linux servers","memberQuery":{"filters":[{"field":"osFamily","operation":"eq","value":"linux"}]}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SystemGroup, error) {
				return c.Systemgroups.Create(ctx, jumpcloud.SystemGroupCreate{Name: "Linux servers", MemberQuery: jumpcloud.Set(ofV2)})
			}, isFleet),
			answers: []reply{createdJSON(fleetAnswer)},
			failure: refusedKey,
		},
		{
			operation: "groups_system_get",
			route:     "GET /v2/systemgroups/{id}",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e",
			methods: single(func(ctx ctx, c client) (*jumpcloud.SystemGroup, error) {
				return c.Systemgroups.Get(ctx, fleetID)
			}, isFleet),
			answers: []reply{okJSON(fleetAnswer)},
			failure: refusedMock,
		},
		{
			operation: "groups_system_put",
			route:     "PUT /v2/systemgroups/{id}",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e",
			body:      `{"name":"Linux servers","description":"","attributes":null,"memberQueryExemptions":[],"membershipMethod":"STATIC","memberSuggestionsNotify":false}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SystemGroup, error) {
				return c.Systemgroups.Update(ctx, fleetID, jumpcloud.SystemGroupUpdate{
					Name:                    "Linux servers",
					Description:             jumpcloud.Set(""),
					Attributes:              jumpcloud.Null[jumpcloud.GroupAttributesInput](),
					MemberQueryExemptions:   []jumpcloud.GraphObjectInput{},
					MembershipMethod:        jumpcloud.Set(jumpcloud.MembershipMethodStatic),
					MemberSuggestionsNotify: jumpcloud.Set(false),
				})
			}, isFleet),
			answers: []reply{okJSON(fleetAnswer)},
			failure: refusedIn2019,
		},
		{
			operation: "groups_system_put",
			variant:   "with a rule of the newer grammar",
			route:     "PUT /v2/systemgroups/{id}",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e",
			header:    map[string]string{"X-Query-Dsl": "v2"},
			body:      `{"name":"Linux servers","memberQuery":{"filters":[{"field":"osFamily","operation":"eq","value":"linux"}]}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SystemGroup, error) {
				return c.Systemgroups.Update(ctx, fleetID, jumpcloud.SystemGroupUpdate{Name: "Linux servers", MemberQuery: jumpcloud.Set(ofV2)})
			}, isFleet),
			answers: []reply{okJSON(fleetAnswer)},
			failure: refusedMock,
		},
		{
			operation: "groups_system_delete",
			route:     "DELETE /v2/systemgroups/{id}",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e",
			methods:   nothing(func(ctx ctx, c client) error { return c.Systemgroups.Delete(ctx, fleetID) }),
			answers:   []reply{okJSON(fleetAnswer), noContent},
			failure:   refusedMock,
		},
		{
			operation: "graph_systemGroupMembersList",
			route:     "GET /v2/systemgroups/{group_id}/members",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/members",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Systemgroups.ListMembers(ctx, fleetID, membersParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Systemgroups.AllMembers(ctx, fleetID, membersParams)
				},
				areBoundSystems,
			),
			answers: []reply{v2Page(boundSystems)},
			failure: refusedNotFound,
		},
		{
			operation: "graph_systemGroupMembersPost",
			route:     "POST /v2/systemgroups/{group_id}/members",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/members",
			body:      `{"op":"add","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`,
			methods:   members(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystem, ID: laptopID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		{
			operation: "graph_systemGroupMembersPost",
			variant:   "that removes",
			route:     "POST /v2/systemgroups/{group_id}/members",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/members",
			body:      `{"op":"remove","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`,
			methods:   members(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeSystem, ID: laptopID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_systemGroupMembership", "/v2/systemgroups/{group_id}/membership", fleetID, "system", service,
			groups.ListMembership, groups.AllMembership,
			jumpcloud.SystemgroupsListMembershipParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}, refusedTextCode).sorted(),
		{
			operation: "graph_systemGroupAssociationsList",
			route:     "GET /v2/systemgroups/{group_id}/associations",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Systemgroups.ListAssociations(ctx, fleetID, users, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Systemgroups.AllAssociations(ctx, fleetID, users, associationsParams)
				},
				areBoundUsers,
			),
			answers: []reply{v2Page(boundUsers)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_systemGroupAssociationsPost",
			route:     "POST /v2/systemgroups/{group_id}/associations",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/associations",
			body:      `{"op":"add","type":"user_group","id":"6026da081f24755306c2ee0d","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`,
			methods: associations(jumpcloud.GraphOperation{
				Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUserGroup, ID: staffID,
				Attributes: map[string]any{"sudo": map[string]bool{"enabled": true, "withoutPassword": false}},
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
		{
			operation: "graph_systemGroupAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/systemgroups/{group_id}/associations",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/associations",
			body:      `{"op":"remove","type":"command","id":"65b1c2d3e4f5061728394a5b"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeCommand, ID: policyID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		commandsTraversal("graph_systemGroupTraverseCommand", "/v2/systemgroups/{group_id}/commands", fleetID,
			func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.CommandGraphObject], error) {
				return c.Systemgroups.ListCommands(ctx, fleetID, commandsParams)
			},
			func(ctx ctx, c client) iter.Seq2[*jumpcloud.CommandGraphObject, error] {
				return c.Systemgroups.AllCommands(ctx, fleetID, commandsParams)
			}, refusedStatusOnly),
		traversal("graph_systemGroupTraversePolicy", "/v2/systemgroups/{group_id}/policies", fleetID, "policy", service,
			groups.ListPolicies, groups.AllPolicies,
			jumpcloud.SystemgroupsListPoliciesParams{Limit: 50, Skip: 100, Filter: filter}, refusedDetails),
		traversal("graph_systemGroupTraversePolicyGroup", "/v2/systemgroups/{group_id}/policygroups", fleetID, "policy_group", service,
			groups.ListPolicyGroups, groups.AllPolicyGroups,
			jumpcloud.SystemgroupsListPolicyGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedWording),
		traversal("graph_systemGroupTraverseUser", "/v2/systemgroups/{group_id}/users", fleetID, "user", service,
			groups.ListUsers, groups.AllUsers,
			jumpcloud.SystemgroupsListUsersParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		traversal("graph_systemGroupTraverseUserGroup", "/v2/systemgroups/{group_id}/usergroups", fleetID, "user_group", service,
			groups.ListUserGroups, groups.AllUserGroups,
			jumpcloud.SystemgroupsListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedKeyUnsaid),
		{
			operation: "groups_system_suggestions_get",
			route:     "GET /v2/systemgroups/{group_id}/suggestions",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/suggestions",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.MemberSuggestion], error) {
					return c.Systemgroups.ListSuggestions(ctx, fleetID, suggestionsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.MemberSuggestion, error] {
					return c.Systemgroups.AllSuggestions(ctx, fleetID, suggestionsParams)
				},
				func(t *testing.T, suggestions []*jumpcloud.MemberSuggestion) {
					assert.Equal(t, jumpcloud.GraphObject{ID: laptopID, Type: jumpcloud.GraphTypeSystem}, suggestions[0].Object)
					assert.Equal(t, jumpcloud.GraphOpAdd, suggestions[0].Op)
					assert.Equal(t, serverID, suggestions[1].Object.ID)
					assert.Equal(t, jumpcloud.GraphOpRemove, suggestions[1].Op)
				},
			),
			answers: []reply{v2Page(`[
				{"object":{"id":"5f1b2c3d4e5f60718293a4b5","type":"system","attributes":null},"op":"add"},
				{"object":{"id":"5f1b2c3d4e5f60718293a4b6","type":"system"},"op":"remove"}]`)},
			failure: refusedMock,
		},
		{
			operation: "groups_system_suggestions_post",
			route:     "POST /v2/systemgroups/{group_id}/suggestions",
			path:      "/v2/systemgroups/6026da081f24755306c2ee0e/suggestions",
			body:      `{"object_ids":["5f1b2c3d4e5f60718293a4b5","5f1b2c3d4e5f60718293a4b6"]}`,
			methods: single(func(ctx ctx, c client) ([]*jumpcloud.MemberSuggestionsResult, error) {
				return c.Systemgroups.ApplySuggestions(ctx, fleetID, jumpcloud.SystemSuggestionsRequest{ObjectIDs: []string{laptopID, serverID}})
			}, func(t *testing.T, results []*jumpcloud.MemberSuggestionsResult) {
				if assert.Len(t, results, 1) {
					assert.Equal(t, []string{laptopID}, results[0].SuggestionsFound)
					assert.Equal(t, []string{serverID}, results[0].SuggestionsNotFound)
				}
			}),
			answers: []reply{okJSON(`[{"suggestions_found":["5f1b2c3d4e5f60718293a4b5"],"suggestions_not_found":["5f1b2c3d4e5f60718293a4b6"]}]`)},
			failure: refusedUnspecified,
		},
	}
}
