package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// dangling is a list of n objects of which some dangle: they are counted, and taken out of a page after
// skip and limit were applied.
type dangling struct {
	n        int
	dangles  func(i int) bool
	cap      func() int // of a page, 0 for none
	total    func(skip int) int
	wrapped  bool
	requests atomic.Int32
}

func (d *dangling) answer(r *http.Request) (*http.Response, error) {
	d.requests.Add(1)
	largest := d.n
	if d.cap != nil {
		largest = d.cap()
	}
	from, to := window(r, d.n, largest)
	var page []string
	for i := from; i < to; i++ {
		if d.dangles == nil || !d.dangles(i) {
			page = append(page, objects(i, i+1))
		}
	}
	total := d.n
	if d.total != nil {
		total = d.total(from)
	}
	list := "[" + strings.Join(page, ",") + "]"
	switch {
	case d.wrapped && total < 0:
		return ok(`{"results":` + list + `}`)(r)
	case d.wrapped:
		return ok(fmt.Sprintf(`{"totalCount":%d,"results":%s}`, total, list))(r)
	case total < 0:
		return ok(list)(r)
	}
	return status(200, list, "X-Total-Count", strconv.Itoa(total))(r)
}

// there are the objects that do not dangle.
func (d *dangling) there() (numbers []int) {
	return slices.DeleteFunc(upTo(d.n), func(i int) bool { return d.dangles != nil && d.dangles(i) })
}

// everywhere runs a test for bare arrays and envelopes, at any concurrency.
func everywhere(t *testing.T, test func(t *testing.T, wrapped bool, walk func(answer) ([]int, error))) {
	for _, wrapped := range []bool{false, true} {
		for _, inFlight := range []int{1, 4, 16} {
			t.Run(fmt.Sprintf("wrapped %t, %d in flight", wrapped, inFlight), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					test(t, wrapped, func(a answer) ([]int, error) {
						path := "/v2/systems"
						if wrapped {
							path = "/systems"
						}
						w := always(t, slow(time.Second, a))
						var found []int
						var last error
						for thing, err := range jumpcloud.Walk[thing](t.Context(), newClient(t, w, concurrency(inFlight)), path, nil) {
							if last = err; err == nil {
								found = append(found, thing.N)
							}
						}
						_, most := w.busy()
						assert.LessOrEqual(t, most, inFlight)
						return found, last
					})
				})
			})
		}
	}
}

func between(from, to int) func(int) bool {
	return func(i int) bool { return i >= from && i <= to }
}

func noTotal(int) int { return -1 }

func TestWalk_ObjectsThatDangleHideNoOthers(t *testing.T) {
	for name, test := range map[string]struct {
		dangles  func(int) bool
		total    func(int) int
		requests int
		missing  string
	}{
		"one":                    {between(150, 150), nil, 7, ""},
		"the first":              {between(0, 0), nil, 7, ""},
		"the last":               {between(529, 529), nil, 7, ""},
		"a page":                 {between(200, 299), nil, 7, "100 that the service counts did not come, those from 200 to 299"},
		"the first page":         {between(0, 99), nil, 7, "100 that the service counts did not come, those from 0 to 99"},
		"the last page":          {between(500, 529), nil, 7, ""},
		"two pages":              {func(i int) bool { return i/100 == 1 || i/100 == 3 }, nil, 8, "200 that the service counts did not come, those from 100 to 199, 300 to 399"},
		"half of each page":      {func(i int) bool { return i%2 == 0 }, nil, 40, ""},
		"all but ten of a page":  {func(i int) bool { return i < 100 && i%10 != 0 }, nil, 40, ""},
		"one, no total":          {between(150, 150), noTotal, 7, ""},
		"the last, no total":     {between(529, 529), noTotal, 7, ""},
		"half a page, no total":  {between(140, 189), noTotal, 8, ""},
		"every third, no total":  {func(i int) bool { return i%3 == 0 }, noTotal, 13, ""},
		"the last ten, no total": {between(520, 529), noTotal, 7, ""},
	} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
				list := &dangling{n: 530, dangles: test.dangles, total: test.total, wrapped: wrapped}

				found, err := walk(list.answer)

				assert.Equal(t, list.there(), found)
				assert.LessOrEqual(t, int(list.requests.Load()), test.requests)
				if test.missing == "" {
					require.NoError(t, err)
				} else {
					assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
					assert.ErrorContains(t, err, fmt.Sprintf("after %d objects: %s: ", len(found), test.missing))
				}
			})
		})
	}
}

func TestWalk_ErrorNamesTenOfThePlacesWhereObjectsAreMissing(t *testing.T) {
	everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
		list := &dangling{n: 2500, dangles: func(i int) bool { return i/100%2 == 1 }, wrapped: wrapped}

		found, err := walk(list.answer)

		assert.Equal(t, list.there(), found)
		assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
		assert.ErrorContains(t, err, "1200 that the service counts did not come")
		assert.ErrorContains(t, err, " 1700 to 1799, 1900 to 1999, and on: ")
	})
}

func TestWalk_ObjectsThatDangleOnCappedPagesHideNoOthers(t *testing.T) {
	for name, total := range map[string]func(int) int{"total": nil, "no total": noTotal} {
		for dangles, test := range map[string]func(int) bool{
			"none": nil, "one": between(15, 15), "a few": func(i int) bool { return i%7 == 3 }, "the last": between(52, 52),
		} {
			t.Run(name+", "+dangles, func(t *testing.T) {
				everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
					list := &dangling{n: 53, dangles: test, total: total, wrapped: wrapped, cap: func() int { return 10 }}

					found, err := walk(list.answer)

					require.NoError(t, err)
					assert.Equal(t, list.there(), found)
					assert.Less(t, int(list.requests.Load()), 25)
				})
			})
		}
	}
}

func TestWalk_PagesCappedAtAnotherNumberEachTimeLoseNothing(t *testing.T) {
	for name, total := range map[string]func(int) int{"total": nil, "no total": noTotal} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
				random := rand.New(rand.NewPCG(5, 6)) // requests that come at once take it in any order
				lock := make(chan struct{}, 1)
				list := &dangling{n: 400, total: total, wrapped: wrapped, cap: func() int {
					lock <- struct{}{}
					defer func() { <-lock }()
					return 1 + random.IntN(30)
				}}

				found, err := walk(list.answer)

				require.NoError(t, err)
				assert.Equal(t, upTo(400), found)
			})
		})
	}
}

// caps are the pages of a service that cuts each at another number; behind the last it cuts none.
func caps(n ...int) func() int {
	return func() int {
		if len(n) == 0 {
			return 1000
		}
		next := n[0]
		n = n[1:]
		return next
	}
}

func TestWalk_AnswerThatIsCutToNothingIsNotBelievedOncePagesWereCut(t *testing.T) {
	for name, list := range map[string]*dangling{
		"total":    {n: 45, dangles: between(15, 15), cap: caps(10, 2, 3, 1)},
		"no total": {n: 45, dangles: between(7, 7), cap: caps(2, 5, 1), total: noTotal},
	} {
		t.Run(name, func(t *testing.T) {
			w := always(t, list.answer)

			found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w, pageSize(10), oneByOne), "/v2/systems", nil))

			require.NoError(t, err)
			assert.Equal(t, list.there(), found)
		})
	}
}

func TestWalk_ObjectDeletedWhereThePagesOverlapTakesNoOtherAlong(t *testing.T) {
	for _, inFlight := range []int{1, 4, 16} {
		w := always(t, func(r *http.Request) (*http.Response, error) {
			rows, largest := slices.DeleteFunc(upTo(39), func(i int) bool { return i == 5 }), 10
			switch r.URL.Query().Get("skip") {
			case "":
				rows, largest = upTo(39), 2
			case "2":
				rows, largest = upTo(39), 4
			case "4":
				largest = 1
			}
			from, to := window(r, len(rows), largest)
			var page []string
			for _, i := range rows[from:to] {
				page = append(page, objects(i, i+1))
			}
			return status(200, "["+strings.Join(page, ",")+"]", "X-Total-Count", strconv.Itoa(len(rows)))(r)
		})

		found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w, pageSize(10), concurrency(inFlight)), "/v2/systems", nil))

		require.NoError(t, err)
		assert.Equal(t, upTo(39), found)
	}
}

func TestWalk_TotalThatFallsOnThePageThatShowsThatPagesAreCutLosesNothing(t *testing.T) {
	requests, largest := 0, caps(3, 1, 1, 1) // the second may be one of which two dangle
	w := always(t, func(r *http.Request) (*http.Response, error) {
		rows := upTo(18)
		if requests++; requests > 2 {
			rows = slices.DeleteFunc(rows, func(i int) bool { return i == 0 || i == 5 })
		}
		from, to := window(r, len(rows), largest())
		var page []string
		for _, i := range rows[from:to] {
			page = append(page, objects(i, i+1))
		}
		return status(200, "["+strings.Join(page, ",")+"]", "X-Total-Count", strconv.Itoa(len(rows)))(r)
	})

	found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w, pageSize(3), oneByOne), "/v2/systems", nil))

	require.NoError(t, err)
	assert.Equal(t, slices.DeleteFunc(upTo(18), func(i int) bool { return i == 5 }), found)
}

func TestWalk_WindowThatGrowsInTheMiddleLosesAndDoublesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
		list := &dangling{n: 430, dangles: func(i int) bool { return i < 230 && i%10 != 0 }, wrapped: wrapped}

		found, err := walk(list.answer)

		require.NoError(t, err)
		assert.Equal(t, list.there(), found)
		assert.Less(t, int(list.requests.Load()), 60)
	})
}

// An object that goes away moves those behind it forward, one of them from the page that comes next to the
// one that came.
func TestWalk_ObjectDeletedBetweenPagesTakesNoOtherAlong(t *testing.T) {
	for name, deleted := range map[string]int{"on a page that came": 40, "on the edge": 199, "behind": 340} {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
				var requests atomic.Int32
				rows := upTo(350)
				rows = slices.DeleteFunc(rows, func(i int) bool { return i == deleted })
				left := rows
				found, err := walk(func(r *http.Request) (*http.Response, error) {
					all := upTo(350)
					if requests.Add(1) > 2 {
						all = left
					}
					from, to := window(r, len(all), 100)
					var page []string
					for _, i := range all[from:to] {
						page = append(page, objects(i, i+1))
					}
					list := strings.Join(page, ",")
					if wrapped {
						return ok(fmt.Sprintf(`{"totalCount":%d,"results":[%s]}`, len(all), list))(r)
					}
					return status(200, "["+list+"]", "X-Total-Count", strconv.Itoa(len(all)))(r)
				})

				require.NoError(t, err)
				assert.Equal(t, left, slices.DeleteFunc(found, func(i int) bool { return i == deleted }))
				assert.LessOrEqual(t, int(requests.Load()), 4+4)
			})
		})
	}
}

func TestWalk_OnePageThatUnderstatesTheTotalIsNotTheEnd(t *testing.T) {
	for _, said := range []int{0, 99, 200, 250, 349} {
		t.Run(fmt.Sprint(said), func(t *testing.T) {
			everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
				list := &dangling{n: 350, wrapped: wrapped, total: func(skip int) int {
					if skip == 100 {
						return said
					}
					return 350
				}}

				found, err := walk(list.answer)

				require.NoError(t, err)
				assert.Equal(t, upTo(350), found)
				assert.Less(t, int(list.requests.Load()), 15)
			})
		})
	}
}

func TestWalk_SkipThatIsIgnoredEndsItInEachForm(t *testing.T) {
	shuffled := func(object func(i int) string) func() string {
		return func() string {
			var page []string
			for _, i := range rand.Perm(100) {
				page = append(page, object(i))
			}
			return strings.Join(page, ",")
		}
	}
	for name, page := range map[string]func() string{
		"texts":                   func() string { return objects(0, 100) },
		"texts in another order":  shuffled(func(i int) string { return objects(i, i+1) }),
		"numbers":                 shuffled(func(i int) string { return fmt.Sprintf(`{"id":%d}`, i) }),
		"numbers as _id":          shuffled(func(i int) string { return fmt.Sprintf(`{"_id":%d.5e3}`, i) }),
		"no ids":                  func() string { return strings.Repeat(`{"n":1},`, 99) + `{"n":1}` },
		"no ids in another order": shuffled(func(i int) string { return fmt.Sprintf(`{"n":%d}`, i) }),
		"objects that are none":   shuffled(func(i int) string { return fmt.Sprintf(`"%d"`, i) }),
		"nulls":                   func() string { return strings.Repeat("null,", 99) + "null" },
	} {
		for _, total := range []int{250, -1, 50} {
			t.Run(fmt.Sprint(name, " ", total), func(t *testing.T) {
				everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
					var requests atomic.Int32
					_, err := walk(func(r *http.Request) (*http.Response, error) {
						requests.Add(1)
						if wrapped && total >= 0 {
							return ok(fmt.Sprintf(`{"totalCount":%d,"results":[%s]}`, total, page()))(r)
						} else if wrapped {
							return ok(fmt.Sprintf(`{"results":[%s]}`, page()))(r)
						} else if total < 0 {
							return ok(`[` + page() + `]`)(r)
						}
						return status(200, `[`+page()+`]`, "X-Total-Count", strconv.Itoa(total))(r)
					})

					assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
					assert.Less(t, int(requests.Load()), 120)
				})
			})
		}
	}
}

func TestWalk_ListThatDoesNotPageEnds(t *testing.T) {
	for name, n := range map[string]int{"fewer than asked for": 3, "more than asked for": 250} {
		for _, total := range []int{n, -1} {
			t.Run(fmt.Sprint(name, " ", total), func(t *testing.T) {
				everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
					var requests atomic.Int32
					found, err := walk(func(r *http.Request) (*http.Response, error) {
						requests.Add(1)
						if wrapped && total >= 0 {
							return ok(fmt.Sprintf(`{"totalCount":%d,"results":[%s]}`, total, objects(0, n)))(r)
						} else if wrapped {
							return ok(`{"results":[` + objects(0, n) + `]}`)(r)
						} else if total < 0 {
							return ok(`[` + objects(0, n) + `]`)(r)
						}
						return status(200, `[`+objects(0, n)+`]`, "X-Total-Count", strconv.Itoa(total))(r)
					})

					require.NoError(t, err)
					assert.Equal(t, upTo(n), found)
					assert.LessOrEqual(t, int(requests.Load()), 2)
				})
			})
		}
	}
}

func TestWalk_TotalThatIsFarTooHighEndsAfterABoundedNumberOfRequests(t *testing.T) {
	for _, n := range []int{0, 1, 150} {
		everywhere(t, func(t *testing.T, wrapped bool, walk func(answer) ([]int, error)) {
			list := &dangling{n: n, wrapped: wrapped, total: func(int) int { return 1_000_000 }}

			found, err := walk(list.answer)

			assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
			assert.Equal(t, list.there(), append([]int(nil), found...))
			assert.Less(t, int(list.requests.Load()), 250)
		})
	}
}

func TestWalk_GapTakesItsTurnAmongThePagesInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := &dangling{n: 1000, dangles: func(i int) bool { return i%10 == 5 }}
		w := always(t, slow(time.Second, list.answer))

		found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w, pageSize(10)), "/v2/systems", nil))

		require.NoError(t, err)
		assert.Equal(t, list.there(), found)
		_, most := w.busy()
		assert.Equal(t, 4, most)
	})
}

func TestWalk_ObjectsWithoutIDsAreNotTakenForEachOther(t *testing.T) {
	w := always(t, func(r *http.Request) (*http.Response, error) {
		from, to := window(r, 40, 7)
		return ok(`{"totalCount":40,"results":[` + strings.TrimSuffix(strings.Repeat(`{"n":1},`, to-from), ",") + `]}`)(r)
	})

	found, err := numbers(walk(t.Context(), newClient(t, w)))

	require.NoError(t, err)
	assert.Len(t, found, 40)
}

func TestWalk_IDThatAPageHasTwiceIsNone(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":4,"results":[{"_id":"job","n":0},{"_id":"job","n":1}]}`), ok(`{"totalCount":4,"results":[{"_id":"job","n":2},{"_id":"job","n":3}]}`))

	found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(2), oneByOne)))

	require.NoError(t, err)
	assert.Equal(t, upTo(4), found)
}

// leaves ends the goroutine of a page, as require does in a test's transport.
func leaves(*http.Request) (*http.Response, error) {
	runtime.Goexit()
	return nil, nil
}

func TestWalk_TransportThatLeavesTakesTheRangingGoroutineAlong(t *testing.T) {
	for _, page := range []string{"", "10", "30"} {
		for _, inFlight := range []int{1, 4} {
			t.Run(fmt.Sprintf("page %s, %d in flight", page, inFlight), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := always(t, func(r *http.Request) (*http.Response, error) {
						if r.URL.Query().Get("skip") == page {
							return leaves(r)
						}
						return slow(time.Second, v1List(100, 10))(r)
					})
					returned, done := false, make(chan struct{})
					go func() {
						defer close(done)
						_, _ = numbers(walk(t.Context(), newClient(t, w, pageSize(10), concurrency(inFlight))))
						returned = true
					}()
					<-done

					assert.False(t, returned)
					now, _ := w.busy()
					assert.Zero(t, now, "nothing outlives it")
				})
			})
		}
	}
}

func TestWalk_PanicOfATransportReachesTheRangingGoroutine(t *testing.T) {
	for _, page := range []string{"", "10", "30"} {
		for _, inFlight := range []int{1, 4} {
			t.Run(fmt.Sprintf("page %s, %d in flight", page, inFlight), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					boom := errors.New("boom")
					w := always(t, func(r *http.Request) (*http.Response, error) {
						if r.URL.Query().Get("skip") == page {
							panic(boom)
						}
						return slow(time.Second, v1List(100, 10))(r)
					})

					assert.PanicsWithValue(t, boom, func() {
						_, _ = numbers(walk(t.Context(), newClient(t, w, pageSize(10), concurrency(inFlight))))
					})
					now, _ := w.busy()
					assert.Zero(t, now, "nothing outlives it")
				})
			})
		}
	}
}

func TestWalk_PanicInAGapReachesTheRangingGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := &dangling{n: 530, dangles: between(150, 150)}
		w := always(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("skip") == "199" {
				panic("boom")
			}
			return slow(time.Second, list.answer)(r)
		})

		assert.PanicsWithValue(t, "boom", func() {
			_, _ = numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/v2/systems", nil))
		})
	})
}

func TestWalk_GapHangsNotPastTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		list := &dangling{n: 530, dangles: between(150, 150)}
		w := always(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("skip") == "199" {
				return hangs(r)
			}
			return slow(time.Second, list.answer)(r)
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()

		found, err := numbers(jumpcloud.Walk[thing](ctx, newClient(t, w), "/v2/systems", nil))

		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Len(t, found, 199)
	})
}

func TestWalk_ObjectThatIsKeptWithItsJSONKeepsNoPage(t *testing.T) {
	w := always(t, func(r *http.Request) (*http.Response, error) {
		from, to := window(r, 200, 100)
		var page []string
		for i := from; i < to; i++ {
			page = append(page, fmt.Sprintf(`{"_id":"u%d","description":%q}`, i, strings.Repeat("x", 10_000)))
		}
		return ok(fmt.Sprintf(`{"totalCount":200,"results":[%s]}`, strings.Join(page, ",")))(r)
	})

	users, err := jumpcloud.Collect(newClient(t, w).Systemusers.All(t.Context(), nil, jumpcloud.WithRaw()), 0)

	require.NoError(t, err)
	for _, user := range users {
		assert.Less(t, cap(user.RawJSON()), 12_000)
	}
	first, second := users[0].RawJSON(), users[1].RawJSON()
	assert.NotContains(t, string(first[:cap(first)]), `"u1"`)
	assert.Contains(t, string(second), `"u1"`)
}

func TestOne_SaysWhatItWasLookingFor(t *testing.T) {
	none, two := always(t, ok(`{"totalCount":0,"results":[]}`)), always(t, ok(`{"totalCount":2,"results":[{"_id":"a"},{"_id":"b"}]}`))
	byEmail := &jumpcloud.SystemusersListParams{Filter: []jumpcloud.Condition{jumpcloud.Filter("email", jumpcloud.Eq, "ann@example.com")}}

	_, err := jumpcloud.One(newClient(t, none).Systemusers.All(t.Context(), byEmail))
	assert.EqualError(t, err, "jumpcloud: no Systemuser: not found")

	_, err = jumpcloud.One(newClient(t, two).Systemusers.All(t.Context(), byEmail))
	assert.EqualError(t, err, "jumpcloud: more than 1 Systemuser: more results than asked for")
}
