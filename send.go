package jumpcloud

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// answer is a success. Its body is valid until it is released.
type answer struct {
	status   int
	header   http.Header
	body     *bytes.Buffer
	attempts int
	done     bool // an earlier attempt did it, so that the body is not the result
	tooLarge error
	pool     *sync.Pool
}

func (a *answer) release() {
	if a.body.Cap() <= 4<<20 { // a rare large answer is not worth keeping
		a.pool.Put(a.body)
	}
	a.body = nil
}

// tries is what a call remembers of its attempts.
type tries struct {
	n       int  // attempts made
	free    int  // of which do not count against the limit
	unknown bool // one of them may have taken effect
	renewed bool // a token was renewed
	entered bool // one is in flight, in a pace,
	round   int  // whose round it was when it was sent
}

// patience is how many rejections by the rate limit a page of a walk, or a request of a helper, takes
// beyond its attempts: what is in flight competes for one allowance, so a rejection says little about
// the one that it met.
const patience = 20

// pacer is what attempts are asked of and told to. Only a program that has a helper in it has more than
// alone in it.
type pacer interface {
	enter(ctx context.Context, t *tries) error
	leave(t *tries, a *answer)
	slow(t *tries, wait time.Duration, policy RetryPolicy) time.Duration
	ended(err error)
}

// alone is the pacer of a request that is part of no helper.
type alone struct{}

func (alone) enter(context.Context, *tries) error { return nil }
func (alone) leave(*tries, *answer)               {}
func (alone) ended(error)                         {}
func (alone) slow(_ *tries, wait time.Duration, _ RetryPolicy) time.Duration {
	return wait
}

// send is the one path of every request: wait for the limiter, attempt, and return, or wait and
// attempt again.
func (r *request) send(ctx context.Context) (_ *answer, err error) {
	r.checkQuery(r.query)
	if r.err == nil && len(r.fields) > 0 {
		r.merge(r)
	}
	r.enclose()
	if r.err != nil {
		return nil, r.err
	}
	var t tries
	var failure error
	defer r.pace.leave(&t, nil) // where a limiter fails, or what the caller brings panics
	defer func() {
		if broken, ok := err.(*TransportError); ok {
			broken.unknown, broken.twice = t.unknown, r.rule == once
		}
	}()
	for {
		if err := r.pace.enter(ctx, &t); err != nil {
			if t.n > 0 && ctx.Err() == nil {
				return nil, failure
			}
			return nil, r.failure(ctx, nil, cmp.Or(failure, err), t.n)
		}
		if limiter := r.client.config.Limiter; limiter != nil {
			if err := limiter.Wait(ctx); err != nil {
				return nil, r.failure(ctx, nil, fmt.Errorf("waiting for the limiter: %w", foreign(err)), t.n)
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, r.failure(ctx, nil, err, t.n)
		}
		t.n++
		started := time.Now()
		ctx := &operationContext{ctx, Operation{r.id, r.method, r.route, t.n}}
		a, sent, err := r.attempt(ctx)
		r.pace.leave(&t, a)
		if err == nil && (a.status/100 == 2 || t.unknown && r.alreadyDone(ctx, a)) {
			a.attempts, a.done = t.n, a.status/100 != 2
			r.pace.ended(nil)
			r.report(ctx, a, Attempt{Number: t.n, Duration: time.Since(started)})
			return a, nil
		}
		failure = r.failure(ctx, a, err, t.n)
		wait, again := r.again(&t, a, sent, err)
		if again && err == nil && ctx.Err() != nil {
			failure = r.failure(ctx, nil, failure, t.n) // as when it ends during the wait
		}
		again = again && ctx.Err() == nil && inTime(ctx, wait)
		r.report(ctx, a, Attempt{Number: t.n, Duration: time.Since(started), Err: failure, Retry: again, Wait: wait})
		if a != nil {
			a.release()
		}
		if !again {
			r.pace.ended(failure)
			return nil, failure
		}
		if !sleep(ctx, wait) {
			return nil, r.failure(ctx, nil, failure, t.n)
		}
	}
}

// again decides about a failed attempt: whether another follows, and after what wait.
func (r *request) again(t *tries, a *answer, sent http.Header, err error) (wait time.Duration, again bool) {
	var effect bool
	switch {
	case err != nil:
		again, effect = r.rule.retryError(err)
	case a.status == http.StatusUnauthorized && r.authorize == nil && r.client.credential.rejected(sent, t.renewed):
		t.renewed = true
		t.free++
		return 0, true
	default:
		again, effect = r.rule.retryStatus(a.status)
		if r.throttled != nil && throttles(a.status) {
			r.throttled()
		}
		if a.status == http.StatusTooManyRequests && r.competes && t.free < patience && r.maxAttempts > 1 {
			t.free++
		}
	}
	t.unknown = t.unknown || effect
	policy := r.client.config.Retry
	wait = policy.backoff(max(t.n-t.free, 1))
	if a != nil {
		if asked := retryAfter(a.header, time.Now()); asked > 0 {
			wait = asked
		}
		if throttles(a.status) {
			wait = r.pace.slow(t, wait, policy)
		}
	}
	if !again || t.n-t.free >= r.maxAttempts {
		return 0, false
	}
	return wait, wait <= policy.MaxWait
}

// attempt sends the request once and reads the answer. Without an error the answer is complete,
// whatever its status; with one, it is there only if its status is known.
func (r *request) attempt(ctx context.Context) (a *answer, sent http.Header, err error) {
	c := r.client
	header := r.newHeader()
	authorize := c.credential.authorize
	if r.authorize != nil {
		authorize = r.authorize
	}
	// Not within the attempt's time: a token that is waited for has attempts and time-outs of its own.
	if err := authorize(ctx, header); err != nil {
		return nil, nil, foreign(err, ErrUnauthorized, ErrRateLimited, ErrServer, ErrTimeout)
	}
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	way := newWay(limited, r.address())
	req := (&http.Request{ // as http.NewRequest makes it, which would parse an address first
		Method: r.method, URL: way.to, Host: way.to.Host, Header: header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(way)
	if r.encoded != nil {
		// With it net/http sends a write again, but only one that HTTP itself says was not processed:
		// redirects of it are not followed, and Idempotency-Key is refused.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.encoded)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(r.encoded))
	} else if r.method == http.MethodGet && r.rule == once {
		// It acts. Without a body net/http would send it again when a kept connection breaks.
		req.Body = io.NopCloser(strings.NewReader(""))
	}
	if r.content != nil {
		r.content(req)
	}
	resp, err := c.client().Do(req)
	if err != nil {
		err = foreign(withoutURL(err))
		if resp != nil { // the caller's CheckRedirect said no
			err = &fatalError{fmt.Errorf("%w: %w", ErrRedirect, err)}
		} else if strings.HasPrefix(err.Error(), "failed to parse Location header") { // net/http asks nobody then
			err = &fatalError{fmt.Errorf("%w: it leads to no address", ErrRedirect)}
		}
		return nil, header, r.attemptError(ctx, limited, way, err)
	}
	defer resp.Body.Close()
	a = &answer{status: resp.StatusCode, header: resp.Header, body: c.buffers.Get().(*bytes.Buffer), pool: c.buffers}
	a.body.Reset()
	limit := c.config.MaxResponseBytes
	if length := min(resp.ContentLength, limit, 1<<20); length > 0 { // what is announced takes no memory before it comes
		a.body.Grow(int(length) + bytes.MinRead)
	}
	read, err := a.body.ReadFrom(io.LimitReader(resp.Body, max(limit+1, limit))) // which is the largest number, perhaps
	if read > limit {
		a.body.Truncate(int(limit))
		a.tooLarge = ErrTooLarge
	} else if most := max(limit/128, 1<<17); !r.plain && int64(bytes.Count(a.body.Bytes(), []byte(","))) > most {
		// [0,0,0] takes five hundred times as much memory once its elements are users.
		a.tooLarge = fmt.Errorf("it has more than %d values: %w", most, ErrTooLarge)
	}
	if err != nil && a.status/100 == 2 {
		return a, header, r.attemptError(ctx, limited, way, foreign(err))
	}
	return a, header, nil // an error's status counts, even when its body broke off
}

func (r *request) address() *url.URL {
	if r.url != nil {
		return r.url
	}
	u, path, escaped := *r.client.base, r.path, r.escaped
	if r.insights() {
		u = *r.client.insights
		path, escaped = path[len(insightsPrefix):], escaped[len(insightsPrefix):]
	}
	if path != escaped {
		u.RawPath = u.EscapedPath() + escaped
	}
	u.Path += path
	if r.query != nil {
		u.RawQuery = r.query.Encode()
	}
	return &u
}

func (r *request) newHeader() http.Header {
	h := make(http.Header, 6+len(r.headers))
	values := [...]string{"application/json", r.client.config.UserAgent, r.orgID}
	h["Accept"] = values[0:1:1]
	h["User-Agent"] = values[1:2:2]
	if r.encoded != nil {
		h["Content-Type"] = values[0:1:1]
	}
	if r.namesOrg() {
		h["X-Org-Id"] = values[2:3:3]
	}
	maps.Copy(h, r.headers)
	return h
}

// namesOrg reports whether x-org-id is sent.
func (r *request) namesOrg() bool { return r.orgID != "" && takesOrgID(r.path) }

// takesOrgID is false for the routes above a single organization, which refuse x-org-id with a 403.
func takesOrgID(path string) bool {
	path = strings.ToLower(path) + "/"
	for _, prefix := range [...]string{"/organizations/", "/search/organizations/", "/users/", "/v2/organizations/", "/v2/administrators/", "/v2/providers/", "/v2/integrations/"} {
		if strings.HasPrefix(path, prefix) {
			return false
		}
	}
	return true
}

// attemptError says what broke an attempt.
func (r *request) attemptError(ctx, limited context.Context, way *way, err error) error {
	unsent := way.blocked(err)
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case limited.Err() != nil:
		err = &timeoutError{"attempt timed out after " + r.timeout.String()}
	case as(err, &timeout) && timeout.Timeout(): // the transport's own, which would match context.DeadlineExceeded
		err = &timeoutError{err.Error()}
	}
	if unsent {
		return way.unsent(err)
	}
	return err
}

// withoutURL takes away the URL, which holds ids and the query.
func withoutURL(err error) error {
	for {
		wrapped, ok := err.(*url.Error)
		if !ok {
			return err
		}
		err = wrapped.Err
	}
}

// failure makes the error of an attempt: an APIError where there is an answer, a TransportError else.
func (r *request) failure(ctx context.Context, a *answer, err error, attempts int) error {
	hide := r.hiding()
	if err == nil {
		a.header = a.header.Clone()
		for _, values := range a.header {
			for i := range values {
				values[i] = hide(values[i])
			}
		}
		e := &APIError{
			Operation: r.id, Method: r.method, Route: r.route, StatusCode: a.status, Header: a.header,
			RequestID: r.requestID(a.header), RetryAfter: retryAfter(a.header, time.Now()), Attempts: attempts,
		}
		if r.content != nil { // the words of a foreign host say nothing about the API, and where it leads is secret too
			e.Header.Del("Location")
			return e
		}
		e.parse(hideBody(a.body.Bytes(), hide))
		if e.StatusCode == http.StatusNotFound && r.namesOrg() && strings.HasPrefix(strings.ToLower(e.Message), "organi") {
			e.kind = errOrganization
		}
		return e
	}
	e := &TransportError{Operation: r.id, Method: r.method, Route: r.route, Attempts: attempts, Err: err}
	if a != nil {
		e.StatusCode = a.status
	}
	if ended := ctx.Err(); ended != nil {
		for _, reason := range [...]error{context.Cause(ctx), ended} {
			if !errors.Is(e.Err, reason) {
				e.Err = fmt.Errorf("%w: %w", foreign(reason), e.Err)
			}
		}
	}
	e.Err = hideError(e.Err, func(text string) string { return hide(hideUserinfo(text)) })
	return e
}
