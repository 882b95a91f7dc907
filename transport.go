package jumpcloud

import (
	"net/http"
	"net/url"
	"strings"
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

func sameOrigin(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		if u.Port() == "" {
			return map[string]string{"http": "80", "https": "443"}[u.Scheme]
		}
		return u.Port()
	}
	// Two letters outside of ASCII fold to s and k, but are longer.
	sameHost := len(a.Hostname()) == len(b.Hostname()) && strings.EqualFold(a.Hostname(), b.Hostname())
	return a.Scheme == b.Scheme && sameHost && port(a) == port(b)
}
