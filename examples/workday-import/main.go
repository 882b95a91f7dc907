// Workday-import lists the workers of the organization's Workday report, and creates users for those
// who have none with -apply.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/internal/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/internal/program"
)

const usage = `workday-import [-apply]

Lists the workers of the organization's Workday report, and says who is a user already, by e-mail or
username. With -apply it creates users for the others and waits until that is done.`

func main() { program.Main("workday-import", run) }

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := program.NewFlags("workday-import")
	apply := flags.Bool("apply", false, "create users for the workers who have none")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	client, done, err := flags.Connect(errOut)
	if err != nil {
		return err
	}
	defer done()
	return importWorkers(ctx, client, *apply, out)
}

func importWorkers(ctx context.Context, client *jumpcloud.APIClient, apply bool, out io.Writer) error {
	workday, err := jumpcloud.One(client.Workdays.All(ctx, nil)) // an organization has one at most
	if errors.Is(err, jumpcloud.ErrNotFound) {
		return errors.New("the organization has no Workday instance; make one in the admin portal or with Workdays.Create")
	} else if err != nil {
		return err
	}
	users, err := directory.AllUsers(ctx, client)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n", workday.ReportURL)
	var missing []jumpcloud.BulkUserCreate
	listed := map[string]bool{}
	for worker, err := range client.Workdays.AllWorkers(ctx, workday.ID, nil) {
		if err != nil {
			return err
		}
		state := "is a user"
		switch {
		case users.ByEmail(worker.Email) != nil || users.ByUsername(worker.Username) != nil:
		case worker.Username == "" || worker.Email == "":
			state = "cannot be imported without a username and an e-mail"
		case listed[strings.ToLower(worker.Username)]:
			state = "is in the report twice"
		default:
			state = "is missing"
			missing = append(missing, userOf(worker))
			listed[strings.ToLower(worker.Username)] = true
		}
		fmt.Fprintf(out, "  %-20s %-34s %s\n", worker.Username, worker.Email, state)
	}
	switch {
	case len(missing) == 0:
		fmt.Fprintln(out, "There is nobody to import.")
		return nil
	case !apply:
		fmt.Fprintf(out, "Nothing is changed yet: -apply imports the %d who are missing.\n", len(missing))
		return nil
	}
	job, err := client.Workdays.Import(ctx, workday.ID, missing)
	if err != nil {
		return err
	}
	results, err := wait(ctx, client, workday.ID, job.JobID, len(missing))
	return errors.Join(report(out, missing, results), err)
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

// wait asks for the results of a job, less and less often, until each of its rows is over.
func wait(ctx context.Context, client *jumpcloud.APIClient, workdayID, jobID string, rows int) ([]*jumpcloud.JobWorkResult, error) {
	for pause := time.Second; ; pause = min(pause*3/2, 15*time.Second) {
		results, err := jumpcloud.Collect(client.Workdays.AllImportResults(ctx, workdayID, jobID, nil), 0)
		if err != nil {
			return results, fmt.Errorf("job %s: %w", jobID, err)
		}
		over := 0
		for _, result := range results {
			if isOver(result) {
				over++
			}
		}
		if over >= rows {
			return results, nil
		}
		select {
		case <-ctx.Done():
			return results, fmt.Errorf("job %s goes on: %w", jobID, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// isOver reports whether a result will not change any more: the words for a row that is still worked
// on are not documented.
func isOver(result *jumpcloud.JobWorkResult) bool {
	return strings.EqualFold(result.Status, "finished") || result.StatusMsg != ""
}

// report says what became of each user. A result belongs to the user whose username it stored.
func report(out io.Writer, users []jumpcloud.BulkUserCreate, results []*jumpcloud.JobWorkResult) error {
	byUsername := map[string]*jumpcloud.JobWorkResult{}
	for _, result := range results {
		username, _ := result.PersistedFields["username"].(string)
		byUsername[strings.ToLower(username)] = result
	}
	missing := 0
	for _, user := range users {
		state := "created"
		switch result := byUsername[strings.ToLower(user.Username)]; {
		case result == nil || !isOver(result):
			state = "unknown; look again later"
			missing++
		case result.StatusMsg != "":
			state = "failed: " + result.StatusMsg
			missing++
		}
		fmt.Fprintf(out, "  %-20s %s\n", user.Username, state)
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d workers were not imported", missing, len(users))
	}
	return nil
}
