package jumpcloud_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestRequest_GetHasExactlyTheseHeaders(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1"}`))

	_, err := newClient(t, w).Systemusers.Get(t.Context(), userID, nil)

	require.NoError(t, err)
	assert.Equal(t, "GET", w.only().method)
	assert.Equal(t, baseURL+"/systemusers/"+userID, w.only().url)
	assert.Empty(t, w.only().body)
	assert.Equal(t, http.Header{"Accept": {"application/json"}, "User-Agent": {"test-agent/1"}, "X-Api-Key": {key}}, w.only().header)
}

func TestRequest_BodyAddsTheContentType(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1"}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) { c.OrgID = "org-1" })

	_, err := client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)

	require.NoError(t, err)
	assert.Equal(t, "POST", w.only().method)
	assert.Equal(t, baseURL+"/systemusers", w.only().url)
	assert.Equal(t, `{"email":"ann@example.com","username":"ann"}`, w.only().body)
	assert.Equal(t, http.Header{
		"Accept": {"application/json"}, "Content-Type": {"application/json"}, "User-Agent": {"test-agent/1"},
		"X-Api-Key": {key}, "X-Org-Id": {"org-1"},
	}, w.only().header)
}

func TestRequest_PostWithoutABodyHasNoContentType(t *testing.T) {
	w := newWire(t, ok(``))

	require.NoError(t, newClient(t, w).Systemusers.Unlock(t.Context(), userID))

	assert.Equal(t, "POST", w.only().method)
	assert.Empty(t, w.only().body)
	assert.NotContains(t, w.only().header, "Content-Type")
}

func TestRequest_OptionalBodySendsAnEmptyObject(t *testing.T) {
	w := newWire(t, ok(``), ok(``))
	client := newClient(t, w)

	require.NoError(t, client.Systemusers.Activate(t.Context(), userID, jumpcloud.ActivateRequest{}))
	require.NoError(t, client.Systemusers.ResetMFA(t.Context(), userID, jumpcloud.ResetMFARequest{}))

	assert.Equal(t, `{}`, w.requests()[0].body)
	assert.Equal(t, `{}`, w.requests()[1].body)
}

func TestRequest_ListBodyThatIsNilIsAnEmptyList(t *testing.T) {
	w := newWire(t, ok(`{"jobId":"j1"}`))

	_, err := newClient(t, w).BulkJobs.ExpireUsers(t.Context(), nil)

	require.NoError(t, err)
	assert.Equal(t, `[]`, w.only().body)
}

func TestRequest_RouteOfV2LiesBelowTheBasePath(t *testing.T) {
	w := newWire(t, ok(`{"id":"g1"}`))

	_, err := newClient(t, w).Usergroups.Get(t.Context(), "g1")

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/v2/usergroups/g1", w.only().url)
}

func TestRequest_IDsAreEscaped(t *testing.T) {
	for id, escaped := range map[string]string{
		userID:         userID,
		"a/b":          "a%2Fb",
		"../admin":     "..%2Fadmin",
		"a b":          "a%20b",
		"a?b=c":        "a%3Fb=c",
		"a#b":          "a%23b",
		"a%2Fb":        "a%252Fb",
		"ann@host.com": "ann@host.com",
		"ä":            "%C3%A4",
		"a\r\nX: y":    "a%0D%0AX:%20y",
		"...":          "...",
		"{id}":         "%7Bid%7D",
	} {
		t.Run(id, func(t *testing.T) {
			w := newWire(t, ok(`{"_id":"u1"}`))
			_, err := newClient(t, w).Systemusers.Get(t.Context(), id, nil)
			require.NoError(t, err)
			assert.Equal(t, baseURL+"/systemusers/"+escaped, w.only().url)
		})
	}
}

func TestRequest_EscapedIDsReachTheServerAsTheyAre(t *testing.T) {
	var target, path string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, path = r.RequestURI, r.URL.Path
		_, _ = io.WriteString(w, `{}`)
	}))
	defer server.Close()

	err := serverClient(t, server).Systemusers.DeleteSSHKey(t.Context(), "a/b c", "..%2f")

	require.NoError(t, err)
	assert.Equal(t, "/base/api/systemusers/a%2Fb%20c/sshkeys/..%252f", target)
	assert.Equal(t, "/base/api/systemusers/a/b c/sshkeys/..%2f", path)
}

func TestRequest_IDsGoIntoTheRouteInOrder(t *testing.T) {
	w := newWire(t, ok(`""`))

	require.NoError(t, newClient(t, w).Systemusers.DeleteSSHKey(t.Context(), "user-1", "key-1"))

	assert.Equal(t, "DELETE", w.only().method)
	assert.Equal(t, baseURL+"/systemusers/user-1/sshkeys/key-1", w.only().url)
}

func TestRequest_IDsThatChangeThePathAreRefused(t *testing.T) {
	for name, id := range map[string]string{"empty": "", "blank": "  ", "line end": "\n", "dot": ".", "dots": ".."} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, newWire(t)) // which gets no request

			_, err := client.Systemusers.Get(t.Context(), id, nil)
			refused := asParamError(t, err)
			assert.Equal(t, "systemusers_get", refused.Operation)
			assert.Equal(t, "id", refused.Param)
			assert.ErrorContains(t, err, "jumpcloud: systemusers_get: id: is ")

			_, err = client.Systemusers.Delete(t.Context(), id, nil)
			asParamError(t, err)

			assert.Equal(t, "id", asParamError(t, client.Systemusers.DeleteSSHKey(t.Context(), "u1", id)).Param)
			assert.Equal(t, "systemuser_id", asParamError(t, client.Systemusers.DeleteSSHKey(t.Context(), id, "k1")).Param)
		})
	}
}

func TestRequest_FirstProblemIsTheError(t *testing.T) {
	_, err := newClient(t, newWire(t)).Systemusers.Get(t.Context(), "", nil, jumpcloud.WithTimeout(-1))

	assert.Equal(t, "id", asParamError(t, err).Param)
}

func TestRequest_ParamErrorEndsAWalkToo(t *testing.T) {
	client := newClient(t, newWire(t))
	yielded := 0

	for item, err := range client.Users.AllMemberOf(t.Context(), "", nil) {
		yielded++
		assert.Nil(t, item)
		asParamError(t, err)
	}

	assert.Equal(t, 1, yielded)
}

func TestRequest_OrgIDIsSent(t *testing.T) {
	for _, path := range []string{"/systemusers", "/systems", "/v2/users/" + userID + "/memberof", "/v2/usergroups", "/v2/systemgroups", "/usersx", "/search/systemusers"} {
		w := newWire(t, ok(`{}`))
		client := newClient(t, w, func(c *jumpcloud.Configuration) { c.OrgID = "org-1" })
		require.NoError(t, client.Call(t.Context(), "GET", path, nil, nil, nil))
		assert.Equal(t, []string{"org-1"}, w.only().header["X-Org-Id"], path)
	}
}

func TestRequest_OrgIDIsNotSentToRoutesThatRefuseIt(t *testing.T) {
	for _, path := range []string{
		"/organizations", "/organizations/o1", "/Organizations", "/search/organizations", "/users", "/users/u1", "/v2/organizations/o1/cases",
		"/v2/administrators/a1/organizationlinks", "/v2/providers/p1", "/v2/integrations/i1",
	} {
		w := newWire(t, ok(`{}`), ok(`{}`))
		client := newClient(t, w, func(c *jumpcloud.Configuration) { c.OrgID = "org-1" })
		require.NoError(t, client.Call(t.Context(), "GET", path, nil, nil, nil))
		require.NoError(t, client.Call(t.Context(), "GET", path, nil, nil, nil, jumpcloud.WithOrgID("org-2")))
		assert.NotContains(t, w.requests()[0].header, "X-Org-Id", path)
		assert.NotContains(t, w.requests()[1].header, "X-Org-Id", path)
	}
}

func TestRequest_WithOrgIDReplacesTheConfigurations(t *testing.T) {
	w := newWire(t, ok(`{}`), ok(`{}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) { c.OrgID = "org-1" })

	require.NoError(t, get(t.Context(), client, jumpcloud.WithOrgID("org-2")))
	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, []string{"org-2"}, w.requests()[0].header["X-Org-Id"])
	assert.Equal(t, []string{"org-1"}, w.requests()[1].header["X-Org-Id"], "the next call is not touched")
}

func TestRequest_WithoutOrgIDOmitsTheHeader(t *testing.T) {
	w := newWire(t, ok(`{}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) { c.OrgID = "org-1" })

	require.NoError(t, get(t.Context(), client, jumpcloud.WithoutOrgID()))

	assert.NotContains(t, w.only().header, "X-Org-Id")
}

func TestRequest_WithHeaderAddsAHeader(t *testing.T) {
	w := newWire(t, ok(`{}`))

	require.NoError(t, get(t.Context(), newClient(t, w), jumpcloud.WithHeader("x-eventually-consistent", "true or so")))

	assert.Equal(t, []string{"true or so"}, w.only().header["X-Eventually-Consistent"])
}

func TestRequest_WithHeaderMayReplaceWhatIsNoCredential(t *testing.T) {
	w := newWire(t, ok(`{}`))

	require.NoError(t, get(t.Context(), newClient(t, w), jumpcloud.WithHeader("accept", "text/csv"), jumpcloud.WithHeader("user-agent", "mine")))

	assert.Equal(t, []string{"text/csv"}, w.only().header["Accept"])
	assert.Equal(t, []string{"mine"}, w.only().header["User-Agent"])
}

func TestRequest_OptionsThatCannotBeSentAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		option jumpcloud.RequestOption
		param  string
	}{
		"the key":                  {jumpcloud.WithHeader("X-Api-Key", "v"), "WithHeader"},
		"the key in small letters": {jumpcloud.WithHeader("x-api-key", "v"), "WithHeader"},
		"the token":                {jumpcloud.WithHeader("authorization", "v"), "WithHeader"},
		"a proxy's credential":     {jumpcloud.WithHeader("proxy-authorization", "v"), "WithHeader"},
		"a cookie":                 {jumpcloud.WithHeader("cookie", "v"), "WithHeader"},
		"the organisation":         {jumpcloud.WithHeader("x-org-id", "v"), "WithHeader"},
		"Idempotency-Key":          {jumpcloud.WithHeader("idempotency-key", "v"), "WithHeader"},
		"X-Idempotency-Key":        {jumpcloud.WithHeader("x-idempotency-key", "v"), "WithHeader"},
		"Host":                     {jumpcloud.WithHeader("host", "evil.test"), "WithHeader"},
		"Content-Length":           {jumpcloud.WithHeader("content-length", "1"), "WithHeader"},
		"Transfer-Encoding":        {jumpcloud.WithHeader("transfer-encoding", "chunked"), "WithHeader"},
		"Connection":               {jumpcloud.WithHeader("connection", "close"), "WithHeader"},
		"header without a name":    {jumpcloud.WithHeader("", "v"), "WithHeader"},
		"name with a space":        {jumpcloud.WithHeader("x api", "v"), "WithHeader"},
		"name with a line end":     {jumpcloud.WithHeader("x\r\ny", "v"), "WithHeader"},
		"name with a colon":        {jumpcloud.WithHeader("x:y", "v"), "WithHeader"},
		"name with a bracket":      {jumpcloud.WithHeader("x(y", "v"), "WithHeader"},
		"name with an umlaut":      {jumpcloud.WithHeader("xä", "v"), "WithHeader"},
		"value with a line end":    {jumpcloud.WithHeader("x-y", "v\r\nX-Api-Key: k"), "WithHeader"},
		"value with a NUL":         {jumpcloud.WithHeader("x-y", "v\x00"), "WithHeader"},
		"value with an umlaut":     {jumpcloud.WithHeader("x-y", "ä"), "X-Y"},
		"organisation, line end":   {jumpcloud.WithOrgID("o\r\nX-Api-Key: k"), "WithOrgID"},
		"organisation, empty":      {jumpcloud.WithOrgID(""), "WithOrgID"},
		"Accept-Encoding":          {jumpcloud.WithHeader("accept-encoding", "gzip"), "WithHeader"},
		"no time":                  {jumpcloud.WithTimeout(0), "WithTimeout"},
		"negative time":            {jumpcloud.WithTimeout(-time.Second), "WithTimeout"},
		"no attempt":               {jumpcloud.WithMaxAttempts(0), "WithMaxAttempts"},
		"no page at a time":        {jumpcloud.WithPageConcurrency(0), "WithPageConcurrency"},
		"field without a body":     {jumpcloud.WithBodyField("k", 1), "WithBodyField"},
	} {
		t.Run(name, func(t *testing.T) {
			err := get(t.Context(), newClient(t, newWire(t)), test.option)
			refused := asParamError(t, err)
			assert.Equal(t, test.param, refused.Param)
			assert.NotEmpty(t, refused.Problem)
		})
	}
}

func TestRequest_NilOptionIsIgnored(t *testing.T) {
	assert.NoError(t, get(t.Context(), newClient(t, newWire(t, ok(`{}`))), nil))
}

func TestRequest_WithQueryAddsAndReplaces(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1"}`))
	client := newClient(t, w)

	_, err := client.Systemusers.Get(t.Context(), "u1", &jumpcloud.SystemusersGetParams{Fields: []string{"email", "sudo"}},
		jumpcloud.WithQuery("fields", "username"), jumpcloud.WithQuery("new one", "a&b", "c=d"), jumpcloud.WithQuery("empty", ""))

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers/u1?empty=&fields=username&new+one=a%26b&new+one=c%3Dd", w.only().url)
}

func TestRequest_WithQueryWithoutValuesRemoves(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1"}`))

	_, err := newClient(t, w).Systemusers.Get(t.Context(), "u1", &jumpcloud.SystemusersGetParams{Fields: []string{"email"}}, jumpcloud.WithQuery("fields"))

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers/u1", w.only().url)
}

func TestRequest_WithQueryCopiesItsValues(t *testing.T) {
	w := newWire(t, v1List(0, 100))
	values := []string{"a"}
	walk := newClient(t, w).Systemusers.All(t.Context(), nil, jumpcloud.WithQuery("k", values...))
	values[0] = "changed"

	_, err := jumpcloud.Collect(walk, 0)

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers?k=a&limit=100&sort=_id", w.only().url)
}

func TestRequest_WithQueryLeavesPagingToTheList(t *testing.T) {
	client := newClient(t, newWire(t))

	for _, name := range []string{"limit", "skip"} {
		_, err := client.Systemusers.List(t.Context(), nil, jumpcloud.WithQuery(name, "1"))
		assert.Equal(t, "WithQuery", asParamError(t, err).Param, name)
	}
}

func TestRequest_WithBodyFieldAddsAndReplaces(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1"}`))

	_, err := newClient(t, w).Systemusers.Update(t.Context(), "u1", jumpcloud.SystemuserUpdate{Sudo: jumpcloud.Set(true), Email: jumpcloud.Set("a@b.c")}, nil,
		jumpcloud.WithBodyField("sudo", false), jumpcloud.WithBodyField("brandNew", map[string]any{"x": nil}))

	require.NoError(t, err)
	assert.Equal(t, `{"brandNew":{"x":null},"email":"a@b.c","sudo":false}`, w.only().body)
}

func TestRequest_WithBodyFieldKeepsTheRestToTheLetter(t *testing.T) {
	w := newWire(t, ok(`{}`))

	require.NoError(t, newClient(t, w).Call(t.Context(), "PUT", "/systems", nil, json.RawMessage(`{"big":12345678901234567890.5,"text":"<ä>"}`), nil,
		jumpcloud.WithBodyField("n", 1)))

	assert.JSONEq(t, `{"big":12345678901234567890.5,"n":1,"text":"<ä>"}`, w.only().body)
	assert.Contains(t, w.only().body, "12345678901234567890.5")
}

func TestRequest_WithBodyFieldIsRefusedWhereTheBodyIsNoObject(t *testing.T) {
	client := newClient(t, newWire(t))

	assert.Equal(t, "WithBodyField", asParamError(t, client.Call(t.Context(), "POST", "/systems", nil, []int{1}, nil, jumpcloud.WithBodyField("k", 1))).Param)
	assert.Equal(t, "WithBodyField", asParamError(t, client.Systemusers.Unlock(t.Context(), "u1", jumpcloud.WithBodyField("k", 1))).Param)
}

func TestRequest_WithBodyFieldIsRefusedWhereItCannotBeEncoded(t *testing.T) {
	err := newClient(t, newWire(t)).Call(t.Context(), "POST", "/systems", nil, struct{}{}, nil, jumpcloud.WithBodyField("k", make(chan int)))

	assert.Equal(t, "k", asParamError(t, err).Param)
}

func TestRequest_WithBodyFieldLeavesPagingToTheSearch(t *testing.T) {
	client := newClient(t, newWire(t))

	for _, name := range []string{"limit", "skip"} {
		_, err := client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{}, jumpcloud.WithBodyField(name, 1))
		assert.Equal(t, "WithBodyField", asParamError(t, err).Param, name)
	}
}

func TestRequest_OptionsMayBeUsedAgain(t *testing.T) {
	w := newWire(t, ok(`{}`), ok(`{}`))
	client := newClient(t, w)
	option := jumpcloud.WithBodyField("k", 1)

	require.NoError(t, client.Call(t.Context(), "PUT", "/a", nil, map[string]int{"a": 1}, nil, option))
	require.NoError(t, client.Call(t.Context(), "PUT", "/b", nil, map[string]int{"b": 1}, nil, option))

	assert.Equal(t, `{"a":1,"k":1}`, w.requests()[0].body)
	assert.Equal(t, `{"b":1,"k":1}`, w.requests()[1].body)
}

func TestRequest_ParamsBecomeQueryAndHeaders(t *testing.T) {
	w := newWire(t, ok(`{"jobId":"j1"}`), ok(`{"jobId":"j2"}`), ok(`[]`))
	client := newClient(t, w)

	job, err := client.BulkJobs.CreateUsers(t.Context(), []jumpcloud.BulkUserCreate{{Username: "ann", Email: "ann@example.com"}},
		&jumpcloud.BulkJobsCreateUsersParams{CreationSource: "jumpcloud:bulk", SuppressEmail: true})
	require.NoError(t, err)
	assert.Equal(t, "j1", job.JobID)
	_, err = client.BulkJobs.CreateUsers(t.Context(), nil, &jumpcloud.BulkJobsCreateUsersParams{})
	require.NoError(t, err)
	//lint:ignore SA1019 the only operation with plain numbers
	_, err = client.Systemusers.ListSystemBindings(t.Context(), "u1", &jumpcloud.SystemusersListSystemBindingsParams{Limit: 5, Skip: 10})
	require.NoError(t, err)

	assert.Equal(t, baseURL+"/v2/bulk/users?suppressEmail=true", w.requests()[0].url)
	assert.Equal(t, []string{"jumpcloud:bulk"}, w.requests()[0].header["Creation-Source"])
	assert.Equal(t, baseURL+"/v2/bulk/users", w.requests()[1].url, "zero is not sent")
	assert.NotContains(t, w.requests()[1].header, "Creation-Source")
	assert.Equal(t, baseURL+"/systemusers/u1/systems?limit=5&skip=10", w.requests()[2].url)
}

func TestRequest_ParamsThatCannotBeSentAreRefused(t *testing.T) {
	client := newClient(t, newWire(t))

	_, err := client.BulkJobs.CreateUsers(t.Context(), nil, &jumpcloud.BulkJobsCreateUsersParams{CreationSource: "a\r\nb: c"})
	assert.Equal(t, "creation-source", asParamError(t, err).Param)
	for _, params := range []jumpcloud.SystemusersListSystemBindingsParams{{Limit: 101}, {Limit: -1}} {
		//lint:ignore SA1019 the only operation with plain numbers
		_, err = client.Systemusers.ListSystemBindings(t.Context(), "u1", &params)
		assert.Equal(t, "limit", asParamError(t, err).Param)
	}
	//lint:ignore SA1019 the only operation with plain numbers
	_, err = client.Systemusers.ListSystemBindings(t.Context(), "u1", &jumpcloud.SystemusersListSystemBindingsParams{Skip: -1})
	assert.Equal(t, "skip", asParamError(t, err).Param)
}

func TestRequest_WithResponseRecordsASuccess(t *testing.T) {
	w := newWire(t, status(201, `{"id":"g1"}`, "X-Request-Id", "req-1", "X-Other", "o"))
	var response jumpcloud.Response

	_, err := newClient(t, w).Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Name: "g"}, jumpcloud.WithResponse(&response))

	require.NoError(t, err)
	assert.Equal(t, 201, response.StatusCode)
	assert.Equal(t, "req-1", response.RequestID)
	assert.Equal(t, 1, response.Attempts)
	assert.Equal(t, "o", response.Header.Get("X-Other"))
}

func TestRequest_WithResponseRecordsAnErrorToo(t *testing.T) {
	var response jumpcloud.Response

	err := get(t.Context(), newClient(t, newWire(t, status(404, ``, "Cf-Ray", "ray-1"))), jumpcloud.WithResponse(&response))

	require.Error(t, err)
	assert.Equal(t, 404, response.StatusCode)
	assert.Equal(t, "ray-1", response.RequestID)
}

func TestRequest_WithResponseRecordsTheOnePage(t *testing.T) {
	var response jumpcloud.Response

	_, err := newClient(t, newWire(t, status(200, `[]`, "X-Total-Count", "7"))).Usergroups.List(t.Context(), nil, jumpcloud.WithResponse(&response))

	require.NoError(t, err)
	assert.Equal(t, 200, response.StatusCode)
	assert.Equal(t, "7", response.Header.Get("X-Total-Count"))
}

func TestRequest_ResultIsDecoded(t *testing.T) {
	w := newWire(t, ok(`{"a":{"b":[1,2]}}`))
	var out struct{ A struct{ B []int } }

	require.NoError(t, newClient(t, w).Call(t.Context(), "GET", "/systems", nil, nil, &out))

	assert.Equal(t, []int{1, 2}, out.A.B)
}

func TestRequest_AnyAnswerWillDoWhereNoneIsAskedFor(t *testing.T) {
	for _, body := range []string{``, `OK`, `"OK"`, `<html>`, `{`, `null`} {
		assert.NoError(t, newClient(t, newWire(t, status(204, body))).Systemusers.ExpirePassword(t.Context(), "u1"), body)
		assert.NoError(t, get(t.Context(), newClient(t, newWire(t, ok(body)))), body)
	}
}

func TestRequest_CallSendsPathQueryAndBody(t *testing.T) {
	w := newWire(t, status(202, `{"id":"p1"}`))
	query := url.Values{"filter": {"name:eq:a b", "x:eq:ü"}, "limit": {"5"}}
	var out struct{ ID string }

	err := newClient(t, w).Call(t.Context(), "PATCH", "/v2/policies/a%2Fb", query, map[string]any{"name": "<n>"}, &out, jumpcloud.WithQuery("sort", "name"))

	require.NoError(t, err)
	assert.Equal(t, "PATCH", w.only().method)
	assert.Equal(t, baseURL+"/v2/policies/a%2Fb?filter=name%3Aeq%3Aa+b&filter=x%3Aeq%3A%C3%BC&limit=5&sort=name", w.only().url)
	assert.JSONEq(t, `{"name":"<n>"}`, w.only().body)
	assert.Equal(t, "p1", out.ID)
	assert.Equal(t, url.Values{"filter": {"name:eq:a b", "x:eq:ü"}, "limit": {"5"}}, query, "the caller's query is not touched")
}

func TestRequest_CallRefusesPathsThatLeaveTheBaseURL(t *testing.T) {
	client := newClient(t, newWire(t))

	for _, path := range []string{
		"", "systems", "https://evil.test/systems", "http://jumpcloud.test/base/api/systems", "//evil.test/systems", "/systems//x", "/systems/",
		"/systems//", "/systems/../users", "/..", "/../", "/.", "/systems/.", "/systems/./x", "/systems/%2e%2e/users", "/systems/%2E%2e", "/systems/%2e",
		"/systems/..%2fusers", "/systems?x=1", "/systems#x", "/sys tems", "/systems\n", "/systems\t", "/systems/%zz", "/systems/%", `/systems\..\users`, "/systems/\x7f",
		"../systems", "?x", "#", "@evil.test/", ":80/", "\\\\evil.test\\x",
	} {
		err := client.Call(t.Context(), "GET", path, nil, nil, nil)
		assert.Equal(t, "path", asParamError(t, err).Param, "%q", path)

		for _, err := range jumpcloud.Walk[thing](t.Context(), client, path, nil) {
			assert.Equal(t, "path", asParamError(t, err).Param, "%q", path)
		}
	}
}

func TestRequest_CallRefusesMethodsThatAreNone(t *testing.T) {
	for _, method := range []string{"", "get", "GET ", "G\r\nT", "GÉT"} {
		err := newClient(t, newWire(t)).Call(t.Context(), method, "/systems", nil, nil, nil)
		assert.Equal(t, "method", asParamError(t, err).Param, "%q", method)
	}
}

func TestRequest_CallRefusesABodyThatCannotBeEncoded(t *testing.T) {
	err := newClient(t, newWire(t)).Call(t.Context(), "POST", "/systems", nil, func() {}, nil)

	assert.Equal(t, "body", asParamError(t, err).Param)
}

func TestRequest_CallMasksIDsInItsRoute(t *testing.T) {
	for path, route := range map[string]string{
		"/systemusers/" + userID:                            "/systemusers/{id}",
		"/v2/users/" + userID + "/memberof":                 "/v2/users/{id}/memberof",
		"/v2/office365s/" + userID + "/users":               "/v2/office365s/{id}/users",
		"/v2/bulk/userstates/eventlist/next":                "/v2/bulk/userstates/eventlist/next",
		"/v2/systemgroups/" + userID:                        "/v2/systemgroups/{id}",
		"/v2/brandnew/" + userID:                            "/v2/{id}/{id}",
		"/systemusers/laptop":                               "/systemusers/{id}",
		"/systemusers/users":                                "/systemusers/{id}",
		"/v2/users/systems/systems":                         "/v2/users/{id}/systems",
		"/v2/users/v2/memberof":                             "/v2/users/{id}/memberof",
		"/systemusers/a%2Fb":                                "/systemusers/{id}",
		"/systemusers/ann%40example.com":                    "/systemusers/{id}",
		"/systemusers/Ann":                                  "/systemusers/{id}",
		"/systemusers/42":                                   "/systemusers/{id}",
		"/search/abcdefabcdefabcdefabcdef":                  "/search/{id}",
		"/v2/workdays/" + userID + "/import/AbC123/results": "/v2/workdays/{id}/import/{id}/results",
	} {
		err := newClient(t, newWire(t, status(404, ``))).Call(t.Context(), "GET", path, nil, nil, nil)
		assert.Equal(t, route, asAPIError(t, err).Route)
		assert.EqualError(t, err, "jumpcloud: GET "+route+": 404 Not Found")
	}
}

func TestRequest_EveryKnownRouteIsItsOwnMask(t *testing.T) {
	parameter := regexp.MustCompile(`\{[^}]*\}`)
	for known := range directives(t) {
		method, route, _ := strings.Cut(known.route, " ")
		err := newClient(t, newWire(t, status(404, ``))).Call(t.Context(), method, parameter.ReplaceAllString(route, userID), nil, nil, nil)
		assert.Equal(t, parameter.ReplaceAllString(route, "{id}"), asAPIError(t, err).Route)
	}
}

func TestRequest_ClientIsSafeForConcurrentUse(t *testing.T) {
	w := always(t, func(r *http.Request) (*http.Response, error) {
		return ok(`{"_id":"` + r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:] + `"}`)(r)
	})
	client := newClient(t, w)

	var callers sync.WaitGroup
	for range 32 {
		callers.Go(func() {
			for _, id := range []string{"u1", "u2", "u3"} {
				user, err := client.Systemusers.Get(t.Context(), id, nil, jumpcloud.WithHeader("x-id", id), jumpcloud.WithRaw())
				if assert.NoError(t, err) {
					assert.Equal(t, id, user.ID)
					assert.Equal(t, `{"_id":"`+id+`"}`, string(user.RawJSON()))
				}
			}
		})
	}
	callers.Wait()
}

// defaultClient returns a client without an http.Client of its own.
func defaultClient(t *testing.T) *jumpcloud.APIClient {
	t.Helper()
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: baseURL, Retry: jumpcloud.RetryPolicy{MaxAttempts: 1}})
	require.NoError(t, err)
	return client
}

func mockThings(calls *atomic.Int32) {
	httpmock.RegisterResponder("GET", baseURL+"/systems", func(*http.Request) (*http.Response, error) {
		calls.Add(1)
		return httpmock.NewStringResponse(200, `{}`), nil
	})
}

func TestRequest_HTTPMockActivatedBeforeTheClientIsMade(t *testing.T) {
	var calls atomic.Int32
	httpmock.Activate()
	defer httpmock.DeactivateAndReset()
	mockThings(&calls)
	client := defaultClient(t)

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, int32(1), calls.Load())
}

func TestRequest_HTTPMockActivatedAfterTheClientWasMade(t *testing.T) {
	var calls atomic.Int32
	client := defaultClient(t)
	httpmock.Activate()
	defer httpmock.DeactivateAndReset()
	mockThings(&calls)

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, int32(1), calls.Load())
}

func TestRequest_HTTPMockActivatedForTheCallersClientBefore(t *testing.T) {
	var calls atomic.Int32
	httpClient := &http.Client{}
	httpmock.ActivateNonDefault(httpClient)
	defer httpmock.DeactivateAndReset()
	mockThings(&calls)
	client := newClient(t, nil, func(c *jumpcloud.Configuration) { c.HTTPClient = httpClient })

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, int32(1), calls.Load())
}

func TestRequest_HTTPMockActivatedForTheCallersClientAfter(t *testing.T) {
	var calls atomic.Int32
	httpClient := &http.Client{}
	client := newClient(t, nil, func(c *jumpcloud.Configuration) { c.HTTPClient = httpClient })
	httpmock.ActivateNonDefault(httpClient)
	defer httpmock.DeactivateAndReset()
	mockThings(&calls)

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, int32(1), calls.Load())
}

func TestRequest_HTTPMockDeactivatedIsLeftAgain(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) }))
	defer server.Close()
	httpmock.Activate()
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: server.URL})
	httpmock.DeactivateAndReset()
	require.NoError(t, err)

	require.NoError(t, get(t.Context(), client))

	assert.Zero(t, calls.Load())
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestRequest_DefaultTransportMayBeAFunctionBeforeTheClientIsMade(t *testing.T) {
	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	http.DefaultTransport = transportFunc(newWire(t, ok(`{}`)).RoundTrip)
	client := defaultClient(t)

	assert.NotPanics(t, func() { assert.NoError(t, get(t.Context(), client)) })
}

func TestRequest_DefaultTransportMayBeAFunctionAfterTheClientWasMade(t *testing.T) {
	client := defaultClient(t)
	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	http.DefaultTransport = transportFunc(newWire(t, ok(`{}`)).RoundTrip)

	assert.NotPanics(t, func() { assert.NoError(t, get(t.Context(), client)) })
}

func TestRequest_TransportSetLaterOnTheCallersClientCounts(t *testing.T) {
	first, second := newWire(t, ok(`{}`)), newWire(t, ok(`{}`))
	httpClient := &http.Client{Transport: first}
	client := newClient(t, nil, func(c *jumpcloud.Configuration) { c.HTTPClient = httpClient })

	require.NoError(t, get(t.Context(), client))
	httpClient.Transport = second
	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, 1, first.count())
	assert.Equal(t, 1, second.count())
}

func TestRequest_ConnectionsOfAWalkAreUsedAgain(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		response, _ := v1List(200, 1)(r)
		_, _ = io.Copy(w, response.Body)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: server.URL, PageConcurrency: 8})
	require.NoError(t, err)

	all, err := jumpcloud.Collect(jumpcloud.Walk[thing](t.Context(), client, "/systems", nil), 0)

	require.NoError(t, err)
	assert.Len(t, all, 200)
	assert.Less(t, opened.Load(), int32(50), "connections for 200 pages")
}

func TestRequest_CallersContextReachesTheTransport(t *testing.T) {
	type mark struct{}
	w := newWire(t, func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, "here", r.Context().Value(mark{}))
		return ok(`{}`)(r)
	})

	require.NoError(t, get(context.WithValue(t.Context(), mark{}, "here"), newClient(t, w)))
}
