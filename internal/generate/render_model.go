package main

import (
	"fmt"
	"slices"
	"strings"
)

// A modelView is one Go type of a model file.
type modelView struct {
	*Schema
	Form Form
}

// modelViews lists the Go types of a family: a schema that goes both ways has two.
func modelViews(schemas []*Schema) []modelView {
	var views []modelView
	for _, schema := range schemas {
		switch {
		case schema.BothWays():
			views = append(views, modelView{schema, ReadForm}, modelView{schema, WriteForm})
		case schema.Write:
			views = append(views, modelView{schema, WriteForm})
		default:
			views = append(views, modelView{schema, ReadForm})
		}
	}
	return views
}

// Type is the Go type.
func (v modelView) Type() string { return v.GoName(v.Form) }

// IsEnum tells enums from structs.
func (v modelView) IsEnum() bool { return v.Kind == enumSchema }

// DocComment is the comment of the type.
func (v modelView) DocComment() string { return comment("", v.docText()) }

func (v modelView) docText() string {
	doc := startWithName(v.Name, v.Doc)
	if v.BothWays() && v.Form == WriteForm {
		doc = v.inputText()
	}
	if v.Open && !v.IsEnum() {
		doc = joinParagraphs(doc, "Keys that have no field are kept in Extra and written back. For their sake it reads and writes its JSON itself: make it a field of a struct of your own, since one that embeds it would have no other fields in JSON.")
	}
	deprecated := ""
	if v.Deprecated != "" {
		deprecated = "Deprecated: " + sentence(v.Deprecated)
	}
	return joinParagraphs(doc, deprecated, v.originText())
}

// inputText describes the write form of a schema that has two.
func (v modelView) inputText() string {
	text := fmt.Sprintf("%s is [%s] as a request carries it", v.Type(), v.Name)
	if len(v.Fields(WriteForm)) < len(v.Fields(ReadForm)) {
		text += ", without the keys that only the server sets"
	}
	return text + fmt.Sprintf(". [%s.Input] makes one of what was read.", v.Name)
}

// originText names the schema as JumpCloud does, and as the old client did where that differs.
func (s *Schema) originText() string {
	var said []string
	if len(s.JumpCloud) > 0 {
		said = append(said, "JumpCloud's schema: "+strings.Join(s.JumpCloud, ", "))
	}
	if old := slices.DeleteFunc(slices.Clone(s.OldNames), func(name string) bool { return name == s.Name }); len(old) > 0 {
		said = append(said, strings.Join(old, ", ")+" in the old Go client")
	}
	return sentence(strings.Join(said, "; "))
}

// A fieldView is one field of a struct.
type fieldView struct {
	*Property
	form Form
}

// Type is the Go type of the field.
func (f fieldView) Type() string { return f.GoType(f.form) }

// DocComment is the comment of the field.
func (f fieldView) DocComment() string {
	return comment("\t", fieldText(f.Doc, f.Limits, f.Deprecated))
}

// FieldViews are the fields of the struct.
func (v modelView) FieldViews() []fieldView {
	var views []fieldView
	for _, property := range v.Fields(v.Form) {
		views = append(views, fieldView{property, v.Form})
	}
	if v.Form == WriteForm { // what has to be there comes first
		rank := map[bool]int{true: -1}
		slices.SortStableFunc(views, func(x, y fieldView) int { return rank[x.Required] - rank[y.Required] })
	}
	return views
}

// IsResult tells whether the struct carries the raw answer.
func (v modelView) IsResult() bool { return v.Item && v.Form == ReadForm }

// HasAliasID tells whether the server may send the id as id where the key is _id.
func (v modelView) HasAliasID() bool {
	id := v.property("_id")
	return v.IsResult() && id != nil && id.Type.Kind == stringType
}

// KeepsKeys tells whether the struct remembers which keys were there.
func (v modelView) KeepsKeys() bool { return v.Open && v.Form == ReadForm }

// IDExpression is what itemID returns.
func (v modelView) IDExpression() string {
	path := "x"
	for _, property := range v.idProperties() {
		path += "." + property.Go
	}
	return path
}

// IDGuards are the pointers on the way to the id.
func (v modelView) IDGuards() []string {
	var guards []string
	path := "x"
	for _, property := range v.idProperties() {
		path += "." + property.Go
		if strings.HasPrefix(property.GoType(ReadForm), "*") {
			guards = append(guards, path+" == nil")
		}
	}
	return guards
}

func (v modelView) idProperties() []*Property {
	var found []*Property
	within := v.Schema
	for _, key := range v.IDPath {
		property := within.property(key)
		found = append(found, property)
		within = property.Type.Schema
	}
	return found
}

// HasItemID tells whether the struct says which item of a page it is.
func (v modelView) HasItemID() bool { return v.IsResult() && len(v.IDPath) > 0 }

// HoldsSecret tells whether a field of the struct, or of one below it, is a Secret.
func (v modelView) HoldsSecret() bool { return v.holdsSecret(v.Form, map[*Schema]bool{}) }

// Encoder is the method that writes the struct, "" where encoding/json does as well. A body has one that
// is not exported: MarshalJSON would speak for the whole of a struct that embeds it.
func (v modelView) Encoder() string {
	switch {
	case v.Form != WriteForm:
		return ""
	case v.Body:
		return "encode"
	case !v.Open && slices.ContainsFunc(v.Fields(WriteForm), requiredList):
		return "MarshalJSON"
	}
	return ""
}

func requiredList(p *Property) bool { return p.Required && p.Type.Kind == listType }

// EncodeStatements write the fields of a body. A required list that is nil is an empty one.
func (v modelView) EncodeStatements() []string {
	var statements []string
	for _, field := range v.FieldViews() {
		call := fmt.Sprintf("o.value(%q, x.%s)", field.Key, field.Go)
		switch {
		case strings.HasPrefix(field.Type(), "Opt["):
			call = fmt.Sprintf("o.add(%q, x.%s.optState)", field.Key, field.Go)
		case requiredList(field.Property):
			call = fmt.Sprintf("o.add(%q, &optState{x.%s})", field.Key, field.Go)
		case !field.Required:
			call = fmt.Sprintf("if x.%s != nil {\n\t\t%s\n\t}", field.Go, call)
		}
		statements = append(statements, call)
	}
	return statements
}

// IsLenient tells whether integers may come as strings.
func (v modelView) IsLenient() bool { return v.Lenient && v.Form == ReadForm }

// Plain is the type without the methods that decode and encode it.
func (v modelView) Plain() string { return lowerType(v.Type()) + "Fields" }

// lowerType makes a type's name unexported: GraphObject is graphObject, MFA is mfa, TOTPInfo is
// totpInfo.
func lowerType(name string) string {
	split := splitCase([]rune(name))
	return strings.ToLower(split[0]) + strings.Join(split[1:], "")
}

// KeyList are the JSON keys of the struct, quoted.
func (v modelView) KeyList() string {
	var quoted []string
	for _, property := range v.Fields(v.Form) {
		quoted = append(quoted, fmt.Sprintf("%q", property.Key))
	}
	return strings.Join(quoted, ", ")
}

// IntegerList are the JSON keys that x-go-lenient is about, quoted.
func (v modelView) IntegerList() string {
	var quoted []string
	for _, key := range v.integers() {
		quoted = append(quoted, fmt.Sprintf("%q", key))
	}
	return strings.Join(quoted, ", ")
}

// ValueComment is the comment of a constant.
func (v EnumValue) ValueComment() string {
	return comment("\t", sentence(v.Doc))
}
