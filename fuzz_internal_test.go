package jumpcloud

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzElements finds the bounds of values in JSON, and compares them with what encoding/json decodes.
func FuzzElements(f *testing.F) {
	for _, data := range []string{
		`[]`, ` [ ] `, `[1,"a",null,true,{},[]]`, `[ {"a":[1,{"b":"]}"}]} , "\\\"," , -1.5e+3 ]`, `{}`, `{"a":1,"a":2}`, ` { "\u0061" : "}" , "" : [ ] } `, `{"a":{"a":{"a":"\\"}}}`, `7`, `"[1]"`,
	} {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var list []json.RawMessage
		if json.Unmarshal(data, &list) == nil && list != nil {
			found := elements(data)
			if len(found) != len(list) {
				t.Fatalf("%d elements of %d in %q", len(found), len(list), data)
			}
			for i := range list {
				if !bytes.Equal(found[i], list[i]) {
					t.Fatalf("element %d of %q is %q", i, data, found[i])
				}
			}
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(data, &object) == nil {
			for key, value := range object {
				// encoding/json writes what is no UTF-8 in one way, and takes it for the same key.
				if found := member(data, key); !bytes.Equal(found, value) {
					t.Fatalf("%q of %q is %q", key, data, found)
				}
			}
		}
	})
}
