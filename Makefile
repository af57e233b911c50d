# Everything a person does with this house. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
SCENARIO ?= silence
VENV := .venv
BIN := $(VENV)/bin/python
MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
# What the product is measured against is no part of it, and stays out of its environment.
PEERS := build/bench/.installed
# Tests and the demonstration start the program many times: what is compiled once is kept.
unexport PYTHONDONTWRITEBYTECODE
LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

.PHONY: help venv run demo test test-domain test-browser test-papers scaled hosts screenshots torture lint format lock diagram letters messages bench clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(RUNTIME) ## Install what the application needs into .venv

run: $(RUNTIME) ## Start the demonstration on http://127.0.0.1:5000 and print its sign-ins
	@$(BIN) -m config.demo.server

demo: $(RUNTIME) ## Walk the main job without a browser (SCENARIO=silence or objection)
	@$(BIN) -m config.demo.main_job $(SCENARIO)

test: $(DEV) ## Run the suite on SQLite and PostgreSQL, but not the browser
	@$(BIN) -m pytest -q -m "not browser and not office and not scaled and not torture" --numprocesses 2 --dist worksteal

test-domain: $(DEV) ## Run the tests of the rules alone: no database, no pages
	@$(BIN) -m pytest -q tests/domain tests/test_house.py

test-browser: $(DEV) ## Run the pages in a real Chromium
	@command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null || { \
		echo "No Chromium here. Install it: apt-get install chromium-headless-shell (or chromium)"; exit 1; }
	@$(BIN) -m pytest -q -m browser

test-papers: $(DEV) ## Open every export in LibreOffice and poppler; the pages are drawn into build/papers
	@command -v soffice >/dev/null && command -v pdftotext >/dev/null || { \
		echo "No LibreOffice or no poppler here. Install them:"; \
		echo "  apt-get install libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils"; exit 1; }
	@$(BIN) -m pytest -q -m office tests/office

scaled: $(DEV) ## Start PostgreSQL, broker, web hosts, workers; drive the demonstration through them
	@command -v redis-server >/dev/null || { \
		echo "No Redis here. Install it: apt-get install redis-server"; exit 1; }
	@command -v faketime >/dev/null || { \
		echo "No faketime here. Install it: apt-get install faketime"; exit 1; }
	@$(BIN) -m pytest -q -s -m scaled tests/scaled

hosts: $(DEV) ## Kill web hosts, workers, signer and broker of such an installation, and see nothing lost
	@command -v redis-server >/dev/null && command -v faketime >/dev/null || { \
		echo "No Redis or no faketime here. Install them: apt-get install redis-server faketime"; exit 1; }
	@$(BIN) -m pytest -q -m scaled tests/hosts

screenshots: $(DEV) ## Take the pictures of docs/screenshots/ anew, in a real Chromium
	@command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null || { \
		echo "No Chromium here. Install it: apt-get install chromium-headless-shell (or chromium)"; exit 1; }
	@$(BIN) -m tests.browser.screenshots

torture: $(DEV) ## Hunt for long: models, races, crashes, faulty mail (up to an hour)
	@command -v faketime >/dev/null || { \
		echo "No faketime here. Install it: apt-get install faketime"; exit 1; }
	@command -v strace >/dev/null || { \
		echo "No strace here. Install it: apt-get install strace"; exit 1; }
	@$(BIN) -m pytest -q -m torture --numprocesses 2 --dist worksteal --timeout 1800

lint: $(DEV) ## Check style, format and types
	@$(BIN) -m ruff check .
	@$(BIN) -m ruff format --check .
	@$(BIN) -m mypy

format: $(DEV) ## Rewrite the files in the house's format
	@$(BIN) -m ruff check --fix-only .
	@$(BIN) -m ruff format .

lock: build/uv/bin/uv ## Write the requirements locks anew from pyproject.toml
	@$< pip compile pyproject.toml $(LOCK_OPTIONS) -o requirements.lock
	@$< pip compile pyproject.toml $(LOCK_OPTIONS) --extra scaled -c requirements.lock -o requirements-scaled.lock
	@$< pip compile pyproject.toml $(LOCK_OPTIONS) --extra scaled --extra dev -c requirements-scaled.lock \
		-o requirements-dev.lock
	@echo uv | $< pip compile - $(LOCK_OPTIONS) --no-annotate -o requirements-uv.lock
	@$< pip compile requirements-bench.in $(LOCK_OPTIONS) -c requirements-dev.lock -o requirements-bench.lock
	@! grep -nE '://|find-links|index-url' requirements*.lock

diagram: $(RUNTIME) ## Draw the state machine into docs/lifecycle.md
	@$(BIN) -m workflow.domain.diagram > docs/lifecycle.md

letters: $(RUNTIME) ## Write a sample of every letter into docs/letters/
	@$(BIN) -m config.demo.sample_letters

messages: $(RUNTIME) ## Bring the catalogues of translations up to date, and compile them
	@$(BIN) -m workflow.cli.messages

bench: $(DEV) $(PEERS) ## Measure the product beside floors and peers (tests/benchmarks; BENCH_BIG=1: large sizes, hours)
	@$(BIN) -m pytest -q -s tests/benchmarks -o python_files='bench_*.py' --timeout 600

clean: ## Remove what was built and installed; the demonstration's data stays
	rm -rf $(VENV) build .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps come last, so that whatever was interrupted is done again.

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
		echo "Name another: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make a virtual environment. Install it: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) ..."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Compiling every file takes as long as all the rest; Python compiles what is used when it is used.
PIP_INSTALL = $(BIN) -m pip install --disable-pip-version-check --no-input --no-deps --no-compile --require-hashes
# uv takes a quarter of pip's time (docs/decisions/0030); it is told the index that pip is told, and where
# it cannot be had or does not succeed, pip does the work.
define install
	@echo "Installing $$(grep -c '==' $(1)) packages from $(1) ..."
	@index=$${PIP_INDEX_URL:-$$($(BIN) -m pip config get global.index-url 2>/dev/null || true)}; \
	if $(PIP_INSTALL) --quiet --target $(VENV)/.uv -r requirements-uv.lock 2>$(VENV)/errors.txt && \
		$(VENV)/.uv/bin/uv pip install --python $(BIN) --no-deps --require-hashes -r $(1) \
			$${index:+--default-index "$$index"} 2> >(grep -v '^ + ' >&2); \
	then :; else \
		echo "uv is not to be had here, or did not succeed; pip takes longer ..."; \
		$(PIP_INSTALL) --progress-bar off -r $(1) 2>$(VENV)/errors.txt \
			| { grep -E '^(Collecting|Installing) ' || true; } | cut -c 1-72 || { cat $(VENV)/errors.txt; exit 1; }; \
	fi; rm -rf $(VENV)/.uv
	@echo "Installed."
endef

$(RUNTIME): $(MADE) requirements.lock
	$(call install,requirements.lock)
	@touch $@

$(DEV): $(MADE) requirements-dev.lock
	$(call install,requirements-dev.lock)
	@touch $(RUNTIME) $@

$(PEERS): $(MADE) requirements-bench.lock
	@echo "Installing what the product is measured against into build/bench ..."
	@rm -rf build/bench
	@$(PIP_INSTALL) --quiet --target build/bench -r requirements-bench.lock
	@touch $@

build/uv/bin/uv:
	@$(PYTHON) -m venv build/uv
	@build/uv/bin/python -m pip install --quiet --require-hashes -r requirements-uv.lock
