package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// The validator sees what the description does not allow: each of these makes one violation, and it
// fails the story that it happens in.
func TestViolations(t *testing.T) {
	ctx := t.Context()
	ann := func(c *jumpcloud.APIClient) (string, error) {
		made, err := c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil)
		if err != nil {
			return "", err
		}
		return made.ID, nil
	}
	for name, test := range map[string]struct {
		story     func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error
		fails     bool // for the client too
		violation string
	}{
		"a field of the wrong type in an answer": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				id, err := ann(c)
				s.Inject("GET /systemusers/{id}", 1, jumpcloudtest.WrongFieldType("sudo"))
				_, failed := c.Systemusers.Get(ctx, id, nil)
				return errors.Join(err, failed)
			},
			fails:     true,
			violation: `systemusers_get: answer 200: Error at "/sudo": value must be a boolean`,
		},
		"null in place of an object": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				s.SeedUsers(1)
				s.Inject("GET /systemusers", 1, jumpcloudtest.NullItem())
				_, err := c.Systemusers.List(ctx, nil)
				return err
			},
			fails:     true,
			violation: `systemusers_list: answer 200: Error at "/results/0": Value is not nullable`,
		},
		"a status that is not described": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				s.Inject("POST /systemusers", 1, jumpcloudtest.Status(202, nil, `{"_id":"5f0e7a1c0000000000000001"}`))
				_, err := ann(c)
				return err
			},
			violation: "systemusers_post: answer 202: status is not supported",
		},
		"an answer in another format": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				s.Inject("GET /v2/usergroups", 1, jumpcloudtest.HTML(200))
				_, err := c.Usergroups.List(ctx, nil)
				return err
			},
			fails:     true,
			violation: `groups_user_list: answer 200: response header Content-Type has unexpected value: "text/html; charset=utf-8"`,
		},
		"garbage": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				s.Inject("GET /v2/usergroups", 1, jumpcloudtest.Garbage())
				_, err := c.Usergroups.List(ctx, nil)
				return err
			},
			fails:     true,
			violation: "groups_user_list: answer 200: failed to decode response body: invalid character '\\x00' looking for beginning of value",
		},
		"a key in an answer that is not described": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				s.Inject("GET /v2/usergroups", 1, jumpcloudtest.Status(200, nil, `[{"id":"5f0e7a1c0000000000000001","name":"VPN","colour":"red"}]`))
				_, err := c.Usergroups.List(ctx, nil)
				return err
			},
			violation: "groups_user_list: answer 200: body[0].colour is not described",
		},
		"a required key that is missing in an answer": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				id := s.AddGroup(jumpcloud.UserGroupCreate{Name: "VPN"})
				s.Inject("GET /v2/usergroups/{id}/members", 1, jumpcloudtest.Status(200, nil, `[{"attributes":null}]`))
				_, err := c.Usergroups.ListMembers(ctx, id, nil)
				return err
			},
			violation: `graph_userGroupMembersList: answer 200: Error at "/0/to": property "to" is missing`,
		},
		"an error body of the wrong type": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				id, err := ann(c)
				s.Inject("POST /systemusers/{id}/unlock", 1, jumpcloudtest.Status(404, nil, `{"message":["no"]}`))
				return errors.Join(err, c.Systemusers.Unlock(ctx, id))
			},
			fails:     true,
			violation: `systemusers_unlock: answer 404: Error at "/message": value must be a string`,
		},
		"a header of the wrong type": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				s.Inject("GET /v2/usergroups", 1, jumpcloudtest.Status(200, http.Header{"X-Total-Count": {"many"}}, `[]`))
				_, err := c.Usergroups.List(ctx, nil)
				return err
			},
			violation: `groups_user_list: answer 200: unable to decode header "x-total-count" value: value many: an invalid integer: invalid syntax`,
		},
		"a key in a request that is not described": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				_, err := c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil, jumpcloud.WithBodyField("nickname", "Annie"))
				return err
			},
			violation: "systemusers_post: request: body.nickname is not described",
		},
		"a key in a request that only answers have": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				_, err := c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil, jumpcloud.WithBodyField("created", "2026-01-01T00:00:00.000Z"))
				return err
			},
			violation: `systemusers_post: request: Error at "/created": readOnly property "created" in request`,
		},
		"a value of the wrong type in a request": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				_, err := c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil, jumpcloud.WithBodyField("company", 7))
				return err
			},
			fails:     true,
			violation: `systemusers_post: request: Error at "/company": value must be a string`,
		},
		"a query parameter that is not described": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				_, err := c.Usergroups.List(ctx, nil, jumpcloud.WithQuery("colour", "red"))
				return err
			},
			fails:     true,
			violation: `groups_user_list: request: query parameter "colour" is not described`,
		},
		"a query parameter out of range": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				return c.Call(ctx, "GET", "/v2/usergroups", map[string][]string{"limit": {"1000"}}, nil, nil)
			},
			violation: `groups_user_list: request: parameter "limit": number must be at most 100`,
		},
		"a header that is not one of those described": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				_, err := c.BulkJobs.CreateUsers(ctx, nil, &jumpcloud.BulkJobsCreateUsersParams{CreationSource: "jumpcloud:okta"})
				return err
			},
			fails:     true,
			violation: `bulk_usersCreate: request: parameter "creation-source": value is not one of the allowed values ["jumpcloud:gapps","jumpcloud:o365","jumpcloud:workday","jumpcloud:scim","jumpcloud:bulk","jumpcloud:custom_integration"]`,
		},
		"a route that is not described": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				return c.Call(ctx, "GET", "/v2/things", nil, nil, nil)
			},
			fails:     true,
			violation: "GET /api/v2/things: request: no operation of the description: no matching operation was found",
		},
		"a method that is not described": {
			story: func(_ *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				return c.Call(ctx, "DELETE", "/v2/usergroups", nil, nil, nil)
			},
			fails:     true,
			violation: "DELETE /api/v2/usergroups: request: no operation of the description: method not allowed",
		},
		"a body where none is described": {
			story: func(s *jumpcloudtest.Server, c *jumpcloud.APIClient) error {
				id := s.SeedUsers(1)[0]
				return c.Call(ctx, "POST", "/systemusers/"+id+"/unlock", nil, map[string]string{"why": "asked"}, nil)
			},
			violation: "systemusers_unlock: request: request body not allowed for this request",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, v, client := begin(t, nil)
			err := test.story(server, client)
			assert.Equal(t, test.fails, err != nil, "the client's error is %v", err)
			assert.Equal(t, []string{test.violation}, v.violations)
			told := &told{}
			v.report(told)
			assert.Equal(t, []string{test.violation}, told.failures, "the story fails")
		})
	}
}

// A request without a credential is no request of the API.
func TestCredential(t *testing.T) {
	server, v, _ := begin(t, nil)
	response, err := (&http.Client{Transport: v}).Get(server.URL + "/v2/usergroups")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, 401, response.StatusCode)
	require.Len(t, v.violations, 1)
	assert.Contains(t, v.violations[0], "groups_user_list: request: security requirements failed")
	assert.Zero(t, v.conformed["groups_user_list"])
}

// What breaks off on its way is passed on and not held against anybody; the request counts.
func TestBrokenAnswers(t *testing.T) {
	server, v, client := begin(t, nil)
	server.SeedUsers(3)
	server.Inject("GET /systemusers", 1, jumpcloudtest.CloseMidBody())
	_, err := client.Systemusers.List(t.Context(), nil, jumpcloud.WithMaxAttempts(1))
	var lost *jumpcloud.TransportError
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, 200, lost.StatusCode, "the client saw the status of the answer that broke off")
	server.Inject("POST /systemusers", 1, jumpcloudtest.CloseBeforeAnswer())
	_, err = client.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"}, nil, jumpcloud.WithBodyField("nickname", "Annie"))
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, []string{"systemusers_post: request: body.nickname is not described"}, v.violations)
	assert.Empty(t, v.conformed)
}

// An operation counts as exercised only when it succeeded without a violation.
func TestMissing(t *testing.T) {
	server, v, client := begin(t, nil)
	id := server.SeedUsers(1)[0]
	ctx := t.Context()
	_, err := client.Systemusers.List(ctx, nil)
	require.NoError(t, err)
	_, err = client.Systemusers.Get(ctx, "5f0e7a1c00000000000000ff", nil) // an error is none
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = client.Systemusers.Update(ctx, id, jumpcloud.SystemuserUpdate{}, nil, jumpcloud.WithBodyField("nickname", "Annie"))
	require.NoError(t, err)
	missing := v.missing(v.conformed)
	assert.Len(t, missing, len(v.operations)-1)
	assert.NotContains(t, missing, "systemusers_list")
	assert.Contains(t, missing, "systemusers_get")
	assert.Contains(t, missing, "systemusers_put")
	assert.Equal(t, map[int]int{404: 1}, v.refused)
}

// told is a test that is only told about.
type told struct{ failures []string }

func (t *told) Errorf(format string, args ...any) {
	t.failures = append(t.failures, fmt.Sprintf(format, args...))
}
