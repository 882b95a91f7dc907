package jumpcloud

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"strings"
)

// mergeFields puts the keys that options add into the body: into each object where it is a list.
func mergeFields(r *request) {
	var err error
	if bytes.HasPrefix(r.encoded, []byte("[")) {
		objects := elements(r.encoded)
		for i := 0; i < len(objects) && err == nil; i++ {
			objects[i], err = r.withFields(objects[i])
		}
		r.encoded = jsonList(objects)
	} else {
		r.encoded, err = r.withFields(r.encoded)
	}
	if err != nil {
		r.refuse("WithBodyField", err.Error())
	}
	r.fields = nil
}

var errNoObject = errors.New("the request has no JSON object for a body, nor a list of objects")

func (r *request) withFields(body json.RawMessage) (json.RawMessage, error) {
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil || object == nil {
		return nil, errNoObject
	}
	maps.Copy(object, r.fields)
	return json.Marshal(object)
}

// call sends the request and decodes the answer into out, unless out is nil.
func (r *request) call(ctx context.Context, opts []RequestOption, out any) error {
	r.apply(opts)
	a, err := r.send(ctx)
	if err != nil {
		return err
	}
	defer a.release()
	if out == nil || a.done {
		return nil
	}
	if r.plain {
		return r.takePlain(a, out)
	}
	return r.decode(a, out)
}

// byID reports whether the request asks for one object by its id.
func (r *request) byID() bool {
	return r.method == http.MethodGet && !r.paged && strings.HasSuffix(r.route, "}")
}

func (r *request) decode(a *answer, out any) error {
	body := a.body.Bytes()
	if r.unwrap != "" && json.Valid(body) {
		if inner := member(body, r.unwrap); bytes.HasPrefix(inner, []byte("{")) {
			body = inner
		}
	}
	trimmed := bytes.TrimSpace(body)
	switch {
	case a.tooLarge != nil:
		return r.undecodable(a, -1, body, a.tooLarge)
	case len(trimmed) == 0 && r.byID() && r.v1():
		// v1 has answered the GET of an unknown user so.
		return &APIError{
			Operation: r.id, Method: r.method, Route: r.route, StatusCode: a.status, RequestID: r.requestID(a.header),
			Attempts: a.attempts, Header: a.header, kind: ErrNotFound,
		}
	case len(trimmed) == 0:
		return r.undecodable(a, -1, body, errors.New("the body is empty"))
	case string(trimmed) == "null":
		return r.undecodable(a, -1, body, errors.New("the body is null"))
	}
	if err := json.Unmarshal(body, out); err != nil {
		return r.undecodable(a, -1, body, err)
	}
	if r.seen != nil {
		*r.seen = bytes.Clone(trimmed)
	}
	fillID(out, func() json.RawMessage { return trimmed })
	if named, ok := out.(interface{ itemID() string }); ok && named.itemID() == "" && r.byID() && !r.query.Has("fields") {
		return r.undecodable(a, -1, body, errors.New("it is no such object: it has no id"))
	}
	if r.raw != nil {
		r.raw(reflect.ValueOf(out), bytes.Clone(trimmed))
	}
	return nil
}

// undecodable is the error about an answer, or about the object at an index of a list.
func (r *request) undecodable(a *answer, index int, body []byte, err error) error {
	hide := r.hiding()
	return &DecodeError{
		Operation: r.id, Method: r.method, Route: r.route, StatusCode: a.status, Index: index,
		Body: hideBody(body, hide), Err: hideError(err, hide),
	}
}

// callResult is for operations that answer one object.
//
//go:noinline
func callResult[P any](ctx context.Context, r *request, opts []RequestOption, out P) (result P, err error) {
	if err := r.call(ctx, opts, out); err != nil {
		return result, err
	}
	return out, nil
}

// callRaw is for operations whose answer nobody describes.
//
//go:noinline
func callRaw(ctx context.Context, r *request, opts []RequestOption) (json.RawMessage, error) {
	var out json.RawMessage
	if err := r.call(ctx, opts, &out); err != nil {
		return nil, err
	}
	return out, nil
}

// callSecret is callRaw for an answer that must not print.
func callSecret(ctx context.Context, r *request, opts []RequestOption) (Secret, error) {
	out, err := callRaw(ctx, r, opts)
	return Secret(out), err
}

// callNothing is for operations that answer nothing, text, or either.
//
//go:noinline
func callNothing(ctx context.Context, r *request, opts []RequestOption) error {
	return r.call(ctx, opts, nil)
}
