package faults_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// deed is what an edge does to a request in place of passing it on, or its answer back.
type deed int

const (
	passOn       deed = iota
	goAway            // GOAWAY that says the request was not processed
	refuse            // REFUSED_STREAM
	passReset         // pass it on, and reset its stream in place of an answer
	passProtocol      // the same with PROTOCOL_ERROR
	passGoAway        // pass it on, and end the connection with a GOAWAY that does not exclude it
	fallSilent        // say nothing more, on a connection that stays
	hangUpIdle        // close the connection after the request before
	silentTLS         // say nothing in the handshake
	hangUpTLS         // close the connection in the handshake
	connect407        // be a proxy that answers CONNECT so
	connect502        //
	connect503        //
	refuseSOCKS       // be a SOCKS proxy that takes nobody
)

// edge is what stands before the service, as its operators' does: TLS, HTTP/1.1 or HTTP/2 by hand, and
// a hand in what becomes of a request.
type edge struct {
	listener net.Listener
	service  string // its URL
	config   *tls.Config
	deed     deed

	mu    sync.Mutex
	armed bool // the next request meets the deed,
	stays bool // and so does each one after it
	conns []net.Conn
}

// certified is a server of net/http/httptest, for its certificate.
var certified = sync.OnceValue(func() *httptest.Server { return httptest.NewTLSServer(http.NotFoundHandler()) })

// host is a name in that certificate.
const host = "example.com"

// trusting is a client's side of it.
func trusting() *tls.Config {
	config := certified().Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.NextProtos = nil
	return config
}

func newEdge(t *testing.T, service string, does deed, stays bool) *edge {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &edge{listener: listener, service: service, deed: does, stays: stays, config: certified().TLS.Clone()}
	e.config.NextProtos = []string{"h2", "http/1.1"}
	t.Cleanup(e.close)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			e.mu.Lock()
			e.conns = append(e.conns, conn)
			e.mu.Unlock()
			go e.serve(conn)
		}
	}()
	return e
}

func (e *edge) url() string { return "https://" + e.listener.Addr().String() }

func (e *edge) close() {
	e.listener.Close()
	e.hangUp()
}

// hangUp closes the connections.
func (e *edge) hangUp() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, conn := range e.conns {
		conn.Close()
	}
}

func (e *edge) arm() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.armed = true
}

// next is what the edge does to the next request.
func (e *edge) next() deed {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.armed {
		return passOn
	}
	e.armed = e.stays
	return e.deed
}

func (e *edge) serve(conn net.Conn) {
	defer conn.Close()
	say := map[deed]string{
		hangUpTLS: "", refuseSOCKS: "\x05\xff",
		connect407: "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
		connect502: "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
		connect503: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
	}
	if words, early := say[e.deed]; early {
		_, _ = conn.Read(make([]byte, 16<<10))
		_, _ = io.WriteString(conn, words)
		return
	}
	if e.deed == silentTLS {
		_, _ = io.Copy(io.Discard, conn)
		return
	}
	secured := tls.Server(conn, e.config)
	if secured.Handshake() != nil {
		return
	}
	if secured.ConnectionState().NegotiatedProtocol == "h2" {
		e.serve2(secured)
	} else {
		e.serve1(secured)
	}
}

// serve1 speaks HTTP/1.1, of which no deed is.
func (e *edge) serve1(conn net.Conn) {
	requests := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(requests)
		if err != nil {
			return
		}
		response, err := e.pass(r.Method, r.RequestURI, r.Header, r.Body)
		if err != nil || response.Write(conn) != nil {
			return
		}
	}
}

func (e *edge) pass(method, path string, header http.Header, body io.Reader) (*http.Response, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(method, e.service+path, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	r.Header = header
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(answer))
	response.ContentLength, response.TransferEncoding = int64(len(answer)), nil
	return response, err
}

// serve2 speaks HTTP/2, one request at a time. The windows of net/http's client are larger than
// anything here.
func (e *edge) serve2(conn net.Conn) {
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	if framer.WriteSettings() != nil {
		return
	}
	heads := map[uint32]*http2.MetaHeadersFrame{}
	bodies := map[uint32]*bytes.Buffer{}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		id, ended := frame.Header().StreamID, false
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				err = framer.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				err = framer.WritePing(true, f.Data)
			}
		case *http2.MetaHeadersFrame:
			heads[id], bodies[id], ended = f, new(bytes.Buffer), f.StreamEnded()
		case *http2.DataFrame:
			bodies[id].Write(f.Data())
			ended = f.StreamEnded()
		}
		if ended {
			err = e.answer2(framer, id, heads[id], bodies[id])
		}
		if errors.Is(err, errSilent) {
			_, _ = io.Copy(io.Discard, conn)
		}
		if err != nil {
			return
		}
	}
}

var errSilent = errors.New("no word more on this connection")

func (e *edge) answer2(framer *http2.Framer, id uint32, head *http2.MetaHeadersFrame, body io.Reader) error {
	does := e.next()
	switch does {
	case goAway:
		time.Sleep(50 * time.Millisecond) // net/http comes again at once, as long as its attempt lasts
		return framer.WriteGoAway(max(id, 2)-2, http2.ErrCodeNo, nil)
	case refuse:
		return framer.WriteRSTStream(id, http2.ErrCodeRefusedStream)
	case fallSilent:
		return errSilent
	}
	header := http.Header{}
	for _, field := range head.RegularFields() {
		header.Add(field.Name, field.Value)
	}
	response, err := e.pass(head.PseudoValue("method"), head.PseudoValue("path"), header, body)
	if err != nil {
		return err
	}
	switch does {
	case passReset:
		return framer.WriteRSTStream(id, http2.ErrCodeInternal)
	case passProtocol:
		return framer.WriteRSTStream(id, http2.ErrCodeProtocol)
	case passGoAway:
		return fmt.Errorf("going away: %w", framer.WriteGoAway(id, http2.ErrCodeInternal, nil))
	}
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	write := func(name, value string) {
		_ = encoder.WriteField(hpack.HeaderField{Name: name, Value: value})
	}
	write(":status", fmt.Sprint(response.StatusCode))
	for name, values := range response.Header {
		for _, value := range values {
			if name != "Connection" {
				write(strings.ToLower(name), value)
			}
		}
	}
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	err = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: len(data) == 0})
	for len(data) > 0 && err == nil {
		n := min(len(data), 16<<10)
		err = framer.WriteData(id, n == len(data), data[:n])
		data = data[n:]
	}
	return err
}

// secure puts edges before the service: on the faulty way one that does a deed.
func (s *scene) secure(t *testing.T, f fault, stays bool) {
	t.Helper()
	s.edge = newEdge(t, s.server.URL, f.edge, stays)
	for _, change := range []struct {
		lane **lane
		edge *edge
	}{{&s.board.good, newEdge(t, s.server.URL, passOn, false)}, {&s.board.faulty, s.edge}} {
		(*change.lane).close()
		l := newLane(t, change.edge.url())
		l.transport.TLSClientConfig = trusting()
		l.transport.ForceAttemptHTTP2 = !f.oldHTTP
		l.transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: 150 * time.Millisecond, PingTimeout: 150 * time.Millisecond}
		*change.lane = l
	}
	if f.proxy != "" {
		u, err := url.Parse(f.proxy)
		if err != nil {
			t.Fatal(err)
		}
		s.board.faulty.transport.Proxy = http.ProxyURL(u)
	}
}

// lost waits until the client knows that its connections are closed.
func (l *lane) lost() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.wires {
		if !w.ended {
			return false
		}
	}
	return true
}
