// Package jumpcloud holds the entry points of the runtime that generated code may call, for a test
// that compiles the golden files. Nothing else belongs here.
package jumpcloud

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"time"
)

type (
	RequestOption func(*request)
	Condition     struct{}
	TextSearch    struct{}
	Secret        string
	Time          struct{ time.Time }
	Raw           json.RawMessage
	File          struct{}
	SecretMap     map[string]any
	Rule          struct{}
	Page[T any]   = PageOf[*T]
	PageOf[P any] struct{}
	Opt[T any]    struct{ *optState }
	optState      struct{ value any }

	core    struct{}
	service struct{ client *APIClient }
	request struct {
		wrap, unwrap string
		sorted       bool
	}
	rule uint8
)

const (
	once rule = iota
	repeatable
	read
)

var ErrItem error

func Set[T any](T) Opt[T]            { return Opt[T]{} }
func NonZero[T comparable](T) Opt[T] { return Opt[T]{} }

func (*APIClient) request(operation string, ids ...string) *request { return nil }

func (*request) paging(limit, skip, maximum int)                                      {}
func (*request) bodyPaging(limit, skip Opt[int], sort Opt[string], maximum int)       {}
func (*request) required(name, value string)                                          {}
func (*request) requiredFlag(name string, value bool)                                 {}
func (*request) wrapped(list, total string)                                           {}
func (*request) named(limit, skip string)                                             {}
func (*request) cursor(send, from, header string)                                     {}
func (*request) file(types string)                                                    {}
func (*request) upload(field string, file File)                                       {}
func (*request) text(name, value string)                                              {}
func (*request) flag(name string, value bool)                                         {}
func (*request) number(name string, value, maximum int)                               {}
func (*request) joined(name, separator string, values []string)                       {}
func (*request) filter(name string, conditions []Condition)                           {}
func (*request) header(name, value string)                                            {}
func (*request) body(encoder)                                                         {}
func (*request) bodyList(any)                                                         {}
func (*request) search(name string, s TextSearch)                                     {}
func (*request) retry(rule)                                                           {}
func (*request) graphOp(GraphOp)                                                      {}
func requiredList[S ~string](r *request, name, separator string, values []S, max int) {}

type freeObject map[string]any

func (freeObject) encode() ([]byte, error) { return nil, nil }

func callNothing(context.Context, *request, []RequestOption) error         { return nil }
func callBytes(context.Context, *request, []RequestOption) ([]byte, error) { return nil, nil }
func callRaw(context.Context, *request, []RequestOption) (json.RawMessage, error) {
	return nil, nil
}
func callSecret(context.Context, *request, []RequestOption) (Secret, error) { return "", nil }
func callResult[P any](_ context.Context, _ *request, _ []RequestOption, out P) (P, error) {
	return out, nil
}
func callResults[P any](context.Context, *request, []RequestOption) ([]P, error)     { return nil, nil }
func callPage[P any](context.Context, *request, []RequestOption) (*PageOf[P], error) { return nil, nil }
func callWalk[P any](context.Context, *request, []RequestOption) iter.Seq2[P, error] { return nil }

type encoder interface{ encode() ([]byte, error) }

func formatted(any) slog.Value { return slog.Value{} }

func format(fmt.State, any)  {}
func sameJSON(a, b any) bool { return false }
func unmarshalOpen(data []byte, fields any, extra *map[string]json.RawMessage, known ...string) (map[string]bool, error) {
	return nil, nil
}
func marshalOpen(fields any, extra map[string]json.RawMessage) ([]byte, error) { return nil, nil }
func unmarshalLenient(data []byte, fields any, keys ...string) error           { return nil }

type object struct{}

func (*object) add(name string, field *optState) {}
func (*object) value(name string, field any)     {}
func (*object) end() ([]byte, error)             { return nil, nil }

func (ShopRuleInput) queryDSL() string { return "" }
