package jumpcloudtest

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// group is a user group or a device group. Its fields are those that can be written; a write replaces them all.
type group struct {
	id     string
	kind   string
	fields map[string]any
	query  matcher // of a dynamic group; nil matches nobody
	exempt map[string]bool
}

const (
	automated = "DYNAMIC_AUTOMATED"
	reviewed  = "DYNAMIC_REVIEW_REQUIRED"
)

func (g *group) name() string { return g.fields["name"].(string) }

func (g *group) method() string {
	if method, _ := g.fields["membershipMethod"].(string); method != "" {
		return method
	}
	return "NOTSET"
}

// attributes are those of the group as a node of the graph; null when there are none.
func (g *group) attributes() any {
	if attributes, _ := g.fields["attributes"].(map[string]any); len(attributes) > 0 {
		return attributes
	}
	return nil
}

// view is the group as answers show it. A list leaves the attributes out, as two recordings of one
// session showed: null in the list, filled in the graph.
func (o *org) view(g *group, listed bool) object {
	v := object{
		"id": g.id, "type": g.kind, "name": g.name(), "email": "", "description": "",
		"attributes": g.attributes(), "membershipMethod": g.method(), "memberSuggestionsNotify": false,
		"memberQueryExemptions": []any{}, "organizationObjectId": o.id,
	}
	if listed {
		v["attributes"] = nil
	}
	for _, name := range []string{"email", "description", "memberSuggestionsNotify", "memberQueryExemptions", "memberQuery"} {
		if value := g.fields[name]; value != nil {
			v[name] = value
		}
	}
	if g.kind == userGroup {
		add, remove := o.suggestions(g)
		v["suggestionCounts"] = map[string]any{"add": len(add), "remove": len(remove), "total": len(add) + len(remove)}
	}
	return v
}

// draftGroup checks a body of POST, PUT or PATCH. What it does not name is reset: the three are full.
func (o *org) draftGroup(kind string, body map[string]any) (*group, error) {
	g := &group{kind: kind, fields: map[string]any{}, exempt: map[string]bool{}}
	if name, _ := body["name"].(string); name == "" {
		return nil, errors.New("name is a missing required property")
	}
	for _, field := range []string{"name", "description", "email"} {
		if v, given := body[field]; given && v != nil {
			s, err := limitedText(field, v, longest)
			if err != nil {
				return nil, err
			}
			g.fields[field] = s
		}
	}
	if v := body["memberSuggestionsNotify"]; v != nil {
		if _, isBool := v.(bool); !isBool {
			return nil, errors.New("memberSuggestionsNotify must be a boolean")
		}
		g.fields["memberSuggestionsNotify"] = v
	}
	switch v := body["membershipMethod"]; v {
	case nil:
	case "NOTSET", "STATIC", reviewed, automated:
		g.fields["membershipMethod"] = v
	default:
		return nil, errors.New("membershipMethod must be NOTSET, STATIC, DYNAMIC_REVIEW_REQUIRED or DYNAMIC_AUTOMATED")
	}
	if v := body["attributes"]; v != nil {
		attributes, isObject := v.(map[string]any)
		if !isObject {
			return nil, errors.New("attributes must be an object")
		}
		if err := checkAttributes(attributes); err != nil {
			return nil, err
		}
		g.fields["attributes"] = attributes
	}
	if v := body["memberQuery"]; v != nil {
		query, isObject := v.(map[string]any)
		if !isObject {
			return nil, errors.New("memberQuery must be an object")
		}
		m, err := memberQuery(query, o.memberFields(kind))
		if err != nil {
			return nil, fmt.Errorf("memberQuery: %w", err)
		}
		g.fields["memberQuery"], g.query = query, m
	}
	if v := body["memberQueryExemptions"]; v != nil {
		list, isList := v.([]any)
		if !isList {
			return nil, errors.New("memberQueryExemptions must be an array")
		}
		for i, item := range list {
			o, _ := item.(map[string]any)
			id, _ := o["id"].(string)
			if kind, _ := o["type"].(string); id == "" || kind == "" {
				return nil, fmt.Errorf("memberQueryExemptions[%d] needs an id and a type", i)
			}
			g.exempt[id] = true
		}
		g.fields["memberQueryExemptions"] = list
	}
	return g, nil
}

// checkAttributes holds the keys that are described to their form; any other key may be there, as
// "Hello": "World" was in a recording.
func checkAttributes(attributes map[string]any) error {
	if v, given := attributes["sudo"]; given && v != nil {
		if err := checkSudo(v); err != nil {
			return err
		}
	}
	if v, given := attributes["sambaEnabled"]; given {
		if _, isBool := v.(bool); !isBool {
			return errors.New("attributes.sambaEnabled must be a boolean")
		}
	}
	for _, name := range []string{"ldapGroups", "posixGroups"} {
		v, given := attributes[name]
		if list, isList := v.([]any); given && v != nil {
			for _, item := range list {
				o, _ := item.(map[string]any)
				_, named := o["name"].(string)
				_, numbered := numeric(o["id"])
				if !named || name == "posixGroups" && !numbered {
					return fmt.Errorf("attributes.%s: an item lacks what it must have", name)
				}
			}
			if !isList {
				return fmt.Errorf("attributes.%s must be an array", name)
			}
		}
	}
	if v := attributes["radius"]; v != nil {
		radius, _ := v.(map[string]any)
		reply, isList := radius["reply"].([]any)
		if radius == nil || radius["reply"] != nil && !isList {
			return errors.New("attributes.radius must be an object with an array reply")
		}
		for _, item := range reply {
			o, _ := item.(map[string]any)
			_, named := o["name"].(string)
			_, valued := o["value"].(string)
			if !named || !valued {
				return errors.New("attributes.radius.reply: an item needs a name and a value")
			}
		}
	}
	return nil
}

// checkSudo: both keys are required, and sudo without a password needs sudo.
func checkSudo(v any) error {
	sudo, _ := v.(map[string]any)
	enabled, hasEnabled := sudo["enabled"].(bool)
	without, hasWithout := sudo["withoutPassword"].(bool)
	switch {
	case !hasEnabled || !hasWithout:
		return errors.New("attributes.sudo must be an object with the booleans enabled and withoutPassword")
	case without && !enabled:
		return errors.New("attributes.sudo.withoutPassword needs attributes.sudo.enabled")
	}
	return nil
}

func (o *org) groupNamed(kind, name string) *group {
	for _, g := range o.groupList[kind] {
		if g.name() == name {
			return g
		}
	}
	return nil
}

func (o *org) addGroup(kind string, body map[string]any) (*group, *reply) {
	g, err := o.draftGroup(kind, body)
	if err != nil {
		r := invalid(err.Error())
		return nil, &r
	}
	if o.groupNamed(kind, g.name()) != nil {
		r := alreadyExists()
		return nil, &r
	}
	if g.id, _ = body["id"].(string); g.id == "" || o.groups[g.id] != nil {
		g.id = o.host.newID()
	}
	o.groups[g.id] = g
	list := o.groupList[kind]
	at, _ := slices.BinarySearchFunc(list, g.id, func(g *group, id string) int { return strings.Compare(g.id, id) })
	o.groupList[kind] = slices.Insert(list, at, g)
	o.repopulate(g)
	return g, nil
}

// group is the group that the call names; nil when there is none of the kind that its path is about.
func (c *call) group() *group {
	if g := c.org.groups[c.ids[0]]; g != nil && g.kind == c.groupKind() {
		return g
	}
	return nil
}

func (c *call) groupKind() string { return kindWords[c.operation.parts[1]] }

// groupFields are what a group shows, and can be sorted by.
func groupFields(kind string) fields {
	known := fields{
		"id", "name", "type", "email", "description", "attributes", "memberSuggestionsNotify", "membershipMethod", "memberQuery",
		"memberQueryExemptions", "organizationObjectId",
	}
	if kind == userGroup {
		known = append(known, "suggestionCounts")
	}
	return known
}

func (c *call) listGroups() reply {
	q, err := c.selection(groupFields(c.groupKind()))
	if err != nil {
		return c.refuse(err)
	}
	found := c.org.groupList[c.groupKind()]
	if q.filter != nil || len(q.sort) > 0 {
		found = nil
		views := map[*group]object{}
		for _, g := range c.org.groupList[c.groupKind()] {
			if views[g] = c.org.view(g, false); q.filter.passes(views[g]) {
				found = append(found, g)
			}
		}
		slices.SortStableFunc(found, func(a, b *group) int { return q.sort.compare(views[a], views[b]) })
	}
	return c.bare(len(found), func(i int) []byte {
		v := c.org.view(found[i], true)
		if len(q.fields) > 0 {
			return encode(project(v, q.fields))
		}
		return encode(v)
	})
}

// without is an object but for a key.
func without(o map[string]any, key string) map[string]any {
	o = maps.Clone(o)
	delete(o, key)
	return o
}

func (c *call) createGroup() reply {
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	g, failed := c.org.addGroup(c.groupKind(), without(body, "id"))
	if failed != nil {
		return *failed
	}
	return reply{status: http.StatusCreated, body: encode(c.org.view(g, false))}
}

func (c *call) getGroup() reply {
	g := c.group()
	if g == nil {
		return notFound()
	}
	return ok(c.org.view(g, false))
}

// updateGroup replaces the group whole: what the body leaves out is reset. The PATCH of 2019 behaved
// like the PUT.
func (c *call) updateGroup() reply {
	g := c.group()
	if g == nil {
		return notFound()
	}
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	written, err := c.org.draftGroup(g.kind, body)
	if err != nil {
		return c.refuse(err)
	}
	if other := c.org.groupNamed(g.kind, written.name()); other != nil && other != g {
		return alreadyExists()
	}
	written.id = g.id
	*g = *written
	c.org.repopulate(g)
	return ok(c.org.view(g, false))
}

func (c *call) deleteGroup() reply {
	g := c.group()
	if g == nil {
		return notFound()
	}
	v := c.org.view(g, false)
	c.org.remove(g.id)
	if c.groupBody {
		return ok(v)
	}
	return noContent()
}
