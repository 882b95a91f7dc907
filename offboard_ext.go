package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// OffboardParams tune [SystemusersService.Offboard].
type OffboardParams struct {
	// ReportsTo is the id of the user who becomes the manager of those who report to the user. With
	// "" their manager is cleared. One who reports to the user too goes on under the user's own
	// manager.
	ReportsTo string
	// ResetMFA also resets the user's multi-factor authentication.
	ResetMFA bool
	// Concurrency is how many changes of one step are sent at a time. Default: 4.
	Concurrency int
}

// OffboardStep is what became of one step.
type OffboardStep struct {
	Name    string // such as "suspend"
	Changed int    // how many changes were made; 0 where there was nothing left to do
	Skipped int    // memberships that follow from a group's rule, and end with what the rule looks at
	Err     error  // why it is not complete
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
// The user is not deleted. A step that fails does not keep the next ones from being tried: every
// step's outcome is returned, in order, and the error joins theirs. Running it again does what was
// left. Memberships of groups with automated rules are skipped, because their rule would bring them
// back.
//
// It calls systemusers_put, systemusers_expire, systemusers_resetmfa, sshkey_list, sshkey_delete,
// graph_userAssociationsList, graph_userAssociationsPost, graph_userMemberOf, groups_user_get,
// graph_userGroupMembersPost and systemusers_list.
func (s *SystemusersService) Offboard(ctx context.Context, id string, params OffboardParams, opts ...RequestOption) ([]OffboardStep, error) {
	if id == "" { // whose reports would be everybody without a manager
		return nil, &ParamError{Param: "id", Problem: "is empty; name the user who leaves"}
	}
	if params.ReportsTo == id {
		return nil, &ParamError{Param: "ReportsTo", Problem: "is the user who leaves; name another manager, or none"}
	}
	set(&params.Concurrency, 4)
	o := offboarding{s.client, id, params, paced(opts)}
	steps := []struct {
		name string
		run  func(context.Context, *OffboardStep) error
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
	var failed []error
	for _, step := range steps {
		if step.name == "reset MFA" && !params.ResetMFA {
			continue
		}
		outcome := OffboardStep{Name: step.name}
		if outcome.Err = ctx.Err(); outcome.Err == nil {
			outcome.Err = step.run(ctx, &outcome)
		}
		outcomes = append(outcomes, outcome)
		if outcome.Err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", step.name, outcome.Err))
		}
		if step.name == "suspend" && errors.Is(outcome.Err, ErrNotFound) {
			break // there is no such user
		}
	}
	if len(failed) > 0 {
		return outcomes, fmt.Errorf("jumpcloud: offboard: %w", errors.Join(failed...))
	}
	return outcomes, nil
}

type offboarding struct {
	client *APIClient
	id     string
	params OffboardParams
	opts   []RequestOption
}

func (o offboarding) suspend(ctx context.Context, step *OffboardStep) error {
	user, err := o.client.Systemusers.Get(ctx, o.id, nil, o.opts...)
	if err != nil || user.State == UserStateSuspended && user.Suspended {
		return err
	}
	_, err = o.client.Systemusers.Suspend(ctx, o.id, o.opts...)
	return step.one(err)
}

func (o offboarding) expirePassword(ctx context.Context, step *OffboardStep) error {
	return step.one(o.client.Systemusers.ExpirePassword(ctx, o.id, o.opts...))
}

func (o offboarding) resetMFA(ctx context.Context, step *OffboardStep) error {
	return step.one(o.client.Systemusers.ResetMFA(ctx, o.id, ResetMFARequest{}, o.opts...))
}

func (step *OffboardStep) one(err error) error {
	if err == nil {
		step.Changed++
	}
	return err
}

func (o offboarding) removeSSHKeys(ctx context.Context, step *OffboardStep) error {
	keys, err := o.client.Systemusers.ListSSHKeys(ctx, o.id, o.opts...)
	if err != nil {
		return err
	}
	return each(ctx, o, step, keys, func(ctx context.Context, key *SSHKey) error {
		err := o.client.Systemusers.DeleteSSHKey(ctx, o.id, key.ID, o.opts...)
		if errors.Is(err, ErrNotFound) {
			return nil // gone since it was listed
		}
		return err
	})
}

// associable are the types that a user can be bound to directly.
func associable() []GraphType {
	return []GraphType{
		GraphTypeSystem, GraphTypeSystemGroup, GraphTypeApplication, GraphTypeLDAPServer, GraphTypeRADIUSServer,
		GraphTypeGSuite, GraphTypeOffice365, GraphTypeActiveDirectory, GraphTypeIDPRoutingPolicy, GraphTypePasswordManagerItem,
	}
}

func (o offboarding) unbind(ctx context.Context, step *OffboardStep) error {
	var failed []error
	for _, target := range associable() { // one at a time, as JumpCloud's own client asks
		bound, err := Collect(o.client.Users.AllAssociations(ctx, o.id, []GraphType{target}, nil, o.opts...), 0)
		if errors.Is(err, ErrBadRequest) && (target == GraphTypeIDPRoutingPolicy || target == GraphTypePasswordManagerItem) {
			continue // newer types, which not every organization has
		}
		if err == nil {
			err = each(ctx, o, step, bound, func(ctx context.Context, c *GraphConnection) error {
				return o.client.Users.Unbind(ctx, o.id, c.To.Type, c.To.ID, o.opts...)
			})
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func (o offboarding) leaveGroups(ctx context.Context, step *OffboardStep) error {
	groups, err := Collect(o.client.Users.AllMemberOf(ctx, o.id, nil, o.opts...), 0)
	if err != nil {
		return err
	}
	groups = slices.DeleteFunc(groups, func(group *GraphObjectWithPaths) bool {
		return len(group.Paths) > 0 && !group.Direct() // ends with the membership of a group within it
	})
	return each(ctx, o, step, groups, func(ctx context.Context, group *GraphObjectWithPaths) error {
		full, err := o.client.Usergroups.Get(ctx, group.ID, o.opts...)
		switch {
		case errors.Is(err, ErrNotFound):
			return nil // gone since it was listed
		case err != nil:
			return err
		case full.MembershipMethod == MembershipMethodDynamicAutomated:
			return errSkipped
		}
		return o.client.Usergroups.RemoveMember(ctx, group.ID, o.id, o.opts...)
	})
}

func (o offboarding) handOver(ctx context.Context, step *OffboardStep) error {
	reports, err := o.reports(ctx, []Condition{Filter("manager", Eq, o.id)})
	if errors.Is(err, ErrBadRequest) {
		reports, err = o.reports(ctx, nil) // the service does not take a filter on manager
	}
	if err != nil {
		return err
	}
	manager := o.params.ReportsTo
	above := "" // who the new manager reports to from now on, if that was the user
	if slices.Contains(reports, manager) {
		user, err := o.client.Systemusers.Get(ctx, o.id, nil, forReading(o.opts)...)
		if err != nil {
			return err
		}
		if user.Manager != manager {
			above = user.Manager
		}
	}
	return each(ctx, o, step, reports, func(ctx context.Context, report string) error {
		to := manager
		if report == manager {
			to = above
		}
		body := SystemuserUpdate{Manager: Null[string]()}
		if to != "" {
			body.Manager = Set(to)
		}
		_, err := o.client.Systemusers.Update(ctx, report, body, nil, o.opts...)
		return err
	})
}

func (o offboarding) reports(ctx context.Context, filter []Condition) (ids []string, err error) {
	params := &SystemusersListParams{Filter: filter, Fields: []string{"manager"}}
	for user, err := range o.client.Systemusers.All(ctx, params, o.opts...) {
		if err != nil {
			return nil, err
		}
		if user.Manager == o.id { // a filter that is not known could as well be ignored
			ids = append(ids, user.ID)
		}
	}
	return ids, nil
}

// errSkipped stands for a change that is not to be made.
var errSkipped = errors.New("skipped")

// each makes the changes of a step, several at a time, and counts them.
func each[T any](ctx context.Context, o offboarding, step *OffboardStep, items []T, change func(context.Context, T) error) error {
	errs := forEach(ctx, o.params.Concurrency, items, change)
	for i, err := range errs {
		switch err {
		case nil:
			step.Changed++
		case errSkipped:
			step.Skipped++
			errs[i] = nil
		}
	}
	return errors.Join(errs...)
}
