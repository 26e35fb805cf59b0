#!/usr/bin/env bash
# Every test but the long twins. Runs all parts even when one fails, and fails when any did.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
part() {
  local name=$1
  shift
  printf '── %s\n' "$name"
  "$@" || failed+=("$name")
}

part "python" .venv/bin/python -m pytest tests -m "not matrix"
part "web" npm --prefix web run test --silent

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
