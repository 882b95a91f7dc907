// Offboard takes a user's access away, in an order that closes it first. It shows what it would do,
// and does it with -yes.
package main

import (
	"cmp"
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
	params.DryRun = !o.yes
	steps, err := client.Systemusers.Offboard(ctx, user.ID, params)
	if o.yes {
		fmt.Fprintf(out, "Offboarding %s (%s):\n", user.Username, user.Email)
	} else {
		fmt.Fprintf(out, "%s (%s) is %s. Offboarding would:\n", user.Username, user.Email, strings.ToLower(string(user.State)))
	}
	names := namesOf(ctx, client, steps)
	for _, step := range steps {
		fmt.Fprintf(out, "  %-18s %s\n", step.Name, describe(step, names))
		if step.Name == "hand over reports" && step.Changed > 0 {
			fmt.Fprintf(out, "  %-18s to %s\n", "", manager)
		}
	}
	if !o.yes && err == nil {
		fmt.Fprintln(out, "Nothing is changed yet: -yes does it.")
	}
	return err
}

// describe names what a step changes, or would change, and what it leaves.
func describe(step jumpcloud.OffboardStep, names map[directory.Object]string) string {
	var changes, skipped []string
	for _, target := range step.Targets {
		name := cmp.Or(target.Name, names[objectOf(target)], target.ID)
		if step.Name == "unbind" {
			name += " (" + objectOf(target).Kind() + ")"
		}
		switch {
		case target.Skipped:
			skipped = append(skipped, name)
		case target.Err == nil:
			changes = append(changes, name)
		}
	}
	parts := []string{list(changes)}
	if skipped != nil {
		parts = append(parts, "not "+list(skipped)+", where a rule decides")
	}
	if step.Err != nil {
		parts = append(parts, "failed: "+step.Err.Error())
	}
	return strings.Join(parts, "; ")
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func objectOf(target jumpcloud.OffboardTarget) directory.Object {
	return directory.Object{Type: jumpcloud.GraphType(target.Kind), ID: target.ID}
}

// namesOf asks for the names of what the user is bound to. Where that fails their ids do.
func namesOf(ctx context.Context, client *jumpcloud.APIClient, steps []jumpcloud.OffboardStep) map[directory.Object]string {
	var nameless []directory.Object
	for _, step := range steps {
		for _, target := range step.Targets {
			if target.Name == "" && target.ID != "" {
				nameless = append(nameless, objectOf(target))
			}
		}
	}
	names, err := directory.Names(ctx, client, nameless)
	if err != nil {
		return nil
	}
	return names
}
