# Two commands do everything on a fresh machine: `make demo` and `make test`.
# They need Python 3.11 or later and make; everything else they set up themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MINISTACK := $(VENV)/ministack/bin/ministack
PRISM := $(VENV)/prism/node_modules/.bin/prism
NPM := $(shell command -v npm 2>/dev/null)
CHROMIUM := $(shell command -v chromium 2>/dev/null || command -v chromium-browser 2>/dev/null)
POSTGRESQL := $(wildcard /usr/lib/postgresql/*/bin/initdb) $(shell command -v initdb 2>/dev/null)
MISSING := $(strip $(if $(CHROMIUM),,chromium) $(if $(strip $(POSTGRESQL)),,postgresql))

.PHONY: demo test check format generated proofs wheel clean

demo: $(READY) ## start a small company on this machine and watch it drift
	$(BIN)/gapwatch demo $(ARGS)

test: $(READY) $(MINISTACK) $(if $(NPM),$(PRISM)) system check ## format, lint, types and every test
	$(BIN)/pytest -n 2 --dist loadscope $(ARGS)

check: $(READY) ## what needs no test to run
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(READY) ## make the code look as it should
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

proofs: $(READY) $(MINISTACK) $(if $(NPM),$(PRISM)) system ## the whole dose of what `make test` takes a small dose of
	GAPWATCH_DOSE=whole $(BIN)/pytest -n 2 --dist loadscope --timeout 7200 -m proof $(ARGS)

generated: $(READY) ## write again what is generated from the code
	$(BIN)/python -m agent.generated

wheel: $(READY)
	$(BIN)/python -m build --wheel

.PHONY: system
system: # tested with a real browser and a real database server; Debian's are installed where we may
ifneq ($(MISSING),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $(MISSING) >/dev/null; \
	else echo "not installed: $(MISSING). Their tests will be skipped, and say so"; fi
endif

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gapwatch needs Python 3.11 or later: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo,postgresql,dev]'
	@touch $@

$(MINISTACK): $(READY) # a second AWS to test against; it pins libraries of its own, so it has an environment of its own
	$(PYTHON) -m venv $(VENV)/ministack
	$(VENV)/ministack/bin/pip install --quiet --disable-pip-version-check ministack==1.5.33

$(PRISM): $(READY) # somebody else's reader of GitHub's description; without it its tests are skipped, and say so
	-npm install --silent --no-audit --no-fund --prefix $(VENV)/prism @stoplight/prism-cli@5.16.0

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
