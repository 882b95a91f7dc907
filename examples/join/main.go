// Join gives somebody who joins an account, groups and a device. It shows what it would do, and does
// it with -apply. Doing it again does what is left.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
)

const usage = `join -username NAME -email ADDRESS [-group NAME …] [-device ID [-sudo]] [-apply] [-json]

Creates a user, or adopts the one who has both the username and the e-mail already and leaves the
fields as they are; makes the user a member of groups, and binds a device. Without -apply it only
shows what it would do. Running it again does what is left.`

func main() { program.Main("join", run) }

type options struct {
	user        jumpcloud.SystemuserCreate
	groups      []string
	device      string
	sudo        bool
	apply, json bool
}

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	var o options
	flags := program.NewFlags("join")
	flags.StringVar(&o.user.Username, "username", "", "`name` of the account")
	flags.StringVar(&o.user.Email, "email", "", "e-mail `address`")
	optional := func(name string, into *jumpcloud.Opt[string]) {
		flags.Func(name, "`value` of the field of a new user", func(value string) error {
			*into = jumpcloud.Set(value)
			return nil
		})
	}
	optional("firstname", &o.user.Firstname)
	optional("lastname", &o.user.Lastname)
	optional("department", &o.user.Department)
	flags.Func("group", "`name` or id of a group; may be repeated", func(name string) error {
		o.groups = append(o.groups, name)
		return nil
	})
	flags.StringVar(&o.device, "device", "", "`id` of a device")
	flags.BoolVar(&o.sudo, "sudo", false, "make the user an administrator of the device")
	flags.BoolVar(&o.apply, "apply", false, "do it")
	flags.BoolVar(&o.json, "json", false, "write the steps, and what became of each, as JSON")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	switch {
	case o.user.Username == "" || o.user.Email == "":
		return program.Misuse("name the user with -username and -email")
	case o.sudo && o.device == "":
		return program.Misuse("-sudo needs a -device")
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	return join(ctx, client, o, out)
}

// step is one change, and what became of it.
type step struct {
	What   string `json:"what"`
	Name   string `json:"name"`
	Status string `json:"status"` // planned, or there already, or what program.Fate says
	Error  string `json:"error,omitempty"`

	change func(ctx context.Context, userID string) error
}

const (
	planned = "planned"
	there   = "there already"
)

func join(ctx context.Context, client *jumpcloud.APIClient, o options, out io.Writer) error {
	user, err := find(ctx, client, o.user)
	if err != nil {
		return err
	}
	steps, err := plan(ctx, client, o, user)
	if err != nil {
		return err
	}
	if o.apply {
		err = carryOut(ctx, client, o.user, user, steps)
	}
	if o.json {
		return errors.Join(err, program.WriteJSON(out, map[string]any{"username": o.user.Username, "email": o.user.Email, "steps": steps}))
	}
	left := 0
	for _, s := range steps {
		if s.Status == planned {
			left++
		}
		fmt.Fprintf(out, "  %-8s %-24s %s\n", s.What, s.Name, strings.TrimSuffix(s.Status+": "+s.Error, ": "))
	}
	if left > 0 {
		fmt.Fprintf(out, "Nothing is changed yet: -apply does what is planned.\n")
	}
	return err
}

// find looks for a user to adopt; nil is nobody. One who has only the username or only the e-mail is
// somebody else.
func find(ctx context.Context, client *jumpcloud.APIClient, who jumpcloud.SystemuserCreate) (*jumpcloud.Systemuser, error) {
	byUsername, err := client.Systemusers.GetByUsername(ctx, who.Username)
	if err != nil && !errors.Is(err, jumpcloud.ErrNotFound) {
		return nil, err
	}
	byEmail, err := client.Systemusers.GetByEmail(ctx, who.Email)
	if err != nil && !errors.Is(err, jumpcloud.ErrNotFound) {
		return nil, err
	}
	switch {
	case byUsername == nil && byEmail == nil:
		return nil, nil
	case byUsername == nil:
		return nil, fmt.Errorf("the e-mail %s is that of %s", who.Email, byEmail.Username)
	case byEmail == nil || byEmail.ID != byUsername.ID:
		return nil, fmt.Errorf("the username %s is that of somebody whose e-mail is %s", who.Username, byUsername.Email)
	case byUsername.Suspended || byUsername.State == jumpcloud.UserStateSuspended:
		return nil, fmt.Errorf("%s is suspended; reactivate the user first", who.Username)
	}
	return byUsername, nil
}

// plan says what there is to do for a user, who may not be there yet. It reads only.
func plan(ctx context.Context, client *jumpcloud.APIClient, o options, user *jumpcloud.Systemuser) ([]*step, error) {
	memberOf := map[string]bool{}
	var bound *jumpcloud.GraphConnection
	status := planned
	if user != nil {
		status = there
		for group, err := range client.Users.AllMemberOf(ctx, user.ID, nil) {
			if err != nil {
				return nil, err
			}
			memberOf[group.ID] = group.Direct()
		}
		for connection, err := range client.Users.AllAssociations(ctx, user.ID, []jumpcloud.GraphType{jumpcloud.GraphTypeSystem}, nil) {
			if err != nil {
				return nil, err
			}
			if connection.To.ID == o.device {
				bound = connection
			}
		}
	}
	steps := []*step{{What: "user", Name: o.user.Username, Status: status}}
	for _, name := range o.groups {
		group, err := directory.Group(ctx, client, name)
		if err != nil {
			return nil, err
		}
		if group.MembershipMethod == jumpcloud.MembershipMethodDynamicAutomated {
			return nil, fmt.Errorf("the members of %s follow from its own rule", group.Name)
		}
		s := &step{What: "group", Name: group.Name, Status: planned, change: func(ctx context.Context, userID string) error {
			return client.Usergroups.AddMember(ctx, group.ID, userID)
		}}
		if memberOf[group.ID] {
			s.Status = there
		}
		steps = append(steps, s)
	}
	if o.device == "" {
		return steps, nil
	}
	device, err := client.Systems.Get(ctx, o.device, nil)
	if errors.Is(err, jumpcloud.ErrNotFound) {
		return nil, fmt.Errorf("there is no device with the id %q: %w", o.device, err)
	} else if err != nil {
		return nil, err
	}
	var rights *jumpcloud.BindParams // nil leaves those of a binding that is there alone
	if o.sudo {
		rights = &jumpcloud.BindParams{Sudo: jumpcloud.Set(true)}
	}
	s := &step{What: "device", Name: device.DisplayName, Status: planned, change: func(ctx context.Context, userID string) error {
		return client.Users.Bind(ctx, userID, jumpcloud.GraphTypeSystem, o.device, rights)
	}}
	if bound != nil && (!o.sudo || hasSudo(bound)) {
		s.Status = there
	}
	return append(steps, s), nil
}

func hasSudo(binding *jumpcloud.GraphConnection) bool {
	sudo, _ := binding.Attributes["sudo"].(map[string]any)
	return sudo["enabled"] == true
}

// carryOut creates the user, if there is none, and makes the other changes. One that fails does not
// stop the others.
func carryOut(ctx context.Context, client *jumpcloud.APIClient, who jumpcloud.SystemuserCreate, user *jumpcloud.Systemuser, steps []*step) error {
	if user == nil {
		steps[0].change = func(ctx context.Context, _ string) (err error) {
			user, err = client.Systemusers.Create(ctx, who, nil)
			if errors.Is(err, jumpcloud.ErrExists) { // since it was looked for
				if user, err = find(ctx, client, who); err == nil && user == nil {
					err = errors.New("the service says that the user exists, and knows none; run it again")
				}
			}
			return err
		}
	}
	left := 0
	for _, s := range steps {
		if s.Status == there {
			continue
		}
		id := ""
		if user != nil {
			id = user.ID
		}
		err := error(jumpcloud.ErrNotAttempted)
		if user != nil || s == steps[0] {
			err = s.change(ctx, id)
		}
		if s.Status = program.Fate(err); s.Status == program.Failed {
			s.Error = err.Error()
		}
		if err != nil {
			left++
		}
	}
	if left > 0 {
		return fmt.Errorf("%d of %d steps are not done; run it again to do what is left", left, len(steps))
	}
	return nil
}
