package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// GetByDomain gets the Active Directory domain with this name, without regard to case. None is
// [ErrNotFound], several are [ErrTooMany].
//
// It calls activedirectories_list, without a filter: a comma in a name would end one.
func (s *ActiveDirectoriesService) GetByDomain(ctx context.Context, domain string, opts ...RequestOption) (*ActiveDirectory, error) {
	return lookUp("domain", domain, func(...Condition) iter.Seq2[*ActiveDirectory, error] {
		return s.All(ctx, nil, opts...)
	}, func(d *ActiveDirectory) bool { return strings.EqualFold(d.Domain, domain) })
}

// AddTranslationRule creates a translation rule and finds it, with its id, which
// [ActiveDirectoriesService.CreateTranslationRule] does not tell: it is the one that was not there before and
// has the source, the destination and the direction of the body. A destination that JumpCloud does not know
// has become one below customAttributes. An error after the creation says that the rule is there; then, do
// not create it again.
//
// It calls activedirectoriesTranslationRules_list, activedirectoriesTranslationRules_post, and
// activedirectoriesTranslationRules_list once more.
func (s *ActiveDirectoriesService) AddTranslationRule(ctx context.Context, activeDirectoryID string, body IDMTranslationRulesInsertRequest, opts ...RequestOption) (*IDMTranslationRule, error) {
	rules := s.AllTranslationRules(ctx, activeDirectoryID, nil, forReading(opts)...)
	before := map[string]bool{"": true}
	for rule, err := range rules {
		if err != nil {
			return nil, err
		}
		before[rule.ObjectID] = true
	}
	made, err := s.CreateTranslationRule(ctx, activeDirectoryID, body, opts...)
	if err != nil || made.ObjectID != "" {
		return made, err
	}
	made = nil
	for rule, err := range rules {
		switch {
		case err != nil:
			return nil, fmt.Errorf("jumpcloud: the translation rule was created, but cannot be looked for: %w", err)
		case before[rule.ObjectID] || !body.became(rule):
		case made != nil:
			return nil, fmt.Errorf("jumpcloud: the translation rule was created, but so was another like it: %w", ErrTooMany)
		default:
			made = rule
		}
	}
	if made == nil {
		return nil, errors.New("jumpcloud: the translation rule was created, but is not in the list; see AllTranslationRules")
	}
	return made, nil
}

func (r IDMTranslationRulesInsertRequest) became(rule *IDMTranslationRule) bool {
	destination := r.Destination.Or("")
	return rule.Source == r.Source.Or("") && rule.Direction == r.Direction.Or(rule.Direction) &&
		(rule.Destination == destination || rule.Destination == "customAttributes."+destination)
}

// ModifyTranslationRule reads a translation rule, lets change alter what of it can be written, and writes it
// back, so that the full replace loses nothing: see [UsergroupsService.Modify]. It returns the rule as written.
//
// It calls activedirectoriesTranslationRules_list and activedirectoriesTranslationRules_update.
func (s *ActiveDirectoriesService) ModifyTranslationRule(ctx context.Context, activeDirectoryID, ruleID string, change func(*IDMTranslationRulesUpdateRequest), opts ...RequestOption) (*IDMTranslationRule, error) {
	rule, err := lookUp("objectId", ruleID, func(...Condition) iter.Seq2[*IDMTranslationRule, error] {
		return s.AllTranslationRules(ctx, activeDirectoryID, nil, append(forReading(opts), WithRaw())...)
	}, func(r *IDMTranslationRule) bool { return strings.EqualFold(r.ObjectID, ruleID) })
	if err != nil {
		return nil, err
	}
	var body IDMTranslationRulesUpdateRequest
	option, err := rewriting(rule.RawJSON(), nil, &body)
	if err != nil {
		return nil, err
	}
	change(&body)
	return s.UpdateTranslationRule(ctx, activeDirectoryID, ruleID, body, append(opts[:len(opts):len(opts)], option)...)
}
