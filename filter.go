package jumpcloud

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Operator compares a field with a value in a [Condition].
type Operator string

// The operators of both API versions. Between and Search exist in v2 only.
const (
	Eq      Operator = "eq"      // equal; case counts
	Ne      Operator = "ne"      // not equal
	Gt      Operator = "gt"      // greater than
	Gte     Operator = "gte"     // greater than or equal
	Lt      Operator = "lt"      // less than
	Lte     Operator = "lte"     // less than or equal
	In      Operator = "in"      // one of the values
	Between Operator = "between" // between two values (v2)
	Search  Operator = "search"  // contains, as the service sees it (v2)
)

// Condition is one condition of a list's Filter. All conditions of a list must hold.
type Condition struct {
	field  string
	op     Operator
	values []string
}

// Filter returns the condition that field compares with the value by op:
//
//	jumpcloud.Filter("department", jumpcloud.Eq, "IT")
//
// is sent as department:$eq:IT to v1 and as department:eq:IT to v2. In and Between take several
// values, which are joined with "|" and cannot hold one. Dates are written as the service writes them. A condition that
// cannot be sent (no field, no value, an operator that the API version lacks) is a [ParamError] of
// the call that uses it.
func Filter(field string, op Operator, values ...string) Condition {
	return Condition{field: field, op: op, values: append([]string(nil), values...)}
}

// in returns how a version spells the operator, "" where it has none.
func (o Operator) in(v2 bool) string {
	switch o {
	case Eq, Ne, Gt, Gte, Lt, Lte, In:
		if v2 {
			return strings.Replace(string(o), "te", "e", 1) // gte is ge there
		}
		return "$" + string(o)
	case Between, Search:
		if v2 {
			return string(o)
		}
	}
	return ""
}

// text writes the condition in one version's grammar; problem is "" when it can be sent.
func (c Condition) text(v2 bool) (text, problem string) {
	op := c.op.in(v2)
	switch {
	case c.field == "" || strings.ContainsAny(c.field, ":\r\n"):
		return "", "needs a field name without a colon"
	case op == "" && c.op.in(true) != "":
		return "", "operator " + string(c.op) + " does not exist in API v1; use Eq, Ne, Gt, Gte, Lt, Lte or In"
	case op == "":
		return "", "unknown operator; use one of the package's constants"
	case len(c.values) == 0:
		return "", "has no value to compare " + c.field + " with"
	case len(c.values) > 1 && c.op != In && c.op != Between:
		return "", "operator " + string(c.op) + " takes one value; repeat the condition, or use In"
	}
	text = c.field + ":" + op + ":" + strings.Join(c.values, "|")
	switch {
	case (c.op == In || c.op == Between) && strings.Contains(strings.Join(c.values, ""), "|"):
		return "", "a value of " + c.field + " contains |, which separates the values; use Eq, once for each"
	case !utf8.ValidString(text):
		return "", notUTF8
	}
	return text, ""
}

// Equal reports whether both are the same condition.
func (c Condition) Equal(other Condition) bool {
	return c.field == other.field && c.op == other.op && slices.Equal(c.values, other.values)
}

// MarshalJSON writes the condition in the v1 grammar, which is what the body of a search takes:
// a []Condition, or AllOf and AnyOf.
func (c Condition) MarshalJSON() ([]byte, error) {
	text, problem := c.text(false)
	if problem != "" {
		return nil, &ParamError{Param: "filter", Problem: problem}
	}
	return json.Marshal(text)
}

// Conditions are a search filter: [AllOf] or [AnyOf] of some. Without a condition, which would find
// everybody or nobody, it is a [ParamError] of the call that uses it.
type Conditions map[string][]Condition

// AllOf is a search filter that holds when every condition does.
func AllOf(conditions ...Condition) Conditions { return Conditions{"and": conditions} }

// AnyOf is a search filter that holds when one of the conditions does.
func AnyOf(conditions ...Condition) Conditions { return Conditions{"or": conditions} }

// MarshalJSON writes the conditions in the v1 grammar.
func (c Conditions) MarshalJSON() ([]byte, error) {
	for _, conditions := range c {
		if len(conditions) == 0 {
			return nil, &ParamError{Param: "filter", Problem: noCondition}
		}
	}
	return json.Marshal(map[string][]Condition(c))
}

const noCondition = "has no condition; everybody or nobody would match"

// TextSearch looks for Term in the Fields of a list's objects, by their JSON names.
type TextSearch struct {
	Fields []string
	Term   string
}

// search adds a text search, in the form that JumpCloud's own tools send.
func (r *request) search(name string, s TextSearch) {
	switch {
	case s.Term == "" && len(s.Fields) == 0:
		return
	case s.Term == "" || len(s.Fields) == 0 || slices.Contains(s.Fields, ""):
		r.refuse(name, "needs a Term, and the Fields to look for it")
	}
	for i, field := range s.Fields {
		r.add(name+"[fields]["+strconv.Itoa(i)+"]", field)
	}
	r.add(name+"[searchTerm]", s.Term)
}
