package main

import "testing"

func TestGoName(t *testing.T) {
	for key, want := range map[string]string{
		"firstname":         "Firstname",
		"displayname":       "Displayname",
		"userid":            "Userid",
		"jobTitle":          "JobTitle",
		"_id":               "ID",
		"id":                "ID",
		"user_ids":          "UserIDs",
		"jobId":             "JobID",
		"scheduledJobId":    "ScheduledJobID",
		"managedAppleId":    "ManagedAppleID",
		"unix_uid":          "UnixUID",
		"unix_guid":         "UnixGUID",
		"enable_gid":        "EnableGID",
		"mfa":               "MFA",
		"mfaEnrollment":     "MFAEnrollment",
		"jcGoStatus":        "JCGoStatus",
		"totp_enabled":      "TOTPEnabled",
		"webAuthnStatus":    "WebAuthnStatus",
		"external_dn":       "ExternalDN",
		"ldapGroups":        "LDAPGroups",
		"radius":            "RADIUS",
		"ssh_keys":          "SSHKeys",
		"reportUrl":         "ReportURL",
		"apiKey":            "APIKey",
		"os":                "OS",
		"osVersion":         "OSVersion",
		"creation-source":   "CreationSource",
		"HTTPServer":        "HTTPServer",
		"office365s":        "Office365s",
		"attributes.sudo":   "AttributesSudo",
		"withoutPassword":   "WithoutPassword",
		"statusMsg":         "StatusMsg",
		"organizationObjId": "OrganizationObjID",
	} {
		got, err := goName(key)
		if err != nil || got != want {
			t.Errorf("goName(%q) = %q, %v; want %q", key, got, err, want)
		}
	}
}

func TestArgumentName(t *testing.T) {
	for key, want := range map[string]string{
		"id":               "id",
		"user_id":          "userID",
		"push_endpoint_id": "pushEndpointID",
		"systemuser_id":    "systemuserID",
		"targets":          "targets",
		"URL":              "url",
	} {
		got, err := argumentName(key)
		if err != nil || got != want {
			t.Errorf("argumentName(%q) = %q, %v; want %q", key, got, err, want)
		}
	}
}

func TestKeyWithoutGoNameIsRefused(t *testing.T) {
	for _, key := range []string{"", "_", "1st", "a/b", "$ref"} {
		if name, err := goName(key); err == nil {
			t.Errorf("goName(%q) = %q, want an error", key, name)
		}
		if name, err := argumentName(key); err == nil {
			t.Errorf("argumentName(%q) = %q, want an error", key, name)
		}
	}
}

func TestTypeWithoutMethodsIsUnexported(t *testing.T) {
	for name, want := range map[string]string{
		"MFA": "mfa", "MFAInput": "mfaInput", "GroupAttributes": "groupAttributes", "TOTPInfo": "totpInfo",
	} {
		if got := lowerType(name); got != want {
			t.Errorf("lowerType(%q) = %q, want %q", name, got, want)
		}
	}
}
