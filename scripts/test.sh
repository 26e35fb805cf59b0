#!/usr/bin/env bash
# Every test but the long twins. Runs all parts even when one fails, and fails when any did.
# Each part is a process of its own: the browser's driver keeps an event loop that tests of coroutines cannot share.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
part() {
  local name=$1
  shift
  printf '── %s\n' "$name"
  "$@" || failed+=("$name")
}

for folder in unit contract api browser faults; do
  part "$folder" .venv/bin/python -m pytest "tests/$folder" -m "not matrix"
done
part "web" npm --prefix web run test --silent

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
