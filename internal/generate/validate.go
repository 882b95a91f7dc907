package main

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// Checks of the whole, after everything is built.

func (b *builder) checkServices(api *API) {
	ids, routes := map[string]*Operation{}, map[string]*Operation{}
	for _, service := range api.Services {
		if len(service.Operations) == 0 {
			b.add(service.at, "the document has no operation")
		}
		for _, operation := range service.Operations {
			b.once(ids, operation.ID, operation, "the operation id")
			b.once(routes, operation.Method+" "+operation.Route, operation, "the route")
		}
	}
}

func (b *builder) once(seen map[string]*Operation, key string, operation *Operation, what string) {
	if other := seen[key]; other != nil {
		b.add(operation.at, "%s %s is also that of %s", what, key, other.at)
	}
	seen[key] = operation
}

// checkSchemas refuses what a schema cannot be in the form that its use asks for.
func (b *builder) checkSchemas(api *API) {
	for _, s := range api.Schemas {
		if s.Kind != structSchema {
			continue
		}
		if s.Lenient && !s.Read {
			b.add(s.at, "x-go-lenient: no answer holds this schema, so nothing is decoded leniently")
		}
		if s.Lenient && s.Open {
			b.add(s.at, "x-go-lenient on an open model is not understood")
		}
		if s.Lenient && len(s.integers()) == 0 {
			b.add(s.at, "x-go-lenient: the schema has no integer property")
		}
		b.checkID(s)
		b.checkFields(s)
	}
}

// integers are the keys that x-go-lenient is about.
func (s *Schema) integers() []string {
	var found []string
	for _, property := range s.Fields(ReadForm) {
		if property.Type.Kind == intType || property.Type.Kind == int64Type {
			found = append(found, property.Key)
		}
	}
	return found
}

func (b *builder) checkID(s *Schema) {
	if len(s.IDPath) == 0 {
		return
	}
	if !s.Item {
		b.add(s.at, "x-go-id: no operation answers this schema, alone or in a list")
		return
	}
	within := s
	for i, key := range s.IDPath {
		property := within.property(key)
		last := i == len(s.IDPath)-1
		switch {
		case property == nil:
			b.add(s.at, "x-go-id %s: %s has no property %q", strings.Join(s.IDPath, "."), within.Name, key)
			return
		case last && property.Type.Kind != stringType:
			b.add(s.at, "x-go-id %s: must end at a string", strings.Join(s.IDPath, "."))
		case !last && property.Type.Kind != objectType:
			b.add(s.at, "x-go-id %s: %q is not an object", strings.Join(s.IDPath, "."), key)
			return
		}
		within = property.Type.Schema
	}
}

// Names that generated code gives to models itself, and those that come with the embedded Raw: no
// field may have one.
var (
	generatedNames = []string{"Input", "LogValue", "MarshalJSON", "UnmarshalJSON"}
	rawNames       = []string{"Raw", "RawJSON", "Has", "IsNull", "Field"}
)

func (b *builder) checkFields(s *Schema) {
	if s.Becomes != nil {
		b.checkBecomes(s)
	}
	if s.Read {
		b.checkFieldNames(s, ReadForm)
	}
	if s.Write {
		b.checkFieldNames(s, WriteForm)
	}
	for _, property := range s.Properties {
		if slices.Contains(generatedNames, property.Go) ||
			s.Item && slices.Contains(rawNames, property.Go) || s.Open && property.Go == "Extra" {
			b.add(property.at, "the model has something else of the Go name %s: set x-go-name", property.Go)
		}
		if s.BothWays() && property.in(ReadForm) && property.in(WriteForm) && !copyable(property.Type) {
			b.add(property.at, "Input cannot copy a %s yet; teach the generator (render_input.go)", property.GoType(ReadForm))
		}
	}
}

// checkBecomes tells whether each field that an update shares can be copied into it.
func (b *builder) checkBecomes(s *Schema) {
	for _, property := range s.Fields(WriteForm) {
		other := s.Becomes.property(property.Key)
		if other != nil && other.in(WriteForm) && property.Type.goType(WriteForm) != other.Type.goType(WriteForm) {
			b.add(property.at, "is a %s here and a %s in %s, which x-go-becomes names", property.Type.goType(WriteForm), other.Type.goType(WriteForm), s.Becomes.Name)
		}
	}
}

// checkFieldNames holds the fields of one form against each other.
func (b *builder) checkFieldNames(s *Schema, form Form) {
	byName := map[string]*Property{}
	for _, property := range s.Fields(form) {
		if other := byName[property.Go]; other != nil {
			b.add(property.at, "has the Go name %s, like %q: set x-go-name", property.Go, other.Key)
		}
		byName[property.Go] = property
	}
}

// copyable tells whether Input knows how to copy a value: no object deeper than one list.
func copyable(t *Type) bool {
	switch t.Kind {
	case listType:
		return t.Elem.Kind == objectType || t.Elem.schema() == nil || t.Elem.Kind == enumType
	case mapType:
		return t.Elem.schema() == nil
	}
	return true
}

// checkNames holds all exported names of the package against each other.
func (b *builder) checkNames(api *API) {
	names := map[string]string{}
	declare := func(at place, name string) {
		if other, taken := names[name]; taken {
			b.add(at, "the Go name %s is already that of %s", name, other)
			return
		}
		names[name] = at.String()
	}
	for _, service := range api.Services {
		if service.File == "client" {
			b.add(service.at, "api_client.go is the client's own file: name the document otherwise")
		}
		declare(service.at, service.Type())
		methods := map[string]string{}
		for _, operation := range service.Operations {
			b.declareMethods(operation, methods)
			if operation.OwnParams() {
				declare(operation.at, operation.ParamsType())
			}
			b.checkShared(operation)
		}
	}
	for _, schema := range api.Schemas {
		declare(schema.at, schema.Name)
		if schema.BothWays() {
			declare(schema.at, schema.WriteName())
		}
		for _, value := range schema.Enum {
			declare(schema.at, value.Name)
		}
	}
}

// checkShared holds the parameters of an operation against those that it says it shares.
func (b *builder) checkShared(o *Operation) {
	if o.Shared == "" {
		return
	}
	if !token.IsIdentifier(o.Shared) || !token.IsExported(o.Shared) || !o.HasParams() {
		b.add(o.at, "x-go-params %q: want the exported name of a type, and optional parameters", o.Shared)
		return
	}
	first := o.Service.sharing(o.Shared)[0]
	same := func(x, y *Param) bool {
		return x.Key == y.Key && x.Go == y.Go && x.Kind == y.Kind && x.Type() == y.Type() && x.Sep == y.Sep && x.Max == y.Max
	}
	if !slices.EqualFunc(first.Params, o.Params, same) {
		b.add(o.at, "x-go-params %s: has other parameters than %s", o.Shared, first.at)
	}
}

func (b *builder) declareMethods(operation *Operation, methods map[string]string) {
	names := []string{operation.Name}
	if operation.Paging != nil {
		names = append(names, operation.Paging.All)
	}
	for _, name := range names {
		if other, taken := methods[name]; taken {
			b.add(operation.at, "the method %s is already that of %s", name, other)
			continue
		}
		methods[name] = fmt.Sprintf("%s (%s %s)", operation.ID, operation.Method, operation.Route)
	}
}
