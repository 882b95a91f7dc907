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
	full := types.TypeString(typ, short) // with its type parameters
	if fields, ok := typ.Underlying().(*types.Struct); ok {
		say("type %s struct", full)
		for field := range fields.Fields() {
			if field.Exported() {
				say("type %s struct, %s %s", full, field.Name(), types.TypeString(field.Type(), short))
			}
		}
	} else {
		say("type %s %s", full, types.TypeString(typ.Underlying(), short))
	}
	ofValues := types.NewMethodSet(typ)
	for selection := range types.NewMethodSet(types.NewPointer(typ)).Methods() {
		method, receiver := selection.Obj(), full
		if ofValues.Lookup(method.Pkg(), method.Name()) == nil {
			receiver = "*" + full
		}
		// Those of time.Time, say, depend on the Go release; that it is embedded is said above.
		if method.Exported() && method.Pkg() == name.Pkg() {
			say("method (%s) %s%s", receiver, method.Name(), strings.TrimPrefix(types.TypeString(selection.Type(), short), "func"))
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
