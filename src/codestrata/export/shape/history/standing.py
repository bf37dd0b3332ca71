"""Under which terms files of history stand: those of the same file in the snapshot, whatever it is called by now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from codestrata.export.decide.reasons import BIT
from codestrata.export.decide.selection import table_file
from codestrata.model.paths import readable
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.base import IO, View
    from codestrata.store.tables import TableFile

#: Why a file may be left out of the snapshot, and its history still be told: another has the same, or there is enough.
_ELSEWHERE = ("exact_duplicate", "normal_duplicate", "syntax_duplicate", "near_duplicate", "mixture", "empty")
ELSEWHERE = sum(1 << BIT[name] for name in _ELSEWHERE)
_LICENCE = 1 << BIT["licence"]
#: What is not the repository's own text: its licence is not about the rest.
_OTHERS = sum(1 << BIT[name] for name in ("vendored", "not_a_file", "binary", "lfs"))
_SAID = "concat_ws('|', hex(path), language, licence, licence_class, split, failed)"


class Terms(NamedTuple):
    """What a row has of its file: Linguist's name of its language, the licence and its class, the split."""

    language: str
    licence: str
    licence_class: str
    split: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The files of a snapshot: ``terms`` of those whose history may be told, ``refused`` are the paths of the others.

    ``common``: the terms that files stand under that are no longer there, where all that are there agree and none of
    the repository's own has a licence that is not let through; its language is empty. ``languages``: name or suffix of
    a file → language.
    """

    terms: Mapping[bytes, Terms]
    refused: frozenset[bytes]
    common: Terms | None
    languages: Mapping[str, str]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], passed: int = ELSEWHERE) -> Standing:
        """Read rows of **decisions** of one repository; reasons in ``passed`` bar no file."""
        told = [row for row in rows if not row["failed"] & ~passed]
        splits = {row["split"] for row in told} - {""}
        split = splits.pop() if len(splits) == 1 else ""
        terms = {
            row["path"]: Terms(row["language"], row["licence"], row["licence_class"], row["split"] or split)
            for row in told
        }
        alike = {(one.licence, one.licence_class) for one in terms.values()}
        barred = any(row["failed"] & _LICENCE and not row["failed"] & _OTHERS for row in rows)
        common = Terms("", *alike.pop(), split) if len(alike) == 1 and split and not barred else None
        gone = frozenset(row["path"] for row in rows) - terms.keys()
        return cls({p: t for p, t in terms.items() if t.split}, gone, common, _languages(terms))

    def at(self, path: bytes) -> Terms | None:
        """Give the terms of a path of the snapshot, or of one that is no longer there; None: it may not be told."""
        if path in self.terms or path in self.refused or self.common is None:
            return self.terms.get(path)
        language = next((self.languages[n] for n in _names(path) if n in self.languages), "")
        return self.common._replace(language=language) if language else None


def _languages(terms: Mapping[bytes, Terms]) -> dict[str, str]:
    count: Counter[tuple[str, str]] = Counter()
    for path, one in terms.items():
        count.update((name, one.language) for name in _names(path) if one.language)
    return {name: language for (name, language), _ in sorted(count.items(), key=lambda item: (item[1], item[0]))}


def _names(path: bytes) -> tuple[str, ...]:
    """Give what tells a file's language: its name, its suffix."""
    name = readable(path).rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return (name, f"*.{suffix}") if stem and dot else (name,)


def digests(view: View, decisions: TableFile) -> dict[str, dict[str, Any]]:
    """Give for each repository id: repository_id, full_name, first and last row, digest of all its decisions."""
    asked = f"""select repository_id, any_value(full_name) as full_name, min(file_row_number)::bigint as first,
        max(file_row_number)::bigint as last, md5(string_agg({_SAID}, '|' order by file_row_number)) as digest
        from {view.tables.scan([decisions])} group by repository_id having bool_or(kept) order by first"""
    return {row["repository_id"]: row for row in rows_of(view.tables.query(asked))}


def standing(io: IO | View, decisions: str, first: int, last: int, passed: int = ELSEWHERE) -> Standing:
    """Read the standing of the repository whose decisions are rows ``first`` to ``last``; ``passed`` bars nothing."""
    within = f"where file_row_number between {first} and {last} order by file_row_number"
    columns = "path, language, licence, licence_class, split, failed"
    return Standing.of(list(rows_of(io.tables.read([table_file("decisions", decisions)], columns, within))), passed)
