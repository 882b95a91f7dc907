package conformance

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// described is the description, read once.
var described = sync.OnceValues(func() (*description, error) { return load("../..") })

// begin starts a server, and a client of it whose requests and answers are validated. as may change the
// client's configuration.
func begin(t *testing.T, as func(*jumpcloudtest.Server, *jumpcloud.Configuration), opts ...jumpcloudtest.Option) (*jumpcloudtest.Server, *validator, *jumpcloud.APIClient) {
	t.Helper()
	d, err := described()
	require.NoError(t, err)
	server := jumpcloudtest.New(t, append([]jumpcloudtest.Option{jumpcloudtest.InMemory()}, opts...)...)
	v := newValidator(d, server.HTTPClient().Transport)
	client := server.Client(func(c *jumpcloud.Configuration) {
		c.HTTPClient = &http.Client{Transport: v}
		if as != nil {
			as(server, c)
		}
	})
	return server, v, client
}

// story is what somebody does with the SDK. It is told in a bubble, so that its waits take no time.
type story struct {
	name string
	opts []jumpcloudtest.Option
	as   func(*jumpcloudtest.Server, *jumpcloud.Configuration)
	tell func(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient)
}

// The stories: one for each service, and what no service has for itself.
var stories = []story{
	{name: "Systemusers", tell: systemusers, opts: []jumpcloudtest.Option{
		jumpcloudtest.WithPasswordPolicy(jumpcloudtest.PasswordPolicy{SpecialCharacter: true, Lifetime: 90 * 24 * time.Hour}),
	}},
	{name: "Users", tell: users},
	{name: "Usergroups", tell: usergroups},
	{name: "Workdays", tell: workdays},
	{name: "BulkJobs", tell: bulkJobs},
	{name: "everything else", tell: everything},
	{name: "collections", tell: agreement},
	{name: "automations", tell: automations},
	{name: "organizations", tell: organizations, opts: []jumpcloudtest.Option{jumpcloudtest.WithOrgs(orgA, orgB)}},
	{name: "service account", tell: serviceAccount, as: func(s *jumpcloudtest.Server, c *jumpcloud.Configuration) {
		c.APIKey, c.ServiceAccount = "", s.ServiceAccount()
	}},
	{name: "other ways to succeed", tell: otherWays, opts: []jumpcloudtest.Option{
		jumpcloudtest.WithGroupDeleteBody(), jumpcloudtest.WithBulkStatus(201), jumpcloudtest.WithDuplicateUserStatus(409),
		jumpcloudtest.WithEmptyUnknownUser(),
	}},
	{name: "trouble", tell: trouble},
}

// TestStories tells every story without a violation, and so exercises every operation that the
// description has.
func TestStories(t *testing.T) {
	d, err := described()
	require.NoError(t, err)
	told, exchanges := 0, 0
	conformed, refused := map[string]int{}, map[int]int{}
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, v, client := begin(t, story.as, story.opts...)
				story.tell(t, server, client)
				v.report(t)
				for operation, n := range v.conformed {
					conformed[operation] += n
				}
				for status, n := range v.refused {
					refused[status] += n
				}
				exchanges += v.exchanges
			})
			told++
		})
	}
	if told < len(stories) {
		return // only some of them were asked for
	}
	missing := d.missing(conformed)
	assert.Empty(t, missing, "operations that no story exercises: call them in the story of their service, in this folder")
	t.Logf("%d of %d operations succeeded and conform, in %d exchanges", len(d.operations)-len(missing), len(d.operations), exchanges)
	assert.Subset(t, slices.Sorted(maps.Keys(refused)), []int{400, 401, 403, 404, 409, 429, 500, 502, 503}, "errors that conform")
}
