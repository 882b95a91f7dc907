package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// event is one of a made-up company.
type event struct {
	ID        string    `json:"id"`
	Timestamp time.Time `json:"timestamp"`
	Service   string    `json:"service"`
	EventType string    `json:"event_type"`
	Success   bool      `json:"success"`
	Initiator any       `json:"initiated_by,omitempty"`
}

// happen lets people of the made-up company log in, every minute of the last two hours.
func happen(server *jumpcloudtest.Server) {
	var events []event
	now := time.Now().UTC().Truncate(time.Second)
	for i, user := range server.UserIDs() {
		for n := range 3 {
			events = append(events, event{
				ID: fmt.Sprintf("66a1b2c3d4e5f607%08x", len(events)), Timestamp: now.Add(-time.Duration(i*3+n) * time.Minute),
				Service: "directory", EventType: "user_login_attempt", Success: n > 0, Initiator: map[string]string{"id": user, "type": "user"},
			})
		}
	}
	serve(server, func() []event { return events })
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
