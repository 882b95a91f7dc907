package jumpcloud

import (
	"context"
	"slices"
)

// Update returns the group as the body of [UsergroupsService.Update], with every field that can be
// written. That operation replaces the whole group: what its body leaves out is reset. Use a group
// that was read with Get, never one from a list, whose items lack attributes.
func (g UserGroup) Update() UserGroupUpdate {
	body := UserGroupUpdate{
		Name:                    g.Name,
		Description:             Set(g.Description),
		Email:                   Set(g.Email),
		MemberSuggestionsNotify: Set(g.MemberSuggestionsNotify),
	}
	if g.MembershipMethod != "" {
		body.MembershipMethod = Set(g.MembershipMethod)
	}
	if g.Attributes != nil {
		body.Attributes = Set(g.Attributes.Input())
	}
	if g.MemberQuery != nil {
		body.MemberQuery = Set(*g.MemberQuery)
	}
	if g.MemberQueryExemptions != nil {
		body.MemberQueryExemptions = make([]GraphObjectInput, len(g.MemberQueryExemptions))
		for i, exemption := range g.MemberQueryExemptions {
			body.MemberQueryExemptions[i] = exemption.Input()
		}
	}
	return body
}

// Modify reads a group, lets change alter what of it can be written, and writes it back, so that the
// full replace loses nothing: keys that this package does not know are written as they were read, inside
// attributes and lists too. An item of a list that change alters is known again by its id, its name or
// its place. Somebody else's change between the two requests is overwritten: the service has no way to
// notice it. It returns the group as written.
//
//	client.Usergroups.Modify(ctx, id, func(g *jumpcloud.UserGroupUpdate) {
//		g.Description = jumpcloud.Set("On call this month")
//	})
//
// It calls groups_user_get and groups_user_put.
func (s *UsergroupsService) Modify(ctx context.Context, id string, change func(*UserGroupUpdate), opts ...RequestOption) (*UserGroup, error) {
	return modify(opts,
		func(opts ...RequestOption) (*UserGroup, error) { return s.Get(ctx, id, opts...) },
		func(body UserGroupUpdate, opts ...RequestOption) (*UserGroup, error) {
			return s.Update(ctx, id, body, opts...)
		},
		func(body *UserGroupUpdate) {
			body.MembershipAutomated = Opt[bool]{} // it is withdrawn, and would contradict a new method
			change(body)
		})
}

// forReading are the options for the read before a write: those about the body are not for it.
func forReading(opts []RequestOption) []RequestOption {
	return append(slices.Clone(opts), func(r *request) { r.fields = nil })
}

func (g UserGroupCreate) queryDSL() string { return queryDSL(g.MemberQuery) }
func (g UserGroupUpdate) queryDSL() string { return queryDSL(g.MemberQuery) }
