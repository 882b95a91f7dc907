package jumpcloudtest_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// Leave is a function as you may have one: it suspends a user who leaves.
func Leave(ctx context.Context, client *jumpcloud.APIClient, id string) error {
	_, err := client.Systemusers.Update(ctx, id, jumpcloud.SystemuserUpdate{
		State:     jumpcloud.Set(jumpcloud.UserStateSuspended),
		Suspended: jumpcloud.Set(true),
	}, nil)
	return err
}

// A function of your own, tested against the embedded server. In a test, New(t) takes the place of
// NewServer and Close.
func Example() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})

	err := Leave(context.Background(), server.Client(), id)

	ann, _ := server.User(id)
	fmt.Println(err, ann["state"])
	// Output: <nil> SUSPENDED
}

// Code that survives a 429: the first attempt is refused, the second one succeeds.
func ExampleServer_Inject() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	server.Inject("PUT /systemusers/{id}", 1, jumpcloudtest.TooManyRequests(-1))

	impatient := func(c *jumpcloud.Configuration) { c.Retry.MinWait = time.Millisecond }
	err := Leave(context.Background(), server.Client(impatient), id)

	for _, r := range server.Requests("PUT /systemusers/{id}") {
		fmt.Println(r.Method, r.Status)
	}
	ann, _ := server.User(id)
	fmt.Println(err, ann["state"])
	// Output:
	// PUT 429
	// PUT 200
	// <nil> SUSPENDED
}

// A route that the server does not model: answer it yourself.
func ExampleServer_Handle() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.Handle("GET /systems/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"_id": %q, "hostname": "web-1"}`, r.PathValue("id"))
	})

	var system struct{ Hostname string }
	err := server.Client().Call(context.Background(), "GET", "/systems/s1", nil, nil, &system)

	fmt.Println(system.Hostname, err)
	// Output: web-1 <nil>
}

// A company to try things with: which systems does someone reach, and how?
func ExampleServer_SeedCompany() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedCompany()

	ctx := context.Background()
	reached := map[string]*jumpcloud.GraphObjectWithPaths{}
	for system, err := range server.Client().Users.AllSystems(ctx, server.ID("nils.aronsson"), nil) {
		if err != nil {
			fmt.Println(err)
			return
		}
		reached[system.ID] = system
	}
	for _, name := range []string{"laptop-nils", "web-1", "build-1", "laptop-sven"} {
		if system := reached[server.ID(name)]; system != nil {
			fmt.Printf("%s: %d ways, direct %t\n", name, len(system.Paths), system.Direct())
		}
	}
	// Output:
	// laptop-nils: 1 ways, direct true
	// web-1: 2 ways, direct true
	// build-1: 2 ways, direct false
}

// A command that runs on devices: what they print, the server asks of the test.
func ExampleServer_OnCommand() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.AddSystem("web-1")
	command := server.Add("/commands", jumpcloud.CommandInput{Name: "Uptime", Command: "uptime", CommandType: jumpcloud.CommandTypeLinux})
	server.Bind("Uptime", "web-1", nil)
	server.OnCommand(func(run jumpcloudtest.CommandRun) (output string, exitCode int) {
		return run.Hostname + " is up", 0
	})

	run, err := server.Client().Commands.RunAndWait(context.Background(), command, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(run.Outcomes[0].Result.Output())
	// Output: web-1 is up
}
