package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/jumpcloud-go/jumpcloud"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// instrument gives a configuration a span for each attempt, named after the route, and a log record for
// each, with the trace that it belongs to. Neither has an id, a query or a body.
func instrument(configuration *jumpcloud.Configuration, spans trace.TracerProvider, logs slog.Handler) {
	client, below := http.Client{}, http.DefaultTransport
	if configuration.HTTPClient != nil {
		client = *configuration.HTTPClient
	}
	if client.Transport != nil {
		below = client.Transport
	}
	client.Transport = masked{otelhttp.NewTransport(unmasked{below},
		otelhttp.WithTracerProvider(spans),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()), // what a trace carries stays at home
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.URL.Path }),
	)}
	configuration.HTTPClient = &client
	configuration.Logger = slog.New(traced{logs})
}

// masked shows the route in place of the URL to those below it. A request that is for no operation, one
// for a token, is shown without its query.
type masked struct{ http.RoundTripper }

func (m masked) RoundTrip(r *http.Request) (*http.Response, error) {
	shown := r.Clone(context.WithValue(r.Context(), realURL{}, r.URL))
	shown.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path}
	if operation, ok := jumpcloud.OperationFromContext(r.Context()); ok {
		shown.URL.Path = operation.Route
	}
	return m.RoundTripper.RoundTrip(shown)
}

type realURL struct{}

// unmasked sends the request to where it is for, and says on its span what it is for.
type unmasked struct{ http.RoundTripper }

func (u unmasked) RoundTrip(r *http.Request) (*http.Response, error) {
	if operation, ok := jumpcloud.OperationFromContext(r.Context()); ok {
		trace.SpanFromContext(r.Context()).SetAttributes(
			attribute.String("url.template", operation.Route),
			attribute.String("jumpcloud.operation", operation.ID),
			attribute.Int("jumpcloud.attempt", operation.Attempt),
		)
	}
	sent := r.Clone(r.Context())
	sent.URL = r.Context().Value(realURL{}).(*url.URL)
	return u.RoundTripper.RoundTrip(sent)
}

// traced adds the ids of the trace to log records.
type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, record slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return t.Handler.Handle(ctx, record)
}

func (t traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(attrs)} }
func (t traced) WithGroup(name string) slog.Handler       { return traced{t.Handler.WithGroup(name)} }
