"""Which repositories have the files that are asked for: by the columns of a CSV, or by the paths of a tree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codestrata.discover.rejected import Rejected
from codestrata.discover.rows import Sheet, decode, normal, sheet
from codestrata.discover.urls import is_name
from codestrata.errors import InvalidInput, StorageError

_TRUE = frozenset({"true", "t", "1", "1.0", "yes", "y", "on"})
_FALSE = frozenset({"false", "f", "0", "0.0", "no", "n", "off", ""})
#: The columns that ``strata filter`` asks for unless told otherwise.
COLUMNS = ("has_toml", "has_lock")


@dataclass(slots=True)
class Filtered:
    """What a filter did: rows read, names kept, rows that do not meet the requirement, names seen again, bad rows."""

    total: int = 0
    kept: int = 0
    dropped: int = 0
    repeated: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def filter_rows(in_csv: Path, out_txt: Path, require: Sequence[str] = COLUMNS) -> Filtered:
    """Write the names of the rows whose ``require`` columns are all true, one per line, in the order of the file.

    The CSV needs a ``name`` column (``owner/repo``) and the required ones; true is true, t, 1, yes, y or on in any
    case. A malformed row is reported with its line and the others are kept; a name is written once. The output appears
    whole or not at all. Raises InvalidInput (unreadable file, missing column) or StorageError.
    """
    try:
        table = sheet(decode(in_csv.read_bytes(), str(in_csv)), str(in_csv), ("name",))
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror}", where=str(in_csv)) from error
    done = Filtered()
    names = _names(table, require, done)
    write_names(out_txt, names)
    return done


def _names(table: Sheet, require: Sequence[str], done: Filtered) -> list[str]:
    spelt = {normal(column): column for column in table.columns}
    missing = [column for column in require if normal(column) not in spelt]
    if missing:
        found = ", ".join(table.columns)
        raise InvalidInput(f"no column {missing[0]}; found: {found}", where=f"{table.name}:{table.first - 1}")
    kept: dict[str, None] = {}
    for row in table.rows():
        done.total += 1
        if isinstance(row, Rejected):
            done.rejected.append(row)
            continue
        name = row.cells[spelt["name"]].strip()
        verdict = _verdict(table.name, row.line, name, {c: row.cells[spelt[normal(c)]] for c in require})
        if isinstance(verdict, Rejected):
            done.rejected.append(verdict)
        elif not verdict:
            done.dropped += 1
        elif name in kept:
            done.repeated += 1
        else:
            kept[name] = None
    done.kept = len(kept)
    return list(kept)


def _verdict(file: str, line: int, name: str, cells: dict[str, str]) -> bool | Rejected:
    if not is_name(name):
        return Rejected(file, line, "name", "owner/repo", name)
    values = {column: cell.strip().lower() for column, cell in cells.items()}
    for column, value in values.items():
        if value not in _TRUE | _FALSE:
            return Rejected(file, line, column, "true or false", cells[column])
    return all(value in _TRUE for value in values.values())


def write_names(path: Path, names: Iterable[str]) -> None:
    """Write one name a line; the file appears whole or not at all. Raises StorageError."""
    text = "".join(f"{name}\n" for name in names)
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, "utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise StorageError(f"cannot be written: {error.strerror}", where=str(path)) from error


def has_files(paths: Iterable[bytes], required: Sequence[str]) -> bool:
    """Say whether a tree has a path for every pattern of ``required``.

    A pattern is a path from the root of the tree: ``Cargo.toml`` is that file at the root, ``**/Cargo.toml`` at any
    depth, ``*`` and ``?`` stand for anything but ``/``, ``[a-z]`` for one of a set. Case counts.
    """
    literal = {os.fsencode(r) for r in required if not re.search(r"[*?\[]", r)}
    patterns = [re.compile(os.fsencode(_translate(r)), re.DOTALL) for r in required if os.fsencode(r) not in literal]
    for path in paths:
        literal.discard(path)
        patterns = [p for p in patterns if not p.fullmatch(path)]
        if not literal and not patterns:
            return True
    return not literal and not patterns


_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[[!^]?\]?[^\]]*\]|.", re.DOTALL)
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _translate(pattern: str) -> str:
    """Write a glob as a regular expression."""
    out = []
    for token in _TOKEN.findall(pattern):
        if token in _WILD:
            out.append(_WILD[token])
        elif len(token) > 1:
            negated = token[1] in "!^"
            body = token[2 if negated else 1 : -1].replace("\\", r"\\").replace("[", r"\[")
            out.append(f"(?!/)[{'^' if negated else ''}{body}]")
        else:
            out.append(re.escape(token))
    return "".join(out)
