//lint:file-ignore SA1019 properties that were withdrawn are in the recordings

package jumpcloud_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// The answers in this file were recorded from the real service in 2021; only personal values and ids
// have been replaced.

func TestRecordedUserListDecodesFieldByField(t *testing.T) {
	client := talk(t, exchange{request: "GET /systemusers?limit=100", reply: okJSON(`{"totalCount":1,"results":[{
		"account_locked":false,"account_locked_date":null,"activated":false,"addresses":[],"allow_public_key":true,
		"attributes":[],"company":"","costCenter":"","department":"","description":"text","disableDeviceMaxLoginAttempts":false,
		"displayname":"A B","email":"a.b@example.com","employeeIdentifier":null,"employeeType":"","enable_managed_uid":false,
		"enable_user_portal_multifactor":false,"external_dn":"","external_source_type":"","externally_managed":false,
		"firstname":"A","jobTitle":"","lastname":"B","ldap_binding_user":false,"location":"",
		"mfa":{"exclusion":false,"configured":false},"middlename":"","password_never_expires":false,"passwordless_sudo":false,
		"phoneNumbers":[],"samba_service_user":false,"ssh_keys":[],"state":"ACTIVATED","sudo":false,"suspended":false,
		"systemUsername":"","unix_guid":5001,"unix_uid":5001,"username":"ab","created":"2021-02-12T17:45:42.369Z",
		"password_expired":false,"totp_enabled":false,"_id":"6026bec6b8207255280d5981","id":"6026bec6b8207255280d5981"}]}`)})

	page, err := client.Systemusers.List(t.Context(), nil, jumpcloud.WithRaw())

	require.NoError(t, err)
	assert.Equal(t, 1, page.TotalCount)
	require.Len(t, page.Items, 1)
	user := page.Items[0]

	assert.False(t, user.AccountLocked)
	assert.True(t, user.AccountLockedDate.IsZero())
	assert.False(t, user.Activated)
	assert.NotNil(t, user.Addresses)
	assert.Empty(t, user.Addresses)
	assert.True(t, user.AllowPublicKey)
	assert.NotNil(t, user.Attributes)
	assert.Empty(t, user.Attributes)
	assert.Empty(t, user.Company)
	assert.Empty(t, user.CostCenter)
	assert.Empty(t, user.Department)
	assert.Equal(t, "text", user.Description)
	assert.False(t, user.DisableDeviceMaxLoginAttempts)
	assert.Equal(t, "A B", user.Displayname)
	assert.Equal(t, "a.b@example.com", user.Email)
	assert.Empty(t, user.EmployeeIdentifier)
	assert.Empty(t, user.EmployeeType)
	assert.False(t, user.EnableManagedUID)
	assert.False(t, user.EnableUserPortalMultifactor)
	assert.Empty(t, user.ExternalDN)
	assert.Empty(t, user.ExternalSourceType)
	assert.False(t, user.ExternallyManaged)
	assert.Equal(t, "A", user.Firstname)
	assert.Empty(t, user.JobTitle)
	assert.Equal(t, "B", user.Lastname)
	assert.False(t, user.LDAPBindingUser)
	assert.Empty(t, user.Location)
	assert.Equal(t, &jumpcloud.MFA{}, user.MFA)
	assert.Empty(t, user.Middlename)
	assert.False(t, user.PasswordNeverExpires)
	assert.False(t, user.PasswordlessSudo)
	assert.NotNil(t, user.PhoneNumbers)
	assert.Empty(t, user.PhoneNumbers)
	assert.False(t, user.SambaServiceUser)
	assert.NotNil(t, user.SSHKeys)
	assert.Empty(t, user.SSHKeys)
	assert.Equal(t, jumpcloud.UserStateActivated, user.State)
	assert.False(t, user.Sudo)
	assert.False(t, user.Suspended)
	assert.Empty(t, user.SystemUsername)
	assert.Equal(t, int64(5001), user.UnixGUID)
	assert.Equal(t, int64(5001), user.UnixUID)
	assert.Equal(t, "ab", user.Username)
	assert.True(t, user.Created.Equal(time.Date(2021, 2, 12, 17, 45, 42, 369e6, time.UTC)))
	assert.Equal(t, "2021-02-12T17:45:42.369Z", user.Created.Text())
	assert.False(t, user.PasswordExpired)
	assert.False(t, user.TOTPEnabled)
	assert.Equal(t, "6026bec6b8207255280d5981", user.ID)

	// What the service left out.
	assert.Nil(t, user.Admin)
	assert.Empty(t, user.AlternateEmail)
	assert.Zero(t, user.BadLoginAttempts)
	assert.Empty(t, user.CreationSource)
	assert.Nil(t, user.DelegatedAuthority)
	assert.True(t, user.ExternalPasswordExpirationDate.IsZero())
	assert.Empty(t, user.ManagedAppleID)
	assert.Empty(t, user.Manager)
	assert.Nil(t, user.Memberof)
	assert.Nil(t, user.MFAEnrollment)
	assert.Empty(t, user.Organization)
	assert.True(t, user.PasswordDate.IsZero())
	assert.True(t, user.PasswordExpirationDate.IsZero())
	assert.Empty(t, user.PublicKey)
	assert.Nil(t, user.RecoveryEmail)
	assert.Nil(t, user.Relationships)
	assert.Nil(t, user.RestrictedFields)
	assert.Nil(t, user.Tags)

	// null, "" and absent are three things.
	assert.True(t, user.IsNull("employeeIdentifier"))
	assert.True(t, user.IsNull("account_locked_date"))
	assert.True(t, user.Has("company"))
	assert.False(t, user.IsNull("company"))
	assert.False(t, user.Has("manager"))
}

func TestRecordedUserOfEarlier2021HasNoState(t *testing.T) {
	client := talk(t, exchange{request: "GET /systemusers?limit=100", reply: okJSON(`{"totalCount":1,"results":[
		{"username":"ab","suspended":false,"activated":false,"_id":"6026bec6b8207255280d5981","id":"6026bec6b8207255280d5981"}]}`)})

	page, err := client.Systemusers.List(t.Context(), nil, jumpcloud.WithRaw())

	require.NoError(t, err)
	assert.Empty(t, page.Items[0].State)
	assert.False(t, page.Items[0].Has("state"))
}

func TestRecordedPagePastTheEndKeepsItsTotal(t *testing.T) {
	client := talk(t, exchange{request: "GET /systemusers?limit=100&skip=100", reply: okJSON(`{"totalCount":1,"results":[]}`)})

	page, err := client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Limit: 100, Skip: 100})

	require.NoError(t, err)
	assert.Equal(t, 1, page.TotalCount)
	assert.Empty(t, page.Items)
}

// It was recorded from a list of an application's users, whose items are those of every traversal.
func TestRecordedPathOfTwoHopsDecodesFieldByField(t *testing.T) {
	client := talk(t, exchange{
		request: "GET /v2/usergroups/6026da081f24755306c2ee0d/membership?limit=100",
		reply: v2Page(`[{"id":"6026bec6b8207255280d5981","type":"user","compiledAttributes":{"ldapGroups":[{"name":"My Test Group"}],"Hello":"World"},
			"paths":[[{"attributes":null,"to":{"attributes":{"Hello":"World","ldapGroups":[{"name":"My Test Group"}]},"id":"6026da081f24755306c2ee0d","type":"user_group"}},
			          {"attributes":null,"to":{"attributes":null,"id":"6026bec6b8207255280d5981","type":"user"}}]]}]`),
	})

	page, err := client.Usergroups.ListMembership(t.Context(), staffID, nil, jumpcloud.WithRaw())

	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	user := page.Items[0]
	assert.Equal(t, annID, user.ID)
	assert.Equal(t, jumpcloud.GraphTypeUser, user.Type)
	free := map[string]any{"Hello": "World", "ldapGroups": []any{map[string]any{"name": "My Test Group"}}}
	assert.Equal(t, free, user.CompiledAttributes)
	require.Len(t, user.Paths, 1)
	require.Len(t, user.Paths[0], 2)
	group, last := user.Paths[0][0], user.Paths[0][1]
	assert.Nil(t, group.Attributes)
	assert.Nil(t, group.From)
	assert.Equal(t, staffID, group.To.ID)
	assert.Equal(t, jumpcloud.GraphTypeUserGroup, group.To.Type)
	assert.Equal(t, free, group.To.Attributes)
	assert.Nil(t, last.Attributes)
	assert.Nil(t, last.From)
	assert.Equal(t, annID, last.To.ID)
	assert.Equal(t, jumpcloud.GraphTypeUser, last.To.Type)
	assert.Nil(t, last.To.Attributes)
	assert.False(t, user.Direct())
	assert.False(t, user.Has("externalId"))
	assert.Empty(t, user.ExternalID)
	assert.Nil(t, user.SyncStatus)
}

func TestRecordedPathOfOneHopDecodesFieldByField(t *testing.T) {
	client := talk(t, exchange{
		request: "GET /v2/users/6026bec6b8207255280d5981/memberof?limit=100",
		reply: v2Page(`[{"id":"6026da081f24755306c2ee0d","type":"user_group","compiledAttributes":{"ldapGroups":[{"name":"My Test Group"}],"Hello":"World"},
			"paths":[[{"attributes":null,"to":{"attributes":{"Hello":"World","ldapGroups":[{"name":"My Test Group"}]},"id":"6026da081f24755306c2ee0d","type":"user_group"}}]]}]`),
	})

	page, err := client.Users.ListMemberOf(t.Context(), annID, nil)

	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	group := page.Items[0]
	assert.Equal(t, staffID, group.ID)
	assert.Equal(t, jumpcloud.GraphTypeUserGroup, group.Type)
	free := map[string]any{"Hello": "World", "ldapGroups": []any{map[string]any{"name": "My Test Group"}}}
	assert.Equal(t, free, group.CompiledAttributes)
	require.Len(t, group.Paths, 1)
	require.Len(t, group.Paths[0], 1)
	assert.Nil(t, group.Paths[0][0].Attributes)
	assert.Equal(t, jumpcloud.GraphObject{ID: staffID, Type: jumpcloud.GraphTypeUserGroup, Attributes: free}, group.Paths[0][0].To)
	assert.True(t, group.Direct())
}

func TestRecordedAssociationDecodesFieldByField(t *testing.T) {
	client := talk(t, exchange{
		request: "GET /v2/users/6026bec6b8207255280d5981/associations?limit=100&targets=application",
		reply:   v2Page(`[{"attributes":null,"to":{"attributes":null,"id":"5f1b2c3d4e5f60718293a4b5","type":"application"}}]`),
	})

	page, err := client.Users.ListAssociations(t.Context(), annID, []jumpcloud.GraphType{jumpcloud.GraphTypeApplication}, nil, jumpcloud.WithRaw())

	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	connection := page.Items[0]
	assert.Nil(t, connection.Attributes)
	assert.True(t, connection.IsNull("attributes"))
	assert.Nil(t, connection.From)
	assert.Equal(t, jumpcloud.GraphObject{ID: laptopID, Type: jumpcloud.GraphTypeApplication}, connection.To)
}

func TestRecordedGroupListDecodesFieldByField(t *testing.T) {
	client := talk(t, exchange{
		request: "GET /v2/usergroups?limit=100",
		reply: reply{status: 200, contentType: "application/json; charset=utf-8", total: "2", body: `[
			{"attributes":null,"id":"60259a3cb544065d1eaf2760","name":"All Users","type":"user_group","email":"","description":""},
			{"attributes":null,"id":"6026da081f24755306c2ee0d","name":"My Test Group","type":"user_group","email":"","description":"Testing!"}]`},
	})

	page, err := client.Usergroups.List(t.Context(), nil, jumpcloud.WithRaw())

	require.NoError(t, err)
	assert.Equal(t, 2, page.TotalCount)
	require.Len(t, page.Items, 2)
	everyone, mine := page.Items[0], page.Items[1]
	assert.Equal(t, "60259a3cb544065d1eaf2760", everyone.ID)
	assert.Equal(t, "All Users", everyone.Name)
	assert.Empty(t, everyone.Description)
	assert.Equal(t, "6026da081f24755306c2ee0d", mine.ID)
	assert.Equal(t, "My Test Group", mine.Name)
	assert.Equal(t, "Testing!", mine.Description)
	for _, group := range page.Items {
		assert.Nil(t, group.Attributes)
		assert.True(t, group.IsNull("attributes"))
		assert.Equal(t, jumpcloud.GraphTypeUserGroup, group.Type)
		assert.Empty(t, group.Email)
		assert.Empty(t, group.MembershipMethod)
		assert.Nil(t, group.MemberQuery)
		assert.Nil(t, group.MemberQueryExemptions)
		assert.False(t, group.MemberSuggestionsNotify)
		assert.Nil(t, group.SuggestionCounts)
		assert.Nil(t, group.MemberQueryErrorFlags)
		assert.Empty(t, group.OrganizationObjectID)
	}
}
