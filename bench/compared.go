//go:build compared

package main

// What compile measures against the SDK is a requirement of this module, but no part of the program.
import _ "github.com/google/go-github/v74/github"
