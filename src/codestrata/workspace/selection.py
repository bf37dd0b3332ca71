"""A selection: the repositories that a list names, and the rows that name none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.model import Repository

if TYPE_CHECKING:
    from codestrata.discover.stage import Rejected


def read_list(source: str | Path) -> tuple[dict[str, Repository], list[Rejected]]:
    """Give id → repository in the order of the list, and what was refused with its reason."""
    from codestrata.discover.stage import discover

    found: dict[str, Repository] = {}
    rejected: list[Rejected] = []
    for item in discover(source):
        if isinstance(item, Repository):
            found.setdefault(item.id, item)
        else:
            rejected.append(item)
    return found, rejected
