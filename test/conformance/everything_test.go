package conformance

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// caller calls operations as they are described: with an object at every id of the path, and a body that has all
// that the description has.
type caller struct {
	t   *testing.T
	s   *jumpcloudtest.Server
	c   *jumpcloud.APIClient
	doc *openapi3.T
	ids map[string]string // the path of a collection → the id of an object in it
}

// given are the ids and bodies that a description cannot tell.
type given struct {
	ids  func(*caller) []string
	body func(*caller) any
}

var clientSecret = jumpcloud.ServiceAccountAuthConfigParameter{
	AuthType:           jumpcloud.ServiceAccountAuthTypeClientSecret,
	ClientSecretConfig: &jumpcloud.ServiceAccountClientSecretConfigParam{Lifetime: "90 Days"},
}

var givens = map[string]given{
	"policies_post": {body: func(c *caller) any {
		var templates []struct{ ID string }
		require.NoError(c.t, c.c.Call(c.t.Context(), "GET", "/v2/policytemplates", nil, nil, &templates))
		return map[string]any{"name": "New", "template": map[string]any{"id": templates[0].ID}}
	}},
	"activedirectoriesTranslationRules_preview": {body: func(c *caller) any {
		return map[string]any{"userObjectId": c.s.ID("nils.aronsson"), "translationRules": []any{map[string]any{"source": "email", "destination": "mail", "sourceType": "PATH"}}}
	}},
	"activedirectoriesTranslationRules_bulk": {body: func(*caller) any {
		return map[string]any{"insertTranslationRules": []any{map[string]any{"source": "email", "destination": "mail", "sourceType": "PATH"}}}
	}},
	"administratorOrganizations_createByAdministrator": {ids: administrator, body: func(*caller) any { return map[string]any{"organization": jumpcloudtest.OrgID} }},
	"administratorOrganizations_removeByAdministrator": {ids: func(c *caller) []string {
		ids := append(administrator(c), jumpcloudtest.OrgID)
		err := c.c.Call(c.t.Context(), "POST", "/v2/administrators/{id}/organizationlinks", nil, map[string]any{"organization": ids[1]}, nil, jumpcloud.WithPath("id", ids[0]))
		require.NoError(c.t, err)
		return ids
	}},
	"Policy_UpdatePolicyPrecedence": {body: func(c *caller) any {
		return []any{map[string]any{"objectId": c.object("/v2/passwordpolicies", "/v2/passwordpolicies", false), "precedence": 1}}
	}},
	"Policy_BatchDelete": {body: func(c *caller) any {
		return map[string]any{"objectIds": []any{c.s.Add("/v2/passwordpolicies", map[string]any{})}}
	}},
	"PushVerifications_Start": {ids: func(c *caller) []string {
		return []string{c.s.ID("paula.reyes"), c.s.AddPushEndpoint("paula.reyes", "phone")}
	}},
	"ServiceAccounts_CreateServiceAccount": {body: func(*caller) any {
		return map[string]any{"name": "New", "roleId": "x", "authConfig": clientSecret}
	}},
	"ServiceAccounts_CreateServiceAccountAuthConfig": {body: func(*caller) any { return map[string]any{"authConfig": clientSecret} }},
	"ServiceAccounts_DeleteServiceAccountAuthConfig": {ids: func(c *caller) []string {
		account, err := c.c.ServiceAccounts.Create(c.t.Context(), jumpcloud.CreateServiceAccountRequest{Name: "Old", RoleID: "x", AuthConfig: clientSecret})
		require.NoError(c.t, err)
		_, err = c.c.ServiceAccounts.CreateAuthConfig(c.t.Context(), account.ObjectID, clientSecret)
		require.NoError(c.t, err)
		return []string{account.ObjectID, account.AuthConfigList[0].ClientSecretConfig.ObjectID}
	}},
	"users_reactivate_get":         {ids: administrator},
	"admin_totpreset_begin":        {ids: administrator},
	"command_trigger_webhook_post": {ids: func(*caller) []string { return []string{"deploy"} }},
	"commands_run": {body: func(c *caller) any {
		return map[string]any{"_id": c.s.ID("Deploy"), "systemIds": []any{c.s.ID("web-1")}}
	}},
	"commands_cancelQueuedCommandsByWorkflowInstanceId": {ids: func(c *caller) []string {
		run, err := c.c.Commands.Run(c.t.Context(), jumpcloud.CommandRunRequest{ID: c.s.ID("Deploy"), SystemIDs: []string{c.s.ID("asleep")}})
		require.NoError(c.t, err)
		return []string{run.WorkflowInstanceID}
	}},
	"import_create":             {ids: func(c *caller) []string { return []string{c.s.ID("Chat")} }},
	"command_file_get":          {ids: func(c *caller) []string { return []string{c.s.ID("Deploy")} }},
	"applications_samlMetadata": {ids: func(c *caller) []string { return []string{jumpcloudtest.OrgID, c.s.ID("Chat")} }},
	"organizations_get":         {ids: func(*caller) []string { return []string{jumpcloudtest.OrgID} }},
	"organization_put":          {ids: func(*caller) []string { return []string{jumpcloudtest.OrgID} }},
	"groups_system_put":         {body: func(*caller) any { return map[string]any{"name": "Renamed"} }},
	"groups_system_post":        {body: func(*caller) any { return map[string]any{"name": "New"} }},
	"groups_system_suggestions_post": {body: func(c *caller) any {
		return map[string]any{"object_ids": []any{c.s.ID("web-1")}}
	}},
	"commands_post": {body: func(*caller) any {
		return map[string]any{"name": "New", "command": "true", "commandType": "linux"}
	}},
	"directoryInsights_reportsCreate": {ids: func(*caller) []string { return []string{"users-to-devices"} }},
	"directoryInsights_reportsArtifactContentGet": {ids: func(c *caller) []string {
		report, err := c.c.DirectoryInsights.CreateReport(c.t.Context(), jumpcloud.InsightsReportTypeOSVersion)
		require.NoError(c.t, err)
		time.Sleep(time.Minute)
		reports, err := c.c.DirectoryInsights.ListReports(c.t.Context(), nil)
		require.NoError(c.t, err)
		for _, r := range reports {
			if r.ID == report.ID {
				return []string{r.ID, r.Artifacts[0].ID}
			}
		}
		return nil
	}},
}

func administrator(c *caller) []string { return []string{c.object("/users", "/users", false)} }

func init() {
	query := func(more map[string]any) given {
		body := map[string]any{"service": []any{"directory"}, "start_time": "2020-01-01T00:00:00.000Z", "search_term": map[string]any{"and": []any{map[string]any{"success": true}}}}
		maps.Copy(body, more)
		return given{body: func(*caller) any { return body }}
	}
	givens["directoryInsights_eventsPost"] = query(map[string]any{"limit": 2, "sort": "DESC", "fields": []any{"initiated_by.email"}})
	givens["directoryInsights_eventsCountPost"] = query(nil)
	givens["directoryInsights_eventsDistinctPost"] = query(map[string]any{"field": "event_type"})
	givens["directoryInsights_eventsIntervalPost"] = query(map[string]any{"interval_unit": "w", "interval_value": "1", "timezone": "-0500"})
	for _, what := range []string{"commands", "commandresults", "organizations", "systems"} {
		givens["search_"+what+"_post"] = given{body: func(*caller) any { return map[string]any{"limit": 2, "sort": "_id"} }}
	}
}

// everything calls each operation that no other story is about.
func everything(t *testing.T, s *jumpcloudtest.Server, client *jumpcloud.APIClient) {
	s.SeedCompany()
	c := &caller{t: t, s: s, c: client, doc: document(t), ids: map[string]string{}}
	s.Add("/v2/systems/"+s.ID("web-2")+"/fdekey", map[string]any{"key": "AAAA-BBBB"})
	s.Add("/systems", map[string]any{"hostname": "asleep", "active": false})
	s.Add("/v2/applications/"+s.ID("Chat")+"/import/users", map[string]any{"id": "1", "email": "import@example.com", "username": "import"})
	c.company()
	for _, path := range slices.Sorted(maps.Keys(c.doc.Paths.Map())) {
		item := c.doc.Paths.Value(path)
		for _, method := range []string{"POST", "GET", "PUT", "PATCH", "DELETE"} {
			if op := item.Operations()[method]; op != nil && !elsewhere(op) {
				c.call(method, path, op)
			}
		}
	}
}

// company remembers who is who before anything is renamed.
func (c *caller) company() {
	c.s.Add("/commands", jumpcloud.CommandInput{Name: "Deploy", Command: "make deploy", CommandType: "linux", LaunchType: jumpcloud.Set(jumpcloud.CommandLaunchTypeTrigger), Trigger: jumpcloud.Set("deploy")})
	for _, known := range kinds {
		if known.name != "" {
			c.ids[known.name] = c.s.ID(known.name)
		}
	}
}

// elsewhere tells whether another story is about an operation.
func elsewhere(op *openapi3.Operation) bool {
	others := strings.Fields("Systemusers Users Usergroups Workdays BulkJobs")
	return slices.Contains(others, op.Tags[0]) && op.Extensions["x-graph"] == nil && op.OperationID != "policystatuses_usersList" ||
		op.OperationID == "SystemsInternal_BasicTransferDevice" // which needs two organizations
}

func (c *caller) call(method, path string, op *openapi3.Operation) {
	c.t.Helper()
	known := givens[op.OperationID]
	var opts []jumpcloud.RequestOption
	var ids []string
	if known.ids != nil {
		ids = known.ids(c)
	}
	parts := strings.Split(path, "/")
	for i, n := 0, 0; i < len(parts); i++ {
		if name, is := strings.CutPrefix(parts[i], "{"); is {
			if known.ids == nil {
				collection := strings.Join(parts[:i], "/")
				if i == len(parts)-1 && method == "DELETE" {
					delete(c.ids, collection)
				}
				ids = append(ids, c.object(strings.Join(strings.Split(path, "/")[:i], "/"), collection, c.doc.Paths.Value(path).Delete != nil && i == len(parts)-1))
			}
			parts[i] = ids[n]
			opts = append(opts, jumpcloud.WithPath(strings.TrimSuffix(name, "}"), ids[n]))
			n++
		}
	}
	query := url.Values{}
	word, _ := op.Extensions["x-graph"].(map[string]any)
	for _, p := range op.Parameters {
		switch {
		case p.Value.In == "query" && p.Value.Name == "limit":
			query.Set("limit", "2")
		case p.Value.In == "query" && p.Value.Name == "targets":
			query.Set("targets", fmt.Sprint(word["kinds"].([]any)[0]))
		case p.Value.In == "query" && p.Value.Required:
			query.Set(p.Value.Name, fmt.Sprint(sample(p.Value.Schema, 0, false)))
		}
	}
	var in any
	switch body := op.RequestBody; {
	case known.body != nil:
		in = known.body(c)
	case method == "POST" && word != nil:
		kind := fmt.Sprint(word["kinds"].([]any)[0])
		in = map[string]any{"op": "add", "type": kind, "id": c.fresh(kind)}
	case body != nil && body.Value.Content["multipart/form-data"] != nil:
		in = strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"logo.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--x--\r\n")
		opts = append(opts, jumpcloud.WithHeader("Content-Type", "multipart/form-data; boundary=x"))
	case body != nil:
		in = sample(body.Value.Content["application/json"].Schema, 0, false)
	}
	var out []byte
	err := c.c.Call(c.t.Context(), method, path, query, in, &out, opts...)
	assert.NoError(c.t, err, "%s: %s %v %v", op.OperationID, path, in, query)
	if method == "DELETE" && strings.HasSuffix(path, "}") {
		maps.DeleteFunc(c.ids, func(_, id string) bool { return slices.Contains(ids, id) && id == ids[len(ids)-1] })
	}
}

// kinds are the words of a path that stand for a kind of the graph, with the name of such an object in the company.
var kinds = map[string]struct {
	kind jumpcloud.GraphType
	name string
}{
	"systems": {jumpcloud.GraphTypeSystem, "web-2"}, "systemgroups": {jumpcloud.GraphTypeSystemGroup, "Servers"},
	"applications": {jumpcloud.GraphTypeApplication, "Wiki"}, "commands": {jumpcloud.GraphTypeCommand, "Deploy"},
	"users": {jumpcloud.GraphTypeUser, "nils.aronsson"}, "usergroups": {jumpcloud.GraphTypeUserGroup, "VPN"},
	"policies": {jumpcloud.GraphTypePolicy, "Screen lock"}, "policygroups": {kind: jumpcloud.GraphTypePolicyGroup},
	"radiusservers": {jumpcloud.GraphTypeRADIUSServer, "VPN Gateway"}, "ldapservers": {jumpcloud.GraphTypeLDAPServer, "JumpCloud LDAP"},
	"gsuites": {jumpcloud.GraphTypeGSuite, "Google Workspace"}, "office365s": {jumpcloud.GraphTypeOffice365, "Microsoft 365"},
	"activedirectories": {jumpcloud.GraphTypeActiveDirectory, "corp.example.com"}, "identity-provider/policies": {kind: jumpcloud.GraphTypeIDPRoutingPolicy},
}

// fresh is a new object of a kind of the graph.
func (c *caller) fresh(kind string) string {
	name := fmt.Sprint("fresh ", len(c.s.Requests()))
	switch kind {
	case "user":
		return c.s.SeedUsers(1)[0]
	case "user_group":
		return c.s.AddGroup(jumpcloud.UserGroupCreate{Name: name})
	}
	return c.s.AddObject(jumpcloud.GraphType(kind), name)
}

// object is the id of an object of a collection, whose path is given with names and with ids in it.
func (c *caller) object(described, collection string, deletes bool) string {
	switch described {
	case "/v2/administrators":
		described, collection = "/users", "/users"
	case "/v2/administrators/{administrator_id}/organizationlinks", "/v2/organizations":
		return jumpcloudtest.OrgID
	}
	word := strings.TrimPrefix(strings.TrimPrefix(collection, "/v2"), "/")
	if known, is := kinds[word]; is && collection != "/users" {
		if known.name != "" && !deletes {
			return c.ids[known.name]
		}
		if c.ids[collection] == "" {
			c.ids[collection] = c.fresh(string(known.kind))
		}
		return c.ids[collection]
	}
	if id := c.ids[collection]; id != "" {
		return id
	}
	form := c.form(described)
	if !assert.NotNil(c.t, form, "an object of %s", described) {
		return "x"
	}
	o, _ := sample(form, 0, true).(map[string]any)
	for _, key := range []string{"_id", "id", "objectId", "object_id"} {
		delete(o, key)
	}
	c.ids[collection] = c.s.Add(collection, o)
	return c.ids[collection]
}

// form is that of the objects of a collection: as one is read, or listed, or created.
func (c *caller) form(collection string) (form *openapi3.SchemaRef) {
	json := func(op *openapi3.Operation) *openapi3.SchemaRef {
		for _, status := range []int{200, 201} {
			if r := op.Responses.Status(status); r != nil && r.Value.Content["application/json"] != nil {
				return r.Value.Content["application/json"].Schema
			}
		}
		return nil
	}
	for name, item := range c.doc.Paths.Map() {
		end := strings.LastIndex(name, "/")
		if item.Get != nil && strings.HasPrefix(name[end+1:], "{") && plain(name[:end]) == plain(collection) && json(item.Get) != nil {
			return inside(json(item.Get))
		}
	}
	if item := c.doc.Paths.Value(collection); item != nil && item.Get != nil {
		return itemOf(json(item.Get))
	} else if item != nil && item.Post != nil && json(item.Post) != nil {
		return inside(json(item.Post))
	}
	return nil
}

// inside is what is in an envelope of one object.
func inside(s *openapi3.SchemaRef) *openapi3.SchemaRef {
	if s.Value.Extensions["x-go-envelope"] == true && len(s.Value.Properties) == 1 {
		for _, p := range s.Value.Properties {
			return p
		}
	}
	return s
}

// plain is a path without the names of its parameters.
func plain(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

func itemOf(s *openapi3.SchemaRef) *openapi3.SchemaRef {
	if s.Value.Items != nil {
		return s.Value.Items
	}
	for _, p := range s.Value.Properties {
		if p.Value.Items != nil {
			return p.Value.Items
		}
	}
	return s
}

// sample is a value of a form, with all that it can have: what only the service sets where it is one to read.
func sample(ref *openapi3.SchemaRef, depth int, read bool) any {
	s := ref.Value
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case len(s.OneOf) > 0:
		return sample(s.OneOf[0], depth, read)
	case len(s.AnyOf) > 0:
		return sample(s.AnyOf[0], depth, read)
	}
	switch {
	case s.Type.Is("string"):
		if s.Extensions["x-go-type"] == "Time" {
			return "2026-01-02T03:04:05.678Z"
		}
		return "x"
	case s.Type.Is("boolean"):
		return true
	case s.Type.Is("integer"), s.Type.Is("number"):
		if s.Min != nil {
			return max(*s.Min, 1)
		}
		return 1
	case s.Type.Is("array"):
		if depth > 4 {
			return []any{}
		}
		return []any{sample(s.Items, depth+1, read)}
	}
	o := map[string]any{}
	for _, part := range s.AllOf {
		if inner := sample(part, depth, read); len(s.AllOf) == 1 && len(s.Properties) == 0 {
			return inner
		} else if more, is := inner.(map[string]any); is {
			maps.Copy(o, more)
		}
	}
	for name, p := range s.Properties {
		if depth < 5 && !(p.Value.ReadOnly && !read) && !(p.Value.WriteOnly && read) {
			o[name] = sample(p, depth+1, read)
		}
	}
	return o
}
