package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

// A document is one file of the description.
type document struct {
	file   string // base name
	prefix string // what its server adds to /api: "" or "/v2"
	spec   *openapi3.T
}

// load reads the description below a root and turns it into an API.
func load(root string) (*API, error) {
	files, err := filepath.Glob(filepath.Join(root, "api", "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("api holds no *.yaml: nothing to generate from")
	}
	slices.Sort(files)
	unused, unknown := checkGrammar(files)
	if unknown != nil {
		return nil, unknown
	}
	documents, err := loadDocuments(files)
	if err != nil {
		return nil, errors.Join(unused, err)
	}
	api, err := build(documents)
	return api, errors.Join(unused, err)
}

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
	}
	return documents, errors.Join(failed...)
}

func loadDocument(file string) (*document, error) {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	loader.ReadFromURIFunc = readNextTo(file)
	spec, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	if err := spec.Validate(loader.Context); err != nil {
		return nil, err
	}
	prefix, err := routePrefix(spec)
	if err != nil {
		return nil, err
	}
	return &document{file: filepath.Base(file), prefix: prefix, spec: spec}, nil
}

// readNextTo keeps references inside the folder of the description: one to another place or to
// the network is refused.
func readNextTo(file string) openapi3.ReadFromURIFunc {
	folder := filepath.Dir(file)
	return func(_ *openapi3.Loader, location *url.URL) ([]byte, error) {
		if location.Scheme != "" || filepath.Clean(filepath.Dir(location.Path)) != filepath.Clean(folder) {
			return nil, fmt.Errorf("reference to %s: only files next to %s can be referred to",
				location.Redacted(), filepath.Base(file))
		}
		return os.ReadFile(filepath.Join(folder, filepath.Base(location.Path)))
	}
}

// routePrefix is what the server's URL has after /api: routes in Go start at the base URL of v1.
func routePrefix(spec *openapi3.T) (string, error) {
	if len(spec.Servers) != 1 {
		return "", fmt.Errorf("servers: want exactly one, found %d", len(spec.Servers))
	}
	server, err := url.Parse(spec.Servers[0].URL)
	if err != nil {
		return "", fmt.Errorf("servers: %w", err)
	}
	prefix, found := strings.CutPrefix(server.Path, "/api")
	if !found || (prefix != "" && !strings.HasPrefix(prefix, "/")) {
		return "", fmt.Errorf("servers: the path of %s must start with /api", spec.Servers[0].URL)
	}
	return strings.TrimSuffix(prefix, "/"), nil
}

// readTree reads a file as a plain YAML tree.
func readTree(file string) (*yaml.Node, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var tree yaml.Node
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	if tree.Kind != yaml.DocumentNode || len(tree.Content) != 1 {
		return nil, errors.New("not a single YAML document")
	}
	return tree.Content[0], nil
}
