# The portal's commands. `make` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8600
PY := .venv/bin/python
BOOTSTRAP := @bash deploy/local/bootstrap.sh
SOURCES := chassis contracts services gateway deploy tests
PYTEST := $(PY) -m pytest
DOCKERFILES := deploy/Dockerfile $(wildcard deploy/images_test/standins/*.Dockerfile)
COMPOSE := $(wildcard deploy/compose*.yml) .hadolint.yaml .yamllint.yaml

.PHONY: help run stop logs reset test ready browser lint types contracts unit architecture service integration e2e bench chaos images-test lock format

help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ------------------------------------------------------------------------------------------ the demo

run: ## start the whole portal with demo data and stay with it; Ctrl-C stops it (PORT=9000 moves it)
	$(BOOTSTRAP) run
	@exec $(PY) -m deploy.local run --port $(PORT)

stop: ## stop a portal that runs in another shell
	@if [ -x $(PY) ]; then $(PY) -m deploy.local stop; else echo "The portal is not running."; fi

logs: ## follow all logs of the running portal
	@if [ -x $(PY) ]; then $(PY) -m deploy.local logs; else echo "There are no logs yet. Start the portal with: make run"; fi

reset: ## stop the portal and forget its data and secrets
	@if [ -x $(PY) ]; then $(PY) -m deploy.local reset; else echo "There is nothing to reset."; fi

# ------------------------------------------------------------------------------------------ checks

test: lint types contracts unit architecture service integration e2e ## every check below; nothing is left running
	@echo "All checks passed."

ready:
	$(BOOTSTRAP) run

browser:
	$(BOOTSTRAP) test

lint: ready ## style, formatting, and what compose makes of its files
	$(PY) -m ruff check $(SOURCES)
	$(PY) -m ruff format --check $(SOURCES)
	.venv/bin/hadolint $(DOCKERFILES)
	.venv/bin/yamllint --strict $(COMPOSE)
	$(PY) -m deploy.images_test.reading

types: ready ## static types
	$(PY) -m mypy $(SOURCES)

contracts: ready ## which package may import which
	.venv/bin/lint-imports

# A folder of tests that is not there yet is named, not passed over in silence.
define run_tests
	@if [ -d tests/$(1) ]; then echo "pytest tests/$(1)"; $(PYTEST) tests/$(1); else echo "tests/$(1): no such folder"; fi
endef

unit: ready ## rules and calculations, no server
	$(call run_tests,unit)

architecture: ready ## rules about the code itself
	$(call run_tests,architecture)

service: ready ## each service on a real PostgreSQL
	$(call run_tests,service)

integration: ready ## real RabbitMQ, PostgreSQL and S3
	$(call run_tests,integration)

e2e: browser ## the whole portal, over HTTP and in a browser
	$(call run_tests,e2e)

chaos: ready ## kills, freezes and failpoints under load (minutes)
	$(PY) -m tests.chaos

images-test: ready ## install by images and compose on this machine and walk the exam through it (minutes; root)
	$(PY) -m deploy.images_test

bench: ready ## how fast the messages are; writes .local/bench.json
	$(PY) -m tests.bench

# ------------------------------------------------------------------------------------------ upkeep

format: ready ## put the code into the common shape
	$(PY) -m ruff check --fix $(SOURCES)
	$(PY) -m ruff format $(SOURCES)

lock: ready ## renew both lock files from pyproject.toml
	@bash deploy/local/lock.sh
