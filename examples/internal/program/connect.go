package program

import (
	"fmt"
	"io"

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
		server.SeedCompany()
		return server.Client(), server.Close, nil
	}
	configuration, err := jumpcloud.ConfigurationFromEnv()
	if err != nil {
		return nil, nil, Misuse("%v\n-demo uses a made-up company instead.", err)
	}
	configuration.Retry.MaxAttempts = MaxAttempts
	client, err = jumpcloud.NewAPIClient(configuration)
	return client, func() {}, err
}

// MaxAttempts is how often a request is sent at most: those that a program makes side by side compete for
// what the rate limit allows, and have to be as patient as the helpers of the package are by themselves.
const MaxAttempts = 12
