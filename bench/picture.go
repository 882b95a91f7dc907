package main

import (
	"fmt"
	"image/color"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// drawPicture draws the walks' times by pages in flight.
func drawPicture(path string, walks []walkTime) error {
	times, err := walkPlot(walks)
	if err != nil {
		return err
	}
	canvas := vgsvg.New(20*vg.Centimeter, 9*vg.Centimeter)
	whole := draw.New(canvas)
	white := plot.New()
	white.HideAxes()
	white.Draw(whole)
	times.Draw(draw.Crop(whole, vg.Centimeter/2, -vg.Centimeter/2, vg.Centimeter/2, -vg.Centimeter/2))
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := canvas.WriteTo(file); err != nil {
		return err
	}
	return file.Close()
}

func walkPlot(walks []walkTime) (*plot.Plot, error) {
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text = "10,000 users in 100 pages"
	p.Y.Label.Text = "seconds"
	p.Y.Min = 0
	width := vg.Points(28)
	colors := map[int]color.Color{20: color.RGBA{0x1b, 0x7f, 0x5c, 0xff}, 100: color.RGBA{0x2f, 0x5d, 0xa8, 0xff}}
	var names []string
	for i, latency := range []int{20, 100} {
		var values plotter.Values
		names = nil
		for _, w := range walks {
			if w.latency == latency {
				values = append(values, w.took.Seconds())
				names = append(names, fmt.Sprintf("%d in flight", w.pages))
			}
		}
		bars, err := plotter.NewBarChart(values, width)
		if err != nil {
			return nil, err
		}
		bars.Color, bars.LineStyle.Width = colors[latency], 0
		bars.Offset = width * vg.Length(2*i-1) / 2
		p.Add(bars)
		p.Legend.Add(fmt.Sprintf("%d ms a request", latency), bars)
		labels := plotter.XYLabels{}
		for j, v := range values {
			labels.XYs = append(labels.XYs, plotter.XY{X: float64(j), Y: v})
			labels.Labels = append(labels.Labels, fmt.Sprintf("%.2f", v))
		}
		text, err := plotter.NewLabels(labels)
		if err != nil {
			return nil, err
		}
		text.Offset = vg.Point{X: bars.Offset - vg.Points(10), Y: vg.Points(2)}
		p.Add(text)
	}
	p.Legend.Top, p.Legend.Left = true, true // the text after its colour, whatever font draws it
	p.Legend.XOffs = 11 * vg.Centimeter
	p.NominalX(names...)
	return p, nil
}
