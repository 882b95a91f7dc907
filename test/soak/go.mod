module github.com/jumpcloud-go/jumpcloud/test/soak

go 1.25

require (
	github.com/jumpcloud-go/jumpcloud v0.0.0
	go.uber.org/goleak v1.3.0
)

replace github.com/jumpcloud-go/jumpcloud => ../..
