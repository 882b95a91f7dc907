package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

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
	if update := b.string(at, spec.Extensions, "x-go-update"); update != "" && strings.HasSuffix(s.Name, "Update") {
		property.Doc = property.Doc + " " + update
	}
	property.Limits = limits(spec)
	property.Nullable = spec.Nullable
	property.Opt = b.flag(at, spec.Extensions, "x-go-opt")
	property.ReadOnly, property.WriteOnly = spec.ReadOnly, spec.WriteOnly
	property.Deprecated = b.deprecation(at, spec.Deprecated, spec.Extensions)
	property.Type = b.typeOf(home, at, ref)
	if property.Opt && (!property.Type.isObject() || property.Nullable) {
		b.add(at, "x-go-opt is for objects that are not nullable: all else is an Opt, or has nil, without it")
	}
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
