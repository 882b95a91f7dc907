package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
)

// forEach calls f for every item, up to limit at a time, and returns an error or nil for each. Once
// the context has ended it calls no more; the items that are left were not attempted.
func forEach[T any](ctx context.Context, limit int, items []T, f func(context.Context, T) error) []error {
	c, ctx := newCrew(ctx, limit)
	defer c.stop()
	errs := make([]error, len(items))
	for i, item := range items {
		c.run(func() {
			if errs[i] = ended(ctx); errs[i] == nil {
				errs[i] = f(ctx, item)
			}
		})
	}
	c.wait()
	return errs
}

// ended is why something is not attempted: nil as long as the context goes on.
func ended(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	if cause := foreign(context.Cause(ctx)); !errors.Is(cause, err) {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return fmt.Errorf("jumpcloud: %w: %w", ErrNotAttempted, err)
}

// crew runs functions side by side. Where one panics or ends its goroutine, the context of the others
// ends, and wait does the same as that one.
type crew struct {
	slots    chan struct{}
	running  sync.WaitGroup
	cancel   context.CancelFunc
	first    sync.Once
	panicked any
	left     bool // by panic or Goexit
}

func newCrew(ctx context.Context, limit int) (*crew, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &crew{slots: make(chan struct{}, max(limit, 1)), cancel: cancel}, ctx
}

// run calls f as soon as there is a place.
func (c *crew) run(f func()) {
	c.slots <- struct{}{}
	c.running.Go(func() {
		returned := false
		defer func() {
			if !returned {
				reason := recover()
				c.first.Do(func() { c.left, c.panicked = true, reason })
				c.cancel()
			}
			<-c.slots
		}()
		f()
		returned = true
	})
}

// wait waits until all have returned.
func (c *crew) wait() {
	c.running.Wait()
	switch {
	case c.panicked != nil:
		panic(c.panicked)
	case c.left:
		runtime.Goexit()
	}
}

// stop ends the context and waits: nothing goes on behind a caller who leaves in whatever way.
func (c *crew) stop() {
	c.cancel()
	c.running.Wait()
}

// failure is what a helper could not do.
type failure struct {
	target string // what to which object, such as "add 5f0e7a1c0000000000000001"
	err    error
}

// How much of its causes a joined error shows: it is one line of a log.
const (
	causesShown  = 4
	targetsShown = 3
	causeLength  = 250 // bytes
	targetLength = 60
)

// join makes one error of failures, nil of none. Each cause is there once, with the first of its
// targets and the number of the others. It matches what any of them matches.
func join(lead string, failures []failure) error {
	if len(failures) == 0 {
		return nil
	}
	joined := &joinedError{}
	targets := map[string][]string{}
	var causes []string
	for _, f := range failures {
		cause := causeOf(f.err)
		if targets[cause] == nil {
			causes = append(causes, cause)
			joined.causes = append(joined.causes, f.err)
		}
		targets[cause] = append(targets[cause], shortened(f.target, targetLength))
	}
	var parts []string
	for i, cause := range causes[:min(len(causes), causesShown)] {
		of := targets[cause]
		text := strings.Join(of[:min(len(of), targetsShown)], ", ")
		if more := len(of) - targetsShown; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		if !errors.Is(joined.causes[i], ErrNotAttempted) { // with its request id
			cause = strings.TrimPrefix(joined.causes[i].Error(), "jumpcloud: ")
		}
		parts = append(parts, text+": "+shortened(cause, causeLength))
	}
	if more := len(causes) - causesShown; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more causes", more))
	}
	joined.text = lead + ": " + strings.Join(parts, "; ")
	return joined
}

// causeOf is what equal failures have in common: not the request id, the number of attempts, nor the wait.
func causeOf(err error) string {
	if errors.Is(err, ErrNotAttempted) {
		for _, ended := range [...]error{context.Canceled, context.DeadlineExceeded} {
			if errors.Is(err, ended) {
				return "not attempted: " + ended.Error()
			}
		}
		return "not attempted"
	}
	text := err.Error()
	var answered *APIError
	if errors.As(err, &answered) {
		plain := *answered
		plain.RequestID, plain.Attempts, plain.RetryAfter = "", 0, 0
		text = strings.ReplaceAll(text, answered.Error(), plain.Error())
	}
	var broken *TransportError
	if errors.As(err, &broken) {
		plain := *broken
		plain.Attempts = 0
		text = strings.ReplaceAll(text, broken.Error(), plain.Error())
	}
	return text
}

type joinedError struct {
	text   string
	causes []error
}

func (e *joinedError) Error() string   { return e.text }
func (e *joinedError) Unwrap() []error { return e.causes }
