//lint:file-ignore SA1019 operations that were withdrawn are described too

package conformance

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEexampleEXAMPLEexampleEXAMPLEexample ann@laptop"

// Ann is hired by Rita, works, changes, and leaves; then Rita leaves.
func systemusers(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	rita, err := c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "rita.moss", Email: "rita.moss@example.com"}, nil)
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserStateActivated, rita.State)

	hired := jumpcloud.SystemuserCreate{
		Username: "ann.lee", Email: "ann.lee@example.com", AlternateEmail: jumpcloud.Set("ann@home.example.net"),
		Firstname: jumpcloud.Set("Ann"), Middlename: jumpcloud.Set("Q"), Lastname: jumpcloud.Set("Lee"), Displayname: jumpcloud.Set("Ann Lee"),
		Company: jumpcloud.Set("Lumen Works"), CostCenter: jumpcloud.Set("4711"), Department: jumpcloud.Set("Finance"),
		Description: jumpcloud.Set("starts in May"), EmployeeIdentifier: jumpcloud.Set("E-1"), EmployeeType: jumpcloud.Set("Employee"),
		JobTitle: jumpcloud.Set("Analyst"), Location: jumpcloud.Set("Berlin"), ManagedAppleID: jumpcloud.Set("ann@appleid.example.com"),
		Manager: jumpcloud.Set(rita.ID), State: jumpcloud.Set(jumpcloud.UserStateStaged), Suspended: jumpcloud.Set(false),
		Addresses: []jumpcloud.AddressInput{{
			Type: jumpcloud.Set("work"), StreetAddress: jumpcloud.Set("Lichtweg 4"), ExtendedAddress: jumpcloud.Set("3rd floor"), PoBox: jumpcloud.Set("12"),
			Locality: jumpcloud.Set("Berlin"), Region: jumpcloud.Set("BE"), PostalCode: jumpcloud.Set("10115"), Country: jumpcloud.Set("DE"),
		}},
		PhoneNumbers:  []jumpcloud.PhoneNumberInput{{Type: jumpcloud.Set("mobile"), Number: jumpcloud.Set("+49 151 5550101")}},
		Attributes:    []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("badge"), Value: jumpcloud.Set("1042")}},
		Relationships: []jumpcloud.RelationshipInput{{Type: jumpcloud.Set("mentor"), Value: jumpcloud.Set("rita.moss")}},
		RecoveryEmail: jumpcloud.Set(jumpcloud.RecoveryEmailInput{Address: jumpcloud.Set("ann@mail.example.org")}),
		MFA:           jumpcloud.Set(jumpcloud.MFAInput{Exclusion: jumpcloud.Set(true), ExclusionDays: jumpcloud.Set(7)}),
		Sudo:          jumpcloud.Set(false), PasswordlessSudo: jumpcloud.Set(false), LDAPBindingUser: jumpcloud.Set(true),
		EnableUserPortalMultifactor: jumpcloud.Set(true), EnableManagedUID: jumpcloud.Set(true),
		UnixUID: jumpcloud.Set(int64(0)), UnixGUID: jumpcloud.Set(int64(4294967295)), PasswordNeverExpires: jumpcloud.Set(true),
		AllowPublicKey: jumpcloud.Set(false), SystemUsername: jumpcloud.Set("ann"),
	}
	ann, err := c.Systemusers.Create(ctx, hired, nil)
	require.NoError(t, err)
	assert.Equal(t, jumpcloud.UserStateStaged, ann.State)
	assert.Equal(t, rita.ID, ann.Manager)
	assert.Equal(t, int64(4294967295), ann.UnixGUID)
	require.NotNil(t, ann.MFA)
	assert.Equal(t, 7, ann.MFA.ExclusionDays)
	assert.Len(t, ann.Addresses, 1)

	// What is refused, in each shape.
	_, err = c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "ANN.LEE", Email: "other@example.com"}, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest, "a second user with that name")
	weak := jumpcloud.SystemuserUpdate{Password: jumpcloud.Set(jumpcloud.Secret("simple1"))}
	_, err = c.Systemusers.Update(ctx, ann.ID, weak, nil)
	assert.EqualError(t, plainly(err), "jumpcloud: PUT /systemusers/{id}: 400 Bad Request: Password validation fail")
	_, err = c.Systemusers.Update(ctx, ann.ID, weak, &jumpcloud.SystemusersUpdateParams{FullValidationDetails: "password"})
	assert.EqualError(t, plainly(err), "jumpcloud: PUT /systemusers/{id}: 400 Bad Request: Password validation fail; password: specialCharacter")
	_, err = c.Systemusers.Create(ctx, jumpcloud.SystemuserCreate{Username: "bo", Email: "bo@example.com", Password: jumpcloud.Set(jumpcloud.Secret("simple1"))},
		&jumpcloud.SystemusersCreateParams{FullValidationDetails: "password"})
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	_, err = c.Systemusers.Update(ctx, ann.ID, jumpcloud.SystemuserUpdate{State: jumpcloud.Set(jumpcloud.UserStateSuspended), Suspended: jumpcloud.Set(false)}, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest, "a pair that contradicts itself")

	// Her first day.
	require.NoError(t, c.Systemusers.Activate(ctx, ann.ID, jumpcloud.ActivateRequest{Email: "ann@home.example.net"}))
	require.NoError(t, c.Systemusers.Activate(ctx, ann.ID, jumpcloud.ActivateRequest{Email: false}), "once more does no harm")
	require.NoError(t, c.Systemusers.Activate(ctx, ann.ID, jumpcloud.ActivateRequest{}))
	mails := s.Mails()
	require.Len(t, mails, 1)
	assert.Equal(t, "ann@home.example.net", mails[0].To)
	_, err = c.Systemusers.Update(ctx, ann.ID, jumpcloud.SystemuserUpdate{Password: jumpcloud.Set(jumpcloud.Secret("Correct-Horse-1"))}, nil)
	require.NoError(t, err)
	key, err := c.Systemusers.CreateSSHKey(ctx, ann.ID, jumpcloud.SSHKeyCreate{Name: "laptop", PublicKey: publicKey})
	require.NoError(t, err)
	keys, err := c.Systemusers.ListSSHKeys(ctx, ann.ID)
	require.NoError(t, err)
	require.Len(t, keys, 1)
	assert.Equal(t, key.ID, keys[0].ID)
	assert.Equal(t, publicKey, keys[0].PublicKey)
	_, err = c.Systemusers.CreateSSHKey(ctx, ann.ID, jumpcloud.SSHKeyCreate{Name: "empty"})
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest)

	// Multi-factor authentication.
	info, err := c.Systemusers.GetTOTPInfo(ctx, ann.ID)
	require.NoError(t, err)
	assert.True(t, info.EnrollmentDate.IsZero())
	s.EnrollTOTP(ann.ID)
	s.AddPushEndpoint(ann.ID, "phone")
	info, err = c.Systemusers.GetTOTPInfo(ctx, ann.ID)
	require.NoError(t, err)
	assert.False(t, info.EnrollmentDate.IsZero())
	require.NoError(t, c.Systemusers.SyncMFA(ctx, ann.ID))
	enrolled, err := c.Systemusers.Get(ctx, ann.ID, nil)
	require.NoError(t, err)
	require.NotNil(t, enrolled.MFAEnrollment)
	assert.Equal(t, jumpcloud.MFAEnrollmentStatusEnrolled, enrolled.MFAEnrollment.TOTPStatus)
	require.NoError(t, c.Systemusers.ResetMFA(ctx, ann.ID, jumpcloud.ResetMFARequest{}))
	require.NoError(t, c.Systemusers.ResetMFA(ctx, ann.ID, jumpcloud.ResetMFARequest{Exclusion: jumpcloud.Set(true), ExclusionDays: jumpcloud.Set(3)}))
	until := jumpcloud.NewTime(time.Now().Add(48 * time.Hour))
	require.NoError(t, c.Systemusers.ResetMFA(ctx, ann.ID, jumpcloud.ResetMFARequest{Exclusion: jumpcloud.Set(true), ExclusionUntil: jumpcloud.Set(until)}))
	_, err = c.Systemusers.Update(ctx, ann.ID, jumpcloud.SystemuserUpdate{
		EnableUserPortalMultifactor: jumpcloud.Set(true), MFA: jumpcloud.Set(jumpcloud.MFAInput{Exclusion: jumpcloud.Set(true), ExclusionUntil: jumpcloud.Set(until)}),
	}, nil)
	require.NoError(t, err)

	// Changes: false, null and empty are values; a list is replaced whole; one item of it is changed.
	changed, err := c.Systemusers.Update(ctx, ann.ID, jumpcloud.SystemuserUpdate{
		Manager: jumpcloud.Null[string](), EmployeeIdentifier: jumpcloud.Null[string](), Description: jumpcloud.Set(""), Sudo: jumpcloud.Set(true),
		Addresses: []jumpcloud.AddressInput{}, Relationships: []jumpcloud.RelationshipInput{},
		EnableUserPortalMultifactor: jumpcloud.Set(false), PasswordlessSudo: jumpcloud.Set(true),
	}, nil)
	require.NoError(t, err)
	assert.Empty(t, changed.Manager)
	assert.Empty(t, changed.Addresses)
	assert.True(t, changed.Sudo)
	_, err = c.Systemusers.SetAttribute(ctx, ann.ID, "area", "platform")
	require.NoError(t, err)
	_, err = c.Systemusers.SetAddress(ctx, ann.ID, jumpcloud.AddressInput{Type: jumpcloud.Set("home"), Country: jumpcloud.Set("DE")})
	require.NoError(t, err)
	changed, err = c.Systemusers.SetPhoneNumber(ctx, ann.ID, "work", "+49 30 5550100")
	require.NoError(t, err)
	assert.Len(t, changed.Attributes, 2)
	assert.Len(t, changed.Addresses, 1)
	assert.Len(t, changed.PhoneNumbers, 2)

	// She locks herself out, and forgets her password.
	locked, err := c.Systemusers.Update(ctx, ann.ID, jumpcloud.SystemuserUpdate{AccountLocked: jumpcloud.Set(true)}, nil)
	require.NoError(t, err)
	assert.False(t, locked.AccountLockedDate.IsZero())
	require.NoError(t, c.Systemusers.Unlock(ctx, ann.ID))
	require.NoError(t, c.Systemusers.SetPassword(ctx, ann.ID, jumpcloud.SystemuserSetPasswordRequest{Password: "Correct-Horse-2!"}))
	require.NoError(t, c.Systemusers.SendReactivationEmail(ctx, ann.ID, jumpcloud.SystemuserSendReactivationEmailRequest{Email: jumpcloud.Set("ann@home.example.com")}))
	require.NoError(t, c.Systemusers.EnforceMFA(ctx, ann.ID, jumpcloud.SystemuserEnforceMFARequest{EnableUserPortalMultifactor: jumpcloud.Set(true)}))
	require.NoError(t, c.Systemusers.ExpirePassword(ctx, ann.ID))
	expired, err := c.Systemusers.Get(ctx, ann.ID, &jumpcloud.SystemusersGetParams{Fields: []string{"password_expired", "account_locked", "password_expiration_date"}})
	require.NoError(t, err)
	assert.True(t, expired.PasswordExpired)
	assert.False(t, expired.AccountLocked)
	assert.Empty(t, expired.Username, "which was not asked for")

	findUsers(t, s, c)

	// The bindings of old.
	system := s.AddSystem("laptop-ann")
	_, err = c.Systemusers.UpdateSystemBindings(ctx, ann.ID, jumpcloud.UserSystemBindingsUpdate{Add: []string{system}, Remove: []string{}})
	require.NoError(t, err)
	bound, err := c.Systemusers.ListSystemBindings(ctx, ann.ID, &jumpcloud.SystemusersListSystemBindingsParams{Limit: 50, Sort: []string{"_id"}})
	require.NoError(t, err)
	assert.Contains(t, string(bound), system)

	// Both leave. Who manages others is not deleted just so.
	_, err = c.Systemusers.Update(ctx, ann.ID, jumpcloud.SystemuserUpdate{Manager: jumpcloud.Set(rita.ID), SambaServiceUser: jumpcloud.Set(true)}, nil)
	require.NoError(t, err)
	_, err = c.Systemusers.Delete(ctx, rita.ID, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrConflict)
	_, err = c.Systemusers.Delete(ctx, rita.ID, &jumpcloud.SystemusersDeleteParams{CascadeManager: "null"})
	require.NoError(t, err)
	_, err = c.Systemusers.Delete(ctx, ann.ID, nil)
	assert.ErrorContains(t, err, "Samba service is enabled")
	_, err = c.Systemusers.Update(ctx, ann.ID, jumpcloud.SystemuserUpdate{SambaServiceUser: jumpcloud.Set(false)}, nil)
	require.NoError(t, err)
	require.NoError(t, c.Systemusers.DeleteSSHKey(ctx, ann.ID, key.ID))
	assert.ErrorIs(t, c.Systemusers.DeleteSSHKey(ctx, ann.ID, key.ID), jumpcloud.ErrNotFound)
	require.NoError(t, c.Systemusers.SuspendState(ctx, ann.ID))
	_, err = c.Systemusers.Suspend(ctx, ann.ID)
	require.NoError(t, err)
	assert.ErrorIs(t, c.Systemusers.Activate(ctx, ann.ID, jumpcloud.ActivateRequest{}), jumpcloud.ErrBadRequest)
	gone, err := c.Systemusers.Delete(ctx, ann.ID, nil)
	require.NoError(t, err)
	assert.Equal(t, "ann.lee", gone.Username)
	assert.Equal(t, jumpcloud.UserStateSuspended, gone.State)

	// Nothing is found of her.
	_, err = c.Systemusers.Get(ctx, ann.ID, nil)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = c.Systemusers.ListSSHKeys(ctx, ann.ID)
	assert.ErrorIs(t, err, jumpcloud.ErrNotFound)
	for what, do := range map[string]func() error{
		"unlock": func() error { return c.Systemusers.Unlock(ctx, ann.ID) },
		"expire": func() error { return c.Systemusers.ExpirePassword(ctx, ann.ID) },
		"sync":   func() error { return c.Systemusers.SyncMFA(ctx, ann.ID) },
		"reset":  func() error { return c.Systemusers.ResetMFA(ctx, ann.ID, jumpcloud.ResetMFARequest{}) },
		"totp":   func() error { _, err := c.Systemusers.GetTOTPInfo(ctx, ann.ID); return err },
		"put":    func() error { _, err := c.Systemusers.Suspend(ctx, ann.ID); return err },
		"old":    func() error { _, err := c.Systemusers.ListSystemBindings(ctx, ann.ID, nil); return err },
	} {
		assert.ErrorIs(t, do(), jumpcloud.ErrNotFound, what)
	}
}

// findUsers lists and searches in each way.
func findUsers(t *testing.T, s *jumpcloudtest.Server, c *jumpcloud.APIClient) {
	ctx := t.Context()
	s.SeedUsers(250)
	page, err := c.Systemusers.List(ctx, &jumpcloud.SystemusersListParams{
		Limit: 20, Skip: 5, Sort: []string{"-department", "_id"}, Fields: []string{"username", "department"},
		Filter: []jumpcloud.Condition{jumpcloud.Filter("company", jumpcloud.Eq, "Example Corp"), jumpcloud.Filter("department", jumpcloud.Ne, "IT")},
	})
	require.NoError(t, err)
	assert.Len(t, page.Items, 20)
	assert.Equal(t, "Support", page.Items[0].Department)
	past, err := c.Systemusers.List(ctx, &jumpcloud.SystemusersListParams{Skip: 1000})
	require.NoError(t, err)
	assert.Empty(t, past.Items)
	assert.Equal(t, 252, past.TotalCount)
	everyone, err := jumpcloud.Collect(c.Systemusers.All(ctx, nil), 0)
	require.NoError(t, err)
	assert.Len(t, everyone, 252)
	found, err := jumpcloud.One(c.Systemusers.All(ctx, &jumpcloud.SystemusersListParams{Search: jumpcloud.TextSearch{Fields: []string{"username"}, Term: "ann.lee"}}))
	require.NoError(t, err)
	assert.Equal(t, "ann.lee", found.Username)
	_, err = c.Systemusers.List(ctx, nil, jumpcloud.WithQuery("filter", "username:eq:ann.lee"))
	assert.ErrorIs(t, err, jumpcloud.ErrBadRequest, "a filter without the $")
	for what, filter := range map[string]any{
		"objects":            []map[string]string{{"username": "ann.lee"}, {"department": "Finance"}},
		"one of objects":     map[string]any{"or": []map[string]string{{"username": "ann.lee"}, {"username": "nobody"}}},
		"all of objects":     map[string]any{"and": []map[string]string{{"username": "ann.lee"}}},
		"conditions":         []jumpcloud.Condition{jumpcloud.Filter("username", jumpcloud.Eq, "ann.lee")},
		"any of conditions":  jumpcloud.AnyOf(jumpcloud.Filter("username", jumpcloud.Eq, "ann.lee")),
		"a regex":            map[string]any{"username": map[string]string{"$regex": "(?i)^ANN\\.L"}},
		"a regex as as text": map[string]any{"or": []string{"username:$regex:/ann.lee/i"}},
	} {
		ann, err := jumpcloud.One(c.Systemusers.SearchAll(ctx, jumpcloud.SystemuserSearch{Filter: filter, Fields: "username email", Limit: jumpcloud.Set(1000)}))
		if assert.NoError(t, err, what) {
			assert.Equal(t, "ann.lee", ann.Username, what)
		}
	}
	result, err := c.Systemusers.Search(ctx, jumpcloud.SystemuserSearch{
		SearchFilter: jumpcloud.Set(jumpcloud.SearchFilter{SearchTerm: []string{"ann.l", "rita"}, Fields: []string{"username", "email"}}),
		Sort:         jumpcloud.Set("-username"), Fields: []string{"username"}, Limit: jumpcloud.Set(1), Skip: jumpcloud.Set(1),
	})
	require.NoError(t, err)
	assert.Equal(t, 2, result.TotalCount)
	require.Len(t, result.Items, 1)
	assert.Equal(t, "ann.lee", result.Items[0].Username)
	all, err := c.Systemusers.Search(ctx, jumpcloud.SystemuserSearch{})
	require.NoError(t, err)
	assert.Equal(t, 252, all.TotalCount)
}
