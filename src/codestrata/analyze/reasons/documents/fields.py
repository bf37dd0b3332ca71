"""Fields: what a heading says its section tells. The mapper of headings that decision records and proposals use."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Meaning:
    """A field, how often a section so named tells it, and whether such a heading makes any text a document of reasons.

    ``design``: any text among design documents. ``list_of``: each item, or heading below it, is one of its own.
    """

    field: str
    posterior: float
    strong: bool = False
    design: bool = False
    list_of: bool = False


_NUMBER = re.compile(r"^(?:\(?(?:\d+(?:\.\d+)*|[ivx]+|[a-z])[.):]\s*)+|^[^\w(]+", re.IGNORECASE)
_MARK = re.compile(r"[*_`]+|\{#[^}]*\}|<[^>]*>|\((?:optional|required)\)|:[a-z_]+:")


def meaning(title: str) -> Meaning | None:
    """Say what a section with this heading tells, or None."""
    bare = _NUMBER.sub("", _MARK.sub("", title)).strip()
    return next((meaning for matcher, meaning in _table() if matcher.fullmatch(bare)), None)


@cache
def _table() -> tuple[tuple[re.Pattern[str], Meaning], ...]:
    data = tomllib.loads((files("codestrata.analyze.reasons") / "data" / "headings.toml").read_text("utf-8"))
    return tuple(
        (
            re.compile(f"(?:{'|'.join(row['patterns'])})[.:!?]*", re.IGNORECASE),
            Meaning(
                row["field"], row["posterior"], *(row.get(name, False) for name in ("strong", "design", "list_of"))
            ),
        )
        for row in data["heading"]
    )
