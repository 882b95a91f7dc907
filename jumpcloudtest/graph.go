package jumpcloudtest

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Graph types.
const (
	activeDirectory = "active_directory"
	application     = "application"
	gSuite          = "g_suite"
	ldapServer      = "ldap_server"
	office365       = "office_365"
	radiusServer    = "radius_server"
	system          = "system"
	systemGroup     = "system_group"
	userKind        = "user"
	userGroup       = "user_group"
)

var (
	directories = []string{gSuite, office365, ldapServer, activeDirectory}

	// targets is what users and user groups can be bound to; everything else is a 400, as JumpCloud's
	// own tool found by trying.
	targets = []string{
		activeDirectory, application, gSuite, ldapServer, office365, radiusServer, system, systemGroup,
		"idp_routing_policy", "password_manager_item",
	}
)

// edge is a way from one object to another: a binding, or a membership looked at from either side.
type edge struct {
	to         string
	attributes map[string]any
}

// edges are those of one object, in the order in which they were made.
type edges struct {
	by    map[string]*edge
	order []*edge
}

func (e *edges) get(id string) *edge {
	if e == nil {
		return nil
	}
	return e.by[id]
}

func (e *edges) list() []*edge {
	if e == nil {
		return nil
	}
	return e.order
}

func (e *edges) remove(id string) bool {
	if e.get(id) == nil {
		return false
	}
	delete(e.by, id)
	e.order = slices.DeleteFunc(slices.Clone(e.order), func(x *edge) bool { return x.to == id })
	return true
}

// connect makes an edge; it is nil when there is one already.
func connect(from map[string]*edges, id, to string, attributes map[string]any) *edge {
	e := from[id]
	if e == nil {
		e = &edges{by: map[string]*edge{}}
		from[id] = e
	}
	if e.by[to] != nil {
		return nil
	}
	made := &edge{to: to, attributes: attributes}
	e.by[to] = made
	e.order = append(e.order, made)
	return made
}

// join makes an object a member of a group; false when it is one already.
func (o *org) join(member, group string, attributes map[string]any) bool {
	if connect(o.children, group, member, attributes) == nil {
		return false
	}
	connect(o.parents, member, group, attributes)
	return true
}

func (o *org) leave(member, group string) bool {
	o.parents[member].remove(group)
	return o.children[group].remove(member)
}

// graphObject is an object as the graph shows it; without attributes they are null, as recorded.
func graphObject(id, kind string, attributes any) map[string]any {
	return map[string]any{"id": id, "type": kind, "attributes": attributes}
}

// hop is one step of a path. There is no from in it, as recorded.
func (o *org) hop(e *edge) map[string]any {
	h := map[string]any{"attributes": nil}
	if len(e.attributes) > 0 {
		h["attributes"] = e.attributes
	}
	var attributes any
	if g := o.groups[e.to]; g != nil {
		attributes = g.attributes()
	}
	h["to"] = graphObject(e.to, o.kind(e.to), attributes)
	return h
}

// connection is an item of a list of members or associations.
func (o *org) connection(e *edge) []byte {
	h := map[string]any{"attributes": nil, "to": graphObject(e.to, o.kind(e.to), nil)}
	if len(e.attributes) > 0 {
		h["attributes"] = e.attributes
	}
	return encode(h)
}

// path is a way through the graph. Its last step ends at the object that it leads to.
type path []*edge

func (p path) with(e *edge) path { return append(slices.Clip(slices.Clone(p)), e) }

func (p path) passes(id string) bool {
	return slices.ContainsFunc(p, func(e *edge) bool { return e.to == id })
}

// reach is an object that can be reached, with every way to it.
type reach struct {
	id    string
	paths []path
}

type reaches map[string]*reach

func (r reaches) record(p path) {
	id := p[len(p)-1].to
	if r[id] == nil {
		r[id] = &reach{id: id}
	}
	r[id].paths = append(r[id].paths, p)
}

func (r reaches) sorted() []*reach {
	return slices.SortedFunc(maps.Values(r), func(a, b *reach) int { return strings.Compare(a.id, b.id) })
}

// targetsOf finds what a user or group reaches of the given kinds: by its own bindings, by those of the
// groups it is in, and to systems also through the system groups that these lead to.
func (o *org) targetsOf(id string, kinds []string) reaches {
	found := reaches{}
	var walk func(id string, sofar path)
	walk = func(id string, sofar path) {
		for _, e := range o.bindings[id].list() {
			kind := o.kind(e.to)
			if slices.Contains(kinds, kind) {
				found.record(sofar.with(e))
			}
			if kind == systemGroup && slices.Contains(kinds, system) {
				for _, member := range o.children[e.to].list() {
					found.record(sofar.with(e).with(member))
				}
			}
		}
		for _, e := range o.parents[id].list() {
			if !sofar.passes(e.to) {
				walk(e.to, sofar.with(e))
			}
		}
	}
	walk(id, nil)
	return found
}

// ancestors finds the groups that an object is in, directly or through another group.
func (o *org) ancestors(id string) reaches { return o.climb(o.parents, id, userGroup) }

// members finds the users in a group, directly or through another group.
func (o *org) members(id string) reaches { return o.climb(o.children, id, userKind) }

func (o *org) climb(edges map[string]*edges, id, kind string) reaches {
	found := reaches{}
	var walk func(id string, sofar path)
	walk = func(id string, sofar path) {
		for _, e := range edges[id].list() {
			if sofar.passes(e.to) {
				continue
			}
			next := sofar.with(e)
			if o.kind(e.to) == kind {
				found.record(next)
			}
			walk(e.to, next)
		}
	}
	walk(id, nil)
	return found
}

// withPaths is an item of a traversal.
func (o *org) withPaths(r *reach) []byte {
	compiled := map[string]any{}
	paths := make([]any, len(r.paths))
	for i, p := range r.paths {
		hops := make([]any, len(p))
		for j, e := range p {
			merge(compiled, e.attributes)
			if g := o.groups[e.to]; g != nil {
				attributes, _ := g.attributes().(map[string]any)
				merge(compiled, attributes)
			}
			hops[j] = o.hop(e)
		}
		paths[i] = hops
	}
	return encode(map[string]any{"id": r.id, "type": o.kind(r.id), "compiledAttributes": compiled, "paths": paths})
}

// merge adds attributes to those compiled so far: lists gain what they lack, objects are merged, what
// is true once stays true, and of other values the first one stays.
func merge(into, from map[string]any) {
	for key, v := range from {
		old, there := into[key]
		switch v := v.(type) {
		case map[string]any:
			inner, _ := old.(map[string]any)
			if there && inner == nil {
				continue
			}
			copied := maps.Clone(inner)
			if copied == nil {
				copied = map[string]any{}
			}
			merge(copied, v)
			into[key] = copied
		case []any:
			list, isList := old.([]any)
			if there && !isList {
				continue
			}
			list = slices.Clone(list)
			for _, item := range v {
				if !slices.ContainsFunc(list, func(other any) bool { return reflect.DeepEqual(item, other) }) {
					list = append(list, item)
				}
			}
			into[key] = list
		default:
			if !there || v == true {
				into[key] = v
			}
		}
	}
}

// objects answers a list of objects with their paths. They can be filtered by object_id and type.
func (c *call) objects(found reaches) reply {
	q, err := c.selection(fields{"object_id", "type", "id"})
	if err == nil {
		q.filter, err = c.filter(fields{"object_id", "type"})
	}
	if err != nil {
		return c.refuse(err)
	}
	view := func(r *reach) object { return object{"object_id": r.id, "id": r.id, "type": c.org.kind(r.id)} }
	list := slices.DeleteFunc(found.sorted(), func(r *reach) bool { return !q.filter.passes(view(r)) })
	if len(q.sort) > 0 {
		slices.SortStableFunc(list, func(a, b *reach) int { return q.sort.compare(view(a), view(b)) })
	}
	return c.bare(len(list), func(i int) []byte { return c.org.withPaths(list[i]) })
}

func userReaches(kinds ...string) func(*call) reply {
	return func(c *call) reply {
		if c.one() == nil {
			return notFound()
		}
		return c.objects(c.org.targetsOf(c.ids[0], kinds))
	}
}

func groupReaches(kinds ...string) func(*call) reply {
	return func(c *call) reply {
		if c.group() == nil {
			return notFound()
		}
		return c.objects(c.org.targetsOf(c.ids[0], kinds))
	}
}

func (c *call) userMemberOf() reply {
	if c.one() == nil {
		return notFound()
	}
	return c.objects(c.org.ancestors(c.ids[0]))
}

func (c *call) groupMemberOf() reply {
	if c.group() == nil {
		return notFound()
	}
	return c.objects(c.org.ancestors(c.ids[0]))
}

func (c *call) listMembership() reply {
	if c.group() == nil {
		return notFound()
	}
	return c.objects(c.org.members(c.ids[0]))
}

func (c *call) listMembers() reply {
	if c.group() == nil {
		return notFound()
	}
	members := c.org.children[c.ids[0]].list()
	direct := func(e *edge) bool { return c.org.users[e.to] != nil }
	if !every(members, direct) { // a group that seeding put into this one is no member here
		members = slices.DeleteFunc(slices.Clone(members), func(e *edge) bool { return !direct(e) })
	}
	return c.bare(len(members), func(i int) []byte { return c.org.connection(members[i]) })
}

func every[T any](list []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(list, func(item T) bool { return !holds(item) })
}

func (c *call) userAssociations() reply {
	if c.one() == nil {
		return notFound()
	}
	return c.associations()
}

func (c *call) groupAssociations() reply {
	if c.group() == nil {
		return notFound()
	}
	return c.associations()
}

// associations lists the bindings of the call's own object, to the kinds that targets asks for.
func (c *call) associations() reply {
	kinds := words(c.query["targets"], ",")
	if len(kinds) == 0 {
		return c.refuse(errors.New("targets is required"))
	}
	for _, kind := range kinds {
		if !slices.Contains(targets, kind) {
			return c.refuse(fmt.Errorf("targets cannot be %q", kind))
		}
	}
	var found []*edge
	for _, e := range c.org.bindings[c.ids[0]].list() {
		if slices.Contains(kinds, c.org.kind(e.to)) {
			found = append(found, e)
		}
	}
	return c.bare(len(found), func(i int) []byte { return c.org.connection(found[i]) })
}

// graphOperation is the body of a write in the graph.
type graphOperation struct {
	op, kind, id string
	attributes   map[string]any
	given        bool // attributes stood in the body
}

func (c *call) graphOperation(kinds []string) (graphOperation, error) {
	var g graphOperation
	body, err := c.object(false)
	if err != nil {
		return g, err
	}
	g.op, _ = body["op"].(string)
	g.kind, _ = body["type"].(string)
	g.id, _ = body["id"].(string)
	var isObject bool
	g.attributes, isObject = body["attributes"].(map[string]any)
	_, g.given = body["attributes"]
	switch {
	case !slices.Contains([]string{"add", "remove", "update"}, g.op):
		return g, errors.New("op must be add, remove or update")
	case !slices.Contains(kinds, g.kind):
		return g, fmt.Errorf("type cannot be %q here", g.kind)
	case g.id == "":
		return g, errors.New("id is required")
	case body["attributes"] != nil && !isObject:
		return g, errors.New("attributes must be an object or null")
	}
	if v, given := g.attributes["sudo"]; given && v != nil {
		err = checkSudo(v)
	}
	return g, err
}

func (c *call) manageUserAssociations() reply {
	if c.one() == nil {
		return notFound()
	}
	return c.manage()
}

func (c *call) manageGroupAssociations() reply {
	if c.group() == nil {
		return notFound()
	}
	return c.manage()
}

// manage changes the bindings of the call's own object. That a second add is a 409 and the removal of
// what is not there a 404 was seen with members; with associations it is inferred.
func (c *call) manage() reply {
	g, err := c.graphOperation(targets)
	if err != nil {
		return c.refuse(err)
	}
	from := c.ids[0]
	if c.org.kind(g.id) != g.kind {
		return notFound()
	}
	e := c.org.bindings[from].get(g.id)
	switch {
	case g.op == "add" && e != nil:
		return alreadyExists()
	case g.op == "add":
		connect(c.org.bindings, from, g.id, g.attributes)
	case e == nil:
		return notFound()
	case g.op == "remove":
		c.org.bindings[from].remove(g.id)
	case g.given:
		e.attributes = g.attributes
	}
	return noContent()
}

func (c *call) manageMembers() reply {
	g := c.group()
	if g == nil {
		return notFound()
	}
	op, err := c.graphOperation([]string{userKind})
	if err != nil {
		return c.refuse(err)
	}
	if c.org.users[op.id] == nil {
		return notFound()
	}
	switch op.op {
	case "add":
		if !c.org.join(op.id, g.id, op.attributes) {
			return alreadyExists()
		}
	case "remove":
		if !c.org.leave(op.id, g.id) {
			return notFound()
		}
	default:
		e := c.org.children[g.id].get(op.id)
		if e == nil {
			return notFound()
		}
		if op.given {
			e.attributes = op.attributes
			c.org.parents[op.id].get(g.id).attributes = op.attributes
		}
	}
	return noContent()
}
