// Sdk lists users through the SDK; `make bench` compares its size with the floor's.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/jumpcloud-go/jumpcloud"
)

func main() {
	c := jumpcloud.NewConfiguration()
	c.APIKey = os.Getenv("JUMPCLOUD_API_KEY")
	client, err := jumpcloud.NewAPIClient(c)
	if err != nil {
		panic(err)
	}
	for u, err := range client.Systemusers.All(context.Background(), nil) {
		if err != nil {
			panic(err)
		}
		fmt.Println(u.Username)
	}
}
