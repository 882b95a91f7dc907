package jumpcloud_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const (
	policyPath   = "/v2/policies/65b1c2d3e4f5061728394a5b"
	templatePath = "/v2/policytemplates/5ade0cfd1f24754c6c5dc9f2"
)

// everyField is a template with a field of each kind that is known.
const everyField = `{"id":"5ade0cfd1f24754c6c5dc9f2","name":"every_field","configFields":[
	{"id":"f1","name":"on","displayType":"checkbox","defaultValue":false},
	{"id":"f2","name":"timeout","displayType":"number","required":true,"defaultValue":120},
	{"id":"f3","name":"message","displayType":"textarea","required":true,"defaultValue":""},
	{"id":"f4","name":"level","displayType":"select","defaultValue":"1","displayOptions":{"select":[{"text":"Never","value":0},{"text":"Always","value":"1"}]}},
	{"id":"f5","name":"hosts","displayType":"singlelistbox","defaultValue":null},
	{"id":"f6","name":"rows","displayType":"table"},
	{"id":"f7","name":"payload","displayType":"file"},
	{"id":"f8","name":"key","displayType":"text","sensitive":true},
	{"id":"f9","name":"code","displayType":"copywell","readOnly":true,"required":true,"defaultValue":"c"},
	{"id":"fa","name":"range","displayType":"datepickerrange"},
	{"id":"fb","name":"size","displayType":"number","defaultValue":"10"}]}`

func TestValuesAreBuiltByTheNamesOfTheFields(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + templatePath, reply: okJSON(everyField)},
		exchange{
			request: "POST /v2/policies",
			body: `{"name":"p","template":{"id":"5ade0cfd1f24754c6c5dc9f2"},"values":[
				{"configFieldID":"f1","configFieldName":"on","value":false},
				{"configFieldID":"f2","configFieldName":"timeout","value":300},
				{"configFieldID":"f3","configFieldName":"message","value":"Gone"},
				{"configFieldID":"f4","configFieldName":"level","value":"0"},
				{"configFieldID":"f5","configFieldName":"hosts","value":["a","b"]},
				{"configFieldID":"f6","configFieldName":"rows","value":[{"key":"HKLM","data":1,"empty":null}]},
				{"configFieldID":"f7","configFieldName":"payload","value":"PHBsaXN0Lz4="},
				{"configFieldID":"f8","configFieldName":"key","value":"k3y-in-the-clear","sensitive":true},
				{"configFieldID":"fa","configFieldName":"range","value":null},
				{"configFieldID":"fb","configFieldName":"size","value":"10"}]}`,
			reply: createdJSON(lockPolicy),
		},
	)
	values, err := client.Policies.Values(t.Context(), templateID, map[string]any{
		"timeout": 300, "message": "Gone", "level": "0", "hosts": []string{"a", "b"}, "rows": []any{map[string]any{"key": "HKLM", "data": 1, "empty": nil}},
		"payload": []byte("<plist/>"), "key": jumpcloud.Secret("k3y-in-the-clear"), "range": nil,
	})
	require.NoError(t, err)
	_, err = client.Policies.Create(t.Context(), jumpcloud.PolicyCreateRequest{
		Name: "p", Template: jumpcloud.PolicyCreateRequestTemplate{ID: templateID}, Values: values,
	})
	require.NoError(t, err)
}

func TestValuesThatTheTemplateDoesNotTakeAreRefusedAllAtOnceWithoutShowingThem(t *testing.T) {
	var template jumpcloud.PolicyTemplateWithDetails
	require.NoError(t, json.Unmarshal([]byte(everyField), &template))
	const fields = `; the fields are: on (true or false), timeout (a number, required), message (a text, required), level (select), hosts (a list), ` +
		`rows (a list), payload (a text), key (a text), code (copywell, required, read-only), range (datepickerrange), size (a number)`
	for problem, settings := range map[string]map[string]any{
		`"message" is required`: {},
		`"message" is required, "Timeout" is no field of the template, "x" is no field of the template`: {"Timeout": 300, "x": "k3y-in-the-clear"},
		`"timeout" is required, "message" is required`:                                                  {"timeout": nil, "message": ""},
		`"on" is a text, want true or false`:                                                            {"message": "m", "on": "k3y-in-the-clear"},
		`"timeout" is true or false, want a number`:                                                     {"message": "m", "timeout": true},
		`"message" is a list, want a text`:                                                              {"message": []string{"k3y-in-the-clear"}},
		`"hosts" is an object, want a list`:                                                             {"message": "m", "hosts": map[string]any{"k3y-in-the-clear": 1}},
		`"key" is a number, want a text`:                                                                {"message": "m", "key": 4711},
		`"level" is none of the choices 0 (Never), 1 (Always)`:                                          {"message": "m", "level": "k3y-in-the-clear"},
		`"code" is read-only`:                                                                           {"message": "m", "code": "c"},
		`"hosts" cannot be encoded as JSON`:                                                             {"message": "m", "hosts": []any{make(chan int)}},
		`"size" is a list, want a number`:                                                               {"message": "m", "size": []int{1}},
	} {
		values, err := template.Values(settings)
		refused := asParamError(t, err)
		assert.Equal(t, "settings", refused.Param)
		assert.Equal(t, problem+fields, refused.Problem)
		assert.Nil(t, values)
	}
}

// One value cannot be meant for two fields, but a name that nobody sets does no harm.
func TestValuesOfANameThatTwoFieldsHaveAreRefused(t *testing.T) {
	var template jumpcloud.PolicyTemplateWithDetails
	require.NoError(t, json.Unmarshal([]byte(`{"id":"t","configFields":[{"id":"f1","name":"key","displayType":"text"},
		{"id":"f2","name":"key","displayType":"text"},{"id":"f3","name":"on","displayType":"checkbox"}]}`), &template))
	_, err := template.Values(map[string]any{"key": "k3y-in-the-clear", "on": true})
	assert.Equal(t, `"key" is the name of several fields: set their values by ConfigFieldID; the fields are: key (a text), key (a text), on (true or false)`, asParamError(t, err).Problem)
	values, err := template.Values(map[string]any{"on": true})
	require.NoError(t, err)
	assert.Equal(t, []jumpcloud.PolicyValue{{ConfigFieldID: "f3", ConfigFieldName: "on", Value: true}}, values)
}

func TestValuesMayBeAChoiceByItsTextOrSeveralChoices(t *testing.T) {
	var template jumpcloud.PolicyTemplateWithDetails
	require.NoError(t, json.Unmarshal([]byte(everyField), &template))
	for _, value := range []any{"Never", "1", 0, []string{"Never", "Always"}, "", nil} {
		_, err := template.Values(map[string]any{"message": "m", "level": value, "size": "12"})
		assert.NoError(t, err, value)
	}
}

func TestValuesOfATemplateThatCannotBeReadAreAnError(t *testing.T) {
	client := talk(t, exchange{request: "GET " + templatePath, reply: notFound})
	values, err := client.Policies.Values(t.Context(), templateID, nil)
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, values)
}

// deepPolicy has keys that nobody knows, at every depth, and nulls.
const deepPolicy = `{"id":"65b1c2d3e4f5061728394a5b","_id":"65b1c2d3e4f5061728394a5b","name":"p","notes":"n","template":{"id":"5ade0cfd1f24754c6c5dc9f2"},
	"configFields":[{"id":"f1","name":"on","displayType":"checkbox"},{"id":"f2","name":"rows","displayType":"table"},{"id":"f3","name":"late","displayType":"text","sensitive":true},{"id":"f4","name":"none","displayType":"text"}],
	"brandNew":{"a":[1.50,null]},
	"values":[{"configFieldID":"f1","configFieldName":"on","value":true,"since":2027},
		{"configFieldID":"f2","configFieldName":"rows","value":[{"key":"HKLM","size":12345678901234567890,"empty":null,"in":{"none":null}}],"sensitive":false},
		{"configFieldID":"f4","value":null}]}`

func TestModifyOfAPolicyWritesEverySettingBackAtEveryDepth(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + policyPath, reply: okJSON(deepPolicy)},
		exchange{
			request: "PUT " + policyPath,
			body: `{"name":"q","notes":"n","brandNew":{"a":[1.50,null]},
				"values":[{"configFieldID":"f1","configFieldName":"on","value":true,"since":2027},
					{"configFieldID":"f2","configFieldName":"rows","value":[{"key":"HKLM","size":12345678901234567890,"empty":null,"in":{"none":null}}],"sensitive":false},
					{"configFieldID":"f4","value":null}]}`,
			reply: okJSON(`{"id":"65b1c2d3e4f5061728394a5b","name":"q"}`),
		},
	)
	policy, err := client.Policies.Modify(t.Context(), policyID, func(p *jumpcloud.PolicyUpdateRequest) { p.Name = "q" })
	require.NoError(t, err)
	assert.Equal(t, "q", policy.Name)
}

func TestModifyOfAPolicyKnowsASettingAgainByItsField(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + policyPath, reply: okJSON(deepPolicy)},
		exchange{
			request: "PUT " + policyPath,
			body: `{"name":"p","notes":"n","brandNew":{"a":[1.50,null]},
				"values":[{"configFieldID":"f2","configFieldName":"rows","value":[],"sensitive":false},{"configFieldID":"f1","configFieldName":"on","value":false,"since":2027}]}`,
			reply: okJSON(`{"id":"65b1c2d3e4f5061728394a5b","name":"p"}`),
		},
	)
	_, err := client.Policies.Modify(t.Context(), policyID, func(p *jumpcloud.PolicyUpdateRequest) {
		on, rows := p.Values[0], p.Values[1]
		on.Value, rows.Value = false, []any{}
		p.Values = []jumpcloud.PolicyValue{rows, on}
	})
	require.NoError(t, err)
}

func TestSetValuesChangesWhatIsNamedAndKeepsTheRest(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + policyPath + "?trace=1", reply: okJSON(deepPolicy)},
		exchange{
			request: "PUT " + policyPath + "?trace=1",
			body: `{"name":"p","notes":"n","brandNew":{"a":[1.50,null]},
				"values":[{"configFieldID":"f1","configFieldName":"on","value":null,"since":2027},
					{"configFieldID":"f2","configFieldName":"rows","value":[{"key":"HKLM","size":12345678901234567890,"empty":null,"in":{"none":null}}],"sensitive":false},
					{"configFieldID":"f4","value":null},
					{"configFieldID":"f3","configFieldName":"late","value":"k3y-in-the-clear","sensitive":true}]}`,
			reply: okJSON(`{"id":"65b1c2d3e4f5061728394a5b","name":"p"}`),
		},
	)
	policy, err := client.Policies.SetValues(t.Context(), policyID, map[string]any{"on": nil, "late": "k3y-in-the-clear"}, jumpcloud.WithQuery("trace", "1"))
	require.NoError(t, err)
	assert.Equal(t, policyID, policy.ID)
}

func TestSetValuesWritesNothingThatThePolicyDoesNotTake(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + policyPath, reply: okJSON(deepPolicy)},
		exchange{request: "GET " + policyPath, reply: notFound},
	)
	policy, err := client.Policies.SetValues(t.Context(), policyID, map[string]any{"off": true})
	assert.Contains(t, asParamError(t, err).Problem, `"off" is no field of the template; the fields are: on (true or false), rows (a list)`)
	assert.Nil(t, policy)
	_, err = client.Policies.SetValues(t.Context(), policyID, map[string]any{"on": true})
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

// A policy that comes without the fields has those of its template.
func TestSetValuesReadsTheFieldsOfTheTemplateWhereThePolicyHasNone(t *testing.T) {
	read := exchange{request: "GET " + policyPath, reply: okJSON(`{"id":"65b1c2d3e4f5061728394a5b","name":"p","template":{"id":"5ade0cfd1f24754c6c5dc9f2"},"values":[{"configFieldID":"f1","value":false}]}`)}
	template := exchange{request: "GET " + templatePath, reply: okJSON(everyField)}
	client := talk(t, read, template, exchange{
		request: "PUT " + policyPath,
		body:    `{"name":"p","values":[{"configFieldID":"f1","configFieldName":"on","value":true}]}`,
		reply:   okJSON(`{"id":"65b1c2d3e4f5061728394a5b","name":"p"}`),
	}, read, template, read, exchange{request: "GET " + templatePath, reply: notFound})
	_, err := client.Policies.SetValues(t.Context(), policyID, map[string]any{"on": true})
	require.NoError(t, err)
	_, err = client.Policies.SetValues(t.Context(), policyID, map[string]any{"off": true})
	assert.Contains(t, asParamError(t, err).Problem, `"off" is no field of the template; the fields are: on (true or false)`)
	_, err = client.Policies.SetValues(t.Context(), policyID, map[string]any{"on": true})
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

func TestPolicyIsLookedUpByItsVeryNameAndReadWithItsSettings(t *testing.T) {
	const list = "GET /v2/policies?filter=name%3Aeq%3ALock+the+screen&limit=100"
	page := func(body string) reply {
		return reply{status: 200, contentType: "application/json", total: "2", body: body}
	}
	client := talk(t,
		exchange{request: list, reply: page(`[{"id":"65b1c2d3e4f5061728394a5c","name":"lock the screen"},{"id":"65b1c2d3e4f5061728394a5b","name":"Lock the screen"}]`)},
		exchange{request: "GET " + policyPath, reply: okJSON(lockPolicy)},
		exchange{request: list, reply: page(`[{"id":"a","name":"Lock the screen"},{"id":"b","name":"Lock the screen"}]`)},
		exchange{request: list, reply: reply{status: 200, contentType: "application/json", total: "0", body: `[]`}},
	)
	policy, err := client.Policies.GetByName(t.Context(), "Lock the screen")
	require.NoError(t, err)
	isLockPolicy(t, policy)
	_, err = client.Policies.GetByName(t.Context(), "Lock the screen")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
	_, err = client.Policies.GetByName(t.Context(), "Lock the screen")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

func TestPolicyTemplateIsLookedUpByItsNameForPrograms(t *testing.T) {
	const list = "GET /v2/policytemplates?filter=name%3Aeq%3Alock_screen_darwin&limit=100"
	client := talk(t,
		exchange{request: list, reply: reply{status: 200, contentType: "application/json", total: "2",
			body: `[{"id":"5ade0cfd1f24754c6c5dc9f9","name":"lock","displayName":"lock_screen_darwin"},` + lockTemplate + `]`}},
		exchange{request: "GET " + templatePath, reply: okJSON(lockTemplateWhole)},
		exchange{request: list, reply: reply{status: 200, contentType: "application/json", total: "0", body: `[]`}},
	)
	template, err := client.PolicyTemplates.GetByName(t.Context(), "lock_screen_darwin")
	require.NoError(t, err)
	isWholeLockTemplate(t, template)
	_, err = client.PolicyTemplates.GetByName(t.Context(), "lock_screen_darwin")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

func TestSettingsOfAPolicyShowNothing(t *testing.T) {
	value := jumpcloud.PolicyValue{ConfigFieldID: "f8", ConfigFieldName: "key", Value: []any{"k3y-in-the-clear", map[string]any{"a": "k3y-in-the-clear"}}}
	create := jumpcloud.PolicyCreateRequest{Name: "p", Values: []jumpcloud.PolicyValue{value}}
	update := jumpcloud.PolicyUpdateRequest{Name: "p", Values: []jumpcloud.PolicyValue{value}}
	read := jumpcloud.PolicyWithDetails{Name: "p", Values: []jumpcloud.PolicyValue{value}}
	var log strings.Builder
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("policy", "value", value, "pointer", &value, "create", create, "update", update, "read", &read)
	texts := []string{log.String()}
	for _, printed := range []any{value, &value, create, update, &read, []jumpcloud.PolicyValue{value}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			texts = append(texts, fmt.Sprintf(verb, printed))
		}
	}
	for _, text := range texts {
		assert.Contains(t, text, "key: [redacted]")
		assert.NotContains(t, text, "k3y-in-the-clear")
		assert.NotContains(t, text, fmt.Sprintf("%x", "k3y-in-the-clear"))
	}
}

// A service that says what it refuses may quote a value.
func TestSettingsThatWereSentAreHiddenInErrors(t *testing.T) {
	client := talk(t, exchange{
		request: "PUT " + policyPath,
		body:    `{"name":"Screens","values":[{"configFieldID":"f8","configFieldName":"key","value":"k3y-in-the-clear"},{"configFieldID":"f6","value":[{"key":"HKLM-0815"}]}]}`,
		reply:   reply{status: 400, contentType: "application/json", body: `{"message":"Screens: key must not be k3y-in-the-clear or HKLM-0815"}`},
	})
	_, err := client.Policies.Update(t.Context(), policyID, jumpcloud.PolicyUpdateRequest{Name: "Screens", Values: []jumpcloud.PolicyValue{
		{ConfigFieldID: "f8", ConfigFieldName: "key", Value: "k3y-in-the-clear"}, {ConfigFieldID: "f6", Value: []map[string]any{{"key": "HKLM-0815"}}},
	}})
	failure := asAPIError(t, err)
	assert.Equal(t, "Screens: key must not be [redacted] or [redacted]", failure.Message)
	assert.NotContains(t, string(failure.Body), "k3y-in-the-clear")
}
