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
	state *optState
}

// optState is not generic, nor is what is done with it: what is, is compiled for each type of field, and
// where it is inlined, for each field.
type optState struct {
	value any // a T, or nil for null
}

// Set returns an Opt that sends value, whatever it is. A nil slice is sent as [], a nil map as {}; nil
// in an Opt of an interface is Null.
//
//go:noinline
func Set[T any](value T) Opt[T] { return Opt[T]{state: &optState{value}} }

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
func Null[T any]() Opt[T] { return Opt[T]{state: new(optState)} }

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
	if o.state != nil {
		value, ok = o.state.value.(T)
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
func (o Opt[T]) IsNull() bool { return o.state != nil && o.state.value == nil }

// IsZero reports whether the field is omitted. encoding/json asks it for `omitzero`.
func (o Opt[T]) IsZero() bool { return o.state == nil }

// Equal reports whether both are omitted, or send the same.
func (o Opt[T]) Equal(other Opt[T]) bool { return o.state.equal(other.state) }

//go:noinline
func (s *optState) equal(other *optState) bool {
	if s == nil || other == nil {
		return s == other
	}
	return sameJSON(s.value, other.value)
}

// sameJSON reports whether two values encode to the same.
func sameJSON(a, b any) bool {
	data, err := (&optState{a}).appendJSON(nil)
	other, otherErr := (&optState{b}).appendJSON(nil)
	return err == nil && otherErr == nil && string(data) == string(other)
}

var errOmittedOpt = errors.New("jumpcloud: an omitted Opt cannot be encoded; give its field the json option omitzero")

// MarshalJSON encodes the value or null. An omitted Opt is an error, never a null: it gets here only
// through an encoder or a struct tag that ignores omitzero.
func (o Opt[T]) MarshalJSON() ([]byte, error) { return o.state.appendJSON(nil) }

//go:noinline
func (s *optState) appendJSON(to []byte) ([]byte, error) {
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
func (o *Opt[T]) UnmarshalJSON(data []byte) error { return decodeOpt(&o.state, data, new(T)) }

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
func (o Opt[T]) Format(f fmt.State, verb rune) { o.state.format(f, verb) }

//go:noinline
func (s *optState) format(f fmt.State, verb rune) {
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
func (o Opt[T]) LogValue() slog.Value { return o.state.log() }

//go:noinline
func (s *optState) log() slog.Value {
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
		o.data, o.err = field.appendJSON(o.data)
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
