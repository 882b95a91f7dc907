package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
)

// GetByUsername gets the system user with a username, without regard to case; a user with exactly this
// spelling comes first. Nobody is [ErrNotFound], and several, who differ in case, are [ErrTooMany].
//
// It calls systemusers_list and, unless that finds the very spelling, search_systemusers_post.
func (s *SystemusersService) GetByUsername(ctx context.Context, username string, opts ...RequestOption) (*Systemuser, error) {
	return s.getBy(ctx, "username", username, opts, func(u *Systemuser) string { return u.Username })
}

// GetByEmail gets the system user with an e-mail address, as [SystemusersService.GetByUsername] does
// with a username.
//
// It calls systemusers_list and, unless that finds the very spelling, search_systemusers_post.
func (s *SystemusersService) GetByEmail(ctx context.Context, email string, opts ...RequestOption) (*Systemuser, error) {
	return s.getBy(ctx, "email", email, opts, func(u *Systemuser) string { return u.Email })
}

// getBy asks by the list first: it is known to be up to date, but minds case, which nothing ignores
// but a regular expression in a search.
func (s *SystemusersService) getBy(ctx context.Context, field, value string, opts []RequestOption, of func(*Systemuser) string) (*Systemuser, error) {
	user, err := lookUp(field, value, func(exact ...Condition) iter.Seq2[*Systemuser, error] {
		return s.All(ctx, &SystemusersListParams{Filter: exact}, opts...)
	}, func(u *Systemuser) bool { return of(u) == value })
	if !errors.Is(err, errNoSuch) {
		return user, err
	}
	return lookUp(field, value, func(...Condition) iter.Seq2[*Systemuser, error] {
		return s.SearchAll(ctx, SystemuserSearch{Filter: anyCase(field, value)}, opts...)
	}, func(u *Systemuser) bool { return strings.EqualFold(of(u), value) })
}

// anyCase is a search filter for the users whose field is one of the values, without regard to case.
func anyCase(field string, values ...string) any {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = regexp.QuoteMeta(value)
	}
	return map[string]any{field: map[string]string{"$regex": "(?i)^(" + strings.Join(quoted, "|") + ")$"}}
}

// SystemusersGetManyParams are the optional parameters of [SystemusersService.GetMany] and
// [UsergroupsService.AllMemberUsers].
type SystemusersGetManyParams struct {
	// The properties to answer, by their JSON names. All when left out.
	Fields []string
}

// GetMany yields the system users with these ids, in the order of the ids: exactly one user, or one
// error, for each. It asks for a hundred at a time. The error of one who is gone matches both [ErrItem]
// and [ErrNotFound], and the walk goes on, as it does after a user who cannot be read; after any other
// error it ends. Ids are compared without case.
//
// It calls systemusers_list, and systemusers_get for those whom the list does not name.
//
//go:noinline
func (s *SystemusersService) GetMany(ctx context.Context, ids []string, params *SystemusersGetManyParams, opts ...RequestOption) iter.Seq2[*Systemuser, error] {
	var fields []string
	if params != nil && len(params.Fields) > 0 {
		fields = append([]string{"_id"}, params.Fields...)
	}
	ids = slices.Clone(ids)
	return func(yield func(*Systemuser, error) bool) {
		for i, id := range ids {
			if id == "" || len(id) > 100 || strings.Contains(id, "|") {
				yield(nil, &ParamError{Operation: "systemusers_list", Param: "ids", Problem: fmt.Sprintf("element %d is empty, or no id", i)})
				return
			}
		}
		first := 0 // of the batch
		for batch := range slices.Chunk(ids, 100) {
			list := &SystemusersListParams{Limit: 100, Fields: fields, Filter: []Condition{Filter("_id", In, batch...)}}
			found := map[string]*Systemuser{}
			for user, err := range s.All(ctx, list, opts...) {
				if err == nil {
					found[strings.ToLower(user.ID)] = user
				} else if !errors.Is(err, ErrItem) {
					yield(nil, err)
					return
				}
			}
			for i, id := range batch {
				user, err := found[strings.ToLower(id)], error(nil)
				if user == nil {
					// Nobody is said to be gone because a list lags, or a service has its own mind about a filter.
					user, err = s.Get(ctx, id, &SystemusersGetParams{Fields: fields}, opts...)
				}
				var unreadable *DecodeError
				item := errors.Is(err, ErrNotFound) || errors.As(err, &unreadable)
				if item {
					err = fmt.Errorf("jumpcloud: ids, element %d: %w: %w", first+i, ErrItem, err)
				}
				if !yield(user, err) || err != nil && !item {
					return
				}
			}
			first += len(batch)
		}
	}
}

// AllMemberUsers yields the direct members of a user group, as [SystemusersService.GetMany] does: their
// whole records, or the fields in params. It does not make one call for each.
//
// It calls graph_userGroupMembersList, systemusers_list, and systemusers_get for those whom that does
// not name.
//
//go:noinline
func (s *UsergroupsService) AllMemberUsers(ctx context.Context, groupID string, params *SystemusersGetManyParams, opts ...RequestOption) iter.Seq2[*Systemuser, error] {
	members := s.AllMembers(ctx, groupID, nil, opts...)
	return func(yield func(*Systemuser, error) bool) {
		var ids []string
		going := true
		flush := func() {
			for user, err := range s.client.Systemusers.GetMany(ctx, ids, params, opts...) {
				if going = yield(user, err) && (err == nil || errors.Is(err, ErrItem)); !going {
					return
				}
			}
			ids = ids[:0]
		}
		for member, err := range members {
			if err == nil && member.To.ID == "" {
				err = fmt.Errorf("jumpcloud: a member without an id: %w", ErrItem)
			}
			if err == nil {
				ids = append(ids, member.To.ID)
			}
			if len(ids) == 100 || err != nil {
				flush()
			}
			if !going || err != nil && !yield(nil, err) {
				return
			}
		}
		flush()
	}
}

// GetByName gets the user group with exactly this name, with its attributes, which lists lack. None is
// [ErrNotFound].
//
// It calls groups_user_list and groups_user_get.
func (s *UsergroupsService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*UserGroup, error) {
	group, err := lookUp("name", name, func(exact ...Condition) iter.Seq2[*UserGroup, error] {
		return s.All(ctx, &UsergroupsListParams{Filter: exact}, opts...)
	}, func(g *UserGroup) bool { return g.Name == name })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, group.ID, opts...)
}

// GetByName gets the system group with exactly this name, as a Get answers it. None is [ErrNotFound].
//
// It calls groups_system_list and groups_system_get.
func (s *SystemgroupsService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*SystemGroup, error) {
	group, err := lookUp("name", name, func(exact ...Condition) iter.Seq2[*SystemGroup, error] {
		return s.All(ctx, &SystemgroupsListParams{Filter: exact}, opts...)
	}, func(g *SystemGroup) bool { return g.Name == name })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, group.ID, opts...)
}

// errNoSuch tells a lookup that found nothing from an answer that says "not found" of something else.
var errNoSuch = fmt.Errorf("%w", ErrNotFound)

// lookUp returns the only object whose field is value. What the service lists is looked at once more:
// a filter that it ignores must not pass somebody else off as the one who was meant.
func lookUp[P any](field, value string, list func(...Condition) iter.Seq2[P, error], is func(P) bool) (found P, err error) {
	if value == "" {
		return found, &ParamError{Param: field, Problem: "is empty; nothing can be looked up by it"}
	}
	var all []P
	for item, err := range list(Filter(field, Eq, value)) {
		switch {
		case err != nil:
			return found, err
		case !is(item):
		case len(all) > 0:
			return found, fmt.Errorf("jumpcloud: more than 1 %s with this %s: %w", named[P](), field, ErrTooMany)
		default:
			all = append(all, item)
		}
	}
	if len(all) == 0 {
		return found, fmt.Errorf("jumpcloud: no %s with this %s: %w", named[P](), field, errNoSuch)
	}
	return all[0], nil
}
