package jumpcloudtest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// upload is a file of software on its way: it waits to be sent, is validated for the time of a job, and is available
// then, or rejected.
type upload struct {
	token    string
	app      *item
	version  map[string]any
	received time.Time
	rejected string
}

const storagePath = "storage"

// prepare makes a place for the file of a version.
func (c *call) prepare(app *item, version map[string]any) (address string) {
	version["status"], version["createdAt"], version["updatedAt"] = "PENDING", stamp(c.now), stamp(c.now)
	u := &upload{token: c.newID(), app: app, version: version}
	c.org.uploads = append(c.org.uploads, u)
	return "http://" + c.request.Host + "/" + storagePath + "/" + u.token
}

// storePackage takes a file. Its address is the credential.
func (c *call) storePackage() reply {
	for _, o := range c.orgs {
		for _, u := range o.uploads {
			if len(c.segments) != 2 || u.token != c.segments[1] || !u.received.IsZero() {
				continue
			}
			sum := sha256.Sum256(c.body)
			size, sized := numeric(u.version["size"])
			wanted, _ := u.version["sha256sum"].(string)
			name, _ := u.version["name"].(string)
			switch {
			case sized && int(size) != len(c.body):
				return reply{status: http.StatusBadRequest}
			case wanted != "" && wanted != hex.EncodeToString(sum[:]):
				u.rejected = "the file does not have the sum that was announced"
			case !slices.Contains([]string{".msi", ".pkg", ".ipa", ".exe"}, strings.ToLower(name[max(strings.LastIndexByte(name, '.'), 0):])):
				u.rejected = "the file is of no kind that can be installed"
			}
			u.received = c.now
			u.set("VALIDATING", c.now)
			u.version["sha256sum"] = hex.EncodeToString(sum[:])
			return reply{status: http.StatusOK}
		}
	}
	return reply{status: http.StatusForbidden}
}

func (u *upload) set(status string, at time.Time) {
	u.version["status"], u.version["updatedAt"] = status, stamp(at)
	u.app.encoded = nil
}

// validate finishes the uploads whose time has come.
func (o *org) validate(now time.Time) {
	o.uploads = slices.DeleteFunc(o.uploads, func(u *upload) bool {
		at := u.received.Add(o.host.jobDelay)
		if u.received.IsZero() || at.After(now) {
			return false
		}
		u.set("AVAILABLE", at)
		if u.rejected != "" {
			u.set("REJECTED", at)
			u.version["rejectedReason"] = u.rejected
		}
		return true
	})
}

// versions are those of the package of a software app, as they are stored.
func versions(app *item) (versions []map[string]any) {
	settings, _ := app.value("settings").([]any)
	for _, setting := range settings {
		of, _ := setting.(map[string]any)
		stored, _ := of["storedPackage"].(map[string]any)
		list, _ := stored["versions"].([]any)
		for _, version := range list {
			if v, isObject := version.(map[string]any); isObject {
				versions = append(versions, v)
			}
		}
	}
	return versions
}

// writeSoftware says where the file of a new package is to be sent, in the answer alone.
func (c *call) writeSoftware() reply {
	write := (*call).createItem
	if c.method != http.MethodPost {
		write = (*call).updateItem
	}
	r := write(c)
	if c.item == nil {
		return r
	}
	for _, version := range versions(c.item) {
		if version["status"] != nil {
			continue
		}
		address := c.prepare(c.item, version)
		c.item.encoded = nil
		if r = c.answered(c.item); c.operation.answer.Properties["uploadUrl"] != nil {
			r.body = encode(merged(decoded(r.body), map[string]any{"uploadUrl": address}))
		}
	}
	return r
}

// kindOf is the store of a collection of API v2 that is not in the graph by itself.
func (o *org) kindOf(word string) *store { return o.in([]string{"v2", word}, nil) }

func (c *call) prepareUpload() reply {
	app := c.org.kindOf("softwareapps").byID[c.ids[0]]
	if app == nil {
		return c.missing()
	}
	body, err := c.taken()
	if err != nil {
		return c.refuse(err)
	}
	version := map[string]any{"name": body["name"], "size": body["size"], "version": len(versions(app)) + 1}
	if v := body["displayVersion"]; v != nil {
		version["displayVersion"] = v
	}
	settings, _ := app.value("settings").([]any)
	if len(settings) == 0 {
		settings = []any{map[string]any{}}
	}
	first, _ := settings[0].(map[string]any)
	stored, _ := first["storedPackage"].(map[string]any)
	if stored == nil {
		stored = map[string]any{"objectId": c.newID()}
	}
	list, _ := stored["versions"].([]any)
	stored["versions"], first["storedPackage"] = append(list, version), stored
	app.set("settings", settings)
	address := c.prepare(app, version)
	return reply{status: c.operation.status, body: encode(map[string]any{"uploadUrl": address, "pendingVersionObjectId": c.newID(), "metadata": map[string]any{}})}
}

// softwareStatus is the state of software on a device: installed where the device is there.
func (c *call) softwareStatus(app, device string) object {
	v := object{"id": app + device, "softwareAppId": app, "systemId": device, "state": "INSTALL_SUCCESS", "code": 0, "details": "", "timestamp": stamp(c.now)}
	if c.org.nodes[device].value("active") == false {
		v["state"] = "PENDING"
	}
	return v
}

func (c *call) softwareStatuses() reply {
	app := c.org.kindOf("softwareapps").byID[c.ids[0]]
	if app == nil {
		return c.missing()
	}
	list := []object{}
	for _, r := range c.org.reached(app.id, []string{system}).sorted() {
		list = append(list, c.softwareStatus(app.id, r.id))
	}
	return c.objectList(list, fields{"id", "softwareAppId", "systemId", "state", "code", "details", "version", "timestamp"})
}

func (c *call) deviceSoftware() reply {
	if c.org.kind(c.ids[0]) != system {
		return c.missing()
	}
	list := []object{}
	for _, app := range c.org.kindOf("softwareapps").list {
		if c.org.reached(app.id, []string{system})[c.ids[0]] != nil {
			list = append(list, object{"app": decoded(app.json()), "status": map[string]any(c.softwareStatus(app.id, c.ids[0]))})
		}
	}
	form, _, _ := c.operation.answer.items()
	return c.objectList(list, form.fields())
}

// acted puts an action on record that answers with an object: that nothing came of it.
func (c *call) acted() reply {
	r := c.act()
	if r.status < 300 && c.operation.answer != nil {
		r.body = encode(c.operation.answer.complete(map[string]any{}))
	}
	return r
}
