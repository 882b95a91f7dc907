package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// typeOf is the type of a property, a list item or a map value.
func (b *builder) typeOf(home *document, at place, ref *openapi3.SchemaRef) *Type {
	if ref.Ref != "" {
		return b.namedType(home, at, ref.Ref)
	}
	spec := ref.Value
	if goType := b.string(at, spec.Extensions, "x-go-type"); goType != "" {
		return b.overriddenType(at, goType, spec)
	}
	b.refuseUnion(at, spec)
	switch {
	case len(spec.AllOf) == 1 && spec.AllOf[0].Ref != "" && spec.Type == nil:
		return b.namedType(home, at, spec.AllOf[0].Ref) // the way to give a reference a description
	case len(spec.AllOf) > 0:
		b.add(at, "allOf in a property: only one reference (to give it a description) is understood; name the object as a component")
	case spec.Type.Is("array"):
		return b.listOf(home, at, spec)
	case spec.Type.Is("object"):
		return b.mapOf(home, at, spec)
	case len(spec.Enum) > 0:
		b.add(at, "enum in a property: name it as a component, so that its values get constants")
	default:
		return b.scalar(at, spec)
	}
	return &Type{Kind: anyType}
}

func (b *builder) namedType(home *document, at place, ref string) *Type {
	schema := b.schema(home, ref, at)
	if schema == nil {
		return &Type{Kind: anyType}
	}
	switch schema.Kind {
	case enumSchema:
		return &Type{Kind: enumType, Schema: schema}
	case handwrittenSchema:
		return &Type{Kind: handwrittenType, Schema: schema}
	case envelopeSchema:
		b.add(at, "refers to %s: an envelope can only be the answer of a list", schema.Name)
	}
	return &Type{Kind: objectType, Schema: schema}
}

func (b *builder) overriddenType(at place, goType string, spec *openapi3.Schema) *Type {
	switch goType {
	case "Secret", "Time":
		if !spec.Type.Is("string") {
			b.add(at, "x-go-type %s: want type string, found %v", goType, spec.Type.Slice())
		}
		if goType == "Time" {
			return &Type{Kind: timeType}
		}
		return &Type{Kind: secretType}
	case "any":
		return &Type{Kind: anyType}
	case "SecretMap":
		if free := spec.AdditionalProperties.Has; !spec.Type.Is("object") || free == nil || !*free || len(spec.Properties) > 0 {
			b.add(at, "x-go-type SecretMap: want an object with additionalProperties: true and nothing else")
		}
		return &Type{Kind: secretMapType}
	}
	b.add(at, "unknown x-go-type %q: use Secret, SecretMap, Time or any; refer to a component for a type written by hand", goType)
	return &Type{Kind: anyType}
}

func (b *builder) listOf(home *document, at place, spec *openapi3.Schema) *Type {
	if spec.Items == nil {
		b.add(at, "array without items")
		return &Type{Kind: listType, Elem: &Type{Kind: anyType}}
	}
	return &Type{Kind: listType, Elem: b.typeOf(home, at, spec.Items)}
}

// mapOf is an object without a name: only a map is understood.
func (b *builder) mapOf(home *document, at place, spec *openapi3.Schema) *Type {
	free := spec.AdditionalProperties
	switch {
	case len(spec.Properties) > 0:
		b.add(at, "object with properties inside another: name it as a component")
	case free.Has != nil && !*free.Has:
		b.add(at, "additionalProperties: false is not understood; leave it out")
	case free.Schema != nil:
		return &Type{Kind: mapType, Elem: b.typeOf(home, at, free.Schema)}
	case free.Has == nil:
		b.add(at, "object without properties: say additionalProperties: true where every key is free")
	}
	return &Type{Kind: mapType, Elem: &Type{Kind: anyType}}
}

func (b *builder) scalar(at place, spec *openapi3.Schema) *Type {
	kind, format := strings.Join(spec.Type.Slice(), " or "), spec.Format
	known := map[string]typeKind{
		"string": stringType, "string date-time": timeType, "string email": stringType, "string uri": stringType, "string byte": stringType,
		"boolean": boolType, "integer": intType, "integer int64": int64Type, "integer int32": intType,
		"number": floatType,
	}
	found, ok := known[strings.TrimSpace(kind+" "+format)]
	if !ok {
		b.add(at, "type %q with format %q is not understood; correct it, or teach the generator (model.go)", kind, format)
	}
	return &Type{Kind: found}
}

// limits puts the bounds of a value into words.
func limits(spec *openapi3.Schema) string {
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	mentioned := func(number string) bool { return slices.Contains(numbers(spec.Description), number) }
	if spec.MaxLength != nil && !mentioned(fmt.Sprint(*spec.MaxLength)) {
		say("At most %d characters.", *spec.MaxLength)
	}
	if spec.MinLength > 0 && !mentioned(fmt.Sprint(spec.MinLength)) {
		say("At least %d %s.", spec.MinLength, plural(spec.MinLength, "character"))
	}
	low, high := bound(spec.Min), bound(spec.Max)
	switch {
	case low != "" && high != "" && !(mentioned(low) && mentioned(high)):
		say("From %s to %s.", low, high)
	case low != "" && high == "" && !mentioned(low):
		say("At least %s.", low)
	case high != "" && low == "" && !mentioned(high):
		say("At most %s.", high)
	}
	if spec.MaxItems != nil && !mentioned(fmt.Sprint(*spec.MaxItems)) {
		say("At most %d %s.", *spec.MaxItems, plural(*spec.MaxItems, "item"))
	}
	if spec.MinItems > 0 && !mentioned(fmt.Sprint(spec.MinItems)) {
		say("At least %d %s.", spec.MinItems, plural(spec.MinItems, "item"))
	}
	if spec.Default != nil && !strings.Contains(strings.ToLower(spec.Description), "default") {
		say("JumpCloud's default is %v.", spec.Default)
	}
	return strings.Join(said, " ")
}

func bound(value *float64) string {
	if value == nil {
		return ""
	}
	return strings.TrimSuffix(fmt.Sprintf("%.6f", *value), ".000000")
}

func plural(n uint64, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// numbers are the numbers that a text names; separators of thousands do not count.
func numbers(text string) []string {
	text = strings.ReplaceAll(text, ",", "")
	return strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}
