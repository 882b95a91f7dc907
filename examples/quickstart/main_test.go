package main

import (
	"testing"

	"github.com/jumpcloud-go/jumpcloud/examples/programtest"
)

func TestTheTourEndsWithTheUserGone(t *testing.T) {
	programtest.Nothing(t)
	code, out, errOut := programtest.Call(t, run, "-demo")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, errOut, "made-up company")
	programtest.Contains(t, out, "sudo true", "… 41 users in all", `sudo false, manager "", department still Research`,
		"jumpcloud: GET /systemusers/{id}: 404 Not Found")
}

func TestWithoutDemoItOnlyReads(t *testing.T) {
	server := programtest.Service(t)
	code, out, errOut := programtest.Call(t, run)
	if code != 0 || errOut != "" {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	programtest.Contains(t, out, "40 users; the first 10:")
	for _, request := range server.Requests() {
		if request.Method != "GET" {
			t.Errorf("it sent %s %s", request.Method, request.Path)
		}
	}
}

func TestManners(t *testing.T) {
	programtest.Manners(t, run, "", map[string]string{"now": "unexpected argument"})
}
