//lint:file-ignore SA1019 operations that were withdrawn are described too

package conformance

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// finishedResults asks for results until there are n and all are finished, as a person without the
// SDK's own waiting would. At least once it sees them unfinished.
func finishedResults(t *testing.T, n int, ask func() ([]*jumpcloud.JobWorkResult, error)) []*jumpcloud.JobWorkResult {
	t.Helper()
	for range 100 {
		results, err := ask()
		require.NoError(t, err)
		done := func(r *jumpcloud.JobWorkResult) bool { return r.Status == "Finished" }
		if len(results) == n && !slices.ContainsFunc(results, func(r *jumpcloud.JobWorkResult) bool { return !done(r) }) {
			return results
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatal("the job does not end")
	return nil
}

// A school year begins: pupils come in bulk, are changed, expire, and leave on a date.
func bulkJobs(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	rows := []jumpcloud.BulkUserCreate{
		{Username: "ada", Email: "ada@example.com", Password: jumpcloud.Set(jumpcloud.Secret("Correct-Horse-1")), Department: jumpcloud.Set("Year 1")},
		{Username: "bad row", Email: "bad@example.com"},
		{Username: "bo", Email: "bo@example.com", Addresses: []jumpcloud.AddressInput{{Type: jumpcloud.Set("home"), Country: jumpcloud.Set("SE")}}},
	}
	job, err := c.BulkJobs.CreateUsers(ctx, rows, &jumpcloud.BulkJobsCreateUsersParams{CreationSource: jumpcloud.CreationSourceBulk, SuppressEmail: true})
	require.NoError(t, err)
	results := finishedResults(t, 3, func() ([]*jumpcloud.JobWorkResult, error) {
		return jumpcloud.Collect(c.BulkJobs.AllUsersResults(ctx, job.JobID, &jumpcloud.BulkJobsListUsersResultsParams{Limit: 2}), 0)
	})
	assert.Equal(t, []string{"", "username must not be empty nor contain white space", ""},
		[]string{results[0].StatusMsg, results[1].StatusMsg, results[2].StatusMsg})
	assert.Equal(t, 2, s.UserCount())
	ada, bo := s.ID("ada"), s.ID("bo")

	details, err := c.BulkJobs.GetJob(ctx, job.JobID)
	require.NoError(t, err)
	assert.Equal(t, 3, details.WorkUnitsCount)
	page, err := c.BulkJobs.ListJobResults(ctx, job.JobID, &jumpcloud.BulkJobsListJobResultsParams{Limit: 1, Skip: 2})
	require.NoError(t, err)
	assert.Equal(t, 3, page.TotalCount)
	assert.Equal(t, "bo", page.Items[0].PersistedFields["username"])

	update, err := c.BulkJobs.UpdateUsers(ctx, []jumpcloud.BulkUserUpdate{
		{ID: ada, Department: jumpcloud.Set("Year 2"), Manager: jumpcloud.Null[string]()},
		{ID: "5f0e7a1c00000000000000ff", Sudo: jumpcloud.Set(false)},
	}, &jumpcloud.BulkJobsUpdateUsersParams{SuppressEmail: true})
	require.NoError(t, err)
	results = finishedResults(t, 2, func() ([]*jumpcloud.JobWorkResult, error) {
		return jumpcloud.Collect(c.BulkJobs.AllJobResults(ctx, update.JobID, nil), 0)
	})
	assert.Equal(t, "User not found", results[1].StatusMsg)
	changed, _ := s.User(ada)
	assert.Equal(t, "Year 2", changed["department"])

	expire, err := c.BulkJobs.ExpireUsers(ctx, []jumpcloud.BulkUserExpire{{ID: ada, Attributes: []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("why"), Value: jumpcloud.Set("leak")}}}, {ID: bo}})
	require.NoError(t, err)
	finishedResults(t, 2, func() ([]*jumpcloud.JobWorkResult, error) {
		return jumpcloud.Collect(c.BulkJobs.AllUsersResults(ctx, expire.JobID, nil), 0)
	})
	expired, _ := s.User(ada)
	assert.Equal(t, true, expired["password_expired"])

	unlock, err := c.BulkJobs.UnlockUsers(ctx, []jumpcloud.BulkUserUnlock{{ID: ada}, {ID: bo}})
	require.NoError(t, err)
	unlocked, err := c.BulkJobs.Wait(ctx, unlock.JobID, 2)
	require.NoError(t, err)
	assert.Len(t, unlocked, 2)

	// States that come with time.
	inAnHour := jumpcloud.NewTime(time.Now().Add(time.Hour))
	planned, err := c.BulkJobs.CreateUserStates(ctx, jumpcloud.UserStateCreate{UserIDs: []string{ada, bo}, State: jumpcloud.UserStateSuspended, StartDate: inAnHour})
	require.NoError(t, err)
	require.Len(t, planned, 2)
	back, err := c.BulkJobs.CreateUserStates(ctx, jumpcloud.UserStateCreate{
		UserIDs: []string{ada}, State: jumpcloud.UserStateActivated, StartDate: jumpcloud.NewTime(time.Now().Add(2 * time.Hour)),
		SendActivationEmails: jumpcloud.Set(true), ActivationEmailOverride: jumpcloud.Set("ada@home.example.net"),
	})
	require.NoError(t, err)
	_, err = c.BulkJobs.CreateUserStates(ctx, jumpcloud.UserStateCreate{UserIDs: []string{"5f0e7a1c00000000000000ff"}, State: jumpcloud.UserStateActivated, StartDate: inAnHour})
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	states, err := jumpcloud.Collect(c.BulkJobs.AllUserStates(ctx, &jumpcloud.BulkJobsListUserStatesParams{
		Userid: ada, Filter: []jumpcloud.Condition{jumpcloud.Filter("state", jumpcloud.Eq, "SUSPENDED")},
	}), 0)
	require.NoError(t, err)
	require.Len(t, states, 1)
	assert.Equal(t, planned[0].ScheduledJobID, states[0].ScheduledJobID)
	next, err := jumpcloud.Collect(c.BulkJobs.AllNextUserStates(ctx, []string{ada, bo}, &jumpcloud.BulkJobsListNextUserStatesParams{Limit: 2}), 0)
	require.NoError(t, err)
	require.Len(t, next, 3)
	assert.Equal(t, back[0].ScheduledJobID, next[2].ScheduledJobID)
	require.NoError(t, c.BulkJobs.DeleteUserState(ctx, planned[1].ScheduledJobID))
	assert.ErrorIs(t, c.BulkJobs.DeleteUserState(ctx, planned[1].ScheduledJobID), jumpcloud.ErrNotFound)
	time.Sleep(90 * time.Minute)
	gone, err := c.Systemusers.Get(ctx, ada, nil)
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserStateSuspended, gone.State)
	stays, err := c.Systemusers.Get(ctx, bo, nil)
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserStateActivated, stays.State)
	time.Sleep(time.Hour)
	again, err := c.Systemusers.Get(ctx, ada, nil)
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserStateActivated, again.State)
	mails := s.Mails()
	assert.Equal(t, "ada@home.example.net", mails[len(mails)-1].To)

	_, err = c.BulkJobs.GetJob(ctx, "5f0e7a1c00000000000000ff")
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = c.BulkJobs.ListUsersResults(ctx, "5f0e7a1c00000000000000ff", nil)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = c.BulkJobs.CreateUsers(ctx, rows, nil, jumpcloud.WithHeader("creation-source", "jumpcloud:scim"))
	require.NoError(t, err)
}
