package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// writeFiles brings the repository to what was rendered: it writes what differs and deletes
// generated files that are rendered no more.
func writeFiles(root string, files map[string][]byte) error {
	orphans, err := findOrphans(root, files)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(keys(files)) {
		if err := writeFile(filepath.Join(root, filepath.FromSlash(name)), files[name]); err != nil {
			return err
		}
	}
	for _, name := range orphans {
		if err := os.Remove(filepath.Join(root, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(name string, content []byte) error {
	present, err := os.ReadFile(name)
	if err == nil && bytes.Equal(present, content) {
		return nil
	}
	if err == nil && !isGenerated(present) {
		return fmt.Errorf("%s was not written by the generator: rename it, or the generated file", filepath.Base(name))
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}

// checkFiles lists every file that a run would write or delete.
func checkFiles(root string, files map[string][]byte) error {
	var found []error
	for _, name := range slices.Sorted(keys(files)) {
		present, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			found = append(found, fmt.Errorf("%s: missing", name))
		case err != nil:
			found = append(found, err)
		case !bytes.Equal(present, files[name]):
			found = append(found, fmt.Errorf("%s: stale", name))
		}
	}
	orphans, err := findOrphans(root, files)
	for _, name := range orphans {
		found = append(found, fmt.Errorf("%s: orphaned, nothing generates it any more", name))
	}
	if len(found) > 0 {
		found = append(found, errors.New("run make generate"))
	}
	return errors.Join(append(found, err)...)
}

// findOrphans lists the files that carry a generated file's first line and are rendered no more:
// api_*.go and model_*.go at the root, and pages under docs.
func findOrphans(root string, files map[string][]byte) ([]string, error) {
	candidates, err := generatedPlaces(root)
	if err != nil {
		return nil, err
	}
	var orphans []string
	for _, name := range candidates {
		if _, rendered := files[name]; rendered {
			continue
		}
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		if isGenerated(content) {
			orphans = append(orphans, name)
		}
	}
	return orphans, nil
}

func generatedPlaces(root string) ([]string, error) {
	var names []string
	for _, pattern := range []string{"api_*.go", "model_*.go"} {
		found, err := fs.Glob(os.DirFS(root), pattern)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	err := fs.WalkDir(os.DirFS(root), "docs", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() && strings.HasSuffix(name, ".md") {
			names = append(names, name)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return names, err
}

func isGenerated(content []byte) bool {
	first, _, _ := bytes.Cut(content, []byte("\n"))
	return slices.Contains([]string{goMarker, docsMarker, bundleMarker}, string(first))
}
