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

func TestWithoutYesItShowsWhatWouldBeDone(t *testing.T) {
	programtest.Nothing(t)
	code, out, errOut := programtest.Call(t, run, "-demo", "-user", "nils.aronsson", "-reports-to", "kofi.mensah", "-reset-mfa")
	if code != 0 {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, errOut, "made-up company")
	programtest.Contains(t, out, "nils.aronsson (nils.aronsson@lumen.example.com) is activated. Offboarding would:",
		"suspend            nils.aronsson\n", "reset MFA          nils.aronsson\n", "work laptop", "laptop-nils (device), web-1 (device)",
		"All Staff, VPN; not Engineering, where a rule decides\n", "ben.achterberg, carla.nunes", "to kofi.mensah", "-yes does it")
}

func TestThePreviewWritesNothing(t *testing.T) {
	server := programtest.Service(t)
	if code, _, errOut := programtest.Call(t, run, "-user", "nils.aronsson"); code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("it sent %s %s", request.Method, request.Path)
		}
	}
}

func TestYesTakesTheAccessAway(t *testing.T) {
	server := programtest.Service(t)
	code, out, errOut := programtest.Call(t, run, "-user", "nils.aronsson@lumen.example.com", "-reports-to", "kofi.mensah", "-yes")
	if code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, out, "suspend            nils.aronsson\n", "remove SSH keys    work laptop\n", "unbind             laptop-nils (device), web-1 (device)\n",
		"leave groups       All Staff, VPN; not Engineering, where a rule decides\n", "hand over reports  ben.achterberg, carla.nunes", "to kofi.mensah\n")
	if nils, _ := server.User(server.ID("nils.aronsson")); nils["state"] != "SUSPENDED" || len(server.Associations("nils.aronsson")) != 0 {
		t.Errorf("nils is %v, bound to %v", nils["state"], server.Associations("nils.aronsson"))
	}
	kofi := server.ID("kofi.mensah")
	if rosa, _ := server.User(server.ID("rosa.iglesias")); rosa["manager"] != kofi {
		t.Errorf("rosa reports to %v", rosa["manager"])
	}
	if user, _ := server.User(kofi); user["manager"] != server.ID("amara.diallo") {
		t.Errorf("kofi, who is the new manager, reports to %v", user["manager"])
	}
	code, out, _ = programtest.Call(t, run, "-user", "nils.aronsson", "-yes")
	programtest.Contains(t, out, "suspend            none\n", "unbind             none\n")
	if code != 0 {
		t.Errorf("the second run: exit code %d", code)
	}
}

func TestAStepThatFailsIsNamedOnceAndTheOthersAreTried(t *testing.T) {
	server := programtest.Service(t)
	server.Inject("DELETE /systemusers/{user}/sshkeys/{id}", 0, jumpcloudtest.Status(http.StatusForbidden, nil, `{"message":"Forbidden"}`))
	code, out, errOut := programtest.Call(t, run, "-user", "nils.aronsson", "-yes")
	if code != 1 || strings.Count(out, "403 Forbidden") != 1 || strings.Contains(errOut, "403") {
		t.Errorf("exit code %d\n%s\n%s", code, out, errOut)
	}
	programtest.Contains(t, out, "remove SSH keys    none; failed: work laptop: ", "unbind             laptop-nils (device), web-1 (device)\n")
	programtest.Contains(t, errOut, "1 of 6 steps are not complete; run it again")
}

func TestAnInterruptSaysWhatWasDone(t *testing.T) {
	server := programtest.Service(t)
	code, out, errOut := programtest.Interrupt(t, server, "DELETE /systemusers/{user}/sshkeys/{id}", 1, run, "-user", "nils.aronsson", "-yes")
	if nils, _ := server.User(server.ID("nils.aronsson")); code != program.Interrupted || nils["state"] != "SUSPENDED" {
		t.Errorf("exit code %d, nils is %v\n%s", code, nils["state"], errOut)
	}
	programtest.Contains(t, out, "suspend            nils.aronsson\n", "remove SSH keys    none; unknown: work laptop\n", "unbind             none; not attempted: ")
	programtest.Contains(t, errOut, "interrupted: ", "of 6 steps are not complete")

	server.ClearFaults()
	code, out, errOut = programtest.Call(t, run, "-user", "nils.aronsson", "-yes", "-json")
	if code != 0 || len(server.Associations("nils.aronsson")) != 0 {
		t.Errorf("the second run: exit code %d, %s", code, errOut)
	}
	var result struct {
		User  struct{ Username string }
		Steps []struct {
			Name    string
			Targets []struct{ Kind, ID, Name, Status string }
		}
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatal(err)
	}
	if keys := result.Steps[2]; result.User.Username != "nils.aronsson" || len(result.Steps) != 6 || keys.Name != "remove SSH keys" || keys.Targets[0].Name != "work laptop" || keys.Targets[0].Status != "done" {
		t.Errorf("%+v", result)
	}
}

func TestThePlanForPrograms(t *testing.T) {
	programtest.Service(t)
	code, out, errOut := programtest.Call(t, run, "-user", "nils.aronsson", "-json")
	if code != 0 || strings.Contains(out, `"done"`) {
		t.Errorf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, out, `"name": "laptop-nils",`, `"status": "planned"`, `"status": "skipped"`)
}

func TestWhoCannotBeOffboarded(t *testing.T) {
	programtest.Service(t)
	for args, says := range map[string]string{
		"-user nobody": `no user has the username, e-mail or id "nobody"`,
		"-user nils.aronsson -reports-to nobody -yes":      `"nobody"`,
		"-user nils.aronsson -reports-to stefan.ilic -yes": "stefan.ilic is suspended",
	} {
		if code, _, errOut := programtest.Call(t, run, strings.Fields(args)...); code != 1 || !strings.Contains(errOut, says) {
			t.Errorf("%s: exit code %d, %s", args, code, errOut)
		}
	}
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "-user nils.aronsson -yes", map[string]string{
		"":              "-user",
		"nils.aronsson": "unexpected argument",
		"-user nils.aronsson -reports-to nils.aronsson -yes": "the user who leaves",
	})
}
