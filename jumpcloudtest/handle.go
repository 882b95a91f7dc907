package jumpcloudtest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
)

// stub is a route with an answer of the caller's.
type stub struct {
	route  pattern
	answer http.HandlerFunc
}

// Handle answers every request to a route with a function of yours: for a route that the server does not
// model, or one that it models in another way than a test needs.
//
//	server.Handle("GET /systems/{id}", func(w http.ResponseWriter, r *http.Request) {
//		fmt.Fprintf(w, `{"_id":%q,"hostname":"web-1"}`, r.PathValue("id"))
//	})
//
// The form of a route is that of [Server.Inject], and r.PathValue has the words that stand where the
// route has braces. A route of Directory Insights is written from the root of the server, such as
// "POST /insights/directory/v1/events". Without a Content-Type of its own an answer is JSON. Of two
// functions for one route the newer one answers.
//
// The function may use the server. Faults, the rate limit, the check of the key and that of the
// organisation come before it, as everywhere. One that panics, or ends its goroutine as require does, fails
// the test with words that name the route, and answers 500 with the same words.
func (s *Server) Handle(route string, answer func(w http.ResponseWriter, r *http.Request)) {
	if answer == nil {
		s.fatalf("jumpcloudtest: Handle: %s has no function that answers it", route)
	}
	p := s.pattern(route)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stubs = slices.Insert(s.stubs, 0, stub{p, answer})
}

// stub finds the function that answers a call; nil when there is none. The caller holds mu.
func (c *call) stub() func() reply {
	at := slices.IndexFunc(c.stubs, func(s stub) bool { return s.route.matches(c.method, c.segments) })
	if at < 0 {
		return nil
	}
	s := c.stubs[at]
	return func() reply {
		r := c.request.Clone(c.request.Context())
		r.Body = io.NopCloser(bytes.NewReader(c.body))
		for i, part := range s.route.parts {
			if placeholder(part) {
				r.SetPathValue(part[1:len(part)-1], c.segments[i])
			}
		}
		var w recorder
		what := fmt.Sprintf("the function of Handle for %s %s", c.method, c.path())
		if failed := c.run(what, func() { s.answer(&w, r) }); failed != nil {
			return *failed
		}
		w.WriteHeader(http.StatusOK)
		return w.reply
	}
}

// recorder keeps what a function answers.
type recorder struct{ reply reply }

func (r *recorder) Header() http.Header {
	if r.reply.header == nil {
		r.reply.header = http.Header{}
	}
	return r.reply.header
}

func (r *recorder) WriteHeader(status int) {
	if r.reply.status == 0 {
		r.reply.status = status
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	r.reply.body = append(r.reply.body, b...)
	return len(b), nil
}

// run calls a function of the user's. In the goroutine of a connection its panic would look like a broken
// connection, and so would the end of the goroutine; run fails the test instead, and returns an answer that
// says what happened.
func (h *host) run(what string, do func()) (failed *reply) {
	done := make(chan struct{})
	go func() {
		returned := false
		defer close(done)
		defer func() {
			v := recover()
			if returned {
				return
			}
			text, stack := what+" ended its goroutine, as Fatal and require do", ""
			if v != nil {
				text, stack = fmt.Sprintf("%s panicked: %v", what, v), "\n"+string(debug.Stack())
			}
			r := rpcError(http.StatusInternalServerError, "jumpcloudtest: "+text)
			failed = &r
			if h.tb != nil {
				h.tb.Fatalf("jumpcloudtest: %s%s", text, stack)
			}
		}()
		do()
		returned = true
	}()
	<-done
	return failed
}
