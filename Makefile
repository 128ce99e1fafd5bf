# The README's commands. Each installs what it needs and is missing; the work is in scripts/.
.DEFAULT_GOAL := help
.PHONY: help run demo test soak fmt build release front toolchain tools screens clean
SHELL := bash

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

run: front build ## build and serve on http://localhost:3000, with an embedded database under data/
	@exec target/debug/muster serve

demo: front build end2end/node_modules/.package-lock.json ## the same with a company in it: an OpenID provider, 120 people and 14 groups
	@exec node end2end/demo/demo.mjs

test: ## everything: format, lints, licences, Rust tests on both databases, fuzzing, SCIM checks, browser journeys
	@scripts/test

soak: toolchain ## an hour: filters, paths and PATCH are fuzzed, ten minutes each; what holds after any sequence, in 1000 sequences
	@scripts/tools test
	@scripts/fuzz 600
	@MUSTER_LAWS_CASES=1000 scripts/postgres scripts/with cargo test --test all laws

fmt: toolchain ## format the Rust code
	@scripts/with cargo fmt --all

build: toolchain ## the server, for development: target/debug/muster
	@mkdir -p target/site/pkg
	@scripts/with cargo build

release: front ## the server as one file that needs nothing beside it: target/release/muster
	@scripts/with cargo build --release
	@ls -lh target/release/muster

screens: front build ## every page as PNG, in light, dark and at 390 px, under target/screens/
	@scripts/tools test
	@npm --prefix end2end run screens

clean: ## remove what was built here; the tools in ~/.cache/muster stay
	rm -rf target node_modules end2end/node_modules

# ---- what the others need --------------------------------------------------------------------------------------------

toolchain: ## choose the Rust toolchain (MUSTER_TOOLCHAIN=auto|rustup|distro)
	@scripts/toolchain

tools: toolchain
	@scripts/tools build

# The browser side is made again only when something it is made from changed. Tailwind reads class names from every page.
front: target/site/pkg/muster_bg.wasm target/site/pkg/muster.css ## the browser side: target/site/pkg/muster{.js,_bg.wasm,.css}

wasm_sources := Cargo.toml Cargo.lock src/lib.rs scripts/front $(shell find src/islands crates/hydrate -type f)
css_sources := package-lock.json scripts/front $(shell find style src -type f)

target/site/pkg/muster_bg.wasm: $(wasm_sources) | tools
	@scripts/front wasm

target/site/pkg/muster.css: $(css_sources) | tools
	@scripts/front css

# A source that was removed while make ran is no reason to stop.
$(sort $(wasm_sources) $(css_sources)): ;

end2end/node_modules/.package-lock.json: end2end/package-lock.json
	@npm install --no-save --prefix end2end --no-audit --no-fund
	@touch $@
