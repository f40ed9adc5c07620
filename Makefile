# Terrace. `make help` lists what can be done. Needs Python 3.11 or later (with venv) and make.

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
DEMO := var/demo
PYTEST := $(BIN)/python -m pytest -n 2
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.PHONY: help install dev run fast test test-command lint types walls packs checks sure bench lock \
	translations migrate clean-demo

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

# --- installing: plain pip from hashed locks, again only when a lock changed -------------------

install: $(VENV)/.run $(CATALOGUES) ## make the virtual environment and install the product
dev: $(VENV)/.dev $(CATALOGUES) ## the same, with what tests, checks and benchmarks need

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Terrace needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Say which: make PYTHON=python3.12 …") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "No venv in this Python. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing (the first time takes a minute or two) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing the product and the tools for tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $(VENV)/.run $@

%.mo: %.po | $(VENV)/.run
	@$(BIN)/python -m babel.messages.frontend -q compile -d app/translations

translations: install ## collect the strings of the pages into the English catalogue
	@mkdir -p var
	$(BIN)/python -m babel.messages.frontend -q extract -F babel.cfg -k lazy_gettext --no-location --sort-output --omit-header -o var/messages.pot .
	$(BIN)/python -m babel.messages.frontend -q update -N --no-fuzzy-matching -i var/messages.pot -d app/translations -l en
	$(BIN)/python -m babel.messages.frontend -q compile -d app/translations

lock: dev ## write the hashed locks anew from requirements*.in
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

# --- running the demo --------------------------------------------------------------------------

run: install $(DEMO)/env ## serve the demo city (PORT=8000, HOST=127.0.0.1)
	@set -a; . ./$(DEMO)/env; set +a; \
	$(BIN)/alembic upgrade head && \
	$(BIN)/flask --app wsgi seed demo && \
	echo "正在启动 http://$(HOST):$(PORT)/ ，按 Ctrl-C 结束。" && \
	{ $(BIN)/flask --app wsgi jobs work & worker=$$!; \
	  $(BIN)/gunicorn wsgi:app --worker-class gthread --workers 2 --threads 4 \
	    --max-requests 5000 --max-requests-jitter 500 --timeout 60 \
	    --log-level warning --bind "$(HOST):$(PORT)" & server=$$!; \
	  trap 'kill $$worker $$server 2>/dev/null; wait' EXIT; trap 'exit 0' INT TERM; \
	  wait $$server; }

# Settings of the demo, made on this machine: a key of its own, never committed.
$(DEMO)/env: | $(VENV)/.run
	@mkdir -p $(DEMO)
	@umask 077; $(BIN)/python -c 'import secrets; print("SECRET_KEY=" + secrets.token_hex(32))' > $@.new
	@printf '%s\n' "DATABASE_URL=sqlite:///$(CURDIR)/$(DEMO)/terrace.db" HOME_DIVISION=990100 \
	  PACKS=demo "DATA_DIR=$(CURDIR)/$(DEMO)/data" SECURE_COOKIES=no LOG_LEVEL=WARNING >> $@.new
	@mv $@.new $@

clean-demo: ## take the demo away: its database, files and settings
	rm -rf $(DEMO)

migrate: install ## bring the database of DATABASE_URL to this release's schema
	$(BIN)/alembic upgrade head

# --- tests and checks --------------------------------------------------------------------------

fast: dev ## what needs no database: rules and domains, in seconds
	$(PYTEST) -q tests/rules $$(ls tests/app/*/test_domain.py)

test: dev ## every test on SQLite and PostgreSQL; names what this machine could not run
	$(PYTEST)

test-command: # the command of `make test`, for a caller that wants its exit code and last line
	@echo $(PYTEST)

lint: dev ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: dev ## mypy --strict
	$(BIN)/mypy

walls: dev ## who may import whom
	$(BIN)/lint-imports

packs: dev ## load, lint and try every rule pack against its golden cases
	$(BIN)/python -m rules check

checks: lint types walls packs ## everything but the tests

sure: export EVERY_EDGE = 1 # every clause of every pack, changed one by one
sure: export CRASH_ROUNDS = 15 # the server killed thirty times
sure: checks test ## what must hold before a push

bench: dev ## milliseconds of the pages on a city of 18,000 firms
	$(BIN)/python -m bench
