package jumpcloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"
)

// Version is the version of this package, as the default user agent names it.
const Version = "0.1.0"

// Region is where JumpCloud keeps an organisation. It decides the console host.
type Region string

// The regions JumpCloud has.
const (
	RegionUS Region = "us" // console.jumpcloud.com
	RegionEU Region = "eu" // console.eu.jumpcloud.com
	RegionIN Region = "in" // console.in.jumpcloud.com
)

func (r Region) url() string {
	switch r {
	case RegionUS:
		return "https://console.jumpcloud.com/api"
	case RegionEU:
		return "https://console.eu.jumpcloud.com/api"
	case RegionIN:
		return "https://console.in.jumpcloud.com/api"
	}
	return ""
}

func (r Region) insightsURL() string {
	if r == RegionUS {
		return "https://api.jumpcloud.com" + insightsPrefix
	}
	return "https://api." + string(r) + ".jumpcloud.com" + insightsPrefix
}

// usTokenURL is the only token endpoint that is known; the other regions' are not.
const usTokenURL = "https://admin-oauth.id.jumpcloud.com/oauth2/token"

// Configuration is what an [APIClient] is made of. Start from [NewConfiguration] or
// [ConfigurationFromEnv]; a zero field means its default. It needs APIKey or ServiceAccount. It
// prints and logs without credentials.
type Configuration struct {
	// APIKey is an administrator's key; the client acts with that administrator's rights.
	APIKey string
	// ServiceAccount is the alternative to APIKey.
	ServiceAccount *ServiceAccount
	// OrgID is sent as x-org-id, which administrators of several organisations need.
	OrgID string
	// Region chooses the console host. Default: RegionUS.
	Region Region
	// BaseURL replaces the region's URL; API v2 lies below it at /v2. Plain http is refused unless
	// the host is loopback.
	BaseURL string
	// InsightsURL replaces the URL of Directory Insights, which has a host of its own in each region.
	// With a BaseURL it is /insights/directory/v1 at the root of that URL's host.
	InsightsURL string
	// HTTPClient sends the requests. The client never changes it and reads it anew for each
	// request. Default: a client over a tuned copy of http.DefaultTransport. One of your own should
	// have http.Transport.HTTP2 set, with SendPingTimeout and PingTimeout: without them an HTTP/2
	// connection whose other end is gone takes every request until the system gives it up.
	HTTPClient *http.Client
	// UserAgent replaces the default, jumpcloud-go/<version>.
	UserAgent string
	// Timeout limits each attempt of a request, its answer included. Default: 30 s.
	Timeout time.Duration
	// Retry decides about repeated attempts.
	Retry RetryPolicy
	// PageSize is how many objects a list asks for at a time, 1 to 100. Default: 100.
	PageSize int
	// PageConcurrency is how many pages a walk keeps in flight once it knows the total; those that come
	// wait for the caller, and it asks for no more than twice as many ahead. 1 asks for a page only when
	// the one before it is used up. Default: 4.
	PageConcurrency int
	// Limiter is asked before each attempt, those of a token included. *rate.Limiter of
	// golang.org/x/time/rate is one.
	Limiter interface{ Wait(context.Context) error }
	// Logger gets a record of each attempt: at level debug, or warn when it is repeated.
	Logger *slog.Logger
	// OnAttempt is called after each attempt, from the goroutine that sent it, with the context of the
	// request: see [OperationFromContext].
	OnAttempt func(context.Context, Attempt)
	// MaxResponseBytes limits the body of an answer, after decompression. Beyond the first 131,072
	// each JSON value in it counts as 128 bytes at least, since values take memory. Default: 64 MiB.
	MaxResponseBytes int64
}

// ServiceAccount is an OAuth 2 client-credentials account. Its token is fetched when first needed,
// renewed before it expires, and once more when the service refuses it.
type ServiceAccount struct {
	ClientID     string
	ClientSecret string
	// TokenURL is where tokens come from. It has a default for RegionUS without a BaseURL only.
	TokenURL string
}

// RetryPolicy says how often, and after which waits, a request is repeated. Which requests and
// answers are repeated at all is not configurable: see the package documentation.
type RetryPolicy struct {
	// MaxAttempts counts the first attempt too; 1 means no repetition. Default: 3.
	MaxAttempts int
	// MinWait is the wait after the first attempt; it doubles, with jitter. Default: 500 ms.
	MinWait time.Duration
	// MaxWait limits each wait. A Retry-After beyond it ends the call. Default: 30 s.
	MaxWait time.Duration
}

// NewConfiguration returns the defaults, without a credential.
func NewConfiguration() *Configuration {
	c := Configuration{}.withDefaults()
	return &c
}

func (c Configuration) withDefaults() Configuration {
	set(&c.Region, RegionUS)
	set(&c.UserAgent, "jumpcloud-go/"+Version+" ("+runtime.Version()+"; "+runtime.GOOS+"/"+runtime.GOARCH+")")
	set(&c.Timeout, 30*time.Second)
	set(&c.Retry.MaxAttempts, 3)
	set(&c.Retry.MinWait, 500*time.Millisecond)
	set(&c.Retry.MaxWait, 30*time.Second)
	set(&c.PageSize, 100)
	set(&c.PageConcurrency, 4)
	set(&c.MaxResponseBytes, 64<<20)
	return c
}

func set[T comparable](field *T, fallback T) {
	var zero T
	if *field == zero {
		*field = fallback
	}
}

// ConfigurationFromEnv reads JUMPCLOUD_API_KEY, or JUMPCLOUD_CLIENT_ID, JUMPCLOUD_CLIENT_SECRET and
// JUMPCLOUD_TOKEN_URL, and JUMPCLOUD_ORG_ID, JUMPCLOUD_REGION (us, eu or in) and
// JUMPCLOUD_BASE_URL. The rest has its defaults. The error joins everything that is wrong, by the names of
// the variables.
func ConfigurationFromEnv() (*Configuration, error) {
	c := NewConfiguration()
	c.APIKey = os.Getenv("JUMPCLOUD_API_KEY")
	c.OrgID = os.Getenv("JUMPCLOUD_ORG_ID")
	c.BaseURL = os.Getenv("JUMPCLOUD_BASE_URL")
	if region := os.Getenv("JUMPCLOUD_REGION"); region != "" {
		c.Region = Region(strings.ToLower(region))
	}
	account := ServiceAccount{
		ClientID:     os.Getenv("JUMPCLOUD_CLIENT_ID"),
		ClientSecret: os.Getenv("JUMPCLOUD_CLIENT_SECRET"),
		TokenURL:     os.Getenv("JUMPCLOUD_TOKEN_URL"),
	}
	if account.ClientID != "" || account.ClientSecret != "" {
		c.ServiceAccount = &account
	}
	if _, _, err := c.validate(); err != nil {
		return nil, errors.New(strings.NewReplacer(
			"Configuration.APIKey: is empty; set it, or ServiceAccount", "no credential in the environment: set JUMPCLOUD_API_KEY, or JUMPCLOUD_CLIENT_ID and JUMPCLOUD_CLIENT_SECRET",
			"Configuration.APIKey", "JUMPCLOUD_API_KEY", "with ServiceAccount", "with JUMPCLOUD_CLIENT_ID or JUMPCLOUD_CLIENT_SECRET",
			"Configuration.OrgID", "JUMPCLOUD_ORG_ID", "Configuration.Region", "JUMPCLOUD_REGION",
			"use RegionUS, RegionEU or RegionIN", "use one of them", "Configuration.BaseURL", "JUMPCLOUD_BASE_URL",
			"Configuration.ServiceAccount.ClientID", "JUMPCLOUD_CLIENT_ID", "Configuration.ServiceAccount.ClientSecret", "JUMPCLOUD_CLIENT_SECRET",
			"Configuration.ServiceAccount.TokenURL", "JUMPCLOUD_TOKEN_URL", "RegionUS", "region us", "BaseURL", "JUMPCLOUD_BASE_URL",
		).Replace(err.Error()))
	}
	return c, nil
}

// findings are what is wrong with a Configuration.
type findings []error

//go:noinline
func (f *findings) bad(field, problem string) {
	*f = append(*f, errors.New("jumpcloud: Configuration."+field+": "+problem))
}

// validate checks a configuration that has its defaults, and returns its base URL. It names fields
// and ways out, never values that may be secret.
func (c *Configuration) validate() (base, insights *url.URL, err error) {
	var found findings
	switch {
	case c.APIKey == "" && c.ServiceAccount == nil:
		found.bad("APIKey", "is empty; set it, or ServiceAccount")
	case c.APIKey != "" && c.ServiceAccount != nil:
		found.bad("APIKey", "is set together with ServiceAccount; set one of them")
	}
	if !headerSafe(c.APIKey) {
		found.bad("APIKey", "contains white space or characters that cannot stand in a header; trim it")
	}
	if !headerSafe(c.OrgID) {
		found.bad("OrgID", "contains white space or characters that cannot stand in a header; trim it")
	}
	if strings.ContainsFunc(c.UserAgent, func(r rune) bool { return r < ' ' || r > '~' }) {
		found.bad("UserAgent", "contains characters that cannot stand in a header")
	}
	address := c.Region.url()
	if address == "" {
		found.bad("Region", "is not one of us, eu, in; use RegionUS, RegionEU or RegionIN, or set BaseURL")
	}
	if c.BaseURL != "" {
		address = c.BaseURL
	}
	if base, err = safeURL(address); err != nil && address != "" {
		found.bad("BaseURL", err.Error())
	} else if base != nil {
		if strings.Contains(strings.ToLower(base.EscapedPath()), "%2f") {
			found.bad("BaseURL", "hides a slash (%2F) in its path; write it out")
		}
		base.Path = strings.TrimRight(base.Path, "/")
		base.RawPath = ""
		if strings.HasSuffix(strings.ToLower(base.Path), "/v2") {
			found.bad("BaseURL", "ends in /v2, which the client adds itself where an operation is one of API v2; leave it out")
		}
	}
	address = c.InsightsURL
	if address == "" && c.BaseURL == "" {
		address = c.Region.insightsURL()
	}
	switch {
	case address == "" && base != nil:
		insights = &url.URL{Scheme: base.Scheme, Host: base.Host, Path: insightsPrefix}
	case address != "":
		if insights, err = safeURL(address); err != nil {
			found.bad("InsightsURL", err.Error())
		} else {
			insights.Path = strings.TrimRight(insights.Path, "/")
			insights.RawPath = ""
		}
	}
	if a := c.ServiceAccount; a != nil {
		if a.ClientID == "" {
			found.bad("ServiceAccount.ClientID", "is empty")
		}
		if a.ClientSecret == "" {
			found.bad("ServiceAccount.ClientSecret", "is empty")
		}
		if address := c.tokenURL(); address == "" {
			found.bad("ServiceAccount.TokenURL", "is empty; only the one of RegionUS is known, so set it for other regions and with a BaseURL")
		} else if _, err := safeURL(address); err != nil {
			found.bad("ServiceAccount.TokenURL", err.Error())
		}
	}
	if c.Timeout < 0 {
		found.bad("Timeout", "is negative; leave it zero for the default")
	}
	if c.Retry.MaxAttempts < 1 {
		found.bad("Retry.MaxAttempts", "is negative; 1 means no repetition, 0 the default")
	}
	if c.Retry.MinWait < 0 || c.Retry.MaxWait < c.Retry.MinWait {
		found.bad("Retry.MaxWait", "must not be less than MinWait, nor either of them negative")
	}
	if c.PageSize < 1 || c.PageSize > 100 {
		found.bad("PageSize", "must be 1 to 100")
	}
	if c.PageConcurrency < 1 {
		found.bad("PageConcurrency", "is negative; 1 means one page at a time, 0 the default")
	}
	if c.MaxResponseBytes < 1 {
		found.bad("MaxResponseBytes", "is negative; leave it zero for the default")
	}
	return base, insights, errors.Join(found...)
}

func (c *Configuration) tokenURL() string {
	if c.ServiceAccount.TokenURL == "" && c.Region == RegionUS && c.BaseURL == "" {
		return usTokenURL
	}
	return c.ServiceAccount.TokenURL
}

func headerSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// safeURL parses an absolute URL to which a credential may be sent.
func safeURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("is not an absolute https URL")
	case u.User != nil:
		return nil, errors.New("contains user information; remove it, credentials have fields of their own")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, errors.New("has a query or fragment; remove it")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, errors.New("is plain http, which would send the credential in the clear; use https (http is for loopback hosts only)")
	}
	return u, nil
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// shownConfiguration is what a Configuration shows of itself.
type shownConfiguration struct {
	APIKey          string          `json:",omitempty"`
	ServiceAccount  *ServiceAccount `json:",omitempty"`
	OrgID           string          `json:",omitempty"`
	Region          Region          `json:",omitempty"`
	BaseURL         string          `json:",omitempty"`
	InsightsURL     string          `json:",omitempty"`
	UserAgent       string          `json:",omitempty"`
	Timeout         time.Duration
	Retry           RetryPolicy
	PageSize        int
	PageConcurrency int
}

func (c Configuration) shown() shownConfiguration {
	s := shownConfiguration{hide(c.APIKey), c.ServiceAccount, c.OrgID, c.Region, hideUser(c.BaseURL), hideUser(c.InsightsURL), c.UserAgent, c.Timeout, c.Retry, c.PageSize, c.PageConcurrency}
	return s
}

func hide(secret string) string {
	if secret == "" {
		return ""
	}
	return redacted
}

// Format prints the configuration without credentials, whatever the verb.
func (c Configuration) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "jumpcloud.Configuration%+v", c.shown())
}

// LogValue logs the configuration without credentials.
func (c Configuration) LogValue() slog.Value { return formatted(c) }

// MarshalJSON encodes the configuration without credentials.
func (c Configuration) MarshalJSON() ([]byte, error) { return json.Marshal(c.shown()) }

// Format prints the account without its secret, whatever the verb.
func (a ServiceAccount) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "{ClientID:%s ClientSecret:%s TokenURL:%s}", a.ClientID, hide(a.ClientSecret), hideUser(a.TokenURL))
}

// LogValue logs the account without its secret.
func (a ServiceAccount) LogValue() slog.Value { return formatted(a) }

// MarshalJSON encodes the account without its secret.
func (a ServiceAccount) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"ClientID": a.ClientID, "ClientSecret": hide(a.ClientSecret), "TokenURL": hideUser(a.TokenURL)})
}
