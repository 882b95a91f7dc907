package jumpcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"sync"
)

// nameSource says where the names of a kind are.
type nameSource struct {
	kind      GraphType
	list, one string // where many are read, those of other kinds too, and where one is
	fields    string // what the list is asked for, beside the id; "" for a list of few, which is read whole
}

func nameSources() []nameSource {
	return []nameSource{
		{GraphTypeUser, "/systemusers", "/systemusers/{id}", "username"},
		{GraphTypeSystem, "/systems", "/systems/{id}", "displayName hostname"},
		{GraphTypeApplication, "/applications", "/applications/{id}", "displayLabel displayName name"},
		{GraphTypeCommand, "/commands", "/commands/{id}", "name"},
		{GraphTypeRADIUSServer, "/radiusservers", "/radiusservers/{id}", "name"},
		{GraphTypeUserGroup, "/v2/usergroups", "/v2/usergroups/{id}", "name"},
		{GraphTypeSystemGroup, "/v2/systemgroups", "/v2/systemgroups/{id}", "name"},
		{GraphTypePolicy, "/v2/policies", "/v2/policies/{id}", "name"},
		{GraphTypePolicyGroup, "/v2/policygroups", "/v2/policygroups/{id}", "name"},
		{GraphTypeActiveDirectory, "/v2/directories", "/v2/activedirectories/{id}", ""},
		{GraphTypeGSuite, "/v2/directories", "/v2/gsuites/{id}", ""},
		{GraphTypeLDAPServer, "/v2/directories", "/v2/ldapservers/{id}", ""},
		{GraphTypeOffice365, "/v2/directories", "/v2/office365s/{id}", ""},
	}
}

// unnamed is an object with what may be its name, the best first.
type unnamed struct {
	ID           string `json:"id"`
	RecordID     string `json:"_id"`
	Username     string `json:"username"`
	DisplayLabel string `json:"displayLabel"`
	DisplayName  string `json:"displayName"`
	Name         string `json:"name"`
	Hostname     string `json:"hostname"`
	Domain       string `json:"domain"`
}

func (n *unnamed) name() string {
	return cmp.Or(n.Username, n.DisplayLabel, n.DisplayName, n.Name, n.Hostname, n.Domain)
}

// Names tells what people call objects of the graph, which answers with ids alone, by their ids: the
// username of a user, the display name of a system, the label of an application, and so on. Each object
// has an entry: one that is gone, that the credential may not read, or of a kind that has no names here,
// such as password_manager_item, is called by its type and id, "system 5f0e7a1c0000000000000001". With an
// error, which is that of the first kind that failed otherwise, the objects of that kind are called so too.
//
//	names, err := client.Names(ctx, access.Objects())
//
// It asks once for a hundred objects of a kind, once for all directories, and for those whom no list names
// one by one.
//
// It calls systemusers_list, systems_list, applications_list, commands_list, groups_user_list,
// groups_system_list, policies_list, groups_policy_list, radius_servers_list and directories_list: those of
// the types that are there.
func (c *APIClient) Names(ctx context.Context, objects []GraphObject, opts ...RequestOption) (map[string]string, error) {
	names := make(map[string]string, len(objects))
	wanted := map[string][]GraphObject{} // by list
	sources := map[GraphType]nameSource{}
	for _, source := range nameSources() {
		sources[source.kind] = source
	}
	for i, object := range objects {
		if object.ID == "" || len(object.ID) > 100 || strings.Contains(object.ID, "|") {
			return nil, &ParamError{Param: "objects", Problem: fmt.Sprintf("element %d has no id, or one that is none", i)}
		}
		list := sources[object.Type].list
		if _, known := names[object.ID]; !known && list != "" {
			wanted[list] = append(wanted[list], object)
		}
		names[object.ID] = string(object.Type) + " " + object.ID
	}
	var lists []string
	for list := range wanted {
		lists = append(lists, list)
	}
	sort.Strings(lists)
	var mu sync.Mutex
	errs := forEach(ctx, len(lists), lists, func(ctx context.Context, list string) error {
		found, err := c.namesOf(ctx, wanted[list], sources, opts)
		mu.Lock()
		defer mu.Unlock()
		for _, object := range wanted[list] {
			names[object.ID] = cmp.Or(found[strings.ToLower(object.ID)], names[object.ID])
		}
		return err
	})
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return names, errs[i]
	}
	return names, nil
}

// namesOf are the names of objects of one list, by their ids in small letters. The lists do not share a
// pace, which would stop at those that may not be read.
func (c *APIClient) namesOf(ctx context.Context, objects []GraphObject, sources map[GraphType]nameSource, opts []RequestOption) (map[string]string, error) {
	opts = paced(opts)
	source := sources[objects[0].Type]
	key, comma, size := "_id", " ", 100
	if strings.HasPrefix(source.list, "/v2/") {
		key, comma = "id", ","
	}
	if source.fields == "" {
		size = len(objects)
	}
	found := map[string]string{}
batches:
	for batch := range slices.Chunk(objects, size) {
		query, options := url.Values{}, opts
		if source.fields != "" {
			ids := make([]string, len(batch))
			for i, object := range batch {
				ids[i] = object.ID
			}
			query.Set("fields", key+comma+source.fields)
			options = append(opts[:len(opts):len(opts)], WithFilter(Filter(key, In, ids...)))
		}
		for item, err := range Walk[unnamed](ctx, c, source.list, query, options...) {
			switch {
			case err == nil:
				found[strings.ToLower(cmp.Or(item.RecordID, item.ID))] = item.name()
			case errors.Is(err, ErrItem):
			case errors.Is(err, ErrForbidden):
				return found, nil
			case absent(err), errors.Is(err, ErrBadRequest): // it may not know the filter: ask one by one
				break batches
			default:
				return found, err
			}
		}
	}
	missing := slices.DeleteFunc(slices.Clone(objects), func(o GraphObject) bool { return found[strings.ToLower(o.ID)] != "" })
	var mu sync.Mutex
	errs := forEach(ctx, 8, missing, func(ctx context.Context, object GraphObject) error {
		var item unnamed
		err := c.Call(ctx, http.MethodGet, sources[object.Type].one, nil, nil, &item, append(opts[:len(opts):len(opts)], WithPath("id", object.ID))...)
		mu.Lock()
		defer mu.Unlock()
		found[strings.ToLower(object.ID)] = item.name()
		return err
	})
	if slices.ContainsFunc(errs, func(err error) bool { return errors.Is(err, ErrForbidden) }) && ctx.Err() == nil {
		return found, nil // of the others some were not attempted for that reason
	}
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil && !absent(err) }); i >= 0 {
		return found, errs[i]
	}
	return found, nil
}

// absent tells that the service has no such object, or nothing to read it by.
func absent(err error) bool {
	var answer *APIError
	var unreadable *DecodeError
	return errors.Is(err, ErrNotFound) || errors.As(err, &unreadable) || errors.As(err, &answer) && answer.StatusCode == http.StatusNotImplemented
}

// Objects are all objects that the access is about, each once: those that the user reaches and those on
// the paths to them.
func (a *UserAccess) Objects() (objects []GraphObject) {
	seen := map[string]bool{}
	note := func(kind GraphType, id string) {
		if key := string(kind) + " " + id; !seen[key] && id != "" {
			seen[key] = true
			objects = append(objects, GraphObject{Type: kind, ID: id})
		}
	}
	for _, group := range a.Groups {
		note(group.Type, group.ID)
	}
	for reached := range a.All() {
		note(reached.Type, reached.ID)
		for _, hops := range reached.Paths {
			for _, hop := range hops {
				note(hop.To.Type, hop.To.ID)
			}
		}
	}
	return objects
}
