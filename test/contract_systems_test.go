package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestSystemsContracts(t *testing.T) { testContracts(t, systemsContracts()) }

// laptopAnswer is a system with every property that one may have, those of a search too.
const laptopAnswer = `{"_id":"5f1b2c3d4e5f60718293a4b5","id":"5f1b2c3d4e5f60718293a4b5","organization":"5c9e9c2a1f0b7a0012345678",
	"displayName":"Ann's laptop","hostname":"ann-laptop.local","description":"Loan, back in May","active":true,
	"lastContact":"2026-03-01T08:15:30.250Z","created":"2024-11-20T09:00:00.000Z","serialNumber":"C02XK0AAJGH5","hwVendor":"Apple Inc.",
	"os":"Mac OS X","osFamily":"darwin","version":"15.1.1",
	"osVersionDetail":{"osName":"macOS","releaseName":"Sequoia","distributionName":"macos","version":"15.1.1","major":"15","minor":"1","patch":"1",
		"revision":"24B91","majorNumber":15,"minorNumber":1,"patchNumber":1},
	"templateName":"mac_os_x","arch":"arm64","archFamily":"arm","agentVersion":"2.30.1","remoteAssistAgentVersion":"0.300.0","remoteIP":"203.0.113.7",
	"systemTimezone":-60,"fileSystem":"apfs","fde":{"active":true,"keyPresent":true},"primarySystemUser":{"id":"6026bec6b8207255280d5981"},
	"userMetrics":[{"userName":"ann","admin":true,"managed":true,"suspended":true,"secureTokenEnabled":true}],
	"networkInterfaces":[{"name":"lo0","address":"127.0.0.1","family":"IPv4","internal":true}],
	"policyStats":{"total":6,"success":1,"failed":2,"pending":3,"duplicate":4,"unsupportedOs":5},"isPolicyBound":true,
	"systemInsights":{"state":"deferred"},
	"mdm":{"vendor":"internal","enrollmentType":"automated device","dep":true,"userApproved":true,"profileIdentifier":"com.example.mdm",
		"providerId":"64d0f1e2c3b4a59687786951","lostModeStatus":"disabled","internal":{"deviceId":"64d0f1e2c3b4a59687786952",
		"windowsDeviceId":"64d0f1e2c3b4a59687786953"},"windows":{"upn":"ann@example.com"}},
	"builtInCommands":[{"name":"erase","type":"security"}],"domainInfo":{"partOfDomain":true,"domainName":"corp.example.com"},"azureAdJoined":true,
	"provisionMetadata":{"provisioner":{"type":"administrator","provisionerId":"64d0f1e2c3b4a59687786954"}},
	"attributes":[{"_id":"a1","name":"room","value":"4.12"}],"tags":["loan"],"allowMultiFactorAuthentication":true,"allowPublicKeyAuthentication":true,
	"allowSshPasswordAuthentication":true,"allowSshRootLogin":true,"sshRootEnabled":true,"modifySSHDConfig":true,
	"sshdParams":[{"name":"PORT","value":"22"}],"hasServiceAccount":true,
	"serviceAccountState":{"hasSecureToken":true,"passwordODValid":true,"passwordAPFSValid":true},"agentHasFullDiskAccess":true,"desktopCapable":true,
	"displayManager":"gdm","secureLogin":{"supported":true,"enabled":true},"amazonInstanceID":"i-0abc","connectionHistory":[{"at":"2026-03-01"}],
	"memberof":["6026da081f24755306c2ee0e"],"primarySystemUser._id":"6026bec6b8207255280d5981",
	"primarySystemUser.attributes":[{"_id":"a2","name":"badge","value":"77"}],"primarySystemUser.company":"Example",
	"primarySystemUser.costCenter":"CC1","primarySystemUser.delegatedAuthority.id":"64d0f1e2c3b4a59687786955","primarySystemUser.department":"IT",
	"primarySystemUser.description":"on call","primarySystemUser.email":"ann@example.com","primarySystemUser.employeeType":"full-time",
	"primarySystemUser.jobTitle":"Engineer","primarySystemUser.location":"Malmö","primarySystemUser.manager":"6026bec6b8207255280d5982",
	"primarySystemUser.memberof":["6026da081f24755306c2ee0d"],"primarySystemUser.state":"ACTIVATED"}`

func isLaptop(t *testing.T, system *jumpcloud.System) {
	everyFieldIsSet(t, *system)
	assert.Equal(t, laptopID, system.ID)
	assert.Equal(t, "Ann's laptop", system.DisplayName)
	assert.True(t, system.LastContact.Equal(time.Date(2026, 3, 1, 8, 15, 30, 250e6, time.UTC)))
	assert.Equal(t, &jumpcloud.SystemOSVersionDetail{
		OSName: "macOS", ReleaseName: "Sequoia", DistributionName: "macos", Version: "15.1.1", Major: "15", Minor: "1", Patch: "1", Revision: "24B91",
		MajorNumber: 15, MinorNumber: 1, PatchNumber: 1,
	}, system.OSVersionDetail)
	assert.Equal(t, -60, system.SystemTimezone)
	assert.Equal(t, &jumpcloud.SystemFDE{Active: true, KeyPresent: true}, system.Fde)
	assert.Equal(t, &jumpcloud.SystemPrimaryUser{ID: annID}, system.PrimarySystemUser)
	assert.Equal(t, &jumpcloud.SystemPolicyStats{Total: 6, Success: 1, Failed: 2, Pending: 3, Duplicate: 4, UnsupportedOS: 5}, system.PolicyStats)
	assert.Equal(t, jumpcloud.SystemInsightsStateDeferred, system.SystemInsights.State)
	assert.Equal(t, jumpcloud.SystemMDMVendorInternal, system.Mdm.Vendor)
	assert.Equal(t, jumpcloud.SystemMDMEnrollmentTypeAutomatedDevice, system.Mdm.EnrollmentType)
	assert.Equal(t, []jumpcloud.UserAttribute{{ID: "a1", Name: "room", Value: "4.12"}}, system.Attributes)
	assert.Equal(t, annID, system.PrimarySystemUserID)
	assert.Equal(t, "64d0f1e2c3b4a59687786955", system.PrimarySystemUserDelegatedAuthorityID)
	assert.Equal(t, "IT", system.PrimarySystemUserDepartment)
	assert.Equal(t, []string{staffID}, system.PrimarySystemUserMemberof)
	assert.Equal(t, jumpcloud.UserStateActivated, system.PrimarySystemUserState)
}

// v1Systems is the last page of a list of systems: one with everything, and one that never reported.
const v1Systems = `{"totalCount":102,"results":[` + laptopAnswer + `,
	{"id":"5f1b2c3d4e5f60718293a4b6","hostname":"web-1","active":false,"lastContact":null,"fileSystem":null,"primarySystemUser":{"id":null}}]}`

func areLaptopAndServer(t *testing.T, systems []*jumpcloud.System) {
	isLaptop(t, systems[0])
	assert.Equal(t, serverID, systems[1].ID, "the id under its other name")
	assert.False(t, systems[1].Active)
	assert.True(t, systems[1].LastContact.IsZero())
	assert.Empty(t, systems[1].PrimarySystemUser.ID)
}

const policyID = "65b1c2d3e4f5061728394a5b"

// boundUsers are associations of a device with users.
const boundUsers = `[
	{"attributes":null,"to":{"attributes":null,"id":"6026bec6b8207255280d5981","type":"user"}},
	{"attributes":{"sudo":{"enabled":true,"withoutPassword":false}},"to":{"attributes":null,"id":"6026bec6b8207255280d5982","type":"user"}}]`

func areBoundUsers(t *testing.T, connections []*jumpcloud.GraphConnection) {
	assert.Equal(t, jumpcloud.GraphObject{ID: annID, Type: jumpcloud.GraphTypeUser}, connections[0].To)
	assert.Nil(t, connections[0].Attributes)
	assert.Equal(t, jumpcloud.GraphObject{ID: bobID, Type: jumpcloud.GraphTypeUser}, connections[1].To)
	assert.Equal(t, map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": false}}, connections[1].Attributes)
}

// reachedCommands are a command with its properties, and one of which only the routes are told.
const reachedCommands = `[
	{"id":"65b1c2d3e4f5061728394a5b","type":"command","compiledAttributes":null,"paths":[
		[{"attributes":null,"to":{"attributes":null,"id":"65b1c2d3e4f5061728394a5b","type":"command"}}]],
		"name":"Patch","command":"softwareupdate -ia","commandType":"mac","launchType":"repeated","schedule":"0 3 * * 1","scheduleRepeatType":"week",
		"timeout":"120","timeToLiveSeconds":3600,"organization":"5c9e9c2a1f0b7a0012345678"},
	{"id":"65b1c2d3e4f5061728394a5c","type":"command","paths":[]}]`

func areReachedCommands(t *testing.T, commands []*jumpcloud.CommandGraphObject) {
	everyFieldIsSet(t, *commands[0], ".CompiledAttributes", ".Paths[0][0].From", ".Paths[0][0].Attributes", ".Paths[0][0].To.Attributes")
	assert.Equal(t, policyID, commands[0].ID)
	assert.Equal(t, jumpcloud.GraphTypeCommand, commands[0].Type)
	assert.True(t, commands[0].Direct())
	assert.Equal(t, "Patch", commands[0].Name)
	assert.Equal(t, "120", commands[0].Timeout)
	assert.Equal(t, 3600, commands[0].TimeToLiveSeconds)
	assert.Equal(t, "65b1c2d3e4f5061728394a5c", commands[1].ID)
	assert.False(t, commands[1].Direct())
}

func systemsContracts() []contract {
	type (
		ctx     = context.Context
		client  = *jumpcloud.APIClient
		systems = *jumpcloud.SystemsService
	)
	service := func(c client) systems { return c.Systems }
	filter := traversalFilter
	listParams := &jumpcloud.SystemsListParams{
		Limit:  50,
		Skip:   100,
		Sort:   []string{"-lastContact", "_id"},
		Fields: []string{"hostname", "os"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("os", jumpcloud.Eq, "Windows"), jumpcloud.Filter("lastContact", jumpcloud.Lt, "2026-01-01")},
		Search: jumpcloud.TextSearch{Fields: []string{"hostname", "displayName"}, Term: "ann"},
	}
	search := jumpcloud.SearchRequest{
		SearchFilter: &jumpcloud.SearchFilter{SearchTerm: "ann", Fields: []string{"hostname", "displayName"}},
		Filter:       jumpcloud.AllOf(jumpcloud.Filter("primarySystemUser.department", jumpcloud.Eq, "IT"), jumpcloud.Filter("osFamily", jumpcloud.Ne, "linux")),
		Fields:       []string{"hostname", "primarySystemUser.email"},
		Sort:         jumpcloud.Set("_id"),
		Limit:        jumpcloud.Set(50),
		Skip:         jumpcloud.Set(100),
	}
	users := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	associationsParams := &jumpcloud.SystemsListAssociationsParams{Limit: 50, Skip: 100}
	commandsParams := &jumpcloud.SystemsListCommandsParams{Limit: 50, Skip: 100, Filter: filter, Details: "v1"}
	statusParams := &jumpcloud.SystemsListPolicyStatusesParams{Limit: 50, Skip: 100, Fields: []string{"policyID", "state"}, Filter: filter, Sort: []string{"-endedAt", "id"}}
	softwareParams := &jumpcloud.SystemsListSoftwareAppStatusesParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-id"}}
	manage := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Systems.ManageAssociations(ctx, laptopID, body) })
	}
	// act is a command to the device.
	act := func(operation, name string, send func(systems, ctx, string, ...jumpcloud.RequestOption) error, failure refusal) contract {
		return contract{
			operation: operation,
			route:     "POST /systems/{system_id}/command/builtin/" + name,
			path:      "/systems/5f1b2c3d4e5f60718293a4b5/command/builtin/" + name,
			methods:   nothing(func(ctx ctx, c client) error { return send(c.Systems, ctx, laptopID) }),
			answers:   append([]reply{{status: 201}}, wordless...),
			failure:   failure,
		}
	}
	return []contract{
		{
			operation: "search_systems_post",
			route:     "POST /search/systems",
			path:      "/search/systems",
			body: `{"searchFilter":{"searchTerm":"ann","fields":["hostname","displayName"]},
				"filter":{"and":["primarySystemUser.department:$eq:IT","osFamily:$ne:linux"]},
				"fields":["hostname","primarySystemUser.email"],"sort":"_id","limit":50,"skip":100}`,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.System], error) {
					return c.Systems.Search(ctx, search)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.System, error] { return c.Systems.SearchAll(ctx, search) },
				areLaptopAndServer,
			),
			answers: []reply{okJSON(v1Systems)},
			failure: refusedKey,
		},
		{
			operation: "search_systems_post",
			variant:   "in a copy that may be behind",
			route:     "POST /search/systems",
			path:      "/search/systems",
			header:    map[string]string{"X-Eventually-Consistent": "true"},
			body:      `{"filter":{"hostname":"web-1"},"limit":100,"skip":0}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.System], error) {
				return c.Systems.Search(ctx, jumpcloud.SearchRequest{Filter: map[string]string{"hostname": "web-1"}}, jumpcloud.WithHeader("x-eventually-consistent", "true"))
			}, func(t *testing.T, page *jumpcloud.Page[jumpcloud.System]) { assert.Empty(t, page.Items) }),
			answers: []reply{okJSON(`{"totalCount":0,"results":[]}`)},
			failure: refusedKeyUnsaid,
		},
		{
			operation: "systems_list",
			route:     "GET /systems",
			path:      "/systems",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-lastContact _id"}, "fields": {"hostname os"},
				"filter":            {"os:$eq:Windows", "lastContact:$lt:2026-01-01"},
				"search[fields][0]": {"hostname"}, "search[fields][1]": {"displayName"}, "search[searchTerm]": {"ann"},
			},
			raw: "limit=50&skip=100&sort=-lastContact+_id&fields=hostname+os&filter=os%3A%24eq%3AWindows&filter=lastContact%3A%24lt%3A2026-01-01" +
				"&search%5Bfields%5D%5B0%5D=hostname&search%5Bfields%5D%5B1%5D=displayName&search%5BsearchTerm%5D=ann",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.System], error) {
					return c.Systems.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.System, error] { return c.Systems.All(ctx, listParams) },
				areLaptopAndServer,
			),
			answers: []reply{okJSON(v1Systems)},
			failure: refusedKey,
		},
		{
			operation: "systems_get",
			route:     "GET /systems/{id}",
			path:      "/systems/5f1b2c3d4e5f60718293a4b5",
			query:     url.Values{"fields": {"hostname os"}},
			raw:       "fields=hostname+os",
			methods: single(func(ctx ctx, c client) (*jumpcloud.System, error) {
				return c.Systems.Get(ctx, laptopID, &jumpcloud.SystemsGetParams{Fields: []string{"hostname", "os"}})
			}, isLaptop),
			answers: []reply{okJSON(laptopAnswer)},
			failure: refusedMock,
		},
		{
			operation: "systems_put",
			route:     "PUT /systems/{id}",
			path:      "/systems/5f1b2c3d4e5f60718293a4b5",
			body: `{"displayName":"Ann's laptop","description":"","attributes":[{"name":"room","value":"4.12"}],"tags":[],
				"allowMultiFactorAuthentication":false,"allowPublicKeyAuthentication":true,"allowSshPasswordAuthentication":false,"allowSshRootLogin":false,
				"systemInsights":{"state":"enabled"},"primarySystemUser.id":"6026bec6b8207255280d5981","agentBoundMessages":[{"cmd":"refresh"}]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.System, error) {
				return c.Systems.Update(ctx, laptopID, jumpcloud.SystemUpdate{
					DisplayName:                    jumpcloud.Set("Ann's laptop"),
					Description:                    jumpcloud.Set(""),
					Attributes:                     []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("room"), Value: jumpcloud.Set("4.12")}},
					Tags:                           []string{},
					AllowMultiFactorAuthentication: jumpcloud.Set(false),
					AllowPublicKeyAuthentication:   jumpcloud.Set(true),
					AllowSSHPasswordAuthentication: jumpcloud.Set(false),
					AllowSSHRootLogin:              jumpcloud.Set(false),
					SystemInsights:                 &jumpcloud.SystemInsightsSettingInput{State: jumpcloud.Set(jumpcloud.SystemInsightsStateEnabled)},
					PrimarySystemUserID:            jumpcloud.Set(annID),
					AgentBoundMessages:             []jumpcloud.SystemAgentMessage{{Cmd: jumpcloud.Set("refresh")}},
				})
			}, isLaptop),
			answers: []reply{okJSON(laptopAnswer)},
			failure: refusedMock,
		},
		{
			operation: "systems_put",
			variant:   "that leaves the device to nobody",
			route:     "PUT /systems/{id}",
			path:      "/systems/5f1b2c3d4e5f60718293a4b5",
			body:      `{"primarySystemUser.id":null}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.System, error) {
				return c.Systems.Update(ctx, laptopID, jumpcloud.SystemUpdate{PrimarySystemUserID: jumpcloud.Null[string]()})
			}, isLaptop),
			answers: []reply{okJSON(laptopAnswer)},
			failure: refusedUnspecified,
		},
		{
			operation: "systems_delete",
			route:     "DELETE /systems/{id}",
			path:      "/systems/5f1b2c3d4e5f60718293a4b5",
			methods:   single(func(ctx ctx, c client) (*jumpcloud.System, error) { return c.Systems.Delete(ctx, laptopID) }, isLaptop),
			answers:   []reply{okJSON(laptopAnswer)},
			failure:   refusedMock,
		},
		act("systems_commandBuiltinErase", "erase", systems.Erase, refusedForbidden),
		act("systems_commandBuiltinLock", "lock", systems.Lock, refusedNotFound),
		act("systems_commandBuiltinRestart", "restart", systems.Restart, refusedErrorOnly),
		act("systems_commandBuiltinShutdown", "shutdown", systems.Shutdown, refusedExists),
		{
			operation: "systems_getFDEKey",
			route:     "GET /v2/systems/{system_id}/fdekey",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/fdekey",
			methods: single(func(ctx ctx, c client) (*jumpcloud.SystemFDEKey, error) {
				return c.Systems.GetFDEKey(ctx, laptopID)
			}, func(t *testing.T, key *jumpcloud.SystemFDEKey) {
				assert.Equal(t, jumpcloud.Secret("ABCD-1234-EFGH-5678"), key.Key)
			}),
			answers: []reply{okJSON(`{"key":"ABCD-1234-EFGH-5678"}`)},
			failure: refusedNotFound,
		},
		{
			operation: "policystatuses_systemsList",
			route:     "GET /v2/systems/{system_id}/policystatuses",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/policystatuses",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"policyID,state"}, "sort": {"-endedAt,id"},
				"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.PolicyResult], error) {
					return c.Systems.ListPolicyStatuses(ctx, laptopID, statusParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.PolicyResult, error] {
					return c.Systems.AllPolicyStatuses(ctx, laptopID, statusParams)
				},
				func(t *testing.T, results []*jumpcloud.PolicyResult) {
					everyFieldIsSet(t, *results[0])
					assert.Equal(t, policyID, results[0].PolicyID)
					assert.Equal(t, laptopID, results[0].SystemID)
					assert.Equal(t, int64(4294967295), results[0].ExitStatus)
					assert.True(t, results[0].EndedAt.Equal(time.Date(2026, 3, 1, 8, 15, 31, 0, time.UTC)))
					assert.Equal(t, "PENDING", results[1].State)
				},
			),
			answers: []reply{v2Page(`[
				{"id":"65b1c2d3e4f5061728394a60","policyID":"65b1c2d3e4f5061728394a5b","systemID":"5f1b2c3d4e5f60718293a4b5",
				 "userObjectId":"6026bec6b8207255280d5981","state":"SUCCESS","success":true,"startedAt":"2026-03-01T08:15:30Z","endedAt":"2026-03-01T08:15:31Z",
				 "exitStatus":4294967295,"stdOut":"out","stdErr":"err","detail":"applied"},
				{"id":"65b1c2d3e4f5061728394a61","policyID":"65b1c2d3e4f5061728394a5c","systemID":"5f1b2c3d4e5f60718293a4b5","state":"PENDING"}]`)},
			failure: refusedNotFound,
		},
		{
			operation: "systems_ListSoftwareAppsWithStatuses",
			route:     "GET /v2/systems/{system_id}/softwareappstatuses",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/softwareappstatuses",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-id"},
				"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.SoftwareAppWithStatus], error) {
					return c.Systems.ListSoftwareAppStatuses(ctx, laptopID, softwareParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.SoftwareAppWithStatus, error] {
					return c.Systems.AllSoftwareAppStatuses(ctx, laptopID, softwareParams)
				},
				func(t *testing.T, apps []*jumpcloud.SoftwareAppWithStatus) {
					everyFieldIsSet(t, *apps[0])
					assert.Equal(t, "Firefox", apps[0].App.DisplayName)
					assert.Equal(t, "firefox", apps[0].App.Settings[0].PackageID)
					assert.Equal(t, 2, apps[0].App.Settings[0].StoredPackage.Versions[0].Version)
					assert.Equal(t, laptopID, apps[0].Status.SystemID)
					assert.Equal(t, "INSTALL_SUCCESS", apps[0].Status.State)
					assert.Equal(t, "65b1c2d3e4f5061728394a71", apps[1].App.ID)
					assert.Nil(t, apps[1].Status)
				},
			),
			answers: []reply{v2Page(`[` + firefox + `,{"app":{"id":"65b1c2d3e4f5061728394a71","displayName":"Slack","settings":[{"packageManager":"APPLE_VPP"}]}}]`)},
			failure: refusedDetails,
		},
		{
			operation: "AggregatedPolicyResults_Get",
			route:     "GET /v2/systems/{systemObjectId}/aggregated-policy-stats",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/aggregated-policy-stats",
			query:     url.Values{"organizationObjectId": {contractOrg}},
			methods: single(func(ctx ctx, c client) (*jumpcloud.DeviceAggregatedPolicyResultResponse, error) {
				return c.Systems.GetAggregatedPolicyStats(ctx, laptopID, &jumpcloud.SystemsGetAggregatedPolicyStatsParams{OrganizationObjectID: contractOrg})
			}, func(t *testing.T, stats *jumpcloud.DeviceAggregatedPolicyResultResponse) {
				assert.Equal(t, &jumpcloud.SystemPolicyStats{Total: 6, Success: 1, Failed: 2, Pending: 3, Duplicate: 4, UnsupportedOS: 5}, stats.PolicyCountData)
				assert.Equal(t, []string{policyID}, stats.FailedPolicies)
				assert.Equal(t, []string{"65b1c2d3e4f5061728394a5c"}, stats.PendingPolicies)
			}),
			answers: []reply{okJSON(`{"policyCountData":{"total":6,"success":1,"failed":2,"pending":3,"duplicate":4,"unsupportedOs":5},
				"failedPolicies":["65b1c2d3e4f5061728394a5b"],"pendingPolicies":["65b1c2d3e4f5061728394a5c"]}`)},
			failure: refusedJSONText,
		},
		{
			operation: "SystemsInternal_BasicTransferDevice",
			route:     "POST /v2/systems/{systemObjectId}/transfer",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/transfer",
			body:      `{"org_id":"5c9e9c2a1f0b7a0012345679"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systems.Transfer(ctx, laptopID, jumpcloud.SystemTransferRequest{OrgID: jumpcloud.Set("5c9e9c2a1f0b7a0012345679")})
			}),
			answers: []reply{okJSON(`{}`), {status: 200}, noContent},
			failure: refusedDetails,
		},
		{
			operation: "graph_systemAssociationsList",
			route:     "GET /v2/systems/{system_id}/associations",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Systems.ListAssociations(ctx, laptopID, users, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Systems.AllAssociations(ctx, laptopID, users, associationsParams)
				},
				areBoundUsers,
			),
			answers: []reply{v2Page(boundUsers)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_systemAssociationsPost",
			route:     "POST /v2/systems/{system_id}/associations",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/associations",
			body:      `{"op":"update","type":"user","id":"6026bec6b8207255280d5981","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`,
			methods: manage(jumpcloud.GraphOperation{
				Op: jumpcloud.GraphOpUpdate, Type: jumpcloud.GraphTypeUser, ID: annID,
				Attributes: map[string]any{"sudo": map[string]bool{"enabled": true, "withoutPassword": false}},
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
		{
			operation: "graph_systemAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/systems/{system_id}/associations",
			path:      "/v2/systems/5f1b2c3d4e5f60718293a4b5/associations",
			body:      `{"op":"remove","type":"policy","id":"65b1c2d3e4f5061728394a5b"}`,
			methods:   manage(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypePolicy, ID: policyID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_systemMemberOf", "/v2/systems/{system_id}/memberof", laptopID, "system_group", service,
			systems.ListMemberOf, systems.AllMemberOf,
			jumpcloud.SystemsListMemberOfParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}, refusedMock).sorted(),
		commandsTraversal("graph_systemTraverseCommand", "/v2/systems/{system_id}/commands", laptopID,
			func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.CommandGraphObject], error) {
				return c.Systems.ListCommands(ctx, laptopID, commandsParams)
			},
			func(ctx ctx, c client) iter.Seq2[*jumpcloud.CommandGraphObject, error] {
				return c.Systems.AllCommands(ctx, laptopID, commandsParams)
			}, refusedStatusOnly),
		traversal("graph_systemTraversePolicy", "/v2/systems/{system_id}/policies", laptopID, "policy", service,
			systems.ListPolicies, systems.AllPolicies,
			jumpcloud.SystemsListPoliciesParams{Limit: 50, Skip: 100, Filter: filter}, refusedDetails),
		traversal("graph_systemTraversePolicyGroup", "/v2/systems/{system_id}/policygroups", laptopID, "policy_group", service,
			systems.ListPolicyGroups, systems.AllPolicyGroups,
			jumpcloud.SystemsListPolicyGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedWording),
		traversal("graph_systemTraverseUser", "/v2/systems/{system_id}/users", laptopID, "user", service,
			systems.ListUsers, systems.AllUsers,
			jumpcloud.SystemsListUsersParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		traversal("graph_systemTraverseUserGroup", "/v2/systems/{system_id}/usergroups", laptopID, "user_group", service,
			systems.ListUserGroups, systems.AllUserGroups,
			jumpcloud.SystemsListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedKeyUnsaid),
	}
}

// commandsTraversal is the contract of the commands that an object reaches, whose items tell more than
// those of other traversals.
func commandsTraversal(
	operation, route, id string,
	list func(context.Context, *jumpcloud.APIClient) (*jumpcloud.Page[jumpcloud.CommandGraphObject], error),
	all func(context.Context, *jumpcloud.APIClient) iter.Seq2[*jumpcloud.CommandGraphObject, error],
	failure refusal,
) contract {
	before, after, _ := strings.Cut(route, "{")
	_, after, _ = strings.Cut(after, "}")
	return contract{
		operation: operation,
		route:     "GET " + route,
		path:      before + id + after,
		query: url.Values{
			"limit": {"50"}, "skip": {"100"}, "details": {"v1"},
			"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
		},
		methods: listing(list, all, areReachedCommands),
		answers: []reply{v2Page(reachedCommands)},
		failure: failure,
	}
}

// firefox is managed software with every property that one may have, and its state on a device.
const firefox = `{"app":` + firefoxApp + `,"status":{"id":"65b1c2d3e4f5061728394a76","softwareAppId":"65b1c2d3e4f5061728394a70","systemId":"5f1b2c3d4e5f60718293a4b5","state":"INSTALL_SUCCESS",
		"code":7,"details":"installed","version":"133.0","timestamp":"2026-01-02T03:04:08Z"}}`

// A recovery key opens a disk: it is in the answer, and in nothing that is printed.
func TestARecoveryKeyDoesNotPrint(t *testing.T) {
	client := talk(t, exchange{request: "GET /v2/systems/5f1b2c3d4e5f60718293a4b5/fdekey", reply: okJSON(`{"key":"ABCD-1234-EFGH-5678"}`)})
	key, err := client.Systems.GetFDEKey(t.Context(), laptopID)
	require.NoError(t, err)
	assert.Equal(t, "ABCD-1234-EFGH-5678", string(key.Key))
	keepsSecret(t, *key, "ABCD-1234-EFGH-5678")
}
