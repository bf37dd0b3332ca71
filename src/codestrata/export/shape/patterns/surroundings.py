"""What surrounds a place at three scales: in its file, among modules, in the system. Read from tables alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from codestrata.export.decide.columns import varlen
from codestrata.export.shape import trees
from codestrata.model.paths import readable
from codestrata.store.columns import take
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.export.shape.patterns.found import Entry
    from codestrata.export.shape.pieces import Piece
    from codestrata.export.shape.source import Source

#: Imports, neighbours, packages and patterns that are named at most.
MOST = 30
_HOLDERS = (
    "where kind in ('function', 'method', 'constructor', 'class', 'struct', 'enum', 'union', 'trait', 'interface',"
    " 'impl', 'module') order by blob, start, \"end\" desc"
)
_DEFINED = 'blob, kind, name, owner, start, "end", line, last_line'


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of the files of a piece: definitions and imports by blob; modules and edges by path; what holds for all."""

    definitions: Mapping[bytes, Sequence[Mapping[str, Any]]]
    imports: Mapping[bytes, Sequence[tuple[int, int]]]
    modules: Mapping[bytes, Mapping[str, Any]]
    uses: Mapping[bytes, Mapping[str, None]]
    used_by: Mapping[bytes, Mapping[str, None]]
    system: Mapping[str, Any]

    @classmethod
    def of(cls, piece: Piece, which: Sequence[int]) -> Self:
        """Ask the tables about some files of a piece."""
        import numpy as np

        named = take({name: piece.files[name] for name in ("blob", "language")}, np.array(which, np.int64))
        definitions: dict[bytes, list[Mapping[str, Any]]] = defaultdict(list)
        for row in trees.rows(piece, "definitions", _DEFINED, _HOLDERS, named):
            definitions[row["blob"]].append(row)
        imports: dict[bytes, dict[tuple[int, int], None]] = defaultdict(dict)
        for row in trees.rows(piece, "imports", 'blob, start, "end"', "order by blob, start", named):
            imports[row["blob"]][row["start"], row["end"]] = None
        modules = {row["path"]: row for row in rows_of(piece.table("modules", tail="order by path"))}
        uses, used_by = _neighbours(piece)
        listed = {blob: list(found) for blob, found in imports.items()}
        return cls(definitions, listed, modules, uses, used_by, _system(piece))

    def holder(self, blob: bytes, line: int, last_line: int) -> Mapping[str, Any] | None:
        """Give the innermost definition that holds lines of a blob."""
        around = [r for r in self.definitions.get(blob, ()) if r["line"] <= line and last_line <= r["last_line"]]
        return around[-1] if around and line else None

    def file(self, holder: Mapping[str, Any] | None, source: Source) -> dict[str, Any]:
        """Give what a place is in: the definition that holds it, if one does, and the imports of the file."""
        every = dict.fromkeys(source.cut(a, b).strip() for a, b in self.imports.get(source.blob, ()))
        told: dict[str, Any] = {"imports": list(every)[:MOST]}
        if holder is None:
            return told
        owner = f"{holder['owner']}." if holder["owner"] else ""
        return told | {
            "within": f"{holder['kind']} {owner}{holder['name']}",
            "lines": [holder["line"], holder["last_line"]],
        }

    def place(self, one: Entry, source: Source, most_bytes: int) -> dict[str, Any]:
        """Give what an entry is in, with the code of the definition that holds it, unless it is that itself."""
        holder = self.holder(source.blob, one.line, one.last_line)
        told = self.file(holder, source)
        if holder is None or told["lines"] == [one.line, one.last_line]:
            return told
        return told | {"code": shown(source, holder["start"], holder["end"], most_bytes)[0]}

    def module(self, path: bytes) -> dict[str, Any]:
        """Give what a file is among modules: its place in the graph, what it stands on, who imports it."""
        row = self.modules.get(path)
        if row is None:
            return {}
        names = ("module", "unit", "lines", "public", "fan_in", "fan_out", "cycle", "layer")
        around = {"stands_on": list(self.uses.get(path, {}))[:MOST], "used_by": list(self.used_by.get(path, {}))[:MOST]}
        return {name: row[name] for name in names} | around


def shown(source: Source, start: int, end: int, most_bytes: int) -> tuple[str, int]:
    """Give a stretch of a file, at most so many bytes of it, and how many are left out."""
    raw = source.cut(start, end).encode()
    return raw[:most_bytes].decode("utf-8", "ignore"), max(0, len(raw) - most_bytes)


def _neighbours(piece: Piece) -> tuple[dict[bytes, dict[str, None]], dict[bytes, dict[str, None]]]:
    uses: dict[bytes, dict[str, None]] = defaultdict(dict)
    used_by: dict[bytes, dict[str, None]] = defaultdict(dict)
    for row in rows_of(piece.table("edges", 'path, "import", target, purl', "order by path, line, target")):
        uses[row["path"]][readable(row["target"]) or row["purl"] or row["import"]] = None
        if row["target"] and row["target"] != row["path"]:
            used_by[row["target"]][readable(row["path"])] = None
    return uses, used_by


def _system(piece: Piece) -> dict[str, Any]:
    """Give what the repository is: the packages it stands on, its architecture."""
    order = "where not workspace order by scope <> 'runtime', manifest, line, purl"
    packages = dict.fromkeys(
        f"{row['purl']} {row['constraint']} ({row['scope']})".replace("  ", " ")
        for row in rows_of(piece.table("dependencies", 'purl, "constraint", scope', order))
        if row["scope"] != "indirect"
    )
    order = "where level > 'L2' order by level = 'L5' desc, confidence desc, level, path, line"
    found = rows_of(piece.table("patterns", "level, type, description", order))
    patterns = dict.fromkeys(f"{row['level']} {row['type']}: {row['description']}" for row in found)
    manifests = dict.fromkeys(
        readable(row["manifest"])
        for row in rows_of(piece.table("dependencies", "distinct manifest", "order by manifest"))
    )
    languages: dict[str, int] = defaultdict(int)
    for name, lines in zip(varlen(piece.files, "language").strings(), piece.files["lines"].tolist(), strict=True):  # type: ignore[union-attr]
        languages[name] += max(lines, 0)
    most = sorted(languages.items(), key=lambda item: (-item[1], item[0]))
    told = {"packages": packages, "patterns": patterns, "manifests": manifests}
    return {"languages": [name for name, _ in most if name][:5]} | {n: list(v)[:MOST] for n, v in told.items()}
