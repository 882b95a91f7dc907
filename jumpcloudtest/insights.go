package jumpcloudtest

import (
	"errors"
	"slices"
	"strings"
)

// listRows has the rows of a table of System Insights. A device whose insights are off has none, whatever it
// reported before.
func (c *call) listRows() reply {
	s, _, _ := c.at()
	for _, text := range c.query["filter"] {
		if parts := strings.SplitN(text, ":", 3); len(parts) == 3 && parts[1] != "eq" && parts[1] != "in" {
			return c.refuse(errors.New("filter of a table knows the operators eq and in"))
		}
	}
	reports := map[string]bool{}
	for _, device := range c.org.kindStore(system).list {
		insights, _ := device.value("systemInsights").(map[string]any)
		reports[device.id] = insights["state"] == nil || insights["state"] == "enabled"
	}
	rows := s.list
	if !every(rows, func(i *item) bool { return reports[i.text("system_id")] }) {
		rows = slices.DeleteFunc(slices.Clone(rows), func(i *item) bool { return !reports[i.text("system_id")] })
	}
	form, _, _ := c.operation.answer.items()
	return listOf(c, rows, s.known, func(i *item) []byte { return i.show(form, true) })
}
