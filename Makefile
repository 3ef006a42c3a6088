# Two commands do everything on a fresh machine with Python 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: help demo test quick bench packages clean

help:
	@echo "make demo   measure the five example contracts, print their verdicts, open their desks in the browser"
	@echo "make test   every check and test; installs what they need (Debian packages only when root)"
	@echo "make quick  the checks that take seconds"
	@echo "make bench  the benchmarks, each printing its ratios"

demo: $(VENV)/.run
	@PYTHONPATH=src $(RUN) -m madoguchi demo --port $(PORT)

test: $(VENV)/.test $(VENV)/.directory
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

packages:
	@scripts/debian-packages

# python-ldap is compiled here: without its headers the tests of sign-in by a directory are skipped, except under CI
$(VENV)/.directory: requirements/ldap.txt $(VENV)/.test | packages
	@if [ -e /usr/include/ldap.h ] && $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes \
	    -r requirements/ldap.txt; then touch $@; \
	else echo "python-ldap cannot be installed here (Debian: libldap2-dev libsasl2-dev gcc python3-dev);" \
	    "the tests of sign-in by a directory are not run" >&2; [ -z "$$MADOGUCHI_CI" ]; fi

clean:
	rm -rf $(VENV) build demo
