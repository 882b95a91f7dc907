package jumpcloud_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestCustomEmailsContracts(t *testing.T) { testContracts(t, customEmailsContracts()) }

const (
	customEmailTexts = `"type":"password_expiration","subject":"Your password ends","title":"Password","header":"Hello","body":"Choose a new one.","button":"Choose",
		"nextStepContactInfo":"help@example.com"}`
	customEmailBody   = `{` + customEmailTexts
	customEmailAnswer = `{"id":"66bb0c1d2e3f405162738495",` + customEmailTexts
)

func isCustomEmail(t *testing.T, mail *jumpcloud.CustomEmail) {
	everyFieldIsSet(t, *mail)
	assert.Equal(t, "66bb0c1d2e3f405162738495", mail.ID)
	assert.Equal(t, jumpcloud.CustomEmailTypePasswordExpiration, mail.Type)
	assert.Equal(t, "Your password ends", mail.Subject)
	assert.Equal(t, "Choose a new one.", mail.Body)
	assert.Equal(t, "help@example.com", mail.NextStepContactInfo)
}

func customEmailsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		mail   = jumpcloud.CustomEmail
	)
	const expiration = jumpcloud.CustomEmailTypePasswordExpiration
	return []contract{
		{
			operation: "customEmails_getTemplates",
			route:     "GET /v2/customemail/templates",
			path:      "/v2/customemail/templates",
			methods: single(func(ctx ctx, c client) ([]*jumpcloud.CustomEmailTemplate, error) {
				return c.CustomEmails.ListTemplates(ctx)
			},
				func(t *testing.T, templates []*jumpcloud.CustomEmailTemplate) {
					require.Len(t, templates, 2)
					everyFieldIsSet(t, *templates[0])
					assert.Equal(t, expiration, templates[0].Type)
					assert.Equal(t, []jumpcloud.CustomEmailTemplateField{{Field: "subject", DisplayName: "Subject", DefaultValue: "Your password has expired", Multiline: true}}, templates[0].Fields)
					assert.Equal(t, jumpcloud.CustomEmailTypeLockoutNotice, templates[1].Type)
				}),
			answers: []reply{okJSON(`[{"type":"password_expiration","displayName":"Password expired","description":"The password has expired","messageType":"email",
				"fields":[{"field":"subject","displayName":"Subject","defaultValue":"Your password has expired","multiline":true}]},{"type":"lockout_notice_user","fields":[]}]`)},
			failure: refusedKey,
		},
		{
			operation: "customEmails_create",
			route:     "POST /v2/customemails",
			path:      "/v2/customemails",
			body:      customEmailBody,
			methods: single(func(ctx ctx, c client) (*mail, error) {
				return c.CustomEmails.Create(ctx, jumpcloud.CustomEmailInput{
					Type: expiration, Subject: "Your password ends", Title: jumpcloud.Set("Password"), Header: jumpcloud.Set("Hello"),
					Body: jumpcloud.Set("Choose a new one."), Button: jumpcloud.Set("Choose"), NextStepContactInfo: jumpcloud.Set("help@example.com"),
				})
			}, isCustomEmail),
			answers: []reply{createdJSON(customEmailAnswer)},
			failure: refusedExists,
		},
		{
			operation: "customEmails_create",
			variant:   "with texts cleared",
			route:     "POST /v2/customemails",
			path:      "/v2/customemails",
			body:      `{"type":"activate_user_custom","subject":"","button":""}`,
			methods: single(func(ctx ctx, c client) (*mail, error) {
				return c.CustomEmails.Create(ctx, jumpcloud.CustomEmailInput{Type: jumpcloud.CustomEmailTypeActivateUser, Button: jumpcloud.Set("")})
			}, isCustomEmail),
			answers: []reply{createdJSON(customEmailAnswer)},
			failure: refusedDetails,
		},
		{
			operation: "customEmails_read",
			route:     "GET /v2/customemails/{custom_email_type}",
			path:      "/v2/customemails/password_expiration",
			methods:   single(func(ctx ctx, c client) (*mail, error) { return c.CustomEmails.Get(ctx, expiration) }, isCustomEmail),
			answers:   []reply{okJSON(customEmailAnswer)},
			failure:   refusedNotFound,
		},
		{
			operation: "customEmails_update",
			route:     "PUT /v2/customemails/{custom_email_type}",
			path:      "/v2/customemails/password_expiration",
			body:      customEmailBody,
			methods: single(func(ctx ctx, c client) (*mail, error) {
				var read mail
				if err := json.Unmarshal([]byte(customEmailAnswer), &read); err != nil {
					return nil, err
				}
				return c.CustomEmails.Update(ctx, expiration, read.Input())
			}, isCustomEmail),
			answers: []reply{okJSON(customEmailAnswer)},
			failure: refusedNotFound,
		},
		{
			operation: "customEmails_destroy",
			route:     "DELETE /v2/customemails/{custom_email_type}",
			path:      "/v2/customemails/password_expiration",
			methods:   nothing(func(ctx ctx, c client) error { return c.CustomEmails.Delete(ctx, expiration) }),
			answers:   []reply{noContent},
			failure:   refusedNotFound,
		},
	}
}

func TestCustomEmails_ModifyKeepsEveryTextThatItDoesNotChange(t *testing.T) {
	client := talk(t,
		exchange{request: "GET /v2/customemails/password_expiration", reply: okJSON(customEmailAnswer[:len(customEmailAnswer)-1] + `,"footer":{"a":1.50}}`)},
		exchange{
			request: "PUT /v2/customemails/password_expiration",
			body: `{"type":"password_expiration","subject":"Your password has ended","title":"Password","header":"Hello","body":"Choose a new one.","button":"Choose",
				"nextStepContactInfo":"help@example.com","footer":{"a":1.50}}`,
			reply: okJSON(customEmailAnswer),
		},
	)
	mail, err := client.CustomEmails.Modify(t.Context(), jumpcloud.CustomEmailTypePasswordExpiration, func(m *jumpcloud.CustomEmailInput) {
		m.Subject = "Your password has ended"
	})
	require.NoError(t, err)
	isCustomEmail(t, mail)
}
