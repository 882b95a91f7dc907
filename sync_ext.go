package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// ErrTooManyRemovals matches the refusal of a sync that would remove more than its limit.
var ErrTooManyRemovals = newSentinel("more removals than the limit allows")

// SyncParams tune [UsergroupsService.SyncMembers] and [UsergroupsService.SyncBindings]. A zero field
// means its default.
type SyncParams struct {
	// MaxRemovals is how many removals are allowed: with more, nothing is changed at all. Default: a
	// quarter of what is there, but at least 5. Set(0) allows none.
	MaxRemovals Opt[int]
	// AllowEmpty lets the wanted list be empty. Without it, that is refused: a source that could not
	// be read, or a filter that matches nobody, looks the same. MaxRemovals holds all the same.
	AllowEmpty bool
	// DryRun returns the plan and changes nothing.
	DryRun bool
	// Concurrency is how many changes are sent at a time. Default: 4.
	Concurrency int
}

// SyncResult is what a sync planned and what became of it. Ids are in the order of the plan.
type SyncResult struct {
	Add    []string // to be added: wanted, but not there
	Remove []string // to be removed: there, but not wanted
	Kept   int      // there and wanted

	Added   []string // of Add, done
	Removed []string // of Remove, done
	Failed  []SyncFailure
}

// SyncFailure is a change that was not made, or of which it is not known. Err matches
// [ErrNotAttempted] where it was not tried.
type SyncFailure struct {
	ID  string
	Op  GraphOp
	Err error
}

// SyncMembers makes the user ids in want the direct members of a group: it reads the group and its
// members once, adds who is missing, then removes who is not wanted, several at a time. It makes no
// other writes, so running it again does what is left. Ids are compared without regard to case.
//
// It changes nothing, and says why, where the result could not be what is wanted: where the rule of
// the group decides (DYNAMIC_AUTOMATED), where want is empty and AllowEmpty is not set, where an object
// of the list cannot be read, which could be one to keep, and with more removals than the limit
// ([ErrTooManyRemovals]; the result holds the plan even then).
//
// Changes that fail do not stop the others, but when not one addition succeeds nobody is removed. It
// stops at the first 401 and at three refusals (403) in a row. The result names what was not done, what
// was not tried with an error that matches [ErrNotAttempted], and the error joins the causes, each
// once. Under a rate limit the changes wait for each other; give the context a deadline to bound that.
//
// It calls groups_user_get, graph_userGroupMembersList and graph_userGroupMembersPost.
func (s *UsergroupsService) SyncMembers(ctx context.Context, groupID string, want []string, params SyncParams, opts ...RequestOption) (*SyncResult, error) {
	opts = paced(opts)
	check := func() error {
		group, err := s.Get(ctx, groupID, opts...)
		if err != nil {
			return err
		}
		return byHand(group.MembershipMethod)
	}
	return syncGraph(ctx, "members", want, params, check,
		s.AllMembers(ctx, groupID, nil, opts...),
		func(ctx context.Context, op GraphOp, id string) error {
			if op == GraphOpAdd {
				return s.AddMember(ctx, groupID, id, opts...)
			}
			return s.RemoveMember(ctx, groupID, id, opts...)
		})
}

// SyncBindings makes the ids in want the targets of one type that a group is bound to, as
// [UsergroupsService.SyncMembers] does for members, whatever decides about those. Bindings that stay
// keep their attributes.
//
// It calls graph_userGroupAssociationsList and graph_userGroupAssociationsPost.
func (s *UsergroupsService) SyncBindings(ctx context.Context, groupID string, targetType GraphType, want []string, params SyncParams, opts ...RequestOption) (*SyncResult, error) {
	opts = paced(opts)
	return syncGraph(ctx, "bindings", want, params, func() error { return nil },
		s.AllAssociations(ctx, groupID, []GraphType{targetType}, nil, opts...),
		func(ctx context.Context, op GraphOp, id string) error {
			if op == GraphOpAdd {
				return s.Bind(ctx, groupID, targetType, id, nil, opts...)
			}
			return s.Unbind(ctx, groupID, targetType, id, opts...)
		})
}

// isNullItem reports whether a walk met a row that is null, which stands for an object that is gone.
func isNullItem(err error) bool {
	var odd *DecodeError
	return errors.As(err, &odd) && odd.Index >= 0 && string(odd.Body) == "null"
}

// SyncMembers makes the system ids in want the direct members of a group, as
// [UsergroupsService.SyncMembers] does user ids.
//
// It calls groups_system_get, graph_systemGroupMembersList and graph_systemGroupMembersPost.
func (s *SystemgroupsService) SyncMembers(ctx context.Context, groupID string, want []string, params SyncParams, opts ...RequestOption) (*SyncResult, error) {
	opts = paced(opts)
	check := func() error {
		group, err := s.Get(ctx, groupID, opts...)
		if err != nil {
			return err
		}
		return byHand(group.MembershipMethod)
	}
	return syncGraph(ctx, "members", want, params, check,
		s.AllMembers(ctx, groupID, nil, opts...),
		func(ctx context.Context, op GraphOp, id string) error {
			if op == GraphOpAdd {
				return s.AddMember(ctx, groupID, id, opts...)
			}
			return s.RemoveMember(ctx, groupID, id, opts...)
		})
}

// SyncBindings makes the ids in want the targets of one type that a group of systems is bound to, as
// [UsergroupsService.SyncBindings] does for a group of users.
//
// It calls graph_systemGroupAssociationsList and graph_systemGroupAssociationsPost.
func (s *SystemgroupsService) SyncBindings(ctx context.Context, groupID string, targetType GraphType, want []string, params SyncParams, opts ...RequestOption) (*SyncResult, error) {
	opts = paced(opts)
	bindings := s.client.manageAssociations(GraphTypeSystemGroup)
	return syncGraph(ctx, "bindings", want, params, func() error { return nil },
		s.AllAssociations(ctx, groupID, []GraphType{targetType}, nil, opts...),
		func(ctx context.Context, op GraphOp, id string) error {
			if op == GraphOpAdd {
				return bindings.bind(ctx, groupID, targetType, id, nil, opts)
			}
			return bindings.unbind(ctx, groupID, targetType, id, opts)
		})
}

// byHand refuses a group whose members are not chosen by hand.
func byHand(method MembershipMethod) error {
	if method == MembershipMethodDynamicAutomated {
		return &ParamError{Param: "groupID", Problem: "names a group whose rule decides who its members are (DYNAMIC_AUTOMATED); change its MemberQuery, or its MembershipMethod"}
	}
	return nil
}

func syncGraph(ctx context.Context, what string, want []string, params SyncParams, check func() error, connections func(func(*GraphConnection, error) bool), change func(context.Context, GraphOp, string) error) (*SyncResult, error) {
	if len(want) == 0 && !params.AllowEmpty {
		return nil, &ParamError{Param: "want", Problem: "is empty, so that all " + what + " would be removed; where that is meant, set AllowEmpty"}
	}
	wanted := make(map[string]bool, len(want))
	for i, id := range want {
		if id == "" {
			return nil, &ParamError{Param: "want", Problem: fmt.Sprintf("element %d is empty", i)}
		}
		wanted[strings.ToLower(id)] = true
	}
	if err := check(); err != nil {
		return nil, err
	}
	result, there := &SyncResult{}, map[string]bool{}
	for connection, err := range connections {
		if isNullItem(err) {
			continue
		}
		if err == nil && connection.To.ID == "" {
			err = fmt.Errorf("jumpcloud: sync: one of the %s has no id: %w", what, ErrItem)
		}
		if err != nil {
			return nil, err // an object that cannot be read could be one to keep
		}
		key := strings.ToLower(connection.To.ID)
		switch {
		case there[key]:
		case wanted[key]:
			result.Kept++
		default:
			result.Remove = append(result.Remove, connection.To.ID)
		}
		there[key] = true
	}
	for _, id := range want {
		if key := strings.ToLower(id); !there[key] {
			there[key] = true
			result.Add = append(result.Add, id)
		}
	}
	held := result.Kept + len(result.Remove)
	if limit := params.MaxRemovals.Or(max(held/4, 5)); len(result.Remove) > limit {
		return result, fmt.Errorf("jumpcloud: sync would remove %d of %d %s, more than %d, and changed nothing; check what is wanted, or raise MaxRemovals: %w",
			len(result.Remove), held, what, limit, ErrTooManyRemovals)
	}
	if params.DryRun {
		return result, nil
	}
	set(&params.Concurrency, 4)
	var failed []failure
	apply := func(op GraphOp, ids []string, make func(context.Context, string) error) (done []string) {
		errs := forEach(ctx, params.Concurrency, ids, make)
		for i, id := range ids {
			if errs[i] == nil {
				done = append(done, id)
				continue
			}
			result.Failed = append(result.Failed, SyncFailure{ID: id, Op: op, Err: errs[i]})
			failed = append(failed, failure{string(op) + " " + id, errs[i]})
		}
		return done
	}
	result.Added = apply(GraphOpAdd, result.Add, func(ctx context.Context, id string) error { return change(ctx, GraphOpAdd, id) })
	result.Removed = apply(GraphOpRemove, result.Remove, func(ctx context.Context, id string) error {
		if len(result.Add) > 0 && len(result.Added) == 0 {
			return fmt.Errorf("jumpcloud: %w, because not one of the additions succeeded", ErrNotAttempted)
		}
		return change(ctx, GraphOpRemove, id)
	})
	return result, join(fmt.Sprintf("jumpcloud: sync: %d of %d changes failed", len(failed), len(result.Add)+len(result.Remove)), failed)
}
