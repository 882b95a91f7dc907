package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// service answers /systemusers and /systemusers/{id} from pages that were encoded beforehand, so that
// what is measured is the client. It runs in a process of its own.
type service struct {
	total   int
	objects [][]byte
	pages   sync.Map // skip → encoded page of 100
	latency atomic.Int64
	limited atomic.Bool
	mu      sync.Mutex
	tokens  float64
	at      time.Time
	opened  atomic.Int64 // connections
	asked   atomic.Int64
}

// user is an object of about 2.5 KB, with every field that a filled-in directory has.
func user(i int) []byte {
	address := func(kind string) map[string]any {
		return map[string]any{"id": fmt.Sprintf("%024x", i), "type": kind, "streetAddress": fmt.Sprint(i, " Evergreen Terrace"), "extendedAddress": "Suite 400", "poBox": "", "locality": "Louisville", "region": "Colorado", "postalCode": "80027", "country": "United States"}
	}
	data, err := json.Marshal(map[string]any{
		"_id": fmt.Sprintf("%024x", i+1), "id": fmt.Sprintf("%024x", i+1), "username": fmt.Sprintf("user%05d", i), "email": fmt.Sprintf("user%05d@example.com", i),
		"firstname": "Firstname", "lastname": "Lastname", "middlename": "", "displayname": "Firstname Lastname", "company": "Example Company", "department": "Engineering",
		"costCenter": "CC-1234", "location": "Louisville", "jobTitle": "Engineer", "employeeIdentifier": strconv.Itoa(100000 + i), "employeeType": "full-time", "description": strings.Repeat("A description. ", 20),
		"account_locked": false, "account_locked_date": nil, "activated": true, "allow_public_key": true, "disableDeviceMaxLoginAttempts": false,
		"enable_managed_uid": false, "enable_user_portal_multifactor": true, "external_dn": "", "external_source_type": "", "externally_managed": false,
		"ldap_binding_user": false, "password_never_expires": false, "passwordless_sudo": false, "password_expired": false, "samba_service_user": false, "sudo": i%7 == 0,
		"suspended": false, "state": "ACTIVATED", "systemUsername": "", "totp_enabled": true, "unix_guid": 5000 + i, "unix_uid": 5000 + i,
		"created": "2021-02-12T17:45:42.369Z", "password_date": "2024-02-12T17:45:42.369Z", "password_expiration_date": "2025-02-12T17:45:42.369Z",
		"organization": "5f0e7a1b0000000000000000", "manager": fmt.Sprintf("%024x", i/10+1), "badLoginAttempts": 0, "creationSource": "jumpcloud:bulk", "managedAppleId": "", "alternateEmail": "",
		"mfa":           map[string]any{"configured": true, "exclusion": false},
		"mfaEnrollment": map[string]any{"overallStatus": "ENROLLED", "totpStatus": "ENROLLED", "webAuthnStatus": "NOT_ENROLLED", "pushStatus": "NOT_ENROLLED"},
		"addresses":     []any{address("work"), address("home")},
		"phoneNumbers":  []any{map[string]any{"id": fmt.Sprintf("%024x", i), "type": "mobile", "number": "+1 303 555 0100"}, map[string]any{"id": fmt.Sprintf("%024x", i), "type": "work", "number": "+1 303 555 0101"}},
		"attributes":    []any{map[string]any{"_id": fmt.Sprintf("%024x", i), "name": "badge", "value": "blue"}},
		"ssh_keys":      []any{}, "relationships": []any{}, "recoveryEmail": map[string]any{"address": "me@example.net", "verified": true},
	})
	if err != nil {
		panic(err)
	}
	return data
}

func newService(total int) *service {
	s := &service{total: total, objects: make([][]byte, min(total, 10_000)), at: time.Now()}
	for i := range s.objects {
		s.objects[i] = user(i)
	}
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	switch r.URL.Path {
	case "/control":
		s.control(w, r)
		return
	case "/api/systemusers":
	default:
		s.send(w, s.objects[0])
		return
	}
	if latency := s.latency.Load(); latency > 0 {
		time.Sleep(time.Duration(latency))
	}
	if s.limited.Load() && !s.take() {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	skip, _ := strconv.Atoi(r.URL.Query().Get("skip"))
	s.send(w, s.page(skip))
}

func (s *service) send(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}

func (s *service) page(skip int) []byte {
	if page, ok := s.pages.Load(skip); ok {
		return page.([]byte)
	}
	page := fmt.Appendf(nil, `{"totalCount":%d,"results":[`, s.total)
	for i := skip; i < min(skip+100, s.total); i++ {
		if i > skip {
			page = append(page, ',')
		}
		page = append(page, s.objects[i%len(s.objects)]...)
	}
	page = append(page, "]}"...)
	if s.total <= 10_000 {
		s.pages.Store(skip, page)
	}
	return page
}

// take is a token bucket of 20 that fills at 20 a second.
func (s *service) take() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.tokens = min(20, s.tokens+20*now.Sub(s.at).Seconds())
	s.at = now
	if s.tokens < 1 {
		return false
	}
	s.tokens--
	return true
}

// control sets the latency and the limit, and answers and resets the counts of connections and
// requests.
func (s *service) control(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	latency, _ := time.ParseDuration(query.Get("latency"))
	s.latency.Store(int64(latency))
	s.limited.Store(query.Get("limited") != "")
	s.mu.Lock()
	s.tokens, s.at = 20, time.Now()
	s.mu.Unlock()
	fmt.Fprintf(w, "%d %d", s.opened.Swap(0), s.asked.Swap(0))
}

// serve runs the service on a free port of loopback, and prints its base URL.
func serve(total int) error {
	s := newService(total)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/api\n", listener.Addr())
	server := &http.Server{Handler: s, ConnState: func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.opened.Add(1)
		}
	}}
	return server.Serve(listener)
}
