// Package prometheus_test measures a client with Prometheus, in the ten lines that docs/how-to.md prints.
package prometheus_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestEachAttemptIsMeasuredByRouteAndStatus(t *testing.T) {
	server := jumpcloudtest.New(t)
	server.Inject("GET /systemusers/{id}", 1, jumpcloudtest.TooManyRequests(0))
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	configuration, registry := server.Configuration(), prometheus.NewRegistry()

	attempts := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "jumpcloud_attempt_seconds",
		Help: "Requests to JumpCloud, each attempt by itself.",
	}, []string{"method", "route", "status"})
	registry.MustRegister(attempts)
	configuration.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) {
		attempts.WithLabelValues(a.Method, a.Route, strconv.Itoa(a.StatusCode)).Observe(a.Duration.Seconds())
	}

	client, err := jumpcloud.NewAPIClient(configuration)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Systemusers.Get(t.Context(), id, nil); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, metric := range families[0].Metric {
		for _, label := range metric.Label {
			got += label.GetValue() + " "
		}
		got += strconv.FormatUint(metric.Histogram.GetSampleCount(), 10) + "\n"
	}
	if want := "GET /systemusers/{id} 200 1\nGET /systemusers/{id} 429 1\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
