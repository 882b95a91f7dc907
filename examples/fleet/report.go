package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// writeText writes a table for a terminal.
func writeText(w io.Writer, f *fleet) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DEVICE\tSYSTEM\tDISK\tLAST CONTACT\tUSERS")
	for _, d := range f.Devices {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", d.Name, d.System(), d.Encryption, d.LastSeen(), strings.Join(d.Users, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d devices, %d of them not encrypted.\n", len(f.Devices), f.count(unencrypted))
	return err
}

// System is the operating system with its version.
func (d device) System() string { return strings.TrimSpace(d.OS + " " + d.Version) }

func (f *fleet) count(state encryption) (n int) {
	for _, d := range f.Devices {
		if d.Encryption == state {
			n++
		}
	}
	return n
}

// writeCSV writes a line for each device. A spreadsheet takes no cell for a formula.
func writeCSV(w io.Writer, f *fleet) error {
	table := [][]string{{"organization", "device", "id", "serial", "os", "version", "encryption", "last_contact", "users"}}
	for _, d := range f.Devices {
		cells := []string{f.Organization, d.Name, d.ID, d.Serial, d.OS, d.Version, string(d.Encryption), d.LastSeen(), strings.Join(d.Users, " ")}
		for i, cell := range cells {
			if strings.IndexAny(cell, "=+-@\t\r") == 0 {
				cells[i] = "'" + cell
			}
		}
		table = append(table, cells)
	}
	return csv.NewWriter(w).WriteAll(table)
}

//go:embed report.html
var page string

// writeHTML writes a page that needs nothing but itself.
func writeHTML(w io.Writer, f *fleet, now time.Time) error {
	tmpl, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	type fact struct {
		Count int
		What  string
	}
	facts := []fact{{len(f.Devices), "devices"}}
	for _, state := range []encryption{encrypted, withoutKey, unencrypted, notKnown} {
		facts = append(facts, fact{f.count(state), string(state)})
	}
	var buffer bytes.Buffer // so that an error leaves no half page
	err = tmpl.Execute(&buffer, map[string]any{"Fleet": f, "Facts": facts, "Now": now.UTC().Format("2 January 2006, 15:04 MST")})
	if err != nil {
		return err
	}
	_, err = buffer.WriteTo(w)
	return err
}
