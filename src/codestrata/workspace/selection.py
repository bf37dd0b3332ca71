"""A selection: the repositories that a list names, and the rows that name none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.model import Repository

if TYPE_CHECKING:
    from codestrata.discover.stage import Filtered, Rejected
    from codestrata.engine.view import RunView
    from codestrata.workspace.report import RunReport


def read_list(source: str | Path) -> tuple[dict[str, Repository], list[Rejected]]:
    """Give id → repository in the order of the list, and what was refused with its reason."""
    return read_lists([source])


def read_lists(sources: Sequence[str | Path]) -> tuple[dict[str, Repository], list[Rejected]]:
    """Give the same for several lists; a repository that two of them name is the first one's."""
    from codestrata.discover.stage import discover

    found: dict[str, Repository] = {}
    rejected: list[Rejected] = []
    for source in sources:
        for item in discover(source):
            if isinstance(item, Repository):
                found.setdefault(item.id, item)
            else:
                rejected.append(item)
    return found, rejected


def write_filtered(view: RunView, report: RunReport, out: Path, require: Sequence[str]) -> Filtered:
    """Write the names of the repositories whose tree, in the view's run, has every required file."""
    from codestrata.discover.stage import Filtered, has_files, write_names

    names = {r.id: r.full_name for r in view.repositories()}
    kept, looked_at = [], view.snapshots()
    for snapshot in looked_at:
        paths = view.tables.read(view.files("files", subject=snapshot.repository_id), "path")
        if paths and has_files(paths["path"], require):
            kept.append(names[snapshot.repository_id])
    write_names(out, sorted(kept))
    return Filtered(report.repositories, len(kept), len(looked_at) - len(kept), 0, report.rejected)
