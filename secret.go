package jumpcloud

import (
	"fmt"
	"log/slog"
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
