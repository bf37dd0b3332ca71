"""The ``analyze.rulebook`` stage: what our rules and a user's say, as table **rules**, for who has matches alone.

It is asked for by recipe patterns, whose rows say what was found in words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.analyze.syntax.edition import RULES as OURS
from codestrata.analyze.syntax.edition import digest_of
from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.errors import InvalidInput
from codestrata.store.columns import Columns, column
from codestrata.store.schema import Field

if TYPE_CHECKING:
    from codestrata.analyze.rules.rule import Rule

NAME = "analyze.rulebook"
VERSION = "1"

#: What a rule says; rows of **matches** name theirs by ``rule`` and ``pack``.
RULES = (
    Field("rule", "text", "id of the rule"),
    Field("pack", "text", 'rules of ours: ""; of a folder of yours: its digest'),
    Field("rule_version", "int32", "its version"),
    Field("level", "text", "L1 to L7"),
    Field("type", "text", "type of the pattern"),
    Field("evidence", "text", "syntactic, structural, lexical, manifest, history, doc or tool"),
    Field("confidence", "float64", "0 to 1, as measured, or that of its tier"),
    Field("anti", "bool", "better not done"),
    Field("since", "text", "language version that the construct needs; empty where none is told"),
    Field("tool", "text", "rule of a tool that finds the same; empty without"),
    Field("description", "text", "what it finds, in a sentence"),
)


class Rulebook:
    """Our rules and those of a user's folders → table **rules**."""

    name = NAME
    verb = "analyze"
    unit = "rules"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition, when rows of patterns are asked for."""
        if view.settings.export.recipe != "patterns":
            return
        folders = [str(Path(folder).absolute()) for folder in view.settings.analyze.rules]
        spec = {"rules": digest_of(OURS), "scores": _scores(), "folders": [digest_of(Path(one)) for one in folders]}
        yield Partition(NAME, VERSION, spec, title="rules", hint={"folders": folders})

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Read the rules. Raises InvalidInput where a folder has changed, or has mistakes in it."""
        from codestrata.analyze.rules.load import load, ours

        folders = [Path(folder) for folder in partition.hint["folders"]]
        if [digest_of(folder) for folder in folders] != partition.spec["folders"]:
            raise InvalidInput("rules changed while they were read", where=str(folders[0]), hint="run it again")
        told = _table([rule for pack in [ours(), *map(load, folders)] for rule in pack.rules])
        io.progress(1)
        return Outcome({"rules": told}, counts={"rules": len(told["rule"])})


def _table(rules: list[Rule]) -> Columns:
    from codestrata.analyze.rules.floor import confidence

    told: dict[str, list[Any]] = {"rule": [r.id for r in rules], "rule_version": [r.version for r in rules]}
    sure = {"confidence": [confidence(r) for r in rules]}
    same = {f.name: [getattr(r, f.name) for r in rules] for f in RULES if f.name not in told | sure}
    values = same | told | sure
    return {f.name: column(values[f.name], f.kind) for f in RULES}


def _scores() -> str:
    from codestrata.analyze.rules.floor import FLOOR

    return hashlib.blake2b(FLOOR.read_bytes(), digest_size=8).hexdigest()
