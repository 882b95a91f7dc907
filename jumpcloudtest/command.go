package jumpcloudtest

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// CommandRun is a command on its way to a device.
type CommandRun struct {
	ID        string // of the run, its workflowInstanceId
	CommandID string
	Name      string // of the command
	Script    string
	SystemID  string
	Hostname  string
	Variables map[string]any // the body of the trigger that started it
}

// OnCommand says what commands print on devices, and with which exit code they end. Without such a function
// they print nothing and end with 0. It is called once for each device when a command is started, and may use
// the server.
func (s *Server) OnCommand(run func(CommandRun) (output string, exitCode int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCommand = run
}

// queued is a command that waits for a device.
type queued struct {
	id      string
	command *item
	system  *item
	run     CommandRun
	asked   time.Time
	due     time.Time // when a device that is online has done it
	until   time.Time // how long it waits for one that is not; zero is for ever
	output  string
	exit    int
}

// deliver runs what has waited long enough, on the devices that are there.
func (o *org) deliver(now time.Time) {
	o.queue = slices.DeleteFunc(o.queue, func(q *queued) bool {
		switch {
		case o.nodes[q.system.id] == nil, !q.until.IsZero() && now.After(q.until):
			return true
		case now.Before(q.due) || q.system.value("active") == false:
			return false
		}
		response := map[string]any{"id": q.id, "data": map[string]any{"output": q.output, "exitCode": q.exit}}
		if q.command.text("commandType") == "windows" && q.command.text("shell") == "" {
			response = map[string]any{"id": q.id, "error": "a Windows command does not run without a shell"}
		}
		result := map[string]any{
			"_id": q.id, "command": q.run.Script, "name": q.run.Name, "system": cmp.Or(q.system.name(), q.system.id), "systemId": q.system.id,
			"organization": o.id, "workflowId": q.run.CommandID, "workflowInstanceId": q.run.ID, "user": q.command.text("user"),
			"sudo": q.command.value("sudo") == true, "files": []any{}, "exitCode": q.exit, "response": response,
			"requestTime": stamp(q.asked), "responseTime": stamp(latest(q.due, now)),
		}
		o.insert(o.in([]string{"commandresults"}, nil), result, now)
		return true
	})
}

// latest is when a device answered: as soon as it could, as far as anybody knows.
func latest(due, now time.Time) time.Time {
	if now.Sub(due) > time.Hour {
		return now
	}
	return due
}

// start queues a command for devices. What they will print is asked of the test when the lock is free.
func (c *call) start(command *item, systems []*item, variables map[string]any) (run string, queueIDs []any) {
	run = c.newID()
	var waiting []*queued
	for i, s := range systems {
		q := &queued{
			id: c.newID(), command: command, system: s, asked: c.now,
			due: c.now.Add(c.jobDelay * time.Duration(i+1) / time.Duration(len(systems))),
			run: CommandRun{
				ID: run, CommandID: command.id, Name: command.text("name"), Script: command.text("command"), SystemID: s.id,
				Hostname: cmp.Or(s.text("hostname"), s.name()), Variables: variables,
			},
		}
		if seconds, isNumber := numeric(command.value("timeToLiveSeconds")); isNumber && seconds > 0 {
			q.until = c.now.Add(time.Duration(seconds) * time.Second)
		}
		waiting = append(waiting, q)
		queueIDs = append(queueIDs, q.id)
	}
	queue := func() {
		c.org.queue = append(c.org.queue, waiting...)
		c.org.deliver(c.now)
	}
	ask := c.onCommand
	if ask == nil {
		queue()
		return run, queueIDs
	}
	earlier := c.outside
	c.outside = func() *reply {
		if earlier != nil {
			if failed := earlier(); failed != nil {
				return failed
			}
		}
		for _, q := range waiting {
			if failed := c.host.run("the function of OnCommand", func() { q.output, q.exit = ask(q.run) }); failed != nil {
				return failed
			}
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		queue()
		return nil
	}
	return run, queueIDs
}

// bound are the devices that a command is bound to, directly and through groups.
func (o *org) bound(command *item) (systems []*item) {
	for _, r := range o.reached(command.id, []string{system}).sorted() {
		systems = append(systems, o.nodes[r.id])
	}
	return systems
}

func (c *call) runCommand() reply {
	body, err := c.object(false)
	if err != nil {
		return c.refuse(err)
	}
	id, _ := body["_id"].(string)
	if id == "" {
		return c.refuse(errors.New("command id is required")) // as it is known
	}
	commands := c.org.kindStore(command)
	one := commands.byID[id]
	if one == nil {
		return c.missing()
	}
	systems := c.org.bound(one)
	if list, given := body["systemIds"].([]any); given {
		ids, err := texts(list, "systemIds")
		if err == nil && len(ids) == 0 {
			err = errors.New("systemIds must not be empty; leave it out to run on the bound systems") // not documented
		}
		if err != nil {
			return c.refuse(err)
		}
		systems = nil
		for _, id := range ids {
			if c.org.kind(id) != system {
				return c.refuse(errors.New("systemIds names a system that does not exist"))
			}
			systems = append(systems, c.org.nodes[id])
		}
	}
	run, queueIDs := c.start(one, systems, nil)
	return ok(map[string]any{"workflowInstanceId": run, "queueIds": append([]any{}, queueIDs...)})
}

// triggerCommand starts the commands that have a trigger. Nobody knows what an unknown one answers.
func (c *call) triggerCommand() reply {
	body, err := c.object(true)
	if err != nil {
		return c.refuse(err)
	}
	names := []any{}
	for _, one := range c.org.kindStore(command).list {
		if one.text("launchType") == "trigger" && one.text("trigger") == c.ids[0] {
			names = append(names, one.text("name"))
			c.start(one, c.org.bound(one), body)
		}
	}
	if len(names) == 0 {
		return c.missing()
	}
	return ok(map[string]any{"triggered": names})
}

// listQueue has an item for each run that still waits for devices. What is about to be done is not among them.
func (c *call) listQueue() reply {
	var runs []object
	at := map[string]object{}
	for _, q := range c.org.queue {
		if q.system.value("active") != false || !strings.Contains(strings.ToLower(q.run.Name), strings.ToLower(c.query.Get("search"))) {
			continue
		}
		run := at[q.run.ID]
		if run == nil {
			run = object{"id": q.run.ID, "command": q.run.Name, "system": cmp.Or(q.system.name(), q.system.id), "pendingCount": 0}
			at[q.run.ID] = run
			runs = append(runs, run)
		}
		run["pendingCount"] = run["pendingCount"].(int) + 1
	}
	return c.objectList(runs, fields{"id", "command", "system", "pendingCount"})
}

func (c *call) cancelQueue() reply {
	n := len(c.org.queue)
	c.org.queue = slices.DeleteFunc(c.org.queue, func(q *queued) bool { return q.run.ID == c.ids[0] })
	if len(c.org.queue) == n {
		return notFound()
	}
	return noContent()
}

// resultsOfCommand has the id of the device where other answers have its name.
func (c *call) resultsOfCommand() reply {
	if c.org.kind(c.ids[0]) != command {
		return c.missing()
	}
	s := c.org.in([]string{"commandresults"}, nil)
	var found []object
	for _, i := range s.list {
		if i.value("workflowId") == c.ids[0] {
			o := decoded(i.json())
			o["system"] = o["systemId"]
			found = append(found, o)
		}
	}
	return c.objectList(found, s.known)
}

// searchResults leaves out what was printed.
func (c *call) searchResults() reply {
	s := c.org.in([]string{"commandresults"}, nil)
	return searchIn(c, s.list, s.known, func(i *item) []byte {
		o := decoded(i.json())
		if response, isObject := o["response"].(map[string]any); isObject {
			if data, isObject := response["data"].(map[string]any); isObject {
				delete(data, "output")
			}
		}
		return encode(o)
	})
}

// commandFiles knows no more of a file than its id.
func (c *call) commandFiles() reply {
	if c.org.kind(c.ids[0]) != command {
		return c.missing()
	}
	ids, _ := c.org.nodes[c.ids[0]].value("files").([]any)
	list := make([]object, len(ids))
	for i, id := range ids {
		list[i] = object{"_id": id}
	}
	return c.objectList(list, fields{"_id", "name", "destination"})
}
