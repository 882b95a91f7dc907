package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestCommandResultsContracts(t *testing.T) { testContracts(t, commandResultsContracts()) }

const resultID = "65fa0f28be1cd3006efcde10"

const resultAnswer = `{"_id":"65fa0f28be1cd3006efcde10","name":"Free space","command":"df -h /","systemId":"5f1b2c3d4e5f60718293a4b5","system":"laptop",
	"workflowId":"5f1b2c3d4e5f60718293a4b7","workflowInstanceId":"65fa0f00be1cd3006efcde0f","requestTime":"2026-02-10T09:00:00.000Z",
	"responseTime":"2026-02-10T09:00:04.000Z","response":{"id":"65fa0f28be1cd3006efcde10","error":"",
	"data":{"exitCode":3221225477,"output":"32% /\n"}},"sudo":true,"user":"root","files":["5f0e7a1c0000000000000001"],"organization":"5c9e9c2a1f0b7a0012345678"}`

func isResult(t *testing.T, result *jumpcloud.CommandResult) {
	assert.Equal(t, resultID, result.ID)
	assert.Equal(t, "Free space", result.Name)
	assert.Equal(t, "df -h /", result.Command)
	assert.Equal(t, laptopID, result.SystemID)
	assert.Equal(t, "laptop", result.System)
	assert.Equal(t, commandID, result.WorkflowID)
	assert.Equal(t, runID, result.WorkflowInstanceID)
	assert.Equal(t, 4*time.Second, result.ResponseTime.Sub(result.RequestTime.Time))
	require.NotNil(t, result.Response)
	assert.Equal(t, resultID, result.Response.ID)
	assert.Empty(t, result.Response.Error)
	assert.Equal(t, &jumpcloud.CommandResponseData{ExitCode: 3221225477, Output: "32% /\n"}, result.Response.Data)
	assert.True(t, result.Sudo)
	assert.Equal(t, "root", result.User)
	assert.Equal(t, []string{"5f0e7a1c0000000000000001"}, result.Files)
	assert.Equal(t, contractOrg, result.Organization)
}

// resultsAnswer is a page of a list: its items leave out what was printed.
const resultsAnswer = `{"totalCount":102,"results":[
	{"_id":"65fa0f28be1cd3006efcde10","name":"Free space","command":"df -h /","exitCode":1,"requestTime":"2026-02-10T09:00:00.000Z","responseTime":null,"sudo":false,
		"system":"laptop","systemId":"5f1b2c3d4e5f60718293a4b5","user":"root","workflowId":"5f1b2c3d4e5f60718293a4b7"},
	{"_id":"65fa0f28be1cd3006efcde13","requestTime":null,"response":{"error":"timed out","data":null}}]}`

func areResults(t *testing.T, found []*jumpcloud.CommandResult) {
	assert.Equal(t, resultID, found[0].ID)
	assert.Equal(t, int64(1), found[0].ExitCode)
	assert.Equal(t, laptopID, found[0].SystemID)
	assert.True(t, found[0].ResponseTime.IsZero())
	assert.Nil(t, found[0].Response)
	require.NotNil(t, found[1].Response)
	assert.Equal(t, "timed out", found[1].Response.Error)
	assert.Nil(t, found[1].Response.Data)
}

func commandResultsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
	)
	listParams := &jumpcloud.CommandResultsListParams{Limit: 50, Skip: 100, Sort: []string{"-requestTime", "_id"}, Fields: []string{"name", "system"}}
	search := jumpcloud.SearchRequest{
		Filter: map[string]any{"and": []string{"workflowInstanceId:$eq:" + runID}},
		Fields: []string{"name", "system"}, Sort: jumpcloud.Set("_id"), Limit: jumpcloud.Set(50), Skip: jumpcloud.Set(100),
	}
	return []contract{
		{
			operation: "command_results_list",
			route:     "GET /commandresults",
			path:      "/commandresults",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-requestTime _id"}, "fields": {"name system"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.CommandResult], error) {
					return c.CommandResults.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.CommandResult, error] {
					return c.CommandResults.All(ctx, listParams)
				},
				areResults,
			),
			answers: []reply{okJSON(resultsAnswer)},
			failure: refusedKeyUnsaid,
		},
		{
			operation: "command_results_get",
			route:     "GET /commandresults/{id}",
			path:      "/commandresults/65fa0f28be1cd3006efcde10",
			query:     url.Values{"fields": {"response name"}, "filter": {"sudo:$eq:true"}},
			methods: single(func(ctx ctx, c client) (*jumpcloud.CommandResult, error) {
				return c.CommandResults.Get(ctx, resultID, &jumpcloud.CommandResultsGetParams{
					Fields: []string{"response", "name"}, Filter: []jumpcloud.Condition{jumpcloud.Filter("sudo", jumpcloud.Eq, "true")},
				})
			}, isResult),
			answers: []reply{okJSON(resultAnswer)},
			failure: refusedMock,
		},
		{
			operation: "command_results_delete",
			route:     "DELETE /commandresults/{id}",
			path:      "/commandresults/65fa0f28be1cd3006efcde10",
			methods: single(func(ctx ctx, c client) (*jumpcloud.CommandResult, error) {
				return c.CommandResults.Delete(ctx, resultID)
			}, isResult),
			answers: []reply{okJSON(resultAnswer)},
			failure: refusedMock,
		},
		{
			operation: "search_commandresults_post",
			route:     "POST /search/commandresults",
			path:      "/search/commandresults",
			body: `{"filter":{"and":["workflowInstanceId:$eq:65fa0f00be1cd3006efcde0f"]},"fields":["name","system"],
				"sort":"_id","limit":50,"skip":100}`,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.CommandResult], error) {
					return c.CommandResults.Search(ctx, search)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.CommandResult, error] {
					return c.CommandResults.SearchAll(ctx, search)
				},
				areResults,
			),
			answers: []reply{okJSON(resultsAnswer)},
			failure: refusedKey,
		},
	}
}

// The list of results is known to fail above 100 a page.
func TestResultsAreListedAtMostAHundredAtATime(t *testing.T) {
	_, err := talk(t).CommandResults.List(t.Context(), &jumpcloud.CommandResultsListParams{Limit: 1000})

	var refused *jumpcloud.ParamError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "limit", refused.Param)
}
