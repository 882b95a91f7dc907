package conformance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// literal is an exchange of a contract test: what the SDK sent, and the literal answer it got.
type literal struct {
	Test, Method, URL, Sent      string
	Header                       http.Header
	Status                       int
	ContentType, Total, Received string
}

// literals are the exchanges that the contract tests of the package tell of.
func literals(t *testing.T) (exchanges []literal) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "exchanges")
	run := exec.Command("go", "test", "-count=1", "-run=Contracts", "./test")
	run.Dir = filepath.Join("..", "..")
	run.Env = append(os.Environ(), "EXCHANGES="+name)
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s", output)
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var l literal
		require.NoError(t, json.Unmarshal(lines.Bytes(), &l))
		exchanges = append(exchanges, l)
	}
	require.NoError(t, lines.Err())
	return exchanges
}

// TestContracts holds the literal requests and answers of the contract tests to the description, whether
// or not the embedded server knows what to do with them: every operation succeeds there, and conforms.
func TestContracts(t *testing.T) {
	d, err := described()
	require.NoError(t, err)
	conformed := map[string]int{}
	for _, l := range literals(t) {
		e := l.validate(t, d)
		for _, violation := range e.violations {
			t.Errorf("%s: %s", l.Test, violation)
		}
		if len(e.violations) == 0 {
			conformed[e.operation]++
		}
	}
	assert.Empty(t, d.missing(conformed), "operations without a contract that conforms")
}

func (l literal) validate(t *testing.T, d *description) *exchange {
	t.Helper()
	host := "https://console.example.com" + base
	if strings.HasPrefix(l.URL, insights) {
		host = "https://api.example.com"
	}
	request := func() *http.Request {
		r, err := http.NewRequest(l.Method, host+l.URL, strings.NewReader(l.Sent))
		require.NoError(t, err)
		if l.Sent == "" {
			r.Body = nil
		}
		r.Header = l.Header
		return r
	}
	answer := &http.Response{StatusCode: l.Status, Header: http.Header{}}
	for name, value := range map[string]string{"Content-Type": l.ContentType, "X-Total-Count": l.Total} {
		if value != "" {
			answer.Header.Set(name, value)
		}
	}
	e := &exchange{}
	if route, parameters := e.request(d, request(), []byte(l.Sent)); route != nil {
		e.answer(route, parameters, request(), answer, []byte(l.Received))
	}
	return e
}

// A contract test that says something else than the description does not conform.
func TestLiteralViolations(t *testing.T) {
	d, err := described()
	require.NoError(t, err)
	good := literal{
		Method: "GET", URL: "/v2/usergroups?limit=50", Header: http.Header{"X-Api-Key": {"key"}},
		Status: 200, ContentType: "application/json", Total: "1", Received: `[{"id":"5f0e7a1c0000000000000001","name":"VPN"}]`,
	}
	assert.Empty(t, good.validate(t, d).violations)
	for violation, change := range map[string]func(*literal){
		`groups_user_list: answer 200: body[0].colour is not described`:                                 func(l *literal) { l.Received = `[{"colour":"red"}]` },
		`groups_user_list: answer 200: Error at "/0/name": value must be a string`:                      func(l *literal) { l.Received = `[{"name":7}]` },
		`groups_user_list: answer 202: status is not supported`:                                         func(l *literal) { l.Status = 202 },
		`groups_user_list: request: parameter "limit": number must be at most 100`:                      func(l *literal) { l.URL = "/v2/usergroups?limit=500" },
		`groups_user_list: request: query parameter "colour" is not described`:                          func(l *literal) { l.URL = "/v2/usergroups?colour=red" },
		`GET /api/v2/things: request: no operation of the description: no matching operation was found`: func(l *literal) { l.URL = "/v2/things" },
	} {
		bad := good
		change(&bad)
		assert.Equal(t, []string{violation}, bad.validate(t, d).violations)
	}
}
