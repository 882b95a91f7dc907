package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestPolicyTemplatesContracts(t *testing.T) { testContracts(t, policyTemplatesContracts()) }

// lockTemplateWhole is the template as Get answers it.
const lockTemplateWhole = `{"id":"5ade0cfd1f24754c6c5dc9f2","name":"lock_screen_darwin","displayName":"Lock Screen","description":"Locks it",
	"activation":"At once","behavior":"It stays","osMetaFamily":"darwin","configFields":` + lockFields + `,
	"osRestrictions":[{"osName":"macOS","earliestVersion":"10.15","deprecatedVersion":"26","isMdmRequired":true,"supportedEnrollmentTypes":["user"],
		"appleRestrictions":{"requiresSupervision":true,"supportedEnrollmentTypes":["automated","device"]}}]}`

func isWholeLockTemplate(t *testing.T, template *jumpcloud.PolicyTemplateWithDetails) {
	everyFieldIsSet(t, *template, ".ConfigFields[0].ReadOnly", ".ConfigFields[0].Sensitive", ".ConfigFields[1].Label", ".ConfigFields[1].Required",
		".ConfigFields[1].DisplayOptions", ".ConfigFields[1].DefaultValue", ".ConfigFields[1].Validators", ".ConfigFields[1].Position", ".ConfigFields[1].Tooltip")
	assert.Equal(t, templateID, template.ID)
	assert.Equal(t, "Lock Screen", template.DisplayName)
	areLockFields(t, template.ConfigFields)
}

func policyTemplatesContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
	)
	params := &jumpcloud.PolicyTemplatesListParams{
		Limit: 50, Skip: 100, Fields: []string{"id", "name"}, Sort: []string{"-name", "id"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("osMetaFamily", jumpcloud.Eq, "darwin"), jumpcloud.Filter("name", jumpcloud.Ne, "a,b")},
	}
	return []contract{
		{
			operation: "policytemplates_list",
			route:     "GET /v2/policytemplates",
			path:      "/v2/policytemplates",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"id,name"}, "sort": {"-name,id"}, "filter": {"osMetaFamily:eq:darwin", "name:ne:a,b"},
			},
			raw: "limit=50&skip=100&fields=id%2Cname&sort=-name%2Cid&filter=osMetaFamily%3Aeq%3Adarwin&filter=name%3Ane%3Aa%2Cb",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.PolicyTemplate], error) {
					return c.PolicyTemplates.List(ctx, params)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.PolicyTemplate, error] {
					return c.PolicyTemplates.All(ctx, params)
				},
				func(t *testing.T, found []*jumpcloud.PolicyTemplate) {
					isLockTemplate(t, found[0])
					assert.Equal(t, "Careful", found[1].Alert)
					assert.Equal(t, "deprecated", found[1].State)
					assert.Empty(t, found[1].Reference)
				},
			),
			answers: []reply{v2Page(`[` + lockTemplate + `,{"id":"5ade0cfd1f24754c6c5dc9f9","name":"other","osMetaFamily":"universal","alert":"Careful","state":"deprecated","reference":null}]`)},
			failure: refusedDetails,
		},
		{
			operation: "policytemplates_get",
			route:     "GET /v2/policytemplates/{id}",
			path:      "/v2/policytemplates/5ade0cfd1f24754c6c5dc9f2",
			methods: single(func(ctx ctx, c client) (*jumpcloud.PolicyTemplateWithDetails, error) {
				return c.PolicyTemplates.Get(ctx, templateID)
			}, isWholeLockTemplate),
			answers: []reply{okJSON(lockTemplateWhole)},
			failure: refusedNotFound,
		},
	}
}
