package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// event is one that a test makes up.
type event struct {
	ID        string    `json:"id"`
	Timestamp time.Time `json:"timestamp"`
	Service   string    `json:"service"`
	EventType string    `json:"event_type"`
	Success   bool      `json:"success"`
}

// serve answers queries for events, page by page, as Directory Insights does.
func serve(server *jumpcloudtest.Server, events func() []event) {
	server.Handle("POST /insights/directory/v1/events", func(w http.ResponseWriter, r *http.Request) {
		var query struct {
			Start  time.Time         `json:"start_time"`
			End    time.Time         `json:"end_time"`
			Limit  int               `json:"limit"`
			Cursor []json.RawMessage `json:"search_after"`
		}
		if err := json.NewDecoder(r.Body).Decode(&query); err != nil {
			http.Error(w, `{"message":"bad query"}`, http.StatusBadRequest)
			return
		}
		place := func(e event) string { return fmt.Sprintf("%d %s", e.Timestamp.UnixNano(), e.ID) }
		after := ""
		if len(query.Cursor) == 1 {
			_ = json.Unmarshal(query.Cursor[0], &after)
		}
		page := slices.DeleteFunc(slices.Clone(events()), func(e event) bool {
			return e.Timestamp.Before(query.Start) || e.Timestamp.After(query.End) || place(e) <= after
		})
		slices.SortFunc(page, func(a, b event) int { return cmp.Compare(place(a), place(b)) })
		page = page[:min(len(page), query.Limit)]
		if len(page) > 0 {
			w.Header().Set("X-Search_after", fmt.Sprintf("[%q]", place(page[len(page)-1])))
		}
		_ = json.NewEncoder(w).Encode(page)
	})
}

// history is a service whose events a test makes up.
type history struct {
	*jumpcloudtest.Server
	events      []event
	cursor, out string // files
}

func newHistory(t *testing.T) *history {
	t.Helper()
	h := &history{Server: programtest.Service(t), cursor: filepath.Join(t.TempDir(), "cursor"), out: filepath.Join(t.TempDir(), "events.jsonl")}
	serve(h.Server, func() []event { return h.events })
	return h
}

// add adds n events, a second apart, of which the first happened some time ago.
func (h *history) add(n int, ago time.Duration) {
	first := time.Now().UTC().Truncate(time.Second).Add(-ago)
	for i := range n {
		h.events = append(h.events, event{ID: fmt.Sprintf("id-%04d", len(h.events)), Timestamp: first.Add(time.Duration(i) * time.Second), Service: "sso", EventType: "sso_auth"})
	}
}

func (h *history) ship(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	return programtest.Call(t, run, append([]string{"-cursor", h.cursor}, args...)...)
}

// each fails unless every event is among the lines exactly once.
func (h *history) each(t *testing.T, text string) {
	t.Helper()
	count := map[string]int{}
	for line := range strings.Lines(text) {
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil || !strings.HasSuffix(line, "\n") {
			t.Errorf("%q: %v", line, err)
		}
		count[e.ID]++
	}
	for _, e := range h.events {
		if count[e.ID] != 1 {
			t.Errorf("%s is there %d times", e.ID, count[e.ID])
		}
	}
	if len(count) != len(h.events) {
		t.Errorf("%d events, not %d", len(count), len(h.events))
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEachEventIsWrittenOnceOverSeveralRuns(t *testing.T) {
	h := newHistory(t)
	h.add(2500, 3*time.Hour)
	code, first, errOut := h.ship(t)
	if code != 0 || errOut != "" {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	h.each(t, first)
	h.add(3, time.Minute)
	_, second, _ := h.ship(t)
	h.each(t, first+second)
	if code, third, _ := h.ship(t); code != 0 || third != "" {
		t.Errorf("exit code %d, %q", code, third)
	}
}

func TestAnEventThatArrivesLateIsWritten(t *testing.T) {
	h := newHistory(t)
	h.add(10, 10*time.Minute)
	_, first, _ := h.ship(t)
	h.add(1, 40*time.Minute)
	_, second, _ := h.ship(t)
	h.each(t, first+second)
	h.add(1, 3*time.Hour) // later than -late
	if _, third, _ := h.ship(t); third != "" {
		t.Errorf("%q", third)
	}
}

func TestTheFirstRunBeginsWhereItIsToldAndALaterOneDoesNotForget(t *testing.T) {
	h := newHistory(t)
	if code, out, errOut := h.ship(t, "-since", "48h"); code != 0 || out != "" {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	h.add(1, 47*time.Hour)
	_, out, _ := h.ship(t, "-since", "1h")
	h.each(t, out)
}

func TestAnInterruptWritesWhatCameAndTheNextRunGoesOn(t *testing.T) {
	h := newHistory(t)
	h.add(2500, 3*time.Hour)
	code, first, errOut := programtest.Interrupt(t, h.Server, "POST /insights/directory/v1/events", 3, run, "-cursor", h.cursor)
	if code != program.Interrupted || strings.Count(first, "\n") < 1000 {
		t.Errorf("exit code %d, %d events, %s", code, strings.Count(first, "\n"), errOut)
	}
	programtest.Contains(t, errOut, "interrupted: ", "events written; run it again to go on")
	h.ClearFaults()
	_, second, _ := h.ship(t)
	h.each(t, first+second)
}

func TestAfterACrashNoEventIsWrittenTwiceToAFile(t *testing.T) {
	h := newHistory(t)
	h.add(1200, 2*time.Hour)
	if code, _, errOut := h.ship(t, "-out", h.out); code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	before := read(t, h.cursor)
	h.add(5, time.Minute)
	h.ship(t, "-out", h.out)
	// As if it had ended before the cursor was saved, in the middle of the last line.
	whole := strings.TrimSuffix(read(t, h.out), "\n")
	torn := whole[:strings.LastIndex(whole, "\n")+1] + `{"id":"id-1204","initiated_by":"` + strings.Repeat("x", 1000)
	for name, text := range map[string]string{h.cursor: before, h.out: torn} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, _, errOut := h.ship(t, "-out", h.out)
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	programtest.Contains(t, errOut, "1 events written to ")
	h.each(t, read(t, h.out))
}

func TestAnOutputThatWasRotatedBeginsAnew(t *testing.T) {
	h := newHistory(t)
	h.add(3, time.Hour)
	h.ship(t, "-out", h.out)
	first := read(t, h.out)
	if err := os.Remove(h.out); err != nil {
		t.Fatal(err)
	}
	h.add(2, time.Minute)
	h.ship(t, "-out", h.out)
	h.each(t, first+read(t, h.out))
}

func TestAnEventThatCannotBeReadIsWrittenAsItCame(t *testing.T) {
	h := newHistory(t)
	odd := `{"id":"x","timestamp":{"seconds":12},"big":12345678901234567890}`
	answers := 0
	h.Handle("POST /insights/directory/v1/events", func(w http.ResponseWriter, _ *http.Request) {
		if answers++; answers > 1 {
			fmt.Fprint(w, "[]")
			return
		}
		w.Header().Set("X-Search_after", `["x"]`)
		fmt.Fprint(w, "["+odd+"]")
	})
	if code, out, errOut := h.ship(t); code != 0 || out != odd+"\n" {
		t.Errorf("exit code %d, %q, %s", code, out, errOut)
	}
}

func TestProgressIsForThoseWhoAsk(t *testing.T) {
	h := newHistory(t)
	h.add(1500, 2*time.Hour)
	_, _, errOut := h.ship(t, "-progress")
	programtest.Contains(t, errOut, "\r1000 events written, up to 20", "\r1500 events written, up to ")
}

func TestTheMadeUpCompanyHasEvents(t *testing.T) {
	programtest.Nothing(t)
	code, out, errOut := programtest.Call(t, run, "-demo", "-cursor", filepath.Join(t.TempDir(), "cursor"))
	if code != 0 || strings.Count(out, "\n") != 5 || strings.Count(out, "user_login_attempt") != 2 {
		t.Errorf("exit code %d, %s\n%s", code, errOut, out)
	}
}

func TestFilesThatCannotBeUsedAreFoundOutBeforeTheWork(t *testing.T) {
	h := newHistory(t)
	nowhere := filepath.Join(t.TempDir(), "no", "file")
	bad := filepath.Join(t.TempDir(), "bad")
	if err := os.WriteFile(bad, []byte("no cursor"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i, text := range []string{"null", "{}", `{"name":"settings of something else"}`, `{"since":"2026-01-01T00:00:00Z","seen":null}`} {
		other := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(other, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errOut := programtest.Call(t, run, "-cursor", other)
		if code != 1 || read(t, other) != text {
			t.Errorf("%s: exit code %d, then %s", text, code, read(t, other))
		}
		programtest.Contains(t, errOut, "is no cursor of ship-events")
	}
	long := filepath.Join(dir, strings.Repeat("c", 250)) // it can be read, but there is no room beside it
	if err := os.WriteFile(long, []byte(`{"since":"2026-01-01T00:00:00Z","newest":"2026-01-01T00:00:00Z","seen":{},"size":0}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-cursor", nowhere}, {"-cursor", bad}, {"-cursor", long}, {"-cursor", h.cursor, "-out", nowhere}} {
		code, out, errOut := programtest.Call(t, run, args...)
		if code != 1 || out != "" || len(h.Requests("POST /insights/directory/v1/events")) != 0 {
			t.Errorf("%q: exit code %d, %s", args, code, errOut)
		}
	}
}

func TestADeviceIsNoOutput(t *testing.T) {
	h := newHistory(t)
	code, _, errOut := h.ship(t, "-out", os.DevNull)
	if code != 1 || len(h.Requests("POST /insights/directory/v1/events")) != 0 {
		t.Errorf("exit code %d", code)
	}
	programtest.Contains(t, errOut, "is no ordinary file; without -out the events go to standard output")
}

func TestManners(t *testing.T) {
	cursor := filepath.Join(t.TempDir(), "cursor")
	programtest.Manners(t, run, "-cursor "+cursor, map[string]string{
		"":                                      "-cursor",
		"-cursor a -out a":                      "one file",
		"-cursor a -out ./a":                    "one file",
		"-cursor a -since -72h":                 "in the future",
		"-cursor a -since 2199-01-01T00:00:00Z": "in the future",
		"-cursor a -service=":                   "-service is empty",
		"-cursor a -late -1h":                   "negative",
		"-cursor a -since someday":              "someday",
		"-cursor a now":                         "unexpected argument",
	})
}
