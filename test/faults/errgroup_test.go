package faults_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// In an errgroup, whose context ends with the first error of the group as its cause, somebody else's 404
// or 409 must not count as the answer to what runs beside it.
func TestHelpersBesideAFailureInAnErrgroupReportWhatHappened(t *testing.T) {
	const missing = "5f0c1a2b3c4d5e6f70819293"
	helpers := map[string]func(ctx context.Context, c *jumpcloud.APIClient, group, user, system string) (done int, err error){
		"SyncMembers": func(ctx context.Context, c *jumpcloud.APIClient, group, _, _ string) (int, error) {
			result, err := c.Usergroups.SyncMembers(ctx, group, nil, jumpcloud.SyncParams{AllowEmpty: true})
			return len(result.Removed), err
		},
		"SyncBindings": func(ctx context.Context, c *jumpcloud.APIClient, group, _, _ string) (int, error) {
			result, err := c.Usergroups.SyncBindings(ctx, group, jumpcloud.GraphTypeSystem, nil, jumpcloud.SyncParams{AllowEmpty: true})
			return len(result.Removed), err
		},
		"Offboard": func(ctx context.Context, c *jumpcloud.APIClient, _, user, _ string) (done int, err error) {
			steps, err := c.Systemusers.Offboard(ctx, user, jumpcloud.OffboardParams{})
			for _, step := range steps {
				if step.Name == "leave groups" || step.Name == "unbind" {
					done += step.Changed
				}
			}
			return done, err
		},
		"AddMember": func(ctx context.Context, c *jumpcloud.APIClient, group, user, _ string) (int, error) {
			return 0, c.Usergroups.AddMember(ctx, group, user)
		},
		"RemoveMember": func(ctx context.Context, c *jumpcloud.APIClient, group, user, _ string) (int, error) {
			return 0, c.Usergroups.RemoveMember(ctx, group, user)
		},
		"Bind": func(ctx context.Context, c *jumpcloud.APIClient, _, user, system string) (int, error) {
			return 0, c.Users.Bind(ctx, user, jumpcloud.GraphTypeSystem, system, nil)
		},
		"Unbind": func(ctx context.Context, c *jumpcloud.APIClient, _, user, system string) (int, error) {
			return 0, c.Users.Unbind(ctx, user, jumpcloud.GraphTypeSystem, system)
		},
	}
	others := map[string]func(context.Context, *jumpcloud.APIClient) error{
		"404": func(ctx context.Context, c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Get(ctx, missing, nil)
			return err
		},
		"409": func(ctx context.Context, c *jumpcloud.APIClient) error {
			_, err := c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{Name: "Staff"})
			return err
		},
	}
	for name, helper := range helpers {
		for status, other := range others {
			t.Run(name+" beside "+status, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
					users := server.SeedUsers(4)
					staff := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Staff"})
					system := server.AddSystem("laptop")
					for _, user := range users {
						server.Bind(staff, user, nil)
					}
					server.Bind(users[0], system, nil)
					server.Bind(staff, system, nil)
					client := server.Client()
					// Changes of the graph take long enough for the other call to fail meanwhile.
					server.Inject("POST /v2/usergroups/{group_id}/members", 100, jumpcloudtest.Latency(time.Minute/4))
					server.Inject("POST /v2/usergroups/{group_id}/associations", 100, jumpcloudtest.Latency(time.Minute/4))
					server.Inject("POST /v2/users/{user_id}/associations", 100, jumpcloudtest.Latency(time.Minute/4))

					group, ctx := errgroup.WithContext(t.Context())
					var done int
					var err error
					group.Go(func() error {
						done, err = helper(ctx, client, staff, users[0], system)
						return err
					})
					group.Go(func() error {
						time.Sleep(5 * time.Second)
						return other(ctx, client)
					})
					first := group.Wait()

					if first == nil || errors.Is(first, context.Canceled) {
						t.Fatalf("the first error of the group should be the %s: %v", status, first)
					}
					if done != 0 {
						t.Errorf("%d changes are said to be done, of which none was", done)
					}
					if !errors.Is(err, context.Canceled) {
						t.Errorf("error %v", err)
					}
					for _, sentinel := range []error{jumpcloud.ErrNotFound, jumpcloud.ErrConflict, jumpcloud.ErrExists} {
						if errors.Is(err, sentinel) {
							t.Errorf("%v matches %v", err, sentinel)
						}
					}
				})
			})
		}
	}
}
