package jumpcloudtest

import (
	"slices"
)

// administratorAction is a mail to an administrator, or the reset of a second factor: on record only.
func (c *call) administratorAction() reply {
	if c.org.in([]string{"users"}, nil).byID[c.ids[0]] == nil {
		return c.missing()
	}
	c.org.actions = append(c.org.actions, c.action(nil))
	return reply{status: c.operation.status}
}

// links are the organisations that administrators may work in.
func (c *call) links() *store { return c.org.in([]string{"v2", "administratorlinks"}, nil) }

func (c *call) listLinks() reply {
	parts := c.operation.parts
	if !c.org.exists(parts[:2], nil, c.ids[0]) {
		return c.missing()
	}
	key := "administrator"
	if parts[1] == "organizations" {
		key = "organization"
	}
	list := slices.DeleteFunc(slices.Clone(c.links().list), func(i *item) bool { return i.value(key) != c.ids[0] })
	form, _, _ := c.operation.answer.items()
	return listOf(c, list, form.fields(), func(i *item) []byte { return encode(described(decoded(i.json()), form)) })
}

func (c *call) link(administrator, organization string) *item {
	for _, i := range c.links().list {
		if i.value("administrator") == administrator && i.value("organization") == organization {
			return i
		}
	}
	return nil
}

func (c *call) addLink() reply {
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	organization, _ := body["organization"].(string)
	if !c.org.exists(c.operation.parts[:2], nil, c.ids[0]) || !c.org.exists([]string{"organizations"}, nil, organization) {
		return c.missing()
	}
	if c.link(c.ids[0], organization) != nil {
		return alreadyExists()
	}
	fields := map[string]any{"administrator": c.ids[0], "organization": organization}
	c.org.insert(c.links(), fields, c.now)
	return reply{status: c.operation.status, body: encode(fields)}
}

func (c *call) removeLink() reply {
	i := c.link(c.ids[0], c.ids[1])
	if i == nil {
		return c.missing()
	}
	c.org.drop(i)
	return noContent()
}
