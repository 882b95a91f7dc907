package jumpcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// ImportParams tune [BulkJobsService.ImportUsers]. A zero field means its default.
type ImportParams struct {
	// JobSize is how many users one job creates. The service documents no limit. Default: 100.
	JobSize int
	// Concurrency is how many jobs are under way at a time. Default: 4.
	Concurrency int
	// MinWait is the wait before a job's results are first asked for; it grows by half each time, up
	// to MaxWait. Defaults: 1 s and 15 s.
	MinWait, MaxWait time.Duration
	// CreationSource and SuppressEmail go with each job; see [BulkJobsCreateUsersParams].
	CreationSource CreationSource
	SuppressEmail  bool
	// SkipExisting looks each chunk up first and does not send users who are there already, with the
	// same username and e-mail: for the second run of an import that was cut short.
	SkipExisting bool
	// Terminal are words of a result's status, besides "Finished", that mean that it will not
	// change any more. The service lists none.
	Terminal []string
	// Progress is told of each change, from one goroutine at a time.
	Progress func(ImportProgress)
}

// ImportProgress counts the rows of an import.
type ImportProgress struct {
	Submitted int // accepted by the service
	Done      int // created, or there already
	Failed    int // failed, or of unknown fate
	Total     int // read from the input so far
}

// ImportStatus is what became of a row.
type ImportStatus string

// The fates of a row.
const (
	ImportCreated      ImportStatus = "created"
	ImportExists       ImportStatus = "exists"        // there before, and skipped (SkipExisting)
	ImportFailed       ImportStatus = "failed"        // refused; Err says why
	ImportUnknown      ImportStatus = "unknown"       // sent, but what became of it could not be found out
	ImportNotSubmitted ImportStatus = "not submitted" // certainly not sent
)

// ImportResult is what became of one row of an import.
type ImportResult struct {
	Row      int // of the input, from 0
	Username string
	Email    string
	Status   ImportStatus
	ID       string // of the user, where it could be found out
	JobID    string // of the job that the row was last part of
	Err      error  // nil for a row that was created or exists
}

// ImportUsers creates many users through bulk jobs: it splits them into jobs, keeps a few jobs under
// way, waits until the service is through with every row, and returns one result for each row, in
// the order of the input. A row that fails hides no other.
//
// The error is nil when every job came to its end, whatever the rows' own results. If the service
// fails half-way, or the context ends, the results still tell what is known of every row: give those
// that are unknown or not submitted to a second run, with SkipExisting.
//
// The service does not say which input a result belongs to, so they are matched by username, then
// e-mail, without regard to case; a second row with the same username or e-mail is refused unsent.
// If the answer to a submission is lost, the users are looked up before anything is sent again, and
// only those who are missing are.
//
// It calls bulk_usersCreate, bulk_usersCreateResults and search_systemusers_post.
func (s *BulkJobsService) ImportUsers(ctx context.Context, users iter.Seq[BulkUserCreate], params ImportParams, opts ...RequestOption) ([]ImportResult, error) {
	im := newImporter(s.client, params, opts)
	var running sync.WaitGroup
	slots := make(chan struct{}, im.params.Concurrency)
	seen := map[string]int{}
	var chunk []importRow
	flush := func() {
		rows := chunk
		chunk = nil
		if len(rows) == 0 {
			return
		}
		slots <- struct{}{}
		running.Go(func() {
			im.chunk(ctx, rows)
			<-slots
		})
	}
	for user := range users {
		row := im.add(user)
		if err := duplicate(seen, row); err != nil {
			im.settle(row, ImportFailed, "", "", err)
			continue
		}
		if chunk = append(chunk, row); len(chunk) == im.params.JobSize {
			flush()
		}
	}
	flush()
	running.Wait()
	return im.results, errors.Join(im.failed...)
}

// WaitUsers waits until a job of [BulkJobsService.CreateUsers] is through with every row, or the
// context ends, and returns one result for each row, in their order. rows is what was sent. See
// [BulkJobsService.ImportUsers].
//
// It calls bulk_usersCreateResults and search_systemusers_post.
func (s *BulkJobsService) WaitUsers(ctx context.Context, jobID string, rows []BulkUserCreate, opts ...RequestOption) ([]ImportResult, error) {
	im := newImporter(s.client, ImportParams{}, opts)
	sent := make([]importRow, len(rows))
	for i, row := range rows {
		sent[i] = im.add(row)
	}
	im.wait(ctx, jobID, sent, false)
	return im.results, errors.Join(im.failed...)
}

type importRow struct {
	n    int // in results
	user BulkUserCreate
}

// duplicate refuses a row whose result could not be told from another's.
func duplicate(seen map[string]int, row importRow) error {
	if row.user.Username == "" {
		return &ParamError{Param: "username", Problem: fmt.Sprintf("row %d has none", row.n)}
	}
	username, email := "username "+strings.ToLower(row.user.Username), "email "+strings.ToLower(row.user.Email)
	for _, key := range [...]string{username, email} {
		if first, ok := seen[key]; ok && key != "email " {
			param, _, _ := strings.Cut(key, " ")
			return &ParamError{Param: param, Problem: fmt.Sprintf("rows %d and %d have the same", first, row.n)}
		}
	}
	seen[username], seen[email] = row.n, row.n // a row that is refused takes no name from others
	return nil
}

type importer struct {
	client *APIClient
	params ImportParams
	opts   []RequestOption

	mu       sync.Mutex
	results  []ImportResult
	progress ImportProgress
	failed   []error // of the service
}

func newImporter(client *APIClient, params ImportParams, opts []RequestOption) *importer {
	set(&params.JobSize, 100)
	set(&params.Concurrency, 4)
	set(&params.MinWait, time.Second)
	set(&params.MaxWait, 15*time.Second)
	return &importer{client: client, params: params, opts: opts}
}

func (im *importer) add(user BulkUserCreate) importRow {
	im.mu.Lock()
	defer im.mu.Unlock()
	row := importRow{len(im.results), user}
	im.results = append(im.results, ImportResult{Row: row.n, Username: user.Username, Email: user.Email, Status: ImportNotSubmitted})
	im.progress.Total++
	im.report()
	return row
}

func (im *importer) report() {
	if im.params.Progress != nil {
		im.params.Progress(im.progress)
	}
}

// settle notes the last word on a row.
func (im *importer) settle(row importRow, status ImportStatus, id, jobID string, err error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	result := &im.results[row.n]
	result.Status, result.ID, result.Err = status, id, err
	result.JobID = cmp.Or(jobID, result.JobID)
	switch status {
	case ImportCreated, ImportExists:
		im.progress.Done++
	default:
		im.progress.Failed++
	}
	im.report()
}

func (im *importer) settleAll(rows []importRow, status ImportStatus, jobID string, err error) {
	for _, row := range rows {
		im.settle(row, status, "", jobID, err)
	}
}

func (im *importer) serviceFailed(err error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.failed = append(im.failed, err)
}

// submissions is how often a chunk, or what is missing of it, is sent when answers are lost.
const submissions = 3

// chunk brings the rows of one job to their end.
func (im *importer) chunk(ctx context.Context, rows []importRow) {
	if im.params.SkipExisting {
		found, err := im.lookUp(ctx, rows)
		if err != nil {
			im.serviceFailed(err)
			im.settleAll(rows, ImportNotSubmitted, "", err)
			return
		}
		rows = im.settleFound(rows, found, ImportExists)
	}
	lost := false
	for try := 1; len(rows) > 0; try++ {
		if err := ctx.Err(); err != nil {
			im.giveUp(rows, lost, err)
			return
		}
		users := make([]BulkUserCreate, len(rows))
		for i, row := range rows {
			users[i] = row.user
		}
		job, err := im.client.BulkJobs.CreateUsers(ctx, users, &BulkJobsCreateUsersParams{CreationSource: im.params.CreationSource, SuppressEmail: im.params.SuppressEmail}, im.opts...)
		if err == nil && job.JobID == "" {
			err = &DecodeError{Operation: "bulk_usersCreate", Method: "POST", Route: "/v2/bulk/users", StatusCode: 200, Index: -1, Err: errors.New("there is no jobId")}
		}
		if err == nil {
			im.mu.Lock()
			im.progress.Submitted += len(rows)
			im.report()
			im.mu.Unlock()
			im.wait(ctx, job.JobID, rows, lost)
			return
		}
		if !answerLost(err) {
			im.serviceFailed(err)
			im.giveUp(rows, lost, err)
			return
		}
		lost = true
		rows, err = im.settleLost(ctx, rows, err)
		if len(rows) > 0 && (try == submissions || ctx.Err() != nil) {
			im.serviceFailed(err)
			im.giveUp(rows, lost, err)
			return
		}
	}
}

// giveUp settles rows that are not sent again. After a lost answer nobody knows about them.
func (im *importer) giveUp(rows []importRow, lost bool, err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		im.serviceFailed(err)
	}
	status := ImportNotSubmitted
	if lost {
		status = ImportUnknown
	}
	im.settleAll(rows, status, "", err)
}

// answerLost reports whether a submission may have been accepted although it failed.
func answerLost(err error) bool {
	var noAnswer *TransportError
	var unreadable *DecodeError
	if errors.As(err, &noAnswer) {
		_, unknown := once.retryError(noAnswer.Err)
		return unknown
	}
	return errors.As(err, &unreadable) || errors.Is(err, ErrServer)
}

// settleLost waits until the users of a job whose answer was lost stop appearing, settles those, and
// returns the rows that are missing.
func (im *importer) settleLost(ctx context.Context, rows []importRow, cause error) ([]importRow, error) {
	wait := im.params.MinWait
	for quiet := 0; quiet < 2 && len(rows) > 0; {
		if !sleep(ctx, wait) {
			return rows, errors.Join(cause, ctx.Err())
		}
		wait = min(wait*3/2, im.params.MaxWait)
		found, err := im.lookUp(ctx, rows)
		if err != nil {
			return rows, err
		}
		if len(found) == 0 {
			quiet++
			continue
		}
		quiet = 0
		rows = im.settleFound(rows, found, ImportCreated)
	}
	return rows, cause
}

// settleFound settles the rows that were found with the same e-mail, and returns the others.
func (im *importer) settleFound(rows []importRow, found map[string]*Systemuser, status ImportStatus) (others []importRow) {
	for _, row := range rows {
		if user := found[strings.ToLower(row.user.Username)]; user != nil && strings.EqualFold(user.Email, row.user.Email) {
			im.settle(row, status, user.ID, "", nil)
			continue
		}
		others = append(others, row)
	}
	return others
}

// lookUp finds the users of some rows, with the rows' own usernames and e-mails, by lower-case
// username.
func (im *importer) lookUp(ctx context.Context, rows []importRow) (map[string]*Systemuser, error) {
	emails := map[string]string{}
	for _, row := range rows {
		emails[strings.ToLower(row.user.Username)] = row.user.Email
	}
	found := map[string]*Systemuser{}
	for part := range slices.Chunk(rows, 100) {
		var names []map[string]string
		for _, row := range part {
			names = append(names, map[string]string{"username": row.user.Username})
			if lower := strings.ToLower(row.user.Username); lower != row.user.Username {
				names = append(names, map[string]string{"username": lower}) // values are compared by case
			}
		}
		search := SystemuserSearch{Filter: map[string]any{"or": names}, Fields: []string{"username", "email"}, Limit: Set(1000)}
		for user, err := range im.client.Systemusers.SearchAll(ctx, search, forReading(im.opts)...) {
			if err != nil {
				return nil, err
			}
			if email, ok := emails[strings.ToLower(user.Username)]; ok && strings.EqualFold(email, user.Email) {
				found[strings.ToLower(user.Username)] = user
			}
		}
	}
	return found, nil
}

// unreachable is how many times in a row a job's results may fail to come.
const unreachable = 5

// wait polls a job until every row is over, and settles the rows. lost says that an earlier job may
// have created some of them.
func (im *importer) wait(ctx context.Context, jobID string, rows []importRow, lost bool) {
	wait := im.params.MinWait
	var results []*JobWorkResult
	var err error
	for failures := 0; ; {
		if !sleep(ctx, wait) {
			err = cmp.Or(ctx.Err(), context.DeadlineExceeded) // too near for another look
			break
		}
		wait = min(wait*3/2, im.params.MaxWait)
		var latest []*JobWorkResult
		if latest, err = Collect(im.client.BulkJobs.AllUsersResults(ctx, jobID, nil, im.opts...), 0); err != nil {
			if failures++; failures == unreachable || ctx.Err() != nil || !errors.Is(err, ErrServer) && !errors.Is(err, ErrRateLimited) && !answerLost(err) {
				break
			}
			continue
		}
		failures, results = 0, latest
		over := 0
		for _, result := range results {
			if im.over(result) {
				over++
			}
		}
		if over >= len(rows) {
			break
		}
	}
	if err != nil {
		err = fmt.Errorf("jumpcloud: waiting for job %s: %w", jobID, err)
		im.serviceFailed(err)
	}
	im.settleJob(ctx, jobID, rows, results, lost, err)
}

// finished reports whether a result says that its user was created. One that also has a message
// may say so or not.
func finished(result *JobWorkResult) bool { return strings.EqualFold(result.Status, "finished") }

// over reports whether a result will not change any more.
func (im *importer) over(result *JobWorkResult) bool {
	return finished(result) || result.StatusMsg != "" ||
		slices.ContainsFunc(im.params.Terminal, func(word string) bool { return strings.EqualFold(word, result.Status) })
}

// settleJob gives each row its result. waiting is why not all of them are over, if so.
func (im *importer) settleJob(ctx context.Context, jobID string, rows []importRow, results []*JobWorkResult, lost bool, waiting error) {
	matched, unnamed := match(rows, results)
	var open []importRow // about which the results do not say everything
	for i, row := range rows {
		switch result := matched[i]; {
		case result != nil && finished(result) && result.StatusMsg == "" && persisted(result, "_id", "id") != "":
			im.settle(row, ImportCreated, persisted(result, "_id", "id"), jobID, nil)
		case result != nil && im.over(result) && !finished(result) && !lost:
			im.settle(row, ImportFailed, "", jobID, refusal(result))
		default:
			open = append(open, row)
		}
	}
	if len(open) == 0 {
		return
	}
	found, noDirectory := map[string]*Systemuser{}, ctx.Err()
	if noDirectory == nil {
		found, noDirectory = im.lookUp(ctx, open)
	}
	for i, row := range rows {
		if !slices.ContainsFunc(open, func(o importRow) bool { return o.n == row.n }) {
			continue
		}
		id := ""
		user := found[strings.ToLower(row.user.Username)]
		if user != nil {
			id = user.ID
		}
		result := matched[i]
		if result == nil && waiting == nil {
			result = remaining(unnamed, user != nil)
		}
		switch {
		case result != nil && finished(result) && (result.StatusMsg == "" || user != nil), lost && user != nil:
			im.settle(row, ImportCreated, id, jobID, nil)
		case result != nil && im.over(result):
			im.settle(row, ImportFailed, "", jobID, refusal(result))
		default:
			err := cmp.Or(waiting, noDirectory, errors.New("no result names it"))
			if result != nil {
				err = fmt.Errorf("last status %q: %w", result.Status, err)
			}
			im.settle(row, ImportUnknown, id, jobID, fmt.Errorf("jumpcloud: fate unknown: %w", err))
		}
	}
}

// remaining is the result of a row that no result names: one of those that persisted nothing.
func remaining(unnamed []*JobWorkResult, created bool) *JobWorkResult {
	var messages []string
	for _, result := range unnamed {
		switch {
		case finished(result) && created:
			return result
		case result.StatusMsg != "" && !slices.Contains(messages, result.StatusMsg):
			messages = append(messages, result.StatusMsg)
		}
	}
	if len(messages) == 0 {
		return nil
	}
	return &JobWorkResult{StatusMsg: strings.Join(messages, "; ")}
}

func refusal(result *JobWorkResult) error {
	return fmt.Errorf("jumpcloud: not created: %s", cmp.Or(result.StatusMsg, result.Status))
}

// match finds the result of each row by what it persisted: by username, then by e-mail. unnamed are
// the results that no row was found for.
func match(rows []importRow, results []*JobWorkResult) (matched, unnamed []*JobWorkResult) {
	matched = make([]*JobWorkResult, len(rows))
	taken := map[*JobWorkResult]bool{}
	for _, key := range [...]struct {
		name string
		of   func(BulkUserCreate) string
	}{
		{"username", func(u BulkUserCreate) string { return u.Username }},
		{"email", func(u BulkUserCreate) string { return u.Email }},
	} {
		byValue := map[string]*JobWorkResult{}
		for _, result := range results {
			if value := strings.ToLower(persisted(result, key.name)); value != "" && !taken[result] {
				byValue[value] = result
			}
		}
		for i, row := range rows {
			if result := byValue[strings.ToLower(key.of(row.user))]; matched[i] == nil && result != nil && !taken[result] {
				matched[i], taken[result] = result, true
			}
		}
	}
	for _, result := range results {
		if !taken[result] {
			unnamed = append(unnamed, result)
		}
	}
	return matched, unnamed
}

// persisted returns a text among what a result persisted.
func persisted(result *JobWorkResult, names ...string) string {
	for _, name := range names {
		if text, ok := result.PersistedFields[name].(string); ok && text != "" {
			return text
		}
	}
	return ""
}
