# Every target does its own set-up: only Python >= 3.11 with venv, and make, are needed.
PYTHON ?= python3
VENV := .venv
BENCH_VENV := .venv-bench
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
BENCH_READY := $(BENCH_VENV)/.ready

.PHONY: demo test faults bench bench-deadlines bench-directory check setup clean
.DEFAULT_GOAL := help

help: ## Show what there is.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-16s %s\n", $$1, $$2}'

setup: $(READY) ## Virtual environment, locked libraries, Java runtime, broker and registry.

$(READY): requirements/dev.lock pyproject.toml mashbus/stack/jars.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mashbus needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: on Debian, apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	$(RUN) -m mashbus.cli stack fetch
	@touch $@

demo: $(READY) ## Play a week of a hub in four minutes: Hackney's, or with PARTNERSHIP=jersey another's.
	@$(RUN) -m mashbus.cli demo $(if $(PARTNERSHIP),--partnership $(PARTNERSHIP)) $(ARGS)

test: $(READY) ## The whole suite, on a real broker, registry and Valkey.
	$(RUN) -m pytest $(ARGS)

faults: $(READY) ## The long fault runs.
	$(RUN) -m pytest -m faults tests/faults $(ARGS)

bench: $(READY) ## Measure, print a table, write .mashbus/bench.json.
	$(RUN) -m tests.bench $(ARGS)

bench-deadlines: $(READY) $(BENCH_READY) ## Measure deadlines beside a public alternative, write .mashbus/bench-deadlines.json.
	$(RUN) -m tests.bench.deadlines $(ARGS)

bench-directory: $(READY) ## Measure what knowing a million children costs, and how well they are matched.
	$(RUN) -m tests.bench.matching $(MATCHING)
	$(RUN) -m tests.bench.directory $(ARGS)

$(BENCH_READY): requirements/bench.lock
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.lock
	@touch $@

check: $(READY) ## Lint, types, import rules, schema checks.
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(RUN) -m mashbus.cli schemas check

clean: ## Remove what set-up and runs have left.
	rm -rf $(VENV) $(BENCH_VENV) .mashbus
