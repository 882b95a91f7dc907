// Package examples holds what is true of all examples.
package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnExampleCanBeCopiedIntoAModuleOfOnesOwn(t *testing.T) {
	mains, err := filepath.Glob("*/main.go")
	if err != nil || len(mains) < 6 {
		t.Fatalf("%q, %v", mains, err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	mine := t.TempDir()
	for _, main := range mains {
		folder := filepath.Dir(main)
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			continue // a module already
		}
		if err := os.CopyFS(filepath.Join(mine, folder), os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
	}
	module, sums := read(t, "go.mod"), read(t, "go.sum")
	module = strings.Replace(module, "module github.com/jumpcloud-go/jumpcloud/examples", "module example.com/mine", 1)
	module = strings.Replace(module, "=> ../", "=> "+filepath.Dir(here), 1)
	module += "\nrequire github.com/jumpcloud-go/jumpcloud/examples v0.0.0\nreplace github.com/jumpcloud-go/jumpcloud/examples => " + here + "\n"
	for name, text := range map[string]string{"go.mod": module, "go.sum": sums} {
		if err := os.WriteFile(filepath.Join(mine, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	vet := exec.CommandContext(t.Context(), "go", "vet", "./...") // compiles the tests too
	vet.Dir = mine
	vet.Env = append(os.Environ(), "GOWORK=off", "GOPROXY=off", "GOFLAGS=-mod=mod")
	if said, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

func TestEveryExampleDocumentsItsFlags(t *testing.T) {
	list := read(t, "README.md")
	mains, _ := filepath.Glob("*/main.go")
	for _, main := range mains {
		folder := filepath.Dir(main)
		readme := read(t, filepath.Join(folder, "README.md"))
		if !strings.Contains(list, "["+folder+"]("+folder+")") {
			t.Errorf("README.md does not name %s", folder)
		}
		help, err := exec.CommandContext(t.Context(), "go", "-C", folder, "run", ".", "-h").Output()
		if err != nil {
			t.Fatalf("%s: %v", folder, err)
		}
		for line := range strings.Lines(string(help)) {
			if flag, is := strings.CutPrefix(line, "  -"); is {
				flag = "-" + strings.Fields(flag)[0]
				if !strings.Contains(readme, "`"+flag) {
					t.Errorf("%s/README.md does not name %s", folder, flag)
				}
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
