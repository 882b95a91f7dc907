package jumpcloud_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// What fuzzing, and the search for secrets, found.

func TestHostile_ALinkIsRelativeToItsPage(t *testing.T) {
	w := newWire(t, status(200, `[{"_id":"a"}]`, "Link", `<?cursor=2>; rel="next"`), ok(`[]`))

	_, err := jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/v2/systems", nil), 0)

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/v2/systems?cursor=2", w.requests()[1].url)
}

func TestHostile_EmptyPagesThatNameANextOneComeToAnEnd(t *testing.T) {
	n := 0
	w := always(t, func(r *http.Request) (*http.Response, error) {
		n++
		return status(200, `[]`, "Link", fmt.Sprintf(`<?cursor=%d>; rel="next"`, n))(r)
	})

	_, err := jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/systems", nil), 0)

	assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
	assert.Equal(t, 101, w.count())
}

func TestHostile_AFewEmptyPagesAreFollowed(t *testing.T) {
	next := func(cursor string) string { return `<?cursor=` + cursor + `>; rel="next"` }
	w := newWire(t, status(200, `[]`, "Link", next("a")), status(200, `[]`, "Link", next("b")), ok(`[{"_id":"x"}]`))

	items, err := jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/systems", nil), 0)

	require.NoError(t, err)
	assert.Len(t, items, 1)
}

func TestHostile_APageOfNothingReadableDoesNotComeForEver(t *testing.T) {
	w := always(t, ok(`["a",null,7]`))
	read := 0
	var last error
	for _, err := range newClient(t, w, pageSize(3)).Systemusers.All(t.Context(), nil) {
		if last = err; err != nil && !assert.Less(t, read, 10) {
			break
		}
		read++
	}

	assert.ErrorIs(t, last, jumpcloud.ErrPageStalled)
	assert.Equal(t, 2, w.count())
}

func TestHostile_TheSamePageWithoutIDsDoesNotComeForEver(t *testing.T) {
	for size, body := range map[int]string{1: `[{"n":1}]`, 2: `{"results":[{"_id":""},{}]}`} {
		w := always(t, ok(body))

		_, err := jumpcloud.Collect(newClient(t, w, pageSize(size)).Systemusers.All(t.Context(), nil), 0)

		assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
		assert.Equal(t, 101, w.count())
	}
}

func TestHostile_TheEnvelopesKeyMayBeInCapitals(t *testing.T) {
	client := newClient(t, newWire(t, ok(`{"TotalCount":1,"Results":[{"_id":"a"}]}`)))

	page, err := client.Systemusers.List(t.Context(), nil, jumpcloud.WithRaw())

	require.NoError(t, err)
	assert.Equal(t, 1, page.TotalCount)
	assert.JSONEq(t, `{"_id":"a"}`, string(page.Items[0].RawJSON()))
}

func TestHostile_AHostThatOnlyLooksTheSameIsAnother(t *testing.T) {
	w := newWire(t, status(200, `[{"_id":"a"}]`, "Link", "<https://jumpcloud.te\u017ft/x>; rel=next"), ok(`[]`)) // folds to s

	_, err := jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/systems", nil), 0)

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systems?limit=100&skip=1&sort=_id", w.requests()[1].url)
}

func TestHostile_AnErrorsTextIsShort(t *testing.T) {
	for name, reply := range map[string]answer{
		"number":       ok(`{"unix_uid":` + strings.Repeat("9", 1<<20) + `}`),
		"message":      status(400, `{"message":"`+strings.Repeat("m", 1<<20)+`"}`),
		"transport":    fails(fmt.Errorf("malformed answer %q", strings.Repeat("x", 1<<20))),
		"request id":   status(400, `{}`, "X-Request-Id", strings.Repeat("i", 1<<20)),
		"violations":   status(400, `{"details":[{"fieldViolations":[`+strings.Repeat(`{"field":"f","description":"d"},`, 2000)+`{}]}]}`),
		"code":         status(400, `{"code":`+strings.Repeat("9", 1<<20)+`}`),
		"content type": status(400, strings.Repeat("text ", 1<<18)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, newWire(t, reply, reply, reply), func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 }).Systemusers.Get(t.Context(), userID, nil)

			require.Error(t, err)
			assert.Less(t, len(err.Error()), 80_000)
		})
	}
}

// A helper makes several calls at once, which share the caller's options.
func TestHostile_WithResponseMaySeeSeveralCallsAtOnce(t *testing.T) {
	var response jumpcloud.Response

	_, err := newClient(t, always(t, ok(`[]`))).Users.Access(t.Context(), userID, jumpcloud.WithResponse(&response))

	require.NoError(t, err)
	assert.Equal(t, 200, response.StatusCode)
}

func TestHostile_AnErrorHidesPasswordsThatItRepeats(t *testing.T) {
	repeats := status(400, `{"message":"password Tr0ub4dor&3 is too weak","request":"{\"password\":\"Tr0ub4dor\\u00263\"}"}`)
	client := newClient(t, always(t, repeats))

	_, create := client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Password: jumpcloud.Set(jumpcloud.Secret("Tr0ub4dor&3"))}, nil)
	_, bulk := client.BulkJobs.CreateUsers(t.Context(), []jumpcloud.BulkUserCreate{{}, {Password: jumpcloud.Set(jumpcloud.Secret("Tr0ub4dor&3"))}}, nil)
	workday := client.Workdays.Authorize(t.Context(), "id", jumpcloud.WorkdayAuth{Auth: jumpcloud.WorkdayCredentials{
		Basic: jumpcloud.Set(jumpcloud.WorkdayBasicAuth{Username: "u", Password: "Tr0ub4dor&3"}),
	}})
	own := client.Call(t.Context(), "POST", "/x", nil, map[string]any{"a": []any{map[string]any{"password": "Tr0ub4dor&3"}}}, nil)

	for _, err := range []error{create, bulk, workday, own} {
		assert.Equal(t, "password [redacted] is too weak", asAPIError(t, err).Message)
		assert.JSONEq(t, `{"message":"password [redacted] is too weak","request":"{\"password\":\"[redacted]\"}"}`, string(asAPIError(t, err).Body))
	}
}

func TestHostile_AListsUnreadableObjectHidesTheKey(t *testing.T) {
	client := newClient(t, newWire(t, ok(`[{"username":7,"x":"`+key+`"}]`)))

	_, err := client.Systemusers.List(t.Context(), nil)

	assert.ErrorIs(t, err, jumpcloud.ErrItem)
	assert.JSONEq(t, `{"username":7,"x":"[redacted]"}`, string(asDecodeError(t, err).Body))
}

// The cause of an error matches, but a text of it that holds a secret is gone.
func TestHostile_TheCauseOfAnErrorIsClean(t *testing.T) {
	client := newClient(t, newWire(t, fails(fmt.Errorf("dump of x-api-key %s: %w", key, errReset))), func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })

	err := get(t.Context(), client)

	cause := asTransportError(t, err).Err
	assert.Equal(t, "dump of x-api-key [redacted]: read tcp: connection reset by peer", cause.Error())
	assert.ErrorIs(t, err, errReset)
	data, _ := json.Marshal(cause)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", cause, cause, cause, data), key)
}
