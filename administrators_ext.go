package jumpcloud

import (
	"context"
	"iter"
	"strings"
)

// GetByEmail gets the administrator with an e-mail address, without regard to case. Nobody is [ErrNotFound],
// several are [ErrTooMany].
//
// It calls administrators_list, and reads all: whether that list filters is not known.
func (s *AdministratorsService) GetByEmail(ctx context.Context, email string, opts ...RequestOption) (*AdministratorUser, error) {
	return lookUp("email", email, func(...Condition) iter.Seq2[*AdministratorUser, error] {
		return s.All(ctx, nil, opts...)
	}, func(a *AdministratorUser) bool { return strings.EqualFold(a.Email, email) })
}
