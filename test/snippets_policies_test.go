package jumpcloud_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestHowTo_SetsDevicesUpByAPolicy(t *testing.T) {
	setUp := func(ctx context.Context, client *jumpcloud.APIClient, laptops string) error {
		template, err := client.PolicyTemplates.GetByName(ctx, "lock_screen_darwin")
		if err != nil {
			return err
		}
		values, err := template.Values(map[string]any{"timeout": 300})
		if err != nil {
			return err // it says what is wrong, and which fields there are
		}
		policy, err := client.Policies.Create(ctx, jumpcloud.PolicyCreateRequest{
			Name: "Lock the screen", Template: jumpcloud.PolicyCreateRequestTemplate{ID: template.ID}, Values: values,
		})
		if err != nil {
			return err
		}
		from, to := jumpcloud.GraphObject{Type: jumpcloud.GraphTypePolicy, ID: policy.ID}, jumpcloud.GraphObject{Type: jumpcloud.GraphTypeSystemGroup, ID: laptops}
		if err := client.Bind(ctx, from, to, nil); err != nil {
			return err
		}
		for status, err := range client.Policies.AllStatuses(ctx, policy.ID, nil) {
			if err != nil {
				return err
			}
			fmt.Println(status.SystemID, status.State, status.Detail)
		}
		return nil
	}
	page := func(body string) reply {
		return reply{status: 200, contentType: "application/json", total: "1", body: "[" + body + "]"}
	}
	client := talk(t,
		exchange{request: "GET /v2/policytemplates?filter=name%3Aeq%3Alock_screen_darwin&limit=100", reply: page(lockTemplate)},
		exchange{request: "GET " + templatePath, reply: okJSON(lockTemplateWhole)},
		exchange{
			request: "POST /v2/policies",
			body: `{"name":"Lock the screen","template":{"id":"5ade0cfd1f24754c6c5dc9f2"},
				"values":[{"configFieldID":"5ade0cfd1f24754c6c5dc9f3","configFieldName":"timeout","value":300}]}`,
			reply: createdJSON(lockPolicy),
		},
		exchange{request: "POST " + policyPath + "/associations", body: `{"op":"add","type":"system_group","id":"6026da081f24755306c2ee0e"}`, reply: noContent},
		exchange{request: "GET " + policyPath + "/policystatuses?limit=100", reply: page(lockResult)},
	)
	said := says(t, func() error { return setUp(t.Context(), client, fleetID) })
	assert.Equal(t, laptopID+" SUCCESS applied\n", said)
}
