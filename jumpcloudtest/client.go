package jumpcloudtest

import (
	"encoding/json"
	"slices"

	"github.com/jumpcloud-go/jumpcloud"
)

// Configuration returns a configuration with which a client reaches the server, authenticated by the API
// key. Change it as the test needs.
func (s *Server) Configuration() *jumpcloud.Configuration {
	c := jumpcloud.NewConfiguration()
	c.APIKey = APIKey
	c.BaseURL = s.URL
	c.HTTPClient = s.client
	if len(s.orgs) > 1 {
		c.OrgID = s.org.id
	}
	return c
}

// ServiceAccount returns the account that the server knows, for Configuration.ServiceAccount in place
// of the API key.
func (s *Server) ServiceAccount() *jumpcloud.ServiceAccount {
	return &jumpcloud.ServiceAccount{ClientID: ClientID, ClientSecret: ClientSecret, TokenURL: s.TokenURL}
}

// Client returns a client of the server. Its configuration is that of [Server.Configuration], after
// the changes.
func (s *Server) Client(changes ...func(*jumpcloud.Configuration)) *jumpcloud.APIClient {
	c := s.Configuration()
	for _, change := range changes {
		change(c)
	}
	client, err := jumpcloud.NewAPIClient(c)
	if err != nil {
		s.fatalf("jumpcloudtest: Client: %v", err)
	}
	return client
}

// User returns a system user as GET /systemusers/{id} would, and whether there is one. JSON numbers
// are float64.
func (s *Server) User(id string) (map[string]any, bool) {
	defer s.enter()()
	u := s.org.users[id]
	if u == nil {
		return nil, false
	}
	return decoded(u.json()), true
}

// Group returns a user group or a device group as GET /v2/usergroups/{id} or /v2/systemgroups/{id} would, and whether
// there is one.
func (s *Server) Group(id string) (map[string]any, bool) {
	defer s.enter()()
	g := s.org.groups[id]
	if g == nil {
		return nil, false
	}
	return decoded(encode(s.org.view(g, false))), true
}

func decoded(data []byte) map[string]any {
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		panic("jumpcloudtest: " + err.Error())
	}
	return m
}

// UserCount returns how many system users there are.
func (s *Server) UserCount() int {
	defer s.enter()()
	return len(s.org.users)
}

// UserIDs returns the ids of all system users, in their order.
func (s *Server) UserIDs() []string {
	defer s.enter()()
	ids := make([]string, len(s.org.ordered))
	for i, u := range s.org.ordered {
		ids[i] = u.id
	}
	return ids
}

// GroupIDs returns the ids of all user groups, in their order.
func (s *Server) GroupIDs() []string {
	defer s.enter()()
	ids := make([]string, len(s.org.groupList[userGroup]))
	for i, g := range s.org.groupList[userGroup] {
		ids[i] = g.id
	}
	return ids
}

// Members returns the ids of what is directly in a group, in the order in which it came: users, devices or policies.
func (s *Server) Members(group string) []string {
	id := s.ID(group)
	defer s.enter()()
	var ids []string
	for _, e := range s.org.children[id].list() {
		if kind := s.org.kind(e.to); kind == userKind || kind == system || kind == policy {
			ids = append(ids, e.to)
		}
	}
	return ids
}

// HasMember tells whether a user, a device or a policy is directly in a group. Both are given by id or by a name that only
// they have, as everywhere below.
func (s *Server) HasMember(group, member string) bool {
	return slices.Contains(s.Members(group), s.ID(member))
}

// IsBound tells whether an object is bound to another directly.
func (s *Server) IsBound(object, target string) bool {
	id := s.ID(target)
	return slices.ContainsFunc(s.Associations(object), func(a Association) bool { return a.ID == id })
}

// Association is a binding, as one of its objects sees it.
type Association struct {
	Type       jumpcloud.GraphType
	ID         string
	Attributes map[string]any // nil when there are none
}

// Associations returns the direct bindings of an object of the graph, from whichever side they were made, in the order in
// which they were made.
func (s *Server) Associations(object string) []Association {
	id := s.ID(object)
	defer s.enter()()
	var found []Association
	for _, e := range s.org.bindings[id].list() {
		a := Association{Type: jumpcloud.GraphType(s.org.kind(e.to)), ID: e.to}
		if len(e.attributes) > 0 {
			a.Attributes = decoded(encode(e.attributes))
		}
		found = append(found, a)
	}
	return found
}

// ID returns the id of the one object with a name: the username or e-mail of a user, the name of a
// group or a target. An id is returned as it is.
func (s *Server) ID(name string) string {
	s.mu.Lock()
	found := s.org.find(name)
	s.mu.Unlock()
	if len(found) != 1 {
		s.fatalf("jumpcloudtest: there are %d objects named %q, not one", len(found), name)
	}
	return found[0]
}
