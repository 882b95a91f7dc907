package jumpcloud_test

import (
	"encoding/json"
	"fmt"

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
