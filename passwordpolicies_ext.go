package jumpcloud

import (
	"context"
	"errors"
)

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
			if err != nil {
				return nil, err
			}
			if read.Policy == nil { // also where it is no policy at all, because its id may be empty
				return nil, errors.New("jumpcloud: the password policy cannot be written back: it has no rules")
			}
			for _, group := range read.Groups {
				if group.GroupID == "" {
					return nil, errors.New("jumpcloud: the password policy cannot be written back: a group in it has no id")
				}
				groups = append(groups, group.GroupID)
			}
			return read, nil
		},
		func(body PasswordPolicyUpdate, opts ...RequestOption) (*PasswordPolicyResponse, error) {
			return s.Update(ctx, id, body, opts...)
		},
		func(body *PasswordPolicyUpdate) {
			body.GroupIDs = groups
			change(body)
		})
}
