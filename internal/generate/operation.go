package main

import (
	"cmp"
	"go/token"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

func (b *builder) buildOperation(d *document, service *Service, from located) {
	at := place{file: d.file}.in(from.spec.Origin, "%s %s", from.method, from.path)
	o := &Operation{
		ID:     from.spec.OperationID,
		Method: from.method,
		Route:  from.path,
		at:     at,

		Service: service,
	}
	if o.ID == "" {
		b.add(at, "no operationId: give JumpCloud's")
	}
	if !slices.Equal(from.spec.Tags, []string{service.Name}) {
		b.add(at, "tags: want [%s], the service of the document; found %v", service.Name, from.spec.Tags)
	}
	o.Name = b.methodName(at, from.spec.Extensions)
	o.Summary = b.text(at, from.spec.Summary, "summary")
	o.Description = strings.TrimSpace(from.spec.Description)
	o.Deprecated = b.deprecation(at, from.spec.Deprecated, from.spec.Extensions)
	o.Snapshots = b.snapshots(o, from.spec.Extensions)
	o.OldNames = b.oldNames(at, from.spec.Extensions)
	o.Shorter = b.strings(at, from.spec.Extensions, "x-go-shorter")
	o.Paging = b.paging(at, from.spec.Extensions)
	o.Body = b.body(d, at, from.spec.RequestBody)
	o.Retry = b.retry(o, from.spec.Extensions)
	o.Update = b.update(o, from.spec.Extensions)
	b.checkDestructive(o, from.spec.Extensions)
	o.Result = b.result(d, o, from.spec)
	o.Answers = answers(from.spec.Responses)
	b.total(o, from.spec.Responses)
	o.Shared = b.string(at, from.spec.Extensions, "x-go-params")
	b.parameters(d, o, slices.Concat(from.item.Parameters, from.spec.Parameters))
	b.checkPaging(o)
	b.checkFilter(o, from.spec.Extensions)
	service.Operations = append(service.Operations, o)
}

func (b *builder) methodName(at place, extensions map[string]any) string {
	name := b.string(at, extensions, "x-go-name")
	if !token.IsIdentifier(name) || !token.IsExported(name) {
		b.add(at, "x-go-name %q: give the operation the exported name of its Go method", name)
	}
	return name
}

// snapshots tells in which of JumpCloud's published descriptions the operation stands. One that
// left them is kept, and marked. An empty list is one that programs are known to call, though none has it.
func (b *builder) snapshots(o *Operation, extensions map[string]any) []string {
	found := b.strings(o.at, extensions, "x-snapshots")
	if _, set := extensions["x-snapshots"]; !set {
		b.add(o.at, "no x-snapshots: name the published descriptions that have the operation")
	}
	slices.Sort(found)
	for _, snapshot := range found {
		if len(snapshot) != len("2006-01") || snapshot[4] != '-' {
			b.add(o.at, "x-snapshots %q: want a year and a month, as in 2019-11", snapshot)
		}
	}
	if slices.Equal(found, []string{"2019-11"}) && o.Deprecated == "" {
		b.add(o.at, "only the description of 2019-11 has it: mark it deprecated")
	}
	return found
}

func (b *builder) oldNames(at place, extensions map[string]any) []string {
	found := b.strings(at, extensions, "x-old-go")
	for _, name := range found {
		if strings.Count(name, ".") != 1 {
			b.add(at, "x-old-go %q: want the type and the method, as in SystemusersApi.SystemusersList", name)
		}
	}
	return found
}

func (b *builder) paging(at place, extensions map[string]any) *Paging {
	value, set := extensions["x-go-paging"]
	if !set {
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		b.add(at, "x-go-paging: want {all, max, in}, found %v", value)
		return nil
	}
	all, _ := fields["all"].(string)
	if !token.IsIdentifier(all) || !token.IsExported(all) {
		b.add(at, "x-go-paging, all %v: want the exported name of the walk", cmp.Or(fields["all"], any("is missing")))
	}
	size, ok := wholeNumber(fields["max"])
	if !ok || size < 1 {
		b.add(at, "x-go-paging, max %v: want the size of the largest page", cmp.Or(fields["max"], any("is missing")))
	}
	in, _ := fields["in"].(string)
	if in != "query" && in != "body" {
		b.add(at, "x-go-paging, in %v: want query or body", cmp.Or(fields["in"], any("is missing")))
	}
	paging := &Paging{All: all, Max: size, InBody: in == "body", Limit: "limit", Skip: "skip"}
	for key, name := range map[string]*string{"limit": &paging.Limit, "skip": &paging.Skip} {
		if given, set := fields[key]; set {
			text, ok := given.(string)
			if *name = text; !ok || text == "" || paging.InBody {
				b.add(at, "x-go-paging, %s %v: want the name of a query parameter", key, given)
			}
		}
	}
	if cursor, set := fields["cursor"].(map[string]any); set {
		paging.Cursor = b.cursor(at, cursor)
	}
	return paging
}

func (b *builder) cursor(at place, fields map[string]any) *Cursor {
	text := func(key string) string { value, _ := fields[key].(string); return value }
	cursor := &Cursor{Send: text("send"), From: text("from"), Header: text("header")}
	if cursor.Send == "" || (cursor.From == "") == (cursor.Header == "") {
		b.add(at, "x-go-paging, cursor: want send, and from (a key of the answer) or header")
	}
	return cursor
}

func wholeNumber(value any) (int, bool) {
	switch n := value.(type) {
	case float64:
		return int(n), n == float64(int(n))
	case int:
		return n, true
	case uint64:
		return int(n), true
	}
	return 0, false
}

func (b *builder) body(d *document, at place, ref *openapi3.RequestBodyRef) *Body {
	if ref == nil {
		return nil
	}
	spec := ref.Value
	body := &Body{Required: spec.Required}
	body.Doc = b.text(at, spec.Description, "description of the request body")
	if media := spec.Content["multipart/form-data"]; media != nil {
		return b.file(at, body, spec.Content, media)
	}
	media := spec.Content["application/json"]
	if media == nil || media.Schema == nil || len(spec.Content) != 1 {
		b.add(at, "request body: want application/json with a schema and nothing else")
		return nil
	}
	schema := media.Schema
	if schema.Ref == "" && schema.Value.Type.Is("object") && len(schema.Value.Properties) == 0 && schema.Value.AdditionalProperties.Has != nil && *schema.Value.AdditionalProperties.Has {
		body.Free = true
		return body
	}
	if schema.Ref == "" && schema.Value.Type.Is("array") && schema.Value.Items != nil {
		body.List = true
		schema = schema.Value.Items
	}
	if schema.Ref == "" {
		b.add(at, "request body: want a reference to a component, or an array of such; name the object as a component")
		return nil
	}
	body.Schema = b.schema(b.home(d, ref.Ref), schema.Ref, at)
	if body.Schema == nil {
		return nil
	}
	if inner := body.Schema.inside(); inner != nil && !body.List {
		body.Key, body.Schema = inner.Key, inner.Type.Schema
	}
	if body.Schema.Kind != structSchema {
		b.add(at, "request body: %s is not an object", body.Schema.Name)
		return nil
	}
	return body
}

// file is the body of an upload.
func (b *builder) file(at place, body *Body, content openapi3.Content, media *openapi3.MediaType) *Body {
	if media.Schema != nil && media.Schema.Ref == "" && len(media.Schema.Value.Properties) == 1 && len(content) == 1 {
		for key, property := range media.Schema.Value.Properties {
			if property.Ref == "" && property.Value.Type.Is("string") && property.Value.Format == "binary" {
				body.Key, body.File = key, true
				return body
			}
		}
	}
	b.add(at, "request body: multipart/form-data must be an object of one property of format binary, and nothing else")
	return nil
}

// inside is the property of an envelope around one object, or nil.
func (s *Schema) inside() *Property {
	if s.Kind != envelopeSchema || len(s.Properties) != 1 || s.Properties[0].Type.Kind != objectType {
		return nil
	}
	return s.Properties[0]
}

func (b *builder) update(o *Operation, extensions map[string]any) string {
	update := b.string(o.at, extensions, "x-update")
	if update != "" && (update != "merge" && update != "replace" || o.Method != http.MethodPut && o.Method != http.MethodPatch || o.Body == nil) {
		b.add(o.at, "x-update %q: want merge or replace, on a PUT or PATCH with a body", update)
	}
	return update
}

// checkFilter wants a parameter filter where x-filter says which fields it knows.
func (b *builder) checkFilter(o *Operation, extensions map[string]any) {
	if b.strings(o.at, extensions, "x-filter") != nil && !o.takes("filter") {
		b.add(o.at, "x-filter: the operation has no parameter filter")
	}
}

// What the summary of an operation that destroys something begins with.
var destructive = []string{
	"Cancels", "Clears", "Deletes", "Ends", "Erases", "Expires", "Locks", "Removes", "Replaces", "Resets", "Restarts", "Revokes",
	"Shuts", "Suspends", "Transfers", "Wipes",
}

func (b *builder) checkDestructive(o *Operation, extensions map[string]any) {
	first, _, _ := strings.Cut(o.Summary, " ")
	if b.flag(o.at, extensions, "x-destructive") && !slices.Contains(destructive, first) {
		b.add(o.at, "x-destructive: the summary must say so in its first word, one of %s", strings.Join(destructive, ", "))
	}
}

func (b *builder) retry(o *Operation, extensions map[string]any) Retry {
	retry := Retry(b.string(o.at, extensions, "x-go-retry"))
	switch retry {
	case retryByMethod:
	case retryRead, retryRepeatable:
		if o.Method != http.MethodPost && o.Method != http.MethodPatch {
			b.add(o.at, "x-go-retry %s: %s is repeatable anyway; leave it out", retry, o.Method)
		}
	case retryNever:
		if o.Method == http.MethodPost || o.Method == http.MethodPatch {
			b.add(o.at, "x-go-retry never: %s is not repeated anyway; leave it out", o.Method)
		}
	case retryGraph:
		b.checkGraphBody(o)
	default:
		b.add(o.at, "x-go-retry %q: want read, repeatable, graph or never", retry)
	}
	return retry
}

func (b *builder) checkGraphBody(o *Operation) {
	if o.Body == nil || o.Body.List || o.Body.Schema == nil {
		b.add(o.at, "x-go-retry graph: the operation has no body with an op")
		return
	}
	op := o.Body.Schema.property("op")
	if op == nil || !op.Required || op.Type.Kind != enumType || op.Type.Schema.Name != "GraphOp" {
		b.add(o.at, "x-go-retry graph: the body %s needs a required property op that refers to GraphOp", o.Body.Schema.Name)
	}
}

// result decides what the method returns, from the successful answers.
func (b *builder) result(d *document, o *Operation, spec *openapi3.Operation) Result {
	override := b.string(o.at, spec.Extensions, "x-go-result")
	described, empty := b.successes(o, spec.Responses)
	switch override {
	case "none":
		return Result{}
	case "raw":
		return Result{Kind: rawResult}
	case "secret":
		return Result{Kind: secretResult}
	case "":
	default:
		b.add(o.at, "x-go-result %q: want none, raw or secret", override)
	}
	if accept := b.files(o, spec.Responses); accept != "" {
		return Result{Kind: bytesResult, Accept: accept}
	}
	if len(described) == 0 {
		return Result{}
	}
	if empty {
		b.add(o.at, "one success has a body and another has none: say x-go-result: none, raw or secret")
	}
	first := described[0]
	for _, other := range described[1:] {
		if itemRef(other.schema) != itemRef(first.schema) || itemRef(first.schema) == "" {
			b.add(o.at, "the successes have different bodies: only one result type is understood")
		}
	}
	return b.resultOf(b.home(d, first.ref), o, first.schema)
}

// A success is the JSON schema of a 2xx answer, and the reference through which it came.
type success struct {
	ref    string
	schema *openapi3.SchemaRef
}

// successes are the JSON schemas of the 2xx answers, without plain texts; empty tells whether
// there is an answer without one beside them.
func (b *builder) successes(o *Operation, responses *openapi3.Responses) (described []success, empty bool) {
	count := 0
	for _, status := range slices.Sorted(keys(responses.Map())) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		count++
		response := responses.Value(status)
		media := response.Value.Content["application/json"]
		switch {
		case media != nil && isFile(media):
		case media == nil:
			empty = true
		case media.Schema == nil:
			b.add(o.at, "answer %s: application/json without a schema", status)
		case media.Schema.Ref == "" && media.Schema.Value.Type.Is("string"):
			empty = true // a text, which says nothing
		default:
			described = append(described, success{response.Ref, media.Schema})
		}
	}
	if count == 0 {
		b.add(o.at, "no 2xx answer")
	}
	return described, empty
}

func isFile(media *openapi3.MediaType) bool {
	return media.Schema != nil && media.Schema.Ref == "" && media.Schema.Value.Format == "binary"
}

// files are the types of an answer that is taken as it comes.
func (b *builder) files(o *Operation, responses *openapi3.Responses) string {
	var accept []string
	for _, status := range slices.Sorted(keys(responses.Map())) {
		content := responses.Value(status).Value.Content
		for _, kind := range slices.Sorted(keys(content)) {
			switch {
			case isFile(content[kind]) && strings.HasPrefix(status, "2"):
				accept = append(accept, kind)
			case kind != "application/json" && kind != "text/plain" && kind != "*/*":
				b.add(o.at, "answer %s: %s is taken as it comes: want type string, format binary, in a success", status, kind)
			}
		}
	}
	return strings.Join(accept, ", ")
}

func itemRef(schema *openapi3.SchemaRef) string {
	if schema.Ref == "" && schema.Value.Items != nil {
		return "[]" + schema.Value.Items.Ref
	}
	return schema.Ref
}

func (b *builder) resultOf(d *document, o *Operation, schema *openapi3.SchemaRef) Result {
	if schema.Ref == "" && schema.Value.Type.Is("array") && schema.Value.Items != nil && schema.Value.Items.Ref != "" {
		kind := sliceResult
		if o.Paging != nil {
			kind = pageResult
		}
		return b.structResult(d, o, kind, schema.Value.Items.Ref)
	}
	if schema.Ref == "" {
		b.add(o.at, "the answer is neither a reference nor an array of one: name the object as a component, or say x-go-result")
		return Result{}
	}
	built := b.schema(d, schema.Ref, o.at)
	if built != nil && built.Kind == envelopeSchema {
		return b.envelopeResult(o, built)
	}
	return b.structResult(d, o, oneResult, schema.Ref)
}

func (b *builder) structResult(d *document, o *Operation, kind resultKind, ref string) Result {
	schema := b.schema(d, ref, o.at)
	if schema == nil {
		return Result{}
	}
	if schema.Kind != structSchema {
		b.add(o.at, "answers %s, which is not an object", schema.Name)
	}
	return Result{Kind: kind, Schema: schema}
}

// envelopeResult is what is inside an envelope: a list, or one object.
func (b *builder) envelopeResult(o *Operation, envelope *Schema) Result {
	if inner := envelope.inside(); inner != nil {
		return Result{Kind: oneResult, Schema: inner.Type.Schema, Key: inner.Key}
	}
	list := envelope.list()
	if list == nil || list.Type.Elem.Kind != objectType {
		b.add(envelope.at, "envelope: want one property, an array of a component, beside a total and texts; or nothing but one component")
		return Result{}
	}
	total := ""
	for _, property := range envelope.Properties {
		switch {
		case property == list || property.Type.Kind == stringType:
		case o.Paging != nil && property.Key == o.Paging.Limit: // repeated
		case property.Type.Kind == intType && total == "":
			total = property.Key
		default:
			b.add(property.at, "envelope: only a list, one total and texts are understood")
		}
	}
	result := Result{Kind: sliceResult, Schema: list.Type.Elem.Schema, Key: list.Key}
	if o.Paging != nil {
		result.Kind, o.Paging.Total = pageResult, total
	}
	return result
}

const totalHeader = "x-total-count"

// total notes that a list names its total in a header, and refuses headers that nothing reads.
func (b *builder) total(o *Operation, responses *openapi3.Responses) {
	for _, status := range slices.Sorted(keys(responses.Map())) {
		for _, name := range slices.Sorted(keys(responses.Value(status).Value.Headers)) {
			if o.Paging != nil && o.Paging.Cursor != nil && strings.EqualFold(name, o.Paging.Cursor.Header) {
				continue
			}
			if !strings.EqualFold(name, totalHeader) || o.Paging == nil || o.Paging.Total != "" {
				b.add(o.at, "answer %s, header %s: only %s of a list that pages is read", status, name, totalHeader)
				continue
			}
			o.Paging.Total = totalHeader
		}
	}
}

func answers(responses *openapi3.Responses) []Answer {
	var found []Answer
	for _, status := range slices.Sorted(keys(responses.Map())) {
		answer := Answer{Status: status}
		if response := responses.Value(status).Value; response.Description != nil {
			answer.Doc = strings.TrimSpace(*response.Description)
		}
		found = append(found, answer)
	}
	return found
}

// checkPaging holds x-go-paging against the parameters, the body and the answer.
func (b *builder) checkPaging(o *Operation) {
	limit, skip := o.param(limitParam), o.param(skipParam)
	if o.Paging == nil {
		if o.Result.Kind == sliceResult && o.takes("limit") {
			b.add(o.at, "answers a list and has a limit, but no x-go-paging: name the walk and its pages, such as {all: All, max: 100, in: query}")
		}
		return
	}
	if o.Result.Kind != pageResult {
		b.add(o.at, "x-go-paging: the answer is not a list")
	}
	cursor := o.Paging.Cursor
	if !o.Paging.InBody {
		if limit == nil || skip == nil && cursor == nil {
			b.add(o.at, "x-go-paging in query: the parameters %s and %s are missing", o.Paging.Limit, o.Paging.Skip)
		}
		if cursor != nil && !o.takes(cursor.Send) {
			b.add(o.at, "x-go-paging, cursor: the parameter %s is missing", cursor.Send)
		}
		return
	}
	if o.takes("limit") || o.takes("skip") {
		b.add(o.at, "x-go-paging in body: limit and skip must not be query parameters")
	}
	if o.Body == nil || o.Body.List || o.Body.Schema == nil {
		b.add(o.at, "x-go-paging in body: the operation has no body with limit, skip and sort")
		return
	}
	for _, key := range []string{"limit", "skip", "sort"} {
		property, want := o.Body.Schema.property(key), "Opt[int]"
		if key == "sort" {
			want = "Opt[string]"
		}
		if property == nil && key != "limit" && cursor != nil {
			continue
		}
		if property == nil || property.GoType(WriteForm) != want {
			b.add(o.at, "x-go-paging in body: the body %s needs an optional property %s (%s)", o.Body.Schema.Name, key, want)
		}
	}
	if cursor != nil && o.Body.Schema.property(cursor.Send) == nil {
		b.add(o.at, "x-go-paging, cursor: the body %s has no property %s", o.Body.Schema.Name, cursor.Send)
	}
}

func (o *Operation) param(kind paramKind) *Param {
	for _, param := range o.Params {
		if param.Kind == kind {
			return param
		}
	}
	return nil
}

func (o *Operation) takes(key string) bool {
	return slices.ContainsFunc(o.Params, func(param *Param) bool { return param.Key == key })
}
