package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// The calls of one helper compete for one allowance: a rejection slows all of them, and fails none.
func TestSyncUnderRateLimit(t *testing.T) {
	for name, retryAfter := range map[string]time.Duration{"without a wait": -1, "asking for no wait": 0, "asking for a second": time.Second} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				group, ids := groupOf(server, 0, 200)
				began := time.Now()
				result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{})
				require.NoError(t, err)
				assert.Equal(t, ids, result.Added)
				assert.Len(t, server.Members(group), 200)
				assert.Less(t, time.Since(began), 130*time.Second, "202 requests at two a second are 100 s")
				assert.Less(t, len(server.Requests()), 606, "not three for each change")
			}, jumpcloudtest.WithRateLimit(2, 2, retryAfter))
		})
	}
}

func TestHelpersUnderRateLimit(t *testing.T) {
	for name, retryAfter := range map[string]time.Duration{"without a wait": -1, "asking for a second": time.Second} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				ann, names := reachable(server)
				began := time.Now()
				access, err := server.Client().Users.Access(t.Context(), ann)
				require.NoError(t, err)
				assert.Len(t, access.Groups, 3)
				assert.Equal(t, []string{"Wiki: Wiki; Staff > Wiki"}, described(access.Applications, names))
				assert.Less(t, time.Since(began), 8*time.Second, "10 requests at two a second are 4 s")
			}, jumpcloudtest.WithRateLimit(2, 2, retryAfter))
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				lee := leaver(server)
				steps, err := server.Client().Systemusers.Offboard(t.Context(), lee, jumpcloud.OffboardParams{})
				require.NoError(t, err)
				for _, step := range steps {
					assert.NoError(t, step.Err, step.Name)
				}
				assert.Empty(t, server.Associations(lee))
			}, jumpcloudtest.WithRateLimit(2, 2, retryAfter))
		})
	}
}

// A single call keeps to its attempts: only what competes is patient.
func TestSingleCallUnderRateLimit(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 1)
		server.Inject(membersRoute, 0, jumpcloudtest.TooManyRequests(1))
		err := server.Client().Usergroups.AddMember(t.Context(), group, ids[0])
		assert.Equal(t, 3, asAPIError(t, err).Attempts)
		_, err = server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{}, jumpcloud.WithMaxAttempts(1))
		assert.ErrorIs(t, err, jumpcloud.ErrRateLimited)
		assert.Len(t, writesTo(server), 4, "one attempt is one attempt in a helper too")
	})
}

// While every request is rejected the waits grow, and then the helper gives up. Its next run goes on.
func TestSyncInAStorm(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 200)
		storm := server.Inject(membersRoute, 0, jumpcloudtest.TooManyRequests(0))
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		began := time.Now()
		result, err := server.Client().Usergroups.SyncMembers(ctx, group, ids, jumpcloud.SyncParams{})
		require.ErrorIs(t, err, jumpcloud.ErrRateLimited)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.Len(t, result.Failed, 200)
		assert.Greater(t, time.Since(began), 10*time.Minute)
		assert.Less(t, storm.Fired(), 150)
		notAttempted := 0
		for _, failure := range result.Failed {
			if errors.Is(failure.Err, jumpcloud.ErrNotAttempted) {
				notAttempted++
				assert.NotErrorIs(t, failure.Err, jumpcloud.ErrRateLimited, "that was said of another request")
			}
		}
		assert.GreaterOrEqual(t, notAttempted, 190)

		storm.Remove()
		result, err = server.Client().Usergroups.SyncMembers(ctx, group, ids, jumpcloud.SyncParams{})
		require.NoError(t, err)
		assert.Equal(t, ids, result.Added)
	})
}

// A wait that would end after the context does is not begun, and what waits for its turn ends with it.
func TestSyncInAStormEndsWithContext(t *testing.T) {
	for name, retryAfter := range map[string]int{"a wait that grows": 0, "a wait that is too long": 20} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				group, ids := groupOf(server, 0, 50)
				server.Inject(membersRoute, 0, jumpcloudtest.TooManyRequests(retryAfter))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				result, err := server.Client().Usergroups.SyncMembers(ctx, group, ids, jumpcloud.SyncParams{})
				assert.ErrorIs(t, err, jumpcloud.ErrRateLimited)
				assert.Len(t, result.Failed, 50)
				assert.NoError(t, ctx.Err())

				began := time.Now()
				stopped, stop := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, stop)
				_, err = server.Client().Usergroups.SyncMembers(stopped, group, ids, jumpcloud.SyncParams{})
				assert.ErrorIs(t, err, context.Canceled)
				assert.Equal(t, 3*time.Second, time.Since(began))
			})
		})
	}
}

// A helper stops at the first 401 and at the third 403 in a row. The rest was not attempted, and says
// so; the error is short.
func TestSyncStops(t *testing.T) {
	for status, most := range map[int]int{401: 4, 403: 6} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				group, ids := groupOf(server, 0, 1000)
				refusal := server.Inject(membersRoute, 0, jumpcloudtest.Status(status, http.Header{"X-Request-Id": {"r-1"}}, `{"message":"not yours"}`))
				result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{})
				sentinel := map[int]error{401: jumpcloud.ErrUnauthorized, 403: jumpcloud.ErrForbidden}[status]
				require.ErrorIs(t, err, sentinel)
				assert.ErrorIs(t, err, jumpcloud.ErrNotAttempted)
				assert.Less(t, len(err.Error()), 2048)
				assert.Equal(t, 1, strings.Count(err.Error(), "not yours"), err.Error())
				assert.Contains(t, err.Error(), "jumpcloud: sync: 1000 of 1000 changes failed: add "+ids[0]+", ")
				assert.LessOrEqual(t, refusal.Fired(), most)
				require.Len(t, result.Failed, 1000)
				refused := 0
				for i, failure := range result.Failed {
					assert.Equal(t, ids[i], failure.ID)
					if errors.Is(failure.Err, sentinel) {
						refused++
					} else {
						require.ErrorIs(t, failure.Err, jumpcloud.ErrNotAttempted)
						assert.ErrorContains(t, failure.Err, "not attempted, because of jumpcloud: POST /v2/usergroups/{group_id}/members: "+fmt.Sprint(status))
					}
				}
				assert.Equal(t, refusal.Fired(), refused, "as many as were sent")

				refusal.Remove()
				result, err = server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{})
				require.NoError(t, err)
				assert.Equal(t, ids, result.Added)
			}, jumpcloudtest.WithLatency(time.Second))
		})
	}
}

// Refusals between successes are about single objects.
func TestSyncGoesOnAfterSingleRefusals(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 30)
		for i := range 10 {
			server.Inject(membersRoute, 2, jumpcloudtest.Status(403, nil, "").Skip(i))
		}
		result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{Concurrency: 1})
		assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
		assert.NotErrorIs(t, err, jumpcloud.ErrNotAttempted)
		assert.Equal(t, 30, len(result.Added)+len(result.Failed))
		assert.NotEmpty(t, result.Added)
	})
}

// Many different causes make a short error too, which matches each of them.
func TestJoinedErrorIsShort(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 60)
		for i := range 30 {
			body := fmt.Sprintf(`{"message":"reason %d %s"}`, i, strings.Repeat("é", 1500))
			server.Inject(membersRoute, 1, jumpcloudtest.Status([]int{400, 422, 409}[i%2], nil, body))
		}
		server.Inject(membersRoute, 1, jumpcloudtest.Garbage())
		_, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{Concurrency: 1})
		require.ErrorIs(t, err, jumpcloud.ErrBadRequest)
		assert.Less(t, len(err.Error()), 2048)
		assert.True(t, utf8.ValidString(err.Error()))
		assert.Contains(t, err.Error(), "and 26 more causes")
	})
}

// What the caller's transport does with its goroutine reaches the goroutine that called, and nothing
// hangs.
func TestHelperPanics(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 100)
		var calls atomic.Int32
		leave := func() { panic("the transport's own") }
		client := server.Client(func(c *jumpcloud.Configuration) {
			next := c.HTTPClient.Transport
			c.HTTPClient = &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodPost && calls.Add(1) == 10 {
					leave()
				}
				return next.RoundTrip(r)
			})}
		})
		assert.PanicsWithValue(t, "the transport's own", func() {
			_, _ = client.Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{})
		})
		assert.Less(t, len(writesTo(server)), 20, "the others were stopped")

		calls.Store(0)
		leave = runtime.Goexit
		returned, ended := false, make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = client.Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{})
			returned = true
		}()
		<-ended
		assert.False(t, returned)
	})
}

// failingLimiter refuses the calls of some numbers.
type failingLimiter struct{ calls, from, to atomic.Int32 }

func (l *failingLimiter) Wait(context.Context) error {
	if n := l.calls.Add(1); n >= l.from.Load() && n <= l.to.Load() {
		return errors.New("the limiter's own")
	}
	return nil
}

// A limiter that fails takes no turn from the others. Its call was not attempted.
func TestSyncWithALimiterThatFails(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 20)
		limiter := &failingLimiter{}
		limiter.from.Store(10)
		limiter.to.Store(12)
		server.Inject(membersRoute, 1, jumpcloudtest.TooManyRequests(1))
		result, err := server.Client(func(c *jumpcloud.Configuration) { c.Limiter = limiter }).Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{})
		require.ErrorIs(t, err, jumpcloud.ErrNotAttempted)
		require.Len(t, result.Failed, 3)
		for _, failure := range result.Failed {
			assert.ErrorContains(t, failure.Err, "the limiter's own")
		}
		assert.Len(t, server.Members(group), 17)
	})
}
