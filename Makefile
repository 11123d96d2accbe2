# Every target does all the set-up it needs on a machine with Python 3.11+, pip, make and git.
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
export UV_SYSTEM_CERTS := true
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

.PHONY: help setup ocr chromium demo test lint check bench lock clean

help:
	@echo "make setup   install everything into .venv"
	@echo "make demo    crawl the demo portals, then browse the result (DATA=dir, PORT=n)"
	@echo "make test    lint, types and tests"
	@echo "make ocr     install the reader of scanned pages and pictures too"
	@echo "make bench   the performance table"

$(UV):
	@$(PYTHON) -m pip install -q --disable-pip-version-check --root-user-action=ignore --target .tools uv==0.13.9

.venv/.ready: requirements/nianbao.lock pyproject.toml | $(UV)
	@$(UV) venv -q --allow-existing --python $(PYTHON) .venv
	@$(UV) pip sync -q --require-hashes --python .venv requirements/nianbao.lock
	@$(UV) pip install -q --python .venv --no-deps --no-build-isolation -e .
	@test ! -f .venv/.ocr || $(UV) pip install -q --require-hashes --python .venv -r requirements/ocr.lock
	@touch $@

# pywb lives alone: it would overwrite Scrapy's brotli.
.venv-replay/.ready: requirements/replay.lock | $(UV)
	@$(UV) venv -q --allow-existing --python $(PYTHON) .venv-replay
	@$(UV) pip sync -q --require-hashes --python .venv-replay requirements/replay.lock
	@touch $@

setup: .venv/.ready

# The optional reader of scanned pages, 220 MB.
ocr: .venv/.ready requirements/ocr.lock
	@$(UV) pip install -q --require-hashes --python .venv -r requirements/ocr.lock
	@touch .venv/.ocr

chromium: .venv/.ready
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/chromium.sh

demo: chromium
	@$(BIN)/nianbao demo $(if $(DATA),--data $(DATA)) $(if $(PORT),--port $(PORT)) $(if $(NO_SERVE),--no-serve)

lint: .venv/.ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: chromium .venv-replay/.ready lint
	@$(BIN)/pytest -n 2

bench: .venv/.ready
	@$(BIN)/python -m bench

lock: $(UV)
	@for g in nianbao replay ocr; do $(UV) pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links requirements/$$g.in -o requirements/$$g.lock; done

clean:
	rm -rf .venv .venv-replay .tools build *.egg-info .mypy_cache .ruff_cache .pytest_cache
