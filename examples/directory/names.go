package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
	"golang.org/x/sync/errgroup"
)

// Object is an object of the graph.
type Object struct {
	Type jumpcloud.GraphType `json:"type"`
	ID   string              `json:"id"`
}

// Kind is the type in words.
func (o Object) Kind() string {
	switch o.Type {
	case jumpcloud.GraphTypeSystem:
		return "device"
	case jumpcloud.GraphTypeSystemGroup:
		return "device group"
	case jumpcloud.GraphTypeGSuite:
		return "Google directory"
	case jumpcloud.GraphTypeOffice365:
		return "Microsoft directory"
	case jumpcloud.GraphTypeLDAPServer:
		return "LDAP server"
	case jumpcloud.GraphTypeRADIUSServer:
		return "RADIUS server"
	case jumpcloud.GraphTypeActiveDirectory:
		return "Active Directory"
	default:
		return strings.ReplaceAll(string(o.Type), "_", " ")
	}
}

// route is where the object is read.
func (o Object) route() string {
	switch o.Type {
	case jumpcloud.GraphTypeSystem:
		return "/systems/"
	case jumpcloud.GraphTypeApplication:
		return "/applications/"
	case jumpcloud.GraphTypeRADIUSServer:
		return "/radiusservers/"
	case jumpcloud.GraphTypeSystemGroup:
		return "/v2/systemgroups/"
	case jumpcloud.GraphTypeUserGroup:
		return "/v2/usergroups/"
	case jumpcloud.GraphTypeGSuite:
		return "/v2/gsuites/"
	case jumpcloud.GraphTypeOffice365:
		return "/v2/office365s/"
	case jumpcloud.GraphTypeLDAPServer:
		return "/v2/ldapservers/"
	case jumpcloud.GraphTypeActiveDirectory:
		return "/v2/activedirectories/"
	default:
		return ""
	}
}

// Name asks for the name of an object. One that cannot be read is called by its kind and id.
func (o Object) Name(ctx context.Context, client *jumpcloud.APIClient) (string, error) {
	var answer struct {
		DisplayLabel string `json:"displayLabel"` // of an application
		DisplayName  string `json:"displayName"`  // of an application or a system
		Name         string `json:"name"`
		Hostname     string `json:"hostname"` // of a system
		Domain       string `json:"domain"`   // of an Active Directory
	}
	if route := o.route(); route != "" {
		err := client.Call(ctx, http.MethodGet, route+o.ID, nil, nil, &answer)
		if err != nil && !errors.Is(err, jumpcloud.ErrNotFound) && !errors.Is(err, jumpcloud.ErrForbidden) {
			return "", fmt.Errorf("the name of a %s: %w", o.Kind(), err)
		}
	}
	return cmp.Or(answer.DisplayLabel, answer.DisplayName, answer.Name, answer.Hostname, answer.Domain, o.Kind()+" "+o.ID), nil
}

// Names asks for the names of many objects, a few at a time.
func Names(ctx context.Context, client *jumpcloud.APIClient, objects []Object) (map[Object]string, error) {
	names := make([]string, len(objects))
	asking, ctx := errgroup.WithContext(ctx)
	asking.SetLimit(8)
	for i, object := range objects {
		asking.Go(func() (err error) {
			names[i], err = object.Name(ctx, client)
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	byObject := make(map[Object]string, len(objects))
	for i, object := range objects {
		byObject[object] = names[i]
	}
	return byObject, nil
}
