"""Decisions with their reasons (L8) as rows: quotations of kept files and of the repository's own messages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from codestrata.export.decide.columns import varlen
from codestrata.export.shape.history.veil import Veil
from codestrata.export.shape.instruct.rows import digest
from codestrata.export.shape.patterns.surroundings import shown
from codestrata.export.shape.said import json_of
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.export.shape.patterns.rows import Home
    from codestrata.export.shape.patterns.surroundings import Surroundings
    from codestrata.export.shape.pieces import Piece
    from codestrata.export.shape.source import Source
    from codestrata.settings.shape import PatternSettings

LEVEL = "L8"
#: Lines of code around a comment that no definition holds.
_AROUND = 12


class Quote(NamedTuple):
    """A quotation that may be passed on. ``file``: which of the piece's, -1 where it is of a message."""

    field: str
    quote: str
    source: str
    confidence: float
    file: int
    line: int
    last_line: int
    commit: str


Quotes = Mapping[str, Sequence[Quote]]


def quotations(piece: Piece, home: Home) -> Quotes:
    """Give the quotations of each decision that are of kept files or of the repository's messages.

    What was said in threads is nobody's to pass on: of those their numbers stay.
    """
    files = {path: i for i, path in enumerate(home.paths)}
    blobs = list(varlen(piece.files, "blob"))
    found: dict[str, list[Quote]] = defaultdict(list)
    order = "order by decision, field = 'decision_point' desc, source, start"
    for row in rows_of(piece.table("quotations", tail=order)):
        file = files.get(row["source"], -1) if row["kind"] == "file" else -1
        kept = file >= 0 and blobs[file] == row["blob"]
        if not (kept or (row["kind"] == "commit" and home.speaks)):
            continue
        lines = (max(row["line"], 0), max(row["last_line"], 0)) if kept else (0, 0)
        source = (home.common(file, lines) if kept else home.whole(row["commit"]))["source"]
        sure = round(row["confidence"], 3)
        place = (file if kept else -1, *lines, row["commit"])
        found[row["decision"]].append(Quote(row["field"], row["quote"], source, sure, *place))
    return found


def commented(quotes: Quotes) -> set[int]:
    """Give the files that quotations are of."""
    return {quote.file for told in quotes.values() for quote in told if quote.file >= 0}


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes rows of decisions; ``texts``: the files that quotations are of."""

    home: Home
    around: Surroundings
    texts: Mapping[int, Source]
    settings: PatternSettings
    veil: Veil

    def rows(self, piece: Piece, quotes: Quotes) -> Iterator[dict[str, Any]]:
        """Give a row for each decision with a reason, those first from which one learns most."""
        if self.settings.levels and LEVEL not in self.settings.levels:
            return
        sure = f"where confidence >= {self.settings.confidence} order by weight desc, decision"
        for row in rows_of(piece.table("reasons", tail=sure)):
            told = quotes.get(row["decision"], ())
            texts = self.veil.over([quote.quote for quote in told])
            shown_ = [q._replace(quote=text) for q, text in zip(told, texts, strict=True) if text]
            if any(quote.field != "decision_point" for quote in shown_):
                yield self._row(row, shown_)

    def _row(self, row: Mapping[str, Any], quotes: Sequence[Quote]) -> dict[str, Any]:
        first = quotes[0]
        lines = (first.line, first.last_line)
        common = self.home.common(first.file, lines) if first.file >= 0 else self.home.whole(first.commit)
        code, left, file = self._code(first) if row["tier"] == "comment" else ("", 0, {})
        module = self.around.module(self.home.paths[first.file].encode()) if first.file >= 0 else {}
        said = [dict(zip(("field", "quote", "source", "confidence"), quote, strict=False)) for quote in quotes]
        return {
            **common,
            "level": LEVEL,
            "type": row["tier"],
            "name": "",
            "rule": "",
            "rule_version": -1,
            "anti": False,
            "evidence": "history" if row["tier"] in {"commit", "event"} else "doc",
            "confidence": row["confidence"],
            "description": next((quote.quote for quote in quotes if quote.field == "decision_point"), ""),
            "code": code,
            "code_left": left,
            "metrics": "{}",
            "places": "[]",
            "file_context": _json(file),
            "module_context": _json(module),
            "system_context": _json(self.around.system),
            "quotations": json_of(said),
            "status": row["status"],
            "related_issues": json_of([one for one in row["related_issues"].split(",") if one]),
            "related_commits": json_of([one for one in row["related_commits"].split(",") if one]),
            "digest": digest(*(quote.quote for quote in quotes)),
        }

    def _code(self, quote: Quote) -> tuple[str, int, dict[str, Any]]:
        """Give the code that a comment is about: the definition that holds it, or the lines behind it."""
        source = self.texts.get(quote.file)
        if source is None or not quote.line:
            return "", 0, {}
        holder = self.around.holder(source.blob, quote.line, quote.last_line)
        if holder:
            start, end = holder["start"], holder["end"]
        else:
            start, end = source.lines(quote.line, quote.last_line + _AROUND)
        told = self.around.file(holder, source)
        return *shown(source, start, end, self.settings.code_bytes), told


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
