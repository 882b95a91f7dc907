package jumpcloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// modify reads an object, lets change alter what of it can be written, and writes it: all of it, or the
// keys that are named. What the package does not know is written as it was read.
func modify[S, R, B any](
	opts []RequestOption, read func(...RequestOption) (S, error), write func(B, ...RequestOption) (R, error), change func(*B), keys ...string,
) (result R, err error) {
	var raw json.RawMessage
	if _, err := read(append(forReading(opts), func(r *request) { r.seen = &raw })...); err != nil {
		return result, err
	}
	var body B
	option, err := rewriting(raw, keys, &body)
	if err != nil {
		return result, err
	}
	change(&body)
	return write(body, append(opts[:len(opts):len(opts)], option)...)
}

// rewriting makes the body of what was read. The option brings a body of the same type to what was read
// with the difference between the two, without the keys that only the service writes.
func rewriting(raw json.RawMessage, keys []string, body any) (RequestOption, error) {
	object := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, fmt.Errorf("jumpcloud: what was read cannot be written back: %w", err)
	}
	for key, value := range object {
		if keys != nil && (!slices.Contains(keys, key) || string(value) == "null") {
			delete(object, key)
		}
	}
	for i, of := 0, reflect.TypeOf(body).Elem(); i < of.NumField(); i++ {
		if key := jsonKey(of.Field(i)); of.Field(i).Type.Kind() == reflect.Pointer && string(object[key]) == "null" {
			delete(object, key) // nil is not written either
		}
	}
	raw, err := json.Marshal(object)
	if err == nil {
		err = json.Unmarshal(raw, body)
	}
	before, encodeErr := json.Marshal(body)
	if err == nil {
		err = encodeErr
	}
	if err != nil {
		return nil, fmt.Errorf("jumpcloud: what was read cannot be written back: %w", err)
	}
	return func(r *request) {
		if r.err == nil {
			r.encoded = rewrite(raw, before, r.encoded, "", false, strings.Fields(readOnlyKeys(r.id)))
		}
	}, nil
}

// rewrite returns raw with what differs between before and after. readOnly are paths of keys that are
// left out. So is null, which is how the service reads out what is not set, except in an object inside
// another, or in an item of its lists (nested): its keys may be free.
func rewrite(raw, before, after json.RawMessage, path string, nested bool, readOnly []string) json.RawMessage {
	switch kind(raw) + kind(before) + kind(after) {
	case "{{{":
		return rewriteObject(raw, before, after, path, nested, readOnly)
	case "[[[":
		return rewriteList(raw, before, after, path, readOnly)
	}
	if bytes.Equal(before, after) {
		return raw
	}
	return after
}

func kind(value json.RawMessage) string { return string(value[:min(len(value), 1)]) }

func rewriteObject(raw, before, after json.RawMessage, path string, nested bool, readOnly []string) json.RawMessage {
	written, old, changed := keysOf(raw), keysOf(before), keysOf(after)
	for key := range written {
		_, known := old[key]
		_, kept := changed[key]
		if known && !kept || slices.Contains(readOnly, path+key) {
			delete(written, key)
		}
	}
	for key, value := range changed {
		was, known := old[key]
		is, came := written[key]
		switch {
		case known && came && string(is) == "null" && string(value) == "null" && !nested:
			delete(written, key)
		case known && came:
			written[key] = rewrite(is, was, value, path+key+".", true, readOnly)
		case !known || !bytes.Equal(was, value):
			written[key] = value
		}
	}
	data, _ := json.Marshal(written)
	return data
}

func keysOf(object json.RawMessage) (keys map[string]json.RawMessage) {
	_ = json.Unmarshal(object, &keys)
	return keys
}

// rewriteList finds the item that each one was: the one with the same content, else with the same id,
// name or type, else, where there are as many as before, the one at its place.
func rewriteList(raw, before, after json.RawMessage, path string, readOnly []string) json.RawMessage {
	written, old, changed := elements(raw), elements(before), elements(after)
	if len(written) != len(old) {
		return after
	}
	was := make([]int, len(changed)) // 1 + the index
	taken := make([]bool, len(old))
	for _, same := range [...]func(i, j int) bool{
		func(i, j int) bool { return bytes.Equal(old[i], changed[j]) },
		func(i, j int) bool { return compareNames(old[i], changed[j]) == "same" },
		func(i, j int) bool {
			return i == j && len(old) == len(changed) && compareNames(old[i], changed[j]) != "other"
		},
	} {
		for j := range changed {
			for i := range old {
				if was[j] == 0 && !taken[i] && same(i, j) {
					was[j], taken[i] = i+1, true
				}
			}
		}
	}
	for j, i := range was {
		if i > 0 {
			changed[j] = rewrite(written[i-1], old[i-1], changed[j], path, strings.Count(path, ".") > 1, readOnly)
		}
	}
	return jsonList(changed)
}

// compareNames compares the names of two items: "same", "other", which is said of ids alone, or neither.
func compareNames(a, b json.RawMessage) string {
	for _, key := range [...]string{"_id", "id", "configFieldID", "name", "type"} {
		x, y := member(a, key), member(b, key)
		switch {
		case x == nil || y == nil:
		case bytes.Equal(x, y):
			return "same"
		case key != "name" && key != "type":
			return "other"
		default:
			return ""
		}
	}
	return ""
}
