package jumpcloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestAppleMDMsContracts(t *testing.T) { testContracts(t, appleMDMsContracts()) }

const (
	mdmID    = "5de6a7b8c9d0e1f203142536"
	iPhoneID = "5de6a7b8c9d0e1f203142537"
	mdmPath  = "/v2/applemdms/" + mdmID
	mdmPhone = mdmPath + "/devices/" + iPhoneID
)

// The item of a list as it was recorded in 2023, its nested objects filled in.
const appleMDMAnswer = `{"id":"5de6a7b8c9d0e1f203142536","name":"","organization":"5c9e9c2a1f0b7a0012345678","apnsPushTopic":"com.apple.mgmt.External.77","apnsCertExpiry":"2024-05-01T10:00:00Z",
	"appleCertCreatorAppleID":"mdm@example.com","appleCertSerialNumber":"4F","depServerTokenState":"missing","depAccessTokenExpiry":null,"defaultSystemGroupID":"5de6a7b8c9d0e1f203142538",
	"defaultIosUserEnrollmentDeviceGroupID":"","allowMobileUserEnrollment":true,"serviceDiscoveryEnabled":null,
	"dep":{"welcomeScreen":{"title":"Hello","paragraph":null,"button":"On"},"setupAssistantOptions":[{"option":"siri"}],"enableZeroTouchEnrollment":true},
	"ades":{"macos":{"welcomeScreen":{"title":"Mac","paragraph":"Yours.","button":"Go"},"setupAssistantOptions":[{"option":"payment"}],"setupOptions":["siri","fileVault"],
		"enableZeroTouchEnrollment":true,"defaultDeviceGroupObjectIds":["5de6a7b8c9d0e1f203142538"]},"ios":{"defaultDeviceGroupObjectIds":null}}}`

func isAppleMDM(t *testing.T, mdm *jumpcloud.AppleMDM) {
	everyFieldIsSet(t, *mdm, ".Name", ".DepAccessTokenExpiry", ".DefaultIosUserEnrollmentDeviceGroupID", ".ServiceDiscoveryEnabled", ".Dep.WelcomeScreen.Paragraph",
		".Ades.Ios.WelcomeScreen", ".Ades.Ios.SetupOptions", ".Ades.Ios.SetupAssistantOptions", ".Ades.Ios.EnableZeroTouchEnrollment", ".Ades.Ios.DefaultDeviceGroupObjectIDs")
	assert.Equal(t, mdmID, mdm.ID)
	assert.Equal(t, contractOrg, mdm.Organization)
	assert.Equal(t, "com.apple.mgmt.External.77", mdm.ApnsPushTopic)
	assert.Equal(t, time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC), mdm.ApnsCertExpiry.Time)
	assert.Equal(t, jumpcloud.AppleDEPTokenStateMissing, mdm.DepServerTokenState)
	assert.True(t, mdm.AllowMobileUserEnrollment)
	//lint:ignore SA1019 answers still have it
	assert.Equal(t, []jumpcloud.AppleDEPSetupAssistantOption{{Option: jumpcloud.AppleSetupAssistantOptionSiri}}, mdm.Dep.SetupAssistantOptions)
	assert.Equal(t, []jumpcloud.AppleSetupAssistantOption{jumpcloud.AppleSetupAssistantOptionSiri, jumpcloud.AppleSetupAssistantOptionFileVault}, mdm.Ades.Macos.SetupOptions)
	assert.Equal(t, "Yours.", mdm.Ades.Macos.WelcomeScreen.Paragraph)
}

// A device as it was recorded, and what a phone and a Mac add.
const appleMDMDeviceAnswer = `{"id":"5de6a7b8c9d0e1f203142537","appleMdmId":"5de6a7b8c9d0e1f203142536","serialNumber":"C02X","udid":"00008030-1","osVersion":"17.6","modelFamily":"iPhone",
	"mdmOsFamily":"ios","depRegistered":true,"enrolled":true,"createdAt":"2023-01-02T03:04:05Z","hasActivationLockBypassCodes":true,
	"securityInfo":{"enrolledViaDep":true,"isUserEnrollment":true,"userApprovedEnrollment":true,"isActivationLockManageable":true,"passcodePresent":true,"passcodeCompliant":true,
		"filevaultEnabled":true,"recoveryLockEnabled":true},
	"deviceInformation":{"deviceName":"Ann's phone","isSupervised":true,"activationLockAllowedWhileSupervised":true,"isAppleSilicon":true,"availableDeviceCapacity":12.75,"deviceCapacity":64,
		"modelName":"iPhone","modelMarketingName":"iPhone 15","modelNumber":"MK2K3LL/A","osMarketingName":"iOS 17","osBuildVersion":"21G80","osSupplementalBuildVersion":"21G81",
		"osExtraVersion":"(a)","sofwareUpdateId":"J1","wifiMac":"00:11:22:33:44:55","imei":"1","iccid":"2","subscriberCarrierNetwork":"Telia","secondImei":"3","secondIccid":"4",
		"secondSubscriberCarrierNetwork":"Tele2"}}`

func isAppleMDMDevice(t *testing.T, device *jumpcloud.AppleMDMDevice) {
	everyFieldIsSet(t, *device)
	assert.Equal(t, iPhoneID, device.ID)
	assert.Equal(t, mdmID, device.AppleMdmID)
	assert.Equal(t, "C02X", device.SerialNumber)
	assert.Equal(t, "17.6", device.OSVersion)
	assert.InDelta(t, 12.75, device.DeviceInformation.AvailableDeviceCapacity, 0)
	assert.Equal(t, "J1", device.DeviceInformation.SoftwareUpdateID)
	assert.Equal(t, "4", device.DeviceInformation.SecondIccid)
}

func appleMDMsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		mdm    = jumpcloud.AppleMDM
		device = jumpcloud.AppleMDMDevice
	)
	filter := []jumpcloud.Condition{jumpcloud.Filter("name", jumpcloud.Eq, "R & D, Lab")}
	listParams := &jumpcloud.AppleMDMsListParams{Limit: 50, Skip: 100, Filter: filter}
	devicesParams := &jumpcloud.AppleMDMsListDevicesParams{Limit: 50, Skip: 100, Sort: []string{"-serialNumber", "id"}, Filter: filter}
	file := func(body string) func(*testing.T, []byte) {
		return func(t *testing.T, data []byte) { assert.Equal(t, body, string(data)) }
	}
	raw := func(body string) func(*testing.T, json.RawMessage) {
		return func(t *testing.T, data json.RawMessage) { assert.JSONEq(t, body, string(data)) }
	}
	secret := func(t *testing.T, answer jumpcloud.Secret) {
		assert.JSONEq(t, `{"secret":"s3cret-9","at":1.50}`, string(answer))
		assert.NotContains(t, fmt.Sprintf("%v %+v %s %q", answer, answer, answer, answer), "s3cret")
	}
	const unknown = `{"secret":"s3cret-9","at":1.50}`
	// command is an operation that sends a command to the device.
	command := func(operation, word, body string, failure refusal, call func(ctx, client) error) contract {
		return contract{
			operation: operation,
			route:     "POST /v2/applemdms/{apple_mdm_id}/devices/{device_id}/" + word,
			path:      mdmPhone + "/" + word,
			body:      body,
			methods:   nothing(call),
			answers:   []reply{noContent},
			failure:   failure,
		}
	}
	// gateway is one of the operations of 2026, which name their ids otherwise.
	gateway := func(operation, method, rest string, query url.Values, m methods, answers []reply, failure refusal) contract {
		path := strings.NewReplacer("{deviceManagerObjectId}", mdmID, "{deviceObjectId}", iPhoneID, "{organizationObjectId}", contractOrg).Replace(rest)
		return contract{
			operation: operation, route: method + " /v2/applemdms" + rest, path: "/v2/applemdms" + path, query: query,
			methods: m, answers: answers, failure: failure,
		}
	}
	withBody := func(c contract, body string) contract {
		c.body = body
		return c
	}
	const ofDevice = "/{deviceManagerObjectId}/devices/{deviceObjectId}/"
	ofOrg := url.Values{"organizationObjectId": {contractOrg}}
	taken := []reply{okJSON(`{}`), {status: 200}, noContent}
	return []contract{
		{
			operation: "applemdms_list",
			route:     "GET /v2/applemdms",
			path:      "/v2/applemdms",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "filter": {"name:eq:R & D, Lab"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[mdm], error) { return c.AppleMDMs.List(ctx, listParams) },
				func(ctx ctx, c client) iter.Seq2[*mdm, error] { return c.AppleMDMs.All(ctx, listParams) },
				func(t *testing.T, mdms []*mdm) {
					isAppleMDM(t, mdms[0])
					assert.Equal(t, "5de6a7b8c9d0e1f203142539", mdms[1].ID)
				},
			),
			answers: []reply{v2Page(`[` + appleMDMAnswer + `,{"id":"5de6a7b8c9d0e1f203142539"}]`)},
			failure: refusedKey,
		},
		{
			operation: "applemdms_csrget",
			route:     "GET /v2/applemdms/{apple_mdm_id}/csr",
			path:      mdmPath + "/csr",
			header:    map[string]string{"Accept": "application/octet-stream"},
			methods:   single(func(ctx ctx, c client) ([]byte, error) { return c.AppleMDMs.GetCSR(ctx, mdmID) }, file("<plist/>\x00")),
			answers:   []reply{{status: 200, contentType: "application/octet-stream", body: "<plist/>\x00"}},
			failure:   refusedNotFound,
		},
		{
			operation: "applemdms_depkeyget",
			route:     "GET /v2/applemdms/{apple_mdm_id}/depkey",
			path:      mdmPath + "/depkey",
			header:    map[string]string{"Accept": "application/x-pem-file"},
			methods:   single(func(ctx ctx, c client) ([]byte, error) { return c.AppleMDMs.GetDEPKey(ctx, mdmID) }, file("-----BEGIN CERTIFICATE-----\n")),
			answers:   []reply{{status: 200, contentType: "application/x-pem-file", body: "-----BEGIN CERTIFICATE-----\n"}},
			failure:   refusedForbidden,
		},
		{
			operation: "applemdms_deviceslist",
			route:     "GET /v2/applemdms/{apple_mdm_id}/devices",
			path:      mdmPath + "/devices",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-serialNumber,id"}, "filter": {"name:eq:R & D, Lab"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[device], error) {
					return c.AppleMDMs.ListDevices(ctx, mdmID, devicesParams)
				},
				func(ctx ctx, c client) iter.Seq2[*device, error] {
					return c.AppleMDMs.AllDevices(ctx, mdmID, devicesParams)
				},
				func(t *testing.T, devices []*device) {
					isAppleMDMDevice(t, devices[0])
					assert.Equal(t, jumpcloud.AppleMDMDeviceSecurityInfo{}, *devices[1].SecurityInfo)
				},
			),
			answers: []reply{v2Page(`[` + appleMDMDeviceAnswer + `,{"id":"5de6a7b8c9d0e1f20314253a","enrolled":false,"securityInfo":{}}]`)},
			failure: refusedDetails,
		},
		{
			operation: "applemdms_getdevice",
			route:     "GET /v2/applemdms/{apple_mdm_id}/devices/{device_id}",
			path:      mdmPhone,
			methods:   single(func(ctx ctx, c client) (*device, error) { return c.AppleMDMs.GetDevice(ctx, mdmID, iPhoneID) }, isAppleMDMDevice),
			answers:   []reply{okJSON(appleMDMDeviceAnswer)},
			failure:   refusedNotFound,
		},
		{
			operation: "applemdms_deletedevice",
			route:     "DELETE /v2/applemdms/{apple_mdm_id}/devices/{device_id}",
			path:      mdmPhone,
			methods:   single(func(ctx ctx, c client) (*device, error) { return c.AppleMDMs.DeleteDevice(ctx, mdmID, iPhoneID) }, isAppleMDMDevice),
			answers:   []reply{okJSON(appleMDMDeviceAnswer)},
			failure:   refusedNotFound,
		},
		command("applemdms_devicesClearActivationLock", "clearActivationLock", "", refusedMock, func(ctx ctx, c client) error {
			return c.AppleMDMs.ClearDeviceActivationLock(ctx, mdmID, iPhoneID)
		}),
		command("applemdms_deviceClearPasscode", "clearPasscode", "", refusal{
			status: 412, contentType: "application/json", body: `{"message":"no unlock token"}`, message: "no unlock token",
		}, func(ctx ctx, c client) error { return c.AppleMDMs.ClearDevicePasscode(ctx, mdmID, iPhoneID) }),
		command("applemdms_devicesClearRestrictionsPassword", "clearRestrictionsPassword", "", refusedForbidden, func(ctx ctx, c client) error {
			return c.AppleMDMs.ClearDeviceRestrictionsPassword(ctx, mdmID, iPhoneID)
		}),
		command("applemdms_deviceserase", "erase", `{"pin":"135790"}`, refusedExists, func(ctx ctx, c client) error {
			return c.AppleMDMs.EraseDevice(ctx, mdmID, iPhoneID, jumpcloud.AppleMDMEraseDeviceRequest{Pin: jumpcloud.Set[jumpcloud.Secret]("135790")})
		}),
		command("applemdms_deviceslock", "lock", `{}`, refusedRate, func(ctx ctx, c client) error {
			return c.AppleMDMs.LockDevice(ctx, mdmID, iPhoneID, jumpcloud.AppleMDMLockDeviceRequest{})
		}),
		command("applemdms_devicesOSUpdateStatus", "osUpdateStatus", "", refusedDetails, func(ctx ctx, c client) error {
			return c.AppleMDMs.RequestDeviceOSUpdateStatus(ctx, mdmID, iPhoneID)
		}),
		command("applemdms_devicesRefreshActivationLockInformation", "refreshActivationLockInformation", "", refusedMock, func(ctx ctx, c client) error {
			return c.AppleMDMs.RefreshDeviceActivationLock(ctx, mdmID, iPhoneID)
		}),
		command("applemdms_devicesrestart", "restart", `{"kextPaths":["/Library/Extensions/a.kext"]}`, refusedMock, func(ctx ctx, c client) error {
			return c.AppleMDMs.RestartDevice(ctx, mdmID, iPhoneID, jumpcloud.AppleMDMRestartDeviceRequest{KextPaths: []string{"/Library/Extensions/a.kext"}})
		}),
		command("applemdms_devicesScheduleOSUpdate", "scheduleOSUpdate", `{"install_action":"INSTALL_LATER","product_key":"MSU_1","max_user_deferrals":0}`, refusedDetails,
			func(ctx ctx, c client) error {
				return c.AppleMDMs.ScheduleDeviceOSUpdate(ctx, mdmID, iPhoneID, jumpcloud.AppleOSUpdateSchedule{
					InstallAction: jumpcloud.AppleOSUpdateInstallActionInstallLater, ProductKey: "MSU_1", MaxUserDeferrals: jumpcloud.Set(0),
				})
			}),
		command("applemdms_devicesshutdown", "shutdown", "", refusedByProxy, func(ctx ctx, c client) error {
			return c.AppleMDMs.ShutdownDevice(ctx, mdmID, iPhoneID)
		}),
		{
			operation: "applemdms_enrollmentprofileslist",
			route:     "GET /v2/applemdms/{apple_mdm_id}/enrollmentprofiles",
			path:      mdmPath + "/enrollmentprofiles",
			methods: single(func(ctx ctx, c client) ([]*mdm, error) { return c.AppleMDMs.ListEnrollmentProfiles(ctx, mdmID) },
				func(t *testing.T, profiles []*mdm) {
					require.Len(t, profiles, 1)
					isAppleMDM(t, profiles[0])
				}),
			answers: []reply{okJSON(`[` + appleMDMAnswer + `]`)},
			failure: refusedMock,
		},
		{
			operation: "applemdms_enrollmentprofilesget",
			route:     "GET /v2/applemdms/{apple_mdm_id}/enrollmentprofiles/{id}",
			path:      mdmPath + "/enrollmentprofiles/5de6a7b8c9d0e1f20314253b",
			header:    map[string]string{"Accept": "application/x-apple-aspen-config"},
			methods: single(func(ctx ctx, c client) ([]byte, error) {
				return c.AppleMDMs.GetEnrollmentProfile(ctx, mdmID, "5de6a7b8c9d0e1f20314253b")
			}, file("<plist>profile</plist>")),
			answers: []reply{{status: 200, contentType: "application/x-apple-aspen-config", body: "<plist>profile</plist>"}},
			failure: refusedNotFound,
		},
		{
			operation: "applemdms_refreshdepdevices",
			route:     "POST /v2/applemdms/{apple_mdm_id}/refreshdepdevices",
			path:      mdmPath + "/refreshdepdevices",
			methods:   nothing(func(ctx ctx, c client) error { return c.AppleMDMs.RefreshDEPDevices(ctx, mdmID) }),
			answers:   []reply{noContent},
			failure:   refusedMock,
		},
		gateway("DeviceManagers_ListABMDevices", "GET", "/{deviceManagerObjectId}/abm_devices",
			url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-serialNumber"}, "filter": {"name:eq:R & D, Lab"}},
			single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.AppleMDMs.ListABMDevices(ctx, mdmID, &jumpcloud.AppleMDMsListABMDevicesParams{Limit: 50, Skip: 100, Filter: filter}, jumpcloud.WithQuery("sort", "-serialNumber"))
			}, raw(unknown)), []reply{okJSON(unknown)}, refusedNotFound),
		gateway("Devices_GetRecoveryLockConfig", "GET", ofDevice+"getrecoverylockconfig", ofOrg, single(func(ctx ctx, c client) (json.RawMessage, error) {
			return c.AppleMDMs.GetDeviceRecoveryLockConfig(ctx, mdmID, iPhoneID, &jumpcloud.AppleMDMsGetDeviceRecoveryLockConfigParams{OrganizationObjectID: contractOrg})
		}, raw(unknown)), []reply{okJSON(unknown)}, refusedNotFound),
		gateway("Devices_GetRecoveryLockPassword", "GET", ofDevice+"getrecoverylockpassword", ofOrg, single(func(ctx ctx, c client) (jumpcloud.Secret, error) {
			return c.AppleMDMs.GetDeviceRecoveryLockPassword(ctx, mdmID, iPhoneID, &jumpcloud.AppleMDMsGetDeviceRecoveryLockPasswordParams{OrganizationObjectID: contractOrg})
		}, secret), []reply{okJSON(unknown)}, refusedNotFound),
		gateway("Devices_GetDeviceLockPin", "GET", ofDevice+"lockpin", nil, single(func(ctx ctx, c client) (jumpcloud.Secret, error) {
			return c.AppleMDMs.GetDeviceLockPIN(ctx, mdmID, iPhoneID, nil)
		}, secret), []reply{okJSON(unknown)}, refusedErrorOnly),
		gateway("Devices_GetDeviceLockState", "GET", ofDevice+"lockstate", nil, single(func(ctx ctx, c client) (json.RawMessage, error) {
			return c.AppleMDMs.GetDeviceLockState(ctx, mdmID, iPhoneID, nil)
		}, raw(unknown)), []reply{okJSON(unknown)}, refusedNotFound),
		withBody(gateway("Devices_DeviceLockWithGeneratedPin", "POST", ofDevice+"lockwithgeneratedpin", nil, nothing(func(ctx ctx, c client) error {
			return c.AppleMDMs.LockDeviceWithGeneratedPIN(ctx, mdmID, iPhoneID, jumpcloud.AppleMDMLockDeviceWithGeneratedPINRequest{
				Message: jumpcloud.Set("Call us"), PhoneNumber: jumpcloud.Set("+46 1"), OrganizationObjectID: jumpcloud.Set(contractOrg),
			})
		}), taken, refusedNotFound), `{"message":"Call us","phoneNumber":"+46 1","organizationObjectId":"5c9e9c2a1f0b7a0012345678"}`),
		withBody(gateway("Devices_LostMode", "POST", ofDevice+"lostmode", nil, nothing(func(ctx ctx, c client) error {
			return c.AppleMDMs.SetDeviceLostMode(ctx, mdmID, iPhoneID, jumpcloud.AppleMDMSetDeviceLostModeRequest{
				EnableLostMode: &jumpcloud.AppleMDMEnableLostMode{Message: jumpcloud.Set("Lost"), PhoneNumber: jumpcloud.Set("+46 1"), Footnote: jumpcloud.Set("Reward")},
			})
		}), taken, refusedForbidden), `{"enableLostMode":{"message":"Lost","phoneNumber":"+46 1","footnote":"Reward"}}`),
		withBody(gateway("Devices_LostMode", "POST", ofDevice+"lostmode", nil, nothing(func(ctx ctx, c client) error {
			return c.AppleMDMs.SetDeviceLostMode(ctx, mdmID, iPhoneID, jumpcloud.AppleMDMSetDeviceLostModeRequest{DisableLostMode: map[string]any{}})
		}), taken, refusedForbidden), `{"disableLostMode":{}}`),
		withBody(gateway("EnrollmentProfiles_UpdateServiceDiscoveryURL", "POST", "/{deviceManagerObjectId}/service-discovery-url", nil, nothing(func(ctx ctx, c client) error {
			return c.AppleMDMs.UpdateServiceDiscoveryURL(ctx, mdmID, nil)
		}), taken[:2], refusedNotFound), `{}`),
		gateway("EnrollmentProfiles_DeleteServiceDiscoveryURL", "DELETE", "/{deviceManagerObjectId}/service-discovery-url", nil, nothing(func(ctx ctx, c client) error {
			return c.AppleMDMs.DeleteServiceDiscoveryURL(ctx, mdmID)
		}), taken[:2], refusedNotFound),
		gateway("EnrollmentProfiles_ValidateServiceDiscoveryURL", "GET", "/{deviceManagerObjectId}/validate-service-discovery-url", nil,
			single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.AppleMDMs.ValidateServiceDiscoveryURL(ctx, mdmID)
			}, raw(unknown)), []reply{okJSON(unknown)}, refusedNotFound),
		gateway("BackgroundTasks_List", "GET", "/{deviceObjectId}/background_tasks", url.Values{"queryParameters.limit": {"50"}, "queryParameters.skip": {"100"}, "queryParameters.fields": {"name"}},
			single(func(ctx ctx, c client) (json.RawMessage, error) {
				return c.AppleMDMs.ListBackgroundTasks(ctx, iPhoneID, &jumpcloud.AppleMDMsListBackgroundTasksParams{Limit: 50, Skip: 100}, jumpcloud.WithQuery("queryParameters.fields", "name"))
			}, raw(unknown)), []reply{okJSON(unknown)}, refusedNotFound),
		{
			operation: "applemdms_put",
			route:     "PUT /v2/applemdms/{id}",
			path:      mdmPath,
			body: `{"name":"Example","appleSignedCert":"-----BEGIN","appleCertCreatorAppleID":"mdm@example.com","encryptedDepServerToken":"MIME-token","defaultSystemGroupID":"",
				"defaultIosUserEnrollmentDeviceGroupID":"5de6a7b8c9d0e1f203142538","allowMobileUserEnrollment":false,
				"dep":{"welcomeScreen":{"title":"Hello","paragraph":null,"button":"On"},"setupAssistantOptions":[{"option":"siri"}],"enableZeroTouchEnrollment":true},
				"ades":{"macos":{"welcomeScreen":{"title":"Mac"},"setupAssistantOptions":[{"option":"payment"}],"setupOptions":["siri"],"enableZeroTouchEnrollment":false,
					"defaultDeviceGroupObjectIds":["5de6a7b8c9d0e1f203142538"]},"ios":{"defaultDeviceGroupObjectIds":[]}}}`,
			methods: single(func(ctx ctx, c client) (*mdm, error) {
				body := jumpcloud.AppleMDMUpdate{
					Name: jumpcloud.Set("Example"), AppleSignedCert: jumpcloud.Set("-----BEGIN"), AppleCertCreatorAppleID: jumpcloud.Set("mdm@example.com"),
					EncryptedDepServerToken: jumpcloud.Set[jumpcloud.Secret]("MIME-token"), DefaultSystemGroupID: jumpcloud.Set(""),
					DefaultIosUserEnrollmentDeviceGroupID: jumpcloud.Set("5de6a7b8c9d0e1f203142538"), AllowMobileUserEnrollment: jumpcloud.Set(false),
					Dep: &jumpcloud.AppleDEPInput{
						WelcomeScreen:         &jumpcloud.AppleDEPWelcomeScreenInput{Title: jumpcloud.Set("Hello"), Paragraph: jumpcloud.Null[string](), Button: jumpcloud.Set("On")},
						SetupAssistantOptions: []jumpcloud.AppleDEPSetupAssistantOptionInput{{Option: jumpcloud.Set(jumpcloud.AppleSetupAssistantOptionSiri)}}, EnableZeroTouchEnrollment: jumpcloud.Set(true),
					},
					Ades: &jumpcloud.AppleADESInput{
						Macos: &jumpcloud.AppleADEInput{
							WelcomeScreen:         &jumpcloud.AppleDEPWelcomeScreenInput{Title: jumpcloud.Set("Mac")},
							SetupAssistantOptions: []jumpcloud.AppleDEPSetupAssistantOptionInput{{Option: jumpcloud.Set(jumpcloud.AppleSetupAssistantOptionPayment)}},
							SetupOptions:          []jumpcloud.AppleSetupAssistantOption{jumpcloud.AppleSetupAssistantOptionSiri}, EnableZeroTouchEnrollment: jumpcloud.Set(false),
							DefaultDeviceGroupObjectIDs: []string{"5de6a7b8c9d0e1f203142538"},
						},
						Ios: &jumpcloud.AppleADEInput{DefaultDeviceGroupObjectIDs: []string{}},
					},
				}
				if text := fmt.Sprintf("%+v", body); strings.Contains(text, "MIME-token") {
					return nil, fmt.Errorf("the server token prints: %s", text)
				}
				return c.AppleMDMs.Update(ctx, mdmID, body)
			}, isAppleMDM),
			answers: []reply{okJSON(appleMDMAnswer)},
			failure: refusedDetails,
		},
		{
			operation: "applemdms_delete",
			route:     "DELETE /v2/applemdms/{id}",
			path:      mdmPath,
			methods:   single(func(ctx ctx, c client) (*mdm, error) { return c.AppleMDMs.Delete(ctx, mdmID) }, isAppleMDM),
			answers:   []reply{okJSON(appleMDMAnswer)},
			failure:   refusedNotFound,
		},
		gateway("EnrollmentProfiles_GetAdueRedirect", "GET", "/{organizationObjectId}/account-driven-service-discovery", nil,
			single(func(ctx ctx, c client) (*jumpcloud.AppleADUERedirect, error) {
				return c.AppleMDMs.GetADUERedirect(ctx, contractOrg)
			}, func(t *testing.T, redirect *jumpcloud.AppleADUERedirect) {
				assert.Equal(t, "https://example.com/enroll", redirect.RedirectURL)
			}), []reply{okJSON(`{"redirectUrl":"https://example.com/enroll"}`)}, refusedNotFound),
		gateway("EnrollmentProfiles_GetAdueConfig", "GET", "/{organizationObjectId}/account-driven-service-discovery/config", nil,
			single(func(ctx ctx, c client) (*jumpcloud.AppleADUEConfig, error) {
				return c.AppleMDMs.GetADUEConfig(ctx, contractOrg)
			}, func(t *testing.T, config *jumpcloud.AppleADUEConfig) {
				assert.Equal(t, `{"Servers":[]}`, config.JsonConfig)
			}), []reply{okJSON(`{"jsonConfig":"{\"Servers\":[]}"}`)}, refusedNotFound),
	}
}
