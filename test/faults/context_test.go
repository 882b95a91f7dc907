package faults_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// margin is what a call may take beyond the end of its context.
const margin = 400 * time.Millisecond

// ending is a way in which a caller's context ends.
type ending struct {
	name, matches string
	after         time.Duration
	begin         func(context.Context, time.Duration) (context.Context, context.CancelFunc)
}

var endings = [...]ending{
	{"deadline", "`context.DeadlineExceeded`", 600 * time.Millisecond, context.WithTimeout},
	{"canceled", "`context.Canceled`", 500 * time.Millisecond, func(parent context.Context, after time.Duration) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(parent)
		time.AfterFunc(after, cancel)
		return ctx, cancel
	}},
}

// stalls are the ways to make a call wait: for the service, or for the time of another attempt.
var stalls = []fault{
	{name: "proxy down", where: "before another attempt", effect: refused, down: true},
	{name: "timeout, never closed", where: "request", effect: lost, toxics: always(up("timeout", map[string]int{"timeout": 0}))},
	{name: "timeout, never closed", where: "answer", effect: silenced, toxics: always(down("timeout", map[string]int{"timeout": 0}))},
	{name: "limit_data, then slow_close", where: "in the answer's body", effect: cutOff, needsAnswer: true, toxics: func(s sizes) []toxic {
		return []toxic{
			down("limit_data", map[string]int{"bytes": (s.answerHead + s.answer) / 2}),
			down("slow_close", map[string]int{"delay": 3000}),
		}
	}},
}

// contextRow is a line of the second table.
type contextRow struct {
	stall    fault
	op       operation
	at       spot
	outcomes [len(endings)]expectation
}

func (r contextRow) String() string {
	where := row{fault: r.stall, at: r.at}.where()
	return fmt.Sprintf("| %s | %s | %s | %s | %d | %s | %d |", r.stall.name, where, r.op.name,
		r.outcomes[0].outcome, r.outcomes[0].attempts, r.outcomes[1].outcome, r.outcomes[1].attempts)
}

// TestEndedContext shows that no call outlives its context, however the way to the service stalls.
func TestEndedContext(t *testing.T) {
	var list []contextRow
	for i, f := range stalls {
		for j, o := range operations {
			for k, at := range o.spots() {
				if f.fits(o) && (*full || (i+j+k)%5 == 0) {
					list = append(list, contextRow{stall: f, op: o, at: at})
				}
			}
		}
	}
	each(len(list), func(i int) {
		r := &list[i]
		t.Run(r.stall.where+"/"+r.op.name+"/"+r.at.name, func(t *testing.T) {
			for k, e := range endings {
				r.outcomes[k] = hold(t, e.name, r.expect(e), func() (expectation, error) { return r.play(t, e) })
			}
		})
	})
	publish(t, contextSection, list)
}

func (r *contextRow) expect(e ending) expectation {
	text := "`TransportError`, " + e.matches
	switch {
	case r.stall.effect == cutOff:
		text = "`TransportError`, status 200, " + e.matches
	case r.stall.effect == refused && e.name == "deadline":
		text = "`TransportError`" // at once: there is no point in a wait that ends after the deadline
	}
	switch {
	case r.op.pages:
		text = fmt.Sprintf("%d of %d, then %s", r.at.skip, userCount, text)
	case r.op.writes && r.stall.effect.arrives():
		text += "; done"
	case r.op.writes:
		text += "; not done"
	}
	return expectation{text, 1}
}

func (r *contextRow) play(t *testing.T, e ending) (expectation, error) {
	s := newScene(t, r.op, r.at, theService, func(c *jumpcloud.Configuration) {
		c.Retry.MinWait, c.Retry.MaxWait = patient, patient
	})
	s.board.stays = true
	if r.stall.down {
		s.board.faulty.proxy.Stop()
	} else {
		s.board.faulty.poison(t, r.stall.toxics(sizesOf(t, r.op, r.at)))
	}
	ctx, cancel := e.begin(t.Context(), e.after)
	defer cancel()
	began := time.Now()
	result, err := r.op.run(ctx, s.client, s.world)
	took := time.Since(began)
	outcome, wrong := describe(r.op, s.world, result, err)
	if wrong == nil && took > e.after+margin {
		wrong = fmt.Errorf("it took %v, the context %v", took, e.after)
	}
	if wrong == nil {
		wrong = s.doubled(r.op)
	}
	return expectation{outcome, s.board.tried()}, wrong
}

// TestBreakWaitsForNothing shows that a walk which is left does not wait for the pages in flight, and
// leaves none of them behind.
func TestBreakWaitsForNothing(t *testing.T) {
	at := everyPage[2]
	s := newScene(t, walk("", 4), at, theService, nil)
	s.board.faulty.poison(t, []toxic{down("timeout", map[string]int{"timeout": 0})})
	seen, began := 0, time.Now()
	for _, err := range s.client.Systemusers.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		// The last page is under way by now.
		if seen++; seen == pageSize+1 {
			eventually(t, "the last page is asked for", func() bool { return s.board.inFlight.Load() > 0 && s.board.tried() == 1 })
			break
		}
	}
	if took := time.Since(began); took > patient/2 {
		t.Errorf("it took %v", took)
	}
	if n := s.board.inFlight.Load(); n != 0 {
		t.Errorf("%d requests are in flight after the walk", n)
	}
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patient); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("not within %v: %s", patient, what)
			return
		}
	}
}

type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestContextEndsWithTheAnswer shows that a failure which the end of the context keeps from being
// tried again matches that end too: it is not the service's last word.
func TestContextEndsWithTheAnswer(t *testing.T) {
	w := newWorld()
	defer w.server.Close()
	for status, known := range map[int]error{429: jumpcloud.ErrRateLimited, 500: jumpcloud.ErrServer, 503: jumpcloud.ErrServer} {
		ctx, cancel := context.WithCancel(t.Context())
		client, err := jumpcloud.NewAPIClient(configure(w.server, answering(func(r *http.Request) (*http.Response, error) {
			cancel()
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		})))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Systemusers.Get(ctx, w.ids[0], nil); !errors.Is(err, context.Canceled) || !errors.Is(err, known) {
			t.Errorf("%d: %v", status, err)
		}
	}
}
