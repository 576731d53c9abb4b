# Every command of the project. `make` alone lists them. Only Python, make and a package registry are needed.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready
JOBS ?= 2

.PHONY: help setup demo test check floors evaluate bench drills compose-test nightly schema clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(STAMP)  ## make .venv with everything in it; .venv/bin/dateline works afterwards
$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: setup  ## run the whole pipeline on the sample articles, with a private Redis
	$(BIN)/dateline run workers/samples --workers 2 --fresh --out data/demo.jsonl
	@test -s data/demo.jsonl

test: setup  ## run the whole suite
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m 'not nightly and not compose'

check: setup  ## formatting, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

FLOORS = $(shell grep -l -e '--check-floors' training/evaluate*.py benchmarks/evaluate*.py)

floors: setup  ## hold quality on labelled corpora to its floors; says what is absent, and passes it over
	@set -e; for file in $(FLOORS); do \
	  module=$$(echo $${file%.py} | tr / .); echo "== $$module"; $(BIN)/python -m $$module --check-floors; done

evaluate: setup  ## quality on labelled corpora in the folder DATELINE_CORPORA (default ../shared/data)
	@set -e; for file in training/evaluate*.py benchmarks/evaluate*.py; do \
	  module=$$(echo $${file%.py} | tr / .); echo "== $$module"; $(BIN)/python -m $$module; done

bench: setup  ## words/s of the bare model and of the pipeline, same cores, same run
	$(BIN)/python -m benchmarks.bench

drills: setup  ## kill workers, dispatcher and Redis, flood the queue; count what went in and came out
	$(BIN)/python -m benchmarks.drills --articles 400 all

compose-test: setup  ## bring docker-compose.yml up on this machine's engine and push the samples through
	$(BIN)/python -m pytest -m compose tests/compose

nightly: setup  ## the long tests
	$(BIN)/python -m pytest -m nightly

schema: setup  ## write docs/settings.md, docs/commands.md and docs/schema from the code
	$(BIN)/python -m workers.reference

clean:  ## remove what make and the tools made, but not data/
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
