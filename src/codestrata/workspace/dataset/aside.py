"""Deciding aside: what other settings would decide, over what is known, with nothing committed and nobody's lock."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.engine.memo import Memo
from codestrata.engine.stages import load_stages
from codestrata.engine.view import RunView
from codestrata.errors import InvalidInput
from codestrata.pipeline import TABLE, stages_of
from codestrata.settings.needs import trees
from codestrata.store.tables import Tables

if TYPE_CHECKING:
    from codestrata.settings import Settings
    from codestrata.store.catalogue import Catalogue
    from codestrata.store.columns import Columns
    from codestrata.store.layout import Layout

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


def decided(catalogue: Catalogue, layout: Layout, run: int, *several: Settings) -> Iterator[Columns]:
    """Give what settings, one after the other, decide about the files of a run: columns of _READ, in dataset order.

    A decision that was made before is read, not made again. Raises InvalidInput where something has to be known for it
    that nobody has looked for yet.
    """
    tables, seen = Tables(layout.tables), []
    for settings in several:
        view = RunView(catalogue, layout, settings, run, tables)
        if asked_before(settings) not in seen:
            _check(catalogue, view, layout)
            seen.append(asked_before(settings))
        yield _decided(catalogue, layout, settings, view)


def _decided(catalogue: Catalogue, layout: Layout, settings: Settings, view: RunView) -> Columns:
    import numpy as np

    from codestrata.export.tokens.known import counted, told

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


def asked_before(settings: Settings) -> list[Any]:
    """Give all that stages before the decision see of settings: where it is the same, they ask for the same work."""
    export = settings.export
    rest = {name: part for name, part in settings.model_dump().items() if name not in {"export", "engine"}}
    parts = [part.model_dump() for part in (export.fim, export.privacy, export.decontaminate, export.tokens)]
    return [rest, parts, export.recipe, export.quality.textured, trees(settings)]


def _check(catalogue: Catalogue, view: RunView, layout: Layout) -> None:
    """Refuse settings for which a stage before the decision has work to do.

    A plan that is remembered as done is not made again: it would load what all those stages are made of.
    """
    stages, memo = load_stages(TABLE), Memo(catalogue.plans, view.settings, TABLE)
    for entry in stages_of("analyze", "export", last=DECIDE)[:-1]:
        if catalogue.plans.recalls(entry.name, memo.digest(view.run, entry.name), layout.tables):
            continue
        due = [one for one in stages[entry.name].plan(view) if not catalogue.commits(entry.name, key=one.key)]
        if due:
            said = f"{entry.name} has {len(due)} pieces of work to do for these settings"
            raise InvalidInput(said, hint="strata --set export.KEY=VALUE dataset plan RECIPE does it; then ask again")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="aside-") as made:
        yield Path(made)
