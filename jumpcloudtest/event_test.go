package jumpcloudtest_test

import (
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
