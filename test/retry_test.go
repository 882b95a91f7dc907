package jumpcloud_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// operations are one of each kind that the rules tell apart.
var operations = map[string]func(context.Context, *jumpcloud.APIClient) error{
	"GET": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.Get(ctx, userID, nil)
		return err
	},
	"PUT": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.Update(ctx, userID, jumpcloud.SystemuserUpdate{}, nil)
		return err
	},
	"DELETE": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.Delete(ctx, userID, nil)
		return err
	},
	"search": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.Search(ctx, jumpcloud.SystemuserSearch{})
		return err
	},
	"graph add": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Usergroups.ManageMembers(ctx, "g1", jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: "user", ID: userID})
	},
	"graph remove": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Users.ManageAssociations(ctx, userID, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: "system", ID: "s1"})
	},
	"graph update": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Users.ManageAssociations(ctx, userID, jumpcloud.GraphOperation{Op: "update", Type: "system", ID: "s1"})
	},
	"POST": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)
		return err
	},
	"POST without a body": func(ctx context.Context, c *jumpcloud.APIClient) error { return c.Systemusers.Unlock(ctx, userID) },
	"PATCH": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Call(ctx, "PATCH", "/systems/t1", nil, map[string]int{"n": 1}, nil)
	},
	"POST that may be repeated": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Call(ctx, "POST", "/systems", nil, map[string]int{"n": 1}, nil, jumpcloud.WithIdempotent())
	},
}

// Groups of operations.
var (
	everyKind       = []string{"GET", "PUT", "DELETE", "search", "graph add", "graph remove", "graph update", "POST", "POST without a body", "PATCH", "POST that may be repeated"}
	repeatableKinds = []string{"GET", "PUT", "DELETE", "search", "graph add", "graph remove", "POST that may be repeated"}
	readKinds       = []string{"GET", "search"}
	noKind          = []string{}
)

func TestRetry_RulesByFailureAndMethod(t *testing.T) {
	for failure, test := range map[string]struct {
		answer   answer
		repeated []string
		is       error
	}{
		"400":                        {status(400, `{}`), noKind, jumpcloud.ErrBadRequest},
		"401":                        {status(401, `{}`), noKind, jumpcloud.ErrUnauthorized},
		"403":                        {status(403, `{}`), noKind, jumpcloud.ErrForbidden},
		"404":                        {status(404, `{}`), noKind, jumpcloud.ErrNotFound},
		"408":                        {status(408, `{}`), repeatableKinds, nil},
		"409":                        {status(409, `{}`), noKind, jumpcloud.ErrConflict},
		"422":                        {status(422, `{}`), noKind, jumpcloud.ErrBadRequest},
		"429":                        {status(429, `{}`), everyKind, jumpcloud.ErrRateLimited},
		"500":                        {status(500, `{}`), readKinds, jumpcloud.ErrServer},
		"501":                        {status(501, `{}`), noKind, jumpcloud.ErrServer},
		"502":                        {status(502, `{}`), repeatableKinds, jumpcloud.ErrServer},
		"503":                        {status(503, `{}`), repeatableKinds, jumpcloud.ErrServer},
		"504":                        {status(504, `{}`), repeatableKinds, jumpcloud.ErrServer},
		"505":                        {status(505, `{}`), noKind, jumpcloud.ErrServer},
		"507":                        {status(507, `{}`), repeatableKinds, jumpcloud.ErrServer},
		"520":                        {status(520, ``), repeatableKinds, jumpcloud.ErrServer},
		"524":                        {status(524, `error code: 524`), repeatableKinds, jumpcloud.ErrServer},
		"530":                        {status(530, ``), repeatableKinds, jumpcloud.ErrServer},
		"599":                        {status(599, ``), repeatableKinds, jumpcloud.ErrServer},
		"600":                        {status(600, ``), noKind, nil},
		"302":                        {status(302, `{}`, "Location", "https://elsewhere.test/"), noKind, jumpcloud.ErrRedirect},
		"304":                        {status(304, ``), noKind, nil},
		"broken connection":          {fails(errReset), repeatableKinds, errReset},
		"connection closed":          {fails(io.ErrUnexpectedEOF), repeatableKinds, io.ErrUnexpectedEOF},
		"time-out":                   {hangs, repeatableKinds, jumpcloud.ErrTimeout},
		"refused connection":         {fails(errRefused), everyKind, errRefused},
		"refused, wrapped":           {fails(&url.Error{Op: "Get", URL: "https://x", Err: fmt.Errorf("w: %w", errRefused)}), everyKind, errRefused},
		"refused by the proxy":       {fails(&net.OpError{Op: "proxyconnect", Net: "tcp", Err: errRefused}), everyKind, errRefused},
		"unknown host":               {fails(&net.OpError{Op: "dial", Err: errNoHost}), everyKind, errNoHost},
		"unknown host, bare":         {fails(errNoHost), everyKind, errNoHost},
		"body broken off":            {breaksOff(200, `{`, errReset), repeatableKinds, errReset},
		"error's body broken off":    {breaksOff(503, `{`, errReset), repeatableKinds, jumpcloud.ErrServer},
		"refusal's body broken off":  {breaksOff(403, `{`, errReset), noKind, jumpcloud.ErrForbidden},
		"write on broken connection": {fails(&net.OpError{Op: "write", Err: errors.New("broken pipe")}), repeatableKinds, nil},
	} {
		for operation, call := range operations {
			t.Run(failure+" to "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := always(t, test.answer)
					want := 1
					for _, name := range test.repeated {
						if name == operation {
							want = 3
						}
					}

					err := call(t.Context(), newClient(t, w))

					require.Error(t, err)
					if test.is != nil {
						assert.ErrorIs(t, err, test.is)
					}
					assert.Equal(t, want, w.count())
				})
			})
		}
	}
}

func TestRetry_CertificateThatCannotBeVerifiedIsNotTriedAgain(t *testing.T) {
	server := tlsServer(t, nil)
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: server.URL})
	require.NoError(t, err)

	err = get(t.Context(), client)

	assert.Equal(t, 1, asTransportError(t, err).Attempts)
	assert.ErrorContains(t, err, "certificate")
}

func TestRetry_SuccessEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, status(503, ``), fails(errReset), ok(`{"_id":"u1"}`))
		var response jumpcloud.Response

		user, err := newClient(t, w).Systemusers.Get(t.Context(), "u1", nil, jumpcloud.WithResponse(&response))

		require.NoError(t, err)
		assert.Equal(t, "u1", user.ID)
		assert.Equal(t, 3, response.Attempts)
		assert.Equal(t, 200, response.StatusCode)
	})
}

func TestRetry_LastFailureIsTheError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, status(503, ``), fails(errReset), status(404, `{"message":"gone"}`))

		err := get(t.Context(), newClient(t, w))

		assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
		assert.EqualError(t, err, "jumpcloud: GET /systems: 404 Not Found: gone after 3 attempts")
		assert.Equal(t, 3, asAPIError(t, err).Attempts)
	})
}

func TestRetry_BodyAndHeadersAreSentAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, status(503, ``), fails(errReset), ok(`{"_id":"u1"}`))
		client := newClient(t, w)

		_, err := client.Systemusers.Update(t.Context(), "u1", jumpcloud.SystemuserUpdate{Sudo: jumpcloud.Set(false)}, nil,
			jumpcloud.WithHeader("x-mine", "m"), jumpcloud.WithBodyField("brandNew", 1))

		require.NoError(t, err)
		for _, r := range w.requests() {
			assert.Equal(t, `{"brandNew":1,"sudo":false}`, r.body)
			assert.Equal(t, "m", r.header.Get("X-Mine"))
			assert.Equal(t, w.requests()[0].header, r.header)
			assert.Equal(t, w.requests()[0].url, r.url)
		}
	})
}

func TestRetry_ChangesOfATransportToTheRequestDoNotAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		w := always(t, func(r *http.Request) (*http.Response, error) {
			attempts++
			assert.Empty(t, r.Header.Values("X-Added"))
			assert.NotContains(t, r.URL.Path, "added")
			r.Header.Add("X-Added", "1")
			r.URL.Path += "added"
			return status(503, ``)(r)
		})

		require.Error(t, get(t.Context(), newClient(t, w)))

		assert.Equal(t, 3, attempts)
	})
}

func TestRetry_WaitsDoubleWithJitter(t *testing.T) {
	distinct := map[time.Duration]bool{}
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			w := always(t, status(503, ``))

			require.Error(t, get(t.Context(), newClient(t, w), jumpcloud.WithMaxAttempts(9)))

			waits := w.waits()
			require.Len(t, waits, 8)
			for i, wait := range waits {
				most := min(500*time.Millisecond<<i, 30*time.Second)
				assert.LessOrEqual(t, wait, most, "wait %d", i+1)
				assert.GreaterOrEqual(t, wait, most/2, "wait %d", i+1)
			}
			distinct[waits[0]] = true
		})
	}
	assert.Greater(t, len(distinct), 10, "clients that failed together must not come back together")
}

func TestRetry_WaitsFollowThePolicy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, fails(errReset))
		client := newClient(t, w, func(c *jumpcloud.Configuration) {
			c.Retry = jumpcloud.RetryPolicy{MaxAttempts: 70, MinWait: 10 * time.Second, MaxWait: 15 * time.Second}
		})

		require.Error(t, get(t.Context(), client))

		waits := w.waits()
		require.Len(t, waits, 69, "and doubling does not overflow")
		assert.GreaterOrEqual(t, waits[0], 5*time.Second)
		assert.LessOrEqual(t, waits[0], 10*time.Second)
		for _, wait := range waits[1:] {
			assert.GreaterOrEqual(t, wait, 7500*time.Millisecond)
			assert.LessOrEqual(t, wait, 15*time.Second)
		}
	})
}

func TestRetry_MaxAttemptsOfOneMeansNoRepetition(t *testing.T) {
	w := newWire(t, status(429, ``), status(503, ``))

	assert.ErrorIs(t, get(t.Context(), newClient(t, w, func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })), jumpcloud.ErrRateLimited)
	assert.ErrorIs(t, get(t.Context(), newClient(t, w), jumpcloud.WithMaxAttempts(1)), jumpcloud.ErrServer)
}

func TestRetry_RetryAfterIsWaitedExactly(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		value  func() string
		wait   time.Duration
	}{
		"seconds":           {429, func() string { return "7" }, 7 * time.Second},
		"seconds, 503":      {503, func() string { return "2" }, 2 * time.Second},
		"as long as it may": {429, func() string { return "30" }, 30 * time.Second},
		"date":              {429, func() string { return time.Now().Add(10 * time.Second).UTC().Format(http.TimeFormat) }, 10 * time.Second},
		"date, 503":         {503, func() string { return time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat) }, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(t, status(test.status, ``, "Retry-After", test.value()), ok(`{}`))

				require.NoError(t, get(t.Context(), newClient(t, w)))

				assert.Equal(t, []time.Duration{test.wait}, w.waits())
			})
		})
	}
}

func TestRetry_RetryAfterAsADateCountsFromTheAnswersOwnDate(t *testing.T) {
	for name, clock := range map[string]time.Duration{"that is fast": time.Hour, "that is slow": -time.Hour} {
		t.Run("on a clock "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				theirs := time.Now().Add(clock).UTC()
				w := newWire(t, status(429, ``, "Date", theirs.Format(http.TimeFormat), "Retry-After", theirs.Add(8*time.Second).Format(http.TimeFormat)), ok(`{}`))

				require.NoError(t, get(t.Context(), newClient(t, w)))

				assert.Equal(t, []time.Duration{8 * time.Second}, w.waits())
			})
		})
	}
}

func TestRetry_RetryAfterBeyondMaxWaitIsTheErrorAtOnce(t *testing.T) {
	for name, value := range map[string]func() string{
		"seconds":           func() string { return "31" },
		"an hour":           func() string { return "3600" },
		"beyond every time": func() string { return "99999999999999999999999" },
		"date":              func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(t, status(429, ``, "Retry-After", value()))
				began := time.Now()

				err := get(t.Context(), newClient(t, w))

				assert.ErrorIs(t, err, jumpcloud.ErrRateLimited)
				assert.Greater(t, asAPIError(t, err).RetryAfter, 30*time.Second)
				assert.Zero(t, time.Since(began))
			})
		})
	}
}

func TestRetry_RetryAfterThatSaysNothingIsIgnored(t *testing.T) {
	for name, value := range map[string]string{
		"empty": "", "zero": "0", "negative": "-5", "text": "soon", "fraction": "1.5", "past date": "Sat, 01 Jan 1994 00:00:00 GMT", "hex": "0x10",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(t, status(429, ``, "Retry-After", value), ok(`{}`))

				require.NoError(t, get(t.Context(), newClient(t, w)))

				assert.GreaterOrEqual(t, w.waits()[0], 250*time.Millisecond)
				assert.LessOrEqual(t, w.waits()[0], 500*time.Millisecond)
			})
		})
	}
}

func TestRetry_NeverWaitsPastTheDeadline(t *testing.T) {
	for name, failure := range map[string]answer{
		"Retry-After": status(429, `{"message":"slow down"}`, "Retry-After", "5"),
		"backoff":     status(429, `{"message":"slow down"}`),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(t, failure)
				ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer cancel()
				began := time.Now()
				var attempts []jumpcloud.Attempt
				client := newClient(t, w, func(c *jumpcloud.Configuration) {
					c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) { attempts = append(attempts, a) }
				})

				err := get(ctx, client)

				assert.ErrorIs(t, err, jumpcloud.ErrRateLimited, "the failure, which says more than the deadline would")
				assert.Zero(t, time.Since(began))
				require.Len(t, attempts, 1)
				assert.False(t, attempts[0].Retry, "no attempt follows")
			})
		})
	}
}

func TestRetry_CancellationEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, status(429, ``, "Retry-After", "20"))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		began := time.Now()

		err := get(ctx, newClient(t, w))

		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, jumpcloud.ErrRateLimited, "what it waited for")
		assert.Equal(t, 3*time.Second, time.Since(began))
	})
}

func TestRetry_CancellationEndsTheAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, hangs)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		began := time.Now()

		err := get(ctx, newClient(t, w))

		assert.ErrorIs(t, err, context.Canceled)
		assert.NotErrorIs(t, err, jumpcloud.ErrTimeout, "it was not the attempt that took too long")
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.NotContains(t, err.Error(), "timed out")
		assert.Equal(t, 3*time.Second, time.Since(began))
	})
}

func TestRetry_CancelledContextSendsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	assert.ErrorIs(t, get(ctx, newClient(t, newWire(t))), context.Canceled)
}

func TestRetry_CauseOfTheCancellationIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("the user went home")
		for name, failure := range map[string]answer{"attempt": hangs, "wait": status(429, ``, "Retry-After", "20")} {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { cancel(cause) })

			err := get(ctx, newClient(t, newWire(t, failure)))

			assert.ErrorIs(t, err, cause, name)
			assert.ErrorIs(t, err, context.Canceled, name)
			assert.ErrorContains(t, err, "the user went home", name)
		}
	})
}

func TestRetry_CallersDeadlineEndsTheAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, hangs)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		began := time.Now()

		err := get(ctx, newClient(t, w))

		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, jumpcloud.ErrTimeout)
		assert.Equal(t, 3*time.Second, time.Since(began))
	})
}

func TestRetry_AttemptThatTimesOutIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, hangs, hangs, ok(`{}`))

		require.NoError(t, get(t.Context(), newClient(t, w, func(c *jumpcloud.Configuration) { c.Timeout = 4 * time.Second })))

		for _, wait := range w.waits() {
			assert.Greater(t, wait, 4*time.Second)
			assert.LessOrEqual(t, wait, 5*time.Second)
		}
	})
}

func TestRetry_AttemptsTimeOutIsReportedAsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := get(t.Context(), newClient(t, newWire(t, hangs, hangs, hangs), func(c *jumpcloud.Configuration) { c.Timeout = 4 * time.Second }))

		assert.ErrorIs(t, err, jumpcloud.ErrTimeout)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.EqualError(t, err, "jumpcloud: GET /systems: attempt timed out after 4s after 3 attempts")
		var timeout net.Error
		require.ErrorAs(t, err, &timeout)
		assert.True(t, timeout.Timeout())
	})
}

func TestRetry_TimeOutCoversTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stalls := func(r *http.Request) (*http.Response, error) {
			response, _ := ok(``)(r)
			response.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{`), readerFunc(func([]byte) (int, error) {
				<-r.Context().Done()
				return 0, r.Context().Err()
			})))
			return response, nil
		}
		w := newWire(t, stalls, ok(`{}`))

		require.NoError(t, get(t.Context(), newClient(t, w, func(c *jumpcloud.Configuration) { c.Timeout = 4 * time.Second })))

		assert.Greater(t, w.waits()[0], 4*time.Second)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestRetry_WithTimeoutReplacesTheConfigurations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()

		err := get(t.Context(), newClient(t, newWire(t, hangs)), jumpcloud.WithTimeout(time.Second), jumpcloud.WithMaxAttempts(1))

		assert.ErrorIs(t, err, jumpcloud.ErrTimeout)
		assert.Equal(t, time.Second, time.Since(began))
	})
}

func TestRetry_DefaultTimeoutIs30Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()

		assert.ErrorIs(t, get(t.Context(), newClient(t, newWire(t, hangs)), jumpcloud.WithMaxAttempts(1)), jumpcloud.ErrTimeout)

		assert.Equal(t, 30*time.Second, time.Since(began))
	})
}

// deadlineError is what the time-outs of package net look like.
type deadlineError struct{}

func (deadlineError) Error() string        { return "i/o timeout" }
func (deadlineError) Timeout() bool        { return true }
func (deadlineError) Temporary() bool      { return true }
func (deadlineError) Is(target error) bool { return target == context.DeadlineExceeded }

func TestRetry_TimeOutsOfTheTransportAreNotTheCallersDeadline(t *testing.T) {
	for name, err := range map[string]error{
		"dialer":    &net.OpError{Op: "dial", Net: "tcp", Err: deadlineError{}},
		"proxy":     &net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Net: "tcp", Err: deadlineError{}}},
		"read":      &net.OpError{Op: "read", Net: "tcp", Err: deadlineError{}},
		"transport": fmt.Errorf("net/http: TLS handshake: %w", deadlineError{}),
		"context":   context.DeadlineExceeded,
	} {
		t.Run(name, func(t *testing.T) {
			err := get(t.Context(), newClient(t, newWire(t, fails(err))), jumpcloud.WithMaxAttempts(1))

			assert.NotErrorIs(t, err, context.DeadlineExceeded)
			assert.ErrorIs(t, err, jumpcloud.ErrTimeout)
		})
	}
}

func TestRetry_DialThatTimedOutIsProofThatNothingWasSent(t *testing.T) {
	timedOut := &net.OpError{Op: "dial", Net: "tcp", Err: deadlineError{}}
	for _, err := range []error{timedOut, &net.OpError{Op: "proxyconnect", Net: "tcp", Err: timedOut}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWire(t, fails(err), ok(`{"_id":"u1"}`))

			assert.NoError(t, operations["POST"](t.Context(), newClient(t, w)))
		})
	}
}

func TestRetry_TimeOutOfTheCallersHTTPClientIsAnAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, hangs, ok(`{}`))
		client := newClient(t, w, func(c *jumpcloud.Configuration) { c.HTTPClient.Timeout = 2 * time.Second })

		require.NoError(t, get(t.Context(), client))
		assert.Greater(t, w.waits()[0], 2*time.Second)
	})
}

func TestRetry_AfterAnUnknownEffectTheSecondAnswerCountsAsDone(t *testing.T) {
	unknown := map[string]answer{
		"502": status(502, ``), "503": status(503, ``), "504": status(504, ``), "time-out": hangs,
		"408": status(408, ``), "520": status(520, ``), "530": status(530, ``),
		"broken connection": fails(errReset), "body broken off": breaksOff(200, `{`, errReset),
	}
	for first, failure := range unknown {
		for operation, code := range map[string]int{"graph add": 409, "graph remove": 404, "DELETE": 404} {
			t.Run(fmt.Sprint(first, " and then ", code, " to ", operation), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWire(t, failure, status(code, `{"message":"Already Exists"}`))
					assert.NoError(t, operations[operation](t.Context(), newClient(t, w)))
				})
			})
		}
	}
}

func TestRetry_UnknownEffectIsRememberedAcrossAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, status(503, ``), status(429, ``), status(409, `{"message":"Already Exists"}`))

		assert.NoError(t, operations["graph add"](t.Context(), newClient(t, w)))
	})
}

func TestRetry_WithoutAnUnknownEffectTheAnswerIsTheError(t *testing.T) {
	known := map[string][]answer{
		"at once": nil, "after 429": {status(429, ``)}, "after a refused connection": {fails(errRefused)}, "after an unknown host": {fails(errNoHost)},
	}
	for before, failures := range known {
		for operation, test := range map[string]struct {
			code int
			is   error
		}{
			"graph add":    {409, jumpcloud.ErrConflict},
			"graph remove": {404, jumpcloud.ErrNotFound},
			"DELETE":       {404, jumpcloud.ErrNotFound},
		} {
			t.Run(operation+" "+before, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWire(t, append(failures[:len(failures):len(failures)], status(test.code, ``))...)
					assert.ErrorIs(t, operations[operation](t.Context(), newClient(t, w)), test.is)
				})
			})
		}
	}
}

func TestRetry_OtherAnswersAfterAnUnknownEffectAreErrors(t *testing.T) {
	for name, test := range map[string]struct {
		operation string
		code      int
		is        error
	}{
		"404 to an add":     {"graph add", 404, jumpcloud.ErrNotFound},
		"409 to a remove":   {"graph remove", 409, jumpcloud.ErrConflict},
		"409 to a DELETE":   {"DELETE", 409, jumpcloud.ErrConflict},
		"403 to a DELETE":   {"DELETE", 403, jumpcloud.ErrForbidden},
		"404 to a GET":      {"GET", 404, jumpcloud.ErrNotFound},
		"404 to a PUT":      {"PUT", 404, jumpcloud.ErrNotFound},
		"409 to a PUT":      {"PUT", 409, jumpcloud.ErrConflict},
		"409 to a POST":     {"POST that may be repeated", 409, jumpcloud.ErrConflict},
		"404 to the search": {"search", 404, jumpcloud.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(t, status(503, ``), status(test.code, ``))
				assert.ErrorIs(t, operations[test.operation](t.Context(), newClient(t, w)), test.is)
			})
		})
	}
}

func TestRetry_DoneByAnEarlierAttemptAnswersAnEmptyResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, fails(errReset), status(404, `{"message":"Not Found"}`))
		var response jumpcloud.Response

		user, err := newClient(t, w).Systemusers.Delete(t.Context(), userID, nil, jumpcloud.WithResponse(&response))

		require.NoError(t, err)
		require.NotNil(t, user, "a result is never nil without an error")
		assert.Empty(t, user.ID)
		assert.Equal(t, 404, response.StatusCode)
		assert.Equal(t, 2, response.Attempts)
	})
}

func TestRetry_WriteWhoseAnswerBrokeOffSaysThatItTookEffect(t *testing.T) {
	w := newWire(t, breaksOff(200, `{"_id":`, errReset))

	err := operations["POST"](t.Context(), newClient(t, w))

	assert.Equal(t, 200, asTransportError(t, err).StatusCode)
	assert.ErrorIs(t, err, errReset)
	assert.EqualError(t, err, "jumpcloud: POST /systemusers: the answer broke off after status 200: read tcp: connection reset by peer")
}

// limiterFunc is a Limiter.
type limiterFunc func(context.Context) error

func (f limiterFunc) Wait(ctx context.Context) error { return f(ctx) }

func TestRetry_LimiterIsAskedBeforeEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var order []string
		w := newWire(t, status(503, ``), ok(`{"access_token":"t1"}`), status(503, ``), ok(`{}`))
		client := newClient(t, w, withAccount, func(c *jumpcloud.Configuration) {
			c.Limiter = limiterFunc(func(context.Context) error { order = append(order, "limiter"); return nil })
			c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) {
				order = append(order, fmt.Sprint(a.Route, " ", a.Number))
			}
		})

		require.NoError(t, get(t.Context(), client))

		assert.Equal(t, []string{
			"limiter", "limiter", "/oauth2/token 1", "limiter", "/oauth2/token 2", "/systems 1", "limiter", "/systems 2",
		}, order)
	})
}

func TestRetry_LimiterDelaysTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, ok(`{}`))
		client := newClient(t, w, func(c *jumpcloud.Configuration) {
			c.Limiter = limiterFunc(func(context.Context) error { time.Sleep(time.Minute); return nil })
		})

		require.NoError(t, get(t.Context(), client), "the limiter's time is not the attempt's")

		assert.Equal(t, time.Minute, w.only().after)
	})
}

func TestRetry_LimiterThatRefusesStopsTheRequest(t *testing.T) {
	refused := errors.New("rate: Wait(n=1) would exceed context deadline")
	client := newClient(t, newWire(t), func(c *jumpcloud.Configuration) {
		c.Limiter = limiterFunc(func(context.Context) error { return refused })
	})

	err := get(t.Context(), client)

	assert.ErrorIs(t, err, refused)
	assert.Zero(t, asTransportError(t, err).Attempts)
}

func TestRetry_LimiterGetsTheCallersContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := newClient(t, newWire(t), func(c *jumpcloud.Configuration) {
		c.Limiter = limiterFunc(func(ctx context.Context) error { cancel(); <-ctx.Done(); return ctx.Err() })
	})

	assert.ErrorIs(t, get(ctx, client), context.Canceled)
}

func TestRetry_OnAttemptIsToldEachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts []jumpcloud.Attempt
		w := newWire(t,
			slow(2*time.Second, status(429, `{"message":"slow down"}`, "Retry-After", "4", "X-Request-Id", "req-1")),
			fails(errReset),
			slow(time.Second, status(200, `{"_id":"u1"}`, "X-Request-Id", "req-3")))
		client := newClient(t, w, func(c *jumpcloud.Configuration) {
			c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) { attempts = append(attempts, a) }
		})

		_, err := client.Systemusers.Get(t.Context(), userID, &jumpcloud.SystemusersGetParams{Fields: []string{"email"}})

		require.NoError(t, err)
		require.Len(t, attempts, 3)
		assert.ErrorIs(t, attempts[0].Err, jumpcloud.ErrRateLimited)
		assert.ErrorIs(t, attempts[1].Err, errReset)
		waited := attempts[1].Wait
		assert.Positive(t, waited)
		for i := range attempts {
			attempts[i].Err = nil
		}
		assert.Equal(t, []jumpcloud.Attempt{
			{Operation: "systemusers_get", Method: "GET", Route: "/systemusers/{id}", Number: 1, StatusCode: 429, RequestID: "req-1", Duration: 2 * time.Second, Retry: true, Wait: 4 * time.Second},
			{Operation: "systemusers_get", Method: "GET", Route: "/systemusers/{id}", Number: 2, Retry: true, Wait: waited},
			{Operation: "systemusers_get", Method: "GET", Route: "/systemusers/{id}", Number: 3, StatusCode: 200, RequestID: "req-3", Duration: time.Second},
		}, attempts)
	})
}

func TestRetry_OnAttemptIsToldThatNoneFollows(t *testing.T) {
	var attempts []jumpcloud.Attempt
	client := newClient(t, newWire(t, status(400, ``)), func(c *jumpcloud.Configuration) {
		c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) { attempts = append(attempts, a) }
	})

	err := get(t.Context(), client)

	require.Len(t, attempts, 1)
	assert.False(t, attempts[0].Retry)
	assert.Zero(t, attempts[0].Wait)
	assert.Equal(t, err, attempts[0].Err)
	assert.Empty(t, attempts[0].Operation, "Call has no operation")
}

func TestRetry_LoggerGetsEachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})
		w := newWire(t,
			slow(time.Second, status(503, `{"message":"busy"}`, "Retry-After", "4", "X-Request-Id", "req-1")),
			status(200, `{"_id":"u1"}`, "Cf-Ray", "ray-2"))
		client := newClient(t, w, func(c *jumpcloud.Configuration) { c.Logger = slog.New(handler) })

		_, err := client.Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{Password: jumpcloud.Set(jumpcloud.Secret("hunter2"))},
			&jumpcloud.SystemusersUpdateParams{FullValidationDetails: "password"})

		require.NoError(t, err)
		assert.Equal(t, `level=WARN msg="jumpcloud request" method=PUT route=/systemusers/{id} attempt=1 status=503 duration=1s request_id=req-1 `+
			`error="jumpcloud: PUT /systemusers/{id}: 503 Service Unavailable: busy; it asks to wait 4s (request req-1)" wait=4s
level=DEBUG msg="jumpcloud request" method=PUT route=/systemusers/{id} attempt=2 status=200 duration=0s request_id=ray-2
`, log.String())
	})
}

func TestRetry_LogsAndAttemptsHoldNoIDQueryBodyOrKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var attempts []jumpcloud.Attempt
		w := newWire(t, fails(&url.Error{Op: "Put", URL: "https://jumpcloud.test/systemusers/" + userID + "?fullValidationDetails=QUERY", Err: errReset}),
			status(503, `{"secretBody":"ANSWER"}`), status(400, `{"secretBody":"ANSWER"}`))
		client := newClient(t, w, func(c *jumpcloud.Configuration) {
			c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) { attempts = append(attempts, a) }
			c.OrgID = "ORGANISATION"
		})

		_, err := client.Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{Description: jumpcloud.Set("BODY"), Password: jumpcloud.Set(jumpcloud.Secret("hunter2"))},
			&jumpcloud.SystemusersUpdateParams{FullValidationDetails: "QUERY"})

		require.Error(t, err)
		require.Len(t, attempts, 3)
		for _, text := range []string{log.String(), fmt.Sprintf("%+v", attempts), fmt.Sprintf("%#v", attempts), err.Error()} {
			for _, secret := range []string{key, userID, "QUERY", "BODY", "ANSWER", "hunter2", "ORGANISATION"} {
				assert.NotContains(t, text, secret)
			}
		}
	})
}
