package conformance

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func document(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../jumpcloudtest/api.json")
	require.NoError(t, err)
	return doc
}

func TestEachKeyOfAQueryThatIsDescribedIsKnownToTheEmbeddedServer(t *testing.T) {
	server := jumpcloudtest.New(t)
	ask := func(method, path string) string {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		require.NoError(t, err)
		r.Header.Set("x-api-key", jumpcloudtest.APIKey)
		response, err := server.HTTPClient().Do(r)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return string(body)
	}
	keys := 0
	for path, item := range document(t).Paths.Map() {
		path = strings.NewReplacer("{", "", "}", "").Replace(path)
		for method, operation := range item.Operations() {
			refusal := ask(method, path+"?no_such_key=1")
			if strings.Contains(refusal, "jumpcloudtest does not model") {
				continue
			}
			assert.Contains(t, refusal, "no_such_key is no key of the query", "%s %s", method, path)
			for _, p := range append(item.Parameters, operation.Parameters...) {
				if p.Value.In == "query" {
					keys++
					assert.NotContains(t, ask(method, path+"?"+p.Value.Name+"=1"), "is no key of the query", "%s %s", method, path)
				}
			}
		}
	}
	assert.Greater(t, keys, 100)
}

func TestEachPropertyOfAUserThatIsDescribedCanBeAskedFor(t *testing.T) {
	server := jumpcloudtest.New(t)
	var properties func(schema *openapi3.Schema) []string
	properties = func(schema *openapi3.Schema) []string {
		var names []string
		for _, part := range schema.AllOf {
			names = append(names, properties(part.Value)...)
		}
		for name := range schema.Properties {
			names = append(names, name)
		}
		return names
	}
	names := properties(document(t).Components.Schemas["Systemuser"].Value)
	assert.Greater(t, len(names), 50)
	for _, name := range names {
		if name == "password" { // which is only written
			continue
		}
		var page struct{ TotalCount int }
		err := server.Client().Call(t.Context(), "GET", "/systemusers", map[string][]string{"fields": {name}, "sort": {name}, "filter": {name + ":$eq:x"}}, nil, &page)
		assert.NoError(t, err)
	}
}
