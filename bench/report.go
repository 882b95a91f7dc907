package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// result is one measurement against its target.
type result struct {
	name   string
	got    float64
	target float64
	least  bool   // the target is a minimum
	unit   string // "×", or what the number counts
	note   string
	why    string // the target is missed, if it is
}

func (r result) met() bool {
	if r.least {
		return r.got >= r.target
	}
	return r.got <= r.target
}

func (r result) row() string {
	bound, verdict := "at most", "met"
	if r.least {
		bound = "at least"
	}
	if !r.met() {
		verdict = fmt.Sprintf("**missed by %.0f %%**", 100*abs(r.got-r.target)/r.target)
	}
	return fmt.Sprintf("| %s | %s | %s %s | %s | %s |", r.name, r.number(r.got), bound, r.number(r.target), verdict, r.note)
}

func (r result) number(n float64) string {
	if r.unit == "×" {
		return fmt.Sprintf("%.2f ×", n)
	}
	if r.unit == "s" {
		return fmt.Sprintf("%.2f s", n)
	}
	return strings.TrimSpace(fmt.Sprintf("%.0f %s", n, r.unit))
}

func abs(x float64) float64 { return max(x, -x) }

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }

// measure makes every measurement and writes the page.
func measure(root string, rounds int) error {
	var results []result
	add := func(r result) {
		results = append(results, r)
		fmt.Println(r.row())
	}
	steps := []func(root string, rounds int, add func(result)) error{get, list, memory, size, codec, limited}
	for _, step := range steps {
		if err := step(root, rounds, add); err != nil {
			return err
		}
	}
	walks, err := latency(add)
	if err != nil {
		return err
	}
	if err := drawPicture(filepath.Join(root, "docs", "performance.svg"), walks); err != nil {
		return err
	}
	return write(filepath.Join(root, "docs", "performance.md"), rounds, results)
}

func get(_ string, rounds int, add func(result)) error {
	service, err := startRemote(1)
	if err != nil {
		return err
	}
	defer service.stop()
	const n = 3000
	m, err := inTurns(2*rounds, times(n, newFloor(service.base).user), times(n, newSDK(service.base, 1).user))
	if err != nil {
		return err
	}
	note := fmt.Sprintf("%.0f µs instead of %.0f µs", float64(m[1].time)/n/1e3, float64(m[0].time)/n/1e3)
	add(result{name: "GET of one user: time", got: float64(m[1].time) / float64(m[0].time), target: 1.05, unit: "×", note: note})
	note = fmt.Sprintf("%.0f instead of %.0f", m[1].objects/n, m[0].objects/n)
	add(result{name: "GET of one user: allocations more than the floor's", got: (m[1].objects - m[0].objects) / n, target: 10, note: note})
	return nil
}

func list(_ string, rounds int, add func(result)) error {
	service, err := startRemote(10_000)
	if err != nil {
		return err
	}
	defer service.stop()
	m, err := inTurns(rounds, whole(10_000, newFloor(service.base).walk), whole(10_000, newSDK(service.base, 1).walk))
	if err != nil {
		return err
	}
	add(result{name: "10,000 users, one page in flight: time", got: float64(m[1].time) / float64(m[0].time), target: 1, unit: "×", note: ms(m[1].time) + " instead of " + ms(m[0].time)})
	note := fmt.Sprintf("%.0f MB instead of %.0f MB", m[1].bytes/1e6, m[0].bytes/1e6)
	add(result{name: "10,000 users, one page in flight: bytes allocated", got: m[1].bytes / m[0].bytes, target: 0.5, unit: "×", note: note})
	return nil
}

// walkTime is how long a walk took.
type walkTime struct {
	latency, pages int
	took           time.Duration
}

func latency(add func(result)) (walks []walkTime, err error) {
	service, err := startRemote(10_000)
	if err != nil {
		return nil, err
	}
	defer service.stop()
	for _, test := range []struct {
		latency int
		targets map[int]float64
	}{
		{20, map[int]float64{8: 5.5}},
		{100, map[int]float64{4: 3.5, 8: 6.5}},
	} {
		flights := []int{1, 4, 8, 16}
		connections := make([]int, len(flights))
		subjects := []func() error{} // in the end, a loop by hand
		for i, pages := range flights {
			subjects = append(subjects, func() error {
				fresh := newSDK(service.base, pages) // with no connection yet
				if _, _, err := service.set(fmt.Sprintf("latency=%dms", test.latency)); err != nil {
					return err
				}
				err := whole(10_000, fresh.walk)()
				opened, _, controlErr := service.set(fmt.Sprintf("latency=%dms", test.latency))
				connections[i] = max(connections[i], opened)
				if err == nil {
					err = controlErr
				}
				return err
			})
		}
		subjects = append(subjects, whole(10_000, newFloor(service.base).walkBy8))
		m, err := inTurns(6, subjects...)
		if err != nil {
			return nil, err
		}
		byHand := float64(m[0].time) / float64(m[len(flights)].time)
		for i, pages := range flights {
			walks = append(walks, walkTime{test.latency, pages, m[i].time})
			if target, ok := test.targets[pages]; ok {
				note := fmt.Sprintf("%.2f s instead of %.2f s", m[i].time.Seconds(), m[0].time.Seconds())
				if pages == 8 {
					note += fmt.Sprintf("; a loop by hand with 8 goroutines, without order: %.2f ×", byHand)
				}
				add(result{
					name: fmt.Sprintf("100 pages at %d ms a request, %d in flight: faster than one at a time", test.latency, pages),
					got:  float64(m[0].time) / float64(m[i].time), target: target, least: true, unit: "×", note: note,
					why: fmt.Sprintf("one page at a time takes %.1f ms a page, of which all but %d ms are work of the processor, which the cores share with the service.", m[0].time.Seconds()*10, test.latency),
				})
			}
			add(result{
				name: fmt.Sprintf("100 pages at %d ms a request, %d in flight: connections", test.latency, pages),
				got:  float64(connections[i]), target: float64(pages), note: "the most of all runs",
			})
		}
	}
	return walks, nil
}

func memory(_ string, rounds int, add func(result)) error {
	service, err := startRemote(100_000)
	if err != nil {
		return err
	}
	defer service.stop()
	subjects := []string{"floor", "sdk-1", "sdk-8"}
	peaks := make([][]float64, len(subjects))
	for range rounds {
		for i, subject := range subjects {
			peak, err := peakMemory(service.base, subject)
			if err != nil {
				return err
			}
			peaks[i] = append(peaks[i], peak)
		}
	}
	base := median(peaks[0])
	for i, target := range []float64{0, 1.3, 2.5} {
		if i == 0 {
			continue
		}
		peak := median(peaks[i])
		note := fmt.Sprintf("%.1f MB instead of %.1f MB", peak/1000, base/1000)
		name := map[int]string{1: "one page", 2: "8 pages"}[i]
		add(result{name: "100,000 users walked and none kept, " + name + " in flight: peak memory", got: peak / base, target: target, unit: "×", note: note})
	}
	return nil
}

func size(_ string, rounds int, add func(result)) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	floor, err := build(dir, "./programs/floor")
	if err != nil {
		return err
	}
	sdk, err := build(dir, "./programs/sdk")
	if err != nil {
		return err
	}
	add(result{
		name: "a program that lists users, stripped: KB more than the floor's", got: (sdk - floor) / 1000, target: 400, unit: "KB",
		note: fmt.Sprintf("%.2f MB instead of %.2f MB", sdk/1e6, floor/1e6),
		why:  "a quarter is the package's own code, what any call may meet; the rest is what it needs of the standard library, log/slog first, and tables about both.",
	})
	packages := [...]string{"github.com/jumpcloud-go/jumpcloud", "github.com/google/go-github/v74/github"}
	var worked [len(packages)][]float64
	for round := range rounds + 1 {
		for i, path := range packages {
			took, err := compile(path)
			if err != nil {
				return err
			}
			if round > 0 { // the first builds the dependencies too
				worked[i] = append(worked[i], took.Seconds())
			}
		}
	}
	own, other := median(worked[0]), median(worked[1])
	add(result{
		name: "compiling the package, dependencies built: time of the processors", got: own / other, target: 1, unit: "×",
		note: fmt.Sprintf("of google/go-github's v74: %.2f s instead of %.2f s", own, other),
		why:  "three quarters of it are the compiler's back end, which costs as much for each function as for its code.",
	})
	return nil
}

func codec(_ string, rounds int, add func(result)) error {
	client := pageClient(newService(100).page(0))
	m, err := inTurns(2*rounds, times(100, listPage(client)), times(100, listPage(client, jumpcloud.WithRaw())))
	if err != nil {
		return err
	}
	add(result{name: "a page of 100 users with WithRaw: time", got: float64(m[1].time) / float64(m[0].time), target: 1.6, unit: "×", note: "of the same without"})
	states, plain := updates()
	const n = 20_000
	id, refused := jumpcloud.WithPath("id", "id"), jumpcloud.WithMaxAttempts(0) // after the request was built, before it is sent
	build := func(f func() error) func() error {
		return func() error {
			for range n {
				if f() == nil {
					return errors.New("a request that should be refused was sent")
				}
			}
			return nil
		}
	}
	ctx := context.Background()
	m, err = inTurns(2*rounds,
		build(func() error {
			return client.Call(ctx, http.MethodPut, "/systemusers/{id}", nil, &plain, nil, refused, id)
		}),
		build(func() error {
			_, err := client.Systemusers.Update(ctx, "id", states, nil, refused)
			return err
		}),
		build(func() error {
			return client.Call(ctx, http.MethodPut, "/systemusers/{id}", nil, &states, nil, refused, id)
		}))
	if err != nil {
		return err
	}
	note := fmt.Sprintf("of a plain struct's through Call; %.2f × with the update through Call, by encoding/json", float64(m[2].time)/float64(m[0].time))
	add(result{name: "building a request with an update of ten fields: time", got: float64(m[1].time) / float64(m[0].time), target: 1.3, unit: "×", note: note})
	return nil
}

func limited(_ string, rounds int, add func(result)) error {
	service, err := startRemote(30_000)
	if err != nil {
		return err
	}
	defer service.stop()
	var took []float64
	asked := 0
	for range 6 {
		if _, _, err := service.set("latency=20ms&limited=1"); err != nil {
			return err
		}
		started := time.Now()
		if err := whole(30_000, newSDK(service.base, 8).walk)(); err != nil {
			return err
		}
		took = append(took, time.Since(started).Seconds())
		if _, asked, err = service.set(""); err != nil {
			return err
		}
	}
	const ideal = (300 - 20) / 20.0 // the bucket holds 20, the rest comes at 20 a second
	note := fmt.Sprintf("%.1f s instead of %.1f s; %d requests for 300 pages", median(took), ideal, asked)
	add(result{name: "300 pages from a service that allows 20 requests a second, 8 in flight: time", got: median(took) / ideal, target: 1.3, unit: "×", note: note})
	return nil
}

func write(path string, rounds int, results []result) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<!-- Written by make bench; do not edit. -->

# Performance

Measured against the floor: hand-written net/http with one connection kept alive, the body read with
io.ReadAll and decoded with json.Unmarshal into the SDK's own types, no checks, no retries. Both run
in turns in one process, against a service in a process of its own on loopback; the medians of at
least %d rounds count. A user has 2.5 KB, a page 100 users. Repeat it with `+"`make bench`"+`.

%s, %s/%s, %d cores.

![Time of a walk by pages in flight](performance.svg)

| what | measured | target | | |
|---|---|---|---|---|
`, min(rounds, 6), runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	missed := 0
	for _, r := range results {
		fmt.Fprintln(&b, r.row())
		if !r.met() {
			missed++
		}
	}
	if missed == 0 {
		fmt.Fprint(&b, "\nEvery target is met.\n")
	} else {
		fmt.Fprintf(&b, "\nMissed in this run, %d of %d:\n\n", missed, len(results))
	}
	for _, r := range results {
		if !r.met() {
			fmt.Fprintf(&b, "- %s: %s\n", r.name, cmp.Or(r.why, "the reason is not known yet."))
		}
	}
	fmt.Fprint(&b, `
## Why

- An answer is read into a buffer that is used again, of the size that the service announces; the
  floor's io.ReadAll grows a new one for each page.
- A page is decoded straight into its items. Only when that fails is it decoded object by object.
- Once the total is known the next pages are asked for while the caller is busy with this one. As soon
  as an answer is there in whole the next request goes out: decoding keeps no connection waiting.
- A rejection by a rate limit shrinks that to one page, and each page that is asked for after it lets it
  grow again.
- The transport keeps as many idle connections as there can be pages in flight.
- A body writes those of its fields that are set, without asking encoding/json about the others.
- What few programs need, such as the pace that helpers keep or a path written by hand, is linked only with
  what asks for it.
- Walks and results are generic over pointers, for all of which the compiler makes one function.
`)
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
