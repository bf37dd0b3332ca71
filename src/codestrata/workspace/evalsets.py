"""What ``strata dataset evalset`` calls: the list of an evaluation set, made of a file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput, StorageError

if TYPE_CHECKING:
    from codestrata.export.overlap.evalset import EvalSet
    from codestrata.export.overlap.make.fields import Problem
    from codestrata.settings.recipe import DecontaminateSettings

#: Words of an n-gram that the settings allow.
_SHORTEST, _LONGEST = 3, 50
_PYTHON = re.compile(r"^\s*def \w+\(.*:\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is to be made of.

    named: ROLE=FIELD; ids: problems whose id ends in a number of this range; said: what else its header is to say.
    """

    name: str
    ngram: int = 10
    named: Sequence[str] = ()
    ids: str = ""
    language: str = ""
    said: Mapping[str, str] = field(default_factory=dict)


def make(file: Path, asked: Asked) -> EvalSet:
    """Make the list of the set in a file. Raises InvalidInput, with the line, for what cannot be read."""
    from codestrata.analyze.syntax.edition import trees
    from codestrata.analyze.syntax.functions import functions
    from codestrata.export.overlap.make import build, problems, records
    from codestrata.store.tables import file_sha256

    if not asked.name or any(c in asked.name for c in "/\\\n\t "):
        raise InvalidInput(f"{asked.name!r} is no name", where="--name", hint="letters, digits, dots, dashes")
    if not _SHORTEST <= asked.ngram <= _LONGEST:
        raise InvalidInput(f"{asked.ngram} words", where="--ngram", hint=f"{_SHORTEST} to {_LONGEST}")
    found = problems(records(file), asked.named, asked.ids)
    about: dict[str, Any] = {**asked.said, "file": file.name, "sha256": file_sha256(file), "trees": trees()}
    about |= {name: value for name, value in (("fields", list(asked.named)), ("ids", asked.ids)) if value}
    spoken = [one if one.language else replace(one, language=asked.language or _guess(one)) for one in found]
    return build(asked.name, spoken, asked.ngram, about, functions)


def _guess(problem: Problem) -> str:
    """Tell Python from what is none: most sets are in it, and few say so."""
    texts = (text for role in ("prompt", "solution") for text in problem.texts[role])
    return "Python" if any(_PYTHON.search(text) for text in texts) else ""


def write(made: EvalSet, out: Path) -> int:
    """Write a list; gives its bytes. What was there stays until all is written."""
    raw, temporary = made.to_bytes(), out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(raw)
        temporary.replace(out)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(error.strerror or str(error), where=str(out), hint="look at the free space") from error
    return len(raw)


def check(settings: DecontaminateSettings) -> None:
    """Refuse lists that are not there or cannot be used, before any work begins. Raises InvalidInput."""
    if settings.lists:
        from codestrata.export.overlap.lists import chosen

        chosen(settings)
