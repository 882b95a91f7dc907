package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/jumpcloud-go/jumpcloud"
)

// MadeUp stands in place of the name of an organization that does not exist.
const MadeUp = "a made-up company"

// Organization names the organization of a client, by its id where its name cannot be read.
func Organization(ctx context.Context, client *jumpcloud.APIClient) (string, error) {
	chosen := os.Getenv("JUMPCLOUD_ORG_ID")
	var readable []*jumpcloud.OrganizationSummary
	for o, err := range client.Organizations.All(ctx, nil) {
		switch {
		case errors.Is(err, jumpcloud.ErrForbidden) || errors.Is(err, jumpcloud.ErrItem):
		case err != nil:
			return "", fmt.Errorf("the name of the organization: %w", err)
		case chosen == "" || o.ID == chosen:
			readable = append(readable, o)
		}
	}
	if len(readable) == 1 {
		return cmp.Or(readable[0].DisplayName, readable[0].ID), nil
	}
	return cmp.Or(chosen, "an organization whose name cannot be read"), nil
}
