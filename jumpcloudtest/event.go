package jumpcloudtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// event is something that happened, as Directory Insights tells it.
type event struct {
	at     time.Time
	id     string
	fields object
}

func (e *event) field(name string) (any, bool) { return e.fields.field(name) }

// happened puts an event on record, at its place in time.
func (o *org) happened(at time.Time, fields map[string]any) string {
	e := &event{at: at, id: o.host.newID(), fields: object{"id": "", "timestamp": stamp(at), "service": "directory", "success": true, "organization": o.id, "client_ip": "127.0.0.1"}}
	maps.Copy(e.fields, fields)
	if id, _ := e.fields["id"].(string); id != "" {
		e.id = id
	}
	e.fields["id"] = e.id
	place, _ := slices.BinarySearchFunc(o.events, e, func(a, b *event) int {
		return cmp.Or(a.at.Compare(b.at), strings.Compare(a.id, b.id))
	})
	o.events = slices.Insert(o.events, place, e)
	return e.id
}

// AddEvent adds an event of Directory Insights, and returns its id. Fields are added to those that every event has;
// timestamp, in the form of RFC 3339, is now unless they say otherwise, and service is directory.
func (s *Server) AddEvent(fields map[string]any) string {
	body := s.body(fields, "AddEvent")
	at := time.Now()
	if text, given := body["timestamp"].(string); given {
		var isDate bool
		if at, isDate = date(text); !isDate {
			s.fatalf("jumpcloudtest: AddEvent: timestamp %q is no date", text)
		}
	}
	defer s.enter()()
	return s.org.happened(at, body)
}

// state is an object as it is at a moment.
type state struct {
	kind, name string
	fields     map[string]any
}

func (c *call) stateOf(id string) (s state, found bool) {
	o := c.org
	s.kind = o.kind(id)
	switch s.kind {
	case userKind:
		u := o.users[id]
		return state{userKind, u.text("username"), maps.Clone(u.fields)}, true
	case userGroup, systemGroup:
		if g := o.groups[id]; g != nil {
			return state{g.kind, g.name(), maps.Clone(g.fields)}, true
		}
	}
	if n := o.nodes[id]; n != nil {
		return state{n.of.kind, n.name(), maps.Clone(n.fields)}, true
	}
	if s, i, exists := c.at(); exists {
		if i == nil {
			i = s.byID[id]
		}
		if i != nil {
			return state{c.operation.noun(), i.name(), maps.Clone(i.fields)}, true
		}
	}
	return state{kind: c.operation.noun()}, false
}

// watch looks at what a call is about to change; what it returns writes the event, once it is done.
func (o *org) watch(c *call) (done func(reply)) {
	id := ""
	if len(c.ids) > 0 {
		id = c.ids[len(c.ids)-1]
	}
	before, there := state{kind: c.operation.noun()}, false
	if id != "" {
		before, there = c.stateOf(id)
	}
	return func(r reply) {
		after, now := before, there
		if !there && c.operation.status != http.StatusNoContent {
			var made map[string]any
			if json.Unmarshal(r.body, &made) == nil {
				for _, key := range []string{"_id", "id"} {
					if text, isText := made[key].(string); isText {
						id = text
					}
				}
			}
		}
		if id != "" {
			after, now = c.stateOf(id)
		}
		fields := map[string]any{"event_type": c.operation.event(), "initiated_by": c.initiator()}
		resource := map[string]any{"id": id, "type": before.kind, "name": before.name}
		if now {
			resource["type"], resource["name"] = after.kind, after.name
		}
		fields["resource"] = resource
		if g := c.change; g != nil {
			to, _ := c.stateOf(g.id)
			fields["association"] = map[string]any{
				"op": g.op, "connection": map[string]any{
					"from": map[string]any{"object_id": id, "type": resource["type"], "name": resource["name"]},
					"to":   map[string]any{"object_id": g.id, "type": g.kind, "name": to.name},
				},
			}
		}
		if there && now {
			if changes := differences(before.fields, after.fields); len(changes) > 0 {
				fields["changes"] = changes
			}
		}
		o.happened(c.now, fields)
	}
}

// differences names the fields that changed. Values stand there only where they are plain, so that no setting with
// a secret in it is told.
func differences(before, after map[string]any) (changes []any) {
	plain := func(v any) any {
		switch v.(type) {
		case map[string]any, []any:
			return nil
		}
		return v
	}
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !reflect.DeepEqual(before[key], after[key]) {
			changes = append(changes, map[string]any{"field": key, "from": plain(before[key]), "to": plain(after[key])})
		}
	}
	return changes
}

// initiator is who made the call.
func (c *call) initiator() map[string]any {
	if c.header.Get("X-Api-Key") == APIKey {
		return map[string]any{"type": "admin", "id": adminID, "email": "admin@example.com"}
	}
	return map[string]any{"type": "service_account", "id": ClientID, "name": "jumpcloudtest"}
}

// noun is what an operation is about: the kind of its graph, or the word of its path.
func (op *operation) noun() string {
	at := slices.IndexFunc(op.parts, placeholder)
	if at < 0 {
		at = len(op.parts)
	}
	if len(op.parts) > 1 && op.parts[1] == "bulk" {
		return "job"
	}
	for ; at > 0; at-- {
		word := op.parts[at-1]
		if kind := kindWords[word]; kind != "" {
			return kind
		}
		if word == "users" && op.parts[0] == "v2" {
			return userKind
		}
		if !placeholder(word) && word != "v2" {
			return strings.TrimSuffix(strings.ReplaceAll(word, "-", "_"), "s")
		}
	}
	return ""
}

// event is the type of the event that a success of the operation writes.
func (op *operation) event() string {
	if op.graph != nil {
		return "association_change"
	}
	noun := op.noun()
	if noun == userGroup || noun == systemGroup || noun == policyGroup {
		noun = "group"
	}
	last := op.parts[len(op.parts)-1]
	action := !placeholder(last) && slices.ContainsFunc(op.parts, placeholder)
	switch {
	case op.method == http.MethodPost && action:
		return noun + "_" + strings.ToLower(last)
	case op.method == http.MethodPost:
		return noun + "_create"
	case op.method == http.MethodDelete:
		return noun + "_delete"
	}
	return noun + "_update"
}

// The services that record events.
var eventServices = strings.Fields(`all directory sso systems radius ldap mdm software password_manager password_vault alerts
	notifications object_storage reports saas_app_management access_management asset_management workflows genai aigw ai_admin generic_di`)

// eventQuery is what the four questions about events have in common.
type eventQuery struct {
	from, to time.Time
	matcher
	body map[string]any
}

func (c *call) eventQuery() (q eventQuery, err error) {
	written, err := c.object(false)
	if err != nil {
		return q, err
	}
	taken, err := c.operation.body.take("", without(written, "limit")) // of which the service takes any
	if err != nil {
		return q, err
	}
	q.body = taken.(map[string]any)
	q.body["limit"] = written["limit"]
	services, _ := texts(q.body["service"], "service")
	if len(services) == 0 {
		return q, errors.New("service must name at least one service")
	}
	for _, service := range services {
		if !slices.Contains(eventServices, service) {
			return q, fmt.Errorf("service %q is none of %s", service, strings.Join(eventServices, ", "))
		}
	}
	q.to = c.now
	for name, to := range map[string]*time.Time{"start_time": &q.from, "end_time": &q.to} {
		text, given := q.body[name].(string)
		at, isDate := date(text)
		if given && !isDate {
			return q, errors.New(name + " must be a date")
		}
		if given {
			*to = at
		}
	}
	list := []matcher{func(r record) bool {
		v, _ := r.field("service")
		return slices.Contains(services, "all") || slices.Contains(services, fmt.Sprint(v))
	}}
	term, _ := q.body["search_term"].(map[string]any)
	for _, how := range slices.Sorted(maps.Keys(term)) {
		conditions, isList := term[how].([]any)
		if !isList || how != "and" && how != "or" && how != "not" {
			return q, errors.New("search_term must have a list of conditions in and, or or not")
		}
		var parts []matcher
		for _, condition := range conditions {
			m, err := eventCondition(condition)
			if err != nil {
				return q, err
			}
			parts = append(parts, m)
		}
		switch one := either(parts); how {
		case "and":
			list = append(list, all(parts))
		case "or":
			list = append(list, one)
		case "not":
			list = append(list, func(r record) bool { return !one(r) })
		}
	}
	for name, fold := range map[string]func(string) string{"q": strings.ToLower, "exact_match": func(s string) string { return s }} {
		if text, _ := q.body[name].(string); text != "" {
			list = append(list, func(r record) bool {
				return strings.Contains(fold(string(encode(r.(*event).fields))), fold(text))
			})
		}
	}
	q.matcher = all(list)
	return q, nil
}

// eventCondition compiles {"field": value or values} and {"field": name, "operator": …, "value": …}. Values are
// stored in lower case, so that a condition in upper case finds nothing.
func eventCondition(v any) (matcher, error) {
	condition, _ := v.(map[string]any)
	field, operator := "", "in"
	var wanted any
	if name, is := condition["field"].(string); is && condition["operator"] != nil {
		field, wanted = name, condition["value"]
		operator, _ = condition["operator"].(string)
	} else {
		for name, value := range condition {
			field, wanted = name, value
		}
		if len(condition) != 1 {
			return nil, errors.New("search_term: a condition is one field with its value, or field, operator and value")
		}
	}
	if slices.Contains([]string{"changes", "useragent", "system_timestamp"}, field) {
		return nil, fmt.Errorf("search_term: %s cannot be searched", field)
	}
	var values []string
	for _, value := range flat(wanted) {
		values = append(values, fmt.Sprint(value))
	}
	positive, negated := operator, false
	switch operator {
	case "ne", "not_in": // what none of the values of the field is
		positive, negated = "eq", true
	}
	compare, known := map[string]func(stored, wanted string) bool{
		"eq": func(a, b string) bool { return a == b }, "in": func(a, b string) bool { return a == b },
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
		"lt": func(a, b string) bool { return order(a, b) < 0 }, "lte": func(a, b string) bool { return order(a, b) <= 0 },
		"gt": func(a, b string) bool { return order(a, b) > 0 }, "gte": func(a, b string) bool { return order(a, b) >= 0 },
		"before": func(a, b string) bool { return order(a, b) < 0 }, "after": func(a, b string) bool { return order(a, b) > 0 },
	}[positive]
	if !known {
		return nil, fmt.Errorf("search_term: operator %q is not known", operator)
	}
	return func(r record) bool {
		found := slices.ContainsFunc(lookup(r, field), func(stored any) bool {
			return slices.ContainsFunc(values, func(value string) bool { return compare(strings.ToLower(fmt.Sprint(stored)), value) })
		})
		return found != negated
	}, nil
}

// order compares two texts as numbers or dates where both are such.
func order(a, b string) int {
	v := any(a)
	if n, err := strconv.ParseFloat(a, 64); err == nil {
		v = n
	}
	found, is := against(v, b)
	if !is {
		return strings.Compare(a, b)
	}
	return found
}

// found are the events of a query, the oldest first.
func (o *org) found(q eventQuery) (found []*event) {
	for _, e := range o.events {
		if !e.at.Before(q.from) && !e.at.After(q.to) && q.passes(e) {
			found = append(found, e)
		}
	}
	return found
}

const eventPage = 1000 // what the service takes for a limit that makes no sense

// listEvents goes by a cursor: a number that a float64 cannot hold, and the id of the event.
func (c *call) listEvents() reply {
	q, err := c.eventQuery()
	if err != nil {
		return c.refuse(err)
	}
	found := c.org.found(q)
	direction := "ASC"
	if text, _ := q.body["sort"].(string); strings.EqualFold(text, "DESC") {
		direction = "DESC"
		slices.Reverse(found)
	}
	limit, _ := numeric(q.body["limit"])
	if limit < 1 || limit > float64(c.operation.paging.Max) {
		limit = eventPage
	}
	skip, _ := numeric(q.body["skip"])
	if cursor, given := q.body["search_after"].([]any); given {
		is := func(e *event) bool { return len(cursor) == 2 && fmt.Sprint(cursor...) == fmt.Sprint(e.cursor()...) }
		at := slices.IndexFunc(c.org.events, is)
		if at < 0 {
			return c.refuse(errors.New("search_after is no cursor of an answer"))
		}
		last := c.org.events[at]
		found = slices.DeleteFunc(found, func(e *event) bool {
			order := cmp.Or(e.at.Compare(last.at), strings.Compare(e.id, last.id))
			return order == 0 || (order < 0) == (direction == "ASC")
		})
	}
	w := c.fit(int(skip), int(limit), c.operation.paging.Max)
	names, _ := texts(q.body["fields"], "fields")
	rows := c.rows(w, len(found))
	r := c.page(w, len(found), func(i int) []byte {
		if len(names) == 0 {
			return encode(found[i].fields)
		}
		return encode(nested(found[i].fields, names))
	})
	r.header = http.Header{"X-Result-Count": {strconv.Itoa(len(rows))}, "X-Limit": {strconv.Itoa(w.limit)}, "X-Sort": {direction}}
	if last := w.skip + w.limit; last <= len(found) && len(found) > 0 && w.limit > 0 {
		r.header.Set("X-Search_after", string(encode(found[last-1].cursor())))
	}
	return r
}

func (e *event) cursor() []any {
	return []any{json.Number(strconv.FormatInt(e.at.UnixNano(), 10)), e.id}
}

// nested keeps the named fields of an object, which may lie inside of others.
func nested(o map[string]any, names []string) map[string]any {
	kept := map[string]any{}
	for _, name := range names {
		head, rest, more := strings.Cut(name, ".")
		v, found := o[head]
		inner, isObject := v.(map[string]any)
		switch {
		case !found:
		case !more:
			kept[head] = v
		case isObject:
			old, _ := kept[head].(map[string]any)
			kept[head] = merged(old, nested(inner, []string{rest}))
		}
	}
	return kept
}

func (c *call) countEvents() reply {
	q, err := c.eventQuery()
	if err != nil {
		return c.refuse(err)
	}
	return ok(map[string]any{"count": len(c.org.found(q))})
}

// distinctEvents lists every value, the most frequent first.
func (c *call) distinctEvents() reply {
	q, err := c.eventQuery()
	if err != nil {
		return c.refuse(err)
	}
	field, _ := q.body["field"].(string)
	count := map[string]int{}
	for _, e := range c.org.found(q) {
		for _, v := range lookup(e, field) {
			count[fmt.Sprint(v)]++
		}
	}
	keys := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	buckets := make([]any, len(keys))
	for i, key := range keys {
		buckets[i] = map[string]any{"key": key, "doc_count": count[key]}
	}
	return ok(map[string]any{"buckets": buckets, "sum_other_doc_count": 0, "doc_count_error_upper_bound": 0})
}

// intervalEvents counts by intervals; those without events are there with 0.
func (c *call) intervalEvents() reply {
	q, err := c.eventQuery()
	if err != nil {
		return c.refuse(err)
	}
	unit := map[any]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[q.body["interval_unit"]]
	n := 1
	if text, _ := q.body["interval_value"].(string); text != "" {
		n, err = strconv.Atoi(text)
	}
	zone := time.Duration(0)
	if text, _ := q.body["timezone"].(string); text != "" && err == nil {
		var at time.Time
		at, err = time.Parse("-0700", text)
		_, offset := at.Zone()
		zone = time.Duration(offset) * time.Second
	}
	if unit == 0 || n < 1 || err != nil {
		return c.refuse(errors.New("interval_unit must be s, m, h, d or w, interval_value a number of 1 or more in a string, timezone an offset such as -0500"))
	}
	length := time.Duration(n) * unit
	begin := func(t time.Time) time.Time { return t.Add(zone).Truncate(length).Add(-zone) }
	if q.to.Sub(q.from)/length > math.MaxUint16 {
		return c.refuse(errors.New("interval_value makes too many intervals of this range"))
	}
	count := map[int64]int{}
	for _, e := range c.org.found(q) {
		count[begin(e.at).UnixMilli()]++
	}
	buckets := []any{}
	for at := begin(q.from); !at.After(q.to); at = at.Add(length) {
		buckets = append(buckets, map[string]any{"key": at.UnixMilli(), "key_as_string": stamp(at), "doc_count": count[at.UnixMilli()]})
	}
	return ok(map[string]any{"buckets": buckets})
}
