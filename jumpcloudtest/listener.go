package jumpcloudtest

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// door is where connections come in. It knows all that are open, so that Close leaves none behind,
// not even one that was accepted while the server was closing or that a fault took over.
type door struct {
	net.Listener
	mu     sync.Mutex
	open   map[*conn]struct{}
	closed bool
}

func newDoor(l net.Listener) *door { return &door{Listener: l, open: map[*conn]struct{}{}} }

func (d *door) Accept() (net.Conn, error) {
	inner, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: inner, door: d}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		inner.Close()
		return nil, net.ErrClosed
	}
	d.open[c] = struct{}{}
	return c, nil
}

// shut stops accepting and closes every connection.
func (d *door) shut() {
	d.Listener.Close()
	d.mu.Lock()
	d.closed = true
	open := d.open
	d.open = nil
	d.mu.Unlock()
	for c := range open {
		c.Conn.Close()
	}
}

type conn struct {
	net.Conn
	door *door
}

func (c *conn) Close() error {
	c.door.mu.Lock()
	delete(c.door.open, c)
	c.door.mu.Unlock()
	return c.Conn.Close()
}

// reset closes the connection so that the peer sees a reset: on a socket the kernel sends RST.
func (c *conn) reset() {
	if l, ok := c.Conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = l.SetLinger(0)
	}
	c.Close()
}

// pipes is a listener without a socket: dial hands one end of a pipe to Accept. It has no goroutine
// of its own, and blocks on channels only, which a synctest bubble understands.
type pipes struct {
	ready chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{ready: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.ready:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return pipeAddr{} }

// dial connects to the server, whatever the address; a closed server refuses.
func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	broken := new(atomic.Bool)
	select {
	case p.ready <- &pipe{server, broken}:
		return &pipe{client, broken}, nil
	case <-p.done:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: pipeAddr{}, Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: pipeAddr{}, Err: ctx.Err()}
	}
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "in-memory" }

// pipe is one end of a connection in memory. Unlike net.Pipe it can be reset.
type pipe struct {
	net.Conn
	broken *atomic.Bool
}

func (p *pipe) SetLinger(int) error {
	p.broken.Store(true)
	return nil
}

func (p *pipe) Read(b []byte) (int, error) {
	n, err := p.Conn.Read(b)
	return n, p.fail("read", err)
}

func (p *pipe) Write(b []byte) (int, error) {
	n, err := p.Conn.Write(b)
	return n, p.fail("write", err)
}

func (p *pipe) fail(op string, err error) error {
	if err != nil && p.broken.Load() {
		return &net.OpError{Op: op, Net: "pipe", Addr: pipeAddr{}, Err: syscall.ECONNRESET}
	}
	return err
}
