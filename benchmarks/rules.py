"""What our rules cost beside the bare parse of the same files: benchmarks/rules.py LANGUAGE FILE…."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import tree_sitter

from codestrata.analyze.rules.load import ours
from codestrata.analyze.rules.match import rows
from codestrata.analyze.syntax.grammars import load
from codestrata.analyze.syntax.parse import parse


def least(work: Callable[[], object], times: int) -> float:
    """Give the least CPU time of several runs, in seconds."""
    spent = []
    for _ in range(times):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return min(spent)


def main() -> None:
    """Measure one language."""
    grammar, *files = sys.argv[1:]
    texts = [Path(file).read_bytes() for file in files]
    parser = tree_sitter.Parser(load(grammar).language)
    bare = least(lambda: [parser.parse(text) for text in texts], 3)
    nodes = parse(grammar, texts)
    begin = time.process_time()
    found = rows(ours(), nodes)
    first = time.process_time() - begin
    again = least(lambda: rows(ours(), nodes), 10)
    rules = len(ours().compiled(grammar))
    print(
        f"{grammar}: {sum(map(len, texts)) / 1e6:.2f} MB, {len(nodes):,} nodes, {rules} rules, {len(found.file):,} rows"
    )
    print(f"bare parse {bare:.3f} s; rules {again:.3f} s, {again / bare:.2f} of it; the first time {first:.3f} s")


if __name__ == "__main__":
    main()
