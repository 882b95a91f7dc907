package jumpcloud

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Modify reads a software app, lets change alter what of it can be written, and writes it back, so that
// the full replace loses nothing: see [UsergroupsService.Modify]. It returns the software app as written.
//
//	client.SoftwareApps.Modify(ctx, id, func(a *jumpcloud.SoftwareAppInput) {
//		a.Settings[0].AutoUpdate = jumpcloud.Set(true)
//	})
//
// It calls softwareApps_get and softwareApps_update.
func (s *SoftwareAppsService) Modify(ctx context.Context, id string, change func(*SoftwareAppInput), opts ...RequestOption) (*SoftwareApp, error) {
	return modify(opts,
		func(opts ...RequestOption) (*SoftwareApp, error) { return s.Get(ctx, id, opts...) },
		func(body SoftwareAppInput, opts ...RequestOption) (*SoftwareApp, error) {
			return s.Update(ctx, id, body, opts...)
		},
		change)
}

// SoftwarePackage is a file to install on devices: an MSI, a PKG or an IPA of at most 5 GB. It is read
// twice, for its SHA-256 sum and to be sent, and once more for each attempt.
type SoftwarePackage struct {
	Name           string      // of the file, such as editor.msi
	DisplayVersion string      // the version as users see it; may be empty
	Content        io.ReaderAt // such as an *os.File
	Size           int64       // of the content, in bytes
}

// CreateWithPackage creates a software app with a package of the organization's own, sends the file, and
// waits until it was validated, or the context ends: give it a deadline. The body says how it is installed
// in one element of Settings, or in none; its StoredPackage is made here.
//
// The file goes to a storage that is not JumpCloud's, at an address that the service makes: through the
// client's HTTP client, but with no credential, organization or option of these requests. An attempt may
// take an hour. A package that was rejected is an error that says why. With an error the software app is
// returned if it was created: upload the file to it with UploadPackage, or delete it.
//
// It calls softwareApps_post, and softwareApps_get after growing waits.
func (s *SoftwareAppsService) CreateWithPackage(ctx context.Context, body SoftwareAppInput, file SoftwarePackage, opts ...RequestOption) (*SoftwareApp, error) {
	sum, err := file.sum(ctx)
	if err != nil {
		return nil, err
	}
	if len(body.Settings) > 1 {
		return nil, &ParamError{Operation: "softwareApps_post", Param: "Settings", Problem: "has several elements; the package belongs to one"}
	}
	body.Settings = append(slices.Clone(body.Settings), SoftwareAppSettingsInput{})[:1]
	version := ObjectStorageVersionInput{Name: Set(file.Name), Version: Set(1), Size: Set(file.Size), Sha256sum: Set(sum)}
	if file.DisplayVersion != "" {
		version.DisplayVersion = Set(file.DisplayVersion)
	}
	body.Settings[0].StoredPackage = &ObjectStorageItemInput{Versions: []ObjectStorageVersionInput{version}}
	app, err := s.Create(ctx, body, opts...)
	if err != nil {
		return nil, err
	}
	if err = s.client.sendPackage(ctx, app.UploadURL, file); err != nil {
		return app, err
	}
	latest, _, err := s.waitPackage(ctx, app.ID, sum, nil, opts)
	if latest != nil {
		app = latest
	}
	return app, err
}

// UploadPackage sends a new version of the package of a software app, and waits until it was validated, as
// [SoftwareAppsService.CreateWithPackage] does. It returns the version; one that was rejected too, with the
// error.
//
// It calls softwareApps_get, softwareApps_prepareStoredPackageUpload, and softwareApps_get after growing
// waits.
func (s *SoftwareAppsService) UploadPackage(ctx context.Context, softwareAppID string, file SoftwarePackage, opts ...RequestOption) (*ObjectStorageVersion, error) {
	sum, err := file.sum(ctx)
	if err != nil {
		return nil, err
	}
	app, err := s.Get(ctx, softwareAppID, forReading(opts)...)
	if err != nil {
		return nil, err
	}
	body := SoftwareAppStoredPackageVersionRequest{Name: file.Name, Size: file.Size}
	if file.DisplayVersion != "" {
		body.DisplayVersion = Set(file.DisplayVersion)
	}
	upload, err := s.PrepareStoredPackageUpload(ctx, softwareAppID, body, opts...)
	if err != nil {
		return nil, err
	}
	if err := s.client.sendPackage(ctx, upload.UploadURL, file); err != nil {
		return nil, err
	}
	_, version, err := s.waitPackage(ctx, softwareAppID, sum, app.packageVersions(), opts)
	return version, err
}

// sum checks a package, and returns its SHA-256 sum.
func (p SoftwarePackage) sum(ctx context.Context) (string, error) {
	refuse := func(field, problem string) (string, error) {
		return "", &ParamError{Param: "SoftwarePackage." + field, Problem: problem}
	}
	switch {
	case p.Name == "":
		return refuse("Name", "is empty; the ending of the file's name says what it is")
	case p.Content == nil:
		return refuse("Content", "is nil")
	case p.Size <= 0:
		return refuse("Size", "is not the length of a file")
	}
	hash := sha256.New()
	n, err := io.Copy(hash, &untilDone{ctx, io.NewSectionReader(p.Content, 0, max(p.Size, p.Size+1))})
	if err != nil {
		return "", fmt.Errorf("jumpcloud: reading the package: %w", foreign(err))
	}
	if n > p.Size {
		return refuse("Size", fmt.Sprintf("is %d, but the content goes on", p.Size))
	}
	if n < p.Size {
		return refuse("Size", fmt.Sprintf("is %d, but the content ends after %d bytes", p.Size, n))
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// untilDone reads until the context ends.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (r *untilDone) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// sendPackage sends a file to a storage that is not JumpCloud's: with nothing that the requests of the
// organization have, and the address, which is as good as a key, hidden wherever it could show.
func (c *APIClient) sendPackage(ctx context.Context, address Secret, file SoftwarePackage) error {
	to, err := url.Parse(string(address))
	if err != nil || to.Hostname() == "" || to.Scheme != "https" && (to.Scheme != "http" || !loopback(to.Hostname())) {
		return errors.New("jumpcloud: the answer has no https address to send the package to")
	}
	r := c.outside("", http.MethodPut, "/{uploadUrl}", to, func(context.Context, http.Header) error { return nil })
	r.timeout = max(r.timeout, time.Hour)
	r.content = func(req *http.Request) { // each attempt has a reader of its own: the one before may still be read
		req.Body, req.ContentLength = io.NopCloser(io.NewSectionReader(file.Content, 0, file.Size)), file.Size
	}
	r.hidden = []string{string(address), to.RequestURI(), to.EscapedPath(), to.RawQuery}
	for _, values := range to.Query() {
		r.hidden = append(r.hidden, values...)
	}
	r.hidden = credentialForms(r.hidden...)
	a, err := r.send(ctx)
	if err != nil {
		return fmt.Errorf("jumpcloud: sending the package: %w", foreign(err, ErrTimeout))
	}
	a.release()
	return nil
}

// waitPackage waits until the version with a sum is available, which was none of the versions before.
func (s *SoftwareAppsService) waitPackage(ctx context.Context, id, sum string, before []ObjectStorageVersion, opts []RequestOption) (app *SoftwareApp, version *ObjectStorageVersion, err error) {
	opts = paced(forReading(opts))
	err = poll(ctx, time.Second, 30*time.Second, func() (bool, error) {
		latest, err := s.Get(ctx, id, opts...)
		if err != nil {
			return false, err
		}
		app = latest
		for _, v := range app.packageVersions() {
			old := slices.ContainsFunc(before, func(b ObjectStorageVersion) bool { return b.Version == v.Version })
			if !old && (v.Sha256sum == "" || strings.EqualFold(v.Sha256sum, sum)) {
				version = &v
			}
		}
		return version != nil && slices.Contains([]string{"AVAILABLE", "REJECTED"}, version.Status), nil
	})
	switch {
	case err != nil && version != nil:
		err = fmt.Errorf("jumpcloud: waiting for the package, which is %s: %w", version.Status, err)
	case err != nil:
		err = fmt.Errorf("jumpcloud: waiting for the package, which does not show: %w", err)
	case version.Status == "REJECTED":
		err = errors.New("jumpcloud: the package was rejected: " + version.RejectedReason)
	}
	return app, version, err
}

// packageVersions are the versions of the organization's own package.
func (x *SoftwareApp) packageVersions() (versions []ObjectStorageVersion) {
	for _, settings := range x.Settings {
		if settings.StoredPackage != nil {
			versions = append(versions, settings.StoredPackage.Versions...)
		}
	}
	return versions
}
