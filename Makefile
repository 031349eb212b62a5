# What a person types. Each recipe is one line; the work is done in local/ and by the tools it names.

SHELL := /bin/sh
.DEFAULT_GOAL := help
# Hundreds of processes start here; where none may keep what it compiled, each compiles all it imports again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup up down demo test test-browser check bench bench-lake proof token republish deploy generate clean

PY := .venv/bin/python
# Any Python that runs: it finds out by itself whether there is a 3.13, and says so if there is none.
ANY_PYTHON := $(shell for p in python3.13 python3 python; do "$$p" -c "" 2>/dev/null && { echo "$$p"; break; }; done)

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

setup: ## install what is missing (every target below does this first)
	@test -n "$(ANY_PYTHON)" || { echo "This project needs Python 3.13, and found no Python at all; install Python 3.13." >&2; exit 1; }
	@$(ANY_PYTHON) -m local.bootstrap

up: setup ## start the local cloud and deploy the demo mall to it
	@$(PY) -m local.up

down: setup ## stop the local cloud; its data stays
	@$(PY) -m local.down

demo: setup ## the whole journey on real receipts
	@$(PY) -m local.up
	@$(PY) -m local.demo

test: setup ## every test, on two processes
	@$(PY) -m pytest --numprocesses 2 --dist loadgroup

test-browser: setup ## the survey's page and the demo's report in a real browser (needs Chromium)
	@$(PY) -m pytest tests/browser

check: setup ## format, lint, types, security rules
	@$(PY) -m local.check

bench: setup ## what an operation costs
	@$(PY) -m bench

bench-lake: setup ## what the nightly look for segments takes: SIZES="100000 1000000 10000000"
	@$(PY) -m bench.lake $(SIZES)

proof: setup ## the proofs of correctness at full scale
	@$(PY) -m tests.proof

token: setup ## a bearer token: WHO=marketer, WHO=till:<tenant> or WHO=member:<phone>
	@$(PY) -m local.token "$(WHO)"

republish: setup ## publish the events of a period again: FROM=<instant> TO=<instant>
	@$(PY) -m local.republish "$(FROM)" "$(TO)" "$(MALL)" "$(STAGE)"

deploy: setup ## deploy to AWS: MALL=<file in malls/> STAGE=<stage>
	@$(PY) -m local.release "$(MALL)" "$(STAGE)"

generate: setup ## write the OpenAPI document and the event catalogue again
	@$(PY) -m local.generate

clean: ## remove what setup and the local cloud made (its data too)
	@test ! -x $(PY) || $(PY) -m local.down
	rm -rf .venv .local node_modules cdk.out .mypy_cache .pytest_cache .ruff_cache .hypothesis
