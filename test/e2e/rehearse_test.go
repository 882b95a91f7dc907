package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// rehearsalPage is what the browser made of the page of a rehearsal.
type rehearsalPage struct {
	Title   string
	Width   float64 // of the page
	Screen  float64
	Writes  int
	Effects int // lines under them
	Facts   string
	Limits  int
	Hidden  int     // lines that cannot be seen
	Cut     int     // lines whose text is wider than they are
	Small   float64 // the smallest text
}

const examineRehearsal = `(() => {
	const lines = [...document.querySelectorAll("ol li, .limits li, footer, code")];
	return {
		Title: document.querySelector("h1").textContent,
		Width: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
		Screen: document.documentElement.clientWidth,
		Writes: document.querySelectorAll("ol > li").length,
		Effects: document.querySelectorAll("ol ul li").length,
		Facts: [...document.querySelectorAll(".facts li")].map(f => f.textContent).join(" "),
		Limits: document.querySelectorAll(".limits li").length,
		Hidden: lines.filter(l => l.getBoundingClientRect().height < 8).length,
		Cut: lines.filter(l => l.scrollWidth > l.clientWidth + 1 && getComputedStyle(l).display != "inline").length,
		Small: Math.min(...lines.map(l => parseFloat(getComputedStyle(l).fontSize))),
	};
})()`

func TestTheRehearsalInABrowser(t *testing.T) {
	program, leaver := build(t, "rehearse"), build(t, "offboard")
	browser := start(t)
	shots, err := os.MkdirTemp("", "rehearse-")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("screenshots: %s", shots)
	server := jumpcloudtest.New(t)
	server.SeedCompany()
	server.AddGroup(jumpcloud.UserGroupCreate{Name: long})
	server.Bind("nils.aronsson", long, nil)
	file := filepath.Join(shots, "rehearsal.html")
	run(t, server, program, "-html", file, "--", leaver, "-user", "nils.aronsson", "-reset-mfa", "-yes")

	check := func(t *testing.T, tab context.Context) {
		t.Helper()
		var found rehearsalPage
		if err := chromedp.Run(tab, chromedp.Evaluate(examineRehearsal, &found)); err != nil {
			t.Fatal(err)
		}
		if found.Title != "Rehearsal of offboard" || found.Writes != 20 || found.Effects != 20 || found.Limits < 3 || found.Width > found.Screen || found.Hidden+found.Cut > 0 ||
			found.Small < 12 || found.Facts != "20writes 0refused 15objects 3memberships 2bindings" {
			t.Errorf("the page is %+v", found)
		}
	}
	for _, screen := range []struct{ width, height int64 }{{1280, 800}, {390, 844}} {
		for _, theme := range []string{"light", "dark"} {
			name := fmt.Sprintf("%d-%s", screen.width, theme)
			t.Run(name, func(t *testing.T) {
				tab := open(t, browser, file, screen.width, screen.height, theme)
				check(t, tab)
				var image []byte
				if err := chromedp.Run(tab, chromedp.FullScreenshot(&image, 100)); err != nil {
					t.Fatal(err)
				}
				write(t, filepath.Join(shots, name+".png"), image)
			})
		}
	}
	t.Run("print", func(t *testing.T) {
		tab := open(t, browser, file, 1040, 800, "dark")
		var ground string
		var paper []byte
		err := chromedp.Run(tab,
			emulation.SetEmulatedMedia().WithMedia("print"),
			chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &ground),
			chromedp.ActionFunc(func(ctx context.Context) (err error) {
				paper, _, err = page.PrintToPDF().Do(ctx)
				return err
			}),
		)
		if err != nil {
			t.Fatal(err)
		}
		check(t, tab)
		if n := bytes.Count(paper, []byte("/Type /Page\n")); ground != "rgb(255, 255, 255)" || n > 3 {
			t.Errorf("%d pages on %s", n, ground)
		}
		write(t, filepath.Join(shots, "print.pdf"), paper)
	})
}
