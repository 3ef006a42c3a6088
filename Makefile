# Two commands do everything on a fresh machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: help demo test quick bench clean

help:
	@echo "make demo   measure the five example contracts, print their verdicts, open their desks in the browser"
	@echo "make test   every check and test; installs what they need (Debian packages only when root)"
	@echo "make quick  the checks that take seconds"
	@echo "make bench  the benchmarks, each printing its ratios"

demo: $(VENV)/.run
	@PYTHONPATH=src $(RUN) -m madoguchi demo --port $(PORT)

test: $(VENV)/.test
	@scripts/debian-packages
	@./check

quick: $(VENV)/.test
	@./check quick

bench: $(VENV)/.test
	@for script in bench/*.py; do echo "== $$script"; PYTHONPATH=src:. $(RUN) $$script || exit 1; done

$(VENV)/.made:
	@scripts/make-environment $(PYTHON) $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements/run.txt
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.test: $(VENV)/.made requirements/test.txt
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build demo
