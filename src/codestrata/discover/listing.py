"""What a source lists: each entry with its place, before repositories named twice are merged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path, PurePath
from typing import Any

from codestrata.discover.fields import CALLING, NAMING, NOTHING, PINNING, Plan, Unreadable, fields_of, reading
from codestrata.discover.origins import EXPECTED, Named, from_path, named
from codestrata.discover.paths import absolute
from codestrata.discover.purls import checked_ref
from codestrata.discover.rejected import Rejected, Unfit
from codestrata.discover.rows import Row, Sheet, normal
from codestrata.model import OriginKind

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]*@")
#: Parts of a name as any folder could have it: a colon or an @ would be read as a path or a commit after it.
_CALLABLE = re.compile(r"(?=[^/].{0,199}$)(?:(?:^|/)(?!\.\.?(?:/|$))[^\x00-\x1f\x7f/\\:@#]+)+")
_ABSOLUTE = re.compile(r"\s*(?:/|~|file:)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One repository as a source lists it: where, what it names, its fields, and the row's cells."""

    file: str
    line: int
    named: Named
    fields: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


def list_entries(text: str, name: str, base: Path) -> Iterator[Entry | Rejected]:
    """Read a plain list: one origin per line, ``#`` starts a comment, blank lines are nothing."""
    for line, raw in enumerate(StringIO(text, newline=None), 1):
        value = re.sub(r"(?:^|\s)#.*", "", raw.removesuffix("\n")).strip()
        if not value:
            continue
        try:
            yield Entry(name, line, _named(value, base))
        except Unfit as error:
            yield Rejected.because(error, name, line, "", value)


def sheet_entries(sheet: Sheet, base: Path) -> Iterator[Entry | Rejected]:
    """Read a CSV file: one repository per row."""
    columns = [(normal(column), column) for column in sheet.columns]
    plan = reading([key for key, _ in columns])
    for row in sheet.rows():
        if isinstance(row, Rejected):
            yield row
        else:
            cells = {key: (column, row.cells[column].strip()) for key, column in columns}
            yield _entry(sheet.name, row, cells, plan, base)


def _entry(file: str, row: Row, cells: dict[str, tuple[str, str]], plan: Plan, base: Path) -> Entry | Rejected:
    key = next((c for c in NAMING if c in cells and cells[c][1]), "")
    column, value = cells.get(key, ("", ""))
    if not value:
        usual = next(cells[c][0] for c in NAMING if c in cells)
        return Rejected(file, row.line, usual, EXPECTED, hint="the cell is empty")
    try:
        what = _called(_pinned(_named(value, base, path=key == "path"), cells), cells)
        fields = fields_of(cells, plan)
    except Unfit as error:
        return Rejected.because(error, file, row.line, column, value)
    except Unreadable as error:
        return Rejected.because(error.error, file, row.line, error.column, error.text)
    return Entry(file, row.line, what, fields, {k: _told(v) for k, v in row.cells.items()})


def _named(value: str, base: Path, *, path: bool = False) -> Named:
    """Read what names a repository; ``path``: what exists at that path is meant, even if it looks like owner/repo."""
    if "\n" in value or "\r" in value:
        raise Unfit(EXPECTED, hint="it runs over several lines", secret=True)
    return from_path(value, base) if path and absolute(value, base).exists() else named(value, base)


def _pinned(what: Named, cells: dict[str, tuple[str, str]]) -> Named:
    """Take a commit, tag or branch from its own column when the name itself pins none."""
    column, ref = next((cells[c] for c in PINNING if c in cells and cells[c][1].lower() not in NOTHING), ("", ""))
    if what.ref or not ref:
        return what
    try:
        return replace(what, ref=checked_ref(ref))
    except Unfit as error:
        raise Unreadable(column, ref, error) from error


def _called(what: Named, cells: dict[str, tuple[str, str]]) -> Named:
    """Call what lies on this machine by the name that stands beside its path; others have a name in their address."""
    column, name = next((cells[c] for c in CALLING if c in cells and cells[c][1].lower() not in NOTHING), ("", ""))
    if not name or what.origin.kind not in {OriginKind.LOCAL, OriginKind.ARCHIVE}:
        return what
    if not _CALLABLE.fullmatch(name):
        raise Unreadable(column, name, Unfit("a name such as owner/repo", secret="@" in name))
    return replace(what, full_name=name)


def _told(cell: str) -> str:
    """Give a cell as it may be published: without credentials, and of a path of this machine the last name."""
    if _ABSOLUTE.match(cell):
        return PurePath(cell).name
    return _CREDENTIALS.sub("", cell) if "@" in cell else cell
