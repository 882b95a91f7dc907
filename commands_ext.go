package jumpcloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// CommandUserRoot is the User of a command that runs as root.
const CommandUserRoot = "000000000000000000000000"

// GetByName gets the command with exactly this name, whole, which the items of lists are not. None is
// [ErrNotFound], several are [ErrTooMany].
//
// It calls commands_list and commands_get.
func (s *CommandsService) GetByName(ctx context.Context, name string, opts ...RequestOption) (*Command, error) {
	command, err := lookUp("name", name, func(exact ...Condition) iter.Seq2[*Command, error] {
		return s.All(ctx, &CommandsListParams{Filter: exact}, opts...)
	}, func(c *Command) bool { return c.Name == name })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, command.ID, nil, opts...)
}

// Modify reads a command, lets change alter what of it can be written, and writes it back, so that the
// full replace loses nothing: see [UsergroupsService.Modify]. It returns the command as written.
//
//	client.Commands.Modify(ctx, id, func(c *jumpcloud.CommandInput) {
//		c.Timeout = jumpcloud.Set("300")
//	})
//
// It calls commands_get and commands_put.
func (s *CommandsService) Modify(ctx context.Context, id string, change func(*CommandInput), opts ...RequestOption) (*Command, error) {
	return modify(opts,
		func(opts ...RequestOption) (*Command, error) { return s.Get(ctx, id, nil, opts...) },
		func(body CommandInput, opts ...RequestOption) (*Command, error) {
			return s.Update(ctx, id, body, opts...)
		},
		change)
}

// CommandsRunAndWaitParams say where [CommandsService.RunAndWait] runs a command. Without any it runs on
// the systems that the command is bound to, directly or through groups.
type CommandsRunAndWaitParams struct {
	// Ids of systems.
	Systems []string
	// Ids of system groups: the command runs on those who are members when it starts.
	SystemGroups []string
}

// CommandRun is a run of a command.
type CommandRun struct {
	// Id of the run, which [CommandsService.CancelQueued] takes.
	WorkflowInstanceID string
	// What came of it, one for each system: first those that were named, then those of the groups.
	Outcomes []CommandOutcome
}

// Open returns the ids of the systems that have no result: they are offline, or still at it.
func (r *CommandRun) Open() (ids []string) {
	for _, outcome := range r.Outcomes {
		if outcome.Result == nil {
			ids = append(ids, outcome.SystemID)
		}
	}
	return ids
}

// CommandOutcome is what came of a run on one system.
type CommandOutcome struct {
	SystemID string
	Result   *CommandResult // whole, with its output; nil as long as there is none
}

// Output is what the script printed, "" where the result does not say.
func (x *CommandResult) Output() string {
	if x.Response == nil || x.Response.Data == nil {
		return ""
	}
	return x.Response.Data.Output
}

// Err is why the command did not succeed: it could not run, or its exit code is not 0. It knows that of
// whole results, as [CommandResultsService.Get] answers them.
func (x *CommandResult) Err() error {
	switch {
	case x.Response != nil && x.Response.Error != "":
		return errors.New("jumpcloud: " + x.Response.Error)
	case x.Response != nil && x.Response.Data != nil && x.Response.Data.ExitCode != 0:
		return fmt.Errorf("jumpcloud: exit code %d", x.Response.Data.ExitCode)
	}
	return nil
}

// RunAndWait runs a command on systems, now, and waits until each has its result, or the context ends.
// A system that is offline has none until it is back: give the context a deadline. The error then names
// those that are open, and the run has the results of the others; [CommandResult.Err] tells whether the
// command succeeded. Nothing is cancelled: [CommandsService.CancelQueued] does that.
//
// The systems are looked up first, and named in the request, so that none runs the command that is not
// waited for; where there are none, nothing runs. An error without a run leaves open whether it began:
// see [TransportError].
//
// It calls commands_run, then search_commandresults_post after growing waits, and command_results_get for
// each result; before that graph_systemGroupMembership for each group, or graph_commandTraverseSystem.
func (s *CommandsService) RunAndWait(ctx context.Context, commandID string, params *CommandsRunAndWaitParams, opts ...RequestOption) (*CommandRun, error) {
	opts = paced(opts)
	if params == nil {
		params = &CommandsRunAndWaitParams{}
	}
	if commandID == "" {
		return nil, &ParamError{Operation: "commands_run", Param: "commandID", Problem: "is empty"}
	}
	systems, err := s.systemsOf(ctx, commandID, *params, opts)
	if err != nil {
		return nil, err
	}
	started, err := s.Run(ctx, CommandRunRequest{ID: commandID, SystemIDs: systems}, opts...)
	if err != nil {
		return nil, err
	}
	run := &CommandRun{WorkflowInstanceID: started.WorkflowInstanceID}
	w := &commandWait{client: s.client, commandID: commandID, run: run, opts: forReading(opts), place: map[string]int{}, settled: map[string]bool{}}
	for i, id := range systems {
		run.Outcomes = append(run.Outcomes, CommandOutcome{SystemID: id})
		w.place[strings.ToLower(id)] = i
	}
	if run.WorkflowInstanceID == "" {
		return run, fmt.Errorf("jumpcloud: command %s was started, but the service does not say as which run, so that its results cannot be told from others; see AllResults", commandID)
	}
	if err = poll(ctx, time.Second, 15*time.Second, func() (bool, error) { return w.look(ctx) }); err != nil {
		open := run.Open()
		named := strings.Join(open[:min(len(open), targetsShown)], ", ")
		if more := len(open) - targetsShown; more > 0 {
			named += fmt.Sprintf(" and %d more", more)
		}
		err = fmt.Errorf("jumpcloud: waiting for command %s: %d of %d systems have no result: %s: %w", commandID, len(open), len(systems), named, err)
	}
	return run, err
}

// systemsOf finds the systems that a run is for, each once.
func (s *CommandsService) systemsOf(ctx context.Context, commandID string, params CommandsRunAndWaitParams, opts []RequestOption) (ids []string, err error) {
	there := map[string]bool{}
	add := func(id string) {
		if key := strings.ToLower(id); !there[key] {
			there[key] = true
			ids = append(ids, id)
		}
	}
	for i, id := range params.Systems {
		if id == "" {
			return nil, &ParamError{Operation: "commands_run", Param: "Systems", Problem: fmt.Sprintf("element %d is empty", i)}
		}
		add(id)
	}
	var walks []iter.Seq2[*GraphObjectWithPaths, error]
	for _, group := range params.SystemGroups {
		walks = append(walks, s.client.Systemgroups.AllMembership(ctx, group, nil, opts...))
	}
	if len(ids)+len(walks) == 0 {
		walks = append(walks, s.AllSystems(ctx, commandID, nil, opts...))
	}
	for _, walk := range walks {
		for system, err := range walk {
			switch {
			case isNullItem(err):
				continue // a row of a system that is gone
			case err == nil && system.ID == "":
				err = fmt.Errorf("jumpcloud: a system without an id: %w", ErrItem)
			}
			if err != nil {
				return nil, err
			}
			add(system.ID)
		}
	}
	if len(ids) == 0 {
		return nil, &ParamError{Operation: "commands_run", Param: "params", Problem: "leads to no system, so nothing would run: the groups are empty, or the command is bound to none"}
	}
	return ids, nil
}

// commandWait collects the results of a run.
type commandWait struct {
	client    *APIClient
	commandID string
	run       *CommandRun
	opts      []RequestOption
	mu        sync.Mutex
	place     map[string]int  // of a system's outcome, by its id
	settled   map[string]bool // results that were read, by their id
}

// look asks for the results once, and reports whether every system has one.
func (w *commandWait) look(ctx context.Context) (over bool, err error) {
	var fresh []string
	search := SearchRequest{Filter: map[string]any{"and": []string{"workflowInstanceId:$eq:" + w.run.WorkflowInstanceID}}}
	for result, err := range w.client.CommandResults.SearchAll(ctx, search, w.opts...) {
		switch {
		case errors.Is(err, ErrItem): // cannot be read now; perhaps the next time
		case err != nil:
			return false, err
		case w.isOfTheRun(result) && !w.settled[result.ID]:
			fresh = append(fresh, result.ID)
		}
	}
	errs := forEach(ctx, w.client.config.PageConcurrency, fresh, w.read)
	for _, err := range errs {
		if err != nil && !errors.Is(err, ErrNotFound) { // one may have been deleted
			return false, err
		}
	}
	return len(w.run.Open()) == 0, nil
}

// read gets a whole result, and finds its system.
func (w *commandWait) read(ctx context.Context, id string) error {
	result, err := w.client.CommandResults.Get(ctx, id, nil, w.opts...)
	if err != nil {
		return err
	}
	if result.Response == nil && result.ResponseTime.IsZero() {
		return nil // the device has not answered
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settled[id] = true
	for _, system := range [...]string{result.SystemID, result.System} { // in some answers system is the id
		if i, ok := w.place[strings.ToLower(system)]; ok && w.isOfTheRun(result) && w.run.Outcomes[i].Result == nil {
			w.run.Outcomes[i].Result = result
			return nil
		}
	}
	return nil
}

// isOfTheRun looks once more at what the service found: a filter that it ignores must not pass another
// run's result off as this one's.
func (w *commandWait) isOfTheRun(result *CommandResult) bool {
	return slices.Contains([]string{"", w.run.WorkflowInstanceID}, result.WorkflowInstanceID) &&
		slices.Contains([]string{"", w.commandID}, result.WorkflowID)
}
