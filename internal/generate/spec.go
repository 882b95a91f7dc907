package main

import (
	"slices"
	"strconv"
	"strings"
)

// The typed form of the description, between the documents and the templates. Everything the
// templates print is decided here; they hold no rule of their own.

// An API is the whole description.
type API struct {
	Services []*Service
	Schemas  []*Schema // those that Go knows, in the order of the documents

	Envelopes []*Schema // answers around lists, which Go knows as Page

	documents []*document
}

// Operations are those of all services.
func (a *API) Operations() []*Operation {
	var all []*Operation
	for _, service := range a.Services {
		all = append(all, service.Operations...)
	}
	return all
}

// Elements are those of all paths, each after what stands before it.
func (a *API) Elements() string {
	var pairs []string
	for _, operation := range a.Operations() {
		elements := strings.Split(masked(operation.Route), "/")
		for i, element := range elements[1:] {
			pairs = append(pairs, elements[i]+"/"+element)
		}
	}
	return spaced(pairs)
}

// PageSizes are the paths of the lists, each with its largest page.
func (a *API) PageSizes() string {
	var sizes []string
	for _, operation := range a.Operations() {
		if paging := operation.Paging; paging != nil && !paging.InBody {
			sizes = append(sizes, masked(operation.Route)+" "+strconv.Itoa(paging.Max))
		}
	}
	return spaced(sizes)
}

// masked is a route with one name for all parameters.
func masked(route string) string {
	elements := strings.Split(route, "/")
	for i, element := range elements {
		if strings.HasPrefix(element, "{") {
			elements[i] = "{id}"
		}
	}
	return strings.Join(elements, "/")
}

// SecretKeys are the keys of all secrets, and of all objects that hold some, between spaces.
func (a *API) SecretKeys() string {
	var keys []string
	for _, schema := range a.Schemas {
		for _, property := range schema.Properties {
			of := property.Type.schema()
			if property.Type.Kind == secretType || property.Type.Kind == secretMapType || of != nil && of.Secret {
				keys = append(keys, property.Key)
			}
		}
	}
	return spaced(keys)
}

func spaced(words []string) string {
	slices.Sort(words)
	return " " + strings.Join(slices.Compact(words), " ") + " "
}

// A Service is a group of operations: a tag of the description, and a field of the client.
type Service struct {
	Name       string
	File       string // api_<File>.go
	Title      string // comment of the client's field
	Doc        string
	Order      int // in lists of services: 1 comes first, 0 after all that have one
	Operations []*Operation
	at         place
}

// Type is the Go type of the service.
func (s *Service) Type() string { return s.Name + "Service" }

// An Operation is one method and path.
type Operation struct {
	Service     *Service
	ID          string // JumpCloud's
	Method      string // GET
	Route       string // from the base URL: /v2/users/{user_id}
	Name        string // Go method
	Summary     string
	Description string
	Deprecated  string
	Snapshots   []string
	OldNames    []string // SystemusersApi.SystemusersList
	Shorter     []string // helpers that spare it: Usergroups.AddMember, APIClient.Bind
	IDs         []*Argument
	Required    []*Argument // query parameters that cannot be left out
	Fixed       [][2]string // query parameters that are always the same
	Derived     [][2]string // headers, and the methods of the body that give them
	Options     []*Param    // what callers add with an option
	Params      []*Param
	Shared      string // type of the params that several operations have
	Body        *Body
	Paging      *Paging
	Update      string // merge or replace
	Retry       Retry
	Result      Result
	Answers     []Answer
	at          place
}

// InV2 tells whether the operation is one of API v2.
func (o *Operation) InV2() bool { return strings.HasPrefix(o.Route, "/v2/") }

// ParamsType is the Go type of the optional parameters.
func (o *Operation) ParamsType() string {
	if o.Shared != "" {
		return o.Shared
	}
	return o.Service.Name + o.Name + "Params"
}

// OwnParams tells whether the params type is declared with the operation: it is its own, or the operation
// is the first that has it.
func (o *Operation) OwnParams() bool {
	return o.HasParams() && (o.Shared == "" || o.Service.sharing(o.Shared)[0] == o)
}

// sharing are the operations with a params type.
func (s *Service) sharing(params string) []*Operation {
	var found []*Operation
	for _, o := range s.Operations {
		if o.Shared == params {
			found = append(found, o)
		}
	}
	return found
}

// HasParams tells whether the method has a params argument.
func (o *Operation) HasParams() bool { return len(o.Params) > 0 }

// An Argument is a parameter that a caller must give.
type Argument struct {
	Key  string // in the path or query
	Go   string
	Type string // string, ReportType, []string, []GraphType
	Doc  string
	Enum *Schema
	Max  int    // most elements of a list; 0 where none is known
	Sep  string // between the elements of a list
}

// A Param is a parameter that may be left out: a field of the params struct.
type Param struct {
	Key        string
	Go         string
	Doc        string
	Limits     string
	Deprecated string
	Kind       paramKind
	Sep        string // of a joined list
	Max        int    // of a number; 0 where none is known
	Enum       *Schema
}

type paramKind int

const (
	textParam paramKind = iota
	flagParam
	joinedParam
	filterParam
	searchParam
	headerParam
	numberParam
	limitParam // of a list that pages
	skipParam
)

// Type is the Go type of the field.
func (p *Param) Type() string {
	switch p.Kind {
	case flagParam:
		return "bool"
	case joinedParam:
		return "[]string"
	case filterParam:
		return "[]Condition"
	case searchParam:
		return "TextSearch"
	case numberParam, limitParam, skipParam:
		return "int"
	}
	if p.Enum != nil {
		return p.Enum.Name
	}
	return "string"
}

// In says where the parameter goes, for the documentation.
func (p *Param) In() string {
	if p.Kind == headerParam {
		return "header"
	}
	return "query"
}

// A Body is what an operation sends.
type Body struct {
	Schema   *Schema
	List     bool   // a bare array of Schema
	Key      string // around it: of an envelope, or of a file
	File     bool
	Free     bool // an object of any keys
	Required bool
	Doc      string
}

// Type is the Go type of the body argument.
func (b *Body) Type() string {
	if b.File {
		return "File"
	}
	if b.Free {
		return "map[string]any"
	}
	if b.List {
		return "[]" + b.Schema.WriteName()
	}
	return b.Schema.WriteName()
}

// Paging says that an operation answers a list in pages.
type Paging struct {
	All    string // name of the walk
	Max    int    // largest page
	InBody bool
	Limit  string // what these are called
	Skip   string
	Total  string // where the total stands: a key of the body, a header, or ""
	Cursor *Cursor
}

// A Cursor says where the next page begins, in place of skip.
type Cursor struct {
	Send   string // parameter, or key of the body
	From   string // key of the answer
	Header string // or header
}

// Retry is what may be done again after a failure of unknown effect.
type Retry string

const (
	retryByMethod   Retry = ""
	retryRead       Retry = "read"
	retryRepeatable Retry = "repeatable"
	retryGraph      Retry = "graph"
	retryNever      Retry = "never"
)

// A Result is what a method returns beside the error.
type Result struct {
	Kind   resultKind
	Schema *Schema
	Key    string // around it, or around the list; "" for none
	Accept string // of a file
}

type resultKind int

const (
	noResult resultKind = iota
	rawResult
	secretResult
	oneResult
	sliceResult
	pageResult
	bytesResult
)

// An Answer is one status that the description lists.
type Answer struct {
	Status string
	Doc    string
}

// A Schema is a component of the description: a struct, an enum or a type written by hand.
type Schema struct {
	Name       string
	File       string // model_<File>.go
	Doc        string
	JumpCloud  []string
	OldNames   []string
	Kind       schemaKind
	Properties []*Property
	Open       bool // keeps unknown keys
	Lenient    bool // reads integers from strings
	Secret     bool // written by hand, and does not print
	IDPath     []string
	Enum       []EnumValue
	Uses       []*Schema // what a type written by hand refers to
	Deprecated string
	Read       bool    // an answer holds it
	Write      bool    // a request holds it
	Item       bool    // it is itself a result or a list item
	Body       bool    // it is itself a body, or an item of one
	Becomes    *Schema // the update that a new object can be turned into
	at         place
}

type schemaKind int

const (
	structSchema schemaKind = iota
	enumSchema
	handwrittenSchema
	envelopeSchema
)

// BothWays tells whether the schema has two Go types.
func (s *Schema) BothWays() bool { return s.Kind == structSchema && s.Read && s.Write }

// WriteName is the Go type in requests.
func (s *Schema) WriteName() string {
	if s.BothWays() {
		return s.Name + "Input"
	}
	return s.Name
}

// GoName is the Go type in a form.
func (s *Schema) GoName(form Form) string {
	if form == WriteForm {
		return s.WriteName()
	}
	return s.Name
}

// Fields are the properties that a form has: answers have no write-only ones, requests no
// read-only ones.
func (s *Schema) Fields(form Form) []*Property {
	var fields []*Property
	for _, property := range s.Properties {
		if property.in(form) {
			fields = append(fields, property)
		}
	}
	return fields
}

// list is the property of an envelope that is its list, or nil.
func (s *Schema) list() *Property {
	for _, property := range s.Properties {
		if property.Type.Kind == listType {
			return property
		}
	}
	return nil
}

func (s *Schema) property(key string) *Property {
	for _, property := range s.Properties {
		if property.Key == key {
			return property
		}
	}
	return nil
}

// A Form is one of the two shapes of a model: what comes or what is sent.
type Form int

const (
	ReadForm Form = iota
	WriteForm
)

// An EnumValue is one constant of an enum.
type EnumValue struct {
	Name  string
	Value string
	Doc   string
}

// A Property is a key of a model.
type Property struct {
	Key        string
	Go         string
	Type       *Type
	Doc        string
	Limits     string // appended to Doc
	Deprecated string
	Required   bool
	Nullable   bool
	Opt        bool // an object that is one in requests, though null means nothing
	ReadOnly   bool
	WriteOnly  bool
	at         place
}

func (p *Property) in(form Form) bool {
	if form == ReadForm {
		return !p.WriteOnly
	}
	return !p.ReadOnly
}

// GoType is the type of the field in a form. What is not sent needs no Opt where nil says so.
func (p *Property) GoType(form Form) string {
	base := p.Type.goType(form)
	switch p.Type.Kind {
	case listType, mapType, secretMapType, anyType:
		return base
	}
	switch {
	case p.Required:
		return base
	case form == WriteForm && (p.Nullable || p.Opt || !p.Type.isObject()):
		return "Opt[" + base + "]"
	case p.Type.isObject():
		return "*" + base
	}
	return base
}

// Tag is the field's struct tag.
func (p *Property) Tag() string {
	if p.Required {
		return p.Key
	}
	return p.Key + ",omitzero"
}

// A Type is the type of a property or of an item.
type Type struct {
	Kind   typeKind
	Schema *Schema // of an enum, an object, a type written by hand
	Elem   *Type   // of a list or a map
}

type typeKind int

const (
	stringType typeKind = iota
	boolType
	intType
	int64Type
	floatType
	timeType
	secretType
	secretMapType
	anyType
	enumType
	objectType
	handwrittenType
	listType
	mapType
)

var scalarNames = map[typeKind]string{
	stringType: "string", boolType: "bool", intType: "int", int64Type: "int64", floatType: "float64",
	timeType: "Time", secretType: "Secret", secretMapType: "SecretMap", anyType: "any",
}

func (t *Type) isObject() bool { return t.Kind == objectType || t.Kind == handwrittenType }

func (t *Type) goType(form Form) string {
	switch t.Kind {
	case listType:
		return "[]" + t.Elem.goType(form)
	case mapType:
		return "map[string]" + t.Elem.goType(form)
	case enumType, handwrittenType, objectType:
		return t.Schema.GoName(form)
	}
	return scalarNames[t.Kind]
}

// schema is the schema at the bottom of lists and maps, or nil.
func (t *Type) schema() *Schema {
	if t.Elem != nil {
		return t.Elem.schema()
	}
	return t.Schema
}

func (t *Type) holdsSecret(form Form, visited map[*Schema]bool) bool {
	if t.Elem != nil {
		return t.Elem.holdsSecret(form, visited)
	}
	if t.Kind == objectType {
		return t.Schema.holdsSecret(form, visited)
	}
	return t.Kind == secretType || t.Kind == secretMapType || t.Kind == handwrittenType && t.Schema.Secret
}

func (s *Schema) holdsSecret(form Form, visited map[*Schema]bool) bool {
	if visited[s] {
		return false
	}
	visited[s] = true
	for _, property := range s.Fields(form) {
		if property.Type.holdsSecret(form, visited) {
			return true
		}
	}
	return false
}
