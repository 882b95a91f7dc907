package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

// writeText writes the review for a terminal: every target of one person, or one line for each of
// many people.
func writeText(w io.Writer, r *review) error {
	for _, p := range r.People {
		fmt.Fprintf(w, "%-20s reaches %d, %d of them directly; groups: %s\n", p.Username, len(p.Targets), p.Directly(), strings.Join(p.Groups, ", "))
		if len(r.People) > 1 {
			continue
		}
		for _, t := range p.Targets {
			fmt.Fprintf(w, "  %-16s %-20s to take it away: %s\n", t.Kind(), t.Name, strings.Join(t.Cuts(), ", "))
		}
	}
	return nil
}

// writeJSON writes the review for programs.
func writeJSON(w io.Writer, r *review) error {
	type targetJSON struct {
		target
		Cuts []string `json:"take_away"`
	}
	type personJSON struct {
		person
		Targets []targetJSON `json:"targets"`
	}
	type reviewJSON struct {
		review
		People []personJSON `json:"people"`
	}
	whole := reviewJSON{review: *r}
	whole.Organization = cmp.Or(r.Organization, directory.MadeUp)
	for _, p := range r.People {
		entry := personJSON{person: p, Targets: []targetJSON{}}
		for _, t := range p.Targets {
			entry.Targets = append(entry.Targets, targetJSON{t, t.Cuts()})
		}
		whole.People = append(whole.People, entry)
	}
	return program.WriteJSON(w, whole)
}

// writeCSV writes a line for each path.
func writeCSV(w io.Writer, r *review) error {
	organization := cmp.Or(r.Organization, directory.MadeUp)
	table := [][]string{{"organization", "username", "email", "type", "target", "target_id", "sudo", "direct", "through", "take_away"}}
	for _, p := range r.People {
		for _, t := range p.Targets {
			for _, path := range t.Paths {
				table = append(table, []string{
					organization, p.Username, p.Email, string(t.Type), t.Name, t.ID, t.Sudo, fmt.Sprint(path.Direct()), path.Through(), path.Cut(),
				})
			}
		}
	}
	return csv.NewWriter(w).WriteAll(table)
}

//go:embed report.html
var page string

// colours is how many colours the page has for groups.
const colours = 8

// writeHTML writes a page that needs nothing but itself.
func writeHTML(w io.Writer, r *review, now time.Time) error {
	tmpl, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	g := graphOf(r)
	nodes := make([]int, len(g.nodes))
	for i := range nodes {
		nodes[i] = i
	}
	var buffer bytes.Buffer // so that an error leaves no half page
	err = tmpl.Execute(&buffer, map[string]any{
		"Review": r, "Now": now.UTC().Format("2 January 2006, 15:04 MST"), "Targets": overview(r), "Facts": facts(r),
		"Pictures": []*picture{draw(g, wide), draw(g, narrow)}, "Nodes": nodes,
	})
	if err != nil {
		return err
	}
	_, err = buffer.WriteTo(w)
	return err
}

type fact struct {
	Count int
	What  string
}

// facts are the numbers at the top.
func facts(r *review) []fact {
	leading := map[string]bool{}
	direct, sudo := 0, 0
	for _, p := range r.People {
		direct += p.Directly()
		sudo += p.SudoOn()
		for _, t := range p.Targets {
			for _, path := range t.Paths {
				if path[0].Type == jumpcloud.GraphTypeUserGroup {
					leading[path[0].ID] = true
				}
			}
		}
	}
	one := func(n int, one, many string) fact {
		if n == 1 {
			return fact{n, one}
		}
		return fact{n, many}
	}
	facts := []fact{
		one(len(overview(r)), "target reached", "targets reached"), one(len(leading), "group that leads there", "groups that lead there"),
		one(direct, "direct binding", "direct bindings"), one(sudo, "sudo right on a device", "sudo rights on devices"),
	}
	if len(r.People) > 1 {
		facts = slices.Insert(facts, 0, fact{len(r.People), "people"})
	}
	return facts
}

// reachedBy is a target and who reaches it.
type reachedBy struct {
	object
	People, Directly, Sudo int
	Through                []string // groups
}

// overview turns the review around.
func overview(r *review) []*reachedBy {
	var all []*reachedBy
	at := map[directory.Object]*reachedBy{}
	for _, p := range r.People {
		for _, t := range p.Targets {
			o := at[t.Object]
			if o == nil {
				o = &reachedBy{object: t.object}
				at[t.Object] = o
				all = append(all, o)
			}
			o.People++
			if t.Direct() {
				o.Directly++
			}
			if t.Sudo != "" {
				o.Sudo++
			}
			for _, path := range t.Paths {
				if !path.Direct() && !slices.Contains(o.Through, path.Through()) {
					o.Through = append(o.Through, path.Through())
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b *reachedBy) int { return compareObjects(a.object, b.object) })
	return all
}
