package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/jumpcloud-go/jumpcloud"
)

// The benchmarks for `go test -bench`; `make bench` measures the same things interleaved, against a
// service in a process of its own, and writes docs/performance.md.

func start(b *testing.B, total int) string {
	server := httptest.NewServer(newService(total))
	b.Cleanup(server.Close)
	return server.URL + "/api"
}

func run(b *testing.B, f func(context.Context) error) {
	b.ReportAllocs()
	for b.Loop() {
		if err := f(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	base := start(b, 1)
	b.Run("floor", func(b *testing.B) { run(b, newFloor(base).user) })
	b.Run("sdk", func(b *testing.B) { run(b, newSDK(base, 1).user) })
}

func BenchmarkList(b *testing.B) {
	const total = 10_000
	base := start(b, total)
	walk := func(b *testing.B, f func(context.Context) (int, error)) {
		run(b, func(ctx context.Context) error {
			n, err := f(ctx)
			if err == nil && n != total {
				b.Fatalf("%d users", n)
			}
			return err
		})
	}
	b.Run("floor", func(b *testing.B) { walk(b, newFloor(base).walk) })
	b.Run("sdk", func(b *testing.B) { walk(b, newSDK(base, 1).walk) })
	b.Run("sdk-8", func(b *testing.B) { walk(b, newSDK(base, 8).walk) })
}

func BenchmarkRaw(b *testing.B) {
	client := pageClient(newService(100).page(0))
	b.Run("plain", func(b *testing.B) { run(b, listPage(client)) })
	b.Run("raw", func(b *testing.B) { run(b, listPage(client, jumpcloud.WithRaw())) })
}

func BenchmarkEncode(b *testing.B) {
	states, plain := updates()
	b.Run("plain", func(b *testing.B) { run(b, func(context.Context) error { _, err := json.Marshal(plain); return err }) })
	b.Run("sdk", func(b *testing.B) { run(b, func(context.Context) error { _, err := json.Marshal(states); return err }) })
}

func TestTheServiceSendsWholeUsers(t *testing.T) {
	server := httptest.NewServer(newService(250))
	defer server.Close()
	floor := newFloor(server.URL + "/api")
	for _, walk := range []func(context.Context) (int, error){floor.walk, floor.walkBy8, newSDK(server.URL+"/api", 4).walk} {
		if n, err := walk(t.Context()); err != nil || n != 250 {
			t.Errorf("%d users, %v", n, err)
		}
	}
	if size := len(user(1)); size < 2300 || size > 2700 {
		t.Errorf("a user has %d bytes", size)
	}
}
