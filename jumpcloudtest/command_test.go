package jumpcloudtest_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

func TestACommandLeavesAResultOnEachDeviceThatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := jumpcloudtest.New(t, jumpcloudtest.InMemory(), jumpcloudtest.WithJobDelay(time.Minute))
		client := server.Client()
		ctx := t.Context()
		online, away := server.AddSystem("online"), server.Add("/systems", map[string]any{"hostname": "away", "active": false})
		group := server.AddSystemGroup("all")
		server.Bind(online, group, nil)
		server.Bind(away, group, nil)
		command := server.Add("/commands", jumpcloud.CommandInput{Name: "Uptime", Command: "uptime", CommandType: "linux", LaunchType: jumpcloud.Set(jumpcloud.CommandLaunchTypeTrigger), Trigger: jumpcloud.Set("up")})
		server.Bind(command, group, nil)
		server.OnCommand(func(run jumpcloudtest.CommandRun) (string, int) {
			_ = server.UserCount() // it may use the server
			return fmt.Sprint(run.Script, " on ", run.Hostname, " ", run.Variables["n"]), 3
		})
		run, err := client.Commands.Run(ctx, jumpcloud.CommandRunRequest{ID: command})
		if err != nil || len(run.QueueIDs) != 2 {
			t.Fatal(run, err)
		}
		if list, err := client.CommandResults.List(ctx, nil); err != nil || list.TotalCount != 0 {
			t.Error("a result before the device is done", err)
		}
		time.Sleep(time.Minute)
		results, err := jumpcloud.Collect(client.Commands.AllResults(ctx, command, nil), 0)
		if err != nil || len(results) != 1 || results[0].System != online || results[0].WorkflowInstanceID != run.WorkflowInstanceID {
			t.Fatal(results, err)
		}
		if whole, err := client.CommandResults.Get(ctx, results[0].ID, nil); err != nil || whole.Output() != "uptime on online <nil>" || whole.ExitCode != 3 || whole.System != "online" {
			t.Errorf("%+v %v", whole, err)
		}
		if queue, err := client.Commands.ListQueued(ctx, nil); err != nil || queue.TotalCount != 1 || queue.Items[0].ID != run.WorkflowInstanceID || queue.Items[0].PendingCount != 1 {
			t.Error(queue, err)
		}
		if found, err := jumpcloud.Collect(client.CommandResults.SearchAll(ctx, jumpcloud.SearchRequest{Filter: map[string]any{"and": []string{"workflowInstanceId:$eq:" + run.WorkflowInstanceID}}}), 0); err != nil || len(found) != 1 || found[0].Output() != "" {
			t.Error(found, err)
		}
		if err := client.Call(ctx, "PUT", "/systems/{id}", nil, map[string]any{"description": "x"}, nil, jumpcloud.WithPath("id", away)); err != nil {
			t.Error(err)
		}
		if err := client.Commands.CancelQueued(ctx, run.WorkflowInstanceID); err != nil {
			t.Error(err)
		}
		if err := client.Commands.CancelQueued(ctx, run.WorkflowInstanceID); err == nil {
			t.Error("cancelled twice")
		}
		triggered, err := client.Commands.Trigger(ctx, "up", map[string]any{"n": "7"})
		if err != nil || !slices.Equal(triggered.Triggered, []string{"Uptime"}) {
			t.Error(triggered, err)
		}
		if _, err := client.Commands.Trigger(ctx, "down", nil); err == nil {
			t.Error("an unknown trigger")
		}
		time.Sleep(time.Minute)
		if all, err := jumpcloud.Collect(client.CommandResults.All(ctx, nil), 0); err != nil || len(all) != 2 {
			t.Error(all, err)
		}
	})
}

func TestRunningACommandIsRefusedAsTheServiceDoes(t *testing.T) {
	c := newCaller(t)
	c.post("/runCommand", `{"id":"x"}`).is(400).says(`{"message":"command id is required"}`)
	c.post("/runCommand", `{"_id":"5f0e7a1c0000000000000001"}`).is(404)
	command := c.server.AddObject("command", "x")
	c.post("/runCommand", `{"_id":"`+command+`","systemIds":["y"]}`).is(400)
	c.post("/runCommand", `{"_id":"`+command+`","systemIds":[]}`).is(400)
	c.post("/runCommand", `{"_id":"`+command+`"}`).is(200).says(`{"workflowInstanceId":"…","queueIds":[]}`)
}
