package jumpcloudtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// plainGroup is a group of whom only the name is set.
const plainGroup = `{"attributes":null,"id":"…","name":"g","type":"user_group","email":"","description":"","membershipMethod":"NOTSET",

	"memberSuggestionsNotify":false,"memberQueryExemptions":[],"organizationObjectId":"` + jumpcloudtest.OrgID + `","suggestionCounts":{"add":0,"remove":0,"total":0}}`

func TestGroupLifeCycle(t *testing.T) {
	c := newCaller(t)
	a := c.post("/v2/usergroups", `{"name":"g"}`).is(201).says(plainGroup)
	path := "/v2/usergroups/" + a.text("id")
	c.get(path).is(200).says(string(a.body))
	c.post("/v2/usergroups", `{"name":"g"}`).is(409).says(`{"message":"Already Exists"}`)
	c.post("/v2/usergroups", `{"description":"x"}`).is(400).has(`{"code":400,"status":"INVALID_ARGUMENT","message":"name is a missing required property"}`)
	c.group(`{"name":"h"}`)
	c.put(path, `{"name":"h"}`).is(409).says(`{"message":"Already Exists"}`)
	c.put(path, `{"name":"g"}`).is(200).says(plainGroup)
	if d := c.delete(path).is(204); len(d.body) != 0 {
		t.Errorf("%q", d.body)
	}
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		c.do(method, path, `{"name":"g"}`).is(404).says(`{"code":404,"message":"Not Found","status":"NOT_FOUND"}`)
	}
	older := newCaller(t, jumpcloudtest.WithGroupDeleteBody())
	older.delete("/v2/usergroups/" + older.group(`{"name":"g"}`)).is(200).says(plainGroup)
}

func TestGroupUpdateReplacesEverything(t *testing.T) {
	c := newCaller(t)
	full := `{"name":"g","description":"d","email":"g@example.com","membershipMethod":"STATIC","memberSuggestionsNotify":true,
		"memberQuery":{"queryType":"FilterQuery","filters":[{"field":"department","operator":"eq","value":"IT"}]},
		"memberQueryExemptions":[{"id":"5f0e7a1c0000000000009999","type":"user"}],
		"attributes":{"sudo":{"enabled":true,"withoutPassword":false},"ldapGroups":[{"name":"l"}],"posixGroups":[{"id":5,"name":"p"}],
			"radius":{"reply":[{"name":"a","value":"b"}]},"sambaEnabled":false,"Hello":"World"}}`
	path := "/v2/usergroups/" + c.group(full)
	c.get(path).has(full)
	c.put(path, strings.Replace(full, `"description":"d"`, `"description":"e"`, 1)).is(200).has(`{"description":"e","email":"g@example.com"}`)
	for _, method := range []string{"PUT", "PATCH"} { // the PATCH of 2019 behaved the same
		c.put(path, full).is(200)
		a := c.do(method, path, `{"name":"g"}`).is(200).says(plainGroup)
		c.get(path).says(string(a.body))
	}
	c.put(path, `{"description":"x"}`).is(400) // name is required here, too
}

func TestGroupRefuses(t *testing.T) {
	c := newCaller(t)
	for name, body := range map[string]string{
		"no object":                `[]`,
		"name":                     `{"name":5}`,
		"description":              `{"name":"g","description":5}`,
		"method":                   `{"name":"g","membershipMethod":"dynamic"}`,
		"attributes":               `{"name":"g","attributes":[]}`,
		"half a sudo":              `{"name":"g","attributes":{"sudo":{"enabled":true}}}`,
		"sudo without a base":      `{"name":"g","attributes":{"sudo":{"enabled":false,"withoutPassword":true}}}`,
		"posix group without id":   `{"name":"g","attributes":{"posixGroups":[{"name":"x"}]}}`,
		"ldap groups":              `{"name":"g","attributes":{"ldapGroups":{}}}`,
		"radius":                   `{"name":"g","attributes":{"radius":{"reply":[{"name":"x"}]}}}`,
		"samba":                    `{"name":"g","attributes":{"sambaEnabled":"yes"}}`,
		"query":                    `{"name":"g","memberQuery":"x"}`,
		"operator of a query":      `{"name":"g","memberQuery":{"queryType":"FilterQuery","filters":[{"field":"a","operator":"gte","value":"1"}]}}`,
		"condition of a query":     `{"name":"g","memberQuery":{"queryType":"Filter","filters":["a:eq:1"]}}`,
		"search that is no string": `{"name":"g","memberQuery":{"queryType":"Search","searchFilters":{"filter":[]}}}`,
		"search that is no JSON":   `{"name":"g","memberQuery":{"queryType":"Search","searchFilters":"x"}}`,
		"exemptions":               `{"name":"g","memberQueryExemptions":[{"id":"x"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			(&caller{t, c.server, c.header}).post("/v2/usergroups", body).is(400).
				has(`{"code":400,"status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolationsList":"…"}]}`)
		})
	}
}

func TestGroupList(t *testing.T) {
	c := newCaller(t)
	for i, body := range []string{
		`{"name":"a","description":"x","attributes":{"sudo":{"enabled":true,"withoutPassword":false},"Hello":"World"}}`,
		`{"name":"b","description":"y","membershipMethod":"STATIC"}`, `{"name":"abc"}`, `{"name":"C"}`,
	} {
		if c.group(body); i == 0 {
			c.get("/v2/usergroups").total("1")
		}
	}
	a := c.get("/v2/usergroups").total("4").lists("name", "a b abc C")
	if strings.Contains(string(a.body), "Hello") || !strings.Contains(string(a.body), `"attributes":null`) {
		t.Errorf("the list shows attributes: %s", a.body)
	}
	c.get("/v2/usergroups?limit=2&skip=1").total("4").lists("name", "b abc")
	c.get("/v2/usergroups?skip=9").is(200).total("4").says(`[]`)
	c.get("/v2/usergroups?sort=-name").lists("name", "b abc a C")
	c.get("/v2/usergroups?sort=membershipMethod,-name").lists("name", "abc a C b")
	c.get("/v2/usergroups?fields=name,description&limit=1").says(`[{"id":"…","name":"a","description":"x"}]`)
	for filter, want := range map[string]string{
		"name:eq:a":                       "a",
		"name:ne:a":                       "b abc C",
		"name:search:b":                   "b abc",
		"name:search:c":                   "abc", // case counts
		"name:eq:a*":                      "a abc",
		"name:ne:a*":                      "b C",
		"name:in:a|C":                     "a C",
		"name:gt:abc":                     "b",
		"name:ge:abc":                     "b abc",
		"name:lt:a":                       "C",
		"name:le:a":                       "a C",
		"name:between:a|b":                "a b abc",
		"attributes.sudo.enabled:eq:true": "a",
		"membershipMethod:eq:STATIC":      "b",
		"suggestionCounts.total:gt:0":     "",
		"name:eq:a,b":                     "",
	} {
		c.get("/v2/usergroups?filter="+escape(filter)).lists("name", want)
	}
	c.get("/v2/usergroups?filter=name:ne:a&filter=name:ne:b").lists("name", "abc C").total("2")
	for _, filter := range []string{"name:$eq:a", "name:gte:a", "description:eq:x", "name", "name:between:a"} {
		c.get("/v2/usergroups?filter=" + escape(filter)).is(400).has(`{"code":400}`)
	}
}

func TestMembers(t *testing.T) {
	c := newCaller(t)
	users := c.server.SeedUsers(3)
	path := "/v2/usergroups/" + c.group(`{"name":"g"}`) + "/members"
	member := func(op, id string) string { return fmt.Sprintf(`{"op":%q,"type":"user","id":%q}`, op, id) }
	for _, id := range []string{users[2], users[0]} {
		if a := c.post(path, member("add", id)).is(204); len(a.body) != 0 {
			t.Errorf("%q", a.body)
		}
	}
	c.post(path, member("add", users[0])).is(409).says(`{"message":"Already Exists"}`)
	c.get(path).total("2").says(`[{"attributes":null,"to":{"attributes":null,"id":"` + users[2] + `","type":"user"}},{"attributes":null,"to":{"attributes":null,"id":"` + users[0] + `","type":"user"}}]`)
	c.get(path+"?limit=1&skip=1").total("2").lists("to.id", users[0])
	c.post(path, member("update", users[0])).is(204)
	c.post(path, member("update", users[1])).is(404)
	c.post(path, member("remove", users[1])).is(404)
	c.post(path, member("remove", users[0])).is(204)
	c.post(path, member("remove", users[0])).is(404)
	c.get(path).lists("to.id", users[2])
	c.post(path, member("add", "5f0e7a1c0000000000009999")).is(404)
	c.post(path, member("join", users[0])).is(400)
	c.post(path, `{"op":"add","type":"system","id":"x"}`).is(400)
	c.post(path, `{"op":"add","type":"user"}`).is(400)
	c.post("/v2/usergroups/x/members", member("add", users[0])).is(404)
	c.get("/v2/usergroups/x/members").is(404)

	c.get("/v2/users/"+users[2]+"/memberof").lists("type", "user_group")
	c.delete("/systemusers/" + users[2]).is(200)
	c.get(path).says(`[]`)
}

func TestDynamicGroupsOfThreeShapes(t *testing.T) {
	c := newCaller(t)
	staff(c) // ann IT, bob it, cy Sales suspended, di without a department
	automated := func(name, query string) string {
		return c.group(fmt.Sprintf(`{"name":%q,"membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":%s}`, name, query))
	}
	names := func(group string) string {
		var found []string
		for _, id := range c.server.Members(group) {
			u, _ := c.server.User(id)
			found = append(found, u["username"].(string))
		}
		return strings.Join(found, " ")
	}
	for query, want := range map[string]string{
		`{"queryType":"FilterQuery","filters":[{"field":"department","operator":"eq","value":"IT"}]}`:                                                          "ann",
		`{"queryType":"FilterQuery","filters":[{"field":"department","operator":"in","value":"IT|it"}]}`:                                                       "ann bob",
		`{"queryType":"FilterQuery","filters":[{"field":"unix_uid","operator":"between","value":"9|11"},{"field":"department","operator":"ne","value":"IT"}]}`: "bob di",
		`{"queryType":"FilterQuery","filters":[{"field":"username","operator":"search","value":"n"}]}`:                                                         "ann",
		`{"queryType":"FilterQuery","filters":[]}`:                                                                        "",
		`{"queryType":"Filter","filters":["department:$eq:Sales","state:$eq:SUSPENDED"]}`:                                 "cy",
		`{"queryType":"Search","searchFilters":"{\"filter\":{\"and\":[\"department:$eq:IT\",\"email:$co:ann\"]}}"}`:       "ann",
		`{"queryType":"Search","searchFilters":"{\"filter\":{\"or\":[\"department:$eq:Sales\",\"department:$eq:it\"]}}"}`: "bob cy",
		`{"queryType":"Search","searchFilters":"{\"filter\":[\"attributes[name=area].value:$eq:south\"]}"}`:               "di",
		`{"queryType":"SomethingNew","rules":[1,2]}`:                                                                      "",
	} {
		name := query
		id := automated(name, query)
		if got := names(name); got != want {
			t.Errorf("%s: [%s], not [%s]", query, got, want)
		}
		c.get("/v2/usergroups/" + id).has(`{"memberQuery":` + query + `}`) // as it was written
	}
	// Users move when they change, groups when their query does.
	id := automated("moving", `{"queryType":"Filter","filters":["department:$eq:IT"]}`)
	bob := c.server.ID("bob")
	c.put("/systemusers/"+bob, `{"department":"IT"}`).is(200)
	if got := names("moving"); got != "ann bob" {
		t.Error(got)
	}
	c.put("/systemusers/"+c.server.ID("ann"), `{"department":""}`).is(200)
	c.user(`{"username":"eve","email":"eve@example.com","department":"IT"}`)
	if got := names("moving"); got != "bob eve" {
		t.Error(got)
	}
	c.put("/v2/usergroups/"+id, `{"name":"moving","membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"queryType":"Filter","filters":["department:$eq:Sales"]},"memberQueryExemptions":[{"id":"`+bob+`","type":"user"}]}`).is(200)
	if got := names("moving"); got != "bob cy" { // who is exempt stays what he is
		t.Error(got)
	}
	c.get("/v2/usergroups/"+id+"/membership").lists("type", "user user")
}

func TestSuggestions(t *testing.T) {
	c := newCaller(t)
	staff(c)
	id := c.group(`{"name":"g","membershipMethod":"DYNAMIC_REVIEW_REQUIRED","memberQuery":{"queryType":"FilterQuery","filters":[{"field":"department","operator":"in","value":"IT|it"}]}}`)
	path := "/v2/usergroups/" + id
	ann, bob, cy := c.server.ID("ann"), c.server.ID("bob"), c.server.ID("cy")
	c.server.Bind(cy, id, nil)
	if got := c.server.Members("g"); len(got) != 1 {
		t.Error(got)
	}
	c.get(path).has(`{"suggestionCounts":{"add":2,"remove":1,"total":3}}`)
	c.get("/v2/usergroups?filter=suggestionCounts.add:eq:2").lists("name", "g")
	c.get(path + "/suggestions").total("3").says(`[{"op":"add","object":{"id":"` + ann + `","type":"user","attributes":null}},
		{"op":"add","object":{"id":"` + bob + `","type":"user","attributes":null}},{"op":"remove","object":{"id":"` + cy + `","type":"user","attributes":null}}]`)
	c.get(path+"/suggestions?limit=1&skip=2").total("3").lists("object.id", cy)
	c.post(path+"/suggestions", `{"user_ids":["`+ann+`","`+cy+`","nobody"]}`).is(200).
		says(`[{"suggestions_found":["` + ann + `","` + cy + `"],"suggestions_not_found":["nobody"]}]`)
	c.get(path+"/members").lists("to.id", ann)
	c.get(path+"/suggestions").total("1").lists("object.id", bob)
	c.put(path, `{"name":"g","membershipMethod":"DYNAMIC_REVIEW_REQUIRED","memberQuery":{"queryType":"Filter","filters":["department:$eq:it"]},
		"memberQueryExemptions":[{"id":"`+ann+`","type":"user"}]}`).is(200).has(`{"suggestionCounts":{"add":1,"remove":0,"total":1}}`)
	c.post(path+"/suggestions", `{}`).is(400)
	c.get("/v2/usergroups/x/suggestions").is(404)
	static := c.group(`{"name":"static"}`)
	c.get("/v2/usergroups/" + static + "/suggestions").total("0").says(`[]`)
}

func TestADeviceGroupFollowsItsQuery(t *testing.T) {
	c := newCaller(t)
	ubuntu := c.server.Add("/systems", map[string]any{"hostname": "a", "os": "Ubuntu"})
	mac := c.server.Add("/systems", map[string]any{"hostname": "b", "os": "Mac OS X"})
	group := c.post("/v2/systemgroups", `{"name":"linux","membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"queryType":"Filter","filters":["os:$eq:Ubuntu"]}}`).is(201).text("id")
	path := "/v2/systemgroups/" + group
	c.get(path+"/members").lists("to.id", ubuntu)
	later := c.server.Add("/systems", map[string]any{"hostname": "c", "os": "Ubuntu"})
	c.get(path+"/members").lists("to.id", ubuntu+" "+later)
	c.put(path, `{"name":"linux","membershipMethod":"DYNAMIC_AUTOMATED","memberQuery":{"filters":[{"field":"hostname","operation":"eq","value":"b"}]}}`).is(200)
	c.get(path+"/members").lists("to.id", mac)
	c.put(path, `{"name":"linux","membershipMethod":"DYNAMIC_REVIEW_REQUIRED","memberQuery":{"queryType":"Filter","filters":["os:$eq:Ubuntu"]}}`).is(200)
	c.get(path+"/suggestions").lists("op", "add add remove")
	c.post(path+"/suggestions", `{"object_ids":["`+later+`"]}`).is(200).says(`[{"suggestions_found":["` + later + `"],"suggestions_not_found":[]}]`)
	c.get(path+"/members").lists("to.id", mac+" "+later)
	c.put(path, `{"name":"linux","memberQuery":{"queryType":"Filter","filters":["colour:$eq:x"]}}`).is(400)
	c.get("/v2/groups").first(`{"name":"linux","type":"system_group"}`)
	c.get("/v2/usergroups/" + group).is(404)
}
