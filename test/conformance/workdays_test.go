//lint:file-ignore SA1019 operations that were withdrawn are described too

package conformance

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// An organization connects Workday, imports its workers, and disconnects it.
func workdays(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	_, err := c.Workdays.Create(ctx, jumpcloud.WorkdayCreate{Name: jumpcloud.Set("Workday Import")})
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest, "without credentials")
	credentials := jumpcloud.WorkdayCredentials{Basic: jumpcloud.Set(jumpcloud.WorkdayBasicAuth{Username: "integration", Password: "Correct-Horse-1"})}
	made, err := c.Workdays.Create(ctx, jumpcloud.WorkdayCreate{
		Name: jumpcloud.Set("People"), ReportURL: jumpcloud.Set("https://workday.example.com/report/1"), Auth: jumpcloud.Set(credentials),
	})
	require.NoError(t, err)
	id := made.ID
	assert.Equal(t, "Workday Import", made.Name, "whatever is sent")
	assert.True(t, made.Auth.Basic.IsValid)
	assert.True(t, made.LastImport.IsZero())
	_, err = c.Workdays.Create(ctx, jumpcloud.WorkdayCreate{Auth: jumpcloud.Set(credentials)})
	assert.ErrorIs(t, err, jumpcloud.ErrConflict)

	_, err = c.Workdays.Update(ctx, id, jumpcloud.WorkdayUpdate{ReportURL: jumpcloud.Set("https://workday.example.com/report/2"), Name: jumpcloud.Set("Workday Import")})
	require.NoError(t, err)
	read, err := c.Workdays.Get(ctx, id)
	require.NoError(t, err)
	assert.Equal(t, "https://workday.example.com/report/2", read.ReportURL)
	listed, err := jumpcloud.One(c.Workdays.All(ctx, &jumpcloud.WorkdaysListParams{
		Fields: []string{"name", "reportUrl"}, Sort: []string{"name"}, Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Eq, "Workday Import")},
	}))
	require.NoError(t, err)
	assert.Equal(t, id, listed.ID)

	for _, worker := range []jumpcloud.WorkdayWorker{
		{FirstName: "Sigrid", LastName: "Moen", Email: "sigrid.moen@example.com", Username: "sigrid.moen", Attributes: map[string]any{"department": "Finance"}},
		{FirstName: "Yusuf", LastName: "Demir", Email: "yusuf.demir@example.com", Username: "yusuf.demir"},
	} {
		s.AddWorker(worker)
	}
	workers, err := jumpcloud.Collect(c.Workdays.AllWorkers(ctx, id, &jumpcloud.WorkdaysListWorkersParams{Sort: []string{"-lastName"}}), 0)
	require.NoError(t, err)
	require.Len(t, workers, 2)
	assert.Equal(t, "Moen", workers[0].LastName)

	// Credentials come and go.
	require.NoError(t, c.Workdays.Deauthorize(ctx, id))
	_, err = c.Workdays.ListWorkers(ctx, id, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	assert.ErrorIs(t, c.Workdays.Authorize(ctx, id, jumpcloud.WorkdayAuth{Auth: jumpcloud.WorkdayCredentials{Oauth: jumpcloud.Set(jumpcloud.WorkdayOAuth{Code: "abc"})}}), jumpcloud.ErrBadRequest)
	require.NoError(t, c.Workdays.Authorize(ctx, id, jumpcloud.WorkdayAuth{Auth: credentials}))

	var rows []jumpcloud.BulkUserCreate
	for _, worker := range workers {
		rows = append(rows, jumpcloud.BulkUserCreate{
			Username: worker.Username, Email: worker.Email, Firstname: jumpcloud.Set(worker.FirstName), Lastname: jumpcloud.Set(worker.LastName),
			Attributes: []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("source"), Value: jumpcloud.Set("workday")}},
		})
	}
	job, err := c.Workdays.Import(ctx, id, rows)
	require.NoError(t, err)
	results := finishedResults(t, len(rows), func() ([]*jumpcloud.JobWorkResult, error) {
		return jumpcloud.Collect(c.Workdays.AllImportResults(ctx, id, job.JobID, nil), 0)
	})
	for i, result := range results {
		assert.Equal(t, rows[i].Username, result.PersistedFields["username"])
		assert.Empty(t, result.StatusMsg)
	}
	user, err := jumpcloud.One(c.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("username", jumpcloud.Eq, "sigrid.moen")}}))
	require.NoError(t, err)
	assert.Equal(t, "jumpcloud:workday", user.CreationSource)
	read, err = c.Workdays.Get(ctx, id)
	require.NoError(t, err)
	assert.False(t, read.LastImport.IsZero())

	settings, err := c.Workdays.GetSettings(ctx, &jumpcloud.WorkdaysGetSettingsParams{State: "abc"})
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(settings))
	_, err = c.Workdays.ListImportResults(ctx, id, "5f0e7a1c00000000000000ff", nil)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	require.NoError(t, c.Workdays.Delete(ctx, id))
	_, err = c.Workdays.Get(ctx, id)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
}
