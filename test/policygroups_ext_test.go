package jumpcloud_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const (
	policyGroupPath    = "/v2/policygroups/64d2e8b14dab6c0021de67f8"
	policyGroupMembers = policyGroupPath + "/members"
	addPolicy          = `{"op":"add","type":"policy","id":"65b1c2d3e4f5061728394a5b"}`
	removePolicy       = `{"op":"remove","type":"policy","id":"65b1c2d3e4f5061728394a5b"}`
)

func TestPolicyGroupByNameIsTheOneWithExactlyThatName(t *testing.T) {
	const list = "GET /v2/policygroups?filter=name%3Aeq%3ALaptops&limit=100"
	client := talk(t,
		exchange{request: list, reply: reply{
			status: 200, contentType: "application/json", total: "2", body: `[{"id":"a","name":"laptops"},{"id":"64d2e8b14dab6c0021de67f8","name":"Laptops"}]`,
		}},
		exchange{request: "GET " + policyGroupPath, reply: okJSON(laptops)},
		exchange{request: list, reply: reply{status: 200, contentType: "application/json", total: "0", body: `[]`}},
	)
	group, err := client.Policygroups.GetByName(t.Context(), "Laptops")
	require.NoError(t, err)
	areLaptops(t, group)
	group, err = client.Policygroups.GetByName(t.Context(), "Laptops")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, group)
}

func TestMembersOfAPolicyGroupArePolicies(t *testing.T) {
	client := talk(t,
		exchange{request: "POST " + policyGroupMembers, body: addPolicy, reply: noContent},
		exchange{request: "POST " + policyGroupMembers, body: addPolicy, reply: alreadyExists},
		exchange{request: "POST " + policyGroupMembers, body: addPolicy, reply: notFound},
		exchange{request: "POST " + policyGroupMembers, body: removePolicy, reply: noContent},
		exchange{request: "POST " + policyGroupMembers, body: removePolicy, reply: notFound},
	)
	ctx := t.Context()
	require.NoError(t, client.Policygroups.AddMember(ctx, policyGroupID, policyID))
	require.NoError(t, client.Policygroups.AddMember(ctx, policyGroupID, policyID), "a member already")
	err := client.Policygroups.AddMember(ctx, policyGroupID, policyID)
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.ErrorContains(t, err, "the group or the policy is not there")
	require.NoError(t, client.Policygroups.RemoveMember(ctx, policyGroupID, policyID))
	require.NoError(t, client.Policygroups.RemoveMember(ctx, policyGroupID, policyID), "no member any more")
}

func TestSyncMembersOfAPolicyGroupAddsThenRemoves(t *testing.T) {
	const other = "65b1c2d3e4f5061728394a5c"
	client := talk(t,
		exchange{request: "GET " + policyGroupMembers + "?limit=100", reply: reply{
			status: 200, contentType: "application/json", total: "1", body: `[{"to":{"id":"65b1c2d3e4f5061728394a5c","type":"policy"}}]`,
		}},
		exchange{request: "POST " + policyGroupMembers, body: addPolicy, reply: noContent},
		exchange{request: "POST " + policyGroupMembers, body: `{"op":"remove","type":"policy","id":"65b1c2d3e4f5061728394a5c"}`, reply: noContent},
	)
	result, err := client.Policygroups.SyncMembers(t.Context(), policyGroupID, []string{policyID}, jumpcloud.SyncParams{})
	require.NoError(t, err)
	assert.Equal(t, []string{policyID}, result.Added)
	assert.Equal(t, []string{other}, result.Removed)
}
