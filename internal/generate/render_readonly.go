package main

import (
	"net/http"
	"strings"
)

// A readOnly is what an operation does not take of the object that GET of the same route answers, or,
// where there is none, the operation itself.
type readOnly struct {
	Operation *Operation
	Paths     string
}

func readOnlyKeys(api *API) []readOnly {
	read := map[string]*Schema{}
	for _, operation := range api.Operations() {
		if operation.Method == http.MethodGet && operation.Result.Kind == oneResult {
			read[operation.Route] = operation.Result.Schema
		}
	}
	var found []readOnly
	for _, operation := range api.Operations() {
		whole := read[operation.Route]
		if whole == nil && operation.Result.Kind == oneResult {
			whole = operation.Result.Schema
		}
		if operation.Method != http.MethodPut || operation.Body == nil || operation.Body.List || operation.Body.Schema == nil || whole == nil {
			continue
		}
		if paths := readOnlyPaths(whole, operation.Body.Schema, "", map[*Schema]bool{}); len(paths) > 0 {
			found = append(found, readOnly{operation, strings.Join(paths, " ")})
		}
	}
	return found
}

// readOnlyPaths are the keys of whole that body does not have. An id may come as id and as _id.
func readOnlyPaths(whole, body *Schema, path string, visited map[*Schema]bool) []string {
	if visited[whole] {
		return nil
	}
	visited[whole] = true
	defer delete(visited, whole)
	writes := func(key string) *Property {
		if property := body.property(key); property != nil && property.in(WriteForm) {
			return property
		}
		return nil
	}
	var paths []string
	for _, property := range whole.Fields(ReadForm) {
		written := writes(property.Key)
		if written == nil {
			paths = append(paths, path+property.Key)
			if alias := map[string]string{"id": "_id", "_id": "id"}[property.Key]; alias != "" && whole.property(alias) == nil && writes(alias) == nil {
				paths = append(paths, path+alias)
			}
			continue
		}
		inner, of := property.Type.schema(), written.Type.schema()
		if inner != nil && of != nil && inner.Kind == structSchema && of.Kind == structSchema && property.Type.Kind != mapType {
			paths = append(paths, readOnlyPaths(inner, of, path+property.Key+".", visited)...)
		}
	}
	return paths
}
