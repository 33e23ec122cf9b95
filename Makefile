# Everything here goes through `python3 -m tools`, which sets up what is missing and does nothing twice.
# PYTHON=…  another Python (3.11 or newer)      ARGS=…  handed on to the server, pytest or the benchmarks

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; exit; }; \
	done; echo python3)
TOOLS := @$(PYTHON) -m tools
ARGS ?=
TIMES ?= 1

.PHONY: help run rehearse test lint types e2e chaos bench docs setup lock clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up what is missing, build the pages, serve on http://localhost:8000
	$(TOOLS) serve $(ARGS)

rehearse: ## the same, and play a recorded night on the overlay (ARGS="--speed 20" for slower)
	$(TOOLS) rehearse $(ARGS)

test: ## every test: rules first, then pages, then real PostgreSQL, Redis and Chromium (ARGS="-k …" for some)
	$(TOOLS) test $(ARGS)

lint: ## ruff, formatting, and who may import whom
	$(TOOLS) lint

types: ## mypy --strict, tsc and svelte-check
	$(TOOLS) types

e2e: ## only the tests in a real browser
	$(TOOLS) test -m browser $(ARGS)

chaos: ## only the tests that kill, freeze and starve real servers (TIMES=20: so often in a row, to the first failure)
	$(TOOLS) chaos $(TIMES) $(ARGS)

bench: ## the benchmarks, with the machine they ran on
	$(TOOLS) bench $(ARGS)

docs: ## write the generated files anew: PROTOCOL.md, OpenAPI, AsyncAPI, TypeScript types
	$(TOOLS) docs

setup: ## only set up, for the checks
	$(TOOLS) setup

lock: ## resolve the newest versions that pyproject.toml allows into tools/constraints.txt and package-lock.json
	$(TOOLS) lock

clean: ## remove what was made: .venv, node_modules, built pages, caches (never data/)
	rm -rf .venv node_modules */node_modules .cache .hypothesis .mypy_cache .ruff_cache .pytest_cache
	rm -rf .import_linter_cache static/overlay static/panel static/symbiote test-results
	find . -name __pycache__ -type d -not -path './data/*' -prune -exec rm -rf {} +
