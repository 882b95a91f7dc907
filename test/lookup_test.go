package jumpcloud_test

import (
	"context"
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
		assert.EqualError(t, err, "jumpcloud: lookup by "+field+": more results than asked for")
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
			assert.EqualError(t, err, "jumpcloud: lookup by "+field+": not found")
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
	assert.EqualError(t, err, "jumpcloud: lookup by name: not found")
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
