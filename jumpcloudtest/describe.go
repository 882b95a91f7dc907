package jumpcloudtest

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// The description of the API, made from api/: a path or a component on each line. It is taken apart by its
// lines at the first request, and a line is parsed when a request first needs it, so that a server starts in
// no time.
//
//go:embed api.json
var apiJSON string

// description is what the server knows of the API's operations. All servers share it.
type description struct {
	lines  map[string]string // "paths /systems" → the JSON of the line, and what stands behind it
	routes map[int][]*route  // by the number of their parts

	byHand map[string]func(*call) reply

	mu          sync.Mutex
	schemas     map[string]*schema
	collections sync.Map
}

var theDescription struct {
	sync.Once
	*description
}

// describe reads the description, once.
func describe() *description {
	theDescription.Do(func() { theDescription.description = readDescription() })
	return theDescription.description
}

func readDescription() *description {
	d := &description{lines: map[string]string{}, routes: map[int][]*route{}, schemas: map[string]*schema{}, byHand: handlers()}
	section := ""
	for line := range strings.Lines(apiJSON) {
		key, value, found := strings.Cut(strings.TrimPrefix(line, `"`), `":`)
		switch {
		case !found || line[0] != '"':
		case strings.TrimSpace(value) == "{":
			section = key
		default:
			d.lines[section+" "+key] = value
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.lines)) {
		if path, isPath := strings.CutPrefix(key, "paths "); isPath {
			r := &route{description: d, path: path, parts: segments(path)}
			d.routes[len(r.parts)] = append(d.routes[len(r.parts)], r)
		}
	}
	for _, routes := range d.routes {
		slices.SortStableFunc(routes, func(a, b *route) int { return slices.CompareFunc(a.parts, b.parts, literalFirst) })
	}
	return d
}

// literalFirst puts a literal route before one that would take its last word for an id.
func literalFirst(a, b string) int {
	switch x, y := placeholder(a), placeholder(b); {
	case x && !y:
		return 1
	case y && !x:
		return -1
	}
	return strings.Compare(a, b)
}

// parse decodes the JSON that a line begins with.
func (d *description) parse(key string, to any) bool {
	line, found := d.lines[key]
	if found {
		if err := json.NewDecoder(strings.NewReader(line)).Decode(to); err != nil {
			panic(fmt.Sprintf("jumpcloudtest: api.json: %s: %v", key, err))
		}
	}
	return found
}

// has tells whether a route is described, by the words of its path: placeholders count as equal.
func (d *description) has(parts []string) bool {
	return slices.ContainsFunc(d.routes[len(parts)], func(r *route) bool {
		return slices.EqualFunc(r.parts, parts, func(a, b string) bool { return a == b || placeholder(a) && placeholder(b) })
	})
}

// template is a path with placeholders in place of the ids in it: that of a route which begins so.
func (d *description) template(path []string) []string {
	for n := len(path); n < len(path)+2; n++ {
		for _, r := range d.routes[n] {
			if ids, ok := fits(r.parts[:len(path)], path); ok && !(len(ids) > 0 && placeholder(r.parts[len(path)-1])) {
				return r.parts[:len(path)]
			}
		}
	}
	return path
}

// route is a path of the description.
type route struct {
	*description
	path       string // below the base URL; the values of {…} become the call's ids
	parts      []string
	once       sync.Once
	operations map[string]*operation // by method
}

// operation is one of JumpCloud's operations.
type operation struct {
	method, path, id string
	query            []string // the keys that its query takes, in order
	required         []string // those that it needs
	paging           *paging
	filter           []string // the fields that its filter knows; nil means all
	replaces         bool     // an update that resets what it does not name
	reads            bool     // it changes nothing
	graph            *graphWord
	body             *schema // nil without one, or when it is no JSON
	bodyNeeded       bool
	status           int
	answer           *schema // nil without one
	binary           string  // content type of an answer that is no JSON
	totals           bool    // X-Total-Count is described
	parts            []string
	handle           func(*call) reply // nil when nobody knows what it does
}

type paging struct {
	Max         int
	In          string
	Limit, Skip string
	Cursor      *struct{ Send, From, Header string }
}

type graphWord struct {
	Part  string
	Kinds []string
}

// find looks for the operation of a request, and the ids in its path.
func (d *description) find(method string, path []string) (*operation, []string) {
	for _, r := range d.routes[len(path)] {
		if ids, ok := fits(r.parts, path); ok {
			r.once.Do(r.parse)
			if op := r.operations[method]; op != nil {
				return op, ids
			}
		}
	}
	return nil, nil
}

// content is a body or an answer in the description.
type content struct {
	Ref      string `json:"$ref"`
	Required bool
	Headers  map[string]any
	Content  map[string]struct{ Schema *schema }
}

func (r *route) parse() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.operations = map[string]*operation{}
	var methods map[string]json.RawMessage
	r.description.parse("paths "+r.path, &methods)
	for method, text := range methods {
		var word struct {
			OperationID string
			Parameters  []parameterWord
			RequestBody *content
			Responses   map[string]*content
			Paging      *paging    `json:"x-go-paging"`
			Retry       string     `json:"x-go-retry"`
			Update      string     `json:"x-update"`
			Graph       *graphWord `json:"x-graph"`
			Filter      []string   `json:"x-filter"`
		}
		if json.Unmarshal(text, &word) != nil || word.OperationID == "" {
			continue // servers or parameters of the path
		}
		op := &operation{
			method: strings.ToUpper(method), path: r.path, id: word.OperationID, paging: word.Paging, filter: word.Filter,
			replaces: word.Update == "replace", graph: word.Graph, parts: r.parts,
		}
		op.reads = op.method == http.MethodGet || word.Retry == "read"
		for _, p := range word.Parameters {
			if name, isComponent := strings.CutPrefix(p.Ref, "#/components/"); isComponent {
				r.description.parse(strings.Replace(name, "/", " ", 1), &p)
			}
			if p.In == "query" {
				op.query = append(op.query, p.Name)
				if p.Required {
					op.required = append(op.required, p.Name)
				}
			}
		}
		if word.RequestBody != nil {
			op.body = r.deep(word.RequestBody.Content["application/json"].Schema)
			op.bodyNeeded = word.RequestBody.Required
		}
		op.query = append(op.query, alsoInQuery[op.id]...)
		slices.Sort(op.query)
		op.succeed(r, word.Responses)
		op.handle = op.handler(r.description, methods["get"] != nil)
		r.operations[op.method] = op
	}
}

type parameterWord struct {
	Ref      string `json:"$ref"`
	Name, In string
	Required bool
}

// succeed reads the answer of a success: the first of several, and 204 where the SDK takes nothing else from it.
func (op *operation) succeed(r *route, responses map[string]*content) {
	for _, status := range []string{"204", "200", "201", "202"} {
		found := responses[status]
		if found == nil {
			continue
		}
		if name, isComponent := strings.CutPrefix(found.Ref, "#/components/"); isComponent {
			r.description.parse(strings.Replace(name, "/", " ", 1), found)
		}
		fmt.Sscan(status, &op.status)
		for kind, media := range found.Content {
			switch {
			case kind == "application/json":
				op.answer = r.deep(media.Schema)
			case media.Schema != nil && media.Schema.Format == "binary":
				op.binary = kind
			}
		}
		for name := range found.Headers {
			op.totals = op.totals || strings.EqualFold(name, "X-Total-Count")
		}
		return
	}
}

// schema is a form of values. What it is put together from is merged into it.
type schema struct {
	Ref                           string `json:"$ref"`
	Type, Format                  string
	Enum                          []any
	Properties                    map[string]*schema
	Items                         *schema
	AllOf, AnyOf, OneOf           []*schema
	Additional                    json.RawMessage `json:"additionalProperties"`
	Required                      []string
	Nullable, ReadOnly, WriteOnly bool
	Default                       any
	Minimum, Maximum              *float64
	MaxLength                     int
	Envelope                      bool     `json:"x-go-envelope"`
	ID                            string   `json:"x-go-id"`
	GoType                        string   `json:"x-go-type"`
	Unique                        []string `json:"x-unique"`
	Omits                         []string `json:"x-list-omits"`
	name                          string
	open                          bool // any key may be there
}

// deep is a schema with all that it refers to. The caller holds mu; what it answers does not change any more.
func (d *description) deep(s *schema) *schema {
	if s == nil {
		return nil
	}
	name, isComponent := strings.CutPrefix(s.Ref, "#/components/schemas/")
	if !isComponent {
		return d.flat(s)
	}
	if known := d.schemas[name]; known != nil {
		return known
	}
	whole, written := &schema{}, &schema{}
	d.schemas[name] = whole // before its inside, which may refer to it
	d.parse("schemas "+name, written)
	*whole = *d.flat(written)
	whole.name = name
	return whole
}

func (d *description) flat(s *schema) *schema {
	out := *s
	out.Properties, out.AllOf = map[string]*schema{}, nil
	out.open = len(s.Additional) > 0 && string(s.Additional) != "false" || len(s.AnyOf) > 0
	for _, part := range s.AllOf {
		p := d.deep(part)
		maps.Copy(out.Properties, p.Properties)
		out.Required = append(slices.Clone(out.Required), p.Required...)
		out.open = out.open || p.open
		out.Nullable = out.Nullable || p.Nullable
		if out.Type == "" {
			out.Type, out.Enum, out.Items, out.name = p.Type, p.Enum, p.Items, p.name
		}
		if out.ID == "" {
			out.ID = p.ID
		}
		out.Unique = append(slices.Clone(out.Unique), p.Unique...)
		out.Omits = append(slices.Clone(out.Omits), p.Omits...)
	}
	for name, property := range s.Properties {
		out.Properties[name] = d.deep(property)
	}
	out.Items = d.deep(cmp.Or(s.Items, out.Items))
	for i, part := range s.OneOf {
		out.OneOf[i] = d.deep(part)
	}
	return &out
}

// inside is the one property of an envelope around one object; the name is "" where there is none.
func (s *schema) inside() (name string, inner *schema) {
	if s != nil && s.Envelope && len(s.Properties) == 1 {
		for name, inner := range s.Properties {
			if inner.Type != "array" {
				return name, inner
			}
		}
	}
	return "", s
}

// items are what a list answers, and the keys of a wrapped one: that of the array, and that of the total.
func (s *schema) items() (item *schema, array, total string) {
	switch {
	case s == nil:
	case s.Type == "array":
		return s.Items, "", ""
	case s.Envelope:
		for name, property := range s.Properties {
			switch property.Type {
			case "array":
				item, array = property.Items, name
			case "integer":
				total = name
			}
		}
	}
	return item, array, total
}

// fields are the dotted names that objects of this form can have; nil means any.
func (s *schema) fields() fields {
	if s == nil || s.open && len(s.Properties) == 0 {
		return nil
	}
	var names fields
	var add func(s *schema, prefix string, depth int)
	add = func(s *schema, prefix string, depth int) {
		for s.Type == "array" && s.Items != nil {
			s = s.Items
		}
		if depth > 0 && (s.open || s.Type == "" && len(s.Properties) == 0) {
			names = append(names, prefix+"*")
		}
		if depth == 4 {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if name == "_id" && depth == 0 {
				names = append(names, "id")
			}
			names = append(names, prefix+name)
			add(s.Properties[name], prefix+name+".", depth+1)
		}
	}
	add(s, "", 0)
	if s.open {
		names = append(names, "*")
	}
	return names
}
