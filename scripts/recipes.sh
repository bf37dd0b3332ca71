#!/usr/bin/env bash
# Build a dataset of every recipe from examples/repos.csv into demo/recipes/; verified runs tests in the sandbox.
set -euo pipefail
cd "$(dirname "$0")/.."
strata=${1:-.venv/bin/strata}
examples/spans/make
mkdir -p demo/recipes
for recipe in pretrain repo fim instruct commits patterns verified; do
  file=demo/recipes/$recipe.yaml
  [[ -e $file ]] || "$strata" dataset init "$file" --recipe "$recipe" --source ../../examples/repos.csv > /dev/null
  code=0
  "$strata" --workspace demo/workspace dataset build "$file" --out "demo/recipes/$recipe" || code=$?
  [[ $code == 0 || $code == 3 ]] || exit "$code"
  "$strata" dataset validate "demo/recipes/$recipe"
done
