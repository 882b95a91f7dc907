package jumpcloud

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// UserAccess is everything that a user reaches, by kind. Each object has its paths: all that must be
// removed to take the access away. Direct tells bindings of the user's own from those through
// groups.
type UserAccess struct {
	UserID            string
	Groups            []*GraphObjectWithPaths // the user groups the user is in, which the paths go through
	ActiveDirectories []*GraphObjectWithPaths
	Applications      []*GraphObjectWithPaths
	Directories       []*GraphObjectWithPaths // directories of every kind, those of the other fields too
	GSuites           []*GraphObjectWithPaths
	LDAPServers       []*GraphObjectWithPaths
	Office365s        []*GraphObjectWithPaths
	RADIUSServers     []*GraphObjectWithPaths
	Systems           []*GraphObjectWithPaths
	SystemGroups      []*GraphObjectWithPaths
}

// All yields every object that the user reaches, once, sorted by kind; the groups are not among
// them.
//
//go:noinline
func (a *UserAccess) All() iter.Seq[*GraphObjectWithPaths] {
	return func(yield func(*GraphObjectWithPaths) bool) {
		seen := map[string]bool{}
		for _, objects := range [...][]*GraphObjectWithPaths{
			a.ActiveDirectories, a.Applications, a.GSuites, a.LDAPServers, a.Office365s, a.RADIUSServers, a.Systems, a.SystemGroups, a.Directories,
		} {
			for _, object := range objects {
				if key := string(object.Type) + " " + object.ID; !seen[key] {
					seen[key] = true
					if !yield(object) {
						return
					}
				}
			}
		}
	}
}

// Access collects what a user reaches, through the nine traversals and the groups at once. It is
// whole or an error: that of the first part that fails, which ends the others. Under a rate limit the
// parts wait for each other. It changes nothing.
//
// It calls graph_userMemberOf and the nine operations graph_userTraverse….
func (s *UsersService) Access(ctx context.Context, userID string, opts ...RequestOption) (*UserAccess, error) {
	access := &UserAccess{UserID: userID}
	opts = paced(opts)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type part struct {
		into *[]*GraphObjectWithPaths
		walk iter.Seq2[*GraphObjectWithPaths, error]
	}
	parts := []part{
		{&access.Groups, s.AllMemberOf(ctx, userID, nil, opts...)},
		{&access.ActiveDirectories, s.AllActiveDirectories(ctx, userID, nil, opts...)},
		{&access.Applications, s.AllApplications(ctx, userID, nil, opts...)},
		{&access.Directories, s.AllDirectories(ctx, userID, nil, opts...)},
		{&access.GSuites, s.AllGSuites(ctx, userID, nil, opts...)},
		{&access.LDAPServers, s.AllLDAPServers(ctx, userID, nil, opts...)},
		{&access.Office365s, s.AllOffice365s(ctx, userID, nil, opts...)},
		{&access.RADIUSServers, s.AllRADIUSServers(ctx, userID, nil, opts...)},
		{&access.Systems, s.AllSystems(ctx, userID, nil, opts...)},
		{&access.SystemGroups, s.AllSystemGroups(ctx, userID, nil, opts...)},
	}
	errs := forEach(ctx, len(parts), parts, func(_ context.Context, p part) (err error) {
		if *p.into, err = Collect(p.walk, 0); err != nil {
			cancel()
		}
		return err
	})
	// The error that ended the others, not theirs.
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if i := slices.IndexFunc(errs, func(err error) bool {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, ErrNotAttempted)
	}); i >= 0 {
		return nil, errs[i]
	}
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return access, nil
}
