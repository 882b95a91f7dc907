package jumpcloud

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// request is one call: first built by a generated method, then changed by its options, then sent. What few
// programs need, whoever asks for it brings along as a function: so the others are not linked with it.
type request struct {
	client  *APIClient
	id      string // JumpCloud's operation id
	method  string
	route   string // the template that errors show
	path    string // below the base URL
	escaped string // the escaped form of path

	template string            // a caller's path, of which the ones above are made,
	complete func(*request)    // by this
	ids      map[string]string // what stands for its placeholders
	plain    bool              // the answer is taken as it comes

	url   *url.URL
	query url.Values
	rule  rule
	graph GraphOp
	err   error // the first ParamError; nothing is sent with one

	headers http.Header
	encoded []byte                     // the body,
	secrets func(body []byte) []string // and what of it must not show
	content func(*http.Request)        // brings one in its place that is too large for memory, for a host that is not the API's
	hidden  []string                   // what must not show, in all its forms
	wrap    string                     // the key around it
	unwrap  string                     // the key around the answer, where there is one
	shape   shape                      // of a list
	fields  map[string]json.RawMessage // to be merged into the body,
	merge   func(*request)             // by this

	paged                 bool                                    // a list
	inBody                func(r *request, key string, value any) // puts its paging into the body, where it belongs there
	sorted                bool                                    // the caller sorts, or the list takes no order
	limit, skip, maxLimit int
	orgID                 string
	maxAttempts           int
	timeout               time.Duration
	concurrency           int
	response              func(Response)                                   // nil unless somebody wants to know
	raw                   func(result reflect.Value, sent json.RawMessage) // keeps the JSON in what was decoded from it
	seen                  *json.RawMessage                                 // gets the answer as it came
	authorize             func(context.Context, http.Header) error         // in place of the client's
	throttled             func()                                           // a walk's, told of each 429 and 503
	competes              bool                                             // with others of a walk or a helper, for what the service allows
	pace                  pacer                                            // of the helper that it is part of, else alone
}

// request begins a call of an operation: method, route and JumpCloud's id, with a space between them. The
// ids, in path order, are escaped; one that would change the path is refused: an empty id would turn the
// call on one object into a call on the whole collection.
func (c *APIClient) request(operation string, ids ...string) *request {
	method, route, _ := strings.Cut(operation, " ")
	route, id, _ := strings.Cut(route, " ")
	r := &request{
		client: c, id: id, method: method, route: route, rule: ruleOf(method),
		orgID: c.config.OrgID, maxAttempts: c.config.Retry.MaxAttempts, timeout: c.config.Timeout, concurrency: c.config.PageConcurrency,
		pace: alone{},
	}
	rest := route
	for _, id := range ids {
		before, after, _ := strings.Cut(rest, "{")
		name, after, _ := strings.Cut(after, "}")
		r.checkID(name, id)
		r.escaped += before + url.PathEscape(id)
		rest = after
	}
	r.escaped += rest
	r.path, _ = url.PathUnescape(r.escaped)
	return r
}

// outside begins a call to a host that is not the API's. It does no harm twice, and has nothing of the
// organization but what authorize adds.
func (c *APIClient) outside(operation, method, route string, to *url.URL, authorize func(context.Context, http.Header) error) *request {
	return &request{
		client: c, id: operation, method: method, route: route, url: to, rule: repeatable, authorize: authorize,
		maxAttempts: c.config.Retry.MaxAttempts, timeout: c.config.Timeout, pace: alone{},
	}
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
	for _, condition := range conditions {
		text, problem := condition.text(r.v2())
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
	if as(err, &refused) {
		r.refuse(refused.Param, refused.Problem)
	} else if err != nil {
		r.refuse("body", "cannot be encoded: "+err.Error())
	}
	r.encoded, r.secrets = data, secretsIn
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
	r.setBody(jsonList(items), nil)
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
	r.fields[key], r.merge = data, mergeFields
}

// retry replaces the rule that the method has.
//
//go:noinline
func (r *request) retry(rule rule) { r.rule = rule }

// graphOp marks a change of the graph. Adding and removing may be sent twice: the second time says
// that there is nothing left to do.
//
//go:noinline
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
	if r.complete != nil {
		r.complete(r)
	}
}
