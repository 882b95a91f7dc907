// Package e2e looks at the pages of examples/access-review, examples/fleet and examples/rehearse with a real browser. Run it with make e2e.
package e2e

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// long is a name that tempts a page to grow.
const long = "Contractors_of_the_subsidiary_in_Liechtenstein_and_their_subcontractors <b>&amp;</b>"

func TestTheReportInABrowser(t *testing.T) {
	program := build(t, "access-review")
	browser := start(t)
	shots, err := os.MkdirTemp("", "access-review-")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("screenshots: %s", shots)

	server := jumpcloudtest.New(t)
	server.SeedCompany()
	server.AddGroup(jumpcloud.UserGroupCreate{Name: long})
	server.AddApplication(long + " wiki")
	server.Bind(long, long+" wiki", nil)
	server.Bind("sven.dahl", long, nil)

	for _, r := range []struct {
		name, of  string
		users     []string
		arguments []string
	}{
		{"user", "nils.aronsson", []string{"nils.aronsson"}, []string{"-user", "nils.aronsson"}},
		{"group", "the group Admins", []string{"paula.reyes", "sven.dahl", "tariq.aziz"}, []string{"-group", "Admins"}},
	} {
		page := filepath.Join(shots, r.name+".html")
		run(t, server, program, append(r.arguments, "-html", page)...)
		want := nodes(t, server, r.users)
		for _, screen := range []struct{ width, height int64 }{{1280, 800}, {390, 844}} {
			for _, theme := range []string{"light", "dark"} {
				name := fmt.Sprintf("%s-%d-%s", r.name, screen.width, theme)
				t.Run(name, func(t *testing.T) {
					found := look(t, browser, page, screen.width, screen.height, theme, filepath.Join(shots, name+".png"))
					found.check(t, screen.width, "Access review of "+r.of, want, len(r.users))
				})
			}
		}
	}

	// As somebody sees it who tries the program: with the names of everything.
	page := filepath.Join(shots, "demo.html")
	run(t, nil, program, "-demo", "-group", "All Staff", "-html", page)
	for _, screen := range []struct{ width, height int64 }{{1280, 800}, {390, 844}} {
		for _, theme := range []string{"light", "dark"} {
			name := fmt.Sprintf("demo-%d-%s", screen.width, theme)
			t.Run(name, func(t *testing.T) {
				look(t, browser, page, screen.width, screen.height, theme, filepath.Join(shots, name+".png")).check(t, screen.width, "Access review of the group All Staff", 0, 40)
			})
		}
	}
}

// build compiles a program.
func build(t *testing.T, name string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), name)
	command := exec.Command("go", "build", "-o", program, "./"+name)
	command.Dir = filepath.Join("..", "..", "examples")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// run runs the program against a server, or its own.
func run(t *testing.T, server *jumpcloudtest.Server, program string, arguments ...string) {
	t.Helper()
	command := exec.Command(program, arguments...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "JUMPCLOUD_") {
			command.Env = append(command.Env, variable)
		}
	}
	if server != nil {
		command.Env = append(command.Env, "JUMPCLOUD_API_KEY="+jumpcloudtest.APIKey, "JUMPCLOUD_BASE_URL="+server.URL)
	}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// nodes counts what the picture must show, for users of whom no two have the same ways: them, and
// everything on their paths.
func nodes(t *testing.T, server *jumpcloudtest.Server, users []string) int {
	t.Helper()
	seen := map[string]bool{}
	for _, user := range users {
		access, err := server.Client().Users.Access(t.Context(), server.ID(user))
		if err != nil {
			t.Fatal(err)
		}
		for reached := range access.All() {
			for _, path := range reached.Paths {
				for _, hop := range path {
					seen[hop.To.ID] = true
				}
			}
		}
	}
	return len(users) + len(seen)
}

// start starts a browser that asks for nothing but what it is told to open.
func start(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("%v: install Debian's chromium, or run make e2e", err)
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path)}
	for _, flag := range []string{
		"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
		"disable-background-networking", "disable-component-update", "disable-sync",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	// A newer browser sends events that the driver does not know yet.
	browser, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(cancel)
	if err := chromedp.Run(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// finding is what the browser made of the page.
type finding struct {
	Title        string
	Width        float64 // of the page
	Screen       float64
	Pictures     int // that can be seen
	Nodes        []drawn
	Edges        int
	Dimmed       int // edges that step back while the first node is pointed at
	Persons      int // with a table
	Unlabelled   int // nodes without a name for those who cannot see them
	SmallestText float64
}

type drawn struct {
	Says, Text            string
	X, Y, Right, Bottom   float64
	TextRight, TextBottom float64
}

const examine = `(() => {
	const shown = [...document.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().width > 0);
	const nodes = [...shown[0].querySelectorAll(".node")];
	return {
		Title: document.querySelector("h1").textContent,
		Width: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
		Screen: document.documentElement.clientWidth,
		Pictures: shown.filter(s => s.getAttribute("aria-label")).length,
		Edges: shown[0].querySelectorAll("path").length,
		Persons: [...document.querySelectorAll("details.person table")].length,
		Unlabelled: nodes.filter(n => !n.getAttribute("aria-label")).length,
		SmallestText: Math.min(...[...shown[0].querySelectorAll("text")].map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)),
		Nodes: nodes.map(n => {
			const r = n.querySelector("rect").getBoundingClientRect();
			const texts = [...n.querySelectorAll("text")].map(t => t.getBoundingClientRect());
			return {
				Says: n.getAttribute("aria-label"), Text: n.querySelector("text").textContent,
				X: r.x, Y: r.y, Right: r.right, Bottom: r.bottom,
				TextRight: Math.max(...texts.map(t => t.right)), TextBottom: Math.max(...texts.map(t => t.bottom)),
			};
		}),
	};
})()`

const dimmed = `[...document.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().width > 0)
	.flatMap(s => [...s.querySelectorAll("path")]).filter(e => getComputedStyle(e).opacity < 0.5).length`

// open opens a page in a tab of its own, and fails on whatever the browser complains about or asks the
// network for.
func open(t *testing.T, browser context.Context, page string, width, height int64, theme string) context.Context {
	t.Helper()
	tab, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	tab, stop := context.WithTimeout(tab, time.Minute)
	t.Cleanup(stop)
	address := (&url.URL{Scheme: "file", Path: page}).String()
	chromedp.ListenTarget(tab, func(event any) {
		switch event := event.(type) {
		case *runtime.EventConsoleAPICalled:
			t.Errorf("the console says: %s %v", event.Type, event.Args)
		case *runtime.EventExceptionThrown:
			t.Errorf("an exception: %v", event.ExceptionDetails)
		case *log.EventEntryAdded:
			t.Errorf("the log says: %s", event.Entry.Text)
		case *network.EventRequestWillBeSent:
			if event.Request.URL != address && !strings.HasPrefix(event.Request.URL, "data:") {
				t.Errorf("it asked for %s", event.Request.URL)
			}
		}
	})
	err := chromedp.Run(tab,
		network.Enable(), log.Enable(), runtime.Enable(),
		chromedp.EmulateViewport(width, height, func(p *emulation.SetDeviceMetricsOverrideParams, _ *emulation.SetTouchEmulationEnabledParams) {
			p.Mobile = width < 500
		}),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}),
		chromedp.Navigate(address),
	)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// look opens the page, takes a picture of it, and examines it.
func look(t *testing.T, browser context.Context, page string, width, height int64, theme, shot string) *finding {
	t.Helper()
	tab := open(t, browser, page, width, height, theme)
	found := &finding{}
	var image []byte
	if err := chromedp.Run(tab, chromedp.Evaluate(examine, found), chromedp.FullScreenshot(&image, 100)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(shot, image, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Run(tab, chromedp.Evaluate(`document.querySelector("figure").scrollIntoView()`, nil), chromedp.Evaluate(examine, found)); err != nil {
		t.Fatal(err)
	}
	first := found.Nodes[len(found.Nodes)-1]
	err := chromedp.Run(tab,
		chromedp.MouseEvent("mouseMoved", (first.X+first.Right)/2, (first.Y+first.Bottom)/2),
		chromedp.Poll(dimmed+` > 0`, nil, chromedp.WithPollingTimeout(5*time.Second)),
		chromedp.Evaluate(dimmed, &found.Dimmed),
	)
	if err != nil {
		t.Errorf("pointing at %s: %v", first.Says, err)
	}
	return found
}

// check holds the page against what it must be. nodes is 0 where their number is not known.
func (f *finding) check(t *testing.T, width int64, title string, nodes, persons int) {
	t.Helper()
	if f.Title != title {
		t.Errorf("the title is %q", f.Title)
	}
	if f.Width > f.Screen || f.Screen > float64(width) {
		t.Errorf("the page is %g wide, on a screen of %g", f.Width, f.Screen)
	}
	if f.Pictures != 1 || f.Unlabelled > 0 {
		t.Errorf("%d pictures with a name are seen, with %d nodes without one", f.Pictures, f.Unlabelled)
	}
	if nodes > 0 && len(f.Nodes) != nodes {
		t.Errorf("%d nodes, not %d", len(f.Nodes), nodes)
	}
	if f.Persons != persons {
		t.Errorf("%d people have a table, not %d", f.Persons, persons)
	}
	if f.Edges < len(f.Nodes)-1 || f.Dimmed == 0 || f.Dimmed == f.Edges {
		t.Errorf("%d edges, of which %d step back", f.Edges, f.Dimmed)
	}
	if f.SmallestText < 9 {
		t.Errorf("a text of %g pixels cannot be read", f.SmallestText)
	}
	for i, a := range f.Nodes {
		if a.Text == "" || a.TextRight > a.Right || a.TextBottom > a.Bottom {
			t.Errorf("the text of %s does not fit: %+v", a.Says, a)
		}
		for _, b := range f.Nodes[:i] {
			if a.X < b.Right && b.X < a.Right && a.Y < b.Bottom && b.Y < a.Bottom {
				t.Errorf("%s overlaps %s", a.Says, b.Says)
			}
		}
	}
}
