package jumpcloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Call reaches an endpoint that has no method here, with the same authentication, retries, limits and
// errors. GET, PUT and DELETE are repeated as the generated methods are, other methods only with
// [WithIdempotent].
//
// path is a template, with its ids beside it:
//
//	err := client.Call(ctx, "GET", "/v2/things/{id}", nil, nil, &thing, jumpcloud.WithPath("id", id))
//
// It starts at the base URL, and API v2 is below /v2. Errors and logs show the template. A path written out,
// with its ids escaped by the caller, works too; of it they show only what is known not to be an id.
//
// in is encoded as the JSON body unless it is nil. []byte and io.Reader are sent as they are, with the
// Content-Type that [WithHeader] names, else as JSON; a reader is read to its end first, up to
// Configuration.MaxResponseBytes, so that the request can be repeated. The JSON answer is decoded into
// out unless that is nil. *[]byte and io.Writer take the body as it came, for XML, CSV and files; what
// is to come can be said with WithHeader("Accept", …).
func (c *APIClient) Call(ctx context.Context, method, path string, query url.Values, in, out any, opts ...RequestOption) error {
	r := c.pathRequest(method, path, query)
	if !takesAnswer(out) {
		r.refuse("out", fmt.Sprintf("a %T takes no answer; use a pointer to a value, *[]byte or an io.Writer", out))
	}
	switch in := in.(type) {
	case nil:
	case []byte:
		r.setBody(bytes.Clone(in), nil)
	case io.Reader:
		r.readBody(in)
	default:
		r.setBody(json.Marshal(in))
		r.checkText(in)
	}
	_, isBytes := out.(*[]byte)
	_, isWriter := out.(io.Writer)
	r.plain = isBytes || isWriter
	return r.call(ctx, opts, out)
}

// takesAnswer reports what encoding/json would find out after the request, whether out can be decoded
// into.
func takesAnswer(out any) bool {
	v := reflect.ValueOf(out)
	if out == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return out == nil
	}
	if _, writes := out.(io.Writer); writes {
		return true
	}
	if _, reads := out.(io.Reader); reads || v.Kind() != reflect.Pointer {
		return false
	}
	switch into := v.Elem(); into.Kind() {
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return false
	case reflect.Interface:
		return into.NumMethod() == 0 || !into.IsNil()
	}
	return true
}

func (r *request) readBody(in io.Reader) {
	if r.err != nil {
		return
	}
	most := r.client.config.MaxResponseBytes
	data, err := io.ReadAll(io.LimitReader(in, max(most+1, most)))
	switch {
	case err != nil:
		r.refuse("in", "cannot be read: "+err.Error())
	case int64(len(data)) > most:
		r.refuse("in", "is longer than MaxResponseBytes")
	}
	r.setBody(data, nil)
}

// takePlain gives the body as it came to an out that wants it so.
func (r *request) takePlain(a *answer, out any) error {
	body := a.body.Bytes()
	if a.tooLarge != nil {
		return r.undecodable(a, -1, body, a.tooLarge)
	}
	if into, ok := out.(*[]byte); ok {
		*into = bytes.Clone(body)
		return nil
	}
	if _, err := out.(io.Writer).Write(body); err != nil {
		return r.undecodable(a, -1, body, fmt.Errorf("writing it: %w", foreign(err)))
	}
	return nil
}

// pathRequest is request for a path of the caller's, which is complete once the options have
// named its ids.
func (c *APIClient) pathRequest(method, path string, query url.Values) *request {
	r := c.request(method)
	r.query, r.template, r.path, r.complete = cloneQuery(query), path, path, completePath
	switch {
	case method == "" || strings.ContainsFunc(method, func(c rune) bool { return c < 'A' || c > 'Z' }):
		r.refuse("method", "must be an HTTP method in capitals")
	case strings.ContainsAny(path, "?#\\") || strings.ContainsFunc(path, func(c rune) bool { return c <= ' ' || c == 0x7f }):
		r.refuse("path", "is not an escaped URL path; use WithPath for ids, and query for parameters")
	case !strings.HasPrefix(path, "/"):
		r.refuse("path", "must begin with a slash, below the base URL; an absolute URL would take the credential elsewhere")
	case strings.Contains(path, "//") || len(path) > 1 && strings.HasSuffix(path, "/"):
		r.refuse("path", "has an empty element: an id is missing, and the call would reach the whole collection")
	case strings.HasPrefix(path+"/", "/api/"):
		r.refuse("path", "begins with /api, which the base URL has already; write "+maskedRoute("/"+strings.TrimPrefix(path[len("/api"):], "/")))
	}
	return r
}

// completePath fills the ids into the caller's path, and finds the route that errors show.
func completePath(r *request) {
	elements := strings.Split(r.template, "/")
	escaped := slices.Clone(elements)
	used := 0
	for i, element := range elements {
		if name, ok := placeholder(element); ok {
			id, given := r.ids[name]
			if !given {
				r.refuse(name, "has no value; give it with WithPath")
			}
			r.checkID(name, id)
			elements[i], escaped[i] = id, url.PathEscape(id)
			used++
			continue
		}
		text, err := url.PathUnescape(element)
		if err != nil || strings.ContainsAny(element, "{}") {
			r.refuse("path", "is not an escaped URL path; a placeholder is a whole element, such as {id}")
		}
		if slices.ContainsFunc(strings.Split(text, "/"), func(part string) bool { return part == "." || part == ".." }) {
			r.refuse("path", "has a dot segment")
		}
		elements[i] = text
	}
	for name := range r.ids {
		if !strings.Contains(r.template+"/", "/{"+name+"}/") {
			r.refuse("WithPath", "the path has no {"+name+"}")
		}
	}
	r.path, r.escaped, r.route = strings.Join(elements, "/"), strings.Join(escaped, "/"), r.template
	if used == 0 {
		r.route = maskedRoute(r.template)
	}
	again := url.URL{Path: r.path}
	if r.path != r.escaped {
		again.RawPath = r.escaped
	}
	if again.EscapedPath() != r.escaped {
		r.refuse("path", "is escaped in part, so that net/url would escape it again; use WithPath for ids")
	}
}

func placeholder(element string) (name string, ok bool) {
	name, ok = strings.CutPrefix(element, "{")
	name, closed := strings.CutSuffix(name, "}")
	return name, ok && closed && name != "" && !strings.ContainsAny(name, "{}")
}

// maskedRoute is a path for errors and logs: what is no word of JumpCloud's paths may be an id, and so may
// one that is, where an id is known to stand and that word is not.
func maskedRoute(path string) string {
	elements := strings.Split(path, "/")
	for i := 1; i < len(elements); i++ {
		before, element := " "+elements[i-1]+"/", elements[i]+" "
		word := strings.Contains(pathElements, "/"+element)
		if !word || strings.Contains(pathElements, before+"{id} ") && !strings.Contains(pathElements, before+element) {
			elements[i] = "{id}"
		}
	}
	return strings.Join(elements, "/")
}

// largestPage is what a list takes as its limit; of one that is not known it is what any list takes.
func largestPage(route string) int {
	elements := strings.Split(route, "/")
	for i, element := range elements {
		if strings.HasPrefix(element, "{") {
			elements[i] = "{id}"
		}
	}
	_, size, _ := strings.Cut(pageSizes, " "+strings.Join(elements, "/")+" ")
	size, _, _ = strings.Cut(size, " ")
	if n, err := strconv.Atoi(size); err == nil {
		return n
	}
	return 10_000
}

func cloneQuery(query url.Values) url.Values {
	copied := maps.Clone(query)
	for key, values := range copied {
		copied[key] = slices.Clone(values)
	}
	return copied
}

// Walk lists an endpoint that has no method here: every object of every page, in order, with the
// same authentication, retries, paging and errors as the All methods. path is as in
// [APIClient.Call]; the list may be a bare array or an object with results. limit and skip in query
// are the page size and the start.
func Walk[T any](ctx context.Context, client *APIClient, path string, query url.Values, opts ...RequestOption) iter.Seq2[*T, error] {
	return callWalk[*T](ctx, client.listRequest(path, query), opts)
}

// ListPage is [Walk] for one page.
func ListPage[T any](ctx context.Context, client *APIClient, path string, query url.Values, opts ...RequestOption) (*Page[T], error) {
	return callPage[*T](ctx, client.listRequest(path, query), opts)
}

func (c *APIClient) listRequest(path string, query url.Values) *request {
	r := c.pathRequest(http.MethodGet, path, query)
	r.complete = func(r *request) {
		completePath(r)
		r.maxLimit = largestPage(r.route)
	}
	for name, field := range map[string]*int{"limit": &r.limit, "skip": &r.skip} {
		if text := r.query.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				r.refuse(name, "is not a number")
			}
			*field = n
		}
		r.query.Del(name)
	}
	return r
}
