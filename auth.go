package jumpcloud

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"runtime"
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
	// rejected is told of a 401 to that header, and whether the call renewed its token for one before;
	// true means that another attempt gets a new token.
	rejected func(h http.Header, renewed bool) bool
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
		rejected: func(http.Header, bool) bool { return false },
		hide:     func(text string) string { return hideForms(text, forms) },
	}
}

const (
	earlyRenewal = 30 * time.Second // how long before its end a token is renewed, so that none expires on its way
	renewalPause = 5 * time.Second  // after a renewal that failed, while the token is good
	renewalWait  = time.Second      // how long a call with a good token waits for a new one
	rejectPause  = time.Minute      // after a 401 to a new token too, which shows that tokens are not at fault
)

// tokens fetches and keeps the access token of a service account.
type tokens struct {
	fetch   func(ctx context.Context) (token string, lifetime time.Duration, err error)
	secret  []string // what the tokens are fetched with
	mu      sync.Mutex
	token   string
	forms   []string // of the secret, the token, and the one before it, which requests may still carry
	renewal time.Time
	end     time.Time
	futile  time.Time  // when a new token was rejected as the one before
	call    *tokenCall // the renewal under way
}

type tokenCall struct {
	done  chan struct{}
	token string
	err   error
	left  func() // repeats the panic or runtime.Goexit of the caller's transport, limiter or hook
}

// get returns a token that is good for a while, or one that is good still and cannot be renewed.
// Callers share one renewal, which goes on when the one that began it gives up.
func (t *tokens) get(ctx context.Context) (string, error) {
	t.mu.Lock()
	token, good, due := t.token, time.Now().Before(t.end), !time.Now().Before(t.renewal)
	if good && !due {
		t.mu.Unlock()
		return token, nil
	}
	call, mine := t.call, t.call == nil
	if mine {
		call = &tokenCall{done: make(chan struct{}), left: runtime.Goexit}
		t.call = call
		go t.renew(context.WithoutCancel(ctx), call)
	}
	t.mu.Unlock()
	var enough <-chan time.Time
	if good {
		enough = time.After(renewalWait)
	}
	select {
	case <-call.done:
	case <-enough:
		return token, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
	switch {
	case call.left != nil && mine:
		call.left()
	case call.left != nil: // somebody else's
		return t.get(ctx)
	case call.err != nil && good:
		return token, nil
	}
	return call.token, call.err
}

func (t *tokens) renew(ctx context.Context, call *tokenCall) {
	defer func() {
		if value := recover(); value != nil {
			call.left = func() { panic(value) }
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		t.call = nil
		close(call.done)
	}()
	token, lifetime, err := t.fetch(ctx)
	call.token, call.err, call.left = token, err, nil
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.renewal = time.Now().Add(renewalPause)
		return
	}
	t.forms = credentialForms(append([]string{token, t.token, "Bearer " + token, "Bearer " + t.token}, t.secret...)...)
	t.token = token
	t.renewal, t.end = time.Now().Add(max(lifetime-earlyRenewal, lifetime/2)), time.Now().Add(lifetime)
}

func (t *tokens) reject(h http.Header, renewed bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if renewed {
		t.futile = now
	}
	current := h.Get("Authorization") == "Bearer "+t.token && now.Before(t.end)
	if renewed || current && now.Sub(t.futile) < rejectPause {
		return false
	}
	if current {
		t.end = time.Time{}
	}
	return true
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
		rejected: source.reject,
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
	r := c.outside("oauth2_token", http.MethodPost, tokenURL.Path, tokenURL, func(_ context.Context, h http.Header) error {
		h["Authorization"] = []string{basic}
		h["Content-Type"] = []string{"application/x-www-form-urlencoded"}
		return nil
	})
	r.encoded = []byte("grant_type=client_credentials&scope=api") // with nothing to hide
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
