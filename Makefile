# lmprogress: two commands for users (run, test), the rest for those who change it.
# Each needs only make, a Python between 3.11 and 3.13, and a package index.

CORES ?= 8
# a folder of PDFs to read, as in: make run PAPERS=../papers; or arxiv, to fetch those of raw/papers.csv
PAPERS ?=
# ONLY=1: without what is kept of other papers
ONLY ?=
VENV := .venv
BIN := $(VENV)/bin
SLURM := .venv-slurm
# newest first; PYTHON=/path/to/python chooses another
CANDIDATES := $(PYTHON) python3.13 python3.12 python3.11 python3 python
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

# on a terminal one line follows the run, elsewhere one line a job; with FOLLOWED= the engine tells all of every job
FOLLOWED := --logger lmprogress

# PAPERS and ONLY as settings, in a file: in `--config`, braces, quotes and # mean something to the engine
quoted = '$(subst ','\'',$(1))'
yaml = '$(subst ','',$(1))'
GIVEN := .snakemake/papers.yaml
give_papers = $(if $(PAPERS),@mkdir -p $(dir $(GIVEN)); \
  printf '%s\n' $(call quoted,papers: $(call yaml,$(value PAPERS))) $(if $(ONLY),'papers_only: true') > $(GIVEN))

.DEFAULT_GOAL := help
.PHONY: help run week release test lint coverage snapshot check-snapshot calibrate coverage-study picture bench slurm submit lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/run.stamp ## every stage, every table, every figure
	$(give_papers)
	$(BIN)/snakemake --cores $(CORES) $(FOLLOWED) $(if $(PAPERS),--configfile $(GIVEN))

week: $(VENV)/run.stamp ## find papers of the last nine days, or from SINCE on, and read them into week/; accepts nothing
	@mkdir -p week/pdf
	@{ echo '## Found'; echo; echo '```text'; \
	  $(BIN)/lmprogress discover --since "$${SINCE:-$$(date -u -d '9 days ago' +%F)}" --out week/discovered.csv --fetch week/pdf 2>&1 || failed=1; \
	  echo '```'; echo; echo '## Read'; echo; echo '```text'; \
	  $(BIN)/lmprogress systems week/pdf --out week/systems.csv --jobs $(CORES) 2>&1 || failed=1; \
	  echo '```'; exit $${failed:-0}; } > week/summary.md; status=$$?; cat week/summary.md; exit $$status

release: $(VENV)/run.stamp ## freeze the finished run as VERSION in releases/: tables with metadata, citation, what changed
	$(BIN)/lmprogress release $(call quoted,$(value VERSION))

test: $(VENV)/dev.stamp ## the whole test suite
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(VENV)/dev.stamp ## what a contributor must pass
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/mypy

coverage: $(VENV)/dev.stamp ## lines and branches of the package that tests without a run of the workflow reach
	$(BIN)/python -m pytest -n auto --dist loadfile tests/unit tests/contract tests/reference --cov --cov-report=term-missing:skip-covered

snapshot: $(VENV)/run.stamp ## keep the readings of the folder PAPERS with the workflow, beside those kept (ONLY=1: in their place)
	$(BIN)/lmprogress snapshot make $(call quoted,$(value PAPERS)) --jobs $(CORES) $(if $(ONLY),--only)

check-snapshot: $(VENV)/run.stamp ## list every difference between the folder PAPERS and the readings kept
	$(BIN)/lmprogress snapshot check $(call quoted,$(value PAPERS)) --jobs $(CORES) $(if $(ONLY),--only)

calibrate: $(VENV)/dev.stamp ## confidence and what to expect of a new paper, from first looks at labelled papers
	$(BIN)/python tests/calibrate.py

coverage-study: $(VENV)/run.stamp ## how often the verdict's interval contains the truth, in full; takes long, kept in raw/reference/
	$(BIN)/snakemake --cores $(CORES) $(FOLLOWED) results/tables/coverage_data_sets_full.csv
	cp results/tables/coverage_data_sets_full.csv raw/reference/coverage.csv

picture: ## the figure at the head of README.md, from a finished run
	cp results/figures/rate_tests.svg docs/

bench: $(VENV)/dev.stamp ## speed, as ratios within one run
	$(BIN)/python tests/bench.py

slurm: $(SLURM)/slurm.stamp ## what submits to a SLURM cluster, in an environment on top of the everyday one

submit: $(SLURM)/slurm.stamp ## as run, on a SLURM cluster (docs/cluster.md); SETTINGS="--jobs 20" goes to Snakemake
	$(give_papers)
	$(SLURM)/bin/python -m snakemake --profile config/profiles/slurm $(SETTINGS) $(if $(PAPERS),--configfile $(GIVEN))

lock: ## resolve the lock files anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q -o envs/run.lock.txt pyproject.toml envs/build.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev -c envs/run.lock.txt -o envs/dev.lock.txt pyproject.toml envs/build.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q -c envs/run.lock.txt -o envs/slurm.lock.txt envs/slurm.in
	for validator in croissant ro_crate; do \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q -o tests/validators/$$validator.lock.txt tests/validators/$$validator.in || exit; \
	done
	$(BIN)/python envs/write_conda.py

clean: ## delete everything that can be made again
	rm -rf processed results .snakemake

# ---- environment: installed again when a lock file changes ---------------------------------------------------------

$(BIN)/python:
	@for python in $(CANDIDATES); do \
	  if "$$python" -c '$(FITS)' 2>/dev/null; then echo "environment: $$($$python --version) in $(VENV)"; exec "$$python" -m venv $(VENV); fi; \
	done; echo "lmprogress needs Python 3.11, 3.12 or 3.13 (scipy 1.15, whose SLSQP the study's digits depend on, has no later builds)." >&2; \
	echo "  remedy: install one of them, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1

$(VENV)/run.stamp: envs/run.lock.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r envs/run.lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m lmprogress.laws.compile_ahead
	@touch $@

# sees the packages of the everyday environment, so that both give the same bytes
$(SLURM)/slurm.stamp: envs/slurm.lock.txt $(VENV)/run.stamp
	$(BIN)/python -m venv --clear --without-pip $(SLURM)
	$(BIN)/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" \
	  > "$$($(SLURM)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/everyday.pth"
	$(BIN)/python -m pip --python $(SLURM)/bin/python install --quiet --disable-pip-version-check --no-deps --require-hashes -r envs/slurm.lock.txt
	@touch $@

$(VENV)/dev.stamp: envs/dev.lock.txt $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r envs/dev.lock.txt
	@touch $@
