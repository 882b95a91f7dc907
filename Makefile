# Targets for people and for CI. Everything but Go, git and make comes as Go modules.

.DEFAULT_GOAL := help

# The modules of the repository: the package itself, and what must not become a requirement of it.
MODULES := . $(patsubst %/go.mod,%,$(wildcard */go.mod */*/go.mod))
CHECKED := $(MODULES)
# make e2e tests test/e2e: it wants a browser.
TESTED := $(filter-out tools test/e2e,$(MODULES))
BIN := $(CURDIR)/.bin

# The race detector wants a C compiler.
COMPILER := $(shell go env CC)
RACE := $(if $(shell command -v $(COMPILER) 2>/dev/null),-race)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## run the quickstart against the embedded JumpCloud
	@go -C examples run ./quickstart -demo
	@echo; echo "More, in examples/, each with a README and -h; without -demo they use the organization of your key:"
	@echo "  go -C examples run ./join -demo -username ann.miller -email ann.miller@lumen.example.com -group VPN  account, groups and device of who joins"
	@echo "  go -C examples run ./bulk-import -demo bulk-import/users.csv               users of a CSV file, line by line accounted for"
	@echo "  go -C examples run ./group-sync -demo -group VPN -filter department:eq:IT  members of a group from a CSV file or a filter"
	@echo "  go -C examples run ./offboard -demo -user nils.aronsson                    everything that a leaver has, taken away"
	@echo "  go -C examples run ./access-review -demo -group Admins -html $${TMPDIR:-/tmp}/access.html  who reaches what and why, with a picture"
	@echo "  go -C examples run ./ship-events -demo -cursor $${TMPDIR:-/tmp}/events.cursor   the events of the directory as JSON lines, each once"
	@echo "  go -C examples run ./fleet -demo -html $${TMPDIR:-/tmp}/fleet.html            devices with their users, systems and disk encryption"
	@echo "  go -C examples run ./rehearse -demo -- go run ./offboard -user nils.aronsson -yes  what a program would change, tried on a copy"
	@echo "  go -C examples run ./workday-import -demo                                  the workers of Workday who are no users yet"

.PHONY: test
test: ## run every test, with the race detector where there is a C compiler
	@$(if $(RACE),,echo "no C compiler ($(COMPILER)): testing without the race detector")
	@# What test/conformance runs and reads lies outside of it, where the cache of tests does not look.
	@set -e; for m in $(TESTED); do echo "== $$m"; case $$m in test/conformance) fresh=-count=1;; *) fresh=;; esac; (cd $$m && go test $(RACE) $$fresh ./...); done

.PHONY: e2e
e2e: ## look at the HTML pages of the examples in Debian's chromium, which root gets installed
	@command -v chromium >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -q update && apt-get -qy install --no-install-recommends chromium; } || \
		{ echo "make e2e needs a browser: apt-get install chromium"; exit 1; }
	cd test/e2e && go test -count=1 -v ./...

.PHONY: check
check: fmt-check vet lint generate-check tidy-check api-check docs-check ## formatting, vet, staticcheck, stale generated files, untidy modules, the public API, the documents

.PHONY: generate
generate: ## write api_*.go, model_*.go and docs/ from api/
	cd internal/generate && go run . -root ../..

.PHONY: faults
faults: ## break the network in every way there is, and write docs/reliability.md
	cd test/faults && go test -count=1 -timeout 10m -args -full -table ../../docs/reliability.md

.PHONY: soak
soak: ## use one client from 64 goroutines for a minute, under the race detector
	cd test/soak && go test $(RACE) -count=1 -timeout 5m -v -args -duration 60s

# How long each target looks.
FUZZTIME ?= 10s
.PHONY: fuzz
fuzz: ## look for inputs that break something, FUZZTIME (10s) for each target
	@set -e; listed=$$(go test -list '^Fuzz' ./...); \
	echo "$$listed" | awk '/^Fuzz/ {targets = targets " " $$1} /^ok/ {n = split(targets, t, " "); for (i = 1; i <= n; i++) print $$2, t[i]; targets = ""}' | \
	while read -r package target; do echo "== $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package </dev/null; done

.PHONY: api
api: $(BIN)/apilist ## write api.txt, the public API
	$(BIN)/apilist -dir . . ./jumpcloudtest > api.txt

.PHONY: vuln
vuln: $(BIN)/govulncheck ## look for known vulnerabilities (from the network)
	@$(BIN)/govulncheck ./... || { code=$$?; \
		test $$code = 3 && echo "make vuln: the package uses what is vulnerable, see above" || \
		echo "make vuln: the database of vulnerabilities could not be read; it needs the network"; exit $$code; }

# The js and wasip1 forms of the standard library have no sockets, but the package needs none of its own.
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64 js/wasm wasip1/wasm
.PHONY: cross
cross: ## build for every platform
	@set -e; for p in $(PLATFORMS); do echo "== $$p"; GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 go build ./...; done

.PHONY: jsonv2
jsonv2: ## run the tests on the JSON engine that newer Go releases switch on
	GOEXPERIMENT=jsonv2 go test ./...

.PHONY: release
release: ## VERSION=1.2.3: write the version into configuration.go and CHANGELOG.md
	@echo '$(VERSION)' | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+$$' || { echo "say make release VERSION=1.2.3"; exit 1; }
	@grep -q '^## $(VERSION)\b' CHANGELOG.md && { echo "CHANGELOG.md has $(VERSION) already"; exit 1; } || true
	sed -i.bak 's/^const Version = .*/const Version = "$(VERSION)"/' configuration.go && rm configuration.go.bak
	awk '{print} /^## Unreleased$$/ {print "\n## $(VERSION) ('$$(date +%F)')"}' CHANGELOG.md > CHANGELOG.new && mv CHANGELOG.new CHANGELOG.md
	@$(MAKE) -s docs-check

.PHONY: fmt
fmt: ## format the Go code
	gofmt -w $$(git ls-files '*.go' ':!**/testdata/**')

.PHONY: cover
cover: ## statement coverage of the hand-written runtime
	@mkdir -p $(BIN) && go test -coverpkg=. -coverprofile=$(BIN)/cover.out ./... >/dev/null
	@grep -vE '/(api|model)_[a-z_]+\.go:' $(BIN)/cover.out > $(BIN)/cover.hand && go tool cover -func=$(BIN)/cover.hand | tail -n 1

.PHONY: bench bench-once
bench: ## measure against hand-written HTTP, print the ratios, write docs/performance.md (10 minutes)
	cd bench && go run . -root ..

bench-once: # every benchmark once, to see that it works; it never judges times
	cd bench && go test -run '^$$' -bench . -benchtime=1x ./...

.PHONY: fmt-check vet lint generate-check tidy-check api-check docs-check
fmt-check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go' ':!**/testdata/**')); test -z "$$unformatted" || { echo "not formatted, run make fmt:"; echo "$$unformatted"; exit 1; }

vet:
	@set -e; for m in $(CHECKED); do (cd $$m && go vet ./...); done

lint: $(BIN)/staticcheck
	@set -e; for m in $(CHECKED); do (cd $$m && $(BIN)/staticcheck ./...); done

$(BIN)/staticcheck: tools/go.mod
	cd tools && go build -o $@ honnef.co/go/tools/cmd/staticcheck

$(BIN)/govulncheck: tools/go.mod
	cd tools && go build -o $@ golang.org/x/vuln/cmd/govulncheck

$(BIN)/apilist: tools/go.mod tools/apilist/main.go
	cd tools && go build -o $@ ./apilist

api-check: $(BIN)/apilist
	@$(BIN)/apilist -dir . -check api.txt . ./jumpcloudtest

generate-check:
	@cd internal/generate && go run . -root ../.. -check

docs-check: # snippets are tested code, links lead somewhere, helpers are named, the version agrees
	@go test ./test -run '^TestDocuments_'
	@tag=$$(git tag --points-at HEAD 'v*'); test -z "$$tag" || grep -q "^const Version = \"$${tag#v}\"$$" configuration.go || \
		{ echo "the commit is tagged $$tag, but Version in configuration.go is another: make release VERSION=$${tag#v}"; exit 1; }

tidy-check:
	@set -e; for m in $(MODULES); do (cd $$m && go mod tidy -diff) || { echo "$$m: run go mod tidy"; exit 1; }; done
