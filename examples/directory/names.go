package directory

import (
	"context"
	"fmt"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
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

// Names asks for the names of many objects. One that cannot be read is called by its kind and id.
func Names(ctx context.Context, client *jumpcloud.APIClient, objects []Object) (map[Object]string, error) {
	wanted := make([]jumpcloud.GraphObject, len(objects))
	for i, object := range objects {
		wanted[i] = jumpcloud.GraphObject{Type: object.Type, ID: object.ID}
	}
	names, err := client.Names(ctx, wanted)
	if err != nil {
		return nil, fmt.Errorf("the names of what is connected: %w", err)
	}
	byObject := make(map[Object]string, len(objects))
	for _, object := range objects {
		name := names[object.ID]
		if name == string(object.Type)+" "+object.ID {
			name = object.Kind() + " " + object.ID
		}
		byObject[object] = name
	}
	return byObject, nil
}
