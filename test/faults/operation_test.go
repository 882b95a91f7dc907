package faults_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

const (
	userCount = 35 // of the service at the start: four pages
	pageSize  = 10
	newUser   = "newcomer"
)

// world is a service with something in it.
type world struct {
	server *jumpcloudtest.Server
	ids    []string // of all users
	group  string
	staged string // a user that waits for activation
}

func newWorld() *world {
	w := &world{server: jumpcloudtest.NewServer(jumpcloudtest.WithJobDelay(0))}
	w.server.SeedUsers(userCount - 1)
	w.staged = w.server.AddUser(jumpcloud.SystemuserCreate{
		Username: "staged", Email: "staged@example.com", State: jumpcloud.Set[jumpcloud.UserState]("STAGED"),
	})
	w.group = w.server.AddGroup(jumpcloud.UserGroupCreate{Name: "Everyone"})
	w.ids = w.server.UserIDs()
	for _, id := range w.ids[:3] {
		w.server.Bind(id, w.group, nil)
	}
	return w
}

// kind says what an operation may do after a failure whose effect is not known.
type kind int

const (
	reads   kind = iota // a GET, or a search
	repeats             // sending it twice is sending it once
	once                // it may be sent again only when it certainly did not arrive
)

// operation is one of the client's methods, called as a user would.
type operation struct {
	name    string
	kind    kind
	route   string
	hasBody bool // the request
	answers bool // with a body that is decoded
	lists   bool // the answer is long
	pages   bool
	ahead   bool // and several pages are in flight
	writes  bool

	run func(ctx context.Context, c *jumpcloud.APIClient, w *world) (any, error)
	// right finds what is wrong with a success.
	right func(w *world, result any) error
	// effect counts how often the operation took effect, by the service's own account.
	effect func(w *world) int
}

var operations = []operation{
	{
		name: "Systemusers.Get", kind: reads, route: "GET /systemusers/{id}", answers: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, w *world) (any, error) {
			return c.Systemusers.Get(ctx, w.ids[4], nil)
		},
		right: func(w *world, result any) error { return sameUser(w, w.ids[4], result) },
	},
	{
		name: "Systemusers.List", kind: reads, route: "GET /systemusers", answers: true, lists: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, _ *world) (any, error) {
			return c.Systemusers.List(ctx, &jumpcloud.SystemusersListParams{Limit: pageSize})
		},
		right: firstPage,
	},
	{
		name: "Systemusers.Search", kind: reads, route: "POST /search/systemusers", hasBody: true, answers: true, lists: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, _ *world) (any, error) {
			return c.Systemusers.Search(ctx, jumpcloud.SystemuserSearch{Limit: jumpcloud.Set(pageSize), Sort: jumpcloud.Set("_id")})
		},
		right: firstPage,
	},
	walk("Systemusers.All, 1 page at a time", 1),
	walk("Systemusers.All, 4 pages at a time", 4),
	{
		name: "Systemusers.Create", kind: once, route: "POST /systemusers", hasBody: true, answers: true, writes: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, _ *world) (any, error) {
			return c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: newUser, Email: newUser + "@example.com"}, nil)
		},
		right: func(w *world, result any) error { return sameUser(w, w.server.ID(newUser), result) },
		effect: func(w *world) int {
			return w.server.UserCount() - userCount
		},
	},
	{
		name: "Systemusers.Update", kind: repeats, route: "PUT /systemusers/{id}", hasBody: true, answers: true, writes: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, w *world) (any, error) {
			return c.Systemusers.Update(ctx, w.ids[5], jumpcloud.SystemuserUpdate{Department: jumpcloud.Set("Faults")}, nil)
		},
		right: func(w *world, result any) error { return sameUser(w, w.ids[5], result) },
		effect: func(w *world) int {
			u, _ := w.server.User(w.ids[5])
			return one(u["department"] == "Faults")
		},
	},
	{
		name: "Systemusers.Delete", kind: repeats, route: "DELETE /systemusers/{id}", answers: true, writes: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, w *world) (any, error) {
			return c.Systemusers.Delete(ctx, w.ids[6], nil)
		},
		right: func(w *world, result any) error {
			// What was deleted by an attempt whose answer got lost cannot be answered any more.
			if user := result.(*jumpcloud.Systemuser); user.ID != w.ids[6] && user.ID != "" {
				return fmt.Errorf("the user is %q", user.ID)
			}
			return nil
		},
		effect: func(w *world) int { return userCount - w.server.UserCount() },
	},
	{
		name: "Systemusers.Activate", kind: once, route: "POST /systemusers/{id}/state/activate", hasBody: true, writes: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, w *world) (any, error) {
			return nil, c.Systemusers.Activate(ctx, w.staged, jumpcloud.ActivateRequest{Email: "boss@example.com"})
		},
		effect: func(w *world) int {
			u, _ := w.server.User(w.staged)
			return one(u["state"] == "ACTIVATED")
		},
	},
	{
		name: "Usergroups.AddMember", kind: repeats, route: "POST /v2/usergroups/{id}/members", hasBody: true, writes: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, w *world) (any, error) {
			return nil, c.Usergroups.AddMember(ctx, w.group, w.ids[7])
		},
		effect: func(w *world) int { return len(w.server.Members(w.group)) - 3 },
	},
	{
		name: "Usergroups.RemoveMember", kind: repeats, route: "POST /v2/usergroups/{id}/members", hasBody: true, writes: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, w *world) (any, error) {
			return nil, c.Usergroups.RemoveMember(ctx, w.group, w.ids[1])
		},
		effect: func(w *world) int { return 3 - len(w.server.Members(w.group)) },
	},
	{
		name: "BulkJobs.CreateUsers", kind: once, route: "POST /v2/bulk/users", hasBody: true, answers: true, writes: true,
		run: func(ctx context.Context, c *jumpcloud.APIClient, _ *world) (any, error) {
			return c.BulkJobs.CreateUsers(ctx, []jumpcloud.BulkUserCreate{
				{Username: "bulk-1", Email: "bulk-1@example.com"}, {Username: "bulk-2", Email: "bulk-2@example.com"},
			}, nil)
		},
		right: func(w *world, result any) error {
			if job := result.(*jumpcloud.JobID); job.JobID == "" {
				return errors.New("the job has no id")
			}
			if n := w.server.UserCount(); n != userCount+2 {
				return fmt.Errorf("%d users", n)
			}
			return nil
		},
		effect: func(w *world) (jobs int) {
			for _, mail := range w.server.Mails() {
				jobs += one(mail.Kind == "job")
			}
			return jobs
		},
	},
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// walk is a list of all users.
func walk(name string, concurrency int) operation {
	return operation{
		name: name, kind: reads, route: "GET /systemusers", answers: true, lists: true, pages: true, ahead: concurrency > 1,
		run: func(ctx context.Context, c *jumpcloud.APIClient, _ *world) (any, error) {
			return ranged(c.Systemusers.All(ctx, nil, jumpcloud.WithPageConcurrency(concurrency)))
		},
		right: func(w *world, result any) error {
			if got := result.([]string); !slices.Equal(got, w.ids) {
				return fmt.Errorf("%d of %d users, or in another order", len(got), len(w.ids))
			}
			return nil
		},
	}
}

// ranged is what a walk yields: items, and then, perhaps, one error and nothing more.
func ranged(users iter.Seq2[*jumpcloud.Systemuser, error]) ([]string, error) {
	var got []string
	var failed error
	for user, err := range users {
		switch {
		case failed != nil:
			return got, fmt.Errorf("the walk went on after %v", failed)
		case err != nil:
			failed = err
		default:
			got = append(got, user.ID)
		}
	}
	return got, failed
}

func sameUser(w *world, id string, result any) error {
	want, _ := w.server.User(id)
	got := result.(*jumpcloud.Systemuser)
	if got.ID != id || got.Username != want["username"] || got.Email != want["email"] || got.Department != want["department"] && want["department"] != nil {
		return fmt.Errorf("the answer is %s %q, the service has %s %q", got.ID, got.Username, id, want["username"])
	}
	return nil
}

func firstPage(w *world, result any) error {
	page := result.(*jumpcloud.Page[jumpcloud.Systemuser])
	var got []string
	for _, user := range page.Items {
		got = append(got, user.ID)
	}
	if !slices.Equal(got, w.ids[:pageSize]) || page.TotalCount != userCount {
		return fmt.Errorf("%d users of %d", len(got), page.TotalCount)
	}
	return nil
}

// spot is where in an operation a fault comes: at a page of a walk, or at the only request.
type spot struct {
	name string
	skip int // of the page
}

var (
	onlyRequest = []spot{{}}
	everyPage   = []spot{{"page 1", 0}, {"page 2", pageSize}, {"last page", 3 * pageSize}}
)

func (o operation) spots() []spot {
	if o.pages {
		return everyPage
	}
	return onlyRequest
}

// target tells the request at a spot from the others.
func (o operation) target(at spot) func(*http.Request) bool {
	return func(r *http.Request) bool {
		skip, _ := strconv.Atoi(r.URL.Query().Get("skip"))
		return !o.pages || skip == at.skip
	}
}

// configure returns a configuration that does not wait long between attempts.
func configure(server *jumpcloudtest.Server, transport http.RoundTripper) *jumpcloud.Configuration {
	c := server.Configuration()
	c.HTTPClient = &http.Client{Transport: transport}
	c.Timeout = patient
	c.PageSize = pageSize
	c.Retry = jumpcloud.RetryPolicy{MaxAttempts: 3, MinWait: 2 * time.Millisecond, MaxWait: 8 * time.Millisecond}
	return c
}

// received counts the requests that reached the service whole and were not turned away.
func (o operation) received(w *world) (n int) {
	for _, r := range w.server.Requests(o.route) {
		n += one(r.Status != http.StatusTooManyRequests)
	}
	return n
}

// warm sends a request that leaves an open connection behind.
func (l *lane) warm(ctx context.Context, base string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/organizations", nil)
	if err != nil {
		return err
	}
	r.Header.Set("X-Api-Key", jumpcloudtest.APIKey)
	response, err := l.transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
