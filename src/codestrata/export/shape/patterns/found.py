"""What was found in kept files: matches of rules, and patterns that a whole snapshot showed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from codestrata.export.decide.columns import varlen
from codestrata.export.decide.selection import table_file
from codestrata.model.paths import readable
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.export.shape.pieces import Piece
    from codestrata.settings.shape import PatternSettings
    from codestrata.store.columns import Columns

_PLACE = 'm.start, m."end", m.line, m.last_line, m.rule, m.rule_version'


class Entry(NamedTuple):
    """A pattern at a place. ``file``: which of the piece's, -1 where it is about the whole repository.

    Lines from 1, 0 for the whole file; bytes of the blob, ``start`` = ``end`` where only lines are told.
    """

    file: int
    start: int
    end: int
    line: int
    last_line: int
    rule: str
    rule_version: int
    level: str
    type: str
    name: str
    anti: bool
    evidence: str
    confidence: float
    description: str
    metrics: str
    places: str


def entries(piece: Piece, rules: str, settings: PatternSettings) -> list[Entry]:
    """Give what was found, in the order of files and places. ``rules``: the file of table **rules**."""
    found = [Entry(**row) for row in (*_matched(piece, rules, settings), *_structural(piece, settings))]
    return sorted(dict.fromkeys(found), key=lambda one: (one.file, one.start, one.line, one.rule, one.name))


def _matched(piece: Piece, rules: str, settings: PatternSettings) -> Iterator[dict[str, Any]]:
    """Give matches, so many of each rule: which, a hash of their places says."""
    matches = piece.known.get("matches")
    if not matches:
        return
    scan = piece.tables.scan
    yield from rows_of(
        piece.tables.query(
            f"""with placed as (
                select f.file::bigint as file, {_PLACE}, r.level, r.type, '' as name, r.anti, r.evidence,
                    r.confidence::double as confidence, r.description, m.captures as metrics, '[]' as places,
                    row_number() over (partition by m.rule, m.pack order by md5(concat_ws('|', hex(f.path), m.start)),
                                       f.file, m.start, m."end") as nth
                from {scan(list(matches))} m join {scan([table_file("rules", rules)])} r using (rule, pack)
                join of_ f using (blob, language) where r.confidence >= {settings.confidence} and {_levels(settings)})
            select * exclude (nth) from placed where nth <= {settings.most} order by file, start, rule, "end\"""",
            of_=_files(piece),
        )
    )


def _structural(piece: Piece, settings: PatternSettings) -> Iterator[dict[str, Any]]:
    """Give patterns of the snapshot whose evidence is a kept file, or the repository as a whole."""
    paths = piece.known.get("patterns")
    if not paths:
        return
    columns = f"{_PLACE}, m.level, m.type, m.name, false as anti, m.evidence, m.confidence::double as confidence"
    found = piece.tables.query(
        f"""select coalesce(f.file, -1)::bigint as file, {columns}, m.description, m.metrics, m.places
            from {piece.tables.scan(list(paths))} m left join of_ f on m.path = f.path
            where (f.file is not null or octet_length(m.path) = 0) and m.confidence >= {settings.confidence}
            and {_levels(settings)} order by file, m.line, m.rule, m.name""",
        of_=_files(piece),
    )
    kept = {readable(path) for path in varlen(piece.files, "path")}
    for row in rows_of(found):
        yield {**row, "places": _kept_places(row["places"], kept)}


def _kept_places(places: str, kept: set[str]) -> str:
    """Leave out further evidence in files that are not kept."""
    listed: list[Mapping[str, Any]] = json.loads(places or "[]")
    return json.dumps([one for one in listed if one["path"] in kept], ensure_ascii=False, separators=(",", ":"))


def _levels(settings: PatternSettings) -> str:
    listed = ", ".join(f"'{level}'" for level in settings.levels if level.isalnum())
    return f"level in ({listed})" if listed else "true"


def _files(piece: Piece) -> Columns:
    named: Columns = {name: varlen(piece.files, name) for name in ("path", "blob", "language")}
    return named | {"file": np.arange(len(piece))}
