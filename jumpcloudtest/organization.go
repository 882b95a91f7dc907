package jumpcloudtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// profile is the organisation as an object.
func (o *org) profile() *item {
	s := o.in([]string{"organizations"}, nil)
	if len(s.list) == 0 {
		o.insert(s, map[string]any{"_id": o.id, "displayName": nil, "logoUrl": nil, "created": stamp(o.created), "settings": map[string]any{}}, o.created)
	}
	i := s.list[0]
	if o.name != "" && i.value("displayName") == nil {
		i.set("displayName", o.name)
	}
	return i
}

func (c *call) profiles() []*item {
	list := make([]*item, len(c.orgs))
	for n, o := range c.orgs {
		list[n] = o.profile()
	}
	return list
}

// summarize keeps what a list has of an organisation; these are the keys of a recorded answer.
func (c *call) summarize(i *item) []byte {
	form, _, _ := c.operation.answer.items()
	return i.show(form, true)
}

func (c *call) listOrganizations() reply {
	wanted := strings.ToLower(c.query.Get("search"))
	list := slices.DeleteFunc(c.profiles(), func(i *item) bool { return !strings.Contains(strings.ToLower(i.text("displayName")), wanted) })
	if key := c.query.Get("sortIgnoreCase"); key != "" {
		slices.SortStableFunc(list, func(a, b *item) int {
			return strings.Compare(strings.ToLower(fmt.Sprint(a.value(key))), strings.ToLower(fmt.Sprint(b.value(key))))
		})
	}
	form, _, _ := c.operation.answer.items()
	return listOf(c, list, form.fields(), c.summarize)
}

func (c *call) searchOrganizations() reply {
	form, _, _ := c.operation.answer.items()
	return searchIn(c, c.profiles(), form.fields(), c.summarize)
}

func (c *call) getOrganization() reply {
	at := slices.IndexFunc(c.orgs, func(o *org) bool { return o.id == c.ids[0] })
	if at < 0 {
		return message(http.StatusNotFound, "Not Found")
	}
	i := c.orgs[at].profile()
	if c.method == http.MethodPut {
		body, err := c.taken()
		if err != nil {
			return c.refuse(err)
		}
		for name, v := range body { // settings that are not sent stay here, as in JumpCloud's own round trip it does not matter
			if settings, isObject := v.(map[string]any); isObject && name == "settings" {
				old, _ := i.value(name).(map[string]any)
				v = merged(old, settings)
			}
			i.put(name, v)
		}
		c.orgs[at].name = i.text("displayName")
	}
	q, err := c.selection(i.of.known)
	switch {
	case err != nil:
		return c.refuse(err)
	case len(q.fields) > 0:
		return ok(project(i, q.fields))
	}
	return c.answered(i)
}

func merged(old, changes map[string]any) map[string]any {
	whole := map[string]any{}
	for _, o := range []map[string]any{old, changes} {
		for name, v := range o {
			whole[name] = v
		}
	}
	return whole
}

// listAllGroups has the groups of every kind.
func (c *call) listAllGroups() reply {
	form, _, _ := c.operation.answer.items()
	list := []object{}
	for _, groups := range c.org.groupList {
		for _, g := range groups {
			list = append(list, described(c.org.view(g, true), form))
		}
	}
	for _, i := range c.org.kindStore(policyGroup).list {
		o := described(decoded(i.json()), form)
		o["type"] = policyGroup
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b object) int { return strings.Compare(fmt.Sprint(a["id"]), fmt.Sprint(b["id"])) })
	return c.objectList(list, form.fields())
}

// described keeps what a form knows.
func described(o object, form *schema) object {
	for name := range o {
		if form.Properties[name] == nil {
			delete(o, name)
		}
	}
	return o
}

func (c *call) listDirectories() reply {
	form, _, _ := c.operation.answer.items()
	var list []object
	for _, kind := range directories {
		for _, i := range c.org.kindStore(kind).list {
			o := object{"id": i.id, "name": i.name(), "type": kind}
			for _, name := range []string{"defaultDomain"} {
				if v, there := i.field(name); there {
					o[name] = v
				}
			}
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b object) int { return strings.Compare(a["id"].(string), b["id"].(string)) })
	return c.objectList(list, form.fields())
}
