package main

import (
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestHello_PrintsTheUsersOfTheOrganizationThatTheEnvironmentNames(t *testing.T) {
	server := jumpcloudtest.New(t)
	server.AddUser(jumpcloud.SystemuserCreate{Username: "ann", Email: "ann@example.com"})
	for _, name := range []string{"ORG_ID", "CLIENT_ID", "CLIENT_SECRET", "TOKEN_URL", "REGION"} {
		t.Setenv("JUMPCLOUD_"+name, "")
	}
	t.Setenv("JUMPCLOUD_API_KEY", server.Configuration().APIKey)
	t.Setenv("JUMPCLOUD_BASE_URL", server.Configuration().BaseURL)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	standard := os.Stdout
	os.Stdout = write
	defer func() { os.Stdout = standard }()

	main()

	write.Close()
	printed, err := io.ReadAll(read)
	require.NoError(t, err)
	assert.Equal(t, "ann ann@example.com\n", string(printed))
}
