package jumpcloud

import (
	"context"
	"iter"
)

// GetByName gets the authentication policy with exactly this name. None is [ErrNotFound], several are
// [ErrTooMany].
//
// It calls authnpolicies_list, and reads all: which fields that list filters by is not known.
func (s *AuthenticationPoliciesService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*AuthnPolicy, error) {
	return lookUp("name", name, func(...Condition) iter.Seq2[*AuthnPolicy, error] {
		return s.All(ctx, nil, opts...)
	}, func(p *AuthnPolicy) bool { return p.Name == name })
}
