package jumpcloud

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// The errors to match with errors.Is. A caller's own context.Canceled and context.DeadlineExceeded
// match too, through every layer.
var (
	ErrBadRequest   = errors.New("bad request")      // status 400 or 422
	ErrUnauthorized = errors.New("unauthorized")     // 401: the key or token is wrong
	ErrForbidden    = errors.New("forbidden")        // 403: the administrator may not
	ErrNotFound     = errors.New("not found")        // 404, a v1 GET without an answer, or an empty One
	ErrConflict     = errors.New("conflict")         // 409
	ErrRateLimited  = errors.New("rate limited")     // 429
	ErrServer       = errors.New("server error")     // 500 to 599
	ErrRedirect     = errors.New("redirect refused") // a redirect that would carry the key away or change the method

	ErrTooMany      = errors.New("more results than asked for")            // Collect with a bound, One
	ErrItem         = errors.New("list item cannot be read")               // one object of a list; the walk goes on after it
	ErrPageStalled  = errors.New("list does not advance")                  // a walk that would not end, or would miss objects
	ErrTooLarge     = errors.New("answer is larger than MaxResponseBytes") // as the cause of a DecodeError
	ErrNotAttempted = errors.New("not attempted")                          // nothing was sent for it: the context had ended, or a helper had stopped
	ErrTimeout      = errors.New("attempt timed out")                      // an attempt ran into Configuration.Timeout, or WithTimeout
)

// APIError is an answer that is not a success.
type APIError struct {
	Operation  string // JumpCloud's operation id, such as systemusers_get; "" for Call and Walk
	Method     string
	Route      string            // the route template, such as /systemusers/{id}
	StatusCode int               // HTTP status
	Code       string            // the code in the body, where it has one, else its status word
	Message    string            // the service's own words
	Details    []json.RawMessage // what a validation error adds, as sent
	RequestID  string            // to quote to JumpCloud's support
	RetryAfter time.Duration     // what the Retry-After header asked for; 0 without one
	Attempts   int               // how many times the request was sent
	Header     http.Header       // of the answer
	Body       []byte            // of the answer, up to MaxResponseBytes
	kind       error             // overrides what the status says
}

// Error names the route template, the status and the service's message. It holds no id, query,
// header or body.
func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "jumpcloud: %s %s: %d %s", e.Method, e.Route, e.StatusCode, http.StatusText(e.StatusCode))
	switch {
	case e.kind == ErrNotFound:
		b.WriteString(" with an empty body: not found")
	case e.StatusCode/100 == 3:
		b.WriteString(": redirect not followed, so that the credential stays with this host and a write stays a write")
	case e.Message != "":
		b.WriteString(": " + e.Message)
	}
	for _, v := range e.violations() {
		fmt.Fprintf(&b, "; %s: %s", v.Field, v.Description)
	}
	if e.RequestID != "" {
		b.WriteString(" (request " + e.RequestID + ")")
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %d attempts", e.Attempts)
	}
	return b.String()
}

// Is matches the error with one of the package's errors by its status.
func (e *APIError) Is(target error) bool {
	if e.kind != nil {
		return target == e.kind
	}
	switch code := e.StatusCode; target {
	case ErrBadRequest:
		return code == http.StatusBadRequest || code == http.StatusUnprocessableEntity
	case ErrUnauthorized:
		return code == http.StatusUnauthorized
	case ErrForbidden:
		return code == http.StatusForbidden
	case ErrNotFound:
		return code == http.StatusNotFound
	case ErrConflict:
		return code == http.StatusConflict
	case ErrRateLimited:
		return code == http.StatusTooManyRequests
	case ErrServer:
		return code >= 500
	case ErrRedirect:
		return code/100 == 3
	}
	return false
}

type violation struct{ Field, Description string }

// violations reads the field violations of a validation error (fullValidationDetails).
func (e *APIError) violations() (found []violation) {
	for _, detail := range e.Details {
		var list struct{ FieldViolationsList, FieldViolations []violation }
		if json.Unmarshal(detail, &list) == nil {
			found = append(append(found, list.FieldViolationsList...), list.FieldViolations...)
		}
	}
	return found
}

// parse fills in what the body says. The service has many shapes of it: an object with message,
// error, code (a number or a string), status, details, each of them optional; text; nothing.
func (e *APIError) parse(body []byte) {
	e.Body = bytes.Clone(body)
	var shape struct{ Message, Error, Code, Status, Details json.RawMessage }
	if json.Unmarshal(body, &shape) != nil {
		// Words, that is: no page, no broken JSON, no bytes.
		if text := strings.TrimSpace(string(body)); len(text) <= 300 && strings.IndexAny(text, "<{[") != 0 && utf8.ValidString(text) {
			e.Message = strings.Trim(text, `"`)
		}
		return
	}
	text := func(raw json.RawMessage) string {
		s, err := unquote(string(raw))
		if err != nil && string(raw) != "null" && len(raw) <= 300 {
			return string(raw)
		}
		if len(s) > 4000 { // Body has it all
			s = strings.ToValidUTF8(s[:4000], "") + "…"
		}
		return s
	}
	e.Message = cmp.Or(text(shape.Message), text(shape.Error))
	e.Code = cmp.Or(text(shape.Code), text(shape.Status))
	if len(shape.Details) > 64<<10 { // nobody reads them, and Body has them
		return
	}
	if json.Unmarshal(shape.Details, &e.Details) != nil && len(shape.Details) > 0 {
		e.Details = []json.RawMessage{shape.Details}
	}
}

// ParamError is bad input that was refused before anything was sent.
type ParamError struct {
	Operation string // JumpCloud's operation id, "" where there is none
	Param     string // the argument, parameter or option
	Problem   string // what is wrong with it, and the way out
}

func (e *ParamError) Error() string {
	where := "jumpcloud: "
	if e.Operation != "" {
		where += e.Operation + ": "
	}
	return where + e.Param + ": " + e.Problem
}

// DecodeError is a successful answer that cannot be read. After anything but a GET it means that the
// request took effect: do not simply repeat it. It keeps the body.
type DecodeError struct {
	Operation  string
	Method     string
	Route      string
	StatusCode int
	Index      int    // of the object in its page where the error is about one (ErrItem), else -1
	Body       []byte // of the answer or, with ErrItem, of the object
	Err        error
}

func (e *DecodeError) Error() string {
	what := "the answer cannot be read"
	if e.Index >= 0 {
		what = fmt.Sprintf("object %d of the page cannot be read", e.Index)
	} else if e.Method != http.MethodGet {
		what = fmt.Sprintf("status %d, so the request took effect, but the answer cannot be read", e.StatusCode)
	}
	return fmt.Sprintf("jumpcloud: %s %s: %s: %v", e.Method, e.Route, what, e.Err)
}

func (e *DecodeError) Unwrap() error { return e.Err }

// Is matches ErrItem where the error is about one object of a list.
func (e *DecodeError) Is(target error) bool { return target == ErrItem && e.Index >= 0 }

// TransportError is a request without an answer: no connection, a broken one, a time-out, or a
// caller's context that ended. It unwraps to the cause.
type TransportError struct {
	Operation  string
	Method     string
	Route      string
	StatusCode int // of an answer that broke off, else 0; 200 to 299 means that the request took effect
	Attempts   int // how many times the request was sent, or tried to be
	Err        error
}

func (e *TransportError) Error() string {
	what := ""
	if e.StatusCode/100 == 2 {
		what = fmt.Sprintf("the answer broke off after status %d: ", e.StatusCode)
	}
	text := fmt.Sprintf("jumpcloud: %s %s: %s%v", e.Method, e.Route, what, e.Err)
	if e.Attempts > 1 {
		text += fmt.Sprintf(" after %d attempts", e.Attempts)
	}
	return text
}

func (e *TransportError) Unwrap() error { return e.Err }

// Is matches ErrNotAttempted where nothing was sent.
func (e *TransportError) Is(target error) bool { return target == ErrNotAttempted && e.Attempts == 0 }
