package jumpcloudtest_test

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestAReportIsReadyByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithJobDelay(time.Minute))
		server.SeedCompany()
		client := server.Client()
		ctx := t.Context()
		report, err := client.DirectoryInsights.CreateReport(ctx, jumpcloud.InsightsReportTypeUsersToDevices)
		if err != nil || report.Status != jumpcloud.InsightsReportStatusPending {
			t.Fatal(report, err)
		}
		state := func() *jumpcloud.InsightsReport {
			reports, err := client.DirectoryInsights.ListReports(ctx, nil)
			if err != nil || len(reports) != 1 {
				t.Fatal(reports, err)
			}
			return reports[0]
		}
		time.Sleep(40 * time.Second)
		if r := state(); r.Status != jumpcloud.InsightsReportStatusInProgress || len(r.Artifacts) != 0 {
			t.Errorf("%+v", r)
		}
		time.Sleep(time.Minute)
		r := state()
		for _, artifact := range r.Artifacts {
			content, err := client.DirectoryInsights.GetReportContent(ctx, r.ID, artifact.ID)
			if err != nil {
				t.Fatal(err)
			}
			if artifact.Format == "CSV" {
				rows, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
				if err != nil || !slices.Equal(rows[0], []string{"id", "name", "user_id", "username"}) || !slices.Equal(rows[1], []string{server.ID("laptop-amara"), "laptop-amara", server.ID("amara.diallo"), "amara.diallo"}) {
					t.Errorf("%q %v", rows, err)
				}
			} else if !json.Valid(content) {
				t.Errorf("%s", content)
			}
		}
		if len(r.Artifacts) != 2 {
			t.Errorf("%+v", r)
		}
	})
}
