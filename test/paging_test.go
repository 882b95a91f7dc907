package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"net/url"
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

// walk walks /systems, a list of v1 that the package does not know.
func walk(ctx context.Context, client *jumpcloud.APIClient, opts ...jumpcloud.RequestOption) iter.Seq2[*thing, error] {
	return jumpcloud.Walk[thing](ctx, client, "/systems", nil, opts...)
}

// pageSize makes pages small.
func pageSize(n int) func(*jumpcloud.Configuration) {
	return func(c *jumpcloud.Configuration) { c.PageSize = n }
}

// concurrency sets how many pages may be in flight.
func concurrency(n int) func(*jumpcloud.Configuration) {
	return func(c *jumpcloud.Configuration) { c.PageConcurrency = n }
}

// oneByOne keeps a single page in flight, so that the requests come in a fixed order.
var oneByOne = concurrency(1)

// numbers are what a walk yields, up to its first error.
func numbers(things iter.Seq2[*thing, error]) (numbers []int, err error) {
	for thing, err := range things {
		if err != nil {
			return numbers, err
		}
		numbers = append(numbers, thing.N)
	}
	return numbers, nil
}

// upTo is 0, 1, … n-1.
func upTo(n int) (numbers []int) {
	for i := range n {
		numbers = append(numbers, i)
	}
	return numbers
}

// queries are the queries of the requests, in order.
func queries(w *wire) (queries []string) {
	for _, r := range w.requests() {
		_, query, _ := strings.Cut(r.url, "?")
		queries = append(queries, query)
	}
	return queries
}

func TestPage_ListAnswersOnePageOfV1(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":102,"results":[{"_id":"u1","username":"ann"},{"_id":"u2","username":"bob"}]}`))

	page, err := newClient(t, w).Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Limit: 2, Skip: 40})

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers?limit=2&skip=40", w.only().url)
	assert.Equal(t, 102, page.TotalCount)
	assert.Equal(t, 40, page.Skip)
	assert.Equal(t, 2, page.Limit)
	require.Len(t, page.Items, 2)
	assert.Equal(t, "u1", page.Items[0].ID)
	assert.Equal(t, "bob", page.Items[1].Username)
}

func TestPage_ListAnswersOnePageOfV2(t *testing.T) {
	w := newWire(t, status(200, `[{"id":"g1","name":"one"},{"id":"g2","name":"two"}]`, "X-Total-Count", "102"))

	page, err := newClient(t, w).Usergroups.List(t.Context(), nil)

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/v2/usergroups?limit=100", w.only().url)
	assert.Equal(t, 102, page.TotalCount)
	assert.Equal(t, 0, page.Skip)
	assert.Equal(t, 100, page.Limit)
	require.Len(t, page.Items, 2)
	assert.Equal(t, "two", page.Items[1].Name)
}

func TestPage_TotalThatIsNotSentIsMinusOne(t *testing.T) {
	for name, answer := range map[string]answer{
		"v1":         ok(`{"results":[]}`),
		"v1, null":   ok(`{"totalCount":null,"results":[]}`),
		"v1, a text": ok(`{"totalCount":"many","results":[]}`),
		"v1, below":  ok(`{"totalCount":-1,"results":[]}`),
		"v2":         ok(`[]`),
		"v2, a text": status(200, `[]`, "X-Total-Count", "many"),
		"v2, below":  status(200, `[]`, "X-Total-Count", "-3"),
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, newWire(t, answer))
			total := 0
			if strings.HasPrefix(name, "v1") {
				page, err := client.Systemusers.List(t.Context(), nil)
				require.NoError(t, err)
				total = page.TotalCount
			} else {
				page, err := client.Usergroups.List(t.Context(), nil)
				require.NoError(t, err)
				total = page.TotalCount
			}
			assert.Equal(t, -1, total)
		})
	}
}

func TestPage_TotalBelowZeroIsNone(t *testing.T) {
	page, err := newClient(t, newWire(t, ok(`{"totalCount":-5,"results":[]}`))).Systemusers.List(t.Context(), nil)

	require.NoError(t, err)
	assert.Equal(t, -1, page.TotalCount)
}

func TestPage_TotalInQuotesCounts(t *testing.T) {
	page, err := newClient(t, newWire(t, ok(`{"totalCount":"17","results":[]}`))).Systemusers.List(t.Context(), nil)

	require.NoError(t, err)
	assert.Equal(t, 17, page.TotalCount)
}

func TestPage_EmptyListHasNoItems(t *testing.T) {
	page, err := newClient(t, newWire(t, ok(`{"totalCount":0,"results":[]}`))).Systemusers.List(t.Context(), nil)

	require.NoError(t, err)
	assert.NotNil(t, page.Items)
	assert.Empty(t, page.Items)
	assert.Zero(t, page.TotalCount)
}

func TestPage_ListWithoutLimitSendsThePageSize(t *testing.T) {
	w := newWire(t, v1List(0, 100), v1List(0, 100))
	client := newClient(t, w, pageSize(25))

	_, err := client.Systemusers.List(t.Context(), nil)
	require.NoError(t, err)
	_, err = client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Skip: 3})
	require.NoError(t, err)

	assert.Equal(t, []string{"limit=25", "limit=25&skip=3"}, queries(w))
}

func TestPage_ListDoesNotSort(t *testing.T) {
	w := newWire(t, v1List(0, 100))

	_, err := newClient(t, w).Systemusers.List(t.Context(), nil)

	require.NoError(t, err)
	assert.NotContains(t, w.only().url, "sort")
}

func TestPage_ListFailsOnAnItemThatCannotBeRead(t *testing.T) {
	for name, results := range map[string]string{
		"null": `[{"_id":"u1"},null]`, "a text": `[{"_id":"u1"},"x"]`, "wrong type": `[{"_id":"u1"},{"_id":"u2","sudo":"x"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			page, err := newClient(t, newWire(t, ok(`{"totalCount":2,"results":`+results+`}`))).Systemusers.List(t.Context(), nil)

			assert.Nil(t, page)
			assert.ErrorIs(t, err, jumpcloud.ErrItem)
			assert.Equal(t, 1, asDecodeError(t, err).Index)
		})
	}
}

func TestPage_ListWithoutPagingIsASlice(t *testing.T) {
	w := newWire(t, ok(`[{"_id":"k1","name":"one"},{"_id":"k2","name":"two"}]`))
	var response jumpcloud.Response

	keys, err := newClient(t, w).Systemusers.ListSSHKeys(t.Context(), "u1", jumpcloud.WithResponse(&response))

	require.NoError(t, err)
	assert.Equal(t, baseURL+"/systemusers/u1/sshkeys", w.only().url)
	require.Len(t, keys, 2)
	assert.Equal(t, "two", keys[1].Name)
	assert.Equal(t, 200, response.StatusCode)
}

func TestPage_AnswerThatIsNoListIsAnError(t *testing.T) {
	for name, body := range map[string]string{
		"object":           `{"_id":"u1"}`,
		"results null":     `{"totalCount":3,"results":null}`,
		"empty":            ``,
		"results no list":  `{"totalCount":0,"results":{"a":1}}`,
		"text":             `"nothing"`,
		"number":           `7`,
		"cut off":          `{"totalCount":2,"results":[{"_id":"u1"},`,
		"HTML":             `<html>`,
		"two values":       `[] []`,
		"list with a rest": `[{"_id":"u1"}]x`,
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, newWire(t, ok(body), ok(body)))

			page, err := client.Systemusers.List(t.Context(), nil)
			assert.Nil(t, page)
			assert.Equal(t, body, string(asDecodeError(t, err).Body))
			assert.NotErrorIs(t, err, jumpcloud.ErrItem)

			count := 0
			for item, err := range client.Systemusers.All(t.Context(), nil) {
				count++
				assert.Nil(t, item)
				asDecodeError(t, err)
			}
			assert.Equal(t, 1, count)
		})
	}
}

func TestPage_NullInPlaceOfAListIsAnEmptyOne(t *testing.T) {
	for name, body := range map[string]string{
		"alone": `null`, "with blanks": " null\n", "as results": `{"totalCount":0,"results":null}`, "as results, in capitals": `{"TOTALCOUNT":0,"RESULTS":null}`,
		"as results without a total": `{"results":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			client := newClient(t, always(t, ok(body)))

			page, err := client.Systemusers.List(t.Context(), nil)
			require.NoError(t, err)
			assert.NotNil(t, page.Items)
			assert.Empty(t, page.Items)

			users, err := jumpcloud.Collect(client.Systemusers.All(t.Context(), nil), 0)
			require.NoError(t, err)
			assert.Empty(t, users)

			keys, err := client.Systemusers.ListSSHKeys(t.Context(), userID)
			require.NoError(t, err)
			assert.NotNil(t, keys)
			assert.Empty(t, keys)
		})
	}
}

func TestPage_NullOfAListThatIsCountedIsAnError(t *testing.T) {
	client := newClient(t, always(t, status(200, `null`, "X-Total-Count", "3")))

	_, err := client.Usergroups.List(t.Context(), nil)
	asDecodeError(t, err)
}

func TestPage_EmptyBodyIsNoListAndNeverNotFound(t *testing.T) {
	client := newClient(t, always(t, ok(``)))

	_, err := jumpcloud.One(client.Systemusers.All(t.Context(), nil)) // find-or-create would make a duplicate
	asDecodeError(t, err)
	assert.NotErrorIs(t, err, jumpcloud.ErrNotFound)

	_, err = client.Systemusers.ListSSHKeys(t.Context(), userID)
	asDecodeError(t, err)
}

func TestPage_NextIsWhereTheNextPageStarts(t *testing.T) {
	for name, test := range map[string]struct {
		page jumpcloud.Page[thing]
		skip int
		more bool
	}{
		"full":                      {jumpcloud.Page[thing]{Items: make([]*thing, 100), TotalCount: 530, Skip: 100, Limit: 100}, 200, true},
		"one fewer":                 {jumpcloud.Page[thing]{Items: make([]*thing, 99), TotalCount: 530, Skip: 100, Limit: 100}, 199, true},
		"the last":                  {jumpcloud.Page[thing]{Items: make([]*thing, 30), TotalCount: 530, Skip: 500, Limit: 100}, 530, false},
		"the last, one fewer":       {jumpcloud.Page[thing]{Items: make([]*thing, 29), TotalCount: 530, Skip: 500, Limit: 100}, 529, true},
		"empty in the middle":       {jumpcloud.Page[thing]{TotalCount: 530, Skip: 200, Limit: 100}, 300, true},
		"empty at the end":          {jumpcloud.Page[thing]{TotalCount: 530, Skip: 529, Limit: 100}, 629, false},
		"empty list":                {jumpcloud.Page[thing]{Limit: 100}, 100, false},
		"no total":                  {jumpcloud.Page[thing]{Items: make([]*thing, 3), TotalCount: -1, Limit: 100}, 3, true},
		"no total, empty":           {jumpcloud.Page[thing]{TotalCount: -1, Skip: 3, Limit: 100}, 3, false},
		"total that is no such one": {jumpcloud.Page[thing]{Items: make([]*thing, 100), TotalCount: 10, Skip: 100, Limit: 100}, 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			skip, more := test.page.Next()

			assert.Equal(t, test.more, more)
			assert.Equal(t, test.skip, skip)
		})
	}
}

func TestPage_OddEnvelopesDoNotPanic(t *testing.T) {
	for _, body := range []string{
		`{"Results":[{"_id":"a","n":1}]}`,
		`{"results":[{"_id":"a"}],"RESULTS":[{"_id":"b"},{"_id":"c"}]}`,
		`{"results":[{"_id":"a"},{"_id":"b"}],"results":[{"_id":"c"}]}`,
		`{"results":[{"_id":"a"}],"results":null}`,
		`{"results":[{"_id":"a","n":"x"}],"results":null}`,
		`{"re\u0073ults":[null,{"_id":"a"}]}`,
		`{"results":[{"_id":"a","n":"x"}],"Results":[{"_id":"b"}]}`,
	} {
		assert.NotPanics(t, func() {
			_, _ = numbers(walk(t.Context(), newClient(t, always(t, ok(body))), jumpcloud.WithRaw()))
			_, _ = newClient(t, always(t, ok(body))).Systemusers.List(t.Context(), nil, jumpcloud.WithRaw())
		}, body)
	}
}

func TestWalk_Empty(t *testing.T) {
	for name, list := range map[string]answer{"v1": v1List(0, 100), "v2": v2List(0, 100), "without a total": bareList(0, 100)} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, list)

			found, err := numbers(walk(t.Context(), newClient(t, w)))

			require.NoError(t, err)
			assert.Empty(t, found)
		})
	}
}

func TestWalk_OnePage(t *testing.T) {
	w := newWire(t, v1List(7, 100))

	found, err := numbers(walk(t.Context(), newClient(t, w)))

	require.NoError(t, err)
	assert.Equal(t, upTo(7), found)
	assert.Equal(t, []string{"limit=100&sort=_id"}, queries(w))
}

func TestWalk_ManyPages(t *testing.T) {
	w := newWire(t, v1List(7, 100), v1List(7, 100), v1List(7, 100))

	found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(3), oneByOne)))

	require.NoError(t, err)
	assert.Equal(t, upTo(7), found)
	assert.Equal(t, []string{"limit=3&sort=_id", "limit=3&skip=3&sort=_id", "limit=3&skip=6&sort=_id"}, queries(w))
}

func TestWalk_LastPageMayBeFull(t *testing.T) {
	w := newWire(t, v1List(6, 100), v1List(6, 100))

	found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(3), oneByOne)))

	require.NoError(t, err)
	assert.Equal(t, upTo(6), found)
}

func TestWalk_TotalComesInAHeaderInV2(t *testing.T) {
	w := newWire(t, v2List(5, 100), v2List(5, 100), v2List(5, 100))
	client := newClient(t, w, pageSize(2), oneByOne)

	found, err := numbers(jumpcloud.Walk[thing](t.Context(), client, "/v2/systems", nil))

	require.NoError(t, err)
	assert.Equal(t, upTo(5), found)
	assert.Equal(t, []string{"limit=2", "limit=2&skip=2", "limit=2&skip=4"}, queries(w), "and v2 is not sorted")
}

func TestWalk_ServerMayCapThePage(t *testing.T) {
	for name, list := range map[string]func(n, largest int) answer{"v1": v1List, "v2": v2List, "without a total": bareList} {
		for _, inFlight := range []int{1, 4, 16} {
			t.Run(fmt.Sprint(name, " ", inFlight), func(t *testing.T) {
				w := always(t, list(53, 7))

				found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight))))

				require.NoError(t, err)
				assert.Equal(t, upTo(53), found)
			})
		}
	}
}

func TestWalk_ServerMayCapPagesDifferently(t *testing.T) {
	for _, inFlight := range []int{1, 4, 16} {
		t.Run(fmt.Sprint(inFlight), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(1, uint64(inFlight)))
				latency := func() time.Duration { return time.Duration(random.IntN(1000)) * time.Millisecond }
				w := always(t, nil)
				w.every = func(r *http.Request) (*http.Response, error) {
					w.mu.Lock()
					wait, largest := latency(), 1+random.IntN(9)
					w.mu.Unlock()
					return slow(wait, v1List(200, largest))(r)
				}

				found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight))))

				require.NoError(t, err)
				assert.Equal(t, upTo(200), found)
			})
		})
	}
}

func TestWalk_WithoutATotalNoShortPageIsTheEnd(t *testing.T) {
	w := newWire(t, bareList(8, 3), bareList(8, 3), bareList(8, 3), bareList(8, 3))

	found, err := numbers(walk(t.Context(), newClient(t, w)))

	require.NoError(t, err)
	assert.Equal(t, upTo(8), found)
	assert.Equal(t, []string{"limit=100&sort=_id", "limit=100&skip=3&sort=_id", "limit=100&skip=6&sort=_id", "limit=100&skip=8&sort=_id"}, queries(w))
}

func TestWalk_WithoutATotalEndsAtAnEmptyPage(t *testing.T) {
	w := newWire(t, bareList(6, 3), bareList(6, 3), bareList(6, 3))

	found, err := numbers(walk(t.Context(), newClient(t, w)))

	require.NoError(t, err)
	assert.Equal(t, upTo(6), found)
}

// totals answers a list of n objects, a few to a page, with a total that may be a lie.
func totals(n, largest int, total func(skip int) string) answer {
	return func(r *http.Request) (*http.Response, error) {
		from, to := window(r, n, largest)
		return ok(fmt.Sprintf(`{%s"results":[%s]}`, total(from), objects(from, to)))(r)
	}
}

func TestWalk_TotalThatIsTooLowLosesNothing(t *testing.T) {
	for name, total := range map[string]int{"zero": 0, "less than a page": 2, "a page": 3, "more than a page": 4, "all but one": 9} {
		t.Run(name, func(t *testing.T) {
			w := always(t, totals(10, 3, func(int) string { return fmt.Sprintf(`"totalCount":%d,`, total) }))

			found, err := numbers(walk(t.Context(), newClient(t, w)))

			if len(found) != total { // a walk that ends exactly at the total cannot know better
				require.NoError(t, err)
				assert.Equal(t, upTo(10), found)
			}
		})
	}
}

func TestWalk_TotalThatIsTooHighIsAnErrorNotACutList(t *testing.T) {
	for _, inFlight := range []int{1, 4} {
		w := always(t, totals(10, 3, func(int) string { return `"totalCount":20,` }))

		found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight))))

		assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
		assert.Equal(t, upTo(10), found)
		assert.Less(t, w.count(), 20)
	}
}

func TestWalk_TotalMayBeMissingOnSomePages(t *testing.T) {
	for _, inFlight := range []int{1, 4} {
		w := always(t, totals(10, 3, func(skip int) string {
			if skip%2 == 0 {
				return ""
			}
			return `"totalCount":10,`
		}))

		found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight))))

		require.NoError(t, err)
		assert.Equal(t, upTo(10), found)
	}
}

func TestWalk_NewestTotalCounts(t *testing.T) {
	t.Run("growing", func(t *testing.T) {
		for _, inFlight := range []int{1, 4} {
			w := always(t, totals(30, 3, func(skip int) string { return fmt.Sprintf(`"totalCount":%d,`, min(6+skip, 30)) }))

			found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight))))

			require.NoError(t, err)
			assert.Equal(t, upTo(30), found)
		}
	})
	t.Run("shrinking", func(t *testing.T) {
		for _, inFlight := range []int{1, 4} {
			left := func(skip int) int { return max(12-skip, 7) } // the others are deleted meanwhile
			w := always(t, func(r *http.Request) (*http.Response, error) {
				skip, _ := strconv.Atoi(r.URL.Query().Get("skip"))
				return v1List(left(skip), 3)(r)
			})

			found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight))))

			require.NoError(t, err)
			assert.Equal(t, upTo(7), found)
		}
	})
}

func TestWalk_ServerThatIgnoresSkipIsAnError(t *testing.T) {
	first := objects(0, 3)
	for name, answer := range map[string]answer{
		"v1":              ok(`{"totalCount":50,"results":[` + first + `]}`),
		"v2":              status(200, `[`+first+`]`, "X-Total-Count", "50"),
		"without a total": ok(`[` + first + `]`),
	} {
		for _, inFlight := range []int{1, 4} {
			t.Run(fmt.Sprint(name, " ", inFlight), func(t *testing.T) {
				w := always(t, answer)

				found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight), pageSize(3))))

				assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
				assert.Equal(t, upTo(3), found, "and nothing is yielded twice")
				assert.LessOrEqual(t, w.count(), 2+2*inFlight)
			})
		}
	}
}

func TestWalk_ServerThatIgnoresSkipAndSendsAllIsFine(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":3,"results":[`+objects(0, 3)+`]}`))

	found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(2))))

	require.NoError(t, err)
	assert.Equal(t, upTo(3), found)
}

func TestWalk_StallOfTypedListsIsSeenToo(t *testing.T) {
	users := always(t, ok(`{"totalCount":9,"results":[{"id":"u1"},{"id":"u2"}]}`)) // only the other spelling of the id
	_, err := jumpcloud.Collect(newClient(t, users, pageSize(2)).Systemusers.All(t.Context(), nil), 0)
	assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)

	members := always(t, status(200, `[{"to":{"id":"u1","type":"user"}},{"to":{"id":"u2","type":"user"}}]`, "X-Total-Count", "9"))
	_, err = jumpcloud.Collect(newClient(t, members, pageSize(2)).Usergroups.AllMembers(t.Context(), "g1", nil), 0)
	assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
}

func TestWalk_StallSaysWhatHappened(t *testing.T) {
	_, err := numbers(walk(t.Context(), newClient(t, always(t, ok(`{"totalCount":50,"results":[`+objects(0, 3)+`]}`)), oneByOne)))

	assert.ErrorContains(t, err, "jumpcloud: GET /systems: after 3 objects: ")
}

func TestWalk_PagesWithoutIDsAreNotMistakenForOneThatStands(t *testing.T) {
	for name, object := range map[string]string{"no id": `{"n":1}`, "id null": `{"_id":null,"n":1}`, "id empty": `{"id":"","n":1}`} {
		t.Run(name, func(t *testing.T) {
			same := strings.TrimSuffix(strings.Repeat(object+",", 3), ",")
			w := always(t, ok(`{"totalCount":12,"results":[`+same+`]}`))

			found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(3))))

			require.NoError(t, err)
			assert.Len(t, found, 12)
		})
	}
}

func TestWalk_ErrorOnPage3EndsItAfterTheItemsBefore(t *testing.T) {
	for _, inFlight := range []int{1, 4, 16} {
		t.Run(fmt.Sprint(inFlight), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := always(t, func(r *http.Request) (*http.Response, error) {
					if r.URL.Query().Get("skip") == "6" {
						return status(403, `{"message":"no more"}`)(r)
					}
					return slow(time.Second, v1List(30, 100))(r)
				})
				errs := 0
				var found []int

				for thing, err := range walk(t.Context(), newClient(t, w, pageSize(3), concurrency(inFlight))) {
					if err != nil {
						errs++
						assert.Nil(t, thing)
						assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
						assert.EqualError(t, err, "jumpcloud: GET /systems: 403 Forbidden: no more")
						continue // which a walk that is over does not mind
					}
					found = append(found, thing.N)
				}

				assert.Equal(t, 1, errs)
				assert.Equal(t, upTo(6), found)
				now, _ := w.busy()
				assert.Zero(t, now, "nothing is left in flight")
			})
		})
	}
}

func TestWalk_ItemsThatCannotBeReadAreErrorsAndItGoesOn(t *testing.T) {
	for _, inFlight := range []int{1, 4} {
		w := always(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("skip") != "" {
				return v1List(8, 4)(r)
			}
			return ok(`{"totalCount":8,"results":[null,{"_id":"id1","n":1}, {"_id":"id2","n":"two"} ,"three"]}`)(r)
		})
		var found []int
		var bad []*jumpcloud.DecodeError

		for thing, err := range walk(t.Context(), newClient(t, w, concurrency(inFlight))) {
			if err != nil {
				assert.Nil(t, thing)
				assert.ErrorIs(t, err, jumpcloud.ErrItem)
				bad = append(bad, asDecodeError(t, err))
				continue
			}
			found = append(found, thing.N)
		}

		assert.Equal(t, []int{1, 4, 5, 6, 7}, found)
		require.Len(t, bad, 3)
		for i, want := range []struct {
			index int
			body  string
		}{{0, `null`}, {2, `{"_id":"id2","n":"two"}`}, {3, `"three"`}} {
			assert.Equal(t, want.index, bad[i].Index)
			assert.Equal(t, want.body, string(bad[i].Body))
			assert.Equal(t, "/systems", bad[i].Route)
		}
		assert.EqualError(t, bad[0], "jumpcloud: GET /systems: object 0 of the page cannot be read: it is null")
	}
}

func TestWalk_TotalAfterAnItemThatCannotBeReadStillCounts(t *testing.T) {
	w := newWire(t, ok(`{"results":[{"_id":"id0","n":"x"},{"_id":"id1","n":1}],"totalCount":2}`))
	count := 0

	for range walk(t.Context(), newClient(t, w)) {
		count++
	}

	assert.Equal(t, 2, count)
}

// picky is an item that decodes in its own way.
type picky struct{ n int }

func (p *picky) UnmarshalJSON(data []byte) error {
	if string(data) == `{"n":1}` {
		return errors.New("we do not like one")
	}
	p.n = len(data)
	return nil
}

func TestWalk_ItemThatRefusesItsJSONIsAnItemsError(t *testing.T) {
	refused := 0
	read := 0

	for _, err := range jumpcloud.Walk[picky](t.Context(), newClient(t, newWire(t, ok(`{"totalCount":3,"results":[{"n":0},{"n":1},{"n":2}]}`))), "/systems", nil) {
		if err != nil {
			assert.ErrorIs(t, err, jumpcloud.ErrItem)
			assert.ErrorContains(t, err, "we do not like one")
			refused++
			continue
		}
		read++
	}

	assert.Equal(t, 1, refused)
	assert.Equal(t, 2, read)
}

func TestWalk_PageOfNothingReadableIsNotTheEnd(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":5,"results":[null,null]}`), ok(`{"totalCount":5,"results":[null,null]}`), ok(`{"totalCount":5,"results":[{"_id":"id4","n":4}]}`))
	var found []int
	errs := 0

	for thing, err := range walk(t.Context(), newClient(t, w, oneByOne)) {
		if err != nil {
			assert.ErrorIs(t, err, jumpcloud.ErrItem)
			errs++
			continue
		}
		found = append(found, thing.N)
	}

	assert.Equal(t, 4, errs)
	assert.Equal(t, []int{4}, found)
}

func TestWalk_BreakStopsFetching(t *testing.T) {
	w := always(t, v1List(100, 100))

	for thing, err := range walk(t.Context(), newClient(t, w, pageSize(10), oneByOne)) {
		require.NoError(t, err)
		if thing.N == 25 {
			break
		}
	}

	assert.Equal(t, 3, w.count())
}

func TestWalk_BreakWithinTheFirstPageMakesOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, v1List(1000, 100))

		for thing := range walk(t.Context(), newClient(t, w, concurrency(16))) {
			if thing.N == 99 { // the page's last
				break
			}
		}

		time.Sleep(time.Minute)
		assert.Equal(t, 1, w.count())
	})
}

func TestWalk_BreakLeavesNothingInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which waits for every goroutine
		ended := 0
		w := always(t, nil)
		w.every = func(r *http.Request) (*http.Response, error) {
			latency := time.Second
			if skip := r.URL.Query().Get("skip"); skip != "" && skip != "10" {
				latency = time.Hour
			}
			response, err := slow(latency, v1List(1000, 100))(r)
			if errors.Is(err, context.Canceled) {
				w.mu.Lock()
				ended++
				w.mu.Unlock()
			}
			return response, err
		}

		for thing, err := range walk(t.Context(), newClient(t, w, pageSize(10), concurrency(8))) {
			require.NoError(t, err)
			if thing.N == 15 {
				synctest.Wait() // until the page that came is made up for
				break
			}
		}

		now, most := w.busy()
		assert.Zero(t, now, "requests in flight after the loop")
		assert.Equal(t, 8, most)
		assert.Equal(t, 8, ended)
	})
}

func TestWalk_BreakAsksNoLimiterAnyMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, v1List(1000, 100)))
		var late atomic.Int32
		limiter := limiterFunc(func(ctx context.Context) error {
			if ctx.Err() != nil {
				late.Add(1)
			}
			return ctx.Err()
		})
		client := newClient(t, w, pageSize(10), concurrency(8), func(c *jumpcloud.Configuration) { c.Limiter = limiter })

		for thing, err := range walk(t.Context(), client) {
			require.NoError(t, err)
			if thing.N == 15 {
				synctest.Wait()
				break
			}
		}

		assert.Zero(t, late.Load())
	})
}

func TestWalk_MayBeRangedTwice(t *testing.T) {
	w := always(t, v1List(25, 100))
	things := walk(t.Context(), newClient(t, w, pageSize(10)))

	for range 2 {
		found, err := numbers(things)
		require.NoError(t, err)
		assert.Equal(t, upTo(25), found)
	}

	assert.Equal(t, 6, w.count())
}

func TestWalk_MayBeRangedAgainAfterABreak(t *testing.T) {
	w := always(t, v1List(25, 100))
	things := walk(t.Context(), newClient(t, w, pageSize(10)))

	for range things {
		break
	}
	found, err := numbers(things)

	require.NoError(t, err)
	assert.Equal(t, upTo(25), found)
}

func TestWalk_MayBePulled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		next, stop := iter.Pull2(walk(t.Context(), newClient(t, always(t, slow(time.Second, v1List(100, 10))))))

		for i := range 15 {
			thing, err, more := next()
			require.True(t, more)
			require.NoError(t, err)
			assert.Equal(t, i, thing.N)
		}
		stop()
	})
}

func TestWalk_IsLazy(t *testing.T) {
	w := newWire(t)

	newClient(t, w).Systemusers.All(t.Context(), nil)

	assert.Zero(t, w.count())
}

func TestWalk_YieldsAllInOrderAtAnyConcurrency(t *testing.T) {
	for _, list := range []struct {
		name string
		of   func(n, largest int) answer
	}{{"v1", v1List}, {"v2", v2List}} {
		for _, inFlight := range []int{1, 4, 16} {
			t.Run(fmt.Sprint(list.name, " ", inFlight), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					random := rand.New(rand.NewPCG(7, uint64(inFlight)))
					w := always(t, nil)
					w.every = func(r *http.Request) (*http.Response, error) {
						w.mu.Lock()
						latency := time.Duration(random.IntN(2000)) * time.Millisecond
						w.mu.Unlock()
						return slow(latency, list.of(1003, 100))(r)
					}

					found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10), concurrency(inFlight))))

					require.NoError(t, err)
					assert.Equal(t, upTo(1003), found)
					assert.Equal(t, 101, w.count(), "each page is asked for once")
					_, most := w.busy()
					assert.Equal(t, inFlight, most, "as many in flight as allowed, and no more")
				})
			})
		}
	}
}

func TestWalk_ConcurrencyIsForAKnownTotalOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, bareList(100, 100)))

		found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10), concurrency(8))))

		require.NoError(t, err)
		assert.Equal(t, upTo(100), found)
		_, most := w.busy()
		assert.Equal(t, 1, most)
	})
}

func TestWalk_AsksForNoPageBeyondTheTotal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, v1List(30, 100)))

		_, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10), concurrency(16))))

		require.NoError(t, err)
		assert.Equal(t, 3, w.count())
	})
}

func TestWalk_WithPageConcurrencyReplacesTheConfigurations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, v1List(200, 100)))

		_, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10)), jumpcloud.WithPageConcurrency(7)))

		require.NoError(t, err)
		_, most := w.busy()
		assert.Equal(t, 7, most)
	})
}

func TestWalk_DefaultConcurrencyIs4(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, v1List(200, 100)))

		_, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10))))

		require.NoError(t, err)
		_, most := w.busy()
		assert.Equal(t, 4, most)
	})
}

func TestWalk_RejectionShrinksTheConcurrencyWhichGrowsBack(t *testing.T) {
	for _, code := range []int{429, 503} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rejected := false
				w := always(t, nil)
				w.every = func(r *http.Request) (*http.Response, error) {
					w.mu.Lock()
					reject := !rejected && r.URL.Query().Get("skip") == "100"
					rejected = rejected || reject
					w.mu.Unlock()
					if reject {
						return slow(time.Millisecond, status(code, ``))(r)
					}
					return slow(time.Second, v1List(400, 10))(r)
				}

				found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10))))

				require.NoError(t, err)
				assert.Equal(t, upTo(400), found, "and nothing is lost")
				sent := func(from, until time.Duration) (n int) {
					for _, r := range w.requests() {
						if r.after >= from && r.after < until {
							n++
						}
					}
					return n
				}
				assert.Equal(t, 4, sent(2*time.Second, 3*time.Second), "four at a time before the rejection")
				assert.Equal(t, 4, sent(3*time.Second, 3*time.Second+1), "of which the page of 100 is one")
				assert.Equal(t, 1, sent(3*time.Second+1, 4*time.Second), "only that one again after it")
				assert.Zero(t, sent(4*time.Second, 4*time.Second+1), "none for the three that were asked for before and came")
				assert.Equal(t, 4, sent(10*time.Second, 11*time.Second), "and four again later")
			})
		})
	}
}

func TestWalk_PagesThatCameEarlyKeepNoOtherBack(t *testing.T) {
	for name, times := range map[string]struct {
		late, pause     time.Duration
		inFlight, asked int
	}{
		"while a page is late":                {late: 5 * time.Second, inFlight: 4, asked: 1 + 1 + 2*4},
		"while the caller is busy":            {late: time.Second, pause: time.Minute, inFlight: 4, asked: 1 + 1 + 2*4},
		"one at a time, none before its time": {late: time.Second, pause: time.Minute, inFlight: 1, asked: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := always(t, func(r *http.Request) (*http.Response, error) {
					if r.URL.Query().Get("skip") == "10" {
						return slow(times.late, v1List(400, 10))(r)
					}
					return slow(time.Second, v1List(400, 10))(r)
				})

				for thing, err := range walk(t.Context(), newClient(t, w, pageSize(10), concurrency(times.inFlight))) {
					require.NoError(t, err)
					if thing.N == 10 {
						time.Sleep(times.pause)
						break
					}
				}

				_, most := w.busy()
				assert.Equal(t, times.inFlight, most)
				assert.Equal(t, times.asked, w.count(), "twice as many as are in flight are asked for ahead of the caller")
			})
		})
	}
}

func TestWalk_SurvivesAServiceThatTakesOneRequestAtATime(t *testing.T) {
	for _, inFlight := range []int{4, 16} {
		t.Run(fmt.Sprint(inFlight), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := always(t, nil)
				w.every = func(r *http.Request) (*http.Response, error) {
					if now, _ := w.busy(); now > 1 {
						return status(429, ``)(r)
					}
					return slow(50*time.Millisecond, v1List(500, 10))(r)
				}

				found, err := numbers(walk(t.Context(), newClient(t, w, concurrency(inFlight))))

				require.NoError(t, err)
				assert.Equal(t, upTo(500), found)
			})
		})
	}
}

func TestWalk_PageAloneInFlightHasAsManyAttemptsAsAnyRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, status(429, ``))

		_, err := numbers(walk(t.Context(), newClient(t, w, oneByOne)))

		assert.ErrorIs(t, err, jumpcloud.ErrRateLimited)
		assert.Equal(t, 3, w.count())
	})
}

func TestWalk_ServiceThatRejectsForeverIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("skip") != "" {
				return status(429, ``)(r)
			}
			return v1List(100, 10)(r)
		})

		found, err := numbers(walk(t.Context(), newClient(t, w)))

		assert.ErrorIs(t, err, jumpcloud.ErrRateLimited)
		assert.Equal(t, upTo(10), found)
	})
}

func TestWalk_PageIsTriedAgainLikeAnyGet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := map[string]int{}
		w := always(t, nil)
		w.every = func(r *http.Request) (*http.Response, error) {
			w.mu.Lock()
			skip := r.URL.Query().Get("skip")
			failures[skip]++
			n := failures[skip]
			w.mu.Unlock()
			switch n {
			case 1:
				return status(500, ``)(r)
			case 2:
				return nil, errReset
			}
			return v1List(35, 10)(r)
		}

		found, err := numbers(walk(t.Context(), newClient(t, w)))

		require.NoError(t, err)
		assert.Equal(t, upTo(35), found)
		assert.Equal(t, 3*4, w.count())
	})
}

func TestWalk_CancellationEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := always(t, slow(time.Second, v1List(1000, 10)))
		time.AfterFunc(3500*time.Millisecond, cancel)
		began := time.Now()

		found, err := numbers(walk(ctx, newClient(t, w)))

		assert.ErrorIs(t, err, context.Canceled)
		assert.NotEmpty(t, found)
		assert.Equal(t, 3500*time.Millisecond, time.Since(began))
		now, _ := w.busy()
		assert.Zero(t, now)
	})
}

func TestWalk_LinkOfTheSameOriginIsFollowed(t *testing.T) {
	for name, link := range map[string]string{
		"absolute":     `<https://jumpcloud.test/base/api/v2/systems?cursor=abc&limit=2>; rel="next"`,
		"path":         `</base/api/v2/systems?cursor=abc&limit=2>; rel="next"`,
		"no quotes":    `</base/api/v2/systems?cursor=abc&limit=2>;rel=next`,
		"with a title": `</base/api/v2/systems?cursor=abc&limit=2>; title="x"; rel="next"`,
		"among others": `</first>; rel="first", </base/api/v2/systems?cursor=abc&limit=2>; rel="next", </last>; rel="last"`,
		"with a port":  `<https://jumpcloud.test:443/base/api/v2/systems?cursor=abc&limit=2>; rel="next"`,
		"capitals":     `</base/api/v2/systems?cursor=abc&limit=2>; REL="NEXT"`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, status(200, `[`+objects(0, 2)+`]`, "Link", link), ok(`[`+objects(2, 3)+`]`))

			found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/v2/systems", nil))

			require.NoError(t, err)
			assert.Equal(t, upTo(3), found)
			require.Equal(t, 2, w.count())
			assert.Contains(t, w.requests()[1].url, "/base/api/v2/systems?cursor=abc&limit=2")
			assert.Equal(t, []string{key}, w.requests()[1].header["X-Api-Key"])
		})
	}
}

func TestWalk_LinkOfAnotherOriginIsIgnored(t *testing.T) {
	for name, link := range map[string]string{
		"host":          `<https://evil.test/base/api/v2/systems?skip=2>; rel="next"`,
		"port":          `<https://jumpcloud.test:8443/base/api/v2/systems?skip=2>; rel="next"`,
		"scheme":        `<http://jumpcloud.test/base/api/v2/systems?skip=2>; rel="next"`,
		"no scheme":     `<//evil.test/base/api/v2/systems?skip=2>; rel="next"`,
		"user":          `<https://u:p@jumpcloud.test/base/api/v2/systems?skip=2>; rel="next"`,
		"user, host":    `<https://jumpcloud.test@evil.test/systems?skip=2>; rel="next"`,
		"other rel":     `<https://jumpcloud.test/base/api/v2/other>; rel="prev"`,
		"no rel":        `<https://jumpcloud.test/base/api/v2/other>`,
		"unreadable":    `<https://jumpcloud.test/%zz>; rel="next"`,
		"no link":       `next`,
		"unclosed link": `<https://jumpcloud.test/base/api/v2/other`,
	} {
		t.Run(name, func(t *testing.T) {
			second := func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, baseURL+"/v2/systems?limit=2&skip=2", r.URL.String())
				return ok(`[` + objects(2, 3) + `]`)(r)
			}
			w := newWire(t, status(200, `[`+objects(0, 2)+`]`, "Link", link), second, ok(`[]`))

			found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w, pageSize(2)), "/v2/systems", nil))

			require.NoError(t, err)
			assert.Equal(t, upTo(3), found)
		})
	}
}

func TestWalk_LinkLeadsThroughShortPages(t *testing.T) {
	next := func(cursor string) string { return `</base/api/v2/systems?cursor=` + cursor + `>; rel="next"` }
	w := newWire(t,
		status(200, `[`+objects(0, 2)+`]`, "Link", next("a")),
		status(200, `[`+objects(2, 3)+`]`, "Link", next("b")),
		status(200, `[`+objects(3, 9)+`]`))

	found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/v2/systems", nil))

	require.NoError(t, err)
	assert.Equal(t, upTo(9), found)
}

func TestWalk_PagesOfAnySizeAreNotAskedForInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, func(r *http.Request) (*http.Response, error) {
			skip, _ := strconv.Atoi(r.URL.Query().Get("skip"))
			return slow(time.Second, v1List(300, 1+skip*7%10))(r) // 1 to 10 objects
		})

		found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10), concurrency(16))))

		require.NoError(t, err)
		assert.Equal(t, upTo(300), found)
		assert.Less(t, w.count(), 300, "for some 60 pages")
	})
}

func TestWalk_LinkEndsThePagesInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, nil)
		bySkip, busy := 0, 0
		w.every = func(r *http.Request) (*http.Response, error) {
			query := r.URL.Query()
			cursor, byLink := query["cursor"]
			if !byLink {
				w.mu.Lock()
				bySkip++
				w.mu.Unlock()
				switch query.Get("skip") {
				case "":
					return v2List(100, 10)(r)
				case "10":
					time.Sleep(time.Second)
					cursor = []string{"10"}
				default:
					return slow(time.Minute, v2List(100, 10))(r)
				}
			}
			time.Sleep(time.Second)
			if now, _ := w.busy(); byLink {
				busy = max(busy, now)
			}
			from, err := strconv.Atoi(cursor[0])
			assert.NoError(t, err)
			if from == 90 {
				return status(200, `[`+objects(from, 100)+`]`, "X-Total-Count", "100")(r)
			}
			link := fmt.Sprintf(`</base/api/v2/systems?cursor=%d>; rel="next"`, from+10)
			return status(200, `[`+objects(from, from+10)+`]`, "X-Total-Count", "100", "Link", link)(r)
		}

		found, err := numbers(walk(t.Context(), newClient(t, w, pageSize(10))))

		require.NoError(t, err)
		assert.Equal(t, upTo(100), found)
		assert.LessOrEqual(t, bySkip, 1+4+1, "none once there is a link")
		assert.Equal(t, 1, busy, "what was in flight is given up")
	})
}

func TestWalk_LinkThatLeadsNowhereNewIsAnError(t *testing.T) {
	w := always(t, status(200, `[`+objects(0, 2)+`]`, "Link", `</base/api/v2/systems?cursor=a>; rel="next"`))

	_, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w), "/v2/systems", nil))

	assert.ErrorIs(t, err, jumpcloud.ErrPageStalled)
	assert.Equal(t, 2, w.count())
}

func TestWalk_WrappedListOfV2CountsItsEvents(t *testing.T) {
	answer := func(r *http.Request) (*http.Response, error) {
		from, to := window(r, 5, 2)
		return ok(fmt.Sprintf(`{"events_count":5,"results":[%s]}`, objects(from, to)))(r)
	}
	w := newWire(t, answer, answer, answer)

	found, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, w, oneByOne), "/v2/bulk/userstates/eventlist/next", url.Values{"users": {userID}}))

	require.NoError(t, err)
	assert.Equal(t, upTo(5), found)
	assert.Equal(t, []string{"limit=100&users=" + userID, "limit=100&skip=2&users=" + userID, "limit=100&skip=4&users=" + userID}, queries(w))
}

func TestWalk_WrappedListAnswersItsTotal(t *testing.T) {
	w := newWire(t, ok(`{"events_count":5,"results":[{"scheduledJobId":"j1"}]}`))

	page, err := newClient(t, w).BulkJobs.ListNextUserStates(t.Context(), []string{"u1", "u2"}, nil)

	require.NoError(t, err)
	assert.Equal(t, 5, page.TotalCount)
	assert.Len(t, page.Items, 1)
	assert.Equal(t, baseURL+"/v2/bulk/userstates/eventlist/next?limit=100&users=u1%2Cu2", w.only().url)
}

func TestWalk_SearchPagesInItsBody(t *testing.T) {
	page := func(from, to int) answer {
		var users []string
		for i := from; i < to; i++ {
			users = append(users, fmt.Sprintf(`{"_id":"id%d"}`, i))
		}
		return ok(`{"totalCount":5,"results":[` + strings.Join(users, ",") + `]}`)
	}
	w := newWire(t, page(0, 2), page(2, 4), page(4, 5))

	users, err := jumpcloud.Collect(newClient(t, w, oneByOne).Systemusers.SearchAll(t.Context(), jumpcloud.SystemuserSearch{
		Filter: []map[string]string{{"department": "IT"}}, Limit: jumpcloud.Set(2),
	}), 0)

	require.NoError(t, err)
	assert.Len(t, users, 5)
	for i, r := range w.requests() {
		assert.Equal(t, "POST", r.method)
		assert.Equal(t, baseURL+"/search/systemusers", r.url)
		assert.JSONEq(t, fmt.Sprintf(`{"filter":[{"department":"IT"}],"limit":2,"skip":%d,"sort":"_id"}`, 2*i), r.body)
	}
}

func TestWalk_SearchStartsAtItsSkipAndKeepsItsSort(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":9,"results":[{"_id":"id7"},{"_id":"id8"}]}`))

	users, err := jumpcloud.Collect(newClient(t, w).Systemusers.SearchAll(t.Context(), jumpcloud.SystemuserSearch{
		Skip: jumpcloud.Set(7), Sort: jumpcloud.Set("-created"), Limit: jumpcloud.Set(1000),
	}), 0)

	require.NoError(t, err)
	assert.Len(t, users, 2)
	assert.JSONEq(t, `{"limit":1000,"skip":7,"sort":"-created"}`, w.only().body)
}

func TestWalk_SearchSendsThePageSizeWithoutALimit(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":0,"results":[]}`), ok(`{"totalCount":0,"results":[]}`))
	client := newClient(t, w, pageSize(30))

	_, err := client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{})
	require.NoError(t, err)
	_, err = jumpcloud.Collect(client.Systemusers.SearchAll(t.Context(), jumpcloud.SystemuserSearch{}), 0)
	require.NoError(t, err)

	assert.JSONEq(t, `{"limit":30,"skip":0}`, w.requests()[0].body)
	assert.JSONEq(t, `{"limit":30,"skip":0,"sort":"_id"}`, w.requests()[1].body)
}

func TestWalk_SearchSortGivenAsABodyFieldIsTheCallers(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":0,"results":[]}`))

	_, err := jumpcloud.Collect(newClient(t, w).Systemusers.SearchAll(t.Context(), jumpcloud.SystemuserSearch{}, jumpcloud.WithBodyField("sort", "-created")), 0)

	require.NoError(t, err)
	assert.JSONEq(t, `{"limit":100,"skip":0,"sort":"-created"}`, w.only().body)
}

func TestWalk_SearchMayHaveManyPagesInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, func(r *http.Request) (*http.Response, error) {
			body := make([]byte, r.ContentLength)
			_, _ = r.Body.Read(body)
			skip := 0
			_, after, _ := strings.Cut(string(body), `"skip":`)
			_, _ = fmt.Sscanf(after, "%d", &skip)
			return ok(fmt.Sprintf(`{"totalCount":20,"results":[{"_id":"id%d"},{"_id":"id%d"}]}`, skip, skip+1))(r)
		}))

		users, err := jumpcloud.Collect(newClient(t, w).Systemusers.SearchAll(t.Context(), jumpcloud.SystemuserSearch{Limit: jumpcloud.Set(2)}), 0)

		require.NoError(t, err)
		require.Len(t, users, 20)
		for i, user := range users {
			assert.Equal(t, fmt.Sprintf("id%d", i), user.ID)
		}
		_, most := w.busy()
		assert.Equal(t, 4, most)
	})
}

func TestWalk_V1SortsByIDUnlessTheCallerSorts(t *testing.T) {
	for name, test := range map[string]struct {
		params *jumpcloud.SystemusersListParams
		option jumpcloud.RequestOption
		query  string
	}{
		"default":   {nil, nil, "limit=100&sort=_id"},
		"params":    {&jumpcloud.SystemusersListParams{Sort: []string{"lastname", "-created"}}, nil, "limit=100&sort=lastname+-created"},
		"WithQuery": {nil, jumpcloud.WithQuery("sort", "email"), "limit=100&sort=email"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, v1List(0, 100))

			_, err := jumpcloud.Collect(newClient(t, w).Systemusers.All(t.Context(), test.params, test.option), 0)

			require.NoError(t, err)
			assert.Equal(t, []string{test.query}, queries(w))
		})
	}
}

func TestWalk_V2IsNotSortedByItself(t *testing.T) {
	w := newWire(t, v2List(0, 100))

	_, err := jumpcloud.Collect(newClient(t, w).Usergroups.All(t.Context(), nil), 0)

	require.NoError(t, err)
	assert.Equal(t, []string{"limit=100"}, queries(w))
}

func TestWalk_LimitIsThePageSizeAndSkipTheStart(t *testing.T) {
	w := newWire(t, v1List(9, 100), v1List(9, 100))

	users, err := jumpcloud.Collect(newClient(t, w, oneByOne).Systemusers.All(t.Context(), &jumpcloud.SystemusersListParams{Limit: 2, Skip: 5}), 0)

	require.NoError(t, err)
	require.Len(t, users, 4)
	assert.Equal(t, "id5", users[0].ID)
	assert.Equal(t, []string{"limit=2&skip=5&sort=_id", "limit=2&skip=7&sort=_id"}, queries(w))
}

func TestWalk_StartBeyondTheEndIsEmpty(t *testing.T) {
	w := newWire(t, v1List(3, 100))

	users, err := jumpcloud.Collect(newClient(t, w).Systemusers.All(t.Context(), &jumpcloud.SystemusersListParams{Skip: 50}), 0)

	require.NoError(t, err)
	assert.Empty(t, users)
}

func TestWalk_CopiesItsParams(t *testing.T) {
	w := newWire(t, v1List(0, 100))
	params := &jumpcloud.SystemusersListParams{
		Limit: 7, Sort: []string{"email"}, Fields: []string{"email"}, Filter: []jumpcloud.Condition{jumpcloud.Filter("state", jumpcloud.Eq, "STAGED")},
	}
	users := newClient(t, w).Systemusers.All(t.Context(), params)

	params.Limit, params.Sort[0], params.Fields[0], params.Filter[0] = 1, "x", "x", jumpcloud.Filter("x", jumpcloud.Ne, "x")
	_, err := jumpcloud.Collect(users, 0)

	require.NoError(t, err)
	assert.Equal(t, []string{"fields=email&filter=state%3A%24eq%3ASTAGED&limit=7&sort=email"}, queries(w))
}

func TestWalk_CopiesItsBody(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":0,"results":[]}`))
	filter := map[string]string{"department": "IT"}
	users := newClient(t, w).Systemusers.SearchAll(t.Context(), jumpcloud.SystemuserSearch{Filter: filter})

	filter["department"] = "Sales"
	_, err := jumpcloud.Collect(users, 0)

	require.NoError(t, err)
	assert.Contains(t, w.only().body, `{"department":"IT"}`)
}

func TestWalk_CopiesItsQuery(t *testing.T) {
	w := newWire(t, v1List(3, 100), v1List(3, 100))
	query := url.Values{"limit": {"2"}, "skip": {"1"}, "filter": {"a:$eq:b"}}
	things := jumpcloud.Walk[thing](t.Context(), newClient(t, w, oneByOne), "/systems", query)

	assert.Equal(t, url.Values{"limit": {"2"}, "skip": {"1"}, "filter": {"a:$eq:b"}}, query, "the caller's query is not touched")
	query["filter"][0] = "x"
	query.Del("limit")
	found, err := numbers(things)

	require.NoError(t, err)
	assert.Equal(t, []int{1, 2}, found)
	assert.Equal(t, []string{"filter=a%3A%24eq%3Ab&limit=2&skip=1&sort=_id"}, queries(w))
}

func TestWalk_RefusesPagingThatIsNone(t *testing.T) {
	for name, query := range map[string]url.Values{
		"limit": {"limit": {"many"}}, "skip": {"skip": {"x"}},
	} {
		_, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, newWire(t)), "/systems", query))
		assert.Equal(t, name, asParamError(t, err).Param)
	}
	for name, query := range map[string]url.Values{"limit": {"limit": {"-1"}}, "skip": {"skip": {"-1"}}} {
		_, err := numbers(jumpcloud.Walk[thing](t.Context(), newClient(t, newWire(t)), "/systems", query))
		assert.Equal(t, name, asParamError(t, err).Param)
	}
}

func TestWalk_WithResponseIsThatOfTheLastPageYielded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, slow(time.Second, func(r *http.Request) (*http.Response, error) {
			response, err := v1List(60, 10)(r)
			response.Header.Set("X-Request-Id", "page-"+r.URL.Query().Get("skip"))
			return response, err
		}))
		var response jumpcloud.Response

		for thing, err := range walk(t.Context(), newClient(t, w, pageSize(10)), jumpcloud.WithResponse(&response)) {
			require.NoError(t, err)
			want := "page-"
			if thing.N >= 10 {
				want = fmt.Sprintf("page-%d", thing.N/10*10)
			}
			assert.Equal(t, want, response.RequestID)
			assert.Equal(t, 200, response.StatusCode)
		}
	})
}

func TestWalk_OptionsReachEveryPage(t *testing.T) {
	w := newWire(t, v1List(5, 2), v1List(5, 2), v1List(5, 2))
	client := newClient(t, w, oneByOne)

	_, err := numbers(walk(t.Context(), client, jumpcloud.WithOrgID("org-2"), jumpcloud.WithHeader("x-mine", "m"), jumpcloud.WithQuery("q", "v")))

	require.NoError(t, err)
	for _, r := range w.requests() {
		assert.Equal(t, "org-2", r.header.Get("X-Org-Id"))
		assert.Equal(t, "m", r.header.Get("X-Mine"))
		assert.Contains(t, r.url, "q=v")
	}
}

func TestCollect_GathersAll(t *testing.T) {
	things, err := jumpcloud.Collect(walk(t.Context(), newClient(t, always(t, v1List(25, 10)))), 0)

	require.NoError(t, err)
	require.Len(t, things, 25)
	assert.Equal(t, "id24", things[24].ID)
}

func TestCollect_EmptyIsNotNil(t *testing.T) {
	things, err := jumpcloud.Collect(walk(t.Context(), newClient(t, newWire(t, v1List(0, 10)))), 0)

	require.NoError(t, err)
	assert.NotNil(t, things)
	assert.Empty(t, things)
}

func TestCollect_MoreThanTheBoundIsAnErrorNeverACutList(t *testing.T) {
	for bound, fine := range map[int]bool{1: false, 24: false, 25: true, 26: true, 0: true, -1: true} {
		things, err := jumpcloud.Collect(walk(t.Context(), newClient(t, always(t, v1List(25, 10)))), bound)
		if fine {
			require.NoError(t, err, bound)
			assert.Len(t, things, 25, bound)
		} else {
			assert.ErrorIs(t, err, jumpcloud.ErrTooMany, bound)
			assert.Nil(t, things, bound)
		}
	}
}

func TestCollect_StopsFetchingAtTheBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := always(t, v1List(1000, 10))

		_, err := jumpcloud.Collect(walk(t.Context(), newClient(t, w)), 5)

		assert.ErrorIs(t, err, jumpcloud.ErrTooMany)
		assert.Equal(t, 1, w.count())
	})
}

func TestCollect_FailsOnAnyError(t *testing.T) {
	things, err := jumpcloud.Collect(walk(t.Context(), newClient(t, newWire(t, ok(`{"totalCount":2,"results":[{"_id":"a"},null]}`)))), 0)
	assert.ErrorIs(t, err, jumpcloud.ErrItem)
	require.Len(t, things, 1, "what came before the error")
	assert.Equal(t, "a", things[0].ID)

	things, err = jumpcloud.Collect(walk(t.Context(), newClient(t, newWire(t, status(403, ``)))), 0)
	assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
	assert.Empty(t, things)
}

func TestOne_AnswersTheOnlyResult(t *testing.T) {
	w := newWire(t, ok(`{"totalCount":1,"results":[{"_id":"u1"}]}`))

	user, err := jumpcloud.One(newClient(t, w).Systemusers.All(t.Context(), &jumpcloud.SystemusersListParams{
		Filter: []jumpcloud.Condition{jumpcloud.Filter("email", jumpcloud.Eq, "ann@example.com")},
	}))

	require.NoError(t, err)
	assert.Equal(t, "u1", user.ID)
	assert.Equal(t, []string{"filter=email%3A%24eq%3Aann%40example.com&limit=100&sort=_id"}, queries(w))
}

func TestOne_NoneIsErrNotFound(t *testing.T) {
	thing, err := jumpcloud.One(walk(t.Context(), newClient(t, newWire(t, v1List(0, 10)))))

	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, thing)
}

func TestOne_MoreIsErrTooMany(t *testing.T) {
	thing, err := jumpcloud.One(walk(t.Context(), newClient(t, newWire(t, v1List(2, 10)))))

	assert.ErrorIs(t, err, jumpcloud.ErrTooMany)
	assert.NotErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, thing)
}

func TestOne_FailsOnAnyError(t *testing.T) {
	_, err := jumpcloud.One(walk(t.Context(), newClient(t, newWire(t, ok(`{"totalCount":1,"results":[null]}`)))))
	assert.ErrorIs(t, err, jumpcloud.ErrItem)
	assert.NotErrorIs(t, err, jumpcloud.ErrNotFound)

	_, err = jumpcloud.One(walk(t.Context(), newClient(t, newWire(t, status(403, ``)))))
	assert.ErrorIs(t, err, jumpcloud.ErrForbidden)
}

func TestWalk_EveryTypedWalkSendsItsOwnRoute(t *testing.T) {
	w := always(t, v2List(0, 100))
	client := newClient(t, w)
	targets := []jumpcloud.GraphType{"system", "application"}

	_, err := jumpcloud.Collect(client.Users.AllAssociations(t.Context(), "u1", targets, nil), 0)
	require.NoError(t, err)
	_, err = jumpcloud.Collect(client.Usergroups.AllMembers(t.Context(), "g1", nil), 0)
	require.NoError(t, err)

	urls := []string{w.requests()[0].url, w.requests()[1].url}
	assert.True(t, slices.Equal([]string{
		baseURL + "/v2/users/u1/associations?limit=100&targets=system%2Capplication",
		baseURL + "/v2/usergroups/g1/members?limit=100",
	}, urls), "%q", urls)
}
