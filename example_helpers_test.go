package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// The first call: who is there. With a key of your own, ConfigurationFromEnv and NewAPIClient make the
// client.
func Example() {
	server := jumpcloudtest.NewServer() // in place of the real service
	defer server.Close()
	server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	user, err := client.Systemusers.GetByEmail(context.Background(), "Ann@example.com")
	switch {
	case errors.Is(err, jumpcloud.ErrNotFound):
		fmt.Println("nobody has this address")
	case err != nil:
		fmt.Println(err)
	default:
		fmt.Println(user.Username, user.State)
	}
	// Output: ann ACTIVATED
}

// Everything from the environment. A mistake is an error that names the variables.
func ExampleConfigurationFromEnv() {
	for _, name := range []string{"API_KEY", "CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL", "ORG_ID", "REGION", "BASE_URL"} {
		defer os.Setenv("JUMPCLOUD_"+name, os.Getenv("JUMPCLOUD_"+name))
		os.Unsetenv("JUMPCLOUD_" + name)
	}
	os.Setenv("JUMPCLOUD_API_KEY", "your-key")
	os.Setenv("JUMPCLOUD_REGION", "eu")

	configuration, err := jumpcloud.ConfigurationFromEnv()
	must(err)
	configuration.Timeout = 10 * time.Second
	client, err := jumpcloud.NewAPIClient(configuration)

	fmt.Println(client, err)
	// Output: jumpcloud.APIClient{https://console.eu.jumpcloud.com/api} <nil>
}

// A user is created, or adopted where there is one already: so a program may run again.
func ExampleSystemusersService_Create_orAdopt() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com", Department: jumpcloud.Set("IT")})
	client := server.Client()

	ann, err := client.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)
	if errors.Is(err, jumpcloud.ErrExists) {
		ann, err = client.Systemusers.GetByEmail(ctx, "ann@example.com") // ErrNotFound: the username is somebody else's
	}
	must(err)
	fmt.Println(ann.Username, ann.Department)
	// Output: ann IT
}

// Every hit of a search, page by page.
func ExampleSystemusersService_SearchAll() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(250)
	client := server.Client()

	hits := 0
	for _, err := range client.Systemusers.SearchAll(ctx, jumpcloud.SystemuserSearch{
		Filter: jumpcloud.AnyOf(jumpcloud.Filter("department", jumpcloud.Eq, "Engineering"), jumpcloud.Filter("department", jumpcloud.Eq, "Sales")),
		Fields: jumpcloud.Set("username"),
	}) {
		must(err)
		hits++
	}
	fmt.Println(hits)
	// Output: 64
}

// Users by id, a hundred in a request. One who is gone is an error of its own, and the rest still come.
func ExampleSystemusersService_GetMany() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	ann := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	bob := server.AddUser(jumpcloud.SystemuserCreate{Username: "bob", Email: "bob@example.com"})
	client := server.Client()

	for user, err := range client.Systemusers.GetMany(ctx, []string{bob, "6026bec6b8207255280d5981", ann}, nil) {
		switch {
		case errors.Is(err, jumpcloud.ErrItem):
			fmt.Println("gone:", errors.Is(err, jumpcloud.ErrNotFound))
		case err != nil:
			must(err)
		default:
			fmt.Println(user.Email)
		}
	}
	// Output:
	// bob@example.com
	// gone: true
	// ann@example.com
}

// The members of a group with their e-mail addresses.
func ExampleUsergroupsService_AllMemberUsers() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedCompany()
	client := server.Client()

	group, err := client.Usergroups.GetByName(ctx, "Admins")
	must(err)
	for user, err := range client.Usergroups.AllMemberUsers(ctx, group.ID, &jumpcloud.SystemusersGetManyParams{Fields: []string{"email"}}) {
		must(err)
		fmt.Println(user.Email)
	}
	// Unordered output:
	// paula.reyes@lumen.example.com
	// sven.dahl@lumen.example.com
	// tariq.aziz@lumen.example.com
}

// Many users, with what became of each. What an interrupt leaves, a second run with SkipExisting does.
func ExampleBulkJobsService_ImportUsers() {
	server := jumpcloudtest.NewServer(jumpcloudtest.WithJobDelay(0))
	defer server.Close()
	server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	rows := []jumpcloud.BulkUserCreate{
		{Username: "ann", Email: "ann@example.com"},
		{Username: "bob", Email: "bob@example.com", Department: jumpcloud.Set("IT")},
		{Username: "cem", Email: "ann@example.com"},
	}
	results, err := client.BulkJobs.ImportUsers(ctx, slices.Values(rows), jumpcloud.ImportParams{
		SkipExisting: true,
		MinWait:      time.Millisecond, // of a server in memory; leave it out
	})
	must(err)
	for _, r := range results {
		fmt.Println(r.Row, r.Username, r.Status)
	}
	// Output:
	// 0 ann exists
	// 1 bob created
	// 2 cem failed
}

// The members of a group made those that are wanted: first the plan, then the changes.
func ExampleUsergroupsService_SyncMembers() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	users := server.SeedUsers(4)
	group := server.AddGroup(jumpcloud.UserGroupCreate{Name: "On Call"})
	server.Bind(users[0], group, nil)
	server.Bind(users[1], group, nil)
	client := server.Client()

	wanted := []string{users[1], users[2], users[3]}
	for _, params := range []jumpcloud.SyncParams{{DryRun: true}, {}} {
		result, err := client.Usergroups.SyncMembers(ctx, group, wanted, params)
		must(err)
		fmt.Printf("%d stay, %d of %d added, %d of %d removed\n", result.Kept, len(result.Added), len(result.Add), len(result.Removed), len(result.Remove))
	}
	// Output:
	// 1 stay, 0 of 2 added, 0 of 1 removed
	// 1 stay, 2 of 2 added, 1 of 1 removed
}

// Somebody leaves. With DryRun the same steps say what they would do.
func ExampleSystemusersService_Offboard() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedCompany()
	client := server.Client()

	nils, err := client.Systemusers.GetByUsername(ctx, "nils.aronsson")
	must(err)
	steps, err := client.Systemusers.Offboard(ctx, nils.ID, jumpcloud.OffboardParams{})
	for _, step := range steps {
		fmt.Println(step.Name, step.Changed, step.Skipped)
	}
	fmt.Println(err)
	// Output:
	// suspend 1 0
	// expire password 1 0
	// remove SSH keys 1 0
	// unbind 2 0
	// leave groups 2 1
	// hand over reports 11 0
	// <nil>
}

// Everything that a user reaches, and what must be removed to take it away.
func ExampleUsersService_Access() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedCompany()
	client := server.Client()

	access, err := client.Users.Access(ctx, server.ID("nils.aronsson"))
	must(err)
	for _, system := range access.Systems {
		if system.ID == server.ID("web-1") {
			fmt.Println(len(system.Paths), "ways, one of them direct:", system.Direct())
		}
	}
	fmt.Println(len(access.Systems), "systems and", len(access.Applications), "applications")
	// Output:
	// 2 ways, one of them direct: true
	// 4 systems and 3 applications
}

// Any object that has associations is bound to another, here a group to an application.
func ExampleAPIClient_Bind() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	group := server.AddGroup(jumpcloud.UserGroupCreate{Name: "Staff"})
	wiki := server.AddApplication("Wiki")
	client := server.Client()

	staff := jumpcloud.GraphObject{Type: jumpcloud.GraphTypeUserGroup, ID: group}
	must(client.Bind(ctx, staff, jumpcloud.GraphObject{Type: jumpcloud.GraphTypeApplication, ID: wiki}, nil))

	for binding, err := range client.AllAssociations(ctx, staff, []jumpcloud.GraphType{jumpcloud.GraphTypeApplication}) {
		must(err)
		fmt.Println(binding.To.Type, binding.To.ID == wiki)
	}
	// Output: application true
}

// One page of a list that has no method here.
func ExampleListPage() {
	configuration, stop := catalog()
	defer stop()
	client, err := jumpcloud.NewAPIClient(configuration)
	must(err)

	type app struct{ Name, Version string }
	page, err := jumpcloud.ListPage[app](ctx, client, "/v2/software/catalog/apps", nil, jumpcloud.WithFilter(jumpcloud.Filter("name", jumpcloud.Ne, "Chat")))
	must(err)
	for _, a := range page.Items {
		fmt.Println(a.Name, a.Version)
	}
	fmt.Println("of", page.TotalCount)
	// Output:
	// Editor 2.1
	// Browser 140
	// of 2
}

// An administrator of several organizations says with each call which one is meant.
func ExampleWithOrgID() {
	server := jumpcloudtest.NewServer(jumpcloudtest.WithOrgs("5c9e9c2a1f0b7a0012345678", "5c9e9c2a1f0b7a0012345679"))
	defer server.Close()
	server.Org("5c9e9c2a1f0b7a0012345679").SeedUsers(3)
	client := server.Client()

	page, err := client.Systemusers.List(ctx, nil, jumpcloud.WithOrgID("5c9e9c2a1f0b7a0012345679"))
	must(err)
	fmt.Println(page.TotalCount)
	// Output: 3
}

// A field that is newer than this package.
func ExampleWithBodyField() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	_, err := client.Systemusers.Update(ctx, id, jumpcloud.SystemuserUpdate{JobTitle: jumpcloud.Set("Pilot")}, nil,
		jumpcloud.WithBodyField("callSign", "Maverick"))
	must(err)
	fmt.Printf("%s\n", server.Requests("PUT /systemusers/{id}")[0].Body)
	// Output: {"callSign":"Maverick","jobTitle":"Pilot"}
}

// A record for each attempt, without ids and credentials. Those that are repeated are warnings.
func ExampleConfiguration_logger() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	server.Inject("GET /systemusers/{id}", 1, jumpcloudtest.Status(http.StatusServiceUnavailable, nil, ""))

	client := server.Client(func(c *jumpcloud.Configuration) { // or set it before NewAPIClient
		c.Logger = slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: onlyWhatStays}))
		c.Retry.MinWait = time.Millisecond
	})
	_, err := client.Systemusers.Get(ctx, id, nil)
	must(err)
	// Output:
	// level=WARN msg="jumpcloud request" method=GET route=/systemusers/{id} attempt=1 status=503
	// level=DEBUG msg="jumpcloud request" method=GET route=/systemusers/{id} attempt=2 status=200
}

// onlyWhatStays leaves out what is another each time, so that the output can be compared.
func onlyWhatStays(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.TimeKey, "duration", "request_id", "wait", "error":
		return slog.Attr{}
	}
	return a
}

// What metrics are made of: one call for each attempt.
func ExampleConfiguration_onAttempt() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(250)

	var requests, failures atomic.Int64
	client := server.Client(func(c *jumpcloud.Configuration) { // or set it before NewAPIClient
		c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) {
			requests.Add(1)
			if a.Err != nil {
				failures.Add(1)
			}
		}
	})
	for _, err := range client.Systemusers.All(ctx, nil) {
		must(err)
	}
	fmt.Println(requests.Load(), failures.Load())
	// Output: 3 0
}

// turns is a limiter with one turn for each tick.
type turns <-chan time.Time

func (t turns) Wait(ctx context.Context) error {
	select {
	case <-t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A limiter is asked before each attempt. That of golang.org/x/time/rate is one:
//
//	configuration.Limiter = rate.NewLimiter(10, 20)
func ExampleConfiguration_limiter() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(250)
	client := server.Client(func(c *jumpcloud.Configuration) { // or set it before NewAPIClient
		c.Limiter = turns(time.Tick(20 * time.Millisecond))
	})

	start := time.Now()
	for _, err := range client.Systemusers.All(ctx, nil) {
		must(err)
	}
	fmt.Println(time.Since(start) > 50*time.Millisecond)
	// Output: true
}

// A transport of your own sees what each request is for, by the route and without ids.
func ExampleOperationFromContext() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client(func(c *jumpcloud.Configuration) { // or set it before NewAPIClient
		c.HTTPClient = &http.Client{Transport: spelling{c.HTTPClient.Transport, os.Stdout}}
	})

	_, err := client.Systemusers.Get(ctx, id, nil)
	must(err)
	// Output: systemusers_get GET /systemusers/{id} 1
}

type spelling struct {
	http.RoundTripper
	out io.Writer
}

func (s spelling) RoundTrip(r *http.Request) (*http.Response, error) {
	if o, ok := jumpcloud.OperationFromContext(r.Context()); ok {
		fmt.Fprintln(s.out, o.ID, o.Method, o.Route, o.Attempt)
	}
	return s.RoundTripper.RoundTrip(r)
}
