package jumpcloud

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Secret is a password, code or key in a request body. It prints as [redacted] through every fmt
// verb, through slog and in a panic, and encodes as itself in JSON, so that it can be sent.
//
// What it cannot cover: a string made of it, a copy in an unexported field of a caller's own struct
// (fmt reads those without asking the type), the verbs %p and %w, and behind a pointer to a struct of
// the caller's, in a list or in another value, every verb but %v (with which it does not ask either; go vet
// refuses all of these), and encoding/json called by the caller, or by slog: its JSON handler asks a body
// how to log, but encodes what stands in a slice, a map or a struct, with the secrets in it.
// Log such values as a text, which asks each part how to print:
//
//	slog.Info("creating", "users", fmt.Sprintf("%+v", users))
type Secret string

const redacted = "[redacted]"

// Format prints [redacted], whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// String returns [redacted]. A panic with a Secret prints it.
func (Secret) String() string { return redacted }

// LogValue logs [redacted].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// formatted is what bodies that hold secrets log: slog's JSON handler would encode them, which
// sends secrets in the clear, while fmt asks each field how to print.
//
//go:noinline
func formatted(body any) slog.Value { return slog.StringValue(fmt.Sprintf("%+v", body)) }

// format prints a body that holds secrets as fmt would with %v, whatever the verb: with one that does not
// fit, fmt asks nothing behind a pointer how to print.
//
//go:noinline
func format(f fmt.State, body any) {
	v, verb, separator := reflect.ValueOf(body), fmt.FormatString(f, 'v'), " "
	if f.Flag('#') {
		fmt.Fprint(f, v.Type().String())
		separator = ", "
	}
	fmt.Fprint(f, "{")
	for i, next := 0, ""; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		fmt.Fprint(f, next)
		if next = separator; f.Flag('+') || f.Flag('#') {
			fmt.Fprint(f, field.Name+":")
		}
		fmt.Fprintf(f, verb, v.Field(i).Interface())
	}
	fmt.Fprint(f, "}")
}

// hiding returns what removes the credential, the passwords in the body that was sent, and what else must
// not show from a text.
func (r *request) hiding() func(text string) string {
	sent := r.hidden
	if r.secrets != nil {
		sent = append(r.secrets(r.encoded), sent...)
	}
	return func(text string) string { return hideForms(r.client.credential.hide(text), sent) }
}

// secretsIn returns the passwords in a body, in all their forms.
func secretsIn(encoded []byte) []string {
	var body any
	_ = json.Unmarshal(encoded, &body)
	return secretForms(passwords(body)...)
}

// passwords returns the values of the keys that models declare as Secret or SecretMap. One of a few
// characters is as likely to be something else in a text.
func passwords(body any) (found []string) {
	switch body := body.(type) {
	case []any:
		for _, item := range body {
			found = append(found, passwords(item)...)
		}
	case map[string]any:
		for key, value := range body {
			if strings.Contains(secretKeys, " "+key+" ") {
				found = append(found, settings(value, true)...)
			}
			found = append(found, passwords(value)...)
		}
	}
	return found
}

// settings returns what is secret of a Secret or of a SecretMap: in that each text, and of a setting that
// is described, {"type": …, "label": …, "value": …}, the value.
func settings(value any, secret bool) (found []string) {
	switch value := value.(type) {
	case string:
		if secret && len(value) > 3 {
			found = append(found, value)
		}
	case []any:
		for _, item := range value {
			found = append(found, settings(item, secret)...)
		}
	case map[string]any:
		_, typed := value["type"]
		_, valued := value["value"]
		for key, item := range value {
			found = append(found, settings(item, key == "value" || secret && !typed && !valued)...)
		}
	}
	return found
}

// hideBody hides what stands in an answer, in which JSON may write each character in several ways.
func hideBody(body []byte, hide func(string) string) []byte {
	hidden := hide(string(body))
	var value any
	if len(body) <= 1<<20 && strings.Contains(hidden, `\`) && json.Unmarshal([]byte(hidden), &value) == nil {
		if plain, err := json.Marshal(value); err == nil && hide(string(plain)) != string(plain) {
			return []byte(hide(string(plain)))
		}
	}
	return []byte(hidden)
}

// hideError hides what stands in the text of an error, or of one that it wraps, and cuts a long one:
// some quote what they are about.
func hideError(err error, hide func(string) string) error {
	text := shortened(hide(err.Error()), 4000)
	if text == err.Error() && clean(err, hide) {
		return err
	}
	return &hiddenError{
		text: text,
		is:   func(target error) bool { return errors.Is(err, target) },
		as:   func(target any) bool { return asClean(err, hide, target) },
	}
}

// clean reports whether there is nothing to hide in an error and all that it wraps.
func clean(err error, hide func(string) string) bool {
	return hide(err.Error()) == err.Error() && !slices.ContainsFunc(wrapped(err), func(part error) bool { return !clean(part, hide) })
}

// asClean is errors.As for the parts of an error that are clean.
func asClean(err error, hide func(string) string, target any) bool {
	if clean(err, hide) {
		return as(err, target)
	}
	return slices.ContainsFunc(wrapped(err), func(part error) bool { return asClean(part, hide, target) })
}

func wrapped(err error) []error {
	switch err := err.(type) {
	case interface{ Unwrap() []error }:
		return err.Unwrap()
	case interface{ Unwrap() error }:
		if part := err.Unwrap(); part != nil {
			return []error{part}
		}
	}
	return nil
}

// hideUserinfo removes user:password from the addresses in a text, such as a proxy's in an error. Each is
// a word, or stands in quotation marks, where a character in the password may make it no URL. A mail
// address stays: it has no colon before its @.
func hideUserinfo(text string) string {
	var b strings.Builder
	for text != "" {
		end := addressEnd(text)
		address := text[:end]
		text = text[end:]
		user := address[:max(strings.LastIndexByte(address, '@'), 0)]
		_, after, isURL := strings.Cut(user, "://")
		if isURL && (strings.Contains(after, ":") || !strings.Contains(after, "/")) || !isURL && strings.Contains(user, ":") {
			address = hideUser(address)
		}
		b.WriteString(address)
	}
	return b.String()
}

// addressEnd is where the first address of a text ends, or the first word that is none.
func addressEnd(text string) int {
	end := 0
	for ; end < len(text) && (end == 0 || text[end-1] != ' '); end++ {
		if quoted, err := strconv.QuotedPrefix(text[end:]); err == nil && text[end] == '"' {
			if end == 0 {
				end = len(quoted)
			}
			return end
		}
	}
	_, host, _ := strings.Cut(text[:end], "://")
	host, _, _ = strings.Cut(host, "/")
	port := strings.TrimRight(host[strings.LastIndexByte(host, ':')+1:], " ,.;")
	if strings.Contains(host, ":") && !strings.Contains(host, "@") && strings.Trim(port, "0123456789") != "" {
		end += strings.IndexByte(text[end:], '@') + 1 // no port, but the first word of a password
	}
	return end
}

// hideUser removes everything from the first mark of a URL, or a quotation, to the last @ of an address.
func hideUser(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	begin := 0
	if i := strings.Index(address[:at], "://"); i >= 0 {
		begin = i + len("://")
	} else if address[0] == '"' {
		begin = 1
	}
	return address[:begin] + redacted + address[at:]
}

// credentialForms is secretForms for credentials, of which one of a few characters would be found in the
// words of any text.
func credentialForms(secrets ...string) []string {
	return secretForms(slices.DeleteFunc(secrets, func(secret string) bool { return len(secret) < 8 })...)
}

// secretForms returns secrets as they are, as URLs and base64 write them, and as JSON and Go quote
// them: twice, because an error may quote a request. The longest come first.
func secretForms(secrets ...string) (forms []string) {
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		data := []byte(secret)
		for _, form := range [...]string{
			secret, url.QueryEscape(secret), url.PathEscape(secret), base64.RawStdEncoding.EncodeToString(data), base64.RawURLEncoding.EncodeToString(data),
		} {
			for _, once := range quotations(form) {
				forms = append(forms, quotations(once)...)
			}
		}
	}
	sort.Sort(byLength(forms))
	return slices.Compact(forms)
}

// byLength has the longest texts first. A program has sort.Sort in it already; slices.SortFunc would be
// compiled with the package, and sort.Slice brings much else.
type byLength []string

func (b byLength) Len() int { return len(b) }
func (b byLength) Less(i, j int) bool {
	return cmp.Or(len(b[j])-len(b[i]), strings.Compare(b[i], b[j])) < 0
}
func (b byLength) Swap(i, j int) { b[i], b[j] = b[j], b[i] }

// quotations are a text and the ways to quote it: those of Go, and those of JSON, of which some write
// &, < and > as numbers, and some a backslash before a slash.
func quotations(text string) []string {
	escaped, _ := json.Marshal(text)
	inJSON, inGo := string(escaped[1:len(escaped)-1]), strconv.Quote(text)
	inGo = inGo[1 : len(inGo)-1]
	return []string{text, inJSON, inGo, strings.ReplaceAll(inJSON, "/", `\/`), strings.ReplaceAll(inGo, "/", `\/`)}
}

func hideForms(text string, forms []string) string {
	for _, form := range forms {
		text = strings.ReplaceAll(text, form, redacted)
	}
	return text
}

// hiddenError stands for an error in which a secret is: it matches what that does, and hands out only
// those parts of it in which there is none.
type hiddenError struct {
	text string // without the secret
	is   func(error) bool
	as   func(any) bool
}

func (e *hiddenError) Error() string { return e.text }

func (e *hiddenError) Is(target error) bool { return e.is(target) }

func (e *hiddenError) As(target any) bool { return e.as(target) }
