package jumpcloudtest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestAPackageIsValidatedByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCaller(t, jumpcloudtest.InMemory(), jumpcloudtest.WithJobDelay(time.Minute))
		app := c.post("/v2/softwareapps", `{"displayName":"Editor","settings":[{"packageManager":"WINDOWS_MDM"}]}`).is(201).text("id")
		path := "/v2/softwareapps/" + app
		put := func(address, content string) int {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), "PUT", address, strings.NewReader(content)) // without any credential
			if err != nil {
				t.Fatal(err)
			}
			res, err := c.server.HTTPClient().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			return res.StatusCode
		}
		status := func(n int) string {
			t.Helper()
			var app struct {
				Settings []struct {
					StoredPackage struct {
						Versions []struct{ Status, RejectedReason string }
					}
				}
			}
			c.get(path).is(200).json(&app)
			v := app.Settings[0].StoredPackage.Versions[n]
			return v.Status + v.RejectedReason
		}
		address := c.post(path+"/stored-package-versions", `{"name":"editor.msi","size":5}`).is(201).text("uploadUrl")
		if got := status(0); got != "PENDING" {
			t.Error(got)
		}
		if got := put(address, "four"); got != 400 {
			t.Error(got)
		}
		if got := put(address, "fives"); got != 200 {
			t.Error(got)
		}
		if got := put(address, "fives"); got != 403 {
			t.Error(got)
		}
		if got := status(0); got != "VALIDATING" {
			t.Error(got)
		}
		time.Sleep(time.Minute)
		if got := status(0); got != "AVAILABLE" {
			t.Error(got)
		}
		address = c.post(path+"/stored-package-versions", `{"name":"editor.txt","size":5}`).is(201).text("uploadUrl")
		put(address, "fives")
		time.Sleep(time.Minute)
		if got := status(1); got != "REJECTEDthe file is of no kind that can be installed" {
			t.Error(got)
		}
		c.post("/v2/softwareapps/x/stored-package-versions", `{"name":"a.msi","size":5}`).is(404)
		device := c.server.AddSystem("pc")
		c.post(path+"/associations", `{"op":"add","type":"system","id":"`+device+`"}`).is(204)
		c.get(path+"/statuses").total("1").lists("systemId", device)
		c.get("/v2/systems/" + device + "/softwareappstatuses").total("1").first(`{"status":{"id":"…","softwareAppId":"` + app + `","systemId":"` + device + `","state":"INSTALL_SUCCESS","code":0,"details":"","timestamp":"…"}}`)
	})
}
