package faults_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

var (
	full  = flag.Bool("full", false, "run every case, not only a selection")
	table = flag.String("table", "", "with -full: write what comes of them to this `file`")
)

// committed is the table as make faults wrote it last.
const committed = "../../docs/reliability.md"

const (
	faultSection = `## Faults

| fault | where | operation | outcome when it hits once | attempts | outcome when it stays | attempts |
|---|---|---|---|---|---|---|
`
	contextSection = `## When the caller's context ends

The deadline comes after 600 ms, the cancellation after 500 ms, while the call waits for the service or,
for 10 seconds, before another attempt. Each call returned within 400 ms more.

| fault | where | operation | outcome at the deadline | attempts | outcome when canceled | attempts |
|---|---|---|---|---|---|---|
`
)

var (
	published   = map[string]string{}
	publishedMu sync.Mutex
)

// publish takes the rows of a section of the table. Each must be in the committed table, so that this
// cannot become old, unless a new one is to be written.
func publish[R fmt.Stringer](t *testing.T, section string, list []R) {
	t.Helper()
	var lines strings.Builder
	for _, r := range list {
		lines.WriteString(r.String() + "\n")
	}
	publishedMu.Lock()
	published[section] = lines.String()
	publishedMu.Unlock()
	if *table != "" || t.Failed() {
		return
	}
	data, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		if !strings.Contains(string(data), r.String()+"\n") {
			t.Errorf("docs/reliability.md lacks this row; run make faults if it is right:\n%s", r)
		}
	}
}

// TestMain writes the table after a complete run in which nothing failed.
func TestMain(m *testing.M) {
	flag.Parse()
	if *table != "" && !*full {
		fmt.Fprintln(os.Stderr, "-table needs -full")
		os.Exit(2)
	}
	code := m.Run()
	if code == 0 && *table != "" {
		text := introduction + faultSection + published[faultSection] + "\n" + contextSection + published[contextSection]
		if err := os.WriteFile(*table, []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

const introduction = `<!-- Written by make faults. Do not edit. -->

# Reliability

What comes of each operation when the network or the service fails. ` + "`make faults`" + ` finds it out, and
fails when an outcome is another than the contract asks for: a real client talks over TCP to an
embedded JumpCloud, through a proxy ([toxiproxy](https://github.com/Shopify/toxiproxy)) that misbehaves
on purpose, and what the service then holds is compared with what the caller was told. For the rows of
HTTP/2, TLS handshakes and proxies (CONNECT, SOCKS) an edge of TLS stands before the service, which
speaks HTTP/2 frame by frame.

How to read it:

- **fault** is toxiproxy's name for it, or the service's; **where** is the moment at which it comes, for
  a walk with the page. The service has 35 users on four pages.
- **hits once** means that the fault spoils the first attempt and the next one finds a good network;
  **stays** means that it spoils every attempt. The client is allowed 3 attempts, the default.
- **complete**: every object, in order, as the service has it. **done**: the change is made, exactly once.
- An error is named by its type and by what it matches with ` + "`errors.Is`" + `. A ` + "`TransportError`" + ` with
  status 200 is an answer that broke off after its headers: the request took effect. After
  *; done* or *; not done* stands what the service really holds, which the caller of a failed write cannot know
  from such an error alone, unless it has a status of 200 or there was no connection.
- A walk that fails says so: *10 of 35, then* an error. It never ends early without one.
- **attempts** counts how often the client sent the request, or tried to. A request that may be sent
  twice without harm is repeated; a creation is not, unless it certainly did not arrive. What HTTP/2 says was
  not processed goes again within the attempt, as long as that lasts.

Beside this table the same command sends 2,000 creations and additions to a group through a network
that fails at random, and checks that none is doubled, that none that was reported as done is
missing, and that every other one was reported as an error of unknown, or no, effect.

`
