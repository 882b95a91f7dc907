package program

import (
	"context"
	"fmt"
	"io"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

// Connect returns a client of the organization that the environment names, or with -demo of an embedded
// JumpCloud with a made-up company, which it leaves to done to stop. Without a usable credential it
// refuses: a secret that is missing must not look like success. One that is wrong, and a service that is
// not there, it finds out with a small request, before the work. changes are made to the configuration.
func (f *Flags) Connect(ctx context.Context, note io.Writer, changes ...func(*jumpcloud.Configuration)) (client *jumpcloud.APIClient, done func(), err error) {
	if f.Demo {
		fmt.Fprintln(note, "-demo: this is a made-up company, in this process.")
		server := jumpcloudtest.NewServer()
		server.SeedCompany()
		return server.Client(changes...), server.Close, nil
	}
	configuration, err := jumpcloud.ConfigurationFromEnv()
	if err != nil {
		return nil, nil, Misuse("%v\n-demo uses a made-up company instead.", err)
	}
	configuration.Retry.MaxAttempts = MaxAttempts
	for _, change := range changes {
		change(configuration)
	}
	if client, err = jumpcloud.NewAPIClient(configuration); err == nil {
		few := &jumpcloud.SystemusersListParams{Limit: 1, Fields: []string{"username"}}
		_, err = client.Systemusers.List(ctx, few, jumpcloud.WithMaxAttempts(3))
	}
	return client, func() {}, err
}

// MaxAttempts is how often a request is sent at most: those that a program makes side by side compete for
// what the rate limit allows, and have to be as patient as the helpers of the package are by themselves.
const MaxAttempts = 12
