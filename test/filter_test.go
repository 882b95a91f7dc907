package jumpcloud_test

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// sentFilters are the filters of a request, decoded.
func sentFilters(t *testing.T, w *wire) []string {
	t.Helper()
	u, err := url.Parse(w.only().url)
	require.NoError(t, err)
	return u.Query()["filter"]
}

func TestFilter_GrammarOfV1(t *testing.T) {
	for want, condition := range map[string]jumpcloud.Condition{
		"department:$eq:IT":                        jumpcloud.Filter("department", jumpcloud.Eq, "IT"),
		"department:$ne:IT":                        jumpcloud.Filter("department", jumpcloud.Ne, "IT"),
		"unix_uid:$gt:5000":                        jumpcloud.Filter("unix_uid", jumpcloud.Gt, "5000"),
		"unix_uid:$gte:5000":                       jumpcloud.Filter("unix_uid", jumpcloud.Gte, "5000"),
		"unix_uid:$lt:5000":                        jumpcloud.Filter("unix_uid", jumpcloud.Lt, "5000"),
		"password_expiration_date:$lte:2021-10-24": jumpcloud.Filter("password_expiration_date", jumpcloud.Lte, "2021-10-24"),
		"department:$eq:":                          jumpcloud.Filter("department", jumpcloud.Eq, ""),
		"_id:$in:u1|u2":                            jumpcloud.Filter("_id", jumpcloud.In, "u1", "u2"),
		"_id:$in:u1":                               jumpcloud.Filter("_id", jumpcloud.In, "u1"),
		"company:$eq:A & B, C:D|E":                 jumpcloud.Filter("company", jumpcloud.Eq, "A & B, C:D|E"),
	} {
		w := newWire(t, v1List(0, 100))
		_, err := newClient(t, w).Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Filter: []jumpcloud.Condition{condition}})
		require.NoError(t, err)
		assert.Equal(t, []string{want}, sentFilters(t, w))
	}
}

func TestFilter_GrammarOfV2(t *testing.T) {
	for want, condition := range map[string]jumpcloud.Condition{
		"name:eq:IT":          jumpcloud.Filter("name", jumpcloud.Eq, "IT"),
		"name:ne:IT":          jumpcloud.Filter("name", jumpcloud.Ne, "IT"),
		"n:gt:5":              jumpcloud.Filter("n", jumpcloud.Gt, "5"),
		"n:ge:5":              jumpcloud.Filter("n", jumpcloud.Gte, "5"),
		"n:lt:5":              jumpcloud.Filter("n", jumpcloud.Lt, "5"),
		"n:le:5":              jumpcloud.Filter("n", jumpcloud.Lte, "5"),
		"type:in:a|b|c":       jumpcloud.Filter("type", jumpcloud.In, "a", "b", "c"),
		"type:in:a":           jumpcloud.Filter("type", jumpcloud.In, "a"),
		"n:between:1|9":       jumpcloud.Filter("n", jumpcloud.Between, "1", "9"),
		"name:search:eng":     jumpcloud.Filter("name", jumpcloud.Search, "eng"),
		"attributes.x:eq:a,b": jumpcloud.Filter("attributes.x", jumpcloud.Eq, "a,b"),
	} {
		w := newWire(t, v2List(0, 100))
		_, err := newClient(t, w).Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Filter: []jumpcloud.Condition{condition}})
		require.NoError(t, err)
		assert.Equal(t, []string{want}, sentFilters(t, w))
	}
}

func TestFilter_SeveralConditionsRepeatTheKey(t *testing.T) {
	conditions := []jumpcloud.Condition{jumpcloud.Filter("a", jumpcloud.Eq, "1,2"), jumpcloud.Filter("b", jumpcloud.Ne, "3")}

	v1 := newWire(t, v1List(0, 100))
	_, err := newClient(t, v1).Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Filter: conditions})
	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers?filter=a%3A%24eq%3A1%2C2&filter=b%3A%24ne%3A3&limit=100", v1.only().url)

	v2 := newWire(t, v2List(0, 100))
	_, err = newClient(t, v2).Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Filter: conditions})
	require.NoError(t, err)
	assert.Equal(t, baseURL+"/v2/usergroups?filter=a%3Aeq%3A1%2C2&filter=b%3Ane%3A3&limit=100", v2.only().url)
}

func TestFilter_OperatorsThatV1LacksAreRefused(t *testing.T) {
	for _, op := range []jumpcloud.Operator{jumpcloud.Between, jumpcloud.Search} {
		_, err := newClient(t, newWire(t)).Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("f", op, "x")}})

		refused := asParamError(t, err)
		assert.Equal(t, "filter", refused.Param)
		assert.Contains(t, refused.Problem, "does not exist in API v1")
	}
}

func TestFilter_ConditionsThatCannotBeSentAreRefused(t *testing.T) {
	for name, condition := range map[string]jumpcloud.Condition{
		"zero":                          {},
		"no field":                      jumpcloud.Filter("", jumpcloud.Eq, "x"),
		"field with a colon":            jumpcloud.Filter("a:b", jumpcloud.Eq, "x"),
		"field with a line end":         jumpcloud.Filter("a\nb", jumpcloud.Eq, "x"),
		"no operator":                   jumpcloud.Filter("f", "", "x"),
		"unknown operator":              jumpcloud.Filter("f", "$eq", "x"),
		"no value":                      jumpcloud.Filter("f", jumpcloud.Eq),
		"no value of several":           jumpcloud.Filter("f", jumpcloud.In),
		"two values for one":            jumpcloud.Filter("f", jumpcloud.Eq, "x", "y"),
		"value with the joining letter": jumpcloud.Filter("f", jumpcloud.In, "a|b", "c"),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newClient(t, newWire(t)).Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Filter: []jumpcloud.Condition{condition}})

			assert.Equal(t, "filter", asParamError(t, err).Param)
		})
	}
}

func TestFilter_CopiesItsValues(t *testing.T) {
	values := []string{"a", "b"}
	condition := jumpcloud.Filter("type", jumpcloud.In, values...)
	values[0] = "x"
	w := newWire(t, v2List(0, 100))

	_, err := newClient(t, w).Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Filter: []jumpcloud.Condition{condition}})

	require.NoError(t, err)
	assert.Equal(t, []string{"type:in:a|b"}, sentFilters(t, w))
}

func TestFilter_FieldsAndSortAreJoinedByASpaceInV1(t *testing.T) {
	w := newWire(t, v1List(0, 100))

	_, err := newClient(t, w).Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Fields: []string{"email", "sudo"}, Sort: []string{"lastname", "-created"}})

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers?fields=email+sudo&limit=100&sort=lastname+-created", w.only().url)
}

func TestFilter_FieldsAndSortAreJoinedByACommaInV2(t *testing.T) {
	w := newWire(t, v2List(0, 100))

	_, err := newClient(t, w).Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Fields: []string{"id", "name"}, Sort: []string{"name", "-type"}})

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/v2/usergroups?fields=id%2Cname&limit=100&sort=name%2C-type", w.only().url)
}

func TestFilter_FieldThatWouldSplitIsRefused(t *testing.T) {
	client := newClient(t, newWire(t))

	_, err := client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Fields: []string{"a b"}})
	assert.Equal(t, "fields", asParamError(t, err).Param)
	_, err = client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Sort: []string{""}})
	assert.Equal(t, "sort", asParamError(t, err).Param)
	_, err = client.Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Fields: []string{"a,b"}})
	assert.Equal(t, "fields", asParamError(t, err).Param)
}

func TestFilter_RequiredListsAreChecked(t *testing.T) {
	client := newClient(t, newWire(t))

	_, err := client.Users.ListAssociations(t.Context(), "u1", nil, nil)
	assert.Equal(t, "targets", asParamError(t, err).Param)
	_, err = client.BulkJobs.ListNextUserStates(t.Context(), []string{}, nil)
	assert.Equal(t, "users", asParamError(t, err).Param)
	_, err = client.BulkJobs.ListNextUserStates(t.Context(), make([]string, 101), nil)
	assert.Equal(t, "users", asParamError(t, err).Param)
}

func TestFilter_ConditionsInASearchAreOfV1(t *testing.T) {
	for want, filter := range map[string]any{
		`["department:$eq:IT","sudo:$eq:true"]`:                   []jumpcloud.Condition{jumpcloud.Filter("department", jumpcloud.Eq, "IT"), jumpcloud.Filter("sudo", jumpcloud.Eq, "true")},
		`{"and":["department:$eq:IT"]}`:                           jumpcloud.AllOf(jumpcloud.Filter("department", jumpcloud.Eq, "IT")),
		`{"or":["department:$eq:IT","department:$eq:\"S\u003c"]}`: jumpcloud.AnyOf(jumpcloud.Filter("department", jumpcloud.Eq, "IT"), jumpcloud.Filter("department", jumpcloud.Eq, `"S<`)),
	} {
		assert.Equal(t, want, encode(t, filter))
	}
}

func TestFilter_ConditionOfASearchThatCannotBeSentIsAParamError(t *testing.T) {
	_, err := newClient(t, newWire(t)).Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{Filter: jumpcloud.AllOf(jumpcloud.Filter("f", jumpcloud.Search, "x"))})

	asParamError(t, err)
	assert.ErrorContains(t, err, "does not exist in API v1")

	_, err = json.Marshal(jumpcloud.Filter("", jumpcloud.Eq, "x"))
	asParamError(t, err)
}

func TestFilter_OneValueThatWouldBeReadAsSeveralIsRefusedByBothVersions(t *testing.T) {
	for _, op := range []jumpcloud.Operator{jumpcloud.In, jumpcloud.Between} {
		filter := []jumpcloud.Condition{jumpcloud.Filter("name", op, "R&D|Lab")}
		client := newClient(t, newWire(t))

		_, err := client.Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Filter: filter})
		assert.Contains(t, asParamError(t, err).Problem, "|")
		_, err = client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Filter: filter})
		assert.Equal(t, "filter", asParamError(t, err).Param)
	}
}

func TestFilter_OfNothingIsRefusedInASearch(t *testing.T) {
	for _, filter := range []any{jumpcloud.AnyOf(), jumpcloud.AllOf()} {
		_, err := newClient(t, newWire(t)).Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{Filter: filter})

		assert.Equal(t, "filter", asParamError(t, err).Param)
		assert.ErrorContains(t, err, "has no condition")
	}
}

func TestFilter_EqualConditionsAreEqual(t *testing.T) {
	condition := jumpcloud.Filter("a", jumpcloud.In, "1", "2")
	assert.True(t, condition.Equal(jumpcloud.Filter("a", jumpcloud.In, "1", "2")))
	for _, other := range []jumpcloud.Condition{jumpcloud.Filter("b", jumpcloud.In, "1", "2"), jumpcloud.Filter("a", jumpcloud.Between, "1", "2"), jumpcloud.Filter("a", jumpcloud.In, "1")} {
		assert.False(t, condition.Equal(other))
	}
}

func TestFilter_SearchOfAListIsSentAsFieldsAndATerm(t *testing.T) {
	w := newWire(t, v1List(0, 100))

	_, err := newClient(t, w).Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{
		Search: jumpcloud.TextSearch{Fields: []string{"username", "email"}, Term: "R & D"},
	})

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers?limit=100&search%5Bfields%5D%5B0%5D=username&search%5Bfields%5D%5B1%5D=email&search%5BsearchTerm%5D=R+%26+D", w.only().url)
}

func TestFilter_HalfASearchIsRefused(t *testing.T) {
	for _, search := range []jumpcloud.TextSearch{{Term: "ann"}, {Fields: []string{"email"}}, {Fields: []string{""}, Term: "ann"}} {
		_, err := newClient(t, newWire(t)).Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Search: search})

		assert.Equal(t, "search", asParamError(t, err).Param)
	}
}

func TestFilter_QueriesThatAreNotUTF8AreRefused(t *testing.T) {
	client := newClient(t, newWire(t))
	const latin1 = "M\xfcller"

	_, err := client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("lastname", jumpcloud.Eq, latin1)}})
	assert.Equal(t, "filter", asParamError(t, err).Param)
	_, err = client.Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Sort: []string{latin1}})
	assert.Equal(t, "sort", asParamError(t, err).Param)
	_, err = client.Usergroups.Get(t.Context(), "g1", jumpcloud.WithQuery("name", latin1))
	assert.Equal(t, "name", asParamError(t, err).Param)
	_, err = client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{Filter: jumpcloud.AllOf(jumpcloud.Filter("lastname", jumpcloud.Eq, latin1))})
	assert.Equal(t, "filter", asParamError(t, err).Param)
	_, err = client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{Filter: map[string]any{"lastname": latin1}})
	assert.Equal(t, "filter.lastname", asParamError(t, err).Param)
}
