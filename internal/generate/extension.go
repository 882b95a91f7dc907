package main

import (
	"go/token"
	"strings"
)

// Readers of x- extensions and texts: each reports a value of the wrong kind.

func (b *builder) string(at place, extensions map[string]any, name string) string {
	value, set := extensions[name]
	if !set {
		return ""
	}
	text, ok := value.(string)
	if !ok || text == "" {
		b.add(at, "%s: want a text, found %v", name, value)
	}
	return text
}

func (b *builder) flag(at place, extensions map[string]any, name string) bool {
	value, set := extensions[name]
	if !set {
		return false
	}
	truth, ok := value.(bool)
	if !ok {
		b.add(at, "%s: want true or false, found %v", name, value)
	}
	return truth
}

// strings reads a list of texts, or a single one.
func (b *builder) strings(at place, extensions map[string]any, name string) []string {
	value, set := extensions[name]
	if !set {
		return nil
	}
	if text, ok := value.(string); ok {
		return []string{text}
	}
	items, ok := value.([]any)
	if !ok {
		b.add(at, "%s: want a list of texts, found %v", name, value)
	}
	var found []string
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			b.add(at, "%s: want texts, found %v", name, item)
		}
		found = append(found, text)
	}
	return found
}

// text is a description or summary that must be there.
func (b *builder) text(at place, value, what string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		b.add(at, "no %s: every public name is documented from here; write one", what)
	}
	return value
}

// deprecation reads the pair deprecated and x-go-deprecated: one does not go without the other.
func (b *builder) deprecation(at place, deprecated bool, extensions map[string]any) string {
	text := b.string(at, extensions, "x-go-deprecated")
	if deprecated != (text != "") {
		b.add(at, "deprecated: true and x-go-deprecated (what to use instead) go together")
	}
	return text
}

func (b *builder) goName(at place, key string, extensions map[string]any) string {
	if name := b.string(at, extensions, "x-go-name"); name != "" {
		if !token.IsIdentifier(name) || !token.IsExported(name) {
			b.add(at, "x-go-name %q: want an exported identifier", name)
		}
		return name
	}
	name, err := goName(key)
	if err != nil {
		b.add(at, "%w", err)
	}
	return name
}
