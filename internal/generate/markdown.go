package main

import (
	"regexp"
	"strings"
)

// markdown writes a description as Markdown. The text is plain: what Markdown would take for
// markup is escaped, and [Name] of a Go comment becomes code.
func markdown(text string) string {
	var paragraphs []string
	for _, block := range blocks(text) {
		switch {
		case len(block.code) > 0:
			paragraphs = append(paragraphs, "```\n"+strings.Join(trimCode(block.code), "\n")+"\n```")
		case len(block.items) > 0:
			var items []string
			for _, item := range block.items {
				marker := listItem.FindString(item)
				items = append(items, marker+inline(item[len(marker):]))
			}
			paragraphs = append(paragraphs, strings.Join(items, "\n"))
		default:
			paragraphs = append(paragraphs, inline(block.paragraph))
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

func trimCode(lines []string) []string {
	var trimmed []string
	for _, line := range lines {
		trimmed = append(trimmed, strings.TrimPrefix(line, "    "))
	}
	return trimmed
}

// cell writes a description into one cell of a table.
func cell(text string) string {
	var parts []string
	for _, block := range blocks(text) {
		switch {
		case len(block.code) > 0:
			parts = append(parts, "`"+strings.Join(trimCode(block.code), " ")+"`")
		case len(block.items) > 0:
			for _, item := range block.items {
				parts = append(parts, inline(item))
			}
		default:
			parts = append(parts, inline(block.paragraph))
		}
	}
	return strings.ReplaceAll(strings.Join(parts, "<br>"), "|", `\|`)
}

var (
	codeSpan = regexp.MustCompile("`[^`]+`")
	docLink  = regexp.MustCompile(`\[(\*?[A-Z][A-Za-z0-9.]*)\]`)
	special  = strings.NewReplacer(`\`, `\\`, "*", `\*`, "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`, "`", "\\`")
	edge     = regexp.MustCompile(`\b_|_\b`) // an underscore that begins or ends a word
)

// inline escapes a text, except what stands between backquotes.
func inline(text string) string {
	text = docLink.ReplaceAllStringFunc(text, func(link string) string {
		return "`" + strings.Replace(strings.Trim(link, "[]"), "Service.", ".", 1) + "`"
	})
	var out strings.Builder
	end := 0
	for _, span := range codeSpan.FindAllStringIndex(text, -1) {
		out.WriteString(escape(text[end:span[0]]))
		out.WriteString(text[span[0]:span[1]])
		end = span[1]
	}
	out.WriteString(escape(text[end:]))
	return out.String()
}

func escape(text string) string { return edge.ReplaceAllString(special.Replace(text), `\_`) }

// anchor is what a heading is linked by.
func anchor(heading string) string { return strings.ToLower(heading) }

// codeCell writes Go code into a cell of a table.
func codeCell(code string) string {
	return "`" + strings.ReplaceAll(code, "|", `\|`) + "`"
}
