package jumpcloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestCall_TemplateIsTheRouteAndItsIDsAreEscaped(t *testing.T) {
	w := newWire(t, ok(`{"_id":"s1"}`), status(404, `{"message":"no"}`), ok(`[]`), ok(`[]`))
	client := newClient(t, w)
	ids := []jumpcloud.RequestOption{jumpcloud.WithPath("id", "a/b|c ü"), jumpcloud.WithPath("key_id", "..x")}
	var out struct {
		ID string `json:"_id"`
	}

	require.NoError(t, client.Call(t.Context(), "GET", "/brandNew/{id}/keys/{key_id}", nil, nil, &out, ids...))
	assert.Equal(t, "s1", out.ID)
	err := client.Call(t.Context(), "GET", "/brandNew/{id}/keys/{key_id}", nil, nil, nil, ids...)
	assert.EqualError(t, err, "jumpcloud: GET /brandNew/{id}/keys/{key_id}: 404 Not Found: no")
	_, err = jumpcloud.ListPage[thing](t.Context(), client, "/v2/brandNew/{id}", nil, jumpcloud.WithPath("id", "x y"))
	require.NoError(t, err)
	_, err = jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), client, "/v2/brandNew/{id}", nil, jumpcloud.WithPath("id", "x y")), 0)
	require.NoError(t, err)

	assert.Equal(t, baseURL+"/brandNew/a%2Fb%7Cc%20%C3%BC/keys/..x", w.requests()[0].url)
	assert.Equal(t, baseURL+"/v2/brandNew/x%20y?limit=100", w.requests()[2].url)
	assert.Equal(t, baseURL+"/v2/brandNew/x%20y?limit=100", w.requests()[3].url)
}

func TestCall_IDThatLooksLikeAPlaceholderIsAnID(t *testing.T) {
	w := newWire(t, ok(``))

	require.NoError(t, newClient(t, w).Call(t.Context(), "GET", "/systems/{a}/x/{b}", nil, nil, nil, jumpcloud.WithPath("a", "{b}"), jumpcloud.WithPath("b", "2")))

	assert.Equal(t, baseURL+"/systems/%7Bb%7D/x/2", w.only().url)
}

func TestCall_TemplateAndValuesMustFit(t *testing.T) {
	with := jumpcloud.WithPath
	for name, test := range map[string]struct {
		path  string
		opts  []jumpcloud.RequestOption
		param string
	}{
		"no value":               {"/systems/{id}", nil, "id"},
		"another's value":        {"/systems/{id}", []jumpcloud.RequestOption{with("system_id", "s1")}, "id"},
		"no place":               {"/systems/{id}", []jumpcloud.RequestOption{with("id", "s1"), with("x", "1")}, "WithPath"},
		"no place in a path":     {"/systems/s1", []jumpcloud.RequestOption{with("id", "s1")}, "WithPath"},
		"empty":                  {"/systems/{id}", []jumpcloud.RequestOption{with("id", "")}, "id"},
		"blank":                  {"/systems/{id}", []jumpcloud.RequestOption{with("id", " ")}, "id"},
		"dots":                   {"/systems/{id}", []jumpcloud.RequestOption{with("id", "..")}, "id"},
		"part of an element":     {"/systems/x{id}", []jumpcloud.RequestOption{with("id", "s1")}, "path"},
		"two in an element":      {"/systems/{a}{b}", []jumpcloud.RequestOption{with("a", "."), with("b", ".")}, "path"},
		"without a name":         {"/systems/{}", nil, "path"},
		"not closed":             {"/systems/{id", nil, "path"},
		"not opened":             {"/systems/id}", nil, "path"},
		"dot segment beside one": {"/systems/{id}/../x", []jumpcloud.RequestOption{with("id", "s1")}, "path"},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, newWire(t))

			err := client.Call(t.Context(), "DELETE", test.path, nil, nil, nil, test.opts...)
			assert.Equal(t, test.param, asParamError(t, err).Param, err)
			_, err = jumpcloud.ListPage[thing](t.Context(), client, test.path, nil, test.opts...)
			assert.Equal(t, test.param, asParamError(t, err).Param)
			_, err = jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), client, test.path, nil, test.opts...), 0)
			assert.Equal(t, test.param, asParamError(t, err).Param)
		})
	}
	_, err := newClient(t, newWire(t)).Systemusers.Get(t.Context(), "u1", nil, with("id", "u2"))
	assert.Equal(t, "WithPath", asParamError(t, err).Param, "a method has its ids as arguments")
}

func TestCall_PathThatWouldBeEscapedAgainIsRefused(t *testing.T) {
	for _, path := range []string{"/systems/a%2Fb|c", "/systems/a|b", "/systems/ü", "/systems/a%2Fb\"", "/systems/a%2Fb^"} {
		err := newClient(t, newWire(t)).Call(t.Context(), "DELETE", path, nil, nil, nil)
		assert.Equal(t, "path", asParamError(t, err).Param, path)
	}
	for _, path := range []string{"/systems/a%2Fb%7Cc", "/systems/%C3%BC", "/systems/a:b@c", "/systems/a%20b", "/systems/a%2Fb!"} {
		w := newWire(t, ok(``))
		require.NoError(t, newClient(t, w).Call(t.Context(), "DELETE", path, nil, nil, nil))
		assert.Equal(t, baseURL+path, w.only().url)
	}
}

func TestCall_PathOfJumpCloudsPagesIsRefusedWithTheWayToWriteIt(t *testing.T) {
	for path, hint := range map[string]string{"/api/systemusers": "write /systemusers", "/api/v2/users/" + userID + "/systems": "write /v2/users/{id}/systems"} {
		err := newClient(t, newWire(t)).Call(t.Context(), "GET", path, nil, nil, nil)

		assert.Equal(t, "path", asParamError(t, err).Param)
		assert.True(t, strings.HasSuffix(err.Error(), hint), err)
	}
}

func TestCall_BytesAndReadersAreSentAsTheyAre(t *testing.T) {
	for name, in := range map[string]func() any{
		"bytes":          func() any { return []byte("a,b\n1,2\n") },
		"reader":         func() any { return iotest.OneByteReader(strings.NewReader("a,b\n1,2\n")) },
		"buffer":         func() any { return bytes.NewBufferString("a,b\n1,2\n") },
		"reader, no end": func() any { return io.NopCloser(strings.NewReader("a,b\n1,2\n")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, status(503, ``), ok(``))
			client := newClient(t, w, func(c *jumpcloud.Configuration) { c.Retry.MinWait, c.Retry.MaxWait = 1, 1 })

			require.NoError(t, client.Call(t.Context(), "PUT", "/v2/files/{id}", nil, in(), nil, jumpcloud.WithPath("id", "f1"), jumpcloud.WithHeader("Content-Type", "text/csv")))

			for _, r := range w.requests() {
				assert.Equal(t, "a,b\n1,2\n", r.body, "each attempt sends it whole")
				assert.Equal(t, []string{"text/csv"}, r.header["Content-Type"])
			}
			assert.Equal(t, 2, w.count())
		})
	}
}

func TestCall_BytesAreTakenAtOnce(t *testing.T) {
	body := []byte(`{"a":1}`)
	w := newWire(t, func(r *http.Request) (*http.Response, error) { body[5] = '2'; return status(503, ``)(r) }, ok(``))

	require.NoError(t, newClient(t, w, func(c *jumpcloud.Configuration) { c.Retry.MinWait, c.Retry.MaxWait = 1, 1 }).Call(t.Context(), "PUT", "/v2/files", nil, body, nil))

	assert.Equal(t, `{"a":1}`, w.requests()[1].body)
	assert.Equal(t, []string{"application/json"}, w.requests()[1].header["Content-Type"], "JSON, unless a header says what else")
}

func TestCall_RawJSONIsJSON(t *testing.T) {
	w := newWire(t, ok(`{"b":2}`))
	var out json.RawMessage

	require.NoError(t, newClient(t, w).Call(t.Context(), "PUT", "/v2/files", nil, json.RawMessage(`{"a":1}`), &out))

	assert.Equal(t, `{"a":1}`, w.only().body)
	assert.Equal(t, `{"b":2}`, string(out))
}

func TestCall_ReaderThatFailsOrHasNoEndIsRefused(t *testing.T) {
	client := newClient(t, newWire(t), func(c *jumpcloud.Configuration) { c.MaxResponseBytes = 10 })

	err := client.Call(t.Context(), "PUT", "/v2/files", nil, iotest.ErrReader(errors.New("disk is gone")), nil)
	assert.Equal(t, "in", asParamError(t, err).Param)
	assert.ErrorContains(t, err, "disk is gone")
	err = client.Call(t.Context(), "PUT", "/v2/files", nil, &endless{}, nil)
	assert.Equal(t, "in", asParamError(t, err).Param)

	untouched := &endless{}
	asParamError(t, client.Call(t.Context(), "PUT", "v2/files", nil, untouched, nil))
	assert.Zero(t, untouched.read, "what is refused anyway is not read")
}

func TestCall_BytesAndWritersTakeTheBodyAsItCame(t *testing.T) {
	const csv = "id,name\n1,\"a, b\"\n"
	for _, body := range []string{csv, `{"a":1}`, `<?xml version="1.0"?><x/>`, "null", "", "\xff\x00", strings.Repeat(",", 200_000)} {
		client := newClient(t, always(t, status(200, body, "Content-Type", "text/csv")))
		var data []byte
		var buffer bytes.Buffer

		require.NoError(t, client.Call(t.Context(), "GET", "/v2/reports/{id}", nil, nil, &data, jumpcloud.WithPath("id", "r1"), jumpcloud.WithHeader("Accept", "text/csv")))
		require.NoError(t, client.Call(t.Context(), "GET", "/reports/r1", nil, nil, &buffer))

		assert.Equal(t, body, string(data))
		assert.Equal(t, body, buffer.String())
	}
}

func TestCall_PlainAnswerBeyondMaxResponseBytesIsAnError(t *testing.T) {
	client := newClient(t, always(t, ok("12345678901")), func(c *jumpcloud.Configuration) { c.MaxResponseBytes = 10 })
	var data []byte
	var buffer bytes.Buffer

	assert.ErrorIs(t, client.Call(t.Context(), "GET", "/v2/reports", nil, nil, &data), jumpcloud.ErrTooLarge)
	assert.ErrorIs(t, client.Call(t.Context(), "GET", "/v2/reports", nil, nil, &buffer), jumpcloud.ErrTooLarge)
	assert.Empty(t, data)
	assert.Zero(t, buffer.Len())
}

type full struct{ err error }

func (f full) Write([]byte) (int, error) { return 0, f.err }

func TestCall_WriterThatFailsIsAnErrorThatKeepsTheAnswer(t *testing.T) {
	disk := errors.New("disk is full")

	err := newClient(t, newWire(t, ok("answer"))).Call(t.Context(), "POST", "/v2/reports", nil, nil, full{disk})

	assert.ErrorIs(t, err, disk)
	assert.Equal(t, "answer", string(asDecodeError(t, err).Body))
}

func TestCall_OutThatCanTakeNoAnswerIsRefusedBeforeTheRequest(t *testing.T) {
	client := newClient(t, newWire(t))
	var nilThing *thing
	var nilBytes *[]byte
	var nilBuffer *bytes.Buffer
	channel, function := make(chan int), func() {}
	var reader io.Reader
	for name, out := range map[string]any{
		"a value": thing{}, "a map": map[string]any{}, "a slice": []byte{}, "a text": "x", "nil pointer": nilThing, "nil bytes": nilBytes, "nil buffer": nilBuffer,
		"a channel": channel, "pointer to a channel": &channel, "pointer to a function": &function, "a reader": strings.NewReader(""), "pointer to a reader": &reader,
	} {
		assert.Equal(t, "out", asParamError(t, client.Call(t.Context(), "DELETE", "/systems", nil, nil, out)).Param, name)
	}
	var anything any
	pointer := new(thing)
	for _, out := range []any{nil, &anything, &pointer, new(thing), new(map[string]any), new(json.RawMessage), io.Discard} {
		assert.NoError(t, newClient(t, newWire(t, ok(`{"_id":"a"}`))).Call(t.Context(), "GET", "/systems", nil, nil, out), "%T", out)
	}
}

func TestCall_ListPageAnswersOnePage(t *testing.T) {
	w := newWire(t, v1List(10, 100), status(200, `[{"_id":"a"}]`))
	client := newClient(t, w)

	page, err := jumpcloud.ListPage[thing](t.Context(), client, "/systems", url.Values{"limit": {"3"}, "skip": {"4"}, "sort": {"hostname"}})
	require.NoError(t, err)
	assert.Equal(t, 10, page.TotalCount)
	assert.Equal(t, 4, page.Skip)
	assert.Equal(t, 3, page.Limit)
	assert.Equal(t, "id4", page.Items[0].ID)
	assert.Len(t, page.Items, 3)
	assert.Equal(t, baseURL+"/systems?limit=3&skip=4&sort=hostname", w.requests()[0].url)

	page, err = jumpcloud.ListPage[thing](t.Context(), client, "/v2/brandNew", nil)
	require.NoError(t, err)
	assert.Equal(t, -1, page.TotalCount)
}

func TestCall_FilterIsWrittenInTheVersionsGrammar(t *testing.T) {
	w := always(t, ok(`[]`))
	client := newClient(t, w)
	filter := jumpcloud.WithFilter(jumpcloud.Filter("name", jumpcloud.Eq, "a b"), jumpcloud.Filter("os", jumpcloud.Ne, "x"))

	require.NoError(t, client.Call(t.Context(), "GET", "/systems", nil, nil, nil, filter))
	_, err := jumpcloud.ListPage[thing](t.Context(), client, "/v2/{kind}", url.Values{"filter": {"a:eq:b"}}, filter, jumpcloud.WithPath("kind", "policies"))
	require.NoError(t, err)
	_, err = jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), client, "/v2/policies", nil, filter), 0)
	require.NoError(t, err)
	_, err = client.Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("type", jumpcloud.Eq, "t")}}, filter)
	require.NoError(t, err)

	const v2 = "filter=name%3Aeq%3Aa+b&filter=os%3Ane%3Ax"
	for i, expected := range []string{"/systems?filter=name%3A%24eq%3Aa+b&filter=os%3A%24ne%3Ax", "/v2/policies?filter=a%3Aeq%3Ab&" + v2 + "&limit=100", "/v2/policies?" + v2 + "&limit=100",
		"/v2/usergroups?filter=type%3Aeq%3At&" + v2 + "&limit=100"} {
		assert.Equal(t, baseURL+expected, w.requests()[i].url)
	}

	_, err = client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{}, filter)
	assert.Equal(t, "WithFilter", asParamError(t, err).Param)
	_, err = client.Usergroups.List(t.Context(), nil, jumpcloud.WithFilter(jumpcloud.Filter("", jumpcloud.Eq, "x")))
	asParamError(t, err)
}

func TestCall_PageSizeAboveAKnownMaximumIsRefused(t *testing.T) {
	for path, allowed := range map[string]int{"/systemusers": 100, "/v2/users/" + userID + "/systems": 100, "/v2/users/{id}/systems": 100, "/v2/brandNew": 10_000} {
		client := newClient(t, always(t, ok(`[]`)))
		var opts []jumpcloud.RequestOption
		if strings.Contains(path, "{") {
			opts = append(opts, jumpcloud.WithPath("id", userID))
		}
		for limit, refused := range map[int]bool{allowed: false, allowed + 1: true, -1: true} {
			query := url.Values{"limit": {json.Number(jsonNumber(limit)).String()}}
			_, err := jumpcloud.ListPage[thing](t.Context(), client, path, query, opts...)
			assert.Equal(t, refused, err != nil, "%s %d: %v", path, limit, err)
			_, err = jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), client, path, query, opts...), 0)
			if refused {
				assert.Equal(t, "limit", asParamError(t, err).Param)
			}
		}
	}
}

func jsonNumber(n int) string { data, _ := json.Marshal(n); return string(data) }

func TestCall_OperationIsInTheContextOfEachRequest(t *testing.T) {
	var seen []jumpcloud.Operation
	note := func(ctx context.Context) {
		operation, ok := jumpcloud.OperationFromContext(ctx)
		assert.True(t, ok)
		seen = append(seen, operation)
	}
	w := newWire(t, status(503, ``), ok(`{"_id":"u1"}`), status(404, ``))
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		note(r.Context())
		return w.RoundTrip(r)
	}), func(c *jumpcloud.Configuration) {
		c.Retry.MinWait, c.Retry.MaxWait = 1, 1
		c.OnAttempt = func(ctx context.Context, a jumpcloud.Attempt) {
			note(ctx)
			operation, _ := jumpcloud.OperationFromContext(ctx)
			assert.Equal(t, jumpcloud.Operation{ID: a.Operation, Method: a.Method, Route: a.Route, Attempt: a.Number}, operation)
			assert.Equal(t, "here", ctx.Value(callMark{}))
		}
	})
	ctx := context.WithValue(t.Context(), callMark{}, "here")

	_, err := client.Systemusers.Get(ctx, userID, nil)
	require.NoError(t, err)
	require.Error(t, client.Call(ctx, "DELETE", "/v2/brandNew/{id}", nil, nil, nil, jumpcloud.WithPath("id", "x")))

	first := jumpcloud.Operation{ID: "systemusers_get", Method: "GET", Route: "/systemusers/{id}", Attempt: 1}
	second, called := first, jumpcloud.Operation{Method: "DELETE", Route: "/v2/brandNew/{id}", Attempt: 1}
	second.Attempt = 2
	assert.Equal(t, []jumpcloud.Operation{first, first, second, second, called, called}, seen)
	_, ok := jumpcloud.OperationFromContext(t.Context())
	assert.False(t, ok)
}

type callMark struct{}

func TestCall_OperationReachesRedirectsAndTheTokenHasItsOwn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/token"):
			_, _ = io.WriteString(w, `{"access_token":"t0ken-of-the-test"}`)
		case !strings.HasSuffix(r.URL.Path, "/moved"):
			http.Redirect(w, r, "/moved", http.StatusFound)
		}
	}))
	defer server.Close()
	var seen []string
	client := serverClient(t, server, func(c *jumpcloud.Configuration) {
		c.APIKey, c.ServiceAccount = "", &jumpcloud.ServiceAccount{ClientID: "id", ClientSecret: "secret-of-it", TokenURL: server.URL + "/token"}
		standard := server.Client().Transport
		c.HTTPClient = &http.Client{Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			operation, _ := jumpcloud.OperationFromContext(r.Context())
			seen = append(seen, operation.ID+operation.Route+" "+r.URL.Path)
			return standard.RoundTrip(r)
		})}
	})

	require.NoError(t, client.Call(t.Context(), "GET", "/systemusers", nil, nil, nil))

	assert.Equal(t, []string{"oauth2_token/token /token", "/systemusers /base/api/systemusers", "/systemusers /moved"}, seen)
}
