package jumpcloudtest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestBulkCreateAdvancesByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, jumpcloudtest.InMemory(), jumpcloudtest.WithJobDelay(4*time.Second))
		c.user(anyUser)
		job := c.post("/v2/bulk/users", `[
			{"username":"a","email":"a@example.com","firstname":"A","password":"secret","alternateEmail":"a@home.example","mfa":{"exclusion":true},"addresses":[{"type":"work","country":"DE"}]},
			{"username":"ann","email":"other@example.com"},
			{"username":"b","email":"b@example.com"}]`).is(200).says(`{"jobId":"…"}`).text("jobId")
		path := "/v2/bulk/users/" + job + "/results"
		c.get(path).total("0").says(`[]`)
		c.get("/v2/jobs/" + job).is(200).has(`{"id":"` + job + `","status":"Processing","workUnitsCount":3}`)
		for _, want := range []string{"Processing", "Finished Processing", "Finished Finished Processing", "Finished Finished Finished"} {
			time.Sleep(time.Second)
			c.get(path).lists("status", want)
		}
		if strings.Contains(string(c.get(path).body), "secret") {
			t.Error("a password in a result")
		}
		c.get(path).total("3").says(`[
			{"id":"…","createdAt":"…","updatedAt":"…","status":"Finished","statusMsg":"","persistedFields":{"username":"a","email":"a@example.com","firstname":"A"},"meta":{}},
			{"id":"…","createdAt":"…","updatedAt":"…","status":"Finished","statusMsg":"User already exists","persistedFields":{"username":"ann","email":"other@example.com"},"meta":{}},
			{"id":"…","createdAt":"…","updatedAt":"…","status":"Finished","statusMsg":"","persistedFields":{"username":"b","email":"b@example.com"},"meta":{}}]`)
		c.get(path+"?limit=1&skip=1").total("3").lists("statusMsg", "User already exists")
		c.get("/v2/jobs/" + job + "/results").says(string(c.get(path).body))
		c.get("/v2/jobs/" + job).is(200).says(`{"id":"` + job + `","name":"bulk-create","status":"Finished","adminId":"…","meta":{},"persistedFields":[],"updatedAt":"…","workUnitsCount":3}`)
		c.get("/systemusers/" + c.server.ID("a")).
			has(`{"creationSource":"jumpcloud:bulk","activated":true,"addresses":[{"id":"…","type":"work","country":"DE"}],"mfa":{"configured":false,"exclusion":false}}`).
			lacks("alternateEmail")
		if n := c.server.UserCount(); n != 3 {
			t.Errorf("%d users", n)
		}
		if m := c.server.Mails(); len(m) != 1 || m[0].Kind != "job" || m[0].User != job {
			t.Errorf("%+v", m)
		}
	})
}

func TestBulkOptions(t *testing.T) {
	c := newCaller(t, jumpcloudtest.WithJobDelay(0), jumpcloudtest.WithBulkStatus(201),
		jumpcloudtest.WithStateDefaults(jumpcloudtest.StateDefaults{CSVImport: "STAGED", ApplicationImport: "SUSPENDED"}))
	body := func(name string) string { return `[{"username":"` + name + `","email":"` + name + `@example.com"}]` }
	job := c.post("/v2/bulk/users?suppressEmail=true", body("a")).is(201).text("jobId")
	c.get("/v2/bulk/users/"+job+"/results").lists("status", "Finished") // at once
	c.post("/v2/bulk/users", body("b"), "creation-source", "jumpcloud:gapps").is(201)
	c.post("/v2/bulk/users", body("c"), "creation-source", "jumpcloud:nonsense").is(400)
	c.post("/v2/bulk/users?suppressEmail=perhaps", body("c")).is(400)
	for _, bad := range []string{``, `{}`, `null`, `[1]`, `[null]`} {
		c.post("/v2/bulk/users", bad).is(400)
	}
	c.user(`{"username":"m","email":"m@example.com"}`)
	c.get("/systemusers").lists("state", "STAGED SUSPENDED ACTIVATED")
	c.get("/systemusers?filter=creationSource:$eq:jumpcloud:gapps").lists("username", "b")
	if m := c.server.Mails(); len(m) != 1 { // the first job asked for none
		t.Errorf("%+v", m)
	}
	c.get("/v2/bulk/users/x/results").is(404)
	c.get("/v2/jobs/x").is(404)
	c.get("/v2/jobs/x/results").is(404)
}

func TestBulkUpdateAndExpire(t *testing.T) {
	c := newCaller(t, jumpcloudtest.WithJobDelay(0))
	ids := staff(c)
	job := c.do("PATCH", "/v2/bulk/users", `[{"id":"`+ids[0]+`","department":"Sales","ssh_keys":[{"name":"k","public_key":"x"}]},{"id":"nobody","department":"x"},
		{"id":"`+ids[0]+`","sudo":false},{"id":"`+ids[1]+`","username":"cy"},{"department":"x"}]`).is(200).text("jobId")
	c.get("/v2/bulk/users/"+job+"/results").total("5").lists("statusMsg", " User not found  User already exists User not found")
	c.get("/systemusers/" + ids[0]).has(`{"department":"Sales","sudo":false,"ssh_keys":[{"_id":"…","create_date":"…","name":"k","public_key":"x"}]}`)
	job = c.post("/v2/bulk/user/expires", `[{"id":"`+ids[1]+`"},{"id":"nobody"}]`).is(201).text("jobId")
	c.get("/v2/bulk/users/"+job+"/results").lists("statusMsg", " User not found")
	c.get("/systemusers/" + ids[1]).has(`{"password_expired":true}`)
}

func TestScheduledStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, jumpcloudtest.InMemory())
		ann := c.user(`{"username":"ann","email":"ann@example.com","state":"STAGED"}`)
		bob := c.user(`{"username":"bob","email":"bob@example.com"}`)
		day := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format("2006-01-02T15:04:05.000Z") }
		shown := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format("2006-01-02T15:04:05") }
		schedule := func(state string, n int, ids ...string) answer {
			return c.post("/v2/bulk/userstates", fmt.Sprintf(`{"user_ids":["%s"],"state":%q,"start_date":%q}`, strings.Join(ids, `","`), state, day(n)))
		}
		schedule("SUSPENDED", 3, ann, bob).is(201).says(`[
			{"scheduledJobId":"…","systemUserId":"` + ann + `","state":"SUSPENDED","scheduledDate":"` + shown(3) + `"},
			{"scheduledJobId":"…","systemUserId":"` + bob + `","state":"SUSPENDED","scheduledDate":"` + shown(3) + `"}]`)
		schedule("SUSPENDED", 5, ann).is(201) // the same again, and the opposite at one time
		schedule("ACTIVATED", 5, bob).is(201)
		c.post("/v2/bulk/userstates", `{"user_ids":["`+ann+`"],"state":"ACTIVATED","start_date":"`+day(1)+`","send_activation_emails":true,"activation_email_override":"boss@example.com"}`).is(201)

		c.get("/v2/bulk/userstates").total("5").lists("state", "SUSPENDED SUSPENDED SUSPENDED ACTIVATED ACTIVATED")
		c.get("/v2/bulk/userstates?userid="+bob).total("2").lists("state", "SUSPENDED ACTIVATED")
		c.get("/v2/bulk/userstates?filter=state:eq:ACTIVATED").total("2")
		c.get("/v2/bulk/userstates?limit=2&skip=4").total("5").lists("systemUserId", ann)

		next := "/v2/bulk/userstates/eventlist/next?users="
		c.get(next + ann + "," + bob).is(200).has(`{"events_count":4}`) // one for each state of each user
		c.get(next + ann + "," + bob + "&limit=1").has(`{"events_count":4,"results":[{"scheduledJobId":"…","systemUserId":"` + ann + `","state":"ACTIVATED","scheduledDate":"` + shown(1) + `"}]}`)
		c.get(next + bob).has(`{"events_count":2}`)
		c.get(next + "nobody").says(`{"events_count":0,"results":[]}`)
		c.get(next).is(400)
		c.get(next + strings.Repeat("x,", 101)).is(400)

		id := c.get("/v2/bulk/userstates?userid=" + bob + "&filter=state:eq:ACTIVATED").column("scheduledJobId")
		c.delete("/v2/bulk/userstates/" + id).is(204)
		c.delete("/v2/bulk/userstates/" + id).is(404)
		c.get("/v2/bulk/userstates/" + id).is(501) // there is no such operation

		time.Sleep(36 * time.Hour)
		c.get("/systemusers/" + ann).has(`{"state":"ACTIVATED"}`)
		if m := c.server.Mails(); len(m) != 1 || m[0].To != "boss@example.com" {
			t.Errorf("%+v", m)
		}
		c.get("/v2/bulk/userstates").total("3")
		time.Sleep(36 * time.Hour)
		c.get("/systemusers?filter=state:$eq:SUSPENDED&filter=suspended:$eq:true").lists("username", "ann bob")

		for _, bad := range []string{
			`{"state":"ACTIVATED","start_date":"` + day(1) + `"}`,
			`{"user_ids":[],"state":"ACTIVATED","start_date":"` + day(1) + `"}`,
			`{"user_ids":["nobody"],"state":"ACTIVATED","start_date":"` + day(1) + `"}`,
			`{"user_ids":["` + ann + `"],"state":"suspended","start_date":"` + day(1) + `"}`,
			`{"user_ids":["` + ann + `"],"state":"STAGED","start_date":"` + day(1) + `"}`,
			`{"user_ids":["` + ann + `"],"state":"ACTIVATED","start_date":"soon"}`,
			`{"user_ids":["` + ann + `","` + bob + `"],"state":"ACTIVATED","start_date":"` + day(1) + `","activation_email_override":"x@example.com"}`,
			`{"user_ids":["` + ann + `"],"state":"SUSPENDED","start_date":"` + day(1) + `","activation_email_override":"x@example.com"}`,
			`{"user_ids":["` + ann + `"],"state":"ACTIVATED","start_date":"` + day(1) + `","send_activation_emails":"yes"}`, ``,
		} {
			c.post("/v2/bulk/userstates", bad).is(400)
		}
	})
}

func TestWorkday(t *testing.T) {
	c := newCaller(t, jumpcloudtest.WithJobDelay(0))
	const auth = `"auth":{"basic":{"username":"isu","password":"secret"}}`
	for _, bad := range []string{`{"name":"x","reportUrl":"https://w.example/r"}`, `{"auth":{"basic":{"username":"isu"}}}`, `{"auth":{"oauth":{"code":"x"}}}`, `{"reportUrl":5,` + auth + `}`, ``} {
		c.post("/v2/workdays", bad).is(400)
	}
	c.get("/v2/workdays").total("0").says(`[]`)
	instance := func(url, last string, valid bool) string {
		return fmt.Sprintf(`{"id":"…","name":"Workday Import","reportUrl":%q,"lastImport":%q,
			"auth":{"basic":{"isValid":%v,"expiry":"","message":""},"oauth":{"isValid":false,"expiry":"","message":""}}}`, url, last, valid)
	}
	id := c.post("/v2/workdays", `{"name":"Mine","reportUrl":"https://w.example/r",`+auth+`}`).is(201).says(instance("https://w.example/r", "", true)).text("id")
	path := "/v2/workdays/" + id
	c.post("/v2/workdays", `{"name":"Another",`+auth+`}`).is(409)
	c.get("/v2/workdays/").total("1").says(`[` + instance("https://w.example/r", "", true) + `]`)
	c.get("/v2/workdays?filter=name:eq:nothing").total("0")
	c.get("/v2/workdays?fields=name").says(`[{"id":"` + id + `","name":"Workday Import"}]`)
	c.put(path, `{"name":"Other","reportUrl":"https://w.example/s"}`).is(200).says(instance("https://w.example/s", "", true))
	c.put(path, `{"name":"Other"}`).is(200).says(instance("https://w.example/s", "", true))
	c.get("/v2/workdays/settings?state=x").is(200).says(`{}`)

	if a := c.delete(path + "/auth").is(204); len(a.body) != 0 {
		t.Errorf("%q", a.body)
	}
	c.get(path).says(instance("https://w.example/s", "", false))
	c.get(path + "/workers").is(400)
	c.post(path+"/import", `[]`).is(400)
	c.post(path+"/auth", `{"auth":{"oauth":{"code":"x"}}}`).is(400)
	c.post(path+"/auth", `{`+auth+`}`).is(204)

	for _, name := range []string{"Cy", "Al", "Bo"} {
		c.server.AddWorker(jumpcloud.WorkdayWorker{FirstName: name, LastName: "X", Email: name + "@example.com", Username: name})
	}
	c.get(path + "/workers?limit=1").total("3").says(`[{"attributes":{},"email":"Cy@example.com","firstName":"Cy","lastName":"X","username":"Cy"}]`)
	c.get(path+"/workers?sort=-username").lists("firstName", "Cy Bo Al")

	job := c.post(path+"/import", `[{"username":"Al","email":"al@example.com"},{"username":"Al","email":"x@example.com"}]`).is(200).text("jobId")
	c.get(path+"/import/"+job+"/results").total("2").lists("statusMsg", " User already exists")
	c.get("/v2/workdays/x/import/" + job + "/results").is(404)
	c.get(path + "/import/x/results").is(404)
	c.get("/systemusers?filter=creationSource:$eq:jumpcloud:workday").lists("username", "Al")
	if c.get(path).text("lastImport") == "" {
		t.Error("no date of the import")
	}
	bulk := c.post("/v2/bulk/users", `[]`).text("jobId")
	c.get(path + "/import/" + bulk + "/results").is(404) // which is no import

	if a := c.delete(path).is(204); len(a.body) != 0 {
		t.Errorf("%q", a.body)
	}
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		c.do(method, path, `{}`).is(404)
	}
	c.post(path+"/auth", `{`+auth+`}`).is(404)
	c.delete(path + "/auth").is(404)
	c.get(path + "/workers").is(404)
	c.post(path+"/import", `[]`).is(404)
}
