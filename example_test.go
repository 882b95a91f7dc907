package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// The examples run against the embedded JumpCloud of package jumpcloudtest. A client of the real one
// is made as in the example of NewAPIClient.

var ctx = context.Background()

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A client for the European console, with an administrator's key. NewAPIClient checks everything and
// sends nothing. The client prints without the key.
func ExampleNewAPIClient() {
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = "your-key" // os.Getenv("JUMPCLOUD_API_KEY")
	configuration.Region = jumpcloud.RegionEU
	configuration.OrgID = "5c9e9c2a1f0b7a0012345678" // for administrators of several organisations

	client, err := jumpcloud.NewAPIClient(configuration)

	fmt.Println(client, err)
	// Output: jumpcloud.APIClient{https://console.eu.jumpcloud.com/api} <nil>
}

// A configuration that cannot work says all that is wrong with it, at once.
func ExampleNewAPIClient_mistakes() {
	configuration := jumpcloud.NewConfiguration()
	configuration.BaseURL = "http://jumpcloud.example.com/api"
	configuration.PageSize = 1000

	_, err := jumpcloud.NewAPIClient(configuration)

	fmt.Println(err)
	// Output:
	// jumpcloud: Configuration.APIKey: is empty; set it, or ServiceAccount
	// jumpcloud: Configuration.BaseURL: is plain http, which would send the credential in the clear; use https (http is for loopback hosts only)
	// jumpcloud: Configuration.PageSize: must be 1 to 100
}

// A service account in place of a key.
func ExampleServiceAccount() {
	server := jumpcloudtest.NewServer()
	defer server.Close()

	configuration := server.Configuration() // of the embedded server; else NewConfiguration()
	configuration.APIKey = ""
	configuration.ServiceAccount = &jumpcloud.ServiceAccount{
		ClientID:     jumpcloudtest.ClientID,
		ClientSecret: jumpcloudtest.ClientSecret,
		TokenURL:     server.TokenURL, // not needed in the United States
	}
	client, err := jumpcloud.NewAPIClient(configuration)
	must(err)

	page, err := client.Systemusers.List(ctx, nil)
	must(err)
	fmt.Println(page.TotalCount)
	// Output: 0
}

// Every user, whatever their number. The walk asks for pages as the loop gets there, and a walk that
// ends without an error has seen everything.
func ExampleSystemusersService_All() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(250)
	client := server.Client()

	users := 0
	for user, err := range client.Systemusers.All(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		if users++; users == 1 {
			fmt.Println("first:", user.Username)
		}
	}
	fmt.Println(users, "users in", len(server.Requests("GET /systemusers")), "requests")
	// Output:
	// first: olivia.hartmann
	// 250 users in 3 requests
}

// One page, with the number of all users.
func ExampleSystemusersService_List() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(250)
	client := server.Client()

	page, err := client.Systemusers.List(ctx, &jumpcloud.SystemusersListParams{
		Limit:  2,
		Sort:   []string{"-username"},
		Fields: []string{"username", "department"},
	})
	must(err)
	for _, user := range page.Items {
		fmt.Println(user.Username, user.Department)
	}
	fmt.Println("of", page.TotalCount)
	// Output:
	// zoe.zimmermann Finance
	// zoe.quinn Finance
	// of 250
}

// Users by conditions, all of which must hold.
func ExampleFilter() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(100)
	client := server.Client()

	engineers, err := jumpcloud.Collect(client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{
		Filter: []jumpcloud.Condition{
			jumpcloud.Filter("department", jumpcloud.Eq, "Engineering"),
			jumpcloud.Filter("location", jumpcloud.Ne, "Denver"),
		},
	}), 0)
	must(err)
	fmt.Println(len(engineers))
	// Output: 10
}

// The one user with an e-mail address. None is ErrNotFound, and more than one is ErrTooMany.
func ExampleOne() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	byEmail := func(email string) *jumpcloud.SystemusersListParams {
		return &jumpcloud.SystemusersListParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("email", jumpcloud.Eq, email)}}
	}
	ann, err := jumpcloud.One(client.Systemusers.All(ctx, byEmail("ann@example.com")))
	must(err)
	fmt.Println(ann.Username)

	_, err = jumpcloud.One(client.Systemusers.All(ctx, byEmail("nobody@example.com")))
	fmt.Println(errors.Is(err, jumpcloud.ErrNotFound))
	// Output:
	// ann
	// true
}

// A bound on the number of results. More than that is an error, not a cut list.
func ExampleCollect() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(30)
	client := server.Client()

	_, err := jumpcloud.Collect(client.Systemusers.All(ctx, nil), 20)

	fmt.Println(errors.Is(err, jumpcloud.ErrTooMany))
	// Output: true
}

// Search finds text in properties, and takes conditions joined by and or or.
func ExampleSystemusersService_Search() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.SeedUsers(100)
	client := server.Client()

	page, err := client.Systemusers.Search(ctx, jumpcloud.SystemuserSearch{
		SearchFilter: jumpcloud.Set(jumpcloud.SearchFilter{SearchTerm: "olivia", Fields: []string{"username", "email"}}),
		Filter: jumpcloud.AnyOf(
			jumpcloud.Filter("department", jumpcloud.Eq, "Engineering"), jumpcloud.Filter("department", jumpcloud.Eq, "Sales"),
		),
		Sort: jumpcloud.Set("username"),
	})
	must(err)
	for _, user := range page.Items {
		fmt.Println(user.Username, user.Department)
	}
	// Output:
	// olivia.dubois Engineering
	// olivia.hartmann Engineering
	// olivia.meyer Engineering
}

// Username and e-mail are required. What is left out gets the service's default.
func ExampleSystemusersService_Create() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	client := server.Client()

	ann, err := client.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{
		Username:  "ann",
		Email:     "ann@example.com",
		Firstname: jumpcloud.Set("Ann"),
		Password:  jumpcloud.Set(jumpcloud.Secret("correct horse battery staple")),
		State:     jumpcloud.Set(jumpcloud.UserStateStaged),
	}, nil)
	must(err)
	fmt.Println(ann.Username, ann.State)
	// Output: ann STAGED
}

// An optional field has three states: false and null are sent, and what is not set is not.
func ExampleSystemusersService_Update() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	boss := server.AddUser(jumpcloud.SystemuserCreate{Username: "bob", Email: "bob@example.com"})
	id := server.AddUser(jumpcloud.SystemuserCreate{
		Username: "ann", Email: "ann@example.com", Sudo: jumpcloud.Set(true), Manager: jumpcloud.Set(boss),
		Department: jumpcloud.Set("IT"), JobTitle: jumpcloud.Set("Admin"),
	})
	client := server.Client()

	var department *string // as it may come from a form: nil means unchanged
	ann, err := client.Systemusers.Update(ctx, id, jumpcloud.SystemuserUpdate{
		Sudo:       jumpcloud.Set(false),
		JobTitle:   jumpcloud.Set(""),
		Manager:    jumpcloud.Null[string](),
		Department: jumpcloud.FromPtr(department),
	}, nil)
	must(err)
	fmt.Printf("%s\n", server.Requests("PUT /systemusers/{id}")[0].Body)
	fmt.Printf("sudo %t, title %q, manager %q, department %q\n", ann.Sudo, ann.JobTitle, ann.Manager, ann.Department)
	// Output:
	// {"jobTitle":"","manager":null,"sudo":false}
	// sudo false, title "", manager "", department "IT"
}

// Errors are matched with errors.Is; their types tell more.
func ExampleAPIError() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	client := server.Client()

	_, err := client.Systemusers.Get(ctx, "6026bec6b8207255280d5981", nil)

	fmt.Println(errors.Is(err, jumpcloud.ErrNotFound))
	var failure *jumpcloud.APIError
	if errors.As(err, &failure) {
		fmt.Println(failure.Operation, failure.StatusCode, failure.Attempts)
	}

	_, err = client.Systemusers.Get(ctx, "", nil) // would reach the whole collection
	var refused *jumpcloud.ParamError
	fmt.Println(errors.As(err, &refused), len(server.Requests()), "request sent")
	// Output:
	// true
	// systemusers_get 404 1
	// true 1 request sent
}

// Which waits and how many attempts, for the client and for one call. Response tells how many there
// were.
func ExampleRetryPolicy() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	server.Inject("GET /systemusers/{id}", 3, jumpcloudtest.Status(503, nil, ""))
	client := server.Client(func(c *jumpcloud.Configuration) {
		c.Timeout = 10 * time.Second // of each attempt
		c.Retry = jumpcloud.RetryPolicy{MaxAttempts: 5, MinWait: time.Millisecond, MaxWait: time.Second}
	})

	_, err := client.Systemusers.Get(ctx, id, nil, jumpcloud.WithMaxAttempts(1))
	fmt.Println(errors.Is(err, jumpcloud.ErrServer))

	var response jumpcloud.Response
	ann, err := client.Systemusers.Get(ctx, id, nil, jumpcloud.WithTimeout(time.Second), jumpcloud.WithResponse(&response))
	must(err)
	fmt.Println(ann.Username, response.StatusCode, response.Attempts)
	// Output:
	// true
	// ann 200 3
}

// WithRaw keeps the JSON, which tells null from absent and has fields that are newer than this
// package.
func ExampleWithRaw() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	ann, err := client.Systemusers.Get(ctx, id, nil, jumpcloud.WithRaw())
	must(err)
	fmt.Println("company:", ann.Has("company"), ann.IsNull("company"))
	fmt.Println("employeeIdentifier:", ann.Has("employeeIdentifier"), ann.IsNull("employeeIdentifier"))
	fmt.Println("manager:", ann.Has("manager"), ann.IsNull("manager"))
	fmt.Printf("%s\n", ann.Field("username"))
	// Output:
	// company: true false
	// employeeIdentifier: true true
	// manager: false false
	// "ann"
}

// catalog serves endpoints that have no method in this package: the apps that JumpCloud installs, and a setting.
func catalog() (configuration *jumpcloud.Configuration, stop func()) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "GET /api/v2/software/catalog/apps":
			w.Header().Set("X-Total-Count", "2")
			io.WriteString(w, `[{"objectId":"5f1b2c3d4e5f60718293a4b5","name":"Editor","version":"2.1"},
				{"objectId":"5f1b2c3d4e5f60718293a4b6","name":"Browser","version":"140"}]`)
		case "PUT /api/v2/devices/settings/defaultpasswordsync":
			io.Copy(w, r.Body)
		default:
			http.NotFound(w, r)
		}
	}))
	configuration = jumpcloud.NewConfiguration()
	configuration.APIKey = "your-key"
	configuration.BaseURL = server.URL + "/api"
	return configuration, server.Close
}

// An endpoint that has no method here, with the same authentication, retries and errors.
func ExampleAPIClient_Call() {
	configuration, stop := catalog()
	defer stop()
	client, err := jumpcloud.NewAPIClient(configuration)
	must(err)

	type setting struct {
		Enabled bool `json:"enabled"`
	}
	var written setting
	must(client.Call(ctx, http.MethodPut, "/v2/devices/settings/defaultpasswordsync", nil, setting{Enabled: true}, &written))
	fmt.Println(written.Enabled)
	// Output: true
}

// A list that has no method here, page by page.
func ExampleWalk() {
	configuration, stop := catalog()
	defer stop()
	client, err := jumpcloud.NewAPIClient(configuration)
	must(err)

	type app struct{ Name, Version string }
	for a, err := range jumpcloud.Walk[app](ctx, client, "/v2/software/catalog/apps", url.Values{"fields": {"name,version"}}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(a.Name, a.Version)
	}
	// Output:
	// Editor 2.1
	// Browser 140
}

// An update would replace all custom attributes; this changes one.
func ExampleSystemusersService_SetAttribute() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{
		Username: "ann", Email: "ann@example.com",
		Attributes: []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("badge"), Value: jumpcloud.Set("77")}},
	})
	client := server.Client()

	ann, err := client.Systemusers.SetAttribute(ctx, id, "floor", "2")
	must(err)
	for _, attribute := range ann.Attributes {
		fmt.Println(attribute.Name, attribute.Value)
	}
	// Output:
	// badge 77
	// floor 2
}

// State and suspended have to agree; Suspend and Reactivate send both.
func ExampleSystemusersService_Suspend() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	ann, err := client.Systemusers.Suspend(ctx, id)
	must(err)
	fmt.Println(ann.State, ann.Suspended)

	ann, err = client.Systemusers.Reactivate(ctx, id)
	must(err)
	fmt.Println(ann.State, ann.Suspended)
	// Output:
	// SUSPENDED true
	// ACTIVATED false
}

// A member that is there already is success, and so is the removal of one who is none.
func ExampleUsergroupsService_AddMember() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	ann := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	group, err := client.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{Name: "On Call"})
	must(err)
	must(client.Usergroups.AddMember(ctx, group.ID, ann))
	must(client.Usergroups.AddMember(ctx, group.ID, ann))

	for member, err := range client.Usergroups.AllMembers(ctx, group.ID, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(member.To.Type, member.To.ID == ann)
	}
	// Output: user true
}

// An update replaces the whole group. Modify reads it, lets you change it, and writes all of it back.
func ExampleUsergroupsService_Modify() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	id := server.AddGroup(jumpcloud.UserGroupCreate{
		Name: "Staff",
		Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{
			PosixGroups: []jumpcloud.PosixGroupInput{{ID: 1001, Name: "staff"}},
		}),
	})
	client := server.Client()

	group, err := client.Usergroups.Modify(ctx, id, func(g *jumpcloud.UserGroupUpdate) {
		g.Description = jumpcloud.Set("Everybody")
	})
	must(err)
	fmt.Println(group.Description, group.Attributes.PosixGroups)
	// Output: Everybody [{1001 staff}]
}

// A group whose members follow from a rule.
func ExampleConditionQuery() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com", Department: jumpcloud.Set("IT")})
	server.AddUser(jumpcloud.SystemuserCreate{Username: "bob", Email: "bob@example.com", Department: jumpcloud.Set("Sales")})
	client := server.Client()

	group, err := client.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{
		Name:             "IT",
		MembershipMethod: jumpcloud.Set(jumpcloud.MembershipMethodDynamicAutomated),
		MemberQuery:      jumpcloud.Set(jumpcloud.ConditionQuery(jumpcloud.Filter("department", jumpcloud.Eq, "IT"))),
	})
	must(err)
	conditions, _ := group.MemberQuery.Conditions()
	members, err := jumpcloud.Collect(client.Usergroups.AllMembers(ctx, group.ID, nil), 0)
	must(err)
	fmt.Println(conditions, len(members))
	// Output: [department:$eq:IT] 1
}

// A user on a system, as an administrator of it. Bound already, the user becomes one.
func ExampleUsersService_Bind() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	ann := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	laptop := server.AddSystem("laptop")
	client := server.Client()

	must(client.Users.Bind(ctx, ann, jumpcloud.GraphTypeSystem, laptop, nil))
	must(client.Users.Bind(ctx, ann, jumpcloud.GraphTypeSystem, laptop, &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)}))

	targets := []jumpcloud.GraphType{jumpcloud.GraphTypeSystem}
	for binding, err := range client.Users.AllAssociations(ctx, ann, targets, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(binding.To.ID == laptop, binding.Attributes)
	}
	// Output: true map[sudo:map[enabled:true withoutPassword:false]]
}

// What a user reaches, and how: to take it away, every path has to go.
func ExampleUsersService_AllSystems() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	ann := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	server.AddGroup(jumpcloud.UserGroupCreate{Name: "Staff"})
	server.AddSystem("laptop")
	server.AddSystem("printer")
	server.Bind("ann", "Staff", nil)
	server.Bind("ann", "laptop", nil)
	server.Bind("Staff", "laptop", nil)
	server.Bind("Staff", "printer", nil)
	client := server.Client()

	for system, err := range client.Users.AllSystems(ctx, ann, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(system.ID == server.ID("laptop"), len(system.Paths), system.Direct())
	}
	// Output:
	// true 2 true
	// false 1 false
}

// A leave that begins later: the account is suspended by itself on its date.
func ExampleBulkJobsService_CreateUserStates() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	ann := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	client := server.Client()

	planned, err := client.BulkJobs.CreateUserStates(ctx, jumpcloud.UserStateCreate{
		UserIDs:   []string{ann},
		State:     jumpcloud.UserStateSuspended,
		StartDate: jumpcloud.NewTime(time.Date(2099, time.July, 1, 9, 0, 0, 0, time.UTC)),
	})
	must(err)
	for _, change := range planned {
		fmt.Println(change.SystemUserID == ann, change.State, change.ScheduledDate.Year())
	}

	must(client.BulkJobs.DeleteUserState(ctx, planned[0].ScheduledJobID)) // on second thoughts
	left, err := jumpcloud.Collect(client.BulkJobs.AllNextUserStates(ctx, []string{ann}, nil), 0)
	must(err)
	fmt.Println(len(left), "changes left")
	// Output:
	// true SUSPENDED 2099
	// 0 changes left
}

// Many users at once. The job runs in the background, and has one result for each user.
func ExampleBulkJobsService_CreateUsers() {
	server := jumpcloudtest.NewServer(jumpcloudtest.WithJobDelay(0))
	defer server.Close()
	client := server.Client()

	users := []jumpcloud.BulkUserCreate{
		{Username: "ann", Email: "ann@example.com", Sudo: jumpcloud.Set(true)},
		{Username: "bob", Email: "bob@example.com"},
	}
	job, err := client.BulkJobs.CreateUsers(ctx, users, &jumpcloud.BulkJobsCreateUsersParams{
		CreationSource: jumpcloud.CreationSourceCustomIntegration,
		SuppressEmail:  true,
	})
	must(err)

	// A real job takes a while: ask again until there is a finished result for each user.
	results, err := jumpcloud.Collect(client.BulkJobs.AllUsersResults(ctx, job.JobID, nil), 0)
	must(err)
	for _, result := range results {
		fmt.Println(result.PersistedFields["username"], result.StatusMsg == "")
	}
	// Output:
	// ann true
	// bob true
}

// The workers of a Workday report become users.
func ExampleWorkdaysService_Import() {
	server := jumpcloudtest.NewServer(jumpcloudtest.WithJobDelay(0))
	defer server.Close()
	workday := server.AddWorkday("https://workday.example.com/report")
	server.AddWorker(jumpcloud.WorkdayWorker{Email: "ann@example.com", FirstName: "Ann", LastName: "Example", Username: "ann"})
	client := server.Client()

	var users []jumpcloud.BulkUserCreate
	for worker, err := range client.Workdays.AllWorkers(ctx, workday, nil) {
		if err != nil {
			log.Fatal(err)
		}
		users = append(users, jumpcloud.BulkUserCreate{
			Username:  worker.Username,
			Email:     worker.Email,
			Firstname: jumpcloud.Set(worker.FirstName),
			Lastname:  jumpcloud.Set(worker.LastName),
		})
	}
	_, err := client.Workdays.Import(ctx, workday, users)
	must(err)
	fmt.Println(server.UserCount())
	// Output: 1
}
