package main

import (
	"encoding/json"
	"strings"
	"testing"
)

const tablesOfThings = `
path: /v2/tables
id: tables_list_
type: ThingTable
file: thing_tables
max: 10000
snapshots: [2026-08]
old: ThingTablesApi
fields:
  thing_id: Id of the thing.
  seen: {type: Time, text: When it was seen.}
tables:
  colours:
    text: the colours of things
    filter: [thing_id, name]
    fields:
      thing_id:
      seen:
      name: Name of the colour.
      hue: {type: int64, text: From 0 to 360., name: Angle}
      key: {text: What opens it., secret: true}
  abc:
    name: ABC
    text: the letters
    snapshots: [2025-01]
    fields:
      thing_id:
  os_kinds:
    name: OSKinds
    text: the kinds of systems
    snapshots: [2019-11, 2026-08]
    fields:
      thing_id:
`

func TestTablesAreWrittenOut(t *testing.T) {
	paths, schemas, err := written(t, "x-go-tables", tablesOfThings)
	if err != nil {
		t.Fatal(err)
	}
	text := func(value any) string {
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if got, want := text(schemas["ThingTableColours"]), `{"description":"A row of the table colours: the colours of things.",`+
		`"properties":{"hue":{"description":"From 0 to 360.","format":"int64","type":"integer","x-go-name":"Angle"},`+
		`"key":{"description":"What opens it.","type":"string","x-go-type":"Secret"},"name":{"description":"Name of the colour.","type":"string"},`+
		`"seen":{"description":"When it was seen.","type":"string","x-go-type":"Time"},"thing_id":{"description":"Id of the thing.","type":"string"}},`+
		`"type":"object","x-go-file":"thing_tables"}`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if len(paths) != 3 || len(schemas) != 3 {
		t.Errorf("%d paths, %d schemas", len(paths), len(schemas))
	}
	for path, parts := range map[string][]string{
		"/v2/tables/colours": {
			`"operationId":"tables_list_colours"`, `"x-go-name":"ListColours"`, `"x-go-paging":{"all":"AllColours","in":"query","max":10000}`,
			`"x-go-params":"ThingsParams"`, `"summary":"Lists the colours of things."`, `"x-snapshots":["2026-08"]`, `"maximum":10000`,
			`"description":"The filter knows the fields thing_id and name, with the operators eq and in."`,
			`"items":{"$ref":"#/components/schemas/ThingTableColours"}`, `"x-filter":["thing_id","name"]`,
		},
		"/v2/tables/abc": {
			`"x-go-name":"ListABC"`, `"all":"AllABC"`, `"description":"The filter knows no fields."`, `"x-snapshots":["2025-01"]`, `"x-filter":[]`,
			`"$ref":"#/components/schemas/ThingTableABC"`,
		},
		"/v2/tables/os_kinds": {`"x-go-name":"ListOSKinds"`, `"x-old-go":["ThingTablesApi.TablesListOsKinds"]`},
	} {
		for _, part := range parts {
			if got := text(paths[path]); !strings.Contains(got, part) {
				t.Errorf("%s: %s\nlacks %s", path, got, part)
			}
		}
	}
	if got := text(paths["/v2/tables/abc"]); strings.Contains(got, "x-old-go") {
		t.Errorf("%s\nwas not in the old client", got)
	}
}

func TestBrokenTables(t *testing.T) {
	for name, test := range map[string]struct{ old, replacement, want string }{
		"no path":            {"path: /v2/tables\n", "", "path, id, type, file, max and snapshots are needed"},
		"no text":            {"    text: the letters\n", "", "table abc: text is needed"},
		"no fields":          {"    snapshots: [2025-01]\n    fields:\n      thing_id:\n", "", "table abc: fields are needed"},
		"unknown shared":     {"    snapshots: [2025-01]\n    fields:\n      thing_id:\n", "    fields: {part_id: }\n", "table abc: field part_id: has no text, nor has a shared field of this key"},
		"field without text": {"text: From 0 to 360., ", "", "table colours: field hue: has no text"},
		"unknown type":       {"int64", "uint32", `table colours: field hue: unknown type "uint32"`},
		"unknown filter":     {"[thing_id, name]", "[thing_id, names]", "table colours: filter: names is no field of the table"},
		"no Go name":         {"  colours:", "  7:", `table 7: "7" gives the Go name "7"`},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(tablesOfThings, test.old) {
				t.Fatalf("there is no %q", test.old)
			}
			_, _, err := written(t, "x-go-tables", strings.Replace(tablesOfThings, test.old, test.replacement, 1))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
	err := loadText(t, base(t)+"x-go-tables: {tables: {a: {fields: {b: {kind: string}}}}}\n")
	if err == nil || !strings.Contains(err.Error(), `x-go-tables › tables › a › fields › b › kind: unknown keyword "kind" of a tableField`) {
		t.Errorf("got %v", err)
	}
}
