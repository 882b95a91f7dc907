package faults_test

import (
	"net/http"
	"time"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// effect is what a fault does to a request, as far as a client must care.
type effect int

const (
	harmless    effect = iota // it is answered all the same
	refused                   // there is no connection, which proves that nothing was sent
	barred                    // neither, and another attempt would not have one
	unprocessed               // HTTP says that it was not processed, and net/http sends it again by itself
	lost                      // it does not arrive
	late                      // it arrives when its sender has given up
	silenced                  // it arrives, and its answer does not
	cutOff                    // it arrives, and the answer ends in the middle of its body
	limited                   // it is turned away with 429
	failed                    // it is turned away with 500
	overload                  // it is turned away with 502, 503 or 504
	applied                   // it takes effect, and is answered with 502, 503 or 504
	garbled                   // it takes effect, and the answer cannot be read
)

// arrives reports whether the service does what the request says.
func (e effect) arrives() bool {
	switch e {
	case harmless, late, silenced, cutOff, applied, garbled:
		return true
	}
	return false
}

// fault is one thing that can happen on the way to the service, or to the service.
type fault struct {
	name, where string
	effect      effect
	stalls      bool // attempts end by their own time-out

	toxics  func(sizes) []toxic  // on the way
	service *jumpcloudtest.Fault // at the service
	down    bool                 // nothing listens where the client connects
	cut     bool                 // the proxy reaches no service
	kept    bool                 // it happens on a connection that was used before
	edge    deed                 // at an edge before the service, over TLS
	oldHTTP bool                 // which speaks HTTP/1.1
	proxy   string               // the URL by which the client takes it for one

	needsBody, needsAnswer, needsList bool // it is about the body of the request, or of the answer
}

const (
	attemptTime = time.Second             // the limit of an attempt where a fault stalls it,
	patient     = 10 * time.Second        // and where it must not matter
	delayed     = 1500 * time.Millisecond // how long late requests are on their way
)

func always(toxics ...toxic) func(sizes) []toxic { return func(sizes) []toxic { return toxics } }

func up(kind string, attributes map[string]int) toxic   { return toxic{kind, "upstream", attributes} }
func down(kind string, attributes map[string]int) toxic { return toxic{kind, "downstream", attributes} }

func cutUp(at func(sizes) int) func(sizes) []toxic {
	return func(s sizes) []toxic { return []toxic{up("limit_data", map[string]int{"bytes": at(s)})} }
}

func cutDown(at func(sizes) int) func(sizes) []toxic {
	return func(s sizes) []toxic { return []toxic{down("limit_data", map[string]int{"bytes": at(s)})} }
}

func service(f jumpcloudtest.Fault) *jumpcloudtest.Fault { return &f }

// slow is 30 ms, give or take 20.
var slow = map[string]int{"latency": 30, "jitter": 20}

var faults = []fault{
	{name: "proxy down", where: "connecting", effect: refused, down: true},
	{name: "service behind the proxy down", where: "connecting", effect: lost, cut: true},

	{name: "limit_data", where: "before the request", effect: lost, toxics: cutUp(func(sizes) int { return 0 })},
	{name: "limit_data", where: "in the request's headers", effect: lost, toxics: cutUp(func(s sizes) int { return s.requestHead / 2 })},
	{name: "limit_data", where: "in the request's body", effect: lost, needsBody: true, toxics: cutUp(func(s sizes) int { return (s.requestHead + s.request) / 2 })},
	{name: "limit_data", where: "before the answer", effect: silenced, toxics: cutDown(func(sizes) int { return 0 })},
	{name: "limit_data", where: "in the answer's headers", effect: silenced, toxics: cutDown(func(s sizes) int { return s.answerHead / 2 })},
	{name: "limit_data", where: "at the start of the answer's body", effect: cutOff, needsAnswer: true, toxics: cutDown(func(s sizes) int { return s.answerHead + 16 })},
	{name: "limit_data", where: "in the answer's body", effect: cutOff, needsAnswer: true, toxics: cutDown(func(s sizes) int { return (s.answerHead + s.answer) / 2 })},
	{name: "limit_data", where: "before the answer's last byte", effect: cutOff, needsAnswer: true, toxics: cutDown(func(s sizes) int { return s.answer - 1 })},
	{name: "limit_data", where: "after the answer", effect: harmless, toxics: cutDown(func(s sizes) int { return s.answer })},

	{name: "reset_peer", where: "request", effect: lost, toxics: always(up("reset_peer", map[string]int{"timeout": 0}))},
	{name: "reset_peer", where: "answer", effect: silenced, toxics: always(down("reset_peer", map[string]int{"timeout": 0}))},
	{name: "reset_peer", where: "answer, on a connection used before", effect: silenced, kept: true, toxics: always(down("reset_peer", map[string]int{"timeout": 0}))},
	{name: "limit_data", where: "before the request, on a connection used before", effect: lost, kept: true, toxics: cutUp(func(sizes) int { return 0 })},
	{name: "limit_data", where: "before the answer, on a connection used before", effect: silenced, kept: true, toxics: cutDown(func(sizes) int { return 0 })},
	{name: "limit_data", where: "in the answer's body, on a connection used before", effect: cutOff, kept: true, needsAnswer: true, toxics: cutDown(func(s sizes) int { return (s.answerHead + s.answer) / 2 })},

	{name: "timeout, never closed", where: "request", effect: lost, stalls: true, toxics: always(up("timeout", map[string]int{"timeout": 0}))},
	{name: "timeout, never closed", where: "answer", effect: silenced, stalls: true, toxics: always(down("timeout", map[string]int{"timeout": 0}))},
	{name: "timeout, closed after 300 ms", where: "request", effect: lost, toxics: always(up("timeout", map[string]int{"timeout": 300}))},
	{name: "timeout, closed after 300 ms", where: "answer", effect: silenced, toxics: always(down("timeout", map[string]int{"timeout": 300}))},

	{name: "latency and jitter", where: "request", effect: harmless, toxics: always(up("latency", slow))},
	{name: "latency and jitter", where: "answer", effect: harmless, toxics: always(down("latency", slow))},
	{name: "latency beyond the attempt's limit", where: "request", effect: late, stalls: true, toxics: always(up("latency", map[string]int{"latency": int(delayed.Milliseconds())}))},
	{name: "latency beyond the attempt's limit", where: "answer", effect: silenced, stalls: true, toxics: always(down("latency", map[string]int{"latency": int(delayed.Milliseconds())}))},

	{name: "bandwidth, 100 KB/s", where: "both ways", effect: harmless, toxics: always(up("bandwidth", map[string]int{"rate": 100}), down("bandwidth", map[string]int{"rate": 100}))},
	{name: "bandwidth, too little for the attempt's limit", where: "answer", effect: cutOff, stalls: true, needsList: true, toxics: always(down("bandwidth", map[string]int{"rate": 1}))},
	{name: "slicer", where: "both ways", effect: harmless, toxics: always(
		up("slicer", map[string]int{"average_size": 64, "size_variation": 32, "delay": 100}),
		down("slicer", map[string]int{"average_size": 256, "size_variation": 128, "delay": 100}))},
	{name: "slow_close", where: "both ways", effect: harmless, toxics: always(
		up("slow_close", map[string]int{"delay": 200}), down("slow_close", map[string]int{"delay": 200}))},
	{name: "slow_close after limit_data", where: "in the answer's body", effect: cutOff, needsAnswer: true, toxics: func(s sizes) []toxic {
		return []toxic{
			down("limit_data", map[string]int{"bytes": (s.answerHead + s.answer) / 2}),
			down("slow_close", map[string]int{"delay": 100}),
		}
	}},

	{name: "GOAWAY", where: "HTTP/2, request above the last one", effect: unprocessed, stalls: true, edge: goAway},
	{name: "GOAWAY", where: "HTTP/2, request above the last one, on a connection used before", effect: unprocessed, stalls: true, kept: true, edge: goAway},
	{name: "RST_STREAM, REFUSED_STREAM", where: "HTTP/2", effect: unprocessed, stalls: true, edge: refuse},
	{name: "RST_STREAM, INTERNAL_ERROR", where: "HTTP/2, after the effect", effect: silenced, edge: passReset},
	{name: "GOAWAY", where: "HTTP/2, after the effect", effect: silenced, edge: passGoAway},
	{name: "silence, found out by pings", where: "HTTP/2, on a connection used before", effect: lost, kept: true, edge: fallSilent},
	{name: "connection lost while idle", where: "HTTP/2", effect: harmless, kept: true, edge: hangUpIdle},
	{name: "connection lost while idle", where: "HTTP/1.1 over TLS", effect: harmless, kept: true, oldHTTP: true, edge: hangUpIdle},
	{name: "silence", where: "in the TLS handshake", effect: refused, stalls: true, edge: silentTLS},
	{name: "connection lost", where: "in the TLS handshake", effect: refused, edge: hangUpTLS},
	{name: "CONNECT 502", where: "proxy", effect: refused, edge: connect502, proxy: "http://proxy.test:3128"},
	{name: "CONNECT 503", where: "proxy", effect: refused, edge: connect503, proxy: "http://proxy.test:3128"},
	{name: "CONNECT 407", where: "proxy", effect: barred, edge: connect407, proxy: "http://proxy.test:3128"},
	{name: "SOCKS that refuses", where: "proxy", effect: refused, edge: refuseSOCKS, proxy: "socks5://proxy.test:1080"},

	{name: "status 429", where: "service, before the effect", effect: limited, service: service(jumpcloudtest.TooManyRequests(0))},
	{name: "status 500", where: "service, before the effect", effect: failed, service: service(jumpcloudtest.Status(http.StatusInternalServerError, nil, `{"message":"oops"}`))},
	{name: "status 503", where: "service, before the effect", effect: overload, service: service(jumpcloudtest.Status(http.StatusServiceUnavailable, nil, ""))},
	{name: "status 503", where: "service, after the effect", effect: applied, service: service(jumpcloudtest.Status(http.StatusServiceUnavailable, nil, "").AfterApply())},
	{name: "status 502 as HTML", where: "service, after the effect", effect: applied, service: service(jumpcloudtest.HTML(http.StatusBadGateway).AfterApply())},
	{name: "status 504", where: "service, after the effect", effect: applied, service: service(jumpcloudtest.Status(http.StatusGatewayTimeout, nil, "").AfterApply())},
	{name: "status 200 with garbage", where: "service, after the effect", effect: garbled, service: service(jumpcloudtest.Garbage().AfterApply())},
}

// fits reports whether the fault can come to the operation.
func (f fault) fits(o operation) bool {
	return (o.hasBody || !f.needsBody) && (o.answers || !f.needsAnswer) && (o.lists || !f.needsList)
}
