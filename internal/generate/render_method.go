package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// What the template of a service asks.

// DocComment is the comment of the service's type.
func (s *Service) DocComment() string {
	return comment("", joinParagraphs(
		startWithName(s.Type(), s.Doc),
		"A client has one in its field "+s.Name+"."))
}

// MethodComment is the comment of the method, with the directive that names the operation.
func (o *Operation) MethodComment() string {
	return o.directed(joinParagraphs(
		sentence(o.Name+" "+lowerStart(o.Summary)),
		o.Description,
		o.optionText(),
		o.pageText(),
		o.deprecationText(),
		o.callsText()+"."))
}

// callsText names the operation: JumpCloud's, or the route where JumpCloud has no name for it.
func (o *Operation) callsText() string {
	if len(o.Snapshots) == 0 {
		return "JumpCloud documents it nowhere, but programs call it. It calls " + o.Method + " " + o.Route
	}
	return "It calls JumpCloud's operation " + o.ID
}

func (o *Operation) optionText() string {
	var said []string
	for _, option := range o.Options {
		name := "WithQuery"
		if option.Kind == headerParam {
			name = "WithHeader"
		}
		said = append(said, fmt.Sprintf("[%s](%q, value): %s", name, option.Key, sentence(option.Doc)))
	}
	return strings.Join(said, "\n\n")
}

func (o *Operation) pageText() string {
	if o.Paging == nil {
		return ""
	}
	return "Without Limit it asks for the client's page size. " +
		"[" + o.Service.Type() + "." + o.Paging.All + "] walks all pages."
}

// WalkComment is the comment of the method that walks all pages.
func (o *Operation) WalkComment() string {
	list := "[" + o.Service.Type() + "." + o.Name + "]"
	text := o.Paging.All + " walks all pages of the list that " + list + " reads, and yields its items in order. " +
		"The parameters are those of " + list + "."
	if o.Paging.InBody {
		text = o.Paging.All + " walks all pages of what " + list + " finds, and yields the items in order. " +
			"The body is that of " + list + "."
	}
	return o.directed(joinParagraphs(text, o.walkText(), o.deprecationText(),
		o.callsText()+" once for each page."))
}

func (o *Operation) walkText() string {
	text := "The walk is lazy: it asks for a page when it gets there, and stops asking when the loop ends. " +
		"Each range over it starts anew. "
	if o.HasParams() {
		text += "It works on a copy of the parameters. "
	}
	if o.Paging.Cursor != nil {
		text += "Limit is the size of its pages, not a bound on the items. It goes by the cursor that each answer has, which [WithResponse] hands out."
	} else {
		text += "Limit is the size of its pages, not a bound on the items, and Skip is how many items it leaves out at the start."
	}
	if o.Paging.Cursor == nil && !o.InV2() && !o.unordered() {
		text += " Unless Sort says otherwise it sorts by _id, so that pages neither repeat nor lose items."
	}
	return text + " An error is yielded once and ends the walk, except one that matches [ErrItem]: " +
		"that stands for one item, and the walk goes on."
}

func (o *Operation) deprecationText() string {
	if o.Deprecated == "" {
		return ""
	}
	return "Deprecated: " + sentence(o.Deprecated)
}

func (o *Operation) directed(text string) string {
	return comment("", text) + "//\n" + o.Directive() + "\n"
}

// Directive ties a method to its operation; the check holds it against api/.
func (o *Operation) Directive() string {
	return "//jc:operation " + o.Method + " " + o.Route + " " + o.ID
}

// Arguments are those of the method, after the context.
func (o *Operation) Arguments() string {
	return declared(o.idArguments(), o.listArguments(), o.bodyArgument(), o.paramsArgument(),
		[]argument{{"opts", "...RequestOption"}})
}

// HasBuilder tells whether what List and All send takes a method of its own: parameters that many
// operations share add themselves.
func (o *Operation) HasBuilder() bool {
	return o.Shared == "" || len(o.RequiredStatements())+len(o.BodyStatements()) > 0
}

// Built is the request of List and All.
func (o *Operation) Built() string {
	if o.HasBuilder() {
		return "s." + o.Builder() + "(" + o.BuilderValues() + ")"
	}
	return "params.add(" + o.NewRequest() + ")"
}

// BuilderArguments are those of the unexported method that List and All share.
func (o *Operation) BuilderArguments() string {
	return declared(o.idArguments(), o.listArguments(), o.bodyArgument(), o.paramsArgument())
}

// BuilderValues hands the arguments on to that method.
func (o *Operation) BuilderValues() string {
	var names []string
	for _, given := range slices.Concat(o.idArguments(), o.listArguments(), o.bodyArgument(), o.paramsArgument()) {
		names = append(names, given.name)
	}
	return strings.Join(names, ", ")
}

// Builder is the name of that method.
func (o *Operation) Builder() string { return lowerFirst(o.Name) }

type argument struct{ name, goType string }

func (o *Operation) idArguments() (given []argument) {
	for _, id := range o.IDs {
		given = append(given, argument{id.Go, id.Type})
	}
	return given
}

func (o *Operation) listArguments() (given []argument) {
	for _, list := range o.Required {
		given = append(given, argument{list.Go, list.Type})
	}
	return given
}

func (o *Operation) bodyArgument() []argument {
	if o.Body == nil {
		return nil
	}
	return []argument{{"body", o.Body.Type()}}
}

func (o *Operation) paramsArgument() []argument {
	if !o.HasParams() {
		return nil
	}
	return []argument{{"params", "*" + o.ParamsType()}}
}

// declared writes arguments as in a signature: those of one type in a row share it.
func declared(groups ...[]argument) string {
	all := slices.Concat(groups...)
	var out []string
	for i, given := range all {
		if i+1 < len(all) && all[i+1].goType == given.goType {
			out = append(out, given.name)
			continue
		}
		out = append(out, given.name+" "+given.goType)
	}
	return strings.Join(out, ", ")
}

// Results are the types that the method returns.
func (o *Operation) Results() string {
	if returned := o.Result.Type(); returned != "" {
		return "(" + returned + ", error)"
	}
	return "error"
}

// WalkResult is the type that the walk returns.
func (o *Operation) WalkResult() string { return "iter.Seq2[*" + o.Result.Schema.Name + ", error]" }

// Type is the Go type of a result; "" for none.
func (r Result) Type() string {
	switch r.Kind {
	case rawResult:
		return "json.RawMessage"
	case secretResult:
		return "Secret"
	case bytesResult:
		return "[]byte"
	case oneResult:
		return "*" + r.Schema.Name
	case sliceResult:
		return "[]*" + r.Schema.Name
	case pageResult:
		return "*Page[" + r.Schema.Name + "]"
	}
	return ""
}

// Call sends a request and makes the result of the answer. What is generic there takes pointers, for
// all of which the compiler makes one function.
func (r Result) Call(request string) string {
	function, out := "callNothing", ""
	switch r.Kind {
	case rawResult:
		function = "callRaw"
	case secretResult:
		function = "callSecret"
	case oneResult:
		function, out = "callResult", ", new("+r.Schema.Name+")"
	case sliceResult:
		function = "callResults[*" + r.Schema.Name + "]"
	case pageResult:
		function = "callPage[*" + r.Schema.Name + "]"
	case bytesResult:
		function = "callBytes"
	}
	return function + "(ctx, " + request + ", opts" + out + ")"
}

// NewRequest is the call that starts a request.
func (o *Operation) NewRequest() string {
	arguments := []string{strconv.Quote(o.Method + " " + o.Route + " " + o.ID)}
	for _, id := range o.IDs {
		value := id.Go
		if id.Enum != nil {
			value = "string(" + value + ")"
		}
		arguments = append(arguments, value)
	}
	return "s.client.request(" + strings.Join(arguments, ", ") + ")"
}

// RequiredStatements add the required lists to the request.
func (o *Operation) RequiredStatements() []string {
	var statements []string
	for _, list := range o.Required {
		if list.Type == "bool" {
			statements = append(statements, fmt.Sprintf("r.requiredFlag(%q, %s)", list.Key, list.Go))
			continue
		}
		if !strings.HasPrefix(list.Type, "[]") {
			value := list.Go
			if list.Enum != nil {
				value = "string(" + value + ")"
			}
			statements = append(statements, fmt.Sprintf("r.required(%q, %s)", list.Key, value))
			continue
		}
		statements = append(statements, fmt.Sprintf("requiredList(r, %q, %q, %s, %d)", list.Key, list.Sep, list.Go, list.Max))
	}
	for _, fixed := range o.Fixed {
		statements = append(statements, fmt.Sprintf("r.text(%q, %q)", fixed[0], fixed[1]))
	}
	if o.Result.Accept != "" {
		statements = append(statements, fmt.Sprintf("r.file(%q)", o.Result.Accept))
	}
	if o.Result.Kind == oneResult && o.Result.Key != "" {
		statements = append(statements, fmt.Sprintf("r.unwrap = %q", o.Result.Key))
	}
	return append(statements, o.listStatements()...)
}

// listStatements say how a list differs from the usual.
func (o *Operation) listStatements() []string {
	var statements []string
	total := ""
	if o.Paging != nil && o.Paging.Total != totalHeader {
		total = o.Paging.Total
	}
	usual := o.Result.Key == "results" && slices.Contains([]string{"", "totalCount", "events_count"}, total)
	if (o.Result.Kind == pageResult || o.Result.Kind == sliceResult) && o.Result.Key != "" && !usual {
		statements = append(statements, fmt.Sprintf("r.wrapped(%q, %q)", o.Result.Key, total))
	}
	if o.Paging == nil {
		return statements
	}
	if o.Paging.Limit != "limit" || o.Paging.Skip != "skip" {
		statements = append(statements, fmt.Sprintf("r.named(%q, %q)", o.Paging.Limit, o.Paging.Skip))
	}
	if o.unordered() {
		statements = append(statements, "r.sorted = true // it takes no order")
	}
	if cursor := o.Paging.Cursor; cursor != nil {
		statements = append(statements, fmt.Sprintf("r.cursor(%q, %q, %q)", cursor.Send, cursor.From, cursor.Header))
	}
	return statements
}

// unordered tells whether a list of v1 takes no order, so that a walk must not ask for one.
func (o *Operation) unordered() bool {
	return o.Paging.Cursor == nil && !o.Paging.InBody && !o.InV2() && !strings.HasPrefix(o.Route, insightsPrefix) && !o.takes("sort")
}

// ParamStatements add the fields of params to the request.
func (o *Operation) ParamStatements() []string {
	var statements []string
	for _, param := range o.Params {
		field := "params." + param.Go
		text := field
		if param.Enum != nil {
			text = "string(" + field + ")"
		}
		switch param.Kind {
		case limitParam:
			skip := "params.Skip"
			if o.param(skipParam) == nil {
				skip = "0"
			}
			statements = append(statements, fmt.Sprintf("r.paging(params.Limit, %s, %d)", skip, o.Paging.Max))
		case skipParam: // with limit
		case flagParam:
			statements = append(statements, fmt.Sprintf("r.flag(%q, %s)", param.Key, field))
		case numberParam:
			statements = append(statements, fmt.Sprintf("r.number(%q, %s, %d)", param.Key, field, param.Max))
		case joinedParam:
			statements = append(statements, fmt.Sprintf("r.joined(%q, %q, %s)", param.Key, param.Sep, field))
		case filterParam:
			statements = append(statements, fmt.Sprintf("r.filter(%q, %s)", param.Key, field))
		case searchParam:
			statements = append(statements, fmt.Sprintf("r.search(%q, %s)", param.Key, field))
		case headerParam:
			statements = append(statements, fmt.Sprintf("r.header(%q, %s)", param.Key, text))
		default:
			statements = append(statements, fmt.Sprintf("r.text(%q, %s)", param.Key, text))
		}
	}
	return statements
}

// BodyStatements add the body, and what depends on it, to the request.
func (o *Operation) BodyStatements() []string {
	var statements []string
	switch {
	case o.Body == nil:
	case o.Body.File:
		statements = append(statements, fmt.Sprintf("r.upload(%q, body)", o.Body.Key))
	case o.Body.Free:
		statements = append(statements, "r.body(freeObject(body))")
	case o.Body.List:
		statements = append(statements, "r.bodyList(body)")
	default:
		statements = append(statements, "r.body(&body)")
		if o.Body.Key != "" {
			statements = append(statements, fmt.Sprintf("r.wrap = %q", o.Body.Key))
		}
	}
	for _, header := range o.Derived {
		statements = append(statements, fmt.Sprintf("r.header(%q, body.%s())", header[0], header[1]))
	}
	if o.Paging != nil && o.Paging.InBody {
		skip, sort := "body.Skip", "body.Sort"
		if o.Body.Schema.property("skip") == nil {
			skip = "Opt[int]{}"
		}
		if o.Body.Schema.property("sort") == nil {
			sort = "Opt[string]{}"
		}
		statements = append(statements, fmt.Sprintf("r.bodyPaging(body.Limit, %s, %s, %d)", skip, sort, o.Paging.Max))
	}
	switch o.Retry {
	case retryRead, retryRepeatable:
		statements = append(statements, fmt.Sprintf("r.retry(%s)", o.Retry))
	case retryGraph:
		statements = append(statements, "r.graphOp(body.Op)")
	case retryNever:
		statements = append(statements, "r.retry(once)")
	}
	return statements
}

// ParamsComment is the comment of the params struct.
func (o *Operation) ParamsComment() string {
	method := "[" + o.Service.Type() + "." + o.Name + "]"
	if o.Shared != "" {
		return comment("", o.Shared+" are the optional parameters of methods of ["+o.Service.Type()+"]. A zero field is not sent.")
	}
	if o.Paging != nil {
		method += " and [" + o.Service.Type() + "." + o.Paging.All + "]"
	}
	return comment("", o.ParamsType()+" are the optional parameters of "+method+". A zero field is not sent.")
}

// FieldComment is the comment of the field.
func (p *Param) FieldComment() string {
	return comment("\t", p.docText())
}

func (p *Param) docText() string {
	doc := sentence(p.Doc)
	if p.Kind == limitParam {
		doc += " Zero asks for the client's page size."
	}
	return fieldText(doc, p.Limits, p.Deprecated)
}

func fieldText(doc, limits, deprecated string) string {
	if limits != "" {
		doc = strings.TrimSpace(sentence(doc) + " " + limits)
	}
	if deprecated != "" {
		deprecated = "Deprecated: " + sentence(deprecated)
	}
	return joinParagraphs(sentence(doc), deprecated)
}
