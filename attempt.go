package jumpcloud

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// requestID is what JumpCloud's support can find a request by.
func (r *request) requestID(h http.Header) string {
	for _, name := range [...]string{"X-Request-Id", "Cf-Ray"} {
		if id := h.Get(name); id != "" {
			return r.client.credential.hide(id[:min(len(id), 200)])
		}
	}
	return ""
}

// Attempt is what Configuration.OnAttempt is told: one attempt of a request. It holds no credential,
// id, query or body.
type Attempt struct {
	Operation  string // JumpCloud's operation id; "" for Call and Walk
	Method     string
	Route      string // the route template
	Number     int    // 1 for the first
	StatusCode int    // 0 without an answer
	RequestID  string
	Duration   time.Duration // from the moment the limiter let it pass
	Err        error         // nil for a success
	Retry      bool          // another attempt follows,
	Wait       time.Duration // after this wait
}

// Operation is what a request is for: what spans and metrics are named after. It holds no id.
type Operation struct {
	ID      string // JumpCloud's operation id; "" for Call, Walk and ListPage
	Method  string
	Route   string // the route template
	Attempt int    // 1 for the first
}

// OperationFromContext returns what the context of a request is for: the one that a RoundTripper sees, a
// redirect's too, or OnAttempt.
func OperationFromContext(ctx context.Context) (operation Operation, ok bool) {
	found, ok := ctx.Value(operationKey{}).(*Operation)
	if ok {
		operation = *found
	}
	return operation, ok
}

type operationKey struct{}

// operationContext is a context.WithValue in one piece.
type operationContext struct {
	context.Context
	operation Operation
}

func (c *operationContext) Value(key any) any {
	if key == (operationKey{}) {
		return &c.operation
	}
	return c.Context.Value(key)
}

func (r *request) report(ctx context.Context, a *answer, attempt Attempt) {
	if a != nil {
		attempt.StatusCode, attempt.RequestID = a.status, r.requestID(a.header)
		if r.response != nil {
			r.response(Response{StatusCode: a.status, Header: a.header, RequestID: attempt.RequestID, Attempts: attempt.Number})
		}
	}
	attempt.Operation, attempt.Method, attempt.Route = r.id, r.method, r.route
	config := r.client.config
	if config.Logger != nil {
		level := slog.LevelDebug
		if attempt.Retry {
			level = slog.LevelWarn
		}
		attrs := []slog.Attr{
			slog.String("method", r.method), slog.String("route", r.route), slog.Int("attempt", attempt.Number),
			slog.Int("status", attempt.StatusCode), slog.Duration("duration", attempt.Duration), slog.String("request_id", attempt.RequestID),
		}
		if attempt.Err != nil {
			attrs = append(attrs, slog.Any("error", attempt.Err), slog.Duration("wait", attempt.Wait))
		}
		config.Logger.LogAttrs(ctx, level, "jumpcloud request", attrs...)
	}
	if config.OnAttempt != nil {
		config.OnAttempt(ctx, attempt)
	}
}
