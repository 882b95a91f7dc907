package main

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The grammar lists every keyword that the generator knows, for each kind of object. A keyword
// that is not here stops it: an extension with a typing error, or a part of OpenAPI that would
// otherwise be passed over, must not go unnoticed.

// A shape says what stands at a place: an object with known keys, a map of equal things, a list of
// equal things, or (the zero shape) a value that is looked at elsewhere.
type shape struct {
	name     string
	keys     map[string]string // key → name of the shape of its value
	each     string            // every key is free, and its value has this shape
	list     string            // a list of this shape
	orBool   bool              // true or false may stand instead
	orScalar bool              // any single value may
}

const anyValue = ""

var grammar = map[string]shape{
	"document": {keys: map[string]string{
		"openapi": anyValue, "info": "info", "servers": "servers", "security": anyValue,
		"tags": "tags", "paths": "paths", "components": "components", "x-go-graph": "graph", "x-go-tables": "tables",
	}},
	"graph": {keys: with(
		values("path", "id", "object", "noun", "below", "snapshots", "old", "routes", "shorter"),
		map[string]string{
			"parameter": "reference", "associations": "graphAssociations", "members": "graphPart", "membership": "graphPart",
			"memberof": "graphPart", "traverse": "graphTraversals",
		})},
	"tables": {keys: with(values("path", "id", "type", "file", "max", "snapshots", "old"),
		map[string]string{"fields": "tableFields", "tables": "eachTable"})},
	"eachTable":         {each: "table"},
	"table":             {keys: with(values("name", "text", "filter", "snapshots"), map[string]string{"fields": "tableFields"})},
	"tableFields":       {each: "tableField"},
	"tableField":        {orScalar: true, keys: values("type", "text", "name", "secret")},
	"reference":         {keys: values("$ref")},
	"graphPart":         {keys: graphPartKeys()},
	"graphAssociations": {keys: with(graphPartKeys(), values("targets"))},
	"graphTraversals":   {each: "graphPart"},
	"info":              {keys: values("title", "version", "description", "license", "contact")},
	"servers":           {list: "server"},
	"server":            {keys: values("url", "description")},
	"tags":              {list: "tag"},
	"tag":               {keys: values("name", "description", "x-go-order")},
	"paths":             {each: "path"},
	"path": {keys: map[string]string{
		"parameters": "parameters",
		"get":        "operation", "put": "operation", "post": "operation", "delete": "operation", "patch": "operation",
	}},
	"operation": {keys: with(
		values("operationId", "tags", "summary", "description", "deprecated", "x-go-name", "x-go-params", "x-go-retry",
			"x-update", "x-filter", "x-destructive",
			"x-go-result", "x-go-deprecated", "x-go-shorter", "x-snapshots", "x-old-go"),
		map[string]string{
			"parameters": "parameters", "requestBody": "requestBody", "responses": "responses",
			"x-go-paging": "paging",
		})},
	"paging":     {keys: with(values("all", "max", "in", "limit", "skip"), map[string]string{"cursor": "cursor"})},
	"cursor":     {keys: values("send", "from", "header")},
	"parameters": {list: "parameter"},
	"parameter": {keys: with(
		values("$ref", "name", "in", "description", "required", "style", "explode", "deprecated", "example",
			"x-go-name", "x-go-type", "x-go-runtime", "x-go-option", "x-go-from", "x-go-deprecated", "x-snapshots"),
		map[string]string{"schema": "schema"})},
	"requestBody": {keys: with(values("$ref", "description", "required"), map[string]string{"content": "content"})},
	"content":     {each: "media"},
	"media":       {keys: map[string]string{"schema": "schema", "example": anyValue}},
	"responses":   {each: "response"},
	"response": {keys: with(values("$ref", "description"),
		map[string]string{"headers": "headers", "content": "content"})},
	"headers": {each: "header"},
	"header":  {keys: with(values("$ref", "description"), map[string]string{"schema": "schema"})},
	"components": {keys: map[string]string{
		"schemas": "schemas", "parameters": "namedParameters", "requestBodies": "requestBodies",
		"responses": "responses", "headers": "headers", "securitySchemes": anyValue,
	}},
	"namedParameters": {each: "parameter"},
	"requestBodies":   {each: "requestBody"},
	"schemas":         {each: "schema"},
	"schemaList":      {list: "schema"},
	"schemaOrBool":    schemaShape(true),
	"schema":          schemaShape(false),
}

func schemaShape(orBool bool) shape {
	return shape{name: "schema", orBool: orBool, keys: with(
		values("$ref", "type", "format", "description", "enum", "nullable", "readOnly", "writeOnly",
			"deprecated", "default", "example", "minimum", "maximum", "minLength", "maxLength", "minItems",
			"maxItems", "required",
			"x-go-file", "x-go-name", "x-go-type", "x-go-id", "x-go-mixin", "x-go-envelope", "x-go-lenient",
			"x-go-handwritten", "x-go-secret", "x-go-becomes", "x-go-deprecated", "x-go-update", "x-go-opt", "x-jumpcloud-schema", "x-old-go", "x-snapshots",
			"x-unique", "x-list-omits", "x-enum-varnames", "x-enum-descriptions"),
		map[string]string{
			"items": "schema", "properties": "schemas", "additionalProperties": "schemaOrBool",
			"allOf": "schemaList", "oneOf": "schemaList", "anyOf": "schemaList",
		})}
}

func graphPartKeys() map[string]string {
	return values("kind", "summary", "text", "routes", "manage", "shorter", "shorterManage", "parameters", "snapshots", "old", "deprecated")
}

func values(keys ...string) map[string]string {
	known := map[string]string{}
	for _, key := range keys {
		known[key] = anyValue
	}
	return known
}

func with(known, more map[string]string) map[string]string {
	for key, value := range more {
		known[key] = value
	}
	return known
}

// checkGrammar reads the files as plain YAML and reports every keyword that is not in the grammar.
func checkGrammar(files []string) error {
	walk := &grammarWalk{}
	for _, file := range files {
		walk.file = filepath.Base(file)
		tree, err := readTree(file)
		if err != nil {
			walk.failed = append(walk.failed, fmt.Errorf("api/%s: %w", walk.file, err))
			continue
		}
		walk.visit(tree, "document", nil)
	}
	return errors.Join(walk.failed...)
}

// checkUses reports every component that nothing refers to.
func checkUses(documents []*document) error {
	used := map[string]bool{} // "file#/components/schemas/Name"
	for _, d := range documents {
		for reference := range references(d.tree) {
			file, pointer, _ := strings.Cut(reference, "#")
			if file == "" {
				file = d.file
			}
			used[filepath.Base(file)+"#"+pointer] = true
		}
	}
	walk := &grammarWalk{}
	for _, d := range documents {
		if d.of == nil {
			walk.file = d.file
			walk.reportUnused(d.root, used)
		}
	}
	return errors.Join(walk.failed...)
}

// references yields every reference in a tree.
func references(tree any) iter.Seq[string] {
	return func(yield func(string) bool) {
		var walk func(value any) bool
		walk = func(value any) bool {
			switch value := value.(type) {
			case []any:
				return !slices.ContainsFunc(value, func(item any) bool { return !walk(item) })
			case map[string]any:
				for key, inner := range value {
					if text, is := inner.(string); is && key == "$ref" && !yield(text) || !walk(inner) {
						return false
					}
				}
			}
			return true
		}
		walk(tree)
	}
}

type grammarWalk struct {
	file   string
	failed []error
}

func (w *grammarWalk) fail(node *yaml.Node, path []string, format string, args ...any) {
	w.failed = append(w.failed, fmt.Errorf("api/%s:%d: %s: %s",
		w.file, node.Line, strings.Join(path, " › "), fmt.Sprintf(format, args...)))
}

func (w *grammarWalk) visit(node *yaml.Node, kind string, path []string) {
	if kind == anyValue {
		return
	}
	known := grammar[kind]
	switch {
	case known.list != "":
		w.visitList(node, known.list, path)
	case node.Kind == yaml.ScalarNode && known.orScalar:
	case node.Kind == yaml.ScalarNode && known.orBool && node.Tag == "!!bool":
	case node.Kind != yaml.MappingNode:
		w.fail(node, path, "want an object here")
	default:
		w.visitObject(node, kind, known, path)
	}
}

func (w *grammarWalk) visitList(node *yaml.Node, each string, path []string) {
	if node.Kind != yaml.SequenceNode {
		w.fail(node, path, "want a list here")
		return
	}
	for i, item := range node.Content {
		w.visit(item, each, append(slices.Clone(path), fmt.Sprintf("[%d]", i)))
	}
}

func (w *grammarWalk) visitObject(node *yaml.Node, kind string, known shape, path []string) {
	refers := known.each == "" && child(node, "$ref") != nil
	for key, value := range pairs(node) {
		inner := append(slices.Clone(path), key.Value)
		if known.each != "" {
			w.visit(value, known.each, inner)
			continue
		}
		next, ok := known.keys[key.Value]
		if !ok {
			w.unknown(key, kind, inner)
			continue
		}
		if refers && key.Value != "$ref" && key.Value != "x-go-name" {
			w.fail(key, inner, "stands next to $ref, where it has no effect; put the reference into allOf")
		}
		w.visit(value, next, inner)
	}
}

func (w *grammarWalk) unknown(key *yaml.Node, kind string, path []string) {
	if name := grammar[kind].name; name != "" {
		kind = name
	}
	kind = article(kind) + " " + kind
	what := "keyword"
	if strings.HasPrefix(key.Value, "x-") {
		what = "extension"
	}
	w.fail(key, path, "unknown %s %q of %s; correct it, or teach the generator what it means (grammar.go)",
		what, key.Value, kind)
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an"
	}
	return "a"
}

func (w *grammarWalk) reportUnused(tree *yaml.Node, used map[string]bool) {
	components := child(tree, "components")
	if components == nil {
		return
	}
	for section, entries := range pairs(components) {
		if section.Value == "securitySchemes" {
			continue
		}
		for name := range pairs(entries) {
			pointer := "/components/" + section.Value + "/" + name.Value
			if !used[w.file+"#"+pointer] {
				w.fail(name, []string{"components", section.Value, name.Value}, "nothing refers to it; use it or delete it")
			}
		}
	}
}

// pairs yields the keys and values of an object in the order of the file.
func pairs(node *yaml.Node) func(func(*yaml.Node, *yaml.Node) bool) {
	return func(yield func(*yaml.Node, *yaml.Node) bool) {
		if node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

func child(node *yaml.Node, name string) *yaml.Node {
	for key, value := range pairs(node) {
		if key.Value == name {
			return value
		}
	}
	return nil
}
