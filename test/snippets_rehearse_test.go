package jumpcloud_test

import (
	"context"
	"fmt"
	"log"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestHowTo_RehearsesAnAutomation(t *testing.T) {
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	live.Inject("GET /commands", 0, jumpcloudtest.Status(403, nil, ""))
	vpn, nils := live.ID("VPN"), live.ID("nils.aronsson")
	automation := func(ctx context.Context, client *jumpcloud.APIClient) error {
		return client.Usergroups.RemoveMember(ctx, vpn, nils)
	}
	rehearse := func(ctx context.Context, client *jumpcloud.APIClient) error {
		server := jumpcloudtest.NewServer()
		defer server.Close()
		copied, err := server.Copy(ctx, client) // your organization's; no secret is copied
		if err != nil {
			return err
		}
		for _, unread := range copied.Unread { // what your key may not read, and what could not be read
			log.Print(unread)
		}
		if err := automation(ctx, server.Client()); err != nil { // your function
			return err
		}
		fmt.Print(server.Writes()) // each write, with names, and what it cannot tell
		return nil
	}
	said := says(t, func() error { return rehearse(t.Context(), live.Client()) })
	require.Contains(t, said, "GET /commands: 403 Forbidden\n1. POST /v2/usergroups/{group_id}/members\n   user group \"VPN\": member \"nils.aronsson\" removed\n\nWhat this cannot tell:\n")
	assert.True(t, live.HasMember(vpn, nils))
	assert.Empty(t, live.Writes().Writes)
}
