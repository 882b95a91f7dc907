package jumpcloud_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// answers is a server that answers routes as it is told.
func answers(routes map[string]string) *jumpcloudtest.Server {
	server := jumpcloudtest.NewServer()
	for route, answer := range routes {
		server.Handle(route, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, answer) })
	}
	return server
}

// A command runs on devices, and each has its output or the reason why it has none.
func ExampleCommandsService_RunAndWait() {
	server := answers(map[string]string{
		"GET /commands":               `{"totalCount":1,"results":[{"_id":"5f1b2c3d4e5f60718293a4c1","name":"Free space"}]}`,
		"GET /commands/{id}":          `{"_id":"5f1b2c3d4e5f60718293a4c1","name":"Free space","command":"df -h /"}`,
		"POST /runCommand":            `{"workflowInstanceId":"run-1","queueIds":["q1"]}`,
		"POST /search/commandresults": `{"totalCount":1,"results":[{"_id":"5f1b2c3d4e5f60718293a4d1","workflowInstanceId":"run-1"}]}`,
		"GET /commandresults/{id}": `{"_id":"5f1b2c3d4e5f60718293a4d1","systemId":"5f1b2c3d4e5f60718293a4b5","workflowInstanceId":"run-1",
			"response":{"id":"r1","data":{"output":"/dev/disk1  38% used","exitCode":0}}}`,
	})
	defer server.Close()
	client := server.Client()

	ctx, cancel := context.WithTimeout(ctx, time.Minute) // a device that is offline never answers
	defer cancel()
	command, err := client.Commands.GetByName(ctx, "Free space")
	must(err)
	run, err := client.Commands.RunAndWait(ctx, command.ID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{"5f1b2c3d4e5f60718293a4b5"}})
	must(err)
	for _, outcome := range run.Outcomes {
		fmt.Println(outcome.SystemID, outcome.Result.Output(), outcome.Result.Err())
	}
	// Output: 5f1b2c3d4e5f60718293a4b5 /dev/disk1  38% used <nil>
}

// What failed, of all commands. The output of one is in Get.
func ExampleCommandResultsService_All() {
	server := answers(map[string]string{
		"GET /commandresults": `{"totalCount":2,"results":[
			{"_id":"5f1b2c3d4e5f60718293a4d1","name":"Free space","system":"laptop","exitCode":0},
			{"_id":"5f1b2c3d4e5f60718293a4d2","name":"Update","system":"build","exitCode":100}]}`,
	})
	defer server.Close()
	client := server.Client()

	for result, err := range client.CommandResults.All(ctx, nil) {
		must(err)
		if result.ExitCode != 0 {
			fmt.Println(result.Name, "on", result.System, "ended with", result.ExitCode)
		}
	}
	// Output: Update on build ended with 100
}

// Groups of every kind.
func ExampleGroupsService_All() {
	server := answers(map[string]string{
		"GET /v2/groups": `[{"id":"5f1b2c3d4e5f60718293a4e1","type":"user_group","name":"IT"},{"id":"5f1b2c3d4e5f60718293a4e2","type":"system_group","name":"IT laptops"}]`,
	})
	defer server.Close()
	client := server.Client()

	for group, err := range client.Groups.All(ctx, &jumpcloud.GroupsListParams{Sort: []string{"name"}}) {
		must(err)
		fmt.Println(group.Type, group.Name)
	}
	// Output:
	// user_group IT
	// system_group IT laptops
}

// Directories of every kind.
func ExampleDirectoriesService_All() {
	server := answers(map[string]string{
		"GET /v2/directories": `[{"id":"5f1b2c3d4e5f60718293a4f1","type":"g_suite","name":"Google Workspace"},{"id":"5f1b2c3d4e5f60718293a4f2","type":"ldap_server","name":"jumpcloud"}]`,
	})
	defer server.Close()
	client := server.Client()

	for directory, err := range client.Directories.All(ctx, nil) {
		must(err)
		fmt.Println(directory.Type, directory.Name)
	}
	// Output:
	// g_suite Google Workspace
	// ldap_server jumpcloud
}

// The organizations of an administrator, each of which [jumpcloud.WithOrgID] can name.
func ExampleOrganizationsService_All() {
	server := answers(map[string]string{
		"GET /organizations": `{"totalCount":2,"results":[{"_id":"5c9e9c2a1f0b7a0012345678","displayName":"Lumen Works"},{"_id":"5c9e9c2a1f0b7a0012345679","displayName":"Lumen Labs"}]}`,
	})
	defer server.Close()
	client := server.Client()

	for organization, err := range client.Organizations.All(ctx, nil) {
		must(err)
		fmt.Println(organization.ID, organization.DisplayName)
	}
	// Output:
	// 5c9e9c2a1f0b7a0012345678 Lumen Works
	// 5c9e9c2a1f0b7a0012345679 Lumen Labs
}

// The devices without an encrypted disk.
func ExampleSystemsService_All() {
	server := answers(map[string]string{
		"GET /systems": `{"totalCount":2,"results":[
			{"_id":"5f1b2c3d4e5f60718293a4b5","displayName":"laptop","os":"Mac OS X","fde":{"active":true,"keyPresent":true}},
			{"_id":"5f1b2c3d4e5f60718293a4b6","displayName":"tablet","os":"Windows","fde":{"active":false}}]}`,
	})
	defer server.Close()
	client := server.Client()

	params := &jumpcloud.SystemsListParams{Fields: []string{"displayName", "os", "fde"}}
	for system, err := range client.Systems.All(ctx, params) {
		must(err)
		if system.Fde == nil || !system.Fde.Active {
			fmt.Println(system.DisplayName, system.OS)
		}
	}
	// Output: tablet Windows
}

// The devices of a group, those of groups within it too.
func ExampleSystemgroupsService_AllMembership() {
	server := answers(map[string]string{
		"GET /v2/systemgroups":                 `[{"id":"5f1b2c3d4e5f60718293a4e2","type":"system_group","name":"Laptops"}]`,
		"GET /v2/systemgroups/{id}":            `{"id":"5f1b2c3d4e5f60718293a4e2","type":"system_group","name":"Laptops"}`,
		"GET /v2/systemgroups/{id}/membership": `[{"id":"5f1b2c3d4e5f60718293a4b5","type":"system","paths":[]}]`,
	})
	defer server.Close()
	client := server.Client()

	laptops, err := client.Systemgroups.GetByName(ctx, "Laptops")
	must(err)
	for system, err := range client.Systemgroups.AllMembership(ctx, laptops.ID, nil) {
		must(err)
		fmt.Println(system.Type, system.ID)
	}
	// Output: system 5f1b2c3d4e5f60718293a4b5
}

// Yesterday's events, oldest first. Fields that only some events have are in Extra.
func ExampleDirectoryInsightsService_AllEvents() {
	server := jumpcloudtest.NewServer()
	defer server.Close()
	server.Handle("POST /insights/directory/v1/events", func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); bytes.Contains(body, []byte("search_after")) {
			io.WriteString(w, `[]`)
			return
		}
		w.Header().Set("X-Search_after", `[1767229200000,"5f1b"]`)
		io.WriteString(w, `[{"id":"5f1a","event_type":"user_login_attempt","service":"directory","success":false,"username":"ann"},
			{"id":"5f1b","event_type":"user_login_attempt","service":"directory","success":true,"username":"ann"}]`)
	})
	client := server.Client()

	today := time.Now().Truncate(24 * time.Hour)
	query := jumpcloud.EventQuery{
		Service:   []jumpcloud.InsightsService{"all"},
		StartTime: jumpcloud.NewTime(today.AddDate(0, 0, -1)), EndTime: jumpcloud.Set(jumpcloud.NewTime(today)),
		Limit: jumpcloud.Set(1000), // on a page
	}
	for event, err := range client.DirectoryInsights.AllEvents(ctx, query) {
		must(err)
		fmt.Printf("%s %s %s %t\n", event.Service, event.EventType, event.Extra["username"], event.Success)
	}
	// Output:
	// directory user_login_attempt "ann" false
	// directory user_login_attempt "ann" true
}

// A table of System Insights: the programs that are installed on the Macs.
func ExampleSystemInsightsService_AllApps() {
	server := answers(map[string]string{
		"GET /v2/systeminsights/apps": `[{"system_id":"5f1b2c3d4e5f60718293a4b5","name":"Firefox.app","bundle_short_version":"128.0"}]`,
	})
	defer server.Close()
	client := server.Client()

	for app, err := range client.SystemInsights.AllApps(ctx, &jumpcloud.SystemInsightsParams{Limit: 10000}) { // on a page
		must(err)
		fmt.Println(app.SystemID, app.Name, app.BundleShortVersion)
	}
	// Output: 5f1b2c3d4e5f60718293a4b5 Firefox.app 128.0
}

// Settings of a policy go by the names of its template's fields, whose ids differ from tenant to tenant.
func ExamplePoliciesService_Values() {
	server := answers(map[string]string{
		"GET /v2/policytemplates": `[{"id":"5ade0cfd1f24754c6c5dc9f2","name":"lock_screen_darwin"}]`,
		"GET /v2/policytemplates/{id}": `{"id":"5ade0cfd1f24754c6c5dc9f2","name":"lock_screen_darwin","configFields":[
			{"id":"5ade0cfd1f24754c6c5dc9f3","name":"timeout","displayType":"number","required":true},
			{"id":"5ade0cfd1f24754c6c5dc9f4","name":"message","displayType":"text"}]}`,
	})
	defer server.Close()
	client := server.Client()

	template, err := client.PolicyTemplates.GetByName(ctx, "lock_screen_darwin")
	must(err)
	values, err := client.Policies.Values(ctx, template.ID, map[string]any{"timeout": 300})
	must(err)
	fmt.Println(values[0].ConfigFieldID, values[0].Value)

	_, err = client.Policies.Values(ctx, template.ID, map[string]any{"timeout": "5 min"})
	fmt.Println(err)
	// Output:
	// 5ade0cfd1f24754c6c5dc9f3 300
	// jumpcloud: settings: "timeout" is a text, want a number; the fields are: timeout (a number, required), message (a text)
}

// The policies of a group, and the devices that they apply to.
func ExamplePolicygroupsService_AllSystems() {
	server := answers(map[string]string{
		"GET /v2/policygroups":              `[{"id":"64d2e8b14dab6c0021de67f8","type":"policy_group","name":"Laptops"}]`,
		"GET /v2/policygroups/{id}":         `{"id":"64d2e8b14dab6c0021de67f8","type":"policy_group","name":"Laptops"}`,
		"GET /v2/policygroups/{id}/members": `[{"to":{"id":"65b1c2d3e4f5061728394a5b","type":"policy"}}]`,
		"GET /v2/policygroups/{id}/systems": `[{"id":"5f1b2c3d4e5f60718293a4b5","type":"system","paths":[]}]`,
	})
	defer server.Close()
	client := server.Client()

	group, err := client.Policygroups.GetByName(ctx, "Laptops")
	must(err)
	for member, err := range client.Policygroups.AllMembers(ctx, group.ID, nil) {
		must(err)
		fmt.Println(member.To.Type, member.To.ID)
	}
	for system, err := range client.Policygroups.AllSystems(ctx, group.ID, nil) {
		must(err)
		fmt.Println(system.Type, system.ID)
	}
	// Output:
	// policy 65b1c2d3e4f5061728394a5b
	// system 5f1b2c3d4e5f60718293a4b5
}

// Everybody who signs in by a RADIUS server needs a second factor from now on; the rest of it stays.
func ExampleRADIUSServersService_Modify() {
	server := answers(map[string]string{
		"GET /radiusservers": `{"totalCount":1,"results":[{"_id":"5f1b2c3d4e5f60718293a4f0","name":"Office"}]}`,
		"GET /radiusservers/{id}": `{"_id":"5f1b2c3d4e5f60718293a4f0","name":"Office","networkSourceIp":"192.0.2.7",
			"sharedSecret":"kept-to-ourselves","mfa":"DISABLED","authIdp":"AZURE"}`,
		"PUT /radiusservers/{id}": `{"_id":"5f1b2c3d4e5f60718293a4f0","name":"Office","mfa":"REQUIRED","authIdp":"AZURE"}`,
	})
	defer server.Close()
	client := server.Client()

	office, err := client.RADIUSServers.GetByName(ctx, "Office")
	must(err)
	written, err := client.RADIUSServers.Modify(ctx, office.ID, func(r *jumpcloud.RADIUSServerUpdate) {
		fmt.Println(r.SharedSecret, r.AuthIdp.Or(""))
		r.MFA = jumpcloud.Set(jumpcloud.RADIUSMFARequired)
	})
	must(err)
	fmt.Println(written.MFA)
	// Output:
	// [redacted] AZURE
	// REQUIRED
}

// The Samba domains of the one LDAP server that an organization has.
func ExampleLDAPServersService_AllSambaDomains() {
	server := answers(map[string]string{
		"GET /v2/ldapservers":                              `[{"id":"5f1b2c3d4e5f60718293a4f1","name":"jumpcloud"}]`,
		"GET /v2/ldapservers/{ldapserver_id}/sambadomains": `[{"id":"5f1b2c3d4e5f60718293a4f2","name":"EXAMPLE","sid":"S-1-5-21-1-2-3"}]`,
	})
	defer server.Close()
	client := server.Client()

	ldap, err := jumpcloud.One(client.LDAPServers.All(ctx, nil))
	must(err)
	for domain, err := range client.LDAPServers.AllSambaDomains(ctx, ldap.ID, nil) {
		must(err)
		fmt.Println(domain.Name, domain.Sid)
	}
	// Output: EXAMPLE S-1-5-21-1-2-3
}
