package main

import (
	"cmp"
	"go/token"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// build turns the documents into an API, or says everything that is wrong with them.
func build(documents []*document) (*API, error) {
	b := &builder{
		documents: documents,
		schemas:   map[*openapi3.Schema]*Schema{},
	}
	api := &API{documents: documents}
	var service *Service
	for _, d := range documents {
		if d.of != nil {
			b.buildOperations(d, service)
			continue
		}
		if service = b.declareService(d); service != nil {
			api.Services = append(api.Services, service)
			b.buildOperations(d, service)
		}
	}
	slices.SortFunc(api.Services, func(x, y *Service) int {
		return cmp.Or(cmp.Compare(uint(x.Order-1), uint(y.Order-1)), cmp.Compare(x.Name, y.Name))
	})
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

// declareService reads the one service that a document describes.
func (b *builder) declareService(d *document) *Service {
	if d.file == sharedFile {
		return nil
	}
	if len(d.spec.Tags) != 1 {
		b.add(place{file: d.file}, "tags: want exactly one, the service; found %d", len(d.spec.Tags))
		return nil
	}
	tag := d.spec.Tags[0]
	at := place{file: d.file}.in(tag.Origin, "tag %s", tag.Name)
	service := &Service{Name: tag.Name, File: strings.TrimSuffix(d.file, ".yaml"), Title: d.spec.Info.Title, at: at}
	service.Doc = b.text(at, tag.Description, "description")
	if service.Title == "" || strings.ContainsAny(service.Title, "\n") || strings.HasSuffix(service.Title, ".") {
		b.add(at, "info, title %q: want one line without a full stop, the comment of the client's field", service.Title)
	}
	if order, set := tag.Extensions["x-go-order"]; set {
		if service.Order, set = wholeNumber(order); !set || service.Order < 1 {
			b.add(at, "x-go-order %v: want a number from 1 on, the place in lists of services", order)
		}
	}
	if _, err := identifier(tag.Name, tag.Name); err != nil || !token.IsExported(tag.Name) {
		b.add(at, "the name of a tag is the Go name of a service, an exported identifier")
	}
	return service
}

// A located operation, to sort by where it stands in the document.
type located struct {
	path, method string
	item         *openapi3.PathItem
	spec         *openapi3.Operation
}

func (b *builder) buildOperations(d *document, service *Service) {
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
		b.buildOperation(d, service, at)
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
			cmp.Compare(b.rank(x.at.file), b.rank(y.at.file)), cmp.Compare(x.at.line, y.at.line), cmp.Compare(x.Name, y.Name))
	})
	return built
}

// rank is where a document stands among all.
func (b *builder) rank(file string) int {
	return slices.IndexFunc(b.documents, func(d *document) bool { return d.file == file })
}

// markUses finds which schemas requests hold, which answers hold, and which are results.
func (b *builder) markUses(api *API) {
	for _, operation := range api.Operations() {
		if operation.Body != nil && operation.Body.Schema != nil {
			operation.Body.Schema.Body = true
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
