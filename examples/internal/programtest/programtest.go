// Package programtest runs the examples in tests.
package programtest

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud/examples/internal/program"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// Embedded empties the environment, so that a program starts a JumpCloud of its own.
func Embedded(t *testing.T) {
	t.Helper()
	for _, name := range []string{"API_KEY", "CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL", "ORG_ID", "REGION", "BASE_URL"} {
		t.Setenv("JUMPCLOUD_"+name, "")
	}
}

// Service starts a JumpCloud with the made-up company, and has the environment name it, as it names
// a real one.
func Service(t *testing.T) *jumpcloudtest.Server {
	t.Helper()
	Embedded(t)
	server := jumpcloudtest.New(t)
	program.Furnish(server)
	t.Setenv("JUMPCLOUD_API_KEY", jumpcloudtest.APIKey)
	t.Setenv("JUMPCLOUD_BASE_URL", server.URL)
	return server
}

// Call runs a program, and returns its exit code and what it wrote.
func Call(t *testing.T, run program.Run, args ...string) (code int, out, errOut string) {
	t.Helper()
	return CallContext(t, t.Context(), run, args...)
}

// CallContext is [Call] with a context to end the program by.
func CallContext(t *testing.T, ctx context.Context, run program.Run, args ...string) (code int, out, errOut string) {
	t.Helper()
	var outBuffer, errBuffer bytes.Buffer
	err := run(ctx, args, &outBuffer, &errBuffer)
	code = program.ExitCode("program", err, &errBuffer)
	return code, outBuffer.String(), errBuffer.String()
}

// Usage checks that a program explains itself with -h, and that it refuses each call that makes no
// sense before it talks to anybody; the keys are the arguments, separated by blanks, the values are
// what the refusal says.
func Usage(t *testing.T, run program.Run, misuse map[string]string) {
	Service(t)
	if code, out, errOut := Call(t, run, "-h"); code != 0 || !strings.HasPrefix(out, "usage: ") || !strings.Contains(out, "JUMPCLOUD_API_KEY") || errOut != "" {
		t.Errorf("-h: exit code %d\n%s\n%s", code, out, errOut)
	}
	misuse["-nonsense"] = "flag provided but not defined: -nonsense"
	for args, says := range misuse {
		code, out, errOut := Call(t, run, strings.Fields(args)...)
		if code != 2 || out != "" || !strings.Contains(errOut, says) || !strings.Contains(errOut, "Try program -h.") {
			t.Errorf("%s: exit code %d\n%s\n%s", args, code, out, errOut)
		}
	}
}

// Contains fails unless text contains all parts.
func Contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}
