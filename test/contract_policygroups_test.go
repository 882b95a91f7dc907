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

func TestPolicygroupsContracts(t *testing.T) { testContracts(t, policygroupsContracts()) }

const policyGroupID = "64d2e8b14dab6c0021de67f8"

const laptops = `{"id":"64d2e8b14dab6c0021de67f8","type":"policy_group","name":"Laptops","description":"Those that leave the house","email":"ops@example.com",
	"attributes":{"Hello":"World"},"organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`

func areLaptops(t *testing.T, group *jumpcloud.PolicyGroup) {
	assert.Equal(t, policyGroupID, group.ID)
	assert.Equal(t, jumpcloud.GraphTypePolicyGroup, group.Type)
	assert.Equal(t, "Laptops", group.Name)
	assert.Equal(t, "Those that leave the house", group.Description)
	assert.Equal(t, "ops@example.com", group.Email)
	require.NotNil(t, group.Attributes)
	assert.Equal(t, map[string]json.RawMessage{"Hello": json.RawMessage(`"World"`)}, group.Attributes.Extra)
	assert.Equal(t, contractOrg, group.OrganizationObjectID)
}

func policygroupsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		groups = *jumpcloud.PolicygroupsService
	)
	service := func(c client) groups { return c.Policygroups }
	filter := traversalFilter
	listParams := &jumpcloud.PolicygroupsListParams{
		Limit: 50, Skip: 100, Fields: []string{"name", "description"}, Sort: []string{"-name", "id"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Search, "R & D, Lab"), jumpcloud.Filter("disabled", jumpcloud.Ne, "true")},
	}
	users := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	associationsParams := &jumpcloud.PolicygroupsListAssociationsParams{Limit: 50, Skip: 100}
	membersParams := &jumpcloud.PolicygroupsListMembersParams{Limit: 50, Skip: 100}
	members := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Policygroups.ManageMembers(ctx, policyGroupID, body) })
	}
	associations := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Policygroups.ManageAssociations(ctx, policyGroupID, body) })
	}
	return []contract{
		{
			operation: "groups_policy_list",
			route:     "GET /v2/policygroups",
			path:      "/v2/policygroups",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"name,description"}, "sort": {"-name,id"},
				"filter": {"name:search:R & D, Lab", "disabled:ne:true"},
			},
			raw: "limit=50&skip=100&fields=name%2Cdescription&sort=-name%2Cid&filter=name%3Asearch%3AR+%26+D%2C+Lab&filter=disabled%3Ane%3Atrue",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.PolicyGroup], error) {
					return c.Policygroups.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.PolicyGroup, error] {
					return c.Policygroups.All(ctx, listParams)
				},
				func(t *testing.T, found []*jumpcloud.PolicyGroup) {
					areLaptops(t, found[0])
					assert.Equal(t, "60259a3cb544065d1eaf2761", found[1].ID)
					assert.Nil(t, found[1].Attributes)
					assert.Empty(t, found[1].OrganizationObjectID)
				},
			),
			answers: []reply{v2Page(`[` + laptops + `,{"attributes":null,"id":"60259a3cb544065d1eaf2761","name":"Phones","type":"policy_group","organizationObjectId":null}]`)},
			failure: refusedDetails,
		},
		{
			operation: "groups_policy_post",
			route:     "POST /v2/policygroups",
			path:      "/v2/policygroups",
			body:      `{"name":"Laptops"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.PolicyGroup, error) {
				return c.Policygroups.Create(ctx, jumpcloud.PolicyGroupData{Name: "Laptops"})
			}, areLaptops),
			answers: []reply{createdJSON(laptops), okJSON(laptops)},
			failure: refusedExists,
		},
		{
			operation: "groups_policy_get",
			route:     "GET /v2/policygroups/{id}",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8",
			methods: single(func(ctx ctx, c client) (*jumpcloud.PolicyGroup, error) {
				return c.Policygroups.Get(ctx, policyGroupID)
			}, areLaptops),
			answers: []reply{okJSON(laptops)},
			failure: refusedMock,
		},
		{
			operation: "groups_policy_put",
			route:     "PUT /v2/policygroups/{id}",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8",
			body:      `{"name":"Laptops"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.PolicyGroup, error) {
				return c.Policygroups.Update(ctx, policyGroupID, jumpcloud.PolicyGroupData{Name: "Laptops"})
			}, areLaptops),
			answers: []reply{okJSON(laptops)},
			failure: refusedIn2019,
		},
		{
			operation: "groups_policy_delete",
			route:     "DELETE /v2/policygroups/{id}",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8",
			methods:   nothing(func(ctx ctx, c client) error { return c.Policygroups.Delete(ctx, policyGroupID) }),
			answers:   []reply{noContent, okJSON(laptops)},
			failure:   refusedNotFound,
		},
		{
			operation: "graph_policyGroupMembersList",
			route:     "GET /v2/policygroups/{group_id}/members",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8/members",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Policygroups.ListMembers(ctx, policyGroupID, membersParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Policygroups.AllMembers(ctx, policyGroupID, membersParams)
				},
				func(t *testing.T, found []*jumpcloud.GraphConnection) {
					assert.Equal(t, jumpcloud.GraphObject{ID: policyID, Type: jumpcloud.GraphTypePolicy}, found[0].To)
					assert.Equal(t, jumpcloud.GraphObject{ID: "65b1c2d3e4f5061728394a5c", Type: jumpcloud.GraphTypePolicy}, found[1].To)
				},
			),
			answers: []reply{v2Page(`[{"to":{"id":"65b1c2d3e4f5061728394a5b","type":"policy","attributes":null},"attributes":null},{"to":{"id":"65b1c2d3e4f5061728394a5c","type":"policy"}}]`)},
			failure: refusedNotFound,
		},
		{
			operation: "graph_policyGroupMembersPost",
			route:     "POST /v2/policygroups/{group_id}/members",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8/members",
			body:      `{"op":"add","type":"policy","id":"65b1c2d3e4f5061728394a5b"}`,
			methods:   members(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypePolicy, ID: policyID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		{
			operation: "graph_policyGroupMembersPost",
			variant:   "that removes",
			route:     "POST /v2/policygroups/{group_id}/members",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8/members",
			body:      `{"op":"remove","type":"policy","id":"65b1c2d3e4f5061728394a5b"}`,
			methods:   members(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypePolicy, ID: policyID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_policyGroupMembership", "/v2/policygroups/{group_id}/membership", policyGroupID, "policy", service,
			groups.ListMembership, groups.AllMembership,
			jumpcloud.PolicygroupsListMembershipParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}, refusedTextCode).sorted(),
		{
			operation: "graph_policyGroupAssociationsList",
			route:     "GET /v2/policygroups/{group_id}/associations",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Policygroups.ListAssociations(ctx, policyGroupID, users, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Policygroups.AllAssociations(ctx, policyGroupID, users, associationsParams)
				},
				areBoundUsers,
			),
			answers: []reply{v2Page(boundUsers)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_policyGroupAssociationsPost",
			route:     "POST /v2/policygroups/{group_id}/associations",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8/associations",
			body:      `{"op":"add","type":"system_group","id":"6026da081f24755306c2ee0e"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystemGroup, ID: fleetID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		{
			operation: "graph_policyGroupAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/policygroups/{group_id}/associations",
			path:      "/v2/policygroups/64d2e8b14dab6c0021de67f8/associations",
			body:      `{"op":"remove","type":"user_group","id":"6026da081f24755306c2ee0d"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeUserGroup, ID: staffID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_policyGroupTraverseSystem", "/v2/policygroups/{group_id}/systems", policyGroupID, "system", service,
			groups.ListSystems, groups.AllSystems,
			jumpcloud.PolicygroupsListSystemsParams{Limit: 50, Skip: 100, Filter: filter}, refusedDetails),
		traversal("graph_policyGroupTraverseSystemGroup", "/v2/policygroups/{group_id}/systemgroups", policyGroupID, "system_group", service,
			groups.ListSystemGroups, groups.AllSystemGroups,
			jumpcloud.PolicygroupsListSystemGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedWording),
		traversal("graph_policyGroupTraverseUser", "/v2/policygroups/{group_id}/users", policyGroupID, "user", service,
			groups.ListUsers, groups.AllUsers,
			jumpcloud.PolicygroupsListUsersParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		traversal("graph_policyGroupTraverseUserGroup", "/v2/policygroups/{group_id}/usergroups", policyGroupID, "user_group", service,
			groups.ListUserGroups, groups.AllUserGroups,
			jumpcloud.PolicygroupsListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedKeyUnsaid),
	}
}
