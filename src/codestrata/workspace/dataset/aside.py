"""Deciding aside: what other settings would decide, over what is known, with nothing committed and nobody's lock."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.engine.stages import load_stages
from codestrata.engine.view import RunView
from codestrata.errors import InvalidInput
from codestrata.pipeline import TABLE, stages_of

if TYPE_CHECKING:
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.columns import Columns
    from codestrata.store.layout import Layout
    from codestrata.store.tables import Tables

DECIDE = "export.decide"
_READ = "kept, reason, language, size, tokens, split, redactions"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The :class:`codestrata.engine.base.IO` of work that nobody watches and nobody keeps."""

    settings: Settings
    workspace: Path
    tables: Tables
    scratch: Path
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int) -> None:
        """Say nothing."""

    def tell(self, event: Mapping[str, Any]) -> None:
        """Say nothing."""

    def secret(self, name: str) -> str | None:  # noqa: ARG002 -- there are none
        """Give no secret."""
        return None

    def remaining(self) -> float:
        """Give an hour: nobody cuts this off."""
        return 3600.0


def decided(catalogue: Catalogue, layout: Layout, settings: Settings, run: int) -> Columns:
    """Give what settings decide about the files of a run: the columns of _READ, in dataset order.

    A decision that was made before is read, not made again. Raises InvalidInput where something has to be known for it
    that nobody has looked for yet.
    """
    import numpy as np

    from codestrata.export.tokens.known import counted, told

    view = RunView(catalogue, layout, settings, run)
    _check(catalogue, view)
    stage = load_stages(TABLE)[DECIDE]
    partition = next(iter(stage.plan(view)), None)
    if partition is None:
        raise InvalidInput("nothing has been analysed yet", hint="strata dataset plan RECIPE first")
    known = [file for file in catalogue.files_of(DECIDE, partition.key) if file.table == "decisions"]
    if known:
        return view.tables.query(f"select {_READ} from {told(view, view.tables.scan(known))} order by file_row_number")
    with _scratch(layout.scratch) as scratch:
        made = stage.run(partition, Quiet(settings, layout.root, view.tables, scratch)).tables["decisions"]
    if not counted(view):
        return {name: made[name] for name in _READ.split(", ")}
    numbered = made | {"file_row_number": np.arange(len(made["size"]))}
    return view.tables.query(f"select {_READ} from {told(view, 'made_')} order by file_row_number", made_=numbered)


def _check(catalogue: Catalogue, view: RunView) -> None:
    """Refuse settings for which a stage before the decision has work to do."""
    stages = load_stages(TABLE)
    for entry in stages_of("analyze", "export", last=DECIDE)[:-1]:
        due = [one for one in stages[entry.name].plan(view) if not catalogue.commits(entry.name, key=one.key)]
        if due:
            said = f"{entry.name} has {len(due)} pieces of work to do for these settings"
            raise InvalidInput(said, hint="strata --set export.KEY=VALUE dataset plan RECIPE does it; then ask again")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="aside-") as made:
        yield Path(made)
