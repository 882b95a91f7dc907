package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestGroupsContracts(t *testing.T) { testContracts(t, groupsContracts()) }

func groupsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		group  = jumpcloud.Group
	)
	params := &jumpcloud.GroupsListParams{
		Limit: 50, Skip: 100, Sort: []string{"type", "-name"}, Fields: []string{"id", "name"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("type", jumpcloud.In, "user_group", "system_group"), jumpcloud.Filter("name", jumpcloud.Search, "staff")},
	}
	return []contract{
		{
			operation: "groups_list",
			route:     "GET /v2/groups",
			path:      "/v2/groups",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"type,-name"}, "fields": {"id,name"},
				"filter": {"type:in:user_group|system_group", "name:search:staff"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[group], error) { return c.Groups.List(ctx, params) },
				func(ctx ctx, c client) iter.Seq2[*group, error] { return c.Groups.All(ctx, params) },
				func(t *testing.T, groups []*group) {
					everyFieldIsSet(t, *groups[0], ".Attributes.Sudo", ".Attributes.PosixGroups", ".Attributes.SambaEnabled", ".Attributes.RADIUS", ".Attributes.Extra")
					assert.Equal(t, staffID, groups[0].ID)
					assert.Equal(t, jumpcloud.GraphTypeUserGroup, groups[0].Type)
					assert.Equal(t, "Staff", groups[0].Name)
					assert.Equal(t, []jumpcloud.LDAPGroup{{Name: "staff"}}, groups[0].Attributes.LDAPGroups)
					assert.Equal(t, []string{"CYCLE"}, groups[0].MemberQueryErrorFlags)
					assert.Equal(t, jumpcloud.GraphTypeSystemGroup, groups[1].Type)
					assert.Nil(t, groups[1].Attributes)
				},
			),
			answers: []reply{{status: 200, contentType: "application/json", total: "102", body: `[
				{"id":"6026da081f24755306c2ee0d","type":"user_group","name":"Staff","description":"Everybody","email":"staff@example.com",
					"attributes":{"ldapGroups":[{"name":"staff"}]},"memberQueryErrorFlags":["CYCLE"],"organizationObjectId":"5c9e9c2a1f0b7a0012345678"},
				{"id":"6026da081f24755306c2ee0e","type":"system_group","name":"Laptops","attributes":null,"organizationObjectId":null}]`}},
			failure: refusedUnspecified,
		},
		{
			operation: "groups_list",
			variant:   "with the count of all",
			route:     "GET /v2/groups",
			path:      "/v2/groups",
			query:     url.Values{"limit": {"100"}},
			header:    map[string]string{"X-Unfiltered-Total-Count": "1"},
			methods: single(func(ctx ctx, c client) (*jumpcloud.Page[group], error) {
				return c.Groups.List(ctx, nil, jumpcloud.WithHeader("x-unfiltered-total-count", "1"))
			}, func(t *testing.T, page *jumpcloud.Page[group]) { assert.Empty(t, page.Items) }),
			answers: []reply{{status: 200, contentType: "application/json", total: "0", body: `[]`}},
			failure: refusedMock,
		},
	}
}
