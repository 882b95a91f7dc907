package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// agreement creates, reads, lists, changes and deletes an object of each collection that can do it: what one operation
// answers is what the others do, and has what was sent.
func agreement(t *testing.T, s *jumpcloudtest.Server, client *jumpcloud.APIClient) {
	s.SeedCompany()
	c := &caller{t: t, s: s, c: client, doc: document(t), ids: map[string]string{}}
	c.company()
	tried := 0
	for _, path := range slices.Sorted(maps.Keys(c.doc.Paths.Map())) {
		end := strings.LastIndex(path, "/")
		item, of := c.doc.Paths.Value(path), c.doc.Paths.Value(path[:end])
		if !strings.HasPrefix(path[end+1:], "{") || item.Get == nil || of == nil || of.Post == nil || of.Post.RequestBody == nil ||
			slices.Contains(strings.Fields("Systemusers Usergroups Workdays"), of.Post.Tags[0]) { // which have stories of their own
			continue
		}
		tried++
		c.agree(path[:end], strings.Trim(path[end+1:], "{}"), of, item)
	}
	assert.GreaterOrEqual(t, tried, 3)
}

func (c *caller) agree(path, id string, of, item *openapi3.PathItem) {
	var opts []jumpcloud.RequestOption
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = c.object(strings.Join(strings.Split(path, "/")[:i], "/"), strings.Join(parts[:i], "/"), false)
			opts = append(opts, jumpcloud.WithPath(strings.Trim(part, "{}"), parts[i]))
		}
	}
	call := func(method, path string, op *openapi3.Operation, in any, opts ...jumpcloud.RequestOption) (out any) {
		query := url.Values{}
		if method == "GET" && op.Parameters.GetByInAndName("query", "limit") != nil {
			query.Set("limit", "100")
		}
		var data []byte
		require.NoError(c.t, c.c.Call(c.t.Context(), method, path, query, in, &data, opts...), op.OperationID)
		if len(data) > 0 {
			require.NoError(c.t, json.Unmarshal(data, &out))
		}
		return out
	}
	body := func(op *openapi3.Operation) any {
		if known := givens[op.OperationID]; known.body != nil {
			return known.body(c)
		}
		return sample(op.RequestBody.Value.Content["application/json"].Schema, 0, false)
	}
	sent := body(of.Post)
	made := whole(call("POST", path, of.Post, sent, opts...))
	key := ""
	for _, name := range []string{"_id", "id", "objectId", "type"} {
		if _, is := made[name].(string); is && key == "" {
			key = name
		}
	}
	if key == "" { // one answers nothing: the list has it
		return
	}
	one := append(slices.Clone(opts), jumpcloud.WithPath(id, fmt.Sprint(made[key])))
	if strings.HasSuffix(id, "_type") {
		one = append(slices.Clone(opts), jumpcloud.WithPath(id, fmt.Sprint(made["type"])))
	}
	at := path + "/{" + id + "}"
	read := func() map[string]any { return whole(call("GET", at, item.Get, nil, one...)) }
	c.kept(path, "what was sent and what is read", whole(sent), read())
	c.same(at, "what was created and what is read", made, read())
	if of.Get != nil {
		found := map[string]any(nil)
		for _, listed := range list(call("GET", path, of.Get, nil, opts...)) {
			if o, is := listed.(map[string]any); is && o[key] == made[key] {
				found = o
			}
		}
		if assert.NotNil(c.t, found, "GET %s lists it", path) {
			c.same(at, "what is listed and what is read", found, read())
		}
	}
	for method, op := range map[string]*openapi3.Operation{"PUT": item.Put, "PATCH": item.Patch} {
		if op != nil {
			changed := body(op)
			answer := whole(call(method, at, op, changed, one...))
			c.kept(path, method+": what was sent and what is read", whole(changed), read())
			c.same(at, method+": what was answered and what is read", answer, read())
		}
	}
	if item.Delete != nil {
		call("DELETE", at, item.Delete, nil, one...)
		assert.ErrorIs(c.t, c.c.Call(c.t.Context(), "GET", at, nil, nil, nil, one...), jumpcloud.ErrNotFound, at)
	}
}

// kept wants what was sent to be there, as far as the description has it.
func (c *caller) kept(path, what string, sent, read map[string]any) {
	form := shape{properties: map[string]openapi3.SchemaRefs{}}
	form.add(c.form(path).Value)
	for name := range sent {
		if of := form.properties[name]; of != nil && !of[0].Value.WriteOnly {
			assert.Contains(c.t, read, name, "%s: %s", path, what)
		}
	}
	c.same(path, what, sent, read)
}

// same compares what two answers both have.
func (c *caller) same(at, what string, a, b map[string]any) {
	for name, v := range a {
		if other, both := b[name]; both && !strings.HasPrefix(name, "updated") {
			assert.Equal(c.t, common(v, other), common(other, v), "%s: %s: %s", at, what, name)
		}
	}
}

// common is what a value has of the keys of another.
func common(v, other any) any {
	a, isObject := v.(map[string]any)
	b, areObjects := other.(map[string]any)
	if listed, is := v.([]any); is {
		others, _ := other.([]any)
		kept := []any{}
		for i, item := range listed {
			if i < len(others) {
				item = common(item, others[i])
			}
			kept = append(kept, item)
		}
		return kept
	}
	if !isObject || !areObjects {
		return v
	}
	kept := map[string]any{}
	for name, inner := range a {
		if b[name] != nil {
			kept[name] = common(inner, b[name])
		}
	}
	return kept
}

// whole is an object out of its envelope.
func whole(v any) map[string]any {
	data, _ := json.Marshal(v) // numbers as they come back
	var o map[string]any
	_ = json.Unmarshal(data, &o)
	if len(o) == 1 {
		for _, inner := range o {
			if object, is := inner.(map[string]any); is {
				return object
			}
		}
	}
	return o
}

// list is a list out of its envelope.
func list(v any) []any {
	if o, is := v.(map[string]any); is {
		for _, inner := range o {
			if items, is := inner.([]any); is {
				return items
			}
		}
	}
	items, _ := v.([]any)
	return items
}
