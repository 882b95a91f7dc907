package jumpcloudtest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// caller speaks plain HTTP to a server, as a client would that nobody here wrote.
type caller struct {
	t      *testing.T
	server *jumpcloudtest.Server
	header http.Header
}

func newCaller(t *testing.T, opts ...jumpcloudtest.Option) *caller {
	t.Helper()
	return &caller{t, jumpcloudtest.New(t, opts...), http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}
}

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   []byte
}

func (c *caller) do(method, path, body string, headers ...string) answer {
	c.t.Helper()
	a, err := c.try(method, path, body, headers...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (c *caller) try(method, path, body string, headers ...string) (answer, error) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header = c.header.Clone()
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.server.HTTPClient().Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return answer{c.t, method + " " + path, res.StatusCode, res.Header, data}, err
}

func (c *caller) get(path string, headers ...string) answer {
	c.t.Helper()
	return c.do("GET", path, "", headers...)
}

func (c *caller) post(path, body string, headers ...string) answer {
	c.t.Helper()
	return c.do("POST", path, body, headers...)
}

func (c *caller) put(path, body string) answer {
	c.t.Helper()
	return c.do("PUT", path, body)
}

func (c *caller) delete(path string) answer {
	c.t.Helper()
	return c.do("DELETE", path, "")
}

// user creates a system user and returns the id.
func (c *caller) user(body string) string {
	c.t.Helper()
	return c.post("/systemusers", body).is(200).text("_id")
}

// group creates a user group and returns the id.
func (c *caller) group(body string) string {
	c.t.Helper()
	return c.post("/v2/usergroups", body).is(201).text("id")
}

func (a answer) is(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, not %d: %s", a.what, a.status, status, a.body)
	}
	return a
}

// says wants the body to be this JSON, in which "…" stands for any value.
func (a answer) says(want string) answer {
	a.t.Helper()
	var got, wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		a.t.Fatalf("%s: the test's own JSON: %v", a.what, err)
	}
	if err := json.Unmarshal(a.body, &got); err != nil {
		a.t.Fatalf("%s: %v: %q", a.what, err, a.body)
	}
	if !alike(got, wanted) {
		a.t.Fatalf("%s:\n got %s\nwant %s", a.what, a.body, want)
	}
	return a
}

// has wants the body to be a JSON object with at least these members.
func (a answer) has(want string) answer {
	a.t.Helper()
	var got, wanted map[string]any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		a.t.Fatalf("%s: the test's own JSON: %v", a.what, err)
	}
	a.json(&got)
	for key, value := range wanted {
		if there, found := got[key]; !found || !alike(there, value) {
			a.t.Fatalf("%s: %s is %v, not %v: %s", a.what, key, there, value, a.body)
		}
	}
	return a
}

// first wants the first object of an array to have at least these members.
func (a answer) first(want string) answer {
	a.t.Helper()
	var list []json.RawMessage
	if a.json(&list); len(list) == 0 {
		a.t.Fatalf("%s: there is none", a.what)
	}
	return answer{a.t, a.what, a.status, a.header, list[0]}.has(want)
}

func (a answer) lacks(keys ...string) answer {
	a.t.Helper()
	var got map[string]any
	a.json(&got)
	for _, key := range keys {
		if v, found := got[key]; found {
			a.t.Fatalf("%s: %s is there: %v", a.what, key, v)
		}
	}
	return a
}

func alike(got, want any) bool {
	switch want := want.(type) {
	case string:
		if want == "…" {
			return true
		}
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok || len(object) != len(want) {
			return false
		}
		for key, value := range want {
			if there, found := object[key]; !found || !alike(there, value) {
				return false
			}
		}
		return true
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return false
		}
		for i, value := range want {
			if !alike(list[i], value) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(got, want)
}

func (a answer) json(to any) {
	a.t.Helper()
	if err := json.Unmarshal(a.body, to); err != nil {
		a.t.Fatalf("%s: %v: %q", a.what, err, a.body)
	}
}

// text is the string at a key of the object that the body is.
func (a answer) text(key string) string {
	a.t.Helper()
	var object map[string]any
	a.json(&object)
	s, _ := object[key].(string)
	return s
}

// column is the string at a path in every item of a list of either version.
func (a answer) column(path string) string {
	a.t.Helper()
	var list []map[string]any
	if bytes.HasPrefix(a.body, []byte("{")) {
		var wrapper struct{ Results []map[string]any }
		a.json(&wrapper)
		list = wrapper.Results
	} else {
		a.json(&list)
	}
	var values []string
	for _, item := range list {
		var v any = item
		for name := range strings.SplitSeq(path, ".") {
			object, _ := v.(map[string]any)
			v = object[name]
		}
		s, _ := v.(string)
		values = append(values, s)
	}
	return strings.Join(values, " ")
}

// lists wants the column of a list to be these strings, in this order.
func (a answer) lists(path, want string) answer {
	a.t.Helper()
	if got := a.is(200).column(path); got != want {
		a.t.Fatalf("%s: %s is [%s], not [%s]", a.what, path, got, want)
	}
	return a
}

func (a answer) total(want string) answer {
	a.t.Helper()
	if got := a.header.Get("X-Total-Count"); got != want {
		a.t.Fatalf("%s: X-Total-Count is %q, not %q", a.what, got, want)
	}
	return a
}
