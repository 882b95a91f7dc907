package jumpcloud

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"time"
)

// Time is a date as JumpCloud sends it: mostly 2021-02-12T17:45:42.369Z, but typed as a free string
// in most of its models. A date that cannot be read does not fail the object around it: the
// embedded time.Time stays zero, and [Time.Text] and printing give the text. null and "" are the
// zero Time.
type Time struct {
	time.Time
	raw string // the JSON value as it came, so that writing it back changes nothing
}

const millis = "2006-01-02T15:04:05.000Z07:00"

// NewTime returns t as JumpCloud writes dates: in UTC, with milliseconds.
func NewTime(t time.Time) Time { return Time{Time: t} }

// parseTime reads the forms seen: RFC 3339 with any fraction, the same without a zone (the texts
// around scheduled states say UTC), and a bare date.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// asSent returns the text that came, and whether the time still means it.
func (t Time) asSent() (text string, ok bool) {
	if t.raw == "" {
		return "", false
	}
	text, err := unquote(t.raw)
	if err != nil {
		text = t.raw // a number, say
	}
	parsed, _ := parseTime(text)
	return text, t.Time.Equal(parsed)
}

// Text returns the date as it was sent, or, for a Time that was made or changed here, as it will be
// sent. It is "" for the zero Time.
func (t Time) Text() string {
	if text, ok := t.asSent(); ok {
		return text
	}
	if t.Time.IsZero() {
		return ""
	}
	return t.Time.UTC().Format(millis)
}

// Equal reports whether other, a Time or a time.Time, is the same instant. Dates that cannot be read are
// equal when their texts are.
func (t Time) Equal(other interface{ UTC() time.Time }) bool {
	if sent, ok := other.(Time); ok && t.Time.IsZero() && sent.Time.IsZero() {
		return t.Text() == sent.Text()
	}
	return t.Time.Equal(other.UTC())
}

// IsZero reports whether there is no date at all. It is false for a date that could not be read.
func (t Time) IsZero() bool { return t.Text() == "" }

// String returns Text.
func (t Time) String() string { return t.Text() }

// Format prints the text; %+v and %#v do too.
func (t Time) Format(f fmt.State, verb rune) {
	if verb == 'q' {
		fmt.Fprintf(f, "%q", t.Text())
		return
	}
	fmt.Fprint(f, t.Text())
}

// AppendText appends the text, of a date that cannot be read too.
func (t Time) AppendText(to []byte) ([]byte, error) { return append(to, t.Text()...), nil }

// MarshalText returns the text, of a date that cannot be read too.
func (t Time) MarshalText() ([]byte, error) { return []byte(t.Text()), nil }

// UnmarshalText never fails.
func (t *Time) UnmarshalText(text []byte) error {
	data, err := json.Marshal(string(text))
	if err != nil {
		return err
	}
	return t.UnmarshalJSON(data)
}

// LogValue logs the text.
func (t Time) LogValue() slog.Value { return slog.StringValue(t.Text()) }

// UnmarshalJSON never fails.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	if text, err := unquote(string(data)); err == nil {
		if text == "" {
			return nil
		}
		t.Time, _ = parseTime(text)
	} else if string(data) == "null" {
		return nil
	}
	t.raw = string(data)
	return nil
}

// MarshalJSON writes the text that came, unless the time was changed since, and null for the zero
// Time.
func (t Time) MarshalJSON() ([]byte, error) {
	if _, ok := t.asSent(); ok {
		return []byte(t.raw), nil
	}
	if t.IsZero() {
		return []byte("null"), nil
	}
	return strconv.AppendQuote(nil, t.Text()), nil
}

// unquote returns the text of a JSON string; anything else is an error.
func unquote(raw string) (text string, err error) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", strconv.ErrSyntax
	}
	if plain(raw[1 : len(raw)-1]) {
		return raw[1 : len(raw)-1], nil
	}
	err = json.Unmarshal([]byte(raw), &text)
	return text, err
}
