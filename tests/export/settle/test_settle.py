"""Rows of shapes: of those with one digest the best stays, and every other names it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codestrata.engine.base import Partition
from codestrata.export.settle.rows import numbered
from codestrata.export.settle.stage import NAME, VERSION, Settle
from codestrata.settings import Settings
from codestrata.store.columns import Columns, Varlen
from codestrata.store.tables import Tables

Row = tuple[str, str, str, str]
"""Digest, repository, licence class, text."""


def _settle(folder: Path, files: list[list[Row]], order: list[str], **spec: Any) -> tuple[Columns, dict[str, Any]]:
    tables = Tables(folder)
    splits = spec.pop("splits", [["train"] * len(rows) for rows in files])
    parts = [_columns(rows) | {"split": Varlen.of(split)} for rows, split in zip(files, splits, strict=True)]
    paths = [tables.write("samples_x", part).path for part in parts]
    told = {"recipe": "x", "files": paths, "text": "text", "near": None, "repositories": order, "by": "digest"}
    told |= {"leaks": False, **spec}
    io = SimpleNamespace(tables=tables, scratch=folder, settings=Settings(), progress=lambda done: None)
    outcome = Settle().run(Partition(NAME, VERSION, told), io)  # type: ignore[arg-type]
    return outcome.tables["settled"], dict(outcome.result)


def _columns(rows: list[Row]) -> Columns:
    digest, repository, licence, text = (Varlen.of(column) for column in zip(*rows, strict=True))
    language = Varlen.of(["Python"] * len(rows))
    return {"digest": digest, "repository": repository, "licence_class": licence, "language": language, "text": text}


def _said(settled: Columns) -> list[tuple[str, int]]:
    reason = settled["reason"]
    assert isinstance(reason, Varlen)
    return list(zip(reason.strings(), np.asarray(settled["survivor_row"]).tolist(), strict=True))


def test_the_better_licence_then_the_better_repository_keeps_the_row(tmp_path: Path) -> None:
    """Rows count over all files; a twin goes as exact where its text is the same, as normal where layout differs."""
    one = [("d1", "a/low", "permissive", "x = 1"), ("d2", "a/low", "copyleft", "y")]
    two = [
        ("d1", "b/high", "permissive", "x=1"),
        ("d1", "b/high", "permissive", "x=1"),
        ("", "b/high", "permissive", ""),
    ]
    three = [("d2", "c/none", "permissive", "y"), ("", "c/none", "permissive", "")]
    settled, result = _settle(tmp_path, [one, two, three], ["b/high", "a/low"])
    expected = [("normal_duplicate", 2), ("exact_duplicate", 5), ("", -1), ("exact_duplicate", 2)]
    assert _said(settled) == [*expected, ("", -1), ("", -1), ("", -1)]
    assert result == {
        "removed": {"exact_duplicate": {"rows": 2, "bytes": 4}, "normal_duplicate": {"rows": 1, "bytes": 5}}
    }
    assert np.asarray(settled["jaccard"]).tolist() == [1.0, 1.0, -1.0, 1.0, -1.0, -1.0, -1.0]


def test_near_twins_go_with_their_copies(tmp_path: Path) -> None:
    """A text of exact Jaccard 0.7 or more goes for the better row, its copies for the same; below it, it stays."""
    words = [f"word{k}" for k in range(60)]
    texts = [words, [*words[:58], "x", "y"], [*words[:40], *(f"z{k}" for k in range(20))]]
    one, close, far = (" ".join(text) for text in texts)
    rows = [("d1", "r", "permissive", one), ("d2", "r", "permissive", close), ("d3", "r", "permissive", far)]
    files = [rows[1:], [*rows[:1], ("d2", "s", "permissive", close)]]
    near = {"threshold": 0.7, "min_words": 5, "languages": []}
    settled, result = _settle(tmp_path, files, ["s", "r"], near=near)
    # the copy of the second text is in the better repository: the first text goes for it
    assert _said(settled) == [("exact_duplicate", 3), ("", -1), ("near_duplicate", 3), ("", -1)]
    shared = len(words) - 4 - 2
    assert np.asarray(settled["jaccard"])[2] == shared / (2 * (len(words) - 4) - shared)
    assert result["removed"]["near_duplicate"] == {"rows": 1, "bytes": len(one)}
    none, _ = _settle(tmp_path, files, ["s", "r"], near=near | {"languages": ["Go"]})
    assert _said(none)[2] == ("", -1)


_ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.sampled_from("rst"), st.sampled_from(["permissive", "copyleft"]), st.just("t")
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, deadline=None)  # each writes tables
@given(_ROWS, st.integers(1, 12))
def test_who_stays_does_not_depend_on_how_rows_are_cut_into_files(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], cut: int
) -> None:
    """Every row that goes names a kept one of the same digest, and no digest is lost."""
    folder = tmp_path_factory.mktemp("settled")
    files = [part for part in (rows[:cut], rows[cut:]) if part]
    said = _said(_settle(folder, files, ["s", "r"])[0])
    assert said == _said(_settle(folder, [rows], ["s", "r"])[0])
    kept = [i for i, (reason, _) in enumerate(said) if not reason]
    assert sorted(rows[i][0] for i in kept) == sorted({row[0] for row in rows})
    assert all(survivor in kept and rows[survivor][0] == rows[i][0] for i, (r, survivor) in enumerate(said) if r)


def test_a_digest_may_be_a_number() -> None:
    """Zero, like an empty text, is like nothing else."""
    codes = numbered(np.array([7, 0, 7, 0, 9], np.uint64)).tolist()
    assert codes[0] == codes[2]
    assert len(set(codes)) == 4


def test_what_is_measured_by_is_not_trained_on(tmp_path: Path) -> None:
    """Where twins may stay, a row goes whose digest is in another split: train for validation, both for test."""
    rows = [("d1", "a", "permissive", "x"), ("d1", "b", "permissive", "x"), ("d1", "c", "permissive", "x")]
    more = [("d2", "a", "permissive", "y"), ("d2", "b", "permissive", "y"), ("d3", "a", "permissive", "z")]
    splits = [["train", "test", "test"], ["train", "validation", "train"]]
    settled, result = _settle(tmp_path, [rows, more], ["a", "b", "c"], splits=splits, leaks=True)
    assert _said(settled) == [("leak", 1), ("", -1), ("", -1), ("leak", 4), ("", -1), ("", -1)]
    assert result == {"removed": {"leak": {"rows": 2, "bytes": 2}}}
