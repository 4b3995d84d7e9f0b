# Everything a person does with a checkout. `make` alone lists it.
#
#   make run            install, start everything embedded, show one order live; Ctrl-C stops it
#   make test           the whole unprivileged test suite
#   make test-system    the tests that start real servers (NetBox, PostgreSQL, Prometheus)
#   make ofds-checker   the Open Fibre Data Standard's own checker, which the system tests run
#   make test-postgres  the test suite on a PostgreSQL of its own
#   make check          what CI runs: format, lint, types, floors, tests
#   make format         put the code into the one format
#   make lint           format, lint, types and floors alone
#   make install-dev    make .venv with the locked dependencies for development
#   make netbox         bring up a real NetBox on loopback, filled with the example
#   make up             the complete system in containers (needs Docker with compose)
#   make bench          measure what things cost, as ratios to a baseline (about five minutes)
#   make docs           write the reference pages that are generated
#   make lock           resolve the dependencies again
#   make clean          remove what `make` made (not var/, which holds data)
#
# Paths are relative on purpose: the checkout may stand in a folder with spaces in its name.

.DEFAULT_GOAL := help
.PHONY: help run ofds-checker test test-system test-postgres check format lint install install-dev netbox up bench docs lock clean
.DELETE_ON_ERROR:

# Another interpreter and environment beside the usual one: `make test VENV=.venv-3.13 PYTHON=python3.13`.
VENV ?= .venv
PYTHON ?=
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest
# One worker a core, but no fewer than two: the tests wait more than they compute.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -lt 2 ] && n=2; [ $$n -gt 8 ] && n=8; echo $$n)
RUN ?=

help:
	@sed -n 's/^#   //p' Makefile

# The stamps say which lock files the environment was made from: a second run starts at once.
$(VENV)/python:
	@set -e; python=$$(PYTHON='$(PYTHON)' .ci/find-python); \
	echo "Making $(VENV) with $$python"; \
	"$$python" -m venv --clear $(VENV); \
	touch $@

$(VENV)/runtime: $(VENV)/python requirements.lock requirements-build.lock pyproject.toml
	@.ci/install $(VENV) requirements.lock
	@touch $@

$(VENV)/develop: $(VENV)/python requirements-dev.lock requirements-build.lock pyproject.toml
	@.ci/install $(VENV) requirements-dev.lock
	@touch $@ $(VENV)/runtime

run: $(VENV)/runtime
	@exec $(BIN)/neutralhost demo $(RUN)

# Some of them only: `make test TESTS=tests/unit`.
TESTS ?= tests

test: $(VENV)/develop
	$(PYTEST) -m "not system and not live" -n $(WORKERS) $(TESTS)

# AGPL, so apart from ours: an environment of its own, whose command the tests run and whose code nothing imports.
OFDS_CHECKER := .venv-ofds-checker

$(OFDS_CHECKER)/made: requirements-ofds-checker.lock
	@.ci/install-ofds-checker $(OFDS_CHECKER)
	@touch $@

ofds-checker: $(OFDS_CHECKER)/made

# They wait for servers more than they compute; those that share a server run one after the other (tests/conftest.py).
SYSTEM_WORKERS ?= 2
SYSTEM_TESTS ?= tests

test-system: $(VENV)/develop ofds-checker
	$(PYTEST) -m "system" -n $(SYSTEM_WORKERS) --dist loadfile --durations=20 $(SYSTEM_TESTS)

# What a database can break. Unit tests know none; faces, files, devices and commands meet it through the same stores.
FACES := audit_on_devices bad_input bad_plant bundle certificate_faces cli_% %_commands deploy deploy_% front_desk identity_blind \
	lines_page netbox_client path_question plant_files portal portal_% price_lists product_faces random_kills \
	receiver_of_the_docs review_of_faces sandbox sonata_buyer twin_% web_health
ON_POSTGRES := $(filter-out $(FACES:%=tests/integration/test_%.py),$(wildcard tests/integration/test_*.py)) \
	$(patsubst %,tests/contracts/test_%.py,engine deeds api)

test-postgres: $(VENV)/develop
	$(BIN)/python -m tests.postgres -- $(PYTEST) -m "not system and not live" -n $(WORKERS) $(ON_POSTGRES)

check: lint test

lint: $(VENV)/develop
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

install: $(VENV)/runtime

install-dev: $(VENV)/develop

format: $(VENV)/develop
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

netbox: $(VENV)/runtime
	$(BIN)/neutralhost netbox up --fill

up:
	docker/make-secrets
	docker compose --env-file docker/secrets.env -f docker/compose.yml up --build --wait

bench: $(VENV)/develop
	$(BIN)/python -m tests.benchmarks $(BENCH)

docs: $(VENV)/develop
	$(BIN)/python -m provisioning.cli.reference
	$(BIN)/python -m automation.twin.reference > docs/reference/twin-grammar.md
	$(BIN)/python -m automation.platform_table
	$(BIN)/python -m web.settings_reference
	$(BIN)/python -m provisioning.rights_reference
	$(BIN)/python -m provisioning.playbooks_reference
	$(BIN)/python -m web.api.reference > docs/reference/api.md

lock:
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q --group dev -o requirements-dev.lock pyproject.toml
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -c requirements-dev.lock -o requirements.lock pyproject.toml
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -c requirements-dev.lock -o requirements-build.lock --group build
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements-ofds-checker.lock --group ofds-checker

clean:
	rm -rf $(VENV) $(OFDS_CHECKER) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -not -path './.netbox/*' -prune -exec rm -rf {} +
