package jumpcloudtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// leaveWaits is a test of yours, which you would call TestLeaveWaitsAsLongAsItIsTold. The wait takes no
// time: within a bubble of testing/synctest the clock runs ahead as soon as everybody waits.
func leaveWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
		server.Inject("PUT /systemusers/{id}", 1, jumpcloudtest.TooManyRequests(20))

		start := time.Now()
		if err := Leave(t.Context(), server.Client(), id); err != nil {
			t.Error(err)
		}
		if waited := time.Since(start); waited < 20*time.Second {
			t.Errorf("it waited %v", waited)
		}
	})
}

// A server without sockets, in a test that waits twenty seconds in no time.
func ExampleInMemory() {
	var t *testing.T // that of your test
	leaveWaits(t)
}
