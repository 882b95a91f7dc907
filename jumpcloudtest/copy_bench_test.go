package jumpcloudtest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// BenchmarkCopy copies a big directory that answers after 20 ms, and reports the requests next to the fewest that can
// read it: each page of a list, the pages of each group's members, the attributes of each group, and the bindings of each
// user, since nothing else tells which devices a user has.
func BenchmarkCopy(b *testing.B) {
	const users, devices, groups, members, page = 10_000, 10_000, 500, 200, 100
	live := jumpcloudtest.New(b, jumpcloudtest.InMemory(), jumpcloudtest.WithLatency(20*time.Millisecond), jumpcloudtest.WithRequestLog(-1))
	live.SeedFleet(users, devices)
	ids := live.UserIDs()
	for i := range 20 {
		live.AddApplication(fmt.Sprintf("app-%02d", i))
	}
	servers := live.AddSystemGroup("Servers")
	for g := range groups {
		name := fmt.Sprintf("group-%03d", g)
		id := live.AddGroup(jumpcloud.UserGroupCreate{Name: name})
		for m := range members {
			live.Bind(ids[(g*members+m)%users], id, nil)
		}
		live.Bind(id, live.ID(fmt.Sprintf("app-%02d", g%20)), nil)
		if g%10 == 0 {
			live.Bind(id, servers, nil)
		}
	}
	least := users/page + devices/page + groups/page + 1 + groups*members/page + 3*((devices/3+page-1)/page) + 1 + groups + 4 + users + groups
	for b.Loop() {
		live.ForgetRequests()
		server := jumpcloudtest.New(b, jumpcloudtest.InMemory())
		found, err := server.Copy(b.Context(), live.Client())
		if err != nil || len(found.Unread) > 0 || found.Memberships != groups*members+devices || found.Bindings != devices+groups+groups/10 {
			b.Fatalf("%+v, %v", found, err)
		}
		sent := len(live.Requests())
		b.ReportMetric(float64(sent), "requests/op")
		b.ReportMetric(float64(least), "least/op")
		server.Close()
	}
}
