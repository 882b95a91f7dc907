package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

// written expands a word of a service Things in things.yaml.
func written(t *testing.T, word, text string) (paths, schemas map[string]any, err error) {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	d := &document{file: "things.yaml", spec: &openapi3.T{Tags: openapi3.Tags{{Name: "Things"}}}}
	return expanders[word](d, node.Content[0])
}

const graphOfAThing = `
path: /v2/things/{thing_id}
id: graph_thing
object: a thing
snapshots: [2019-11, 2026-08]
old: [GraphApi, ThingsApi]
associations: {targets: [user, user_group], manage: It takes a day.}
members: {kind: system}
membership: {kind: system}
memberof: {snapshots: [2019-11], deprecated: withdrawn}
traverse:
  user: {summary: Lists the users of a thing., text: A thing has one user., parameters: [syncStatus], old: [GraphApi]}
  policy_group: {snapshots: [2026-08]}
  command: {snapshots: [2026-08]}
`

func TestGraphIsWrittenOut(t *testing.T) {
	paths, _, err := written(t, "x-go-graph", graphOfAThing)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for path, item := range paths {
		for method, operation := range item.(map[string]any) {
			operation := operation.(map[string]any)
			line := strings.ToUpper(method) + " " + path + " " + operation["operationId"].(string) + " " + operation["x-go-name"].(string)
			if paging, pages := operation["x-go-paging"].(map[string]any); pages {
				line += " " + paging["all"].(string)
			}
			if old, has := operation["x-old-go"].([]string); has {
				line += " " + strings.Join(old, " ")
			}
			found = append(found, line)
		}
	}
	slices.Sort(found)
	want := []string{
		"GET /v2/things/{thing_id}/associations graph_thingAssociationsList ListAssociations AllAssociations GraphApi.GraphThingAssociationsList ThingsApi.GraphThingAssociationsList",
		"GET /v2/things/{thing_id}/commands graph_thingTraverseCommand ListCommands AllCommands",
		"GET /v2/things/{thing_id}/memberof graph_thingMemberOf ListMemberOf AllMemberOf GraphApi.GraphThingMemberOf ThingsApi.GraphThingMemberOf",
		"GET /v2/things/{thing_id}/members graph_thingMembersList ListMembers AllMembers GraphApi.GraphThingMembersList ThingsApi.GraphThingMembersList",
		"GET /v2/things/{thing_id}/membership graph_thingMembership ListMembership AllMembership GraphApi.GraphThingMembership ThingsApi.GraphThingMembership",
		"GET /v2/things/{thing_id}/policygroups graph_thingTraversePolicyGroup ListPolicyGroups AllPolicyGroups",
		"GET /v2/things/{thing_id}/users graph_thingTraverseUser ListUsers AllUsers GraphApi.GraphThingTraverseUser",
		"POST /v2/things/{thing_id}/associations graph_thingAssociationsPost ManageAssociations GraphApi.GraphThingAssociationsPost ThingsApi.GraphThingAssociationsPost",
		"POST /v2/things/{thing_id}/members graph_thingMembersPost ManageMembers GraphApi.GraphThingMembersPost ThingsApi.GraphThingMembersPost",
	}
	if !slices.Equal(found, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(want, "\n"))
	}
	operation := func(method, path string) string {
		text, err := json.Marshal(paths[path].(map[string]any)[method])
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, part := range []string{
		`"summary":"Lists the users of a thing."`,
		`"description":"Each item is a user, with type user. A thing has one user.\n\npaths holds every route from the thing to the object`,
		`{"description":"Id of the thing, 24 hexadecimal digits.","in":"path","name":"thing_id","required":true,"schema":{"type":"string"}},` +
			`{"$ref":"common.yaml#/components/parameters/graphFilter"},{"$ref":"common.yaml#/components/parameters/limit"},` +
			`{"$ref":"common.yaml#/components/parameters/skip"},{"$ref":"common.yaml#/components/parameters/syncStatus"},{"$ref":"common.yaml#/components/parameters/orgID"}`,
		`{"items":{"$ref":"common.yaml#/components/schemas/GraphObjectWithPaths"},"type":"array"}`,
		`"tags":["Things"]`, `"x-graph":{"kinds":["user"],"part":"traverse"}`,
	} {
		if text := operation("get", "/v2/things/{thing_id}/users"); !strings.Contains(text, part) {
			t.Errorf("%s\nlacks %s", text, part)
		}
	}
	for _, part := range []string{
		`The kinds that can be bound are the ones of ListAssociations; another kind answers 400.\n\nIt takes a day.\n\nAdding`,
		`"x-go-retry":"graph"`, `"x-graph":{"kinds":["user","user_group"],"part":"associations"}`, `{"$ref":"common.yaml#/components/schemas/GraphOperation"}`, `"409":{"$ref":"common.yaml#/components/responses/Conflict"}`,
	} {
		if text := operation("post", "/v2/things/{thing_id}/associations"); !strings.Contains(text, part) {
			t.Errorf("%s\nlacks %s", text, part)
		}
	}
	for _, part := range []string{`schemas/CommandGraphObject"`, `parameters/commandDetails"`} {
		if text := operation("get", "/v2/things/{thing_id}/commands"); !strings.Contains(text, part) {
			t.Errorf("%s\nlacks %s", text, part)
		}
	}
	if text := operation("get", "/v2/things/{thing_id}/memberof"); !strings.Contains(text, `"deprecated":true`) || !strings.Contains(text, `"x-go-deprecated":"withdrawn"`) {
		t.Error(text)
	}
}

func TestGraphBelowALongerPathAndWithAWord(t *testing.T) {
	paths, _, err := written(t, "x-go-graph", `
path: /v2/things/{thing_id}
id: graph_thing
object: a thing
noun: Part
below: /associations
parameter: {$ref: '#/components/parameters/thingID'}
snapshots: [2026-08]
traverse: {user: {}}
`)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(paths["/v2/things/{thing_id}/associations/users"])
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"x-go-name":"ListPartUsers"`, `"all":"AllPartUsers"`, `{"$ref":"things.yaml#/components/parameters/thingID"}`,
		`"summary":"Lists the users that a thing is bound to, directly or through groups."`,
	} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s\nlacks %s", text, part)
		}
	}
}

func TestBrokenGraphs(t *testing.T) {
	for name, test := range map[string]struct{ old, replacement, want string }{
		"no path":          {"path: /v2/things/{thing_id}\n", "", "path, id, object and snapshots are needed"},
		"two ids":          {"/{thing_id}", "/{thing_id}/{part_id}", "path /v2/things/{thing_id}/{part_id}: want one parameter"},
		"unknown kind":     {"policy_group:", "group:", `traverse: unknown kind "group": want one of active_directory, application`},
		"members of what":  {"members: {kind: system}", "members: {}", `members: unknown kind ""`},
		"membership of it": {"membership: {kind: system}", "membership: {kind: things}", `membership: unknown kind "things"`},
		"no targets":       {"targets: [user, user_group], ", "", "associations: targets are needed"},
		"a text as a list": {"snapshots: [2019-11, 2026-08]", "snapshots: 2019-11", "cannot unmarshal"},
		"one parameter":    {"parameters: [syncStatus]", "parameters: syncStatus", "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(graphOfAThing, test.old) {
				t.Fatalf("there is no %q", test.old)
			}
			_, _, err := written(t, "x-go-graph", strings.Replace(graphOfAThing, test.old, test.replacement, 1))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
	err := loadText(t, base(t)+"x-go-graph: {path: '/shops/{id}', id: graph_shop, object: a shop, snapshots: [2026-08], traverse: {shops: {}}}\n")
	if err == nil || !strings.Contains(err.Error(), `api/base.yaml: x-go-graph: traverse: unknown kind "shops"`) {
		t.Errorf("got %v", err)
	}
	err = loadText(t, base(t)+"x-go-graph: {paths: '/shops/{id}'}\n")
	if err == nil || !strings.Contains(err.Error(), `x-go-graph › paths: unknown keyword "paths" of a graph`) {
		t.Errorf("got %v", err)
	}
}
