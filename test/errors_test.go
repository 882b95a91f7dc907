package jumpcloud_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestErrors_BodyShapes(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		body    string
		code    string
		message string
		details []string
		text    string
	}{
		"message only": {409, `{"message":"Already Exists"}`, "", "Already Exists", nil,
			"409 Conflict: Already Exists"},
		"message and error, the same text twice": {403,
			`{"message":"Forbidden: organization selection not allowed via header","error":"Forbidden: organization selection not allowed via header"}`,
			"", "Forbidden: organization selection not allowed via header", nil,
			"403 Forbidden: Forbidden: organization selection not allowed via header"},
		"error only":          {400, `{"error":"invalid"}`, "", "invalid", nil, "400 Bad Request: invalid"},
		"code as a number":    {404, `{"code":404,"message":"no such user","status":"NOT_FOUND"}`, "404", "no such user", nil, "404 Not Found: no such user"},
		"code as a string":    {404, `{"code":"not_found","message":"no such user"}`, "not_found", "no such user", nil, "404 Not Found: no such user"},
		"status without code": {400, `{"message":"m","status":"INVALID_ARGUMENT"}`, "INVALID_ARGUMENT", "m", nil, "400 Bad Request: m"},
		"code null":           {400, `{"code":null,"message":"m","status":"BAD"}`, "BAD", "m", nil, "400 Bad Request: m"},
		"details": {400, `{"code":400,"message":"m","status":"INVALID_ARGUMENT","details":[{"x":1,"@type":"type.googleapis.com/google.rpc.BadRequest"}]}`,
			"400", "m", []string{`{"x":1,"@type":"type.googleapis.com/google.rpc.BadRequest"}`}, "400 Bad Request: m"},
		"field violations": {400, `{"code":400,"message":"Password validation fail","status":"INVALID_ARGUMENT","details":[
				{"fieldViolationsList":[{"field":"password","description":"specialCharacter"},{"field":"password","description":"passwordHistory"}],
				 "@type":"type.googleapis.com/google.rpc.BadRequest"}]}`,
			"400", "Password validation fail", []string{`{"fieldViolationsList":[{"field":"password","description":"specialCharacter"},{"field":"password","description":"passwordHistory"}],
				 "@type":"type.googleapis.com/google.rpc.BadRequest"}`},
			"400 Bad Request: Password validation fail; password: specialCharacter; password: passwordHistory"},
		"details that are no list": {400, `{"message":"m","details":{"a":1}}`, "", "m", []string{`{"a":1}`}, "400 Bad Request: m"},
		"details of texts":         {400, `{"message":"m","details":["a","b"]}`, "", "m", []string{`"a"`, `"b"`}, "400 Bad Request: m"},
		"details null":             {400, `{"message":"m","details":null}`, "", "m", nil, "400 Bad Request: m"},
		"2019, v2":                 {400, `{"code":400,"fields":"name","message":"is required"}`, "400", "is required", nil, "400 Bad Request: is required"},
		"empty object":             {500, `{}`, "", "", nil, "500 Internal Server Error"},
		"plain words":              {400, "command id is required\n", "", "command id is required", nil, "400 Bad Request: command id is required"},
		"a JSON string":            {400, `"command id is required"`, "", "command id is required", nil, "400 Bad Request: command id is required"},
		"nothing":                  {401, ``, "", "", nil, "401 Unauthorized"},
		"white space":              {401, " \n ", "", "", nil, "401 Unauthorized"},
		"HTML":                     {502, "<html><body>Bad Gateway</body></html>", "", "", nil, "502 Bad Gateway"},
		"HTML after white space":   {502, "\n<!DOCTYPE html>", "", "", nil, "502 Bad Gateway"},
		"words with brackets":      {400, "value <x> of [y] is {z}", "", "value <x> of [y] is {z}", nil, "400 Bad Request: value <x> of [y] is {z}"},
		"a JSON list":              {400, `[{"a":1}]`, "", "", nil, "400 Bad Request"},
		"a long text":              {500, strings.Repeat("stack trace ", 100), "", "", nil, "500 Internal Server Error"},
		"message that is no text":  {400, `{"message":{"de":"nein"},"code":7}`, "7", `{"de":"nein"}`, nil, `400 Bad Request: {"de":"nein"}`},
		"cut off":                  {400, `{"message":"m`, "", "", nil, "400 Bad Request"},
		"bytes that are no text":   {400, "\xff\xfe", "", "", nil, "400 Bad Request"},
		"unknown status":           {499, `{"message":"m"}`, "", "m", nil, "499 : m"},
		"escaped text":             {400, `{"message":"a \u00fc \"b\""}`, "", `a ü "b"`, nil, `400 Bad Request: a ü "b"`},
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, newWire(t, status(test.status, test.body)), func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })

			user, err := client.Systemusers.Get(t.Context(), userID, nil)

			assert.Nil(t, user)
			api := asAPIError(t, err)
			assert.Equal(t, test.status, api.StatusCode)
			assert.Equal(t, test.code, api.Code)
			assert.Equal(t, test.message, api.Message)
			assert.Equal(t, test.body, string(api.Body), "the bytes are kept")
			var details []string
			for _, detail := range api.Details {
				details = append(details, string(detail))
			}
			assert.Equal(t, test.details, details)
			assert.EqualError(t, err, "jumpcloud: GET /systemusers/{id}: "+test.text)
		})
	}
}

func TestErrors_APIErrorHasEverythingToReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failure := status(429, `{"code":429,"message":"slow down"}`, "X-Request-Id", "req-1", "Cf-Ray", "ray-1", "Retry-After", "60")
		w := newWire(t, status(503, ``), failure)

		_, err := newClient(t, w).Systemusers.Get(t.Context(), userID, nil)

		api := asAPIError(t, err)
		assert.Equal(t, "systemusers_get", api.Operation)
		assert.Equal(t, "GET", api.Method)
		assert.Equal(t, "/systemusers/{id}", api.Route)
		assert.Equal(t, 429, api.StatusCode)
		assert.Equal(t, "req-1", api.RequestID)
		assert.Equal(t, time.Minute, api.RetryAfter)
		assert.Equal(t, 2, api.Attempts)
		assert.Equal(t, "ray-1", api.Header.Get("Cf-Ray"))
		assert.EqualError(t, err, "jumpcloud: GET /systemusers/{id}: 429 Too Many Requests: slow down; it asks to wait 1m0s (request req-1) after 2 attempts")
	})
}

func TestErrors_DetailsThatNobodyReadsStayInTheBody(t *testing.T) {
	for n, want := range map[int]int{100: 100, 30_000: 0} {
		body := `{"message":"no","details":[` + strings.TrimSuffix(strings.Repeat(`{},`, n), ",") + `]}`

		err := asAPIError(t, get(t.Context(), newClient(t, newWire(t, status(400, body)))))

		assert.Len(t, err.Details, want)
		assert.Equal(t, "no", err.Message)
		assert.Equal(t, body, string(err.Body))
	}
}

func TestErrors_KeyIsHiddenInTheBase64OfURLsToo(t *testing.T) {
	const odd = "jca_KEY>>>???~~~0f3a"
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		repeated := encoding.EncodeToString([]byte(odd))
		client := newClient(t, newWire(t, status(400, `{"message":"bad `+repeated+`"}`)), func(c *jumpcloud.Configuration) { c.APIKey = odd })

		err := asAPIError(t, get(t.Context(), client))

		assert.NotContains(t, err.Error()+string(err.Body), strings.TrimRight(repeated, "="))
		assert.Contains(t, err.Error(), "bad [redacted]")
	}
}

func TestErrors_RequestIDFallsBackToCloudflares(t *testing.T) {
	err := get(t.Context(), newClient(t, newWire(t, status(400, ``, "Cf-Ray", "ray-1"))))

	assert.Equal(t, "ray-1", asAPIError(t, err).RequestID)
}

func TestErrors_IsMatchesByStatus(t *testing.T) {
	sentinels := map[string]error{
		"ErrBadRequest": jumpcloud.ErrBadRequest, "ErrUnauthorized": jumpcloud.ErrUnauthorized, "ErrForbidden": jumpcloud.ErrForbidden,
		"ErrNotFound": jumpcloud.ErrNotFound, "ErrConflict": jumpcloud.ErrConflict, "ErrRateLimited": jumpcloud.ErrRateLimited,
		"ErrServer": jumpcloud.ErrServer, "ErrRedirect": jumpcloud.ErrRedirect, "ErrTooMany": jumpcloud.ErrTooMany, "ErrItem": jumpcloud.ErrItem,
		"ErrPageStalled": jumpcloud.ErrPageStalled, "ErrTooLarge": jumpcloud.ErrTooLarge, "ErrTimeout": jumpcloud.ErrTimeout,
		"Canceled": context.Canceled, "DeadlineExceeded": context.DeadlineExceeded,
	}
	for code, match := range map[int]string{
		300: "ErrRedirect", 302: "ErrRedirect", 304: "", 400: "ErrBadRequest", 401: "ErrUnauthorized", 402: "", 403: "ErrForbidden",
		404: "ErrNotFound", 405: "", 408: "", 409: "ErrConflict", 410: "", 415: "", 418: "", 422: "ErrBadRequest", 423: "", 429: "ErrRateLimited",
		500: "ErrServer", 501: "ErrServer", 502: "ErrServer", 503: "ErrServer", 504: "ErrServer", 520: "ErrServer", 599: "ErrServer",
	} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			err := get(t.Context(), newClient(t, newWire(t, status(code, ``))), jumpcloud.WithMaxAttempts(1))

			require.Error(t, err)
			for name, sentinel := range sentinels {
				assert.Equal(t, name == match, errors.Is(err, sentinel), name)
				assert.Equal(t, name == match, errors.Is(fmt.Errorf("syncing: %w", err), sentinel), "%s, wrapped", name)
			}
		})
	}
}

func TestErrors_TextHasNoIDQueryHeaderOrBody(t *testing.T) {
	client := newClient(t, newWire(t, status(400, `{"message":"no","secretField":"BODY"}`, "X-Secret", "HEADER"), fails(fmt.Errorf("wrapped: %w", errReset)), ok(`{"_id":"BODY"`)),
		func(c *jumpcloud.Configuration) { c.OrgID, c.Retry.MaxAttempts = "ORGANISATION", 1 })

	for range 3 {
		_, err := client.Systemusers.Get(t.Context(), "user-id-1", &jumpcloud.SystemusersGetParams{Fields: []string{"QUERY"}}, jumpcloud.WithHeader("x-mine", "MINE"))

		require.Error(t, err)
		for _, secret := range []string{"user-id-1", "QUERY", "BODY", "HEADER", "MINE", "ORGANISATION", key, "jumpcloud.test"} {
			assert.NotContains(t, err.Error(), secret)
		}
		assert.ErrorContains(t, err, "/systemusers/{id}")
	}
}

func TestErrors_ParamErrorSaysWhatAndWhere(t *testing.T) {
	assert.EqualError(t, &jumpcloud.ParamError{Operation: "systemusers_get", Param: "id", Problem: "is empty"}, "jumpcloud: systemusers_get: id: is empty")
	assert.EqualError(t, &jumpcloud.ParamError{Param: "path", Problem: "is empty"}, "jumpcloud: path: is empty")
}

func TestErrors_PageSizeOutOfRangeIsAParamError(t *testing.T) {
	client := newClient(t, newWire(t))

	for _, params := range []*jumpcloud.SystemusersListParams{{Limit: 101}, {Limit: -1}} {
		_, err := client.Systemusers.List(t.Context(), params)
		assert.Equal(t, "limit", asParamError(t, err).Param)
		_, err = jumpcloud.Collect(client.Systemusers.All(t.Context(), params), 0)
		assert.Equal(t, "limit", asParamError(t, err).Param)
	}
	_, err := client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Skip: -1})
	assert.Equal(t, "skip", asParamError(t, err).Param)
	_, err = client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{Limit: jumpcloud.Set(1001)})
	assert.Equal(t, "limit", asParamError(t, err).Param)
}

func TestErrors_DecodeErrorKeepsTheBody(t *testing.T) {
	for name, body := range map[string]string{
		"cut off": `{"_id":"u1","sudo":`, "another kind": `["u1"]`, "wrong type": `{"_id":"u1","sudo":"maybe"}`, "HTML": `<html>`, "a number": `7`,
	} {
		t.Run(name, func(t *testing.T) {
			user, err := newClient(t, newWire(t, ok(body))).Systemusers.Get(t.Context(), userID, nil)

			assert.Nil(t, user)
			undecodable := asDecodeError(t, err)
			assert.Equal(t, body, string(undecodable.Body))
			assert.Equal(t, "systemusers_get", undecodable.Operation)
			assert.Equal(t, "GET", undecodable.Method)
			assert.Equal(t, "/systemusers/{id}", undecodable.Route)
			assert.Equal(t, 200, undecodable.StatusCode)
			assert.Equal(t, -1, undecodable.Index)
			assert.NotErrorIs(t, err, jumpcloud.ErrItem)
			assert.ErrorContains(t, err, "jumpcloud: GET /systemusers/{id}: the answer cannot be read: ")
		})
	}
}

func TestErrors_DecodeErrorUnwrapsToTheCause(t *testing.T) {
	_, err := newClient(t, newWire(t, ok(`{"sudo":"maybe"}`))).Systemusers.Get(t.Context(), userID, nil)

	var cause *json.UnmarshalTypeError
	require.ErrorAs(t, err, &cause)
	assert.Equal(t, "sudo", cause.Field)
}

func TestErrors_DecodeErrorOfAWriteSaysThatItHappened(t *testing.T) {
	for operation, call := range map[string]func(*jumpcloud.APIClient) error{
		"create": func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "a@b.c"}, nil)
			return err
		},
		"update": func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{}, nil)
			return err
		},
		"delete": func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Delete(t.Context(), userID, nil)
			return err
		},
	} {
		for _, body := range []string{`{"_id":`, ``, `null`} {
			t.Run(operation+" "+body, func(t *testing.T) {
				w := newWire(t, status(201, body))

				err := call(newClient(t, w))

				assert.Equal(t, body, string(asDecodeError(t, err).Body))
				assert.ErrorContains(t, err, "status 201, so the request took effect, but the answer cannot be read")
				assert.Equal(t, 1, w.count(), "it is not repeated")
			})
		}
	}
}

func TestErrors_AnswerBeyondMaxResponseBytesIsAnError(t *testing.T) {
	small := func(c *jumpcloud.Configuration) { c.MaxResponseBytes = 20 }
	exactly, more := `{"_id":"0123456789"}`, `{"_id":"0123456789x"}`
	require.Len(t, exactly, 20)

	user, err := newClient(t, newWire(t, ok(exactly)), small).Systemusers.Get(t.Context(), userID, nil)
	require.NoError(t, err)
	assert.Equal(t, "0123456789", user.ID)

	_, err = newClient(t, newWire(t, ok(more)), small).Systemusers.Get(t.Context(), userID, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrTooLarge)
	assert.Equal(t, more[:20], string(asDecodeError(t, err).Body))

	_, err = newClient(t, newWire(t, ok(`{"totalCount":1,"results":[]}`)), small).Systemusers.List(t.Context(), nil)
	assert.ErrorIs(t, err, jumpcloud.ErrTooLarge)
}

func TestErrors_ErrorBeyondMaxResponseBytesIsCut(t *testing.T) {
	w := newWire(t, status(400, "0123456789 and so on"))

	err := get(t.Context(), newClient(t, w, func(c *jumpcloud.Configuration) { c.MaxResponseBytes = 10 }))

	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	assert.Equal(t, "0123456789", string(asAPIError(t, err).Body))
}

// endless is a body without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

func TestErrors_EndlessAnswerIsNotReadToItsEnd(t *testing.T) {
	body := &endless{}
	w := newWire(t, func(r *http.Request) (*http.Response, error) {
		response, _ := ok(``)(r)
		response.Body = io.NopCloser(body)
		return response, nil
	})
	var out any

	err := newClient(t, w, func(c *jumpcloud.Configuration) { c.MaxResponseBytes = 1000 }).Call(t.Context(), "GET", "/systems", nil, nil, &out)

	assert.ErrorIs(t, err, jumpcloud.ErrTooLarge)
	assert.Less(t, body.read, 10_000)
}

func TestErrors_EmptyAnswerToAGetOfV1IsNotFound(t *testing.T) {
	for _, body := range []string{``, "\n", "  "} {
		user, err := newClient(t, newWire(t, status(200, body, "X-Request-Id", "req-1"))).Systemusers.Get(t.Context(), userID, nil)

		assert.Nil(t, user)
		assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
		assert.NotErrorIs(t, err, jumpcloud.ErrServer)
		assert.Equal(t, 200, asAPIError(t, err).StatusCode)
		assert.Equal(t, "req-1", asAPIError(t, err).RequestID)
		assert.EqualError(t, err, "jumpcloud: GET /systemusers/{id}: 200 OK with an empty body: not found (request req-1)")
	}
}

func TestErrors_EmptyAnswerToAGetOfV2IsNotAnObject(t *testing.T) {
	_, err := newClient(t, newWire(t, ok(``))).Usergroups.Get(t.Context(), "g1")

	assert.NotErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.ErrorContains(t, err, "the body is empty")
	asDecodeError(t, err)
}

func TestErrors_NullIsNoObject(t *testing.T) {
	_, err := newClient(t, newWire(t, ok(`null`))).Systemusers.Get(t.Context(), userID, nil)

	asDecodeError(t, err)
	assert.ErrorContains(t, err, "the body is null")
}

func TestErrors_TransportErrorUnwrapsToTheCause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := newClient(t, always(t, fails(errReset))).Systemusers.Get(t.Context(), userID, nil)

		transport := asTransportError(t, err)
		assert.ErrorIs(t, err, errReset)
		assert.Equal(t, "systemusers_get", transport.Operation)
		assert.Equal(t, "GET", transport.Method)
		assert.Equal(t, "/systemusers/{id}", transport.Route)
		assert.Zero(t, transport.StatusCode)
		assert.Equal(t, 3, transport.Attempts)
		assert.EqualError(t, err, "jumpcloud: GET /systemusers/{id}: read tcp: connection reset by peer after 3 attempts")
		var api *jumpcloud.APIError
		assert.False(t, errors.As(err, &api))
	})
}

func TestErrors_TransportErrorHidesCredentialsInURLs(t *testing.T) {
	for _, text := range []string{
		"proxyconnect: http://user:PASS@proxy.test:3128: refused",
		"first http://u:PASS@a.test/x?y=z then https://v:PASS@b.test",
		"password with an at: http://u:PASS@PASS@proxy.test",
		"password with a slash: http://u:PASS/PASS@proxy.test",
		"password with a space: http://u:PASS PASS@proxy.test",
		`quoted \"http://u:PASS@proxy.test\" and "https://u:PASS@c.test"`,
		`parse "u:PASS@proxy.test": first path segment in URL cannot contain colon`,
	} {
		err := get(t.Context(), newClient(t, newWire(t, fails(errors.New(text)))), jumpcloud.WithMaxAttempts(1))

		assert.NotContains(t, err.Error(), "PASS")
		assert.ErrorContains(t, err, "jumpcloud: GET /systems: ")
		assert.ErrorContains(t, err, "[redacted]@")
	}
	for _, text := range []string{"nothing to hide: //a", "an end ://", "account ann@example.com is locked", "http://proxy.test:3128, said: no, ann@example.com",
		"https://proxy.test: bad gateway for ann@example.com", `GET "https://a.test/x" of ann@example.com: "ann@example.com" is not known`,
		"x509: certificate is valid for ann@example.com, not jumpcloud.test", "https://a.test/users/ann@example.com is gone", "read tcp 127.0.0.1:1->127.0.0.1:2: reset"} {
		err := get(t.Context(), newClient(t, newWire(t, fails(errors.New(text)))), jumpcloud.WithMaxAttempts(1))

		assert.EqualError(t, err, "jumpcloud: GET /systems: "+text)
	}
}

func TestErrors_CallersContextMatchesThroughEveryLayer(t *testing.T) {
	layers := map[string]func(context.Context, *jumpcloud.APIClient) error{
		"method": operations["GET"],
		"write":  operations["POST"],
		"list": func(ctx context.Context, c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.List(ctx, nil)
			return err
		},
		"collected walk": func(ctx context.Context, c *jumpcloud.APIClient) error {
			_, err := jumpcloud.Collect(c.Systemusers.All(ctx, nil), 0)
			return err
		},
		"one of a walk": func(ctx context.Context, c *jumpcloud.APIClient) error {
			_, err := jumpcloud.One(c.Usergroups.All(ctx, nil))
			return err
		},
		"call": func(ctx context.Context, c *jumpcloud.APIClient) error { return get(ctx, c) },
	}
	for layer, call := range layers {
		for name, change := range map[string]func(*jumpcloud.Configuration){"key": func(*jumpcloud.Configuration) {}, "account": withAccount} {
			t.Run(layer+" with "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(time.Second, cancel)
					assert.ErrorIs(t, call(ctx, newClient(t, always(t, hangs), change)), context.Canceled)

					ctx, cancel = context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					assert.ErrorIs(t, call(ctx, newClient(t, always(t, hangs), change)), context.DeadlineExceeded)
					time.Sleep(5 * time.Minute) // until a renewal of the token has given up too
				})
			})
		}
	}
}

func TestErrors_ResultIsNeverNilWithoutOne(t *testing.T) {
	client := newClient(t, always(t, ok(`{"id":"a"}`)))

	user, err := client.Systemusers.Get(t.Context(), userID, nil)
	require.NoError(t, err)
	assert.NotNil(t, user)
	group, err := client.Usergroups.Get(t.Context(), "g1")
	require.NoError(t, err)
	assert.NotNil(t, group)
}

func TestErrors_ResultIsZeroWithOne(t *testing.T) {
	client := newClient(t, always(t, status(400, `{"_id":"u1"}`)))

	user, err := client.Systemusers.Get(t.Context(), userID, nil)
	require.Error(t, err)
	assert.Nil(t, user)
	page, err := client.Systemusers.List(t.Context(), nil)
	require.Error(t, err)
	assert.Nil(t, page)
	keys, err := client.Systemusers.ListSSHKeys(t.Context(), userID)
	require.Error(t, err)
	assert.Nil(t, keys)
	//lint:ignore SA1019 it answers for those whose answers nobody describes
	raw, err := client.Systemusers.UpdateSystemBindings(t.Context(), userID, jumpcloud.UserSystemBindingsUpdate{})
	require.Error(t, err)
	assert.Nil(t, raw)
	var out map[string]any
	require.Error(t, client.Call(t.Context(), "GET", "/systems", nil, nil, &out))
	assert.Nil(t, out)
}

func TestErrors_AnswersThatNobodyDescribesComeAsTheyAre(t *testing.T) {
	for _, body := range []string{`[{"_id":"s1"}]`, `{"a":1}`, `"text"`} {
		//lint:ignore SA1019 it answers for those whose answers nobody describes
		raw, err := newClient(t, newWire(t, ok(body))).Systemusers.ListSystemBindings(t.Context(), userID, nil)

		require.NoError(t, err)
		assert.Equal(t, body, string(raw))
	}
}

func TestErrors_AddMemberSaysWhatIsNotThere(t *testing.T) {
	err := newClient(t, newWire(t, status(404, `{"message":"Not Found"}`))).Usergroups.AddMember(t.Context(), "g1", "u1")

	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Equal(t, "graph_userGroupMembersPost", asAPIError(t, err).Operation)
	assert.EqualError(t, err, "jumpcloud: the group or the user is not there: jumpcloud: POST /v2/usergroups/{group_id}/members: 404 Not Found")
}

func TestErrors_SayNothingTwiceAndHowLongTheServiceWantsToBeLeftAlone(t *testing.T) {
	for body, want := range map[string]string{
		`{"message":"Too Many Requests"}`: "jumpcloud: GET /systemusers: 429 Too Many Requests; it asks to wait 5m0s",
		`{"message":"slow down","details":[{"fieldViolationsList":[{"field":"q","description":"slow"},{"field":"limit","description":"too large"}]}]}`: "jumpcloud: GET /systemusers: 429 Too Many Requests: slow down; limit: too large; it asks to wait 5m0s",
	} {
		_, err := newClient(t, newWire(t, status(429, body, "Retry-After", "300"))).Systemusers.List(t.Context(), nil)
		assert.EqualError(t, err, want)
	}
}

func TestErrors_AdministratorOfSeveralOrganizationsLearnsWhatToDo(t *testing.T) {
	const wayOut = "; an administrator of several organizations names one: set Configuration.OrgID, or use WithOrgID"
	for body, said := range map[string]bool{
		`{"message":"Unauthorized: no organization selected"}`: true, `No Organisation Selected`: true, `{"message":"x-org-id is missing"}`: true,
		`{"message":"Unauthorized"}`: false, ``: false,
	} {
		err := get(t.Context(), newClient(t, newWire(t, status(401, body))))

		assert.ErrorIs(t, err, jumpcloud.ErrUnauthorized)
		assert.Equal(t, said, strings.HasSuffix(err.Error(), wayOut), err.Error())
	}
	server := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithOrgs("5f0c1a2b3c4d5e6f70819200", "5f0c1a2b3c4d5e6f70819201"))
	_, err := server.Client().Systemusers.List(t.Context(), nil, jumpcloud.WithoutOrgID())
	assert.ErrorContains(t, err, wayOut)
}

func TestErrors_AnswerToAGetThatIsNoSuchObjectIsADecodeError(t *testing.T) {
	for _, body := range []string{`{"message":"oops"}`, `{}`, `{"_id":""}`, `{"id":null}`} {
		client := newClient(t, always(t, ok(body)))

		user, err := client.Systemusers.Get(t.Context(), userID, nil)
		assert.Nil(t, user)
		assert.Equal(t, body, string(asDecodeError(t, err).Body))
		assert.ErrorContains(t, err, "it is no such object: it has no id")
		_, err = client.Usergroups.Get(t.Context(), "g1")
		asDecodeError(t, err)
		_, err = client.Workdays.Get(t.Context(), "w1")
		asDecodeError(t, err)
		_, err = client.Users.GetPushEndpoint(t.Context(), "u1", "p1")
		asDecodeError(t, err)
		var called jumpcloud.Systemuser
		asDecodeError(t, client.Call(t.Context(), "GET", "/systemusers/"+userID, nil, nil, &called))

		_, err = client.Systemusers.Get(t.Context(), userID, &jumpcloud.SystemusersGetParams{Fields: []string{"email"}})
		assert.NoError(t, err, "somebody chose fields, of which the id is none")
		_, err = client.Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{}, nil)
		assert.NoError(t, err, "the write happened, whatever came back")
	}
}

func TestErrors_ControlCharactersOfAnAnswerStayOutOfTheText(t *testing.T) {
	const evil = "\x1b[2J\r\nlevel=INFO msg=fine\x00\u202e\u2028\x7f\u009b"
	quoted, _ := json.Marshal(evil)
	printable := func(err error) {
		t.Helper()
		require.Error(t, err)
		for _, c := range err.Error() {
			assert.True(t, unicode.IsPrint(c), "%q", err)
		}
	}
	for _, answer := range []answer{
		status(400, `{"message":`+string(quoted)+`}`, "X-Request-Id", "\x1b[31m"), status(400, "a"+evil+"b"),
		status(400, `{"message":"m","details":[{"fieldViolations":[{"field":`+string(quoted)+`,"description":`+string(quoted)+`}]}]}`),
		fails(errors.New("reason: " + evil)),
	} {
		printable(get(t.Context(), newClient(t, newWire(t, answer)), jumpcloud.WithMaxAttempts(1)))
	}
	_, err := newClient(t, newWire(t, ok(`{"_id":7}`))).Systemusers.Get(t.Context(), userID, nil)
	printable(err)
	printable(&jumpcloud.DecodeError{Method: "GET", Route: "/systems", Err: errors.New(evil)})
	assert.Equal(t, evil, asAPIError(t, get(t.Context(), newClient(t, newWire(t, status(400, `{"message":`+string(quoted)+`}`))))).Message, "the message itself is as sent")
}

func TestErrors_AnswerOfTooManyValuesIsAnError(t *testing.T) {
	for limit, most := range map[int64]int{1 << 20: 131_072, 1 << 25: 262_144} {
		for _, commas := range []int{most, most + 1} {
			var out []int
			client := newClient(t, newWire(t, ok("[0"+strings.Repeat(",0", commas)+"]")), func(c *jumpcloud.Configuration) { c.MaxResponseBytes = limit })

			err := client.Call(t.Context(), "GET", "/systems", nil, nil, &out)

			assert.Equal(t, commas > most, errors.Is(err, jumpcloud.ErrTooLarge), "%d of %d: %v", commas, most, err)
			if commas > most {
				assert.ErrorContains(t, err, fmt.Sprintf("it has more than %d values", most))
			}
		}
	}
}

func TestErrors_AttemptsAfterARenewedTokenCountAsBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := func(answers ...answer) (*jumpcloud.APIClient, *wire) {
			n := 0
			w := tokenServer(t, `,"expires_in":3600`, func(r *http.Request) (*http.Response, error) {
				n++
				return answers[n-1](r)
			})
			return newClient(t, w, withAccount, func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 2 }), w
		}

		c, w := client(status(401, ``), status(503, ``), ok(`{}`))
		require.NoError(t, get(t.Context(), c), "the renewal is no attempt of its own")
		_, api := split(w)
		assert.Len(t, api, 3)
		wait := api[2].after - api[1].after
		assert.True(t, wait >= 250*time.Millisecond && wait <= 500*time.Millisecond, "the first wait, %s", wait)

		c, w = client(status(503, ``), status(401, ``), status(503, ``), ok(`{}`))
		assert.ErrorIs(t, get(t.Context(), c), jumpcloud.ErrServer, "nor does it begin anew")
		_, api = split(w)
		assert.Len(t, api, 3)
	})
}

func TestErrors_PageThatCameIsNotYieldedOnceTheContextEnded(t *testing.T) {
	for name, end := range map[string]func(context.Context) (context.Context, func()){
		"canceled": func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithCancel(ctx)
			return ctx, cancel
		},
		"deadline": func(ctx context.Context) (context.Context, func()) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			context.AfterFunc(ctx, cancel)
			return ctx, func() { time.Sleep(2 * time.Minute) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := end(t.Context())
				w := always(t, v2List(400, 100))
				items, failures := 0, 0
				for item, err := range newClient(t, w).Usergroups.All(ctx, nil) {
					if err != nil {
						failures++
						assert.Nil(t, item)
						assert.ErrorIs(t, err, ctx.Err())
						continue
					}
					if items++; items == 200 {
						synctest.Wait() // the pages after this one are there already
						assert.Equal(t, 4, w.count())
						stop()
					}
				}

				assert.Equal(t, 200, items, "not one object of a page that came before the end and was taken after it")
				assert.Equal(t, 1, failures)
			})
		})
	}
}
