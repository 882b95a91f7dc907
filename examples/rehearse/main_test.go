package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// TestMain is also the program that is rehearsed, where REHEARSED says what it does.
func TestMain(m *testing.M) {
	if what := os.Getenv("REHEARSED"); what != "" {
		os.Exit(rehearsed(what))
	}
	os.Exit(m.Run())
}

func rehearsed(what string) int {
	if what == "environment" {
		fmt.Println(strings.Join(os.Environ(), "\n"))
		return 0
	}
	configuration, err := jumpcloud.ConfigurationFromEnv()
	if err != nil {
		fmt.Println(err)
		return 9
	}
	client, err := jumpcloud.NewAPIClient(configuration)
	if err != nil {
		fmt.Println(err)
		return 9
	}
	nils, err := client.Systemusers.GetByUsername(context.Background(), "nils.aronsson")
	if err == nil {
		_, err = client.Systemusers.Suspend(context.Background(), nils.ID)
	}
	fmt.Println("suspended:", err)
	if what == "wait" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		if os.WriteFile(os.Getenv("READY"), nil, 0o600) != nil {
			return 9
		}
		<-ctx.Done()
		fmt.Println("told to stop")
		return 130
	}
	return 3
}

func TestTheProgramWritesToTheCopyAndTheJournalSaysWhat(t *testing.T) {
	live := programtest.Service(t)
	t.Setenv("REHEARSED", "write")
	page, lines := filepath.Join(t.TempDir(), "r.html"), filepath.Join(t.TempDir(), "r.jsonl")
	code, out, errOut := programtest.Call(t, run, "-html", page, "-json", lines, "--", os.Args[0], "-password", "Hush-1937")
	if code != 3 {
		t.Errorf("exit code %d\n%s", code, errOut)
	}
	programtest.Contains(t, errOut, "Copied: user 40, system 10, user group 7, ")
	programtest.Contains(t, out, "suspended: <nil>\n", " in a copy of Lumen Works:\n\n1. PUT /systemusers/{id}\n   user \"nils.aronsson\" changed: state \"ACTIVATED\" → \"SUSPENDED\", suspended false → true\n",
		"\nWhat this cannot tell:\n - ")
	if nils, _ := live.User(live.ID("nils.aronsson")); nils["state"] != "ACTIVATED" {
		t.Errorf("nils is %v", nils["state"])
	}
	for _, r := range live.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
	html := read(t, page)
	programtest.Contains(t, html, "in a copy of Lumen Works, ", "<code>PUT /systemusers/{id}</code>", "user &#34;nils.aronsson&#34; changed: state &#34;ACTIVATED&#34; → &#34;SUSPENDED&#34;", "<b>1</b>writes", "Copied: user 40")
	if loads := regexp.MustCompile(`(?i)<script|<img|@import|url\(|https?://|Hush`).FindString(html + out); loads != "" {
		t.Errorf("the page has %s", loads)
	}
	var write jumpcloudtest.Write
	if err := json.Unmarshal([]byte(strings.Split(read(t, lines), "\n")[0]), &write); err != nil || write.Operation != "systemusers_put" || write.Effects[0].Name != "nils.aronsson" {
		t.Errorf("%v %+v", err, write)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheProgramGetsTheCopyAndNeverTheKey(t *testing.T) {
	live := jumpcloudtest.New(t)
	live.SeedCompany()
	for _, account := range []bool{false, true} {
		programtest.Nothing(t)
		t.Setenv("JUMPCLOUD_BASE_URL", live.URL)
		if account {
			t.Setenv("JUMPCLOUD_CLIENT_ID", jumpcloudtest.ClientID)
			t.Setenv("JUMPCLOUD_CLIENT_SECRET", jumpcloudtest.ClientSecret)
			t.Setenv("JUMPCLOUD_TOKEN_URL", live.TokenURL)
			t.Setenv("TOOL_HEADER", "basic "+jumpcloudtest.ClientSecret)
		} else {
			t.Setenv("JUMPCLOUD_API_KEY", jumpcloudtest.APIKey)
			t.Setenv("TOOL_HEADER", "x-api-key: "+jumpcloudtest.APIKey)
			t.Setenv("JCAPIKEY", "another")
		}
		t.Setenv("NO_PROXY", "intranet.example.com")
		t.Setenv("REHEARSED", "environment")
		code, out, errOut := programtest.Call(t, run, "--", os.Args[0])
		if code != 0 {
			t.Fatalf("exit code %d\n%s", code, errOut)
		}
		programtest.Contains(t, out, "\nNO_PROXY=127.0.0.1,localhost,intranet.example.com\n", "\nJUMPCLOUD_BASE_URL=http://127.0.0.1:", "\nREHEARSED=environment\n")
		for _, variable := range []string{"JUMPCLOUD_CLIENT_ID", "JUMPCLOUD_CLIENT_SECRET", "JUMPCLOUD_TOKEN_URL", "JUMPCLOUD_ORG_ID", "JUMPCLOUD_REGION", "JCAPIKEY", "TOOL_HEADER", live.URL, jumpcloudtest.ClientSecret} {
			if strings.Contains(out, variable) {
				t.Errorf("it gets %s", variable)
			}
		}
		if strings.Count(out, "JUMPCLOUD_API_KEY=") != 1 || strings.Count(out, "JUMPCLOUD_BASE_URL=") != 1 {
			t.Error(out)
		}
	}
}

func TestAnInterruptStopsTheProgramAndTheJournalIsStillSaid(t *testing.T) {
	programtest.Service(t)
	ready := filepath.Join(t.TempDir(), "ready")
	t.Setenv("REHEARSED", "wait")
	t.Setenv("READY", ready)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(ready); err == nil {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	code, out, errOut := programtest.CallContext(t, ctx, run, "--", os.Args[0])
	if code != program.Interrupted || !strings.Contains(errOut, "interrupted") {
		t.Errorf("exit code %d\n%s", code, errOut)
	}
	programtest.Contains(t, out, "told to stop\n", "1. PUT /systemusers/{id}\n")
}

func TestTheMadeUpCompany(t *testing.T) {
	programtest.Nothing(t)
	t.Setenv("REHEARSED", "write")
	code, out, errOut := programtest.Call(t, run, "-demo", "--", os.Args[0])
	if code != 3 {
		t.Errorf("exit code %d\n%s", code, errOut)
	}
	programtest.Contains(t, out, "in a copy of a made-up company:\n")
}

func TestWhatCouldNotBeReadIsSaid(t *testing.T) {
	live := programtest.Service(t)
	live.Inject("GET /commands", 0, jumpcloudtest.Status(http.StatusForbidden, nil, ""))
	t.Setenv("REHEARSED", "environment")
	code, out, errOut := programtest.Call(t, run, "--", os.Args[0])
	if code != 0 {
		t.Errorf("exit code %d\n%s", code, errOut)
	}
	programtest.Contains(t, errOut, "Not everything could be read, 1 times: see the end.\n")
	programtest.Contains(t, out, "Nothing was written.\n", " - Could not be read: GET /commands: 403 Forbidden\n")
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "-- go version", map[string]string{
		"":                            "behind --",
		"--":                          "behind --",
		"offboard":                    "unexpected argument",
		"-demo -- no-such-program-at": "no-such-program-at",
	})
}
