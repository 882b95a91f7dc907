package faults_test

import (
	"go/build"
	"slices"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// PROTOCOL_ERROR may be about the answer, of a request that was processed. Before Go 1.27, net/http takes
// it for a refusal all the same, and sends the request again on its own: with a body or without one. No
// hook of net/http tells that from GOAWAY.
func TestPROTOCOL_ERRORIsARefusalToGoBefore127Only(t *testing.T) {
	server := jumpcloudtest.New(t)
	user := server.SeedUsers(1)[0]
	edge := newEdge(t, server.URL, passProtocol, false)
	lane := newLane(t, edge.url())
	t.Cleanup(lane.close)
	lane.transport.TLSClientConfig = trusting()
	lane.transport.ForceAttemptHTTP2 = true
	config := configure(server, lane.transport)
	config.BaseURL, config.Timeout = "https://"+host, 5*time.Second
	client, err := jumpcloud.NewAPIClient(config)
	if err != nil {
		t.Fatal(err)
	}
	want := 1
	if !slices.Contains(build.Default.ReleaseTags, "go1.27") {
		want = 2
	}

	edge.arm()
	_, _ = client.Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Name: "Staff"})
	edge.arm()
	_ = client.Systemusers.Unlock(t.Context(), user)

	for _, route := range []string{"POST /v2/usergroups", "POST /systemusers/{id}/unlock"} {
		if n := len(server.Requests(route)); n != want {
			t.Errorf("%s was sent %d times, not %d", route, n, want)
		}
	}
}
