package jumpcloudtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestAssociations(t *testing.T) {
	c := newCaller(t)
	user := c.server.SeedUsers(1)[0]
	group := c.group(`{"name":"g"}`)
	laptop, chat := c.server.AddSystem("laptop"), c.server.AddApplication("chat")
	for _, path := range []string{"/v2/users/" + user + "/associations", "/v2/usergroups/" + group + "/associations"} {
		bind := func(op, kind, id, more string) answer {
			return c.post(path, fmt.Sprintf(`{"op":%q,"type":%q,"id":%q%s}`, op, kind, id, more))
		}
		const sudo = `{"sudo":{"enabled":true,"withoutPassword":false}}`
		if a := bind("add", "system", laptop, `,"attributes":`+sudo).is(204); len(a.body) != 0 {
			t.Errorf("%q", a.body)
		}
		bind("add", "application", chat, `,"attributes":null`).is(204)
		bind("add", "system", laptop, "").is(409).says(`{"message":"Already Exists"}`)
		c.get(path + "?targets=system").total("1").says(`[{"attributes":` + sudo + `,"to":{"attributes":null,"id":"` + laptop + `","type":"system"}}]`)
		c.get(path+"?targets=system,application").total("2").lists("to.id", laptop+" "+chat)
		c.get(path + "?targets=radius_server").total("0").says(`[]`)
		bind("update", "system", laptop, `,"attributes":{"sudo":{"enabled":true,"withoutPassword":true}}`).is(204)
		c.get(path + "?targets=system").says(`[{"attributes":{"sudo":{"enabled":true,"withoutPassword":true}},"to":"…"}]`)
		bind("update", "system", laptop, `,"attributes":null`).is(204)
		c.get(path + "?targets=system").says(`[{"attributes":null,"to":"…"}]`)
		for _, bad := range []string{`{"sudo":{"enabled":true}}`, `{"sudo":{"withoutPassword":false}}`, `{"sudo":{"enabled":false,"withoutPassword":true}}`, `{"sudo":true}`, `[]`} {
			bind("update", "system", laptop, `,"attributes":`+bad).is(400)
		}
		bind("remove", "application", chat, "").is(204)
		bind("remove", "application", chat, "").is(404)
		bind("update", "application", chat, "").is(404)
		bind("add", "application", laptop, "").is(404) // a system is no application
		bind("add", "system", "5f0e7a1c0000000000009999", "").is(404)
		for _, kind := range []string{"user", "user_group", "command", ""} {
			bind("add", kind, laptop, "").is(400)
			c.get(path + "?targets=" + kind).is(400)
		}
		bind("bind", "system", laptop, "").is(400)
		bind("add", "system", "", "").is(400)
		c.get(path).is(400)
	}
	if got := c.server.Associations(user); len(got) != 1 || got[0].ID != laptop || got[0].Type != jumpcloud.GraphTypeSystem || got[0].Attributes != nil {
		t.Errorf("%+v", got)
	}
	c.get("/v2/users/x/associations?targets=system").is(404)
	c.post("/v2/usergroups/x/associations", `{"op":"add","type":"system","id":"x"}`).is(404)
	c.server.Remove("laptop")
	c.get("/v2/users/" + user + "/associations?targets=system").says(`[]`)
}

// The shape recorded for an application's users, seen from the user: through the group, and direct.
func TestTraversalPathsAndCompiledAttributes(t *testing.T) {
	c := newCaller(t)
	user := c.user(anyUser)
	attributes := `{"ldapGroups":[{"name":"My Test Group"}],"Hello":"World"}`
	group := c.group(`{"name":"My Test Group","attributes":` + attributes + `}`)
	app := c.server.AddApplication("app")
	c.server.Bind("ann", group, nil)
	c.server.Bind(group, "app", nil)
	viaGroup := `[{"attributes":null,"to":{"attributes":` + attributes + `,"id":"` + group + `","type":"user_group"}},
		{"attributes":null,"to":{"attributes":null,"id":"` + app + `","type":"application"}}]`
	direct := `[{"attributes":null,"to":{"attributes":null,"id":"` + app + `","type":"application"}}]`
	c.get("/v2/users/" + user + "/applications").total("1").says(`[{"id":"` + app + `","type":"application","compiledAttributes":` + attributes + `,"paths":[` + viaGroup + `]}]`)
	c.server.Bind("ann", "app", nil)
	c.get("/v2/users/" + user + "/applications").says(`[{"id":"` + app + `","type":"application","compiledAttributes":` + attributes + `,"paths":[` + direct + `,` + viaGroup + `]}]`)
	c.get("/v2/usergroups/" + group + "/applications").says(`[{"id":"` + app + `","type":"application","compiledAttributes":{},"paths":[` + direct + `]}]`)
	c.get("/v2/users/" + user + "/memberof").total("1").says(`[{"id":"` + group + `","type":"user_group","compiledAttributes":` + attributes + `,
		"paths":[[{"attributes":null,"to":{"attributes":` + attributes + `,"id":"` + group + `","type":"user_group"}}]]}]`)
	c.get("/v2/usergroups/" + group + "/membership").total("1").says(`[{"id":"` + user + `","type":"user","compiledAttributes":{},
		"paths":[[{"attributes":null,"to":{"attributes":null,"id":"` + user + `","type":"user"}}]]}]`)
}

func TestSystemsAreReachedThroughSystemGroups(t *testing.T) {
	c := newCaller(t)
	user := c.user(anyUser)
	s := c.server
	web1, web2 := s.AddSystem("web-1"), s.AddSystem("web-2")
	servers := s.AddSystemGroup("servers")
	group := c.group(`{"name":"admins","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`)
	s.Bind("web-1", "servers", nil)
	s.Bind("servers", "web-2", nil) // the order does not matter
	s.Bind("ann", "admins", nil)
	s.Bind("admins", "servers", jumpcloudtest.Sudo(true))
	s.Bind("ann", "web-2", jumpcloudtest.Sudo(false))

	c.get("/v2/users/"+user+"/systemgroups").lists("id", servers)
	c.get("/v2/usergroups/"+group+"/systemgroups").lists("id", servers)
	hop := func(id, kind, edge, node string) string {
		return `{"attributes":` + edge + `,"to":{"attributes":` + node + `,"id":"` + id + `","type":"` + kind + `"}}`
	}
	const with, without = `{"sudo":{"enabled":true,"withoutPassword":true}}`, `{"sudo":{"enabled":true,"withoutPassword":false}}`
	through := func(id string) string {
		return `[` + hop(group, "user_group", "null", without) + `,` + hop(servers, "system_group", with, "null") + `,` + hop(id, "system", "null", "null") + `]`
	}
	c.get("/v2/users/" + user + "/systems").total("2").says(`[
		{"id":"` + web1 + `","type":"system","compiledAttributes":` + with + `,"paths":[` + through(web1) + `]},
		{"id":"` + web2 + `","type":"system","compiledAttributes":` + with + `,"paths":[[` + hop(web2, "system", without, "null") + `],` + through(web2) + `]}]`)
	c.get("/v2/usergroups/"+group+"/systems").lists("id", web1+" "+web2)
	c.get("/v2/users/"+user+"/systems?limit=1&skip=1").total("2").lists("id", web2)
	c.get("/v2/users/"+user+"/systems?filter=object_id:eq:"+web1).total("1").lists("id", web1)
	c.get("/v2/users/" + user + "/systems?filter=type:eq:application").total("0").says(`[]`)
	c.get("/v2/users/" + user + "/systems?filter=name:eq:web-1").is(400)
	s.Remove("web-1")
	c.get("/v2/users/"+user+"/systems").lists("id", web2)
	s.Remove("servers")
	c.get("/v2/users/"+user+"/systems").lists("id", web2)
}

func TestNineTraversals(t *testing.T) {
	c := newCaller(t)
	user := c.user(anyUser)
	group := c.group(`{"name":"g"}`)
	s := c.server
	s.Bind("ann", "g", nil)
	ids := map[string]string{
		"activedirectories": s.AddDirectory(jumpcloud.GraphTypeActiveDirectory, "ad"),
		"applications":      s.AddApplication("app"),
		"gsuites":           s.AddDirectory(jumpcloud.GraphTypeGSuite, "gs"),
		"ldapservers":       s.AddDirectory(jumpcloud.GraphTypeLDAPServer, "ldap"),
		"office365s":        s.AddDirectory(jumpcloud.GraphTypeOffice365, "o365"),
		"radiusservers":     s.AddRADIUSServer("radius"),
		"systemgroups":      s.AddSystemGroup("sg"),
		"systems":           s.AddSystem("sys"),
	}
	for _, id := range ids {
		s.Bind(group, id, nil)
	}
	for name, id := range ids {
		c.get("/v2/users/"+user+"/"+name).total("1").lists("id", id)
		c.get("/v2/usergroups/"+group+"/"+name).total("1").lists("id", id)
	}
	for _, of := range []string{"/v2/users/" + user, "/v2/usergroups/" + group} {
		c.get(of+"/directories").total("4").lists("type", "active_directory g_suite ldap_server office_365")
		c.get(of + "/commands").is(501)
	}
	for name := range ids {
		c.get("/v2/users/x/" + name).is(404)
		c.get("/v2/usergroups/x/" + name).is(404)
	}
	c.get("/v2/users/x/memberof").is(404)
	c.get("/v2/usergroups/x/membership").is(404)
	c.get("/v2/usergroups/x/memberof").is(404)
}

func TestGroupsInGroups(t *testing.T) {
	c := newCaller(t)
	user := c.user(anyUser)
	s := c.server
	inner, outer := c.group(`{"name":"inner"}`), c.group(`{"name":"outer"}`)
	s.Bind("ann", "inner", nil)
	s.Bind("inner", "outer", nil)
	s.Bind("outer", "inner", nil) // a cycle does no harm
	s.Bind("outer", s.AddApplication("app"), nil)
	c.get("/v2/usergroups/"+inner+"/memberof?filter=object_id:eq:"+outer).lists("id", outer)
	c.get("/v2/users/"+user+"/memberof").lists("id", inner+" "+outer)
	c.get("/v2/users/"+user+"/memberof?sort=-id").lists("id", outer+" "+inner)
	c.get("/v2/usergroups/"+outer+"/membership").lists("id", user)
	c.get("/v2/usergroups/" + outer + "/members").total("0").says(`[]`)
	a := c.get("/v2/users/" + user + "/applications").total("1")
	if n := strings.Count(string(a.body), `"type":"user_group"`); n != 2 {
		t.Errorf("%d groups on the way: %s", n, a.body)
	}
}

func TestPushEndpoints(t *testing.T) {
	c := newCaller(t)
	user := c.user(anyUser)
	path := "/v2/users/" + user + "/pushendpoints"
	c.get(path).is(200).says(`[]`)
	id := c.server.AddPushEndpoint("ann", "phone")
	const whole = `"enrollmentDate":"…","lastUsedDate":"…","device":{"appVersion":"…","make":"…","model":"…","os":"…","osVersion":"…","uvEnabled":true}}`
	one := `{"id":"` + id + `","name":"phone","state":"active",` + whole
	if a := c.get(path).is(200).says(`[` + one + `]`); a.header["X-Total-Count"] != nil {
		t.Error("this list has no paging")
	}
	c.get(path + "/" + id).is(200).says(one)
	c.do("PATCH", path+"/"+id, `{"state":"inactive"}`).is(200).has(`{"state":"inactive","name":"phone"}`)
	c.do("PATCH", path+"/"+id, `{"name":"old phone"}`).is(200).has(`{"state":"inactive","name":"old phone"}`)
	c.do("PATCH", path+"/"+id, `{"state":"off"}`).is(400)
	c.do("PATCH", path+"/"+id, `{"name":5}`).is(400)
	c.delete(path + "/" + id).is(200).has(`{"id":"` + id + `","name":"old phone"}`)
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		c.do(method, path+"/"+id, `{}`).is(404).says(`{"code":404,"message":"Not Found","status":"NOT_FOUND"}`)
	}
	c.get("/v2/users/x/pushendpoints").is(404)
}

func TestEmails(t *testing.T) {
	c := newCaller(t)
	path := "/v2/users/" + c.user(anyUser) + "/emails"
	c.post(path, "").is(204)
	c.post(path, `{"emailType":"activation"}`).is(204)
	c.post(path, `{"emailType":"greeting"}`).is(400)
	if mails := c.server.Mails(); len(mails) != 2 || mails[1].To != "ann@example.com" {
		t.Errorf("%+v", mails)
	}
	c.post("/v2/users/x/emails", "").is(404)
}

func TestABindingIsSeenFromEverySide(t *testing.T) {
	c := newCaller(t)
	s := c.server
	ann, bo := s.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}), s.AddUser(jumpcloud.SystemuserCreate{Username: "bo", Email: "bo@example.com"})
	staff := c.group(`{"name":"staff"}`)
	chat, web, servers, deploy, lock := s.AddApplication("chat"), s.AddSystem("web"), s.AddSystemGroup("servers"), s.AddObject("command", "deploy"), s.AddObject("policy", "lock")
	s.Bind(ann, "staff", nil)
	s.Bind(web, servers, nil)
	for _, b := range []struct{ path, kind, id, from, back string }{
		{"/v2/applications/" + chat, "user_group", staff, "/v2/usergroups/" + staff, "application " + chat},
		{"/v2/systems/" + web, "user", bo, "/v2/users/" + bo, "system " + web},
		{"/v2/systemgroups/" + servers, "user_group", staff, "/v2/usergroups/" + staff, "system_group " + servers},
		{"/v2/commands/" + deploy, "system_group", servers, "/v2/systemgroups/" + servers, "command " + deploy},
		{"/v2/usergroups/" + staff, "policy", lock, "", "policy " + lock},
		{"/v2/systemgroups/" + servers, "policy", lock, "", "policy " + lock},
	} {
		kind, id, _ := strings.Cut(b.back, " ")
		body := `{"op":"add","type":"` + b.kind + `","id":"` + b.id + `","attributes":{"n":1}}`
		c.post(b.path+"/associations", body).is(204)
		c.post(b.path+"/associations", body).is(409)
		c.get(b.path+"/associations?targets="+b.kind).lists("to.id", b.id)
		if b.from == "" {
			continue
		}
		c.get(b.from + "/associations?targets=" + kind).says(`[{"attributes":{"n":1},"to":{"attributes":null,"id":"` + id + `","type":"` + kind + `"}}]`)
		c.post(b.from+"/associations", `{"op":"update","type":"`+kind+`","id":"`+id+`","attributes":{"n":2}}`).is(204)
		c.get(b.path + "/associations?targets=" + b.kind).first(`{"attributes":{"n":2}}`)
		c.post(b.from+"/associations", `{"op":"add","type":"`+kind+`","id":"`+id+`"}`).is(409)
	}
	for path, want := range map[string]string{
		"/v2/applications/" + chat + "/users": ann, "/v2/applications/" + chat + "/usergroups": staff,
		"/v2/systems/" + web + "/users": ann + " " + bo, "/v2/systems/" + web + "/usergroups": staff, "/v2/systems/" + web + "/memberof": servers,
		"/v2/systems/" + web + "/commands": deploy, "/v2/systems/" + web + "/policies": lock,
		"/v2/systemgroups/" + servers + "/users": ann, "/v2/systemgroups/" + servers + "/commands": deploy, "/v2/systemgroups/" + servers + "/membership": web,
		"/v2/commands/" + deploy + "/systems": web, "/v2/commands/" + deploy + "/systemgroups": servers,
		"/v2/users/" + ann + "/systems": web, "/v2/users/" + ann + "/policies": lock, "/v2/users/" + bo + "/systems": web,
	} {
		c.get(path).is(200).lists("id", want)
	}
	hop := func(kind, id string) string {
		return `{"attributes":null,"to":{"attributes":null,"id":"` + id + `","type":"` + kind + `"}}`
	}
	bound := `{"attributes":{"n":2},"to":{"attributes":null,"id":"` + staff + `","type":"user_group"}}`
	c.get("/v2/systems/" + web + "/users").first(`{"paths":[[` + hop("system_group", servers) + `,` + bound + `,` + hop("user", ann) + `]]}`)
	c.get("/v2/systems/" + web + "/commands?details=v1").first(`{"name":"deploy"}`)
	c.post("/v2/systems/"+web+"/associations", `{"op":"remove","type":"user","id":"`+bo+`"}`).is(204)
	c.get("/v2/users/" + bo + "/systems").is(200).says(`[]`)
	c.post("/v2/commands/"+deploy+"/associations", `{"op":"add","type":"user","id":"`+bo+`"}`).is(400)
	c.get("/v2/commands/x/systems").is(404)
	c.get("/v2/systems/" + servers + "/users").is(404) // which is no system
	s.Remove("servers")
	c.get("/v2/commands/" + deploy + "/systems").says(`[]`)

	inner := c.group(`{"name":"inner"}`) // whose members are in staff, too
	s.Bind(inner, staff, nil)
	s.Bind(bo, inner, nil)
	c.get("/v2/applications/"+chat+"/users").lists("id", ann+" "+bo)

	c.delete("/applications/" + chat).is(200)
	s.Add("/applications", map[string]any{"_id": chat, "name": "another"}) // of the same id
	c.get("/v2/applications/" + chat + "/users").says(`[]`)
	c.get("/v2/usergroups/" + staff + "/associations?targets=application").says(`[]`)
}
