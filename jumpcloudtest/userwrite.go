package jumpcloudtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// failure is why a write is refused.
type failure struct {
	text       string
	status     int // 0 means 400
	violations []violation
}

// rule checks the value of a field that a write names, and returns what is stored: nil unsets.
type rule func(o *org, name string, v any, now time.Time) (any, error)

// userRules has the fields that a user can be written with. All others (created, password_date,
// mfaEnrollment, invented ones) are ignored without an error, as clients that send them found.
var userRules = map[string]rule{
	"account_locked": boolean, "activated": boolean, "addresses": addresses, "allow_public_key": boolean,
	"alternateEmail": optionalText, "attributes": customAttributes, "company": plainText,
	"costCenter": plainText, "delegatedAuthority": anObject, "department": plainText,
	"description": plainText, "disableDeviceMaxLoginAttempts": boolean, "displayname": plainText,
	"email": emailAddress, "employeeIdentifier": identifier, "employeeType": plainText,
	"enable_managed_uid": boolean, "enable_user_portal_multifactor": boolean, "external_dn": plainText,
	"external_password_expiration_date": optionalText, "external_source_type": plainText,
	"externally_managed": boolean, "firstname": plainText, "jobTitle": plainText, "lastname": plainText,
	"ldap_binding_user": boolean, "location": plainText, "managedAppleId": optionalText,
	"manager": managerID, "middlename": plainText, "password_never_expires": boolean,
	"passwordless_sudo": boolean, // not in the described body of an update, but taken there
	"phoneNumbers":      phoneNumbers, "public_key": optionalText, "recoveryEmail": recoveryEmail,
	"relationships": relationships, "restrictedFields": restrictedFields, "samba_service_user": boolean,
	"ssh_keys": func(o *org, _ string, v any, now time.Time) (any, error) {
		list, isList := v.([]any)
		if !isList {
			return nil, errors.New("ssh_keys must be an array")
		}
		return o.sshKeys(list, now)
	},
	"sudo": boolean, "systemUsername": plainText, "tags": someTexts, "unix_guid": unixID, "unix_uid": unixID,
	"username": userName,
}

// creating is how a user comes into being.
type creating struct {
	state  string // for a user whose creator names none
	source string // of a bulk job; empty for a single create
}

func (o *org) create(body map[string]any, how creating, now time.Time) (*user, *failure) {
	blank := &user{fields: map[string]any{"state": how.state, "suspended": how.state == "SUSPENDED"}}
	for _, required := range []string{"username", "email"} {
		if body[required] == nil || body[required] == "" {
			return nil, &failure{text: required + " is required"}
		}
	}
	changes, failed := o.draft(blank, body, how.source != "", true, now)
	if failed != nil {
		return nil, failed
	}
	u := o.newUser(now, len(changes)+8)
	u.fields["state"], u.fields["suspended"] = how.state, how.state == "SUSPENDED"
	if how.source != "" {
		u.fields["creationSource"] = how.source
	}
	uid := o.nextUnixID()
	u.fields["unix_uid"], u.fields["unix_guid"] = uid, uid
	o.commit(u, changes, now)
	return u, nil
}

func (o *org) update(u *user, body map[string]any, bulk bool, now time.Time) *failure {
	changes, failed := o.draft(u, body, bulk, false, now)
	if failed == nil {
		o.commit(u, changes, now)
	}
	return failed
}

// draft checks a write of a user and works out what it changes, without changing anything: a write is
// done whole or not at all.
func (o *org) draft(u *user, body map[string]any, bulk, create bool, now time.Time) (map[string]any, *failure) {
	changes := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(body)) { // in order, so that new ids are always the same
		v, check := body[name], userRules[name]
		switch {
		case check == nil, create && name == "ssh_keys", !create && name == "activated":
			continue // not in the body of this operation
		case bulk && name == "alternateEmail":
			continue // JumpCloud's own tests gave up on it: bulk jobs do not store it reliably
		}
		stored, err := check(o, name, v, now)
		if err != nil {
			return nil, &failure{text: err.Error()}
		}
		changes[name] = stored
	}
	for field, taken := range o.unique {
		if key := uniqueKey(changes[field]); key != "" && taken[key] != "" && taken[key] != u.id {
			return nil, &failure{status: o.host.duplicate, text: "User already exists"}
		}
	}
	if failed := agree(u, body, changes); failed != nil {
		return nil, failed
	}
	if failed := o.draftPassword(u, body, changes); failed != nil {
		return nil, failed
	}
	if bulk {
		return changes, nil // bulk jobs do not store mfa reliably either
	}
	return changes, draftMFA(u, body, changes)
}

// agree makes state and suspended say the same. One that comes alone takes the other with it; both
// together must not contradict each other: with the text of JumpCloud's own module.
func agree(u *user, body, changes map[string]any) *failure {
	now := u.text("state")
	state, stateGiven := body["state"]
	suspended, suspendedGiven := body["suspended"]
	if _, isBool := suspended.(bool); suspendedGiven && !isBool {
		return &failure{text: "suspended must be a boolean"}
	}
	if stateGiven {
		switch state {
		case "ACTIVATED", "SUSPENDED":
		case "STAGED":
			if now != "STAGED" && u.id != "" {
				return &failure{text: "state STAGED is for new users only"}
			}
		default:
			return &failure{text: "state must be STAGED, ACTIVATED or SUSPENDED"}
		}
	}
	switch {
	case stateGiven && suspendedGiven && suspended != (state == "SUSPENDED"):
		return &failure{text: fmt.Sprintf("Cannot save conflicting state and suspended fields. (state=%v suspended=%v)", state, suspended)}
	case stateGiven:
	case suspendedGiven && suspended == true:
		state = "SUSPENDED"
	case suspendedGiven && now == "SUSPENDED":
		state = "ACTIVATED"
	default:
		state = now
	}
	if stateGiven || suspendedGiven {
		changes["state"], changes["suspended"] = state, state == "SUSPENDED"
	}
	return nil
}

func (o *org) draftPassword(u *user, body, changes map[string]any) *failure {
	v, given := body["password"]
	if !given {
		return nil
	}
	password, isText := v.(string)
	if !isText || password == "" {
		return &failure{text: "password must be a string that is not empty"}
	}
	policy := o.host.password
	var violations []violation
	special := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if policy.SpecialCharacter && !strings.ContainsFunc(password, special) {
		violations = append(violations, violation{"password", "specialCharacter"})
	}
	if recent := u.passwords[max(0, len(u.passwords)-policy.History):]; policy.History > 0 && slices.Contains(recent, password) {
		violations = append(violations, violation{"password", "passwordHistory"})
	}
	if violations != nil {
		return &failure{text: "Password validation fail", violations: violations}
	}
	changes["password"] = password
	return nil
}

// wishMFA is what a write or a reset says about MFA.
type wishMFA struct {
	exclusion bool
	days      int    // for a staged user, from the activation on
	until     string // for an active user
}

func parseMFA(body map[string]any) (wishMFA, error) {
	var wish wishMFA
	if v, given := body["exclusion"]; given {
		exclusion, isBool := v.(bool)
		if !isBool {
			return wish, errors.New("exclusion must be a boolean")
		}
		wish.exclusion = exclusion
	}
	if v, given := body["exclusionDays"]; given && v != nil {
		days, err := strconv.Atoi(fmt.Sprint(v)) // JumpCloud's module sends it as a string
		if err != nil || days < 1 {
			return wish, errors.New("exclusionDays must be a number of 1 or more")
		}
		wish.days = days
	}
	if v, given := body["exclusionUntil"]; given && v != nil {
		t, isDate := date(fmt.Sprint(v))
		if !isDate {
			return wish, errors.New("exclusionUntil must be a date")
		}
		wish.until = stamp(t)
	}
	return wish, nil
}

// draftMFA allows each state its own field: days for a staged user, a date for an active one, nothing
// for a suspended one. Clients got this wrong; that the service refuses it is an inference.
func draftMFA(u *user, body, changes map[string]any) *failure {
	current, _ := u.value("mfa").(map[string]any)
	mfa := map[string]any{"configured": current["configured"] == true, "exclusion": false}
	if v, given := body["mfa"]; given {
		written, isObject := v.(map[string]any)
		if !isObject {
			return &failure{text: "mfa must be an object"}
		}
		wish, err := parseMFA(written)
		if err != nil {
			return &failure{text: "mfa: " + err.Error()}
		}
		state, given := changes["state"]
		if !given {
			state = u.text("state")
		}
		switch {
		case state == "SUSPENDED" && wish != wishMFA{}:
			return &failure{text: "mfa cannot be set on a suspended user"}
		case state == "STAGED" && wish.until != "":
			return &failure{text: "mfa.exclusionUntil is for active users; a staged user takes mfa.exclusionDays"}
		case state == "ACTIVATED" && wish.days > 0:
			return &failure{text: "mfa.exclusionDays is for staged users; an active user takes mfa.exclusionUntil"}
		}
		mfa["exclusion"] = wish.exclusion
		if wish.days > 0 {
			mfa["exclusionDays"] = wish.days
		}
		if wish.until != "" {
			mfa["exclusionUntil"] = wish.until
		}
		changes["mfa"] = mfa
	}
	if changes["enable_user_portal_multifactor"] == false { // ends the exclusion, as live tests show
		changes["mfa"] = map[string]any{"configured": mfa["configured"], "exclusion": false}
	}
	return nil
}

// commit makes the changes of a draft.
func (o *org) commit(u *user, changes map[string]any, now time.Time) {
	for field, taken := range o.unique {
		v, changed := changes[field]
		if !changed {
			continue
		}
		if old := uniqueKey(u.value(field)); taken[old] == u.id {
			delete(taken, old)
		}
		if key := uniqueKey(v); key != "" {
			taken[key] = u.id
		}
	}
	if locked, changed := changes["account_locked"]; changed && locked != u.is("account_locked") {
		if locked == true {
			u.set("account_locked_date", stamp(now))
		} else {
			u.unset("account_locked_date")
		}
	}
	wasStaged := u.text("state") == "STAGED"
	for name, v := range changes {
		switch {
		case name == "password":
		case v == nil:
			u.unset(name)
		default:
			u.set(name, v)
		}
	}
	if password, changed := changes["password"].(string); changed {
		u.passwords = append(u.passwords, password)
		u.set("activated", true) // which is what having a password means
		u.set("password_date", stamp(now))
		u.unset("password_expired")
		u.set("password_expiration_date", nil)
		if lifetime := o.host.password.Lifetime; lifetime > 0 {
			u.set("password_expiration_date", stamp(now.Add(lifetime)))
		}
	}
	if wasStaged && changes["state"] == "ACTIVATED" {
		o.activate(u, now)
	}
	o.regroup(u)
}

// The rules. A value of the wrong type is refused; null is refused where nothing says that it clears.

const longest = 1024

func boolean(_ *org, name string, v any, _ time.Time) (any, error) {
	if _, isBool := v.(bool); !isBool {
		return nil, errors.New(name + " must be a boolean")
	}
	return v, nil
}

func limitedText(name string, v any, limit int) (string, error) {
	s, isText := v.(string)
	switch {
	case !isText:
		return "", errors.New(name + " must be a string")
	case len(s) > limit:
		return "", fmt.Errorf("%s must not be longer than %d", name, limit)
	}
	return s, nil
}

// plainText is cleared with "", and shown as "" when unset.
func plainText(_ *org, name string, v any, _ time.Time) (any, error) {
	return orErr(limitedText(name, v, longest))
}

func orErr(s string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// optionalText is absent when unset.
func optionalText(_ *org, name string, v any, _ time.Time) (any, error) {
	if s, err := limitedText(name, v, longest); err != nil || s == "" {
		return nil, err
	}
	return v, nil
}

func userName(_ *org, field string, v any, _ time.Time) (any, error) {
	s, err := limitedText(field, v, longest)
	if err == nil && (s == "" || strings.ContainsFunc(s, unicode.IsSpace)) {
		err = errors.New(field + " must not be empty nor contain white space")
	}
	return orErr(s, err)
}

func emailAddress(_ *org, field string, v any, _ time.Time) (any, error) {
	s, err := limitedText(field, v, longest)
	if at := strings.LastIndexByte(s, '@'); err == nil && (at < 1 || at == len(s)-1 || strings.ContainsFunc(s, unicode.IsSpace)) {
		err = errors.New(field + " must be an e-mail address")
	}
	return orErr(s, err)
}

// identifier is unique and cleared with null; "" would be taken for the identifier of one user.
func identifier(_ *org, name string, v any, _ time.Time) (any, error) {
	if v == nil {
		return nil, nil
	}
	s, err := limitedText(name, v, 256)
	if err == nil && s == "" {
		err = errors.New(name + " must not be empty; null clears it")
	}
	return orErr(s, err)
}

// managerID is the id of a user; null clears it, and so does "" here.
func managerID(_ *org, name string, v any, _ time.Time) (any, error) {
	if v == nil || v == "" {
		return nil, nil
	}
	if id, _ := v.(string); !wellFormed(id) {
		return nil, fmt.Errorf("%s must be the id of a user, 24 hex digits, not a name; null clears it", name)
	}
	return v, nil
}

// unixID allows 0 to 4294967295, more than is described, as JumpCloud's module does.
func unixID(_ *org, name string, v any, _ time.Time) (any, error) {
	if v == nil {
		return nil, nil
	}
	n, isNumber := v.(json.Number)
	i, err := n.Int64()
	if !isNumber || err != nil || i < 0 || i > math.MaxUint32 {
		return nil, fmt.Errorf("%s must be an integer from 0 to %d", name, uint32(math.MaxUint32))
	}
	return i, nil
}

func anObject(_ *org, name string, v any, _ time.Time) (any, error) {
	if _, isObject := v.(map[string]any); !isObject && v != nil {
		return nil, errors.New(name + " must be an object or null")
	}
	return v, nil
}

func recoveryEmail(_ *org, name string, v any, _ time.Time) (any, error) {
	if v == nil {
		return nil, nil
	}
	written, isObject := v.(map[string]any)
	if !isObject {
		return nil, errors.New(name + " must be an object")
	}
	s, err := limitedText(name+".address", written["address"], longest)
	if err != nil || s == "" {
		return nil, err
	}
	return map[string]any{"address": s, "verified": false}, nil
}

func someTexts(_ *org, name string, v any, _ time.Time) (any, error) {
	list, isList := v.([]any)
	if !isList {
		return nil, errors.New(name + " must be an array of strings")
	}
	if _, err := texts(v, name); err != nil || len(list) == 0 {
		return nil, err
	}
	return v, nil
}

// items reads an array of objects, of which only the named keys count; null is refused, as it was
// inside addresses.
func items(name string, v any, keys ...string) ([]map[string]any, error) {
	list, isList := v.([]any)
	if !isList {
		return nil, errors.New(name + " must be an array")
	}
	found := make([]map[string]any, len(list))
	for i, item := range list {
		written, isObject := item.(map[string]any)
		if !isObject {
			return nil, fmt.Errorf("%s[%d] must be an object", name, i)
		}
		found[i] = map[string]any{}
		for _, key := range keys {
			if v, given := written[key]; given {
				s, err := limitedText(fmt.Sprintf("%s[%d].%s", name, i, key), v, longest)
				if err != nil {
					return nil, err
				}
				found[i][key] = s
			}
		}
	}
	return found, nil
}

// withIDs gives each item an id of its own: a write replaces an array whole, ids and all.
func (o *org) withIDs(key string, list []map[string]any) []any {
	stored := make([]any, len(list))
	for i, item := range list {
		item[key] = o.host.newID()
		stored[i] = item
	}
	return stored
}

func addresses(o *org, name string, v any, _ time.Time) (any, error) {
	list, err := items(name, v, "type", "streetAddress", "extendedAddress", "poBox", "locality", "region", "postalCode", "country")
	if err != nil {
		return nil, err
	}
	return o.withIDs("id", list), nil
}

func phoneNumbers(o *org, name string, v any, _ time.Time) (any, error) {
	list, err := items(name, v, "type", "number")
	if err != nil {
		return nil, err
	}
	return o.withIDs("id", list), nil
}

func customAttributes(o *org, field string, v any, _ time.Time) (any, error) {
	list, err := items(field, v, "name", "value")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for i, item := range list {
		name, _ := item["name"].(string)
		notPlain := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
		switch {
		case name == "" || strings.ContainsFunc(name, notPlain):
			return nil, fmt.Errorf("%s[%d].name must consist of letters and digits", field, i)
		case item["value"] == nil:
			return nil, fmt.Errorf("%s[%d].value is required", field, i)
		case seen[name]:
			return nil, fmt.Errorf("%s[%d].name is there twice", field, i)
		}
		seen[name] = true
	}
	return o.withIDs("_id", list), nil
}

func relationships(_ *org, name string, v any, _ time.Time) (any, error) {
	list, err := items(name, v, "type", "value")
	return orUnset(list, err)
}

func restrictedFields(_ *org, name string, v any, _ time.Time) (any, error) {
	if list, isList := v.([]any); isList {
		for _, item := range list { // an id of null was seen to be written
			if o, isObject := item.(map[string]any); isObject && o["id"] == nil {
				delete(o, "id")
			}
		}
	}
	list, err := items(name, v, "field", "id", "type")
	return orUnset(list, err)
}

func orUnset(list []map[string]any, err error) (any, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	stored := make([]any, len(list))
	for i, item := range list {
		stored[i] = item
	}
	return stored, nil
}

func (o *org) sshKeys(list []any, now time.Time) ([]any, error) {
	keys, err := items("ssh_keys", list, "name", "public_key")
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if key["name"] == nil || key["name"] == "" || key["public_key"] == nil || key["public_key"] == "" {
			return nil, errors.New("name and public_key of an ssh key are required")
		}
		key["create_date"] = stamp(now)
	}
	return o.withIDs("_id", keys), nil
}
