package main

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const commentWidth = 100 // columns of a line with its indentation and slashes

// comment writes a text as a Go comment. Blank lines part paragraphs, lines that start with "- ",
// "* " or a number are items of a list, and lines indented by four or more are kept as they are.
func comment(indent, text string) string {
	var out strings.Builder
	for i, block := range blocks(text) {
		if i > 0 {
			out.WriteString(indent + "//\n")
		}
		for _, line := range block.lines(commentWidth - columns(indent) - len("// ")) {
			if !strings.HasPrefix(line, "\t") { // code follows the slashes at once
				line = " " + line
			}
			out.WriteString(strings.TrimRight(indent+"//"+line, " ") + "\n")
		}
	}
	return out.String()
}

func columns(indent string) int {
	return utf8.RuneCountInString(strings.ReplaceAll(indent, "\t", "    "))
}

// A block is a paragraph, a list or code.
type block struct {
	paragraph string
	items     []string
	code      []string
}

var listItem = regexp.MustCompile(`^(?:[-*]|\d+\.) +`)

func blocks(text string) []block {
	var found []block
	for _, chunk := range strings.Split(strings.TrimSpace(text), "\n\n") {
		found = append(found, splitChunk(strings.Split(strings.Trim(chunk, "\n"), "\n"))...)
	}
	return found
}

// splitChunk parts the lines between two blank ones: a paragraph may have its list right below.
func splitChunk(lines []string) []block {
	if strings.HasPrefix(lines[0], "    ") {
		return []block{{code: lines}}
	}
	var found []block
	current := block{}
	flush := func() {
		if current.paragraph != "" || len(current.items) > 0 {
			found = append(found, current)
		}
		current = block{}
	}
	for _, line := range lines {
		line = strings.TrimSpace(line)
		switch marker := listItem.FindString(line); {
		case marker != "":
			if current.paragraph != "" {
				flush()
			}
			current.items = append(current.items, normalMarker(marker)+line[len(marker):])
		case len(current.items) > 0:
			current.items[len(current.items)-1] += " " + line
		default:
			current.paragraph = strings.TrimSpace(current.paragraph + " " + line)
		}
	}
	flush()
	return found
}

func normalMarker(marker string) string {
	if unicode.IsDigit(rune(marker[0])) {
		return strings.TrimSpace(marker) + " "
	}
	return "- "
}

func (b block) lines(width int) []string {
	switch {
	case len(b.code) > 0:
		var lines []string
		for _, line := range b.code {
			lines = append(lines, "\t"+strings.TrimPrefix(line, "    "))
		}
		return lines
	case len(b.items) > 0:
		var lines []string
		for _, item := range b.items {
			for i, line := range wrap(item, width-len("    ")) {
				lines = append(lines, itemIndent(item, i)+line)
			}
		}
		return lines
	}
	return wrap(b.paragraph, width)
}

// itemIndent is what gofmt makes of a list in a comment.
func itemIndent(item string, line int) string {
	switch {
	case line > 0:
		return "    "
	case strings.HasPrefix(item, "- "):
		return "  "
	}
	return " "
}

// wrap breaks a text between words, so that no line is longer than width unless a word is.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range unbreakable(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// unbreakable splits a text into words, but leaves one that would read as the item of a list at the
// start of a line ("-", "2026.") with the word before it.
func unbreakable(text string) []string {
	var words []string
	for word := range strings.FieldsSeq(text) {
		if len(words) > 0 && listItem.MatchString(word+" ") {
			words[len(words)-1] += " " + word
			continue
		}
		words = append(words, word)
	}
	return words
}

// sentence ends a text with a full stop where it has no end.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsRune(".!?:", rune(text[len(text)-1])) {
		return text
	}
	return text + "."
}

// joinParagraphs puts a blank line between the texts that are not empty.
func joinParagraphs(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "\n\n")
}

// startWithName makes a description that is a noun phrase into a sentence about the type:
// "A user of the directory." is "Systemuser is a user of the directory.". One that starts with the
// name stays.
func startWithName(name, text string) string {
	first, _, _ := strings.Cut(text, " ")
	if strings.Trim(first, ".,:") == name {
		return text
	}
	if first == name+"'s" {
		return text
	}
	return name + " is " + lowerStart(text)
}

// lowerStart lowers the first letter, but not of an abbreviation or of a name like JumpCloud.
func lowerStart(text string) string {
	first, _, _ := strings.Cut(text, " ")
	for _, r := range []rune(first)[min(1, utf8.RuneCountInString(first)):] {
		if unicode.IsUpper(r) {
			return text
		}
	}
	return lowerFirst(text)
}
