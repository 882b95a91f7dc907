package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"golang.org/x/sync/errgroup"
)

// review is who reaches what, and why.
type review struct {
	Organization string   `json:"organization"` // whose directory it is; "" is that of a made-up company
	Of           string   `json:"of"`           // the user or the group
	People       []person `json:"people"`
}

type person struct {
	ID       string              `json:"id"`
	Username string              `json:"username"`
	Name     string              `json:"name"`
	Email    string              `json:"email"`
	State    jumpcloud.UserState `json:"state"`
	Groups   []string            `json:"groups"`
	Targets  []target            `json:"targets"`
}

// Directly counts what the person is bound to without a group.
func (p person) Directly() (n int) {
	for _, t := range p.Targets {
		if t.Direct() {
			n++
		}
	}
	return n
}

// SudoOn counts the devices on which the person has the rights of an administrator.
func (p person) SudoOn() (n int) {
	for _, t := range p.Targets {
		if t.Sudo != "" && t.Type == jumpcloud.GraphTypeSystem {
			n++
		}
	}
	return n
}

// target is something that a person reaches.
type target struct {
	object
	Sudo  string `json:"sudo,omitempty"` // what rights of an administrator come with it, if any
	Paths []path `json:"paths"`
}

// Unnamed reports whether the object has no name but its kind and id.
func (o object) Unnamed() bool { return o.Name == o.Kind()+" "+o.ID }

// path is one way to a target: what lies on it, and last the target itself.
type path []object

type object struct {
	directory.Object
	Name      string `json:"name"`
	Automated bool   `json:"automated,omitempty"` // a group whose members follow from a rule
}

// Direct reports whether the path is a binding of the person's own.
func (p path) Direct() bool { return len(p) == 1 }

// Through names what lies between the person and the target.
func (p path) Through() string {
	names := make([]string, len(p)-1)
	for i, object := range p[:len(p)-1] {
		names[i] = object.Name
	}
	return strings.Join(names, " → ")
}

// Cut says how to close the path at its first step, which is the one that is about this person alone.
func (p path) Cut() string {
	switch first := p[0]; {
	case first.Type != jumpcloud.GraphTypeUserGroup:
		return "unbind from " + first.Name
	case first.Automated:
		return "no longer match the rule of " + first.Name
	default:
		return "leave " + first.Name
	}
}

// Cuts is all that must be done to take the access away: a single path that is left keeps it.
func (t target) Cuts() (cuts []string) {
	for _, path := range t.Paths {
		if cut := path.Cut(); !slices.Contains(cuts, cut) {
			cuts = append(cuts, cut)
		}
	}
	return cuts
}

// Direct reports whether one of the paths is.
func (t target) Direct() bool { return slices.ContainsFunc(t.Paths, path.Direct) }

// collect reviews the users with some ids.
func collect(ctx context.Context, client *jumpcloud.APIClient, of string, ids []string) (*review, error) {
	users := make([]*jumpcloud.Systemuser, len(ids))
	accesses := make([]*jumpcloud.UserAccess, len(ids))
	asking, limited := errgroup.WithContext(ctx)
	asking.SetLimit(2) // each asks ten things at once
	for i, id := range ids {
		asking.Go(func() (err error) {
			if users[i], err = client.Systemusers.Get(limited, id, nil); err == nil {
				accesses[i], err = client.Users.Access(limited, id)
			}
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	known, err := nameAll(ctx, client, accesses)
	if err != nil {
		return nil, err
	}
	r := &review{Of: of}
	for i, user := range users {
		p := person{
			Username: user.Username, Email: user.Email, ID: user.ID, State: user.State,
			Name: cmp.Or(user.Displayname, strings.TrimSpace(user.Firstname+" "+user.Lastname)),
		}
		for _, group := range accesses[i].Groups {
			p.Groups = append(p.Groups, known[directory.Object{Type: jumpcloud.GraphTypeUserGroup, ID: group.ID}].Name)
		}
		slices.Sort(p.Groups)
		for reached := range accesses[i].All() {
			p.Targets = append(p.Targets, targetOf(reached, known))
		}
		slices.SortFunc(p.Targets, func(a, b target) int { return compareObjects(a.object, b.object) })
		r.People = append(r.People, p)
	}
	slices.SortFunc(r.People, func(a, b person) int { return cmp.Compare(a.Username, b.Username) })
	return r, nil
}

// compareObjects sorts as the picture does, but puts the groups of devices before the devices.
func compareObjects(a, b object) int {
	rank := func(o object) int {
		if o.Type == jumpcloud.GraphTypeSystemGroup {
			return 2*int(devices) - 1
		}
		return 2 * int(sectionOf(o.Type))
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

func targetOf(reached *jumpcloud.GraphObjectWithPaths, known map[directory.Object]object) target {
	t := target{object: known[directory.Object{Type: reached.Type, ID: reached.ID}], Sudo: sudo(reached)}
	for _, hops := range reached.Paths {
		var p path
		for _, hop := range hops {
			p = append(p, known[directory.Object{Type: hop.To.Type, ID: hop.To.ID}])
		}
		if len(p) > 0 {
			t.Paths = append(t.Paths, p)
		}
	}
	slices.SortStableFunc(t.Paths, func(a, b path) int { return cmp.Compare(len(a), len(b)) })
	return t
}

// sudo reads the attributes that the paths to a device add up to.
func sudo(reached *jumpcloud.GraphObjectWithPaths) string {
	enabled, withoutPassword := reached.Sudo()
	onDevice := reached.Type == jumpcloud.GraphTypeSystem || reached.Type == jumpcloud.GraphTypeSystemGroup
	switch {
	case !onDevice || !enabled:
		return ""
	case withoutPassword:
		return "sudo without password"
	default:
		return "sudo"
	}
}

// nameAll finds out what everything on the paths is called, and which groups have a rule.
func nameAll(ctx context.Context, client *jumpcloud.APIClient, accesses []*jumpcloud.UserAccess) (map[directory.Object]object, error) {
	seen := map[directory.Object]bool{}
	var userGroups, rest []directory.Object
	note := func(kind jumpcloud.GraphType, id string) {
		o := directory.Object{Type: kind, ID: id}
		switch {
		case seen[o]:
		case kind == jumpcloud.GraphTypeUserGroup:
			userGroups = append(userGroups, o)
		default:
			rest = append(rest, o)
		}
		seen[o] = true
	}
	for _, access := range accesses {
		for _, group := range access.Groups {
			note(jumpcloud.GraphTypeUserGroup, group.ID)
		}
		for reached := range access.All() {
			note(reached.Type, reached.ID)
			for _, hops := range reached.Paths {
				for _, hop := range hops {
					note(hop.To.Type, hop.To.ID)
				}
			}
		}
	}
	known := map[directory.Object]object{}
	names, err := directory.Names(ctx, client, rest)
	if err != nil {
		return nil, err
	}
	for o, name := range names {
		known[o] = object{Object: o, Name: name}
	}
	var mu sync.Mutex
	asking, ctx := errgroup.WithContext(ctx)
	asking.SetLimit(8)
	for _, o := range userGroups {
		asking.Go(func() error {
			named := object{Object: o, Name: o.Kind() + " " + o.ID}
			group, err := client.Usergroups.Get(ctx, o.ID)
			switch {
			case err == nil:
				named.Name = group.Name
				named.Automated = group.MembershipMethod == jumpcloud.MembershipMethodDynamicAutomated
			case !errors.Is(err, jumpcloud.ErrNotFound): // deleted since
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			known[o] = named
			return nil
		})
	}
	return known, asking.Wait()
}
