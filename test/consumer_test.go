package jumpcloud_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/jumpcloud-go/jumpcloud"

// consumer is a module of somebody else's that uses the package, without a module proxy.
func consumer(t *testing.T) func(args ...string) string {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("go.mod", "module example.com/consumer\n\ngo 1.25\n\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+root+"\n")
	write("main.go", `package main

import "github.com/jumpcloud-go/jumpcloud"

func main() {
	_, err := jumpcloud.NewAPIClient(jumpcloud.NewConfiguration())
	println(err != nil)
}
`)
	return func(args ...string) string {
		command := exec.Command("go", args...)
		command.Dir = dir
		command.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		if strings.Contains(strings.Join(args, " "), "-mod=vendor") {
			command.Env = append(command.Env, "GOFLAGS=")
		}
		out, err := command.CombinedOutput()
		require.NoError(t, err, "go %s: %s", strings.Join(args, " "), out)
		return strings.TrimSpace(string(out))
	}
}

func TestConsumer_BuildsWithVendoring(t *testing.T) {
	run := consumer(t)
	run("mod", "vendor")
	assert.Equal(t, "true", run("run", "-mod=vendor", "."))
	assert.Equal(t, module+"\nexample.com/consumer", run("list", "-mod=vendor", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "-deps", "./...", module))
}

func TestConsumer_DependsOnTheStandardLibraryAlone(t *testing.T) {
	var foreign []string
	for line := range strings.SplitSeq(consumer(t)("list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "."), "\n") {
		if line != "" && line != "example.com/consumer" && line != module {
			foreign = append(foreign, line)
		}
	}
	assert.Empty(t, foreign)
}
