"""Where rows come from: an address names lines as all others of the product do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.export.shape.building import MIT, build


def test_a_line_is_named_once(tmp_path: Path, make_repo: Callable[..., Any]) -> None:
    """A file of one line ends in ``#L1``, one of two in ``#L1-L2``."""
    repo = make_repo("short", {"one.py": "LIMIT = 80\n", "two.py": "LIMIT = 80\nMORE = 2\n", "LICENSE": MIT})
    rows = build(tmp_path, [repo], "pretrain", export__quality__profile="none").rows
    told = {row["path"]: row["source"].partition(":")[2] for row in rows}
    assert (told["one.py"], told["two.py"]) == ("one.py#L1", "two.py#L1-L2")
