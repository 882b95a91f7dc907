// Quickstart lists, creates, updates and deletes users, and shows how errors are caught. Without
// JUMPCLOUD_API_KEY it does so in an embedded JumpCloud inside its own process; with one it only
// reads, from yours.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: quickstart\n\nLists, creates, updates and deletes users in an embedded JumpCloud. With JUMPCLOUD_API_KEY (or\nJUMPCLOUD_CLIENT_ID and JUMPCLOUD_CLIENT_SECRET) set, it lists the first users of that\norganization instead and changes nothing.")
	}
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "quickstart: unexpected argument", flag.Arg(0))
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	if os.Getenv("JUMPCLOUD_API_KEY") != "" || os.Getenv("JUMPCLOUD_CLIENT_ID") != "" {
		return readOnly(ctx, out)
	}
	fmt.Fprintln(out, "No JUMPCLOUD_API_KEY is set: using an embedded JumpCloud in this process.")
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(250)
	return tour(ctx, server.Client(), out)
}

// readOnly shows the first users of a real organization.
func readOnly(ctx context.Context, out io.Writer) error {
	configuration, err := jumpcloud.ConfigurationFromEnv()
	if err != nil {
		return err
	}
	client, err := jumpcloud.NewAPIClient(configuration)
	if err != nil {
		return err
	}
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
	found, err := jumpcloud.One(client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{
		Filter: []jumpcloud.Condition{jumpcloud.Filter("email", jumpcloud.Eq, "ann.miller@example.com")},
	}))
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
