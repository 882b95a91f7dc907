package jumpcloud_test

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// pages are the documents by path from the root of the repository.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "examples/*/*.md", "internal/*/*.md", "jumpcloudtest/*.md", "test/*/*.md"} {
		for name, text := range files(t, "../"+pattern) {
			texts[strings.TrimPrefix(name, "../")] = text
		}
	}
	require.Contains(t, texts, "README.md")
	return texts
}

// files are the texts of the files by their names, with slashes.
func files(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range patterns {
		names, err := filepath.Glob(filepath.FromSlash(pattern))
		require.NoError(t, err)
		for _, name := range names {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			texts[filepath.ToSlash(name)] = strings.ReplaceAll(string(text), "\r\n", "\n")
		}
	}
	return texts
}

func generatedPage(text string) bool { return strings.HasPrefix(text, "<!-- Generated") }

// A fence may be indented, as in a list.
var fenced = regexp.MustCompile("(?ms)^[ \t]*(```+|~~~+)([^\n]*)\n(.*?)^[ \t]*(?:```+|~~~+)[ \t]*$")

// lines are the lines of code that say something, without their indentation.
func lines(code string) []string {
	found := []string{""}
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" {
			found = append(found, line)
		}
	}
	return append(found, "")
}

func TestDocuments_EachSnippetIsCodeThatATestRuns(t *testing.T) {
	var tested []string
	for name, text := range files(t, "snippets*_test.go", "hello/*.go", "../example*_test.go", "../examples/*/*.go") {
		// An example without an output is compiled, and not run; a comment is neither.
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		require.NoError(t, err)
		code := strings.Join(lines(text), "\n")
		for _, declaration := range file.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Example") {
				assert.Regexp(t, `// (Unordered output|Output):`, text[f.Pos()-1:f.End()-1], "%s: %s is not run", name, f.Name.Name)
			}
		}
		tested = append(tested, code)
	}
	isGo := regexp.MustCompile(`:=|\bfunc \w|\bjumpcloud\.[A-Z]`)
	for name, text := range pages(t) {
		if generatedPage(text) && name != "docs/migration-from-jcapi-go.md" {
			continue // its Go is declarations, which the compiler has seen
		}
		for _, block := range fenced.FindAllStringSubmatch(text, -1) {
			code := strings.Join(lines(block[3]), "\n")
			if block[2] != "go" && !isGo.MatchString(code) || strings.Contains(code, "jcapiv1.") {
				continue // of the old client there is no test
			}
			assert.Equal(t, "go", block[2], "%s: the language of\n%s", name, block[3])
			assert.True(t, slices.ContainsFunc(tested, func(file string) bool { return strings.Contains(file, code) }),
				"%s: no test has this code; put it into test/snippets_test.go, where it is run:\n%s", name, block[3])
		}
	}
}

var (
	link      = regexp.MustCompile(`\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|(?:href|src)="([^"]+)"|(?m:^\s*\[[^\]]+\]:\s*(\S+))`)
	codeSpans = regexp.MustCompile("`[^`\n]+`")
)

func TestDocuments_EachLinkLeadsSomewhere(t *testing.T) {
	texts := pages(t)
	anchorsOf := map[string][]string{}
	for name, text := range texts {
		anchorsOf[name] = anchors(text)
	}
	for name, text := range texts {
		text = codeSpans.ReplaceAllString(fenced.ReplaceAllString(text, ""), "`code`")
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			address := found[1] + found[2] + found[3]
			target, anchor, anchored := strings.Cut(address, "#")
			if ours, ok := strings.CutPrefix(target, "https://github.com/jumpcloud-go/jumpcloud/"); ok {
				_, of, ok := strings.Cut(ours, "/main/") // blob/main/docs/how-to.md
				if !ok {
					continue // issues, advisories
				}
				target = strings.Repeat("../", strings.Count(name, "/")) + of
			}
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			to := name
			if target != "" {
				to = filepath.ToSlash(filepath.Join(filepath.Dir(name), target))
				_, err := os.Stat(filepath.Join("..", to))
				assert.NoError(t, err, "%s: %s", name, address)
				assert.False(t, strings.HasPrefix(to, ".."), "%s: %s leads out of the repository", name, address)
			}
			if anchored && strings.HasSuffix(to, ".md") {
				assert.Contains(t, anchorsOf[to], anchor, "%s: %s", name, address)
			}
		}
	}
}

var heading = regexp.MustCompile(`(?m)^#+ (.*)$`)

// anchors are the names that headings have on the pages of the repository's host: those that come again
// are numbered.
func anchors(text string) (names []string) {
	count := map[string]int{}
	for _, found := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		title := regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(found[1], "$1")
		name := strings.Map(func(c rune) rune {
			switch {
			case c == ' ':
				return '-'
			case c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c > 0x7f && c != '…':
				return c
			}
			return -1
		}, strings.ToLower(title))
		if n := count[name]; n > 0 {
			names = append(names, fmt.Sprintf("%s-%d", name, n))
		} else {
			names = append(names, name)
		}
		count[name]++
	}
	return names
}

// promised are methods that an interface asks for, which nobody looks up.
var promised = []string{"Error", "Is", "As", "Unwrap", "Equal", "String", "Format", "LogValue", "AppendText", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "IsZero", "Timeout", "Temporary"}

// A helper that no document names is written again by every program. Its name has to stand in code, since
// Set and Get are words as well; that of a service's method after the service.
func TestDocuments_NameEachFunctionThatIsNotGenerated(t *testing.T) {
	code := ""
	for name, text := range pages(t) {
		if name != "README.md" && !strings.HasPrefix(name, "docs/") || generatedPage(text) {
			continue
		}
		for _, block := range fenced.FindAllStringSubmatch(text, -1) {
			code += " " + block[3]
		}
		code += " " + strings.Join(codeSpans.FindAllString(fenced.ReplaceAllString(text, ""), -1), " ")
	}
	for name, text := range files(t, "../*.go") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		if ast.IsGenerated(file) {
			continue
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || !function.Name.IsExported() {
				continue
			}
			want := function.Name.Name
			if function.Recv != nil {
				receiver := function.Recv.List[0].Type
				if pointer, ok := receiver.(*ast.StarExpr); ok {
					receiver = pointer.X
				}
				if generic, ok := receiver.(*ast.IndexExpr); ok {
					receiver = generic.X
				}
				of := receiver.(*ast.Ident)
				if !of.IsExported() || slices.Contains(promised, want) {
					continue
				}
				if service, ok := strings.CutSuffix(of.Name, "Service"); ok {
					want = service + "." + want
				}
			}
			assert.True(t, regexp.MustCompile(`\b`+regexp.QuoteMeta(want)+`\b`).MatchString(code), "README.md or docs/how-to.md should name %s of %s, in code", want, filepath.Base(name))
		}
	}
}

func TestDocuments_TheOverviewOfThePackageNamesEachServiceInTheOrderOfUse(t *testing.T) {
	overview := ""
	for _, name := range []string{"../doc.go", "../doc_services.go"} { // in the order in which go doc joins them
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.PackageClauseOnly)
		require.NoError(t, err)
		overview += file.Doc.Text() + "\n"
	}
	links := comment.Parser{LookupSym: func(string, string) bool { return true }}
	text := string((&comment.Printer{TextWidth: 80}).Text(links.Parse(overview)))
	assert.Less(t, strings.Count(text, "\n"), 120)
	at := 0
	readme := regexp.MustCompile("(?m)^\\| `client\\.(\\w+)` \\|").FindAllStringSubmatch(pages(t)["README.md"], -1)
	client := reflect.TypeFor[jumpcloud.APIClient]()
	for i := range client.NumField() {
		if name := strings.TrimPrefix(client.Field(i).Type.String(), "*jumpcloud."); strings.HasSuffix(name, "Service") {
			if assert.NotEmpty(t, readme, "%s is missing in README.md", name) {
				assert.Equal(t, client.Field(i).Name, readme[0][1], "the next service of README.md")
				readme = readme[1:]
			}
			found := strings.Index(text[at:], "- "+name+":")
			if assert.GreaterOrEqual(t, found, 0, "%s is missing, or not in the order of APIClient", name) {
				at += found
			}
		}
	}
	assert.Empty(t, readme, "README.md has more services")
	assert.Less(t, strings.Index(text, "SystemusersService"), strings.Index(text, "WorkdaysService"), "users come first")
}

func TestDocuments_TheChangelogAgreesOnTheVersion(t *testing.T) {
	found := regexp.MustCompile(`(?m)^## (\S+)`).FindAllStringSubmatch(pages(t)["CHANGELOG.md"], -1)
	require.NotEmpty(t, found)
	assert.Equal(t, "Unreleased", found[0][1], "CHANGELOG.md begins with what is not released")
	if len(found) > 1 {
		assert.Equal(t, jumpcloud.Version, found[1][1], "Version is that of the last release")
	}
}
