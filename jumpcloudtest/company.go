package jumpcloudtest

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// people are the staff of the company of SeedCompany: the head of a department comes first and reports
// to the first of all.
var people = []struct{ department, names string }{
	{"Executive", "Amara Diallo"},
	{"Engineering", "Nils Aronsson, Rosa Iglesias, Kofi Mensah, Hana Sato, Ben Achterberg, Carla Nunes, Dev Malhotra, Eva Lindholm, Farid Rahimi, Greta Vance, Ivo Marek, Jia Chen"},
	{"IT", "Paula Reyes, Sven Dahl, Tariq Aziz, Uma Krishnan, Wanda Krol"},
	{"Sales", "Marcus Bell, Alice Thorne, Bruno Leone, Celine Roux, Dana Whitfield, Emil Kraus, Fiona Byrne, Gil Navarro"},
	{"Marketing", "Lena Vogt, Oscar Pinto, Ruth Abara, Theo Lang, Vera Simic"},
	{"Finance", "Ines Duarte, Karl Jung, Mina Farah, Otto Brandt"},
	{"People", "Nora Kessel, Pia Sand, Quentin Hale, Rita Moss, Stefan Ilic"},
}

const companyName = "Lumen Works"

// SeedCompany adds a small company, the same one in every server. Everything in it is found by its
// name, as [Server.ID] and [Server.Bind] take it:
//
//   - 40 users named first.last, from amara.diallo, who leads it, down: each department has a head, and
//     everyone else reports to the head. Two are staged, to start next week (ivo.marek, jia.chen),
//     one is suspended (stefan.ilic), most have enrolled in TOTP, and some have ssh keys, custom
//     attributes, phone numbers, addresses or a push endpoint;
//   - user groups: All Staff, Admins and VPN are static; Engineering, Sales and Contractors are dynamic,
//     with a query of each shape; Berlin Office has suggestions to review;
//   - applications: Chat, Wiki, Code Hosting, CRM, Payroll; systems named after their user (laptop-nils, …), six Macs and
//     one Windows, of which laptop-hana is asleep and not encrypted, and Linux servers (web-1, web-2, build-1); what they
//     report to System Insights, but for build-1, whose insights are off; the system groups Laptops and Servers;
//     the directories Google Workspace, Microsoft 365, JumpCloud LDAP and corp.example.com; the RADIUS
//     servers Office Wi-Fi and VPN Gateway; all of them bound to groups and people, some with sudo;
//   - the commands Free disk space, which web-1, web-2 and build-1 have run, Update packages with the trigger nightly, and
//     Collect logs; the policies Disk encryption, which laptop-hana fails, and Screen lock;
//   - the events of the last thirty days: sign-ins, and changes by administrators;
//   - a Workday instance with four workers, of whom one is a user already.
func (s *Server) SeedCompany() {
	s.mu.Lock()
	s.org.name = companyName
	s.mu.Unlock()
	for _, d := range people {
		s.seedDepartment(d.department, strings.Split(d.names, ", "))
	}
	s.seedDetails()
	s.seedGroups()
	s.seedTargets()
	s.seedWork()
	s.seedEvents()
	s.AddWorkday("https://workday.example.com/ccx/service/customreport2/lumen/people")
	s.seedServices()
	for _, w := range []jumpcloud.WorkdayWorker{
		{FirstName: "Alice", LastName: "Thorne", Email: "alice.thorne@lumen.example.com", Username: "alice.thorne", Attributes: map[string]any{"department": "Sales"}},
		{FirstName: "Mateus", LastName: "Prado", Email: "mateus.prado@lumen.example.com", Username: "mateus.prado", Attributes: map[string]any{"department": "Engineering"}},
		{FirstName: "Sigrid", LastName: "Moen", Email: "sigrid.moen@lumen.example.com", Username: "sigrid.moen", Attributes: map[string]any{"department": "Finance"}},
		{FirstName: "Yusuf", LastName: "Demir", Email: "yusuf.demir@lumen.example.com", Username: "yusuf.demir", Attributes: map[string]any{"department": "IT"}},
	} {
		s.AddWorker(w)
	}
}

func username(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", ".") }

func (s *Server) seedDepartment(department string, names []string) {
	for i, full := range names {
		first, last, _ := strings.Cut(full, " ")
		u := jumpcloud.SystemuserCreate{
			Username: username(full), Email: username(full) + "@lumen.example.com",
			Firstname: jumpcloud.Set(first), Lastname: jumpcloud.Set(last), Displayname: jumpcloud.Set(full),
			Department: jumpcloud.Set(department), Company: jumpcloud.Set(companyName),
			Location:     jumpcloud.Set([]string{"Berlin", "Lisbon", "Denver"}[i%3]),
			EmployeeType: jumpcloud.Set("Employee"), JobTitle: jumpcloud.Set(department + " Specialist"),
			Password: jumpcloud.Set(jumpcloud.Secret("Correct-Horse-" + first)),
		}
		switch {
		case department == "Executive":
			u.JobTitle = jumpcloud.Set("Managing Director")
		case i == 0:
			u.JobTitle = jumpcloud.Set("Head of " + department)
			u.Manager = jumpcloud.Set(s.ID("amara.diallo"))
		default:
			u.Manager = jumpcloud.Set(s.ID(username(names[0])))
		}
		if i > 0 && i%5 == 0 {
			u.EmployeeType = jumpcloud.Set("Contractor")
			u.AlternateEmail = jumpcloud.Set(username(full) + "@contractors.example.net")
		}
		switch full {
		case "Ivo Marek", "Jia Chen":
			u.State = jumpcloud.Set(jumpcloud.UserStateStaged)
			u.Password = jumpcloud.Opt[jumpcloud.Secret]{}
			u.EnableUserPortalMultifactor = jumpcloud.Set(true)
			u.MFA = jumpcloud.Set(jumpcloud.MFAInput{Exclusion: jumpcloud.Set(true), ExclusionDays: jumpcloud.Set(7)})
		case "Stefan Ilic":
			u.State = jumpcloud.Set(jumpcloud.UserStateSuspended)
		}
		id := s.AddUser(u)
		if _, hasPassword := u.Password.Get(); hasPassword && i%4 != 3 {
			s.EnrollTOTP(id)
		}
	}
}

func (s *Server) seedDetails() {
	s.AddSSHKey("nils.aronsson", "work laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA1example0nils nils@laptop-nils")
	s.AddSSHKey("sven.dahl", "work laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA1example0sven sven@laptop-sven")
	s.AddSSHKey("sven.dahl", "old key", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC1example0sven sven@old")
	s.AddPushEndpoint("paula.reyes", "Paula's phone")
	s.AddPushEndpoint("amara.diallo", "Amara's phone")
	text := func(v string) jumpcloud.Opt[string] { return jumpcloud.Set(v) }
	for _, d := range []struct {
		name   string
		update jumpcloud.SystemuserUpdate
	}{
		{"paula.reyes", jumpcloud.SystemuserUpdate{
			PhoneNumbers: []jumpcloud.PhoneNumberInput{{Type: text("work"), Number: text("+49 30 5550100")}, {Type: text("mobile"), Number: text("+49 151 5550101")}},
			Addresses: []jumpcloud.AddressInput{{
				Type: text("work"), StreetAddress: text("Lichtweg 4"), Locality: text("Berlin"), PostalCode: text("10115"), Country: text("DE"),
			}},
		}},
		{"hana.sato", jumpcloud.SystemuserUpdate{Attributes: []jumpcloud.UserAttributeInput{
			{Name: text("area"), Value: text("platform")}, {Name: text("badge"), Value: text("1042")},
		}}},
		{"kofi.mensah", jumpcloud.SystemuserUpdate{Attributes: []jumpcloud.UserAttributeInput{{Name: text("area"), Value: text("platform")}}}},
		{"sven.dahl", jumpcloud.SystemuserUpdate{Sudo: jumpcloud.Set(true)}},
	} {
		body := s.body(d.update, "SeedCompany")
		s.change(d.name, func(u *user) error { return s.org.update(u, body, false, time.Now()).err() })
	}
}

func (s *Server) seedGroups() {
	group := func(name, description string) jumpcloud.UserGroupCreate {
		return jumpcloud.UserGroupCreate{Name: name, Description: jumpcloud.Set(description)}
	}
	dynamic := func(name, description string, method jumpcloud.MembershipMethod, query jumpcloud.MemberQuery) {
		g := group(name, description)
		g.MembershipMethod, g.MemberQuery = jumpcloud.Set(method), jumpcloud.Set(query)
		s.AddGroup(g)
	}
	static := func(name, description string, attributes jumpcloud.GroupAttributesInput, members ...string) {
		g := group(name, description)
		g.MembershipMethod = jumpcloud.Set(jumpcloud.MembershipMethodStatic)
		g.Attributes = jumpcloud.Set(attributes)
		s.AddGroup(g)
		for _, member := range members {
			s.Bind(member, name, nil)
		}
	}
	var everyone []string
	for _, d := range people {
		for name := range strings.SplitSeq(d.names, ", ") {
			everyone = append(everyone, username(name))
		}
	}
	static("All Staff", "everyone", jumpcloud.GroupAttributesInput{
		LDAPGroups: []jumpcloud.LDAPGroupInput{{Name: jumpcloud.Set("staff")}},
		Extra:      map[string]json.RawMessage{"costModel": json.RawMessage(`"per-seat"`)},
	}, everyone...)
	static("Admins", "those who run the servers", jumpcloud.GroupAttributesInput{
		Sudo:        jumpcloud.Set(jumpcloud.GroupSudoInput{Enabled: true, WithoutPassword: true}),
		PosixGroups: []jumpcloud.PosixGroupInput{{ID: 6001, Name: "admins"}},
	}, "paula.reyes", "sven.dahl", "tariq.aziz")
	static("VPN", "remote access", jumpcloud.GroupAttributesInput{
		RADIUS: jumpcloud.Set(jumpcloud.GroupRADIUSInput{Reply: []jumpcloud.RADIUSReplyInput{{Name: "Tunnel-Private-Group-ID", Value: "42"}}}),
	}, "amara.diallo", "nils.aronsson", "marcus.bell", "sven.dahl", "kofi.mensah")
	dynamic("Engineering", "the department", jumpcloud.MembershipMethodDynamicAutomated,
		jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "department", Operator: "eq", Value: "Engineering"}))
	dynamic("Sales", "the department", jumpcloud.MembershipMethodDynamicAutomated,
		jumpcloud.SearchQuery(map[string]any{"and": []string{"department:$eq:Sales", "company:$co:Lumen"}}))
	dynamic("Contractors", "people of other companies", jumpcloud.MembershipMethodDynamicAutomated,
		jumpcloud.ConditionQuery(jumpcloud.Filter("employeeType", jumpcloud.Eq, "Contractor")))
	dynamic("Berlin Office", "who has a desk in Berlin", jumpcloud.MembershipMethodDynamicReviewRequired,
		jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: "location", Operator: "eq", Value: "Berlin"}))
	s.Bind("sven.dahl", "Berlin Office", nil) // who works in Lisbon: a suggestion to remove
}

// laptops belong to people, servers to nobody.
var (
	laptopOwners = []string{"amara.diallo", "nils.aronsson", "kofi.mensah", "hana.sato", "paula.reyes", "sven.dahl", "marcus.bell"}
	serverNames  = []string{"web-1", "web-2", "build-1"}
)

func (s *Server) seedTargets() {
	for _, name := range []string{"Chat", "Wiki", "Code Hosting", "CRM", "Payroll"} {
		host := strings.ReplaceAll(strings.ToLower(name), " ", "-") + ".example.com"
		s.Add("/applications", map[string]any{
			"name": name, "displayName": name, "displayLabel": name, "active": true, "beta": false, "color": nil, "description": "",
			"ssoUrl": "https://sso.example.com/saml2/" + host, "sso": map[string]any{"type": "saml", "jit": false},
			"config": map[string]any{"acsUrl": map[string]any{"type": "text", "label": "ACS URL", "value": "https://" + host + "/saml"}},
		})
	}
	s.AddDirectory(jumpcloud.GraphTypeGSuite, "Google Workspace")
	s.AddDirectory(jumpcloud.GraphTypeOffice365, "Microsoft 365")
	s.AddDirectory(jumpcloud.GraphTypeLDAPServer, "JumpCloud LDAP")
	s.AddDirectory(jumpcloud.GraphTypeActiveDirectory, "corp.example.com")
	for _, name := range []string{"Office Wi-Fi", "VPN Gateway"} {
		s.AddRADIUSServer(name)
	}
	s.AddSystemGroup("Laptops")
	s.AddSystemGroup("Servers")
	for i, owner := range laptopOwners {
		first, _, _ := strings.Cut(owner, ".")
		s.seedDevice(i, "laptop-"+first, map[bool]string{false: mac, true: windows}[owner == "marcus.bell"])
		s.Bind("laptop-"+first, "Laptops", nil)
		s.Bind(owner, "laptop-"+first, Sudo(false))
	}
	for i, name := range serverNames {
		s.seedDevice(len(laptopOwners)+i, name, linux)
		s.Bind(name, "Servers", nil)
	}
	for _, b := range []struct {
		from, to   string
		attributes map[string]any
	}{
		{"All Staff", "Chat", nil}, {"All Staff", "Wiki", nil}, {"All Staff", "Google Workspace", nil},
		{"All Staff", "JumpCloud LDAP", nil}, {"All Staff", "Office Wi-Fi", nil},
		{"Engineering", "Code Hosting", nil}, {"Engineering", "build-1", nil}, {"Engineering", "Servers", nil},
		{"Sales", "CRM", nil}, {"Sales", "Microsoft 365", nil},
		{"Admins", "Servers", Sudo(true)}, {"Admins", "Laptops", Sudo(false)}, {"Admins", "corp.example.com", nil},
		{"VPN", "VPN Gateway", nil},
		{"ines.duarte", "Payroll", nil}, {"karl.jung", "Payroll", nil}, {"amara.diallo", "CRM", nil},
		{"nils.aronsson", "web-1", Sudo(false)},
	} {
		s.Bind(b.from, b.to, b.attributes)
	}
}
