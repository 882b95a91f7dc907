package jumpcloudtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestKeyCheck(t *testing.T) {
	c := newCaller(t)
	for _, check := range []struct {
		header http.Header
		body   string
	}{
		{http.Header{}, `{"message":"Unauthorized"}`},
		{http.Header{"X-Api-Key": {"wrong"}}, `{"error":"Unauthorized","message":"Unauthorized: api key user not found"}`},
		{http.Header{"X-Api-Key": {""}}, `{"message":"Unauthorized"}`},
		{http.Header{"Authorization": {"Bearer nothing"}}, `{"message":"Unauthorized"}`},
		{http.Header{"Authorization": {"Basic x"}}, `{"message":"Unauthorized"}`},
	} {
		c.header = check.header
		for _, path := range []string{"/systemusers", "/v2/usergroups", "/organizations", "/nothing"} {
			c.get(path).is(401).says(check.body)
		}
	}
}

func TestOrganizationsHaveTheRecordedKeys(t *testing.T) {
	const other = "5f0e7a1b00000000000000ff"
	c := newCaller(t)
	c.get("/organizations").is(200).says(`{"totalCount":1,"results":[
		{"_id":"` + jumpcloudtest.OrgID + `","id":"` + jumpcloudtest.OrgID + `","displayName":null,"logoUrl":null,"created":"…"}]}`)

	c = newCaller(t, jumpcloudtest.WithOrgs(jumpcloudtest.OrgID, other))
	c.server.Org(other).SeedCompany()
	c.get("/organizations?limit=1&skip=1&fields=displayName").is(200).says(`{"totalCount":2,"results":[{"_id":"` + other + `","id":"` + other + `","displayName":"Lumen Works"}]}`)
	c.get("/organizations?sort=-_id").lists("id", other+" "+jumpcloudtest.OrgID)
	c.get("/organizations?filter=_id:$eq:"+other).lists("id", other)
	c.get("/organizations?filter=name:$eq:x").is(400)
	var page struct {
		Results []struct{ DisplayName string }
	}
	if err := c.server.Client().Call(t.Context(), "GET", "/organizations", nil, nil, &page); err != nil || len(page.Results) != 2 {
		t.Error(page, err)
	}
}

func TestRoutes(t *testing.T) {
	c := newCaller(t)
	id := c.user(`{"username":"ann","email":"ann@example.com"}`)
	// Case does not count in a path, and a slash at its end is as good as none.
	for _, path := range []string{"/Systemusers/" + id, "/SYSTEMUSERS/" + id, "/systemusers/" + id + "/", "/v2/UserGroups", "/v2/workdays/"} {
		c.get(path).is(200)
	}
	base := c.server.URL
	for _, root := range []string{strings.TrimSuffix(base, "/api"), strings.TrimSuffix(base, "/api") + "/API", base + "/v1"} {
		c.server.URL = root
		want := 501
		if strings.HasSuffix(root, "/API") {
			want = 200
		}
		c.get("/systemusers").is(want)
	}
	c.server.URL = base
	c.get("/systemusers/" + url.PathEscape("a/b")).is(404)
}

// Every operation of the description is answered, as itself.
func TestEveryOperationThatIsDescribedIsModelled(t *testing.T) {
	c := newCaller(t)
	description, err := os.ReadFile("api.json")
	if err != nil {
		t.Fatal(err)
	}
	var api struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(description, &api); err != nil {
		t.Fatal(err)
	}
	base := c.server.URL
	for path, methods := range api.Paths {
		for method, described := range methods {
			var operation struct{ OperationID string }
			if json.Unmarshal(described, &operation) != nil || operation.OperationID == "" {
				continue // servers or parameters of the path
			}
			c.server.URL = base
			if strings.HasPrefix(path, "/insights/") {
				c.server.URL = strings.TrimSuffix(base, "/api")
			}
			c.do(strings.ToUpper(method), strings.NewReplacer("{", "", "}", "").Replace(path), "")
			requests := c.server.Requests()
			last := requests[len(requests)-1]
			if last.Operation != operation.OperationID || last.Status == 501 {
				t.Errorf("%s %s is %q, not %q: %d", method, path, last.Operation, operation.OperationID, last.Status)
			}
		}
	}
}

func TestOrganizations(t *testing.T) {
	const other = "5f0e7a1b00000000000000ff"
	refused := `{"message":"Forbidden: organization selection not allowed via header","error":"Forbidden: organization selection not allowed via header"}`
	c := newCaller(t)
	for org, want := range map[string]int{"": 200, jumpcloudtest.OrgID: 200, strings.ToUpper(jumpcloudtest.OrgID): 200, other: 403, "x": 400} {
		c.get("/systemusers", "X-Org-Id", org).is(want)
		c.get("/v2/usergroups", "X-Org-Id", org).is(want)
	}
	for _, path := range []string{"/organizations", "/users", "/v2/organizations/x", "/v2/administrators", "/v2/providers", "/v2/integrations/x", "/search/organizations"} {
		c.get(path, "X-Org-Id", jumpcloudtest.OrgID).is(403).says(refused)
	}
	c.get("/v2/users/x/memberof", "X-Org-Id", jumpcloudtest.OrgID).is(404) // which is no list of administrators

	c = newCaller(t, jumpcloudtest.WithOrgs(jumpcloudtest.OrgID, other))
	c.get("/systemusers").is(401).says(`{"message":"Unauthorized: no organization selected"}`)
	c.get("/v2/usergroups").is(401).says(`{"message":"Unauthorized: no organization selected"}`)
	c.get("/systemusers", "X-Org-Id", "5f0e7a1b00000000000000aa").is(404)
	c.get("/systemusers", "X-Org-Id", "x").is(400)
	first := c.server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	second := c.server.Org(other).AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com", State: jumpcloud.Set(jumpcloud.UserStateStaged)})
	c.get("/systemusers", "X-Org-Id", jumpcloudtest.OrgID).lists("id", first)
	c.get("/systemusers", "X-Org-Id", other).lists("id", second)
	c.get("/systemusers/"+first, "X-Org-Id", other).is(404)
	// Three operations do not declare the header.
	c.post("/systemusers/"+second+"/mfasync", "").is(200)
	c.post("/systemusers/"+second+"/state/activate", "").is(200)
	c.get("/v2/bulk/userstates/eventlist/next?users=" + second).is(200)
	if u, _ := c.server.Org(other).User(second); u["state"] != "ACTIVATED" {
		t.Error(u["state"])
	}
	if org := c.server.Org(other).Configuration().OrgID; org != other {
		t.Error(org)
	}
	users, err := jumpcloud.Collect(c.server.Org(other).Client().Systemusers.All(t.Context(), nil), 0)
	if err != nil || len(users) != 1 || users[0].ID != second {
		t.Error(users, err)
	}
}

func TestServiceAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, jumpcloudtest.InMemory(), jumpcloudtest.WithTokenLifetime(10*time.Minute))
		token := func(id, secret, form string) answer {
			r, _ := http.NewRequest("POST", c.server.TokenURL, strings.NewReader(form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth(id, secret)
			res, err := c.server.HTTPClient().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			return answer{t, "token", res.StatusCode, res.Header, body}
		}
		const form = "grant_type=client_credentials&scope=api"
		granted := token(jumpcloudtest.ClientID, jumpcloudtest.ClientSecret, form).is(200).
			says(`{"access_token":"…","token_type":"bearer","expires_in":600,"scope":"api"}`)
		token(jumpcloudtest.ClientID, "wrong", form).is(401).says(`{"error":"invalid_client"}`)
		token("wrong", jumpcloudtest.ClientSecret, form).is(401)
		token(jumpcloudtest.ClientID, jumpcloudtest.ClientSecret, "grant_type=password").is(400).says(`{"error":"unsupported_grant_type"}`)
		token(jumpcloudtest.ClientID, jumpcloudtest.ClientSecret, "grant_type=client_credentials&scope=all").is(400)
		token(jumpcloudtest.ClientID, jumpcloudtest.ClientSecret, "").is(400)

		c.header = http.Header{"Authorization": {"Bearer " + granted.text("access_token")}}
		c.get("/systemusers").is(200)
		c.get("/v2/usergroups").is(200)
		time.Sleep(10*time.Minute + time.Second)
		c.get("/systemusers").is(401)

		client := c.server.Client(func(cfg *jumpcloud.Configuration) {
			cfg.APIKey, cfg.ServiceAccount = "", c.server.ServiceAccount()
		})
		c.server.ForgetRequests()
		for range 3 {
			if _, err := client.Systemusers.List(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			time.Sleep(6 * time.Minute)
		}
		if n := len(c.server.Requests("POST /oauth2/token")); n != 2 {
			t.Errorf("%d tokens", n)
		}
		// Also together with a fault that answers in the server's place.
		for i, fault := range []jumpcloudtest.Fault{jumpcloudtest.Latency(1), jumpcloudtest.Status(503, nil, "")} {
			c.server.ForgetRequests()
			c.server.Inject("GET /systemusers", 1, jumpcloudtest.ExpireToken())
			c.server.Inject("GET /systemusers", 1, fault)
			if _, err := client.Systemusers.List(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if n := len(c.server.Requests("POST /oauth2/token")); n != 1 {
				t.Errorf("fault %d: %d tokens", i, n)
			}
		}
	})
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, jumpcloudtest.InMemory(), jumpcloudtest.WithRateLimit(2, 3, 1500*time.Millisecond))
		for range 3 {
			c.get("/systemusers").is(200)
		}
		if a := c.get("/systemusers").is(429); a.header.Get("Retry-After") != "2" {
			t.Error(a.header)
		}
		time.Sleep(time.Second)
		c.get("/systemusers").is(200)
		c.get("/v2/usergroups").is(200)
		c.post("/systemusers", `{"username":"ann","email":"ann@example.com"}`).is(429)
		if c.server.UserCount() != 0 {
			t.Error("a refused request took effect")
		}
		time.Sleep(time.Hour)
		for range 3 {
			c.get("/systemusers").is(200)
		}
		c.get("/systemusers").is(429)

		c = newCaller(t, jumpcloudtest.InMemory(), jumpcloudtest.WithRateLimit(1, 1, -1))
		c.get("/systemusers").is(200)
		if a := c.get("/systemusers").is(429); a.header.Get("Retry-After") != "" {
			t.Error(a.header)
		}
	})
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, jumpcloudtest.InMemory(), jumpcloudtest.WithLatency(time.Minute))
		start := time.Now()
		c.get("/systemusers").is(200)
		if d := time.Since(start); d != time.Minute {
			t.Error(d)
		}
	})
}

func TestRequestsAreOnRecord(t *testing.T) {
	c := newCaller(t)
	c.header.Set("X-Story", "one")
	id := c.user(`{"username":"ann","email":"ann@example.com"}`)
	c.get("/systemusers/" + id + "?fields=email+state").is(200)
	c.get("/v2/usergroups/x/members").is(404)
	c.get("/nothing").is(501)
	all := c.server.Requests()
	var lines []string
	for _, r := range all {
		lines = append(lines, fmt.Sprintf("%s %s %s %d", r.Operation, r.Method, r.Path, r.Status))
	}
	want := []string{
		"systemusers_post POST /systemusers 200", "systemusers_get GET /systemusers/" + id + " 200",
		"graph_userGroupMembersList GET /v2/usergroups/x/members 404", " GET /nothing 501",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("%q", lines)
	}
	if string(all[0].Body) != `{"username":"ann","email":"ann@example.com"}` || all[0].Header.Get("X-Story") != "one" || all[1].Query.Get("fields") != "email state" {
		t.Errorf("%+v", all[:2])
	}
	for route, want := range map[string]int{
		"*": 4, "GET /systemusers/{id}": 1, "* /systemusers/*": 2, "POST /systemusers": 1, "POST /v2/*": 0, "* /v2/*": 1,
		"GET /SystemUsers/" + id: 1, "* /*": 4, "GET /v2/usergroups/{group_id}/members": 1,
	} {
		if got := len(c.server.Requests(route)); got != want {
			t.Errorf("%s: %d, not %d", route, got, want)
		}
	}
	if got := len(c.server.Requests("POST /systemusers", "GET /nothing")); got != 2 {
		t.Error(got)
	}
	c.server.ForgetRequests()
	if len(c.server.Requests()) != 0 {
		t.Error("not forgotten")
	}

	few := newCaller(t, jumpcloudtest.WithRequestLog(3))
	for i := range 20 {
		few.get(fmt.Sprintf("/%d", i))
	}
	if r := few.server.Requests(); len(r) != 3 || r[0].Path != "/17" || r[2].Path != "/19" {
		t.Errorf("%+v", r)
	}
	none := newCaller(t, jumpcloudtest.WithRequestLog(0))
	none.get("/systemusers").is(200)
	if len(none.server.Requests()) != 0 {
		t.Error("a request on record")
	}
}

// misuse is a test that fails, and says how.
type misuse struct {
	cleanups []func()
	failed   string
}

func (m *misuse) Helper()           {}
func (m *misuse) Cleanup(do func()) { m.cleanups = append(m.cleanups, do) }
func (m *misuse) Fatalf(format string, args ...any) {
	m.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestMisuseFailsTheTest(t *testing.T) {
	for name, use := range map[string]func(*jumpcloudtest.Server){
		"a user without a name":    func(s *jumpcloudtest.Server) { s.AddUser(jumpcloud.SystemuserCreate{}) },
		"a group without a name":   func(s *jumpcloudtest.Server) { s.AddGroup(jumpcloud.UserGroupCreate{}) },
		"an unknown name":          func(s *jumpcloudtest.Server) { s.ID("nobody") },
		"an ambiguous name":        func(s *jumpcloudtest.Server) { s.AddSystem("x"); s.AddApplication("x"); s.ID("x") },
		"a binding of two targets": func(s *jumpcloudtest.Server) { s.Bind(s.AddSystem("x"), s.AddApplication("y"), nil) },
		"a second binding": func(s *jumpcloudtest.Server) {
			u := s.SeedUsers(1)[0]
			s.AddSystem("x")
			s.Bind(u, "x", nil)
			s.Bind("x", u, nil)
		},
		"a directory that is none":    func(s *jumpcloudtest.Server) { s.AddDirectory(jumpcloud.GraphTypeSystem, "x") },
		"an object that is no target": func(s *jumpcloudtest.Server) { s.AddObject(jumpcloud.GraphTypeUser, "x") },
		"a route without a method":    func(s *jumpcloudtest.Server) { s.Inject("/systemusers", 1, jumpcloudtest.Garbage()) },
		"a fault that does nothing":   func(s *jumpcloudtest.Server) { s.Inject("*", 1, jumpcloudtest.Fault{}) },
		"a route without a function":  func(s *jumpcloudtest.Server) { s.Handle("GET /systems", nil) },
		"a second Workday instance":   func(s *jumpcloudtest.Server) { s.AddWorkday("x"); s.AddWorkday("y") },
		"an unknown organisation":     func(s *jumpcloudtest.Server) { s.Org("x") },
		"an ssh key without a name":   func(s *jumpcloudtest.Server) { s.AddSSHKey(s.SeedUsers(1)[0], "", "x") },
		"a push endpoint of no user":  func(s *jumpcloudtest.Server) { s.AddPushEndpoint(s.AddSystem("x"), "phone") },
		"an impossible configuration": func(s *jumpcloudtest.Server) { s.Client(func(c *jumpcloud.Configuration) { c.PageSize = 5000 }) },
	} {
		t.Run(name, func(t *testing.T) {
			m := &misuse{}
			done := make(chan struct{})
			go func() {
				defer close(done)
				use(jumpcloudtest.New(m))
			}()
			<-done
			for _, cleanup := range m.cleanups {
				cleanup()
			}
			if !strings.HasPrefix(m.failed, "jumpcloudtest: ") {
				t.Errorf("failed: %q", m.failed)
			}
			server := jumpcloudtest.NewServer()
			defer server.Close()
			defer func() {
				if recover() == nil {
					t.Error("no panic in a program")
				}
			}()
			use(server)
		})
	}
}

func TestManyUsersListQuickly(t *testing.T) {
	c := newCaller(t)
	ids := c.server.SeedUsers(10_000)
	start := time.Now()
	var got []string
	for skip := 0; skip < 10_000; skip += 100 {
		var page struct {
			Results []struct {
				ID string `json:"_id"`
			}
		}
		c.get(fmt.Sprintf("/systemusers?limit=100&sort=_id&skip=%d", skip)).is(200).json(&page)
		for _, u := range page.Results {
			got = append(got, u.ID)
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("%d users listed, or in another order", len(got))
	}
	t.Logf("10,000 users in %v, decoded", time.Since(start))
}

func BenchmarkList10000(b *testing.B) {
	server := jumpcloudtest.New(b)
	server.SeedUsers(10_000)
	for b.Loop() {
		for skip := 0; skip < 10_000; skip += 100 {
			r, _ := http.NewRequest("GET", fmt.Sprintf("%s/systemusers?limit=100&sort=_id&skip=%d", server.URL, skip), nil)
			r.Header.Set("X-Api-Key", jumpcloudtest.APIKey)
			res, err := server.HTTPClient().Do(r)
			if err != nil {
				b.Fatal(err)
			}
			n, _ := io.Copy(io.Discard, res.Body)
			res.Body.Close()
			b.SetBytes(100 * n)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		jumpcloudtest.NewServer().Close()
	}
}

func TestParallelUse(t *testing.T) {
	c := newCaller(t)
	group := c.group(`{"name":"g","membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"queryType":"Filter","filters":["department:$eq:IT"]}}`)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 20 {
				name := fmt.Sprintf("w%d.%d", worker, i)
				id := c.user(`{"username":"` + name + `","email":"` + name + `@example.com","department":"IT"}`)
				c.get("/systemusers?limit=100&sort=username").is(200)
				c.get("/v2/usergroups/" + group + "/membership").is(200)
				c.server.Requests("POST /systemusers")
				if i%2 == 0 {
					c.delete("/systemusers/" + id).is(200)
				}
			}
		})
	}
	wg.Wait()
	if n := c.server.UserCount(); n != 80 {
		t.Errorf("%d users", n)
	}
	if n := len(c.server.Members("g")); n != 80 {
		t.Errorf("%d members", n)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for name, opt := range map[string]jumpcloudtest.Option{
		"WithOrgs":          jumpcloudtest.WithOrgs("x"),
		"WithStateDefaults": jumpcloudtest.WithStateDefaults(jumpcloudtest.StateDefaults{CSVImport: "active"}),
	} {
		m := &misuse{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			jumpcloudtest.New(m, opt)
		}()
		<-done
		if !strings.Contains(m.failed, name) {
			t.Errorf("%s: %q", name, m.failed)
		}
	}
}

// running counts the goroutines of servers and of their connections.
func running() int {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	n := 0
	for stack := range strings.SplitSeq(string(stacks), "\n\n") {
		if strings.Contains(stack, "jumpcloudtest.(*host)") || strings.Contains(stack, "jumpcloudtest.start") || strings.Contains(stack, "net/http.(*conn).serve") {
			n++
		}
	}
	return n
}

// Not parallel: it counts the goroutines of the process.
func TestCloseLeavesNothingBehind(t *testing.T) {
	for _, opts := range [][]jumpcloudtest.Option{nil, {jumpcloudtest.InMemory()}} {
		server := jumpcloudtest.NewServer(opts...)
		server.SeedUsers(200)
		c := &caller{t, server, http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { c.get("/systemusers?limit=100").is(200) })
		}
		wg.Wait()
		// Requests that hang in every way in which they can.
		server.Inject("GET /systemusers/{id}", 0, jumpcloudtest.Latency(time.Hour))
		server.Inject("GET /v2/usergroups", 0, jumpcloudtest.StallBody())
		server.Inject("GET /v2/workdays", 0, jumpcloudtest.HugeBody(-1))
		failed := make(chan error)
		for _, path := range []string{"/systemusers/x", "/v2/usergroups", "/v2/workdays"} {
			go func() {
				_, err := c.try("GET", path, "")
				failed <- err
			}()
		}
		for len(server.Requests("GET /systemusers/{id}", "GET /v2/usergroups", "GET /v2/workdays")) < 3 {
			runtime.Gosched()
		}
		server.Close()
		// A connection's goroutine reports its end as the last thing it does, not after it.
		for tries := 0; running() != 0; tries++ {
			if tries == 10_000 {
				t.Fatalf("%d goroutines are left", running())
			}
			runtime.Gosched()
		}
		for range 3 {
			if <-failed == nil {
				t.Error("a request that cannot end has an answer")
			}
		}
		server.Close() // again
		if _, err := c.try("GET", "/systemusers", ""); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("a closed server: %v", err)
		}
	}
}

func TestWholeStoryInsideABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithJobDelay(time.Hour))
		server.SeedUsers(250)
		server.Inject("GET /systemusers", 2, jumpcloudtest.TooManyRequests(20))
		start := time.Now()
		users, err := jumpcloud.Collect(server.Client().Systemusers.All(t.Context(), nil), 0)
		if err != nil || len(users) != 250 {
			t.Fatal(len(users), err)
		}
		if d := time.Since(start); d < 20*time.Second || d > time.Minute {
			t.Error(d)
		}
	})
}

func TestInMemoryUsesNoSocket(t *testing.T) {
	server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
	if server.URL != "http://localhost/api" {
		t.Error(server.URL)
	}
	conn, err := server.HTTPClient().Transport.(*http.Transport).DialContext(t.Context(), "tcp", "anywhere:1")
	if err != nil || conn.LocalAddr().Network() != "pipe" {
		t.Fatal(conn, err)
	}
	conn.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	closed := jumpcloudtest.NewServer(jumpcloudtest.InMemory())
	closed.Close()
	var op *net.OpError
	if _, err := closed.HTTPClient().Transport.(*http.Transport).DialContext(ctx, "tcp", "x:1"); !errors.As(err, &op) {
		t.Error(err)
	}
}

func TestRequestsThatAreReturnedAreCopies(t *testing.T) {
	server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
	if _, err := server.Client().Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"},
		&jumpcloud.SystemusersCreateParams{FullValidationDetails: "password"}); err != nil {
		t.Fatal(err)
	}
	want := server.Requests()[0]
	body, query, header := string(want.Body), want.Query.Encode(), want.Header.Clone()

	for range 2 {
		got := server.Requests()[0]
		if string(got.Body) != body || got.Query.Encode() != query || !maps.EqualFunc(got.Header, header, slices.Equal) || body == "" || query == "" || len(header) == 0 {
			t.Fatalf("%s %s %v", got.Body, got.Query.Encode(), got.Header)
		}
		got.Body[0] = 'X'
		for key, values := range got.Query {
			values[0] = "changed"
			got.Query.Add(key, "added")
		}
		for key, values := range got.Header {
			values[0] = "changed"
			got.Header.Add(key, "added")
		}
		got.Query.Set("new", "1")
		got.Header.Set("New", "1")
	}
}
