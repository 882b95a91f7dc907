// Command generate renders the API description in api/ into Go code and reference pages.
//
// It stops with an error on anything in the description that it does not understand.
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
)

func main() {
	root := flag.String("root", ".", "root of the repository: reads api/ in it and writes beside it")
	check := flag.Bool("check", false, "write nothing; fail when a file is stale or a method and api/ disagree")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "generate: takes no arguments, only flags")
		flag.Usage()
		os.Exit(2)
	}
	old, err := readOldNames(committedOldNames)
	if err == nil {
		err = run(*root, *check, old)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "generate: %v\n", err)
		os.Exit(1)
	}
}

func run(root string, check bool, old *oldNames) error {
	api, err := load(root)
	if err != nil {
		return err
	}
	files, err := render(api, old)
	if err != nil {
		return err
	}
	if check {
		return errors.Join(checkFiles(root, files), checkMethods(root, api))
	}
	return writeFiles(root, files)
}

// render gives every generated file by its path below the root, with slashes.
func render(api *API, old *oldNames) (map[string][]byte, error) {
	files, err := renderGo(api)
	if err != nil {
		return nil, err
	}
	docs, err := renderDocs(api, old)
	if err != nil {
		return nil, err
	}
	maps.Copy(files, docs)
	files[bundleFile], err = bundle(api.documents)
	return files, err
}
