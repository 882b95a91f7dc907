package main

import (
	"cmp"
	"fmt"
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
	services  map[string]*Service
	schemas   map[*openapi3.Schema]*Schema
}

// schemaRef finds the component that a reference names. In which document it stands counts,
// because references inside it are relative to that.
func (b *builder) schemaRef(in *document, ref string, at place) (*document, string, *openapi3.SchemaRef) {
	file, pointer, _ := strings.Cut(ref, "#")
	home := in
	if file != "" {
		home = b.document(path.Base(file))
	}
	name, ok := strings.CutPrefix(pointer, "/components/schemas/")
	if home == nil || !ok || home.spec.Components == nil || home.spec.Components.Schemas[name] == nil {
		b.add(at, "reference to %q: only schemas under components of the documents of api/ can be used", ref)
		return nil, "", nil
	}
	return home, name, home.spec.Components.Schemas[name]
}

func (b *builder) document(file string) *document {
	for _, known := range b.documents {
		if known.file == file {
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
	where := place{file: home.file, what: "schema " + name}.in(found.Value.Origin, "")
	where.what = "schema " + name
	built := &Schema{Name: name, at: where}
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
	switch s.Kind {
	case enumSchema:
		s.Enum = b.enumValues(s, spec)
	case structSchema, envelopeSchema:
		s.Properties = b.properties(home, s, spec)
	case handwrittenSchema:
		s.Uses = b.referred(home, s.at, &openapi3.SchemaRef{Value: spec})
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

// properties lists the properties of an object in the order of the document; those of allOf come
// in the order of its parts. A property that the object describes anew replaces the one it took over.
func (b *builder) properties(home *document, s *Schema, spec *openapi3.Schema) []*Property {
	required := map[string]bool{}
	var found []*Property
	for _, property := range b.flatten(home, s, spec, required) {
		at := slices.IndexFunc(found, func(other *Property) bool { return other.Key == property.Key })
		if at < 0 {
			found = append(found, property)
			continue
		}
		if found[at].Type.goType(WriteForm) != property.Type.goType(WriteForm) {
			b.add(property.at, "is a %s here and a %s in %s", property.Type.goType(WriteForm), found[at].Type.goType(WriteForm), found[at].at)
		}
		found[at] = property
	}
	for _, property := range found {
		property.Required = required[property.Key]
		delete(required, property.Key)
	}
	for _, key := range slices.Sorted(keys(required)) {
		b.add(s.at, "required names %q, which is not a property", key)
	}
	return found
}

func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func (b *builder) flatten(home *document, s *Schema, spec *openapi3.Schema, required map[string]bool) []*Property {
	for _, key := range spec.Required {
		required[key] = true
	}
	if has := spec.AdditionalProperties.Has; has != nil && !*has {
		b.add(s.at, "additionalProperties: false is not understood: JumpCloud adds keys at any time; leave it out")
	}
	if spec.AdditionalProperties.Schema != nil {
		b.add(s.at, "additionalProperties with a schema on a component: use it on a property, or true for an open model")
	}
	var found []*Property
	for _, part := range spec.AllOf {
		found = append(found, b.flattenPart(home, s, part, required)...)
	}
	for _, key := range inOrder(spec.Properties) {
		found = append(found, b.property(home, s, key, spec.Properties[key]))
	}
	return found
}

// flattenObject takes over the fields of a part, and whether it is open.
func (b *builder) flattenObject(home *document, s *Schema, spec *openapi3.Schema, required map[string]bool) []*Property {
	if free := spec.AdditionalProperties.Has; free != nil && *free {
		s.Open = true
	}
	return b.flatten(home, s, spec, required)
}

// flattenPart is one member of allOf: a component, of which the fields are taken over, or an object
// that stands there itself.
func (b *builder) flattenPart(home *document, s *Schema, part *openapi3.SchemaRef, required map[string]bool) []*Property {
	if part.Ref == "" {
		b.refuseUnion(s.at, part.Value)
		return b.flattenObject(home, s, part.Value, required)
	}
	partHome, name, found := b.schemaRef(home, part.Ref, s.at)
	if found == nil {
		return nil
	}
	part = found
	for _, not := range []string{"x-go-handwritten", "x-go-envelope"} {
		if b.flag(s.at, part.Value.Extensions, not) {
			b.add(s.at, "allOf refers to %s, which is %s: only the fields of plain objects can be taken over", name, not)
			return nil
		}
	}
	b.refuseUnion(s.at, part.Value)
	return b.flattenObject(partHome, s, part.Value, required)
}

// inOrder sorts the keys of a map by where they stand in the document.
func inOrder(schemas openapi3.Schemas) []string {
	names := slices.Sorted(keys(schemas))
	slices.SortStableFunc(names, func(x, y string) int {
		a, b := originOf(schemas[x]), originOf(schemas[y])
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return names
}

func originOf(ref *openapi3.SchemaRef) openapi3.Location {
	origin := ref.Origin
	if origin == nil && ref.Ref == "" && ref.Value != nil {
		origin = ref.Value.Origin
	}
	if origin == nil || origin.Key == nil {
		return openapi3.Location{}
	}
	return *origin.Key
}

func (b *builder) property(home *document, s *Schema, key string, ref *openapi3.SchemaRef) *Property {
	at := place{file: home.file, line: originOf(ref).Line, what: s.at.what + ", property " + key}
	property := &Property{Key: key, at: at}
	property.Go = b.goName(at, key, extensionsOf(ref))
	if ref.Ref != "" {
		property.Type = b.typeOf(home, at, ref)
		property.Doc = b.docOfTarget(property.Type)
		return property
	}
	spec := ref.Value
	property.Doc = b.text(at, spec.Description, "description")
	property.Limits = limits(spec)
	property.Nullable = spec.Nullable
	property.ReadOnly, property.WriteOnly = spec.ReadOnly, spec.WriteOnly
	property.Deprecated = b.deprecation(at, spec.Deprecated, spec.Extensions)
	property.Type = b.typeOf(home, at, ref)
	return property
}

func extensionsOf(ref *openapi3.SchemaRef) map[string]any {
	if ref.Ref != "" {
		return ref.Extensions
	}
	return ref.Value.Extensions
}

// docOfTarget describes a property that is nothing but a reference: what its type says.
func (b *builder) docOfTarget(of *Type) string {
	if of == nil || of.Schema == nil {
		return ""
	}
	first, _, _ := strings.Cut(of.Schema.Doc, "\n\n")
	return first
}

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
	}
	b.add(at, "unknown x-go-type %q: use Secret, Time or any; refer to a component for a type written by hand", goType)
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
		"string": stringType, "string date-time": timeType, "string email": stringType, "string uri": stringType,
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
