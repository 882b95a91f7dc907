package jumpcloudtest_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestWhatIsCreatedIsReadListedReplacedAndDeletedAsDescribed(t *testing.T) {
	c := newCaller(t)
	made := c.post("/commands", `{"name":"Disk","command":"df","commandType":"mac","timeout":"60","nobody":"knows this","_id":"chosen"}`).is(200)
	id := made.text("_id")
	if id == "chosen" {
		t.Error("the caller chose what only the service sets")
	}
	whole := `{"_id":"` + id + `","id":"` + id + `","name":"Disk","command":"df","commandType":"mac","launchType":"manual","timeout":"60","organization":"` + jumpcloudtest.OrgID + `"}`
	made.says(whole)
	c.get("/commands/" + id).is(200).says(whole)
	c.get("/commands/" + id + "?fields=name").is(200).says(`{"_id":"…","id":"…","name":"Disk"}`)
	c.get("/commands").is(200).has(`{"totalCount":1}`).lists("name", "Disk").lists("timeout", "") // which a list leaves out
	c.get("/commands?filter=name:$eq:Disk&sort=-name").lists("name", "Disk")
	c.get("/commands?filter=name:$eq:Else").lists("name", "")
	c.get("/commands?filter=colour:$eq:x").is(400)
	c.get("/commands?limit=101").is(400)
	c.put("/commands/"+id, `{"name":"Disks","command":"df -h"}`).is(200).
		says(`{"_id":"` + id + `","id":"` + id + `","name":"Disks","command":"df -h","commandType":"linux","launchType":"manual","organization":"` + jumpcloudtest.OrgID + `"}`)
	c.delete("/commands/" + id).is(200).has(`{"name":"Disks"}`)
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		c.do(method, "/commands/"+id, `{"name":"x","command":"y"}`).is(404).says(`{"message":"Not Found"}`)
	}
}

func TestABodyIsHeldToItsDescription(t *testing.T) {
	c := newCaller(t)
	for body, want := range map[string]string{
		`{"command":"df","commandType":"mac"}`:                                     "name is a missing required property",
		`{"name":7,"command":"df","commandType":"mac"}`:                            "name must be a string",
		`{"name":null,"command":"df","commandType":"mac"}`:                         "name must not be null",
		`{"name":"x","command":"df","commandType":"beos"}`:                         "commandType must be one of linux, mac, windows",
		`{"name":"x","command":"df","commandType":"mac","sudo":"yes"}`:             "sudo must be a boolean",
		`{"name":"x","command":"df","commandType":"mac","timeToLiveSeconds":1.5}`:  "timeToLiveSeconds must be an integer",
		`{"name":"x","command":"df","commandType":"mac","files":"a"}`:              "files must be an array",
		`{"name":"x","command":"df","commandType":"mac","filesS3":[{"name":"a"}]}`: "filesS3[0].objectStorageId is a missing required property",
		`[]`: "body is not the JSON that this operation takes",
	} {
		c.post("/commands", body).is(400).says(`{"message":` + quoted(want) + `}`)
	}
	const nightly = `{"name":"x","command":"df","commandType":"mac","launchType":"trigger","trigger":"nightly"}`
	c.post("/commands", nightly).is(200)
	c.post("/commands", nightly).is(409).says(`{"message":"Already Exists"}`)
	c.get("/commands").has(`{"totalCount":1}`)
}

func TestAnUpdateThatMergesKeepsTheRest(t *testing.T) {
	c := newCaller(t)
	id := c.server.Add("/systems", map[string]any{"hostname": "web-1", "displayName": "web-1", "os": "Ubuntu"})
	c.put("/systems/"+id, `{"displayName":"Web","primarySystemUser.id":"5f0e7a1c0000000000000009","os":"BeOS"}`).is(200)
	c.get("/systems/" + id).says(`{"_id":"` + id + `","id":"` + id + `","hostname":"web-1","displayName":"Web","os":"Ubuntu","created":"…",
		"primarySystemUser":{"id":"5f0e7a1c0000000000000009"},"organization":"` + jumpcloudtest.OrgID + `"}`)
}

func TestObjectsBelowAnotherAreItsOwn(t *testing.T) {
	c := newCaller(t)
	one, other := c.server.AddSystem("one"), c.server.AddSystem("other")
	c.server.Add("/v2/systems/"+one+"/fdekey", map[string]any{"key": "AAAA-BBBB"})
	c.get("/v2/systems/" + one + "/fdekey").is(200).says(`{"key":"AAAA-BBBB"}`)
	c.get("/v2/systems/" + other + "/fdekey").is(404)
	c.get("/v2/systems/x/fdekey").is(404)
	c.server.Remove(one)
	c.get("/v2/systems/" + one + "/fdekey").is(404)
}

func TestFieldsMayLieInsideOfOthers(t *testing.T) {
	c := newCaller(t)
	id := c.server.Add("/systems", map[string]any{"hostname": "web-1", "fde": map[string]any{"active": true, "keyPresent": false}})
	c.get("/systems/" + id + "?fields=fde.active").is(200).says(`{"_id":"…","id":"…","fde":{"active":true}}`)
	c.get("/systems?fields=hostname%20fde.keyPresent").has(`{"results":[{"_id":"…","id":"…","hostname":"web-1","fde":{"keyPresent":false}}]}`)
}

func TestAnyObjectIsRemovedByItsID(t *testing.T) {
	c := newCaller(t)
	id := c.server.Add("/commandresults", map[string]any{"name": "df", "exitCode": 0})
	c.get("/commandresults/" + id).is(200)
	c.server.Remove(id)
	c.get("/commandresults/" + id).is(404)
	device, group := c.server.AddSystem("web-1"), c.server.AddSystemGroup("servers")
	c.server.Bind("web-1", "servers", nil)
	if !c.server.HasMember("servers", "web-1") || len(c.server.Members(group)) != 1 || c.server.Members(group)[0] != device {
		t.Error(c.server.Members(group))
	}
}

func TestEachOfManyKeepsItsIdAndComesOnce(t *testing.T) {
	server := jumpcloudtest.New(t)
	for i := range 250 {
		server.Add("/systems", map[string]any{"_id": fmt.Sprintf("5f0000000000000000%06d", (i*37)%250), "hostname": "x"})
	}
	systems, err := jumpcloud.Collect(server.Client().Systems.All(t.Context(), nil), 0)
	if err != nil || len(systems) != 250 {
		t.Fatal(len(systems), err)
	}
	for i, s := range systems {
		if s.ID != fmt.Sprintf("5f0000000000000000%06d", i) {
			t.Fatal(i, s.ID)
		}
	}
}

func TestTheServerStartsInAMillisecond(t *testing.T) {
	jumpcloudtest.NewServer(jumpcloudtest.InMemory()).Close() // whatever is done once
	best := time.Hour
	for range 20 {
		begin := time.Now()
		server := jumpcloudtest.NewServer(jumpcloudtest.InMemory())
		best = min(best, time.Since(begin))
		server.Close()
	}
	if best > time.Millisecond {
		t.Error(best)
	}
}

func TestManyClientsAtOnceLoseNothing(t *testing.T) {
	server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
	server.SeedFleet(20, 60)
	client := server.Client()
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			made, err := client.Commands.Create(t.Context(), jumpcloud.CommandInput{Name: fmt.Sprint("command ", i), Command: "true", CommandType: "linux"})
			if err != nil {
				t.Error(err)
				return
			}
			device := server.ID(fmt.Sprintf("host-%05d", i+1))
			if err := client.Commands.ManageAssociations(t.Context(), made.ID, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystem, ID: device}); err != nil {
				t.Error(err)
			}
			if _, err := client.Systems.Update(t.Context(), device, jumpcloud.SystemUpdate{Description: jumpcloud.Set("seen")}); err != nil {
				t.Error(err)
			}
			if devices, err := jumpcloud.Collect(client.Systems.All(t.Context(), nil), 0); err != nil || len(devices) != 60 {
				t.Error(len(devices), err)
			}
			run, err := client.Commands.RunAndWait(t.Context(), made.ID, nil)
			if err != nil || len(run.Outcomes) != 1 || run.Outcomes[0].SystemID != device {
				t.Error(run, err)
			}
		})
	}
	all.Wait()
}

func TestTenThousandUsersAndDevicesFitInAHundredMegabytes(t *testing.T) {
	memory := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := memory()
	server := jumpcloudtest.New(t, jumpcloudtest.WithRequestLog(0))
	server.SeedFleet(10_000, 10_000)
	client := server.Client()
	begin := time.Now()
	n := 0
	for _, err := range client.Systems.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	took := time.Since(begin)
	if n != 10_000 {
		t.Error(n)
	}
	t.Logf("%.0f devices a second, %d MB", float64(n)/took.Seconds(), (memory()-before)>>20)
	if used := memory() - before; used > 100<<20 {
		t.Errorf("%d MB", used>>20)
	}
	runtime.KeepAlive(server)
}

func BenchmarkListOfTenThousandDevices(b *testing.B) {
	server := jumpcloudtest.New(b, jumpcloudtest.WithRequestLog(0))
	server.SeedFleet(0, 10_000)
	client := server.Client()
	n := 0
	for b.Loop() {
		for _, err := range client.Systems.All(b.Context(), nil) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "devices/s")
}
