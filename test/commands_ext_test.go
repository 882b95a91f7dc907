package jumpcloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

const commandPath = "/commands/5f1b2c3d4e5f60718293a4b7"

func TestModifyWritesTheWholeCommandBackButForWhatTheServiceManages(t *testing.T) {
	newer := strings.NewReplacer(`"sha256":"ab12"`, `"sha256":"ab12","size":7`, `"sudo":false`, `"sudo":false,"brandNew":{"a":[1.50]}`)
	client := talk(t,
		exchange{request: "GET " + commandPath + "?trace=1", reply: okJSON(newer.Replace(commandAnswer))},
		exchange{
			request: "PUT " + commandPath + "?trace=1",
			body: `{"name":"Free space","command":"Get-PSDrive","commandType":"windows","shell":"powershell","user":"000000000000000000000000",
				"sudo":false,"timeout":"300","timeToLiveSeconds":864000,"launchType":"trigger","trigger":"free space","listensTo":"",
				"schedule":"* * * * *","scheduleRepeatType":"day","scheduleYear":2026,"description":"Before the disk is full",
				"files":["5f0e7a1c0000000000000001"],
				"filesS3":[{"objectStorageId":"5f0e7a1c0000000000000002","name":"a.msi","destination":"C:\\a.msi","sha256":"ab12","size":7}],
				"template":"5f0e7a1c0000000000000003","templatingRequired":true,"aiGenerated":true,"brandNew":{"a":[1.50]},"newer":true}`,
			reply: okJSON(`{"_id":"5f1b2c3d4e5f60718293a4b7","timeout":"301"}`),
		},
	)

	command, err := client.Commands.Modify(t.Context(), commandID, func(c *jumpcloud.CommandInput) {
		assert.Equal(t, "120", c.Timeout.Or(""))
		c.Timeout = jumpcloud.Set("300")
	}, jumpcloud.WithQuery("trace", "1"), jumpcloud.WithBodyField("newer", true))

	require.NoError(t, err)
	assert.Equal(t, "301", command.Timeout, "as written")
}

func TestModifySendsNoKeyThatTheCommandDidNotHave(t *testing.T) {
	client := talk(t,
		exchange{request: "GET " + commandPath, reply: okJSON(`{"id":"5f1b2c3d4e5f60718293a4b7","name":"a","command":"b","commandType":"mac","sudo":false,"files":[]}`)},
		exchange{
			request: "PUT " + commandPath, body: `{"name":"c","command":"b","commandType":"mac","sudo":false,"files":[]}`,
			reply: reply{status: 400, body: `{"message":"no"}`},
		},
	)

	command, err := client.Commands.Modify(t.Context(), commandID, func(c *jumpcloud.CommandInput) { c.Name = "c" })

	require.ErrorIs(t, err, jumpcloud.ErrBadRequest)
	assert.Nil(t, command)
}

func TestModifyOfACommandThatCannotBeReadWritesNothing(t *testing.T) {
	client := talk(t, exchange{request: "GET " + commandPath, reply: reply{status: 404, body: `{"message":"Not Found"}`}})

	_, err := client.Commands.Modify(t.Context(), commandID, func(*jumpcloud.CommandInput) { t.Error("there is nothing to change") })

	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
}

func TestCommandIsLookedUpByItsVeryNameAndReadWhole(t *testing.T) {
	const list = "GET /commands?filter=name%3A%24eq%3AFree+space&limit=100&sort=_id"
	client := talk(t,
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[{"_id":"5f1b2c3d4e5f60718293a4b8","name":"free space"},{"_id":"5f1b2c3d4e5f60718293a4b7","name":"Free space"}]}`)},
		exchange{request: "GET " + commandPath, reply: okJSON(commandAnswer)},
		exchange{request: list, reply: okJSON(`{"totalCount":0,"results":[]}`)},
		exchange{request: list, reply: okJSON(`{"totalCount":2,"results":[{"_id":"a","name":"Free space"},{"_id":"b","name":"Free space"}]}`)},
	)

	command, err := client.Commands.GetByName(t.Context(), "Free space")
	require.NoError(t, err)
	isCommand(t, command)

	_, err = client.Commands.GetByName(t.Context(), "Free space")
	require.ErrorIs(t, err, jumpcloud.ErrNotFound)
	_, err = client.Commands.GetByName(t.Context(), "Free space")
	require.ErrorIs(t, err, jumpcloud.ErrTooMany)
}

// fleet are devices that run commands.
type fleet struct {
	server *jumpcloudtest.Server
	after  map[string]time.Duration // how long a device takes; one that is offline is missing
	groups map[string]string        // members, as the service lists them
	bound  string
	byID   bool   // results say the id of the device in system, and have no systemId
	more   string // results of other runs, with a comma behind each, from a service that ignores the filter
	began  time.Time
	ran    []string // bodies of the runs
}

func newFleet(t *testing.T, server *jumpcloudtest.Server, after map[string]time.Duration) *fleet {
	f := &fleet{server: server, after: after, groups: map[string]string{}}
	list := func(w http.ResponseWriter, r *http.Request, rows string) {
		if r.URL.Query().Get("skip") != "0" && r.URL.Query().Get("skip") != "" {
			rows = ""
		}
		fmt.Fprintf(w, "[%s]", rows)
	}
	server.Handle("GET /v2/systemgroups/{group_id}/membership", func(w http.ResponseWriter, r *http.Request) {
		list(w, r, f.groups[r.PathValue("group_id")])
	})
	server.Handle("GET /v2/commands/{command_id}/systems", func(w http.ResponseWriter, r *http.Request) { list(w, r, f.bound) })
	server.Handle("POST /runCommand", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		f.ran, f.began = append(f.ran, string(body)), time.Now()
		fmt.Fprintf(w, `{"workflowInstanceId":%q,"queueIds":[]}`, runID)
	})
	server.Handle("POST /search/commandresults", func(w http.ResponseWriter, r *http.Request) {
		var search struct {
			Filter struct{ And []string }
			Skip   int
		}
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&search))
		assert.Equal(t, []string{"workflowInstanceId:$eq:" + runID}, search.Filter.And)
		rows := []string{}
		for _, system := range slices.Sorted(maps.Keys(f.after)) {
			if time.Since(f.began) >= f.after[system] {
				rows = append(rows, f.result(system, ""))
			}
		}
		if search.Skip > 0 {
			fmt.Fprintf(w, `{"totalCount":%d,"results":[]}`, len(rows))
			return
		}
		fmt.Fprintf(w, `{"totalCount":%d,"results":[%s]}`, strings.Count(f.more, `"_id"`)+len(rows), strings.Trim(f.more+strings.Join(rows, ","), ","))
	})
	server.Handle("GET /commandresults/{id}", func(w http.ResponseWriter, r *http.Request) {
		system := "5f1b2c3d4e5f60718293" + r.PathValue("id")[20:]
		io.WriteString(w, f.result(system, `,"responseTime":"2026-02-10T09:00:04Z","response":{"error":"","data":{"exitCode":0,"output":"from `+system+`"}}`))
	})
	return f
}

// result is what a device answered; its id ends as the device's.
func (f *fleet) result(system, more string) string {
	of := fmt.Sprintf(`"system":"some name","systemId":%q`, system)
	if f.byID {
		of = fmt.Sprintf(`"system":%q`, system)
	}
	return fmt.Sprintf(`{"_id":"65fa0f28be1cd3006efc%s",%s,"workflowId":%q%s}`, system[20:], of, commandID, more)
}

func node(id string) string { return fmt.Sprintf(`{"id":%q,"type":"system","paths":[]}`, id) }

func outputs(run *jumpcloud.CommandRun) map[string]string {
	found := map[string]string{}
	for _, outcome := range run.Outcomes {
		found[outcome.SystemID] = "open"
		if outcome.Result != nil {
			found[outcome.SystemID] = outcome.Result.Output()
		}
	}
	return found
}

func TestCommandRunsOnTheDevicesOfAGroupAndItsOutputIsWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		f := newFleet(t, server, map[string]time.Duration{laptopID: time.Second, serverID: 5 * time.Minute})
		f.groups[staffID] = node(serverID) + ",null," + node(laptopID)
		began := time.Now()

		run, err := server.Client().Commands.RunAndWait(t.Context(), commandID,
			&jumpcloud.CommandsRunAndWaitParams{Systems: []string{strings.ToUpper(laptopID)}, SystemGroups: []string{staffID}},
			jumpcloud.WithHeader("X-Test", "run"), jumpcloud.WithBodyField("note", "mine"))

		require.NoError(t, err)
		assert.Equal(t, runID, run.WorkflowInstanceID)
		assert.Equal(t, map[string]string{strings.ToUpper(laptopID): "from " + laptopID, serverID: "from " + serverID}, outputs(run))
		assert.Equal(t, strings.ToUpper(laptopID), run.Outcomes[0].SystemID, "those that were named come first")
		assert.Empty(t, run.Open())
		require.Len(t, f.ran, 1, "it runs once")
		assert.JSONEq(t, fmt.Sprintf(`{"_id":%q,"systemIds":[%q,%q],"note":"mine"}`, commandID, strings.ToUpper(laptopID), serverID), f.ran[0])
		assert.Less(t, time.Since(began), 5*time.Minute+20*time.Second)
		assert.LessOrEqual(t, len(server.Requests("POST /search/commandresults")), 30, "waits grow")
		assert.Len(t, server.Requests("GET /commandresults/{id}"), 2, "a result is read once")
		for _, request := range server.Requests() {
			assert.Equal(t, "run", request.Header.Get("X-Test"))
			assert.Equal(t, request.Path == "/runCommand", strings.Contains(string(request.Body), "note"))
		}
	})
}

func TestCommandRunsWhereItIsBoundWhenNothingElseIsSaid(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		f := newFleet(t, server, map[string]time.Duration{laptopID: time.Second})
		f.bound, f.byID = node(laptopID), true

		run, err := server.Client().Commands.RunAndWait(t.Context(), commandID, nil)

		require.NoError(t, err)
		assert.Equal(t, map[string]string{laptopID: "from " + laptopID}, outputs(run))
		assert.Equal(t, []string{`{"_id":"5f1b2c3d4e5f60718293a4b7","systemIds":["5f1b2c3d4e5f60718293a4b5"]}`}, f.ran)
	})
}

func TestDevicesThatAreOfflineStayOpenAndAreNamedWhenTheContextEnds(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		f := newFleet(t, server, map[string]time.Duration{laptopID: time.Minute})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		offline := []string{serverID, "5f1b2c3d4e5f60718293a4c1", "5f1b2c3d4e5f60718293a4c2", "5f1b2c3d4e5f60718293a4c3"}

		run, err := server.Client().Commands.RunAndWait(ctx, commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: append([]string{laptopID}, offline...)})

		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.EqualError(t, err, "jumpcloud: waiting for command 5f1b2c3d4e5f60718293a4b7: 4 of 5 systems have no result: "+
			"5f1b2c3d4e5f60718293a4b6, 5f1b2c3d4e5f60718293a4c1, 5f1b2c3d4e5f60718293a4c2 and 1 more: context deadline exceeded")
		assert.Equal(t, offline, run.Open())
		assert.Equal(t, "from "+laptopID, run.Outcomes[0].Result.Output())
		assert.Len(t, f.ran, 1)
	})
}

func TestResultsOfOtherRunsAreNotTakenForThoseOfThisOne(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		f := newFleet(t, server, map[string]time.Duration{laptopID: time.Minute})
		f.more = fmt.Sprintf(`{"_id":"65fa0f28be1cd3006efc0001","systemId":%[1]q,"workflowInstanceId":"65fa0f00be1cd3006efcffff"},
			{"_id":"65fa0f28be1cd3006efc0002","systemId":%[1]q,"workflowId":"5f1b2c3d4e5f60718293a4b8"},
			{"_id":"65fa0f28be1cd3006efc0003","systemId":%[1]q},
			{"_id":"65fa0f28be1cd3006efc0004","systemId":%[1]q},
			{"_id":"65fa0f28be1cd3006efc0005","systemId":"5f1b2c3d4e5f60718293a4ff"},7,null,`, laptopID)
		server.Handle("GET /commandresults/65fa0f28be1cd3006efc0003", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"_id":"65fa0f28be1cd3006efc0003","systemId":%q,"workflowInstanceId":"65fa0f00be1cd3006efcffff","response":{}}`, laptopID)
		})
		server.Handle("GET /commandresults/65fa0f28be1cd3006efc0004", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound) // deleted since
		})

		run, err := server.Client().Commands.RunAndWait(t.Context(), commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID}})

		require.NoError(t, err)
		assert.Equal(t, map[string]string{laptopID: "from " + laptopID}, outputs(run))
		for _, other := range []string{"0001", "0002"} {
			assert.Empty(t, server.Requests("GET /commandresults/65fa0f28be1cd3006efc"+other), "the list told already")
		}
	})
}

func TestDeviceThatHasTheCommandButDidNotAnswerYetIsWaitedFor(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		newFleet(t, server, map[string]time.Duration{laptopID: 0})
		asked := 0
		server.Handle("GET /commandresults/{id}", func(w http.ResponseWriter, r *http.Request) {
			if asked++; asked < 4 {
				fmt.Fprintf(w, `{"_id":%q,"systemId":%q,"responseTime":null}`, r.PathValue("id"), laptopID)
				return
			}
			fmt.Fprintf(w, `{"_id":%q,"systemId":%q,"response":{"error":"timed out","data":null}}`, r.PathValue("id"), laptopID)
		})

		run, err := server.Client().Commands.RunAndWait(t.Context(), commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID}})

		require.NoError(t, err)
		assert.Equal(t, 4, asked)
		assert.EqualError(t, run.Outcomes[0].Result.Err(), "jumpcloud: timed out")
	})
}

func TestCommandRunsOnceAndIsWaitedForThroughFailures(t *testing.T) {
	for name, fault := range map[string]jumpcloudtest.Fault{
		"429": jumpcloudtest.TooManyRequests(1), "503": jumpcloudtest.Status(503, nil, ""),
		"cut": jumpcloudtest.CloseBeforeAnswer(), "garbage": jumpcloudtest.Garbage(),
	} {
		for _, route := range []string{"POST /search/commandresults", "GET /commandresults/{id}"} {
			t.Run(name+" "+route, func(t *testing.T) {
				bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
					f := newFleet(t, server, map[string]time.Duration{laptopID: time.Second, serverID: time.Second})
					injected := server.Inject(route, 4, fault)

					run, err := server.Client().Commands.RunAndWait(t.Context(), commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID, serverID}})

					require.NoError(t, err)
					assert.Empty(t, run.Open())
					assert.Equal(t, 4, injected.Fired())
					assert.Len(t, f.ran, 1)
				})
			})
		}
	}
}

func TestRunWhoseAnswerIsLostIsNotStartedAgain(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		f := newFleet(t, server, map[string]time.Duration{laptopID: 0})
		server.Inject("POST /runCommand", 1, jumpcloudtest.CloseBeforeAnswer().AfterApply())

		run, err := server.Client().Commands.RunAndWait(t.Context(), commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID}})

		asTransportError(t, err)
		assert.Nil(t, run)
		assert.Len(t, f.ran, 1)
	})
}

func TestRunThatTheServiceDoesNotNameIsReported(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		newFleet(t, server, nil)
		server.Handle("POST /runCommand", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{}`) })

		run, err := server.Client().Commands.RunAndWait(t.Context(), commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID}})

		assert.ErrorContains(t, err, "was started, but")
		assert.Equal(t, []string{laptopID}, run.Open())
		assert.Len(t, server.Requests(), 1)
	})
}

func TestNothingRunsWhereNoDeviceIsMeant(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		f := newFleet(t, server, nil)
		f.groups[jobID] = `{"type":"system","paths":[]}`
		client := server.Client()
		for name, test := range map[string]struct {
			command string
			params  *jumpcloud.CommandsRunAndWaitParams
			param   string
		}{
			"no command":          {"", &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID}}, "commandID"},
			"an empty id":         {commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID, ""}}, "Systems"},
			"an empty group id":   {commandID, &jumpcloud.CommandsRunAndWaitParams{SystemGroups: []string{""}}, "group_id"},
			"an empty group":      {commandID, &jumpcloud.CommandsRunAndWaitParams{SystemGroups: []string{staffID}}, "params"},
			"bound to nothing":    {commandID, nil, "params"},
			"bound to no devices": {commandID, &jumpcloud.CommandsRunAndWaitParams{}, "params"},
		} {
			_, err := client.Commands.RunAndWait(t.Context(), test.command, test.params)
			assert.Equal(t, test.param, asParamError(t, err).Param, name)
		}
		_, err := client.Commands.RunAndWait(t.Context(), commandID, &jumpcloud.CommandsRunAndWaitParams{SystemGroups: []string{jobID}})
		assert.ErrorIs(t, err, jumpcloud.ErrItem, "a device without an id")
		assert.Empty(t, f.ran)
	})
}

func TestWaitingForACommandStopsAtARefusedKey(t *testing.T) {
	bubble(t, func(t *testing.T, server *jumpcloudtest.Server) {
		newFleet(t, server, nil)
		server.Inject("POST /search/commandresults", 0, jumpcloudtest.Status(401, nil, `{"message":"Unauthorized"}`))

		run, err := server.Client().Commands.RunAndWait(t.Context(), commandID, &jumpcloud.CommandsRunAndWaitParams{Systems: []string{laptopID}})

		require.ErrorIs(t, err, jumpcloud.ErrUnauthorized)
		assert.Equal(t, []string{laptopID}, run.Open())
		assert.Len(t, server.Requests("POST /search/commandresults"), 1)
	})
}

func TestResultSaysWhetherTheCommandSucceeded(t *testing.T) {
	for body, want := range map[string]string{
		`{}`: "", `{"response":{}}`: "", `{"response":{"error":"","data":{"exitCode":0,"output":"x"}}}`: "",
		`{"response":{"data":{"exitCode":2,"output":"secret"}}}`: "jumpcloud: exit code 2",
		`{"response":{"error":"timed out"}}`:                     "jumpcloud: timed out",
	} {
		var result jumpcloud.CommandResult
		require.NoError(t, json.Unmarshal([]byte(body), &result))
		if want == "" {
			assert.NoError(t, result.Err(), body)
		} else {
			assert.EqualError(t, result.Err(), want, body)
		}
	}
	assert.Empty(t, new(jumpcloud.CommandResult).Output())
}
