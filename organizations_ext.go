package jumpcloud

import "context"

// Modify reads an organization, lets change alter its settings, and writes all of them back, those that
// this package does not know too: whether settings that are not sent stay is not known. Somebody else's
// change between the two is overwritten. It returns the organization as written.
//
//	client.Organizations.Modify(ctx, id, func(o *jumpcloud.OrganizationUpdate) {
//		settings, _ := o.Settings.Get()
//		settings.EmailDisclaimer = jumpcloud.Set("From the IT department")
//		o.Settings = jumpcloud.Set(settings)
//	})
//
// It calls organizations_get and organization_put.
func (s *OrganizationsService) Modify(ctx context.Context, id string, change func(*OrganizationUpdate), opts ...RequestOption) (*Organization, error) {
	return modify(opts,
		func(opts ...RequestOption) (*Organization, error) { return s.Get(ctx, id, nil, opts...) },
		func(body OrganizationUpdate, opts ...RequestOption) (*Organization, error) {
			return s.Update(ctx, id, body, opts...)
		},
		change, "settings")
}
