// Workday-import lists the workers of the organization's Workday report, and creates users for those
// who have none with -apply.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

const usage = `workday-import [-apply] [-json]

Lists the workers of the organization's Workday report, and says who is a user already, by e-mail or
username. With -apply it creates users for the others and waits until that is done.`

func main() { program.Main("workday-import", run) }

type options struct{ apply, json bool }

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := program.NewFlags("workday-import")
	var o options
	flags.BoolVar(&o.apply, "apply", false, "create users for the workers who have none")
	flags.BoolVar(&o.json, "json", false, "write the workers, and what became of each, as JSON")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	return importWorkers(ctx, client, o, out)
}

// worker is one of the report, and what becomes of him or her.
type worker struct {
	Username string `json:"username"`
	Email    string `json:"email"`
	Status   string `json:"status"`
	Error    string `json:"error,omitempty"`
}

// missing is the status of who is to be imported.
const missing = "is missing"

func importWorkers(ctx context.Context, client *jumpcloud.APIClient, o options, out io.Writer) error {
	workday, err := jumpcloud.One(client.Workdays.All(ctx, nil)) // an organization has one at most
	if errors.Is(err, jumpcloud.ErrNotFound) {
		return errors.New("the organization has no Workday instance; make one in the admin portal or with Workdays.Create")
	} else if err != nil {
		return err
	}
	workers, users, err := compare(ctx, client, workday.ID)
	if err != nil {
		return err
	}
	text := out
	if o.json {
		text = io.Discard
	}
	fmt.Fprintf(text, "%s\n", workday.ReportURL)
	for _, w := range workers {
		fmt.Fprintf(text, "  %-20s %-34s %s\n", w.Username, w.Email, w.Status)
	}
	switch {
	case len(users) == 0:
		fmt.Fprintln(text, "There is nobody to import.")
	case !o.apply:
		fmt.Fprintf(text, "Nothing is changed yet: -apply imports the %d who are missing.\n", len(users))
	default:
		err = create(ctx, client, workday.ID, workers, users, text)
	}
	if o.json {
		err = errors.Join(err, program.WriteJSON(out, map[string]any{"report": workday.ReportURL, "workers": workers}))
	}
	return err
}

// compare lists the workers, and the users to make of those who are missing.
func compare(ctx context.Context, client *jumpcloud.APIClient, workdayID string) (workers []worker, users []jumpcloud.BulkUserCreate, err error) {
	taken := map[string]bool{} // usernames and e-mail addresses, which case does not tell apart
	for user, err := range client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Fields: []string{"username", "email"}}) {
		if err != nil {
			return nil, nil, err
		}
		taken["username "+strings.ToLower(user.Username)], taken["email "+strings.ToLower(user.Email)] = true, true
	}
	listed := map[string]bool{}
	for entry, err := range client.Workdays.AllWorkers(ctx, workdayID, nil) {
		if err != nil {
			return nil, nil, err
		}
		w := worker{Username: entry.Username, Email: entry.Email, Status: missing}
		username := strings.ToLower(w.Username)
		switch {
		case taken["username "+username] || taken["email "+strings.ToLower(w.Email)]:
			w.Status = "is a user"
		case w.Username == "" || w.Email == "":
			w.Status = "cannot be imported without a username and an e-mail"
		case listed[username]:
			w.Status = "is in the report twice"
		default:
			listed[username] = true
			users = append(users, userOf(entry))
		}
		workers = append(workers, w)
	}
	return workers, users, nil
}

// create imports users, and says what became of each worker who was missing.
func create(ctx context.Context, client *jumpcloud.APIClient, workdayID string, workers []worker, users []jumpcloud.BulkUserCreate, out io.Writer) error {
	job, err := client.Workdays.Import(ctx, workdayID, users)
	fate := program.Fate(err)
	var results []*jumpcloud.JobWorkResult
	if err == nil {
		fate = program.Unknown
		results, err = client.Workdays.WaitImport(ctx, workdayID, job.JobID, len(users))
	}
	byUsername := map[string]*jumpcloud.JobWorkResult{} // which the result stored
	for _, result := range results {
		username, _ := result.PersistedFields["username"].(string)
		byUsername[strings.ToLower(username)] = result
	}
	left := 0
	for i := range workers {
		w := &workers[i]
		if w.Status != missing {
			continue
		}
		switch result := byUsername[strings.ToLower(w.Username)]; {
		case result == nil:
			w.Status = fate
		case result.Err() != nil:
			w.Status, w.Error = program.Failed, result.StatusMsg
		case strings.EqualFold(result.Status, "finished"):
			w.Status = "created"
		default:
			w.Status = program.Unknown
		}
		if w.Status != "created" {
			left++
		}
		fmt.Fprintf(out, "  %-20s %s\n", w.Username, strings.TrimSuffix(w.Status+": "+w.Error, ": "))
	}
	if left > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d workers are not known to be imported; look again later, and run it again to import who is missing then", left, len(users)))
	}
	return err
}

// userOf makes a user of a worker. The keys of a worker's attributes are those of the organization's
// report: change this to what yours has.
func userOf(worker *jumpcloud.WorkdayWorker) jumpcloud.BulkUserCreate {
	user := jumpcloud.BulkUserCreate{
		Username: worker.Username, Email: worker.Email,
		Firstname: jumpcloud.Set(worker.FirstName), Lastname: jumpcloud.Set(worker.LastName),
	}
	if department, ok := worker.Attributes["department"].(string); ok {
		user.Department = jumpcloud.Set(department)
	}
	return user
}
