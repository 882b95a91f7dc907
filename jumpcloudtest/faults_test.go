package jumpcloudtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

const anyUser = `{"username":"ann","email":"ann@example.com"}`

// both runs a test over a socket and over pipes.
func both(t *testing.T, test func(*testing.T, *caller)) {
	t.Run("socket", func(t *testing.T) { test(t, newCaller(t)) })
	t.Run("memory", func(t *testing.T) { test(t, newCaller(t, jumpcloudtest.InMemory())) })
}

func TestStatusFaults(t *testing.T) {
	both(t, func(t *testing.T, c *caller) {
		fault := jumpcloudtest.Status(503, http.Header{"Retry-After": {"7"}, "Content-Type": {"text/plain"}}, "busy")
		injected := c.server.Inject("POST /systemusers", 2, fault)
		c.get("/systemusers").is(200) // another route
		for range 2 {
			a := c.post("/systemusers", anyUser).is(503)
			if string(a.body) != "busy" || a.header.Get("Retry-After") != "7" || a.header.Get("Content-Type") != "text/plain" {
				t.Errorf("%s %v", a.body, a.header)
			}
		}
		if c.server.UserCount() != 0 || injected.Fired() != 2 {
			t.Errorf("%d users, fired %d times", c.server.UserCount(), injected.Fired())
		}
		c.post("/systemusers", anyUser).is(200)

		c.server.Inject("* /v2/*", 0, jumpcloudtest.Status(502, nil, ""))
		for range 5 {
			if a := c.get("/v2/workdays").is(502); len(a.body) != 0 {
				t.Errorf("%q", a.body)
			}
		}
		c.server.ClearFaults()
		c.get("/v2/workdays").is(200)

		if a := c.once(jumpcloudtest.HTML(200)); !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || !strings.Contains(string(a.body), "<html>") {
			t.Errorf("%s", a.body)
		}
		if a := c.once(jumpcloudtest.Garbage()); a.status != 200 || json.Valid(a.body) {
			t.Errorf("%d %s", a.status, a.body)
		}
		if a := c.once(jumpcloudtest.TooManyRequests(3)); a.status != 429 || a.header.Get("Retry-After") != "3" {
			t.Errorf("%d %v", a.status, a.header)
		}
		if a := c.once(jumpcloudtest.TooManyRequests(-1)); a.status != 429 || a.header["Retry-After"] != nil {
			t.Errorf("%d %v", a.status, a.header)
		}
		client := *c.server.HTTPClient()
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		c.server.Inject("*", 1, jumpcloudtest.RedirectTo("https://elsewhere.example/x"))
		res, err := client.Get(c.server.URL + "/systemusers")
		if err != nil || res.StatusCode != 302 || res.Header.Get("Location") != "https://elsewhere.example/x" {
			t.Fatal(res, err)
		}
		res.Body.Close()
		c.server.Inject("*", 1, jumpcloudtest.AddHeader("Link", `<https://elsewhere.example>; rel="next"`))
		if a := c.get("/v2/usergroups").is(200); a.header.Get("Link") == "" || a.header.Get("X-Total-Count") != "0" {
			t.Error(a.header)
		}
		// A route that is not modelled can suffer, too.
		c.server.Inject("GET /things", 1, jumpcloudtest.Status(503, nil, ""))
		c.get("/things").is(503)
		c.get("/things").is(501)
	})
}

// once makes one request suffer.
func (c *caller) once(f jumpcloudtest.Fault) answer {
	c.t.Helper()
	c.server.Inject("*", 1, f)
	return c.get("/systemusers")
}

func TestFaultsBeforeAndAfterTheEffect(t *testing.T) {
	both(t, func(t *testing.T, c *caller) {
		c.server.Inject("POST /systemusers", 1, jumpcloudtest.Status(502, nil, "").AfterApply())
		c.post("/systemusers", anyUser).is(502)
		c.post("/systemusers", anyUser).is(400) // it is there
		for name, f := range map[string]struct {
			fault   jumpcloudtest.Fault
			applied bool
		}{
			"before answer":        {jumpcloudtest.CloseBeforeAnswer(), false},
			"after effect":         {jumpcloudtest.CloseBeforeAnswer().AfterApply(), true},
			"mid headers":          {jumpcloudtest.CloseMidHeaders(), false},
			"mid headers, applied": {jumpcloudtest.CloseMidHeaders().AfterApply(), true},
			"mid body":             {jumpcloudtest.CloseMidBody(), true},
			"reset":                {jumpcloudtest.Reset(), false},
			"reset, applied":       {jumpcloudtest.Reset().AfterApply(), true},
		} {
			t.Run(name, func(t *testing.T) {
				before := c.server.UserCount()
				c.server.Inject("POST /systemusers", 1, f.fault)
				user := strings.ReplaceAll(anyUser, "ann", strings.NewReplacer(" ", "", ",", "").Replace(name))
				_, err := c.try("POST", "/systemusers", user)
				if err == nil {
					t.Error("no error")
				}
				if applied := c.server.UserCount() > before; applied != f.applied {
					t.Errorf("applied: %v", applied)
				}
				requests := c.server.Requests("POST /systemusers")
				if last := requests[len(requests)-1]; last.Status != 0 {
					t.Errorf("status %d on record", last.Status)
				}
			})
		}
	})
}

func TestBrokenConnections(t *testing.T) {
	both(t, func(t *testing.T, c *caller) {
		c.server.SeedUsers(5)
		c.server.Inject("POST /search/systemusers", 1, jumpcloudtest.CloseMidBody())
		a, err := c.try("POST", "/search/systemusers", "")
		if !errors.Is(err, io.ErrUnexpectedEOF) || a.status != 200 || len(a.body) < 100 {
			t.Errorf("mid body: %v, %d, %d bytes", err, a.status, len(a.body))
		}
		c.server.Inject("POST /search/systemusers", 1, jumpcloudtest.Reset())
		if _, err := c.try("POST", "/search/systemusers", ""); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("reset: %v", err)
		}
		c.server.Inject("POST /search/systemusers", 1, jumpcloudtest.CloseBeforeAnswer())
		if _, err := c.try("POST", "/search/systemusers", ""); !errors.Is(err, io.EOF) {
			t.Errorf("before answer: %v", err)
		}
		c.server.Inject("POST /search/systemusers", 1, jumpcloudtest.CloseMidHeaders())
		if _, err := c.try("POST", "/search/systemusers", ""); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("mid headers: %v", err)
		}
		// An answer without a body can break in the middle as well.
		c.server.Inject("POST /v2/users/{id}/emails", 1, jumpcloudtest.CloseMidBody())
		if _, err := c.try("POST", "/v2/users/"+c.server.UserIDs()[0]+"/emails", ""); err == nil {
			t.Error("no error")
		}
	})
}

func TestStalledAndSlowAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, jumpcloudtest.InMemory())
		c.server.SeedUsers(3)
		get := func(timeout time.Duration) (int, error) {
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			r, _ := http.NewRequestWithContext(ctx, "GET", c.server.URL+"/systemusers", nil)
			r.Header = c.header
			res, err := c.server.HTTPClient().Do(r)
			if err != nil {
				return 0, err
			}
			defer res.Body.Close()
			_, err = io.ReadAll(res.Body)
			return res.StatusCode, err
		}
		c.server.Inject("GET /systemusers", 1, jumpcloudtest.StallBody())
		start := time.Now()
		if status, err := get(time.Minute); status != 200 || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Error(status, err, time.Since(start))
		}
		c.server.Inject("GET /systemusers", 2, jumpcloudtest.Latency(30*time.Second))
		start = time.Now()
		if _, err := get(time.Minute); err != nil || time.Since(start) != 30*time.Second {
			t.Error(err, time.Since(start))
		}
		if _, err := get(time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		// What hangs when the server closes ends with it.
		c.server.Inject("GET /systemusers", 1, jumpcloudtest.StallBody())
		time.AfterFunc(time.Minute, c.server.Close)
		start = time.Now()
		if _, err := get(time.Hour); err == nil || time.Since(start) != time.Minute {
			t.Error(err, time.Since(start))
		}
	})
}

func TestHugeBody(t *testing.T) {
	both(t, func(t *testing.T, c *caller) {
		c.server.SeedUsers(1)
		a := c.once(jumpcloudtest.HugeBody(3 << 20)).is(200)
		if len(a.body) < 3<<20 {
			t.Errorf("%d bytes", len(a.body))
		}
		a.has(`{"totalCount":1}`) // and still the answer
		c.server.Inject("*", 1, jumpcloudtest.HugeBody(-1))
		res, err := c.server.HTTPClient().Get(c.server.URL + "/systemusers")
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.CopyN(io.Discard, res.Body, 20<<20); err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		res.Body.Close()
	})
}

func TestFaultsComeInTheirOrder(t *testing.T) {
	c := newCaller(t)
	c.server.Inject("GET /systemusers", 2, jumpcloudtest.Status(429, nil, ""))
	second := c.server.Inject("GET /systemusers", 1, jumpcloudtest.Status(503, nil, ""))
	c.server.Inject("*", 1, jumpcloudtest.LyingTotal(77)) // adds up with the first one that answers
	gone := c.server.Inject("*", 0, jumpcloudtest.Status(500, nil, ""))
	gone.Remove()
	for _, want := range []int{429, 429, 503, 200} {
		c.get("/systemusers").is(want)
	}
	if second.Fired() != 1 || gone.Fired() != 0 {
		t.Error(second.Fired(), gone.Fired())
	}
	c.server.Inject("GET /systemusers", 1, jumpcloudtest.Status(503, nil, "").Skip(2))
	for _, want := range []int{200, 200, 503, 200} {
		c.get("/systemusers").is(want)
	}
}

func TestPagingFaults(t *testing.T) {
	c := newCaller(t)
	ids := c.server.SeedUsers(5)
	group := c.group(`{"name":"g"}`)
	for _, id := range ids {
		c.server.Bind(id, group, nil)
	}
	c.server.Inject("*", 3, jumpcloudtest.IgnoreSkip())
	c.get("/systemusers?skip=3&limit=1").lists("id", ids[0])
	c.post("/search/systemusers", `{"skip":3,"limit":1}`).lists("id", ids[0])
	c.get("/v2/usergroups/"+group+"/members?skip=3&limit=1").lists("to.id", ids[0])

	c.server.Inject("*", 3, jumpcloudtest.IgnorePaging())
	c.get("/systemusers?skip=3&limit=1").lists("id", strings.Join(ids, " ")).has(`{"totalCount":5}`)
	c.post("/search/systemusers", `{"skip":3,"limit":1}`).lists("id", strings.Join(ids, " "))
	c.get("/v2/usergroups/"+group+"/members?skip=3&limit=1").lists("to.id", strings.Join(ids, " "))

	c.server.Inject("*", 4, jumpcloudtest.DanglingRows(func(offset int) bool { return offset == 1 || offset == 4 }))
	c.get("/systemusers?limit=3").lists("id", ids[0]+" "+ids[2]).has(`{"totalCount":5}`)
	c.post("/search/systemusers", `{"skip":3,"limit":2}`).lists("id", ids[3])
	c.get("/v2/usergroups/"+group+"/members?skip=4").lists("to.id", "").total("5")
	c.get("/v2/usergroups/"+group+"/members?skip=1&limit=3").lists("to.id", ids[2]+" "+ids[3]).total("5")

	c.server.Inject("*", 4, jumpcloudtest.CapPages(2, 1))
	c.get("/systemusers?limit=3").lists("id", ids[0]+" "+ids[1]).has(`{"totalCount":5}`)
	c.get("/systemusers?limit=3&skip=2").lists("id", ids[2])
	c.get("/v2/usergroups/"+group+"/members?skip=3").lists("to.id", ids[3]+" "+ids[4]).total("5")
	c.get("/v2/usergroups/"+group+"/members?skip=3").lists("to.id", ids[3])

	for fault, want := range map[*jumpcloudtest.Fault][2]string{
		ptr(jumpcloudtest.LyingTotal(77)): {`{"totalCount":77}`, "77"},
		ptr(jumpcloudtest.LyingTotal(0)):  {`{"totalCount":0}`, "0"},
		ptr(jumpcloudtest.ShiftTotal(-2)): {`{"totalCount":3}`, "3"},
		ptr(jumpcloudtest.ShiftTotal(2)):  {`{"totalCount":7}`, "7"},
	} {
		c.server.Inject("*", 2, *fault)
		c.get("/systemusers").is(200).has(want[0])
		c.get("/v2/usergroups/" + group + "/members").is(200).total(want[1])
	}
	c.server.Inject("*", 3, jumpcloudtest.NoTotal())
	c.get("/systemusers").is(200).lacks("totalCount")
	c.get("/v2/bulk/userstates/eventlist/next?users=x").is(200).lacks("events_count")
	if a := c.get("/v2/usergroups").is(200); a.header["X-Total-Count"] != nil {
		t.Error(a.header)
	}
}

func ptr[T any](v T) *T { return &v }

func TestObjectsComeAndGoBetweenPages(t *testing.T) {
	c := newCaller(t)
	ids := c.server.SeedUsers(4)
	inserted := c.server.Inject("GET /systemusers", 1, jumpcloudtest.InsertBetweenPages(c.server, 2))
	c.server.Inject("GET /systemusers", 1, jumpcloudtest.DeleteBetweenPages(c.server, ids[0], ids[1]))
	c.get("/systemusers?limit=2").has(`{"totalCount":4}`) // not between pages
	if inserted.Fired() != 0 {
		t.Error("fired before the first page")
	}
	c.get("/systemusers?limit=2&skip=2").has(`{"totalCount":4}`)
	if c.server.UserCount() != 4 || inserted.Fired() != 1 {
		t.Error(c.server.UserCount(), inserted.Fired())
	}
	called := 0
	c.server.Inject("POST /search/systemusers", 0, jumpcloudtest.BetweenPages(func() { called++ }))
	c.post("/search/systemusers", `{"limit":1}`)
	c.post("/search/systemusers", `{"limit":1,"skip":1}`)
	path := "/v2/applications/" + c.server.AddApplication("hr") + "/import/users" // which goes by a cursor
	c.server.Inject("GET /v2/applications/{id}/import/users", 0, jumpcloudtest.BetweenPages(func() { called++ }))
	c.get(path).is(200)
	c.get(path + "?cursor=1").is(200)
	if called != 2 {
		t.Error(called)
	}
}

func TestSpoiltObjects(t *testing.T) {
	c := newCaller(t)
	path := "/v2/applications/" + c.server.AddApplication("hr") + "/import/users"
	c.server.Add(path, map[string]any{"id": "1", "username": "ann"})
	c.server.Inject("*", 1, jumpcloudtest.WrongFieldType("username"))
	c.get(path).has(`{"users":[{"id":"1","username":{"wrong":"type"}}]}`)
	c.server.SeedUsers(2)
	path = "/systemusers/" + c.server.UserIDs()[0]
	c.once(jumpcloudtest.WrongFieldType("username")).is(200).says(`{"totalCount":2,"results":[` +
		strings.Replace(string(c.get(path).body), `"username":"olivia.hartmann"`, `"username":{"wrong":"type"}`, 1) + `,` +
		string(c.get("/systemusers/"+c.server.UserIDs()[1]).body) + `]}`)
	c.server.Inject("*", 1, jumpcloudtest.WrongFieldType("mfa"))
	c.get(path).has(`{"mfa":"not an object"}`)
	c.server.Inject("*", 1, jumpcloudtest.WrongFieldType("mfa.exclusion"))
	c.get(path).has(`{"mfa":{"exclusion":{"wrong":"type"},"configured":false}}`)
	c.once(jumpcloudtest.NullItem()).is(200).says(`{"totalCount":2,"results":[null,` + string(c.get("/systemusers/"+c.server.UserIDs()[1]).body) + `]}`)
	group := c.group(`{"name":"g"}`)
	c.server.Inject("*", 2, jumpcloudtest.WrongFieldType("to.id"))
	c.get("/v2/usergroups/" + group + "/members").says(`[]`)
	c.server.Bind("olivia.hartmann", "g", nil)
	c.get("/v2/usergroups/" + group + "/members").says(`[{"attributes":null,"to":{"attributes":null,"type":"user","id":{"wrong":"type"}}}]`)
}

func TestFaultsThroughTheSDK(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		server.SeedUsers(30)
		client := server.Client()
		server.Inject("GET /systemusers", 1, jumpcloudtest.CloseMidBody())
		server.Inject("GET /systemusers", 1, jumpcloudtest.Reset())
		users, err := jumpcloud.Collect(client.Systemusers.All(t.Context(), nil), 0)
		if err != nil || len(users) != 30 {
			t.Fatal(len(users), err)
		}
		server.Inject("POST /systemusers", 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
		_, err = client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)
		if err == nil || server.UserCount() != 31 {
			t.Error(err, server.UserCount())
		}
		server.Inject("*", 1, jumpcloudtest.RedirectTo("https://elsewhere.example/"))
		if _, err = client.Systemusers.List(t.Context(), nil); !errors.Is(err, jumpcloud.ErrRedirect) {
			t.Error(err)
		}
	})
}
