// Fleet lists the devices of an organization with their users, systems and disk encryption: as a table,
// as CSV and as an HTML page.
package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"golang.org/x/sync/errgroup"
)

const usage = `fleet [-csv FILE] [-html FILE] [-json]

Lists the devices of your organization: who has an account on each, also through groups, which system
it runs, whether its disk is encrypted and the recovery key kept, and when it was last heard of. It
changes nothing.`

func main() { program.Main("fleet", run) }

func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	flags := program.NewFlags("fleet")
	csvFile := flags.String("csv", "", "`file` to write a line for each device to")
	htmlFile := flags.String("html", "", "`file` to write the report to: one page that needs no other file")
	asJSON := flags.Bool("json", false, "write the devices as JSON")
	if _, err := flags.Parse(usage, args, out); err != nil {
		return err
	}
	client, done, err := flags.Connect(ctx, errOut)
	if err != nil {
		return err
	}
	defer done()
	files, err := program.Open(errOut, *csvFile, *htmlFile)
	if err != nil {
		return err
	}
	defer files.Close()
	f := &fleet{Organization: directory.MadeUp}
	if !flags.Demo {
		if f.Organization, err = directory.Organization(ctx, client); err != nil {
			return err
		}
	}
	if f.Devices, err = collect(ctx, client); err != nil {
		return err
	}
	write := writeText
	if *asJSON {
		write = func(w io.Writer, f *fleet) error { return program.WriteJSON(w, f) }
	}
	return errors.Join(
		write(out, f),
		files.Write(*csvFile, func(w io.Writer) error { return writeCSV(w, f) }),
		files.Write(*htmlFile, func(w io.Writer) error { return writeHTML(w, f, time.Now()) }),
	)
}

// fleet is all devices of an organization.
type fleet struct {
	Organization string   `json:"organization"`
	Devices      []device `json:"devices"`
}

type device struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Serial      string         `json:"serial,omitempty"`
	OS          string         `json:"os"`
	Version     string         `json:"version,omitempty"`
	Encryption  encryption     `json:"encryption"`
	LastContact jumpcloud.Time `json:"last_contact,omitzero"`
	Users       []string       `json:"users"` // with an account on it
}

// encryption is the state of a disk.
type encryption string

const (
	encrypted   encryption = "encrypted"
	withoutKey  encryption = "encrypted, key not kept"
	unencrypted encryption = "not encrypted"
	notKnown    encryption = "not known"
)

func encryptionOf(system *jumpcloud.System) encryption {
	switch fde := system.Fde; {
	case fde == nil:
		return notKnown
	case !fde.Active:
		return unencrypted
	case !fde.KeyPresent:
		return withoutKey
	default:
		return encrypted
	}
}

// LastSeen is the day of the last contact.
func (d device) LastSeen() string {
	if d.LastContact.IsZero() {
		return "never"
	}
	return d.LastContact.UTC().Format("2006-01-02")
}

// collect reads the devices and their users.
func collect(ctx context.Context, client *jumpcloud.APIClient) ([]device, error) {
	fields := []string{"displayName", "hostname", "serialNumber", "os", "version", "fde", "lastContact"}
	systems, err := jumpcloud.Collect(client.Systems.All(ctx, &jumpcloud.SystemsListParams{Fields: fields}), 0)
	if err != nil {
		return nil, err
	}
	users := make([][]*jumpcloud.GraphObjectWithPaths, len(systems))
	asking, limited := errgroup.WithContext(ctx)
	asking.SetLimit(8)
	for i, system := range systems {
		asking.Go(func() (err error) {
			users[i], err = jumpcloud.Collect(client.Systems.AllUsers(limited, system.ID, nil), 0)
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	names, err := usernames(ctx, client, slices.Concat(users...))
	if err != nil {
		return nil, err
	}
	found := make([]device, len(systems))
	for i, s := range systems {
		d := device{
			ID: s.ID, Name: cmp.Or(s.DisplayName, s.Hostname, s.ID), Serial: s.SerialNumber, OS: s.OS, Version: s.Version,
			Encryption: encryptionOf(s), LastContact: s.LastContact, Users: []string{},
		}
		for _, user := range users[i] {
			d.Users = append(d.Users, names[user.ID])
		}
		slices.Sort(d.Users)
		found[i] = d
	}
	slices.SortFunc(found, func(a, b device) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

// usernames reads what users are called, a hundred in a request. One who is gone is called by the id.
func usernames(ctx context.Context, client *jumpcloud.APIClient, users []*jumpcloud.GraphObjectWithPaths) (map[string]string, error) {
	names, ids := map[string]string{}, []string{}
	for _, user := range users {
		if _, there := names[user.ID]; !there {
			names[user.ID] = user.ID
			ids = append(ids, user.ID)
		}
	}
	for user, err := range client.Systemusers.GetMany(ctx, ids, &jumpcloud.SystemusersGetManyParams{Fields: []string{"username"}}) {
		switch {
		case errors.Is(err, jumpcloud.ErrItem):
		case err != nil:
			return nil, err
		default:
			names[user.ID] = user.Username
		}
	}
	return names, nil
}
