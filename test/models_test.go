//lint:file-ignore SA1019 operations that were withdrawn send their lists too

package jumpcloud_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// everyFieldIsSet checks that no exported field of a struct, or of the structs inside it, is zero, so
// that a fixture shows it when a field comes to the struct.
func everyFieldIsSet(t *testing.T, value any, except ...string) {
	t.Helper()
	var unset []string
	var look func(path string, v reflect.Value)
	look = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			look(path, v.Elem())
		case reflect.Slice:
			for i := range v.Len() {
				look(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		case reflect.Struct:
			if opt := v.MethodByName("Get"); opt.IsValid() { // an Opt
				results := opt.Call(nil)
				if results[1].Bool() {
					look(path, results[0])
				}
				return
			}
			for i := range v.NumField() {
				field := v.Type().Field(i)
				if !field.IsExported() || field.Name == "Raw" {
					continue
				}
				name := path + "." + field.Name
				if v.Field(i).IsZero() {
					unset = append(unset, name)
					continue
				}
				look(name, v.Field(i))
			}
		}
	}
	look("", reflect.ValueOf(value))
	assert.ElementsMatch(t, except, unset, "fields without a value")
}

// JumpCloud adds words to its enums; what a client does not know, it keeps.
func TestEnumsKeepTheWordsOfTomorrow(t *testing.T) {
	var group jumpcloud.UserGroup
	require.NoError(t, json.Unmarshal([]byte(`{"membershipMethod":"SOMETHING_NEW"}`), &group))
	assert.Equal(t, jumpcloud.MembershipMethod("SOMETHING_NEW"), group.MembershipMethod)
	var object jumpcloud.GraphObjectWithPaths
	require.NoError(t, json.Unmarshal([]byte(`{"id":"a","type":"kind_of_tomorrow","paths":[]}`), &object))
	assert.Equal(t, jumpcloud.GraphType("kind_of_tomorrow"), object.Type)
}

// encodes checks the JSON that a value is sent as.
func encodes(t *testing.T, want string, value any) {
	t.Helper()
	data, err := json.Marshal(value)
	require.NoError(t, err)
	assert.JSONEq(t, want, string(data))
}

// everyNewField is a new user with everything that one can have.
func everyNewField() jumpcloud.SystemuserCreate {
	return jumpcloud.SystemuserCreate{
		AccountLocked: jumpcloud.Set(true),
		Addresses: []jumpcloud.AddressInput{{
			Type: jumpcloud.Set("work"), StreetAddress: jumpcloud.Set("1 Main St"), ExtendedAddress: jumpcloud.Set("Floor 2"),
			PoBox: jumpcloud.Set("77"), Locality: jumpcloud.Set("Denver"), Region: jumpcloud.Set("CO"),
			PostalCode: jumpcloud.Set("80202"), Country: jumpcloud.Set("US"),
		}},
		AllowPublicKey: jumpcloud.Set(false),
		AlternateEmail: jumpcloud.Set("home@example.com"),
		Attributes:     []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("badge"), Value: jumpcloud.Set("77")}},
		Company:        jumpcloud.Set("Example Corp"),
		CostCenter:     jumpcloud.Set("CC7"),
		DelegatedAuthority: jumpcloud.Set(jumpcloud.DelegatedAuthorityInput{
			ID: jumpcloud.Set("5e0000000000000000000001"), Name: jumpcloud.Set(jumpcloud.DelegatedAuthorityNameActiveDirectory),
		}),
		Department:                     jumpcloud.Set("IT"),
		Description:                    jumpcloud.Set("on call"),
		DisableDeviceMaxLoginAttempts:  jumpcloud.Set(true),
		Displayname:                    jumpcloud.Set("Ann Example"),
		Email:                          "ann@example.com",
		EmployeeIdentifier:             jumpcloud.Set("E7"),
		EmployeeType:                   jumpcloud.Set("permanent"),
		EnableManagedUID:               jumpcloud.Set(true),
		EnableUserPortalMultifactor:    jumpcloud.Set(true),
		ExternalDN:                     jumpcloud.Set("cn=ann"),
		ExternalPasswordExpirationDate: jumpcloud.Set(jumpcloud.NewTime(time.Date(2027, 1, 2, 3, 4, 5, 678e6, time.UTC))),
		ExternalSourceType:             jumpcloud.Set("ad"),
		ExternallyManaged:              jumpcloud.Set(false),
		Firstname:                      jumpcloud.Set("Ann"),
		JobTitle:                       jumpcloud.Set("Admin"),
		Lastname:                       jumpcloud.Set("Example"),
		LDAPBindingUser:                jumpcloud.Set(true),
		Location:                       jumpcloud.Set("HQ"),
		ManagedAppleID:                 jumpcloud.Set("ann@apple.example.com"),
		Manager:                        jumpcloud.Set("6026bec6b8207255280d5982"),
		MFA: jumpcloud.Set(jumpcloud.MFAInput{
			Exclusion: jumpcloud.Set(true), ExclusionDays: jumpcloud.Set(7),
			ExclusionUntil: jumpcloud.Set(jumpcloud.NewTime(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))),
		}),
		Middlename:           jumpcloud.Set("B"),
		Password:             jumpcloud.Set(jumpcloud.Secret("Tr0ub4dor&3")),
		PasswordNeverExpires: jumpcloud.Set(true),
		PasswordlessSudo:     jumpcloud.Set(true),
		PhoneNumbers:         []jumpcloud.PhoneNumberInput{{Type: jumpcloud.Set("mobile"), Number: jumpcloud.Set("+1 555 0100")}},
		PublicKey:            jumpcloud.Set("ssh-rsa AAAA"),
		RecoveryEmail:        jumpcloud.Set(jumpcloud.RecoveryEmailInput{Address: jumpcloud.Set("rescue@example.com")}),
		Relationships:        []jumpcloud.RelationshipInput{{Type: jumpcloud.Set("assistant"), Value: jumpcloud.Set("bob")}},
		RestrictedFields: []jumpcloud.RestrictedFieldInput{{
			Field: jumpcloud.Set(jumpcloud.RestrictedFieldNamePassword), ID: jumpcloud.Null[string](),
			Type: jumpcloud.Set(jumpcloud.RestrictedFieldSourceSCIM),
		}},
		SambaServiceUser: jumpcloud.Set(true),
		State:            jumpcloud.Set(jumpcloud.UserStateStaged),
		Sudo:             jumpcloud.Set(true),
		Suspended:        jumpcloud.Set(false),
		SystemUsername:   jumpcloud.Set("ann.local"),
		Tags:             []string{"old"},
		UnixGUID:         jumpcloud.Set(int64(4294967295)),
		UnixUID:          jumpcloud.Set(int64(0)),
		Username:         "ann",
		Activated:        jumpcloud.Set(true),
	}
}

// everyUserField are the keys that a new and an existing user have in common.
const everyUserField = `
	"account_locked":true,
	"addresses":[{"type":"work","streetAddress":"1 Main St","extendedAddress":"Floor 2","poBox":"77","locality":"Denver","region":"CO",
		"postalCode":"80202","country":"US"}],
	"allow_public_key":false,
	"alternateEmail":"home@example.com",
	"attributes":[{"name":"badge","value":"77"}],
	"company":"Example Corp",
	"costCenter":"CC7",
	"delegatedAuthority":{"id":"5e0000000000000000000001","name":"ActiveDirectory"},
	"department":"IT",
	"description":"on call",
	"disableDeviceMaxLoginAttempts":true,
	"displayname":"Ann Example",
	"email":"ann@example.com",
	"employeeIdentifier":"E7",
	"employeeType":"permanent",
	"enable_managed_uid":true,
	"enable_user_portal_multifactor":true,
	"external_dn":"cn=ann",
	"external_password_expiration_date":"2027-01-02T03:04:05.678Z",
	"external_source_type":"ad",
	"externally_managed":false,
	"firstname":"Ann",
	"jobTitle":"Admin",
	"lastname":"Example",
	"ldap_binding_user":true,
	"location":"HQ",
	"managedAppleId":"ann@apple.example.com",
	"manager":"6026bec6b8207255280d5982",
	"mfa":{"exclusion":true,"exclusionDays":7,"exclusionUntil":"2026-07-01T00:00:00.000Z"},
	"middlename":"B",
	"password":"Tr0ub4dor&3",
	"password_never_expires":true,
	"passwordless_sudo":true,
	"phoneNumbers":[{"type":"mobile","number":"+1 555 0100"}],
	"public_key":"ssh-rsa AAAA",
	"recoveryEmail":{"address":"rescue@example.com"},
	"relationships":[{"type":"assistant","value":"bob"}],
	"restrictedFields":[{"field":"password","id":null,"type":"scim"}],
	"samba_service_user":true,
	"sudo":true,
	"suspended":false,
	"systemUsername":"ann.local",
	"tags":["old"],
	"unix_guid":4294967295,
	"unix_uid":0,
	"username":"ann"`

func TestNewUserWithEveryFieldIsSentWhole(t *testing.T) {
	user := everyNewField()
	everyFieldIsSet(t, user)
	encodes(t, `{`+everyUserField+`,"state":"STAGED","activated":true}`, user)
}

func TestUserUpdateWithEveryFieldIsSentWhole(t *testing.T) {
	update := everyUpdateField(t)
	everyFieldIsSet(t, update)
	encodes(t, `{`+everyUserField+`,"state":"ACTIVATED","ssh_keys":[{"name":"laptop","public_key":"ssh-ed25519 AAAA"}]}`, update)
}

func TestNewBulkUserHasEveryFieldOfANewUser(t *testing.T) {
	var user jumpcloud.BulkUserCreate
	takeOver(t, &user, everyNewField())
	everyFieldIsSet(t, user)
	encodes(t, `{`+everyUserField+`,"state":"STAGED","activated":true}`, user)
}

func TestBulkUserUpdateHasEveryFieldOfAUserUpdate(t *testing.T) {
	update := jumpcloud.BulkUserUpdate{ID: annID, Organization: jumpcloud.Set(contractOrg)}
	takeOver(t, &update, everyUpdateField(t))
	everyFieldIsSet(t, update)
	encodes(t, `{`+everyUserField+`,"state":"ACTIVATED","ssh_keys":[{"name":"laptop","public_key":"ssh-ed25519 AAAA"}],
		"id":"6026bec6b8207255280d5981","organization":"5c9e9c2a1f0b7a0012345678"}`, update)
}

func TestBodiesDecodeFromWhatTheyAreSentAs(t *testing.T) {
	bulkUser, bulkUpdate := jumpcloud.BulkUserCreate{}, jumpcloud.BulkUserUpdate{ID: annID, Organization: jumpcloud.Set(contractOrg)}
	takeOver(t, &bulkUser, everyNewField())
	takeOver(t, &bulkUpdate, everyUpdateField(t))
	for _, body := range []any{everyNewField(), everyUpdateField(t), bulkUser, bulkUpdate, fetched(t, wholeGroup).Update()} {
		t.Run(reflect.TypeOf(body).Name(), func(t *testing.T) {
			sent, err := json.Marshal(body)
			require.NoError(t, err)
			decoded := reflect.New(reflect.TypeOf(body))
			require.NoError(t, json.Unmarshal(sent, decoded.Interface()))
			encodes(t, string(sent), decoded.Interface())
		})
	}
}

// everyUpdateField is everyNewField for an update. A new user has no SSH keys, and only a new one can
// be activated.
func everyUpdateField(t *testing.T) jumpcloud.SystemuserUpdate {
	update := jumpcloud.SystemuserUpdate{SSHKeys: []jumpcloud.SSHKeyCreate{{Name: "laptop", PublicKey: "ssh-ed25519 AAAA"}}}
	takeOver(t, &update, everyNewField(), "Activated")
	update.State = jumpcloud.Set(jumpcloud.UserStateActivated)
	return update
}

// takeOver copies the fields of one body to those of the same name of another, which must have all of
// them but those excepted. Fields that only the source requires become optional.
func takeOver(t *testing.T, to, from any, except ...string) {
	t.Helper()
	source, target := reflect.ValueOf(from), reflect.ValueOf(to).Elem()
	for i := range source.NumField() {
		name := source.Type().Field(i).Name
		field := target.FieldByName(name)
		if !field.IsValid() {
			assert.Contains(t, except, name, "no field of %s", target.Type())
			continue
		}
		value := source.Field(i)
		if field.Type() != value.Type() {
			value = reflect.ValueOf(jumpcloud.Set(value.String()))
		}
		field.Set(value)
	}
}

// bodies are the structs that requests carry, and what an empty one is sent as.
var bodies = []struct {
	empty any
	sent  string
}{
	{jumpcloud.SystemuserCreate{}, `{"username":"","email":""}`},
	{jumpcloud.SystemuserUpdate{}, `{}`},
	{jumpcloud.SystemuserSearch{}, `{}`},
	{jumpcloud.SearchFilter{}, `{}`},
	{jumpcloud.AddressInput{}, `{}`},
	{jumpcloud.PhoneNumberInput{}, `{}`},
	{jumpcloud.UserAttributeInput{}, `{}`},
	{jumpcloud.RelationshipInput{}, `{}`},
	{jumpcloud.RestrictedFieldInput{}, `{}`},
	{jumpcloud.RecoveryEmailInput{}, `{}`},
	{jumpcloud.DelegatedAuthorityInput{}, `{}`},
	{jumpcloud.MFAInput{}, `{}`},
	{jumpcloud.ResetMFARequest{}, `{}`},
	{jumpcloud.ActivateRequest{}, `{}`},
	{jumpcloud.SSHKeyCreate{}, `{"name":"","public_key":""}`},
	{jumpcloud.UserSystemBindingsUpdate{}, `{"add":null,"remove":null}`},
	{jumpcloud.GraphOperation{}, `{"op":"","type":"","id":""}`},
	{jumpcloud.GraphObjectInput{}, `{"type":"","id":""}`},
	{jumpcloud.PushEndpointUpdate{}, `{}`},
	{jumpcloud.EmailRequest{}, `{}`},
	{jumpcloud.UserGroupCreate{}, `{"name":""}`},
	{jumpcloud.UserGroupUpdate{}, `{"name":""}`},
	{jumpcloud.GroupSudoInput{}, `{"enabled":false,"withoutPassword":false}`},
	{jumpcloud.LDAPGroupInput{}, `{}`},
	{jumpcloud.PosixGroupInput{}, `{"id":0,"name":""}`},
	{jumpcloud.GroupRADIUSInput{}, `{}`},
	{jumpcloud.RADIUSReplyInput{}, `{"name":"","value":""}`},
	{jumpcloud.MemberSuggestionsRequest{}, `{"user_ids":null}`},
	{jumpcloud.WorkdayCreate{}, `{}`},
	{jumpcloud.WorkdayUpdate{}, `{}`},
	{jumpcloud.WorkdayAuth{}, `{"auth":{}}`},
	{jumpcloud.WorkdayCredentials{}, `{}`},
	{jumpcloud.WorkdayBasicAuth{}, `{"username":"","password":""}`},
	{jumpcloud.WorkdayOAuth{}, `{"code":""}`},
	{jumpcloud.BulkUserCreate{}, `{"username":"","email":""}`},
	{jumpcloud.BulkUserUpdate{}, `{"id":""}`},
	{jumpcloud.BulkUserExpire{}, `{"id":""}`},
	{jumpcloud.UserStateCreate{}, `{"user_ids":null,"state":"","start_date":null}`},
}

func TestBodiesWithoutOptionalFieldsSendWhatIsRequired(t *testing.T) {
	for _, body := range bodies {
		t.Run(reflect.TypeOf(body.empty).Name(), func(t *testing.T) { encodes(t, body.sent, body.empty) })
	}
}

// The documented keys are those of the struct tags, whatever it is that encodes the bodies.
func TestBodiesWithEveryFieldAreSentAsTheirTagsSay(t *testing.T) {
	sent := map[string]bool{}
	for _, m := range generatedMethods(t) {
		w := always(t, status(400, `{}`))
		method := reflect.ValueOf(newClient(t, w)).Elem().FieldByName(m.service).MethodByName(m.name)
		arguments := []reflect.Value{reflect.ValueOf(t.Context())}
		var body reflect.Value
		for i := 1; i < method.Type().NumIn()-1; i++ {
			argument := reflect.New(method.Type().In(i)).Elem()
			switch argument.Kind() {
			case reflect.String:
				argument.SetString("id")
			case reflect.Slice:
				argument.Set(reflect.MakeSlice(argument.Type(), 1, 1))
			}
			if of := argument.Type(); of.Kind() == reflect.Struct || of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct {
				body = argument
			}
			arguments = append(arguments, argument)
		}
		if !body.IsValid() || method.Type().Out(0).Kind() == reflect.Func || body.Type() == reflect.TypeFor[jumpcloud.File]() {
			continue
		}
		whole := body
		if body.Kind() == reflect.Slice {
			whole = body.Index(0)
		}
		sent[whole.Type().Name()] = true
		t.Run(m.service+"."+m.name, func(t *testing.T) {
			for i := range whole.NumField() {
				fill(t, whole.Field(i))
			}
			method.Call(arguments)
			byTags := encode(t, body.Interface())
			assert.Equal(t, whole.NumField(), len(keysIn(t, encode(t, whole.Interface()))))
			sent := w.only().body
			if body.Kind() == reflect.Struct {
				for key, inside := range keysIn(t, sent) {
					if _, own := keysIn(t, byTags)[key]; !own { // that of an envelope
						sent = string(inside)
					}
				}
			}
			assert.JSONEq(t, byTags, sent)
			assert.Len(t, sent, len(byTags), "no key twice")
		})
	}
	assert.GreaterOrEqual(t, len(sent), 20)
}

func keysIn(t *testing.T, object string) (keys map[string]json.RawMessage) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(object), &keys))
	return keys
}

func TestRequiredListsThatAreNilAreSentEmpty(t *testing.T) {
	for want, call := range map[string]func(*jumpcloud.APIClient) error{
		`{"add":[],"remove":[]}`: func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.UpdateSystemBindings(t.Context(), userID, jumpcloud.UserSystemBindingsUpdate{})
			return err
		},
		`{"user_ids":[]}`: func(c *jumpcloud.APIClient) error {
			_, err := c.Usergroups.ApplySuggestions(t.Context(), "g1", jumpcloud.MemberSuggestionsRequest{})
			return err
		},
		`{"user_ids":[],"state":"","start_date":null}`: func(c *jumpcloud.APIClient) error {
			_, err := c.BulkJobs.CreateUserStates(t.Context(), jumpcloud.UserStateCreate{})
			return err
		},
		`[]`: func(c *jumpcloud.APIClient) error {
			_, err := c.BulkJobs.UpdateUsers(t.Context(), nil, nil)
			return err
		},
	} {
		w := newWire(t, status(400, `{}`))
		require.ErrorIs(t, call(newClient(t, w)), jumpcloud.ErrBadRequest)
		assert.JSONEq(t, want, w.only().body)
	}
}

// A type that writes its JSON itself would speak for the whole of a struct that embeds it. Those with free
// keys do, and say so; no body does.
func TestTypesThatSpeakForAStructThatEmbedsThemSayThatTheyAreToBeFields(t *testing.T) {
	files, err := filepath.Glob("../model_*.go")
	require.NoError(t, err)
	types := regexp.MustCompile(`(?m)((?:^//.*\n)+)type (\w+) struct`)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range types.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(string(text), "func (x "+match[2]+") MarshalJSON()") || match[2] == "TrustedAppConfigInput" { // one list, as [] in place of null, inside a body
				continue
			}
			found++
			assert.Contains(t, strings.ReplaceAll(match[1], "\n// ", " "), "make it a field of a struct of your own", match[2])
			assert.NotContains(t, string(text), "func (x "+match[2]+") encode()", match[2]+" is a body")
		}
	}
	assert.Positive(t, found)
}

// A program's own struct may have fields that the package does not know yet.
func TestBodyInsideACallersStructLeavesTheOtherFieldsIn(t *testing.T) {
	w := newWire(t, ok(`{}`))
	body := struct {
		jumpcloud.SystemuserCreate
		BrandNew string `json:"brandNew"`
	}{jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com", Password: jumpcloud.Set(jumpcloud.Secret("s3cret-s3cret"))}, "x"}

	require.NoError(t, newClient(t, w).Call(t.Context(), "POST", "/systemusers", nil, body, nil))

	assert.JSONEq(t, `{"username":"ann","email":"ann@example.com","password":"s3cret-s3cret","brandNew":"x"}`, w.only().body)
}

func TestBodiesWithTextThatIsNotUTF8AreRefusedByTheNameOfTheField(t *testing.T) {
	const latin1 = "gr\xfcn-gr\xfcn"
	text, secret := jumpcloud.Set(latin1), jumpcloud.Set(jumpcloud.Secret(latin1))
	for param, call := range map[string]func(*jumpcloud.APIClient) error{
		"username": func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Create(t.Context(), jumpcloud.SystemuserCreate{Username: latin1, Password: jumpcloud.Set(jumpcloud.Secret("\uFFFD"))}, nil)
			return err
		},
		"password": func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{Password: secret}, nil)
			return err
		},
		"addresses[1].region": func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{Addresses: []jumpcloud.AddressInput{{}, {Region: text}}}, nil)
			return err
		},
		"[1].password": func(c *jumpcloud.APIClient) error {
			_, err := c.BulkJobs.CreateUsers(t.Context(), []jumpcloud.BulkUserCreate{{}, {Password: secret}}, nil)
			return err
		},
		"attributes.radius.reply[0].value": func(c *jumpcloud.APIClient) error {
			_, err := c.Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{
				RADIUS: jumpcloud.Set(jumpcloud.GroupRADIUSInput{Reply: []jumpcloud.RADIUSReplyInput{{Value: latin1}}}),
			})})
			return err
		},
		"attributes.mine": func(c *jumpcloud.APIClient) error {
			_, err := c.Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{
				Extra: map[string]json.RawMessage{"mine": json.RawMessage(`"` + latin1 + `"`)},
			})})
			return err
		},
		"attributes.note": func(c *jumpcloud.APIClient) error {
			return c.Users.ManageAssociations(t.Context(), userID, jumpcloud.GraphOperation{ID: "s1", Attributes: map[string]any{"note": latin1}})
		},
		"brandNew.deep[0]": func(c *jumpcloud.APIClient) error {
			_, err := c.Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{}, nil, jumpcloud.WithBodyField("brandNew", map[string]any{"deep": []any{latin1}}))
			return err
		},
		"Inner.name": func(c *jumpcloud.APIClient) error {
			return c.Call(t.Context(), "POST", "/things", nil, struct{ Inner *inner }{&inner{Name: text}}, nil)
		},
	} {
		err := call(newClient(t, newWire(t)))
		if refused := asParamError(t, err); assert.Equal(t, param, refused.Param) {
			assert.Contains(t, refused.Problem, "not UTF-8")
			assert.NotContains(t, err.Error(), "\xfcn")
		}
	}
}

func TestBodiesMayHoldTheReplacementCharacterItself(t *testing.T) {
	w := newWire(t, ok(`{}`))

	_, err := newClient(t, w).Systemusers.Update(t.Context(), userID, jumpcloud.SystemuserUpdate{Description: jumpcloud.Set("a\uFFFDb")}, nil)

	require.NoError(t, err)
	assert.JSONEq(t, `{"description":"a\ufffdb"}`, w.only().body)
}

// fill gives a field some value that is not its zero.
func fill(t *testing.T, field reflect.Value) {
	t.Helper()
	for _, value := range []string{`"2026-01-02T03:04:05.678Z"`, `7`, `true`, `[{}]`, `["x"]`, `{"basic":{}}`, `{"id":"x"}`} {
		if json.Unmarshal([]byte(value), field.Addr().Interface()) == nil && !field.IsZero() {
			return
		}
		field.SetZero()
	}
	if field.Kind() == reflect.Struct {
		for i := range field.NumField() {
			fill(t, field.Field(i))
		}
		return
	}
	t.Errorf("no value for a field of type %s", field.Type())
}

// wholeUser is a user with every key that the service is known to answer.
const wholeUser = `{
	"account_locked":true,"account_locked_date":"2026-01-02T03:04:05.678Z","activated":true,
	"addresses":[{"id":"a1","_id":"a1","type":"work","streetAddress":"1 Main St","extendedAddress":"Floor 2","poBox":"77","locality":"Denver",
		"region":"CO","postalCode":"80202","country":"US"}],
	"admin":{"id":"5e0000000000000000000002","roleName":"Administrator","roleNames":["Administrator","Help Desk"]},
	"allow_public_key":true,"alternateEmail":"home@example.com","attributes":[{"_id":"b1","name":"badge","value":"77"}],
	"badLoginAttempts":3,"company":"Example Corp","costCenter":"CC7","created":"2021-02-12T17:45:42.369Z","creationSource":"jumpcloud:bulk",
	"delegatedAuthority":{"id":"5e0000000000000000000001","name":"ActiveDirectory"},"department":"IT","description":"on call",
	"disableDeviceMaxLoginAttempts":true,"displayname":"Ann Example","email":"ann@example.com","employeeIdentifier":"E7",
	"employeeType":"permanent","enable_managed_uid":true,"enable_user_portal_multifactor":true,"external_dn":"cn=ann",
	"external_password_expiration_date":"2027-01-02","external_source_type":"ad","externally_managed":true,"firstname":"Ann",
	"jobTitle":"Admin","lastname":"Example","ldap_binding_user":true,"location":"HQ","managedAppleId":"ann@apple.example.com",
	"manager":"6026bec6b8207255280d5982","memberof":["6026da081f24755306c2ee0d"],
	"mfa":{"configured":true,"exclusion":true,"exclusionDays":7,"exclusionUntil":"2026-07-01T00:00:00Z"},
	"mfaEnrollment":{"overallStatus":"ENROLLED","totpStatus":"IN_ENROLLMENT","webAuthnStatus":"DISABLED","pushStatus":"PRE_ENROLLMENT","smsStatus":"ENROLLED","jcGoStatus":"A_NEW_ONE"},
	"middlename":"B","password_date":"2026-01-01T00:00:00.000Z","password_expiration_date":"2026-04-01T00:00:00.000Z",
	"password_expired":true,"password_never_expires":true,"passwordless_sudo":true,
	"phoneNumbers":[{"id":"c1","_id":"c1","type":"mobile","number":"+1 555 0100"}],"public_key":"ssh-rsa AAAA",
	"recoveryEmail":{"address":"rescue@example.com","verified":true,"verifiedAt":"2026-02-01T00:00:00.000Z"},
	"relationships":[{"type":"assistant","value":"bob"}],"restrictedFields":[{"field":"password","id":"5e0000000000000000000003","type":"scim"}],
	"samba_service_user":true,"state":"ACTIVATED","sudo":true,"suspended":true,"systemUsername":"ann.local","tags":["old"],
	"totp_enabled":true,"unix_guid":4294967295,"unix_uid":5001,"username":"ann",
	"_id":"6026bec6b8207255280d5981","organization":"5c9e9c2a1f0b7a0012345678",
	"ssh_keys":[{"_id":"d1","name":"laptop","public_key":"ssh-ed25519 AAAA","create_date":"2022-02-12T17:45:42.369Z"}]}`

func TestUserKeepsEveryFieldThatTheServiceAnswers(t *testing.T) {
	var user jumpcloud.Systemuser
	require.NoError(t, json.Unmarshal([]byte(wholeUser), &user))
	everyFieldIsSet(t, user)
	encodes(t, wholeUser, user)
}

func TestGraphObjectKeepsEveryFieldThatTheServiceAnswers(t *testing.T) {
	const whole = `{"id":"6026bec6b8207255280d5981","type":"user","compiledAttributes":{"Hello":"World"},"externalId":"ann@tenant",
		"paths":[[{"attributes":{"sudo":{"enabled":true}},"from":{"id":"6026da081f24755306c2ee0d","type":"user_group","attributes":{"a":1}},
			"to":{"id":"6026bec6b8207255280d5981","type":"user","attributes":{"b":[2]}}}]],
		"syncStatus":{"code":7,"message":"late","details":[{"reason":"quota"}],"syncedAt":"2026-01-02T03:04:05.678Z"}}`
	var object jumpcloud.GraphObjectWithPaths
	require.NoError(t, json.Unmarshal([]byte(whole), &object))
	everyFieldIsSet(t, object)
	encodes(t, whole, object)
}

func TestGroupKeepsEveryFieldThatTheServiceAnswers(t *testing.T) {
	var group jumpcloud.UserGroup
	require.NoError(t, json.Unmarshal([]byte(wholeGroup), &group))
	everyFieldIsSet(t, group, ".Attributes.PosixGroups[1].ID")
	encodes(t, wholeGroup, group)
}

func TestExclusionDaysDecodeAsANumberOrAString(t *testing.T) {
	for text, want := range map[string]jumpcloud.MFA{
		`{"exclusionDays":7}`:   {ExclusionDays: 7},
		`{"exclusionDays":"7"}`: {ExclusionDays: 7},
		`{"exclusionDays":"7","exclusion":true,"configured":true}`: {ExclusionDays: 7, Exclusion: true, Configured: true},
		`{"exclusionDays":""}`:   {},
		`{"exclusionDays":null}`: {},
		`{}`:                     {},
		`{"exclusion":true,"exclusionDays":"30","unknown":"field"}`: {Exclusion: true, ExclusionDays: 30},
	} {
		var user jumpcloud.Systemuser
		require.NoError(t, json.Unmarshal([]byte(`{"username":"ann","mfa":`+text+`}`), &user), text)
		assert.Equal(t, &want, user.MFA, text)
	}
}

func TestUserWithoutMFADecodes(t *testing.T) {
	var user jumpcloud.Systemuser
	require.NoError(t, json.Unmarshal([]byte(`{"mfa":null,"mfaEnrollment":null,"admin":null,"delegatedAuthority":null,"recoveryEmail":null}`), &user))
	assert.Nil(t, user.MFA)
	assert.Nil(t, user.MFAEnrollment)
	assert.Nil(t, user.Admin)
	assert.Nil(t, user.DelegatedAuthority)
	assert.Nil(t, user.RecoveryEmail)
}

func TestActivationMailIsABooleanOrAnAddress(t *testing.T) {
	for want, email := range map[string]any{
		`{"email":true}`:               true,
		`{"email":false}`:              false,
		`{"email":"home@example.com"}`: "home@example.com",
		`{}`:                           nil,
	} {
		encodes(t, want, jumpcloud.ActivateRequest{Email: email})
	}
}

func TestSearchTakesItsFilterInEveryShape(t *testing.T) {
	for want, filter := range map[string]any{
		`{"filter":[{"department":"IT"}]}`:                               []map[string]string{{"department": "IT"}},
		`{"filter":{"or":[{"department":"IT"},{"department":"Sales"}]}}`: map[string]any{"or": []map[string]string{{"department": "IT"}, {"department": "Sales"}}},
		`{"filter":{"or":["username:$regex:/pester/i"]}}`:                map[string][]string{"or": {"username:$regex:/pester/i"}},
		`{"filter":["department:$eq:IT"]}`:                               []string{"department:$eq:IT"},
		`{"filter":["department:$eq:IT","created:$gte:2021-01-01"]}`:     []jumpcloud.Condition{jumpcloud.Filter("department", jumpcloud.Eq, "IT"), jumpcloud.Filter("created", jumpcloud.Gte, "2021-01-01")},
		`{"filter":{"and":["department:$eq:IT","sudo:$ne:true"]}}`:       jumpcloud.AllOf(jumpcloud.Filter("department", jumpcloud.Eq, "IT"), jumpcloud.Filter("sudo", jumpcloud.Ne, "true")),
		`{"filter":{"or":["department:$eq:IT"]}}`:                        jumpcloud.AnyOf(jumpcloud.Filter("department", jumpcloud.Eq, "IT")),
		`{"filter":{"username":{"$regex":"(?i)^x"}}}`:                    map[string]any{"username": map[string]string{"$regex": "(?i)^x"}},
	} {
		encodes(t, want, jumpcloud.SystemuserSearch{Filter: filter})
	}
}

func TestSearchTakesItsFieldsAsTextOrList(t *testing.T) {
	encodes(t, `{"fields":"email username"}`, jumpcloud.SystemuserSearch{Fields: "email username"})
	encodes(t, `{"fields":["email","username"]}`, jumpcloud.SystemuserSearch{Fields: []string{"email", "username"}})
}

func TestSearchTakesItsTermAsTextOrList(t *testing.T) {
	encodes(t, `{"searchFilter":{"searchTerm":"ann","fields":["username","email"]}}`, jumpcloud.SystemuserSearch{
		SearchFilter: jumpcloud.Set(jumpcloud.SearchFilter{SearchTerm: "ann", Fields: []string{"username", "email"}}),
	})
	encodes(t, `{"searchFilter":{"searchTerm":["ann","bob"]}}`, jumpcloud.SystemuserSearch{
		SearchFilter: jumpcloud.Set(jumpcloud.SearchFilter{SearchTerm: []string{"ann", "bob"}}),
	})
}

func TestEmptySearchFindsEverybodyAPageAtATime(t *testing.T) {
	client := talk(t, exchange{
		request: "POST /search/systemusers", body: `{"limit":100,"skip":0}`,
		reply: okJSON(`{"totalCount":1,"results":[{"_id":"6026bec6b8207255280d5981","memberof":["6026da081f24755306c2ee0d"]}]}`),
	})

	page, err := client.Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{})

	require.NoError(t, err)
	assert.Equal(t, []string{staffID}, page.Items[0].Memberof)
}

func TestSearchWalkIsSortedByIDUnlessTheCallerSorts(t *testing.T) {
	client := talk(t,
		exchange{
			request: "POST /search/systemusers", body: `{"limit":1000,"skip":0,"sort":"_id"}`,
			reply: okJSON(`{"totalCount":1,"results":[{"_id":"6026bec6b8207255280d5981"}]}`),
		},
		exchange{
			request: "POST /search/systemusers", body: `{"limit":1000,"skip":0,"sort":"-created"}`,
			reply: okJSON(`{"totalCount":1,"results":[{"_id":"6026bec6b8207255280d5981"}]}`),
		},
	)
	search := jumpcloud.SystemuserSearch{Limit: jumpcloud.Set(1000)}
	_, err := jumpcloud.One(client.Systemusers.SearchAll(t.Context(), search))
	require.NoError(t, err)

	search.Sort = jumpcloud.Set("-created")
	_, err = jumpcloud.One(client.Systemusers.SearchAll(t.Context(), search))
	require.NoError(t, err)
}

func TestSearchRefusesAFilterThatAPIV1Lacks(t *testing.T) {
	_, err := talk(t).Systemusers.Search(t.Context(), jumpcloud.SystemuserSearch{
		Filter: jumpcloud.AllOf(jumpcloud.Filter("name", jumpcloud.Between, "a", "b")),
	})
	var refused *jumpcloud.ParamError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "search_systemusers_post", refused.Operation)
}
