package jumpcloudtest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// org is an organisation: one consistent state that API v1 and API v2 look at. The host's mu guards
// all of it.
type org struct {
	host    *host
	id      string
	name    string // empty until SeedCompany
	created time.Time

	users   map[string]*user
	ordered []*user                      // by id
	unique  map[string]map[string]string // field → value in lower case → user id
	nextUID int64
	seeded  int // users of SeedUsers

	groups    map[string]*group   // of users and of devices
	groupList map[string][]*group // by kind; by id

	stores   map[string]*store   // the collections that have no code of their own
	nodes    map[string]*item    // the objects in them that are in the graph
	bindings map[string]*edges   // what an object is bound to, from either side
	parents  map[string]*edges   // from a member to its groups
	children map[string]*edges   // from a group to its members
	legacy   map[string][]string // systems that the Tags of old gave a user

	copied  *copyNotes // nil unless it is a copy
	journal []*Write   // the oldest first
	trail   *[]Effect  // of the write under way

	actions   []Action
	queue     []*queued // commands
	events    []*event  // the oldest first
	reports   []*report
	uploads   []*upload // of software
	jobs      []*job
	scheduled []*scheduledState
	workdays  []*workday
	workers   []object
	mails     []Mail
}

func newOrg(h *host, id string) *org {
	return &org{
		host: h, id: id, created: time.Now(),
		users: map[string]*user{}, nextUID: 5001,
		unique: map[string]map[string]string{"username": {}, "email": {}, "employeeIdentifier": {}},
		groups: map[string]*group{}, groupList: map[string][]*group{},
		stores: map[string]*store{}, nodes: map[string]*item{},
		bindings: map[string]*edges{}, parents: map[string]*edges{}, children: map[string]*edges{},
		legacy: map[string][]string{},
	}
}

// kind is the graph type of an object; "" when there is none with this id.
func (o *org) kind(id string) string {
	if o.users[id] != nil {
		return userKind
	}
	if g := o.groups[id]; g != nil {
		return g.kind
	}
	if n := o.nodes[id]; n != nil {
		return n.of.kind
	}
	return ""
}

// advance brings the organisation to the present: it finishes rows of jobs and changes states whose
// time has come.
func (o *org) advance(now time.Time) {
	for _, j := range o.jobs {
		o.work(j, now)
	}
	if len(o.uploads) > 0 {
		o.validate(now)
	}
	if len(o.queue) > 0 {
		o.deliver(now)
	}
	if len(o.scheduled) == 0 {
		return
	}
	var due []*scheduledState
	o.scheduled = slices.DeleteFunc(o.scheduled, func(s *scheduledState) bool {
		if s.at.After(now) {
			return false
		}
		due = append(due, s)
		return true
	})
	slices.SortStableFunc(due, func(a, b *scheduledState) int { return a.at.Compare(b.at) })
	for _, s := range due {
		o.changeState(s)
	}
}

// find returns the ids of the objects with a name or id.
func (o *org) find(name string) []string {
	if o.kind(name) != "" || o.stored(name) != nil {
		return []string{name}
	}
	var found []string
	for _, field := range []string{"username", "email"} {
		if id, taken := o.unique[field][strings.ToLower(name)]; taken && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	for _, list := range o.groupList {
		for _, g := range list {
			if g.name() == name {
				found = append(found, g.id)
			}
		}
	}
	for _, n := range o.nodes {
		if n.name() == name {
			found = append(found, n.id)
		}
	}
	return found
}

// stored is the object of a collection that has an id.
func (o *org) stored(id string) *item {
	if n := o.nodes[id]; n != nil {
		return n
	}
	for _, s := range o.stores {
		if i := s.byID[id]; i != nil {
			return i
		}
	}
	return nil
}

// remove takes an object away, with all that hangs on it.
func (o *org) remove(id string) {
	if o.nodes[id] == nil {
		o.traceEnd(id)
	}
	switch o.kind(id) {
	case userKind:
		u := o.users[id]
		for field, taken := range o.unique {
			if key := uniqueKey(u.value(field)); key != "" && taken[key] == id {
				delete(taken, key)
			}
		}
		delete(o.users, id)
		at, _ := slices.BinarySearchFunc(o.ordered, id, func(u *user, id string) int { return cmp.Compare(u.id, id) })
		o.ordered = slices.Delete(o.ordered, at, at+1)
		o.scheduled = slices.DeleteFunc(o.scheduled, func(s *scheduledState) bool { return s.user == id })
		delete(o.legacy, id)
	case userGroup, systemGroup:
		if g := o.groups[id]; g != nil {
			delete(o.groups, id)
			o.groupList[g.kind] = slices.DeleteFunc(o.groupList[g.kind], func(g *group) bool { return g.id == id })
		}
	default:
		if i := o.stored(id); i != nil {
			o.drop(i)
		}
	}
	o.untie(id)
}

// Mail is a message that JumpCloud would have sent.
type Mail struct {
	To   string // the address; empty for mail to the administrator
	Kind string // activation, welcome or job
	User string // id of the user it is about, or of the job
	Time time.Time
}

// Mails returns the messages that JumpCloud would have sent, oldest first: activation and welcome mail
// to users, and the report of a bulk job to the administrator who started it.
func (s *Server) Mails() []Mail {
	defer s.enter()()
	return slices.Clone(s.org.mails)
}

// enter locks the state and brings it to the present; what it returns unlocks it.
func (s *Server) enter() (leave func()) {
	s.mu.Lock()
	s.org.advance(time.Now())
	return s.mu.Unlock
}
