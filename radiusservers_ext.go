package jumpcloud

import (
	"context"
	"iter"
)

// GetByName gets the RADIUS server with exactly this name. None is [ErrNotFound], several are
// [ErrTooMany].
//
// It calls radius_servers_list.
func (s *RADIUSServersService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*RADIUSServer, error) {
	return lookUp("name", name, func(exact ...Condition) iter.Seq2[*RADIUSServer, error] {
		return s.All(ctx, &RADIUSServersListParams{Filter: exact}, opts...)
	}, func(r *RADIUSServer) bool { return r.Name == name })
}

// Modify reads a RADIUS server, lets change alter what of it can be written, and writes all of it back, its
// shared secret too, so that the full replace loses nothing: see [UsergroupsService.Modify]. It returns the
// server as written.
//
//	client.RADIUSServers.Modify(ctx, id, func(r *jumpcloud.RADIUSServerUpdate) {
//		r.MFA = jumpcloud.Set(jumpcloud.RADIUSMFARequired)
//	})
//
// It calls radius_servers_get and radius_servers_put.
func (s *RADIUSServersService) Modify(ctx context.Context, id string, change func(*RADIUSServerUpdate), opts ...RequestOption) (*RADIUSServerUpdateResult, error) {
	return modify(opts,
		func(opts ...RequestOption) (*RADIUSServer, error) { return s.Get(ctx, id, opts...) },
		func(body RADIUSServerUpdate, opts ...RequestOption) (*RADIUSServerUpdateResult, error) {
			return s.Update(ctx, id, body, opts...)
		},
		change)
}
