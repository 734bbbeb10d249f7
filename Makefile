# lmprogress: two commands for users (run, test), the rest for those who change it.
# Each needs only make, a Python between 3.11 and 3.13, and a package index.

CORES ?= 8
# a folder of PDFs to read, as in: make run PAPERS=../papers; or arxiv, to fetch those of raw/papers.csv
PAPERS ?=
VENV := .venv
BIN := $(VENV)/bin
# newest first; PYTHON=/path/to/python chooses another
CANDIDATES := $(PYTHON) python3.13 python3.12 python3.11 python3 python
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.DEFAULT_GOAL := help
.PHONY: help run test lint snapshot check-snapshot calibrate dictionary bench lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/run.stamp ## every stage, every table, every figure
	$(BIN)/snakemake --cores $(CORES) $(if $(PAPERS),--config papers=$(PAPERS))

test: $(VENV)/dev.stamp ## the whole test suite
	$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp ## what a contributor must pass
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/mypy

snapshot: $(VENV)/run.stamp ## keep the readings of the folder PAPERS with the workflow
	$(BIN)/lmprogress snapshot make $(PAPERS) --jobs $(CORES)

check-snapshot: $(VENV)/run.stamp ## list every difference between the folder PAPERS and the readings kept
	$(BIN)/lmprogress snapshot check $(PAPERS) --jobs $(CORES)

calibrate: $(VENV)/dev.stamp ## how often readings are right on the labelled papers of ../shared, by what decided them
	$(BIN)/python tests/calibrate.py

dictionary: $(VENV)/run.stamp ## write docs/data_dictionary.md from the schemas
	$(BIN)/lmprogress dictionary --out docs/data_dictionary.md

bench: $(VENV)/dev.stamp ## speed, as ratios within one run
	$(BIN)/python tests/bench.py

lock: ## resolve the lock files anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q -o envs/run.lock.txt pyproject.toml envs/build.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev -c envs/run.lock.txt -o envs/dev.lock.txt pyproject.toml envs/build.in

clean: ## delete everything that can be made again
	rm -rf processed results .snakemake

# ---- environment: installed again when a lock file changes ---------------------------------------------------------

$(BIN)/python:
	@for python in $(CANDIDATES); do \
	  if "$$python" -c '$(FITS)' 2>/dev/null; then echo "environment: $$($$python --version) in $(VENV)"; exec "$$python" -m venv $(VENV); fi; \
	done; echo "lmprogress needs Python 3.11, 3.12 or 3.13 (scipy 1.15, whose SLSQP the study's digits depend on, has no later builds)." >&2; \
	echo "  remedy: install one of them, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1

$(VENV)/run.stamp: envs/run.lock.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r envs/run.lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: envs/dev.lock.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r envs/dev.lock.txt
	@touch $@
