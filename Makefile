# Everything one can run. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help setup run build test format lint completions bench clean

build_flags ?=
ARGS ?=

help: ## Lists what one can run
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

setup: ## Installs libedit-dev and pip where missing, fetches the default model
	@scripts/setup
	@scripts/fetch-model smollm2 >/dev/null

run: setup build ## Opens the REPL (make run ARGS="--session pirate" names its session)
	@scripts/run $(ARGS)

build: ## Builds the release binary, .build/release/attune
	swift build -c release $(build_flags)

test: ## Passes every test: logic in debug, the engine against reference values in release
	scripts/test

format: ## Formats all Swift
	swift format -i -p -r Sources Tests Package.swift

lint: ## Checks the format, as CI does
	swift format lint --strict -p -r Sources Tests Package.swift

completions: build ## Writes shell completions to .build/completions
	@scripts/completions

bench: setup build ## Measures this machine (Benchmarks/compare sets the peers beside it)
	.build/release/attune bench $(ARGS)

clean: ## Removes what was built (the model cache and the sessions stay)
	rm -rf .build
