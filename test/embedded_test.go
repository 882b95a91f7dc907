package jumpcloud_test

import (
	"fmt"
	"testing"

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
