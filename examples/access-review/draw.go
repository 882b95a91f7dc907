package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jumpcloud-go/jumpcloud"
)

// format is how a picture is drawn: on a wide screen with a column for the groups of devices, on a
// narrow one with these below the groups of people.
type format struct {
	Name      string
	width     float64
	columns   []float64 // their widths, of which there are as many as columnOf knows
	columnOf  func(section) int
	text      float64 // size
	padding   float64 // left and right of a text
	line, gap float64 // heights
}

var wide = format{
	Name: "wide", width: 1120, columns: []float64{210, 190, 170, 230}, columnOf: func(s section) int { return min(int(s), 3) },
	text: 13, padding: 12, line: 17, gap: 9,
}

var narrow = format{
	Name: "narrow", width: 358, columns: []float64{102, 84, 100}, columnOf: func(s section) int { return [...]int{0, 1, 1, 2}[min(s, 3)] },
	text: 11, padding: 7, line: 14, gap: 7,
}

// picture is a drawing of a graph, ready for the template.
type picture struct {
	Name          string
	Width, Height float64
	Edges         []drawnEdge
	Headings      []drawnText
	Nodes         []drawnNode
}

type drawnEdge struct {
	Class, Path string
	Stroke      float64
}

type drawnText struct {
	X, Y float64
	Text string
	Soft bool
}

type drawnNode struct {
	Class, Says                string
	X, Y, Width, Height, Curve float64
	Lines                      []drawnText
}

// box is a place in a column: of a node, or of an edge that passes.
type box struct {
	node        int // -1 for an edge
	section     section
	x, y, w, h  float64
	heading     float64 // room above
	lines       []drawnText
	left, right []*box // what it is connected to in the columns beside
	order       float64
}

func (b *box) middle() float64 { return b.y + b.heading + b.h/2 }

// draw lays the graph out in columns, in the manner of Sugiyama: edges that pass a column get a lane
// there, the boxes of a column are ordered by where their neighbours are, and then moved as near to
// those as the order allows.
func draw(g *graph, f format) *picture {
	columns := make([][]*box, len(f.columns))
	boxes := make([]*box, len(g.nodes))
	for i, n := range g.nodes {
		s := sectionOf(n.kind)
		c := f.columnOf(s)
		boxes[i] = &box{node: i, section: s, w: f.columns[c]}
		boxes[i].write(n, f)
		columns[c] = append(columns[c], boxes[i])
	}
	chains := make([][]*box, len(g.edges))
	for i, e := range g.edges {
		from, to := f.columnOf(boxes[e.from].section), f.columnOf(boxes[e.to].section)
		chain := []*box{boxes[e.from]}
		for c := from + 1; c < to; c++ {
			if columns[c] == nil {
				continue // will not be drawn
			}
			lane := &box{node: -1, w: f.columns[c], h: 4}
			columns[c] = append(columns[c], lane)
			chain = append(chain, lane)
		}
		chain = append(chain, boxes[e.to])
		chains[i] = chain
		if from == to {
			continue
		}
		for j, b := range chain[1:] {
			chain[j].right = append(chain[j].right, b)
			b.left = append(b.left, chain[j])
		}
	}
	columns = slices.DeleteFunc(columns, func(c []*box) bool { return c == nil })
	arrange(columns, f)
	p := &picture{Name: f.Name, Width: f.width}
	place(columns, f, p)
	ways := [2][]map[int]bool{g.reach(false), g.reach(true)}
	p.addEdges(g, chains, ways, f)
	for i, b := range boxes {
		p.addNode(g.nodes[i], b, ways, f)
	}
	return p
}

// arrange orders the boxes of each column.
func arrange(columns [][]*box, f format) {
	number := func(column []*box) {
		for i, b := range column {
			b.order = (float64(i) + 0.5) / float64(len(column))
		}
	}
	for _, column := range columns {
		slices.SortStableFunc(column, func(a, b *box) int { return cmp.Compare(a.section, b.section) })
		number(column)
	}
	for sweep := range 12 {
		for i := range columns {
			c := i
			neighbours := func(b *box) []*box { return b.left }
			if sweep%2 == 1 {
				c = len(columns) - 1 - i
				neighbours = func(b *box) []*box { return b.right }
			}
			for _, b := range columns[c] {
				if near := neighbours(b); len(near) > 0 {
					b.order = mean(near, func(n *box) float64 { return n.order })
				}
			}
			columns[c] = bySection(columns[c])
			number(columns[c])
		}
	}
	for _, column := range columns {
		last := section(-1)
		for _, b := range column {
			if b.node >= 0 && b.section != last {
				last, b.heading = b.section, f.line+12
			}
		}
	}
}

// bySection sorts a column by order, but keeps the nodes of a section together. Lanes go anywhere.
func bySection(column []*box) (sorted []*box) {
	var nodes, lanes []*box
	for _, b := range column {
		if b.node >= 0 {
			nodes = append(nodes, b)
		} else {
			lanes = append(lanes, b)
		}
	}
	byOrder := func(a, b *box) int { return cmp.Compare(a.order, b.order) }
	slices.SortStableFunc(lanes, byOrder)
	slices.SortStableFunc(nodes, func(a, b *box) int { return cmp.Or(cmp.Compare(a.section, b.section), byOrder(a, b)) })
	for _, node := range nodes {
		for len(lanes) > 0 && lanes[0].order < node.order {
			sorted, lanes = append(sorted, lanes[0]), lanes[1:]
		}
		sorted = append(sorted, node)
	}
	return append(sorted, lanes...)
}

func mean(boxes []*box, of func(*box) float64) float64 {
	sum := 0.0
	for _, b := range boxes {
		sum += of(b)
	}
	return sum / float64(len(boxes))
}

// margin keeps the borders of boxes inside the picture.
const margin = 2.0

// place gives the boxes their coordinates: the tallest column is packed, the others follow it.
func place(columns [][]*box, f format, p *picture) {
	space := f.width - 2*margin
	for _, column := range columns {
		space -= column[0].w
	}
	x, tallest, height := margin, 0, 0.0
	for i, column := range columns {
		y := 0.0
		for _, b := range column {
			b.x, b.y = x, y
			y += b.heading + b.h + f.gap
		}
		x += column[0].w + space/float64(max(len(columns)-1, 1))
		if y > height {
			tallest, height = i, y
		}
	}
	for range 8 {
		for i := range columns {
			if i == tallest {
				continue
			}
			settle(columns[i], f.gap)
		}
	}
	top, bottom := math.Inf(1), 0.0
	for _, column := range columns {
		top = min(top, column[0].y)
	}
	for _, column := range columns {
		for _, b := range column {
			b.y += margin - top
			bottom = max(bottom, b.y+b.heading+b.h)
			if b.heading > 0 {
				p.Headings = append(p.Headings, drawnText{X: b.x, Y: round(b.y + b.heading - 9), Text: b.section.String()})
			}
		}
	}
	p.Height = math.Ceil(bottom + margin)
}

// settle moves the boxes of a column as near to their neighbours as their order and sizes allow: the
// least squares of a monotonic regression.
func settle(column []*box, gap float64) {
	type block struct {
		sum   float64
		boxes int
	}
	var blocks []block
	offset := 0.0
	for _, b := range column {
		want := b.middle()
		if near := slices.Concat(b.left, b.right); len(near) > 0 {
			want = mean(near, (*box).middle)
		}
		blocks = append(blocks, block{want - b.heading - b.h/2 - offset, 1})
		offset += b.heading + b.h + gap
		for n := len(blocks); n > 1 && blocks[n-2].sum/float64(blocks[n-2].boxes) > blocks[n-1].sum/float64(blocks[n-1].boxes); n-- {
			blocks[n-2].sum += blocks[n-1].sum
			blocks[n-2].boxes += blocks[n-1].boxes
			blocks = blocks[:n-1]
		}
	}
	offset, i := 0.0, 0
	for _, block := range blocks {
		for range block.boxes {
			b := column[i]
			b.y = block.sum/float64(block.boxes) + offset
			offset += b.heading + b.h + gap
			i++
		}
	}
}

// write fits the text of a node into its box.
func (b *box) write(n node, f format) {
	width := b.w - 2*f.padding
	for _, line := range fit(n.label(), width, f.text) {
		b.lines = append(b.lines, drawnText{Text: line})
	}
	if len(n.names) > 1 {
		b.lines = append(b.lines, drawnText{Text: some(n.names, width, f.text-1.5), Soft: true})
	}
	b.h = f.line*float64(len(b.lines)) + f.line*0.75
}

// fit writes a text in one line, or in two where it has a place to break.
func fit(text string, width, size float64) []string {
	if measure(text, size) <= width {
		return []string{text}
	}
	for i := len(text) - 1; i > 0; i-- {
		if strings.ContainsRune(" .-_@", rune(text[i-1])) && measure(strings.TrimSpace(text[:i]), size) <= width {
			return []string{strings.TrimSpace(text[:i]), shorten(text[i:], width, size)}
		}
	}
	return []string{shorten(text, width, size)}
}

// shorten leaves out the middle of a text that is too long: names often differ at their end.
func shorten(text string, width, size float64) string {
	if measure(text, size) <= width {
		return text
	}
	letters := []rune(text)
	for keep := len(letters) - 1; keep > 1; keep-- {
		short := string(letters[:(keep+1)/2]) + "…" + string(letters[len(letters)-keep/2:])
		if measure(short, size) <= width {
			return short
		}
	}
	return "…"
}

// some lists as many names as there is room for.
func some(names []string, width, size float64) string {
	text := strings.Join(names, ", ")
	for n := len(names) - 1; n > 0 && measure(text, size) > width; n-- {
		text = strings.Join(names[:n], ", ") + ", …"
	}
	return shorten(text, width, size)
}

// measure estimates how wide a text is, for fonts as wide as they come.
func measure(text string, size float64) float64 {
	em := 0.0
	for _, c := range text {
		switch {
		case strings.ContainsRune("iljI.,:;'|!", c):
			em += 0.36
		case strings.ContainsRune("ftr-()/ ", c):
			em += 0.42
		case strings.ContainsRune("mwMW@%", c):
			em += 1
		case c >= 'A' && c <= 'Z' || c == '…':
			em += 0.74
		case c < 0x80:
			em += 0.64
		default:
			em += 1
		}
	}
	return em * size
}

func (p *picture) addNode(n node, b *box, ways [2][]map[int]bool, f format) {
	d := drawnNode{
		Class: "n" + fmt.Sprint(b.node) + onWaysOf(ways, b.node), Says: n.says(),
		X: round(b.x), Y: round(b.y + b.heading), Width: b.w, Height: round(b.h), Curve: 7,
	}
	switch n.kind {
	case jumpcloud.GraphTypeUser:
		d.Class += " user"
		d.Curve = min(b.h/2, 16)
	case jumpcloud.GraphTypeUserGroup:
		d.Class += fmt.Sprintf(" group c%d", n.colour%colours)
	case jumpcloud.GraphTypeSystemGroup:
		d.Class += " devices"
	}
	for i, line := range b.lines {
		line.X, line.Y = round(b.x+f.padding), round(b.y+b.heading+f.line*(float64(i)+1.1))
		d.Lines = append(d.Lines, line)
	}
	p.Nodes = append(p.Nodes, d)
}

// onWaysOf returns classes that name the nodes whose ways, there or from there, lead through all the
// given ones: what is to be seen while somebody points at them.
func onWaysOf(ways [2][]map[int]bool, nodes ...int) string {
	var classes strings.Builder
	for pointed := range ways[0] {
		for _, reached := range ways {
			if !slices.ContainsFunc(nodes, func(n int) bool { return !reached[pointed][n] }) {
				fmt.Fprintf(&classes, " r%d", pointed)
				break
			}
		}
	}
	return classes.String()
}

func (p *picture) addEdges(g *graph, chains [][]*box, ways [2][]map[int]bool, f format) {
	for i, e := range g.edges {
		d := drawnEdge{Class: strings.TrimSpace(onWaysOf(ways, e.from, e.to)), Stroke: round(1.4 + 0.7*math.Log2(float64(e.weight)))}
		switch {
		case e.colour >= 0:
			d.Class += fmt.Sprintf(" c%d", e.colour%colours)
		case g.nodes[e.from].kind == jumpcloud.GraphTypeUser:
			d.Class += " direct"
		}
		d.Path = curve(chains[i], f)
		p.Edges = append(p.Edges, d)
	}
}

// curve leads from the right of the first box, through the lanes, to the left of the last; between
// boxes of one column it bends back.
func curve(chain []*box, f format) string {
	first, last := chain[0], chain[len(chain)-1]
	var path strings.Builder
	x, y := first.x+first.w, first.middle()
	fmt.Fprintf(&path, "M%g %g", round(x), round(y))
	if first.x == last.x {
		bend := round(x + f.padding*2.5)
		fmt.Fprintf(&path, "C%g %g %g %g %g %g", bend, round(y), bend, round(last.middle()), round(x), round(last.middle()))
		return path.String()
	}
	for _, b := range chain[1:] {
		half := round((x + b.x) / 2)
		fmt.Fprintf(&path, "C%g %g %g %g %g %g", half, round(y), half, round(b.middle()), round(b.x), round(b.middle()))
		x, y = b.x+b.w, b.middle()
		if b.node < 0 {
			fmt.Fprintf(&path, "H%g", round(x))
		}
	}
	return path.String()
}

func round(x float64) float64 { return math.Round(x*10) / 10 }
