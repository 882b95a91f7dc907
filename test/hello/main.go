// Command hello is the first program of the README.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/jumpcloud-go/jumpcloud"
)

func main() {
	configuration, err := jumpcloud.ConfigurationFromEnv() // JUMPCLOUD_API_KEY and its kin
	if err != nil {
		log.Fatal(err)
	}
	client, err := jumpcloud.NewAPIClient(configuration) // checks everything, sends nothing
	if err != nil {
		log.Fatal(err)
	}
	for user, err := range client.Systemusers.All(context.Background(), nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(user.Username, user.Email)
	}
}
