package jumpcloud

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// core is what an [APIClient] has beside its services.
type core struct {
	config     *Configuration // with defaults, without credentials
	base       *url.URL
	insights   *url.URL // of Directory Insights
	credential credential
	client     func() *http.Client
	buffers    *sync.Pool // of *bytes.Buffer, for answers on their way into values
}

// NewAPIClient returns a client for a copy of the configuration. It checks everything, joins what it
// finds into one error that names the fields, and sends nothing.
func NewAPIClient(configuration *Configuration) (*APIClient, error) {
	if configuration == nil {
		return nil, errors.New("jumpcloud: the configuration is nil; start from NewConfiguration")
	}
	config := configuration.withDefaults()
	base, insights, err := config.validate()
	if err != nil {
		return nil, err
	}
	c := &APIClient{core: core{config: &config, base: base, insights: insights, buffers: &sync.Pool{New: func() any { return new(bytes.Buffer) }}}}
	c.client = httpClient(config.HTTPClient, config.PageConcurrency)
	if account := config.ServiceAccount; account != nil {
		tokenURL, _ := safeURL(config.tokenURL())
		c.credential = c.serviceAccount(*account, tokenURL)
	} else {
		c.credential = apiKey(config.APIKey)
	}
	config.APIKey, config.ServiceAccount = "", nil
	c.addServices()
	return c, nil
}

// service is what all services are: types of their own over one struct, so that none has a method more
// than its operations. It prints as an address.
type service struct{ client *APIClient }

// request is one call: first built by a generated method, then changed by its options, then sent.
type request struct {
	client  *APIClient
	id      string // JumpCloud's operation id
	method  string
	route   string // the template that errors show
	path    string // below the base URL
	escaped string // the escaped form of path

	template string            // a caller's path, of which the ones above are made
	ids      map[string]string // what stands for its placeholders
	plain    bool              // the answer is taken as it comes

	url   *url.URL
	query url.Values
	rule  rule
	graph GraphOp
	err   error // the first ParamError; nothing is sent with one

	headers http.Header
	encoded []byte                     // the body
	content *io.SectionReader          // in its place, one that is too large for memory, for a host that is not the API's
	hidden  []string                   // what must not show, in all its forms
	wrap    string                     // the key around it
	unwrap  string                     // the key around the answer, where there is one
	shape   shape                      // of a list
	fields  map[string]json.RawMessage // to be merged into the body

	paged, pagedBody      bool // a list; one with its paging in the body
	sorted                bool // the caller sorts, or the list takes no order
	limit, skip, maxLimit int
	orgID                 string
	maxAttempts           int
	timeout               time.Duration
	concurrency           int
	response              func(Response) // nil unless somebody wants to know
	raw                   bool
	seen                  *json.RawMessage                         // gets the answer as it came
	authorize             func(context.Context, http.Header) error // in place of the client's
	throttled             func()                                   // a walk's, told of each 429 and 503
	competes              bool                                     // with other pages of a walk, for what the service allows
	pace                  *pace                                    // of the helper that it is part of
}

// request begins a call. The ids, in path order, are escaped; one that would change the path is
// refused: an empty id would turn the call on one object into a call on the whole collection.
func (c *APIClient) request(operation, method, route string, ids ...string) *request {
	r := &request{
		client: c, id: operation, method: method, route: route, rule: ruleOf(method),
		orgID: c.config.OrgID, maxAttempts: c.config.Retry.MaxAttempts, timeout: c.config.Timeout, concurrency: c.config.PageConcurrency,
	}
	path, escaped, rest := "", "", route
	for _, id := range ids {
		before, after, _ := strings.Cut(rest, "{")
		name, after, _ := strings.Cut(after, "}")
		r.checkID(name, id)
		path += before + id
		escaped += before + url.PathEscape(id)
		rest = after
	}
	r.path, r.escaped = path+rest, escaped+rest
	return r
}

func (r *request) checkID(name, id string) {
	switch {
	case strings.TrimSpace(id) == "":
		r.refuse(name, "is empty; the call would reach the whole collection")
	case id == "." || id == "..":
		r.refuse(name, "is a dot segment, not an id")
	}
}

// refuse notes bad input; the first finding is the call's error.
//
//go:noinline
func (r *request) refuse(param, problem string) {
	if r.err == nil {
		r.err = &ParamError{Operation: r.id, Param: param, Problem: problem}
	}
}

func (r *request) v2() bool { return strings.HasPrefix(r.path, "/v2/") }

func (r *request) v1() bool { return !r.v2() && !r.insights() }

//go:noinline
func (r *request) text(name, value string) {
	if value != "" {
		r.add(name, value)
	}
}

//go:noinline
func (r *request) flag(name string, value bool) {
	if value {
		r.add(name, "true")
	}
}

// number adds an integer of a list that does not page.
func (r *request) number(name string, value, maximum int) {
	if value < 0 || maximum > 0 && value > maximum {
		r.refuse(name, "is out of range; 0 is not sent")
	}
	if value != 0 {
		r.add(name, strconv.Itoa(value))
	}
}

//go:noinline
func (r *request) add(name, value string) {
	if r.query == nil {
		r.query = url.Values{}
	}
	r.query.Add(name, value)
}

// joined adds a list that is sent as one value.
func (r *request) joined(name, separator string, values []string) {
	for _, value := range values {
		if value == "" || strings.Contains(value, separator) {
			r.refuse(name, "an element is empty or contains "+strconv.Quote(separator)+", which separates them")
		}
	}
	r.text(name, strings.Join(values, separator))
}

// requiredList is joined for a list that must not be empty.
func requiredList[S ~string](r *request, name, separator string, values []S, maximum int) {
	if len(values) == 0 {
		r.refuse(name, "is empty; name at least one")
	}
	if maximum > 0 && len(values) > maximum {
		r.refuse(name, "has more than "+strconv.Itoa(maximum)+" elements; split the call")
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = string(value)
	}
	r.joined(name, separator, texts)
}

// filter adds conditions as repeated keys: joined or indexed forms are not safe.
func (r *request) filter(name string, conditions []Condition) {
	operators := v1Operators
	if r.v2() {
		operators = v2Operators
	}
	for _, condition := range conditions {
		text, problem := condition.text(operators)
		if problem != "" {
			r.refuse(name, problem)
		}
		r.add(name, text)
	}
}

func (r *request) header(name, value string) {
	if value == "" {
		return
	}
	if !headerSafe(strings.ReplaceAll(value, " ", "")) {
		r.refuse(name, "the value cannot stand in a header")
	}
	if r.headers == nil {
		r.headers = http.Header{}
	}
	r.headers.Set(name, value)
}

// encoder is a body of this package. It encodes itself: json.Marshal takes three times as long. It has no
// MarshalJSON, which would speak for the whole of a struct that embeds it.
type encoder interface{ encode() ([]byte, error) }

// freeObject is a body whose keys the caller chooses; nil is an empty one.
type freeObject map[string]any

func (o freeObject) encode() ([]byte, error) {
	if o == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]any(o))
}

func (r *request) body(v encoder) {
	r.setBody(v.encode())
	r.checkText(v)
}

// setBody takes the body at once, so that nothing the caller does later changes it.
//
//go:noinline
func (r *request) setBody(data []byte, err error) {
	var refused *ParamError
	if errors.As(err, &refused) {
		r.refuse(refused.Param, refused.Problem)
	} else if err != nil {
		r.refuse("body", "cannot be encoded: "+err.Error())
	}
	r.encoded = data
}

// bodyList is body for a list of encoders, of which nil is an empty one.
func (r *request) bodyList(list any) {
	v := reflect.ValueOf(list)
	items := make([]json.RawMessage, v.Len())
	for i := range items {
		data, err := v.Index(i).Addr().Interface().(encoder).encode()
		r.setBody(nil, err)
		items[i] = data
	}
	r.encoded = jsonList(items)
	r.checkText(list)
}

func jsonList(items []json.RawMessage) []byte {
	list := []byte("[")
	for i, item := range items {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, item...)
	}
	return append(list, ']')
}

func (r *request) bodyField(key string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		r.refuse(key, "cannot be encoded: "+err.Error())
	}
	if at, bad := badText(data, map[string]any{key: value}); bad || !utf8.ValidString(key) {
		r.refuse(cmp.Or(at, strings.ToValidUTF8(key, "\uFFFD")), notUTF8)
	}
	r.fields = maps.Clone(r.fields)
	if r.fields == nil {
		r.fields = map[string]json.RawMessage{}
	}
	r.fields[key] = data
}

// retry replaces the rule that the method has.
func (r *request) retry(rule rule) { r.rule = rule }

// graphOp marks a change of the graph. Adding and removing may be sent twice: the second time says
// that there is nothing left to do.
func (r *request) graphOp(op GraphOp) {
	if r.graph = op; op == GraphOpAdd || op == GraphOpRemove {
		r.retry(repeatable)
	}
}

// alreadyDone reports whether an answer says that an earlier attempt of unknown effect took effect.
func (r *request) alreadyDone(ctx context.Context, a *answer) bool {
	switch {
	case a.status == http.StatusConflict && r.graph == GraphOpAdd:
		return errors.Is(r.failure(ctx, a, nil, 0), ErrConflict)
	case a.status == http.StatusNotFound && (r.graph == GraphOpRemove || r.method == http.MethodDelete):
		return errors.Is(r.failure(ctx, a, nil, 0), ErrNotFound)
	}
	return false
}

func (r *request) apply(opts []RequestOption) {
	for _, opt := range opts {
		if opt != nil {
			opt(r)
		}
	}
	if r.template != "" {
		r.complete()
	}
}

// answer is a success. Its body is valid until it is released.
type answer struct {
	status   int
	header   http.Header
	body     *bytes.Buffer
	attempts int
	done     bool // an earlier attempt did it, so that the body is not the result
	tooLarge error
	pool     *sync.Pool
}

func (a *answer) release() {
	if a.body.Cap() <= 4<<20 { // a rare large answer is not worth keeping
		a.pool.Put(a.body)
	}
	a.body = nil
}

// tries is what a call remembers of its attempts.
type tries struct {
	n       int  // attempts made
	free    int  // of which do not count against the limit
	unknown bool // one of them may have taken effect
	renewed bool // a token was renewed
	entered bool // one is in flight, in a pace,
	round   int  // whose round it was when it was sent
}

// patience is how many rejections by the rate limit a page of a walk, or a request of a helper, takes
// beyond its attempts: what is in flight competes for one allowance, so a rejection says little about
// the one that it met.
const patience = 20

// send is the one path of every request: wait for the limiter, attempt, and return, or wait and
// attempt again.
func (r *request) send(ctx context.Context) (_ *answer, err error) {
	r.checkQuery(r.query)
	if r.err == nil && len(r.fields) > 0 {
		r.mergeFields()
	}
	r.enclose()
	if r.err != nil {
		return nil, r.err
	}
	var t tries
	var failure error
	defer r.pace.leave(&t, nil) // where a limiter fails, or what the caller brings panics
	defer func() {
		if broken, ok := err.(*TransportError); ok {
			broken.unknown, broken.twice = t.unknown, r.rule == once
		}
	}()
	for {
		if err := r.pace.enter(ctx, &t); err != nil {
			if t.n > 0 && ctx.Err() == nil {
				return nil, failure
			}
			return nil, r.failure(ctx, nil, cmp.Or(failure, err), t.n)
		}
		if limiter := r.client.config.Limiter; limiter != nil {
			if err := limiter.Wait(ctx); err != nil {
				return nil, r.failure(ctx, nil, fmt.Errorf("waiting for the limiter: %w", foreign(err)), t.n)
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, r.failure(ctx, nil, err, t.n)
		}
		t.n++
		started := time.Now()
		ctx := &operationContext{ctx, Operation{r.id, r.method, r.route, t.n}}
		a, sent, err := r.attempt(ctx)
		r.pace.leave(&t, a)
		if err == nil && (a.status/100 == 2 || t.unknown && r.alreadyDone(ctx, a)) {
			a.attempts, a.done = t.n, a.status/100 != 2
			r.pace.ended(nil)
			r.report(ctx, a, Attempt{Number: t.n, Duration: time.Since(started)})
			return a, nil
		}
		failure = r.failure(ctx, a, err, t.n)
		wait, again := r.again(&t, a, sent, err)
		if again && err == nil && ctx.Err() != nil {
			failure = r.failure(ctx, nil, failure, t.n) // as when it ends during the wait
		}
		again = again && ctx.Err() == nil && inTime(ctx, wait)
		r.report(ctx, a, Attempt{Number: t.n, Duration: time.Since(started), Err: failure, Retry: again, Wait: wait})
		if a != nil {
			a.release()
		}
		if !again {
			r.pace.ended(failure)
			return nil, failure
		}
		if !sleep(ctx, wait) {
			return nil, r.failure(ctx, nil, failure, t.n)
		}
	}
}

// again decides about a failed attempt: whether another follows, and after what wait.
func (r *request) again(t *tries, a *answer, sent http.Header, err error) (wait time.Duration, again bool) {
	var effect bool
	switch {
	case err != nil:
		again, effect = r.rule.retryError(err)
	case a.status == http.StatusUnauthorized && r.authorize == nil && r.client.credential.rejected(sent, t.renewed):
		t.renewed = true
		t.free++
		return 0, true
	default:
		again, effect = r.rule.retryStatus(a.status)
		if r.throttled != nil && throttles(a.status) {
			r.throttled()
		}
		if a.status == http.StatusTooManyRequests && (r.competes || r.pace != nil) && t.free < patience && r.maxAttempts > 1 {
			t.free++
		}
	}
	t.unknown = t.unknown || effect
	policy := r.client.config.Retry
	wait = policy.backoff(max(t.n-t.free, 1))
	if a != nil {
		if asked := retryAfter(a.header, time.Now()); asked > 0 {
			wait = asked
		}
		if r.pace != nil && throttles(a.status) {
			wait = r.pace.slow(t, wait, policy)
		}
	}
	if !again || t.n-t.free >= r.maxAttempts {
		return 0, false
	}
	return wait, wait <= policy.MaxWait
}

// attempt sends the request once and reads the answer. Without an error the answer is complete,
// whatever its status; with one, it is there only if its status is known.
func (r *request) attempt(ctx context.Context) (a *answer, sent http.Header, err error) {
	c := r.client
	header := r.newHeader()
	authorize := c.credential.authorize
	if r.authorize != nil {
		authorize = r.authorize
	}
	// Not within the attempt's time: a token that is waited for has attempts and time-outs of its own.
	if err := authorize(ctx, header); err != nil {
		return nil, nil, foreign(err, ErrUnauthorized, ErrRateLimited, ErrServer, ErrTimeout)
	}
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	way := &way{to: r.address()}
	req, err := http.NewRequestWithContext(way.traced(limited), r.method, "", nil)
	if err != nil {
		return nil, nil, &fatalError{err}
	}
	req.URL = way.to
	req.Host = req.URL.Host
	req.Header = header
	if r.encoded != nil {
		// With it net/http sends a write again, but only one that HTTP itself says was not processed:
		// redirects of it are not followed, and Idempotency-Key is refused.
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.encoded)), nil }
		req.Body, _ = req.GetBody()
		req.ContentLength = int64(len(r.encoded))
	} else if r.method == http.MethodGet && r.rule == once {
		// It acts. Without a body net/http would send it again when a kept connection breaks.
		req.Body = io.NopCloser(strings.NewReader(""))
	}
	if r.content != nil { // each attempt has a reader of its own: the one before may still be read
		req.Body, req.ContentLength = io.NopCloser(io.NewSectionReader(r.content, 0, r.content.Size())), r.content.Size()
	}
	resp, err := c.client().Do(req)
	if err != nil {
		err = foreign(withoutURL(err))
		if resp != nil { // the caller's CheckRedirect said no
			err = &fatalError{fmt.Errorf("%w: %w", ErrRedirect, err)}
		} else if strings.HasPrefix(err.Error(), "failed to parse Location header") { // net/http asks nobody then
			err = &fatalError{fmt.Errorf("%w: it leads to no address", ErrRedirect)}
		}
		return nil, header, r.attemptError(ctx, limited, way, err)
	}
	defer resp.Body.Close()
	a = &answer{status: resp.StatusCode, header: resp.Header, body: c.buffers.Get().(*bytes.Buffer), pool: c.buffers}
	a.body.Reset()
	limit := c.config.MaxResponseBytes
	if length := min(resp.ContentLength, limit, 1<<20); length > 0 { // what is announced takes no memory before it comes
		a.body.Grow(int(length) + bytes.MinRead)
	}
	read, err := a.body.ReadFrom(io.LimitReader(resp.Body, max(limit+1, limit))) // which is the largest number, perhaps
	if read > limit {
		a.body.Truncate(int(limit))
		a.tooLarge = ErrTooLarge
	} else if most := max(limit/128, 1<<17); !r.plain && int64(bytes.Count(a.body.Bytes(), []byte(","))) > most {
		// [0,0,0] takes five hundred times as much memory once its elements are users.
		a.tooLarge = fmt.Errorf("it has more than %d values: %w", most, ErrTooLarge)
	}
	if err != nil && a.status/100 == 2 {
		return a, header, r.attemptError(ctx, limited, way, foreign(err))
	}
	return a, header, nil // an error's status counts, even when its body broke off
}

func (r *request) address() *url.URL {
	if r.url != nil {
		return r.url
	}
	u, path, escaped := *r.client.base, r.path, r.escaped
	if r.insights() {
		u = *r.client.insights
		path, escaped = path[len(insightsPrefix):], escaped[len(insightsPrefix):]
	}
	if path != escaped {
		u.RawPath = u.EscapedPath() + escaped
	}
	u.Path += path
	if r.query != nil {
		u.RawQuery = r.query.Encode()
	}
	return &u
}

func (r *request) newHeader() http.Header {
	h := make(http.Header, 6+len(r.headers))
	values := [...]string{"application/json", r.client.config.UserAgent, r.orgID}
	h["Accept"] = values[0:1:1]
	h["User-Agent"] = values[1:2:2]
	if r.encoded != nil {
		h["Content-Type"] = values[0:1:1]
	}
	if r.namesOrg() {
		h["X-Org-Id"] = values[2:3:3]
	}
	maps.Copy(h, r.headers)
	return h
}

// namesOrg reports whether x-org-id is sent.
func (r *request) namesOrg() bool { return r.orgID != "" && takesOrgID(r.path) }

// takesOrgID is false for the routes above a single organization, which refuse x-org-id with a 403.
func takesOrgID(path string) bool {
	path = strings.ToLower(path) + "/"
	for _, prefix := range [...]string{"/organizations/", "/search/organizations/", "/users/", "/v2/organizations/", "/v2/administrators/", "/v2/providers/", "/v2/integrations/"} {
		if strings.HasPrefix(path, prefix) {
			return false
		}
	}
	return true
}

// attemptError says what broke an attempt.
func (r *request) attemptError(ctx, limited context.Context, way *way, err error) error {
	unsent := way.blocked(err)
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case limited.Err() != nil:
		err = &timeoutError{"attempt timed out after " + r.timeout.String()}
	case errors.As(err, &timeout) && timeout.Timeout(): // the transport's own, which would match context.DeadlineExceeded
		err = &timeoutError{err.Error()}
	}
	if unsent {
		return way.unsent(err)
	}
	return err
}

// withoutURL takes away the URL, which holds ids and the query.
func withoutURL(err error) error {
	for {
		wrapped, ok := err.(*url.Error)
		if !ok {
			return err
		}
		err = wrapped.Err
	}
}

// failure makes the error of an attempt: an APIError where there is an answer, a TransportError else.
func (r *request) failure(ctx context.Context, a *answer, err error, attempts int) error {
	hide := r.hiding()
	if err == nil {
		a.header = a.header.Clone()
		for _, values := range a.header {
			for i := range values {
				values[i] = hide(values[i])
			}
		}
		e := &APIError{
			Operation: r.id, Method: r.method, Route: r.route, StatusCode: a.status, Header: a.header,
			RequestID: r.requestID(a.header), RetryAfter: retryAfter(a.header, time.Now()), Attempts: attempts,
		}
		if r.content != nil { // the words of a foreign host say nothing about the API
			return e
		}
		e.parse(hideBody(a.body.Bytes(), hide))
		if e.StatusCode == http.StatusNotFound && r.namesOrg() && strings.HasPrefix(strings.ToLower(e.Message), "organi") {
			e.kind = errOrganization
		}
		return e
	}
	e := &TransportError{Operation: r.id, Method: r.method, Route: r.route, Attempts: attempts, Err: err}
	if a != nil {
		e.StatusCode = a.status
	}
	if ended := ctx.Err(); ended != nil {
		for _, reason := range [...]error{context.Cause(ctx), ended} {
			if !errors.Is(e.Err, reason) {
				e.Err = fmt.Errorf("%w: %w", foreign(reason), e.Err)
			}
		}
	}
	e.Err = hideError(e.Err, func(text string) string { return hide(hideUserinfo(text)) })
	return e
}

// mergeFields puts the keys that options add into the body: into each object where it is a list.
func (r *request) mergeFields() {
	var err error
	if bytes.HasPrefix(r.encoded, []byte("[")) {
		objects := elements(r.encoded)
		for i := 0; i < len(objects) && err == nil; i++ {
			objects[i], err = r.withFields(objects[i])
		}
		r.encoded = jsonList(objects)
	} else {
		r.encoded, err = r.withFields(r.encoded)
	}
	if err != nil {
		r.refuse("WithBodyField", err.Error())
	}
	r.fields = nil
}

var errNoObject = errors.New("the request has no JSON object for a body, nor a list of objects")

func (r *request) withFields(body json.RawMessage) (json.RawMessage, error) {
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil {
		return nil, errNoObject
	}
	maps.Copy(object, r.fields)
	return json.Marshal(object)
}

// call sends the request and decodes the answer into out, unless out is nil.
func (r *request) call(ctx context.Context, opts []RequestOption, out any) error {
	r.apply(opts)
	a, err := r.send(ctx)
	if err != nil {
		return err
	}
	defer a.release()
	if out == nil || a.done {
		return nil
	}
	if r.plain {
		return r.takePlain(a, out)
	}
	return r.decode(a, out)
}

// byID reports whether the request asks for one object by its id.
func (r *request) byID() bool {
	return r.method == http.MethodGet && !r.paged && strings.HasSuffix(r.route, "}")
}

func (r *request) decode(a *answer, out any) error {
	body := a.body.Bytes()
	if r.unwrap != "" && json.Valid(body) {
		if inner := member(body, r.unwrap); bytes.HasPrefix(inner, []byte("{")) {
			body = inner
		}
	}
	trimmed := bytes.TrimSpace(body)
	switch {
	case a.tooLarge != nil:
		return r.undecodable(a, -1, body, a.tooLarge)
	case len(trimmed) == 0 && r.byID() && r.v1():
		// v1 has answered the GET of an unknown user so.
		return &APIError{
			Operation: r.id, Method: r.method, Route: r.route, StatusCode: a.status, RequestID: r.requestID(a.header),
			Attempts: a.attempts, Header: a.header, kind: ErrNotFound,
		}
	case len(trimmed) == 0:
		return r.undecodable(a, -1, body, errors.New("the body is empty"))
	case string(trimmed) == "null":
		return r.undecodable(a, -1, body, errors.New("the body is null"))
	}
	if err := json.Unmarshal(body, out); err != nil {
		return r.undecodable(a, -1, body, err)
	}
	if r.seen != nil {
		*r.seen = bytes.Clone(trimmed)
	}
	fillID(out, func() json.RawMessage { return trimmed })
	if named, ok := out.(interface{ itemID() string }); ok && named.itemID() == "" && r.byID() && !r.query.Has("fields") {
		return r.undecodable(a, -1, body, errors.New("it is no such object: it has no id"))
	}
	if r.raw {
		setRaw(reflect.ValueOf(out), bytes.Clone(trimmed))
	}
	return nil
}

// undecodable is the error about an answer, or about the object at an index of a list.
func (r *request) undecodable(a *answer, index int, body []byte, err error) error {
	hide := r.hiding()
	return &DecodeError{
		Operation: r.id, Method: r.method, Route: r.route, StatusCode: a.status, Index: index,
		Body: hideBody(body, hide), Err: hideError(err, hide),
	}
}

// callResult is for operations that answer one object.
//
//go:noinline
func callResult[P any](ctx context.Context, r *request, opts []RequestOption, out P) (result P, err error) {
	if err := r.call(ctx, opts, out); err != nil {
		return result, err
	}
	return out, nil
}

// callRaw is for operations whose answer nobody describes.
//
//go:noinline
func callRaw(ctx context.Context, r *request, opts []RequestOption) (json.RawMessage, error) {
	var out json.RawMessage
	if err := r.call(ctx, opts, &out); err != nil {
		return nil, err
	}
	return out, nil
}

// callSecret is callRaw for an answer that must not print.
func callSecret(ctx context.Context, r *request, opts []RequestOption) (Secret, error) {
	out, err := callRaw(ctx, r, opts)
	return Secret(out), err
}

// callNothing is for operations that answer nothing, text, or either.
//
//go:noinline
func callNothing(ctx context.Context, r *request, opts []RequestOption) error {
	return r.call(ctx, opts, nil)
}

// Format prints the client's base URL, whatever the verb.
func (c APIClient) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.shown()) }

// LogValue logs the client's base URL.
func (c APIClient) LogValue() slog.Value { return slog.StringValue(c.shown()) }

// MarshalJSON encodes the client's base URL as a string.
func (c APIClient) MarshalJSON() ([]byte, error) { return json.Marshal(c.shown()) }

func (c APIClient) shown() string {
	if c.base == nil {
		return "jumpcloud.APIClient{}"
	}
	return "jumpcloud.APIClient{" + c.base.String() + "}"
}
