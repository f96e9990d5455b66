# Two commands: `make demo` shows the tool in the embedded sandbox LMS, `make test` checks everything.

SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
PEERS_VENV ?= .venv-peers
WORDS := lti_tool/web/translations

.PHONY: help demo demo-reset test lint unit messages bench lock clean system peers

help:  ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: $(RUNTIME)  ## Set everything up and run the tool in the sandbox LMS; Ctrl-C stops all
	@$(BIN)/lti-tool demo

demo-reset: $(RUNTIME)  ## Forget the demo's data
	@$(BIN)/lti-tool demo --reset

test: $(DEV) system peers lint  ## Set everything up and run all checks and tests
	@tests/run

lint: $(DEV)  ## Formatting, types, layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

unit: $(DEV)  ## Only the fast tests of pure rules
	@$(BIN)/python -m pytest tests/unit -q -n 2

messages: $(DEV)  ## Bring the catalogues of translations up to date with the code, and compile them
	@$(BIN)/pybabel -q extract -F $(WORDS)/babel.cfg -k Phrase -k counted:1,2 --no-wrap --add-location=file --sort-by-file -o $(WORDS)/messages.pot lti_tool
	@$(BIN)/pybabel -q update -i $(WORDS)/messages.pot -d $(WORDS) --no-wrap --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -d $(WORDS) --statistics
	@rm $(WORDS)/messages.pot

bench: $(DEV)  ## Measure launches, starts, statements and grade delivery beside other ways; a few minutes
	@$(BIN)/python -m benchmarks

system: ; @tests/install-system  # Chromium and PostgreSQL, where this machine lets us

peers: ; @PYTHON=$(PYTHON) PEERS_VENV=$(PEERS_VENV) tests/install-peers  # Platforms of other makers, for tests only

# Two stamps, so that a second start installs nothing.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/runtime.txt requirements/build.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the tool needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	@echo "Installing what the checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

lock:  ## Lock all dependencies again, with hashes
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/runtime.txt
	@uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements/runtime.txt -o requirements/dev.txt
	@uv pip compile requirements/build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements/dev.txt -o requirements/build.txt
	@uv pip compile requirements/peers.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements/peers.txt

clean:  ## Remove the environment and caches, keep the data
	@rm -rf $(VENV) $(PEERS_VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*
