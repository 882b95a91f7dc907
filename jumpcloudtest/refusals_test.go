package jumpcloudtest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestRouteThatIsNotModelledIsNoObjectThatIsGone(t *testing.T) {
	c := newCaller(t)
	user := c.user(anyUser)
	for request, named := range map[string]string{
		"GET /nothing":                              "GET /nothing",
		"GET /v2/commands/" + user:                  "GET /v2/commands/{id}",
		"PATCH /systems/" + user:                    "PATCH /systems/{id}",
		"PATCH /systemusers":                        "PATCH /systemusers",
		"DELETE /v2/usergroups":                     "DELETE /v2/usergroups",
		"GET /systemusers//":                        "GET /systemusers/",
		"GET /v1/systemusers":                       "GET /v1/systemusers",
		"POST /v2/users/" + user + "/pushendpoints": "POST /v2/users/{id}/pushendpoints",
	} {
		method, path, _ := strings.Cut(request, " ")
		c.do(method, path, "").is(501).
			says(`{"code":501,"message":"jumpcloudtest does not model ` + named + `; Server.Handle can answer it","status":"UNIMPLEMENTED"}`)
	}
	c.server.URL = strings.TrimSuffix(c.server.URL, "/api")
	c.get("/systemusers").is(501).has(`{"message":"jumpcloudtest does not model GET /systemusers outside of /api, where both versions are; Server.Handle can answer it"}`)

	err := jumpcloudtest.New(t).Client().Call(t.Context(), "PATCH", "/systems/"+user, nil, nil, nil)
	if errors.Is(err, jumpcloud.ErrNotFound) || !strings.Contains(err.Error(), "does not model PATCH /systems/{id}") {
		t.Error(err)
	}
}

func TestQueryKeyThatNobodyKnowsIsRefused(t *testing.T) {
	c := newCaller(t)
	id := c.user(anyUser)
	for request, want := range map[string]string{
		"GET /systemusers?departement=IT":         "departement is no key of the query of GET /systemusers; there are fields, filter, limit, search, skip, sort",
		"GET /systemusers?Filter=username:$eq:x":  "Filter is no key of the query of GET /systemusers; there are fields, filter, limit, search, skip, sort",
		"DELETE /systemusers/" + id + "?force=1":  "force is no key of the query of DELETE /systemusers/{id}; there are cascade_manager",
		"POST /systemusers/" + id + "/unlock?x=1": "x is no key of the query of POST /systemusers/{id}/unlock, which has none",
		"POST /search/systemusers?fields=email":   "fields is no key of the query of POST /search/systemusers; there are limit, skip",
		"GET /systemusers?filter=%zz":             `query cannot be read: invalid URL escape "%zz"`,
		"GET /systemusers?search[term]=ann":       "search[term] is no key of the query of GET /systemusers; there are fields, filter, limit, search, skip, sort",
		"GET /systemusers?search[fields][0]=x":    "search[fields] needs a search[searchTerm]",
	} {
		method, path, _ := strings.Cut(request, " ")
		c.do(method, path, "{}").is(400).says(`{"message":` + quoted(want) + `}`)
	}
	if c.server.UserCount() != 1 {
		t.Error("a request that was refused took effect")
	}
	for _, path := range []string{
		"/v2/usergroups?page=2", "/v2/usergroups/x/members?filter=type:eq:user", "/v2/users/x/associations?targets=system&sort=id", "/v2/workdays/x/workers?fields=email",
	} {
		c.get(path).is(400).has(`{"code":400,"status":"INVALID_ARGUMENT"}`)
	}
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func TestFilterFormThatIsNotServedIsRefused(t *testing.T) {
	c := newCaller(t)
	staff(c)
	const gaveUp = " is a form of filter that the service gave up; write each condition as a key filter of its own, all of which must hold"
	for query, want := range map[string]string{
		"filter[0]=username:$eq:ann":               "filter[0]" + gaveUp,
		"filter[or][0]=username:$eq:ann":           "filter[or][0]" + gaveUp,
		"Filter[0]=username:$eq:ann":               "Filter[0]" + gaveUp,
		"filter=username:$eq:ann,state:$eq:STAGED": `filter "username:$eq:ann,state:$eq:STAGED" joins conditions with a comma; write each as a key filter of its own`,
		"filter=departement:$eq:IT":                `filter by "departement": no object here has such a field`,
		"filter=mfa.excluded:$eq:true":             `filter by "mfa.excluded": no object here has such a field`,
		"filter=attributes.area:$eq:north":         `filter by "attributes.area": no object here has such a field`,
		"filter=password:$eq:x":                    `filter by "password": no object here has such a field`,
	} {
		c.get("/systemusers?" + query).is(400).says(`{"message":` + quoted(want) + `}`)
	}
	c.group(`{"name":"a,b"}`)
	for _, query := range []string{
		"filter[0]=name:eq:a", "filter=name:eq:a,type:eq:user_group", "filter=name:eq:a,%20type:eq:user_group", "filter=nome:eq:a", "sort=nome", "fields=nome",
	} {
		c.get("/v2/usergroups?" + query).is(400).has(`{"code":400,"status":"INVALID_ARGUMENT"}`)
	}
	c.get("/v2/usergroups?filter=name:eq:a,b").lists("name", "a,b") // a value may have a comma
	for _, path := range []string{"/v2/workdays?filter=nome:eq:x", "/v2/bulk/userstates?filter=user:eq:x", "/systemusers/" + c.server.UserIDs()[0] + "/systems?filter=name:$eq:x"} {
		c.get(path).is(400)
	}
}

func TestSearchThatWouldFindEverybodyOrNobodyIsRefused(t *testing.T) {
	c := newCaller(t)
	staff(c)
	for body, want := range map[string]string{
		`{"filters":["username:$eq:ann"]}`:                        "filters is not known in a search; there are searchFilter, filter, fields, skip, limit, sort",
		`{"searchFilter":{"term":"ann"}}`:                         "searchFilter.term is not known in a search; there are searchTerm, fields",
		`{"searchFilter":{"searchTerm":"ann","fields":["nome"]}}`: `search in "nome": no object here has such a field`,
		`{"filter":[{"departement":"IT"}]}`:                       `filter by "departement": no object here has such a field`,
		`{"filter":{"or":["departement:$eq:IT"]}}`:                `filter by "departement": no object here has such a field`,
		`{"sort":"-nome"}`:                                        `sort by "nome": no object here has such a field`,
		`{"fields":["nome"]}`:                                     `fields "nome": no object here has such a field`,
	} {
		c.post("/search/systemusers", body).is(400).says(`{"message":` + quoted(want) + `}`)
	}
}

func TestListOfUsersIsSearchedAsTheServicesOwnModuleDoes(t *testing.T) {
	c := newCaller(t)
	staff(c)
	for query, want := range map[string]string{
		"search[searchTerm]=AN": "ann", // in the fields that are searched by default
		"search[searchTerm]=north&search[fields][0]=attributes.value":                                    "ann",
		"search[fields][0]=username&search[fields][1]=description&search[searchTerm]=a":                  "ann di",
		"search%5Bfields%5D%5B0%5D=username&search%5BsearchTerm%5D=a":                                    "ann",
		"search[searchTerm]=example&search[fields][0]=email&filter=department:$eq:Sales&fields=username": "cy",
		"search[searchTerm]=nobody": "",
		"search[searchTerm]=ann&search[searchTerm]=bob&search[fields][]=username": "ann bob",
	} {
		c.get("/systemusers?"+query).lists("username", want)
	}
	c.get("/systemusers?search[searchTerm]=a&search[fields][0]=nome").is(400)
	c.get("/systemusers?search=" + escape(`{"searchTerm":"AN"}`)).is(400).says(`{"message":"search is written as search[searchTerm]=… and search[fields][0]=…, not as one value"}`)
	users, err := jumpcloud.Collect(c.server.Client().Systemusers.All(t.Context(), &jumpcloud.SystemusersListParams{
		Search: jumpcloud.TextSearch{Term: "AN", Fields: []string{"username"}},
	}), 0)
	if err != nil || len(users) != 1 || users[0].Username != "ann" {
		t.Error(users, err)
	}
}

func TestListOfSystemsIsSearchedAsThatOfUsers(t *testing.T) {
	c := newCaller(t)
	for _, name := range []string{"anns-laptop", "bobs-laptop", "web-1"} {
		c.server.AddSystem(name)
	}
	for query, want := range map[string]string{
		"search[searchTerm]=LAPTOP&search[fields][0]=hostname":                                 "anns-laptop bobs-laptop",
		"search[searchTerm]=laptop&search[fields][0]=hostname&filter=hostname:$ne:bobs-laptop": "anns-laptop",
		"search[searchTerm]=nothing":                                                           "",
	} {
		c.get("/systems?"+query).lists("hostname", want)
	}
	c.get("/systems?search=laptop").is(400)
}

func TestManagerThatIsNoIDIsRefused(t *testing.T) {
	c := newCaller(t, jumpcloudtest.WithJobDelay(0))
	boss := c.user(`{"username":"boss","email":"boss@example.com"}`)
	const refused = `{"message":"manager must be the id of a user, 24 hex digits, not a name; null clears it"}`
	for _, manager := range []string{`"boss"`, `"boss@example.com"`, `5`, `{"id":"` + boss + `"}`, `"` + boss[1:] + `"`} {
		c.post("/systemusers", `{"username":"ann","email":"ann@example.com","manager":`+manager+`}`).is(400).says(refused)
		c.put("/systemusers/"+boss, `{"manager":`+manager+`}`).is(400).says(refused)
		for method, body := range map[string]string{
			"POST":  `[{"username":"ann","email":"ann@example.com","manager":` + manager + `}]`,
			"PATCH": `[{"id":"` + boss + `","manager":` + manager + `}]`,
		} {
			job := c.do(method, "/v2/bulk/users", body).is(200).text("jobId")
			c.get("/v2/bulk/users/"+job+"/results").lists("statusMsg", "manager must be the id of a user, 24 hex digits, not a name; null clears it")
		}
	}
	if c.server.UserCount() != 1 {
		t.Error("a user with a manager who is none")
	}
	c.post("/systemusers", `{"username":"ann","email":"ann@example.com","manager":"`+boss+`"}`).is(200).has(`{"manager":"` + boss + `"}`)
}

func TestEdgeAnswersAsCloudflareDoes(t *testing.T) {
	both(t, func(t *testing.T, c *caller) {
		for code, want := range map[int]string{522: "522: no connection to the server in time", 503: "503: Service Unavailable", 520: "520: the server's answer makes no sense"} {
			a := c.once(jumpcloudtest.EdgeStatus(code)).is(code)
			for name, value := range map[string]string{"Server": "cloudflare", "Content-Type": "text/html; charset=UTF-8", "Cache-Control": "no-store"} {
				if got := a.header.Get(name); got != value {
					t.Errorf("%d: %s is %q", code, name, got)
				}
			}
			if a.header.Get("Cf-Ray") == "" || !strings.Contains(string(a.body), "<title>"+want+"</title>") {
				t.Errorf("%d: %v %s", code, a.header, a.body)
			}
		}
		c.server.Inject("POST /systemusers", 1, jumpcloudtest.EdgeStatus(http.StatusBadGateway).AfterApply())
		c.post("/systemusers", anyUser).is(502)
		if c.server.UserCount() != 1 {
			t.Error("not applied")
		}
	})
}

func TestSeededUsersAreActivated(t *testing.T) {
	c := newCaller(t)
	c.get("/systemusers/" + c.server.SeedUsers(1)[0]).is(200).has(`{"state":"ACTIVATED","activated":true,"password_date":"…"}`)
}

func TestMembersAndBindingsAreLookedAtByName(t *testing.T) {
	server := jumpcloudtest.New(t)
	server.SeedCompany()
	if !server.HasMember("VPN", "sven.dahl") || !server.HasMember(server.ID("VPN"), server.ID("sven.dahl")) || server.HasMember("VPN", "rosa.iglesias") {
		t.Error(server.Members("VPN"))
	}
	if !server.IsBound("sven.dahl", "laptop-sven") || !server.IsBound("Admins", server.ID("Servers")) || server.IsBound("sven.dahl", "Servers") {
		t.Error(server.Associations("sven.dahl"))
	}
}
