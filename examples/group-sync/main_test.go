package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestThePlanIsShownAndNothingIsChanged(t *testing.T) {
	programtest.Nothing(t)
	code, out, errOut := programtest.Call(t, run, "-demo", "-group", "VPN", "-filter", "department:eq:IT")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	programtest.Contains(t, errOut, "made-up company")
	programtest.Contains(t, out, "VPN has 5 members: 1 to keep, 4 to add, 4 to remove.",
		"+ paula.reyes ", "- marcus.bell ", "Nothing is changed yet: -apply makes 8 changes.")
}

func TestADryRunWritesNothing(t *testing.T) {
	server := programtest.Service(t)
	if code, out, errOut := programtest.Call(t, run, "-group", "VPN", "-filter", "department:eq:IT"); code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errOut)
	}
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("it sent %s %s", request.Method, request.Path)
		}
	}
}

func TestApplyMakesTheMembersThoseOfTheFile(t *testing.T) {
	server := programtest.Service(t)
	for _, file := range []string{
		"\ufeffname,email\nSven,SVEN.dahl@lumen.example.com\nAmara,amara.diallo@lumen.example.com\nUma,uma.krishnan@lumen.example.com\n",
		"username\nsven.dahl\n amara.diallo\nUma.Krishnan\n",
		"id,x\n" + server.ID("sven.dahl") + ",\n" + server.ID("amara.diallo") + ",\n" + server.ID("uma.krishnan") + ",\n",
	} {
		code, out, errOut := programtest.Call(t, run, "-group", server.ID("VPN"), "-csv", write(t, file), "-apply")
		if code != 0 {
			t.Fatalf("exit code %d\n%s\n%s", code, out, errOut)
		}
		want := []string{server.ID("amara.diallo"), server.ID("sven.dahl"), server.ID("uma.krishnan")}
		members := server.Members("VPN")
		slices.Sort(members)
		slices.Sort(want)
		if !slices.Equal(members, want) {
			t.Errorf("the members are %v, not %v", members, want)
		}
	}
}

func TestOneWhoIsMisspeltIsNotRemoved(t *testing.T) {
	server := programtest.Service(t)
	code, _, errOut := programtest.Call(t, run, "-group", "VPN", "-csv", write(t, "username\nsven.dahl\namara.dialo\nnobody\n"), "-apply")
	if code != 1 || len(server.Members("VPN")) != 5 {
		t.Errorf("exit code %d, members %v", code, server.Members("VPN"))
	}
	programtest.Contains(t, errOut, `wanted.csv:3: there is no user with username "amara.dialo"`, `:4: there is no user with username "nobody"`)
}

func TestNobodyIsWantedOnlyOnPurpose(t *testing.T) {
	server := programtest.Service(t)
	empty := write(t, "username\n")
	for _, source := range [][]string{{"-csv", empty}, {"-filter", "department:eq:Nosuch"}} {
		code, out, errOut := programtest.Call(t, run, append([]string{"-group", "VPN", "-apply", "-max-removals", "5"}, source...)...)
		if code != 1 || out != "" || len(server.Members("VPN")) != 5 {
			t.Errorf("%q: exit code %d, members %v", source, code, server.Members("VPN"))
		}
		programtest.Contains(t, errOut, "nobody is wanted, which would empty VPN; if that is meant, say -allow-empty")
	}
	code, out, errOut := programtest.Call(t, run, "-group", "VPN", "-csv", empty, "-apply", "-allow-empty", "-max-removals", "4")
	if code != 1 || len(server.Members("VPN")) != 5 {
		t.Errorf("exit code %d, members %v", code, server.Members("VPN"))
	}
	programtest.Contains(t, out, "5 to remove")
	programtest.Contains(t, errOut, "would remove 5 of 5 members")
	if code, _, _ := programtest.Call(t, run, "-group", "VPN", "-csv", empty, "-apply", "-allow-empty", "-max-removals", "5"); code != 0 || len(server.Members("VPN")) != 0 {
		t.Errorf("with the limit raised: exit code %d, members %v", code, server.Members("VPN"))
	}
}

func TestTheResultForPrograms(t *testing.T) {
	server := programtest.Service(t)
	code, out, errOut := programtest.Call(t, run, "-group", "VPN", "-filter", "department:eq:IT", "-apply", "-json")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	var result struct {
		Group   struct{ ID, Name string }
		Kept    int
		Changes []struct {
			Op, ID, Username, Status string
		}
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatal(err)
	}
	if result.Group.ID != server.ID("VPN") || result.Kept != 1 || len(result.Changes) != 8 {
		t.Errorf("%+v", result)
	}
	first := result.Changes[0]
	if first.Op != "add" || first.ID != server.ID(first.Username) || first.Status != "done" {
		t.Errorf("%+v", first)
	}
}

func TestAChangeThatFailsIsNamedOnce(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("POST /v2/usergroups/{id}/members", 1, jumpcloudtest.Status(http.StatusForbidden, nil, `{"message":"Forbidden"}`))
	code, out, errOut := programtest.Call(t, run, "-group", "VPN", "-filter", "department:eq:IT", "-apply")
	if code != 1 || strings.Count(out, "failed: ") != 1 || strings.Contains(errOut, "Forbidden") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, out, "7 of 8 changes made.")
	programtest.Contains(t, errOut, "of 8 changes: 1 failed; run it again")
}

func TestAfterARefusedKeyTheRestWasNotAttempted(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("POST /v2/usergroups/{id}/members", 0, jumpcloudtest.Status(http.StatusUnauthorized, nil, `{"message":"Unauthorized"}`).Skip(1))
	code, out, errOut := programtest.Call(t, run, "-group", "VPN", "-filter", "department:eq:IT", "-apply")
	if code != 1 || !strings.Contains(out, "  not attempted\n") || strings.Contains(errOut, "Unauthorized") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, out, "1 of 8 changes made.")
	programtest.Contains(t, errOut, " not attempted; run it again to do what is left")
}

func TestAnInterruptSaysWhatWasDone(t *testing.T) {
	server := programtest.Service(t)
	// The additions, four at a time, are through with the fourth: the fifth request is the first removal.
	code, out, errOut := programtest.Interrupt(t, server, "POST /v2/usergroups/{id}/members", 5, run, "-group", "VPN", "-filter", "department:eq:IT", "-apply")
	if code != program.Interrupted || len(server.Members("VPN")) != 9 {
		t.Errorf("exit code %d, %d members\n%s", code, len(server.Members("VPN")), errOut)
	}
	programtest.Contains(t, out, "+ paula.reyes          paula.reyes@lumen.example.com\n", "amara.diallo@lumen.example.com  unknown\n", "4 of 8 changes made.")
	programtest.Contains(t, errOut, "interrupted: of 8 changes: ", "under way, so that it is not known whether they were made")
}

func TestWhatCannotBeSynced(t *testing.T) {
	programtest.Service(t)
	for args, says := range map[string]string{
		"-group Sales -filter department:eq:IT":  "follow from its own rule",
		"-group Nobody -filter department:eq:IT": `no user group has the name or id "Nobody"`,
		"-group VPN -csv missing.csv":            "missing.csv",
		"-group VPN -csv " + write(t, "name\n"):  "no column id, username or email",
		"-group VPN -csv " + write(t, ""):        "the header",
	} {
		if code, _, errOut := programtest.Call(t, run, strings.Fields(args)...); code != 1 || !strings.Contains(errOut, says) {
			t.Errorf("%s: exit code %d, %s", args, code, errOut)
		}
	}
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "-group VPN -filter department:eq:IT -apply", map[string]string{
		"":                                   "-group",
		"-group VPN":                         "-csv or with -filter",
		"-group VPN -csv a -filter b:eq:c":   "-csv or with -filter",
		"-group VPN -filter department":      "field:op:value",
		"-group VPN -filter a:in:b":          `the operator "in"`,
		"-group VPN -csv a -max-removals -2": "negative",
		"-group VPN -csv a b":                `unexpected argument "b"`,
	})
}

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "wanted.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
