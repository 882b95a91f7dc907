package jumpcloud_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const officePath = "/radiusservers/5f1b2c3d4e5f60718293a4f0"

func TestModifyOfARADIUSServerWritesAllOfItBackWithItsSecret(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + officePath, reply: okJSON(strings.Replace(office, "{", `{"id":"5f1b2c3d4e5f60718293a4f0","brandNew":{"in":[1.50,null]},`, 1))},
		exchange{
			request: "PUT " + officePath,
			body: `{"name":"Office","networkSourceIp":"192.0.2.7","sharedSecret":"kept-to-ourselves","authIdp":"AZURE","mfa":"ALWAYS",
				"userLockoutAction":"REMOVE","userPasswordExpirationAction":"MAINTAIN","userPasswordEnabled":true,"userCertEnabled":true,"deviceCertEnabled":true,
				"caSource":"BYOC","caCert":"-----BEGIN CERTIFICATE-----","requireTlsAuth":true,"radsecEnabled":true,"requireRadsec":true,
				"tags":["5f00"],"brandNew":{"in":[1.50,null]}}`,
			reply: okJSON(officeResult),
		},
	)
	server, err := client.RADIUSServers.Modify(t.Context(), officeID, func(r *jumpcloud.RADIUSServerUpdate) {
		r.MFA = jumpcloud.Set(jumpcloud.RADIUSMFAAlways)
	})
	require.NoError(t, err)
	isOfficeResult(t, server)
}

func TestModifyOfARADIUSServerThatCannotBeReadWritesNothing(t *testing.T) {
	client := talk(t, exchange{request: "GET " + officePath, reply: notFound})
	server, err := client.RADIUSServers.Modify(t.Context(), officeID, func(*jumpcloud.RADIUSServerUpdate) { t.Error("nothing was read") })
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, server)
}

func TestRADIUSServerByNameIsTheOneWithExactlyThatName(t *testing.T) {
	const list = "GET /radiusservers?filter=name%3A%24eq%3AOffice&limit=100&sort=_id"
	client := talk(t,
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[{"_id":"5f1b2c3d4e5f60718293a4f9","name":"office"},` + office + `]}`)},
		exchange{request: list, reply: okJSON(`{"totalCount":0,"results":[]}`)},
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[{"_id":"a","name":"Office"},{"_id":"b","name":"Office"}]}`)},
	)
	server, err := client.RADIUSServers.GetByName(t.Context(), "Office")
	require.NoError(t, err)
	isOffice(t, server)
	_, err = client.RADIUSServers.GetByName(t.Context(), "Office")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = client.RADIUSServers.GetByName(t.Context(), "Office")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
}

func TestSharedSecretOfARADIUSServerDoesNotPrint(t *testing.T) {
	const secret = "kept-to-ourselves"
	for _, value := range []any{
		jumpcloud.RADIUSServer{Name: "Office", SharedSecret: secret}, jumpcloud.RADIUSServerCreate{Name: "Office", SharedSecret: secret},
		&jumpcloud.RADIUSServerUpdate{Name: "Office", SharedSecret: secret},
	} {
		text := fmt.Sprintf("%+v %#v", value, value)
		assert.Contains(t, text, "Office")
		assert.NotContains(t, text, secret)
	}
}
