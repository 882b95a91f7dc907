package main

import (
	"regexp"
	"strings"
)

// linkMethods turns the methods that descriptions name into links of a Go comment: Users.ListSystems
// anywhere, and ListSystems in the operations of the same service. A qualified name that is no
// method is a mistake.
func (b *builder) linkMethods(api *API) {
	l := &linker{b: b, methods: map[string]bool{}}
	var names []string
	for _, service := range api.Services {
		names = append(names, service.Name)
		for _, operation := range service.Operations {
			for _, method := range operation.GoMethods() {
				l.methods[service.Name+"."+method] = true
			}
		}
	}
	if len(names) == 0 {
		return
	}
	l.qualified = regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\.([A-Z][A-Za-z0-9]*)\b`)
	for _, service := range api.Services {
		l.link(service.at, service, &service.Doc)
		for _, operation := range service.Operations {
			l.linkOperation(operation)
		}
	}
	for _, schema := range api.Schemas {
		l.link(schema.at, nil, &schema.Doc, &schema.Deprecated)
		for _, property := range schema.Properties {
			l.link(property.at, nil, &property.Doc, &property.Deprecated)
		}
	}
}

type linker struct {
	b         *builder
	methods   map[string]bool // Users.ListSystems
	qualified *regexp.Regexp
}

func (l *linker) linkOperation(o *Operation) {
	l.link(o.at, o.Service, &o.Description, &o.Deprecated)
	if o.Body != nil {
		l.link(o.at, o.Service, &o.Body.Doc)
	}
	for _, param := range o.Params {
		l.link(o.at, o.Service, &param.Doc, &param.Deprecated)
	}
}

// A name of two words or more that stands alone; one of a single word may be plain English.
var bareMethod = regexp.MustCompile(`(^|[\s(])([A-Z][a-z]+[A-Z][A-Za-z0-9]*)\b`)

func (l *linker) link(at place, service *Service, texts ...*string) {
	for _, text := range texts {
		if service != nil {
			*text = bareMethod.ReplaceAllStringFunc(*text, func(match string) string {
				lead, name := match[:len(match)-len(strings.TrimLeft(match, " \n\t("))], strings.TrimLeft(match, " \n\t(")
				if !l.methods[service.Name+"."+name] {
					return match
				}
				return lead + "[" + service.Type() + "." + name + "]"
			})
		}
		*text = l.qualified.ReplaceAllStringFunc(*text, func(match string) string {
			service, method, _ := strings.Cut(match, ".")
			if !l.methods[match] {
				l.b.add(at, "the text names %s, which is no method", match)
			}
			return "[" + service + "Service." + method + "]"
		})
	}
}
