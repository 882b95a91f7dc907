package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// The errors of this package that are about the answer to an operation.
var aboutAnswers = map[string]error{
	"ErrBadRequest": jumpcloud.ErrBadRequest, "ErrUnauthorized": jumpcloud.ErrUnauthorized, "ErrForbidden": jumpcloud.ErrForbidden,
	"ErrNotFound": jumpcloud.ErrNotFound, "ErrConflict": jumpcloud.ErrConflict, "ErrExists": jumpcloud.ErrExists,
	"ErrRateLimited": jumpcloud.ErrRateLimited, "ErrServer": jumpcloud.ErrServer, "ErrRedirect": jumpcloud.ErrRedirect,
	"ErrTooMany": jumpcloud.ErrTooMany, "ErrItem": jumpcloud.ErrItem, "ErrPageStalled": jumpcloud.ErrPageStalled,
	"ErrTooLarge": jumpcloud.ErrTooLarge, "ErrTimeout": jumpcloud.ErrTimeout, "ErrTooManyRemovals": jumpcloud.ErrTooManyRemovals,
}

// matchesNothing checks that an error is about no answer, except for what is named.
func matchesNothing(t *testing.T, err error, except ...string) {
	t.Helper()
	require.Error(t, err)
	for name, sentinel := range aboutAnswers {
		assert.Equal(t, strings.Contains(fmt.Sprint(except), name), errors.Is(err, sentinel), name)
	}
	var answer *jumpcloud.APIError
	assert.False(t, errors.As(err, &answer), "the answer to another operation")
}

// asking are the operations and helpers that ask whether something is there: not one of them may take
// another operation's answer for that of its own.
var asking = map[string]func(context.Context, *jumpcloud.APIClient) error{
	"Systemusers.Get": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.Get(ctx, userID, nil)
		return err
	},
	"Systemusers.Delete": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.Delete(ctx, userID, nil)
		return err
	},
	"AddMember": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Usergroups.AddMember(ctx, "g1", "u1")
	},
	"RemoveMember": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Usergroups.RemoveMember(ctx, "g1", "u1")
	},
	"Users.Bind": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Users.Bind(ctx, "u1", jumpcloud.GraphTypeSystem, "s1", nil)
	},
	"Users.Unbind": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Users.Unbind(ctx, "u1", jumpcloud.GraphTypeSystem, "s1")
	},
	"Usergroups.Bind": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Usergroups.Bind(ctx, "g1", jumpcloud.GraphTypeSystem, "s1", &jumpcloud.BindParams{})
	},
	"Usergroups.Unbind": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Usergroups.Unbind(ctx, "g1", jumpcloud.GraphTypeSystem, "s1")
	},
	"Systemgroups.AddMember": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Systemgroups.AddMember(ctx, "g1", "s1")
	},
	"Systemgroups.RemoveMember": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Systemgroups.RemoveMember(ctx, "g1", "s1")
	},
	"client.Bind": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Bind(ctx, jumpcloud.GraphObject{Type: jumpcloud.GraphTypePolicy, ID: "p1"}, jumpcloud.GraphObject{Type: jumpcloud.GraphTypeSystem, ID: "s1"}, nil)
	},
	"client.Unbind": func(ctx context.Context, c *jumpcloud.APIClient) error {
		return c.Unbind(ctx, jumpcloud.GraphObject{Type: jumpcloud.GraphTypePolicy, ID: "p1"}, jumpcloud.GraphObject{Type: jumpcloud.GraphTypeSystem, ID: "s1"})
	},
	"GetByUsername": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Systemusers.GetByUsername(ctx, "ann")
		return err
	},
	"GetMany": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := jumpcloud.Collect(c.Systemusers.GetMany(ctx, []string{"u1", "u2"}, nil), 0)
		return err
	},
	"Applications.GetByName": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Applications.GetByName(ctx, "Wiki")
		return err
	},
	"WaitReport": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.DirectoryInsights.WaitReport(ctx, "r1")
		return err
	},
	"Modify": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Usergroups.Modify(ctx, "g1", func(*jumpcloud.UserGroupUpdate) {})
		return err
	},
	"a walk": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := jumpcloud.Collect(c.Systemusers.All(ctx, nil), 0)
		return err
	},
	"Access": func(ctx context.Context, c *jumpcloud.APIClient) error {
		_, err := c.Users.Access(ctx, "u1")
		return err
	},
	"Call": func(ctx context.Context, c *jumpcloud.APIClient) error { return get(ctx, c) },
}

// answered is what another operation was answered.
func answered(t *testing.T, code int) error {
	return get(t.Context(), newClient(t, newWire(t, status(code, `{"message":"Not Found"}`))), jumpcloud.WithMaxAttempts(1))
}

// ownError is an error of the caller's, about an answer that came before.
type ownError struct{ about error }

func (e *ownError) Error() string { return "syncing ann: " + e.about.Error() }
func (e *ownError) Unwrap() error { return e.about }

func TestForeign_CauseOfAContextIsAboutSomethingElse(t *testing.T) {
	for name, call := range asking {
		for _, code := range []int{302, 400, 401, 403, 404, 409, 429, 500} {
			t.Run(fmt.Sprint(name, " beside ", code), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					other := answered(t, code)
					cause := &ownError{fmt.Errorf("get: %w", other)}
					ctx, cancel := context.WithCancelCause(t.Context())
					client := newClient(t, always(t, func(r *http.Request) (*http.Response, error) {
						cancel(cause) // as errgroup does with the first error of a group
						<-r.Context().Done()
						return nil, context.Cause(r.Context()) // as net/http does
					}))

					err := call(ctx, client)

					matchesNothing(t, err)
					assert.ErrorIs(t, err, context.Canceled)
					assert.ErrorIs(t, err, cause, "the caller's own error is still found")
					var own *ownError
					assert.ErrorAs(t, err, &own)
					assert.ErrorContains(t, err, "syncing ann", "and said")

					again := call(ctx, client) // nothing is sent any more
					matchesNothing(t, again)
					assert.ErrorIs(t, again, context.Canceled)
				})
			})
		}
	}
}

func TestForeign_CauseThatIsOneOfThePackagesErrorsDoesNotMatch(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(jumpcloud.ErrNotFound)

	matchesNothing(t, newClient(t, newWire(t)).Usergroups.RemoveMember(ctx, "g1", "u1"))
}

func TestForeign_SyncBesideAFailureRemovesNothingInItsReport(t *testing.T) {
	for name, sync := range map[string]func(context.Context, *jumpcloud.APIClient) (*jumpcloud.SyncResult, error){
		"members": func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.SyncResult, error) {
			return c.Usergroups.SyncMembers(ctx, "g1", []string{"id4", "id9"}, jumpcloud.SyncParams{})
		},
		"bindings": func(ctx context.Context, c *jumpcloud.APIClient) (*jumpcloud.SyncResult, error) {
			return c.Usergroups.SyncBindings(ctx, "g1", jumpcloud.GraphTypeSystem, []string{"id4", "id9"}, jumpcloud.SyncParams{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			other := answered(t, 404)
			w := always(t, func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/usergroups/g1") {
					return ok(`{"id":"g1","name":"Staff"}`)(r)
				}
				if r.Method == http.MethodGet {
					return status(200, `[{"to":{"id":"id1","type":"user"}},{"to":{"id":"id2","type":"user"}},{"to":{"id":"id4","type":"user"}}]`, "X-Total-Count", "3")(r)
				}
				cancel(other)
				return nil, r.Context().Err()
			})

			result, err := sync(ctx, newClient(t, w))

			matchesNothing(t, err)
			assert.Empty(t, result.Added)
			assert.Empty(t, result.Removed)
			assert.Len(t, result.Failed, 3)
			assert.ErrorIs(t, err, context.Canceled)
		})
	}
}

func TestForeign_OffboardBesideAFailureChangesNothingInItsReport(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	other := answered(t, 404)
	w := always(t, func(r *http.Request) (*http.Response, error) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/sshkeys") || strings.HasSuffix(r.URL.Path, "/associations"):
			return ok(`[]`)(r)
		case strings.HasSuffix(r.URL.Path, "/memberof"):
			return status(200, `[{"id":"g1","type":"user_group","paths":[[{"to":{"id":"g1","type":"user_group"}}]]}]`, "X-Total-Count", "1")(r)
		case strings.HasSuffix(r.URL.Path, "/usergroups/g1"):
			return ok(`{"id":"g1","name":"Staff"}`)(r)
		case strings.HasSuffix(r.URL.Path, "/members"):
			cancel(other)
			return nil, r.Context().Err()
		}
		return ok(`{"_id":"u1","state":"SUSPENDED","suspended":true}`)(r)
	})

	steps, err := newClient(t, w).Systemusers.Offboard(ctx, userID, jumpcloud.OffboardParams{})

	matchesNothing(t, err)
	for _, step := range steps {
		if step.Name == "leave groups" {
			assert.Zero(t, step.Changed)
			assert.ErrorIs(t, step.Err, context.Canceled)
			return
		}
	}
	t.Error("there was no step of groups")
}

func TestForeign_TokenEndpointsAnswerIsNotTheOperations(t *testing.T) {
	may := map[int]string{401: "ErrUnauthorized", 429: "ErrRateLimited", 500: "ErrServer", 503: "ErrServer"}
	for name, call := range asking {
		for _, code := range []int{302, 400, 401, 403, 404, 409, 422, 429, 500, 503} {
			t.Run(fmt.Sprint(name, " with ", code), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := always(t, status(code, `{"message":"Already exists"}`))
					client := newClient(t, w, withAccount, func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 })

					err := call(t.Context(), client)

					matchesNothing(t, err, may[code])
					assert.ErrorContains(t, err, fmt.Sprint(code), "what the token endpoint said is in the text")
					for _, r := range w.requests() {
						assert.True(t, isToken(r.method, r.url), "nothing else was sent")
					}
				})
			})
		}
	}
}

func TestForeign_LimitersAndTransportsErrorsAreNotTheOperations(t *testing.T) {
	other := answered(t, 404)
	for name, client := range map[string]*jumpcloud.APIClient{
		"limiter":   newClient(t, newWire(t), func(c *jumpcloud.Configuration) { c.Limiter = refusing{other} }),
		"transport": newClient(t, always(t, fails(fmt.Errorf("signing: %w", other))), func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 }),
		"body":      newClient(t, always(t, breaksOff(200, `{`, other)), func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 1 }),
		"redirect": newClient(t, always(t, status(302, "", "Location", "/base/api/elsewhere")), func(c *jumpcloud.Configuration) {
			c.HTTPClient.CheckRedirect = func(*http.Request, []*http.Request) error { return other }
		}),
	} {
		t.Run(name, func(t *testing.T) {
			except := ""
			if name == "redirect" {
				except = "ErrRedirect"
			}
			matchesNothing(t, get(t.Context(), client), except)
			if name != "redirect" {
				matchesNothing(t, client.Usergroups.RemoveMember(t.Context(), "g1", "u1"))
			}
		})
	}
}

type refusing struct{ err error }

func (r refusing) Wait(context.Context) error { return r.err }

const (
	pageNotFound = "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head><body>nginx</body></html>"
	pageOfAProxy = "\ufeff\n <html>The address that you asked for is not here.</html>"
)

// Whoever asks for a type is as much about the operation as who asks for a sentinel.
func TestForeign_ErrorOfAnotherOperationIsFoundByNoneOfThePackagesTypes(t *testing.T) {
	asked := map[string]func(error) bool{
		"APIError":       func(err error) bool { return errors.As(err, new(*jumpcloud.APIError)) },
		"ParamError":     func(err error) bool { return errors.As(err, new(*jumpcloud.ParamError)) },
		"DecodeError":    func(err error) bool { return errors.As(err, new(*jumpcloud.DecodeError)) },
		"TransportError": func(err error) bool { return errors.As(errors.Unwrap(err), new(*jumpcloud.TransportError)) }, // in that of this operation
	}
	for name, other := range map[string]error{
		"APIError": &jumpcloud.APIError{StatusCode: 404}, "ParamError": &jumpcloud.ParamError{Param: "id"},
		"DecodeError": &jumpcloud.DecodeError{Index: 2, Err: errors.New("odd")}, "TransportError": &jumpcloud.TransportError{Err: errors.New("lost")},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(&ownError{other})
		for of, err := range map[string]error{
			"a transport": get(t.Context(), newClient(t, newWire(t, fails(&ownError{other}))), jumpcloud.WithMaxAttempts(1)),
			"a context":   get(ctx, newClient(t, newWire(t))),
		} {
			require.Error(t, err)
			assert.False(t, asked[name](err), "%s of %s", name, of)
			assert.ErrorAs(t, err, new(*ownError), of)
		}
	}
}

func TestForeign_PageOfSomethingOnTheWayIsNoAnswer(t *testing.T) {
	for what, body := range map[string]string{
		"HTML": pageNotFound, "HTML after a mark of bytes": pageOfAProxy, "XML": `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`,
		"a long text": strings.Repeat("there is no such site ", 20),
	} {
		for name, call := range asking {
			for _, code := range []int{400, 401, 403, 404, 409, 422} {
				t.Run(fmt.Sprint(what, " to ", name, " with ", code), func(t *testing.T) {
					err := call(t.Context(), newClient(t, always(t, status(code, body, "Content-Type", "text/html"))))

					require.Error(t, err)
					for name, sentinel := range aboutAnswers {
						assert.NotErrorIs(t, err, sentinel, name)
					}
					assert.Equal(t, code, asAPIError(t, err).StatusCode)
					assert.Equal(t, body, string(asAPIError(t, err).Body))
					assert.ErrorContains(t, err, "the answer is a page, not the API's: the BaseURL may be wrong")
				})
			}
		}
	}
}

func TestForeign_PageOfAnOutageIsOne(t *testing.T) {
	for code, is := range map[int]error{302: jumpcloud.ErrRedirect, 429: jumpcloud.ErrRateLimited, 502: jumpcloud.ErrServer, 520: jumpcloud.ErrServer} {
		err := get(t.Context(), newClient(t, newWire(t, status(code, pageNotFound))), jumpcloud.WithMaxAttempts(1))

		assert.ErrorIs(t, err, is)
		assert.NotContains(t, err.Error(), "BaseURL")
	}
}

func TestForeign_AnswersOfTheServiceThatAreNoJSONAreItsOwn(t *testing.T) {
	for _, body := range []string{``, " \n", `Not Found`, "Not Found\n", `"no such user"`, `{"message":"Not Found"}`, `{}`, `[]`, `{"message":"cut o`} {
		for _, contentType := range []string{"", "text/plain; charset=utf-8", "text/html; charset=utf-8", "application/json"} { // what v1 calls its words depends on the framework
			client := newClient(t, always(t, status(404, body, "Content-Type", contentType)))

			assert.ErrorIs(t, get(t.Context(), client), jumpcloud.ErrNotFound, body)
			assert.NoError(t, client.Usergroups.RemoveMember(t.Context(), "g1", "u1"), body)
		}
	}
}

// An organization that x-org-id names wrongly is not the object that was asked for.
func TestForeign_OrganizationThatIsNotFoundIsNotTheOperationsObject(t *testing.T) {
	inOrg := func(c *jumpcloud.Configuration) { c.OrgID = "5f0c1a2b3c4d5e6f70819299" }
	for name, call := range asking {
		for _, body := range []string{`{"message":"organization not found"}`, `{"code":404,"message":"Organisation not found","status":"NOT_FOUND"}`, `Organization Not Found`} {
			t.Run(name+" "+body, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					err := call(t.Context(), newClient(t, always(t, status(404, body)), inOrg))

					require.Error(t, err)
					for name, sentinel := range aboutAnswers {
						assert.NotErrorIs(t, err, sentinel, name)
					}
					assert.Equal(t, 404, asAPIError(t, err).StatusCode)
					assert.ErrorContains(t, err, "ound; it is the one that x-org-id names: see Configuration.OrgID and WithOrgID")
				})
			})
		}
	}
}

func TestForeign_OrganizationThatWasAskedForIsTheOperationsObject(t *testing.T) {
	client := newClient(t, always(t, status(404, `{"message":"organization not found"}`)), func(c *jumpcloud.Configuration) { c.OrgID = "o1" })

	_, err := client.Organizations.Get(t.Context(), "o1", nil)

	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.ErrorIs(t, get(t.Context(), client, jumpcloud.WithoutOrgID()), jumpcloud.ErrNotFound)
}

func TestForeign_OrganizationThatIsNotFoundAfterALostAnswerDoesNotSayThatTheWriteWorked(t *testing.T) {
	for _, name := range []string{"Systemusers.Delete", "RemoveMember"} {
		synctest.Test(t, func(t *testing.T) {
			w := newWire(t, fails(errReset), status(404, `{"message":"organization not found"}`))

			assert.ErrorContains(t, asking[name](t.Context(), newClient(t, w, func(c *jumpcloud.Configuration) { c.OrgID = "o1" })), "x-org-id")
			assert.Equal(t, 2, w.count())
		})
	}
}

func TestForeign_PageAfterALostAnswerDoesNotSayThatTheWriteWorked(t *testing.T) {
	for name, test := range map[string]struct {
		code int
		call func(context.Context, *jumpcloud.APIClient) error
	}{"delete": {404, asking["Systemusers.Delete"]}, "remove": {404, asking["RemoveMember"]}, "add": {409, asking["AddMember"]}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWire(t, fails(errReset), status(test.code, pageNotFound))

				assert.ErrorContains(t, test.call(t.Context(), newClient(t, w)), "the answer is a page")
				assert.Equal(t, 2, w.count())
			})
		})
	}
}

func TestErrors_ExistsIsOneQuestionForUsersAndGroups(t *testing.T) {
	for _, test := range []struct {
		code   int
		body   string
		exists bool
	}{
		{409, `{"message":"Already Exists"}`, true},
		{409, ``, true},
		{400, `{"message":"User already exists"}`, true},
		{400, `User already exists or Bad Request`, true},
		{400, `{"error":"username ALREADY EXISTS"}`, true},
		{400, `{"message":"email is invalid"}`, false},
		{400, ``, false},
		{422, `{"message":"already exists"}`, false},
		{404, `{"message":"already exists"}`, false},
		{409, pageNotFound, false},
	} {
		client := newClient(t, always(t, status(test.code, test.body)))

		_, err := client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)
		assert.Equal(t, test.exists, errors.Is(err, jumpcloud.ErrExists), "%d %s", test.code, test.body)
		_, err = client.Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Name: "Staff"})
		assert.Equal(t, test.exists, errors.Is(err, jumpcloud.ErrExists), "%d %s", test.code, test.body)
	}
	client := newClient(t, always(t, status(409, `{"message":"Samba service is enabled"}`)))
	_, err := client.Systemusers.Delete(t.Context(), userID, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrConflict)
	assert.NotErrorIs(t, err, jumpcloud.ErrExists, "a refusal to delete is about something else")
}
