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

// ImportParams tune [BulkJobsService.ImportUsers]. A zero field means its default, and a negative one is
// refused.
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
	// same username and e-mail in any case: for the second run of an import that was cut short.
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
	ImportCreated      ImportStatus = "created"       // or, after a lost answer, there
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
// that are unknown or not submitted to a second run, with SkipExisting. After a 401, or a few 403 in a
// row, no more is sent. Once the context has ended no more of the input is read, and what was not read
// has no result.
//
// The service does not say which input a result belongs to, so they are matched by username, then
// e-mail, without regard to case; a second row with the same username or e-mail is refused unsent.
// If the answer to a submission is lost, the users are looked up before anything is sent again, and
// only those who are missing are. A job that never ends is waited for until the context does: give it
// a deadline.
//
// It calls bulk_usersCreate, bulk_usersCreateResults and search_systemusers_post.
func (s *BulkJobsService) ImportUsers(ctx context.Context, users iter.Seq[BulkUserCreate], params ImportParams, opts ...RequestOption) ([]ImportResult, error) {
	im, err := newImporter(s.client, params, opts)
	if err != nil {
		return nil, err
	}
	if users == nil {
		return nil, &ParamError{Param: "users", Problem: "is nil"}
	}
	c, ctx := newCrew(ctx, im.params.Concurrency)
	defer c.stop() // where the input panics
	seen := map[string]int{}
	var chunk []importRow
	flush := func() {
		if rows := chunk; len(rows) > 0 {
			chunk = nil
			c.run(func() { im.chunk(ctx, rows) })
		}
	}
	for user := range users {
		row := im.add(user)
		if err := duplicate(seen, row); err != nil {
			im.settle(row, ImportFailed, "", "", err)
		} else if chunk = append(chunk, row); len(chunk) == im.params.JobSize {
			flush()
		}
		if ctx.Err() != nil {
			break
		}
	}
	flush()
	c.wait()
	return im.results, im.err()
}

// WaitUsers waits until a job of [BulkJobsService.CreateUsers] is through with every row, or the
// context ends, and returns one result for each row, in their order. rows is what was sent. See
// [BulkJobsService.ImportUsers].
//
// It calls bulk_usersCreateResults and search_systemusers_post.
func (s *BulkJobsService) WaitUsers(ctx context.Context, jobID string, rows []BulkUserCreate, opts ...RequestOption) ([]ImportResult, error) {
	im, err := newImporter(s.client, ImportParams{}, opts)
	if err != nil {
		return nil, err
	}
	sent := make([]importRow, len(rows))
	for i, row := range rows {
		sent[i] = im.add(row)
	}
	im.wait(ctx, jobID, sent, false)
	return im.results, im.err()
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
	failed   []failure // of the service
}

func newImporter(client *APIClient, params ImportParams, opts []RequestOption) (*importer, error) {
	for name, n := range map[string]int64{
		"JobSize": int64(params.JobSize), "Concurrency": int64(params.Concurrency),
		"MinWait": int64(params.MinWait), "MaxWait": int64(params.MaxWait),
	} {
		if n < 0 {
			return nil, &ParamError{Param: name, Problem: "is negative; 0 is the default"}
		}
	}
	set(&params.JobSize, 100)
	set(&params.Concurrency, 4)
	set(&params.MinWait, time.Second)
	set(&params.MaxWait, max(15*time.Second, params.MinWait))
	return &importer{client: client, params: params, opts: paced(opts)}, nil
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

// submitted counts rows that the service accepted.
func (im *importer) submitted(rows int) {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.progress.Submitted += rows
	im.report()
}

// serviceFailed notes a failure of the service, and what it was about.
func (im *importer) serviceFailed(about string, err error) {
	im.mu.Lock()
	defer im.mu.Unlock()
	im.failed = append(im.failed, failure{about, err})
}

// err joins the failures of the service.
func (im *importer) err() error {
	open := 0
	for _, result := range im.results {
		if result.Status == ImportUnknown || result.Status == ImportNotSubmitted {
			open++
		}
	}
	return join(fmt.Sprintf("jumpcloud: import: %d of %d rows are unknown or not submitted", open, len(im.results)), im.failed)
}

// giveUp settles rows that are not sent any more.
func (im *importer) giveUp(rows []importRow, status ImportStatus, err error) {
	if len(rows) > 0 {
		im.serviceFailed(fmt.Sprintf("rows %d to %d", rows[0].n, rows[len(rows)-1].n), err)
	}
	for _, row := range rows {
		im.settle(row, status, "", "", err)
	}
}

// submissions is how often a job, or what is missing of it, is sent when answers are lost.
const submissions = 3

// grown is the wait after a wait.
func (im *importer) grown(wait time.Duration) time.Duration { return min(wait*3/2, im.params.MaxWait) }

// chunk brings the rows of one job to their end.
func (im *importer) chunk(ctx context.Context, rows []importRow) {
	if im.params.SkipExisting {
		found, err := im.lookUp(ctx, rows)
		if err != nil {
			im.giveUp(rows, ImportNotSubmitted, err)
			return
		}
		rows = im.settleFound(rows, found, ImportExists)
	}
	status := ImportNotSubmitted // of rows that are not sent any more
	for lost := 0; len(rows) > 0; {
		jobID, err := im.submit(ctx, rows)
		if err == nil {
			im.wait(ctx, jobID, rows, lost > 0)
			return
		}
		if answerLost(err) {
			lost++
			status = ImportUnknown
			var unclear error
			if rows, unclear = im.settleLost(ctx, rows); unclear != nil {
				err = fmt.Errorf("%w; looking for its users: %w", err, unclear)
			} else if lost < submissions {
				continue
			}
		}
		im.giveUp(rows, status, err)
		return
	}
}

func (im *importer) submit(ctx context.Context, rows []importRow) (jobID string, err error) {
	if err := ended(ctx); err != nil {
		return "", err
	}
	users := make([]BulkUserCreate, len(rows))
	for i, row := range rows {
		users[i] = row.user
	}
	params := &BulkJobsCreateUsersParams{CreationSource: im.params.CreationSource, SuppressEmail: im.params.SuppressEmail}
	job, err := im.client.BulkJobs.CreateUsers(ctx, users, params, im.opts...)
	if err != nil {
		return "", err
	}
	if job.JobID == "" {
		return "", &DecodeError{Operation: "bulk_usersCreate", Method: "POST", Route: "/v2/bulk/users", StatusCode: 200, Index: -1, Err: errors.New("there is no jobId")}
	}
	im.submitted(len(rows))
	return job.JobID, nil
}

// answerLost reports whether a submission may have been accepted although it failed.
func answerLost(err error) bool {
	var noAnswer *TransportError
	var refused *APIError
	var unreadable *DecodeError
	switch {
	case errors.As(err, &noAnswer):
		return noAnswer.unknown
	case errors.As(err, &refused):
		_, unknown := once.retryStatus(refused.StatusCode)
		return unknown || errors.Is(refused, ErrServer)
	}
	return errors.As(err, &unreadable)
}

// settleLost waits until the users of a job whose answer was lost stop appearing, settles those, and
// returns the rows that are missing. With an error it is not known whether they are.
func (im *importer) settleLost(ctx context.Context, rows []importRow) (missing []importRow, err error) {
	wait := im.params.MinWait
	for quiet := 0; quiet < 2 && len(rows) > 0; quiet++ {
		if !sleep(ctx, wait) {
			return rows, ctx.Err()
		}
		wait = im.grown(wait)
		found, err := im.lookUp(ctx, rows)
		if err != nil {
			return rows, err
		}
		if len(found) > 0 {
			quiet = -1
			im.submitted(len(found))
			rows = im.settleFound(rows, found, ImportCreated)
		}
	}
	return rows, nil
}

// settleFound settles the rows whose user was found, and returns the others.
func (im *importer) settleFound(rows []importRow, found map[int]*Systemuser, status ImportStatus) (others []importRow) {
	for _, row := range rows {
		if user := found[row.n]; user != nil {
			im.settle(row, status, user.ID, "", nil)
		} else {
			others = append(others, row)
		}
	}
	return others
}

// lookUp finds the users with the usernames and e-mails of some rows, by row.
func (im *importer) lookUp(ctx context.Context, rows []importRow) (map[int]*Systemuser, error) {
	found := map[int]*Systemuser{}
	for part := range slices.Chunk(rows, 100) {
		byName := map[string]importRow{}
		var names []string
		for _, row := range part {
			byName[strings.ToLower(row.user.Username)] = row
			names = append(names, row.user.Username)
		}
		search := SystemuserSearch{Filter: anyCase("username", names...), Fields: []string{"username", "email", "created"}, Limit: Set(1000)}
		users, err := Collect(im.client.Systemusers.SearchAll(ctx, search, forReading(im.opts)...), 0)
		if err != nil {
			return nil, err
		}
		for _, user := range users {
			if row, ok := byName[strings.ToLower(user.Username)]; ok && strings.EqualFold(user.Email, row.user.Email) {
				found[row.n] = user
			}
		}
	}
	return found, nil
}

// wait waits until a job is through with every row, and settles them. lost says that an earlier job
// may have created some of them.
func (im *importer) wait(ctx context.Context, jobID string, rows []importRow, lost bool) {
	p := poller{im.client.BulkJobs.AllUsersResults(ctx, jobID, nil, forReading(im.opts)...), im.over, im.params.MinWait, im.params.MaxWait}
	results, err := p.poll(ctx, len(rows))
	if err != nil {
		im.serviceFailed("waiting for job "+jobID, err)
		err = fmt.Errorf("jumpcloud: waiting for job %s: %w", jobID, err)
	}
	im.settleJob(ctx, jobID, rows, results, lost, err)
}

// over is like the function, and knows the words of the caller's.
func (im *importer) over(result *JobWorkResult) bool {
	return over(result) ||
		slices.ContainsFunc(im.params.Terminal, func(word string) bool { return strings.EqualFold(word, result.Status) })
}

// settleJob gives each row its result. waiting is why not all of them are over, if so.
func (im *importer) settleJob(ctx context.Context, jobID string, rows []importRow, results []*JobWorkResult, lost bool, waiting error) {
	own, others, allFailed := match(rows, results)
	sure := func(row importRow) bool {
		return own[row.n] != nil && succeeded(own[row.n]) && userID(own[row.n]) != ""
	}
	found, noDirectory := im.lookUp(ctx, slices.DeleteFunc(slices.Clone(rows), sure))
	if errors.Is(noDirectory, ErrUnauthorized) || errors.Is(noDirectory, ErrForbidden) {
		im.serviceFailed("looking up the users of job "+jobID, noDirectory) // it stops the other jobs
	}
	for _, row := range rows {
		result, named := own[row.n]
		refused := named && result.StatusMsg != "" // the message is about this row
		if !named && waiting == nil {
			result, refused = others, allFailed
		}
		user, id := found[row.n], ""
		if user != nil {
			id = user.ID
		}
		dated := result != nil && !result.CreatedAt.IsZero()
		switch {
		case result != nil && succeeded(result) && (named || user != nil):
			im.settle(row, ImportCreated, cmp.Or(userID(result), id), jobID, nil)
		case user != nil && (lost || dated && !user.Created.Before(result.CreatedAt.Time)): // whatever the result says
			im.settle(row, ImportCreated, id, jobID, nil)
		case result != nil && im.over(result) && !succeeded(result) && (refused && !lost || noDirectory == nil && (user == nil || dated)):
			im.settle(row, ImportFailed, "", jobID, fmt.Errorf("jumpcloud: not created: %s", cmp.Or(result.StatusMsg, result.Status)))
		default:
			if waiting == nil && noDirectory != nil {
				im.serviceFailed("looking up the users of job "+jobID, noDirectory)
			}
			why := cmp.Or(waiting, noDirectory, errors.New("no result names it"))
			if named {
				why = fmt.Errorf("last status %q: %w", result.Status, why)
			}
			im.settle(row, ImportUnknown, id, jobID, fmt.Errorf("jumpcloud: fate unknown: %w", why))
		}
	}
}

// match finds the result of each row, by what it persisted: by username, then by e-mail. others is
// what the results say that no row was found for, together; nil if there are none. allFailed tells that
// each of those has a message.
func match(rows []importRow, results []*JobWorkResult) (own map[int]*JobWorkResult, others *JobWorkResult, allFailed bool) {
	own = map[int]*JobWorkResult{}
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
		for _, row := range rows {
			if result := byValue[strings.ToLower(key.of(row.user))]; own[row.n] == nil && result != nil && !taken[result] {
				own[row.n], taken[result] = result, true
			}
		}
	}
	var messages []string
	for _, result := range results {
		if taken[result] {
			continue
		}
		if others == nil {
			others, allFailed = &JobWorkResult{Status: "finished"}, true
		}
		if others.CreatedAt.IsZero() {
			others.CreatedAt = result.CreatedAt
		}
		allFailed = allFailed && result.StatusMsg != ""
		if message := cmp.Or(result.StatusMsg, result.Status); !succeeded(result) && !slices.Contains(messages, message) {
			messages = append(messages, message)
		}
	}
	if others != nil {
		others.StatusMsg = strings.Join(messages, "; ")
	}
	return own, others, allFailed
}

// userID is the id of the user in what a result persisted, where it is there.
func userID(result *JobWorkResult) string {
	return cmp.Or(persisted(result, "_id"), persisted(result, "id"))
}

// persisted returns a text among what a result persisted.
func persisted(result *JobWorkResult, name string) string {
	text, _ := result.PersistedFields[name].(string)
	return text
}
