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

func TestAuthenticationPoliciesContracts(t *testing.T) {
	testContracts(t, authenticationPoliciesContracts())
}

const (
	authnPolicyID      = "6701b2c3d4e5f60718293f01"
	authnPolicyPath    = "/v2/authn/policies/6701b2c3d4e5f60718293f01"
	authnPolicyWritten = `"name":"Office only","description":"From outside with a key","type":"application","disabled":true,"monitorOnly":true,
		"targets":{"users":{"inclusions":["6026bec6b8207255280d5981"]},
			"userGroups":{"inclusions":["6026da081f24755306c2ee0d"],"exclusions":["6026da081f24755306c2ee0e"]},
			"userAttributes":{"inclusions":[{"field":"department","operator":"EQ","value":"IT"}],"exclusions":[{"field":"contractor","operator":"EQ","value":true}]},
			"resources":[{"type":"application","id":"5f1b2c3d4e5f60718293a4c0"}],"excludedApplications":["5f1b2c3d4e5f60718293a4c1"]},
		"conditions":{"not":{"ipAddressIn":["66c1b2c3d4e5f60718293b01"]}},
		"effect":{"action":"allow",
			"obligations":{"mfa":{"required":true},"mfaFactors":[{"type":"WEBAUTHN"},{"type":"PUSH"}],"userVerification":{"requirement":"required"}},
			"custom_error_message":{"message":"Ask IT","enabled":true,"primary_help":{"text":"Desk","url":"https://example.com/it"},
				"secondary_help":{"text":"Phone","url":"tel:+4930"}}}`
	authnPolicy = `{"id":"6701b2c3d4e5f60718293f01",` + authnPolicyWritten + `}`
)

func isAuthnPolicy(t *testing.T, policy *jumpcloud.AuthnPolicy) {
	everyFieldIsSet(t, *policy)
	assert.Equal(t, authnPolicyID, policy.ID)
	assert.Equal(t, "Office only", policy.Name)
	assert.Equal(t, jumpcloud.AuthnPolicyTypeApplication, policy.Type)
	assert.Equal(t, map[string]any{"not": map[string]any{"ipAddressIn": []any{ipListID}}}, policy.Conditions)
	assert.Equal(t, []string{"6026da081f24755306c2ee0e"}, policy.Targets.UserGroups.Exclusions)
	assert.Equal(t, jumpcloud.AuthnPolicyUserAttributeFilter{Field: "contractor", Operator: jumpcloud.AuthnPolicyOperatorEq, Value: true}, policy.Targets.UserAttributes.Exclusions[0])
	assert.Equal(t, jumpcloud.AuthnPolicyActionAllow, policy.Effect.Action)
	assert.Equal(t, jumpcloud.AuthnPolicyMFAFactorTypePush, policy.Effect.Obligations.MFAFactors[1].Type)
	assert.Equal(t, jumpcloud.AuthnPolicyVerificationRequired, policy.Effect.Obligations.UserVerification.Requirement)
	assert.Equal(t, "tel:+4930", policy.Effect.CustomErrorMessage.SecondaryHelp.URL)
}

func everyAuthnField() jumpcloud.AuthnPolicyInput {
	attribute := func(field string, value any) []jumpcloud.AuthnPolicyUserAttributeFilterInput {
		return []jumpcloud.AuthnPolicyUserAttributeFilterInput{{Field: jumpcloud.Set(field), Operator: jumpcloud.Set(jumpcloud.AuthnPolicyOperatorEq), Value: value}}
	}
	help := func(text, url string) *jumpcloud.AuthnPolicyHelpLinkInput {
		return &jumpcloud.AuthnPolicyHelpLinkInput{Text: jumpcloud.Set(text), URL: jumpcloud.Set(url)}
	}
	return jumpcloud.AuthnPolicyInput{
		Name: jumpcloud.Set("Office only"), Description: jumpcloud.Set("From outside with a key"), Type: jumpcloud.Set(jumpcloud.AuthnPolicyTypeApplication),
		Disabled: jumpcloud.Set(true), MonitorOnly: jumpcloud.Set(true),
		Targets: &jumpcloud.AuthnPolicyTargetsInput{
			Users:                &jumpcloud.AuthnPolicyUserTargetInput{Inclusions: []string{annID}},
			UserGroups:           &jumpcloud.AuthnPolicyUserGroupTargetInput{Inclusions: []string{staffID}, Exclusions: []string{"6026da081f24755306c2ee0e"}},
			UserAttributes:       &jumpcloud.AuthnPolicyUserAttributeTargetInput{Inclusions: attribute("department", "IT"), Exclusions: attribute("contractor", true)},
			Resources:            []jumpcloud.AuthnPolicyResourceTargetInput{{Type: jumpcloud.AuthnPolicyTypeApplication, ID: jumpcloud.Set(applicationID)}},
			ExcludedApplications: []string{"5f1b2c3d4e5f60718293a4c1"},
		},
		Conditions: map[string]any{"not": map[string]any{"ipAddressIn": []string{ipListID}}},
		Effect: &jumpcloud.AuthnPolicyEffectInput{
			Action: jumpcloud.AuthnPolicyActionAllow,
			Obligations: &jumpcloud.AuthnPolicyObligationsInput{
				MFA: &jumpcloud.AuthnPolicyMFAInput{Required: jumpcloud.Set(true)},
				MFAFactors: []jumpcloud.AuthnPolicyMFAFactorInput{
					{Type: jumpcloud.Set(jumpcloud.AuthnPolicyMFAFactorTypeWebAuthn)}, {Type: jumpcloud.Set(jumpcloud.AuthnPolicyMFAFactorTypePush)},
				},
				UserVerification: &jumpcloud.AuthnPolicyUserVerificationInput{Requirement: jumpcloud.Set(jumpcloud.AuthnPolicyVerificationRequired)},
			},
			CustomErrorMessage: &jumpcloud.AuthnPolicyCustomErrorMessageInput{
				Message: "Ask IT", Enabled: true, PrimaryHelp: help("Desk", "https://example.com/it"), SecondaryHelp: help("Phone", "tel:+4930"),
			},
		},
	}
}

func authenticationPoliciesContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		one    = jumpcloud.AuthnPolicy
	)
	params := &jumpcloud.AuthenticationPoliciesListParams{
		Limit: 50, Skip: 100, Sort: []string{"-name", "id"}, Filter: []jumpcloud.Condition{jumpcloud.Filter("type", jumpcloud.Eq, "ldap")},
	}
	july := jumpcloud.AuthnPolicyEvaluationsTimeRange{
		Start: jumpcloud.NewTime(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)), End: jumpcloud.NewTime(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)),
	}
	filters := &jumpcloud.AuthnPolicyEvaluationsFilters{
		PolicyID: jumpcloud.Set(authnPolicyID), PolicyName: jumpcloud.Set("Office only"), UserObjectID: jumpcloud.Set(annID), UserGroupIDs: []string{staffID},
		ApplicationObjectID: jumpcloud.Set(applicationID), ResourceType: jumpcloud.Set("application"),
	}
	const (
		inJuly       = `"timeRange":{"start":"2026-07-01T00:00:00.000Z","end":"2026-08-01T00:00:00.000Z"}`
		filtersInAll = `"filters":{"policyId":"6701b2c3d4e5f60718293f01","policyName":"Office only","userObjectId":"6026bec6b8207255280d5981",
			"userGroupIds":["6026da081f24755306c2ee0d"],"applicationObjectId":"5f1b2c3d4e5f60718293a4c0","resourceType":"application"}`
	)
	return []contract{
		{
			operation: "authnpolicies_list",
			route:     "GET /v2/authn/policies",
			path:      "/v2/authn/policies",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-name,id"}, "filter": {"type:eq:ldap"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[one], error) {
					return c.AuthenticationPolicies.List(ctx, params)
				},
				func(ctx ctx, c client) iter.Seq2[*one, error] { return c.AuthenticationPolicies.All(ctx, params) },
				func(t *testing.T, found []*one) {
					isAuthnPolicy(t, found[0])
					assert.Equal(t, jumpcloud.AuthnPolicyActionDeny, found[1].Effect.Action)
				},
			),
			answers: []reply{v2Page(`[` + authnPolicy + `,{"id":"6701b2c3d4e5f60718293f02","name":"Nobody","effect":{"action":"deny"}}]`)},
			failure: refusedDetails,
		},
		{
			operation: "authnpolicies_post",
			route:     "POST /v2/authn/policies",
			path:      "/v2/authn/policies",
			body:      `{` + authnPolicyWritten + `}`,
			methods: single(func(ctx ctx, c client) (*one, error) {
				return c.AuthenticationPolicies.Create(ctx, everyAuthnField())
			}, isAuthnPolicy),
			answers: []reply{createdJSON(authnPolicy)},
			failure: refusedExists,
		},
		{
			operation: "authnpolicies_get",
			route:     "GET /v2/authn/policies/{id}",
			path:      authnPolicyPath,
			methods: single(func(ctx ctx, c client) (*one, error) {
				return c.AuthenticationPolicies.Get(ctx, authnPolicyID)
			}, isAuthnPolicy),
			answers: []reply{okJSON(authnPolicy)},
			failure: refusedNotFound,
		},
		{
			operation: "authnpolicies_patch",
			route:     "PATCH /v2/authn/policies/{id}",
			path:      authnPolicyPath,
			body:      `{"disabled":false,"conditions":{}}`,
			methods: single(func(ctx ctx, c client) (*one, error) {
				return c.AuthenticationPolicies.Update(ctx, authnPolicyID, jumpcloud.AuthnPolicyInput{Disabled: jumpcloud.Set(false), Conditions: map[string]any{}})
			}, isAuthnPolicy),
			answers: []reply{okJSON(authnPolicy)},
			failure: refusedMock,
		},
		{
			operation: "authnpolicies_patch",
			variant:   "of all that was read",
			route:     "PATCH /v2/authn/policies/{id}",
			path:      authnPolicyPath,
			body:      `{` + authnPolicyWritten + `}`,
			methods: single(func(ctx ctx, c client) (*one, error) {
				return c.AuthenticationPolicies.Update(ctx, authnPolicyID, everyAuthnField())
			}, isAuthnPolicy),
			answers: []reply{okJSON(authnPolicy)},
			failure: refusedRate,
		},
		{
			operation: "authnpolicies_delete",
			route:     "DELETE /v2/authn/policies/{id}",
			path:      authnPolicyPath,
			methods: single(func(ctx ctx, c client) (*one, error) {
				return c.AuthenticationPolicies.Delete(ctx, authnPolicyID)
			}, isAuthnPolicy),
			answers: []reply{okJSON(authnPolicy)},
			failure: refusedErrorOnly,
		},
		{
			operation: "authnpolicyanalytics_details",
			route:     "POST /v2/authn/policy-evaluations/details",
			path:      "/v2/authn/policy-evaluations/details",
			body:      `{` + inJuly + `,` + filtersInAll + `,"limit":50,"skip":100}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.AuthnPolicyEvaluationsDetailsResponse, error) {
				return c.AuthenticationPolicies.EvaluationDetails(ctx, jumpcloud.AuthnPolicyEvaluationsDetailsRequest{
					TimeRange: &july, Filters: filters, Limit: jumpcloud.Set(50), Skip: jumpcloud.Set(100),
				})
			}, func(t *testing.T, found *jumpcloud.AuthnPolicyEvaluationsDetailsResponse) {
				everyFieldIsSet(t, *found)
				assert.Equal(t, 101, found.TotalRowCount)
				event := found.Rows[0]
				assert.Equal(t, jumpcloud.AuthnPolicyEvaluationsAvailablePolicy{ID: authnPolicyID, Name: "Office only"}, *event.Policy)
				assert.Equal(t, jumpcloud.AuthnPolicyEvaluationsObject{ID: annID, DisplayName: "Ann"}, *event.User)
				assert.True(t, event.CreatedAt.Equal(time.Date(2026, 7, 2, 3, 4, 5, 0, time.UTC)))
			}),
			answers: []reply{okJSON(`{"totalRowCount":101,"governedCount":90,"notGovernedCount":11,"rows":[{"correlationId":"c-1","createdAt":"2026-07-02T03:04:05Z",
				"policy":{"id":"6701b2c3d4e5f60718293f01","name":"Office only"},"user":{"id":"6026bec6b8207255280d5981","displayName":"Ann"},
				"application":{"id":"5f1b2c3d4e5f60718293a4c0","displayName":"Payroll"},"userGroups":[{"id":"6026da081f24755306c2ee0d","displayName":"Staff"}],
				"resourceType":"application","actionResult":"ALLOW","monitorOnly":true}]}`)},
			failure: refusedForbidden,
		},
		{
			operation: "authnpolicyanalytics_options",
			route:     "POST /v2/authn/policy-evaluations/options",
			path:      "/v2/authn/policy-evaluations/options",
			body:      `{` + inJuly + `,"policyId":"6701b2c3d4e5f60718293f01","policyName":"Office only"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.AuthnPolicyEvaluationsOptionsResponse, error) {
				return c.AuthenticationPolicies.EvaluationOptions(ctx, jumpcloud.AuthnPolicyEvaluationsFilterOptionsRequest{
					TimeRange: july, PolicyID: jumpcloud.Set(authnPolicyID), PolicyName: jumpcloud.Set("Office only"),
				})
			}, func(t *testing.T, found *jumpcloud.AuthnPolicyEvaluationsOptionsResponse) {
				everyFieldIsSet(t, *found)
				assert.Equal(t, []jumpcloud.AuthnPolicyEvaluationsFilterOption{{ID: annID, Name: "Ann"}}, found.Users)
				assert.Equal(t, []string{"application"}, found.ResourceTypes)
			}),
			answers: []reply{okJSON(`{"users":[{"id":"6026bec6b8207255280d5981","name":"Ann"}],"applications":[{"id":"5f1b2c3d4e5f60718293a4c0","name":"Payroll"}],
				"userGroups":[{"id":"6026da081f24755306c2ee0d","name":"Staff"}],"resourceTypes":["application"],
				"usersTruncated":true,"applicationsTruncated":true,"userGroupsTruncated":true}`)},
			failure: refusedDetails,
		},
		{
			operation: "authnpolicyanalytics_summary",
			route:     "POST /v2/authn/policy-evaluations/summary",
			path:      "/v2/authn/policy-evaluations/summary",
			body:      `{` + inJuly + `,` + filtersInAll + `}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.AuthnPolicyEvaluationsSummaryResponse, error) {
				return c.AuthenticationPolicies.EvaluationSummary(ctx, jumpcloud.AuthnPolicyEvaluationsSummaryRequest{TimeRange: &july, Filters: filters})
			}, func(t *testing.T, found *jumpcloud.AuthnPolicyEvaluationsSummaryResponse) {
				everyFieldIsSet(t, *found)
				assert.Equal(t, 101, found.Aggregates.TotalHits)
				assert.Equal(t, map[string]int{"PUSH": 80}, found.Aggregates.MFADistribution)
			}),
			answers: []reply{okJSON(`{"aggregates":{"totalHits":101,"policiesApplied":90,"notApplied":11,"failedConditionCounts":{"ipAddressIn":3},
				"actionResultDistribution":{"ALLOW":87},"mfaDistribution":{"PUSH":80}},"availablePolicies":[{"id":"6701b2c3d4e5f60718293f01","name":"Office only"}]}`)},
			failure: refusedKey,
		},
	}
}

func TestAuthenticationPolicyIsLookedUpByItsVeryName(t *testing.T) {
	const list = "GET /v2/authn/policies?limit=100"
	answer := func(items string) reply {
		return reply{status: 200, contentType: "application/json", body: items, total: "2"}
	}
	client := talk(t,
		exchange{request: list, reply: answer(`[{"id":"a","name":"office only"},` + authnPolicy + `]`)},
		exchange{request: list, reply: answer(`[{"id":"a","name":"office only"},{"id":"b","name":"Office"}]`)},
		exchange{request: list, reply: answer(`[` + authnPolicy + `,{"id":"a","name":"Office only"}]`)},
	)

	found, err := client.AuthenticationPolicies.GetByName(t.Context(), "Office only")
	require.NoError(t, err)
	isAuthnPolicy(t, found)

	_, err = client.AuthenticationPolicies.GetByName(t.Context(), "Office only")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = client.AuthenticationPolicies.GetByName(t.Context(), "Office only")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
}
