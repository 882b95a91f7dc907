package jumpcloudtest

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// memberQuery compiles the query of a dynamic group, in its three forms, or in the grammar of 2026, which has no
// queryType. One of an unknown queryType
// is stored and matches nobody.
func memberQuery(query map[string]any, known fields) (matcher, error) {
	nobody := func(record) bool { return false }
	switch query["queryType"] {
	case "FilterQuery": // {"filters": [{"field", "operator", "value"}]}
		return comparisons(query["filters"], "operator")
	case nil: // {"filters": [{"field", "operation", "value"}]}
		return comparisons(query["filters"], "operation")

	case "Filter": // {"filters": ["field:$op:value"]}
		list, err := texts(query["filters"], "filters")
		if err != nil {
			return nil, err
		}
		var conditions []matcher
		for _, text := range list {
			m, err := v1Condition(text, searchOperators, known)
			if err != nil {
				return nil, err
			}
			conditions = append(conditions, m)
		}
		if conditions == nil {
			return nobody, nil
		}
		return all(conditions), nil
	case "Search": // {"searchFilters": the JSON of a search, in a string}
		text, isText := query["searchFilters"].(string)
		var search map[string]any
		if !isText || parse([]byte(text), &search) != nil {
			return nil, errors.New("searchFilters must be a string with a JSON object in it")
		}
		m, err := searchFilter(search["filter"], known)
		if err == nil && m == nil {
			m = nobody
		}
		return m, err
	}
	return nobody, nil
}

// comparisons compiles a list of objects that compare a field with a value.
func comparisons(filters any, operator string) (matcher, error) {
	list, _ := filters.([]any)
	var conditions []matcher
	for i, item := range list {
		o, _ := item.(map[string]any)
		parts := make([]string, 3)
		for j, name := range []string{"field", operator, "value"} {
			s, isText := o[name].(string)
			if !isText {
				return nil, fmt.Errorf("filters[%d].%s must be a string", i, name)
			}
			parts[j] = s
		}
		m, err := v2Condition(strings.Join(parts, ":"), nil)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, m)
	}
	if conditions == nil {
		return func(record) bool { return false }, nil
	}
	return all(conditions), nil
}

// candidates are who can be in a dynamic group, by id: users in a user group, devices in a device group.
func (o *org) candidates(kind string) iter.Seq2[string, record] {
	return func(yield func(string, record) bool) {
		if kind == systemGroup {
			for _, i := range o.kindStore(system).list {
				if !yield(i.id, i) {
					return
				}
			}
			return
		}
		for _, u := range o.ordered {
			if !yield(u.id, u) {
				return
			}
		}
	}
}

// memberFields are the names by which the query of a group finds its members.
func (o *org) memberFields(kind string) fields {
	if kind == systemGroup {
		return o.kindStore(system).known
	}
	return userFields
}

// suggestions are what a group whose changes are reviewed would gain and lose.
func (o *org) suggestions(g *group) (add, remove []string) {
	if g.method() != reviewed || g.query == nil {
		return nil, nil
	}
	members := o.children[g.id]
	for id, r := range o.candidates(g.kind) {
		isMember := members.get(id) != nil
		switch wanted := g.query(r); {
		case g.exempt[id] || wanted == isMember:
		case wanted:
			add = append(add, id)
		default:
			remove = append(remove, id)
		}
	}
	return add, remove
}

// regroup brings a user into the automated groups whose query matches, and out of the others. Those
// exempted stay what they are.
func (o *org) regroup(u *user) {
	for _, g := range o.groupList[userGroup] {
		o.place(g, u.id, u)
	}
}

// repopulate does the same for one group and all who can be in it.
func (o *org) repopulate(g *group) {
	if g.method() == automated {
		for id, r := range o.candidates(g.kind) {
			o.place(g, id, r)
		}
	}
}

func (o *org) place(g *group, id string, r record) {
	if g.method() != automated || g.query == nil || g.exempt[id] {
		return
	}
	isMember := o.children[g.id].get(id) != nil
	switch wanted := g.query(r); {
	case wanted && !isMember:
		o.join(id, g.id, nil)
	case !wanted && isMember:
		o.leave(id, g.id)
	}
}

// written is called when an object of a collection came or changed.
func (o *org) written(i *item) {
	if i.of.kind == system {
		for _, g := range o.groupList[systemGroup] {
			o.place(g, i.id, i)
		}
	}
}

// memberKind is what a group has.
var memberKind = map[string]string{userGroup: userKind, systemGroup: system}

func (c *call) listSuggestions() reply {
	g := c.group()
	if g == nil {
		return notFound()
	}
	add, remove := c.org.suggestions(g)
	return c.bare(len(add)+len(remove), func(i int) []byte {
		op, id := "add", ""
		if i < len(add) {
			id = add[i]
		} else {
			op, id = "remove", remove[i-len(add)]
		}
		return encode(map[string]any{"op": op, "object": graphObject(id, memberKind[g.kind], nil)})
	})
}

// applySuggestions answers an array, of one object here.
func (c *call) applySuggestions() reply {
	g := c.group()
	if g == nil {
		return notFound()
	}
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	key := map[string]string{userGroup: "user_ids", systemGroup: "object_ids"}[g.kind]
	if _, isList := body[key].([]any); !isList {
		return c.refuse(errors.New(key + " must be an array of ids"))
	}
	ids, err := texts(body[key], key)
	if err != nil {
		return c.refuse(err)
	}
	add, remove := c.org.suggestions(g)
	applied, missing := []any{}, []any{}
	for _, id := range ids {
		switch {
		case slices.Contains(add, id) && c.org.children[g.id].get(id) == nil:
			c.org.join(id, g.id, nil)
		case slices.Contains(remove, id) && c.org.children[g.id].get(id) != nil:
			c.org.leave(id, g.id)
		default:
			missing = append(missing, id)
			continue
		}
		applied = append(applied, id)
	}
	return ok([]any{map[string]any{"suggestions_found": applied, "suggestions_not_found": missing}})
}
