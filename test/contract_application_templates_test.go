package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestApplicationTemplatesContracts(t *testing.T) {
	testContracts(t, applicationTemplatesContracts())
}

const salesforceTemplate = `{"_id":"5f1b2c3d4e5f60718293a4d0","id":"5f1b2c3d4e5f60718293a4d0","name":"salesforce","displayName":"Salesforce","displayLabel":"Salesforce",
	"keywords":["crm"],"active":true,"isConfigured":true,"status":"end_of_support","beta":true,
	"sso":{"type":"saml","jit":true,"beta":true,"hidden":true,"idpCertExpirationAt":"2027-01-02T03:04:05Z","idpCertificateUpdatedAt":"2024-01-02T03:04:05Z",
		"idpPrivateKeyUpdatedAt":"2024-01-02T03:04:05Z","spCertificateUpdatedAt":"2024-01-02T03:04:05Z"},
	"ssoUrl":"https://sso.jumpcloud.com/saml2/salesforce","oidc":{"grantTypes":["authorization_code"],"redirectUris":["https://example.com/back"],
		"ssoUrl":"https://example.com","tokenEndpointAuthMethod":"client_secret_post"},"jit":{"attributes":{"mail":"email"},"createOnly":true},
	"provision":{"type":"scim","beta":true,"groups_supported":true,"agents_supported":true},"config":{"acsUrl":{"type":"text","required":true}},
	"logo":{"url":"https://example.com/salesforce.png","color":"#202D38"},"color":"#005466","learnMore":"https://jumpcloud.com/support/salesforce","test":"https://example.com/try"}`

func isSalesforce(t *testing.T, template *jumpcloud.ApplicationTemplate) {
	everyFieldIsSet(t, *template)
	assert.Equal(t, "5f1b2c3d4e5f60718293a4d0", template.ID)
	assert.Equal(t, "salesforce", template.Name)
	assert.Equal(t, &jumpcloud.ApplicationTemplateProvision{Type: "scim", Beta: true, GroupsSupported: true, AgentsSupported: true}, template.Provision)
	assert.Equal(t, map[string]any{"acsUrl": map[string]any{"type": "text", "required": true}}, template.Config)
}

func applicationTemplatesContracts() []contract {
	type (
		ctx      = context.Context
		client   = *jumpcloud.APIClient
		template = jumpcloud.ApplicationTemplate
	)
	params := &jumpcloud.ApplicationTemplatesListParams{
		Limit: 50, Skip: 100, Sort: []string{"name", "_id"}, Fields: []string{"name", "config"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Eq, "salesforce")},
	}
	return []contract{
		{
			operation: "application_templates_list",
			route:     "GET /application-templates",
			path:      "/application-templates",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"name _id"}, "fields": {"name config"}, "filter": {"name:$eq:salesforce"},
			},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[template], error) {
					return c.ApplicationTemplates.List(ctx, params)
				},
				func(ctx ctx, c client) iter.Seq2[*template, error] { return c.ApplicationTemplates.All(ctx, params) },
				func(t *testing.T, templates []*template) {
					isSalesforce(t, templates[0])
					assert.Equal(t, "5f1b2c3d4e5f60718293a4d1", templates[1].ID)
					assert.Nil(t, templates[1].Oidc)
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"results":[` + salesforceTemplate + `,{"id":"5f1b2c3d4e5f60718293a4d1","oidc":null,"provision":null,"color":null}]}`)},
			failure: refusedKey,
		},
		{
			operation: "application_templates_get",
			route:     "GET /application-templates/{id}",
			path:      "/application-templates/5f1b2c3d4e5f60718293a4d0",
			query:     url.Values{"fields": {"name config"}},
			methods: single(func(ctx ctx, c client) (*template, error) {
				return c.ApplicationTemplates.Get(ctx, "5f1b2c3d4e5f60718293a4d0", &jumpcloud.ApplicationTemplatesGetParams{Fields: []string{"name", "config"}})
			}, isSalesforce),
			answers: []reply{okJSON(salesforceTemplate)},
			failure: refusedMock,
		},
	}
}
