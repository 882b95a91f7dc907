package jumpcloud_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// dialer makes net/http's own transport connect to serve, in memory. Each connection has a number,
// beginning with 1.
func dialer(serve func(n int, c net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	var n atomic.Int32
	return func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go serve(int(n.Add(1)), server)
		return client, nil
	}
}

func pipeTransport(t *testing.T, serve func(n int, c net.Conn)) *http.Transport {
	transport := &http.Transport{DialContext: dialer(serve)}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// answering reads requests off a connection and answers each, until it should not.
func answering(c net.Conn, arrived *[]string, goOn func(n int) bool) {
	defer c.Close()
	requests := bufio.NewReader(c)
	for n := 1; ; n++ {
		r, err := http.ReadRequest(requests)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		*arrived = append(*arrived, r.Method)
		if !goOn(n) {
			return
		}
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"_id\":\"u1\"}\n")
	}
}

// brittle is a connection on which writes fail from some moment on.
type brittle struct {
	net.Conn
	broken *atomic.Bool
}

func (b brittle) Write(p []byte) (int, error) {
	if b.broken.Load() {
		return 0, &net.OpError{Op: "write", Net: "tcp", Err: errors.New("broken pipe")}
	}
	return b.Conn.Write(p)
}

// writes are the operations that are sent once, unless they certainly did not arrive.
var writes = []string{"POST", "POST without a body", "PATCH", "graph update"}

func method(operation string) string {
	if operation == "PATCH" {
		return "PATCH"
	}
	return "POST"
}

func TestConnection_WriteOnAKeptConnectionThatTakesNothingGoesOverANewOne(t *testing.T) {
	for _, operation := range writes {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var arrived []string
				var broken atomic.Bool
				dial := dialer(func(_ int, c net.Conn) { answering(c, &arrived, func(int) bool { return true }) })
				dials := 0
				transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
					c, err := dial(ctx, network, address)
					if dials++; dials == 1 {
						c = brittle{c, &broken}
					}
					return c, err
				}}
				defer transport.CloseIdleConnections()
				client := newClient(t, transport, func(c *jumpcloud.Configuration) { c.BaseURL = "http://localhost/base/api" })
				require.NoError(t, get(t.Context(), client))
				broken.Store(true)

				require.NoError(t, operations[operation](t.Context(), client))

				assert.Equal(t, []string{"GET", method(operation)}, arrived)
				assert.Equal(t, 2, dials)
			})
		})
	}
}

func TestConnection_WriteAfterTheServerClosedAnIdleConnectionGoesOverANewOne(t *testing.T) {
	for _, operation := range writes {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var arrived []string
				transport := pipeTransport(t, func(n int, c net.Conn) {
					if n == 1 {
						time.AfterFunc(time.Minute, func() { c.Close() })
					}
					answering(c, &arrived, func(int) bool { return true })
				})
				client := newClient(t, transport, func(c *jumpcloud.Configuration) { c.BaseURL = "http://localhost/base/api" })
				require.NoError(t, get(t.Context(), client))
				time.Sleep(2 * time.Minute)

				require.NoError(t, operations[operation](t.Context(), client))

				assert.Equal(t, []string{"GET", method(operation)}, arrived)
				transport.CloseIdleConnections()
			})
		})
	}
}

func TestConnection_WriteThatWasReadIsNotSentAgain(t *testing.T) {
	for _, operation := range writes {
		for name, last := range map[string]int{"on a new connection": 1, "on a kept connection": 2} {
			t.Run(operation+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var arrived []string
					transport := pipeTransport(t, func(_ int, c net.Conn) { answering(c, &arrived, func(n int) bool { return n < last }) })
					client := newClient(t, transport, func(c *jumpcloud.Configuration) { c.BaseURL = "http://localhost/base/api" })
					want := []string{method(operation)}
					if last == 2 {
						require.NoError(t, get(t.Context(), client, jumpcloud.WithMaxAttempts(1)))
						want = []string{"GET", method(operation)}
					}

					err := operations[operation](t.Context(), client)

					assert.Equal(t, 1, asTransportError(t, err).Attempts)
					assert.Equal(t, want, arrived)
					transport.CloseIdleConnections()
				})
			})
		}
	}
}

func TestConnection_WriteThatIsRedirectedIsNotSentAgain(t *testing.T) {
	for _, code := range redirectCodes {
		for _, operation := range writes {
			t.Run(fmt.Sprint(code, " to ", operation), func(t *testing.T) {
				w := newWire(t, status(code, ``, "Location", "/base/api/elsewhere"))

				assert.ErrorIs(t, operations[operation](t.Context(), newClient(t, w)), jumpcloud.ErrRedirect)
				w.only()
			})
		}
	}
}

// hangingUp is a proxy, or a service, that reads a little, says a little, and hangs up.
func hangingUp(words string, connections *atomic.Int32) func(n int, c net.Conn) {
	return func(_ int, c net.Conn) {
		connections.Add(1)
		defer c.Close()
		_, _ = c.Read(make([]byte, 16<<10))
		_, _ = io.WriteString(c, words)
	}
}

func TestConnection_WithoutOneAWriteMayGoAgainAndTheErrorNamesTheProxy(t *testing.T) {
	connect := func(status string) string { return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n" }
	for name, test := range map[string]struct {
		proxy    string // its URL, if there is one
		answer   string
		attempts int
		text     string
	}{
		"CONNECT 502":                  {"http://ann:pr0xyw0rd@proxy.test:3128", connect("502 Bad Gateway"), 3, "no connection through the proxy proxy.test:3128: Bad Gateway"},
		"CONNECT 503":                  {"http://proxy.test", connect("503 Service Unavailable"), 3, "no connection through the proxy proxy.test:80: Service Unavailable"},
		"CONNECT 403":                  {"http://proxy.test:3128", connect("403 Not From Here"), 3, "no connection through the proxy proxy.test:3128: Not From Here"},
		"CONNECT 407":                  {"http://proxy.test:3128", connect("407 Proxy Authentication Required (by the office)"), 1, "no connection through the proxy proxy.test:3128: Proxy Authentication Required (by the office)"},
		"CONNECT without an answer":    {"http://proxy.test:3128", "", 3, "no connection through the proxy proxy.test:3128: "},
		"CONNECT answered with words":  {"http://proxy.test:3128", "go away\r\n\r\n", 3, "no connection through the proxy proxy.test:3128: "},
		"SOCKS that refuses":           {"socks5://proxy.test:1080", "\x05\xff", 3, "no connection through the proxy proxy.test:1080: socks connect"},
		"TLS handshake broken off":     {"", "", 3, "EOF"},
		"TLS handshake with an alert":  {"", "\x15\x03\x01\x00\x02\x02\x28", 3, "handshake failure"},
		"TLS handshake through a wall": {"http://proxy.test:3128", connect("200 OK") + "\x15\x03\x01\x00\x02\x02\x28", 3, "no connection through the proxy proxy.test:3128: "},
	} {
		for _, operation := range writes {
			t.Run(name+" to "+operation, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var connections atomic.Int32
					transport := pipeTransport(t, hangingUp(test.answer, &connections))
					transport.Proxy = proxy(t, test.proxy)

					err := operations[operation](t.Context(), newClient(t, transport))

					assert.Equal(t, test.attempts, asTransportError(t, err).Attempts)
					assert.Equal(t, test.attempts, int(connections.Load()))
					assert.ErrorContains(t, err, test.text)
					assert.NotContains(t, err.Error(), "pr0xyw0rd")
				})
			})
		}
	}
}

func proxy(t *testing.T, address string) func(*http.Request) (*url.URL, error) {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	require.NoError(t, err)
	return http.ProxyURL(u)
}

func TestConnection_ThatTakesTooLongToMakeIsTriedAgain(t *testing.T) {
	for name, proxyURL := range map[string]string{"TLS handshake": "", "CONNECT": "http://proxy.test:3128", "SOCKS": "socks5://proxy.test:1080"} {
		for limit, handshake := range map[string]time.Duration{"the attempt's": 0, "the transport's": 2 * time.Second} {
			t.Run(name+", "+limit+" time", func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var connections atomic.Int32
					transport := pipeTransport(t, func(_ int, c net.Conn) {
						connections.Add(1)
						_, _ = io.Copy(io.Discard, c)
						c.Close()
					})
					transport.Proxy, transport.TLSHandshakeTimeout = proxy(t, proxyURL), handshake

					err := operations["POST"](t.Context(), newClient(t, transport, func(c *jumpcloud.Configuration) { c.Timeout = 10 * time.Second }))

					assert.Equal(t, 3, asTransportError(t, err).Attempts)
					assert.Equal(t, 3, int(connections.Load()))
					assert.ErrorIs(t, err, jumpcloud.ErrTimeout)
					assert.NotErrorIs(t, err, context.DeadlineExceeded)
					assert.Equal(t, proxyURL != "", strings.Contains(err.Error(), "through the proxy proxy.test:"), err)
					time.Sleep(2 * time.Minute) // net/http gives up too
				})
			})
		}
	}
}

func TestConnection_OfATransportThatDoesNotTellMayHaveBeenHad(t *testing.T) {
	w := newWire(t, fails(errors.New("Bad Gateway")))

	err := operations["POST"](t.Context(), newClient(t, w))

	assert.EqualError(t, err, "jumpcloud: POST /systemusers: Bad Gateway; it may have taken effect: look before sending it again")
}

func TestConnection_OnlyWhatMustNotBeDoneTwiceSaysThatItMayHaveTakenEffect(t *testing.T) {
	client := newClient(t, newWire(t, fails(io.EOF), fails(io.EOF), fails(io.EOF)))
	_, searched := client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{}, jumpcloud.WithMaxAttempts(1))
	put := client.Usergroups.AddMember(t.Context(), "g1", "u1", jumpcloud.WithMaxAttempts(1))
	_, repeated := client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "a", Email: "a@x"}, nil, jumpcloud.WithMaxAttempts(1), jumpcloud.WithIdempotent())

	assert.EqualError(t, searched, "jumpcloud: POST /search/systemusers: EOF")
	assert.EqualError(t, put, "jumpcloud: POST /v2/usergroups/{group_id}/members: EOF")
	assert.EqualError(t, repeated, "jumpcloud: POST /systemusers: EOF")
}

func TestConnection_NeverHadIsNoUnknownEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var connections atomic.Int32
		blocked := pipeTransport(t, hangingUp("", &connections)) // in the TLS handshake
		client := newClient(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			if connections.Load() == 0 {
				return blocked.RoundTrip(r)
			}
			return status(404, `{"message":"Not Found"}`)(r)
		}))

		assert.ErrorIs(t, operations["DELETE"](t.Context(), client), jumpcloud.ErrNotFound, "nobody deleted it")
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestConnection_NeverHadLeavesNoRowOfAnImportUnknown(t *testing.T) {
	for name, answer := range map[string]string{"503": "HTTP/1.1 503 No\r\n\r\n", "407": "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var connections atomic.Int32
				transport := pipeTransport(t, hangingUp(answer, &connections))
				transport.Proxy = proxy(t, "http://proxy.test:3128")
				rows := slices.Values([]jumpcloud.BulkUserCreate{{Username: "ann", Email: "ann@example.com"}})

				results, err := newClient(t, transport).BulkJobs.ImportUsers(t.Context(), rows, jumpcloud.ImportParams{})

				require.Error(t, err)
				require.Len(t, results, 1)
				assert.Equal(t, jumpcloud.ImportNotSubmitted, results[0].Status)
			})
		})
	}
}

// withDefaultTransport puts a transport in the place of http.DefaultTransport.
func withDefaultTransport(t *testing.T, transport *http.Transport) {
	before := http.DefaultTransport
	http.DefaultTransport = transport
	t.Cleanup(func() { http.DefaultTransport = before })
}

func TestConnection_DefaultTransportTellsA407ByItsStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var connections atomic.Int32
		withDefaultTransport(t, &http.Transport{
			DialContext: dialer(hangingUp("HTTP/1.1 407 authenticationrequired\r\n\r\n", &connections)), Proxy: proxy(t, "http://proxy.test:3128"),
		})

		err := operations["POST"](t.Context(), newClient(t, nil, func(c *jumpcloud.Configuration) { c.HTTPClient = nil }))

		assert.EqualError(t, err, "jumpcloud: POST /systemusers: no connection through the proxy proxy.test:3128: Proxy Authentication Required")
		assert.Equal(t, 1, int(connections.Load()))
	})
}

// pipeListener hands connections to a server.
type pipeListener chan net.Conn

func (l pipeListener) Accept() (net.Conn, error) {
	c, open := <-l
	if !open {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (l pipeListener) Close() error   { close(l); return nil }
func (l pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// silent is a connection whose answers get lost from some moment on, without a word to its user.
type silent struct {
	net.Conn
	dead *atomic.Bool
}

func (s silent) Write(p []byte) (int, error) {
	if s.dead.Load() {
		return len(p), nil
	}
	return s.Conn.Write(p)
}

// surviving is how long every call fails after the end of an HTTP/2 connection without a word, and how
// many connections there were: a minute at most.
func surviving(t *testing.T, pings *http.HTTP2Config) (failing time.Duration, dials int) {
	certified := tlsServer(t, nil)
	synctest.Test(t, func(t *testing.T) {
		listener := make(pipeListener)
		var dead atomic.Bool
		protocols := make(chan string, 100)
		server := &http.Server{
			TLSConfig: &tls.Config{Certificates: certified.TLS.Certificates, NextProtos: []string{"h2"}},
			ErrorLog:  log.New(io.Discard, "", 0),
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				protocols <- r.Proto
				_, _ = io.WriteString(w, `{}`)
			}),
		}
		go func() { _ = server.ServeTLS(listener, "", "") }()
		withDefaultTransport(t, &http.Transport{
			ForceAttemptHTTP2: true, HTTP2: pings,
			TLSClientConfig: &tls.Config{RootCAs: certified.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs},
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				client, server := net.Pipe()
				if dials++; dials == 1 {
					server = silent{server, &dead}
				}
				listener <- server
				return client, nil
			},
		})
		client := newClient(t, nil, func(c *jumpcloud.Configuration) {
			c.HTTPClient, c.BaseURL, c.Timeout = nil, "https://example.com/base/api", 4*time.Second
		})
		require.NoError(t, get(t.Context(), client))
		dead.Store(true)
		began := time.Now()

		for get(t.Context(), client) != nil && failing < time.Minute {
			failing = time.Since(began)
		}

		assert.Equal(t, "HTTP/2.0", <-protocols)
		require.NoError(t, server.Close())
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return failing, dials
}

func TestConnection_DefaultTransportFindsOutThatAnHTTP2ConnectionIsDead(t *testing.T) {
	failing, dials := surviving(t, nil)

	assert.Less(t, failing, 30*time.Second)
	assert.Equal(t, 2, dials)
}

func TestConnection_PingsOfTheStandardTransportAreKept(t *testing.T) {
	failing, dials := surviving(t, &http.HTTP2Config{SendPingTimeout: time.Hour})

	assert.GreaterOrEqual(t, failing, time.Minute)
	assert.Equal(t, 1, dials)
}

func TestConnection_LargestMaxResponseBytesReadsEverything(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1","username":"ann"}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) { c.MaxResponseBytes = math.MaxInt64 })

	user, err := client.Systemusers.Get(t.Context(), "u1", nil)

	require.NoError(t, err)
	assert.Equal(t, "ann", user.Username)
}

func TestConnection_AnnouncedLengthTakesNoMemory(t *testing.T) {
	client := newClient(t, always(t, func(r *http.Request) (*http.Response, error) {
		response, err := ok(`{"_id":"u1"}`)(r)
		response.ContentLength = 60 << 20
		return response, err
	}))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)

	require.NoError(t, get(t.Context(), client))

	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20))
}

// net/http sends a GET without a body again when a kept connection breaks, though the service may have
// read it. One that sends a mail must not go that way.
func TestConnection_GETThatActsIsSentOnceOverTCPWhateverBecomesOfTheConnection(t *testing.T) {
	acts := func(c *jumpcloud.APIClient) error {
		return c.Administrators.SendReactivationEmail(t.Context(), adminID)
	}
	reads := func(c *jumpcloud.APIClient) error { return get(t.Context(), c) }
	for name, test := range map[string]struct {
		call func(*jumpcloud.APIClient) error
		kept bool
		want int32
	}{
		"acts, on a new connection":   {acts, false, 1},
		"acts, on a kept connection":  {acts, true, 1},
		"reads, on a new connection":  {reads, false, 2},
		"reads, on a kept connection": {reads, true, 3}, // net/http's own repetition, besides the attempts
	} {
		t.Run(name, func(t *testing.T) {
			var arrived atomic.Int32
			var breaks atomic.Bool
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !breaks.Load() {
					_, _ = io.WriteString(w, `{"totalCount":0,"results":[]}`)
					return
				}
				arrived.Add(1)
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Empty(t, body)
				assert.Empty(t, r.TransferEncoding, "an empty body is none on the wire")
				assert.Zero(t, r.ContentLength)
				c, _, err := http.NewResponseController(w).Hijack()
				assert.NoError(t, err)
				assert.NoError(t, c.Close())
			}))
			defer server.Close()
			client := serverClient(t, server, func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts, c.Retry.MinWait = 2, time.Millisecond })
			if test.kept {
				_, err := client.Administrators.List(t.Context(), nil)
				require.NoError(t, err)
			}
			breaks.Store(true)

			err := test.call(client)

			assert.Equal(t, test.want, arrived.Load())
			asTransportError(t, err)
		})
	}
}

func TestConnection_GETThatActsHasNoBodyOverHTTP2(t *testing.T) {
	var arrived []string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		arrived = append(arrived, fmt.Sprintf("%s %s %q", r.Proto, r.Method, body))
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()

	require.NoError(t, serverClient(t, server).Administrators.SendReactivationEmail(t.Context(), adminID))

	assert.Equal(t, []string{`HTTP/2.0 GET ""`}, arrived)
}

// The client traces its requests by itself, beside a trace that the caller's context has.
func TestConnection_CallersTraceIsToldToo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	defer server.Close()
	client := serverClient(t, server)
	var told []string
	traced := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GetConn:      func(address string) { told = append(told, "get "+address) },
		GotConn:      func(info httptrace.GotConnInfo) { told = append(told, fmt.Sprint("got ", info.Reused)) },
		WroteRequest: func(httptrace.WroteRequestInfo) { told = append(told, "wrote") },
	})
	require.NoError(t, get(traced, client))
	require.NoError(t, get(t.Context(), client), "which is none of that trace's")
	assert.Equal(t, []string{"get " + strings.TrimPrefix(server.URL, "http://"), "got false", "wrote"}, told)

	// Traced or not, a POST that got no connection goes again.
	none := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no way") }}
	for _, ctx := range []context.Context{traced, t.Context()} {
		var numbers []int
		client := newClient(t, none, func(c *jumpcloud.Configuration) {
			c.Retry.MinWait, c.Retry.MaxWait = time.Millisecond, time.Millisecond
			c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) { numbers = append(numbers, a.Number) }
		})
		require.ErrorContains(t, client.Call(ctx, "POST", "/systems", nil, nil, nil), "no way")
		assert.Equal(t, []int{1, 2, 3}, numbers)
	}
}
