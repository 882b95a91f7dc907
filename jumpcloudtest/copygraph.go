package jumpcloudtest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// graph reads members and bindings. A binding is seen from both of its sides; it is read from the one of which there
// are fewer objects.
func (k *copier) graph(ctx context.Context, d *description) {
	members, associations := map[string]*operation{}, map[string]*operation{}
	for _, routes := range d.routes {
		for _, r := range routes {
			op, _ := d.find(http.MethodGet, r.parts)
			if op == nil || op.graph == nil {
				continue
			}
			kind := kindWords[op.parts[1]]
			if op.parts[1] == "users" {
				kind = userKind
			}
			switch op.graph.Part {
			case "members":
				members[kind] = op
			case "associations":
				associations[kind] = op
			}
		}
	}
	leave := k.enter()
	ids := map[string][]string{}
	for _, kind := range graphTypes {
		ids[kind] = k.org.idsOf(kind)
	}
	leave()
	for _, kind := range []string{userGroup, systemGroup, policyGroup} {
		if op := members[kind]; op != nil {
			k.ties(ctx, op, ids[kind], func(id string) []looseTie {
				found, _ := k.connections(ctx, op, id, nil, false)
				return found
			})
		}
	}
	sides := k.sides(associations, ids)
	few := func(a, b string) int { return cmp.Or(len(ids[a])-len(ids[b]), strings.Compare(a, b)) }
	for _, kind := range slices.SortedFunc(maps.Keys(sides), few) { // so that trust is found or lost soon
		op := associations[kind]
		k.ties(ctx, op, ids[kind], func(id string) []looseTie { return k.associations(ctx, op, id, sides[kind]) })
	}
	k.tieLoose(ctx, d)
}

// ties reads those of many objects, and ties them in one order, whichever answer comes first.
func (k *copier) ties(ctx context.Context, op *operation, ids []string, read func(id string) []looseTie) {
	found := make([][]looseTie, len(ids))
	k.each(ctx, op.path, len(ids), copyWidth, func(i int) { found[i] = read(ids[i]) })
	defer k.enter()()
	for _, t := range slices.Concat(found...) {
		if !k.org.tie(t) {
			k.loose = append(k.loose, t) // its other end was in no list
		}
	}
}

// idsOf are the objects of a kind.
func (o *org) idsOf(kind string) (ids []string) {
	switch kind {
	case userKind:
		for _, u := range o.ordered {
			ids = append(ids, u.id)
		}
	case userGroup, systemGroup:
		for _, g := range o.groupList[kind] {
			ids = append(ids, g.id)
		}
	default:
		for _, i := range o.kindStore(kind).list {
			ids = append(ids, i.id)
		}
	}
	return ids
}

// sides are the kinds that are asked, and for which kinds each is asked, so that as few objects as possible are.
func (k *copier) sides(associations map[string]*operation, ids map[string][]string) map[string][]string {
	known := func(kind string) bool {
		return k.complete[kind] || slices.Contains(directories, kind) && k.complete["v2/directories"]
	}
	sees := func(a, b string) bool {
		return associations[a] != nil && slices.Contains(associations[a].graph.Kinds, b)
	}
	var pairs [][2]string
	for _, a := range graphTypes {
		for _, b := range graphTypes {
			if sees(a, b) && len(ids[a]) > 0 && (!known(b) || len(ids[b]) > 0) {
				pairs = append(pairs, [2]string{a, b})
			}
		}
	}
	cost := func(kind string) int {
		if !known(kind) {
			return 1 << 40 // never, where there is another way
		}
		return len(ids[kind])
	}
	var best []string
	least := 1 << 50
	var cover func(asked []string, sum int)
	cover = func(asked []string, sum int) {
		if sum >= least {
			return
		}
		at := slices.IndexFunc(pairs, func(p [2]string) bool {
			return !slices.Contains(asked, p[0]) && !(slices.Contains(asked, p[1]) && sees(p[1], p[0]))
		})
		if at < 0 {
			best, least = slices.Clone(asked), sum
			return
		}
		for _, kind := range []string{pairs[at][0], pairs[at][1]} {
			if kind == pairs[at][0] || sees(kind, pairs[at][0]) {
				cover(append(slices.Clip(asked), kind), sum+cost(kind))
			}
		}
	}
	cover(nil, 0)
	asked := map[string][]string{}
	for _, p := range pairs {
		if slices.Contains(best, p[0]) && !slices.Contains(asked[p[1]], p[0]) {
			asked[p[0]] = append(asked[p[0]], p[1])
		}
	}
	return asked
}

// associations reads what an object is bound to. JumpCloud's own client asks for one kind at a time. That all kinds
// come with one request is not promised, so it is tried until it was seen, and left when it was not so.
func (k *copier) associations(ctx context.Context, op *operation, id string, kinds []string) []looseTie {
	verdict := k.trust(0)
	var together []looseTie
	var failed error
	if verdict >= 0 && len(kinds) > 1 {
		if together, failed = k.connections(ctx, op, id, kinds, verdict == 0); verdict > 0 {
			return together
		}
	}
	var singly []looseTie
	for _, kind := range kinds {
		found, _ := k.connections(ctx, op, id, []string{kind}, false)
		singly = append(singly, found...)
	}
	if verdict == 0 && len(kinds) > 1 {
		bound := map[string]bool{}
		for _, t := range together {
			bound[t.kind] = true
		}
		switch {
		case failed != nil || len(together) != len(singly):
			k.trust(-1)
		case len(bound) > 1:
			k.trust(1)
		}
	}
	return singly
}

// trust is 1 once several kinds were seen to come with one request, and -1 once they did not.
func (k *copier) trust(verdict int) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if verdict != 0 && k.combined >= 0 {
		k.combined = verdict
	}
	return k.combined
}

// connections reads the members of a group, or what an object is bound to. A trial may fail without a word.
func (k *copier) connections(ctx context.Context, op *operation, id string, kinds []string, trial bool) (found []looseTie, err error) {
	var query url.Values
	if op.graph.Part == "associations" {
		query = url.Values{"targets": {strings.Join(kinds, ",")}}
	}
	err = k.read(ctx, op, id, query, func(raw json.RawMessage) {
		var e struct {
			Attributes map[string]any
			To         struct{ ID, Type string }
		}
		if parse(raw, &e) == nil && e.To.ID != "" {
			found = append(found, looseTie{id, e.To.ID, e.To.Type, e.Attributes})
		}
	}, "", trial)
	return found, err
}

// tie is false where one end is not there.
func (o *org) tie(t looseTie) bool {
	kind := o.kind(t.to)
	switch {
	case kind == "":
		return false
	case memberships[[2]string{kind, o.kind(t.from)}]:
		o.join(t.to, t.from, t.attributes)
	default:
		o.connect(t.from, t.to, t.attributes)
	}
	return true
}

// tieLoose asks for the objects that no list had, each by its own route. Where that cannot be, the copy knows of them
// by their ids alone; one that should have been in a list is gone.
func (k *copier) tieLoose(ctx context.Context, d *description) {
	var missing []looseTie
	for _, t := range k.loose {
		if !slices.ContainsFunc(missing, func(m looseTie) bool { return m.to == t.to }) && slices.Contains(targets, t.kind) && !k.complete[t.kind] {
			missing = append(missing, t)
		}
	}
	k.each(ctx, "", len(missing), copyWidth, func(i int) {
		t := missing[i]
		var o object
		for _, path := range [][]string{{pathWord[t.kind], t.to}, {"v2", pathWord[t.kind], t.to}} {
			if op, _ := d.find(http.MethodGet, path); op != nil && pathWord[t.kind] != "" {
				o, _ = k.get(ctx, op, t.to)
				break
			}
		}
		defer k.enter()()
		if o == nil {
			o = named(t.kind, t.to, "")
		}
		k.reserve(t.to)
		k.org.insert(k.org.kindStore(t.kind), o, k.org.created)
	})
	for _, t := range k.loose {
		leave := k.enter()
		tied := k.org.tie(t)
		leave()
		if !tied {
			k.note("/v2/…/associations", t.to, fmt.Sprintf("%s is tied to this %s, which is in no list", t.from, t.kind))
		}
	}
}

// looseTie is a binding to an object that no list has.
type looseTie struct {
	from, to, kind string
	attributes     map[string]any
}
