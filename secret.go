package jumpcloud

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Secret is a password, code or key in a request body. It prints as [redacted] through every fmt
// verb and through slog, and encodes as itself in JSON, so that it can be sent.
//
// What it cannot cover: a string made of it, a copy in an unexported field of a caller's own struct
// (fmt reads those without asking the type), the verbs %p and %w (with which it does not ask either;
// go vet refuses both), and encoding/json called by the caller.
type Secret string

const redacted = "[redacted]"

// Format prints [redacted], whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// LogValue logs [redacted].
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// formatted is what bodies that hold secrets log: slog's JSON handler would encode them, which
// sends secrets in the clear, while fmt asks each field how to print.
func formatted(body any) string { return fmt.Sprintf("%+v", body) }

// hiding returns what removes the credential, and the passwords in the body that was sent, from a text.
func (r *request) hiding() func(text string) string {
	var sent []string
	if bytes.Contains(r.encoded, []byte(`"password"`)) || bytes.Contains(r.encoded, []byte(`"code"`)) {
		var body any
		_ = json.Unmarshal(r.encoded, &body)
		sent = secretForms(passwords(body)...)
	}
	return func(text string) string { return hideForms(r.client.credential.hide(text), sent) }
}

// passwords returns the values of the keys that models declare as Secret. One of a few characters is
// as likely to be something else in a text.
func passwords(body any) (found []string) {
	switch body := body.(type) {
	case []any:
		for _, item := range body {
			found = append(found, passwords(item)...)
		}
	case map[string]any:
		for key, value := range body {
			if text, ok := value.(string); ok && (key == "password" || key == "code") && len(text) > 3 {
				found = append(found, text)
			}
			found = append(found, passwords(value)...)
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

// hideError hides what stands in the text of an error, and cuts a long one: some quote what they are
// about.
func hideError(err error, hide func(string) string) error {
	text := hide(err.Error())
	if len(text) > 4000 {
		text = strings.ToValidUTF8(text[:4000], "") + "…"
	}
	if text != err.Error() {
		return &hiddenError{text, func() error { return err }}
	}
	return err
}

// hideUserinfo removes user:password from the URLs in a text, such as a proxy's in an error. What is
// no URL, because of a character in the password say, is there too: all from the first mark of a URL
// or a quotation to the last @ goes.
func hideUserinfo(text string) string {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text
	}
	begin := 0
	for _, mark := range [...]string{"://", `"`} {
		if i := strings.Index(text[:at], mark); i >= 0 && (begin == 0 || i < begin) {
			begin = i + len(mark)
		}
	}
	return text[:begin] + redacted + text[at:]
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
			for once := range quotations(form) {
				forms = slices.AppendSeq(forms, quotations(once))
			}
		}
	}
	sort.Slice(forms, func(i, j int) bool { // slices.SortFunc would be compiled with the package
		return cmp.Or(len(forms[j])-len(forms[i]), strings.Compare(forms[i], forms[j])) < 0
	})
	return slices.Compact(forms)
}

// quotations are a text and the ways to quote it: those of Go, and those of JSON, of which some write
// &, < and > as numbers, and some a backslash before a slash.
func quotations(text string) iter.Seq[string] {
	escaped, _ := json.Marshal(text)
	inJSON, inGo := string(escaped[1:len(escaped)-1]), strconv.Quote(text)
	inGo = inGo[1 : len(inGo)-1]
	return slices.Values([]string{text, inJSON, inGo, strings.ReplaceAll(inJSON, "/", `\/`), strings.ReplaceAll(inGo, "/", `\/`)})
}

func hideForms(text string, forms []string) string {
	for _, form := range forms {
		text = strings.ReplaceAll(text, form, redacted)
	}
	return text
}

// hiddenError stands for an error whose text holds a secret: it matches what that does, and does not
// unwrap to it.
type hiddenError struct {
	text  string // without the secret
	cause func() error
}

func (e *hiddenError) Error() string { return e.text }

func (e *hiddenError) Is(target error) bool { return errors.Is(e.cause(), target) }

func (e *hiddenError) As(target any) bool { return errors.As(e.cause(), target) }
