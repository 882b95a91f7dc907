package jumpcloudtest

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const tokenPath = "/oauth2/token"

func (c *call) asksForToken() bool {
	return !c.below && c.method == http.MethodPost && strings.EqualFold("/"+strings.Join(c.segments, "/"), tokenPath)
}

// token grants an access token to the service account. The request is the one that JumpCloud's own
// tool sends; the errors are those of RFC 6749, because JumpCloud's are not known.
func (c *call) token() reply {
	refuse := func(status int, code string) reply {
		return reply{status: status, body: encode(map[string]any{"error": code})}
	}
	id, idErr := url.QueryUnescape(c.user)
	secret, secretErr := url.QueryUnescape(c.key)
	made, isMade := strings.CutPrefix(id, madeClient)
	known := id == ClientID && secret == ClientSecret || isMade && secret == madeSecret+made && c.opens(made)
	if idErr != nil || secretErr != nil || !known {
		r := refuse(http.StatusUnauthorized, "invalid_client")
		r.header = http.Header{"Www-Authenticate": {`Basic realm="oauth2"`}}
		return r
	}
	form, err := url.ParseQuery(string(c.body))
	switch {
	case err != nil || form.Get("grant_type") == "":
		return refuse(http.StatusBadRequest, "invalid_request")
	case form.Get("grant_type") != "client_credentials":
		return refuse(http.StatusBadRequest, "unsupported_grant_type")
	case form.Get("scope") != "" && form.Get("scope") != "api":
		return refuse(http.StatusBadRequest, "invalid_scope")
	}
	c.issued++
	token := fmt.Sprintf("jumpcloudtest-token-%d", c.issued)
	c.tokens[token] = c.now.Add(c.tokenLifetime)
	return reply{status: http.StatusOK, body: encode(map[string]any{
		"access_token": token, "token_type": "bearer", "scope": "api",
		"expires_in": int(c.tokenLifetime / time.Second),
	})}
}

// limited takes a token from the rate limit's bucket; bad means that there was none.
func (c *call) limited() (refused reply, bad bool) {
	if c.rate <= 0 {
		return reply{}, false
	}
	if !c.refilled.IsZero() {
		c.allowance = min(float64(c.burst), c.allowance+c.rate*c.now.Sub(c.refilled).Seconds())
	}
	c.refilled = c.now
	if c.allowance >= 1 {
		c.allowance--
		return reply{}, false
	}
	r := message(http.StatusTooManyRequests, "Too Many Requests") // no 429 of JumpCloud was ever recorded
	if c.retryAfter >= 0 {
		r.header = http.Header{"Retry-After": {strconv.Itoa(int(math.Ceil(c.retryAfter.Seconds())))}}
	}
	return r, true
}

// authenticate checks the API key or the access token. The body for a key that nobody has is recorded,
// the other one is that of the mocks of JumpCloud's own tool.
func (c *call) authenticate() (refused reply, bad bool) {
	if c.header.Get("X-Api-Key") == APIKey {
		return reply{}, false
	}
	if made, isMade := strings.CutPrefix(c.header.Get("X-Api-Key"), madeKey); isMade && c.opens(made) {
		return reply{}, false
	}
	scheme, token, _ := strings.Cut(c.header.Get("Authorization"), " ")
	if until, known := c.tokens[token]; known && strings.EqualFold(scheme, "Bearer") && c.now.Before(until) {
		return reply{}, false
	}
	if c.header.Get("X-Api-Key") == "" {
		return message(http.StatusUnauthorized, "Unauthorized"), true
	}
	return reply{status: http.StatusUnauthorized, body: encode(map[string]any{
		"error": "Unauthorized", "message": "Unauthorized: api key user not found",
	})}, true
}

// The routes on which an organisation must not be chosen, as JumpCloud's own SDK lists them.
var withoutOrg = []string{
	"organizations", "search/organizations", "users",
	"v2/organizations", "v2/administrators", "v2/providers", "v2/integrations",
}

// chooseOrg finds the organisation of the call by x-org-id. An empty header counts as none: every
// recorded request carries one.
func (c *call) chooseOrg() (refused reply, bad bool) {
	id := c.header.Get("X-Org-Id")
	if c.withoutOrg() {
		c.org = c.orgs[0]
		if id != "" {
			return orgRefused(), true
		}
		return reply{}, false
	}
	multiTenant := len(c.orgs) > 1
	at := slices.IndexFunc(c.orgs, func(o *org) bool { return strings.EqualFold(o.id, id) })
	switch {
	case id == "" && !multiTenant:
		c.org = c.orgs[0]
	case id == "" && c.operation != nil && undeclared[c.operation.id]:
		c.org = c.ownerOrg()
	case id == "":
		return message(http.StatusUnauthorized, "Unauthorized: no organization selected"), true // as recorded
	case !wellFormed(id):
		return rpcError(http.StatusBadRequest, "x-org-id is malformed"), true
	case at >= 0:
		c.org = c.orgs[at]
	case multiTenant:
		return rpcError(http.StatusNotFound, "organization not found"), true
	default:
		return orgRefused(), true
	}
	return reply{}, false
}

// Operations that do not declare x-org-id. An administrator of several organisations can still call
// them: the user that they name tells which one is meant.
var undeclared = map[string]bool{
	"systemusers_mfasync": true, "systemusers_state_activate": true, "bulk_userStatesGetNextScheduled": true,
}

func (c *call) ownerOrg() *org {
	ids := c.ids
	if len(ids) == 0 {
		ids = strings.Split(c.query.Get("users"), ",")
	}
	for _, o := range c.orgs {
		if _, found := o.users[ids[0]]; found {
			return o
		}
	}
	return c.orgs[0]
}

// orgRefused is the recorded answer to x-org-id where no organisation can be chosen.
func orgRefused() reply {
	const text = "Forbidden: organization selection not allowed via header"
	return reply{status: http.StatusForbidden, body: encode(map[string]any{"message": text, "error": text})}
}

// withoutOrg tells whether the call is for a route on which no organisation may be chosen.
func (c *call) withoutOrg() bool {
	path := strings.ToLower(strings.Join(c.segments, "/"))
	return slices.ContainsFunc(withoutOrg, func(prefix string) bool {
		return path == prefix || strings.HasPrefix(path, prefix+"/")
	})
}

// unmodelled answers the routes that the server does not know. It is no 404, which clients take for an
// object that is gone.
func (c *call) unmodelled() reply {
	where := ""
	if !c.below {
		where = " outside of /api, where both versions are"
	}
	return rpcError(http.StatusNotImplemented, fmt.Sprintf(
		"jumpcloudtest does not model %s %s%s; Server.Handle can answer it", c.method, c.path(), where))
}
