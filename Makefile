# The verbs of this repository. `make run` is all that a shop needs.
PORT ?= 8080
DATA ?= data
HOST ?= 127.0.0.1
SEED ?= 1
MINUTES ?= 1

BIN := .venv/bin

.PHONY: help run test test-matrix bench faults check fmt package lock

help:
	@echo "make run [PORT=8080] [DATA=data]    open the demo shop on this machine"
	@echo "make test                           every test but the long twins"
	@echo "make test-matrix                    the long twins: other adapters, other implementations"
	@echo "make check                          style, types, import directions, generated files"
	@echo "make fmt                            format the code"
	@echo "make bench [ONLY=gateway]           the figures, one JSON line each"
	@echo "make faults [SEED=1] [MINUTES=1]    break things while clients write, then check"
	@echo "make package                        build the wheel, pages inside"
	@echo "make lock                           resolve the Python packages afresh"

run:
	@scripts/prepare.sh run
	@exec $(BIN)/liyu serve --demo --host "$(HOST)" --port "$(PORT)" --data "$(DATA)"

test:
	@scripts/prepare.sh dev
	@scripts/test.sh

test-matrix:
	@scripts/prepare.sh dev
	@scripts/test.sh matrix

check:
	@scripts/prepare.sh dev
	@scripts/check.sh

fmt:
	@$(BIN)/ruff check -q --fix --select I src tests bench
	@$(BIN)/ruff format -q src tests bench

bench:
	@scripts/prepare.sh dev
	@PYTHONPATH=src $(BIN)/python -m bench "$(ONLY)"

faults:
	@scripts/prepare.sh dev
	@$(BIN)/python -m tests.faults --seed "$(SEED)" --minutes "$(MINUTES)"

package:
	@scripts/prepare.sh dev
	@$(BIN)/uv build -q --wheel --out-dir dist
	@ls dist

lock:
	@for part in base dev; do \
	  $(BIN)/uv pip compile -q --upgrade --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	    requirements/$$part.in -o requirements/$$part.txt || exit 1; \
	done
