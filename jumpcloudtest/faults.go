package jumpcloudtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is one way to misbehave. Make one with a function of this package, such as [Status] or
// [CloseMidBody], and hand it to [Server.Inject].
//
// A fault that answers or breaks the connection comes instead of the request's effect, unless its
// documentation or [Fault.AfterApply] says otherwise. Of several such faults that wait for the same
// request the one injected first comes; the others wait on. All other faults add up.
type Fault struct {
	applies func(*call) bool  // nil means to every request
	prepare func(*call)       // changes how the request is handled
	edit    func(reply) reply // changes its answer
	deliver func(*exchange)   // takes the place of its answer
	late    bool              // deliver comes after the request took effect
	skip    int
}

// AfterApply lets the request take effect first: the user is created, but the answer is lost.
func (f Fault) AfterApply() Fault {
	f.late = true
	return f
}

// Skip lets the first n matching requests pass before the fault begins, so that Skip(2) spoils the
// third page of a walk.
func (f Fault) Skip(n int) Fault {
	f.skip = n
	return f
}

// Status answers with a status, headers and a body of your own. Without a Content-Type among the
// headers a body is JSON; both may be empty.
func Status(code int, header http.Header, body string) Fault {
	return Fault{deliver: func(x *exchange) {
		x.send(reply{status: code, header: header.Clone(), body: []byte(body)})
	}}
}

// TooManyRequests answers 429 with a Retry-After of so many seconds; a negative number sends no
// such header.
func TooManyRequests(retryAfter int) Fault {
	header := http.Header{}
	if retryAfter >= 0 {
		header.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	return Status(http.StatusTooManyRequests, header, `{"message":"Too Many Requests"}`)
}

// HTML answers with a status and a page of HTML, as a proxy in between does.
func HTML(code int) Fault {
	return Status(code, http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		"<!DOCTYPE html><html><head><title>"+http.StatusText(code)+"</title></head><body><h1>"+http.StatusText(code)+"</h1></body></html>")
}

// EdgeStatus answers with a status of Cloudflare's, which stands before JumpCloud: its headers, and a page
// of HTML that no JSON is in. 520 to 526 say that the edge did not get a sound answer from JumpCloud, which
// may still have done what was asked; see [Fault.AfterApply].
func EdgeStatus(code int) Fault {
	text := edgeTexts[code]
	if text == "" {
		text = http.StatusText(code)
	}
	return Status(code, http.Header{
		"Server": {"cloudflare"}, "Content-Type": {"text/html; charset=UTF-8"}, "Cache-Control": {"no-store"},
	}, fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%d: %s</title></head><body><h1>Error %[1]d: %[2]s</h1>"+
		"<p>You reach the edge, and the edge does not reach the server behind it.</p></body></html>\n", code, text))
}

// The statuses that only Cloudflare has.
var edgeTexts = map[int]string{
	520: "the server's answer makes no sense", 521: "the server is down", 522: "no connection to the server in time",
	523: "the server is not reachable", 524: "no answer from the server in time", 525: "no TLS handshake with the server",
	526: "the server's certificate is not valid", 530: "the name of the server is not known",
}

// Garbage answers 200 with a body that says it is JSON and is not.
func Garbage() Fault {
	return Status(http.StatusOK, nil, "\x00\xff{\"results\":[}\x1f\xfe garbage \x80]")
}

// RedirectTo answers 302 with another URL.
func RedirectTo(url string) Fault {
	return Status(http.StatusFound, http.Header{"Location": {url}}, "")
}

// Latency makes the request wait before it is handled.
func Latency(d time.Duration) Fault { return Fault{prepare: func(c *call) { c.wait += d }} }

// ExpireToken ends every access token just before the request is handled, which answers 401 to a
// service account, unless another fault answers. It means nothing to an API key.
func ExpireToken() Fault {
	return Fault{prepare: func(c *call) {
		c.hooks = append(c.hooks, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			clear(c.tokens)
		})
	}}
}

// IgnoreSkip answers a list from its beginning, wherever the request wants it to start.
func IgnoreSkip() Fault { return Fault{prepare: func(c *call) { c.ignoreSkip = true }} }

// IgnorePaging answers a list whole, whatever limit and skip the request has.
func IgnorePaging() Fault { return Fault{prepare: func(c *call) { c.unpaged = true }} }

// DanglingRows takes rows out of a page of a list, by their offsets in the whole list, after skip and limit
// were applied: the page is shorter, the total is not. JumpCloud does so with memberships of objects that
// are gone.
func DanglingRows(dangles func(offset int) bool) Fault {
	return Fault{prepare: func(c *call) { c.dangles = dangles }}
}

// CapPages puts at most n objects on a page of a list, whatever the limit asks for; with several numbers
// one page after the other takes the next of them, and they begin again behind the last. [WithPageCap] is
// for the whole server.
func CapPages(n ...int) Fault {
	next := 0
	return Fault{prepare: func(c *call) {
		if len(n) > 0 {
			c.cap = max(n[next%len(n)], 1)
			next++
		}
	}}
}

// LyingTotal answers a list with this total, whatever its length.
func LyingTotal(total int) Fault { return lie(func(int) int { return max(total, 0) }) }

// ShiftTotal answers a list with a total that is off by so many.
func ShiftTotal(by int) Fault { return lie(func(n int) int { return max(n+by, 0) }) }

// NoTotal answers a list without a total: no totalCount, no X-Total-Count.
func NoTotal() Fault { return lie(func(int) int { return -1 }) }

func lie(total func(int) int) Fault {
	return Fault{prepare: func(c *call) { c.totals = append(c.totals, total) }}
}

// BetweenPages calls hook before a page of a list that is not its first one is answered. The hook
// may add and remove objects through the server's methods. One that panics, or ends its goroutine as
// require does, fails the test, and the page is a 500 that says so.
func BetweenPages(hook func()) Fault {
	return Fault{applies: (*call).later, prepare: func(c *call) { c.hooks = append(c.hooks, hook) }}
}

// InsertBetweenPages adds n users before a page that is not the first one is answered. Their ids are
// higher than all before.
func InsertBetweenPages(s *Server, n int) Fault { return BetweenPages(func() { s.SeedUsers(n) }) }

// DeleteBetweenPages removes users or other objects, by name or id, before a page that is not the
// first one is answered.
func DeleteBetweenPages(s *Server, objects ...string) Fault {
	return BetweenPages(func() {
		for _, o := range objects {
			s.Remove(o)
		}
	})
}

// later tells whether the request asks for a page that is not the first one.
func (c *call) later() bool {
	if skip, _ := number(c.query.Get("skip"), "skip"); skip > 0 {
		return true
	}
	var body struct {
		Skip   json.Number
		Cursor []any `json:"search_after"`
	}
	_ = json.Unmarshal(c.body, &body)
	skip, _ := body.Skip.Int64()
	if op := c.operation; op != nil && op.paging != nil && op.paging.Cursor != nil && c.query.Get(op.paging.Cursor.Send) != "" {
		return true
	}
	return skip > 0 || body.Cursor != nil
}

// AddHeader answers with one more header, such as a Link to the next page.
func AddHeader(name, value string) Fault {
	return Fault{edit: func(r reply) reply {
		r.header = r.header.Clone()
		if r.header == nil {
			r.header = http.Header{}
		}
		r.header.Add(name, value)
		return r
	}}
}

// WrongFieldType answers with an object in which a field, given by its dotted path, has a value of
// the wrong type. In a list it is the first object; an empty answer stays as it is.
func WrongFieldType(path string) Fault {
	return Fault{edit: func(r reply) reply {
		return edited(r, func(o map[string]any) any {
			names := strings.Split(path, ".")
			inner := o
			for _, name := range names[:len(names)-1] {
				next, isObject := inner[name].(map[string]any)
				if !isObject {
					next = map[string]any{}
					inner[name] = next
				}
				inner = next
			}
			last := names[len(names)-1]
			if _, isObject := inner[last].(map[string]any); isObject {
				inner[last] = "not an object"
			} else {
				inner[last] = map[string]any{"wrong": "type"}
			}
			return o
		})
	}}
}

// NullItem answers with null in place of an object, in a list of its first one, as member lists did that
// named a system which was gone.
func NullItem() Fault {
	return Fault{edit: func(r reply) reply {
		return edited(r, func(map[string]any) any { return nil })
	}}
}

// edited changes the first object of a list, or the one object, of an answer that is a success.
func edited(r reply, change func(map[string]any) any) reply {
	var answer any
	if r.status >= 300 || parse(r.body, &answer) != nil {
		return r
	}
	list, isList := answer.([]any)
	if wrapper, isObject := answer.(map[string]any); isObject {
		if results, isWrapped := wrapper[cmp.Or(r.list, "results")].([]any); isWrapped {
			list, isList = results, true
		} else {
			answer = change(wrapper)
		}
	}
	if isList && len(list) > 0 {
		if o, isObject := list[0].(map[string]any); isObject {
			list[0] = change(o)
		}
	}
	r.body = encode(answer)
	return r
}

// HugeBody blows up the answer with n bytes of blanks, which JSON allows, before what it says; a
// negative n never ends. The request takes effect.
func HugeBody(n int64) Fault {
	return Fault{late: true, deliver: func(x *exchange) {
		x.answers(x.reply.status)
		x.headers(x.reply)
		x.w.Header().Del("Content-Length")
		x.w.WriteHeader(x.reply.status)
		blanks := bytes.Repeat([]byte(" "), 32<<10)
		for left := n; left != 0; {
			chunk := int64(len(blanks))
			if left > 0 {
				chunk = min(chunk, left)
				left -= chunk
			}
			if _, err := x.w.Write(blanks[:chunk]); err != nil {
				return
			}
		}
		_, _ = x.w.Write(x.reply.body)
	}}
}

// CloseBeforeAnswer closes the connection without a word. (The net/http package repeats a GET by
// itself when this happens on a connection that was used before; inject the fault more than once
// to get through to a client above it.)
func CloseBeforeAnswer() Fault { return breaking(func(*conn, reply) {}) }

// CloseMidHeaders closes the connection in the middle of the answer's headers.
func CloseMidHeaders() Fault {
	return breaking(func(c *conn, _ reply) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: appl") })
}

// CloseMidBody answers with half of the body and closes the connection. The request takes effect.
func CloseMidBody() Fault {
	f := breaking(func(c *conn, r reply) { _, _ = c.Write(half(r)) })
	f.late = true
	return f
}

// Reset resets the connection without an answer: RST on a socket.
func Reset() Fault { return breaking(func(c *conn, _ reply) { c.reset() }) }

// StallBody answers with half of the body and then says no more, until the client goes or the server
// closes. The request takes effect.
func StallBody() Fault {
	f := breaking(func(c *conn, r reply) {
		if _, err := c.Write(half(r)); err == nil {
			_, _ = io.Copy(io.Discard, c) // ends with the connection
		}
	})
	f.late = true
	return f
}

// breaking takes the connection over, and closes it after act.
func breaking(act func(*conn, reply)) Fault {
	return Fault{deliver: func(x *exchange) {
		x.tasks.Add(1)
		defer x.tasks.Done()
		inner, _, err := http.NewResponseController(x.w).Hijack()
		if err != nil {
			return // the client is gone
		}
		defer inner.Close()
		act(inner.(*conn), x.reply)
	}}
}

// half is an answer cut off in the middle of its body. One without a body promises one.
func half(r reply) []byte {
	status, body := r.status, r.body
	if len(body) == 0 {
		status, body = http.StatusOK, []byte("{}")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n", status, http.StatusText(status), len(body))
	_ = r.header.Write(&b)
	b.WriteString("\r\n")
	b.Write(body[:len(body)/2])
	return b.Bytes()
}

// Injection is a fault at its place in a server.
type Injection struct {
	host  *host
	route pattern
	fault Fault
	skip  int
	left  int // negative means for ever
	fired int
}

// Inject makes the next times requests to a route suffer a fault; with times 0 or less, all of them.
//
// A route is a method and a path below the base URL, such as "GET /systemusers" or
// "POST /v2/usergroups/{id}/members": any word in braces stands for any one element, * as the method
// for any method, and /* at the end of the path for all that is below it. A lone * is every request,
// those for tokens (POST /oauth2/token) included. Routes that the server does not model can suffer
// too; [Server.Handle] answers them with a function.
func (s *Server) Inject(route string, times int, fault Fault) *Injection {
	if fault.prepare == nil && fault.edit == nil && fault.deliver == nil {
		s.fatalf("jumpcloudtest: Inject: the zero Fault does nothing; make one with Status or its like")
	}
	if times <= 0 {
		times = -1
	}
	i := &Injection{host: s.host, route: s.pattern(route), fault: fault, skip: fault.skip, left: times}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.injections = append(s.injections, i)
	return i
}

// Fired returns how often the fault came to pass, so that a test can tell that it did.
func (i *Injection) Fired() int {
	i.host.mu.Lock()
	defer i.host.mu.Unlock()
	return i.fired
}

// Remove takes the fault away.
func (i *Injection) Remove() {
	i.host.mu.Lock()
	defer i.host.mu.Unlock()
	i.host.injections = slices.DeleteFunc(i.host.injections, func(other *Injection) bool { return other == i })
}

// ClearFaults takes all faults away.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.injections = nil
}

// plan collects the faults of a request and lets them prepare it.
func (h *host) plan(c *call) (plan struct {
	edits   []func(reply) reply
	deliver func(*exchange)
	late    bool
}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, i := range h.injections {
		f := i.fault
		switch {
		case i.left == 0, !i.route.matches(c.method, c.segments), f.applies != nil && !f.applies(c):
			continue
		case f.deliver != nil && plan.deliver != nil: // waits for the next request
			continue
		}
		if i.skip > 0 {
			i.skip--
			continue
		}
		i.left--
		i.fired++
		switch {
		case f.deliver != nil:
			plan.deliver, plan.late = f.deliver, f.late
		case f.edit != nil:
			plan.edits = append(plan.edits, f.edit)
		default:
			f.prepare(c)
		}
	}
	h.injections = slices.DeleteFunc(h.injections, func(i *Injection) bool { return i.left == 0 })
	return plan
}

// pattern is a set of routes.
type pattern struct {
	method string // "" means any
	parts  []string
	below  bool // and everything below
	all    bool
}

var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

func (h *host) pattern(route string) pattern {
	if route == "*" {
		return pattern{all: true}
	}
	method, path, _ := strings.Cut(route, " ")
	if method != "*" && !slices.Contains(methods, method) || !strings.HasPrefix(path, "/") {
		h.fatalf(`jumpcloudtest: route %q is not a method and a path, such as "GET /systemusers" or "* /v2/*", nor *`, route)
	}
	p := pattern{method: strings.TrimPrefix(method, "*")}
	path, p.below = strings.CutSuffix(path, "/*")
	if path != "" {
		p.parts = segments(path)
	}
	return p
}

func (p pattern) matches(method string, path []string) bool {
	if p.all {
		return true
	}
	if p.method != "" && p.method != method || len(path) < len(p.parts) || len(path) > len(p.parts) && !p.below {
		return false
	}
	_, ok := fits(p.parts, path[:len(p.parts)])
	return ok
}
