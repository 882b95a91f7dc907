package jumpcloud

import "context"

// Modify reads a password policy, lets change alter its rules and the groups that it is for, and writes
// all of both back, so that none is lost: see [UsergroupsService.Modify]. It returns the policy as written.
//
//	client.PasswordPolicies.Modify(ctx, id, func(p *jumpcloud.PasswordPolicyUpdate) {
//		p.Policy.MinLength = jumpcloud.Set(14)
//	})
//
// It calls Policy_GetByID and Policy_Update.
func (s *PasswordPoliciesService) Modify(ctx context.Context, id string, change func(*PasswordPolicyUpdate), opts ...RequestOption) (*PasswordPolicyResponse, error) {
	groups := []string{} // read with their names, written as ids
	return modify(opts,
		func(opts ...RequestOption) (*PasswordPolicyResponse, error) {
			read, err := s.Get(ctx, id, opts...)
			if err == nil {
				for _, group := range read.Groups {
					groups = append(groups, group.GroupID)
				}
			}
			return read, err
		},
		func(body PasswordPolicyUpdate, opts ...RequestOption) (*PasswordPolicyResponse, error) {
			return s.Update(ctx, id, body, opts...)
		},
		func(body *PasswordPolicyUpdate) {
			body.GroupIDs = groups
			change(body)
		})
}
