package jumpcloudtest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// writer makes writes in a copy of the made-up company.
func writer(t *testing.T) (*caller, *jumpcloudtest.Server) {
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	server, _ := copied(t, live)
	return &caller{t, server, http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}, server
}

func TestTheJournalSaysWhatEachWriteChanged(t *testing.T) {
	c, server := writer(t)
	ids := strings.NewReplacer("NILS", server.ID("nils.aronsson"), "SVEN", server.ID("sven.dahl"), "PAULA", server.ID("paula.reyes"),
		"VPN", server.ID("VPN"), "ADMINS", server.ID("Admins"), "LAPTOP", server.ID("laptop-nils"), "WEB1", server.ID("web-1"),
		"SPACE", server.ID("Free disk space"), "UPDATE", server.ID("Update packages"), "CHAT", server.ID("Chat"), "ORG", jumpcloudtest.OrgID,
		"SERVERS", server.ID("Servers"), "LAPS", server.ID("Laptops"))
	for _, w := range []struct {
		method, path, body string
		lines              []string
	}{
		{"PUT", "/systemusers/NILS", `{"state":"SUSPENDED","password":"Correct-Horse-9","department":"Sales","manager":"SVEN"}`, []string{
			`user "nils.aronsson" changed: department "Engineering" → "Sales", manager "amara.diallo" → "sven.dahl", state "ACTIVATED" → "SUSPENDED", suspended false → true, password changed (not shown)`,
			`user group "Engineering": member "nils.aronsson" removed`, `user group "Sales": member "nils.aronsson" added`,
		}},
		{"POST", "/systemusers", `{"username":"ann","email":"ann@example.com","password":"Correct-Horse-8","manager":"SVEN"}`, []string{
			`user "ann" created: email "ann@example.com", manager "sven.dahl", password (not shown)`,
		}},
		{"PUT", "/systemusers/NILS", `{"department":"Sales"}`, []string{`user "nils.aronsson" unchanged`}},
		{"POST", "/v2/usergroups/VPN/members", `{"op":"remove","type":"user","id":"NILS"}`, []string{`user group "VPN": member "nils.aronsson" removed`}},
		{"POST", "/v2/systemgroups/LAPS/members", `{"op":"add","type":"system","id":"WEB1"}`, []string{`system group "Laptops": member "web-1" added`}},
		{"POST", "/v2/users/NILS/associations", `{"op":"remove","type":"system","id":"LAPTOP"}`, []string{`user "nils.aronsson": system "laptop-nils" unbound`}},
		{"POST", "/v2/users/NILS/associations", `{"op":"add","type":"system","id":"LAPTOP","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`, []string{
			`user "nils.aronsson": system "laptop-nils" bound: attributes {"sudo":{"enabled":true,"withoutPassword":false}}`,
		}},
		{"POST", "/v2/users/NILS/associations", `{"op":"update","type":"system","id":"LAPTOP","attributes":{}}`, []string{
			`user "nils.aronsson": system "laptop-nils" rebound: attributes {"sudo":{"enabled":true,"withoutPassword":false}} → nothing`,
		}},
		{"POST", "/systemusers/NILS/sshkeys", `{"name":"new","public_key":"ssh-rsa AAA"}`, []string{`user "nils.aronsson" changed: ssh_keys with "new"`}},
		{"POST", "/systemusers/NILS/mfasync", "", []string{`user "nils.aronsson": mfasync asked for`}},
		{"POST", "/runCommand", `{"_id":"SPACE","systemIds":["WEB1"]}`, []string{`command "Free disk space": runCommand asked for: systemIds "web-1"`}},
		{"POST", "/commands", `{"name":"Reboot","command":"reboot","commandType":"linux"}`, []string{`command "Reboot" created: command "reboot", commandType "linux"`}},
		{"DELETE", "/commands/UPDATE", "", []string{`command "Update packages" deleted`, `command "Update packages": system group "Servers" unbound`}},
		{"PUT", "/v2/usergroups/ADMINS", `{"name":"Administrators"}`, []string{
			`user group "Administrators" changed: attributes {"posixGroups":[{"id":6001,"name":"admins"}],"sudo":{"enabled":true,"withoutPassword":true}} → nothing, description "those who run the servers" → "", membershipMethod "STATIC" → "NOTSET", name "Admins" → "Administrators"`,
		}},
		{"POST", "/v2/usergroups", `{"name":"Everyone"}`, []string{`user group "Everyone" created`}},
		{"DELETE", "/systemusers/PAULA?cascade_manager=SVEN", "", []string{
			`user "paula.reyes" deleted`, `user "sven.dahl" changed: manager "paula.reyes" → nothing`, `user "tariq.aziz" changed: manager "paula.reyes" → "sven.dahl"`,
			`user "uma.krishnan" changed: manager "paula.reyes" → "sven.dahl"`, `user "wanda.krol" changed: manager "paula.reyes" → "sven.dahl"`,
			`user group "All Staff": member "paula.reyes" removed`, `user group "Administrators": member "paula.reyes" removed`, `user "paula.reyes": system "laptop-paula" unbound`,
		}},
		{"POST", "/systems/WEB1/command/builtin/erase", "", []string{`system "web-1": erase asked for`}},
		{"PUT", "/applications/CHAT", `{"name":"Chat","displayName":"Chat","displayLabel":"Chat 2","active":true,"beta":false,"description":"","ssoUrl":"https://sso.example.com/saml2/chat.example.com","sso":{"type":"saml","jit":false},"config":{"idpPrivateKey":"Hush-1937"}}`, []string{
			`application "Chat" changed: config changed (not shown), displayLabel "Chat" → "Chat 2"`,
		}},
		{"PUT", "/organizations/ORG", `{"settings":{"contactName":"Ann"}}`, []string{`organization "Lumen Works" changed: settings.contactName nothing → "Ann"`}},
	} {
		before := len(server.Writes().Writes)
		a := c.do(w.method, ids.Replace(w.path), ids.Replace(w.body))
		writes := server.Writes().Writes
		if a.status >= 300 || len(writes) != before+1 || writes[before].Method != w.method || writes[before].Status != a.status {
			t.Fatalf("%s %s: %d %s\n%+v", w.method, w.path, a.status, a.body, writes[before:])
		}
		if got := writes[before].Lines(); !slices.Equal(got, w.lines) {
			t.Errorf("%s %s:\n%s\nnot\n%s", w.method, w.path, strings.Join(got, "\n"), strings.Join(w.lines, "\n"))
		}
	}
	j := server.Writes()
	var jsonLines bytes.Buffer
	if err := j.WriteJSON(&jsonLines); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Correct-Horse", "Hush-1937"} {
		if strings.Contains(jsonLines.String()+j.String(), secret) {
			t.Errorf("%s is in the journal", secret)
		}
	}
	lines := strings.Split(strings.TrimSpace(jsonLines.String()), "\n")
	var first struct {
		Operation, Method, Route string
		IDs                      []string
		Effects                  []struct {
			Kind, Name, Did string
			Other           struct{ Name string }
			Changes         []struct {
				Field    string
				From, To any
				Secret   bool
			}
		}
	}
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || len(lines) != len(j.Writes)+1 {
		t.Fatal(err, len(lines))
	}
	if e := first.Effects; first.Operation != "systemusers_put" || first.Route != "/systemusers/{id}" || first.IDs[0] != server.ID("nils.aronsson") ||
		e[0].Changes[0].From != "Engineering" || e[0].Changes[0].To != "Sales" || !e[0].Changes[4].Secret || e[1].Did != "member removed" || e[1].Other.Name != "nils.aronsson" {
		t.Errorf("%s", lines[0])
	}
	if !strings.HasPrefix(lines[len(lines)-1], `{"limits":["`) {
		t.Error(lines[len(lines)-1])
	}
	for _, want := range []string{"1. PUT /systemusers/{id}\n   user \"nils.aronsson\" changed: ", "\nWhat this cannot tell:\n", "No command ran on any device", "asked for is on record", "secrets were not copied"} {
		if !strings.Contains(j.String(), want) {
			t.Errorf("%q is not in\n%s", want, j)
		}
	}
}

func TestTheJournalHasWhatWasRefusedAndNothingThatReads(t *testing.T) {
	c, server := writer(t)
	c.do("GET", "/systemusers", "")
	c.do("POST", "/search/systemusers", `{}`)
	c.do("POST", "/v2/usergroups", `{"name":"VPN"}`)
	c.do("POST", "/v2/things", `{}`)
	c.do("DELETE", "/systems/"+strings.Repeat("a", 24), "")
	want := "1. POST /v2/usergroups was refused: 409 Already Exists\n2. POST /v2/things was refused: 501 jumpcloudtest does not model POST /v2/things; Server.Handle can answer it\n" +
		"3. DELETE /systems/{id} was refused: 404 Not Found\n\nWhat this cannot tell:\n"
	j := server.Writes()
	if !strings.HasPrefix(j.String(), want) || !strings.Contains(strings.Join(j.Limits, "\n"), "does not model it, though JumpCloud may do it: 1 write.") {
		t.Errorf("%s", j)
	}
	if quiet := jumpcloudtest.New(t).Writes(); !strings.HasPrefix(quiet.String(), "Nothing was written.\n") || !strings.Contains(quiet.String(), "made up") {
		t.Error(quiet)
	}
}

func TestTheRowsOfABulkJobStandUnderTheWriteThatSubmittedThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		live := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		live.SeedCompany()
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		if _, err := server.Copy(t.Context(), live.Client()); err != nil {
			t.Fatal(err)
		}
		c := &caller{t, server, http.Header{"X-Api-Key": {jumpcloudtest.APIKey}}}
		sven := server.ID("sven.dahl")
		c.do("POST", "/v2/bulk/users", `[{"username":"bob","email":"bob@example.com","password":"Correct-Horse-7","department":"Engineering"},{"username":"sven.dahl","email":"sven2@example.com"}]`)
		c.do("PATCH", "/v2/bulk/users", `[{"id":"`+sven+`","lastname":"D","password":"Correct-Horse-6"},{"id":"`+sven+`","lastname":"D"}]`)
		if early := server.Writes(); len(early.Writes[0].Effects) != 0 || !strings.Contains(early.String(), "Still waiting: 4 rows of bulk jobs.") {
			t.Error(early)
		}
		time.Sleep(time.Second)
		want := "1. POST /v2/bulk/users\n" +
			"   user \"bob\" created: department \"Engineering\", email \"bob@example.com\", password (not shown), username \"bob\"\n" +
			"   user group \"Engineering\": member \"bob\" added\n" +
			"   user \"sven.dahl\" failed: User already exists\n" +
			"2. PATCH /v2/bulk/users\n" +
			"   user \"sven.dahl\" changed: lastname \"Dahl\" → \"D\", password changed (not shown)\n" +
			"   user \"sven.dahl\" unchanged\n\n"
		if j := server.Writes(); !strings.HasPrefix(j.String(), want) || strings.Contains(j.String(), "waiting") {
			t.Error(j)
		}
	})
}

func TestTheJournalIsOfWritesSinceTheCopyAndACopyOfItsOwn(t *testing.T) {
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	server := jumpcloudtest.New(t)
	client := server.Client()
	if _, err := client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil); err != nil {
		t.Fatal(err)
	}
	if j := server.Writes(); len(j.Writes) != 1 {
		t.Error(j)
	}
	if _, err := server.Copy(t.Context(), live.Client()); err != nil {
		t.Fatal(err)
	}
	if j := server.Writes(); len(j.Writes) != 0 {
		t.Error(j)
	}
	if _, err := client.Systemusers.Suspend(t.Context(), live.ID("nils.aronsson")); err != nil {
		t.Fatal(err)
	}
	j := server.Writes()
	j.Writes[0].Effects[0].Name = "another"
	if server.Writes().Writes[0].Effects[0].Name != "nils.aronsson" || j.Writes[0].Time.IsZero() {
		t.Error(server.Writes())
	}
}
