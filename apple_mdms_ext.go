package jumpcloud

import (
	"context"
	"iter"
	"strings"
)

// GetByID gets the Apple MDM with an id. The service has no such operation, so that it is looked for among
// all, of which most organizations have one. None is [ErrNotFound].
//
// It calls applemdms_list.
func (s *AppleMDMsService) GetByID(ctx context.Context, id string, opts ...RequestOption) (*AppleMDM, error) {
	return lookUp("id", id, func(...Condition) iter.Seq2[*AppleMDM, error] { return s.All(ctx, nil, opts...) },
		func(m *AppleMDM) bool { return strings.EqualFold(m.ID, id) })
}
