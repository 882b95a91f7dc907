package jumpcloud_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func allContracts() []contract {
	return slices.Concat(
		activeDirectoriesContracts(),
		appleMDMsContracts(),
		administratorsContracts(),
		applicationTemplatesContracts(),
		applicationsContracts(),
		authenticationPoliciesContracts(),
		bulkJobsContracts(),
		commandResultsContracts(),
		commandsContracts(),
		customEmailsContracts(),
		directoriesContracts(),
		duoContracts(),
		groupsContracts(),
		ldapServersContracts(),
		gsuitesContracts(),
		office365sContracts(),
		radiusServersContracts(),
		policiesContracts(),
		policyTemplatesContracts(),
		policygroupsContracts(),
		pushVerificationsContracts(),
		softwareAppsContracts(),
		subscriptionsContracts(),
		identityProvidersContracts(),
		ipListsContracts(),
		organizationsContracts(),
		passwordPoliciesContracts(),
		rolesContracts(),
		serviceAccountsContracts(),
		systemgroupsContracts(),
		systemsContracts(),
		systemusersContracts(),
		usergroupsContracts(),
		usersContracts(),
		workdaysContracts(),
		systemInsightsContracts(),
		directoryInsightsContracts(),
	)
}

func TestEveryOperationHasAContract(t *testing.T) {
	generated := directives(t)
	require.NotEmpty(t, generated)
	pinned := map[directive]bool{}
	for _, c := range allContracts() {
		pinned[directive{operation: c.operation, route: c.route}] = true
	}
	for d := range generated {
		assert.True(t, pinned[d], "%s (%s) has no contract", d.operation, d.route)
	}
	for d := range pinned {
		assert.Positive(t, generated[d], "%s (%s) is a contract of no operation", d.operation, d.route)
	}
}

// The directive says where a method goes; the contract's path was written by hand.
func TestEveryContractsPathIsThatOfItsRoute(t *testing.T) {
	parameter := regexp.MustCompile(`\\\{[A-Za-z0-9_]+\\\}`)
	for _, c := range allContracts() {
		_, template, _ := strings.Cut(c.route, " ")
		template = strings.ReplaceAll(template, "{triggername}", "free%20space") // a name in place of an id
		template = strings.ReplaceAll(template, "{report_type}", "os-version")
		template = strings.ReplaceAll(template, "{provider_name}", "active%20directory")
		template = strings.ReplaceAll(template, "{custom_email_type}", "password_expiration")
		pattern := "^" + parameter.ReplaceAllString(regexp.QuoteMeta(template), `[0-9a-f]{24}`) + "$"
		assert.Regexp(t, pattern, c.path, c.operation)
	}
}

func TestEveryWalkHasAContract(t *testing.T) {
	walked := map[string]bool{}
	for _, c := range allContracts() {
		walked[c.operation] = walked[c.operation] || c.methods.walk != nil
	}
	for d, methods := range directives(t) {
		assert.Equal(t, methods == 2, walked[d.operation], "%s: the contract of a list that pages has both methods, those of others have one; see listing", d.operation)
	}
}

// An empty id would turn the call on one object into a call on the whole collection.
func TestEveryMethodRefusesAnEmptyIDBeforeSending(t *testing.T) {
	client := talk(t) // of nothing
	ids := 0
	for _, m := range generatedMethods(t) {
		method := reflect.ValueOf(client).Elem().FieldByName(m.service).MethodByName(m.name)
		require.True(t, method.IsValid(), "%s.%s", m.service, m.name)
		for empty := range method.Type().NumIn() {
			if method.Type().In(empty).Kind() != reflect.String {
				continue
			}
			ids++
			t.Run(m.service+"."+m.name, func(t *testing.T) {
				var refused *jumpcloud.ParamError
				require.ErrorAs(t, callWithEmpty(t, method, empty), &refused)
				assert.NotEmpty(t, refused.Operation)
				assert.Regexp(t, "(?i)(id|^triggername|_type|^provider_name|^domain)$", refused.Param)
			})
		}
	}
	assert.NotZero(t, ids)
}

// generatedMethod is an exported method of a generated service.
type generatedMethod struct{ service, name string }

func generatedMethods(t *testing.T) (methods []generatedMethod) {
	t.Helper()
	declaration := regexp.MustCompile(`(?m)^func \(s \*(\w+)Service\) ([A-Z]\w*)\(ctx context\.Context`)
	files, err := filepath.Glob(filepath.Join("..", "api_*.go"))
	require.NoError(t, err)
	for _, name := range files {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, found := range declaration.FindAllStringSubmatch(string(source), -1) {
			methods = append(methods, generatedMethod{service: found[1], name: found[2]})
		}
	}
	return methods
}

// callWithEmpty calls a method with an empty string as one of its arguments, and returns its error.
func callWithEmpty(t *testing.T, method reflect.Value, empty int) error {
	t.Helper()
	var arguments []reflect.Value
	for i := range method.Type().NumIn() {
		if i == method.Type().NumIn()-1 && method.Type().IsVariadic() {
			break
		}
		argument := reflect.New(method.Type().In(i)).Elem()
		switch {
		case argument.Type() == reflect.TypeFor[context.Context]():
			argument.Set(reflect.ValueOf(t.Context()))
		case argument.Kind() == reflect.String && i != empty:
			argument.SetString("id")
		case argument.Kind() == reflect.Slice && argument.Type().Elem().Kind() == reflect.String:
			argument.Set(reflect.MakeSlice(argument.Type(), 1, 1))
			argument.Index(0).SetString("value")
		}
		arguments = append(arguments, argument)
	}
	results := method.Call(arguments)
	last := results[len(results)-1]
	if last.Kind() == reflect.Func {
		for _, failure := range last.Seq2() {
			last = failure
		}
	}
	err, _ := last.Interface().(error)
	return err
}
