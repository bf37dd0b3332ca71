#!/usr/bin/env bash
# Build a small dataset from examples/dataset.yaml into demo/dataset; packages come through the machine's package clients.
set -euo pipefail
cd "$(dirname "$0")/.."
strata=${1:-.venv/bin/strata}
examples/spans/make
mkdir -p demo
code=0
"$strata" --workspace demo/workspace dataset build examples/dataset.yaml --out demo/dataset || code=$?
[[ $code == 0 || $code == 3 ]] || exit "$code"
"$strata" dataset stats demo/dataset --html demo/dataset.html > /dev/null
echo
echo "Look at demo/dataset.html and demo/dataset/README.md, or ask what became of a file, what another threshold would do, who is in it:"
echo "  $strata -w demo/workspace dataset plan examples/dataset.yaml"
echo "  $strata -w demo/workspace dataset why 'pypi/asyncclick:src/asyncclick/core.py'"
echo "  $strata -w demo/workspace dataset set -r examples/dataset.yaml dedup.threshold=0.9 --what-if"
echo "  $strata dataset check-repo pypi/click --dataset demo/dataset"
echo "  $strata -w demo/workspace lineage 'cargo/itoa:src/lib.rs'"
exit 0
