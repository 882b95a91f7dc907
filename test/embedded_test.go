package jumpcloud_test

import (
	"fmt"
	"testing"
	"testing/synctest"

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
