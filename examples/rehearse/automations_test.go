package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// automation is a program of this folder's neighbours with its arguments; DIR is a folder of its own.
type automation struct {
	name, arguments string
	code            int
	journal         []string // what stands in it
}

var automations = []automation{
	{"offboard", "-user nils.aronsson -reports-to kofi.mensah -reset-mfa -yes", 0, []string{
		`user "nils.aronsson" changed: state "ACTIVATED" → "SUSPENDED", suspended false → true`,
		`user "nils.aronsson" changed: mfa.configured true → false`,
		`user "nils.aronsson" changed: ssh_keys without "work laptop"`,
		`user "nils.aronsson": system "laptop-nils" unbound`,
		`user "nils.aronsson": system "web-1" unbound`,
		`user group "All Staff": member "nils.aronsson" removed`,
		`user group "VPN": member "nils.aronsson" removed`,
		`user "rosa.iglesias" changed: manager "nils.aronsson" → "kofi.mensah"`,
	}},
	{"join", "-username ann.miller -email ann.miller@lumen.example.com -group VPN -apply", 0, []string{
		`user "ann.miller" created: `, `user group "VPN": member "ann.miller" added`,
	}},
	{"group-sync", "-group VPN -filter department:eq:IT -apply", 0, []string{`user group "VPN": member "paula.reyes" added`, `member "nils.aronsson" removed`}},
	{"bulk-import", "-json USERS", 1, []string{`user "bea.winter" created: `, `user group "Engineering": member "bea.winter" added`}},
	{"workday-import", "-apply", 0, []string{`user "mateus.prado" created: `}},
	{"fleet", "", 0, nil},
	{"access-review", "-group Admins", 0, nil},
	{"ship-events", "-cursor DIR/cursor", 0, nil},
}

// moments differ between two runs.
var moments = regexp.MustCompile(`20\d\d-\d\d-\d\dT[0-9:.]+Z`)

// said is what a journal says of each write, in an order of its own where a program writes several at a time.
func said(t *testing.T, lines []byte) (writes []string) {
	t.Helper()
	for line := range bytes.Lines(lines) {
		if bytes.HasPrefix(line, []byte(`{"limits"`)) {
			continue
		}
		var w jumpcloudtest.Write
		if err := json.Unmarshal(line, &w); err != nil {
			t.Fatal(err)
		}
		effects := w.Lines()
		slices.Sort(effects)
		text := strings.Join(append([]string{w.Method + " " + w.Route, http.StatusText(w.Status), w.Refused}, effects...), "\n")
		writes = append(writes, moments.ReplaceAllString(text, "(moment)"))
	}
	slices.Sort(writes)
	return writes
}

func TestARehearsalOfEachAutomationSaysWhatTheRealThingThenDoes(t *testing.T) {
	programs := t.TempDir()
	arguments := []string{"build", "-o", programs + string(filepath.Separator)}
	for _, a := range automations {
		arguments = append(arguments, "../"+a.name)
	}
	if out, err := exec.CommandContext(t.Context(), "go", arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	users, err := filepath.Abs("../bulk-import/users.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range automations {
		t.Run(a.name, func(t *testing.T) {
			live := programtest.Service(t)
			program := filepath.Join(programs, a.name)
			command := func() []string {
				return strings.Fields(strings.NewReplacer("DIR", t.TempDir(), "USERS", users).Replace(a.arguments))
			}
			journal := filepath.Join(t.TempDir(), "journal")
			code, out, errOut := programtest.Call(t, run, append([]string{"-json", journal, "--", program}, command()...)...)
			if code != a.code || len(live.Writes().Writes) > 0 {
				t.Fatalf("exit code %d\n%s\n%s\n%s", code, out, errOut, live.Writes())
			}
			programtest.Contains(t, out, a.journal...)
			if nothing := strings.Contains(out, "Nothing was written."); nothing != (a.journal == nil) {
				t.Errorf("%s", out)
			}

			real := exec.CommandContext(t.Context(), program, command()...)
			real.Env = os.Environ()
			if text, _ := real.CombinedOutput(); real.ProcessState.ExitCode() != a.code {
				t.Fatalf("the real thing: exit code %d\n%s", real.ProcessState.ExitCode(), text)
			}
			var done bytes.Buffer
			if err := live.Writes().WriteJSON(&done); err != nil {
				t.Fatal(err)
			}
			if before, after := said(t, []byte(read(t, journal))), said(t, done.Bytes()); !slices.Equal(before, after) {
				t.Errorf("the rehearsal:\n%s\n\nthe real thing:\n%s", strings.Join(before, "\n\n"), strings.Join(after, "\n\n"))
			}
		})
	}
}
