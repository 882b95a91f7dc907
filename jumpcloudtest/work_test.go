package jumpcloudtest_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestABindingIsSeenFromEverySide(t *testing.T) {
	c := newCaller(t)
	s := c.server
	ann, bo := s.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}), s.AddUser(jumpcloud.SystemuserCreate{Username: "bo", Email: "bo@example.com"})
	staff := c.group(`{"name":"staff"}`)
	chat, web, servers, deploy, lock := s.AddApplication("chat"), s.AddSystem("web"), s.AddSystemGroup("servers"), s.AddObject("command", "deploy"), s.AddObject("policy", "lock")
	s.Bind(ann, "staff", nil)
	s.Bind(web, servers, nil)
	for _, b := range []struct{ path, kind, id, from, back string }{
		{"/v2/applications/" + chat, "user_group", staff, "/v2/usergroups/" + staff, "application " + chat},
		{"/v2/systems/" + web, "user", bo, "/v2/users/" + bo, "system " + web},
		{"/v2/systemgroups/" + servers, "user_group", staff, "/v2/usergroups/" + staff, "system_group " + servers},
		{"/v2/commands/" + deploy, "system_group", servers, "/v2/systemgroups/" + servers, "command " + deploy},
		{"/v2/usergroups/" + staff, "policy", lock, "", "policy " + lock},
		{"/v2/systemgroups/" + servers, "policy", lock, "", "policy " + lock},
	} {
		kind, id, _ := strings.Cut(b.back, " ")
		body := `{"op":"add","type":"` + b.kind + `","id":"` + b.id + `","attributes":{"n":1}}`
		c.post(b.path+"/associations", body).is(204)
		c.post(b.path+"/associations", body).is(409)
		c.get(b.path+"/associations?targets="+b.kind).lists("to.id", b.id)
		if b.from == "" {
			continue
		}
		c.get(b.from + "/associations?targets=" + kind).says(`[{"attributes":{"n":1},"to":{"attributes":null,"id":"` + id + `","type":"` + kind + `"}}]`)
		c.post(b.from+"/associations", `{"op":"update","type":"`+kind+`","id":"`+id+`","attributes":{"n":2}}`).is(204)
		c.get(b.path + "/associations?targets=" + b.kind).first(`{"attributes":{"n":2}}`)
		c.post(b.from+"/associations", `{"op":"add","type":"`+kind+`","id":"`+id+`"}`).is(409)
	}
	for path, want := range map[string]string{
		"/v2/applications/" + chat + "/users": ann, "/v2/applications/" + chat + "/usergroups": staff,
		"/v2/systems/" + web + "/users": ann + " " + bo, "/v2/systems/" + web + "/usergroups": staff, "/v2/systems/" + web + "/memberof": servers,
		"/v2/systems/" + web + "/commands": deploy, "/v2/systems/" + web + "/policies": lock,
		"/v2/systemgroups/" + servers + "/users": ann, "/v2/systemgroups/" + servers + "/commands": deploy, "/v2/systemgroups/" + servers + "/membership": web,
		"/v2/commands/" + deploy + "/systems": web, "/v2/commands/" + deploy + "/systemgroups": servers,
		"/v2/users/" + ann + "/systems": web, "/v2/users/" + ann + "/policies": lock, "/v2/users/" + bo + "/systems": web,
	} {
		c.get(path).is(200).lists("id", want)
	}
	hop := func(kind, id string) string {
		return `{"attributes":null,"to":{"attributes":null,"id":"` + id + `","type":"` + kind + `"}}`
	}
	bound := `{"attributes":{"n":2},"to":{"attributes":null,"id":"` + staff + `","type":"user_group"}}`
	c.get("/v2/systems/" + web + "/users").first(`{"paths":[[` + hop("system_group", servers) + `,` + bound + `,` + hop("user", ann) + `]]}`)
	c.get("/v2/systems/" + web + "/commands?details=v1").first(`{"name":"deploy"}`)
	c.post("/v2/systems/"+web+"/associations", `{"op":"remove","type":"user","id":"`+bo+`"}`).is(204)
	c.get("/v2/users/" + bo + "/systems").is(200).says(`[]`)
	c.post("/v2/commands/"+deploy+"/associations", `{"op":"add","type":"user","id":"`+bo+`"}`).is(400)
	c.get("/v2/commands/x/systems").is(404)
	c.get("/v2/systems/" + servers + "/users").is(404) // which is no system
	s.Remove("servers")
	c.get("/v2/commands/" + deploy + "/systems").says(`[]`)

	inner := c.group(`{"name":"inner"}`) // whose members are in staff, too
	s.Bind(inner, staff, nil)
	s.Bind(bo, inner, nil)
	c.get("/v2/applications/"+chat+"/users").lists("id", ann+" "+bo)

	c.delete("/applications/" + chat).is(200)
	s.Add("/applications", map[string]any{"_id": chat, "name": "another"}) // of the same id
	c.get("/v2/applications/" + chat + "/users").says(`[]`)
	c.get("/v2/usergroups/" + staff + "/associations?targets=application").says(`[]`)
}

func TestASettingWithASecretIsInNoEvent(t *testing.T) {
	c := newCaller(t)
	id := c.server.AddApplication("chat")
	c.put("/applications/"+id, `{"name":"chat","ssoUrl":"https://chat.example.com","config":{"key":{"value":"s3cret"}}}`).is(200)
	c.server.URL = strings.TrimSuffix(c.server.URL, "/api")
	a := c.post("/insights/directory/v1/events", `{"service":["all"],"start_time":"2026-01-02T03:04:05Z"}`).is(200)
	if body := string(a.body); strings.Contains(body, "s3cret") || !strings.Contains(body, `{"field":"config","from":null,"to":null}`) || !strings.Contains(body, `"to":"https://chat.example.com"`) {
		t.Error(body)
	}
}

func TestADeviceGroupFollowsItsQuery(t *testing.T) {
	c := newCaller(t)
	ubuntu := c.server.Add("/systems", map[string]any{"hostname": "a", "os": "Ubuntu"})
	mac := c.server.Add("/systems", map[string]any{"hostname": "b", "os": "Mac OS X"})
	group := c.post("/v2/systemgroups", `{"name":"linux","membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"queryType":"Filter","filters":["os:$eq:Ubuntu"]}}`).is(201).text("id")
	path := "/v2/systemgroups/" + group
	c.get(path+"/members").lists("to.id", ubuntu)
	later := c.server.Add("/systems", map[string]any{"hostname": "c", "os": "Ubuntu"})
	c.get(path+"/members").lists("to.id", ubuntu+" "+later)
	c.put(path, `{"name":"linux","membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"filters":[{"field":"hostname","operation":"eq","value":"b"}]}}`).is(200)
	c.get(path+"/members").lists("to.id", mac)
	c.put(path, `{"name":"linux","membershipMethod":"DYNAMIC_REVIEW_REQUIRED","memberQuery":{"queryType":"Filter","filters":["os:$eq:Ubuntu"]}}`).is(200)
	c.get(path+"/suggestions").lists("op", "add add remove")
	c.post(path+"/suggestions", `{"object_ids":["`+later+`"]}`).is(200).says(`[{"suggestions_found":["` + later + `"],"suggestions_not_found":[]}]`)
	c.get(path+"/members").lists("to.id", mac+" "+later)
	c.put(path, `{"name":"linux","memberQuery":{"queryType":"Filter","filters":["colour:$eq:x"]}}`).is(400)
	c.get("/v2/groups").first(`{"name":"linux","type":"system_group"}`)
	c.get("/v2/usergroups/" + group).is(404)
}

func TestACommandLeavesAResultOnEachDeviceThatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithJobDelay(time.Minute))
		client := server.Client()
		ctx := t.Context()
		online, away := server.AddSystem("online"), server.Add("/systems", map[string]any{"hostname": "away", "active": false})
		group := server.AddSystemGroup("all")
		server.Bind(online, group, nil)
		server.Bind(away, group, nil)
		command := server.Add("/commands", jumpcloud.CommandInput{Name: "Uptime", Command: "uptime", CommandType: "linux", LaunchType: jumpcloud.Set(jumpcloud.CommandLaunchTypeTrigger), Trigger: jumpcloud.Set("up")})
		server.Bind(command, group, nil)
		server.OnCommand(func(run jumpcloudtest.CommandRun) (string, int) {
			_ = server.UserCount() // it may use the server
			return fmt.Sprint(run.Script, " on ", run.Hostname, " ", run.Variables["n"]), 3
		})
		run, err := client.Commands.Run(ctx, jumpcloud.CommandRunRequest{ID: command})
		if err != nil || len(run.QueueIDs) != 2 {
			t.Fatal(run, err)
		}
		if list, err := client.CommandResults.List(ctx, nil); err != nil || list.TotalCount != 0 {
			t.Error("a result before the device is done", err)
		}
		time.Sleep(time.Minute)
		results, err := jumpcloud.Collect(client.Commands.AllResults(ctx, command, nil), 0)
		if err != nil || len(results) != 1 || results[0].System != online || results[0].WorkflowInstanceID != run.WorkflowInstanceID {
			t.Fatal(results, err)
		}
		if whole, err := client.CommandResults.Get(ctx, results[0].ID, nil); err != nil || whole.Output() != "uptime on online <nil>" || whole.ExitCode != 3 || whole.System != "online" {
			t.Errorf("%+v %v", whole, err)
		}
		if queue, err := client.Commands.ListQueued(ctx, nil); err != nil || queue.TotalCount != 1 || queue.Items[0].ID != run.WorkflowInstanceID || queue.Items[0].PendingCount != 1 {
			t.Error(queue, err)
		}
		if found, err := jumpcloud.Collect(client.CommandResults.SearchAll(ctx, jumpcloud.SearchRequest{Filter: map[string]any{"and": []string{"workflowInstanceId:$eq:" + run.WorkflowInstanceID}}}), 0); err != nil || len(found) != 1 || found[0].Output() != "" {
			t.Error(found, err)
		}
		if err := client.Call(ctx, "PUT", "/systems/{id}", nil, map[string]any{"description": "x"}, nil, jumpcloud.WithPath("id", away)); err != nil {
			t.Error(err)
		}
		if err := client.Commands.CancelQueued(ctx, run.WorkflowInstanceID); err != nil {
			t.Error(err)
		}
		if err := client.Commands.CancelQueued(ctx, run.WorkflowInstanceID); err == nil {
			t.Error("cancelled twice")
		}
		triggered, err := client.Commands.Trigger(ctx, "up", map[string]any{"n": "7"})
		if err != nil || !slices.Equal(triggered.Triggered, []string{"Uptime"}) {
			t.Error(triggered, err)
		}
		if _, err := client.Commands.Trigger(ctx, "down", nil); err == nil {
			t.Error("an unknown trigger")
		}
		time.Sleep(time.Minute)
		if all, err := jumpcloud.Collect(client.CommandResults.All(ctx, nil), 0); err != nil || len(all) != 2 {
			t.Error(all, err)
		}
	})
}

func TestRunningACommandIsRefusedAsTheServiceDoes(t *testing.T) {
	c := newCaller(t)
	c.post("/runCommand", `{"id":"x"}`).is(400).says(`{"message":"command id is required"}`)
	c.post("/runCommand", `{"_id":"5f0e7a1c0000000000000001"}`).is(404)
	command := c.server.AddObject("command", "x")
	c.post("/runCommand", `{"_id":"`+command+`","systemIds":["y"]}`).is(400)
	c.post("/runCommand", `{"_id":"`+command+`","systemIds":[]}`).is(400)
	c.post("/runCommand", `{"_id":"`+command+`"}`).is(200).says(`{"workflowInstanceId":"…","queueIds":[]}`)
	c.server.OnCommand(func(jumpcloudtest.CommandRun) (string, int) { panic("in a test") })
	if n := len(c.server.Requests()); n == 0 {
		t.Error(n)
	}
}

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

func TestEveryChangeLeavesAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		client := server.Client()
		ctx := t.Context()
		begin := time.Now()
		user := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}) // seeding is no change
		group, err := client.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{Name: "VPN"})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			client.Usergroups.ManageMembers(ctx, group.ID, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUser, ID: user}),
			func() error {
				_, err := client.Systemusers.Update(ctx, user, jumpcloud.SystemuserUpdate{Department: jumpcloud.Set("IT"), Password: jumpcloud.Set(jumpcloud.Secret("Hunter2!"))}, nil)
				return err
			}(),
			client.Systemusers.Unlock(ctx, user),
			client.Usergroups.Delete(ctx, group.ID),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := client.Usergroups.Delete(ctx, group.ID); err == nil { // and what fails is none
			t.Error("deleted twice")
		}
		query := jumpcloud.EventQuery{Service: []jumpcloud.InsightsService{"all"}, StartTime: jumpcloud.NewTime(begin)}
		events, err := jumpcloud.Collect(client.DirectoryInsights.AllEvents(ctx, query), 0)
		if err != nil {
			t.Fatal(err)
		}
		var types []string
		for _, e := range events {
			types = append(types, e.EventType)
			if !strings.Contains(string(e.Extra["initiated_by"]), `"email":"admin@example.com"`) || e.Organization != jumpcloudtest.OrgID {
				t.Errorf("%+v", e)
			}
			if strings.Contains(fmt.Sprintf("%s", e.Extra), "Hunter2") {
				t.Error("a password in an event")
			}
		}
		if want := "group_create association_change user_update user_unlock group_delete"; strings.Join(types, " ") != want {
			t.Errorf("%q, not %q", types, want)
		}
		var association, changes any
		_ = json.Unmarshal(events[1].Extra["association"], &association)
		if got := fmt.Sprint(association); got != fmt.Sprintf("map[connection:map[from:map[name:VPN object_id:%s type:user_group] to:map[name:ann object_id:%s type:user]] op:add]", group.ID, user) {
			t.Error(got)
		}
		_ = json.Unmarshal(events[2].Extra["changes"], &changes)
		if got := fmt.Sprint(changes); !strings.Contains(got, "map[field:department from:<nil> to:IT]") {
			t.Error(got)
		}
		if resource := string(events[4].Extra["resource"]); !strings.Contains(resource, `"name":"VPN"`) {
			t.Error(resource)
		}
	})
}

func TestTheRowsOfAJobLeaveEventsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		client := server.Client()
		begin := jumpcloud.NewTime(time.Now())
		if _, err := client.BulkJobs.CreateUsers(t.Context(), []jumpcloud.BulkUserCreate{{Username: "ann", Email: "ann@example.com"}, {Username: "no one", Email: "x@example.com"}}, nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		var got []string
		for e, err := range client.DirectoryInsights.AllEvents(t.Context(), jumpcloud.EventQuery{Service: []jumpcloud.InsightsService{"directory"}, StartTime: begin}) {
			if err != nil {
				t.Fatal(err)
			}
			var resource struct{ Name string }
			_ = json.Unmarshal(e.Extra["resource"], &resource)
			got = append(got, e.EventType+" "+resource.Name)
		}
		if !slices.Equal(got, []string{"job_create ", "user_create ann"}) {
			t.Errorf("%q", got)
		}
	})
}

func TestEventsAreReadByTheirCursor(t *testing.T) {
	c := newCaller(t)
	c.server.URL = strings.TrimSuffix(c.server.URL, "/api")
	var want []string
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 25 { // of one moment by fives
		want = append(want, c.server.AddEvent(map[string]any{"timestamp": at.Add(time.Duration(i/5) * time.Second), "event_type": fmt.Sprint("type", i%2), "initiated_by": map[string]any{"email": "a@example.com", "type": "admin"}}))
	}
	const path = "/insights/directory/v1/events"
	query := func(more string) string {
		return `{"service":["directory"],"start_time":"2026-01-02T03:04:05Z","end_time":"2026-01-03T00:00:00Z"` + more + `}`
	}
	var got []string
	cursor := ""
	for range 4 {
		a := c.post(path, query(`,"limit":10`+cursor)).is(200)
		got = append(got, strings.Fields(a.column("id"))...)
		next := a.header.Get("X-Search_after")
		if next == "" {
			break
		}
		cursor = `,"search_after":` + next
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	c.post(path, query(`,"limit":10,"search_after":[1767323045000,"x"]`)).is(400)
	c.post(path, query(`,"sort":"desc","limit":1`)).lists("id", want[24])
	if a := c.post(path, query(`,"limit":20000`)).is(200); a.header.Get("X-Limit") != "1000" || a.header.Get("X-Result-Count") != "25" {
		t.Error(a.header)
	}
	c.post(path, query(`,"search_term":{"and":[{"event_type":"type1"},{"initiated_by.email":["b@example.com","a@example.com"]}]},"limit":2`)).lists("id", want[1]+" "+want[3])
	c.post(path, query(`,"search_term":{"not":[{"field":"event_type","operator":"contains","value":"1"}]},"skip":1,"limit":1,"fields":["initiated_by.email"]`)).says(`[{"initiated_by":{"email":"a@example.com"}}]`)
	c.post(path, query(`,"search_term":{"or":[{"changes":"x"}]}`)).is(400)
	c.post(path, query(`,"q":"TYPE1"`)).first(`{"event_type":"type1"}`)
	c.post(path, `{"service":["colour"],"start_time":"2026-01-02T03:04:05Z"}`).is(400)
	c.post(path, `{"service":["all"]}`).is(400)
	c.post(path+"/count", query("")).says(`{"count":25}`)
	c.post(path+"/distinct", query(`,"field":"event_type"`)).says(`{"buckets":[{"key":"type0","doc_count":13},{"key":"type1","doc_count":12}],"sum_other_doc_count":0,"doc_count_error_upper_bound":0}`)
	c.post(path+"/interval", query(`,"interval_unit":"d"`)).says(`{"buckets":[{"key":1767312000000,"key_as_string":"2026-01-02T00:00:00.000Z","doc_count":25},{"key":1767398400000,"key_as_string":"2026-01-03T00:00:00.000Z","doc_count":0}]}`)
	c.post(path+"/interval", query(`,"interval_unit":"y"`)).is(400)
	c.post(path, query(""), "X-Api-Key", "wrong").is(401)
}

func TestAReportIsReadyByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithJobDelay(time.Minute))
		server.SeedCompany()
		client := server.Client()
		ctx := t.Context()
		report, err := client.DirectoryInsights.CreateReport(ctx, jumpcloud.InsightsReportTypeUsersToDevices)
		if err != nil || report.Status != jumpcloud.InsightsReportStatusPending {
			t.Fatal(report, err)
		}
		state := func() *jumpcloud.InsightsReport {
			reports, err := client.DirectoryInsights.ListReports(ctx, nil)
			if err != nil || len(reports) != 1 {
				t.Fatal(reports, err)
			}
			return reports[0]
		}
		time.Sleep(40 * time.Second)
		if r := state(); r.Status != jumpcloud.InsightsReportStatusInProgress || len(r.Artifacts) != 0 {
			t.Errorf("%+v", r)
		}
		time.Sleep(time.Minute)
		r := state()
		for _, artifact := range r.Artifacts {
			content, err := client.DirectoryInsights.GetReportContent(ctx, r.ID, artifact.ID)
			if err != nil {
				t.Fatal(err)
			}
			if artifact.Format == "CSV" {
				rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
				if err != nil || !slices.Equal(rows[0], []string{"id", "name", "user_id", "username"}) || !slices.Equal(rows[1], []string{server.ID("laptop-amara"), "laptop-amara", server.ID("amara.diallo"), "amara.diallo"}) {
					t.Errorf("%q %v", rows, err)
				}
			} else if !json.Valid(content) {
				t.Errorf("%s", content)
			}
		}
		if len(r.Artifacts) != 2 {
			t.Errorf("%+v", r)
		}
	})
}

func TestAnApplicationImportsWhatItLists(t *testing.T) {
	c := newCaller(t, jumpcloudtest.WithJobDelay(0))
	app := c.server.AddApplication("hr")
	path := "/v2/applications/" + app + "/import/"
	c.post(path+"jobs", `{}`).is(404) // it lists nobody
	c.get("/v2/applications/x/import/users").is(404)
	for i := range 3 {
		c.server.Add(path+"users", map[string]any{"id": fmt.Sprint(i), "username": fmt.Sprint("user", i), "email": fmt.Sprintf("user%d@example.com", i)})
	}
	a := c.get(path + "users?limit=2").is(200).has(`{"total_count":3,"cursor":"2"}`)
	var page struct{ Users []struct{ Username string } }
	a.json(&page)
	if len(page.Users) != 2 || page.Users[1].Username != "user1" {
		t.Errorf("%+v", page)
	}
	c.get(path + "users?limit=2&cursor=2").is(200).has(`{"total_count":3}`).lacks("cursor")
	c.post(path+"jobs", `{}`).is(200)
	if c.server.UserCount() != 3 {
		t.Error(c.server.UserIDs())
	}
}
