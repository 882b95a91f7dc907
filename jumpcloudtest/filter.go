package jumpcloudtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// record is anything that filters, sorting and projection look at.
type record interface {
	field(name string) (any, bool)
}

type object map[string]any

func (o object) field(name string) (any, bool) {
	v, found := o[name]
	return v, found
}

// matcher tells whether an object passes a filter; nil passes all.
type matcher func(record) bool

func (m matcher) passes(r record) bool { return m == nil || m(r) }

func all(list []matcher) matcher {
	if len(list) == 0 {
		return nil
	}
	return func(r record) bool {
		for _, m := range list {
			if !m.passes(r) {
				return false
			}
		}
		return true
	}
}

func either(list []matcher) matcher {
	return func(r record) bool {
		return slices.ContainsFunc(list, func(m matcher) bool { return m.passes(r) })
	}
}

// The operators of API v1 by their names without the $. A list knows the first seven, of which $in is
// not described but sent by programs; a search knows $regex too, a group's query $co as well.
var (
	listOperators   = []string{"eq", "ne", "gt", "gte", "lt", "lte", "in"}
	searchOperators = append([]string{"regex", "co"}, listOperators...)
)

// Conditions that stand in one key, joined with a comma, as the descriptions have it and no client
// sends it: whether the service takes them apart is not known, so they are refused.
var (
	v1Joined = regexp.MustCompile(`,\s*[\w.]+:\$\w+:`)
	v2Joined = regexp.MustCompile(`,\s*[\w.]+:(eq|ne|gt|ge|lt|le|between|search|in):`)
)

func errJoined(text string) error {
	return fmt.Errorf("filter %q joins conditions with a comma; write each as a key filter of its own", text)
}

// fields are the dotted names that the objects of a list can have; nil means that any name may be one.
type fields []string

// has tells whether objects can have a field of this name. "config.*" stands for any name below config.
func (known fields) has(name string) bool {
	return known == nil || slices.ContainsFunc(known, func(k string) bool {
		prefix, open := strings.CutSuffix(k, "*")
		return k == name || open && strings.HasPrefix(name, prefix)
	})
}

// check refuses a name that no object has. The service finds nothing by such a name, so that a spelling
// mistake looks like an empty directory.
func (known fields) check(what, name string) error {
	plain := name
	if open := strings.IndexByte(plain, '['); open > 0 { // attributes[name=area].value
		if end := strings.IndexByte(plain, ']'); end > open {
			plain = plain[:open] + plain[end+1:]
		}
	}
	if known.has(plain) {
		return nil
	}
	return fmt.Errorf("%s %q: no object here has such a field", what, name)
}

func (known fields) checkAll(what string, names []string) error {
	for _, name := range names {
		if err := known.check(what, name); err != nil {
			return err
		}
	}
	return nil
}

// v1Condition compiles field:$op:value. The value goes to the end of the text, colons and all.
// Without the $ the condition is documented as undefined; here it is refused, so that it is noticed.
func v1Condition(text string, operators []string, known fields) (matcher, error) {
	path, rest, _ := strings.Cut(text, ":")
	op, value, complete := strings.Cut(rest, ":")
	if strings.HasPrefix(path, "attributes[") { // attributes[name=area].value, as in a group's query
		if end := strings.Index(text, "]"); end > 0 {
			more, after, _ := strings.Cut(text[end:], ":")
			path = text[:end] + more
			op, value, complete = strings.Cut(after, ":")
		}
	}
	name, marked := strings.CutPrefix(op, "$")
	if path == "" || !complete || !marked || !slices.Contains(operators, name) {
		return nil, fmt.Errorf("filter %q is not field:$operator:value with one of the operators $%s", text, strings.Join(operators, " $"))
	}
	if v1Joined.MatchString(value) {
		return nil, errJoined(text)
	}
	if err := known.check("filter by", path); err != nil {
		return nil, err
	}
	return condition(path, name, value)
}

// v2Condition compiles field:op:value, and refuses a field that is not among those given.
func v2Condition(text string, known fields) (matcher, error) {
	path, rest, _ := strings.Cut(text, ":")
	op, value, complete := strings.Cut(rest, ":")
	isOperator := slices.Contains([]string{"eq", "ne", "gt", "ge", "lt", "le", "between", "search", "in"}, op)
	switch {
	case path == "" || !complete || !isOperator:
		return nil, fmt.Errorf("filter %q is not field:operator:value with one of the operators eq ne gt ge lt le between search in", text)
	case v2Joined.MatchString(value):
		return nil, errJoined(text)
	case !known.has(path):
		return nil, fmt.Errorf("filter by %q is not possible here; there are %s", path, strings.Join(known, ", "))
	}
	switch {
	case op == "search":
		value = "*" + value + "*"
		fallthrough
	case (op == "eq" || op == "ne") && strings.Contains(value, "*"):
		// Wildcards are documented, their form is not.
		m, err := condition(path, "regex", "/^"+strings.ReplaceAll(regexp.QuoteMeta(value), `\*`, ".*")+"$/s")
		if op == "ne" {
			return func(r record) bool { return !m(r) }, err
		}
		return m, err
	case op == "ge":
		op = "gte"
	case op == "le":
		op = "lte"
	}
	return condition(path, op, value)
}

func condition(path, op, value string) (matcher, error) {
	compare := func(wanted func(order int) bool) (matcher, error) {
		return func(r record) bool {
			return slices.ContainsFunc(lookup(r, path), func(v any) bool {
				order, comparable := against(v, value)
				return comparable && wanted(order)
			})
		}, nil
	}
	equal := func(r record, value string) bool {
		found := lookup(r, path)
		if len(found) == 0 {
			return value == "" // a field that is absent counts as empty
		}
		return slices.ContainsFunc(found, func(v any) bool {
			order, comparable := against(v, value)
			return comparable && order == 0
		})
	}
	switch op {
	case "eq":
		return func(r record) bool { return equal(r, value) }, nil
	case "ne":
		return func(r record) bool { return !equal(r, value) }, nil
	case "gt":
		return compare(func(order int) bool { return order > 0 })
	case "gte":
		return compare(func(order int) bool { return order >= 0 })
	case "lt":
		return compare(func(order int) bool { return order < 0 })
	case "lte":
		return compare(func(order int) bool { return order <= 0 })
	case "in":
		values := strings.Split(value, "|")
		among := map[string]bool{} // a hundred ids are compared with every user
		for _, value := range values {
			among[value] = true
		}
		return func(r record) bool {
			if found := lookup(r, path); len(found) == 1 {
				if s, isText := found[0].(string); isText {
					if _, isDate := date(s); !isDate {
						return among[s]
					}
				}
			}
			return slices.ContainsFunc(values, func(value string) bool { return equal(r, value) })
		}, nil
	case "between":
		low, high, both := strings.Cut(value, "|")
		if !both {
			return nil, fmt.Errorf("filter by %q between needs two values, joined with |", path)
		}
		from, _ := condition(path, "gte", low)
		to, _ := condition(path, "lte", high)
		return all([]matcher{from, to}), nil
	case "co":
		return func(r record) bool {
			return slices.ContainsFunc(lookup(r, path), func(v any) bool {
				s, isText := v.(string)
				return isText && strings.Contains(s, value)
			})
		}, nil
	case "regex":
		matching, err := expression(value)
		if err != nil {
			return nil, fmt.Errorf("filter by %q: %v", path, err)
		}
		return func(r record) bool {
			return slices.ContainsFunc(lookup(r, path), func(v any) bool {
				s, isText := v.(string)
				return isText && matching.MatchString(s)
			})
		}, nil
	}
	return nil, fmt.Errorf("operator %q is not known", op)
}

// expression compiles a regular expression, /pattern/flags or just the pattern.
func expression(text string) (*regexp.Regexp, error) {
	if end := strings.LastIndexByte(text, '/'); end > 0 && text[0] == '/' {
		flags := text[end+1:]
		text = text[1:end]
		if flags != "" {
			text = "(?" + flags + ")" + text
		}
	}
	return regexp.Compile(text)
}

// lookup finds the values at a dotted path. It goes through arrays, and takes attributes[name=x] for
// the items of an array that have this field.
func lookup(r record, path string) []any {
	if v, found := r.field(path); found {
		return flat(v)
	}
	var found []any
	head, rest, more := strings.Cut(path, ".")
	if bracket := strings.IndexByte(head, '['); bracket > 0 && strings.HasSuffix(head, "]") {
		key, wanted, _ := strings.Cut(head[bracket+1:len(head)-1], "=")
		items, _ := r.field(head[:bracket])
		for _, item := range flat(items) {
			if o, isObject := item.(map[string]any); isObject && o[key] == wanted {
				found = append(found, lookup(object(o), rest)...)
			}
		}
		return found
	}
	if !more {
		return nil
	}
	inner, _ := r.field(head)
	for _, item := range flat(inner) {
		if o, isObject := item.(map[string]any); isObject {
			found = append(found, lookup(object(o), rest)...)
		}
	}
	return found
}

func flat(v any) []any {
	if list, isList := v.([]any); isList {
		return list
	}
	return []any{v}
}

// against compares a stored value with the text of a filter: as numbers, dates or truth values where
// the stored value is one. Text compares by its bytes: case counts.
func against(v any, text string) (order int, comparable bool) {
	switch v := v.(type) {
	case nil:
		return 0, text == ""
	case bool:
		b, err := strconv.ParseBool(text)
		return cmp.Compare(rank(v), rank(b)), err == nil
	case string:
		if a, isDate := date(v); isDate {
			if b, isDate := date(text); isDate {
				return a.Compare(b), true
			}
		}
		return strings.Compare(v, text), true
	}
	a, isNumber := numeric(v)
	b, err := strconv.ParseFloat(text, 64)
	return cmp.Compare(a, b), isNumber && err == nil
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

func numeric(v any) (float64, bool) {
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

const dateFormat = "2006-01-02T15:04:05.000Z"

func stamp(t time.Time) string { return t.UTC().Format(dateFormat) }

// date reads the forms in which JumpCloud's clients write dates; a date without a zone is UTC.
func date(text string) (time.Time, bool) {
	if len(text) < 8 || text[0] < '0' || text[0] > '9' || text[4] != '-' && !strings.Contains(text, "/") { // an id is none
		return time.Time{}, false
	}
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02", "1/2/2006 3:04:05 PM", "1/2/2006 15:04:05", "1/2/2006",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// sortKeys are the fields to sort by, the first one first.
type sortKeys []sortKey

type sortKey struct {
	path       string
	descending bool
}

func parseSort(names []string, known fields) (sortKeys, error) {
	var keys sortKeys
	for _, name := range names {
		path, descending := strings.CutPrefix(name, "-")
		if err := known.check("sort by", path); err != nil {
			return nil, err
		}
		keys = append(keys, sortKey{path, descending})
	}
	return keys, nil
}

// compare orders two records; without keys they are equal.
func (keys sortKeys) compare(a, b record) int {
	for _, key := range keys {
		order := compareValues(first(a, key.path), first(b, key.path))
		if key.descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

func first(r record, path string) any {
	if found := lookup(r, path); len(found) > 0 {
		return found[0]
	}
	return nil
}

// compareValues orders nothing before numbers, numbers before text.
func compareValues(a, b any) int {
	kind := func(v any) int {
		switch v.(type) {
		case nil:
			return 0
		case bool:
			return 1
		case string:
			return 3
		}
		return 2
	}
	if order := cmp.Compare(kind(a), kind(b)); order != 0 {
		return order
	}
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string))
	case bool:
		return cmp.Compare(rank(a), rank(b.(bool)))
	}
	x, _ := numeric(a)
	y, _ := numeric(b)
	return cmp.Compare(x, y)
}

// words are the parts of a query parameter that may be repeated.
func words(values []string, separator string) []string {
	var found []string
	for _, value := range values {
		for word := range strings.SplitSeq(value, separator) {
			if word != "" {
				found = append(found, word)
			}
		}
	}
	return found
}

// project keeps the named fields of an object, which may lie inside of others, and always its ids.
func project(r record, fields []string) map[string]any {
	kept := map[string]any{}
	for _, name := range append([]string{"_id", "id"}, fields...) {
		if v, found := r.field(name); found {
			kept[name] = v
		} else if head, rest, inner := strings.Cut(name, "."); inner {
			of, _ := r.field(head)
			object, isObject := of.(map[string]any)
			if old, is := kept[head].(map[string]any); isObject && (is || kept[head] == nil) {
				kept[head] = merged(old, nested(object, []string{rest}))
			}
		}
	}
	return kept
}
