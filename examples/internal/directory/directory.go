// Package directory finds users, groups and the names of other objects by what people call them.
package directory

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
)

// eq is the condition that a field has a value.
func eq(field, value string) []jumpcloud.Condition {
	return []jumpcloud.Condition{jumpcloud.Filter(field, jumpcloud.Eq, value)}
}

var isID = regexp.MustCompile(`^[0-9a-f]{24}$`).MatchString

// User finds a user by id, username or e-mail.
func User(ctx context.Context, client *jumpcloud.APIClient, name string) (*jumpcloud.Systemuser, error) {
	if isID(name) {
		user, err := client.Systemusers.Get(ctx, name, nil)
		if !errors.Is(err, jumpcloud.ErrNotFound) {
			return user, err
		}
	}
	for _, field := range []string{"username", "email"} {
		user, err := jumpcloud.One(client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Filter: eq(field, name)}))
		if !errors.Is(err, jumpcloud.ErrNotFound) {
			return user, err
		}
	}
	return nil, fmt.Errorf("no user has the username, e-mail or id %q: %w", name, jumpcloud.ErrNotFound)
}

// Group finds a user group by id or name, and reads it whole.
func Group(ctx context.Context, client *jumpcloud.APIClient, name string) (*jumpcloud.UserGroup, error) {
	if isID(name) {
		group, err := client.Usergroups.Get(ctx, name)
		if !errors.Is(err, jumpcloud.ErrNotFound) {
			return group, err
		}
	}
	group, err := jumpcloud.One(client.Usergroups.All(ctx, &jumpcloud.UsergroupsListParams{Filter: eq("name", name)}))
	switch {
	case errors.Is(err, jumpcloud.ErrNotFound):
		return nil, fmt.Errorf("no user group has the name or id %q: %w", name, jumpcloud.ErrNotFound)
	case errors.Is(err, jumpcloud.ErrTooMany):
		return nil, fmt.Errorf("several user groups are called %q; name one by its id: %w", name, err)
	case err != nil:
		return nil, err
	}
	return client.Usergroups.Get(ctx, group.ID) // a list leaves things out
}

// Users are the users of an organization, by what identifies them.
type Users struct {
	byID, byUsername, byEmail map[string]*jumpcloud.Systemuser
}

// AllUsers reads all users once, which is cheaper than to ask for many of them one at a time.
func AllUsers(ctx context.Context, client *jumpcloud.APIClient) (*Users, error) {
	users := &Users{map[string]*jumpcloud.Systemuser{}, map[string]*jumpcloud.Systemuser{}, map[string]*jumpcloud.Systemuser{}}
	for user, err := range client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Fields: []string{"username", "email"}}) {
		if err != nil {
			return nil, err
		}
		users.byID[user.ID] = user
		users.byUsername[strings.ToLower(user.Username)] = user
		users.byEmail[strings.ToLower(user.Email)] = user
	}
	return users, nil
}

// ByID returns a user, or nil.
func (u *Users) ByID(id string) *jumpcloud.Systemuser { return u.byID[id] }

// ByUsername returns a user, or nil. Case does not count.
func (u *Users) ByUsername(name string) *jumpcloud.Systemuser {
	return u.byUsername[strings.ToLower(name)]
}

// ByEmail returns a user, or nil. Case does not count.
func (u *Users) ByEmail(email string) *jumpcloud.Systemuser { return u.byEmail[strings.ToLower(email)] }
