package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

// A document is one file of the description.
type document struct {
	file string // base name
	spec *openapi3.T
	root *yaml.Node     // the same as it is written,
	tree map[string]any // with references
	of   *document      // which says in one word what this one writes out
}

// sharedFile holds what several services share. Every other document describes one service.
const sharedFile = "common.yaml"

// load reads the description below a root and turns it into an API.
func load(root string) (*API, error) {
	files, err := descriptionFiles(filepath.Join(root, "api"))
	if err != nil {
		return nil, err
	}
	if err := checkGrammar(files); err != nil {
		return nil, err
	}
	documents, err := loadDocuments(files)
	if err != nil {
		return nil, err
	}
	api, err := build(documents)
	return api, errors.Join(checkUses(documents), err)
}

// descriptionFiles are the documents in a folder, which holds nothing else: the services' by name, and
// last what they share. A file of another kind would describe something that nobody reads.
func descriptionFiles(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var files []string
	var failed []error
	shared := false
	for _, entry := range entries {
		switch name := entry.Name(); {
		case !entry.Type().IsRegular() || !fileName.MatchString(name):
			failed = append(failed, fmt.Errorf("api/%s: only documents belong here, one a service, with names like bulk_jobs.yaml; move or rename it", name))
		case name == sharedFile:
			shared = true
		default:
			files = append(files, filepath.Join(folder, name))
		}
	}
	if shared {
		files = append(files, filepath.Join(folder, sharedFile))
	}
	if len(files) == 0 && len(failed) == 0 {
		return nil, errors.New("api holds no *.yaml: nothing to generate from")
	}
	return files, errors.Join(failed...)
}

var fileName = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*\.yaml$`)

func loadDocuments(files []string) ([]*document, error) {
	var documents []*document
	var failed []error
	for _, file := range files {
		loaded, err := loadDocument(file)
		if err != nil {
			failed = append(failed, fmt.Errorf("api/%s: %w", filepath.Base(file), err))
			continue
		}
		documents = append(documents, loaded)
		for _, word := range slices.Sorted(keys(expanders)) {
			expanded, err := loaded.expand(file, word)
			if err != nil {
				failed = append(failed, fmt.Errorf("api/%s: %s: %w", loaded.file, word, err))
			}
			if expanded != nil {
				documents = append(documents, expanded)
			}
		}
	}
	return documents, errors.Join(failed...)
}

func loadDocument(file string) (*document, error) {
	loader := newLoader(file)
	spec, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	if spec.OpenAPI != "3.0.3" {
		return nil, fmt.Errorf("openapi %s: the documents are OpenAPI 3.0.3", spec.OpenAPI)
	}
	if err := spec.Validate(loader.Context); err != nil {
		return nil, err
	}
	loaded := &document{file: filepath.Base(file), spec: spec}
	loaded.root, err = readTree(file)
	if err == nil {
		err = loaded.root.Decode(&loaded.tree)
	}
	return loaded, errors.Join(err, loaded.checkServer())
}

func newLoader(file string) *openapi3.Loader {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	loader.ReadFromURIFunc = readShared(file)
	return loader
}

// What is said once is written out in a document beside the one that says it.
var expanders = map[string]func(d *document, node *yaml.Node) (paths, schemas map[string]any, err error){
	"x-go-graph":  expandGraph,
	"x-go-tables": expandTables,
}

func (d *document) expand(file, word string) (*document, error) {
	node := child(d.root, word)
	if node == nil || len(d.spec.Tags) != 1 {
		return nil, nil
	}
	paths, schemas, err := expanders[word](d, node)
	if err != nil {
		return nil, err
	}
	tree := map[string]any{
		"openapi": d.spec.OpenAPI, "info": map[string]any{"title": word, "version": "1.0"}, "servers": d.tree["servers"],
		"paths": paths, "components": map[string]any{"schemas": schemas},
	}
	data, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	loader := newLoader(file)
	spec, err := loader.LoadFromDataWithPath(data, &url.URL{Path: filepath.ToSlash(filepath.Join(filepath.Dir(file), d.file+" "+word))})
	if err == nil {
		err = spec.Validate(loader.Context)
	}
	expanded := &document{file: d.file + " " + word, of: d, spec: spec}
	return expanded, errors.Join(err, json.Unmarshal(data, &expanded.tree))
}

// readShared keeps references inside the document and common.yaml: one to another place or to the
// network is refused.
func readShared(file string) openapi3.ReadFromURIFunc {
	folder, name := filepath.Split(file)
	return func(_ *openapi3.Loader, location *url.URL) ([]byte, error) {
		base := filepath.Base(location.Path)
		if location.Scheme != "" || filepath.Clean(filepath.Dir(location.Path)) != filepath.Clean(folder) || base != name && base != sharedFile {
			return nil, fmt.Errorf("reference to %s: %s can refer to itself and to %s only; move there what several share",
				location.Redacted(), name, sharedFile)
		}
		return os.ReadFile(filepath.Join(folder, base))
	}
}

// Routes below this prefix are those of Directory Insights, which has a host of its own.
const insightsPrefix = "/insights/directory/v1/"

// checkServer holds the server against the paths: the API begins at /api of the console, Directory
// Insights at the root of its host.
func (d *document) checkServer() error {
	if d.file == sharedFile {
		if len(d.spec.Servers)+len(d.spec.Tags)+d.spec.Paths.Len() > 0 {
			return errors.New("holds components only: a service has a document of its own")
		}
		return nil
	}
	if len(d.spec.Servers) != 1 {
		return fmt.Errorf("servers: want exactly one, found %d", len(d.spec.Servers))
	}
	server, err := url.Parse(d.spec.Servers[0].URL)
	if err != nil {
		return fmt.Errorf("servers: %w", err)
	}
	insights := server.Path == ""
	if !insights && server.Path != "/api" {
		return fmt.Errorf("servers: the path of %s must be /api, or nothing for Directory Insights", d.spec.Servers[0].URL)
	}
	for _, path := range slices.Sorted(keys(d.spec.Paths.Map())) {
		if strings.HasPrefix(path, insightsPrefix) != insights {
			return fmt.Errorf("%s is not a path of the server %s: those of Directory Insights, and no others, begin with %s",
				path, d.spec.Servers[0].URL, insightsPrefix)
		}
	}
	return nil
}

// readTree reads a file as a plain YAML tree.
func readTree(file string) (*yaml.Node, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var tree, more yaml.Node
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) || tree.Kind != yaml.DocumentNode || len(tree.Content) != 1 {
		return nil, errors.New("not a single YAML document")
	}
	return tree.Content[0], nil
}
