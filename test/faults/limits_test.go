package faults_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// maxBody is what the clients here take of an answer.
const maxBody = 4 << 20

// hostileService accepts connections and answers each request with whatever answer writes.
func hostileService(t *testing.T, answer func(w *bufio.Writer) error) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				w := bufio.NewWriterSize(conn, 32<<10)
				if answer(w) == nil {
					_ = w.Flush()
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// head begins an answer whose body ends with the connection.
func head(status string, headers ...string) string {
	return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n" + strings.Join(append(headers, ""), "\r\n") + "\r\n"
}

// written writes parts in order; the last one for ever if endless.
func written(endless bool, parts ...string) func(w *bufio.Writer) error {
	return func(w *bufio.Writer) error {
		for _, part := range parts {
			if _, err := w.WriteString(part); err != nil {
				return err
			}
		}
		for endless {
			if _, err := w.WriteString(parts[len(parts)-1]); err != nil {
				return err
			}
		}
		return nil
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

// repeated returns the elements of a JSON array.
func repeated(n int, element string) string {
	return strings.TrimSuffix(strings.Repeat(element+",", n), ",")
}

// matches makes a check of an error that errors.Is does.
func matches(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

// broken is a TransportError whose text holds some words.
func broken(words string) func(error) bool {
	return func(err error) bool {
		var e *jumpcloud.TransportError
		return errors.As(err, &e) && strings.Contains(err.Error(), words)
	}
}

func unreadable(words string) func(error) bool {
	return func(err error) bool {
		var e *jumpcloud.DecodeError
		return errors.As(err, &e) && strings.Contains(err.Error(), words)
	}
}

// TestLimits shows that nothing that a service sends makes the client hang or take memory without
// bound, and that the error says what was wrong.
func TestLimits(t *testing.T) {
	const million = 1_000_000
	blanks, text := strings.Repeat(" ", 32<<10), strings.Repeat("x", 32<<10)
	bomb := strings.Repeat(zipped(strings.Repeat(" ", 1<<20)), 1024) // 1 GiB: gzip's parts may follow one another
	tooLarge, crowded := matches(jumpcloud.ErrTooLarge), unreadable("it has more than 131072 values: answer is larger than MaxResponseBytes")
	tooDeep, flood := unreadable("exceeded max depth"), broken("server response headers exceeded")
	refused, failed := matches(jumpcloud.ErrBadRequest), matches(jumpcloud.ErrServer)
	ok := head("200 OK")
	for _, c := range []struct {
		name   string
		answer func(w *bufio.Writer) error
		right  func(error) bool
	}{
		{"oversized body", written(false, ok, `{"results":[`, strings.Repeat(`{"_id":"5f0c1a2b3c4d5e6f70819293"},`, maxBody/32), `{}]}`), tooLarge},
		{"endless body", written(true, ok, `{"results":[`, blanks), tooLarge},
		{"endless text", written(true, ok, `{"_id":"`, text), tooLarge},
		{"endless body of a failure", written(true, head("500 Internal Server Error"), blanks), failed},
		{"endless message of a refusal", written(true, head("400 Bad Request"), `{"message":"`, text), refused},
		{"long message of a refusal", written(false, head("400 Bad Request"), `{"message":"`, strings.Repeat("x", maxBody-100), `"}`), refused},
		{"a million details of a refusal", written(false, head("400 Bad Request"), `{"details":[`, repeated(million, "{}"), `]}`), refused},
		{"length that is a lie", written(false, head("200 OK", fmt.Sprint("Content-Length: ", maxBody-1)), `{"results":[`), broken("unexpected EOF")},

		{"endless header", written(true, "HTTP/1.1 200 OK\r\nX-Flood: ", text), flood},
		{"endless headers", written(true, "HTTP/1.1 200 OK\r\n", strings.Repeat("X-Flood: 1234567890\r\n", 1000)), flood},
		{"endless early hints", written(true, "HTTP/1.1 103 Early Hints\r\nLink: <https://example.com/>\r\n\r\n"), flood},
		{"endless trailers", written(true, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", "X-Flood: 1234567890\r\n"), broken("trailer")},
		{"endless chunk extension", written(true, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;", text), broken("header line too long")},

		{"a million objects", written(false, ok, `{"results":[`, repeated(million, "{}"), `]}`), crowded},
		{"a million objects, bare", written(false, ok, `[`, repeated(million, "{}"), `]`), crowded},
		{"nulls", written(false, ok, `[`, repeated(maxBody/6, "null"), `]`), crowded},
		{"numbers", written(false, ok, `[`, repeated(maxBody/3, "0"), `]`), crowded},
		{"a million keys of a user", written(false, ok, `{"ssh_keys":[`, repeated(million, "{}"), `]}`), crowded},
		{"a million addresses in a list", written(false, ok, `{"results":[{"addresses":[`, repeated(million, "{}"), `]}]}`), crowded},
		{"a million members", written(false, ok, `{`, repeated(maxBody/8, `"":""`), `}`), crowded},

		{"nested arrays", written(false, ok, strings.Repeat("[", million), strings.Repeat("]", million)), tooDeep},
		{"nested objects", written(false, ok, strings.Repeat(`{"a":`, million/2), "1", strings.Repeat("}", million/2)), tooDeep},
		{"nested in a list", written(false, ok, `{"results":[{"attributes":`, strings.Repeat(`[`, million), strings.Repeat("]", million), "}]}"), tooDeep},

		{"gzip bomb", written(false, head("200 OK", "Content-Encoding: gzip", fmt.Sprint("Content-Length: ", len(bomb))), bomb), tooLarge},
		{"gzip bomb of a failure", written(false, head("503 Service Unavailable", "Content-Encoding: gzip"), bomb), failed},
		{"endless gzip", written(true, head("200 OK", "Content-Encoding: gzip"), zipped(blanks)), tooLarge},
		{"gzip that is none", written(true, head("200 OK", "Content-Encoding: gzip"), "no gzip at all "), broken("gzip")},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := limitedClient(t, c.answer, time.Minute)
			attempt(t, client, 40*maxBody, c.right) // a few times for each of three attempts
		})
	}

	t.Run("as many objects as pass", func(t *testing.T) {
		const n = 131_072
		client := limitedClient(t, written(false, ok, fmt.Sprintf(`{"totalCount":%d,"results":[`, n), repeated(n, "{}"), `]}`), time.Minute)
		var users []*jumpcloud.Systemuser
		var err error
		if took := allocated(func() { users, err = jumpcloud.Collect(client.Systemusers.All(t.Context(), nil), 0) }); took > 400<<20 {
			t.Errorf("it took %d MiB", took>>20)
		}
		if err != nil || len(users) != n {
			t.Errorf("%d users, %v", len(users), err)
		}
	})
	t.Run("a byte now and then", func(t *testing.T) {
		client := limitedClient(t, func(w *bufio.Writer) error {
			for _, err := w.WriteString(ok); err == nil; err = w.Flush() {
				time.Sleep(5 * time.Millisecond)
				if err := w.WriteByte(' '); err != nil {
					return err
				}
			}
			return errors.New("the client is gone")
		}, 100*time.Millisecond)
		attempt(t, client, maxBody, matches(jumpcloud.ErrTimeout))
	})
}

func limitedClient(t *testing.T, answer func(w *bufio.Writer) error, timeout time.Duration) *jumpcloud.APIClient {
	config := jumpcloud.NewConfiguration()
	config.APIKey, config.BaseURL = "key", hostileService(t, answer)
	config.MaxResponseBytes, config.Timeout = maxBody, timeout
	config.Retry.MinWait, config.Retry.MaxWait = time.Millisecond, time.Millisecond
	client, err := jumpcloud.NewAPIClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// attempt calls for a user and for all users, and checks errors and memory.
func attempt(t *testing.T, client *jumpcloud.APIClient, most uint64, right func(error) bool) {
	for name, call := range map[string]func(context.Context) error{
		"Get": func(ctx context.Context) error {
			_, err := client.Systemusers.Get(ctx, "5f0c1a2b3c4d5e6f70819293", nil)
			return err
		},
		"All": func(ctx context.Context) error {
			_, err := jumpcloud.Collect(client.Systemusers.All(ctx, nil), 0)
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		var err error
		if took := allocated(func() { err = call(ctx) }); took > most {
			t.Errorf("%s took %d MiB, more than %d", name, took>>20, most>>20)
		}
		if err == nil || !right(err) {
			t.Errorf("%s: %.300v", name, err)
			continue
		}
		if n := len(err.Error()); n > 5000 {
			t.Errorf("%s: the error's text has %d bytes", name, n)
		}
	}
}

// allocated returns how much memory a call asks for altogether, which is never less than what it
// holds at any time.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
