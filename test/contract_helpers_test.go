package jumpcloud_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// The contract tests pin what one call of each operation looks like on the wire, what becomes of the
// service's answers, and what becomes of an error. Their client has a base path, so that an absolute
// path in the package shows.
const (
	contractBase  = "https://contract.test/tenant/api"
	contractKey   = "contract-key"
	contractAgent = "contract-agent/1"
	contractOrg   = "5c9e9c2a1f0b7a0012345678"
)

// Ids as the service makes them.
const (
	annID    = "6026bec6b8207255280d5981"
	bobID    = "6026bec6b8207255280d5982"
	staffID  = "6026da081f24755306c2ee0d"
	laptopID = "5f1b2c3d4e5f60718293a4b5"
	serverID = "5f1b2c3d4e5f60718293a4b6"
	jobID    = "65a1b2c3d4e5f60718293a4c"
	pushID   = "64d0f1e2c3b4a59687786950"
	feedID   = "63c0d1e2f3a4b5c6d7e8f901"
)

// The lists of the contracts ask for the third page of 50, which is the last one and holds two
// objects: the whole walk from there is one request.
const (
	contractLimit = 50
	contractSkip  = 100
	contractTotal = 102
)

// contract is one call of one operation.
type contract struct {
	operation string
	variant   string // what this case is about, where an operation has several
	route     string // as the method's directive has it
	path      string // the route with its ids
	query     url.Values
	raw       string            // the query as sent, where separators matter
	header    map[string]string // besides the headers that every request has
	body      string            // literal JSON, or "" for a request without a body
	file      string            // in its place, the one part of a form: its headers, sorted, an empty line, and its content
	methods   methods
	answers   []reply // of which the first, one that is described, answers the request that is looked at
	above     bool    // the route is above a single organization, and refuses x-org-id
	acts      bool    // a GET that does something, whose empty body keeps net/http from sending it again
	beyond    bool    // the request or the first answer has a word that is not described: one of tomorrow
	failure   refusal
}

// reply is a success of the service.
type reply struct {
	status      int
	contentType string
	body        string
	total       string // X-Total-Count
}

// refusal is an error answer, and what becomes of it.
type refusal struct {
	status      int
	contentType string
	body        string
	matches     error
	code        string
	message     string
	details     string // a JSON array
}

// methods are what calls an operation: a method and, for a list, the walk. Each checks the result of
// a success, and that there is none with an error.
type methods struct {
	call, walk func(t *testing.T, client *jumpcloud.APIClient) error
}

// single is a method that answers one object.
func single[T any](call func(context.Context, *jumpcloud.APIClient) (T, error), check func(*testing.T, T)) methods {
	return methods{call: func(t *testing.T, client *jumpcloud.APIClient) error {
		result, err := call(t.Context(), client)
		if err != nil {
			assert.Zero(t, result, "no result comes with an error")
			return err
		}
		check(t, result)
		return nil
	}}
}

// nothing is a method that answers an error or none.
func nothing(call func(context.Context, *jumpcloud.APIClient) error) methods {
	return methods{call: func(t *testing.T, client *jumpcloud.APIClient) error { return call(t.Context(), client) }}
}

// listing is a list's method and its walk, which find the same objects.
func listing[T any](
	list func(context.Context, *jumpcloud.APIClient) (*jumpcloud.Page[T], error),
	all func(context.Context, *jumpcloud.APIClient) iter.Seq2[*T, error],
	check func(*testing.T, []*T),
) methods {
	page := single(list, func(t *testing.T, page *jumpcloud.Page[T]) {
		assert.Equal(t, contractTotal, page.TotalCount)
		assert.Equal(t, contractSkip, page.Skip)
		assert.Equal(t, contractLimit, page.Limit)
		require.Len(t, page.Items, 2, "the first answer of a list's contract holds two items")
		check(t, page.Items)
	})
	page.walk = func(t *testing.T, client *jumpcloud.APIClient) (failure error) {
		var items []*T
		for item, err := range all(t.Context(), client) {
			require.NoError(t, failure, "an error ends the walk")
			if failure = err; err != nil {
				assert.Nil(t, item, "no item comes with an error")
				continue
			}
			items = append(items, item)
		}
		if failure == nil {
			require.Len(t, items, 2, "the first answer of a list's contract holds two items")
			check(t, items)
		}
		return failure
	}
	return page
}

// contractWire is a client whose one expected request is answered with a response.
type contractWire struct {
	*jumpcloud.APIClient
	requests []*http.Request
	bodies   []string
}

// below is what is below the base of the API.
func below(url string) string {
	return strings.TrimPrefix(strings.TrimPrefix(url, contractBase), "https://contract.test")
}

// url is where the request goes: Directory Insights lies at the root of a BaseURL's host.
func (c contract) url() string {
	if strings.HasPrefix(c.path, "/insights/") {
		return "https://contract.test" + c.path
	}
	return contractBase + c.path
}

func (c contract) wire(t *testing.T, orgID string, status int, header http.Header, body string) *contractWire {
	t.Helper()
	w := &contractWire{}
	method, _, _ := strings.Cut(c.route, " ")
	transport := httpmock.NewMockTransport()
	transport.RegisterResponder(method, c.url(), func(r *http.Request) (*http.Response, error) {
		w.requests = append(w.requests, r)
		sent := ""
		if r.Body != nil {
			data, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			sent = string(data)
		}
		w.bodies = append(w.bodies, sent)
		response := httpmock.NewStringResponse(status, body)
		response.Header = header
		return response, nil
	})
	transport.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		t.Errorf("unexpected request: %s %s", r.Method, r.URL)
		return nil, errors.New("unexpected request")
	})
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = contractKey
	configuration.OrgID = orgID
	configuration.BaseURL = contractBase
	configuration.UserAgent = contractAgent
	configuration.HTTPClient = &http.Client{Transport: transport}
	configuration.Retry.MaxAttempts = 1
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	w.APIClient = client
	return w
}

func (c contract) answeredBy(t *testing.T, orgID string, answer reply) *contractWire {
	t.Helper()
	header := http.Header{}
	if answer.contentType != "" {
		header.Set("Content-Type", answer.contentType)
	}
	if answer.total != "" {
		header.Set("X-Total-Count", answer.total)
	}
	return c.wire(t, orgID, answer.status, header, answer.body)
}

// holds checks the one request there was.
func (c contract) holds(t *testing.T, w *contractWire, orgID string) {
	t.Helper()
	require.Len(t, w.requests, 1)
	request := w.requests[0]

	// The transport was asked for the method and the path.
	assert.Equal(t, c.url(), strings.TrimSuffix(request.URL.String(), "?"+request.URL.RawQuery))

	query, err := url.ParseQuery(request.URL.RawQuery)
	require.NoError(t, err)
	want := c.query
	if want == nil {
		want = url.Values{}
	}
	assert.Equal(t, want, query)
	if c.raw != "" {
		assert.ElementsMatch(t, strings.Split(c.raw, "&"), strings.Split(request.URL.RawQuery, "&"))
	}

	header := http.Header{"Accept": {"application/json"}, "User-Agent": {contractAgent}, "X-Api-Key": {contractKey}}
	if c.body != "" {
		header.Set("Content-Type", "application/json")
	}
	if orgID != "" && !c.above {
		header.Set("X-Org-Id", orgID)
	}
	for name, value := range c.header {
		header.Set(name, value)
	}
	if c.file != "" {
		kind, parameters, err := mime.ParseMediaType(request.Header.Get("Content-Type"))
		require.NoError(t, err)
		assert.Equal(t, "multipart/form-data", kind)
		header.Set("Content-Type", request.Header.Get("Content-Type"))
		form := multipart.NewReader(strings.NewReader(w.bodies[0]), parameters["boundary"])
		assert.Equal(t, c.file, nextPart(t, form))
		_, err = form.NextPart()
		assert.Equal(t, io.EOF, err, "a second part")
	}
	assert.Equal(t, header, request.Header)

	assert.Equal(t, int64(len(w.bodies[0])), request.ContentLength)
	switch {
	case c.file != "":
	case c.acts:
		assert.NotNil(t, request.Body)
		assert.NotEqual(t, http.NoBody, request.Body)
		assert.Nil(t, request.GetBody)
		assert.Empty(t, w.bodies[0])
	case c.body == "":
		assert.Nil(t, request.Body, "a request without a body")
	default:
		assert.JSONEq(t, c.body, w.bodies[0])
	}
	if !c.beyond {
		tell(t, request, w.bodies[0], c.answers[0])
	}
}

func nextPart(t *testing.T, form *multipart.Reader) string {
	t.Helper()
	part, err := form.NextPart()
	require.NoError(t, err)
	content, err := io.ReadAll(part)
	require.NoError(t, err)
	lines := []string{}
	for _, name := range slices.Sorted(maps.Keys(part.Header)) {
		lines = append(lines, name+": "+part.Header.Get(name))
	}
	return strings.Join(append(lines, "", string(content)), "\n")
}

// tell adds an exchange to the file that EXCHANGES names, as a line of JSON: test/conformance holds it
// to the description.
func tell(t *testing.T, request *http.Request, sent string, answer reply) {
	t.Helper()
	name := os.Getenv("EXCHANGES")
	if name == "" {
		return
	}
	line, err := json.Marshal(map[string]any{
		"test": t.Name(), "method": request.Method, "url": below(request.URL.String()),
		"header": request.Header, "sent": sent,
		"status": answer.status, "contentType": answer.contentType, "total": answer.total, "received": answer.body,
	})
	require.NoError(t, err)
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = file.Write(append(line, '\n'))
	require.NoError(t, err)
	require.NoError(t, file.Close())
}

// test checks everything about the contract.
func (c contract) test(t *testing.T) {
	for _, orgID := range []string{"", contractOrg} {
		name := "request"
		if orgID != "" {
			name = "request within an organization"
		}
		t.Run(name, func(t *testing.T) {
			w := c.answeredBy(t, orgID, c.answers[0])
			require.NoError(t, c.methods.call(t, w.APIClient))
			c.holds(t, w, orgID)
		})
	}
	for _, other := range c.answers[1:] {
		t.Run(fmt.Sprintf("answer %d %s", other.status, other.contentType), func(t *testing.T) {
			w := c.answeredBy(t, "", other)
			require.NoError(t, c.methods.call(t, w.APIClient))
			assert.Len(t, w.requests, 1)
		})
	}
	if c.methods.walk != nil {
		t.Run("walk", func(t *testing.T) {
			w := c.answeredBy(t, contractOrg, c.answers[0])
			require.NoError(t, c.methods.walk(t, w.APIClient))
			c.holds(t, w, contractOrg)
		})
	}
	calls := map[string]func(*testing.T, *jumpcloud.APIClient) error{"error": c.methods.call, "error of the walk": c.methods.walk}
	for name, call := range calls {
		if call == nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			header := http.Header{"X-Request-Id": {"request-1"}}
			if c.failure.contentType != "" {
				header.Set("Content-Type", c.failure.contentType)
			}
			w := c.wire(t, "", c.failure.status, header, c.failure.body)
			c.fails(t, call(t, w.APIClient))
			assert.Len(t, w.requests, 1)
		})
	}
}

// fails checks what became of an error answer.
func (c contract) fails(t *testing.T, err error) {
	t.Helper()
	for _, sentinel := range []error{
		jumpcloud.ErrBadRequest, jumpcloud.ErrUnauthorized, jumpcloud.ErrForbidden, jumpcloud.ErrNotFound,
		jumpcloud.ErrConflict, jumpcloud.ErrRateLimited, jumpcloud.ErrServer, jumpcloud.ErrRedirect,
	} {
		if sentinel == c.failure.matches {
			require.ErrorIs(t, err, sentinel)
		} else {
			require.NotErrorIs(t, err, sentinel)
		}
	}
	var found *jumpcloud.APIError
	require.ErrorAs(t, err, &found)
	assert.Equal(t, c.operation, found.Operation)
	assert.Equal(t, c.route, found.Method+" "+found.Route)
	assert.Equal(t, c.failure.status, found.StatusCode)
	assert.Equal(t, c.failure.code, found.Code)
	assert.Equal(t, c.failure.message, found.Message)
	assert.Equal(t, c.failure.body, string(found.Body))
	assert.Equal(t, 1, found.Attempts)
	assert.Equal(t, "request-1", found.RequestID)
	if c.failure.details == "" {
		assert.Empty(t, found.Details)
	} else {
		details := make([]string, len(found.Details))
		for i, detail := range found.Details {
			details[i] = string(detail)
		}
		assert.JSONEq(t, c.failure.details, "["+strings.Join(details, ",")+"]")
	}
}

// testContracts runs contracts as subtests, by operation.
func testContracts(t *testing.T, contracts []contract) {
	for _, c := range contracts {
		name := c.operation
		if c.variant != "" {
			name += " " + c.variant
		}
		t.Run(name, c.test)
	}
}

// exchange is one request of a story, and its answer.
type exchange struct {
	request string // method and path below the base URL, with the query as it is sent
	body    string // literal JSON, or "" for a request without a body
	reply
}

// talk returns a client whose requests must be those of a story, in order, no more and no less.
func talk(t *testing.T, story ...exchange) *jumpcloud.APIClient {
	t.Helper()
	transport := httpmock.NewMockTransport()
	next := 0
	transport.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		got := r.Method + " " + strings.TrimPrefix(r.URL.String(), contractBase)
		if next == len(story) {
			t.Errorf("unexpected request: %s", got)
			return nil, errors.New("the story is over")
		}
		now := story[next]
		next++
		assert.Equal(t, now.request, got)
		sent := ""
		if r.Body != nil {
			data, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			sent = string(data)
		}
		if now.body == "" {
			assert.Empty(t, sent, got)
		} else {
			assert.JSONEq(t, now.body, sent, got)
		}
		response := httpmock.NewStringResponse(now.status, now.reply.body)
		if now.contentType != "" {
			response.Header.Set("Content-Type", now.contentType)
		}
		if now.total != "" {
			response.Header.Set("X-Total-Count", now.total)
		}
		return response, nil
	})
	t.Cleanup(func() { assert.Equal(t, len(story), next, "requests of the story") })
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = contractKey
	configuration.BaseURL = contractBase
	configuration.HTTPClient = &http.Client{Transport: transport}
	configuration.Retry.MaxAttempts = 1
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	return client
}

// The successes of most operations.

func okJSON(body string) reply {
	return reply{status: 200, contentType: "application/json", body: body}
}

func createdJSON(body string) reply {
	return reply{status: 201, contentType: "application/json; charset=utf-8", body: body}
}

var noContent = reply{status: 204}

// v2Page is a list of API v2, with its total in a header.
func v2Page(body string) reply {
	return reply{status: 200, contentType: "application/json; charset=utf-8", body: body, total: "102"}
}

// wordless are the successes of the operations that answer a JSON string, text, or nothing.
var wordless = []reply{
	{status: 200, contentType: "application/json", body: `"OK"`},
	{status: 200, contentType: "text/plain", body: `OK`},
	{status: 200},
	{status: 204},
}

// The error bodies of which the service is known to send one or another.
var (
	refusedExists = refusal{
		status: 409, contentType: "application/json", body: `{"message":"Already Exists"}`,
		matches: jumpcloud.ErrConflict, message: "Already Exists",
	}
	refusedForbidden = refusal{
		status: 403, contentType: "application/json",
		body:    `{"message":"Forbidden: organization selection not allowed via header","error":"Forbidden: organization selection not allowed via header"}`,
		matches: jumpcloud.ErrForbidden, message: "Forbidden: organization selection not allowed via header",
	}
	refusedErrorOnly = refusal{
		status: 403, contentType: "application/json", body: `{"error":"Forbidden"}`,
		matches: jumpcloud.ErrForbidden, message: "Forbidden",
	}
	refusedNotFound = refusal{
		status: 404, contentType: "application/json", body: `{"code":404,"message":"no such object","status":"NOT_FOUND"}`,
		matches: jumpcloud.ErrNotFound, code: "404", message: "no such object",
	}
	refusedTextCode = refusal{
		status: 404, contentType: "application/json", body: `{"code":"404","message":"no such object"}`,
		matches: jumpcloud.ErrNotFound, code: "404", message: "no such object",
	}
	refusedMock = refusal{
		status: 404, contentType: "application/json", body: `{"message":"Not Found"}`,
		matches: jumpcloud.ErrNotFound, message: "Not Found",
	}
	refusedStatusOnly = refusal{
		status: 404, contentType: "application/json", body: `{"message":"no such object","status":"NOT_FOUND"}`,
		matches: jumpcloud.ErrNotFound, code: "NOT_FOUND", message: "no such object",
	}
	refusedDetails = refusal{
		status: 400, contentType: "application/json",
		body: `{"code":400,"message":"invalid filter","status":"INVALID_ARGUMENT",` +
			`"details":[{"fieldViolations":[{"field":"filter","description":"unknown field"}],"@type":"type.googleapis.com/google.rpc.BadRequest"}]}`,
		matches: jumpcloud.ErrBadRequest, code: "400", message: "invalid filter",
		details: `[{"fieldViolations":[{"field":"filter","description":"unknown field"}],"@type":"type.googleapis.com/google.rpc.BadRequest"}]`,
	}
	refusedPassword = refusal{
		status: 400, contentType: "application/json",
		body: `{"code":400,"message":"Password validation fail","status":"INVALID_ARGUMENT",` +
			`"details":[{"fieldViolationsList":[{"field":"password","description":"specialCharacter"}],"@type":"type.googleapis.com/google.rpc.BadRequest"}]}`,
		matches: jumpcloud.ErrBadRequest, code: "400", message: "Password validation fail",
		details: `[{"fieldViolationsList":[{"field":"password","description":"specialCharacter"}],"@type":"type.googleapis.com/google.rpc.BadRequest"}]`,
	}
	refusedUnspecified = refusal{
		status: 400, contentType: "application/json", body: `{}`, matches: jumpcloud.ErrBadRequest,
	}
	refusedDuplicate = refusal{
		status: 400, contentType: "application/json", body: `{"message":"User already exists"}`,
		matches: jumpcloud.ErrBadRequest, message: "User already exists",
	}
	refusedWording = refusal{
		status: 400, contentType: "text/plain; charset=utf-8", body: `id is required`,
		matches: jumpcloud.ErrBadRequest, message: "id is required",
	}
	refusedJSONText = refusal{
		status: 500, contentType: "application/json", body: `"Internal Server Error"`,
		matches: jumpcloud.ErrServer, message: "Internal Server Error",
	}
	refusedIn2019 = refusal{
		status: 422, contentType: "application/json", body: `{"code":3,"fields":"name","message":"missing required property"}`,
		matches: jumpcloud.ErrBadRequest, code: "3", message: "missing required property",
	}
	refusedKey = refusal{
		status: 401, contentType: "application/json", body: `{"message":"Unauthorized"}`,
		matches: jumpcloud.ErrUnauthorized, message: "Unauthorized",
	}
	refusedKeyUnsaid = refusal{status: 401, matches: jumpcloud.ErrUnauthorized}
	refusedRate      = refusal{status: 429, matches: jumpcloud.ErrRateLimited}
	refusedByProxy   = refusal{
		status: 503, contentType: "text/html", body: "<html><body>Service Unavailable</body></html>", matches: jumpcloud.ErrServer,
	}
)

// directive is an operation line of a generated method.
type directive struct{ operation, route string }

// directives counts the operation lines of the generated services: a list's operation stands above
// two methods, one of which walks.
func directives(t *testing.T) (found map[directive]int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "api_*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	found = map[directive]int{}
	for _, name := range files {
		file, err := os.Open(name)
		require.NoError(t, err)
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			text, is := strings.CutPrefix(lines.Text(), "//jc:operation ")
			if !is {
				continue
			}
			words := strings.Fields(text)
			require.Len(t, words, 3, text)
			found[directive{operation: words[2], route: words[0] + " " + words[1]}]++
		}
		require.NoError(t, lines.Err())
		require.NoError(t, file.Close())
	}
	return found
}
