# What you can do here: `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run run-akismet setup test bench bench-quick lint format pins clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup ## set everything up and serve it: web and worker on http://127.0.0.1:8000
	@$(BIN)/python -m crpsinfo.run Procfile

run-akismet: setup ## the same with a local stand-in for Akismet, so that no key is needed
	@$(BIN)/python -m crpsinfo.run Procfile.akismet

setup: $(VENV)/installed .env ## what `run` needs: packages, .env, database, roles, texts, ZIP codes, example listings
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py create_roles
	@$(BIN)/python manage.py load_content
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(BIN)/python manage.py load_zip_codes
	@$(BIN)/python manage.py load_demo
	@$(BIN)/python manage.py reindex

test: $(VENV)/installed-dev ## the whole suite: SQLite, PostgreSQL if there is one, the browser if there is one
	@$(BIN)/python -m tests.run

bench: $(VENV)/installed-dev ## all that is claimed about speed, in one table; on PostgreSQL with ARGS="--database postgresql"
	@$(BIN)/python -m benchmarks $(ARGS); code=$$?; $(BIN)/python -m benchmarks.chart; exit $$code

bench-quick: $(VENV)/installed-dev ## the same with small samples, in less than two minutes; nothing is kept
	@$(BIN)/python -m benchmarks --quick $(ARGS)

lint: $(VENV)/installed-dev ## style of code and templates, and forgotten migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	ENV_FILE=/dev/null DEBUG=true $(BIN)/python manage.py makemigrations --check --dry-run
	ENV_FILE=/dev/null DEBUG=false SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  SITE_URL=https://example.org ALLOWED_HOSTS=example.org TRUSTED_PROXIES=1 \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(VENV)/installed-dev ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pins: $(VENV)/installed-dev ## compile the pinned requirements anew
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header requirements-dev.in -o requirements-dev.txt

clean: ## remove the virtual environment and everything that running made, the local database included
	rm -rf $(VENV) var .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "crpsinfo needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing packages into $(VENV) (the first time takes a minute)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.env: | $(VENV)/installed
	@umask 077 && sed -e "s|^SECRET_KEY=.*|SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')|" .env.example > .env
