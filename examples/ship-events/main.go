// Ship-events writes the directory's events as JSON lines, each once, and goes on where it was the next
// time.
package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

const usage = `ship-events -cursor FILE [-out FILE] [-service NAME …] [-since TIME] [-late DURATION]

Writes the events of the directory, oldest first, as JSON lines: as the service sent them. The cursor
file remembers how far it came, so that the next run writes what is new: run it from cron. An event is
written once, also one that arrives late, up to -late after it happened. With -out FILE that holds
even after a crash; on standard output up to a thousand events then come twice.`

func main() { program.Main("ship-events", run) }

type options struct {
	cursor, out string
	services    []jumpcloud.InsightsService
	since       time.Time
	late        time.Duration
	progress    bool
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	o := options{since: time.Now().Add(-24 * time.Hour)}
	flags := program.NewFlags("ship-events")
	flags.StringVar(&o.cursor, "cursor", "", "`file` that remembers how far it came")
	flags.StringVar(&o.out, "out", "", "`file` to append the events to; the default is standard output")
	flags.Func("service", "`name` of a service whose events to write, such as directory or sso; may be repeated. The\ndefault is all", func(name string) error {
		o.services = append(o.services, jumpcloud.InsightsService(name))
		return nil
	})
	flags.Func("since", "`time` of the first events, as 2006-01-02T15:04:05Z, or how long ago, as 72h; it counts for the\nfirst run only. The default is 24h", func(text string) error {
		ago, err := time.ParseDuration(text)
		if o.since = time.Now().Add(-ago); err != nil {
			o.since, err = time.Parse(time.RFC3339, text)
		}
		return err
	})
	flags.DurationVar(&o.late, "late", time.Hour, "how late an event may arrive")
	flags.BoolVar(&o.progress, "progress", program.IsTerminal(errOut), "say how far it is; the default is to say it on a terminal")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	switch {
	case o.cursor == "":
		return program.Misuse("name a file for the cursor with -cursor")
	case filepath.Clean(o.cursor) == filepath.Clean(o.out):
		return program.Misuse("-cursor and -out are one file")
	case o.since.After(time.Now()):
		return program.Misuse("-since is in the future")
	case slices.Contains(o.services, ""):
		return program.Misuse("-service is empty")
	case o.late < 0:
		return program.Misuse("-late is negative")
	}
	if o.services == nil {
		o.services = []jumpcloud.InsightsService{"all"}
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	s, err := open(o, out)
	if err != nil {
		return err
	}
	defer s.close()
	return ship(ctx, client, o, s, errOut)
}

// ship writes the events since the last run, and saves how far it came after each page.
func ship(ctx context.Context, client *jumpcloud.APIClient, o options, s *shipment, errOut io.Writer) error {
	query := jumpcloud.EventQuery{
		Service: o.services, StartTime: jumpcloud.NewTime(s.from(o)), EndTime: jumpcloud.Set(jumpcloud.NewTime(time.Now())),
		Sort: jumpcloud.Set("ASC"), Limit: jumpcloud.Set(page),
	}
	written, read := 0, 0
	say := func(end string) {
		if o.progress {
			fmt.Fprintf(errOut, "\r%d events written, up to %s%s", written, s.cursor.Newest.Format(time.RFC3339), end)
		}
	}
	var failed error
	for event, err := range client.DirectoryInsights.AllEvents(ctx, query, jumpcloud.WithRaw()) {
		line, when, known := lineOf(event, err)
		if !known {
			failed = err
			break
		}
		isNew, err := s.write(line, when)
		if err != nil {
			return err
		}
		if isNew {
			written++
		}
		if read++; read%page == 0 {
			if err := s.save(o.late); err != nil {
				return err
			}
			say("")
		}
	}
	if err := s.save(o.late); err != nil {
		return err
	}
	say("\n")
	if failed != nil {
		return fmt.Errorf("%d events written; run it again to go on: %w", written, failed)
	}
	if o.out != "" {
		fmt.Fprintf(errOut, "%d events written to %s\n", written, o.out)
	}
	return nil
}

// page is how many events are asked for at a time.
const page = 1000
