package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestABadLineIsNamedAndStopsNoOther(t *testing.T) {
	programtest.Nothing(t)
	results := filepath.Join(t.TempDir(), "results.csv")
	code, out, errOut := programtest.Call(t, run, "-demo", "-progress", "-out", results, "users.csv")
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	programtest.Contains(t, out, "3 created", "1 failed", "3 invalid")
	programtest.Contains(t, errOut, "made-up company", "100%", "Written: "+results,
		"users.csv:4: email is not an address\n",
		"users.csv:6: username is that of line 2 already\n",
		"users.csv:7: manager is not the username, e-mail or id of a user",
		"users.csv:8: failed: jumpcloud: not created: User already exists\n",
		"4 of 7 lines cannot be imported",
	)
	var found []string
	for _, cells := range readCSV(t, results) {
		found = append(found, strings.Join(cells[:3], " "))
		if created := cells[2] == "created"; cells[0] != "line" && created != (cells[3] != "" && cells[4] == "") {
			t.Errorf("line %s is %s with id %q and error %q", cells[0], cells[2], cells[3], cells[4])
		}
	}
	want := []string{
		"line username status", "2 bea.winter created", "3 cem.yilmaz created", "4 dora.kiss invalid", "5 edda.holm created",
		"6 Bea.Winter invalid", "7 finn.oryx invalid", "8 nils.aronsson failed",
	}
	if !slices.Equal(found, want) {
		t.Errorf("the results are %q", found)
	}
}

func TestImportIntoAService(t *testing.T) {
	server := programtest.Service(t)
	file := write(t, "\ufeffusername,email,firstname,department,manager,password,attributes.desk\n"+
		"bea.winter,bea.winter@lumen.example.com,Bea,IT,paula.reyes@lumen.example.com,S3cret-word-1,B14\n"+
		"cem.yilmaz,cem.yilmaz@lumen.example.com,,,,,\n")
	code, out, errOut := programtest.Call(t, run, file)
	if code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, out, "2 created")
	if strings.Contains(out+errOut, "S3cret") || strings.Contains(errOut, "importing") || strings.Contains(errOut, "made-up") {
		t.Errorf("it says too much:\n%s\n%s", out, errOut)
	}
	bea, _ := server.User(server.ID("bea.winter"))
	if bea["firstname"] != "Bea" || bea["department"] != "IT" || bea["manager"] != server.ID("paula.reyes") || bea["password_date"] == nil {
		t.Errorf("the user is %v", bea)
	}
	if attributes, _ := bea["attributes"].([]any); len(attributes) != 1 || attributes[0].(map[string]any)["value"] != "B14" {
		t.Errorf("the attributes are %v", bea["attributes"])
	}
}

// imported runs the import in no time, and returns what it wrote.
func imported(t *testing.T, text string, prepare func(*jumpcloudtest.Server), o options) (code, users int, out, errOut string) {
	t.Helper()
	o.file = write(t, text)
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory())
		if prepare != nil {
			prepare(server)
		}
		var outBuffer, errBuffer bytes.Buffer
		err := importFile(t.Context(), server.Client(), o, &outBuffer, &errBuffer)
		code = program.ExitCode(t.Context(), "bulk-import", err, &errBuffer)
		users, out, errOut = server.UserCount(), outBuffer.String(), errBuffer.String()
	})
	return code, users, out, errOut
}

const twoGoodOneBad = "username,email\nann,ann@example.com\nbob,bob\ncem,cem@example.com\n"

func TestStrictCreatesNobodyIfALineIsBad(t *testing.T) {
	code, users, _, errOut := imported(t, twoGoodOneBad, nil, options{strict: true})
	if code != 1 || users != 0 {
		t.Errorf("exit code %d, %d users", code, users)
	}
	programtest.Contains(t, errOut, ":3: email is not an address", "1 of 3 lines are bad, and nobody was created")
}

func TestDryRunCreatesNobody(t *testing.T) {
	code, users, out, _ := imported(t, twoGoodOneBad, nil, options{dryRun: true})
	if code != 1 || users != 0 {
		t.Errorf("exit code %d, %d users", code, users)
	}
	programtest.Contains(t, out, "2 users would be created")
	if code, _, _, _ := imported(t, "username,email\nann,ann@example.com\n", nil, options{dryRun: true}); code != 0 {
		t.Errorf("exit code %d for a good file", code)
	}
}

func TestTheSecondRunSkipsWhoIsThere(t *testing.T) {
	o := options{params: jumpcloud.ImportParams{SkipExisting: true}}
	code, users, out, _ := imported(t, "username,email\nann,ann@example.com\ncem,cem@example.com\n", func(server *jumpcloudtest.Server) {
		server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	}, o)
	if code != 0 || users != 2 {
		t.Errorf("exit code %d, %d users", code, users)
	}
	programtest.Contains(t, out, "1 created", "1 exists")
}

func TestWhatIsNotSentIsSaidSo(t *testing.T) {
	code, users, out, errOut := imported(t, "username,email\nann,ann@example.com\ncem,cem@example.com\n", func(server *jumpcloudtest.Server) {
		server.Inject("POST /v2/bulk/users", 0, jumpcloudtest.Status(http.StatusForbidden, nil, `{"message":"Forbidden"}`))
	}, options{})
	if code != 1 || users != 0 {
		t.Errorf("exit code %d, %d users", code, users)
	}
	programtest.Contains(t, out, "2 not submitted")
	programtest.Contains(t, errOut, "of 0 lines it is not known whether they were imported, and 2 were not sent; run it again with -skip-existing")
	if strings.Count(errOut, "403 Forbidden") != 1 {
		t.Errorf("the reason is not said once:\n%s", errOut)
	}
}

func TestWhatIsInACellIsNeverPartOfAnError(t *testing.T) {
	text := "username,email,password,manager\n" +
		"S3cret a,ann@example.com,x,\n" + // columns in the wrong order
		"ann,S3cret,x,\n" +
		"ann,ann@example.com,S3cret,S3cret\n" +
		"ann,ann@example.com,S3cret\n" +
		"ann,ann@example.com,\"S3\"cret\",\n" +
		"bob,bob@example.com,S3cret" + strings.Repeat("x", 1024) + ",\n"
	_, _, out, errOut := imported(t, text, nil, options{dryRun: true})
	programtest.Contains(t, errOut, ":2: ", ":3: ", ":4: ", ":5: wrong number of fields", ":6: ", ":7: password is longer")
	if strings.Contains(out+errOut, "S3cret") {
		t.Errorf("a cell is shown:\n%s\n%s", out, errOut)
	}
}

func TestAFileThatIsNoListOfUsersIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		"":                              "there is no header row",
		"username\nann\n":               "the header lacks the column email",
		"username,email,email\n":        `names column "email" twice`,
		"username,email,shoesize\n":     `column "shoesize" is not known`,
		"username,email,attributes.a b": "letters and digits",
	} {
		if code, _, _, errOut := imported(t, text, nil, options{}); code != 1 || !strings.Contains(errOut, says) {
			t.Errorf("%q: exit code %d, %s", text, code, errOut)
		}
	}
}

func TestAnInterruptSaysWhatIsKnownAndHowToGoOn(t *testing.T) {
	server := programtest.Service(t)
	results := filepath.Join(t.TempDir(), "results.csv")
	file := write(t, "username,email\nann,ann@example.com\nbob,bob@example.com\n")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server.Inject("GET /v2/bulk/users/{job}/results", 0, jumpcloudtest.Status(http.StatusOK, nil, "[]"))
	time.AfterFunc(1500*time.Millisecond, cancel) // after the results were first asked for
	code, out, errOut := programtest.CallContext(t, ctx, run, "-out", results, file)
	if table := readCSV(t, results); code != program.Interrupted || len(table) != 3 || table[1][2] != "unknown" || table[2][2] != "unknown" {
		t.Errorf("exit code %d, %q", code, table)
	}
	programtest.Contains(t, out, "2 unknown")
	programtest.Contains(t, errOut, "interrupted", "of 2 lines it is not known whether they were imported, and 0 were not sent", "-skip-existing")

	code, out, errOut = programtest.Call(t, run, "-skip-existing", "-json", file)
	if code != 0 || server.UserCount() != 42 {
		t.Errorf("the second run: exit code %d, %d users\n%s", code, server.UserCount(), errOut)
	}
	programtest.Contains(t, out, `"counts": {`, `"exists": 2`, `"username": "ann"`)
}

func TestAnOutputThatCannotBeWrittenIsFoundOutBeforeTheWork(t *testing.T) {
	server := programtest.Service(t)
	file := write(t, "username,email\nann,ann@example.com\n")
	code, _, errOut := programtest.Call(t, run, "-out", filepath.Join(t.TempDir(), "no", "results.csv"), file)
	if code != 1 || server.UserCount() != 40 {
		t.Errorf("exit code %d, %d users", code, server.UserCount())
	}
	programtest.Contains(t, errOut, "results.csv: no such file or directory")
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, write(t, "username,email\nann,ann@example.com\n"), map[string]string{
		"":                           "the argument FILE.csv is missing",
		"a.csv b.csv":                `unexpected argument "b.csv"`,
		"-job-size 0 users.csv":      "at least 1",
		"-concurrency x users.csv":   `invalid value "x"`,
		"-out users.csv users.csv":   "overwrite",
		"-out ./users.csv users.csv": "overwrite",
	})
}

func TestAFileThatIsMissingIsNamed(t *testing.T) {
	programtest.Service(t)
	if code, _, errOut := programtest.Call(t, run, "missing.csv"); code != 1 || !strings.Contains(errOut, "missing.csv") {
		t.Errorf("exit code %d, %s", code, errOut)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	table, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table
}
