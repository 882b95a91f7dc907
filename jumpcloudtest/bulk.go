package jumpcloudtest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// job is a bulk job. Nothing runs in the background: whoever looks at the state first brings the job to
// the present.
type job struct {
	id, name string
	started  time.Time
	rows     []*row
	done     int // rows that are finished
	do       func(r *row, now time.Time) error
	finished func(now time.Time)
	workday  string         // of an import
	by       map[string]any // who submitted it
	write    *Write         // in the journal
	quiet    bool           // no mail to the administrator
}

// row is what a job does for one user.
type row struct {
	id        string
	body      map[string]any
	persisted map[string]any
	trouble   string
	at        time.Time
}

// The words for the status of a row. Only Finished was ever seen, and that any other may mean that the
// row is not done yet; the other word is made up.
const (
	finished   = "Finished"
	processing = "Processing"
)

// begins and ends are when a row is worked on: one after the other, so that all of them take the time
// of WithJobDelay and the list of results is empty at first.
func (j *job) begins(i int, delay time.Duration) time.Time { return j.started.Add(j.part(i+1, delay)) }
func (j *job) ends(i int, delay time.Duration) time.Time   { return j.started.Add(j.part(i+2, delay)) }

func (j *job) part(n int, delay time.Duration) time.Duration {
	return time.Duration(float64(delay) * float64(n) / float64(len(j.rows)+1))
}

// work finishes the rows whose time has come. A row that fails says why, and fails no other.
func (o *org) work(j *job, now time.Time) {
	for j.done < len(j.rows) {
		at := j.ends(j.done, o.host.jobDelay)
		if at.After(now) {
			return
		}
		r := j.rows[j.done]
		r.at = at
		if err := o.row(j, r, at); err != nil {
			r.trouble = err.Error()
		} else {
			o.happened(at, map[string]any{"event_type": jobEvents[j.name], "initiated_by": j.by, "resource": r.resource(o)})
		}
		j.done++
		if j.done == len(j.rows) {
			j.finished(at)
			if !j.quiet {
				o.mails = append(o.mails, Mail{Kind: "job", User: j.id, Time: at})
			}
		}
	}
}

// jobEvents are the events that the rows of a job leave.
var jobEvents = map[string]string{
	"bulk-create": "user_create", "bulk-update": "user_update", "bulk-expire": "user_expire", "bulk-unlock": "user_unlock",
	"workday-import": "user_create", "application-import": "user_create",
}

// resource is the user that a row was about.
func (r *row) resource(o *org) map[string]any {
	id, _ := r.body["id"].(string)
	if id == "" {
		id = o.unique["username"][uniqueKey(r.body["username"])]
	}
	v := map[string]any{"type": userKind, "id": id, "name": ""}
	if u := o.users[id]; u != nil {
		v["name"] = u.text("username")
	}
	return v
}

// submit makes a job of rows. It is finished at once when jobs take no time.
func (c *call) submit(j *job, bodies []map[string]any) *job {
	j.id, j.started, j.by, j.write = c.newID(), c.now, c.initiator(), c.write
	if j.write != nil {
		j.write.job = true
	}
	if j.finished == nil {
		j.finished = func(time.Time) {}
	}
	for _, body := range bodies {
		j.rows = append(j.rows, &row{id: c.newID(), body: body, persisted: map[string]any{}})
	}
	c.org.jobs = append(c.org.jobs, j)
	c.org.work(j, c.now)
	return j
}

func (c *call) suppressed() (bool, error) {
	text := c.query.Get("suppressEmail")
	if text == "" {
		return false, nil
	}
	quiet, err := strconv.ParseBool(text)
	if err != nil {
		err = errors.New("suppressEmail must be true or false")
	}
	return quiet, err
}

const bulkSource = "jumpcloud:bulk"

var creationSources = []string{
	"jumpcloud:gapps", "jumpcloud:o365", "jumpcloud:workday", "jumpcloud:scim", bulkSource, "jumpcloud:custom_integration",
}

func (c *call) bulkCreate() reply {
	source := c.header.Get("Creation-Source")
	if source == "" {
		source = bulkSource
	}
	if !slices.Contains(creationSources, source) {
		return c.refuse(fmt.Errorf("creation-source must be one of %s", strings.Join(creationSources, ", ")))
	}
	return c.bulkJob("bulk-create", c.bulkStatus, c.org.creator(c.settings, source))
}

// creator is what a job does that creates users.
func (o *org) creator(s settings, source string) func(*row, time.Time) error {
	how := creating{source: source, state: s.stateDefaults.ApplicationImport}
	if source == bulkSource {
		how.state = s.stateDefaults.CSVImport
	}
	return func(r *row, now time.Time) error {
		r.keep("username", "email", "firstname", "lastname")
		_, failed := o.create(r.body, how, now)
		return failed.err()
	}
}

func (f *failure) err() error {
	if f == nil {
		return nil
	}
	return errors.New(f.text)
}

// keep puts what was submitted into the row's persistedFields, which are all that ties a result to its
// input. That a failed row has them too is an assumption.
func (r *row) keep(names ...string) {
	for _, name := range names {
		if v, isText := r.body[name].(string); isText {
			r.persisted[name] = v
		}
	}
}

func (c *call) bulkUpdate() reply {
	return c.bulkJob("bulk-update", c.bulkStatus, func(r *row, now time.Time) error {
		r.keep("id", "username", "email", "firstname", "lastname")
		u, err := r.user(c.org)
		if err != nil {
			return err
		}
		return c.org.update(u, r.body, true, now).err()
	})
}

func (c *call) bulkExpire() reply {
	return c.bulkJob("bulk-expire", http.StatusCreated, func(r *row, now time.Time) error {
		r.keep("id")
		u, err := r.user(c.org)
		if err == nil {
			u.expire(now)
		}
		return err
	})
}

func (c *call) bulkUnlock() reply {
	return c.bulkJob("bulk-unlock", http.StatusCreated, func(r *row, _ time.Time) error {
		r.keep("id")
		u, err := r.user(c.org)
		if err == nil {
			c.org.unlock(u)
		}
		return err
	})
}

func (r *row) user(o *org) (*user, error) {
	id, _ := r.body["id"].(string)
	if u := o.users[id]; u != nil {
		return u, nil
	}
	return nil, errors.New("User not found")
}

func (c *call) bulkJob(name string, status int, do func(*row, time.Time) error) reply {
	bodies, err := c.list()
	if err != nil {
		return c.refuse(err)
	}
	quiet, err := c.suppressed()
	if err != nil {
		return c.refuse(err)
	}
	j := c.submit(&job{name: name, quiet: quiet, do: do}, bodies)
	return reply{status: status, body: encode(map[string]any{"jobId": j.id})}
}

func (c *call) job(id string) *job {
	at := slices.IndexFunc(c.org.jobs, func(j *job) bool { return j.id == id })
	if at < 0 {
		return nil
	}
	return c.org.jobs[at]
}

// results lists the rows that have begun.
func (c *call) results(j *job) reply {
	n := j.done
	for n < len(j.rows) && !j.begins(n, c.jobDelay).After(c.now) {
		n++
	}
	return c.bare(n, func(i int) []byte {
		r := j.rows[i]
		v := map[string]any{
			"id": r.id, "createdAt": stamp(j.started), "updatedAt": stamp(j.begins(i, c.jobDelay)),
			"status": processing, "statusMsg": "", "persistedFields": map[string]any{}, "meta": map[string]any{},
		}
		if i < j.done {
			v["status"], v["statusMsg"], v["updatedAt"], v["persistedFields"] = finished, r.trouble, stamp(r.at), r.persisted
		}
		return encode(v)
	})
}

func (c *call) bulkResults() reply {
	j := c.job(c.ids[0])
	if j == nil {
		return notFound()
	}
	return c.results(j)
}

func (c *call) jobResults() reply { return c.bulkResults() }

// getJob was titled incomplete in 2019 and is described nowhere since.
func (c *call) getJob() reply {
	j := c.job(c.ids[0])
	if j == nil {
		return notFound()
	}
	status, updated := processing, j.started
	if j.done > 0 {
		updated = j.rows[j.done-1].at
	}
	if j.done == len(j.rows) {
		status = finished
	}
	return ok(map[string]any{
		"id": j.id, "name": j.name, "status": status, "adminId": adminID, "meta": map[string]any{},
		"persistedFields": []string{}, "updatedAt": stamp(updated), "workUnitsCount": len(j.rows),
	})
}

const adminID = "5f0e7a1a0000000000000001"

// scheduledState is a change of a user's state that is to come.
type scheduledState struct {
	id, user, state string
	at              time.Time
	mail            bool
	mailTo          string
}

// view shows the date without a zone, as the description's samples do; it is in UTC.
func (s *scheduledState) view() object {
	return object{
		"scheduledJobId": s.id, "systemUserId": s.user, "state": s.state,
		"scheduledDate": s.at.UTC().Format("2006-01-02T15:04:05"),
	}
}

func (o *org) changeState(s *scheduledState) {
	u := o.users[s.user]
	if u == nil || u.text("state") == s.state {
		return
	}
	if s.state == "SUSPENDED" {
		u.set("state", s.state)
		u.set("suspended", true)
		o.regroup(u)
		return
	}
	o.activate(u, s.at)
	if s.mail {
		o.welcome(u, s.mailTo, s.at)
	}
}

// createUserStates takes the same state twice for one user, and opposite ones for one date: live tests
// do both. The shape of its errors is declared as any object.
func (c *call) createUserStates() reply {
	refuse := func(text string) reply { return message(http.StatusBadRequest, text) }
	body, err := c.object(false)
	if err != nil {
		return refuse(err.Error())
	}
	ids, err := texts(body["user_ids"], "user_ids")
	if _, isList := body["user_ids"].([]any); err != nil || !isList || len(ids) == 0 {
		return refuse("user_ids must be an array of user ids")
	}
	for _, id := range ids {
		if c.org.users[id] == nil {
			return refuse("user_ids names a user that does not exist")
		}
	}
	state, _ := body["state"].(string)
	if state != "ACTIVATED" && state != "SUSPENDED" {
		return refuse("state must be ACTIVATED or SUSPENDED")
	}
	text, _ := body["start_date"].(string)
	at, isDate := date(text)
	if !isDate {
		return refuse("start_date must be a date")
	}
	send, sendGiven := body["send_activation_emails"].(bool)
	if v := body["send_activation_emails"]; v != nil && !sendGiven {
		return refuse("send_activation_emails must be a boolean")
	}
	to, _ := body["activation_email_override"].(string)
	switch {
	case sendGiven && !send:
		to = "" // it is ignored then
	case to != "" && (len(ids) != 1 || state != "ACTIVATED"):
		return refuse("activation_email_override is for the activation of exactly one user")
	}
	var made []any
	for _, id := range ids {
		s := &scheduledState{id: c.newID(), user: id, state: state, at: at, mail: send || !sendGiven && to != "", mailTo: to}
		c.org.scheduled = append(c.org.scheduled, s)
		made = append(made, s.view())
	}
	c.org.advance(c.now)
	return reply{status: http.StatusCreated, body: encode(made)}
}

func (c *call) listUserStates() reply {
	var found []object
	for _, s := range c.org.scheduled {
		if wanted := c.query.Get("userid"); wanted == "" || wanted == s.user {
			found = append(found, s.view())
		}
	}
	return c.objectList(found, fields{"scheduledJobId", "systemUserId", "state", "scheduledDate"})
}

// nextUserStates has the nearest change to each state of each user, the nearest one first. It is the
// only list of API v2 here with its total in the body.
func (c *call) nextUserStates() reply {
	ids := words(c.query["users"], ",")
	if len(ids) == 0 || len(ids) > 100 {
		return c.refuse(errors.New("users must be 1 to 100 ids"))
	}
	sorted := slices.Clone(c.org.scheduled)
	slices.SortStableFunc(sorted, func(a, b *scheduledState) int { return a.at.Compare(b.at) })
	var next []*scheduledState
	seen := map[[2]string]bool{}
	for _, s := range sorted {
		if key := [2]string{s.user, s.state}; slices.Contains(ids, s.user) && !seen[key] {
			seen[key] = true
			next = append(next, s)
		}
	}
	w, err := c.window()
	if err != nil {
		return c.refuse(err)
	}
	results := []any{}
	for _, row := range c.rows(w, len(next)) {
		results = append(results, next[row].view())
	}
	body := map[string]any{"results": results}
	if total := c.total(len(next)); total >= 0 {
		body["events_count"] = total
	}
	return ok(body)
}

func (c *call) deleteUserState() reply {
	left := slices.DeleteFunc(slices.Clone(c.org.scheduled), func(s *scheduledState) bool { return s.id == c.ids[0] })
	if len(left) == len(c.org.scheduled) {
		return notFound()
	}
	c.org.scheduled = left
	return noContent()
}
