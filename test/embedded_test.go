package jumpcloud_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestEmbedded_TenThousandUsersComeOnceAndInOrder(t *testing.T) {
	server := jumpcloudtest.New(t)
	want := server.SeedUsers(10_000) // ids that grow, which is the order of a walk
	client := server.Client()
	for _, pages := range []int{1, 4, 16} {
		t.Run(fmt.Sprintf("%d in flight", pages), func(t *testing.T) {
			i := 0
			for user, err := range client.Systemusers.All(t.Context(), nil, jumpcloud.WithPageConcurrency(pages)) {
				require.NoError(t, err)
				require.Less(t, i, len(want))
				require.Equal(t, want[i], user.ID)
				i++
			}
			require.Equal(t, 10_000, i)
		})
	}
}

func TestEmbedded_MembersThatDangleHideNoOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		users := server.SeedUsers(530)
		group := server.AddGroup(jumpcloud.UserGroupCreate{Name: "all"})
		for _, user := range users {
			server.Bind(user, group, nil)
		}
		server.Inject("GET /v2/usergroups/{id}/members", 0, jumpcloudtest.DanglingRows(func(offset int) bool { return offset%50 == 17 }))
		server.Inject("GET /v2/usergroups/{id}/members", 0, jumpcloudtest.CapPages(40, 70, 25))
		server.Inject("GET /v2/usergroups/{id}/members", 9, jumpcloudtest.TooManyRequests(1).Skip(3))

		members, err := jumpcloud.Collect(server.Client().Usergroups.AllMembers(t.Context(), group, nil), 0)

		require.NoError(t, err)
		found := map[string]bool{}
		for _, member := range members {
			found[member.To.ID] = true
		}
		require.Len(t, found, 530-11, "each of those who do not dangle")
		require.Len(t, members, len(found), "and none twice")
	})
}

func TestEmbedded_AFirstProgramFindsDevicesCommandsApplicationsAndEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		server.SeedCompany()
		server.OnCommand(func(run jumpcloudtest.CommandRun) (string, int) { return run.Hostname + " is up", 0 })
		time.Sleep(12 * time.Hour)
		var out strings.Builder
		require.NoError(t, firstProgram(t.Context(), server.Client(), &out))
		id := func(name string) string { return server.ID(name) }
		assert.Equal(t, `laptop-amara Mac OS X 4 users
laptop-nils Mac OS X 4 users
laptop-kofi Mac OS X 4 users
laptop-hana Mac OS X 4 users
laptop-paula Mac OS X 3 users
laptop-sven Mac OS X 3 users
laptop-marcus Windows 4 users
web-1 Ubuntu 15 users
web-2 Ubuntu 15 users
build-1 Ubuntu 15 users
web-1 web-1 is up <nil>
web-2 web-2 is up <nil>
build-1 build-1 is up <nil>
CRM amara.diallo
CRM marcus.bell
CRM alice.thorne
CRM bruno.leone
CRM celine.roux
CRM dana.whitfield
CRM emil.kraus
CRM fiona.byrne
CRM gil.navarro
battery `+id("laptop-amara")+` Good 40
battery `+id("laptop-nils")+` Good 40
battery `+id("laptop-kofi")+` Good 40
battery `+id("laptop-hana")+` Good 40
battery `+id("laptop-paula")+` Good 40
battery `+id("laptop-sven")+` Good 40
battery `+id("laptop-marcus")+` Good 40
directory user_login_attempt true
sso sso_auth true
systems user_login_attempt true
radius radius_auth_attempt false
directory user_update true
`, out.String())
	})
}

// firstProgram is what somebody writes on the first day: devices and their users, a command on a group of them, the
// users of an application, a table of what devices report, and the events of yesterday.
func firstProgram(ctx context.Context, client *jumpcloud.APIClient, out io.Writer) error {
	for device, err := range client.Systems.All(ctx, nil) {
		if err != nil {
			return err
		}
		users, err := jumpcloud.Collect(client.Systems.AllUsers(ctx, device.ID, nil), 0)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, device.DisplayName, device.OS, len(users), "users")
	}

	servers, err := client.Systemgroups.GetByName(ctx, "Servers")
	if err != nil {
		return err
	}
	command, err := client.Commands.GetByName(ctx, "Free disk space")
	if err != nil {
		return err
	}
	result, err := client.Commands.RunAndWait(ctx, command.ID, &jumpcloud.CommandsRunAndWaitParams{SystemGroups: []string{servers.ID}})
	if err != nil {
		return err
	}
	for _, outcome := range result.Outcomes {
		fmt.Fprintln(out, outcome.Result.System, outcome.Result.Output(), outcome.Result.Err())
	}

	crm, err := client.Applications.GetByName(ctx, "CRM")
	if err != nil {
		return err
	}
	for user, err := range client.Applications.AllUsers(ctx, crm.ID, nil) {
		if err != nil {
			return err
		}
		record, err := client.Systemusers.Get(ctx, user.ID, nil)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "CRM", record.Username)
	}

	for row, err := range client.SystemInsights.AllBattery(ctx, nil) {
		if err != nil {
			return err
		}
		fmt.Fprintln(out, "battery", row.SystemID, row.Health, row.CycleCount)
	}

	yesterday := time.Now().Truncate(24*time.Hour).AddDate(0, 0, -1)
	for event, err := range client.DirectoryInsights.AllEvents(ctx, jumpcloud.EventQuery{
		Service:   []jumpcloud.InsightsService{jumpcloud.InsightsServiceAll},
		StartTime: jumpcloud.NewTime(yesterday), EndTime: jumpcloud.Set(jumpcloud.NewTime(yesterday.AddDate(0, 0, 1))),
	}) {
		if err != nil {
			return err
		}
		fmt.Fprintln(out, event.Service, event.EventType, event.Success)
	}
	return nil
}
