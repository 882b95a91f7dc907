package jumpcloudtest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// copyNotes is what an organization that is a copy knows of that.
type copyNotes struct {
	lacks   map[string]string // collection, or route of the graph → why
	partial map[string]string // object, of which not all bindings are known → why
	objects map[string]bool   // the ids of those that were copied
	unread  []Unread
	rules   []string // automated groups whose rules this server cannot evaluate
}

// uncopied refuses to read what a copy does not have.
func (c *call) uncopied() (refused reply, bad bool) {
	notes, op := c.org.copied, c.operation
	if notes == nil || !op.reads {
		return reply{}, false
	}
	at := slices.IndexFunc(op.parts, placeholder)
	last := len(op.parts) - 1
	why := ""
	switch key := collectionKey(op.parts, nil); {
	case op.graph != nil:
		why = cmp.Or(notes.lacks[op.path], notes.partial[c.ids[0]])
	case op.parts[0] == "insights" && op.method == http.MethodGet:
		why = "reports are not copied"
	case at < 0:
		why = notes.lacks[key]
	case at == last && op.parts[0] != "insights":
		if c.org.kind(c.ids[len(c.ids)-1]) == "" {
			why = notes.lacks[strings.TrimSuffix(key, "/{}")]
		}
	case at < last && notes.objects[c.ids[0]] && !answerable[op.id]:
		why = "what lies below single objects is not copied"
	}
	if why == "" {
		return reply{}, false
	}
	return rpcError(http.StatusNotImplemented, fmt.Sprintf("jumpcloudtest: this is a copy, which lacks %s %s: %s", c.method, c.path(), why)), true
}

// answerable is what lies below single objects and is known of a copy all the same.
var answerable = map[string]bool{
	"sshkey_list": true, "groups_user_suggestions_get": true, "groups_system_suggestions_get": true, "workdays_workers": true,
	"bulk_usersCreateResults": true, "jobs_results": true, "workdays_importresults": true,
}
