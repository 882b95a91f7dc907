package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestTheReviewOfAUser(t *testing.T) {
	programtest.Nothing(t)
	file := filepath.Join(t.TempDir(), "access.csv")
	code, out, errOut := programtest.Call(t, run, "-demo", "-user", "nils.aronsson", "-csv", file)
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, errOut, "made-up company")
	programtest.Contains(t, out, "nils.aronsson        reaches 12, 2 of them directly; groups: All Staff, Engineering, VPN\n",
		"web-1                to take it away: unbind from web-1, no longer match the rule of Engineering\n")
	var ways []string
	for _, cells := range readCSV(t, file) {
		if cells[4] == "web-1" {
			ways = append(ways, strings.Join(slices.Concat(cells[:5], cells[6:]), "|"))
		}
	}
	want := []string{
		"a made-up company|nils.aronsson|nils.aronsson@lumen.example.com|system|web-1|sudo|true||unbind from web-1",
		"a made-up company|nils.aronsson|nils.aronsson@lumen.example.com|system|web-1|sudo|false|Engineering → Servers|no longer match the rule of Engineering",
	}
	if !slices.Equal(ways, want) {
		t.Errorf("the ways to web-1 are %q", ways)
	}
}

// What the program asks for side by side competes for one allowance, and is patient.
func TestTheReviewUnderARateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithRateLimit(2, 2, 0))
		server.SeedCompany()
		client := server.Client(func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = program.MaxAttempts })
		r, err := collect(t.Context(), client, "everybody", server.Members("VPN"))
		if err != nil || len(r.People) != 5 {
			t.Errorf("%v", err)
		}
	})
}

func TestTheReviewOfTheMadeUpCompanySaysSo(t *testing.T) {
	programtest.Nothing(t)
	file := filepath.Join(t.TempDir(), "access.html")
	if code, _, errOut := programtest.Call(t, run, "-demo", "-user", "nils.aronsson", "-html", file); code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, read(t, file), "A made-up company: nothing here is about anybody.")
}

func TestTheReviewOfAGroup(t *testing.T) {
	programtest.Service(t)
	file, table := filepath.Join(t.TempDir(), "access.html"), filepath.Join(t.TempDir(), "access.csv")
	code, out, errOut := programtest.Call(t, run, "-group", "Admins", "-html", file, "-csv", table)
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, out, "paula.reyes          reaches 18, 1 of them directly", "sven.dahl  ", "tariq.aziz  ")
	programtest.Contains(t, errOut, "Written: "+file)
	page := read(t, file)
	if strings.Contains(page, "A made-up company") || readCSV(t, table)[1][0] != "Lumen Works" {
		t.Errorf("the organization is not named: %q", readCSV(t, table)[1])
	}
	programtest.Contains(t, page, "<title>Access review of the group Admins</title>", "sudo without password", "corp.example.com",
		`aria-label="device: web-1"`, "Admins → Servers", "leave Admins")
	if loads := regexp.MustCompile(`(?i)<script|<img|@import|url\(|https?://`).FindString(page); loads != "" {
		t.Errorf("the page has %s", loads)
	}
}

func TestTheReviewForPrograms(t *testing.T) {
	programtest.Service(t)
	code, out, errOut := programtest.Call(t, run, "-user", "nils.aronsson", "-json")
	var result struct {
		Organization string
		People       []struct {
			Username string
			Targets  []struct {
				Type, ID, Name, Sudo string
				Paths                [][]struct{ Name string }
				TakeAway             []string `json:"take_away"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v, %s", code, err, errOut)
	}
	targets := result.People[0].Targets
	last := targets[len(targets)-2]
	if result.Organization != "Lumen Works" || last.Type != "system" || last.Name != "web-1" || last.Sudo != "sudo" || last.Paths[1][0].Name != "Engineering" ||
		!slices.Equal(last.TakeAway, []string{"unbind from web-1", "no longer match the rule of Engineering"}) {
		t.Errorf("%+v", last)
	}
}

func TestAnInterruptedReviewLeavesNoHalfReport(t *testing.T) {
	server := programtest.Service(t)
	file := filepath.Join(t.TempDir(), "access.html")
	code, out, errOut := programtest.Interrupt(t, server, "GET /v2/users/{id}/systems", 2, run, "-group", "Admins", "-html", file)
	if _, err := os.Stat(file); code != program.Interrupted || out != "" || err == nil {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
}

func TestANameThatCannotBeReadIsTheKindAndTheID(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("GET /systems", 0, jumpcloudtest.Status(http.StatusForbidden, nil, ""))
	for _, route := range []string{"GET /applications", "GET /applications/{id}"} {
		server.Inject(route, 0, jumpcloudtest.Status(http.StatusNotFound, nil, `{"message":"Not Found"}`))
	}
	code, out, errOut := programtest.Call(t, run, "-user", "nils.aronsson")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, out, "device "+server.ID("web-1"), "application "+server.ID("Chat"), "leave All Staff")
}

func TestAReviewIsWholeOrFails(t *testing.T) {
	server := programtest.Service(t)
	file := filepath.Join(t.TempDir(), "access.html")
	server.Inject("GET /v2/users/{id}/systems", 0, jumpcloudtest.Status(http.StatusForbidden, nil, ""))
	code, _, errOut := programtest.Call(t, run, "-group", "Admins", "-html", file)
	if _, err := os.Stat(file); code != 1 || err == nil {
		t.Errorf("exit code %d, %s", code, errOut)
	}
}

func TestWhoCannotBeReviewed(t *testing.T) {
	server := programtest.Service(t)
	server.AddGroup(jumpcloud.UserGroupCreate{Name: "Nobody"})
	for args, says := range map[string]string{
		"-user nobody":  "no user has",
		"-group nobody": "no user group has",
		"-group Nobody": "has no members",
		"-user nils.aronsson -html /no/such/folder/a.html": "/no/such/folder",
	} {
		if code, _, errOut := programtest.Call(t, run, strings.Fields(args)...); code != 1 || !strings.Contains(errOut, says) {
			t.Errorf("%s: exit code %d, %s", args, code, errOut)
		}
	}
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "-user nils.aronsson", map[string]string{
		"":                  "-user or a group",
		"-user a -group b":  "-user or a group",
		"-user a something": "unexpected argument",
	})
}

// reviewed reviews all users of a server.
func reviewed(t *testing.T, server *jumpcloudtest.Server) *review {
	t.Helper()
	r, err := collect(t.Context(), server.Client(), "everyone", server.UserIDs())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPeopleWithTheSameWaysAreDrawnTogether(t *testing.T) {
	server := jumpcloudtest.New(t)
	users := server.SeedUsers(60)
	server.AddGroup(jumpcloud.UserGroupCreate{Name: "All"})
	server.AddApplication("Wiki")
	server.Bind("All", "Wiki", nil)
	for i, user := range users {
		server.Bind(user, "All", nil)
		if i < 50 {
			laptop := server.AddSystem(fmt.Sprint("laptop-", i))
			server.Bind(user, laptop, nil)
		}
	}
	g := graphOf(reviewed(t, server))
	var counts []string
	for _, n := range g.nodes {
		counts = append(counts, fmt.Sprint(n.kind, " ", len(n.names)))
	}
	slices.Sort(counts)
	want := []string{"application 1", "system 50", "user 10", "user 50", "user_group 1"}
	if !slices.Equal(counts, want) {
		t.Errorf("the nodes are %q, not %q", counts, want)
	}
	if len(g.edges) != 4 {
		t.Errorf("the edges are %v", g.edges)
	}
}

func TestNothingOverlapsInThePicture(t *testing.T) {
	server := programtest.Service(t)
	server.AddGroup(jumpcloud.UserGroupCreate{Name: "A group with a name that goes on and on, as they do"})
	server.Bind("Sales", "A group with a name that goes on and on, as they do", nil) // a group in a group
	server.Bind("A group with a name that goes on and on, as they do", "Payroll", nil)
	g := graphOf(reviewed(t, server))
	for _, f := range []format{wide, narrow} {
		p := draw(g, f)
		if len(p.Nodes) != len(g.nodes) || len(p.Edges) != len(g.edges) {
			t.Errorf("%s: %d of %d nodes, %d of %d edges", f.Name, len(p.Nodes), len(g.nodes), len(p.Edges), len(g.edges))
		}
		for i, a := range p.Nodes {
			if a.X < 1 || a.Y < 1 || a.X+a.Width > p.Width-1 || a.Y+a.Height > p.Height-1 {
				t.Errorf("%s: %s is at the border of the picture", f.Name, a.Says)
			}
			for _, b := range p.Nodes[:i] {
				if a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height {
					t.Errorf("%s: %s overlaps %s", f.Name, a.Says, b.Says)
				}
			}
			for _, heading := range p.Headings {
				if heading.X == a.X && heading.Y > a.Y-2 && heading.Y-f.text < a.Y+a.Height {
					t.Errorf("%s: %s overlaps %s", f.Name, heading.Text, a.Says)
				}
			}
			for _, line := range a.Lines {
				if line.X+measure(line.Text, f.text-1.5) > a.X+a.Width || line.Y > a.Y+a.Height-2 {
					t.Errorf("%s: %q does not fit", f.Name, line.Text)
				}
			}
		}
	}
}

func TestNamesCannotBreakThePage(t *testing.T) {
	evil := `</style></title><script>alert("1")</script>' onload=x`
	r := &review{Of: evil, People: []person{{Username: evil, Name: evil, Email: evil, ID: "1", State: "SUSPENDED", Groups: []string{evil}, Targets: []target{{
		object: object{Object: directory.Object{Type: jumpcloud.GraphType(evil), ID: "2"}, Name: evil}, Sudo: evil,
		Paths: []path{{{Name: evil, Object: directory.Object{Type: jumpcloud.GraphTypeUserGroup, ID: "3"}}, {Name: evil, Object: directory.Object{Type: jumpcloud.GraphType(evil), ID: "2"}}}},
	}}}}}
	var page bytes.Buffer
	if err := writeHTML(&page, r, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if text := page.String(); strings.Contains(text, "<script") || strings.Contains(text, "' onload") || !strings.Contains(text, "&lt;script&gt;") {
		t.Error(text)
	}
	programtest.Contains(t, page.String(), "2 January 2026, 03:04 UTC", ">suspended<")
}

func TestALongNameIsShortenedInTheMiddle(t *testing.T) {
	for name, want := range map[string][]string{
		"Wiki":                            {"Wiki"},
		"Google Workspace":                {"Google", "Workspace"},
		"device 5f0e7a1c0000000000000049": {"device", "5f0e7a…00049"},
		"DESKTOPWITHOUTANYPLACETOBREAK":   {"DESKT…REAK"},
	} {
		if lines := fit(name, 86, 11); !slices.Equal(lines, want) {
			t.Errorf("%s is written %q", name, lines)
		}
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

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	table, err := csv.NewReader(strings.NewReader(read(t, name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table
}
