package jumpcloud_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const (
	domainsPath = "GET /v2/activedirectories?limit=100"
	rulesPath   = "/v2/activedirectories/5f2c3d4e5f60718293a4b5c0/translation-rules"
)

func TestADomainIsLookedUpByNameWithoutAFilterAndWithoutCase(t *testing.T) {
	twice := strings.Replace(bareDomain, "old.example.com", "OLD.example.com", 1)
	client := talk(t,
		exchange{request: domainsPath, reply: okJSON(`[` + bareDomain + `,` + domainAnswer + `]`)},
		exchange{request: domainsPath + "&skip=2", reply: okJSON(`[]`)},
		exchange{request: domainsPath, reply: okJSON(`[` + bareDomain + `,` + strings.Replace(twice, "b5c4", "b5c5", 1) + `]`)},
		exchange{request: domainsPath, reply: okJSON(`[]`)},
	)
	domain, err := client.ActiveDirectories.GetByDomain(t.Context(), "dc=AD,dc=example,dc=com")
	require.NoError(t, err)
	isDomain(t, domain)
	_, err = client.ActiveDirectories.GetByDomain(t.Context(), "old.example.com")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
	_, err = client.ActiveDirectories.GetByDomain(t.Context(), "new.example.com")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	require.ErrorContains(t, err, "domain")
	var refused *jumpcloud.ParamError
	_, err = client.ActiveDirectories.GetByDomain(t.Context(), "")
	require.ErrorAs(t, err, &refused)
}

var (
	teamRule = jumpcloud.IDMTranslationRulesInsertRequest{
		Source: jumpcloud.Set("department"), Destination: jumpcloud.Set("team"), Direction: jumpcloud.Set(jumpcloud.IDMDirectionExport),
	}
	teamCreated = exchange{request: "POST " + rulesPath, body: `{"source":"department","destination":"team","direction":"EXPORT"}`, reply: okJSON(`{}`)}
)

// rulesAre is an answer with all rules of a domain.
func rulesAre(rules ...string) exchange {
	total := string(rune('0' + len(rules)))
	return exchange{request: "GET " + rulesPath + "?limit=100", reply: okJSON(`{"totalCount":` + total + `,"rules":[` + strings.Join(rules, ",") + `]}`)}
}

// Each differs in one thing from the rule that was made, which was stored below customAttributes.
func TestAnAddedRuleIsTheNewOneThatIsLikeTheBody(t *testing.T) {
	older := strings.Replace(liveRule, "b5c2", "b5c0", 1)
	others := []string{
		strings.NewReplacer("b5c2", "b5c3", "department", "company").Replace(liveRule),
		strings.NewReplacer("b5c2", "b5c4", "customAttributes.team", "customAttributes.teams").Replace(liveRule),
		strings.NewReplacer("b5c2", "b5c5", "EXPORT", "IMPORT").Replace(liveRule),
		strings.Replace(liveRule, ruleID, "", 1),
	}
	client := talk(t, rulesAre(older), teamCreated, rulesAre(append([]string{older, liveRule}, others...)...))
	rule, err := client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.NoError(t, err)
	isRule(t, rule)
}

func TestAnAddedRuleWithAKnownDestinationKeepsIt(t *testing.T) {
	plain := strings.Replace(liveRule, "customAttributes.team", "team", 1)
	client := talk(t, rulesAre(), teamCreated, rulesAre(plain))
	rule, err := client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.NoError(t, err)
	assert.Equal(t, ruleID, rule.ObjectID)
}

func TestAnAddedRuleThatTheAnswerNamesIsNotLookedFor(t *testing.T) {
	named := teamCreated
	named.reply = okJSON(`{"translation_rule":` + liveRule + `}`)
	client := talk(t, rulesAre(), named)
	rule, err := client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.NoError(t, err)
	isRule(t, rule)
}

func TestAnAddedRuleThatCannotBeToldIsSaidToBeThere(t *testing.T) {
	other := strings.Replace(liveRule, "b5c2", "b5c3", 1)
	client := talk(t,
		rulesAre(other), teamCreated, rulesAre(other),
		rulesAre(), teamCreated, rulesAre(liveRule, other),
		rulesAre(), teamCreated, exchange{request: "GET " + rulesPath + "?limit=100", reply: reply{status: 403}},
	)
	rule, err := client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.ErrorContains(t, err, "was created, but is not in the list")
	require.NotErrorIs(t, err, jumpcloud.ErrNotFound, "which would be about the domain")
	assert.Nil(t, rule)
	rule, err = client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.ErrorContains(t, err, "was created")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
	assert.Nil(t, rule)
	rule, err = client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.ErrorContains(t, err, "was created")
	require.ErrorIs(t, err, jumpcloud.ErrForbidden)
	assert.Nil(t, rule)
}

func TestARuleIsNotAddedWhereTheRulesCannotBeRead(t *testing.T) {
	client := talk(t, exchange{request: "GET " + rulesPath + "?limit=100", reply: notFound})
	rule, err := client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, rule)
}

func TestARefusedRuleIsNotLookedFor(t *testing.T) {
	refused := teamCreated
	refused.reply = reply{status: 400, contentType: "application/json", body: `{"message":"no such direction"}`}
	client := talk(t, rulesAre(), refused)
	rule, err := client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule)
	require.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	assert.Nil(t, rule)
}

func TestABodyFieldOfAnAddedRuleIsSentWithItAlone(t *testing.T) {
	fielded := teamCreated
	fielded.body = `{"source":"department","destination":"team","direction":"EXPORT","newer":1}`
	client := talk(t, rulesAre(), fielded, rulesAre(liveRule))
	_, err := client.ActiveDirectories.AddTranslationRule(t.Context(), domainID, teamRule, jumpcloud.WithBodyField("newer", 1))
	require.NoError(t, err)
}

// The keys that only the service writes stay behind; the direction cannot be written.
func TestModifyOfARuleWritesBackWhatWasRead(t *testing.T) {
	other := strings.Replace(liveRule, "b5c2", "b5c3", 1)
	read := strings.Replace(describedRule, `"source"`, `"newer":{"deep":[1.50]},"source"`, 1)
	client := talk(t,
		rulesAre(other, read),
		exchange{
			request: "PUT " + rulesPath + "/5F2C3D4E5F60718293A4B5C2", reply: okJSON(liveRule),
			body: `{"newer":{"deep":[1.50]},"source":"company","destination":"customAttributes.team","sourceType":"PATH","appliedOn":["CREATE","UPDATE"],"sent":1}`,
		},
	)
	rule, err := client.ActiveDirectories.ModifyTranslationRule(t.Context(), domainID, strings.ToUpper(ruleID), func(r *jumpcloud.IDMTranslationRulesUpdateRequest) {
		assert.Equal(t, "department", r.Source.Or(""))
		r.Source = jumpcloud.Set("company")
	}, jumpcloud.WithBodyField("sent", 1))
	require.NoError(t, err)
	isRule(t, rule)
}

func TestModifyWritesNothingWhereTheRuleIsGone(t *testing.T) {
	client := talk(t, rulesAre(strings.Replace(liveRule, "b5c2", "b5c3", 1)))
	rule, err := client.ActiveDirectories.ModifyTranslationRule(t.Context(), domainID, ruleID, func(*jumpcloud.IDMTranslationRulesUpdateRequest) { t.Error("nothing was read") })
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	assert.Nil(t, rule)
}
