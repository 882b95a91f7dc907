package jumpcloud

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"runtime"
	"strings"
	"sync"
)

// callWalk is for a list's method that walks all pages. The request is built and its parameters are
// copied by now; each ranging starts anew. Inlined, its closures would be compiled for each caller.
//
//go:noinline
func callWalk[P any](ctx context.Context, r *request, opts []RequestOption) iter.Seq2[P, error] {
	r.prepareList(opts, true)
	each := walk
	if r.shape.walk != nil {
		each = r.shape.walk
	}
	return func(yield func(P, error) bool) {
		each(ctx, r, func() any { return new([]P) }, func(item any, err error) bool {
			known, _ := item.(P)
			return yield(known, err)
		})
	}
}

// walker is one ranging over a list. The length of a page proves nothing to it: the service takes
// objects that dangle out of a page and counts them all the same, and may put fewer on a page than it
// was asked for. So pages start one window apart, and what lies between the end of one and the start of
// the next is asked for again.
type walker struct {
	ctx   context.Context
	r     *request
	list  func() any // a pointer to a new slice of the items
	yield func(item any, err error) bool

	total   int      // the newest, -1 where none is known
	unsure  bool     // a total fell or was wrong: only an empty page is the end
	covered int      // all in front of this offset was asked for,
	void    int      // and nothing came from this one on
	last    int      // where the last page in front of the total starts
	missing int      // objects that are counted, of which whole windows did not come
	where   []string // between which offsets
	moved   int      // by how much totals fell
	again   int      // how many objects may yet be asked for again for it
	capped  bool     // a page had fewer objects than there were, and fewer than others had
	came    int
	seen    memory
	standstill

	inFlight sync.WaitGroup
	mu       sync.Mutex // of what follows
	window   int        // the most objects that came on a page
	until    int        // the pages in front of this offset are asked for ahead
	next     int        // where the page after them starts
	ahead    []*flight  // pages that were asked for and not taken, in order
	urgent   *flight    // what is to be asked for before them
	awaited  int        // answers on their way: asked for, or to be asked for again
	allowed  int        // how many may be
	shrunk   int        // how often that went back to one
}

// walk yields every object of a list. Nothing that it sent for outlives it.
func walk(ctx context.Context, r *request, list func() any, yield func(item any, err error) bool) {
	own := *r
	w := &walker{r: &own, list: list, yield: yield, total: -1, covered: r.skip, void: r.skip, allowed: r.concurrency}
	own.throttled = func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.shrink()
	}
	w.seen.size = max(10*r.limit, 1000)
	var cancel context.CancelFunc
	w.ctx, cancel = context.WithCancel(ctx)
	defer w.inFlight.Wait()
	defer cancel()
	w.run()
}

// run takes page after page.
func (w *walker) run() {
	for link := (*url.URL)(nil); ; {
		f := w.page(link)
		p := w.wait(f)
		w.again = w.seen.size
		// While nothing had come, nothing told how much of a list an answer is about.
		if w.window > 0 && p.err == nil && link == nil && !w.cover(f.skip, true) || !w.use(f, &p) {
			return
		}
		n := p.items.len()
		if n > 0 || f.probe {
			w.covered = max(w.covered, f.skip+n)
		}
		if link != nil || p.next != nil {
			if link = p.next; link == nil {
				return // a chain of links knows its end
			}
			continue
		}
		start, more := w.plan(f)
		if (w.window > 0 || !more) && !w.cover(start, true) {
			return
		}
		if !more && (w.total >= 0 && !w.unsure || f.probe && n == 0 && w.over()) {
			w.end()
			return
		}
	}
}

// over reports whether an empty page is the end. Where pages are capped at random it is not, before as
// many objects are missing as a page had at most.
func (w *walker) over() bool {
	if !w.capped || w.covered-w.void >= w.window {
		return true
	}
	w.covered++
	return false
}

// cover asks for what is in front of an offset, until it came or nothing new does.
func (w *walker) cover(end int, behind bool) bool {
	for w.covered < end {
		came := w.came
		f := w.between(w.covered, min(end-w.covered, w.r.limit))
		p := w.wait(f)
		w.capped = w.capped || behind && w.seen.fresh(&p) > 0 // a page one window long had been asked for
		if !w.use(f, &p) {
			return false
		}
		asked := max(p.items.len(), 1)
		switch {
		case w.came > came:
		case !w.capped && w.window > 0 && (asked > p.items.len() || w.window >= w.r.limit):
			asked = f.limit // nothing is there, or the service fills pages and looked at all of it
		}
		w.covered = max(w.covered, f.skip+asked)
	}
	return true
}

// use hands on what is new in an answer, and reports whether the walk goes on.
func (w *walker) use(f *flight, p *page) bool {
	if p.err != nil {
		w.yield(nil, p.err)
		return false
	}
	known := w.total
	if !w.count(f, p) {
		return false
	}
	n, fresh := p.items.len(), w.seen.fresh(p)
	if what, same := w.stands(w, f, p, fresh, known); same {
		if what != "" {
			w.stall(what)
		} else {
			w.end()
		}
		return false
	}
	if n > 0 {
		if w.total >= 0 && f.skip-w.void >= w.window {
			w.miss(f.skip)
		}
		w.void = max(w.void, f.skip+n)
	}
	w.came += fresh
	return w.hand(p)
}

// hand yields the objects of an answer, but those that came already.
func (w *walker) hand(p *page) bool {
	if w.r.response != nil {
		w.r.response(p.response)
	}
	for i, id := range p.ids {
		if !w.seen.has(id) && !w.yield(p.item(i)) {
			return false
		}
	}
	w.seen.add(p.ids)
	return true
}

// count takes the total of an answer. One that fell means that objects are gone and others moved
// forward, so that as many in front of the answer are asked for too, and handed on before its own.
func (w *walker) count(f *flight, p *page) bool {
	total, n := p.total, p.items.len()
	disproved := func(total int) bool { return total >= 0 && n > 0 && f.skip+n > total } // by objects beyond it
	w.unsure = w.unsure || disproved(total) || total >= 0 && total < w.total
	if disproved(total) {
		total = -1
	}
	if total < 0 {
		if disproved(w.total) {
			w.total, w.unsure = -1, true
		}
		return true
	}
	fell := w.total - total
	w.total = total
	if fell <= 0 || f.link != nil {
		return true
	}
	w.moved += fell
	covered := w.covered - fell // what is there now was behind it
	fell = min(fell, w.again)
	w.again -= fell
	w.covered = max(f.skip-fell, w.r.skip)
	if !w.cover(f.skip, false) {
		return false
	}
	w.covered = max(w.covered, covered)
	w.total = total
	return true
}

// miss notes that nothing came from the void on up to an offset.
func (w *walker) miss(end int) {
	w.missing += end - w.void
	w.where = append(w.where, fmt.Sprintf("%d to %d", w.void, end-1))
}

// end ends a walk that got as far as it could.
func (w *walker) end() {
	if w.total >= 0 && w.last-w.void >= w.stride() {
		w.miss(w.total)
	}
	if w.missing > 0 && (w.total < 0 || w.came < w.total-w.r.skip) {
		w.stall("")
	}
}

// stall ends a walk that cannot go on, or that missed something.
func (w *walker) stall(what string) {
	if w.missing > 0 {
		if what != "" {
			what += ", and "
		}
		if len(w.where) > 10 {
			w.where = append(w.where[:10], "and on")
		}
		what += fmt.Sprintf("%d that the service counts did not come, those from %s", w.missing, strings.Join(w.where, ", "))
	}
	w.yield(nil, fmt.Errorf("jumpcloud: %s %s: after %d objects: %s: %w", w.r.method, w.r.route, w.came, what, ErrPageStalled))
}

// standstill tells a list that does not advance.
type standstill struct {
	before    int    // how many objects the page before had
	alike     string // what they were, where they have no ids
	reach     int    // what starts here cannot be there already
	fruitless int    // answers in a row that brought nothing new
	blind     int    // pages in a row that may be the one before again, without ids to tell
}

// tolerated is how many such answers or pages a walk takes.
const tolerated = 100

// stands reports whether a list does not advance any more, and says why where that is an error.
func (s *standstill) stands(w *walker, f *flight, p *page, fresh, known int) (why string, stands bool) {
	if s.fruitless++; fresh > 0 {
		s.fruitless = 0
	}
	if s.fruitless > tolerated {
		if w.total > w.void {
			w.miss(w.total)
			return "", true
		}
		return fmt.Sprintf("%d answers in a row brought nothing new", tolerated), true
	}
	if f.between {
		return "", false
	}
	n, before, limit := p.items.len(), s.before, w.r.limit
	beyond := p.total >= 0 && f.skip+n > p.total
	alike := p.alike != "" && p.alike == s.alike
	s.before, s.alike = n, p.alike
	if s.blind++; !alike && !(p.alike != "" && beyond) || w.total >= 0 {
		s.blind = 0
	}
	stale := n >= max(before, w.moved+1) && fresh == 0 // as many as moved may be there already
	switch {
	case (stale || alike) && known < 0 && n == before && n != limit && f.link == nil:
		return "", true // it does not page
	case stale && (f.link != nil || f.skip >= s.reach || beyond && known >= 0 && f.skip+n > known):
		return "the page is one before it again: the service ignores skip", true
	case s.blind >= tolerated:
		return fmt.Sprintf("%d pages without an id are alike", tolerated+1), true
	}
	if fresh > 0 {
		s.reach = f.skip + max(limit, n)
	}
	if f.probe && fresh > before && before > 0 && before < limit {
		w.capped = true // objects that dangle leave no room for so many
	}
	return "", false
}

// memory has the ids of the last pages, with the answer that each came in, and 0 where it came twice in
// one: such an id is none.
type memory struct {
	size, answers int
	ids, older    map[string]int
}

func (m *memory) has(id string) bool { return id != "" && (m.ids[id] > 0 || m.older[id] > 0) }

// fresh is how many objects of a page did not come before. Without an id that is not known, but a page
// of which all others did has nothing new.
func (m *memory) fresh(p *page) (n int) {
	for _, id := range p.ids {
		if id != "" && !m.has(id) || p.alike != "" {
			n++
		}
	}
	return n
}

func (m *memory) add(ids []string) {
	if m.answers++; m.ids == nil || len(m.ids) >= m.size {
		m.older, m.ids = m.ids, make(map[string]int, len(ids))
	}
	for _, id := range ids {
		if answer, twice := m.ids[id]; !twice {
			m.ids[id] = m.answers
		} else if answer == m.answers {
			m.ids[id] = 0
		}
	}
}

// flight is an answer on its way: a page, or what is asked for again in between.
type flight struct {
	skip, limit int
	link        *url.URL
	probe       bool // a page that starts where nothing says that there is more
	between     bool
	shrunk      int  // the walker's, when it was asked for
	arrived     bool // it is no longer awaited
	cancel      context.CancelFunc
	answer      chan page
	panicked    any  // what a caller's transport or hook did
	exited      bool // in place of an answer
}

// page asks for the next page, unless it is on its way, and for those after it as far as a total is known.
func (w *walker) page(link *url.URL) *flight {
	w.mu.Lock()
	defer w.mu.Unlock()
	if link != nil {
		for _, f := range w.ahead {
			f.cancel()
		}
		w.ahead, w.until, w.next = nil, 0, w.covered
	}
	if len(w.ahead) == 0 {
		probe := w.next >= w.total
		if probe {
			w.next = w.covered
		}
		w.ask(&flight{link: link, probe: probe})
	}
	w.fill()
	f := w.ahead[0]
	w.ahead = w.ahead[1:]
	return f
}

// between asks for what lies between pages, before anything else.
func (w *walker) between(skip, limit int) *flight {
	f := &flight{skip: skip, limit: limit, between: true, answer: make(chan page, 1)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.urgent = f
	w.fill()
	return f
}

// plan returns where the page after this one starts, and whether there is one in front of the total.
func (w *walker) plan(f *flight) (start int, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.until = w.total; w.r.concurrency == 1 {
		w.until = 0
	}
	if f.skip < w.total {
		w.last = f.skip
	}
	if len(w.ahead) > 0 {
		return w.ahead[0].skip, true
	}
	if w.next = max(f.skip+w.stride(), w.covered); w.next < w.total {
		return w.next, true
	}
	return w.total, false
}

func (w *walker) stride() int {
	if w.window > 0 {
		return w.window
	}
	return w.r.limit
}

// shrink makes it one answer at a time. Each that is asked for from then on makes it one more, but no
// other: those that were on their way say nothing about what comes.
func (w *walker) shrink() {
	w.allowed = 1
	w.shrunk++
}

// fill asks for pages until as many are on their way as may be. One that came is decoded meanwhile, so
// that a slot of the network is not kept for work of the processor, and waits for the caller.
func (w *walker) fill() {
	if w.urgent != nil && w.awaited < w.allowed {
		w.send(w.urgent)
		w.urgent = nil
	}
	for w.urgent == nil && w.next < w.until && w.awaited < w.allowed && len(w.ahead) < 2*w.r.concurrency && w.ctx.Err() == nil {
		w.ask(&flight{})
	}
}

// ask sends for the next page.
func (w *walker) ask(f *flight) {
	f.skip, f.limit, f.answer = w.next, w.r.limit, make(chan page, 1)
	w.send(f)
	w.ahead = append(w.ahead, f)
	w.next += w.stride()
}

func (w *walker) send(f *flight) {
	f.shrunk = w.shrunk
	var ctx context.Context
	ctx, f.cancel = context.WithCancel(w.ctx)
	r := w.r.at(f.limit, f.skip, f.link)
	r.competes = r.competes || w.until > 0
	w.awaited++
	w.inFlight.Go(func() {
		f.exited = true
		var p page
		defer func() {
			f.panicked = recover()
			w.arrived(f)
			f.answer <- p
		}()
		p = fetch(ctx, r, listIn(w.list()), func() { w.arrived(f) })
		f.exited = false
	})
}

// arrived lets the next page be asked for, once for each.
func (w *walker) arrived(f *flight) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !f.arrived {
		f.arrived = true
		w.awaited--
		w.fill()
	}
}

// wait returns an answer. A panic and the end of the goroutine that it was asked for on, as a test in a
// caller's transport may end it, come to the goroutine that ranges.
func (w *walker) wait(f *flight) page {
	p := <-f.answer
	f.cancel()
	switch {
	case f.panicked != nil:
		panic(f.panicked)
	case f.exited:
		runtime.Goexit()
	}
	if ended := w.ctx.Err(); ended != nil && p.err == nil {
		p.err = w.r.failure(w.ctx, nil, ended, 0) // it was there already, but nobody waits for it
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.shrunk == w.shrunk {
		w.allowed = min(w.allowed+1, w.r.concurrency)
	}
	w.window = max(w.window, p.items.len())
	return p
}

// Collect returns everything that a walk yields. At its first error it returns what came before, and
// the error. With a maximum above zero, more results are ErrTooMany and nothing else: never a cut list.
func Collect[T any](walk iter.Seq2[T, error], maximum int) ([]T, error) {
	items := []T{}
	for item, err := range walk {
		if err != nil {
			return items, err
		}
		if maximum > 0 && len(items) == maximum {
			return nil, fmt.Errorf("jumpcloud: more than %d %s: %w", maximum, named[T](), ErrTooMany)
		}
		items = append(items, item)
	}
	return items, nil
}

// One returns the only thing that a walk yields: none is ErrNotFound, more are ErrTooMany. A walk that
// fails has no result, whatever came before.
func One[T any](walk iter.Seq2[T, error]) (only T, err error) {
	items, err := Collect(walk, 1)
	switch {
	case err != nil:
		return only, err
	case len(items) == 0:
		return only, fmt.Errorf("jumpcloud: no %s: %w", named[T](), ErrNotFound)
	}
	return items[0], nil
}

// named is the name of what a walk yields, such as Systemuser.
func named[T any]() string {
	name := strings.TrimLeft(fmt.Sprintf("%T", *new(T)), "*")
	return strings.TrimPrefix(name, "jumpcloud.")
}
