# Everything a developer or a newcomer runs. Needs Python 3.11 or later with venv; PYTHON=/path/to/python chooses one.

BIN := .venv/bin
WORKERS ?= 2
NEO4J_HOME := deploy/neo4j/server-5.26.31

.DEFAULT_GOAL := help
.PHONY: help install dev demo test check bench soak docs neo4j clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

install: .venv/runtime ## make .venv with the product in it
dev: .venv/developer ## the same with all that tests, checks and benchmarks need

demo: .venv/runtime ## a whole market, detected and written into demo/
	$(BIN)/committee demo --out demo

test: .venv/developer ## the tests, on the embedded store and on a real Neo4j
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

check: .venv/developer ## format, lint, types, import rules, docs current
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

bench: .venv/developer ## speed and memory against bare tools
	$(BIN)/python -m bench

soak: .venv/developer ## the kill tests, fifty times each
	COMMITTEE_SOAK=50 $(BIN)/pytest -k kill --timeout 0

docs: .venv/developer ## write the generated pages in docs/
	$(BIN)/python docs/generate.py

neo4j: ## a real Neo4j server on the usual ports (needs Java and Maven)
	@deploy/neo4j/server.sh start $(NEO4J_HOME)
	@echo 'To use it:'
	@echo '  export COMMITTEE_STORE=bolt://127.0.0.1:7687 COMMITTEE_NEO4J_USER=neo4j'
	@if [ -s $(NEO4J_HOME)/password ]; then \
	  echo '  export COMMITTEE_NEO4J_PASSWORD=$$(cat $(NEO4J_HOME)/password)'; \
	else \
	  echo '  COMMITTEE_NEO4J_PASSWORD stays as it was when this server was first started'; \
	fi
	@echo 'To stop it:'
	@echo '  deploy/neo4j/server.sh stop $(NEO4J_HOME)'

clean: ## remove .venv and demo/
	rm -rf .venv demo

# The first Python of 3.11 or later, and a venv only where the venv can get pip.
.venv/bin/python:
	@set -e; found=; \
	for python in $(PYTHON) python3.11 python3 python3.12 python3.13 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	[ -n "$$found" ] || { echo 'Python 3.11 or later was not found: install it, or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; }; \
	"$$found" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$$found cannot make a virtual environment: install its venv package (Debian: apt install python3-venv)" >&2; exit 1; }; \
	"$$found" -m venv .venv

.venv/runtime: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/developer: .venv/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
