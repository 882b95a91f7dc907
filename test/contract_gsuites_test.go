package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestGSuitesContracts(t *testing.T) { testContracts(t, gsuitesContracts()) }

const (
	gsuiteID         = "5f2c3d4e5f60718293a4b5d0"
	gsuitePath       = "/v2/gsuites/5f2c3d4e5f60718293a4b5d0"
	gsuiteDomainID   = "5f2c3d4e5f60718293a4b5d1"
	importScheduleID = "5f2c3d4e5f60718293a4b5d2"
)

const (
	gsuiteSettings = `"name":"Workspace","userLockoutAction":"suspend","userPasswordExpirationAction":"remove_access","groupsEnabled":true,
		"importFilter":"orgUnitPath=/Sales"`
	gsuiteAnswer = `{"id":"5f2c3d4e5f60718293a4b5d0",` + gsuiteSettings + `,"defaultDomain":{"id":"5f2c3d4e5f60718293a4b5d1","domain":"example.com"},
		"organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`
	gsuiteDomain   = `{"objectId":"5f2c3d4e5f60718293a4b5d1","domain":"example.com","default":true,"accountObjectId":"5f2c3d4e5f60718293a4b5d0"}`
	gsuiteRule     = `{"id":"5f2c3d4e5f60718293a4b5c2","builtIn":"user_work_addresses","direction":"export"}`
	importSchedule = `{"scheduledJobId":"5f2c3d4e5f60718293a4b5d2","sendEmail":true}`
)

func isGSuite(t *testing.T, directory *jumpcloud.GSuite) {
	everyFieldIsSet(t, *directory)
	assert.Equal(t, &jumpcloud.GSuite{
		ID: gsuiteID, Name: "Workspace", UserLockoutAction: jumpcloud.DirectoryUserActionSuspend,
		UserPasswordExpirationAction: jumpcloud.DirectoryUserActionRemoveAccess, GroupsEnabled: true, ImportFilter: "orgUnitPath=/Sales",
		DefaultDomain: &jumpcloud.DefaultDomain{ID: gsuiteDomainID, Domain: "example.com"}, OrganizationObjectID: contractOrg,
	}, directory)
}

func isGSuiteDomain(t *testing.T, domain *jumpcloud.GSuiteDomain) {
	assert.Equal(t, &jumpcloud.GSuiteDomain{ObjectID: gsuiteDomainID, Domain: "example.com", Default: true, AccountObjectID: gsuiteID}, domain)
}

func isGSuiteRule(t *testing.T, rule *jumpcloud.GSuiteTranslationRule) {
	assert.Equal(t, &jumpcloud.GSuiteTranslationRule{
		ID: ruleID, BuiltIn: jumpcloud.GSuiteBuiltinTranslationWorkAddresses, Direction: jumpcloud.GSuiteDirectionTranslationExport,
	}, rule)
}

// cursored is a list that has a cursor and no total: the answer is its last page.
func cursored[T any](
	list func(context.Context, *jumpcloud.APIClient) (*jumpcloud.Page[T], error),
	all func(context.Context, *jumpcloud.APIClient) iter.Seq2[*T, error],
	check func(*testing.T, []*T),
) methods {
	page := single(list, func(t *testing.T, page *jumpcloud.Page[T]) {
		assert.Equal(t, -1, page.TotalCount)
		assert.Equal(t, contractLimit, page.Limit)
		assert.Empty(t, page.Cursor)
		check(t, page.Items)
	})
	page.walk = func(t *testing.T, client *jumpcloud.APIClient) error {
		items, err := jumpcloud.Collect(all(t.Context(), client), 0)
		if err == nil {
			check(t, items)
		}
		return err
	}
	return page
}

func gsuitesContracts() []contract {
	type (
		ctx      = context.Context
		client   = *jumpcloud.APIClient
		gsuite   = jumpcloud.GSuite
		domain   = jumpcloud.GSuiteDomain
		rule     = jumpcloud.GSuiteTranslationRule
		schedule = jumpcloud.GSuiteScheduledImport
		gsuites  = *jumpcloud.GSuitesService
	)
	service := func(c client) gsuites { return c.GSuites }
	filter := traversalFilter
	domainsParams := &jumpcloud.GSuitesListDomainsParams{Limit: 50, Skip: 100}
	rulesParams := &jumpcloud.GSuitesListTranslationRulesParams{Limit: 50, Skip: 100, Sort: []string{"-type", "id"}, Fields: []string{"id", "builtIn"}, Filter: filter}
	importParams := &jumpcloud.GSuitesListImportUsersParams{
		Limit: 50, PageToken: "p 1", Query: "orgUnitPath=/Sales", OrderBy: "familyName", SortOrder: "DESCENDING",
	}
	previewParams := &jumpcloud.GSuitesListImportJumpCloudUsersParams{
		Limit: 50, PageToken: "p 1", Query: "orgUnitPath=/Sales", OrderBy: "familyName", SortOrder: "DESCENDING", AllowEmptyFields: true,
	}
	contracts := []contract{
		{
			operation: "gsuites_get",
			route:     "GET /v2/gsuites/{id}",
			path:      gsuitePath,
			methods:   single(func(ctx ctx, c client) (*gsuite, error) { return c.GSuites.Get(ctx, gsuiteID) }, isGSuite),
			answers:   []reply{okJSON(gsuiteAnswer)},
			failure:   refusedNotFound,
		},
		{
			operation: "gsuites_get",
			variant:   "without a default domain",
			route:     "GET /v2/gsuites/{id}",
			path:      gsuitePath,
			methods: single(func(ctx ctx, c client) (*gsuite, error) { return c.GSuites.Get(ctx, gsuiteID) },
				func(t *testing.T, directory *gsuite) { assert.Equal(t, &gsuite{ID: gsuiteID}, directory) }),
			answers: []reply{okJSON(`{"id":"5f2c3d4e5f60718293a4b5d0","defaultDomain":null}`)},
			failure: refusedForbidden,
		},
		{
			operation: "gsuites_patch",
			route:     "PATCH /v2/gsuites/{id}",
			path:      gsuitePath,
			body:      `{` + gsuiteSettings + `,"defaultDomain":{"id":"5f2c3d4e5f60718293a4b5d1"}}`,
			methods: single(func(ctx ctx, c client) (*gsuite, error) {
				return c.GSuites.Update(ctx, gsuiteID, jumpcloud.GSuiteInput{
					Name: jumpcloud.Set("Workspace"), UserLockoutAction: jumpcloud.Set(jumpcloud.DirectoryUserActionSuspend),
					UserPasswordExpirationAction: jumpcloud.Set(jumpcloud.DirectoryUserActionRemoveAccess), GroupsEnabled: jumpcloud.Set(true),
					ImportFilter: jumpcloud.Set("orgUnitPath=/Sales"), DefaultDomain: jumpcloud.Set(jumpcloud.DefaultDomainInput{ID: jumpcloud.Set(gsuiteDomainID)}),
				})
			}, isGSuite),
			answers: []reply{okJSON(gsuiteAnswer)},
			failure: refusedNotFound,
		},
		{
			operation: "gsuites_patch",
			variant:   "of one setting",
			route:     "PATCH /v2/gsuites/{id}",
			path:      gsuitePath,
			body:      `{"groupsEnabled":false}`,
			methods: single(func(ctx ctx, c client) (*gsuite, error) {
				return c.GSuites.Update(ctx, gsuiteID, jumpcloud.GSuiteInput{GroupsEnabled: jumpcloud.Set(false)})
			}, isGSuite),
			answers: []reply{okJSON(gsuiteAnswer)},
			failure: refusedDetails,
		},
		{
			operation: "Gapps_Domains_List",
			route:     "GET /v2/gsuites/{gsuite_id}/domains",
			path:      gsuitePath + "/domains",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[domain], error) {
					return c.GSuites.ListDomains(ctx, gsuiteID, domainsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*domain, error] {
					return c.GSuites.AllDomains(ctx, gsuiteID, domainsParams)
				},
				func(t *testing.T, domains []*domain) {
					isGSuiteDomain(t, domains[0])
					assert.Equal(t, &domain{ObjectID: "5f2c3d4e5f60718293a4b5d3", Domain: "example.org"}, domains[1])
				},
			),
			answers: []reply{
				okJSON(`{"totalCount":102,"domains":[` + gsuiteDomain + `,{"objectId":"5f2c3d4e5f60718293a4b5d3","domain":"example.org"}]}`),
				okJSON(`{"totalCount":"102","domains":[` + gsuiteDomain + `,{"objectId":"5f2c3d4e5f60718293a4b5d3","domain":"example.org"}]}`),
			},
			failure: refusedNotFound,
		},
		{
			operation: "Gapps_Domains_Insert",
			route:     "POST /v2/gsuites/{gsuite_id}/domains",
			path:      gsuitePath + "/domains",
			query:     url.Values{"domain": {"example.com"}},
			methods: single(func(ctx ctx, c client) (*domain, error) { return c.GSuites.CreateDomain(ctx, gsuiteID, "example.com") },
				isGSuiteDomain),
			answers: []reply{createdJSON(`{"domain":` + gsuiteDomain + `}`), okJSON(`{"domain":` + gsuiteDomain + `}`), createdJSON(gsuiteDomain)},
			failure: refusedExists,
		},
		{
			operation: "Gapps_Domains_Delete",
			route:     "DELETE /v2/gsuites/{gsuite_id}/domains/{domainId}",
			path:      gsuitePath + "/domains/5f2c3d4e5f60718293a4b5d1",
			methods: single(func(ctx ctx, c client) (*domain, error) { return c.GSuites.DeleteDomain(ctx, gsuiteID, gsuiteDomainID) },
				isGSuiteDomain),
			answers: []reply{okJSON(`{"domain":` + gsuiteDomain + `}`), okJSON(gsuiteDomain)},
			failure: refusedNotFound,
		},
		{
			operation: "gsuites_listImportJumpcloudUsers",
			route:     "GET /v2/gsuites/{gsuite_id}/import/jumpcloudusers",
			path:      gsuitePath + "/import/jumpcloudusers",
			query: url.Values{
				"maxResults": {"50"}, "pageToken": {"p 1"}, "query": {"orgUnitPath=/Sales"}, "orderBy": {"familyName"}, "sortOrder": {"DESCENDING"},
				"allowEmptyFields": {"true"},
			},
			methods: cursored(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.ImportUserPreview], error) {
					return c.GSuites.ListImportJumpCloudUsers(ctx, gsuiteID, previewParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.ImportUserPreview, error] {
					return c.GSuites.AllImportJumpCloudUsers(ctx, gsuiteID, previewParams)
				},
				func(t *testing.T, users []*jumpcloud.ImportUserPreview) {
					require.Len(t, users, 2)
					everyFieldIsSet(t, *users[0])
					assert.Equal(t, &jumpcloud.ImportUserPreview{
						Email: "ann@example.com", AlternateEmail: "ann@example.org", Firstname: "Ann", Lastname: "Ek", Company: "Example", Department: "IT",
						CostCenter: "CC1", JobTitle: "Engineer", EmployeeType: "full-time", EmployeeIdentifier: "77", Location: "Malmö",
						Addresses: []jumpcloud.ImportUserPreviewAddress{{
							ID: "a1", Type: "work", StreetAddress: "Gatan 1", ExtendedAddress: "2nd floor", PoBox: "12", Locality: "Malmö", Region: "Skåne",
							PostalCode: "21111", Country: "SE",
						}},
						PhoneNumbers: []jumpcloud.ImportUserPreviewPhoneNumber{{ID: "n1", Type: "work", Number: "+46 1"}},
					}, users[0])
					assert.Equal(t, "bob@example.com", users[1].Email)
				},
			),
			answers: []reply{okJSON(`{"users":[{"email":"ann@example.com","alternateEmail":"ann@example.org","firstname":"Ann","lastname":"Ek","company":"Example",
				"department":"IT","costCenter":"CC1","jobTitle":"Engineer","employeeType":"full-time","employeeIdentifier":"77","location":"Malmö",
				"addresses":[{"id":"a1","type":"work","streetAddress":"Gatan 1","extendedAddress":"2nd floor","poBox":"12","locality":"Malmö","region":"Skåne",
				"postalCode":"21111","country":"SE"}],"phoneNumbers":[{"id":"n1","type":"work","number":"+46 1"}]},{"email":"bob@example.com"}]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "Gapps_Scheduled_Import_List",
			route:     "GET /v2/gsuites/{gsuite_id}/import/schedules",
			path:      gsuitePath + "/import/schedules",
			methods: single(func(ctx ctx, c client) ([]*schedule, error) { return c.GSuites.ListImportSchedules(ctx, gsuiteID) },
				func(t *testing.T, schedules []*schedule) {
					assert.Equal(t, []*schedule{{ScheduledJobID: importScheduleID, SendEmail: true}}, schedules)
				}),
			answers: []reply{okJSON(`{"schedules":[` + importSchedule + `]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "Gapps_Scheduled_Import_List",
			variant:   "without any",
			route:     "GET /v2/gsuites/{gsuite_id}/import/schedules",
			path:      gsuitePath + "/import/schedules",
			methods: single(func(ctx ctx, c client) ([]*schedule, error) { return c.GSuites.ListImportSchedules(ctx, gsuiteID) },
				func(t *testing.T, schedules []*schedule) { assert.Empty(t, schedules) }),
			answers: []reply{okJSON(`{"schedules":[]}`), okJSON(`{}`)},
			failure: refusedForbidden,
		},
		{
			operation: "Gapps_Scheduled_Import_Create",
			route:     "POST /v2/gsuites/{gsuite_id}/import/schedules",
			path:      gsuitePath + "/import/schedules",
			query:     url.Values{"sendEmail": {"true"}},
			methods: single(func(ctx ctx, c client) (*jumpcloud.GSuiteCreateScheduledResponse, error) {
				return c.GSuites.CreateImportSchedule(ctx, gsuiteID, true)
			}, func(t *testing.T, created *jumpcloud.GSuiteCreateScheduledResponse) {
				assert.Equal(t, importScheduleID, created.ScheduledJobID)
			}),
			answers: []reply{createdJSON(`{"scheduledJobId":"5f2c3d4e5f60718293a4b5d2"}`), okJSON(`{"scheduledJobId":"5f2c3d4e5f60718293a4b5d2"}`)},
			failure: refusedNotFound,
		},
		{
			operation: "Gapps_Scheduled_Import_Update",
			route:     "PATCH /v2/gsuites/{gsuite_id}/import/schedules/{scheduledJobId}",
			path:      gsuitePath + "/import/schedules/5f2c3d4e5f60718293a4b5d2",
			query:     url.Values{"sendEmail": {"false"}},
			methods: single(func(ctx ctx, c client) (*schedule, error) {
				return c.GSuites.UpdateImportSchedule(ctx, gsuiteID, importScheduleID, false)
			}, func(t *testing.T, updated *schedule) {
				assert.Equal(t, &schedule{ScheduledJobID: importScheduleID}, updated)
			}),
			answers: []reply{
				okJSON(`{"scheduledJob":{"scheduledJobId":"5f2c3d4e5f60718293a4b5d2","sendEmail":false}}`),
				okJSON(`{"scheduledJobId":"5f2c3d4e5f60718293a4b5d2"}`),
			},
			failure: refusedNotFound,
		},
		{
			operation: "Gapps_Scheduled_Import_Delete",
			route:     "DELETE /v2/gsuites/{gsuite_id}/import/schedules/{scheduledJobId}",
			path:      gsuitePath + "/import/schedules/5f2c3d4e5f60718293a4b5d2",
			methods:   nothing(func(ctx ctx, c client) error { return c.GSuites.DeleteImportSchedule(ctx, gsuiteID, importScheduleID) }),
			answers:   []reply{okJSON(`{}`), noContent},
			failure:   refusedNotFound,
		},
		{
			operation: "gsuites_listImportUsers",
			route:     "GET /v2/gsuites/{gsuite_id}/import/users",
			path:      gsuitePath + "/import/users",
			query: url.Values{
				"maxResults": {"50"}, "pageToken": {"p 1"}, "query": {"orgUnitPath=/Sales"}, "orderBy": {"familyName"}, "sortOrder": {"DESCENDING"},
			},
			methods: cursored(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GSuiteImportUser], error) {
					return c.GSuites.ListImportUsers(ctx, gsuiteID, importParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GSuiteImportUser, error] {
					return c.GSuites.AllImportUsers(ctx, gsuiteID, importParams)
				},
				func(t *testing.T, users []*jumpcloud.GSuiteImportUser) {
					assert.Equal(t, []*jumpcloud.GSuiteImportUser{{
						ID: "107", PrimaryEmail: "ann@example.com", GivenName: "Ann", FamilyName: "Ek", ThumbnailPhotoURL: "https://example.com/ann.png",
					}, {ID: "108"}}, users)
				},
			),
			answers: []reply{okJSON(`{"users":[{"id":"107","primaryEmail":"ann@example.com","givenName":"Ann","familyName":"Ek",
				"thumbnailPhotoUrl":"https://example.com/ann.png"},{"id":"108"}]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "translationRules_gSuiteList",
			route:     "GET /v2/gsuites/{gsuite_id}/translationrules",
			path:      gsuitePath + "/translationrules",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-type,id"}, "fields": {"id,builtIn"},
				"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[rule], error) {
					return c.GSuites.ListTranslationRules(ctx, gsuiteID, rulesParams)
				},
				func(ctx ctx, c client) iter.Seq2[*rule, error] {
					return c.GSuites.AllTranslationRules(ctx, gsuiteID, rulesParams)
				},
				func(t *testing.T, rules []*rule) {
					isGSuiteRule(t, rules[0])
					assert.Equal(t, &rule{
						ID: "5f2c3d4e5f60718293a4b5d4", BuiltIn: jumpcloud.GSuiteBuiltinTranslationPassword, Direction: jumpcloud.GSuiteDirectionTranslationImport,
					}, rules[1])
				},
			),
			answers: []reply{v2Page(`[` + gsuiteRule + `,{"id":"5f2c3d4e5f60718293a4b5d4","builtIn":"user_password","direction":"import"}]`)},
			failure: refusedNotFound,
		},
		{
			operation: "translationRules_gSuitePost",
			route:     "POST /v2/gsuites/{gsuite_id}/translationrules",
			path:      gsuitePath + "/translationrules",
			body:      `{"builtIn":"user_work_addresses","direction":"export"}`,
			methods: single(func(ctx ctx, c client) (*rule, error) {
				return c.GSuites.CreateTranslationRule(ctx, gsuiteID, jumpcloud.GSuiteTranslationRuleRequest{
					BuiltIn: jumpcloud.Set(jumpcloud.GSuiteBuiltinTranslationWorkAddresses), Direction: jumpcloud.Set(jumpcloud.GSuiteDirectionTranslationExport),
				})
			}, isGSuiteRule),
			answers: []reply{createdJSON(gsuiteRule)},
			failure: refusedDetails,
		},
		{
			operation: "translationRules_gSuiteGet",
			route:     "GET /v2/gsuites/{gsuite_id}/translationrules/{id}",
			path:      gsuitePath + "/translationrules/5f2c3d4e5f60718293a4b5c2",
			methods:   single(func(ctx ctx, c client) (*rule, error) { return c.GSuites.GetTranslationRule(ctx, gsuiteID, ruleID) }, isGSuiteRule),
			answers:   []reply{okJSON(gsuiteRule)},
			failure:   refusedNotFound,
		},
		{
			operation: "translationRules_gSuiteDelete",
			route:     "DELETE /v2/gsuites/{gsuite_id}/translationrules/{id}",
			path:      gsuitePath + "/translationrules/5f2c3d4e5f60718293a4b5c2",
			methods:   nothing(func(ctx ctx, c client) error { return c.GSuites.DeleteTranslationRule(ctx, gsuiteID, ruleID) }),
			answers:   []reply{noContent},
			failure:   refusedNotFound,
		},
		traversal("graph_gSuiteTraverseUser", "/v2/gsuites/{gsuite_id}/users", gsuiteID, "user", service, gsuites.ListUsers, gsuites.AllUsers,
			jumpcloud.GSuitesListUsersParams{Limit: 50, Skip: 100, Filter: filter, SyncStatus: true}, refusedMock).synced(),
		traversal("graph_gSuiteTraverseUserGroup", "/v2/gsuites/{gsuite_id}/usergroups", gsuiteID, "user_group", service,
			gsuites.ListUserGroups, gsuites.AllUserGroups,
			jumpcloud.GSuitesListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
	}
	return append(contracts, bindings("graph_gSuiteAssociations", "/v2/gsuites/{gsuite_id}/associations", gsuiteID, service,
		gsuites.ListAssociations, gsuites.AllAssociations, gsuites.ManageAssociations,
		jumpcloud.GSuitesListAssociationsParams{Limit: 50, Skip: 100}, gsuitePath+"/associations")...)
}

func TestUsersOfGoogleAreWalkedByTheTokenOfEachPage(t *testing.T) {
	for method, all := range map[string]func(*jumpcloud.APIClient) (int, error){
		"users": func(c *jumpcloud.APIClient) (int, error) {
			users, err := jumpcloud.Collect(c.GSuites.AllImportUsers(t.Context(), gsuiteID, nil), 0)
			return len(users), err
		},
		"jumpcloudusers": func(c *jumpcloud.APIClient) (int, error) {
			users, err := jumpcloud.Collect(c.GSuites.AllImportJumpCloudUsers(t.Context(), gsuiteID, nil), 0)
			return len(users), err
		},
	} {
		path := "GET " + gsuitePath + "/import/" + method + "?maxResults=100"
		client := talk(t,
			exchange{request: path, reply: okJSON(`{"users":[{"id":"107"},{"id":"108"}],"nextPageToken":"next/2"}`)},
			exchange{request: path + "&pageToken=next%2F2", reply: okJSON(`{"nextPageToken":"next/3"}`)},
			exchange{request: path + "&pageToken=next%2F3", reply: okJSON(`{"users":[{"id":"109"}],"nextPageToken":""}`)},
		)
		count, err := all(client)
		require.NoError(t, err)
		assert.Equal(t, 3, count)
	}
}

func TestAPageOfUsersOfGoogleSaysWhereTheNextOneBegins(t *testing.T) {
	client := talk(t, exchange{request: "GET " + gsuitePath + "/import/users?maxResults=500", reply: okJSON(`{"users":[{"id":"107"}],"nextPageToken":"next/2"}`)})
	page, err := client.GSuites.ListImportUsers(t.Context(), gsuiteID, &jumpcloud.GSuitesListImportUsersParams{Limit: 500})
	require.NoError(t, err)
	assert.Equal(t, "next/2", page.Cursor)
	var refused *jumpcloud.ParamError
	_, err = client.GSuites.ListImportUsers(t.Context(), gsuiteID, &jumpcloud.GSuitesListImportUsersParams{Limit: 501})
	require.ErrorAs(t, err, &refused)
}
