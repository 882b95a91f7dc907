package soak_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// tokenGate stands before the token endpoint and counts requests that are there at the same time.
type tokenGate struct {
	server *httptest.Server
	proxy  *httputil.ReverseProxy

	mu       sync.Mutex
	granted  int // tokens
	now      int // requests under way
	together int // at most
	last     time.Time
	spoilt   int // the number of the token that settled was told of last
}

func newTokenGate(target string) *tokenGate {
	endpoint, err := url.Parse(target)
	if err != nil {
		panic(err)
	}
	g := &tokenGate{proxy: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL, r.Out.Host = endpoint, endpoint.Host
		},
		Transport: &http.Transport{DisableKeepAlives: true},
	}}
	g.proxy.ModifyResponse = func(r *http.Response) error {
		if r.StatusCode == http.StatusOK { // the service's faults meet the token endpoint too
			g.mu.Lock()
			defer g.mu.Unlock()
			g.granted++
		}
		return nil
	}
	g.server = httptest.NewServer(g)
	return g
}

func (g *tokenGate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.now++
	g.together = max(g.together, g.now)
	g.mu.Unlock()
	time.Sleep(20 * time.Millisecond) // time for a second one to come
	g.proxy.ServeHTTP(w, r)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now--
	g.last = time.Now()
}

// settled reports, once for every second token, that it has been there for a while. The others reach
// the time at which the client renews them.
func (g *tokenGate) settled() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now > 0 || g.granted%2 == 0 || g.granted == g.spoilt || time.Since(g.last) < 700*time.Millisecond {
		return false
	}
	g.spoilt = g.granted
	return true
}

func (g *tokenGate) counts() (granted, together int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.granted, g.together
}

// connectionCount follows the client's connections.
type connectionCount struct {
	mu        sync.Mutex
	n, record int
}

// countConnections counts those of every transport that is cloned from http.DefaultTransport from now
// on, as a client's without an http.Client of its own is.
func countConnections() *connectionCount {
	c := &connectionCount{}
	standard := http.DefaultTransport.(*http.Transport)
	dial := standard.DialContext
	standard.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.add(1)
		return &counted{Conn: conn, closed: sync.OnceFunc(func() { c.add(-1) })}, nil
	}
	return c
}

type counted struct {
	net.Conn
	closed func()
}

func (c *counted) Close() error {
	c.closed()
	return c.Conn.Close()
}

func (c *connectionCount) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	c.record = max(c.record, c.n)
}

func (c *connectionCount) open() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func (c *connectionCount) most() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.record
}

// openFiles counts the process's open files, where the system tells: 0 elsewhere.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// serverConnections counts the connections that the servers of these URLs have, by the system's
// table; it is negative where there is none.
func serverConnections(servers ...string) int {
	data, err := os.ReadFile("/proc/self/net/tcp")
	if err != nil {
		return -1
	}
	ports := map[string]bool{}
	for _, server := range servers {
		u, err := url.Parse(server)
		if err != nil {
			panic(err)
		}
		var port int
		_, _ = fmt.Sscan(u.Port(), &port)
		ports[fmt.Sprintf("%04X", port)] = true
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		const established, halfClosed = "01", "08"
		fields := strings.Fields(line) // the local address is the second, the state the fourth
		if len(fields) > 3 && (fields[3] == established || fields[3] == halfClosed) {
			if _, port, _ := strings.Cut(fields[1], ":"); ports[port] {
				n++
			}
		}
	}
	return n
}
