# The commands a person needs. `make` alone lists them. ARGS="..." is handed on to the program.

target_dir := $(or $(CARGO_TARGET_DIR),target)
release := $(target_dir)/release/entrepot
KILLS ?= 1000
console := web/console
console_sources = $(shell find $(console)/src $(console)/public $(console)/scripts -type f -not -name schema.d.ts) \
  $(wildcard $(console)/*.json $(console)/*.ts $(console)/*.html)

.DEFAULT_GOAL := help
.PHONY: help demo test bench crash console openapi asyncapi permissions

help: ## this list
	@sed -n 's/^\([a-z]*\): ## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
	  while IFS='|' read -r name words; do printf '%-16s %s\n' "$$name" "$$words"; done

# exec: the program itself gets Ctrl-C and the signals sent to make, and make says nothing when it ends well.
demo: ## a hub with simulated marketplaces and shoppers, on this machine; Ctrl-C ends it
	@scripts/bootstrap
	@if scripts/bootstrap console; then $(MAKE) --no-print-directory $(console)/dist/index.html; \
	  else echo "going on without the console"; fi
	cargo build --release --locked --bin entrepot
	@exec "$(release)" demo $(ARGS)

test: ## format, lints, build and every test
	@scripts/bootstrap test
	@$(MAKE) --no-print-directory $(console)/dist/index.html
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo build --workspace --locked
	cd $(console) && npm run check && npm test && npm run size && npm run e2e
	@if command -v cargo-nextest >/dev/null; \
	  then set -x; cargo nextest run --workspace --locked; \
	  else set -x; cargo test --workspace --locked --all-targets --no-fail-fast; fi

console: ## builds the console into web/console/dist, which the next build of the program takes in
	@scripts/bootstrap console
	@$(MAKE) --no-print-directory $(console)/dist/index.html

$(console)/node_modules/.package-lock.json: $(console)/package-lock.json
	cd $(console) && npm ci

$(console)/dist/index.html: $(console)/node_modules/.package-lock.json $(console_sources) docs/openapi.json
	cd $(console) && npm run build

bench: ## checkouts a second on this machine, durable ones
	@scripts/bootstrap
	cargo build --release --locked --bin entrepot
	@exec "$(release)" bench checkout $(ARGS)

crash: ## kills the hub KILLS=1000 times in mid-sale and proves that nothing acknowledged was lost
	@scripts/bootstrap test
	cargo build --workspace --locked
	@export ENTREPOT_TEST_KILLS=$(KILLS); if command -v cargo-nextest >/dev/null; \
	  then set -x; cargo nextest run --locked --profile crash -p tests --test faults -- kill; \
	  else set -x; cargo test --locked -p tests --test faults -- kill --nocapture; fi

openapi: ## writes docs/openapi.json anew, from the routes
	@mkdir -p docs
	@cargo run --locked --bin entrepot -- openapi > docs/openapi.json.new || { rm -f docs/openapi.json.new; exit 1; }
	@mv docs/openapi.json.new docs/openapi.json

asyncapi: ## writes docs/asyncapi.json anew, from the live socket's messages
	@cargo run --locked --bin entrepot -- asyncapi > docs/asyncapi.json.new || { rm -f docs/asyncapi.json.new; exit 1; }
	@mv docs/asyncapi.json.new docs/asyncapi.json

permissions: ## writes docs/permissions.md anew, from the code
	@cargo run --locked --bin entrepot -- permissions > docs/permissions.md.new || { rm -f docs/permissions.md.new; exit 1; }
	@mv docs/permissions.md.new docs/permissions.md
