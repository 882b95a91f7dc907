package jumpcloud

import (
	"context"
	"iter"
)

// GetByName gets the policy group with exactly this name. None is [ErrNotFound].
//
// It calls groups_policy_list and groups_policy_get.
func (s *PolicygroupsService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*PolicyGroup, error) {
	group, err := lookUp("name", name, func(exact ...Condition) iter.Seq2[*PolicyGroup, error] {
		return s.All(ctx, &PolicygroupsListParams{Filter: exact}, opts...)
	}, func(g *PolicyGroup) bool { return g.Name == name })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, group.ID, opts...)
}

// AddMember adds a policy to a group, as [UsergroupsService.AddMember] does a user.
//
// It calls graph_policyGroupMembersPost.
func (s *PolicygroupsService) AddMember(ctx context.Context, groupID, policyID string, opts ...RequestOption) error {
	return manage(s.ManageMembers).addMember(ctx, groupID, GraphTypePolicy, policyID, opts)
}

// RemoveMember removes a policy from a group, as [UsergroupsService.RemoveMember] does a user.
//
// It calls graph_policyGroupMembersPost.
func (s *PolicygroupsService) RemoveMember(ctx context.Context, groupID, policyID string, opts ...RequestOption) error {
	return manage(s.ManageMembers).unbind(ctx, groupID, GraphTypePolicy, policyID, opts)
}

// SyncMembers makes the policy ids in want the members of a group, as [UsergroupsService.SyncMembers] does
// user ids.
//
// It calls graph_policyGroupMembersList and graph_policyGroupMembersPost.
func (s *PolicygroupsService) SyncMembers(ctx context.Context, groupID string, want []string, params SyncParams, opts ...RequestOption) (*SyncResult, error) {
	opts = paced(opts)
	return syncGraph(ctx, "members", want, params, func() error { return nil },
		s.AllMembers(ctx, groupID, nil, opts...),
		func(ctx context.Context, op GraphOp, id string) error {
			if op == GraphOpAdd {
				return s.AddMember(ctx, groupID, id, opts...)
			}
			return s.RemoveMember(ctx, groupID, id, opts...)
		})
}
