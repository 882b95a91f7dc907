package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/jumpcloud-go/jumpcloud/examples/program"
	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
	"github.com/jumpcloud-go/jumpcloud/jumpcloudtest"
)

const ann = "-username ann.miller -email ann.miller@lumen.example.com -firstname Ann -lastname Miller -department IT"

// called runs the program with arguments separated by blanks; a name in quotes has none.
func called(t *testing.T, args string) (code int, out, errOut string) {
	t.Helper()
	return programtest.Call(t, run, words(args)...)
}

func words(args string) (words []string) {
	for _, word := range strings.Fields(args) {
		words = append(words, strings.ReplaceAll(word, "_", " "))
	}
	return words
}

func TestThePlanIsShownAndNothingIsWritten(t *testing.T) {
	server := programtest.Service(t)
	code, out, errOut := called(t, ann+" -group All_Staff -group VPN -device "+server.ID("web-2")+" -sudo")
	if code != 0 || strings.Count(out, " planned\n") != 4 {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, out, "user     ann.miller ", "group    All Staff ", "device   web-2 ", "-apply does what is planned")
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet && request.Path != "/search/systemusers" {
			t.Errorf("it sent %s %s", request.Method, request.Path)
		}
	}
}

func TestSomebodyJoinsAndASecondRunHasNothingToDo(t *testing.T) {
	server := programtest.Service(t)
	args := ann + " -group All_Staff -group VPN -device " + server.ID("web-2") + " -sudo -apply"
	code, out, errOut := called(t, args)
	if code != 0 || strings.Count(out, " done\n") != 4 {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errOut)
	}
	id := server.ID("ann.miller")
	user, _ := server.User(id)
	bindings := server.Associations(id)
	if user["firstname"] != "Ann" || user["department"] != "IT" || !server.HasMember("VPN", id) || !server.HasMember("All Staff", id) || len(bindings) != 1 || bindings[0].ID != server.ID("web-2") {
		t.Errorf("%v is bound to %v", user, bindings)
	}
	server.ForgetRequests()
	if code, out, _ = called(t, args); code != 0 || strings.Count(out, " there already\n") != 4 {
		t.Errorf("the second run: exit code %d\n%s", code, out)
	}
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("the second run sent %s %s", request.Method, request.Path)
		}
	}
}

func TestAUserWhoIsThereIsAdoptedAsHeOrSheIs(t *testing.T) {
	server := programtest.Service(t)
	code, out, errOut := called(t, "-username NILS.aronsson -email nils.aronsson@LUMEN.example.com -department Sales -group Admins -device "+server.ID("laptop-nils")+" -apply -json")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	var result struct {
		Username string
		Steps    []struct{ What, Name, Status string }
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatal(err)
	}
	if s := result.Steps; len(s) != 3 || s[0].Status != "there already" || s[1].Name != "Admins" || s[1].Status != "done" || s[2].Status != "there already" {
		t.Errorf("%+v", result)
	}
	if nils, _ := server.User(server.ID("nils.aronsson")); nils["department"] == "Sales" || !server.HasMember("Admins", server.ID("nils.aronsson")) {
		t.Errorf("%v", nils)
	}
}

func TestOneWhoWasCreatedMeanwhileIsAdopted(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("POST /systemusers", 1, jumpcloudtest.Status(http.StatusConflict, nil, `{"message":"User already exists"}`).AfterApply())
	if code, out, errOut := called(t, ann+" -group VPN -apply"); code != 0 || !server.HasMember("VPN", server.ID("ann.miller")) {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
}

func TestWhoAndWhatCannotBeJoined(t *testing.T) {
	server := programtest.Service(t)
	before := server.UserCount()
	for args, says := range map[string]string{
		"-username nils.aronsson -email another@lumen.example.com":   "somebody whose e-mail is nils.aronsson@lumen.example.com",
		"-username another -email nils.aronsson@lumen.example.com":   "that of nils.aronsson",
		"-username nils.aronsson -email sven.dahl@lumen.example.com": "somebody whose e-mail is nils.aronsson@lumen.example.com",
		"-username stefan.ilic -email stefan.ilic@lumen.example.com": "stefan.ilic is suspended",
		ann + " -group Nobody":                    `no user group has the name or id "Nobody"`,
		ann + " -group Sales":                     "follow from its own rule",
		ann + " -device 5f0e7a1cffffffffffffffff": "there is no device with the id",
	} {
		code, out, errOut := called(t, args+" -apply")
		if code != 1 || out != "" || !strings.Contains(errOut, says) || server.UserCount() != before {
			t.Errorf("%s: exit code %d\n%s\n%s", args, code, out, errOut)
		}
	}
}

func TestAStepThatFailsIsSaidOnceAndTheOthersAreTried(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("POST /v2/usergroups/{id}/members", 1, jumpcloudtest.Status(http.StatusForbidden, nil, `{"message":"Forbidden"}`))
	code, out, errOut := called(t, ann+" -group All_Staff -group VPN -apply")
	if code != 1 || strings.Count(out+errOut, "403 Forbidden") != 1 || !server.HasMember("VPN", server.ID("ann.miller")) {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, errOut, "1 of 3 steps are not done; run it again")
}

func TestAnInterruptSaysWhatWasDone(t *testing.T) {
	server := programtest.Service(t)
	args := ann + " -group All_Staff -group VPN -apply"
	code, out, errOut := programtest.Interrupt(t, server, "POST /v2/usergroups/{id}/members", 1, run, words(args)...)
	if code != program.Interrupted || server.ID("ann.miller") == "" {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, out, "user     ann.miller               done\n", "group    All Staff                unknown\n", "group    VPN                      not attempted\n")
	programtest.Contains(t, errOut, "interrupted: 2 of 3 steps are not done")
	server.ClearFaults()
	if code, _, errOut := called(t, args); code != 0 || !server.HasMember("VPN", server.ID("ann.miller")) {
		t.Errorf("the second run: exit code %d, %s", code, errOut)
	}
}

func TestAnInterruptedCreationLeavesTheRestUndone(t *testing.T) {
	server := programtest.Service(t)
	code, out, _ := programtest.Interrupt(t, server, "POST /systemusers", 1, run, words(ann+" -group VPN -apply")...)
	if code != program.Interrupted {
		t.Errorf("exit code %d", code)
	}
	programtest.Contains(t, out, "ann.miller               unknown\n", "VPN                      not attempted\n")
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, ann+" -group VPN -apply", map[string]string{
		"":                                "-username and -email",
		"-username ann":                   "-username and -email",
		"-username a -email b -sudo":      "-device",
		"-username a -email b -apply now": `unexpected argument "now"`,
	})
}
