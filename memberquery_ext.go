package jumpcloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// MemberQuery decides who belongs to a dynamic group. It has three known shapes, one constructor for
// each: [FilterQuery], [ConditionQuery] and [SearchQuery]. A query that was read is written back as
// it came, in whatever shape.
//
// JumpCloud's schemas: MemberQuery, FilterQuery.
type MemberQuery struct {
	raw json.RawMessage
	err error // of the constructor, reported when the query is sent
}

// MemberQueryFilter is one comparison of a [FilterQuery], by the operators of API v2: eq, ne, gt,
// ge, lt, le, between, search and in, whose values are joined with "|".
type MemberQueryFilter struct {
	Field    string `json:"field"`
	Operator string `json:"operator"`
	Value    string `json:"value"`
}

// FilterQuery is the shape {"queryType":"FilterQuery","filters":[{"field":…,"operator":…,"value":…}]}.
// Like the others it needs a condition: without one, the call that uses it is refused.
func FilterQuery(filters ...MemberQueryFilter) MemberQuery {
	if len(filters) == 0 || slices.ContainsFunc(filters, func(f MemberQueryFilter) bool { return f.Field == "" || f.Operator == "" }) {
		return queryOfNothing()
	}
	return memberQuery(QueryTypeFilterQuery, "filters", filters)
}

// ConditionQuery is the shape {"queryType":"Filter","filters":["department:$eq:IT"]}.
func ConditionQuery(conditions ...Condition) MemberQuery {
	if len(conditions) == 0 {
		return queryOfNothing()
	}
	return memberQuery(QueryTypeFilter, "filters", conditions)
}

// SearchQuery is the shape {"queryType":"Search","searchFilters":"{\"filter\":…}"}, where filter
// stands in JSON inside a string. filter is [AllOf], [AnyOf], or anything that encodes as a search
// filter, such as []string{"company:$co:Toast"}, where $co means contains. Custom attributes are said
// to be addressed as attributes[name=<name>].value.
func SearchQuery(filter any) MemberQuery {
	document, err := json.Marshal(map[string]any{"filter": filter})
	if err != nil {
		return MemberQuery{err: fmt.Errorf("jumpcloud: search query: %w", err)}
	}
	if at, bad := badText(document, filter); bad {
		return MemberQuery{err: &ParamError{Param: "memberQuery." + at, Problem: notUTF8}}
	}
	if findsNothing(member(document, "filter")) {
		return queryOfNothing()
	}
	return memberQuery(QueryTypeSearch, "searchFilters", string(document))
}

// queryOfNothing would make a group of everybody or nobody, and automated at that.
func queryOfNothing() MemberQuery {
	return MemberQuery{err: &ParamError{Param: "memberQuery", Problem: noCondition}}
}

// findsNothing reports whether a search filter has no condition.
func findsNothing(filter json.RawMessage) bool {
	switch string(filter) {
	case "null", `""`, "[]", "{}":
		return true
	}
	for _, key := range [...]string{"and", "or"} {
		if list := member(filter, key); list != nil && findsNothing(list) {
			return true
		}
	}
	return false
}

func memberQuery(queryType QueryType, key string, value any) MemberQuery {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(map[string]any{"queryType": queryType, key: value})
	if at, bad := badText(b.Bytes(), value); bad {
		err = &ParamError{Param: "memberQuery." + key + at, Problem: notUTF8}
	}
	return MemberQuery{raw: bytes.TrimSpace(b.Bytes()), err: err}
}

// QueryType returns the shape's name, "" where the query does not say.
func (q MemberQuery) QueryType() QueryType {
	name, _ := unquote(string(member(q.raw, "queryType")))
	return QueryType(name)
}

// Filters returns the comparisons of a FilterQuery.
func (q MemberQuery) Filters() (filters []MemberQueryFilter, ok bool) {
	ok = q.QueryType() == QueryTypeFilterQuery && json.Unmarshal(member(q.raw, "filters"), &filters) == nil
	return filters, ok
}

// Conditions returns the conditions of a ConditionQuery, in the grammar of API v1.
func (q MemberQuery) Conditions() (conditions []string, ok bool) {
	ok = q.QueryType() == QueryTypeFilter && json.Unmarshal(member(q.raw, "filters"), &conditions) == nil
	return conditions, ok
}

// Search returns the filter of a SearchQuery, as JSON.
func (q MemberQuery) Search() (filter json.RawMessage, ok bool) {
	document, err := unquote(string(member(q.raw, "searchFilters")))
	if err != nil || q.QueryType() != QueryTypeSearch || !json.Valid([]byte(document)) {
		return nil, false
	}
	filter = member([]byte(document), "filter")
	return filter, filter != nil
}

// queryDSL is the grammar of a rule, as the header x-query-dsl names it: the rules of v2 have no
// queryType.
func queryDSL(query Opt[MemberQuery]) string {
	q, _ := query.Get()
	if member(q.raw, "filters") != nil && member(q.raw, "queryType") == nil {
		return "v2"
	}
	return ""
}

// JSON returns the query as it is sent.
func (q MemberQuery) JSON() json.RawMessage { return bytes.Clone(q.raw) }

// Equal reports whether both send the same.
func (q MemberQuery) Equal(other MemberQuery) bool {
	return q.err == nil && other.err == nil && bytes.Equal(q.raw, other.raw)
}

// IsZero reports whether there is no query.
func (q MemberQuery) IsZero() bool { return q.raw == nil && q.err == nil }

// UnmarshalJSON takes any value.
func (q *MemberQuery) UnmarshalJSON(data []byte) error {
	*q = MemberQuery{raw: bytes.Clone(data)}
	return nil
}

// MarshalJSON writes the query as it was made or read.
func (q MemberQuery) MarshalJSON() ([]byte, error) {
	if q.err == nil && q.raw == nil {
		return nil, errors.New("jumpcloud: an empty MemberQuery; use FilterQuery, ConditionQuery or SearchQuery")
	}
	return q.raw, q.err
}
