package jumpcloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
)

func TestSoftwareAppsContracts(t *testing.T) { testContracts(t, softwareAppsContracts()) }

const softwareID = "65b1c2d3e4f5061728394a70"

// firefoxApp is managed software with every property that one may have, firefoxBody what of it is written.
const (
	firefoxApp = `{"id":"65b1c2d3e4f5061728394a70","organization":"5c9e9c2a1f0b7a0012345678","displayName":"Firefox",
	"createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z","uploadUrl":"https://storage.test/f?sig=f00dfeed","settings":[{` + firefoxSettings + `,
	"storedPackage":{"objectId":"65b1c2d3e4f5061728394a73","versions":[{` + firefoxVersion + `,"status":"AVAILABLE","rejectedReason":"none","metadata":{
		"metadataFile":{"mimeType":"application/x-msi","sha256sum":"00ff","size":65536},
		"metadataExe":{"title":"Firefox","author":"Mozilla","version":"133","arch":"x64","installerEngineVersion":"1.0","signatureLabel":"Mozilla","sha256sum":"00ff","size":65536,
			"url":"https://example.com/f.exe"},
		"metadataMsi":{"productName":"Firefox","productVersion":"133","manufacturer":"Mozilla","productCode":"{1}","upgradeCode":"{2}","sha256sum":"00ff"},
		"metadataPkg":{"title":"Firefox","subtitle":"Browser","bundleIdentifier":"org.mozilla.firefox","bundleVersion":"13324","shortVersion":"133","assetKind":"software-package",
			"packageKind":"software-package","managedInstallEligibilityStatus":"MANAGED_INSTALL_ELIGIBLE","sha256sum":"00ff"},
		"metadataIpa":{"title":"Firefox","subtitle":"Browser","bundleIdentifier":"org.mozilla.firefox","bundleVersion":"13324","shortVersion":"133","assetKind":"software-package",
			"packageKind":"software-package","managedInstallEligibilityStatus":"MANAGED_INSTALL_ELIGIBLE","sha256sum":"00ff"}},
		"createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z"}]},
	"createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z","packageVersionUpdatedAt":"2026-01-02T03:04:07Z"}]}`
	firefoxBody     = `{"displayName":"Firefox","settings":[{` + firefoxSettings + `,"storedPackage":{"objectId":"65b1c2d3e4f5061728394a73","versions":[{` + firefoxVersion + `}]}}]}`
	firefoxVersion  = `"name":"firefox.msi","version":2,"displayVersion":"133","size":65536,"sha256sum":"00ff"`
	firefoxSettings = `"packageId":"firefox","packageManager":"CHOCOLATEY",
	"desiredState":"INSTALL","autoUpdate":true,"allowUpdateDelay":true,"scope":"system","location":"https://example.com/firefox.msi",
	"locationObjectId":"65b1c2d3e4f5061728394a72","description":"browser","packageSubtitle":"Mozilla","packageVersion":"133.0","displayVersion":"133",
	"shortVersion":"133","packageKind":"software-package","format":"msi","assetKind":"software-package","assetSha256Size":1048576,
	"assetSha256Strings":["00ff"],"architectures":["x86_64"],"appFileName":"Firefox.app","bundleId":"org.mozilla.firefox","teamId":"43AQ936H96",
	"signatureLabel":"Mozilla","downloadUrl":"https://example.com/f","versionlessDownloadUrl":true,"iconUrl":"https://example.com/i",
	"installerEngineVersion":"1.0","silentInstallFlags":["/S"],"commandLineArguments":"/quiet","updateTool":"updater","updateToolArguments":"-u",
	"uninstallOnUnbind":true,"unsafeUninstall":true,"appDeliveryMethod":"push","adminIntent":"INTENT_FORCE_MANAGED",
	"managedInstallEligibilityStatus":"MANAGED_INSTALL_ELIGIBLE",
	"detectionRules":{"ruleType":"REGISTRY","expectedDisplayName":"Firefox","registryPath":"HKLM\\Software\\Mozilla","registryValueName":"v",
		"registryExpectedValue":"133","powerShellScript":"exit 0"},
	"appleVpp":{"appConfiguration":"<dict/>","isConfigEnabled":true,"assignedLicenses":1,"availableLicenses":2,"totalLicenses":3,
		"supportedDeviceFamilies":["MAC"],"details":{"seller":"Mozilla"}},
	"googleAndroid":{"name":"enterprises/x/applications/y","type":"PUBLIC","iconUrl":"https://example.com/a","author":"Mozilla","category":"tools",
		"appPricing":"FREE","distributionChannel":"PUBLIC_GOOGLE_HOSTED","minSdkVersion":26,"contentRating":"FOUR_YEARS",
		"updateTime":"2026-01-01T00:00:00Z","appVersion":"133","versionCode":2016,"fullDescription":"a browser","startUrl":"https://example.com",
		"displayMode":"STANDALONE","managedProperties":true,"managedConfigurationTemplateId":"t1","autoUpdateMode":"AUTO_UPDATE_DEFAULT",
		"runtimePermission":"PROMPT","installType":"AVAILABLE","permissionGrants":[{"id":"android.permission.CAMERA","policy":"DENY"}],
		"androidFeatures":["SOFTWARE_INFO"]},
	"microsoftStore":{"packageFamilyName":"Mozilla.Firefox_x","nonRemovable":true,"doNotUpdate":true},
	"storedPackageObjectId":"65b1c2d3e4f5061728394a73","enterpriseObjectId":"65b1c2d3e4f5061728394a74","appCatalogInstallableObjectId":"65b1c2d3e4f5061728394a75"`
	firefoxStatus = `{"id":"65b1c2d3e4f5061728394a76","softwareAppId":"65b1c2d3e4f5061728394a70","systemId":"5f1b2c3d4e5f60718293a4b5","state":"INSTALL_FAILED",
		"code":7,"details":"no space","version":"133.0","timestamp":"2026-01-02T03:04:08Z"}`
)

func isFirefox(t *testing.T, app *jumpcloud.SoftwareApp) {
	everyFieldIsSet(t, *app)
	assert.Equal(t, softwareID, app.ID)
	assert.Equal(t, "Firefox", app.DisplayName)
	assert.Equal(t, "https://storage.test/f?sig=f00dfeed", string(app.UploadURL))
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", app, *app, *app), "f00dfeed")
	version := app.Settings[0].StoredPackage.Versions[0]
	assert.Equal(t, int64(65536), version.Size)
	assert.Equal(t, "AVAILABLE", version.Status)
	assert.Equal(t, "{2}", version.Metadata.MetadataMsi.UpgradeCode)
}

func softwareAppsContracts() []contract {
	type (
		ctx    = context.Context
		client = *jumpcloud.APIClient
		app    = jumpcloud.SoftwareApp
		status = jumpcloud.SoftwareAppStatus
		apps   = *jumpcloud.SoftwareAppsService
	)
	service := func(c client) apps { return c.SoftwareApps }
	filter := traversalFilter
	listParams := &jumpcloud.SoftwareAppsListParams{Limit: 50, Skip: 100, Sort: []string{"-displayName", "id"}, Filter: filter}
	statusParams := &jumpcloud.SoftwareAppsListStatusesParams{Limit: 50, Skip: 100, Sort: []string{"-timestamp"}, Filter: filter}
	associationsParams := &jumpcloud.SoftwareAppsListAssociationsParams{Limit: 50, Skip: 100}
	targets := []jumpcloud.GraphType{jumpcloud.GraphTypeSystem, jumpcloud.GraphTypeSystemGroup}
	filtered := []string{"object_id:in:5f1b2c3d4e5f60718293a4b5|5f1b2c3d4e5f60718293a4b6", "type:ne:a,b"}
	written := func() jumpcloud.SoftwareAppInput {
		var read app
		if err := json.Unmarshal([]byte(firefoxApp), &read); err != nil {
			panic(err)
		}
		return read.Input()
	}
	return []contract{
		{
			operation: "softwareApps_list",
			route:     "GET /v2/softwareapps",
			path:      "/v2/softwareapps",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-displayName,id"}, "filter": filtered},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[app], error) { return c.SoftwareApps.List(ctx, listParams) },
				func(ctx ctx, c client) iter.Seq2[*app, error] { return c.SoftwareApps.All(ctx, listParams) },
				func(t *testing.T, apps []*app) {
					isFirefox(t, apps[0])
					assert.Equal(t, "APPLE_VPP", apps[1].Settings[0].PackageManager)
					assert.True(t, apps[1].CreatedAt.IsZero())
				},
			),
			answers: []reply{v2Page(`[` + firefoxApp + `,{"id":"65b1c2d3e4f5061728394a71","settings":[{"packageManager":"APPLE_VPP"}],"createdAt":null,"updatedAt":null}]`)},
			failure: refusedDetails,
		},
		{
			operation: "softwareApps_post",
			route:     "POST /v2/softwareapps",
			path:      "/v2/softwareapps",
			body:      `{"displayName":"Adobe Reader","settings":[{"packageId":"adobereader","packageManager":"CHOCOLATEY","scope":"system"}]}`,
			methods: single(func(ctx ctx, c client) (*app, error) {
				return c.SoftwareApps.Create(ctx, jumpcloud.SoftwareAppInput{
					DisplayName: jumpcloud.Set("Adobe Reader"),
					Settings: []jumpcloud.SoftwareAppSettingsInput{{
						PackageID: jumpcloud.Set("adobereader"), PackageManager: jumpcloud.Set("CHOCOLATEY"), Scope: jumpcloud.Set("system"),
					}},
				})
			}, isFirefox),
			answers: []reply{createdJSON(firefoxApp)},
			failure: refusedForbidden,
		},
		{
			operation: "softwareApps_get",
			route:     "GET /v2/softwareapps/{id}",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70",
			methods:   single(func(ctx ctx, c client) (*app, error) { return c.SoftwareApps.Get(ctx, softwareID) }, isFirefox),
			answers:   []reply{okJSON(firefoxApp)},
			failure:   refusedNotFound,
		},
		{
			operation: "softwareApps_update",
			route:     "PUT /v2/softwareapps/{id}",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70",
			body:      firefoxBody,
			methods:   single(func(ctx ctx, c client) (*app, error) { return c.SoftwareApps.Update(ctx, softwareID, written()) }, isFirefox),
			answers:   []reply{okJSON(firefoxApp)},
			failure:   refusedDetails,
		},
		{
			operation: "softwareApps_delete",
			route:     "DELETE /v2/softwareapps/{id}",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70",
			methods:   nothing(func(ctx ctx, c client) error { return c.SoftwareApps.Delete(ctx, softwareID) }),
			answers:   []reply{noContent},
			failure:   refusedNotFound,
		},
		{
			operation: "softwareApps_reclaimLicenses",
			route:     "POST /v2/softwareapps/{software_app_id}/reclaim-licenses",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70/reclaim-licenses",
			methods: single(func(ctx ctx, c client) (*jumpcloud.SoftwareAppReclaimLicenses, error) {
				return c.SoftwareApps.ReclaimLicenses(ctx, softwareID)
			}, func(t *testing.T, licenses *jumpcloud.SoftwareAppReclaimLicenses) {
				assert.Equal(t, &jumpcloud.SoftwareAppReclaimLicenses{ReclaimedLicenses: 1, AssignedLicenses: 2, AvailableLicenses: 3, TotalLicenses: 5}, licenses)
			}),
			answers: []reply{okJSON(`{"reclaimedLicenses":1,"assignedLicenses":2,"availableLicenses":3,"totalLicenses":5}`)},
			failure: refusedNotFound,
		},
		{
			operation: "softwareApps_retryInstallation",
			route:     "POST /v2/softwareapps/{software_app_id}/retry-installation",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70/retry-installation",
			body:      `{"system_ids":["5f1b2c3d4e5f60718293a4b5","5f1b2c3d4e5f60718293a4b6"]}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.SoftwareApps.RetryInstallation(ctx, softwareID, jumpcloud.SoftwareAppsRetryInstallationRequest{SystemIDs: []string{laptopID, serverID}})
			}),
			answers: []reply{noContent},
			failure: refusedDetails,
		},
		{
			operation: "softwareAppStatuses_list",
			route:     "GET /v2/softwareapps/{software_app_id}/statuses",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70/statuses",
			query:     url.Values{"limit": {"50"}, "skip": {"100"}, "sort": {"-timestamp"}, "filter": filtered},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[status], error) {
					return c.SoftwareApps.ListStatuses(ctx, softwareID, statusParams)
				},
				func(ctx ctx, c client) iter.Seq2[*status, error] {
					return c.SoftwareApps.AllStatuses(ctx, softwareID, statusParams)
				},
				func(t *testing.T, statuses []*status) {
					everyFieldIsSet(t, *statuses[0])
					assert.Equal(t, "INSTALL_FAILED", statuses[0].State)
					assert.Equal(t, laptopID, statuses[0].SystemID)
					assert.Equal(t, "65b1c2d3e4f5061728394a77", statuses[1].ID)
				},
			),
			answers: []reply{v2Page(`[` + firefoxStatus + `,{"id":"65b1c2d3e4f5061728394a77"}]`)},
			failure: refusedMock,
		},
		{
			operation: "softwareApps_prepareStoredPackageUpload",
			route:     "POST /v2/softwareapps/{software_app_id}/stored-package-versions",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70/stored-package-versions",
			body:      `{"name":"firefox.msi","size":5000000000,"displayVersion":"133"}`,
			methods: single(func(ctx ctx, c client) (*jumpcloud.SoftwareAppStoredPackageVersionResponse, error) {
				return c.SoftwareApps.PrepareStoredPackageUpload(ctx, softwareID, jumpcloud.SoftwareAppStoredPackageVersionRequest{
					Name: "firefox.msi", Size: 5_000_000_000, DisplayVersion: jumpcloud.Set("133"),
				})
			}, func(t *testing.T, upload *jumpcloud.SoftwareAppStoredPackageVersionResponse) {
				assert.Equal(t, "https://storage.test/f?sig=f00dfeed", string(upload.UploadURL))
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v", upload, *upload, *upload), "f00dfeed")
				assert.Equal(t, "65b1c2d3e4f5061728394a78", upload.PendingVersionObjectID)
				assert.Equal(t, "application/x-msi", upload.Metadata.MetadataFile.MimeType)
			}),
			answers: []reply{createdJSON(`{"uploadUrl":"https://storage.test/f?sig=f00dfeed","pendingVersionObjectId":"65b1c2d3e4f5061728394a78",
				"metadata":{"metadataFile":{"mimeType":"application/x-msi"}}}`)},
			failure: refusedExists,
		},
		{
			operation: "graph_softwareappsAssociationsList",
			route:     "GET /v2/softwareapps/{software_app_id}/associations",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70/associations",
			query:     url.Values{"targets": {"system,system_group"}, "limit": {"50"}, "skip": {"100"}},
			methods: listing(
				func(ctx ctx, c client) (*jumpcloud.Page[jumpcloud.GraphConnection], error) {
					return c.SoftwareApps.ListAssociations(ctx, softwareID, targets, associationsParams)
				},
				func(ctx ctx, c client) iter.Seq2[*jumpcloud.GraphConnection, error] {
					return c.SoftwareApps.AllAssociations(ctx, softwareID, targets, associationsParams)
				},
				func(t *testing.T, connections []*jumpcloud.GraphConnection) {
					assert.Equal(t, jumpcloud.GraphObject{ID: laptopID, Type: jumpcloud.GraphTypeSystem}, connections[0].To)
					assert.Equal(t, jumpcloud.GraphObject{ID: staffID, Type: jumpcloud.GraphTypeSystemGroup}, connections[1].To)
				},
			),
			answers: []reply{v2Page(`[{"to":{"id":"5f1b2c3d4e5f60718293a4b5","type":"system"}},{"to":{"id":"6026da081f24755306c2ee0d","type":"system_group"}}]`)},
			failure: refusedMock,
		},
		{
			operation: "graph_softwareappsAssociationsPost",
			route:     "POST /v2/softwareapps/{software_app_id}/associations",
			path:      "/v2/softwareapps/65b1c2d3e4f5061728394a70/associations",
			body:      `{"op":"add","type":"system_group","id":"6026da081f24755306c2ee0d"}`,
			methods: nothing(func(ctx ctx, c client) error {
				return c.SoftwareApps.ManageAssociations(ctx, softwareID, jumpcloud.GraphOperation{Op: jumpcloud.GraphOpAdd, Type: jumpcloud.GraphTypeSystemGroup, ID: staffID})
			}),
			answers: []reply{noContent},
			failure: refusedExists,
		},
		traversal("graph_softwareappsTraverseSystem", "/v2/softwareapps/{software_app_id}/systems", softwareID, "system", service,
			apps.ListSystems, apps.AllSystems, jumpcloud.SoftwareAppsListSystemsParams{Limit: 50, Skip: 100, Filter: filter}, refusedMock),
		traversal("graph_softwareappsTraverseSystemGroup", "/v2/softwareapps/{software_app_id}/systemgroups", softwareID, "system_group", service,
			apps.ListSystemGroups, apps.AllSystemGroups, jumpcloud.SoftwareAppsListSystemGroupsParams{Limit: 50, Skip: 100, Filter: filter}, refusedForbidden),
	}
}
