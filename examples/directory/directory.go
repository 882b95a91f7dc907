// Package directory finds users and groups by what people call them, and the names of other objects.
package directory

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/jumpcloud-go/jumpcloud"
)

var isID = regexp.MustCompile(`^[0-9a-f]{24}$`).MatchString

// User gets a user by id, username or e-mail.
func User(ctx context.Context, client *jumpcloud.APIClient, name string) (user *jumpcloud.Systemuser, err error) {
	if isID(name) {
		if user, err = client.Systemusers.Get(ctx, name, nil); !errors.Is(err, jumpcloud.ErrNotFound) {
			return user, err
		}
	}
	if user, err = client.Systemusers.GetByUsername(ctx, name); errors.Is(err, jumpcloud.ErrNotFound) {
		user, err = client.Systemusers.GetByEmail(ctx, name)
	}
	return user, found(err, "user", "username, e-mail or id", name)
}

// Group gets a user group by id or name.
func Group(ctx context.Context, client *jumpcloud.APIClient, name string) (group *jumpcloud.UserGroup, err error) {
	if isID(name) {
		if group, err = client.Usergroups.Get(ctx, name); !errors.Is(err, jumpcloud.ErrNotFound) {
			return group, err
		}
	}
	group, err = client.Usergroups.GetByName(ctx, name)
	return group, found(err, "user group", "name or id", name)
}

// found says what was looked for, where it is not one object.
func found(err error, kind, by, name string) error {
	switch {
	case errors.Is(err, jumpcloud.ErrNotFound):
		return fmt.Errorf("no %s has the %s %q: %w", kind, by, name, err)
	case errors.Is(err, jumpcloud.ErrTooMany):
		return fmt.Errorf("several %ss have the %s %q; name one by its id: %w", kind, by, name, err)
	default:
		return err
	}
}
