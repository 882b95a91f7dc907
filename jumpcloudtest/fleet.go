package jumpcloudtest

import (
	"fmt"
	"time"
)

// The systems that devices have.
const (
	mac     = "darwin"
	windows = "windows"
	linux   = "linux"
)

// platform is what the devices of a family have in common.
type platform struct{ os, version, template, vendor, fileSystem, software string }

var platforms = map[string]platform{
	mac:     {"Mac OS X", "15.1", "mac_os_x", "Apple Inc.", "apfs", "apps"},
	windows: {"Windows", "11 Pro", "windows", "Example", "NTFS", "programs"},
	linux:   {"Ubuntu", "24.04", "ubuntu", "Example", "ext4", "linux_packages"},
}

// device is the n-th device, as its agent reports it.
func (o *org) device(n int, name, family string, now time.Time) *item {
	p := platforms[family]
	server := family == linux
	return o.add([]string{"systems"}, map[string]any{
		"hostname": name, "displayName": name, "active": true, "os": p.os, "osFamily": family, "version": p.version, "templateName": p.template,
		"hwVendor": p.vendor, "serialNumber": fmt.Sprintf("C02X%04d", n), "arch": "x86_64", "archFamily": "amd64", "agentVersion": "2.0.0",
		"fileSystem": p.fileSystem, "lastContact": fmt.Sprintf("2026-01-%02dT08:00:00.000Z", 28-n%28), "remoteIP": fmt.Sprintf("192.0.2.%d", n%254+1),
		"fde":            map[string]any{"active": !server, "keyPresent": !server},
		"systemInsights": map[string]any{"state": "enabled"}, "desktopCapable": !server, "systemTimezone": 60,
		"allowMultiFactorAuthentication": false, "allowPublicKeyAuthentication": true, "allowSshPasswordAuthentication": false, "allowSshRootLogin": false,
	}, now)
}

// report adds what a device reports to System Insights.
func (o *org) report(device *item, now time.Time) {
	family := device.text("osFamily")
	row := func(table string, fields map[string]any) {
		fields["system_id"], fields["collection_time"] = device.id, stamp(now)
		o.add([]string{"v2", "systeminsights", table}, fields, now)
	}
	row("os_version", map[string]any{"name": device.value("os"), "version": device.value("version"), "platform": family})
	if family != linux {
		row("battery", map[string]any{"health": "Good", "cycle_count": 40, "serial_number": device.value("serialNumber")})
	}
	switch software := platforms[family].software; software {
	case "apps":
		row(software, map[string]any{"name": "Safari.app", "bundle_name": "Safari", "bundle_short_version": "18.1"})
	case "programs":
		row(software, map[string]any{"name": "Example Agent", "version": "2.0.0", "publisher": "Example"})
	default:
		row(software, map[string]any{"name": "openssl", "version": "3.0.13-0ubuntu3", "arch": "amd64", "package_format": "deb"})
	}
}

// SeedFleet adds users as [Server.SeedUsers] does, and devices of three systems, each bound to one of these users and
// reporting to System Insights, the same ones in every server; with them come the dynamic device groups "All darwin",
// "All windows" and "All linux". Called again it adds others.
func (s *Server) SeedFleet(users, devices int) {
	ids := s.SeedUsers(users)
	defer s.enter()()
	now := time.Now()
	families := []string{mac, windows, linux}
	for _, family := range families {
		if name := "All " + family; s.org.groupNamed(systemGroup, name) == nil {
			_, _ = s.org.addGroup(systemGroup, map[string]any{
				"name": name, "membershipMethod": automated,
				"memberQuery": map[string]any{"queryType": "Filter", "filters": []any{"osFamily:$eq:" + family}},
			})
		}
	}
	for i := range devices {
		n := len(s.org.kindStore(system).list)
		device := s.org.device(n, fmt.Sprintf("host-%05d", n+1), families[n%len(families)], now)
		s.org.report(device, now)
		if len(ids) > 0 {
			s.org.connect(ids[i%len(ids)], device.id, nil)
		}
	}
}
