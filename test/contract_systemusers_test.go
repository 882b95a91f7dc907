//lint:file-ignore SA1019 operations that were withdrawn have contracts too

package jumpcloud_test

import (
	"context"
	"encoding/json"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestSystemusersContracts(t *testing.T) { testContracts(t, systemusersContracts()) }

// annAnswer is a user as v1 answers one; the id comes under both of its names.
const annAnswer = `{"_id":"6026bec6b8207255280d5981","id":"6026bec6b8207255280d5981","username":"ann","email":"ann@example.com",
	"employeeIdentifier":null,"state":"STAGED","suspended":false,"activated":false,"sudo":true,"unix_uid":5001,"unix_guid":5001,
	"created":"2021-02-12T17:45:42.369Z","attributes":[{"_id":"a1","name":"badge","value":"77"}],"mfa":{"exclusion":false,"configured":true}}`

func isAnn(t *testing.T, user *jumpcloud.Systemuser) {
	assert.Equal(t, annID, user.ID)
	assert.Equal(t, "ann", user.Username)
	assert.Equal(t, "ann@example.com", user.Email)
	assert.Empty(t, user.EmployeeIdentifier)
	assert.Equal(t, jumpcloud.UserStateStaged, user.State)
	assert.False(t, user.Suspended)
	assert.True(t, user.Sudo)
	assert.Equal(t, int64(5001), user.UnixUID)
	assert.True(t, user.Created.Equal(time.Date(2021, 2, 12, 17, 45, 42, 369e6, time.UTC)))
	assert.Equal(t, []jumpcloud.UserAttribute{{ID: "a1", Name: "badge", Value: "77"}}, user.Attributes)
	if assert.NotNil(t, user.MFA) {
		assert.True(t, user.MFA.Configured)
	}
}

// v1Users is the last page of a list of users.
const v1Users = `{"totalCount":102,"results":[
	{"_id":"6026bec6b8207255280d5981","id":"6026bec6b8207255280d5981","username":"ann","state":"ACTIVATED"},
	{"id":"6026bec6b8207255280d5982","username":"bob","state":"SUSPENDED","suspended":true,"manager":"6026bec6b8207255280d5981"}]}`

func areAnnAndBob(t *testing.T, users []*jumpcloud.Systemuser) {
	assert.Equal(t, annID, users[0].ID)
	assert.Equal(t, "ann", users[0].Username)
	assert.Equal(t, jumpcloud.UserStateActivated, users[0].State)
	assert.Equal(t, bobID, users[1].ID, "the id under its other name")
	assert.Equal(t, jumpcloud.UserStateSuspended, users[1].State)
	assert.True(t, users[1].Suspended)
	assert.Equal(t, annID, users[1].Manager)
}

func systemusersContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
	)
	listParams := &jumpcloud.SystemusersListParams{
		Limit:  50,
		Skip:   100,
		Sort:   []string{"-created", "_id"},
		Fields: []string{"email", "username"},
		Filter: []jumpcloud.Condition{
			jumpcloud.Filter("department", jumpcloud.Eq, "R & D, Lab"),
			jumpcloud.Filter("password_expiration_date", jumpcloud.Lte, "2021-10-24"),
		},
		Search: jumpcloud.TextSearch{Fields: []string{"username", "email"}, Term: "ann"},
	}
	unsortedParams := &jumpcloud.SystemusersListParams{Limit: 50, Skip: 100}
	search := jumpcloud.SystemuserSearch{
		SearchFilter: jumpcloud.Set(jumpcloud.SearchFilter{SearchTerm: "ann", Fields: []string{"username", "email"}}),
		Filter:       jumpcloud.AnyOf(jumpcloud.Filter("department", jumpcloud.Eq, "IT"), jumpcloud.Filter("sudo", jumpcloud.Ne, "true")),
		Fields:       "email username",
		Sort:         jumpcloud.Set("-created"),
		Limit:        jumpcloud.Set(50),
		Skip:         jumpcloud.Set(100),
	}
	return []contract{
		{
			operation: "search_systemusers_post",
			route:     "POST /search/systemusers",
			path:      "/search/systemusers",
			body: `{"searchFilter":{"searchTerm":"ann","fields":["username","email"]},
				"filter":{"or":["department:$eq:IT","sudo:$ne:true"]},
				"fields":"email username","sort":"-created","limit":50,"skip":100}`,
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.Systemuser], error) {
					return c.Systemusers.Search(ctx, search)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.Systemuser, error] {
					return c.Systemusers.SearchAll(ctx, search)
				},
				areAnnAndBob,
			),
			answers: []reply{okJSON(v1Users)},
			failure: refusedKey,
		},
		{
			operation: "systemusers_list",
			route:     "GET /systemusers",
			path:      "/systemusers",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "sort": {"-created _id"}, "fields": {"email username"},
				"filter":            {"department:$eq:R & D, Lab", "password_expiration_date:$lte:2021-10-24"},
				"search[fields][0]": {"username"}, "search[fields][1]": {"email"}, "search[searchTerm]": {"ann"},
			},
			raw: "limit=50&skip=100&sort=-created+_id&fields=email+username" +
				"&filter=department%3A%24eq%3AR+%26+D%2C+Lab&filter=password_expiration_date%3A%24lte%3A2021-10-24" +
				"&search%5Bfields%5D%5B0%5D=username&search%5Bfields%5D%5B1%5D=email&search%5BsearchTerm%5D=ann",
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.Systemuser], error) {
					return c.Systemusers.List(ctx, listParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.Systemuser, error] {
					return c.Systemusers.All(ctx, listParams)
				},
				areAnnAndBob,
			),
			answers: []reply{okJSON(v1Users)},
			failure: refusedKeyUnsaid,
		},
		{
			operation: "systemusers_list",
			variant:   "unsorted",
			route:     "GET /systemusers",
			path:      "/systemusers",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}},
			methods: methods{call: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.Systemuser], error) {
					return c.Systemusers.List(ctx, unsortedParams)
				},
				nil, areAnnAndBob,
			).call},
			answers: []reply{okJSON(v1Users)},
			failure: refusedForbidden,
		},
		{
			operation: "systemusers_list",
			variant:   "walk that the caller does not sort",
			route:     "GET /systemusers",
			path:      "/systemusers",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"_id"}},
			methods: methods{call: listing(nil,
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.Systemuser, error] {
					return c.Systemusers.All(ctx, unsortedParams)
				},
				areAnnAndBob,
			).walk},
			answers: []reply{okJSON(v1Users)},
			failure: refusedRate,
		},
		{
			operation: "systemusers_post",
			route:     "POST /systemusers",
			path:      "/systemusers",
			query:     url.Values{"fullValidationDetails": {"password"}},
			body: `{"username":"ann","email":"ann@example.com","password":"Tr0ub4dor&3","sudo":false,"unix_uid":0,"company":"",
				"manager":null,"attributes":[],"mfa":{"exclusion":true,"exclusionDays":7}}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{
					Username:   "ann",
					Email:      "ann@example.com",
					Password:   jumpcloud.Set(jumpcloud.Secret("Tr0ub4dor&3")),
					Sudo:       jumpcloud.Set(false),
					UnixUID:    jumpcloud.Set(int64(0)),
					Company:    jumpcloud.Set(""),
					Manager:    jumpcloud.Null[string](),
					Attributes: []jumpcloud.UserAttributeInput{},
					MFA:        jumpcloud.Set(jumpcloud.MFAInput{Exclusion: jumpcloud.Set(true), ExclusionDays: jumpcloud.Set(7)}),
				}, &jumpcloud.SystemusersCreateParams{FullValidationDetails: "password"})
			}, isAnn),
			answers: []reply{okJSON(annAnswer), createdJSON(annAnswer)},
			failure: refusedPassword,
		},
		{
			operation: "systemusers_post",
			variant:   "without parameters",
			route:     "POST /systemusers",
			path:      "/systemusers",
			body:      `{"username":"ann","email":"ann@example.com"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)
			}, isAnn),
			answers: []reply{okJSON(annAnswer)},
			failure: refusedDuplicate,
		},
		{
			operation: "systemusers_get",
			route:     "GET /systemusers/{id}",
			path:      "/systemusers/6026bec6b8207255280d5981",
			query:     url.Values{"fields": {"username email"}, "filter": {"state:$eq:STAGED"}},
			raw:       "fields=username+email&filter=state%3A%24eq%3ASTAGED",
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Get(ctx, annID, &jumpcloud.SystemusersGetParams{
					Fields: []string{"username", "email"},
					Filter: []jumpcloud.Condition{jumpcloud.Filter("state", jumpcloud.Eq, "STAGED")},
				})
			}, isAnn),
			answers: []reply{okJSON(annAnswer), okJSON(strings.Replace(annAnswer, "{", `{"somethingNew":{"in":2027},`, 1))},
			failure: refusedMock,
		},
		{
			operation: "systemusers_put",
			route:     "PUT /systemusers/{id}",
			path:      "/systemusers/6026bec6b8207255280d5981",
			query:     url.Values{"fullValidationDetails": {"password"}},
			body: `{"sudo":false,"manager":null,"employeeIdentifier":null,"description":"","addresses":[],
				"ssh_keys":[{"name":"laptop","public_key":"ssh-ed25519 AAAA ann"}]}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Update(ctx, annID, jumpcloud.SystemuserUpdate{
					Sudo:               jumpcloud.Set(false),
					Manager:            jumpcloud.Null[string](),
					EmployeeIdentifier: jumpcloud.Null[string](),
					Description:        jumpcloud.Set(""),
					Addresses:          []jumpcloud.AddressInput{},
					SSHKeys:            []jumpcloud.SSHKeyCreate{{Name: "laptop", PublicKey: "ssh-ed25519 AAAA ann"}},
				}, &jumpcloud.SystemusersUpdateParams{FullValidationDetails: "password"})
			}, isAnn),
			answers: []reply{okJSON(annAnswer)},
			failure: refusedPassword,
		},
		{
			operation: "systemusers_put",
			variant:   "of nothing",
			route:     "PUT /systemusers/{id}",
			path:      "/systemusers/6026bec6b8207255280d5981",
			body:      `{}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Update(ctx, annID, jumpcloud.SystemuserUpdate{}, nil)
			}, isAnn),
			answers: []reply{okJSON(annAnswer)},
			failure: refusedKey,
		},
		{
			operation: "systemusers_delete",
			route:     "DELETE /systemusers/{id}",
			path:      "/systemusers/6026bec6b8207255280d5981",
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Delete(ctx, annID, nil)
			}, isAnn),
			answers: []reply{okJSON(annAnswer)},
			failure: refusal{
				status: 409, contentType: "application/json", body: `{"code":409,"message":"user is a manager","status":"ABORTED"}`,
				matches: jumpcloud.ErrConflict, code: "409", message: "user is a manager",
			},
		},
		{
			operation: "systemusers_delete",
			variant:   "that hands the reports to another manager",
			route:     "DELETE /systemusers/{id}",
			path:      "/systemusers/6026bec6b8207255280d5981",
			query:     url.Values{"cascade_manager": {bobID}},
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Delete(ctx, annID, &jumpcloud.SystemusersDeleteParams{CascadeManager: bobID})
			}, isAnn),
			answers: []reply{okJSON(annAnswer)},
			failure: refusedMock,
		},
		{
			operation: "systemusers_delete",
			variant:   "that leaves the reports without a manager",
			route:     "DELETE /systemusers/{id}",
			path:      "/systemusers/6026bec6b8207255280d5981",
			query:     url.Values{"cascade_manager": {"null"}},
			raw:       "cascade_manager=null",
			methods: single(func(ctx ctx, c client) (*jumpcloud.Systemuser, error) {
				return c.Systemusers.Delete(ctx, annID, &jumpcloud.SystemusersDeleteParams{CascadeManager: "null"})
			}, isAnn),
			answers: []reply{okJSON(annAnswer)},
			failure: refusedKey,
		},
		{
			operation: "systemusers_expire",
			route:     "POST /systemusers/{id}/expire",
			path:      "/systemusers/6026bec6b8207255280d5981/expire",
			methods:   nothing(func(ctx ctx, c client) error { return c.Systemusers.ExpirePassword(ctx, annID) }),
			answers:   wordless,
			failure:   refusedWording,
		},
		{
			operation: "systemusers_mfa_enforce",
			route:     "POST /systemusers/{id}/mfa/enforce",
			path:      "/systemusers/6026bec6b8207255280d5981/mfa/enforce",
			body:      `{"enable_user_portal_multifactor":true,"mfa":{"exclusion":false}}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.EnforceMFA(ctx, annID, jumpcloud.SystemuserEnforceMFARequest{
					EnableUserPortalMultifactor: jumpcloud.Set(true), MFA: jumpcloud.Set(jumpcloud.MFAInput{Exclusion: jumpcloud.Set(false)}),
				})
			}),
			answers: wordless,
			failure: refusedNotFound,
		},
		{
			operation: "systemusers_password",
			route:     "POST /systemusers/{id}/password",
			path:      "/systemusers/6026bec6b8207255280d5981/password",
			body:      `{"password":"Correct-Horse-1"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.SetPassword(ctx, annID, jumpcloud.SystemuserSetPasswordRequest{Password: "Correct-Horse-1"})
			}),
			answers: wordless,
			failure: refusedNotFound,
		},
		{
			operation: "systemuser_reactivate",
			route:     "POST /systemusers/{id}/reactivate",
			path:      "/systemusers/6026bec6b8207255280d5981/reactivate",
			body:      `{"email":"ann@home.example.com"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.SendReactivationEmail(ctx, annID, jumpcloud.SystemuserSendReactivationEmailRequest{Email: jumpcloud.Set("ann@home.example.com")})
			}),
			answers: wordless,
			failure: refusedNotFound,
		},
		{
			operation: "systemuser_reactivate",
			variant:   "to the user's own address",
			route:     "POST /systemusers/{id}/reactivate",
			path:      "/systemusers/6026bec6b8207255280d5981/reactivate",
			body:      `{}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.SendReactivationEmail(ctx, annID, jumpcloud.SystemuserSendReactivationEmailRequest{})
			}),
			answers: wordless,
			failure: refusedNotFound,
		},
		{
			operation: "systemusers_state_suspend",
			route:     "POST /systemusers/{id}/state/suspend",
			path:      "/systemusers/6026bec6b8207255280d5981/state/suspend",
			methods:   nothing(func(ctx ctx, c client) error { return c.Systemusers.SuspendState(ctx, annID) }),
			answers:   wordless,
			failure:   refusedNotFound,
		},
		{
			operation: "systemusers_mfasync",
			route:     "POST /systemusers/{id}/mfasync",
			path:      "/systemusers/6026bec6b8207255280d5981/mfasync",
			methods:   nothing(func(ctx ctx, c client) error { return c.Systemusers.SyncMFA(ctx, annID) }),
			answers:   wordless,
			failure:   refusedNotFound,
		},
		{
			operation: "systemusers_resetmfa",
			route:     "POST /systemusers/{id}/resetmfa",
			path:      "/systemusers/6026bec6b8207255280d5981/resetmfa",
			body:      `{"exclusion":true,"exclusionDays":3,"exclusionUntil":"2026-07-01T09:30:00.000Z"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.ResetMFA(ctx, annID, jumpcloud.ResetMFARequest{
					Exclusion:      jumpcloud.Set(true),
					ExclusionDays:  jumpcloud.Set(3),
					ExclusionUntil: jumpcloud.Set(jumpcloud.NewTime(time.Date(2026, 7, 1, 11, 30, 0, 0, time.FixedZone("", 7200)))),
				})
			}),
			answers: wordless,
			failure: refusedJSONText,
		},
		{
			operation: "systemusers_resetmfa",
			variant:   "with an empty body",
			route:     "POST /systemusers/{id}/resetmfa",
			path:      "/systemusers/6026bec6b8207255280d5981/resetmfa",
			body:      `{}`,
			methods:   nothing(func(ctx ctx, c client) error { return c.Systemusers.ResetMFA(ctx, annID, jumpcloud.ResetMFARequest{}) }),
			answers:   wordless,
			failure:   refusedStatusOnly,
		},
		{
			operation: "systemusers_state_activate",
			route:     "POST /systemusers/{id}/state/activate",
			path:      "/systemusers/6026bec6b8207255280d5981/state/activate",
			body:      `{"email":"home@example.com"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.Activate(ctx, annID, jumpcloud.ActivateRequest{Email: "home@example.com"})
			}),
			answers: wordless,
			failure: refusedNotFound,
		},
		{
			operation: "systemusers_state_activate",
			variant:   "without a mail",
			route:     "POST /systemusers/{id}/state/activate",
			path:      "/systemusers/6026bec6b8207255280d5981/state/activate",
			body:      `{"email":false}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.Activate(ctx, annID, jumpcloud.ActivateRequest{Email: false})
			}),
			answers: wordless,
			failure: refusedForbidden,
		},
		{
			operation: "systemusers_state_activate",
			variant:   "with an empty body",
			route:     "POST /systemusers/{id}/state/activate",
			path:      "/systemusers/6026bec6b8207255280d5981/state/activate",
			body:      `{}`,
			methods:   nothing(func(ctx ctx, c client) error { return c.Systemusers.Activate(ctx, annID, jumpcloud.ActivateRequest{}) }),
			answers:   wordless,
			failure:   refusedTextCode,
		},
		{
			operation: "systemusers_unlock",
			route:     "POST /systemusers/{id}/unlock",
			path:      "/systemusers/6026bec6b8207255280d5981/unlock",
			methods:   nothing(func(ctx ctx, c client) error { return c.Systemusers.Unlock(ctx, annID) }),
			answers:   wordless,
			failure:   refusedErrorOnly,
		},
		{
			operation: "systemusers_totp_info",
			route:     "GET /systemusers/{id}/totpinfo",
			path:      "/systemusers/6026bec6b8207255280d5981/totpinfo",
			methods: single(func(ctx ctx, c client) (*jumpcloud.TOTPInfo, error) {
				return c.Systemusers.GetTOTPInfo(ctx, annID)
			}, func(t *testing.T, info *jumpcloud.TOTPInfo) {
				assert.True(t, info.EnrollmentDate.Equal(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)))
			}),
			answers: []reply{okJSON(`{"enrollmentDate":"2026-03-04T05:06:07Z"}`)},
			failure: refusedMock,
		},
		{
			operation: "sshkey_list",
			route:     "GET /systemusers/{id}/sshkeys",
			path:      "/systemusers/6026bec6b8207255280d5981/sshkeys",
			methods: single(func(ctx ctx, c client) ([]*jumpcloud.SSHKey, error) {
				return c.Systemusers.ListSSHKeys(ctx, annID)
			}, func(t *testing.T, keys []*jumpcloud.SSHKey) {
				if assert.Len(t, keys, 2) {
					assert.Equal(t, "60a1b2c3d4e5f60718293a4b", keys[0].ID)
					assert.Equal(t, "laptop", keys[0].Name)
					assert.Equal(t, "ssh-ed25519 AAAA ann@laptop", keys[0].PublicKey)
					assert.Equal(t, "2021-02-12T17:45:42.369Z", keys[0].CreateDate.Text())
					assert.Equal(t, "desk", keys[1].Name)
				}
			}),
			answers: []reply{okJSON(`[
				{"_id":"60a1b2c3d4e5f60718293a4b","name":"laptop","public_key":"ssh-ed25519 AAAA ann@laptop","create_date":"2021-02-12T17:45:42.369Z"},
				{"_id":"60a1b2c3d4e5f60718293a4c","name":"desk","public_key":"ssh-ed25519 BBBB ann@desk","create_date":"2022-02-12T17:45:42.369Z"}]`)},
			failure: refusedWording,
		},
		{
			operation: "sshkey_post",
			route:     "POST /systemusers/{id}/sshkeys",
			path:      "/systemusers/6026bec6b8207255280d5981/sshkeys",
			body:      `{"name":"laptop","public_key":"ssh-ed25519 AAAA ann@laptop"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SSHKey, error) {
				return c.Systemusers.CreateSSHKey(ctx, annID, jumpcloud.SSHKeyCreate{Name: "laptop", PublicKey: "ssh-ed25519 AAAA ann@laptop"})
			}, func(t *testing.T, key *jumpcloud.SSHKey) {
				assert.Equal(t, "60a1b2c3d4e5f60718293a4b", key.ID)
				assert.Equal(t, "laptop", key.Name)
				assert.Equal(t, "ssh-ed25519 AAAA ann@laptop", key.PublicKey)
				assert.Equal(t, 2021, key.CreateDate.Year())
			}),
			answers: []reply{okJSON(`{"_id":"60a1b2c3d4e5f60718293a4b","name":"laptop","public_key":"ssh-ed25519 AAAA ann@laptop","create_date":"2021-02-12T17:45:42.369Z"}`)},
			failure: refusal{
				status: 400, contentType: "application/json", body: `{"code":400,"message":"invalid public key","status":"Bad Request"}`,
				matches: jumpcloud.ErrBadRequest, code: "400", message: "invalid public key",
			},
		},
		{
			operation: "sshkey_delete",
			route:     "DELETE /systemusers/{systemuser_id}/sshkeys/{id}",
			path:      "/systemusers/6026bec6b8207255280d5981/sshkeys/60a1b2c3d4e5f60718293a4b",
			methods: nothing(func(ctx ctx, c client) error {
				return c.Systemusers.DeleteSSHKey(ctx, annID, "60a1b2c3d4e5f60718293a4b")
			}),
			answers: wordless,
			failure: refusedMock,
		},
		{
			operation: "systemusers_systems_binding_list",
			route:     "GET /systemusers/{id}/systems",
			path:      "/systemusers/6026bec6b8207255280d5981/systems",
			query: url.Values{
				"limit": {"50"}, "skip": {"100"}, "fields": {"displayName _id"}, "sort": {"-displayName _id"}, "filter": {"os:$eq:Mac OS X"},
			},
			raw: "limit=50&skip=100&fields=displayName+_id&sort=-displayName+_id&filter=os%3A%24eq%3AMac+OS+X",
			methods: single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.Systemusers.ListSystemBindings(ctx, annID, &jumpcloud.SystemusersListSystemBindingsParams{
					Limit:  50,
					Skip:   100,
					Fields: []string{"displayName", "_id"},
					Sort:   []string{"-displayName", "_id"},
					Filter: []jumpcloud.Condition{jumpcloud.Filter("os", jumpcloud.Eq, "Mac OS X")},
				})
			}, func(t *testing.T, answer json.RawMessage) {
				assert.Equal(t, `{"anything": ["at", 1.50]}`, string(answer), "as it came")
			}),
			answers: []reply{okJSON(`{"anything": ["at", 1.50]}`)},
			failure: refusedKeyUnsaid,
		},
		{
			operation: "systemusers_systems_binding_list",
			variant:   "without parameters",
			route:     "GET /systemusers/{id}/systems",
			path:      "/systemusers/6026bec6b8207255280d5981/systems",
			methods: single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.Systemusers.ListSystemBindings(ctx, annID, nil)
			}, func(t *testing.T, answer json.RawMessage) { assert.Equal(t, `[]`, string(answer)) }),
			answers: []reply{okJSON(`[]`)},
			failure: refusedMock,
		},
		{
			operation: "systemusers_systems_binding_put",
			route:     "PUT /systemusers/{id}/systems",
			path:      "/systemusers/6026bec6b8207255280d5981/systems",
			body:      `{"add":["5f1b2c3d4e5f60718293a4b5"],"remove":["5f1b2c3d4e5f60718293a4b6"]}`,
			methods: single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.Systemusers.UpdateSystemBindings(ctx, annID, jumpcloud.UserSystemBindingsUpdate{
					Add: []string{laptopID}, Remove: []string{serverID},
				})
			}, func(t *testing.T, answer json.RawMessage) { assert.Equal(t, `["anything"]`, string(answer)) }),
			answers: []reply{okJSON(`["anything"]`)},
			failure: refusedKey,
		},
		{
			operation: "systemusers_systems_binding_put",
			variant:   "that only adds",
			route:     "PUT /systemusers/{id}/systems",
			path:      "/systemusers/6026bec6b8207255280d5981/systems",
			body:      `{"add":["5f1b2c3d4e5f60718293a4b5"],"remove":[]}`,
			methods: single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.Systemusers.UpdateSystemBindings(ctx, annID, jumpcloud.UserSystemBindingsUpdate{Add: []string{laptopID}})
			}, func(t *testing.T, answer json.RawMessage) { assert.Equal(t, `{}`, string(answer)) }),
			answers: []reply{okJSON(`{}`)},
			failure: refusedKey,
		},
	}
}
