// Bulk-import creates the users of a CSV file through bulk jobs, waits until the service is through
// with them, and says what became of every line.
package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/schollz/progressbar/v3"
)

const usage = `bulk-import [flags] FILE.csv

Creates the users of a CSV file. Its header names the columns: username and email are needed;
firstname, lastname, displayname, department, jobTitle, location, company, costCenter,
employeeIdentifier, employeeType, password, manager (the username, e-mail or id of a user who is
there already) and attributes.<name> are optional. An empty cell is not sent.

A bad line is reported with its number and does not stop the others. The exit code is 0 only when
every line was imported. What an interrupt leaves open, another run with -skip-existing does.`

func main() { program.Main("bulk-import", run) }

type options struct {
	file, out              string
	params                 jumpcloud.ImportParams
	dryRun, strict, showUp bool
	json                   bool
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o options
	flags := program.NewFlags("bulk-import")
	flags.StringVar(&o.out, "out", "", "`file` for the results: line, username, status, id, error")
	flags.IntVar(&o.params.JobSize, "job-size", 100, "how many users one job creates")
	flags.IntVar(&o.params.Concurrency, "concurrency", 4, "how many jobs are under way at a time")
	flags.BoolVar(&o.params.SkipExisting, "skip-existing", false, "do not send users who are there already, with the same username and e-mail")
	flags.BoolVar(&o.dryRun, "dry-run", false, "check the file and create nobody")
	flags.BoolVar(&o.strict, "strict", false, "create nobody if any line is bad")
	flags.BoolVar(&o.showUp, "progress", program.IsTerminal(errOut), "show a progress bar; the default is to show it on a terminal")
	flags.BoolVar(&o.json, "json", false, "write what became of each line as JSON")
	files, err := flags.Parse(usage, args, out, "FILE.csv")
	if err != nil {
		return err
	}
	o.file = files[0]
	switch {
	case o.params.JobSize < 1 || o.params.Concurrency < 1:
		return program.Misuse("-job-size and -concurrency must be at least 1")
	case o.out != "" && sameFile(o.out, o.file):
		return program.Misuse("-out would overwrite the input")
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	return importFile(ctx, client, o, out, errOut)
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// outcome is what became of a line.
type outcome struct {
	line                 int
	username, status, id string
	err                  error
}

// invalid is the status of a line that was not sent, because it is bad.
const invalid = "invalid"

// importFile reads the file twice, so that a file of any size needs little memory and is known to be
// good before anything is sent: once to check it, once to import it.
func importFile(ctx context.Context, client *jumpcloud.APIClient, o options, out, errOut io.Writer) error {
	managers := map[string]string{}
	managerID := func(ctx context.Context, name string) (string, error) {
		if id, known := managers[name]; known {
			return id, nil
		}
		user, err := directory.User(ctx, client, name)
		if err != nil {
			return "", err
		}
		managers[name] = user.ID
		return user.ID, nil
	}
	var outcomes []outcome // one for each line, in order
	good := 0
	for row, err := range readFile(ctx, o.file, managerID) {
		if err != nil {
			return err
		}
		this := outcome{line: row.line, username: row.user.Username}
		if row.err != nil {
			this.status, this.err = invalid, row.err
			fmt.Fprintf(errOut, "%s:%d: %v\n", o.file, row.line, row.err)
		} else {
			good++
		}
		outcomes = append(outcomes, this)
	}
	bad := len(outcomes) - good
	switch {
	case o.strict && bad > 0:
		return fmt.Errorf("%d of %d lines are bad, and nobody was created", bad, len(outcomes))
	case o.dryRun:
		fmt.Fprintf(out, "%d users would be created.\n", good)
		if bad > 0 {
			return fmt.Errorf("%d of %d lines are bad", bad, len(outcomes))
		}
		return nil
	}
	results, err := program.Open(errOut, o.out)
	if err != nil {
		return err
	}
	defer results.Close()
	finish := o.progress(good, errOut)
	var reading error
	imported, err := client.BulkJobs.ImportUsers(ctx, func(yield func(jumpcloud.BulkUserCreate) bool) {
		for row, err := range readFile(ctx, o.file, managerID) {
			if reading = err; err != nil || row.err == nil && !yield(row.user) {
				return
			}
		}
	}, o.params)
	finish()
	merge(outcomes, imported)
	return report(outcomes, cmp.Or(reading, err), results, o, out, errOut)
}

// readFile yields the lines of a file, anew each time it is ranged over.
func readFile(ctx context.Context, name string, managerID func(context.Context, string) (string, error)) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		file, err := os.Open(name)
		if err != nil {
			yield(row{}, err)
			return
		}
		defer file.Close()
		r, err := newReader(file, managerID)
		if err != nil {
			yield(row{}, fmt.Errorf("%s: %w", name, err))
			return
		}
		r.rows(ctx)(yield)
	}
}

// progress shows how far the import is, until finish is called.
func (o *options) progress(total int, errOut io.Writer) (finish func()) {
	if !o.showUp || total == 0 {
		return func() {}
	}
	bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(errOut), progressbar.OptionShowCount(),
		progressbar.OptionSetWidth(40), progressbar.OptionSetDescription("importing"))
	o.params.Progress = func(p jumpcloud.ImportProgress) {
		if p.Failed > 0 {
			bar.Describe(fmt.Sprintf("importing, %d failed", p.Failed))
		}
		_ = bar.Set(p.Done + p.Failed) // a bar that cannot be drawn is no reason to stop
	}
	return func() {
		_ = bar.Exit()
		fmt.Fprintln(errOut)
	}
}

// merge gives the results of the import to the lines that were sent.
func merge(outcomes []outcome, imported []jumpcloud.ImportResult) {
	for i := range outcomes {
		this := &outcomes[i]
		if this.status == invalid {
			continue
		}
		if len(imported) == 0 { // the file could not be read to its end again
			this.status = string(jumpcloud.ImportNotSubmitted)
			continue
		}
		this.status, this.id, this.err = string(imported[0].Status), imported[0].ID, imported[0].Err
		imported = imported[1:]
	}
}

// report counts the lines by what became of them, and writes a row of the results for each. A line that
// the service refused is named; what is unknown or was not sent has one cause.
func report(outcomes []outcome, cause error, results *program.Files, o options, out, errOut io.Writer) error {
	counts := map[string]int{}
	table := [][]string{{"line", "username", "status", "id", "error"}}
	for _, this := range outcomes {
		counts[this.status]++
		text := ""
		if this.err != nil {
			text = this.err.Error()
		}
		table = append(table, []string{strconv.Itoa(this.line), this.username, this.status, this.id, text})
		if this.status == string(jumpcloud.ImportFailed) {
			fmt.Fprintf(errOut, "%s:%d: %s: %s\n", o.file, this.line, this.status, text)
		}
	}
	err := results.Write(o.out, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(table) })
	if o.json {
		err = errors.Join(err, program.WriteJSON(out, summary(outcomes, counts)))
	} else {
		for _, status := range statuses {
			if counts[status] > 0 {
				fmt.Fprintf(out, "%6d %s\n", counts[status], status)
			}
		}
	}
	refused := counts[string(jumpcloud.ImportFailed)] + counts[invalid]
	if refused > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d lines cannot be imported", refused, len(outcomes)))
	}
	unknown, unsent := counts[string(jumpcloud.ImportUnknown)], counts[string(jumpcloud.ImportNotSubmitted)]
	if unknown+unsent > 0 {
		left := fmt.Errorf("of %d lines it is not known whether they were imported, and %d were not sent; run it again with -skip-existing to go on", unknown, unsent)
		if cause != nil {
			left = fmt.Errorf("%w: %w", left, cause)
		}
		return errors.Join(err, left)
	}
	return errors.Join(err, cause)
}

var statuses = []string{
	string(jumpcloud.ImportCreated), string(jumpcloud.ImportExists), string(jumpcloud.ImportFailed),
	string(jumpcloud.ImportUnknown), string(jumpcloud.ImportNotSubmitted), invalid,
}

// summary is the result for programs.
func summary(outcomes []outcome, counts map[string]int) any {
	type line struct {
		Line     int    `json:"line"`
		Username string `json:"username"`
		Status   string `json:"status"`
		ID       string `json:"id,omitempty"`
		Error    string `json:"error,omitempty"`
	}
	lines := make([]line, len(outcomes))
	for i, this := range outcomes {
		lines[i] = line{Line: this.line, Username: this.username, Status: this.status, ID: this.id}
		if this.err != nil {
			lines[i].Error = this.err.Error()
		}
	}
	return map[string]any{"counts": counts, "lines": lines}
}
