package jumpcloud_test

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestActiveDirectoriesContracts(t *testing.T) { testContracts(t, activeDirectoriesContracts()) }

const (
	domainID = "5f2c3d4e5f60718293a4b5c0"
	agentID  = "5f2c3d4e5f60718293a4b5c1"
	ruleID   = "5f2c3d4e5f60718293a4b5c2"
)

const (
	domainWritten = `"domain":"DC=ad,DC=example,DC=com","useCase":"JCASAUTHORITY","groupsEnabled":true,"delegationState":"PENDING"`
	domainAnswer  = `{"id":"5f2c3d4e5f60718293a4b5c0",` + domainWritten + `,"primaryAgent":"5f2c3d4e5f60718293a4b5c1","primaryImportAgent":"5f2c3d4e5f60718293a4b5c3",
		"updatedAt":"2026-01-02T03:04:05.678Z","permission":"PERMISSION_OWNER","organizationId":"5c9e9c2a1f0b7a0012345678"}`
	bareDomain = `{"id":"5f2c3d4e5f60718293a4b5c4","domain":"old.example.com","updatedAt":null}`

	agentReport = `"contactAt":"2026-02-03T04:05:06.789Z","hostname":"dc1","hostType":"controller","passwordUpdatedAt":"2026-01-02T03:04:05.678Z",
		"source_ip":"192.0.2.7","version":"2.5.0"`
	agentAnswer = `{"id":"5f2c3d4e5f60718293a4b5c1",` + agentReport + `,"state":"active","agentType":"SYNC","idSourceId":"5f2c3d4e5f60718293a4b5c5"}`
	silentAgent = `{"id":"5f2c3d4e5f60718293a4b5c6","state":"unsealed","agentType":"IMPORT","contactAt":null,"hostname":null,"hostType":null,
		"passwordUpdatedAt":null,"source_ip":null,"version":null,"idSourceId":null}`

	// A rule in the shape in which rules come.
	liveRule = `{"objectId":"5f2c3d4e5f60718293a4b5c2","source":"department","destination":"customAttributes.team","sourceType":"PATH",
		"direction":"EXPORT","appliedOn":["CREATE","UPDATE"],"editable":true}`
	// What is described beside.
	describedRule = `{"objectId":"5f2c3d4e5f60718293a4b5c2","id":"5f2c3d4e5f60718293a4b5c2","source":"department","destination":"customAttributes.team","sourceType":"PATH",
		"direction":"EXPORT","appliedOn":["CREATE","UPDATE"],"editable":true,"default":true,"required":true}`
	recommendedRule = `{"objectId":"","source":"\"Staff\"","destination":"title","sourceType":"CONSTANT","direction":"IMPORT","appliedOn":["CREATE"],"editable":false}`
)

func isDomain(t *testing.T, domain *jumpcloud.ActiveDirectory) {
	everyFieldIsSet(t, *domain)
	assert.Equal(t, domainID, domain.ID)
	assert.Equal(t, "DC=ad,DC=example,DC=com", domain.Domain)
	assert.Equal(t, jumpcloud.ActiveDirectoryUseCaseJCAsAuthority, domain.UseCase)
	assert.True(t, domain.GroupsEnabled)
	assert.Equal(t, jumpcloud.ActiveDirectoryDelegationStatePending, domain.DelegationState)
	assert.Equal(t, agentID, domain.PrimaryAgent)
	assert.Equal(t, "5f2c3d4e5f60718293a4b5c3", domain.PrimaryImportAgent)
	assert.True(t, domain.UpdatedAt.Equal(time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)))
	assert.Equal(t, jumpcloud.ActiveDirectoryPermissionOwner, domain.Permission)
	assert.Equal(t, contractOrg, domain.OrganizationID)
}

func isAgent(t *testing.T, agent *jumpcloud.ActiveDirectoryAgentListItem) {
	everyFieldIsSet(t, *agent)
	assert.Equal(t, agentID, agent.ID)
	assert.Equal(t, jumpcloud.ActiveDirectoryAgentStateActive, agent.State)
	assert.Equal(t, jumpcloud.ActiveDirectoryAgentTypeSync, agent.AgentType)
	assert.Equal(t, "dc1", agent.Hostname)
	assert.Equal(t, "192.0.2.7", agent.SourceIp)
	assert.True(t, agent.ContactAt.Equal(time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)))
}

func isRule(t *testing.T, rule *jumpcloud.IDMTranslationRule) {
	assert.Equal(t, &jumpcloud.IDMTranslationRule{
		ObjectID: ruleID, Source: "department", Destination: "customAttributes.team", SourceType: jumpcloud.IDMSourceTypePath,
		Direction: jumpcloud.IDMDirectionExport, AppliedOn: []jumpcloud.IDMAppliedOn{jumpcloud.IDMAppliedOnCreate, jumpcloud.IDMAppliedOnUpdate}, Editable: true,
	}, rule)
}

func areRules(t *testing.T, rules []*jumpcloud.IDMTranslationRule) {
	everyFieldIsSet(t, *rules[0])
	described := *rules[0]
	described.ID, described.Default, described.Required = "", false, false
	isRule(t, &described)
	assert.Equal(t, &jumpcloud.IDMTranslationRule{
		Source: `"Staff"`, Destination: "title", SourceType: jumpcloud.IDMSourceTypeConstant, Direction: jumpcloud.IDMDirectionImport,
		AppliedOn: []jumpcloud.IDMAppliedOn{jumpcloud.IDMAppliedOnCreate},
	}, rules[1])
}

// synced adds syncStatus to the contract of a list that takes it.
func (c contract) synced() contract {
	c.query.Set("syncStatus", "true")
	c.raw += "&syncStatus=true"
	return c
}

// bindings are the contracts of the associations of a directory.
func bindings[S, P any](
	operation, route, id string, service func(*jumpcloud.APIClient) S,
	list func(S, context.Context, string, []jumpcloud.GraphType, *P, ...jumpcloud.RequestOption) (*jumpcloud.Page[jumpcloud.GraphConnection], error),
	all func(S, context.Context, string, []jumpcloud.GraphType, *P, ...jumpcloud.RequestOption) iter.Seq2[*jumpcloud.GraphConnection, error],
	manage func(S, context.Context, string, jumpcloud.GraphOperation, ...jumpcloud.RequestOption) error,
	params P, path string,
) []contract {
	toUsers := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	return []contract{
		{
			operation: operation + "List",
			route:     "GET " + route,
			path:      path,
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return list(service(c), ctx, id, toUsers, &params)
				},
				func(ctx context.Context, c *jumpcloud.APIClient) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return all(service(c), ctx, id, toUsers, &params)
				},
				func(t *testing.T, connections []*jumpcloud.GraphConnection) {
					assert.Equal(t, jumpcloud.GraphObject{ID: annID, Type: jumpcloud.GraphTypeUser}, connections[0].To)
					assert.Equal(t, jumpcloud.GraphObject{ID: staffID, Type: jumpcloud.GraphTypeUserGroup}, connections[1].To)
				},
			),
			answers: []reply{v2Page(`[{"attributes":null,"to":{"attributes":null,"id":"6026bec6b8207255280d5981","type":"user"}},
				{"attributes":null,"to":{"attributes":null,"id":"6026da081f24755306c2ee0d","type":"user_group"}}]`)},
			failure: refusedDetails,
		},
		{
			operation: operation + "Post",
			route:     "POST " + route,
			path:      path,
			body:      `{"op":"add","type":"user_group","id":"6026da081f24755306c2ee0d"}`,
			methods: nothing(func(ctx context.Context, c *jumpcloud.APIClient) error {
				return manage(service(c), ctx, id, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUserGroup, ID: staffID})
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
	}
}

func activeDirectoriesContracts() []contract {
	type (
		ctx         = context.Context
		client      = *jumpcloud.APIClient
		domain      = jumpcloud.ActiveDirectory
		agent       = jumpcloud.ActiveDirectoryAgentListItem
		rule        = jumpcloud.IDMTranslationRule
		directories = *jumpcloud.ActiveDirectoriesService
	)
	service := func(c client) directories { return c.ActiveDirectories }
	filter := traversalFilter
	listParams := &jumpcloud.ActiveDirectoriesListParams{Limit: 50, Skip: 100, Sort: []string{"-type", "id"}, Fields: []string{"id", "domain"}, Filter: filter}
	agentsParams := &jumpcloud.ActiveDirectoriesListAgentsParams{Limit: 50, Skip: 100, Sort: []string{"-type", "id"}}
	rulesParams := &jumpcloud.ActiveDirectoriesListTranslationRulesParams{Limit: 50, Skip: 100, Filter: filter}
	proposalsParams := &jumpcloud.ActiveDirectoriesListTranslationRuleRecommendationsParams{Limit: 50, Skip: 100, Filter: filter}
	filtered := url.Values{
		"limit": {"50"}, "skip": {"100"}, "filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
	}
	createAndUpdate := []jumpcloud.IDMAppliedOn{jumpcloud.IDMAppliedOnCreate, jumpcloud.IDMAppliedOnUpdate}
	insert := jumpcloud.IDMTranslationRulesInsertRequest{
		Source: jumpcloud.Set("department"), SourceType: jumpcloud.Set(jumpcloud.IDMSourceTypePath), Destination: jumpcloud.Set("team"),
		Direction: jumpcloud.Set(jumpcloud.IDMDirectionExport), AppliedOn: createAndUpdate,
	}
	const inserted = `{"source":"department","sourceType":"PATH","destination":"team","direction":"EXPORT","appliedOn":["CREATE","UPDATE"]}`
	bulk := jumpcloud.ActiveDirectoriesTranslationRulesBulkRequest{
		InsertTranslationRules: []jumpcloud.IDMTranslationRulesInsertRequest{insert},
		UpdateTranslationRules: []jumpcloud.ActiveDirectoriesBulkTranslationRulesUpdateRequest{{
			ObjectID: ruleID, Source: jumpcloud.Set("department"), SourceType: jumpcloud.Set(jumpcloud.IDMSourceTypeExpr), Destination: jumpcloud.Set("team"),
			Direction: jumpcloud.Set(jumpcloud.IDMDirectionExport), AppliedOn: createAndUpdate,
		}},
		DeleteTranslationRuleObjectIDs: []string{agentID},
	}
	contracts := []contract{
		{
			operation: "activedirectories_list",
			route:     "GET /v2/activedirectories",
			path:      "/v2/activedirectories",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-type,id"}, "fields": {"id,domain"},
				"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[domain], error) {
					return c.ActiveDirectories.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*domain, error] { return c.ActiveDirectories.All(ctx, listParams) },
				func(t *testing.T, domains []*domain) {
					isDomain(t, domains[0])
					assert.Equal(t, &domain{ID: "5f2c3d4e5f60718293a4b5c4", Domain: "old.example.com"}, withoutTimes(domains[1]))
				},
			),
			answers: []reply{v2Page(`[` + domainAnswer + `,` + bareDomain + `]`)},
			failure: refusedKey,
		},
		{
			operation: "activedirectories_post",
			route:     "POST /v2/activedirectories",
			path:      "/v2/activedirectories",
			body:      `{"domain":"old.example.com"}`,
			methods: single(func(ctx ctx, c client) (*domain, error) {
				return c.ActiveDirectories.Create(ctx, jumpcloud.ActiveDirectoryInput{Domain: jumpcloud.Set("old.example.com")})
			}, isDomain),
			answers: []reply{createdJSON(domainAnswer)},
			failure: refusedDetails,
		},
		{
			operation: "activedirectories_get",
			route:     "GET /v2/activedirectories/{id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0",
			methods:   single(func(ctx ctx, c client) (*domain, error) { return c.ActiveDirectories.Get(ctx, domainID) }, isDomain),
			answers:   []reply{okJSON(domainAnswer)},
			failure:   refusedNotFound,
		},
		{
			operation: "activedirectories_patch",
			route:     "PATCH /v2/activedirectories/{id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0",
			body:      `{` + domainWritten + `}`,
			methods: single(func(ctx ctx, c client) (*domain, error) {
				return c.ActiveDirectories.Update(ctx, domainID, jumpcloud.ActiveDirectoryInput{
					Domain: jumpcloud.Set("DC=ad,DC=example,DC=com"), UseCase: jumpcloud.Set(jumpcloud.ActiveDirectoryUseCaseJCAsAuthority),
					GroupsEnabled: jumpcloud.Set(true), DelegationState: jumpcloud.Set(jumpcloud.ActiveDirectoryDelegationStatePending),
				})
			}, isDomain),
			answers: []reply{okJSON(domainAnswer)},
			failure: refusedNotFound,
		},
		{
			operation: "activedirectories_patch",
			variant:   "of one field",
			route:     "PATCH /v2/activedirectories/{id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0",
			body:      `{"groupsEnabled":false}`,
			methods: single(func(ctx ctx, c client) (*domain, error) {
				return c.ActiveDirectories.Update(ctx, domainID, jumpcloud.ActiveDirectoryInput{GroupsEnabled: jumpcloud.Set(false)})
			}, isDomain),
			answers: []reply{okJSON(domainAnswer)},
			failure: refusedDetails,
		},
		{
			operation: "activedirectories_delete",
			route:     "DELETE /v2/activedirectories/{id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0",
			methods:   nothing(func(ctx ctx, c client) error { return c.ActiveDirectories.Delete(ctx, domainID) }),
			answers:   []reply{okJSON(domainAnswer), noContent},
			failure:   refusedNotFound,
		},
		{
			operation: "activedirectories_agentsList",
			route:     "GET /v2/activedirectories/{activedirectory_id}/agents",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/agents",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-type,id"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[agent], error) {
					return c.ActiveDirectories.ListAgents(ctx, domainID, agentsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*agent, error] {
					return c.ActiveDirectories.AllAgents(ctx, domainID, agentsParams)
				},
				func(t *testing.T, agents []*agent) {
					isAgent(t, agents[0])
					assert.Equal(t, jumpcloud.ActiveDirectoryAgentStateUnsealed, agents[1].State)
					assert.Equal(t, jumpcloud.ActiveDirectoryAgentTypeImport, agents[1].AgentType)
					assert.True(t, agents[1].ContactAt.IsZero())
					assert.Empty(t, agents[1].Hostname)
				},
			),
			answers: []reply{v2Page(`[` + agentAnswer + `,` + silentAgent + `]`)},
			failure: refusedNotFound,
		},
		{
			operation: "activedirectories_agentsPost",
			route:     "POST /v2/activedirectories/{activedirectory_id}/agents",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/agents",
			body:      `{"agentType":"IMPORT"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.ActiveDirectoryAgentInfo, error) {
				return c.ActiveDirectories.CreateAgent(ctx, domainID, jumpcloud.ActiveDirectoryAgent{AgentType: jumpcloud.Set(jumpcloud.ActiveDirectoryAgentTypeImport)})
			}, func(t *testing.T, agent *jumpcloud.ActiveDirectoryAgentInfo) {
				everyFieldIsSet(t, *agent)
				assert.Equal(t, agentID, agent.ID)
				assert.Equal(t, jumpcloud.Secret("c0nnect-k3y"), agent.ConnectKey)
				assert.Equal(t, jumpcloud.ActiveDirectoryAgentStateUnsealed, agent.State)
				assert.Equal(t, "2.5.0", agent.Version)
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v", agent, agent, *agent), "c0nnect-k3y")
			}),
			answers: []reply{createdJSON(`{"id":"5f2c3d4e5f60718293a4b5c1","connectKey":"c0nnect-k3y","state":"unsealed",` + agentReport + `}`)},
			failure: refusedNotFound,
		},
		{
			operation: "activedirectories_agentsPost",
			variant:   "of the default kind",
			route:     "POST /v2/activedirectories/{activedirectory_id}/agents",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/agents",
			body:      `{}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.ActiveDirectoryAgentInfo, error) {
				return c.ActiveDirectories.CreateAgent(ctx, domainID, jumpcloud.ActiveDirectoryAgent{})
			}, func(t *testing.T, agent *jumpcloud.ActiveDirectoryAgentInfo) { assert.Equal(t, agentID, agent.ID) }),
			answers: []reply{createdJSON(`{"id":"5f2c3d4e5f60718293a4b5c1","connectKey":"c0nnect-k3y","state":"unsealed","contactAt":null,"hostname":null,
				"hostType":null,"passwordUpdatedAt":null,"source_ip":null,"version":null}`)},
			failure: refusedForbidden,
		},
		{
			operation: "activedirectories_agentsGet",
			route:     "GET /v2/activedirectories/{activedirectory_id}/agents/{agent_id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/agents/5f2c3d4e5f60718293a4b5c1",
			methods:   single(func(ctx ctx, c client) (*agent, error) { return c.ActiveDirectories.GetAgent(ctx, domainID, agentID) }, isAgent),
			answers:   []reply{okJSON(agentAnswer)},
			failure:   refusedNotFound,
		},
		{
			operation: "activedirectories_agentsDelete",
			route:     "DELETE /v2/activedirectories/{activedirectory_id}/agents/{agent_id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/agents/5f2c3d4e5f60718293a4b5c1",
			methods:   nothing(func(ctx ctx, c client) error { return c.ActiveDirectories.DeleteAgent(ctx, domainID, agentID) }),
			answers:   []reply{noContent},
			failure:   refusedNotFound,
		},
		{
			operation: "activedirectoriesTranslationRules_list",
			route:     "GET /v2/activedirectories/{activedirectory_id}/translation-rules",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/translation-rules",
			query:     filtered,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[rule], error) {
					return c.ActiveDirectories.ListTranslationRules(ctx, domainID, rulesParams)
				},
				func(ctx ctx, c client) iter.Seq2[*rule, error] {
					return c.ActiveDirectories.AllTranslationRules(ctx, domainID, rulesParams)
				},
				areRules,
			),
			answers: []reply{okJSON(`{"totalCount":102,"rules":[` + describedRule + `,` + recommendedRule + `]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "activedirectoriesTranslationRules_post",
			route:     "POST /v2/activedirectories/{activedirectory_id}/translation-rules",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/translation-rules",
			body:      inserted,
			methods: single(func(ctx ctx, c client) (*rule, error) {
				return c.ActiveDirectories.CreateTranslationRule(ctx, domainID, insert)
			}, func(t *testing.T, created *rule) { assert.Equal(t, &rule{}, created, "as seen: an empty object") }),
			answers: []reply{okJSON(`{}`)},
			failure: refusedDetails,
		},
		{
			operation: "activedirectoriesTranslationRules_post",
			variant:   "as described",
			route:     "POST /v2/activedirectories/{activedirectory_id}/translation-rules",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/translation-rules",
			body:      `{}`,
			methods: single(func(ctx ctx, c client) (*rule, error) {
				return c.ActiveDirectories.CreateTranslationRule(ctx, domainID, jumpcloud.IDMTranslationRulesInsertRequest{})
			}, isRule),
			answers: []reply{okJSON(`{"translation_rule":` + liveRule + `}`), okJSON(liveRule)},
			failure: refusedNotFound,
		},
		{
			operation: "activedirectoriesTranslationRules_bulk",
			route:     "POST /v2/activedirectories/{activedirectory_id}/translation-rules/bulk",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/translation-rules/bulk",
			body: `{"insertTranslationRules":[` + inserted + `],"updateTranslationRules":[{"objectId":"5f2c3d4e5f60718293a4b5c2","source":"department","sourceType":"EXPR",
				"destination":"team","direction":"EXPORT","appliedOn":["CREATE","UPDATE"]}],"deleteTranslationRuleObjectIds":["5f2c3d4e5f60718293a4b5c1"]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.IDMTranslationRulesBulkResponse, error) {
				return c.ActiveDirectories.ManageTranslationRules(ctx, domainID, bulk)
			}, func(t *testing.T, done *jumpcloud.IDMTranslationRulesBulkResponse) {
				require.Len(t, done.InsertedTranslationRules, 1)
				isRule(t, &done.InsertedTranslationRules[0])
				require.Len(t, done.UpdatedTranslationRules, 1)
				isRule(t, &done.UpdatedTranslationRules[0])
				assert.Equal(t, []string{agentID}, append(done.DeleteTranslationRuleObjectIDs, done.DeletedTranslationRuleObjectIDs...))
			}),
			answers: []reply{
				okJSON(`{"insertedTranslationRules":[` + liveRule + `],"updatedTranslationRules":[` + liveRule + `],"deleteTranslationRuleObjectIds":["5f2c3d4e5f60718293a4b5c1"]}`),
				okJSON(`{"insertedTranslationRules":[` + liveRule + `],"updatedTranslationRules":[` + liveRule + `],"deletedTranslationRuleObjectIds":["5f2c3d4e5f60718293a4b5c1"]}`),
			},
			failure: refusedDetails,
		},
		{
			operation: "activedirectoriesTranslationRules_update",
			route:     "PUT /v2/activedirectories/{activedirectory_id}/translation-rules/{translation_rule_object_id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/translation-rules/5f2c3d4e5f60718293a4b5c2",
			body:      `{"source":"department","sourceType":"PATH","destination":"team","appliedOn":[]}`,
			methods: single(func(ctx ctx, c client) (*rule, error) {
				return c.ActiveDirectories.UpdateTranslationRule(ctx, domainID, ruleID, jumpcloud.IDMTranslationRulesUpdateRequest{
					Source: jumpcloud.Set("department"), SourceType: jumpcloud.Set(jumpcloud.IDMSourceTypePath), Destination: jumpcloud.Set("team"),
					AppliedOn: []jumpcloud.IDMAppliedOn{},
				})
			}, isRule),
			answers: []reply{okJSON(liveRule)},
			failure: refusedNotFound,
		},
		{
			operation: "activedirectoriesTranslationRules_delete",
			route:     "DELETE /v2/activedirectories/{activedirectory_id}/translation-rules/{translation_rule_object_id}",
			path:      "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/translation-rules/5f2c3d4e5f60718293a4b5c2",
			methods:   nothing(func(ctx ctx, c client) error { return c.ActiveDirectories.DeleteTranslationRule(ctx, domainID, ruleID) }),
			answers:   []reply{{status: 200}, okJSON(`true`), okJSON(`{}`), noContent},
			failure:   refusedNotFound,
		},
		{
			operation: "activedirectoriesTranslationRules_preview",
			route:     "POST /v2/activedirectories/translation-rules/preview",
			path:      "/v2/activedirectories/translation-rules/preview",
			body: `{"userObjectId":"6026bec6b8207255280d5981","activeDirectoryId":"5f2c3d4e5f60718293a4b5c0","translationRules":[{"objectId":"5f2c3d4e5f60718293a4b5c2",
				"id":"5f2c3d4e5f60718293a4b5c2","source":"department","destination":"customAttributes.team","sourceType":"PATH","direction":"EXPORT",
				"appliedOn":["CREATE","UPDATE"],"editable":true,"default":true,"required":true}]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.ActiveDirectoriesTranslationRulesPreviewResponse, error) {
				tried := rule{
					ObjectID: ruleID, ID: ruleID, Source: "department", Destination: "customAttributes.team", SourceType: jumpcloud.IDMSourceTypePath,
					Direction: jumpcloud.IDMDirectionExport, AppliedOn: createAndUpdate, Editable: true, Default: true, Required: true,
				}
				return c.ActiveDirectories.PreviewTranslationRules(ctx, jumpcloud.ActiveDirectoriesTranslationRulesPreviewRequest{
					TranslationRules: []jumpcloud.IDMTranslationRuleInput{tried.Input()}, UserObjectID: annID, ActiveDirectoryID: jumpcloud.Set(domainID),
				})
			}, func(t *testing.T, user *jumpcloud.ActiveDirectoriesTranslationRulesPreviewResponse) {
				assert.Equal(t, &jumpcloud.ActiveDirectoriesTranslationRulesPreviewResponse{SourceUser: `{"department":"IT"}`, DestinationUser: `{"team":"IT"}`}, user)
			}),
			answers: []reply{okJSON(`{"sourceUser":"{\"department\":\"IT\"}","destinationUser":"{\"team\":\"IT\"}"}`)},
			failure: refusedNotFound,
		},
		{
			operation: "activedirectoriesTranslationRules_recommendations",
			route:     "GET /v2/activedirectories/{provider_name}/translation-rules/recommendation",
			path:      "/v2/activedirectories/active%20directory/translation-rules/recommendation",
			query:     filtered,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[rule], error) {
					return c.ActiveDirectories.ListTranslationRuleRecommendations(ctx, "active directory", proposalsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*rule, error] {
					return c.ActiveDirectories.AllTranslationRuleRecommendations(ctx, "active directory", proposalsParams)
				},
				areRules,
			),
			answers: []reply{okJSON(`{"totalCount":102,"rules":[` + describedRule + `,` + recommendedRule + `]}`)},
			failure: refusedForbidden,
		},
		traversal("graph_activeDirectoryTraverseUser", "/v2/activedirectories/{activedirectory_id}/users", domainID, "user", service,
			directories.ListUsers, directories.AllUsers,
			jumpcloud.ActiveDirectoriesListUsersParams{Limit: 50, Skip: 100, Filter: filter, SyncStatus: true}, refusedMock).synced(),
		traversal("graph_activeDirectoryTraverseUserGroup", "/v2/activedirectories/{activedirectory_id}/usergroups", domainID, "user_group", service,
			directories.ListUserGroups, directories.AllUserGroups,
			jumpcloud.ActiveDirectoriesListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
	}
	return append(contracts, bindings("graph_activeDirectoryAssociations", "/v2/activedirectories/{activedirectory_id}/associations", domainID, service,
		directories.ListAssociations, directories.AllAssociations, directories.ManageAssociations,
		jumpcloud.ActiveDirectoriesListAssociationsParams{Limit: 50, Skip: 100}, "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/associations")...)
}

func withoutTimes(domain *jumpcloud.ActiveDirectory) *jumpcloud.ActiveDirectory {
	copied := *domain
	copied.UpdatedAt = jumpcloud.Time{}
	return &copied
}

// Recommendations have no ids, and are as many as they are.
func TestRecommendedRulesAreWalkedWithoutIDs(t *testing.T) {
	path := "GET /v2/activedirectories/any/translation-rules/recommendation?"
	client := talk(t,
		exchange{request: path + "limit=2", reply: okJSON(`{"totalCount":3,"rules":[{"source":"a"},{"source":"b"}]}`)},
		exchange{request: path + "limit=2&skip=2", reply: okJSON(`{"totalCount":3,"rules":[{"source":"c"}]}`)},
	)
	rules, err := jumpcloud.Collect(client.ActiveDirectories.AllTranslationRuleRecommendations(t.Context(), "any",
		&jumpcloud.ActiveDirectoriesListTranslationRuleRecommendationsParams{Limit: 2}), 0)
	require.NoError(t, err)
	require.Len(t, rules, 3)
	assert.Equal(t, "c", rules[2].Source)
}
