package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// reachable seeds ann, who reaches something of each kind: some of it directly, some through groups.
func reachable(server *jumpcloudtest.Server) (ann string, names map[string]string) {
	ann = server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	server.AddUser(jumpcloud.SystemuserCreate{Username: "bo", Email: "bo@example.com"})
	names = map[string]string{}
	name := func(name, id string) { names[id] = name }
	name("Staff", server.AddGroup(jumpcloud.UserGroupCreate{Name: "Staff"}))
	name("Admins", server.AddGroup(jumpcloud.UserGroupCreate{Name: "Admins"}))
	name("Everyone", server.AddGroup(jumpcloud.UserGroupCreate{Name: "Everyone"}))
	server.Bind("ann", "Staff", nil)
	server.Bind("ann", "Admins", nil)
	server.Bind("Staff", "Everyone", nil)
	server.Bind("bo", "Everyone", nil)
	name("laptop", server.AddSystem("laptop"))
	name("web", server.AddSystem("web"))
	name("servers", server.AddSystemGroup("servers"))
	name("Wiki", server.AddApplication("Wiki"))
	name("Payroll", server.AddApplication("Payroll"))
	name("Google", server.AddDirectory(jumpcloud.GraphTypeGSuite, "Google"))
	name("365", server.AddDirectory(jumpcloud.GraphTypeOffice365, "365"))
	name("LDAP", server.AddDirectory(jumpcloud.GraphTypeLDAPServer, "LDAP"))
	name("corp", server.AddDirectory(jumpcloud.GraphTypeActiveDirectory, "corp"))
	name("Wi-Fi", server.AddRADIUSServer("Wi-Fi"))
	server.Bind("web", "servers", nil)
	server.Bind("ann", "laptop", jumpcloudtest.Sudo(false))
	server.Bind("ann", "Wiki", nil)
	server.Bind("Staff", "Wiki", nil)
	server.Bind("Everyone", "Wi-Fi", nil)
	server.Bind("Staff", "Google", nil)
	server.Bind("Staff", "365", nil)
	server.Bind("ann", "LDAP", nil)
	server.Bind("Admins", "corp", nil)
	server.Bind("Admins", "servers", jumpcloudtest.Sudo(true))
	server.Bind("bo", "Payroll", nil)
	return ann, names
}

// described are objects as name and paths, such as "Wiki: Wiki; Staff > Wiki".
func described(objects []*jumpcloud.GraphObjectWithPaths, names map[string]string) (texts []string) {
	for _, object := range objects {
		text := names[object.ID] + ":"
		for i, path := range object.Paths {
			for j, hop := range path {
				switch {
				case j > 0:
					text += " >"
				case i > 0:
					text += ";"
				}
				text += " " + names[hop.To.ID]
			}
		}
		texts = append(texts, text)
	}
	return texts
}

func TestAccess(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ann, names := reachable(server)
		began := time.Now()
		client, inFlight := gauged(server)
		access, err := client.Users.Access(t.Context(), ann)
		require.NoError(t, err)
		assert.Equal(t, time.Second, time.Since(began), "all requests at once")
		assert.Equal(t, int32(10), inFlight.most.Load())
		assert.Equal(t, map[string]int{
			"graph_userMemberOf": 1, "graph_userTraverseActiveDirectory": 1, "graph_userTraverseApplication": 1, "graph_userTraverseDirectory": 1,
			"graph_userTraverseGSuite": 1, "graph_userTraverseLdapServer": 1, "graph_userTraverseOffice365": 1, "graph_userTraverseRadiusServer": 1,
			"graph_userTraverseSystem": 1, "graph_userTraverseSystemGroup": 1,
		}, tallyOf(operationsOf(server.Requests())))

		assert.Equal(t, ann, access.UserID)
		assert.Equal(t, []string{"Staff: Staff", "Admins: Admins", "Everyone: Staff > Everyone"}, described(access.Groups, names))
		assert.Equal(t, []string{"corp: Admins > corp"}, described(access.ActiveDirectories, names))
		assert.Equal(t, []string{"Wiki: Wiki; Staff > Wiki"}, described(access.Applications, names))
		assert.Equal(t, []string{"Google: Staff > Google", "365: Staff > 365", "LDAP: LDAP", "corp: Admins > corp"}, described(access.Directories, names))
		assert.Equal(t, []string{"Google: Staff > Google"}, described(access.GSuites, names))
		assert.Equal(t, []string{"LDAP: LDAP"}, described(access.LDAPServers, names))
		assert.Equal(t, []string{"365: Staff > 365"}, described(access.Office365s, names))
		assert.Equal(t, []string{"Wi-Fi: Staff > Everyone > Wi-Fi"}, described(access.RADIUSServers, names))
		assert.Equal(t, []string{"laptop: laptop", "web: Admins > servers > web"}, described(access.Systems, names))
		assert.Equal(t, []string{"servers: Admins > servers"}, described(access.SystemGroups, names))
		assert.Equal(t, []bool{true, true, false}, []bool{access.Systems[0].Direct(), access.Applications[0].Direct(), access.SystemGroups[0].Direct()})
		assert.Equal(t, map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": true}}, access.Systems[1].CompiledAttributes)

		var everything []*jumpcloud.GraphObjectWithPaths
		for object := range access.All() {
			everything = append(everything, object)
		}
		assert.Equal(t, []string{
			"corp: Admins > corp", "Wiki: Wiki; Staff > Wiki", "Google: Staff > Google", "LDAP: LDAP", "365: Staff > 365",
			"Wi-Fi: Staff > Everyone > Wi-Fi", "laptop: laptop", "web: Admins > servers > web", "servers: Admins > servers",
		}, described(everything, names), "each once, though directories come twice")
		for object := range access.All() {
			assert.Equal(t, "corp", names[object.ID])
			break
		}
	}, jumpcloudtest.WithLatency(time.Second))
}

// It is whole: more than a page of each kind, and of a user who reaches nothing.
func TestAccessIsWhole(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ann, _ := reachable(server)
		for i := range 250 {
			server.Bind("ann", server.AddApplication(fmt.Sprintf("app %d", i)), nil)
			server.Bind("Staff", server.AddSystem(fmt.Sprintf("system %d", i)), nil)
			server.Bind("ann", server.AddGroup(jumpcloud.UserGroupCreate{Name: fmt.Sprintf("group %d", i)}), nil)
		}
		access, err := server.Client().Users.Access(t.Context(), ann)
		require.NoError(t, err)
		assert.Len(t, access.Applications, 251)
		assert.Len(t, access.Systems, 252)
		assert.Len(t, access.Groups, 253)

		nobody := server.AddUser(jumpcloud.SystemuserCreate{Username: "new", Email: "new@example.com"})
		access, err = server.Client().Users.Access(t.Context(), nobody)
		require.NoError(t, err)
		assert.Empty(t, access.Groups)
		for range access.All() {
			t.Error("a user without bindings reaches something")
		}
	})
}

// It is whole or an error: that of the part that failed, with the others ended.
func TestAccessFails(t *testing.T) {
	for path, operation := range map[string]string{
		"memberof": "graph_userMemberOf", "activedirectories": "graph_userTraverseActiveDirectory", "applications": "graph_userTraverseApplication",
		"directories": "graph_userTraverseDirectory", "gsuites": "graph_userTraverseGSuite", "ldapservers": "graph_userTraverseLdapServer",
		"office365s": "graph_userTraverseOffice365", "radiusservers": "graph_userTraverseRadiusServer",
		"systems": "graph_userTraverseSystem", "systemgroups": "graph_userTraverseSystemGroup",
	} {
		t.Run(path, func(t *testing.T) {
			bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
				ann, _ := reachable(server)
				server.Inject("* /*", 0, jumpcloudtest.Latency(time.Hour)) // the others would take long
				server.Inject("GET /v2/users/{id}/"+path, 0, jumpcloudtest.Latency(-time.Hour))
				server.Inject("GET /v2/users/{id}/"+path, 1, jumpcloudtest.Status(403, nil, `{"message":"not yours"}`))
				began := time.Now()
				access, err := server.Client(func(c *jumpcloud.Configuration) { c.Timeout = 2 * time.Hour }).Users.Access(t.Context(), ann)
				assert.Nil(t, access)
				assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
				assert.NotErrorIs(t, err, context.Canceled)
				assert.Equal(t, operation, asAPIError(t, err).Operation)
				assert.Less(t, time.Since(began), time.Hour)
			})
		})
	}
}

// An object that cannot be read is an error too.
func TestAccessOddObject(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ann, _ := reachable(server)
		server.Inject("GET /v2/users/{id}/systems", 1, jumpcloudtest.WrongFieldType("paths"))
		access, err := server.Client().Users.Access(t.Context(), ann)
		assert.Nil(t, access)
		assert.ErrorIs(t, err, jumpcloud.ErrItem)
	})
}

func TestAccessContextEnds(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		ann, _ := reachable(server)
		server.Inject("*", 0, jumpcloudtest.Latency(time.Hour))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		access, err := server.Client().Users.Access(ctx, ann)
		assert.Nil(t, access)
		assert.ErrorIs(t, err, context.DeadlineExceeded)

		reason := errors.New("the report is not needed any more")
		stopped, stop := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { stop(reason) })
		access, err = server.Client().Users.Access(stopped, ann)
		assert.Nil(t, access)
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, reason)

		_, err = server.Client().Users.Access(t.Context(), "")
		assert.Contains(t, asParamError(t, err).Problem, "is empty")
	})
}
