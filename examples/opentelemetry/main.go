// Opentelemetry counts users, and shows the spans and the log records of the requests that this takes.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

const usage = `opentelemetry [-demo]

Counts the users of your organization, and writes the spans and the log records of the requests that
this takes as JSON lines: with the route of each, and no id, query or body. It changes nothing.`

func main() { program.Main("opentelemetry", run) }

func run(ctx context.Context, args []string, out, errOut io.Writer) (err error) {
	flags := program.NewFlags("opentelemetry")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	exporter, err := stdouttrace.New(stdouttrace.WithWriter(out)) // yours goes to a collector
	if err != nil {
		return err
	}
	spans := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	logs := slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug})
	client, done, err := flags.Connect(ctx, errOut, func(c *jumpcloud.Configuration) { instrument(c, spans, logs) })
	if err != nil {
		return err
	}
	defer done()
	ctx, span := spans.Tracer("example").Start(ctx, "count users")
	users := 0
	for _, err = range client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Fields: []string{"username"}}) {
		if err != nil {
			break
		}
		users++
	}
	span.End()
	if err == nil {
		fmt.Fprintf(out, "%d users\n", users)
	}
	return err
}
