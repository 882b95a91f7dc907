module github.com/jumpcloud-go/jumpcloud/examples

go 1.25

require github.com/jumpcloud-go/jumpcloud v0.0.0

replace github.com/jumpcloud-go/jumpcloud => ../
