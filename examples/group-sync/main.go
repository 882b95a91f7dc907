// Group-sync makes the members of a user group those that a CSV file or a filter names. It shows what
// it would change, and changes it with -apply.
package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

const usage = `group-sync -group NAME (-csv FILE | -filter FIELD:OP:VALUE …) [-apply]

Makes the direct members of a user group exactly those users that a CSV file or a filter names.
Without -apply it only shows what it would change.

The header of the CSV file has a column id, username or email; other columns are ignored. A filter is
a condition on users, such as department:eq:IT; OP is eq, ne, gt, gte, lt or lte. With several
filters, all must hold. A file or a filter that names nobody is an error unless -allow-empty says that
the group may become empty.`

func main() { program.Main("group-sync", run) }

type options struct {
	group, csv string
	filter     []jumpcloud.Condition
	params     jumpcloud.SyncParams
	json       bool
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o options
	flags := program.NewFlags("group-sync")
	flags.StringVar(&o.group, "group", "", "`name` or id of the group")
	flags.StringVar(&o.csv, "csv", "", "`file` that names the wanted members")
	flags.Func("filter", "`condition` that the wanted members meet; may be repeated", func(text string) error {
		condition, err := parseFilter(text)
		o.filter = append(o.filter, condition)
		return err
	})
	flags.BoolVar(&o.params.AllowEmpty, "allow-empty", false, "nobody may be wanted: empty the group")
	flags.BoolVar(&o.json, "json", false, "write the plan, and what was done of it, as JSON")
	apply := flags.Bool("apply", false, "make the changes")
	limit := flags.Int("max-removals", -1, "how many members may be removed; with more, nothing is changed. -1 is a quarter of\nthe group, but at least 5")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	switch {
	case o.group == "":
		return program.Misuse("name the group with -group")
	case (o.csv == "") == (o.filter == nil):
		return program.Misuse("say who is wanted with -csv or with -filter")
	case *limit < -1:
		return program.Misuse("-max-removals is negative")
	case *limit >= 0:
		o.params.MaxRemovals = jumpcloud.Set(*limit)
	}
	o.params.DryRun = !*apply
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	return sync(ctx, client, o, out)
}

// parseFilter reads field:op:value.
func parseFilter(text string) (jumpcloud.Condition, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) < 3 || parts[0] == "" || parts[2] == "" {
		return jumpcloud.Condition{}, errors.New("write it as field:op:value")
	}
	op := jumpcloud.Operator(parts[1])
	if !slices.Contains([]jumpcloud.Operator{jumpcloud.Eq, jumpcloud.Ne, jumpcloud.Gt, jumpcloud.Gte, jumpcloud.Lt, jumpcloud.Lte}, op) {
		return jumpcloud.Condition{}, fmt.Errorf("the operator %q is none of eq, ne, gt, gte, lt, lte", op)
	}
	return jumpcloud.Filter(parts[0], op, parts[2]), nil
}

func sync(ctx context.Context, client *jumpcloud.APIClient, o options, out io.Writer) error {
	group, err := directory.Group(ctx, client, o.group)
	if err != nil {
		return err
	}
	if group.MembershipMethod == jumpcloud.MembershipMethodDynamicAutomated {
		return fmt.Errorf("the members of %s follow from its own rule, which would undo the changes", group.Name)
	}
	users, err := jumpcloud.Collect(client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Fields: []string{"username", "email"}}), 0)
	if err != nil {
		return err
	}
	var want []string
	if o.csv != "" {
		want, err = wantedByFile(o.csv, users)
	} else {
		want, err = wantedByFilter(ctx, client, o.filter)
	}
	if err != nil {
		return err
	}
	if len(want) == 0 && !o.params.AllowEmpty {
		return fmt.Errorf("nobody is wanted, which would empty %s; if that is meant, say -allow-empty", group.Name)
	}
	result, err := client.Usergroups.SyncMembers(ctx, group.ID, want, o.params)
	if result == nil {
		return err
	}
	err = cmp.Or(incomplete(result), err)
	if o.json {
		return errors.Join(err, program.WriteJSON(out, summary(group, result, users)))
	}
	show(out, group, result, users)
	planned, made := len(result.Add)+len(result.Remove), len(result.Added)+len(result.Removed)
	switch {
	case planned == 0:
	case o.params.DryRun && err == nil:
		fmt.Fprintf(out, "Nothing is changed yet: -apply makes %s.\n", plural(planned, "change"))
	case !o.params.DryRun:
		fmt.Fprintf(out, "%d of %s made.\n", made, plural(planned, "change"))
	}
	return err
}

// incomplete counts the changes that were not made: why, each of them says itself.
func incomplete(result *jumpcloud.SyncResult) error {
	count := map[string]int{}
	for _, failure := range result.Failed {
		count[program.Fate(failure.Err)]++
	}
	var parts []string
	for _, part := range []struct{ fate, says string }{
		{program.Failed, "failed"}, {program.Unknown, "under way, so that it is not known whether they were made"}, {program.NotAttempted, "not attempted"},
	} {
		if n := count[part.fate]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, part.says))
		}
	}
	if parts == nil {
		return nil
	}
	return fmt.Errorf("of %s: %s; run it again to do what is left", plural(len(result.Add)+len(result.Remove), "change"), strings.Join(parts, ", "))
}

// keys are the columns by which a file may name users.
var keys = map[string]func(*jumpcloud.Systemuser) string{
	"id":       func(u *jumpcloud.Systemuser) string { return u.ID },
	"username": func(u *jumpcloud.Systemuser) string { return u.Username },
	"email":    func(u *jumpcloud.Systemuser) string { return u.Email },
}

// by makes users found by a key. Case does not count.
func by(key func(*jumpcloud.Systemuser) string, users []*jumpcloud.Systemuser) map[string]*jumpcloud.Systemuser {
	found := make(map[string]*jumpcloud.Systemuser, len(users))
	for _, user := range users {
		found[strings.ToLower(key(user))] = user
	}
	return found
}

// wantedByFile reads the ids of the users in a CSV file. One who is not found ends it: to go on would
// remove somebody whose name is misspelt.
func wantedByFile(name string, users []*jumpcloud.Systemuser) (ids []string, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reader := csv.NewReader(file)
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: the header: %w", name, err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // which spreadsheets put in front
	column := slices.IndexFunc(header, func(title string) bool { return keys[title] != nil })
	if column < 0 {
		return nil, fmt.Errorf("%s: the header has no column id, username or email", name)
	}
	find := by(keys[header[column]], users)
	var unknown []error
	for {
		cells, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return ids, errors.Join(unknown...)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if user := find[strings.ToLower(strings.TrimSpace(cells[column]))]; user != nil {
			ids = append(ids, user.ID)
			continue
		}
		line, _ := reader.FieldPos(column)
		unknown = append(unknown, fmt.Errorf("%s:%d: there is no user with %s %q", name, line, header[column], cells[column]))
	}
}

func wantedByFilter(ctx context.Context, client *jumpcloud.APIClient, filter []jumpcloud.Condition) (ids []string, err error) {
	for user, err := range client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Filter: filter, Fields: []string{"username"}}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, user.ID)
	}
	return ids, nil
}

// show prints the plan, and what was not done of it.
func show(out io.Writer, group *jumpcloud.UserGroup, result *jumpcloud.SyncResult, users []*jumpcloud.Systemuser) {
	fmt.Fprintf(out, "%s has %s: %d to keep, %d to add, %d to remove.\n", group.Name,
		plural(result.Kept+len(result.Remove), "member"), result.Kept, len(result.Add), len(result.Remove))
	byID := by(keys["id"], users)
	for _, part := range []struct {
		sign string
		ids  []string
	}{{"+", result.Add}, {"-", result.Remove}} {
		for _, id := range part.ids {
			user := byID[strings.ToLower(id)]
			if user == nil { // came or went since the users were read
				user = &jumpcloud.Systemuser{Username: id}
			}
			trouble := ""
			if err := failure(result, id); err != nil {
				trouble = "  " + program.Fate(err)
				if trouble == "  "+program.Failed {
					trouble += ": " + err.Error()
				}
			}
			fmt.Fprintf(out, "  %s %-20s %s%s\n", part.sign, user.Username, user.Email, trouble)
		}
	}
}

// failure is why a change was not made, or nil.
func failure(result *jumpcloud.SyncResult, id string) error {
	if i := slices.IndexFunc(result.Failed, func(f jumpcloud.SyncFailure) bool { return f.ID == id }); i >= 0 {
		return result.Failed[i].Err
	}
	return nil
}

// summary is the result for programs.
func summary(group *jumpcloud.UserGroup, result *jumpcloud.SyncResult, users []*jumpcloud.Systemuser) any {
	type change struct {
		Op       jumpcloud.GraphOp `json:"op"`
		ID       string            `json:"id"`
		Username string            `json:"username,omitempty"`
		Status   string            `json:"status"`
		Error    string            `json:"error,omitempty"`
	}
	changes := []change{}
	byID := by(keys["id"], users)
	add := func(op jumpcloud.GraphOp, planned, done []string) {
		for _, id := range planned {
			c := change{Op: op, ID: id, Status: "planned"}
			if user := byID[strings.ToLower(id)]; user != nil {
				c.Username = user.Username
			}
			if err := failure(result, id); err != nil {
				c.Status, c.Error = program.Fate(err), err.Error()
			} else if slices.Contains(done, id) {
				c.Status = program.Done
			}
			changes = append(changes, c)
		}
	}
	add(jumpcloud.GraphOpAdd, result.Add, result.Added)
	add(jumpcloud.GraphOpRemove, result.Remove, result.Removed)
	return map[string]any{"group": map[string]string{"id": group.ID, "name": group.Name}, "kept": result.Kept, "changes": changes}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
