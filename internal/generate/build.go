package main

import (
	"cmp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// build turns the documents into an API, or says everything that is wrong with them.
func build(documents []*document) (*API, error) {
	b := &builder{
		documents: documents,
		services:  map[string]*Service{},
		schemas:   map[*openapi3.Schema]*Schema{},
	}
	api := &API{}
	for _, d := range documents {
		api.Services = append(api.Services, b.declareServices(d)...)
	}
	for _, d := range documents {
		b.buildOperations(d)
	}
	for _, schema := range b.builtSchemas() {
		if schema.Kind == envelopeSchema {
			api.Envelopes = append(api.Envelopes, schema)
			continue
		}
		api.Schemas = append(api.Schemas, schema)
	}
	b.markUses(api)
	b.checkServices(api)
	b.checkSchemas(api)
	b.checkNames(api)
	b.linkMethods(api)
	return api, b.err()
}

func (b *builder) declareServices(d *document) []*Service {
	var declared []*Service
	for _, tag := range d.spec.Tags {
		at := place{file: d.file}.in(tag.Origin, "tag %s", tag.Name)
		if b.services[tag.Name] != nil {
			b.add(at, "the service is declared twice")
			continue
		}
		service := &Service{Name: tag.Name, at: at}
		service.Doc = b.text(at, tag.Description, "description")
		service.File = b.string(at, tag.Extensions, "x-go-file")
		if service.File == "" {
			b.add(at, "no x-go-file: say in which api_<x-go-file>.go it belongs")
		}
		if _, err := identifier(tag.Name, tag.Name); err != nil {
			b.add(at, "the name of a tag is the Go name of a service: %w", err)
		}
		b.services[tag.Name] = service
		declared = append(declared, service)
	}
	return declared
}

// A located operation, to sort by where it stands in the document.
type located struct {
	path, method string
	item         *openapi3.PathItem
	spec         *openapi3.Operation
}

func (b *builder) buildOperations(d *document) {
	var found []located
	for path, item := range d.spec.Paths.Map() {
		for method, spec := range item.Operations() {
			found = append(found, located{path, method, item, spec})
		}
	}
	slices.SortFunc(found, func(x, y located) int {
		return cmp.Or(
			cmp.Compare(lineOf(x.item.Origin), lineOf(y.item.Origin)),
			cmp.Compare(lineOf(x.spec.Origin), lineOf(y.spec.Origin)),
			cmp.Compare(x.path+x.method, y.path+y.method))
	})
	for _, at := range found {
		b.buildOperation(d, at)
	}
}

func lineOf(origin *openapi3.Origin) int {
	if origin == nil || origin.Key == nil {
		return 0
	}
	return origin.Key.Line
}

// builtSchemas are the schemas that operations reach, in the order of the documents.
func (b *builder) builtSchemas() []*Schema {
	var built []*Schema
	for _, schema := range b.schemas {
		built = append(built, schema)
	}
	slices.SortFunc(built, func(x, y *Schema) int {
		return cmp.Or(
			cmp.Compare(x.at.file, y.at.file), cmp.Compare(x.at.line, y.at.line), cmp.Compare(x.Name, y.Name))
	})
	return built
}

// markUses finds which schemas requests hold, which answers hold, and which are results.
func (b *builder) markUses(api *API) {
	for _, operation := range api.Operations() {
		if operation.Body != nil {
			mark(operation.Body.Schema, WriteForm)
		}
		if operation.Result.Schema != nil {
			operation.Result.Schema.Item = true
			mark(operation.Result.Schema, ReadForm)
		}
	}
}

func mark(s *Schema, form Form) {
	used := &s.Read
	if form == WriteForm {
		used = &s.Write
	}
	if *used {
		return
	}
	*used = true
	for _, property := range s.Fields(form) {
		if inner := property.Type.schema(); inner != nil {
			mark(inner, form)
		}
	}
	for _, inner := range s.Uses {
		mark(inner, form)
	}
}
