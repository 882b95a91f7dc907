package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jumpcloud-go/jumpcloud"
)

// floor is what somebody writes by hand: one connection kept alive, io.ReadAll, json.Unmarshal into
// the SDK's own types; no checks, no retries.
type floor struct {
	base   string
	client *http.Client
}

func newFloor(base string) floor {
	return floor{base, &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}}
}

type page struct {
	TotalCount int                     `json:"totalCount"`
	Results    []*jumpcloud.Systemuser `json:"results"`
}

func (f floor) get(ctx context.Context, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.base+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("x-api-key", "key")
	req.Header.Set("Accept", "application/json")
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}

func (f floor) user(ctx context.Context) error {
	var user jumpcloud.Systemuser
	return f.get(ctx, "/systemusers/65f0c2a18d3e4b7a9c015e42", &user)
}

func (f floor) walk(ctx context.Context) (n int, err error) {
	for {
		var p page
		if err := f.get(ctx, fmt.Sprintf("/systemusers?limit=100&skip=%d&sort=_id", n), &p); err != nil {
			return n, err
		}
		if n += len(p.Results); n >= p.TotalCount {
			return n, nil
		}
	}
}

// walkBy8 is what somebody writes by hand to be faster: eight goroutines, the pages in any order.
func (f floor) walkBy8(ctx context.Context) (int, error) {
	f.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	defer f.client.CloseIdleConnections()
	var first page
	if err := f.get(ctx, "/systemusers?limit=100&sort=_id", &first); err != nil {
		return 0, err
	}
	var n atomic.Int64
	n.Add(int64(len(first.Results)))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for skip := 100; skip < first.TotalCount; skip += 100 {
		group.Go(func() error {
			var p page
			err := f.get(ctx, fmt.Sprintf("/systemusers?limit=100&skip=%d&sort=_id", skip), &p)
			n.Add(int64(len(p.Results)))
			return err
		})
	}
	err := group.Wait()
	return int(n.Load()), err
}

// sdk is the package.
type sdk struct {
	client      *jumpcloud.APIClient
	concurrency int
}

func newSDK(base string, concurrency int) sdk {
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: "key", BaseURL: base})
	if err != nil {
		panic(err)
	}
	return sdk{client, concurrency}
}

func (s sdk) user(ctx context.Context) error {
	_, err := s.client.Systemusers.Get(ctx, "65f0c2a18d3e4b7a9c015e42", nil)
	return err
}

func (s sdk) walk(ctx context.Context) (n int, err error) {
	for _, err := range s.client.Systemusers.All(ctx, nil, jumpcloud.WithPageConcurrency(s.concurrency)) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// plainUpdate has the keys of SystemuserUpdate, in its order, as somebody writes them by hand, who
// cannot send false, "" or null then.
type plainUpdate struct {
	AccountLocked                  bool                               `json:"account_locked,omitempty"`
	Addresses                      []jumpcloud.AddressInput           `json:"addresses,omitempty"`
	AllowPublicKey                 bool                               `json:"allow_public_key,omitempty"`
	AlternateEmail                 string                             `json:"alternateEmail,omitempty"`
	Attributes                     []jumpcloud.UserAttributeInput     `json:"attributes,omitempty"`
	Company                        string                             `json:"company,omitempty"`
	CostCenter                     string                             `json:"costCenter,omitempty"`
	DelegatedAuthority             *jumpcloud.DelegatedAuthorityInput `json:"delegatedAuthority,omitempty"`
	Department                     string                             `json:"department,omitempty"`
	Description                    string                             `json:"description,omitempty"`
	DisableDeviceMaxLoginAttempts  bool                               `json:"disableDeviceMaxLoginAttempts,omitempty"`
	Displayname                    string                             `json:"displayname,omitempty"`
	Email                          string                             `json:"email,omitempty"`
	EmployeeIdentifier             string                             `json:"employeeIdentifier,omitempty"`
	EmployeeType                   string                             `json:"employeeType,omitempty"`
	EnableManagedUID               bool                               `json:"enable_managed_uid,omitempty"`
	EnableUserPortalMultifactor    bool                               `json:"enable_user_portal_multifactor,omitempty"`
	ExternalDN                     string                             `json:"external_dn,omitempty"`
	ExternalPasswordExpirationDate *time.Time                         `json:"external_password_expiration_date,omitempty"`
	ExternalSourceType             string                             `json:"external_source_type,omitempty"`
	ExternallyManaged              bool                               `json:"externally_managed,omitempty"`
	Firstname                      string                             `json:"firstname,omitempty"`
	JobTitle                       string                             `json:"jobTitle,omitempty"`
	Lastname                       string                             `json:"lastname,omitempty"`
	LDAPBindingUser                bool                               `json:"ldap_binding_user,omitempty"`
	Location                       string                             `json:"location,omitempty"`
	ManagedAppleID                 string                             `json:"managedAppleId,omitempty"`
	Manager                        string                             `json:"manager,omitempty"`
	MFA                            *jumpcloud.MFAInput                `json:"mfa,omitempty"`
	Middlename                     string                             `json:"middlename,omitempty"`
	Password                       string                             `json:"password,omitempty"`
	PasswordNeverExpires           bool                               `json:"password_never_expires,omitempty"`
	PasswordlessSudo               bool                               `json:"passwordless_sudo,omitempty"`
	PhoneNumbers                   []jumpcloud.PhoneNumberInput       `json:"phoneNumbers,omitempty"`
	PublicKey                      string                             `json:"public_key,omitempty"`
	RecoveryEmail                  *jumpcloud.RecoveryEmailInput      `json:"recoveryEmail,omitempty"`
	Relationships                  []jumpcloud.RelationshipInput      `json:"relationships,omitempty"`
	RestrictedFields               []jumpcloud.RestrictedFieldInput   `json:"restrictedFields,omitempty"`
	SambaServiceUser               bool                               `json:"samba_service_user,omitempty"`
	State                          string                             `json:"state,omitempty"`
	Sudo                           bool                               `json:"sudo,omitempty"`
	Suspended                      bool                               `json:"suspended,omitempty"`
	SystemUsername                 string                             `json:"systemUsername,omitempty"`
	Tags                           []string                           `json:"tags,omitempty"`
	UnixGUID                       int64                              `json:"unix_guid,omitempty"`
	UnixUID                        int64                              `json:"unix_uid,omitempty"`
	Username                       string                             `json:"username,omitempty"`
	SSHKeys                        []jumpcloud.SSHKeyCreate           `json:"ssh_keys,omitempty"`
}

// The same update in both forms: what an onboarding sends.
func updates() (jumpcloud.SystemuserUpdate, plainUpdate) {
	return jumpcloud.SystemuserUpdate{
			Firstname: jumpcloud.Set("Ann"), Lastname: jumpcloud.Set("Miller"), Displayname: jumpcloud.Set("Ann Miller"),
			Department: jumpcloud.Set("Research"), JobTitle: jumpcloud.Set("Engineer"), Location: jumpcloud.Set("Louisville"),
			Manager: jumpcloud.Set("65f0c2a18d3e4b7a9c015e42"), Sudo: jumpcloud.Set(true), AllowPublicKey: jumpcloud.Set(true),
			UnixUID: jumpcloud.Set[int64](5001),
		}, plainUpdate{
			Firstname: "Ann", Lastname: "Miller", Displayname: "Ann Miller",
			Department: "Research", JobTitle: "Engineer", Location: "Louisville",
			Manager: "65f0c2a18d3e4b7a9c015e42", Sudo: true, AllowPublicKey: true,
			UnixUID: 5001,
		}
}

// inMemory answers every request with one body, without a network.
type inMemory []byte

func (body inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

func pageClient(body []byte) *jumpcloud.APIClient {
	client, err := jumpcloud.NewAPIClient(&jumpcloud.Configuration{APIKey: "key", HTTPClient: &http.Client{Transport: inMemory(body)}})
	if err != nil {
		panic(err)
	}
	return client
}

func listPage(client *jumpcloud.APIClient, opts ...jumpcloud.RequestOption) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := client.Systemusers.List(ctx, nil, opts...)
		return err
	}
}
