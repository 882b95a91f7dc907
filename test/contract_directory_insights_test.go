package jumpcloud_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestDirectoryInsightsContracts(t *testing.T) { testContracts(t, directoryInsightsContracts()) }

// happened are two events: one with fields of its own, and one that has hardly any.
const happened = `[
	{"id":"5df2b1a4c2a1e0001f7c1d11","timestamp":"2026-01-02T03:04:05.678Z","service":"directory","event_type":"user_login_attempt",
	 "organization":"5c9e9c2a1f0b7a0012345678","success":false,"client_ip":"192.0.2.7","initiated_by":{"type":"user","username":"ann"},"@version":"1"},
	{"id":"5df2b1a4c2a1e0001f7c1d12","timestamp":"2026-01-02T03:04:06Z","service":"sso","event_type":"new"}]`

func haveHappened(t *testing.T, events []*jumpcloud.InsightsEvent) {
	require.Len(t, events, 2)
	login := events[0]
	assert.Equal(t, "5df2b1a4c2a1e0001f7c1d11", login.ID)
	assert.True(t, login.Timestamp.Equal(time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)))
	assert.Equal(t, jumpcloud.InsightsServiceDirectory, login.Service)
	assert.Equal(t, "user_login_attempt", login.EventType)
	assert.Equal(t, contractOrg, login.Organization)
	assert.False(t, login.Success)
	assert.Equal(t, "192.0.2.7", login.ClientIP)
	assert.JSONEq(t, `{"type":"user","username":"ann"}`, string(login.Extra["initiated_by"]))
	assert.JSONEq(t, `"1"`, string(login.Extra["@version"]))
	assert.Equal(t, jumpcloud.InsightsServiceSSO, events[1].Service)
}

func eventQuery() jumpcloud.EventQuery {
	return jumpcloud.EventQuery{
		Service:   []jumpcloud.InsightsService{jumpcloud.InsightsServiceDirectory, jumpcloud.InsightsServiceSSO},
		StartTime: jumpcloud.NewTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)),
		EndTime:   jumpcloud.Set(jumpcloud.NewTime(time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC))),
		SearchTerm: &jumpcloud.EventSearchTerm{
			And: []any{map[string]any{"event_type": []string{"user_login_attempt"}}},
		},
		Fields: []string{"initiated_by.username"}, Sort: jumpcloud.Set("DESC"), Limit: jumpcloud.Set(10000),
		SearchAfter: []any{json.RawMessage(`1576181718000123456`), "DZrPy"},
		Q:           jumpcloud.Set("ann"), ExactMatch: jumpcloud.Set("ann"), ExcludeProviderActivity: jumpcloud.Set(true),
	}
}

const eventQueryBody = `{"service":["directory","sso"],"start_time":"2026-01-01T00:00:00.000Z","end_time":"2026-01-02T12:00:00.000Z",
	"search_term":{"and":[{"event_type":["user_login_attempt"]}]},"fields":["initiated_by.username"],"sort":"DESC","limit":10000,
	"search_after":[1576181718000123456,"DZrPy"],"q":"ann","exact_match":"ann","exclude_provider_activity":true}`

const reportAnswer = `{"id":"66a1b2c3d4e5f60718293a4c","type":"os-version","status":"COMPLETED","artifacts":[{"id":"66a1b2c3d4e5f60718293a4d","format":"CSV"}],
	"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:05:05Z","expiration":"2026-01-09T03:04:05Z",
	"requester_email":"boss@example.com","requester_id":"5c9e9c2a1f0b7a0012345699","parameters":[{"key":"value"}]}`

func isReport(t *testing.T, report *jumpcloud.InsightsReport) {
	assert.Equal(t, "66a1b2c3d4e5f60718293a4c", report.ID)
	assert.Equal(t, jumpcloud.InsightsReportTypeOSVersion, report.Type)
	assert.Equal(t, jumpcloud.InsightsReportStatusCompleted, report.Status)
	require.Len(t, report.Artifacts, 1)
	assert.Equal(t, jumpcloud.InsightsReportArtifact{ID: "66a1b2c3d4e5f60718293a4d", Format: "CSV"}, report.Artifacts[0])
	assert.True(t, report.CreatedAt.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
	assert.True(t, report.UpdatedAt.Equal(time.Date(2026, 1, 2, 3, 5, 5, 0, time.UTC)))
	assert.True(t, report.Expiration.Equal(time.Date(2026, 1, 9, 3, 4, 5, 0, time.UTC)))
	assert.Equal(t, "boss@example.com", report.RequesterEmail)
	assert.Equal(t, "5c9e9c2a1f0b7a0012345699", report.RequesterID)
	assert.Equal(t, []map[string]any{{"key": "value"}}, report.Parameters)
}

func directoryInsightsContracts() []contract {
	unpaid := refusal{status: 402, body: `{"message":"payment required"}`, message: "payment required"}
	bad := refusal{status: 400, body: `{"message":"unknown service"}`, matches: jumpcloud.ErrBadRequest, message: "unknown service"}
	return []contract{
		{
			operation: "directoryInsights_eventsPost", route: "POST /insights/directory/v1/events", path: "/insights/directory/v1/events",
			body: eventQueryBody,
			methods: methods{
				call: single(func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.Page[jumpcloud.InsightsEvent], error) {
					return c.DirectoryInsights.ListEvents(ctx, eventQuery())
				}, func(t *testing.T, page *jumpcloud.Page[jumpcloud.InsightsEvent]) {
					assert.Equal(t, -1, page.TotalCount)
					assert.Equal(t, 10000, page.Limit)
					haveHappened(t, page.Items)
				}).call,
				walk: func(t *testing.T, c *jumpcloud.APIClient) error {
					events, err := jumpcloud.Collect(c.DirectoryInsights.AllEvents(t.Context(), eventQuery()), 0)
					if err == nil {
						haveHappened(t, events)
					}
					return err
				},
			},
			answers: []reply{{status: http.StatusOK, contentType: "application/json", body: happened}},
			failure: unpaid,
		},
		{
			operation: "directoryInsights_eventsCountPost", route: "POST /insights/directory/v1/events/count", path: "/insights/directory/v1/events/count",
			body: eventQueryBody,
			methods: single(func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.EventCount, error) {
				return c.DirectoryInsights.CountEvents(ctx, eventQuery())
			}, func(t *testing.T, count *jumpcloud.EventCount) { assert.EqualValues(t, 4294967296, count.Count) }),
			answers: []reply{{status: http.StatusOK, contentType: "application/json", body: `{"count":4294967296}`}},
			failure: bad,
		},
		{
			operation: "directoryInsights_eventsDistinctPost", route: "POST /insights/directory/v1/events/distinct", path: "/insights/directory/v1/events/distinct",
			body: `{"service":["all"],"start_time":"2026-01-01T00:00:00.000Z","field":"event_type","exclude_provider_activity":false}`,
			methods: single(func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.EventDistinctEventsResult, error) {
				return c.DirectoryInsights.DistinctEvents(ctx, jumpcloud.EventDistinctQuery{
					Service: []jumpcloud.InsightsService{jumpcloud.InsightsServiceAll}, StartTime: eventQuery().StartTime, Field: "event_type",
					ExcludeProviderActivity: jumpcloud.Set(false),
				})
			}, func(t *testing.T, result *jumpcloud.EventDistinctEventsResult) {
				require.Len(t, result.Buckets, 2)
				assert.Equal(t, "sso_auth", result.Buckets[1].Key)
				assert.Equal(t, 3, result.Buckets[1].DocCount)
				assert.Equal(t, 7, result.SumOtherDocCount)
				assert.Equal(t, 1, result.DocCountErrorUpperBound)
				assert.JSONEq(t, `[]`, string(result.Extra["event_type"]))
			}),
			answers: []reply{{status: http.StatusOK, contentType: "application/json", body: `{"buckets":[{"key":"user_login_attempt","doc_count":12},{"key":"sso_auth","doc_count":3}],
				"sum_other_doc_count":7,"doc_count_error_upper_bound":1,"event_type":[]}`}},
			failure: bad,
		},
		{
			operation: "directoryInsights_eventsIntervalPost", route: "POST /insights/directory/v1/events/interval", path: "/insights/directory/v1/events/interval",
			body: `{"service":["all"],"start_time":"2026-01-01T00:00:00.000Z","interval_unit":"d","interval_value":"2","timezone":"-0500","q":"ann"}`,
			methods: single(func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.EventIntervalEventsResult, error) {
				return c.DirectoryInsights.IntervalEvents(ctx, jumpcloud.EventIntervalQuery{
					Service: []jumpcloud.InsightsService{jumpcloud.InsightsServiceAll}, StartTime: eventQuery().StartTime,
					IntervalUnit: "d", IntervalValue: jumpcloud.Set("2"), Timezone: jumpcloud.Set("-0500"), Q: jumpcloud.Set("ann"),
				})
			}, func(t *testing.T, result *jumpcloud.EventIntervalEventsResult) {
				require.Len(t, result.Buckets, 1)
				assert.EqualValues(t, 1767225600000, result.Buckets[0].Key)
				assert.True(t, result.Buckets[0].KeyAsString.Equal(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
				assert.Equal(t, 9, result.Buckets[0].DocCount)
			}),
			answers: []reply{{status: http.StatusOK, contentType: "application/json", body: `{"buckets":[{"key":1767225600000,"key_as_string":"2026-01-01T00:00:00.000Z","doc_count":9}]}`}},
			failure: bad,
		},
		{
			operation: "directoryInsights_reportsListGet", route: "GET /insights/directory/v1/reports", path: "/insights/directory/v1/reports",
			query: map[string][]string{"sort": {"-CREATED_AT"}},
			methods: single(func(ctx context.Context, c *jumpcloud.APIClient) ([]*jumpcloud.InsightsReport, error) {
				return c.DirectoryInsights.ListReports(ctx, &jumpcloud.DirectoryInsightsListReportsParams{Sort: "-CREATED_AT"})
			}, func(t *testing.T, reports []*jumpcloud.InsightsReport) {
				require.Len(t, reports, 1)
				isReport(t, reports[0])
			}),
			answers: []reply{{status: http.StatusOK, contentType: "application/json", body: "[" + reportAnswer + "]"}},
			failure: refusal{status: 403, body: `{"message":"forbidden"}`, matches: jumpcloud.ErrForbidden, message: "forbidden"},
		},
		{
			operation: "directoryInsights_reportsCreate", route: "POST /insights/directory/v1/reports/{report_type}", path: "/insights/directory/v1/reports/os-version",
			methods: single(func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.InsightsReport, error) {
				return c.DirectoryInsights.CreateReport(ctx, jumpcloud.InsightsReportTypeOSVersion)
			}, isReport),
			answers: []reply{{status: http.StatusAccepted, contentType: "application/json", body: reportAnswer}},
			failure: refusal{status: 403, body: `{"message":"forbidden"}`, matches: jumpcloud.ErrForbidden, message: "forbidden"},
		},
		{
			operation: "directoryInsights_reportsArtifactContentGet", route: "GET /insights/directory/v1/reports/{report_id}/artifacts/{artifact_id}/content",
			path:   "/insights/directory/v1/reports/66a1b2c3d4e5f60718293a4c/artifacts/66a1b2c3d4e5f60718293a4d/content",
			header: map[string]string{"Accept": "application/json, text/csv"},
			methods: single(func(ctx context.Context, c *jumpcloud.APIClient) ([]byte, error) {
				return c.DirectoryInsights.GetReportContent(ctx, "66a1b2c3d4e5f60718293a4c", "66a1b2c3d4e5f60718293a4d")
			}, func(t *testing.T, content []byte) {
				assert.Contains(t, []string{"device,version\nlaptop,15.2\n", `[{"device":"laptop"}]`}, string(content))
			}),
			answers: []reply{
				{status: http.StatusOK, contentType: "text/csv", body: "device,version\nlaptop,15.2\n"},
				{status: http.StatusOK, contentType: "application/json", body: `[{"device":"laptop"}]`},
			},
			failure: refusal{status: 404, body: `{"message":"not found"}`, matches: jumpcloud.ErrNotFound, message: "not found"},
		},
	}
}

// insightsTransport answers the pages of events, or what else a test says, and keeps the bodies.
type insightsTransport struct {
	answer func(n int, r *http.Request, body string) (status int, header http.Header, text string)
	bodies []string
}

func (i *insightsTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
	}
	i.bodies = append(i.bodies, body)
	status, header, text := i.answer(len(i.bodies)-1, r, body)
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(text)), Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
}

func (i *insightsTransport) client(t *testing.T) *jumpcloud.APIClient {
	t.Helper()
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = contractKey
	configuration.HTTPClient = &http.Client{Transport: i}
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	return client
}

func TestEvents_TheCursorGoesBackExactlyAsItCame(t *testing.T) {
	transport := &insightsTransport{answer: func(n int, r *http.Request, _ string) (int, http.Header, string) {
		assert.Equal(t, "https://api.jumpcloud.com/insights/directory/v1/events", r.URL.String())
		if n == 2 {
			return 200, http.Header{}, `[]`
		}
		cursor := []string{`[1576181718000123456,"DZr<&>"]`, `[1576181719000123457,"DZs"]`}[n]
		return 200, http.Header{"X-Search_after": {cursor}, "X-Result-Count": {"2"}, "X-Limit": {"2"}},
			[]string{`[{"id":"a"},{"id":"b"}]`, `[{"id":"c"},{"id":"d"}]`}[n]
	}}
	var last jumpcloud.Response
	query := jumpcloud.EventQuery{Service: []jumpcloud.InsightsService{"all"}, StartTime: eventQuery().StartTime, Limit: jumpcloud.Set(2)}
	events, err := jumpcloud.Collect(transport.client(t).DirectoryInsights.AllEvents(t.Context(), query, jumpcloud.WithResponse(&last)), 0)
	require.NoError(t, err)
	require.Len(t, events, 4)
	assert.Equal(t, "d", events[3].ID)
	require.GreaterOrEqual(t, len(transport.bodies), 2)
	assert.JSONEq(t, `{"service":["all"],"start_time":"2026-01-01T00:00:00.000Z","limit":2}`, transport.bodies[0])
	assert.Contains(t, transport.bodies[1], `1576181718000123456`)
	assert.JSONEq(t, `{"service":["all"],"start_time":"2026-01-01T00:00:00.000Z","limit":2,"search_after":[1576181718000123456,"DZr<&>"]}`, transport.bodies[1])
}

func TestWaitReport_WaitsUntilTheReportIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		transport := &insightsTransport{answer: func(n int, r *http.Request, _ string) (int, http.Header, string) {
			assert.Equal(t, "GET /insights/directory/v1/reports", r.Method+" "+r.URL.Path)
			state := []string{"", "PENDING", "IN_PROGRESS", "COMPLETED"}[min(n, 3)]
			if state == "" {
				return 200, http.Header{}, `[{"id":"other","status":"FAILED"}]` // not listed yet
			}
			return 200, http.Header{}, `[{"id":"66a1b2c3d4e5f60718293a4c","status":"` + state + `"}]`
		}}
		report, err := transport.client(t).DirectoryInsights.WaitReport(t.Context(), "66a1b2c3d4e5f60718293a4c")
		require.NoError(t, err)
		assert.Equal(t, jumpcloud.InsightsReportStatusCompleted, report.Status)
		assert.Len(t, transport.bodies, 4)
		assert.Equal(t, 2*time.Second+3*time.Second+4500*time.Millisecond, time.Since(began))
	})
}

func TestWaitReport_SaysThatAReportFailed(t *testing.T) {
	for _, state := range []string{"FAILED", "DELETED"} {
		transport := &insightsTransport{answer: func(int, *http.Request, string) (int, http.Header, string) {
			return 200, http.Header{}, `[{"id":"66a1b2c3d4e5f60718293a4c","status":"` + state + `"}]`
		}}
		report, err := transport.client(t).DirectoryInsights.WaitReport(t.Context(), "66a1b2c3d4e5f60718293a4c")
		require.ErrorContains(t, err, "the report is "+state)
		require.NotNil(t, report)
	}
}

func TestWaitReport_EndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		transport := &insightsTransport{answer: func(int, *http.Request, string) (int, http.Header, string) {
			return 200, http.Header{}, `[{"id":"66a1b2c3d4e5f60718293a4c","status":"PENDING"}]`
		}}
		_, err := transport.client(t).DirectoryInsights.WaitReport(ctx, "66a1b2c3d4e5f60718293a4c")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestWaitReport_GivesUpOnAReportThatIsNeverListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := &insightsTransport{answer: func(int, *http.Request, string) (int, http.Header, string) {
			return 200, http.Header{}, `[]`
		}}
		_, err := transport.client(t).DirectoryInsights.WaitReport(t.Context(), "66a1b2c3d4e5f60718293a4c")
		require.ErrorIs(t, err, jumpcloud.ErrNotFound)
		assert.Len(t, transport.bodies, 10)
	})
}

func TestWaitReport_RefusesAnEmptyID(t *testing.T) {
	transport := &insightsTransport{}
	_, err := transport.client(t).DirectoryInsights.WaitReport(t.Context(), "")
	var refused *jumpcloud.ParamError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "reportID", refused.Param)
}
