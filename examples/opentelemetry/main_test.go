package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// instrumented returns a client of a server, and where its spans and log records go.
func instrumented(server *jumpcloudtest.Server) (*jumpcloud.APIClient, *sdktrace.TracerProvider, *tracetest.InMemoryExporter, *bytes.Buffer) {
	spans, logs := tracetest.NewInMemoryExporter(), &bytes.Buffer{}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	client := server.Client(func(c *jumpcloud.Configuration) {
		instrument(c, provider, slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	return client, provider, spans, logs
}

func TestEachAttemptIsASpanNamedAfterItsRoute(t *testing.T) {
	server := jumpcloudtest.New(t)
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	server.Inject("GET /systemusers/{id}", 1, jumpcloudtest.Status(http.StatusServiceUnavailable, nil, ""))
	client, provider, spans, logs := instrumented(server)

	ctx, parent := provider.Tracer("test").Start(t.Context(), "work")
	user, err := client.Systemusers.Get(ctx, id, &jumpcloud.SystemusersGetParams{Fields: []string{"username"}})
	parent.End()

	if err != nil || user.Username != "ann" {
		t.Fatalf("%v, %v", user, err)
	}
	got := spans.GetSpans()
	if len(got) != 3 || got[0].Status.Code != codes.Error || got[1].Status.Code == codes.Error {
		t.Fatalf("the spans are %+v", got)
	}
	for i, span := range got[:2] {
		attributes := map[string]string{}
		for _, a := range span.Attributes {
			attributes[string(a.Key)] = a.Value.String()
		}
		if span.Name != "GET /systemusers/{id}" || span.Parent.SpanID() != parent.SpanContext().SpanID() ||
			attributes["url.template"] != "/systemusers/{id}" || attributes["jumpcloud.operation"] != "systemusers_get" ||
			attributes["jumpcloud.attempt"] != fmt.Sprint(i+1) || attributes["http.response.status_code"] != []string{"503", "200"}[i] {
			t.Errorf("%s has %v", span.Name, attributes)
		}
	}
	if n := strings.Count(logs.String(), `"trace_id":"`+parent.SpanContext().TraceID().String()); n != 2 {
		t.Errorf("%d of the records name the trace:\n%s", n, logs)
	}
	for name, text := range map[string]string{"the spans": fmt.Sprintf("%+v", got), "the log": logs.String()} {
		for _, secret := range []string{id, "username", jumpcloudtest.APIKey} {
			if strings.Contains(text, secret) {
				t.Errorf("%s have %q: %s", name, secret, text)
			}
		}
	}
	if sent := server.Requests("GET /systemusers/{id}")[1]; sent.Path != "/systemusers/"+id || sent.Query.Get("fields") != "username" || sent.Header.Get("Traceparent") != "" {
		t.Errorf("it sent %+v", sent)
	}
}

func TestABodyArrivesWhole(t *testing.T) {
	server := jumpcloudtest.New(t)
	client, _, spans, _ := instrumented(server)
	user, err := client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)
	if err != nil || user.Email != "ann@example.com" || spans.GetSpans()[0].Name != "POST /systemusers" {
		t.Errorf("%+v, %v", user, err)
	}
}

func TestARequestForATokenIsASpanToo(t *testing.T) {
	server := jumpcloudtest.New(t)
	spans := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	client := server.Client(func(c *jumpcloud.Configuration) {
		c.APIKey, c.ServiceAccount = "", server.ServiceAccount()
		instrument(c, provider, slog.DiscardHandler)
	})
	if _, err := client.Systemusers.List(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := spans.GetSpans(); len(got) != 2 || got[0].Name != "POST /oauth2/token" || got[1].Name != "GET /systemusers" {
		t.Errorf("the spans are %+v", got)
	}
}

func TestTheDemoCounts(t *testing.T) {
	programtest.Nothing(t)
	code, out, errOut := programtest.Call(t, run, "-demo")
	if code != 0 {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, out, `"Name":"GET /systemusers"`, `"msg":"jumpcloud request"`, "40 users\n")
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "", map[string]string{"now": "unexpected argument"})
}
