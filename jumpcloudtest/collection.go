package jumpcloudtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Most of JumpCloud is collections: objects that are listed, created, read, changed and deleted. What they
// look like and how they are paged is described, so that none of them needs code of its own.

// The words of a path that stand for a kind of the graph, in both versions.
var kindWords = map[string]string{
	"activedirectories": activeDirectory, "applications": application, "commands": command, "gsuites": gSuite,
	"ldapservers": ldapServer, "office365s": office365, "policies": policy, "policygroups": policyGroup,
	"radiusservers": radiusServer, "systemgroups": systemGroup, "systems": system, "systemusers": userKind,
	"usergroups": userGroup,
}

// collectionKey names the collection at a path, and the one object that it is below: the kind, where it is
// one of the graph, whose objects both versions show.
func collectionKey(parts, ids []string) string {
	parts = slices.Clone(parts)
	switch {
	case len(parts) == 2 && strings.EqualFold(parts[0], "v2") && strings.EqualFold(parts[1], "users"): // those of v1 are administrators
		return userKind
	case len(parts) > 1 && parts[0] == "v2" && parts[1] == "administrators":
		parts = append([]string{"users"}, parts[2:]...)
	case len(parts) > 1 && (parts[0] == "v2" || parts[0] == "search") && kindWords[parts[1]] != "":
		parts = parts[1:]
	case len(parts) == 2 && parts[0] == "search":
		parts = parts[1:]
	}
	if kind := kindWords[parts[0]]; kind != "" {
		parts[0] = kind
	}
	for i, n := 0, 0; i < len(parts); i++ {
		if placeholder(parts[i]) {
			parts[i] = "{}"
			if ids != nil {
				parts[i] = ids[n]
			}
			n++
		}
	}
	return strings.Join(parts, "/")
}

// collection is what the description says of a kind of objects.
type collection struct {
	kind   string  // in the graph; "" outside of it
	form   *schema // nil when nothing describes it
	id     string  // the property that has the id; "" where there is none
	known  fields
	unique []string
	omits  []string // what a list leaves out
	both   bool     // the id stands there twice, as _id and id
	shown  map[string]any
}

// collection finds out what the objects at a path look like: as one of them is read, or listed, or created.
func (d *description) collection(parts []string) *collection {
	key := collectionKey(parts, nil)
	if known, found := d.collections.Load(key); found {
		return known.(*collection)
	}
	made := &collection{shown: map[string]any{}}
	if slices.Contains(graphTypes, key) {
		made.kind = key
	}
	made.form = d.formOf(key)
	if f := made.form; f != nil {
		made.known, made.unique, made.omits = f.fields(), f.Unique, f.Omits
		for _, id := range []string{f.ID, "_id", "id", "objectId"} {
			if f.Properties[id] != nil {
				made.id = id
				break
			}
		}
		for name, property := range f.Properties {
			if property.Default != nil {
				made.shown[name] = property.Default
			}
		}
	} else {
		made.id = "id"
	}
	for _, r := range d.routes[len(parts)+1] { // of some there is one of each type
		last := r.parts[len(parts)]
		if strings.HasSuffix(last, "_type}") && collectionKey(r.parts[:len(parts)], nil) == key && made.form.Properties["type"] != nil {
			made.id = "type"
		}
	}
	made.both = made.id == "_id"
	known, _ := d.collections.LoadOrStore(key, made)
	return known.(*collection)
}

func (d *description) formOf(key string) *schema {
	var ways [3]*schema
	for _, length := range slices.Sorted(maps.Keys(d.routes)) {
		for _, r := range d.routes[length] {
			last := len(r.parts) - 1
			at := r.parts
			if placeholder(at[last]) {
				at = at[:last]
			}
			if last == 0 && placeholder(r.parts[0]) || collectionKey(at, nil) != key || r.parts[0] == "search" {
				continue
			}
			r.once.Do(r.parse)
			for _, method := range slices.Sorted(maps.Keys(r.operations)) {
				op := r.operations[method]
				_, one := op.answer.inside()
				many, _, _ := op.answer.items()
				rank := 0
				switch {
				case op.method == http.MethodGet && len(at) == last && one != nil && many == nil:
				case op.method == http.MethodGet && many != nil:
					one, rank = many, 1
				case op.method == http.MethodGet && one != nil && len(at) == len(r.parts):
				case op.method != http.MethodGet && len(at) == len(r.parts) && one != nil && one.Type == "object" && many == nil:
					rank = 2
				case op.method == http.MethodPost && len(at) == len(r.parts) && op.body != nil:
					_, one = op.body.inside()
					rank = 2
				default:
					continue
				}
				if len(one.Properties) > 0 && (ways[rank] == nil || len(one.Properties) > len(ways[rank].Properties)) {
					ways[rank] = one
				}
			}
		}
	}
	return cmp.Or(ways[0], cmp.Or(ways[1], ways[2]))
}

// store holds the objects of a collection, in the order of their ids.
type store struct {
	*collection
	key  string
	byID map[string]*item
	list []*item
}

// item is an object of a collection. Its fields are those that differ from what every object shows.
type item struct {
	of      *store
	id      string
	fields  map[string]any
	hidden  map[string]any // what was written and is never answered
	encoded []byte
}

func (i *item) field(name string) (any, bool) {
	if v, found := i.fields[name]; found {
		return v, true
	}
	v, found := i.of.shown[name]
	return v, found
}

func (i *item) text(name string) string {
	v, _ := i.field(name)
	s, _ := v.(string)
	return s
}

func (i *item) set(name string, v any) {
	i.fields[name] = v
	i.encoded = nil
}

// keys are those that an answer shows.
func (i *item) keys() []string {
	keys := make([]string, 0, len(i.fields)+len(i.of.shown))
	for key := range i.fields {
		keys = append(keys, key)
	}
	for key := range i.of.shown {
		if _, there := i.fields[key]; !there {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (i *item) value(name string) any {
	v, _ := i.field(name)
	return v
}

func (i *item) json() []byte {
	if i.encoded == nil {
		i.encoded = appendObject(make([]byte, 0, 1024), i.keys(), i.value)
	}
	return i.encoded
}

// show is the object as an operation answers it.
func (i *item) show(form *schema, listed bool) []byte {
	omits := i.of.omits
	if (form == nil || form == i.of.form || i.of.form == nil) && (!listed || len(omits) == 0) {
		return i.json()
	}
	other := form != nil && form != i.of.form && i.of.form != nil && !form.open
	shown := map[string]any{}
	for _, key := range i.keys() {
		v := i.value(key)
		if listed && slices.Contains(omits, key) {
			continue
		}
		if other && !(key == "id" && form.Properties["_id"] != nil) {
			p, fits := form.Properties[key], false
			if v, fits = p.fit(v); p == nil || !fits {
				continue
			}
		}
		shown[key] = v
	}
	return encode(shown)
}

// name is what people call the object; "" when it has no name.
func (i *item) name() string {
	for _, field := range []string{"displayName", "name", "hostname", "domain", "displayLabel", "username", "email"} {
		if s := i.text(field); s != "" {
			return s
		}
	}
	return ""
}

// in finds the store of a collection, by the path of the collection and the ids in it.
func (o *org) in(parts, ids []string) *store {
	key := collectionKey(parts, ids)
	s := o.stores[key]
	if s == nil {
		s = &store{collection: describe().collection(parts), key: key, byID: map[string]*item{}}
		o.stores[key] = s
	}
	return s
}

// kindStore is the store of a kind of the graph.
func (o *org) kindStore(kind string) *store {
	return o.in([]string{cmp.Or(pathWord[kind], kind)}, nil) // some have no routes
}

// pathWord is the word of a kind in paths.
var pathWord = func() map[string]string {
	words := map[string]string{}
	for word, kind := range kindWords {
		words[kind] = word
	}
	words[userKind] = "systemusers"
	return words
}()

// insert adds an object with the id that it has, or a new one.
func (o *org) insert(s *store, fields map[string]any, now time.Time) *item {
	i := &item{of: s, fields: maps.Clone(fields)}
	if i.fields == nil {
		i.fields = map[string]any{}
	}
	i.id, _ = i.fields[s.id].(string)
	if i.id == "" && s.both {
		i.id, _ = i.fields["id"].(string)
	}
	if i.id == "" {
		i.id = o.host.newID()
	}
	if s.id != "" {
		i.fields[s.id] = i.id
	}
	if p := s.form.property("id"); s.both || p != nil && i.fields["id"] == nil && s.id == "type" {
		i.fields["id"] = i.id
	}
	if f := s.form; f != nil {
		for name, v := range i.fields {
			i.put(name, v)
		}
		o.stamp(i, now, "created", "createdAt", "createdDate", "created_at", "updated", "updatedAt", "updated_at")
		for _, name := range []string{"organization", "organizationObjectId", "organizationId"} {
			if p := f.Properties[name]; p != nil && p.Type == "string" && i.fields[name] == nil {
				i.fields[name] = o.id
			}
		}
		for _, name := range f.Required {
			if _, there := i.field(name); !there {
				i.fields[name] = zero(f.Properties[name])
			}
		}
	}
	at, taken := slices.BinarySearchFunc(s.list, i.id, func(i *item, id string) int { return cmp.Compare(i.id, id) })
	if taken {
		s.list[at] = i
	} else {
		s.list = slices.Insert(s.list, at, i)
	}
	s.byID[i.id] = i
	if s.kind != "" {
		o.nodes[i.id] = i
	}
	return i
}

// put stores what was written under a name: what answers never show apart, and a.b inside of a.
func (i *item) put(name string, v any) {
	i.encoded = nil
	f := i.of.form
	if f == nil {
		i.fields[name] = v
		return
	}
	p := f.Properties[name]
	head, rest, dotted := strings.Cut(name, ".")
	switch {
	case p != nil && !p.WriteOnly:
		i.fields[name] = p.complete(v)
	case p == nil && dotted && f.Properties[head] != nil:
		delete(i.fields, name)
		old, _ := i.value(head).(map[string]any)
		i.fields[head] = merged(old, map[string]any{rest: v})
	case p == nil && (f.open || name == "id"):
		i.fields[name] = v
	default:
		if i.hidden == nil {
			i.hidden = map[string]any{}
		}
		i.hidden[name] = v
		delete(i.fields, name)
	}
}

// stamp sets dates that the service sets, where the object has such and no value yet.
func (o *org) stamp(i *item, now time.Time, names ...string) {
	for _, name := range names {
		if p := i.of.form.Properties[name]; p != nil && p.Type == "string" && i.fields[name] == nil {
			i.set(name, stamp(now))
		}
	}
}

// clash tells whether another object has the same in a field where that cannot be.
func (s *store) clash(fields map[string]any, self *item) bool {
	return slices.ContainsFunc(s.unique, func(name string) bool {
		wanted := uniqueKey(fields[name])
		return wanted != "" && slices.ContainsFunc(s.list, func(i *item) bool { return i != self && uniqueKey(i.value(name)) == wanted })
	})
}

// at is the store that the call is about, and the item where its path names one. There is none below an
// object that does not exist.
func (c *call) at() (s *store, one *item, exists bool) {
	parts, ids := c.operation.parts, c.ids
	named := placeholder(parts[len(parts)-1])
	if named {
		parts, ids = parts[:len(parts)-1], ids[:len(ids)-1]
	}
	for i, n := 0, 0; i < len(parts); i++ {
		if placeholder(parts[i]) {
			if !c.org.exists(parts[:i], ids[:n], ids[n]) {
				return nil, nil, false
			}
			n++
		}
	}
	s = c.org.in(parts, ids)
	if named {
		one = s.byID[c.ids[len(c.ids)-1]]
	}
	return s, one, !named || one != nil
}

// exists tells whether there is an object at a path. What nobody describes may be there.
func (o *org) exists(parts, ids []string, id string) bool {
	key := collectionKey(parts, ids)
	switch {
	case slices.Contains(graphTypes, key):
		return o.kind(id) == key
	case key == "organizations" || key == "v2/organizations":
		return slices.ContainsFunc(o.host.orgs, func(o *org) bool { return o.id == id })
	case !describe().has(parts) && !describe().has(append(slices.Clone(parts), "{}")):
		return true
	}
	s := o.stores[key]
	return s != nil && s.byID[id] != nil
}

// missing is the answer to an id that nothing has.
func (c *call) missing() reply {
	if c.v2() {
		return notFound()
	}
	return message(http.StatusNotFound, "Not Found")
}

// handler is what answers an operation; nil when neither code nor the description says enough. listed says that
// its path can be read as well.
func (op *operation) handler(d *description, listed bool) func(*call) reply {
	if by := d.byHand[op.id]; by != nil {
		return by
	}
	if op.graph != nil {
		return d.byHand["graph "+op.graph.Part+" "+op.method]
	}
	named := placeholder(op.parts[len(op.parts)-1])
	many, _, _ := op.answer.items()
	one := op.answer != nil && many == nil
	write := op.method == http.MethodPut || op.method == http.MethodPatch
	switch {
	case op.paging != nil && op.parts[0] == "search":
		return (*call).search
	case op.method == http.MethodGet && many != nil && strings.HasPrefix(op.path, "/v2/systeminsights/"):
		return (*call).listRows
	case op.method == http.MethodGet && many != nil && !named:
		return (*call).listItems
	case op.binary != "":
	case named && op.method == http.MethodGet:
		return (*call).getItem
	case named && write:
		return (*call).updateItem
	case named && op.method == http.MethodDelete:
		return (*call).deleteItem
	case op.method == http.MethodPost && !named && (op.body != nil || one) && (listed || d.has(append(slices.Clone(op.parts), "{}"))):
		return (*call).createItem
	case op.method != http.MethodPost && !named:
		return (*call).single
	case op.method == http.MethodPost && op.answer == nil:
		return (*call).act
	case op.method == http.MethodPost && op.reads && many == nil:
		return (*call).nothing
	}
	return nil
}

func (c *call) listItems() reply {
	s, _, exists := c.at()
	if !exists {
		return c.missing()
	}
	form, _, _ := c.operation.answer.items()
	return listOf(c, s.list, s.known, func(i *item) []byte { return i.show(form, true) })
}

// answered is the answer of an operation on one object, in its envelope if it has one.
func (c *call) answered(i *item) reply {
	if c.operation.answer == nil {
		return reply{status: c.operation.status}
	}
	envelope, form := c.operation.answer.inside()
	body := i.show(form, false)
	if envelope != "" {
		body = appendObject(nil, []string{envelope}, func(string) any { return json.RawMessage(body) })
	}
	return reply{status: c.operation.status, body: body}
}

func (c *call) getItem() reply {
	_, i, exists := c.at()
	if !exists {
		return c.missing()
	}
	q, err := c.selection(i.of.known)
	switch {
	case err != nil:
		return c.refuse(err)
	case !q.filter.passes(i):
		return c.missing()
	case len(q.fields) > 0:
		return ok(project(i, q.fields))
	}
	return c.answered(i)
}

// taken is the body of a write, of which only what is described counts.
func (c *call) taken() (map[string]any, error) {
	if c.operation.body == nil { // what there is to say stands in the query
		body := map[string]any{}
		s, _, _ := c.at()
		for name := range c.query {
			body[name] = c.query.Get(name)
			if p := s.form.Properties[name]; p != nil && p.Type != "string" {
				var v any
				if parse([]byte(c.query.Get(name)), &v) == nil {
					body[name] = v
				}
			}
		}
		return body, nil
	}
	body, err := c.object(!c.operation.bodyNeeded)
	if err != nil {
		return body, err
	}
	envelope, form := c.operation.body.inside()
	if envelope != "" {
		inner, isObject := body[envelope].(map[string]any)
		if !isObject {
			return nil, errors.New(envelope + " must be an object")
		}
		body = inner
	}
	v, err := form.take("", body)
	if err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}

func (c *call) createItem() reply {
	s, _, exists := c.at()
	if !exists {
		return c.missing()
	}
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	if id, _ := body[s.id].(string); s.clash(body, nil) || s.byID[id] != nil {
		return alreadyExists()
	}
	c.item = c.org.insert(s, body, c.now)
	c.org.written(c.item)
	return c.answered(c.item)
}

func (c *call) updateItem() reply {
	s, i, exists := c.at()
	if !exists {
		return c.missing()
	}
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	if s.clash(body, i) {
		return alreadyExists()
	}
	c.item = i
	c.org.overwrite(i, body, c.operation, c.now)
	return c.answered(i)
}

// overwrite puts a body into an object. A full replace resets what the body could have said and does not.
func (o *org) overwrite(i *item, body map[string]any, op *operation, now time.Time) {
	if _, form := op.body.inside(); op.replaces && form != nil {
		for name, p := range form.Properties {
			if !p.ReadOnly && name != i.of.id {
				delete(i.fields, name)
			}
		}
	}
	for name, v := range body {
		i.put(name, v)
	}
	if i.of.form != nil {
		for _, name := range i.of.form.Required {
			if _, there := i.field(name); !there {
				i.set(name, zero(i.of.form.Properties[name]))
			}
		}
		for _, name := range []string{"updated", "updatedAt", "updated_at"} {
			if p := i.of.form.Properties[name]; p != nil && p.Type == "string" {
				i.set(name, stamp(now))
			}
		}
	}
	i.encoded = nil
	o.written(i)
}

func (c *call) deleteItem() reply {
	_, i, exists := c.at()
	if !exists {
		return c.missing()
	}
	r := c.answered(i)
	c.org.drop(i)
	return r
}

// drop takes an object away, with what hangs on it and what is below it.
func (o *org) drop(i *item) {
	o.traceEnd(i.id)
	delete(i.of.byID, i.id)
	delete(o.nodes, i.id)
	at, _ := slices.BinarySearchFunc(i.of.list, i.id, func(i *item, id string) int { return cmp.Compare(i.id, id) })
	i.of.list = slices.Delete(i.of.list, at, at+1)
	below := i.of.key + "/" + i.id + "/"
	maps.DeleteFunc(o.stores, func(key string, _ *store) bool { return strings.HasPrefix(key, below) })
	o.untie(i.id)
}

// single is an object of which there is one, at a path that ends in a word, such as a setting.
func (c *call) single() reply {
	s, _, exists := c.at()
	if !exists {
		return c.missing()
	}
	if len(s.list) == 0 {
		c.org.insert(s, nil, c.now)
	}
	i := s.list[0]
	switch c.operation.method {
	case http.MethodPut, http.MethodPatch:
		body, err := c.taken()
		if err != nil {
			return c.refuse(err)
		}
		c.org.overwrite(i, body, c.operation, c.now)
	case http.MethodDelete:
		defer c.org.drop(i)
	}
	return c.answered(i)
}

// nothing answers a question about what the server does not keep: there is none of it.
func (c *call) nothing() reply {
	if _, err := c.taken(); err != nil {
		return c.refuse(err)
	}
	return ok(c.operation.answer.complete(map[string]any{}))
}

// Action is something that was asked for and is put on record only: nothing is erased, locked or sent.
type Action struct {
	Operation string         // JumpCloud's operation id, such as systems_commandBuiltinErase
	IDs       []string       // those of the path
	Body      map[string]any // nil without one
	Time      time.Time
}

// Actions returns what was asked for and is put on record only, oldest first.
func (s *Server) Actions() []Action {
	defer s.enter()()
	return slices.Clone(s.org.actions)
}

func (c *call) action(body map[string]any) Action {
	return Action{Operation: c.operation.id, IDs: c.ids, Body: body, Time: c.now}
}

// act takes an action that answers nothing: it is put on record, and not done.
func (c *call) act() reply {
	_, _, exists := c.at()
	if !exists {
		return c.missing()
	}
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	c.org.actions = append(c.org.actions, c.action(body))
	return reply{status: c.operation.status}
}
