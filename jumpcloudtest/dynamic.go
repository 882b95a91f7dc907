package jumpcloudtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// memberQuery compiles the query of a dynamic group, in its three forms. One of an unknown queryType
// is stored and matches nobody.
func memberQuery(query map[string]any) (matcher, error) {
	nobody := func(record) bool { return false }
	switch query["queryType"] {
	case "FilterQuery": // {"filters": [{"field", "operator", "value"}]}
		list, _ := query["filters"].([]any)
		var conditions []matcher
		for i, item := range list {
			o, _ := item.(map[string]any)
			parts := make([]string, 3)
			for j, name := range []string{"field", "operator", "value"} {
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
			return nobody, nil
		}
		return all(conditions), nil
	case "Filter": // {"filters": ["field:$op:value"]}
		list, err := texts(query["filters"], "filters")
		if err != nil {
			return nil, err
		}
		var conditions []matcher
		for _, text := range list {
			m, err := v1Condition(text, searchOperators, userFields)
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
		m, err := searchFilter(search["filter"])
		if err == nil && m == nil {
			m = nobody
		}
		return m, err
	}
	return nobody, nil
}

// suggestions are what a group whose changes are reviewed would gain and lose.
func (o *org) suggestions(g *group) (add, remove []string) {
	if g.method() != reviewed || g.query == nil {
		return nil, nil
	}
	members := o.children[g.id]
	for _, u := range o.ordered {
		isMember := members.get(u.id) != nil
		switch wanted := g.query(u); {
		case g.exempt[u.id] || wanted == isMember:
		case wanted:
			add = append(add, u.id)
		default:
			remove = append(remove, u.id)
		}
	}
	return add, remove
}

// regroup brings a user into the automated groups whose query matches, and out of the others. Those
// exempted stay what they are.
func (o *org) regroup(u *user) {
	for _, g := range o.groupList {
		o.place(g, u)
	}
}

// repopulate does the same for one group and all users.
func (o *org) repopulate(g *group) {
	if g.method() == automated {
		for _, u := range o.ordered {
			o.place(g, u)
		}
	}
}

func (o *org) place(g *group, u *user) {
	if g.method() != automated || g.query == nil || g.exempt[u.id] {
		return
	}
	isMember := o.children[g.id].get(u.id) != nil
	switch wanted := g.query(u); {
	case wanted && !isMember:
		o.join(u.id, g.id, nil)
	case !wanted && isMember:
		o.leave(u.id, g.id)
	}
}

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
		return encode(map[string]any{"op": op, "object": graphObject(id, userKind, nil)})
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
	if _, isList := body["user_ids"].([]any); !isList {
		return c.refuse(errors.New("user_ids must be an array of ids"))
	}
	ids, err := texts(body["user_ids"], "user_ids")
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
