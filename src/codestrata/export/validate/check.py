"""Asking all gates: of a dataset that lies in a folder, and of one that is about to be published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from codestrata.errors import InvalidInput, StrataError
from codestrata.export.overlap.lists import chosen
from codestrata.export.overlap.match import Lists
from codestrata.export.reading.dataset import Folder
from codestrata.export.validate.credit import credit
from codestrata.export.validate.files import files
from codestrata.export.validate.gates import Asked, judge
from codestrata.export.validate.judgement import Judgement, Report
from codestrata.export.validate.rows import Rows
from codestrata.export.validate.texts import Parses, Texts
from codestrata.export.validate.tombstones import tombstones
from codestrata.settings.export import ExportSettings


@dataclass(frozen=True, slots=True)
class Wanted:
    """How closely to look. texts: at every text, too; parses: who parses them; settings: in place of the dataset's."""

    texts: bool = True
    parses: Parses | None = None
    settings: ExportSettings | None = None


def validate(path: Path, wanted: Wanted, before: Path | None = None) -> Report:
    """Judge a dataset in a folder; ``before`` is the version it is compared with.

    Raises InvalidInput where there is no dataset.
    """
    folder = Folder.at(path)
    earlier = Folder.at(before) if before else None
    asked = _asked(folder, wanted, earlier.said["figures"] if earlier else None)
    told = [files(folder), *judge(asked), credit(asked), *tombstones(folder, asked.rows, earlier)]
    return Report([*told, *_texts(asked, wanted)] if wanted.texts else told)


def judge_new(folder: Folder, settings: ExportSettings, before: Mapping[str, Any] | None) -> Report:
    """Judge a dataset that is written and has no manifest yet; ``before``: figures of the one in its place."""
    gates = settings.gates
    if not gates.enabled:
        return Report(forced=gates.force)
    asked = _asked(folder, Wanted(settings=settings), before)
    told = [*judge(asked), credit(asked)]
    return Report([*told, *_texts(asked, Wanted())] if gates.texts else told, forced=gates.force)


def _asked(folder: Folder, wanted: Wanted, before: Mapping[str, Any] | None) -> Asked:
    settings = wanted.settings or settings_of(folder)
    return Asked(Rows(folder), settings, folder.said["figures"], before)


def settings_of(folder: Folder) -> ExportSettings:
    """Give the settings that a dataset was made with; those of an older codestrata, as far as this one knows them."""
    known = ExportSettings().model_dump()
    tree = _common(folder.said["inputs"]["settings"], known)
    while True:
        try:
            return ExportSettings.model_validate(tree, str(folder.path))
        except InvalidInput as error:  # a value that another version had
            *above, last = error.where.removeprefix("setting ").split(".")
            section = reduce(lambda inner, name: inner.get(name, {}), above, tree)
            if section.pop(last, None) is None:
                raise


def _common(said: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _common(value, known[name]) if isinstance(value, Mapping) and known[name] else value
        for name, value in said.items()
        if name in known
    }


def _texts(asked: Asked, wanted: Wanted) -> Iterator[Judgement]:
    try:
        listed = [one for _, one in chosen(asked.settings.decontaminate)]
    except StrataError:  # its lists lie elsewhere: the gate says that it was skipped
        listed = []
    yield from Texts(asked, Lists.of(listed) if listed else None, wanted.parses).judge()
