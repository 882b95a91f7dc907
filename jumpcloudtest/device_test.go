package jumpcloudtest_test

import (
	"testing"
)

func TestATableShowsNothingOfADeviceWithoutInsights(t *testing.T) {
	c := newCaller(t)
	var ids []string
	for _, state := range []string{"enabled", "disabled", "deferred"} {
		id := c.server.Add("/systems", map[string]any{"hostname": state, "systemInsights": map[string]any{"state": state}})
		c.server.Add("/v2/systeminsights/battery", map[string]any{"system_id": id, "health": "Good"})
		ids = append(ids, id)
	}
	c.get("/v2/systeminsights/battery").total("1").says(`[{"system_id":"` + ids[0] + `","health":"Good"}]`)
	c.put("/systems/"+ids[1], `{"systemInsights":{"state":"enabled"}}`).is(200)
	c.get("/v2/systeminsights/battery").lists("system_id", ids[0]+" "+ids[1])
	c.get("/v2/systeminsights/battery?filter=system_id:eq:"+ids[1]).lists("system_id", ids[1])
	c.get("/v2/systeminsights/battery?filter=health:in:Good|Fair&limit=10000&skip=1").lists("system_id", ids[1])
	c.get("/v2/systeminsights/battery?filter=cycle_count:eq:1").is(400) // which is no field of the filter
	c.get("/v2/systeminsights/battery?filter=health:ne:Good").is(400)
	c.get("/v2/systeminsights/apps").says(`[]`)
}

func TestAPolicyHasAStatusOnEachDevice(t *testing.T) {
	c := newCaller(t)
	s := c.server
	lock, group := s.AddObject("policy", "lock"), s.AddSystemGroup("all")
	here, away := s.AddSystem("here"), s.Add("/systems", map[string]any{"hostname": "away", "active": false})
	s.Bind(here, group, nil)
	s.Bind(away, group, nil)
	c.get("/v2/systems/" + here + "/policystatuses").says(`[]`)
	s.Bind(lock, group, nil)
	c.get("/v2/systems/" + here + "/policystatuses").total("1").first(`{"policyID":"` + lock + `","systemID":"` + here + `","state":"SUCCESS","success":true,"exitStatus":0}`)
	c.get("/v2/systems/" + away + "/policystatuses").first(`{"state":"PENDING","success":false}`)
	c.get("/v2/systems/" + away + "/aggregated-policy-stats").says(`{"policyCountData":{"total":1,"success":0,"failed":0,"pending":1,"duplicate":0,"unsupportedOs":0},"failedPolicies":[],"pendingPolicies":["` + lock + `"]}`)
	user := c.user(anyUser)
	s.Bind(user, here, nil)
	c.get("/v2/users/" + user + "/policystatuses").says(`[]`) // the policy reaches the device, not the user
	s.Bind(user, lock, nil)
	c.get("/v2/users/"+user+"/policystatuses").lists("systemID", here)
	c.get("/v2/systems/x/policystatuses").is(404)
}

func TestWhatWouldHurtADeviceIsOnRecordAndNotDone(t *testing.T) {
	c := newCaller(t)
	pc, mac := c.server.Add("/systems", map[string]any{"hostname": "pc", "osFamily": "windows"}), c.server.Add("/systems", map[string]any{"hostname": "mac", "osFamily": "darwin"})
	c.post("/systems/"+pc+"/command/builtin/erase", "").is(201)
	c.post("/systems/"+mac+"/command/builtin/lock", "").is(400)
	c.post("/systems/x/command/builtin/lock", "").is(404)
	c.get("/systems/" + pc).is(200).has(`{"hostname":"pc"}`)
	actions := c.server.Actions()
	if len(actions) != 1 || actions[0].Operation != "systems_commandBuiltinErase" || actions[0].IDs[0] != pc {
		t.Errorf("%+v", actions)
	}
}
