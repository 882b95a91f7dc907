package program

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// Connect returns a client of the organization that the environment names, or with -demo of an embedded
// JumpCloud with a made-up company, which it leaves to done to stop. Without a usable credential it
// refuses: a secret that is missing must not look like success.
func (f *Flags) Connect(note io.Writer) (client *jumpcloud.APIClient, done func(), err error) {
	if f.Demo {
		fmt.Fprintln(note, "-demo: this is a made-up company, in this process.")
		server := jumpcloudtest.NewServer()
		Furnish(server)
		return server.Client(), server.Close, nil
	}
	configuration, err := jumpcloud.ConfigurationFromEnv()
	if err != nil {
		return nil, nil, Misuse("%v\n-demo uses a made-up company instead.", err)
	}
	client, err = jumpcloud.NewAPIClient(configuration)
	return client, func() {}, err
}

// Furnish gives a server the made-up company, and lets it answer what its devices, applications and
// directories are called, which an embedded JumpCloud does not by itself.
func Furnish(server *jumpcloudtest.Server) {
	server.SeedCompany()
	server.Inject("GET /organizations", 0, jumpcloudtest.Status(http.StatusOK, nil,
		`{"totalCount":1,"results":[{"_id":"`+jumpcloudtest.OrgID+`","id":"`+jumpcloudtest.OrgID+`","displayName":"Lumen","logoUrl":"","created":"2021-03-01T09:00:00.000Z"}]}`))
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
