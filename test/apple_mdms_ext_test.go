package jumpcloud_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const appleMDMPage = `[{"id":"5de6a7b8c9d0e1f203142539","name":"Lab"},{"id":"5de6a7b8c9d0e1f203142536","name":"Staff"}]`

func TestAppleMDMs_ListsAlwaysSendALimitBecauseTheDefaultIsOne(t *testing.T) {
	client := talk(t,
		exchange{request: "GET /v2/applemdms?limit=100", reply: reply{status: 200, contentType: "application/json", body: appleMDMPage, total: "2"}},
		exchange{request: "GET /v2/applemdms?limit=100", reply: reply{status: 200, contentType: "application/json", body: appleMDMPage, total: "2"}},
	)
	page, err := client.AppleMDMs.List(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, page.Items, 2)
	all, err := jumpcloud.Collect(client.AppleMDMs.All(t.Context(), nil), 0)
	require.NoError(t, err)
	assert.Len(t, all, 2)
}

func TestAppleMDMs_GetByIDLooksInTheListWithoutRegardToCase(t *testing.T) {
	client := talk(t, exchange{request: "GET /v2/applemdms?limit=100", reply: reply{status: 200, contentType: "application/json", body: appleMDMPage, total: "2"}})
	mdm, err := client.AppleMDMs.GetByID(t.Context(), strings.ToUpper(mdmID))
	require.NoError(t, err)
	assert.Equal(t, "Staff", mdm.Name)
}

func TestAppleMDMs_GetByIDOfNoneIsNotFound(t *testing.T) {
	client := talk(t, exchange{request: "GET /v2/applemdms?limit=100", reply: reply{status: 200, contentType: "application/json", body: `[]`, total: "0"}})
	mdm, err := client.AppleMDMs.GetByID(t.Context(), mdmID)
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, mdm)
	assert.Equal(t, "jumpcloud: no AppleMDM with this id: not found", err.Error())
}

func TestAppleMDMs_GetByIDRefusesAnEmptyID(t *testing.T) {
	_, err := talk(t).AppleMDMs.GetByID(t.Context(), "")
	var refused *jumpcloud.ParamError
	require.ErrorAs(t, err, &refused)
}

// An erase whose answer is lost may have taken effect, as may every other command.
func TestAppleMDMs_NoCommandIsSentTwice(t *testing.T) {
	for _, c := range appleMDMsContracts() {
		if !strings.HasPrefix(c.route, "POST ") {
			continue
		}
		t.Run(c.operation, func(t *testing.T) {
			sent := 0
			transport := httpmock.NewMockTransport()
			transport.RegisterNoResponder(func(*http.Request) (*http.Response, error) {
				sent++
				return httpmock.NewStringResponse(503, ""), nil
			})
			configuration := jumpcloud.NewConfiguration()
			configuration.APIKey = contractKey
			configuration.HTTPClient = &http.Client{Transport: transport}
			client, err := jumpcloud.NewAPIClient(configuration)
			require.NoError(t, err)
			require.ErrorIs(t, c.methods.call(t, client), jumpcloud.ErrServer)
			assert.Equal(t, 1, sent)
		})
	}
}
