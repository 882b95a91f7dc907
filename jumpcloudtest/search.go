package jumpcloudtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var errFilter = errors.New("filter has a form that a search does not take")

// searchFilter compiles the filter of a search, in all the forms that were seen to work:
//
//	[{"department":"IT"}]                        all of the objects
//	{"or":[{"department":"IT"}, …]}              one of them; {"and":[…]} all
//	["department:$eq:IT", …]                     conditions of API v1, also under and / or
//	{"username":{"$regex":"(?i)^x"}}             as MongoDB has it
func searchFilter(v any, known fields) (matcher, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return v1Condition(v, searchOperators, known)
	case []any:
		list, err := searchFilters(v, known)
		return all(list), err
	case map[string]any:
		var list []matcher
		for key, value := range v {
			var m matcher
			var err error
			switch key {
			case "and", "$and", "or", "$or":
				items, isList := value.([]any)
				if !isList {
					return nil, errFilter
				}
				var alternatives []matcher
				if alternatives, err = searchFilters(items, known); strings.HasSuffix(key, "or") {
					m = either(alternatives)
				} else {
					m = all(alternatives)
				}
			default:
				m, err = mongoCondition(key, value, known)
			}
			if err != nil {
				return nil, err
			}
			list = append(list, m)
		}
		return all(list), nil
	}
	return nil, errFilter
}

func searchFilters(items []any, known fields) ([]matcher, error) {
	list := make([]matcher, len(items))
	for i, item := range items {
		m, err := searchFilter(item, known)
		if err != nil {
			return nil, err
		}
		list[i] = m
	}
	return list, nil
}

// mongoCondition compiles {"field": value} and {"field": {"$op": value, …}}.
func mongoCondition(path string, value any, known fields) (matcher, error) {
	if err := known.check("filter by", path); err != nil {
		return nil, err
	}
	operators, isObject := value.(map[string]any)
	if !isObject {
		return operand(path, "eq", value)
	}
	var list []matcher
	for op, value := range operators {
		name, marked := strings.CutPrefix(op, "$")
		if !marked {
			return nil, errFilter
		}
		m, err := operand(path, name, value)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return all(list), nil
}

func operand(path, op string, value any) (matcher, error) {
	switch op {
	case "in", "nin":
		items, isList := value.([]any)
		if !isList {
			return nil, errFilter
		}
		list := make([]matcher, len(items))
		for i, item := range items {
			var err error
			if list[i], err = operand(path, "eq", item); err != nil {
				return nil, err
			}
		}
		m := either(list)
		if op == "nin" {
			return func(r record) bool { return !m(r) }, nil
		}
		return m, nil
	case "exists":
		wanted, isBool := value.(bool)
		if !isBool {
			return nil, errFilter
		}
		return func(r record) bool { return (len(lookup(r, path)) > 0) == wanted }, nil
	}
	if value == nil && (op == "eq" || op == "ne") {
		return func(r record) bool { return (first(r, path) == nil) == (op == "eq") }, nil
	}
	var written string
	switch v := value.(type) {
	case string:
		written = v
	case json.Number, bool:
		written = fmt.Sprint(v)
	default:
		return nil, errFilter
	}
	if op != "regex" && !slices.Contains(listOperators, op) {
		return nil, fmt.Errorf("filter by %q: operator $%s is not known", path, op)
	}
	return condition(path, op, written)
}

// The fields that a search term looks at when the search names none; JumpCloud's are not known.
var searchedFields = []string{"username", "email", "firstname", "lastname", "displayname", "displayName", "hostname", "name"}

// searchTerm compiles {"searchTerm": text or texts, "fields": […]}: a text, wherever it stands in one
// of the fields, without regard to case.
func searchTerm(v any, known fields) (matcher, error) {
	if v == nil {
		return nil, nil
	}
	filter, isObject := v.(map[string]any)
	if !isObject {
		return nil, errors.New("searchFilter must be an object")
	}
	if err := knownKeys(filter, "searchFilter.", "searchTerm", "fields"); err != nil {
		return nil, err
	}
	terms, err := texts(filter["searchTerm"], "searchFilter.searchTerm")
	if err != nil {
		return nil, err
	}
	fields, err := texts(filter["fields"], "searchFilter.fields")
	if err == nil {
		err = known.checkAll("search in", fields)
	}
	if err != nil {
		return nil, err
	}
	if len(terms) == 0 {
		return nil, nil
	}
	if len(fields) == 0 {
		fields = searchedFields
	}
	for i, term := range terms {
		terms[i] = strings.ToLower(term)
	}
	return func(r record) bool {
		for _, path := range fields {
			for _, v := range lookup(r, path) {
				s, isText := v.(string)
				s = strings.ToLower(s)
				if isText && slices.ContainsFunc(terms, func(term string) bool { return strings.Contains(s, term) }) {
					return true
				}
			}
		}
		return false
	}, nil
}

// knownKeys refuses a key that a search does not have: it would find everybody.
func knownKeys(o map[string]any, prefix string, known ...string) error {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(known, key) {
			return fmt.Errorf("%s%s is not known in a search; there are %s", prefix, key, strings.Join(known, ", "))
		}
	}
	return nil
}

var indexedField = regexp.MustCompile(`^search\[fields\]\[\d*\]$`)

// searchKey tells whether a key of a query is part of a text search, in the form in which JumpCloud's own
// module writes one: search[searchTerm]=ann&search[fields][0]=username&search[fields][1]=email.
func searchKey(key string) bool { return key == "search[searchTerm]" || indexedField.MatchString(key) }

// textSearch compiles the text search of a list's query; in v2 search is a plain text.
func (c *call) textSearch(known fields) (matcher, error) {
	query := c.query
	if c.v2() {
		return nil, nil
	}
	if query.Has("search") { // a searchFilter as JSON, as described, which nobody is known to send
		return nil, errors.New("search is written as search[searchTerm]=… and search[fields][0]=…, not as one value")
	}
	var terms, fields []any
	for _, key := range slices.Sorted(maps.Keys(query)) {
		for _, value := range query[key] {
			switch {
			case key == "search[searchTerm]":
				terms = append(terms, value)
			case searchKey(key):
				fields = append(fields, value)
			}
		}
	}
	if terms == nil && fields != nil {
		return nil, errors.New("search[fields] needs a search[searchTerm]")
	}
	return searchTerm(map[string]any{"searchTerm": terms, "fields": fields}, known)
}

// texts reads a string or an array of strings.
func texts(v any, name string) ([]string, error) {
	if v == nil {
		return nil, nil
	}
	var found []string
	for _, item := range flat(v) {
		s, isText := item.(string)
		if !isText {
			return nil, fmt.Errorf("%s must be a string or an array of strings", name)
		}
		found = append(found, s)
	}
	return found, nil
}

// searching is what the body of a search asks for.
type searching struct {
	matcher
	fields []string
	sort   sortKeys
	window
}

// searching reads a search. It takes its paging from the body, or from the query where JumpCloud's module sends it.
func (c *call) searching(known fields) (q searching, err error) {
	body, err := c.object(true)
	if err == nil {
		err = knownKeys(body, "", "searchFilter", "filter", "fields", "skip", "limit", "sort")
	}
	if err != nil {
		return q, err
	}
	term, err := searchTerm(body["searchFilter"], known)
	if err != nil {
		return q, err
	}
	filter, err := searchFilter(body["filter"], known)
	if err != nil {
		return q, err
	}
	q.matcher = all(slices.DeleteFunc([]matcher{term, filter}, func(m matcher) bool { return m == nil }))
	lists := map[string][]string{}
	for _, name := range []string{"fields", "sort"} { // a string of several words, or an array
		list, err := texts(body[name], name)
		if err != nil {
			return q, err
		}
		lists[name] = words(list, " ")
	}
	q.fields = lists["fields"]
	if err := known.checkAll("fields", q.fields); err != nil {
		return q, err
	}
	if q.sort, err = parseSort(lists["sort"], known); err != nil {
		return q, err
	}
	for name, to := range map[string]*int{"skip": &q.skip, "limit": &q.limit} {
		text := c.query.Get(name)
		if v, given := body[name]; given && v != nil {
			text = fmt.Sprint(v)
		}
		if *to, err = number(text, name); err != nil {
			return q, err
		}
	}
	if most := c.operation.paging.Max; q.limit > most {
		return q, errLimit(most)
	}
	q.window = c.fit(q.skip, q.limit, c.operation.paging.Max)
	return q, nil
}

// searchIn answers a search in records that are in the order of their ids.
func searchIn[R record](c *call, list []R, known fields, show func(R) []byte) reply {
	q, err := c.searching(known)
	if err != nil {
		return c.refuse(err)
	}
	found := selected(list, q.matcher, q.sort)
	return c.page(q.window, len(found), func(i int) []byte {
		if len(q.fields) > 0 {
			return encode(project(found[i], q.fields))
		}
		return show(found[i])
	})
}

func (c *call) search() reply {
	s, _, _ := c.at()
	form, _, _ := c.operation.answer.items()
	return searchIn(c, s.list, s.known, func(i *item) []byte { return i.show(form, true) })
}

func (c *call) searchUsers() reply {
	return searchIn(c, c.org.ordered, userFields, func(u *user) []byte {
		if u.fields["delegatedAuthority"] == nil {
			return u.json()
		}
		keys := slices.DeleteFunc(u.keys(), func(key string) bool { return key == "delegatedAuthority" }) // not in the model of a search's answer
		return appendObject(nil, keys, u.value)
	})
}
