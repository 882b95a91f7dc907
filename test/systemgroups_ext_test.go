package jumpcloud_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const (
	fleetPath    = "/v2/systemgroups/6026da081f24755306c2ee0e"
	fleetMembers = fleetPath + "/members"
	staticFleet  = `{"id":"6026da081f24755306c2ee0e","name":"Linux servers","membershipMethod":"STATIC"}`
)

func TestModifyOfASystemGroupWritesTheWholeGroup(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + fleetPath, reply: okJSON(strings.Replace(fleetAnswer, "{", `{"brandNew":{"in":[2027]},`, 1))},
		exchange{request: "PUT " + fleetPath, body: `{"brandNew":{"in":[2027]},"name":"Linux servers","description":"Patched on Tuesdays","email":"ops@example.com",
			"attributes":{"sudo":{"enabled":true,"withoutPassword":false},"Hello":"World"},"membershipMethod":"DYNAMIC_AUTOMATED",
			"memberQuery":{"queryType":"Filter","filters":["osFamily:$eq:linux"]},
			"memberQueryExemptions":[{"id":"5f1b2c3d4e5f60718293a4b5","type":"system"}],"memberSuggestionsNotify":true}`, reply: okJSON(fleetAnswer)},
	)
	group, err := client.Systemgroups.Modify(t.Context(), fleetID, func(g *jumpcloud.SystemGroupUpdate) {
		g.Description = jumpcloud.Set("Patched on Tuesdays")
	})
	require.NoError(t, err)
	isFleet(t, group)
}

func TestModifyOfASystemGroupInventsNothing(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + fleetPath, reply: okJSON(`{"id":"6026da081f24755306c2ee0e","name":"Linux servers","attributes":null,"memberQuery":null}`)},
		exchange{request: "PUT " + fleetPath, body: `{"name":"Linux servers","sent":1}`, reply: okJSON(staticFleet)},
	)
	_, err := client.Systemgroups.Modify(t.Context(), fleetID, func(*jumpcloud.SystemGroupUpdate) {}, jumpcloud.WithBodyField("sent", 1))
	require.NoError(t, err)
}

func TestModifyWritesNothingWhenTheSystemGroupCannotBeRead(t *testing.T) {
	client := talk(t, exchange{request: "GET " + fleetPath, reply: notFound})
	group, err := client.Systemgroups.Modify(t.Context(), fleetID, func(*jumpcloud.SystemGroupUpdate) { t.Error("nothing was read") })
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, group)
}

func TestSystemGroupByNameIsTheOneWithExactlyThatName(t *testing.T) {
	client := talk(t,
		exchange{
			request: "GET /v2/systemgroups?filter=name%3Aeq%3ALinux+servers&limit=100",
			reply:   reply{status: 200, contentType: "application/json", total: "2", body: `[{"id":"a","name":"linux servers"},{"id":"6026da081f24755306c2ee0e","name":"Linux servers"}]`},
		},
		exchange{request: "GET " + fleetPath, reply: okJSON(fleetAnswer)},
	)
	group, err := client.Systemgroups.GetByName(t.Context(), "Linux servers")
	require.NoError(t, err)
	isFleet(t, group)
}

func TestSystemGroupByANameThatNoneHasIsNotFound(t *testing.T) {
	client := talk(t, exchange{
		request: "GET /v2/systemgroups?filter=name%3Aeq%3AGone&limit=100",
		reply:   reply{status: 200, contentType: "application/json", total: "0", body: `[]`},
	})
	group, err := client.Systemgroups.GetByName(t.Context(), "Gone")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, group)
}

func TestMembersOfASystemGroupAreSystems(t *testing.T) {
	add, remove := `{"op":"add","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`, `{"op":"remove","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`
	client := talk(t,
		exchange{request: "POST " + fleetMembers, body: add, reply: noContent},
		exchange{request: "POST " + fleetMembers, body: add, reply: alreadyExists},
		exchange{request: "POST " + fleetMembers, body: add, reply: notFound},
		exchange{request: "POST " + fleetMembers, body: remove, reply: noContent},
		exchange{request: "POST " + fleetMembers, body: remove, reply: notFound},
	)
	ctx := t.Context()
	require.NoError(t, client.Systemgroups.AddMember(ctx, fleetID, laptopID))
	require.NoError(t, client.Systemgroups.AddMember(ctx, fleetID, laptopID), "a member already")
	err := client.Systemgroups.AddMember(ctx, fleetID, laptopID)
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.ErrorContains(t, err, "the group or the system is not there")
	require.NoError(t, client.Systemgroups.RemoveMember(ctx, fleetID, laptopID))
	require.NoError(t, client.Systemgroups.RemoveMember(ctx, fleetID, laptopID), "no member any more")
}

func TestSyncMembersOfASystemGroupAddsThenRemoves(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + fleetPath, reply: okJSON(staticFleet)},
		exchange{
			request: "GET " + fleetMembers + "?limit=100",
			reply:   reply{status: 200, contentType: "application/json", total: "1", body: `[{"to":{"id":"5f1b2c3d4e5f60718293a4b6","type":"system"}}]`},
		},
		exchange{request: "POST " + fleetMembers, body: `{"op":"add","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`, reply: noContent},
		exchange{request: "POST " + fleetMembers, body: `{"op":"remove","type":"system","id":"5f1b2c3d4e5f60718293a4b6"}`, reply: noContent},
	)
	result, err := client.Systemgroups.SyncMembers(t.Context(), fleetID, []string{laptopID}, jumpcloud.SyncParams{})
	require.NoError(t, err)
	assert.Equal(t, []string{laptopID}, result.Added)
	assert.Equal(t, []string{serverID}, result.Removed)
}

func TestSyncMembersRefusesASystemGroupWithARule(t *testing.T) {
	client := talk(t, exchange{request: "GET " + fleetPath, reply: okJSON(fleetAnswer)})
	_, err := client.Systemgroups.SyncMembers(t.Context(), fleetID, []string{laptopID}, jumpcloud.SyncParams{})
	assert.ErrorContains(t, err, "DYNAMIC_AUTOMATED")
}

func TestSyncBindingsOfASystemGroupAddsThenRemoves(t *testing.T) {
	client := talk(t,
		exchange{
			request: "GET " + fleetPath + "/associations?limit=100&targets=policy",
			reply:   reply{status: 200, contentType: "application/json", total: "1", body: `[{"to":{"id":"65b1c2d3e4f5061728394a5c","type":"policy"}}]`},
		},
		exchange{request: "POST " + fleetPath + "/associations", body: `{"op":"add","type":"policy","id":"65b1c2d3e4f5061728394a5b"}`, reply: noContent},
		exchange{request: "POST " + fleetPath + "/associations", body: `{"op":"remove","type":"policy","id":"65b1c2d3e4f5061728394a5c"}`, reply: noContent},
	)
	result, err := client.Systemgroups.SyncBindings(t.Context(), fleetID, jumpcloud.GraphTypePolicy, []string{policyID}, jumpcloud.SyncParams{})
	require.NoError(t, err)
	assert.Equal(t, []string{policyID}, result.Added)
	assert.Equal(t, []string{"65b1c2d3e4f5061728394a5c"}, result.Removed)
}

// The graph's own helpers go by the operations of the object that they start from.
func TestSystemsAndTheirGroupsAreSidesOfTheGraph(t *testing.T) {
	client := talk(t,
		exchange{
			request: "POST /v2/systems/5f1b2c3d4e5f60718293a4b5/associations",
			body:    `{"op":"add","type":"user","id":"6026bec6b8207255280d5981","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`, reply: noContent,
		},
		exchange{request: "POST " + fleetPath + "/associations", body: `{"op":"remove","type":"policy","id":"65b1c2d3e4f5061728394a5b"}`, reply: noContent},
		exchange{
			request: "GET " + fleetPath + "/associations?limit=100&targets=user",
			reply:   reply{status: 200, contentType: "application/json", total: "2", body: boundUsers},
		},
	)
	ctx := t.Context()
	device := jumpcloud.GraphObject{ID: laptopID, Type: jumpcloud.GraphTypeSystem}
	group := jumpcloud.GraphObject{ID: fleetID, Type: jumpcloud.GraphTypeSystemGroup}
	require.NoError(t, client.Bind(ctx, device, jumpcloud.GraphObject{ID: annID, Type: jumpcloud.GraphTypeUser}, &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)}))
	require.NoError(t, client.Unbind(ctx, group, jumpcloud.GraphObject{ID: policyID, Type: jumpcloud.GraphTypePolicy}))
	users, err := jumpcloud.Collect(client.AllAssociations(ctx, group, []jumpcloud.GraphType{jumpcloud.GraphTypeUser}), 0)
	require.NoError(t, err)
	areBoundUsers(t, users)
}
