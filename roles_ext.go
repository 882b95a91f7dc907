package jumpcloud

import (
	"context"
	"iter"
)

// GetByName gets the role with exactly this name, JumpCloud's own among them. None is [ErrNotFound].
//
// It calls roles_list, and reads all: which fields that list filters by is not known.
func (s *RolesService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*Role, error) {
	return lookUp("name", name, func(...Condition) iter.Seq2[*Role, error] {
		return s.All(ctx, nil, opts...)
	}, func(r *Role) bool { return r.Name == name })
}

// Modify reads a role, lets change alter what of it can be written, and writes it back, so that the full
// replace takes no scope away: see [UsergroupsService.Modify]. It returns the role as written.
//
//	client.Roles.Modify(ctx, id, func(r *jumpcloud.RoleUpdate) {
//		r.Scopes = append(r.Scopes, "users.readonly")
//	})
//
// It calls roles_get and roles_update.
func (s *RolesService) Modify(ctx context.Context, id string, change func(*RoleUpdate), opts ...RequestOption) (*Role, error) {
	return modify(opts,
		func(opts ...RequestOption) (*Role, error) { return s.Get(ctx, id, opts...) },
		func(body RoleUpdate, opts ...RequestOption) (*Role, error) { return s.Update(ctx, id, body, opts...) },
		change)
}
