package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, root, name, content string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func exists(root, name string) bool {
	_, err := os.Stat(filepath.Join(root, name))
	return err == nil
}

// repository is a folder with the golden description and everything that it gives.
func repository(t *testing.T) (root string, old *oldNames) {
	t.Helper()
	root = t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "api"), os.DirFS("testdata/golden/api")); err != nil {
		t.Fatal(err)
	}
	write(t, root, "orders_ext.go", `package jumpcloud

// FirstLine is the first line of an order.
func (s *OrdersService) FirstLine(ctx context.Context, orderID string) (*Line, error) {
	return One(s.AllLines(ctx, orderID, nil, nil, nil))
}

// Count counts something.
func (c *APIClient) Count() int { return 0 }
`)
	old = &oldNames{}
	if err := run(root, false, old); err != nil {
		t.Fatal(err)
	}
	return root, old
}

func TestRunThenCheckPasses(t *testing.T) {
	root, old := repository(t)
	if err := run(root, true, old); err != nil {
		t.Error(err)
	}
}

func TestRunDeletesOrphansAndNothingElse(t *testing.T) {
	root, old := repository(t)
	orphans := []string{"api_gone.go", "model_gone.go", "docs/gone.md", "docs/reference/gone.md"}
	for _, name := range orphans {
		marker := goMarker
		if strings.HasSuffix(name, ".md") {
			marker = docsMarker
		}
		write(t, root, name, marker+"\n\nold\n")
	}
	kept := map[string]string{
		"api_hand.go":     "package jumpcloud\n",
		"model_hand.go":   "package jumpcloud\n\n" + goMarker + "\n",
		"client.go":       goMarker + "\n\npackage jumpcloud\n",
		"docs/guide.md":   "# By hand\n",
		"other/api_x.go":  goMarker + "\n\npackage other\n",
		"docs/notes.text": docsMarker + "\n",
	}
	for name, content := range kept {
		write(t, root, name, content)
	}
	if err := run(root, false, old); err != nil {
		t.Fatal(err)
	}
	for _, name := range orphans {
		if exists(root, name) {
			t.Errorf("%s was kept", name)
		}
	}
	for name := range kept {
		if !exists(root, name) {
			t.Errorf("%s was deleted", name)
		}
	}
}

func TestRunDoesNotOverwriteFilesByHand(t *testing.T) {
	root, old := repository(t)
	write(t, root, "api_customers.go", "package jumpcloud\n")
	err := run(root, false, old)
	if err == nil || !strings.Contains(err.Error(), "api_customers.go was not written by the generator") {
		t.Errorf("got %v", err)
	}
}

func TestCheckListsMissingStaleAndOrphanedFiles(t *testing.T) {
	root, old := repository(t)
	if err := os.Remove(filepath.Join(root, "model_mfa.go")); err != nil {
		t.Fatal(err)
	}
	write(t, root, "docs/operations.md", docsMarker+"\n\nedited\n")
	write(t, root, "model_gone.go", goMarker+"\n\npackage jumpcloud\n")
	err := run(root, true, old)
	if err == nil {
		t.Fatal("check passed")
	}
	for _, want := range []string{
		"model_mfa.go: missing", "docs/operations.md: stale", "model_gone.go: orphaned", "make generate",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if exists(root, "model_mfa.go") || !exists(root, "model_gone.go") {
		t.Error("check wrote files")
	}
}

func TestBrokenDescriptionChangesNoFile(t *testing.T) {
	root, old := repository(t)
	write(t, root, "model_gone.go", goMarker+"\n\npackage jumpcloud\n")
	write(t, root, "api/zzz.yaml", "openapi: 3.0.3\nunknown: true\n")
	if err := run(root, false, old); err == nil {
		t.Fatal("run passed")
	}
	if !exists(root, "model_gone.go") {
		t.Error("a file was deleted although the description is broken")
	}
}

func TestFolderWithoutDescriptionIsRefused(t *testing.T) {
	if err := run(t.TempDir(), false, &oldNames{}); err == nil || !strings.Contains(err.Error(), "holds no *.yaml") {
		t.Errorf("got %v", err)
	}
}
