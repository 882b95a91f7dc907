package main

import (
	"errors"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

// A place is where in the description something stands: the file and line, and the operation,
// schema, property or parameter in words.
type place struct {
	file string
	line int
	what string
}

func (p place) String() string {
	text := "api/" + p.file
	if p.line > 0 {
		text = fmt.Sprintf("%s:%d", text, p.line)
	}
	if p.what != "" {
		text += ": " + p.what
	}
	return text
}

// in is the place of something inside p; the line moves there where it is known.
func (p place) in(origin *openapi3.Origin, format string, args ...any) place {
	inner := place{file: p.file, line: p.line, what: fmt.Sprintf(format, args...)}
	if p.what != "" {
		inner.what = p.what + ", " + inner.what
	}
	if origin != nil && origin.Key != nil {
		inner.line = origin.Key.Line
	}
	return inner
}

// problems collects everything that is wrong, so that one run shows all of it. Any problem stops
// the generator before it writes a file.
type problems struct {
	found []error
	seen  map[string]bool
}

func (p *problems) add(at place, format string, args ...any) {
	problem := fmt.Errorf("%s: %w", at, fmt.Errorf(format, args...))
	if p.seen[problem.Error()] {
		return
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[problem.Error()] = true
	p.found = append(p.found, problem)
}

func (p *problems) err() error { return errors.Join(p.found...) }
