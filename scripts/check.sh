#!/usr/bin/env bash
# Style, types, import directions and generated files. Runs every check even when one fails.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
check() {
  local name=$1
  shift
  printf '── %s\n' "$name"
  "$@" || failed+=("$name")
}

# same NAME COMMAND…: the committed file NAME is exactly what COMMAND prints
same() {
  local file=$1
  shift
  "$@" | diff -u --label "$file" --label "as generated" "$file" - ||
    { printf '%s is out of date: %s > %s\n' "$file" "$*" "$file" >&2; return 1; }
}

check "ruff" .venv/bin/ruff check -q src tests bench
check "format" .venv/bin/ruff format -q --check src tests bench
check "mypy" .venv/bin/mypy
check "imports" .venv/bin/lint-imports --no-cache
check "settings" same docs/settings.md .venv/bin/python -m liyu.app.settings_document
check "websocket description" same docs/asyncapi.json .venv/bin/python -m liyu.gateway.asyncapi
check "generated types" npm --prefix web run check --silent -w @liyu/protocol
check "web types" npm --prefix web run types --silent
check "wire types" npm --prefix web run check --silent -w @liyu/protocol

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
