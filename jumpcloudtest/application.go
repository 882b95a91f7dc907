package jumpcloudtest

import (
	"cmp"
	"fmt"
	"html"
	"net/http"
)

// samlMetadata is what a service provider reads of an application: an identity provider with the entity id of its own.
func (c *call) samlMetadata() reply {
	if c.org.id != c.ids[0] || c.org.kind(c.ids[1]) != application {
		return c.missing()
	}
	return reply{
		status: http.StatusOK, header: http.Header{"Content-Type": {"application/xml"}},
		body: fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></md:EntityDescriptor>
`, html.EscapeString(cmp.Or(c.org.nodes[c.ids[1]].text("ssoUrl"), c.ids[1]))),
	}
}

// logo puts an application's logo on record as a place where it would be, or takes it away.
func (c *call) logo() reply {
	if c.org.kind(c.ids[0]) != application {
		return c.missing()
	}
	i := c.org.nodes[c.ids[0]]
	if c.method == http.MethodDelete {
		i.set("logo", map[string]any{"url": ""})
		return noContent()
	}
	form, err := c.upload("image")
	if err != nil {
		return c.refuse(err)
	}
	i.set("logo", map[string]any{"url": "https://logos.example.com/" + i.id + "/" + form})
	return noContent()
}

// importUsers starts a job that creates the users which the application lists. Only an application that has such a list
// can do that.
func (c *call) importUsers() reply {
	if c.org.kind(c.ids[0]) != application {
		return c.missing()
	}
	s := c.org.in([]string{"v2", "applications", "{}", "import", "users"}, c.ids)
	if len(s.list) == 0 {
		return notFound()
	}
	var bodies []map[string]any
	for _, i := range s.list {
		body := without(decoded(i.json()), "id")
		if body["username"] == nil {
			body["username"] = body["email"]
		}
		bodies = append(bodies, body)
	}
	j := c.submit(&job{name: "application-import", do: c.org.creator(c.settings, "jumpcloud:custom_integration")}, bodies)
	return reply{status: c.operation.status, body: encode(map[string]any{"jobId": j.id})}
}
