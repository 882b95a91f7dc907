package jumpcloudtest

import (
	"net/http"
	"slices"
	"time"
)

// administratorAction is a mail to an administrator, or the reset of a second factor: on record only.
func (c *call) administratorAction() reply {
	if c.org.in([]string{"users"}, nil).byID[c.ids[0]] == nil {
		return c.missing()
	}
	c.org.actions = append(c.org.actions, c.action(nil))
	return reply{status: c.operation.status}
}

// file is what an Apple device or a browser loads. There is nothing in it.
func (c *call) file() reply {
	at := slices.IndexFunc(c.operation.parts, placeholder)
	if !c.org.exists(c.operation.parts[:at], nil, c.ids[0]) {
		return c.missing()
	}
	return reply{status: http.StatusOK, body: []byte("jumpcloudtest\n"), header: http.Header{"Content-Type": {c.operation.binary}}}
}

// translateMany creates, updates and deletes translation rules. Each list may be left out.
func (c *call) translateMany() reply {
	if c.org.kind(c.ids[0]) != activeDirectory {
		return c.missing()
	}
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	s := c.org.in([]string{"v2", "activedirectories", "{}", "translation-rules"}, c.ids)
	inserted, updated := []any{}, []any{}
	changes, _ := body["updateTranslationRules"].([]any)
	removed, err := texts(body["deleteTranslationRuleObjectIds"], "deleteTranslationRuleObjectIds")
	if err != nil {
		return c.refuse(err)
	}
	for _, change := range changes {
		id, _ := change.(map[string]any)[s.id].(string)
		if s.byID[id] == nil {
			return c.missing()
		}
	}
	for _, id := range removed {
		if s.byID[id] == nil {
			return c.missing()
		}
	}
	made, _ := body["insertTranslationRules"].([]any)
	for _, rule := range made {
		inserted = append(inserted, decoded(c.org.insert(s, rule.(map[string]any), c.now).json()))
	}
	for _, change := range changes {
		fields := change.(map[string]any)
		i := s.byID[fields[s.id].(string)]
		for name, v := range fields {
			i.put(name, v)
		}
		updated = append(updated, decoded(i.json()))
	}
	for _, id := range removed {
		c.org.drop(s.byID[id])
	}
	return ok(map[string]any{"insertedTranslationRules": inserted, "updatedTranslationRules": updated, "deleteTranslationRuleObjectIds": append([]string{}, removed...)})
}

// previewTranslation shows the user before and after. What the rules' expressions make of it only the service knows; the
// paths of plain rules are carried over.
func (c *call) previewTranslation() reply {
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	id, _ := body["userObjectId"].(string)
	u := c.org.users[id]
	if u == nil {
		return c.missing()
	}
	after := map[string]any{}
	rules, _ := body["translationRules"].([]any)
	for _, rule := range rules {
		r, _ := rule.(map[string]any)
		source, _ := r["source"].(string)
		destination, _ := r["destination"].(string)
		switch v, found := u.field(source); {
		case r["sourceType"] == "CONSTANT":
			after[destination] = source
		case found:
			after[destination] = v
		}
	}
	return ok(map[string]any{"sourceUser": string(u.json()), "destinationUser": string(encode(after))})
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

// verifyPush asks a phone. It says yes when its time has come, if it is active.
func (c *call) verifyPush() reply {
	_, e := c.endpoint()
	if e == nil {
		return notFound()
	}
	if _, err := c.taken(); err != nil {
		return c.refuse(err)
	}
	i := c.org.insert(c.verifications(), map[string]any{
		"userObjectId": c.ids[0], "pushEndpointId": c.ids[1], "status": "SENT", "initiatedAt": stamp(c.now), "expiresAt": stamp(c.now.Add(c.jobDelay + time.Minute)),
	}, c.now)
	if e["state"] == "active" {
		i.hidden = map[string]any{"answers": c.now.Add(c.jobDelay)}
	}
	return c.answered(i)
}

func (c *call) verifications() *store {
	return c.org.in([]string{"v2", "pushendpoints", "verifications"}, nil)
}

func (c *call) getVerification() reply {
	i := c.verifications().byID[c.ids[0]]
	if i == nil {
		return notFound()
	}
	expires, _ := date(i.text("expiresAt"))
	answers, there := i.hidden["answers"].(time.Time)
	switch {
	case i.text("status") != "SENT":
	case there && !answers.After(c.now):
		i.set("status", "ACCEPTED")
	case !expires.After(c.now):
		i.set("status", "EXPIRED")
	}
	return c.answered(i)
}

// setPrecedence says which of several password policies counts for a user.
func (c *call) setPrecedence() reply {
	list, err := c.list()
	if err != nil {
		return c.refuse(err)
	}
	s := c.org.kindOf("passwordpolicies")
	for _, one := range list {
		if id, _ := one["objectId"].(string); s.byID[id] == nil {
			return c.missing()
		}
	}
	for _, one := range list {
		s.byID[one["objectId"].(string)].put("precedence", one["precedence"])
	}
	return ok(map[string]any{})
}

// deletePolicies deletes all that it names, or none.
func (c *call) deletePolicies() reply {
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	s := c.org.kindOf("passwordpolicies")
	ids, err := texts(body["objectIds"], "objectIds")
	if err != nil {
		return c.refuse(err)
	}
	var found []*item
	for _, id := range ids {
		if s.byID[id] == nil {
			return c.missing()
		}
		found = append(found, s.byID[id])
	}
	for _, i := range found {
		c.org.drop(i)
	}
	return ok(map[string]any{})
}
