package jumpcloudtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// encode writes JSON as JavaScript would: without escaping <, > and &.
func encode(v any) []byte { return appendJSON(nil, v) }

// appendJSON writes the values that come out of JSON by itself, because encoding thousands of users by
// reflection is what a big list would spend its time on.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case json.Number:
		return append(b, v...)
	case string:
		if plainASCII(v) {
			return append(append(append(b, '"'), v...), '"')
		}
	case map[string]any:
		return appendObject(b, slices.Sorted(maps.Keys(v)), func(key string) any { return v[key] })
	case object:
		return appendJSON(b, map[string]any(v))
	case json.RawMessage:
		return append(b, v...)
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	}
	var buffer bytes.Buffer
	e := json.NewEncoder(&buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("jumpcloudtest: " + err.Error()) // only values that came from JSON get here
	}
	return append(b, bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))...)
}

func appendObject(b []byte, keys []string, value func(key string) any) []byte {
	b = append(b, '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendJSON(b, key), ':')
		b = appendJSON(b, value(key))
	}
	return append(b, '}')
}

// plainASCII reports whether s stands in JSON as it is.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func ok(v any) reply { return reply{status: http.StatusOK, body: encode(v)} }

func noContent() reply { return reply{status: http.StatusNoContent} }

// plain is an answer that is no JSON.
func plain(body string) reply {
	return reply{
		status: http.StatusOK, body: []byte(body),
		header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
	}
}

// The shapes of errors. message is the one that recordings and tests of JumpCloud's own tools show.
func message(status int, text string) reply {
	return reply{status: status, body: encode(map[string]any{"message": text})}
}

var statusNames = map[int]string{
	http.StatusBadRequest: "INVALID_ARGUMENT", http.StatusUnauthorized: "UNAUTHENTICATED",
	http.StatusForbidden: "PERMISSION_DENIED", http.StatusNotFound: "NOT_FOUND",
	http.StatusConflict: "ALREADY_EXISTS", http.StatusInternalServerError: "INTERNAL",
	http.StatusNotImplemented: "UNIMPLEMENTED",
}

// rpcError has the shape that both descriptions declare as Error.
func rpcError(status int, text string) reply {
	return reply{status: status, body: encode(rpcBody(status, text))}
}

func rpcBody(status int, text string) map[string]any {
	return map[string]any{"code": status, "message": text, "status": statusNames[status]}
}

func notFound() reply { return rpcError(http.StatusNotFound, "Not Found") }

// alreadyExists is the recorded answer to a second add, and to a second group of one name.
func alreadyExists() reply { return message(http.StatusConflict, "Already Exists") }

type violation struct{ field, description string }

// invalid has the shape that both descriptions declare as ErrorDetails: a 400 of API v2, and of API
// v1 with fullValidationDetails.
func invalid(text string, violations ...violation) reply {
	list := make([]any, len(violations))
	for i, v := range violations {
		list[i] = map[string]any{"field": v.field, "description": v.description}
	}
	body := rpcBody(http.StatusBadRequest, text)
	body["details"] = []any{map[string]any{
		"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolationsList": list,
	}}
	return reply{status: http.StatusBadRequest, body: encode(body)}
}

// v2 tells whether the call is for API v2.
func (c *call) v2() bool { return strings.EqualFold(c.segments[0], "v2") }

// refuse is the 400 of the API version that the call is for.
func (c *call) refuse(err error) reply {
	if c.v2() {
		field, _, _ := strings.Cut(err.Error(), " ")
		return invalid(err.Error(), violation{strings.TrimSuffix(field, ":"), err.Error()})
	}
	return message(http.StatusBadRequest, err.Error())
}

var errBody = errors.New("body is not the JSON that this operation takes")

// parse decodes a body, keeping numbers as they were written.
func parse(body []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(to); err != nil {
		return errBody
	}
	if _, err := d.Token(); err != io.EOF {
		return errBody
	}
	return nil
}

// object decodes the call's body, which must be a JSON object; without one it is empty if optional.
func (c *call) object(optional bool) (map[string]any, error) {
	var o map[string]any
	if optional && len(bytes.TrimSpace(c.body)) == 0 {
		return map[string]any{}, nil
	}
	if err := parse(c.body, &o); err != nil {
		return nil, err
	}
	if o == nil {
		if !optional {
			return nil, errBody
		}
		o = map[string]any{}
	}
	return o, nil
}

// list decodes the call's body, which must be an array of objects.
func (c *call) list() ([]map[string]any, error) {
	var l []map[string]any
	if err := parse(c.body, &l); err != nil || l == nil {
		return nil, errBody
	}
	for _, o := range l {
		if o == nil {
			return nil, errBody
		}
	}
	return l, nil
}

// The page that a list answers with when the request names none, and the largest one. API v1 refuses a
// limit above it; what API v2 does is not known, and here its page is cut.
const (
	defaultPage   = 10
	largestPage   = 100
	largestSearch = 1000 // what JumpCloud's own module asks of a search, and gets
)

// window is the part of a list that the request asks for.
type window struct{ skip, limit int }

func (c *call) window() (window, error) {
	p := paging{Max: largestPage}
	if c.operation.paging != nil {
		p = *c.operation.paging
	}
	place, cursor := cmp.Or(p.Skip, "skip"), false
	if p.Cursor != nil && p.Cursor.From != "" {
		place, cursor = p.Cursor.Send, true
	}
	skip, err := number(c.query.Get(place), place)
	if err != nil {
		return window{}, err
	}
	size := cmp.Or(p.Limit, "limit")
	limit, err := number(c.query.Get(size), size)
	if err == nil && limit > p.Max && !c.v2() {
		err = errLimit(p.Max)
	}
	w := c.fit(skip, limit, p.Max)
	if cursor && c.ignoreSkip {
		w.skip = skip // a cursor is no offset to pass over
	}
	return w, err
}

// errLimit has the words of the service.
func errLimit(largest int) error {
	return fmt.Errorf(`%s: request parameter "limit" exceeds maximum value of %d`, http.StatusText(http.StatusBadRequest), largest)
}

func (c *call) fit(skip, limit, largest int) window {
	if limit == 0 {
		limit = defaultPage
	}
	limit = min(limit, largest)
	for _, most := range [...]int{c.pageCap, c.cap} {
		if most > 0 {
			limit = min(limit, most)
		}
	}
	if c.ignoreSkip {
		skip = 0
	}
	if c.unpaged {
		skip, limit = 0, math.MaxInt
	}
	return window{skip, limit}
}

func number(text, name string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, errors.New(name + " must be a number of 0 or more")
	}
	return n, nil
}

// selection is what a list's query says of its objects: which of them, in which order, with which fields.
type selection struct {
	filter matcher // nil means all of them
	sort   sortKeys
	fields []string // none means all of them
}

func (c *call) selection(known fields) (selection, error) {
	separator := " "
	if c.v2() {
		separator = ","
	}
	filter, err := c.filter(known)
	if err != nil {
		return selection{}, err
	}
	keys, err := parseSort(words(c.query["sort"], separator), known)
	names := words(c.query["fields"], separator)
	if err == nil {
		err = known.checkAll("fields", names)
	}
	return selection{filter, keys, names}, err
}

// filter compiles the call's conditions: repeated keys, all of which must hold.
func (c *call) filter(known fields) (matcher, error) {
	if c.operation.filter != nil {
		known = c.operation.filter
	}
	var list []matcher
	for _, text := range c.query["filter"] {
		var m matcher
		var err error
		if c.v2() {
			m, err = v2Condition(text, known)
		} else {
			m, err = v1Condition(text, listOperators, known)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return all(list), nil
}

// objectList is the list of either version that has these objects.
func (c *call) objectList(list []object, known fields) reply {
	return listOf(c, list, known, func(o object) []byte { return encode(o) })
}

// listOf answers a list of records, which are in the order of their ids.
func listOf[R record](c *call, list []R, known fields, show func(R) []byte) reply {
	q, err := c.selection(known)
	if err != nil {
		return c.refuse(err)
	}
	search, err := c.textSearch(known)
	if err != nil {
		return c.refuse(err)
	}
	w, err := c.window()
	if err != nil {
		return c.refuse(err)
	}
	if search != nil {
		q.filter = all([]matcher{q.filter, search})
	}
	found := selected(list, q.filter, q.sort)
	return c.page(w, len(found), func(i int) []byte {
		if len(q.fields) > 0 {
			return encode(project(found[i], q.fields))
		}
		return show(found[i])
	})
}

// selected are the records that pass, in order. Those given are in the order of their ids.
func selected[R record](list []R, m matcher, keys sortKeys) []R {
	byID := len(keys) == 0 || keys[0].path == "_id" || keys[0].path == "id"
	if m == nil && byID && (len(keys) == 0 || !keys[0].descending) {
		return list
	}
	var found []R
	for _, r := range list {
		if m.passes(r) {
			found = append(found, r)
		}
	}
	switch {
	case byID && len(keys) > 0 && keys[0].descending:
		slices.Reverse(found)
	case !byID:
		slices.SortStableFunc(found, func(a, b R) int { return keys.compare(a, b) })
	}
	return found
}

// rows are the indexes of the window in a list of n, but those that dangle.
func (c *call) rows(w window, n int) (rows []int) {
	from := min(w.skip, n)
	for i := from; i < from+min(w.limit, n-from); i++ {
		if c.dangles == nil || !c.dangles(i) {
			rows = append(rows, i)
		}
	}
	return rows
}

// total is what the answer says of the length of the list; negative means that it says nothing.
func (c *call) total(n int) int {
	for _, lie := range c.totals {
		n = lie(n)
	}
	return n
}

// join writes a JSON array of encoded items.
func join(b *bytes.Buffer, rows []int, item func(i int) []byte) {
	b.WriteByte('[')
	for i, row := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(item(row))
	}
	b.WriteByte(']')
}

// page is a page of a list as its operation is described: an array, whose total is in a header, or an object
// around it, whose total stays what it is past the end.
func (c *call) page(w window, n int, item func(i int) []byte) reply {
	form := c.operation.answer
	_, array, total := form.items()
	if array == "" && !c.v2() && (form == nil || form.Type != "array") { // nobody describes the answer
		array, total = "results", "totalCount"
	}
	var b bytes.Buffer
	if array == "" {
		join(&b, c.rows(w, n), item)
		r := reply{status: http.StatusOK, body: b.Bytes()}
		if total := c.total(n); total >= 0 && c.operation.totals {
			r.header = http.Header{"X-Total-Count": {strconv.Itoa(total)}}
		}
		return r
	}
	b.WriteByte('{')
	if count := c.total(n); count >= 0 && total != "" {
		b.WriteString(`"` + total + `":` + strconv.Itoa(count) + `,`)
	}
	if p := c.operation.paging; p != nil && p.Cursor != nil && p.Cursor.From != "" && w.skip+w.limit < n {
		b.WriteString(`"` + p.Cursor.From + `":"` + strconv.Itoa(w.skip+w.limit) + `",`)
	}
	b.WriteString(`"` + array + `":`)
	join(&b, c.rows(w, n), item)
	b.WriteByte('}')
	return reply{status: http.StatusOK, body: b.Bytes(), list: array}
}

// bare is the page of a list that cannot be filtered nor sorted.
func (c *call) bare(n int, item func(i int) []byte) reply {
	w, err := c.window()
	if err != nil {
		return c.refuse(err)
	}
	return c.page(w, n, item)
}

// upload reads the file of a multipart body, and answers its name.
func (c *call) upload(key string) (name string, err error) {
	r := c.request.Clone(c.request.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	file, head, err := r.FormFile(key)
	if err != nil {
		return "", fmt.Errorf("%s must be a file of a multipart/form-data body", key)
	}
	return head.Filename, file.Close()
}
