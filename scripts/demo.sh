#!/usr/bin/env bash
# Build a small dataset from examples/repos.csv into demo/dataset; packages come through the machine's package clients.
set -euo pipefail
cd "$(dirname "$0")/.."
strata=${1:-.venv/bin/strata}
mkdir -p demo
code=0
"$strata" --workspace demo/workspace run examples/repos.csv --out demo/dataset || code=$?
[[ $code == 0 || $code == 3 ]] || exit "$code"
echo
echo "Look at demo/dataset/README.md, or ask where a row comes from, and why another is not there:"
echo "  $strata -w demo/workspace show pypi/click"
echo "  $strata -w demo/workspace lineage 'cargo/itoa:src/lib.rs'"
echo "  $strata -w demo/workspace lineage 'pypi/asyncclick:src/asyncclick/core.py'"
exit 0
