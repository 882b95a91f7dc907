package jumpcloud

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// rule says which failures of a request may be answered by sending it again.
type rule uint8

const (
	once       rule = iota // POST and PATCH: only when it certainly was not received
	repeatable             // PUT, DELETE, graph adds and removes: sending twice is sending once
	read                   // GET, and POSTs that only read, such as searches
)

func ruleOf(method string) rule {
	switch method {
	case http.MethodGet, http.MethodHead:
		return read
	case http.MethodPut, http.MethodDelete:
		return repeatable
	}
	return once
}

// retryStatus reports whether a request may be sent again after this status, and whether the attempt
// may have taken effect all the same.
func (r rule) retryStatus(status int) (again, unknown bool) {
	switch {
	case status == http.StatusTooManyRequests:
		return true, false
	case status == http.StatusInternalServerError: // the service's own word, and again the same to a write
		return r == read, false
	case status == http.StatusNotImplemented, status == http.StatusHTTPVersionNotSupported:
		return false, false
	case status == http.StatusRequestTimeout, status/100 == 5: // of whoever stands in between, too: 520 to 530
		return r >= repeatable, true
	}
	return false, false
}

// throttles reports whether a status says that too much is asked of the service.
func throttles(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}

// retryError is retryStatus for an attempt without an answer.
func (r rule) retryError(err error) (again, unknown bool) {
	var (
		fatal       *fatalError
		certificate *tls.CertificateVerificationError
		unsent      *unsentError
	)
	switch {
	case as(err, &fatal), as(err, &certificate):
		return false, false
	case as(err, &unsent):
		return true, false
	}
	return r >= repeatable, true
}

// unsentError is a failure to connect: proof that nothing of the request was sent.
type unsentError struct {
	proxy string // its address, where there is one on the way
	err   error
}

func (e *unsentError) Error() string {
	if e.proxy == "" {
		return e.err.Error()
	}
	return "no connection through the proxy " + e.proxy + ": " + e.err.Error()
}
func (e *unsentError) Unwrap() error { return e.err }

// fatalError is a failure that another attempt cannot mend.
type fatalError struct{ err error }

func (e *fatalError) Error() string { return e.err.Error() }
func (e *fatalError) Unwrap() error { return e.err }

// timeoutError is an attempt that took longer than its own limit. It does not match
// context.DeadlineExceeded, which stands for the caller's deadline.
type timeoutError struct{ text string }

func (e *timeoutError) Error() string   { return e.text }
func (e *timeoutError) Timeout() bool   { return true }
func (e *timeoutError) Temporary() bool { return true }
func (e *timeoutError) Is(target error) bool {
	return target == ErrTimeout
}

// backoff returns the wait after the n-th attempt: MinWait doubling up to MaxWait, of which the
// second half is random, so that clients do not come back all at once.
func (p RetryPolicy) backoff(n int) time.Duration {
	wait := p.MaxWait
	if n < 32 && p.MinWait<<(n-1)>>(n-1) == p.MinWait {
		wait = min(p.MinWait<<(n-1), p.MaxWait)
	}
	return wait/2 + rand.N(wait/2+1)
}

// retryAfter reads a Retry-After header: seconds, or a date, which counts from the answer's own Date,
// since clocks differ. It is 0 without a usable one, and long beyond any MaxWait where the number is.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, 1<<32)) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		if sent, err := http.ParseTime(h.Get("Date")); err == nil {
			now = sent
		}
		return max(date.Sub(now), 0)
	}
	return 0
}

// inTime reports whether a wait ends before ctx does: where the deadline comes first, there is no
// point in waiting at all.
func inTime(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > wait
}

// sleep waits, unless ctx ends before.
func sleep(ctx context.Context, wait time.Duration) (slept bool) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
