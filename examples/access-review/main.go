// Access-review says who reaches what, and why: for one user or for the members of a group, as text,
// CSV and an HTML page with a picture.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

const usage = `access-review (-user NAME | -group NAME) [-csv FILE] [-html FILE] [-json]

Lists everything that a user, or each member of a group, reaches: systems, applications, directories
and more, with every path that leads there and what must be removed to take the access away. It
changes nothing.`

func main() { program.Main("access-review", run) }

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := program.NewFlags("access-review")
	user := flags.String("user", "", "`username`, e-mail or id of the one user to review")
	group := flags.String("group", "", "`name` or id of the user group whose members to review")
	csvFile := flags.String("csv", "", "`file` to write a line for each path to")
	htmlFile := flags.String("html", "", "`file` to write the report to: one page that needs no other file")
	asJSON := flags.Bool("json", false, "write the review as JSON")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	if (*user == "") == (*group == "") {
		return program.Misuse("name either a user with -user or a group with -group")
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	files, err := program.Open(errOut, *csvFile, *htmlFile)
	if err != nil {
		return err
	}
	defer files.Close()
	of, ids, err := choose(ctx, client, *user, *group)
	if err != nil {
		return err
	}
	r, err := collect(ctx, client, of, ids)
	if err != nil {
		return err
	}
	if !flags.Demo {
		if r.Organization, err = directory.Organization(ctx, client); err != nil {
			return err
		}
	}
	write := writeText
	if *asJSON {
		write = writeJSON
	}
	return errors.Join(
		write(out, r),
		files.Write(*csvFile, func(w io.Writer) error { return writeCSV(w, r) }),
		files.Write(*htmlFile, func(w io.Writer) error { return writeHTML(w, r, time.Now()) }),
	)
}

// choose finds the ids of the users to review, and says what they are together.
func choose(ctx context.Context, client *jumpcloud.APIClient, userName, groupName string) (of string, ids []string, err error) {
	if userName != "" {
		user, err := directory.User(ctx, client, userName)
		if err != nil {
			return "", nil, err
		}
		return user.Username, []string{user.ID}, nil
	}
	group, err := directory.Group(ctx, client, groupName)
	if err != nil {
		return "", nil, err
	}
	for member, err := range client.Usergroups.AllMembership(ctx, group.ID, nil) { // those through other groups too
		if err != nil {
			return "", nil, err
		}
		ids = append(ids, member.ID)
	}
	if len(ids) == 0 {
		return "", nil, fmt.Errorf("the group %s has no members", group.Name)
	}
	return "the group " + group.Name, ids, nil
}
