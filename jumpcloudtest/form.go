package jumpcloudtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// openEnums are those of whose values the service takes any.
var openEnums = []string{"CommandShell"}

// take holds a value of a body to its form, and leaves out what the form does not know and what only the service
// sets. A value of the wrong type is refused, and null where nothing says that it may be.
func (s *schema) take(name string, v any) (any, error) {
	if s == nil || len(s.OneOf) > 0 || len(s.AnyOf) > 0 {
		return v, nil
	}
	if v == nil {
		if s.Nullable || s.Type == "" {
			return nil, nil
		}
		return nil, errors.New(name + " must not be null")
	}
	switch {
	case s.Type == "string":
		text, err := limitedText(name, v, cmp.Or(s.MaxLength, math.MaxInt))
		if err == nil && len(s.Enum) > 0 && !slices.Contains(s.Enum, any(text)) && !slices.Contains(openEnums, s.name) {
			words := make([]string, len(s.Enum))
			for i, word := range s.Enum {
				words[i] = fmt.Sprint(word)
			}
			err = fmt.Errorf("%s must be one of %s", name, strings.Join(words, ", "))
		}
		return orErr(text, err)
	case s.Type == "boolean":
		return boolean(nil, name, v, time.Time{})
	case s.Type == "integer" || s.Type == "number":
		return s.takeNumber(name, v)
	case s.Type == "array":
		list, isList := v.([]any)
		if !isList {
			return nil, errors.New(name + " must be an array")
		}
		taken := make([]any, len(list))
		for i, item := range list {
			var err error
			if taken[i], err = s.Items.take(fmt.Sprintf("%s[%d]", name, i), item); err != nil {
				return nil, err
			}
		}
		return taken, nil
	case s.Type == "object" || len(s.Properties) > 0:
		return s.takeObject(name, v)
	}
	return v, nil
}

func (s *schema) takeNumber(name string, v any) (any, error) {
	n, isNumber := v.(json.Number)
	f, err := n.Float64()
	switch {
	case !isNumber || err != nil, s.Type == "integer" && f != float64(int64(f)):
		return nil, fmt.Errorf("%s must be %s", name, article(s.Type))
	case s.Minimum != nil && f < *s.Minimum:
		return nil, fmt.Errorf("%s must be %v or more", name, *s.Minimum)
	case s.Maximum != nil && f > *s.Maximum:
		return nil, fmt.Errorf("%s must be %v or less", name, *s.Maximum)
	}
	return v, nil
}

func article(noun string) string {
	if noun[0] == 'i' {
		return "an " + noun
	}
	return "a " + noun
}

func (s *schema) takeObject(name string, v any) (any, error) {
	object, isObject := v.(map[string]any)
	if !isObject {
		return nil, errors.New(name + " must be an object")
	}
	below := name
	if below != "" {
		below += "."
	}
	taken := map[string]any{}
	for key, v := range object {
		property := s.Properties[key]
		switch {
		case property == nil && !s.open, property != nil && property.ReadOnly:
			continue // nobody described it, or the service alone sets it
		}
		var err error
		if taken[key], err = property.take(below+key, v); err != nil {
			return nil, err
		}
	}
	for _, key := range s.Required {
		property := s.Properties[key]
		if _, given := object[key]; !given && property != nil && property.Default == nil && !property.ReadOnly {
			return nil, fmt.Errorf("%s%s is a missing required property", below, key)
		}
	}
	return taken, nil
}

// zero is what a property shows that must be there and was never set.
func zero(s *schema) any {
	switch {
	case s == nil || s.Nullable:
		return nil
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	switch s.Type {
	case "string":
		return ""
	case "boolean":
		return false
	case "integer", "number":
		return 0
	case "array":
		return []any{}
	}
	o := map[string]any{}
	for _, name := range s.Required {
		o[name] = zero(s.Properties[name])
	}
	return o
}

// complete fills in what must be there of the objects inside of a value.
func (s *schema) complete(v any) any {
	switch v := v.(type) {
	case []any:
		if s != nil && s.Items != nil {
			for i := range v {
				v[i] = s.Items.complete(v[i])
			}
		}
	case map[string]any:
		if s == nil {
			return v
		}
		for name, inner := range v {
			v[name] = s.Properties[name].complete(inner)
		}
		for _, name := range s.Required {
			if _, there := v[name]; !there {
				v[name] = zero(s.Properties[name])
			}
		}
	}
	return v
}

// fit is what a form has of a value that was written in another one; false when it is of another type.
func (s *schema) fit(v any) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		if s == nil || s.open && len(s.Properties) == 0 {
			return v, true
		}
		kept := map[string]any{}
		for name, inner := range v {
			if p := s.Properties[name]; p != nil {
				if fitting, fits := p.fit(inner); fits {
					kept[name] = fitting
				}
			}
		}
		return kept, s.Type == "object" || s.Type == ""
	case string:
		return v, s == nil || s.Type == "string" || s.Type == ""
	case bool:
		return v, s == nil || s.Type == "boolean" || s.Type == ""
	case []any:
		return v, s == nil || s.Type == "array" || s.Type == ""
	}
	return v, v != nil || s == nil || s.Nullable || s.Type == ""
}

func (s *schema) property(name string) *schema {
	if s == nil {
		return nil
	}
	return s.Properties[name]
}
