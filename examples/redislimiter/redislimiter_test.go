package redislimiter_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/redislimiter"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// takes is how long n requests take, by the clock of a bubble, for processes that take turns.
func takes(t *testing.T, store *miniredis.Miniredis, n int, processes ...*redislimiter.Limiter) time.Duration {
	t.Helper()
	start := time.Now()
	for i := range n {
		store.SetTime(time.Now())
		if err := processes[i%len(processes)].Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return time.Since(start)
}

func limiter(t *testing.T, store *miniredis.Miniredis, perSecond float64, burst int) *redislimiter.Limiter {
	client := redis.NewClient(&redis.Options{Addr: store.Addr()})
	t.Cleanup(func() { client.Close() })
	return redislimiter.New(client, "jumpcloud", perSecond, burst)
}

func TestProcessesShareOneAllowance(t *testing.T) {
	store := miniredis.RunT(t)
	synctest.Test(t, func(t *testing.T) {
		one, other := limiter(t, store, 10, 3), limiter(t, store, 10, 3)

		if took := takes(t, store, 13, one, other); took != time.Second {
			t.Errorf("3 at once and 10 more at 10 a second took %v", took)
		}
		time.Sleep(time.Minute)
		if took := takes(t, store, 3, one, other); took != 0 {
			t.Errorf("3 at once after a pause took %v", took)
		}
	})
}

func TestATurnAfterTheDeadlineIsNotTaken(t *testing.T) {
	store := miniredis.RunT(t)
	synctest.Test(t, func(t *testing.T) {
		l := limiter(t, store, 1, 1)
		takes(t, store, 1, l)
		soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()

		err := l.Wait(soon)

		if err == nil || soon.Err() != nil {
			t.Errorf("want an error at once, got %v", err)
		}
		if took := takes(t, store, 1, l); took != time.Second {
			t.Errorf("the next turn took %v", took)
		}
	})
}

func TestARedisThatIsGoneIsAnError(t *testing.T) {
	store := miniredis.RunT(t)
	l := limiter(t, store, 1, 1)
	store.Close()
	if err := l.Wait(t.Context()); err == nil {
		t.Error("want an error")
	}
}

func TestAClientWaitsForItsTurn(t *testing.T) {
	store := miniredis.RunT(t)
	server := jumpcloudtest.New(t)
	address, configuration := store.Addr(), server.Configuration()

	redisClient := redis.NewClient(&redis.Options{Addr: address})
	configuration.Limiter = redislimiter.New(redisClient, "jumpcloud", 10, 20) // 10 a second together, 20 at once

	list(t, configuration)
	if !store.Exists("jumpcloud") {
		t.Error("no turn was taken")
	}
}

func TestAClientHasALimiterOfItsOwn(t *testing.T) {
	configuration := jumpcloudtest.New(t).Configuration()
	// 10 requests a second for everything that this client sends, retries and tokens included
	configuration.Limiter = rate.NewLimiter(10, 20)

	list(t, configuration)
	if tokens := configuration.Limiter.(*rate.Limiter).Tokens(); tokens >= 20 {
		t.Errorf("%v tokens are left", tokens)
	}
}

func list(t *testing.T, configuration *jumpcloud.Configuration) {
	client, err := jumpcloud.NewAPIClient(configuration)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Systemusers.List(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}
