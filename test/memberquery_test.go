package jumpcloud_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// decodeQuery reads a query as it stands in a group.
func decodeQuery(t *testing.T, query string) jumpcloud.MemberQuery {
	t.Helper()
	var group jumpcloud.UserGroup
	require.NoError(t, json.Unmarshal([]byte(`{"name":"Staff","memberQuery":`+query+`}`), &group))
	require.NotNil(t, group.MemberQuery)
	return *group.MemberQuery
}

// has checks which of the three shapes a query says that it has.
func has(t *testing.T, query jumpcloud.MemberQuery, filters, conditions, search bool) {
	t.Helper()
	_, ok := query.Filters()
	assert.Equal(t, filters, ok, "Filters")
	_, ok = query.Conditions()
	assert.Equal(t, conditions, ok, "Conditions")
	_, ok = query.Search()
	assert.Equal(t, search, ok, "Search")
}

func TestFilterQueryIsWrittenAndReadBack(t *testing.T) {
	const wire = `{"queryType":"FilterQuery","filters":[{"field":"department","operator":"eq","value":"R & D"},
		{"field":"location","operator":"in","value":"Denver|Berlin"}]}`
	written := []jumpcloud.MemberQueryFilter{
		{Field: "department", Operator: "eq", Value: "R & D"}, {Field: "location", Operator: "in", Value: "Denver|Berlin"},
	}
	encodes(t, wire, jumpcloud.FilterQuery(written...))

	query := decodeQuery(t, wire)
	assert.Equal(t, jumpcloud.QueryTypeFilterQuery, query.QueryType())
	filters, _ := query.Filters()
	assert.Equal(t, written, filters)
	has(t, query, true, false, false)
}

func TestQueryWithoutAConditionIsRefusedBeforeSending(t *testing.T) {
	for name, query := range map[string]jumpcloud.MemberQuery{
		"no filters":               jumpcloud.FilterQuery(),
		"filter of nothing":        jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{}),
		"filter without a field":   jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Operator: "eq", Value: "IT"}),
		"no conditions":            jumpcloud.ConditionQuery(),
		"search for nothing":       jumpcloud.SearchQuery(nil),
		"search for an empty text": jumpcloud.SearchQuery(""),
		"search for no conditions": jumpcloud.SearchQuery([]string{}),
		"search for an empty map":  jumpcloud.SearchQuery(map[string]any{}),
		"search for all of none":   jumpcloud.SearchQuery(jumpcloud.AllOf()),
		"search for any of none":   jumpcloud.SearchQuery(jumpcloud.AnyOf()),
		"search for or of none":    jumpcloud.SearchQuery(map[string]any{"or": []string{}}),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := talk(t).Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Name: "Staff", MemberQuery: jumpcloud.Set(query)})
			var refused *jumpcloud.ParamError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, "groups_user_post", refused.Operation)
			assert.ErrorContains(t, err, "has no condition")
		})
	}
}

func TestQueryThatIsNotUTF8IsRefusedBeforeSending(t *testing.T) {
	const latin1 = "M\xfcnchen"
	for param, query := range map[string]jumpcloud.MemberQuery{
		"memberQuery.filters[0].value": jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "location", Operator: "eq", Value: latin1}),
		"filter":                       jumpcloud.ConditionQuery(jumpcloud.Filter("location", jumpcloud.Eq, latin1)),
		"memberQuery.and[0]":           jumpcloud.SearchQuery(map[string][]string{"and": {"location:$eq:" + latin1}}),
	} {
		_, err := talk(t).Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Name: "Staff", MemberQuery: jumpcloud.Set(query)})
		var refused *jumpcloud.ParamError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, param, refused.Param)
	}
}

func TestSearchQueryKeepsAConditionOnAnEmptyValue(t *testing.T) {
	encodes(t, `{"queryType":"Search","searchFilters":"{\"filter\":{\"department\":\"\"}}"}`, jumpcloud.SearchQuery(map[string]any{"department": ""}))
}

func TestConditionQueryIsWrittenAndReadBack(t *testing.T) {
	const wire = `{"queryType":"Filter","filters":["description:$eq:test","employeeType:$ne:temp"]}`
	encodes(t, wire, jumpcloud.ConditionQuery(
		jumpcloud.Filter("description", jumpcloud.Eq, "test"), jumpcloud.Filter("employeeType", jumpcloud.Ne, "temp"),
	))

	query := decodeQuery(t, wire)
	assert.Equal(t, jumpcloud.QueryTypeFilter, query.QueryType())
	conditions, _ := query.Conditions()
	assert.Equal(t, []string{"description:$eq:test", "employeeType:$ne:temp"}, conditions)
	has(t, query, false, true, false)
}

func TestSearchQueryIsWrittenAsJSONInsideAStringAndReadBack(t *testing.T) {
	const wire = `{"queryType":"Search","searchFilters":"{\"filter\":{\"and\":[\"department:$eq:Sales\",\"company:$co:Toast\"]}}"}`
	encodes(t, wire, jumpcloud.SearchQuery(map[string][]string{"and": {"department:$eq:Sales", "company:$co:Toast"}}))

	query := decodeQuery(t, wire)
	assert.Equal(t, jumpcloud.QueryTypeSearch, query.QueryType())
	filter, _ := query.Search()
	assert.JSONEq(t, `{"and":["department:$eq:Sales","company:$co:Toast"]}`, string(filter))
	has(t, query, false, false, true)
}

func TestSearchQueryTakesConditionsAndLists(t *testing.T) {
	encodes(t, `{"queryType":"Search","searchFilters":"{\"filter\":{\"or\":[\"department:$eq:Sales\"]}}"}`,
		jumpcloud.SearchQuery(jumpcloud.AnyOf(jumpcloud.Filter("department", jumpcloud.Eq, "Sales"))))
	encodes(t, `{"queryType":"Search","searchFilters":"{\"filter\":[\"company:$eq:X\",\"attributes[name=area].value:$eq:y\"]}"}`,
		jumpcloud.SearchQuery([]string{"company:$eq:X", "attributes[name=area].value:$eq:y"}))
}

func TestQueryOfAnUnknownShapeSurvivesReadingAndWriting(t *testing.T) {
	for _, wire := range []string{
		`{"queryType":"Tomorrow","rules":[{"depth":12345678901234567890,"also":null}],"filters":{"not":"a list"}}`,
		`{"filters":["no type"]}`,
		`{"queryType":7}`,
		`["a list"]`,
		`"text"`,
	} {
		query := decodeQuery(t, wire)
		has(t, query, false, false, false)
		assert.False(t, query.IsZero())
		assert.Equal(t, wire, string(query.JSON()))
		data, err := json.Marshal(query)
		require.NoError(t, err)
		assert.Equal(t, wire, string(data), "digit by digit")
	}
	assert.Equal(t, jumpcloud.QueryType("Tomorrow"), decodeQuery(t, `{"queryType":"Tomorrow"}`).QueryType())
	assert.Empty(t, decodeQuery(t, `{"queryType":7}`).QueryType())
}

func TestQueryOfAKnownNameInAnotherFormIsNotMisread(t *testing.T) {
	has(t, decodeQuery(t, `{"queryType":"FilterQuery","filters":["department:$eq:IT"]}`), false, false, false)
	has(t, decodeQuery(t, `{"queryType":"Filter","filters":[{"field":"department"}]}`), false, false, false)
	has(t, decodeQuery(t, `{"queryType":"Search","searchFilters":{"filter":{}}}`), false, false, false)
	has(t, decodeQuery(t, `{"queryType":"Search","searchFilters":"no JSON"}`), false, false, false)
	has(t, decodeQuery(t, `{"queryType":"Search","searchFilters":"{\"other\":1}"}`), false, false, false)
}

func TestGroupWithoutAQueryHasNone(t *testing.T) {
	for _, group := range []string{`{"memberQuery":null}`, `{}`} {
		var decoded jumpcloud.UserGroup
		require.NoError(t, json.Unmarshal([]byte(group), &decoded))
		assert.Nil(t, decoded.MemberQuery)
	}
	assert.True(t, jumpcloud.MemberQuery{}.IsZero())
}

func TestQueryThatCannotBeSentIsRefusedBeforeSending(t *testing.T) {
	for name, query := range map[string]jumpcloud.MemberQuery{
		"empty":                 {},
		"condition of v2 alone": jumpcloud.ConditionQuery(jumpcloud.Filter("department", jumpcloud.Between, "IT", "Sales")),
		"condition of nothing":  jumpcloud.ConditionQuery(jumpcloud.Condition{}),
		"search for a function": jumpcloud.SearchQuery(func() {}),
		"search for a v2 thing": jumpcloud.SearchQuery(jumpcloud.AllOf(jumpcloud.Filter("department", jumpcloud.Between, "a", "b"))),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := talk(t).Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Name: "Staff", MemberQuery: jumpcloud.Set(query)})
			var refused *jumpcloud.ParamError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, "groups_user_post", refused.Operation)
			assert.False(t, errors.Is(err, jumpcloud.ErrBadRequest), "the service was not asked")
		})
	}
}
