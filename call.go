package jumpcloud

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Call reaches an endpoint that has no method here, with the same authentication, retries, limits
// and errors. path starts at the base URL, with its ids escaped by the caller where they need it:
// /systems/{id} of API v1, /v2/systemgroups of v2. in is encoded as the JSON body unless it is nil;
// the JSON answer is decoded into out unless that is nil. GET, PUT and DELETE are repeated as the
// generated methods are, other methods only with [WithIdempotent].
func (c *APIClient) Call(ctx context.Context, method, path string, query url.Values, in, out any, opts ...RequestOption) error {
	r := c.pathRequest(method, path, query)
	if in != nil {
		r.setBody(json.Marshal(in))
	}
	return r.call(ctx, opts, out)
}

// pathRequest is request for a path of the caller's.
func (c *APIClient) pathRequest(method, path string, query url.Values) *request {
	r := c.request("", method, "")
	r.query = cloneQuery(query)
	unescaped, err := url.PathUnescape(path)
	r.path, r.escaped, r.route = unescaped, path, maskedRoute(path)
	switch {
	case method == "" || strings.ContainsFunc(method, func(c rune) bool { return c < 'A' || c > 'Z' }):
		r.refuse("method", "must be an HTTP method in capitals")
	case err != nil || strings.ContainsAny(path, "?#\\") || strings.ContainsFunc(path, func(c rune) bool { return c <= ' ' || c == 0x7f }):
		r.refuse("path", "is not an escaped URL path; use url.PathEscape for ids, and query for parameters")
	case !strings.HasPrefix(path, "/"):
		r.refuse("path", "must begin with a slash, below the base URL; an absolute URL would take the credential elsewhere")
	case strings.Contains(path, "//") || len(path) > 1 && strings.HasSuffix(path, "/"):
		r.refuse("path", "has an empty element: an id is missing, and the call would reach the whole collection")
	case slices.ContainsFunc(strings.Split(unescaped, "/"), func(element string) bool { return element == "." || element == ".." }):
		r.refuse("path", "has a dot segment")
	}
	return r
}

func cloneQuery(query url.Values) url.Values {
	copied := maps.Clone(query)
	for key, values := range copied {
		copied[key] = slices.Clone(values)
	}
	return copied
}

// maskedRoute is a path for errors and logs: what does not look like a word of the API is an id.
func maskedRoute(path string) string {
	elements := strings.Split(path, "/")
	for i, element := range elements {
		word := len(element) < 24 && !strings.ContainsFunc(element, func(c rune) bool { return (c < 'a' || c > 'z') && c != '-' })
		if !word && element != "v2" && element != "office365s" {
			elements[i] = "{id}"
		}
	}
	return strings.Join(elements, "/")
}

// Walk lists an endpoint that has no method here: every object of every page, in order, with the
// same authentication, retries, paging and errors as the All methods. path is as in
// [APIClient.Call]; the list may be a bare array or an object with results. limit and skip in query
// are the page size and the start.
func Walk[T any](ctx context.Context, client *APIClient, path string, query url.Values, opts ...RequestOption) iter.Seq2[*T, error] {
	r := client.pathRequest(http.MethodGet, path, query)
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
	r.maxLimit = 1000 // what any endpoint is known to take
	return callWalk[*T](ctx, r, opts)
}
