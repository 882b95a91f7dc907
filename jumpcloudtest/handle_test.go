package jumpcloudtest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestHandleAnswersARouteThatIsNotModelled(t *testing.T) {
	both(t, func(t *testing.T, c *caller) {
		c.server.Handle("GET /v2/systems/{system_id}/policies/{id}", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, `[{"system":%q,"id":%q,"limit":%q}]`, r.PathValue("system_id"), r.PathValue("id"), r.URL.Query().Get("limit"))
		})
		for range 3 {
			a := c.get("/v2/Systems/a%2Fb/policies/p1?limit=7").is(200).says(`[{"system":"a/b","id":"p1","limit":"7"}]`)
			if got := a.header.Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Error(got)
			}
		}
		c.server.Handle("POST /systems/*", func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusCreated)
			w.WriteHeader(http.StatusTeapot) // which is late
			_, _ = w.Write(append(body, " of "+r.Method+" "+r.URL.Path+" "+r.Header.Get("X-Story")...))
		})
		a := c.post("/systems/x/y", `{"a":1}`, "X-Story", "one").is(201)
		if string(a.body) != `{"a":1} of POST /api/systems/x/y one` || a.header.Get("Content-Type") != "text/plain" {
			t.Errorf("%s %v", a.body, a.header)
		}
		c.server.Handle("DELETE /systems/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		c.delete("/systems/x").is(204)
		c.server.Handle("PUT /systems/{id}", func(http.ResponseWriter, *http.Request) {})
		if a := c.put("/systems/x", "{}").is(200); len(a.body) != 0 {
			t.Errorf("%s", a.body)
		}
		if got := len(c.server.Requests("* /systems/*")); got != 3 {
			t.Errorf("%d requests on record", got)
		}
		// At the root of the server, where Directory Insights is.
		c.server.Handle("POST /insights/directory/v1/events", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`[]`)) })
		c.server.URL = strings.TrimSuffix(c.server.URL, "/api")
		c.post("/insights/directory/v1/events", `{}`).is(200).says(`[]`)
	})
}

func TestHandleComesAfterTheChecksAndTheFaults(t *testing.T) {
	const other = "5f0e7a1b00000000000000ff"
	c := newCaller(t, jumpcloudtest.WithOrgs(jumpcloudtest.OrgID, other))
	called := 0
	count := func(w http.ResponseWriter, _ *http.Request) {
		called++
		_, _ = w.Write([]byte(`{"results":[{"id":"s1"}],"totalCount":1}`))
	}
	c.server.Handle("GET /systems", count)
	c.server.Handle("GET /organizations/{id}", count)
	c.get("/systems", "X-Api-Key", "wrong", "X-Org-Id", other).is(401)
	c.get("/systems").is(401)
	c.get("/organizations/x", "X-Org-Id", other).is(403)
	c.server.Inject("GET /systems", 1, jumpcloudtest.TooManyRequests(1))
	c.get("/systems", "X-Org-Id", other).is(429)
	if called != 0 {
		t.Errorf("called %d times", called)
	}
	c.server.Inject("GET /systems", 1, jumpcloudtest.NullItem())
	c.get("/systems", "X-Org-Id", other).is(200).has(`{"results":[null]}`)
	c.get("/organizations/x").is(200)
}

func TestHandleTakesTheNewestFunctionAndTheModelsPlace(t *testing.T) {
	c := newCaller(t)
	for _, text := range []string{"first", "second"} {
		c.server.Handle("GET /systemusers", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"says":%q}`, text) })
	}
	c.get("/systemusers?anything=1").is(200).says(`{"says":"second"}`)
	c.post("/systemusers", anyUser).is(200) // another route
}

func TestFunctionOfHandleMayUseTheServer(t *testing.T) {
	c := newCaller(t)
	c.server.Handle("POST /onboarding", func(w http.ResponseWriter, r *http.Request) {
		var u jumpcloud.SystemuserCreate
		if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, `{"id":%q}`, c.server.AddUser(u))
	})
	c.post("/onboarding", anyUser).is(200).has(`{"id":"` + c.server.UserIDs()[0] + `"}`)
}

// failing is a test whose failures are counted.
type failing struct {
	testing.TB
	mu       sync.Mutex
	failures []string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.mu.Lock()
	f.failures = append(f.failures, fmt.Sprintf(format, args...))
	f.mu.Unlock()
	runtime.Goexit()
}

func TestMistakeInAFunctionOfTheTestIsReportedAsWhatItIs(t *testing.T) {
	mistakes := map[string]struct {
		mistake func()
		says    string
	}{
		"panic":  {func() { panic("no such key") }, " panicked: no such key"},
		"goexit": {runtime.Goexit, " ended its goroutine, as Fatal and require do"},
		"nil":    {func() { var none *http.Request; none.Method = "" }, " panicked: runtime error: invalid memory address or nil pointer dereference"},
	}
	for name, m := range mistakes {
		t.Run(name, func(t *testing.T) {
			test := &failing{TB: t}
			program := jumpcloudtest.NewServer()
			defer program.Close()
			for _, server := range []*jumpcloudtest.Server{jumpcloudtest.New(test), jumpcloudtest.New(test, jumpcloudtest.InMemory()), program} {
				c := &caller{t, server, http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}
				test.failures = nil
				server.SeedUsers(2)
				server.Inject("GET /systemusers", 1, jumpcloudtest.BetweenPages(m.mistake))
				server.Handle("GET /systems", func(http.ResponseWriter, *http.Request) { m.mistake() })
				c.get("/systemusers?skip=1").is(500).has(`{"message":"jumpcloudtest: the hook of a fault` + m.says + `"}`)
				c.get("/systems").is(500).has(`{"message":"jumpcloudtest: the function of Handle for GET /systems` + m.says + `"}`)
				c.get("/systemusers?skip=1").is(200) // and the server goes on
				if server == program {               // which has no test to fail
					continue
				}
				if len(test.failures) != 2 || !strings.HasPrefix(test.failures[0], "jumpcloudtest: the hook of a fault"+m.says) {
					t.Fatalf("%q", test.failures)
				}
				if name == "nil" && !strings.Contains(test.failures[1], "handle_test.go") {
					t.Errorf("does not say where: %s", test.failures[1])
				}
			}
		})
	}
}
