package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// leaver seeds somebody with something for every step to do: lee leads five people, among them max,
// who is to lead the others.
func leaver(server *jumpcloudtest.Server) (lee string) {
	boss := server.AddUser(jumpcloud.SystemuserCreate{Username: "boss", Email: "boss@example.com"})
	lee = server.AddUser(jumpcloud.SystemuserCreate{
		Username: "lee", Email: "lee@example.com", Manager: jumpcloud.Set(boss), Department: jumpcloud.Set("IT"),
		Password: jumpcloud.Set(jumpcloud.Secret("Correct-Horse-1")),
	})
	for _, name := range []string{"max", "ann", "bo", "cy", "di"} {
		server.AddUser(jumpcloud.SystemuserCreate{Username: name, Email: name + "@example.com", Manager: jumpcloud.Set(lee)})
	}
	server.AddUser(jumpcloud.SystemuserCreate{Username: "eve", Email: "eve@example.com", Manager: jumpcloud.Set(boss)})
	server.EnrollTOTP("lee")
	server.AddSSHKey("lee", "laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLE lee@laptop")
	server.AddSSHKey("lee", "desk", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLF lee@desk")

	server.AddSystem("laptop")
	server.AddSystem("web")
	server.AddSystemGroup("servers")
	server.AddApplication("Wiki")
	server.AddRADIUSServer("Wi-Fi")
	server.AddDirectory(jumpcloud.GraphTypeGSuite, "Google")
	server.AddObject(jumpcloud.GraphTypeIDPRoutingPolicy, "routing")
	for _, target := range []string{"laptop", "servers", "Wiki", "Wi-Fi", "Google", "routing"} {
		server.Bind("lee", target, nil)
	}
	server.Bind("eve", "Wiki", nil)

	for _, name := range []string{"Staff", "Admins", "Inner", "Outer"} {
		server.AddGroup(jumpcloud.UserGroupCreate{Name: name, MembershipMethod: jumpcloud.Set(jumpcloud.MembershipMethodStatic)})
	}
	for _, group := range []string{"Staff", "Admins", "Inner"} {
		server.Bind("lee", group, nil)
	}
	server.Bind("eve", "Staff", nil)
	server.Bind("Inner", "Outer", nil)
	server.Bind("Admins", "web", jumpcloudtest.Sudo(true))
	server.AddGroup(jumpcloud.UserGroupCreate{
		Name: "IT", MembershipMethod: jumpcloud.Set(jumpcloud.MembershipMethodDynamicAutomated),
		MemberQuery: jumpcloud.Set(jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "department", Operator: "eq", Value: "IT"})),
	})
	return lee
}

// left is what is to be seen of a leaver and of everybody around.
type left struct {
	user     map[string]any
	bindings []jumpcloudtest.Association
	members  map[string][]string // by group
	managers map[string]any      // by username
	others   int                 // bindings of eve
}

func whatIsLeft(server *jumpcloudtest.Server, lee string) left {
	now := left{members: map[string][]string{}, managers: map[string]any{}, bindings: server.Associations(lee), others: len(server.Associations("eve"))}
	now.user, _ = server.User(lee)
	delete(now.user, "password_expiration_date") // when the run was
	for _, group := range []string{"Staff", "Admins", "Inner", "IT"} {
		now.members[group] = server.Members(group)
	}
	for _, id := range server.UserIDs() {
		user, _ := server.User(id)
		now.managers[user["username"].(string)] = user["manager"]
	}
	return now
}

// offboardLee is the offboarding that the tests make.
func offboardLee(ctx context.Context, server *jumpcloudtest.Server, client *jumpcloud.APIClient, lee string) ([]jumpcloud.OffboardStep, error) {
	return client.Systemusers.Offboard(ctx, lee, jumpcloud.OffboardParams{ReportsTo: server.ID("max"), ResetMFA: true, Concurrency: 1})
}

// offboarded is the state after a clean run.
func offboarded(t *testing.T, server *jumpcloudtest.Server, lee string) left {
	t.Helper()
	state := whatIsLeft(server, lee)
	assert.Equal(t, "SUSPENDED", state.user["state"])
	assert.Equal(t, true, state.user["suspended"])
	assert.Equal(t, true, state.user["password_expired"])
	assert.Equal(t, false, state.user["totp_enabled"])
	assert.Empty(t, state.user["ssh_keys"])
	assert.Empty(t, state.bindings)
	assert.Equal(t, 1, state.others)
	assert.Equal(t, map[string][]string{"Staff": {server.ID("eve")}, "Admins": nil, "Inner": nil, "IT": {lee}}, state.members)
	boss, manager := server.ID("boss"), server.ID("max")
	assert.Equal(t, map[string]any{
		"boss": nil, "lee": boss, "max": boss, "ann": manager, "bo": manager, "cy": manager, "di": manager, "eve": boss,
	}, state.managers)
	return state
}

// untargeted are steps without their targets.
func untargeted(steps []jumpcloud.OffboardStep) []jumpcloud.OffboardStep {
	bare := slices.Clone(steps)
	for i := range bare {
		bare[i].Targets = nil
	}
	return bare
}

// A clean run closes access first: each request that changes something, in order.
func TestOffboard(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		steps, err := offboardLee(t.Context(), server, server.Client(), lee)
		require.NoError(t, err)
		assert.Equal(t, []jumpcloud.OffboardStep{
			{Name: "suspend", Changed: 1},
			{Name: "expire password", Changed: 1},
			{Name: "reset MFA", Changed: 1},
			{Name: "remove SSH keys", Changed: 2},
			{Name: "unbind", Changed: 6},
			{Name: "leave groups", Changed: 3, Skipped: 1},
			{Name: "hand over reports", Changed: 5},
		}, untargeted(steps))
		offboarded(t, server, lee)

		id := server.ID
		keys := []string{}
		for _, request := range server.Requests("DELETE /systemusers/{id}/sshkeys/{key}") {
			keys = append(keys, request.Path[strings.LastIndexByte(request.Path, '/')+1:])
		}
		require.Len(t, keys, 2)
		remove := func(kind, name string) string {
			return `POST /v2/users/` + lee + `/associations {"op":"remove","type":"` + kind + `","id":"` + id(name) + `"}`
		}
		leave := func(group string) string {
			return `POST /v2/usergroups/` + id(group) + `/members {"op":"remove","type":"user","id":"` + lee + `"}`
		}
		report := func(name, manager string) string {
			return `PUT /systemusers/` + id(name) + ` {"manager":"` + id(manager) + `"}`
		}
		assert.Equal(t, []string{
			`PUT /systemusers/` + lee + ` {"state":"SUSPENDED","suspended":true}`,
			`POST /systemusers/` + lee + `/expire`,
			`POST /systemusers/` + lee + `/resetmfa {}`,
			`DELETE /systemusers/` + lee + `/sshkeys/` + keys[0],
			`DELETE /systemusers/` + lee + `/sshkeys/` + keys[1],
			remove("system", "laptop"), remove("system_group", "servers"), remove("application", "Wiki"),
			remove("radius_server", "Wi-Fi"), remove("g_suite", "Google"), remove("idp_routing_policy", "routing"),
			leave("Staff"), leave("Admins"), leave("Inner"), // not Outer, which holds Inner, nor IT, whose rule decides
			report("max", "boss"), report("ann", "max"), report("bo", "max"), report("cy", "max"), report("di", "max"),
		}, writesTo(server))

		// Once more finds nothing left.
		server.ForgetRequests()
		steps, err = offboardLee(t.Context(), server, server.Client(), lee)
		require.NoError(t, err)
		assert.Equal(t, []jumpcloud.OffboardStep{
			{Name: "suspend"}, {Name: "expire password", Changed: 1}, {Name: "reset MFA", Changed: 1}, {Name: "remove SSH keys"},
			{Name: "unbind"}, {Name: "leave groups", Skipped: 1}, {Name: "hand over reports"},
		}, untargeted(steps))
		offboarded(t, server, lee)
	})
}

// Killed after any of its requests and run again, it ends as one clean run does.
func TestOffboardKilled(t *testing.T) {
	var clean left
	requests := 0
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		_, err := offboardLee(t.Context(), server, server.Client(), lee)
		require.NoError(t, err)
		clean, requests = offboarded(t, server, lee), len(server.Requests())
	})
	require.Equal(t, 1+1+1+1+1+1+2+10+6+1+4+3+1+1+5, requests)
	kills := map[string]func(server *jumpcloudtest.Server, lee string, after int) (steps []jumpcloud.OffboardStep, err error){
		"by the context": func(server *jumpcloudtest.Server, lee string, after int) ([]jumpcloud.OffboardStep, error) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			answered := 0
			client := server.Client(func(c *jumpcloud.Configuration) {
				c.OnAttempt = func(context.Context, jumpcloud.Attempt) {
					if answered++; answered == after {
						cancel()
					}
				}
			})
			return offboardLee(ctx, server, client, lee)
		},
		"by the service, which fails from then on": func(server *jumpcloudtest.Server, lee string, after int) ([]jumpcloud.OffboardStep, error) {
			defer server.ClearFaults()
			server.Inject("*", 0, jumpcloudtest.Status(500, nil, "").Skip(after))
			return offboardLee(context.Background(), server, server.Client(), lee)
		},
		"by the connection, which is cut before an answer": func(server *jumpcloudtest.Server, lee string, after int) ([]jumpcloud.OffboardStep, error) {
			defer server.ClearFaults()
			server.Inject("*", 1, jumpcloudtest.CloseBeforeAnswer().AfterApply().Skip(after-1))
			server.Inject("*", 0, jumpcloudtest.CloseBeforeAnswer().Skip(after-1))
			return offboardLee(context.Background(), server, server.Client(), lee)
		},
	}
	for name, kill := range kills {
		t.Run(name, func(t *testing.T) {
			for after := 1; after < requests; after++ {
				bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
					lee := leaver(server)
					steps, err := kill(server, lee, after)
					require.Error(t, err, "after %d requests", after)
					if steps == nil { // before the new manager was found
						require.Equal(t, 1, after)
						assert.Empty(t, writesTo(server))
						steps = []jumpcloud.OffboardStep{{Err: err}}
					}
					failed := slices.IndexFunc(steps, func(s jumpcloud.OffboardStep) bool { return s.Err != nil })
					require.GreaterOrEqual(t, failed, 0)
					for _, step := range steps[failed:] {
						assert.Error(t, step.Err, "%s, after %d requests", step.Name, after)
					}
					_, err = offboardLee(t.Context(), server, server.Client(), lee)
					require.NoError(t, err)
					assert.Equal(t, clean, whatIsLeft(server, lee), "after %d requests", after)
				})
			}
		})
	}
}

// A step that fails keeps no other from being done, and is told with its name.
func TestOffboardStepFails(t *testing.T) {
	for name, route := range map[string]string{
		"suspend":           "PUT /systemusers/{id}",
		"expire password":   "POST /systemusers/{id}/expire",
		"reset MFA":         "POST /systemusers/{id}/resetmfa",
		"remove SSH keys":   "DELETE /systemusers/{id}/sshkeys/{key}",
		"unbind":            "POST /v2/users/{id}/associations",
		"leave groups":      "GET /v2/users/{id}/memberof",
		"hand over reports": "GET /systemusers",
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				lee := leaver(server)
				server.Inject(route, 1, jumpcloudtest.Status(403, nil, `{"message":"not yours"}`))
				steps, err := offboardLee(t.Context(), server, server.Client(), lee)
				require.ErrorIs(t, err, jumpcloud.ErrForbidden)
				assert.ErrorContains(t, err, "jumpcloud: offboard: "+name+" (")
				require.Len(t, steps, 7)
				changed := map[string]int{
					"suspend": 1, "expire password": 1, "reset MFA": 1, "remove SSH keys": 2, "unbind": 6, "leave groups": 3, "hand over reports": 5,
				}
				if changed[name]--; name == "leave groups" || name == "hand over reports" {
					changed[name] = 0 // nothing of it could be read
				}
				for _, step := range steps {
					assert.Equal(t, step.Name == name, step.Err != nil, step.Name)
					assert.Equal(t, changed[step.Name], step.Changed, step.Name)
				}
				_, err = offboardLee(t.Context(), server, server.Client(), lee)
				require.NoError(t, err)
				offboarded(t, server, lee)
			})
		})
	}
}

// Whose manager is who leaves is found by a filter, and by a walk where there is no such filter.
func TestOffboardReports(t *testing.T) {
	const route = "GET /systemusers"
	for name, test := range map[string]struct {
		inject func(server *jumpcloudtest.Server, lee string)
		asked  []string // filter of each list
		failed bool
	}{
		"the filter is accepted": {asked: []string{"manager:$eq:LEE"}},
		"the filter is refused": {
			inject: func(server *jumpcloudtest.Server, _ string) {
				server.Inject(route, 1, jumpcloudtest.Status(400, nil, `{"message":"cannot filter by manager"}`))
			},
			asked: []string{"manager:$eq:LEE", ""},
		},
		"the filter is ignored": {
			inject: func(server *jumpcloudtest.Server, lee string) {
				server.Inject(route, 1, jumpcloudtest.Status(200, nil, `{"totalCount":7,"results":[`+
					`{"_id":"`+server.ID("boss")+`"},{"_id":"`+server.ID("max")+`","manager":"`+lee+`"},{"_id":"`+server.ID("ann")+`","manager":"`+lee+`"},`+
					`{"_id":"`+server.ID("bo")+`","manager":"`+lee+`"},{"_id":"`+server.ID("cy")+`","manager":"`+lee+`"},{"_id":"`+server.ID("di")+`","manager":"`+strings.ToUpper(lee)+`"},`+
					`{"_id":"`+server.ID("eve")+`","manager":"`+server.ID("boss")+`"}]}`))
			},
			asked: []string{"manager:$eq:LEE"},
		},
		"the list is forbidden": {
			inject: func(server *jumpcloudtest.Server, _ string) {
				server.Inject(route, 0, jumpcloudtest.Status(403, nil, ""))
			},
			asked:  []string{"manager:$eq:LEE"},
			failed: true,
		},
		"neither works": {
			inject: func(server *jumpcloudtest.Server, _ string) {
				server.Inject(route, 0, jumpcloudtest.Status(400, nil, ""))
			},
			asked:  []string{"manager:$eq:LEE", ""},
			failed: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				lee := leaver(server)
				if test.inject != nil {
					test.inject(server, lee)
				}
				steps, err := offboardLee(t.Context(), server, server.Client(), lee)
				var asked []string
				for _, request := range server.Requests(route) {
					asked = append(asked, strings.ReplaceAll(request.Query.Get("filter"), lee, "LEE"))
					assert.Equal(t, "manager username", request.Query.Get("fields"))
				}
				assert.Equal(t, test.asked, asked)
				if test.failed {
					require.Error(t, err)
					assert.Zero(t, steps[6].Changed)
					return
				}
				require.NoError(t, err)
				assert.Equal(t, 5, steps[6].Changed)
				offboarded(t, server, lee)
			})
		})
	}
}

// Without somebody to report to the reports have no manager.
func TestOffboardClearsManager(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		steps, err := server.Client().Systemusers.Offboard(t.Context(), lee, jumpcloud.OffboardParams{Concurrency: 1})
		require.NoError(t, err)
		assert.Equal(t, jumpcloud.OffboardStep{Name: "hand over reports", Changed: 5}, untargeted(steps)[len(steps)-1])
		assert.Len(t, steps, 6, "MFA was not to be reset")
		made := writesTo(server)
		assert.Equal(t, `PUT /systemusers/`+server.ID("ann")+` {"manager":null}`, made[len(made)-4])
		assert.Empty(t, server.Requests("POST /systemusers/{id}/resetmfa"))
		for _, name := range []string{"max", "ann", "bo", "cy", "di"} {
			user, _ := server.User(server.ID(name))
			assert.NotContains(t, user, "manager", name)
		}
	})
}

// Many reports are handed over several at a time, from more than one page.
func TestOffboardManyReports(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		for i := range 250 {
			name := fmt.Sprintf("report%03d", i)
			server.AddUser(jumpcloud.SystemuserCreate{Username: name, Email: name + "@example.com", Manager: jumpcloud.Set(lee)})
		}
		client, inFlight := gauged(server)
		steps, err := client.Systemusers.Offboard(t.Context(), lee, jumpcloud.OffboardParams{ReportsTo: server.ID("eve"), Concurrency: 6})
		require.NoError(t, err)
		assert.Equal(t, 255, steps[5].Changed)
		assert.Equal(t, int32(6), inFlight.most.Load())
		user, _ := server.User(server.ID("report249"))
		assert.Equal(t, server.ID("eve"), user["manager"])
	}, jumpcloudtest.WithLatency(time.Millisecond))
}

// Kinds of targets that the service does not know yet have no bindings; another refusal is a failure.
func TestOffboardNewerTargets(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		unknown := server.Inject("GET /v2/users/{id}/associations", 2, jumpcloudtest.Status(400, nil, `{"message":"unknown target"}`).Skip(8))
		steps, err := offboardLee(t.Context(), server, server.Client(), lee)
		require.NoError(t, err)
		assert.Equal(t, 2, unknown.Fired())
		assert.Equal(t, jumpcloud.OffboardStep{Name: "unbind", Changed: 5}, untargeted(steps)[4])
		var targets []string
		for _, request := range server.Requests("GET /v2/users/{id}/associations") {
			targets = append(targets, request.Query.Get("targets"))
		}
		assert.Equal(t, []string{
			"system", "system_group", "application", "ldap_server", "radius_server", "g_suite", "office_365", "active_directory",
			"idp_routing_policy", "password_manager_item",
		}, targets)

		server.Inject("GET /v2/users/{id}/associations", 1, jumpcloudtest.Status(400, nil, `{"message":"no"}`))
		steps, err = offboardLee(t.Context(), server, server.Client(), lee)
		require.ErrorIs(t, err, jumpcloud.ErrBadRequest)
		assert.Equal(t, 1, steps[4].Changed, "the other kinds are unbound all the same")
		assert.ErrorIs(t, steps[4].Err, jumpcloud.ErrBadRequest)
	})
}

// A group that cannot be left keeps nobody in the others.
func TestOffboardOneGroupFails(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		server.Inject("GET /v2/usergroups/{id}", 1, jumpcloudtest.Status(403, nil, ""))
		server.Inject("POST /v2/usergroups/{id}/members", 1, jumpcloudtest.Status(403, nil, ""))
		steps, err := offboardLee(t.Context(), server, server.Client(), lee)
		require.ErrorIs(t, err, jumpcloud.ErrForbidden)
		assert.Equal(t, 1, steps[5].Changed)
		assert.Equal(t, 1, steps[5].Skipped)
		assert.Empty(t, server.Members("Inner"))
		assert.Equal(t, 5, steps[6].Changed)
	})
}

// What is gone since it was read, or was done by somebody else, is no failure.
func TestOffboardDoneMeanwhile(t *testing.T) {
	gone := jumpcloudtest.Status(404, nil, `{"message":"Not Found"}`).AfterApply()
	for _, route := range []string{
		"DELETE /systemusers/{id}/sshkeys/{key}", "POST /v2/users/{id}/associations", "POST /v2/usergroups/{id}/members",
	} {
		t.Run(route, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				lee := leaver(server)
				server.Inject(route, 1, gone)
				_, err := offboardLee(t.Context(), server, server.Client(), lee)
				require.NoError(t, err)
				offboarded(t, server, lee)
			})
		})
	}
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		server.Inject("GET /v2/usergroups/{id}", 1, gone) // deleted since it was listed
		steps, err := offboardLee(t.Context(), server, server.Client(), lee)
		require.NoError(t, err)
		assert.Equal(t, 2, steps[5].Changed)
		assert.Len(t, server.Requests("POST /v2/usergroups/{id}/members"), 2)
	})
}

// A user who does not exist ends it at once; a user to report to who cannot be is refused unsent.
func TestOffboardRefused(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		steps, err := client.Systemusers.Offboard(t.Context(), "5f0e7a1c00000000000000ff", jumpcloud.OffboardParams{})
		require.ErrorIs(t, err, jumpcloud.ErrNotFound)
		require.Len(t, steps, 1)
		assert.Equal(t, "suspend", steps[0].Name)
		assert.Len(t, server.Requests(), 1)

		server.ForgetRequests()
		steps, err = client.Systemusers.Offboard(t.Context(), "5f0e7a1c00000000000000ff", jumpcloud.OffboardParams{ReportsTo: "5f0e7a1c00000000000000ff"})
		assert.EqualError(t, err, "jumpcloud: ReportsTo: is the user who leaves; name another manager, or none")
		assert.Nil(t, steps)
		_, err = client.Systemusers.Offboard(t.Context(), "", jumpcloud.OffboardParams{})
		assert.EqualError(t, err, "jumpcloud: id: is empty; name the user who leaves", "or everybody without a manager would report to who leaves")
		assert.Empty(t, server.Requests())
	})
}

// A user who is half suspended already is suspended whole.
func TestOffboardSuspends(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		writes bool
	}{
		"active":           {`{"_id":"u","state":"ACTIVATED","suspended":false}`, true},
		"staged":           {`{"_id":"u","state":"STAGED","suspended":false}`, true},
		"only in state":    {`{"_id":"u","state":"SUSPENDED","suspended":false}`, true},
		"without a state":  {`{"_id":"u","suspended":true}`, true},
		"suspended for ok": {`{"_id":"u","state":"SUSPENDED","suspended":true}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				lee := leaver(server)
				server.Inject("GET /systemusers/{id}", 1, jumpcloudtest.Status(200, nil, strings.Replace(test.answer, `"u"`, `"`+lee+`"`, 1)).Skip(1)) // after ReportsTo
				steps, err := offboardLee(t.Context(), server, server.Client(), lee)
				require.NoError(t, err)
				assert.Equal(t, test.writes, steps[0].Changed == 1)
				assert.Equal(t, test.writes, writesTo(server)[0] == `PUT /systemusers/`+lee+` {"state":"SUSPENDED","suspended":true}`)
			})
		})
	}
}

// The plan is what then happens: the same steps with the same targets, and nothing is written.
func TestOffboardPlan(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		params := jumpcloud.OffboardParams{ReportsTo: server.ID("max"), ResetMFA: true, DryRun: true}
		plan, err := server.Client().Systemusers.Offboard(t.Context(), lee, params)
		require.NoError(t, err)
		assert.Empty(t, writesTo(server))
		id := server.ID
		keys := server.Requests("GET /systemusers/{id}/sshkeys")
		require.Len(t, keys, 1)
		self := jumpcloud.OffboardTarget{Kind: "user", ID: lee, Name: "lee"}
		assert.Equal(t, []jumpcloud.OffboardTarget{self}, plan[0].Targets)
		assert.Equal(t, []jumpcloud.OffboardTarget{self}, plan[1].Targets)
		assert.Equal(t, []jumpcloud.OffboardTarget{self}, plan[2].Targets)
		require.Len(t, plan[3].Targets, 2)
		assert.Equal(t, "ssh_key laptop", plan[3].Targets[0].String())
		assert.Equal(t, []jumpcloud.OffboardTarget{
			{Kind: "system", ID: id("laptop")}, {Kind: "system_group", ID: id("servers")}, {Kind: "application", ID: id("Wiki")},
			{Kind: "radius_server", ID: id("Wi-Fi")}, {Kind: "g_suite", ID: id("Google")}, {Kind: "idp_routing_policy", ID: id("routing")},
		}, plan[4].Targets)
		assert.Equal(t, "application "+id("Wiki"), plan[4].Targets[2].String())
		assert.Equal(t, []jumpcloud.OffboardTarget{
			{Kind: "user_group", ID: id("Staff"), Name: "Staff"}, {Kind: "user_group", ID: id("Admins"), Name: "Admins"},
			{Kind: "user_group", ID: id("Inner"), Name: "Inner"}, {Kind: "user_group", ID: id("IT"), Name: "IT", Skipped: true},
		}, plan[5].Targets)
		assert.Len(t, plan[6].Targets, 5)

		params.DryRun = false
		steps, err := server.Client().Systemusers.Offboard(t.Context(), lee, params)
		require.NoError(t, err)
		assert.Equal(t, plan, steps)
		offboarded(t, server, lee)
	})
}

// One object that cannot be read keeps nothing that can be from being taken away. What is left is named,
// and taken away by the next run.
func TestOffboardOddObjects(t *testing.T) {
	const first = 0
	for name, list := range map[string]struct {
		route, kind string
		step, left  int
		field       string
		of          string // what is left, where it has a name
	}{
		"remove SSH keys":   {"GET /systemusers/{id}/sshkeys", "ssh_key", 3, 1, "name", ""},
		"unbind":            {"GET /v2/users/{id}/associations", "system", 4, 5, "to.type", "laptop"},
		"leave groups":      {"GET /v2/users/{id}/memberof", "user_group", 5, 2, "paths", "Staff"},
		"hand over reports": {"GET /systemusers", "user", 6, 4, "manager", "max"},
	} {
		for fault, odd := range map[string]jumpcloudtest.Fault{"null": jumpcloudtest.NullItem(), "an odd type": jumpcloudtest.WrongFieldType(list.field)} {
			t.Run(name+", "+fault, func(t *testing.T) {
				bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
					lee := leaver(server)
					server.Inject(list.route, 1, odd)
					steps, err := offboardLee(t.Context(), server, server.Client(), lee)
					require.ErrorIs(t, err, jumpcloud.ErrItem)
					assert.ErrorContains(t, err, "jumpcloud: offboard: "+name+" ("+list.kind)
					for i, step := range steps {
						assert.Equal(t, i == list.step, step.Err != nil, step.Name)
					}
					step := steps[list.step]
					assert.Equal(t, list.left, step.Changed, "all the others")
					assert.ErrorIs(t, step.Err, jumpcloud.ErrItem)
					target := step.Targets[first]
					assert.Equal(t, list.kind, target.Kind)
					assert.ErrorIs(t, target.Err, jumpcloud.ErrItem)
					assert.Equal(t, fault == "an odd type", target.ID != "", "its id, where it has one")
					if target.ID != "" && list.of != "" {
						assert.Equal(t, server.ID(list.of), target.ID)
						assert.ErrorContains(t, err, list.kind+" "+target.ID)
					}

					server.ForgetRequests()
					_, err = offboardLee(t.Context(), server, server.Client(), lee)
					require.NoError(t, err)
					assert.Len(t, writesTo(server), 3, "password, MFA, and what was left")
					offboarded(t, server, lee)
				})
			})
		}
	}
}

// A connection to nothing is one that cannot be read.
func TestOffboardConnectionToNothing(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		server.Inject("GET /v2/users/{id}/associations", 1, jumpcloudtest.Status(200, nil, `[{"to":null},{"to":{"id":"`+server.ID("laptop")+`","type":"system"}}]`))
		steps, err := offboardLee(t.Context(), server, server.Client(), lee)
		require.ErrorIs(t, err, jumpcloud.ErrItem)
		assert.Equal(t, 6, steps[4].Changed)
		assert.Empty(t, server.Associations(lee))
	})
}

// The new manager is looked up before anything is changed, and called by the id that the service has.
func TestOffboardLooksForTheNewManager(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		lee := leaver(server)
		for _, dryRun := range []bool{false, true} {
			steps, err := server.Client().Systemusers.Offboard(t.Context(), lee, jumpcloud.OffboardParams{ReportsTo: "5f0e7a1c00000000000000ff", DryRun: dryRun})
			require.ErrorIs(t, err, jumpcloud.ErrNotFound)
			assert.ErrorContains(t, err, "jumpcloud: offboard: looking for ReportsTo, before any change: ")
			assert.Nil(t, steps)
		}
		assert.Empty(t, writesTo(server))
		_, err := server.Client().Systemusers.Offboard(t.Context(), strings.ToUpper(lee), jumpcloud.OffboardParams{ReportsTo: lee})
		assert.Equal(t, "ReportsTo", asParamError(t, err).Param, "the user who leaves, in capitals")

		client := server.Client(func(c *jumpcloud.Configuration) { // a service that takes ids in capitals
			next := c.HTTPClient.Transport
			c.HTTPClient = &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
				r.URL.Path = strings.ToLower(r.URL.Path)
				return next.RoundTrip(r)
			})}
		})
		_, err = client.Systemusers.Offboard(t.Context(), strings.ToUpper(lee), jumpcloud.OffboardParams{ReportsTo: strings.ToUpper(server.ID("max")), ResetMFA: true})
		require.NoError(t, err)
		offboarded(t, server, lee)
	})
}

// One cause is told once, with the kinds of what it is about; what was not tried says so.
func TestOffboardErrorIsShort(t *testing.T) {
	for status, sentinel := range map[int]error{500: jumpcloud.ErrServer, 401: jumpcloud.ErrUnauthorized, 403: jumpcloud.ErrForbidden} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				lee := leaver(server)
				refusal := server.Inject("* /v2/users/{id}/associations", 0, jumpcloudtest.Status(status, nil, `{"message":"the reason"}`))
				steps, err := offboardLee(t.Context(), server, server.Client(), lee)
				require.ErrorIs(t, err, sentinel)
				assert.Equal(t, 1, strings.Count(err.Error(), "the reason"), err.Error())
				assert.ErrorContains(t, err, "jumpcloud: offboard: unbind (system)")
				assert.Less(t, len(err.Error()), 2048)
				require.Len(t, steps, 7)
				stops := status != 500
				assert.Equal(t, map[int]int{500: 30, 401: 1, 403: 3}[status], refusal.Fired())
				assert.Equal(t, stops, errors.Is(err, jumpcloud.ErrNotAttempted))
				for _, step := range steps[5:] {
					assert.Equal(t, stops, errors.Is(step.Err, jumpcloud.ErrNotAttempted), step.Name)
					assert.Equal(t, stops, step.Changed == 0)
				}
				server.ClearFaults()
				_, err = offboardLee(t.Context(), server, server.Client(), lee)
				require.NoError(t, err)
				offboarded(t, server, lee)
			})
		})
	}
}
