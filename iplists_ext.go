package jumpcloud

import (
	"context"
	"iter"
)

// GetByName gets the IP list with exactly this name. None is [ErrNotFound], several are [ErrTooMany].
//
// It calls iplists_list, and reads all: which fields that list filters by is not known.
func (s *IPListsService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*IPList, error) {
	return lookUp("name", name, func(...Condition) iter.Seq2[*IPList, error] {
		return s.All(ctx, nil, opts...)
	}, func(l *IPList) bool { return l.Name == name })
}

// Modify reads an IP list, lets change alter what of it can be written, and writes it back, so that the
// full replace loses no address: see [UsergroupsService.Modify]. It returns the list as written.
//
//	client.IPLists.Modify(ctx, id, func(l *jumpcloud.IPListRequest) {
//		l.IPs = append(l.IPs, "192.0.2.0/24")
//	})
//
// It calls iplists_get and iplists_put.
func (s *IPListsService) Modify(ctx context.Context, id string, change func(*IPListRequest), opts ...RequestOption) (*IPList, error) {
	return modify(opts,
		func(opts ...RequestOption) (*IPList, error) { return s.Get(ctx, id, opts...) },
		func(body IPListRequest, opts ...RequestOption) (*IPList, error) {
			return s.Update(ctx, id, body, opts...)
		},
		change)
}
