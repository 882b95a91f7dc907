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
// the context has ended it calls no more; the items that are left were not attempted. Where f panics
// or ends its goroutine, so does forEach, after the others were stopped.
func forEach[T any](ctx context.Context, limit int, items []T, f func(context.Context, T) error) []error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(items))
	slots := make(chan struct{}, max(limit, 1))
	var running sync.WaitGroup
	var once sync.Once
	var panicked any
	var left bool // by panic or Goexit
	for i, item := range items {
		slots <- struct{}{}
		if err := ctx.Err(); err != nil {
			errs[i] = fmt.Errorf("jumpcloud: %w: %w", ErrNotAttempted, err)
			<-slots
			continue
		}
		running.Go(func() {
			returned := false
			defer func() {
				if !returned {
					reason := recover()
					once.Do(func() { left, panicked = true, reason })
					cancel()
				}
				<-slots
			}()
			errs[i] = f(ctx, item)
			returned = true
		})
	}
	running.Wait()
	switch {
	case panicked != nil:
		panic(panicked)
	case left:
		runtime.Goexit()
	}
	return errs
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

// causeOf is what equal failures have in common: not the request id, nor the number of attempts.
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
		plain.RequestID, plain.Attempts = "", 0
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

func shortened(text string, length int) string {
	if len(text) > length {
		return strings.ToValidUTF8(text[:length], "") + "…"
	}
	return text
}

type joinedError struct {
	text   string
	causes []error
}

func (e *joinedError) Error() string   { return e.text }
func (e *joinedError) Unwrap() []error { return e.causes }
