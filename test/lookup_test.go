package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// The lookups of users, by field.
func userLookups(client *jumpcloud.APIClient) map[string]func(context.Context, string, ...jumpcloud.RequestOption) (*jumpcloud.Systemuser, error) {
	return map[string]func(context.Context, string, ...jumpcloud.RequestOption) (*jumpcloud.Systemuser, error){
		"username": client.Systemusers.GetByUsername,
		"email":    client.Systemusers.GetByEmail,
	}
}

// A user is found by the very spelling with one request.
func TestLookupExactSpelling(t *testing.T) {
	for field, value := range map[string]string{"username": "ann", "email": "ann+x@example.com"} {
		w := newWire(t, ok(`{"totalCount":1,"results":[{"_id":"`+userID+`","username":"ann","email":"ann+x@example.com"}]}`))
		user, err := userLookups(newClient(t, w))[field](t.Context(), value, jumpcloud.WithHeader("X-Test", "lookup"))
		require.NoError(t, err)
		assert.Equal(t, userID, user.ID)
		assert.Equal(t, "GET", w.only().method)
		assert.Equal(t, map[string]string{
			"username": baseURL + "/systemusers?filter=username%3A%24eq%3Aann&limit=100&sort=_id",
			"email":    baseURL + "/systemusers?filter=email%3A%24eq%3Aann%2Bx%40example.com&limit=100&sort=_id",
		}[field], w.only().url)
		assert.Equal(t, "lookup", w.only().header.Get("X-Test"))
	}
}

// Who is not there in this spelling is searched for without regard to case, and not as a pattern.
func TestLookupAnyCase(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":0,"results":[]}`),
		ok(`{"totalCount":2,"results":[{"_id":"other","email":"annXm@example.com"},{"_id":"`+userID+`","email":"Ann.M@example.com"}]}`))
	user, err := newClient(t, w).Systemusers.GetByEmail(t.Context(), "ann.m@EXAMPLE.com", jumpcloud.WithHeader("X-Test", "lookup"))
	require.NoError(t, err)
	assert.Equal(t, userID, user.ID)
	search := w.requests()[1]
	assert.Equal(t, "POST "+baseURL+"/search/systemusers", search.method+" "+search.url)
	assert.JSONEq(t, `{"filter":{"email":{"$regex":"(?i)^(ann\\.m@EXAMPLE\\.com)$"}},"limit":100,"skip":0,"sort":"_id"}`, search.body)
	assert.Equal(t, "lookup", search.header.Get("X-Test"))
}

// Users who differ in case are told apart by the very spelling, and by no other.
func TestLookupOfSeveral(t *testing.T) {
	const both = `{"totalCount":2,"results":[{"_id":"a","username":"ann","email":"ann@x"},{"_id":"b","username":"ANN","email":"ANN@x"}]}`
	for field, value := range map[string]string{"username": "Ann", "email": "Ann@x"} {
		user, err := userLookups(newClient(t, newWire(t, ok(both), ok(both))))[field](t.Context(), value)
		assert.EqualError(t, err, "jumpcloud: more than 1 Systemuser with this "+field+": more results than asked for")
		assert.ErrorIs(t, err, jumpcloud.ErrTooMany)
		assert.Nil(t, user)
	}
	user, err := newClient(t, newWire(t, ok(both))).Systemusers.GetByUsername(t.Context(), "ANN")
	require.NoError(t, err)
	assert.Equal(t, "b", user.ID)
}

// Case does not matter to a lookup.
func TestLookupInDirectory(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		for _, name := range []string{"ann", "ann.miller", "Bo", "annxmiller"} {
			server.AddUser(jumpcloud.SystemuserCreate{Username: name, Email: name + "@example.com"})
		}
		for field, lookup := range userLookups(server.Client()) {
			value := func(name string) string {
				if field == "email" {
					return name + "@example.com"
				}
				return name
			}
			for name, want := range map[string]string{
				"ann": "ann", "ANN": "ann", "Ann.Miller": "ann.miller", "bo": "Bo", "BO": "Bo",
			} {
				user, err := lookup(t.Context(), value(name))
				require.NoError(t, err, "%s %s", field, name)
				assert.Equal(t, want, user.Username)
			}
			user, err := lookup(t.Context(), value("an"))
			assert.EqualError(t, err, "jumpcloud: no Systemuser with this "+field+": not found")
			assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
			assert.Nil(t, user)
		}
	}, jumpcloudtest.WithPageCap(2))
}

// A service that ignores the filter passes nobody off as somebody else.
func TestLookupFilterIgnored(t *testing.T) {
	const everybody = `{"totalCount":2,"results":[{"_id":"a","username":"zoe"},{"_id":"b","username":"Ann"}]}`
	w := newWire(t, ok(everybody), ok(everybody))
	user, err := newClient(t, w).Systemusers.GetByUsername(t.Context(), "ann")
	require.NoError(t, err)
	assert.Equal(t, "b", user.ID)

	w = newWire(t, status(200, `[{"id":"a","name":"vpn"},{"id":"b","name":"Staff"}]`, "X-Total-Count", "2"))
	_, err = newClient(t, w).Usergroups.GetByName(t.Context(), "VPN")
	assert.EqualError(t, err, "jumpcloud: no UserGroup with this name: not found")
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

// An answer that says "not found" of the list, or of the organization, ends the lookup.
func TestLookupFails(t *testing.T) {
	for name, lookup := range userLookups(newClient(t, always(t, status(404, `{"message":"no such organization"}`)))) {
		_, err := lookup(t.Context(), "ann")
		assert.Equal(t, "systemusers_list", asAPIError(t, err).Operation, name)
	}
	w := newWire(t, ok(`{"totalCount":2,"results":[{"_id":"a","username":"ann"},null]}`))
	_, err := newClient(t, w).Systemusers.GetByUsername(t.Context(), "ann")
	assert.ErrorIs(t, err, jumpcloud.ErrItem, "it could be one more")
}

// Nothing is looked up by nothing.
func TestLookupByNothing(t *testing.T) {
	client := newClient(t, newWire(t))
	for field, lookup := range userLookups(client) {
		_, err := lookup(t.Context(), "")
		assert.Equal(t, field, asParamError(t, err).Param)
	}
	_, err := client.Usergroups.GetByName(t.Context(), "")
	assert.EqualError(t, err, "jumpcloud: name: is empty; nothing can be looked up by it")
}

// A group is found by its exact name, and comes with the attributes that lists lack.
func TestGroupByName(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		made, err := client.Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{
			Name: "VPN: users", Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{Sudo: jumpcloud.Set(jumpcloud.GroupSudoInput{Enabled: true})}),
		})
		require.NoError(t, err)
		server.AddGroup(jumpcloud.UserGroupCreate{Name: "VPN: users (old)"})
		server.ForgetRequests()
		group, err := client.Usergroups.GetByName(t.Context(), "VPN: users")
		require.NoError(t, err)
		assert.Equal(t, made.ID, group.ID)
		require.NotNil(t, group.Attributes)
		assert.True(t, group.Attributes.Sudo.Enabled)
		assert.Equal(t, []string{"groups_user_list", "groups_user_get"}, operationsOf(server.Requests()))
		assert.Equal(t, []string{"name:eq:VPN: users"}, server.Requests()[0].Query["filter"])
	})
}

// manyOf are the usernames that a walk yields, "gone" for who is gone, and the error that ends it.
func manyOf(walk iter.Seq2[*jumpcloud.Systemuser, error]) (names []string, err error) {
	for user, err := range walk {
		switch {
		case errors.Is(err, jumpcloud.ErrItem) && errors.Is(err, jumpcloud.ErrNotFound):
			names = append(names, "gone")
		case errors.Is(err, jumpcloud.ErrItem):
			names = append(names, "odd")
		case err != nil:
			return names, err
		default:
			names = append(names, user.Username)
		}
	}
	return names, nil
}

// Many users are asked for a hundred at a time, and come in the order of their ids, whoever is gone.
func TestGetMany(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client(func(c *jumpcloud.Configuration) { c.PageSize = 7 })
		var ids, want []string
		for i := range 250 {
			name := fmt.Sprintf("pupil%04d", 250-i)
			ids = append(ids, server.AddUser(jumpcloud.SystemuserCreate{Username: name, Email: name + "@example.com", Department: jumpcloud.Set("IT")}))
			want = append(want, name)
		}
		slices.Reverse(ids)
		slices.Reverse(want)
		server.Remove(ids[30], ids[249])
		want[30], want[249] = "gone", "gone"
		ids[6], want[6] = ids[4], want[4]
		server.ForgetRequests()

		walk := client.Systemusers.GetMany(t.Context(), ids, &jumpcloud.SystemusersGetManyParams{Fields: []string{"username"}}, jumpcloud.WithHeader("X-Test", "many"))
		asked := ids[0]
		ids[0] = "changed" // later, by the caller
		for range 2 {
			names, err := manyOf(walk)
			require.NoError(t, err)
			assert.Equal(t, want, names)
			assert.Equal(t, []string{"systemusers_list", "systemusers_get", "systemusers_list", "systemusers_list", "systemusers_get"}, operationsOf(server.Requests()))
			for _, request := range server.Requests() {
				assert.Equal(t, "_id username", request.Query.Get("fields"))
				assert.Equal(t, "many", request.Header.Get("X-Test"))
			}
			assert.True(t, strings.HasPrefix(server.Requests()[0].Query.Get("filter"), "_id:$in:"+asked+"|"))
			server.ForgetRequests()
		}
		for user, err := range walk {
			require.NoError(t, err)
			assert.Empty(t, user.Department, "it was not asked for")
			break
		}
		assert.Len(t, server.Requests(), 1, "no more than the first hundred")
		for _, err := range client.Systemusers.GetMany(t.Context(), []string{"5f0e7a1c00000000000000ff"}, nil) {
			assert.EqualError(t, err, "jumpcloud: ids, element 0: list item cannot be read: "+asAPIError(t, err).Error())
		}
		names, err := manyOf(client.Systemusers.GetMany(t.Context(), nil, nil))
		assert.NoError(t, err)
		assert.Empty(t, names)
	})
}

// Who is missing in the list, or cannot be read in it, is asked for by id before anything is said of them.
func TestGetManyBelievesNoListAlone(t *testing.T) {
	const ann, bo = `{"_id":"a","username":"ann"}`, `{"_id":"b","username":"bo"}`
	w := newWire(t, ok(`{"totalCount":3,"results":[`+bo+`,{"_id":"c","username":7},null]}`), ok(ann), ok(`{"_id":"c","username":7}`), status(200, ``))
	names, err := manyOf(newClient(t, w).Systemusers.GetMany(t.Context(), []string{"a", "B", "c", "d"}, nil))
	require.NoError(t, err)
	assert.Equal(t, []string{"ann", "bo", "odd", "gone"}, names)
	assert.Equal(t, baseURL+"/systemusers?filter=_id%3A%24in%3Aa%7CB%7Cc%7Cd&limit=100&sort=_id", w.requests()[0].url)
	assert.Equal(t, baseURL+"/systemusers/a", w.requests()[1].url)
}

// What is about the request, and not about a user, ends the walk.
func TestGetManyFails(t *testing.T) {
	w := newWire(t, status(403, `{"message":"no"}`))
	names, err := manyOf(newClient(t, w).Systemusers.GetMany(t.Context(), []string{"a", "b"}, nil))
	assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
	assert.Empty(t, names)
	w = newWire(t, ok(`{"totalCount":0,"results":[]}`), status(403, `{"message":"no"}`))
	_, err = manyOf(newClient(t, w).Systemusers.GetMany(t.Context(), []string{"a", "b"}, nil))
	assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
	for _, id := range []string{"", "a|b", strings.Repeat("a", 101)} {
		_, err := manyOf(newClient(t, newWire(t)).Systemusers.GetMany(t.Context(), []string{"a", id}, nil))
		assert.EqualError(t, err, "jumpcloud: systemusers_list: ids: element 1 is empty, or no id")
	}
}

// The members of a group come as whole records, without a call for each.
func TestAllMemberUsers(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		client := server.Client()
		group := server.AddGroup(jumpcloud.UserGroupCreate{Name: "all"})
		for _, id := range server.SeedUsers(230) {
			require.NoError(t, client.Usergroups.AddMember(t.Context(), group, id))
		}
		server.ForgetRequests()
		users, err := jumpcloud.Collect(client.Usergroups.AllMemberUsers(t.Context(), group, nil, jumpcloud.WithHeader("X-Test", "members")), 0)
		require.NoError(t, err)
		require.Len(t, users, 230)
		for _, user := range users {
			assert.NotEmpty(t, user.Email)
		}
		assert.Len(t, server.Requests(), 3+3)
		for _, request := range server.Requests() {
			assert.Equal(t, "members", request.Header.Get("X-Test"))
		}
		for range client.Usergroups.AllMemberUsers(t.Context(), group, nil) {
			break
		}
		_, err = jumpcloud.Collect(client.Usergroups.AllMemberUsers(t.Context(), "5f0e7a1c00000000000000ff", nil), 0)
		assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
		assert.NotErrorIs(t, err, jumpcloud.ErrItem)
	})
}

// A member who cannot be read, and one without an id, are errors of their own, in their place.
func TestAllMemberUsersOddMembers(t *testing.T) {
	w := newWire(t, status(200, `[{"to":{"id":"a"}},{"to":null},{"to":{"id":"b"}},{"to":"odd"}]`, "X-Total-Count", "4"),
		ok(`{"totalCount":1,"results":[{"_id":"a","username":"ann"}]}`), ok(`{"totalCount":1,"results":[{"_id":"b","username":"bo"}]}`))
	names, err := manyOf(newClient(t, w).Usergroups.AllMemberUsers(t.Context(), "g1", nil))
	require.NoError(t, err)
	assert.Equal(t, []string{"ann", "odd", "bo", "odd"}, names)

	w = always(t, func(r *http.Request) (*http.Response, error) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/systemusers"):
			return ok(`{"totalCount":1,"results":[{"_id":"a","username":"ann"}]}`)(r)
		case r.URL.Query().Get("skip") == "":
			return ok(`[{"to":{"id":"a"}}]`)(r)
		}
		return status(403, `{"message":"no"}`)(r)
	})
	names, err = manyOf(newClient(t, w).Usergroups.AllMemberUsers(t.Context(), "g1", nil))
	assert.ErrorIs(t, err, jumpcloud.ErrForbidden, "after what came before it")
	assert.Equal(t, []string{"ann"}, names)
}
