package jumpcloud_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// rawThing is an item of the caller's own that keeps its JSON.
type rawThing struct {
	jumpcloud.Raw `json:"-"`
	N             int `json:"n"`
}

// raw decodes an object as the answer of a call.
func raw(t *testing.T, object string, opts ...jumpcloud.RequestOption) *rawThing {
	t.Helper()
	var out rawThing
	require.NoError(t, newClient(t, newWire(t, ok(object))).Call(t.Context(), "GET", "/systems/t1", nil, nil, &out, opts...))
	return &out
}

func TestRaw_WithoutTheOptionThereIsNone(t *testing.T) {
	thing := raw(t, `{"n":7,"sudo":null}`)

	assert.Equal(t, 7, thing.N)
	assert.Nil(t, thing.RawJSON())
	assert.False(t, thing.Has("n"))
	assert.False(t, thing.IsNull("sudo"))
	assert.Nil(t, thing.Field("n"))
}

func TestRaw_TellsAbsentNullAndValueApart(t *testing.T) {
	user, err := newClient(t, newWire(t, ok(`{"_id":"u1","sudo":false,"manager":null,"brandNew":{"x":[1, 2]}}`))).
		Systemusers.Get(t.Context(), "u1", nil, jumpcloud.WithRaw())

	require.NoError(t, err)
	assert.True(t, user.Has("sudo"))
	assert.False(t, user.IsNull("sudo"))
	assert.True(t, user.Has("manager"))
	assert.True(t, user.IsNull("manager"))
	assert.False(t, user.Has("email"))
	assert.False(t, user.IsNull("email"))
	assert.Nil(t, user.Field("email"))
	assert.Equal(t, `{"x":[1, 2]}`, string(user.Field("brandNew")))
	assert.Equal(t, `false`, string(user.Field("sudo")))
}

func TestRaw_KeepsTheObjectAsItWasSent(t *testing.T) {
	const object = `{ "n" : 7,	"x":[ ] }`

	assert.Equal(t, object, string(raw(t, "\n"+object+"\n", jumpcloud.WithRaw()).RawJSON()))
}

func TestRaw_OutlivesTheAnswer(t *testing.T) {
	client := newClient(t, newWire(t, ok(`{"n":1,"text":"first"}`), ok(`{"n":2,"text":"other"}`)))
	var first, second rawThing

	require.NoError(t, client.Call(t.Context(), "GET", "/systems", nil, nil, &first, jumpcloud.WithRaw()))
	require.NoError(t, client.Call(t.Context(), "GET", "/systems", nil, nil, &second, jumpcloud.WithRaw()))

	assert.Equal(t, `{"n":1,"text":"first"}`, string(first.RawJSON()))
}

func TestRaw_FindsKeysInAnyJSON(t *testing.T) {
	for name, test := range map[string]struct{ object, key, want string }{
		"number":                       {`{"a":-1.5e+3}`, "a", `-1.5e+3`},
		"first of several":             {`{"a":1,"b":2}`, "a", `1`},
		"last of several":              {`{"a":1,"b":2}`, "b", `2`},
		"with white space":             {"{ \"a\" :\n [ 1 , 2 ]\t, \"b\" : { } }", "a", `[ 1 , 2 ]`},
		"after white space":            {"{ \"a\" :\n [ 1 , 2 ]\t, \"b\" : { } }", "b", `{ }`},
		"escaped key":                  {`{"\u0061b":1}`, "ab", `1`},
		"key with a quote":             {`{"a\"b":1,"c":2}`, `a"b`, `1`},
		"key with a backslash":         {`{"a\\":1,"c":2}`, `a\`, `1`},
		"key with letters beyond":      {`{"ü":1}`, "ü", `1`},
		"empty key":                    {`{"":1}`, "", `1`},
		"key of another case":          {`{"A":1}`, "a", ``},
		"text with brackets":           {`{"x":"}]{[,:","a":1}`, "a", `1`},
		"text with quotes":             {`{"x":"\"a\":2","a":1}`, "a", `1`},
		"text that ends in backslash":  {`{"x":"\\","a":1}`, "a", `1`},
		"text of backslash and quote":  {`{"x":"\\\"","a":1}`, "a", `1`},
		"nested object is not entered": {`{"x":{"a":1},"y":[{"a":2}]}`, "a", ``},
		"after nested objects":         {`{"x":{"a":{"a":[1,{"a":2}]}},"a":3}`, "a", `3`},
		"nested value":                 {`{"a":{"b":{"c":[{},[],""]}},"d":1}`, "a", `{"b":{"c":[{},[],""]}}`},
		"repeated key: the last":       {`{"a":1,"a":2}`, "a", `2`},
		"true":                         {`{"a":true}`, "a", `true`},
		"true before more":             {`{"a":true,"b":1}`, "a", `true`},
		"text":                         {`{"a":"x y"}`, "a", `"x y"`},
		"empty text":                   {`{"a":""}`, "a", `""`},
		"empty object":                 {`{}`, "a", ``},
		"empty object with space":      {`{ }`, "a", ``},
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, json.Valid([]byte(test.object)))
			thing := raw(t, test.object, jumpcloud.WithRaw())

			assert.Equal(t, test.want, string(thing.Field(test.key)))
			assert.Equal(t, test.want != "", thing.Has(test.key))
		})
	}
}

func TestRaw_EachItemOfAListHasItsOwn(t *testing.T) {
	const list = `[ {"n":1,"x":"],["} ,{"n":2,"manager":null}, {"n":3} ]`
	for name, body := range map[string]string{"v1": `{"totalCount":3, "results" : ` + list + ` }`, "bare": list, "after": `{"results":` + list + `,"totalCount":3}`} {
		t.Run(name, func(t *testing.T) {
			things, err := jumpcloud.Collect(jumpcloud.Walk[rawThing](t.Context(), newClient(t, newWire(t, ok(body), ok(`[]`))), "/systems", nil, jumpcloud.WithRaw()), 0)

			require.NoError(t, err)
			require.Len(t, things, 3)
			assert.Equal(t, `{"n":1,"x":"],["}`, string(things[0].RawJSON()))
			assert.True(t, things[1].IsNull("manager"))
			assert.Equal(t, `{"n":3}`, string(things[2].RawJSON()))
		})
	}
}

func TestRaw_ItemsOfAListHaveNoneWithoutTheOption(t *testing.T) {
	page, err := newClient(t, newWire(t, ok(`{"totalCount":1,"results":[{"_id":"u1"}]}`))).Systemusers.List(t.Context(), nil)

	require.NoError(t, err)
	assert.Nil(t, page.Items[0].RawJSON())
}

func TestRaw_ItemsBesideOneThatCannotBeReadHaveTheirOwn(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":3,"results":[{"n":"x"},null,{"n":3}]}`))
	var texts []string

	for thing, err := range jumpcloud.Walk[rawThing](t.Context(), newClient(t, w), "/systems", nil, jumpcloud.WithRaw()) {
		if err == nil {
			texts = append(texts, string(thing.RawJSON()))
		}
	}

	assert.Equal(t, []string{`{"n":3}`}, texts)
}

func TestRaw_ItemsMayGrowWithoutTouchingTheirNeighbours(t *testing.T) {
	things, err := jumpcloud.Collect(jumpcloud.Walk[rawThing](t.Context(), newClient(t, newWire(t, ok(`[{"n":1},{"n":2}]`), ok(`[]`))), "/v2/systems", nil, jumpcloud.WithRaw()), 0)
	require.NoError(t, err)

	_ = append(things[0].RawJSON(), "XXXXXXXX"...)
	_ = append(things[0].Field("n"), "XXXXXXXX"...)

	assert.Equal(t, `{"n":2}`, string(things[1].RawJSON()))
}

func TestRaw_IDIsFilledFromEitherSpelling(t *testing.T) {
	for body, want := range map[string]string{
		`{"_id":"a","id":"a"}`: "a", `{"_id":"a"}`: "a", `{"id":"a"}`: "a", `{"_id":"a","id":"b"}`: "a", `{"_id":"","id":"b"}`: "b",
	} {
		client := newClient(t, newWire(t, ok(body), ok(`{"totalCount":1,"results":[`+body+`]}`), ok(`[`+body+`]`)))

		user, err := client.Systemusers.Get(t.Context(), "a", nil)
		require.NoError(t, err)
		assert.Equal(t, want, user.ID, body)
		page, err := client.Systemusers.List(t.Context(), nil)
		require.NoError(t, err)
		assert.Equal(t, want, page.Items[0].ID, body)
		keys, err := client.Systemusers.ListSSHKeys(t.Context(), "a")
		require.NoError(t, err)
		assert.Equal(t, want, keys[0].ID, body)
	}
}

func TestRaw_UnknownFieldsAreIgnored(t *testing.T) {
	user, err := newClient(t, newWire(t, ok(`{"_id":"u1","associatedTagCount":3,"x":{"y":[1]},"state":"NEVER_SEEN"}`))).Systemusers.Get(t.Context(), "u1", nil)

	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserState("NEVER_SEEN"), user.State, "and enums are open")
}

func TestRaw_IntegersThatComeAsTextsAreReadWhereTheyOccur(t *testing.T) {
	for body, want := range map[string]int{`{"exclusionDays":7}`: 7, `{"exclusionDays":"7"}`: 7, `{"exclusionDays":""}`: 0, `{"exclusionDays":null}`: 0} {
		user, err := newClient(t, newWire(t, ok(`{"_id":"u1","mfa":`+body+`}`))).Systemusers.Get(t.Context(), "u1", nil)

		require.NoError(t, err, body)
		assert.Equal(t, want, user.MFA.ExclusionDays, body)
	}
}

func TestRaw_TextsThatAreNoIntegersAreAnError(t *testing.T) {
	for _, mfa := range []string{`{"exclusionDays":"seven"}`, `{"exclusionDays":[7]}`, `{"configured":"x"}`, `[7]`} {
		_, err := newClient(t, newWire(t, ok(`{"_id":"u1","mfa":`+mfa+`}`))).Systemusers.Get(t.Context(), "u1", nil)

		asDecodeError(t, err)
	}
}

func TestRaw_FreeKeysAreKeptAndWrittenBack(t *testing.T) {
	const attributes = `{"Hello":"World","sudo":{"enabled":true,"withoutPassword":false},"n":[1,null]}`
	client := newClient(t, newWire(t, ok(`{"id":"g1","attributes":`+attributes+`}`)))

	group, err := client.Usergroups.Get(t.Context(), "g1")

	require.NoError(t, err)
	require.NotNil(t, group.Attributes)
	assert.JSONEq(t, attributes, encode(t, group.Attributes))
	assert.JSONEq(t, attributes, encode(t, group.Attributes.Input()))
	assert.Equal(t, `"World"`, string(group.Attributes.Extra["Hello"]))
}

func TestRaw_FreeKeysOfTheWrongKindAreAnError(t *testing.T) {
	for _, attributes := range []string{`[1]`, `"text"`, `{"sudo":7}`} {
		_, err := newClient(t, newWire(t, ok(`{"id":"g1","attributes":`+attributes+`}`))).Usergroups.Get(t.Context(), "g1")

		asDecodeError(t, err)
	}
}

func TestRaw_FreeKeyThatIsNoJSONIsRefusedBeforeSending(t *testing.T) {
	_, err := newClient(t, newWire(t)).Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{
		Name: "g", Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{Extra: map[string]json.RawMessage{"k": json.RawMessage(`{`)}}),
	})

	assert.Equal(t, "body", asParamError(t, err).Param)
}

func TestRaw_LargeListIsCutIntoItsItems(t *testing.T) {
	var objects []string
	for i := range 500 {
		objects = append(objects, fmt.Sprintf(`{"n":%d,"text":"%s"}`, i, strings.Repeat(`\"],{`, i%7)))
	}
	things, err := jumpcloud.Collect(jumpcloud.Walk[rawThing](t.Context(), newClient(t, newWire(t, ok(`{"totalCount":500,"results":[`+strings.Join(objects, ", ")+`]}`))), "/systems", nil, jumpcloud.WithRaw()), 0)

	require.NoError(t, err)
	require.Len(t, things, 500)
	for i, thing := range things {
		assert.Equal(t, objects[i], string(thing.RawJSON()))
	}
}

func TestRaw_OfModelsInsideOthersIsTheirPartOfTheAnswer(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1","ssh_keys":[{"_id":"k1","brandNew":1},{"_id":"k2"}]}`),
		ok(`[{"id":"s1","paths":[[{"to":{"id":"g1"},"via":1},{"to":{"id":"s1"},"via":2}],[]]}]`), ok(`{"_id":"u1","ssh_keys":[{"_id":"k1"}]}`))
	client := newClient(t, w)

	user, err := client.Systemusers.Get(t.Context(), "u1", nil, jumpcloud.WithRaw())
	require.NoError(t, err)
	assert.Equal(t, `{"_id":"k1","brandNew":1}`, string(user.SSHKeys[0].RawJSON()))
	assert.False(t, user.SSHKeys[1].Has("brandNew"))
	page, err := client.Users.ListSystems(t.Context(), "u1", nil, jumpcloud.WithRaw())
	require.NoError(t, err)
	assert.Equal(t, `2`, string(page.Items[0].Paths[0][1].Field("via")))
	without, err := client.Systemusers.Get(t.Context(), "u1", nil)
	require.NoError(t, err)
	assert.Nil(t, without.SSHKeys[0].RawJSON())
}

func TestRaw_KnownKeysBesideFreeOnesAreTakenByTheirExactName(t *testing.T) {
	const attributes = `{"Radius":{"reply":[{"name":"a","value":"b"}]},"LdapGroups":[{"name":"x"}],"Sudo":{"enabled":true,"withoutPassword":true},"sambaEnabled":false,"ſudo":1}`
	var read jumpcloud.GroupAttributes
	require.NoError(t, json.Unmarshal([]byte(attributes), &read))

	assert.Nil(t, read.Sudo)
	assert.Nil(t, read.RADIUS)
	assert.Nil(t, read.LDAPGroups)
	assert.Len(t, read.Extra, 4)
	assert.JSONEq(t, attributes, encode(t, read.Input()))
}

func TestBodyField_IsSetOnEachObjectOfAList(t *testing.T) {
	for want, call := range map[string]func(*jumpcloud.APIClient) error{
		`[{"email":"a@x","new":1,"username":"a"},{"email":"b@x","new":1,"username":"b"}]`: func(c *jumpcloud.APIClient) error {
			_, err := c.BulkJobs.CreateUsers(t.Context(), []jumpcloud.BulkUserCreate{{Username: "a", Email: "a@x"}, {Username: "b", Email: "b@x"}}, nil, jumpcloud.WithBodyField("new", 1))
			return err
		},
		`[{"id":"u1","new":1}]`: func(c *jumpcloud.APIClient) error {
			_, err := c.BulkJobs.UpdateUsers(t.Context(), []jumpcloud.BulkUserUpdate{{ID: "u1"}}, nil, jumpcloud.WithBodyField("new", 1))
			return err
		},
		`[{"email":"a@x","new":1,"username":"a"}]`: func(c *jumpcloud.APIClient) error {
			_, err := c.Workdays.Import(t.Context(), "w1", []jumpcloud.BulkUserCreate{{Username: "a", Email: "a@x"}}, jumpcloud.WithBodyField("new", 1))
			return err
		},
	} {
		w := newWire(t, status(400, `{}`))
		require.ErrorIs(t, call(newClient(t, w)), jumpcloud.ErrBadRequest)
		assert.Equal(t, want, w.only().body)
	}
}

func TestBodyField_OnABodyThatIsNeitherIsRefused(t *testing.T) {
	client := newClient(t, newWire(t))
	for _, body := range []any{nil, "text", 7, []int{1}, []any{map[string]any{}, nil}} {
		err := client.Call(t.Context(), "POST", "/things", nil, body, nil, jumpcloud.WithBodyField("new", 1))

		assert.Equal(t, "WithBodyField", asParamError(t, err).Param)
	}
	_, err := client.Usergroups.Get(t.Context(), "g1", jumpcloud.WithBodyField("new", 1))
	assert.Equal(t, "WithBodyField", asParamError(t, err).Param)
}

// What a helper reads on its way has no body that the field is for.
func TestBodyField_OfAHelperReachesItsWritesAlone(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		results, err := server.Client().BulkJobs.ImportUsers(t.Context(), slices.Values(rowsOfPupils(0, 3)),
			jumpcloud.ImportParams{JobSize: 2, SkipExisting: true}, jumpcloud.WithBodyField("department", "IT"))

		require.NoError(t, err)
		assert.Equal(t, map[jumpcloud.ImportStatus]int{jumpcloud.ImportCreated: 3}, fates(results))
		users, err := jumpcloud.Collect(server.Client().Systemusers.All(t.Context(), nil), 0)
		require.NoError(t, err)
		for _, user := range users {
			assert.Equal(t, "IT", user.Department)
		}
		for _, request := range server.Requests("POST /search/systemusers") {
			assert.NotContains(t, string(request.Body), "department\":\"IT")
		}
	})
	w := newWire(t, ok(`{"id":"g1","membershipMethod":"STATIC"}`), v2List(0, 0), status(204, ``))
	_, err := newClient(t, w).Usergroups.SyncMembers(t.Context(), "g1", []string{"u1"}, jumpcloud.SyncParams{}, jumpcloud.WithBodyField("new", 1))
	require.NoError(t, err)
	assert.JSONEq(t, `{"op":"add","type":"user","id":"u1","new":1}`, w.requests()[2].body)
}
