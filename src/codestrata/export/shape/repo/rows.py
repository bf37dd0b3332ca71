"""The rows of one repository: texts put together, with what is in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codestrata.export.decide.columns import varlen
from codestrata.export.order.words import Heading
from codestrata.export.shape.pieces import Piece
from codestrata.export.text import readable_paths
from codestrata.model.licence import CLASSES, combine
from codestrata.store.columns import Columns, column
from codestrata.store.schema import Field

_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Rows:
    """Makes rows of a repository's files, under a heading, so many of them in all; ``missing``: what they lack."""

    piece: Piece
    heading: Heading
    total: int
    missing: Mapping[str, int]

    def rows(self, listed: Sequence[Sequence[Mapping[str, int]]], fields: Sequence[Field]) -> Columns:
        """Give the rows of which these are the parts (rows of table **reading_order**), with the columns of fields."""
        which = sorted({part["file"] for parts in listed for part in parts})
        texts = dict(zip(which, self.piece.texts(lambda _: None, which), strict=True))
        same = self._same()
        made = [same | self._row(parts, texts) for parts in listed]
        return {f.name: column([row[f.name] for row in made], f.kind) for f in fields}

    def _same(self) -> dict[str, Any]:
        """Give what all rows of the repository say."""
        name, commit = self._text("full_name")[0], self._text("commit")[0]
        return {
            "source": f"{name}@{commit}",
            "repository": name,
            "origin": self.piece.origin,
            "commit": commit,
            "path": "",
            "parts": self.total,
            "complete": not self.missing,
            "missing": json.dumps(self.missing, sort_keys=True),
        }

    def _row(self, parts: Sequence[Mapping[str, int]], texts: Mapping[int, bytes]) -> dict[str, Any]:
        text, told = bytearray(self.heading.repository), []
        for part in parts:
            text += self.heading.file(part["file"])
            start, body = len(text), texts[part["file"]]
            text += body if part["end"] < 0 else body[part["start"] : part["end"]]
            told.append(self._told(part, start, len(text)))
        files = sorted({part["file"] for part in parts})
        return {
            "text": text.decode(),
            "files": json.dumps(told, ensure_ascii=False),
            "file_count": len(told),
            "part": parts[0]["part"],
            "tokens": sum(part["tokens"] for part in parts),
            "language": _most(told),
            "licence": _joined(sorted({self._text("licence")[i] for i in files})),
            "licence_class": _strictest({self._text("licence_class")[i] for i in files}),
            "split": self._text("split")[files[0]],
        }

    def _told(self, part: Mapping[str, int], start: int, end: int) -> dict[str, Any]:
        file = part["file"]
        return {
            "path": self._paths[file],
            "blob": self._blobs[file].hex(),
            "start": start,
            "end": end,
            "line": part["line"],
            "last_line": part["last_line"],
            "licence": self._text("licence")[file],
            "language": self._text("language")[file],
        }

    def _text(self, name: str) -> list[str]:
        if name not in self._texts:
            self._texts[name] = varlen(self.piece.files, name).strings()
        return self._texts[name]

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def _paths(self) -> list[str]:
        return readable_paths(varlen(self.piece.files, "path")).strings()

    @cached_property
    def _blobs(self) -> list[bytes]:
        return list(varlen(self.piece.files, "blob"))


def _most(told: Sequence[Mapping[str, Any]]) -> str:
    """Give the language of most of the text; of several with as much, the first by name."""
    sizes: Counter[str] = Counter()
    for one in told:
        sizes[one["language"]] += one["end"] - one["start"]
    return max(sorted(sizes), key=lambda name: sizes[name])


def _joined(licences: Sequence[str]) -> str:
    """Join licences by AND; a list that is too long to be made one expression is joined as it is."""
    known = [licence for licence in licences if licence]
    return combine(known) or " AND ".join(f"({licence})" for licence in known)


def _strictest(classes: set[str]) -> str:
    return max((name or _UNKNOWN for name in classes), key=CLASSES.index)
