package jumpcloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// What bodies and answers are besides plain JSON objects.

// File is what an upload sends.
type File struct {
	Name    string // as the service sees it, "file" if empty
	Content []byte
}

// SecretMap is an object whose values do not print: the settings of an application may hold tokens. It
// encodes as itself in JSON, so that it can be sent.
type SecretMap map[string]any

// Format prints [redacted], whatever the verb.
func (SecretMap) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// LogValue logs [redacted].
func (SecretMap) LogValue() slog.Value { return slog.StringValue(redacted) }

// UnmarshalJSON keeps numbers as they are written.
func (m *SecretMap) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode((*map[string]any)(m))
}

// required adds a text that must not be empty.
func (r *request) required(name, value string) {
	if value == "" {
		r.refuse(name, "is empty")
	}
	r.text(name, value)
}

// requiredFlag adds a flag whose false is sent too.
func (r *request) requiredFlag(name string, value bool) { r.add(name, strconv.FormatBool(value)) }

// file is for an answer that is taken as it comes, of one of these types.
func (r *request) file(types string) {
	r.plain = true
	r.header("Accept", types)
}

// upload sends a file as the one field of a form.
func (r *request) upload(field string, file File) {
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	if file.Name == "" {
		file.Name = "file"
	}
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition(field, file.Name))
	header.Set("Content-Type", http.DetectContentType(file.Content))
	part, err := writer.CreatePart(header)
	if err == nil {
		_, err = part.Write(file.Content)
	}
	if err == nil {
		err = writer.Close()
	}
	r.setBody(form.Bytes(), err)
	r.header("Content-Type", writer.FormDataContentType())
}

// enclose puts the body into the object that is to be around it.
func (r *request) enclose() {
	if r.wrap != "" {
		r.encoded = append(append([]byte(`{"`+r.wrap+`":`), r.encoded...), '}')
		r.wrap = ""
	}
}

// callBytes is for answers that are taken as they come.
func callBytes(ctx context.Context, r *request, opts []RequestOption) (data []byte, err error) {
	err = r.call(ctx, opts, &data)
	return data, err
}

// shape is how a list differs from the usual ones.
type shape struct {
	list, total        string                                        // keys of the answer
	limitKey, skipKey  string                                        // parameters
	send, from, header string                                        // of a cursor: where it is sent, and the key or header that it comes from
	find               func(p *page, r *request, body []byte) []byte // the list in an answer
	next               func(*request, *answer) string                // the cursor in it
	walk               func(context.Context, *request, func() any, func(any, error) bool)
}

//go:noinline
func (r *request) wrapped(list, total string) {
	r.shape.list, r.shape.total, r.shape.find = list, total, (*page).inside
}

// inside is the list in an answer whose list has a key of its own. Where the service leaves empty lists
// out, an object without anything but a total of none, a cursor and the limit is one.
func (p *page) inside(r *request, body []byte) []byte {
	if !bytes.HasPrefix(body, []byte("{")) || !json.Valid(body) {
		return body
	}
	var total count
	if number := member(body, r.shape.total); number != nil && total.UnmarshalJSON(number) == nil && total.sent {
		p.total = total.n
	}
	if list := member(body, r.shape.list); list != nil {
		return list
	}
	var keys map[string]json.RawMessage
	if json.Unmarshal(body, &keys) == nil && total.n == 0 {
		for _, key := range [...]string{r.shape.total, r.shape.from, r.shape.limitKey} {
			delete(keys, key)
		}
		if len(keys) == 0 {
			return []byte("[]")
		}
	}
	return body
}

func (r *request) named(limit, skip string) { r.shape.limitKey, r.shape.skipKey = limit, skip }

//go:noinline
func (r *request) cursor(send, from, header string) {
	r.shape.send, r.shape.from, r.shape.header = send, from, header
	r.shape.next, r.shape.walk = (*request).nextCursor, walkCursor
}

// nextCursor is where the page after an answer begins, "" behind the last: in a body the JSON that it
// is, else a text.
func (r *request) nextCursor(a *answer) string {
	if r.shape.header != "" {
		return a.header.Get(r.shape.header)
	}
	next := string(member(a.body.Bytes(), r.shape.from))
	if text, err := unquote(next); err == nil && (r.inBody == nil || text == "") {
		return text
	}
	if next == "null" {
		return ""
	}
	return next
}

// after returns the request for the page at a cursor.
func (r *request) after(cursor string) *request {
	if cursor == "" {
		return r.at(r.limit, r.skip, nil)
	}
	page := r.at(r.limit, 0, nil)
	if r.inBody == nil {
		page.query.Set(r.shape.send, cursor)
		return page
	}
	if !json.Valid([]byte(cursor)) {
		page.refuse(r.shape.send, "the cursor that came is no JSON")
	}
	r.inBody(page, r.shape.send, json.RawMessage(cursor))
	return page
}

// walkCursor is walk for a list of which each page says where the next one begins. Nothing but an answer
// without a cursor is its end, or one without objects where the cursor is a header, which comes always. A
// cursor that came before leads round in a circle, and so do pages that bring nothing new.
func walkCursor(ctx context.Context, r *request, list func() any, yield func(item any, err error) bool) {
	cursors, seen := map[string]bool{}, memory{size: max(10*r.limit, 1000)}
	for cursor, alike, came, fruitless := "", "", 0, 0; ; {
		p := fetch(ctx, r.after(cursor), listIn(list()), func() {})
		if p.err != nil {
			yield(nil, p.err)
			return
		}
		if r.response != nil {
			r.response(p.response)
		}
		n := p.items.len()
		if fruitless++; seen.fresh(&p) > 0 && (p.alike == "" || p.alike != alike) {
			fruitless = 0
		}
		seen.add(p.ids)
		alike = p.alike
		for i := range n {
			if !yield(p.item(i)) {
				return
			}
		}
		came += n
		if p.cursor == "" || n == 0 && r.shape.header != "" {
			return
		}
		if cursors[p.cursor] || fruitless > tolerated {
			yield(nil, fmt.Errorf("jumpcloud: %s %s: after %d objects: the cursor leads nowhere: %w", r.method, r.route, came, ErrPageStalled))
			return
		}
		cursor = p.cursor
		cursors[cursor] = true
	}
}

const insightsPrefix = "/insights/directory/v1"

// insights reports whether the request is one of Directory Insights, which has a host of its own.
func (r *request) insights() bool { return strings.HasPrefix(r.path, insightsPrefix+"/") }
