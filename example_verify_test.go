package jumpcloud_test

import (
	"fmt"
	"time"

	"github.com/jumpcloud-go/jumpcloud"
)

// A help desk asks the user on the phone, before it resets anything.
func ExamplePushVerificationsService_Start() {
	server := answers(map[string]string{
		"POST /v2/users/{id}/pushendpoints/{endpoint}/verify": `{"id":"66aa0b1c2d3e4f5061728394","status":"SENT","confirmationCode":"47"}`,
		"GET /v2/pushendpoints/verifications/{id}":            `{"id":"66aa0b1c2d3e4f5061728394","status":"ACCEPTED"}`,
	})
	defer server.Close()
	client := server.Client()

	asked, err := client.PushVerifications.Start(ctx, "6026bec6b8207255280d5981", "64d0f1e2c3b4a59687786950",
		jumpcloud.PushVerificationStartRequest{Message: jumpcloud.Set("Is it you who called the help desk?")})
	must(err)
	fmt.Println("the phone shows", string(asked.ConfirmationCode))
	for asked.Status == jumpcloud.PushVerificationStatusSent {
		time.Sleep(time.Millisecond) // a second or two
		asked, err = client.PushVerifications.Get(ctx, asked.ID)
		must(err)
	}
	fmt.Println("it is them:", asked.Status == jumpcloud.PushVerificationStatusAccepted)
	// Output:
	// the phone shows 47
	// it is them: true
}

// One text of a mail changes, and the others stay.
func ExampleCustomEmailsService_Modify() {
	server := answers(map[string]string{
		"GET /v2/customemails/{type}": `{"id":"66bb0c1d2e3f405162738495","type":"password_expiration","subject":"Your password ends","button":"Choose"}`,
		"PUT /v2/customemails/{type}": `{"id":"66bb0c1d2e3f405162738495","type":"password_expiration","subject":"Choose a new password","button":"Choose"}`,
	})
	defer server.Close()
	client := server.Client()

	mail, err := client.CustomEmails.Modify(ctx, jumpcloud.CustomEmailTypePasswordExpiration, func(m *jumpcloud.CustomEmailInput) {
		m.Subject = "Choose a new password"
	})
	must(err)
	fmt.Println(mail.Subject, "/", mail.Button)
	// Output: Choose a new password / Choose
}

// What the organization has, feature by feature.
func ExampleSubscriptionsService_List() {
	server := answers(map[string]string{
		"GET /v2/subscriptions": `[{"productCode":"JC-PRIME","displayName":"Prime","listPrice":12.5,"annualPrice":10,"features":[{"name":"sso"},{"name":"mdm"}]}]`,
	})
	defer server.Close()
	client := server.Client()

	subscriptions, err := client.Subscriptions.List(ctx)
	must(err)
	for _, subscription := range subscriptions {
		fmt.Println(subscription.DisplayName, subscription.ListPrice, subscription.Features)
	}
	// Output: Prime 12.5 [{sso} {mdm}]
}
