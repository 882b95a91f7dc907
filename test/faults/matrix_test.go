// Package faults proves that the SDK survives a bad network: a proxy that misbehaves, toxiproxy, stands
// between the client and an embedded JumpCloud.
package faults_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// expectation is what must come of a case, derived from the contract alone.
type expectation struct {
	outcome  string // as in the table
	attempts int
}

// expect says what a fault must lead to, when it hits once and when it hits every attempt.
func expect(f fault, o operation, at spot, stays bool) expectation {
	// What the contract says about another attempt.
	var again bool
	switch f.effect {
	case refused, limited:
		again = true
	case unprocessed, lost, late, silenced, cutOff, overload, applied:
		again = o.kind != once
	case failed:
		again = o.kind == reads
	}
	// An answer that cannot be read is none to an operation that does not look at it.
	if f.effect == harmless || (again || f.effect == unprocessed) && !stays || f.effect == garbled && !o.answers {
		done := "complete"
		if o.writes {
			done = "done"
		}
		if again && f.effect != unprocessed {
			return expectation{done, 2}
		}
		return expectation{done, 1}
	}
	attempts := 1
	if again {
		attempts = 3
		switch {
		case f.effect == limited && o.ahead && at.skip > 0:
			attempts += 20 // pages in flight compete for one allowance, so that a 429 says little about one
		case f.effect == cutOff && o.name == "Systemusers.Delete":
			return expectation{"done", 2} // the second answer is a short 404, and says it all
		}
	}
	outcome := "`TransportError`"
	switch {
	case f.stalls:
		outcome = "`TransportError`, `ErrTimeout`"
	case f.effect == cutOff:
		outcome = "`TransportError`, status 200"
	case f.effect == limited:
		outcome = "`APIError`, `ErrRateLimited`"
	case f.effect == failed, f.effect == overload, f.effect == applied:
		outcome = "`APIError`, `ErrServer`"
	case f.effect == garbled:
		outcome = "`DecodeError`"
	}
	switch {
	case o.pages:
		outcome = fmt.Sprintf("%d of %d, then %s", at.skip, userCount, outcome)
	case o.writes && f.effect.arrives():
		outcome += "; done"
	case o.writes:
		outcome += "; not done"
	}
	return expectation{outcome, attempts}
}

// describe says what came of a call, in the table's words. It finds what no caller could act on.
func describe(o operation, w *world, result any, err error) (string, error) {
	if err == nil {
		if o.right != nil {
			if wrong := o.right(w, result); wrong != nil {
				return "", fmt.Errorf("a success that is none: %w", wrong)
			}
		}
		if !o.writes {
			return "complete", nil
		}
		return "done", nil
	}
	outcome, err := class(err)
	if err != nil {
		return "", err
	}
	switch {
	case o.pages:
		got := result.([]string)
		if len(got) > len(w.ids) || !slices.Equal(got, w.ids[:len(got)]) {
			return "", fmt.Errorf("the %d users before the error are not the first ones", len(got))
		}
		outcome = fmt.Sprintf("%d of %d, then %s", len(got), userCount, outcome)
	case o.writes && o.effect(w) > 0:
		outcome += "; done"
	case o.writes:
		outcome += "; not done"
	}
	return outcome, nil
}

// class names an error by what callers match it with.
func class(err error) (string, error) {
	var (
		transport *jumpcloud.TransportError
		api       *jumpcloud.APIError
		decode    *jumpcloud.DecodeError
	)
	text := ""
	switch {
	case errors.As(err, &transport):
		text = "`TransportError`"
		if transport.StatusCode != 0 && !errors.Is(err, jumpcloud.ErrTimeout) {
			text += fmt.Sprintf(", status %d", transport.StatusCode)
		}
	case errors.As(err, &api):
		text = "`APIError`"
	case errors.As(err, &decode):
		text = "`DecodeError`"
	default:
		return "", fmt.Errorf("an error of no known class: %w", err)
	}
	for _, known := range []struct {
		err  error
		name string
	}{
		{jumpcloud.ErrTimeout, "ErrTimeout"}, {jumpcloud.ErrRateLimited, "ErrRateLimited"}, {jumpcloud.ErrServer, "ErrServer"},
		{jumpcloud.ErrConflict, "ErrConflict"}, {jumpcloud.ErrNotFound, "ErrNotFound"}, {jumpcloud.ErrBadRequest, "ErrBadRequest"},
		{context.DeadlineExceeded, "context.DeadlineExceeded"}, {context.Canceled, "context.Canceled"},
	} {
		if errors.Is(err, known.err) {
			text += ", `" + known.name + "`"
		}
	}
	return text, nil
}

// attemptsIn returns what an error says about how often the request was sent, 0 where it says nothing.
func attemptsIn(err error) int {
	var transport *jumpcloud.TransportError
	var api *jumpcloud.APIError
	switch {
	case errors.As(err, &transport):
		return transport.Attempts
	case errors.As(err, &api):
		return api.Attempts
	}
	return 0
}

// scene is a client with a good and a faulty way to a service.
type scene struct {
	*world
	board  *switchboard
	edge   *edge
	client *jumpcloud.APIClient
}

func newScene(t *testing.T, o operation, at spot, upstream func(*world) string, change func(*jumpcloud.Configuration)) *scene {
	w := newWorld()
	s := &scene{world: w, board: &switchboard{good: newLane(t, w.server.URL), faulty: newLane(t, upstream(w)), target: o.target(at)}}
	t.Cleanup(func() {
		s.board.good.close()
		s.board.faulty.close()
		w.server.Close()
	})
	config := configure(w.server, s.board)
	if change != nil {
		change(config)
	}
	client, err := jumpcloud.NewAPIClient(config)
	if err != nil {
		t.Fatal(err)
	}
	s.client = client
	return s
}

func theService(w *world) string { return w.server.URL }
func nothing(*world) string      { return "" }

// repetitions is how many cases may be played again, all in all.
var repetitions atomic.Int32

// hold plays a case and holds what comes of it against what must. A case during which the machine
// stood still proves nothing, and is played again.
func hold(t *testing.T, what string, want expectation, play func() (expectation, error)) expectation {
	t.Helper()
	for again := 0; ; again++ {
		pause := pauses()
		got, wrong := play()
		longest := pause()
		if got == want && wrong == nil {
			return got
		}
		if longest > 100*time.Millisecond && again < 8 && repetitions.Add(1) <= 100 {
			continue
		}
		t.Errorf("%s:\n got %+v\nwant %+v\n%v", what, got, want, wrong)
		return got
	}
}

// pauses watches for moments in which nothing runs, and then tells the longest.
func pauses() (longest func() time.Duration) {
	stop, most := make(chan struct{}), make(chan time.Duration)
	go func() {
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		var longest time.Duration
		for last := time.Now(); ; {
			select {
			case <-ticker.C:
				longest = max(longest, time.Since(last))
				last = time.Now()
			case <-stop:
				most <- max(longest, time.Since(last))
				return
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-most
	}
}

// play runs one case and returns what came of it.
func play(t *testing.T, f fault, o operation, at spot, stays bool) (expectation, error) {
	upstream, timeout := theService, patient
	if f.stalls {
		timeout = attemptTime
	}
	switch {
	case f.cut:
		upstream = nothing
	case f.service != nil && o.pages:
		twin := newWorld() // which alone is faulty, so that the fault comes to one page only
		defer twin.server.Close()
		twin.server.Inject(o.route, 0, *f.service)
		upstream = func(*world) string { return twin.server.URL }
	}
	base := ""
	s := newScene(t, o, at, upstream, func(c *jumpcloud.Configuration) {
		c.Timeout = timeout
		if f.edge != passOn {
			c.BaseURL = "https://" + host
		}
		base = c.BaseURL
	})
	if f.edge != passOn {
		s.secure(t, f, stays)
	}
	s.board.stays = stays
	if f.service != nil && !o.pages {
		s.server.Inject(o.route, 1-2*one(stays), *f.service)
	}
	if f.kept {
		if err := s.board.faulty.warm(t.Context(), base); err != nil {
			t.Fatal(err)
		}
	}
	if f.edge == hangUpIdle {
		s.edge.hangUp()
		eventually(t, "the client knows", s.board.faulty.lost)
		time.Sleep(10 * time.Millisecond)
	} else if f.edge != passOn {
		s.edge.arm()
	}
	if f.toxics != nil {
		s.board.faulty.poison(t, f.toxics(sizesOf(t, o, at)))
	}
	if f.down {
		s.board.faulty.proxy.Stop()
	}

	ctx, cancel := context.WithTimeout(t.Context(), 2*patient)
	defer cancel()
	began := time.Now()
	result, err := o.run(ctx, s.client, s.world)
	took := time.Since(began)
	if f.effect == late && o.writes {
		eventually(t, "it arrives", func() bool { return o.effect(s.world) > 0 })
	}

	outcome, wrong := describe(o, s.world, result, err)
	got := expectation{outcome, s.board.tried()}
	switch n := attemptsIn(err); {
	case wrong != nil:
		return got, wrong
	case n != 0 && n != got.attempts:
		return got, fmt.Errorf("the error speaks of %d attempts: %w", n, err)
	case f.stalls && took > time.Duration(got.attempts)*timeout+margin:
		return got, fmt.Errorf("it took %v, attempts have %v", took, timeout)
	}
	return got, s.doubled(o)
}

// doubled reports a write that took effect, or may have taken effect, more than once.
func (s *scene) doubled(o operation) error {
	if !o.writes {
		return nil
	}
	if n := o.effect(s.world); n > 1 {
		return fmt.Errorf("it took effect %d times", n)
	}
	if n := o.received(s.world); o.kind == once && n > 1 {
		return fmt.Errorf("the service received it %d times", n)
	}
	return nil
}

var (
	measured   = map[string]sizes{}
	measuredMu sync.Mutex
)

// sizesOf returns the sizes of the operation's exchange, which are the same in every world.
func sizesOf(t *testing.T, o operation, at spot) sizes {
	t.Helper()
	measuredMu.Lock()
	defer measuredMu.Unlock()
	key := o.name + at.name
	if _, known := measured[key]; !known {
		s := newScene(t, o, at, theService, nil)
		if _, err := o.run(t.Context(), s.client, s.world); err != nil {
			t.Fatalf("without a fault: %v", err)
		}
		measured[key] = s.board.faulty.measure(t)
	}
	return measured[key]
}

// row is a line of the table: a fault that comes to an operation at a spot.
type row struct {
	fault       fault
	op          operation
	at          spot
	once, stays expectation
}

func (r row) where() string {
	if r.at.name == "" {
		return r.fault.where
	}
	return r.at.name + ": " + r.fault.where
}

func (r row) name() string { return r.fault.name + "/" + r.where() + "/" + r.op.name }

func (r row) String() string {
	return fmt.Sprintf("| %s | %s | %s | %s | %d | %s | %d |",
		r.fault.name, r.where(), r.op.name, r.once.outcome, r.once.attempts, r.stays.outcome, r.stays.attempts)
}

// rows lists the cases: all of them, or some of every fault and of every operation.
func rows() (list []row) {
	for i, f := range faults {
		for j, o := range operations {
			for k, at := range o.spots() {
				selected := f.service != nil || (i+j+k)%6 == 0 && !f.stalls || (i+j+k)%12 == 0
				if f.fits(o) && (*full || selected) {
					list = append(list, row{fault: f, op: o, at: at})
				}
			}
		}
	}
	return list
}

// each calls do for every one of n cases, several at a time: they wait more than they work.
func each(n int, do func(i int)) {
	var workers sync.WaitGroup
	var next atomic.Int64
	for range 12 {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

// TestFaults holds what comes of every fault against the contract.
func TestFaults(t *testing.T) {
	began := time.Now()
	list := rows()
	each(len(list), func(i int) {
		r := &list[i]
		t.Run(r.name(), func(t *testing.T) {
			for _, stays := range [...]bool{false, true} {
				want := expect(r.fault, r.op, r.at, stays)
				got := hold(t, fmt.Sprint("staying: ", stays), want, func() (expectation, error) {
					return play(t, r.fault, r.op, r.at, stays)
				})
				if stays {
					r.stays = got
				} else {
					r.once = got
				}
			}
		})
	})
	t.Logf("%d rows in %v", len(list), time.Since(began).Round(time.Millisecond))
	publish(t, faultSection, list)
}
