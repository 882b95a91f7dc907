package jumpcloud

import "context"

// Modify reads the organization's own mail of a type, lets change alter its texts, and writes all of them
// back: see [UsergroupsService.Modify]. It returns the mail as written.
//
//	client.CustomEmails.Modify(ctx, jumpcloud.CustomEmailTypePasswordExpiration, func(m *jumpcloud.CustomEmailInput) {
//		m.Subject = "Your password ends soon"
//	})
//
// It calls customEmails_read and customEmails_update.
func (s *CustomEmailsService) Modify(ctx context.Context, emailType CustomEmailType, change func(*CustomEmailInput), opts ...RequestOption) (*CustomEmail, error) {
	return modify(opts,
		func(opts ...RequestOption) (*CustomEmail, error) { return s.Get(ctx, emailType, opts...) },
		func(body CustomEmailInput, opts ...RequestOption) (*CustomEmail, error) {
			return s.Update(ctx, emailType, body, opts...)
		},
		change)
}
