#!/usr/bin/env bash
# Every test but the long twins (`test.sh`), or the long twins alone (`test.sh matrix`). Runs all parts even when one
# fails, and fails when any did. Each part is a process of its own: the browser's driver keeps an event loop that tests
# of coroutines cannot share. In the parts with browsers and whole servers, what fails is tried once more by itself, in
# the open: a busy machine may miss a moment. Decisions, databases and above all faults get one try: a message lost once
# is lost.
set -uo pipefail
cd "$(dirname "$0")/.."

readonly WHICH="${1:-short}"
failed=()

# tests FOLDER MARKS
tests() {
  printf '── %s\n' "$1"
  .venv/bin/python -m pytest "tests/$1" -m "$2" && return
  case "$1" in
    api | browser) ;;
    *) failed+=("$1"); return ;;
  esac
  printf '── %s, once more what failed\n' "$1"
  .venv/bin/python -m pytest "tests/$1" -m "$2" --last-failed --last-failed-no-failures none || failed+=("$1")
}

if [[ $WHICH == matrix ]]; then
  for folder in contract api faults; do
    tests "$folder" "matrix"
  done
else
  for folder in unit contract api browser faults; do
    tests "$folder" "not matrix"
  done
  printf '── web\n'
  npm --prefix web run test --silent || failed+=("web")
fi

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
