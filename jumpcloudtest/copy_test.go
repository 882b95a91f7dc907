package jumpcloudtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// onlyReads lets GET pass and fails for anything else.
type onlyReads struct {
	t    *testing.T
	next http.RoundTripper
}

func (o onlyReads) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet {
		o.t.Errorf("the copy sent %s %s", r.Method, r.URL.Path)
	}
	return o.next.RoundTrip(r)
}

func reading(t *testing.T, live *jumpcloudtest.Server) *jumpcloud.APIClient {
	return live.Client(func(c *jumpcloud.Configuration) {
		c.HTTPClient = &http.Client{Transport: onlyReads{t, live.HTTPClient().Transport}}
		c.Retry.MinWait = time.Millisecond
	})
}

// copied is a copy of a server.
func copied(t *testing.T, live *jumpcloudtest.Server, opts ...jumpcloudtest.CopyOption) (*jumpcloudtest.Server, *jumpcloudtest.Copied) {
	t.Helper()
	server := jumpcloudtest.New(t)
	found, err := server.Copy(t.Context(), reading(t, live), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return server, found
}

// routesOf are the paths under which the made-up company is looked at, one for each list, object and way through the graph.
func routesOf(t *testing.T, server *jumpcloudtest.Server) (paths []string) {
	t.Helper()
	paths = []string{"/systemusers", "/systems", "/applications", "/commands", "/v2/usergroups", "/v2/systemgroups", "/v2/groups", "/v2/directories", "/v2/workdays", "/v2/applications", "/organizations", "/organizations/" + jumpcloudtest.OrgID}
	ids := server.UserIDs()
	for _, id := range ids {
		paths = append(paths, "/systemusers/"+id, "/systemusers/"+id+"/sshkeys")
		for _, target := range strings.Fields("systems systemgroups applications directories radiusservers memberof") {
			paths = append(paths, "/v2/users/"+id+"/"+target)
		}
		for _, target := range strings.Fields("system application ldap_server g_suite office_365 active_directory radius_server system_group policy") {
			paths = append(paths, "/v2/users/"+id+"/associations?targets="+target)
		}
	}
	for _, id := range server.GroupIDs() {
		for _, below := range strings.Fields("members membership applications systems directories radiusservers systemgroups suggestions associations?targets=application associations?targets=radius_server associations?targets=system_group") {
			paths = append(paths, "/v2/usergroups/"+id+"/"+below)
		}
		paths = append(paths, "/v2/usergroups/"+id)
	}
	for _, name := range strings.Fields("laptop-nils web-1 build-1") {
		id := server.ID(name)
		paths = append(paths, "/systems/"+id, "/v2/systems/"+id+"/users", "/v2/systems/"+id+"/memberof", "/v2/systems/"+id+"/policies", "/v2/systems/"+id+"/commands")
	}
	for _, name := range strings.Fields("Laptops Servers") {
		id := server.ID(name)
		paths = append(paths, "/v2/systemgroups/"+id, "/v2/systemgroups/"+id+"/members", "/v2/systemgroups/"+id+"/commands", "/v2/systemgroups/"+id+"/usergroups")
	}
	for _, name := range []string{"Free disk space", "Update packages", "Collect logs"} {
		id := server.ID(name)
		paths = append(paths, "/commands/"+id, "/v2/commands/"+id+"/systems", "/v2/commands/"+id+"/associations?targets=system_group")
	}
	for _, name := range []string{"Chat", "Payroll"} {
		id := server.ID(name)
		paths = append(paths, "/applications/"+id, "/v2/applications/"+id, "/v2/applications/"+id+"/users", "/v2/applications/"+id+"/usergroups")
	}
	return paths
}

// sorted is an answer with its lists in order: bindings come in that in which they were made, which nobody can read.
func sorted(t *testing.T, body []byte) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	var walk func(v any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				v[key] = walk(inner)
			}
		case []any:
			for i, inner := range v {
				v[i] = walk(inner)
			}
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
		return v
	}
	return text(walk(v))
}

func text(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}

func TestACopyAnswersAsTheDirectoryDoes(t *testing.T) {
	live := newCaller(t)
	live.server.SeedCompany()
	live.server.Bind("hana.sato", "Chat", nil)
	live.server.Bind("hana.sato", "web-1", jumpcloudtest.Sudo(true))
	server, found := copied(t, live.server)
	if len(found.Unread) > 0 {
		t.Errorf("not read: %v", found.Unread)
	}
	if twice := live.server.Requests("GET /v2/applications"); len(twice) > 0 {
		t.Errorf("the applications are read a second time, with less in them")
	}
	there := &caller{t, server, live.header}
	paths := routesOf(t, live.server)
	for _, path := range paths {
		path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "limit=100"
		if strings.HasSuffix(path, "/sshkeys?limit=100") || !strings.Contains(path, "/members") && isOne(path) {
			path = strings.TrimSuffix(path, "?limit=100")
		}
		want, got := live.do("GET", path, ""), there.do("GET", path, "")
		if want.status != 200 || got.status != 200 || sorted(t, got.body) != sorted(t, want.body) {
			t.Errorf("%s: %d\n%s\nin the copy %d\n%s", path, want.status, want.body, got.status, got.body)
		}
	}
	want := map[string]int{"user": 40, "user_group": 7, "system": 10, "system_group": 2, "application": 5, "command": 3}
	for kind, n := range want {
		if found.Objects[kind] != n {
			t.Errorf("%d of %s, not %d", found.Objects[kind], kind, n)
		}
	}
	if found.Organization != jumpcloudtest.OrgID || found.Memberships == 0 || found.Bindings == 0 {
		t.Errorf("%+v", found)
	}
}

// isOne tells whether a path ends in an id.
func isOne(path string) bool {
	parts := strings.Split(strings.TrimSuffix(path, "?limit=100"), "/")
	return len(parts[len(parts)-1]) == 24
}

func TestACopyGivesNewObjectsIdsBehindThoseOfTheDirectory(t *testing.T) {
	live := jumpcloudtest.New(t)
	live.Handle("GET /systems", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"totalCount":1,"results":[{"_id":"68aaaaaaaaaaaaaaaaaaaaaf","hostname":"web-1","organization":"5f0e7a1b0000000000000000"}]}`))
	})
	live.SeedUsers(3)
	server, _ := copied(t, live)
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "new", Email: "new@example.com"})
	if ids := server.UserIDs(); id != "68aaaaaaaaaaaaaaaaaaaab0" || ids[3] != id || !slices.Equal(ids[:3], live.UserIDs()) {
		t.Errorf("%s, %v", id, ids)
	}
	server.Remove(id, live.UserIDs()[0])
	if !slices.Equal(server.UserIDs(), live.UserIDs()[1:]) {
		t.Error(server.UserIDs())
	}
}

func TestNoSecretIsCopied(t *testing.T) {
	live := jumpcloudtest.New(t)
	const secret = "Mellon-1937"
	live.Handle("GET /systemusers", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"totalCount":1,"results":[{"_id":"68aaaaaaaaaaaaaaaaaaaa01","username":"ann","email":"ann@example.com","password":"` + secret + `","recovery_key":"` + secret + `","password_never_expires":true,"nested":[{"client_secret":"` + secret + `"}]}]}`))
	})
	live.Handle("GET /applications", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"totalCount":1,"results":[{"_id":"68aaaaaaaaaaaaaaaaaaaa02","name":"crm","displayLabel":"CRM","config":{"idpPrivateKey":"` + secret + `","pin":{"type":"password","label":"PIN","value":"` + secret + `"},"acsUrl":{"type":"text","label":"ACS","value":"https://crm.example.com"}}}]}`))
	})
	server, _ := copied(t, live)
	there := &caller{t, server, http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}
	all := string(there.do("GET", "/systemusers", "").body) + string(there.do("GET", "/applications", "").body)
	if strings.Contains(all, secret) || !strings.Contains(all, `"password_never_expires":true`) || !strings.Contains(all, "https://crm.example.com") {
		t.Error(all)
	}
}

func TestWhatTheKeyMayNotReadIsNotedAndAnswered501(t *testing.T) {
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	forbidden := jumpcloudtest.Status(http.StatusForbidden, nil, `{"message":"Forbidden"}`)
	live.Inject("GET /applications", 0, forbidden)
	live.Inject("GET /v2/applications", 0, forbidden)
	live.Inject("GET /v2/workdays", 0, jumpcloudtest.Status(http.StatusNotImplemented, nil, ""))
	nils := live.ID("nils.aronsson")
	live.Inject("GET /v2/users/"+nils+"/associations", 0, jumpcloudtest.Status(http.StatusNotFound, nil, `{"message":"Not Found"}`))
	server, found := copied(t, live)
	var said []string
	for _, u := range found.Unread {
		said = append(said, u.String())
	}
	for _, want := range []string{"GET /applications: 403 Forbidden", "GET /v2/workdays: 501 Not Implemented", "GET /v2/users/{user_id}/associations of nils.aronsson: 404 Not Found"} {
		if !slices.Contains(said, want) {
			t.Errorf("%q is not in %q", want, said)
		}
	}
	there := &caller{t, server, http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}
	for _, path := range []string{"/applications", "/applications/" + strings.Repeat("a", 24), "/v2/workdays", "/v2/users/" + nils + "/associations?targets=system", "/v2/users/" + nils + "/pushendpoints", "/v2/systeminsights/os_version", "/systems/" + live.ID("web-1") + "/fdekey"} {
		a := there.do("GET", path, "")
		if a.status != http.StatusNotImplemented {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	limits := strings.Join(server.Writes().Limits, "\n")
	if !strings.Contains(limits, "GET /applications: 403 Forbidden") || !strings.Contains(limits, "nils.aronsson: 404") {
		t.Error(limits)
	}
}

func TestALongListIsCopiedWhereItIsAskedFor(t *testing.T) {
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	server, _ := copied(t, live, jumpcloudtest.WithCopyOf("/v2/systeminsights/os_version", "/commandresults"))
	there := &caller{t, server, http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}
	if a := there.do("GET", "/v2/systeminsights/os_version?limit=100", ""); strings.Count(string(a.body), "system_id") != 9 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := there.do("GET", "/commandresults", ""); strings.Count(string(a.body), `"workflowId"`) != 3 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestACopyKeepsToTheRateLimitAndEndsForWhatHoldsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithRateLimit(20, 5, time.Second))
		live.SeedCompany()
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		found, err := server.Copy(t.Context(), live.Client())
		if err != nil || len(found.Unread) > 0 || server.UserCount() != 40 {
			t.Errorf("%v %v", found, err)
		}
		slow, all := 0, live.Requests()
		for _, r := range all {
			if r.Status == http.StatusTooManyRequests {
				slow++
			}
		}
		if slow == 0 || slow > len(all)/4 {
			t.Errorf("%d of %d requests were too many", slow, len(all))
		}
	})
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	server := jumpcloudtest.New(t)
	wrong := live.Client(func(c *jumpcloud.Configuration) { c.APIKey = "another" })
	if _, err := server.Copy(t.Context(), wrong); !errors.Is(err, jumpcloud.ErrUnauthorized) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := server.Copy(ctx, live.Client()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	client := live.Client(func(c *jumpcloud.Configuration) { c.Retry.MinWait, c.Retry.MaxWait = 1, 1 })
	live.Close()
	if _, err := server.Copy(t.Context(), client); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Error(err)
	}
}

func TestAServiceThatTakesOneTargetAtATimeIsCopiedWhole(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"a list is refused": func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Query().Get("targets"), ",") {
				w.WriteHeader(http.StatusBadRequest)
				return true
			}
			return false
		},
		"a list leaves out applications": func(_ http.ResponseWriter, r *http.Request) bool {
			q := r.URL.Query()
			if targets := q.Get("targets"); strings.Contains(targets, ",") {
				q.Set("targets", strings.Trim(strings.ReplaceAll(","+targets+",", ",application,", ","), ","))
				r.URL.RawQuery = q.Encode()
			}
			return false
		},
		"a list has the first only": func(_ http.ResponseWriter, r *http.Request) bool {
			q := r.URL.Query()
			if first, _, several := strings.Cut(q.Get("targets"), ","); several {
				q.Set("targets", first)
				r.URL.RawQuery = q.Encode()
			}
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			live := jumpcloudtest.New(t)
			live.SeedCompany()
			live.Bind("hana.sato", "Chat", nil)
			live.Bind("hana.sato", "web-1", nil)
			client := live.Client(func(c *jumpcloud.Configuration) {
				c.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
					r = r.Clone(r.Context())
					var w recorded
					if answer(&w, r) {
						return &http.Response{StatusCode: w.status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
					}
					return live.HTTPClient().Transport.RoundTrip(r)
				})}
			})
			server := jumpcloudtest.New(t)
			found, err := server.Copy(t.Context(), client)
			if err != nil || len(found.Unread) > 0 {
				t.Fatalf("%+v %v", found, err)
			}
			for _, user := range append(live.UserIDs(), live.GroupIDs()...) {
				if got, want := len(server.Associations(user)), len(live.Associations(user)); got != want {
					t.Errorf("%s: %d bindings, not %d", user, got, want)
				}
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type recorded struct{ status int }

func (r *recorded) Header() http.Header         { return http.Header{} }
func (r *recorded) Write(b []byte) (int, error) { return len(b), nil }
func (r *recorded) WriteHeader(status int)      { r.status = status }

func TestProgressOfACopyComesOneAtATime(t *testing.T) {
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	var mu sync.Mutex
	last := map[string]jumpcloudtest.CopyProgress{}
	copied(t, live, jumpcloudtest.WithCopyProgress(func(p jumpcloudtest.CopyProgress) {
		if !mu.TryLock() {
			t.Error("two at a time")
			return
		}
		defer mu.Unlock()
		last[p.Reading] = p
	}))
	if last["/systemusers"].Done != 40 || last["/v2/usergroups/{group_id}/members"] != (jumpcloudtest.CopyProgress{Reading: "/v2/usergroups/{group_id}/members", Done: 7, Total: 7}) {
		t.Errorf("%+v", last)
	}
}

func TestARuleThatFindsOthersThanTheDirectoryIsLeftAlone(t *testing.T) {
	live := newCaller(t)
	live.server.SeedCompany()
	live.server.Bind("marcus.bell", "Engineering", nil) // whom the rule does not find
	server, _ := copied(t, live.server)
	there := &caller{t, server, live.header}
	there.do("PUT", "/systemusers/"+server.ID("nils.aronsson"), `{"department":"Sales","company":"Lumen"}`)
	if !server.HasMember("Engineering", "nils.aronsson") || !server.HasMember("Sales", "nils.aronsson") {
		t.Errorf("%v, %v", server.HasMember("Engineering", "nils.aronsson"), server.HasMember("Sales", "nils.aronsson"))
	}
	if limits := strings.Join(server.Writes().Limits, "\n"); !strings.Contains(limits, `rule of the group "Engineering"`) || strings.Contains(limits, `"Sales"`) {
		t.Error(limits)
	}
}

func TestKeysThatAListLeavesOutAreAskedFor(t *testing.T) {
	live := newCaller(t)
	live.server.SeedCompany()
	var page struct {
		TotalCount int              `json:"totalCount"`
		Results    []map[string]any `json:"results"`
	}
	if err := json.Unmarshal(live.do("GET", "/systemusers?limit=100", "").body, &page); err != nil {
		t.Fatal(err)
	}
	for _, user := range page.Results {
		delete(user, "ssh_keys")
	}
	live.server.Handle("GET /systemusers", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(page) })
	server, found := copied(t, live.server)
	there := &caller{t, server, live.header}
	path := "/systemusers/" + server.ID("sven.dahl") + "/sshkeys"
	if want, got := live.do("GET", path, ""), there.do("GET", path, ""); len(found.Unread) > 0 || string(got.body) != string(want.body) || !strings.Contains(string(got.body), "old key") {
		t.Errorf("%v\n%s\n%s", found.Unread, want.body, got.body)
	}
}
