package jumpcloud_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestSubscriptionsContracts(t *testing.T) { testContracts(t, subscriptionsContracts()) }

func subscriptionsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
	)
	return []contract{{
		operation: "subscriptions_get",
		route:     "GET /v2/subscriptions",
		path:      "/v2/subscriptions",
		methods: single(func(ctx ctx, c client) ([]*jumpcloud.Subscription, error) { return c.Subscriptions.List(ctx) },
			func(t *testing.T, subscriptions []*jumpcloud.Subscription) {
				require.Len(t, subscriptions, 2)
				everyFieldIsSet(t, *subscriptions[0])
				assert.Equal(t, "JC-PRIME", subscriptions[0].ProductCode)
				assert.Equal(t, "Prime", subscriptions[0].DisplayName)
				assert.InDelta(t, 12.5, subscriptions[0].ListPrice, 0)
				assert.InDelta(t, 120, subscriptions[0].AnnualPrice, 0)
				assert.Equal(t, "JC-PLATFORM", subscriptions[0].UpgradeRecommendation)
				assert.Equal(t, []jumpcloud.SubscriptionFeature{{Name: jumpcloud.SubscriptionFeatureNameSSO}, {Name: jumpcloud.SubscriptionFeatureNameMDM}}, subscriptions[0].Features)
				assert.Zero(t, subscriptions[1].ListPrice)
				assert.Empty(t, subscriptions[1].Features)
			}),
		answers: []reply{okJSON(`[{"productCode":"JC-PRIME","displayName":"Prime","listPrice":12.5,"annualPrice":120,"features":[{"name":"sso"},{"name":"mdm"}],
			"upgradeRecommendation":"JC-PLATFORM"},{"productCode":"JC-FREE","displayName":"Free","listPrice":0,"annualPrice":0,"features":[]}]`)},
		failure: refusedKey,
	}}
}
