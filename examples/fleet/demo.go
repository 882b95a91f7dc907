package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// devices gives the made-up company what Systems answers about its devices.
func devices(server *jumpcloudtest.Server) {
	names := strings.Fields("laptop-amara laptop-nils laptop-kofi laptop-hana laptop-paula laptop-sven laptop-marcus web-1 web-2 build-1")
	var systems []map[string]any
	for i, name := range names {
		system := map[string]any{
			"_id": server.ID(name), "displayName": name, "serialNumber": fmt.Sprintf("C02X%04d", i), "os": "Mac OS X", "version": "15.1",
			"fde": map[string]bool{"active": i != 3, "keyPresent": i != 3 && i != 5}, "lastContact": fmt.Sprintf("2026-01-%02dT08:00:00.000Z", 28-i),
		}
		if !strings.HasPrefix(name, "laptop") {
			system["os"], system["version"] = "Ubuntu", "24.04"
			delete(system, "fde")
		}
		systems = append(systems, system)
	}
	answer := func(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }
	server.Handle("GET /systems", func(w http.ResponseWriter, r *http.Request) {
		page := systems
		if skip := r.URL.Query().Get("skip"); skip != "" && skip != "0" {
			page = nil
		}
		answer(w, map[string]any{"totalCount": len(systems), "results": page})
	})
	server.Handle("GET /v2/systems/{id}/users", func(w http.ResponseWriter, r *http.Request) {
		users := []any{}
		for _, id := range server.UserIDs() {
			if server.IsBound(id, r.PathValue("id")) {
				users = append(users, map[string]any{"id": id, "type": "user", "paths": []any{}})
			}
		}
		if skip := r.URL.Query().Get("skip"); skip != "" && skip != "0" {
			users = []any{}
		}
		answer(w, users)
	})
}
