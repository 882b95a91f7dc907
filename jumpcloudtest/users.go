package jumpcloudtest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// user is a system user. Its fields are those that differ from a user of whom nothing is set.
type user struct {
	id        string
	fields    map[string]any
	passwords []string // never shown; the last one is good
	totp      time.Time
	endpoints []object // push endpoints
	encoded   []byte   // the whole object, as long as nothing changes
}

// userDefaults is what an answer shows of a user of whom nothing is set, as recorded in 2021. Fields
// that are not here (alternateEmail, manager, organization, …) are absent until they are set.
var userDefaults = map[string]any{
	"account_locked": false, "account_locked_date": nil, "activated": false, "addresses": []any{},
	"allow_public_key": true, "attributes": []any{}, "company": "", "costCenter": "", "department": "",
	"description": "", "disableDeviceMaxLoginAttempts": false, "displayname": "", "employeeIdentifier": nil,
	"employeeType": "", "enable_managed_uid": false, "enable_user_portal_multifactor": false,
	"external_dn": "", "external_source_type": "", "externally_managed": false, "firstname": "",
	"jobTitle": "", "lastname": "", "ldap_binding_user": false, "location": "",
	"mfa": map[string]any{"exclusion": false, "configured": false}, "middlename": "",
	"password_expired": false, "password_never_expires": false, "passwordless_sudo": false,
	"phoneNumbers": []any{}, "samba_service_user": false, "ssh_keys": []any{}, "state": "ACTIVATED",
	"sudo": false, "suspended": false, "systemUsername": "", "totp_enabled": false,
}

// userFields are the names by which users can be filtered, sorted and searched, and which can be asked
// for: those that anybody described or recorded, but for the password.
var userFields = fields(strings.Fields(`
	_id id account_locked account_locked_date activated
	addresses addresses.id addresses.type addresses.streetAddress addresses.extendedAddress addresses.poBox
	addresses.locality addresses.region addresses.postalCode addresses.country
	admin admin.id admin.roleName admin.roleNames allow_public_key alternateEmail
	attributes attributes._id attributes.name attributes.value badLoginAttempts company costCenter created
	creationSource delegatedAuthority delegatedAuthority.id delegatedAuthority.name department description
	disableDeviceMaxLoginAttempts displayname email employeeIdentifier employeeType enable_managed_uid
	enable_user_portal_multifactor external_dn external_password_expiration_date external_source_type
	externally_managed firstname jobTitle lastname ldap_binding_user location managedAppleId manager memberof
	mfa mfa.configured mfa.exclusion mfa.exclusionDays mfa.exclusionUntil
	mfaEnrollment mfaEnrollment.overallStatus mfaEnrollment.totpStatus mfaEnrollment.webAuthnStatus
	mfaEnrollment.pushStatus mfaEnrollment.smsStatus mfaEnrollment.jcGoStatus
	middlename organization password_date password_expiration_date password_expired password_never_expires
	passwordless_sudo phoneNumbers phoneNumbers.id phoneNumbers.type phoneNumbers.number public_key
	recoveryEmail recoveryEmail.address recoveryEmail.verified recoveryEmail.verifiedAt
	relationships relationships.type relationships.value
	restrictedFields restrictedFields.field restrictedFields.id restrictedFields.type samba_service_user
	ssh_keys ssh_keys._id ssh_keys.create_date ssh_keys.name ssh_keys.public_key
	state sudo suspended systemUsername tags totp_enabled unix_guid unix_uid username`))

func (u *user) field(name string) (any, bool) {
	if v, found := u.fields[name]; found {
		return v, true
	}
	v, found := userDefaults[name]
	return v, found
}

func (u *user) value(name string) any {
	v, _ := u.field(name)
	return v
}

func (u *user) text(name string) string {
	s, _ := u.value(name).(string)
	return s
}

func (u *user) is(name string) bool {
	b, _ := u.value(name).(bool)
	return b
}

func (u *user) set(name string, v any) {
	u.fields[name] = v
	u.encoded = nil
}

func (u *user) unset(name string) {
	delete(u.fields, name)
	u.encoded = nil
}

func (u *user) json() []byte {
	if u.encoded == nil {
		u.encoded = appendObject(make([]byte, 0, 1536), u.keys(), u.value)
	}
	return u.encoded
}

// keys are the fields that an answer shows.
func (u *user) keys() []string {
	keys := make([]string, 0, len(userDefaults)+len(u.fields))
	for key := range userDefaults {
		keys = append(keys, key)
	}
	for key := range u.fields {
		if _, there := userDefaults[key]; !there {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// newUser adds a user of whom only what every user has is set. Both _id and id stand on it, as in
// every recording.
func (o *org) newUser(now time.Time, capacity int) *user {
	id := o.host.newID()
	u := &user{id: id, fields: make(map[string]any, capacity)}
	u.fields["_id"], u.fields["id"] = id, id
	u.fields["created"] = stamp(now)
	o.users[id] = u
	o.ordered = append(o.ordered, u) // ids only grow
	return u
}

// nextUnixID gives users numbers of their own; the first one recorded is 5001.
func (o *org) nextUnixID() int64 {
	o.nextUID++
	return o.nextUID - 1
}

// uniqueKey is what must not be there twice in an organisation; case does not make a difference.
func uniqueKey(v any) string {
	s, _ := v.(string)
	return strings.ToLower(s)
}

func (c *call) one() *user { return c.org.users[c.ids[0]] }

func (c *call) listUsers() reply { return listOf(c, c.org.ordered, userFields, (*user).json) }

func (c *call) getUser() reply {
	u := c.one()
	if u == nil {
		if c.emptyUnknown {
			return reply{status: http.StatusOK}
		}
		return message(http.StatusNotFound, "Not Found")
	}
	q, err := c.selection(userFields)
	switch {
	case err != nil:
		return c.refuse(err)
	case !q.filter.passes(u): // the filter is described; what it does to one user is a guess
		return message(http.StatusNotFound, "Not Found")
	case len(q.fields) > 0:
		return ok(project(u, q.fields))
	}
	return reply{status: http.StatusOK, body: u.json()}
}

func (c *call) createUser() reply {
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	u, failed := c.org.create(body, creating{state: c.stateDefaults.ManualEntry}, c.now)
	if failed != nil {
		return c.refuseWrite(failed)
	}
	return reply{status: http.StatusOK, body: u.json()} // 200, not 201
}

// updateUser merges: what the body does not name stays, and an array that it names is replaced whole.
func (c *call) updateUser() reply {
	u := c.one()
	if u == nil {
		return message(http.StatusNotFound, "Not Found")
	}
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	if failed := c.org.update(u, body, false, c.now); failed != nil {
		return c.refuseWrite(failed)
	}
	return reply{status: http.StatusOK, body: u.json()}
}

// refuseWrite answers a create or update that breaks a rule.
func (c *call) refuseWrite(failed *failure) reply {
	switch {
	case failed.status != 0:
		return message(failed.status, failed.text)
	case failed.violations != nil && c.query.Get("fullValidationDetails") == "password":
		return invalid(failed.text, failed.violations...)
	}
	return message(http.StatusBadRequest, failed.text)
}

// deleteUser answers with the user that is gone.
func (c *call) deleteUser() reply {
	u := c.one()
	if u == nil {
		return message(http.StatusNotFound, "Not Found")
	}
	if u.is("samba_service_user") { // the text is known, the status is one of those declared
		return rpcError(http.StatusConflict, "Samba service is enabled for this user; disable it before deleting the user")
	}
	var reports []*user
	for _, other := range c.org.ordered {
		if other.text("manager") == u.id {
			reports = append(reports, other)
		}
	}
	heir := c.query.Get("cascade_manager")
	switch {
	case len(reports) == 0:
	case heir == "": // 409 is declared; that this is what it is for is how clients read it
		return rpcError(http.StatusConflict, fmt.Sprintf("user is the manager of %d users; say in cascade_manager who manages them", len(reports)))
	case heir != "null" && (heir == u.id || c.org.users[heir] == nil):
		return message(http.StatusBadRequest, "cascade_manager must be null or the id of another user")
	}
	for _, report := range reports {
		before := c.org.look(report.id)
		if heir == "null" || heir == report.id {
			report.unset("manager")
		} else {
			report.set("manager", heir)
		}
		c.org.traceChange(before)
		c.org.regroup(report)
	}
	c.org.remove(u.id)
	return reply{status: http.StatusOK, body: u.json()}
}

// Answers to the actions on a user are a text or nothing; which one it is for which action is not
// known, so there are some of each.

func (c *call) expirePassword() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	u.expire(c.now)
	return plain("OK")
}

func (u *user) expire(now time.Time) {
	u.set("password_expired", true)
	if len(u.passwords) > 0 {
		u.set("password_expiration_date", stamp(now))
	}
}

func (c *call) unlockUser() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	c.org.unlock(u)
	return reply{status: http.StatusOK}
}

func (o *org) unlock(u *user) {
	u.unset("account_locked")
	u.unset("account_locked_date")
	o.regroup(u)
}

func (c *call) syncMFA() reply {
	if c.one() == nil {
		return notFound()
	}
	return reply{status: http.StatusOK}
}

// resetMFA forgets the TOTP secret; with an exclusion the user has time to enrol again.
func (c *call) resetMFA() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	body, err := c.object(true)
	if err != nil {
		return rpcError(http.StatusBadRequest, err.Error())
	}
	wish, err := parseMFA(body)
	if err != nil {
		return rpcError(http.StatusBadRequest, err.Error())
	}
	mfa := map[string]any{"configured": false, "exclusion": wish.exclusion}
	switch {
	case wish.days > 0:
		mfa["exclusionUntil"] = stamp(c.now.AddDate(0, 0, wish.days))
	case wish.until != "":
		mfa["exclusionUntil"] = wish.until
	}
	u.totp = time.Time{}
	u.set("mfa", mfa)
	u.unset("totp_enabled")
	u.unset("mfaEnrollment")
	c.org.regroup(u)
	return plain("OK")
}

// activateUser makes a staged user active. Who is active already stays so, without an error; what
// happens to a suspended user is not known, and refused here.
func (c *call) activateUser() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	body, err := c.object(true)
	if err != nil {
		return rpcError(http.StatusBadRequest, err.Error())
	}
	to, wanted := "", true
	switch v := body["email"].(type) {
	case nil:
	case bool:
		wanted = v
	case string:
		to = v
	default:
		return rpcError(http.StatusBadRequest, "email must be a boolean or an address")
	}
	switch u.text("state") {
	case "SUSPENDED":
		return rpcError(http.StatusBadRequest, "user is suspended, not staged")
	case "STAGED":
		c.org.activate(u, c.now)
		if wanted {
			c.org.welcome(u, to, c.now)
		}
	}
	return ok("OK")
}

// activate changes the state of a user. Days that a staged user may go without MFA count from here.
func (o *org) activate(u *user, now time.Time) {
	if mfa, _ := u.value("mfa").(map[string]any); mfa["exclusionDays"] != nil {
		days, _ := numeric(mfa["exclusionDays"])
		mfa = maps.Clone(mfa)
		delete(mfa, "exclusionDays")
		mfa["exclusionUntil"] = stamp(now.AddDate(0, 0, int(days)))
		u.set("mfa", mfa)
	}
	u.set("state", "ACTIVATED")
	u.unset("suspended")
	o.regroup(u)
}

// welcome sends what a user gets on activation: the welcome mail to the primary address when there is
// a password, else the activation mail to the alternate address if there is one.
func (o *org) welcome(u *user, to string, now time.Time) {
	m := Mail{To: to, Kind: "welcome", User: u.id, Time: now}
	if len(u.passwords) == 0 {
		m.Kind = "activation"
		if m.To == "" {
			m.To = u.text("alternateEmail")
		}
	}
	if m.To == "" {
		m.To = u.text("email")
	}
	o.mails = append(o.mails, m)
}

func (c *call) totpInfo() reply {
	u := c.one()
	switch {
	case u == nil:
		return notFound()
	case u.totp.IsZero():
		return ok(map[string]any{})
	}
	return ok(map[string]any{"enrollmentDate": stamp(u.totp)})
}

func (c *call) listSSHKeys() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	return ok(u.value("ssh_keys")) // the array alone
}

func (c *call) createSSHKey() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	body, err := c.object(false)
	if err != nil {
		return rpcError(http.StatusBadRequest, err.Error())
	}
	keys, err := c.org.sshKeys([]any{body}, c.now)
	if err != nil {
		return rpcError(http.StatusBadRequest, err.Error())
	}
	u.set("ssh_keys", append(slices.Clone(u.value("ssh_keys").([]any)), keys...))
	return ok(keys[0])
}

func (c *call) deleteSSHKey() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	keys := u.value("ssh_keys").([]any)
	left := slices.DeleteFunc(slices.Clone(keys), func(k any) bool { return k.(map[string]any)["_id"] == c.ids[1] })
	if len(left) == len(keys) {
		return notFound()
	}
	u.set("ssh_keys", left)
	return plain("OK")
}

// The bindings of users who still have Tags are known by their route and by the lists of the write
// alone; the answers are made up.

func (c *call) listLegacyBindings() reply {
	if c.one() == nil {
		return message(http.StatusNotFound, "Not Found")
	}
	var bound []object
	for _, id := range c.org.legacy[c.ids[0]] {
		bound = append(bound, object{"_id": id, "id": id})
	}
	return c.objectList(bound, fields{"_id", "id"})
}

func (c *call) updateLegacyBindings() reply {
	if c.one() == nil {
		return message(http.StatusNotFound, "Not Found")
	}
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	lists := map[string][]string{}
	for _, name := range []string{"add", "remove"} {
		if _, isList := body[name].([]any); !isList {
			return c.refuse(fmt.Errorf("%s must be an array of system ids", name))
		}
		if lists[name], err = texts(body[name], name); err != nil {
			return c.refuse(err)
		}
	}
	bound := c.org.legacy[c.ids[0]]
	for _, id := range lists["add"] {
		if c.org.kind(id) != system {
			return c.refuse(fmt.Errorf("add names %q, which is no system", id))
		}
	}
	for _, id := range lists["add"] {
		if !slices.Contains(bound, id) {
			bound = append(bound, id)
		}
	}
	bound = slices.DeleteFunc(bound, func(id string) bool { return slices.Contains(lists["remove"], id) })
	c.org.legacy[c.ids[0]] = bound
	return ok(map[string]any{})
}

// narrow is an update of some keys only, which answers no user.
func (c *call) narrow(keys ...string) reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	body, err := c.object(true)
	if err != nil {
		return rpcError(http.StatusBadRequest, err.Error())
	}
	for key := range body {
		if !slices.Contains(keys, key) {
			return rpcError(http.StatusBadRequest, key+" is no key of the body; there are "+strings.Join(keys, ", "))
		}
	}
	if failed := c.org.update(u, body, false, c.now); failed != nil {
		return rpcError(http.StatusBadRequest, failed.text)
	}
	return reply{status: http.StatusOK}
}

func (c *call) enforceMFA() reply { return c.narrow("enable_user_portal_multifactor", "mfa") }

func (c *call) setPassword() reply { return c.narrow("password") }

func (c *call) suspendUser() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	if len(c.body) > 0 {
		return rpcError(http.StatusBadRequest, "the body must be empty")
	}
	if failed := c.org.update(u, map[string]any{"state": "SUSPENDED", "suspended": true}, false, c.now); failed != nil {
		return rpcError(http.StatusBadRequest, failed.text)
	}
	return reply{status: http.StatusOK}
}

// sendReactivation sends the mail to activate the account, or to set a new password.
func (c *call) sendReactivation() reply {
	u := c.one()
	if u == nil {
		return notFound()
	}
	body, err := c.object(true)
	if err != nil {
		return rpcError(http.StatusBadRequest, err.Error())
	}
	to, isText := body["email"].(string)
	if body["email"] != nil && !isText {
		return rpcError(http.StatusBadRequest, "email must be an address")
	}
	c.org.welcome(u, to, c.now)
	return reply{status: http.StatusOK}
}
