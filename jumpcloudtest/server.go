package jumpcloudtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The credentials that a server takes. They are made up, and every server takes the same.
const (
	APIKey       = "jumpcloudtest-api-key"
	ClientID     = "jumpcloudtest-client"
	ClientSecret = "jumpcloudtest-client-secret"
)

// OrgID is the id of a server's organisation when there is only one.
const OrgID = "5f0e7a1b0000000000000000"

// Server is an embedded JumpCloud. Make one with [New] or [NewServer]. It is safe for concurrent use,
// and servers share nothing.
type Server struct {
	// URL is the base URL as Configuration.BaseURL takes it: API v1 lies at it, API v2 at URL + "/v2".
	URL string
	// TokenURL is the OAuth 2 token endpoint, which takes ClientID and ClientSecret.
	TokenURL string

	*host
	org *org
}

// host is what the organisations of a server share.
type host struct {
	settings
	tb     TB // nil in programs
	door   *door
	http   http.Server
	client *http.Client
	done   chan struct{}
	tasks  sync.WaitGroup // the accepting goroutine and one for each connection
	once   sync.Once

	mu          sync.Mutex // guards all below, and the organisations
	orgs        []*org
	firstDigits string // of new ids
	lastID      uint64
	requests    []*Request
	injections  []*Injection
	stubs       []stub // the newest first
	onCommand   func(CommandRun) (string, int)
	tokens      map[string]time.Time // access token → when it ends
	issued      int
	allowance   float64 // of the rate limit's bucket
	refilled    time.Time
	answered    int
}

// TB is what [New] needs of a test: *testing.T, *testing.B and *testing.F have it.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// New starts a server for a test, which closes it at its end. Whatever is wrong with the use of the
// server, such as seeding a user that JumpCloud would refuse, fails the test.
func New(t TB, opts ...Option) *Server {
	t.Helper()
	s := start(t, opts)
	t.Cleanup(s.Close)
	return s
}

// NewServer starts a server for a program, which must close it. Whatever is wrong with the use of the
// server panics.
func NewServer(opts ...Option) *Server { return start(nil, opts) }

func start(tb TB, opts []Option) *Server {
	h := &host{settings: defaults(), tb: tb, done: make(chan struct{}), firstDigits: "5f0e7a1c", tokens: map[string]time.Time{}}
	for _, opt := range opts {
		opt(&h.settings)
	}
	ids := []string{OrgID}
	if len(h.settings.orgs) > 0 {
		ids = h.settings.orgs
	}
	for _, id := range ids {
		if !wellFormed(id) {
			h.fatalf("jumpcloudtest: WithOrgs: %q is not an id of 24 hex digits", id)
		}
		h.orgs = append(h.orgs, newOrg(h, id))
	}
	for _, state := range []string{h.stateDefaults.ManualEntry, h.stateDefaults.CSVImport, h.stateDefaults.ApplicationImport} {
		if state != "STAGED" && state != "ACTIVATED" && state != "SUSPENDED" {
			h.fatalf("jumpcloudtest: WithStateDefaults: %q is no state of a user", state)
		}
	}
	h.allowance = float64(h.burst)

	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second}
	address := "localhost"
	if h.inMemory {
		l := newPipes()
		h.door = newDoor(l)
		transport.DialContext = l.dial
	} else {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			h.fatalf("jumpcloudtest: %v", err)
		}
		h.door = newDoor(l)
		address = l.Addr().String()
	}
	h.client = &http.Client{Transport: transport}
	h.http = http.Server{Handler: http.HandlerFunc(h.serve), ConnState: h.count, ErrorLog: log.New(io.Discard, "", 0)}
	h.tasks.Add(1)
	go func() {
		defer h.tasks.Done()
		_ = h.http.Serve(h.door)
	}()
	return &Server{URL: "http://" + address + "/api", TokenURL: "http://" + address + tokenPath, host: h, org: h.orgs[0]}
}

// count follows the connections' goroutines. One that a fault takes over goes on until the fault is
// done with it, see takeOver.
func (h *host) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		h.tasks.Add(1)
	case http.StateClosed, http.StateHijacked:
		h.tasks.Done()
	}
}

// Close stops the server: it breaks every connection, ends every request under way and waits for
// all goroutines. Closing again does nothing.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.done)
		s.door.shut()
		s.http.Close()
		s.client.CloseIdleConnections()
	})
	s.tasks.Wait()
}

// HTTPClient returns the client that reaches the server, in memory or over the loopback interface.
// It adds no credential.
func (s *Server) HTTPClient() *http.Client { return s.client }

// Org returns the server as seen from another of its organisations: what it seeds and inspects is
// there, and what [Server.Configuration] and [Server.Client] return send its id. Faults, requests
// and Close are the whole server's.
func (s *Server) Org(id string) *Server {
	for _, o := range s.orgs {
		if o.id == id {
			return &Server{URL: s.URL, TokenURL: s.TokenURL, host: s.host, org: o}
		}
	}
	s.fatalf("jumpcloudtest: Org: there is no organisation %q; name it in WithOrgs", id)
	return nil
}

func (h *host) fatalf(format string, args ...any) {
	if h.tb != nil {
		h.tb.Helper()
		h.tb.Fatalf(format, args...)
	}
	panic(fmt.Sprintf(format, args...))
}

// newID returns the next id: 24 hex digits as everywhere in JumpCloud, and increasing, so that the
// order by id is the order of creation. The caller holds mu.
func (h *host) newID() string {
	h.lastID++
	return h.newestID()
}

// newestID is the newest id.
func (h *host) newestID() string { return fmt.Sprintf("%s%016x", h.firstDigits, h.lastID) }

// reserve makes new ids come behind one from elsewhere.
func (h *host) reserve(id string) {
	if !wellFormed(id) || id[:8] < h.firstDigits {
		return
	}
	last, err := strconv.ParseUint(id[8:], 16, 64)
	if err != nil || last == math.MaxUint64 {
		return
	}
	if id[:8] > h.firstDigits {
		h.firstDigits, h.lastID = id[:8], 0
	}
	h.lastID = max(h.lastID, last)
}

func wellFormed(id string) bool {
	return len(id) == 24 && strings.Trim(id, "0123456789abcdefABCDEF") == ""
}

// Request is a request that the server received.
type Request struct {
	Operation string // JumpCloud's operation id, such as systemusers_list; empty when the route is not modelled
	Method    string
	Path      string // below the base URL, such as /systemusers or /v2/usergroups
	Query     url.Values
	Header    http.Header
	Body      []byte
	Status    int // of the answer; 0 when the answer got none, because a fault cut it off or it is not finished
	Time      time.Time
}

// Requests returns the requests received, oldest first, those that a fault answered included. With
// routes, only those that match one of them; see [Server.Inject] for their form.
func (s *Server) Requests(routes ...string) []Request {
	patterns := make([]pattern, len(routes))
	for i, route := range routes {
		patterns[i] = s.pattern(route)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	newest := s.requests
	if s.requestLog > 0 && len(newest) > s.requestLog {
		newest = newest[len(newest)-s.requestLog:]
	}
	var found []Request
	for _, r := range newest {
		matches := func(p pattern) bool { return p.matches(r.Method, segments(r.Path)) }
		if len(routes) > 0 && !slices.ContainsFunc(patterns, matches) {
			continue
		}
		copied := *r
		copied.Query = url.Values(http.Header(r.Query).Clone())
		copied.Header = r.Header.Clone()
		copied.Body = bytes.Clone(r.Body)
		found = append(found, copied)
	}
	return found
}

// ForgetRequests empties the list of requests, so that the next phase of a test starts with none.
func (s *Server) ForgetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// call is one request on its way through the server.
type call struct {
	*host
	org       *org
	operation *operation // nil when no route matches
	ids       []string   // the path's ids, in order
	request   *http.Request
	query     url.Values
	malformed error // of the query
	header    http.Header
	body      []byte
	method    string
	segments  []string
	below     bool // the path is below the base URL
	now       time.Time
	record    *Request
	change    *graphOperation // of the graph, once it is read
	item      *item           // what was written
	write     *Write          // in the journal; nil for what reads
	outside   func() *reply   // runs after the model, without the lock; what it answers stands in place of the answer
	user, key string          // the basic credentials of a token request

	// What faults change.
	wait       time.Duration
	ignoreSkip bool
	unpaged    bool
	cap        int
	dangles    func(row int) bool
	totals     []func(int) int
	hooks      []func()
}

// reply is an answer on its way out.
type reply struct {
	status int
	header http.Header
	body   []byte
	list   string // the key of the objects in a wrapped list
}

// serve handles one request: read it, let the faults that apply prepare, wait, answer, misbehave.
func (h *host) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client is gone
	}
	c := h.receive(r, body)
	plan := h.plan(c)
	if !h.sleep(r.Context(), h.latency+c.wait) {
		panic(http.ErrAbortHandler) // no answer, in place of net/http's empty 200
	}
	x := &exchange{host: h, w: w, r: r, call: c}
	for _, hook := range c.hooks {
		if failed := h.run("the hook of a fault", hook); failed != nil {
			x.send(*failed)
			return
		}
	}
	if plan.deliver == nil || plan.late {
		x.reply = h.answer(c)
		for _, edit := range plan.edits {
			x.reply = edit(x.reply)
		}
	}
	if plan.deliver != nil {
		plan.deliver(x)
		return
	}
	x.send(x.reply)
}

// receive makes the call of a request and puts it on record.
func (h *host) receive(r *http.Request, body []byte) *call {
	path, below := cutBase(r.URL.EscapedPath())
	query, malformed := url.ParseQuery(r.URL.RawQuery)
	c := &call{
		host: h, request: r, query: query, malformed: malformed, header: r.Header, body: body,
		method: r.Method, segments: segments(path), below: below, now: time.Now(),
	}
	if below != c.insights() {
		c.operation, c.ids = describe().find(r.Method, c.segments)
	}
	c.user, c.key, _ = r.BasicAuth()
	c.record = &Request{
		Method: r.Method, Path: path, Query: c.query, Header: r.Header.Clone(), Body: body, Time: c.now,
	}
	if c.operation != nil && c.operation.handle != nil {
		c.record.Operation = c.operation.id
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.requestLog != 0 {
		if h.requestLog > 0 && len(h.requests) >= 2*h.requestLog {
			h.requests = slices.Clone(h.requests[len(h.requests)-h.requestLog:])
		}
		h.requests = append(h.requests, c.record)
	}
	return c
}

// answer is what a server without faults answers. A function of the user's runs without the lock, so
// that it can use the server.
func (h *host) answer(c *call) reply {
	r, answer := h.model(c)
	if answer != nil {
		return answer()
	}
	if c.outside != nil {
		if failed := c.outside(); failed != nil {
			return *failed
		}
	}
	return r
}

func (h *host) model(c *call) (r reply, answer func() reply) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c.now = time.Now()
	if c.asksForToken() {
		return c.token(), nil
	}
	if !c.below && c.method == http.MethodPut && c.segments[0] == storagePath {
		return c.storePackage(), nil
	}
	if refused, bad := c.limited(); bad {
		return refused, nil
	}
	if refused, bad := c.authenticate(); bad {
		return refused, nil
	}
	for _, o := range h.orgs {
		o.advance(c.now)
	}
	if refused, bad := c.chooseOrg(); bad {
		return refused, nil
	}
	if answer := c.stub(); answer != nil {
		return reply{}, answer
	}
	record := c.org.begin(c)
	defer func() { record(r) }()
	if c.operation == nil || c.operation.handle == nil {
		return c.unmodelled(), nil
	}
	if err := c.checkQuery(); err != nil {
		return c.refuse(err), nil
	}
	for _, key := range c.operation.required {
		if !c.query.Has(key) {
			return c.refuse(errors.New(key + " is required")), nil
		}
	}
	if refused, bad := c.uncopied(); bad {
		return refused, nil
	}
	if c.operation.reads {
		return c.operation.handle(c), nil
	}
	note := c.org.watch(c)
	r = c.operation.handle(c)
	if r.status < 300 {
		note(r)
	}
	return r, nil
}

// insights tells whether the call is for Directory Insights, which lies at the root of the server.
func (c *call) insights() bool { return strings.EqualFold(c.segments[0], "insights") }

// path is the call's path as a route is written, with a placeholder for every id: errors may show it.
func (c *call) path() string {
	var b strings.Builder
	for _, part := range c.segments {
		if wellFormed(part) {
			part = "{id}"
		}
		b.WriteString("/" + part)
	}
	return b.String()
}

// checkQuery refuses a query that cannot be read, and a key that the operation does not take: the
// service would pass over it in silence, and answer another question than was asked.
func (c *call) checkQuery() error {
	if c.malformed != nil {
		return fmt.Errorf("query cannot be read: %w", c.malformed)
	}
	known := c.operation.query
	for _, key := range slices.Sorted(maps.Keys(c.query)) {
		switch {
		case slices.Contains(known, key), slices.Contains(known, "search") && searchKey(key):
		case slices.Contains(known, "filter") && strings.HasPrefix(strings.ToLower(key), "filter["):
			return fmt.Errorf("%s is a form of filter that the service gave up; write each condition as a key filter of its own, all of which must hold", key)
		case len(known) == 0:
			return fmt.Errorf("%s is no key of the query of %s %s, which has none", key, c.method, c.operation.path)
		default:
			return fmt.Errorf("%s is no key of the query of %s %s; there are %s", key, c.method, c.operation.path, strings.Join(known, ", "))
		}
	}
	return nil
}

// sleep waits; it is false when the request or the server ended meanwhile.
func (h *host) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-h.done:
	}
	return false
}

// exchange is one request with the means to answer it, or not to.
type exchange struct {
	*host
	w     http.ResponseWriter
	r     *http.Request
	call  *call
	reply reply // of the server without faults; empty when the fault comes before it
}

// answers puts the status on record; it does so before the client can know it.
func (x *exchange) answers(status int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.call.record.Status = status
}

func (x *exchange) send(r reply) {
	x.answers(r.status)
	x.headers(r)
	x.w.WriteHeader(r.status)
	if len(r.body) > 0 {
		_, _ = x.w.Write(r.body)
	}
}

func (x *exchange) headers(r reply) {
	header := x.w.Header()
	for name, values := range r.header {
		header[name] = values
	}
	if header["Content-Type"] == nil && len(r.body) > 0 {
		header.Set("Content-Type", "application/json; charset=utf-8")
	}
	if header["Content-Length"] == nil && r.status != http.StatusNoContent && r.status != http.StatusNotModified {
		header.Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	// Recorded answers of 2023 carry Cloudflare's ray, the only thing in them that names a request.
	x.mu.Lock()
	x.answered++
	header.Set("Cf-Ray", fmt.Sprintf("%016x-TST", x.answered))
	x.mu.Unlock()
}

// cutBase takes /api off a path.
func cutBase(path string) (string, bool) {
	if len(path) >= 5 && strings.EqualFold(path[:5], "/api/") {
		return path[4:], true
	}
	return path, false
}

// segments splits a path that may be escaped; a slash at its end does not count, as JumpCloud's own
// samples call /workdays/.
func segments(path string) []string {
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
	for i, part := range parts {
		if plain, err := url.PathUnescape(part); err == nil {
			parts[i] = plain
		}
	}
	return parts
}
