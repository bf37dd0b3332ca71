"""What the files about a dataset speak of: card, Croissant, SPDX document and schema say the same in other words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codestrata.export.write.formats import FORMATS
from codestrata.export.write.shards import folder, formats_of

if TYPE_CHECKING:
    from codestrata.export.write.figures import Figures
    from codestrata.settings.export import ExportSettings
    from codestrata.store.schema import Field


@dataclass(frozen=True, slots=True)
class About:
    """A dataset that has been written.

    ``rows`` and ``text``: split → rows and bytes of text. ``files``: path of a shard → SHA-256. ``told``: what the
    manifest has as figures, by name; parts of the export add theirs. ``day``: of the newest commit, as 2025-06-01.
    ``sources``: the repositories as the manifest lists them; their ids are made of paths where they are local.
    """

    settings: ExportSettings
    figures: Figures
    fields: Sequence[Field]
    rows: Mapping[str, int]
    text: Mapping[str, int]
    files: Mapping[str, str]
    told: Mapping[str, Any]
    day: str
    sources: Sequence[Mapping[str, Any]]

    @property
    def key(self) -> str:
        """Name the rows by what they are and come from, wherever they were put together: 32 hexadecimal digits."""
        whose = [{name: value for name, value in one.items() if name != "id"} for one in self.sources]
        told = json.dumps([self.name, sorted(self.files.items()), whose], sort_keys=True)
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    @property
    def name(self) -> str:
        """Give the dataset's name."""
        return self.settings.write.name

    @property
    def formats(self) -> list[str]:
        """List the formats, the main one first."""
        return formats_of(self.settings.write)

    @property
    def splits(self) -> list[str]:
        """List the splits that have files; an empty dataset has an empty train."""
        return list(self.rows) or ["train"]

    def pattern(self, split: str, form: str) -> str:
        """Give the glob of a split's files."""
        return f"{folder(self.settings.write, form)}/{split}-*{FORMATS[form].suffix}"


def changed(settings: ExportSettings) -> dict[str, tuple[Any, Any]]:
    """List every setting that is not its default: dotted name → (value, default)."""
    given, usual = (_flat(one.model_dump()) for one in (settings, type(settings)()))
    for name in ("opt_out_file", "tokens.tokenizer"):
        given[name] = str(given[name]).replace("\\", "/").rpartition("/")[2]
    return {name: (value, usual.get(name)) for name, value in given.items() if value != usual.get(name)}


def _flat(tree: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping) and name != "languages":
            out |= _flat(value, f"{path}{name}.")
        else:
            out[path + name] = value
    return out
