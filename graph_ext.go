package jumpcloud

import (
	"context"
	"errors"
	"fmt"
)

// Direct reports whether one of the paths is a single hop, that is, whether the object is bound
// itself and not only through a group.
func (o GraphObjectWithPaths) Direct() bool {
	for _, path := range o.Paths {
		if len(path) == 1 {
			return true
		}
	}
	return false
}

// BindParams are the attributes of a binding. Sudo has a meaning for systems and groups of systems.
type BindParams struct {
	// Sudo makes the user an administrator of the system, or takes that away.
	Sudo bool
	// SudoWithoutPassword lets sudo not ask for the password. It needs Sudo.
	SudoWithoutPassword bool
	// Attributes are other keys of the binding's attributes.
	Attributes map[string]any
}

func (p *BindParams) attributes() map[string]any {
	if p == nil {
		return nil
	}
	attributes := map[string]any{"sudo": map[string]bool{"enabled": p.Sudo, "withoutPassword": p.SudoWithoutPassword}}
	for key, value := range p.Attributes {
		attributes[key] = value
	}
	return attributes
}

// manage is ManageMembers or one of the ManageAssociations.
type manage func(ctx context.Context, id string, body GraphOperation, opts ...RequestOption) error

func (m manage) bind(ctx context.Context, id string, targetType GraphType, targetID string, params *BindParams, opts []RequestOption) error {
	if params != nil && params.SudoWithoutPassword && !params.Sudo {
		return &ParamError{Param: "SudoWithoutPassword", Problem: "needs Sudo"}
	}
	body := GraphOperation{Op: GraphOpAdd, Type: targetType, ID: targetID, Attributes: params.attributes()}
	err := m.send(ctx, id, body, ErrConflict, opts)
	if err == errAlready && params != nil {
		body.Op = GraphOpUpdate // the binding is there, with attributes that may differ
		return m.send(ctx, id, body, nil, opts)
	}
	return ignoreAlready(err)
}

func (m manage) unbind(ctx context.Context, id string, targetType GraphType, targetID string, opts []RequestOption) error {
	body := GraphOperation{Op: GraphOpRemove, Type: targetType, ID: targetID}
	return ignoreAlready(m.send(ctx, id, body, ErrNotFound, opts))
}

// errAlready stands for an answer which says that there was nothing to do.
var errAlready = errors.New("already so")

func (m manage) send(ctx context.Context, id string, body GraphOperation, already error, opts []RequestOption) error {
	switch "" {
	case body.ID:
		return &ParamError{Param: "targetID", Problem: "is empty; name the object to bind or unbind"}
	case string(body.Type):
		return &ParamError{Param: "targetType", Problem: "is empty; use one of the GraphType constants"}
	}
	err := m(ctx, id, body, opts...)
	if already != nil && errors.Is(err, already) {
		return errAlready
	}
	return err
}

func ignoreAlready(err error) error {
	if err == errAlready {
		return nil
	}
	return err
}

// Bind binds a user to a system, application, directory or other target, directly. A binding that is
// there already is success, and takes the attributes of params; nil params leave them alone.
//
// It calls graph_userAssociationsPost.
func (s *UsersService) Bind(ctx context.Context, userID string, targetType GraphType, targetID string, params *BindParams, opts ...RequestOption) error {
	return manage(s.ManageAssociations).bind(ctx, userID, targetType, targetID, params, opts)
}

// Unbind removes the direct binding of a user to a target. One that is not there is success; so is,
// because the service does not tell them apart, a user that does not exist. Access through groups
// stays: see [GraphObjectWithPaths].
//
// It calls graph_userAssociationsPost.
func (s *UsersService) Unbind(ctx context.Context, userID string, targetType GraphType, targetID string, opts ...RequestOption) error {
	return manage(s.ManageAssociations).unbind(ctx, userID, targetType, targetID, opts)
}

// Bind binds a group to a target, as [UsersService.Bind] does for a user.
//
// It calls graph_userGroupAssociationsPost.
func (s *UsergroupsService) Bind(ctx context.Context, groupID string, targetType GraphType, targetID string, params *BindParams, opts ...RequestOption) error {
	return manage(s.ManageAssociations).bind(ctx, groupID, targetType, targetID, params, opts)
}

// Unbind removes the binding of a group to a target, as [UsersService.Unbind] does for a user.
//
// It calls graph_userGroupAssociationsPost.
func (s *UsergroupsService) Unbind(ctx context.Context, groupID string, targetType GraphType, targetID string, opts ...RequestOption) error {
	return manage(s.ManageAssociations).unbind(ctx, groupID, targetType, targetID, opts)
}

// AddMember adds a user to a group. A member that is there already is success; [ErrNotFound] says that
// the group or the user is not there.
//
// It calls graph_userGroupMembersPost.
func (s *UsergroupsService) AddMember(ctx context.Context, groupID, userID string, opts ...RequestOption) error {
	err := manage(s.ManageMembers).bind(ctx, groupID, GraphTypeUser, userID, nil, opts)
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("jumpcloud: the group or the user is not there: %w", err)
	}
	return err
}

// RemoveMember removes a user from a group. One that is no member is success; so is, because the
// service does not tell them apart, a group that does not exist.
//
// It calls graph_userGroupMembersPost.
func (s *UsergroupsService) RemoveMember(ctx context.Context, groupID, userID string, opts ...RequestOption) error {
	return manage(s.ManageMembers).unbind(ctx, groupID, GraphTypeUser, userID, opts)
}
