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

func TestOrganizationsContracts(t *testing.T) { testContracts(t, organizationsContracts()) }

// wholeSettings are settings with every property, all of which can be written back but the sum over the
// trusted applications, which stands in the middle.
const (
	settingsFirst = `{"name":"Example","logo":"aGk=","contactName":"Ann","contactEmail":"ann@example.com","emailDisclaimer":"Be kind",
		"passwordCompliance":"custom","passwordPolicy":{"enableMinLength":true,"minLength":12,"needsLowercase":true,"needsUppercase":true,"needsNumeric":true,
			"needsSymbolic":true,"allowUsernameSubstring":true,"disallowCommonlyUsedPasswords":true,"disallowSequentialOrRepetitiveChars":true,
			"displayComplexityOnResetScreen":true,"enableMaxHistory":true,"maxHistory":5,"enableMinChangePeriodInDays":true,"minChangePeriodInDays":1,
			"enablePasswordExpirationInDays":true,"passwordExpirationInDays":90,"enableDaysBeforeExpirationToForceReset":true,
			"daysBeforeExpirationToForceReset":3,"enableDaysAfterExpirationToSelfRecover":true,"daysAfterExpirationToSelfRecover":4,
			"enableMaxLoginAttempts":true,"maxLoginAttempts":6,"enableLockoutTimeInSeconds":true,"lockoutTimeInSeconds":900,
			"enableResetLockoutCounter":true,"resetLockoutCounterMinutes":30,"allowUnenrolledMFAPasswordReset":true,"enableRecoveryEmail":true,
			"effectiveDate":"2026-01-01T00:00:00Z","gracePeriodDate":"2026-02-01T00:00:00Z"},
		"systemUserPasswordExpirationInDays":90,"systemUsersCanEdit":true,
		"systemUserDefaults":{"restrictedFields":[{"field":"department","type":"scim","id":"64d0f1e2c3b4a59687786950"}]},
		"newSystemUserStateDefaults":{"manualEntry":"ACTIVATED","csvImport":"STAGED","applicationImport":"STAGED"},"maxSystemUsers":100,
		"systemUsersCap":50,"userPortal":{"idleSessionDurationMinutes":60,"cookieExpirationType":"session"},"disableGoogleLogin":true,
		"requireAdminMFA":true,"disableLdap":true,"duplicateLDAPGroups":true,"disableUM":true,"disableCommandRunner":true,"enableManagedUID":true,
		"enableGoogleApps":true,"enableO365":true,"enableUserPortalAgentInstall":true,"chromeDTCEnabled":true,"deviceIdentificationEnabled":true,
		"trustedAppConfig":{`
	settingsLast = `"trustedApps":[{"name":"Chrome","path":"/Applications/Chrome.app","teamid":"EQHXZ8M8AV"}]},
		"windowsMDM":{"enabled":true,"autoEnroll":true},
		"features":{"directoryInsights":{"enabled":true,"createdAt":"2025-01-01T00:00:00Z","updatedAt":"2025-01-02T00:00:00Z"},
			"directoryInsightsPremium":{"enabled":true,"createdAt":"2025-01-01T00:00:00Z","updatedAt":"2025-01-02T00:00:00Z"},
			"systemInsights":{"enabled":true,"enableNewDarwin":true,"enableNewLinux":true,"enableNewWindows":true,
				"createdAt":"2025-01-01T00:00:00Z","updatedAt":"2025-01-02T00:00:00Z"}},
		"betaFeatures":{"labs":true},"growthData":{"step":"3"},"showIntro":true,"agentVersion":"2.30.1","pendingDelete":true}`
	wholeSettings  = settingsFirst + `"checksum":"9f86d081",` + settingsLast
	wholeOrgAnswer = `{"_id":"5c9e9c2a1f0b7a0012345678","id":"5c9e9c2a1f0b7a0012345678","displayName":"Example","logoUrl":"https://example.com/logo.png",
		"created":"2024-01-02T03:04:05.678Z","provider":"5c9e9c2a1f0b7a0012345600","accountType":"Prospective Customer","accessRestriction":"none",
		"settings":` + wholeSettings + `,"customEmailSettings":{"enabled":true},
		"entitlement":{"billingModel":"annual","purchaseChannel":"direct","isManuallyBilled":true,"capUserQuantity":true,"maxUserQuantity":100,
			"pricePerUserSum":15,"entitlementProducts":[{"name":"Platform","productCode":"PLAT","productCategory":"Core","contractType":"term",
			"committedUsers":90,"uncommittedUsers":10,"maxUserCount":100,"pricePerUser":15}]},
		"hasCreditCard":true,"hasStripeCustomerId":true,"accountsReceivable":"current","totalBillingEstimate":1500,
		"lastEstimateCalculationTimeStamp":"2026-02-03T04:05:06Z","lastSfdcSyncStatus":{"ok":true}}`
	recordedOrg = `{"_id":"5ad0b2ff4f7ee07d4b5eeecd","id":"5ad0b2ff4f7ee07d4b5eeecd","displayName":null,"logoUrl":null,"created":"2018-04-13T13:37:03.000Z"}`
	// organizationsPage is the last page of a list: an organization with everything that a list has, and one as it was recorded.
	organizationsPage = `{"totalCount":102,"results":[{"_id":"5c9e9c2a1f0b7a0012345678","id":"5c9e9c2a1f0b7a0012345678","displayName":"Example",
		"logoUrl":"https://example.com/logo.png","created":"2024-01-02T03:04:05.678Z"},` + recordedOrg + `]}`
)

func isWholeOrganization(t *testing.T, organization *jumpcloud.Organization) {
	everyFieldIsSet(t, *organization)
	assert.Equal(t, contractOrg, organization.ID)
	assert.Equal(t, "Example", organization.DisplayName)
	assert.Equal(t, jumpcloud.OrganizationAccountTypeProspectiveCustomer, organization.AccountType)
	assert.True(t, organization.Created.Equal(time.Date(2024, 1, 2, 3, 4, 5, 678e6, time.UTC)))
	settings := organization.Settings
	assert.Equal(t, jumpcloud.PasswordComplianceCustom, settings.PasswordCompliance)
	assert.Equal(t, 12, settings.PasswordPolicy.MinLength)
	assert.Equal(t, 900, settings.PasswordPolicy.LockoutTimeInSeconds)
	assert.Equal(t, jumpcloud.UserStateStaged, settings.NewSystemUserStateDefaults.CsvImport)
	assert.Equal(t, &jumpcloud.OrganizationUserPortal{IdleSessionDurationMinutes: 60, CookieExpirationType: jumpcloud.CookieExpirationSession}, settings.UserPortal)
	assert.Equal(t, []jumpcloud.TrustedApp{{Name: "Chrome", Path: "/Applications/Chrome.app", Teamid: "EQHXZ8M8AV"}}, settings.TrustedAppConfig.TrustedApps)
	assert.Equal(t, map[string]any{"labs": true}, settings.BetaFeatures)
	assert.Equal(t, 15, organization.Entitlement.EntitlementProducts[0].PricePerUser)
}

func areOrganizations(t *testing.T, organizations []*jumpcloud.OrganizationSummary) {
	everyFieldIsSet(t, *organizations[0])
	assert.Equal(t, contractOrg, organizations[0].ID)
	assert.Equal(t, "Example", organizations[0].DisplayName)
	assert.Equal(t, "5ad0b2ff4f7ee07d4b5eeecd", organizations[1].ID)
	assert.Empty(t, organizations[1].DisplayName)
	assert.Empty(t, organizations[1].LogoURL)
	assert.True(t, organizations[1].Created.Equal(time.Date(2018, 4, 13, 13, 37, 3, 0, time.UTC)))
}

func organizationsContracts() []contract {
	type (
		ctx     = context.Context
		client  = *jumpcloud.APIClient
		summary = jumpcloud.OrganizationSummary
	)
	listParams := &jumpcloud.OrganizationsListParams{
		Limit: 50, Skip: 100, Sort: []string{"-created", "_id"}, Fields: []string{"displayName", "logoUrl"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("displayName", jumpcloud.Eq, "Example")}, Search: "exam", SortIgnoreCase: "displayName",
	}
	search := jumpcloud.SearchRequest{Fields: "displayName", Sort: jumpcloud.Set("_id"), Limit: jumpcloud.Set(50), Skip: jumpcloud.Set(100)}
	asSampled := jumpcloud.WithBodyField("search", map[string]any{"fields": []string{"displayName"}, "searchTerm": "exam"})
	casesParams := &jumpcloud.OrganizationsListCasesParams{
		Limit: 50, Skip: 100, Sort: []string{"-date"}, Filter: []jumpcloud.Condition{jumpcloud.Filter("status", jumpcloud.Eq, "New")},
	}
	contracts := []contract{
		{
			operation: "organization_list",
			route:     "GET /organizations",
			path:      "/organizations",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-created _id"}, "fields": {"displayName logoUrl"},
				"filter": {"displayName:$eq:Example"}, "search": {"exam"}, "sortIgnoreCase": {"displayName"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[summary], error) {
					return c.Organizations.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*summary, error] { return c.Organizations.All(ctx, listParams) },
				areOrganizations,
			),
			answers: []reply{okJSON(organizationsPage)},
			failure: refusedKey,
		},
		{
			operation: "organizations_get",
			route:     "GET /organizations/{id}",
			path:      "/organizations/5c9e9c2a1f0b7a0012345678",
			query:     url.Values{"fields": {"displayName settings"}},
			methods: single(func(ctx ctx, c client) (*jumpcloud.Organization, error) {
				return c.Organizations.Get(ctx, contractOrg, &jumpcloud.OrganizationsGetParams{Fields: []string{"displayName", "settings"}})
			}, isWholeOrganization),
			answers: []reply{okJSON(wholeOrgAnswer)},
			failure: refusedMock,
		},
		{
			operation: "organization_put",
			route:     "PUT /organizations/{id}",
			path:      "/organizations/5c9e9c2a1f0b7a0012345678",
			body:      `{"displayName":"Example","settings":` + settingsFirst + settingsLast + `}`,
			methods: methods{call: func(t *testing.T, c client) error {
				var read jumpcloud.OrganizationSettings
				require.NoError(t, json.Unmarshal([]byte(wholeSettings), &read))
				settings := read.Input()
				organization, err := c.Organizations.Update(t.Context(), contractOrg, jumpcloud.OrganizationUpdate{
					Settings: &settings, DisplayName: jumpcloud.Set("Example"),
				})
				if err == nil {
					isWholeOrganization(t, organization)
				}
				return err
			}},
			answers: []reply{okJSON(wholeOrgAnswer)},
			failure: refusedMock,
		},
		{
			operation: "search_organizations_post",
			route:     "POST /search/organizations",
			path:      "/search/organizations",
			body:      `{"fields":"displayName","sort":"_id","limit":50,"skip":100}`,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[summary], error) { return c.Organizations.Search(ctx, search) },
				func(ctx ctx, c client) iter.Seq2[*summary, error] { return c.Organizations.SearchAll(ctx, search) },
				areOrganizations,
			),
			answers: []reply{okJSON(organizationsPage)},
			failure: refusedKey,
		},
		{
			operation: "search_organizations_post",
			variant:   "as JumpCloud's sample writes it",
			beyond:    true,
			route:     "POST /search/organizations",
			path:      "/search/organizations",
			body:      `{"search":{"fields":["displayName"],"searchTerm":"exam"},"limit":100,"skip":0}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Page[summary], error) {
				return c.Organizations.Search(ctx, jumpcloud.SearchRequest{}, asSampled)
			}, func(t *testing.T, page *jumpcloud.Page[summary]) { assert.Empty(t, page.Items) }),
			answers: []reply{okJSON(`{"totalCount":0,"results":[]}`)},
			failure: refusedKey,
		},
		{
			operation: "organizations_orgListCases",
			route:     "GET /v2/organizations/cases",
			path:      "/v2/organizations/cases",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-date"}, "filter": {"status:eq:New"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.SupportCase], error) {
					return c.Organizations.ListCases(ctx, casesParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.SupportCase, error] {
					return c.Organizations.AllCases(ctx, casesParams)
				},
				func(t *testing.T, cases []*jumpcloud.SupportCase) {
					everyFieldIsSet(t, *cases[0])
					assert.Equal(t, "00012345", cases[0].CaseNumber)
					assert.Equal(t, "New", cases[0].Status)
					assert.Equal(t, "ann@example.com", cases[0].ReporterEmail)
					assert.True(t, cases[0].Date.Equal(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)))
					assert.Equal(t, "00012346", cases[1].CaseNumber)
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"results":[{"caseNumber":"00012345","subject":"Lost key","description":"A disk asks for it","status":"New",
				"date":"2026-03-01T08:00:00Z","label":"urgent","reporter":"Ann","reporterEmail":"ann@example.com","organization":"Example","os":"macOS",
				"caseSubmissionProductType":"Devices"},{"caseNumber":"00012346"}]}`)},
			failure: refusedMock,
		},
	}
	for i := range contracts {
		contracts[i].above = true
	}
	return contracts
}

func TestModifyOfAnOrganizationWritesAllSettingsBackAndNothingElse(t *testing.T) {
	client := talk(t,
		exchange{request: "GET /organizations/" + contractOrg, reply: okJSON(
			`{"_id":"` + contractOrg + `","created":"2024-01-02T03:04:05Z","displayName":"Example","brandNew":1,
				"settings":{"showIntro":false,"contactName":"","newer":{"kept":[1,2]},"passwordPolicy":{"minLength":12,"needsEmoji":true},"logo":null}}`)},
		exchange{
			request: "PUT /organizations/" + contractOrg,
			body:    `{"settings":{"showIntro":false,"contactName":"","newer":{"kept":[1,2]},"passwordPolicy":{"minLength":14,"needsEmoji":true},"logo":null}}`,
			reply:   okJSON(`{"_id":"` + contractOrg + `","settings":{"passwordPolicy":{"minLength":14}}}`),
		},
	)
	organization, err := client.Organizations.Modify(t.Context(), contractOrg, func(o *jumpcloud.OrganizationUpdate) {
		o.Settings.PasswordPolicy.MinLength = jumpcloud.Set(14)
	})
	require.NoError(t, err)
	assert.Equal(t, 14, organization.Settings.PasswordPolicy.MinLength)
}
