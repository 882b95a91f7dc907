//lint:file-ignore SA1019 operations that were withdrawn have contracts too

package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestBulkJobsContracts(t *testing.T) { testContracts(t, bulkJobsContracts()) }

// scheduledStates are planned changes; the service writes their dates with and without a zone.
const scheduledStates = `[
	{"scheduledJobId":"66b0c1d2e3f4a5b6c7d8e9f0","systemUserId":"6026bec6b8207255280d5981","state":"SUSPENDED","scheduledDate":"2026-07-01T02:00:00"},
	{"scheduledJobId":"66b0c1d2e3f4a5b6c7d8e9f1","systemUserId":"6026bec6b8207255280d5982","state":"ACTIVATED","scheduledDate":"2026-08-01T02:00:00.000Z"}]`

func areScheduledStates(t *testing.T, states []*jumpcloud.ScheduledUserState) {
	if !assert.Len(t, states, 2) {
		return
	}
	assert.Equal(t, "66b0c1d2e3f4a5b6c7d8e9f0", states[0].ScheduledJobID)
	assert.Equal(t, annID, states[0].SystemUserID)
	assert.Equal(t, jumpcloud.UserStateSuspended, states[0].State)
	assert.True(t, states[0].ScheduledDate.Equal(time.Date(2026, 7, 1, 2, 0, 0, 0, time.UTC)))
	assert.Equal(t, "66b0c1d2e3f4a5b6c7d8e9f1", states[1].ScheduledJobID)
	assert.Equal(t, bobID, states[1].SystemUserID)
	assert.Equal(t, jumpcloud.UserStateActivated, states[1].State)
	assert.True(t, states[1].ScheduledDate.Equal(time.Date(2026, 8, 1, 2, 0, 0, 0, time.UTC)))
}

func bulkJobsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
	)
	resultsParams := &jumpcloud.BulkJobsListUsersResultsParams{Limit: 50, Skip: 100}
	jobResultsParams := &jumpcloud.BulkJobsListJobResultsParams{Limit: 50, Skip: 100}
	nextParams := &jumpcloud.BulkJobsListNextUserStatesParams{Limit: 50, Skip: 100}
	statesParams := &jumpcloud.BulkJobsListUserStatesParams{
		Limit:  50,
		Skip:   100,
		Filter: []jumpcloud.Condition{jumpcloud.Filter("state", jumpcloud.Eq, "SUSPENDED"), jumpcloud.Filter("scheduledDate", jumpcloud.Gt, "2026-01-01")},
		Userid: annID,
	}
	annAndBob := []string{annID, bobID}
	return []contract{
		{
			operation: "bulk_usersCreate",
			route:     "POST /v2/bulk/users",
			path:      "/v2/bulk/users",
			query:     url.Values{"suppressEmail": {"true"}},
			header:    map[string]string{"Creation-Source": "jumpcloud:scim"},
			body:      `[{"username":"ann","email":"ann@example.com","password":"Tr0ub4dor&3","manager":null},{"username":"bob","email":"bob@example.com","sudo":false}]`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.BulkJobs.CreateUsers(ctx, []jumpcloud.BulkUserCreate{
					{Username: "ann", Email: "ann@example.com", Password: jumpcloud.Set(jumpcloud.Secret("Tr0ub4dor&3")), Manager: jumpcloud.Null[string]()},
					{Username: "bob", Email: "bob@example.com", Sudo: jumpcloud.Set(false)},
				}, &jumpcloud.BulkJobsCreateUsersParams{CreationSource: jumpcloud.CreationSourceSCIM, SuppressEmail: true})
			}, isJob),
			answers: []reply{okJSON(jobAnswer), createdJSON(jobAnswer)},
			failure: refusal{
				status: 400, contentType: "application/json", body: `{"message":"invalid creation-source"}`,
				matches: jumpcloud.ErrBadRequest, message: "invalid creation-source",
			},
		},
		{
			operation: "bulk_usersCreate",
			variant:   "from a source of tomorrow",
			beyond:    true,
			route:     "POST /v2/bulk/users",
			path:      "/v2/bulk/users",
			header:    map[string]string{"Creation-Source": "jumpcloud:tomorrow"},
			body:      `[]`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.BulkJobs.CreateUsers(ctx, nil, &jumpcloud.BulkJobsCreateUsersParams{CreationSource: "jumpcloud:tomorrow"})
			}, isJob),
			answers: []reply{okJSON(jobAnswer)},
			failure: refusedUnspecified,
		},
		{
			operation: "bulk_usersCreate",
			variant:   "without parameters",
			route:     "POST /v2/bulk/users",
			path:      "/v2/bulk/users",
			body:      `[{"username":"ann","email":"ann@example.com"}]`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.BulkJobs.CreateUsers(ctx, []jumpcloud.BulkUserCreate{{Username: "ann", Email: "ann@example.com"}}, nil)
			}, isJob),
			answers: []reply{createdJSON(jobAnswer)},
			failure: refusedKey,
		},
		{
			operation: "bulk_usersUpdate",
			route:     "PATCH /v2/bulk/users",
			path:      "/v2/bulk/users",
			query:     url.Values{"suppressEmail": {"true"}},
			body:      `[{"id":"6026bec6b8207255280d5981","sudo":false,"manager":null,"addresses":[]},{"id":"6026bec6b8207255280d5982","email":"b@example.com"}]`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.BulkJobs.UpdateUsers(ctx, []jumpcloud.BulkUserUpdate{
					{ID: annID, Sudo: jumpcloud.Set(false), Manager: jumpcloud.Null[string](), Addresses: []jumpcloud.AddressInput{}},
					{ID: bobID, Email: jumpcloud.Set("b@example.com")},
				}, &jumpcloud.BulkJobsUpdateUsersParams{SuppressEmail: true})
			}, isJob),
			answers: []reply{okJSON(jobAnswer), createdJSON(jobAnswer)},
			failure: refusedForbidden,
		},
		{
			operation: "bulk_usersUpdate",
			variant:   "of nobody",
			route:     "PATCH /v2/bulk/users",
			path:      "/v2/bulk/users",
			body:      `[]`,
			methods:   single(func(ctx ctx, c client) (*jumpcloud.JobID, error) { return c.BulkJobs.UpdateUsers(ctx, nil, nil) }, isJob),
			answers:   []reply{okJSON(jobAnswer)},
			failure:   refusedUnspecified,
		},
		{
			operation: "bulk_usersCreateResults",
			route:     "GET /v2/bulk/users/{job_id}/results",
			path:      "/v2/bulk/users/65a1b2c3d4e5f60718293a4c/results",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.JobWorkResult], error) {
					return c.BulkJobs.ListUsersResults(ctx, jobID, resultsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.JobWorkResult, error] {
					return c.BulkJobs.AllUsersResults(ctx, jobID, resultsParams)
				},
				areJobRows,
			),
			answers: []reply{v2Page(jobRows)},
			failure: refusedMock,
		},
		{
			operation: "bulk_userExpires",
			route:     "POST /v2/bulk/user/expires",
			path:      "/v2/bulk/user/expires",
			body: `[{"id":"6026bec6b8207255280d5981","organization":"5c9e9c2a1f0b7a0012345678","attributes":[{"name":"badge","value":"77"}]},
				{"id":"6026bec6b8207255280d5982"}]`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.BulkJobs.ExpireUsers(ctx, []jumpcloud.BulkUserExpire{
					{
						ID: annID, Organization: jumpcloud.Set(contractOrg),
						Attributes: []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("badge"), Value: jumpcloud.Set("77")}},
					},
					{ID: bobID},
				})
			}, isJob),
			answers: []reply{createdJSON(jobAnswer), okJSON(jobAnswer)},
			failure: refusedNotFound,
		},
		{
			operation: "bulk_userUnlocks",
			route:     "POST /v2/bulk/user/unlocks",
			path:      "/v2/bulk/user/unlocks",
			body: `[{"id":"6026bec6b8207255280d5981","organization":"5c9e9c2a1f0b7a0012345678","attributes":[{"name":"badge","value":"77"}]},
				{"id":"6026bec6b8207255280d5982"}]`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.BulkJobs.UnlockUsers(ctx, []jumpcloud.BulkUserUnlock{
					{
						ID: annID, Organization: jumpcloud.Set(contractOrg),
						Attributes: []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("badge"), Value: jumpcloud.Set("77")}},
					},
					{ID: bobID},
				})
			}, isJob),
			answers: []reply{createdJSON(jobAnswer), okJSON(jobAnswer)},
			failure: refusedNotFound,
		},
		{
			operation: "bulk_userStatesList",
			route:     "GET /v2/bulk/userstates",
			path:      "/v2/bulk/userstates",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "filter": {"state:eq:SUSPENDED", "scheduledDate:gt:2026-01-01"}, "userid": {annID},
			},
			raw: "limit=50&skip=100&filter=state%3Aeq%3ASUSPENDED&filter=scheduledDate%3Agt%3A2026-01-01&userid=6026bec6b8207255280d5981",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.ScheduledUserState], error) {
					return c.BulkJobs.ListUserStates(ctx, statesParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.ScheduledUserState, error] {
					return c.BulkJobs.AllUserStates(ctx, statesParams)
				},
				areScheduledStates,
			),
			answers: []reply{v2Page(scheduledStates)},
			failure: refusedDetails,
		},
		{
			operation: "bulk_userStatesCreate",
			route:     "POST /v2/bulk/userstates",
			path:      "/v2/bulk/userstates",
			body: `{"user_ids":["6026bec6b8207255280d5981"],"state":"ACTIVATED","start_date":"2026-07-01T02:00:00.000Z",
				"send_activation_emails":true,"activation_email_override":"home@example.com"}`,
			methods: single(func(ctx ctx, c client) ([]*jumpcloud.ScheduledUserState, error) {
				return c.BulkJobs.CreateUserStates(ctx, jumpcloud.UserStateCreate{
					UserIDs:                 []string{annID},
					State:                   jumpcloud.UserStateActivated,
					StartDate:               jumpcloud.NewTime(time.Date(2026, 7, 1, 2, 0, 0, 0, time.UTC)),
					SendActivationEmails:    jumpcloud.Set(true),
					ActivationEmailOverride: jumpcloud.Set("home@example.com"),
				})
			}, areScheduledStates),
			answers: []reply{createdJSON(scheduledStates), okJSON(scheduledStates)},
			failure: refusedUnspecified,
		},
		{
			operation: "bulk_userStatesCreate",
			variant:   "of several users",
			route:     "POST /v2/bulk/userstates",
			path:      "/v2/bulk/userstates",
			body: `{"user_ids":["6026bec6b8207255280d5981","6026bec6b8207255280d5982"],"state":"SUSPENDED",
				"start_date":"2026-07-01T02:00:00.000Z","send_activation_emails":false}`,
			methods: single(func(ctx ctx, c client) ([]*jumpcloud.ScheduledUserState, error) {
				return c.BulkJobs.CreateUserStates(ctx, jumpcloud.UserStateCreate{
					UserIDs:              annAndBob,
					State:                jumpcloud.UserStateSuspended,
					StartDate:            jumpcloud.NewTime(time.Date(2026, 7, 1, 4, 0, 0, 0, time.FixedZone("", 7200))),
					SendActivationEmails: jumpcloud.Set(false),
				})
			}, areScheduledStates),
			answers: []reply{createdJSON(scheduledStates)},
			failure: refusedKeyUnsaid,
		},
		{
			operation: "bulk_userStatesDelete",
			route:     "DELETE /v2/bulk/userstates/{id}",
			path:      "/v2/bulk/userstates/66b0c1d2e3f4a5b6c7d8e9f0",
			methods: nothing(func(ctx ctx, c client) error {
				return c.BulkJobs.DeleteUserState(ctx, "66b0c1d2e3f4a5b6c7d8e9f0")
			}),
			answers: []reply{noContent, {status: 200}},
			failure: refusedNotFound,
		},
		{
			operation: "bulk_userStatesGetNextScheduled",
			route:     "GET /v2/bulk/userstates/eventlist/next",
			path:      "/v2/bulk/userstates/eventlist/next",
			query:     url.Values{"users": {"6026bec6b8207255280d5981,6026bec6b8207255280d5982"}, "limit": {"50"}, "skip": {"100"}},
			raw:       "users=6026bec6b8207255280d5981%2C6026bec6b8207255280d5982&limit=50&skip=100",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.ScheduledUserState], error) {
					return c.BulkJobs.ListNextUserStates(ctx, annAndBob, nextParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.ScheduledUserState, error] {
					return c.BulkJobs.AllNextUserStates(ctx, annAndBob, nextParams)
				},
				areScheduledStates,
			),
			answers: []reply{okJSON(`{"events_count":102,"results":` + scheduledStates + `}`)},
			failure: refusedDetails,
		},
		{
			operation: "jobs_get",
			route:     "GET /v2/jobs/{id}",
			path:      "/v2/jobs/65a1b2c3d4e5f60718293a4c",
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobDetails, error) {
				return c.BulkJobs.GetJob(ctx, jobID)
			}, func(t *testing.T, job *jumpcloud.JobDetails) {
				assert.Equal(t, jobID, job.ID)
				assert.Equal(t, "bulk users", job.Name)
				assert.Equal(t, "running", job.Status)
				assert.Equal(t, "5c9e9c2a1f0b7a0012345679", job.AdminID)
				assert.True(t, job.UpdatedAt.Equal(time.Date(2019, 11, 2, 3, 4, 5, 678e6, time.UTC)))
				assert.Equal(t, 12, job.WorkUnitsCount)
				assert.Equal(t, []string{"username", "email"}, job.PersistedFields)
				assert.Equal(t, map[string]any{"source": "csv"}, job.Meta)
			}),
			answers: []reply{okJSON(`{"id":"65a1b2c3d4e5f60718293a4c","name":"bulk users","status":"running","adminId":"5c9e9c2a1f0b7a0012345679",
				"updatedAt":"2019-11-02T03:04:05.678Z","workUnitsCount":12,"persistedFields":["username","email"],"meta":{"source":"csv"}}`)},
			failure: refusedMock,
		},
		{
			operation: "jobs_results",
			route:     "GET /v2/jobs/{id}/results",
			path:      "/v2/jobs/65a1b2c3d4e5f60718293a4c/results",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.JobWorkResult], error) {
					return c.BulkJobs.ListJobResults(ctx, jobID, jobResultsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.JobWorkResult, error] {
					return c.BulkJobs.AllJobResults(ctx, jobID, jobResultsParams)
				},
				areJobRows,
			),
			answers: []reply{v2Page(jobRows)},
			failure: refusedMock,
		},
	}
}
