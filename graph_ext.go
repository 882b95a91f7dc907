package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Direct reports whether one of the paths is a single hop, that is, whether the object is bound
// itself and not only through a group.
func (o GraphObjectWithPaths) Direct() bool { return direct(o.Paths) }

// Direct is [GraphObjectWithPaths.Direct] for a command.
func (o CommandGraphObject) Direct() bool { return direct(o.Paths) }

func direct(paths [][]GraphConnection) bool {
	return slices.ContainsFunc(paths, func(path []GraphConnection) bool { return len(path) == 1 })
}

// Sudo reports whether the paths together make a user an administrator of the device, and whether sudo
// then asks for no password. It reads CompiledAttributes: the edge that says so may be any of a path.
func (o GraphObjectWithPaths) Sudo() (enabled, withoutPassword bool) {
	rights, _ := o.CompiledAttributes["sudo"].(map[string]any)
	enabled, _ = rights["enabled"].(bool)
	withoutPassword, _ = rights["withoutPassword"].(bool)
	return enabled, enabled && withoutPassword
}

// BindParams are the attributes of a binding. What is not set is not sent. Sudo has a meaning for
// systems and groups of systems.
type BindParams struct {
	// Sudo makes the user an administrator of the system, or takes that away.
	Sudo Opt[bool]
	// SudoWithoutPassword lets sudo not ask for the password. It needs Sudo, and goes with it: where Sudo
	// is set and this is not, sudo asks.
	SudoWithoutPassword Opt[bool]
	// Attributes are other keys of the binding's attributes.
	Attributes map[string]any
}

func (p *BindParams) attributes() map[string]any {
	if p == nil {
		return nil
	}
	if p.Sudo.IsZero() {
		return p.Attributes
	}
	attributes := map[string]any{ // the service wants both
		"sudo": map[string]bool{"enabled": p.Sudo.Or(false), "withoutPassword": p.SudoWithoutPassword.Or(false)},
	}
	maps.Copy(attributes, p.Attributes)
	return attributes
}

// graphNode says where the associations of a kind of objects are.
type graphNode struct {
	kind GraphType
	name string // in operation ids
	path string
}

// graphNodes are the kinds that have associations.
func graphNodes() []graphNode {
	return []graphNode{
		{GraphTypeUser, "user", "/v2/users/{user_id}"},
		{GraphTypeUserGroup, "userGroup", "/v2/usergroups/{group_id}"},
		{GraphTypeSystem, "system", "/v2/systems/{system_id}"},
		{GraphTypeSystemGroup, "systemGroup", "/v2/systemgroups/{group_id}"},
		{GraphTypeApplication, "application", "/v2/applications/{application_id}"},
		{GraphTypeCommand, "command", "/v2/commands/{command_id}"},
		{GraphTypePolicy, "policy", "/v2/policies/{policy_id}"},
		{GraphTypePolicyGroup, "policyGroup", "/v2/policygroups/{group_id}"},
		{GraphTypeLDAPServer, "ldapServer", "/v2/ldapservers/{ldapserver_id}"},
		{GraphTypeRADIUSServer, "radiusServer", "/v2/radiusservers/{radiusserver_id}"},
		{GraphTypeGSuite, "gSuite", "/v2/gsuites/{gsuite_id}"},
		{GraphTypeOffice365, "office365", "/v2/office365s/{office365_id}"},
		{GraphTypeActiveDirectory, "activeDirectory", "/v2/activedirectories/{activedirectory_id}"},
		{GraphTypeIDPRoutingPolicy, "idpRoutingPolicy", "/v2/identity-provider/policies/{idp_routing_policy_id}"},
		{GraphTypePasswordManagerItem, "passwordManagerItem", "/v2/passwordmanageritems/{passwordmanageritem_id}"},
	}
}

// associations begins a request for the associations of an object.
func (c *APIClient) associations(method, operation string, from GraphObject) *request {
	var kinds []string
	for _, node := range graphNodes() {
		if node.kind == from.Type {
			return c.request(method+" "+node.path+"/associations graph_"+node.name+operation, from.ID)
		}
		kinds = append(kinds, string(node.kind))
	}
	r := c.request(method + " /v2")
	r.refuse("from.Type", fmt.Sprintf("is %q, which has no associations; these have: %s", from.Type, strings.Join(kinds, ", ")))
	return r
}

// manage changes one edge: ManageMembers, or that of the associations of an object.
type manage func(ctx context.Context, id string, body GraphOperation, opts ...RequestOption) error

//go:noinline
func (c *APIClient) manageAssociations(kind GraphType) manage {
	return func(ctx context.Context, id string, body GraphOperation, opts ...RequestOption) error {
		r := c.associations(http.MethodPost, "AssociationsPost", GraphObject{Type: kind, ID: id})
		r.body(&body)
		r.graphOp(body.Op)
		return callNothing(ctx, r, opts)
	}
}

func (m manage) bind(ctx context.Context, id string, targetType GraphType, targetID string, params *BindParams, opts []RequestOption) error {
	if params != nil && !params.SudoWithoutPassword.IsZero() && (params.Sudo.IsZero() || params.SudoWithoutPassword.Or(false) && !params.Sudo.Or(false)) {
		return &ParamError{Param: "SudoWithoutPassword", Problem: "needs Sudo"}
	}
	body := GraphOperation{Op: GraphOpAdd, Type: targetType, ID: targetID, Attributes: params.attributes()}
	err := m.send(ctx, id, body, opts)
	if errors.Is(err, ErrConflict) {
		if err = nil; len(body.Attributes) > 0 {
			body.Op = GraphOpUpdate // the binding is there, with attributes that may differ
			err = m.send(ctx, id, body, opts)
		}
	}
	return err
}

func (m manage) unbind(ctx context.Context, id string, targetType GraphType, targetID string, opts []RequestOption) error {
	err := m.send(ctx, id, GraphOperation{Op: GraphOpRemove, Type: targetType, ID: targetID}, opts)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// send answers a conflict or a missing edge as what it is, after a lost answer too: what either means is
// for the caller to say.
func (m manage) send(ctx context.Context, id string, body GraphOperation, opts []RequestOption) error {
	switch "" {
	case body.ID:
		return &ParamError{Param: "targetID", Problem: "is empty; name the object to bind or unbind"}
	case string(body.Type):
		return &ParamError{Param: "targetType", Problem: "is empty; use one of the GraphType constants"}
	}
	return m(ctx, id, body, append(opts[:len(opts):len(opts)], func(r *request) { r.graph = "" })...)
}

// Bind binds an object to another, directly: a user or a user group to a system, an application or a
// directory, a policy or a command to a system, and so on. Of both it takes type and id. A binding that
// is there already is success, and takes the attributes of params, after a lost answer too; nil params
// leave them alone. from is of a type that has associations; another is a [ParamError] that names those
// that do. Whom a group has for members is no association: see [UsergroupsService.AddMember].
//
// It calls graph_userAssociationsPost, or the operation of the type of from that corresponds to it.
func (c *APIClient) Bind(ctx context.Context, from, to GraphObject, params *BindParams, opts ...RequestOption) error {
	return c.manageAssociations(from.Type).bind(ctx, from.ID, to.Type, to.ID, params, opts)
}

// Unbind removes the direct binding of an object to another, as [APIClient.Bind] makes it. One that is
// not there is success; so is, because the service does not tell them apart, an object that does not
// exist. Access through groups stays: see [GraphObjectWithPaths].
//
// It calls graph_userAssociationsPost, or the operation of the type of from that corresponds to it.
func (c *APIClient) Unbind(ctx context.Context, from, to GraphObject, opts ...RequestOption) error {
	return c.manageAssociations(from.Type).unbind(ctx, from.ID, to.Type, to.ID, opts)
}

// AllAssociations walks what an object is bound to directly, of the given types: all pages, in order,
// as [UsersService.AllAssociations] does. Ask for one type at a time where the answer need not be in
// one list; the service is known to answer that. from is as in [APIClient.Bind].
//
// It calls graph_userAssociationsList, or the operation of the type of from that corresponds to it, once
// for each page.
func (c *APIClient) AllAssociations(ctx context.Context, from GraphObject, targets []GraphType, opts ...RequestOption) iter.Seq2[*GraphConnection, error] {
	r := c.associations(http.MethodGet, "AssociationsList", from)
	requiredList(r, "targets", ",", targets, 0)
	r.paging(0, 0, 100)
	return callWalk[*GraphConnection](ctx, r, opts)
}

// Bind binds a user to a system, application, directory or other target: [APIClient.Bind] from a user.
//
// It calls graph_userAssociationsPost.
func (s *UsersService) Bind(ctx context.Context, userID string, targetType GraphType, targetID string, params *BindParams, opts ...RequestOption) error {
	return s.client.manageAssociations(GraphTypeUser).bind(ctx, userID, targetType, targetID, params, opts)
}

// Unbind removes the direct binding of a user to a target: [APIClient.Unbind] from a user.
//
// It calls graph_userAssociationsPost.
func (s *UsersService) Unbind(ctx context.Context, userID string, targetType GraphType, targetID string, opts ...RequestOption) error {
	return s.client.manageAssociations(GraphTypeUser).unbind(ctx, userID, targetType, targetID, opts)
}

// Bind binds a group to a target: [APIClient.Bind] from a user group.
//
// It calls graph_userGroupAssociationsPost.
func (s *UsergroupsService) Bind(ctx context.Context, groupID string, targetType GraphType, targetID string, params *BindParams, opts ...RequestOption) error {
	return s.client.manageAssociations(GraphTypeUserGroup).bind(ctx, groupID, targetType, targetID, params, opts)
}

// Unbind removes the binding of a group to a target: [APIClient.Unbind] from a user group.
//
// It calls graph_userGroupAssociationsPost.
func (s *UsergroupsService) Unbind(ctx context.Context, groupID string, targetType GraphType, targetID string, opts ...RequestOption) error {
	return s.client.manageAssociations(GraphTypeUserGroup).unbind(ctx, groupID, targetType, targetID, opts)
}

// AddMember adds a user to a group. A member that is there already is success; [ErrNotFound] says that
// the group or the user is not there. Where the rule of the group decides (DYNAMIC_AUTOMATED) the
// service's behaviour is not known, and a member whom the rule does not name may not stay: change what
// the rule looks at, or make the user one of the MemberQueryExemptions.
//
// It calls graph_userGroupMembersPost.
func (s *UsergroupsService) AddMember(ctx context.Context, groupID, userID string, opts ...RequestOption) error {
	return manage(s.ManageMembers).addMember(ctx, groupID, GraphTypeUser, userID, opts)
}

// RemoveMember removes a user from a group. One that is no member is success; so is, because the
// service does not tell them apart, a group that does not exist.
//
// It calls graph_userGroupMembersPost.
func (s *UsergroupsService) RemoveMember(ctx context.Context, groupID, userID string, opts ...RequestOption) error {
	return manage(s.ManageMembers).unbind(ctx, groupID, GraphTypeUser, userID, opts)
}

// AddMember adds a system to a group, as [UsergroupsService.AddMember] does a user.
//
// It calls graph_systemGroupMembersPost.
func (s *SystemgroupsService) AddMember(ctx context.Context, groupID, systemID string, opts ...RequestOption) error {
	return manage(s.ManageMembers).addMember(ctx, groupID, GraphTypeSystem, systemID, opts)
}

// RemoveMember removes a system from a group, as [UsergroupsService.RemoveMember] does a user.
//
// It calls graph_systemGroupMembersPost.
func (s *SystemgroupsService) RemoveMember(ctx context.Context, groupID, systemID string, opts ...RequestOption) error {
	return manage(s.ManageMembers).unbind(ctx, groupID, GraphTypeSystem, systemID, opts)
}

func (m manage) addMember(ctx context.Context, groupID string, kind GraphType, id string, opts []RequestOption) error {
	err := m.bind(ctx, groupID, kind, id, nil, opts)
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("jumpcloud: the group or the %s is not there: %w", kind, err)
	}
	return err
}
