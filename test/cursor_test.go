package jumpcloud_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// cursorWalks are the lists that say where their next page begins: in the answer, and in its header.
var cursorWalks = map[string]struct {
	answer func(users, cursor string) answer
	walk   func(t *testing.T, c *jumpcloud.APIClient) (n int, err error)
}{
	"in the answer": {
		func(users, cursor string) answer {
			return ok(fmt.Sprintf(`{"users":[%s],"session_id":"s1","cursor":%q}`, users, cursor))
		},
		func(t *testing.T, c *jumpcloud.APIClient) (int, error) {
			users, err := jumpcloud.Collect(c.Applications.AllImportUsers(t.Context(), "a1", nil), 0)
			return len(users), err
		},
	},
	"in a header": {
		func(users, cursor string) answer {
			return status(200, "["+users+"]", "X-Search_after", fmt.Sprintf("[%q]", cursor))
		},
		func(t *testing.T, c *jumpcloud.APIClient) (int, error) {
			query := jumpcloud.EventQuery{Service: []jumpcloud.InsightsService{"all"}, StartTime: eventQuery().StartTime}
			events, err := jumpcloud.Collect(c.DirectoryInsights.AllEvents(t.Context(), query), 0)
			return len(events), err
		},
	},
}

func TestCursor_ThatLeadsRoundInACircleEndsTheWalk(t *testing.T) {
	for where, list := range cursorWalks {
		for name, test := range map[string]struct {
			page     func(n int) (objects, cursor string)
			requests int
		}{
			"the same":               {func(n int) (string, string) { return fmt.Sprintf(`{"id":"u%d"}`, n), "c1" }, 2},
			"one of two":             {func(n int) (string, string) { return fmt.Sprintf(`{"id":"u%d"}`, n), fmt.Sprint("c", n%2) }, 3},
			"a new one to old users": {func(n int) (string, string) { return `{"id":"u1"},{"id":"u2"}`, fmt.Sprint("c", n) }, 102},
			"a new one, without ids": {func(n int) (string, string) { return `{"username":"ann"}`, fmt.Sprint("c", n) }, 102},
		} {
			t.Run(where+": "+name, func(t *testing.T) {
				n := 0
				w := always(t, func(r *http.Request) (*http.Response, error) {
					n++
					require.LessOrEqual(t, n, 300)
					return list.answer(test.page(n))(r)
				})

				found, err := list.walk(t, newClient(t, w))

				require.ErrorIs(t, err, jumpcloud.ErrPageStalled)
				assert.ErrorContains(t, err, "the cursor leads nowhere")
				assert.Positive(t, found)
				assert.Equal(t, test.requests, n)
			})
		}
	}
}

func TestCursor_ManyPagesThatBringSomethingNewAreWalkedToTheirEnd(t *testing.T) {
	for where, list := range cursorWalks {
		t.Run(where, func(t *testing.T) {
			n := 0
			w := always(t, func(r *http.Request) (*http.Response, error) {
				if n++; n > 250 {
					return list.answer("", "")(r)
				}
				return list.answer(fmt.Sprintf(`{"id":"u%d"},{"username":"without an id %d"}`, n, n), fmt.Sprint("c", n))(r)
			})

			found, err := list.walk(t, newClient(t, w))

			require.NoError(t, err)
			assert.Equal(t, 500, found)
		})
	}
}
