// Bench measures the SDK against hand-written HTTP and writes docs/performance.md with its picture.
// Both subjects run in the same process, in turns, against a service in a process of its own.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	serveTotal := flag.Int("serve", 0, "internal: serve this many users and print the base URL")
	walk := flag.String("walk", "", "internal: walk the base URL given as argument as floor, sdk-1 or sdk-8, and print the peak memory in KB")
	rounds := flag.Int("rounds", 7, "how often each measurement is made; the median counts")
	root := flag.String("root", "..", "root of the repository")
	flag.Parse()
	var err error
	switch {
	case *serveTotal > 0:
		err = serve(*serveTotal)
	case *walk != "":
		err = walkAlone(*walk, flag.Arg(0))
	case *rounds < 6:
		err = fmt.Errorf("-rounds must be at least 6")
	default:
		err = measure(*root, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// remote is the service in its own process.
type remote struct {
	base    string
	process *exec.Cmd
}

func startRemote(total int) (*remote, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(self, "-serve", fmt.Sprint(total))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	base, err := bufio.NewReader(out).ReadString('\n')
	return &remote{strings.TrimSpace(base), command}, err
}

func (r *remote) stop() {
	r.process.Process.Kill()
	r.process.Wait()
}

// set changes the service, and returns how many connections and requests it saw since the last time.
func (r *remote) set(query string) (opened, asked int, err error) {
	resp, err := http.Get(strings.TrimSuffix(r.base, "/api") + "/control?" + query)
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	_, err = fmt.Fscan(resp.Body, &opened, &asked)
	return opened, asked - 1, err // the request for the control itself
}

// sample is what one run of a subject cost.
type sample struct {
	time           time.Duration
	bytes, objects float64
}

func sampled(f func() error) (s sample, err error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	started := time.Now()
	err = f()
	s.time = time.Since(started)
	runtime.ReadMemStats(&after)
	s.bytes, s.objects = float64(after.TotalAlloc-before.TotalAlloc), float64(after.Mallocs-before.Mallocs)
	return s, err
}

// inTurns runs the subjects one after the other, rounds times, and returns the medians.
func inTurns(rounds int, subjects ...func() error) ([]sample, error) {
	samples := make([][]sample, len(subjects))
	for round := range rounds + 1 {
		for i, subject := range subjects {
			s, err := sampled(subject)
			if err != nil {
				return nil, err
			}
			if round > 0 { // the first is for warming up
				samples[i] = append(samples[i], s)
			}
		}
	}
	medians := make([]sample, len(subjects))
	for i, all := range samples {
		medians[i] = sample{
			time:    time.Duration(medianOf(all, func(s sample) float64 { return float64(s.time) })),
			bytes:   medianOf(all, func(s sample) float64 { return s.bytes }),
			objects: medianOf(all, func(s sample) float64 { return s.objects }),
		}
	}
	return medians, nil
}

func medianOf(all []sample, of func(sample) float64) float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = of(s)
	}
	return median(values)
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// times returns a subject that does something n times.
func times(n int, f func(context.Context) error) func() error {
	return func() error {
		for range n {
			if err := f(context.Background()); err != nil {
				return err
			}
		}
		return nil
	}
}

// whole returns a subject that walks, and fails unless every user came.
func whole(total int, walk func(context.Context) (int, error)) func() error {
	return func() error {
		n, err := walk(context.Background())
		if err == nil && n != total {
			err = fmt.Errorf("%d of %d users", n, total)
		}
		return err
	}
}

// walkAlone is the process whose peak memory is measured.
func walkAlone(subject, base string) error {
	subjects := map[string]func(context.Context) (int, error){
		"floor": newFloor(base).walk, "sdk-1": newSDK(base, 1).walk, "sdk-8": newSDK(base, 8).walk,
	}
	if err := whole(100_000, subjects[subject])(); err != nil {
		return err
	}
	status, err := os.Open("/proc/self/status")
	if err != nil {
		return err
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if peak, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			fmt.Println(strings.Fields(peak)[0])
		}
	}
	return nil
}

func peakMemory(base, subject string) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	out, err := exec.Command(self, "-walk", subject, base).Output()
	var kb float64
	if err == nil {
		_, err = fmt.Sscan(string(out), &kb)
	}
	return kb, err
}

// build returns the size of a stripped program.
func build(dir, program string) (float64, error) {
	out := filepath.Join(dir, filepath.Base(program))
	command := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, program)
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return 0, err
	}
	info, err := os.Stat(out)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()), nil
}

// compile returns what the compiler works on a package, with its dependencies built. Its cache does not know
// the package with this flag, which changes nothing.
func compile(path string) (time.Duration, error) {
	command := exec.Command("go", "build", fmt.Sprintf("-gcflags=%s=-D=%d", path, time.Now().UnixNano()), path)
	command.Stderr = os.Stderr
	err := command.Run()
	return command.ProcessState.UserTime(), err
}
