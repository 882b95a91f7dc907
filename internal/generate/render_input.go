package main

import "strings"

// InputComment is the comment of the method.
func (v modelView) InputComment() string {
	optional, shared := false, v.Open
	for _, property := range v.Properties {
		if !property.in(ReadForm) || !property.in(WriteForm) {
			continue
		}
		isShared := property.Type.Kind == listType || property.Type.Kind == mapType || property.Type.Kind == secretMapType
		shared = shared || isShared
		optional = optional || !isShared && !property.Required
	}
	text := "Input is what a request needs to write x back: every key that can be written."
	if optional {
		text += " A zero field stays unset, because it cannot be told from one that did not come"
		if v.Open {
			text += "; where the key is known to have come, it is set"
		}
		text += "."
	}
	if shared {
		text += " Lists and maps are copied."
	}
	return comment("", text)
}

// InputStatements copy the fields of the read form x into the write form in.
func (v modelView) InputStatements() []string {
	var statements []string
	for _, property := range v.Properties {
		if property.in(ReadForm) && property.in(WriteForm) {
			statements = append(statements, v.copyField(property))
		}
	}
	return statements
}

// copyField copies one of them.
func (v modelView) copyField(p *Property) string {
	from, to := "x."+p.Go, "in."+p.Go
	switch {
	case p.Type.Kind == listType && p.Type.Elem.Kind == objectType:
		return copyList(from, to, p.Type.Elem.goType(WriteForm))
	case p.Type.Kind == listType:
		return to + " = slices.Clone(" + from + ")"
	case p.Type.Kind == mapType || p.Type.Kind == secretMapType:
		return to + " = maps.Clone(" + from + ")"
	case p.Type.Kind == anyType:
		return to + " = " + from
	case p.Required:
		return to + " = " + inputOf(from, p.Type)
	}
	if v.plainZero(p) {
		return to + " = NonZero(" + from + ")"
	}
	value := inputOf(pointedAt(from, p.Type), p.Type)
	if strings.HasPrefix(p.GoType(WriteForm), "*") {
		return "if " + v.isThere(p, from) + " {\nvalue := " + value + "\n" + to + " = &value\n}"
	}
	return "if " + v.isThere(p, from) + " {\n" + to + " = Set(" + value + ")\n}"
}

// BecomeStatements copy what both the struct and the update that it becomes can write.
func (v modelView) BecomeStatements() []string {
	var statements []string
	for _, property := range v.Fields(WriteForm) {
		other := v.Becomes.property(property.Key)
		if other == nil || !other.in(WriteForm) {
			continue
		}
		value := "x." + property.Go
		if property.Required && strings.HasPrefix(other.GoType(WriteForm), "Opt[") {
			value = "NonZero(" + value + ")"
		}
		statements = append(statements, "update."+other.Go+" = "+value)
	}
	return statements
}

func copyList(from, to, elem string) string {
	return strings.NewReplacer("FROM", from, "TO", to, "ELEM", elem).Replace(`if FROM != nil {
		TO = make([]ELEM, len(FROM))
		for i, item := range FROM {
			TO[i] = item.Input()
		}
	}`)
}

func inputOf(value string, of *Type) string {
	if of.Kind == objectType {
		return value + ".Input()"
	}
	return value
}

// pointedAt follows the pointer to a type written by hand; methods follow it by themselves.
func pointedAt(value string, of *Type) string {
	if of.Kind == handwrittenType {
		return "*" + value
	}
	return value
}

// plainZero tells whether NonZero sees if an optional field is copied.
func (v modelView) plainZero(p *Property) bool {
	return !v.KeepsKeys() && !p.Type.isObject() && p.Type.Kind != timeType
}

// isThere is the condition under which an optional field is copied: a zero cannot be told from an
// absent key, except in an open model, which knows the keys that came.
func (v modelView) isThere(p *Property, from string) string {
	condition := ""
	switch p.Type.Kind {
	case objectType, handwrittenType:
		return from + " != nil"
	case boolType:
		condition = from
	case intType, int64Type, floatType:
		condition = from + " != 0"
	case timeType:
		condition = "!" + from + ".IsZero()"
	default:
		condition = from + ` != ""`
	}
	if v.KeepsKeys() {
		condition += " || x.keys[\"" + p.Key + "\"]"
	}
	return condition
}
