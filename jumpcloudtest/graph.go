package jumpcloudtest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// Graph types.
const (
	activeDirectory = "active_directory"
	application     = "application"
	command         = "command"
	gSuite          = "g_suite"
	ldapServer      = "ldap_server"
	office365       = "office_365"
	policy          = "policy"
	policyGroup     = "policy_group"
	radiusServer    = "radius_server"
	system          = "system"
	systemGroup     = "system_group"
	userKind        = "user"
	userGroup       = "user_group"
)

var (
	directories = []string{gSuite, office365, ldapServer, activeDirectory}

	// targets are the kinds whose objects can be bound to users and devices.
	targets = []string{
		activeDirectory, application, command, gSuite, ldapServer, office365, policy, policyGroup, radiusServer, system, systemGroup,
		"idp_routing_policy", "password_manager_item",
	}
	graphTypes = append([]string{userKind, userGroup}, targets...)

	// memberships are which objects can be members of which groups.
	memberships = map[[2]string]bool{
		{userKind, userGroup}: true, {userGroup, userGroup}: true, {system, systemGroup}: true, {policy, policyGroup}: true,
	}
)

// bindable tells whether objects of two kinds can be bound to each other, from either side.
func (d *description) bindable(a, b string) bool {
	return slices.Contains(d.targetsOf(a), b) || slices.Contains(d.targetsOf(b), a)
}

func (d *description) targetsOf(kind string) []string {
	word := pathWord[kind]
	if kind == userKind {
		word = "users"
	}
	op, _ := d.find(http.MethodGet, []string{"v2", word, kind, "associations"})
	if op == nil || op.graph == nil {
		return nil
	}
	return op.graph.Kinds
}

// tie is a binding or a membership. Both of its objects see the same one.
type tie struct{ attributes map[string]any }

// edge is a tie as one of its objects sees it.
type edge struct {
	to string
	*tie
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

func (o *org) edges(of map[string]*edges, id string) *edges {
	e := of[id]
	if e == nil {
		e = &edges{by: map[string]*edge{}}
		of[id] = e
	}
	return e
}

func (e *edges) add(to string, t *tie) {
	made := &edge{to, t}
	e.by[to] = made
	e.order = append(e.order, made)
}

// connect binds two objects; false when they are bound already.
func (o *org) connect(a, b string, attributes map[string]any) bool {
	if o.bindings[a].get(b) != nil {
		return false
	}
	t := &tie{attributes}
	o.edges(o.bindings, a).add(b, t)
	o.edges(o.bindings, b).add(a, t)
	o.trace("bound", a, b, traced(nil, attributes)...)
	return true
}

func (o *org) disconnect(a, b string) bool {
	o.bindings[b].remove(a)
	gone := o.bindings[a].remove(b)
	if gone {
		o.trace("unbound", a, b)
	}
	return gone
}

// join makes an object a member of a group; false when it is one already.
func (o *org) join(member, group string, attributes map[string]any) bool {
	if o.children[group].get(member) != nil {
		return false
	}
	t := &tie{attributes}
	o.edges(o.children, group).add(member, t)
	o.edges(o.parents, member).add(group, t)
	o.trace("member added", group, member, traced(nil, attributes)...)
	return true
}

func (o *org) leave(member, group string) bool {
	o.parents[member].remove(group)
	gone := o.children[group].remove(member)
	if gone {
		o.trace("member removed", group, member)
	}
	return gone
}

// untie takes an object out of the graph.
func (o *org) untie(id string) {
	for _, e := range o.parents[id].list() {
		o.children[e.to].remove(id)
	}
	for _, e := range o.children[id].list() {
		o.parents[e.to].remove(id)
	}
	for _, e := range o.bindings[id].list() {
		o.bindings[e.to].remove(id)
	}
	delete(o.bindings, id)
	delete(o.parents, id)
	delete(o.children, id)
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

// reached finds what an object reaches of the given kinds: by its own bindings, by those of the groups that it is
// in, and through groups that these lead to. The same ways lead back.
func (o *org) reached(id string, kinds []string) reaches {
	found := reaches{}
	var down, up func(id string, sofar path)
	down = func(id string, sofar path) {
		for _, e := range o.children[id].list() {
			if sofar.passes(e.to) {
				continue
			}
			if next := sofar.with(e); slices.Contains(kinds, o.kind(e.to)) {
				found.record(next)
			} else {
				down(e.to, next)
			}
		}
	}
	up = func(id string, sofar path) {
		for _, e := range o.bindings[id].list() {
			next := sofar.with(e)
			if slices.Contains(kinds, o.kind(e.to)) {
				found.record(next)
			}
			down(e.to, next)
		}
		for _, e := range o.parents[id].list() {
			if !sofar.passes(e.to) {
				up(e.to, sofar.with(e))
			}
		}
	}
	up(id, nil)
	return found
}

// ancestors finds the groups that an object is in, directly or through another group.
func (o *org) ancestors(id string) reaches {
	return o.climb(o.parents, id, []string{userGroup, systemGroup, policyGroup})
}

// members finds the objects of a kind in a group, directly or through another group.
func (o *org) members(id string, kinds []string) reaches { return o.climb(o.children, id, kinds) }

func (o *org) climb(edges map[string]*edges, id string, kinds []string) reaches {
	found := reaches{}
	var walk func(id string, sofar path)
	walk = func(id string, sofar path) {
		for _, e := range edges[id].list() {
			if sofar.passes(e.to) {
				continue
			}
			next := sofar.with(e)
			if slices.Contains(kinds, o.kind(e.to)) {
				found.record(next)
			}
			walk(e.to, next)
		}
	}
	walk(id, nil)
	return found
}

// withPaths is an item of a traversal.
func (o *org) withPaths(r *reach, details bool) []byte {
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
	v := map[string]any{"id": r.id, "type": o.kind(r.id), "compiledAttributes": compiled, "paths": paths}
	if n := o.nodes[r.id]; details && n != nil && n.of.kind == command {
		for _, name := range commandDetails {
			if value, there := n.field(name); there && value != nil {
				v[name] = value
			}
		}
	}
	return encode(v)
}

// commandDetails are what a traversal tells of a command beside its place in the graph.
var commandDetails = strings.Fields("name command commandType launchType schedule scheduleRepeatType timeToLiveSeconds timeout organization")

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
	return c.bare(len(list), func(i int) []byte { return c.org.withPaths(list[i], c.query.Get("details") == "v1") })
}

// side is the object from which the call looks at the graph.
func (c *call) side() (id string, exists bool) {
	at := slices.IndexFunc(c.operation.parts, placeholder)
	return c.ids[0], c.org.exists(c.operation.parts[:at], nil, c.ids[0])
}

func (c *call) traverse() reply {
	id, exists := c.side()
	if !exists {
		return c.missing()
	}
	kinds := c.operation.graph.Kinds
	if kinds[0] == "directory" {
		kinds = directories
	}
	return c.objects(c.org.reached(id, kinds))
}

func (c *call) memberOf() reply {
	id, exists := c.side()
	if !exists {
		return c.missing()
	}
	return c.objects(c.org.ancestors(id))
}

func (c *call) membership() reply {
	id, exists := c.side()
	if !exists {
		return c.missing()
	}
	return c.objects(c.org.members(id, c.operation.graph.Kinds))
}

func (c *call) listMembers() reply {
	id, exists := c.side()
	if !exists {
		return c.missing()
	}
	members := c.org.children[id].list()
	direct := func(e *edge) bool { return slices.Contains(c.operation.graph.Kinds, c.org.kind(e.to)) }
	if !every(members, direct) { // a group that seeding put into this one is no member here
		members = slices.DeleteFunc(slices.Clone(members), func(e *edge) bool { return !direct(e) })
	}
	return c.bare(len(members), func(i int) []byte { return c.org.connection(members[i]) })
}

func every[T any](list []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(list, func(item T) bool { return !holds(item) })
}

// associations lists the bindings of the call's own object, to the kinds that targets asks for.
func (c *call) associations() reply {
	id, exists := c.side()
	if !exists {
		return c.missing()
	}
	kinds := words(c.query["targets"], ",")
	if len(kinds) == 0 {
		return c.refuse(errors.New("targets is required"))
	}
	for _, kind := range kinds {
		if !slices.Contains(c.operation.graph.Kinds, kind) {
			return c.refuse(fmt.Errorf("targets cannot be %q", kind))
		}
	}
	var found []*edge
	for _, e := range c.org.bindings[id].list() {
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

// manageAssociations changes the bindings of the call's own object. That a second add is a 409 and the removal of
// what is not there a 404 was seen with members; with associations it is inferred.
func (c *call) manageAssociations() reply {
	return c.manage(c.org.bindings, c.org.connect, c.org.disconnect)
}

func (c *call) manageMembers() reply {
	return c.manage(c.org.children,
		func(group, member string, attributes map[string]any) bool {
			return c.org.join(member, group, attributes)
		},
		func(group, member string) bool { return c.org.leave(member, group) })
}

func (c *call) manage(ties map[string]*edges, add func(from, to string, attributes map[string]any) bool, remove func(from, to string) bool) reply {
	from, exists := c.side()
	if !exists {
		return c.missing()
	}
	g, err := c.graphOperation(c.operation.graph.Kinds)
	if err != nil {
		return c.refuse(err)
	}
	if c.org.kind(g.id) != g.kind {
		return notFound()
	}
	c.change = &g
	switch e := ties[from].get(g.id); {
	case g.op == "add":
		if !add(from, g.id, g.attributes) {
			return alreadyExists()
		}
	case e == nil:
		return notFound()
	case g.op == "remove":
		remove(from, g.id)
	case g.given:
		c.org.trace("rebound", from, g.id, traced(e.attributes, g.attributes)...)
		e.attributes = g.attributes
	}
	return noContent()
}
