package jumpcloudtest

import (
	"errors"
	"slices"
	"strings"
	"time"
)

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

// createPolicy makes a policy of a template, which the policy shows whole. A template that nobody has is refused where
// there are any.
func (c *call) createPolicy() reply {
	templates := c.org.kindOf("policytemplates")
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	chosen, _ := body["template"].(map[string]any)
	id, _ := chosen["id"].(string)
	template := templates.byID[id]
	if template == nil && len(templates.list) > 0 {
		return c.refuse(errors.New("template must have the id of a policy template"))
	}
	r := c.createItem()
	if c.item == nil || template == nil {
		return r
	}
	c.item.put("template", without(decoded(template.json()), "configFields"))
	if fields := template.value("configFields"); fields != nil {
		c.item.put("configFields", fields)
	}
	return c.answered(c.item)
}

// policyResults are the newest results of the policies that an object has to do with, one for each policy and device:
// those that were added, and one for each other device that a policy reaches. A device that is online is done with
// it, one that is not has it pending.
func (o *org) policyResults(now time.Time, about func(policy, system string) bool) (found []*item) {
	results := o.in([]string{"v2", "policyresults"}, nil)
	newest := map[[2]string]*item{}
	for _, r := range results.list {
		newest[[2]string{r.text("policyID"), r.text("systemID")}] = r
	}
	for _, p := range o.kindStore(policy).list {
		for _, r := range o.reached(p.id, []string{system}).sorted() {
			key, device := [2]string{p.id, r.id}, o.nodes[r.id]
			if known := newest[key]; known != nil && (known.text("state") != "PENDING" || device.value("active") == false) {
				continue
			}
			fields := map[string]any{"policyID": p.id, "systemID": r.id, "startedAt": stamp(now), "state": "PENDING", "success": false, "detail": "", "stdOut": "", "stdErr": ""}
			if device.value("active") != false {
				fields["state"], fields["success"], fields["exitStatus"], fields["endedAt"] = "SUCCESS", true, 0, stamp(now)
			}
			newest[key] = o.insert(results, fields, now)
		}
	}
	for key, r := range newest {
		if about(key[0], key[1]) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *item) int { return strings.Compare(a.id, b.id) })
	return found
}

func (c *call) listStatuses(found []*item) reply {
	form, _, _ := c.operation.answer.items()
	return listOf(c, found, form.fields(), func(i *item) []byte { return i.show(form, true) })
}

func (c *call) deviceStatuses() reply {
	if c.org.kind(c.ids[0]) != system {
		return notFound()
	}
	return c.listStatuses(c.org.policyResults(c.now, func(_, system string) bool { return system == c.ids[0] }))
}

// userStatuses are those of the policies that reach a user, on the devices that they have.
func (c *call) userStatuses() reply {
	if c.one() == nil {
		return notFound()
	}
	policies, devices := c.org.reached(c.ids[0], []string{policy}), c.org.reached(c.ids[0], []string{system})
	return c.listStatuses(c.org.policyResults(c.now, func(policy, system string) bool {
		return policies[policy] != nil && devices[system] != nil
	}))
}

func (c *call) policyStatuses() reply {
	if c.org.kind(c.ids[0]) != policy {
		return notFound()
	}
	return c.listStatuses(c.org.policyResults(c.now, func(policy, _ string) bool { return policy == c.ids[0] }))
}

func (c *call) deviceStats() reply {
	if c.org.kind(c.ids[0]) != system {
		return notFound()
	}
	count := map[string]any{"total": 0, "success": 0, "failed": 0, "pending": 0, "duplicate": 0, "unsupportedOs": 0}
	failed, pending := []any{}, []any{}
	for _, r := range c.org.policyResults(c.now, func(_, system string) bool { return system == c.ids[0] }) {
		state := "failed"
		switch {
		case r.value("success") == true:
			state = "success"
		case r.text("state") == "PENDING":
			state, pending = "pending", append(pending, r.value("policyID"))
		default:
			failed = append(failed, r.value("policyID"))
		}
		count["total"], count[state] = count["total"].(int)+1, count[state].(int)+1
	}
	return ok(map[string]any{"policyCountData": count, "failedPolicies": failed, "pendingPolicies": pending})
}
