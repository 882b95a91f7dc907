package jumpcloud

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Page is one page of a list.
type Page[T any] struct {
	Items      []*T
	TotalCount int // of all objects that match, -1 where the service does not say
	Skip       int // as asked for
	Limit      int // as asked for; the service may answer fewer
	// Cursor says where the next page begins, in lists that have one; "" behind the last.
	Cursor string
}

// paging takes a list's own limit and skip; zero leaves them to the client.
func (r *request) paging(limit, skip, maximum int) {
	r.limit, r.skip, r.maxLimit = limit, skip, maximum
}

// bodyPaging is paging for a search, which takes it in the body.
func (r *request) bodyPaging(limit, skip Opt[int], sort Opt[string], maximum int) {
	r.paging(limit.Or(0), skip.Or(0), maximum)
	r.pagedBody = true
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
		if r.pagedBody {
			r.bodyField("sort", "_id")
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
	case r.pagedBody:
		page.bodyField("limit", limit)
		if skip > 0 || r.shape.send == "" {
			page.bodyField("skip", skip)
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

// page is a page as it came. Its items are of one type, but what is done with them is not, so that
// only items itself is generic.
type page struct {
	items    itemList
	errs     []error // nil, or one entry for each item: why it cannot be read
	ids      []string
	alike    string   // the list, where nothing in it has an id and there is no total
	total    int      // -1 where it is not known
	next     *url.URL // a Link of the same origin
	cursor   string   // where the next page begins, in lists that have one
	response Response
	err      error
}

// itemList is a *items of some type of pointer.
type itemList interface {
	len() int // -1 where there is no list
	reset(n int)
	decode(i int, data []byte) error
	at(i int) any // nil for null
}

type items[P any] []P

func (l *items[P]) len() int {
	if *l == nil {
		return -1
	}
	return len(*l)
}

func (l *items[P]) reset(n int) { *l = make(items[P], n) }

func (l *items[P]) decode(i int, data []byte) error { return json.Unmarshal(data, &(*l)[i]) }

func (l *items[P]) at(i int) any {
	var null P
	if item := any((*l)[i]); item != any(null) {
		return item
	}
	return nil
}

// envelope is the object around a v1 list, and around the one wrapped list of v2.
type envelope struct {
	TotalCount  count    `json:"totalCount"`
	EventsCount count    `json:"events_count"`
	Results     itemList `json:"results"` // set beforehand: encoding/json decodes into what it points to
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
	if r.shape.send != "" {
		p.cursor = r.nextCursor(a)
	}
	return p
}

// decode reads a bare array or an envelope: straight into the items, and only when that fails object
// by object, so that one odd object does not hide the others.
func (p *page) decode(r *request, a *answer) {
	body := p.inside(r, bytes.TrimSpace(a.body.Bytes()))
	if a.tooLarge != nil || len(body) == 0 || string(body) == "null" {
		p.err = r.decode(a, nil)
		return
	}
	around := envelope{Results: p.items}
	list := func() []byte { return body } // the array, where it is looked at by itself
	var err error
	if body[0] == '{' {
		// encoding/json takes the key in any capitals.
		list = func() []byte {
			return memberFunc(body, func(name string) bool { return strings.EqualFold(name, "results") })
		}
		err = json.Unmarshal(body, &around)
	} else {
		err = json.Unmarshal(body, p.items)
	}
	if err == nil && (p.items.len() < 0 || around.Results == nil) {
		err = errors.New("an object without an array in results is not a list")
	}
	if err != nil && (!json.Valid(body) || !bytes.HasPrefix(list(), []byte("["))) {
		p.err = r.undecodable(a, -1, body, err)
		return
	}
	for _, total := range [...]count{around.TotalCount, around.EventsCount} {
		if total.sent {
			p.total = total.n
		}
	}
	if err != nil || p.hasNull() {
		p.oneByOne(r, a, list())
	}
	p.finish(r, list)
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
// the ids that tell one page from the next.
func (p *page) finish(r *request, list func() []byte) {
	var objects []json.RawMessage
	object := func(i int) json.RawMessage {
		if objects == nil {
			objects = elements(bytes.Clone(list()))
		}
		return objects[i]
	}
	p.ids = make([]string, p.items.len())
	for i := range p.ids {
		item := p.items.at(i)
		if item == nil || p.errs != nil && p.errs[i] != nil {
			// So that a page of nothing but these does not come for ever. Where a total ends the walk,
			// several nulls in a row are just that.
			if unread := string(object(i)); unread != "null" || p.total < 0 {
				p.ids[i] = unread
			}
			continue
		}
		fillID(item, func() json.RawMessage { return object(i) })
		if keeper, ok := item.(interface{ setRaw(json.RawMessage) }); ok && r.raw {
			keeper.setRaw(object(i))
		}
		if named, ok := item.(interface{ itemID() string }); ok {
			p.ids[i] = named.itemID()
		} else if id, err := unquote(string(member(object(i), "_id"))); err == nil {
			p.ids[i] = id
		} else if id, err := unquote(string(member(object(i), "id"))); err == nil {
			p.ids[i] = id
		}
	}
	if p.total < 0 && !slices.ContainsFunc(p.ids, func(id string) bool { return id != "" }) {
		p.alike = string(list())
	}
}

// nextLink returns the next page that a Link header names, if it is of the origin that the
// credential belongs to. The services' lists are not known to send one; others of the API are said to.
func (r *request) nextLink(h http.Header) *url.URL {
	for _, value := range h.Values("Link") {
		for _, link := range strings.Split(value, "<")[1:] {
			target, params, _ := strings.Cut(link, ">")
			for param := range strings.SplitSeq(strings.TrimRight(params, ", "), ";") {
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
func callPage[T any](ctx context.Context, r *request, opts []RequestOption) (*Page[T], error) {
	r.prepareList(opts, false)
	var list items[*T]
	p, err := r.at(r.limit, r.skip, nil).whole(ctx, &list)
	if err != nil {
		return nil, err
	}
	return &Page[T]{Items: list, TotalCount: p.total, Skip: r.skip, Limit: r.limit, Cursor: p.cursor}, nil
}

// callResults is for a list without paging.
func callResults[P any](ctx context.Context, r *request, opts []RequestOption) ([]P, error) {
	r.apply(opts)
	var list items[P]
	if _, err := r.whole(ctx, &list); err != nil {
		return nil, err
	}
	return list, nil
}

// whole fetches a page of which every object can be read.
func (r *request) whole(ctx context.Context, list itemList) (p page, err error) {
	response := r.response
	p = fetch(ctx, r, list, func() {})
	if response != nil {
		response(p.response)
	}
	if err := cmp.Or(p.errs...); err != nil {
		return p, err
	}
	return p, p.err
}

// callWalk is for a list's method that walks all pages. The request is built and its parameters are
// copied by now; each ranging starts anew. Inlined, its closures would be compiled for each caller.
//
//go:noinline
func callWalk[P any](ctx context.Context, r *request, opts []RequestOption) iter.Seq2[P, error] {
	r.prepareList(opts, true)
	each := walk
	if r.shape.send != "" {
		each = walkCursor
	}
	return func(yield func(P, error) bool) {
		each(ctx, r, func() itemList { return new(items[P]) }, func(list itemList, i int, err error) bool {
			var item P
			if err == nil {
				item = (*list.(*items[P]))[i]
			}
			return yield(item, err)
		})
	}
}

// walker is one ranging over a list: it takes pages in order, the next of which may be in flight.
type walker struct {
	ctx      context.Context
	r        *request
	list     func() itemList
	inFlight sync.WaitGroup

	mu      sync.Mutex // of what follows
	stride  int        // how many objects the service puts on a page
	total   int
	ahead   []flight // pages that were asked for and not taken, in order
	next    int      // where the page after them begins
	awaited int      // pages on their way: asked for, or to be asked for again
	allowed int      // how many may be
	shrunk  int      // how often that went back to one
}

type flight struct {
	skip   int
	shrunk int // the walker's, when the page was asked for
	page   chan page
	cancel context.CancelFunc
}

// walk yields every object of a list. Nothing that it sent for outlives it.
func walk(ctx context.Context, r *request, list func() itemList, yield func(list itemList, i int, err error) bool) {
	w := &walker{list: list, stride: r.limit, allowed: r.concurrency}
	own := *r
	own.throttled = func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.shrink()
	}
	w.r = &own
	var cancel context.CancelFunc
	w.ctx, cancel = context.WithCancel(ctx)
	defer w.inFlight.Wait()
	defer cancel()
	w.run(yield)
}

// alikePages is how many pages in a row may be alike, where nothing in them has an id and nothing says
// how many there are.
const alikePages = 100

func (w *walker) run(yield func(list itemList, i int, err error) bool) {
	skip, total := w.r.skip, -1
	var link *url.URL
	var previous []string
	before, repeats := "", 0
	for largest := 0; ; {
		p := w.take(skip, total, link)
		if ended := w.ctx.Err(); ended != nil && p.err == nil {
			p.err = w.r.failure(w.ctx, nil, ended, 0) // the page was there already, but nobody waits for it
		}
		if p.err == nil && stalled(previous, p.ids) {
			p.err = w.stall(skip, "the page is the one before it again: the service ignores skip")
		}
		if repeats++; p.alike == "" || p.alike != before {
			before, repeats = p.alike, 0
		}
		if p.err == nil && repeats == alikePages {
			p.err = w.stall(skip, fmt.Sprintf("%d pages without an id are alike", repeats+1))
		}
		if p.err != nil {
			yield(nil, 0, p.err)
			return
		}
		if w.r.response != nil {
			w.r.response(p.response)
		}
		received := p.items.len()
		for i := range received {
			var err error
			if p.errs != nil {
				err = p.errs[i]
			}
			if !yield(p.items, i, err) {
				return
			}
		}
		skip += received
		if p.total >= 0 {
			total = p.total
		}
		if total < skip && received > 0 {
			total = -1 // objects beyond a total prove that it is none
		}
		followed := link != nil
		link = p.next
		switch {
		case total >= 0 && skip >= total:
			return
		case total >= 0 && received == 0:
			yield(nil, 0, w.stall(skip, fmt.Sprintf("the page is empty, but the service counts %d objects", total)))
			return
		case link != nil:
		case total < 0 && (received < max(largest, 1) || followed):
			return
		}
		largest = max(largest, received)
		previous = p.ids
	}
}

func (w *walker) stall(skip int, what string) error {
	return fmt.Errorf("jumpcloud: %s %s: after %d objects: %s: %w", w.r.method, w.r.route, skip, what, ErrPageStalled)
}

// stalled reports whether a page is the one before it again, by ids: pages without ids may well be
// alike.
func stalled(previous, ids []string) bool {
	return slices.Equal(previous, ids) && slices.ContainsFunc(ids, func(id string) bool { return id != "" })
}

// take returns the page at skip. Once the total is known it keeps the pages after it in flight.
func (w *walker) take(skip, total int, link *url.URL) (p page) {
	if link != nil || w.r.concurrency == 1 {
		total = -1
	}
	head, ok := w.head(skip, total)
	if ok {
		p = <-head.page
		head.cancel()
	} else {
		p = fetch(w.ctx, w.r.at(w.r.limit, skip, link), w.list(), func() {})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if ok && head.shrunk == w.shrunk {
		w.allowed = min(w.allowed+1, w.r.concurrency)
	}
	if n := p.items.len(); n > 0 && (skip+n < p.total || p.total < 0) {
		w.stride = n
	}
	return p
}

// head returns the page at skip from those in flight. Without a total there are none.
func (w *walker) head(skip, total int) (head flight, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.total = total
	if len(w.ahead) > 0 && (total < 0 || w.ahead[0].skip != skip) {
		// A page was shorter or longer than the ones before it, so those in flight begin in the wrong
		// place, as the next ones may.
		for _, f := range w.ahead {
			f.cancel()
		}
		w.ahead = nil
		w.shrink()
	}
	if total < 0 {
		return flight{}, false
	}
	if len(w.ahead) == 0 {
		w.next = skip
		w.ask()
	}
	w.fill()
	head, w.ahead = w.ahead[0], w.ahead[1:]
	return head, true
}

// shrink makes it one page at a time. Each page that is asked for from then on makes it one more, but
// no other: those that were in flight say nothing about what comes.
func (w *walker) shrink() {
	w.allowed = 1
	w.shrunk++
}

// fill asks for pages until as many are on their way as may be. One that came is decoded meanwhile, so
// that a slot of the network is not kept for work of the processor, and waits for the caller.
func (w *walker) fill() {
	for w.next < w.total && w.awaited < w.allowed && len(w.ahead) < 2*w.r.concurrency && w.ctx.Err() == nil {
		w.ask()
	}
}

// ask sends for the next page.
func (w *walker) ask() {
	ctx, cancel := context.WithCancel(w.ctx)
	f := flight{skip: w.next, shrunk: w.shrunk, page: make(chan page, 1), cancel: cancel}
	r := w.r.at(w.r.limit, w.next, nil)
	r.competes = true
	w.inFlight.Go(func() {
		f.page <- fetch(ctx, r, w.list(), func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.awaited--
			w.fill()
		})
	})
	w.ahead = append(w.ahead, f)
	w.awaited++
	w.next += w.stride
}

// Collect returns everything that a walk yields, or its first error. With a maximum above zero, more
// results are ErrTooMany, never a cut list.
func Collect[T any](walk iter.Seq2[T, error], maximum int) ([]T, error) {
	items := []T{}
	for item, err := range walk {
		if err != nil {
			return nil, err
		}
		if maximum > 0 && len(items) == maximum {
			return nil, fmt.Errorf("jumpcloud: more than %d results: %w", maximum, ErrTooMany)
		}
		items = append(items, item)
	}
	return items, nil
}

// One returns the only thing that a walk yields: none is ErrNotFound, more are ErrTooMany.
func One[T any](walk iter.Seq2[T, error]) (only T, err error) {
	items, err := Collect(walk, 1)
	switch {
	case err != nil:
		return only, err
	case len(items) == 0:
		return only, fmt.Errorf("jumpcloud: no result: %w", ErrNotFound)
	}
	return items[0], nil
}
