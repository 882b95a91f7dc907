package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// Somebody joins: the user is created, or adopted where there is one already, becomes a member of a group
// and an administrator of a laptop. Doing it again does what is left, here nothing.
func Example_join() {
	server := jumpcloudtest.NewServer() // in place of the real service
	defer server.Close()
	server.AddGroup(jumpcloud.UserGroupCreate{Name: "Engineering"})
	laptop := server.AddSystem("ann-laptop")

	for range 2 {
		fmt.Println(join(context.Background(), server.Client(), "Engineering", laptop))
	}
	// Output:
	// [ann.miller@example.com] <nil>
	// [ann.miller@example.com] <nil>
}

// join returns the e-mail addresses of the group.
func join(ctx context.Context, client *jumpcloud.APIClient, groupName, laptop string) (emails []string, err error) {
	ann := jumpcloud.SystemuserCreate{Username: "ann.miller", Email: "ann.miller@example.com", Firstname: jumpcloud.Set("Ann")}
	user, err := client.Systemusers.Create(ctx, ann, nil)
	if errors.Is(err, jumpcloud.ErrExists) {
		user, err = client.Systemusers.GetByEmail(ctx, ann.Email) // a username that is somebody else's is ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	group, err := client.Usergroups.GetByName(ctx, groupName)
	if err != nil {
		return nil, err
	}
	if err := client.Usergroups.AddMember(ctx, group.ID, user.ID); err != nil {
		return nil, err
	}
	if err := client.Users.Bind(ctx, user.ID, jumpcloud.GraphTypeSystem, laptop, &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)}); err != nil {
		return nil, err
	}
	for member, err := range client.Usergroups.AllMemberUsers(ctx, group.ID, nil) {
		if err != nil {
			return nil, err
		}
		emails = append(emails, member.Email)
	}
	return emails, nil
}
