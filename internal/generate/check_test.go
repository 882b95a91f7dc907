package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// edit replaces text in a file of a generated repository and returns what the comparison of methods
// and operations says.
func edit(t *testing.T, name, old, replacement string) error {
	t.Helper()
	root, _ := repository(t)
	path := filepath.Join(root, name)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(content), old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	write(t, root, name, strings.ReplaceAll(string(content), old, replacement))
	return checkRepository(t, root)
}

func checkRepository(t *testing.T, root string) error {
	t.Helper()
	api, err := load(root)
	if err != nil {
		t.Fatal(err)
	}
	return checkMethods(root, api)
}

func TestCheckOfMethods(t *testing.T) {
	for name, test := range map[string]struct{ file, old, replacement, want string }{
		"operation without a method": {
			"api_orders.go", "//jc:operation PATCH /v2/orders/{order_id} orders_patch\n", "//\n",
			"PATCH /v2/orders/{order_id}: no method OrdersService.Patch carries the line //jc:operation PATCH /v2/orders/{order_id} orders_patch",
		},
		"method without a line": {
			"api_orders.go", "//jc:operation PATCH /v2/orders/{order_id} orders_patch\n", "//\n",
			"OrdersService.Patch: makes a request but has no line //jc:operation",
		},
		"method of another name": {
			"api_orders.go", ") Patch(", ") Renamed(",
			"no method OrdersService.Patch carries the line",
		},
		"walk without its line": {
			"api_orders.go", ") AllLines(", ") EveryLine(",
			"no method OrdersService.AllLines carries the line",
		},
		"line that names no operation": {
			"api_orders.go", "orders_patch\n", "orders_path\n",
			"//jc:operation PATCH /v2/orders/{order_id} orders_path names no operation of api/",
		},
		"line with another method": {
			"api_orders.go", "//jc:operation PATCH", "//jc:operation PUT",
			"//jc:operation PUT /v2/orders/{order_id} orders_patch names no operation of api/",
		},
		"line with another route": {
			"api_orders.go", "//jc:operation PATCH /v2", "//jc:operation PATCH /v3",
			"//jc:operation PATCH /v3/orders/{order_id} orders_patch names no operation of api/",
		},
		"request with another method": {
			"api_orders.go", `request("PATCH`, `request("PUT`,
			"OrdersService.Patch: requests PUT /v2/orders/{order_id} orders_patch, but its line says PATCH /v2/orders/{order_id} orders_patch",
		},
		"request with another route, through the shared method": {
			"api_orders.go", `request("GET /v2/orders/{order_id}/lines`, `request("GET /v2/orders/{id}/lines`,
			"OrdersService.AllLines: requests GET /v2/orders/{id}/lines orders_lines, but its line says",
		},
		"request with a computed route": {
			"api_orders.go", `request("PATCH /v2/orders/{order_id} orders_patch"`, `request("PATCH " + route`,
			"OrdersService.Patch: requests ?, but its line says",
		},
		"line without a request": {
			"api_orders.go", `s.client.request("PATCH /v2/orders/{order_id} orders_patch", orderID)`, "new(request)",
			"OrdersService.Patch: has a line //jc:operation but makes no s.client.request",
		},
		"helper that is gone": {
			"orders_ext.go", ") FirstLine(", ") First(",
			"GET /v2/orders/{order_id}/lines: x-go-shorter names Orders.FirstLine, which is no method that is written by hand",
		},
		"helper of the client that is gone": {
			"orders_ext.go", ") Count(", ") count(",
			"x-go-shorter names APIClient.Count, which is no method that is written by hand",
		},
		"helper that nobody finds": {
			"orders_ext.go", ") FirstLine(", ") First(",
			"orders_ext.go:4: OrdersService.First: name it in x-go-shorter of an operation that it spares",
		},
		"two lines": {
			"api_orders.go", "//jc:operation PATCH /v2/orders/{order_id} orders_patch\n",
			"//jc:operation PATCH /v2/orders/{order_id} orders_patch\n//jc:operation DELETE /v2/orders/{order_id} orders_delete\n",
			"OrdersService.Patch: more than one line //jc:operation",
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := edit(t, test.file, test.old, test.replacement)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestMethodAddedByHandWithAWrongLine(t *testing.T) {
	root, _ := repository(t)
	write(t, root, "orders_ext.go", `package jumpcloud

// Cancel cancels an order.
//
//jc:operation POST /v2/orders/{order_id}/cancel orders_cancel
func (s *OrdersService) Cancel(ctx context.Context, orderID string) error {
	r := s.client.request("POST /v2/orders/{order_id}/cancel orders_cancel", orderID)
	return callNothing(ctx, r, nil)
}
`)
	err := checkRepository(t, root)
	if err == nil || !strings.Contains(err.Error(), "orders_ext.go:6: OrdersService.Cancel: //jc:operation POST /v2/orders/{order_id}/cancel orders_cancel names no operation") {
		t.Errorf("got %v", err)
	}
}

func TestConvenienceByHandNeedsNoLine(t *testing.T) {
	root, _ := repository(t)
	write(t, root, "orders_test.go", "package jumpcloud\n\n//jc:operation GET /nowhere nothing\nfunc (s *OrdersService) helper() {}\n")
	if err := checkRepository(t, root); err != nil {
		t.Error(err)
	}
}
