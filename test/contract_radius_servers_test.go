package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestRADIUSServersContracts(t *testing.T) { testContracts(t, radiusServersContracts()) }

const officeID = "5f1b2c3d4e5f60718293a4f0"

// officeResult is a RADIUS server as an update and a deletion answer it.
const officeResult = `{"_id":"5f1b2c3d4e5f60718293a4f0","name":"Office","networkSourceIp":"192.0.2.7","authIdp":"AZURE","mfa":"REQUIRED",
	"userLockoutAction":"REMOVE","userPasswordExpirationAction":"MAINTAIN","userPasswordEnabled":true,"userCertEnabled":true,"deviceCertEnabled":true,
	"caSource":"BYOC","caCert":"-----BEGIN CERTIFICATE-----","requireTlsAuth":true,"radsecEnabled":true,"requireRadsec":true,"tagNames":["old"]}`

var office = strings.Replace(officeResult, "{", `{"sharedSecret":"kept-to-ourselves","tags":["5f00"],"organization":"5c9e9c2a1f0b7a0012345678",`, 1)

func isOffice(t *testing.T, server *jumpcloud.RADIUSServer) {
	everyFieldIsSet(t, *server)
	assert.Equal(t, officeID, server.ID)
	assert.Equal(t, jumpcloud.Secret("kept-to-ourselves"), server.SharedSecret)
	assert.Equal(t, "192.0.2.7", server.NetworkSourceIp)
	assert.Equal(t, jumpcloud.RADIUSAuthIDPAzure, server.AuthIdp)
	assert.Equal(t, jumpcloud.RADIUSMFARequired, server.MFA)
	assert.Equal(t, jumpcloud.RADIUSCASourceBYOC, server.CaSource)
	assert.Equal(t, []string{"old"}, server.TagNames)
	assert.Equal(t, []string{"5f00"}, server.Tags)
	assert.Equal(t, contractOrg, server.Organization)
}

func isOfficeResult(t *testing.T, server *jumpcloud.RADIUSServerUpdateResult) {
	everyFieldIsSet(t, *server)
	assert.Equal(t, officeID, server.ID)
	assert.Equal(t, "Office", server.Name)
	assert.Equal(t, "MAINTAIN", server.UserPasswordExpirationAction)
}

func radiusServersContracts() []contract {
	type (
		ctx     = context.Context
		client  = *jumpcloud.APIClient
		servers = *jumpcloud.RADIUSServersService
	)
	service := func(c client) servers { return c.RADIUSServers }
	filter := traversalFilter
	listParams := &jumpcloud.RADIUSServersListParams{
		Limit: 50, Skip: 100, Fields: []string{"name", "mfa"}, Sort: []string{"-name", "_id"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Ne, "a b"), jumpcloud.Filter("mfa", jumpcloud.Eq, "ALWAYS")},
	}
	associationsParams := &jumpcloud.RADIUSServersListAssociationsParams{Limit: 50, Skip: 100}
	users := []jumpcloud.GraphType{jumpcloud.GraphTypeUser, jumpcloud.GraphTypeUserGroup}
	associations := func(body jumpcloud.GraphOperation) methods {
		return nothing(func(ctx ctx, c client) error { return c.RADIUSServers.ManageAssociations(ctx, officeID, body) })
	}
	return []contract{
		{
			operation: "radius_servers_list",
			route:     "GET /radiusservers",
			path:      "/radiusservers",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"name mfa"}, "sort": {"-name _id"}, "filter": {"name:$ne:a b", "mfa:$eq:ALWAYS"},
			},
			raw: "limit=50&skip=100&fields=name+mfa&sort=-name+_id&filter=name%3A%24ne%3Aa+b&filter=mfa%3A%24eq%3AALWAYS",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.RADIUSServer], error) {
					return c.RADIUSServers.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.RADIUSServer, error] {
					return c.RADIUSServers.All(ctx, listParams)
				},
				func(t *testing.T, found []*jumpcloud.RADIUSServer) {
					isOffice(t, found[0])
					assert.Equal(t, "5f1b2c3d4e5f60718293a4f9", found[1].ID)
					assert.Empty(t, found[1].SharedSecret)
				},
			),
			answers: []reply{okJSON(`{"totalCount":102,"results":[` + office + `,{"_id":"5f1b2c3d4e5f60718293a4f9","name":"Other"}]}`)},
			failure: refusedKey,
		},
		{
			operation: "radius_servers_post",
			route:     "POST /radiusservers",
			path:      "/radiusservers",
			body: `{"name":"Office","networkSourceIp":"192.0.2.7","sharedSecret":"kept-to-ourselves","authIdp":"JUMPCLOUD","mfa":"DISABLED",
				"userPasswordEnabled":false,"caSource":"NONE","tagNames":[]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.RADIUSServer, error) {
				return c.RADIUSServers.Create(ctx, jumpcloud.RADIUSServerCreate{
					Name: "Office", NetworkSourceIp: "192.0.2.7", SharedSecret: "kept-to-ourselves", AuthIdp: jumpcloud.Set(jumpcloud.RADIUSAuthIDPJumpCloud),
					MFA: jumpcloud.Set(jumpcloud.RADIUSMFADisabled), UserPasswordEnabled: jumpcloud.Set(false),
					CaSource: jumpcloud.Set(jumpcloud.RADIUSCASourceNone), TagNames: []string{},
				})
			}, isOffice),
			answers: []reply{okJSON(office), createdJSON(office)},
			failure: refusedUnspecified,
		},
		{
			operation: "radius_servers_get",
			route:     "GET /radiusservers/{id}",
			path:      "/radiusservers/5f1b2c3d4e5f60718293a4f0",
			methods: single(func(ctx ctx, c client) (*jumpcloud.RADIUSServer, error) {
				return c.RADIUSServers.Get(ctx, officeID)
			}, isOffice),
			answers: []reply{okJSON(office)},
			failure: refusedMock,
		},
		{
			operation: "radius_servers_put",
			route:     "PUT /radiusservers/{id}",
			path:      "/radiusservers/5f1b2c3d4e5f60718293a4f0",
			body: `{"name":"Office","networkSourceIp":"192.0.2.7","sharedSecret":"kept-to-ourselves","authIdp":"AZURE","mfa":"ALWAYS",
				"userLockoutAction":"REMOVE","requireRadsec":false,"tags":[]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.RADIUSServerUpdateResult, error) {
				return c.RADIUSServers.Update(ctx, officeID, jumpcloud.RADIUSServerUpdate{
					Name: "Office", NetworkSourceIp: "192.0.2.7", SharedSecret: "kept-to-ourselves", AuthIdp: jumpcloud.Set(jumpcloud.RADIUSAuthIDPAzure),
					MFA: jumpcloud.Set(jumpcloud.RADIUSMFAAlways), UserLockoutAction: jumpcloud.Set("REMOVE"), RequireRadsec: jumpcloud.Set(false), Tags: []string{},
				})
			}, isOfficeResult),
			answers: []reply{okJSON(officeResult)},
			failure: refusedIn2019,
		},
		{
			operation: "radius_servers_delete",
			route:     "DELETE /radiusservers/{id}",
			path:      "/radiusservers/5f1b2c3d4e5f60718293a4f0",
			methods: single(func(ctx ctx, c client) (*jumpcloud.RADIUSServerUpdateResult, error) {
				return c.RADIUSServers.Delete(ctx, officeID)
			}, isOfficeResult),
			answers: []reply{okJSON(officeResult)},
			failure: refusedNotFound,
		},
		{
			operation: "graph_radiusServerAssociationsList",
			route:     "GET /v2/radiusservers/{radiusserver_id}/associations",
			path:      "/v2/radiusservers/5f1b2c3d4e5f60718293a4f0/associations",
			query:     url.Values{"targets": {"user,user_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.RADIUSServers.ListAssociations(ctx, officeID, users, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.RADIUSServers.AllAssociations(ctx, officeID, users, associationsParams)
				},
				areBoundUsers,
			),
			answers: []reply{v2Page(boundUsers)},
			failure: refusedUnspecified,
		},
		{
			operation: "graph_radiusServerAssociationsPost",
			route:     "POST /v2/radiusservers/{radiusserver_id}/associations",
			path:      "/v2/radiusservers/5f1b2c3d4e5f60718293a4f0/associations",
			body:      `{"op":"add","type":"user_group","id":"6026da081f24755306c2ee0d"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUserGroup, ID: staffID}),
			answers:   []reply{noContent},
			failure:   refusedExists,
		},
		{
			operation: "graph_radiusServerAssociationsPost",
			variant:   "that removes",
			route:     "POST /v2/radiusservers/{radiusserver_id}/associations",
			path:      "/v2/radiusservers/5f1b2c3d4e5f60718293a4f0/associations",
			body:      `{"op":"remove","type":"system_group","id":"6026da081f24755306c2ee0e"}`,
			methods:   associations(jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeSystemGroup, ID: fleetID}),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		traversal("graph_radiusServerTraverseUser", "/v2/radiusservers/{radiusserver_id}/users", officeID, "user", service,
			servers.ListUsers, servers.AllUsers,
			jumpcloud.RADIUSServersListUsersParams{Limit: 50, Skip: 100, Filter: filter}, refusedRate),
		traversal("graph_radiusServerTraverseUserGroup", "/v2/radiusservers/{radiusserver_id}/usergroups", officeID, "user_group", service,
			servers.ListUserGroups, servers.AllUserGroups,
			jumpcloud.RADIUSServersListUserGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedKeyUnsaid),
		traversal("graph_radiusServerTraverseSystemGroup", "/v2/radiusservers/{radiusserver_id}/systemgroups", officeID, "system_group", service,
			servers.ListSystemGroups, servers.AllSystemGroups,
			jumpcloud.RADIUSServersListSystemGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedWording),
	}
}
