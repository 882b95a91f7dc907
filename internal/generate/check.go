package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

const (
	directivePrefix = "//jc:operation "
	clientType      = "APIClient"
)

// checkMethods holds the package against the description, both ways: every operation has its
// methods, every directive names an operation, and every method requests what its directive says.
func checkMethods(root string, api *API) error {
	methods, err := readMethods(root)
	if err != nil {
		return err
	}
	return errors.Join(
		checkOperationsHaveMethods(api, methods),
		checkDirectivesHaveOperations(api, methods),
		checkRequests(methods),
		checkHelpers(api, methods))
}

// A method is a function of a service, as the Go files have it.
type method struct {
	at         string // file and line
	service    string // SystemusersService
	name       string
	directives []string // what follows //jc:operation
	requests   []string // what each s.client.request names
	calls      []string // other methods of the service that it calls
}

func (m *method) String() string { return m.at + ": " + m.service + "." + m.name }

// readMethods parses the package's own files: tests and other packages have no operations.
func readMethods(root string) ([]*method, error) {
	names, err := fs.Glob(os.DirFS(root), "*.go")
	if err != nil {
		return nil, err
	}
	var methods []*method
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := fs.ReadFile(os.DirFS(root), name)
		if err != nil {
			return nil, err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range parsed.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok {
				if found := readMethod(files, function); found != nil {
					methods = append(methods, found)
				}
			}
		}
	}
	return methods, nil
}

func readMethod(files *token.FileSet, function *ast.FuncDecl) *method {
	receiver, service := receiverOf(function)
	if !strings.HasSuffix(service, "Service") && service != clientType && !hasDirective(function) {
		return nil
	}
	position := files.Position(function.Pos())
	found := &method{
		at:      fmt.Sprintf("%s:%d", position.Filename, position.Line),
		service: service,
		name:    function.Name.Name,
	}
	if function.Doc != nil {
		for _, line := range function.Doc.List {
			if directive, ok := strings.CutPrefix(line.Text, directivePrefix); ok {
				found.directives = append(found.directives, directive)
			}
		}
	}
	ast.Inspect(function, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			found.readCall(receiver, call)
		}
		return true
	})
	return found
}

func hasDirective(function *ast.FuncDecl) bool {
	return function.Doc != nil && slices.ContainsFunc(function.Doc.List, func(line *ast.Comment) bool {
		return strings.HasPrefix(line.Text, directivePrefix)
	})
}

func receiverOf(function *ast.FuncDecl) (variable, typeName string) {
	if function.Recv == nil || len(function.Recv.List) != 1 {
		return "", ""
	}
	receiver := function.Recv.List[0]
	if len(receiver.Names) == 1 {
		variable = receiver.Names[0].Name
	}
	of := receiver.Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	if name, ok := of.(*ast.Ident); ok {
		typeName = name.Name
	}
	return variable, typeName
}

func (m *method) readCall(receiver string, call *ast.CallExpr) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || receiver == "" {
		return
	}
	switch text := types.ExprString(selector); text {
	case receiver + ".client.request":
	case receiver + "." + selector.Sel.Name:
		m.calls = append(m.calls, selector.Sel.Name)
		return
	default:
		return
	}
	text := "?" // nothing that can be read here
	if literal, ok := call.Args[0].(*ast.BasicLit); ok {
		text, _ = strconv.Unquote(literal.Value)
	}
	m.requests = append(m.requests, text)
}

func checkOperationsHaveMethods(api *API, methods []*method) error {
	var found []error
	for _, operation := range api.Operations() {
		names := []string{operation.Name}
		if operation.Paging != nil {
			names = append(names, operation.Paging.All)
		}
		for _, name := range names {
			if !slices.ContainsFunc(methods, func(m *method) bool {
				return m.service == operation.Service.Type() && m.name == name &&
					slices.Contains(m.directives, operation.directiveText())
			}) {
				found = append(found, fmt.Errorf("%s: no method %s.%s carries the line %s",
					operation.at, operation.Service.Type(), name, operation.Directive()))
			}
		}
	}
	return errors.Join(found...)
}

func (o *Operation) directiveText() string { return strings.TrimPrefix(o.Directive(), directivePrefix) }

func checkDirectivesHaveOperations(api *API, methods []*method) error {
	known := map[string]bool{}
	for _, operation := range api.Operations() {
		known[operation.directiveText()] = true
	}
	var found []error
	for _, m := range methods {
		if len(m.directives) > 1 {
			found = append(found, fmt.Errorf("%s: more than one line %s", m, strings.TrimSpace(directivePrefix)))
		}
		for _, directive := range m.directives {
			if !known[directive] {
				found = append(found, fmt.Errorf("%s: %s%s names no operation of api/ with this method, route and id",
					m, directivePrefix, directive))
			}
		}
	}
	return errors.Join(found...)
}

// checkRequests follows each method to the s.client.request that it makes, itself or through another
// method of its service.
func checkRequests(methods []*method) error {
	byName := map[string]*method{}
	for _, m := range methods {
		byName[m.service+"."+m.name] = m
	}
	var found []error
	for _, m := range methods {
		requests := m.reachable(byName, map[*method]bool{})
		switch {
		case len(m.directives) == 0 && len(m.requests) > 0 && ast.IsExported(m.name):
			found = append(found, fmt.Errorf("%s: makes a request but has no line %s", m, strings.TrimSpace(directivePrefix)))
		case len(m.directives) > 0 && len(requests) == 0:
			found = append(found, fmt.Errorf("%s: has a line %s but makes no s.client.request", m, strings.TrimSpace(directivePrefix)))
		case len(m.directives) > 0:
			for _, request := range requests {
				if request != m.directives[0] {
					found = append(found, fmt.Errorf("%s: requests %s, but its line says %s", m, request, m.directives[0]))
				}
			}
		}
	}
	return errors.Join(found...)
}

// checkHelpers holds x-go-shorter against the methods that are written by hand, both ways: what it names is
// one, and each one of a service stands at an operation that it spares.
func checkHelpers(api *API, methods []*method) error {
	helpers := map[string]*method{}
	for _, m := range methods {
		if ast.IsExported(m.name) && len(m.directives) == 0 {
			helpers[strings.TrimSuffix(m.service, "Service")+"."+m.name] = m
		}
	}
	var found []error
	named := map[string]bool{}
	for _, operation := range api.Operations() {
		for _, name := range operation.Shorter {
			named[name] = true
			if helpers[name] == nil {
				found = append(found, fmt.Errorf("%s: x-go-shorter names %s, which is no method that is written by hand", operation.at, name))
			}
		}
	}
	for _, name := range slices.Sorted(keys(helpers)) {
		if m := helpers[name]; m.service != clientType && !named[name] {
			found = append(found, fmt.Errorf("%s: name it in x-go-shorter of an operation that it spares, so that readers of that find it", m))
		}
	}
	return errors.Join(found...)
}

func (m *method) reachable(byName map[string]*method, visited map[*method]bool) []string {
	if visited[m] {
		return nil
	}
	visited[m] = true
	requests := slices.Clone(m.requests)
	for _, name := range m.calls {
		if called := byName[m.service+"."+name]; called != nil {
			requests = append(requests, called.reachable(byName, visited)...)
		}
	}
	return requests
}
