package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestTheTourEndsWithTheUserGone(t *testing.T) {
	t.Setenv("JUMPCLOUD_API_KEY", "")
	t.Setenv("JUMPCLOUD_CLIENT_ID", "")
	var out bytes.Buffer
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"embedded JumpCloud",
		"sudo true",
		"… 251 users in all",
		`sudo false, manager "", department still Research`,
		"jumpcloud: GET /systemusers/{id}: 404 Not Found",
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("the transcript lacks %q:\n%s", line, out.String())
		}
	}
}
