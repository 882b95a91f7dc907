package jumpcloudtest

import (
	"errors"
	"slices"
)

// endpoint finds the push endpoint that the path names.
func (c *call) endpoint() (at int, found object) {
	u := c.one()
	if u == nil {
		return 0, nil
	}
	at = slices.IndexFunc(u.endpoints, func(e object) bool { return e["id"] == c.ids[1] })
	if at < 0 {
		return 0, nil
	}
	return at, u.endpoints[at]
}

// listPushEndpoints has no paging.
func (c *call) listPushEndpoints() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	return ok(append([]object{}, u.endpoints...))
}

func (c *call) getPushEndpoint() reply {
	_, e := c.endpoint()
	if e == nil {
		return notFound()
	}
	return ok(e)
}

func (c *call) updatePushEndpoint() reply {
	_, e := c.endpoint()
	if e == nil {
		return notFound()
	}
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	name, state := e["name"], e["state"]
	if v, given := body["name"]; given {
		if name, given = v.(string); !given {
			return c.refuse(errors.New("name must be a string"))
		}
	}
	if v, given := body["state"]; given {
		if state = v; v != "active" && v != "inactive" {
			return c.refuse(errors.New("state must be active or inactive"))
		}
	}
	e["name"], e["state"] = name, state
	return ok(e)
}

// deletePushEndpoint answers with the object that is gone.
func (c *call) deletePushEndpoint() reply {
	at, e := c.endpoint()
	if e == nil {
		return notFound()
	}
	u := c.one()
	u.endpoints = slices.Delete(u.endpoints, at, at+1)
	return ok(e)
}

// sendEmails is withdrawn; its one kind of mail is the only one that was ever described.
func (c *call) sendEmails() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	body, err := c.object(true)
	if err != nil {
		return c.refuse(err)
	}
	if kind := body["emailType"]; kind != nil && kind != "activation" {
		return c.refuse(errors.New("emailType must be activation"))
	}
	c.org.mails = append(c.org.mails, Mail{To: u.text("email"), Kind: "activation", User: u.id, Time: c.now})
	return noContent()
}
