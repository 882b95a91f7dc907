package jumpcloud

import (
	"context"
	"fmt"
)

// ErrTooManyRemovals matches the refusal of a sync that would remove more than its limit.
var ErrTooManyRemovals = newSentinel("more removals than the limit allows")

// SyncParams tune [UsergroupsService.SyncMembers] and [UsergroupsService.SyncBindings]. A zero field
// means its default.
type SyncParams struct {
	// MaxRemovals is how many removals are allowed: with more, nothing is changed at all. Default: a
	// quarter of what is there, but at least 5. Set(0) allows none.
	MaxRemovals Opt[int]
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

// SyncFailure is a change that was not made, or of which it is not known.
type SyncFailure struct {
	ID  string
	Op  GraphOp
	Err error
}

// SyncMembers makes the user ids in want the direct members of a group: it reads the members once,
// adds who is missing, then removes who is not wanted, several at a time. It makes no other writes,
// so running it again does what is left.
//
// A sync that would remove more than the limit changes nothing and fails with
// [ErrTooManyRemovals]: an empty or cut source must not empty a group. The result holds the plan
// even then. Changes that fail do not stop the others; the result names them, and the error joins
// theirs.
//
// It calls graph_userGroupMembersList and graph_userGroupMembersPost.
func (s *UsergroupsService) SyncMembers(ctx context.Context, groupID string, want []string, params SyncParams, opts ...RequestOption) (*SyncResult, error) {
	opts = paced(opts)
	return syncGraph(ctx, "members", want, params,
		s.AllMembers(ctx, groupID, nil, opts...),
		func(ctx context.Context, op GraphOp, id string) error {
			if op == GraphOpAdd {
				return s.AddMember(ctx, groupID, id, opts...)
			}
			return s.RemoveMember(ctx, groupID, id, opts...)
		})
}

// SyncBindings makes the ids in want the targets of one type that a group is bound to, as
// [UsergroupsService.SyncMembers] does for members. Bindings that stay keep their attributes.
//
// It calls graph_userGroupAssociationsList and graph_userGroupAssociationsPost.
func (s *UsergroupsService) SyncBindings(ctx context.Context, groupID string, targetType GraphType, want []string, params SyncParams, opts ...RequestOption) (*SyncResult, error) {
	opts = paced(opts)
	return syncGraph(ctx, "bindings", want, params,
		s.AllAssociations(ctx, groupID, []GraphType{targetType}, nil, opts...),
		func(ctx context.Context, op GraphOp, id string) error {
			if op == GraphOpAdd {
				return s.Bind(ctx, groupID, targetType, id, nil, opts...)
			}
			return s.Unbind(ctx, groupID, targetType, id, opts...)
		})
}

func syncGraph(ctx context.Context, what string, want []string, params SyncParams, connections func(func(*GraphConnection, error) bool), change func(context.Context, GraphOp, string) error) (*SyncResult, error) {
	wanted := make(map[string]bool, len(want))
	for i, id := range want {
		if id == "" {
			return nil, &ParamError{Param: "want", Problem: fmt.Sprintf("element %d is empty", i)}
		}
		wanted[id] = true
	}
	result, there := &SyncResult{}, map[string]bool{}
	for connection, err := range connections {
		if err != nil {
			return nil, err // an object that cannot be read could be one to keep
		}
		id := connection.To.ID
		switch {
		case there[id]:
		case wanted[id]:
			result.Kept++
		default:
			result.Remove = append(result.Remove, id)
		}
		there[id] = true
	}
	for _, id := range want {
		if !there[id] {
			there[id] = true
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
	apply := func(op GraphOp, ids []string) (done []string) {
		errs := forEach(ctx, params.Concurrency, ids, func(ctx context.Context, id string) error { return change(ctx, op, id) })
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
	result.Added = apply(GraphOpAdd, result.Add)
	result.Removed = apply(GraphOpRemove, result.Remove)
	return result, join(fmt.Sprintf("jumpcloud: sync: %d of %d changes failed", len(failed), len(result.Add)+len(result.Remove)), failed)
}
