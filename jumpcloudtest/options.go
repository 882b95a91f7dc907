package jumpcloudtest

import (
	"cmp"
	"net/http"
	"time"
)

// Option changes how a server is made or behaves.
type Option func(*settings)

type settings struct {
	inMemory      bool
	latency       time.Duration
	rate          float64
	burst         int
	retryAfter    time.Duration
	orgs          []string
	pageCap       int
	jobDelay      time.Duration
	tokenLifetime time.Duration
	requestLog    int
	password      PasswordPolicy
	stateDefaults StateDefaults
	emptyUnknown  bool
	groupBody     bool
	bulkStatus    int
	duplicate     int
}

func defaults() settings {
	return settings{
		jobDelay:      20 * time.Millisecond,
		tokenLifetime: time.Hour,
		requestLog:    10_000,
		stateDefaults: StateDefaults{ManualEntry: "ACTIVATED", CSVImport: "ACTIVATED", ApplicationImport: "ACTIVATED"},
		bulkStatus:    http.StatusOK,
		duplicate:     http.StatusBadRequest,
	}
}

// InMemory serves over pipes inside the process instead of a socket on the loopback interface. The
// server then works inside a testing/synctest bubble, where a story with waits of hours takes no
// time. Make the server, and every client of it, inside the bubble. Requests must go through
// [Server.HTTPClient], as those of [Server.Client] do.
func InMemory() Option { return func(s *settings) { s.inMemory = true } }

// WithLatency makes every request wait before it is handled.
func WithLatency(d time.Duration) Option { return func(s *settings) { s.latency = d } }

// WithRateLimit lets perSecond requests a second pass, in bursts of up to burst, and answers 429 to
// the rest. retryAfter is sent as Retry-After in whole seconds, rounded up; a negative one sends
// no such header. JumpCloud's own limits are not published: choose some.
func WithRateLimit(perSecond float64, burst int, retryAfter time.Duration) Option {
	return func(s *settings) { s.rate, s.burst, s.retryAfter = perSecond, max(burst, 1), retryAfter }
}

// WithOrgs gives the administrator several organisations, named by their ids (24 hex digits). Each
// has objects of its own; seed and inspect one through [Server.Org], the first through the server
// itself. Requests must then say in x-org-id which they mean. With one id, and without this option, when
// it is [OrgID], there is one organisation and no need of the header.
func WithOrgs(ids ...string) Option { return func(s *settings) { s.orgs = ids } }

// WithPageCap makes the server answer with pages of at most n objects, whatever the limit asks for.
func WithPageCap(n int) Option { return func(s *settings) { s.pageCap = n } }

// WithJobDelay sets how long a bulk job takes, whatever its size; its rows begin and finish one after
// the other in that time. The default is 20 ms; with 0 a job is finished when its id is answered.
func WithJobDelay(d time.Duration) Option { return func(s *settings) { s.jobDelay = d } }

// WithTokenLifetime sets how long an access token of the service account is good; default: an hour.
func WithTokenLifetime(d time.Duration) Option { return func(s *settings) { s.tokenLifetime = d } }

// WithRequestLog sets how many requests [Server.Requests] remembers, the newest ones: by default
// 10,000; 0 means none, a negative number all.
func WithRequestLog(n int) Option { return func(s *settings) { s.requestLog = n } }

// PasswordPolicy is what an organisation asks of passwords. The zero policy asks nothing.
type PasswordPolicy struct {
	SpecialCharacter bool          // a password needs a character that is neither a letter nor a digit
	History          int           // a password must differ from this many before it
	Lifetime         time.Duration // a password expires after this time; 0 means never
}

// WithPasswordPolicy makes the organisations ask more of a password. A write with a password that
// breaks the policy is a 400, with details when it asked for fullValidationDetails=password.
func WithPasswordPolicy(p PasswordPolicy) Option { return func(s *settings) { s.password = p } }

// StateDefaults are the organisation's settings for the state of a new user whose creator names
// none: STAGED, ACTIVATED or SUSPENDED, by how the user is created.
type StateDefaults struct {
	ManualEntry       string // POST /systemusers
	CSVImport         string // POST /v2/bulk/users from jumpcloud:bulk
	ApplicationImport string // POST /v2/bulk/users from any other source, and Workday imports
}

// WithStateDefaults changes the states of new users; an empty field keeps ACTIVATED.
func WithStateDefaults(d StateDefaults) Option {
	return func(s *settings) {
		s.stateDefaults = StateDefaults{
			ManualEntry:       cmp.Or(d.ManualEntry, s.stateDefaults.ManualEntry),
			CSVImport:         cmp.Or(d.CSVImport, s.stateDefaults.CSVImport),
			ApplicationImport: cmp.Or(d.ApplicationImport, s.stateDefaults.ApplicationImport),
		}
	}
}

// WithEmptyUnknownUser answers GET /systemusers/{id} of an unknown id as a client of 2019 saw it: 200
// with an empty body. The default is 404.
func WithEmptyUnknownUser() Option { return func(s *settings) { s.emptyUnknown = true } }

// WithGroupDeleteBody answers the deletion of a user group with 200 and the group, which JumpCloud
// declares next to 204 and no body. The default is 204.
func WithGroupDeleteBody() Option { return func(s *settings) { s.groupBody = true } }

// WithBulkStatus sets the status that answers the submission of bulk users and of a Workday import.
// JumpCloud declares 201 and sends 200, the default.
func WithBulkStatus(code int) Option { return func(s *settings) { s.bulkStatus = code } }

// WithDuplicateUserStatus sets the status that refuses a second user with the same name, e-mail or
// employee identifier. JumpCloud documents 400, the default; its own tools expect 409.
func WithDuplicateUserStatus(code int) Option { return func(s *settings) { s.duplicate = code } }
