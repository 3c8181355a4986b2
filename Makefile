# make        everything: environment, tables, notebooks, figures, brief, start page
# make test   everything that is checked: lint, types, tests with all notebooks
# make lab    JupyterLab on the notebooks
# make bench  the comparison of speeds in docs/performance.md; takes some twenty minutes
#             make bench BENCH="--plans 1000 --rounds 1" is a short run
# make lock   requirements.txt anew from pyproject.toml
# make clean  remove what make made, except what is kept in git

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := all
.PHONY: all test lint types lab bench lock clean

all: $(READY)
	$(BIN)/plancompare all

test: lint types
	$(BIN)/python -m pytest -n auto --maxprocesses 4

lint: $(READY)
	$(BIN)/ruff check src tests benchmarks

types: $(READY)
	$(BIN)/mypy

lab: $(READY)
	$(BIN)/jupyter lab notebooks

bench: $(READY)
	$(BIN)/python benchmarks/run.py $(BENCH)

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet --output-file requirements.txt

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build reports/html reports/brief.docx reports/brief.html \
		data/processed/text data/processed/*.parquet data/processed/.cache reports/changes.*

# uv is used when it is there and reaches its index; pip does the same, only slower.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed: make PYTHON=python3.12'; exit 1; }
	@if [ -x $(BIN)/python ]; then :; \
		elif $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
		elif command -v uv >/dev/null; then uv venv --quiet --seed --python $(PYTHON) $(VENV); \
		else echo 'This Python cannot make environments; on Debian and Ubuntu: apt install python3-venv'; exit 1; fi
	@echo 'Installing the environment into $(VENV); this takes a minute or two.'
	@if command -v uv >/dev/null && UV_COMPILE_BYTECODE=1 uv pip install --quiet --python $(BIN)/python \
			--require-hashes -r requirements.txt; then :; \
		else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)
