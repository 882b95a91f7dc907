package jumpcloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// A phone that was left on a train: locked with a PIN that JumpCloud makes and keeps. The keys of the answer
// that has the PIN are described nowhere, so that it comes as JSON, in a type that does not print.
func ExampleAppleMDMsService_LockDeviceWithGeneratedPIN() {
	server := answers(map[string]string{
		"GET /v2/applemdms":              `[{"id":"5de6a7b8c9d0e1f203142536"}]`,
		"GET /v2/applemdms/{id}/devices": `[{"id":"5de6a7b8c9d0e1f203142537","serialNumber":"C02X","enrolled":true}]`,
		"POST /v2/applemdms/{id}/devices/{device}/lockwithgeneratedpin": `{}`,
		"GET /v2/applemdms/{id}/devices/{device}/lockpin":               `{"pin":"135790"}`,
	})
	defer server.Close()
	client := server.Client()

	for mdm, err := range client.AppleMDMs.All(ctx, nil) {
		must(err)
		for device, err := range client.AppleMDMs.AllDevices(ctx, mdm.ID, nil) {
			must(err)
			if device.SerialNumber != "C02X" || !device.Enrolled {
				continue
			}
			must(client.AppleMDMs.LockDeviceWithGeneratedPIN(ctx, mdm.ID, device.ID,
				jumpcloud.AppleMDMLockDeviceWithGeneratedPINRequest{Message: jumpcloud.Set("Please call the help desk.")}))
			answer, err := client.AppleMDMs.GetDeviceLockPIN(ctx, mdm.ID, device.ID, nil)
			must(err)
			fmt.Println("in a log:", answer)
			var keys map[string]any
			must(json.Unmarshal([]byte(answer), &keys))
			fmt.Println("for who found it:", keys["pin"])
		}
	}
	// Output:
	// in a log: [redacted]
	// for who found it: 135790
}

// A package of the organization's own: the file goes to a storage, and is validated before it can be installed.
func ExampleSoftwareAppsService_CreateWithPackage() {
	storage := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer storage.Close()
	server := answers(map[string]string{
		"POST /v2/softwareapps": `{"id":"65b1c2d3e4f5061728394a70","uploadUrl":"` + storage.URL + `/editor.msi?signature=f00d"}`,
		"GET /v2/softwareapps/{id}": `{"id":"65b1c2d3e4f5061728394a70","displayName":"Editor",
			"settings":[{"storedPackage":{"versions":[{"name":"editor.msi","version":1,"status":"AVAILABLE"}]}}]}`,
	})
	defer server.Close()
	client := server.Client()

	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	content := strings.NewReader("an *os.File, rather")
	app, err := client.SoftwareApps.CreateWithPackage(ctx, jumpcloud.SoftwareAppInput{DisplayName: jumpcloud.Set("Editor")},
		jumpcloud.SoftwarePackage{Name: "editor.msi", DisplayVersion: "2.1", Content: content, Size: content.Size()})
	must(err)
	fmt.Println(app.DisplayName, app.Settings[0].StoredPackage.Versions[0].Status)
	// Output: Editor AVAILABLE
}
