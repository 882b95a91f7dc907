package jumpcloud_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// bubble tells a story about an embedded JumpCloud in memory, in a bubble where waits take no time.
// Every request is kept.
func bubble(t *testing.T, tell func(t *testing.T, server *jumpcloudtest.Server), opts ...jumpcloudtest.Option) {
	synctest.Test(t, func(t *testing.T) {
		tell(t, jumpcloudtest.New(t, append([]jumpcloudtest.Option{jumpcloudtest.InMemory(), jumpcloudtest.WithRequestLog(-1)}, opts...)...))
	})
}

// The routes of an import.
const (
	submitRoute  = "POST /v2/bulk/users"
	resultsRoute = "GET /v2/bulk/users/{job_id}/results"
	searchRoute  = "POST /search/systemusers"
)

// rowsOfPupils are rows of an import: pupil0000, pupil0001 and so on.
func rowsOfPupils(from, to int) (rows []jumpcloud.BulkUserCreate) {
	for i := from; i < to; i++ {
		name := fmt.Sprintf("pupil%04d", i)
		rows = append(rows, jumpcloud.BulkUserCreate{Username: name, Email: name + "@example.com", Firstname: jumpcloud.Set("Pupil")})
	}
	return rows
}

// rowsNamed are rows of an import with these usernames.
func rowsNamed(usernames ...string) (rows []jumpcloud.BulkUserCreate) {
	for _, name := range usernames {
		rows = append(rows, jumpcloud.BulkUserCreate{Username: name, Email: strings.ReplaceAll(name, " ", ".") + "@example.com"})
	}
	return rows
}

// answerJobResults answers the results of any job with these rows.
func answerJobResults(rows ...string) jumpcloudtest.Fault {
	return jumpcloudtest.Status(200, http.Header{"X-Total-Count": {strconv.Itoa(len(rows))}}, "["+strings.Join(rows, ",")+"]")
}

// fates are the statuses of results, by count.
func fates(results []jumpcloud.ImportResult) map[jumpcloud.ImportStatus]int {
	counts := map[jumpcloud.ImportStatus]int{}
	for _, result := range results {
		counts[result.Status]++
	}
	return counts
}

// inOrder checks that there is one result for each row, in the order of the input.
func inOrder(t *testing.T, rows []jumpcloud.BulkUserCreate, results []jumpcloud.ImportResult) {
	t.Helper()
	if !assert.Len(t, results, len(rows)) {
		return
	}
	for i, result := range results {
		if result.Row != i || result.Username != rows[i].Username || result.Email != rows[i].Email {
			t.Errorf("result %d is of row %d, %s %s", i, result.Row, result.Username, result.Email)
		}
	}
}

// operationsOf are the operation ids of requests, in order.
func operationsOf(requests []jumpcloudtest.Request) (ids []string) {
	for _, request := range requests {
		ids = append(ids, request.Operation)
	}
	return ids
}

// writesTo are requests that change something, as method, path and body, in order.
func writesTo(server *jumpcloudtest.Server) (made []string) {
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet && request.Operation != "search_systemusers_post" {
			made = append(made, strings.TrimSpace(request.Method+" "+request.Path+" "+string(request.Body)))
		}
	}
	return made
}

// tallyOf counts equal texts.
func tallyOf(texts []string) map[string]int {
	counts := map[string]int{}
	for _, text := range texts {
		counts[text]++
	}
	return counts
}

// inSortOrder is a sorted copy, empty rather than nil.
func inSortOrder(texts []string) []string {
	copied := append([]string{}, texts...)
	slices.Sort(copied)
	return copied
}

// gauge is a transport that counts the requests in flight.
type gauge struct {
	next http.RoundTripper
	now  atomic.Int32
	most atomic.Int32
}

func (g *gauge) RoundTrip(r *http.Request) (*http.Response, error) {
	now := g.now.Add(1)
	defer g.now.Add(-1)
	for most := g.most.Load(); now > most && !g.most.CompareAndSwap(most, now); most = g.most.Load() {
	}
	return g.next.RoundTrip(r)
}

// gauged returns a client of a server, and a gauge of its requests.
func gauged(server *jumpcloudtest.Server) (*jumpcloud.APIClient, *gauge) {
	g := &gauge{next: server.HTTPClient().Transport}
	return server.Client(func(c *jumpcloud.Configuration) { c.HTTPClient = &http.Client{Transport: g} }), g
}
