// Offboard takes a user's access away, in an order that closes it first. It shows what it would do,
// and does it with -yes.
package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/internal/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/internal/program"
)

const usage = `offboard -user NAME [-reports-to NAME] [-reset-mfa] [-yes]

Suspends a user, expires the password, removes SSH keys, bindings and memberships, and hands the
user's reports to another manager. The user is not deleted. Without -yes it only shows what it would
do. Running it again does what was left.`

func main() { program.Main("offboard", run) }

type options struct {
	user, reportsTo string
	resetMFA, yes   bool
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o options
	flags := program.NewFlags("offboard")
	flags.StringVar(&o.user, "user", "", "`username`, e-mail or id of the user who leaves")
	flags.StringVar(&o.reportsTo, "reports-to", "", "`username`, e-mail or id of the new manager of the user's reports; without it, they\nhave none")
	flags.BoolVar(&o.resetMFA, "reset-mfa", false, "reset multi-factor authentication too")
	flags.BoolVar(&o.yes, "yes", false, "do it")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	if o.user == "" {
		return program.Misuse("name the user with -user")
	}
	client, done, err := flags.Connect(errOut)
	if err != nil {
		return err
	}
	defer done()
	return offboard(ctx, client, o, out)
}

func offboard(ctx context.Context, client *jumpcloud.APIClient, o options, out io.Writer) error {
	user, err := directory.User(ctx, client, o.user)
	if err != nil {
		return err
	}
	params := jumpcloud.OffboardParams{ResetMFA: o.resetMFA}
	manager := "nobody"
	if o.reportsTo != "" {
		to, err := directory.User(ctx, client, o.reportsTo)
		switch {
		case err != nil:
			return err
		case to.ID == user.ID:
			return program.Misuse("-reports-to is the user who leaves")
		case to.State == jumpcloud.UserStateSuspended:
			return fmt.Errorf("%s is suspended and cannot be the new manager", to.Username)
		}
		params.ReportsTo, manager = to.ID, to.Username
	}
	if !o.yes {
		return preview(ctx, client, user, o, manager, out)
	}
	fmt.Fprintf(out, "Offboarding %s (%s):\n", user.Username, user.Email)
	steps, err := client.Systemusers.Offboard(ctx, user.ID, params)
	for _, step := range steps {
		fmt.Fprintf(out, "  %-18s %s\n", step.Name, describe(step))
	}
	return err
}

func describe(step jumpcloud.OffboardStep) string {
	var parts []string
	switch {
	case step.Changed == 1:
		parts = append(parts, "1 change")
	case step.Changed > 1:
		parts = append(parts, fmt.Sprintf("%d changes", step.Changed))
	}
	if step.Skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped, where a rule decides", step.Skipped))
	}
	if step.Err != nil {
		parts = append(parts, "failed: "+step.Err.Error())
	}
	if parts == nil {
		return "nothing to do"
	}
	return strings.Join(parts, "; ")
}

// preview shows what there is to take away. It reads and changes nothing.
func preview(ctx context.Context, client *jumpcloud.APIClient, user *jumpcloud.Systemuser, o options, manager string, out io.Writer) error {
	keys, err := client.Systemusers.ListSSHKeys(ctx, user.ID)
	if err != nil {
		return err
	}
	access, err := client.Users.Access(ctx, user.ID)
	if err != nil {
		return err
	}
	bound, err := boundTo(ctx, client, access)
	if err != nil {
		return err
	}
	leaves, stays, err := groups(ctx, client, access)
	if err != nil {
		return err
	}
	reports, err := reportsOf(ctx, client, user)
	if err != nil {
		return err
	}
	line := func(step, detail string) { fmt.Fprintf(out, "  %-18s %s\n", step, detail) }
	fmt.Fprintf(out, "%s (%s) is %s. Offboarding would:\n", user.Username, user.Email, strings.ToLower(string(user.State)))
	if user.State == jumpcloud.UserStateSuspended && user.Suspended {
		line("suspend", "nothing to do")
	} else {
		line("suspend", "the account")
	}
	line("expire", "the password")
	if o.resetMFA {
		line("reset", "multi-factor authentication")
	}
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = key.Name
	}
	line("remove SSH keys", list(names))
	line("unbind", list(bound))
	line("leave groups", list(leaves))
	if len(stays) > 0 {
		line("", "but not "+list(stays)+", where a rule decides")
	}
	line("hand over reports", list(reports))
	if len(reports) > 0 {
		line("", "to "+manager)
	}
	fmt.Fprintln(out, "Nothing is changed yet: -yes does it.")
	return nil
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// boundTo names what a user is bound to without a group.
func boundTo(ctx context.Context, client *jumpcloud.APIClient, access *jumpcloud.UserAccess) (bound []string, err error) {
	var objects []directory.Object
	for target := range access.All() {
		if target.Direct() {
			objects = append(objects, directory.Object{Type: target.Type, ID: target.ID})
		}
	}
	names, err := directory.Names(ctx, client, objects)
	for object, name := range names {
		bound = append(bound, name+" ("+object.Kind()+")")
	}
	return bound, err
}

// groups names the groups that a user can leave, and those that a rule puts the user in.
func groups(ctx context.Context, client *jumpcloud.APIClient, access *jumpcloud.UserAccess) (leaves, stays []string, err error) {
	for _, membership := range access.Groups {
		group, err := client.Usergroups.Get(ctx, membership.ID)
		if err != nil {
			return nil, nil, err
		}
		if group.MembershipMethod == jumpcloud.MembershipMethodDynamicAutomated {
			stays = append(stays, group.Name)
		} else {
			leaves = append(leaves, group.Name)
		}
	}
	return leaves, stays, nil
}

func reportsOf(ctx context.Context, client *jumpcloud.APIClient, user *jumpcloud.Systemuser) (names []string, err error) {
	params := &jumpcloud.SystemusersListParams{
		Filter: []jumpcloud.Condition{jumpcloud.Filter("manager", jumpcloud.Eq, user.ID)},
		Fields: []string{"username", "manager"},
	}
	for report, err := range client.Systemusers.All(ctx, params) {
		if err != nil {
			return nil, err
		}
		if report.Manager == user.ID {
			names = append(names, report.Username)
		}
	}
	return names, nil
}
