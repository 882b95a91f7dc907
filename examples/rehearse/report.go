package main

import (
	_ "embed"
	"html/template"
	"io"
	"strings"

	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

//go:embed report.html
var page string

type fact struct {
	Count int
	What  string
}

// writeHTML writes a page that needs nothing but itself.
func writeHTML(w io.Writer, r *rehearsal) error {
	t, err := template.New("page").Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, map[string]any{
		"Rehearsal": r, "Now": r.Time.UTC().Format("2 January 2006, 15:04 UTC"), "Facts": facts(r.Journal), "Copied": strings.Join(contents(r.Copied), ", "),
	})
}

// facts count the writes, and the objects that they changed.
func facts(j *jumpcloudtest.Journal) []fact {
	refused, objects := 0, map[string]bool{}
	count := map[string]int{}
	for _, w := range j.Writes {
		if w.Refused != "" {
			refused++
		}
		for _, e := range w.Effects {
			objects[e.Kind+e.ID+e.Name] = true
			switch {
			case strings.HasPrefix(e.Did, "member"):
				count["memberships"]++
			case e.Other != nil:
				count["bindings"]++
			}
		}
	}
	return []fact{{len(j.Writes), "writes"}, {refused, "refused"}, {len(objects), "objects"}, {count["memberships"], "memberships"}, {count["bindings"], "bindings"}}
}
