package jumpcloud_test

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestServiceAccountsContracts(t *testing.T) { testContracts(t, serviceAccountsContracts()) }

const (
	accountID   = "67b1c2d3e4f5a6b7c8d9e001"
	accountPath = "/v2/service-accounts/67b1c2d3e4f5a6b7c8d9e001"
	secretAbout = `"createdAt":"2026-08-01T02:03:04Z","createdBy":{"id":"5e8b1c2d3e4f5a6b7c8d9e0f","name":"Eve Miller","type":"ADMIN"},"expiresAt":"2026-10-30T02:03:04Z","lifetime":"90 Days","status":"EXPIRING"`
	accountKey  = `{"authType":"API_KEY","apiKeyConfig":{"objectId":"67b1c2d3e4f5a6b7c8d9e002","apiKey":"sa-key-1234567890","apiKeyPrefix":"sa-key",` + secretAbout + `}}`
	clientKey   = `{"authType":"CLIENT_SECRET","clientSecretConfig":{"objectId":"67b1c2d3e4f5a6b7c8d9e003","clientId":"client-1","clientSecret":"sa-secret-1234567890",` + secretAbout + `}}`
	bareAccount = `{"objectId":"67b1c2d3e4f5a6b7c8d9e001","name":"exporter","authType":"API_KEY","authConfigList":[` + accountKey + `,` + clientKey + `],
		"roleId":"66a1b2c3d4e5f60718293a01","roleName":"Help desk","status":"ACTIVE","createdAt":"2026-08-01T02:03:04Z","expiresAt":"2026-10-30T02:03:04Z",
		"orgId":"5c9e9c2a1f0b7a0012345678","orgCount":1,"providerId":"5c9e9c2a1f0b7a0012345600"}`
	accountFound = `{"serviceAccount":` + bareAccount + `}`
)

func isServiceAccount(t *testing.T, account *jumpcloud.ServiceAccountInfo) {
	everyFieldIsSet(t, *account, ".AuthConfigList[0].ClientSecretConfig", ".AuthConfigList[1].APIKeyConfig")
	assert.Equal(t, accountID, account.ObjectID)
	assert.Equal(t, jumpcloud.ServiceAccountAuthTypeAPIKey, account.AuthType)
	assert.Equal(t, jumpcloud.ServiceAccountStatusActive, account.Status)
	assert.True(t, account.ExpiresAt.Equal(time.Date(2026, 10, 30, 2, 3, 4, 0, time.UTC)))
	apiKey := account.AuthConfigList[0].APIKeyConfig
	assert.Equal(t, "sa-key-1234567890", string(apiKey.APIKey))
	assert.Equal(t, jumpcloud.ServiceAccountActor{ID: adminID, Name: "Eve Miller", Type: jumpcloud.ServiceAccountActorTypeAdmin}, *apiKey.CreatedBy)
	isClientSecret(t, &account.AuthConfigList[1])
	assert.NotContains(t, fmt.Sprintf("%+v %#v %s", account, *account, apiKey.APIKey), "1234567890")
}

func isClientSecret(t *testing.T, config *jumpcloud.ServiceAccountAuthConfig) {
	assert.Equal(t, jumpcloud.ServiceAccountAuthTypeClientSecret, config.AuthType)
	secret := config.ClientSecretConfig
	assert.Equal(t, "67b1c2d3e4f5a6b7c8d9e003", secret.ObjectID)
	assert.Equal(t, "client-1", secret.ClientID)
	assert.Equal(t, "sa-secret-1234567890", string(secret.ClientSecret))
	assert.Equal(t, "90 Days", secret.Lifetime)
	assert.Equal(t, jumpcloud.ServiceAccountStatusExpiring, secret.Status)
	assert.NotContains(t, fmt.Sprintf("%+v %#v", config, *secret), "1234567890")
}

func serviceAccountsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		info   = jumpcloud.ServiceAccountInfo
	)
	params := &jumpcloud.ServiceAccountsListParams{Limit: 50, Skip: 100, SearchTerm: "export", Sort: "-name"}
	fields := jumpcloud.WithQuery("search.fields", "name", "roleName")
	unsupported := refusal{status: 404, contentType: "application/json", body: `{"message":"Not Found"}`, matches: jumpcloud.ErrNotFound, message: "Not Found"}
	return []contract{
		{
			operation: "ServiceAccounts_ListServiceAccounts",
			route:     "GET /v2/service-accounts",
			path:      "/v2/service-accounts",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "search.searchTerm": {"export"}, "search.fields": {"name", "roleName"}, "sort": {"-name"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[info], error) {
					return c.ServiceAccounts.List(ctx, params, fields)
				},
				func(ctx ctx, c client) iter.Seq2[*info, error] { return c.ServiceAccounts.All(ctx, params, fields) },
				func(t *testing.T, found []*info) {
					isServiceAccount(t, found[0])
					assert.Equal(t, "67b1c2d3e4f5a6b7c8d9e004", found[1].ObjectID)
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"results":[` + bareAccount + `,{"objectId":"67b1c2d3e4f5a6b7c8d9e004","name":"other"}]}`)},
			failure: refusedKey,
		},
		{
			operation: "ServiceAccounts_CreateServiceAccount",
			route:     "POST /v2/service-accounts",
			path:      "/v2/service-accounts",
			body: `{"name":"exporter","roleId":"66a1b2c3d4e5f60718293a01","roleName":"Help desk",
				"authConfig":{"authType":"API_KEY","apiKeyConfig":{"lifetime":"90 Days"}}}`,
			methods: single(func(ctx ctx, c client) (*info, error) {
				return c.ServiceAccounts.Create(ctx, jumpcloud.CreateServiceAccountRequest{
					Name: "exporter", RoleID: roleID, RoleName: jumpcloud.Set("Help desk"),
					AuthConfig: jumpcloud.ServiceAccountAuthConfigParameter{
						AuthType:     jumpcloud.ServiceAccountAuthTypeAPIKey,
						APIKeyConfig: &jumpcloud.ServiceAccountAPIKeyConfigParam{Lifetime: "90 Days"},
					},
				})
			}, isServiceAccount),
			answers: []reply{createdJSON(accountFound), okJSON(accountFound), okJSON(bareAccount)},
			failure: unsupported,
		},
		{
			operation: "ServiceAccounts_GetServiceAccount",
			route:     "GET /v2/service-accounts/{service_account_id}",
			path:      accountPath,
			methods:   single(func(ctx ctx, c client) (*info, error) { return c.ServiceAccounts.Get(ctx, accountID) }, isServiceAccount),
			answers:   []reply{okJSON(accountFound), okJSON(bareAccount)},
			failure:   refusedNotFound,
		},
		{
			operation: "ServiceAccounts_DeleteServiceAccount",
			route:     "DELETE /v2/service-accounts/{service_account_id}",
			path:      accountPath,
			methods:   nothing(func(ctx ctx, c client) error { return c.ServiceAccounts.Delete(ctx, accountID) }),
			answers:   []reply{okJSON(`{}`), {status: 202, contentType: "application/json", body: `{}`}, {status: 200}},
			failure:   refusedByProxy,
		},
		{
			operation: "ServiceAccounts_CreateServiceAccountAuthConfig",
			route:     "POST /v2/service-accounts/{service_account_id}/auth-config",
			path:      accountPath + "/auth-config",
			body:      `{"authConfig":{"authType":"CLIENT_SECRET","clientSecretConfig":{"lifetime":"90 Days"}}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.ServiceAccountAuthConfig, error) {
				return c.ServiceAccounts.CreateAuthConfig(ctx, accountID, jumpcloud.ServiceAccountAuthConfigParameter{
					AuthType:           jumpcloud.ServiceAccountAuthTypeClientSecret,
					ClientSecretConfig: &jumpcloud.ServiceAccountClientSecretConfigParam{Lifetime: "90 Days"},
				})
			}, isClientSecret),
			answers: []reply{createdJSON(`{"authConfig":` + clientKey + `}`), okJSON(`{"authConfig":` + clientKey + `}`), okJSON(clientKey)},
			failure: refusedDetails,
		},
		{
			operation: "ServiceAccounts_DeleteServiceAccountAuthConfig",
			route:     "DELETE /v2/service-accounts/{service_account_id}/auth-config/{auth_config_id}",
			path:      accountPath + "/auth-config/67b1c2d3e4f5a6b7c8d9e003",
			methods: nothing(func(ctx ctx, c client) error {
				return c.ServiceAccounts.DeleteAuthConfig(ctx, accountID, "67b1c2d3e4f5a6b7c8d9e003")
			}),
			answers: []reply{okJSON(`{}`), {status: 202, contentType: "application/json", body: `{}`}, {status: 200}},
			failure: refusedExists,
		},
	}
}

// The secret comes once: an answer that cannot be read still has it, for the one who asks for the body.
func TestSecretOfAServiceAccountIsInNoErrorAboutTheAnswer(t *testing.T) {
	odd := strings.Replace(accountFound, `"orgCount":1`, `"orgCount":{}`, 1)
	client := talk(t, exchange{
		request: "POST /v2/service-accounts", body: `{"name":"a","roleId":"b","authConfig":{"authType":"API_KEY"}}`, reply: createdJSON(odd),
	})

	_, err := client.ServiceAccounts.Create(t.Context(), jumpcloud.CreateServiceAccountRequest{
		Name: "a", RoleID: "b", AuthConfig: jumpcloud.ServiceAccountAuthConfigParameter{AuthType: jumpcloud.ServiceAccountAuthTypeAPIKey},
	})

	var failure *jumpcloud.DecodeError
	require.ErrorAs(t, err, &failure)
	assert.Contains(t, string(failure.Body), "sa-key-1234567890")
	assert.NotContains(t, fmt.Sprintf("%s %v %+v %#v", err, err, err, failure), "1234567890")
}
