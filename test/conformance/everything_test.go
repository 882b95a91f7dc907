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
	ids   func(*caller) []string
	body  func(*caller) any
	query url.Values
}

var givens = map[string]given{
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
	s.Add("/commands", jumpcloud.CommandInput{Name: "Deploy", Command: "make deploy", CommandType: "linux", LaunchType: jumpcloud.Set(jumpcloud.CommandLaunchTypeTrigger), Trigger: jumpcloud.Set("deploy")})
	s.Add("/v2/systems/"+s.ID("web-2")+"/fdekey", map[string]any{"key": "AAAA-BBBB"})
	s.Add("/systems", map[string]any{"hostname": "asleep", "active": false})
	s.Add("/v2/applications/"+s.ID("Chat")+"/import/users", map[string]any{"id": "1", "email": "import@example.com", "username": "import"})
	for _, path := range slices.Sorted(maps.Keys(c.doc.Paths.Map())) {
		item := c.doc.Paths.Value(path)
		for _, method := range []string{"POST", "GET", "PUT", "PATCH", "DELETE"} {
			if op := item.Operations()[method]; op != nil && !elsewhere(op) {
				c.call(method, path, op)
			}
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
				if method == "DELETE" && i == len(parts)-1 {
					delete(c.ids, collection)
				}
				ids = append(ids, c.object(collection, path))
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
}

// The names, in the company, of an object of each kind.
var inCompany = map[string]string{
	"systems": "web-2", "systemgroups": "Servers", "applications": "Wiki", "commands": "Deploy", "users": "nils.aronsson", "usergroups": "VPN",
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

// object is the id of an object of a collection.
func (c *caller) object(collection, path string) string {
	word := collection[strings.LastIndex(collection, "/")+1:]
	deletes := c.doc.Paths.Value(path).Delete != nil
	if name := inCompany[word]; name != "" && !deletes && strings.Count(strings.TrimPrefix(collection, "/v2"), "/") == 1 {
		return c.s.ID(name)
	}
	if id := c.ids[collection]; id != "" {
		return id
	}
	if word == "systemgroups" {
		c.ids[collection] = c.s.AddSystemGroup(fmt.Sprint("group ", len(c.ids)))
		return c.ids[collection]
	}
	var of *openapi3.SchemaRef
	for name, item := range c.doc.Paths.Map() {
		end := strings.LastIndex(name, "/")
		at, last := name[:end], name[end+1:]
		if !strings.HasPrefix(last, "{") || plain(at) != plain(collection) && plain(at) != plain(strings.TrimPrefix(collection, "/v2")) {
			continue
		}
		if item.Get != nil && item.Get.Responses.Status(200) != nil {
			of = item.Get.Responses.Status(200).Value.Content["application/json"].Schema
		}
	}
	if of == nil {
		if list := c.doc.Paths.Value(collection); list != nil && list.Get != nil {
			of = itemOf(list.Get.Responses.Status(200).Value.Content["application/json"].Schema)
		}
	}
	require.NotNil(c.t, of, "an object of %s", collection)
	o, _ := sample(of, 0, true).(map[string]any)
	for _, key := range []string{"_id", "id", "objectId"} {
		delete(o, key)
	}
	c.ids[collection] = c.s.Add(collection, o)
	return c.ids[collection]
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
