package jumpcloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
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

// 5,000 users with 150 bad rows, through a burst of 429, an answer lost after the job was taken, and a
// connection lost before it was.
func TestImportFiveThousand(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		rows := rowsOfPupils(0, 5000)
		problems := map[int]string{} // by row
		for i := range rows {
			switch {
			case i%100 == 17:
				rows[i].Username = fmt.Sprintf("pupil %04d", i)
				problems[i] = "jumpcloud: not created: username must not be empty nor contain white space"
			case i%100 == 53:
				rows[i].Email = fmt.Sprintf("pupil%04d", i)
				problems[i] = "jumpcloud: not created: email must be an e-mail address"
			case i%100 == 88:
				rows[i].Department = jumpcloud.Set(strings.Repeat("x", 1025))
				problems[i] = "jumpcloud: not created: department must not be longer than 1024"
			}
		}
		require.Len(t, problems, 150)
		burst := server.Inject("* /v2/*", 20, jumpcloudtest.TooManyRequests(2).Skip(30))
		applied := server.Inject(submitRoute, 1, jumpcloudtest.CloseBeforeAnswer().AfterApply().Skip(12))
		dropped := server.Inject(submitRoute, 1, jumpcloudtest.CloseBeforeAnswer().Skip(30))
		var steps []jumpcloud.ImportProgress
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{
			Progress: func(p jumpcloud.ImportProgress) { steps = append(steps, p) },
		})
		require.NoError(t, err)
		assert.Equal(t, []int{20, 1, 1}, []int{burst.Fired(), applied.Fired(), dropped.Fired()}, "the faults came to pass")

		inOrder(t, rows, results)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 4850, jumpcloud.ImportFailed: 150}, fates(results))
		assert.Equal(t, 4850, server.UserCount(), "nobody is missing, nobody is there twice")
		for i, result := range results {
			if problem, bad := problems[i]; bad {
				assert.EqualError(t, result.Err, problem, "row %d", i)
				assert.Empty(t, result.ID)
			} else if result.Err != nil || result.ID != server.ID(result.Username) {
				t.Errorf("row %d: id %s, error %v", i, result.ID, result.Err)
			}
		}

		// Nobody was sent to the service twice, but those of the job that never arrived and the bad rows
		// of the job that did.
		sent := map[string]int{}
		for _, request := range server.Requests(submitRoute) {
			if request.Status == 429 {
				continue
			}
			for _, row := range rowsSubmitted(t, request) {
				sent[row.Username]++
			}
		}
		assert.Len(t, sent, 5000)
		twice := 0
		for _, n := range sent {
			require.LessOrEqual(t, n, 2)
			twice += n - 1
		}
		assert.Equal(t, 100+3, twice)

		last := jumpcloud.ImportProgress{}
		for _, p := range steps {
			ahead := p.Submitted >= last.Submitted && p.Done >= last.Done && p.Failed >= last.Failed && p.Total >= last.Total
			if !ahead || p.Submitted > p.Total || p.Done+p.Failed > p.Submitted || p.Submitted-p.Done-p.Failed > 4*100 {
				t.Fatalf("progress %+v after %+v", p, last)
			}
			last = p
		}
		assert.Equal(t, jumpcloud.ImportProgress{Submitted: 5000, Done: 4850, Failed: 150, Total: 5000}, last)
	})
}

// rowsSubmitted are the rows of a submission.
func rowsSubmitted(t testing.TB, request jumpcloudtest.Request) (rows []struct{ Username, Email string }) {
	t.Helper()
	require.NoError(t, json.Unmarshal(request.Body, &rows))
	return rows
}

// Under a limit that is reached all the time an import takes its time, and loses nothing.
func TestImportUnderRateLimit(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		var mu sync.Mutex
		most := 0
		client := server.Client(func(c *jumpcloud.Configuration) {
			c.OnAttempt = func(_ context.Context, attempt jumpcloud.Attempt) {
				mu.Lock()
				defer mu.Unlock()
				most = max(most, attempt.Number)
			}
		})
		results, err := client.BulkJobs.ImportUsers(t.Context(), slices.Values(rowsOfPupils(0, 500)), jumpcloud.ImportParams{JobSize: 20, Concurrency: 10})
		require.NoError(t, err)
		assert.LessOrEqual(t, most, 16, "they take turns")
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 500}, fates(results))
		refused := 0
		for _, request := range server.Requests() {
			if request.Status == 429 {
				refused++
			}
		}
		assert.Greater(t, refused, 25, "more than there are jobs")
	}, jumpcloudtest.WithRateLimit(0.5, 1, -1))
}

// The context ends even the wait for a limit.
func TestImportContextEndsAtLimit(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 0, jumpcloudtest.TooManyRequests(-1))
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		results, err := server.Client().BulkJobs.ImportUsers(ctx, slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{MinWait: time.Minute, MaxWait: time.Minute})
		assert.ErrorIs(t, err, jumpcloud.ErrRateLimited)
		assert.Equal(t, jumpcloud.ImportNotSubmitted, results[0].Status)
		assert.ErrorIs(t, results[0].Err, jumpcloud.ErrRateLimited)
	})
}

// Sizes and waits without a meaning are refused, before anything is read or sent.
func TestImportParamsOutOfRange(t *testing.T) {
	client := newClient(t, newWire(t))
	for param, params := range map[string]jumpcloud.ImportParams{
		"JobSize":     {JobSize: -1},
		"Concurrency": {Concurrency: -1},
		"MinWait":     {MinWait: -1},
		"MaxWait":     {MaxWait: -time.Second},
	} {
		results, err := client.BulkJobs.ImportUsers(t.Context(), func(func(jumpcloud.BulkUserCreate) bool) { t.Error("read") }, params)
		assert.EqualError(t, err, "jumpcloud: "+param+": is negative; 0 is the default")
		asParamError(t, err)
		assert.Nil(t, results)
	}
	_, err := client.BulkJobs.ImportUsers(t.Context(), nil, jumpcloud.ImportParams{})
	assert.EqualError(t, err, "jumpcloud: users: is nil")
}

// What a row's result says, and what becomes of the row.
func TestImportResults(t *testing.T) {
	const there = `"createdAt":"2000-01-01T00:00:00.000Z"` // when the bubble begins
	for name, test := range map[string]struct {
		rows    []jumpcloud.BulkUserCreate // ada, bo and cy unless there are others
		refused string                     // a row that the service does not create
		before  string                     // a user who is there before
		params  jumpcloud.ImportParams
		results []string
		want    []string // status, error
		ids     string   // of the service's users: found, kept as the result has it, or none
		err     string
	}{
		"finished": {
			rows:    rowsNamed("ada"),
			results: []string{`{"id":"w1","status":"finished","statusMsg":"","persistedFields":{"username":"ada","email":"ada@example.com"}}`},
			want:    []string{"created"},
		},
		"finished in capitals": {
			rows:    rowsNamed("ada"),
			results: []string{`{"id":"w1","status":"FINISHED","statusMsg":"","persistedFields":{"username":"ada"}}`},
			want:    []string{"created"},
		},
		"names in another case": {
			rows:    rowsNamed("Ada", "BO"),
			results: []string{`{"status":"Finished","persistedFields":{"username":"bo"}}`, `{"status":"Finished","persistedFields":{"username":"ADA"}}`},
			want:    []string{"created", "created"},
		},
		"an e-mail alone, in another case": {
			rows: rowsNamed("ada", "bo"),
			results: []string{
				`{"status":"Error","statusMsg":"no more licenses","persistedFields":{"email":"BO@Example.com"}}`,
				`{"status":"Finished","persistedFields":{"email":"Ada@Example.com"}}`,
			},
			refused: "bo",
			want:    []string{"created", "failed: jumpcloud: not created: no more licenses"},
		},
		"the username counts before the e-mail": {
			rows: []jumpcloud.BulkUserCreate{{Username: "ada", Email: "bo@example.com"}, {Username: "bo", Email: "ada@example.com"}},
			results: []string{
				`{"status":"Error","statusMsg":"first","persistedFields":{"username":"ada","email":"ada@example.com"}}`,
				`{"status":"Error","statusMsg":"second","persistedFields":{"username":"bo","email":"bo@example.com"}}`,
			},
			refused: "*",
			want:    []string{"failed: jumpcloud: not created: first", "failed: jumpcloud: not created: second"},
		},
		"an e-mail of a row that has its result": {
			rows: rowsNamed("ada", "bo"),
			results: []string{
				`{"status":"Error","statusMsg":"first","persistedFields":{"username":"ada"}}`,
				`{"status":"Error","statusMsg":"second","persistedFields":{"email":"ada@example.com"}}`,
			},
			refused: "*",
			want:    []string{"failed: jumpcloud: not created: first", "failed: jumpcloud: not created: second"},
		},
		"nothing persisted of a user who was there before": {
			rows:    rowsNamed("ada", "bo"),
			before:  "ada",
			results: []string{`{"status":"Finished"}`, `{"status":"Finished","statusMsg":"User already exists","createdAt":"2000-01-01T01:00:00.000Z"}`},
			want:    []string{"failed: jumpcloud: not created: User already exists", "created"},
		},
		"nothing persisted, one message for all": {
			rows:    rowsNamed("ada", "bo"),
			results: []string{`{"status":"Error","statusMsg":"no more licenses"}`, `{"status":"Error","statusMsg":"no more licenses"}`},
			refused: "*",
			want:    []string{"failed: jumpcloud: not created: no more licenses", "failed: jumpcloud: not created: no more licenses"},
		},
		"nothing persisted, all created": {
			results: []string{`{"status":"Finished","persistedFields":{}}`, `{"status":"Finished","persistedFields":null}`, `{"status":"Finished"}`},
			want:    []string{"created", "created", "created"},
		},
		"nothing persisted of the one that failed": {
			results: []string{
				`{"status":"Finished","persistedFields":{"username":"ada"}}`,
				`{"status":"Finished","statusMsg":"bad password","persistedFields":{}}`,
				`{"status":"Finished","persistedFields":{"username":"cy"}}`,
			},
			refused: "bo",
			want:    []string{"created", "failed: jumpcloud: not created: bad password", "created"},
		},
		"nothing persisted at all, one failed": {
			results: []string{
				`{"status":"Finished","persistedFields":{}}`,
				`{"status":"Finished","statusMsg":"bad password","persistedFields":{},` + there + `}`,
				`{"status":"Finished","persistedFields":{}}`,
			},
			refused: "bo",
			want:    []string{"created", "failed: jumpcloud: not created: bad password", "created"},
		},
		"nothing persisted of several that failed": {
			results: []string{
				`{"status":"Error","statusMsg":"bad password","persistedFields":{}}`,
				`{"status":"Finished","persistedFields":{"username":"bo"}}`,
				`{"status":"Error","statusMsg":"no more licenses","persistedFields":{}}`,
			},
			refused: "ada cy",
			want: []string{
				"failed: jumpcloud: not created: bad password; no more licenses", "created",
				"failed: jumpcloud: not created: bad password; no more licenses",
			},
		},
		"a word that is not known, with a message": {
			rows:    rowsNamed("ada"),
			results: []string{`{"status":"Rejected","statusMsg":"bad password","persistedFields":{"username":"ada"}}`},
			refused: "ada",
			want:    []string{"failed: jumpcloud: not created: bad password"},
		},
		"a word that the caller knows, and no user": {
			rows:    rowsNamed("ada"),
			params:  jumpcloud.ImportParams{Terminal: []string{"rejected"}},
			results: []string{`{"status":"Rejected","persistedFields":{"username":"ada"}}`},
			refused: "ada",
			want:    []string{"failed: jumpcloud: not created: Rejected"},
		},
		"a word that the caller knows, and a user": {
			rows:    rowsNamed("ada"),
			params:  jumpcloud.ImportParams{Terminal: []string{"Stored"}},
			results: []string{`{"status":"stored","persistedFields":{"username":"ada"},` + there + `}`},
			want:    []string{"created"},
		},
		"a message about a user who was created": {
			rows:    rowsNamed("ada"),
			results: []string{`{"status":"Finished","statusMsg":"the mail could not be sent","persistedFields":{"username":"ada"},` + there + `}`},
			want:    []string{"created"},
		},
		"a message about a user who was there before": {
			rows:    rowsNamed("ada"),
			before:  "ada",
			results: []string{`{"status":"Finished","statusMsg":"User already exists","persistedFields":{"username":"ada"},"createdAt":"2000-01-01T01:00:00.000Z"}`},
			want:    []string{"failed: jumpcloud: not created: User already exists"},
		},
		"a message, and no way to tell since when the user is there": {
			rows:    rowsNamed("ada"),
			before:  "ada",
			results: []string{`{"status":"Finished","statusMsg":"User already exists","persistedFields":{"username":"ada"}}`},
			want:    []string{"failed: jumpcloud: not created: User already exists"},
		},
		"nothing persisted of a user who was there before, and no date": {
			rows:    rowsNamed("ada"),
			before:  "ada",
			results: []string{`{"status":"Finished","statusMsg":"User already exists"}`},
			want:    []string{"failed: jumpcloud: not created: User already exists"},
		},
		"nothing persisted of a user who was there before, and a date in one result": {
			rows:    rowsNamed("ada", "bo"),
			before:  "ada",
			results: []string{`{"status":"Finished","statusMsg":"User already exists","createdAt":"2000-01-01T01:00:00.000Z"}`, `{"status":"Finished"}`},
			want:    []string{"failed: jumpcloud: not created: User already exists", "created"},
		},
		"nothing persisted of one who succeeded and one who failed, and no date": {
			rows:    rowsNamed("ada", "bo", "cy"),
			before:  "ada",
			refused: "cy",
			results: []string{`{"status":"Finished"}`, `{"status":"Finished","statusMsg":"User already exists"}`, `{"status":"Finished","statusMsg":"bad password"}`},
			want: []string{
				"unknown: jumpcloud: fate unknown: no result names it",
				"unknown: jumpcloud: fate unknown: no result names it",
				"failed: jumpcloud: not created: User already exists; bad password",
			},
		},
		"a word that the caller knows, a user, and no date": {
			rows:    rowsNamed("ada"),
			params:  jumpcloud.ImportParams{Terminal: []string{"Stored"}},
			results: []string{`{"status":"stored","persistedFields":{"username":"ada"}}`},
			want:    []string{`unknown: jumpcloud: fate unknown: last status "stored": no result names it`},
		},
		"a word that nobody knows, until the time is up": {
			rows: rowsNamed("ada", "bo"),
			results: []string{
				`{"status":"Sleeping","persistedFields":{"username":"ada"}}`,
				`{"status":"Error","statusMsg":"bad password","persistedFields":{"username":"bo"}}`,
			},
			refused: "bo",
			want: []string{
				`unknown: jumpcloud: fate unknown: last status "Sleeping": jumpcloud: waiting for job JOB: context deadline exceeded`,
				"failed: jumpcloud: not created: bad password",
			},
			err: "jumpcloud: import: 1 of 2 rows are unknown or not submitted: waiting for job JOB: context deadline exceeded",
		},
		"fewer results than rows, until the time is up": {
			rows:    rowsNamed("ada", "bo"),
			results: []string{`{"status":"Finished","persistedFields":{"username":"ada","_id":"5f0e7a1c00000000000000aa"}}`},
			want:    []string{"created", "unknown: jumpcloud: fate unknown: jumpcloud: waiting for job JOB: context deadline exceeded"},
			err:     "jumpcloud: import: 1 of 2 rows are unknown or not submitted: waiting for job JOB: context deadline exceeded",
		},
		"finished, but nobody knows who": {
			rows:    rowsNamed("ada", "bo"),
			results: []string{`{"status":"Finished","persistedFields":{"username":"ada"}}`, `{"status":"Finished"}`},
			refused: "bo",
			want:    []string{"created", "unknown: jumpcloud: fate unknown: no result names it"},
		},
		"another's result in place of a row's": {
			rows: rowsNamed("ada", "bo"),
			results: []string{
				`{"status":"Finished","persistedFields":{"username":"ada"}}`,
				`{"status":"Finished","persistedFields":{"username":"ada"}}`,
			},
			want: []string{"created", "created"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				rows := test.rows
				if rows == nil {
					rows = rowsNamed("ada", "bo", "cy")
				}
				for i := range rows { // the service refuses it, whatever the results then say
					if strings.Contains(test.refused, rows[i].Username) || test.refused == "*" {
						rows[i].Company = jumpcloud.Set(strings.Repeat("x", 1025))
					}
				}
				if test.before != "" {
					server.AddUser(jumpcloud.SystemuserCreate{Username: test.before, Email: test.before + "@example.com"})
					time.Sleep(time.Hour)
				}
				server.Inject(resultsRoute, 0, answerJobResults(test.results...))
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				results, err := server.Client().BulkJobs.ImportUsers(ctx, slices.Values(rows), test.params)
				inOrder(t, rows, results)
				var got []string
				for _, result := range results {
					text := string(result.Status)
					if result.Err != nil {
						text += ": " + strings.ReplaceAll(result.Err.Error(), result.JobID, "JOB")
					}
					got = append(got, text)
					if result.Status == jumpcloud.ImportCreated && !strings.Contains(strings.Join(test.results, ""), "_id") {
						assert.Equal(t, server.ID(result.Username), result.ID)
					}
				}
				assert.Equal(t, test.want, got)
				if test.err == "" {
					assert.NoError(t, err)
				} else {
					require.Error(t, err)
					assert.Equal(t, test.err, strings.ReplaceAll(err.Error(), results[0].JobID, "JOB"))
				}
			}, jumpcloudtest.WithJobDelay(0))
		})
	}
}

// A result that has the id of the user needs no search.
func TestImportTakesPersistedID(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(resultsRoute, 0, answerJobResults(
			`{"status":"Finished","persistedFields":{"username":"ada","_id":"5f0e7a1c00000000000000aa"}}`,
			`{"status":"Finished","persistedFields":{"username":"bo","id":"5f0e7a1c00000000000000bb"}}`,
		))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo")), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Equal(t, "5f0e7a1c00000000000000aa", results[0].ID)
		assert.Equal(t, "5f0e7a1c00000000000000bb", results[1].ID)
		assert.Equal(t, []string{"bulk_usersCreate", "bulk_usersCreateResults"}, operationsOf(server.Requests()))
	})
}

// A submission whose answer is lost is looked up before anything is sent again, and only what is
// missing is sent.
func TestImportLostAnswer(t *testing.T) {
	const (
		submit = "bulk_usersCreate"
		search = "search_systemusers_post"
		ask    = "bulk_usersCreateResults"
	)
	for name, test := range map[string]struct {
		fault    jumpcloudtest.Fault
		sent     []int // rows of each submission
		requests []string
	}{
		"the connection, after the job was taken": {
			fault:    jumpcloudtest.CloseBeforeAnswer().AfterApply(),
			sent:     []int{3, 1},
			requests: []string{submit, search, search, search, submit, ask, search},
		},
		"the connection, before": {
			fault:    jumpcloudtest.CloseBeforeAnswer(),
			sent:     []int{3, 3},
			requests: []string{submit, search, search, submit, ask, search},
		},
		"a reset":             {fault: jumpcloudtest.Reset(), sent: []int{3, 3}},
		"within the answer":   {fault: jumpcloudtest.CloseMidBody(), sent: []int{3, 1}},
		"within the headers":  {fault: jumpcloudtest.CloseMidHeaders(), sent: []int{3, 3}},
		"a time-out":          {fault: jumpcloudtest.StallBody(), sent: []int{3, 1}},
		"503":                 {fault: jumpcloudtest.Status(503, nil, ""), sent: []int{3, 3}},
		"503 after all":       {fault: jumpcloudtest.Status(503, nil, "").AfterApply(), sent: []int{3, 1}},
		"a proxy's 502":       {fault: jumpcloudtest.HTML(502).AfterApply(), sent: []int{3, 1}},
		"500":                 {fault: jumpcloudtest.Status(500, nil, ""), sent: []int{3, 3}},
		"garbage":             {fault: jumpcloudtest.Garbage().AfterApply(), sent: []int{3, 1}},
		"no job id":           {fault: jumpcloudtest.Status(200, nil, `{}`).AfterApply(), sent: []int{3, 1}},
		"no job id, no job":   {fault: jumpcloudtest.Status(200, nil, `{"jobId":""}`), sent: []int{3, 3}},
		"an empty answer":     {fault: jumpcloudtest.Status(200, nil, "").AfterApply(), sent: []int{3, 1}},
		"429, which is known": {fault: jumpcloudtest.TooManyRequests(1), sent: []int{3, 3}, requests: []string{submit, submit, ask, search}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				rows := rowsNamed("ada", "bad row", "cy")
				server.Inject(submitRoute, 1, test.fault)
				results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{})
				require.NoError(t, err)
				inOrder(t, rows, results)
				assert.Equal(t, []jumpcloud.ImportStatus{jumpcloud.ImportCreated, jumpcloud.ImportFailed, jumpcloud.ImportCreated},
					[]jumpcloud.ImportStatus{results[0].Status, results[1].Status, results[2].Status})
				assert.Equal(t, []string{server.ID("ada"), "", server.ID("cy")}, []string{results[0].ID, results[1].ID, results[2].ID})
				assert.EqualError(t, results[1].Err, "jumpcloud: not created: username must not be empty nor contain white space")
				assert.Equal(t, 2, server.UserCount())
				var sent []int
				for _, request := range server.Requests(submitRoute) {
					sent = append(sent, len(rowsSubmitted(t, request)))
				}
				assert.Equal(t, test.sent, sent)
				if test.requests != nil {
					assert.Equal(t, test.requests, operationsOf(server.Requests()))
				}
			})
		})
	}
}

// A job that was taken without an answer may still be at work while its users are looked up: they are
// waited for as long as more of them appear.
func TestImportLostAnswerOfSlowJob(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
		rows := rowsOfPupils(0, 50)
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 50}, fates(results))
		assert.Len(t, server.Requests(submitRoute), 1, "nothing was missing in the end")
		assert.Equal(t, 50, server.UserCount())
	}, jumpcloudtest.WithJobDelay(time.Minute))
}

// A job so slow that its users are sent once more: whichever of the two jobs creates them, they are
// created once, and the refusal of the other job is no failure.
func TestImportLostAnswerSentOnceMore(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
		rows := rowsNamed("ada", "bad row", "cy")
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Len(t, server.Requests(submitRoute), 2)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 2, jumpcloud.ImportFailed: 1}, fates(results))
		assert.EqualError(t, results[1].Err, "jumpcloud: not created: username must not be empty nor contain white space")
		assert.Equal(t, []string{server.ID("ada"), server.ID("cy")}, []string{results[0].ID, results[2].ID})
		assert.Equal(t, 2, server.UserCount())
	}, jumpcloudtest.WithJobDelay(20*time.Second))
}

// Users whom the lost job created before the other one began are no failure of the other one.
func TestImportLostAnswerOtherJobComesLate(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
		server.Inject(submitRoute, 1, jumpcloudtest.TooManyRequests(10))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Len(t, server.Requests(submitRoute), 3)
		assert.Equal(t, jumpcloud.ImportCreated, results[0].Status)
		assert.Equal(t, server.ID("ada"), results[0].ID)
	}, jumpcloudtest.WithJobDelay(6*time.Second))
}

// Without a look at the directory nothing is sent again, and the rows are unknown.
func TestImportLostAnswerCannotBeLookedUp(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
		server.Inject(searchRoute, 0, jumpcloudtest.Status(503, nil, ""))
		rows := rowsNamed("ada", "bo")
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{})
		assert.ErrorIs(t, err, jumpcloud.ErrServer)
		inOrder(t, rows, results)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportUnknown: 2}, fates(results))
		assert.ErrorIs(t, results[0].Err, jumpcloud.ErrServer)
		assert.Len(t, server.Requests(submitRoute), 1)
		assert.Equal(t, 2, server.UserCount(), "they were created all the same")

		server.ClearFaults()
		results, err = server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{SkipExisting: true})
		require.NoError(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportExists: 2}, fates(results))
	})
}

// Answers that keep getting lost end in unknown rows, not in endless submissions.
func TestImportAnswersKeepGettingLost(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 0, jumpcloudtest.CloseBeforeAnswer())
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo")), jumpcloud.ImportParams{})
		var lost *jumpcloud.TransportError
		require.ErrorAs(t, err, &lost)
		assert.Equal(t, "bulk_usersCreate", lost.Operation)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportUnknown: 2}, fates(results))
		assert.Len(t, server.Requests(submitRoute), 3)
	})
}

// The last submission that is tried may be the one that arrived.
func TestImportLastLostAnswer(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 2, jumpcloudtest.CloseBeforeAnswer())
		server.Inject(submitRoute, 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo")), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 2}, fates(results))
	})
}

// Whoever stands between may give up on a job that the service takes all the same.
func TestImportAfterA408LooksWhetherTheJobWasTaken(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(submitRoute, 1, jumpcloudtest.Status(408, nil, "").AfterApply())

		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsOfPupils(0, 10)), jumpcloud.ImportParams{})

		require.NoError(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 10}, fates(results))
		assert.Len(t, server.Requests(submitRoute), 1)
	})
}

// A service that fails half-way leaves results that say so, and a second run that completes.
func TestImportServiceFailsHalfWay(t *testing.T) {
	for name, test := range map[string]struct {
		fault  jumpcloudtest.Fault
		err    error
		status jumpcloud.ImportStatus
	}{
		"the key is withdrawn":    {jumpcloudtest.Status(401, nil, `{"message":"Unauthorized"}`), jumpcloud.ErrUnauthorized, jumpcloud.ImportNotSubmitted},
		"requests are refused":    {jumpcloudtest.Status(400, nil, `{"message":"no"}`), jumpcloud.ErrBadRequest, jumpcloud.ImportNotSubmitted},
		"the limit stays reached": {jumpcloudtest.TooManyRequests(-1), jumpcloud.ErrRateLimited, jumpcloud.ImportNotSubmitted},
		"it breaks":               {jumpcloudtest.Status(500, nil, ""), jumpcloud.ErrServer, jumpcloud.ImportUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				rows := rowsOfPupils(0, 1000)
				fault := server.Inject(submitRoute, 0, test.fault.Skip(6))
				last := jumpcloud.ImportProgress{}
				results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{
					Progress: func(p jumpcloud.ImportProgress) { last = p },
				})
				require.ErrorIs(t, err, test.err)
				inOrder(t, rows, results)
				assert.Less(t, len(err.Error()), 2048)
				counts := fates(results)
				if test.err == jumpcloud.ErrUnauthorized { // nobody asks any more what became of the jobs under way
					assert.Equal(t, 600, counts[jumpcloud.ImportCreated]+counts[jumpcloud.ImportUnknown])
					assert.LessOrEqual(t, counts[jumpcloud.ImportUnknown], 300)
					assert.LessOrEqual(t, len(server.Requests(submitRoute)), 6+4, "nothing is sent after the first 401, but what was under way")
				} else {
					assert.Equal(t, 600, counts[jumpcloud.ImportCreated])
				}
				if test.status == jumpcloud.ImportNotSubmitted {
					assert.Equal(t, 400, counts[test.status])
				} else {
					assert.Equal(t, 1000, counts[jumpcloud.ImportCreated]+counts[test.status])
				}
				open := 1000 - counts[jumpcloud.ImportCreated]
				assert.Equal(t, jumpcloud.ImportProgress{Submitted: 600, Done: 1000 - open, Failed: open, Total: 1000}, last)
				for _, result := range results {
					assert.Equal(t, result.Status == jumpcloud.ImportCreated, result.Err == nil)
					if result.Err != nil && !errors.Is(result.Err, jumpcloud.ErrNotAttempted) {
						assert.ErrorIs(t, result.Err, test.err)
					}
				}

				fault.Remove()
				again := rowsToRepeat(rows, results)
				require.Len(t, again, open)
				results, err = server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(again), jumpcloud.ImportParams{SkipExisting: true})
				require.NoError(t, err)
				assert.Equal(t, 400, fates(results)[jumpcloud.ImportCreated])
				assert.Equal(t, open-400, fates(results)[jumpcloud.ImportExists])
				assert.Equal(t, 1000, server.UserCount())
			})
		})
	}
}

// rowsToRepeat are the rows to give to a second run.
func rowsToRepeat(rows []jumpcloud.BulkUserCreate, results []jumpcloud.ImportResult) (again []jumpcloud.BulkUserCreate) {
	for i, result := range results {
		if result.Status == jumpcloud.ImportUnknown || result.Status == jumpcloud.ImportNotSubmitted {
			again = append(again, rows[i])
		}
	}
	return again
}

// A service that cannot be reached was certainly sent nothing.
func TestImportNoConnection(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		server.Close()
		results, err := client.BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo")), jumpcloud.ImportParams{})
		require.Error(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportNotSubmitted: 2}, fates(results))
	})
}

// A job whose results cannot be had for a while is waited for; one whose results stay away is not.
func TestImportResultsUnreachable(t *testing.T) {
	for name, test := range map[string]struct {
		times  int // of failing requests: three make one look, and five looks are the end
		status jumpcloud.ImportStatus
	}{
		"for a while": {12, jumpcloud.ImportCreated},
		"for good":    {0, jumpcloud.ImportUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				server.Inject(resultsRoute, test.times, jumpcloudtest.Status(503, nil, ""))
				results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo")), jumpcloud.ImportParams{})
				assert.Equal(t, map[jumpcloud.ImportStatus]int{test.status: 2}, fates(results))
				if test.status == jumpcloud.ImportCreated {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, jumpcloud.ErrServer)
				assert.ErrorContains(t, err, ": waiting for job "+results[0].JobID+": ")
				assert.ErrorIs(t, results[0].Err, jumpcloud.ErrServer)
				assert.Equal(t, server.ID("ada"), results[0].ID, "there is such a user, whoever created it")
				assert.Len(t, server.Requests(resultsRoute), 15)
			})
		})
	}
}

// Only failures in a row count.
func TestImportResultsComeAndGo(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		for i := range 3 { // a look that sees the job at work, then four in vain
			server.Inject(resultsRoute, 12, jumpcloudtest.Status(503, nil, "").Skip(i+1))
		}
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Equal(t, jumpcloud.ImportCreated, results[0].Status)
		assert.Greater(t, len(server.Requests(resultsRoute)), 3*12+3)
	}, jumpcloudtest.WithJobDelay(time.Hour))
}

// What cannot be mended is not waited for.
func TestImportResultsRefused(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(resultsRoute, 0, jumpcloudtest.Status(403, nil, `{"message":"no"}`))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{})
		require.ErrorIs(t, err, jumpcloud.ErrForbidden)
		assert.Equal(t, jumpcloud.ImportUnknown, results[0].Status)
		assert.Len(t, server.Requests(resultsRoute), 1)
	})
}

// When the directory cannot be searched, results still say what they say, and what they leave open
// is unknown.
func TestImportDirectoryUnreachable(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(searchRoute, 0, jumpcloudtest.Status(503, nil, ""))
		server.Inject(resultsRoute, 0, answerJobResults(
			`{"status":"Finished","persistedFields":{"username":"ada"}}`,
			`{"status":"Finished","statusMsg":"bad password","persistedFields":{"username":"bo"}}`,
			`{"status":"Stored","persistedFields":{"username":"cy"}}`,
		))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo", "cy")), jumpcloud.ImportParams{Terminal: []string{"stored"}})
		require.ErrorIs(t, err, jumpcloud.ErrServer, "one row's fate could not be found out")
		assert.Equal(t, jumpcloud.ImportCreated, results[0].Status)
		assert.Empty(t, results[0].ID)
		assert.EqualError(t, results[1].Err, "jumpcloud: not created: bad password")
		assert.Equal(t, jumpcloud.ImportUnknown, results[2].Status)
		assert.ErrorIs(t, results[2].Err, jumpcloud.ErrServer)
	})
}

// An import whose context ends says what it knows of every row, and a second run completes it.
func TestImportContextEnds(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		rows := rowsOfPupils(0, 1000)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		results, err := server.Client().BulkJobs.ImportUsers(ctx, slices.Values(rows), jumpcloud.ImportParams{
			Concurrency: 2,
			Progress: func(p jumpcloud.ImportProgress) {
				if p.Done == 350 {
					cancel()
				}
			},
		})
		require.ErrorIs(t, err, context.Canceled)
		assert.LessOrEqual(t, strings.Count(err.Error(), "context canceled"), 4, "it is said once for each thing that it ended, not for each row")
		inOrder(t, rows[:len(results)], results)
		assert.Less(t, len(results), 800, "no more of the input is read")
		counts := fates(results)
		assert.GreaterOrEqual(t, counts[jumpcloud.ImportCreated], 350)
		assert.LessOrEqual(t, counts[jumpcloud.ImportUnknown], 200, "the jobs under way")
		assert.Equal(t, len(results), counts[jumpcloud.ImportCreated]+counts[jumpcloud.ImportUnknown]+counts[jumpcloud.ImportNotSubmitted])
		sent := map[string]bool{}
		for _, request := range server.Requests(submitRoute) {
			for _, row := range rowsSubmitted(t, request) {
				sent[row.Username] = true
			}
		}
		for _, result := range results {
			switch result.Status { // a row of unknown fate may or may not have arrived
			case jumpcloud.ImportCreated:
				assert.True(t, sent[result.Username], result.Username)
			case jumpcloud.ImportNotSubmitted:
				assert.False(t, sent[result.Username], result.Username)
			}
			if result.Status != jumpcloud.ImportCreated {
				assert.ErrorIs(t, result.Err, context.Canceled)
			}
		}

		time.Sleep(time.Minute)
		results, err = server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{SkipExisting: true})
		require.NoError(t, err)
		counts = fates(results)
		assert.Equal(t, 1000, counts[jumpcloud.ImportCreated]+counts[jumpcloud.ImportExists])
		assert.Equal(t, len(sent), counts[jumpcloud.ImportExists])
		assert.Equal(t, 1000, server.UserCount())
	})
}

// With a context that has ended nothing is sent at all.
func TestImportContextHasEnded(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		rows := rowsOfPupils(0, 300)
		results, err := server.Client().BulkJobs.ImportUsers(ctx, slices.Values(rows), jumpcloud.ImportParams{})
		assert.EqualError(t, err, "jumpcloud: import: 1 of 1 rows are unknown or not submitted: rows 0 to 0: not attempted: context canceled")
		inOrder(t, rows[:1], results)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportNotSubmitted: 1}, fates(results), "what was not read has no result")
		assert.Empty(t, server.Requests())
	})
}

// A row whose result could not be told from another's is refused, and the first one of them is not.
func TestImportDuplicateRows(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		rows := []jumpcloud.BulkUserCreate{
			{Username: "ada", Email: "ada@example.com"},
			{Username: "ADA", Email: "other@example.com"},
			{Username: "bo", Email: "Ada@Example.com"},
			{Username: "", Email: "nobody@example.com"},
			{Username: "bo", Email: "bo@example.com"},    // row 2 was refused, and takes no name away
			{Username: "cy", Email: "other@example.com"}, // nor does row 1
		}
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{})
		require.NoError(t, err, "no failure of the service")
		inOrder(t, rows, results)
		for i, problem := range map[int]string{
			1: "jumpcloud: username: rows 0 and 1 have the same",
			2: "jumpcloud: email: rows 0 and 2 have the same",
			3: "jumpcloud: username: row 3 has none",
		} {
			assert.Equal(t, jumpcloud.ImportFailed, results[i].Status)
			assert.EqualError(t, results[i].Err, problem)
			asParamError(t, results[i].Err)
		}
		for _, i := range []int{0, 4, 5} {
			assert.Equal(t, jumpcloud.ImportCreated, results[i].Status, "row %d: %v", i, results[i].Err)
		}
		require.Len(t, server.Requests(submitRoute), 1)
		assert.Len(t, rowsSubmitted(t, server.Requests(submitRoute)[0]), 3)
	})
}

// Rows without an e-mail have nothing in common; the service says what is wrong with them.
func TestImportRowsWithoutEmail(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		rows := []jumpcloud.BulkUserCreate{{Username: "ada"}, {Username: "bo"}}
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{})
		require.NoError(t, err)
		for _, result := range results {
			assert.EqualError(t, result.Err, "jumpcloud: not created: email is required")
		}
	})
}

// What the limiter did not let pass was certainly not sent.
func TestImportLimiterRefuses(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client(func(c *jumpcloud.Configuration) { c.Limiter = closedLimiter{} })
		results, err := client.BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{})
		assert.ErrorIs(t, err, errClosedLimiter)
		assert.Equal(t, jumpcloud.ImportNotSubmitted, results[0].Status)
		assert.Empty(t, server.Requests())
	})
}

var errClosedLimiter = errors.New("the allowance of this month is used up")

type closedLimiter struct{}

func (closedLimiter) Wait(context.Context) error { return errClosedLimiter }

// A second run skips who is there with the same username and e-mail, and only those.
func TestImportSkipsExisting(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ada := server.AddUser(jumpcloud.SystemuserCreate{Username: "ada", Email: "ada@example.com"})
		server.AddUser(jumpcloud.SystemuserCreate{Username: "bo", Email: "bo@elsewhere.example.com"})
		time.Sleep(time.Hour)
		rows := []jumpcloud.BulkUserCreate{
			{Username: "Ada", Email: "ADA@example.com"}, {Username: "bo", Email: "bo@example.com"}, {Username: "cy", Email: "cy@example.com"},
		}
		var steps []jumpcloud.ImportProgress
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rows), jumpcloud.ImportParams{
			SkipExisting: true, Progress: func(p jumpcloud.ImportProgress) { steps = append(steps, p) },
		})
		require.NoError(t, err)
		assert.Equal(t, jumpcloud.ImportResult{Row: 0, Username: "Ada", Email: "ADA@example.com", Status: jumpcloud.ImportExists, ID: ada}, results[0])
		assert.Equal(t, jumpcloud.ImportFailed, results[1].Status)
		assert.EqualError(t, results[1].Err, "jumpcloud: not created: User already exists")
		assert.Equal(t, jumpcloud.ImportCreated, results[2].Status)
		assert.Equal(t, jumpcloud.ImportProgress{Submitted: 2, Done: 2, Failed: 1, Total: 3}, steps[len(steps)-1])
		assert.Len(t, rowsSubmitted(t, server.Requests(submitRoute)[0]), 2)
		assert.Equal(t, 3, server.UserCount())

		server.ForgetRequests()
		_, err = server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values([]jumpcloud.BulkUserCreate{rows[0], rows[2]}), jumpcloud.ImportParams{SkipExisting: true})
		require.NoError(t, err)
		assert.Equal(t, []string{"search_systemusers_post"}, operationsOf(server.Requests()), "nothing is left to submit")
	})
}

// Without SkipExisting a user who was there before is the failure that the service calls it.
func TestImportExistingUserFails(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.AddUser(jumpcloud.SystemuserCreate{Username: "ada", Email: "ada@example.com"})
		time.Sleep(time.Minute)
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo")), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.EqualError(t, results[0].Err, "jumpcloud: not created: User already exists")
		assert.Equal(t, jumpcloud.ImportCreated, results[1].Status)
	})
}

// Who cannot be looked up first is not submitted.
func TestImportSkipExistingCannotLookUp(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(searchRoute, 0, jumpcloudtest.Status(403, nil, `{"message":"no"}`))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{SkipExisting: true})
		require.ErrorIs(t, err, jumpcloud.ErrForbidden)
		assert.Equal(t, jumpcloud.ImportNotSubmitted, results[0].Status)
		assert.ErrorIs(t, results[0].Err, jumpcloud.ErrForbidden)
		assert.Empty(t, server.Requests(submitRoute))
	})
}

// The params reach the requests: the size of jobs, how many are under way, what goes with them, and
// the options.
func TestImportParams(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		underWay, most := map[string]int{}, 0
		last := jumpcloud.ImportProgress{}
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsOfPupils(0, 25)), jumpcloud.ImportParams{
			JobSize: 4, Concurrency: 3, CreationSource: jumpcloud.CreationSourceWorkday, SuppressEmail: true,
			MinWait: 10 * time.Second, MaxWait: 20 * time.Second,
			Progress: func(p jumpcloud.ImportProgress) {
				last, most = p, max(most, p.Submitted-p.Done-p.Failed)
			},
		}, jumpcloud.WithHeader("X-Test", "import"))
		require.NoError(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 25}, fates(results))
		assert.Equal(t, 25, last.Done)
		assert.Equal(t, 3*4, most, "three jobs of four rows at a time")
		for i, request := range server.Requests(submitRoute) {
			assert.Len(t, rowsSubmitted(t, request), map[bool]int{true: 1, false: 4}[i == 6])
			assert.Equal(t, "jumpcloud:workday", request.Header.Get("Creation-Source"))
			assert.Equal(t, "true", request.Query.Get("suppressEmail"))
		}
		for _, request := range server.Requests() {
			assert.Equal(t, "import", request.Header.Get("X-Test"))
			underWay[request.Operation]++
		}
		assert.Equal(t, 7, underWay["bulk_usersCreate"])
		user, _ := server.User(server.ID("pupil0007"))
		assert.Equal(t, "jumpcloud:workday", user["creationSource"])
		assert.Empty(t, server.Mails())
	}, jumpcloudtest.WithJobDelay(time.Minute))
}

// The waits for a job's results grow by half, up to their limit.
func TestImportWaitsGrow(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		began := time.Now()
		_, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{MaxWait: 5 * time.Second})
		require.NoError(t, err)
		var asked []time.Duration
		for _, request := range server.Requests(resultsRoute) {
			asked = append(asked, request.Time.Sub(began))
		}
		assert.Equal(t, []time.Duration{
			1000 * time.Millisecond, 2500 * time.Millisecond, 4750 * time.Millisecond, 8125 * time.Millisecond, // 1 s, 1.5 s, 2.25 s, 3.375 s,
			13125 * time.Millisecond, 18125 * time.Millisecond, 23125 * time.Millisecond, // then 5 s
		}, asked)
	}, jumpcloudtest.WithJobDelay(20*time.Second))
}

// The input is read as jobs become free, not all of it at once.
func TestImportReadsInputAsItGoes(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		read, ahead := 0, 0
		rows := func(yield func(jumpcloud.BulkUserCreate) bool) {
			for _, row := range rowsOfPupils(0, 1000) {
				read++
				ahead = max(ahead, read-server.UserCount())
				if !yield(row) {
					return
				}
			}
		}
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), rows, jumpcloud.ImportParams{JobSize: 10, Concurrency: 2})
		require.NoError(t, err)
		assert.Len(t, results, 1000)
		assert.LessOrEqual(t, ahead, 4*10)
	})
}

func TestImportOfNobody(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed()), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Empty(t, results)
		assert.Empty(t, server.Requests())
	})
}

// WaitUsers is for a job that somebody else submitted.
func TestWaitUsers(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		rows := append(rowsOfPupils(0, 120), rowsNamed("bad row")...)
		job, err := client.BulkJobs.CreateUsers(t.Context(), rows, nil)
		require.NoError(t, err)
		results, err := client.BulkJobs.WaitUsers(t.Context(), job.JobID, rows)
		require.NoError(t, err)
		inOrder(t, rows, results)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 120, jumpcloud.ImportFailed: 1}, fates(results))
		assert.Equal(t, server.ID("pupil0042"), results[42].ID)
		assert.Equal(t, job.JobID, results[42].JobID)
		assert.EqualError(t, results[120].Err, "jumpcloud: not created: username must not be empty nor contain white space")
		assert.Len(t, server.Requests(submitRoute), 1)
	}, jumpcloudtest.WithJobDelay(30*time.Second))
}

func TestWaitUsersFailures(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		results, err := client.BulkJobs.WaitUsers(t.Context(), "5f0e7a1c00000000000000ff", rowsNamed("ada"))
		require.ErrorIs(t, err, jumpcloud.ErrNotFound)
		assert.Equal(t, jumpcloud.ImportUnknown, results[0].Status)
		assert.ErrorIs(t, results[0].Err, jumpcloud.ErrNotFound)

		_, err = client.BulkJobs.WaitUsers(t.Context(), "", rowsNamed("ada"))
		assert.ErrorContains(t, err, "job_id: is empty")

		job, err := client.BulkJobs.CreateUsers(t.Context(), rowsNamed("ada", "bo"), nil)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
		defer cancel()
		results, err = client.BulkJobs.WaitUsers(ctx, job.JobID, rowsNamed("ada", "bo"))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportUnknown: 2}, fates(results), "too late even to look the first one up")
		assert.ErrorIs(t, results[0].Err, context.DeadlineExceeded)
	}, jumpcloudtest.WithJobDelay(time.Minute))
}

// One result that cannot be read does not keep the others from being known.
func TestImportOddResult(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(resultsRoute, 0, answerJobResults(
			`{"status":"Finished","persistedFields":{"username":"ada"}}`,
			`{"status":["odd"]}`,
			`{"status":"Error","statusMsg":"bad password","persistedFields":{"username":"cy"}}`,
		))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo", "cy")), jumpcloud.ImportParams{})
		require.ErrorIs(t, err, jumpcloud.ErrItem)
		assert.Equal(t, []jumpcloud.ImportStatus{jumpcloud.ImportCreated, jumpcloud.ImportUnknown, jumpcloud.ImportFailed},
			[]jumpcloud.ImportStatus{results[0].Status, results[1].Status, results[2].Status})
		var odd *jumpcloud.DecodeError
		require.ErrorAs(t, results[1].Err, &odd)
		assert.JSONEq(t, `{"status":["odd"]}`, string(odd.Body))
	})
}

// Whatever ends an import from within, it reaches the caller, and nothing goes on behind it: the jobs under
// way are not asked for any more, and no more of the input is read.
func TestImportEndsFromWithin(t *testing.T) {
	panics := func() { panic("the disk is full") }
	for name, test := range map[string]struct {
		input, progress func() // called at row 250, and when a row is done
		panics          bool
	}{
		"the input panics":             {input: panics, panics: true},
		"the input ends the goroutine": {input: runtime.Goexit},
		"progress panics":              {progress: panics, panics: true},
		"progress ends the goroutine":  {progress: runtime.Goexit},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				read, returned, ended := 0, false, false
				began := time.Now()
				var reason any
				var caller sync.WaitGroup
				caller.Go(func() {
					defer func() { reason = recover() }()
					_, _ = server.Client().BulkJobs.ImportUsers(t.Context(), func(yield func(jumpcloud.BulkUserCreate) bool) {
						for _, row := range rowsOfPupils(0, 5000) {
							if read++; read == 250 && test.input != nil {
								test.input()
							}
							if !yield(row) {
								return
							}
						}
					}, jumpcloud.ImportParams{Progress: func(p jumpcloud.ImportProgress) {
						if p.Submitted > 0 && test.progress != nil && !ended {
							ended = true
							test.progress()
						}
					}})
					returned = true
				})
				caller.Wait()
				assert.False(t, returned)
				assert.Less(t, time.Since(began), 10*time.Second, "the other jobs are not waited for")
				if test.panics {
					assert.Equal(t, "the disk is full", reason)
				} else {
					assert.Nil(t, reason)
				}
				assert.LessOrEqual(t, read, 501, "four jobs under way, and what is ready for the next")
				time.Sleep(time.Millisecond) // the server hears of what was broken off
				asked := len(server.Requests())
				time.Sleep(time.Hour)
				assert.Len(t, server.Requests(), asked)
			}, jumpcloudtest.WithJobDelay(time.Minute))
		})
	}
}

// An input without an end is left when the context ends.
func TestImportEndlessInput(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		read := 0
		results, err := server.Client().BulkJobs.ImportUsers(ctx, func(yield func(jumpcloud.BulkUserCreate) bool) {
			for yield(rowsOfPupils(read, read+1)[0]) {
				read++
			}
		}, jumpcloud.ImportParams{})
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Len(t, results, read+1, "each row that was read has its result")
		assert.Less(t, len(err.Error()), 2048)
	}, jumpcloudtest.WithJobDelay(10*time.Second))
}

// With a key that is not accepted nothing is sent but what is on its way at the first refusal; where
// requests are refused, a few are.
func TestImportStopsWhenRefused(t *testing.T) {
	for name, test := range map[string]struct {
		status, most int
		err          error
	}{
		"401": {401, 4, jumpcloud.ErrUnauthorized},
		"403": {403, 3 + 3, jumpcloud.ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				server.Inject("*", 0, jumpcloudtest.Status(test.status, nil, `{"message":"no"}`))
				for _, skip := range []bool{false, true} {
					server.ForgetRequests()
					results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsOfPupils(0, 5000)), jumpcloud.ImportParams{SkipExisting: skip})
					require.ErrorIs(t, err, test.err)
					assert.Less(t, len(err.Error()), 2048)
					assert.ErrorContains(t, err, "5000 of 5000 rows are unknown or not submitted: rows ")
					assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportNotSubmitted: 5000}, fates(results))
					assert.LessOrEqual(t, len(server.Requests()), test.most)
					assert.ErrorIs(t, results[4999].Err, jumpcloud.ErrNotAttempted)
				}
			})
		})
	}
}

// A job that is not found right after it was made may be in a moment; one that stays unknown is not
// asked for forever.
func TestImportJobNotFoundAtFirst(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(resultsRoute, 4, jumpcloudtest.Status(404, nil, `{"message":"Not Found"}`))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{})
		require.NoError(t, err)
		assert.Equal(t, jumpcloud.ImportCreated, results[0].Status)

		server.Inject(resultsRoute, 0, jumpcloudtest.Status(404, nil, `{"message":"Not Found"}`))
		server.ForgetRequests()
		results, err = server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("bo")), jumpcloud.ImportParams{})
		require.ErrorIs(t, err, jumpcloud.ErrNotFound)
		assert.Equal(t, jumpcloud.ImportUnknown, results[0].Status)
		assert.Len(t, server.Requests(resultsRoute), 5)
	})
}

// What was answered with 429 alone was not submitted, however the import ends.
func TestImportRejectedRowsAreNotSubmitted(t *testing.T) {
	allowed := errors.New("no more today")
	for name, test := range map[string]struct {
		end   func(cancel context.CancelFunc) error // when the limiter is asked for the second time
		later bool                                  // the context ends in the middle of the wait
		err   error
	}{
		"the limiter refuses":                  {end: func(context.CancelFunc) error { return allowed }, err: allowed},
		"the context ends at the limiter":      {end: func(cancel context.CancelFunc) error { cancel(); return context.Canceled }, err: context.Canceled},
		"the context ends right after it":      {end: func(cancel context.CancelFunc) error { cancel(); return nil }, err: context.Canceled},
		"the context ends before the next try": {later: true, err: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				server.Inject(submitRoute, 1, jumpcloudtest.TooManyRequests(10))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if test.later {
					time.AfterFunc(5*time.Second, cancel)
				}
				asked := 0
				client := server.Client(func(c *jumpcloud.Configuration) {
					c.Limiter = limiterFunc(func(context.Context) error {
						if asked++; asked == 2 && test.end != nil {
							return test.end(cancel)
						}
						return nil
					})
				})
				results, err := client.BulkJobs.ImportUsers(ctx, slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{})
				assert.ErrorIs(t, err, test.err)
				assert.Equal(t, jumpcloud.ImportNotSubmitted, results[0].Status)
				assert.Len(t, server.Requests(submitRoute), 1)
			})
		})
	}
}

// Whatever the case of a username, in the directory and in the input, who is there is skipped.
func TestImportSkipsExistingInAnyCase(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		id := server.AddUser(jumpcloud.SystemuserCreate{Username: "Ada.L", Email: "Ada.L@example.com"})
		server.AddUser(jumpcloud.SystemuserCreate{Username: "AdaxL", Email: "adaxl@example.com"})
		server.ForgetRequests()
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ADA.l")), jumpcloud.ImportParams{SkipExisting: true})
		require.NoError(t, err)
		assert.Equal(t, jumpcloud.ImportExists, results[0].Status)
		assert.Equal(t, id, results[0].ID)
		assert.Empty(t, server.Requests(submitRoute))
	})
}

// A body field is for the rows, each of them, and not for what else an import asks.
func TestImportBodyField(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada", "bo")), jumpcloud.ImportParams{SkipExisting: true}, jumpcloud.WithBodyField("company", "Acme"))
		require.NoError(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 2}, fates(results))
		for _, result := range results {
			user, _ := server.User(result.ID)
			assert.Equal(t, "Acme", user["company"])
		}
		assert.NotEmpty(t, server.Requests(searchRoute))
		for _, request := range server.Requests(searchRoute) {
			assert.NotContains(t, string(request.Body), "company")
		}
	})
}

// A search that answers people who were not asked for, as one that ignores its filter would, misleads
// nobody.
func TestImportSearchThatIgnoresItsFilter(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(searchRoute, 0, jumpcloudtest.Status(200, nil,
			`{"totalCount":2,"results":[{"_id":"5f0e7a1c00000000000000aa","username":"zoe","email":"zoe@example.com"},{"_id":"5f0e7a1c00000000000000bb","username":"ada","email":"ada@elsewhere.example.com"}]}`))
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsNamed("ada")), jumpcloud.ImportParams{SkipExisting: true})
		require.NoError(t, err)
		assert.Equal(t, jumpcloud.ImportCreated, results[0].Status)
		assert.Empty(t, results[0].ID)
	})
}
