package jumpcloud_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jumpcloud-go/jumpcloud"
)

const (
	packageText = "MZ package of 28 bytes\x00 here"
	packageSum  = "4d7a6c296160bcbac39214fbf773096b56b927758e4cb5d5b14f1d0a9d5f1e2b"
	// The address of a presigned upload, as good as a key.
	uploadPath  = "/bucket-7/5c9e9c2a/editor%20key.msi"
	uploadQuery = "X-Amz-Credential=AKIDEXAMPLE%2F20260821&X-Amz-Signature=f00dfeedf00dfeed&X-Amz-SignedHeaders=host"
)

func newPackage() jumpcloud.SoftwarePackage {
	return jumpcloud.SoftwarePackage{Name: "editor.msi", DisplayVersion: "2.1", Content: strings.NewReader(packageText), Size: int64(len(packageText))}
}

// depot is the service and the storage, in memory: what they answer, and what they got.
type depot struct {
	address  string   // of the upload
	versions []string // of the package, at each Get; the last one stays
	storage  []func(*http.Request) (*http.Response, error)

	calls    []string // to the service
	bodies   []string
	sent     []*http.Request // to the storage
	contents []string
}

func plainAnswer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
}

func (d *depot) RoundTrip(r *http.Request) (*http.Response, error) {
	content := ""
	if r.Body != nil {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		content = string(data)
	}
	if r.URL.Host != "contract.test" {
		d.sent = append(d.sent, r)
		d.contents = append(d.contents, content)
		if len(d.storage) == 0 {
			return plainAnswer(200, ""), nil
		}
		answer := d.storage[0]
		d.storage = d.storage[1:]
		return answer(r)
	}
	d.calls = append(d.calls, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/tenant/api"))
	d.bodies = append(d.bodies, content)
	answer := plainAnswer(200, "")
	answer.Header.Set("Content-Type", "application/json")
	body := ""
	switch {
	case r.Method == http.MethodGet:
		body = `{"id":"` + softwareID + `","displayName":"Editor","settings":[{"storedPackage":{"objectId":"5b0000000000000000000001","versions":[` + d.versions[0] + `]}}]}`
		if len(d.versions) > 1 {
			d.versions = d.versions[1:]
		}
	case strings.HasSuffix(r.URL.Path, "/stored-package-versions"):
		body = `{"uploadUrl":"` + d.address + `","pendingVersionObjectId":"5b0000000000000000000002"}`
	default:
		body = `{"id":"` + softwareID + `","displayName":"Editor","uploadUrl":"` + d.address + `","settings":[{}]}`
	}
	answer.Body = io.NopCloser(strings.NewReader(body))
	return answer, nil
}

func (d *depot) client(t *testing.T, change ...func(*jumpcloud.Configuration)) *jumpcloud.APIClient {
	t.Helper()
	if d.address == "" {
		d.address = "https://storage.test" + uploadPath + "?" + uploadQuery
	}
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = contractKey
	configuration.OrgID = contractOrg
	configuration.BaseURL = contractBase
	configuration.HTTPClient = &http.Client{Transport: d}
	for _, change := range change {
		change(configuration)
	}
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)
	return client
}

// version is a version of a package, as the software app has it.
func packageVersion(number int, sum, status string) string {
	return fmt.Sprintf(`{"name":"editor.msi","version":%d,"size":28,"sha256sum":"%s","status":"%s","rejectedReason":"no signature"}`, number, sum, status)
}

// The storage is another company's: what it gets of the organization is the file and nothing else.
func TestUploadPackage_SendsTheFileWithoutAnythingOfTheOrganization(t *testing.T) {
	var stored []*http.Request
	var content []byte
	storage := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		content, _ = io.ReadAll(r.Body)
		stored = append(stored, r)
	}))
	defer storage.Close()
	status := ""
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, contractKey, r.Header.Get("X-Api-Key"))
		assert.Equal(t, contractOrg, r.Header.Get("X-Org-Id"))
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodPost {
			status = packageVersion(1, packageSum, "AVAILABLE")
			io.WriteString(w, `{"uploadUrl":"`+storage.URL+uploadPath+`?`+uploadQuery+`"}`)
			return
		}
		io.WriteString(w, `{"id":"`+softwareID+`","settings":[{"storedPackage":{"versions":[`+status+`]}}]}`)
	}))
	defer service.Close()
	configuration := jumpcloud.NewConfiguration()
	configuration.APIKey = contractKey
	configuration.OrgID = contractOrg
	configuration.BaseURL = service.URL
	configuration.UserAgent = contractAgent
	client, err := jumpcloud.NewAPIClient(configuration)
	require.NoError(t, err)

	version, err := client.SoftwareApps.UploadPackage(t.Context(), softwareID, newPackage(), jumpcloud.WithHeader("X-Tenant", "acme"), jumpcloud.WithQuery("tenant", "acme"))
	require.NoError(t, err)
	assert.Equal(t, "AVAILABLE", version.Status)
	require.Len(t, stored, 1)
	assert.Equal(t, "PUT", stored[0].Method)
	assert.Equal(t, uploadPath+"?"+uploadQuery, stored[0].RequestURI)
	assert.Equal(t, packageText, string(content))
	assert.Equal(t, int64(len(packageText)), stored[0].ContentLength)
	assert.Empty(t, stored[0].TransferEncoding)
	assert.Equal(t, http.Header{"Accept": {"application/json"}, "Accept-Encoding": {"gzip"}, "Content-Length": {"28"}, "User-Agent": {contractAgent}}, stored[0].Header)
}

func TestUploadPackage_PreparesSendsAndWaitsForTheVersionThatWasNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := packageVersion(1, packageSum, "AVAILABLE") // the same file, uploaded once before
		d := &depot{versions: []string{
			before, before, before + "," + packageVersion(2, "", "PENDING"), before + "," + packageVersion(2, strings.ToUpper(packageSum), "VALIDATING"),
			before + "," + packageVersion(2, packageSum, "AVAILABLE") + "," + packageVersion(3, "0bad", "PENDING"), // somebody else's
		}}
		start := time.Now()
		version, err := d.client(t).SoftwareApps.UploadPackage(t.Context(), softwareID, newPackage(), jumpcloud.WithBodyField("new", 1))
		require.NoError(t, err)
		assert.Equal(t, 2, version.Version)
		assert.Equal(t, "AVAILABLE", version.Status)
		get := "GET /v2/softwareapps/" + softwareID
		assert.Equal(t, []string{get, "POST /v2/softwareapps/" + softwareID + "/stored-package-versions", get, get, get, get}, d.calls)
		assert.JSONEq(t, `{"name":"editor.msi","size":28,"displayVersion":"2.1","new":1}`, d.bodies[1])
		assert.Equal(t, []string{packageText}, d.contents)
		assert.Equal(t, time.Second*(8+12+18+27)/8, time.Since(start), "waits that grow by half")
	})
}

func TestCreateWithPackage_DescribesTheFileInTheOnlySettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &depot{versions: []string{packageVersion(1, packageSum, "AVAILABLE")}}
		body := jumpcloud.SoftwareAppInput{DisplayName: jumpcloud.Set("Editor"), Settings: []jumpcloud.SoftwareAppSettingsInput{{DesiredState: jumpcloud.Set("INSTALL")}}}
		app, err := d.client(t).SoftwareApps.CreateWithPackage(t.Context(), body, newPackage())
		require.NoError(t, err)
		assert.Equal(t, "AVAILABLE", app.Settings[0].StoredPackage.Versions[0].Status, "as it is in the end")
		assert.Equal(t, []string{"POST /v2/softwareapps", "GET /v2/softwareapps/" + softwareID}, d.calls)
		assert.JSONEq(t, `{"displayName":"Editor","settings":[{"desiredState":"INSTALL","storedPackage":{"versions":[
			{"name":"editor.msi","version":1,"displayVersion":"2.1","size":28,"sha256sum":"`+packageSum+`"}]}}]}`, d.bodies[0])
		assert.Equal(t, []string{packageText}, d.contents)
		assert.Nil(t, body.Settings[0].StoredPackage, "the caller's body stays as it was")
	})
}

func TestCreateWithPackage_NeedsNoSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &depot{versions: []string{packageVersion(1, packageSum, "AVAILABLE")}}
		file := newPackage()
		file.DisplayVersion = ""
		_, err := d.client(t).SoftwareApps.CreateWithPackage(t.Context(), jumpcloud.SoftwareAppInput{DisplayName: jumpcloud.Set("Editor")}, file)
		require.NoError(t, err)
		assert.JSONEq(t, `{"displayName":"Editor","settings":[{"storedPackage":{"versions":[{"name":"editor.msi","version":1,"size":28,"sha256sum":"`+packageSum+`"}]}}]}`, d.bodies[0])
	})
}

func TestUploadPackage_RejectedPackageIsAnErrorThatSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &depot{versions: []string{"", packageVersion(1, packageSum, "REJECTED")}}
		version, err := d.client(t).SoftwareApps.UploadPackage(t.Context(), softwareID, newPackage())
		require.EqualError(t, err, "jumpcloud: the package was rejected: no signature")
		assert.Equal(t, "REJECTED", version.Status)

		d = &depot{versions: []string{packageVersion(1, packageSum, "REJECTED")}}
		app, err := d.client(t).SoftwareApps.CreateWithPackage(t.Context(), jumpcloud.SoftwareAppInput{}, newPackage())
		require.EqualError(t, err, "jumpcloud: the package was rejected: no signature")
		assert.Equal(t, softwareID, app.ID, "what was created is not lost")
	})
}

func TestUploadPackage_WaitsUntilTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for shows, versions := range map[string][]string{"is VALIDATING": {"", packageVersion(1, packageSum, "VALIDATING")}, "is SCANNING": {"", packageVersion(1, packageSum, "SCANNING")}, "is PENDING": {"", packageVersion(1, "", "PENDING")}, "does not show": {""}} {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			d := &depot{versions: versions}
			_, err := d.client(t).SoftwareApps.UploadPackage(ctx, softwareID, newPackage())
			cancel()
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.EqualError(t, err, "jumpcloud: waiting for the package, which "+shows+": context deadline exceeded")
			assert.Less(t, len(d.calls), 40, "less and less often")
		}
	})
}

// Which failures of the storage are tried again, each time with the whole file.
func TestUploadPackage_SendsTheWholeFileAgainAfterAPassingFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &depot{versions: []string{"", packageVersion(1, packageSum, "AVAILABLE")}, storage: []func(*http.Request) (*http.Response, error){
			func(*http.Request) (*http.Response, error) { return plainAnswer(503, "<Error/>"), nil },
			func(*http.Request) (*http.Response, error) { return nil, errors.New("connection reset") },
		}}
		_, err := d.client(t).SoftwareApps.UploadPackage(t.Context(), softwareID, newPackage())
		require.NoError(t, err)
		assert.Equal(t, []string{packageText, packageText, packageText}, d.contents)
	})
}

func TestUploadPackage_AnAttemptMayTakeLongerThanAnyOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &depot{versions: []string{"", packageVersion(1, packageSum, "AVAILABLE")}, storage: []func(*http.Request) (*http.Response, error){
			func(r *http.Request) (*http.Response, error) {
				select {
				case <-time.After(50 * time.Minute):
					return plainAnswer(200, ""), nil
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
			},
		}}
		_, err := d.client(t).SoftwareApps.UploadPackage(t.Context(), softwareID, newPackage())
		require.NoError(t, err)
		assert.Len(t, d.sent, 1)
	})
}

// The address, its signature and what the storage repeats of them show nowhere.
func TestUploadPackage_FailuresDoNotShowTheAddress(t *testing.T) {
	full := "https://storage.test" + uploadPath + "?" + uploadQuery
	says := map[string]string{
		"refusal that quotes it":   "403 Forbidden",
		"text that quotes it":      "500 Internal Server Error",
		"header that quotes it":    "400 Bad Request",
		"redirect":                 "307 Temporary Redirect: redirect not followed, so that the credential stays with this host and a write stays a write",
		"transport that quotes it": `cannot reach [redacted]: "[redacted]" after 3 attempts`,
	}
	for name, fail := range map[string]func(*http.Request) (*http.Response, error){
		"refusal that quotes it": func(*http.Request) (*http.Response, error) {
			return plainAnswer(403, "<Error><Code>SignatureDoesNotMatch</Code><SignatureProvided>f00dfeedf00dfeed</SignatureProvided><Resource>"+uploadPath+"</Resource></Error>"), nil
		},
		"text that quotes it": func(*http.Request) (*http.Response, error) { return plainAnswer(500, "no "+full), nil },
		"header that quotes it": func(*http.Request) (*http.Response, error) {
			answer := plainAnswer(400, "")
			answer.Header.Set("X-Resource", full)
			return answer, nil
		},
		"redirect": func(*http.Request) (*http.Response, error) {
			answer := plainAnswer(307, "")
			answer.Header.Set("Location", "https://elsewhere.test/bucket-8?X-Amz-Signature=0ddba110ddba11")
			return answer, nil
		},
		"transport that quotes it": func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot reach %s: %q", r.URL, r.URL.RequestURI())
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var seen bytes.Buffer
				d := &depot{versions: []string{""}, storage: slices.Repeat([]func(*http.Request) (*http.Response, error){fail}, 3)}
				client := d.client(t, func(c *jumpcloud.Configuration) {
					c.Logger = slog.New(slog.NewTextHandler(&seen, &slog.HandlerOptions{Level: slog.LevelDebug}))
					c.OnAttempt = func(_ context.Context, a jumpcloud.Attempt) {
						fmt.Fprintf(&seen, "%+v\n", a)
						var answer *jumpcloud.APIError
						if errors.As(a.Err, &answer) {
							fmt.Fprintf(&seen, "%+v %s\n", answer.Header, answer.Body)
						}
					}
				})
				version, err := client.SoftwareApps.UploadPackage(t.Context(), softwareID, newPackage())
				require.Error(t, err)
				assert.Nil(t, version)
				assert.Equal(t, "jumpcloud: sending the package: jumpcloud: PUT /{uploadUrl}: "+says[name], err.Error())
				fmt.Fprintf(&seen, "%v %+v %q %#v", err, err, err, err)
				for _, secret := range []string{full, uploadPath, "bucket-7", "editor", "AKIDEXAMPLE", "f00dfeed", "bucket-8", "0ddba11", contractKey} {
					assert.NotContains(t, seen.String(), secret)
				}
				for _, sentinel := range []error{jumpcloud.ErrForbidden, jumpcloud.ErrBadRequest, jumpcloud.ErrServer, jumpcloud.ErrRedirect} {
					require.NotErrorIs(t, err, sentinel, "the storage is not the service")
				}
				var answer *jumpcloud.APIError
				assert.NotErrorAs(t, err, &answer)
				for _, r := range d.sent {
					assert.Equal(t, full, r.URL.String(), "no redirect is followed")
				}
			})
		})
	}
}

func TestUploadPackage_CancellationEndsTheSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		d := &depot{versions: []string{""}, storage: []func(*http.Request) (*http.Response, error){
			func(*http.Request) (*http.Response, error) {
				cancel()
				return nil, ctx.Err()
			},
		}}
		_, err := d.client(t).SoftwareApps.UploadPackage(ctx, softwareID, newPackage())
		require.ErrorIs(t, err, context.Canceled)
		assert.Len(t, d.sent, 1)
	})
}

func TestUploadPackage_SendsToNoAddressThatEverybodyCanReadAlongWith(t *testing.T) {
	for _, address := range []string{"http://storage.test/a?b", "/relative?b", "ftp://storage.test/a", "://", "https:///a"} {
		d := &depot{address: address, versions: []string{""}}
		_, err := d.client(t).SoftwareApps.UploadPackage(t.Context(), softwareID, newPackage())
		require.EqualError(t, err, "jumpcloud: the answer has no https address to send the package to")
		assert.Empty(t, d.sent)
	}
}

func TestPackages_AreRefusedBeforeAnythingIsSentWhenTheyCannotBeRight(t *testing.T) {
	text := strings.NewReader(packageText)
	for problem, file := range map[string]jumpcloud.SoftwarePackage{
		"SoftwarePackage.Name: is empty; the ending of the file's name says what it is": {Content: text, Size: 28},
		"SoftwarePackage.Content: is nil":                                               {Name: "a.msi", Size: 28},
		"SoftwarePackage.Size: is not the length of a file":                             {Name: "a.msi", Content: text},
		"SoftwarePackage.Size: is 29, but the content ends after 28 bytes":              {Name: "a.msi", Content: text, Size: 29},
		"SoftwarePackage.Size: is 27, but the content goes on":                          {Name: "a.msi", Content: text, Size: 27},
	} {
		_, err := talk(t).SoftwareApps.UploadPackage(t.Context(), softwareID, file)
		require.EqualError(t, err, "jumpcloud: "+problem)
		_, err = talk(t).SoftwareApps.CreateWithPackage(t.Context(), jumpcloud.SoftwareAppInput{}, file)
		require.EqualError(t, err, "jumpcloud: "+problem)
	}
	_, err := talk(t).SoftwareApps.CreateWithPackage(t.Context(), jumpcloud.SoftwareAppInput{Settings: make([]jumpcloud.SoftwareAppSettingsInput, 2)}, newPackage())
	require.EqualError(t, err, "jumpcloud: softwareApps_post: Settings: has several elements; the package belongs to one")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = talk(t).SoftwareApps.UploadPackage(ctx, softwareID, newPackage())
	require.ErrorIs(t, err, context.Canceled, "a large file is not read to its end for nobody")
}

func TestSoftwareApps_ModifyKeepsWhatItDoesNotChange(t *testing.T) {
	client := talk(t,
		exchange{request: "GET /v2/softwareapps/" + softwareID, reply: okJSON(`{"id":"` + softwareID + `","organization":"5c9e9c2a1f0b7a0012345678","displayName":"Editor","createdAt":null,
			"settings":[{"packageId":"editor","packageManager":"CHOCOLATEY","autoUpdate":false,"brandNew":{"a":1.50},"createdAt":"2026-01-02T03:04:05Z"}],"tomorrow":[1]}`)},
		exchange{
			request: "PUT /v2/softwareapps/" + softwareID,
			body:    `{"displayName":"Editor","settings":[{"packageId":"editor","packageManager":"CHOCOLATEY","autoUpdate":true,"brandNew":{"a":1.50}}],"tomorrow":[1]}`,
			reply:   okJSON(`{"id":"` + softwareID + `"}`),
		},
	)
	_, err := client.SoftwareApps.Modify(t.Context(), softwareID, func(a *jumpcloud.SoftwareAppInput) { a.Settings[0].AutoUpdate = jumpcloud.Set(true) })
	require.NoError(t, err)
}
