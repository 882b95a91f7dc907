// Rehearse runs a program against a copy of your directory, and says what it changed there.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

const usage = `rehearse [-html FILE] [-json FILE] [-also LIST …] -- PROGRAM [ARGUMENT …]

Copies the directory into this process, by reading alone, runs the program against the copy, and says what
the program changed there. The program finds the copy in JUMPCLOUD_BASE_URL and its key in
JUMPCLOUD_API_KEY; your own key it never gets. rehearse ends with the program's exit code.`

func main() { program.Main("rehearse", run) }

type options struct {
	html, json string
	also       []string
	command    []string
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o options
	flags := program.NewFlags("rehearse")
	flags.StringVar(&o.html, "html", "", "`file` to write the report to: one page that needs no other file")
	flags.StringVar(&o.json, "json", "", "`file` to write a line of JSON for each change to")
	flags.Func("also", "`list` to copy that is left out because it can be long, such as /commandresults, /v2/policyresults or\n/v2/systeminsights/os_version; can be repeated", func(path string) error {
		o.also = append(o.also, path)
		return nil
	})
	if at := slices.Index(args, "--"); at >= 0 {
		args, o.command = args[:at], args[at+1:]
	}
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	if len(o.command) == 0 {
		return program.Misuse("name the program behind --")
	}
	if _, err := exec.LookPath(o.command[0]); err != nil {
		return program.Misuse("%v", err)
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	files, err := program.Open(errOut, o.html, o.json)
	if err != nil {
		return err
	}
	defer files.Close()
	r := &rehearsal{Organization: directory.MadeUp, Program: filepath.Base(o.command[0])}
	if !flags.Demo {
		if r.Organization, err = directory.Organization(ctx, client); err != nil {
			return err
		}
	}
	server := jumpcloudtest.NewServer()
	defer server.Close()
	if r.Copied, err = copyOf(ctx, server, client, o, errOut); err != nil {
		return err
	}
	ended := play(ctx, server, o.command, out, errOut)
	r.Journal, r.Time = server.Writes(), time.Now()
	fmt.Fprintf(out, "\nThe rehearsal of %s in a copy of %s:\n\n", r.Program, r.Organization)
	return errors.Join(
		r.Journal.WriteText(out),
		files.Write(o.html, func(w io.Writer) error { return writeHTML(w, r) }),
		files.Write(o.json, r.Journal.WriteJSON),
		ended,
	)
}

// rehearsal is what there is to report.
type rehearsal struct {
	Organization string
	Program      string // without its arguments, in which secrets may stand
	Copied       *jumpcloudtest.Copied
	Journal      *jumpcloudtest.Journal
	Time         time.Time
}

// copyOf fills the server, and says on errOut what with.
func copyOf(ctx context.Context, server *jumpcloudtest.Server, client *jumpcloud.APIClient, o options, errOut io.Writer) (*jumpcloudtest.Copied, error) {
	opts := []jumpcloudtest.CopyOption{jumpcloudtest.WithCopyOf(o.also...)}
	if program.IsTerminal(errOut) {
		opts = append(opts, jumpcloudtest.WithCopyProgress(func(p jumpcloudtest.CopyProgress) {
			of := ""
			if p.Total > 0 {
				of = fmt.Sprintf(" of %d", p.Total)
			}
			fmt.Fprintf(errOut, "\r\x1b[KReading %s: %d%s", p.Reading, p.Done, of)
		}))
		defer fmt.Fprint(errOut, "\r\x1b[K")
	}
	copied, err := server.Copy(ctx, client, opts...)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(errOut, "Copied: %s.\n", strings.Join(contents(copied), ", "))
	if n := len(copied.Unread); n > 0 {
		fmt.Fprintf(errOut, "Not everything could be read, %d times: see the end.\n", n)
	}
	return copied, nil
}

// contents counts what was copied, the most first.
func contents(copied *jumpcloudtest.Copied) []string {
	kinds := slices.SortedFunc(maps.Keys(copied.Objects), func(a, b string) int {
		return cmp.Or(copied.Objects[b]-copied.Objects[a], strings.Compare(a, b))
	})
	texts := []string{}
	for _, kind := range kinds {
		texts = append(texts, fmt.Sprintf("%s %d", strings.ReplaceAll(kind, "_", " "), copied.Objects[kind]))
	}
	return append(texts, fmt.Sprint("memberships ", copied.Memberships), fmt.Sprint("bindings ", copied.Bindings))
}

// play runs the program against the copy. Its exit code is the error's, if it has one.
func play(ctx context.Context, server *jumpcloudtest.Server, command []string, out, errOut io.Writer) error {
	c := exec.CommandContext(ctx, command[0], command[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, out, errOut
	c.Env = environment(os.Environ(), server.URL)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 10 * time.Second // for it to say what it did
	err := c.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", filepath.Base(command[0]), cmp.Or(err, ctx.Err()))
	case errors.As(err, &exit) && exit.Exited():
		return program.Status(exit.ExitCode())
	}
	return err
}

// environment is that of the program: it names the copy and nothing else. What names the live directory is taken
// out, and so is whatever holds one of its secrets, under any name.
func environment(all []string, url string) []string {
	var secrets []string
	for _, name := range []string{"JUMPCLOUD_API_KEY", "JUMPCLOUD_CLIENT_SECRET"} {
		if secret := os.Getenv(name); secret != "" {
			secrets = append(secrets, secret)
		}
	}
	hasSecret := func(text string) bool {
		return slices.ContainsFunc(secrets, func(secret string) bool { return strings.Contains(text, secret) })
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(variable string) bool {
		name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
		return strings.HasPrefix(name, "JUMPCLOUD_") || name == "NO_PROXY" || name == "JC_API_KEY" || name == "JCAPIKEY" || hasSecret(variable)
	})
	local := "127.0.0.1,localhost" // where no proxy is to stand in between
	if others := cmp.Or(os.Getenv("NO_PROXY"), os.Getenv("no_proxy")); others != "" && !hasSecret(others) {
		local += "," + others
	}
	return append(kept, "JUMPCLOUD_API_KEY="+jumpcloudtest.APIKey, "JUMPCLOUD_BASE_URL="+url, "NO_PROXY="+local, "no_proxy="+local)
}
