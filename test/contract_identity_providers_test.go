package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestIdentityProvidersContracts(t *testing.T) { testContracts(t, identityProvidersContracts()) }

const routingPolicyID = "66d1b2c3d4e5f60718293c01"

func identityProvidersContracts() []contract {
	type (
		ctx     = context.Context
		client  = *jumpcloud.APIClient
		routing = *jumpcloud.IdentityProvidersService
	)
	service := func(c client) routing { return c.IdentityProviders }
	kinds := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	params := &jumpcloud.IdentityProvidersListAssociationsParams{Limit: 50, Skip: 100}
	return []contract{
		{
			operation: "graph_idpRoutingPolicyAssociationsList",
			route:     "GET /v2/identity-provider/policies/{idp_routing_policy_id}/associations",
			path:      "/v2/identity-provider/policies/66d1b2c3d4e5f60718293c01/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.IdentityProviders.ListAssociations(ctx, routingPolicyID, kinds, params)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.IdentityProviders.AllAssociations(ctx, routingPolicyID, kinds, params)
				},
				func(t *testing.T, found []*jumpcloud.GraphConnection) {
					assert.Equal(t, jumpcloud.GraphObject{Type: jumpcloud.GraphTypeUser, ID: annID}, found[0].To)
					assert.Equal(t, jumpcloud.GraphObject{Type: jumpcloud.GraphTypeUserGroup, ID: staffID}, found[1].To)
				},
			),
			answers: []reply{v2Page(`[{"attributes":null,"to":{"attributes":null,"id":"6026bec6b8207255280d5981","type":"user"}},
				{"attributes":null,"to":{"attributes":null,"id":"6026da081f24755306c2ee0d","type":"user_group"}}]`)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_idpRoutingPolicyAssociationsPost",
			route:     "POST /v2/identity-provider/policies/{idp_routing_policy_id}/associations",
			path:      "/v2/identity-provider/policies/66d1b2c3d4e5f60718293c01/associations",
			body:      `{"op":"add","type":"user_group","id":"6026da081f24755306c2ee0d"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.IdentityProviders.ManageAssociations(ctx, routingPolicyID, jumpcloud.GraphOperation{
					Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUserGroup, ID: staffID,
				})
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
		traversal("graph_idpRoutingPolicyTraverseUserGroup", "/v2/identity-provider/policies/{idp_routing_policy_id}/associations/usergroups",
			routingPolicyID, "user_group", service, routing.ListUserGroups, routing.AllUserGroups,
			jumpcloud.IdentityProvidersListUserGroupsParams{Limit: 50, Skip: 100, Filter: traversalFilter}, refusedMock),
		traversal("graph_idpRoutingPolicyTraverseUser", "/v2/identity-provider/policies/{idp_routing_policy_id}/associations/users",
			routingPolicyID, "user", service, routing.ListUsers, routing.AllUsers,
			jumpcloud.IdentityProvidersListUsersParams{Limit: 50, Skip: 100, Filter: traversalFilter}, refusedForbidden),
	}
}
