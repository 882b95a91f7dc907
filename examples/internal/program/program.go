// Package program is what the examples have in common as commands: how they take their arguments,
// how they end, and which JumpCloud they talk to.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// Run is a program: it reads args (without its name), writes what it found to out and what it has to
// say about that to errOut, and stops when ctx ends.
type Run func(ctx context.Context, args []string, out, errOut io.Writer) error

// Main runs a program until it ends or is interrupted, and exits.
func Main(name string, run Run) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	os.Exit(ExitCode(name, run(ctx, os.Args[1:], os.Stdout, os.Stderr), os.Stderr))
}

// ExitCode says on errOut why a program failed, and returns its exit code: 0 for success and for help,
// 2 for a call that makes no sense, 1 for every other failure.
func ExitCode(name string, err error, errOut io.Writer) int {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, new(*usageError)):
		fmt.Fprintf(errOut, "%s: %v\nTry %s -h.\n", name, err, name)
		return 2
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(errOut, "%s: interrupted: %v\n", name, err)
	default:
		fmt.Fprintf(errOut, "%s: %v\n", name, err)
	}
	return 1
}

type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// Misuse returns an error about how the program was called.
func Misuse(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// Parse reads the flags of a program, which must be followed by exactly the arguments named, and
// returns those. With -h it prints usage and the flags to out, and returns [flag.ErrHelp].
func Parse(flags *flag.FlagSet, usage string, args []string, out io.Writer, names ...string) ([]string, error) {
	flags.SetOutput(io.Discard) // the error says all
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(out, "usage: %s\n\n", usage)
		flags.SetOutput(out)
		flags.PrintDefaults()
		fmt.Fprint(out, "\n"+environment)
		return nil, err
	} else if err != nil {
		return nil, Misuse("%v", err)
	}
	switch rest := flags.Args(); {
	case len(rest) > len(names):
		return nil, Misuse("unexpected argument %q", rest[len(names)])
	case len(rest) < len(names):
		return nil, Misuse("the argument %s is missing", names[len(rest)])
	default:
		return rest, nil
	}
}

const environment = `JUMPCLOUD_API_KEY (or JUMPCLOUD_CLIENT_ID and JUMPCLOUD_CLIENT_SECRET) chooses your organization;
JUMPCLOUD_REGION, JUMPCLOUD_ORG_ID and JUMPCLOUD_BASE_URL count too. Without a key the program runs
against a made-up company in its own process.
`
