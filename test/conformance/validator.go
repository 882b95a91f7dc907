// Package conformance holds every request to the embedded JumpCloud, and every answer of it, to the
// project's own description of the API. It is a module of its own, so that the validation library is
// no requirement of the package that it checks.
package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// description is the whole API: what the generator puts together from api/.
type description struct {
	router     routers.Router
	operations []string          // the ids of all operations, sorted
	routes     map[string]string // operation id → GET /systemusers
}

// load reads and checks the documents of api/, and what is put together from them.
func load(root string) (*description, error) {
	files, err := filepath.Glob(filepath.Join(root, "api", "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no documents: %w", err)
	}
	var whole *openapi3.T
	for _, file := range append(files, filepath.Join(root, "jumpcloudtest", "api.json")) {
		loader := openapi3.NewLoader()
		loader.IsExternalRefsAllowed = true // what several share is in common.yaml
		whole, err = loader.LoadFromFile(file)
		if err == nil {
			err = whole.Validate(context.Background(), openapi3.EnableExamplesValidation())
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	d := &description{routes: map[string]string{}}
	whole.Servers = openapi3.Servers{{URL: base}} // of any host
	for name, path := range whole.Paths.Map() {
		if path.Servers != nil { // Directory Insights, which has a host of its own
			path.Servers = openapi3.Servers{{URL: "/"}}
		}
		for method, operation := range path.Operations() {
			d.operations = append(d.operations, operation.OperationID)
			d.routes[operation.OperationID] = method + " " + name
		}
	}
	slices.Sort(d.operations)
	d.router, err = gorillamux.NewRouter(whole)
	return d, err
}

// The API lies below these paths, in the embedded server as at JumpCloud.
const (
	base     = "/api"
	insights = "/insights/directory/v1"
)

func ofTheAPI(path string) bool {
	return path == base || strings.HasPrefix(path, base+"/") || strings.HasPrefix(path, insights+"/")
}

// validator is a transport that lets everything pass, and notes what the description does not allow.
type validator struct {
	*description
	next http.RoundTripper

	mu         sync.Mutex
	exchanges  int
	violations []string
	conformed  map[string]int // operation id → successes without a violation
	refused    map[int]int    // status → errors without a violation
}

func newValidator(d *description, next http.RoundTripper) *validator {
	return &validator{description: d, next: next, conformed: map[string]int{}, refused: map[int]int{}}
}

// RoundTrip validates the request, sends it, and validates the answer.
func (v *validator) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		sent, err = io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	again := func() *http.Request { // the request, whose body nobody has read yet
		copied := r.Clone(r.Context())
		if r.Body != nil {
			copied.Body = io.NopCloser(bytes.NewReader(sent))
		}
		return copied
	}
	if !ofTheAPI(r.URL.Path) {
		return v.next.RoundTrip(again()) // the token endpoint lies beside the API
	}
	e := &exchange{}
	route, parameters := e.request(v.description, again(), sent)
	response, err := v.next.RoundTrip(again())
	if err != nil {
		v.note(e)
		return nil, err
	}
	received, err := io.ReadAll(response.Body)
	response.Body.Close()
	body := io.Reader(bytes.NewReader(received))
	if err != nil { // an answer that breaks off is no answer of the API
		body = io.MultiReader(body, broken{err})
	} else if route != nil {
		e.answer(route, parameters, again(), response, received)
	}
	response.Body = io.NopCloser(body)
	v.note(e)
	return response, nil
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// note keeps what an exchange came to.
func (v *validator) note(e *exchange) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.exchanges++
	v.violations = append(v.violations, e.violations...)
	switch {
	case e.status == 0 || len(e.violations) > 0:
	case e.status/100 == 2:
		v.conformed[e.operation]++
	default:
		v.refused[e.status]++
	}
}

// report fails t with each violation.
func (v *validator) report(t interface{ Errorf(string, ...any) }) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, violation := range v.violations {
		t.Errorf("%s", violation)
	}
}

// missing are the operations of the description that no one of the exercised ones is.
func (d *description) missing(exercised map[string]int) (missing []string) {
	for _, operation := range d.operations {
		if exercised[operation] == 0 {
			missing = append(missing, operation)
		}
	}
	return missing
}

// exchange is one request and its answer under validation.
type exchange struct {
	operation  string
	status     int // of the answer; 0 where there is none to validate
	violations []string
}

func (e *exchange) violate(where string, err error) {
	var request *openapi3filter.RequestError
	if errors.As(err, &request) && request.Parameter != nil && request.Err != nil {
		where, err = fmt.Sprintf("%s: parameter %q", where, request.Parameter.Name), request.Err
	}
	var several openapi3.MultiError
	if errors.As(err, &several) {
		for _, err := range several {
			e.violate(where, err)
		}
		return
	}
	// Only the first line says what is wrong; the others repeat the schema.
	text, _, _ := strings.Cut(err.Error(), "\n")
	if text = fmt.Sprintf("%s: %s: %s", e.operation, where, text); !slices.Contains(e.violations, text) {
		e.violations = append(e.violations, text)
	}
}

var options = &openapi3filter.Options{
	MultiError:                        true,
	IncludeResponseStatus:             true,
	RejectWhenRequestBodyNotSpecified: true,
	SkipSettingDefaults:               true,
	AuthenticationFunc:                authenticated,
}

// authenticated wants the credential that a security scheme names.
func authenticated(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	header := input.RequestValidationInput.Request.Header
	switch scheme := input.SecurityScheme; {
	case scheme.Type == "apiKey" && header.Get(scheme.Name) != "":
		return nil
	case scheme.Type == "oauth2" && strings.HasPrefix(header.Get("Authorization"), "Bearer "):
		return nil
	}
	return input.NewError(errors.New("the request carries no such credential"))
}

func (e *exchange) request(d *description, r *http.Request, sent []byte) (*routers.Route, map[string]string) {
	e.operation = r.Method + " " + r.URL.Path
	route, parameters, err := d.router.FindRoute(r)
	if err != nil {
		e.violate("request", fmt.Errorf("no operation of the description: %w", err))
		return nil, nil
	}
	e.operation = route.Operation.OperationID
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: parameters, QueryParams: r.URL.Query(), Route: route, Options: options,
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		e.violate("request", err)
	}
	for name := range r.URL.Query() {
		name, _, _ := strings.Cut(name, "[") // the style deepObject
		if route.Operation.Parameters.GetByInAndName("query", name) == nil && route.PathItem.Parameters.GetByInAndName("query", name) == nil {
			e.violate("request", fmt.Errorf("query parameter %q is not described", name))
		}
	}
	if body := route.Operation.RequestBody; body != nil {
		e.keys("request", body.Value.Content, r.Header, sent)
	}
	return route, parameters
}

func (e *exchange) answer(route *routers.Route, parameters map[string]string, r *http.Request, response *http.Response, received []byte) {
	if len(received) == 0 && response.StatusCode == http.StatusOK && e.operation == "systemusers_get" {
		return // an unknown user, as the description says in words: OpenAPI has no way to say it
	}
	e.status = response.StatusCode
	where := fmt.Sprintf("answer %d", response.StatusCode)
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: r, PathParams: parameters, QueryParams: r.URL.Query(), Route: route, Options: options,
		},
		Status: response.StatusCode, Header: response.Header, Options: options,
	}
	input.SetBodyBytes(received)
	if err := openapi3filter.ValidateResponse(r.Context(), input); err != nil {
		e.violate(where, err)
	}
	if described := route.Operation.Responses.Status(response.StatusCode); described != nil {
		e.keys(where, described.Value.Content, response.Header, received)
	}
}

// keys finds keys that the description does not have. OpenAPI lets them pass, and so must a client;
// but the SDK has no reason to send one, nor the embedded server to make one up.
func (e *exchange) keys(where string, content openapi3.Content, header http.Header, body []byte) {
	media := content.Get(header.Get("Content-Type"))
	var value any
	if media == nil || media.Schema == nil || json.Unmarshal(body, &value) != nil {
		return
	}
	for _, key := range undescribed(openapi3.SchemaRefs{media.Schema}, value, "body") {
		e.violate(where, fmt.Errorf("%s is not described", key))
	}
}

func undescribed(schemas openapi3.SchemaRefs, value any, at string) (keys []string) {
	s := shape{properties: map[string]openapi3.SchemaRefs{}}
	for _, schema := range schemas {
		s.add(schema.Value)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if known := s.properties[name]; known != nil {
				keys = append(keys, undescribed(known, value[name], at+"."+name)...)
			} else if both := name == "id" && s.properties["_id"] != nil; s.object && !s.open && !both { // objects of v1 answer their id twice
				keys = append(keys, at+"."+name)
			}
		}
	case []any:
		if len(s.items) == 0 {
			return nil
		}
		for i, item := range value {
			keys = append(keys, undescribed(s.items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return keys
}

// shape is what a schema, with all that it is put together from, knows of the inside of a value. Where
// a value may have one form or another, it takes their union.
type shape struct {
	properties map[string]openapi3.SchemaRefs
	items      openapi3.SchemaRefs
	object     bool // the value may be an object,
	open       bool // of any keys
}

func (s *shape) add(schema *openapi3.Schema) {
	for name, property := range schema.Properties {
		s.properties[name] = append(s.properties[name], property)
	}
	if schema.Items != nil {
		s.items = append(s.items, schema.Items)
	}
	s.object = s.object || schema.Type.Is(openapi3.TypeObject)
	anything := schema.Type == nil && len(schema.Properties) == 0
	for _, parts := range []openapi3.SchemaRefs{schema.AllOf, schema.OneOf, schema.AnyOf} {
		anything = anything && len(parts) == 0
		for _, part := range parts {
			s.add(part.Value)
		}
	}
	if more := schema.AdditionalProperties; anything || more.Schema != nil || more.Has != nil && *more.Has {
		s.open = true
	}
}
