"""The columns of table **samples_patterns**, and an entry of the strata as a row of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codestrata.export.decide.columns import varlen
from codestrata.export.shape.base import COMMON
from codestrata.export.shape.instruct.rows import digest
from codestrata.export.shape.patterns.surroundings import shown
from codestrata.model.licence import classify, combine
from codestrata.model.paths import lines, readable
from codestrata.store.columns import column
from codestrata.store.schema import Field

if TYPE_CHECKING:
    from codestrata.export.shape.patterns.found import Entry
    from codestrata.export.shape.patterns.surroundings import Surroundings
    from codestrata.export.shape.pieces import Piece
    from codestrata.export.shape.source import Source
    from codestrata.store.columns import Columns

FIELDS: tuple[Field, ...] = (
    Field("level", "text", "L1 to L8"),
    Field("type", "text", "type of the pattern; of a decision (L8) where it is told: document, commit, comment, …"),
    Field("name", "text", "what it is about: a type, a module, a package URL; empty for the place itself"),
    Field("rule", "text", "id of the rule that found it; empty for a decision"),
    Field("rule_version", "int32", "its version; -1 for a decision"),
    Field("anti", "bool", "better not done"),
    Field("evidence", "text", "syntactic, structural, lexical, manifest, history, doc or tool"),
    Field("confidence", "float32", "0 to 1"),
    Field("description", "text", "what was found, in a sentence; of a decision what was decided, in its own words"),
    Field("code", "text", "the code at the place, as far as settings let it; empty where it is about a whole file"),
    Field("code_left", "int32", "bytes of the place that `code` leaves out"),
    Field("metrics", "text", "JSON: figures it was judged by, or what the rule captured"),
    Field("places", "text", "JSON: further evidence in kept files, a list of {path, line, last_line, says}"),
    Field("file_context", "text", "JSON: the definition around it (within, lines, code) and the file's imports"),
    Field("module_context", "text", "JSON: the module, its place in the graph, stands_on and used_by"),
    Field("system_context", "text", "JSON: languages, packages, manifests and architecture of the repository"),
    Field("quotations", "text", "JSON: of a decision its words, a list of {field, quote, source, confidence}"),
    Field("status", "text", "of a decision: accepted, proposed, rejected, superseded, reverted; empty when not told"),
    Field("related_issues", "text", "JSON: issues and pull requests that it is about"),
    Field("related_commits", "text", "JSON: commits that it is about"),
    Field("digest", "text", "of rule, name and code: rows with the same one say the same"),
)
#: What a row says that is no decision, and the other way round.
_NO_DECISION = {"quotations": "[]", "status": "", "related_issues": "[]", "related_commits": "[]"}


class Home:
    """What rows have of their repository and files. ``speaks``: it may be told of as a whole."""

    def __init__(self, piece: Piece, *, speaks: bool) -> None:
        """Read the columns of a piece."""
        names = ("full_name", "commit", "language", "licence", "licence_class", "split")
        self._of = {name: varlen(piece.files, name).strings() for name in names}
        self.paths = [readable(path) for path in varlen(piece.files, "path")]
        self._origin = piece.origin
        whole = combine(self._of["licence"])
        splits = set(self._of["split"])
        self._whole = {"licence": whole, "licence_class": classify(whole), "split": splits.pop()}
        self.speaks = speaks and not splits

    def common(self, file: int, span: tuple[int, int]) -> dict[str, str]:
        """Give the columns of COMMON for lines of a file."""
        path = self.paths[file]
        base = self._base(self._of["commit"][file])
        source = f"{base['source']}:{path}{lines(*span)}" if span[0] else f"{base['source']}:{path}"
        told = {name: self._of[name][file] for name in ("language", "licence", "licence_class", "split")}
        return base | told | {"source": source, "path": path}

    def whole(self, commit: str = "") -> dict[str, str]:
        """Give them for the repository as a whole, at a commit of its history, or at that of the snapshot."""
        return self._base(commit or self._of["commit"][0]) | {"path": "", "language": "", **self._whole}

    def _base(self, commit: str) -> dict[str, str]:
        name = self._of["full_name"][0]
        return {"source": f"{name}@{commit}", "repository": name, "origin": self._origin, "commit": commit}


def row_of(one: Entry, home: Home, around: Surroundings, source: Source | None, most_bytes: int) -> dict[str, Any]:
    """Give an entry as a row; ``source`` is its file's, None where it is about the repository."""
    code, left, file, module = "", 0, {}, {}
    common = home.whole()
    if source is not None:
        start, end = _span(one, source)
        code, left = shown(source, start, end, most_bytes)
        common = home.common(one.file, (one.line, one.last_line))
        file = around.place(one, source, most_bytes)
        module = around.module(home.paths[one.file].encode())
    told = {name: getattr(one, name) for name in ("level", "type", "name", "rule", "rule_version", "anti", "evidence")}
    return {
        **common,
        **told,
        "confidence": one.confidence,
        "description": one.description,
        "code": code,
        "code_left": left,
        "metrics": one.metrics or "{}",
        "places": one.places,
        "file_context": _json(file),
        "module_context": _json(module),
        "system_context": _json(around.system),
        **_NO_DECISION,
        "digest": digest(one.rule, one.name, code or common["source"]),
    }


def _span(one: Entry, source: Source) -> tuple[int, int]:
    """Give the bytes of a place: as told, or those of its lines."""
    if one.end > one.start or not one.line:
        return one.start, one.end
    return source.lines(one.line, one.last_line)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Lay rows out."""
    return {f.name: column([row[f.name] for row in rows], f.kind) for f in (*COMMON, *FIELDS)}
