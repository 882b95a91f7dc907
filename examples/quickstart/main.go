// Quickstart lists, creates, updates and deletes users, and shows how errors are caught: with -demo in an
// embedded JumpCloud inside its own process. Without it, it only reads from the organization that the
// environment names.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

const usage = `quickstart [-demo]

Lists the first users of your organization and changes nothing. With -demo it lists, creates, updates
and deletes users in a made-up company.`

func main() { program.Main("quickstart", run) }

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := program.NewFlags("quickstart")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	if flags.Demo {
		return tour(ctx, client, out)
	}
	return firstUsers(ctx, client, out)
}

// firstUsers reads one page.
func firstUsers(ctx context.Context, client *jumpcloud.APIClient, out io.Writer) error {
	page, err := client.Systemusers.List(ctx, &jumpcloud.SystemusersListParams{Limit: 10, Sort: []string{"username"}})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d users; the first %d:\n", page.TotalCount, len(page.Items))
	for _, user := range page.Items {
		fmt.Fprintf(out, "  %s  %-24s %s\n", user.ID, user.Username, user.State)
	}
	return nil
}

func tour(ctx context.Context, client *jumpcloud.APIClient, out io.Writer) error {
	fmt.Fprintln(out, "\n1. Create a user")
	ann, err := client.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{
		Username:   "ann.miller",
		Email:      "ann.miller@example.com",
		Firstname:  jumpcloud.Set("Ann"),
		Lastname:   jumpcloud.Set("Miller"),
		Department: jumpcloud.Set("Research"),
		Sudo:       jumpcloud.Set(true),
	}, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "   %s is %s, sudo %t\n", ann.Username, ann.ID, ann.Sudo)

	fmt.Fprintln(out, "\n2. Walk all users, page after page")
	count := 0
	for user, err := range client.Systemusers.All(ctx, nil) {
		if err != nil {
			return err
		}
		if count++; count <= 3 {
			fmt.Fprintf(out, "   %-24s %s\n", user.Username, user.Email)
		}
	}
	fmt.Fprintf(out, "   … %d users in all\n", count)

	fmt.Fprintln(out, "\n3. Find one")
	found, err := client.Systemusers.GetByEmail(ctx, "Ann.Miller@example.com") // case does not count
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "   %s works in %s\n", found.Firstname, found.Department)

	fmt.Fprintln(out, "\n4. Update: sudo to an explicit false, the manager to null")
	body := jumpcloud.SystemuserUpdate{Sudo: jumpcloud.Set(false), Manager: jumpcloud.Null[string]()}
	ann, err = client.Systemusers.Update(ctx, ann.ID, body, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "   sudo %t, manager %q, department still %s\n", ann.Sudo, ann.Manager, ann.Department)

	fmt.Fprintln(out, "\n5. Delete")
	if _, err := client.Systemusers.Delete(ctx, ann.ID, nil); err != nil {
		return err
	}
	fmt.Fprintln(out, "   done")

	fmt.Fprintln(out, "\n6. Ask for the user once more")
	_, err = client.Systemusers.Get(ctx, ann.ID, nil)
	if !errors.Is(err, jumpcloud.ErrNotFound) {
		return fmt.Errorf("expected ErrNotFound, got %w", err)
	}
	fmt.Fprintf(out, "   %v\n   which errors.Is matches with jumpcloud.ErrNotFound\n", err)
	return nil
}
