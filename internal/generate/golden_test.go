package main

import (
	"bytes"
	"errors"
	"flag"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/golden/want")

const wanted = "testdata/golden/want"

// renderGolden renders testdata/golden/api.
func renderGolden(t *testing.T) map[string][]byte {
	t.Helper()
	api, err := load("testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/golden/old_names.yaml")
	if err != nil {
		t.Fatal(err)
	}
	old, err := readOldNames(data)
	if err != nil {
		t.Fatal(err)
	}
	files, err := render(api, old)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestGoldenFiles(t *testing.T) {
	files := renderGolden(t)
	if *update {
		rewriteWanted(t, files)
	}
	for _, name := range slices.Sorted(keys(files)) {
		want, err := os.ReadFile(filepath.Join(wanted, name))
		if err != nil {
			t.Errorf("%v: run go test -update after looking at what is rendered", err)
			continue
		}
		if !bytes.Equal(files[name], want) {
			t.Errorf("%s differs: %s", name, firstDifference(files[name], want))
		}
	}
	err := fs.WalkDir(os.DirFS(wanted), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && files[name] == nil {
			t.Errorf("%s is no longer rendered", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func rewriteWanted(t *testing.T, files map[string][]byte) {
	t.Helper()
	err := os.RemoveAll(wanted)
	for name, content := range files {
		path := filepath.Join(wanted, name)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o644))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func firstDifference(got, want []byte) string {
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			return "rendered " + gotLines[i] + "\nwant " + wantLines[i]
		}
	}
	return "one is the beginning of the other"
}

func TestRenderingTwiceGivesTheSame(t *testing.T) {
	first := renderGolden(t)
	for range 5 {
		again := renderGolden(t)
		for name := range first {
			if !bytes.Equal(first[name], again[name]) {
				t.Fatalf("%s differs between two runs", name)
			}
		}
	}
}

// The generated code compiles against the runtime's entry points as testdata/runtime.go has them.
func TestGoldenCodeCompiles(t *testing.T) {
	files := token.NewFileSet()
	var parsed []*ast.File
	add := func(name string, source any) {
		file, err := parser.ParseFile(files, name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
	}
	add("testdata/runtime.go", nil)
	for name, content := range renderGolden(t) {
		if strings.HasSuffix(name, ".go") {
			add(name, content)
		}
	}
	checker := types.Config{Importer: importer.Default()}
	if _, err := checker.Check(packageName, files, parsed, nil); err != nil {
		t.Fatal(err)
	}
}

func TestGeneratedFilesSayThatTheyAre(t *testing.T) {
	for name, content := range renderGolden(t) {
		if !isGenerated(content) {
			t.Errorf("%s does not begin with a marker", name)
		}
	}
}

// Signatures and examples on the pages are Go.
func TestCodeOnPagesParses(t *testing.T) {
	block := regexp.MustCompile("(?s)```go\n(.*?)```")
	count := 0
	for name, content := range renderGolden(t) {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, match := range block.FindAllStringSubmatch(string(content), -1) {
			count++
			declarations := "package p\n" + match[1]
			statements := "package p\nfunc f() error {\n" + match[1] + "\n}"
			_, err := parser.ParseFile(token.NewFileSet(), "", declarations, 0)
			if err != nil {
				_, err = parser.ParseFile(token.NewFileSet(), "", statements, 0)
			}
			if err != nil {
				t.Errorf("%s: %v in\n%s", name, err, match[1])
			}
		}
	}
	if count == 0 {
		t.Error("no code on any page")
	}
}
