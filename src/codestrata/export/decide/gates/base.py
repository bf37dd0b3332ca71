"""What a gate is: it names the tables it reads, and puts what it finds into the verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.settings.export import ExportSettings
    from codestrata.store.columns import Columns
    from codestrata.store.tables import TableFile, Tables


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: the files of :func:`annotate`, and all that gates may ask.

    ``facts``: the files of table facts, of which column ``facts`` numbers the rows.
    ``inputs``: gate → what its ``inputs`` named when the decision was planned.
    """

    tables: Tables
    files: Columns
    chosen: Sequence[Chosen]
    settings: ExportSettings
    inputs: Mapping[str, Any]
    facts: Sequence[TableFile]


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate. ``inputs`` gives, as JSON, all it reads beside files and settings: paths of table files, digests."""

    inputs: Callable[[View], Any]
    judge: Callable[[Verdicts, Case], None]
