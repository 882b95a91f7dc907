package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestTheWorkersAreListed(t *testing.T) {
	programtest.Nothing(t)
	code, out, errOut := programtest.Call(t, run, "-demo")
	if code != 0 {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, errOut, "made-up company")
	programtest.Contains(t, out, "alice.thorne@lumen.example.com     is a user\n", "mateus.prado@lumen.example.com     is missing\n", "-apply imports the 3 who are missing")
}

func TestApplyImportsWhoIsMissing(t *testing.T) {
	server := programtest.Service(t)
	before := server.UserCount()
	code, out, errOut := programtest.Call(t, run, "-apply")
	if code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, out, "mateus.prado         created\n", "yusuf.demir          created\n")
	if sigrid, _ := server.User(server.ID("sigrid.moen")); server.UserCount() != before+3 || sigrid["department"] != "Finance" || sigrid["firstname"] != "Sigrid" {
		t.Errorf("%d users, and %v", server.UserCount(), sigrid)
	}
	if code, out, _ = programtest.Call(t, run, "-apply"); code != 0 || server.UserCount() != before+3 {
		t.Errorf("the second run: exit code %d, %d users", code, server.UserCount())
	}
	programtest.Contains(t, out, "There is nobody to import.")
}

// imported imports in no time.
func imported(t *testing.T, prepare func(*jumpcloudtest.Server), serverOptions ...jumpcloudtest.Option) (code int, out, errOut string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, append(serverOptions, jumpcloudtest.InMemory())...)
		prepare(server)
		var outBuffer, errBuffer bytes.Buffer
		err := importWorkers(t.Context(), server.Client(), options{apply: true}, &outBuffer)
		code = program.ExitCode(t.Context(), "workday-import", err, &errBuffer)
		out, errOut = outBuffer.String(), errBuffer.String()
	})
	return code, out, errOut
}

func TestAWorkerWhoIsRefusedIsNamed(t *testing.T) {
	code, out, errOut := imported(t, func(server *jumpcloudtest.Server) {
		server.AddWorkday("https://workday.example.com/report")
		server.AddWorker(jumpcloud.WorkdayWorker{Username: "ann", Email: "ann@example.com"})
		server.AddWorker(jumpcloud.WorkdayWorker{Username: "ANN", Email: "ann2@example.com"})
		server.AddWorker(jumpcloud.WorkdayWorker{Username: "cem", Email: "ANN@example.com"})
		server.AddWorker(jumpcloud.WorkdayWorker{Email: "bob@example.com"})
	}, jumpcloudtest.WithJobDelay(1e10))
	if code != 1 {
		t.Errorf("exit code %d\n%s", code, out)
	}
	programtest.Contains(t, out, "is in the report twice", "cannot be imported without a username",
		"ann                  created\n", "cem                  failed: User already exists\n")
	programtest.Contains(t, errOut, "1 of 2 workers are not known to be imported")
}

func TestAnOrganizationWithoutWorkday(t *testing.T) {
	code, _, errOut := imported(t, func(*jumpcloudtest.Server) {})
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	programtest.Contains(t, errOut, "no Workday instance")
}

func TestWhatBecameOfAnyoneIsSaidWhenTheResultsFail(t *testing.T) {
	code, out, errOut := imported(t, func(server *jumpcloudtest.Server) {
		server.AddWorkday("https://workday.example.com/report")
		server.AddWorker(jumpcloud.WorkdayWorker{Username: "ann", Email: "ann@example.com"})
		server.Inject("GET /v2/workdays/{id}/import/{job}/results", 0, jumpcloudtest.Status(http.StatusForbidden, nil, ""))
	})
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	programtest.Contains(t, out, "ann                  unknown\n")
	programtest.Contains(t, errOut, "403 Forbidden")
}

func TestAnInterruptSaysWhatBecameOfTheWorkers(t *testing.T) {
	server := programtest.Service(t)
	code, out, errOut := programtest.Interrupt(t, server, "GET /v2/workdays/{id}/import/{job}/results", 1, run, "-apply", "-json")
	if code != program.Interrupted {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, errOut, "interrupted", "waiting for job", "3 of 3 workers are not known to be imported; look again later")
	var result struct {
		Report  string
		Workers []struct{ Username, Status string }
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatal(err)
	}
	if result.Report == "" || len(result.Workers) != 4 || result.Workers[0].Status != "is a user" || result.Workers[1].Status != "unknown" {
		t.Errorf("%+v", result)
	}
}

func TestAnImportThatIsRefusedImportsNobody(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("POST /v2/workdays/{id}/import", 0, jumpcloudtest.Status(http.StatusForbidden, nil, `{"message":"Forbidden"}`))
	code, out, errOut := programtest.Call(t, run, "-apply")
	if code != 1 || strings.Count(out, " failed\n") != 3 {
		t.Errorf("exit code %d\n%s", code, out)
	}
	programtest.Contains(t, errOut, "403 Forbidden", "3 of 3 workers")
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "", map[string]string{"now": "unexpected argument"})
}
