"""``discover``: a CSV, a list, a folder, one origin or standard input → repositories and rejected rows."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from codestrata.discover.distinct import distinct
from codestrata.discover.fields import FIELDS, NAMING
from codestrata.discover.folders import folder_entries
from codestrata.discover.listing import Entry, list_entries, sheet_entries
from codestrata.discover.origins import named
from codestrata.discover.paths import is_archive, is_repository
from codestrata.discover.rejected import Rejected, Unfit
from codestrata.discover.rows import decode, normal, sheet
from codestrata.errors import InvalidInput
from codestrata.model import OriginKind, Repository

STDIN = "-"
_SHEETS = frozenset({".csv", ".tsv"})
_LISTS = _SHEETS | {".txt", ".list"}


def discover(source: Path | str, *, stdin: BinaryIO | None = None) -> Iterator[Repository | Rejected]:
    """Give every repository a source names, once each, in the order of first mention; and every row that names none.

    ``source``: a CSV with a purl, url, path or name column; a list with one origin per line; a folder of repositories;
    a single ``owner/repo``, URL, purl, repository or archive; ``-`` for standard input. Relative paths start at the
    file's folder. Repositories named twice are merged: the first mention wins, later ones fill what it left open; two
    repositories of one name get the folders above it (:func:`codestrata.discover.distinct.distinct`).
    ``row`` has ``file`` (its name) and ``line``, ``columns`` (the CSV's cells), ``ref`` (a pinned commit, tag or
    branch) and ``also`` (the places of later mentions). Raises InvalidInput when the source as a whole cannot be read.
    """
    found: dict[str, Repository] = {}
    rejected: list[Rejected] = []
    for item in _entries(source, stdin):
        outcome = item if isinstance(item, Rejected) else _add(found, item)
        if outcome:
            rejected.append(outcome)
    yield from distinct(list(found.values()))
    yield from rejected


def _entries(source: Path | str, stdin: BinaryIO | None) -> Iterable[Entry | Rejected]:
    text = str(source)
    if text == STDIN:
        return _listing((stdin or sys.stdin.buffer).read(), "standard input", Path.cwd(), suffix="")
    path = Path(text)
    if path.is_dir() and not is_repository(path):
        return _folder(path, text)
    if path.is_file() and not is_archive(path) and not is_repository(path):
        try:
            return _listing(path.read_bytes(), text, path.parent, suffix=path.suffix.lower())
        except OSError as error:
            raise InvalidInput(f"cannot be read: {error.strerror}", where=text) from error
    return [_single(text, exists=path.exists())]


def _single(text: str, *, exists: bool) -> Entry:
    """Read a source that is one origin itself; what exists here is a path, even when it looks like a name."""
    if not exists and Path(text).suffix.lower() in _LISTS:
        raise InvalidInput("no such file", where=text)
    try:
        return Entry(text, 0, named(str(Path(text).absolute()) if exists else text, Path.cwd()))
    except Unfit as error:
        told = replace(Rejected.because(error, "", 0, "", text), hint="").told
        hint = "; ".join(filter(None, (error.hint, "a list or a folder will do as well")))
        raise InvalidInput(f"names no repository: {told}", hint=hint) from error


def _folder(path: Path, text: str) -> list[Entry | Rejected]:
    entries = list(folder_entries(path, text))
    if not entries:
        raise InvalidInput("no Git repository and no source archive in this folder", where=text)
    return entries


def _listing(data: bytes, name: str, base: Path, *, suffix: str) -> Iterator[Entry | Rejected]:
    text = decode(data, name)
    if suffix in _SHEETS or _has_header(text):
        return sheet_entries(sheet(text, name, NAMING), base)
    return list_entries(text, name, base)


def _has_header(text: str) -> bool:
    """Say whether the first line with text on it is a CSV header rather than an origin."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    return any(normal(cell.strip(' "')) in NAMING for d in ",;\t|" for cell in head.split(d))


def _add(found: dict[str, Repository], entry: Entry) -> Rejected | None:
    """Put an entry among the repositories found; merge it when its repository is there already."""
    new = _repository(entry)
    old = found.get(new.id)
    if old is None:
        found[new.id] = new
        return None
    if entry.named.ref and entry.named.ref != old.row.get("ref", ""):
        expected = f"one commit or ref per repository; {_place(old)} has {old.row.get('ref') or 'the default branch'}"
        return Rejected(entry.file, entry.line, "", expected, entry.named.ref)
    found[new.id] = _merged(old, new)
    return None


def _repository(entry: Entry) -> Repository:
    # A row is part of what gets published: where things lie on this machine is not.
    here = entry.line or entry.named.origin.kind in {OriginKind.LOCAL, OriginKind.ARCHIVE}
    row: dict[str, object] = {"file": Path(entry.file).absolute().name if here else entry.file, "line": entry.line}
    if entry.named.ref:
        row["ref"] = entry.named.ref
    if entry.cells:
        row["columns"] = entry.cells
    what = entry.named
    return Repository.at(what.origin, what.full_name, url=what.url, row=MappingProxyType(row), **entry.fields)


def _merged(old: Repository, new: Repository) -> Repository:
    """Fill what the first mention left open from a later one, and note the later one's place."""
    blank = Repository.at(old.origin, old.full_name)
    fill = {n: getattr(new, n) for n in FIELDS if getattr(old, n) == getattr(blank, n) != getattr(new, n)}
    also = [*old.row.get("also", ()), _place(new)]
    return replace(old, row=MappingProxyType({**old.row, "also": also}), **fill)


def _place(repository: Repository) -> str:
    return f"{repository.row['file']}:{repository.row['line']}"
