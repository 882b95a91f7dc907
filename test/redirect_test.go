package jumpcloud_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// The servers here are real: what net/http does with a redirect is the point.

// bait is a server that must not be reached: it keeps what arrives.
type bait struct {
	*httptest.Server
	hits    atomic.Int32
	secrets atomic.Int32 // hits with a credential
}

func newBait(t *testing.T, start func(http.Handler) *httptest.Server) *bait {
	b := &bait{}
	b.Server = start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.hits.Add(1)
		if r.Header.Get("X-Api-Key") != "" || r.Header.Get("Authorization") != "" {
			b.secrets.Add(1)
		}
		_, _ = io.WriteString(w, `{"_id":"bait","access_token":"bait"}`)
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *bait) untouched(t *testing.T) {
	t.Helper()
	assert.Zero(t, b.hits.Load(), "requests that followed the redirect")
	assert.Zero(t, b.secrets.Load(), "credentials that followed the redirect")
}

// redirector answers /base/api/systems with a redirect, and anything else with what was asked.
func redirector(t *testing.T, start func(http.Handler) *httptest.Server, code int, location func(self string) string) (server *httptest.Server, hits *atomic.Int32) {
	hits = new(atomic.Int32)
	server = start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		if r.URL.Path == "/base/api/systems" {
			w.Header().Set("Location", location("http://"+r.Host))
			w.WriteHeader(code)
			return
		}
		_, _ = fmt.Fprintf(w, `{"path":%q,"method":%q,"key":%q}`, r.URL.RequestURI(), r.Method, r.Header.Get("X-Api-Key"))
	}))
	t.Cleanup(server.Close)
	return server, hits
}

var redirectCodes = []int{301, 302, 303, 307, 308}

func TestRedirect_OfAGetWithinTheOriginIsFollowed(t *testing.T) {
	for _, code := range redirectCodes {
		for name, location := range map[string]func(string) string{
			"absolute": func(self string) string { return self + "/elsewhere?x=1" },
			"path":     func(string) string { return "/elsewhere?x=1" },
		} {
			t.Run(fmt.Sprint(code, " ", name), func(t *testing.T) {
				server, hits := redirector(t, httptest.NewServer, code, location)
				var out struct{ Path, Method, Key string }

				err := serverClient(t, server).Call(t.Context(), "GET", "/systems", nil, nil, &out)

				require.NoError(t, err)
				assert.Equal(t, "/elsewhere?x=1", out.Path)
				assert.Equal(t, "GET", out.Method)
				assert.Equal(t, key, out.Key)
				assert.Equal(t, int32(2), hits.Load())
			})
		}
	}
}

func TestRedirect_ToAnotherPortIsRefused(t *testing.T) {
	for _, code := range redirectCodes {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			other := newBait(t, httptest.NewServer)
			server, hits := redirector(t, httptest.NewServer, code, func(string) string { return other.URL + "/base/api/systems" })

			err := get(t.Context(), serverClient(t, server))

			assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
			assert.Equal(t, code, asAPIError(t, err).StatusCode)
			assert.Equal(t, int32(1), hits.Load(), "it is not tried again")
			other.untouched(t)
		})
	}
}

func TestRedirect_ToAnotherHostIsRefused(t *testing.T) {
	// The same server by its other name: what decides is the name, not where it leads.
	server, hits := redirector(t, httptest.NewServer, 302, func(self string) string {
		return strings.Replace(self, "127.0.0.1", "localhost", 1) + "/elsewhere"
	})

	err := get(t.Context(), serverClient(t, server))

	assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
	assert.Equal(t, int32(1), hits.Load())
}

func TestRedirect_ToAnotherSchemeIsRefused(t *testing.T) {
	t.Run("from https to http", func(t *testing.T) {
		other := newBait(t, httptest.NewServer)
		server, _ := redirector(t, httptest.NewTLSServer, 301, func(string) string { return other.URL })

		err := get(t.Context(), serverClient(t, server))

		assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
		other.untouched(t)
	})
	t.Run("from http to https", func(t *testing.T) {
		other := newBait(t, httptest.NewTLSServer)
		server, _ := redirector(t, httptest.NewServer, 301, func(string) string { return other.URL })

		err := get(t.Context(), serverClient(t, server, func(c *jumpcloud.Configuration) { c.HTTPClient = other.Client() }))

		assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
		other.untouched(t)
	})
}

func TestRedirect_OriginIsSchemeHostAndPort(t *testing.T) {
	for location, followed := range map[string]bool{
		"https://jumpcloud.test/x":               true,
		"https://jumpcloud.test:443/x":           true,
		"https://JUMPCLOUD.test/x":               true,
		"HTTPS://jumpcloud.test/x":               true,
		"//jumpcloud.test/x":                     true,
		"/x":                                     true,
		"x":                                      true,
		"?x=1":                                   true,
		"http://jumpcloud.test/x":                false,
		"http://jumpcloud.test:443/x":            false,
		"https://jumpcloud.test:444/x":           false,
		"https://jumpcloud.test.evil.test/x":     false,
		"https://evil.jumpcloud.test/x":          false,
		"https://jumpcloud.tes/x":                false,
		"//evil.test/x":                          false,
		"https://evil.test/jumpcloud.test":       false,
		"https://jumpcloud.test@evil.test/x":     false,
		"https://evil.test#@jumpcloud.test/":     false,
		"https://evil.test\\@jumpcloud.test/":    false,
		"ftp://jumpcloud.test/x":                 false,
		"javascript:alert(1)":                    false,
		"https:///x":                             false,
		"https://jumpcloud.test./x":              false,
		"https://[::1]/x":                        false,
		"https://evil.test?https://jumpcloud.te": false,
	} {
		t.Run(location, func(t *testing.T) {
			w := newWire(t, status(302, ``, "Location", location), ok(`{}`))

			err := get(t.Context(), newClient(t, w))

			if followed {
				require.NoError(t, err)
				assert.Equal(t, []string{key}, w.requests()[1].header["X-Api-Key"])
			} else {
				assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
				assert.Equal(t, 1, w.count())
			}
		})
	}
}

func TestRedirect_OfAWriteIsRefused(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		for _, code := range redirectCodes {
			t.Run(fmt.Sprint(method, " ", code), func(t *testing.T) {
				server, hits := redirector(t, httptest.NewServer, code, func(string) string { return "/elsewhere" })

				err := serverClient(t, server).Call(t.Context(), method, "/systems", nil, map[string]int{"n": 1}, nil, jumpcloud.WithIdempotent())

				assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
				assert.Equal(t, int32(1), hits.Load())
			})
		}
	}
}

func TestRedirect_ErrorSaysWhatHappened(t *testing.T) {
	server, _ := redirector(t, httptest.NewServer, 302, func(string) string { return "https://evil.test/?token=T0KEN" })

	err := serverClient(t, server).Call(t.Context(), "POST", "/systems", nil, struct{}{}, nil)

	assert.ErrorContains(t, err, "jumpcloud: POST /systems: 302 Found: redirect not followed")
	assert.NotContains(t, err.Error(), "evil.test")
	assert.Equal(t, "https://evil.test/?token=T0KEN", asAPIError(t, err).Header.Get("Location"), "for those who want to know")
}

// chain redirects n times before it answers.
func chain(t *testing.T, n int) (*httptest.Server, *atomic.Int32) {
	hits := new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hits.Add(1) <= int32(n) {
			http.Redirect(w, r, fmt.Sprint("/hop/", hits.Load()), http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, `{}`)
	}))
	t.Cleanup(server.Close)
	return server, hits
}

func TestRedirect_TenInARowAreFollowed(t *testing.T) {
	server, hits := chain(t, 10)

	require.NoError(t, get(t.Context(), serverClient(t, server)))

	assert.Equal(t, int32(11), hits.Load())
}

func TestRedirect_ElevenInARowAreRefused(t *testing.T) {
	server, hits := chain(t, 11)

	assert.ErrorIs(t, get(t.Context(), serverClient(t, server)), jumpcloud.ErrRedirect)

	assert.Equal(t, int32(11), hits.Load())
}

func TestRedirect_LeavingTheOriginLaterInTheChainIsRefused(t *testing.T) {
	other := newBait(t, httptest.NewServer)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/base/api/systems" {
			http.Redirect(w, r, "/second", http.StatusFound)
			return
		}
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	defer server.Close()

	assert.ErrorIs(t, get(t.Context(), serverClient(t, server)), jumpcloud.ErrRedirect)

	other.untouched(t)
}

func TestRedirect_CallersPolicyIsAskedFirst(t *testing.T) {
	server, hits := redirector(t, httptest.NewServer, 302, func(string) string { return "/elsewhere" })
	no := errors.New("we follow nothing here")
	asked := 0

	err := get(t.Context(), serverClient(t, server, func(c *jumpcloud.Configuration) {
		c.HTTPClient.CheckRedirect = func(next *http.Request, via []*http.Request) error {
			asked++
			assert.Equal(t, "/elsewhere", next.URL.Path)
			assert.Len(t, via, 1)
			return no
		}
	}))

	assert.ErrorIs(t, err, no)
	assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
	assert.NotContains(t, err.Error(), server.URL)
	assert.Equal(t, 1, asked, "and not once more for each attempt")
	assert.Equal(t, int32(1), hits.Load())
}

func TestRedirect_CallersPolicyCannotAllowMore(t *testing.T) {
	other := newBait(t, httptest.NewServer)
	server, _ := redirector(t, httptest.NewServer, 302, func(string) string { return other.URL })
	permissive := func(c *jumpcloud.Configuration) {
		c.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
	}

	assert.ErrorIs(t, get(t.Context(), serverClient(t, server, permissive)), jumpcloud.ErrRedirect)
	assert.ErrorIs(t, serverClient(t, server, permissive).Call(t.Context(), "POST", "/systems", nil, nil, nil), jumpcloud.ErrRedirect)

	other.untouched(t)
}

func TestRedirect_CallersPolicyMayStopQuietly(t *testing.T) {
	server, hits := redirector(t, httptest.NewServer, 302, func(string) string { return "/elsewhere" })

	err := get(t.Context(), serverClient(t, server, func(c *jumpcloud.Configuration) {
		c.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}))

	assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
	assert.Equal(t, int32(1), hits.Load())
}

func TestRedirect_CallersPolicySetLaterCounts(t *testing.T) {
	server, _ := redirector(t, httptest.NewServer, 302, func(string) string { return "/elsewhere" })
	httpClient := server.Client()
	client := serverClient(t, server, func(c *jumpcloud.Configuration) { c.HTTPClient = httpClient })
	no := errors.New("not any more")

	require.NoError(t, get(t.Context(), client))
	httpClient.CheckRedirect = func(*http.Request, []*http.Request) error { return no }

	assert.ErrorIs(t, get(t.Context(), client), no)
}

func TestRedirect_OfAPageIsRefusedToo(t *testing.T) {
	other := newBait(t, httptest.NewServer)
	server, _ := redirector(t, httptest.NewServer, 302, func(string) string { return other.URL })

	_, err := jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), serverClient(t, server), "/systems", nil), 0)

	assert.ErrorIs(t, err, jumpcloud.ErrRedirect)
	other.untouched(t)
}

func TestRedirect_WithoutAnHTTPClientOfTheCallersIsRefusedToo(t *testing.T) {
	other := newBait(t, httptest.NewServer)
	server, _ := redirector(t, httptest.NewServer, 302, func(string) string { return other.URL })
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: server.URL + "/base/api"})
	require.NoError(t, err)

	assert.ErrorIs(t, get(t.Context(), client), jumpcloud.ErrRedirect)
	assert.ErrorIs(t, client.Call(t.Context(), "POST", "/systems", nil, nil, nil), jumpcloud.ErrRedirect)

	other.untouched(t)
}

func TestRedirect_OfATokenRequestIsNeverFollowed(t *testing.T) {
	for _, code := range redirectCodes {
		for _, where := range []string{"elsewhere", "same origin"} {
			t.Run(fmt.Sprint(code, " ", where), func(t *testing.T) {
				other := newBait(t, httptest.NewServer)
				target := other.URL + "/token"
				if where == "same origin" {
					target = "/token"
				}
				server, hits := redirector(t, httptest.NewServer, code, func(string) string { return target })
				client := serverClient(t, server, func(c *jumpcloud.Configuration) {
					c.APIKey = ""
					c.ServiceAccount = &jumpcloud.ServiceAccount{ClientID: "id", ClientSecret: "secret", TokenURL: server.URL + "/base/api/systems"}
					c.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
				})

				err := client.Call(t.Context(), "GET", "/users", nil, nil, nil)

				assert.ErrorContains(t, err, "redirect not followed")
				assert.NotErrorIs(t, err, jumpcloud.ErrRedirect, "which would be about GET /users")
				assert.Equal(t, int32(1), hits.Load())
				other.untouched(t)
			})
		}
	}
}

func TestRedirect_WithATokenStaysHomeToo(t *testing.T) {
	other := newBait(t, httptest.NewServer)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			_, _ = io.WriteString(w, `{"access_token":"t1"}`)
			return
		}
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	defer server.Close()
	client := serverClient(t, server, func(c *jumpcloud.Configuration) {
		c.APIKey = ""
		c.ServiceAccount = &jumpcloud.ServiceAccount{ClientID: "id", ClientSecret: "secret", TokenURL: server.URL + "/token"}
	})

	assert.ErrorIs(t, get(t.Context(), client), jumpcloud.ErrRedirect)

	other.untouched(t)
}

func TestRedirect_ToAnAddressThatIsNoneIsRefused(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		w := newWire(t, status(302, ``, "Location", "https://evil.test/%zz?token=T0KEN"))

		err := newClient(t, w).Call(t.Context(), method, "/systems", nil, nil, nil)

		assert.ErrorIs(t, err, jumpcloud.ErrRedirect, method)
		assert.NotContains(t, err.Error(), "T0KEN", method)
		assert.Equal(t, 1, w.count(), method)
	}
}

func TestRedirect_WithoutALocationIsRefused(t *testing.T) {
	w := newWire(t, status(302, ``))

	assert.ErrorIs(t, get(t.Context(), newClient(t, w)), jumpcloud.ErrRedirect)
}

func TestRedirect_NotModifiedIsNone(t *testing.T) {
	err := get(t.Context(), newClient(t, newWire(t, status(304, ``))))

	assert.NotErrorIs(t, err, jumpcloud.ErrRedirect)
	assert.EqualError(t, err, "jumpcloud: GET /systems: 304 Not Modified")
}
