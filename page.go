package jumpcloud

import (
	"bytes"
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
	"sync/atomic"
)

// Page is one page of a list.
type Page[T any] struct {
	Items      []*T
	TotalCount int // of all objects that match, -1 where the service does not say
	Skip       int // as asked for
	Limit      int // as asked for; the service may answer fewer
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
	if walk && !r.v2() && !r.sorted && r.query["sort"] == nil {
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
	page.response = nil
	switch {
	case link != nil:
		page.url = link
	case r.pagedBody:
		page.bodyField("limit", limit)
		page.bodyField("skip", skip)
	default:
		page.query = cloneQuery(r.query)
		if page.query == nil {
			page.query = url.Values{}
		}
		page.query.Set("limit", strconv.Itoa(limit))
		if skip > 0 {
			page.query.Set("skip", strconv.Itoa(skip))
		}
	}
	return &page
}

// pageOf is a page as it came.
type pageOf[T any] struct {
	items    []*T
	errs     []error // nil, or one entry for each item: why it cannot be read
	ids      []string
	total    int      // -1 where it is not known
	next     *url.URL // a Link of the same origin
	response Response
	err      error
}

// envelope is the object around a v1 list, and around the one wrapped list of v2.
type envelope[T any] struct {
	TotalCount  count `json:"totalCount"`
	EventsCount count `json:"events_count"`
	Results     []*T  `json:"results"`
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

// fetch sends the request for a page and decodes the answer.
func fetch[T any](ctx context.Context, r *request) (page pageOf[T]) {
	page.total = -1
	r.response = &page.response
	a, err := r.send(ctx)
	if err != nil {
		page.err = err
		return page
	}
	defer a.release()
	if total, err := strconv.Atoi(a.header.Get("X-Total-Count")); err == nil && total >= 0 {
		page.total = total
	}
	page.next = r.nextLink(a.header)
	page.decode(r, a)
	return page
}

// decode reads a bare array or an envelope: straight into the items, and only when that fails object
// by object, so that one odd object does not hide the others.
func (page *pageOf[T]) decode(r *request, a *answer) {
	body := bytes.TrimSpace(a.body.Bytes())
	if a.tooLarge || len(body) == 0 || string(body) == "null" {
		page.err = r.decode(a, nil)
		return
	}
	wrapped := body[0] == '{'
	var direct envelope[T]
	var err error
	if wrapped {
		err = json.Unmarshal(body, &direct)
	} else {
		err = json.Unmarshal(body, &direct.Results)
	}
	list := func() []byte { // the array, where it is looked at by itself
		if wrapped {
			return member(body, "results")
		}
		return body
	}
	switch {
	case err == nil && direct.Results == nil:
		err = errors.New("an object without an array in results is not a list")
		fallthrough
	case err != nil && (!json.Valid(body) || !bytes.HasPrefix(list(), []byte("["))):
		page.err = r.undecodable(a, body, err)
		return
	}
	for _, total := range [...]count{direct.TotalCount, direct.EventsCount} {
		if total.sent {
			page.total = total.n
		}
	}
	page.items = direct.Results
	if err != nil || slices.Contains(page.items, nil) {
		page.oneByOne(r, a, list())
	}
	page.finish(r, list)
}

// oneByOne decodes each object on its own.
func (page *pageOf[T]) oneByOne(r *request, a *answer, list []byte) {
	objects := elements(list)
	page.items = make([]*T, len(objects))
	page.errs = make([]error, len(objects))
	for i, object := range objects {
		item := new(T)
		err := json.Unmarshal(object, item)
		if err == nil && string(object) == "null" {
			err = errors.New("it is null")
		}
		if err != nil {
			page.errs[i] = &DecodeError{
				Operation: r.id, Method: r.method, Route: r.route, StatusCode: a.status, Index: i,
				Body: bytes.Clone(object), Err: err,
			}
			continue
		}
		page.items[i] = item
	}
}

// finish fills in what does not come from decoding: ids under their other name, the JSON itself, and
// the ids that tell one page from the next.
func (page *pageOf[T]) finish(r *request, list func() []byte) {
	_, hasID := any((*T)(nil)).(interface{ itemID() string })
	var objects []json.RawMessage
	if r.raw || !hasID {
		objects = elements(bytes.Clone(list()))
	}
	page.ids = make([]string, len(page.items))
	for i, item := range page.items {
		if item == nil {
			continue
		}
		if filled, ok := any(item).(interface{ fillID() }); ok {
			filled.fillID()
		}
		if keeper, ok := any(item).(interface{ setRaw(json.RawMessage) }); ok && r.raw {
			keeper.setRaw(objects[i])
		}
		if hasID {
			page.ids[i] = any(item).(interface{ itemID() string }).itemID()
		} else if id, err := unquote(string(member(objects[i], "_id"))); err == nil {
			page.ids[i] = id
		} else if id, err := unquote(string(member(objects[i], "id"))); err == nil {
			page.ids[i] = id
		}
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
				if next, err := r.client.base.Parse(target); err == nil && next.User == nil && sameOrigin(next, r.client.base) {
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
	response := r.response
	page := fetch[T](ctx, r.at(r.limit, r.skip, nil))
	if response != nil {
		*response = page.response
	}
	if err := page.failed(); err != nil {
		return nil, err
	}
	return &Page[T]{Items: page.items, TotalCount: page.total, Skip: r.skip, Limit: r.limit}, nil
}

// callResults is for a list without paging.
func callResults[T any](ctx context.Context, r *request, opts []RequestOption) ([]*T, error) {
	r.apply(opts)
	response := r.response
	page := fetch[T](ctx, r)
	if response != nil {
		*response = page.response
	}
	if err := page.failed(); err != nil {
		return nil, err
	}
	return page.items, nil
}

// failed returns the first error of a page.
func (page *pageOf[T]) failed() error {
	for _, err := range page.errs {
		if err != nil {
			return err
		}
	}
	return page.err
}

// callWalk is for a list's method that walks all pages. The request is built and its parameters are
// copied by now; each ranging starts anew.
func callWalk[T any](ctx context.Context, r *request, opts []RequestOption) iter.Seq2[*T, error] {
	r.prepareList(opts, true)
	return func(yield func(*T, error) bool) {
		w := newWalker[T](ctx, r)
		defer w.stop()
		w.run(yield)
	}
}

// Walk lists an endpoint that has no method here: every object of every page, in order, with the
// same authentication, retries, paging and errors as the All methods. path is as in
// [APIClient.Call]; the list may be a bare array or an object with results. limit and skip in query
// are the page size and the start.
func Walk[T any](ctx context.Context, client *APIClient, path string, query url.Values, opts ...RequestOption) iter.Seq2[*T, error] {
	r := client.pathRequest(http.MethodGet, path, query)
	for name, field := range map[string]*int{"limit": &r.limit, "skip": &r.skip} {
		if text := r.query.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				r.refuse(name, "is not a number")
			}
			*field = n
		}
		r.query.Del(name)
	}
	r.maxLimit = 1000 // what any endpoint is known to take
	return callWalk[T](ctx, r, opts)
}

// walker is one ranging over a list: it takes pages in order, the next of which may be in flight.
type walker[T any] struct {
	ctx      context.Context
	cancel   context.CancelFunc
	r        *request
	stride   int          // how many objects the service puts on a page
	ahead    []flight[T]  // pages in flight, in order
	allowed  atomic.Int32 // how many may be
	inFlight sync.WaitGroup
}

type flight[T any] struct {
	skip   int
	page   chan pageOf[T]
	cancel context.CancelFunc
}

func newWalker[T any](ctx context.Context, r *request) *walker[T] {
	w := &walker[T]{stride: r.limit}
	w.ctx, w.cancel = context.WithCancel(ctx)
	w.allowed.Store(int32(r.concurrency))
	own := *r
	own.throttled = func() { w.allowed.Store(1) }
	w.r = &own
	return w
}

// stop ends what is in flight, so that nothing outlives the walk.
func (w *walker[T]) stop() {
	w.cancel()
	w.inFlight.Wait()
}

func (w *walker[T]) run(yield func(*T, error) bool) {
	skip, total := w.r.skip, -1
	var link *url.URL
	var previous []string
	for largest := 0; ; {
		page := w.take(skip, total, link)
		if page.err == nil && stalled(previous, page.ids) {
			page.err = w.stall(skip, "the page is the one before it again: the service ignores skip")
		}
		if page.err != nil {
			yield(nil, page.err)
			return
		}
		if w.r.response != nil {
			*w.r.response = page.response
		}
		for i, item := range page.items {
			var err error
			if page.errs != nil {
				err = page.errs[i]
			}
			if !yield(item, err) {
				return
			}
		}
		received := len(page.items)
		skip += received
		if page.total >= 0 {
			total = page.total
		}
		if total < skip && received > 0 {
			total = -1 // objects beyond a total prove that it is none
		}
		followed := link != nil
		link = page.next
		switch {
		case total >= 0 && skip >= total:
			return
		case total >= 0 && received == 0:
			yield(nil, w.stall(skip, fmt.Sprintf("the page is empty, but the service counts %d objects", total)))
			return
		case link != nil:
		case total < 0 && (received < max(largest, 1) || followed):
			return
		}
		largest = max(largest, received)
		previous = page.ids
	}
}

func (w *walker[T]) stall(skip int, what string) error {
	return fmt.Errorf("jumpcloud: %s %s: after %d objects: %s: %w", w.r.method, w.r.route, skip, what, ErrPageStalled)
}

// stalled reports whether a page is the one before it again, by ids: pages without ids may well be
// alike.
func stalled(previous, ids []string) bool {
	return len(ids) > 0 && slices.Equal(previous, ids) && slices.ContainsFunc(ids, func(id string) bool { return id != "" })
}

// take returns the page at skip. Once the total is known it keeps the pages after it in flight.
func (w *walker[T]) take(skip, total int, link *url.URL) (page pageOf[T]) {
	if len(w.ahead) > 0 && (link != nil || w.ahead[0].skip != skip) {
		// A page was shorter or longer than the ones before it, so those in flight begin in the wrong
		// place.
		for _, f := range w.ahead {
			f.cancel()
		}
		w.ahead = nil
	}
	if link != nil || total < 0 || w.r.concurrency == 1 {
		page = fetch[T](w.ctx, w.r.at(w.r.limit, skip, link))
	} else {
		w.fill(skip, total)
		head := w.ahead[0]
		w.ahead = w.ahead[1:]
		page = <-head.page
		head.cancel()
		w.allowed.Store(min(w.allowed.Load()+1, int32(w.r.concurrency)))
	}
	if n := len(page.items); n > 0 && (skip+n < page.total || page.total < 0) {
		w.stride = n
	}
	return page
}

// fill sends for pages until as many are in flight as may be: at least the one at skip.
func (w *walker[T]) fill(skip, total int) {
	next := skip
	if n := len(w.ahead); n > 0 {
		next = w.ahead[n-1].skip + w.stride
	}
	for ; len(w.ahead) == 0 || next < total && len(w.ahead) < int(w.allowed.Load()); next += w.stride {
		ctx, cancel := context.WithCancel(w.ctx)
		f := flight[T]{skip: next, page: make(chan pageOf[T], 1), cancel: cancel}
		r := w.r.at(w.r.limit, next, nil)
		w.inFlight.Go(func() { f.page <- fetch[T](ctx, r) })
		w.ahead = append(w.ahead, f)
	}
}

// Collect returns everything that a walk yields, or its first error. With a maximum above zero, more
// results are ErrTooMany, never a cut list.
func Collect[T any](walk iter.Seq2[*T, error], maximum int) ([]*T, error) {
	items := []*T{}
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
func One[T any](walk iter.Seq2[*T, error]) (*T, error) {
	items, err := Collect(walk, 1)
	if err == nil && len(items) == 0 {
		err = fmt.Errorf("jumpcloud: no result: %w", ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return items[0], nil
}
