package jumpcloudtest

import (
	"net/http"
	"slices"
)

// file is what an Apple device or a browser loads. There is nothing in it.
func (c *call) file() reply {
	at := slices.IndexFunc(c.operation.parts, placeholder)
	if !c.org.exists(c.operation.parts[:at], nil, c.ids[0]) {
		return c.missing()
	}
	return reply{status: http.StatusOK, body: []byte("jumpcloudtest\n"), header: http.Header{"Content-Type": {c.operation.binary}}}
}
