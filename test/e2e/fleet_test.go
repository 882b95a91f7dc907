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
)

// fleetPage is what the browser made of the page of devices.
type fleetPage struct {
	Title   string
	Width   float64 // of the page
	Screen  float64
	Rows    int
	Hidden  int // cells with a text that cannot be seen
	Cut     int // cells whose text is wider than they are
	Heading bool
	Labels  int // cells that say themselves what they are
}

const examineFleet = `(() => {
	const cells = [...document.querySelectorAll("tbody th, tbody td")];
	return {
		Title: document.querySelector("h1").textContent,
		Width: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
		Screen: document.documentElement.clientWidth,
		Rows: document.querySelectorAll("tbody tr").length,
		Hidden: cells.filter(c => c.textContent && c.getBoundingClientRect().height < 8).length,
		Cut: cells.filter(c => c.scrollWidth > c.clientWidth + 1).length,
		Heading: document.querySelector("thead th").getBoundingClientRect().x >= 0,
		Labels: cells.filter(c => getComputedStyle(c, "::before").content.includes(":")).length,
	};
})()`

func TestTheDevicesInABrowser(t *testing.T) {
	program := build(t, "fleet")
	browser := start(t)
	shots, err := os.MkdirTemp("", "fleet-")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("screenshots: %s", shots)
	file := filepath.Join(shots, "fleet.html")
	run(t, nil, program, "-demo", "-html", file)

	check := func(t *testing.T, tab context.Context, phone bool) {
		t.Helper()
		var found fleetPage
		if err := chromedp.Run(tab, chromedp.Evaluate(examineFleet, &found)); err != nil {
			t.Fatal(err)
		}
		labels := 0
		if phone {
			labels = 4 * found.Rows
		}
		if found.Title != "Devices of a made-up company" || found.Rows != 10 || found.Width > found.Screen || found.Hidden+found.Cut > 0 ||
			found.Heading == phone || found.Labels != labels {
			t.Errorf("the page is %+v", found)
		}
	}
	for _, screen := range []struct{ width, height int64 }{{1280, 800}, {390, 844}} {
		for _, theme := range []string{"light", "dark"} {
			name := fmt.Sprintf("%d-%s", screen.width, theme)
			t.Run(name, func(t *testing.T) {
				tab := open(t, browser, file, screen.width, screen.height, theme)
				check(t, tab, screen.width < 500)
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
		check(t, tab, false)
		if ground != "rgb(255, 255, 255)" || bytes.Count(paper, []byte("/Type /Page\n")) != 1 {
			t.Errorf("%d pages on %s", bytes.Count(paper, []byte("/Type /Page\n")), ground)
		}
		write(t, filepath.Join(shots, "print.pdf"), paper)
	})
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
