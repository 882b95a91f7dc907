package jumpcloud_test

import (
	"context"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestIPListsContracts(t *testing.T) { testContracts(t, ipListsContracts()) }

const (
	ipListID      = "66c1b2c3d4e5f60718293b01"
	ipListPath    = "/v2/iplists/66c1b2c3d4e5f60718293b01"
	ipListWritten = `"name":"Office","description":"Floor 3","ips":["192.0.2.1","192.0.2.3 - 192.0.2.9","198.51.100.0/24"]`
	ipList        = `{"id":"66c1b2c3d4e5f60718293b01",` + ipListWritten + `}`
)

func isIPList(t *testing.T, list *jumpcloud.IPList) {
	everyFieldIsSet(t, *list)
	assert.Equal(t, ipListID, list.ID)
	assert.Equal(t, "Office", list.Name)
	assert.Equal(t, "Floor 3", list.Description)
	assert.Equal(t, []string{"192.0.2.1", "192.0.2.3 - 192.0.2.9", "198.51.100.0/24"}, list.IPs)
}

func ipListsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		one    = jumpcloud.IPList
	)
	params := &jumpcloud.IPListsListParams{
		Limit: 50, Skip: 100, Sort: []string{"-name", "id"}, Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Eq, "R & D, Lab")},
	}
	body := jumpcloud.IPListRequest{
		Name: jumpcloud.Set("Office"), Description: jumpcloud.Set("Floor 3"), IPs: []string{"192.0.2.1", "192.0.2.3 - 192.0.2.9", "198.51.100.0/24"},
	}
	return []contract{
		{
			operation: "iplists_list",
			route:     "GET /v2/iplists",
			path:      "/v2/iplists",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-name,id"}, "filter": {"name:eq:R & D, Lab"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[one], error) { return c.IPLists.List(ctx, params) },
				func(ctx ctx, c client) iter.Seq2[*one, error] { return c.IPLists.All(ctx, params) },
				func(t *testing.T, found []*one) {
					isIPList(t, found[0])
					assert.Equal(t, "Home", found[1].Name)
				},
			),
			answers: []reply{v2Page(`[` + ipList + `,{"id":"66c1b2c3d4e5f60718293b02","name":"Home","description":"","ips":[]}]`)},
			failure: refusedDetails,
		},
		{
			operation: "iplists_post",
			route:     "POST /v2/iplists",
			path:      "/v2/iplists",
			body:      `{` + ipListWritten + `}`,
			methods:   single(func(ctx ctx, c client) (*one, error) { return c.IPLists.Create(ctx, body) }, isIPList),
			answers:   []reply{createdJSON(ipList)},
			failure:   refusedExists,
		},
		{
			operation: "iplists_get",
			route:     "GET /v2/iplists/{id}",
			path:      ipListPath,
			methods:   single(func(ctx ctx, c client) (*one, error) { return c.IPLists.Get(ctx, ipListID) }, isIPList),
			answers:   []reply{okJSON(ipList)},
			failure:   refusedNotFound,
		},
		{
			operation: "iplists_put",
			route:     "PUT /v2/iplists/{id}",
			path:      ipListPath,
			body:      `{` + ipListWritten + `}`,
			methods:   single(func(ctx ctx, c client) (*one, error) { return c.IPLists.Update(ctx, ipListID, body) }, isIPList),
			answers:   []reply{okJSON(ipList)},
			failure:   refusedMock,
		},
		{
			operation: "iplists_patch",
			route:     "PATCH /v2/iplists/{id}",
			path:      ipListPath,
			body:      `{"description":"","ips":[]}`,
			methods: single(func(ctx ctx, c client) (*one, error) {
				return c.IPLists.Patch(ctx, ipListID, jumpcloud.IPListRequest{Description: jumpcloud.Set(""), IPs: []string{}})
			}, isIPList),
			answers: []reply{okJSON(ipList)},
			failure: refusedErrorOnly,
		},
		{
			operation: "iplists_delete",
			route:     "DELETE /v2/iplists/{id}",
			path:      ipListPath,
			methods:   single(func(ctx ctx, c client) (*one, error) { return c.IPLists.Delete(ctx, ipListID) }, isIPList),
			answers:   []reply{okJSON(ipList)},
			failure:   refusedExists,
		},
	}
}

func TestIPListIsLookedUpByItsVeryName(t *testing.T) {
	const list = "GET /v2/iplists?limit=100"
	answer := func(items string) reply {
		return reply{status: 200, contentType: "application/json", body: items, total: "2"}
	}
	client := talk(t,
		exchange{request: list, reply: answer(`[{"id":"a","name":"office"},` + ipList + `]`)},
		exchange{request: list, reply: answer(`[{"id":"a","name":"office"},{"id":"b","name":"Offices"}]`)},
		exchange{request: list, reply: answer(`[` + ipList + `,{"id":"a","name":"Office"}]`)},
	)

	found, err := client.IPLists.GetByName(t.Context(), "Office")
	require.NoError(t, err)
	isIPList(t, found)

	_, err = client.IPLists.GetByName(t.Context(), "Office")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = client.IPLists.GetByName(t.Context(), "Office")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
}

func TestModifyWritesTheWholeIPListBack(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + ipListPath, reply: okJSON(ipList[:len(ipList)-1] + `,"brandNew":{"a":[1.50]}}`)},
		exchange{
			request: "PUT " + ipListPath,
			body: `{"name":"Office","description":"Floor 3","ips":["192.0.2.1","192.0.2.3 - 192.0.2.9","198.51.100.0/24","203.0.113.7"],
				"brandNew":{"a":[1.50]}}`,
			reply: okJSON(ipList),
		},
	)

	written, err := client.IPLists.Modify(t.Context(), ipListID, func(l *jumpcloud.IPListRequest) { l.IPs = append(l.IPs, "203.0.113.7") })

	require.NoError(t, err)
	isIPList(t, written)
}
