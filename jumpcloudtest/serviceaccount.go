package jumpcloudtest

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A service account has secrets, each of which is answered once. They follow from their ids, so that the server
// knows them without keeping them.
const (
	madeKey    = "jumpcloudtest-key-"
	madeClient = "jumpcloudtest-client-"
	madeSecret = "jumpcloudtest-secret-"
)

// createServiceAccount makes an account with its first secret.
func (c *call) createServiceAccount() reply {
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	shown, secret, err := c.authConfig(body["authConfig"])
	if err != nil {
		return c.refuse(err)
	}
	if r := c.createItem(); c.item == nil {
		return r
	}
	if role := c.org.kindOf("roles").byID[c.item.text("roleId")]; role != nil {
		c.item.put("roleName", role.text("name"))
	}
	c.item.put("authType", shown["authType"])
	c.item.put("status", "ACTIVE")
	c.putAuthConfigs(c.item, []any{shown})
	account := decoded(c.item.json())
	account["authConfigList"] = []any{secret}
	return reply{status: c.operation.status, body: encode(map[string]any{"serviceAccount": account})}
}

// addAuthConfig makes another secret.
func (c *call) addAuthConfig() reply {
	account := c.org.kindOf("service-accounts").byID[c.ids[0]]
	if account == nil {
		return c.missing()
	}
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	shown, secret, err := c.authConfig(body)
	if err != nil {
		return c.refuse(err)
	}
	c.putAuthConfigs(account, append(authConfigs(account), shown))
	return reply{status: c.operation.status, body: encode(map[string]any{"authConfig": secret})}
}

// deleteAuthConfig ends a secret. The last one stays.
func (c *call) deleteAuthConfig() reply {
	account := c.org.kindOf("service-accounts").byID[c.ids[0]]
	if account == nil {
		return c.missing()
	}
	list := authConfigs(account)
	left := slices.DeleteFunc(slices.Clone(list), func(config any) bool { return configOf(config)["objectId"] == c.ids[1] })
	switch {
	case len(left) == len(list):
		return c.missing()
	case len(left) == 0:
		return rpcError(http.StatusConflict, "the last secret of a service account cannot be deleted")
	}
	c.putAuthConfigs(account, left)
	return ok(map[string]any{})
}

// authConfig is a secret that is asked for: as reads show it, and as it is answered once.
func (c *call) authConfig(asked any) (shown, secret map[string]any, err error) {
	wish, _ := asked.(map[string]any)
	kind, key := wish["authType"], "apiKeyConfig"
	switch kind {
	case "API_KEY":
	case "CLIENT_SECRET":
		key = "clientSecretConfig"
	default:
		return nil, nil, errors.New("authConfig.authType must be API_KEY or CLIENT_SECRET")
	}
	config, _ := wish[key].(map[string]any)
	lifetime, _ := config["lifetime"].(string)
	days, err := strconv.Atoi(strings.TrimSuffix(lifetime, " Days"))
	if !slices.Contains([]string{"30 Days", "60 Days", "90 Days", "365 Days"}, lifetime) || err != nil {
		return nil, nil, errors.New("authConfig." + key + ".lifetime must be 30 Days, 60 Days, 90 Days or 365 Days")
	}
	by := c.initiator()
	id := c.newID()
	fields := map[string]any{
		"objectId": id, "lifetime": lifetime, "status": "ACTIVE",
		"createdAt": stamp(c.now), "expiresAt": stamp(c.now.AddDate(0, 0, days)),
		"createdBy": map[string]any{"id": by["id"], "name": text(by, "email") + text(by, "name"), "type": strings.ToUpper(text(by, "type"))},
	}
	once := map[string]any{}
	if key == "apiKeyConfig" {
		fields["apiKeyPrefix"] = madeKey[:8]
		once["apiKey"] = madeKey + id
	} else {
		fields["clientId"] = madeClient + id
		once["clientSecret"] = madeSecret + id
	}
	return map[string]any{"authType": kind, key: fields}, map[string]any{"authType": kind, key: merged(fields, once)}, nil
}

// putAuthConfigs says of an account that it ends with its newest secret.
func (c *call) putAuthConfigs(account *item, list []any) {
	account.put("authConfigList", list)
	account.put("expiresAt", configOf(list[len(list)-1])["expiresAt"])
	c.org.written(account)
}

func authConfigs(account *item) []any {
	list, _ := account.value("authConfigList").([]any)
	return slices.Clone(list)
}

// configOf is what an auth config says of its secret, whichever kind that is.
func configOf(config any) map[string]any {
	both, _ := config.(map[string]any)
	if of, isKey := both["apiKeyConfig"].(map[string]any); isKey {
		return of
	}
	of, _ := both["clientSecretConfig"].(map[string]any)
	return of
}

// opens tells whether a service account has the secret with this id, and it has not ended.
func (c *call) opens(id string) bool {
	for _, o := range c.orgs {
		for _, account := range o.kindOf("service-accounts").list {
			for _, config := range authConfigs(account) {
				of := configOf(config)
				if until, err := time.Parse(time.RFC3339, text(of, "expiresAt")); of["objectId"] == id && err == nil {
					return c.now.Before(until)
				}
			}
		}
	}
	return false
}
