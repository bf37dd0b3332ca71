"""The gate: which spans count, and what is said of a file that goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from codestrata.export.decide.gates import Case
from codestrata.export.decide.gates.contaminated import CONTAMINATED
from codestrata.export.decide.verdicts import Verdicts
from codestrata.export.overlap.schema import OVERLAPS
from codestrata.settings import load
from codestrata.store.columns import Varlen, column
from codestrata.store.tables import Tables

#: blob, problem, how, line, last_line, matched, share, gram
ROWS = (
    (b"a", "P/1", "ngram", 3, 4, 1, 0.02, 7),
    (b"b", "P/1", "ngram", 3, 9, 30, 0.6, 8),
    (b"b", "P/2", "ngram", 10, 12, 2, 0.1, 9),
    (b"c", "P/3", "short", 5, 5, 0, 1.0, 0),
    (b"d", "P/4", "function", 1, 8, 0, 1.0, 0),
    (b"e", "P/5", "ngram", 1, 2, 9, 0.3, 7),
    (b"e", "P/6", "substring", 20, 30, 9, 1.0, 0),
)
FILES = (b"a", b"b", b"c", b"d", b"e", b"clean")


def judged(folder: Path, **settings: object) -> dict[bytes, tuple[str, str, float]]:
    """Judge six files: blob of each that goes → rule, value_text, value."""
    tables = Tables(folder)
    names = ("blob", "problem", "how", "line", "last_line", "matched", "share", "gram")
    told = {name: list(values) for name, values in zip(names, zip(*ROWS, strict=True), strict=True)}
    told |= {"set": ["set"] * len(ROWS), "start": [0] * len(ROWS), "end": [9] * len(ROWS)}
    file = tables.write("overlaps", {f.name: column(told[f.name], f.kind) for f in OVERLAPS})
    flags = {f"export.decontaminate.{name}": value for name, value in settings.items()}
    files = {"blob": Varlen.of(FILES, text=False), "snapshot": np.arange(len(FILES), dtype=np.int32)}
    found = Verdicts.none(len(FILES))
    chosen = load(flags=flags).export
    CONTAMINATED.judge(found, Case(tables, files, (), chosen, {"contaminated": [file.path]}, ()))
    rows = found.columns()
    cells = zip(rows["rule"].strings(), rows["value_text"].strings(), found.value.tolist(), strict=True)  # type: ignore[union-attr]
    return {blob: cell for blob, cell in zip(FILES, cells, strict=True) if cell[0]}


def test_the_strongest_is_the_rule(tmp_path: Path) -> None:
    """A file goes for what is whole in it, then for what most of is in it; all its lines are named."""
    found = judged(tmp_path)
    assert set(found) == set(FILES) - {b"clean"}
    assert found[b"b"] == ("set/P/1 ngram", "L3-L12", pytest.approx(0.6))
    assert found[b"e"] == ("set/P/6 substring", "L1-L2, L20-L30", 1.0)
    assert found[b"d"][0] == "set/P/4 function"


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        ({"least": 2}, b"bcde"),
        ({"share": 0.5}, b"bcde"),
        ({"least": 31, "share": 0.9}, b"cde"),
        ({"common": 2}, b"bcde"),
        ({"common": 0}, b"abcde"),
        ({"action": "keep"}, b""),
    ],
)
def test_how_much_is_asked_for(tmp_path: Path, settings: dict[str, object], gone: bytes) -> None:
    """Few n-grams, a small share, an n-gram that several have: they may be let go; what is whole counts always."""
    assert set(judged(tmp_path, **settings)) == {bytes([blob]) for blob in gone}


def test_nothing_is_found(tmp_path: Path) -> None:
    """Tables without rows, and no tables, leave everything."""
    tables = Tables(tmp_path)
    empty = tables.write("overlaps", {f.name: column([], f.kind) for f in OVERLAPS})
    files = {"blob": Varlen.of(FILES, text=False), "snapshot": np.zeros(len(FILES), np.int32)}
    for paths in ([], [empty.path]):
        found = Verdicts.none(len(FILES))
        CONTAMINATED.judge(found, Case(tables, files, (), load().export, {"contaminated": paths}, ()))
        assert not found.failed.any()
