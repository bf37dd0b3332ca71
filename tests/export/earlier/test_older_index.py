"""The index of a dataset that an older version wrote is read under today's names."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codestrata.export.earlier.read import load
from codestrata.store.columns import Columns, Varlen
from codestrata.store.parquet import write_table
from codestrata.store.tables import Tables


def _index(folder: Path, called: str, blob: bytes) -> Path:
    made: Columns = {
        "blob": Varlen.of([blob], text=False),
        "repository": Varlen.of(["o/one"]),
        "path": Varlen.of([b"a.py"], text=False),
        "norm_hash": np.array([5], np.uint64),
        "words": np.array([7], np.int64),
        called: np.array([9], np.int64),
        "shingles": np.array([3], np.int32),
        "signature": Varlen.of([bytes(256)], text=False),
    }
    (folder / "index").mkdir(parents=True)
    write_table(folder / "index" / "kept-00000-of-00001.parquet", made)
    return folder


def test_words_and_marks_went_by_another_name(tmp_path: Path) -> None:
    """What is column lexemes now was called tokens once."""
    folders = [_index(tmp_path / "old", "tokens", b"a" * 20), _index(tmp_path / "new", "lexemes", b"b" * 20)]
    (tmp_path / "scratch").mkdir()
    earlier = load(Tables(tmp_path / "tables"), folders, tmp_path / "scratch")
    assert np.asarray(earlier.columns["lexemes"]).tolist() == [9, 9]
    assert "tokens" not in earlier.columns
