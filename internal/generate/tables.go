package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The tables of System Insights are alike but for their rows. A document says each table once
// (x-go-tables), and its row and its list are written out from that.

type tablesWord struct {
	Path      string
	ID        string // of the operations, without the table
	Type      string // of the rows, without the table
	File      string // of the rows
	Max       int    // largest page
	Snapshots []string
	Old       string                 // type of the old client
	Fields    map[string]*tableField // that many tables have
	Tables    map[string]*table
}

type table struct {
	Name      string // in Go, where the key gives a bad one
	Text      string // what it lists
	Filter    []string
	Snapshots []string
	Fields    map[string]*tableField // one without anything is the shared one
}

// A tableField is a text, or an object.
type tableField struct {
	Type   string
	Text   string
	Name   string
	Secret bool
}

func (f *tableField) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		f.Text = node.Value
		return nil
	}
	type plain tableField
	return node.Decode((*plain)(f))
}

var tableTypes = map[string]map[string]any{
	"":        {"type": "string"},
	"string":  {"type": "string"},
	"integer": {"type": "integer"},
	"int64":   {"type": "integer", "format": "int64"},
	"number":  {"type": "number"},
	"boolean": {"type": "boolean"},
	"Time":    {"type": "string", "x-go-type": "Time"},
}

func expandTables(d *document, node *yaml.Node) (paths, schemas map[string]any, err error) {
	var word tablesWord
	if err := node.Decode(&word); err != nil {
		return nil, nil, err
	}
	if word.Path == "" || word.ID == "" || word.Type == "" || word.File == "" || word.Max == 0 || len(word.Snapshots) == 0 {
		return nil, nil, fmt.Errorf("path, id, type, file, max and snapshots are needed")
	}
	paths, schemas = map[string]any{}, map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(word.Tables)) {
		of := word.Tables[name]
		if of == nil || of.Text == "" {
			return nil, nil, fmt.Errorf("table %s: text is needed: what it lists", name)
		}
		if of.Name == "" {
			if of.Name, err = goName(name); err != nil {
				return nil, nil, fmt.Errorf("table %s: %w", name, err)
			}
		}
		row, err := word.row(name, of)
		if err != nil {
			return nil, nil, fmt.Errorf("table %s: %w", name, err)
		}
		schemas[word.Type+of.Name] = row
		paths[word.Path+"/"+name] = map[string]any{"get": word.list(d.spec.Tags[0].Name, name, of)}
	}
	return paths, schemas, nil
}

// row is the schema of a table's rows.
func (w *tablesWord) row(name string, of *table) (map[string]any, error) {
	properties := map[string]any{}
	for key, field := range of.Fields {
		if field == nil {
			field = w.Fields[key]
		}
		if field == nil || field.Text == "" {
			return nil, fmt.Errorf("field %s: has no text, nor has a shared field of this key", key)
		}
		property, known := tableTypes[field.Type]
		if !known {
			return nil, fmt.Errorf("field %s: unknown type %q: want string, integer, int64, number, boolean or Time", key, field.Type)
		}
		property = maps.Clone(property)
		property["description"] = field.Text
		if field.Name != "" {
			property["x-go-name"] = field.Name
		}
		if field.Secret {
			property["x-go-type"] = "Secret"
		}
		properties[key] = property
	}
	for _, key := range of.Filter {
		if properties[key] == nil {
			return nil, fmt.Errorf("filter: %s is no field of the table", key)
		}
	}
	if len(properties) == 0 {
		return nil, fmt.Errorf("fields are needed")
	}
	return map[string]any{
		"type": "object", "x-go-file": w.File, "properties": properties,
		"description": "A row of the table " + name + ": " + strings.TrimSuffix(of.Text, ".") + ".",
	}, nil
}

// list is the operation that reads a table.
func (w *tablesWord) list(tag, name string, of *table) map[string]any {
	filter := "The filter knows no fields."
	switch len(of.Filter) {
	case 0:
	case 1:
		filter = "The filter knows the field " + of.Filter[0] + ", with the operators eq and in."
	default:
		last := len(of.Filter) - 1
		filter = "The filter knows the fields " + strings.Join(of.Filter[:last], ", ") + " and " + of.Filter[last] + ", with the operators eq and in."
	}
	snapshots := of.Snapshots
	if len(snapshots) == 0 {
		snapshots = w.Snapshots
	}
	operation := map[string]any{
		"x-filter":    append([]string{}, of.Filter...),
		"operationId": w.ID + name, "tags": []string{tag}, "x-go-name": "List" + of.Name, "x-snapshots": snapshots,
		"summary":     "Lists " + strings.TrimSuffix(of.Text, ".") + ".",
		"description": filter,
		"x-go-paging": map[string]any{"all": "All" + of.Name, "max": w.Max, "in": "query"},
		"x-go-params": tag + "Params",
		"parameters": []any{
			map[string]any{
				"name": "limit", "in": "query", "description": fmt.Sprintf("Largest number of rows in the answer, 1 to %d. Without it the API answers 10.", w.Max),
				"schema": map[string]any{"type": "integer", "minimum": 1, "maximum": w.Max},
			},
			shared("parameters", "skip"),
			shared("parameters", "sort"),
			map[string]any{
				"name": "filter", "in": "query", "style": "form", "explode": true, "x-go-type": "Condition",
				"description": "Only rows that meet the conditions, all of which must hold. Each method says which fields it knows; the operators are eq and in.",
				"schema":      map[string]any{"type": "array", "items": map[string]any{"type": "string"}},
			},
			shared("parameters", "orgID"),
		},
		"responses": map[string]any{
			"200": map[string]any{
				"description": "The rows, one page.", "headers": map[string]any{totalHeader: shared("headers", "TotalCount")},
				"content": map[string]any{"application/json": map[string]any{"schema": map[string]any{
					"type": "array", "items": map[string]any{"$ref": "#/components/schemas/" + w.Type + of.Name},
				}}},
			},
			"4XX": shared("responses", "Failure"), "5XX": shared("responses", "Failure"),
		},
	}
	if w.Old != "" && slices.Contains(snapshots, "2019-11") {
		operation["x-old-go"] = []string{w.Old + "." + oldMethod(w.ID+name)}
	}
	return operation
}
