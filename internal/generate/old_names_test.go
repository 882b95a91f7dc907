package main

import (
	"os"
	"strings"
	"testing"
)

// Every call and model of the old client in the groups of this package is on the migration page.
func TestMigrationPageIsComplete(t *testing.T) {
	api, err := load("../..")
	if err != nil {
		t.Fatal(err)
	}
	old, err := readOldNames(committedOldNames)
	if err != nil {
		t.Fatal(err)
	}
	calls, models := map[string]bool{}, map[string]bool{}
	for _, operation := range api.Operations() {
		for _, name := range operation.OldNames {
			calls[operation.Method+" "+operation.Route+" "+name] = true
		}
	}
	for _, entry := range old.Operations {
		for _, name := range entry.Old {
			calls[entry.Route+" "+name] = true
		}
	}
	for _, schema := range append(api.Schemas, api.Envelopes...) {
		for _, name := range schema.OldNames {
			models[name] = true
		}
	}
	for _, entry := range old.Models {
		models[entry.Old] = true
	}
	data, err := os.ReadFile("testdata/jcapi-go.txt")
	if err != nil {
		t.Fatal(err)
	}
	routes := map[string]bool{} // those of the services that the list has
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if last := strings.LastIndexByte(line, ' '); last > 0 {
			routes[line[:last]] = true
		}
		name, isModel := strings.CutPrefix(line, "model ")
		switch {
		case strings.HasPrefix(line, "#"):
		case isModel && !models[name]:
			t.Errorf("the old model %s is missing: set x-old-go on a schema, or add it to old_names.yaml", name)
		case isModel:
			delete(models, name)
		case !calls[line]:
			t.Errorf("the old call %s is missing: set x-old-go on the operation, or add it to old_names.yaml", line)
		default:
			delete(calls, line)
		}
	}
	for line := range calls {
		if routes[line[:strings.LastIndexByte(line, ' ')]] {
			t.Errorf("%s is not a call of the old client", line)
		}
	}
}

func TestOldNamesAreRefused(t *testing.T) {
	api, err := load("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ yaml, want string }{
		"unknown key":       {"calls: []", "field calls not found"},
		"route of api/":     {"operations: [{old: [A.B], route: 'GET /customers', item: Customer}]", "GET /customers is in api/ now: move its old names from here to x-old-go of customers_list"},
		"unknown item":      {"operations: [{old: [A.B], route: 'GET /v2/shops', item: Shop}]", `GET /v2/shops with items "Shop": want GET, a route and a model of api/`},
		"not a list":        {"operations: [{old: [A.B], route: 'POST /v2/shops', item: Line}]", "want GET, a route and a model of api/"},
		"model of a schema": {"models: [{old: Customerreturn, now: Customer}]", "the old model Customerreturn is there twice"},
	} {
		t.Run(name, func(t *testing.T) {
			old, err := readOldNames([]byte(test.yaml))
			if err == nil {
				_, err = newMigration(api, old)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// An entry whose operation came to be described, with its old names, is said once.
func TestOldNamesOfWhatIsDescribedByNow(t *testing.T) {
	api, err := load("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	old, err := readOldNames([]byte("operations: [{old: [CustomersApi.CustomersList], route: 'GET /customers', item: Customer}]"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := newMigration(api, old)
	if err != nil || len(page.Outside) != 0 {
		t.Errorf("%v, %v", page, err)
	}
}
