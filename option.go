package jumpcloud

import (
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// RequestOption changes one call. No option can replace the credential.
type RequestOption func(*request)

// Response is what [WithResponse] records of a call's last answer, an error's included.
type Response struct {
	StatusCode int
	Header     http.Header
	RequestID  string
	Attempts   int // how many times the request was sent
}

// WithOrgID sends id as x-org-id instead of the Configuration's. "" is refused, since an empty variable
// must not reach another organization: see [WithoutOrgID].
func WithOrgID(id string) RequestOption {
	return func(r *request) {
		switch {
		case id == "":
			r.refuse("WithOrgID", "is empty; name an organization, or use WithoutOrgID")
		case !headerSafe(id):
			r.refuse("WithOrgID", "contains white space or characters that cannot stand in a header")
		}
		r.orgID = id
	}
}

// WithoutOrgID sends no x-org-id, whatever the Configuration says.
func WithoutOrgID() RequestOption {
	return func(r *request) { r.orgID = "" }
}

// WithHeader sends a header of the caller's. Credentials, x-org-id (see [WithOrgID]), Accept-Encoding and
// headers that would let net/http repeat a request on its own are refused.
func WithHeader(key, value string) RequestOption {
	return func(r *request) {
		switch name := textproto.CanonicalMIMEHeaderKey(key); {
		case name == "" || !headerSafe(name) || strings.ContainsAny(name, `"(),/:;<=>?@[\]{}`):
			r.refuse("WithHeader", "the name cannot stand in a header")
		case strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
			r.refuse("WithHeader", "the value of "+name+" cannot stand in a header")
		case name == "X-Api-Key" || name == "Authorization" || name == "Proxy-Authorization" || name == "Cookie":
			r.refuse("WithHeader", name+" is a credential; set it in the Configuration")
		case name == "X-Org-Id":
			r.refuse("WithHeader", "use WithOrgID for x-org-id")
		case name == "Idempotency-Key" || name == "X-Idempotency-Key":
			r.refuse("WithHeader", name+" would let net/http repeat the request on its own; use WithIdempotent")
		case name == "Accept-Encoding":
			r.refuse("WithHeader", name+" would leave the answer compressed, which net/http undoes by itself")
		case name == "Host" || name == "Content-Length" || name == "Transfer-Encoding" || name == "Connection":
			r.refuse("WithHeader", name+" belongs to the connection")
		default:
			r.header(name, value)
		}
	}
}

// WithPath gives the id that stands for {name} in the path of [APIClient.Call], [Walk] or [ListPage]. It is
// escaped.
func WithPath(name, id string) RequestOption {
	return func(r *request) {
		if r.template == "" {
			r.refuse("WithPath", "is for Call, Walk and ListPage; a method has its ids as arguments")
			return
		}
		if r.ids == nil {
			r.ids = map[string]string{}
		}
		r.ids[name] = id
	}
}

// WithFilter sends conditions on what a list answers, beside those of its own parameters.
func WithFilter(conditions ...Condition) RequestOption {
	conditions = slices.Clone(conditions)
	return func(r *request) {
		if r.method != http.MethodGet {
			r.refuse("WithFilter", "is for lists; a search has its filter in the body")
			return
		}
		r.filter("filter", conditions)
	}
}

// WithQuery sends a query parameter, in place of what the call's own parameters say about it.
// Several values repeat the key.
func WithQuery(key string, values ...string) RequestOption {
	return func(r *request) {
		if r.paged && (key == "limit" || key == "skip") {
			r.refuse("WithQuery", "set Limit and Skip in the parameters of the list")
			return
		}
		if r.query == nil {
			r.query = url.Values{}
		}
		r.query[key] = slices.Clone(values)
	}
}

// WithBodyField sends a key in the JSON object of the body, in place of what the body says about it.
// It reaches fields that this package does not know yet.
func WithBodyField(key string, value any) RequestOption {
	return func(r *request) {
		if r.paged && (key == "limit" || key == "skip") {
			r.refuse("WithBodyField", "set Limit and Skip in the body of the search")
			return
		}
		r.bodyField(key, value)
	}
}

// WithMaxAttempts replaces RetryPolicy.MaxAttempts; 1 means no repetition.
func WithMaxAttempts(n int) RequestOption {
	return func(r *request) {
		if n < 1 {
			r.refuse("WithMaxAttempts", "must be at least 1")
		}
		r.maxAttempts = n
	}
}

// WithTimeout replaces Configuration.Timeout, the limit of each attempt. The limit of the whole call
// is the context's.
func WithTimeout(d time.Duration) RequestOption {
	return func(r *request) {
		if d <= 0 {
			r.refuse("WithTimeout", "must be positive; the limit of the whole call is the context's deadline")
		}
		r.timeout = d
	}
}

// WithIdempotent says that sending this request twice does no harm, so that it is repeated where a
// PUT would be.
func WithIdempotent() RequestOption {
	return func(r *request) { r.rule = max(r.rule, repeatable) }
}

// WithPageConcurrency replaces Configuration.PageConcurrency for one walk.
func WithPageConcurrency(n int) RequestOption {
	return func(r *request) {
		if n < 1 {
			r.refuse("WithPageConcurrency", "must be at least 1")
		}
		r.concurrency = n
	}
}

// WithResponse records status, header, request id and attempts in response: of the last attempt, of
// an error too; on a walk, of the page that the items come from.
func WithResponse(response *Response) RequestOption {
	if response == nil {
		return nil
	}
	var mu sync.Mutex // of several calls at once, as a helper makes them, each writes whole
	return func(r *request) {
		r.response = func(last Response) {
			mu.Lock()
			defer mu.Unlock()
			*response = last
		}
	}
}

// WithRaw keeps the JSON of the result, and of each item of a list, for the methods of [Raw].
func WithRaw() RequestOption {
	return func(r *request) { r.raw = setRaw }
}
