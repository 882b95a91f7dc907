// Package program is what the examples have in common as commands: how they take their arguments,
// how they end, and which JumpCloud they talk to.
package program

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"

	"github.com/jumpcloud-go/jumpcloud"
)

// The exit codes of a program.
const (
	Success     = 0
	Failure     = 1
	Misused     = 2   // a call that makes no sense, or no usable credential in the environment
	Interrupted = 130 // as a shell says it of a program that SIGINT ended
)

// Run is a program: it reads args (without its name), writes what it found to out and what it has to
// say about that to errOut, and stops when ctx ends.
type Run func(ctx context.Context, args []string, out, errOut io.Writer) error

// Main runs a program until it ends or is interrupted, and exits.
func Main(name string, run Run) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	os.Exit(ExitCode(ctx, name, run(ctx, os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// ExitCode says on errOut why a program failed, and returns its exit code. ctx is the one that it ran
// under, which ends with an interrupt.
func ExitCode(ctx context.Context, name string, err error, errOut io.Writer) int {
	var status Status
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return Success
	case errors.As(err, new(*usageError)):
		fmt.Fprintf(errOut, "%s: %v\nTry %s -h.\n", name, err, name)
		return Misused
	case ctx.Err() != nil:
		fmt.Fprintf(errOut, "%s: interrupted: %v\n", name, err)
		return Interrupted
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, jumpcloud.ErrUnauthorized):
		fmt.Fprintf(errOut, "%s: JumpCloud refuses the credential; check JUMPCLOUD_API_KEY (or JUMPCLOUD_CLIENT_ID and JUMPCLOUD_CLIENT_SECRET), JUMPCLOUD_REGION and JUMPCLOUD_ORG_ID: %v\n", name, err)
		return Failure
	default:
		fmt.Fprintf(errOut, "%s: %v\n", name, err)
		return Failure
	}
}

// Status is an exit code to end with, about which everything is said.
type Status int

func (s Status) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// Misuse returns an error about how the program was called.
func Misuse(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// Flags are the flags of a program: its own, and the one that all of them have.
type Flags struct {
	*flag.FlagSet
	Demo bool // use a made-up company
}

// NewFlags returns the flag that all programs have.
func NewFlags(name string) *Flags {
	f := &Flags{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError)}
	f.BoolVar(&f.Demo, "demo", false, "use a made-up company in this process, whatever the environment says")
	return f
}

// Parse reads the flags, which must be followed by exactly the arguments named, and returns those.
// With -h it prints usage and the flags to out, and returns [flag.ErrHelp].
func (f *Flags) Parse(usage string, args []string, out io.Writer, names ...string) ([]string, error) {
	f.SetOutput(io.Discard) // the error says all
	if err := f.FlagSet.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(out, "usage: %s\n\n", usage)
		f.SetOutput(out)
		f.PrintDefaults()
		fmt.Fprint(out, "\n"+environment)
		return nil, err
	} else if err != nil {
		return nil, Misuse("%v", err)
	}
	switch rest := f.Args(); {
	case len(rest) > len(names):
		return nil, Misuse("unexpected argument %q", rest[len(names)])
	case len(rest) < len(names):
		return nil, Misuse("the argument %s is missing", names[len(rest)])
	default:
		return rest, nil
	}
}

const environment = `JUMPCLOUD_API_KEY (or JUMPCLOUD_CLIENT_ID and JUMPCLOUD_CLIENT_SECRET) chooses your organization;
JUMPCLOUD_REGION, JUMPCLOUD_ORG_ID and JUMPCLOUD_BASE_URL count too. -demo needs none of them.

Exit codes: 0 success, 1 failure, 2 a call that makes no sense or no usable credential, 130 interrupted.
(go run prints the code of the program and exits with 1 itself: build the program to see it.)
`

// What became of a change.
const (
	Done         = "done"
	Failed       = "failed"
	NotAttempted = "not attempted"
	Unknown      = "unknown" // it was under way when the program was interrupted
)

// Fate says what became of a change that ended with err.
func Fate(err error) string {
	switch {
	case err == nil:
		return Done
	case errors.Is(err, jumpcloud.ErrNotAttempted):
		return NotAttempted
	case errors.Is(err, context.Canceled):
		return Unknown
	default:
		return Failed
	}
}

// WriteJSON writes a result for programs.
func WriteJSON(out io.Writer, result any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(result)
}

// Files are files for results, opened before the work, so that one that cannot be written is found out
// then. What a file holds stays until there is something else to write.
type Files struct {
	note   io.Writer
	opened map[string]*os.File
	made   []string // which were not there before
}

// Open opens files for results; a name may be "". note is told of each that is written.
func Open(note io.Writer, names ...string) (*Files, error) {
	f := &Files{note: note, opened: map[string]*os.File{}}
	for _, name := range names {
		if name == "" {
			continue
		}
		for other := range f.opened {
			if filepath.Clean(other) == filepath.Clean(name) {
				f.Close()
				return nil, Misuse("%s is named for two results", name)
			}
		}
		_, missing := os.Stat(name)
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE, 0o600)
		if err != nil {
			f.Close()
			return nil, err
		}
		f.opened[name] = file
		if missing != nil {
			f.made = append(f.made, name)
		}
	}
	return f, nil
}

// Write makes a file hold what write writes. For the name "" it does nothing.
func (f *Files) Write(name string, write func(io.Writer) error) error {
	file := f.opened[name]
	if file == nil {
		return nil
	}
	delete(f.opened, name)
	_ = file.Truncate(0) // a pipe or a terminal has nothing to cut
	if err := errors.Join(write(file), file.Close()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Fprintf(f.note, "Written: %s\n", name)
	return nil
}

// Close leaves the files that were not written as they were before.
func (f *Files) Close() {
	for name, file := range f.opened {
		file.Close()
		if slices.Contains(f.made, name) {
			os.Remove(name)
		}
	}
}

// IsTerminal reports whether a person reads along.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
