package jumpcloudtest

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
