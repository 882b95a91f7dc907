// Package jumpcloud is a client for JumpCloud's directory API. Its services are listed below.
// [How do I …] leads from a task to the call that does it, with tested code, and [All operations] from
// JumpCloud's operations to methods and to the helpers that spare them. Package jumpcloudtest serves a
// JumpCloud from memory for tests of your own.
//
// # Start
//
//	configuration := jumpcloud.NewConfiguration()
//	configuration.APIKey = os.Getenv("JUMPCLOUD_API_KEY")
//	client, err := jumpcloud.NewAPIClient(configuration)
//
// or, with everything from the environment, [ConfigurationFromEnv]. Every method is safe for concurrent use.
// Endpoints without a method are reached with [APIClient.Call], [Walk] and [ListPage].
//
// # Bodies
//
// A required field is a plain value, an optional one an [Opt] with three states: omitted, null and a
// value, so that false, 0, "" and null can be sent. A slice, a map or a pointer to an object is sent
// unless it is nil; an empty list clears. Passwords are [Secret] and never printed.
//
//	update := jumpcloud.SystemuserUpdate{Sudo: jumpcloud.Set(false), Manager: jumpcloud.Null[string]()}
//
// # Lists
//
// List answers one [Page]; All walks every page, lazily and in order, and never ends early without an error:
//
//	for user, err := range client.Systemusers.All(ctx, nil) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(user.Username)
//	}
//
// An object that cannot be read is an error that matches [ErrItem], after which the walk goes on; any other
// error ends it. [Collect] and [One] gather a walk. Up to PageConcurrency pages are in flight.
//
// # Errors
//
// Match errors with errors.Is and the Err variables: [ErrNotFound], [ErrExists] and so on, which speak of
// the service's answer to the operation and of nothing else; the caller's context.Canceled and
// context.DeadlineExceeded match too. A 401 that says that no organization is selected is met by
// administrators of several: set Configuration.OrgID, or use [WithOrgID]. The types tell more:
// [APIError] is an answer that is no success, [ParamError] bad input that was refused before
// anything was sent, [DecodeError] a success that cannot be read, [TransportError] no answer. No
// error text holds a credential, an id of the path or a query.
//
// # Retries
//
// A request is attempted up to three times, with growing waits, and never past the context's deadline:
// any request after a 429, as Retry-After says, or where nothing was processed, such as without a connection;
// what is done twice as if once (GET, PUT, DELETE, searches, adding and removing in the graph) after a 408, a
// 5xx but 500, 501 and 505, a broken connection and an attempt's time-out; GET and searches after a 500. What
// another POST or PATCH did before it failed is not known: a second user is worse than an error. See
// [WithIdempotent].
//
// After an attempt of unknown effect, a 409 to adding and a 404 to removing or deleting mean that it
// took effect, and count as done; an answered object is then empty.
//
// # Security
//
// Redirects are followed for GET only, and only to the same scheme, host and port; any other is
// [ErrRedirect]. Plain http is refused except for loopback hosts. Configurations, clients, services
// and [Secret] values print without credentials.
//
// [How do I …]: https://github.com/jumpcloud-go/jumpcloud/blob/main/docs/how-to.md
// [All operations]: https://github.com/jumpcloud-go/jumpcloud/blob/main/docs/operations.md
package jumpcloud
