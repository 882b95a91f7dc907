package jumpcloud

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// credential is how requests are authenticated. It is made of closures, so that no printing of a
// client, however thorough, finds the key.
type credential struct {
	// authorize adds the credential to a request's header.
	authorize func(ctx context.Context, h http.Header) error
	// rejected is told of a 401 to that header; true means that another attempt gets a new token.
	rejected func(h http.Header) bool
	// hide removes credentials from a text, such as an error message that repeats them.
	hide func(text string) string
}

func apiKey(key string) credential {
	value := []string{key}
	forms := credentialForms(key)
	return credential{
		authorize: func(_ context.Context, h http.Header) error {
			h["X-Api-Key"] = value[:1:1]
			return nil
		},
		rejected: func(http.Header) bool { return false },
		hide:     func(text string) string { return hideForms(text, forms) },
	}
}

// earlyRenewal is how long before its end a token is renewed, so that none expires on its way.
const earlyRenewal = 30 * time.Second

// tokens fetches and keeps the access token of a service account.
type tokens struct {
	fetch  func(ctx context.Context) (token string, lifetime time.Duration, err error)
	secret []string // what the tokens are fetched with
	mu     sync.Mutex
	token  string
	forms  []string // of the secret, the token, and the one before it, which requests may still carry
	until  time.Time
	call   *tokenCall // the renewal under way
}

type tokenCall struct {
	done  chan struct{}
	token string
	err   error
}

// get returns a token that is good for a while. Callers share one renewal, which goes on when the
// one that began it gives up.
func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	if t.token != "" && time.Now().Before(t.until) {
		defer t.mu.Unlock()
		return t.token, nil
	}
	call := t.call
	if call == nil {
		call = &tokenCall{done: make(chan struct{})}
		t.call = call
		go t.renew(context.WithoutCancel(ctx), call)
	}
	t.mu.Unlock()
	select {
	case <-call.done:
		return call.token, call.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (t *tokens) renew(ctx context.Context, call *tokenCall) {
	token, lifetime, err := t.fetch(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.forms = credentialForms(append([]string{token, t.token, "Bearer " + token, "Bearer " + t.token}, t.secret...)...)
		t.token = token
		t.until = time.Now().Add(max(lifetime-earlyRenewal, lifetime/2))
	}
	call.token, call.err, t.call = token, err, nil
	close(call.done)
}

func (c *APIClient) serviceAccount(account ServiceAccount, tokenURL *url.URL) credential {
	encoded := base64.StdEncoding.EncodeToString([]byte(account.ClientID + ":" + account.ClientSecret))
	source := &tokens{secret: []string{account.ClientSecret, encoded}}
	source.forms = credentialForms(slices.Clone(source.secret)...)
	source.fetch = func(ctx context.Context) (string, time.Duration, error) {
		return c.fetchToken(ctx, tokenURL, "Basic "+encoded)
	}
	return credential{
		authorize: func(ctx context.Context, h http.Header) error {
			token, err := source.get(ctx)
			if err != nil {
				return &fatalError{err} // it had its own attempts
			}
			h["Authorization"] = []string{"Bearer " + token}
			return nil
		},
		rejected: func(h http.Header) bool {
			source.mu.Lock()
			defer source.mu.Unlock()
			if h.Get("Authorization") == "Bearer "+source.token {
				source.until = time.Time{}
			}
			return true
		},
		hide: func(text string) string {
			source.mu.Lock()
			forms := source.forms
			source.mu.Unlock()
			return hideForms(text, forms)
		},
	}
}

// fetchToken asks the token endpoint, which is another host than the API's.
func (c *APIClient) fetchToken(ctx context.Context, tokenURL *url.URL, basic string) (string, time.Duration, error) {
	r := &request{
		client: c, id: "oauth2_token", method: http.MethodPost, route: tokenURL.Path,
		url: tokenURL, rule: repeatable, timeout: c.config.Timeout, maxAttempts: c.config.Retry.MaxAttempts,
		encoded: []byte("grant_type=client_credentials&scope=api"),
		authorize: func(_ context.Context, h http.Header) error {
			h["Authorization"] = []string{basic}
			h["Content-Type"] = []string{"application/x-www-form-urlencoded"}
			return nil
		},
	}
	answer, err := r.send(ctx)
	if err != nil {
		return "", 0, err
	}
	defer answer.release()
	var granted struct {
		AccessToken string  `json:"access_token"`
		ExpiresIn   seconds `json:"expires_in"`
	}
	if err := json.Unmarshal(answer.body.Bytes(), &granted); err != nil || granted.AccessToken == "" || !headerSafe(granted.AccessToken) {
		return "", 0, errors.New("jumpcloud: the token endpoint's answer holds no usable access_token") // never the body
	}
	return granted.AccessToken, granted.ExpiresIn.or(time.Hour), nil
}

// seconds is a number of seconds, or a string of one; anything else counts as none.
type seconds int64

func (s *seconds) UnmarshalJSON(data []byte) error {
	*s = 0
	_ = json.Unmarshal([]byte(strings.Trim(string(data), `"`)), (*int64)(s))
	return nil
}

func (s seconds) or(fallback time.Duration) time.Duration {
	if s <= 0 || s > 1<<31 {
		return fallback
	}
	return time.Duration(s) * time.Second
}
