package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCommentIsWrapped(t *testing.T) {
	text := strings.Repeat("word ", 60)
	for _, indent := range []string{"", "\t"} {
		lines := strings.Split(strings.TrimSuffix(comment(indent, text), "\n"), "\n")
		if len(lines) < 3 {
			t.Fatalf("not wrapped: %q", lines)
		}
		for _, line := range lines {
			if width := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")); width > commentWidth {
				t.Errorf("%d columns: %q", width, line)
			}
			if !strings.HasPrefix(line, indent+"// word") {
				t.Errorf("begins wrongly: %q", line)
			}
		}
	}
}

func TestCommentKeepsParagraphsListsAndCode(t *testing.T) {
	got := comment("", "One\nparagraph.\nA list:\n- first\n- second\n  goes on\n\nThen:\n\n    code {\n\n1. one\n2. two\n")
	want := `// One paragraph. A list:
//
//   - first
//   - second goes on
//
// Then:
//
//	code {
//
//  1. one
//  2. two
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLineDoesNotBeginLikeAListItem(t *testing.T) {
	for _, line := range wrap("Known since the year of the great change which was 2026. And so on.", 50) {
		if listItem.MatchString(line) {
			t.Errorf("%q would be read as the item of a list", line)
		}
	}
}

func TestTypeCommentStartsWithItsName(t *testing.T) {
	for text, want := range map[string]string{
		"A user of the directory.":   "User is a user of the directory.",
		"The body of a request.":     "User is the body of a request.",
		"User holds what is known.":  "User holds what is known.",
		"JumpCloud's view.":          "User is JumpCloud's view.",
		"API access of a user.":      "User is API access of a user.",
		"What a user needs.":         "User is what a user needs.",
		"User's own description.":    "User's own description.",
		"Username and more of both.": "User is username and more of both.",
	} {
		if got := startWithName("User", text); got != want {
			t.Errorf("startWithName(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestMarkdownIsEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"sort=_id and first_name*": `sort=\_id and first_name\*`,
		"a <b> [c]":                `a &lt;b&gt; \[c\]`,
		"`_id <x>` stays":          "`_id <x>` stays",
		"see [UsersService.List]":  "see `Users.List`",
		"matches [ErrItem]":        "matches `ErrItem`",
	} {
		if got := markdown(text); got != want {
			t.Errorf("markdown(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestCellIsOneLine(t *testing.T) {
	if got, want := cell("One | two.\n\nThree:\n- four"), `One \| two.<br>Three:<br>- four`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSentenceEndsOnce(t *testing.T) {
	for text, want := range map[string]string{"": "", "One": "One.", "One.": "One.", "One:": "One:"} {
		if got := sentence(text); got != want {
			t.Errorf("sentence(%q) = %q, want %q", text, got, want)
		}
	}
}
