package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestCommandsContracts(t *testing.T) { testContracts(t, commandsContracts()) }

const (
	commandID = "5f1b2c3d4e5f60718293a4b7"
	runID     = "65fa0f00be1cd3006efcde0f"
)

// commandAnswer is a command as a Get answers it.
const commandAnswer = `{"_id":"5f1b2c3d4e5f60718293a4b7","id":"5f1b2c3d4e5f60718293a4b7","name":"Free space","command":"Get-PSDrive","commandType":"windows",
	"shell":"powershell","user":"000000000000000000000000","sudo":false,"timeout":"120","timeToLiveSeconds":864000,"launchType":"trigger","trigger":"free space",
	"listensTo":"","schedule":"* * * * *","scheduleRepeatType":"day","scheduleYear":2026,"description":"Before the disk is full","files":["5f0e7a1c0000000000000001"],
	"filesS3":[{"objectStorageId":"5f0e7a1c0000000000000002","name":"a.msi","destination":"C:\\a.msi","sha256":"ab12"}],
	"template":"5f0e7a1c0000000000000003","templatingRequired":true,"aiGenerated":true,"commandRunners":["5f0e7a1c0000000000000004"],
	"systems":["5f1b2c3d4e5f60718293a4b5"],"organization":"5c9e9c2a1f0b7a0012345678"}`

// describedCommand is the same without what nobody described.
var describedCommand = strings.NewReplacer(`,"size":7`, "", `,"brandNew":{"a":[1.50]}`, "").Replace(commandAnswer)

func isCommand(t *testing.T, command *jumpcloud.Command) {
	assert.Equal(t, commandID, command.ID)
	assert.Equal(t, "Free space", command.Name)
	assert.Equal(t, "Get-PSDrive", command.Command)
	assert.Equal(t, jumpcloud.CommandTypeWindows, command.CommandType)
	assert.Equal(t, jumpcloud.CommandShellPowerShell, command.Shell)
	assert.Equal(t, jumpcloud.CommandUserRoot, command.User)
	assert.False(t, command.Sudo)
	assert.Equal(t, "120", command.Timeout)
	assert.Equal(t, 864000, command.TimeToLiveSeconds)
	assert.Equal(t, jumpcloud.CommandLaunchTypeTrigger, command.LaunchType)
	assert.Equal(t, "free space", command.Trigger)
	assert.Empty(t, command.ListensTo)
	assert.Equal(t, "* * * * *", command.Schedule)
	assert.Equal(t, "day", command.ScheduleRepeatType)
	assert.Equal(t, 2026, command.ScheduleYear)
	assert.Equal(t, "Before the disk is full", command.Description)
	assert.Equal(t, []string{"5f0e7a1c0000000000000001"}, command.Files)
	require.Len(t, command.FilesS3, 1)
	assert.Equal(t, "5f0e7a1c0000000000000002", command.FilesS3[0].ObjectStorageID)
	assert.Equal(t, "a.msi", command.FilesS3[0].Name)
	assert.Equal(t, `C:\a.msi`, command.FilesS3[0].Destination)
	assert.Equal(t, "ab12", command.FilesS3[0].Sha256)
	assert.Equal(t, "5f0e7a1c0000000000000003", command.Template)
	assert.True(t, command.TemplatingRequired)
	assert.True(t, command.AiGenerated)
	assert.Equal(t, []string{"5f0e7a1c0000000000000004"}, command.CommandRunners)
	assert.Equal(t, []string{laptopID}, command.Systems)
	assert.Equal(t, contractOrg, command.Organization)
}

// commandsAnswer is a page of a list, whose items have less than a Get answers.
const commandsAnswer = `{"totalCount":102,"results":[
	{"_id":"5f1b2c3d4e5f60718293a4b7","name":"Free space","command":"df -h","commandType":"linux","launchType":"repeated","listensTo":"","organization":"5c9e9c2a1f0b7a0012345678",
		"schedule":"0 3 * * *","scheduleRepeatType":"day","trigger":"","description":"","aiGenerated":false,"templatingRequired":false},
	{"_id":"5f1b2c3d4e5f60718293a4b8","name":"Later","command":"true","commandType":"mac","launchType":"one-time"}]}`

func areCommands(t *testing.T, found []*jumpcloud.Command) {
	assert.Equal(t, commandID, found[0].ID)
	assert.Equal(t, "Free space", found[0].Name)
	assert.Equal(t, jumpcloud.CommandLaunchTypeRepeated, found[0].LaunchType)
	assert.Equal(t, "0 3 * * *", found[0].Schedule)
	assert.Empty(t, found[0].Timeout)
	assert.Equal(t, jumpcloud.CommandTypeMac, found[1].CommandType)
	assert.Equal(t, jumpcloud.CommandLaunchTypeOneTime, found[1].LaunchType)
}

func commandsContracts() []contract {
	type (
		ctx      = context.Context
		client   = *jumpcloud.APIClient
		commands = *jumpcloud.CommandsService
	)
	service := func(c client) commands { return c.Commands }
	filter := traversalFilter
	listParams := &jumpcloud.CommandsListParams{
		Limit: 50, Skip: 100, Sort: []string{"-name", "_id"}, Fields: []string{"name", "trigger"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Eq, "R & D, Lab"), jumpcloud.Filter("commandType", jumpcloud.Ne, "mac")},
	}
	search := jumpcloud.SearchRequest{
		SearchFilter: &jumpcloud.SearchFilter{SearchTerm: "space", Fields: []string{"name"}},
		Filter:       map[string]any{"and": []string{"launchType:$eq:manual"}},
		Fields:       "name trigger", Sort: jumpcloud.Set("-name"), Limit: jumpcloud.Set(50), Skip: jumpcloud.Set(100),
	}
	associationsParams := &jumpcloud.CommandsListAssociationsParams{Limit: 50, Skip: 100}
	associations := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Commands.ManageAssociations(ctx, commandID, body) })
	}
	trigger := func(body map[string]any) methods {
		return single(func(ctx ctx, c client) (*jumpcloud.CommandTriggerResult, error) {
			return c.Commands.Trigger(ctx, "free space", body)
		}, func(t *testing.T, started *jumpcloud.CommandTriggerResult) {
			assert.Equal(t, []string{"Free space", "Later"}, started.Triggered)
		})
	}
	run := func(body jumpcloud.CommandRunRequest) methods {
		return single(func(ctx ctx, c client) (*jumpcloud.CommandRunResult, error) {
			return c.Commands.Run(ctx, body)
		}, func(t *testing.T, started *jumpcloud.CommandRunResult) {
			assert.Equal(t, runID, started.WorkflowInstanceID)
			assert.Equal(t, []string{"65fa0f00be1cd3006efcde11", "65fa0f00be1cd3006efcde12"}, started.QueueIDs)
		})
	}
	const started = `{"workflowInstanceId":"65fa0f00be1cd3006efcde0f","queueIds":["65fa0f00be1cd3006efcde11","65fa0f00be1cd3006efcde12"]}`
	return []contract{
		{
			operation: "command_trigger_webhook_post",
			route:     "POST /command/trigger/{triggername}",
			path:      "/command/trigger/free%20space",
			body:      `{"severity":"high","count":2}`,
			methods:   trigger(map[string]any{"severity": "high", "count": 2}),
			answers:   []reply{okJSON(`{"triggered":["Free space","Later"]}`)},
			failure:   refusedKey,
		},
		{
			operation: "command_trigger_webhook_post",
			variant:   "without variables",
			route:     "POST /command/trigger/{triggername}",
			path:      "/command/trigger/free%20space",
			body:      `{}`,
			methods:   trigger(nil),
			answers:   []reply{okJSON(`{"triggered":["Free space","Later"]}`)},
			failure:   refusedRate,
		},
		{
			operation: "commands_list",
			route:     "GET /commands",
			path:      "/commands",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-name _id"}, "fields": {"name trigger"},
				"filter": {"name:$eq:R & D, Lab", "commandType:$ne:mac"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.Command], error) {
					return c.Commands.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.Command, error] { return c.Commands.All(ctx, listParams) },
				areCommands,
			),
			answers: []reply{okJSON(commandsAnswer)},
			failure: refusedKeyUnsaid,
		},
		{
			operation: "commands_post",
			route:     "POST /commands",
			path:      "/commands",
			body: `{"name":"Free space","command":"Get-PSDrive","commandType":"windows","shell":"powershell","user":"000000000000000000000000",
				"sudo":false,"timeout":"120","timeToLiveSeconds":0,"launchType":"manual","files":[],
				"filesS3":[{"objectStorageId":"5f0e7a1c0000000000000002","name":"a.msi","destination":"C:\\a.msi","sha256":"ab12"}]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Command, error) {
				return c.Commands.Create(ctx, jumpcloud.CommandInput{
					Name: "Free space", Command: "Get-PSDrive", CommandType: jumpcloud.CommandTypeWindows,
					Shell: jumpcloud.Set(jumpcloud.CommandShellPowerShell), User: jumpcloud.Set(jumpcloud.CommandUserRoot),
					Sudo: jumpcloud.Set(false), Timeout: jumpcloud.Set("120"), TimeToLiveSeconds: jumpcloud.Set(0),
					LaunchType: jumpcloud.Set(jumpcloud.CommandLaunchTypeManual), Files: []string{},
					FilesS3: []jumpcloud.CommandFileS3Input{{
						ObjectStorageID: "5f0e7a1c0000000000000002", Name: "a.msi", Destination: `C:\a.msi`, Sha256: "ab12",
					}},
				})
			}, isCommand),
			answers: []reply{okJSON(describedCommand), createdJSON(commandAnswer)},
			failure: refusedIn2019,
		},
		{
			operation: "commands_get",
			route:     "GET /commands/{id}",
			path:      "/commands/5f1b2c3d4e5f60718293a4b7",
			query:     url.Values{"fields": {"name trigger"}},
			methods: single(func(ctx ctx, c client) (*jumpcloud.Command, error) {
				return c.Commands.Get(ctx, commandID, &jumpcloud.CommandsGetParams{Fields: []string{"name", "trigger"}})
			}, isCommand),
			answers: []reply{okJSON(describedCommand), okJSON(commandAnswer)},
			failure: refusedMock,
		},
		{
			operation: "commands_put",
			route:     "PUT /commands/{id}",
			path:      "/commands/5f1b2c3d4e5f60718293a4b7",
			body:      `{"name":"Free space","command":"df -h","commandType":"mac","description":"","trigger":"","scheduleYear":2026}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Command, error) {
				return c.Commands.Update(ctx, commandID, jumpcloud.CommandInput{
					Name: "Free space", Command: "df -h", CommandType: jumpcloud.CommandTypeMac,
					Description: jumpcloud.Set(""), Trigger: jumpcloud.Set(""), ScheduleYear: jumpcloud.Set(2026),
				})
			}, isCommand),
			answers: []reply{okJSON(describedCommand), okJSON(commandAnswer)},
			failure: refusedDetails,
		},
		{
			operation: "commands_delete",
			route:     "DELETE /commands/{id}",
			path:      "/commands/5f1b2c3d4e5f60718293a4b7",
			methods:   single(func(ctx ctx, c client) (*jumpcloud.Command, error) { return c.Commands.Delete(ctx, commandID) }, isCommand),
			answers:   []reply{okJSON(describedCommand), okJSON(commandAnswer)},
			failure:   refusedMock,
		},
		{
			operation: "commands_getResults",
			route:     "GET /commands/{id}/results",
			path:      "/commands/5f1b2c3d4e5f60718293a4b7/results",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.CommandResult], error) {
					return c.Commands.ListResults(ctx, commandID, &jumpcloud.CommandsListResultsParams{Limit: 50, Skip: 100})
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.CommandResult, error] {
					return c.Commands.AllResults(ctx, commandID, &jumpcloud.CommandsListResultsParams{Limit: 50, Skip: 100})
				},
				func(t *testing.T, found []*jumpcloud.CommandResult) {
					assert.Equal(t, laptopID, found[0].System, "the id, in this list")
					assert.Equal(t, runID, found[0].WorkflowInstanceID)
					assert.Equal(t, serverID, found[1].System)
				},
			),
			answers: []reply{v2Page(`[{"_id":"65fa0f28be1cd3006efcde10","system":"5f1b2c3d4e5f60718293a4b5","workflowId":"5f1b2c3d4e5f60718293a4b7",
				"workflowInstanceId":"65fa0f00be1cd3006efcde0f"},{"_id":"65fa0f28be1cd3006efcde13","system":"5f1b2c3d4e5f60718293a4b6"}]`)},
			failure: refusedByProxy,
		},
		{
			operation: "command_file_get",
			route:     "GET /files/command/{id}",
			path:      "/files/command/5f1b2c3d4e5f60718293a4b7",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "fields": {"name destination"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.CommandFile], error) {
					return c.Commands.ListFiles(ctx, commandID, &jumpcloud.CommandsListFilesParams{Limit: 50, Skip: 100, Fields: []string{"name", "destination"}})
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.CommandFile, error] {
					return c.Commands.AllFiles(ctx, commandID, &jumpcloud.CommandsListFilesParams{Limit: 50, Skip: 100, Fields: []string{"name", "destination"}})
				},
				func(t *testing.T, found []*jumpcloud.CommandFile) {
					assert.Equal(t, "5f0e7a1c0000000000000001", found[0].ID)
					assert.Equal(t, "setup.sh", found[0].Name)
					assert.Equal(t, "/tmp/setup.sh", found[0].Destination)
					assert.Equal(t, "b", found[1].Name)
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"results":[{"_id":"5f0e7a1c0000000000000001","name":"setup.sh","destination":"/tmp/setup.sh"},
				{"_id":"5f0e7a1c0000000000000002","name":"b"}]}`)},
			failure: refusedDetails,
		},
		{
			operation: "commands_run",
			route:     "POST /runCommand",
			path:      "/runCommand",
			body:      `{"_id":"5f1b2c3d4e5f60718293a4b7","systemIds":["5f1b2c3d4e5f60718293a4b5","5f1b2c3d4e5f60718293a4b6"]}`,
			methods:   run(jumpcloud.CommandRunRequest{ID: commandID, SystemIDs: []string{laptopID, serverID}}),
			answers:   []reply{okJSON(started)},
			failure: refusal{
				status: 400, contentType: "application/json", body: `{"message":"command id is required"}`,
				matches: jumpcloud.ErrBadRequest, message: "command id is required",
			},
		},
		{
			operation: "commands_run",
			variant:   "where it is bound",
			route:     "POST /runCommand",
			path:      "/runCommand",
			body:      `{"_id":"5f1b2c3d4e5f60718293a4b7"}`,
			methods:   run(jumpcloud.CommandRunRequest{ID: commandID}),
			answers:   []reply{okJSON(started)},
			failure:   refusedRate,
		},
		{
			operation: "search_commands_post",
			route:     "POST /search/commands",
			path:      "/search/commands",
			body: `{"searchFilter":{"searchTerm":"space","fields":["name"]},"filter":{"and":["launchType:$eq:manual"]},
				"fields":"name trigger","sort":"-name","limit":50,"skip":100}`,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.Command], error) {
					return c.Commands.Search(ctx, search)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.Command, error] { return c.Commands.SearchAll(ctx, search) },
				areCommands,
			),
			answers: []reply{okJSON(commandsAnswer)},
			failure: refusedKey,
		},
		{
			operation: "commands_cancelQueuedCommandsByWorkflowInstanceId",
			route:     "DELETE /v2/commandqueue/{workflow_instance_id}",
			path:      "/v2/commandqueue/65fa0f00be1cd3006efcde0f",
			methods:   nothing(func(ctx ctx, c client) error { return c.Commands.CancelQueued(ctx, runID) }),
			answers:   []reply{noContent},
			failure:   refusedNotFound,
		},
		{
			operation: "commands_getQueuedCommandsByWorkflow",
			route:     "GET /v2/queuedcommand/workflows",
			path:      "/v2/queuedcommand/workflows",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-pendingCount,id"}, "search": {"Free space"}, "filter": {"pendingCount:gt:1"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.QueuedCommand], error) {
					return c.Commands.ListQueued(ctx, queuedParams())
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.QueuedCommand, error] {
					return c.Commands.AllQueued(ctx, queuedParams())
				},
				func(t *testing.T, found []*jumpcloud.QueuedCommand) {
					assert.Equal(t, runID, found[0].ID)
					assert.Equal(t, commandID, found[0].Command)
					assert.Equal(t, laptopID, found[0].System)
					assert.Equal(t, 2, found[0].PendingCount)
					assert.Equal(t, "65fa0f00be1cd3006efcde10", found[1].ID)
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"results":[
				{"id":"65fa0f00be1cd3006efcde0f","command":"5f1b2c3d4e5f60718293a4b7","system":"5f1b2c3d4e5f60718293a4b5","pendingCount":2},
				{"id":"65fa0f00be1cd3006efcde10"}]}`)},
			failure: refusedErrorOnly,
		},
		{
			operation: "graph_commandAssociationsList",
			route:     "GET /v2/commands/{command_id}/associations",
			path:      "/v2/commands/5f1b2c3d4e5f60718293a4b7/associations",
			query:     url.Values{"targets": {"system"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Commands.ListAssociations(ctx, commandID, []jumpcloud.GraphType{jumpcloud.GraphTypeSystem}, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Commands.AllAssociations(ctx, commandID, []jumpcloud.GraphType{jumpcloud.GraphTypeSystem}, associationsParams)
				},
				areBoundSystems,
			),
			answers: []reply{v2Page(boundSystems)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_commandAssociationsPost",
			route:     "POST /v2/commands/{command_id}/associations",
			path:      "/v2/commands/5f1b2c3d4e5f60718293a4b7/associations",
			body:      `{"op":"add","type":"system_group","id":"5f1b2c3d4e5f60718293a4b5"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystemGroup, ID: laptopID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		traversal("graph_commandTraverseSystemGroup", "/v2/commands/{command_id}/systemgroups", commandID, "system_group", service,
			commands.ListSystemGroups, commands.AllSystemGroups,
			jumpcloud.CommandsListSystemGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedMock),
		traversal("graph_commandTraverseSystem", "/v2/commands/{command_id}/systems", commandID, "system", service,
			commands.ListSystems, commands.AllSystems,
			jumpcloud.CommandsListSystemsParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
	}
}

func queuedParams() *jumpcloud.CommandsListQueuedParams {
	return &jumpcloud.CommandsListQueuedParams{
		Limit: 50, Skip: 100, Sort: []string{"-pendingCount", "id"}, Search: "Free space",
		Filter: []jumpcloud.Condition{jumpcloud.Filter("pendingCount", jumpcloud.Gt, "1")},
	}
}
