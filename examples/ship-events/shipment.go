package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// cursor is what the cursor file holds. Events arrive late, and not in their order: so the next run looks
// back, and leaves out what it has written.
type cursor struct {
	Since  time.Time            `json:"since"`  // of the first run
	Newest time.Time            `json:"newest"` // of the events that were written
	Seen   map[string]time.Time `json:"seen"`   // those that the next run meets again
	Size   int64                `json:"size"`   // of the output
}

// shipment writes events, and remembers which.
type shipment struct {
	name   string // of the cursor file
	cursor cursor
	file   *os.File // the output, where it is a file
	out    *bufio.Writer
}

// open reads the cursor, and opens the output where it was.
func open(o options, out io.Writer) (*shipment, error) {
	s := &shipment{name: o.cursor, cursor: cursor{Since: o.since, Seen: map[string]time.Time{}}}
	text, err := os.ReadFile(o.cursor)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		s.cursor = cursor{}
		if err = json.Unmarshal(text, &s.cursor); err == nil && (s.cursor.Since.IsZero() || s.cursor.Seen == nil) {
			err = errors.New("it is about something else")
		}
		if err != nil {
			return nil, fmt.Errorf("%s is no cursor of ship-events: %w", o.cursor, err)
		}
	}
	if err = s.save(o.late); err != nil { // to find out now whether that can be done
		return nil, err
	}
	if o.out == "" {
		s.out = bufio.NewWriter(out)
		return s, nil
	}
	if info, err := os.Stat(o.out); err == nil && !info.Mode().IsRegular() { // of a device the end is never found
		return nil, fmt.Errorf("%s is no ordinary file; without -out the events go to standard output", o.out)
	}
	if s.file, err = os.OpenFile(o.out, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err = s.resume(); err != nil {
		s.file.Close()
		return nil, fmt.Errorf("%s: %w", o.out, err)
	}
	s.out = bufio.NewWriter(s.file)
	return s, nil
}

// resume reads the events that were written after the cursor was saved, which a crash leaves behind, and
// goes on behind them. A line that was cut off it takes away.
func (s *shipment) resume() error {
	end, err := s.file.Seek(0, io.SeekEnd)
	if err != nil || end < s.cursor.Size { // it is another file, since somebody rotated it
		s.cursor.Size = end
		return err
	}
	if _, err = s.file.Seek(s.cursor.Size, io.SeekStart); err != nil {
		return err
	}
	lines := bufio.NewReader(s.file)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		var event jumpcloud.InsightsEvent
		_ = json.Unmarshal(line, &event) // as much as fits
		s.remember(bytes.TrimSuffix(line, []byte("\n")), event.Timestamp.Time)
	}
	if err := s.file.Truncate(s.cursor.Size); err != nil {
		return err
	}
	_, err = s.file.Seek(s.cursor.Size, io.SeekStart)
	return err
}

// from is where to begin.
func (s *shipment) from(o options) time.Time {
	if from := s.cursor.Newest.Add(-o.late); from.After(s.cursor.Since) {
		return from
	}
	return s.cursor.Since
}

// lineOf is the line of an event, and when it happened. One that the SDK cannot read is written all the
// same; known is false for an error that is about no event.
func lineOf(event *jumpcloud.InsightsEvent, err error) (line []byte, when time.Time, known bool) {
	var raw []byte
	var unreadable *jumpcloud.DecodeError
	switch {
	case err == nil:
		raw, when = event.RawJSON(), event.Timestamp.Time
	case errors.Is(err, jumpcloud.ErrItem) && errors.As(err, &unreadable):
		raw = unreadable.Body
	default:
		return nil, when, false
	}
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil {
		return nil, when, false
	}
	return compact.Bytes(), when, true
}

// write writes a line, unless it was written before.
func (s *shipment) write(line []byte, when time.Time) (isNew bool, err error) {
	if _, there := s.cursor.Seen[key(line)]; there {
		return false, nil
	}
	s.remember(line, when)
	_, err = s.out.Write(append(line, '\n'))
	return true, err
}

func (s *shipment) remember(line []byte, when time.Time) {
	if when.After(s.cursor.Newest) {
		s.cursor.Newest = when
	}
	if when.IsZero() {
		when = s.cursor.Newest
	}
	s.cursor.Seen[key(line)] = when
	s.cursor.Size += int64(len(line)) + 1
}

// key tells events apart: by the id or, where one has none, by all of it.
func key(line []byte) string {
	var event struct{ ID string }
	_ = json.Unmarshal(line, &event)
	sum := sha256.Sum256(line)
	return cmp.Or(event.ID, hex.EncodeToString(sum[:16]))
}

// save writes the output first and then the cursor, in one piece, without the events that will not come
// again.
func (s *shipment) save(late time.Duration) error {
	if s.out != nil {
		if err := s.out.Flush(); err != nil {
			return err
		}
	}
	if s.file != nil {
		if err := s.file.Sync(); err != nil {
			return err
		}
	}
	for id, when := range s.cursor.Seen {
		if when.Before(s.cursor.Newest.Add(-late)) {
			delete(s.cursor.Seen, id)
		}
	}
	text, err := json.Marshal(s.cursor)
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(s.name), filepath.Base(s.name)+".*")
	if err != nil {
		return err
	}
	_, err = next.Write(text)
	if err = errors.Join(err, next.Sync(), next.Close()); err == nil {
		err = os.Rename(next.Name(), s.name)
	}
	if err != nil {
		os.Remove(next.Name())
	}
	return err
}

func (s *shipment) close() {
	if s.file != nil {
		s.file.Close()
	}
}
