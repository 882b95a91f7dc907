package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// The steps of CONTRIBUTING.md, on a copy of the package: the README's service is added to api/,
// generated, and used by a program, with nothing written by hand.
func TestAServiceIsItsDescriptionAndNothingElse(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	document := regexp.MustCompile("(?s)```yaml\n(openapi.*?)```").FindSubmatch(readme)
	if document == nil {
		t.Fatal("the README shows no service")
	}
	root := t.TempDir()
	for _, pattern := range []string{"*.go", "go.mod", "go.sum", "api/*.yaml"} {
		files, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			write(t, root, filepath.Join(filepath.Dir(pattern), filepath.Base(file)), string(content))
		}
	}
	write(t, root, "api/things.yaml", string(document[1]))
	write(t, root, "use/main.go", `package main

import (
	"context"
	"fmt"

	"github.com/jumpcloud-go/jumpcloud"
)

func main() {
	cfg := jumpcloud.NewConfiguration()
	cfg.APIKey, cfg.BaseURL = "key", "http://127.0.0.1:1/api"
	cfg.Retry.MaxAttempts = 1
	client, err := jumpcloud.NewAPIClient(cfg)
	if err == nil {
		_, err = client.Things.Get(context.Background(), "5f0e7a1c0000000000000001")
	}
	fmt.Println(err)
}
`)
	old, err := readOldNames(committedOldNames)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(root, false, old); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true, old); err != nil {
		t.Error(err)
	}
	command := exec.CommandContext(t.Context(), "go", "run", "./use")
	command.Dir = root
	out, err := command.CombinedOutput()
	if err != nil || !regexp.MustCompile(`GET /v2/things/\{thing_id\}: .*refused`).Match(out) {
		t.Errorf("%v\n%s", err, out)
	}
}
