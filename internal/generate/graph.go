package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The graph is the same from every object: what it is bound to, what it reaches and by which routes,
// which groups hold it. A document says once which of it an object has (x-go-graph), and the operations
// are written out from that, with their texts.

type graphWord struct {
	Path      string
	ID        string // graph_user
	Object    string // a user
	Noun      string // between a verb and what it is about: ListRuleAssociations
	Below     string // what the paths of traversals have after Path
	Parameter map[string]string
	Snapshots []string
	Old       []string // types of the old client
	Routes    string
	Shorter   []string // helpers that spare the traversals

	Associations *graphAssociations
	Members      *graphPart
	Membership   *graphPart
	MemberOf     *graphPart `yaml:"memberof"`
	Traverse     map[string]*graphPart
}

type graphPart struct {
	Kind          string
	Summary       string
	Text          string
	Routes        string
	Parameters    []string // shared ones, beside those of all lists
	Manage        string
	Shorter       []string // helpers that spare the list
	ShorterManage []string `yaml:"shorterManage"` // helpers that spare the change
	Snapshots     []string
	Old           []string
	Deprecated    string
}

type graphAssociations struct {
	graphPart `yaml:",inline"`
	Targets   []string
}

// A graphKind is a kind of object that a traversal reaches.
type graphKind struct {
	path   string // last element
	id     string // last word of the operation id
	method string // ListUsers
	plural string
	one    string
}

var graphKinds = map[string]graphKind{
	"active_directory": {"activedirectories", "ActiveDirectory", "ActiveDirectories", "Active Directory domains", "an Active Directory domain that is connected to JumpCloud"},
	"application":      {"applications", "Application", "Applications", "applications", "an application"},
	"command":          {"commands", "Command", "Commands", "commands", "a command"},
	"directory":        {"directories", "Directory", "Directories", "directories of every kind", "a directory"},
	"g_suite":          {"gsuites", "GSuite", "GSuites", "Google Workspace (G Suite) directories", "a Google Workspace directory"},
	"ldap_server":      {"ldapservers", "LdapServer", "LDAPServers", "LDAP servers", "an LDAP directory"},
	"office_365":       {"office365s", "Office365", "Office365s", "Microsoft 365 (Office 365) directories", "a Microsoft 365 directory"},
	"policy":           {"policies", "Policy", "Policies", "policies", "a policy"},
	"policy_group":     {"policygroups", "PolicyGroup", "PolicyGroups", "policy groups", "a group of policies"},
	"radius_server":    {"radiusservers", "RadiusServer", "RADIUSServers", "RADIUS servers", "a RADIUS server"},
	"system":           {"systems", "System", "Systems", "systems", "a computer or another managed device"},
	"system_group":     {"systemgroups", "SystemGroup", "SystemGroups", "system groups", "a group of systems"},
	"user":             {"users", "User", "Users", "users", "a user"},
	"user_group":       {"usergroups", "UserGroup", "UserGroups", "user groups", "a group of users"},
}

const (
	graphFilterUnknown = "Which fields the filter knows is not documented. An unknown id is expected to answer 404, though no errors are described."
	graphFilterMembers = "The filter knows the fields object_id and type only. By which fields the list can be sorted is not documented."
)

// graphWriter writes the operations of one object.
type graphWriter struct {
	graphWord
	file  string
	tag   string
	paths map[string]any
	err   error
}

// expandGraph gives the paths that x-go-graph of a document stands for.
func expandGraph(d *document, node *yaml.Node) (paths, schemas map[string]any, err error) {
	g := &graphWriter{file: d.file, tag: d.spec.Tags[0].Name, paths: map[string]any{}}
	if err := node.Decode(&g.graphWord); err != nil {
		return nil, nil, err
	}
	if g.Path == "" || g.ID == "" || g.Object == "" || len(g.Snapshots) == 0 {
		return nil, nil, fmt.Errorf("path, id, object and snapshots are needed")
	}
	if a := g.Associations; a != nil {
		g.associations(a)
	}
	if m := g.Members; m != nil {
		g.members(m)
	}
	if m := g.Membership; m != nil {
		kind := g.kind("membership", m.Kind)
		g.list(m, graphList{
			part: "membership", kinds: []string{m.Kind},
			path: "/membership", id: "Membership", method: "Membership", filter: "memberFilter", item: "GraphObjectWithPaths",
			summary: "Lists all " + kind.plural + " that belong to " + g.Object + " in effect, with the routes of their membership.",
			text:    "Each item is " + kind.one + ", and paths holds every route from the group to it. One hop is a direct membership, which ManageMembers ends.",
			last:    graphFilterMembers, answer: "The " + kind.plural + " with their routes, one page.",
		})
	}
	if m := g.MemberOf; m != nil {
		g.list(m, graphList{
			part: "memberof",
			path: "/memberof", id: "MemberOf", method: "MemberOf", filter: "memberFilter", item: "GraphObjectWithPaths",
			summary: "Lists the groups that " + g.Object + " belongs to.",
			text: "Each item is a group, and its paths say how " + g.the() + " comes into it: one hop is a direct membership. " +
				"compiledAttributes holds what the membership brings, merged.",
			last: graphFilterMembers, answer: "The groups with their routes, one page.",
		})
	}
	for name, part := range g.Traverse {
		g.traverse(name, part)
	}
	return g.paths, nil, g.err
}

func (g *graphWriter) kind(at, name string) graphKind {
	kind, known := graphKinds[name]
	if !known {
		g.err = fmt.Errorf("%s: unknown kind %q: want one of %s", at, name, strings.Join(slices.Sorted(keys(graphKinds)), ", "))
	}
	return kind
}

// the is the object with the other article: "the system".
func (g *graphWriter) the() string {
	_, noun, _ := strings.Cut(g.Object, " ")
	return "the " + noun
}

// A graphList is a list of the graph, as the template has it.
type graphList struct {
	path, id, method, item      string
	filter, details             string // shared parameters
	summary, text, routes, last string
	answer                      string
	part                        string   // for the embedded server: which part of the graph it is,
	kinds                       []string // and of which kinds of objects
}

func (g *graphWriter) traverse(name string, part *graphPart) {
	kind := g.kind("traverse", name)
	if part == nil {
		part = &graphPart{}
	}
	if part.Shorter == nil {
		part.Shorter = g.Shorter
	}
	text := "Each item is " + kind.one + ", with type " + name + "."
	if name == "directory" {
		text = "This list takes the kinds of directory together: LDAP servers, Google Workspace and Microsoft 365, and perhaps " +
			"others. JumpCloud does not say which; look at the type of each item. ListLDAPServers, ListGSuites, ListOffice365s " +
			"and ListActiveDirectories answer one kind each."
	}
	item, details := "GraphObjectWithPaths", ""
	if name == "command" { // the one kind of which the service answers more than the graph knows
		item, details = "CommandGraphObject", "commandDetails"
	}
	g.list(part, graphList{
		part: "traverse", kinds: []string{name},
		path: g.Below + "/" + kind.path, id: "Traverse" + kind.id, method: kind.method, filter: "graphFilter", details: details, item: item,
		summary: "Lists the " + kind.plural + " that " + g.Object + " is bound to, directly or through groups.",
		text:    text, last: graphFilterUnknown, answer: "The " + kind.plural + " with their routes, one page.",
		routes: firstOf(part.Routes, g.Routes, "paths holds every route from "+g.the()+" to the object, and the access lasts as long as one of them is "+
			"left: to take it away, cut all. A route of one hop is a direct binding, which ManageAssociations removes."),
	})
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func (g *graphWriter) associations(a *graphAssociations) {
	if len(a.Targets) == 0 {
		g.err = fmt.Errorf("associations: targets are needed")
		return
	}
	if a.Shorter == nil {
		a.Shorter = []string{"APIClient.AllAssociations"}
	}
	if a.ShorterManage == nil {
		a.ShorterManage = []string{"APIClient.Bind", "APIClient.Unbind"}
	}
	kinds := "The kinds that can be bound to " + g.Object + " are "
	if last := len(a.Targets) - 1; last > 0 {
		kinds += strings.Join(a.Targets[:last], ", ") + " and " + a.Targets[last]
	} else {
		kinds = "The kind that can be bound to " + g.Object + " is " + a.Targets[0]
	}
	g.list(&a.graphPart, graphList{
		part: "associations", kinds: a.Targets,
		path: "/associations", id: "AssociationsList", method: "Associations", filter: "targets", item: "GraphConnection",
		summary: "Lists the objects of the given kinds that " + g.Object + " is bound to directly.",
		text:    "Only direct bindings are listed; the traversals show what is reached through groups too.",
		routes:  kinds + ". Another kind answers 400. Several kinds may be asked for at once, but JumpCloud's own client asks for one at a time.",
		last: "An item names the bound object in to; its attributes are those of the binding and null very often. " +
			"A binding that was just written may take a moment to appear.",
		answer: "The direct bindings, one page.",
	})
	g.change(&a.graphPart, serverWord("associations", a.Targets), "/associations", "Associations", "one object",
		"Adds, removes or changes one direct binding of "+g.Object+".",
		"The body names one object and what to do: add binds it, remove unbinds it, and update changes the attributes of a binding "+
			"that exists. The kinds that can be bound are the ones of List"+g.Noun+"Associations; another kind answers 400.",
		"Adding a binding that exists answers 409 (\"Already Exists\") and removing one that does not exist answers 404. Both were seen "+
			"with members of groups and are expected here too. That makes add and remove safe to repeat: after an attempt whose outcome is "+
			"unknown, either answer means that it is done.",
		"Removing a direct binding does not take away what is reached through groups; the traversals show every route. "+
			"Success has no body. A list read right afterwards may still show the old state.")
}

func (g *graphWriter) members(m *graphPart) {
	g.kind("members", m.Kind)
	name := strings.ReplaceAll(m.Kind, "_", " ")
	others := ""
	if g.Membership != nil {
		others = " Others, who belong to it in another way, are in ListMembership."
	}
	g.list(m, graphList{
		part: "members", kinds: []string{m.Kind},
		path: "/members", id: "MembersList", method: "Members", item: "GraphConnection",
		summary: "Lists the direct members of " + g.Object + ".",
		text:    "Each item names a " + name + " in to." + others,
		last: "The items hold ids only, and a member may have been deleted meanwhile. A member that was just added may take a moment " +
			"to appear.",
		answer: "The direct members, one page.",
	})
	g.change(m, serverWord("members", []string{m.Kind}), "/members", "Members", "one "+name,
		"Adds one "+name+" to "+g.Object+", or removes one.",
		"The body holds op (add or remove), type (always "+m.Kind+") and the id of the "+name+".",
		"Adding a member answers 409 (\"Already Exists\"), and removing one that is none answers 404. That makes both safe to repeat: "+
			"after an attempt whose outcome is unknown, either answer means that it is done. Success has no body, and a list read right "+
			"afterwards may still show the old state.")
}

// operation writes what all operations have.
func (g *graphWriter) operation(path, method, id, name, summary string, part *graphPart, paragraphs ...string) map[string]any {
	operation := map[string]any{
		"operationId": g.ID + id, "tags": []string{g.tag}, "summary": summary,
		"description": joinParagraphs(paragraphs...), "x-go-name": name,
	}
	snapshots, old := part.Snapshots, part.Old
	if len(snapshots) == 0 {
		snapshots = g.Snapshots
	}
	if old == nil {
		old = g.Old
	}
	operation["x-snapshots"] = snapshots
	if slices.Contains(snapshots, "2019-11") && len(old) > 0 {
		var names []string
		for _, api := range old {
			names = append(names, api+"."+oldMethod(g.ID+id))
		}
		operation["x-old-go"] = names
	}
	if part.Deprecated != "" {
		operation["deprecated"], operation["x-go-deprecated"] = true, part.Deprecated
	}
	full := g.Path + path
	item, _ := g.paths[full].(map[string]any)
	if item == nil {
		item = map[string]any{}
		g.paths[full] = item
	}
	item[strings.ToLower(method)] = operation
	return operation
}

// oldMethod is the old client's name of an operation: GraphUserMemberOf of graph_userMemberOf.
func oldMethod(id string) string {
	name := ""
	for word := range strings.SplitSeq(id, "_") {
		name += upperFirst(word)
	}
	return name
}

func shared(section, name string) map[string]any {
	return map[string]any{"$ref": sharedFile + "#/components/" + section + "/" + name}
}

// object is the parameter of the path.
func (g *graphWriter) object() any {
	if g.Parameter != nil {
		return map[string]any{"$ref": g.file + g.Parameter["$ref"]}
	}
	match := pathParameter.FindAllStringSubmatch(g.Path, -1)
	if len(match) != 1 {
		g.err = fmt.Errorf("path %s: want one parameter", g.Path)
		return nil
	}
	_, noun, _ := strings.Cut(g.Object, " ")
	return map[string]any{
		"name": match[0][1], "in": "path", "required": true, "schema": map[string]any{"type": "string"},
		"description": "Id of the " + noun + ", 24 hexadecimal digits.",
	}
}

func (g *graphWriter) list(part *graphPart, l graphList) {
	operation := g.operation(l.path, http.MethodGet, l.id, "List"+g.Noun+l.method, firstOf(part.Summary, l.summary), part,
		strings.TrimSpace(l.text+" "+part.Text), l.routes, l.last)
	shorter(operation, part.Shorter)
	operation["x-graph"] = serverWord(l.part, l.kinds)
	operation["x-go-paging"] = map[string]any{"all": "All" + g.Noun + l.method, "max": 100, "in": "query"}
	parameters := []any{g.object()}
	for _, name := range []string{l.filter, "limit", "skip", l.details} {
		if name != "" {
			parameters = append(parameters, shared("parameters", name))
		}
	}
	if l.filter == "memberFilter" {
		parameters = append(parameters, shared("parameters", "sort"))
	}
	for _, name := range append(part.Parameters, "orgID") {
		parameters = append(parameters, shared("parameters", name))
	}
	operation["parameters"] = parameters
	responses := map[string]any{
		"200": map[string]any{
			"description": l.answer,
			"headers":     map[string]any{totalHeader: shared("headers", "TotalCount")},
			"content": map[string]any{"application/json": map[string]any{"schema": map[string]any{
				"type": "array", "items": shared("schemas", l.item),
			}}},
		},
		"4XX": shared("responses", "Failure"), "5XX": shared("responses", "Failure"),
	}
	if l.filter == "targets" {
		responses["400"] = shared("responses", "BadRequest")
	}
	operation["responses"] = responses
}

// serverWord tells the embedded server what an operation does in the graph.
func serverWord(part string, kinds []string) map[string]any {
	return map[string]any{"part": part, "kinds": append([]string{}, kinds...)}
}

func shorter(operation map[string]any, helpers []string) {
	if len(helpers) > 0 {
		operation["x-go-shorter"] = helpers
	}
}

// change writes a method that adds and removes.
func (g *graphWriter) change(part *graphPart, word map[string]any, path, what, one, summary string, paragraphs ...string) {
	operation := g.operation(path, http.MethodPost, what+"Post", "Manage"+g.Noun+what, summary, part, append(paragraphs[:1:1], append([]string{part.Manage}, paragraphs[1:]...)...)...)
	shorter(operation, part.ShorterManage)
	operation["x-go-retry"], operation["x-graph"] = "graph", word
	operation["parameters"] = []any{g.object(), shared("parameters", "orgID")}
	operation["requestBody"] = map[string]any{
		"required": true, "description": "The change, " + one + " at a time.",
		"content": map[string]any{"application/json": map[string]any{"schema": shared("schemas", "GraphOperation")}},
	}
	responses := map[string]any{"204": map[string]any{"description": "The change is made. There is no body."}}
	for status, name := range map[string]string{
		"400": "BadRequest", "404": "NotFound", "409": "Conflict", "4XX": "Failure", "5XX": "Failure",
	} {
		responses[status] = shared("responses", name)
	}
	operation["responses"] = responses
}
