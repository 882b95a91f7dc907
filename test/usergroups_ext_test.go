package jumpcloud_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const staffPath = "/v2/usergroups/6026da081f24755306c2ee0d"

// wholeGroup is a group with everything that one can have, keys that nobody described included.
const wholeGroup = `{"id":"6026da081f24755306c2ee0d","type":"user_group","name":"Staff","description":"All of us","email":"staff@example.com",
	"attributes":{"sudo":{"enabled":true,"withoutPassword":true},"ldapGroups":[{"name":"staff"},{"name":"people"}],
		"posixGroups":[{"id":4294967295,"name":"staff"},{"id":0,"name":"root"}],
		"radius":{"reply":[{"name":"Tunnel-Type","value":"VLAN"},{"name":"Tunnel-Private-Group-Id","value":"7"}]},
		"sambaEnabled":true,"Hello":"World","more":{"of":[1.50,null]}},
	"membershipMethod":"DYNAMIC_AUTOMATED","membershipAutomated":true,
	"memberQuery":{"queryType":"FilterQuery","filters":[{"field":"department","operator":"eq","value":"IT"}]},
	"memberQueryExemptions":[{"id":"6026bec6b8207255280d5981","type":"user","attributes":{"a":1}}],"memberSuggestionsNotify":true,
	"suggestionCounts":{"add":2,"remove":1,"total":3},"memberQueryErrorFlags":["CYCLE"],"organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`

// writtenGroup is what is sent to keep wholeGroup as it is.
const writtenGroup = `{"name":"Staff","description":"All of us","email":"staff@example.com",
	"attributes":{"sudo":{"enabled":true,"withoutPassword":true},"ldapGroups":[{"name":"staff"},{"name":"people"}],
		"posixGroups":[{"id":4294967295,"name":"staff"},{"id":0,"name":"root"}],
		"radius":{"reply":[{"name":"Tunnel-Type","value":"VLAN"},{"name":"Tunnel-Private-Group-Id","value":"7"}]},
		"sambaEnabled":true,"Hello":"World","more":{"of":[1.50,null]}},
	"membershipMethod":"DYNAMIC_AUTOMATED",
	"memberQuery":{"queryType":"FilterQuery","filters":[{"field":"department","operator":"eq","value":"IT"}]},
	"memberQueryExemptions":[{"id":"6026bec6b8207255280d5981","type":"user","attributes":{"a":1}}],"memberSuggestionsNotify":true}`

// fetched reads a group as Get does.
func fetched(t *testing.T, body string) *jumpcloud.UserGroup {
	t.Helper()
	client := talk(t, exchange{request: "GET " + staffPath, reply: okJSON(body)})
	group, err := client.Usergroups.Get(t.Context(), staffID)
	require.NoError(t, err)
	return group
}

func TestGroupWrittenBackSendsEveryWritableFieldItHad(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + staffPath, reply: okJSON(wholeGroup)},
		exchange{request: "PUT " + staffPath, body: writtenGroup, reply: okJSON(wholeGroup)},
	)
	group, err := client.Usergroups.Get(t.Context(), staffID)
	require.NoError(t, err)

	_, err = client.Usergroups.Update(t.Context(), staffID, group.Update())

	require.NoError(t, err)
}

func TestGroupUpdateSetsEveryFieldButTheDeprecatedOne(t *testing.T) {
	everyFieldIsSet(t, fetched(t, wholeGroup).Update(), ".MembershipAutomated", ".Attributes.PosixGroups[1].ID")
}

func TestGroupUpdateKeepsAttributesThatNobodyDescribed(t *testing.T) {
	attributes, _ := fetched(t, wholeGroup).Update().Attributes.Get()
	assert.Equal(t, map[string]json.RawMessage{"Hello": json.RawMessage(`"World"`), "more": json.RawMessage(`{"of":[1.50,null]}`)}, attributes.Extra)
}

func TestGroupUpdateKeepsAnUnknownMemberQuery(t *testing.T) {
	encodes(t, `{"name":"Staff","description":"","email":"","memberSuggestionsNotify":false,"memberQuery":{"queryType":"Tomorrow","rules":[7]}}`,
		fetched(t, `{"id":"g","name":"Staff","memberQuery":{"queryType":"Tomorrow","rules":[7]}}`).Update())
}

func TestGroupUpdateKeepsSambaDisabledWhereItWasThere(t *testing.T) {
	encodes(t, `{"name":"Staff","description":"","email":"","memberSuggestionsNotify":false,"attributes":{"sambaEnabled":false}}`,
		fetched(t, `{"id":"g","name":"Staff","attributes":{"sambaEnabled":false}}`).Update())
}

func TestGroupUpdateInventsNoAttributes(t *testing.T) {
	for _, attributes := range []string{`{}`, `{"sudo":null,"ldapGroups":null,"posixGroups":null,"radius":null,"sambaEnabled":null}`} {
		encodes(t, `{"name":"Staff","description":"","email":"","memberSuggestionsNotify":false,"attributes":{}}`,
			fetched(t, `{"id":"g","name":"Staff","attributes":`+attributes+`}`).Update())
	}
}

func TestGroupUpdateKeepsEmptyLists(t *testing.T) {
	encodes(t, `{"name":"Staff","description":"","email":"","memberSuggestionsNotify":false,"memberQueryExemptions":[],
			"attributes":{"ldapGroups":[],"posixGroups":[],"radius":{"reply":[]}}}`,
		fetched(t, `{"id":"g","name":"Staff","memberQueryExemptions":[],"attributes":{"ldapGroups":[],"posixGroups":[],"radius":{"reply":[]}}}`).Update())
}

func TestGroupUpdateOfAPlainGroupSendsNoNulls(t *testing.T) {
	encodes(t, `{"name":"Staff","description":"","email":"","memberSuggestionsNotify":false}`,
		fetched(t, `{"id":"6026da081f24755306c2ee0d","type":"user_group","name":"Staff","description":"","email":"","attributes":null,
			"memberQuery":null,"memberQueryExemptions":null,"suggestionCounts":{"add":0,"remove":0,"total":0}}`).Update())
}

func TestGroupUpdateSharesNothingWithTheGroup(t *testing.T) {
	group := fetched(t, wholeGroup)
	body := group.Update()

	attributes, _ := body.Attributes.Get()
	attributes.LDAPGroups[0].Name = jumpcloud.Set("other")
	attributes.PosixGroups[0].ID = 1
	attributes.Extra["Hello"] = json.RawMessage(`"other"`)
	body.MemberQueryExemptions[0].Attributes["a"] = 2

	encodes(t, writtenGroup, group.Update())
}

func TestModifyReadsChangesAndWritesTheWholeGroup(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + staffPath, reply: okJSON(`{"id":"6026da081f24755306c2ee0d","name":"Staff","description":"All of us",
			"attributes":{"posixGroups":[{"id":1001,"name":"staff"}],"Hello":"World"}}`)},
		exchange{
			request: "PUT " + staffPath,
			body: `{"name":"Staff","description":"On call",
				"attributes":{"posixGroups":[{"id":1001,"name":"staff"}],"Hello":"World"}}`,
			reply: okJSON(`{"id":"6026da081f24755306c2ee0d","name":"Staff","description":"On call (as written)"}`),
		},
	)

	group, err := client.Usergroups.Modify(t.Context(), staffID, func(g *jumpcloud.UserGroupUpdate) {
		assert.Equal(t, "All of us", g.Description.Or(""))
		g.Description = jumpcloud.Set("On call")
	})

	require.NoError(t, err)
	assert.Equal(t, "On call (as written)", group.Description)
}

func TestModifyCanClearWhatTheGroupHad(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + staffPath, reply: okJSON(`{"id":"g","name":"Staff","membershipMethod":"DYNAMIC_AUTOMATED",
			"memberQuery":{"queryType":"Filter","filters":["department:$eq:IT"]}}`)},
		exchange{
			request: "PUT " + staffPath,
			body:    `{"name":"Staff","membershipMethod":"STATIC","memberQuery":null}`,
			reply:   okJSON(`{"name":"Staff"}`),
		},
	)

	_, err := client.Usergroups.Modify(t.Context(), staffID, func(g *jumpcloud.UserGroupUpdate) {
		g.MembershipMethod = jumpcloud.Set(jumpcloud.MembershipMethodStatic)
		g.MemberQuery = jumpcloud.Null[jumpcloud.MemberQuery]()
	})

	require.NoError(t, err)
}

func TestModifyUsesBodyFieldsForTheWriteAlone(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + staffPath + "?trace=1", reply: okJSON(`{"id":"g","name":"Staff"}`)},
		exchange{
			request: "PUT " + staffPath + "?trace=1",
			body:    `{"name":"Staff","brandNew":[1]}`,
			reply:   okJSON(`{"name":"Staff","brandNew":[1]}`),
		},
	)
	var response jumpcloud.Response

	group, err := client.Usergroups.Modify(t.Context(), staffID, func(*jumpcloud.UserGroupUpdate) {},
		jumpcloud.WithBodyField("brandNew", []int{1}), jumpcloud.WithQuery("trace", "1"), jumpcloud.WithRaw(), jumpcloud.WithResponse(&response))

	require.NoError(t, err)
	assert.Equal(t, `[1]`, string(group.Field("brandNew")), "the raw group as written")
	assert.Equal(t, 200, response.StatusCode)
}

func TestModifyWritesNothingWhenTheGroupCannotBeRead(t *testing.T) {
	client := talk(t, exchange{request: "GET " + staffPath, reply: reply{status: 404, body: `{"message":"Not Found"}`}})

	group, err := client.Usergroups.Modify(t.Context(), staffID, func(*jumpcloud.UserGroupUpdate) { t.Error("there is nothing to change") })

	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, group)
}

func TestModifyReportsARefusedWrite(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + staffPath, reply: okJSON(`{"id":"g","name":"Staff"}`)},
		exchange{
			request: "PUT " + staffPath, body: `{"name":"Taken"}`,
			reply: reply{status: 409, body: `{"message":"Already Exists"}`},
		},
	)

	group, err := client.Usergroups.Modify(t.Context(), staffID, func(g *jumpcloud.UserGroupUpdate) { g.Name = "Taken" })

	require.ErrorIs(t, err, jumpcloud.ErrConflict)
	assert.Nil(t, group)
	var failure *jumpcloud.APIError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "groups_user_put", failure.Operation)
}

// groupOfTomorrow is a group with keys that the package does not know, at every depth.
const groupOfTomorrow = `{"id":"6026da081f24755306c2ee0d","_id":"6026da081f24755306c2ee0d","type":"user_group","name":"Staff","description":"","top":{"deep":[1.50,12345678901234567890]},
	"attributes":{"sudo":{"enabled":true,"withoutPassword":false,"x":1},"ldapGroups":[{"name":"staff","x":2},{"name":"people","x":3}],
		"posixGroups":[{"id":1,"name":"a","x":4},{"id":2,"name":"b","x":5}],"radius":{"reply":[{"name":"T","value":"v","op":":="},{"name":"T","value":"u","op":"+="}],"x":6},
		"Sudo":"mine","Radius":7,"\u017fudo":8,"sambaEnabled":false,"none":null},
	"membershipMethod":"STATIC","membershipAutomated":false,"memberQuery":null,"email":null,
	"memberQueryExemptions":[{"id":"u1","type":"user","x":9}],"memberSuggestionsNotify":false,
	"suggestionCounts":{"add":0},"memberQueryErrorFlags":[],"organizationObjectId":""}`

// writtenTomorrow is what of it is sent to keep it.
const writtenTomorrow = `{"name":"Staff","description":"","top":{"deep":[1.50,12345678901234567890]},
	"attributes":{"sudo":{"enabled":true,"withoutPassword":false,"x":1},"ldapGroups":[{"name":"staff","x":2},{"name":"people","x":3}],
		"posixGroups":[{"id":1,"name":"a","x":4},{"id":2,"name":"b","x":5}],"radius":{"reply":[{"name":"T","value":"v","op":":="},{"name":"T","value":"u","op":"+="}],"x":6},
		"Sudo":"mine","Radius":7,"\u017fudo":8,"sambaEnabled":false,"none":null},
	"membershipMethod":"STATIC","memberQueryExemptions":[{"id":"u1","type":"user","x":9}],"memberSuggestionsNotify":false}`

func TestModifyWritesBackEveryKeyThatItDoesNotKnowAtEveryDepth(t *testing.T) {
	w := newWire(t, ok(groupOfTomorrow), ok(`{"id":"g1"}`))

	_, err := newClient(t, w).Usergroups.Modify(t.Context(), staffID, func(*jumpcloud.UserGroupUpdate) {})

	require.NoError(t, err)
	assert.JSONEq(t, writtenTomorrow, w.requests()[1].body)
	assert.Contains(t, w.requests()[1].body, "[1.50,12345678901234567890]", "digit by digit")
}

func TestModifyChangesWhatItIsToldAndKeepsTheKeysAroundIt(t *testing.T) {
	attributes := func(g *jumpcloud.UserGroupUpdate, change func(*jumpcloud.GroupAttributesInput)) {
		value, _ := g.Attributes.Get()
		change(&value)
		g.Attributes = jumpcloud.Set(value)
	}
	for name, test := range map[string]struct {
		change    func(*jumpcloud.GroupAttributesInput)
		old, want string
	}{
		"a field of an object": {
			func(a *jumpcloud.GroupAttributesInput) {
				a.Sudo = jumpcloud.Set(jumpcloud.GroupSudoInput{Enabled: false})
			}, `"enabled":true`, `"enabled":false`,
		},
		"an object taken away": {
			func(a *jumpcloud.GroupAttributesInput) { a.Sudo = jumpcloud.Opt[jumpcloud.GroupSudoInput]{} },
			`"sudo":{"enabled":true,"withoutPassword":false,"x":1},`, ``,
		},
		"an object cleared": {
			func(a *jumpcloud.GroupAttributesInput) { a.Sudo = jumpcloud.Null[jumpcloud.GroupSudoInput]() },
			`"sudo":{"enabled":true,"withoutPassword":false,"x":1}`, `"sudo":null`,
		},
		"a free key": {
			func(a *jumpcloud.GroupAttributesInput) { a.Extra["Sudo"] = json.RawMessage(`"yours"`) }, `"mine"`, `"yours"`,
		},
		"a new free key": {
			func(a *jumpcloud.GroupAttributesInput) { a.Extra["new"] = json.RawMessage(`[]`) }, `"none":null`, `"none":null,"new":[]`,
		},
		"a free key taken away": {
			func(a *jumpcloud.GroupAttributesInput) { delete(a.Extra, "none") }, `,"none":null`, ``,
		},
		"an item renamed in its place": {
			func(a *jumpcloud.GroupAttributesInput) { a.LDAPGroups[1].Name = jumpcloud.Set("folk") }, `"people"`, `"folk"`,
		},
		"an item taken away": {
			func(a *jumpcloud.GroupAttributesInput) { a.LDAPGroups = a.LDAPGroups[1:] }, `{"name":"staff","x":2},`, ``,
		},
		"an item added in front": {
			func(a *jumpcloud.GroupAttributesInput) {
				a.LDAPGroups = append([]jumpcloud.LDAPGroupInput{{Name: jumpcloud.Set("new")}}, a.LDAPGroups...)
			}, `[{"name":"staff"`, `[{"name":"new"},{"name":"staff"`,
		},
		"items in another order": {
			func(a *jumpcloud.GroupAttributesInput) {
				a.LDAPGroups[0], a.LDAPGroups[1] = a.LDAPGroups[1], a.LDAPGroups[0]
			}, `{"name":"staff","x":2},{"name":"people","x":3}`, `{"name":"people","x":3},{"name":"staff","x":2}`,
		},
		"an item that is known by its id": {
			func(a *jumpcloud.GroupAttributesInput) {
				a.PosixGroups = []jumpcloud.PosixGroupInput{{ID: 2, Name: "c"}}
			}, `[{"id":1,"name":"a","x":4},{"id":2,"name":"b","x":5}]`, `[{"id":2,"name":"c","x":5}]`,
		},
		"an item in the place of another": {
			func(a *jumpcloud.GroupAttributesInput) {
				a.PosixGroups[0] = jumpcloud.PosixGroupInput{ID: 7, Name: "c"}
			},
			`{"id":1,"name":"a","x":4}`, `{"id":7,"name":"c"}`,
		},
		"one of two items of the same name taken away": {
			func(a *jumpcloud.GroupAttributesInput) {
				radius, _ := a.RADIUS.Get()
				radius.Reply = radius.Reply[1:]
				a.RADIUS = jumpcloud.Set(radius)
			}, `{"name":"T","value":"v","op":":="},`, ``,
		},
		"a list cleared": {
			func(a *jumpcloud.GroupAttributesInput) { a.PosixGroups = []jumpcloud.PosixGroupInput{} },
			`[{"id":1,"name":"a","x":4},{"id":2,"name":"b","x":5}]`, `[]`,
		},
		"a value in a list in an object": {
			func(a *jumpcloud.GroupAttributesInput) {
				radius, _ := a.RADIUS.Get()
				radius.Reply[0].Value = "w"
			}, `"value":"v"`, `"value":"w"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, ok(groupOfTomorrow), ok(`{"id":"g1"}`))

			_, err := newClient(t, w).Usergroups.Modify(t.Context(), staffID, func(g *jumpcloud.UserGroupUpdate) { attributes(g, test.change) })

			require.NoError(t, err)
			want := strings.Replace(writtenTomorrow, test.old, test.want, 1)
			require.NotEqual(t, writtenTomorrow, want)
			assert.JSONEq(t, want, w.requests()[1].body)
		})
	}
}

func TestModifyWritesNothingWhenTheChangeCannotBeSent(t *testing.T) {
	w := newWire(t, ok(`{"id":"g1","name":"Staff","memberQuery":{},"suggestionCounts":{"add":1},"email":"a"}`), ok(`{"id":"g1"}`))

	_, err := newClient(t, w).Usergroups.Modify(t.Context(), staffID, func(g *jumpcloud.UserGroupUpdate) { g.Email = jumpcloud.Set("b\xff") })

	assert.Equal(t, "email", asParamError(t, err).Param)
	assert.Equal(t, 1, w.count())
}
