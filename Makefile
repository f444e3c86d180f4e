# One door for every chore. `make help` lists the doors.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: context help install run test test-fast check drill bench bench-ingest month-collection lock system-deps messages reference clean

PORT ?= 8000
SCALE ?= 0.01
RUN_OPTIONS ?=
TEST_OPTIONS ?=
# Neither tests nor checks touch the platform's own data; checks need no server.
TESTED := JINLING_HOME="$${JINLING_TEST_HOME:-$(CURDIR)/var/test}"
STATIC := JINLING_HOME="$(CURDIR)/.venv/check" DATABASE_URL=postgresql://check@localhost:1/check

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

install: .venv/.installed  ## prepare .venv (the command is .venv/bin/jinling) and nothing else

.venv/.installed: requirements.lock build-constraints.txt pyproject.toml .ci/install
	@.ci/install

run: install  ## start the platform with demo data; PORT=8000 SCALE=0.01
	@.venv/bin/jinling run --demo --scale $(SCALE) --port $(PORT) $(RUN_OPTIONS)

test: install  ## all tests, on all cores; TEST_OPTIONS="-k name" chooses
	@$(TESTED) .venv/bin/pytest -n auto $(TEST_OPTIONS)

test-fast: install  ## without the journeys: no servers, clusters or browser
	@$(TESTED) .venv/bin/pytest -n auto -m "not journey" $(TEST_OPTIONS)

check: install  ## style, types, layers, migrations, translations, glossary, lock, security; all failures at the end
	@$(STATIC) .venv/bin/python .ci/check.py

drill: install  ## what takes too long for the tests: 720 faults planted in months are looked for; replays killed again and again
	@$(TESTED) .venv/bin/python -m tests.faults
	@$(TESTED) .venv/bin/python -m tests.journeys.killed

bench: install  ## measure this machine; the figures land in docs/reference/benchmarks.md
	.venv/bin/python -m benchmarks

bench-ingest: install  ## intake of 10 million rows beside the plain copy and pandera; some minutes, 4 GB of disk
	.venv/bin/python -m benchmarks ingest

month-collection: install  ## all 130 million rows of the month, checked and stored, and the two tables; 3 GB of disk
	.venv/bin/python -m benchmarks month_collection

messages: install  ## collect new texts into the locale files
	.venv/bin/python -m tests.architecture.catalogues --write

reference: install  ## write the pages of docs/reference that are made from the code
	@$(STATIC) .venv/bin/python -m tests.architecture.reference
	@$(STATIC) .venv/bin/jinling permissions -o docs/reference/permissions.md
	@$(STATIC) .venv/bin/jinling catalogue manual -o docs/reference/data-sets.md

context: install  ## write a new context: name=services/hotline noun=Call chinese=热线
	@.venv/bin/python -m scaffold "$(name)" --noun "$(noun)" --chinese "$(chinese)"

lock: install  ## resolve pyproject.toml anew into requirements.lock
	@if [ -x .venv/bin/uv ]; then uv=.venv/bin/uv; else uv=uv; fi; \
	$$uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements.lock

system-deps:  ## install what only some functions need: Chromium, Chinese fonts, Pango, Java, gettext, MariaDB
	@.ci/system-deps

clean:  ## remove what was built (.venv and caches); the data under var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
