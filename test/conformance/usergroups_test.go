//lint:file-ignore SA1019 operations that were withdrawn are described too

package conformance

import (
	"context"
	"encoding/json"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// An on-call group comes into being, gets members and access, changes, and is dissolved.
func usergroups(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	s.SeedCompany()
	made, err := c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{
		Name: "On Call", Description: jumpcloud.Set("this month"), Email: jumpcloud.Set("oncall@lumen.example.com"),
		MembershipMethod: jumpcloud.Set(jumpcloud.MembershipMethodStatic),
		Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{
			Sudo:         jumpcloud.Set(jumpcloud.GroupSudoInput{Enabled: true}),
			LDAPGroups:   []jumpcloud.LDAPGroupInput{{Name: jumpcloud.Set("oncall")}},
			PosixGroups:  []jumpcloud.PosixGroupInput{{ID: 7001, Name: "oncall"}},
			RADIUS:       jumpcloud.Set(jumpcloud.GroupRADIUSInput{Reply: []jumpcloud.RADIUSReplyInput{{Name: "Class", Value: "1"}}}),
			SambaEnabled: jumpcloud.Set(true),
			Extra:        map[string]json.RawMessage{"pager": json.RawMessage(`{"rotation":[1,2]}`)},
		}),
	})
	require.NoError(t, err)
	id := made.ID
	assert.Equal(t, jumpcloud.GraphTypeUserGroup, made.Type)
	_, err = c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{Name: "On Call"})
	assert.ErrorIs(t, err, jumpcloud.ErrConflict)
	_, err = c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{Name: "Sudoers", Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{Sudo: jumpcloud.Set(jumpcloud.GroupSudoInput{WithoutPassword: true})})})
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)

	// Members.
	nils, kofi := s.ID("nils.aronsson"), s.ID("kofi.mensah")
	require.NoError(t, c.Usergroups.AddMember(ctx, id, nils))
	require.NoError(t, c.Usergroups.AddMember(ctx, id, kofi))
	assert.ErrorIs(t, c.Usergroups.ManageMembers(ctx, id, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeUser, ID: nils}), jumpcloud.ErrConflict)
	require.NoError(t, c.Usergroups.ManageMembers(ctx, id, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpUpdate, Type: jumpcloud.GraphTypeUser, ID: nils, Attributes: map[string]any{"lead": true}}))
	assert.ErrorIs(t, c.Usergroups.ManageMembers(ctx, id, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystem, ID: s.ID("web-1")}), jumpcloud.ErrBadRequest)
	members, err := jumpcloud.Collect(c.Usergroups.AllMembers(ctx, id, &jumpcloud.UsergroupsListMembersParams{Limit: 1}), 0)
	require.NoError(t, err)
	assert.Equal(t, []string{nils, kofi}, ids(members))
	assert.Equal(t, map[string]any{"lead": true}, members[0].Attributes)
	page, err := c.Usergroups.ListMembership(ctx, id, &jumpcloud.UsergroupsListMembershipParams{
		Filter: []jumpcloud.Condition{jumpcloud.Filter("object_id", jumpcloud.In, nils, kofi)}, Sort: []string{"-object_id"},
	})
	require.NoError(t, err)
	assert.Equal(t, 2, page.TotalCount)
	s.Bind("On Call", "Admins", nil) // a group in a group
	outer, err := jumpcloud.One(c.Usergroups.AllMemberOf(ctx, id, &jumpcloud.UsergroupsListMemberOfParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("type", jumpcloud.Eq, "user_group")}}))
	require.NoError(t, err)
	assert.Equal(t, s.ID("Admins"), outer.ID)

	// Access: its own, and what it has through the group that it is in.
	require.NoError(t, c.Usergroups.Bind(ctx, id, jumpcloud.GraphTypeSystem, s.ID("web-1"), &jumpcloud.BindParams{Sudo: jumpcloud.Set(true), SudoWithoutPassword: jumpcloud.Set(true)}))
	for name, kind := range map[string]jumpcloud.GraphType{
		"Chat": jumpcloud.GraphTypeApplication, "Microsoft 365": jumpcloud.GraphTypeOffice365, "Google Workspace": jumpcloud.GraphTypeGSuite,
		"JumpCloud LDAP": jumpcloud.GraphTypeLDAPServer, "VPN Gateway": jumpcloud.GraphTypeRADIUSServer,
	} {
		require.NoError(t, c.Usergroups.Bind(ctx, id, kind, s.ID(name), nil), name)
	}
	bound, err := jumpcloud.Collect(c.Usergroups.AllAssociations(ctx, id, []jumpcloud.GraphType{jumpcloud.GraphTypeSystem}, nil), 0)
	require.NoError(t, err)
	require.Len(t, bound, 1)
	assert.Equal(t, map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": true}}, bound[0].Attributes)
	reached := map[string][]string{}
	for kind, walk := range (walks{
		"activedirectories": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllActiveDirectories(ctx, id, nil)
		},
		"applications": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllApplications(ctx, id, nil)
		},
		"directories": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllDirectories(ctx, id, nil)
		},
		"gsuites": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllGSuites(ctx, id, nil)
		},
		"ldapservers": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllLDAPServers(ctx, id, nil)
		},
		"office365s": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllOffice365s(ctx, id, nil)
		},
		"radiusservers": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllRADIUSServers(ctx, id, nil)
		},
		"systemgroups": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllSystemGroups(ctx, id, nil)
		},
		"systems": func(ctx context.Context, id string) iter.Seq2[*jumpcloud.GraphObjectWithPaths, error] {
			return c.Usergroups.AllSystems(ctx, id, &jumpcloud.UsergroupsListSystemsParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("object_id", jumpcloud.Eq, s.ID("web-1"))}})
		},
	}) {
		reached[kind] = names(t, s, targetsOfCompany, walk(ctx, id))
	}
	assert.Equal(t, map[string][]string{
		"activedirectories": {"corp.example.com"},
		"applications":      {"Chat"},
		"directories":       {"Google Workspace", "Microsoft 365", "JumpCloud LDAP", "corp.example.com"},
		"gsuites":           {"Google Workspace"},
		"ldapservers":       {"JumpCloud LDAP"},
		"office365s":        {"Microsoft 365"},
		"radiusservers":     {"VPN Gateway"},
		"systemgroups":      {"Laptops", "Servers"},
		"systems":           {"web-1"},
	}, reached)

	// Changes: in a list the attributes are missing, so a group is read by id before it is written whole.
	listed, err := jumpcloud.One(c.Usergroups.All(ctx, &jumpcloud.UsergroupsListParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Eq, "On Call")}}))
	require.NoError(t, err)
	assert.Nil(t, listed.Attributes)
	some, err := c.Usergroups.List(ctx, &jumpcloud.UsergroupsListParams{
		Limit: 3, Sort: []string{"-name"}, Fields: []string{"name", "type"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Search, "n"), jumpcloud.Filter("membershipMethod", jumpcloud.Ne, "NOTSET")},
	})
	require.NoError(t, err)
	assert.Len(t, some.Items, 3)
	full, err := c.Usergroups.Get(ctx, id)
	require.NoError(t, err)
	assert.JSONEq(t, `{"rotation":[1,2]}`, string(full.Attributes.Extra["pager"]))
	body := full.Update()
	body.Description = jumpcloud.Set("next month")
	updated, err := c.Usergroups.Update(ctx, id, body)
	require.NoError(t, err)
	assert.Equal(t, "next month", updated.Description)
	assert.Equal(t, int64(7001), updated.Attributes.PosixGroups[0].ID)
	patched, err := c.Usergroups.Patch(ctx, id, jumpcloud.UserGroupUpdate{Name: "On Call"})
	require.NoError(t, err)
	assert.Nil(t, patched.Attributes, "it replaces the group whole")
	_, err = c.Usergroups.Modify(ctx, id, func(g *jumpcloud.UserGroupUpdate) { g.Name = "Admins" })
	assert.ErrorIs(t, err, jumpcloud.ErrConflict)

	// A group with a rule, in each form, and one whose changes are suggested.
	exempt := []jumpcloud.GraphObjectInput{{ID: nils, Type: jumpcloud.GraphTypeUser}}
	for _, query := range []jumpcloud.MemberQuery{
		jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "department", Operator: "eq", Value: "Engineering"}),
		jumpcloud.ConditionQuery(jumpcloud.Filter("department", jumpcloud.Eq, "Engineering")),
		jumpcloud.SearchQuery(jumpcloud.AllOf(jumpcloud.Filter("department", jumpcloud.Eq, "Engineering"))),
	} {
		dynamic, err := c.Usergroups.Create(ctx, jumpcloud.UserGroupCreate{
			Name: "Ruled by " + string(query.QueryType()), MembershipMethod: jumpcloud.Set(jumpcloud.MembershipMethodDynamicAutomated),
			MemberQuery: jumpcloud.Set(query), MemberQueryExemptions: exempt, MemberSuggestionsNotify: jumpcloud.Set(true),
		})
		require.NoError(t, err)
		read, err := c.Usergroups.Get(ctx, dynamic.ID)
		require.NoError(t, err)
		assert.Equal(t, query.QueryType(), read.MemberQuery.QueryType())
		assert.Len(t, s.Members(dynamic.ID), 11, "twelve of the department, of whom one is exempt")
	}
	berlin := s.ID("Berlin Office")
	suggestions, err := jumpcloud.Collect(c.Usergroups.AllSuggestions(ctx, berlin, &jumpcloud.UsergroupsListSuggestionsParams{Limit: 10}), 0)
	require.NoError(t, err)
	wanted := jumpcloud.MemberSuggestionsRequest{UserIDs: []string{s.ID("marcus.bell")}}
	for _, suggestion := range suggestions {
		if suggestion.Op == jumpcloud.GraphOpRemove {
			assert.Equal(t, s.ID("sven.dahl"), suggestion.Object.ID)
			wanted.UserIDs = append(wanted.UserIDs, suggestion.Object.ID)
		}
	}
	wanted.UserIDs = append(wanted.UserIDs, s.ID("alice.thorne"))
	applied, err := c.Usergroups.ApplySuggestions(ctx, berlin, wanted)
	require.NoError(t, err)
	require.Len(t, applied, 1)
	assert.Equal(t, []string{s.ID("marcus.bell"), s.ID("sven.dahl")}, applied[0].SuggestionsFound)
	assert.Equal(t, []string{s.ID("alice.thorne")}, applied[0].SuggestionsNotFound)

	// The end.
	require.NoError(t, c.Usergroups.RemoveMember(ctx, id, nils))
	assert.ErrorIs(t, c.Usergroups.ManageMembers(ctx, id, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpRemove, Type: jumpcloud.GraphTypeUser, ID: nils}), jumpcloud.ErrNotFound)
	require.NoError(t, c.Usergroups.Unbind(ctx, id, jumpcloud.GraphTypeSystem, s.ID("web-1")))
	require.NoError(t, c.Usergroups.Delete(ctx, id))
	assert.ErrorIs(t, c.Usergroups.Delete(ctx, id), jumpcloud.ErrNotFound)
	_, err = c.Usergroups.Get(ctx, id)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = c.Usergroups.Update(ctx, id, jumpcloud.UserGroupUpdate{Name: "On Call"})
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
}
