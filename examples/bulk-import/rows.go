package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/mail"
	"slices"
	"strings"
	"unicode"

	"github.com/jumpcloud-go/jumpcloud"
)

// row is a line of the file.
type row struct {
	line int
	user jumpcloud.BulkUserCreate
	err  error // what is wrong with it
}

// columns say where a cell goes. Those of custom attributes are attributes.<name>.
var columns = map[string]func(u *jumpcloud.BulkUserCreate, cell string){
	"username":           func(u *jumpcloud.BulkUserCreate, cell string) { u.Username = cell },
	"email":              func(u *jumpcloud.BulkUserCreate, cell string) { u.Email = cell },
	"firstname":          func(u *jumpcloud.BulkUserCreate, cell string) { u.Firstname = jumpcloud.Set(cell) },
	"lastname":           func(u *jumpcloud.BulkUserCreate, cell string) { u.Lastname = jumpcloud.Set(cell) },
	"displayname":        func(u *jumpcloud.BulkUserCreate, cell string) { u.Displayname = jumpcloud.Set(cell) },
	"department":         func(u *jumpcloud.BulkUserCreate, cell string) { u.Department = jumpcloud.Set(cell) },
	"jobTitle":           func(u *jumpcloud.BulkUserCreate, cell string) { u.JobTitle = jumpcloud.Set(cell) },
	"location":           func(u *jumpcloud.BulkUserCreate, cell string) { u.Location = jumpcloud.Set(cell) },
	"company":            func(u *jumpcloud.BulkUserCreate, cell string) { u.Company = jumpcloud.Set(cell) },
	"costCenter":         func(u *jumpcloud.BulkUserCreate, cell string) { u.CostCenter = jumpcloud.Set(cell) },
	"employeeIdentifier": func(u *jumpcloud.BulkUserCreate, cell string) { u.EmployeeIdentifier = jumpcloud.Set(cell) },
	"employeeType":       func(u *jumpcloud.BulkUserCreate, cell string) { u.EmployeeType = jumpcloud.Set(cell) },
	"password":           func(u *jumpcloud.BulkUserCreate, cell string) { u.Password = jumpcloud.Set(jumpcloud.Secret(cell)) },
	"manager":            func(u *jumpcloud.BulkUserCreate, cell string) { u.Manager = jumpcloud.Set(cell) },
}

// reader reads users from CSV.
type reader struct {
	csv    *csv.Reader
	header []string
	// managerID finds the id of a manager by username, e-mail or id.
	managerID func(ctx context.Context, name string) (string, error)
	seen      map[string]int // where a username or e-mail was first
}

// newReader reads the header.
func newReader(file io.Reader, managerID func(context.Context, string) (string, error)) (*reader, error) {
	r := &reader{csv: csv.NewReader(file), managerID: managerID, seen: map[string]int{}}
	r.csv.ReuseRecord = true
	header, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("there is no header row")
	} else if err != nil {
		return nil, err
	}
	r.header = slices.Clone(header)
	r.header[0] = strings.TrimPrefix(r.header[0], "\ufeff") // which spreadsheets put in front
	for i, name := range r.header {
		attribute, isAttribute := strings.CutPrefix(name, "attributes.")
		switch {
		case slices.Contains(r.header[:i], name):
			return nil, fmt.Errorf("the header names column %q twice", name)
		case isAttribute && (attribute == "" || strings.ContainsFunc(attribute, notAlphanumeric)):
			return nil, fmt.Errorf("column %q: the name of an attribute is letters and digits", name)
		case !isAttribute && columns[name] == nil:
			return nil, fmt.Errorf("column %q is not known; see -h", name)
		}
	}
	for _, needed := range []string{"username", "email"} {
		if !slices.Contains(r.header, needed) {
			return nil, fmt.Errorf("the header lacks the column %s", needed)
		}
	}
	return r, nil
}

func notAlphanumeric(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }

// rows yields every line after the header, the bad ones too. An error of the file itself, or of the
// service, is yielded once and ends it.
func (r *reader) rows(ctx context.Context) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for {
			cells, err := r.csv.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var this row
			var malformed *csv.ParseError
			switch {
			case errors.As(err, &malformed):
				this.line, this.err, err = malformed.StartLine, malformed.Err, nil
			case err == nil:
				this, err = r.row(ctx, cells)
			}
			if !yield(this, err) || err != nil {
				return
			}
		}
	}
}

// row reads and checks one line. What is in a cell is never part of an error: where the columns are
// shifted, it is a password.
func (r *reader) row(ctx context.Context, cells []string) (this row, err error) {
	this.line, _ = r.csv.FieldPos(0)
	for i, cell := range cells {
		name := r.header[i]
		if name != "password" {
			cell = strings.TrimSpace(cell)
		}
		attribute, isAttribute := strings.CutPrefix(name, "attributes.")
		switch {
		case cell == "": // is not sent
		case len(cell) > 1024:
			this.err = fmt.Errorf("%s is longer than 1024 bytes", name)
		case isAttribute:
			this.user.Attributes = append(this.user.Attributes, jumpcloud.UserAttributeInput{Name: jumpcloud.Set(attribute), Value: jumpcloud.Set(cell)})
		default:
			columns[name](&this.user, cell)
		}
	}
	if this.err == nil {
		this.err = r.check(this)
	}
	if manager, given := this.user.Manager.Get(); given && this.err == nil {
		var id string
		id, err = r.managerID(ctx, manager)
		if errors.Is(err, jumpcloud.ErrNotFound) || errors.Is(err, jumpcloud.ErrTooMany) {
			this.err, err = errors.New("manager is not the username, e-mail or id of a user; import managers first"), nil
		}
		this.user.Manager = jumpcloud.Set(id)
	}
	return this, err
}

func (r *reader) check(this row) error {
	u := this.user
	switch address, err := mail.ParseAddress(u.Email); {
	case u.Username == "":
		return errors.New("username is empty")
	case strings.ContainsFunc(u.Username, unicode.IsSpace):
		return errors.New("username contains white space")
	case u.Email == "":
		return errors.New("email is empty")
	case err != nil || address.Address != u.Email:
		return errors.New("email is not an address")
	}
	for _, key := range []string{"username " + strings.ToLower(u.Username), "email " + strings.ToLower(u.Email)} {
		if first, there := r.seen[key]; there {
			what, _, _ := strings.Cut(key, " ")
			return fmt.Errorf("%s is that of line %d already", what, first)
		}
	}
	r.seen["username "+strings.ToLower(u.Username)] = this.line
	r.seen["email "+strings.ToLower(u.Email)] = this.line
	return nil
}
