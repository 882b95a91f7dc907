package jumpcloud_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const password = "hunter2-PASSW0RD"

func TestRedaction_SecretShowsNothing(t *testing.T) {
	secret := jumpcloud.Secret(password)

	keepsSecret(t, secret, password)
	keepsSecret(t, &secret, password)
	assert.Equal(t, "[redacted]", fmt.Sprint(secret))
	assert.Equal(t, "[redacted]", fmt.Sprint(jumpcloud.Secret("")), "not even whether there is one")
}

func TestRedaction_SecretsInListsShowNothing(t *testing.T) {
	for _, value := range []any{[]jumpcloud.Secret{password}, map[string]jumpcloud.Secret{"k": password}, [1]jumpcloud.Secret{password}, struct{ S jumpcloud.Secret }{password}} {
		for _, format := range formats {
			assert.NotContains(t, fmt.Sprintf(format, value), password, format)
		}
	}
}

func TestRedaction_SecretIsSentAsItself(t *testing.T) {
	assert.Equal(t, `"hunter2-PASSW0RD"`, encode(t, jumpcloud.Secret(password)))
	assert.Equal(t, `{"password":"hunter2-PASSW0RD"}`, encode(t, jumpcloud.SystemuserUpdate{Password: jumpcloud.Set(jumpcloud.Secret(password))}))
}

func TestRedaction_OptOfASecretShowsNothing(t *testing.T) {
	opt := jumpcloud.Set(jumpcloud.Secret(password))

	keepsSecret(t, opt, password)
	keepsSecret(t, &opt, password)
	assert.Equal(t, "[redacted]", fmt.Sprint(opt))
	assert.Equal(t, "<omitted>", fmt.Sprint(jumpcloud.Opt[jumpcloud.Secret]{}))
	assert.Equal(t, "<null>", fmt.Sprint(jumpcloud.Null[jumpcloud.Secret]()))
}

func TestRedaction_BodiesWithSecretsShowNothing(t *testing.T) {
	secret := jumpcloud.Set(jumpcloud.Secret(password))
	create := jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com", Password: secret}
	update := jumpcloud.SystemuserUpdate{Username: jumpcloud.Set("ann"), Password: secret}
	bulkCreate := jumpcloud.BulkUserCreate{Username: "ann", Email: "ann@example.com", Password: secret}
	bulkUpdate := jumpcloud.BulkUserUpdate{Username: jumpcloud.Set("ann"), Password: secret}
	for name, body := range map[string]any{
		"SystemuserCreate": create, "SystemuserCreate by pointer": &create, "SystemuserUpdate": update, "SystemuserUpdate by pointer": &update,
		"BulkUserCreate": bulkCreate, "BulkUserCreate by pointer": &bulkCreate, "BulkUserUpdate": bulkUpdate, "BulkUserUpdate by pointer": &bulkUpdate,
	} {
		t.Run(name, func(t *testing.T) {
			keepsSecret(t, body, password)
			assert.Contains(t, fmt.Sprintf("%+v", body), "Username:ann", "the rest is shown")
			var out bytes.Buffer
			slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "body", body)
			assert.Contains(t, out.String(), "ann")
			assert.Contains(t, out.String(), "[redacted]")
		})
	}
}

// fmt prints what is behind a pointer inside of something raw when the verb fits no pointer.
func TestRedaction_SecretsBehindPointersShowNothing(t *testing.T) {
	account := &jumpcloud.ServiceAccountInfo{AuthConfigList: []jumpcloud.ServiceAccountAuthConfig{{
		APIKeyConfig:       &jumpcloud.ServiceAccountAPIKeyConfig{APIKey: password},
		ClientSecretConfig: &jumpcloud.ServiceAccountClientSecretConfig{ClientSecret: password},
	}}}
	policy := &jumpcloud.PolicyWithDetails{Values: []jumpcloud.PolicyValue{{ConfigFieldName: "key", Value: password}}}
	for _, value := range []any{
		account, policy, &jumpcloud.RADIUSServer{SharedSecret: password}, &jumpcloud.ActiveDirectoryAgentInfo{ConnectKey: password},
		&jumpcloud.SoftwareAppWithStatus{App: &jumpcloud.SoftwareApp{UploadURL: password}},
		&jumpcloud.DuoApplicationRequest{IntegrationKey: password, SecretKey: password},
	} {
		keepsSecret(t, value, password)
	}
}

// Whatever has a secret prints as any other struct does.
func TestRedaction_BodiesPrintAsStructs(t *testing.T) {
	body := jumpcloud.DuoApplicationRequest{Name: "Duo", APIHost: "api.example.com", SecretKey: password}
	assert.Equal(t, "{Duo api.example.com [redacted] [redacted]}", fmt.Sprint(body))
	assert.Equal(t, "{Duo api.example.com [redacted] [redacted]}", fmt.Sprintf("%s", &body))
	assert.Equal(t, "{Name:Duo APIHost:api.example.com IntegrationKey:[redacted] SecretKey:[redacted]}", fmt.Sprintf("%+v", body))
	assert.Equal(t, `jumpcloud.DuoApplicationRequest{Name:"Duo", APIHost:"api.example.com", IntegrationKey:[redacted], SecretKey:[redacted]}`, fmt.Sprintf("%#v", body))
	var none *jumpcloud.DuoApplicationRequest
	assert.Equal(t, "<nil>", fmt.Sprint(none))
}

func TestRedaction_WorkdayCredentialsShowNothing(t *testing.T) {
	auth := jumpcloud.WorkdayAuth{}
	require.NoError(t, decodeInto(`{"auth":{"basic":{"username":"ann","password":"hunter2-PASSW0RD"}}}`, &auth))

	keepsSecret(t, auth, password)
	keepsSecret(t, &auth, password)
	assert.Contains(t, encode(t, auth), password, "and is sent all the same")
}

func TestRedaction_ErrorsOfARefusedBodyShowNothing(t *testing.T) {
	_, err := newClient(t, newWire(t)).Systemusers.Update(t.Context(), "", jumpcloud.SystemuserUpdate{Password: jumpcloud.Set(jumpcloud.Secret(password))}, nil)

	require.Error(t, err)
	assert.NotContains(t, err.Error(), password)
}

func TestRedaction_RefusedOptionsShowNothing(t *testing.T) {
	err := get(t.Context(), newClient(t, newWire(t)), jumpcloud.WithHeader("authorization", password))

	require.Error(t, err)
	assert.NotContains(t, err.Error(), password)
}
