package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
	"github.com/jumpcloud-go/jumpcloud/examples/directory"
)

// graph is what the picture shows: people, groups and targets, and who leads to what.
type graph struct {
	nodes []node
	edges []edge
}

type node struct {
	kind   jumpcloud.GraphType
	names  []string // several when objects that are connected alike are one node
	colour int      // of a user group; -1 for everything else
}

type edge struct {
	from, to int
	colour   int // of the user group at one of its ends, or -1
	weight   int // how many connections it stands for
}

// section is a part of the picture, with a heading, from left to right and from top to bottom.
type section int

const (
	people section = iota
	groups
	deviceGroups
	applications
	directories
	radius
	devices
	others
)

func (s section) String() string {
	return [...]string{"People", "Groups", "Device groups", "Applications", "Directories", "RADIUS", "Devices", "Other"}[s]
}

func sectionOf(kind jumpcloud.GraphType) section {
	switch kind {
	case jumpcloud.GraphTypeUser:
		return people
	case jumpcloud.GraphTypeUserGroup:
		return groups
	case jumpcloud.GraphTypeSystemGroup:
		return deviceGroups
	case jumpcloud.GraphTypeApplication:
		return applications
	case jumpcloud.GraphTypeGSuite, jumpcloud.GraphTypeOffice365, jumpcloud.GraphTypeLDAPServer, jumpcloud.GraphTypeActiveDirectory:
		return directories
	case jumpcloud.GraphTypeRADIUSServer:
		return radius
	case jumpcloud.GraphTypeSystem:
		return devices
	default:
		return others
	}
}

// apart is how many targets are drawn one by one; more are drawn together where they are connected
// alike, as people always are.
const apart = 40

// graphOf turns a review into a graph. The objects of a class have the same connections, class by
// class: so "12 people" may each have one of "12 devices".
func graphOf(r *review) *graph {
	objects, connected := connections(r)
	class := classes(objects, connected)
	g := &graph{}
	members := map[int][]object{}
	for i, c := range class {
		if c == len(g.nodes) {
			g.nodes = append(g.nodes, node{kind: objects[i].Type, colour: -1})
		}
		members[c] = append(members[c], objects[i])
	}
	colours := 0
	for c := range g.nodes {
		for _, object := range members[c] {
			g.nodes[c].names = append(g.nodes[c].names, object.Name)
		}
		slices.Sort(g.nodes[c].names)
		if g.nodes[c].kind == jumpcloud.GraphTypeUserGroup {
			g.nodes[c].colour = colours
			colours++
		}
	}
	at := map[[2]int]int{}
	for _, c := range connected {
		key := [2]int{class[c[0]], class[c[1]]}
		if i, there := at[key]; there {
			g.edges[i].weight++
			continue
		}
		at[key] = len(g.edges)
		g.edges = append(g.edges, edge{key[0], key[1], max(g.nodes[key[0]].colour, g.nodes[key[1]].colour), 1})
	}
	return g
}

// connections lists everything on the paths, people first, and the pairs that are connected.
func connections(r *review) (objects []object, connected [][2]int) {
	at := map[directory.Object]int{}
	index := func(o object) int {
		i, there := at[o.Object]
		if !there {
			i = len(objects)
			at[o.Object] = i
			objects = append(objects, o)
		}
		return i
	}
	there := map[[2]int]bool{}
	for _, p := range r.People {
		user := index(object{Object: directory.Object{Type: jumpcloud.GraphTypeUser, ID: p.ID}, Name: p.Username})
		for _, t := range p.Targets {
			for _, path := range t.Paths {
				from := user
				for _, o := range path {
					to := index(o)
					if pair := [2]int{from, to}; !there[pair] {
						there[pair] = true
						connected = append(connected, pair)
					}
					from = to
				}
			}
		}
	}
	return objects, connected
}

// classes numbers the objects so that those of one number are of one kind and connected alike: it
// starts from the kinds, and splits until nothing splits any more.
func classes(objects []object, connected [][2]int) []int {
	targets := 0
	for _, o := range objects {
		if sectionOf(o.Type) > deviceGroups {
			targets++
		}
	}
	together := func(o object) bool {
		return o.Type == jumpcloud.GraphTypeUser || targets > apart && sectionOf(o.Type) > deviceGroups
	}
	signature := make([]string, len(objects))
	for i, o := range objects {
		signature[i] = string(o.Type)
		if !together(o) {
			signature[i] += " " + o.ID
		}
	}
	class, count := number(signature)
	for {
		neighbours := make([][]string, len(objects))
		for _, c := range connected {
			neighbours[c[0]] = append(neighbours[c[0]], fmt.Sprint(">", class[c[1]]))
			neighbours[c[1]] = append(neighbours[c[1]], fmt.Sprint("<", class[c[0]]))
		}
		for i := range objects {
			slices.Sort(neighbours[i])
			signature[i] = fmt.Sprint(class[i], neighbours[i])
		}
		split, more := number(signature)
		if more == count {
			return class
		}
		class, count = split, more
	}
}

// number numbers equal texts alike, in the order in which they come.
func number(texts []string) (numbers []int, count int) {
	known := map[string]int{}
	for _, text := range texts {
		if _, there := known[text]; !there {
			known[text] = len(known)
		}
		numbers = append(numbers, known[text])
	}
	return numbers, len(known)
}

// reach is what can be reached from each node along the edges, or against them, itself included.
func (g *graph) reach(against bool) []map[int]bool {
	next := make([][]int, len(g.nodes))
	for _, e := range g.edges {
		if against {
			next[e.to] = append(next[e.to], e.from)
		} else {
			next[e.from] = append(next[e.from], e.to)
		}
	}
	reached := make([]map[int]bool, len(g.nodes))
	for n := range g.nodes {
		reached[n] = map[int]bool{n: true}
		for todo := []int{n}; len(todo) > 0; todo = todo[1:] {
			for _, to := range next[todo[0]] {
				if !reached[n][to] {
					reached[n][to] = true
					todo = append(todo, to)
				}
			}
		}
	}
	return reached
}

// label is the text of a node: its name, or how many objects it stands for.
func (n node) label() string {
	if len(n.names) == 1 {
		return n.names[0]
	}
	return fmt.Sprintf("%d %s", len(n.names), strings.ToLower(sectionOf(n.kind).String()))
}

// says is what a node tells who points at it or listens.
func (n node) says() string {
	what := directory.Object{Type: n.kind}.Kind()
	if len(n.names) > 1 {
		what = n.label()
	}
	return what + ": " + strings.Join(n.names, ", ")
}
