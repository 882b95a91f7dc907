package jumpcloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What generated methods ask of the runtime beside the usual, on requests as they build them.

type answerer func(r *http.Request, body string) (header http.Header, answer string)

func (f answerer) RoundTrip(r *http.Request) (*http.Response, error) {
	body := ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
	}
	header, answer := f(r, body)
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
}

// talking is a client, and what it sent: method, path and query, body.
func talking(t *testing.T, answers ...string) (*APIClient, *[]string) {
	t.Helper()
	sent := &[]string{}
	return speaking(t, func(r *http.Request, body string) (http.Header, string) {
		*sent = append(*sent, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.URL.RawQuery+" "+body))
		if len(answers) == 0 {
			t.Fatal("one request too many")
		}
		answer := answers[0]
		answers = answers[1:]
		header, rest, has := strings.Cut(answer, "|")
		if !has {
			return nil, answer
		}
		name, value, _ := strings.Cut(header, ": ")
		return http.Header{http.CanonicalHeaderKey(name): {value}}, rest
	}), sent
}

func speaking(t *testing.T, f answerer) *APIClient {
	t.Helper()
	client, err := NewAPIClient(&Configuration{APIKey: "key", BaseURL: "https://jumpcloud.test/api", HTTPClient: &http.Client{Transport: f}})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

type thing struct {
	ID string `json:"id"`
}

func ids(t *testing.T, walk func(yield func(*thing, error) bool)) (found string, failed error) {
	t.Helper()
	walk(func(item *thing, err error) bool {
		if err != nil {
			failed = err
			return true
		}
		found += item.ID
		return true
	})
	return found, failed
}

func equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestAWrappedListHasItsOwnKeys(t *testing.T) {
	for answer, want := range map[string]string{
		`{"things":[{"id":"a"},{"id":"b"}],"count":2}`: "ab 2",
		`{"count":"0"}`:              " 0",
		`{}`:                         " -1",
		`[{"id":"a"}]`:               "a -1",
		`{"message":"no"}`:           "error",
		`{"count":3}`:                "error",
		`{"things":{}}`:              "error",
		`{"results":[],"things":[]}`: " -1",
	} {
		client, _ := talking(t, answer)
		r := client.request("GET /v2/things x")
		r.wrapped("things", "count")
		page, err := callPage[*thing](t.Context(), r, nil)
		got := "error"
		if err == nil {
			got = ""
			for _, item := range page.Items {
				got += item.ID
			}
			got += fmt.Sprint(" ", page.TotalCount)
		}
		if got != want {
			t.Errorf("%s: got %s (%v), want %s", answer, got, err, want)
		}
	}
}

func TestLimitAndSkipHaveOtherNames(t *testing.T) {
	client, sent := talking(t, `[]`)
	r := client.request("GET /v2/things x")
	r.named("top", "offset")
	r.paging(7, 14, 1000)
	if _, err := callPage[*thing](t.Context(), r, nil); err != nil {
		t.Error(err)
	}
	equal(t, (*sent)[0], "GET /api/v2/things offset=14&top=7")
}

func TestACursorOfTheQueryIsCarriedAsItCame(t *testing.T) {
	client, sent := talking(t, `{"things":[{"id":"a"}],"next":"p+1/="}`, `{"things":[],"next":"p2"}`, `{"things":[{"id":"b"}]}`)
	r := client.request("GET /v2/things x")
	r.wrapped("things", "")
	r.cursor("token", "next", "")
	r.paging(2, 0, 500)
	found, err := ids(t, callWalk[*thing](t.Context(), r, nil))
	equal(t, found, "ab")
	equal(t, err, nil)
	equal(t, strings.Join(*sent, "\n"), "GET /api/v2/things limit=2\nGET /api/v2/things limit=2&token="+url.QueryEscape("p+1/=")+"\nGET /api/v2/things limit=2&token=p2")
}

func TestACursorOfAHeaderIsSentAsTheJSONThatItIs(t *testing.T) {
	const cursor = `[1576181718000123456,"DZr<&"]`
	client, sent := talking(t, "X-Search_after: "+cursor+`|[{"id":"a"},{"id":"b"}]`, "X-Search_after: "+cursor[:3]+`]|[{"id":"c"}]`, `X-Search_after: [9]|[]`)
	r := client.request("POST /insights/directory/v1/events x")
	r.cursor("search_after", "", "X-Search_after")
	r.setBody([]byte(`{"service":["all"]}`), nil)
	r.bodyPaging(Set(2), Opt[int]{}, Opt[string]{}, 10000)
	found, err := ids(t, callWalk[*thing](t.Context(), r, nil))
	equal(t, found, "abc")
	equal(t, err, nil)
	equal(t, strings.Join(*sent, "\n"), `POST /insights/directory/v1/events  {"limit":2,"service":["all"]}`+"\n"+
		`POST /insights/directory/v1/events  {"limit":2,"search_after":[1576181718000123456,"DZr\u003c\u0026"],"service":["all"]}`+"\n"+
		`POST /insights/directory/v1/events  {"limit":2,"search_after":[15],"service":["all"]}`)
}

func TestACursorThatLeadsNowhereEndsTheWalk(t *testing.T) {
	same := `{"results":[{"id":"a"}],"next":"p"}`
	client, _ := talking(t, same, same)
	r := client.request("GET /v2/things x")
	r.cursor("token", "next", "")
	found, err := ids(t, callWalk[*thing](t.Context(), r, nil))
	equal(t, found, "aa")
	equal(t, errors.Is(err, ErrPageStalled), true)
}

func TestAPageSaysWhereTheNextOneBegins(t *testing.T) {
	for answer, want := range map[string]string{
		`{"results":[],"next":"p"}`: "p", `{"results":[],"next":""}`: "", `{"results":[],"next":null}`: "", `{"results":[]}`: "",
	} {
		client, _ := talking(t, answer)
		r := client.request("GET /v2/things x")
		r.cursor("token", "next", "")
		page, err := callPage[*thing](t.Context(), r, nil)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, page.Cursor, want)
	}
}

type sentThing struct{ name string }

func (s sentThing) encode() ([]byte, error) {
	return json.Marshal(map[string]string{"name": s.name})
}

func TestAnEnvelopeIsPutAroundABodyAndTakenOffAnAnswer(t *testing.T) {
	for answer, want := range map[string]string{`{"thing":{"id":"a"}}`: "a", `{"id":"b"}`: "b", `{"id":"c","thing":"of beauty"}`: "c"} {
		client, sent := talking(t, answer)
		r := client.request("PUT /v2/things/{id} x", "1")
		r.wrap, r.unwrap = "thing", "thing"
		r.body(sentThing{"n"})
		got, err := callResult(t.Context(), r, []RequestOption{WithBodyField("extra", 1)}, new(thing))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, got.ID, want)
		equal(t, (*sent)[0], `PUT /api/v2/things/1  {"thing":{"extra":1,"name":"n"}}`)
	}
}

func TestAFileIsUploadedAsTheFieldOfAForm(t *testing.T) {
	client := speaking(t, func(r *http.Request, body string) (http.Header, string) {
		kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, kind, "multipart/form-data")
		part, err := multipart.NewReader(strings.NewReader(body), params["boundary"]).NextPart()
		if err != nil {
			t.Fatal(err)
		}
		equal(t, part.FormName(), "image")
		equal(t, part.FileName(), "logo.png")
		equal(t, part.Header.Get("Content-Type"), "image/png")
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, string(content), "\x89PNG\x0D\x0A\x1A\x0A")
		return nil, ""
	})
	r := client.request("POST /v2/things/{id}/logo x", "1")
	r.upload("image", File{Name: "logo.png", Content: []byte("\x89PNG\x0D\x0A\x1A\x0A")})
	if err := callNothing(t.Context(), r, nil); err != nil {
		t.Error(err)
	}
}

func TestAFileComesAsItIs(t *testing.T) {
	client := speaking(t, func(r *http.Request, _ string) (http.Header, string) {
		equal(t, r.Header.Get("Accept"), "application/xml")
		return nil, "<a>" + strings.Repeat(",", 1<<18) + "</a>\n"
	})
	r := client.request("GET /things/{id}/metadata.xml x", "1")
	r.file("application/xml")
	data, err := callBytes(t.Context(), r, nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, len(data), 1<<18+len("<a></a>\n"))
}

func TestARequiredTextIsNotEmpty(t *testing.T) {
	client, _ := talking(t)
	r := client.request("GET /v2/things x")
	r.required("kind", "")
	var refused *ParamError
	equal(t, errors.As(callNothing(context.Background(), r, nil), &refused), true)
}

func TestASecretMapDoesNotPrintAndKeepsItsNumbers(t *testing.T) {
	const text = `{"size":12345678901234567890,"token":"s3cr3t"}`
	var m SecretMap
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprint(m), fmt.Sprintf("%#v %q %x", m, m, &m), fmt.Sprintf("%+v", struct{ M SecretMap }{m}), slog.AnyValue(m).Resolve().String(), logged(m)} {
		if strings.Contains(printed, "s3cr3t") || strings.Contains(printed, "token") {
			t.Error(printed)
		}
	}
	data, err := json.Marshal(m)
	equal(t, string(data), text)
	equal(t, err, nil)
}

func TestDirectoryInsightsHasAHostOfItsOwn(t *testing.T) {
	for want, configuration := range map[string]Configuration{
		"https://api.jumpcloud.com/insights/directory/v1/events":    {},
		"https://api.eu.jumpcloud.com/insights/directory/v1/events": {Region: RegionEU},
		"https://api.in.jumpcloud.com/insights/directory/v1/events": {Region: RegionIN},
		"http://127.0.0.1:8080/insights/directory/v1/events":        {BaseURL: "http://127.0.0.1:8080/api"},
		"https://events.test/v1/events":                             {BaseURL: "https://jumpcloud.test/api", InsightsURL: "https://events.test/v1/"},
	} {
		configuration.APIKey = "key"
		client, err := NewAPIClient(&configuration)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, client.request("POST /insights/directory/v1/events x").address().String(), want)
	}
	_, err := NewAPIClient(&Configuration{APIKey: "key", InsightsURL: "http://events.test"})
	if err == nil || !strings.Contains(err.Error(), "Configuration.InsightsURL: is plain http") {
		t.Error(err)
	}
}

func logged(value any) string {
	var text strings.Builder
	slog.New(slog.NewJSONHandler(&text, nil)).Info("x", "value", value)
	return text.String()
}

func TestAnAnswerThatBreaksOffIsAnErrorWhateverIsAroundIt(t *testing.T) {
	const whole = `{"things":[{"id":"a\"b"}],"next":"p","count":1}`
	for n := range len(whole) {
		client, _ := talking(t, whole[:n], whole[:n], whole[:n])
		r := client.request("GET /v2/things x")
		r.wrapped("things", "count")
		_, err := callPage[*thing](t.Context(), r, nil)
		equal(t, errors.As(err, new(*DecodeError)), true)

		r = client.request("GET /v2/things x")
		r.cursor("token", "next", "")
		_, err = callPage[*thing](t.Context(), r, nil)
		equal(t, errors.As(err, new(*DecodeError)), true)

		r = client.request("PUT /v2/things/{id} x", "1")
		r.unwrap = "thing"
		_, err = callResult(t.Context(), r, nil, new(thing))
		equal(t, errors.As(err, new(*DecodeError)), true)
	}
}
