"""The datasets that a run is held against: which they are, and opening them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput
from codestrata.export.write import manifest

if TYPE_CHECKING:
    from codestrata.engine.base import IO
    from codestrata.export.earlier.read import Earlier

_WHERE = "setting export.dedup.against"


def digests(folders: Sequence[str]) -> list[str]:
    """Give the digest of each dataset; raises InvalidInput for a folder that is none."""
    return [_digest(Path(folder)) for folder in folders]


def _digest(folder: Path) -> str:
    try:
        return str(manifest.read(folder)["digest"])
    except (OSError, ValueError) as error:
        hint = "name the folder of a dataset that strata wrote, with its manifest.json"
        raise InvalidInput(f"{folder} is no dataset: {error}", where=_WHERE, hint=hint) from error


def opened(io: IO, folders: Sequence[str], planned: Sequence[str]) -> Earlier | None:
    """Read what the datasets hold; raises InvalidInput when one is not what it was when the run was planned."""
    if not folders:
        return None
    if digests(folders) != list(planned):
        raise InvalidInput("a dataset has changed since this was planned", where=_WHERE, hint="run again")
    import duckdb

    from codestrata.export.earlier.read import load

    try:
        return load(io.tables, [Path(folder) for folder in folders], io.scratch)
    except (duckdb.Error, OSError) as error:
        hint = "a file of it is missing or damaged: strata dataset validate names it"
        raise InvalidInput(f"an earlier dataset cannot be read: {error}", where=_WHERE, hint=hint) from error
