package jumpcloud_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// account is a service account with a token endpoint, for configurations that need one.
func account() *jumpcloud.ServiceAccount {
	return &jumpcloud.ServiceAccount{ClientID: "client-1", ClientSecret: "s3cr3t-value", TokenURL: "https://token.test/oauth2/token"}
}

// environment sets every variable that the package reads: those named, and the others to nothing.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{"API_KEY", "ORG_ID", "CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL", "REGION", "BASE_URL"} {
		t.Setenv("JUMPCLOUD_"+name, variables["JUMPCLOUD_"+name])
	}
}

func TestConfiguration_NewHasTheDefaults(t *testing.T) {
	c := jumpcloud.NewConfiguration()

	assert.Equal(t, jumpcloud.RegionUS, c.Region)
	assert.Equal(t, 30*time.Second, c.Timeout)
	assert.Equal(t, jumpcloud.RetryPolicy{MaxAttempts: 3, MinWait: 500 * time.Millisecond, MaxWait: 30 * time.Second}, c.Retry)
	assert.Equal(t, 100, c.PageSize)
	assert.Equal(t, 4, c.PageConcurrency)
	assert.Equal(t, int64(64<<20), c.MaxResponseBytes)
	assert.True(t, strings.HasPrefix(c.UserAgent, "jumpcloud-go/"+jumpcloud.Version), c.UserAgent)
	assert.Empty(t, c.APIKey)
	assert.Nil(t, c.ServiceAccount)
	assert.Empty(t, c.BaseURL)
	assert.Nil(t, c.HTTPClient)
}

func TestConfiguration_ZeroFieldsMeanTheDefaults(t *testing.T) {
	w := newWire(t, v1List(0, 100))
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, HTTPClient: &http.Client{Transport: w}})
	require.NoError(t, err)

	_, err = client.Systemusers.List(t.Context(), nil)

	require.NoError(t, err)
	assert.Equal(t, "https://console.jumpcloud.com/api/systemusers?limit=100", w.only().url)
	assert.True(t, strings.HasPrefix(w.only().header.Get("User-Agent"), "jumpcloud-go/"+jumpcloud.Version))
}

func TestConfiguration_RegionDecidesTheHost(t *testing.T) {
	for region, host := range map[jumpcloud.Region]string{
		"":                 "console.jumpcloud.com",
		jumpcloud.RegionUS: "console.jumpcloud.com",
		jumpcloud.RegionEU: "console.eu.jumpcloud.com",
		jumpcloud.RegionIN: "console.in.jumpcloud.com",
	} {
		t.Run(string(region), func(t *testing.T) {
			w := newWire(t, ok(`{}`), ok(`{}`))
			client := newClient(t, w, func(c *jumpcloud.Configuration) { c.BaseURL, c.Region = "", region })

			require.NoError(t, client.Call(t.Context(), "GET", "/systems", nil, nil, nil))
			require.NoError(t, client.Call(t.Context(), "GET", "/v2/systemgroups", nil, nil, nil))

			assert.Equal(t, "https://"+host+"/api/systems", w.requests()[0].url)
			assert.Equal(t, "https://"+host+"/api/v2/systemgroups", w.requests()[1].url)
		})
	}
}

func TestConfiguration_BaseURLOverridesTheRegion(t *testing.T) {
	w := newWire(t, ok(`{}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) {
		c.Region = jumpcloud.RegionEU
		c.BaseURL = "https://proxy.test:8443/jc"
	})

	require.NoError(t, client.Call(t.Context(), "GET", "/v2/systemgroups", nil, nil, nil))

	assert.Equal(t, "https://proxy.test:8443/jc/v2/systemgroups", w.only().url)
}

func TestConfiguration_BaseURLMayEndWithASlash(t *testing.T) {
	w := newWire(t, ok(`{}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) { c.BaseURL = "https://proxy.test/jc/" })

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, "https://proxy.test/jc/systems", w.only().url)
}

func TestConfiguration_BaseURLMayHaveNoPath(t *testing.T) {
	w := newWire(t, ok(`{}`))
	client := newClient(t, w, func(c *jumpcloud.Configuration) { c.BaseURL = "https://proxy.test" })

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, "https://proxy.test/systems", w.only().url)
}

func TestConfiguration_NilIsAnError(t *testing.T) {
	client, err := jumpcloud.NewAPIClient(nil)

	assert.Nil(t, client)
	assert.ErrorContains(t, err, "NewConfiguration")
}

func TestConfiguration_ErrorNamesTheFieldAndTheWayOut(t *testing.T) {
	for name, test := range map[string]struct {
		change      func(*jumpcloud.Configuration)
		field, hint string
	}{
		"no credential":           {func(c *jumpcloud.Configuration) { c.APIKey = "" }, "APIKey", "ServiceAccount"},
		"both credentials":        {func(c *jumpcloud.Configuration) { c.ServiceAccount = account() }, "APIKey", "one of them"},
		"key with a line end":     {func(c *jumpcloud.Configuration) { c.APIKey = key + "\n" }, "APIKey", "trim"},
		"key with a space":        {func(c *jumpcloud.Configuration) { c.APIKey = " " + key }, "APIKey", "trim"},
		"key with an umlaut":      {func(c *jumpcloud.Configuration) { c.APIKey = key + "ä" }, "APIKey", "trim"},
		"org id with a line end":  {func(c *jumpcloud.Configuration) { c.OrgID = "o\r\nX-Evil: 1" }, "OrgID", "trim"},
		"user agent with a tab":   {func(c *jumpcloud.Configuration) { c.UserAgent = "a\tb" }, "UserAgent", "header"},
		"unknown region":          {func(c *jumpcloud.Configuration) { c.Region, c.BaseURL = "mars", "" }, "Region", "RegionUS"},
		"base URL without scheme": {func(c *jumpcloud.Configuration) { c.BaseURL = "console.jumpcloud.com/api" }, "BaseURL", "https"},
		"base URL without host":   {func(c *jumpcloud.Configuration) { c.BaseURL = "https:///api" }, "BaseURL", "https"},
		"base URL of a file":      {func(c *jumpcloud.Configuration) { c.BaseURL = "file:///etc/passwd" }, "BaseURL", "https"},
		"base URL that is none":   {func(c *jumpcloud.Configuration) { c.BaseURL = "https://a b/%zz" }, "BaseURL", "https"},
		"base URL with a query":   {func(c *jumpcloud.Configuration) { c.BaseURL = "https://h.test/api?x=1" }, "BaseURL", "query"},
		"base URL, fragment":      {func(c *jumpcloud.Configuration) { c.BaseURL = "https://h.test/api#x" }, "BaseURL", "fragment"},
		"base URL with a user":    {func(c *jumpcloud.Configuration) { c.BaseURL = "https://u:p@h.test/api" }, "BaseURL", "user information"},
		"base URL, plain http":    {func(c *jumpcloud.Configuration) { c.BaseURL = "http://h.test/api" }, "BaseURL", "use https"},
		"account without id": {func(c *jumpcloud.Configuration) {
			c.APIKey, c.ServiceAccount = "", account()
			c.ServiceAccount.ClientID = ""
		}, "ServiceAccount.ClientID", "is empty"},
		"account without secret": {func(c *jumpcloud.Configuration) {
			c.APIKey, c.ServiceAccount = "", account()
			c.ServiceAccount.ClientSecret = ""
		}, "ServiceAccount.ClientSecret", "is empty"},
		"token URL, plain http": {func(c *jumpcloud.Configuration) {
			c.APIKey, c.ServiceAccount = "", account()
			c.ServiceAccount.TokenURL = "http://token.test/oauth2/token"
		}, "ServiceAccount.TokenURL", "use https"},
		"negative timeout":      {func(c *jumpcloud.Configuration) { c.Timeout = -1 }, "Timeout", "default"},
		"negative attempts":     {func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = -1 }, "Retry.MaxAttempts", "1 means no repetition"},
		"negative wait":         {func(c *jumpcloud.Configuration) { c.Retry.MinWait = -1 }, "Retry.MaxWait", "negative"},
		"waits the wrong way":   {func(c *jumpcloud.Configuration) { c.Retry.MinWait, c.Retry.MaxWait = 2, 1 }, "Retry.MaxWait", "MinWait"},
		"page size below 1":     {func(c *jumpcloud.Configuration) { c.PageSize = -1 }, "PageSize", "1 to 100"},
		"page size above 100":   {func(c *jumpcloud.Configuration) { c.PageSize = 101 }, "PageSize", "1 to 100"},
		"negative concurrency":  {func(c *jumpcloud.Configuration) { c.PageConcurrency = -1 }, "PageConcurrency", "one page at a time"},
		"negative answer limit": {func(c *jumpcloud.Configuration) { c.MaxResponseBytes = -1 }, "MaxResponseBytes", "default"},
	} {
		t.Run(name, func(t *testing.T) {
			c := jumpcloud.NewConfiguration()
			c.APIKey, c.BaseURL = key, baseURL
			test.change(c)

			client, err := jumpcloud.NewAPIClient(c)

			assert.Nil(t, client)
			require.ErrorContains(t, err, "jumpcloud: Configuration."+test.field+": ")
			assert.ErrorContains(t, err, test.hint)
			joined, ok := err.(interface{ Unwrap() []error })
			require.True(t, ok)
			assert.Len(t, joined.Unwrap(), 1, "one finding: %v", err)
		})
	}
}

func TestConfiguration_ErrorJoinsAllFindings(t *testing.T) {
	_, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{
		OrgID: "a b", Region: "mars", Timeout: -1, PageSize: 1000, PageConcurrency: -4, MaxResponseBytes: -1,
		Retry:          jumpcloud.RetryPolicy{MaxAttempts: -1, MinWait: -1},
		ServiceAccount: &jumpcloud.ServiceAccount{},
		UserAgent:      "\x00",
	})

	for _, field := range []string{
		"OrgID", "Region", "Timeout", "PageSize", "PageConcurrency", "MaxResponseBytes", "Retry.MaxAttempts", "Retry.MaxWait",
		"ServiceAccount.ClientID", "ServiceAccount.ClientSecret", "ServiceAccount.TokenURL", "UserAgent",
	} {
		assert.ErrorContains(t, err, "Configuration."+field+":")
	}
}

func TestConfiguration_ErrorRepeatsNoSecret(t *testing.T) {
	_, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{
		APIKey: "KEY-IN-ERROR\n", BaseURL: "https://user:PASSWORD-IN-ERROR@h.test",
		ServiceAccount: &jumpcloud.ServiceAccount{ClientID: "id", ClientSecret: "SECRET-IN-ERROR", TokenURL: "http://u:TOKEN-IN-ERROR@h.test/%zz"},
	})

	require.Error(t, err)
	assert.NotContains(t, err.Error(), "IN-ERROR")
}

func TestConfiguration_PlainHTTPIsRefusedUnlessLoopback(t *testing.T) {
	for address, allowed := range map[string]bool{
		"http://localhost":               true,
		"http://localhost:8080/api":      true,
		"http://LocalHost:8080/api":      true,
		"HTTP://localhost":               true,
		"http://127.0.0.1:8080":          true,
		"http://127.9.8.7":               true,
		"http://[::1]:8080":              true,
		"http://[::ffff:127.0.0.1]":      true,
		"http://console.jumpcloud.com":   false,
		"http://10.0.0.1":                false,
		"http://0.0.0.0":                 false,
		"http://[::]":                    false,
		"http://192.168.0.1:8080":        false,
		"http://localhost.evil.test":     false,
		"http://127.0.0.1.evil.test":     false,
		"http://evil.test/localhost":     false,
		"http://evil.test:80#@localhost": false,
		"https://console.jumpcloud.com":  true,
	} {
		t.Run("BaseURL "+address, func(t *testing.T) {
			_, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: address})
			assert.Equal(t, allowed, err == nil, "%v", err)
		})
		t.Run("TokenURL "+address, func(t *testing.T) {
			_, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{ServiceAccount: &jumpcloud.ServiceAccount{
				ClientID: "id", ClientSecret: "secret", TokenURL: address,
			}})
			assert.Equal(t, allowed, err == nil, "%v", err)
		})
	}
}

func TestConfiguration_TokenURLHasADefaultForTheUSWithoutBaseURLOnly(t *testing.T) {
	for name, test := range map[string]struct {
		region   jumpcloud.Region
		base     string
		tokenURL string
		allowed  bool
	}{
		"US":                           {jumpcloud.RegionUS, "", "", true},
		"no region":                    {"", "", "", true},
		"EU":                           {jumpcloud.RegionEU, "", "", false},
		"IN":                           {jumpcloud.RegionIN, "", "", false},
		"US with BaseURL":              {jumpcloud.RegionUS, baseURL, "", false},
		"EU with TokenURL":             {jumpcloud.RegionEU, "", "https://token.test/t", true},
		"US with BaseURL and TokenURL": {jumpcloud.RegionUS, baseURL, "https://token.test/t", true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{
				Region: test.region, BaseURL: test.base,
				ServiceAccount: &jumpcloud.ServiceAccount{ClientID: "id", ClientSecret: "secret", TokenURL: test.tokenURL},
			})
			if test.allowed {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, "Configuration.ServiceAccount.TokenURL: ")
			}
		})
	}
}

func TestConfiguration_IsCopied(t *testing.T) {
	w := newWire(t, ok(`{}`))
	c := jumpcloud.NewConfiguration()
	c.APIKey, c.BaseURL, c.OrgID, c.HTTPClient = key, baseURL, "org-1", &http.Client{Transport: w}
	client, err := jumpcloud.NewAPIClient(c)
	require.NoError(t, err)

	*c = jumpcloud.Configuration{APIKey: "another", OrgID: "another", BaseURL: "https://another.test"}
	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, baseURL+"/systems", w.only().url)
	assert.Equal(t, key, w.only().header.Get("X-Api-Key"))
	assert.Equal(t, "org-1", w.only().header.Get("X-Org-Id"))
}

func TestConfiguration_ServiceAccountIsCopied(t *testing.T) {
	w := newWire(t, ok(`{"access_token":"t1","expires_in":3600}`), ok(`{}`))
	a := account()
	client := newClient(t, w, func(c *jumpcloud.Configuration) { c.APIKey, c.ServiceAccount = "", a })

	*a = jumpcloud.ServiceAccount{ClientID: "another", ClientSecret: "another", TokenURL: "https://another.test"}
	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, "https://token.test/oauth2/token", w.requests()[0].url)
	assert.Equal(t, "Basic Y2xpZW50LTE6czNjcjN0LXZhbHVl", w.requests()[0].header.Get("Authorization"))
}

func TestConfiguration_IsNeverWritten(t *testing.T) {
	httpClient := &http.Client{Transport: newWire(t, ok(`{}`))}
	before := *httpClient
	c := jumpcloud.Configuration{APIKey: key, HTTPClient: httpClient}
	client, err := jumpcloud.NewAPIClient(&c)
	require.NoError(t, err)

	require.NoError(t, get(t.Context(), client))

	assert.Equal(t, key, c.APIKey)
	assert.Zero(t, c.Region)
	assert.Zero(t, c.Timeout)
	assert.Zero(t, c.Retry)
	assert.Zero(t, c.PageSize)
	assert.Same(t, httpClient, c.HTTPClient)
	assert.Nil(t, httpClient.CheckRedirect)
	assert.Equal(t, before.Timeout, httpClient.Timeout)
	assert.Same(t, before.Transport, httpClient.Transport)
}

func TestConfiguration_NewAPIClientSendsNothing(t *testing.T) {
	w := newWire(t)
	newClient(t, w)
	newClient(t, w, func(c *jumpcloud.Configuration) { c.APIKey, c.ServiceAccount = "", account() })

	assert.Zero(t, w.count())
}

func TestConfiguration_FromEnvReadsTheKey(t *testing.T) {
	environment(t, map[string]string{"JUMPCLOUD_API_KEY": key, "JUMPCLOUD_ORG_ID": "org-1", "JUMPCLOUD_REGION": "eu"})

	c, err := jumpcloud.ConfigurationFromEnv()

	require.NoError(t, err)
	assert.Equal(t, key, c.APIKey)
	assert.Equal(t, "org-1", c.OrgID)
	assert.Equal(t, jumpcloud.RegionEU, c.Region)
	assert.Nil(t, c.ServiceAccount)
	assert.Empty(t, c.BaseURL)
	assert.Equal(t, 100, c.PageSize)
}

func TestConfiguration_FromEnvReadsTheServiceAccount(t *testing.T) {
	environment(t, map[string]string{
		"JUMPCLOUD_CLIENT_ID": "id-1", "JUMPCLOUD_CLIENT_SECRET": "secret-1", "JUMPCLOUD_TOKEN_URL": "https://token.test/t",
		"JUMPCLOUD_BASE_URL": "https://proxy.test/api",
	})

	c, err := jumpcloud.ConfigurationFromEnv()

	require.NoError(t, err)
	require.NotNil(t, c.ServiceAccount)
	assert.Equal(t, "id-1", c.ServiceAccount.ClientID)
	assert.Equal(t, "secret-1", c.ServiceAccount.ClientSecret)
	assert.Equal(t, "https://token.test/t", c.ServiceAccount.TokenURL)
	assert.Equal(t, "https://proxy.test/api", c.BaseURL)
	assert.Empty(t, c.APIKey)
}

func TestConfiguration_FromEnvTakesTheRegionInCapitals(t *testing.T) {
	environment(t, map[string]string{"JUMPCLOUD_API_KEY": key, "JUMPCLOUD_REGION": "IN"})

	c, err := jumpcloud.ConfigurationFromEnv()

	require.NoError(t, err)
	assert.Equal(t, jumpcloud.RegionIN, c.Region)
}

func TestConfiguration_FromEnvMakesAClient(t *testing.T) {
	environment(t, map[string]string{"JUMPCLOUD_API_KEY": key})
	c, err := jumpcloud.ConfigurationFromEnv()
	require.NoError(t, err)

	client, err := jumpcloud.NewAPIClient(c)

	require.NoError(t, err)
	assert.NotNil(t, client.Systemusers)
	assert.NotNil(t, client.Users)
	assert.NotNil(t, client.Usergroups)
	assert.NotNil(t, client.Workdays)
	assert.NotNil(t, client.BulkJobs)
}

func TestConfiguration_FromEnvNamesTheVariablesThatAreWrongOnce(t *testing.T) {
	const noCredential = "jumpcloud: no credential in the environment: set JUMPCLOUD_API_KEY, or JUMPCLOUD_CLIENT_ID and JUMPCLOUD_CLIENT_SECRET"
	for _, c := range []struct {
		variables map[string]string
		says      string
	}{
		{nil, noCredential},
		{map[string]string{"JUMPCLOUD_TOKEN_URL": "https://token.test/t"}, noCredential},
		{map[string]string{"JUMPCLOUD_REGION": "mars", "JUMPCLOUD_ORG_ID": "a b"}, noCredential + `
jumpcloud: JUMPCLOUD_ORG_ID: contains white space or characters that cannot stand in a header; trim it
jumpcloud: JUMPCLOUD_REGION: is not one of us, eu, in; use one of them, or set JUMPCLOUD_BASE_URL`},
		{map[string]string{"JUMPCLOUD_API_KEY": key + " "},
			"jumpcloud: JUMPCLOUD_API_KEY: contains white space or characters that cannot stand in a header; trim it"},
		{map[string]string{"JUMPCLOUD_API_KEY": key, "JUMPCLOUD_CLIENT_ID": "id", "JUMPCLOUD_CLIENT_SECRET": "secret-1"},
			"jumpcloud: JUMPCLOUD_API_KEY: is set together with JUMPCLOUD_CLIENT_ID or JUMPCLOUD_CLIENT_SECRET; set one of them"},
		{map[string]string{"JUMPCLOUD_CLIENT_SECRET": "secret-1"}, "jumpcloud: JUMPCLOUD_CLIENT_ID: is empty"},
		{map[string]string{"JUMPCLOUD_CLIENT_ID": "id"}, "jumpcloud: JUMPCLOUD_CLIENT_SECRET: is empty"},
		{map[string]string{"JUMPCLOUD_CLIENT_ID": "id", "JUMPCLOUD_CLIENT_SECRET": "secret-1", "JUMPCLOUD_REGION": "eu"},
			"jumpcloud: JUMPCLOUD_TOKEN_URL: is empty; only the one of region us is known, so set it for other regions and with a JUMPCLOUD_BASE_URL"},
		{map[string]string{"JUMPCLOUD_API_KEY": key, "JUMPCLOUD_BASE_URL": "https://h.test/api/v2"},
			"jumpcloud: JUMPCLOUD_BASE_URL: ends in /v2, which the client adds itself where an operation is one of API v2; leave it out"},
	} {
		environment(t, c.variables)

		configuration, err := jumpcloud.ConfigurationFromEnv()

		assert.Nil(t, configuration)
		assert.EqualError(t, err, c.says)
	}
}

func TestConfiguration_ShowsNoSecret(t *testing.T) {
	withKey := jumpcloud.NewConfiguration()
	withKey.APIKey = key
	withAccount := jumpcloud.NewConfiguration()
	withAccount.ServiceAccount = account()
	withUser := jumpcloud.NewConfiguration() // refused, but printed before that
	withUser.BaseURL = "https://user:PASSW0RD@h.test"
	secrets := []string{key, "s3cr3t-value", "PASSW0RD"}

	for name, c := range map[string]*jumpcloud.Configuration{"key": withKey, "account": withAccount, "user": withUser} {
		t.Run(name+" by value", func(t *testing.T) { keepsSecret(t, *c, secrets...) })
		t.Run(name+" by pointer", func(t *testing.T) { keepsSecret(t, c, secrets...) })
		t.Run(name+" as JSON", func(t *testing.T) {
			for _, value := range []any{*c, c, []any{*c, c}} {
				data, err := json.Marshal(value)
				require.NoError(t, err)
				for _, secret := range secrets {
					assert.NotContains(t, string(data), secret)
				}
			}
		})
	}
}

func TestConfiguration_ShowsTheRest(t *testing.T) {
	c := jumpcloud.NewConfiguration()
	c.APIKey, c.OrgID, c.Region = key, "org-1", jumpcloud.RegionEU

	text := fmt.Sprint(c)

	assert.Contains(t, text, "[redacted]")
	assert.Contains(t, text, "org-1")
	assert.Contains(t, text, "eu")
	data, err := json.Marshal(c)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"APIKey":"[redacted]"`)
	assert.Contains(t, string(data), `"OrgID":"org-1"`)
}

func TestConfiguration_ServiceAccountShowsNoSecret(t *testing.T) {
	a := account()

	keepsSecret(t, *a, "s3cr3t-value")
	keepsSecret(t, a, "s3cr3t-value")
	for _, value := range []any{*a, a} {
		data, err := json.Marshal(value)
		require.NoError(t, err)
		assert.JSONEq(t, `{"ClientID":"client-1","ClientSecret":"[redacted]","TokenURL":"https://token.test/oauth2/token"}`, string(data))
	}
	assert.Equal(t, "{ClientID:client-1 ClientSecret:[redacted] TokenURL:https://token.test/oauth2/token}", fmt.Sprint(a))
}

func TestConfiguration_NilPrints(t *testing.T) {
	assert.NotPanics(t, func() {
		_ = fmt.Sprintf("%v %+v %v %v", (*jumpcloud.Configuration)(nil), (*jumpcloud.ServiceAccount)(nil), (*jumpcloud.APIClient)(nil), (*jumpcloud.SystemusersService)(nil))
		_ = fmt.Sprint(jumpcloud.APIClient{}, jumpcloud.SystemusersService{}, jumpcloud.Configuration{})
	})
}

func TestConfiguration_ClientAndServicesShowNoSecret(t *testing.T) {
	withKey := newClient(t, newWire(t))
	withAccount := newClient(t, newWire(t, ok(`{"access_token":"T0KEN-value"}`), ok(`{}`)), func(c *jumpcloud.Configuration) {
		c.APIKey, c.ServiceAccount = "", account()
	})
	require.NoError(t, get(t.Context(), withAccount)) // so that it has a token

	for name, client := range map[string]*jumpcloud.APIClient{"key": withKey, "account": withAccount} {
		for what, value := range map[string]any{
			"client": client, "client by value": *client,
			"Systemusers": client.Systemusers, "Systemusers by value": *client.Systemusers,
			"Users": client.Users, "Usergroups": client.Usergroups, "Workdays": client.Workdays, "BulkJobs": client.BulkJobs,
			"client in an unexported field":  struct{ c *jumpcloud.APIClient }{client},
			"client copied into one":         struct{ c jumpcloud.APIClient }{*client},
			"service copied into one":        struct{ s jumpcloud.SystemusersService }{*client.Systemusers},
			"client in an exported field":    struct{ Client *jumpcloud.APIClient }{client},
			"service in a slice of services": []jumpcloud.UsersService{*client.Users},
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				keepsSecret(t, value, key, "s3cr3t-value", "T0KEN-value")
				data, err := json.Marshal(value)
				require.NoError(t, err)
				for _, secret := range []string{key, "s3cr3t-value", "T0KEN-value"} {
					assert.NotContains(t, string(data), secret)
				}
			})
		}
	}
}

func TestConfiguration_ClientShowsItsBaseURL(t *testing.T) {
	client := newClient(t, newWire(t))

	assert.Contains(t, fmt.Sprint(client), baseURL)
}

func TestConfiguration_DefaultTransportIsNotChanged(t *testing.T) {
	standard, isStandard := http.DefaultTransport.(*http.Transport)
	require.True(t, isStandard)
	before := standard.MaxIdleConnsPerHost

	_, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, PageConcurrency: 500})

	require.NoError(t, err)
	assert.Equal(t, before, standard.MaxIdleConnsPerHost)
	assert.Nil(t, http.DefaultClient.CheckRedirect)
}

func TestConfiguration_DefaultClientWantsTLS12(t *testing.T) {
	server := tlsServer(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}) //nolint:gosec // the point of the test
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: server.URL, Retry: jumpcloud.RetryPolicy{MaxAttempts: 1}})
	require.NoError(t, err)

	err = client.Call(context.Background(), "GET", "/systems", nil, nil, nil)

	assert.ErrorContains(t, err, "protocol version")
}

func TestConfiguration_BaseURLThatWouldReachAnotherPathIsRefused(t *testing.T) {
	for address, problem := range map[string]string{
		"https://h.test/api/v2": "ends in /v2", "https://h.test/api/v2/": "ends in /v2", "https://h.test/api/V2//": "ends in /v2",
		"https://h.test/a%2Fapi": "hides a slash", "https://h.test/a%2fapi": "hides a slash", "https://h.test/api%2Fv2": "hides a slash",
		"https://h.test/api": "", "https://h.test/apiv2": "", "https://h.test/v2/api": "", "https://h.test/a%20b/api": "", "https://h.test": "", "https://v2": "",
	} {
		_, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: key, BaseURL: address})
		if problem == "" {
			assert.NoError(t, err, address)
			continue
		}
		assert.ErrorContains(t, err, "jumpcloud: Configuration.BaseURL: "+problem, address)
	}
}
