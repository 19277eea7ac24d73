# The commands of Wegwijzer. Two are enough to begin: `make start` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export UV_SYSTEM_CERTS ?= 1
export PATH := $(HOME)/.local/bin:$(PATH)
export PYTHONWARNINGS ?= ignore
export SQLALCHEMY_SILENCE_UBER_WARNING ?= 1
export RASA_TELEMETRY_ENABLED := false
SET ?= tests/evaluation
ARGS ?=
RUN := uv run --frozen
# A new folder on a disk in memory, where there is a roomy one: of tests with many small transactions most is waiting for a disk.
IN_MEMORY := [ -w /dev/shm ] && [ "$$(df --output=avail -k /dev/shm | tail -1)" -gt 6000000 ] && mktemp -d /dev/shm/wegwijzer-tests.XXXXXX

help:  ## what you can do here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.venv/.ready: pyproject.toml uv.lock
	@command -v uv >/dev/null || { echo "Installing uv (once)..."; deploy/bootstrap_uv.sh; }
	uv sync --frozen
	@touch $@

start: .venv/.ready  ## start everything; Ctrl-C stops all
	@$(RUN) wegwijzer start

shell: .venv/.ready  ## talk to the bot in this terminal
	@$(RUN) wegwijzer shell

whatsapp-demo: .venv/.ready  ## talk as on WhatsApp, on a telephone on a page
	@$(RUN) wegwijzer whatsapp demo $(ARGS)

train: .venv/.ready  ## train the model again
	@$(RUN) wegwijzer train

web: .venv/.ready  ## build the chat of the page
	@$(RUN) wegwijzer web

test: .venv/.ready  ## all tests, fast ones first, two at a time
	@memory=$$($(IN_MEMORY)); trap '[ -z "$$memory" ] || rm -rf "$$memory"' EXIT; \
	$${memory:+env PYTEST_DEBUG_TEMPROOT=$$memory} $(RUN) pytest $(if $(ARGS),$(ARGS),-n 2 --dist loadfile)

evaluate: .venv/.ready  ## measure understanding and conversations (SET=folder for another set)
	@$(RUN) wegwijzer evaluate $(SET) $(ARGS)

model-card: .venv/.ready  ## measure on all sets and write docs/model_card.md
	@$(RUN) wegwijzer model-card $(ARGS)

benchmark: .venv/.ready  ## how fast it is
	@$(RUN) wegwijzer benchmark $(ARGS)

check: .venv/.ready  ## style, types, training data, catalogue
	@$(RUN) wegwijzer check

format: .venv/.ready  ## put the code in shape
	@$(RUN) ruff check --fix-only -q . ; $(RUN) ruff format .

clean:  ## remove models and runtime data (conversations too)
	rm -rf models var web/dist web/src/gemaakt .venv/.ready

.PHONY: help start shell whatsapp-demo train web test evaluate model-card benchmark check format clean
