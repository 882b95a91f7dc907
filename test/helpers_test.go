package jumpcloud_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// The tests run below a base path, so that an absolute path in the package shows.
const (
	baseURL = "https://jumpcloud.test/base/api"
	key     = "jca_KEY0f3a9c61d"
	userID  = "5f0c1a2b3c4d5e6f70819293"
)

// received is a request as it reached the transport.
type received struct {
	method string
	url    string // with the query, as sent
	header http.Header
	body   string
	after  time.Duration // since the wire was made
}

// answer is what a wire does with a request.
type answer func(r *http.Request) (*http.Response, error)

// wire is a transport without a socket: it keeps each request, and answers the n-th with the n-th of
// its answers. One more request than that fails the test.
type wire struct {
	t       testing.TB
	began   time.Time
	answers []answer
	every   answer // for any number of requests, in place of answers

	mu       sync.Mutex
	seen     []received
	inFlight int
	most     int // requests in flight at once
}

func newWire(t testing.TB, answers ...answer) *wire {
	return &wire{t: t, began: time.Now(), answers: answers}
}

// always answers every request in the same way.
func always(t testing.TB, every answer) *wire {
	return &wire{t: t, began: time.Now(), every: every}
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		assert.NoError(w.t, err)
		assert.NoError(w.t, r.Body.Close())
		assert.Equal(w.t, r.ContentLength, int64(len(data)), "the length that was announced")
		body = string(data)
		r.Body = io.NopCloser(strings.NewReader(body))
	}
	w.mu.Lock()
	w.seen = append(w.seen, received{
		method: r.Method, url: r.URL.String(), header: r.Header.Clone(), body: body, after: time.Since(w.began),
	})
	next := w.every
	if next == nil && len(w.seen) <= len(w.answers) {
		next = w.answers[len(w.seen)-1]
	}
	w.inFlight++
	w.most = max(w.most, w.inFlight)
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.inFlight--
	}()
	if next == nil || w.count() > 2000 { // more than that is a loop without an end
		w.t.Errorf("unexpected request: %s %s", r.Method, r.URL)
		return nil, errors.New("unexpected request")
	}
	response, err := next(r)
	if response != nil {
		response.Request = r
	}
	return response, err
}

func (w *wire) requests() []received {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]received(nil), w.seen...)
}

func (w *wire) count() int { return len(w.requests()) }

// busy is how many requests are in flight now, and how many were at most.
func (w *wire) busy() (now, most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.inFlight, w.most
}

// only returns the one request there was.
func (w *wire) only() received {
	w.t.Helper()
	seen := w.requests()
	require.Len(w.t, seen, 1)
	return seen[0]
}

// waits returns the times between the requests.
func (w *wire) waits() (waits []time.Duration) {
	seen := w.requests()
	for i := 1; i < len(seen); i++ {
		waits = append(waits, seen[i].after-seen[i-1].after)
	}
	return waits
}

// status answers with a status, a body, and headers as name and value in turn.
func status(code int, body string, headers ...string) answer {
	return func(*http.Request) (*http.Response, error) {
		response := httpmock.NewStringResponse(code, body)
		for i := 0; i < len(headers); i += 2 {
			response.Header.Add(headers[i], headers[i+1])
		}
		return response, nil
	}
}

// ok answers 200 with a JSON body.
func ok(body string) answer { return status(200, body, "Content-Type", "application/json") }

// fails breaks the attempt.
func fails(err error) answer {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// slow answers after a time, unless the request ends before.
func slow(d time.Duration, next answer) answer {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return next(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// hangs never answers.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// breaksOff answers a status, and a body that ends in err after its first bytes.
func breaksOff(code int, body string, err error) answer {
	return func(r *http.Request) (*http.Response, error) {
		response, _ := status(code, "")(r)
		response.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), failingReader{err}))
		return response, nil
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }

// The ways in which a connection fails.
var (
	errReset   = &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
	errRefused = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	errNoHost  = &net.DNSError{Err: "no such host", Name: "jumpcloud.test", IsNotFound: true}
)

// newClient returns a client over a transport, with an API key below baseURL.
func newClient(t testing.TB, transport http.RoundTripper, changes ...func(*jumpcloud.Configuration)) *jumpcloud.APIClient {
	t.Helper()
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = key
	configuration.BaseURL = baseURL
	configuration.UserAgent = "test-agent/1"
	configuration.HTTPClient = &http.Client{Transport: transport}
	for _, change := range changes {
		change(configuration)
	}
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	return client
}

// serverClient returns a client for a real server, with an API key and short waits.
func serverClient(t testing.TB, server *httptest.Server, changes ...func(*jumpcloud.Configuration)) *jumpcloud.APIClient {
	t.Helper()
	return newClient(t, nil, append([]func(*jumpcloud.Configuration){func(c *jumpcloud.Configuration) {
		c.HTTPClient = server.Client()
		c.BaseURL = server.URL + "/base/api"
	}}, changes...)...)
}

// get calls GET /systems, the simplest request there is.
func get(ctx context.Context, client *jumpcloud.APIClient, opts ...jumpcloud.RequestOption) error {
	return client.Call(ctx, "GET", "/systems", nil, nil, nil, opts...)
}

func asAPIError(t testing.TB, err error) *jumpcloud.APIError {
	t.Helper()
	var found *jumpcloud.APIError
	require.ErrorAs(t, err, &found)
	return found
}

func asParamError(t testing.TB, err error) *jumpcloud.ParamError {
	t.Helper()
	var found *jumpcloud.ParamError
	require.ErrorAs(t, err, &found)
	return found
}

func asDecodeError(t testing.TB, err error) *jumpcloud.DecodeError {
	t.Helper()
	var found *jumpcloud.DecodeError
	require.ErrorAs(t, err, &found)
	return found
}

func asTransportError(t testing.TB, err error) *jumpcloud.TransportError {
	t.Helper()
	var found *jumpcloud.TransportError
	require.ErrorAs(t, err, &found)
	return found
}

// formats are the verbs and flags of fmt. %p and %w are not among them: fmt prints an operand of
// another kind than those want raw, without asking its type, and go vet refuses such a call.
var formats = []string{
	"%v", "%+v", "%#v", "%s", "%+s", "%#s", "%q", "%+q", "%#q", "%x", "%X", "% x", "%#x", "%d", "%+d", "%b", "%o", "%O",
	"%t", "%c", "%U", "%e", "%E", "%f", "%F", "%g", "%G", "%10v", "%-10v", "%.3v", "%08d", "%T", "%y",
}

// printed returns all that fmt and slog make of a value: with every verb, as it is and inside a
// struct, a slice and a map.
func printed(value any) map[string]string {
	texts := map[string]string{}
	holders := map[string]any{
		"itself":    value,
		"in struct": struct{ Field any }{value},
		"in slice":  []any{value},
		"in map":    map[string]any{"k": value},
	}
	if value != nil { // with a verb that does not fit, fmt asks nothing behind a pointer but what formats itself
		list := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(value)), 0, 1)
		holders["in slice of its type"] = reflect.Append(list, reflect.ValueOf(value)).Interface()
	}
	for holder, v := range holders {
		for _, format := range formats {
			texts[holder+" "+format] = fmt.Sprintf(format, v)
		}
		texts[holder+" Sprint"] = fmt.Sprint(v)
		texts[holder+" Errorf"] = fmt.Errorf("error: %v", v).Error()
	}
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"slog text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"slog JSON": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	} {
		var out bytes.Buffer
		logger := slog.New(handler(&out))
		logger.Info("message", "value", value)
		logger.With("value", value).WithGroup("group").Info("message", slog.Group("inner", slog.Any("value", value)))
		texts[name] = out.String()
	}
	return texts
}

// keepsSecret checks that no text of a value has a secret in it, not even as hexadecimal digits.
func keepsSecret(t *testing.T, value any, secrets ...string) {
	t.Helper()
	for how, text := range printed(value) {
		for _, secret := range secrets {
			assert.NotContains(t, text, secret, how)
			assert.NotContains(t, strings.ToLower(strings.ReplaceAll(text, " ", "")), fmt.Sprintf("%x", secret), how)
		}
	}
}

// thing is an object of a list that the package does not know.
type thing struct {
	ID string `json:"_id"`
	N  int    `json:"n"`
}

// window is the part of n objects that a request asks for, from a service that puts no more than
// largest on a page.
func window(r *http.Request, n, largest int) (from, to int) {
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = 10
	}
	from, _ = strconv.Atoi(query.Get("skip"))
	from = min(from, n)
	return from, min(from+min(limit, largest), n)
}

// objects are {"_id":"id7","n":7} for each number, separated by commas.
func objects(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		if i > from {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"_id":"id%d","n":%d}`, i, i)
	}
	return b.String()
}

// v1List answers a list of n objects as API v1 does.
func v1List(n, largest int) answer {
	return func(r *http.Request) (*http.Response, error) {
		from, to := window(r, n, largest)
		return ok(fmt.Sprintf(`{"totalCount":%d,"results":[%s]}`, n, objects(from, to)))(r)
	}
}

// v2List answers a list of n objects as API v2 does.
func v2List(n, largest int) answer {
	return func(r *http.Request) (*http.Response, error) {
		from, to := window(r, n, largest)
		return status(200, "["+objects(from, to)+"]", "X-Total-Count", strconv.Itoa(n))(r)
	}
}

// bareList answers a list of n objects without a total.
func bareList(n, largest int) answer {
	return func(r *http.Request) (*http.Response, error) {
		from, to := window(r, n, largest)
		return ok("[" + objects(from, to) + "]")(r)
	}
}

// tlsServer is a real server that speaks TLS in its own way, and hides its complaints about clients.
func tlsServer(t *testing.T, config *tls.Config) *httptest.Server {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = config
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func decodeInto(text string, out any) error { return json.Unmarshal([]byte(text), out) }
