package program

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// Connect returns a client of the organization that the environment names. Without a key it starts an
// embedded JumpCloud with a made-up company, says so on note, and leaves it to done to stop it.
func Connect(note io.Writer) (client *jumpcloud.APIClient, done func(), err error) {
	if os.Getenv("JUMPCLOUD_API_KEY") == "" && os.Getenv("JUMPCLOUD_CLIENT_ID") == "" {
		fmt.Fprintln(note, "No JUMPCLOUD_API_KEY is set: using an embedded JumpCloud with a made-up company, in this process.")
		server := jumpcloudtest.NewServer()
		Furnish(server)
		return server.Client(), server.Close, nil
	}
	configuration, err := jumpcloud.ConfigurationFromEnv()
	if err != nil {
		return nil, nil, err
	}
	client, err = jumpcloud.NewAPIClient(configuration)
	return client, func() {}, err
}

// Furnish gives a server the made-up company, and lets it answer what its devices, applications and
// directories are called, which an embedded JumpCloud does not by itself.
func Furnish(server *jumpcloudtest.Server) {
	server.SeedCompany()
	for route, names := range map[string][]string{
		"/applications":         {"Chat", "Wiki", "Code Hosting", "CRM", "Payroll"},
		"/radiusservers":        {"Office Wi-Fi", "VPN Gateway"},
		"/v2/systemgroups":      {"Laptops", "Servers"},
		"/v2/gsuites":           {"Google Workspace"},
		"/v2/office365s":        {"Microsoft 365"},
		"/v2/ldapservers":       {"JumpCloud LDAP"},
		"/v2/activedirectories": {"corp.example.com"},
		"/systems": {
			"laptop-amara", "laptop-nils", "laptop-kofi", "laptop-hana", "laptop-paula", "laptop-sven", "laptop-marcus",
			"web-1", "web-2", "build-1",
		},
	} {
		for _, name := range names {
			body, err := json.Marshal(map[string]string{"name": name})
			if err != nil {
				panic(err) // a string always encodes
			}
			server.Inject("GET "+route+"/"+server.ID(name), 0, jumpcloudtest.Status(http.StatusOK, nil, string(body)))
		}
	}
}
