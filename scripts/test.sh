#!/usr/bin/env bash
# Run the checks and every test. Arguments after the first go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${1:-.venv/bin}
shift || true
"$BIN/ruff" check --quiet .
"$BIN/ruff" format --check --quiet .
"$BIN/mypy"
"$BIN/lint-imports" --no-logo 2>/dev/null || "$BIN/lint-imports"
exec "$BIN/pytest" -n 2 --dist worksteal "$@"
