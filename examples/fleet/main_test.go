package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheDevicesWithTheirUsersSystemsAndDisks(t *testing.T) {
	programtest.Service(t)
	table, file := filepath.Join(t.TempDir(), "fleet.csv"), filepath.Join(t.TempDir(), "fleet.html")
	code, out, errOut := programtest.Call(t, run, "-csv", table, "-html", file)
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	const admins = "paula.reyes, sven.dahl, tariq.aziz"
	programtest.Contains(t, out, "DEVICE         SYSTEM          DISK                     LAST CONTACT  USERS\n",
		"laptop-nils    Mac OS X 15.1   encrypted                2026-01-27    nils.aronsson, "+admins+"\n",
		"laptop-hana    Mac OS X 15.1   not encrypted            2026-01-25    hana.sato, "+admins+"\n",
		"laptop-sven    Mac OS X 15.1   encrypted, key not kept  ", "laptop-marcus  Windows 11 Pro  ",
		"web-1          Ubuntu 24.04    not known                2026-01-21    ben.achterberg, ",
		"10 devices, 1 of them not encrypted.\n")
	rows, err := csv.NewReader(strings.NewReader(read(t, table))).ReadAll()
	if err != nil || len(rows) != 11 || rows[1][0] != "Lumen Works" || rows[1][1] != "build-1" {
		t.Errorf("%v, %q", err, rows)
	}
	page := read(t, file)
	programtest.Contains(t, page, "<title>Devices of Lumen Works</title>", "<b>1</b>not encrypted", `<span class="bad">not encrypted</span>`, "nils.aronsson")
	if loads := regexp.MustCompile(`(?i)<script|<img|@import|url\(|https?://`).FindString(page); loads != "" {
		t.Errorf("the page has %s", loads)
	}
}

func TestTheDevicesForPrograms(t *testing.T) {
	programtest.Service(t)
	code, out, errOut := programtest.Call(t, run, "-json")
	var result struct {
		Organization string
		Devices      []struct {
			Name, OS, Encryption string
			LastContact          string `json:"last_contact"`
			Users                []string
		}
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v, %s", code, err, errOut)
	}
	nils := result.Devices[slices.IndexFunc(result.Devices, func(d struct {
		Name, OS, Encryption string
		LastContact          string `json:"last_contact"`
		Users                []string
	}) bool {
		return d.Name == "laptop-nils"
	})]
	if result.Organization != "Lumen Works" || len(result.Devices) != 10 || nils.Encryption != "encrypted" || nils.LastContact != "2026-01-27T08:00:00.000Z" || !slices.Equal(nils.Users, []string{"nils.aronsson", "paula.reyes", "sven.dahl", "tariq.aziz"}) {
		t.Errorf("%+v", nils)
	}
}

func TestTheMadeUpCompanySaysSo(t *testing.T) {
	programtest.Nothing(t)
	file := filepath.Join(t.TempDir(), "fleet.html")
	if code, _, errOut := programtest.Call(t, run, "-demo", "-html", file); code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, read(t, file), "Devices of a made-up company")
}

func TestAListIsWholeOrFails(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("GET /v2/systems/{id}/users", 1, jumpcloudtest.Status(http.StatusForbidden, nil, ""))
	file := filepath.Join(t.TempDir(), "fleet.html")
	code, out, errOut := programtest.Call(t, run, "-html", file)
	if _, err := os.Stat(file); code != 1 || out != "" || err == nil || strings.Count(errOut, "403") != 1 {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
}

func TestAnInterruptLeavesNoHalfReport(t *testing.T) {
	server := programtest.Service(t)
	file := filepath.Join(t.TempDir(), "fleet.html")
	code, out, _ := programtest.Interrupt(t, server, "GET /v2/systems/{id}/users", 2, run, "-html", file)
	if _, err := os.Stat(file); code != program.Interrupted || out != "" || err == nil {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestNamesCannotBreakThePageOrTheSpreadsheet(t *testing.T) {
	evil := `=1+1</style></title><script>alert("1")</script>`
	f := &fleet{Organization: evil, Devices: []device{{Name: evil, OS: evil, Users: []string{evil}}}}
	var page, table bytes.Buffer
	if err := writeHTML(&page, f, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := writeCSV(&table, f); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script") || strings.Contains(table.String(), `,"=1`) || !strings.Contains(table.String(), `"'=1`) {
		t.Errorf("%s\n%s", page.String(), table.String())
	}
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "", map[string]string{
		"now":                    "unexpected argument",
		"-demo -csv a -html ./a": "./a is named for two results",
	})
}
