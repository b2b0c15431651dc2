# make install   prepare .venv from the lock files in constraints/
# make run       start the shop with its worker and scheduler; PORT and SHOPFLOW_DATA may be set
# make test      run all tests, on SQLite and on PostgreSQL with Redis, both at once
# make compare-schemas   after new migrations or packages: have Django migrate alone once, and write down what comes of it
# make lint      run the checks of style, types and architecture
# make bench     measure pages and orders beside stock Oscar
# make bench-pages   measure pages with ten thousand, a hundred thousand and a million products
# make bench-imports  measure imports beside the floor that the database sets
# make bench-reading  measure reading and mapping alone, beside csv.reader, calamine and lxml
# make bench-automations  measure due steps of automations beside the floor that the database sets
# make bench-reports  measure what counting for reports costs, by how much has run
# make lock      renew the lock files from pyproject.toml

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PIP_INSTALL := $(PIP) install -qq --require-hashes --no-deps
# Processes for each of the two databases: one is making the schema or waiting for a browser while the other works.
WORKERS ?= 2
# Tests run in an order made from this number: the same everywhere; take another to look for tests that lean on others.
SEED ?= 20261122

# The tests start some hundred processes; each would read every module anew where Python is told to keep none.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install install-test assets run test test-sqlite test-postgres compare-schemas lint bench bench-pages bench-imports bench-reading bench-automations bench-reports lock

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

$(BIN)/python:
	@.ci/check-python $(PYTHON)
	@echo "Making the virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-installed: constraints/run.txt | $(BIN)/python
	@.ci/system-packages run
	@echo "Installing the shop's packages …"
	@$(PIP_INSTALL) -r constraints/run.txt
	@touch $@

$(VENV)/.test-installed: constraints/test.txt $(VENV)/.run-installed
	@.ci/system-packages test
	@echo "Installing the packages that the tests need …"
	@$(PIP_INSTALL) -r constraints/test.txt
	@touch $@

install: $(VENV)/.run-installed assets

install-test: $(VENV)/.test-installed assets

assets: $(VENV)/.assets

# Fonts and translations are made from packages and .po files at install time.
$(VENV)/.assets: $(VENV)/.run-installed $(shell find shopflow oscar_ext dealer_import -name '*.po' 2>/dev/null) $(wildcard shopflow/*/management/commands/build_fonts.py)
	@$(BIN)/python manage.py compile_translations
	@if $(BIN)/python manage.py help --commands | grep -qx build_fonts; then $(BIN)/python manage.py build_fonts; fi
	@touch $@

run: install
	@exec $(BIN)/python -m shopflow.project.supervisor

PYTEST = $(BIN)/python -m pytest -q -n $(WORKERS) --dist=worksteal --durations=25 --durations-min=5 --randomly-seed=$(SEED)

# The lines of the two runs mix, so each says where it comes from.
test: install-test
	@$(MAKE) --no-print-directory --jobs=2 --keep-going test-sqlite test-postgres NAMED=1
test-sqlite: FROM := $(if $(NAMED),2>&1 | sed -u 's/^/SQLite     | /')
test-postgres: FROM := $(if $(NAMED),2>&1 | sed -u 's/^/PostgreSQL | /')

test-sqlite: install-test
	@set -o pipefail; $(PYTEST) -m "not postgres" $(ARGS) $(FROM)

test-postgres: install-test
	@set -o pipefail; $(BIN)/python -m tests.services $(PYTEST) -m "not sqlite" $(ARGS) $(FROM)

compare-schemas: install-test
	@COMPARE_SCHEMAS=1 $(BIN)/python -m pytest -q tests/addon

lint: install-test
	@.ci/lint $(BIN)

bench: install-test
	@$(BIN)/python -m tests.services $(BIN)/python -m benchmarks $(ARGS)

bench-pages: install-test
	@$(BIN)/python -m tests.services $(BIN)/python -m benchmarks.growth $(ARGS)

bench-imports: install-test
	@$(BIN)/python -m tests.services $(BIN)/python -m benchmarks.imports $(ARGS)

bench-automations: install-test
	@$(BIN)/python -m tests.services $(BIN)/python -m benchmarks.automations $(ARGS)

bench-reports: install-test
	@$(BIN)/python -m tests.services $(BIN)/python -m benchmarks.reports $(ARGS)

# lxml is a floor to measure against and must not be seen by the shop or its tests.
bench-reading: install-test
	@$(BIN)/uv pip install --quiet --target var/bench-packages 'lxml>=6'
	@PYTHONPATH=var/bench-packages $(BIN)/python -m benchmarks.import_reading $(ARGS)

# The lock files hold versions and hashes, no addresses.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --upgrade
lock: install-test
	$(LOCK) -o constraints/run.txt
	$(LOCK) --group test -c constraints/run.txt -o constraints/test.txt
