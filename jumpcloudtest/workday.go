package jumpcloudtest

import (
	"errors"
	"net/http"
	"slices"
	"time"
)

// workday is the organisation's Workday instance; there is at most one.
type workday struct {
	id, reportURL string
	imported      time.Time
	authorized    bool
}

// The name of the instance is this one, whatever a client writes.
const workdayName = "Workday Import"

func (w *workday) view() object {
	v := object{
		"id": w.id, "name": workdayName, "reportUrl": w.reportURL, "lastImport": "",
		"auth": map[string]any{
			"basic": map[string]any{"isValid": w.authorized, "expiry": "", "message": ""},
			"oauth": map[string]any{"isValid": false, "expiry": "", "message": ""},
		},
	}
	if !w.imported.IsZero() {
		v["lastImport"] = stamp(w.imported)
	}
	return v
}

func (c *call) workday() *workday {
	at := slices.IndexFunc(c.org.workdays, func(w *workday) bool { return w.id == c.ids[0] })
	if at < 0 {
		return nil
	}
	return c.org.workdays[at]
}

func (c *call) listWorkdays() reply {
	var found []object
	for _, w := range c.org.workdays {
		found = append(found, w.view())
	}
	return c.objectList(found, fields{"id", "name", "reportUrl", "lastImport", "auth"})
}

func (c *call) createWorkday() reply {
	body, err := c.object(false)
	if err == nil {
		err = checkAuth(body)
	}
	url, err := reportURL(body, err)
	switch {
	case err != nil:
		return c.refuse(err)
	case len(c.org.workdays) > 0: // one is all there can be; the status is a guess
		return alreadyExists()
	}
	w := &workday{id: c.newID(), reportURL: url, authorized: true}
	c.org.workdays = append(c.org.workdays, w)
	return reply{status: http.StatusCreated, body: encode(w.view())}
}

func reportURL(body map[string]any, err error) (string, error) {
	url, isText := body["reportUrl"].(string)
	if err == nil && body["reportUrl"] != nil && !isText {
		err = errors.New("reportUrl must be a string")
	}
	return url, err
}

// checkAuth wants the user and password of Workday's integration user. A code for OAuth is described
// as not supported yet.
func checkAuth(body map[string]any) error {
	auth, _ := body["auth"].(map[string]any)
	basic, _ := auth["basic"].(map[string]any)
	username, _ := basic["username"].(string)
	password, _ := basic["password"].(string)
	if username == "" || password == "" {
		return errors.New("auth.basic must have a username and a password")
	}
	return nil
}

func (c *call) getWorkday() reply {
	w := c.workday()
	if w == nil {
		return notFound()
	}
	return ok(w.view())
}

func (c *call) updateWorkday() reply {
	w := c.workday()
	if w == nil {
		return notFound()
	}
	body, err := c.object(false)
	url, err := reportURL(body, err)
	if err != nil {
		return c.refuse(err)
	}
	if _, given := body["reportUrl"]; given {
		w.reportURL = url
	}
	return ok(w.view())
}

// deleteWorkday is of 2019; nothing deletes an instance since.
func (c *call) deleteWorkday() reply {
	w := c.workday()
	if w == nil {
		return notFound()
	}
	c.org.workdays = slices.DeleteFunc(c.org.workdays, func(other *workday) bool { return other == w })
	return noContent()
}

// workdaySettings has an answer that nobody described.
func (c *call) workdaySettings() reply { return ok(map[string]any{}) }

func (c *call) authorizeWorkday() reply {
	w := c.workday()
	if w == nil {
		return notFound()
	}
	body, err := c.object(false)
	if err == nil {
		err = checkAuth(body)
	}
	if err != nil {
		return c.refuse(err)
	}
	w.authorized = true
	return noContent()
}

func (c *call) deauthorizeWorkday() reply {
	w := c.workday()
	if w == nil {
		return notFound()
	}
	w.authorized = false
	return noContent()
}

// errUnauthorized is a guess: without Workday's credentials JumpCloud cannot read the report.
var errUnauthorized = errors.New("auth of the Workday instance is missing; authorize it first")

func (c *call) importWorkers() reply {
	w := c.workday()
	if w == nil {
		return notFound()
	}
	bodies, err := c.list()
	if err == nil && !w.authorized {
		err = errUnauthorized
	}
	if err != nil {
		return c.refuse(err)
	}
	j := c.submit(&job{
		name: "workday-import", workday: w.id,
		do:       c.org.creator(c.settings, "jumpcloud:workday"),
		finished: func(now time.Time) { w.imported = now },
	}, bodies)
	return reply{status: c.bulkStatus, body: encode(map[string]any{"jobId": j.id})}
}

func (c *call) importResults() reply {
	j := c.job(c.ids[1])
	if c.workday() == nil || j == nil || j.workday != c.ids[0] {
		return notFound()
	}
	return c.results(j)
}

func (c *call) listWorkers() reply {
	w := c.workday()
	if w == nil {
		return notFound()
	}
	if !w.authorized {
		return c.refuse(errUnauthorized)
	}
	return c.objectList(c.org.workers, nil) // attributes are whatever the report has
}
