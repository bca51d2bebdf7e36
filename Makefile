# Two commands: `make run` shows the main job, `make test` runs everything.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check -q
EXAMPLE := scenarios/worked-example.yaml

.PHONY: run test setup check bench docs clean lock

run: $(VENV)/.run
	$(VENV)/bin/eutonia consult $(EXAMPLE) --report report.html

test: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest -n auto --cov --cov-report=term

setup: $(VENV)/.dev

# The quick loop: lint, types, unit and property tests.
check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest -n auto tests/unit tests/property tests/house

bench: $(VENV)/.dev
	$(PY) -m benchmarks

# Write the generated pages and parts of pages of the documentation again.
docs: $(VENV)/.dev
	$(PY) docs/generate.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "eutonia needs Python 3.11 or later; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# Re-resolve the lock files (needs uv; not needed to build or test).
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements/run.txt pyproject.toml requirements/build.in
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -o requirements/dev.txt pyproject.toml requirements/build.in

clean:
	rm -rf $(VENV) report.html .pytest_cache .mypy_cache .ruff_cache .coverage
