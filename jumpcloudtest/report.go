package jumpcloudtest

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// report is a report of Directory Insights. It is made at once, and shown when its time has come.
type report struct {
	id, kind  string
	asked     time.Time
	artifacts [2]string // JSON and CSV
	rows      []map[string]any
}

var reportKinds = map[string]string{ // the kinds that list what users have, and of what
	"users-to-devices": system, "users-to-directories": "directory", "users-to-ldap-servers": ldapServer,
	"users-to-radius-servers": radiusServer, "users-to-sso-applications": application, "users-to-user-groups": userGroup,
}

func (c *call) createReport() reply {
	kind := c.ids[0]
	r := &report{id: c.newID(), kind: kind, asked: c.now, artifacts: [2]string{c.newID(), c.newID()}}
	switch {
	case reportKinds[kind] != "":
		r.rows = c.org.usersTo(reportKinds[kind])
	case kind == "os-version":
		for _, i := range c.org.kindStore(system).list {
			r.rows = append(r.rows, map[string]any{"system_id": i.id, "hostname": i.value("hostname"), "os": i.value("os"), "version": i.value("version")})
		}
	case kind == "user-account-health":
		r.kind = "users-account-health" // as the list has it
		for _, u := range c.org.ordered {
			r.rows = append(r.rows, map[string]any{"user_id": u.id, "username": u.value("username"), "state": u.value("state"), "account_locked": u.value("account_locked"), "password_expired": u.value("password_expired"), "totp_enabled": u.value("totp_enabled")})
		}
	case kind == "software-inventory":
		for _, table := range []string{"apps", "programs", "linux_packages"} {
			for _, i := range c.org.in([]string{"v2", "systeminsights", table}, nil).list {
				r.rows = append(r.rows, map[string]any{"system_id": i.value("system_id"), "name": i.value("name"), "version": cmp.Or(i.text("version"), i.text("bundle_short_version"))})
			}
		}
	case kind == "browser-patch-policy", kind == "os-patch-policy":
		for _, i := range c.org.policyResults(c.now, func(string, string) bool { return true }) {
			r.rows = append(r.rows, map[string]any{"policy_id": i.value("policyID"), "system_id": i.value("systemID"), "success": i.value("success")})
		}
	default:
		return c.refuse(errors.New("report_type is no kind of report"))
	}
	c.org.reports = append(c.org.reports, r)
	return reply{status: c.operation.status, body: encode(r.view(c))}
}

// usersTo lists what users have of a kind.
func (o *org) usersTo(kind string) (rows []map[string]any) {
	kinds := []string{kind}
	if kind == "directory" {
		kinds = directories
	}
	for _, u := range o.ordered {
		found := o.reached(u.id, kinds)
		if kind == userGroup {
			found = o.ancestors(u.id)
		}
		for _, r := range found.sorted() {
			name := ""
			if g := o.groups[r.id]; g != nil {
				name = g.name()
			} else if n := o.nodes[r.id]; n != nil {
				name = n.name()
			}
			rows = append(rows, map[string]any{"user_id": u.id, "username": u.value("username"), "id": r.id, "name": name})
		}
	}
	return rows
}

// view is the report as it is now: it waits, then it is made, then it is there for a month.
func (r *report) view(c *call) object {
	v := object{
		"id": r.id, "type": r.kind, "status": "PENDING", "artifacts": []any{}, "created_at": stamp(r.asked), "updated_at": stamp(r.asked),
		"requester_email": "admin@example.com", "requester_id": adminID, "parameters": []any{},
	}
	switch waited := c.now.Sub(r.asked); {
	case waited >= c.jobDelay:
		v["status"], v["updated_at"], v["expiration"] = "COMPLETED", stamp(r.asked.Add(c.jobDelay)), stamp(r.asked.AddDate(0, 1, 0))
		v["artifacts"] = []any{
			map[string]any{"id": r.artifacts[0], "format": "JSON"}, map[string]any{"id": r.artifacts[1], "format": "CSV"},
		}
	case waited >= c.jobDelay/2:
		v["status"] = "IN_PROGRESS"
	}
	return v
}

func (c *call) listReports() reply {
	list := make([]object, len(c.org.reports))
	for i, r := range c.org.reports {
		list[i] = r.view(c)
	}
	key, descending := strings.CutPrefix(c.query.Get("sort"), "-")
	fields := map[string]string{"": "created_at", "CREATED_AT": "created_at", "EXPIRATION": "expiration", "REQUESTER_EMAIL": "requester_email", "STATUS": "status", "TYPE": "type", "UPDATED_AT": "updated_at"}
	if fields[key] == "" {
		return c.refuse(fmt.Errorf("sort must be one of %s", strings.Join(slices.Sorted(maps.Keys(fields))[1:], ", ")))
	}
	slices.SortStableFunc(list, func(a, b object) int { return compareValues(a[fields[key]], b[fields[key]]) })
	if descending {
		slices.Reverse(list)
	}
	return ok(list)
}

func (c *call) reportContent() reply {
	at := slices.IndexFunc(c.org.reports, func(r *report) bool { return r.id == c.ids[0] && c.now.Sub(r.asked) >= c.jobDelay })
	if at < 0 {
		return c.missing()
	}
	r := c.org.reports[at]
	switch c.ids[1] {
	case r.artifacts[0]:
		rows := make([]any, len(r.rows))
		for i, row := range r.rows {
			rows[i] = row
		}
		return ok(rows)
	case r.artifacts[1]:
		return reply{status: http.StatusOK, body: asCSV(r.rows), header: http.Header{"Content-Type": {"text/csv"}}}
	}
	return c.missing()
}

func asCSV(rows []map[string]any) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	var keys []string
	for i, row := range rows {
		if i == 0 {
			keys = slices.Sorted(maps.Keys(row))
			_ = w.Write(keys)
		}
		line := make([]string, len(keys))
		for i, key := range keys {
			line[i] = fmt.Sprint(cmp.Or(row[key], any("")))
		}
		_ = w.Write(line)
	}
	w.Flush()
	return b.Bytes()
}
