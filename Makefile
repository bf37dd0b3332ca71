# codestrata: `make demo` builds a dataset from examples/, `make test` runs every test. Both set themselves up.
SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo recipes test check fix bench docs lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

$(VENV)/.core: pyproject.toml requirements.lock scripts/setup.sh $(wildcard src/codestrata/kernels/native/* src/codestrata/kernels/native/*/*)
	@VENV=$(VENV) scripts/setup.sh core

$(VENV)/.dev: $(VENV)/.core
	@VENV=$(VENV) scripts/setup.sh dev

demo: $(VENV)/.core ## build a small dataset from examples/repos.csv into demo/
	@scripts/demo.sh $(BIN)/strata

recipes: $(VENV)/.core ## build a dataset of every recipe from examples/repos.csv into demo/recipes/
	@scripts/recipes.sh $(BIN)/strata

test: $(VENV)/.dev ## run every test
	@scripts/test.sh $(BIN)

check: $(VENV)/.dev ## lint, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.dev ## repair what the linters can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.core ## measure speed and memory against git and the peers (BENCH_REPOS="path …" adds repositories)
	$(BIN)/python benchmarks/run.py $(BENCH_REPOS)

docs: $(VENV)/.core ## regenerate the reference pages (commands, settings, tables, licence classes)
	$(BIN)/python scripts/make_docs.py

lock: $(VENV)/.dev ## resolve the dependencies again
	$(BIN)/uv pip compile pyproject.toml --universal --all-extras --group test --group check --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements.lock

clean: ## remove what the targets made
	rm -rf $(VENV) demo build dist src/*.egg-info
