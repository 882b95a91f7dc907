package jumpcloud_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestPasswordPoliciesContracts(t *testing.T) { testContracts(t, passwordPoliciesContracts()) }

const (
	passwordPolicyID   = "66f1b2c3d4e5f60718293e01"
	passwordPolicyPath = "/v2/passwordpolicies/66f1b2c3d4e5f60718293e01"
	passwordRules      = `{"name":"Finance","description":"Stricter","default":true,"precedence":2,"effectiveDate":"2026-09-01T00:00:00.000Z","enableMinLength":true,
		"minLength":14,"needsLowercase":true,"needsUppercase":true,"needsNumeric":true,"needsSymbolic":true,"allowUsernameSubstring":true,
		"disallowCommonlyUsedPasswords":true,"disallowSequentialOrRepetitiveChars":true,"displayComplexityOnResetScreen":true,"enableMaxHistory":true,
		"maxHistory":5,"enableMinChangePeriodInDays":true,"minChangePeriodInDays":1,"enablePasswordExpirationInDays":true,"passwordExpirationInDays":90,
		"enableDaysBeforeExpirationToForceReset":true,"daysBeforeExpirationToForceReset":3,"enableDaysAfterExpirationToSelfRecover":true,
		"daysAfterExpirationToSelfRecover":4,"enableMaxLoginAttempts":true,"maxLoginAttempts":6,"enableLockoutTimeInSeconds":true,
		"lockoutTimeInSeconds":900,"enableResetLockoutCounter":true,"resetLockoutCounterMinutes":30,"enableRecoveryEmail":true,
		"allowUnenrolledMFAPasswordReset":true}`
	passwordPolicy = `{"objectId":"66f1b2c3d4e5f60718293e01","policy":` + passwordRules + `,
		"groups":[{"groupId":"6026da081f24755306c2ee0d","name":"Staff"},{"groupId":"6026da081f24755306c2ee0e","name":"Finance"}],"cached":true}`
	passwordBody = `{"policy":` + passwordRules + `,"groupIds":["6026da081f24755306c2ee0d","6026da081f24755306c2ee0e"],
		"organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`
)

func isPasswordPolicy(t *testing.T, found *jumpcloud.PasswordPolicyResponse) {
	everyFieldIsSet(t, *found)
	assert.Equal(t, passwordPolicyID, found.ObjectID)
	assert.Equal(t, 14, found.Policy.MinLength)
	assert.Equal(t, 900, found.Policy.LockoutTimeInSeconds)
	assert.True(t, found.Policy.EffectiveDate.Equal(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)))
	assert.Equal(t, jumpcloud.PasswordPolicyGroupResponse{GroupID: staffID, Name: "Staff"}, found.Groups[0])
}

func everyPasswordRule() *jumpcloud.PasswordPolicyInput {
	yes := jumpcloud.Set(true)
	return &jumpcloud.PasswordPolicyInput{
		Name: jumpcloud.Set("Finance"), Description: jumpcloud.Set("Stricter"), Default: yes, Precedence: jumpcloud.Set(2),
		EffectiveDate:   jumpcloud.Set(jumpcloud.NewTime(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))),
		EnableMinLength: yes, MinLength: jumpcloud.Set(14), NeedsLowercase: yes, NeedsUppercase: yes, NeedsNumeric: yes, NeedsSymbolic: yes,
		AllowUsernameSubstring: yes, DisallowCommonlyUsedPasswords: yes, DisallowSequentialOrRepetitiveChars: yes, DisplayComplexityOnResetScreen: yes,
		EnableMaxHistory: yes, MaxHistory: jumpcloud.Set(5), EnableMinChangePeriodInDays: yes, MinChangePeriodInDays: jumpcloud.Set(1),
		EnablePasswordExpirationInDays: yes, PasswordExpirationInDays: jumpcloud.Set(90),
		EnableDaysBeforeExpirationToForceReset: yes, DaysBeforeExpirationToForceReset: jumpcloud.Set(3),
		EnableDaysAfterExpirationToSelfRecover: yes, DaysAfterExpirationToSelfRecover: jumpcloud.Set(4),
		EnableMaxLoginAttempts: yes, MaxLoginAttempts: jumpcloud.Set(6), EnableLockoutTimeInSeconds: yes, LockoutTimeInSeconds: jumpcloud.Set(900),
		EnableResetLockoutCounter: yes, ResetLockoutCounterMinutes: jumpcloud.Set(30), EnableRecoveryEmail: yes, AllowUnenrolledMFAPasswordReset: yes,
	}
}

func passwordPoliciesContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		answer = jumpcloud.PasswordPolicyResponse
	)
	groups := []string{staffID, "6026da081f24755306c2ee0e"}
	organization := url.Values{"organizationObjectId": {contractOrg}}
	within := jumpcloud.WithQuery("organizationObjectId", contractOrg)
	return []contract{
		{
			operation: "Policy_Insert",
			route:     "POST /v2/passwordpolicies",
			path:      "/v2/passwordpolicies",
			body:      passwordBody,
			methods: single(func(ctx ctx, c client) (*answer, error) {
				return c.PasswordPolicies.Create(ctx, jumpcloud.PasswordPolicyInsertRequest{
					Policy: everyPasswordRule(), GroupIDs: groups, OrganizationObjectID: jumpcloud.Set(contractOrg),
				})
			}, isPasswordPolicy),
			answers: []reply{okJSON(passwordPolicy)},
			failure: refusedDetails,
		},
		{
			operation: "Policy_BatchDelete",
			route:     "DELETE /v2/passwordpolicies",
			path:      "/v2/passwordpolicies",
			body:      `{"objectIds":["66f1b2c3d4e5f60718293e01"],"organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.PasswordPolicies.DeleteMany(ctx, jumpcloud.PasswordPolicyBatchDeleteRequest{
					ObjectIDs: []string{passwordPolicyID}, OrganizationObjectID: jumpcloud.Set(contractOrg),
				})
			}),
			answers: []reply{okJSON(`{}`), {status: 200}},
			failure: refusedKey,
		},
		{
			operation: "Policy_UpdatePolicyPrecedence",
			route:     "PUT /v2/passwordpolicies/precedence/set",
			path:      "/v2/passwordpolicies/precedence/set",
			query:     organization,
			body:      `[{"objectId":"66f1b2c3d4e5f60718293e01","precedence":1},{"objectId":"66f1b2c3d4e5f60718293e02","precedence":0}]`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.PasswordPolicies.SetPrecedence(ctx, []jumpcloud.PasswordPolicyPolicyPrecedence{
					{ObjectID: passwordPolicyID, Precedence: 1}, {ObjectID: "66f1b2c3d4e5f60718293e02", Precedence: 0},
				}, within)
			}),
			answers: []reply{okJSON(`{}`), {status: 200}},
			failure: refusedForbidden,
		},
		{
			operation: "Policy_Get",
			route:     "GET /v2/passwordpolicies/user/{systemUserId}",
			path:      "/v2/passwordpolicies/user/6026bec6b8207255280d5981",
			query:     organization,
			methods:   single(func(ctx ctx, c client) (*answer, error) { return c.PasswordPolicies.GetByUser(ctx, annID, within) }, isPasswordPolicy),
			answers:   []reply{okJSON(passwordPolicy)},
			failure:   refusedNotFound,
		},
		{
			operation: "Policy_GetByUserGroup",
			route:     "GET /v2/passwordpolicies/usergroup/{userGroupId}",
			path:      "/v2/passwordpolicies/usergroup/6026da081f24755306c2ee0d",
			query:     organization,
			methods: single(func(ctx ctx, c client) (*answer, error) {
				return c.PasswordPolicies.GetByUserGroup(ctx, staffID, within)
			}, isPasswordPolicy),
			answers: []reply{okJSON(passwordPolicy)},
			failure: refusedMock,
		},
		{
			operation: "Policy_GetByID",
			route:     "GET /v2/passwordpolicies/{objectId}",
			path:      passwordPolicyPath,
			query:     organization,
			methods: single(func(ctx ctx, c client) (*answer, error) {
				return c.PasswordPolicies.Get(ctx, passwordPolicyID, within)
			}, isPasswordPolicy),
			answers: []reply{okJSON(passwordPolicy)},
			failure: refusedNotFound,
		},
		{
			operation: "Policy_Update",
			route:     "PUT /v2/passwordpolicies/{objectId}",
			path:      passwordPolicyPath,
			body:      passwordBody,
			methods: single(func(ctx ctx, c client) (*answer, error) {
				return c.PasswordPolicies.Update(ctx, passwordPolicyID, jumpcloud.PasswordPolicyUpdate{
					Policy: everyPasswordRule(), GroupIDs: groups, OrganizationObjectID: jumpcloud.Set(contractOrg),
				})
			}, isPasswordPolicy),
			answers: []reply{okJSON(passwordPolicy)},
			failure: refusedDetails,
		},
		{
			operation: "Policy_Delete",
			route:     "DELETE /v2/passwordpolicies/{objectId}",
			path:      passwordPolicyPath,
			query:     organization,
			methods:   nothing(func(ctx ctx, c client) error { return c.PasswordPolicies.Delete(ctx, passwordPolicyID, within) }),
			answers:   []reply{okJSON(`{}`), {status: 200}},
			failure:   refusedRate,
		},
	}
}

// The answer names the groups, and the update takes their ids.
func TestModifyWritesTheRulesAndTheGroupsOfAPasswordPolicyBack(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + passwordPolicyPath, reply: okJSON(`{"objectId":"66f1b2c3d4e5f60718293e01","cached":true,"later":1,
			"policy":{"name":"Finance","minLength":12,"enableMinLength":true,"brandNew":true},"groups":[{"groupId":"6026da081f24755306c2ee0d","name":"Staff"}]}`)},
		exchange{
			request: "PUT " + passwordPolicyPath,
			body:    `{"policy":{"name":"Finance","minLength":14,"enableMinLength":true,"brandNew":true},"groupIds":["6026da081f24755306c2ee0d"],"later":1}`,
			reply:   okJSON(passwordPolicy),
		},
		exchange{request: "GET " + passwordPolicyPath, reply: okJSON(`{"objectId":"66f1b2c3d4e5f60718293e01","policy":{"name":"Finance"}}`)},
		exchange{request: "PUT " + passwordPolicyPath, body: `{"policy":{"name":"Finance"},"groupIds":["6026da081f24755306c2ee0e"]}`, reply: okJSON(passwordPolicy)},
		exchange{request: "GET " + passwordPolicyPath, reply: reply{status: 404, body: `{"message":"Not Found"}`}},
	)

	written, err := client.PasswordPolicies.Modify(t.Context(), passwordPolicyID, func(p *jumpcloud.PasswordPolicyUpdate) {
		p.Policy.MinLength = jumpcloud.Set(14)
	})
	require.NoError(t, err)
	isPasswordPolicy(t, written)

	_, err = client.PasswordPolicies.Modify(t.Context(), passwordPolicyID, func(p *jumpcloud.PasswordPolicyUpdate) {
		assert.Empty(t, p.GroupIDs)
		p.GroupIDs = append(p.GroupIDs, "6026da081f24755306c2ee0e")
	})
	require.NoError(t, err)

	_, err = client.PasswordPolicies.Modify(t.Context(), passwordPolicyID, func(*jumpcloud.PasswordPolicyUpdate) { t.Error("there is nothing to change") })
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

// An object without the rules is not the policy: written back, it would end them all.
func TestModifyDoesNotWriteAPasswordPolicyThatWasReadWithoutItsRulesOrTheIDOfAGroup(t *testing.T) {
	for answer, problem := range map[string]string{
		`{}`: "it has no rules",
		`{"objectId":"66f1b2c3d4e5f60718293e01","policy":null,"groups":[{"groupId":"6026da081f24755306c2ee0d"}]}`: "it has no rules",
		`{"passwordPolicy":{"policy":{"minLength":12}}}`:                                                          "it has no rules",
		`{"policy":{"minLength":12},"groups":[{"groupId":"6026da081f24755306c2ee0d"},{"name":"Staff"}]}`:          "a group in it has no id",
	} {
		client := talk(t, exchange{request: "GET " + passwordPolicyPath, reply: okJSON(answer)})
		written, err := client.PasswordPolicies.Modify(t.Context(), passwordPolicyID, func(p *jumpcloud.PasswordPolicyUpdate) {
			p.Policy.MinLength = jumpcloud.Set(14)
		})
		require.EqualError(t, err, "jumpcloud: the password policy cannot be written back: "+problem)
		assert.Nil(t, written)
	}
}
