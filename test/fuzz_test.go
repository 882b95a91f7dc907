package jumpcloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jumpcloud-go/jumpcloud"
)

// The fuzz targets stand for what a service, a proxy in between or a caller's input may be. Each runs
// with its seeds in every go test; make fuzz lets each look for more.

const (
	fuzzKey      = "jca_fuzzKEY0f3a9c61d"
	fuzzPassword = "fuzzPa55w0rd"
)

// fuzzTransport answers without a socket.
type fuzzTransport func(*http.Request) (*http.Response, error)

func (f fuzzTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := f(r)
	if response != nil {
		response.Request = r
	}
	return response, err
}

func fuzzReply(code int, body []byte, headers ...string) *http.Response {
	header := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		header.Add(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: -1}
}

// fuzzClient makes one attempt of everything, and reads little.
func fuzzClient(t *testing.T, transport fuzzTransport, changes ...func(*jumpcloud.Configuration)) *jumpcloud.APIClient {
	t.Helper()
	configuration := &jumpcloud.Configuration{
		APIKey: fuzzKey, BaseURL: baseURL, HTTPClient: &http.Client{Transport: transport}, UserAgent: "fuzz",
		Retry: jumpcloud.RetryPolicy{MaxAttempts: 1, MinWait: 1, MaxWait: 1}, MaxResponseBytes: 1 << 20, PageConcurrency: 1,
	}
	for _, change := range changes {
		change(configuration)
	}
	client, err := jumpcloud.NewAPIClient(configuration)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// fuzzClean checks that an error, and every error it wraps, is a text of bounded size without secrets.
func fuzzClean(t *testing.T, err error, secrets ...string) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error() + fmt.Sprintf("%v %+v %#v", err, err, err)
	if len(err.Error()) > 1<<17 {
		t.Fatalf("an error of %d bytes", len(err.Error()))
	}
	var api *jumpcloud.APIError
	if errors.As(err, &api) {
		text += string(api.Body) + api.Message + api.Code + api.RequestID + fmt.Sprint(api.Header)
		for _, detail := range api.Details {
			text += string(detail)
		}
	}
	var decode *jumpcloud.DecodeError
	if errors.As(err, &decode) {
		text += string(decode.Body)
	}
	for _, secret := range append(secrets, fuzzKey) {
		if strings.Contains(text, secret) {
			t.Fatalf("%q stands in %q", secret, text)
		}
	}
	switch wrapped := err.(type) {
	case interface{ Unwrap() error }:
		fuzzClean(t, wrapped.Unwrap(), secrets...)
	case interface{ Unwrap() []error }:
		for _, inner := range wrapped.Unwrap() {
			fuzzClean(t, inner, secrets...)
		}
	}
}

// fuzzOperations are the generated methods: one request each, or one walk.
func fuzzOperations(f *testing.F) (operations []secretsOperation) {
	files, err := filepath.Glob(filepath.Join("..", "api_*.go"))
	if err != nil || len(files) == 0 {
		f.Fatal("no generated services: ", err)
	}
	generated := map[string]bool{}
	method := regexp.MustCompile(`(?m)^func \(s \*(\w+)Service\) ([A-Z]\w*)\(`)
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, match := range method.FindAllSubmatch(source, -1) {
			generated[string(match[1])+"."+string(match[2])] = true
		}
	}
	for _, operation := range secretsOperations() {
		if generated[operation.name] {
			operations = append(operations, operation)
		}
	}
	if len(operations) != len(generated) {
		f.Fatalf("%d methods, of which %d are found", len(generated), len(operations))
	}
	return operations
}

// fuzzChoose returns the operation of a name, or another for another text.
func fuzzChoose(operations []secretsOperation, name string) secretsOperation {
	sum := 0
	for _, operation := range operations {
		if operation.name == name {
			return operation
		}
	}
	for _, c := range name {
		sum += int(c)
	}
	return operations[sum%len(operations)]
}

// fuzzBodies are answers of every shape that is known, and some that are not.
var fuzzBodies = []string{
	``, ` `, `null`, `{}`, `[]`, `[null]`, `""`, `"OK"`, `0`, `true`, `{"`, `[1,2`, "\x00", "\xff\xfe", `{"results":null}`, `{"results":{}}`,
	`{"_id":"5f0c1a2b3c4d5e6f70819293","username":"ann","email":"a@x.test","sudo":false,"unix_uid":5001,"created":"2021-02-12T17:45:42.369Z"}`,
	`{"id":"a","manager":null,"mfa":{"exclusion":true,"exclusionDays":"7","exclusionUntil":""},"attributes":[{"_id":"1","name":"n","value":"v"}]}`,
	`{"totalCount":2,"results":[{"_id":"a"},{"_id":"b","unix_uid":"x"}]}`,
	`{"totalCount":"2","results":[{"_id":"a","addresses":null,"phoneNumbers":[]},null]}`,
	`{"Results":[{"_id":"a"}],"TOTALCOUNT":1}`, `{"results":[{"_id":"a"}],"results":[{"id":"b"},{"id":"c"}]}`,
	`{"events_count":1,"results":[{"scheduledJobId":"j","systemUserId":"u","state":"SUSPENDED","scheduledDate":"2022-01-01"}]}`,
	`[{"to":{"id":"x","type":"user"},"from":null,"attributes":{"sudo":{"enabled":true,"withoutPassword":false}}}]`,
	`[{"id":"x","type":"system","paths":[[{"to":{"id":"x","type":"system"}}]],"compiledAttributes":{"radius":{"reply":[]}}}]`,
	`{"id":"g","type":"user_group","attributes":{"posixGroups":[{"id":1,"name":"n"}],"sambaEnabled":true,"brandNew":[1.5e300]},"memberQuery":{"queryType":"Filter","filters":["a:$eq:b"]}}`,
	`{"jobId":"65a1b2c3d4e5f60718293a4c"}`, `[{"id":"w","status":"finished","persistedFields":{"a":[{"b":null}]},"meta":{}}]`,
	`{"id":"w","name":"Workday Import","auth":{"basic":{"isValid":true,"expiry":"soon"},"oauth":null},"lastImport":0}`,
	`{"message":"Already Exists"}`, `{"code":400,"message":"invalid KEY","status":"INVALID_ARGUMENT","details":[{"fieldViolationsList":[{"field":"password","description":"KEY"}]}]}`,
	`{"error":"Forbidden"}`, `{"message":{"a":"KEY"},"code":"\u006aca_fuzzKEY0f3a9c61d","details":"KEY"}`, `{"message":"\u006aca_fuzzKEY0f3a9c61d"}`,
	`"Internal Server Error KEY"`, `<html>KEY</html>`, `{"details":[{"fieldViolations":[{"field":"f","description":"\u006aca_fuzzKEY0f3a9c61d"}]}]}`,
	`[` + strings.Repeat(`[`, 200) + strings.Repeat(`]`, 200) + `]`, `{"unix_uid":1e400}`, `{"unix_uid":123456789012345678901234567890}`,
	`[{"_id":"\ud800"},{"_id":"\u0000\\\"\\"}]`, `{"created":"0001-01-01T00:00:00Z","password_date":"2021-13-45","activated":true}`,
}

// FuzzAnswer decodes an answer as the result of any operation, with and without WithRaw.
func FuzzAnswer(f *testing.F) {
	operations := fuzzOperations(f)
	for i := range operations {
		for j := range 3 { // every operation, and every body several times
			f.Add(operations[i].name, uint16(0), "2", []byte(fuzzBodies[(3*i+j)%len(fuzzBodies)]))
		}
	}
	for i, code := range []uint16{201, 204, 302, 400, 401, 404, 409, 422, 429, 500, 503} {
		for j := i % 4; j < len(fuzzBodies); j += 4 {
			f.Add(operations[(7*i+j)%len(operations)].name, code-200, "-1", []byte(fuzzBodies[j]))
		}
	}
	f.Fuzz(func(t *testing.T, name string, code uint16, total string, body []byte) {
		operation := fuzzChoose(operations, name)
		status := 200 + int(code)%400
		body = bytes.ReplaceAll(body, []byte("KEY"), []byte(fuzzKey))
		answers := 0
		client := fuzzClient(t, func(*http.Request) (*http.Response, error) {
			answers++
			if answers > 1 { // of a walk
				return fuzzReply(200, []byte("[]"), "X-Total-Count", "0"), nil
			}
			return fuzzReply(status, body, "X-Total-Count", total, "X-Request-Id", total, "Retry-After", total), nil
		})
		plain := operation.call(t, client)
		answers = 0
		raw := operation.call(t, client, jumpcloud.WithRaw())

		for _, err := range slices.Concat(plain.errs, raw.errs) {
			fuzzClean(t, err)
		}
		if len(plain.errs) != len(raw.errs) || len(plain.results) != len(raw.results) {
			t.Fatalf("%s: WithRaw changes the outcome: %v %v, %v %v", operation.name, plain.results, plain.errs, raw.results, raw.errs)
		}
		if status/100 != 2 {
			fuzzRefused(t, operation.name, status, body, plain)
			return
		}
		for i, result := range plain.results {
			fuzzRoundTrip(t, operation.name, result)
			keeper, keeps := raw.results[i].(interface{ RawJSON() json.RawMessage })
			if !keeps {
				continue
			}
			if plain, _ := result.(interface{ RawJSON() json.RawMessage }); plain.RawJSON() != nil {
				t.Fatalf("%s: raw JSON without WithRaw", operation.name)
			}
			if !json.Valid(keeper.RawJSON()) || !bytes.Contains(body, keeper.RawJSON()) {
				t.Fatalf("%s: %q is not what was sent: %q", operation.name, keeper.RawJSON(), body)
			}
		}
	})
}

// fuzzRefused checks that an error answer is one, with what came.
func fuzzRefused(t *testing.T, name string, status int, body []byte, outcome secretsOutcome) {
	t.Helper()
	if len(outcome.errs) != 1 || len(outcome.results) != 0 {
		t.Fatalf("%s: status %d is no error: %v %v", name, status, outcome.results, outcome.errs)
	}
	var refused *jumpcloud.APIError
	if !errors.As(outcome.errs[0], &refused) || refused.StatusCode != status {
		t.Fatalf("%s: status %d is %v", name, status, outcome.errs[0])
	}
	if !bytes.Contains(body, []byte(`\`)) && string(refused.Body) != strings.ReplaceAll(string(body), fuzzKey, "[redacted]") {
		t.Fatalf("%s: %q came, and %q is kept", name, body, refused.Body)
	}
}

// fuzzRoundTrip checks that a result encodes, and that reading that back is the same again.
func fuzzRoundTrip(t *testing.T, name string, result any) {
	t.Helper()
	first, err := json.Marshal(result)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	again := reflect.New(reflect.TypeOf(result))
	if err := json.Unmarshal(first, again.Interface()); err != nil {
		t.Fatalf("%s: %s: %v", name, first, err)
	}
	second, err := json.Marshal(again.Interface())
	if err != nil || !bytes.Equal(first, second) {
		t.Fatalf("%s: %s becomes %s: %v", name, first, second, err)
	}
}

// FuzzList decodes a page of any list, and compares it with what encoding/json sees in it.
func FuzzList(f *testing.F) {
	var walks []secretsOperation
	for _, operation := range fuzzOperations(f) {
		if _, method, _ := strings.Cut(operation.name, "."); strings.HasPrefix(method, "All") || strings.HasPrefix(method, "SearchAll") {
			walks = append(walks, operation)
		}
	}
	for i := range 2 * len(fuzzBodies) {
		f.Add(walks[i%len(walks)].name, "", []byte(fuzzBodies[i%len(fuzzBodies)]))
	}
	f.Add("Systemusers.All", "7", []byte(` [ {"_id" : "a,]}\"\\" } , [ ] , 1 , "x" , null , {"_id":"b"} ] `))
	f.Fuzz(func(t *testing.T, name, total string, body []byte) {
		walk := fuzzChoose(walks, name)
		answers := 0
		client := fuzzClient(t, func(*http.Request) (*http.Response, error) {
			if answers++; answers > 1 {
				return fuzzReply(200, []byte("[]"), "X-Total-Count", "0"), nil
			}
			return fuzzReply(200, body, "X-Total-Count", total), nil
		})
		var raws []string // of items, and "" for an item that cannot be read
		var last error
		outcome := walk.call(t, client, jumpcloud.WithRaw())
		items := len(outcome.results)
		for _, err := range outcome.errs {
			fuzzClean(t, err)
			if errors.Is(err, jumpcloud.ErrItem) {
				items++
			} else if last = err; err != outcome.errs[len(outcome.errs)-1] {
				t.Fatalf("%s: goes on after %v", walk.name, err)
			}
		}
		for _, result := range outcome.results {
			raws = append(raws, string(result.(interface{ RawJSON() json.RawMessage }).RawJSON()))
		}
		expected, isList := fuzzElements(fuzzInside(walk.name, body))
		switch {
		case !isList && (last == nil && !fuzzNull(body) || items > 0):
			t.Fatalf("%s: %q is a list: %d items, %v", walk.name, body, items, last)
		case isList && items != len(expected):
			t.Fatalf("%s: %d items of %d in %q: %v", walk.name, items, len(expected), body, last)
		}
		for _, raw := range raws { // in order, with gaps for what cannot be read
			at := slices.Index(expected, raw)
			if at < 0 {
				t.Fatalf("%s: %q is not among %q", walk.name, raw, expected)
			}
			expected = expected[at+1:]
		}
	})
}

// fuzzInside is the list of a page whose list has a key of its own, and may be left out where it is empty.
func fuzzInside(name string, body []byte) []byte {
	keys, own := map[string][]string{ // the list, and what may stand around one that is left out
		"Applications.AllImportUsers":                         {"users", "total_count", "cursor"},
		"ActiveDirectories.AllTranslationRules":               {"rules", "totalCount"},
		"ActiveDirectories.AllTranslationRuleRecommendations": {"rules", "totalCount"},
		"GSuites.AllDomains":                                  {"domains", "totalCount"},
		"GSuites.AllImportJumpCloudUsers":                     {"users", "nextPageToken"},
		"GSuites.AllImportUsers":                              {"users", "nextPageToken"},
		"Office365s.AllDomains":                               {"domains", "totalCount"},
		"Office365s.AllImportUsers":                           {"users", "skipToken", "top"},
	}[name]
	var object map[string]json.RawMessage
	if !own || json.Unmarshal(body, &object) != nil || object == nil {
		return body
	}
	if list, found := object[keys[0]]; found {
		return list
	}
	for _, key := range keys[1:] {
		delete(object, key)
	}
	if len(object) == 0 {
		return []byte("[]")
	}
	return body
}

// fuzzElements is what encoding/json takes for the items of a page.
func fuzzElements(body []byte) (elements []string, isList bool) {
	var list []json.RawMessage
	if trimmed := bytes.TrimSpace(body); len(trimmed) > 0 && trimmed[0] == '{' {
		var envelope struct {
			Results []json.RawMessage `json:"results"`
		}
		if json.Unmarshal(body, &envelope) != nil {
			return nil, false
		}
		list = envelope.Results
	} else if json.Unmarshal(body, &list) != nil {
		return nil, false
	}
	for _, element := range list {
		elements = append(elements, string(element))
	}
	return elements, list != nil
}

// fuzzNull reports whether there is null in place of a page's list, which may stand for an empty one.
func fuzzNull(body []byte) bool {
	var envelope map[string]json.RawMessage
	err := json.Unmarshal(body, &envelope)
	for key, value := range envelope {
		if strings.EqualFold(key, "results") && string(value) == "null" {
			return true
		}
	}
	return err == nil && envelope == nil
}

// FuzzWalk walks a list behind a service that is honest about its length and moody about everything
// else: a walk without an error has every object once and in order.
func FuzzWalk(f *testing.F) {
	f.Add(uint16(0), uint8(1), []byte{0})
	f.Add(uint16(10), uint8(4), []byte{1})
	f.Add(uint16(101), uint8(1), []byte{2, 0, 7, 16, 1})
	f.Add(uint16(250), uint8(8), []byte{7, 16, 3, 32, 0, 0, 5, 64})
	f.Add(uint16(300), uint8(2), []byte{0x87, 0x80, 0x07})
	f.Fuzz(func(t *testing.T, length uint16, concurrency uint8, moods []byte) {
		n := int(length) % 400
		if len(moods) == 0 {
			moods = []byte{0}
		}
		numbers := make(chan int, 1)
		numbers <- 0
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			k := <-numbers
			numbers <- k + 1
			mood := moods[k%len(moods)]
			switch {
			case k > 5000:
				return nil, &url.Error{Op: "Get", URL: "x", Err: errors.New("walks for ever")}
			case mood&0x10 != 0 && k%2 == 0:
				return fuzzReply(429, nil, "Retry-After", "0"), nil
			case mood&0x20 != 0 && k%3 == 0:
				return fuzzReply(503, nil), nil
			case mood&0x40 != 0:
				return fuzzReply(200, []byte(`[{"_id":`)), nil // cut
			}
			from, to := window(r, n, 1+3*int(mood&7))
			if mood&0x80 != 0 {
				return fuzzReply(200, []byte("["+objects(from, to)+"]"), "X-Total-Count", strconv.Itoa(n)), nil
			}
			return fuzzReply(200, fmt.Appendf(nil, `{"totalCount":%d,"results":[%s]}`, n, objects(from, to))), nil
		}, func(c *jumpcloud.Configuration) { c.Retry.MaxAttempts = 3 })
		next := 0
		for item, err := range jumpcloud.Walk[thing](t.Context(), client, "/systems", nil, jumpcloud.WithPageConcurrency(1+int(concurrency)%8)) {
			if err != nil {
				fuzzClean(t, err)
				if strings.Contains(err.Error(), "for ever") {
					t.Fatal(err)
				}
				return
			}
			if item.N != next {
				t.Fatalf("item %d comes as number %d of %d", item.N, next, n)
			}
			next++
		}
		if next != n {
			t.Fatalf("%d of %d items, without an error", next, n)
		}
	})
}

// FuzzEndless reads answers that never end.
func FuzzEndless(f *testing.F) {
	f.Add(uint16(0), uint16(100), []byte("["))
	f.Add(uint16(0), uint16(1000), []byte(`{"_id":"a"},`))
	f.Add(uint16(300), uint16(7), []byte("<html>"))
	f.Add(uint16(0), uint16(0), []byte(" "))
	f.Fuzz(func(t *testing.T, code, limit uint16, pattern []byte) {
		if len(pattern) == 0 {
			return
		}
		var body *fuzzRepeat
		client := fuzzClient(t, func(*http.Request) (*http.Response, error) {
			body = &fuzzRepeat{pattern: pattern}
			response := fuzzReply(200+int(code)%400, nil)
			response.Body = io.NopCloser(body)
			return response, nil
		}, func(c *jumpcloud.Configuration) { c.MaxResponseBytes = 1 + int64(limit) })
		_, single := client.Systemusers.Get(t.Context(), userID, nil)
		_, list := client.Usergroups.List(t.Context(), nil)
		for _, err := range []error{single, list} {
			fuzzClean(t, err)
			if err == nil || code%400 < 100 && !errors.Is(err, jumpcloud.ErrTooLarge) {
				t.Fatalf("an answer without end is %v", err)
			}
		}
		if body.read > int(limit)+1<<16 {
			t.Fatalf("%d bytes were read for a limit of %d", body.read, 1+int(limit))
		}
	})
}

// fuzzRepeat is a text over and over.
type fuzzRepeat struct {
	pattern []byte
	read    int
}

func (r *fuzzRepeat) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = r.pattern[(r.read+i)%len(r.pattern)]
	}
	r.read += len(into)
	return len(into), nil
}

// FuzzRaw asks an object that was read WithRaw about a key.
func FuzzRaw(f *testing.F) {
	f.Add("sudo", []byte(`{"sudo":false,"manager":null," \u0073udo":1}`))
	f.Add("manager", []byte(` { "manager" : null } `))
	f.Add("a", []byte(`{"b":{"a":1},"c":[{"a":2}],"a":"}{][,:\\\"","a":3}`))
	f.Add("sudo", []byte(`{"\u0073udo":[]}`))
	f.Add("", []byte(`{"":1}`))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		client := fuzzClient(t, func(*http.Request) (*http.Response, error) { return fuzzReply(200, body), nil })
		var out jumpcloud.TOTPInfo
		if client.Call(t.Context(), "GET", "/x", nil, nil, &out, jumpcloud.WithRaw()) != nil {
			return
		}
		var all map[string]json.RawMessage
		if err := json.Unmarshal(body, &all); err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		value, has := all[name]
		if out.Has(name) != has || out.IsNull(name) != (string(value) == "null") || !bytes.Equal(out.Field(name), value) {
			t.Fatalf("%q in %s: has %v, null %v, %q, but it is %q", name, body, out.Has(name), out.IsNull(name), out.Field(name), value)
		}
	})
}

// fuzzOpts has an Opt of each kind of value.
type fuzzOpts struct {
	Text    jumpcloud.Opt[string]           `json:"text,omitzero"`
	Whole   jumpcloud.Opt[int]              `json:"whole,omitzero"`
	Large   jumpcloud.Opt[int64]            `json:"large,omitzero"`
	Number  jumpcloud.Opt[float64]          `json:"number,omitzero"`
	Flag    jumpcloud.Opt[bool]             `json:"flag,omitzero"`
	Secret  jumpcloud.Opt[jumpcloud.Secret] `json:"secret,omitzero"`
	Date    jumpcloud.Opt[jumpcloud.Time]   `json:"date,omitzero"`
	List    jumpcloud.Opt[[]string]         `json:"list,omitzero"`
	Free    jumpcloud.Opt[map[string]any]   `json:"free,omitzero"`
	Any     jumpcloud.Opt[any]              `json:"any,omitzero"`
	Raw     jumpcloud.Opt[json.RawMessage]  `json:"raw,omitzero"`
	Address jumpcloud.Opt[fuzzInner]        `json:"address,omitzero"`
}

type fuzzInner struct {
	Text jumpcloud.Opt[string] `json:"text,omitzero"`
}

// FuzzOpt reads and writes optional fields: what was omitted stays so, and null stays null.
func FuzzOpt(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"text":null,"whole":null,"large":null,"number":null,"flag":null,"secret":null,"date":null,"list":null,"free":null,"any":null,"address":null}`))
	f.Add([]byte(`{"text":"","whole":0,"large":9223372036854775807,"number":0.1,"flag":false,"secret":"","date":"","list":[],"free":{},"any":[],"raw":{},"address":{}}`))
	f.Add([]byte(`{"text":"<&>\u2028\\\"é\u0000","whole":-1,"number":1e300,"flag":true,"date":"2021-02-12","list":["a",""],"free":{"a":null},"any":1.5,"raw":[1],"address":{"text":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var read fuzzOpts
		var keys map[string]json.RawMessage
		if json.Unmarshal(body, &keys) != nil || json.Unmarshal(body, &read) != nil {
			return
		}
		written, err := json.Marshal(read)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		var again fuzzOpts
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("%s becomes %s: %v", body, written, err)
		}
		twice, err := json.Marshal(again)
		if err != nil || !bytes.Equal(written, twice) {
			t.Fatalf("%s becomes %s and then %s: %v", body, written, twice, err)
		}
		var after map[string]json.RawMessage
		if err := json.Unmarshal(written, &after); err != nil {
			t.Fatal(err)
		}
		fields := reflect.TypeFor[fuzzOpts]()
		for i := range fields.NumField() {
			name, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
			before, there := keys[name]
			if !there {
				continue // or with other capitals, which encoding/json takes too
			}
			now, still := after[name]
			null := reflect.ValueOf(read).Field(i).Interface().(interface{ IsNull() bool }).IsNull()
			switch {
			case !still:
				t.Fatalf("%s of %s is gone in %s", name, body, written)
			case null != (string(before) == "null") && json.Valid(before) && strings.Count(strings.ToLower(string(body)), `"`+name+`"`) == 1:
				t.Fatalf("%s is null in %s: %v", name, body, null)
			case null && string(now) != "null":
				t.Fatalf("%s was null in %s, and is %s", name, body, now)
			case name == "list" && !null && string(now) == "null":
				t.Fatalf("a list turned into null: %s, %s", body, written)
			}
		}
	})
}

// FuzzOptText sets values that callers make.
func FuzzOptText(f *testing.F) {
	for _, text := range []string{"", "a", "<&>", "\"\\\n\t\x00\x7f", "é\u2028\u2029\xff", "null", "[]", "0"} {
		f.Add(text, int64(len(text)), len(text)%2 == 0)
	}
	f.Fuzz(func(t *testing.T, text string, number int64, flag bool) {
		same := func(opt, value any) {
			t.Helper()
			got, err := json.Marshal(opt)
			want, _ := json.Marshal(value)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("Set(%#v) encodes as %s and not as %s: %v", value, got, want, err)
			}
		}
		same(jumpcloud.Set(text), text)
		same(jumpcloud.Set(number), number)
		same(jumpcloud.Set(int(number)), int(number))
		same(jumpcloud.Set(flag), flag)
		same(jumpcloud.Set([]string{text}), []string{text})
		same(jumpcloud.Set(map[string]any{text: number}), map[string]any{text: number})
		same(jumpcloud.Set(jumpcloud.Secret(text)), text)
		if shown := fmt.Sprintf("%v %+v %#v %q %x", jumpcloud.Set(jumpcloud.Secret(fuzzPassword+text)), jumpcloud.Secret(fuzzPassword+text),
			jumpcloud.Set(jumpcloud.Secret(fuzzPassword)), jumpcloud.Secret(fuzzPassword), jumpcloud.Secret(fuzzPassword)); strings.Contains(shown, fuzzPassword) {
			t.Fatalf("a secret is shown: %s", shown)
		}
	})
}

// FuzzPath puts an id into a path: it stays one element, and nothing but itself.
func FuzzPath(f *testing.F) {
	for _, id := range []string{
		"5f0c1a2b3c4d5e6f70819293", "", " ", ".", "..", "...", "../..", "/", "//", "a/b", "a?b", "a#b", "a%2Fb", "%2e%2e", "%", "%zz", "a b", "a+b", "a;b", "a\\b",
		"é", "\x00", "\xff", "\r\nX-Evil: 1", "a:b", "@", "!$&'()*+,;=", "\u2028", "{id}", "https://evil.test", "[", "~", "\u00a0",
	} {
		f.Add(id, "b")
		f.Add("a", id)
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		var sent *url.URL
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			sent = r.URL
			return fuzzReply(200, []byte(`{"id":"p"}`)), nil
		})
		_, err := client.Users.GetPushEndpoint(t.Context(), first, second)
		var refused *jumpcloud.ParamError
		empty := func(id string) bool { return strings.TrimSpace(id) == "" || id == "." || id == ".." }
		if empty(first) || empty(second) {
			if !errors.As(err, &refused) || sent != nil {
				t.Fatalf("%q %q: %v", first, second, err)
			}
			return
		}
		if err != nil || sent.Scheme+"://"+sent.Host != "https://jumpcloud.test" || sent.RawQuery != "" || sent.Fragment != "" {
			t.Fatalf("%q %q: %v %s", first, second, err, sent)
		}
		onWire, err := url.ParseRequestURI(sent.RequestURI())
		if err != nil {
			t.Fatalf("%q %q: %v", first, second, err)
		}
		elements := strings.Split(onWire.EscapedPath(), "/")
		if len(elements) != 8 || strings.Join(append(elements[:5:5], elements[6]), "/") != "/base/api/v2/users/pushendpoints" {
			t.Fatalf("%q %q leave their places: %s", first, second, onWire)
		}
		for i, id := range map[int]string{5: first, 7: second} {
			if decoded, err := url.PathUnescape(elements[i]); err != nil || decoded != id {
				t.Fatalf("%q is sent as %q, which is %q: %v", id, elements[i], decoded, err)
			}
		}
	})
}

// FuzzCallPath calls a path of the caller's: it stays below the base URL.
func FuzzCallPath(f *testing.F) {
	for _, path := range []string{
		"/systems", "/v2/systemgroups/a", "/", "", "//evil.test/x", "https://evil.test", "/a/../b", "/a/%2e%2e/b", "/a/..", "/a//b", "/a/", "/a?b=c", "/a#b", "/a%2Fb",
		"/a%2F..%2Fb", "/%", "/a b", "/é", "/a\\b", "/a%00b", "/a:b", "/.", "/a;b=c", "/%252e%252e/x", "/a/./b", "/!*'()", "/a%0d%0ab",
	} {
		f.Add("GET", path, "k", "v")
	}
	f.Add("POST /x", "/a", "limit", "a&b=c")
	f.Fuzz(func(t *testing.T, method, path, key, value string) {
		var sent *url.URL
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			sent = r.URL
			return fuzzReply(200, []byte(`{}`)), nil
		})
		err := client.Call(t.Context(), method, path, url.Values{key: {value}}, nil, nil)
		if sent == nil {
			var refused *jumpcloud.ParamError
			if !errors.As(err, &refused) {
				t.Fatalf("%q %q: %v", method, path, err)
			}
			return
		}
		onWire, err := url.ParseRequestURI(sent.RequestURI())
		if err != nil || sent.Scheme+"://"+sent.Host != "https://jumpcloud.test" || sent.Fragment != "" {
			t.Fatalf("%q: %v %s", path, err, sent)
		}
		asked, err := url.PathUnescape(path)
		if err != nil || onWire.Path != "/base/api"+asked {
			t.Fatalf("%q reaches %q: %v", path, onWire.Path, err)
		}
		below, _ := strings.CutPrefix(onWire.EscapedPath(), "/base/api/")
		for element := range strings.SplitSeq(below, "/") {
			if element == "" && below != "" {
				t.Fatalf("%q has an empty element", onWire.EscapedPath())
			}
		}
		for element := range strings.SplitSeq(onWire.Path, "/") {
			if element == "." || element == ".." {
				t.Fatalf("%q has a dot segment", onWire.Path)
			}
		}
		if query, err := url.ParseQuery(onWire.RawQuery); err != nil || len(query) != 1 || query.Get(key) != value {
			t.Fatalf("%q=%q is sent as %q: %v", key, value, onWire.RawQuery, err)
		}
	})
}

// FuzzFilter builds filters of both versions, next to other lists in the query.
func FuzzFilter(f *testing.F) {
	for _, op := range []jumpcloud.Operator{
		jumpcloud.Eq, jumpcloud.Ne, jumpcloud.Gt, jumpcloud.Gte, jumpcloud.Lt, jumpcloud.Lte, jumpcloud.In, jumpcloud.Between, jumpcloud.Search, "regex", "",
	} {
		f.Add("department", string(op), "IT", "R&D", uint8(1), "username")
		f.Add("a:b", string(op), "a:b,c|d e", "\r\n", uint8(2), "a,b c")
	}
	f.Add("", "eq", "", "", uint8(0), "")
	f.Fuzz(func(t *testing.T, field, op, first, second string, n uint8, selected string) {
		values := []string{first, second}[:n%3]
		var sent url.Values
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			query, err := url.ParseQuery(r.URL.RawQuery)
			if err != nil {
				t.Fatal(err)
			}
			sent = query
			return fuzzReply(200, []byte(`[]`)), nil
		})
		condition := jumpcloud.Filter(field, jumpcloud.Operator(op), values...)
		conditions := []jumpcloud.Condition{condition, jumpcloud.Filter("x", jumpcloud.Eq, "y")}
		for version, list := range map[string]func() error{
			"v1": func() error {
				_, err := client.Systemusers.List(t.Context(), &jumpcloud.SystemusersListParams{Filter: conditions, Fields: []string{"a", selected}})
				return err
			},
			"v2": func() error {
				_, err := client.Usergroups.List(t.Context(), &jumpcloud.UsergroupsListParams{Filter: conditions, Sort: []string{"a", selected}})
				return err
			},
		} {
			sent = nil
			err := list()
			var refused *jumpcloud.ParamError
			if errors.As(err, &refused) {
				if sent != nil {
					t.Fatalf("%v was sent all the same", err)
				}
				continue
			}
			if err != nil || len(sent["filter"]) != 2 || len(sent) != 3 {
				t.Fatalf("%s: %q %q %q: %v %v", version, field, op, values, sent, err)
			}
			sign := map[string]string{"v1": "$eq", "v2": "eq"}[version]
			if sent["filter"][1] != "x:"+sign+":y" {
				t.Fatalf("%s: %q", version, sent["filter"])
			}
			name, rest, _ := strings.Cut(sent["filter"][0], ":")
			operator, value, _ := strings.Cut(rest, ":")
			if name != field || value != strings.Join(values, "|") || strings.HasPrefix(operator, "$") != (version == "v1") || len(values) == 0 {
				t.Fatalf("%s: %q %q %q is sent as %q", version, field, op, values, sent["filter"][0])
			}
			if len(values) == 2 && len(strings.Split(value, "|")) != 2 {
				t.Fatalf("%q are more values than two: %q", values, value)
			}
			selection, separator := sent.Get("fields"), " "
			if version == "v2" {
				selection, separator = sent.Get("sort"), ","
			}
			if !slices.Equal(strings.Split(selection, separator), []string{"a", selected}) {
				t.Fatalf("%s: %q is sent as %q", version, selected, selection)
			}
		}
		_, _ = json.Marshal(condition)
	})
}

// FuzzOptions gives a call what no option may: another credential, another header, another body.
func FuzzOptions(f *testing.F) {
	for _, name := range []string{"X-Test", "x-api-key", "Authorization", "X-Api-Key ", "Host", "x-org-id", "", "a b", "Content-Type", "Idempotency-Key", "Accept", "X-\r\nEvil", "cookie"} {
		f.Add(name, "value", "org", "limit", "field")
	}
	f.Add("X-Test", "a\r\nX-Api-Key: b", "o r g", "skip", "password")
	f.Add("X-Test", "é\x7f", "", "", "")
	f.Fuzz(func(t *testing.T, name, value, org, parameter, field string) {
		var sent *http.Request
		var body []byte
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			sent = r
			body, _ = io.ReadAll(r.Body)
			return fuzzReply(200, []byte(`{}`)), nil
		})
		_, err := client.Usergroups.Create(t.Context(), jumpcloud.UserGroupCreate{Name: "n"},
			jumpcloud.WithHeader(name, value), jumpcloud.WithOrgID(org), jumpcloud.WithQuery(parameter, value), jumpcloud.WithBodyField(field, value))
		if sent == nil {
			var refused *jumpcloud.ParamError
			if !errors.As(err, &refused) {
				t.Fatalf("%q: %v", name, err)
			}
			return
		}
		if got := sent.Header["X-Api-Key"]; !slices.Equal(got, []string{fuzzKey}) || len(sent.Header["Authorization"]) > 0 {
			t.Fatalf("the credential is %q", got)
		}
		var wire bytes.Buffer
		sent.Body = nil
		if err := sent.Header.Write(&wire); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(wire.String(), "\r\n"), "\r\n") {
			if key, _, _ := strings.Cut(line, ":"); sent.Header[key] == nil {
				t.Fatalf("%q=%q makes the header %q", name, value, line)
			}
		}
		if got := sent.URL.Query()[parameter]; !slices.Equal(got, []string{value}) {
			t.Fatalf("%q=%q is sent as %q", parameter, value, sent.URL.RawQuery)
		}
		var object map[string]any
		if err := json.Unmarshal(body, &object); err != nil || field != "name" && object["name"] != "n" {
			t.Fatalf("%q: %v", body, err)
		}
	})
}

// FuzzRetryAfter reads the header.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{
		"", "0", "1", "-1", "+1", "1.5", " 7 ", "99999999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Friday, 31-Dec-99 23:59:59 GMT",
		"Fri Dec 31 23:59:59 1999", "1e9", "0x10", "١", "18446744073709551615", "4294967297",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		attempts := 0
		client := fuzzClient(t, func(*http.Request) (*http.Response, error) {
			attempts++
			return fuzzReply(429, nil, "Retry-After", value), nil
		}, func(c *jumpcloud.Configuration) {
			c.Retry = jumpcloud.RetryPolicy{MaxAttempts: 2, MinWait: 1, MaxWait: 1}
		})
		err := client.Call(t.Context(), "GET", "/x", nil, nil, nil)
		var refused *jumpcloud.APIError
		if !errors.As(err, &refused) || refused.RetryAfter < 0 {
			t.Fatalf("%q: %v", value, err)
		}
		if seconds, err := strconv.ParseUint(value, 10, 31); err == nil && refused.RetryAfter != time.Duration(seconds)*time.Second {
			t.Fatalf("%q is %s", value, refused.RetryAfter)
		}
		if expected := map[bool]int{true: 1, false: 2}[refused.RetryAfter > 1]; attempts != expected {
			t.Fatalf("%q, which is %s: %d attempts", value, refused.RetryAfter, attempts)
		}
	})
}

// fuzzOrigin is the origin of a URL, as strictly as it can be.
func fuzzOrigin(u *url.URL) string {
	port := u.Port()
	if port == "" && u.Scheme == "https" {
		port = "443"
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// FuzzLink walks a list whose pages name the next one.
func FuzzLink(f *testing.F) {
	for _, link := range []string{
		`</base/api/systems?skip=2>; rel="next"`, `<https://jumpcloud.test/x>; rel=next`, `<https://evil.test/x>; rel="next"`, `<//evil.test>; rel=next`, `<?page=2>; rel=next`,
		`<x>; rel="prev", <y>; rel="next"`, `<https://jumpcloud.test:443/x>; rel=next`, `<https://jumpcloud.test:8443/x>; rel=next`, `<http://jumpcloud.test/x>; rel=next`,
		`<https://user@jumpcloud.test/x>; rel=next`, `<https://jumpcloud.test@evil.test/x>; rel=next`, `<https:jumpcloud.test>; rel=next`, `<\\evil.test>; rel=next`,
		`<https://jumpcloud.test.evil.test/>; rel=next`, `<>; rel=next`, `<a`, `rel=next`, `<https://jumpcloud.test\@evil.test/>; rel=next`, `<javascript:x>; rel=next`,
		`<https://JUMPCLOUD.TEST/x>; rel=next`, `<a>; title="<https://evil.test>; rel=next"; rel=next`, `<https://[::1]/>; rel=next`, `<%2F%2Fevil.test>; rel=next`,
	} {
		f.Add(link, []byte(`[{"_id":"a"}]`))
		f.Add(link, []byte(`[]`))
	}
	f.Add(`<x>; rel=next`, []byte(`[{}]`))
	f.Fuzz(func(t *testing.T, link string, body []byte) {
		requests := 0
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			if fuzzOrigin(r.URL) != "https://jumpcloud.test:443" || r.URL.User != nil || r.Method != "GET" {
				t.Fatalf("%q leads to %s %s", link, r.Method, r.URL)
			}
			if requests++; requests > 200 {
				return fuzzReply(500, nil), nil
			}
			return fuzzReply(200, body, "Link", link), nil
		})
		for _, err := range jumpcloud.Walk[thing](t.Context(), client, "/systems", nil) {
			fuzzClean(t, err)
		}
		if requests > 200 {
			t.Fatalf("the walk never ends: %q %s", link, body)
		}
	})
}

// FuzzRedirect answers with a redirect.
func FuzzRedirect(f *testing.F) {
	for _, location := range []string{
		"", "/x", "x", "?x", "https://jumpcloud.test/x", "https://evil.test/KEY", "//evil.test", "http://jumpcloud.test", "https://jumpcloud.test:444", "https://a@jumpcloud.test/", ":", "%zz",
		"https://jumpcloud.test:port", "https:", "https:x", "\\\\evil.test", "https://evil.test\\@jumpcloud.test", "https://jumpcloud.test\x00.evil.test",
	} {
		f.Add(location, uint8(2), uint8(0))
		f.Add(location, uint8(7), uint8(1))
	}
	f.Fuzz(func(t *testing.T, location string, code, verb uint8) {
		location = strings.ReplaceAll(location, "KEY", fuzzKey)
		method := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}[int(verb)%5]
		requests := 0
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			if requests++; fuzzOrigin(r.URL) != "https://jumpcloud.test:443" || r.Method != method || requests > 1 && method != "GET" {
				t.Fatalf("%q leads to %s %s", location, r.Method, r.URL)
			}
			return fuzzReply(300+int(code)%10, nil, "Location", location), nil
		})
		err := client.Call(t.Context(), method, "/systems", nil, nil, nil)
		if err == nil || requests > 12 {
			t.Fatalf("%q: %d requests, %v", location, requests, err)
		}
		fuzzClean(t, err)
	})
}

// FuzzTime reads dates, and writes them back.
func FuzzTime(f *testing.F) {
	for _, value := range []string{
		`"2021-02-12T17:45:42.369Z"`, `"2021-02-12T17:45:42"`, `"2021-02-12"`, `""`, `null`, `0`, `1613151942369`, `"soon"`, `true`, `{}`, `[]`, `"0001-01-01T00:00:00Z"`,
		`"2021-02-12T17:45:42.369+05:30"`, `"9999-12-31T23:59:59.999999999Z"`, `"2021-02-30"`, `"\u0032021-02-12"`, `"2021-02-12T24:00:00Z"`, `" 2021-02-12"`, `"é\""`,
	} {
		f.Add([]byte(value), int64(1613151942), int64(369e6))
	}
	f.Add([]byte(`0`), int64(-1<<62), int64(-1))
	f.Fuzz(func(t *testing.T, value []byte, seconds, nanoseconds int64) {
		var read jumpcloud.Time
		if json.Unmarshal(value, &read) == nil {
			written, err := json.Marshal(read)
			if err != nil {
				t.Fatalf("%s: %v", value, err)
			}
			var before, after any
			if json.Unmarshal(value, &before) != nil { // a number that is too large for encoding/json
				before = string(bytes.TrimSpace(value))
				after = string(written)
			} else if err := json.Unmarshal(written, &after); err != nil {
				t.Fatalf("%s becomes %s: %v", value, written, err)
			}
			if !reflect.DeepEqual(before, after) && (before != "" || after != nil) {
				t.Fatalf("%s becomes %s", value, written)
			}
			if text, is := before.(string); is && read.Text() != text || fmt.Sprint(read) != read.Text() || read.IsZero() != (before == nil || before == "") {
				t.Fatalf("%s has the text %q, prints as %v, and is zero: %v", value, read.Text(), read, read.IsZero())
			}
			if parsed, err := time.Parse(time.RFC3339, read.Text()); err == nil && !read.Equal(parsed) {
				t.Fatalf("%s is %s", value, read.Time)
			}
			read.Time = read.Add(time.Hour) // a text that does not mean it any more
			if !read.Time.IsZero() && read.Year() > 0 && read.Year() < 9999 {
				fuzzSameInstant(t, read)
			}
		}
		if made := time.Unix(seconds%250_000_000_000, nanoseconds%1e9); made.UTC().Year() > 0 && made.UTC().Year() < 9999 && !made.IsZero() {
			fuzzSameInstant(t, jumpcloud.NewTime(made))
		}
		_, _ = json.Marshal(jumpcloud.NewTime(time.Unix(seconds, nanoseconds)))
	})
}

// fuzzSameInstant checks that a date means the same once it was sent and read, to the millisecond.
func fuzzSameInstant(t *testing.T, date jumpcloud.Time) {
	t.Helper()
	written, err := json.Marshal(date)
	if err != nil {
		t.Fatal(err)
	}
	var read jumpcloud.Time
	if err := json.Unmarshal(written, &read); err != nil || !read.Equal(date.Truncate(time.Millisecond)) {
		t.Fatalf("%s becomes %s, which is %s: %v", date.Time, written, read.Time, err)
	}
}

// FuzzConfiguration makes a client of anything.
func FuzzConfiguration(f *testing.F) {
	f.Add("", "", "", "", "https://jumpcloud.test/api", "us", "", "", int64(0), 0)
	f.Add(" ", "id", "secret", "https://token.test/t", "", "eu", "org", "agent", int64(-1), 101)
	f.Add("\n", "", "", "http://user:PASSWORD@token.test/t", "http://user:PASSWORD@localhost:80/x?y#z", "mars", "o r g", "\x00", int64(1)<<62, -1)
	f.Add("a", "", "", "", "HTTPS://[::1%25eth0]:443/%zz", "", "é", "", int64(1), 100)
	f.Add("", "id", "\x00", "https://u:PASSWORD@h\\@/x", "user:PASS WORD@host", "in", "", "", int64(1), 1)
	f.Fuzz(func(t *testing.T, key, clientID, clientSecret, tokenURL, base, region, org, agent string, number int64, size int) {
		secrets := []string{fuzzPassword}
		configuration := jumpcloud.Configuration{
			OrgID: org, Region: jumpcloud.Region(region), BaseURL: strings.ReplaceAll(base, "PASSWORD", fuzzPassword), UserAgent: agent,
			Timeout: time.Duration(number), Retry: jumpcloud.RetryPolicy{MaxAttempts: size, MinWait: time.Duration(number), MaxWait: time.Duration(number)},
			PageSize: size, PageConcurrency: size, MaxResponseBytes: number,
		}
		if key != "" {
			configuration.APIKey = fuzzKey + key
			secrets = append(secrets, configuration.APIKey)
		}
		if clientID != "" || clientSecret != "" {
			configuration.ServiceAccount = &jumpcloud.ServiceAccount{
				ClientID: clientID, ClientSecret: fuzzKey + clientSecret, TokenURL: strings.ReplaceAll(tokenURL, "PASSWORD", fuzzPassword),
			}
		}
		client, err := jumpcloud.NewAPIClient(&configuration)
		if (client == nil) == (err == nil) {
			t.Fatalf("%v and %v", client, err)
		}
		fuzzClean(t, err, secrets...)
		shown := ""
		for _, value := range []any{configuration, &configuration, configuration.ServiceAccount, client} {
			data, err := json.Marshal(value)
			shown += fmt.Sprintf("%v %+v %#v %s %q %s %v", value, value, value, value, value, data, err)
		}
		if !fuzzUserinfo(configuration.BaseURL) || configuration.ServiceAccount != nil && !fuzzUserinfo(configuration.ServiceAccount.TokenURL) {
			secrets = secrets[1:] // it is a host or a path, and no password
		}
		for _, secret := range append(secrets, fuzzKey) {
			if strings.Contains(shown, secret) {
				t.Fatalf("%q stands in %s", secret, shown)
			}
		}
		if err != nil {
			return
		}
		address := configuration.BaseURL
		if address == "" {
			return
		}
		if u, err := url.Parse(address); err != nil || u.User != nil || u.Scheme != "https" && !slices.Contains([]string{"localhost", "::1"}, strings.ToLower(u.Hostname())) &&
			!strings.HasPrefix(u.Hostname(), "127.") && !strings.HasPrefix(u.Hostname(), "::ffff:") && !strings.Contains(u.Hostname(), ":") {
			t.Fatalf("%q is taken for an address to send a credential to", address)
		}
	})
}

// fuzzUserinfo reports whether the password can be one in an address: where what is before the last @
// is no user information by the letter, it may be meant to be.
func fuzzUserinfo(address string) bool {
	if u, err := url.Parse(address); err == nil && u.User == nil && u.Opaque == "" {
		return false
	}
	at := strings.LastIndexByte(address, '@')
	return !strings.Contains(address[at+1:], fuzzPassword) && !strings.Contains(address[:strings.Index(address+"://", "://")], fuzzPassword)
}

// FuzzToken answers the token endpoint's request.
func FuzzToken(f *testing.F) {
	for _, body := range []string{
		`{"access_token":"t","expires_in":3600}`, `{"access_token":"t","expires_in":"60"}`, `{"access_token":"t","expires_in":-1}`, `{"access_token":"t","expires_in":1e30}`,
		`{"access_token":""}`, `{"access_token":"a b"}`, `{"access_token":7}`, `null`, ``, `[]`, `{"error":"invalid_client","error_description":"KEY"}`, `{"access_token":"t","expires_in":null}`,
		`{"access_token":"\r\n"}`, `{"ACCESS_TOKEN":"t"}`,
	} {
		f.Add(uint16(0), []byte(body), uint16(0))
		f.Add(uint16(201), []byte(body), uint16(201))
	}
	f.Fuzz(func(t *testing.T, code uint16, body []byte, then uint16) {
		body = bytes.ReplaceAll(body, []byte("KEY"), []byte(fuzzKey))
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "token.test" {
				return fuzzReply(200+int(code)%400, body), nil
			}
			for _, value := range r.Header["Authorization"] {
				if token, is := strings.CutPrefix(value, "Bearer "); !is || token == "" || strings.ContainsFunc(token, func(c rune) bool { return c <= ' ' || c > '~' }) {
					t.Fatalf("the credential is %q", value)
				}
			}
			return fuzzReply(200+int(then)%400, []byte(`{"message":"`+r.Header.Get("Authorization")+`"}`)), nil
		}, func(c *jumpcloud.Configuration) {
			c.APIKey = ""
			c.ServiceAccount = &jumpcloud.ServiceAccount{ClientID: "id", ClientSecret: fuzzKey, TokenURL: "https://token.test/t"}
		})
		err := client.Call(t.Context(), "GET", "/x", nil, nil, nil)
		fuzzClean(t, err)
		var granted struct {
			AccessToken string `json:"access_token"`
		}
		if json.Unmarshal(body, &granted) == nil && len(granted.AccessToken) > 20 {
			fuzzClean(t, err, granted.AccessToken)
		}
	})
}

// FuzzTransportError breaks a request with a text that holds what it should not.
func FuzzTransportError(f *testing.F) {
	for _, text := range []string{
		"connection reset", "cannot send KEY", `invalid proxy address "http://user:PASSWORD@proxy": parse "http://user:PASSWORD@proxy": first path segment`, "PASSWORD@", "://a:PASSWORD@b",
		`"PASSWORD@`, `http://u:PASSWORD@h http://u:PASSWORD@h`, "KEY KEY", "http://u:PASS/WORD@h",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cause := errors.New(strings.NewReplacer("KEY", fuzzKey, "PASSWORD", fuzzPassword).Replace(text))
		client := fuzzClient(t, func(*http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("outer: %w", cause)
		})
		err := client.Call(t.Context(), "POST", "/x", nil, map[string]string{"password": fuzzPassword}, nil)
		if !errors.Is(err, cause) {
			t.Fatalf("%v is not %v", err, cause)
		}
		fuzzClean(t, err, fuzzPassword)
	})
}

// FuzzMemberQuery keeps a group's query whatever it is, and reads the shapes that it knows.
func FuzzMemberQuery(f *testing.F) {
	for _, query := range []string{
		`{"queryType":"FilterQuery","filters":[{"field":"company","operator":"eq","value":"A"}]}`, `{"queryType":"Filter","filters":["a:$eq:b"]}`,
		`{"queryType":"Search","searchFilters":"{\"filter\":{\"or\":[\"company:$co:Toast\"]}}"}`, `{}`, `null`, `[]`, `"x"`, `{"queryType":7}`, `{"queryType":"Search","searchFilters":"{"}`,
	} {
		f.Add([]byte(query), "company")
	}
	f.Fuzz(func(t *testing.T, query []byte, value string) {
		var read jumpcloud.MemberQuery
		if json.Unmarshal(query, &read) == nil {
			written, err := json.Marshal(read)
			var compact bytes.Buffer
			if json.Compact(&compact, query) != nil || err != nil || !fuzzSameJSON(written, compact.Bytes()) {
				t.Fatalf("%s becomes %s: %v", query, written, err)
			}
			_, _ = read.Filters()
			_, _ = read.Conditions()
			_, _ = read.Search()
		}
		for _, made := range []jumpcloud.MemberQuery{
			jumpcloud.FilterQuery(jumpcloud.MemberQueryFilter{Field: value, Operator: "eq", Value: value}),
			jumpcloud.ConditionQuery(jumpcloud.Filter("company", jumpcloud.Eq, value)),
			jumpcloud.SearchQuery([]string{value}),
		} {
			written, err := json.Marshal(made)
			var refused *jumpcloud.ParamError
			if (value == "" || !utf8.ValidString(value)) && errors.As(err, &refused) {
				continue
			}
			if err != nil {
				t.Fatalf("%q: %v", value, err)
			}
			var read jumpcloud.MemberQuery
			if err := json.Unmarshal(written, &read); err != nil || read.QueryType() != made.QueryType() {
				t.Fatalf("%q is written as %s: %v", value, written, err)
			}
			filters, isFilters := read.Filters()
			conditions, isConditions := read.Conditions()
			search, isSearch := read.Search()
			text, _ := json.Marshal([]string{value})
			switch {
			case !isFilters && !isConditions && !isSearch,
				isFilters && filters[0].Value != value,
				isConditions && conditions[0] != "company:$eq:"+value,
				isSearch && !fuzzSameJSON(search, text):
				t.Fatalf("%q is read from %s as %v %v %s", value, written, filters, conditions, search)
			}
		}
	})
}

func fuzzSameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// FuzzBody sends bodies whose free parts are the caller's, and reads what was sent.
func FuzzBody(f *testing.F) {
	f.Add("ann", "a@x.test", []byte(`{"a":1}`), int64(5001))
	f.Add("\xff\"\\\u2028", "", []byte(`null`), int64(-1))
	f.Add("", "<&>", []byte(`{"name":"x","password":"y"}`), int64(1)<<62)
	f.Fuzz(func(t *testing.T, username, password string, free []byte, number int64) {
		var sent []byte
		client := fuzzClient(t, func(r *http.Request) (*http.Response, error) {
			sent, _ = io.ReadAll(r.Body)
			return fuzzReply(400, sent), nil
		})
		_, err := client.Systemusers.Create(context.Background(), jumpcloud.SystemuserCreate{
			Username: username, Password: jumpcloud.Set(jumpcloud.Secret(fuzzPassword + password)), UnixUID: jumpcloud.Set(number),
		}, nil, jumpcloud.WithBodyField("free", json.RawMessage(free)))
		fuzzClean(t, err, fuzzPassword)
		if !json.Valid(free) || !utf8.ValidString(username+password) || !utf8.Valid(free) {
			var refused *jumpcloud.ParamError
			if !errors.As(err, &refused) || sent != nil {
				t.Fatalf("%q: %v", free, err)
			}
			return
		}
		var body struct {
			Username string
			Password string
			UnixUID  int64 `json:"unix_uid"`
			Free     json.RawMessage
		}
		if err := json.Unmarshal(sent, &body); err != nil || body.UnixUID != number || !fuzzSameJSON(body.Free, free) {
			t.Fatalf("%s: %v", sent, err)
		}
		if body.Username != username {
			t.Fatalf("%q is sent as %s", username, sent)
		}
		_, err = client.Usergroups.Create(context.Background(), jumpcloud.UserGroupCreate{
			Name: username, Attributes: jumpcloud.Set(jumpcloud.GroupAttributesInput{Extra: map[string]json.RawMessage{"brandNew": free}}),
		})
		fuzzClean(t, err)
	})
}
