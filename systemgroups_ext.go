package jumpcloud

import "context"

// Modify reads a group, lets change alter what of it can be written, and writes it back, as
// [UsergroupsService.Modify] does. It returns the group as written.
//
// It calls groups_system_get and groups_system_put.
func (s *SystemgroupsService) Modify(ctx context.Context, id string, change func(*SystemGroupUpdate), opts ...RequestOption) (*SystemGroup, error) {
	return modify(opts,
		func(opts ...RequestOption) (*SystemGroup, error) { return s.Get(ctx, id, opts...) },
		func(body SystemGroupUpdate, opts ...RequestOption) (*SystemGroup, error) {
			return s.Update(ctx, id, body, opts...)
		}, change)
}

func (g SystemGroupCreate) queryDSL() string { return queryDSL(g.MemberQuery) }
func (g SystemGroupUpdate) queryDSL() string { return queryDSL(g.MemberQuery) }
