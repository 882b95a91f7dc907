package jumpcloud_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// job is a helper at work on a directory that was made for it.
type job struct {
	// run does it. It returns what became of each change, by the request that makes it.
	run func(ctx context.Context, client *jumpcloud.APIClient) (map[string]error, error)
	// wanted is the state that it is to reach.
	wanted func(t *testing.T)
	list   string   // a list that it reads
	field  string   // of the list's objects
	again  []string // requests that every run makes
}

func syncMembersJob(server *jumpcloudtest.Server) job {
	group, ids := groupOf(server, 8, 12)
	want := ids[4:]
	return syncJob("members", group, func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.SyncResult, error) {
		return c.Usergroups.SyncMembers(ctx, group, want, jumpcloud.SyncParams{})
	}, func(string) string { return "user" }, func(t *testing.T) {
		assert.Equal(t, inSortOrder(want), inSortOrder(server.Members(group)))
	})
}

func syncBindingsJob(server *jumpcloudtest.Server) job {
	group := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Admins"})
	var systems []string
	for i := range 12 {
		systems = append(systems, server.AddSystem(fmt.Sprintf("web-%d", i)))
	}
	for _, id := range systems[:8] {
		server.Bind(group, id, jumpcloudtest.Sudo(true))
	}
	return syncJob("associations", group, func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.SyncResult, error) {
		return c.Usergroups.SyncBindings(ctx, group, jumpcloud.GraphTypeSystem, systems[4:], jumpcloud.SyncParams{})
	}, func(string) string { return "system" }, func(t *testing.T) {
		var bound []string
		for _, a := range server.Associations(group) {
			bound = append(bound, a.ID)
			assert.Equal(t, slices.Contains(systems[4:8], a.ID), a.Attributes != nil, "what stays keeps its attributes")
		}
		assert.Equal(t, inSortOrder(systems[4:]), inSortOrder(bound))
	})
}

func syncJob(what, group string, sync func(context.Context, *jumpcloud.APIClient) (*jumpcloud.SyncResult, error), kind func(string) string, wanted func(*testing.T)) job {
	at := "/v2/usergroups/" + group + "/" + what
	line := func(op jumpcloud.GraphOp, id string) string {
		return fmt.Sprintf(`POST %s {"op":"%s","type":"%s","id":"%s"}`, at, op, kind(id), id)
	}
	return job{list: "GET " + at, field: "to", wanted: wanted, run: func(ctx context.Context, c *jumpcloud.APIClient) (map[string]error, error) {
		result, err := sync(ctx, c)
		fates := map[string]error{}
		if result == nil {
			return fates, err
		}
		for _, id := range result.Added {
			fates[line(jumpcloud.GraphOpAdd, id)] = nil
		}
		for _, id := range result.Removed {
			fates[line(jumpcloud.GraphOpRemove, id)] = nil
		}
		for _, f := range result.Failed {
			fates[line(f.Op, f.ID)] = f.Err
		}
		if len(fates) != len(result.Add)+len(result.Remove) || len(fates) != len(result.Added)+len(result.Removed)+len(result.Failed) {
			err = fmt.Errorf("a change of the plan has no fate, or two: %+v", result)
		}
		return fates, err
	}}
}

func offboardJob(server *jumpcloudtest.Server) job {
	lee := leaver(server)
	max, boss := server.ID("max"), server.ID("boss")
	expire, reset := "POST /systemusers/"+lee+"/expire", "POST /systemusers/"+lee+"/resetmfa {}"
	line := func(step string, target jumpcloud.OffboardTarget) string {
		switch step {
		case "suspend":
			return "PUT /systemusers/" + lee + ` {"state":"SUSPENDED","suspended":true}`
		case "expire password":
			return expire
		case "reset MFA":
			return reset
		case "remove SSH keys":
			return "DELETE /systemusers/" + lee + "/sshkeys/" + target.ID
		case "unbind":
			return fmt.Sprintf(`POST /v2/users/%s/associations {"op":"remove","type":"%s","id":"%s"}`, lee, target.Kind, target.ID)
		case "leave groups":
			return fmt.Sprintf(`POST /v2/usergroups/%s/members {"op":"remove","type":"user","id":"%s"}`, target.ID, lee)
		}
		manager := max
		if target.ID == max {
			manager = boss
		}
		return "PUT /systemusers/" + target.ID + ` {"manager":"` + manager + `"}`
	}
	return job{
		list: "GET /v2/users/" + lee + "/associations", field: "to", again: []string{expire, reset},
		wanted: func(t *testing.T) { offboarded(t, server, lee) },
		run: func(ctx context.Context, c *jumpcloud.APIClient) (map[string]error, error) {
			steps, err := c.Systemusers.Offboard(ctx, lee, jumpcloud.OffboardParams{ReportsTo: max, ResetMFA: true})
			fates := map[string]error{}
			for _, step := range steps {
				done := 0
				for _, target := range step.Targets {
					if target.Skipped {
						continue
					}
					if target.Err == nil {
						done++
					}
					if target.ID != "" {
						fates[line(step.Name, target)] = target.Err
					}
				}
				if done != step.Changed {
					err = fmt.Errorf("%s counts %d changes and names %d", step.Name, step.Changed, done)
				}
			}
			return fates, err
		},
	}
}

func accessJob(server *jumpcloudtest.Server) job {
	ann, names := reachable(server)
	var last *jumpcloud.UserAccess
	return job{list: "GET /v2/users/" + ann + "/systems", field: "paths",
		run: func(ctx context.Context, c *jumpcloud.APIClient) (_ map[string]error, err error) {
			last, err = c.Users.Access(ctx, ann)
			if (last == nil) == (err == nil) {
				err = errors.New("half an access")
			}
			return nil, err
		},
		wanted: func(t *testing.T) {
			assert.Equal(t, []string{"laptop: laptop", "web: Admins > servers > web"}, described(last.Systems, names))
			assert.Len(t, last.Groups, 3)
		},
	}
}

// disturbance is what happens during the first run, at its n-th request or write.
type disturbance struct {
	inject func(server *jumpcloudtest.Server, j job, n int)
	cancel bool                                    // the context, after the n-th request
	cut    func(write, n int) (before, after bool) // the connection, before or after the service got a write
	ends   bool                                    // the run has to fail wherever it meets it
	err    error                                   // then with this
}

func disturbances() map[string]disturbance {
	from := func(fault jumpcloudtest.Fault, times int) func(*jumpcloudtest.Server, job, int) {
		return func(server *jumpcloudtest.Server, _ job, n int) { server.Inject("*", times, fault.Skip(n)) }
	}
	inList := func(fault jumpcloudtest.Fault) func(*jumpcloudtest.Server, job, int) {
		return func(server *jumpcloudtest.Server, j job, _ int) { server.Inject(j.list, 1, fault) }
	}
	return map[string]disturbance{
		"a storm of 429 that passes":      {inject: from(jumpcloudtest.TooManyRequests(1), 15)},
		"a storm of 429 that stays":       {inject: from(jumpcloudtest.TooManyRequests(0), 0), ends: true, err: jumpcloud.ErrRateLimited},
		"401 from then on":                {inject: from(jumpcloudtest.Status(401, nil, `{"message":"Unauthorized"}`), 0), ends: true, err: jumpcloud.ErrUnauthorized},
		"403 from then on":                {inject: from(jumpcloudtest.Status(403, nil, `{"message":"Forbidden"}`), 0), ends: true, err: jumpcloud.ErrForbidden},
		"an object of an odd type":        {inject: inList(jumpcloudtest.WrongFieldType("to")), err: jumpcloud.ErrItem},
		"an object that is null":          {inject: inList(jumpcloudtest.NullItem()), err: jumpcloud.ErrItem},
		"the context ends":                {cancel: true, err: context.Canceled},
		"one write is cut before it came": {cut: func(write, n int) (bool, bool) { return write == n, false }},
		"one answer is cut":               {cut: func(write, n int) (bool, bool) { return false, write == n }},
		"all writes are cut":              {cut: func(write, n int) (bool, bool) { return write >= n, false }},
		"all answers are cut":             {cut: func(write, n int) (bool, bool) { return false, write >= n }},
	}
}

// disturbed is a transport that writes down each write before it is sent.
type disturbed struct {
	disturbance
	n      int
	cancel func()
	next   http.RoundTripper

	mu       sync.Mutex
	requests int
	writes   []string
}

func (d *disturbed) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	d.requests++
	count, before, after := d.requests, false, false
	if r.Method != http.MethodGet {
		line := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api")
		if r.Body != nil {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			line = strings.TrimSpace(line + " " + string(body))
		}
		if d.writes = append(d.writes, line); d.cut != nil {
			before, after = d.cut(len(d.writes), d.n)
		}
	}
	d.mu.Unlock()
	if before {
		return nil, errors.New("cut")
	}
	response, err := d.next.RoundTrip(r)
	if d.disturbance.cancel && count == d.n {
		d.cancel()
	}
	if after && err == nil {
		response.Body.Close()
		return nil, errors.New("cut")
	}
	return response, err
}

// Whatever happens to the first run, and when: what it says of each change is true, the second run
// reaches what was wanted, and nothing is done twice.
func TestHelpersFinishOrStopAndTellTheTruth(t *testing.T) {
	for name, start := range map[string]func(*jumpcloudtest.Server) job{
		"SyncMembers": syncMembersJob, "SyncBindings": syncBindingsJob, "Offboard": offboardJob, "Access": accessJob,
	} {
		for what, d := range disturbances() {
			t.Run(name+", "+what, func(t *testing.T) {
				for n := 1; n <= 40; n += 3 {
					bubble(t, func(t *testing.T, server *jumpcloudtest.Server) { disturb(t, server, start(server), d, n) })
				}
			})
		}
	}
}

// The same of an import, whose writes are jobs of many rows.
func TestImportFinishesOrStopsAndTellsTheTruth(t *testing.T) {
	for what, d := range disturbances() {
		t.Run(what, func(t *testing.T) {
			for n := 1; n <= 16; n++ {
				bubble(t, func(t *testing.T, server *jumpcloudtest.Server) { disturbImport(t, server, d, n) })
			}
		})
	}
}

func disturbImport(t *testing.T, server *jumpcloudtest.Server, d disturbance, n int) {
	at := fmt.Sprintf("at %d", n)
	rows := rowsOfPupils(0, 20)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	transport := &disturbed{disturbance: d, n: n, cancel: cancel, next: server.HTTPClient().Transport}
	client := server.Client(func(c *jumpcloud.Configuration) { c.HTTPClient = &http.Client{Transport: transport} })
	if d.inject != nil {
		d.inject(server, job{list: "GET /v2/bulk/users/{job_id}/results"}, n)
	}
	params := jumpcloud.ImportParams{JobSize: 3, Concurrency: 2}
	results, err := client.BulkJobs.ImportUsers(ctx, slices.Values(rows), params)
	if err != nil {
		assert.Less(t, len(err.Error()), 2048, at)
		if d.err != nil {
			assert.ErrorIs(t, err, d.err, at)
		}
	}
	if d.ends && transport.requests > n {
		require.Error(t, err, at)
	}
	if !errors.Is(err, context.Canceled) { // what was not read then has no result
		require.Len(t, results, len(rows), at)
	}
	submitted := map[string]int{}
	count := func() {
		for _, request := range server.Requests("POST /v2/bulk/users") {
			if request.Status/100 == 2 {
				for _, row := range rowsSubmitted(t, request) {
					submitted[row.Username]++
				}
			}
		}
		server.ForgetRequests()
	}
	count()
	for i, result := range results {
		require.Equal(t, rows[i].Username, result.Username, at)
		switch result.Status {
		case jumpcloud.ImportCreated:
			assert.Equal(t, 1, submitted[result.Username], "%s: created, it says: %s", at, result.Username)
			if result.ID != "" { // it may not have been possible to look it up
				assert.Equal(t, server.ID(result.Username), result.ID, at)
			}
			assert.NoError(t, result.Err, at)
		case jumpcloud.ImportNotSubmitted:
			assert.Zero(t, submitted[result.Username], "%s: not submitted, it says: %s", at, result.Username)
			assert.Error(t, result.Err, at)
		case jumpcloud.ImportUnknown:
			assert.Error(t, result.Err, at)
		default:
			t.Errorf("%s: %s is %s: %v", at, result.Username, result.Status, result.Err)
		}
	}

	server.ClearFaults()
	time.Sleep(time.Minute) // until the jobs that were taken have ended: before, nobody can be found
	again := append(rowsToRepeat(rows, results), rows[len(results):]...)
	params.SkipExisting = true
	_, err = server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(again), params)
	require.NoError(t, err, at)
	assert.Equal(t, len(rows), server.UserCount(), at)
	count()
	for _, row := range rows {
		assert.Equal(t, 1, submitted[row.Username], "%s: submitted, and taken, more than once: %s", at, row.Username)
	}
}

// repeats is true of a change that says how it is to be: to say so again, when the answer was lost, does
// nothing more.
func repeats(line string) bool { return strings.HasPrefix(line, "PUT ") }

func disturb(t *testing.T, server *jumpcloudtest.Server, j job, d disturbance, n int) {
	at := fmt.Sprintf("at %d", n)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	transport := &disturbed{disturbance: d, n: n, cancel: cancel, next: server.HTTPClient().Transport}
	client := server.Client(func(c *jumpcloud.Configuration) { c.HTTPClient = &http.Client{Transport: transport} })
	if d.inject != nil {
		d.inject(server, j, n)
	}
	fates, err := j.run(ctx, client)
	if err != nil {
		assert.Less(t, len(err.Error()), 2048, at)
	}
	if d.ends && transport.requests > n {
		require.Error(t, err, at)
	}
	if err != nil && d.err != nil {
		assert.ErrorIs(t, err, d.err, at)
	}
	tried := tallyOf(transport.writes)
	for line := range tried {
		_, told := fates[line]
		assert.True(t, told, "%s: nothing is told of %s", at, line)
	}
	succeeded := map[string]int{}
	note := func() {
		for _, request := range server.Requests() {
			if request.Method != http.MethodGet && request.Status/100 == 2 {
				succeeded[strings.TrimSpace(request.Method+" "+request.Path+" "+string(request.Body))]++
			}
		}
		server.ForgetRequests()
	}
	note()
	for line, fate := range fates {
		var answered *jumpcloud.APIError
		switch {
		case fate == nil && repeats(line):
			assert.Positive(t, succeeded[line], "%s: done, it says: %s", at, line)
		case fate == nil:
			assert.Equal(t, 1, succeeded[line], "%s: done, it says: %s", at, line)
		case errors.Is(fate, jumpcloud.ErrNotAttempted), errors.Is(fate, jumpcloud.ErrItem):
			assert.Zero(t, tried[line], "%s: not tried, it says: %s", at, line)
		case errors.As(fate, &answered):
			assert.Zero(t, succeeded[line], "%s: refused, it says: %s", at, line)
		}
	}

	server.ClearFaults()
	second, err := j.run(t.Context(), server.Client())
	require.NoError(t, err, at)
	j.wanted(t)
	for line := range second {
		before, told := fates[line]
		assert.True(t, !told || before != nil || slices.Contains(j.again, line), "%s: done in the first run, and again: %s", at, line)
	}
	note()
	for line, times := range succeeded {
		if !slices.Contains(j.again, line) && !repeats(line) {
			assert.Equal(t, 1, times, "%s: done twice: %s", at, line)
		}
	}
}
