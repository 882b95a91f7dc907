package jumpcloud_test

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestDirectoriesContracts(t *testing.T) { testContracts(t, directoriesContracts()) }

func directoriesContracts() []contract {
	type (
		ctx       = context.Context
		client    = *jumpcloud.APIClient
		directory = jumpcloud.Directory
	)
	params := &jumpcloud.DirectoriesListParams{
		Limit: 50, Skip: 100, Sort: []string{"type", "-name"}, Fields: []string{"id", "name", "type"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("organizationId", jumpcloud.Eq, contractOrg)},
	}
	return []contract{{
		operation: "directories_list",
		route:     "GET /v2/directories",
		path:      "/v2/directories",
		query: url.Values{
			"limit": {"50"}, "skip": {"100"}, "sort": {"type,-name"}, "fields": {"id,name,type"},
			"filter": {"organizationId:eq:5c9e9c2a1f0b7a0012345678"},
		},
		methods: listing(
			func(ctx ctx, c client) (*jumpcloud.Page[directory], error) { return c.Directories.List(ctx, params) },
			func(ctx ctx, c client) iter.Seq2[*directory, error] { return c.Directories.All(ctx, params) },
			func(t *testing.T, directories []*directory) {
				everyFieldIsSet(t, *directories[0])
				assert.Equal(t, "5ce5f6a7b8091a2b3c4d5e70", directories[0].ID)
				assert.Equal(t, jumpcloud.DirectoryKindGSuite, directories[0].Type)
				assert.Equal(t, &jumpcloud.DirectoryDomain{ID: "5ce5f6a7b8091a2b3c4d5e71", Domain: "example.com"}, directories[0].DefaultDomain)
				assert.Equal(t, jumpcloud.SecretMap{"token": "tok-73f1"}, directories[0].OAuthStatus)
				assert.NotContains(t, fmt.Sprintf("%+v %#v", directories[0], *directories[0]), "tok-73f1")
				assert.Equal(t, "jumpcloud", directories[1].Name)
				assert.Equal(t, jumpcloud.DirectoryKindLDAPServer, directories[1].Type)
				assert.Nil(t, directories[1].OAuthStatus)
				assert.Nil(t, directories[1].DefaultDomain)
			},
		),
		answers: []reply{{status: 200, contentType: "application/json", total: "102", body: `[
			{"id":"5ce5f6a7b8091a2b3c4d5e70","name":"Example Workspace","type":"g_suite","oAuthStatus":{"token":"tok-73f1"},
				"defaultDomain":{"id":"5ce5f6a7b8091a2b3c4d5e71","domain":"example.com"},"organizationId":"5c9e9c2a1f0b7a0012345678"},
			{"id":"5ce5f6a7b8091a2b3c4d5e72","name":"jumpcloud","type":"ldap_server","oAuthStatus":null,"defaultDomain":null}]`}},
		failure: refusedUnspecified,
	}}
}
