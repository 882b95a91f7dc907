package jumpcloud_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const (
	membersPath      = "/v2/usergroups/6026da081f24755306c2ee0d/members"
	addAnn           = `{"op":"add","type":"user","id":"6026bec6b8207255280d5981"}`
	removeAnn        = `{"op":"remove","type":"user","id":"6026bec6b8207255280d5981"}`
	addLaptop        = `{"op":"add","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`
	removeLaptop     = `{"op":"remove","type":"system","id":"5f1b2c3d4e5f60718293a4b5"}`
	addLaptopSudo    = `{"op":"add","type":"system","id":"5f1b2c3d4e5f60718293a4b5","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`
	updateLaptopSudo = `{"op":"update","type":"system","id":"5f1b2c3d4e5f60718293a4b5","attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}`
)

var (
	sudoParams    = jumpcloud.BindParams{Sudo: jumpcloud.Set(true)}
	alreadyExists = reply{status: 409, contentType: "application/json", body: `{"message":"Already Exists"}`}
	notFound      = reply{status: 404, contentType: "application/json", body: `{"message":"Not Found"}`}
)

func TestAddMemberAddsAUser(t *testing.T) {
	client := talk(t, exchange{request: "POST " + membersPath, body: addAnn, reply: noContent})
	require.NoError(t, client.Usergroups.AddMember(t.Context(), staffID, annID))
}

func TestAddMemberOfOneWhoIsAMemberIsSuccess(t *testing.T) {
	client := talk(t, exchange{request: "POST " + membersPath, body: addAnn, reply: alreadyExists})
	require.NoError(t, client.Usergroups.AddMember(t.Context(), staffID, annID))
}

func TestAddMemberToAGroupThatDoesNotExistFails(t *testing.T) {
	client := talk(t, exchange{request: "POST " + membersPath, body: addAnn, reply: notFound})
	err := client.Usergroups.AddMember(t.Context(), staffID, annID)
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	var failure *jumpcloud.APIError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "graph_userGroupMembersPost", failure.Operation)
}

func TestRemoveMemberRemovesAUser(t *testing.T) {
	client := talk(t, exchange{request: "POST " + membersPath, body: removeAnn, reply: noContent})
	require.NoError(t, client.Usergroups.RemoveMember(t.Context(), staffID, annID))
}

func TestRemoveMemberOfOneWhoIsNoMemberIsSuccess(t *testing.T) {
	client := talk(t, exchange{request: "POST " + membersPath, body: removeAnn, reply: notFound})
	require.NoError(t, client.Usergroups.RemoveMember(t.Context(), staffID, annID))
}

func TestRemoveMemberThatConflictsFails(t *testing.T) {
	client := talk(t, exchange{request: "POST " + membersPath, body: removeAnn, reply: alreadyExists})
	require.ErrorIs(t, client.Usergroups.RemoveMember(t.Context(), staffID, annID), jumpcloud.ErrConflict)
}

func TestMembersNeedTwoIDs(t *testing.T) {
	client := talk(t)
	for name, err := range map[string]error{
		"add to no group":      client.Usergroups.AddMember(t.Context(), "", annID),
		"add nobody":           client.Usergroups.AddMember(t.Context(), staffID, ""),
		"remove from no group": client.Usergroups.RemoveMember(t.Context(), "", annID),
		"remove nobody":        client.Usergroups.RemoveMember(t.Context(), staffID, ""),
	} {
		var refused *jumpcloud.ParamError
		assert.ErrorAs(t, err, &refused, name)
	}
}

// binder is Bind and Unbind of one of the two services that have them.
type binder struct {
	bind   func(ctx context.Context, id string, kind jumpcloud.GraphType, target string, params *jumpcloud.BindParams, opts ...jumpcloud.RequestOption) error
	unbind func(ctx context.Context, id string, kind jumpcloud.GraphType, target string, opts ...jumpcloud.RequestOption) error
}

// binders runs a test with both.
func binders(t *testing.T, test func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder)) {
	t.Run("Users", func(t *testing.T) {
		test(t, "/v2/users/"+annID+"/associations", annID, func(c *jumpcloud.APIClient) binder {
			return binder{bind: c.Users.Bind, unbind: c.Users.Unbind}
		})
	})
	t.Run("Usergroups", func(t *testing.T) {
		test(t, "/v2/usergroups/"+staffID+"/associations", staffID, func(c *jumpcloud.APIClient) binder {
			return binder{bind: c.Usergroups.Bind, unbind: c.Usergroups.Unbind}
		})
	})
}

func TestBindBindsATarget(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t, exchange{request: "POST " + path, body: addLaptop, reply: noContent})
		require.NoError(t, service(client).bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, nil))
	})
}

func TestBindSendsSudo(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		for attributes, params := range map[string]jumpcloud.BindParams{
			`,"attributes":{"sudo":{"enabled":true,"withoutPassword":false}}`:  {Sudo: jumpcloud.Set(true)},
			`,"attributes":{"sudo":{"enabled":true,"withoutPassword":true}}`:   {Sudo: jumpcloud.Set(true), SudoWithoutPassword: jumpcloud.Set(true)},
			`,"attributes":{"sudo":{"enabled":false,"withoutPassword":false}}`: {Sudo: jumpcloud.Set(false), SudoWithoutPassword: jumpcloud.Set(false)},
			`,"attributes":{"other":[1]}`:                                      {Attributes: map[string]any{"other": []int{1}}},
			``:                                                                 {},
			`,"attributes":{"sudo":{"enabled":true,"withoutPassword":false},"other":[1]}`: {Sudo: jumpcloud.Set(true), Attributes: map[string]any{"other": []int{1}}},
			`,"attributes":{"sudo":{"enabled":true,"brandNew":7}}`:                        {Attributes: map[string]any{"sudo": json.RawMessage(`{"enabled":true,"brandNew":7}`)}},
		} {
			client := talk(t, exchange{
				request: "POST " + path,
				body:    `{"op":"add","type":"system_group","id":"5f1b2c3d4e5f60718293a4b5"` + attributes + `}`,
				reply:   noContent,
			})
			require.NoError(t, service(client).bind(t.Context(), id, jumpcloud.GraphTypeSystemGroup, laptopID, &params))
		}
	})
}

func TestBindOfWhatIsBoundIsSuccess(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t, exchange{request: "POST " + path, body: addLaptop, reply: alreadyExists})
		require.NoError(t, service(client).bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, nil))
	})
}

func TestBindOfWhatIsBoundUpdatesItsAttributes(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t,
			exchange{request: "POST " + path, body: addLaptopSudo, reply: alreadyExists},
			exchange{request: "POST " + path, body: updateLaptopSudo, reply: noContent},
		)
		require.NoError(t, service(client).bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)}))
	})
}

func TestBindFailsWhenTheUpdateDoes(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		for _, refusal := range []reply{alreadyExists, notFound} {
			client := talk(t,
				exchange{request: "POST " + path, body: addLaptopSudo, reply: alreadyExists},
				exchange{request: "POST " + path, body: updateLaptopSudo, reply: refusal},
			)
			err := service(client).bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)})
			var failure *jumpcloud.APIError
			require.ErrorAs(t, err, &failure)
			assert.Equal(t, refusal.status, failure.StatusCode)
		}
	})
}

func TestBindToWhatDoesNotExistFails(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t, exchange{request: "POST " + path, body: addLaptop, reply: notFound})
		err := service(client).bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, nil)
		require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	})
}

func TestBindRefusesBadInputBeforeSending(t *testing.T) {
	binders(t, func(t *testing.T, _, id string, service func(*jumpcloud.APIClient) binder) {
		s := service(talk(t))
		for param, err := range map[string]error{
			"SudoWithoutPassword": s.bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, &jumpcloud.BindParams{SudoWithoutPassword: jumpcloud.Set(true)}),
			"targetID":            s.bind(t.Context(), id, jumpcloud.GraphTypeSystem, "", nil),
			"targetType":          s.bind(t.Context(), id, "", laptopID, nil),
		} {
			var refused *jumpcloud.ParamError
			if assert.ErrorAs(t, err, &refused) {
				assert.Equal(t, param, refused.Param)
			}
		}
		var refused *jumpcloud.ParamError
		for _, params := range []jumpcloud.BindParams{
			{SudoWithoutPassword: jumpcloud.Set(false)}, // would take sudo away
			{Sudo: jumpcloud.Set(false), SudoWithoutPassword: jumpcloud.Set(true)},
		} {
			assert.ErrorAs(t, s.bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, &params), &refused)
		}
		assert.ErrorAs(t, s.bind(t.Context(), "", jumpcloud.GraphTypeSystem, laptopID, nil), &refused)
		assert.ErrorAs(t, s.bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, &jumpcloud.BindParams{Attributes: map[string]any{"f": func() {}}}), &refused)
	})
}

func TestUnbindUnbindsATarget(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t, exchange{request: "POST " + path, body: removeLaptop, reply: noContent})
		require.NoError(t, service(client).unbind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID))
	})
}

func TestUnbindOfWhatIsNotBoundIsSuccess(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t, exchange{request: "POST " + path, body: removeLaptop, reply: notFound})
		require.NoError(t, service(client).unbind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID))
	})
}

func TestUnbindThatIsRefusedFails(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t, exchange{request: "POST " + path, body: removeLaptop, reply: reply{status: 403, body: `{"error":"Forbidden"}`}})
		require.ErrorIs(t, service(client).unbind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID), jumpcloud.ErrForbidden)
	})
}

func TestUnbindRefusesBadInputBeforeSending(t *testing.T) {
	binders(t, func(t *testing.T, _, id string, service func(*jumpcloud.APIClient) binder) {
		s := service(talk(t))
		for _, err := range []error{
			s.unbind(t.Context(), "", jumpcloud.GraphTypeSystem, laptopID),
			s.unbind(t.Context(), id, "", laptopID),
			s.unbind(t.Context(), id, jumpcloud.GraphTypeSystem, ""),
		} {
			var refused *jumpcloud.ParamError
			assert.ErrorAs(t, err, &refused)
		}
	})
}

func TestBindTakesRequestOptions(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		client := talk(t, exchange{
			request: "POST " + path + "?trace=1", body: `{"op":"add","type":"system","id":"5f1b2c3d4e5f60718293a4b5","brandNew":true}`, reply: noContent,
		})
		var response jumpcloud.Response
		require.NoError(t, service(client).bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, nil,
			jumpcloud.WithQuery("trace", "1"), jumpcloud.WithBodyField("brandNew", true), jumpcloud.WithResponse(&response)))
		assert.Equal(t, 204, response.StatusCode)
	})
}

func TestDirectIsAPathOfOneHop(t *testing.T) {
	for paths, direct := range map[string]bool{
		`null`:                                  false,
		`[]`:                                    false,
		`[[]]`:                                  false,
		`[[{"to":{"id":"a","type":"system"}}]]`: true,
		`[[{"to":{"id":"g","type":"user_group"}},{"to":{"id":"a","type":"system"}}]]`:                                         false,
		`[[{"to":{"id":"g","type":"user_group"}},{"to":{"id":"a","type":"system"}}],[{"to":{"id":"a","type":"system"}}]]`:     true,
		`[[{"to":{"id":"g"}},{"to":{"id":"s"}},{"to":{"id":"a"}}],[{"to":{"id":"h","type":"user_group"}},{"to":{"id":"a"}}]]`: false,
	} {
		var object jumpcloud.GraphObjectWithPaths
		require.NoError(t, json.Unmarshal([]byte(`{"id":"a","type":"system","paths":`+paths+`}`), &object))
		assert.Equal(t, direct, object.Direct(), paths)
	}
}

func TestSudoIsWhatThePathsAddUpTo(t *testing.T) {
	for attributes, want := range map[string][2]bool{
		`null`: {}, `{}`: {}, `{"sudo":null}`: {}, `{"sudo":true}`: {}, `{"Sudo":{"enabled":true}}`: {},
		`{"sudo":{"enabled":true}}`:                          {true, false},
		`{"sudo":{"enabled":true,"withoutPassword":true}}`:   {true, true},
		`{"sudo":{"enabled":false,"withoutPassword":true}}`:  {false, false},
		`{"sudo":{"enabled":"true","withoutPassword":true}}`: {false, false},
	} {
		var object jumpcloud.GraphObjectWithPaths
		require.NoError(t, json.Unmarshal([]byte(`{"id":"a","type":"system","paths":[],"compiledAttributes":`+attributes+`}`), &object))
		enabled, withoutPassword := object.Sudo()
		assert.Equal(t, want, [2]bool{enabled, withoutPassword}, attributes)
	}
}

// A conflict after an attempt of unknown effect may be one's own binding or one that was there: its
// attributes are written either way.
func TestBindWritesAttributesAfterALostAnswer(t *testing.T) {
	binders(t, func(t *testing.T, path, id string, service func(*jumpcloud.APIClient) binder) {
		synctest.Test(t, func(t *testing.T) {
			client := talk(t,
				exchange{request: "POST " + path, body: addLaptopSudo, reply: reply{status: 503}},
				exchange{request: "POST " + path, body: addLaptopSudo, reply: alreadyExists},
				exchange{request: "POST " + path, body: updateLaptopSudo, reply: noContent},
				exchange{request: "POST " + path, body: addLaptop, reply: reply{status: 503}},
				exchange{request: "POST " + path, body: addLaptop, reply: alreadyExists},
				exchange{request: "POST " + path, body: removeLaptop, reply: reply{status: 503}},
				exchange{request: "POST " + path, body: removeLaptop, reply: notFound},
			)
			s, twice := service(client), jumpcloud.WithMaxAttempts(2)
			require.NoError(t, s.bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, &sudoParams, twice))
			require.NoError(t, s.bind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, nil, twice))
			require.NoError(t, s.unbind(t.Context(), id, jumpcloud.GraphTypeSystem, laptopID, twice))
		})
	})
}

// The graph has as many sides as it has kinds of objects.
func TestGraphFromEverySide(t *testing.T) {
	const at = "5f1b2c3d4e5f60718293a4b5"
	for kind, side := range map[jumpcloud.GraphType]struct{ path, operation string }{
		"user": {"users", "user"}, "user_group": {"usergroups", "userGroup"}, "system": {"systems", "system"},
		"system_group": {"systemgroups", "systemGroup"}, "application": {"applications", "application"},
		"command": {"commands", "command"}, "policy": {"policies", "policy"}, "policy_group": {"policygroups", "policyGroup"},
		"ldap_server": {"ldapservers", "ldapServer"}, "radius_server": {"radiusservers", "radiusServer"},
		"g_suite": {"gsuites", "gSuite"}, "office_365": {"office365s", "office365"}, "active_directory": {"activedirectories", "activeDirectory"},
		"idp_routing_policy":    {"identity-provider/policies", "idpRoutingPolicy"},
		"password_manager_item": {"passwordmanageritems", "passwordManagerItem"},
	} {
		t.Run(string(kind), func(t *testing.T) {
			path := "/v2/" + side.path + "/" + at + "/associations"
			client := talk(t,
				exchange{request: "POST " + path, body: addAnn, reply: noContent},
				exchange{request: "POST " + path, body: addAnn, reply: alreadyExists},
				exchange{request: "POST " + path, body: removeAnn, reply: notFound},
				exchange{request: "GET " + path + "?limit=100&targets=user%2Cuser_group", reply: reply{
					status: 200, contentType: "application/json", total: "1", body: `[{"to":{"id":"` + annID + `","type":"user"}}]`,
				}},
				exchange{request: "POST " + path, body: addAnn, reply: reply{status: 403}},
				exchange{request: "GET " + path + "?limit=100&targets=user", reply: reply{status: 403}},
			)
			from, to := jumpcloud.GraphObject{Type: kind, ID: at}, jumpcloud.GraphObject{Type: "user", ID: annID}
			require.NoError(t, client.Bind(t.Context(), from, to, nil))
			require.NoError(t, client.Bind(t.Context(), from, to, nil))
			require.NoError(t, client.Unbind(t.Context(), from, to))
			bound, err := jumpcloud.One(client.AllAssociations(t.Context(), from, []jumpcloud.GraphType{"user", "user_group"}))
			require.NoError(t, err)
			assert.Equal(t, to, bound.To)

			assert.Equal(t, "graph_"+side.operation+"AssociationsPost", asAPIError(t, client.Bind(t.Context(), from, to, nil)).Operation)
			_, err = jumpcloud.Collect(client.AllAssociations(t.Context(), from, []jumpcloud.GraphType{"user"}), 0)
			assert.Equal(t, "graph_"+side.operation+"AssociationsList", asAPIError(t, err).Operation)
		})
	}
}

func TestGraphRefusesAnObjectWithoutAssociations(t *testing.T) {
	client := talk(t)
	to := jumpcloud.GraphObject{Type: "user", ID: annID}
	for _, kind := range []jumpcloud.GraphType{"", "saas_app"} {
		from := jumpcloud.GraphObject{Type: kind, ID: laptopID}
		_, listed := jumpcloud.Collect(client.AllAssociations(t.Context(), from, []jumpcloud.GraphType{"user"}), 0)
		for _, err := range []error{client.Bind(t.Context(), from, to, &sudoParams), client.Unbind(t.Context(), from, to), listed} {
			refused := asParamError(t, err)
			assert.Equal(t, "from.Type", refused.Param)
			assert.Contains(t, refused.Problem, `is "`+string(kind)+`", which has no associations; these have: user, user_group, system,`)
		}
	}
	system := jumpcloud.GraphObject{Type: "system", ID: laptopID}
	_, listed := jumpcloud.Collect(client.AllAssociations(t.Context(), system, nil), 0)
	for name, err := range map[string]error{
		"no id":      client.Bind(t.Context(), jumpcloud.GraphObject{Type: "system"}, to, nil),
		"nothing":    client.Bind(t.Context(), system, jumpcloud.GraphObject{}, nil),
		"no kind":    client.Unbind(t.Context(), system, jumpcloud.GraphObject{ID: annID}),
		"no targets": listed,
	} {
		var refused *jumpcloud.ParamError
		assert.ErrorAs(t, err, &refused, name)
	}
}
