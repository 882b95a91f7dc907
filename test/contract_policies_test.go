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

func TestPoliciesContracts(t *testing.T) { testContracts(t, policiesContracts()) }

const (
	templateID   = "5ade0cfd1f24754c6c5dc9f2"
	timeoutID    = "5ade0cfd1f24754c6c5dc9f3"
	lockResultID = "65b1c2d3e4f5061728394a60"
)

// lockTemplate is a template as policies and lists show it.
const lockTemplate = `{"id":"5ade0cfd1f24754c6c5dc9f2","name":"lock_screen_darwin","displayName":"Lock Screen","description":"Locks it",
	"activation":"At once","behavior":"It stays","state":"","osMetaFamily":"darwin","deliveryTypes":["agent","mdm"],"alert":null,"reference":"https://example.com/lock",
	"osRestrictions":[{"osName":"macOS","earliestVersion":"10.15","deprecatedVersion":"26","isMdmRequired":true,"supportedEnrollmentTypes":["user"],
		"appleRestrictions":{"requiresSupervision":true,"supportedEnrollmentTypes":["automated","device"]}}]}`

func isLockTemplate(t *testing.T, template *jumpcloud.PolicyTemplate) {
	require.NotNil(t, template)
	everyFieldIsSet(t, *template, ".State", ".Alert")
	assert.Equal(t, templateID, template.ID)
	assert.Equal(t, "lock_screen_darwin", template.Name)
	assert.Equal(t, jumpcloud.PolicyOSMetaFamilyDarwin, template.OSMetaFamily)
	assert.Equal(t, []jumpcloud.PolicyDeliveryType{jumpcloud.PolicyDeliveryTypeAgent, jumpcloud.PolicyDeliveryTypeMDM}, template.DeliveryTypes)
	assert.Equal(t, []jumpcloud.PolicyEnrollmentType{jumpcloud.PolicyEnrollmentTypeAutomated, jumpcloud.PolicyEnrollmentTypeDevice},
		template.OSRestrictions[0].AppleRestrictions.SupportedEnrollmentTypes)
}

// lockFields are the fields of the template.
const lockFields = `[
	{"id":"5ade0cfd1f24754c6c5dc9f3","name":"timeout","label":"Timeout in seconds","displayType":"number","displayOptions":{"unit":"s"},"defaultValue":120,
		"required":true,"readOnly":false,"sensitive":false,"validators":{"min":1},"position":1.5,"tooltip":{"template":"plain","variables":{"icon":"info","message":"How long"}}},
	{"id":"5ade0cfd1f24754c6c5dc9f4","name":"code","displayType":"text","displayOptions":null,"defaultValue":null,"readOnly":true,"sensitive":true,"validators":null,"tooltip":null}]`

func areLockFields(t *testing.T, fields []jumpcloud.PolicyTemplateConfigField) {
	require.Len(t, fields, 2)
	everyFieldIsSet(t, fields[0], ".ReadOnly", ".Sensitive")
	assert.Equal(t, "timeout", fields[0].Name)
	assert.Equal(t, jumpcloud.PolicyDisplayTypeNumber, fields[0].DisplayType)
	assert.InEpsilon(t, 120.0, fields[0].DefaultValue, 0)
	assert.InEpsilon(t, 1.5, fields[0].Position, 0)
	assert.Equal(t, map[string]any{"min": 1.0}, fields[0].Validators)
	assert.Equal(t, "How long", fields[0].Tooltip.Variables.Message)
	assert.True(t, fields[1].ReadOnly)
	assert.True(t, fields[1].Sensitive)
	assert.Nil(t, fields[1].DefaultValue)
}

const lockPolicy = `{"id":"65b1c2d3e4f5061728394a5b","name":"Lock the screen","notes":"Agreed","template":` + lockTemplate + `,"configFields":` + lockFields + `,
	"values":[{"configFieldID":"5ade0cfd1f24754c6c5dc9f3","configFieldName":"timeout","value":12345678901234567890,"sensitive":true},
		{"configFieldID":"5ade0cfd1f24754c6c5dc9f4","value":[{"key":"a"},true,null]}]}`

func isLockPolicy(t *testing.T, policy *jumpcloud.PolicyWithDetails) {
	assert.Equal(t, policyID, policy.ID)
	assert.Equal(t, "Lock the screen", policy.Name)
	assert.Equal(t, "Agreed", policy.Notes)
	isLockTemplate(t, policy.Template)
	areLockFields(t, policy.ConfigFields)
	assert.Equal(t, []jumpcloud.PolicyValue{
		{ConfigFieldID: timeoutID, ConfigFieldName: "timeout", Value: json.Number("12345678901234567890"), Sensitive: true},
		{ConfigFieldID: "5ade0cfd1f24754c6c5dc9f4", Value: []any{map[string]any{"key": "a"}, true, nil}},
	}, policy.Values)
}

const lockResult = `{"id":"65b1c2d3e4f5061728394a60","policyID":"65b1c2d3e4f5061728394a5b","systemID":"5f1b2c3d4e5f60718293a4b5",
	"userObjectId":"6026bec6b8207255280d5981","state":"SUCCESS","success":true,"startedAt":"2026-03-01T08:15:30Z","endedAt":"2026-03-01T08:15:31Z",
	"exitStatus":4294967295,"stdOut":"out","stdErr":"err","detail":"applied"}`

func isLockResult(t *testing.T, result *jumpcloud.PolicyResult) {
	everyFieldIsSet(t, *result)
	assert.Equal(t, lockResultID, result.ID)
	assert.Equal(t, policyID, result.PolicyID)
	assert.Equal(t, laptopID, result.SystemID)
	assert.Equal(t, int64(4294967295), result.ExitStatus)
	assert.True(t, result.EndedAt.Equal(time.Date(2026, 3, 1, 8, 15, 31, 0, time.UTC)))
}

func areLockResults(t *testing.T, results []*jumpcloud.PolicyResult) {
	isLockResult(t, results[0])
	assert.Equal(t, "PENDING", results[1].State)
	assert.False(t, results[1].Success)
}

var lockResults = v2Page(`[` + lockResult + `,{"id":"65b1c2d3e4f5061728394a61","policyID":"65b1c2d3e4f5061728394a5b","systemID":"5f1b2c3d4e5f60718293a4b6","state":"PENDING"}]`)

func policiesContracts() []contract {
	type (
		ctx      = context.Context
		client   = *jumpcloud.APIClient
		policies = *jumpcloud.PoliciesService
		results  = jumpcloud.PolicyResult
	)
	service := func(c client) policies { return c.Policies }
	filter := traversalFilter
	conditions := []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Search, "R & D, Lab"), jumpcloud.Filter("state", jumpcloud.Ne, "SUCCESS")}
	list := url.Values{
		"limit": {"50"}, "skip": {"100"}, "fields": {"id,name"}, "sort": {"-name,id"}, "filter": {"name:search:R & D, Lab", "state:ne:SUCCESS"},
	}
	fields, sort := []string{"id", "name"}, []string{"-name", "id"}
	listParams := &jumpcloud.PoliciesListParams{Limit: 50, Skip: 100, Fields: fields, Sort: sort, Filter: conditions}
	resultsParams := &jumpcloud.PoliciesListResultsParams{Limit: 50, Skip: 100, Fields: fields, Sort: sort, Filter: conditions}
	byPolicyParams := &jumpcloud.PoliciesListResultsByPolicyParams{Limit: 50, Skip: 100, Fields: fields, Sort: sort, Filter: conditions}
	statusParams := &jumpcloud.PoliciesListStatusesParams{Limit: 50, Skip: 100, Fields: fields, Sort: sort, Filter: conditions}
	associationsParams := &jumpcloud.PoliciesListAssociationsParams{Limit: 50, Skip: 100}
	users := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	associations := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.Policies.ManageAssociations(ctx, policyID, body) })
	}
	values := []jumpcloud.PolicyValue{
		{ConfigFieldID: timeoutID, ConfigFieldName: "timeout", Value: 300},
		{ConfigFieldID: "5ade0cfd1f24754c6c5dc9f4", Value: []map[string]any{{"key": "a", "on": false}}, Sensitive: true},
	}
	const sent = `[{"configFieldID":"5ade0cfd1f24754c6c5dc9f3","configFieldName":"timeout","value":300},
		{"configFieldID":"5ade0cfd1f24754c6c5dc9f4","value":[{"key":"a","on":false}],"sensitive":true}]`
	return []contract{
		{
			operation: "policies_list",
			route:     "GET /v2/policies",
			path:      "/v2/policies",
			query:     list,
			raw:       "limit=50&skip=100&fields=id%2Cname&sort=-name%2Cid&filter=name%3Asearch%3AR+%26+D%2C+Lab&filter=state%3Ane%3ASUCCESS",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.Policy], error) {
					return c.Policies.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.Policy, error] { return c.Policies.All(ctx, listParams) },
				func(t *testing.T, found []*jumpcloud.Policy) {
					assert.Equal(t, policyID, found[0].ID)
					assert.Equal(t, "Lock the screen", found[0].Name)
					isLockTemplate(t, found[0].Template)
					assert.Nil(t, found[1].Template)
				},
			),
			answers: []reply{v2Page(`[{"id":"65b1c2d3e4f5061728394a5b","name":"Lock the screen","template":` + lockTemplate + `},{"id":"65b1c2d3e4f5061728394a5c","name":"Other"}]`)},
			failure: refusedDetails,
		},
		{
			operation: "policies_post",
			route:     "POST /v2/policies",
			path:      "/v2/policies",
			body:      `{"name":"Lock the screen","notes":"","template":{"id":"5ade0cfd1f24754c6c5dc9f2"},"values":` + sent + `}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.PolicyWithDetails, error) {
				return c.Policies.Create(ctx, jumpcloud.PolicyCreateRequest{
					Name: "Lock the screen", Notes: jumpcloud.Set(""), Template: jumpcloud.PolicyCreateRequestTemplate{ID: templateID}, Values: values,
				})
			}, isLockPolicy),
			answers: []reply{createdJSON(lockPolicy), okJSON(lockPolicy)},
			failure: refusedIn2019,
		},
		{
			operation: "policies_get",
			route:     "GET /v2/policies/{id}",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b",
			methods: single(func(ctx ctx, c client) (*jumpcloud.PolicyWithDetails, error) {
				return c.Policies.Get(ctx, policyID)
			}, isLockPolicy),
			answers: []reply{okJSON(lockPolicy)},
			failure: refusedMock,
		},
		{
			operation: "policies_put",
			route:     "PUT /v2/policies/{id}",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b",
			body:      `{"name":"Lock the screen","notes":"Agreed","values":` + sent + `}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Policy, error) {
				return c.Policies.Update(ctx, policyID, jumpcloud.PolicyUpdateRequest{Name: "Lock the screen", Notes: jumpcloud.Set("Agreed"), Values: values})
			}, func(t *testing.T, policy *jumpcloud.Policy) {
				assert.Equal(t, policyID, policy.ID)
				assert.Equal(t, "Lock the screen", policy.Name)
				isLockTemplate(t, policy.Template)
			}),
			answers: []reply{okJSON(`{"id":"65b1c2d3e4f5061728394a5b","name":"Lock the screen","template":` + lockTemplate + `}`)},
			failure: refusedNotFound,
		},
		{
			operation: "policies_delete",
			route:     "DELETE /v2/policies/{id}",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b",
			methods:   nothing(func(ctx ctx, c client) error { return c.Policies.Delete(ctx, policyID) }),
			answers:   []reply{noContent, {status: 200}},
			failure:   refusedMock,
		},
		{
			operation: "policyresults_org_list",
			route:     "GET /v2/policyresults",
			path:      "/v2/policyresults",
			query:     list,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[results], error) {
					return c.Policies.ListResults(ctx, resultsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*results, error] { return c.Policies.AllResults(ctx, resultsParams) },
				areLockResults,
			),
			answers: []reply{lockResults},
			failure: refusedKey,
		},
		{
			operation: "policyresults_get",
			route:     "GET /v2/policyresults/{id}",
			path:      "/v2/policyresults/65b1c2d3e4f5061728394a60",
			methods: single(func(ctx ctx, c client) (*results, error) {
				return c.Policies.GetResult(ctx, lockResultID)
			}, isLockResult),
			answers: []reply{okJSON(lockResult)},
			failure: refusedTextCode,
		},
		{
			operation: "policyresults_list",
			route:     "GET /v2/policies/{policy_id}/policyresults",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b/policyresults",
			query:     list,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[results], error) {
					return c.Policies.ListResultsByPolicy(ctx, policyID, byPolicyParams)
				},
				func(ctx ctx, c client) iter.Seq2[*results, error] {
					return c.Policies.AllResultsByPolicy(ctx, policyID, byPolicyParams)
				},
				areLockResults,
			),
			answers: []reply{lockResults},
			failure: refusedNotFound,
		},
		{
			operation: "policystatuses_policiesList",
			route:     "GET /v2/policies/{policy_id}/policystatuses",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b/policystatuses",
			query:     list,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[results], error) {
					return c.Policies.ListStatuses(ctx, policyID, statusParams)
				},
				func(ctx ctx, c client) iter.Seq2[*results, error] {
					return c.Policies.AllStatuses(ctx, policyID, statusParams)
				},
				areLockResults,
			),
			answers: []reply{lockResults},
			failure: refusedForbidden,
		},
		{
			operation: "graph_policyAssociationsList",
			route:     "GET /v2/policies/{policy_id}/associations",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Policies.ListAssociations(ctx, policyID, users, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Policies.AllAssociations(ctx, policyID, users, associationsParams)
				},
				areBoundUsers,
			),
			answers: []reply{v2Page(boundUsers)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_policyAssociationsPost",
			route:     "POST /v2/policies/{policy_id}/associations",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b/associations",
			body:      `{"op":"add","type":"system_group","id":"6026da081f24755306c2ee0e"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystemGroup, ID: fleetID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		{
			operation: "graph_policyAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/policies/{policy_id}/associations",
			path:      "/v2/policies/65b1c2d3e4f5061728394a5b/associations",
			body:      `{"op":"remove","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeSystem, ID: laptopID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_policyMemberOf", "/v2/policies/{policy_id}/memberof", policyID, "policy_group", service,
			policies.ListMemberOf, policies.AllMemberOf,
			jumpcloud.PoliciesListMemberOfParams{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}, refusedTextCode).sorted(),
		traversal("graph_policyTraverseSystem", "/v2/policies/{policy_id}/systems", policyID, "system", service,
			policies.ListSystems, policies.AllSystems,
			jumpcloud.PoliciesListSystemsParams{Limit: 50, Skip: 100, Filter: filter}, refusedDetails),
		traversal("graph_policyTraverseSystemGroup", "/v2/policies/{policy_id}/systemgroups", policyID, "system_group", service,
			policies.ListSystemGroups, policies.AllSystemGroups,
			jumpcloud.PoliciesListSystemGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedWording),
		traversal("graph_policyTraverseUser", "/v2/policies/{policy_id}/users", policyID, "user", service,
			policies.ListUsers, policies.AllUsers,
			jumpcloud.PoliciesListUsersParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		traversal("graph_policyTraverseUserGroup", "/v2/policies/{policy_id}/usergroups", policyID, "user_group", service,
			policies.ListUserGroups, policies.AllUserGroups,
			jumpcloud.PoliciesListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedKeyUnsaid),
	}
}
