package jumpcloud

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The errors to match with errors.Is. They match only what the service answered to the operation
// itself: not what else the cause of a context that ended is about, nor the answer of a token endpoint
// (which may match ErrUnauthorized, ErrRateLimited or ErrServer), nor a page of something on the way. A
// caller's own context.Canceled and context.DeadlineExceeded match too, through every layer.
var (
	ErrBadRequest   = newSentinel("bad request")      // status 400 or 422
	ErrUnauthorized = newSentinel("unauthorized")     // 401: the key or token is wrong, or an organization must be named
	ErrForbidden    = newSentinel("forbidden")        // 403: the administrator may not
	ErrNotFound     = newSentinel("not found")        // 404, a v1 GET by id without an answer, or an empty One
	ErrConflict     = newSentinel("conflict")         // 409
	ErrExists       = newSentinel("exists already")   // 409 to anything but a DELETE, and the 400 with which v1 says it of a user
	ErrRateLimited  = newSentinel("rate limited")     // 429
	ErrServer       = newSentinel("server error")     // 500 to 599
	ErrRedirect     = newSentinel("redirect refused") // a redirect that would carry the key away or change the method

	ErrTooMany      = newSentinel("more results than asked for")            // Collect with a bound, One
	ErrItem         = newSentinel("list item cannot be read")               // one object of a list; the walk goes on after it
	ErrPageStalled  = newSentinel("list does not advance")                  // a walk that would not end, or would miss objects
	ErrTooLarge     = newSentinel("answer is larger than MaxResponseBytes") // as the cause of a DecodeError
	ErrNotAttempted = newSentinel("not attempted")                          // nothing was sent for it: the context had ended, or a helper had stopped
	ErrTimeout      = newSentinel("attempt timed out")                      // an attempt ran into Configuration.Timeout, or WithTimeout

	// What a status is about besides the operation.
	errPage         = newSentinel("not an answer of the API")
	errOrganization = newSentinel("no such organization")
)

// sentinel is the type of these errors, by which they can be told from others.
type sentinel struct{ text string }

func newSentinel(text string) error { return &sentinel{text} }

func (e *sentinel) Error() string { return e.text }

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
	text := fmt.Sprintf("jumpcloud: %s %s: %d %s", e.Method, e.Route, e.StatusCode, http.StatusText(e.StatusCode))
	switch {
	case e.kind == ErrNotFound:
		text += " with an empty body: not found"
	case e.kind == errPage:
		text += ": the answer is a page, not the API's: the BaseURL may be wrong, or something on the way answered"
	case e.Is(ErrRedirect):
		text += ": redirect not followed, so that the credential stays with this host and a write stays a write"
	case e.Message != http.StatusText(e.StatusCode) && e.Message != "":
		text += ": " + e.Message
	}
	switch message := strings.ToLower(e.Message); {
	case e.kind == errOrganization:
		text += "; it is the one that x-org-id names: see Configuration.OrgID and WithOrgID"
	case e.StatusCode == http.StatusUnauthorized && (strings.Contains(message, "organi") || strings.Contains(message, "x-org-id")):
		text += "; an administrator of several organizations names one: set Configuration.OrgID, or use WithOrgID"
	}
	for _, v := range e.violations() {
		if !strings.Contains(e.Message, v.Description) {
			text += fmt.Sprintf("; %s: %s", v.Field, v.Description)
		}
	}
	if e.RetryAfter > 0 {
		text += fmt.Sprintf("; it asks to wait %v", e.RetryAfter)
	}
	if e.RequestID != "" {
		text += " (request " + e.RequestID + ")"
	}
	if e.Attempts > 1 {
		text += fmt.Sprintf(" after %d attempts", e.Attempts)
	}
	return printable(text)
}

// printable replaces what would move a terminal's cursor, or forge a line of a log.
//
//go:noinline
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, text)
}

//go:noinline
func shortened(text string, length int) string {
	if len(text) > length {
		return strings.ToValidUTF8(text[:length], "") + "…"
	}
	return text
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
	case ErrExists:
		said := code == http.StatusBadRequest && strings.Contains(strings.ToLower(e.Message), "already exist")
		return e.Method != http.MethodDelete && (code == http.StatusConflict || said)
	case ErrRateLimited:
		return code == http.StatusTooManyRequests
	case ErrServer:
		return code >= 500
	case ErrRedirect:
		return code/100 == 3 && code != http.StatusNotModified
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
	if e.StatusCode/100 == 4 && e.StatusCode != http.StatusTooManyRequests && isPage(body) {
		e.kind = errPage
	}
	var shape struct{ Message, Error, Code, Status, Details json.RawMessage }
	if json.Unmarshal(body, &shape) != nil {
		if !isPage(body) && bytes.IndexAny(bytes.TrimSpace(body), "{[") != 0 && utf8.Valid(body) { // not broken JSON, nor bytes
			e.Message = strings.Trim(strings.TrimSpace(string(body)), `"`)
		}
		return
	}
	text := func(raw json.RawMessage) string {
		s, err := unquote(string(raw))
		if err != nil && string(raw) != "null" && len(raw) <= 300 {
			return string(raw)
		}
		return shortened(s, 4000) // Body has it all
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

// isPage reports whether a body is none of the API's: those are JSON, a few words, or nothing.
func isPage(body []byte) bool {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	return bytes.HasPrefix(body, []byte("<")) || len(body) > 300 && bytes.IndexAny(body, "{[") != 0
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
	return printable(fmt.Sprintf("jumpcloud: %s %s: %s: %v", e.Method, e.Route, what, e.Err))
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
	unknown    bool // an attempt may have taken effect
	twice      bool // sending it again could do it twice
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
	if e.unknown && e.twice && what == "" {
		text += "; it may have taken effect: look before sending it again"
	}
	return printable(text)
}

func (e *TransportError) Unwrap() error { return e.Err }

// Is matches ErrNotAttempted where nothing was sent.
func (e *TransportError) Is(target error) bool { return target == ErrNotAttempted && e.Attempts == 0 }

// foreign is for errors that come from outside of an operation: from a caller's transport or limiter,
// as the cause of a caller's context (errgroup's is the first error of the group), or from a token
// endpoint. Such an error matches what it does, but none of this package's errors, which would be about
// the operation, except those that are named.
func foreign(err error, except ...error) error {
	var (
		ours      *sentinel
		answer    *APIError
		param     *ParamError
		decode    *DecodeError
		transport *TransportError
	)
	if as(err, &ours) || as(err, &answer) || as(err, &param) || as(err, &decode) || as(err, &transport) {
		return &foreignError{err, except}
	}
	return err
}

type foreignError struct {
	error
	except []error
}

func (e *foreignError) Is(target error) bool {
	_, ours := target.(*sentinel)
	return (!ours || slices.Contains(e.except, target)) && errors.Is(e.error, target)
}

func (e *foreignError) As(target any) bool {
	switch target.(type) {
	case **sentinel, **APIError, **ParamError, **DecodeError, **TransportError:
		return false
	}
	return as(e.error, target)
}

// as is errors.As by way of package reflect, which decoding needs anyway: errors.As brings a reflection of
// its own, 17 KB of a program.
func as(err error, target any) bool {
	if err == nil {
		return false
	}
	into := reflect.ValueOf(target).Elem()
	if reflect.TypeOf(err).AssignableTo(into.Type()) {
		into.Set(reflect.ValueOf(err))
		return true
	}
	if own, ok := err.(interface{ As(any) bool }); ok && own.As(target) {
		return true
	}
	return slices.ContainsFunc(wrapped(err), func(part error) bool { return as(part, target) })
}
