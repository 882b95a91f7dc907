package jumpcloudtest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestTheSecretOfAServiceAccountIsAnsweredOnceAndOpensTheServerUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		admin, ctx := server.Client(), t.Context()
		role, err := admin.Roles.Create(ctx, jumpcloud.RoleCreate{Name: "Read Only", Scopes: []string{"users.readonly"}})
		if err != nil {
			t.Fatal(err)
		}
		create := func(kind jumpcloud.ServiceAccountAuthType) (account, secret string, use func(*jumpcloud.Configuration)) {
			t.Helper()
			made, err := admin.ServiceAccounts.Create(ctx, jumpcloud.CreateServiceAccountRequest{
				Name: "export " + string(kind), RoleID: role.ID, AuthConfig: authConfig(kind),
			})
			if err != nil {
				t.Fatal(err)
			}
			if made.RoleName != "Read Only" || made.AuthType != kind || len(made.AuthConfigList) != 1 {
				t.Fatalf("%+v", made)
			}
			secret, use = credential(&made.AuthConfigList[0], server)
			return made.ObjectID, secret, use
		}
		works := func(use func(*jumpcloud.Configuration)) error {
			_, err := server.Client(use).Systemusers.List(ctx, nil)
			return err
		}
		for _, kind := range []jumpcloud.ServiceAccountAuthType{jumpcloud.ServiceAccountAuthTypeAPIKey, jumpcloud.ServiceAccountAuthTypeClientSecret} {
			account, first, use := create(kind)
			if err := works(use); err != nil {
				t.Error(kind, err)
			}
			read, err := admin.ServiceAccounts.Get(ctx, account)
			if err != nil || len(read.AuthConfigList) != 1 {
				t.Fatal(kind, err, read)
			}
			again, _ := credential(&read.AuthConfigList[0], server)
			if again != "" {
				t.Errorf("%s: a read has the secret", kind)
			}
			if err := admin.ServiceAccounts.DeleteAuthConfig(ctx, account, configID(&read.AuthConfigList[0])); !errors.Is(err, jumpcloud.ErrConflict) {
				t.Errorf("%s: the only secret was deleted: %v", kind, err)
			}
			second, err := admin.ServiceAccounts.CreateAuthConfig(ctx, account, authConfig(kind))
			if err != nil {
				t.Fatal(kind, err)
			}
			next, useNext := credential(second, server)
			if next == "" || next == first {
				t.Errorf("%s: the second secret is %q", kind, next)
			}
			if err := admin.ServiceAccounts.DeleteAuthConfig(ctx, account, configID(&read.AuthConfigList[0])); err != nil {
				t.Error(kind, err)
			}
			if err := works(use); !errors.Is(err, jumpcloud.ErrUnauthorized) {
				t.Errorf("%s: what was deleted still works: %v", kind, err)
			}
			if err := works(useNext); err != nil {
				t.Error(kind, err)
			}
			time.Sleep(31 * 24 * time.Hour)
			if err := works(useNext); !errors.Is(err, jumpcloud.ErrUnauthorized) {
				t.Errorf("%s: what has ended still works: %v", kind, err)
			}
		}
		bad := authConfig(jumpcloud.ServiceAccountAuthTypeAPIKey)
		bad.APIKeyConfig.Lifetime = "forever"
		_, err = admin.ServiceAccounts.Create(ctx, jumpcloud.CreateServiceAccountRequest{Name: "odd", RoleID: role.ID, AuthConfig: bad})
		if !errors.Is(err, jumpcloud.ErrBadRequest) {
			t.Error(err)
		}
	})
}

func authConfig(kind jumpcloud.ServiceAccountAuthType) jumpcloud.ServiceAccountAuthConfigParameter {
	config := jumpcloud.ServiceAccountAuthConfigParameter{AuthType: kind}
	if kind == jumpcloud.ServiceAccountAuthTypeAPIKey {
		config.APIKeyConfig = &jumpcloud.ServiceAccountAPIKeyConfigParam{Lifetime: "30 Days"}
	} else {
		config.ClientSecretConfig = &jumpcloud.ServiceAccountClientSecretConfigParam{Lifetime: "30 Days"}
	}
	return config
}

func credential(config *jumpcloud.ServiceAccountAuthConfig, server *jumpcloudtest.Server) (secret string, use func(*jumpcloud.Configuration)) {
	if key := config.APIKeyConfig; key != nil {
		return string(key.APIKey), func(c *jumpcloud.Configuration) { c.APIKey, c.ServiceAccount = string(key.APIKey), nil }
	}
	client := config.ClientSecretConfig
	return string(client.ClientSecret), func(c *jumpcloud.Configuration) {
		c.APIKey = ""
		c.ServiceAccount = &jumpcloud.ServiceAccount{ClientID: client.ClientID, ClientSecret: string(client.ClientSecret), TokenURL: server.TokenURL}
	}
}

func configID(config *jumpcloud.ServiceAccountAuthConfig) string {
	if config.APIKeyConfig != nil {
		return config.APIKeyConfig.ObjectID
	}
	return config.ClientSecretConfig.ObjectID
}
