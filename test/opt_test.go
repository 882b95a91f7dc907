package jumpcloud_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// fields has an optional field of each kind.
type fields struct {
	Bool   jumpcloud.Opt[bool]           `json:"bool,omitzero"`
	Int    jumpcloud.Opt[int]            `json:"int,omitzero"`
	Int64  jumpcloud.Opt[int64]          `json:"int64,omitzero"`
	Text   jumpcloud.Opt[string]         `json:"text,omitzero"`
	Enum   jumpcloud.Opt[enum]           `json:"enum,omitzero"`
	List   jumpcloud.Opt[[]string]       `json:"list,omitzero"`
	Object jumpcloud.Opt[inner]          `json:"object,omitzero"`
	Time   jumpcloud.Opt[jumpcloud.Time] `json:"time,omitzero"`
}

type enum string

type inner struct {
	Name jumpcloud.Opt[string] `json:"name,omitzero"`
}

func encode(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

func TestOpt_OmittedFieldsAreNotSent(t *testing.T) {
	assert.Equal(t, `{}`, encode(t, fields{}))
}

func TestOpt_NullIsSent(t *testing.T) {
	assert.Equal(t, `{"bool":null,"int":null,"int64":null,"text":null,"enum":null,"list":null,"object":null,"time":null}`, encode(t, fields{
		Bool: jumpcloud.Null[bool](), Int: jumpcloud.Null[int](), Int64: jumpcloud.Null[int64](), Text: jumpcloud.Null[string](),
		Enum: jumpcloud.Null[enum](), List: jumpcloud.Null[[]string](), Object: jumpcloud.Null[inner](), Time: jumpcloud.Null[jumpcloud.Time](),
	}))
}

func TestOpt_ZeroValuesAreSent(t *testing.T) {
	assert.Equal(t, `{"bool":false,"int":0,"int64":0,"text":"","enum":"","list":[],"object":{}}`, encode(t, fields{
		Bool: jumpcloud.Set(false), Int: jumpcloud.Set(0), Int64: jumpcloud.Set(int64(0)), Text: jumpcloud.Set(""),
		Enum: jumpcloud.Set(enum("")), List: jumpcloud.Set([]string{}), Object: jumpcloud.Set(inner{}),
	}))
}

func TestOpt_ValuesAreSent(t *testing.T) {
	assert.Equal(t, `{"bool":true,"int":-7,"int64":4294967295,"text":"x","enum":"STAGED","list":["a"],"object":{"name":null},"time":"2021-02-12T17:45:42.369Z"}`, encode(t, fields{
		Bool: jumpcloud.Set(true), Int: jumpcloud.Set(-7), Int64: jumpcloud.Set(int64(4294967295)), Text: jumpcloud.Set("x"),
		Enum: jumpcloud.Set(enum("STAGED")), List: jumpcloud.Set([]string{"a"}), Object: jumpcloud.Set(inner{Name: jumpcloud.Null[string]()}),
		Time: jumpcloud.Set(jumpcloud.NewTime(time.Date(2021, 2, 12, 17, 45, 42, 369_000_000, time.UTC))),
	}))
}

func TestOpt_TextsAreEscapedAsInAnyJSON(t *testing.T) {
	for text, want := range map[string]string{
		`plain`:       `"plain"`,
		`a "b" \ c`:   `"a \"b\" \\ c"`,
		"line\nend\t": `"line\nend\t"`,
		"ümlaut":      `"ümlaut"`,
		"<&>":         `"\u003c\u0026\u003e"`,
		"\x00\x7f":    "\"\\u0000\x7f\"",
		"\u2028":      `"\u2028"`,
		"😀":           `"😀"`,
	} {
		assert.Equal(t, want, encode(t, jumpcloud.Set(text)))
	}
	// Which of two spellings stands for what is no text depends on Go's JSON engine.
	assert.JSONEq(t, `"bad \ufffd utf"`, encode(t, jumpcloud.Set("bad \xff utf")))
}

func TestOpt_SetNilSliceIsAnEmptyList(t *testing.T) {
	assert.Equal(t, `{"list":[]}`, encode(t, fields{List: jumpcloud.Set([]string(nil))}))
	assert.Equal(t, `[]`, encode(t, jumpcloud.Set([]inner(nil))))
	assert.Equal(t, `[]`, encode(t, jumpcloud.Set(named(nil))))
	assert.Equal(t, `[]`, encode(t, jumpcloud.Set([]map[string]any(nil))))
}

func TestOpt_SetNilMapIsAnEmptyObject(t *testing.T) {
	assert.Equal(t, `{}`, encode(t, jumpcloud.Set(map[string]any(nil))))
	assert.Equal(t, `{"a":1}`, encode(t, jumpcloud.Set(map[string]any{"a": 1})))
}

func TestOpt_NonZeroOmitsZeroAlone(t *testing.T) {
	assert.Equal(t, `{}`, encode(t, fields{Bool: jumpcloud.NonZero(false), Text: jumpcloud.NonZero(""), Int: jumpcloud.NonZero(0)}))
	assert.Equal(t, `{"bool":true,"int":-1,"text":"x"}`, encode(t, fields{Bool: jumpcloud.NonZero(true), Text: jumpcloud.NonZero("x"), Int: jumpcloud.NonZero(-1)}))
}

func TestOpt_EqualComparesWhatIsSent(t *testing.T) {
	assert.True(t, jumpcloud.Set("a").Equal(jumpcloud.Set("a")))
	assert.True(t, jumpcloud.Opt[string]{}.Equal(jumpcloud.Opt[string]{}))
	assert.True(t, jumpcloud.Null[string]().Equal(jumpcloud.Null[string]()))
	assert.True(t, jumpcloud.Set([]inner{{Name: jumpcloud.Set("n")}}).Equal(jumpcloud.Set([]inner{{Name: jumpcloud.Set("n")}})))
	assert.True(t, jumpcloud.Set(jumpcloud.Secret("hunter2")).Equal(jumpcloud.Set(jumpcloud.Secret("hunter2"))))

	states := []jumpcloud.Opt[string]{{}, jumpcloud.Null[string](), jumpcloud.Set(""), jumpcloud.Set("a")}
	for i, a := range states {
		for j, b := range states {
			assert.Equal(t, i == j, a.Equal(b), "%v and %v", a, b)
		}
	}
	assert.False(t, jumpcloud.Set([]inner{{Name: jumpcloud.Set("n")}}).Equal(jumpcloud.Set([]inner{{}})))
}

// == would compare where the values are: Set("a") == Set("a") was false.
func TestOpt_CannotBeComparedWithTheOperator(t *testing.T) {
	assert.False(t, reflect.TypeFor[jumpcloud.Opt[string]]().Comparable())
	assert.Equal(t, reflect.TypeFor[*int]().Size(), reflect.TypeFor[jumpcloud.Opt[[100]int]]().Size(), "and costs no space for it")
}

func TestOpt_OnlySlicesAreTakenForLists(t *testing.T) {
	for name, value := range map[string]any{
		"time":     jumpcloud.Set(jumpcloud.Time{}),
		"raw JSON": jumpcloud.Set(json.RawMessage(`null`)),
		"any":      jumpcloud.Set[any](nil),
	} {
		assert.Equal(t, `null`, encode(t, value), name)
	}
}

func TestOpt_OmittedInAnEncoderWithoutOmitzeroIsAnError(t *testing.T) {
	for name, body := range map[string]any{
		"without a tag": struct{ Sudo jumpcloud.Opt[bool] }{},
		"with a name only": struct {
			Sudo jumpcloud.Opt[bool] `json:"sudo"`
		}{},
		"with omitempty": struct {
			Sudo jumpcloud.Opt[bool] `json:"sudo,omitempty"`
		}{},
		"in a slice":          []jumpcloud.Opt[int]{jumpcloud.Set(1), {}},
		"in a map":            map[string]jumpcloud.Opt[int]{"a": {}},
		"by itself":           jumpcloud.Opt[string]{},
		"by pointer":          &jumpcloud.Opt[string]{},
		"inside a set object": jumpcloud.Set(struct{ Sudo jumpcloud.Opt[bool] }{}),
	} {
		_, err := json.Marshal(body)
		assert.ErrorContains(t, err, "omitzero", name)
	}
}

func TestOpt_OmittedWithoutOmitzeroIsRefusedBeforeSending(t *testing.T) {
	err := newClient(t, newWire(t)).Call(t.Context(), "PUT", "/systems", nil, struct{ Sudo jumpcloud.Opt[bool] }{}, nil)

	assert.Equal(t, "body", asParamError(t, err).Param)
	assert.ErrorContains(t, err, "omitzero")
}

func TestOpt_DecodesTheThreeStates(t *testing.T) {
	var f fields
	require.NoError(t, json.Unmarshal([]byte(`{"bool":false,"int":null,"text":"","list":["a"],"object":{"name":"n"},"time":"2021-02-12"}`), &f))

	value, ok := f.Bool.Get()
	assert.True(t, ok)
	assert.False(t, value)
	assert.True(t, f.Int.IsNull())
	assert.True(t, f.Int64.IsZero())
	assert.False(t, f.Int64.IsNull())
	text, ok := f.Text.Get()
	assert.True(t, ok)
	assert.Empty(t, text)
	assert.Equal(t, []string{"a"}, f.List.Or(nil))
	assert.Equal(t, "n", f.Object.Or(inner{}).Name.Or(""))
	assert.Equal(t, 2021, f.Time.Or(jumpcloud.Time{}).Year())
}

func TestOpt_WritesBackWhatItRead(t *testing.T) {
	for _, body := range []string{
		`{}`, `{"bool":null}`, `{"bool":false,"int":0,"text":""}`, `{"list":[]}`, `{"list":null,"object":{"name":null}}`, `{"time":"2021-02-12T00:00:00+01:00"}`,
	} {
		var f fields
		require.NoError(t, json.Unmarshal([]byte(body), &f))
		assert.Equal(t, body, encode(t, f))
	}
}

func TestOpt_DecodingTheWrongTypeIsAnError(t *testing.T) {
	f := fields{Int: jumpcloud.Set(7)}

	require.Error(t, json.Unmarshal([]byte(`{"int":"seven"}`), &f))

	assert.Equal(t, 7, f.Int.Or(0), "and the old value stays")
}

func TestOpt_GetOrIsNullIsZero(t *testing.T) {
	for name, test := range map[string]struct {
		opt          jumpcloud.Opt[int]
		value        int
		ok           bool
		null, zero   bool
		orNinetyNine int
	}{
		"omitted":  {jumpcloud.Opt[int]{}, 0, false, false, true, 99},
		"null":     {jumpcloud.Null[int](), 0, false, true, false, 99},
		"set":      {jumpcloud.Set(5), 5, true, false, false, 5},
		"set zero": {jumpcloud.Set(0), 0, true, false, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			value, ok := test.opt.Get()
			assert.Equal(t, test.value, value)
			assert.Equal(t, test.ok, ok)
			assert.Equal(t, test.null, test.opt.IsNull())
			assert.Equal(t, test.zero, test.opt.IsZero())
			assert.Equal(t, test.orNinetyNine, test.opt.Or(99))
		})
	}
}

func TestOpt_FromPtrOmitsNil(t *testing.T) {
	assert.True(t, jumpcloud.FromPtr[string](nil).IsZero())
	assert.False(t, jumpcloud.FromPtr[string](nil).IsNull())
}

func TestOpt_FromPtrCopiesTheValue(t *testing.T) {
	value := "before"
	opt := jumpcloud.FromPtr(&value)
	value = "after"

	assert.Equal(t, "before", opt.Or(""))
}

func TestOpt_PrintsAsItsValue(t *testing.T) {
	for _, test := range []struct{ format, want string }{
		{"%v", "5"}, {"%d", "5"}, {"%04d", "0005"}, {"%x", "5"}, {"%+d", "+5"},
	} {
		assert.Equal(t, test.want, fmt.Sprintf(test.format, jumpcloud.Set(5)))
	}
	assert.Equal(t, `"x"`, fmt.Sprintf("%q", jumpcloud.Set("x")))
	assert.Equal(t, "false", fmt.Sprint(jumpcloud.Set(false)))
	assert.Equal(t, "<null>", fmt.Sprint(jumpcloud.Null[string]()))
	assert.Equal(t, "<omitted>", fmt.Sprint(jumpcloud.Opt[string]{}))
	assert.Equal(t, "{Name:n}", fmt.Sprintf("%+v", jumpcloud.Set(inner{Name: jumpcloud.Set("n")})))
	assert.Equal(t, "{<null>}", fmt.Sprint(inner{Name: jumpcloud.Null[string]()}))
}

func TestOpt_LogsAsItsValue(t *testing.T) {
	var out bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}}))

	logger.Info("m", "set", jumpcloud.Set(5), "null", jumpcloud.Null[int](), "omitted", jumpcloud.Opt[int]{}, "text", jumpcloud.Set("x"))

	assert.JSONEq(t, `{"msg":"m","set":5,"null":"<null>","omitted":"<omitted>","text":"x"}`, out.String())
}

func TestOpt_UpdateSendsTheThreeStates(t *testing.T) {
	w := newWire(t, ok(`{"_id":"u1"}`))

	_, err := newClient(t, w).Systemusers.Update(t.Context(), "u1", jumpcloud.SystemuserUpdate{
		Sudo:    jumpcloud.Set(false),
		Manager: jumpcloud.Null[string](),
	}, nil)

	require.NoError(t, err)
	assert.Equal(t, "PUT", w.only().method)
	assert.Equal(t, baseURL+"/systemusers/u1", w.only().url)
	assert.Equal(t, `{"manager":null,"sudo":false}`, w.only().body)
}

func TestOpt_ListsOfAnUpdateAreUntouchedClearedOrReplaced(t *testing.T) {
	for want, body := range map[string]jumpcloud.SystemuserUpdate{
		`{}`:                {},
		`{"attributes":[]}`: {Attributes: []jumpcloud.UserAttributeInput{}},
		`{"attributes":[{"name":"a","value":""}]}`: {Attributes: []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("a"), Value: jumpcloud.Set("")}}},
	} {
		w := newWire(t, ok(`{"_id":"u1"}`))
		_, err := newClient(t, w).Systemusers.Update(t.Context(), "u1", body, nil)
		require.NoError(t, err)
		assert.Equal(t, want, w.only().body)
	}
}

func TestOpt_FailedUpdateLeavesTheCallersBodyAlone(t *testing.T) {
	body := jumpcloud.SystemuserUpdate{Sudo: jumpcloud.Set(true), Attributes: []jumpcloud.UserAttributeInput{{Name: jumpcloud.Set("a")}}}

	_, err := newClient(t, newWire(t, status(400, ``))).Systemusers.Update(t.Context(), "u1", body, nil, jumpcloud.WithBodyField("sudo", false))

	require.Error(t, err)
	assert.True(t, body.Sudo.Or(false))
	assert.Equal(t, "a", body.Attributes[0].Name.Or(""))
}

// named is a list that prints in its own way.
type named []string

func (n named) String() string { return strings.Join(n, " and ") }
