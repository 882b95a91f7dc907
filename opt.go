package jumpcloud

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strconv"
)

// Opt is an optional field of a request body. It has three states: omitted (the zero value: the key
// is not sent), null ([Null]) and a value ([Set], which may be false, 0 or ""). Make one with Set,
// Null or [FromPtr]; copies share the value, which never changes.
//
//	jumpcloud.SystemuserUpdate{
//		Sudo:    jumpcloud.Set(false),
//		Manager: jumpcloud.Null[string](),
//	} // {"manager":null,"sudo":false}
//
// Opts are compared with [Opt.Equal], which go-cmp uses too; == does not compile, because it would
// compare where the values are.
type Opt[T any] struct {
	_ [0]func() // takes no space, and cannot be compared

	// A pointer, because where a verb does not fit a struct, fmt prints what is in it without asking the
	// methods of its fields, but the pointers among them as addresses.
	*optState
}

// optState is not generic, nor is what is done with it: what is, is compiled for each type of field, and
// where it is inlined, for each field. So it has those methods of an Opt that do without its type.
type optState struct {
	value any // a T, or nil for null
}

// Set returns an Opt that sends value, whatever it is. A nil slice is sent as [], a nil map as {}; nil
// in an Opt of an interface is Null.
//
//go:noinline
func Set[T any](value T) Opt[T] { return Opt[T]{optState: &optState{value}} }

// NonZero returns an Opt that sends value, unless it is zero: then it is omitted.
//
//go:noinline
func NonZero[T comparable](value T) (o Opt[T]) {
	if value != *new(T) {
		o = Set(value)
	}
	return o
}

// Null returns an Opt that sends null, which clears the fields whose documentation says so.
func Null[T any]() Opt[T] { return Opt[T]{optState: new(optState)} }

// FromPtr returns an Opt with the value that p points to; a nil p is omitted, not null.
func FromPtr[T any](p *T) Opt[T] {
	if p == nil {
		return Opt[T]{}
	}
	return Set(*p)
}

// Get returns the value, and whether there is one: it is false for an omitted field and for null.
//
//go:noinline
func (o Opt[T]) Get() (value T, ok bool) {
	if o.optState != nil {
		value, ok = o.value.(T)
	}
	return value, ok
}

// Or returns the value, or fallback where there is none.
//
//go:noinline
func (o Opt[T]) Or(fallback T) T {
	if value, ok := o.Get(); ok {
		return value
	}
	return fallback
}

// IsNull reports whether the field is sent as null.
//
//go:noinline
func (s *optState) IsNull() bool { return s != nil && s.value == nil }

// IsZero reports whether the field is omitted. encoding/json asks it for `omitzero`.
//
//go:noinline
func (s *optState) IsZero() bool { return s == nil }

// Equal reports whether both are omitted, or send the same.
//
//go:noinline
func (o Opt[T]) Equal(other Opt[T]) bool { return sameOpt(o.optState, other.optState) }

//go:noinline
func sameOpt(s, other *optState) bool {
	if s == nil || other == nil {
		return s == other
	}
	return sameJSON(s.value, other.value)
}

// sameJSON reports whether two values encode to the same.
func sameJSON(a, b any) bool {
	data, err := appendOpt(nil, &optState{a})
	other, otherErr := appendOpt(nil, &optState{b})
	return err == nil && otherErr == nil && string(data) == string(other)
}

var errOmittedOpt = errors.New("jumpcloud: an omitted Opt cannot be encoded; give its field the json option omitzero")

// MarshalJSON encodes the value or null. An omitted Opt is an error, never a null: it gets here only
// through an encoder or a struct tag that ignores omitzero.
//
//go:noinline
func (s *optState) MarshalJSON() ([]byte, error) { return appendOpt(nil, s) }

//go:noinline
func appendOpt(to []byte, s *optState) ([]byte, error) {
	if s == nil {
		return nil, errOmittedOpt
	}
	// The usual scalars are written without a round through the encoder's reflection.
	switch v := s.value.(type) {
	case bool:
		return strconv.AppendBool(to, v), nil
	case int:
		return strconv.AppendInt(to, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(to, v, 10), nil
	case string:
		if plain(v) {
			return append(append(append(to, '"'), v...), '"'), nil
		}
	}
	data, err := json.Marshal(s.value)
	if _, own := s.value.(json.Marshaler); !own && string(data) == "null" {
		switch reflect.ValueOf(s.value).Kind() { // a set value must not turn into the other state
		case reflect.Slice:
			return append(to, "[]"...), nil
		case reflect.Map:
			return append(to, "{}"...), nil
		}
	}
	return append(to, data...), err
}

// plain reports whether s stands in JSON as it is, between quotes.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// UnmarshalJSON decodes null and values; a key that is absent leaves the Opt omitted.
//
//go:noinline
func (o *Opt[T]) UnmarshalJSON(data []byte) error { return decodeOpt(&o.optState, data, new(T)) }

func decodeOpt(state **optState, data []byte, into any) error {
	decoded := new(optState)
	if string(data) != "null" {
		if err := json.Unmarshal(data, into); err != nil {
			return err
		}
		decoded.value = reflect.ValueOf(into).Elem().Interface()
	}
	*state = decoded
	return nil
}

// Format prints the value as itself, null as <null> and an omitted field as <omitted>. A [Secret]
// stays hidden.
func (s *optState) Format(f fmt.State, verb rune) {
	switch {
	case s == nil:
		fmt.Fprint(f, "<omitted>")
	case s.value == nil:
		fmt.Fprint(f, "<null>")
	default:
		fmt.Fprintf(f, fmt.FormatString(f, verb), s.value)
	}
}

// LogValue logs what Format prints, or the value itself where it logs in its own way.
func (s *optState) LogValue() slog.Value {
	switch {
	case s == nil:
		return slog.StringValue("<omitted>")
	case s.value == nil:
		return slog.StringValue("<null>")
	}
	return slog.AnyValue(s.value)
}

// object is a JSON object that is written key by key: the body of a request.
type object struct {
	data []byte
	err  error
}

//go:noinline
func (o *object) key(name string) {
	separator := byte(',')
	if o.data == nil {
		o.data = make([]byte, 0, 256)
		separator = '{'
	}
	o.data = append(append(append(o.data, separator, '"'), name...), '"', ':')
}

// add writes an Opt, unless it is omitted.
func (o *object) add(name string, field *optState) {
	if o.err == nil && field != nil {
		o.key(name)
		o.data, o.err = appendOpt(o.data, field)
	}
}

// value writes anything else.
func (o *object) value(name string, field any) {
	data, err := json.Marshal(field)
	if o.err == nil && err != nil {
		o.err = err
	}
	o.key(name)
	o.data = append(o.data, data...)
}

//go:noinline
func (o *object) end() ([]byte, error) {
	if o.data == nil {
		return []byte("{}"), o.err
	}
	return append(o.data, '}'), o.err
}
