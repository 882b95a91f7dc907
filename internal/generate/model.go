package main

import (
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A builder turns documents into an API. Schemas are built when an operation first reaches them;
// what only error answers reach stays unbuilt, because errors have types written by hand.
type builder struct {
	problems
	documents []*document
	schemas   map[*openapi3.Schema]*Schema
}

// schemaRef finds the component that a reference names. In which document it stands counts,
// because references inside it are relative to that.
func (b *builder) schemaRef(in *document, ref string, at place) (*document, string, *openapi3.SchemaRef) {
	_, pointer, _ := strings.Cut(ref, "#")
	home := b.home(in, ref)
	name, ok := strings.CutPrefix(pointer, "/components/schemas/")
	if home == nil || !ok || home.spec.Components == nil || home.spec.Components.Schemas[name] == nil {
		b.add(at, "reference to %q: only schemas under components of the documents of api/ can be used", ref)
		return nil, "", nil
	}
	return home, name, home.spec.Components.Schemas[name]
}

// home is the document that a reference leads to: what it finds there refers on from there. Without
// a reference it is the document itself.
func (b *builder) home(in *document, ref string) *document {
	file, _, _ := strings.Cut(ref, "#")
	if file == "" {
		return in
	}
	for _, known := range b.documents {
		if known.file == path.Base(file) {
			return known
		}
	}
	return nil
}

// schema builds the component that a reference names, once.
func (b *builder) schema(in *document, ref string, at place) *Schema {
	home, name, found := b.schemaRef(in, ref, at)
	if found == nil {
		return nil
	}
	if found.Ref != "" {
		b.add(at, "schema %s is only a reference to %s: refer to that itself", name, found.Ref)
		return nil
	}
	if built := b.schemas[found.Value]; built != nil {
		return built
	}
	built := &Schema{Name: name, at: place{file: home.file}.in(found.Value.Origin, "schema %s", name)}
	b.schemas[found.Value] = built
	b.fillSchema(home, built, found.Value)
	return built
}

func (b *builder) fillSchema(home *document, s *Schema, spec *openapi3.Schema) {
	if !token.IsIdentifier(s.Name) || !token.IsExported(s.Name) {
		b.add(s.at, "the key of a schema is its Go name and must be an exported identifier")
	}
	s.Doc = b.text(s.at, spec.Description, "description")
	s.JumpCloud = b.strings(s.at, spec.Extensions, "x-jumpcloud-schema")
	s.OldNames = b.strings(s.at, spec.Extensions, "x-old-go")
	s.Open = spec.AdditionalProperties.Has != nil && *spec.AdditionalProperties.Has
	s.Lenient = b.flag(s.at, spec.Extensions, "x-go-lenient")
	s.Deprecated = b.deprecation(s.at, spec.Deprecated, spec.Extensions)
	if id := b.string(s.at, spec.Extensions, "x-go-id"); id != "" {
		s.IDPath = strings.Split(id, ".")
	}
	s.Kind = b.schemaKind(s, spec)
	if s.Kind != envelopeSchema {
		s.File = b.string(s.at, spec.Extensions, "x-go-file")
		if s.File == "" && s.Kind != handwrittenSchema {
			b.add(s.at, "no x-go-file: say in which model_<x-go-file>.go it belongs")
		}
	}
	if update := b.string(s.at, spec.Extensions, "x-go-becomes"); update != "" {
		s.Becomes = b.schema(home, "#/components/schemas/"+update, s.at)
	}
	switch s.Kind {
	case enumSchema:
		s.Enum = b.enumValues(s, spec)
	case structSchema, envelopeSchema:
		s.Properties = b.properties(home, s, spec)
		b.checkProperties(s, spec, "x-unique")
		b.checkProperties(s, spec, "x-list-omits")
	case handwrittenSchema:
		s.Secret = b.flag(s.at, spec.Extensions, "x-go-secret")
		s.Uses = b.referred(home, s.at, &openapi3.SchemaRef{Value: spec})
	}
}

// checkProperties holds a word that lists properties to those that there are.
func (b *builder) checkProperties(s *Schema, spec *openapi3.Schema, word string) {
	for _, name := range b.strings(s.at, spec.Extensions, word) {
		if !slices.ContainsFunc(s.Properties, func(p *Property) bool { return p.Key == name }) {
			b.add(s.at, "%s: %s is no property", word, name)
		}
	}
}

// referred builds what a type written by hand refers to: its enums have constants.
func (b *builder) referred(home *document, at place, ref *openapi3.SchemaRef) []*Schema {
	if ref == nil {
		return nil
	}
	if ref.Ref != "" {
		if found := b.schema(home, ref.Ref, at); found != nil {
			return []*Schema{found}
		}
		return nil
	}
	spec := ref.Value
	found := slices.Concat(b.referred(home, at, spec.Items), b.referred(home, at, spec.AdditionalProperties.Schema))
	for _, part := range slices.Concat(spec.AllOf, spec.OneOf, spec.AnyOf) {
		found = append(found, b.referred(home, at, part)...)
	}
	for _, key := range inOrder(spec.Properties) {
		found = append(found, b.referred(home, at, spec.Properties[key])...)
	}
	return found
}

// schemaKind tells the four kinds of components apart and refuses a fifth.
func (b *builder) schemaKind(s *Schema, spec *openapi3.Schema) schemaKind {
	if b.flag(s.at, spec.Extensions, "x-go-mixin") {
		b.add(s.at, "a mixin has no Go type: it can only be flattened by allOf")
	}
	if b.flag(s.at, spec.Extensions, "x-go-handwritten") {
		b.sameTypeByHand(s, spec)
		return handwrittenSchema
	}
	b.refuseUnion(s.at, spec)
	if b.flag(s.at, spec.Extensions, "x-go-secret") {
		b.add(s.at, "x-go-secret: a component has it only with x-go-handwritten; of others, the properties say what is secret")
	}
	if goType, set := spec.Extensions["x-go-type"]; set {
		b.add(s.at, "x-go-type %v: a component has it only with x-go-handwritten", goType)
	}
	switch {
	case spec.Type.Is("string") && len(spec.Enum) > 0:
		return enumSchema
	case b.flag(s.at, spec.Extensions, "x-go-envelope"):
		return envelopeSchema
	case spec.Type.Is("object") || len(spec.AllOf) > 0:
		if spec.Type != nil && !spec.Type.Is("object") {
			b.add(s.at, "type %v with allOf: only objects can be put together", spec.Type.Slice())
		}
		return structSchema
	}
	b.add(s.at, "a component of type %v: only objects and string enums have names", spec.Type.Slice())
	return structSchema
}

func (b *builder) sameTypeByHand(s *Schema, spec *openapi3.Schema) {
	if goType := b.string(s.at, spec.Extensions, "x-go-type"); goType != "" && goType != s.Name {
		b.add(s.at, "x-go-type %s: a type written by hand has the name of its schema", goType)
	}
}

func (b *builder) refuseUnion(at place, spec *openapi3.Schema) {
	if len(spec.OneOf)+len(spec.AnyOf) > 0 {
		b.add(at, "oneOf or anyOf: Go has no unions; add x-go-type: any to the property, or x-go-handwritten to the component")
	}
}

func (b *builder) enumValues(s *Schema, spec *openapi3.Schema) []EnumValue {
	names := b.strings(s.at, spec.Extensions, "x-enum-varnames")
	docs := b.strings(s.at, spec.Extensions, "x-enum-descriptions")
	if len(names) != len(spec.Enum) || len(docs) != len(spec.Enum) {
		b.add(s.at, "enum has %d values, x-enum-varnames %d, x-enum-descriptions %d: give each value a name and a description",
			len(spec.Enum), len(names), len(docs))
		return nil
	}
	var found []EnumValue
	for i, value := range spec.Enum {
		text, ok := value.(string)
		if !ok {
			b.add(s.at, "enum value %v is not a string", value)
		}
		if !strings.HasPrefix(names[i], s.Name) || !token.IsIdentifier(names[i]) {
			b.add(s.at, "constant %q: must be an identifier that starts with %s", names[i], s.Name)
		}
		found = append(found, EnumValue{Name: names[i], Value: text, Doc: docs[i]})
	}
	return found
}
