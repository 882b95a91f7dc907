package main

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"unicode"
)

// initialisms are the words that a Go name writes in capitals. The list is part of the public
// contract: adding a word renames fields.
var initialisms = []string{
	"ID", "URL", "SSH", "MFA", "TOTP", "LDAP", "RADIUS", "UID", "GUID", "GID", "API", "OS", "DN", "JC",
}

// goName turns a JSON key or a parameter's name into an exported Go name: the key is split at "_",
// "-", ".", blanks and changes of case, and each word is capitalised.
func goName(key string) (string, error) {
	var name strings.Builder
	for _, word := range words(key) {
		name.WriteString(capitalise(word))
	}
	return identifier(key, name.String())
}

// argumentName is goName for an argument: the first word is in lower case.
func argumentName(key string) (string, error) {
	split := words(key)
	if len(split) == 0 {
		return identifier(key, "")
	}
	var name strings.Builder
	name.WriteString(strings.ToLower(split[0]))
	for _, word := range split[1:] {
		name.WriteString(capitalise(word))
	}
	return identifier(key, name.String())
}

func identifier(key, name string) (string, error) {
	if !token.IsIdentifier(name) {
		return "", fmt.Errorf("%q gives the Go name %q, which is not an identifier; set x-go-name", key, name)
	}
	return name, nil
}

// words splits a key: "mfaEnrollment" is mfa, Enrollment; "_id" is id; "HTTPServer" is HTTP, Server.
func words(key string) []string {
	var split []string
	for part := range strings.FieldsFuncSeq(key, isSeparator) {
		split = append(split, splitCase([]rune(part))...)
	}
	return split
}

func isSeparator(r rune) bool { return strings.ContainsRune("_-. ", r) }

func splitCase(part []rune) []string {
	var split []string
	start := 0
	for i := 1; i < len(part); i++ {
		afterLower := unicode.IsUpper(part[i]) && !unicode.IsUpper(part[i-1])
		endOfCapitals := unicode.IsUpper(part[i]) && i+1 < len(part) && unicode.IsLower(part[i+1])
		if afterLower || endOfCapitals {
			split = append(split, string(part[start:i]))
			start = i
		}
	}
	return append(split, string(part[start:]))
}

// capitalise writes initialisms in capitals, their plurals with a small s (IDs), and gives every
// other word a capital first letter.
func capitalise(word string) string {
	upper := strings.ToUpper(word)
	if slices.Contains(initialisms, upper) {
		return upper
	}
	if singular, plural := strings.CutSuffix(upper, "S"); plural && slices.Contains(initialisms, singular) {
		return singular + "s"
	}
	return upperFirst(word)
}

func upperFirst(text string) string {
	runes := []rune(text)
	if len(runes) > 0 {
		runes[0] = unicode.ToUpper(runes[0])
	}
	return string(runes)
}

func lowerFirst(text string) string {
	runes := []rune(text)
	if len(runes) > 0 {
		runes[0] = unicode.ToLower(runes[0])
	}
	return string(runes)
}
