// Offboard takes a user's access away, in an order that closes it first. It shows what it would do,
// and does it with -yes.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

const usage = `offboard -user NAME [-reports-to NAME] [-reset-mfa] [-yes] [-json]

Suspends a user, expires the password, removes SSH keys, bindings and memberships, and hands the
user's reports to another manager. The user is not deleted. Without -yes it only shows what it would
do. Running it again does what was left.`

func main() { program.Main("offboard", run) }

type options struct {
	user, reportsTo string
	resetMFA, yes   bool
	json            bool
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o options
	flags := program.NewFlags("offboard")
	flags.StringVar(&o.user, "user", "", "`username`, e-mail or id of the user who leaves")
	flags.StringVar(&o.reportsTo, "reports-to", "", "`username`, e-mail or id of the new manager of the user's reports; without it, they\nhave none")
	flags.BoolVar(&o.resetMFA, "reset-mfa", false, "reset multi-factor authentication too")
	flags.BoolVar(&o.yes, "yes", false, "do it")
	flags.BoolVar(&o.json, "json", false, "write the steps, and what became of each change, as JSON")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	if o.user == "" {
		return program.Misuse("name the user with -user")
	}
	client, done, err := flags.Connect(ctx, errOut)
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
	if steps == nil {
		return err
	}
	err = incomplete(steps)
	names := namesOf(ctx, client, steps)
	if o.json {
		return errors.Join(err, program.WriteJSON(out, summary(user, steps, names, o.yes)))
	}
	if o.yes {
		fmt.Fprintf(out, "Offboarding %s (%s):\n", user.Username, user.Email)
	} else {
		fmt.Fprintf(out, "%s (%s) is %s. Offboarding would:\n", user.Username, user.Email, strings.ToLower(string(user.State)))
	}
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

// incomplete counts the steps that left something: what, and why, each of them says itself.
func incomplete(steps []jumpcloud.OffboardStep) error {
	left := 0
	for _, step := range steps {
		if step.Err != nil {
			left++
		}
	}
	if left == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d steps are not complete; run it again to do what is left", left, len(steps))
}

// describe names what a step changes, or would change, and what it leaves.
func describe(step jumpcloud.OffboardStep, names map[directory.Object]string) string {
	by := map[string][]string{} // what became of them
	for _, target := range step.Targets {
		name := nameOf(target, names)
		if step.Name == "unbind" {
			name += " (" + objectOf(target).Kind() + ")"
		}
		fate := program.Fate(target.Err)
		switch {
		case target.Skipped:
			fate = "skipped"
		case fate == program.Failed:
			name += ": " + target.Err.Error()
		}
		by[fate] = append(by[fate], name)
	}
	parts := []string{list(by[program.Done])}
	if skipped := by["skipped"]; skipped != nil {
		parts = append(parts, "not "+list(skipped)+", where a rule decides")
	}
	for _, fate := range []string{program.Failed, program.Unknown, program.NotAttempted} {
		if left := by[fate]; left != nil {
			parts = append(parts, fate+": "+list(left))
		}
	}
	return strings.Join(parts, "; ")
}

// summary is the result for programs.
func summary(user *jumpcloud.Systemuser, steps []jumpcloud.OffboardStep, names map[directory.Object]string, done bool) any {
	type target struct {
		Kind   string `json:"kind"`
		ID     string `json:"id,omitempty"`
		Name   string `json:"name,omitempty"`
		Status string `json:"status"`
		Error  string `json:"error,omitempty"`
	}
	type entry struct {
		Name    string   `json:"name"`
		Targets []target `json:"targets"`
	}
	entries := []entry{}
	for _, step := range steps {
		e := entry{step.Name, []target{}}
		for _, t := range step.Targets {
			this := target{Kind: t.Kind, ID: t.ID, Name: nameOf(t, names), Status: program.Fate(t.Err)}
			switch {
			case t.Skipped:
				this.Status = "skipped"
			case t.Err != nil:
				this.Error = t.Err.Error()
			case !done:
				this.Status = "planned"
			}
			e.Targets = append(e.Targets, this)
		}
		entries = append(entries, e)
	}
	return map[string]any{"user": map[string]string{"id": user.ID, "username": user.Username, "email": user.Email}, "steps": entries}
}

func nameOf(target jumpcloud.OffboardTarget, names map[directory.Object]string) string {
	return cmp.Or(target.Name, names[objectOf(target)], target.ID)
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
