// Package programtest runs the examples in tests.
package programtest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// Nothing empties the environment, so that it names no JumpCloud.
func Nothing(t *testing.T) {
	t.Helper()
	for _, name := range []string{"API_KEY", "CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL", "ORG_ID", "REGION", "BASE_URL"} {
		t.Setenv("JUMPCLOUD_"+name, "")
	}
}

// Service starts a JumpCloud with the made-up company, and has the environment name it, as it names
// a real one.
func Service(t *testing.T) *jumpcloudtest.Server {
	t.Helper()
	Nothing(t)
	server := jumpcloudtest.New(t)
	server.SeedCompany()
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
	code = program.ExitCode(ctx, "program", err, &errBuffer)
	return code, outBuffer.String(), errBuffer.String()
}

// Interrupt runs a program, and interrupts it as the service gets the nth request of a route.
func Interrupt(t *testing.T, server *jumpcloudtest.Server, route string, nth int, run program.Run, args ...string) (code int, out, errOut string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	held := server.Inject(route, 0, jumpcloudtest.Latency(time.Minute).Skip(nth-1))
	go func() {
		for held.Fired() == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	return CallContext(t, ctx, run, args...)
}

// Manners checks what every program does: it explains itself with -h; it refuses each call that makes no
// sense before it talks to anybody (the keys of misuse are the arguments, separated by blanks, the values
// are what the refusal says); without a credential it says which variables to set; a wrong key, a service
// that is not there and an interrupt end it with the code for that, and are said once. call is one that
// makes sense.
func Manners(t *testing.T, run program.Run, call string, misuse map[string]string) {
	t.Run("usage", func(t *testing.T) { usage(t, run, misuse) })
	t.Run("no credential", func(t *testing.T) {
		for variable, value := range map[string]string{"": "", "JUMPCLOUD_REGION": "eu", "JUMPCLOUD_BASE_URL": "https://jumpcloud.example.com/api"} {
			Nothing(t)
			if variable != "" {
				t.Setenv(variable, value)
			}
			code, out, errOut := Call(t, run, strings.Fields(call)...)
			if code != program.Misused || out != "" {
				t.Errorf("with %s: exit code %d\n%s", variable, code, out)
			}
			Contains(t, errOut, "JUMPCLOUD_API_KEY", "JUMPCLOUD_CLIENT_ID", "JUMPCLOUD_CLIENT_SECRET", "-demo")
		}
	})
	t.Run("wrong environment", func(t *testing.T) {
		Nothing(t)
		t.Setenv("JUMPCLOUD_API_KEY", "key")
		t.Setenv("JUMPCLOUD_REGION", "mars")
		code, out, errOut := Call(t, run, strings.Fields(call)...)
		if code != program.Misused || out != "" {
			t.Errorf("exit code %d\n%s", code, out)
		}
		Contains(t, errOut, "us, eu, in")
	})
	failure := func(name string, code int, says string, prepare func(t *testing.T, server *jumpcloudtest.Server) context.Context) {
		t.Run(name, func(t *testing.T) {
			ctx := prepare(t, Service(t))
			got, out, errOut := CallContext(t, ctx, run, strings.Fields(call)...)
			if got != code || strings.Count(errOut, says) != 1 || strings.Count(errOut, "\n") != 1 {
				t.Errorf("exit code %d\n%s\n%s", got, out, errOut)
			}
		})
	}
	failure("wrong key", program.Failure, "refuses the credential; check JUMPCLOUD_API_KEY", func(t *testing.T, _ *jumpcloudtest.Server) context.Context {
		t.Setenv("JUMPCLOUD_API_KEY", "another-key")
		return t.Context()
	})
	failure("unreachable", program.Failure, "connection refused", func(t *testing.T, server *jumpcloudtest.Server) context.Context {
		server.Close()
		return t.Context()
	})
	failure("interrupted", program.Interrupted, "interrupted", func(t *testing.T, server *jumpcloudtest.Server) context.Context {
		ctx, cancel := context.WithCancel(t.Context())
		server.Inject("*", 0, jumpcloudtest.Latency(time.Minute))
		time.AfterFunc(100*time.Millisecond, cancel)
		return ctx
	})
}

func usage(t *testing.T, run program.Run, misuse map[string]string) {
	Service(t)
	if code, out, errOut := Call(t, run, "-h"); code != 0 || !strings.HasPrefix(out, "usage: ") || !strings.Contains(out, "JUMPCLOUD_API_KEY") || !strings.Contains(out, "-demo") || errOut != "" {
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
