package jumpcloud

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
)

// httpClient returns what gives the client for a request: a copy of the caller's, or one over a
// tuned copy of the standard transport. Both are looked at anew each time, so that a transport that
// is set later, on the caller's client or as http.DefaultTransport (test doubles do), counts.
func httpClient(callers *http.Client, concurrency int) func() *http.Client {
	if callers != nil {
		return func() *http.Client {
			copied := *callers
			copied.CheckRedirect = redirects(callers.CheckRedirect)
			return &copied
		}
	}
	plain := &http.Client{CheckRedirect: redirects(nil)} // over whatever http.DefaultTransport is by then
	tuned := plain
	standard, _ := http.DefaultTransport.(*http.Transport)
	if standard != nil {
		transport := standard.Clone()
		// With the standard two idle connections a host, a walk opens a new one for most pages.
		transport.MaxIdleConnsPerHost = max(transport.MaxIdleConns, transport.MaxIdleConnsPerHost, concurrency)
		transport.MaxResponseHeaderBytes = 1 << 20
		// A connection whose other end is gone without a word would swallow every attempt of every call.
		set(&transport.HTTP2, new(http.HTTP2Config)) // from Go 1.27 on every clone has one
		set(&transport.HTTP2.SendPingTimeout, 10*time.Second)
		set(&transport.HTTP2.PingTimeout, 10*time.Second)
		if transport.OnProxyConnectResponse == nil {
			transport.OnProxyConnectResponse = proxyAnswered
		}
		tuned = &http.Client{CheckRedirect: plain.CheckRedirect, Transport: transport}
	}
	return func() *http.Client {
		if now, ok := http.DefaultTransport.(*http.Transport); ok && now == standard {
			return tuned
		}
		return plain
	}
}

// redirects follows a redirect of a GET within the origin, after the caller's own policy; any other
// answer stands as it is. net/http would carry x-api-key to another host, and turn a POST into a GET
// that looks successful.
//
//go:noinline
func redirects(callers func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if callers != nil {
			if err := callers(next, via); err != nil {
				return err
			}
		}
		if via[0].Method != http.MethodGet || !sameOrigin(next.URL, via[0].URL) || len(via) > 10 {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

func sameOrigin(a, b *url.URL) bool {
	// Two letters outside of ASCII fold to s and k, but are longer.
	sameHost := len(a.Hostname()) == len(b.Hostname()) && strings.EqualFold(a.Hostname(), b.Hostname())
	return a.Scheme == b.Scheme && sameHost && port(a) == port(b)
}

// way is the context of an attempt, and how far that gets on its way to a connection, as net/http's trace
// tells. httptrace.WithClientTrace would add 33 KB to a program: it makes functions at run time.
type way struct {
	context.Context
	to             *url.URL
	trace, callers httptrace.ClientTrace

	mu    sync.Mutex
	asked string // the address that a connection was asked for: the service's, or a proxy's
	had   bool
}

func newWay(ctx context.Context, to *url.URL) *way {
	w := &way{Context: ctx, to: to}
	if callers := httptrace.ContextClientTrace(ctx); callers != nil {
		w.trace, w.callers = *callers, *callers
	}
	w.trace.GetConn, w.trace.GotConn = w.getConn, w.gotConn
	return w
}

func (w *way) getConn(address string) {
	w.mu.Lock()
	w.asked = address
	w.mu.Unlock()
	if w.callers.GetConn != nil {
		w.callers.GetConn(address)
	}
}

func (w *way) gotConn(info httptrace.GotConnInfo) {
	w.mu.Lock()
	w.had = true
	w.mu.Unlock()
	if w.callers.GotConn != nil {
		w.callers.GotConn(info)
	}
}

func (w *way) Value(key any) any {
	if key == traceKey {
		return &w.trace
	}
	return w.Context.Value(key)
}

// traceKey is what httptrace looks a trace up by.
var traceKey = func() (key any) {
	httptrace.ContextClientTrace(&lookup{context.Background(), &key})
	return key
}()

// lookup is a context that notes what is looked up in it.
type lookup struct {
	context.Context
	key *any
}

func (l *lookup) Value(key any) any {
	*l.key = key
	return nil
}

// blocked reports whether a failure proves that nothing of the request was sent: that a connection was
// asked for and never had, or what only a failure to connect looks like.
func (w *way) blocked(err error) bool {
	var connecting *net.OpError
	var dns *net.DNSError
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked != "" && !w.had || as(err, &dns) ||
		as(err, &connecting) && (connecting.Op == "dial" || connecting.Op == "proxyconnect")
}

// unsent marks the error of an attempt that was blocked, and names the proxy that it was sent to.
func (w *way) unsent(err error) error {
	e := &unsentError{err: err}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked != "" && !strings.EqualFold(w.asked, net.JoinHostPort(w.to.Hostname(), port(w.to))) {
		e.proxy = w.asked
	}
	if e.proxy != "" && strings.HasPrefix(err.Error(), http.StatusText(http.StatusProxyAuthRequired)) {
		return &fatalError{e} // with the same password it says the same
	}
	return e
}

// proxyAnswered tells a 407 by its status: of the answer of a proxy net/http shows only its words.
func proxyAnswered(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusProxyAuthRequired {
		return errors.New(http.StatusText(http.StatusProxyAuthRequired))
	}
	return nil
}
