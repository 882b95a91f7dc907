package jumpcloudtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

var (
	firstNames = []string{
		"Olivia", "Liam", "Emma", "Noah", "Amelia", "Elijah", "Sofia", "Mateo", "Aisha", "Kenji",
		"Priya", "Lukas", "Chloe", "Omar", "Ingrid", "Diego", "Mei", "Samuel", "Fatima", "Jonas",
		"Nadia", "Viktor", "Leila", "Arjun", "Hannah", "Tomas", "Yara", "Felix", "Zoe", "Ravi",
		"Elena", "Marco", "Grace", "Pavel", "Lucia", "Anton", "Maya", "Dario", "Freya", "Hugo",
	}
	lastNames = []string{
		"Hartmann", "Okafor", "Lindqvist", "Moreau", "Tanaka", "Silva", "Novak", "Bergstrom", "Kaur", "Costa",
		"Fischer", "Haddad", "Jensen", "Kowalski", "Larsen", "Mendes", "Nakamura", "Ortega", "Petrov", "Quinn",
		"Rossi", "Schmidt", "Takahashi", "Underwood", "Varga", "Weber", "Xu", "Yilmaz", "Zimmermann", "Abebe",
		"Bianchi", "Castillo", "Dubois", "Eriksen", "Ferreira", "Grant", "Horvat", "Ivanov", "Johansson", "Keller",
		"Lopez", "Meyer", "Nilsson", "Olsen", "Park", "Romano", "Santos", "Torres", "Vogel", "Walsh",
	}
	departments = []string{"Engineering", "Sales", "Support", "Marketing", "Finance", "IT", "People", "Operations"}
	jobTitles   = []string{"Specialist", "Senior Specialist", "Analyst", "Coordinator", "Lead"}
	locations   = []string{"Denver", "Berlin", "Lisbon", "Bengaluru", "Toronto"}
)

// SeedUsers adds n active users with passwords (so that they are activated), believable names, departments and numbers, the same ones in every
// server, and returns their ids. Called again it adds others.
func (s *Server) SeedUsers(n int) []string {
	defer s.enter()()
	ids := make([]string, 0, n)
	now := time.Now()
	for len(ids) < n {
		i := s.org.seeded
		s.org.seeded++
		first := firstNames[i%len(firstNames)]
		last := lastNames[(i/len(firstNames)+i)%len(lastNames)]
		username := strings.ToLower(first + "." + last)
		if round := i / (len(firstNames) * len(lastNames)); round > 0 {
			username += fmt.Sprint(round + 1)
		}
		email := username + "@example.com"
		number := fmt.Sprintf("E%05d", i+1)
		u := s.org.unique
		if u["username"][username] != "" || u["email"][email] != "" || u["employeeIdentifier"][uniqueKey(number)] != "" {
			continue
		}
		department := departments[i%len(departments)]
		added := s.org.newUser(now, 20)
		s.org.commit(added, map[string]any{
			"password": "Correct-Horse-" + first,
			"username": username, "email": email, "firstname": first, "lastname": last,
			"displayname": first + " " + last, "department": department,
			"jobTitle": department + " " + jobTitles[i/3%len(jobTitles)], "location": locations[i/2%len(locations)],
			"company": "Example Corp", "employeeIdentifier": number, "unix_uid": s.org.nextUID, "unix_guid": s.org.nextUID,
		}, now)
		s.org.nextUID++
		ids = append(ids, added.id)
	}
	return ids
}

// body is a typed value as the server would read it from a request.
func (s *Server) body(v any, what string) map[string]any {
	data, err := json.Marshal(v)
	var body map[string]any
	if err == nil {
		err = parse(data, &body)
	}
	if err != nil {
		s.fatalf("jumpcloudtest: %s: %v", what, err)
	}
	return body
}

// AddUser adds a system user by the rules of POST /systemusers, and returns the id.
func (s *Server) AddUser(u jumpcloud.SystemuserCreate) string {
	body := s.body(u, "AddUser")
	leave := s.enter()
	added, failed := s.org.create(body, creating{state: s.stateDefaults.ManualEntry}, time.Now())
	leave()
	if failed != nil {
		s.fatalf("jumpcloudtest: AddUser: %s", failed.text)
	}
	return added.id
}

// AddGroup adds a user group by the rules of POST /v2/usergroups, and returns the id.
func (s *Server) AddGroup(g jumpcloud.UserGroupCreate) string {
	return s.addGroup("AddGroup", userGroup, s.body(g, "AddGroup"))
}

func (s *Server) addGroup(what, kind string, body map[string]any) string {
	leave := s.enter()
	added, failed := s.org.addGroup(kind, body)
	leave()
	if failed != nil {
		s.fatalf("jumpcloudtest: %s: %s", what, failed.body)
	}
	return added.id
}

// Add adds an object to a collection of either API, and returns its id, which is a new one where the object has
// none. The path is that of the collection, ids and all, and the object anything that encodes as its JSON:
//
//	id := server.Add("/systems", map[string]any{"hostname": "web-1", "os": "Ubuntu"})
//	server.Add("/v2/systeminsights/battery", map[string]any{"system_id": id, "health": "Good"})
//
// Users and groups are added by the rules of their creation. What was added is read back by its own route.
func (s *Server) Add(path string, object any) string {
	body := s.body(object, "Add: "+path)
	parts := segments(strings.TrimPrefix(path, s.URL))
	key := collectionKey(parts, nil)
	switch key {
	case userGroup, systemGroup:
		return s.addGroup("Add: "+path, key, body)
	case userKind:
		leave := s.enter()
		added, failed := s.org.create(body, creating{state: s.stateDefaults.ManualEntry}, time.Now())
		leave()
		if failed != nil {
			s.fatalf("jumpcloudtest: Add: %s: %s", path, failed.text)
		}
		return added.id
	}
	form := describe().collection(describe().template(parts)).form
	if form == nil {
		s.fatalf("jumpcloudtest: Add: %s is no collection of the API", path)
	}
	for name := range body {
		if form.Properties[name] == nil && !form.open && name != "id" {
			s.fatalf("jumpcloudtest: Add: %s: objects there have no %s", path, name)
		}
	}
	defer s.enter()()
	return s.org.add(parts, body, time.Now()).id
}

// add puts an object into the collection at a path that is written out.
func (o *org) add(path []string, body map[string]any, now time.Time) *item {
	parts := describe().template(path)
	var ids []string
	for i, part := range parts {
		if placeholder(part) {
			ids = append(ids, path[i])
		}
	}
	i := o.insert(o.in(parts, ids), body, now)
	o.written(i)
	return i
}

// AddSystem adds a system (a device), and returns the id.
func (s *Server) AddSystem(name string) string { return s.AddObject(system, name) }

// AddSystemGroup adds a group of systems, and returns the id.
func (s *Server) AddSystemGroup(name string) string { return s.AddObject(systemGroup, name) }

// AddApplication adds a single sign-on application, and returns the id.
func (s *Server) AddApplication(name string) string { return s.AddObject(application, name) }

// AddRADIUSServer adds a RADIUS server, and returns the id.
func (s *Server) AddRADIUSServer(name string) string { return s.AddObject(radiusServer, name) }

// AddDirectory adds a directory of a kind (jumpcloud.GraphTypeGSuite, GraphTypeOffice365,
// GraphTypeLDAPServer or GraphTypeActiveDirectory), and returns the id.
func (s *Server) AddDirectory(kind jumpcloud.GraphType, name string) string {
	if !slices.Contains(directories, string(kind)) {
		s.fatalf("jumpcloudtest: AddDirectory: %q is no kind of directory", kind)
	}
	return s.AddObject(kind, name)
}

// AddObject adds an object of any kind that users and devices can be bound to, of which only the name is set, and
// returns the id.
func (s *Server) AddObject(kind jumpcloud.GraphType, name string) string {
	body := map[string]any{"name": name}
	switch kind {
	case systemGroup:
		return s.addGroup("AddObject", systemGroup, body)
	case system:
		body = map[string]any{"hostname": name, "displayName": name}
	case application:
		body = map[string]any{"name": name, "displayName": name, "displayLabel": name, "ssoUrl": "", "config": map[string]any{}}
	case activeDirectory:
		body = map[string]any{"domain": name}
	}
	if !slices.Contains(targets, string(kind)) {
		s.fatalf("jumpcloudtest: AddObject: nothing can be bound to %q", kind)
	}
	defer s.enter()()
	st := s.org.kindStore(string(kind))
	i := s.org.insert(st, body, time.Now())
	s.org.written(i)
	return i.id
}

// Bind ties two objects together, each given by id or by a name that only it has, in either order:
//
//   - people or devices (a user, a system, or a group of them) and what can be bound to them, with attributes such
//     as those of [Sudo], or nil;
//   - a user and a user group, a system and a system group, a policy and a policy group: the first becomes a member;
//   - two user groups: the first becomes a member of the second, which no operation can do.
func (s *Server) Bind(from, to string, attributes map[string]any) {
	ids := []string{s.ID(from), s.ID(to)}
	if attributes != nil {
		attributes = s.body(attributes, "Bind")
	}
	leave := s.enter()
	problem := s.org.bind(ids[0], ids[1], attributes)
	if problem == errUnbindable {
		problem = s.org.bind(ids[1], ids[0], attributes)
	}
	leave()
	if problem != "" {
		s.fatalf("jumpcloudtest: Bind: %s and %s %s", from, to, problem)
	}
}

const (
	errUnbindable = "cannot be tied together"
	errBound      = "are tied together already"
)

func (o *org) bind(from, to string, attributes map[string]any) (problem string) {
	kinds := [2]string{o.kind(from), o.kind(to)}
	switch {
	case memberships[kinds]:
		if !o.join(from, to, attributes) {
			return errBound
		}
	case describe().bindable(kinds[0], kinds[1]):
		if !o.connect(from, to, attributes) {
			return errBound
		}
	default:
		return errUnbindable
	}
	return ""
}

// Sudo returns the attributes that give sudo on a system, for [Server.Bind].
func Sudo(withoutPassword bool) map[string]any {
	return map[string]any{"sudo": map[string]any{"enabled": true, "withoutPassword": withoutPassword}}
}

// Remove takes objects away, each given by id or by a name that only it has, with all their ties. No rule
// stands in the way, that of managers included.
func (s *Server) Remove(objects ...string) {
	for _, object := range objects {
		id := s.ID(object)
		leave := s.enter()
		s.org.remove(id)
		leave()
	}
}

// change runs a change of a user given by id or by a name that only it has.
func (s *Server) change(name string, do func(*user) error) {
	id := s.ID(name)
	leave := s.enter()
	err := fmt.Errorf("%s is no user", name)
	if u := s.org.users[id]; u != nil {
		err = do(u)
	}
	leave()
	if err != nil {
		s.fatalf("jumpcloudtest: %v", err)
	}
}

// AddSSHKey gives a user a public key, and returns its id.
func (s *Server) AddSSHKey(username, name, publicKey string) (id string) {
	s.change(username, func(u *user) error {
		keys, err := s.org.sshKeys([]any{map[string]any{"name": name, "public_key": publicKey}}, time.Now())
		if err == nil {
			id = keys[0].(map[string]any)["_id"].(string)
			u.set("ssh_keys", append(slices.Clone(u.value("ssh_keys").([]any)), keys...))
		}
		return err
	})
	return id
}

// AddPushEndpoint gives a user a device for push MFA, and returns its id.
func (s *Server) AddPushEndpoint(username, name string) (id string) {
	s.change(username, func(u *user) error {
		id = s.newID()
		now := stamp(time.Now())
		u.endpoints = append(u.endpoints, object{
			"id": id, "name": name, "state": "active", "enrollmentDate": now, "lastUsedDate": now,
			"device": map[string]any{
				"appVersion": "2.1.0", "make": "Example", "model": "Phone 1", "os": "android", "osVersion": "15", "uvEnabled": true,
			},
		})
		u.enroll("pushStatus")
		return nil
	})
	return id
}

// EnrollTOTP enrols a user in TOTP, as the user alone can do.
func (s *Server) EnrollTOTP(username string) {
	s.change(username, func(u *user) error {
		u.totp = time.Now()
		u.set("totp_enabled", true)
		u.set("mfa", map[string]any{"configured": true, "exclusion": false})
		u.enroll("totpStatus")
		return nil
	})
}

// enroll shows a user as enrolled in a factor.
func (u *user) enroll(factor string) {
	enrollment := map[string]any{
		"totpStatus": "NOT_ENROLLED", "pushStatus": "NOT_ENROLLED", "webAuthnStatus": "NOT_ENROLLED",
		"smsStatus": "NOT_ENROLLED",
	}
	old, _ := u.value("mfaEnrollment").(map[string]any)
	maps.Copy(enrollment, old)
	enrollment[factor], enrollment["overallStatus"] = "ENROLLED", "ENROLLED"
	u.set("mfaEnrollment", enrollment)
}

// AddWorkday adds the organisation's Workday instance, authorized, and returns the id. There can be
// only one.
func (s *Server) AddWorkday(reportURL string) string {
	leave := s.enter()
	taken := len(s.org.workdays) > 0
	w := &workday{id: s.newID(), reportURL: reportURL, authorized: true}
	if !taken {
		s.org.workdays = append(s.org.workdays, w)
	}
	leave()
	if taken {
		s.fatalf("jumpcloudtest: AddWorkday: there is an instance already")
	}
	return w.id
}

// AddWorker adds a worker to the report of the Workday instance.
func (s *Server) AddWorker(w jumpcloud.WorkdayWorker) {
	body := s.body(w, "AddWorker")
	if body["attributes"] == nil {
		body["attributes"] = map[string]any{}
	}
	defer s.enter()()
	s.org.workers = append(s.org.workers, body)
}
