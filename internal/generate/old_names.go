package main

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed old_names.yaml
var committedOldNames []byte

// oldNames are names of the old client that api/ has no place for: lists outside the services of
// this package, and models without a schema.
type oldNames struct {
	Operations []oldOperation `yaml:"operations"`
	Models     []oldModel     `yaml:"models"`
}

type oldOperation struct {
	Old   []string `yaml:"old"`   // GraphApi.GraphApplicationTraverseUser
	Route string   `yaml:"route"` // GET /v2/applications/{application_id}/users
	Item  string   `yaml:"item"`  // Go type of the items
}

type oldModel struct {
	Old  string `yaml:"old"`
	Now  string `yaml:"now"` // Go code
	Note string `yaml:"note"`
}

func readOldNames(data []byte) (*oldNames, error) {
	decoder := yaml.NewDecoder(strings.NewReader(string(data)))
	decoder.KnownFields(true)
	names := &oldNames{}
	if err := decoder.Decode(names); err != nil {
		return nil, fmt.Errorf("old_names.yaml: %w", err)
	}
	return names, nil
}

// A migration is what the template of the migration page asks.
type migration struct {
	Services []migratedService
	Outside  []migratedOperation
	Models   []migratedModel
}

type migratedService struct {
	*Service
	Rows []migratedOperation
}

// A migratedOperation is a line of the table of operations.
type migratedOperation struct {
	Old, Now, Changes string // Markdown
}

type migratedModel struct {
	Old, Now, Note string // Markdown
}

func newMigration(api *API, old *oldNames) (*migration, error) {
	page := &migration{}
	for _, service := range api.Services {
		rows := migratedService{Service: service}
		for _, operation := range service.Operations {
			if len(operation.OldNames) == 0 {
				continue
			}
			rows.Rows = append(rows.Rows, migratedOperation{
				Old:     oldCall(operation.OldNames),
				Now:     operation.callLink(),
				Changes: operation.changes(),
			})
		}
		if len(rows.Rows) > 0 {
			page.Services = append(page.Services, rows)
		}
	}
	if err := page.addOutside(api, old); err != nil {
		return nil, err
	}
	return page, page.addModels(api, old)
}

func (a *API) operationAt(route string) *Operation {
	for _, operation := range a.Operations() {
		if operation.Method+" "+operation.Route == route {
			return operation
		}
	}
	return nil
}

func (m *migration) addOutside(api *API, old *oldNames) error {
	for _, entry := range old.Operations {
		if operation := api.operationAt(entry.Route); operation != nil {
			if !slices.ContainsFunc(entry.Old, func(name string) bool { return !slices.Contains(operation.OldNames, name) }) {
				continue // described by now, with its old names
			}
			return fmt.Errorf("old_names.yaml: %s is in api/ now: move its old names from here to x-old-go of %s", entry.Route, operation.ID)
		}
		verb, route, ok := strings.Cut(entry.Route, " ")
		if !ok || verb != "GET" || !api.hasModel(entry.Item) {
			return fmt.Errorf("old_names.yaml: %s with items %q: want GET, a route and a model of api/", entry.Route, entry.Item)
		}
		m.Outside = append(m.Outside, migratedOperation{
			Old: oldCall(entry.Old),
			Now: codeCell(fmt.Sprintf("jumpcloud.Walk[jumpcloud.%s](ctx, client, %s, nil)", entry.Item, pathExpression(route))),
		})
	}
	return nil
}

func (a *API) hasModel(name string) bool {
	return slices.ContainsFunc(a.Schemas, func(s *Schema) bool { return s.Name == name })
}

// pathExpression writes a route as Go: "/v2/applications/"+applicationID+"/users".
func pathExpression(route string) string {
	expression := fmt.Sprintf("%q", route)
	for _, match := range pathParameter.FindAllStringSubmatch(route, -1) {
		argument, _ := argumentName(match[1])
		expression = strings.Replace(expression, match[0], `"+`+argument+`+"`, 1)
	}
	return strings.TrimSuffix(expression, `+""`)
}

// oldCall names a method of the old client and the types that had it.
func oldCall(names []string) string {
	on := map[string][]string{}
	var order []string
	for _, name := range names {
		typeName, method, _ := strings.Cut(name, ".")
		if on[method] == nil {
			order = append(order, method)
		}
		on[method] = append(on[method], typeName)
	}
	var calls []string
	for _, method := range order {
		calls = append(calls, codeCell(method)+" on "+strings.Join(on[method], ", "))
	}
	return strings.Join(calls, "; ")
}

func (o *Operation) callLink() string {
	var links []string
	for _, name := range o.GoMethods() {
		links = append(links, fmt.Sprintf("[`client.%s.%s`](reference/%s.md#%s)", o.Service.Name, name, o.Service.File, anchor(o.Name)))
	}
	return strings.Join(links, ", ")
}

// changes lists what is new for a caller of the old method, beyond what changed for all.
func (o *Operation) changes() string {
	var found []string
	if o.Deprecated != "" {
		found = append(found, "deprecated")
	}
	for _, list := range o.Required {
		found = append(found, fmt.Sprintf("`%s` is an argument of type `%s`", list.Go, list.Type))
	}
	if o.Body != nil {
		found = append(found, "the body is of type "+codeCell(o.Body.Type()))
	}
	if o.HasParams() {
		found = append(found, "options are fields of "+codeCell(o.ParamsType()))
	}
	switch o.Result.Kind {
	case noResult:
		found = append(found, "returns `error` alone")
	default:
		found = append(found, "returns "+codeCell(o.Result.Type()))
	}
	if o.Paging != nil {
		found = append(found, codeCell(o.Paging.All)+" walks all pages")
	}
	if len(o.Shorter) > 0 {
		found = append(found, "shorter: "+o.ShorterText())
	}
	return sentence(upperFirst(strings.Join(found, "; ")))
}

// addModels puts the models of api/ and of the committed file into one table, by their old names.
func (m *migration) addModels(api *API, old *oldNames) error {
	rows := map[string]migratedModel{}
	var failed []error
	add := func(name string, row migratedModel) {
		if _, taken := rows[name]; taken {
			failed = append(failed, fmt.Errorf("old_names.yaml and x-old-go: the old model %s is there twice", name))
		}
		row.Old = codeCell(name)
		rows[name] = row
	}
	for _, schema := range slices.Concat(api.Schemas, api.Envelopes) {
		for _, name := range schema.OldNames {
			add(name, migratedModel{Now: codeCell(schema.newName()), Note: schema.migrationNote()})
		}
	}
	for _, entry := range old.Models {
		add(entry.Old, migratedModel{Now: codeCell(entry.Now), Note: inline(sentence(entry.Note))})
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		m.Models = append(m.Models, rows[name])
	}
	return errors.Join(failed...)
}

// newName is the Go type that stands where the old one stood.
func (s *Schema) newName() string {
	if s.Kind == envelopeSchema && s.list() == nil {
		return s.Properties[0].Type.Schema.Name
	}
	if s.Kind == envelopeSchema {
		return "Page[" + s.list().Type.Elem.Schema.Name + "]"
	}
	return s.Name
}

func (s *Schema) migrationNote() string {
	switch {
	case s.Kind == envelopeSchema:
		return "One page of a list."
	case s.BothWays():
		return "Read; written as " + codeCell(s.WriteName()) + "."
	case s.Write:
		return "Written."
	}
	return "Read."
}
