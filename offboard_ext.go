package jumpcloud

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
)

// OffboardParams tune [SystemusersService.Offboard].
type OffboardParams struct {
	// ReportsTo is the id of the user who becomes the manager of those who report to the user. With
	// "" their manager is cleared. One who reports to the user too goes on under the user's own
	// manager.
	ReportsTo string
	// ResetMFA also resets the user's multi-factor authentication.
	ResetMFA bool
	// DryRun returns the plan and changes nothing: the same steps, with what would be changed.
	DryRun bool
	// Concurrency is how many changes of one step are sent at a time. Default: 4.
	Concurrency int
}

// OffboardStep is what became of one step or, with DryRun, what it would do.
type OffboardStep struct {
	Name    string // such as "suspend"
	Changed int    // how many changes were made; 0 where there was nothing left to do
	Skipped int    // memberships that follow from a group's rule, and end with what the rule looks at
	Err     error  // why it is not complete, and what is left

	Targets []OffboardTarget // what it is about, one by one
}

// OffboardTarget is one object that a step changes.
type OffboardTarget struct {
	Kind    string // "user", "user_group", "ssh_key", or the [GraphType] of a binding's target
	ID      string // "" where no id could be read: of an odd object, or of a whole list
	Name    string // "" where nothing that was read has it, as for the targets of bindings
	Skipped bool   // a membership that follows from the group's rule
	Err     error  // why it is left; [ErrNotAttempted] where it was not tried
}

func (t OffboardTarget) String() string {
	return strings.TrimSpace(t.Kind + " " + cmp.Or(t.Name, t.ID))
}

// Offboard takes a user's access away, in an order that closes it first:
//
//  1. suspend the account (state and suspended together)
//  2. expire the password
//  3. reset MFA, where ResetMFA says so
//  4. remove the SSH keys
//  5. unbind the direct associations
//  6. leave the groups
//  7. hand the user's reports to another manager, or clear their manager
//
// The user is not deleted. The new manager is looked up before anything is changed. Each step reads
// what there is, and changes what it can: an object that cannot be read, or a change that fails, keeps
// neither the others nor the next steps from being tried. Every step's outcome is returned, in order,
// with its targets, and the error joins theirs, each cause once. It stops where the user does not
// exist, at the first 401, and at three refusals (403) in a row: what is left then matches
// [ErrNotAttempted]. Running it again does what was left, and expires the password and resets MFA
// once more, since nothing says that it was done. Memberships of groups with automated rules are skipped,
// because their rule would bring them back. With DryRun it reads, and changes nothing.
//
// It calls systemusers_get, systemusers_put, systemusers_expire, systemusers_resetmfa, sshkey_list,
// sshkey_delete, graph_userAssociationsList, graph_userAssociationsPost, graph_userMemberOf,
// groups_user_get, graph_userGroupMembersPost and systemusers_list.
func (s *SystemusersService) Offboard(ctx context.Context, id string, params OffboardParams, opts ...RequestOption) ([]OffboardStep, error) {
	if id == "" { // whose reports would be everybody without a manager
		return nil, &ParamError{Param: "id", Problem: "is empty; name the user who leaves"}
	}
	if strings.EqualFold(params.ReportsTo, id) {
		return nil, &ParamError{Param: "ReportsTo", Problem: "is the user who leaves; name another manager, or none"}
	}
	set(&params.Concurrency, 4)
	o := &offboarding{s.client, &Systemuser{ID: id}, params, paced(opts)}
	if params.ReportsTo != "" {
		manager, err := s.Get(ctx, params.ReportsTo, nil, o.opts...)
		if err != nil {
			return nil, fmt.Errorf("jumpcloud: offboard: looking for ReportsTo, before any change: %w", err)
		}
		o.params.ReportsTo = cmp.Or(manager.ID, params.ReportsTo)
	}
	steps := []struct {
		name string
		plan func(context.Context) []*offboardChange
	}{
		{"suspend", o.suspend},
		{"expire password", o.expirePassword},
		{"reset MFA", o.resetMFA},
		{"remove SSH keys", o.removeSSHKeys},
		{"unbind", o.unbind},
		{"leave groups", o.leaveGroups},
		{"hand over reports", o.handOver},
	}
	var outcomes []OffboardStep
	var failed []failure
	for _, step := range steps {
		if step.name == "reset MFA" && !params.ResetMFA {
			continue
		}
		outcome := o.carryOut(ctx, step.name, step.plan(ctx))
		outcomes = append(outcomes, outcome)
		for _, target := range outcome.Targets {
			if target.Err != nil {
				failed = append(failed, failure{step.name + " (" + target.String() + ")", target.Err})
			}
		}
		if step.name == "suspend" && errors.Is(outcome.Err, ErrNotFound) {
			break // there is no such user
		}
	}
	return outcomes, join("jumpcloud: offboard", failed)
}

type offboarding struct {
	client *APIClient
	user   *Systemuser // with nothing but the id until it was read
	params OffboardParams
	opts   []RequestOption
}

// offboardChange is a change to be made. With an error it cannot be.
type offboardChange struct {
	OffboardTarget
	make func(context.Context) error
}

// carryOut makes the changes of a step, several at a time.
func (o *offboarding) carryOut(ctx context.Context, name string, changes []*offboardChange) OffboardStep {
	step := OffboardStep{Name: name}
	errs := make([]error, len(changes))
	if !o.params.DryRun {
		errs = forEach(ctx, o.params.Concurrency, changes, func(ctx context.Context, c *offboardChange) error {
			if c.Skipped || c.Err != nil {
				return nil
			}
			return c.make(ctx)
		})
	}
	var failed []failure
	for i, c := range changes {
		switch c.Err = cmp.Or(c.Err, errs[i]); {
		case c.Skipped:
			step.Skipped++
			c.Err = nil
		case c.Err != nil:
			failed = append(failed, failure{c.String(), c.Err})
		default:
			step.Changed++
		}
		step.Targets = append(step.Targets, c.OffboardTarget)
	}
	step.Err = join("jumpcloud: "+name, failed)
	return step
}

// itself is a change of the user.
func (o *offboarding) itself(err error, change func(ctx context.Context) error) []*offboardChange {
	return []*offboardChange{{OffboardTarget{Kind: string(GraphTypeUser), ID: o.user.ID, Name: o.user.Username, Err: err}, change}}
}

func (o *offboarding) suspend(ctx context.Context) []*offboardChange {
	user, err := o.client.Systemusers.Get(ctx, o.user.ID, nil, o.opts...)
	if err == nil {
		user.ID = cmp.Or(user.ID, o.user.ID)
		if o.user = user; user.State == UserStateSuspended && user.Suspended {
			return nil
		}
	}
	return o.itself(err, func(ctx context.Context) error {
		_, err := o.client.Systemusers.Suspend(ctx, o.user.ID, o.opts...)
		return err
	})
}

func (o *offboarding) expirePassword(context.Context) []*offboardChange {
	return o.itself(nil, func(ctx context.Context) error {
		return o.client.Systemusers.ExpirePassword(ctx, o.user.ID, o.opts...)
	})
}

func (o *offboarding) resetMFA(context.Context) []*offboardChange {
	return o.itself(nil, func(ctx context.Context) error {
		return o.client.Systemusers.ResetMFA(ctx, o.user.ID, ResetMFARequest{}, o.opts...)
	})
}

func (o *offboarding) removeSSHKeys(ctx context.Context) []*offboardChange {
	return changesOf("ssh_key", o.sshKeys(ctx), func(key *SSHKey) *offboardChange {
		return &offboardChange{OffboardTarget{Kind: "ssh_key", ID: key.ID, Name: key.Name}, func(ctx context.Context) error {
			err := o.client.Systemusers.DeleteSSHKey(ctx, o.user.ID, key.ID, o.opts...)
			if errors.Is(err, ErrNotFound) {
				return nil // gone since it was listed
			}
			return err
		}}
	})
}

// sshKeys is ListSSHKeys as a walk, which goes on after a key that cannot be read.
func (o *offboarding) sshKeys(ctx context.Context) iter.Seq2[*SSHKey, error] {
	return func(yield func(*SSHKey, error) bool) {
		r := o.client.request("GET /systemusers/{id}/sshkeys sshkey_list", o.user.ID)
		var keys []json.RawMessage
		if err := r.call(ctx, o.opts, &keys); err != nil {
			yield(nil, err)
			return
		}
		for i, raw := range keys {
			var key SSHKey
			err := json.Unmarshal(raw, &key)
			fillID(&key, func() json.RawMessage { return raw })
			if err == nil && key.ID == "" {
				err = errors.New("it has no id")
			}
			if err != nil {
				err = r.undecodable(&answer{status: http.StatusOK}, i, raw, err)
			}
			if !yield(&key, err) {
				return
			}
		}
	}
}

// associable are the types that a user can be bound to directly.
func associable() []GraphType {
	return []GraphType{
		GraphTypeSystem, GraphTypeSystemGroup, GraphTypeApplication, GraphTypeLDAPServer, GraphTypeRADIUSServer,
		GraphTypeGSuite, GraphTypeOffice365, GraphTypeActiveDirectory, GraphTypeIDPRoutingPolicy, GraphTypePasswordManagerItem,
	}
}

func (o *offboarding) unbind(ctx context.Context) (changes []*offboardChange) {
	for _, kind := range associable() { // one at a time, as JumpCloud's own client asks
		bound := changesOf(string(kind), o.client.Users.AllAssociations(ctx, o.user.ID, []GraphType{kind}, nil, o.opts...), func(c *GraphConnection) *offboardChange {
			return &offboardChange{OffboardTarget{Kind: string(kind), ID: c.To.ID}, func(ctx context.Context) error {
				return o.client.Users.Unbind(ctx, o.user.ID, kind, c.To.ID, o.opts...)
			}}
		})
		if refused(bound) && (kind == GraphTypeIDPRoutingPolicy || kind == GraphTypePasswordManagerItem) {
			continue // newer types, which not every organization has
		}
		changes = append(changes, bound...)
	}
	return changes
}

func (o *offboarding) leaveGroups(ctx context.Context) []*offboardChange {
	groups := changesOf("user_group", o.client.Users.AllMemberOf(ctx, o.user.ID, nil, o.opts...), func(group *GraphObjectWithPaths) *offboardChange {
		if len(group.Paths) > 0 && !group.Direct() {
			return nil // ends with the membership of a group within it
		}
		return &offboardChange{OffboardTarget{Kind: "user_group", ID: group.ID}, func(ctx context.Context) error {
			return o.client.Usergroups.RemoveMember(ctx, group.ID, o.user.ID, o.opts...)
		}}
	})
	errs := forEach(ctx, o.params.Concurrency, groups, func(ctx context.Context, c *offboardChange) error {
		if c.Err != nil {
			return nil
		}
		group, err := o.client.Usergroups.Get(ctx, c.ID, o.opts...)
		if err == nil {
			c.Name, c.Skipped = group.Name, group.MembershipMethod == MembershipMethodDynamicAutomated
		}
		return err
	})
	var there []*offboardChange
	for i, c := range groups {
		if !errors.Is(errs[i], ErrNotFound) { // gone since it was listed
			c.Err = cmp.Or(c.Err, errs[i])
			there = append(there, c)
		}
	}
	return there
}

func (o *offboarding) handOver(ctx context.Context) []*offboardChange {
	reports := o.reports(ctx, []Condition{Filter("manager", Eq, o.user.ID)})
	if refused(reports) {
		reports = o.reports(ctx, nil) // the service does not take a filter on manager
	}
	return reports
}

func (o *offboarding) reports(ctx context.Context, filter []Condition) []*offboardChange {
	params := &SystemusersListParams{Filter: filter, Fields: []string{"manager", "username"}}
	return changesOf("user", o.client.Systemusers.All(ctx, params, o.opts...), func(report *Systemuser) *offboardChange {
		if !strings.EqualFold(report.Manager, o.user.ID) { // a filter that is not known could as well be ignored
			return nil
		}
		return &offboardChange{OffboardTarget{Kind: "user", ID: report.ID, Name: report.Username}, func(ctx context.Context) error {
			manager := o.params.ReportsTo
			if strings.EqualFold(report.ID, manager) { // goes on under the manager of who leaves
				user, err := o.client.Systemusers.Get(ctx, o.user.ID, nil, o.opts...)
				if err != nil {
					return err
				}
				if manager = user.Manager; strings.EqualFold(manager, report.ID) {
					manager = ""
				}
			}
			body := SystemuserUpdate{Manager: Null[string]()}
			if manager != "" {
				body.Manager = Set(manager)
			}
			_, err := o.client.Systemusers.Update(ctx, report.ID, body, nil, o.opts...)
			return err
		}}
	})
}

// changesOf makes the changes of a list, without those that are nil. What cannot be read is among them,
// as what is left: an object, or the list.
//
//go:noinline
func changesOf[P any](kind string, list iter.Seq2[P, error], change func(P) *offboardChange) (changes []*offboardChange) {
	for item, err := range list {
		c := &offboardChange{OffboardTarget: OffboardTarget{Kind: kind, Err: err}}
		var odd *DecodeError
		if errors.As(err, &odd) && odd.Index >= 0 {
			var object struct {
				ID  string
				ID1 string `json:"_id"`
				To  struct{ ID string }
			}
			_ = json.Unmarshal(odd.Body, &object) // as much as fits
			c.ID = cmp.Or(object.To.ID, object.ID, object.ID1)
		}
		if err == nil {
			if c = change(item); c == nil {
				continue
			}
			if c.ID == "" {
				c.Err = fmt.Errorf("jumpcloud: an object without an id: %w", ErrItem)
			}
		}
		changes = append(changes, c)
	}
	return changes
}

// refused reports whether a list is one that the service does not know.
func refused(list []*offboardChange) bool {
	return len(list) == 1 && errors.Is(list[0].Err, ErrBadRequest)
}
