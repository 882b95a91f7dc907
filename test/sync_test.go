package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

const (
	membersRoute = "POST /v2/usergroups/{group_id}/members"
	bindRoute    = "POST /v2/usergroups/{group_id}/associations"
)

// groupOf seeds a group with the first of some users as its members.
func groupOf(server *jumpcloudtest.Server, members, users int) (group string, ids []string) {
	group = server.AddGroup(jumpcloud.UserGroupCreate{Name: "Everyone"})
	ids = server.SeedUsers(users)
	for _, id := range ids[:members] {
		server.Bind(id, group, nil)
	}
	return group, ids
}

// 150 changes of a group of 2,000 are 150 writes: the additions, then the removals.
func TestSyncTwoThousand(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 2000, 2080)
		leave, come := ids[500:570], ids[2000:]
		want := slices.Concat(ids[:500], ids[570:2000], come)
		slices.Reverse(want)
		plan := &jumpcloud.SyncResult{Add: inReverse(come), Remove: leave, Kept: 1930}

		dry, err := server.Client().Usergroups.SyncMembers(t.Context(), group, want, jumpcloud.SyncParams{DryRun: true})
		require.NoError(t, err)
		assert.Equal(t, plan, dry)
		assert.Empty(t, writesTo(server))
		assert.Len(t, server.Requests(), 1+20, "the group and its members are read once")
		assert.Len(t, server.Members(group), 2000)

		server.ForgetRequests()
		client, inFlight := gauged(server)
		done, err := client.Usergroups.SyncMembers(t.Context(), group, want, jumpcloud.SyncParams{Concurrency: 7})
		require.NoError(t, err)
		assert.Equal(t, &jumpcloud.SyncResult{Add: plan.Add, Remove: plan.Remove, Kept: 1930, Added: plan.Add, Removed: plan.Remove}, done)
		assert.Equal(t, inSortOrder(want), inSortOrder(server.Members(group)))
		assert.LessOrEqual(t, inFlight.most.Load(), int32(7))
		made := writesTo(server)
		require.Len(t, made, 150)
		assert.Len(t, server.Requests(), 1+20+150)
		var expected []string
		for _, id := range come {
			expected = append(expected, `POST /v2/usergroups/`+group+`/members {"op":"add","type":"user","id":"`+id+`"}`)
		}
		assert.ElementsMatch(t, expected, made[:80])
		expected = nil
		for _, id := range leave {
			expected = append(expected, `POST /v2/usergroups/`+group+`/members {"op":"remove","type":"user","id":"`+id+`"}`)
		}
		assert.ElementsMatch(t, expected, made[80:])

		server.ForgetRequests()
		again, err := server.Client().Usergroups.SyncMembers(t.Context(), group, want, jumpcloud.SyncParams{})
		require.NoError(t, err)
		assert.Equal(t, &jumpcloud.SyncResult{Kept: 2010}, again)
		assert.Empty(t, writesTo(server), "nothing is left to do")
	})
}

func inReverse(ids []string) []string {
	reversed := slices.Clone(ids)
	slices.Reverse(reversed)
	return reversed
}

// An empty source does not empty a group: not at all without a word, and with it no further than the
// limit says.
func TestSyncRefusesToEmptyGroup(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 2000, 2000)
		few, five := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Few"}), ids[:5]
		for _, id := range five {
			server.Bind(id, few, nil)
		}
		for _, dryRun := range []bool{false, true} {
			params := jumpcloud.SyncParams{DryRun: dryRun, MaxRemovals: jumpcloud.Set(5000)}
			result, err := server.Client().Usergroups.SyncMembers(t.Context(), few, []string{}, params)
			assert.EqualError(t, err, "jumpcloud: want: is empty, so that all members would be removed; where that is meant, set AllowEmpty")
			assert.Nil(t, result)
			_, err = server.Client().Usergroups.SyncBindings(t.Context(), few, jumpcloud.GraphTypeSystem, nil, params)
			assert.Equal(t, "want", asParamError(t, err).Param)
			assert.Empty(t, server.Requests())

			result, err = server.Client().Usergroups.SyncMembers(t.Context(), group, nil, jumpcloud.SyncParams{AllowEmpty: true, DryRun: dryRun})
			require.ErrorIs(t, err, jumpcloud.ErrTooManyRemovals)
			assert.EqualError(t, err, "jumpcloud: sync would remove 2000 of 2000 members, more than 500, and changed nothing; "+
				"check what is wanted, or raise MaxRemovals: more removals than the limit allows")
			assert.Equal(t, &jumpcloud.SyncResult{Remove: ids}, result, "the plan is there all the same")
			server.ForgetRequests()
		}
		assert.Len(t, server.Members(group), 2000)

		_, err := server.Client().Usergroups.SyncMembers(t.Context(), few, nil, jumpcloud.SyncParams{AllowEmpty: true})
		require.NoError(t, err)
		assert.Len(t, writesTo(server), len(five))
		assert.Empty(t, server.Members(few))
	})
}

func TestSyncLimit(t *testing.T) {
	for name, test := range map[string]struct {
		members, remove, add int
		limit                jumpcloud.Opt[int]
		refused              bool
	}{
		"a quarter":                      {members: 100, remove: 25},
		"more than a quarter":            {members: 100, remove: 26, refused: true},
		"a quarter, rounded down":        {members: 103, remove: 26, refused: true},
		"five of few":                    {members: 5, remove: 5},
		"six of eight":                   {members: 8, remove: 6, refused: true},
		"additions do not count":         {members: 8, remove: 5, add: 200},
		"a limit of none":                {members: 100, remove: 1, limit: jumpcloud.Set(0), refused: true},
		"a limit of none, and additions": {members: 100, add: 3, limit: jumpcloud.Set(0)},
		"a limit of one's own":           {members: 100, remove: 90, limit: jumpcloud.Set(90)},
		"beyond a limit of one's own":    {members: 100, remove: 91, limit: jumpcloud.Set(90), refused: true},
		"a smaller limit":                {members: 100, remove: 3, limit: jumpcloud.Set(2), refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				group, ids := groupOf(server, test.members, test.members+test.add)
				result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids[test.remove:], jumpcloud.SyncParams{MaxRemovals: test.limit, AllowEmpty: true})
				assert.Len(t, result.Remove, test.remove)
				assert.Len(t, result.Add, test.add)
				if test.refused {
					require.ErrorIs(t, err, jumpcloud.ErrTooManyRemovals)
					assert.Empty(t, writesTo(server))
					assert.Empty(t, result.Added)
					return
				}
				require.NoError(t, err)
				assert.Len(t, writesTo(server), test.remove+test.add)
				assert.Equal(t, inSortOrder(ids[test.remove:]), inSortOrder(server.Members(group)))
			})
		})
	}
}

// A change that fails stops no other, is named, and is made by the next run.
func TestSyncFailures(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 20, 30)
		want := ids[5:]
		server.Inject(membersRoute, 2, jumpcloudtest.Status(403, nil, `{"message":"not yours"}`).Skip(3)) // two of ten additions
		server.Inject(membersRoute, 1, jumpcloudtest.Status(400, nil, `{"message":"managed"}`).Skip(8+2)) // one of five removals; those two do not count
		result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, want, jumpcloud.SyncParams{Concurrency: 1})
		require.Error(t, err)
		assert.ErrorContains(t, err, "jumpcloud: sync: 3 of 15 changes failed: ")
		assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
		assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)
		var failed []string
		for _, failure := range result.Failed {
			failed = append(failed, fmt.Sprintf("%s %s %d", failure.Op, failure.ID, asAPIError(t, failure.Err).StatusCode))
		}
		assert.Equal(t, []string{"add " + ids[23] + " 403", "add " + ids[24] + " 403", "remove " + ids[2] + " 400"}, failed)
		assert.Equal(t, slices.Concat(ids[20:23], ids[25:30]), result.Added)
		assert.Equal(t, slices.Concat(ids[:2], ids[3:5]), result.Removed)
		assert.Equal(t, 15, result.Kept)

		server.ForgetRequests()
		result, err = server.Client().Usergroups.SyncMembers(t.Context(), group, want, jumpcloud.SyncParams{})
		require.NoError(t, err)
		assert.Equal(t, ids[23:25], result.Added)
		assert.Equal(t, ids[2:3], result.Removed)
		assert.Len(t, writesTo(server), 3)
		assert.Equal(t, inSortOrder(want), inSortOrder(server.Members(group)))
	})
}

func TestSyncNamesACauseOnceHoweverLongItAsksToWait(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 20, 30)
		for i, wait := range []string{"7", "8"} {
			server.Inject(membersRoute, 1, jumpcloudtest.Status(403, http.Header{"Retry-After": {wait}}, `{"message":"not yours"}`).Skip(3*i))
		}
		_, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{Concurrency: 1})
		require.Error(t, err)
		assert.Equal(t, 1, strings.Count(err.Error(), "not yours"), err)
		assert.ErrorContains(t, err, "; it asks to wait 7s")
	})
}

// What somebody else did meanwhile, or an earlier attempt whose answer was lost, is done.
func TestSyncDoneMeanwhile(t *testing.T) {
	for name, fault := range map[string]jumpcloudtest.Fault{
		"an addition that is there":     jumpcloudtest.Status(409, nil, `{"message":"Already Exists"}`).AfterApply(),
		"a removal that is done":        jumpcloudtest.Status(404, nil, `{"message":"Not Found"}`).AfterApply().Skip(1),
		"an addition, the answer lost":  jumpcloudtest.CloseBeforeAnswer().AfterApply(),
		"a removal, the answer lost":    jumpcloudtest.CloseBeforeAnswer().AfterApply().Skip(1),
		"an addition, 503 after all":    jumpcloudtest.Status(503, nil, "").AfterApply(),
		"an addition that is throttled": jumpcloudtest.TooManyRequests(3),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				group, ids := groupOf(server, 6, 7)
				came := server.Inject(membersRoute, 1, fault)
				result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids[1:], jumpcloud.SyncParams{})
				require.NoError(t, err)
				assert.Equal(t, 1, came.Fired())
				assert.Equal(t, ids[6:], result.Added)
				assert.Equal(t, ids[:1], result.Removed)
				assert.Equal(t, ids[1:], server.Members(group))
			})
		})
	}
}

// Once the context has ended no more changes are sent, and those that are left say so.
func TestSyncContextEnds(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 100)
		ctx, cancel := context.WithTimeout(t.Context(), 10500*time.Millisecond)
		defer cancel()
		result, err := server.Client().Usergroups.SyncMembers(ctx, group, ids, jumpcloud.SyncParams{Concurrency: 2})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Len(t, result.Added, 16, "eight seconds, after one for the group and one for the members")
		assert.Len(t, result.Failed, 84)
		tried := 0
		for _, failure := range result.Failed {
			assert.ErrorIs(t, failure.Err, context.DeadlineExceeded)
			if !errors.Is(failure.Err, jumpcloud.ErrNotAttempted) {
				tried++
			}
		}
		assert.Equal(t, 2, tried, "those in flight")
		assert.LessOrEqual(t, len(writesTo(server)), 20)
	}, jumpcloudtest.WithLatency(time.Second))
}

// A plan that cannot be trusted is none: nothing is changed.
func TestSyncCannotRead(t *testing.T) {
	for name, test := range map[string]struct {
		fault jumpcloudtest.Fault
		err   error
	}{
		"an object of an odd type": {jumpcloudtest.WrongFieldType("to").Skip(1), jumpcloud.ErrItem},
		"a page that is refused":   {jumpcloudtest.Status(403, nil, "").Skip(1), jumpcloud.ErrForbidden},
		"pages that stand still":   {jumpcloudtest.IgnoreSkip(), jumpcloud.ErrPageStalled},
		"no such group":            {jumpcloudtest.Status(404, nil, ""), jumpcloud.ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				group, ids := groupOf(server, 250, 250)
				server.Inject("GET /v2/usergroups/{group_id}/members", 0, test.fault)
				result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids[10:], jumpcloud.SyncParams{})
				assert.ErrorIs(t, err, test.err)
				assert.Nil(t, result)
				assert.Empty(t, writesTo(server))
			})
		})
	}
}

func TestSyncRefusedInput(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		_, err := client.Usergroups.SyncMembers(t.Context(), "5f0e7a1c0000000000000001", []string{"5f0e7a1c0000000000000002", ""}, jumpcloud.SyncParams{})
		assert.EqualError(t, err, "jumpcloud: want: element 1 is empty")
		_, err = client.Usergroups.SyncMembers(t.Context(), "", []string{"x"}, jumpcloud.SyncParams{})
		assert.EqualError(t, err, "jumpcloud: groups_user_get: id: is empty; the call would reach the whole collection")
		_, err = client.Usergroups.SyncBindings(t.Context(), "5f0e7a1c0000000000000001", "", []string{"x"}, jumpcloud.SyncParams{})
		assert.EqualError(t, err, "jumpcloud: graph_userGroupAssociationsList: targets: an element is empty or contains \",\", which separates them")
		assert.Empty(t, server.Requests())
	})
}

// An id that is wanted twice is added once, and one that is there twice is removed once.
func TestSyncRepeatedIDs(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 3)
		server.Inject("GET /v2/usergroups/{group_id}/members", 1, jumpcloudtest.Status(200, nil,
			`[{"to":{"id":"`+ids[2]+`","type":"user"}},{"to":{"id":"`+ids[2]+`","type":"user"}},{"to":{"id":"`+ids[1]+`","type":"user"}},{"to":{"id":"`+ids[1]+`","type":"user"}}]`))
		result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, []string{ids[0], ids[1], ids[0]}, jumpcloud.SyncParams{DryRun: true})
		require.NoError(t, err)
		assert.Equal(t, &jumpcloud.SyncResult{Add: ids[:1], Remove: ids[2:], Kept: 1}, result)
	})
}

// Bindings of one type are synced as members are; those that stay keep their attributes, and those of
// other types are left alone.
func TestSyncBindings(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Admins"})
		var systems []string
		for i := range 10 {
			systems = append(systems, server.AddSystem(fmt.Sprintf("web-%d", i)))
		}
		for _, id := range systems[:6] {
			server.Bind(group, id, jumpcloudtest.Sudo(true))
		}
		wiki := server.AddApplication("Wiki")
		server.Bind(group, wiki, nil)
		want := systems[2:8]

		client := server.Client()
		dry, err := client.Usergroups.SyncBindings(t.Context(), group, jumpcloud.GraphTypeSystem, want, jumpcloud.SyncParams{DryRun: true})
		require.NoError(t, err)
		assert.Equal(t, &jumpcloud.SyncResult{Add: systems[6:8], Remove: systems[:2], Kept: 4}, dry)
		_, err = client.Usergroups.SyncBindings(t.Context(), group, jumpcloud.GraphTypeSystem, want, jumpcloud.SyncParams{MaxRemovals: jumpcloud.Set(1)})
		require.ErrorIs(t, err, jumpcloud.ErrTooManyRemovals)
		assert.ErrorContains(t, err, "sync would remove 2 of 6 bindings, more than 1,")
		assert.Empty(t, writesTo(server))

		result, err := client.Usergroups.SyncBindings(t.Context(), group, jumpcloud.GraphTypeSystem, want, jumpcloud.SyncParams{Concurrency: 1})
		require.NoError(t, err)
		assert.Equal(t, systems[6:8], result.Added)
		assert.Equal(t, systems[:2], result.Removed)
		at := "POST /v2/usergroups/" + group + "/associations "
		assert.Equal(t, []string{
			at + `{"op":"add","type":"system","id":"` + systems[6] + `"}`,
			at + `{"op":"add","type":"system","id":"` + systems[7] + `"}`,
			at + `{"op":"remove","type":"system","id":"` + systems[0] + `"}`,
			at + `{"op":"remove","type":"system","id":"` + systems[1] + `"}`,
		}, writesTo(server))
		sudo := map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": true}}
		assert.Equal(t, []jumpcloudtest.Association{
			{Type: "system", ID: systems[2], Attributes: sudo}, {Type: "system", ID: systems[3], Attributes: sudo},
			{Type: "system", ID: systems[4], Attributes: sudo}, {Type: "system", ID: systems[5], Attributes: sudo},
			{Type: "application", ID: wiki}, {Type: "system", ID: systems[6]}, {Type: "system", ID: systems[7]},
		}, server.Associations(group))

		failing := server.Inject(bindRoute, 1, jumpcloudtest.Status(403, nil, ""))
		result, err = client.Usergroups.SyncBindings(t.Context(), group, jumpcloud.GraphTypeApplication, nil, jumpcloud.SyncParams{AllowEmpty: true})
		require.ErrorIs(t, err, jumpcloud.ErrForbidden)
		assert.Equal(t, 1, failing.Fired())
		assert.Equal(t, wiki, result.Failed[0].ID)
		assert.Equal(t, jumpcloud.GraphOpRemove, result.Failed[0].Op)
	})
}

// Options reach every request of a sync.
func TestSyncOptions(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 3, 4)
		_, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids[1:], jumpcloud.SyncParams{}, jumpcloud.WithHeader("X-Test", "sync"))
		require.NoError(t, err)
		wiki, chat := server.AddApplication("Wiki"), server.AddApplication("Chat")
		server.Bind(group, wiki, nil)
		_, err = server.Client().Usergroups.SyncBindings(t.Context(), group, jumpcloud.GraphTypeApplication, []string{chat}, jumpcloud.SyncParams{}, jumpcloud.WithHeader("X-Test", "sync"))
		require.NoError(t, err)
		require.Len(t, server.Requests(), 7)
		for _, request := range server.Requests() {
			assert.Equal(t, "sync", request.Header.Get("X-Test"))
		}
	})
}

// A plain null cannot be one to keep, and is passed over; a connection to nothing cannot be read.
func TestSyncOddConnections(t *testing.T) {
	const list = "GET /v2/usergroups/{group_id}/members"
	for row, readable := range map[string]bool{
		`null`: true, `{"to":null}`: false, `{}`: false, `{"to":{"id":"","type":"user"}}`: false, `{"to":{"id":7}}`: false, `"x"`: false,
	} {
		t.Run(row, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				group, ids := groupOf(server, 2, 3)
				server.Inject(list, 1, jumpcloudtest.Status(200, nil, `[`+row+`,{"to":{"id":"`+ids[0]+`","type":"user"}},{"to":{"id":"`+ids[1]+`","type":"user"}}]`))
				result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids[1:], jumpcloud.SyncParams{})
				if readable {
					require.NoError(t, err)
					assert.Equal(t, ids[1:], server.Members(group))
					return
				}
				assert.ErrorIs(t, err, jumpcloud.ErrItem)
				assert.Nil(t, result)
				assert.Empty(t, writesTo(server))
			})
		})
	}
}

// An id in capitals is the same id.
func TestSyncIgnoresCase(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 3, 4)
		want := []string{strings.ToUpper(ids[0]), ids[1], strings.ToUpper(ids[1]), ids[3]}
		result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, want, jumpcloud.SyncParams{})
		require.NoError(t, err)
		assert.Equal(t, &jumpcloud.SyncResult{Add: ids[3:], Remove: ids[2:3], Kept: 2, Added: ids[3:], Removed: ids[2:3]}, result)
		assert.Equal(t, []string{ids[0], ids[1], ids[3]}, server.Members(group))
	})
}

// When not one addition succeeds, what is wanted may be wrong altogether: nobody is removed.
func TestSyncWithoutAdditionsRemovesNobody(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 4, 6)
		for _, status := range []int{400, 500, 403} {
			server.Inject(membersRoute, 2, jumpcloudtest.Status(status, nil, `{"message":"no"}`))
			result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids[2:], jumpcloud.SyncParams{})
			require.Error(t, err)
			assert.Equal(t, ids[:2], result.Remove)
			assert.Empty(t, result.Removed)
			require.Len(t, result.Failed, 4)
			for _, failure := range result.Failed[2:] {
				assert.Equal(t, jumpcloud.GraphOpRemove, failure.Op)
				assert.EqualError(t, failure.Err, "jumpcloud: not attempted, because not one of the additions succeeded")
				assert.ErrorIs(t, failure.Err, jumpcloud.ErrNotAttempted)
			}
			assert.Equal(t, ids[:4], server.Members(group))
		}
		server.Inject(membersRoute, 1, jumpcloudtest.Status(400, nil, ""))
		result, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids[2:], jumpcloud.SyncParams{})
		require.ErrorIs(t, err, jumpcloud.ErrBadRequest)
		assert.Equal(t, ids[:2], result.Removed, "one addition succeeded")
	})
}

// Where a rule decides who the members are, a sync would fight with it.
func TestSyncRefusesAGroupWithARule(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ids := server.SeedUsers(3)
		group := server.AddGroup(jumpcloud.UserGroupCreate{
			Name: "IT", MembershipMethod: jumpcloud.Set(jumpcloud.MembershipMethodDynamicAutomated),
			MemberQuery: jumpcloud.Set(jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "department", Operator: "eq", Value: "IT"})),
		})
		for _, dryRun := range []bool{false, true} {
			_, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{DryRun: dryRun})
			assert.Contains(t, asParamError(t, err).Problem, "names a group whose rule decides who its members are")
		}
		assert.Empty(t, writesTo(server))
		_, err := server.Client().Usergroups.SyncBindings(t.Context(), group, jumpcloud.GraphTypeSystem, []string{server.AddSystem("web")}, jumpcloud.SyncParams{})
		assert.NoError(t, err, "its bindings are nobody's rule")
	})
}

// A body field goes with the changes, and breaks no read.
func TestSyncBodyField(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		group, ids := groupOf(server, 0, 1)
		_, err := server.Client().Usergroups.SyncMembers(t.Context(), group, ids, jumpcloud.SyncParams{}, jumpcloud.WithBodyField("attributes", nil))
		require.NoError(t, err)
		require.Len(t, writesTo(server), 1)
		assert.Contains(t, writesTo(server)[0], `"attributes":null`)
	})
}
