package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// toxic is one of toxiproxy's, in its own terms.
type toxic struct {
	Type       string         `json:"type"`
	Stream     string         `json:"stream"` // upstream: to the service; downstream: from it
	Attributes map[string]int `json:"attributes"`
}

// lane is a way to the service: a transport with connections of its own, through a proxy of its own.
type lane struct {
	proxy     *toxiproxy.Proxy
	transport *http.Transport

	mu    sync.Mutex
	wires []*wire
}

// wire records what goes over one connection, as the client sees it.
type wire struct {
	net.Conn
	lane     *lane
	up, down bytes.Buffer
	ended    bool // its reader knows that it is closed
}

func (w *wire) Write(b []byte) (int, error) {
	n, err := w.Conn.Write(b)
	w.lane.mu.Lock()
	defer w.lane.mu.Unlock()
	w.up.Write(b[:n])
	return n, err
}

func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	w.lane.mu.Lock()
	defer w.lane.mu.Unlock()
	w.down.Write(b[:n])
	w.ended = w.ended || err != nil
	return n, err
}

var proxies = toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())

// nextPort numbers the proxies' ports. They lie outside the range from which systems take ports by
// themselves, and none is used twice, so that nobody else gets the port of a proxy that is down.
var nextPort = func() func() int {
	var n atomic.Int32
	begin := rand.N(15_000)
	return func() int { return 10_000 + (begin+int(n.Add(1)))%20_000 }
}()

// newLane opens a way to a URL's host and port, or to a place where nothing listens.
func newLane(t testing.TB, target string) *lane {
	t.Helper()
	upstream := fmt.Sprintf("127.0.0.1:%d", nextPort())
	if target != "" {
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		upstream = u.Host
	}
	for range 100 {
		l := &lane{proxy: toxiproxy.NewProxy(proxies, "lane", fmt.Sprintf("127.0.0.1:%d", nextPort()), upstream)}
		if l.proxy.Start() != nil {
			continue // somebody has the port
		}
		l.transport = &http.Transport{DialContext: l.dial, MaxIdleConnsPerHost: 16}
		return l
	}
	t.Fatal("no port for a proxy")
	return nil
}

func (l *lane) close() {
	l.transport.CloseIdleConnections()
	l.proxy.Stop()
}

// dial connects to the proxy, wherever the request wants to go.
func (l *lane) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, l.proxy.Listen)
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: conn, lane: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wires = append(l.wires, w)
	return w, nil
}

// poison adds toxics, for connections that are open too.
func (l *lane) poison(t testing.TB, toxics []toxic) {
	t.Helper()
	for _, x := range toxics {
		data, err := json.Marshal(x)
		if err == nil {
			_, err = l.proxy.Toxics.AddToxicJson(bytes.NewReader(data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// sizes are the lengths of a request and its answer in bytes.
type sizes struct{ requestHead, request, answerHead, answer int }

// measure returns the sizes of the only exchange on the lane.
func (l *lane) measure(t testing.TB) sizes {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.wires) != 1 {
		t.Fatalf("%d connections, not one", len(l.wires))
	}
	head := func(b *bytes.Buffer) int { return strings.Index(b.String(), "\r\n\r\n") + 4 }
	up, down := &l.wires[0].up, &l.wires[0].down
	return sizes{head(up), up.Len(), head(down), down.Len()}
}

// switchboard is the client's transport: it sends the request that a fault is for, or all of its
// attempts, over the faulty lane, and everything else over the good one.
type switchboard struct {
	good, faulty *lane
	target       func(*http.Request) bool
	stays        bool // every attempt is hit, not only the first

	mu       sync.Mutex
	attempts int // to send the request that the fault is for
	inFlight atomic.Int32
}

func (s *switchboard) RoundTrip(r *http.Request) (*http.Response, error) {
	l := s.good
	if s.target(r) {
		s.mu.Lock()
		s.attempts++
		if s.attempts == 1 || s.stays {
			l = s.faulty
		}
		s.mu.Unlock()
	}
	s.inFlight.Add(1)
	defer s.inFlight.Add(-1)
	return l.transport.RoundTrip(r)
}

func (s *switchboard) tried() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.attempts
}
