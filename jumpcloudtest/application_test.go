package jumpcloudtest_test

import (
	"fmt"
	"testing"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestAnApplicationImportsWhatItLists(t *testing.T) {
	c := newCaller(t, jumpcloudtest.WithJobDelay(0))
	app := c.server.AddApplication("hr")
	path := "/v2/applications/" + app + "/import/"
	c.post(path+"jobs", `{}`).is(404) // it lists nobody
	c.get("/v2/applications/x/import/users").is(404)
	for i := range 3 {
		c.server.Add(path+"users", map[string]any{"id": fmt.Sprint(i), "username": fmt.Sprint("user", i), "email": fmt.Sprintf("user%d@example.com", i)})
	}
	a := c.get(path + "users?limit=2").is(200).has(`{"total_count":3,"cursor":"2"}`)
	var page struct{ Users []struct{ Username string } }
	a.json(&page)
	if len(page.Users) != 2 || page.Users[1].Username != "user1" {
		t.Errorf("%+v", page)
	}
	c.get(path + "users?limit=2&cursor=2").is(200).has(`{"total_count":3}`).lacks("cursor")
	c.post(path+"jobs", `{}`).is(200)
	if c.server.UserCount() != 3 {
		t.Error(c.server.UserIDs())
	}
}
