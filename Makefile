# Everything a newcomer needs: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.installed
BENCH := .venv-bench

.DEFAULT_GOAL := help
.PHONY: help setup compile pure demo test test-unit test-integration faults fuzz soak check format bench audit sbom image clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(SETUP) ## Make .venv with everything pinned by hash, compile the coder, fetch Kafka's jars

$(SETUP): requirements-dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: Python is missing: install Python 3.11 or newer (or set PYTHON=...)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $$($(PYTHON) --version) is too old: install Python 3.11 or newer (or set PYTHON=...)"; exit 1; }
	@echo "==> making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "make: the venv module is missing: install it (Debian: apt-get install python3-venv)"; exit 1; }
	@echo "==> installing the pinned packages (a minute or two the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@BIN=$(BIN) ./scripts/compile
	@$(BIN)/bosphorus broker fetch || echo "make: going on without Kafka's jars; what needs no Kafka works"
	@touch $@

compile: setup ## Compile the coder anew, after its sources have changed
	@BIN=$(BIN) ./scripts/compile

pure: ## Take the coder's compiled form away
	@find agents/enrich -name '*.so' -delete

demo: setup ## From nothing to an alert, on a real Kafka; KEEP=1 leaves it running
	@$(BIN)/bosphorus demo $(if $(KEEP),--keep)

check: setup ## Lint, types, floors and rooms, generated files: under a minute
	@BIN=$(BIN) ./scripts/check

format: setup ## Format and mend what can be mended by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

test: setup ## Check, then unit tests, then integration tests on a real Kafka
	@BIN=$(BIN) ./scripts/check
	@echo "==> unit tests"
	@$(BIN)/python -m pytest -q tests/unit tests/fuzz
	@echo "==> the report in a real browser (skipped without Chromium)"
	@$(BIN)/python -m pytest -q tests/browser
	@echo "==> integration tests on a real Kafka"
	@$(BIN)/python -m pytest -q tests/integration
	@echo "==> workers and Kafka hurt, in short (make faults is the full form)"
	@$(BIN)/python -m pytest -q tests/faults/test_faults.py

test-unit: setup ## Unit tests alone
	@$(BIN)/python -m pytest -q tests/unit

test-integration: setup ## Integration tests alone
	@$(BIN)/python -m pytest -q tests/integration

faults: setup ## Hurt workers and Kafka by a seeded schedule, some ten minutes; the outcome must be that of an undisturbed run
	@BOSPHORUS_FAULTS=full $(BIN)/python -m pytest -q -s tests/faults

soak: setup ## A worker at 1,000 articles a second for half an hour: is its memory flat? MINUTES and RATE may be set
	@$(BIN)/python -m tests.faults.soak --minutes $${MINUTES:-30} --rate $${RATE:-1000}

fuzz: setup ## A million hostile inputs for everything that reads; INPUTS and SEED may be set
	@$(BIN)/python -m tests.fuzz --inputs $${INPUTS:-1000000} --seed $${SEED:-20230511}

bench: $(BENCH)/.installed ## Measure coding, bursts, speed and delivery, beside other engines; prints tables
	@$(BENCH)/bin/bosphorus bench all

$(BENCH)/.installed: $(SETUP) requirements-bench.txt
	@echo "==> making $(BENCH): Quix Streams wants older packages than ours"
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-bench.txt
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

audit: setup ## Policies of deploy/, licences, known vulnerabilities; fetches its tools, needs the network
	@BIN=$(BIN) PYTHON=$(PYTHON) ./scripts/audit

sbom: setup ## Write build/sbom.json (CycloneDX): what is shipped, with licences
	@PYTHON=$(PYTHON) ./scripts/sbom

image: setup ## Build the image without a daemon, run it on a Kafka, check what it may do; needs root, buildah, runc, mmdebstrap
	@$(BIN)/python scripts/check_image.py

tools: ## Say which programs of the system the tests find; INSTALL=1 tries to get the missing ones
	@./scripts/tools $(if $(INSTALL),--install)

clean: ## Remove what was built, the local broker's data too
	@[ ! -x $(BIN)/bosphorus ] || $(BIN)/bosphorus broker stop >/dev/null 2>&1 || true
	@find agents/enrich -name '*.so' -delete
	@rm -rf $(VENV) $(BENCH) build dist .bosphorus *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
