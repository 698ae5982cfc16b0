# Every command of the project; `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Two workers even on a large machine's laptop battery: each starts a PostgreSQL of its own.
WORKERS ?= 2
LOCKED := --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
  --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help demo up down test test-browser check format bench migrate openapi lock compose-check compose-trial clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## Start everything and tell the Mai Son story through the API
	$(BIN)/forthepoor demo

up: $(READY) ## Start everything and stay in the foreground
	$(BIN)/forthepoor up

down: $(READY) ## Stop what `up` or `demo` started
	$(BIN)/forthepoor down

test: $(READY) ## Run the whole suite, on PostgreSQL it starts itself
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not browser" -q

test-browser: $(READY) ## Run the tests that need a real browser (Debian: apt-get install chromium)
	$(BIN)/python -m pytest -m browser -q

check: $(READY) ## Formatting, lint, types, boundaries, and the committed contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m local.contract --check docs/openapi

format: $(READY) ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure each headline figure against its floor, in one run
	$(BIN)/python -m benchmarks --keep benchmarks/RESULTS.md

migrate: $(READY) ## Bring the databases of this machine to the newest schema
	$(BIN)/forthepoor migrate

openapi: $(READY) ## Write the contract of each service to docs/openapi
	$(BIN)/python -m local.contract docs/openapi

lock: ## Compile both locks anew from pyproject.toml (needs uv)
	uv pip compile $(LOCKED) --all-extras -o requirements.lock pyproject.toml
	uv pip compile $(LOCKED) -c requirements.lock -o deploy/requirements.lock pyproject.toml

compose-check: ## Validate docker-compose.yml with Docker's own tool
	@mkdir -p .cache && umask 077 && $(PYTHON) deploy/new_env.py > .cache/compose.env
	docker-compose --env-file .cache/compose.env config --quiet && echo "docker-compose.yml is valid"
	@! docker-compose --env-file /dev/null config --quiet 2>/dev/null || (echo "it started without secrets"; exit 1)

compose-trial: $(READY) ## Start docker-compose.yml for real where no image can be pulled (Docker, mmdebstrap, root)
	sh deploy/trial/run.sh

clean: ## Forget the environment and the data of this machine
	rm -rf .venv .local .cache
