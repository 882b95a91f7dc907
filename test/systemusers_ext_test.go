package jumpcloud_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const annPath = "/systemusers/6026bec6b8207255280d5981"

// ann has two of each, with the keys that only the server sets.
const annWithTwoOfEach = `{"_id":"6026bec6b8207255280d5981","username":"ann","sudo":true,
	"attributes":[{"_id":"b1","name":"badge","value":"77"},{"_id":"b2","name":"desk","value":""}],
	"addresses":[
		{"id":"a1","type":"work","streetAddress":"1 Main St","extendedAddress":"Floor 2","poBox":"","locality":"Denver","region":"CO","postalCode":"80202","country":"US"},
		{"id":"a2","type":"home","streetAddress":"2 Side St","extendedAddress":"Rear","poBox":"7","locality":"Boulder","region":"CO","postalCode":"80301","country":"US"}],
	"phoneNumbers":[{"id":"c1","type":"mobile","number":"+1 555 0100"},{"id":"c2","type":"work","number":"+1 555 0101"}]}`

const (
	workAddress = `{"type":"work","streetAddress":"1 Main St","extendedAddress":"Floor 2","poBox":"","locality":"Denver","region":"CO","postalCode":"80202","country":"US"}`
	homeAddress = `{"type":"home","streetAddress":"2 Side St","extendedAddress":"Rear","poBox":"7","locality":"Boulder","region":"CO","postalCode":"80301","country":"US"}`
)

func TestSuspendSendsStateAndSuspendedInAgreement(t *testing.T) {
	client := talk(t, exchange{
		request: "PUT " + annPath, body: `{"state":"SUSPENDED","suspended":true}`,
		reply: okJSON(`{"_id":"6026bec6b8207255280d5981","state":"SUSPENDED","suspended":true}`),
	})

	user, err := client.Systemusers.Suspend(t.Context(), annID)

	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserStateSuspended, user.State)
	assert.True(t, user.Suspended)
}

func TestReactivateSendsStateAndSuspendedInAgreement(t *testing.T) {
	client := talk(t, exchange{
		request: "PUT " + annPath, body: `{"state":"ACTIVATED","suspended":false}`,
		reply: okJSON(`{"_id":"6026bec6b8207255280d5981","state":"ACTIVATED","suspended":false}`),
	})

	user, err := client.Systemusers.Reactivate(t.Context(), annID)

	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserStateActivated, user.State)
	assert.False(t, user.Suspended)
}

func TestSuspendAndReactivateReportRefusals(t *testing.T) {
	for name, body := range map[string]string{
		"Suspend": `{"state":"SUSPENDED","suspended":true}`, "Reactivate": `{"state":"ACTIVATED","suspended":false}`,
	} {
		t.Run(name, func(t *testing.T) {
			client := talk(t, exchange{request: "PUT " + annPath, body: body, reply: reply{status: 404, body: `{"message":"Not Found"}`}})
			call := client.Systemusers.Suspend
			if name == "Reactivate" {
				call = client.Systemusers.Reactivate
			}
			user, err := call(t.Context(), annID)
			require.ErrorIs(t, err, jumpcloud.ErrNotFound)
			assert.Nil(t, user)
		})
	}
}

// The helpers read a user, and write one of the lists: nothing else, without the server's keys.
func TestListHelpersWriteTheWholeListAndNothingElse(t *testing.T) {
	type (
		ctx   = context.Context
		users = *jumpcloud.SystemusersService
		user  = *jumpcloud.Systemuser
	)
	for _, c := range []struct {
		name string
		call func(ctx ctx, s users) (user, error)
		body string
	}{
		{
			"SetAttribute changes one in its place",
			func(ctx ctx, s users) (user, error) { return s.SetAttribute(ctx, annID, "badge", "78") },
			`{"attributes":[{"name":"badge","value":"78"},{"name":"desk","value":""}]}`,
		},
		{
			"SetAttribute adds one at the end",
			func(ctx ctx, s users) (user, error) { return s.SetAttribute(ctx, annID, "floor", "2") },
			`{"attributes":[{"name":"badge","value":"77"},{"name":"desk","value":""},{"name":"floor","value":"2"}]}`,
		},
		{
			"SetAttribute tells names by case",
			func(ctx ctx, s users) (user, error) { return s.SetAttribute(ctx, annID, "Badge", "1") },
			`{"attributes":[{"name":"badge","value":"77"},{"name":"desk","value":""},{"name":"Badge","value":"1"}]}`,
		},
		{
			"SetAttribute takes an empty value",
			func(ctx ctx, s users) (user, error) { return s.SetAttribute(ctx, annID, "badge", "") },
			`{"attributes":[{"name":"badge","value":""},{"name":"desk","value":""}]}`,
		},
		{
			"RemoveAttribute keeps the others",
			func(ctx ctx, s users) (user, error) { return s.RemoveAttribute(ctx, annID, "badge") },
			`{"attributes":[{"name":"desk","value":""}]}`,
		},
		{
			"RemoveAttribute of one that is not there is success",
			func(ctx ctx, s users) (user, error) { return s.RemoveAttribute(ctx, annID, "floor") },
			`{"attributes":[{"name":"badge","value":"77"},{"name":"desk","value":""}]}`,
		},
		{
			"SetAddress replaces the one of the same type",
			func(ctx ctx, s users) (user, error) {
				return s.SetAddress(ctx, annID, jumpcloud.AddressInput{Type: jumpcloud.Set("work"), Locality: jumpcloud.Set("Berlin"), Country: jumpcloud.Set("DE")})
			},
			`{"addresses":[{"type":"work","locality":"Berlin","country":"DE"},` + homeAddress + `]}`,
		},
		{
			"SetAddress adds one of another type",
			func(ctx ctx, s users) (user, error) {
				return s.SetAddress(ctx, annID, jumpcloud.AddressInput{Type: jumpcloud.Set("other"), Locality: jumpcloud.Set("")})
			},
			`{"addresses":[` + workAddress + `,` + homeAddress + `,{"type":"other","locality":""}]}`,
		},
		{
			"RemoveAddress keeps the others",
			func(ctx ctx, s users) (user, error) { return s.RemoveAddress(ctx, annID, "work") },
			`{"addresses":[` + homeAddress + `]}`,
		},
		{
			"SetPhoneNumber changes one in its place",
			func(ctx ctx, s users) (user, error) { return s.SetPhoneNumber(ctx, annID, "work", "+49 30 1") },
			`{"phoneNumbers":[{"type":"mobile","number":"+1 555 0100"},{"type":"work","number":"+49 30 1"}]}`,
		},
		{
			"SetPhoneNumber adds one at the end",
			func(ctx ctx, s users) (user, error) { return s.SetPhoneNumber(ctx, annID, "work_fax", "+49 30 2") },
			`{"phoneNumbers":[{"type":"mobile","number":"+1 555 0100"},{"type":"work","number":"+1 555 0101"},{"type":"work_fax","number":"+49 30 2"}]}`,
		},
		{
			"RemovePhoneNumber keeps the others",
			func(ctx ctx, s users) (user, error) { return s.RemovePhoneNumber(ctx, annID, "mobile") },
			`{"phoneNumbers":[{"type":"work","number":"+1 555 0101"}]}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := talk(t,
				exchange{request: "GET " + annPath, reply: okJSON(annWithTwoOfEach)},
				exchange{request: "PUT " + annPath, body: c.body, reply: okJSON(`{"_id":"6026bec6b8207255280d5981","description":"as written"}`)},
			)
			user, err := c.call(t.Context(), client.Systemusers)
			require.NoError(t, err)
			assert.Equal(t, "as written", user.Description)
		})
	}
}

func TestListHelpersReplaceTheFirstOfSeveralAndRemoveAll(t *testing.T) {
	const twice = `{"_id":"u1","phoneNumbers":[{"id":"1","type":"work","number":"1"},{"id":"2","type":"home","number":"2"},{"id":"3","type":"work","number":"3"}]}`
	client := talk(t,
		exchange{request: "GET " + annPath, reply: okJSON(twice)},
		exchange{
			request: "PUT " + annPath, reply: okJSON(`{}`),
			body: `{"phoneNumbers":[{"type":"work","number":"9"},{"type":"home","number":"2"},{"type":"work","number":"3"}]}`,
		},
		exchange{request: "GET " + annPath, reply: okJSON(twice)},
		exchange{request: "PUT " + annPath, reply: okJSON(`{}`), body: `{"phoneNumbers":[{"type":"home","number":"2"}]}`},
	)
	_, err := client.Systemusers.SetPhoneNumber(t.Context(), annID, "work", "9")
	require.NoError(t, err)
	_, err = client.Systemusers.RemovePhoneNumber(t.Context(), annID, "work")
	require.NoError(t, err)
}

func TestListHelpersClearTheListWithTheLastItem(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + annPath, reply: okJSON(`{"_id":"u1","attributes":[{"_id":"b1","name":"badge","value":"77"}]}`)},
		exchange{request: "PUT " + annPath, body: `{"attributes":[]}`, reply: okJSON(`{}`)},
		exchange{request: "GET " + annPath, reply: okJSON(`{"_id":"u1","addresses":[{"id":"a1","type":"work"}]}`)},
		exchange{request: "PUT " + annPath, body: `{"addresses":[]}`, reply: okJSON(`{}`)},
		exchange{request: "GET " + annPath, reply: okJSON(`{"_id":"u1","phoneNumbers":null}`)},
		exchange{request: "PUT " + annPath, body: `{"phoneNumbers":[]}`, reply: okJSON(`{}`)},
	)
	_, err := client.Systemusers.RemoveAttribute(t.Context(), annID, "badge")
	require.NoError(t, err)
	_, err = client.Systemusers.RemoveAddress(t.Context(), annID, "work")
	require.NoError(t, err)
	_, err = client.Systemusers.RemovePhoneNumber(t.Context(), annID, "work")
	require.NoError(t, err)
}

func TestListHelpersStartAListWhereThereIsNone(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + annPath, reply: okJSON(`{"_id":"u1","username":"ann"}`)},
		exchange{request: "PUT " + annPath, body: `{"attributes":[{"name":"badge","value":"77"}]}`, reply: okJSON(`{}`)},
	)
	_, err := client.Systemusers.SetAttribute(t.Context(), annID, "badge", "77")
	require.NoError(t, err)
}

// listHelpers calls each of the helpers with good input.
func listHelpers(ctx context.Context, s *jumpcloud.SystemusersService, id string, opts ...jumpcloud.RequestOption) map[string]func() (*jumpcloud.Systemuser, error) {
	type user = *jumpcloud.Systemuser
	return map[string]func() (user, error){
		"SetAttribute":    func() (user, error) { return s.SetAttribute(ctx, id, "badge", "77", opts...) },
		"RemoveAttribute": func() (user, error) { return s.RemoveAttribute(ctx, id, "badge", opts...) },
		"SetAddress": func() (user, error) {
			return s.SetAddress(ctx, id, jumpcloud.AddressInput{Type: jumpcloud.Set("work")}, opts...)
		},
		"RemoveAddress":     func() (user, error) { return s.RemoveAddress(ctx, id, "work", opts...) },
		"SetPhoneNumber":    func() (user, error) { return s.SetPhoneNumber(ctx, id, "work", "1", opts...) },
		"RemovePhoneNumber": func() (user, error) { return s.RemovePhoneNumber(ctx, id, "work", opts...) },
	}
}

func TestListHelpersWriteNothingWhenTheUserCannotBeRead(t *testing.T) {
	for _, unknown := range []reply{notFound, {status: 200}} {
		for name := range listHelpers(t.Context(), nil, annID) {
			t.Run(name, func(t *testing.T) {
				client := talk(t, exchange{request: "GET " + annPath, reply: unknown})
				user, err := listHelpers(t.Context(), client.Systemusers, annID)[name]()
				require.ErrorIs(t, err, jumpcloud.ErrNotFound)
				assert.Nil(t, user)
			})
		}
	}
}

func TestListHelpersReportARefusedWrite(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + annPath, reply: okJSON(`{"_id":"u1"}`)},
		exchange{request: "PUT " + annPath, body: `{"attributes":[{"name":"no good","value":"1"}]}`, reply: reply{status: 400, body: `{"message":"invalid name"}`}},
	)
	user, err := client.Systemusers.SetAttribute(t.Context(), annID, "no good", "1")
	require.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	assert.Nil(t, user)
}

func TestListHelpersRefuseAnEmptyIDBeforeSending(t *testing.T) {
	for name, call := range listHelpers(t.Context(), talk(t).Systemusers, "") {
		_, err := call()
		var refused *jumpcloud.ParamError
		assert.ErrorAs(t, err, &refused, name)
	}
}

func TestListHelpersRefuseAnItemWithoutItsKeyBeforeSending(t *testing.T) {
	s := talk(t).Systemusers
	_, withoutName := s.SetAttribute(t.Context(), annID, "", "1")
	_, withoutType := s.SetAddress(t.Context(), annID, jumpcloud.AddressInput{Locality: jumpcloud.Set("Denver")})
	_, withoutKind := s.SetPhoneNumber(t.Context(), annID, "", "1")
	for param, err := range map[string]error{"name": withoutName, "address": withoutType, "numberType": withoutKind} {
		var refused *jumpcloud.ParamError
		if assert.ErrorAs(t, err, &refused) {
			assert.Equal(t, param, refused.Param)
		}
	}
}

func TestListHelpersUseBodyFieldsForTheWriteAlone(t *testing.T) {
	for name, body := range map[string]string{
		"SetAttribute":      `{"attributes":[{"name":"badge","value":"77"}],"brandNew":1}`,
		"RemoveAttribute":   `{"attributes":[],"brandNew":1}`,
		"SetAddress":        `{"addresses":[{"type":"work"}],"brandNew":1}`,
		"RemoveAddress":     `{"addresses":[],"brandNew":1}`,
		"SetPhoneNumber":    `{"phoneNumbers":[{"type":"work","number":"1"}],"brandNew":1}`,
		"RemovePhoneNumber": `{"phoneNumbers":[],"brandNew":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			client := talk(t,
				exchange{request: "GET " + annPath + "?trace=1", reply: okJSON(`{"_id":"6026bec6b8207255280d5981"}`)},
				exchange{request: "PUT " + annPath + "?trace=1", body: body, reply: okJSON(`{"brandNew":2}`)},
			)
			opts := []jumpcloud.RequestOption{jumpcloud.WithBodyField("brandNew", 1), jumpcloud.WithQuery("trace", "1"), jumpcloud.WithRaw()}
			user, err := listHelpers(t.Context(), client.Systemusers, annID, opts...)[name]()
			require.NoError(t, err)
			assert.Equal(t, "2", string(user.Field("brandNew")))
		})
	}
}

// Keys that the package does not know belong to the service, or to somebody's next version.
func TestListHelpersKeepTheKeysThatTheyDoNotKnow(t *testing.T) {
	const user = `{"_id":"u1","newList":[1],"attributes":[{"_id":"b1","name":"badge","value":"77","x":1},{"_id":"b2","name":"desk","value":null,"x":2}],
		"addresses":[{"id":"a1","_id":"a1","type":"work","locality":"Denver","country":null,"x":{"y":3}},{"id":"a2","type":"home","x":4}],
		"phoneNumbers":[{"id":"c1","type":"mobile","number":"1","x":5},{"_id":"c2","type":"work","number":"2","x":6}]}`
	for name, body := range map[string]string{
		"SetAttribute":      `{"attributes":[{"name":"badge","value":"77","x":1},{"name":"desk","value":"","x":2}]}`,
		"RemoveAttribute":   `{"attributes":[{"name":"desk","value":"","x":2}]}`,
		"SetAddress":        `{"addresses":[{"type":"work","x":{"y":3}},{"type":"home","x":4}]}`,
		"RemoveAddress":     `{"addresses":[{"type":"home","x":4}]}`,
		"SetPhoneNumber":    `{"phoneNumbers":[{"type":"mobile","number":"1","x":5},{"type":"work","number":"1","x":6}]}`,
		"RemovePhoneNumber": `{"phoneNumbers":[{"type":"mobile","number":"1","x":5}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, ok(user), ok(`{"_id":"u1"}`))
			_, err := listHelpers(t.Context(), newClient(t, w).Systemusers, annID)[name]()
			require.NoError(t, err)
			assert.JSONEq(t, body, w.requests()[1].body)
		})
	}
}

func TestNewUserBecomesAnUpdateOfOneThatIsThere(t *testing.T) {
	create := everyNewField()
	var sent, written map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(encode(t, create)), &sent))
	require.NoError(t, json.Unmarshal([]byte(encode(t, create.Update())), &written))

	delete(sent, "activated") // which an update does not take
	assert.Equal(t, sent, written)
	assert.Greater(t, len(written), 45)
	assert.Equal(t, `{}`, encode(t, jumpcloud.SystemuserCreate{}.Update()), "an empty name is none")
}
