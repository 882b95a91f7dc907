package jumpcloudtest

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// seedDevice adds a device of the company.
func (s *Server) seedDevice(n int, name, family string) {
	defer s.enter()()
	now := time.Now()
	device := s.org.device(n, name, family, now)
	s.org.report(device, now)
	switch name {
	case "laptop-hana":
		device.set("active", false)
		device.set("fde", map[string]any{"active": false, "keyPresent": false})
	case "laptop-sven":
		device.set("fde", map[string]any{"active": true, "keyPresent": false})
	case "build-1":
		device.set("systemInsights", map[string]any{"state": "disabled"})
	}
	if family == linux {
		device.set("fde", nil)
		delete(device.fields, "fde")
	}
}

// seedWork gives the company's devices something to do.
func (s *Server) seedWork() {
	for _, c := range []jumpcloud.CommandInput{
		{Name: "Free disk space", Command: "df -h /", CommandType: jumpcloud.CommandTypeLinux},
		{Name: "Update packages", Command: "apt-get -y upgrade", CommandType: jumpcloud.CommandTypeLinux, LaunchType: jumpcloud.Set(jumpcloud.CommandLaunchTypeTrigger), Trigger: jumpcloud.Set("nightly")},
		{Name: "Collect logs", Command: "log show --last 1h", CommandType: jumpcloud.CommandTypeMac},
	} {
		c.User, c.Timeout, c.Sudo = jumpcloud.Set(jumpcloud.CommandUserRoot), jumpcloud.Set("120"), jumpcloud.Set(true)
		s.Add("/commands", c)
	}
	s.Bind("Free disk space", "Servers", nil)
	s.Bind("Update packages", "Servers", nil)
	s.Bind("Collect logs", "Laptops", nil)
	encryption := s.AddObject(policy, "Disk encryption")
	s.Bind(encryption, "Laptops", nil)
	s.Bind(s.AddObject(policy, "Screen lock"), "Laptops", nil)

	defer s.enter()()
	now := time.Now()
	space := s.org.nodes[s.named("Free disk space")]
	run := s.newID()
	for i, name := range serverNames {
		device := s.org.nodes[s.named(name)]
		q := &queued{
			id: s.newID(), command: space, system: device, asked: now.Add(-24 * time.Hour), due: now.Add(-24 * time.Hour),
			run:    CommandRun{ID: run, CommandID: space.id, Name: space.text("name"), Script: space.text("command"), SystemID: device.id, Hostname: name},
			output: fmt.Sprintf("/dev/sda1  100G  %dG  %dG  %d%% /\n", 40+i*25, 60-i*25, 40+i*25),
		}
		s.org.queue = append(s.org.queue, q)
	}
	s.org.deliver(now)
	s.org.add([]string{"v2", "policyresults"}, map[string]any{
		"policyID": encryption, "systemID": s.named("laptop-hana"), "state": "FAILED", "success": false, "exitStatus": 1, "detail": "",
		"stdOut": "", "stdErr": "the disk is not encrypted", "startedAt": stamp(now), "endedAt": stamp(now),
	}, now)
}

// seedServices adds what else the company has, as far as it is described.
func (s *Server) seedServices() {
	defer s.enter()()
	now := time.Now()
	known := func(form *schema, fields map[string]any) map[string]any {
		maps.DeleteFunc(fields, func(name string, _ any) bool { return form.property(name) == nil })
		return fields
	}
	for name, fields := range map[string]map[string]any{
		"Office Wi-Fi":     {"networkSourceIp": "192.0.2.10", "sharedSecret": "made-up-secret-1", "mfa": "DISABLED"},
		"VPN Gateway":      {"networkSourceIp": "192.0.2.11", "sharedSecret": "made-up-secret-2", "mfa": "REQUIRED"},
		"Google Workspace": {"groupsEnabled": true, "userLockoutAction": "suspend", "userPasswordExpirationAction": "maintain"},
		"Microsoft 365":    {"groupsEnabled": true, "userLockoutAction": "suspend", "userPasswordExpirationAction": "maintain"},
		"corp.example.com": {"groupsEnabled": true},
	} {
		i := s.org.nodes[s.named(name)]
		for name, v := range known(i.of.form, fields) {
			i.put(name, v)
		}
	}
	add := func(path string, fields map[string]any) *item {
		parts := segments(path)
		form := describe().collection(parts).form
		if form == nil {
			return nil
		}
		return s.org.add(parts, known(form, fields), now)
	}
	for _, t := range []struct{ policy, template, family string }{
		{"Disk encryption", "filevault2_darwin", "darwin"}, {"Screen lock", "screen_lock_darwin", "darwin"},
	} {
		template := add("/v2/policytemplates", map[string]any{"name": t.template, "displayName": t.policy, "description": "", "behavior": "", "activation": "", "osMetaFamily": t.family})
		if template != nil {
			of := s.org.nodes[s.named(t.policy)]
			of.put("template", decoded(template.json()))
			of.put("values", []any{})
		}
	}
	add("/v2/iplists", map[string]any{"name": "Offices", "description": "", "ips": []any{"192.0.2.0/28"}})
	if editor := add("/v2/softwareapps", map[string]any{
		"displayName": "Editor", "settings": []any{map[string]any{"packageId": "editor", "packageManager": "CHOCOLATEY", "desiredState": "INSTALL", "autoUpdate": true}},
	}); editor != nil {
		s.org.connect(editor.id, s.named("laptop-marcus"), nil)
	}
}

// named is the id of the one object with a name. The caller holds mu.
func (s *Server) named(name string) string { return s.org.find(name)[0] }

// seedEvents adds the events of a month.
func (s *Server) seedEvents() {
	defer s.enter()()
	now := time.Now()
	at := now.AddDate(0, 0, -30)
	user := func(n int) map[string]any {
		u := s.org.ordered[n%len(s.org.ordered)]
		return map[string]any{"type": "user", "id": u.id, "username": u.text("username")}
	}
	for day := range 30 {
		for i, service := range []string{"directory", "sso", "systems", "radius"} {
			who := user(day*7 + i*5)
			event := map[string]any{"service": service, "initiated_by": who, "success": (day+i)%11 != 10}
			switch service {
			case "directory":
				event["event_type"] = "user_login_attempt"
			case "sso":
				event["event_type"], event["application"] = "sso_auth", map[string]any{"name": "Chat", "id": s.named("Chat")}
			case "systems":
				event["event_type"] = "user_login_attempt"
				event["system"] = map[string]any{"hostname": "laptop-" + strings.Split(laptopOwners[day%len(laptopOwners)], ".")[0]}
			case "radius":
				event["event_type"], event["nas_mfa_state"] = "radius_auth_attempt", "DISABLED"
			}
			s.org.happened(at.Add(time.Duration(day)*24*time.Hour+time.Duration(i+1)*3*time.Hour), event)
		}
		if day%5 == 4 {
			target := user(day)
			s.org.happened(at.Add(time.Duration(day)*24*time.Hour+15*time.Hour), map[string]any{
				"event_type": "user_update", "initiated_by": map[string]any{"type": "admin", "id": adminID, "email": "admin@example.com"},
				"resource": map[string]any{"type": userKind, "id": target["id"], "name": target["username"]},
				"changes":  []any{map[string]any{"field": "location", "from": "Berlin", "to": "Lisbon"}},
			})
		}
	}
}
