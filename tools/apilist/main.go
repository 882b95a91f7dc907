// Apilist prints the public API of packages, one feature a line, sorted; with -check it compares that
// with a file and says what is gone, which breaks users, and what is new.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/types"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	dir := flag.String("dir", "..", "directory of the module")
	check := flag.String("check", "", "compare with this file instead of printing")
	flag.Parse()
	features, err := list(*dir, flag.Args())
	if err == nil && *check != "" {
		err = compare(features, *check)
	} else if err == nil {
		fmt.Println(strings.Join(features, "\n"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "apilist:", err)
		os.Exit(1)
	}
}

func list(dir string, patterns []string) ([]string, error) {
	loaded, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedFiles}, patterns...)
	if err != nil {
		return nil, err
	}
	var features []string
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, p.Errors[0]
		}
		short := func(other *types.Package) string {
			if other == p.Types {
				return ""
			}
			return other.Name()
		}
		say := func(format string, args ...any) {
			features = append(features, p.Name+": "+fmt.Sprintf(format, args...))
		}
		scope := p.Types.Scope()
		for _, name := range scope.Names() {
			if object := scope.Lookup(name); object.Exported() {
				describe(object, short, say)
			}
		}
	}
	slices.Sort(features)
	return slices.Compact(features), nil
}

func describe(object types.Object, short types.Qualifier, say func(string, ...any)) {
	if constant, ok := object.(*types.Const); ok {
		say("const %s %s = %s", constant.Name(), types.TypeString(constant.Type(), short), constant.Val())
		return
	}
	name, isType := object.(*types.TypeName)
	if !isType {
		say("%s", types.ObjectString(object, short))
		return
	}
	typ := name.Type()
	if fields, ok := typ.Underlying().(*types.Struct); ok {
		say("type %s struct", name.Name())
		for field := range fields.Fields() {
			if field.Exported() {
				say("type %s struct, %s %s", name.Name(), field.Name(), types.TypeString(field.Type(), short))
			}
		}
	} else {
		say("type %s %s", name.Name(), types.TypeString(typ.Underlying(), short))
	}
	methods := types.NewMethodSet(types.NewPointer(typ))
	for selection := range methods.Methods() {
		if method := selection.Obj(); method.Exported() {
			say("method (%s) %s%s", name.Name(), method.Name(), strings.TrimPrefix(types.TypeString(selection.Type(), short), "func"))
		}
	}
}

func compare(features []string, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	known := strings.Split(string(bytes.TrimSpace(data)), "\n")
	changed := false
	for _, feature := range known {
		if !slices.Contains(features, feature) {
			changed = true
			fmt.Println("gone, which breaks users:", feature)
		}
	}
	for _, feature := range features {
		if !slices.Contains(known, feature) {
			changed = true
			fmt.Println("new:", feature)
		}
	}
	if changed {
		return fmt.Errorf("%s is not the public API; run make api, and name breaking changes in CHANGELOG.md", file)
	}
	return nil
}
