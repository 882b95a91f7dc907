package jumpcloudtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Journal is what was changed through the API, and what nobody should conclude from it.
type Journal struct {
	Writes []Write  // the oldest first, those that were refused too
	Limits []string // what the server could not know, or does not do: a rehearsal is no promise
}

// Write is a request that wanted to change something.
type Write struct {
	Time      time.Time `json:"time"`
	Operation string    `json:"operation,omitempty"` // JumpCloud's operation id; "" where no route matched
	Method    string    `json:"method"`
	Route     string    `json:"route"`         // such as /systemusers/{id}
	IDs       []string  `json:"ids,omitempty"` // those in the path, in order
	Status    int       `json:"status"`
	Refused   string    `json:"refused,omitempty"` // why, in the words of the answer
	Effects   []Effect  `json:"effects,omitempty"`

	names map[string]string // of the ids in values
	job   bool              // a bulk job does it, row by row
}

// Effect is what became of one object, or of one tie between two.
type Effect struct {
	Object
	// Did is created, changed, deleted, unchanged, asked for (what the service or a device does, not the
	// directory), failed (a row of a bulk job), or of ties: member added, member removed, bound, unbound, rebound.
	Did     string   `json:"did"`
	Other   *Object  `json:"other,omitempty"` // the other end of a tie
	Changes []Change `json:"changes,omitempty"`
	Reason  string   `json:"reason,omitempty"` // of what failed
}

// Object is an object by its kind, id and name.
type Object struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Change is a field that changed. Of a secret it says no more.
type Change struct {
	Field  string `json:"field"`
	From   any    `json:"from,omitempty"`
	To     any    `json:"to,omitempty"`
	Secret bool   `json:"secret,omitempty"`
}

// Writes returns the journal: every write through the API since the server was made, or since [Server.Copy] filled
// it, with what it changed, also indirectly, as when a user who is changed falls out of a group with a rule. No secret
// is in it.
func (s *Server) Writes() *Journal {
	defer s.enter()()
	j := &Journal{Limits: s.org.limits()}
	for _, w := range s.org.journal {
		copied := *w
		copied.Effects = slices.Clone(w.Effects)
		copied.names = maps.Clone(w.names)
		j.Writes = append(j.Writes, copied)
	}
	return j
}

// begin looks at what a request is about; what it returns puts a write on record.
func (o *org) begin(c *call) (done func(reply)) {
	if c.operation != nil && c.operation.reads || c.operation == nil && (c.method == http.MethodGet || c.method == http.MethodHead) {
		return func(reply) {}
	}
	w := &Write{Time: c.now, Method: c.method, Route: c.path(), names: map[string]string{}}
	before := map[string]snapshot{}
	if op := c.operation; op != nil {
		w.Operation, w.Route, w.IDs = op.id, op.path, slices.Clone(c.ids)
		for _, id := range c.ids {
			before[id] = c.look(id)
		}
	}
	c.write, o.trail = w, &[]Effect{}
	newest := o.host.newestID()
	return func(r reply) {
		trail := *o.trail
		o.trail = nil
		o.journal = append(o.journal, w)
		w.Status = r.status
		if r.status >= 300 {
			var answer struct{ Message, Error string }
			_ = json.Unmarshal(r.body, &answer)
			w.Refused = cmp.Or(cmp.Or(answer.Message, answer.Error), http.StatusText(r.status))
			w.Effects = nil
			return
		}
		for _, id := range c.ids {
			if e, changed := o.compare(before[id], c.look(id)); changed {
				w.Effects = append(w.Effects, e)
			}
		}
		if made, isNew := c.made(r, newest); isNew && len(w.Effects) == 0 {
			w.Effects = append(w.Effects, made)
		}
		w.Effects = append(w.Effects, trail...)
		if len(w.Effects) == 0 && !w.job {
			w.Effects = append(w.Effects, c.wish(before))
		}
		w.name(o)
	}
}

// snapshot is an object at a moment, with what is never shown of it.
type snapshot struct {
	Object
	there  bool
	fields map[string]any
	form   *schema
	hidden any
}

// shown are fields that follow from others, or from the clock.
var followers = strings.Fields("updated updatedAt updated_at lastModified suggestionCounts created createdAt created_at")

func (o *org) look(id string) (s snapshot) {
	s.Object = Object{Kind: o.kind(id), ID: id}
	s.fields = map[string]any{}
	s.there = true
	switch u, g, i := o.users[id], o.groups[id], o.nodes[id]; {
	case u != nil:
		s.Name, s.hidden = u.text("username"), len(u.passwords)
		for _, key := range u.keys() {
			s.fields[key] = u.value(key)
		}
	case g != nil:
		s.Name, s.fields = g.name(), o.view(g, false)
	case i != nil:
		s.item(i)
	default:
		s.there = false
	}
	return s
}

func (s *snapshot) item(i *item) {
	s.Name, s.there, s.form, s.hidden = i.name(), true, i.of.form, maps.Clone(i.hidden)
	for _, key := range i.keys() {
		s.fields[key] = i.value(key)
	}
}

// look finds objects outside of the graph too.
func (c *call) look(id string) snapshot {
	s := c.org.look(id)
	if s.there || len(c.ids) == 0 {
		return s
	}
	s.Kind = c.operation.noun()
	if st, i, exists := c.at(); exists {
		if i == nil || i.id != id {
			i = st.byID[id]
		}
		if i != nil {
			s.item(i)
		}
	}
	return s
}

// compare says what became of an object between two looks at it.
func (o *org) compare(before, after snapshot) (e Effect, changed bool) {
	switch {
	case before.there && !after.there:
		return Effect{Object: before.Object, Did: "deleted"}, true
	case !after.there:
		return e, false
	}
	e = Effect{Object: after.Object, Did: "changed"}
	if !before.there {
		e.Did = "created"
	}
	e.Changes = changes("", before.fields, after.fields, after.form)
	if !reflect.DeepEqual(before.hidden, after.hidden) && before.there {
		field := "password"
		if after.Kind != userKind {
			field = "a secret"
		}
		e.Changes = append(e.Changes, Change{Field: field, Secret: true})
		e.Changes = slices.DeleteFunc(e.Changes, func(c Change) bool { return strings.HasPrefix(c.Field, "password_") })
	}
	return e, len(e.Changes) > 0 || e.Did == "created"
}

// changes are those between two states of an object, with a.b for what is inside.
func changes(prefix string, before, after map[string]any, form *schema) (found []Change) {
	keys := maps.Clone(before)
	if keys == nil {
		keys = map[string]any{}
	}
	maps.Copy(keys, after)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		from, to := before[key], after[key]
		if reflect.DeepEqual(from, to) || prefix == "" && slices.Contains(followers, key) {
			continue
		}
		var p *schema
		if form != nil {
			p = form.Properties[key]
		}
		old, wasObject := from.(map[string]any)
		now, isObject := to.(map[string]any)
		oldList, wasList := from.([]any)
		newList, isList := to.([]any)
		switch {
		case p.secret() || p != nil && p.GoType == "SecretMap" || secretName(key) && !(isFlag(from) && isFlag(to)):
			found = append(found, Change{Field: prefix + key, Secret: true})
			continue
		case wasObject && isObject:
			found = append(found, changes(prefix+key+".", old, now, p)...)
			continue
		case wasList && isList:
			from, to = lacking(oldList, newList), lacking(newList, oldList)
			if len(from.([]any)) == 0 && len(to.([]any)) == 0 { // their order
				from, to = oldList, newList
			}
		}
		found = append(found, Change{Field: prefix + key, From: harmless(p, from), To: harmless(p, to)})
	}
	return found
}

// lacking are the items of a list that another does not have.
func lacking(list, other []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(item any) bool {
		return slices.ContainsFunc(other, func(o any) bool { return reflect.DeepEqual(item, o) })
	})
}

// harmless is a copy of a value without what is secret in it.
func harmless(form *schema, v any) any {
	switch v.(type) {
	case map[string]any, []any:
		var copied any
		if parse(encode(v), &copied) == nil {
			v = copied
		}
		form.forget(v)
	}
	return v
}

// wish is the effect of a success that changed nothing that is seen: something is asked of the service, or a value
// was there already, or the object is kept in a way of its own.
func (c *call) wish(before map[string]snapshot) Effect {
	body, form := c.said()
	e := Effect{Object: Object{Kind: c.operation.noun()}, Did: "asked for"}
	id := ""
	for _, name := range []string{"_id", "id"} {
		id = cmp.Or(id, text(body, name))
	}
	if len(c.ids) > 0 {
		id = c.ids[0]
	}
	if s := c.org.look(id); s.there {
		e.Object = s.Object
	} else if s := before[id]; id != "" {
		e.ID, e.Name = id, s.Name
	}
	last := c.operation.parts[len(c.operation.parts)-1]
	switch {
	case c.org.kind(e.ID) != "" && c.method != http.MethodPost && (placeholder(last) || len(c.ids) == 1):
		e.Did = "unchanged"
	case c.method == http.MethodDelete:
		e.Did = "deleted"
	case c.method == http.MethodPut, c.method == http.MethodPatch:
		e.Did = "changed"
	}
	if e.Did != "unchanged" {
		e.Changes = slices.DeleteFunc(changes("", nil, body, form), func(c Change) bool { return c.To == e.ID })
	}
	return e
}

// made is the object that a success made, if any: one whose id is newer than all before.
func (c *call) made(r reply, newest string) (e Effect, isNew bool) {
	var answer map[string]any
	_ = parse(r.body, &answer)
	id := cmp.Or(text(answer, "_id"), text(answer, "id"))
	if c.method != http.MethodPost || !wellFormed(id) || id <= newest {
		return e, false
	}
	s := c.org.look(id)
	if st, _, exists := c.at(); !s.there && exists && st.byID[id] != nil {
		s.item(st.byID[id])
	}
	body, form := c.said()
	e = Effect{Object: Object{cmp.Or(s.Kind, c.operation.noun()), id, s.Name}, Did: "created", Changes: changes("", nil, body, form)}
	e.Changes = slices.DeleteFunc(e.Changes, func(c Change) bool { return c.To == e.Name })
	return e, true
}

// said is the body, and its form.
func (c *call) said() (body map[string]any, form *schema) {
	_ = parse(c.body, &body)
	if c.operation.body == nil {
		return body, nil
	}
	envelope, form := c.operation.body.inside()
	if wrapped, isObject := body[envelope].(map[string]any); isObject && envelope != "" {
		body = wrapped
	}
	return body, form
}

// trace notes a tie that comes, goes or changes, as part of the write under way.
func (o *org) trace(did, from, to string, changes ...Change) {
	if o.trail == nil {
		return
	}
	other := o.look(to).Object
	*o.trail = append(*o.trail, Effect{Object: o.look(from).Object, Did: did, Other: &other, Changes: changes})
}

// traceEnd notes the ties of an object that is about to go.
func (o *org) traceEnd(id string) {
	if o.trail == nil {
		return
	}
	for _, e := range o.parents[id].list() {
		o.trace("member removed", e.to, id)
	}
	for _, e := range o.children[id].list() {
		o.trace("member removed", id, e.to)
	}
	for _, e := range o.bindings[id].list() {
		o.trace("unbound", id, e.to)
	}
}

// traceChange notes what became of another object than the one that the write is about.
func (o *org) traceChange(before snapshot) {
	if o.trail != nil {
		if e, changed := o.compare(before, o.look(before.ID)); changed {
			*o.trail = append(*o.trail, e)
		}
	}
}

// traced is the attributes of a tie as a change; nothing without any.
func traced(from, to map[string]any) []Change {
	if len(from) == 0 && len(to) == 0 {
		return nil
	}
	return []Change{{Field: "attributes", From: orNil(from), To: orNil(to)}}
}

func orNil(attributes map[string]any) any {
	if len(attributes) == 0 {
		return nil
	}
	return harmless(nil, attributes)
}

// row does the work of a row of a bulk job, and puts it under the write that submitted the job.
func (o *org) row(j *job, r *row, at time.Time) error {
	if j.write == nil {
		return j.do(r, at)
	}
	outer := o.trail
	o.trail = &[]Effect{}
	before := o.look(text(r.body, "id"))
	err := j.do(r, at)
	id := cmp.Or(before.ID, o.unique["username"][uniqueKey(r.body["username"])])
	form := describe().collection([]string{"systemusers"}).form
	e, changed := o.compare(before, o.look(id))
	if err != nil {
		e = Effect{Object: Object{Kind: userKind, ID: before.ID, Name: cmp.Or(before.Name, text(r.body, "username"))}, Did: "failed", Reason: err.Error()}
	} else if !changed {
		e = Effect{Object: before.Object, Did: "unchanged"}
	} else if e.Did == "created" {
		e.Changes = changes("", nil, r.body, form)
	}
	j.write.Effects = append(append(j.write.Effects, e), *o.trail...)
	o.trail = outer
	j.write.name(o)
	return err
}

// name looks up whose the ids in values are.
func (w *Write) name(o *org) {
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case string:
			if name := o.nameOf(v); name != "" && wellFormed(v) {
				w.names[v] = name
			}
		case []any:
			for _, item := range v {
				look(item)
			}
		case map[string]any:
			for _, item := range v {
				look(item)
			}
		}
	}
	for _, e := range w.Effects {
		if e.Name != "" {
			w.names[e.ID] = e.Name
		}
		for _, change := range e.Changes {
			look(change.From)
			look(change.To)
		}
	}
}

func (o *org) nameOf(id string) string { return o.look(id).Name }

// limits are what nobody should conclude from a journal.
func (o *org) limits() (said []string) {
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	if notes := o.copied; notes == nil {
		say("The directory is made up, not a copy.")
	} else {
		for _, u := range notes.unread {
			say("Could not be read: %v", u)
		}
		for _, name := range slices.Sorted(slices.Values(notes.rules)) {
			say("The rule of the group %q finds others here than in the directory: its members are left as they were.", name)
		}
		say("Passwords and other secrets were not copied, nor events, nor what lies below single objects, such as push endpoints and statuses of policies.")
		var lists []string
		for key, why := range notes.lacks {
			if key[0] != '/' && strings.HasPrefix(why, "it is") { // what could not be read is said above
				lists = append(lists, key)
			}
		}
		slices.Sort(lists)
		if tables := slices.IndexFunc(lists, func(key string) bool { return strings.HasPrefix(key, "v2/systeminsights/") }); tables >= 0 {
			lists = append(lists[:tables], "the tables of System Insights")
		}
		if len(lists) > 0 {
			say("Not copied unless asked for: %s.", strings.Join(lists, ", "))
		}
	}
	unmodelled, asked, ran, underWay := 0, 0, false, 0
	for _, w := range o.journal {
		if w.Status == http.StatusNotImplemented {
			unmodelled++
		}
		ran = ran || w.Operation == "commands_run" || w.Operation == "command_trigger_webhook_post"
		for _, e := range w.Effects {
			if e.Did == "asked for" {
				asked++
			}
		}
	}
	for _, j := range o.jobs {
		underWay += len(j.rows) - j.done
	}
	if unmodelled > 0 {
		say("Answered 501, because the server does not model it, though JumpCloud may do it: %s.", count(unmodelled, "write"))
	}
	if ran {
		say("No command ran on any device: what its results say is made up.")
	}
	if asked > 0 {
		say("What was asked for is on record, and was not done.")
	}
	if underWay > 0 {
		say("Still waiting: %s of bulk jobs.", count(underWay, "row"))
	}
	if len(o.scheduled) > 0 {
		say("Scheduled, to come with their time: %s of users' states.", count(len(o.scheduled), "change"))
	}
	say("What JumpCloud does later is not here: mail, accounts in applications and directories, policies and users on devices.")
	say("JumpCloud may refuse what this server takes: its limits, and the rights of another key, were not tried.")
	return said
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprint(n, " ", noun, "s")
}

// String is the journal as people read it.
func (j *Journal) String() string {
	var b strings.Builder
	_ = j.WriteText(&b)
	return b.String()
}

// WriteText writes the journal for people: a paragraph for each write, and what it could not know at the end.
func (j *Journal) WriteText(w io.Writer) error {
	var b bytes.Buffer
	if len(j.Writes) == 0 {
		b.WriteString("Nothing was written.\n")
	}
	for i := range j.Writes {
		write := &j.Writes[i]
		fmt.Fprintf(&b, "%d. %s %s", i+1, write.Method, write.Route)
		if write.Refused != "" {
			fmt.Fprintf(&b, " was refused: %d %s", write.Status, printable(write.Refused))
		}
		b.WriteString("\n")
		for _, line := range write.Lines() {
			b.WriteString("   " + line + "\n")
		}
	}
	b.WriteString("\nWhat this cannot tell:\n")
	for _, line := range j.Limits {
		b.WriteString(" - " + printable(line) + "\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// WriteJSON writes the journal for programs: a line of JSON for each write, and one with the limits at the end.
func (j *Journal) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for i := range j.Writes {
		if err := e.Encode(&j.Writes[i]); err != nil {
			return err
		}
	}
	return e.Encode(map[string]any{"limits": j.Limits})
}

// Lines say what a write did, an effect each.
func (w *Write) Lines() []string {
	var lines []string
	for _, e := range w.Effects {
		line := e.Object.String()
		switch {
		case e.Other != nil && strings.HasPrefix(e.Did, "member"):
			line += fmt.Sprintf(": member %s %s", e.Other.called(), strings.TrimPrefix(e.Did, "member "))
		case e.Other != nil:
			line += fmt.Sprintf(": %s %s", e.Other, e.Did)
		case e.Did == "asked for" && e.ID == "":
			line = w.word() + " asked for"
		case e.Did == "asked for":
			line += ": " + w.word() + " asked for"
		case e.Did == "failed":
			line += " failed: " + e.Reason
		default:
			line += " " + e.Did
		}
		var parts []string
		for _, change := range e.Changes {
			parts = append(parts, w.change(change, e.Did))
		}
		if len(parts) > 0 {
			line += ": " + strings.Join(parts, ", ")
		}
		lines = append(lines, printable(line))
	}
	return lines
}

// word is the last word of the route.
func (w *Write) word() string {
	parts := strings.Split(w.Route, "/")
	at := len(parts) - 1
	for at > 0 && placeholder(parts[at]) {
		at--
	}
	return parts[at]
}

// String is the object as people call it, such as user "ann".
func (o Object) String() string {
	return strings.TrimSpace(strings.ReplaceAll(o.Kind, "_", " ") + " " + o.called())
}

func (o Object) called() string {
	if name := cmp.Or(o.Name, o.ID); name != "" {
		return fmt.Sprintf("%q", name)
	}
	return ""
}

func (w *Write) change(c Change, did string) string {
	switch {
	case c.Secret && did == "created":
		return c.Field + " (not shown)"
	case c.Secret:
		return c.Field + " changed (not shown)"
	case did == "created" || did == "asked for" || c.From == nil && did == "bound":
		return c.Field + " " + w.value(c.To)
	}
	old, wasList := c.From.([]any)
	now, isList := c.To.([]any)
	switch {
	case wasList && isList && len(now) == 0:
		return c.Field + " without " + w.value(old)
	case wasList && isList && len(old) == 0:
		return c.Field + " with " + w.value(now)
	}
	return c.Field + " " + w.value(c.From) + " → " + w.value(c.To)
}

// value is a value as people read it: with names for ids, and of a big object its name.
func (w *Write) value(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		if name := w.names[v]; name != "" {
			v = name
		}
		if runes := []rune(v); len(runes) > 80 {
			v = string(runes[:80]) + "…"
		}
		return fmt.Sprintf("%q", v)
	case []any:
		if len(v) == 0 {
			return "nothing"
		}
		var items []string
		for _, item := range v {
			items = append(items, w.value(item))
		}
		return strings.Join(items, ", ")
	case map[string]any:
		for _, key := range []string{"name", "type"} {
			if name := text(v, key); name != "" {
				if value, there := v["value"]; there {
					return name + " = " + w.value(value)
				}
				if key == "name" {
					return fmt.Sprintf("%q", name)
				}
			}
		}
		return string(encode(v))
	}
	return string(encode(v))
}

// printable replaces what would move a terminal's cursor.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, line)
}
