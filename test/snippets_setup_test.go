package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestHowTo_LetsAGroupSignInByRADIUS(t *testing.T) {
	setUp := func(ctx context.Context, client *jumpcloud.APIClient, sharedSecret jumpcloud.Secret, staff string) error {
		radius, err := client.RADIUSServers.Create(ctx, jumpcloud.RADIUSServerCreate{
			Name: "Office Wi-Fi", NetworkSourceIp: "192.0.2.7", SharedSecret: sharedSecret,
		})
		if err != nil {
			return err
		}
		return client.Usergroups.Bind(ctx, staff, jumpcloud.GraphTypeRADIUSServer, radius.ID, nil)
	}
	server := jumpcloudtest.New(t)
	staff := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Staff"})

	require.NoError(t, setUp(t.Context(), server.Client(), "as long as a secret should be", staff))

	radius, err := server.Client().RADIUSServers.GetByName(t.Context(), "Office Wi-Fi")
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.Secret("as long as a secret should be"), radius.SharedSecret)
	assert.True(t, server.IsBound(staff, radius.ID))
}

func TestHowTo_InstallsAPackage(t *testing.T) {
	install := func(ctx context.Context, client *jumpcloud.APIClient, path, laptops string) error {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, time.Hour) // the upload, and until the file was validated
		defer cancel()
		app, err := client.SoftwareApps.CreateWithPackage(ctx, jumpcloud.SoftwareAppInput{
			DisplayName: jumpcloud.Set("Editor"),
			Settings: []jumpcloud.SoftwareAppSettingsInput{{
				PackageManager: jumpcloud.Set("WINDOWS_MDM"), DesiredState: jumpcloud.Set("INSTALL"),
			}},
		}, jumpcloud.SoftwarePackage{Name: info.Name(), DisplayVersion: "2.1", Content: file, Size: info.Size()})
		if app == nil {
			return err
		}
		if err != nil {
			return fmt.Errorf("software app %s is there, its package is not available: %w", app.ID, err)
		}
		return client.SoftwareApps.ManageAssociations(ctx, app.ID, jumpcloud.GraphOperation{
			Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystemGroup, ID: laptops,
		})
	}
	msi, text := filepath.Join(t.TempDir(), "editor.msi"), filepath.Join(t.TempDir(), "editor.txt")
	for _, path := range []string{msi, text} {
		require.NoError(t, os.WriteFile(path, []byte("installs an editor"), 0o600))
	}
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		laptops := server.AddSystemGroup("Laptops")

		require.NoError(t, install(t.Context(), server.Client(), msi, laptops))

		apps, err := jumpcloud.Collect(server.Client().SoftwareApps.All(t.Context(), nil), 10)
		require.NoError(t, err)
		require.Len(t, apps, 1)
		assert.Equal(t, "AVAILABLE", apps[0].Settings[0].StoredPackage.Versions[0].Status)
		assert.True(t, server.IsBound(apps[0].ID, laptops))

		require.ErrorContains(t, install(t.Context(), server.Client(), text, laptops), "its package is not available: jumpcloud: the package was rejected")
	})
}

func TestHowTo_LocksAnAppleDevice(t *testing.T) {
	lock := func(ctx context.Context, client *jumpcloud.APIClient, serialNumber string, pin jumpcloud.Secret) error {
		for mdm, err := range client.AppleMDMs.All(ctx, nil) {
			if err != nil {
				return err
			}
			for device, err := range client.AppleMDMs.AllDevices(ctx, mdm.ID, nil) {
				if err != nil {
					return err
				}
				if device.SerialNumber == serialNumber {
					return client.AppleMDMs.LockDevice(ctx, mdm.ID, device.ID, jumpcloud.AppleMDMLockDeviceRequest{
						Pin: jumpcloud.Set(pin), // six digits: note them down first, nothing answers them
					})
				}
			}
		}
		return fmt.Errorf("no device has the serial number %s", serialNumber)
	}
	story := []exchange{
		{request: "GET /v2/applemdms?limit=100", reply: okJSON(`[{"id":"5de6a7b8c9d0e1f203142536"}]`)},
		{
			request: "GET /v2/applemdms/5de6a7b8c9d0e1f203142536/devices?limit=100",
			reply:   okJSON(`[{"id":"5de6a7b8c9d0e1f203142537","serialNumber":"C02A"},{"id":"5de6a7b8c9d0e1f203142538","serialNumber":"C02X"}]`),
		},
	}
	const route = "POST /v2/applemdms/5de6a7b8c9d0e1f203142536/devices/5de6a7b8c9d0e1f203142538/lock"
	for _, answer := range []reply{noContent, {status: 503}} { // of what may have happened nothing is sent again
		client := talk(t, append(story[:2:2], exchange{request: route, body: `{"pin":"135790"}`, reply: answer})...)
		err := lock(t.Context(), client, "C02X", "135790")
		assert.Equal(t, answer.status == 503, errors.Is(err, jumpcloud.ErrServer), err)
	}
	assert.Error(t, lock(t.Context(), talk(t, append(story[:2:2], exchange{
		request: "GET /v2/applemdms/5de6a7b8c9d0e1f203142536/devices?limit=100&skip=2", reply: okJSON(`[]`),
	}, exchange{
		request: "GET /v2/applemdms?limit=100&skip=1", reply: okJSON(`[]`),
	})...), "C02Z", "135790"))
}

func TestHowTo_GivesAnAdministratorARole(t *testing.T) {
	give := func(ctx context.Context, client *jumpcloud.APIClient, email string) error {
		role, err := client.Roles.GetByName(ctx, "Help Desk")
		if err != nil {
			return err // ErrNotFound: there is no role of this name
		}
		administrator, err := client.Administrators.GetByEmail(ctx, email)
		switch {
		case errors.Is(err, jumpcloud.ErrNotFound):
			_, err = client.Administrators.Create(ctx, jumpcloud.AdministratorUserCreate{
				Email: email, RoleName: jumpcloud.Set(role.Name),
			})
		case err == nil:
			_, err = client.Administrators.Update(ctx, administrator.ID, jumpcloud.AdministratorUserUpdate{
				RoleName: jumpcloud.Set(role.Name),
			})
		}
		return err
	}
	server := jumpcloudtest.New(t)
	client := server.Client()
	require.ErrorIs(t, give(t.Context(), client, "eve@example.com"), jumpcloud.ErrNotFound)
	_, err := client.Administrators.GetByEmail(t.Context(), "eve@example.com")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound, "nobody is made without the role")
	server.Add("/v2/roles", map[string]any{"name": "Help Desk", "scopes": []any{"users"}})
	server.Add("/users", map[string]any{"email": "old@example.com", "roleName": "Read Only"})

	for _, email := range []string{"eve@example.com", "old@example.com"} {
		require.NoError(t, give(t.Context(), client, email))
		administrator, err := client.Administrators.GetByEmail(t.Context(), email)
		require.NoError(t, err)
		assert.Equal(t, "Help Desk", administrator.RoleName)
	}
}

func TestHowTo_RequiresASecondFactor(t *testing.T) {
	demand := func(ctx context.Context, client *jumpcloud.APIClient, payroll string) error {
		guests, err := client.IPLists.Create(ctx, jumpcloud.IPListRequest{
			Name: jumpcloud.Set("Guest Wi-Fi"), IPs: []string{"192.0.2.0/24", "198.51.100.7"},
		})
		if err != nil {
			return err
		}
		_, err = client.AuthenticationPolicies.Create(ctx, jumpcloud.AuthnPolicyInput{
			Name:        jumpcloud.Set("Payroll from the guest Wi-Fi"),
			Type:        jumpcloud.Set(jumpcloud.AuthnPolicyTypeApplication),
			MonitorOnly: jumpcloud.Set(true), // it keeps nobody out yet
			Targets: &jumpcloud.AuthnPolicyTargetsInput{
				Users: &jumpcloud.AuthnPolicyUserTargetInput{Inclusions: []string{"ALL"}},
				Resources: []jumpcloud.AuthnPolicyResourceTargetInput{
					{Type: jumpcloud.AuthnPolicyTypeApplication, ID: jumpcloud.Set(payroll)},
				},
			},
			Conditions: map[string]any{"ipAddressIn": []string{guests.ID}}, // empty: from everywhere
			Effect: &jumpcloud.AuthnPolicyEffectInput{
				Action: jumpcloud.AuthnPolicyActionAllow, // AuthnPolicyActionDeny keeps them out
				Obligations: &jumpcloud.AuthnPolicyObligationsInput{
					MFA: &jumpcloud.AuthnPolicyMFAInput{Required: jumpcloud.Set(true)},
				},
			},
		})
		return err
	}
	server := jumpcloudtest.New(t)
	payroll := server.AddApplication("Payroll")

	require.NoError(t, demand(t.Context(), server.Client(), payroll))

	policy, err := server.Client().AuthenticationPolicies.GetByName(t.Context(), "Payroll from the guest Wi-Fi")
	require.NoError(t, err)
	guests, err := server.Client().IPLists.GetByName(t.Context(), "Guest Wi-Fi")
	require.NoError(t, err)
	assert.True(t, policy.MonitorOnly)
	assert.True(t, policy.Effect.Obligations.MFA.Required)
	assert.Equal(t, map[string]any{"ipAddressIn": []any{guests.ID}}, policy.Conditions)
}

func TestHowTo_MakesAServiceAccount(t *testing.T) {
	made := func(ctx context.Context, client *jumpcloud.APIClient, keep func(id string, secret jumpcloud.Secret) error) error {
		role, err := client.Roles.GetByName(ctx, "Read Only")
		if err != nil {
			return err
		}
		account, err := client.ServiceAccounts.Create(ctx, jumpcloud.CreateServiceAccountRequest{
			Name:   "exporter",
			RoleID: role.ID,
			AuthConfig: jumpcloud.ServiceAccountAuthConfigParameter{
				AuthType:           jumpcloud.ServiceAccountAuthTypeClientSecret,
				ClientSecretConfig: &jumpcloud.ServiceAccountClientSecretConfigParam{Lifetime: "90 Days"},
			},
		})
		if errors.Is(err, jumpcloud.ErrNotFound) {
			return errors.New("this organization does not have service accounts")
		}
		if err != nil {
			return err
		}
		for _, config := range account.AuthConfigList {
			if made := config.ClientSecretConfig; made != nil {
				return keep(made.ClientID, made.ClientSecret) // string(secret) is its text, and comes in this answer alone
			}
		}
		return fmt.Errorf("service account %s came without a secret", account.ObjectID)
	}
	const account = `{"serviceAccount":{"objectId":"67b1c2d3e4f5a6b7c8d9e001","name":"exporter","authConfigList":[%s]}}`
	create := func(answer reply) *jumpcloud.APIClient {
		return talk(t, exchange{
			request: "GET /v2/roles?limit=100",
			reply:   okJSON(`{"totalCount":1,"results":[{"id":"66a1b2c3d4e5f60718293a01","name":"Read Only"}]}`),
		}, exchange{
			request: "POST /v2/service-accounts",
			body: `{"name":"exporter","roleId":"66a1b2c3d4e5f60718293a01",
				"authConfig":{"authType":"CLIENT_SECRET","clientSecretConfig":{"lifetime":"90 Days"}}}`,
			reply: answer,
		})
	}
	var id string
	var kept jumpcloud.Secret
	keep := func(clientID string, secret jumpcloud.Secret) error {
		id, kept = clientID, secret
		return nil
	}
	require.NoError(t, made(t.Context(), create(okJSON(fmt.Sprintf(account,
		`{"authType":"CLIENT_SECRET","clientSecretConfig":{"clientId":"client-1","clientSecret":"once and never again"}}`))), keep))
	assert.Equal(t, "client-1", id)
	assert.Equal(t, jumpcloud.Secret("once and never again"), kept)

	kept = ""
	require.EqualError(t, made(t.Context(), create(okJSON(fmt.Sprintf(account, ""))), keep), "service account 67b1c2d3e4f5a6b7c8d9e001 came without a secret")
	require.EqualError(t, made(t.Context(), create(reply{status: 404}), keep), "this organization does not have service accounts")
	assert.Empty(t, kept)
}

func TestHowTo_AddsATranslationRule(t *testing.T) {
	translate := func(ctx context.Context, client *jumpcloud.APIClient) error {
		domain, err := client.ActiveDirectories.GetByDomain(ctx, "DC=example,DC=com")
		if err != nil {
			return err
		}
		rule, err := client.ActiveDirectories.AddTranslationRule(ctx, domain.ID, jumpcloud.IDMTranslationRulesInsertRequest{
			Source:      jumpcloud.Set("physicalDeliveryOfficeName"),
			Destination: jumpcloud.Set("location"),
			Direction:   jumpcloud.Set(jumpcloud.IDMDirectionImport),
			AppliedOn:   []jumpcloud.IDMAppliedOn{jumpcloud.IDMAppliedOnCreate, jumpcloud.IDMAppliedOnUpdate},
		})
		if err != nil {
			return err
		}
		fmt.Println(rule.Source, "becomes", rule.Destination)
		return nil
	}
	server := jumpcloudtest.New(t)
	server.AddDirectory(jumpcloud.GraphTypeActiveDirectory, "DC=example,DC=com")
	said := says(t, func() error { return translate(t.Context(), server.Client()) })
	assert.Equal(t, "physicalDeliveryOfficeName becomes location\n", said)
}
