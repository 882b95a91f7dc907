package main

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// parameters sorts the parameters of an operation into path ids, required query lists and the
// fields of the params struct.
func (b *builder) parameters(d *document, o *Operation, refs openapi3.Parameters) {
	paths := map[string]*Argument{}
	for _, ref := range refs {
		spec, home := ref.Value, b.home(d, ref.Ref)
		at := o.at.in(ref.Origin, "parameter %s", spec.Name)
		if b.flag(at, spec.Extensions, "x-go-runtime") {
			b.runtimeParameter(o, at, spec)
			continue
		}
		if from := b.string(at, spec.Extensions, "x-go-from"); from != "" {
			b.derivedHeader(o, at, spec, from)
			continue
		}
		b.text(at, spec.Description, "description")
		if spec.Schema == nil {
			b.add(at, "no schema")
			continue
		}
		switch {
		case spec.In == openapi3.ParameterInPath:
			paths[spec.Name] = b.pathArgument(home, at, spec)
		case b.flag(at, spec.Extensions, "x-go-option"):
			b.option(o, at, spec)
		case spec.Required:
			o.Required = append(o.Required, b.requiredArgument(home, at, spec))
		default:
			if param := b.param(home, o, at, spec); param != nil {
				o.Params = append(o.Params, param)
			}
		}
	}
	b.orderPathArguments(o, paths)
	b.checkArguments(o)
	pagingFirst(o)
}

// runtimeParameter accepts what the client itself sends: the organization, and what is always the same.
func (b *builder) runtimeParameter(o *Operation, at place, spec *openapi3.Parameter) {
	if spec.In == openapi3.ParameterInHeader && spec.Name == "x-org-id" {
		return
	}
	if schema := spec.Schema; spec.In == openapi3.ParameterInQuery && schema != nil && schema.Ref == "" && len(schema.Value.Enum) == 1 {
		o.Fixed = append(o.Fixed, [2]string{spec.Name, fmt.Sprint(schema.Value.Enum[0])})
		return
	}
	b.add(at, "x-go-runtime: the client sends by itself the header x-org-id, and a query parameter whose enum has one value")
}

// derivedHeader is a header that a method of the body gives.
func (b *builder) derivedHeader(o *Operation, at place, spec *openapi3.Parameter, from string) {
	if spec.In != openapi3.ParameterInHeader || !token.IsIdentifier(from) || o.Body == nil || o.Body.List || o.Body.Schema == nil {
		b.add(at, "x-go-from %s: want a header, the name of a method, and a body that is one object", from)
	}
	o.Derived = append(o.Derived, [2]string{spec.Name, from})
}

// option is a parameter that callers add with an option.
func (b *builder) option(o *Operation, at place, spec *openapi3.Parameter) {
	param := &Param{Key: spec.Name, Doc: strings.TrimSpace(spec.Description)}
	switch {
	case spec.Required:
		b.add(at, "x-go-option: a required parameter is an argument")
	case spec.In == openapi3.ParameterInHeader:
		param.Kind = headerParam
	case spec.In != openapi3.ParameterInQuery:
		b.add(at, "x-go-option: want a header or a query parameter")
	}
	o.Options = append(o.Options, param)
}

func (b *builder) pathArgument(home *document, at place, spec *openapi3.Parameter) *Argument {
	argument := &Argument{Key: spec.Name, Go: b.argumentName(at, spec), Type: "string", Doc: strings.TrimSpace(spec.Description)}
	if spec.Schema.Ref != "" {
		if argument.Enum = b.textEnum(home, at, spec); argument.Enum != nil {
			argument.Type = argument.Enum.Name
		}
		return argument
	}
	if format := spec.Schema.Value.Format; !spec.Schema.Value.Type.Is("string") || format != "" && format != "byte" || len(spec.Schema.Value.Enum) > 0 {
		b.add(at, "a path parameter must be a plain string, or an enum that is a component")
	}
	return argument
}

func (b *builder) argumentName(at place, spec *openapi3.Parameter) string {
	if name := b.string(at, spec.Extensions, "x-go-name"); name != "" {
		return name
	}
	name, err := argumentName(spec.Name)
	if err != nil {
		b.add(at, "%w", err)
	}
	return name
}

// requiredArgument is a query parameter that cannot be left out: a text, a boolean, or a list that is joined.
func (b *builder) requiredArgument(d *document, at place, spec *openapi3.Parameter) *Argument {
	argument := &Argument{Key: spec.Name, Go: b.argumentName(at, spec), Type: "[]string", Doc: strings.TrimSpace(spec.Description)}
	schema := spec.Schema.Value
	if spec.In == openapi3.ParameterInQuery && schema.Type.Is("boolean") {
		argument.Type = "bool"
		return argument
	}
	if spec.In == openapi3.ParameterInQuery && schema.Type.Is("string") {
		argument.Type = "string"
		if argument.Enum = b.textEnum(d, at, spec); argument.Enum != nil {
			argument.Type = argument.Enum.Name
		}
		return argument
	}
	if spec.In != openapi3.ParameterInQuery || spec.Schema.Ref != "" || !schema.Type.Is("array") || schema.Items == nil {
		b.add(at, "required outside the path: only texts, booleans and lists in the query are understood")
		return argument
	}
	argument.Sep = b.separator(at, spec)
	if schema.MaxItems != nil {
		argument.Max = int(*schema.MaxItems)
	}
	switch item := b.typeOf(d, at, schema.Items); item.Kind {
	case stringType, enumType:
		argument.Type = "[]" + item.goType(WriteForm)
		argument.Enum = item.Schema
	default:
		b.add(at, "a list of %s: want strings, or an enum that is a component", item.goType(WriteForm))
	}
	return argument
}

// param is an optional query or header parameter.
func (b *builder) param(d *document, o *Operation, at place, spec *openapi3.Parameter) *Param {
	param := &Param{
		Key:        spec.Name,
		Go:         b.goName(at, spec.Name, spec.Extensions),
		Doc:        strings.TrimSpace(spec.Description),
		Deprecated: b.deprecation(at, spec.Deprecated, spec.Extensions),
	}
	if spec.Schema.Ref == "" {
		described := *spec.Schema.Value
		described.Description = spec.Description
		param.Limits = limits(&described)
	}
	switch spec.In {
	case openapi3.ParameterInHeader:
		param.Kind = headerParam
		param.Enum = b.textEnum(d, at, spec)
	case openapi3.ParameterInQuery:
		b.queryParam(d, o, at, spec, param)
	default:
		b.add(at, "in %q is not understood: want path, query or header", spec.In)
		return nil
	}
	return param
}

func (b *builder) queryParam(d *document, o *Operation, at place, spec *openapi3.Parameter, param *Param) {
	schema := spec.Schema.Value
	goType := b.conditionType(at, spec)
	search := goType == "TextSearch" && schema.Type.Is("object") && spec.Style == openapi3.SerializationDeepObject
	if goType != "" && !search && (goType != "Condition" || !schema.Type.Is("array")) {
		b.add(at, "x-go-type %q of a parameter: only Condition, on an array of strings, and TextSearch, on an object of style deepObject, are understood", goType)
	}
	switch {
	case search:
		param.Kind = searchParam
	case schema.Type.Is("integer"):
		b.numberParam(o, at, schema, param)
	case schema.Type.Is("array"):
		b.listParam(at, spec, param, goType == "Condition")
	case schema.Type.Is("boolean"):
		param.Kind = flagParam
	default:
		param.Kind = textParam
		param.Enum = b.textEnum(d, at, spec)
	}
}

// conditionType reads x-go-type of a parameter, which may stand at its items too.
func (b *builder) conditionType(at place, spec *openapi3.Parameter) string {
	goType := b.string(at, spec.Extensions, "x-go-type")
	if items := spec.Schema.Value.Items; goType == "" && items != nil && items.Ref == "" {
		goType = b.string(at, items.Value.Extensions, "x-go-type")
	}
	return goType
}

func (b *builder) numberParam(o *Operation, at place, schema *openapi3.Schema, param *Param) {
	param.Kind = numberParam
	if schema.Max != nil {
		param.Max = int(*schema.Max)
	}
	if o.Paging == nil || o.Paging.InBody {
		return
	}
	switch param.Key {
	case o.Paging.Limit:
		param.Kind, param.Go = limitParam, "Limit"
		if o.Paging.Max > 0 && param.Max != o.Paging.Max {
			b.add(at, "maximum must be the max of x-go-paging, %d", o.Paging.Max)
		}
	case o.Paging.Skip:
		param.Kind, param.Go = skipParam, "Skip"
	}
}

func (b *builder) listParam(at place, spec *openapi3.Parameter, param *Param, conditions bool) {
	items := spec.Schema.Value.Items
	if spec.Schema.Ref != "" || items == nil || items.Ref != "" || !items.Value.Type.Is("string") {
		b.add(at, "want an array of plain strings")
	}
	exploded := spec.Explode == nil || *spec.Explode
	switch {
	case conditions && (spec.Style != "" && spec.Style != openapi3.SerializationForm || !exploded):
		b.add(at, "conditions are sent as repeated keys: want style form, explode true")
	case conditions:
		param.Kind = filterParam
	case exploded:
		b.add(at, "repeated keys are understood for conditions only (x-go-type: Condition); else want explode false")
	default:
		param.Kind = joinedParam
		param.Sep = b.separator(at, spec)
	}
}

func (b *builder) separator(at place, spec *openapi3.Parameter) string {
	if spec.Explode == nil || *spec.Explode {
		b.add(at, "a joined list needs explode: false")
	}
	switch spec.Style {
	case openapi3.SerializationForm, "":
		return ","
	case openapi3.SerializationSpaceDelimited:
		return " "
	}
	b.add(at, "style %q is not understood: want form or spaceDelimited", spec.Style)
	return ","
}

// textEnum is the enum that a text parameter refers to, or nil for a plain string.
func (b *builder) textEnum(d *document, at place, spec *openapi3.Parameter) *Schema {
	if spec.Schema.Ref == "" && len(spec.Schema.Value.AllOf) == 0 {
		plain := spec.Schema.Value
		if !plain.Type.Is("string") || plain.Format != "" && plain.Format != "byte" || len(plain.Enum) > 0 || len(plain.OneOf) > 0 {
			b.add(at, "want a plain string, an integer, a boolean, an array of strings or an enum that is a component")
		}
		return nil
	}
	if named := b.typeOf(d, at, spec.Schema); named.Kind == enumType {
		return named.Schema
	}
	b.add(at, "refers to a schema that is not an enum")
	return nil
}

var pathParameter = regexp.MustCompile(`\{([^{}]*)\}`)

// orderPathArguments puts the ids in the order of the route, whatever their order in the document.
func (b *builder) orderPathArguments(o *Operation, paths map[string]*Argument) {
	for _, match := range pathParameter.FindAllStringSubmatch(o.Route, -1) {
		if argument := paths[match[1]]; argument != nil {
			o.IDs = append(o.IDs, argument)
			delete(paths, match[1])
			continue
		}
		b.add(o.at, "the path parameter %s is not described", match[1])
	}
	for _, name := range slices.Sorted(keys(paths)) {
		b.add(o.at, "the path parameter %s is not in the path", name)
	}
}

// Names that the body of a generated method uses itself.
var localNames = []string{"s", "r", "ctx", "body", "params", "opts", "http", "json", "context", "iter"}

func (b *builder) checkArguments(o *Operation) {
	seen := map[string]bool{}
	for _, argument := range slices.Concat(o.IDs, o.Required) {
		if !token.IsIdentifier(argument.Go) || slices.Contains(localNames, argument.Go) || seen[argument.Go] {
			b.add(o.at, "the argument %q needs another name in Go: set x-go-name", argument.Go)
		}
		seen[argument.Go] = true
	}
	fields := map[string]bool{}
	for _, param := range o.Params {
		if fields[param.Go] {
			b.add(o.at, "two parameters have the Go name %s: set x-go-name", param.Go)
		}
		fields[param.Go] = true
	}
}

// pagingFirst puts Limit and Skip before the other fields, in that order.
func pagingFirst(o *Operation) {
	slices.SortStableFunc(o.Params, func(x, y *Param) int { return pagingRank(x) - pagingRank(y) })
}

func pagingRank(param *Param) int {
	switch {
	case param.Kind == limitParam || param.Key == "limit":
		return 0
	case param.Kind == skipParam || param.Key == "skip":
		return 1
	}
	return 2
}
