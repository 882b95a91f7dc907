package jumpcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// Wait waits until a bulk job is through with every row, or the context ends, and returns their
// results: for jobs of [BulkJobsService.UpdateUsers], ExpireUsers and their kind; for one of CreateUsers
// [BulkJobsService.WaitUsers] knows more. rows is how many were sent, since the service does not say
// when the last of them has its result. [JobWorkResult.Err] tells whether a row succeeded.
//
// The error is nil when every row came to its end, whatever that was. With one, the results are the last
// that were seen. A job that never ends is waited for until the context does: give it a deadline.
//
// It calls bulk_usersCreateResults.
func (s *BulkJobsService) Wait(ctx context.Context, jobID string, rows int, opts ...RequestOption) ([]*JobWorkResult, error) {
	return waitForJob(ctx, jobID, rows, s.AllUsersResults(ctx, jobID, nil, paced(opts)...))
}

// WaitImport waits for a job of [WorkdaysService.Import], as [BulkJobsService.Wait] does.
//
// It calls workdays_importresults.
func (s *WorkdaysService) WaitImport(ctx context.Context, workdayID, jobID string, rows int, opts ...RequestOption) ([]*JobWorkResult, error) {
	return waitForJob(ctx, jobID, rows, s.AllImportResults(ctx, workdayID, jobID, nil, paced(opts)...))
}

// Err is why the work failed, or nil. Work that is not finished has failed only if it says why.
func (x *JobWorkResult) Err() error {
	if x.StatusMsg == "" {
		return nil
	}
	return errors.New("jumpcloud: " + x.StatusMsg)
}

func waitForJob(ctx context.Context, jobID string, rows int, results iter.Seq2[*JobWorkResult, error]) ([]*JobWorkResult, error) {
	if rows < 1 {
		return nil, &ParamError{Param: "rows", Problem: "is " + strconv.Itoa(rows) + "; it must be how many rows the job was given"}
	}
	p := poller{results: results, over: over, minWait: time.Second, maxWait: 15 * time.Second}
	latest, err := p.poll(ctx, rows)
	if err != nil {
		err = fmt.Errorf("jumpcloud: waiting for job %s: %w", jobID, err)
	}
	return latest, err
}

// over reports whether a result will not change any more.
func over(result *JobWorkResult) bool { return succeeded(result) || result.StatusMsg != "" }

// succeeded reports whether a result says that the work was done. One that also has a message may say
// so or not.
func succeeded(result *JobWorkResult) bool {
	return strings.EqualFold(result.Status, "finished") && result.StatusMsg == ""
}

// poller asks for the results of a job, which begin as an empty list.
type poller struct {
	results          iter.Seq2[*JobWorkResult, error]
	over             func(*JobWorkResult) bool
	minWait, maxWait time.Duration // the first wait, which grows by half each time
}

// setbacks is how many failures in a row, each after a request's own attempts, a poll waits out.
const setbacks = 5

// poll asks until n results are over. With an error the results are the last ones that came.
func (p *poller) poll(ctx context.Context, n int) (results []*JobWorkResult, err error) {
	var odd error
	err = poll(ctx, p.minWait, p.maxWait, func() (bool, error) {
		latest, over, unreadable, err := p.look()
		if err == nil {
			results, odd = latest, unreadable
		}
		return over >= n, err
	})
	return results, cmp.Or(err, odd)
}

// poll looks, after waits that grow by half each time, until it is over.
func poll(ctx context.Context, minWait, maxWait time.Duration, look func() (over bool, err error)) error {
	wait := minWait
	for failures := 0; ; wait = min(wait*3/2, maxWait) {
		if !sleep(ctx, wait) {
			return ctx.Err()
		}
		over, err := look()
		switch {
		case err == nil && over:
			return nil
		case err == nil:
			failures = 0
			continue
		}
		if failures++; failures == setbacks || ctx.Err() != nil || !passing(err) {
			return err
		}
	}
}

// passing reports whether a failure may be over the next time. A job that was just made may not be
// found at first.
func passing(err error) bool {
	var broken *TransportError
	var unreadable *DecodeError
	return errors.Is(err, ErrServer) || errors.Is(err, ErrNotFound) || errors.As(err, &unreadable) ||
		errors.As(err, &broken) && !errors.Is(err, ErrNotAttempted) && !errors.Is(err, ErrUnauthorized)
}

// look lists the results, and counts those that are over. One that cannot be read is left out, in odd,
// and counts: nobody will ever read more in it.
func (p *poller) look() (results []*JobWorkResult, over int, odd, err error) {
	for result, err := range p.results {
		switch {
		case errors.Is(err, ErrItem):
			odd = cmp.Or(odd, err)
			over++
			continue
		case err != nil:
			return nil, 0, nil, err
		case p.over(result):
			over++
		}
		results = append(results, result)
	}
	return results, over, odd, nil
}
