package jumpcloud_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// withAccount uses the service account of account() instead of the key.
func withAccount(c *jumpcloud.Configuration) { c.APIKey, c.ServiceAccount = "", account() }

// basicAuth is that account's header, written out.
const basicAuth = "Basic Y2xpZW50LTE6czNjcjN0LXZhbHVl"

// isToken tells requests to the token endpoint from those to the API.
func isToken(method, url string) bool {
	return method == "POST" && strings.HasPrefix(url, "https://token.test/")
}

// tokenServer is a service with a token endpoint: it grants t1, t2 and so on, each for so many
// seconds, and takes whatever token api says.
func tokenServer(t *testing.T, lifetime string, api answer) *wire {
	var mu sync.Mutex
	granted := 0
	return always(t, func(r *http.Request) (*http.Response, error) {
		if !isToken(r.Method, r.URL.String()) {
			return api(r)
		}
		mu.Lock()
		defer mu.Unlock()
		granted++
		return ok(fmt.Sprintf(`{"access_token":"t%d","token_type":"bearer"%s}`, granted, lifetime))(r)
	})
}

// split returns the requests to the token endpoint and those to the API.
func split(w *wire) (token, api []received) {
	for _, r := range w.requests() {
		if isToken(r.method, r.url) {
			token = append(token, r)
		} else {
			api = append(api, r)
		}
	}
	return token, api
}

func bearers(requests []received) (tokens []string) {
	for _, r := range requests {
		tokens = append(tokens, r.header.Get("Authorization"))
	}
	return tokens
}

func TestAuth_KeyIsSentInItsHeader(t *testing.T) {
	w := newWire(t, ok(`{}`))

	require.NoError(t, get(t.Context(), newClient(t, w)))

	assert.Equal(t, []string{key}, w.only().header["X-Api-Key"])
	assert.NotContains(t, w.only().header, "Authorization")
}

func TestAuth_TokenIsAskedForWithTheAccount(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, ok(`{}`))
	client := newClient(t, w, withAccount, func(c *jumpcloud.Configuration) { c.OrgID = "org-1" })

	require.NoError(t, get(t.Context(), client))

	token, _ := split(w)
	require.Len(t, token, 1)
	assert.Equal(t, "POST", token[0].method)
	assert.Equal(t, "https://token.test/oauth2/token", token[0].url)
	assert.Equal(t, "grant_type=client_credentials&scope=api", token[0].body)
	assert.Equal(t, http.Header{
		"Accept":        {"application/json"},
		"Authorization": {basicAuth},
		"Content-Type":  {"application/x-www-form-urlencoded"},
		"User-Agent":    {"test-agent/1"},
	}, token[0].header)
}

func TestAuth_TokenIsSentAsBearer(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, ok(`{}`))
	client := newClient(t, w, withAccount, func(c *jumpcloud.Configuration) { c.OrgID = "org-1" })

	require.NoError(t, get(t.Context(), client))

	_, api := split(w)
	require.Len(t, api, 1)
	assert.Equal(t, http.Header{
		"Accept":        {"application/json"},
		"Authorization": {"Bearer t1"},
		"User-Agent":    {"test-agent/1"},
		"X-Org-Id":      {"org-1"},
	}, api[0].header)
}

func TestAuth_TokenComesFromTheUSEndpointByDefault(t *testing.T) {
	w := newWire(t, ok(`{"access_token":"t1"}`), ok(`{}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) {
		c.BaseURL, c.APIKey = "", ""
		c.ServiceAccount = &jumpcloud.ServiceAccount{ClientID: "id", ClientSecret: "secret"}
	})

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, "https://admin-oauth.id.jumpcloud.com/oauth2/token", w.requests()[0].url)
	assert.Equal(t, "https://console.jumpcloud.com/api/systems", w.requests()[1].url)
}

func TestAuth_TokenIsKept(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, ok(`{}`))
	client := newClient(t, w, withAccount)

	for range 5 {
		require.NoError(t, get(t.Context(), client))
	}

	token, api := split(w)
	assert.Len(t, token, 1)
	assert.Len(t, api, 5)
}

func TestAuth_TokenIsRenewed30SecondsBeforeItExpires(t *testing.T) {
	for name, test := range map[string]struct {
		answer   string
		lifetime time.Duration
	}{
		"expires_in":              {`,"expires_in":100`, 100 * time.Second},
		"expires_in as a string":  {`,"expires_in":"200"`, 200 * time.Second},
		"without expires_in":      {``, 3600 * time.Second},
		"expires_in null":         {`,"expires_in":null`, 3600 * time.Second},
		"expires_in is no number": {`,"expires_in":"soon"`, 3600 * time.Second},
		"expires_in negative":     {`,"expires_in":-5`, 3600 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := tokenServer(t, test.answer, ok(`{}`))
				client := newClient(t, w, withAccount)
				require.NoError(t, get(t.Context(), client))

				time.Sleep(test.lifetime - 31*time.Second)
				require.NoError(t, get(t.Context(), client))
				time.Sleep(2 * time.Second)
				require.NoError(t, get(t.Context(), client))

				_, api := split(w)
				assert.Equal(t, []string{"Bearer t1", "Bearer t1", "Bearer t2"}, bearers(api))
			})
		})
	}
}

func TestAuth_ShortLivedTokenIsUsedMoreThanOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := tokenServer(t, `,"expires_in":20`, ok(`{}`))
		client := newClient(t, w, withAccount)

		require.NoError(t, get(t.Context(), client))
		time.Sleep(time.Second)
		require.NoError(t, get(t.Context(), client))
		time.Sleep(18*time.Second + 999*time.Millisecond) // one millisecond before its end
		require.NoError(t, get(t.Context(), client))

		_, api := split(w)
		assert.Equal(t, []string{"Bearer t1", "Bearer t1", "Bearer t2"}, bearers(api))
	})
}

func TestAuth_ManyCallersShareOneRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, func(r *http.Request) (*http.Response, error) {
			if isToken(r.Method, r.URL.String()) {
				return ok(`{"access_token":"t1","expires_in":3600}`)(r)
			}
			return ok(`{}`)(r)
		}))
		client := newClient(t, w, withAccount)

		var callers sync.WaitGroup
		for range 64 {
			callers.Go(func() { assert.NoError(t, get(t.Context(), client)) })
		}
		callers.Wait()

		token, api := split(w)
		assert.Len(t, token, 1)
		assert.Len(t, api, 64)
	})
}

func TestAuth_CallerWhoGivesUpDoesNotEndTheRenewalOfTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := tokenServer(t, `,"expires_in":3600`, ok(`{}`))
		inner := w.every
		w.every = func(r *http.Request) (*http.Response, error) {
			if isToken(r.Method, r.URL.String()) {
				return slow(5*time.Second, inner)(r)
			}
			return inner(r)
		}
		client := newClient(t, w, withAccount)
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()

		var callers sync.WaitGroup
		callers.Go(func() { assert.ErrorIs(t, get(impatient, client), context.DeadlineExceeded) })
		time.Sleep(time.Millisecond)
		callers.Go(func() { assert.NoError(t, get(t.Context(), client)) })
		callers.Wait()

		token, _ := split(w)
		assert.Len(t, token, 1)
	})
}

func TestAuth_401RenewsTheTokenOnce(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") == "Bearer t1" {
			return status(401, `{"message":"expired"}`)(r)
		}
		return ok(`{}`)(r)
	})
	client := newClient(t, w, withAccount)

	require.NoError(t, get(t.Context(), client))

	token, api := split(w)
	assert.Len(t, token, 2)
	assert.Equal(t, []string{"Bearer t1", "Bearer t2"}, bearers(api))
}

func TestAuth_Second401IsTheError(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, status(401, `{"message":"Unauthorized"}`))
	client := newClient(t, w, withAccount)

	err := get(t.Context(), client)

	assert.ErrorIs(t, err, jumpcloud.ErrUnauthorized)
	assert.Equal(t, 2, asAPIError(t, err).Attempts)
	token, api := split(w)
	assert.Len(t, token, 2)
	assert.Len(t, api, 2)
}

func TestAuth_401RenewsAlsoForAWrite(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") == "Bearer t1" {
			return status(401, ``)(r)
		}
		return ok(`{}`)(r)
	})
	client := newClient(t, w, withAccount)

	require.NoError(t, client.Call(t.Context(), "POST", "/systems", nil, map[string]int{"n": 1}, nil))

	_, api := split(w)
	require.Len(t, api, 2)
	assert.Equal(t, `{"n":1}`, api[0].body)
	assert.Equal(t, `{"n":1}`, api[1].body)
}

func TestAuth_401RenewsWithoutARetry(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") == "Bearer t1" {
			return status(401, ``)(r)
		}
		return ok(`{}`)(r)
	})
	client := newClient(t, w, withAccount)

	assert.NoError(t, get(t.Context(), client, jumpcloud.WithMaxAttempts(1)))
}

func TestAuth_401OfManyCallersRenewsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := tokenServer(t, `,"expires_in":3600`, slow(time.Second, func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") == "Bearer t1" {
				return status(401, ``)(r)
			}
			return ok(`{}`)(r)
		}))
		client := newClient(t, w, withAccount)

		var callers sync.WaitGroup
		for range 64 {
			callers.Go(func() { assert.NoError(t, get(t.Context(), client)) })
		}
		callers.Wait()

		token, _ := split(w)
		assert.Len(t, token, 2)
	})
}

func TestAuth_401ToAnOldTokenDoesNotDropTheNewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := tokenServer(t, `,"expires_in":40`, func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("Authorization") == "Bearer t1" && r.URL.Path != "/base/api/first" {
				return slow(25*time.Second, status(401, ``))(r)
			}
			return ok(`{}`)(r)
		})
		client := newClient(t, w, withAccount)
		require.NoError(t, client.Call(t.Context(), "GET", "/first", nil, nil, nil))

		var late sync.WaitGroup
		late.Go(func() { assert.NoError(t, get(t.Context(), client)) }) // its 401 comes 25 s from now
		time.Sleep(22 * time.Second)
		require.NoError(t, get(t.Context(), client)) // renewed by then
		late.Wait()

		token, api := split(w)
		assert.Len(t, token, 2)
		assert.Equal(t, "Bearer t2", api[len(api)-1].header.Get("Authorization"))
	})
}

func TestAuth_401WithAKeyIsNotRepeated(t *testing.T) {
	w := newWire(t, status(401, `{"message":"Unauthorized"}`))

	assert.ErrorIs(t, get(t.Context(), newClient(t, w)), jumpcloud.ErrUnauthorized)
}

func TestAuth_TokenEndpointErrorIsTheCallsError(t *testing.T) {
	for name, test := range map[string]struct {
		answer answer
		is     error
		text   string
	}{
		"401":               {status(401, `{"error":"invalid_client"}`), jumpcloud.ErrUnauthorized, "invalid_client"},
		"403":               {status(403, ``), nil, "403"},
		"400":               {status(400, `{"error":"invalid_scope"}`), nil, "invalid_scope"},
		"500":               {status(500, ``), jumpcloud.ErrServer, "500"},
		"302":               {status(302, ``, "Location", "https://token.test/elsewhere"), nil, "redirect"},
		"no JSON":           {ok(`<html>T0KEN</html>`), nil, "access_token"},
		"empty":             {ok(``), nil, "access_token"},
		"no token":          {ok(`{"token":"T0KEN"}`), nil, "access_token"},
		"empty token":       {ok(`{"access_token":""}`), nil, "access_token"},
		"token of an array": {ok(`{"access_token":["T0KEN"]}`), nil, "access_token"},
		"token not a word":  {ok(`{"access_token":"T0KEN\r\nX-Evil: 1"}`), nil, "access_token"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, test.answer)
			client := newClient(t, w, withAccount)

			err := get(t.Context(), client)

			require.Error(t, err)
			if test.is != nil {
				assert.ErrorIs(t, err, test.is)
			}
			assert.ErrorContains(t, err, test.text)
			assert.NotContains(t, err.Error(), "T0KEN")
			assert.Equal(t, 1, w.count(), "nothing is sent without a token, and the account is not tried again")
		})
	}
}

func TestAuth_TokenEndpointIsTriedAgainWhenItIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, status(503, ``), fails(errReset), ok(`{"access_token":"t1"}`), ok(`{}`))
		client := newClient(t, w, withAccount)

		require.NoError(t, get(t.Context(), client))

		for i, r := range w.requests()[:3] {
			assert.Equal(t, "grant_type=client_credentials&scope=api", r.body, i)
		}
		assert.Equal(t, "Bearer t1", w.requests()[3].header.Get("Authorization"))
	})
}

func TestAuth_TokenEndpointHasAsManyAttemptsAsARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, status(503, ``))
		client := newClient(t, w, withAccount)

		err := get(t.Context(), client)

		assert.ErrorIs(t, err, jumpcloud.ErrServer)
		assert.Equal(t, 3, w.count(), "and the call around it does not multiply them")
	})
}

func TestAuth_FailedRenewalIsNotRemembered(t *testing.T) {
	w := newWire(t, status(401, ``), ok(`{"access_token":"t1"}`), ok(`{}`))
	client := newClient(t, w, withAccount)

	require.Error(t, get(t.Context(), client))
	require.NoError(t, get(t.Context(), client))
}

func TestAuth_SlowTokenIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, hangs, hangs, ok(`{"access_token":"t1"}`), ok(`{}`))
		client := newClient(t, w, withAccount, func(c *jumpcloud.Configuration) { c.Timeout = 2 * time.Second })

		// The token's own attempts take longer than one attempt of the request may.
		assert.NoError(t, get(t.Context(), client))
	})
}

func TestAuth_TimeOutOfTheTokenIsNotTheCallersDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, always(t, hangs), withAccount, func(c *jumpcloud.Configuration) { c.Timeout = 2 * time.Second })

		err := get(t.Context(), client)

		assert.ErrorIs(t, err, jumpcloud.ErrTimeout)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorIs(t, err, context.Canceled)
	})
}

func TestAuth_CancellationReachesACallerWhoWaitsForAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, always(t, hangs), withAccount)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()

		err := get(ctx, client)

		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, time.Second, time.Since(began))
		time.Sleep(5 * time.Minute) // the renewal ends by itself
	})
}

func TestAuth_ErrorsRepeatNoCredential(t *testing.T) {
	const secret, token = "s3cr3t-value", "T0KEN-value"
	basic := strings.TrimPrefix(basicAuth, "Basic ")
	require.Equal(t, basic, base64.StdEncoding.EncodeToString([]byte("client-1:"+secret)))
	all := strings.Join([]string{secret, token, basic}, " ")
	granted := ok(`{"access_token":"` + token + `"}`)
	withKey := func(*jumpcloud.Configuration) {}

	for name, test := range map[string]struct {
		credential func(*jumpcloud.Configuration)
		secrets    []string
		answers    []answer
	}{
		"key, JSON error":        {withKey, []string{key}, []answer{status(400, `{"message":"bad key `+key+`"}`)}},
		"key, text error":        {withKey, []string{key}, []answer{status(401, `bad key `+key)}},
		"key, details":           {withKey, []string{key}, []answer{status(400, `{"details":[{"fieldViolationsList":[{"field":"x","description":"`+key+`"}]}]}`)}},
		"key, connection":        {withKey, []string{key}, []answer{fails(errors.New("proxy said: " + key))}},
		"key, broken off":        {withKey, []string{key}, []answer{breaksOff(200, "{", errors.New("proxy said: "+key))}},
		"key, undecodable":       {withKey, []string{key}, []answer{ok(`{"key":"` + key + `"`)}},
		"password of a proxy":    {withKey, []string{"PASSW0RD"}, []answer{fails(errors.New("proxyconnect http://user:PASSW0RD@proxy.test:3128: no"))}},
		"token, error":           {withAccount, []string{secret, basic}, []answer{status(401, `{"message":"`+secret+" "+basic+`"}`)}},
		"token, text":            {withAccount, []string{secret, basic}, []answer{ok(secret + basic)}},
		"token, redirect":        {withAccount, []string{secret, basic}, []answer{status(302, secret+basic, "Location", "https://"+secret+"@elsewhere.test/")}},
		"token, connection":      {withAccount, []string{secret, basic}, []answer{fails(errors.New(secret + basic))}},
		"account, error":         {withAccount, []string{secret, basic, token}, []answer{granted, status(400, all)}},
		"account, connection":    {withAccount, []string{secret, basic, token}, []answer{granted, fails(errors.New(all))}},
		"account, undecodable":   {withAccount, []string{secret, basic, token}, []answer{granted, ok(`["` + all + `"`)}},
		"account, no second one": {withAccount, []string{secret, basic, token}, []answer{granted, status(401, all), status(401, all)}},
	} {
		t.Run(name, func(t *testing.T) {
			var attempts []jumpcloud.Attempt
			var log bytes.Buffer
			client := newClient(t, newWire(t, test.answers...), test.credential, func(c *jumpcloud.Configuration) {
				c.Retry.MaxAttempts = 1
				c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) { attempts = append(attempts, a) }
				c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			})
			var out struct{}

			err := client.Call(t.Context(), "GET", "/systems", nil, nil, &out)

			require.Error(t, err)
			texts := []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%+v", attempts), log.String()}
			var api *jumpcloud.APIError
			if errors.As(err, &api) {
				texts = append(texts, string(api.Body), fmt.Sprintf("%s", api.Details))
			}
			var undecodable *jumpcloud.DecodeError
			if errors.As(err, &undecodable) {
				texts = append(texts, string(undecodable.Body))
			}
			for _, text := range texts {
				for _, secret := range test.secrets {
					assert.NotContains(t, text, secret)
				}
			}
		})
	}
}

func TestAuth_ErrorRepeatsNoTokenThatWasRenewedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := tokenServer(t, `,"expires_in":40`, func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/base/api/slow" {
				return slow(25*time.Second, status(400, `{"message":"refused for `+r.Header.Get("Authorization")+`"}`))(r)
			}
			return ok(`{}`)(r)
		})
		client := newClient(t, w, withAccount)

		var late sync.WaitGroup
		late.Go(func() {
			err := client.Call(t.Context(), "GET", "/slow", nil, nil, nil)
			assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)
			assert.NotContains(t, err.Error(), "Bearer t")
		})
		time.Sleep(22 * time.Second) // half of a short life is over, so there is a new one
		require.NoError(t, get(t.Context(), client))
		late.Wait()

		token, _ := split(w)
		assert.Len(t, token, 2)
	})
}

func TestAuth_TokenThatCannotBeRenewedEarlyIsUsedWhileItIsGood(t *testing.T) {
	for name, failure := range map[string]answer{"refused": status(401, ``), "busy": status(503, ``), "silent": hangs} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				granted := false
				w := always(t, func(r *http.Request) (*http.Response, error) {
					if !isToken(r.Method, r.URL.String()) {
						return ok(`{}`)(r)
					}
					if granted {
						return failure(r)
					}
					granted = true
					return ok(`{"access_token":"t1","expires_in":100}`)(r)
				})
				client := newClient(t, w, withAccount)
				require.NoError(t, get(t.Context(), client))

				time.Sleep(71 * time.Second)
				for range 28 {
					began := time.Now()
					require.NoError(t, get(t.Context(), client))
					took := time.Since(began)
					assert.LessOrEqual(t, took, time.Second)
					time.Sleep(time.Second - took)
				}

				token, _ := split(w)
				assert.LessOrEqual(t, len(token), 1+3*6, "and the account is not tried for each of them")
				time.Sleep(time.Second)
				assert.Error(t, get(t.Context(), client), "it has ended")
				time.Sleep(5 * time.Minute) // the renewals end by themselves
			})
		})
	}
}

func TestAuth_TokenIsUsedAgainAsSoonAsItCanBeRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, ok(`{"access_token":"t1","expires_in":100}`), ok(`{}`), status(401, ``), ok(`{}`), ok(`{}`), ok(`{"access_token":"t2"}`), ok(`{}`))
		client := newClient(t, w, withAccount)
		require.NoError(t, get(t.Context(), client))
		time.Sleep(80 * time.Second)

		require.NoError(t, get(t.Context(), client))
		time.Sleep(4 * time.Second)
		require.NoError(t, get(t.Context(), client))
		time.Sleep(2 * time.Second)
		require.NoError(t, get(t.Context(), client))

		_, api := split(w)
		assert.Equal(t, []string{"Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"}, bearers(api))
	})
}

func TestAuth_CodeOfTheCallersThatLeavesARenewalLeavesTheCall(t *testing.T) {
	for name, leave := range map[string]func(){"panic": func() { panic("no") }, "Goexit": runtime.Goexit} {
		for where, configure := range map[string]func(*jumpcloud.Configuration, func()){
			"transport": func(c *jumpcloud.Configuration, leave func()) {
				inner := c.HTTPClient.Transport
				c.HTTPClient.Transport = roundTripper(func(r *http.Request) (*http.Response, error) { leave(); return inner.RoundTrip(r) })
			},
			"limiter": func(c *jumpcloud.Configuration, leave func()) {
				calls := 0
				c.Limiter = limiterFunc(func(context.Context) error {
					if calls++; calls > 1 { // after the call's own
						leave()
					}
					return nil
				})
			},
			"hook": func(c *jumpcloud.Configuration, leave func()) {
				c.OnAttempt = func(context.Context, jumpcloud.Attempt) { leave() }
			},
		} {
			t.Run(name+" in the "+where, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					left := false
					client := newClient(t, tokenServer(t, ``, ok(`{}`)), withAccount, func(c *jumpcloud.Configuration) {
						configure(c, func() {
							if !left {
								left = true
								leave()
							}
						})
					})
					var value any
					returned := false
					var caller sync.WaitGroup
					caller.Go(func() {
						defer func() { value = recover() }()
						_ = get(t.Context(), client)
						returned = true
					})
					caller.Wait()

					assert.False(t, returned)
					assert.Equal(t, name == "panic", value == "no")
					assert.NoError(t, get(t.Context(), client), "and the next call gets a token")
				})
			})
		}
	}
}

func TestAuth_RenewalThatIsLeftIsTakenUpByTheOthersWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := false
		server := tokenServer(t, ``, ok(`{}`))
		client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			if !left {
				time.Sleep(time.Second)
				left = true
				runtime.Goexit()
			}
			return server.RoundTrip(r)
		}), withAccount)
		done := 0
		var mu sync.Mutex
		var callers sync.WaitGroup
		for range 8 {
			callers.Go(func() {
				if assert.NoError(t, get(t.Context(), client)) {
					mu.Lock()
					defer mu.Unlock()
					done++
				}
			})
		}
		callers.Wait()

		assert.Equal(t, 7, done)
	})
}

func TestAuth_401ThatIsNotAboutTheTokenFetchesNoMoreThanOneNewOneAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := tokenServer(t, `,"expires_in":3600`, status(401, `{"message":"Unauthorized"}`))
		client := newClient(t, w, withAccount)

		for range 10 {
			assert.ErrorIs(t, get(t.Context(), client), jumpcloud.ErrUnauthorized)
		}
		token, api := split(w)
		assert.Len(t, token, 2)
		assert.Len(t, api, 11)

		time.Sleep(time.Minute)
		assert.ErrorIs(t, get(t.Context(), client), jumpcloud.ErrUnauthorized)
		token, _ = split(w)
		assert.Len(t, token, 3)
	})
}

func TestAuth_401ThatIsNotAboutTheTokenDoesNotThrowTheOthersTokenAway(t *testing.T) {
	w := tokenServer(t, `,"expires_in":3600`, func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/base/api/systems" {
			return status(401, ``)(r)
		}
		return ok(`{}`)(r)
	})
	client := newClient(t, w, withAccount)

	for range 5 {
		assert.ErrorIs(t, get(t.Context(), client), jumpcloud.ErrUnauthorized)
		assert.NoError(t, client.Call(t.Context(), "GET", "/users", nil, nil, nil))
	}

	token, _ := split(w)
	assert.Len(t, token, 2)
}

func TestAuth_TokenIsRenewedForEach401ThatANewOneMends(t *testing.T) {
	good := "Bearer t1"
	w := tokenServer(t, `,"expires_in":3600`, func(r *http.Request) (*http.Response, error) {
		if r.Header.Get("Authorization") != good {
			return status(401, ``)(r)
		}
		return ok(`{}`)(r)
	})
	client := newClient(t, w, withAccount)

	for n := 1; n <= 5; n++ { // somebody withdraws each token as soon as it was used
		good = fmt.Sprintf("Bearer t%d", n)
		require.NoError(t, get(t.Context(), client))
	}
}
