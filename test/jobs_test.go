package jumpcloud_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// A job of any kind is waited for until each of its rows has its result, also one that fails.
func TestWaitForJobs(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		ids := append(server.SeedUsers(150), "5f0e7a1c00000000000000ff") // who is not there
		workday := server.AddWorkday("https://reports.example.com/1")
		for name, job := range map[string]struct {
			start  func() (*jumpcloud.JobID, error)
			wait   func(ctx context.Context, jobID string, opts ...jumpcloud.RequestOption) ([]*jumpcloud.JobWorkResult, error)
			asked  string
			failed string
		}{
			"updates": {
				start: func() (*jumpcloud.JobID, error) {
					var rows []jumpcloud.BulkUserUpdate
					for _, id := range ids {
						rows = append(rows, jumpcloud.BulkUserUpdate{ID: id, Department: jumpcloud.Set("IT")})
					}
					return client.BulkJobs.UpdateUsers(t.Context(), rows, nil)
				},
				asked: "bulk_usersCreateResults", failed: "jumpcloud: User not found",
			},
			"expiries": {
				start: func() (*jumpcloud.JobID, error) {
					var rows []jumpcloud.BulkUserExpire
					for _, id := range ids {
						rows = append(rows, jumpcloud.BulkUserExpire{ID: id})
					}
					return client.BulkJobs.ExpireUsers(t.Context(), rows)
				},
				asked: "bulk_usersCreateResults", failed: "jumpcloud: User not found",
			},
			"a Workday import": {
				start: func() (*jumpcloud.JobID, error) {
					return client.Workdays.Import(t.Context(), workday, append(rowsOfPupils(0, 150), rowsNamed("bad row")...))
				},
				wait: func(ctx context.Context, jobID string, opts ...jumpcloud.RequestOption) ([]*jumpcloud.JobWorkResult, error) {
					return client.Workdays.WaitImport(ctx, workday, jobID, 151, opts...)
				},
				asked: "workdays_importresults", failed: "jumpcloud: username must not be empty nor contain white space",
			},
		} {
			if job.wait == nil {
				job.wait = func(ctx context.Context, jobID string, opts ...jumpcloud.RequestOption) ([]*jumpcloud.JobWorkResult, error) {
					return client.BulkJobs.Wait(ctx, jobID, len(ids), opts...)
				}
			}
			started, err := job.start()
			require.NoError(t, err, name)
			began := time.Now()
			server.ForgetRequests()
			results, err := job.wait(t.Context(), started.JobID, jumpcloud.WithHeader("X-Test", "wait"))
			require.NoError(t, err, name)
			assert.GreaterOrEqual(t, time.Since(began), time.Minute)
			require.Len(t, results, 151)
			for _, result := range results[:150] {
				assert.NoError(t, result.Err())
			}
			assert.EqualError(t, results[150].Err(), job.failed, name)
			for _, request := range server.Requests() {
				assert.Equal(t, job.asked, request.Operation)
				assert.Equal(t, "wait", request.Header.Get("X-Test"))
			}
			assert.LessOrEqual(t, len(server.Requests()), 25)

			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			started, err = job.start()
			require.NoError(t, err)
			results, err = job.wait(ctx, started.JobID)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.EqualError(t, err, "jumpcloud: waiting for job "+started.JobID+": context deadline exceeded")
			assert.NotEmpty(t, results, "what was seen last")
			assert.Less(t, len(results), 151)
			time.Sleep(time.Hour)
		}
	}, jumpcloudtest.WithJobDelay(time.Minute))
}

// A wait holds through a storm of 429, a service that fails for a while, and a job that is not found yet.
func TestWaitForJobThroughFailures(t *testing.T) {
	for name, fault := range map[string]jumpcloudtest.Fault{
		"429": jumpcloudtest.TooManyRequests(1), "503": jumpcloudtest.Status(503, nil, ""), "404": jumpcloudtest.Status(404, nil, `{"message":"Not Found"}`),
		"cut": jumpcloudtest.CloseBeforeAnswer(), "garbage": jumpcloudtest.Garbage(),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				client := server.Client()
				job, err := client.BulkJobs.ExpireUsers(t.Context(), []jumpcloud.BulkUserExpire{{ID: server.SeedUsers(1)[0]}})
				require.NoError(t, err)
				injected := server.Inject(resultsRoute, 4, fault)
				results, err := client.BulkJobs.Wait(t.Context(), job.JobID, 1)
				require.NoError(t, err)
				assert.Len(t, results, 1)
				assert.Equal(t, 4, injected.Fired())
			})
		})
	}
}

// A wait that cannot end is refused, or ends.
func TestWaitForJobEnds(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		for _, rows := range []int{0, -1} {
			_, err := client.BulkJobs.Wait(t.Context(), "5f0e7a1c00000000000000ff", rows)
			assert.Equal(t, "rows", asParamError(t, err).Param)
			_, err = client.Workdays.WaitImport(t.Context(), "5f0e7a1c00000000000000fe", "5f0e7a1c00000000000000ff", rows)
			assert.Equal(t, "rows", asParamError(t, err).Param)
		}
		_, err := client.BulkJobs.Wait(t.Context(), "", 1)
		assert.Equal(t, "job_id", asParamError(t, err).Param)
		assert.Empty(t, server.Requests())

		_, err = client.BulkJobs.Wait(t.Context(), "5f0e7a1c00000000000000ff", 1)
		assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
		assert.Len(t, server.Requests(), 5)

		server.ForgetRequests()
		server.Inject("*", 0, jumpcloudtest.Status(401, nil, `{"message":"Unauthorized"}`))
		_, err = client.BulkJobs.Wait(t.Context(), "5f0e7a1c00000000000000ff", 1)
		assert.ErrorIs(t, err, jumpcloud.ErrUnauthorized)
		assert.Len(t, server.Requests(), 1)
	})
}

// A service account that was withdrawn is an end as well, although it is the token endpoint that says so.
func TestWaitForJobWithoutToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(t, ok(`{"access_token":"t1"}`), status(401, `{"message":"Unauthorized"}`), status(401, `{"error":"invalid_client"}`))
		_, err := newClient(t, w, withAccount).BulkJobs.Wait(t.Context(), "5f0e7a1c00000000000000ff", 1)
		assert.ErrorIs(t, err, jumpcloud.ErrUnauthorized)
		assert.Equal(t, 3, w.count())
	})
}

// A result that cannot be read is the error of a wait that has come to its end.
func TestWaitForJobOddResult(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		server.Inject(resultsRoute, 0, answerJobResults(`{"status":"Finished"}`, `{"status":["odd"]}`, `{"status":"processing","statusMsg":"no"}`))
		results, err := server.Client().BulkJobs.Wait(t.Context(), "5f0e7a1c00000000000000ff", 3)
		assert.ErrorIs(t, err, jumpcloud.ErrItem)
		require.Len(t, results, 2)
		assert.EqualError(t, results[1].Err(), "jumpcloud: no")
	})
}
