# The only commands to learn. `make demo` and `make test` work on a fresh clone.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# Chromium draws pages in tests; root can install it, others are told how.
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
# A file goes to one worker as a whole, the longest first: tests/order.py. Midnight fails nothing: tests/one_day.py.
PYTEST := $(BIN)/python -m tests.one_day -q -n 2 --dist loadfile --no-loadscope-reorder --durations=15

.PHONY: setup demo serve test test-external check requirements bench screenshots clean
.DELETE_ON_ERROR:

.make/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Vangnet needs Python 3.11 or newer; set PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	@mkdir -p .make && touch $@

.make/runtime: .make/venv requirements/build.txt requirements/runtime.txt pyproject.toml
	$(PIP) --require-hashes --no-deps -r requirements/build.txt -r requirements/runtime.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.make/dev: .make/runtime requirements/dev.txt
	$(PIP) --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

.make/frontend: .make/runtime src/vangnet/ui/frontend/package-lock.json src/vangnet/ui/frontend/vendor.txt
	$(BIN)/python -m vangnet.ui.vendor
	@touch $@

setup: .make/runtime .make/frontend ## environment and front-end packages

demo: setup ## prepare a demonstration and serve it on http://localhost:8000/demo/
	$(BIN)/vangnet demo

serve: setup ## serve the real installation (settings: docs/reference/settings.md)
	$(BIN)/vangnet serve

.make/chromium: .make/dev
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "Browser tests need Chromium: apt-get install chromium"; exit 1; fi
endif
	@touch $@

test: setup .make/dev .make/chromium ## the whole suite, on the embedded server
	env -u DATABASE_URL -u DATABASE_OWNER_URL $(PYTEST)

test-external: setup .make/dev ## the database tests on the PostgreSQL of DATABASE_URL and DATABASE_OWNER_URL
	@test -n "$$DATABASE_URL" -a -n "$$DATABASE_OWNER_URL" || { echo "set DATABASE_URL and DATABASE_OWNER_URL (vangnet database prepare prints the SQL)"; exit 1; }
	$(PYTEST) -m "not browser and not embedded" --ignore=src/vangnet/analysis

check: .make/dev ## lint, types, direction of imports, migrations complete
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	DATABASE_URL=postgresql://localhost/none $(BIN)/mypy src
	DATABASE_URL=postgresql://localhost/none VANGNET_MODE=test VANGNET_DATA=$$(mktemp -d) DJANGO_SETTINGS_MODULE=vangnet.config.settings $(BIN)/python -W ignore tests/check_migrations.py

requirements: .make/dev ## docs/reference/requirements.md, from the marks on the tests
	$(BIN)/python -m tests.requirements

.venv-bench: requirements/bench.txt
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --require-hashes --no-deps -r requirements/bench.txt
	@touch $@

bench: setup .make/dev .venv-bench ## every promise of docs/explanation/performance.md, measured
	$(BIN)/python benchmarks/run.py

screenshots: setup .make/dev .make/chromium ## pictures of every page at 1360 and 390 px in screenshots/
	$(BIN)/python tests/browser/screenshots.py

clean: ## remove what setup made; data in var/ stays
	rm -rf .make .venv .venv-bench src/vangnet/ui/static/vendor
