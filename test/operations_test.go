package jumpcloud_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The list is JumpCloud's, api.json is ours.
func TestOperations_AreThoseOfTheListAndNoOthers(t *testing.T) {
	list, err := os.ReadFile("operations.txt")
	require.NoError(t, err)
	var wanted []string
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			wanted = append(wanted, line)
		}
	}
	data, err := os.ReadFile("../jumpcloudtest/api.json")
	require.NoError(t, err)
	var api struct {
		Paths map[string]map[string]json.RawMessage
	}
	require.NoError(t, json.Unmarshal(data, &api))
	id, method := regexp.MustCompile(`\{[^}]*\}`), regexp.MustCompile(`^(get|put|post|patch|delete)$`)
	var described []string
	for path, methods := range api.Paths {
		for name := range methods {
			if method.MatchString(name) {
				described = append(described, strings.ToUpper(name)+" "+id.ReplaceAllString(path, "{}"))
			}
		}
	}

	assert.ElementsMatch(t, wanted, described, "a new operation stands in operations.txt too")
}
