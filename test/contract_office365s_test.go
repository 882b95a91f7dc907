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

func TestOffice365sContracts(t *testing.T) { testContracts(t, office365sContracts()) }

const (
	office365ID       = "5f2c3d4e5f60718293a4b5e0"
	office365Path     = "/v2/office365s/5f2c3d4e5f60718293a4b5e0"
	office365DomainID = "5f2c3d4e5f60718293a4b5e1"
)

const (
	office365Settings = `"name":"Microsoft 365","userLockoutAction":"maintain","userPasswordExpirationAction":"suspend","groupsEnabled":true`
	office365Answer   = `{"id":"5f2c3d4e5f60718293a4b5e0",` + office365Settings + `,"defaultDomain":{"id":"5f2c3d4e5f60718293a4b5e1","domain":"example.com"}}`
	office365Domain   = `{"objectId":"5f2c3d4e5f60718293a4b5e1","domain":"example.com","default":true,"resourceObjectId":"5f2c3d4e5f60718293a4b5e0"}`
	office365Rule     = `{"id":"5f2c3d4e5f60718293a4b5c2","builtIn":"user_street_address","direction":"export"}`
)

func isOffice365(t *testing.T, directory *jumpcloud.Office365) {
	everyFieldIsSet(t, *directory)
	assert.Equal(t, &jumpcloud.Office365{
		ID: office365ID, Name: "Microsoft 365", UserLockoutAction: jumpcloud.DirectoryUserActionMaintain,
		UserPasswordExpirationAction: jumpcloud.DirectoryUserActionSuspend, GroupsEnabled: true,
		DefaultDomain: &jumpcloud.DefaultDomain{ID: office365DomainID, Domain: "example.com"},
	}, directory)
}

func isOffice365Domain(t *testing.T, domain *jumpcloud.Office365Domain) {
	assert.Equal(t, &jumpcloud.Office365Domain{ObjectID: office365DomainID, Domain: "example.com", Default: true, ResourceObjectID: office365ID}, domain)
}

func isOffice365Rule(t *testing.T, rule *jumpcloud.Office365TranslationRule) {
	assert.Equal(t, &jumpcloud.Office365TranslationRule{
		ID: ruleID, BuiltIn: jumpcloud.Office365BuiltinTranslationStreetAddress, Direction: jumpcloud.Office365DirectionTranslationExport,
	}, rule)
}

func office365sContracts() []contract {
	type (
		ctx        = context.Context
		client     = *jumpcloud.APIClient
		office365  = jumpcloud.Office365
		domain     = jumpcloud.Office365Domain
		rule       = jumpcloud.Office365TranslationRule
		importUser = jumpcloud.Office365ImportUser
		office365s = *jumpcloud.Office365sService
	)
	service := func(c client) office365s { return c.Office365s }
	filter := traversalFilter
	domainsParams := &jumpcloud.Office365sListDomainsParams{Limit: 50, Skip: 100}
	rulesParams := &jumpcloud.Office365sListTranslationRulesParams{Limit: 50, Skip: 100, Sort: []string{"-type", "id"}, Fields: []string{"id", "builtIn"}, Filter: filter}
	importParams := &jumpcloud.Office365sListImportUsersParams{
		Limit: 50, SkipToken: "s 1", Filter: "startswith(givenName,'A')", Search: `"displayName:ann"`, Orderby: "surname", Count: true, ConsistencyLevel: "eventual",
	}
	contracts := []contract{
		{
			operation: "office365s_get",
			route:     "GET /v2/office365s/{office365_id}",
			path:      office365Path,
			methods:   single(func(ctx ctx, c client) (*office365, error) { return c.Office365s.Get(ctx, office365ID) }, isOffice365),
			answers:   []reply{okJSON(office365Answer)},
			failure:   refusedNotFound,
		},
		{
			operation: "office365s_get",
			variant:   "without a default domain",
			route:     "GET /v2/office365s/{office365_id}",
			path:      office365Path,
			methods: single(func(ctx ctx, c client) (*office365, error) { return c.Office365s.Get(ctx, office365ID) },
				func(t *testing.T, directory *office365) { assert.Equal(t, &office365{ID: office365ID}, directory) }),
			answers: []reply{okJSON(`{"id":"5f2c3d4e5f60718293a4b5e0","defaultDomain":null}`)},
			failure: refusedForbidden,
		},
		{
			operation: "office365s_patch",
			route:     "PATCH /v2/office365s/{office365_id}",
			path:      office365Path,
			body:      `{` + office365Settings + `,"defaultDomain":{"id":"5f2c3d4e5f60718293a4b5e1"}}`,
			methods: single(func(ctx ctx, c client) (*office365, error) {
				return c.Office365s.Update(ctx, office365ID, jumpcloud.Office365Input{
					Name: jumpcloud.Set("Microsoft 365"), UserLockoutAction: jumpcloud.Set(jumpcloud.DirectoryUserActionMaintain),
					UserPasswordExpirationAction: jumpcloud.Set(jumpcloud.DirectoryUserActionSuspend), GroupsEnabled: jumpcloud.Set(true),
					DefaultDomain: jumpcloud.Set(jumpcloud.DefaultDomainInput{ID: jumpcloud.Set(office365DomainID)}),
				})
			}, isOffice365),
			answers: []reply{okJSON(office365Answer)},
			failure: refusedNotFound,
		},
		{
			operation: "office365s_patch",
			variant:   "of one setting",
			route:     "PATCH /v2/office365s/{office365_id}",
			path:      office365Path,
			body:      `{"groupsEnabled":false}`,
			methods: single(func(ctx ctx, c client) (*office365, error) {
				return c.Office365s.Update(ctx, office365ID, jumpcloud.Office365Input{GroupsEnabled: jumpcloud.Set(false)})
			}, isOffice365),
			answers: []reply{okJSON(office365Answer)},
			failure: refusedDetails,
		},
		{
			operation: "Domains_List",
			route:     "GET /v2/office365s/{office365_id}/domains",
			path:      office365Path + "/domains",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[domain], error) {
					return c.Office365s.ListDomains(ctx, office365ID, domainsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*domain, error] {
					return c.Office365s.AllDomains(ctx, office365ID, domainsParams)
				},
				func(t *testing.T, domains []*domain) {
					isOffice365Domain(t, domains[0])
					assert.Equal(t, &domain{ObjectID: "5f2c3d4e5f60718293a4b5e3", Domain: "example.org"}, domains[1])
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"domains":[` + office365Domain + `,{"objectId":"5f2c3d4e5f60718293a4b5e3","domain":"example.org"}]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "Domains_Insert",
			route:     "POST /v2/office365s/{office365_id}/domains",
			path:      office365Path + "/domains",
			body:      `{"domain":"example.com"}`,
			methods: single(func(ctx ctx, c client) (*domain, error) {
				return c.Office365s.CreateDomain(ctx, office365ID, jumpcloud.Office365DomainCreate{Domain: jumpcloud.Set("example.com")})
			}, isOffice365Domain),
			answers: []reply{createdJSON(`{"domain":` + office365Domain + `}`), okJSON(`{"domain":` + office365Domain + `}`), createdJSON(office365Domain)},
			failure: refusedExists,
		},
		{
			operation: "Domains_Delete",
			route:     "DELETE /v2/office365s/{office365_id}/domains/{domain_id}",
			path:      office365Path + "/domains/5f2c3d4e5f60718293a4b5e1",
			methods: single(func(ctx ctx, c client) (*domain, error) {
				return c.Office365s.DeleteDomain(ctx, office365ID, office365DomainID)
			}, isOffice365Domain),
			answers: []reply{okJSON(`{"domain":` + office365Domain + `}`), okJSON(office365Domain)},
			failure: refusedNotFound,
		},
		{
			operation: "office365s_listImportUsers",
			route:     "GET /v2/office365s/{office365_id}/import/users",
			path:      office365Path + "/import/users",
			query: url.Values{
				"top": {"50"}, "skipToken": {"s 1"}, "filter": {"startswith(givenName,'A')"}, "search": {`"displayName:ann"`}, "orderby": {"surname"}, "count": {"true"},
			},
			header: map[string]string{"ConsistencyLevel": "eventual"},
			methods: cursored(
				func(ctx ctx, c client) (*jumpcloud.Page[importUser], error) {
					return c.Office365s.ListImportUsers(ctx, office365ID, importParams)
				},
				func(ctx ctx, c client) iter.Seq2[*importUser, error] {
					return c.Office365s.AllImportUsers(ctx, office365ID, importParams)
				},
				func(t *testing.T, users []*importUser) {
					assert.Equal(t, []*importUser{
						{ID: "8f14e45f-ceea-467f-a5c4-2b6d0f0a1c11", UserPrincipalName: "ann@example.com", GivenName: "Ann", Surname: "Ek"},
						{ID: "8f14e45f-ceea-467f-a5c4-2b6d0f0a1c12"},
					}, users)
				},
			),
			answers: []reply{okJSON(`{"top":50,"skipToken":"","users":[{"id":"8f14e45f-ceea-467f-a5c4-2b6d0f0a1c11","userPrincipalName":"ann@example.com",
				"givenName":"Ann","surname":"Ek"},{"id":"8f14e45f-ceea-467f-a5c4-2b6d0f0a1c12"}]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "translationRules_office365List",
			route:     "GET /v2/office365s/{office365_id}/translationrules",
			path:      office365Path + "/translationrules",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-type,id"}, "fields": {"id,builtIn"},
				"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[rule], error) {
					return c.Office365s.ListTranslationRules(ctx, office365ID, rulesParams)
				},
				func(ctx ctx, c client) iter.Seq2[*rule, error] {
					return c.Office365s.AllTranslationRules(ctx, office365ID, rulesParams)
				},
				func(t *testing.T, rules []*rule) {
					isOffice365Rule(t, rules[0])
					assert.Equal(t, &rule{ID: "5f2c3d4e5f60718293a4b5e4", BuiltIn: jumpcloud.Office365BuiltinTranslationManager}, rules[1])
				},
			),
			answers: []reply{v2Page(`[` + office365Rule + `,{"id":"5f2c3d4e5f60718293a4b5e4","builtIn":"user_manager"}]`)},
			failure: refusedNotFound,
		},
		{
			operation: "translationRules_office365Post",
			route:     "POST /v2/office365s/{office365_id}/translationrules",
			path:      office365Path + "/translationrules",
			body:      `{"builtIn":"user_street_address","direction":"export"}`,
			methods: single(func(ctx ctx, c client) (*rule, error) {
				return c.Office365s.CreateTranslationRule(ctx, office365ID, jumpcloud.Office365TranslationRuleRequest{
					BuiltIn: jumpcloud.Set(jumpcloud.Office365BuiltinTranslationStreetAddress), Direction: jumpcloud.Set(jumpcloud.Office365DirectionTranslationExport),
				})
			}, isOffice365Rule),
			answers: []reply{createdJSON(office365Rule)},
			failure: refusedDetails,
		},
		{
			operation: "translationRules_office365Get",
			route:     "GET /v2/office365s/{office365_id}/translationrules/{id}",
			path:      office365Path + "/translationrules/5f2c3d4e5f60718293a4b5c2",
			methods: single(func(ctx ctx, c client) (*rule, error) {
				return c.Office365s.GetTranslationRule(ctx, office365ID, ruleID)
			}, isOffice365Rule),
			answers: []reply{okJSON(office365Rule)},
			failure: refusedNotFound,
		},
		{
			operation: "translationRules_office365Delete",
			route:     "DELETE /v2/office365s/{office365_id}/translationrules/{id}",
			path:      office365Path + "/translationrules/5f2c3d4e5f60718293a4b5c2",
			methods:   nothing(func(ctx ctx, c client) error { return c.Office365s.DeleteTranslationRule(ctx, office365ID, ruleID) }),
			answers:   []reply{noContent},
			failure:   refusedNotFound,
		},
		traversal("graph_office365TraverseUser", "/v2/office365s/{office365_id}/users", office365ID, "user", service, office365s.ListUsers, office365s.AllUsers,
			jumpcloud.Office365sListUsersParams{Limit: 50, Skip: 100, Filter: filter, SyncStatus: true}, refusedMock).synced(),
		traversal("graph_office365TraverseUserGroup", "/v2/office365s/{office365_id}/usergroups", office365ID, "user_group", service,
			office365s.ListUserGroups, office365s.AllUserGroups,
			jumpcloud.Office365sListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
	}
	return append(contracts, bindings("graph_office365Associations", "/v2/office365s/{office365_id}/associations", office365ID, service,
		office365s.ListAssociations, office365s.AllAssociations, office365s.ManageAssociations,
		jumpcloud.Office365sListAssociationsParams{Limit: 50, Skip: 100}, office365Path+"/associations")...)
}

func TestUsersOfMicrosoftAreWalkedByTheTokenOfEachPage(t *testing.T) {
	path := "GET " + office365Path + "/import/users?"
	client := talk(t,
		exchange{request: path + "top=999", reply: okJSON(`{"top":999,"skipToken":"next/2","users":[{"id":"a"},{"id":"b"}]}`)},
		exchange{request: path + "skipToken=next%2F2&top=999", reply: okJSON(`{"top":999,"skipToken":"next/3"}`)},
		exchange{request: path + "skipToken=next%2F3&top=999", reply: okJSON(`{"top":999,"users":[{"id":"c"}]}`)},
	)
	users, err := jumpcloud.Collect(client.Office365s.AllImportUsers(t.Context(), office365ID, &jumpcloud.Office365sListImportUsersParams{Limit: 999}), 0)
	require.NoError(t, err)
	require.Len(t, users, 3)
	assert.Equal(t, "c", users[2].ID)
}
