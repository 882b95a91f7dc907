package jumpcloud

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// encoding/json sends U+FFFD in place of every byte that is not UTF-8, in a password too, and calls it
// a success. So text in another encoding, such as Latin-1, is refused.

const notUTF8 = "is not UTF-8; convert the text"

// checkText refuses a body with such text, and names where it stands: password, addresses[1].region.
func (r *request) checkText(body any) {
	if at, bad := badText(r.encoded, body); bad {
		r.refuse(at, notUTF8)
	}
}

// checkQuery is checkText for the query.
func (r *request) checkQuery(query url.Values) {
	for key, values := range query {
		if !utf8.ValidString(key + strings.Join(values, "")) {
			r.refuse(strings.ToValidUTF8(key, "\uFFFD"), notUTF8)
		}
	}
}

// badText reports whether text of a value that was encoded is not UTF-8, and where in the value.
func badText(encoded []byte, value any) (at string, bad bool) {
	if utf8.Valid(encoded) && !bytes.Contains(encoded, []byte("\uFFFD")) && !bytes.Contains(encoded, []byte(`\ufffd`)) {
		return "", false // nothing was replaced: as it is with nearly every body
	}
	at, bad = badPart(reflect.ValueOf(value), "")
	return strings.TrimPrefix(at, "."), bad
}

func badPart(v reflect.Value, at string) (string, bool) {
	if len(at) > 1000 { // a value that encodes itself may lead round in a circle
		return "", false
	}
	switch v.Kind() {
	case reflect.String:
		return at, !utf8.ValidString(v.String())
	case reflect.Pointer, reflect.Interface:
		return badPart(v.Elem(), at) // of nil, which is of no kind, too
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 { // base64, unless it is JSON
			return at, v.Type() == reflect.TypeFor[json.RawMessage]() && !utf8.Valid(v.Bytes())
		}
		for i := range v.Len() {
			if at, bad := badPart(v.Index(i), at+"["+strconv.Itoa(i)+"]"); bad {
				return at, bad
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			name := at + "." + strings.ToValidUTF8(key.String(), "\uFFFD")
			if key.Kind() == reflect.String && !utf8.ValidString(key.String()) {
				return name, true
			}
			if at, bad := badPart(v.MapIndex(key), name); bad {
				return at, bad
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			inOpt := field.Type == reflect.TypeFor[*optState]() || v.Type() == reflect.TypeFor[optState]()
			if !field.IsExported() && !field.Anonymous && !inOpt {
				continue // is not encoded
			}
			name := at
			if key := jsonKey(field); key != "" && !inOpt {
				name += "." + key
			}
			if at, bad := badPart(v.Field(i), name); bad {
				return at, bad
			}
		}
	}
	return "", false
}

// jsonKey is the key of a field, "" for one without.
func jsonKey(field reflect.StructField) string {
	key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if key == "-" || key == "" && field.Anonymous {
		return ""
	}
	return cmp.Or(key, field.Name)
}
