package jumpcloud_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// nameServer answers by method, path and decoded query; a request that it does not know is 404. It notes them all.
type nameServer struct {
	mu      sync.Mutex
	answers map[string]answer
	asked   []string
}

func (s *nameServer) RoundTrip(r *http.Request) (*http.Response, error) {
	query, err := url.QueryUnescape(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	request := strings.TrimSuffix(strings.TrimPrefix(r.URL.String(), baseURL), "?"+r.URL.RawQuery)
	if query != "" {
		request += "?" + query
	}
	s.mu.Lock()
	s.asked = append(s.asked, request)
	s.mu.Unlock()
	if answer := s.answers[request]; answer != nil {
		return answer(r)
	}
	return status(404, `{"message":"Not Found"}`)(r)
}

func (s *nameServer) client(t *testing.T) *jumpcloud.APIClient {
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = key
	configuration.BaseURL = baseURL
	configuration.HTTPClient = &http.Client{Transport: s}
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	return client
}

func objectsOf(kind jumpcloud.GraphType, ids ...string) (objects []jumpcloud.GraphObject) {
	for _, id := range ids {
		objects = append(objects, jumpcloud.GraphObject{Type: kind, ID: id})
	}
	return objects
}

func TestNamesAsksOnceForEachKind(t *testing.T) {
	server := &nameServer{answers: map[string]answer{
		"/systemusers?fields=_id username&filter=_id:$in:u1|U2&limit=100&sort=_id":                       ok(`{"totalCount":2,"results":[{"_id":"u1","username":"ann"},{"_id":"u2","username":"bob"}]}`),
		"/systems?fields=_id displayName hostname&filter=_id:$in:s1|s2&limit=100&sort=_id":               ok(`{"totalCount":2,"results":[{"_id":"s1","displayName":"Laptop"},{"_id":"s2","displayName":"","hostname":"web-1"}]}`),
		"/applications?fields=_id displayLabel displayName name&filter=_id:$in:a1|a2&limit=100&sort=_id": ok(`{"totalCount":2,"results":[{"_id":"a1","displayLabel":"Payroll","displayName":"SAML","name":"saml"},{"_id":"a2","displayName":"SAML","name":"saml"}]}`),
		"/commands?fields=_id name&filter=_id:$in:c1&limit=100&sort=_id":                                 ok(`{"totalCount":1,"results":[{"_id":"c1","name":"Patch"}]}`),
		"/radiusservers?fields=_id name&filter=_id:$in:r1&limit=100&sort=_id":                            ok(`{"totalCount":1,"results":[{"_id":"r1","name":"Wi-Fi"}]}`),
		"/v2/usergroups?fields=id,name&filter=id:in:g1&limit=100":                                        status(200, `[{"id":"g1","name":"Staff"}]`, "X-Total-Count", "1"),
		"/v2/systemgroups?fields=id,name&filter=id:in:h1&limit=100":                                      status(200, `[{"id":"h1","name":"Laptops"}]`, "X-Total-Count", "1"),
		"/v2/policies?fields=id,name&filter=id:in:p1&limit=100":                                          status(200, `[{"id":"p1","name":"Lock screens"}]`, "X-Total-Count", "1"),
		"/v2/policygroups?fields=id,name&filter=id:in:q1&limit=100":                                      status(200, `[{"id":"q1","name":"All policies"}]`, "X-Total-Count", "1"),
		"/v2/directories?limit=100":                                                                      status(200, `[{"id":"d1","name":"example.com","type":"g_suite"},{"id":"d2","name":"jumpcloud","type":"ldap_server"},{"id":"d9","name":"another"}]`, "X-Total-Count", "3"),
	}}
	objects := slices.Concat(
		objectsOf("user", "u1", "U2", "u1"), objectsOf("system", "s1", "s2"), objectsOf("application", "a1", "a2"), objectsOf("command", "c1"),
		objectsOf("radius_server", "r1"), objectsOf("user_group", "g1"), objectsOf("system_group", "h1"), objectsOf("policy", "p1"),
		objectsOf("policy_group", "q1"), objectsOf("g_suite", "d1"), objectsOf("ldap_server", "d2"), objectsOf("password_manager_item", "x1"),
	)

	names, err := server.client(t).Names(t.Context(), objects)

	require.NoError(t, err)
	assert.Equal(t, map[string]string{
		"u1": "ann", "U2": "bob", "s1": "Laptop", "s2": "web-1", "a1": "Payroll", "a2": "SAML", "c1": "Patch", "r1": "Wi-Fi", "g1": "Staff", "h1": "Laptops",
		"p1": "Lock screens", "q1": "All policies", "d1": "example.com", "d2": "jumpcloud", "x1": "password_manager_item x1",
	}, names)
	for request := range server.answers {
		server.asked = slices.DeleteFunc(server.asked, func(asked string) bool { return asked == request })
	}
	assert.Empty(t, server.asked, "other requests")
}

func TestNamesAsksForAHundredAtATime(t *testing.T) {
	var ids []string
	for i := range 250 {
		ids = append(ids, fmt.Sprintf("%024x", i))
	}
	server := &nameServer{answers: map[string]answer{}}
	for batch := range slices.Chunk(ids, 100) {
		var items []string
		for _, id := range batch {
			items = append(items, `{"id":"`+id+`","name":"group `+id[21:]+`"}`)
		}
		server.answers["/v2/usergroups?fields=id,name&filter=id:in:"+strings.Join(batch, "|")+"&limit=100"] = status(200, "["+strings.Join(items, ",")+"]",
			"X-Total-Count", fmt.Sprint(len(batch)))
	}
	names, err := server.client(t).Names(t.Context(), objectsOf("user_group", ids...))
	require.NoError(t, err)
	assert.Len(t, names, 250)
	assert.Equal(t, "group 0f9", names[ids[249]])
	assert.Len(t, server.asked, 3)
}

// A filter by id is described nowhere for groups.
func TestNamesAsksOneByOneForThoseWhomNoListNames(t *testing.T) {
	list := "/v2/systemgroups?fields=id,name&filter=id:in:h1|h2|h3&limit=100"
	for name, answered := range map[string]answer{
		"the list refuses the filter": status(400, `{"message":"unknown field id"}`),
		"the list is not there":       status(404, `{"message":"Not Found"}`),
		"the list is not made":        status(501, `{"message":"Unexpected error"}`),
		"the list lags":               ok(`[]`),
		"the list has somebody else":  ok(`[{"id":"other","name":"Other"}]`),
		"the list has odd objects":    ok(`[{"id":7},null]`),
		"the list ignores its fields": ok(`[{"id":"h1"}]`),
	} {
		t.Run(name, func(t *testing.T) {
			server := &nameServer{answers: map[string]answer{
				list:                  answered,
				"/v2/systemgroups/h1": ok(`{"id":"h1","name":"Laptops"}`),
				"/v2/systemgroups/h2": ok(`{"id":"h2","name":7}`),
			}}
			names, err := server.client(t).Names(t.Context(), objectsOf("system_group", "h1", "h2", "h3"))
			require.NoError(t, err)
			assert.Equal(t, map[string]string{"h1": "Laptops", "h2": "system_group h2", "h3": "system_group h3"}, names)
		})
	}
}

func TestNamesLeavesOutWhatTheCredentialMayNotRead(t *testing.T) {
	forbidden := status(403, `{"message":"Forbidden"}`)
	server := &nameServer{answers: map[string]answer{
		"/commands?fields=_id name&filter=_id:$in:c1|c2&limit=100&sort=_id": forbidden,
		"/v2/directories?limit=100":                                         status(200, `[]`, "X-Total-Count", "0"),
		"/v2/usergroups?fields=id,name&filter=id:in:g1&limit=100":           status(200, `[{"id":"g1","name":"Staff"}]`, "X-Total-Count", "1"),
	}}
	var ids []string
	for i := range 20 {
		ids = append(ids, fmt.Sprintf("d%d", i))
		server.answers[fmt.Sprintf("/v2/gsuites/d%d", i)] = forbidden
	}
	names, err := server.client(t).Names(t.Context(), slices.Concat(objectsOf("command", "c1", "c2"), objectsOf("user_group", "g1"), objectsOf("g_suite", ids...)))
	require.NoError(t, err)
	assert.Equal(t, "command c1", names["c1"])
	assert.Equal(t, "g_suite d19", names["d19"])
	assert.Equal(t, "Staff", names["g1"])
	assert.NotContains(t, server.asked, "/commands/c1")
	assert.Less(t, len(server.asked), 15, "it stops where all are refused")
}

func TestNamesSaysWhatFailedAndNamesTheOthers(t *testing.T) {
	server := &nameServer{answers: map[string]answer{
		"/commands?fields=_id name&filter=_id:$in:c1&limit=100&sort=_id": status(401, `{"message":"Unauthorized"}`),
		"/v2/usergroups?fields=id,name&filter=id:in:g1&limit=100":        status(200, `[{"id":"g1","name":"Staff"}]`, "X-Total-Count", "1"),
	}}
	names, err := server.client(t).Names(t.Context(), slices.Concat(objectsOf("command", "c1"), objectsOf("user_group", "g1")))
	require.ErrorIs(t, err, jumpcloud.ErrUnauthorized)
	assert.Equal(t, map[string]string{"c1": "command c1", "g1": "Staff"}, names)
}

func TestNamesRefusesWhatIsNoIDBeforeItAsks(t *testing.T) {
	server := &nameServer{}
	for _, id := range []string{"", "g1|g2", strings.Repeat("a", 101)} {
		_, err := server.client(t).Names(t.Context(), append(objectsOf("user_group", "g1"), objectsOf("user_group", id)...))
		var refused *jumpcloud.ParamError
		require.ErrorAs(t, err, &refused)
		assert.Contains(t, err.Error(), "element 1")
	}
	names, err := server.client(t).Names(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, names)
	assert.Empty(t, server.asked)
}

func TestObjectsOfAnAccessAreThoseOnThePathsToo(t *testing.T) {
	to := func(kind jumpcloud.GraphType, id string) jumpcloud.GraphConnection {
		return jumpcloud.GraphConnection{To: jumpcloud.GraphObject{Type: kind, ID: id, Attributes: map[string]any{"a": 1}}}
	}
	access := jumpcloud.UserAccess{
		Groups:  []*jumpcloud.GraphObjectWithPaths{{Type: "user_group", ID: "g1"}},
		Systems: []*jumpcloud.GraphObjectWithPaths{{Type: "system", ID: "s1", Paths: [][]jumpcloud.GraphConnection{{to("user_group", "g1"), to("system_group", "h1"), to("system", "s1")}}}},
	}
	assert.Equal(t, slices.Concat(objectsOf("user_group", "g1"), objectsOf("system", "s1"), objectsOf("system_group", "h1")), access.Objects())
}
