package jumpcloudtest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/jumpcloud-go/jumpcloud"
)

// Copied is what [Server.Copy] read.
type Copied struct {
	// Organization is the id of the organization, which is the server's from then on.
	Organization string
	// Objects counts what was read: by the kind of the graph (user, user_group, system, …), and what is not
	// in it by its path, such as v2/workdays.
	Objects map[string]int
	// Memberships are those of groups, Bindings all others.
	Memberships, Bindings int
	// Unread is what could not be read, collections first.
	Unread []Unread
}

// Unread is something that a copy lacks, because the service did not answer with it.
type Unread struct {
	Route  string // such as /v2/users/{user_id}/associations
	ID     string // of the object; "" where it is all that the route has
	Name   string // of the object, where it is known
	Reason string
}

func (u Unread) String() string {
	text := "GET " + u.Route
	if name := cmp.Or(u.Name, u.ID); name != "" {
		text += " of " + name
	}
	return text + ": " + u.Reason
}

// CopyProgress says how far a copy is.
type CopyProgress struct {
	Reading string // what is being read: a route
	Done    int    // objects of a list, or requests about single objects
	Total   int    // 0 where nobody knows
}

// CopyOption changes what [Server.Copy] does.
type CopyOption func(*copier)

// WithCopyProgress calls report again and again while a copy is made, never twice at a time.
func WithCopyProgress(report func(CopyProgress)) CopyOption {
	return func(k *copier) { k.report = report }
}

// WithCopyOf reads lists that a copy leaves out unless they are named, because they can be longer than all others
// together: the tables of System Insights, such as /v2/systeminsights/os_version, /commandresults and /v2/policyresults.
func WithCopyOf(paths ...string) CopyOption {
	return func(k *copier) { k.also = append(k.also, paths...) }
}

const (
	copyWidth    = 8  // requests in flight
	copyCalm     = 20 // answers without a rejection, after which it is one more
	copyAttempts = 12 // those in flight compete for what the rate limit allows
	copyRefusals = 3  // in a row, after which no more objects are asked
)

// Copy reads the directory of a client into the server, which should be a new one: users, groups with their members,
// devices, applications, commands and every other collection that the description lists, with their ids, and what
// is bound to what. It sends GET requests only, a few at a time and fewer when the service answers 429, through the
// client with its limits, and keeps nothing but in memory.
//
// Secrets are not copied, nor what lies below single objects (recovery keys, push endpoints, statuses of policies),
// events, nor the lists that [WithCopyOf] names. Ask the copy for something that it lacks, and it answers 501 and says
// so, never with an empty list.
//
// What the credential may not read, and single objects that cannot be read, are named in the result and passed over. An
// error is the end of the copy: the context ended, the credential is wrong, or the service is not there.
func (s *Server) Copy(ctx context.Context, client *jumpcloud.APIClient, opts ...CopyOption) (*Copied, error) {
	k := &copier{
		Server: s, client: client, report: func(CopyProgress) {}, allowed: copyWidth, complete: map[string]bool{}, refused: map[string]int{},
		found: Copied{Objects: map[string]int{}},
		notes: &copyNotes{lacks: map[string]string{}, partial: map[string]string{}, objects: map[string]bool{}},
	}
	k.free.L = &k.mu
	for _, opt := range opts {
		opt(k)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	k.stop = cancel
	k.run(ctx)
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("jumpcloudtest: Copy: %w", err)
	}
	defer s.enter()()
	k.count()
	s.org.copied = k.notes
	s.org.journal = nil
	copied := k.found
	return &copied, nil
}

// copier is a copy under way.
type copier struct {
	*Server
	client *jumpcloud.APIClient
	report func(CopyProgress)
	also   []string
	stop   context.CancelCauseFunc

	mu       sync.Mutex // guards what follows; the server's own is taken inside of it
	free     sync.Cond
	inFlight int
	allowed  int
	calm     int             // answers since the last that took more than one attempt
	complete map[string]bool // collections that were read to their end
	refused  map[string]int  // route → refusals in a row
	combined int             // whether several targets may be asked for at a time: 1 yes, -1 no
	loose    []looseTie
	found    Copied
	notes    *copyNotes
}

func (k *copier) run(ctx context.Context) {
	d := describe()
	var rest []*operation
	for _, op := range d.lists() {
		switch {
		case op.id == "organization_list" || op.id == "systemusers_list": // which say whose all others are
			k.list(ctx, op)
		case k.leaves(d, op):
		default:
			rest = append(rest, op)
		}
	}
	k.organization(ctx)
	k.each(ctx, "", len(rest), 2, func(i int) { k.list(ctx, rest[i]) })
	k.details(ctx, d)
	k.graph(ctx, d)
	k.judgeRules()
}

// lists are the operations that list a collection which is below nothing, those of users and organizations first.
func (d *description) lists() (found []*operation) {
	for _, routes := range d.routes {
		for _, r := range routes {
			if slices.ContainsFunc(r.parts, placeholder) || r.parts[0] == "insights" {
				continue
			}
			op, _ := d.find(http.MethodGet, r.parts)
			if op == nil || len(op.required) > 0 {
				continue
			}
			if item, _, _ := op.answer.items(); item != nil {
				found = append(found, op)
			}
		}
	}
	slices.SortFunc(found, func(a, b *operation) int {
		return strings.Compare(a.path, b.path)
	})
	seen := map[string]bool{} // where both versions list applications, that of v1 has more
	return slices.DeleteFunc(found, func(op *operation) bool {
		key := collectionKey(op.parts, nil)
		again := seen[key]
		seen[key] = true
		return again
	})
}

// leaves tells which lists are left out, and notes why.
func (k *copier) leaves(d *description, op *operation) bool {
	_, array, _ := op.answer.items()
	why := ""
	switch {
	case op.id == "groups_list": // the lists of each kind have more
		return true
	case (op.path == "/commandresults" || op.path == "/v2/policyresults" || strings.HasPrefix(op.path, "/v2/systeminsights/")) && !slices.Contains(k.also, op.path):
		why = "it is copied only where it is asked for (WithCopyOf)"
	case array != "" && array != "results", d.byHand[op.id] != nil && copiers[op.id] == nil:
		why = "it cannot be copied"
	}
	if why != "" {
		k.notes.lacks[collectionKey(op.parts, nil)] = why
	}
	return why != ""
}

// copiers take an object of the lists that the server keeps in a way of its own.
var copiers = map[string]func(*copier, object){
	"systemusers_list":   (*copier).takeUser,
	"groups_user_list":   func(k *copier, o object) { k.org.copyGroup(userGroup, o) },
	"groups_system_list": func(k *copier, o object) { k.org.copyGroup(systemGroup, o) },
	"organization_list":  (*copier).takeOrganization,
	"directories_list":   (*copier).takeDirectory,
	"workdays_list": func(k *copier, o object) {
		w := &workday{id: text(o, "id"), reportURL: text(o, "reportUrl")}
		for _, way := range []string{"auth.basic.isValid", "auth.oauth.isValid"} {
			w.authorized = w.authorized || slices.Contains(lookup(o, way), any(true))
		}
		k.org.workdays = append(k.org.workdays, w)
	},
	"bulk_userStatesList": func(k *copier, o object) {
		if at, isDate := date(text(o, "scheduledDate")); isDate {
			k.org.scheduled = append(k.org.scheduled, &scheduledState{id: text(o, "scheduledJobId"), user: text(o, "systemUserId"), state: text(o, "state"), at: at})
		}
	},
}

func text(o object, name string) string {
	s, _ := o[name].(string)
	return s
}

// list copies a collection.
func (k *copier) list(ctx context.Context, op *operation) {
	form, array, _ := op.answer.items()
	take := copiers[op.id]
	if take == nil {
		take = func(k *copier, o object) { k.take(op.parts, o) }
	}
	n := 0
	err := k.read(ctx, op, "", nil, func(raw json.RawMessage) {
		var o object
		if parse(raw, &o) != nil || o == nil {
			k.note(op.path, "", fmt.Sprintf("what stands at %d is no object", n))
			return
		}
		form.forget(o)
		leave := k.enter()
		for _, key := range []string{"_id", "id"} {
			if id := text(o, key); id != "" {
				k.reserve(id)
			}
		}
		take(k, o)
		leave()
		if n++; n%100 == 0 {
			k.say(CopyProgress{Reading: op.path, Done: n})
		}
	}, array, false)
	k.say(CopyProgress{Reading: op.path, Done: n})
	k.mu.Lock()
	defer k.mu.Unlock()
	key := collectionKey(op.parts, nil)
	if err == nil {
		k.complete[key] = true
		return
	}
	if n > 0 {
		k.found.Unread[len(k.found.Unread)-1].Reason += fmt.Sprintf("; %d objects came before", n)
	}
	if op.id != "organization_list" && op.id != "directories_list" {
		k.notes.lacks[key] = reason(err)
	}
}

// read hands on each object of a list.
func (k *copier) read(ctx context.Context, op *operation, id string, query url.Values, take func(json.RawMessage), array string, trial bool) error {
	var seen jumpcloud.Response
	opts := []jumpcloud.RequestOption{jumpcloud.WithMaxAttempts(copyAttempts), jumpcloud.WithResponse(&seen)}
	if id != "" {
		at := slices.IndexFunc(op.parts, placeholder)
		opts = append(opts, jumpcloud.WithPath(strings.Trim(op.parts[at], "{}"), id), jumpcloud.WithPageConcurrency(1))
	}
	var failed error
	if op.paging == nil {
		var answer json.RawMessage
		if failed = k.client.Call(ctx, http.MethodGet, op.path, query, nil, &answer, opts...); failed == nil {
			if array != "" {
				var whole map[string]json.RawMessage
				failed = json.Unmarshal(answer, &whole)
				answer = whole[array]
			}
			var list []json.RawMessage
			if failed == nil {
				failed = json.Unmarshal(answer, &list)
			}
			for _, raw := range list {
				take(raw)
			}
		}
	} else {
		paged := url.Values{"limit": {fmt.Sprint(op.paging.Max)}}
		for key, values := range query {
			paged[key] = values
		}
		for raw, err := range jumpcloud.Walk[json.RawMessage](ctx, k.client, op.path, paged, opts...) {
			if err != nil {
				failed = err
			} else if raw != nil {
				take(*raw)
			}
		}
	}
	k.heed(ctx, op.path, id, seen.Attempts, failed, trial)
	return failed
}

// get reads one object; ok is false where it cannot be read.
func (k *copier) get(ctx context.Context, op *operation, id string) (o object, ok bool) {
	var seen jumpcloud.Response
	at := slices.IndexFunc(op.parts, placeholder)
	var answer json.RawMessage
	err := k.client.Call(ctx, http.MethodGet, op.path, nil, nil, &answer, jumpcloud.WithPath(strings.Trim(op.parts[at], "{}"), id),
		jumpcloud.WithMaxAttempts(copyAttempts), jumpcloud.WithResponse(&seen))
	envelope, form := op.answer.inside()
	if err == nil {
		err = parse(answer, &o)
		if inner, isObject := o[envelope].(map[string]any); envelope != "" && isObject {
			o = inner
		}
	}
	k.heed(ctx, op.path, id, seen.Attempts, err, false)
	if err != nil {
		return nil, false
	}
	form.forget(o)
	return o, true
}

// heed slows down when the service asks for it, and judges a failure: what the service says of one thing is noted,
// what holds for all ends the copy.
func (k *copier) heed(ctx context.Context, route, id string, attempts int, err error, trial bool) {
	k.mu.Lock()
	if k.calm++; attempts > 1 {
		k.allowed, k.calm = 1, 0
	} else if k.calm%copyCalm == 0 {
		k.allowed = min(k.allowed+1, copyWidth)
	}
	var answered *jumpcloud.APIError
	status := 0
	if errors.As(err, &answered) {
		status = answered.StatusCode
	}
	if status == http.StatusForbidden || status == http.StatusNotImplemented {
		k.refused[route]++
	} else if err == nil {
		k.refused[route] = 0
	}
	given := k.refused[route] == copyRefusals && id != ""
	if given {
		k.notes.lacks[route] = reason(err)
	}
	k.mu.Unlock()
	switch {
	case err == nil, ctx.Err() != nil, trial && errors.Is(err, jumpcloud.ErrBadRequest):
	case status == http.StatusUnauthorized, status == http.StatusTooManyRequests, status == 0 && !errors.As(err, new(*jumpcloud.DecodeError)) && !errors.Is(err, jumpcloud.ErrPageStalled) && !errors.Is(err, errBody):
		k.stop(err)
	case given:
		k.note(route, "", reason(err)+fmt.Sprintf(", %d times in a row; no more objects were asked", copyRefusals))
	default:
		k.note(route, id, reason(err))
	}
}

// reason is what an error says beside its route, which stands in front of it already.
func reason(err error) string {
	var answered *jumpcloud.APIError
	if errors.As(err, &answered) {
		text := fmt.Sprintf("%d %s", answered.StatusCode, http.StatusText(answered.StatusCode))
		if answered.Message != "" && answered.Message != http.StatusText(answered.StatusCode) {
			text += ": " + answered.Message
		}
		return text
	}
	return err.Error()
}

func (k *copier) note(route, id, why string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.found.Unread = append(k.found.Unread, Unread{Route: route, ID: id, Reason: why})
	if id != "" {
		k.notes.partial[id] = why
	}
}

func (k *copier) say(p CopyProgress) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.report(p)
}

// each runs do for 0 to n-1, a few at a time.
func (k *copier) each(ctx context.Context, what string, n, width int, do func(i int)) {
	var crew sync.WaitGroup
	next, done := 0, 0
	for range min(n, width) {
		crew.Go(func() {
			k.mu.Lock()
			defer k.mu.Unlock()
			for next < n && ctx.Err() == nil && k.notes.lacks[what] == "" {
				if k.inFlight >= k.allowed {
					k.free.Wait()
					continue
				}
				i := next
				next++
				k.inFlight++
				k.mu.Unlock()
				do(i)
				k.mu.Lock()
				k.inFlight--
				k.free.Broadcast()
				if done++; what != "" && (done%100 == 0 || done == n) {
					k.report(CopyProgress{Reading: what, Done: done, Total: n})
				}
			}
		})
	}
	crew.Wait()
}

// What follows puts objects into the organization; the caller holds the server's mu.

// take puts an object into a collection; one that is there already, from another list of it, gains what it lacks.
func (k *copier) take(parts []string, o object) {
	s := k.org.in(parts, nil)
	for _, key := range []string{s.id, "id", "_id"} {
		if known := s.byID[text(o, key)]; known != nil {
			for name, v := range o {
				if _, there := known.fields[name]; !there {
					known.put(name, v)
				}
			}
			return
		}
	}
	k.org.insert(s, o, k.org.created)
}

func (k *copier) takeUser(o object) {
	id := cmp.Or(text(o, "_id"), text(o, "id"))
	if _, isList := o["ssh_keys"].([]any); !isList {
		delete(o, "ssh_keys")
	}
	k.organizationIs(text(o, "organization"))
	if id == "" || k.org.users[id] != nil {
		return
	}
	o["_id"], o["id"] = id, id
	u := &user{id: id, fields: o}
	if u.is("activated") {
		u.passwords = []string{""} // there is one, which nobody knows
	}
	k.org.users[id] = u
	at, _ := slices.BinarySearchFunc(k.org.ordered, id, func(u *user, id string) int { return strings.Compare(u.id, id) })
	k.org.ordered = slices.Insert(k.org.ordered, at, u)
	for field, taken := range k.org.unique {
		if key := uniqueKey(o[field]); key != "" {
			taken[key] = id
		}
	}
	if uid, isNumber := numeric(o["unix_uid"]); isNumber {
		k.org.nextUID = max(k.org.nextUID, int64(uid)+1)
	}
}

// takeOrganization keeps the id of the organization where there is only one.
func (k *copier) takeOrganization(o object) {
	if k.found.Organization != "" {
		k.found.Organization = "several"
		return
	}
	k.found.Organization = cmp.Or(text(o, "_id"), text(o, "id"))
}

// organizationIs takes the organization from an object of it, where there are several to choose from.
func (k *copier) organizationIs(id string) {
	if id != "" && (k.found.Organization == "" || k.found.Organization == "several") {
		k.found.Organization = id
	}
}

// organization gives the server the id and the profile of the one that is copied.
func (k *copier) organization(ctx context.Context) {
	id := k.found.Organization
	if id == "several" || id == "" {
		k.found.Organization = k.org.id
		return
	}
	op, _ := describe().find(http.MethodGet, []string{"organizations", id})
	profile, found := k.get(ctx, op, id)
	defer k.enter()()
	k.org.id = id
	delete(k.org.stores, "organizations")
	if !found {
		return
	}
	i := k.org.profile()
	for name, v := range profile {
		i.put(name, v)
	}
	k.org.name = i.text("displayName")
}

// takeDirectory puts a directory among those of its kind; its own route tells the rest.
func (k *copier) takeDirectory(o object) {
	kind, id := text(o, "type"), text(o, "id")
	if !slices.Contains(directories, kind) || id == "" || k.org.nodes[id] != nil {
		return
	}
	k.org.insert(k.org.kindStore(kind), named(kind, id, text(o, "name")), k.org.created)
}

func named(kind, id, name string) map[string]any {
	if kind == activeDirectory {
		return map[string]any{"id": id, "domain": name}
	}
	return map[string]any{"id": id, "name": name}
}

// copyGroup makes a group as it is, whatever this server thinks of its rule.
func (o *org) copyGroup(kind string, fields object) {
	id := text(fields, "id")
	if id == "" {
		return
	}
	body := map[string]any{"name": text(fields, "name")}
	for _, name := range []string{"description", "email", "attributes", "membershipMethod", "memberSuggestionsNotify", "memberQuery", "memberQueryExemptions"} {
		if v := fields[name]; v != nil {
			body[name] = v
		}
	}
	g, err := o.draftGroup(kind, body)
	if err != nil {
		g = &group{kind: kind, fields: body, exempt: map[string]bool{}}
	}
	g.id = id
	list := o.groupList[kind]
	at, there := slices.BinarySearchFunc(list, id, func(g *group, id string) int { return strings.Compare(g.id, id) })
	if there {
		*list[at] = *g // a second look, which tells more
		return
	}
	o.groups[id] = g
	o.groupList[kind] = slices.Insert(list, at, g)
}

// reserve makes ids of new objects come behind one that is copied, so that the order by id stays that of creation.
func (k *copier) reserve(id string) {
	k.notes.objects[id] = true
	k.host.reserve(id)
}

// details asks for single objects where lists tell less of them.
func (k *copier) details(ctx context.Context, d *description) {
	type one struct {
		op *operation
		id string
		do func(object)
	}
	var wanted []one
	leave := k.enter()
	for kind, groups := range k.org.groupList { // attributes are null in the list
		op, _ := d.find(http.MethodGet, []string{"v2", pathWord[kind], kind})
		for _, g := range groups {
			wanted = append(wanted, one{op, g.id, func(o object) { k.org.copyGroup(kind, o) }})
		}
	}
	for _, s := range k.org.stores {
		word := pathWord[s.kind]
		for _, path := range [][]string{{word, s.kind}, {"v2", word, s.kind}} {
			op, _ := d.find(http.MethodGet, path)
			if s.kind == "" || op == nil || len(s.omits) == 0 && !slices.Contains(directories, s.kind) {
				continue
			}
			for _, i := range s.list {
				wanted = append(wanted, one{op, i.id, func(o object) {
					for name, v := range o {
						i.put(name, v)
					}
				}})
			}
			break
		}
	}
	keys, _ := d.find(http.MethodGet, []string{"systemusers", userKind, "sshkeys"})
	for _, u := range k.org.ordered {
		if _, there := u.fields["ssh_keys"]; !there {
			u := u
			wanted = append(wanted, one{keys, u.id, func(o object) { u.set("ssh_keys", o["keys"]) }})
		}
	}
	workers, _ := d.find(http.MethodGet, []string{"v2", "workdays", "id", "workers"})
	workdays := slices.Clone(k.org.workdays)
	leave()
	slices.SortStableFunc(wanted, func(a, b one) int { return strings.Compare(a.op.path+a.id, b.op.path+b.id) })
	for len(wanted) > 0 {
		op := wanted[0].op
		n := slices.IndexFunc(wanted, func(w one) bool { return w.op != op })
		if n < 0 {
			n = len(wanted)
		}
		part := wanted[:n]
		wanted = wanted[n:]
		k.each(ctx, op.path, n, copyWidth, func(i int) {
			w := part[i]
			var o object
			found := false
			if op == keys {
				list := []any{}
				found = k.read(ctx, op, w.id, nil, func(raw json.RawMessage) {
					var key map[string]any
					if parse(raw, &key) == nil {
						list = append(list, key)
					}
				}, "", false) == nil
				o = object{"keys": list}
			} else {
				o, found = k.get(ctx, op, w.id)
			}
			if found {
				defer k.enter()()
				w.do(o)
			}
		})
	}
	for _, w := range workdays {
		_ = k.read(ctx, workers, w.id, nil, func(raw json.RawMessage) {
			var o object
			if parse(raw, &o) == nil {
				defer k.enter()()
				k.org.workers = append(k.org.workers, o)
			}
		}, "", false)
	}
}

// judgeRules stops the rules of automated groups that find others than the directory does.
func (k *copier) judgeRules() {
	defer k.enter()()
	for _, kind := range []string{userGroup, systemGroup} {
		for _, g := range k.org.groupList[kind] {
			if g.method() != automated || k.notes.partial[g.id] != "" {
				continue
			}
			differ := 0
			for id, r := range k.org.candidates(kind) {
				if isMember := k.org.children[g.id].get(id) != nil; !g.exempt[id] && (g.query != nil && g.query(r)) != isMember {
					differ++
				}
			}
			if g.query == nil || differ > 0 {
				g.query = nil
				k.notes.rules = append(k.notes.rules, g.name())
			}
		}
	}
}

// count says what there is now, and gives what could not be read its name.
func (k *copier) count() {
	k.found.Organization = k.org.id
	for _, kind := range graphTypes {
		if n := len(k.org.idsOf(kind)); n > 0 {
			k.found.Objects[kind] = n
		}
	}
	for key, s := range k.org.stores {
		if s.kind == "" && len(s.list) > 0 && key != "organizations" {
			k.found.Objects[key] = len(s.list)
		}
	}
	if n := len(k.org.workdays); n > 0 {
		k.found.Objects["v2/workdays"] = n
	}
	if n := len(k.org.scheduled); n > 0 {
		k.found.Objects["v2/bulk/userstates"] = n
	}
	for _, e := range k.org.children {
		k.found.Memberships += len(e.list())
	}
	for _, e := range k.org.bindings {
		k.found.Bindings += len(e.list())
	}
	k.found.Bindings /= 2 // each from both sides
	for i := range k.found.Unread {
		k.found.Unread[i].Name = k.org.nameOf(k.found.Unread[i].ID)
	}
	slices.SortStableFunc(k.found.Unread, func(a, b Unread) int {
		if (a.ID == "") != (b.ID == "") {
			return len(a.ID) - len(b.ID)
		}
		return strings.Compare(a.Route+a.ID, b.Route+b.ID)
	})
	k.notes.unread = slices.Clone(k.found.Unread)
}
