package jumpcloudtest

import (
	"errors"
	"slices"
)

// diskKey has the recovery key of a device that has one: Server.Add("/v2/systems/ID/fdekey", …).
func (c *call) diskKey() reply {
	s, _, exists := c.at()
	if !exists || len(s.list) == 0 {
		return notFound()
	}
	return c.answered(s.list[0])
}

// deviceAction puts a lock, an erasure, a restart or a shutdown on record. Apple's devices take none here, which is
// described; what the service answers is not.
func (c *call) deviceAction() reply {
	if c.org.kind(c.ids[0]) != system {
		return c.missing()
	}
	if family := c.org.nodes[c.ids[0]].text("osFamily"); family != "" && family != "windows" && family != "linux" {
		return c.refuse(errors.New("os of the system must be Windows or Linux; Apple MDM reaches the others"))
	}
	c.org.actions = append(c.org.actions, c.action(nil))
	return reply{status: c.operation.status}
}

// transferDevice gives a device to another organisation. What it was bound to stays behind.
func (c *call) transferDevice() reply {
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	if c.org.kind(c.ids[0]) != system {
		return c.missing()
	}
	at := slices.IndexFunc(c.orgs, func(o *org) bool { return o.id == body["org_id"] && o != c.org })
	if at < 0 {
		return c.refuse(errors.New("org_id must be the id of another organization of the administrator"))
	}
	device := c.org.nodes[c.ids[0]]
	c.org.drop(device)
	device.set("organization", c.orgs[at].id)
	c.orgs[at].written(c.orgs[at].insert(c.orgs[at].kindStore(system), device.fields, c.now))
	return reply{status: c.operation.status}
}
