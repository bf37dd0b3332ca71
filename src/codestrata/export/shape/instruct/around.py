"""What a repository says of a function: what its file imports, what it calls, which tests call it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codestrata.export.decide.selection import table_file
from codestrata.export.shape import trees
from codestrata.model.paths import lines, readable
from codestrata.store.columns import Varlen
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.export.shape.instruct.functions import Function
    from codestrata.export.shape.pieces import Piece
    from codestrata.store.columns import Columns

#: Imports of a file, calls of a function, and tests of one that are told at most.
MOST_IMPORTS, MOST_CALLS, MOST_TESTS = 60, 40, 5
#: A name of fewer letters, or that more definitions have, says nothing of which of them a test calls.
LEAST_NAME, MOST_NAMESAKES = 4, 2
#: The last name of what is called: ``c`` of ``a.b.c``, ``$new c``, ``b::c``.
_DOTTED = re.compile(r"\.|->|::")
_LAST = r"regexp_extract(callee, '([A-Za-z_]\w*)\W*$', 1)"


@dataclass(frozen=True, slots=True)
class Around:
    """Of the functions of a piece: ``imports`` by blob, ``calls`` by blob and owner with name, ``tests`` by name."""

    imports: Mapping[bytes, Sequence[tuple[int, int]]] = field(default_factory=dict)
    calls: Mapping[tuple[bytes, str], Sequence[tuple[int, str]]] = field(default_factory=dict)
    tests: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, piece: Piece, hint: Mapping[str, Any], kept: Sequence[Function]) -> Around:
        """Ask the tables of syntax."""
        if not kept:
            return cls()
        imports: dict[bytes, dict[tuple[int, int], None]] = defaultdict(dict)
        for row in trees.rows(piece, "imports", 'blob, start, "end"', "order by blob, start"):
            imports[row["blob"]][row["start"], row["end"]] = None
        calls: dict[tuple[bytes, str], list[tuple[int, str]]] = defaultdict(list)
        of = "where within <> '' order by blob, line, callee"
        for row in trees.rows(piece, "calls", "blob, within, line, callee", of):
            calls[row["blob"], row["within"]].append((row["line"], row["callee"]))
        return cls({blob: list(found) for blob, found in imports.items()}, calls, _tests(piece, hint, kept))

    def imported(self, one: Function) -> str:
        """Give the imports of a function's file as they are written, a line each."""
        cut = one.source.cut
        every = dict.fromkeys(cut(start, end).strip() for start, end in self.imports.get(one.row["blob"], ()))
        return "\n".join(list(every)[:MOST_IMPORTS])

    def called(self, one: Function) -> list[str]:
        """Give what a function calls, each once, in the order of its lines."""
        row = one.row
        within = f"{row['owner']}.{row['name']}" if row["owner"] else row["name"]
        inside = self.calls.get((row["blob"], within), ())
        every = dict.fromkeys(name for line, name in inside if row["line"] <= line <= row["last_line"])
        return list(every)[:MOST_CALLS]

    def tested(self, one: Function) -> Sequence[Mapping[str, str]]:
        """Give the tests that call a function by its name, where no other has it."""
        dotted = one.row["kind"] == "method"
        calls = [row for row in self.tests.get(one.row["name"], ()) if _DOTTED.search(row["callee"]) or not dotted]
        return [{"test": row["within"], "source": row["source"]} for row in calls[:MOST_TESTS]]


def _tests(piece: Piece, hint: Mapping[str, Any], kept: Sequence[Function]) -> dict[str, list[Mapping[str, str]]]:
    """Give for each name the calls of it in kept tests of the repository, wherever in the dataset they lie."""
    first, last = hint["repository"]
    within = f"where kept and file_row_number between {first} and {last} order by file_row_number"
    columns = 'full_name, "commit", path, blob, language, test'
    files = piece.tables.read([table_file("decisions", hint["decisions"])], columns, within)
    names = sorted(_telling(piece, files, {one.row["name"] for one in kept}))
    if not names or not piece.known.get("calls"):
        return {}
    asked = f"""select distinct f.full_name, f."commit", f.path, c.within, min(c.line)::bigint as line,
        min(c.callee) as callee, {_LAST} as called
        from {piece.tables.scan(list(piece.known["calls"]))} c join of_ f using (blob, language)
        where f.test and {_LAST} in (select name from names_)
        group by all order by called, f.path, line, c.within"""
    found: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows_of(piece.tables.query(asked, of_=files, names_={"name": Varlen.of(names)})):
        where = f"{row['full_name']}@{row['commit']}:{readable(row['path'])}{lines(row['line'], 0)}"
        found[row["called"]].append({"within": row["within"], "source": where, "callee": row["callee"]})
    return found


def _telling(piece: Piece, files: Columns, names: set[str]) -> set[str]:
    """Leave out names that several definitions of the repository have, and short ones."""
    kinds = "where kind in ('function', 'method', 'constructor', 'class')"
    every = trees.rows(piece, "definitions", "blob, name, start", kinds, files)
    count = Counter(row["name"] for row in every)
    return {name for name in names if len(name) >= LEAST_NAME and count[name] <= MOST_NAMESAKES}
