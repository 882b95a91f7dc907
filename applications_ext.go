package jumpcloud

import (
	"context"
	"iter"
)

// GetByName gets the application that administrators call by exactly this name: its DisplayLabel. Name is
// that of the connector, which several applications may share, and is not looked at. None is
// [ErrNotFound], several are [ErrTooMany].
//
// It calls applications_list and applications_get.
func (s *ApplicationsService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*Application, error) {
	application, err := lookUp("displayLabel", name, func(exact ...Condition) iter.Seq2[*Application, error] {
		return s.All(ctx, &ApplicationsListParams{Filter: exact, Fields: []string{"_id", "displayLabel"}}, opts...)
	}, func(a *Application) bool { return a.DisplayLabel == name })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, application.ID, opts...)
}

// Modify reads an application, lets change alter what of it can be written, and writes it back, so that
// the full replace loses no setting: see [UsergroupsService.Modify]. It returns the application as written.
//
//	client.Applications.Modify(ctx, id, func(a *jumpcloud.ApplicationInput) {
//		a.DisplayLabel = jumpcloud.Set("Payroll")
//	})
//
// It calls applications_get and applications_put.
func (s *ApplicationsService) Modify(ctx context.Context, id string, change func(*ApplicationInput), opts ...RequestOption) (*Application, error) {
	return modify(opts,
		func(opts ...RequestOption) (*Application, error) { return s.Get(ctx, id, opts...) },
		func(body ApplicationInput, opts ...RequestOption) (*Application, error) {
			return s.Update(ctx, id, body, opts...)
		},
		change)
}
