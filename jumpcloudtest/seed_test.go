package jumpcloudtest_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestSeededUsersAreTheSameEverywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := jumpcloudtest.New(t, jumpcloudtest.InMemory()), jumpcloudtest.New(t, jumpcloudtest.InMemory())
		ids := a.SeedUsers(5000)
		more := append(b.SeedUsers(2000), b.SeedUsers(3000)...)
		if !slices.Equal(ids, more) || !slices.Equal(ids, a.UserIDs()) || !slices.IsSorted(ids) {
			t.Error("the ids differ, or are not in their order")
		}
		names := map[any]bool{}
		for _, id := range ids {
			u, _ := a.User(id)
			v, _ := b.User(id)
			if !reflect.DeepEqual(u, v) {
				t.Fatalf("%v\n%v", u, v)
			}
			names[u["username"]], names[u["email"]] = true, true
		}
		if len(names) != 10_000 {
			t.Errorf("%d different names and addresses", len(names))
		}
		if u, _ := a.User(ids[0]); u["username"] != "olivia.hartmann" || u["employeeIdentifier"] != "E00001" {
			t.Error(u)
		}
	})
}

func TestSeedingGoesAroundWhatIsThere(t *testing.T) {
	server := jumpcloudtest.New(t)
	server.AddUser(jumpcloud.SystemuserCreate{Username: "Olivia.Hartmann", Email: "x@example.com"})
	server.SeedUsers(3)
	if server.UserCount() != 4 || len(server.Mails()) != 0 {
		t.Error(server.UserCount(), server.Mails())
	}
}

func TestWhatInspectionReturnsIsACopy(t *testing.T) {
	c := newCaller(t)
	id := c.server.SeedUsers(1)[0]
	g := c.server.AddGroup(jumpcloud.UserGroupCreate{Name: "g", Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{SambaEnabled: jumpcloud.Set(true)})})
	attributes := jumpcloudtest.Sudo(true)
	c.server.Bind(id, c.server.AddSystem("s"), attributes)
	u, _ := c.server.User(id)
	u["mfa"].(map[string]any)["exclusion"] = true
	group, _ := c.server.Group(g)
	group["attributes"].(map[string]any)["sambaEnabled"] = false
	c.server.Associations(id)[0].Attributes["sudo"] = nil
	attributes["sudo"] = nil
	r := c.get("/systemusers/" + id).has(`{"mfa":{"exclusion":false,"configured":false}}`)
	c.get("/v2/usergroups/" + g).has(`{"attributes":{"sambaEnabled":true}}`)
	c.get("/v2/users/" + id + "/associations?targets=system").says(`[{"to":"…","attributes":{"sudo":{"enabled":true,"withoutPassword":true}}}]`)
	requests := c.server.Requests()
	requests[0].Header.Set("X-Api-Key", "changed")
	if c.server.Requests()[0].Header.Get("X-Api-Key") != jumpcloudtest.APIKey {
		t.Error("the record can be changed")
	}
	_ = r
	if _, found := c.server.User("x"); found {
		t.Error("a user that is not there")
	}
	if _, found := c.server.Group("x"); found {
		t.Error("a group that is not there")
	}
}

func TestSeedCompany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		s.SeedCompany()
		if s.UserCount() != 40 || len(s.GroupIDs()) != 7 {
			t.Errorf("%d users, %d groups", s.UserCount(), len(s.GroupIDs()))
		}
		for group, want := range map[string]int{
			"All Staff": 40, "Admins": 3, "VPN": 5, "Engineering": 12, "Sales": 8, "Contractors": 3, "Berlin Office": 1,
		} {
			if got := len(s.Members(group)); got != want {
				t.Errorf("%s has %d members, not %d", group, got, want)
			}
		}
		client, ctx := s.Client(), t.Context()
		staged, err := jumpcloud.Collect(client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{
			Filter: []jumpcloud.Condition{jumpcloud.Filter("state", jumpcloud.Eq, "STAGED")},
		}), 0)
		if err != nil || len(staged) != 2 || staged[0].MFA.ExclusionDays != 7 {
			t.Fatal(staged, err)
		}
		managed := 0
		for u, err := range client.Systemusers.All(ctx, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if u.Manager != "" {
				managed++
			}
		}
		if managed != 39 {
			t.Errorf("%d users have a manager", managed)
		}
		systems, err := jumpcloud.Collect(client.Users.AllSystems(ctx, s.ID("sven.dahl"), nil), 0)
		if err != nil || len(systems) != 10 { // laptops and servers, as an admin
			t.Fatal(len(systems), err)
		}
		review, err := jumpcloud.Collect(client.Usergroups.AllSuggestions(ctx, s.ID("Berlin Office"), nil), 0)
		if err != nil || len(review) < 5 {
			t.Fatal(len(review), err)
		}
		workers, err := jumpcloud.Collect(client.Workdays.AllWorkers(ctx, firstWorkday(t, client), nil), 0)
		if err != nil || len(workers) != 4 {
			t.Fatal(len(workers), err)
		}
		again := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		again.SeedCompany()
		for _, id := range s.UserIDs() {
			u, _ := s.User(id)
			v, _ := again.User(id)
			if !reflect.DeepEqual(u, v) {
				t.Errorf("another company: %v\n%v", u, v)
			}
		}
		for _, name := range []string{"CRM", "web-1", "Servers", "JumpCloud LDAP", "VPN Gateway"} {
			if s.ID(name) != again.ID(name) {
				t.Errorf("%s has another id", name)
			}
		}
	})
}

func firstWorkday(t *testing.T, client *jumpcloud.APIClient) string {
	page, err := client.Workdays.List(t.Context(), nil)
	if err != nil || len(page.Items) != 1 {
		t.Fatal(page, err)
	}
	return page.Items[0].ID
}

func TestWhatWasSeededIsReadByItsOwnRoute(t *testing.T) {
	c := newCaller(t)
	c.server.SeedCompany()
	for name, read := range map[string]struct{ route, want string }{
		"web-1":            {"/systems/", `{"_id":"ID","id":"ID","hostname":"web-1","displayName":"web-1","organization":"ORG"}`},
		"Chat":             {"/applications/", `{"_id":"ID","id":"ID","name":"Chat","displayName":"Chat","displayLabel":"Chat","organization":"ORG","ssoUrl":"https://sso.example.com/saml2/chat.example.com"}`},
		"VPN Gateway":      {"/radiusservers/", `{"id":"ID","name":"VPN Gateway"}`},
		"Laptops":          {"/v2/systemgroups/", `{"id":"ID","name":"Laptops","type":"system_group"}`},
		"Google Workspace": {"/v2/gsuites/", `{"id":"ID","name":"Google Workspace"}`},
		"Microsoft 365":    {"/v2/office365s/", `{"id":"ID","name":"Microsoft 365"}`},
		"JumpCloud LDAP":   {"/v2/ldapservers/", `{"id":"ID","name":"JumpCloud LDAP"}`},
		"corp.example.com": {"/v2/activedirectories/", `{"id":"ID","domain":"corp.example.com"}`},
	} {
		want := strings.NewReplacer("ID", c.server.ID(name), "ORG", jumpcloudtest.OrgID).Replace(read.want)
		c.get(read.route + c.server.ID(name)).is(200).has(want)
		c.get(read.route + c.server.ID("nils.aronsson")).is(404) // who is none of them
		c.get(read.route + c.server.ID("Wiki")).is(map[bool]int{true: 200, false: 404}[name == "Chat"])
		if name == "web-1" {
			c.get("/systems/" + c.server.ID(name) + "?fields=hostname").is(200).says(`{"_id":"…","id":"…","hostname":"web-1"}`)
			c.get("/systems/" + c.server.ID(name) + "?fields=color").is(400) // which no system has
			c.get("/systems/" + c.server.ID(name) + "?filter=hostname:$eq:web-1").is(400)
		}
		id := c.server.ID(name)
		c.server.Remove(name)
		c.get(read.route + id).is(404)
	}
}
