package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// pace is what the requests of one helper share. They compete for one allowance, so a rejection by the
// rate limit slows all of them down; and what the service says of the credential, it says of all.
type pace struct {
	mu       sync.Mutex
	changed  chan struct{} // closed when a waiting request should look again
	waiting  []*tries      // once there was a rejection, in order: among competitors without one somebody always loses
	inFlight int
	allowed  int       // how many may be, once there was a rejection
	passed   int       // how many succeeded since that grew
	until    time.Time // nothing is sent before
	round    int       // counts the rejections that slowed the pace
	streak   int       // of them, those that the successes since have not made up for
	refused  int       // requests in a row that ended in a 403, or in a 429 after all patience
	stopped  error     // why nothing more is sent
}

// paced returns a helper's options with a pace of its own. A body field among them is for those of its
// requests that have a body.
//
//go:noinline
func paced(opts []RequestOption) []RequestOption {
	p := &pace{changed: make(chan struct{})}
	return append(opts[:len(opts):len(opts)], func(r *request) {
		r.pace, r.competes = p, true
		if r.encoded == nil {
			r.fields = nil
		}
	})
}

// refusals is how many requests in a row may be refused before a helper stops.
const refusals = 3

// enter waits until an attempt may be sent.
func (p *pace) enter(ctx context.Context, t *tries) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.mu.Lock()
		wait, changed, stopped := time.Until(p.until), p.changed, p.stopped
		if p.round > 0 && !slices.Contains(p.waiting, t) {
			p.waiting = append(p.waiting, t)
		}
		enter := wait <= 0 && (p.round == 0 || p.inFlight < p.allowed && p.waiting[0] == t)
		if enter && stopped == nil {
			p.inFlight++
			t.entered, t.round = true, p.round
			p.forget(t)
		}
		p.mu.Unlock()
		switch {
		case stopped != nil:
			return stopped
		case enter:
			return nil
		case wait <= 0:
			wait = time.Hour // until it changes
		case !inTime(ctx, wait):
			return errors.New("not attempted, because the rate limit holds beyond the context's deadline")
		}
		timer := time.NewTimer(wait)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// leave ends an attempt. An answer other than a rejection lets one more be in flight, if it was asked
// for since the last one.
func (p *pace) leave(t *tries, a *answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(t)
	if !t.entered {
		return
	}
	t.entered = false
	p.inFlight--
	if a != nil && !throttles(a.status) && t.round == p.round {
		p.streak = max(p.streak-1, 0) // most of what the rejections taught still holds
		if p.passed++; p.passed > 2*p.allowed {
			p.passed = 0
			p.allowed++
		}
	}
	p.turn()
}

// slow makes it one attempt at a time, after a wait that all observe, and returns the wait. It grows
// with each rejection, those that do not count as attempts too; but attempts that were in flight
// together are rejected for one reason.
func (p *pace) slow(t *tries, wait time.Duration, policy RetryPolicy) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.round == p.round {
		p.round++
		p.streak++
		p.allowed = 1
		p.passed = 0
		wait = max(wait, policy.backoff(p.streak))
	}
	if t.n%4 == 0 {
		p.waiting = append(p.waiting, t) // others may be let in: perhaps only this route is limited
	} else {
		p.waiting = slices.Insert(p.waiting, 0, t)
	}
	if until := time.Now().Add(min(wait, policy.MaxWait)); until.After(p.until) {
		p.until = until
	}
	p.turn()
	return max(wait, time.Until(p.until))
}

// ended notes how a request ended. It stops the helper at a refused credential, which no other request
// will fare better with, and where requests are refused one after the other.
func (p *pace) ended(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refused++; !errors.Is(err, ErrForbidden) && !errors.Is(err, ErrRateLimited) {
		p.refused = 0
	}
	if p.stopped == nil && (errors.Is(err, ErrUnauthorized) || p.refused == refusals) {
		p.stopped = fmt.Errorf("not attempted, because of %v", err) // of another request: it does not match this one's
	}
	p.turn()
}

// forget takes a request out of those that wait.
func (p *pace) forget(t *tries) {
	if at := slices.Index(p.waiting, t); at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
		p.turn()
	}
}

func (p *pace) turn() {
	close(p.changed)
	p.changed = make(chan struct{})
}
