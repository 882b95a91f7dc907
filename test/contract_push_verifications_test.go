package jumpcloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestPushVerificationsContracts(t *testing.T) { testContracts(t, pushVerificationsContracts()) }

const verificationID = "66aa0b1c2d3e4f5061728394"

func pushVerificationsContracts() []contract {
	type (
		ctx          = context.Context
		client       = *jumpcloud.APIClient
		verification = jumpcloud.PushVerification
	)
	const sent = `{"id":"66aa0b1c2d3e4f5061728394","userObjectId":"6026bec6b8207255280d5981","pushEndpointId":"64d0f1e2c3b4a59687786950","status":"SENT",
		"confirmationCode":"code-4711","initiatedAt":"2026-08-21T10:00:00Z","expiresAt":"2026-08-21T10:01:00Z","failureStatus":null}`
	isSent := func(t *testing.T, v *verification) {
		everyFieldIsSet(t, *v, ".FailureStatus")
		assert.Equal(t, verificationID, v.ID)
		assert.Equal(t, annID, v.UserObjectID)
		assert.Equal(t, pushID, v.PushEndpointID)
		assert.Equal(t, jumpcloud.PushVerificationStatusSent, v.Status)
		assert.Equal(t, "code-4711", string(v.ConfirmationCode))
		assert.NotContains(t, fmt.Sprintf("%+v", v), "code-4711")
		assert.Equal(t, time.Minute, v.ExpiresAt.Sub(v.InitiatedAt.Time))
	}
	start := func(body jumpcloud.PushVerificationStartRequest) methods {
		return single(func(ctx ctx, c client) (*verification, error) {
			return c.PushVerifications.Start(ctx, annID, pushID, body)
		}, isSent)
	}
	return []contract{
		{
			operation: "PushVerifications_Get",
			route:     "GET /v2/pushendpoints/verifications/{verificationId}",
			path:      "/v2/pushendpoints/verifications/66aa0b1c2d3e4f5061728394",
			methods: single(func(ctx ctx, c client) (*verification, error) { return c.PushVerifications.Get(ctx, verificationID) },
				func(t *testing.T, v *verification) {
					assert.Equal(t, jumpcloud.PushVerificationStatusErrored, v.Status)
					assert.Equal(t, 14, v.FailureStatus.Code)
					assert.Equal(t, "unreachable", v.FailureStatus.Message)
					assert.Equal(t, "type.googleapis.com/google.rpc.RetryInfo", v.FailureStatus.Details[0].Type)
					assert.Equal(t, map[string]json.RawMessage{"retryDelay": json.RawMessage(`"5s"`)}, v.FailureStatus.Details[0].Extra)
				}),
			answers: []reply{okJSON(`{"id":"66aa0b1c2d3e4f5061728394","status":"ERRORED","failureStatus":{"code":14,"message":"unreachable",
				"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5s"}]}}`)},
			failure: refusedNotFound,
		},
		{
			operation: "PushVerifications_Start",
			route:     "POST /v2/users/{userId}/pushendpoints/{pushEndpointId}/verify",
			path:      "/v2/users/6026bec6b8207255280d5981/pushendpoints/64d0f1e2c3b4a59687786950/verify",
			body:      `{"message":"Is it you?"}`,
			methods:   start(jumpcloud.PushVerificationStartRequest{Message: jumpcloud.Set("Is it you?")}),
			answers:   []reply{okJSON(sent)},
			failure:   refusedRate,
		},
		{
			operation: "PushVerifications_Start",
			variant:   "without a message",
			route:     "POST /v2/users/{userId}/pushendpoints/{pushEndpointId}/verify",
			path:      "/v2/users/6026bec6b8207255280d5981/pushendpoints/64d0f1e2c3b4a59687786950/verify",
			body:      `{}`,
			methods:   start(jumpcloud.PushVerificationStartRequest{}),
			answers:   []reply{okJSON(sent)},
			failure:   refusedForbidden,
		},
	}
}
