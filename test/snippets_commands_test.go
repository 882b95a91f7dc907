package jumpcloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestHowTo_RunsACommandOnAGroupOfDevices(t *testing.T) {
	report := func(ctx context.Context, client *jumpcloud.APIClient, group string) error {
		command, err := client.Commands.GetByName(ctx, "Free disk space")
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, 10*time.Minute) // a device that is offline has no result until it is back
		defer cancel()
		run, err := client.Commands.RunAndWait(ctx, command.ID, &jumpcloud.CommandsRunAndWaitParams{SystemGroups: []string{group}})
		if run == nil {
			return err // it did not run, or nobody knows
		}
		for _, outcome := range run.Outcomes {
			if outcome.Result != nil {
				fmt.Printf("%s: %s", outcome.SystemID, outcome.Result.Output())
			}
		}
		if errors.Is(err, context.DeadlineExceeded) {
			fmt.Println("no result yet:", run.Open())
			return client.Commands.CancelQueued(context.WithoutCancel(ctx), run.WorkflowInstanceID)
		}
		return err
	}
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		f := newFleet(t, server, map[string]time.Duration{laptopID: time.Minute})
		f.groups[staffID] = node(laptopID) + "," + node(serverID)
		server.Handle("GET /commands", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"totalCount":1,"results":[{"_id":%q,"name":"Free disk space"}]}`, commandID)
		})
		server.Handle("GET /commands/{id}", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, commandAnswer) })
		server.Handle("DELETE /v2/commandqueue/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })

		said := says(t, func() error { return report(t.Context(), server.Client(), staffID) })

		assert.Equal(t, laptopID+": from "+laptopID+"no result yet: ["+serverID+"]\n", said)
		assert.Len(t, server.Requests("DELETE /v2/commandqueue/65fa0f00be1cd3006efcde0f"), 1)
	})
}
