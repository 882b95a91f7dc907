// Floor lists users as a program without the SDK does; `make bench` compares the size of both.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

type user struct {
	ID       string `json:"_id"`
	Username string `json:"username"`
}
type page struct {
	TotalCount int     `json:"totalCount"`
	Results    []*user `json:"results"`
}

func main() {
	for skip := 0; ; skip += 100 {
		req, err := http.NewRequest("GET", fmt.Sprintf("https://console.jumpcloud.com/api/systemusers?limit=100&skip=%d", skip), nil)
		if err != nil {
			panic(err)
		}
		req.Header.Set("x-api-key", os.Getenv("JUMPCLOUD_API_KEY"))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			panic(err)
		}
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			panic(err)
		}
		var p page
		if err := json.Unmarshal(b, &p); err != nil {
			panic(err)
		}
		for _, u := range p.Results {
			fmt.Println(u.Username)
		}
		if skip >= p.TotalCount {
			return
		}
	}
}
