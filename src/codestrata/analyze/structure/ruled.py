"""Sites: what rules found in the contents of a snapshot, at the paths that have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codestrata.analyze.rules.load import load, ours
from codestrata.analyze.rules.rule import Rule
from codestrata.analyze.structure.files import File
from codestrata.analyze.structure.finding import Spot
from codestrata.analyze.structure.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Site:
    """One match of a rule, at one path."""

    file: File
    rule: Rule
    line: int
    last_line: int
    start: int
    end: int

    def spot(self, says: str = "") -> Spot:
        """Give the place, with what is said of it."""
        return Spot(self.file.path, self.line, self.last_line, says or self.rule.description)

    @property
    def language(self) -> str:
        """Give the language, as rules name it: python, rust, typescript."""
        return self.rule.id.partition(".")[0]


def sites(
    inputs: Inputs, files: Mapping[bytes, Sequence[File]], folders: Iterable[str], wanted: Iterable[str]
) -> list[Site]:
    """List the matches of rules of some levels (and of rules of type async), by path and line.

    files: blob → the files that have it. folders: rules of the user's own.
    """
    levels = frozenset(wanted)
    packs = [ours(), *(load(Path(folder)) for folder in folders)]
    rules = {(r.id, r.pack): r for pack in packs for r in pack.rules if r.level in levels or r.type == "async"}
    names = sorted({name for name, _ in rules})
    if not names:
        return []
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    columns = 'blob, rule, pack, start, "end" as stop, line, last_line'
    found: list[Site] = []
    for row in inputs.of("matches", columns, f"where rule in ({quoted}) order by blob, start, stop, rule"):
        rule = rules.get((row["rule"], row["pack"]))
        if rule is not None:
            place = row["line"], row["last_line"], row["start"], row["stop"]
            found += [Site(file, rule, *place) for file in files.get(row["blob"], ())]
    return sorted(found, key=lambda s: (s.file.path, s.start, s.end, s.rule.id))
