package jumpcloud_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestDuoContracts(t *testing.T) { testContracts(t, duoContracts()) }

const (
	duoID       = "66e1b2c3d4e5f60718293d01"
	duoAppID    = "66e1b2c3d4e5f60718293d02"
	duoAccount  = `{"id":"66e1b2c3d4e5f60718293d01","name":"Duo","readOnly":true}`
	duoAppsPath = "/v2/duo/accounts/66e1b2c3d4e5f60718293d01/applications"
	duoAppPath  = duoAppsPath + "/66e1b2c3d4e5f60718293d02"
	duoApp      = `{"id":"66e1b2c3d4e5f60718293d02","name":"Portal","apiHost":"api-1234abcd.duosecurity.com","integrationKey":"DIKEY1234567890","readOnly":true}`
)

func isDuoAccount(t *testing.T, account *jumpcloud.DuoAccount) {
	everyFieldIsSet(t, *account)
	assert.Equal(t, duoID, account.ID)
	assert.Equal(t, "Duo", account.Name)
}

func isDuoApplication(t *testing.T, application *jumpcloud.DuoApplication) {
	everyFieldIsSet(t, *application)
	assert.Equal(t, duoAppID, application.ID)
	assert.Equal(t, "Portal", application.Name)
	assert.Equal(t, "api-1234abcd.duosecurity.com", application.APIHost)
	assert.Equal(t, "DIKEY1234567890", string(application.IntegrationKey))
	assert.NotContains(t, fmt.Sprintf("%+v %#v", application, *application), "1234567890")
}

func duoContracts() []contract {
	type (
		ctx         = context.Context
		client      = *jumpcloud.APIClient
		account     = jumpcloud.DuoAccount
		application = jumpcloud.DuoApplication
	)
	return []contract{
		{
			operation: "duo_accountList",
			route:     "GET /v2/duo/accounts",
			path:      "/v2/duo/accounts",
			methods: single(func(ctx ctx, c client) ([]*account, error) { return c.Duo.ListAccounts(ctx) }, func(t *testing.T, found []*account) {
				require.Len(t, found, 1)
				isDuoAccount(t, found[0])
			}),
			answers: []reply{okJSON(`[` + duoAccount + `]`)},
			failure: refusedKey,
		},
		{
			operation: "duo_accountPost",
			route:     "POST /v2/duo/accounts",
			path:      "/v2/duo/accounts",
			methods:   single(func(ctx ctx, c client) (*account, error) { return c.Duo.CreateAccount(ctx) }, isDuoAccount),
			answers:   []reply{createdJSON(duoAccount)},
			failure:   refusedExists,
		},
		{
			operation: "duo_accountGet",
			route:     "GET /v2/duo/accounts/{id}",
			path:      "/v2/duo/accounts/66e1b2c3d4e5f60718293d01",
			methods:   single(func(ctx ctx, c client) (*account, error) { return c.Duo.GetAccount(ctx, duoID) }, isDuoAccount),
			answers:   []reply{okJSON(duoAccount)},
			failure:   refusedNotFound,
		},
		{
			operation: "duo_accountDelete",
			route:     "DELETE /v2/duo/accounts/{id}",
			path:      "/v2/duo/accounts/66e1b2c3d4e5f60718293d01",
			methods:   single(func(ctx ctx, c client) (*account, error) { return c.Duo.DeleteAccount(ctx, duoID) }, isDuoAccount),
			answers:   []reply{okJSON(duoAccount)},
			failure:   refusedExists,
		},
		{
			operation: "duo_applicationList",
			route:     "GET /v2/duo/accounts/{account_id}/applications",
			path:      duoAppsPath,
			methods: single(func(ctx ctx, c client) ([]*application, error) { return c.Duo.ListApplications(ctx, duoID) }, func(t *testing.T, found []*application) {
				require.Len(t, found, 1)
				isDuoApplication(t, found[0])
			}),
			answers: []reply{okJSON(`[` + duoApp + `]`)},
			failure: refusedMock,
		},
		{
			operation: "duo_applicationPost",
			route:     "POST /v2/duo/accounts/{account_id}/applications",
			path:      duoAppsPath,
			body:      `{"name":"Portal","apiHost":"api-1234abcd.duosecurity.com","integrationKey":"DIKEY1234567890","secretKey":"secret1234567890"}`,
			methods: single(func(ctx ctx, c client) (*application, error) {
				return c.Duo.CreateApplication(ctx, duoID, jumpcloud.DuoApplicationRequest{
					Name: "Portal", APIHost: "api-1234abcd.duosecurity.com", IntegrationKey: "DIKEY1234567890", SecretKey: "secret1234567890",
				})
			}, isDuoApplication),
			answers: []reply{createdJSON(duoApp)},
			failure: refusedDetails,
		},
		{
			operation: "duo_applicationGet",
			route:     "GET /v2/duo/accounts/{account_id}/applications/{application_id}",
			path:      duoAppPath,
			methods: single(func(ctx ctx, c client) (*application, error) {
				return c.Duo.GetApplication(ctx, duoID, duoAppID)
			}, isDuoApplication),
			answers: []reply{okJSON(duoApp)},
			failure: refusedNotFound,
		},
		{
			operation: "duo_applicationUpdate",
			route:     "PUT /v2/duo/accounts/{account_id}/applications/{application_id}",
			path:      duoAppPath,
			body:      `{"name":"Portal","apiHost":"api-1234abcd.duosecurity.com","integrationKey":"DIKEY1234567890","secretKey":"secret1234567890"}`,
			methods: single(func(ctx ctx, c client) (*application, error) {
				return c.Duo.UpdateApplication(ctx, duoID, duoAppID, jumpcloud.DuoApplicationUpdateRequest{
					Name: "Portal", APIHost: "api-1234abcd.duosecurity.com", IntegrationKey: "DIKEY1234567890",
					SecretKey: jumpcloud.Set(jumpcloud.Secret("secret1234567890")),
				})
			}, isDuoApplication),
			answers: []reply{okJSON(duoApp)},
			failure: refusedForbidden,
		},
		{
			operation: "duo_applicationUpdate",
			variant:   "without a secret key",
			route:     "PUT /v2/duo/accounts/{account_id}/applications/{application_id}",
			path:      duoAppPath,
			body:      `{"name":"Portal","apiHost":"api-1234abcd.duosecurity.com","integrationKey":"DIKEY1234567890"}`,
			methods: single(func(ctx ctx, c client) (*application, error) {
				return c.Duo.UpdateApplication(ctx, duoID, duoAppID, jumpcloud.DuoApplicationUpdateRequest{
					Name: "Portal", APIHost: "api-1234abcd.duosecurity.com", IntegrationKey: "DIKEY1234567890",
				})
			}, isDuoApplication),
			answers: []reply{okJSON(duoApp)},
			failure: refusedRate,
		},
		{
			operation: "duo_applicationDelete",
			route:     "DELETE /v2/duo/accounts/{account_id}/applications/{application_id}",
			path:      duoAppPath,
			methods: single(func(ctx ctx, c client) (*application, error) {
				return c.Duo.DeleteApplication(ctx, duoID, duoAppID)
			}, isDuoApplication),
			answers: []reply{okJSON(duoApp)},
			failure: refusedMock,
		},
	}
}

func TestDuoKeysAreInNoErrorAboutThem(t *testing.T) {
	body := jumpcloud.DuoApplicationRequest{Name: "Portal", APIHost: "h", IntegrationKey: "DIKEY1234567890", SecretKey: "secret1234567890"}
	client := talk(t, exchange{
		request: "POST " + duoAppsPath, body: `{"name":"Portal","apiHost":"h","integrationKey":"DIKEY1234567890","secretKey":"secret1234567890"}`,
		reply: reply{status: 400, contentType: "application/json", body: `{"message":"secret1234567890 does not go with DIKEY1234567890"}`},
	})

	_, err := client.Duo.CreateApplication(t.Context(), duoID, body)

	var failure *jumpcloud.APIError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "[redacted] does not go with [redacted]", failure.Message)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s %+v %#v", err, err, failure, failure.Body, body, body), "1234567890")
}
