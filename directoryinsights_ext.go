package jumpcloud

import (
	"context"
	"fmt"
	"time"
)

// WaitReport waits until a report of [DirectoryInsightsService.CreateReport] is neither pending nor in
// progress any more, and returns it with its artifacts, which [DirectoryInsightsService.GetReportContent]
// reads. A report that failed or was deleted is an error, with the report; one that is not listed after
// ten looks is [ErrNotFound]. It looks at once, after 2 s and then less and less often, up to every 30 s,
// until the context ends: give it a deadline.
//
// It calls directoryInsights_reportsListGet.
func (s *DirectoryInsightsService) WaitReport(ctx context.Context, reportID string, opts ...RequestOption) (*InsightsReport, error) {
	if reportID == "" {
		return nil, &ParamError{Param: "reportID", Problem: "is empty; name the report to wait for"}
	}
	missing := 0
	for wait := 2 * time.Second; ; wait = min(wait*3/2, 30*time.Second) {
		reports, err := s.ListReports(ctx, &DirectoryInsightsListReportsParams{Sort: "-CREATED_AT"}, opts...)
		if err != nil {
			return nil, err
		}
		missing++
		for _, report := range reports {
			if report.ID != reportID {
				continue
			}
			switch missing = 0; report.Status {
			case InsightsReportStatusPending, InsightsReportStatusInProgress:
			case InsightsReportStatusFailed, InsightsReportStatusDeleted:
				return report, fmt.Errorf("jumpcloud: the report is %s", report.Status)
			default:
				return report, nil
			}
		}
		if missing == 10 {
			return nil, fmt.Errorf("jumpcloud: the report is not listed: %w", ErrNotFound)
		}
		if !sleep(ctx, wait) {
			return nil, fmt.Errorf("jumpcloud: waiting for a report: %w", ctx.Err())
		}
	}
}
