// Package soak uses one client from many goroutines at once, for as long as it is told to, and looks
// at what is left afterwards.
package soak_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

var (
	duration = flag.Duration("duration", 2*time.Second, "of the soak")
	seed     = flag.Uint64("seed", 0, "of what the goroutines do; 0 takes one from the clock")
)

const (
	workers = 64
	// tokenLifetime is twice the time after which a client renews its token. It is long enough for a
	// request that waits for its turn on a slow machine.
	tokenLifetime = 20 * time.Second
	steady        = 130 // users that are there all the time; the first ones in the order of the walks
	attempts      = 6   // of which the faults below take some
)

// soak is a client with a service to itself.
type soak struct {
	*testing.T
	server *jumpcloudtest.Server
	tokens *tokenGate
	client *jumpcloud.APIClient
	users  []string // the steady ones; each worker has one that it alone changes
	groups []string // one for each worker
	calls  atomic.Int64
	ended  atomic.Int64 // calls whose context ended first
}

func newSoak(t *testing.T) *soak {
	server := jumpcloudtest.NewServer(jumpcloudtest.WithRequestLog(0), jumpcloudtest.WithTokenLifetime(tokenLifetime))
	s := &soak{T: t, server: server, tokens: newTokenGate(server.TokenURL), users: server.SeedUsers(steady)}
	for i := range workers {
		s.groups = append(s.groups, server.AddGroup(jumpcloud.UserGroupCreate{Name: fmt.Sprint("Group ", i)}))
	}
	config := server.Configuration()
	config.HTTPClient = nil // the one that the package makes
	config.APIKey = ""
	config.ServiceAccount = server.ServiceAccount()
	config.ServiceAccount.TokenURL = s.tokens.server.URL
	config.PageSize = 20
	config.Retry = jumpcloud.RetryPolicy{MaxAttempts: attempts, MinWait: time.Millisecond, MaxWait: 20 * time.Millisecond}
	client, err := jumpcloud.NewAPIClient(config)
	if err != nil {
		t.Fatal(err)
	}
	s.client = client
	return s
}

func (s *soak) close() {
	s.server.Close()
	s.tokens.server.Close()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// TestSoak shows that one client serves many goroutines for long, and that nothing of it is left.
func TestSoak(t *testing.T) {
	chosen := *seed
	if chosen == 0 {
		chosen = uint64(time.Now().UnixNano())
	}
	fmt.Printf("soak: %v, -seed %d\n", *duration, chosen)
	connections := countConnections()

	warm := newSoak(t) // what the runtime opens once and keeps is open from here on
	if _, err := warm.client.Systemusers.Get(t.Context(), warm.users[0], nil); err != nil {
		t.Fatal(err)
	}
	warm.close()
	eventually(t, "the warm-up's connections are closed", func() bool { return connections.open() == 0 })
	before := goleak.IgnoreCurrent()
	files := openFiles()

	s := newSoak(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	all.Go(func() {
		time.Sleep(*duration)
		eventually(t, "a token is renewed", func() bool {
			granted, _ := s.tokens.counts()
			return granted >= 2
		})
		cancel()
	})
	for i := range workers {
		all.Go(func() {
			w := &worker{soak: s, n: i, random: rand.New(rand.NewPCG(chosen, uint64(i)))}
			for ctx.Err() == nil {
				w.step()
			}
		})
	}
	all.Go(func() { s.misbehave(ctx) })
	all.Wait()

	most := connections.most()
	granted, together := s.tokens.counts()
	t.Logf("%d calls, %d of them ended by their context, %d tokens, %d connections at most, %d goroutines",
		s.calls.Load(), s.ended.Load(), granted, most, runtime.NumGoroutine())
	if together != 1 {
		t.Errorf("%d token requests at once", together)
	}
	if limit := 4 * workers * 2; most > limit { // pages in flight, and those that are being given up
		t.Errorf("%d connections at once", most)
	}
	// Idle connections stay, for the next call, but no more than the transport's limit.
	eventually(t, "connections of canceled calls are closed", func() bool { return connections.open() <= 100 })
	atClient, atServer := connections.open(), serverConnections(s.server.URL, s.tokens.server.URL)
	eventually(t, "client and server agree about their connections", func() bool {
		atClient, atServer = connections.open(), serverConnections(s.server.URL, s.tokens.server.URL)
		return atServer < 0 || atClient == atServer
	})
	t.Logf("%d connections kept, %d at the server", atClient, atServer)

	s.close()
	eventually(t, "every connection is closed", func() bool { return connections.open() == 0 })
	eventually(t, "no goroutine is left", func() bool { return goleak.Find(before) == nil })
	if err := goleak.Find(before); err != nil {
		t.Error(err)
	}
	eventually(t, "no file is left open", func() bool { return openFiles() <= files })
	if now := openFiles(); now > files {
		t.Errorf("%d files are open, %d were at the start", now, files)
	}
}

// misbehave disturbs the service now and then: with one fault of each sort at a time, so that on a
// slow machine they do not gather and hit all attempts of one call.
func (s *soak) misbehave(ctx context.Context) {
	faults := [...]struct {
		route string
		fault jumpcloudtest.Fault
	}{
		{"GET /*", jumpcloudtest.Status(http.StatusServiceUnavailable, nil, "")},
		{"GET /systemusers", jumpcloudtest.CloseMidBody()},
		{"PUT /systemusers/{id}", jumpcloudtest.Reset().AfterApply()},
		{"* /v2/usergroups/{id}/members", jumpcloudtest.CloseBeforeAnswer().AfterApply()},
		{"*", jumpcloudtest.TooManyRequests(0)},
	}
	var pending [len(faults)]*jumpcloudtest.Injection
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			s.server.ClearFaults()
			return
		case <-time.After(30 * time.Millisecond):
		}
		// A call makes up for one lost token only: not while one is on its way, nor again for the next.
		if s.tokens.settled() {
			s.server.Inject("GET /*", 1, jumpcloudtest.ExpireToken())
		}
		if i := n % len(faults); pending[i] == nil || pending[i].Fired() > 0 {
			pending[i] = s.server.Inject(faults[i].route, 1, faults[i].fault)
		}
	}
}

// worker is one goroutine's use of the client.
type worker struct {
	*soak
	n      int
	random *rand.Rand
	made   int
}

// step does one thing, and checks what came of it. The things are the worker's own, so that it knows
// what must come.
func (w *worker) step() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	w.calls.Add(1)
	var err error
	switch w.random.IntN(10) {
	case 0:
		err = w.update(ctx)
	case 1:
		err = w.createAndDelete(ctx)
	case 2:
		err = w.membership(ctx)
	case 3:
		err = w.walk(ctx)
	case 4:
		err = w.walkAndBreak(ctx)
	case 5:
		err = w.search(ctx)
	case 6:
		err = w.unknown(ctx)
	case 7, 8:
		err = w.abandon()
	default:
		err = w.get(ctx)
	}
	if err != nil {
		w.Errorf("worker %d: %v", w.n, err)
	}
}

func (w *worker) own() string { return w.users[w.n] }

func (w *worker) get(ctx context.Context) error {
	var response jumpcloud.Response
	user, err := w.client.Systemusers.Get(ctx, w.own(), nil, jumpcloud.WithRaw(), jumpcloud.WithResponse(&response))
	if err != nil {
		return err
	}
	if user.ID != w.own() || !user.Has("username") || response.StatusCode != http.StatusOK {
		return fmt.Errorf("the user is %q, the status %d", user.ID, response.StatusCode)
	}
	return nil
}

func (w *worker) update(ctx context.Context) error {
	want := fmt.Sprint("Department ", w.random.Uint64())
	if _, err := w.client.Systemusers.Update(ctx, w.own(), jumpcloud.SystemuserUpdate{Department: jumpcloud.Set(want)}, nil); err != nil {
		return err
	}
	user, err := w.client.Systemusers.Get(ctx, w.own(), nil)
	if err == nil && user.Department != want {
		err = fmt.Errorf("the department is %q, not %q", user.Department, want)
	}
	return err
}

func (w *worker) createAndDelete(ctx context.Context) error {
	w.made++
	name := fmt.Sprintf("soak.%d.%d", w.n, w.made)
	user, err := w.client.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: name, Email: name + "@example.com"}, nil)
	if err != nil {
		return err
	}
	if user.Username != name {
		return fmt.Errorf("created %q, not %q", user.Username, name)
	}
	if _, err := w.client.Systemusers.Delete(ctx, user.ID, nil); err != nil {
		return err
	}
	if _, err := w.client.Systemusers.Get(ctx, user.ID, nil); !errors.Is(err, jumpcloud.ErrNotFound) {
		return fmt.Errorf("a deleted user: %w", err)
	}
	return nil
}

func (w *worker) membership(ctx context.Context) error {
	group, user := w.groups[w.n], w.users[w.random.IntN(steady)]
	if err := w.client.Usergroups.AddMember(ctx, group, user); err != nil {
		return err
	}
	members, err := jumpcloud.Collect(w.client.Usergroups.AllMembers(ctx, group, nil), 0)
	if err != nil {
		return err
	}
	there := 0
	for _, member := range members {
		if member.To.ID == user {
			there++
		}
	}
	if there != 1 {
		return fmt.Errorf("%d members, %d of them %s", len(members), there, user)
	}
	return w.client.Usergroups.RemoveMember(ctx, group, user)
}

// walk finds the steady users first and in order, whatever others come and go after them.
func (w *worker) walk(ctx context.Context) error {
	seen := 0
	for user, err := range w.client.Systemusers.All(ctx, nil, jumpcloud.WithPageConcurrency(1+w.random.IntN(8))) {
		if err != nil {
			return fmt.Errorf("after %d users: %w", seen, err)
		}
		if seen < steady && user.ID != w.users[seen] {
			return fmt.Errorf("user %d of the walk is %s, not %s", seen, user.ID, w.users[seen])
		}
		seen++
	}
	if seen < steady {
		return fmt.Errorf("the walk ended after %d users", seen)
	}
	return nil
}

func (w *worker) walkAndBreak(ctx context.Context) error {
	last, seen := 1+w.random.IntN(steady), 0
	for user, err := range w.client.Systemusers.All(ctx, nil) {
		if err != nil {
			return err
		}
		if user.ID != w.users[seen] {
			return fmt.Errorf("user %d of the walk is %s", seen, user.ID)
		}
		if seen++; seen == last {
			break
		}
	}
	if _, err := jumpcloud.Collect(w.client.Systemusers.All(ctx, nil), last-1); last > 1 && !errors.Is(err, jumpcloud.ErrTooMany) {
		return fmt.Errorf("a bound that is too low: %w", err)
	}
	return nil
}

func (w *worker) search(ctx context.Context) error {
	page, err := w.client.Systemusers.Search(ctx, jumpcloud.SystemuserSearch{Limit: jumpcloud.Set(50), Sort: jumpcloud.Set("_id")})
	if err != nil {
		return err
	}
	for i, user := range page.Items {
		if user.ID != w.users[i] {
			return fmt.Errorf("user %d of the search is %s", i, user.ID)
		}
	}
	if len(page.Items) != 50 {
		return fmt.Errorf("the search has %d users", len(page.Items))
	}
	return nil
}

func (w *worker) unknown(ctx context.Context) error {
	_, err := w.client.Usergroups.Get(ctx, "5f0e7a1cffffffffffffffff")
	if errors.Is(err, jumpcloud.ErrNotFound) {
		return nil
	}
	return fmt.Errorf("an unknown group: %w", err)
}

// abandon begins a call and gives it up at some moment.
func (w *worker) abandon() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(w.random.IntN(5000))*time.Microsecond)
	defer cancel()
	if w.random.IntN(2) == 0 {
		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(time.Duration(w.random.IntN(5000))*time.Microsecond, cancel)
	}
	var err error
	switch w.random.IntN(3) {
	case 0:
		err = w.get(ctx)
	case 1:
		err = w.walk(ctx)
	default:
		_, err = w.client.Systemusers.Update(ctx, w.own(), jumpcloud.SystemuserUpdate{Location: jumpcloud.Set("here")}, nil)
	}
	// What may come besides the context's own end is what would have been tried again had there been time.
	var broken *jumpcloud.TransportError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken), errors.Is(err, jumpcloud.ErrServer), errors.Is(err, jumpcloud.ErrRateLimited), errors.Is(err, jumpcloud.ErrUnauthorized):
		w.ended.Add(1)
		return nil
	}
	return err
}

// eventually waits for what other goroutines are still to do.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("not within 30 s: %s", what)
			return
		}
	}
}
