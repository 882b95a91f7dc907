package faults_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

var seed = flag.Uint64("seed", 0, "of the random faults; 0 takes one from the clock")

// pot is a bad network: for each attempt one of its lanes is drawn.
type pot struct {
	seed  uint64
	lanes []*lane // some of them more than once
	mu    sync.Mutex
	tries map[string]int
}

type callKey struct{}

// RoundTrip draws by the seed, the call and the number of the attempt, so that the order in which
// calls happen to run does not matter.
func (p *pot) RoundTrip(r *http.Request) (*http.Response, error) {
	call := r.Context().Value(callKey{}).(string)
	p.mu.Lock()
	p.tries[call]++
	n := p.tries[call]
	p.mu.Unlock()
	h := fnv.New64a()
	fmt.Fprint(h, call, n)
	return p.lanes[rand.New(rand.NewPCG(p.seed, h.Sum64())).IntN(len(p.lanes))].transport.RoundTrip(r)
}

// hostile opens the lanes: of a hundred attempts about half meet a fault.
func hostile(t *testing.T, target string) (lanes []*lane) {
	add := func(weight int, toxics ...toxic) *lane {
		l := newLane(t, target)
		t.Cleanup(l.close)
		l.poison(t, toxics)
		for range weight {
			lanes = append(lanes, l)
		}
		return l
	}
	bytes := func(n int) map[string]int { return map[string]int{"bytes": n} }
	add(40)
	add(5, up("latency", slow), down("latency", slow))
	add(4, up("slicer", map[string]int{"average_size": 64, "size_variation": 32, "delay": 50}), down("slicer", map[string]int{"average_size": 128, "size_variation": 64, "delay": 50}))
	add(2, up("bandwidth", map[string]int{"rate": 50}), down("bandwidth", map[string]int{"rate": 50}))
	add(8).proxy.Stop()
	for _, n := range []int{0, 100, 320, 1000, 4000} { // of a connection, which serves one request or many
		add(3, up("limit_data", bytes(n)))
		add(4, down("limit_data", bytes(n)))
	}
	add(4, up("reset_peer", map[string]int{"timeout": 1}))
	add(4, down("reset_peer", map[string]int{"timeout": 1}))
	add(1, up("timeout", map[string]int{"timeout": 0}))
	add(1, down("timeout", map[string]int{"timeout": 0}))
	add(2, down("timeout", map[string]int{"timeout": 20}))
	add(1, up("latency", map[string]int{"latency": int(delayed.Milliseconds())}))
	return lanes
}

// fate is what the caller was told about a write.
type fate struct {
	id  string // of what was created
	err error
}

// TestExactlyOnce sends creations and additions to a group through a network that fails at random,
// and compares what the caller was told with what the service holds.
func TestExactlyOnce(t *testing.T) {
	count := 100 // of each
	if *full {
		count = 1000
	}
	chosen := *seed
	if chosen == 0 {
		chosen = uint64(time.Now().UnixNano())
	}
	fmt.Printf("exactly once: %d writes, -seed %d\n", 2*count, chosen)
	server := jumpcloudtest.New(t, jumpcloudtest.WithRequestLog(-1))
	members := server.SeedUsers(count)
	group := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Everyone"})
	network := &pot{seed: chosen, lanes: hostile(t, server.URL), tries: map[string]int{}}
	config := configure(server, network)
	config.Timeout = 400 * time.Millisecond
	client, err := jumpcloud.NewAPIClient(config)
	if err != nil {
		t.Fatal(err)
	}

	// The service has its bad moments too.
	random := rand.New(rand.NewPCG(chosen, 0))
	for range count / 4 {
		bad := []jumpcloudtest.Fault{
			jumpcloudtest.TooManyRequests(-1),
			jumpcloudtest.Status(http.StatusServiceUnavailable, nil, ""),
			jumpcloudtest.Status(http.StatusServiceUnavailable, nil, "").AfterApply(),
			jumpcloudtest.HTML(http.StatusBadGateway).AfterApply(),
			jumpcloudtest.Status(http.StatusInternalServerError, nil, `{"message":"oops"}`),
			jumpcloudtest.CloseMidBody(),
		}[random.IntN(6)]
		route := []string{"POST /systemusers", "POST /v2/usergroups/{id}/members"}[random.IntN(2)]
		server.Inject(route, 1, bad.Skip(random.IntN(count)))
	}

	username := func(i int) string { return fmt.Sprintf("exactly.once.%d", i) }
	created, added := make([]fate, count), make([]fate, count)
	each(2*count, func(i int) {
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), callKey{}, fmt.Sprint(i)), patient)
		defer cancel()
		if i%2 == 0 {
			user, err := client.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: username(i / 2), Email: username(i/2) + "@example.com"}, nil)
			created[i/2].err = err
			if err == nil {
				created[i/2].id = user.ID
			}
			return
		}
		// ManageMembers, because AddMember takes a member that is there already for a success.
		added[i/2].err = client.Usergroups.ManageMembers(ctx, group, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUser, ID: members[i/2]})
	})
	time.Sleep(delayed) // what is late still arrives

	holds := map[string]string{} // username → id
	for _, id := range server.UserIDs() {
		user, _ := server.User(id)
		holds[user["username"].(string)] = id
	}
	sent := map[string]int{} // username → how often a creation arrived and was not turned away
	for _, r := range server.Requests("POST /systemusers") {
		var body struct{ Username string }
		if err := json.Unmarshal(r.Body, &body); err != nil {
			t.Errorf("a creation arrived cut: %q", r.Body)
		}
		sent[body.Username] += one(r.Status != http.StatusTooManyRequests)
	}
	tally := map[string]int{}
	for i, f := range created {
		id, there := holds[username(i)]
		tally["created: "+verify(t, "creation "+fmt.Sprint(i), f, there, true)]++
		if f.err == nil && f.id != id {
			t.Errorf("creation %d: the answer is user %q, the service has %q", i, f.id, id)
		}
		if n := sent[username(i)]; n > 1 {
			t.Errorf("creation %d arrived %d times", i, n)
		}
	}
	inGroup := server.Members(group)
	for i, f := range added {
		tally["added: "+verify(t, "addition "+fmt.Sprint(i), f, slices.Contains(inGroup, members[i]), false)]++
	}
	slices.Sort(inGroup)
	if n := len(slices.Compact(inGroup)); n != len(server.Members(group)) {
		t.Errorf("%d members, %d of them different", len(server.Members(group)), n)
	}
	for _, must := range []string{"created: done", "created: unknown, done", "created: unknown, not done", "added: done"} {
		if tally[must] == 0 {
			t.Errorf("no case of %q: the faults prove nothing", must)
		}
	}
	keys := make([]string, 0, len(tally))
	for key, n := range tally {
		keys = append(keys, fmt.Sprintf("%s: %d", key, n))
	}
	slices.Sort(keys)
	for _, line := range keys {
		fmt.Println("  " + line)
	}
}

// verify holds what the caller was told about a write against the service, and names it. A write
// that is sent once at most is certain in more cases than one that is repeated.
func verify(t *testing.T, what string, f fate, there, once bool) string {
	t.Helper()
	var (
		transport *jumpcloud.TransportError
		api       *jumpcloud.APIError
		dial      *net.OpError
	)
	switch {
	case f.err == nil:
		if !there {
			t.Errorf("%s was reported as done, and is not there", what)
		}
		return "done"
	case errors.As(f.err, &transport) && transport.StatusCode/100 == 2:
		if !there {
			t.Errorf("%s was reported to have taken effect, and is not there: %v", what, f.err)
		}
		return "done, the answer broke off"
	case errors.As(f.err, &transport) && once && errors.As(f.err, &dial) && dial.Op == "dial", once && errors.Is(f.err, jumpcloud.ErrRateLimited):
		if there {
			t.Errorf("%s was reported as not sent or turned away, and is there: %v", what, f.err)
		}
		return "certainly not done"
	case transport != nil, errors.As(f.err, &api) && (errors.Is(f.err, jumpcloud.ErrServer) || errors.Is(f.err, jumpcloud.ErrRateLimited)):
		if there {
			return "unknown, done"
		}
		return "unknown, not done"
	}
	t.Errorf("%s: an error that does not say what became of it: %v", what, f.err)
	return "wrong"
}
