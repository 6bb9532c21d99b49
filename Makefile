# The two commands of every day are `make run` and `make test`.

DATA_DIR ?= ./keyway-data
LISTEN ?= 127.0.0.1:7070
# Further flags of `make bench`, for example BENCH="--markdown --out table.json".
BENCH ?=
# `make run RELEASE=1` takes longer to build and is several times faster to answer.
BUILD := $(if $(RELEASE),--release,)

.PHONY: help dashboard run test test-fuzz screenshots bench bench-10m lint fmt setup

help: ## Show this list
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

dashboard: ## Build the dashboard if Node is there; the program holds what was built before it
	@if command -v npm >/dev/null; then \
	  stamp=dashboard/dist/index.html; \
	  if [ ! -f $$stamp ] || [ -n "$$(find dashboard -path dashboard/node_modules -prune -o -path dashboard/dist -prune -o -type f -newer $$stamp -print -quit)" ]; then \
	    cd dashboard \
	    && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund; } \
	    && npm run build; \
	  fi; \
	else echo "Node is missing: the program will say how to get the dashboard." >&2; fi

run: dashboard ## Build what is missing and start Keyway on embedded storage (DATA_DIR, LISTEN, RELEASE=1)
	cargo build --bin keyway $(BUILD)
	cargo run --quiet --bin keyway $(BUILD) -- serve --data-dir $(DATA_DIR) --listen $(LISTEN)

test: setup dashboard ## Install what is missing, start a PostgreSQL and run every check (ONLY=STEP for one)
	scripts/with-postgres cargo xtask ci $(if $(ONLY),--only $(ONLY),)

test-fuzz: ## Send generated requests to every operation for up to ten minutes (SEED=N repeats a run)
	cargo build --bin keyway
	tests/fuzz/run --seconds 600 --examples 300 $(if $(SEED),--seed $(SEED),)

screenshots: dashboard ## Make pictures of every page of the dashboard in target/screenshots (ONLY="home keys" for some, DOCUMENTS=1 for those of docs/)
	cargo build --bin keyway
	tests/browser/screenshots $(if $(DOCUMENTS),--documents,$(ONLY))

bench: ## Build and measure the standard set, in less than five minutes after the build
	cargo build --release --bin keyway
	cargo run --quiet --release --bin keyway -- bench table $(BENCH)

bench-10m: ## Measure with ten million keys in the store, which takes long to fill
	cargo build --release --bin keyway
	cargo run --quiet --release --bin keyway -- bench table --keys 10m --only size,start,cold $(BENCH)

setup: ## Install what the tests need
	scripts/setup

lint: ## Check the style without running tests
	cargo xtask ci --only fmt,tidy,deny,clippy,doc

fmt: ## Format the sources
	cargo fmt --all
