"""Rows keep to the context: to the last token where a tokenizer is named, with a margin where tokens are estimated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tests.conftest import RepoBuilder
from tests.export.shape.building import MIT, build

from codestrata.export.tokens.counter import Estimate, counter, digest_of
from codestrata.export.tokens.weights import MARGIN, MARGINS, WIDE_MARGIN

CONTEXT = 400


def _seams(folder: Path) -> Path:
    """Make a tokenizer by which texts have more tokens together than apart, at each seam between files."""
    from tokenizers import Tokenizer, models

    letters = [chr(n) for n in (10, *range(32, 127))]
    merges = [("\n", "<"), (")", "\n"), ("<", "f")]
    words = [*letters, *("".join(pair) for pair in merges)]
    made = Tokenizer(models.BPE({word: n for n, word in enumerate(words)}, merges))
    made.save(str(folder / "seams.json"))
    return folder / "seams.json"


def test_no_row_is_longer_as_a_whole(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Files that fit by their own counts, and not put together, are packed again; nothing is lost for it."""
    path = _seams(tmp_path)
    made = counter(str(path), digest_of(str(path)))
    assert made.count([b"f()\n", b"<file", b"f()\n<file"], [""] * 3).tolist() == [3, 4, 8]
    files = {f"m{k:02}.py": f"x{k} = {'y' * (k % 7)}f({k})\n" for k in range(60)}
    flags: dict[str, Any] = {"export__repo__context": CONTEXT, "export__tokens__tokenizer": str(path)}
    flags |= {"export__dedup__level": "none", "export__quality__enabled": False}
    built = build(tmp_path, [make_repo("many", {"LICENSE": MIT, **files})], "repo", **flags)
    lengths = made.count([row["text"].encode() for row in built.rows], [""] * len(built.rows))
    assert len(built.rows) > 2
    assert any(length > row["tokens"] for length, row in zip(lengths.tolist(), built.rows, strict=True))
    assert int(lengths.max()) <= CONTEXT
    assert int(np.median(lengths)) > CONTEXT * 3 // 4
    assert sum(row["text"].count("<file_sep>m") for row in built.rows) == 60


def test_estimates_leave_a_margin(make_repo: Callable[..., RepoBuilder], tmp_path: Path) -> None:
    """Without a tokenizer a row has room for what its languages may turn out to take; letters of others take more."""
    files = {f"m{k:02}.py": f"def name_{k}(first, second):\n    return first * {k} + second\n" for k in range(60)}
    flags: dict[str, Any] = {"export__repo__context": CONTEXT, "export__dedup__level": "none"}
    built = build(tmp_path, [make_repo("many", {"LICENSE": MIT, **files})], "repo", **flags)
    assert max(row["tokens"] for row in built.rows) <= CONTEXT / MARGINS["Python"]
    rooms = Estimate().rooms(np.array([100, 100, 100]), ["Python", "Nobody's", "Python"], np.array([0, 0, 50]))
    assert rooms.tolist() == [round(100 * MARGINS["Python"]), round(100 * MARGIN + 0.5), 112 + round(50 * WIDE_MARGIN)]
    assert min(MARGIN, *MARGINS.values()) >= 1
