package jumpcloudtest

import (
	"encoding/json"
	"slices"
	"strings"
)

// forget takes out of a value what is secret.
func (s *schema) forget(v any) {
	switch v := v.(type) {
	case object:
		s.forget(map[string]any(v))
	case map[string]any:
		for name, inner := range v {
			var p *schema
			if s != nil {
				p = s.Properties[name]
			}
			if p.secret() || secretName(name) && !isFlag(inner) {
				delete(v, name)
				continue
			}
			p.forget(inner)
		}
		if kind := text(object(v), "type"); secretName(kind) { // a setting that is described: {"type": "password", "value": …}
			delete(v, "value")
		}
	case []any:
		for _, item := range v {
			if s == nil {
				(*schema)(nil).forget(item)
			} else {
				s.Items.forget(item)
			}
		}
	}
}

// secret tells whether the description marks a property as one.
func (s *schema) secret() bool {
	return s != nil && (s.WriteOnly || s.GoType == "Secret" || s.Format == "password")
}

// secretName tells whether a name is one under which secrets stand where nothing is described.
func secretName(name string) bool {
	name = strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
	return slices.ContainsFunc([]string{"password", "passphrase", "secret", "privatekey", "apikey", "token", "recoverykey", "connectkey"}, func(word string) bool {
		return strings.HasSuffix(name, word)
	})
}

// isFlag tells what cannot be a secret.
func isFlag(v any) bool {
	switch v.(type) {
	case bool, json.Number, nil:
		return true
	}
	return false
}
