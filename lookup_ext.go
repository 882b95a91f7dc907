package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
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

// errNoSuch tells a lookup that found nothing from an answer that says "not found" of something else.
var errNoSuch = fmt.Errorf("%w", ErrNotFound)

// lookUp returns the only object whose field is value. What the service lists is looked at once more:
// a filter that it ignores must not pass somebody else off as the one who was meant.
func lookUp[T any](field, value string, list func(...Condition) iter.Seq2[*T, error], is func(*T) bool) (*T, error) {
	if value == "" {
		return nil, &ParamError{Param: field, Problem: "is empty; nothing can be looked up by it"}
	}
	var found *T
	for item, err := range list(Filter(field, Eq, value)) {
		switch {
		case err != nil:
			return nil, err
		case !is(item):
		case found != nil:
			return nil, fmt.Errorf("jumpcloud: lookup by %s: %w", field, ErrTooMany)
		default:
			found = item
		}
	}
	if found == nil {
		return nil, fmt.Errorf("jumpcloud: lookup by %s: %w", field, errNoSuch)
	}
	return found, nil
}
