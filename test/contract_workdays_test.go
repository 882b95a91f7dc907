//lint:file-ignore SA1019 operations that were withdrawn have contracts too

package jumpcloud_test

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestWorkdaysContracts(t *testing.T) { testContracts(t, workdaysContracts()) }

const feedAnswer = `{"id":"63c0d1e2f3a4b5c6d7e8f901","name":"Workday Import","reportUrl":"https://workday.example.com/report",
	"lastImport":"2026-01-02T03:04:05.678Z","auth":{"basic":{"isValid":true,"expiry":"2027-01-01T00:00:00Z","message":"fine"},
	"oauth":{"isValid":false,"message":"not supported"}}}`

func isFeed(t *testing.T, workday *jumpcloud.Workday) {
	assert.Equal(t, feedID, workday.ID)
	assert.Equal(t, "Workday Import", workday.Name)
	assert.Equal(t, "https://workday.example.com/report", workday.ReportURL)
	assert.True(t, workday.LastImport.Equal(time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)))
	require.NotNil(t, workday.Auth)
	require.NotNil(t, workday.Auth.Basic)
	require.NotNil(t, workday.Auth.Oauth)
	assert.True(t, workday.Auth.Basic.IsValid)
	assert.Equal(t, "2027-01-01T00:00:00Z", workday.Auth.Basic.Expiry.Text())
	assert.Equal(t, "fine", workday.Auth.Basic.Message)
	assert.False(t, workday.Auth.Oauth.IsValid)
	assert.Equal(t, "not supported", workday.Auth.Oauth.Message)
}

// jobRows are results of a job: one that is through, and one that is not.
const jobRows = `[
	{"id":"65b0c1d2e3f4a5b6c7d8e9f0","createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:06Z","status":"Finished","statusMsg":"",
	 "persistedFields":{"username":"ann","email":"ann@example.com","unix_uid":5001},"meta":{"row":1}},
	{"id":"65b0c1d2e3f4a5b6c7d8e9f1","createdAt":"2026-01-02T03:04:05.678Z","updatedAt":null,"status":"on its way","statusMsg":"username is taken",
	 "persistedFields":{},"meta":null}]`

func areJobRows(t *testing.T, rows []*jumpcloud.JobWorkResult) {
	assert.Equal(t, "65b0c1d2e3f4a5b6c7d8e9f0", rows[0].ID)
	assert.Equal(t, "Finished", rows[0].Status)
	assert.Empty(t, rows[0].StatusMsg)
	assert.True(t, rows[0].CreatedAt.Equal(time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)))
	assert.True(t, rows[0].UpdatedAt.Equal(time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)))
	assert.Equal(t, map[string]any{"username": "ann", "email": "ann@example.com", "unix_uid": 5001.0}, rows[0].PersistedFields)
	assert.Equal(t, map[string]any{"row": 1.0}, rows[0].Meta)
	assert.Equal(t, "65b0c1d2e3f4a5b6c7d8e9f1", rows[1].ID)
	assert.Equal(t, "on its way", rows[1].Status)
	assert.Equal(t, "username is taken", rows[1].StatusMsg)
	assert.True(t, rows[1].UpdatedAt.IsZero())
	assert.Nil(t, rows[1].Meta)
}

const jobAnswer = `{"jobId":"65a1b2c3d4e5f60718293a4c"}`

func isJob(t *testing.T, job *jumpcloud.JobID) { assert.Equal(t, jobID, job.JobID) }

func workdaysContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
	)
	listParams := &jumpcloud.WorkdaysListParams{
		Limit:  50,
		Skip:   100,
		Fields: []string{"name", "reportUrl"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Lt, "Workday, Import")},
		Sort:   []string{"name", "-id"},
	}
	workersParams := &jumpcloud.WorkdaysListWorkersParams{Limit: 50, Skip: 100, Sort: []string{"lastName", "-email"}}
	resultsParams := &jumpcloud.WorkdaysListImportResultsParams{Limit: 50, Skip: 100}
	basic := jumpcloud.WorkdayCredentials{Basic: jumpcloud.Set(jumpcloud.WorkdayBasicAuth{Username: "isu", Password: "w0rkday&<>"})}
	return []contract{
		{
			operation: "workdays_list",
			route:     "GET /v2/workdays",
			path:      "/v2/workdays",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"name,reportUrl"}, "filter": {"name:lt:Workday, Import"}, "sort": {"name,-id"},
			},
			raw: "limit=50&skip=100&fields=name%2CreportUrl&filter=name%3Alt%3AWorkday%2C+Import&sort=name%2C-id",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.Workday], error) {
					return c.Workdays.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.Workday, error] { return c.Workdays.All(ctx, listParams) },
				func(t *testing.T, workdays []*jumpcloud.Workday) {
					isFeed(t, workdays[0])
					assert.Equal(t, "63c0d1e2f3a4b5c6d7e8f902", workdays[1].ID)
					assert.Nil(t, workdays[1].Auth)
				},
			),
			answers: []reply{v2Page(`[` + feedAnswer + `,{"id":"63c0d1e2f3a4b5c6d7e8f902","lastImport":"","auth":null}]`)},
			failure: refusedKey,
		},
		{
			operation: "workdays_post",
			route:     "POST /v2/workdays",
			path:      "/v2/workdays",
			body: `{"name":"Workday Import","reportUrl":"https://workday.example.com/report",
				"auth":{"basic":{"username":"isu","password":"w0rkday&<>"},"oauth":{"code":"c0de"}}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Workday, error) {
				credentials := basic
				credentials.Oauth = jumpcloud.Set(jumpcloud.WorkdayOAuth{Code: "c0de"})
				return c.Workdays.Create(ctx, jumpcloud.WorkdayCreate{
					Name:      jumpcloud.Set("Workday Import"),
					ReportURL: jumpcloud.Set("https://workday.example.com/report"),
					Auth:      jumpcloud.Set(credentials),
				})
			}, isFeed),
			answers: []reply{createdJSON(feedAnswer), okJSON(feedAnswer)},
			failure: refusedWording,
		},
		{
			operation: "workdays_get",
			route:     "GET /v2/workdays/{id}",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901",
			methods:   single(func(ctx ctx, c client) (*jumpcloud.Workday, error) { return c.Workdays.Get(ctx, feedID) }, isFeed),
			answers:   []reply{okJSON(feedAnswer)},
			failure:   refusedNotFound,
		},
		{
			operation: "workdays_put",
			route:     "PUT /v2/workdays/{id}",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901",
			body:      `{"name":"Workday Import","reportUrl":"https://workday.example.com/report"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Workday, error) {
				return c.Workdays.Update(ctx, feedID, jumpcloud.WorkdayUpdate{
					Name: jumpcloud.Set("Workday Import"), ReportURL: jumpcloud.Set("https://workday.example.com/report"),
				})
			}, isFeed),
			answers: []reply{okJSON(feedAnswer)},
			failure: refusedIn2019,
		},
		{
			operation: "workdays_delete",
			route:     "DELETE /v2/workdays/{id}",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901",
			methods:   nothing(func(ctx ctx, c client) error { return c.Workdays.Delete(ctx, feedID) }),
			answers:   []reply{noContent, okJSON(feedAnswer)},
			failure:   refusedMock,
		},
		{
			operation: "workdays_authorize",
			route:     "POST /v2/workdays/{workday_id}/auth",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901/auth",
			body:      `{"auth":{"basic":{"username":"isu","password":"w0rkday&<>"}}}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Workdays.Authorize(ctx, feedID, jumpcloud.WorkdayAuth{Auth: basic})
			}),
			answers: []reply{noContent},
			failure: refusedForbidden,
		},
		{
			operation: "workdays_deauthorize",
			route:     "DELETE /v2/workdays/{workday_id}/auth",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901/auth",
			methods:   nothing(func(ctx ctx, c client) error { return c.Workdays.Deauthorize(ctx, feedID) }),
			answers:   []reply{noContent},
			failure:   refusedStatusOnly,
		},
		{
			operation: "workdays_workers",
			route:     "GET /v2/workdays/{workday_id}/workers",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901/workers",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"lastName,-email"}},
			raw:       "limit=50&skip=100&sort=lastName%2C-email",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.WorkdayWorker], error) {
					return c.Workdays.ListWorkers(ctx, feedID, workersParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.WorkdayWorker, error] {
					return c.Workdays.AllWorkers(ctx, feedID, workersParams)
				},
				func(t *testing.T, workers []*jumpcloud.WorkdayWorker) {
					assert.Equal(t, "ann@example.com", workers[0].Email)
					assert.Equal(t, "Ann", workers[0].FirstName)
					assert.Equal(t, "Example", workers[0].LastName)
					assert.Equal(t, "ann", workers[0].Username)
					assert.Equal(t, map[string]any{"Cost_Center": "7", "levels": []any{1.0, 2.0}}, workers[0].Attributes)
					assert.Equal(t, "bob@example.com", workers[1].Email)
					assert.Nil(t, workers[1].Attributes)
				},
			),
			answers: []reply{v2Page(`[
				{"attributes":{"Cost_Center":"7","levels":[1,2]},"email":"ann@example.com","firstName":"Ann","lastName":"Example","username":"ann"},
				{"attributes":null,"email":"bob@example.com","firstName":"Bob"}]`)},
			failure: refusedErrorOnly,
		},
		{
			operation: "workdays_import",
			route:     "POST /v2/workdays/{workday_id}/import",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901/import",
			body:      `[{"username":"ann","email":"ann@example.com","firstname":"Ann","sudo":false},{"username":"bob","email":"bob@example.com"}]`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.Workdays.Import(ctx, feedID, []jumpcloud.BulkUserCreate{
					{Username: "ann", Email: "ann@example.com", Firstname: jumpcloud.Set("Ann"), Sudo: jumpcloud.Set(false)},
					{Username: "bob", Email: "bob@example.com"},
				})
			}, isJob),
			answers: []reply{okJSON(jobAnswer), createdJSON(jobAnswer)},
			failure: refusedKey,
		},
		{
			operation: "workdays_importresults",
			route:     "GET /v2/workdays/{id}/import/{job_id}/results",
			path:      "/v2/workdays/63c0d1e2f3a4b5c6d7e8f901/import/65a1b2c3d4e5f60718293a4c/results",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.JobWorkResult], error) {
					return c.Workdays.ListImportResults(ctx, feedID, jobID, resultsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.JobWorkResult, error] {
					return c.Workdays.AllImportResults(ctx, feedID, jobID, resultsParams)
				},
				areJobRows,
			),
			answers: []reply{v2Page(jobRows)},
			failure: refusedMock,
		},
		{
			operation: "workdays_settings",
			route:     "GET /v2/workdays/settings",
			path:      "/v2/workdays/settings",
			query:     url.Values{"state": {"a b&c"}},
			methods: single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.Workdays.GetSettings(ctx, &jumpcloud.WorkdaysGetSettingsParams{State: "a b&c"})
			}, func(t *testing.T, answer json.RawMessage) { assert.Equal(t, `{"nobody": "knows"}`, string(answer)) }),
			answers: []reply{okJSON(`{"nobody": "knows"}`)},
			failure: refusedMock,
		},
	}
}
