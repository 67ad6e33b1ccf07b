# make run | test | verify | ui | docs | images | results | bench | clean
SHELL := /bin/bash
.DEFAULT_GOAL := help

PRESET ?= quick
STUDY ?=
STORE ?=
SET ?=
PORT ?= 8080
PYTHON ?= python3.11
WORKERS ?= 2
BIN := .venv/bin
SOURCE := $(if $(STUDY),--study '$(STUDY)',--preset '$(PRESET)') $(if $(STORE),--store '$(STORE)') $(if $(SET),--set '$(SET)')

.PHONY: help run ui test lint docs verify images results bench clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' Makefile

run: .venv/run ## run a study through Airflow: PRESET=quick|paper or STUDY=my.yaml, STORE=folder or URI, SET=key=value
	@$(BIN)/python -m operators run $(SOURCE)

ui: .venv/run ## keep Airflow's web UI up until Ctrl-C: PORT=8080, STORE=folder or URI whose studies it shows
	@$(BIN)/python -m operators ui --port '$(PORT)' $(if $(STORE),--store '$(STORE)')

images: ## build the tools' container images that can be built, and say which could not and why
	@PYTHON=$(PYTHON) docker/build

# Which tests share a process: tests/conftest.py. Longest first, as they are collected.
test: lint ## lint, types, unit, DAG integrity, operators, golden, end to end
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --durations 40

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

docs: .venv/test ## build the documentation site into site/; a broken link ends it
	@$(BIN)/python docs/generate site
	@echo "site/index.html: open it in a browser; its search needs a server: python3 -m http.server -d site"

results: .venv/run ## write docs/results.md and its figures from the studies ladder and reproduction in STORE
	@$(BIN)/gtl page $(if $(STORE),--store '$(STORE)')

# Its functions are named verify_..., so that `make test` does not collect them.
verify: .venv/test ## calibration of the statistics by simulation: false positives, coverage, power (minutes)
	$(BIN)/python -m pytest -q -s tests/verify -o python_files='verify_*.py' -o python_functions='verify_*'

bench: .venv/test ## side-by-side measurements against peers, and their goals
	$(BIN)/python -m benchmarks

clean: ## remove the environment and Airflow's home; results stay
	rm -rf .venv .airflow

# The marks are files, so that an environment is made once and again when its pins change. uv is used when present;
# unlike pip it has to be told to compile, without which every start of TensorFlow or Airflow would where Python may not
# write (PYTHONDONTWRITEBYTECODE).
.venv/run: requirements.txt pyproject.toml
	$(call install,requirements.txt)
.venv/test: requirements-dev.txt pyproject.toml
	$(call install,requirements-dev.txt)
	@touch .venv/run

define install
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is needed; install Python 3.11 or give PYTHON=..." >&2; exit 1; }
	@if command -v uv >/dev/null; then \
	  test -x $(BIN)/python || uv venv -q --python $(PYTHON) .venv; \
	  uv pip install -q --compile-bytecode --python $(BIN)/python -r $(1) && uv pip install -q --python $(BIN)/python --no-deps -e .; \
	else \
	  test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	  echo "installing $(1) with pip; this takes some minutes (with uv: seconds)"; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -r $(1) && \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .; \
	fi
	@touch $@
endef
