package jumpcloud

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// PolicyValue is one setting of a policy: the value of a field of its template. It does not print, because
// the value may be a password or a key. In JSON it is what is sent.
//
// JumpCloud's schema: PolicyValue.
type PolicyValue struct {
	// Id of the field, which differs from tenant to tenant: [PoliciesService.Values] finds it.
	ConfigFieldID string `json:"configFieldID,omitzero"`
	// Name of the field.
	ConfigFieldName string `json:"configFieldName,omitzero"`
	// The setting: a bool, a number (a [json.Number] in answers), a text, a list, or the rows of a table.
	// []byte is sent as base64, which is the form of files. nil is not sent.
	Value any `json:"value,omitzero"`
	// Whether the service treats it as a secret.
	Sensitive bool `json:"sensitive,omitzero"`
}

// Format prints the name of the field, whatever the verb.
func (v PolicyValue) Format(f fmt.State, _ rune) { fmt.Fprint(f, v.ConfigFieldName+": "+redacted) }

// LogValue logs the name of the field.
func (v PolicyValue) LogValue() slog.Value { return formatted(v) }

// UnmarshalJSON keeps numbers as they are written.
func (v *PolicyValue) UnmarshalJSON(data []byte) error {
	type plain PolicyValue
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode((*plain)(v))
}

// GetByName gets the policy with exactly this name, with its settings, which lists lack. None is
// [ErrNotFound], several are [ErrTooMany].
//
// It calls policies_list and policies_get.
func (s *PoliciesService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*PolicyWithDetails, error) {
	policy, err := lookUp("name", name, func(exact ...Condition) iter.Seq2[*Policy, error] {
		return s.All(ctx, &PoliciesListParams{Filter: exact}, opts...)
	}, func(p *Policy) bool { return p.Name == name })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, policy.ID, opts...)
}

// GetByName gets the template with exactly this name, such as custom_registry_keys_policy_windows, with
// its fields, which lists lack. Names for people (DisplayName) are not looked at. None is [ErrNotFound].
//
// It calls policytemplates_list and policytemplates_get.
func (s *PolicyTemplatesService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*PolicyTemplateWithDetails, error) {
	template, err := lookUp("name", name, func(exact ...Condition) iter.Seq2[*PolicyTemplate, error] {
		return s.All(ctx, &PolicyTemplatesListParams{Filter: exact}, opts...)
	}, func(t *PolicyTemplate) bool { return t.Name == name })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, template.ID, opts...)
}

// Values reads a template and builds the settings of a policy from it, by the names of its fields:
// [PolicyTemplateWithDetails.Values].
//
//	values, err := client.Policies.Values(ctx, templateID, map[string]any{"timeout": 300})
//
// It calls policytemplates_get.
func (s *PoliciesService) Values(ctx context.Context, templateID string, settings map[string]any, opts ...RequestOption) ([]PolicyValue, error) {
	template, err := s.client.PolicyTemplates.Get(ctx, templateID, opts...)
	if err != nil {
		return nil, err
	}
	return template.Values(settings)
}

// Values builds all settings of a policy by the names of the fields. A field that is not named gets its
// default, if it has one. A name that the template does not have, a required field without a value, a value
// of the wrong kind, and one that is not among the choices of a field are a [ParamError], which names all
// that is wrong, and the fields that there are, but no value. A choice may be named by its value or its text,
// and is sent as it is named: the value is what policies have, as far as known. The fields' validators are the
// service's to check.
func (t PolicyTemplateWithDetails) Values(settings map[string]any) ([]PolicyValue, error) {
	return policyValues(t.ConfigFields, settings, true)
}

// SetValues changes settings of a policy by the names of the fields of its template, and keeps the others.
// It checks them as [PolicyTemplateWithDetails.Values] does, and reads and writes as
// [PoliciesService.Modify].
//
// It calls policies_get and policies_put, and policytemplates_get where the policy comes without the fields.
func (s *PoliciesService) SetValues(ctx context.Context, id string, settings map[string]any, opts ...RequestOption) (*Policy, error) {
	var values []PolicyValue
	return s.modify(ctx, id, func(policy *PolicyWithDetails) (err error) {
		fields := policy.ConfigFields
		if len(fields) == 0 && policy.Template != nil {
			template, err := s.client.PolicyTemplates.Get(ctx, policy.Template.ID, forReading(opts)...)
			if err != nil {
				return err
			}
			fields = template.ConfigFields
		}
		values, err = policyValues(fields, settings, false)
		return err
	}, func(body *PolicyUpdateRequest) {
		for _, value := range values {
			body.Values = put(body.Values, value, func(v PolicyValue) string { return v.ConfigFieldID })
		}
	}, opts)
}

// Modify reads a policy, lets change alter what of it can be written, and writes all of it back, so that no
// setting is lost: see [UsergroupsService.Modify]. Whether the service answers a sensitive setting in the
// clear is not documented, so set those anew. It returns the policy as written, which has no settings.
//
// It calls policies_get and policies_put.
func (s *PoliciesService) Modify(ctx context.Context, id string, change func(*PolicyUpdateRequest), opts ...RequestOption) (*Policy, error) {
	return s.modify(ctx, id, func(*PolicyWithDetails) error { return nil }, change, opts)
}

func (s *PoliciesService) modify(ctx context.Context, id string, check func(*PolicyWithDetails) error, change func(*PolicyUpdateRequest), opts []RequestOption) (*Policy, error) {
	return modify(opts,
		func(opts ...RequestOption) (*PolicyWithDetails, error) {
			policy, err := s.Get(ctx, id, opts...)
			if err == nil {
				err = check(policy)
			}
			return policy, err
		},
		func(body PolicyUpdateRequest, opts ...RequestOption) (*Policy, error) {
			return s.Update(ctx, id, body, opts...)
		},
		change)
}

// policyValues are settings as the values of fields: of those that are named, or of all.
func policyValues(fields []PolicyTemplateConfigField, settings map[string]any, all bool) (values []PolicyValue, err error) {
	var problems, known []string
	unknown := maps.Clone(settings)
	for _, field := range fields {
		_, first := unknown[field.Name]
		delete(unknown, field.Name)
		known = append(known, field.words())
		value, named := settings[field.Name]
		if !named && (!all || field.ReadOnly) {
			continue
		}
		if !named {
			value = field.DefaultValue
		}
		problem := field.problem(value, named)
		if named && !first {
			problem = "is the name of several fields: set their values by ConfigFieldID"
		}
		switch {
		case problem != "":
			problems = append(problems, strconv.Quote(field.Name)+" "+problem)
		case value != nil:
			values = append(values, PolicyValue{field.ID, field.Name, value, field.Sensitive})
		case named:
			values = append(values, PolicyValue{field.ID, field.Name, json.RawMessage("null"), field.Sensitive})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unknown)) {
		problems = append(problems, strconv.Quote(name)+" is no field of the template")
	}
	if len(problems) > 0 {
		return nil, &ParamError{Param: "settings", Problem: strings.Join(problems, ", ") + "; the fields are: " + strings.Join(known, ", ")}
	}
	return values, nil
}

// words describes a field: timeout (a number, required).
func (f PolicyTemplateConfigField) words() string {
	words := f.Name + " (" + cmp.Or(f.takes(), string(f.DisplayType), "anything")
	if f.Required {
		words += ", required"
	}
	if f.ReadOnly {
		words += ", read-only"
	}
	return words + ")"
}

// takes is the kind of value that a field takes, as far as that is known.
func (f PolicyTemplateConfigField) takes() string {
	switch f.DisplayType {
	case PolicyDisplayTypeCheckbox:
		return "true or false"
	case PolicyDisplayTypeNumber, PolicyDisplayTypeNumberInline:
		return "a number"
	case PolicyDisplayTypeText, PolicyDisplayTypeTextarea, PolicyDisplayTypeEmail, PolicyDisplayTypeDate, PolicyDisplayTypeFile:
		return "a text"
	case PolicyDisplayTypeSingleListBox, PolicyDisplayTypeTable:
		return "a list"
	}
	return ""
}

// problem says what is wrong with a value, without showing it.
func (f PolicyTemplateConfigField) problem(value any, named bool) string {
	data, err := json.Marshal(value)
	is, want := jsonKind(data), f.takes()
	switch {
	case err != nil:
		return "cannot be encoded as JSON"
	case named && f.ReadOnly:
		return "is read-only"
	case is == "null" || string(data) == `""`:
		if f.Required {
			return "is required"
		}
		return ""
	case !named || want == "" && is == "a list":
		return ""
	case want != "":
		if byDefault, _ := json.Marshal(f.DefaultValue); is != want && is != jsonKind(byDefault) {
			return "is " + is + ", want " + want
		}
		return ""
	}
	var choices []string
	list, _ := f.DisplayOptions["select"].([]any)
	for _, item := range list {
		choice, _ := item.(map[string]any)
		a, b := plainJSON(choice["value"]), plainJSON(choice["text"])
		if is := plainJSON(value); is == a || is == b {
			return ""
		}
		choices = append(choices, a+" ("+b+")")
	}
	if len(choices) == 0 {
		return ""
	}
	return "is none of the choices " + strings.Join(choices, ", ")
}

// plainJSON is a value as JSON, a text without its quotation marks.
func plainJSON(value any) string {
	data, _ := json.Marshal(value)
	if text, err := unquote(string(data)); err == nil {
		return text
	}
	return string(data)
}

func jsonKind(data []byte) string {
	switch kind(data) {
	case "t", "f":
		return "true or false"
	case `"`:
		return "a text"
	case "[":
		return "a list"
	case "{":
		return "an object"
	case "n":
		return "null"
	}
	return "a number"
}
