package conformance

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

// Programs compare what they read and send in their tests with go-cmp, which panics on a field that
// is not exported, unless its type says how to compare.
func TestEveryModelBodyAndParameterIsComparedByGoCmp(t *testing.T) {
	models := map[reflect.Type]bool{}
	services := reflect.TypeFor[jumpcloud.APIClient]()
	for i := range services.NumField() {
		if service := services.Field(i); service.IsExported() {
			for j := range service.Type.NumMethod() {
				method := service.Type.Method(j).Type
				for k := 1; k < method.NumIn(); k++ {
					collect(models, method.In(k))
				}
				for k := range method.NumOut() {
					collect(models, method.Out(k))
				}
			}
		}
	}
	require.Greater(t, len(models), 80)
	for model := range models {
		t.Run(model.Name(), func(t *testing.T) {
			a, b, zero := reflect.New(model).Elem(), reflect.New(model).Elem(), reflect.New(model).Elem()
			populate(a)
			populate(b)
			assert.Empty(t, cmp.Diff(a.Interface(), b.Interface()))
			if model.NumField() > 0 && !reflect.DeepEqual(a.Interface(), zero.Interface()) {
				assert.NotEmpty(t, cmp.Diff(a.Interface(), zero.Interface()))
			}
		})
	}
}

func TestReadObjectsAreComparedByGoCmp(t *testing.T) {
	read := func(group string) (g jumpcloud.UserGroup) {
		require.NoError(t, json.Unmarshal([]byte(group), &g))
		return g
	}
	whole := read(`{"name":"a","attributes":{"sudo":{"enabled":true},"mine":[1]},"memberQuery":{"queryType":"New"}}`)
	assert.Empty(t, cmp.Diff(whole, read(`{"name":"a","attributes":{"mine":[1],"sudo":{"enabled":true}},"memberQuery":{"queryType":"New"}}`)))
	assert.NotEmpty(t, cmp.Diff(whole, read(`{"name":"a","attributes":{"mine":[2],"sudo":{"enabled":true}},"memberQuery":{"queryType":"New"}}`)))
	assert.NotEmpty(t, cmp.Diff(whole, read(`{"name":"a","attributes":{"sudo":{"enabled":true},"mine":[1]},"memberQuery":{"queryType":"Old"}}`)))
}

// collect finds the structs of the package that a type consists of.
func collect(found map[reflect.Type]bool, t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		collect(found, t.Elem())
	case reflect.Func: // a walk yields what it walks
		if t.NumIn() == 1 && t.In(0).Kind() == reflect.Func {
			for i := range t.In(0).NumIn() {
				collect(found, t.In(0).In(i))
			}
		}
	case reflect.Struct:
		if t.PkgPath() != reflect.TypeFor[jumpcloud.APIClient]().PkgPath() || found[t] {
			return
		}
		found[t] = true
		for i := range t.NumField() {
			if field := t.Field(i); field.IsExported() {
				collect(found, field.Type)
			}
		}
	}
}

// populate gives a value, and each part of it, something that is not zero.
func populate(v reflect.Value) {
	if decoder, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		for _, text := range []string{`"2026-01-02T03:04:05.678Z"`, `7`, `true`, `[{}]`, `["x"]`, `{"queryType":"x"}`} {
			if decoder.UnmarshalJSON([]byte(text)) == nil && !v.IsZero() {
				return
			}
		}
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf("x"))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		populate(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		populate(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				populate(v.Field(i))
			}
		}
	}
}
