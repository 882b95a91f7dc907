package jumpcloud_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// The secrets of these tests. Each holds characters that JSON, URLs or Go's own quoting write in
// another way, so that a text can give them away without repeating them.
const (
	secretsKey      = `jca_K3Y&<+/="0f3a9c61d`
	secretsClient   = `cl13nt+s3cr3t/&\==`
	secretsToken    = `t0k3n.ey/J+a"b&c==`
	secretsPassword = `Pa55/w0rd+&<"tr0ub4dor>`
)

var secretsAll = []string{secretsKey, secretsClient, secretsToken, secretsPassword}

// secretsForms are the ways in which a text can hold a secret.
func secretsForms(secret string) (forms []string) {
	quoted, _ := json.Marshal(secret)
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(secret)
	unescaped := strings.Trim(strings.TrimSpace(plain.String()), `"`)
	forms = []string{
		secret, strings.Trim(string(quoted), `"`), unescaped, strings.ReplaceAll(unescaped, "/", `\/`),
		url.QueryEscape(secret), url.PathEscape(secret), url.UserPassword("", secret).String()[1:],
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(secret)))
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// secretsFound is everything that came out of the package, with where it came from.
type secretsFound struct {
	mu    sync.Mutex
	texts map[string]string // the text: where it was first seen
}

func (f *secretsFound) add(where, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.texts == nil {
		f.texts = map[string]string{}
	}
	if _, known := f.texts[text]; !known {
		f.texts[text] = where
	}
}

// value adds what fmt, slog and, unless it is a request body, encoding/json make of a value, by value
// and by pointer.
func (f *secretsFound) value(where string, value any, body bool) {
	v := reflect.ValueOf(value)
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return
	}
	if v.Kind() == reflect.Pointer {
		f.print(where, v.Elem().Interface(), body)
	} else {
		pointer := reflect.New(v.Type())
		pointer.Elem().Set(v)
		f.print(where, pointer.Interface(), body)
	}
	f.print(where, value, body)
}

func (f *secretsFound) print(where string, value any, body bool) {
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		f.add(where+" "+format, fmt.Sprintf(format, value))
	}
	var text, lines bytes.Buffer
	handlers := []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&lines, nil)}
	if kind := reflect.Indirect(reflect.ValueOf(value)).Kind(); body && (kind == reflect.Slice || kind == reflect.Map) {
		handlers = handlers[:1] // the other one encodes a slice of bodies; see Secret
	}
	for _, handler := range handlers {
		slog.New(handler).Info("message", "value", value, slog.Group("group", slog.Any("value", value)))
	}
	f.add(where+" slog", text.String())
	f.add(where+" slog", lines.String())
	if !body {
		data, _ := json.Marshal(value)
		f.add(where+" JSON", string(data))
	}
}

// failure adds everything that an error says, and every error that it wraps.
func (f *secretsFound) failure(where string, err error) {
	if err == nil {
		return
	}
	where += fmt.Sprintf(" %T", err)
	f.add(where, err.Error())
	f.add(where, fmt.Sprintf("%+v %#v", err, err))
	if v := reflect.Indirect(reflect.ValueOf(err)); v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				f.add(where+"."+field.Name, fmt.Sprintf("%s", v.Field(i).Interface())) // bytes as text
			}
		}
	}
	switch wrapped := err.(type) {
	case interface{ Unwrap() error }:
		f.failure(where, wrapped.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range wrapped.Unwrap() {
			f.failure(where, inner)
		}
	}
}

// clean checks that no text holds a secret in any form.
func (f *secretsFound) clean(t *testing.T, secrets ...string) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, secret := range secrets {
		for _, form := range append(secretsForms(secret), fmt.Sprintf("%x", secret)) {
			for text, where := range f.texts {
				if strings.Contains(text, form) {
					t.Errorf("%s: %q stands in %.2000q", where, form, text)
					break // one is enough to know
				}
			}
		}
	}
}

// secretsOperation is an exported method of a service, called through reflection: whoever adds one
// adds it to these tests.
type secretsOperation struct {
	name string // such as Systemusers.Get
	call func(t testing.TB, client *jumpcloud.APIClient, opts ...jumpcloud.RequestOption) secretsOutcome
}

// secretsOutcome is what went into a call and what came out of it.
type secretsOutcome struct {
	arguments []any
	results   []any
	errs      []error
}

var (
	secretsContext = reflect.TypeFor[context.Context]()
	secretsError   = reflect.TypeFor[error]()
)

// secretsOperations lists the methods of every service, those written by hand included.
func secretsOperations() (operations []secretsOperation) {
	services := reflect.TypeFor[jumpcloud.APIClient]()
	for i := range services.NumField() {
		field := services.Field(i)
		if !field.IsExported() {
			continue
		}
		for m := range field.Type.NumMethod() {
			method := field.Type.Method(m)
			if method.Type.NumIn() < 2 || method.Type.In(1) != secretsContext {
				continue // Format, LogValue, MarshalJSON
			}
			call := func(t testing.TB, client *jumpcloud.APIClient, opts ...jumpcloud.RequestOption) secretsOutcome {
				return secretsCall(t, method, reflect.ValueOf(client).Elem().FieldByIndex(field.Index), opts)
			}
			operations = append(operations, secretsOperation{field.Name + "." + method.Name, call})
		}
	}
	return operations
}

func secretsCall(t testing.TB, method reflect.Method, service reflect.Value, opts []jumpcloud.RequestOption) (outcome secretsOutcome) {
	in := []reflect.Value{service, reflect.ValueOf(t.Context())}
	for i := 2; i < method.Type.NumIn()-1; i++ {
		argument := secretsFill(t, method.Type.In(i))
		in = append(in, argument)
		if argument.Kind() != reflect.Func {
			outcome.arguments = append(outcome.arguments, argument.Interface())
		}
	}
	for _, opt := range opts {
		in = append(in, reflect.ValueOf(opt))
	}
	for _, out := range method.Func.Call(in) {
		switch {
		case out.Type().Implements(secretsError):
			if err, failed := out.Interface().(error); failed {
				outcome.errs = append(outcome.errs, err)
			}
		case out.Kind() == reflect.Func: // a walk
			for item, err := range out.Seq2() {
				if !err.IsNil() {
					outcome.errs = append(outcome.errs, err.Interface().(error))
				} else {
					outcome.results = append(outcome.results, item.Interface())
				}
			}
		case !out.IsZero():
			outcome.results = append(outcome.results, out.Interface())
		}
	}
	return outcome
}

const secretsOtherID = "6e0c1a2b3c4d5e6f70819293" // another one than the arguments'

// secretsFill makes a value that is zero nowhere: an id for a text, the password for a Secret.
func secretsFill(t testing.TB, of reflect.Type) reflect.Value {
	t.Helper()
	switch of {
	case reflect.TypeFor[jumpcloud.Secret]():
		return reflect.ValueOf(jumpcloud.Secret(secretsPassword))
	case reflect.TypeFor[jumpcloud.SecretMap]():
		return reflect.ValueOf(jumpcloud.SecretMap{"token": secretsPassword, "key": map[string]any{"type": "text", "value": secretsPassword}})
	case reflect.TypeFor[jumpcloud.PolicyValue]():
		return reflect.ValueOf(jumpcloud.PolicyValue{ConfigFieldName: "key", Value: []any{secretsPassword, map[string]any{"key": secretsPassword}}})
	case reflect.TypeFor[jumpcloud.Condition]():
		return reflect.ValueOf(jumpcloud.Filter("department", jumpcloud.Eq, "IT"))
	case reflect.TypeFor[jumpcloud.Time]():
		return reflect.ValueOf(jumpcloud.NewTime(time.Unix(1700000000, 0)))
	case reflect.TypeFor[jumpcloud.MemberQuery]():
		return reflect.ValueOf(jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "company", Operator: "eq", Value: "A"}))
	case reflect.TypeFor[json.RawMessage]():
		return reflect.ValueOf(json.RawMessage(`{"free":1}`))
	case reflect.TypeFor[jumpcloud.SoftwarePackage]():
		return reflect.ValueOf(jumpcloud.SoftwarePackage{Name: "editor.msi", Content: strings.NewReader("file"), Size: 4})
	case reflect.TypeFor[time.Duration]():
		return reflect.ValueOf(time.Second)
	case reflect.TypeFor[iter.Seq[jumpcloud.BulkUserCreate]]():
		user := secretsFill(t, reflect.TypeFor[jumpcloud.BulkUserCreate]()).Interface().(jumpcloud.BulkUserCreate)
		return reflect.ValueOf(iter.Seq[jumpcloud.BulkUserCreate](slices.Values([]jumpcloud.BulkUserCreate{user})))
	}
	value := reflect.New(of).Elem()
	get, optional := of.MethodByName("Get")
	switch {
	case optional && of.Kind() == reflect.Struct: // an Opt, whose field is unexported: through JSON
		data, err := json.Marshal(secretsFill(t, get.Type.Out(0)).Interface())
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, value.Addr().Interface()))
	case of.Kind() == reflect.String:
		value.SetString(userID)
	case of.Kind() == reflect.Bool:
		value.SetBool(true)
	case value.CanInt():
		value.SetInt(1)
	case value.CanUint():
		value.SetUint(1)
	case value.CanFloat():
		value.SetFloat(1.5)
	case of.Kind() == reflect.Pointer:
		value.Set(reflect.New(of.Elem()))
		value.Elem().Set(secretsFill(t, of.Elem()))
	case of.Kind() == reflect.Slice:
		value = reflect.Append(value, secretsFill(t, of.Elem()))
	case of.Kind() == reflect.Map:
		value.Set(reflect.MakeMap(of))
		value.SetMapIndex(secretsFill(t, of.Key()), secretsFill(t, of.Elem()))
	case of.Kind() == reflect.Struct:
		for i := range of.NumField() {
			if field := of.Field(i); field.IsExported() && !field.Anonymous && field.Name != "DryRun" {
				value.Field(i).Set(secretsFill(t, field.Type))
				if field.Type == reflect.TypeFor[string]() {
					value.Field(i).SetString(secretsOtherID)
				}
			}
		}
	case of.Kind() == reflect.Func:
		value.Set(reflect.MakeFunc(of, func([]reflect.Value) []reflect.Value { return nil }))
	case of.Kind() == reflect.Interface && of.NumMethod() == 0:
		value.Set(reflect.ValueOf(map[string]any{"key": "value of a key"}))
	default:
		t.Fatalf("no value for %s", of)
	}
	return value
}

// secretsItem is an object of which every model takes the keys that it has.
const secretsItem = `{"_id":"` + userID + `","id":"` + userID + `","objectId":"` + userID + `","domain":"` + userID + `","name":"` + userID + `","displayLabel":"` + userID + `","jobId":"` + userID + `","username":"` + userID + `","email":"` + userID + `",` +
	`"status":"finished","persistedFields":{"_id":"` + userID + `","username":"` + userID + `"},"to":{"id":"` + userID + `","type":"user"},"from":{"id":"x","type":"user"},` +
	`"configFields":[{"id":"f1","name":"` + userID + `"}],"workflowInstanceId":"` + userID + `","systemId":"` + userID + `","response":{},"policy":{}}`

// secretsSchema is a schema of jumpcloudtest/api.json.
type secretsSchema struct {
	Ref        string                    `json:"$ref"`
	Type       string                    `json:"type"`
	Items      *secretsSchema            `json:"items"`
	Properties map[string]*secretsSchema `json:"properties"`
	AllOf      []*secretsSchema          `json:"allOf"`
	Envelope   bool                      `json:"x-go-envelope"`
}

type secretsDescription struct {
	Paths      map[string]secretsPath
	Components struct{ Schemas map[string]*secretsSchema }

	templates []string // those with fewer parameters first
	patterns  []*regexp.Regexp
}

// secretsPath is a path by its methods.
type secretsPath map[string]struct {
	Responses map[string]struct {
		Content map[string]struct{ Schema *secretsSchema }
	}
}

// UnmarshalJSON leaves out the servers of a path that has its own.
func (p *secretsPath) UnmarshalJSON(data []byte) error {
	type plain secretsPath
	var all map[string]json.RawMessage
	err := json.Unmarshal(data, &all)
	if delete(all, "servers"); err == nil {
		data, err = json.Marshal(all)
	}
	return errors.Join(err, json.Unmarshal(data, (*plain)(p)))
}

// secretsDescribed is what jumpcloudtest/api.json says of answers.
var secretsDescribed = sync.OnceValue(func() *secretsDescription {
	described := &secretsDescription{}
	data, err := os.ReadFile(filepath.Join("..", "jumpcloudtest", "api.json"))
	if err == nil {
		err = json.Unmarshal(data, described)
	}
	if err != nil {
		panic(err)
	}
	described.templates = slices.SortedFunc(maps.Keys(described.Paths), func(a, b string) int {
		return cmp.Compare(strings.Count(a, "{"), strings.Count(b, "{"))
	})
	parameter := regexp.MustCompile(`\{[^}]*\}`)
	for _, template := range described.templates {
		described.patterns = append(described.patterns, regexp.MustCompile("^"+parameter.ReplaceAllString(template, "[^/]+")+"$"))
	}
	return described
})

// whole is a schema with what it refers to.
func (s *secretsSchema) whole() secretsSchema {
	if name, is := strings.CutPrefix(s.Ref, "#/components/schemas/"); is {
		return secretsDescribed().Components.Schemas[name].whole()
	}
	all := *s
	all.Properties = maps.Clone(s.Properties)
	for _, part := range s.AllOf {
		of := part.whole()
		all.Type = cmp.Or(all.Type, of.Type)
		if all.Properties == nil {
			all.Properties = map[string]*secretsSchema{}
		}
		maps.Copy(all.Properties, of.Properties)
	}
	return all
}

// item is secretsItem as the schema knows it; or there is a list of it.
func (s *secretsSchema) item() (item string, list bool) {
	schema := s.whole()
	if schema.Type == "array" {
		item, _ = schema.Items.item()
		return item, true
	}
	for _, property := range schema.Properties {
		if of := property.whole().Type; schema.Envelope && (of == "array" || of == "object" && len(schema.Properties) == 1) {
			return property.item()
		}
	}
	var known map[string]any
	if err := json.Unmarshal([]byte(secretsItem), &known); err != nil {
		panic(err)
	}
	for key, value := range known {
		want := map[reflect.Kind]string{reflect.Map: "object", reflect.Slice: "array", reflect.String: "string"}[reflect.TypeOf(value).Kind()]
		if property := schema.Properties[key]; property == nil || property.whole().Type != want {
			delete(known, key)
		}
	}
	data, err := json.Marshal(known)
	if err != nil {
		panic(err)
	}
	return string(data), false
}

// secretsSchemaOf is what the success of a request is described to be, nil where that is nothing.
func secretsSchemaOf(r *http.Request) *secretsSchema {
	path := strings.TrimPrefix(r.URL.Path, "/base/api")
	described := secretsDescribed()
	i := slices.IndexFunc(described.patterns, func(p *regexp.Regexp) bool { return p.MatchString(path) })
	if i < 0 {
		return nil
	}
	for status, response := range described.Paths[described.templates[i]][strings.ToLower(r.Method)].Responses {
		if schema := response.Content["application/json"].Schema; strings.HasPrefix(status, "2") && schema != nil {
			return schema
		}
	}
	return nil
}

// secretsSuccess answers every operation with what it expects: an object, or a list of one.
func secretsSuccess(r *http.Request) (*http.Response, error) {
	item, list := secretsItem, false
	if schema := secretsSchemaOf(r); schema != nil {
		item, list = schema.item()
	}
	if !list {
		return ok(item)(r)
	}
	total := "1"
	if skip := r.URL.Query().Get("skip"); skip == "1" {
		total = "2"
	} else if r.Body != nil {
		sent, _ := io.ReadAll(r.Body)
		if strings.Contains(string(sent), `"skip":1`) {
			total = "2"
		}
	}
	return status(200, "["+item+"]", "Content-Type", "application/json", "X-Total-Count", total)(r)
}

// secretsCarried are the secrets that a request shows to whom it is sent to.
func secretsCarried(r *http.Request) (carried []string) {
	sent := fmt.Sprint(r.Header["X-Api-Key"], r.Header["Authorization"])
	if r.Body != nil {
		data, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(data))
		sent += string(data)
	}
	for _, secret := range secretsAll {
		for _, form := range append(secretsForms(secret), base64.StdEncoding.EncodeToString([]byte("client-1:"+secret))) {
			if strings.Contains(sent, form) {
				carried = append(carried, secret)
				break
			}
		}
	}
	return carried
}

// secretsEcho repeats every secret that it was sent, in every way that a service may have.
func secretsEcho(code int) answer {
	return func(r *http.Request) (*http.Response, error) {
		carried := secretsCarried(r)
		said, points := "you sent "+fmt.Sprint(r.Header), ""
		for _, secret := range carried {
			said += " " + strings.Join(secretsForms(secret), " ")
			for _, c := range []byte(secret) { // as nobody writes it, but everybody may
				points += fmt.Sprintf(`\u%04x`, c)
			}
		}
		sent := []byte("null")
		if r.Body != nil {
			sent, _ = io.ReadAll(r.Body)
		}
		escaped, _ := json.Marshal(said)
		quoted, _ := json.Marshal(string(sent))
		body := fmt.Sprintf(`{"message":%s,"error":"%s","code":%s,"request":%s,"details":[{"fieldViolationsList":[{"field":"password","description":%s}]},{"points":"%s"}]}`,
			escaped, points, escaped, quoted, escaped, points)
		if code == 200 { // the headers of a success are not ours to change
			return ok(body)(r)
		}
		return status(code, body, "Content-Type", "application/json", "X-Request-Id", said, "X-Said", strings.Join(carried, " "))(r)
	}
}

// secretsFailures are the ways in which a request goes wrong here.
var secretsFailures = map[string]answer{
	"400 that repeats everything": secretsEcho(400),
	"401 that repeats everything": secretsEcho(401),
	"500 that repeats everything": secretsEcho(500),
	"success that is text": func(r *http.Request) (*http.Response, error) {
		response, err := secretsEcho(200)(r)
		response.Body = io.NopCloser(io.MultiReader(strings.NewReader("<html>"), response.Body))
		return response, err
	},
	"items that are no objects": func(r *http.Request) (*http.Response, error) {
		quoted, _ := json.Marshal(strings.Join(secretsCarried(r), " "))
		return ok("[" + string(quoted) + ",null,7]")(r)
	},
	"503 in HTML": status(503, "<html>Service Unavailable</html>", "Content-Type", "text/html"),
	"reset":       fails(errReset),
	"refused":     fails(errRefused),
	"broken off":  breaksOff(200, `{"_id":`, errReset),
	"hang":        hangs,
	"another host": func(r *http.Request) (*http.Response, error) {
		return status(302, "", "Location", "https://evil.test/"+url.PathEscape(strings.Join(secretsCarried(r), "/")))(r)
	},
	"redirect that cannot be parsed": func(r *http.Request) (*http.Response, error) {
		return status(302, "", "Location", "https://evil.test:port/"+strings.Join(secretsCarried(r), "/"))(r)
	},
	"transport that tells all": func(r *http.Request) (*http.Response, error) {
		sent := ""
		if r.Body != nil {
			data, _ := io.ReadAll(r.Body)
			sent = string(data)
		}
		return nil, fmt.Errorf("cannot send %q with %v: %w", sent, r.Header, &url.Error{Op: r.Method, URL: r.URL.String(), Err: errReset})
	},
}

// secretsSeen is a transport that tells the token endpoint from the service, and notes which secrets
// passed through it: a search for what was never there proves nothing.
type secretsSeen struct {
	service, token answer
	mu             sync.Mutex
	requests       int
	seen           map[string]bool
	hosts          map[string]bool
}

func (s *secretsSeen) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requests++
	for _, secret := range secretsCarried(r) {
		s.seen[secret] = true
	}
	s.hosts[r.URL.Host] = true
	s.mu.Unlock()
	next := s.service
	if r.URL.Host == "token.test" {
		next = s.token
	}
	response, err := next(r)
	if response != nil {
		response.Request = r
	}
	return response, err
}

func (s *secretsSeen) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func secretsGrant(r *http.Request) (*http.Response, error) {
	quoted, _ := json.Marshal(secretsToken)
	return ok(`{"access_token":` + string(quoted) + `,"expires_in":3600}`)(r)
}

// secretsTee hands each record to two handlers.
type secretsTee [2]slog.Handler

func (secretsTee) Enabled(context.Context, slog.Level) bool { return true }

func (h secretsTee) Handle(ctx context.Context, record slog.Record) error {
	return errors.Join(h[0].Handle(ctx, record.Clone()), h[1].Handle(ctx, record.Clone()))
}

func (h secretsTee) WithAttrs(attrs []slog.Attr) slog.Handler {
	return secretsTee{h[0].WithAttrs(attrs), h[1].WithAttrs(attrs)}
}

func (h secretsTee) WithGroup(name string) slog.Handler {
	return secretsTee{h[0].WithGroup(name), h[1].WithGroup(name)}
}

// secretsWatch is a client of which everything that can be watched is.
func secretsWatch(t *testing.T, transport http.RoundTripper, account bool, found *secretsFound, changes ...func(*jumpcloud.Configuration)) (*jumpcloud.APIClient, func()) {
	t.Helper()
	var text, lines bytes.Buffer
	configuration := jumpcloud.NewConfiguration()
	configuration.BaseURL = baseURL
	configuration.HTTPClient = &http.Client{Transport: transport}
	configuration.Logger = slog.New(secretsTee{
		slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}),
		slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}),
	})
	configuration.OnAttempt = func(_ context.Context, attempt jumpcloud.Attempt) {
		found.add("Attempt", fmt.Sprintf("%+v %#v", attempt, attempt))
		found.failure("Attempt.Err", attempt.Err)
	}
	configuration.APIKey = secretsKey
	if account {
		configuration.APIKey = ""
		configuration.ServiceAccount = &jumpcloud.ServiceAccount{ClientID: "client-1", ClientSecret: secretsClient, TokenURL: "https://token.test/oauth2/token"}
	}
	for _, change := range changes {
		change(configuration)
	}
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	return client, func() {
		found.add("log", text.String())
		found.add("log as JSON", lines.String())
		found.value("Configuration", *configuration, false)
		found.value("ServiceAccount", configuration.ServiceAccount, false)
		found.value("APIClient", *client, false)
		services := reflect.ValueOf(client).Elem()
		for i := range services.NumField() {
			if field := services.Type().Field(i); field.IsExported() {
				found.value(field.Name, services.Field(i).Interface(), false)
				found.value(field.Name, services.Field(i).Elem().Interface(), false)
			}
		}
	}
}

func TestSecrets_NothingTellsThemWhateverHappens(t *testing.T) {
	operations := secretsOperations()
	methods := 0
	for _, n := range directives(t) {
		methods += n
	}
	require.GreaterOrEqual(t, len(operations), methods, "operations and walks")
	for credential, account := range map[string]bool{"API key": false, "service account": true} {
		for name, failure := range secretsFailures {
			t.Run(credential+", "+name, func(t *testing.T) {
				t.Parallel()
				secretsDrive(t, operations, account, failure, secretsGrant)
			})
			if account {
				t.Run("token endpoint, "+name, func(t *testing.T) { secretsDrive(t, operations[:3], account, secretsSuccess, failure) })
			}
		}
		t.Run(credential+", success", func(t *testing.T) {
			// A package goes to another host, which is what its own tests are about.
			here := slices.DeleteFunc(slices.Clone(operations), func(o secretsOperation) bool { return strings.HasSuffix(o.name, "Package") })
			for name, err := range secretsDrive(t, here, account, secretsSuccess, secretsGrant) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// secretsDrive calls the operations and searches what comes out. It returns the errors.
func secretsDrive(t *testing.T, operations []secretsOperation, account bool, service, token answer) (failed map[string]error) {
	var found secretsFound
	failed = map[string]error{}
	transport := &secretsSeen{service: service, token: token, seen: map[string]bool{}, hosts: map[string]bool{}}
	synctest.Test(t, func(t *testing.T) {
		client, finish := secretsWatch(t, transport, account, &found)
		for _, operation := range operations {
			before := transport.count()
			var response jumpcloud.Response
			outcome := operation.call(t, client, jumpcloud.WithRaw(), jumpcloud.WithResponse(&response))
			assert.Greater(t, transport.count(), before, "requests of %s: %v", operation.name, outcome.errs)
			found.value(operation.name+" response", response, false)
			for _, argument := range outcome.arguments {
				found.value(operation.name+" argument", argument, true)
			}
			for _, result := range outcome.results {
				switch result.(type) {
				case json.RawMessage, []byte:
					continue // is what the service answers, whatever that is
				}
				found.value(operation.name+" result", result, false)
				if raw, is := result.(interface{ RawJSON() json.RawMessage }); is {
					found.add(operation.name+" raw", string(raw.RawJSON()))
				}
			}
			for _, err := range outcome.errs {
				found.failure(operation.name, err)
				found.value(operation.name+" error", err, false)
				failed[operation.name] = err
			}
		}
		finish()
	})
	found.clean(t, secretsAll...)
	for host := range transport.hosts {
		assert.Contains(t, []string{"jumpcloud.test", "token.test"}, host, "hosts that were asked")
	}
	if len(operations) > 3 {
		expected := []string{secretsKey, secretsPassword}
		if account {
			expected = []string{secretsClient, secretsToken, secretsPassword}
		}
		for _, secret := range expected {
			assert.True(t, transport.seen[secret], "%q was never sent, so that this test proves nothing", secret)
		}
	}
	return failed
}

// secretsElsewhere is a server that must not be reached.
func secretsElsewhere(t *testing.T, start func(http.Handler) *httptest.Server) (address string, reached *atomic.Int32) {
	reached = new(atomic.Int32)
	server := start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		_, _ = io.WriteString(w, "[]")
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(server.Close)
	return server.URL, reached
}

func TestSecrets_NeitherRedirectsNorLinksTakeThemElsewhere(t *testing.T) {
	otherPort, reachedPort := secretsElsewhere(t, httptest.NewServer)
	otherScheme, reachedScheme := secretsElsewhere(t, httptest.NewTLSServer)
	var target atomic.Value // of redirects and links
	var hits atomic.Int32
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere := target.Load().(string)
		switch {
		case strings.HasSuffix(r.URL.Path, "/token"):
			_ = json.NewEncoder(w).Encode(map[string]string{"access_token": secretsToken})
			return
		case strings.HasSuffix(r.URL.Path, "/redirect"):
			w.Header().Set("Location", elsewhere+"?key="+url.QueryEscape(r.Header.Get("X-Api-Key")))
			w.WriteHeader(http.StatusTemporaryRedirect)
		case r.URL.Query().Get("skip") == "":
			w.Header().Set("Link", "<"+elsewhere+`>; rel="next"`)
			_, _ = io.WriteString(w, `[{"_id":"a"}]`)
		default:
			_, _ = io.WriteString(w, "[]")
		}
		hits.Add(1)
	}))
	t.Cleanup(home.Close)
	targets := map[string]string{
		"port":          otherPort,
		"scheme":        otherScheme,
		"host":          strings.Replace(home.URL, "127.0.0.1", "localhost", 1), // the same server by another name
		"host and port": strings.Replace(otherPort, "127.0.0.1", "localhost", 1),
		"user":          strings.Replace(otherPort, "://", "://127.0.0.1@", 1),
		"no scheme":     strings.TrimPrefix(otherPort, "http:"),
	}
	for name, address := range targets {
		for _, account := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, service account %v", name, account), func(t *testing.T) {
				target.Store(address)
				hits.Store(0)
				var found secretsFound
				client, finish := secretsWatch(t, home.Client().Transport, account, &found, func(c *jumpcloud.Configuration) {
					c.BaseURL = home.URL
					if account {
						c.ServiceAccount.TokenURL = home.URL + "/token"
					}
				})

				for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
					err := client.Call(t.Context(), method, "/redirect", nil, map[string]string{"password": secretsPassword}, nil)
					assert.ErrorIs(t, err, jumpcloud.ErrRedirect, method)
					found.failure(method, err)
				}
				items, err := jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), client, "/list", nil), 0)

				require.NoError(t, err)
				assert.Len(t, items, 1)
				assert.Equal(t, int32(5+2), hits.Load(), "one request each, and two for the list")
				finish()
				found.clean(t, secretsAll...)
			})
		}
	}
	assert.Zero(t, reachedPort.Load(), "requests to another port")
	assert.Zero(t, reachedScheme.Load(), "requests to another scheme")
}

// secretsProxyPassword is a proxy's, in the environment: http://user:password@proxy.
const secretsProxyPassword = "pr0xyPa55w0rd"

// TestSecrets_ProxyOfTheEnvironment runs itself once more for each environment: net/http reads the
// variables once in the life of a process.
func TestSecrets_ProxyOfTheEnvironment(t *testing.T) {
	if os.Getenv("JUMPCLOUD_TEST_PROXY_HOST") != "" {
		secretsBehindProxy(t)
		return
	}
	var served atomic.Int32
	service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") == secretsKey && r.Header.Get("Proxy-Authorization") == "" {
			served.Add(1)
		}
		_, _ = io.WriteString(w, `{"_id":"a"}`)
	}))
	t.Cleanup(service.Close)
	proxy := newSecretsProxy(t, service.Listener.Addr().String())
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: service.Certificate().Raw})

	for name, test := range map[string]struct {
		variable, address string
		host              string
		reached           bool   // the service was
		failure           string // else
	}{
		"https through the proxy":     {"HTTPS_PROXY", "http://user:" + secretsProxyPassword + "@" + proxy.address, "example.com", true, ""},
		"proxy refuses":               {"HTTPS_PROXY", "http://other:" + secretsProxyPassword + "@" + proxy.address, "example.com", false, "Proxy Authentication Required"},
		"proxy is not there":          {"HTTPS_PROXY", "http://user:" + secretsProxyPassword + "@127.0.0.1:1", "example.com", false, "proxyconnect tcp: dial tcp"},
		"proxy does not speak TLS":    {"HTTPS_PROXY", "https://user:" + secretsProxyPassword + "@" + proxy.address, "example.com", false, "proxyconnect tcp"},
		"proxy of the token endpoint": {"HTTPS_PROXY", "http://other:" + secretsProxyPassword + "@" + proxy.address, "account.example.com", false, "Proxy Authentication Required"},
		"proxy for the other scheme":  {"HTTP_PROXY", "http://user:" + secretsProxyPassword + "@127.0.0.1:1", "example.com", true, ""},
		"loopback hosts go direct":    {"HTTPS_PROXY", "http://user:" + secretsProxyPassword + "@127.0.0.1:1", service.Listener.Addr().String(), true, ""},
		// net/http takes these for another proxy.
		"password with a slash":        {"HTTPS_PROXY", "http://user:1/" + secretsProxyPassword + "@" + proxy.address, "example.com", false, "lookup"},
		"password with a space":        {"HTTPS_PROXY", "http://user:1 " + secretsProxyPassword + "@" + proxy.address, "example.com", false, "lookup"},
		"password with a percent sign": {"HTTPS_PROXY", "user:%zz" + secretsProxyPassword + "@" + proxy.address, "example.com", false, "lookup"},
	} {
		t.Run(name, func(t *testing.T) {
			served.Store(0)
			self, err := os.Executable()
			require.NoError(t, err)
			child := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()[:strings.Index(t.Name(), "/")]+"$", "-test.v")
			for _, variable := range os.Environ() {
				if name, _, _ := strings.Cut(variable, "="); !strings.Contains(strings.ToUpper(name), "PROXY") && name != "REQUEST_METHOD" {
					child.Env = append(child.Env, variable)
				}
			}
			child.Env = append(child.Env, test.variable+"="+test.address, "JUMPCLOUD_TEST_PROXY_HOST="+test.host, "JUMPCLOUD_TEST_PROXY_CA="+string(certificate),
				"JUMPCLOUD_TEST_PROXY_SERVICE="+service.Listener.Addr().String())

			output, err := child.CombinedOutput()

			require.NoError(t, err, "%s", output)
			assert.Equal(t, test.reached, served.Load() > 0, "%s", output)
			assert.Contains(t, string(output), test.failure)
			said := secretsFound{texts: map[string]string{string(output): "the child's output"}}
			said.clean(t, append(secretsAll, secretsProxyPassword)...)
		})
	}
	sent := secretsFound{texts: map[string]string{proxy.seen(): "what the proxy saw"}}
	sent.clean(t, secretsAll...)
	assert.Contains(t, proxy.seen(), "CONNECT example.com:443 ")
	assert.Contains(t, proxy.seen(), "Proxy-Authorization: Basic "+base64.StdEncoding.EncodeToString([]byte("user:"+secretsProxyPassword)))
}

// secretsBehindProxy is the child: it calls the service in the way that programs do, and prints
// everything.
func secretsBehindProxy(t *testing.T) {
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM([]byte(os.Getenv("JUMPCLOUD_TEST_PROXY_CA"))))
	transport := http.DefaultTransport.(*http.Transport)
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, _ := net.SplitHostPort(address)
		switch {
		case strings.HasSuffix(host, "example.com"):
			address = os.Getenv("JUMPCLOUD_TEST_PROXY_SERVICE")
		case host != "127.0.0.1":
			return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: host}} // without asking a name server
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	var found secretsFound
	host := os.Getenv("JUMPCLOUD_TEST_PROXY_HOST")
	client, finish := secretsWatch(t, nil, strings.HasPrefix(host, "account."), &found, func(c *jumpcloud.Configuration) {
		c.HTTPClient = nil
		c.BaseURL = "https://" + host
		if c.ServiceAccount != nil {
			c.ServiceAccount.TokenURL = "https://" + host + "/token"
		}
		c.Retry.MinWait, c.Retry.MaxWait = 1, 1
	})
	found.failure("error", client.Usergroups.Delete(t.Context(), userID))
	_, err := client.Systemusers.Get(t.Context(), userID, nil)
	found.failure("error", err)
	finish()
	for text := range found.texts {
		fmt.Println(text)
	}
}

// A transport of the caller's may choose its proxy in a way that fails, and say how.
func TestSecrets_ProxyThatCannotBeParsed(t *testing.T) {
	for name, address := range map[string]string{
		"slash":          "http://user:1a/" + secretsProxyPassword + "@proxy.test:3128",
		"space":          "http://user:1 " + secretsProxyPassword + "@proxy.test:3128",
		"quotation mark": `http://user:1"` + secretsProxyPassword + "@proxy.test:3128",
		"at":             "http://user:1@" + secretsProxyPassword + " @proxy.test:3128",
		"percent sign":   "http://user:%zz" + secretsProxyPassword + "@proxy.test:3128",
		"port":           "http://user:" + secretsProxyPassword + "@proxy.test:port",
		"no scheme":      "us er:" + secretsProxyPassword + "@proxy.test:3128",
		"line end":       "http://user:" + secretsProxyPassword + "\n@proxy.test:3128",
	} {
		t.Run(name, func(t *testing.T) {
			transport := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
				proxy, err := url.Parse(address)
				if err != nil {
					return nil, fmt.Errorf("invalid proxy address %q: %w", address, err) // in net/http's words
				}
				return proxy, nil
			}}
			var found secretsFound
			client, finish := secretsWatch(t, transport, false, &found, func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })

			err := client.Usergroups.Delete(t.Context(), userID)

			var cause *url.Error
			assert.False(t, errors.As(err, &cause), "a cause with the password in it is not handed out")
			assert.ErrorContains(t, err, "proxy.test")
			found.failure("error", err)
			finish()
			found.clean(t, secretsProxyPassword)
		})
	}
}

// secretsProxy is a proxy that tunnels to one address, whatever was asked for, and keeps every byte
// that its clients send.
type secretsProxy struct {
	address string
	mu      sync.Mutex
	bytes   bytes.Buffer
}

func newSecretsProxy(t *testing.T, to string) *secretsProxy {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	p := &secretsProxy{address: listener.Addr().String()}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(connection, to)
		}
	}()
	return p
}

func (p *secretsProxy) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes.Write(data)
}

func (p *secretsProxy) seen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bytes.String()
}

func (p *secretsProxy) serve(connection net.Conn, to string) {
	defer connection.Close()
	reader := bufio.NewReader(io.TeeReader(connection, p))
	request, err := http.ReadRequest(reader)
	if err != nil {
		return
	}
	user := base64.StdEncoding.EncodeToString([]byte("user:" + secretsProxyPassword))
	if request.Method != http.MethodConnect || request.Header.Get("Proxy-Authorization") != "Basic "+user {
		_, _ = io.WriteString(connection, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
		return
	}
	onward, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer onward.Close()
	_, _ = io.WriteString(connection, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(onward, reader) }()
	_, _ = io.Copy(connection, onward)
}

func TestSecrets_AsHandsOutNoCauseThatHoldsTheKey(t *testing.T) {
	inner := &ownError{errors.New("refused")}
	holding := &net.OpError{Op: "read", Net: "tcp", Err: fmt.Errorf("key %s: %w", key, inner)}
	around := &holdingError{"a text without it", holding}
	for name, cause := range map[string]error{"in its text": holding, "in what it wraps": around, "in one of several": errors.Join(errReset, holding)} {
		t.Run(name, func(t *testing.T) {
			err := get(t.Context(), newClient(t, newWire(t, fails(cause))), jumpcloud.WithMaxAttempts(1))

			require.Error(t, err)
			for e := err; e != nil; e = errors.Unwrap(e) {
				assert.NotContains(t, fmt.Sprintf("%v %+v", e, e), key)
			}
			var operation *net.OpError
			if errors.As(err, &operation) {
				assert.Same(t, errReset, operation, "a part that is clean")
			}
			var wrapper *holdingError
			assert.False(t, errors.As(err, &wrapper))
			var clean *ownError
			require.ErrorAs(t, err, &clean, "a part in which there is no secret is handed out")
			assert.Same(t, inner, clean)
			assert.ErrorIs(t, err, cause)
		})
	}
}

type holdingError struct {
	text  string
	cause error
}

func (e *holdingError) Error() string { return e.text }
func (e *holdingError) Unwrap() error { return e.cause }

func TestSecrets_CredentialOfAFewCharactersSpoilsNoText(t *testing.T) {
	said := func(key string) string {
		client := newClient(t, newWire(t, status(400, `{"message":"no monkey-key named `+key+`"}`)), func(c *jumpcloud.Configuration) { c.APIKey = key })
		return asAPIError(t, get(t.Context(), client)).Message
	}

	assert.Equal(t, "no monkey-key named key", said("key"))
	assert.Equal(t, "no monkey-key named 1234567", said("1234567"))
	assert.Equal(t, "no monkey-key named [redacted]", said("12345678"))
}

func TestSecrets_PasswordsAndCodesThatWereSentAreHidden(t *testing.T) {
	for name, body := range map[string]any{
		"password":  map[string]any{"password": "Tr0ub4dor"},
		"code":      map[string]any{"auth": map[string]any{"oauth": map[string]any{"code": "Tr0ub4dor"}}},
		"in a list": []any{map[string]any{"password": "Tr0ub4dor"}, map[string]any{"code": "c0rrecthorse"}},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, newWire(t, status(400, `{"message":"Tr0ub4dor was refused, c0rrecthorse too"}`, "X-Said", "Tr0ub4dor"), fails(errors.New("sending Tr0ub4dor"))),
				func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })
			expected := "[redacted] was refused, c0rrecthorse too"
			if name == "in a list" {
				expected = "[redacted] was refused, [redacted] too"
			}

			failure := asAPIError(t, client.Call(t.Context(), "POST", "/v2/workdays", nil, body, nil))
			assert.Equal(t, expected, failure.Message)
			assert.NotContains(t, string(failure.Body), "Tr0ub4dor")
			assert.Equal(t, "[redacted]", failure.Header.Get("X-Said"))
			assert.ErrorContains(t, client.Call(t.Context(), "POST", "/v2/workdays", nil, body, nil), "sending [redacted]")
		})
	}
}

// A panic asks for String, and prints a text of another type as it is.
func TestSecretInAPanicIsNotPrinted(t *testing.T) {
	var stringer fmt.Stringer = jumpcloud.Secret("hunter2-hunter2")
	assert.Equal(t, "[redacted]", stringer.String())
}

func TestSecrets_PasswordOfAFewCharactersSpoilsNoText(t *testing.T) {
	said := func(password string) string {
		client := newClient(t, newWire(t, status(400, `{"message":"abc and abcd"}`)))
		return asAPIError(t, client.Call(t.Context(), "POST", "/systemusers", nil, map[string]string{"password": password}, nil)).Message
	}

	assert.Equal(t, "abc and abcd", said("abc"))
	assert.Equal(t, "abc and [redacted]", said("abcd"))
}

func TestSecrets_EscapedOnesAreLookedForInAnswersUpToAMebibyte(t *testing.T) {
	escaped := `\u00` + fmt.Sprintf("%x", key[0]) + key[1:]
	for size, hidden := range map[int]bool{1 << 20: true, 1<<20 + 1: false} {
		around := `{"message":"m","key":"` + escaped + `","filler":""}`
		body := strings.Replace(around, `"filler":"`, `"filler":"`+strings.Repeat("x", size-len(around)), 1)
		require.Len(t, body, size)

		failure := asAPIError(t, get(t.Context(), newClient(t, newWire(t, status(400, body)))))

		assert.Equal(t, !hidden, strings.Contains(string(failure.Body), escaped), "an answer of %d bytes", size)
		assert.NotContains(t, string(failure.Body), key)
	}
}
