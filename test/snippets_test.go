package jumpcloud_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// The code of README.md and docs/, which print parts of these functions word for word:
// TestDocuments_EachSnippetIsCodeThatATestRuns finds a page that prints others.

var annMiller = jumpcloud.SystemuserCreate{
	Username: "ann.miller", Email: "ann.miller@example.com", Department: jumpcloud.Set("IT"), JobTitle: jumpcloud.Set("Admin"),
}

// says is what run prints and logs.
func says(t *testing.T, run func() error) string {
	t.Helper()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	output, flags := os.Stdout, log.Flags()
	os.Stdout = write
	log.SetOutput(write)
	log.SetFlags(0)
	defer func() {
		os.Stdout = output
		log.SetOutput(os.Stderr)
		log.SetFlags(flags)
	}()
	assert.NoError(t, run())
	write.Close()
	text, err := io.ReadAll(read)
	require.NoError(t, err)
	return string(text)
}

func TestReadme_ChecksAKey(t *testing.T) {
	check := func(ctx context.Context, client *jumpcloud.APIClient) error {
		_, err := client.Organizations.List(ctx, &jumpcloud.OrganizationsListParams{Limit: 1})
		if errors.Is(err, jumpcloud.ErrUnauthorized) {
			return errors.New("the key is wrong or was withdrawn")
		}
		return err
	}
	server := jumpcloudtest.New(t)
	wrong := func(c *jumpcloud.Configuration) { c.APIKey = "wrong" }

	assert.NoError(t, check(t.Context(), server.Client()))
	assert.EqualError(t, check(t.Context(), server.Client(wrong)), "the key is wrong or was withdrawn")
}

func TestReadme_WalksTheUsersOfADepartment(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client := t.Context(), server.Client()
	server.AddUser(annMiller)
	server.AddUser(jumpcloud.SystemuserCreate{Username: "bob", Email: "bob@example.com"})

	assert.Equal(t, "ann.miller\n", says(t, func() error {
		for user, err := range client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{
			Filter: []jumpcloud.Condition{jumpcloud.Filter("department", jumpcloud.Eq, "IT")},
		}) {
			if err != nil {
				return err
			}
			fmt.Println(user.Username)
		}
		return nil
	}))
}

func TestReadme_AnUpdateHasThreeStates(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client, id := t.Context(), server.Client(), server.AddUser(annMiller)
	wanted := (*string)(nil)

	user, err := client.Systemusers.Update(ctx, id, jumpcloud.SystemuserUpdate{
		Sudo:       jumpcloud.Set(false),       // sent as false
		Manager:    jumpcloud.Null[string](),   // sent as null, which clears it
		JobTitle:   jumpcloud.Set(""),          // sent as "", which clears a text
		Department: jumpcloud.FromPtr(wanted),  // sent unless wanted is nil
		Addresses:  []jumpcloud.AddressInput{}, // sent as [], which clears the list
	}, nil) // everything else is not sent, and stays

	require.NoError(t, err)
	assert.Equal(t, "IT", user.Department)
	assert.JSONEq(t, `{"sudo":false,"manager":null,"jobTitle":"","addresses":[]}`, string(server.Requests("PUT /systemusers/{id}")[0].Body))
}

func TestReadme_ErrorsSayWhatHappened(t *testing.T) {
	judge := func(err error) string {
		var failure *jumpcloud.APIError
		switch {
		case errors.Is(err, jumpcloud.ErrNotFound):
			return "gone"
		case errors.Is(err, jumpcloud.ErrExists):
			return "there already"
		case errors.Is(err, context.DeadlineExceeded): // your own deadline
			return "late"
		case errors.As(err, &failure):
			log.Println(failure.StatusCode, failure.Message, failure.RequestID, failure.Attempts)
		}
		return "failed"
	}
	server := jumpcloudtest.New(t)
	client := server.Client()
	server.AddUser(annMiller)

	_, err := client.Systemusers.Get(t.Context(), userID, nil)
	assert.Equal(t, "gone", judge(err))
	_, err = client.Systemusers.Create(t.Context(), annMiller, nil)
	assert.Equal(t, "there already", judge(err))
	over, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	_, err = client.Systemusers.Get(over, userID, nil)
	assert.Equal(t, "late", judge(err))
	server.Inject("*", 1, jumpcloudtest.Status(403, nil, `{"message":"not yours"}`))
	_, err = client.Systemusers.Get(t.Context(), userID, nil)
	assert.Equal(t, "403 not yours", says(t, func() error {
		judge(err)
		return nil
	})[:13])
}

// Deactivate is the function of a program that the README tests.
func Deactivate(ctx context.Context, client *jumpcloud.APIClient, id string) error {
	_, err := client.Systemusers.Suspend(ctx, id)
	return err
}

func TestDeactivate(t *testing.T) {
	server := jumpcloudtest.New(t)
	id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})

	err := Deactivate(t.Context(), server.Client(), id) // your function

	if ann, _ := server.User(id); err != nil || ann["state"] != "SUSPENDED" {
		t.Errorf("ann is %v: %v", ann["state"], err)
	}
}

func TestHowTo_FindsAUserByEmail(t *testing.T) {
	find := func(ctx context.Context, client *jumpcloud.APIClient, email string) (string, error) {
		user, err := client.Systemusers.GetByEmail(ctx, email)
		switch {
		case errors.Is(err, jumpcloud.ErrNotFound):
			return "", fmt.Errorf("nobody has the address %s", email)
		case err != nil:
			return "", err
		}
		return user.ID, nil
	}
	server := jumpcloudtest.New(t)
	ann := server.AddUser(annMiller)

	id, err := find(t.Context(), server.Client(), "Ann.Miller@example.com")
	require.NoError(t, err)
	assert.Equal(t, ann, id)
	_, err = find(t.Context(), server.Client(), "bob@example.com")
	assert.EqualError(t, err, "nobody has the address bob@example.com")
}

func TestHowTo_SomebodyJoinsAsOftenAsOneLikes(t *testing.T) {
	joins := func(ctx context.Context, client *jumpcloud.APIClient, ann jumpcloud.SystemuserCreate, laptop, wiki string) error {
		user, err := client.Systemusers.Create(ctx, ann, nil)
		if errors.Is(err, jumpcloud.ErrExists) {
			user, err = client.Systemusers.GetByEmail(ctx, ann.Email) // ErrNotFound: somebody else has the username
		}
		if err != nil {
			return err
		}
		group, err := client.Usergroups.GetByName(ctx, "Engineering")
		if err != nil {
			return err
		}
		if err := client.Usergroups.AddMember(ctx, group.ID, user.ID); err != nil {
			return err
		}
		err = client.Users.Bind(ctx, user.ID, jumpcloud.GraphTypeSystem, laptop, &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)})
		if err != nil {
			return err
		}
		err = client.Bind(ctx,
			jumpcloud.GraphObject{Type: jumpcloud.GraphTypeUserGroup, ID: group.ID},
			jumpcloud.GraphObject{Type: jumpcloud.GraphTypeApplication, ID: wiki}, nil)
		if err != nil {
			return err
		}
		_, err = client.Systemusers.SetAttribute(ctx, user.ID, "badge", "77")
		if err != nil {
			return err
		}
		_, err = client.Systemusers.SetAddress(ctx, user.ID, jumpcloud.AddressInput{
			Type: jumpcloud.Set("work"), Locality: jumpcloud.Set("Denver"),
		})
		if err != nil {
			return err
		}
		_, err = client.Systemusers.SetPhoneNumber(ctx, user.ID, "mobile", "+1 303 555 0100")
		if err != nil {
			return err
		}
		_, err = client.Usergroups.Modify(ctx, group.ID, func(g *jumpcloud.UserGroupUpdate) {
			g.Description = jumpcloud.Set("Everybody who may use the VPN")
		})
		if err != nil {
			return err
		}
		fields := &jumpcloud.SystemusersGetManyParams{Fields: []string{"email"}}
		for user, err := range client.Usergroups.AllMemberUsers(ctx, group.ID, fields) {
			if err != nil {
				return err
			}
			fmt.Println(user.Email)
		}
		return nil
	}
	server := jumpcloudtest.New(t)
	server.AddGroup(jumpcloud.UserGroupCreate{Name: "Engineering"})
	laptop, wiki := server.AddSystem("laptop"), server.AddApplication("wiki")

	for range 2 {
		assert.Equal(t, "ann.miller@example.com\n", says(t, func() error {
			return joins(t.Context(), server.Client(), annMiller, laptop, wiki)
		}))
	}
	assert.Equal(t, 1, server.UserCount())
	assert.True(t, server.IsBound("Engineering", "wiki"))
	bindings := server.Associations("ann.miller")
	require.Len(t, bindings, 1)
	assert.Equal(t, laptop, bindings[0].ID)
	assert.Equal(t, jumpcloudtest.Sudo(false), bindings[0].Attributes)
	ann, _ := server.User(server.ID("ann.miller"))
	assert.Len(t, ann["addresses"], 1)
	assert.Len(t, ann["phoneNumbers"], 1)
	assert.Len(t, ann["attributes"], 1)
}

func TestHowTo_AGroupBecomesWhatASourceSays(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client, wanted := t.Context(), server.Client(), server.SeedUsers(2)
	server.AddGroup(jumpcloud.UserGroupCreate{Name: "VPN"})
	group, err := client.Usergroups.GetByName(ctx, "VPN")
	require.NoError(t, err)

	for _, dryRun := range []bool{true, false} {
		result, err := client.Usergroups.SyncMembers(ctx, group.ID, wanted, jumpcloud.SyncParams{
			DryRun:      dryRun, // plan only: result.Add and result.Remove
			MaxRemovals: jumpcloud.Set(10),
		})
		require.NoError(t, err)
		assert.ElementsMatch(t, wanted, result.Add)
		assert.Len(t, server.Members("VPN"), len(result.Added))
	}
	assert.Len(t, server.Members("VPN"), 2)
}

func userOf(row []string) jumpcloud.BulkUserCreate { // username, email, department, manager
	return jumpcloud.BulkUserCreate{
		Username:   row[0],
		Email:      row[1],
		Department: jumpcloud.NonZero(row[2]), // an empty cell is not sent
		Manager:    jumpcloud.NonZero(row[3]), // the id of a user
	}
}

func TestHowTo_ImportsACSV(t *testing.T) {
	importUsers := func(ctx context.Context, client *jumpcloud.APIClient, file io.Reader) error {
		rows, err := csv.NewReader(file).ReadAll()
		if err != nil {
			return err
		}
		var users []jumpcloud.BulkUserCreate
		for _, row := range rows {
			users = append(users, userOf(row))
		}
		results, err := client.BulkJobs.ImportUsers(ctx, slices.Values(users), jumpcloud.ImportParams{SkipExisting: true, SuppressEmail: true})
		for _, result := range results {
			if result.Err != nil {
				fmt.Println("row", result.Row, result.Username, result.Status, result.Err)
			}
		}
		if err != nil {
			return err // the import broke off; the results say what is known of each row
		}
		return nil
	}
	server := jumpcloudtest.New(t, jumpcloudtest.WithJobDelay(0))
	server.AddUser(annMiller)
	file := "ann.miller,ann.miller@example.com,IT,\nbob,bob@example.com,,\nbob,bob@example.com,,\n"

	text := says(t, func() error { return importUsers(t.Context(), server.Client(), strings.NewReader(file)) })

	assert.Equal(t, 2, server.UserCount())
	assert.Contains(t, text, "row 2 bob ")
	bob, _ := server.User(server.ID("bob"))
	assert.Equal(t, "", bob["department"])
}

func TestHowTo_WaitsForAJob(t *testing.T) {
	server := jumpcloudtest.New(t, jumpcloudtest.WithJobDelay(0))
	ctx, client := t.Context(), server.Client()
	users := []jumpcloud.BulkUserExpire{{ID: server.AddUser(annMiller)}}

	assert.Equal(t, "", says(t, func() error {
		job, err := client.BulkJobs.ExpireUsers(ctx, users)
		if err != nil {
			return err
		}
		results, err := client.BulkJobs.Wait(ctx, job.JobID, len(users))
		if err != nil {
			return err
		}
		for _, result := range results {
			if result.Err() != nil {
				fmt.Println(result.Err())
			}
		}
		return nil
	}))
	ann, _ := server.User(users[0].ID)
	assert.Equal(t, true, ann["password_expired"])
}

func TestHowTo_AWalkHoldsNoMoreThanTwoPages(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client := t.Context(), server.Client()
	server.SeedUsers(450)
	server.Inject("GET /systemusers", 1, jumpcloudtest.NullItem())
	departments := map[string]int{}

	logged := says(t, func() error {
		users := client.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Fields: []string{"username", "department"}},
			jumpcloud.WithPageConcurrency(1))
		for user, err := range users {
			if errors.Is(err, jumpcloud.ErrItem) {
				log.Print(err) // one user cannot be read; the walk goes on
				continue
			}
			if err != nil {
				return err
			}
			departments[user.Department]++
		}
		return nil
	})

	counted := 0
	for _, n := range departments {
		counted += n
	}
	assert.Equal(t, 449, counted)
	assert.Contains(t, logged, "cannot be read")

	server.ForgetRequests()
	n := 0
	for _, err := range client.Systemusers.All(ctx, nil, jumpcloud.WithPageConcurrency(1)) {
		require.NoError(t, err)
		require.Len(t, server.Requests(), n/100+1, "a page is asked for when the one before it is used up")
		n++
	}
}

func TestHowTo_AWalkIsTakenUpAgain(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client := t.Context(), server.Client(func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })
	server.SeedUsers(450)
	done, handled := map[string]bool{}, 0
	handle := func(*jumpcloud.Systemuser) error { handled++; return nil }
	walk := func() error {
		params := &jumpcloud.SystemusersListParams{Skip: max(0, len(done)-100)} // 100 back: those before may be gone by now
		for user, err := range client.Systemusers.All(ctx, params) {
			if err != nil {
				return err // and later again, with the same done
			}
			if done[user.ID] {
				continue
			}
			if err := handle(user); err != nil {
				return err
			}
			done[user.ID] = true
		}
		return nil
	}
	server.Inject("GET /systemusers", 1, jumpcloudtest.Status(503, nil, "").Skip(2))

	require.ErrorIs(t, walk(), jumpcloud.ErrServer)
	before := handled
	require.NoError(t, walk())

	assert.Greater(t, before, 0)
	assert.Equal(t, 450, handled)
}

func TestHowTo_SomebodyLeaves(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client, id := t.Context(), server.Client(), server.AddUser(annMiller)
	server.AddSystem("laptop")
	server.Bind("ann.miller", "laptop", jumpcloudtest.Sudo(false))

	assert.Contains(t, says(t, func() error {
		access, err := client.Users.Access(ctx, id)
		if err != nil {
			return err
		}
		names, err := client.Names(ctx, access.Objects())
		if err != nil {
			return err
		}
		for _, system := range access.Systems {
			administrator, _ := system.Sudo() // of all paths together
			fmt.Println(names[system.ID], "bound itself:", system.Direct(), "paths:", len(system.Paths), "sudo:", administrator)
		}
		return nil
	}), "laptop bound itself: true paths: 1 sudo: true")
	for _, dryRun := range []bool{true, false} {
		assert.Contains(t, says(t, func() error {
			steps, err := client.Systemusers.Offboard(ctx, id, jumpcloud.OffboardParams{DryRun: dryRun, ResetMFA: true})
			for _, step := range steps {
				fmt.Println(step.Name, step.Changed, step.Err)
			}
			if err != nil {
				return err // run it again: it does what is left
			}
			return nil
		}), "unbind 1 <nil>")
		assert.Equal(t, dryRun, server.IsBound("ann.miller", "laptop"))
	}
	_, err := client.Systemusers.Suspend(ctx, id) // state and suspended together; Reactivate undoes it
	require.NoError(t, err)
	ann, _ := server.User(id)
	assert.Equal(t, "SUSPENDED", ann["state"])
}

func TestHowTo_FindsADeviceAndItsUsers(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client, ann, laptop := t.Context(), server.Client(), server.AddUser(annMiller), server.AddSystem("ann-laptop")
	server.Handle("GET /systems", func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, []string{"hostname:$eq:ann-laptop"}, r.URL.Query()["filter"])
		fmt.Fprintf(w, `{"totalCount":1,"results":[{"_id":%q,"hostname":"ann-laptop"}]}`, laptop)
	})
	server.Handle("GET /v2/systems/{id}/users", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Total-Count", "1")
		fmt.Fprintf(w, `[{"id":%q,"type":"user","paths":[[{"to":{"id":%[1]q,"type":"user"}}]]}]`, ann)
	})

	assert.Equal(t, "ann-laptop "+ann+" true\n", says(t, func() error {
		device, err := jumpcloud.One(client.Systems.All(ctx, &jumpcloud.SystemsListParams{
			Filter: []jumpcloud.Condition{jumpcloud.Filter("hostname", jumpcloud.Eq, "ann-laptop")},
		}))
		if err != nil {
			return err // ErrNotFound: no device has this name; ErrTooMany: several have
		}
		for user, err := range client.Systems.AllUsers(ctx, device.ID, nil) {
			if err != nil {
				return err
			}
			fmt.Println(device.Hostname, user.ID, user.Direct()) // false: through a group only
		}
		return nil
	}))
}

func TestHowTo_ChangesTheSettingsOfAnApplication(t *testing.T) {
	ctx, client := t.Context(), talk(t,
		exchange{request: labelled, reply: okJSON(`{"totalCount":1,"results":[{"_id":"5f1b2c3d4e5f60718293a4c2","displayLabel":"Payroll"}]}`)},
		exchange{request: "GET /applications/5f1b2c3d4e5f60718293a4c2", reply: okJSON(`{"_id":"5f1b2c3d4e5f60718293a4c2","displayLabel":"Payroll"}`)},
		exchange{request: "GET /applications/5f1b2c3d4e5f60718293a4c2", reply: okJSON(`{"_id":"5f1b2c3d4e5f60718293a4c2","name":"saml","ssoUrl":"","config":{"a":1},"displayLabel":"Payroll","newer":1}`)},
		exchange{request: "PUT /applications/5f1b2c3d4e5f60718293a4c2", body: `{"name":"saml","ssoUrl":"","config":{"a":1},"displayLabel":"Salaries","newer":1}`, reply: okJSON(`{}`)},
	)
	assert.NoError(t, func() error {
		application, err := client.Applications.GetByName(ctx, "Payroll") // its display label
		if err != nil {
			return err
		}
		_, err = client.Applications.Modify(ctx, application.ID, func(a *jumpcloud.ApplicationInput) {
			a.DisplayLabel = jumpcloud.Set("Salaries")
		})
		return err
	}())
}

func TestHowTo_ReadsWhatDevicesReport(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client := t.Context(), server.Client()
	server.Handle("GET /v2/systeminsights/disk_encryption", func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "10000", r.URL.Query().Get("limit"))
		w.Header().Set("X-Total-Count", "1")
		fmt.Fprint(w, `[{"system_id":"5f0e7a1c0000000000000001","name":"/dev/disk1","encrypted":1}]`)
	})

	assert.Equal(t, "5f0e7a1c0000000000000001 /dev/disk1 true\n", says(t, func() error {
		for disk, err := range client.SystemInsights.AllDiskEncryption(ctx, &jumpcloud.SystemInsightsParams{Limit: 10000}) {
			if err != nil {
				return err
			}
			fmt.Println(disk.SystemID, disk.Name, disk.Encrypted == 1)
		}
		return nil
	}))
}

func TestHowTo_ReadsTheEventsOfADay(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client, day := t.Context(), server.Client(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	server.Handle("POST /insights/directory/v1/events", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		if strings.Contains(string(body), "search_after") {
			fmt.Fprint(w, `[]`)
			return
		}
		assert.JSONEq(t, `{"service":["all"],"start_time":"2026-03-01T00:00:00.000Z","end_time":"2026-03-01T23:59:59.999Z","limit":1000}`, string(body))
		w.Header().Set("X-Search_after", `[1772366400000,"a"]`)
		fmt.Fprint(w, `[{"id":"a","event_type":"user_create","changes":[1.50]}]`)
	})

	assert.Equal(t, `{"id":"a","event_type":"user_create","changes":[1.50]}`+"\n", says(t, func() error {
		query := jumpcloud.EventQuery{
			Service:   []jumpcloud.InsightsService{jumpcloud.InsightsServiceAll},
			StartTime: jumpcloud.NewTime(day),                                                        // the oldest moment
			EndTime:   jumpcloud.Set(jumpcloud.NewTime(day.AddDate(0, 0, 1).Add(-time.Millisecond))), // the newest
			Limit:     jumpcloud.Set(1000),                                                           // of a page
		}
		for event, err := range client.DirectoryInsights.AllEvents(ctx, query, jumpcloud.WithRaw()) {
			if err != nil {
				return err
			}
			fmt.Printf("%s\n", event.RawJSON())
		}
		return nil
	}))
}

func TestHowTo_TellsARateLimitFromTheRest(t *testing.T) {
	pause := func(err error) time.Duration {
		switch {
		case errors.Is(err, jumpcloud.ErrRateLimited):
			var failure *jumpcloud.APIError
			if errors.As(err, &failure) {
				return failure.RetryAfter // what the service asked for; 0 where it did not say
			}
			return time.Minute
		case errors.Is(err, jumpcloud.ErrServer), errors.Is(err, jumpcloud.ErrTimeout):
			return time.Minute // the service's fault; later may be better
		}
		return 0
	}
	server := jumpcloudtest.New(t)
	client := server.Client(func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })
	for want, fault := range map[time.Duration]jumpcloudtest.Fault{
		7 * time.Second: jumpcloudtest.TooManyRequests(7),
		time.Minute:     jumpcloudtest.Status(503, nil, ""),
		0:               jumpcloudtest.Status(403, nil, ""),
	} {
		server.Inject("*", 1, fault)
		_, err := client.Systemusers.List(t.Context(), nil)
		assert.Error(t, err)
		assert.Equal(t, want, pause(err))
	}
}

func TestHowTo_SendsAndReadsAFieldThatTheSDKDoesNotKnow(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client, id := t.Context(), server.Client(), server.AddUser(annMiller)
	var err error

	server.Handle("PUT /systemusers/{id}", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		assert.JSONEq(t, `{"preferredPronouns":"they"}`, string(body))
		fmt.Fprintf(w, `{"_id":%q}`, r.PathValue("id"))
	})
	_, err = client.Systemusers.Update(ctx, id, jumpcloud.SystemuserUpdate{}, nil,
		jumpcloud.WithBodyField("preferredPronouns", "they"))
	assert.NoError(t, err)

	server.Handle("GET /systemusers/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"_id":%q,"brandNew":[1]}`, r.PathValue("id"))
	})
	assert.Equal(t, "[1]\n", says(t, func() error {
		user, err := client.Systemusers.Get(ctx, id, nil, jumpcloud.WithRaw())
		if err != nil {
			return err
		}
		if user.Has("brandNew") && !user.IsNull("brandNew") {
			fmt.Println(string(user.Field("brandNew")))
		}
		return nil
	}))
}

func TestHowTo_CallsAnEndpointThatTheSDKDoesNotKnow(t *testing.T) {
	server := jumpcloudtest.New(t)
	ctx, client, id := t.Context(), server.Client(), userID
	server.Handle("GET /v2/things/{id}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"id":%q,"name":"Lamp"}`, r.PathValue("id"))
	})
	server.Handle("GET /v2/things", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Total-Count", "1")
		fmt.Fprint(w, map[bool]string{true: `[{"id":"1","name":"Lamp"}]`, false: `[]`}[r.FormValue("skip") == "0" || r.FormValue("skip") == ""])
	})

	var thing struct {
		Name string `json:"name"`
	}
	err := client.Call(ctx, "GET", "/v2/things/{id}", nil, nil, &thing, jumpcloud.WithPath("id", id))
	require.NoError(t, err)
	assert.Equal(t, "Lamp", thing.Name)
	assert.Equal(t, "1 Lamp\n1 of 1\n", says(t, func() error {
		type thing struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}
		for p, err := range jumpcloud.Walk[thing](ctx, client, "/v2/things", nil) {
			if err != nil {
				return err
			}
			fmt.Println(p.ID, p.Name)
		}
		page, err := jumpcloud.ListPage[thing](ctx, client, "/v2/things", url.Values{"limit": {"10"}})
		if err != nil {
			return err
		}
		fmt.Println(len(page.Items), "of", page.TotalCount)
		return nil
	}))
}

func TestHowTo_ReadsSeveralOrganizations(t *testing.T) {
	orgs := []string{"5c9e9c2a1f0b7a0012345678", "5c9e9c2a1f0b7a0012345679"}
	server := jumpcloudtest.New(t, jumpcloudtest.WithOrgs(orgs...))
	ctx, client := t.Context(), server.Client()
	server.Org(orgs[1]).AddUser(annMiller)

	assert.Equal(t, orgs[0]+" 0\n"+orgs[1]+" 1\n", says(t, func() error {
		for org, err := range client.Organizations.All(ctx, nil) {
			if err != nil {
				return err
			}
			page, err := client.Systemusers.List(ctx, &jumpcloud.SystemusersListParams{Limit: 1}, jumpcloud.WithOrgID(org.ID))
			if err != nil {
				return err
			}
			fmt.Println(org.ID, page.TotalCount)
		}
		return nil
	}))
}

func TestHowTo_GoesThroughAProxy(t *testing.T) {
	server := jumpcloudtest.New(t)
	seen := 0
	through := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) { seen++ }})
	t.Cleanup(through.Close)
	proxy, err := url.Parse(through.URL)
	require.NoError(t, err)
	configuration := server.Configuration()

	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyURL(proxy)
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second}
	configuration.HTTPClient = &http.Client{Transport: transport}

	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	_, err = client.Systemusers.List(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, 1, seen)
}

func TestHowTo_HasRetriesAndTimeOutsOfItsOwn(t *testing.T) {
	server := jumpcloudtest.New(t)
	id := server.AddUser(annMiller)
	configuration := server.Configuration()
	configuration.Timeout = 10 * time.Second // of one attempt
	configuration.Retry = jumpcloud.RetryPolicy{MaxAttempts: 5, MinWait: time.Second, MaxWait: time.Minute}
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	get := func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute) // of it all, waits included
		defer cancel()
		user, err := client.Systemusers.Get(ctx, id, nil, jumpcloud.WithMaxAttempts(2), jumpcloud.WithTimeout(5*time.Second))
		if err == nil {
			assert.Equal(t, id, user.ID)
		}
		return err
	}
	require.NoError(t, get(t.Context()))

	ctx := t.Context()
	assert.Equal(t, "ann.miller 200 1\n", says(t, func() error {
		var response jumpcloud.Response
		user, err := client.Systemusers.Get(ctx, id, nil, jumpcloud.WithResponse(&response))
		if err != nil {
			return err
		}
		fmt.Println(user.Username, response.StatusCode, response.Attempts)
		return nil
	}))
}

func TestHowTo_AFaultIsRetriedAndWaitsTakeNoTime(t *testing.T) {
	server := jumpcloudtest.New(t, jumpcloudtest.WithLatency(0))
	server.Inject("GET /systemusers", 2, jumpcloudtest.TooManyRequests(30)) // twice 429, Retry-After: 30
	_, err := server.Client(func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 }).Systemusers.List(t.Context(), nil)
	assert.ErrorIs(t, err, jumpcloud.ErrRateLimited)

	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		server.Inject("GET /systemusers", 2, jumpcloudtest.TooManyRequests(30))
		start := time.Now()

		_, err := server.Client().Systemusers.List(t.Context(), nil)

		if waited := time.Since(start); err != nil || waited < time.Minute {
			t.Error(waited, err) // a minute that takes no time
		}
	})
}

type tracer struct{ next http.RoundTripper }

func (t tracer) RoundTrip(r *http.Request) (*http.Response, error) {
	if operation, ok := jumpcloud.OperationFromContext(r.Context()); ok {
		start := time.Now()
		defer func() { // here a span would end
			log.Print(operation.Method, " ", operation.Route, " attempt ", operation.Attempt, " ", time.Since(start))
		}()
	}
	return t.next.RoundTrip(r)
}

func TestHowTo_LogsAndTraces(t *testing.T) {
	server := jumpcloudtest.New(t)
	id := server.AddUser(annMiller)
	configuration := server.Configuration()
	configuration.HTTPClient = &http.Client{Transport: tracer{http.DefaultTransport}}

	text := says(t, func() error {
		standard := os.Stderr
		os.Stderr = os.Stdout
		defer func() { os.Stderr = standard }()
		configuration.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
		client, err := jumpcloud.NewAPIClient(configuration)
		require.NoError(t, err)
		_, err = client.Systemusers.Get(t.Context(), id, nil)
		return err
	})

	assert.Contains(t, text, "GET /systemusers/{id} attempt 1 ")
	assert.Contains(t, text, "route=/systemusers/{id}")
	assert.NotContains(t, text, id)
}

func TestMigration_TheNewCodeRuns(t *testing.T) {
	ctx := t.Context()
	t.Setenv("JUMPCLOUD_API_KEY", "your-key")
	over, cancel := context.WithCancel(ctx)
	cancel() // before anything is sent, since the first is a client of the real service
	assert.ErrorIs(t, func(ctx context.Context) error {
		cfg := jumpcloud.NewConfiguration()
		cfg.APIKey = os.Getenv("JUMPCLOUD_API_KEY")
		client, err := jumpcloud.NewAPIClient(cfg)
		if err != nil {
			return err
		}
		inIT := &jumpcloud.SystemusersListParams{
			Filter: []jumpcloud.Condition{jumpcloud.Filter("department", jumpcloud.Eq, "IT")},
		}
		for user, err := range client.Systemusers.All(ctx, inIT) {
			if err != nil {
				return err
			}
			fmt.Println(user.Username)
		}
		return nil
	}(over), context.Canceled)

	client, id := jumpcloudtest.New(t).Client(), userID
	assert.EqualError(t, func() error {
		user, err := client.Systemusers.Update(ctx, id, jumpcloud.SystemuserUpdate{
			Sudo:    jumpcloud.Set(false),
			Manager: jumpcloud.Null[string](),
		}, nil)
		if errors.Is(err, jumpcloud.ErrNotFound) {
			return fmt.Errorf("no user %s", id)
		}
		assert.Zero(t, user)
		return err
	}(), "no user "+userID)
}
