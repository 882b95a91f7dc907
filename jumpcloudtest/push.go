package jumpcloudtest

import (
	"errors"
	"slices"
	"time"
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
