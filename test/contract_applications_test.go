package jumpcloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestApplicationsContracts(t *testing.T) { testContracts(t, applicationsContracts()) }

const applicationID = "5f1b2c3d4e5f60718293a4c0"

// What an application has that can be written, and what the service adds. The settings hold a private key.
const (
	payrollWritten = `"name":"saml","displayLabel":"Payroll","displayName":"SAML 2.0","description":"Pay","ssoUrl":"https://sso.jumpcloud.com/saml2/payroll","active":true,
		"logo":{"url":"https://example.com/payroll.png","color":"#202D38"},"color":"#005466","learnMore":"https://jumpcloud.com/support/saml","beta":true,
		"aiReady":true,"parentApp":"5f1b2c3d4e5f60718293a4c1",
		"config":{"acsUrl":{"type":"text","label":"ACS URL","value":"https://payroll.example.com/acs","required":true,"visible":true,"position":1,"readOnly":false,
			"tooltip":{"template":"{{icon}}","variables":{"icon":"i"}}},"idpPrivateKey":{"type":"file","label":"IdP Private Key","value":"-----BEGIN KEY-----"},
			"signAssertion":{"type":"boolean","value":true},"spErrorFlow":null},
		"databaseAttributes":[{"name":"mail","value":"email"}]`
	payrollSSO = `"type":"saml","jit":true,"beta":true,"hidden":true,"idpCertExpirationAt":"2027-01-02T03:04:05.000Z"`
	payroll    = `{"_id":"5f1b2c3d4e5f60718293a4c0","id":"5f1b2c3d4e5f60718293a4c0",` + payrollWritten + `,
		"sso":{` + payrollSSO + `,"idpCertificateUpdatedAt":"2024-01-02T03:04:05Z","idpPrivateKeyUpdatedAt":"2024-01-02T03:04:05Z","spCertificateUpdatedAt":"2024-01-02T03:04:05Z"},
		"created":"2024-01-02T03:04:05.678Z","organization":"5c9e9c2a1f0b7a0012345678"}`
	payrollBody = `{` + payrollWritten + `,"sso":{` + payrollSSO + `}}`
	// The shape of an item that was recorded in 2021.
	recordedApplication = `{"_id":"5f1b2c3d4e5f60718293a4c2","id":"5f1b2c3d4e5f60718293a4c2","active":true,"name":"github","displayName":"GitHub",
		"displayLabel":"","beta":false,"color":null,"organization":"5c9e9c2a1f0b7a0012345678","logo":{"url":"https://example.com/github.png"},
		"ssoUrl":"https://sso.jumpcloud.com/saml2/github","learnMore":"https://jumpcloud.com/support/github","description":"",
		"config":{"databaseAttributes":{"position":3},"constantAttributes":{"type":"attributes","label":"Constant","value":[{"name":"org","value":"example"}]}},
		"databaseAttributes":[],"created":"2021-11-03T09:08:07.000Z","sso":{"jit":false,"beta":false,"type":"saml","idpCertExpirationAt":"2026-11-03T09:08:07.000Z"}}`
)

func isPayroll(t *testing.T, application *jumpcloud.Application) {
	everyFieldIsSet(t, *application)
	assert.Equal(t, applicationID, application.ID)
	assert.Equal(t, "saml", application.Name)
	assert.Equal(t, "Payroll", application.DisplayLabel)
	assert.Equal(t, "https://sso.jumpcloud.com/saml2/payroll", application.SsoURL)
	assert.True(t, application.Sso.IdpCertExpirationAt.Equal(time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)))
	assert.Equal(t, &jumpcloud.ApplicationLogo{URL: "https://example.com/payroll.png", Color: "#202D38"}, application.Logo)
	assert.Equal(t, map[string]any{"type": "file", "label": "IdP Private Key", "value": "-----BEGIN KEY-----"}, application.Config["idpPrivateKey"])
	assert.Contains(t, application.Config, "spErrorFlow")
	assert.NotContains(t, fmt.Sprintf("%+v %#v", application, *application), "BEGIN KEY")
	assert.Equal(t, []map[string]any{{"name": "mail", "value": "email"}}, application.DatabaseAttributes)
}

func arePayrollAndRecorded(t *testing.T, applications []*jumpcloud.Application) {
	isPayroll(t, applications[0])
	recorded := applications[1]
	everyFieldIsSet(t, *recorded, ".DisplayLabel", ".Description", ".Beta", ".Color", ".AiReady", ".ParentApp", ".Logo.Color",
		".Sso.Jit", ".Sso.Beta", ".Sso.Hidden", ".Sso.IdpCertificateUpdatedAt", ".Sso.IdpPrivateKeyUpdatedAt", ".Sso.SpCertificateUpdatedAt")
	assert.Equal(t, "5f1b2c3d4e5f60718293a4c2", recorded.ID)
	assert.Equal(t, []map[string]any{}, recorded.DatabaseAttributes)
	assert.Equal(t, map[string]any{"position": json.Number("3")}, recorded.Config["databaseAttributes"])
}

func applicationsContracts() []contract {
	type (
		ctx          = context.Context
		client       = *jumpcloud.APIClient
		application  = jumpcloud.Application
		applications = *jumpcloud.ApplicationsService
	)
	service := func(c client) applications { return c.Applications }
	filter := traversalFilter
	listParams := &jumpcloud.ApplicationsListParams{
		Limit: 50, Skip: 100, Sort: []string{"displayLabel", "_id"}, Fields: []string{"name", "displayLabel"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("active", jumpcloud.Eq, "true")},
	}
	v2Params := &jumpcloud.ApplicationsListV2Params{Limit: 50, Skip: 100, Filter: filter, Sort: []string{"-type", "id"}}
	importParams := &jumpcloud.ApplicationsListImportUsersParams{
		Limit: 50, Cursor: "c 1", SessionID: "s1", Query: "ann", Filter: `userName eq "ann"`, Sort: "lastname", SortOrder: "desc", IsCount: true,
	}
	body := jumpcloud.ApplicationInput{
		Name: "saml", SsoURL: "https://sso.jumpcloud.com/saml2/payroll",
		DisplayLabel: jumpcloud.Set("Payroll"), DisplayName: jumpcloud.Set("SAML 2.0"), Description: jumpcloud.Set("Pay"), Active: jumpcloud.Set(true),
		Logo: &jumpcloud.ApplicationLogoInput{
			URL: jumpcloud.Set("https://example.com/payroll.png"), Color: jumpcloud.Set("#202D38"),
		},
		Color: jumpcloud.Set("#005466"), LearnMore: jumpcloud.Set("https://jumpcloud.com/support/saml"), Beta: jumpcloud.Set(true),
		AiReady: jumpcloud.Set(true), ParentApp: jumpcloud.Set("5f1b2c3d4e5f60718293a4c1"),
		Config: jumpcloud.SecretMap{
			"acsUrl": map[string]any{
				"type": "text", "label": "ACS URL", "value": "https://payroll.example.com/acs", "required": true, "visible": true, "position": 1, "readOnly": false,
				"tooltip": map[string]any{"template": "{{icon}}", "variables": map[string]any{"icon": "i"}},
			},
			"idpPrivateKey": map[string]any{"type": "file", "label": "IdP Private Key", "value": "-----BEGIN KEY-----"},
			"signAssertion": map[string]any{"type": "boolean", "value": true},
			"spErrorFlow":   nil,
		},
		DatabaseAttributes: []map[string]any{{"name": "mail", "value": "email"}},
		Sso: &jumpcloud.ApplicationSSOInput{
			Type: jumpcloud.Set("saml"), Jit: jumpcloud.Set(true), Beta: jumpcloud.Set(true), Hidden: jumpcloud.Set(true),
			IdpCertExpirationAt: jumpcloud.Set(jumpcloud.NewTime(time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC))),
		},
	}
	toUsers := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	associationsParams := &jumpcloud.ApplicationsListAssociationsParams{Limit: 50, Skip: 100}
	imported := func(t *testing.T, users []*jumpcloud.ImportUser) {
		require.Len(t, users, 2)
		everyFieldIsSet(t, *users[0])
		assert.Equal(t, "u1", users[0].ID)
		assert.Equal(t, "ann", users[0].Username)
		assert.Equal(t, []jumpcloud.ImportUserPhoneNumber{{Type: "work", Value: "+46 1"}}, users[0].PhoneNumbers)
		assert.Equal(t, []jumpcloud.ImportUserAttribute{{Name: "badge", Value: "77"}}, users[0].Attributes)
		assert.Equal(t, "u2", users[1].ID)
	}
	page := okJSON(`{"totalCount":102,"results":[` + payroll + `,` + recordedApplication + `]}`)
	return []contract{
		{
			operation: "applications_list",
			route:     "GET /applications",
			path:      "/applications",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"displayLabel _id"}, "fields": {"name displayLabel"}, "filter": {"active:$eq:true"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[application], error) {
					return c.Applications.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*application, error] { return c.Applications.All(ctx, listParams) },
				arePayrollAndRecorded,
			),
			answers: []reply{page},
			failure: refusedKey,
		},
		{
			operation: "applications_post",
			route:     "POST /applications",
			path:      "/applications",
			body:      payrollBody,
			methods:   single(func(ctx ctx, c client) (*application, error) { return c.Applications.Create(ctx, body) }, isPayroll),
			answers:   []reply{okJSON(payroll)},
			failure:   refusedUnspecified,
		},
		{
			operation: "applications_post",
			variant:   "without settings",
			route:     "POST /applications",
			path:      "/applications",
			body:      `{"name":"bookmark","ssoUrl":"https://example.com","config":{}}`,
			methods: single(func(ctx ctx, c client) (*application, error) {
				return c.Applications.Create(ctx, jumpcloud.ApplicationInput{Name: "bookmark", SsoURL: "https://example.com", Config: jumpcloud.SecretMap{}})
			}, isPayroll),
			answers: []reply{okJSON(payroll)},
			failure: refusedUnspecified,
		},
		{
			operation: "applications_get",
			route:     "GET /applications/{id}",
			path:      "/applications/5f1b2c3d4e5f60718293a4c0",
			methods:   single(func(ctx ctx, c client) (*application, error) { return c.Applications.Get(ctx, applicationID) }, isPayroll),
			answers:   []reply{okJSON(payroll)},
			failure:   refusedMock,
		},
		{
			operation: "applications_put",
			route:     "PUT /applications/{id}",
			path:      "/applications/5f1b2c3d4e5f60718293a4c0",
			body:      payrollBody,
			methods: methods{call: func(t *testing.T, c client) error {
				var read jumpcloud.Application
				require.NoError(t, json.Unmarshal([]byte(payroll), &read))
				written, err := c.Applications.Update(t.Context(), applicationID, read.Input())
				if err == nil {
					isPayroll(t, written)
				}
				return err
			}},
			answers: []reply{okJSON(payroll)},
			failure: refusedMock,
		},
		{
			operation: "applications_delete",
			route:     "DELETE /applications/{id}",
			path:      "/applications/5f1b2c3d4e5f60718293a4c0",
			methods:   single(func(ctx ctx, c client) (*application, error) { return c.Applications.Delete(ctx, applicationID) }, isPayroll),
			answers:   []reply{okJSON(payroll)},
			failure:   refusedMock,
		},
		{
			operation: "applications_samlMetadata",
			route:     "GET /organizations/{organization_id}/applications/{application_id}/metadata.xml",
			path:      "/organizations/5c9e9c2a1f0b7a0012345678/applications/5f1b2c3d4e5f60718293a4c0/metadata.xml",
			header:    map[string]string{"Accept": "application/xml, text/xml"},
			above:     true,
			methods: single(func(ctx ctx, c client) ([]byte, error) {
				return c.Applications.GetSAMLMetadata(ctx, contractOrg, applicationID)
			}, func(t *testing.T, metadata []byte) {
				assert.Equal(t, `<?xml version="1.0"?><EntityDescriptor entityID="https://example.com"/>`, string(metadata))
			}),
			answers: []reply{{status: 200, contentType: "application/xml", body: `<?xml version="1.0"?><EntityDescriptor entityID="https://example.com"/>`}},
			failure: refusedMock,
		},
		{
			operation: "applications_list_v2",
			route:     "GET /v2/applications",
			path:      "/v2/applications",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-type,id"},
				"filter": {"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.ApplicationV2], error) {
					return c.Applications.ListV2(ctx, v2Params)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.ApplicationV2, error] {
					return c.Applications.AllV2(ctx, v2Params)
				},
				func(t *testing.T, applications []*jumpcloud.ApplicationV2) {
					everyFieldIsSet(t, *applications[0])
					assert.Equal(t, applicationID, applications[0].ID)
					assert.Equal(t, "Payroll", applications[0].DisplayLabel)
					assert.Equal(t, &jumpcloud.ApplicationJIT{Supported: true, Enabled: true}, applications[0].Sso.Jit)
					assert.Equal(t, &jumpcloud.ApplicationProvision{ID: "5f1b2c3d4e5f60718293a4c4", Type: "scim", Beta: true}, applications[0].Provision)
					assert.Equal(t, "5f1b2c3d4e5f60718293a4c2", applications[1].ID, "the id under its other name")
					assert.Nil(t, applications[1].Sso)
				},
			),
			answers: []reply{v2Page(`[{"_id":"5f1b2c3d4e5f60718293a4c0","name":"saml","displayLabel":"Payroll","displayName":"SAML 2.0","description":"Pay","status":"beta",
				"sso":{"_id":"5f1b2c3d4e5f60718293a4c3","type":"saml","active":true,"url":"https://sso.jumpcloud.com/saml2/payroll","jit":{"supported":true,"enabled":true},
					"beta":true,"hidden":true,"certExpired":true,"idpCertExpirationAt":"2024-01-02T03:04:05Z","idpCertificateUpdatedAt":"2024-01-02T03:04:05Z",
					"idpPrivateKeyUpdatedAt":"2024-01-02T03:04:05Z","spCertificateUpdatedAt":"2024-01-02T03:04:05Z"},
				"provision":{"_id":"5f1b2c3d4e5f60718293a4c4","type":"scim","beta":true},"catalogItem":"payroll","logo":{"url":"https://example.com/payroll.png","color":"#202D38"},
				"color":"#005466","parentApp":"5f1b2c3d4e5f60718293a4c1","associatedOrganizationsCount":3,"aiReady":true},
				{"id":"5f1b2c3d4e5f60718293a4c2","name":"github","sso":null,"provision":null,"color":null,"description":null}]`)},
			failure: refusedUnspecified,
		},
		{
			operation: "applications_get_v2",
			route:     "GET /v2/applications/{application_id}",
			path:      "/v2/applications/5f1b2c3d4e5f60718293a4c0",
			methods: single(func(ctx ctx, c client) (json.RawMessage, error) { return c.Applications.GetV2(ctx, applicationID) },
				func(t *testing.T, raw json.RawMessage) {
					assert.JSONEq(t, `{"_id":"5f1b2c3d4e5f60718293a4c0","new":[1]}`, string(raw))
				}),
			answers: []reply{okJSON(`{"_id":"5f1b2c3d4e5f60718293a4c0","new":[1]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "import_create",
			route:     "POST /v2/applications/{application_id}/import/jobs",
			path:      "/v2/applications/5f1b2c3d4e5f60718293a4c0/import/jobs",
			body:      `{"queryString":"dept=IT","allowUserReactivation":false,"operations":["users.create","users.update"]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.JobID, error) {
				return c.Applications.CreateImportJob(ctx, applicationID, jumpcloud.ImportUsersRequest{
					QueryString: jumpcloud.Set("dept=IT"), AllowUserReactivation: jumpcloud.Set(false),
					Operations: []jumpcloud.ImportOperation{jumpcloud.ImportOperationUsersCreate, jumpcloud.ImportOperationUsersUpdate},
				})
			}, func(t *testing.T, job *jumpcloud.JobID) { assert.Equal(t, jobID, job.JobID) }),
			answers: []reply{okJSON(`{"jobId":"65a1b2c3d4e5f60718293a4c"}`)},
			failure: refusedNotFound,
		},
		{
			operation: "import_users",
			route:     "GET /v2/applications/{application_id}/import/users",
			path:      "/v2/applications/5f1b2c3d4e5f60718293a4c0/import/users",
			query: url.Values{
				"limit": {"50"}, "cursor": {"c 1"}, "isCursor": {"true"}, "sessionId": {"s1"}, "query": {"ann"}, "filter": {`userName eq "ann"`},
				"sort": {"lastname"}, "sortOrder": {"desc"}, "isCount": {"true"},
			},
			methods: methods{
				call: func(t *testing.T, c client) error {
					page, err := c.Applications.ListImportUsers(t.Context(), applicationID, importParams)
					if err == nil {
						imported(t, page.Items)
						assert.Equal(t, 102, page.TotalCount)
					}
					return err
				},
				walk: func(t *testing.T, c client) error {
					users, err := jumpcloud.Collect(c.Applications.AllImportUsers(t.Context(), applicationID, importParams), 0)
					if err == nil {
						imported(t, users)
					}
					return err
				},
			},
			answers: []reply{okJSON(`{"total_count":102,"session_id":"s1","cursor":"","users":[{"id":"u1","username":"ann","email":"ann@example.com",
				"alternateEmail":"ann@example.org","firstname":"Ann","middlename":"B","lastname":"Ek","displayname":"Ann Ek","department":"IT","jobTitle":"Engineer",
				"costCenter":"CC1","employeeType":"full-time","employeeIdentifier":"77","company":"Example","manager":"bob","location":"Malmö",
				"addresses":[{"type":"work","streetAddress":"Gatan 1","locality":"Malmö","region":"Skåne","postalCode":"21111","country":"SE"}],
				"phoneNumbers":[{"type":"work","value":"+46 1"}],"attributes":[{"name":"badge","value":"77"}]},{"id":"u2"}]}`)},
			failure: refusedNotFound,
		},
		{
			operation: "applications_postLogo",
			route:     "POST /v2/applications/{application_id}/logo",
			path:      "/v2/applications/5f1b2c3d4e5f60718293a4c0/logo",
			file:      "Content-Disposition: form-data; name=\"image\"; filename=\"payroll.png\"\nContent-Type: image/png\n\n\x89PNG\r\n\x1a\nrest",
			methods: nothing(func(ctx ctx, c client) error {
				return c.Applications.UploadLogo(ctx, applicationID, jumpcloud.File{Name: "payroll.png", Content: []byte("\x89PNG\r\n\x1a\nrest")})
			}),
			answers: []reply{noContent},
			failure: refusedDetails,
		},
		{
			operation: "applications_deleteLogo",
			route:     "DELETE /v2/applications/{application_id}/logo",
			path:      "/v2/applications/5f1b2c3d4e5f60718293a4c0/logo",
			methods:   nothing(func(ctx ctx, c client) error { return c.Applications.DeleteLogo(ctx, applicationID) }),
			answers:   []reply{noContent},
			failure:   refusedNotFound,
		},
		{
			operation: "graph_applicationAssociationsList",
			route:     "GET /v2/applications/{application_id}/associations",
			path:      "/v2/applications/5f1b2c3d4e5f60718293a4c0/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.Applications.ListAssociations(ctx, applicationID, toUsers, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.Applications.AllAssociations(ctx, applicationID, toUsers, associationsParams)
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
			operation: "graph_applicationAssociationsPost",
			route:     "POST /v2/applications/{application_id}/associations",
			path:      "/v2/applications/5f1b2c3d4e5f60718293a4c0/associations",
			body:      `{"op":"remove","type":"user_group","id":"6026da081f24755306c2ee0d"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Applications.ManageAssociations(ctx, applicationID,
					jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeUserGroup, ID: staffID})
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
		traversal("graph_applicationTraverseUser", "/v2/applications/{application_id}/users", applicationID, "user", service,
			applications.ListUsers, applications.AllUsers,
			jumpcloud.ApplicationsListUsersParams{Limit: 50, Skip: 100, Filter: filter}, refusedMock),
		traversal("graph_applicationTraverseUserGroup", "/v2/applications/{application_id}/usergroups", applicationID, "user_group", service,
			applications.ListUserGroups, applications.AllUserGroups,
			jumpcloud.ApplicationsListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
	}
}

func TestImportUsersOfAnApplicationAreWalkedByTheCursor(t *testing.T) {
	path := "GET /v2/applications/" + applicationID + "/import/users?"
	client := talk(t,
		exchange{request: path + "isCursor=true&limit=100", reply: okJSON(`{"users":[{"id":"u1"}],"session_id":"s1","cursor":"next/2"}`)},
		exchange{request: path + "cursor=next%2F2&isCursor=true&limit=100", reply: okJSON(`{"users":[{"id":"u2"}],"session_id":"s1"}`)},
	)
	users, err := jumpcloud.Collect(client.Applications.AllImportUsers(t.Context(), applicationID, nil), 0)
	require.NoError(t, err)
	require.Len(t, users, 2)
	assert.Equal(t, "u2", users[1].ID)
}
