package jumpcloud

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"sync"
)

// Raw is part of every model that an operation answers, and of the same models inside others, such as
// the SSH keys of a user. With [WithRaw] it holds the object as the service sent it; without, its
// methods answer nil and false. It tells an absent key from a null one, and reaches fields that this
// package does not know yet; [Raw.Field] reaches into the parts of an object that have none of their
// own.
type Raw json.RawMessage

// RawJSON returns the object as it was sent, or nil without WithRaw.
//
//go:noinline
func (r *Raw) RawJSON() json.RawMessage { return json.RawMessage(*r) }

// Has reports whether the object had the key, even with null.
//
//go:noinline
func (r *Raw) Has(key string) bool { return r.Field(key) != nil }

// IsNull reports whether the object had the key with null.
//
//go:noinline
func (r *Raw) IsNull(key string) bool { return string(r.Field(key)) == "null" }

// Field returns the key's value as it was sent, or nil.
//
//go:noinline
func (r *Raw) Field(key string) json.RawMessage { return member(*r, key) }

// rawFields are, by type of struct, the fields that keep JSON: a Raw, and what has one inside. Reflection
// finds them, once for a type: a method of each model would be compiled for each.
var rawFields struct {
	sync.RWMutex
	of map[reflect.Type][]int
}

func rawFieldsOf(of reflect.Type) []int {
	rawFields.RLock()
	fields, known := rawFields.of[of]
	rawFields.RUnlock()
	if known {
		return fields
	}
	fields = findRaw(of, map[reflect.Type]bool{})
	rawFields.Lock()
	defer rawFields.Unlock()
	if rawFields.of == nil {
		rawFields.of = map[reflect.Type][]int{}
	}
	rawFields.of[of] = fields
	return fields
}

func findRaw(of reflect.Type, around map[reflect.Type]bool) (fields []int) {
	if of.Kind() != reflect.Struct || around[of] {
		return nil
	}
	around[of] = true
	defer delete(around, of)
	for i := range of.NumField() {
		field := of.Field(i)
		inner := field.Type
		for inner != reflect.TypeFor[Raw]() && (inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer) {
			inner = inner.Elem()
		}
		known := field.Anonymous || field.IsExported() && jsonKey(field) != ""
		if field.Anonymous && inner == reflect.TypeFor[Raw]() || known && len(findRaw(inner, around)) > 0 {
			fields = append(fields, i)
		}
	}
	return fields
}

// setRaw keeps the JSON of a model, and of the models inside it.
func setRaw(v reflect.Value, raw json.RawMessage) {
	switch v.Kind() {
	case reflect.Pointer:
		setRaw(v.Elem(), raw)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[Raw]() {
			v.SetBytes(raw)
			return
		}
		if v.Len() == 0 {
			return
		}
		for i, part := range elements(raw) {
			if i < v.Len() {
				setRaw(v.Index(i), part)
			}
		}
	case reflect.Struct:
		for _, i := range rawFieldsOf(v.Type()) {
			part := raw
			if key := jsonKey(v.Type().Field(i)); key != "" {
				part = member(raw, key)
			}
			setRaw(v.Field(i), part)
		}
	}
}

// fillID fills the id of a v1 object, which the service sends as _id and as id, from the second.
func fillID(v any, object func() json.RawMessage) {
	if model, ok := v.(interface{ idField() *string }); ok && *model.idField() == "" {
		*model.idField(), _ = unquote(string(member(object(), "id")))
	}
}

// The functions below find the bounds of values in JSON that is known to be valid. encoding/json
// has no way to do it without decoding everything a second time.

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index after the string that begins at i.
func skipString(data []byte, i int) int {
	for i++; ; {
		quote := i + bytes.IndexByte(data[i:], '"')
		backslashes := 0
		for data[quote-1-backslashes] == '\\' {
			backslashes++
		}
		i = quote + 1
		if backslashes%2 == 0 {
			return i
		}
	}
}

// skipValue returns the index after the value that begins at i.
func skipValue(data []byte, i int) int {
	for depth := 0; i < len(data); {
		switch data[i] {
		case '"':
			i = skipString(data, i)
		case '{', '[':
			depth++
			i++
			continue
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\t', '\r':
			i++
			continue
		default: // a number, true, false, null
			for i < len(data) && !bytes.ContainsRune([]byte(",]} \n\t\r"), rune(data[i])) {
				i++
			}
		}
		if depth == 0 {
			break
		}
	}
	return i
}

// elements returns the elements of a JSON array, as parts of data.
func elements(data []byte) (items []json.RawMessage) {
	for i := skipSpace(data, 0) + 1; ; {
		i = skipSpace(data, i)
		if i >= len(data) || data[i] == ']' {
			return items
		}
		end := skipValue(data, i)
		items = append(items, json.RawMessage(data[i:end:end]))
		if i = skipSpace(data, end); i < len(data) && data[i] == ',' {
			i++
		}
	}
}

// member returns the value of a key of a JSON object, as a part of data, or nil. Of a repeated key
// the last counts, as for encoding/json.
//
//go:noinline
func member(data []byte, key string) json.RawMessage {
	return memberFunc(data, func(name string) bool { return name == key })
}

func memberFunc(data []byte, is func(name string) bool) (value json.RawMessage) {
	i := skipSpace(data, 0)
	if i >= len(data) || data[i] != '{' {
		return nil
	}
	for i++; ; {
		if i = skipSpace(data, i); i >= len(data) || data[i] != '"' {
			return value
		}
		end := skipString(data, i)
		name, _ := unquote(string(data[i:end]))
		i = skipSpace(data, skipSpace(data, end)+1) // the colon
		end = skipValue(data, i)
		if is(name) {
			value = json.RawMessage(data[i:end:end])
		}
		if i = skipSpace(data, end); i < len(data) && data[i] == ',' {
			i++
		}
	}
}

// unmarshalOpen decodes an object into fields and keeps the keys that fields does not have in extra.
// present are the known ones that had a value. A known key is taken by its exact name: encoding/json
// would take a free key Sudo for sudo.
func unmarshalOpen(data []byte, fields any, extra *map[string]json.RawMessage, known ...string) (present map[string]bool, err error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	var named object
	present = make(map[string]bool)
	for _, key := range known {
		if value, ok := all[key]; ok {
			present[key] = string(value) != "null"
			named.key(key)
			named.data = append(named.data, value...)
			delete(all, key)
		}
	}
	data, _ = named.end()
	if err := json.Unmarshal(data, fields); err != nil {
		return nil, err
	}
	*extra = nil
	if len(all) > 0 {
		*extra = all
	}
	return present, nil
}

// marshalOpen encodes fields together with the keys in extra; fields win.
func marshalOpen(fields any, extra map[string]json.RawMessage) ([]byte, error) {
	data, err := json.Marshal(fields)
	if err != nil || len(extra) == 0 {
		return data, err
	}
	all := maps.Clone(extra)
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	return json.Marshal(all)
}

// unmarshalLenient decodes an object whose integers in keys may come as strings of digits.
func unmarshalLenient(data []byte, fields any, keys ...string) error {
	err := json.Unmarshal(data, fields)
	if err == nil {
		return nil
	}
	var all map[string]json.RawMessage
	if json.Unmarshal(data, &all) != nil {
		return err
	}
	for key, value := range all {
		if digits, unquoted := unquote(string(value)); unquoted == nil && slices.Contains(keys, key) && json.Valid([]byte(digits)) {
			all[key] = json.RawMessage(digits)
		} else if unquoted == nil && slices.Contains(keys, key) && digits == "" {
			delete(all, key)
		}
	}
	again, encodeErr := json.Marshal(all)
	if encodeErr != nil {
		return err
	}
	return json.Unmarshal(again, fields)
}
