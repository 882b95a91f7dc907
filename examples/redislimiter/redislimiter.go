// Package redislimiter is a Limiter for several processes that share one allowance: their clients together
// send no more than so many requests a second. It keeps one key in Redis, of version 5 or newer.
package redislimiter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Limiter is for jumpcloud.Configuration.Limiter. Make it with [New].
type Limiter struct {
	client   redis.Scripter
	key      string
	interval time.Duration
	burst    int
}

// New returns a limiter of perSecond requests a second, burst of them at once after a pause, for all
// processes that use the same key. perSecond is more than 0; 0.5 is one request in two seconds.
func New(client redis.Scripter, key string, perSecond float64, burst int) *Limiter {
	return &Limiter{client, key, time.Duration(float64(time.Second) / perSecond), max(1, burst)}
}

// Wait returns when the next request may be sent. Where its turn comes after the deadline of ctx it says
// so at once, and takes no turn.
func (l *Limiter) Wait(ctx context.Context) error {
	most := int64(-1)
	if deadline, ok := ctx.Deadline(); ok {
		most = max(0, time.Until(deadline).Microseconds())
	}
	wait, err := turn.Run(ctx, l.client, []string{l.key}, l.interval.Microseconds(), l.burst, most).Int64()
	if err != nil {
		return fmt.Errorf("redislimiter: %w", err)
	}
	if wait < 0 {
		return errors.New("redislimiter: the turn would come after the deadline of the context")
	}
	timer := time.NewTimer(time.Duration(wait) * time.Microsecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// turn takes a turn and returns the microseconds until then, or -1. The key holds when the turn after the
// last one given would be, by Redis's clock, so that those of the processes need not agree.
var turn = redis.NewScript(`
local interval, burst, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call("TIME")
local now = time[1] * 1000000 + time[2]
local next = math.max(now, tonumber(redis.call("GET", KEYS[1]) or 0))
local wait = math.max(0, next - now - (burst - 1) * interval)
if most >= 0 and wait > most then
	return -1
end
redis.call("SET", KEYS[1], string.format("%.0f", next + interval), "PX", math.ceil((next + interval - now) / 1000) + 1000)
return wait
`)
