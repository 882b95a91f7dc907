package jumpcloud

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Page is one page of a list.
type Page[T any] = PageOf[*T]

// PageOf is what a [Page] is: of pointers, for all of which the compiler makes one function.
type PageOf[P any] struct {
	Items      []P
	TotalCount int // of all objects that match, -1 where the service does not say
	Skip       int // as asked for
	Limit      int // as asked for; the service may answer fewer
	// Cursor says where the next page begins, in lists that have one; "" behind the last.
	Cursor string
}

// Next returns where the next page starts, for a Skip of one's own, and whether there may be one: there
// is none behind TotalCount, nor behind an empty page where no total is known. The objects that a
// service takes out of a page make it shorter, so that a few come again on the next page; an empty page
// is stepped over whole. The All methods see to both. In a list that has cursors, Cursor is what counts.
//
//go:noinline
func (p *PageOf[P]) Next() (skip int, more bool) {
	n := len(p.Items)
	if p.Cursor != "" {
		return p.Skip + n, true
	}
	if p.TotalCount < p.Skip+n && n > 0 || p.TotalCount < 0 { // no total, or one that the objects disprove
		return p.Skip + n, n > 0
	}
	if skip = p.Skip + n; n == 0 {
		skip += max(p.Limit, 1)
	}
	return skip, skip < p.TotalCount
}

// paging takes a list's own limit and skip; zero leaves them to the client.
//
//go:noinline
func (r *request) paging(limit, skip, maximum int) {
	r.limit, r.skip, r.maxLimit = limit, skip, maximum
}

// bodyPaging is paging for a search, which takes it in the body.
func (r *request) bodyPaging(limit, skip Opt[int], sort Opt[string], maximum int) {
	r.paging(limit.Or(0), skip.Or(0), maximum)
	r.inBody = (*request).bodyField
	if !sort.IsZero() {
		r.sorted = true
	}
}

// prepareList applies the options of a list and checks its paging, once.
func (r *request) prepareList(opts []RequestOption, walk bool) {
	r.paged = true
	r.apply(opts)
	if r.limit < 0 || r.maxLimit > 0 && r.limit > r.maxLimit {
		r.refuse("limit", "must be 1 to "+strconv.Itoa(r.maxLimit)+", or 0 for the client's page size")
	}
	if r.skip < 0 {
		r.refuse("skip", "is negative")
	}
	if r.limit == 0 {
		r.limit = r.client.config.PageSize
	}
	// Without a unique order a v1 list can miss or repeat objects while it is written to.
	if walk && r.v1() && r.shape.send == "" && !r.sorted && r.query["sort"] == nil && r.fields["sort"] == nil {
		r.sorted = true
		if r.inBody != nil {
			r.inBody(r, "sort", "_id")
		} else {
			r.add("sort", "_id")
		}
	}
}

// at returns the request for one page.
func (r *request) at(limit, skip int, link *url.URL) *request {
	page := *r
	switch {
	case link != nil:
		page.url = link
	case r.inBody != nil:
		r.inBody(&page, "limit", limit)
		if skip > 0 || r.shape.send == "" {
			r.inBody(&page, "skip", skip)
		}
	default:
		page.query = cloneQuery(r.query)
		if page.query == nil {
			page.query = url.Values{}
		}
		page.query.Set(cmp.Or(r.shape.limitKey, "limit"), strconv.Itoa(limit))
		if skip > 0 {
			page.query.Set(cmp.Or(r.shape.skipKey, "skip"), strconv.Itoa(skip))
		}
	}
	return &page
}

// page is a page as it came.
type page struct {
	items    itemList
	errs     []error // nil, or one entry for each item: why it cannot be read
	ids      []string
	alike    string   // the objects in one order, where none of them has an id
	total    int      // -1 where it is not known
	next     *url.URL // a Link of the same origin
	cursor   string   // where the next page begins, in lists that have one
	response Response
	err      error
}

// itemList is a []*T of some T, seen by reflection: what is generic is compiled for each T.
type itemList struct{ slice reflect.Value }

// listIn takes a pointer to the slice.
func listIn(slice any) itemList { return itemList{reflect.ValueOf(slice).Elem()} }

// into is the pointer to the slice, for encoding/json.
func (l itemList) into() any { return l.slice.Addr().Interface() }

// len is -1 where there is no list.
func (l itemList) len() int {
	if l.slice.IsNil() {
		return -1
	}
	return l.slice.Len()
}

func (l itemList) reset(n int) { l.slice.Set(reflect.MakeSlice(l.slice.Type(), n, n)) }

func (l itemList) decode(i int, data []byte) error {
	return json.Unmarshal(data, l.slice.Index(i).Addr().Interface())
}

// at is nil for null.
func (l itemList) at(i int) any {
	if item := l.slice.Index(i); !item.IsNil() {
		return item.Interface()
	}
	return nil
}

// envelope is the object around a v1 list, and around the one wrapped list of v2.
type envelope struct {
	TotalCount  count `json:"totalCount"`
	EventsCount count `json:"events_count"`
	Results     any   `json:"results"` // set beforehand: encoding/json decodes into what it points to
}

// count is a total, of which one that is not a number counts as not sent.
type count struct {
	n    int
	sent bool
}

func (c *count) UnmarshalJSON(data []byte) error {
	n, err := strconv.Atoi(strings.Trim(string(data), `"`))
	*c = count{n, err == nil && n >= 0}
	return nil
}

// fetch sends the request for a page and decodes the answer into list. Between the two it calls came.
func fetch(ctx context.Context, r *request, list itemList, came func()) (p page) {
	p.items, p.total = list, -1
	r.response = func(last Response) { p.response = last }
	a, err := r.send(ctx)
	came()
	if err != nil {
		p.err = err
		return p
	}
	defer a.release()
	if total, err := strconv.Atoi(a.header.Get("X-Total-Count")); err == nil && total >= 0 {
		p.total = total
	}
	p.next = r.nextLink(a.header)
	p.decode(r, a)
	if r.shape.next != nil && p.err == nil {
		p.cursor = r.shape.next(r, a)
	}
	return p
}

// decode reads a bare array or an envelope: straight into the items, and only when that fails object
// by object, so that one odd object does not hide the others. No array is an empty list where the
// service sends null for it; an empty body is none.
func (p *page) decode(r *request, a *answer) {
	body := bytes.TrimSpace(a.body.Bytes())
	err := a.tooLarge
	if err == nil && len(body) == 0 {
		err = errors.New("the body is empty")
	}
	if err != nil {
		p.err = r.undecodable(a, -1, body, err)
		return
	}
	if r.shape.find != nil {
		body = r.shape.find(p, r, body)
	}
	around := envelope{Results: p.items.into()}
	list := func() []byte { return body } // the array, where it is looked at by itself
	switch body[0] {
	case '{':
		// encoding/json takes the key in any capitals.
		list = func() []byte {
			return memberFunc(body, func(name string) bool { return strings.EqualFold(name, "results") })
		}
		err = json.Unmarshal(body, &around)
	default:
		err = json.Unmarshal(body, p.items.into())
	}
	for _, total := range [...]count{around.TotalCount, around.EventsCount} {
		if total.sent {
			p.total = total.n
		}
	}
	if null := string(body) == "null" || around.Results == nil; err == nil && null && p.total <= 0 && p.items.len() <= 0 {
		p.items.reset(0)
		return
	}
	if err == nil && (p.items.len() < 0 || around.Results == nil) {
		err = errors.New("neither it nor its results are a list")
	}
	if err != nil && (!json.Valid(body) || !bytes.HasPrefix(list(), []byte("["))) {
		p.err = r.undecodable(a, -1, body, err)
		return
	}
	if err != nil || p.hasNull() {
		p.oneByOne(r, a, list())
	}
	p.finish(r, list)
}

// item is an object, or why it cannot be read.
func (p *page) item(i int) (any, error) {
	if p.errs != nil && p.errs[i] != nil {
		return nil, p.errs[i]
	}
	return p.items.at(i), nil
}

func (p *page) hasNull() bool {
	for i := range p.items.len() {
		if p.items.at(i) == nil {
			return true
		}
	}
	return false
}

// oneByOne decodes each object on its own.
func (p *page) oneByOne(r *request, a *answer, list []byte) {
	objects := elements(list)
	p.items.reset(len(objects))
	p.errs = make([]error, len(objects))
	for i, object := range objects {
		err := p.items.decode(i, object)
		if err == nil && p.items.at(i) == nil {
			err = errors.New("it is null")
		}
		if err != nil {
			p.errs[i] = r.undecodable(a, i, object, err)
		}
	}
}

// finish fills in what does not come from decoding: ids under their other name, the JSON itself, and
// the ids by which a walk knows what it had.
func (p *page) finish(r *request, list func() []byte) {
	var objects []json.RawMessage // parts of the body, which is not to be kept
	object := func(i int) json.RawMessage {
		if objects == nil {
			objects = elements(list())
		}
		return objects[i]
	}
	p.ids = make([]string, p.items.len())
	for i := range p.ids {
		item, err := p.item(i)
		if err != nil {
			if unread := object(i); string(unread) != "null" {
				p.ids[i] = cmp.Or(objectID(unread), string(unread))
			}
			continue
		}
		fillID(item, func() json.RawMessage { return object(i) })
		if r.raw != nil {
			r.raw(reflect.ValueOf(item), bytes.Clone(object(i))) // each its own: an object that is kept keeps no page
		}
		if named, ok := item.(interface{ itemID() string }); ok {
			p.ids[i] = named.itemID()
		} else {
			p.ids[i] = objectID(object(i))
		}
	}
	if !slices.ContainsFunc(p.ids, func(id string) bool { return id != "" }) {
		var objects []string
		for _, object := range elements(list()) {
			objects = append(objects, string(object))
		}
		sort.Strings(objects)
		p.alike = strings.Join(objects, ",")
	}
}

// objectID is the id of an object of unknown type, a text or a number.
func objectID(object []byte) string {
	for _, key := range [...]string{"_id", "id"} {
		value := string(member(object, key))
		if id, err := unquote(value); err == nil && id != "" {
			return id
		} else if _, err := strconv.ParseFloat(value, 64); err == nil {
			return value
		}
	}
	return ""
}

// nextLink returns the next page that a Link header names, if it is of the origin that the
// credential belongs to. The services' lists are not known to send one; others of the API are said to.
func (r *request) nextLink(h http.Header) *url.URL {
	for _, value := range h.Values("Link") {
		for _, link := range strings.Split(value, "<")[1:] {
			target, params, _ := strings.Cut(link, ">")
			for _, param := range strings.Split(strings.TrimRight(params, ", "), ";") {
				name, rel, _ := strings.Cut(strings.TrimSpace(param), "=")
				if !strings.EqualFold(name, "rel") || !strings.EqualFold(strings.Trim(rel, `"`), "next") {
					continue
				}
				if next, err := r.address().Parse(target); err == nil && next.User == nil && sameOrigin(next, r.address()) {
					return next
				}
			}
		}
	}
	return nil
}

// callPage is for a list's method that answers one page.
func callPage[P any](ctx context.Context, r *request, opts []RequestOption) (*PageOf[P], error) {
	result := &PageOf[P]{}
	p, err := r.onePage(ctx, opts, &result.Items)
	if err != nil {
		return nil, err
	}
	result.TotalCount, result.Skip, result.Limit, result.Cursor = p.total, r.skip, r.limit, p.cursor
	return result, nil
}

func (r *request) onePage(ctx context.Context, opts []RequestOption, list any) (page, error) {
	r.prepareList(opts, false)
	return r.at(r.limit, r.skip, nil).whole(ctx, list)
}

// callResults is for a list without paging.
func callResults[P any](ctx context.Context, r *request, opts []RequestOption) (list []P, err error) {
	r.apply(opts)
	if _, err := r.whole(ctx, &list); err != nil {
		return nil, err
	}
	return list, nil
}

// whole fetches a page of which every object can be read.
func (r *request) whole(ctx context.Context, list any) (p page, err error) {
	response := r.response
	p = fetch(ctx, r, listIn(list), func() {})
	if response != nil {
		response(p.response)
	}
	if err := cmp.Or(p.errs...); err != nil {
		return p, err
	}
	return p, p.err
}
