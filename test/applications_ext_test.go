package jumpcloud_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const labelled = "GET /applications?fields=_id+displayLabel&filter=displayLabel%3A%24eq%3APayroll&limit=100&sort=_id"

func TestGetByNameOfAnApplicationLooksAtWhatAdministratorsCallIt(t *testing.T) {
	client := talk(t,
		exchange{request: labelled, reply: okJSON(`{"totalCount":2,"results":[
			{"_id":"5f1b2c3d4e5f60718293a4c2","displayLabel":"Payroll old","name":"Payroll"},{"_id":"5f1b2c3d4e5f60718293a4c0","displayLabel":"Payroll"}]}`)},
		exchange{request: "GET /applications/" + applicationID, reply: okJSON(payroll)},
	)
	application, err := client.Applications.GetByName(t.Context(), "Payroll")
	require.NoError(t, err)
	isPayroll(t, application)
}

func TestGetByNameOfAnApplicationSaysWhetherThereAreNoneOrSeveral(t *testing.T) {
	client := talk(t,
		exchange{request: labelled, reply: okJSON(`{"totalCount":1,"results":[{"_id":"5f1b2c3d4e5f60718293a4c2","displayLabel":"payroll","displayName":"Payroll","name":"Payroll"}]}`)},
		exchange{request: labelled, reply: okJSON(`{"totalCount":2,"results":[
			{"_id":"5f1b2c3d4e5f60718293a4c2","displayLabel":"Payroll"},{"_id":"5f1b2c3d4e5f60718293a4c0","displayLabel":"Payroll"}]}`)},
	)
	_, err := client.Applications.GetByName(t.Context(), "Payroll")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	require.ErrorContains(t, err, "displayLabel")
	_, err = client.Applications.GetByName(t.Context(), "Payroll")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
	require.ErrorContains(t, err, "displayLabel")
}

// Of the keys that are not written, all but color are the service's own; color was null, which is unset.
func TestModifyOfAnApplicationWritesBackEverySettingThatWasRead(t *testing.T) {
	read := strings.Replace(recordedApplication, `"config":{`, `"newer":{"deep":[1.50,null]},"config":{"large":{"type":"number","value":12345678901234567890},"none":null,`, 1)
	written := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(read))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&written))
	for _, key := range []string{"_id", "id", "organization", "created", "color"} {
		require.Contains(t, written, key)
		delete(written, key)
	}
	written["displayLabel"] = "Code"
	written["config"].(map[string]any)["idpPrivateKey"] = map[string]any{"type": "file", "value": "k3y-in-the-clear"}
	body, err := json.Marshal(written)
	require.NoError(t, err)
	client := talk(t,
		exchange{request: "GET /applications/5f1b2c3d4e5f60718293a4c2", reply: okJSON(read)},
		exchange{request: "PUT /applications/5f1b2c3d4e5f60718293a4c2", body: string(body), reply: okJSON(payroll)},
	)
	application, err := client.Applications.Modify(t.Context(), "5f1b2c3d4e5f60718293a4c2", func(a *jumpcloud.ApplicationInput) {
		a.DisplayLabel = jumpcloud.Set("Code")
		a.Config["idpPrivateKey"] = map[string]any{"type": "file", "value": "k3y-in-the-clear"}
	})
	require.NoError(t, err)
	isPayroll(t, application)
}

func TestModifyWritesNoObjectThatWasNull(t *testing.T) {
	client := talk(t,
		exchange{request: "GET /applications/5f1b2c3d4e5f60718293a4c2", reply: okJSON(`{"_id":"5f1b2c3d4e5f60718293a4c2","name":"saml","ssoUrl":"","sso":null,"logo":null,"config":{},"newer":null}`)},
		exchange{
			request: "PUT /applications/5f1b2c3d4e5f60718293a4c2",
			body:    `{"name":"saml","ssoUrl":"","logo":{"color":"#202D38"},"config":{},"newer":null}`,
			reply:   okJSON(payroll),
		},
	)
	_, err := client.Applications.Modify(t.Context(), "5f1b2c3d4e5f60718293a4c2", func(a *jumpcloud.ApplicationInput) {
		assert.Nil(t, a.Sso)
		a.Logo = &jumpcloud.ApplicationLogoInput{Color: jumpcloud.Set("#202D38")}
	})
	require.NoError(t, err)
}

func TestSettingsOfAnApplicationShowNothing(t *testing.T) {
	body := jumpcloud.ApplicationInput{Name: "saml", Config: jumpcloud.SecretMap{"idpPrivateKey": map[string]any{"value": "k3y-in-the-clear"}}}
	var read jumpcloud.Application
	require.NoError(t, json.Unmarshal([]byte(`{"name":"saml","config":{"idpPrivateKey":{"value":"k3y-in-the-clear"}}}`), &read))
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("application", "body", body, "read", &read, "list", fmt.Sprint([]*jumpcloud.Application{&read}))
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", body, &body, body), fmt.Sprintf(strings.Repeat("%s", 1), body), fmt.Sprintf("%v %+v %#v", read, &read, read), log.String()} {
		assert.Contains(t, text, "saml")
		assert.NotContains(t, text, "k3y-in-the-clear")
	}
}

// A service that says what it refuses may quote a key.
func TestSettingsThatWereSentAreHiddenInErrorsAndTheirLabelsAreNot(t *testing.T) {
	client := talk(t, exchange{
		request: "POST /applications",
		body: `{"name":"saml","ssoUrl":"","config":{"idpPrivateKey":{"type":"text","label":"IdP Private Key","tooltip":{"template":"help"},"value":"k3y-in-the-clear"},
			"token":"t0ken-alone","list":{"type":"attributes","label":"Constant","value":[{"name":"role","value":"l1st-secret"}]}}}`,
		reply: reply{status: 400, contentType: "application/json",
			body: `{"message":"IdP Private Key: k3y-in-the-clear is no text, help: t0ken-alone, l1st-secret of saml Constant attributes"}`},
	})
	_, err := client.Applications.Create(t.Context(), jumpcloud.ApplicationInput{Name: "saml", Config: jumpcloud.SecretMap{
		"idpPrivateKey": map[string]any{"type": "text", "label": "IdP Private Key", "tooltip": map[string]any{"template": "help"}, "value": "k3y-in-the-clear"},
		"token":         "t0ken-alone",
		"list":          map[string]any{"type": "attributes", "label": "Constant", "value": []any{map[string]any{"name": "role", "value": "l1st-secret"}}},
	}})
	failure := asAPIError(t, err)
	assert.Equal(t, "IdP Private Key: [redacted] is no text, help: [redacted], [redacted] of saml Constant attributes", failure.Message)
	assert.NotContains(t, string(failure.Body), "k3y-in-the-clear")
}
