"""How often the detected language is the labelled one: ``python benchmarks/language.py LINGUIST``.

LINGUIST is a checkout of https://github.com/github-linguist/linguist. The shipped classifier is made from token counts
over the samples of Linguist 7.22, most of which are still among these. The cross-validated figure is that of a
classifier of the same kind trained on four fifths of these samples and asked about the rest.
Linguist's rules were tuned on the same samples, so either figure says more about the port than about the world.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from codestrata.analyze.language import Detector, name_keys
from codestrata.analyze.language.classifier import Classifier, shipped, train
from codestrata.store.columns import Varlen

FOLDS = 5
COMMON = """C C++ C# CSS Clojure Dart Dockerfile Elixir Erlang Go HTML Haskell JSON Java JavaScript Julia Kotlin Lua
    MATLAB Markdown Objective-C OCaml PHP Perl PowerShell Python R Ruby Rust SQL Scala Shell Swift TOML TypeScript XML
    YAML Zig
"""

Sample = tuple[str, str, bytes]
"""Language, file name, content."""


def samples(root: Path) -> Iterator[Sample]:
    """Give every labelled sample of a checkout."""
    table = (root / "lib/linguist/languages.yml").read_text()
    proper = {
        folder: name
        for name, folder in re.findall(r'^"?([^\s"][^"\n]*?)"?:\n(?:  .*\n)*?  fs_name: (\S+)', table, re.MULTILINE)
    }
    for path in sorted((root / "samples").rglob("*")):
        if path.is_file():
            folder = path.relative_to(root / "samples").parts[0]
            yield proper.get(folder, folder), path.name, path.read_bytes()


def detect(rows: Sequence[Sample], model: Classifier) -> tuple[list[str], list[str]]:
    """Detect the language of each sample from its file name and content."""
    content = Varlen.of((data for _, _, data in rows), text=False)
    keys = name_keys(Varlen.of(name for _, name, _ in rows))
    return Detector(model).detect(keys, content.data, content.offsets, np.zeros(len(rows), np.bool_))


def cross_validated(rows: Sequence[Sample]) -> tuple[list[str], list[str]]:
    """Detect each sample with a classifier trained on the other folds; row i is in fold i mod FOLDS."""
    languages, methods = [""] * len(rows), [""] * len(rows)
    wanted = set(shipped().languages)
    for fold in range(FOLDS):
        model = train((r[0], r[2]) for i, r in enumerate(rows) if i % FOLDS != fold and r[0] in wanted)
        held = range(fold, len(rows), FOLDS)
        for i, language, method in zip(held, *detect([rows[i] for i in held], model), strict=True):
            languages[i], methods[i] = language, method
    return languages, methods


def report(title: str, rows: Sequence[Sample], languages: list[str], methods: list[str]) -> None:
    """Print accuracy overall, by method and on common languages, and what is confused with what."""
    common_names = COMMON.split()
    right = [row[0] == found for row, found in zip(rows, languages, strict=True)]
    common = [ok for row, ok in zip(rows, right, strict=True) if row[0] in common_names]
    print(f"\n{title}: {sum(right) / len(rows):.2%} of {len(rows)} samples in {len({r[0] for r in rows})} languages")
    print(f"  {len(common_names)} common languages: {sum(common) / len(common):.2%} of {len(common)}")
    for method, n in Counter(methods).most_common():
        good = sum(ok for ok, m in zip(right, methods, strict=True) if m == method)
        print(f"  {method or '(none)':12} {n:5}  {good / n:7.2%}")
    wrong = Counter((row[0], found) for row, found, ok in zip(rows, languages, right, strict=True) if not ok)
    print("  confused:", "; ".join(f"{a} as {b or 'nothing'} x{n}" for (a, b), n in wrong.most_common(25)))


def main(root: Path) -> None:
    """Measure and print."""
    rows = list(samples(root))
    report("cross-validated", rows, *cross_validated(rows))
    model = shipped()
    detect(rows[:50], model)
    start = time.process_time()
    languages, methods = detect(rows, model)
    seconds = time.process_time() - start
    report("shipped classifier", rows, languages, methods)
    print(f"\n{len(rows) / seconds:,.0f} samples per CPU-second (samples are far more ambiguous than real trees)")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
