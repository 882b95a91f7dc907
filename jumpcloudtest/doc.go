// Package jumpcloudtest is an embedded JumpCloud: a server in the memory of your process that starts in
// a millisecond, speaks real HTTP, keeps consistent state, behaves as JumpCloud is known to behave, and
// misbehaves when told to. It is for tests, examples and work without a network.
//
//	func TestDeactivate(t *testing.T) {
//		server := jumpcloudtest.New(t) // closes itself with the test
//		id := server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
//
//		if err := Deactivate(t.Context(), server.Client(), id); err != nil { // your function
//			t.Fatal(err)
//		}
//
//		if ann, _ := server.User(id); ann["state"] != "SUSPENDED" {
//			t.Errorf("ann is %v", ann["state"])
//		}
//	}
//
// [Server.Client] returns a client that is ready to use, and [Server.Configuration] what it is made of.
// With [InMemory] the server uses pipes in place of a socket and works inside a testing/synctest bubble,
// where retries with waits of minutes take no time.
//
// # Seeding and looking
//
// [Server.SeedUsers] adds as many users as you like, [Server.SeedFleet] as many devices, [Server.SeedCompany] a small
// company with groups, devices and everything. [Server.AddUser], [Server.AddGroup] and their kin add one object, by the rules
// that the API has, [Server.Add] adds one to any collection, and [Server.Bind] ties two together by their names. [Server.User], [Server.Group],
// [Server.Members], [Server.HasMember], [Server.Associations] and [Server.IsBound] look at the state,
// [Server.Requests] at what was asked, and [Server.Mails] at the mail that JumpCloud would have sent. What
// these return is a copy.
//
// # Rehearsal
//
// [Server.Copy] reads a live directory into a new server, by GET alone, and [Server.Writes] is the journal of what was
// changed through the API since, in words that a reviewer reads, with what it cannot tell at the end:
//
//	server := jumpcloudtest.NewServer()
//	defer server.Close()
//	copied, err := server.Copy(ctx, live) // a client of your organization
//	…
//	err = automation(ctx, server.Client())
//	fmt.Println(server.Writes())
//
// # Faults
//
// [Server.Inject] makes requests to a route suffer, as often as you say:
//
//	server.Inject("POST /systemusers", 1, jumpcloudtest.TooManyRequests(2))
//	server.Inject("* /v2/usergroups/{id}/members", 3, jumpcloudtest.Status(503, nil, ""))
//	server.Inject("PUT /systemusers/{id}", 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())
//	server.Inject("GET /systemusers", 0, jumpcloudtest.CloseMidBody().Skip(2)) // from the third page on
//
// A fault comes before the request takes effect or, with [Fault.AfterApply], after it, when only the
// answer is lost. [EdgeStatus] answers as Cloudflare does, which stands before JumpCloud.
//
// # What is modelled
//
// Every operation of the SDK, on one state: the users of v1 are those of the graph of v2, and a binding that is made
// from the user is read from the application. What the operations of a service take and answer comes from the
// description that the SDK is generated from: collections are listed, created, read, changed and deleted as it says,
// and a body is held to it. What has a behaviour of its own is modelled by hand. The rules come from recorded
// answers, from the tests and the code of JumpCloud's own tools, and from JumpCloud's descriptions of
// 2019, 2025 and 2026, in this order of trust:
//
//   - Lists answer 10 objects unless asked for more, and 100 at most (a search 1000); API v1 refuses a
//     limit above it. API v1 has the total in the body, API v2 in X-Total-Count; next scheduled states
//     have it in events_count. Filters are field:$op:value in v1 and field:op:value in v2, repeated keys
//     must all hold, case counts; $in and in take values joined with |. fields and sort are separated by
//     blanks in v1 and by commas in v2. Lists of users and of systems take
//     search[searchTerm] and search[fields][0].
//   - A user is created with 200, with the fields of a recorded user; an update merges, and replaces an
//     array whole; state and suspended must agree; each state has its own MFA field; null clears the
//     manager and the employee identifier and is refused elsewhere, "" clears a text. A manager is given
//     by id. Keys that nobody described and those that the server alone sets are ignored. Who manages
//     others, and who serves Samba, is not deleted just so.
//   - A group is created with 201 and replaced whole by an update; in a list its attributes are null. A
//     second add is a 409, the removal of what is not there a 404.
//   - Traversals, memberof and membership are computed from the graph, with every path: bindings of one's
//     own, those of one's groups, and systems through system groups. Dynamic groups evaluate their query,
//     in the three shapes that exist, when a user or the group changes.
//   - A command that is run has a result on each device, one after the other within the time of [WithJobDelay]; what it
//     prints, and its exit code, [Server.OnCommand] says. A device with active false has none until it is back.
//     Triggers start every command that has them. A policy has a status on each device that it reaches, pending where
//     the device is away. The tables of System Insights hold what was added, and show nothing of a device whose insights
//     are off. Erase, lock, restart and the like are put on record, and done to nobody: see [Server.Actions].
//   - Each change made through the API writes an event of Directory Insights, with initiated_by, the resource and, for a
//     binding, the association; [Server.AddEvent] adds others. Events are read by the cursor, which is refused when it was
//     changed on the way. Reports are ready after the time of [WithJobDelay].
//   - Bulk jobs go on by the clock: the results are empty first, then rows appear and finish one by one,
//     and a row that fails says so in its statusMsg. They drop alternateEmail and mfa, which JumpCloud's
//     own tests found unreliable. Scheduled states happen when their time comes.
//   - The secrets of a service account are answered once. They open the server, as [APIKey] does, until they end or are
//     deleted; the last one is not.
//   - x-org-id is checked: 403 where no organisation can be chosen, 401 when it is missing and there are
//     several ([WithOrgs]), 400 when malformed, 404 when unknown. A key that nobody has is a 401.
//
// # What is not modelled
//
// Any other route answers 501 and says that it is this server that lacks it: never 404, which would look
// like an object that is gone. [Server.Handle] answers such a route, or one that a test needs otherwise, with a
// function of yours:
//
//	server.Handle("GET /v2/things/{id}", func(w http.ResponseWriter, r *http.Request) {
//		fmt.Fprintf(w, `{"id":%q,"name":"Screen lock"}`, r.PathValue("id"))
//	})
//
// A key of a query that the operation does not have is a 400, and so is a filter in a form that is not
// served (filter[0], filter[or][0], conditions joined with a comma), a field by which nobody can be found,
// sorted or shown, and an unknown key of a search: JumpCloud would pass over most of them in silence, and
// answer with everybody, or nobody. Every refusal says what is wrong with the request.
//
// # What is not known
//
// Where nobody outside JumpCloud knows the answer the server does not pretend to: it takes the course that
// hides no mistake of a client, and your code should not depend on it. This is so for the bodies of 429,
// and of 401 without a key or with a token that ended; for rate limits ([WithRateLimit] wants numbers of
// yours); what a limit above the maximum does in API v2 (the page is cut) and above 1000 in a search
// (400); the status and the words of most refusals of a value; whether unusual writes are refused at all:
// null for a text, the MFA field of another state, a manager that is no id, a malformed filter, a filter
// by a field that is not described, the activation of a suspended user; what the filter of GET
// /systemusers/{id} does (404 when it does not match); which actions on a user answer a text and which
// nothing; the words for a bulk row that is not finished ("Processing" here) and what a failed row
// persists; whether two names that differ only in case are duplicates (they are here); the fields that a
// search term looks at by default; members added by hand to an automated group (they stay until the next
// evaluation); a second Workday instance (409) and one without credentials (400); the answers of
// operations that were withdrawn; most defaults of new objects (what the description does not say is absent); the
// words for the state of a policy (SUCCESS and PENDING here) and the types of most events; an unknown trigger
// (404), an empty systemIds (400), a key of a device's disk that is not there (404). The memberof of a search result, fields restricted by another directory,
// Samba's need of LDAP, queries that refer to other groups, delayed visibility of writes, and Link headers
// are not modelled.
//
// The server does not check what is none of its business: passwords are kept in memory, any key but
// [APIKey] is wrong, and nothing is encrypted. Never expose it.
package jumpcloudtest
