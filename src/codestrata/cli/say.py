"""How the command line speaks: a few shapes, on stdout for results and stderr for everything else."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

#: Characters of the last column below which wrapping it makes nothing clearer.
_LEAST = 20
#: Characters below which no column of a table is shortened.
_NARROWEST = 6
_HASH = re.compile(r"\b(?:[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{32})\b")
#: Control characters of foreign text are shown, not obeyed by the terminal; tabs and line ends stay.
_SHOWN = {code: f"\\x{code:02x}" for code in (*range(9), 11, 12, *range(14, 32), 127, *range(128, 160))} | {13: None}


@dataclass
class _Manner:
    """How lines beside the result are told: as text, or each as a JSON object, once progress is told so."""

    structured: bool = False


_MANNER = _Manner()


def structured(*, on: bool) -> None:
    """Decide for all that follows on stderr, so that nobody who reads it meets two manners on one stream."""
    _MANNER.structured = on


def event(kind: str, **fields: Any) -> None:
    """Print one JSON object beside the result."""
    sys.stderr.write(json.dumps({"event": kind, **fields}, default=str) + "\n")


class ReaderGone(Exception):
    """Whoever read our output has had enough (``strata … | head``): there is nobody left to tell."""


def line(text: str = "") -> None:
    """Print one line of a result."""
    try:
        sys.stdout.write(f"{text}\n")
    except BrokenPipeError as error:
        raise ReaderGone from error


def plain(text: str) -> str:
    """Give foreign text (names, reasons, output) as a terminal may have it: what would steer it is written out."""
    return text.translate(_SHOWN)


def note(text: str) -> None:
    """Print one line beside the result."""
    if _MANNER.structured:
        event("note", text=text)
        return
    sys.stderr.write(f"{plain(text)}\n")


def error_line(text: str) -> None:
    """Print one error: always one line."""
    if _MANNER.structured:
        event("error", text=" ".join(text.split()))
        return
    mark = "\033[31merror\033[0m" if styled(sys.stderr) else "error"
    sys.stderr.write(f"{mark}: {plain(' '.join(text.split()))}\n")


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    line(json.dumps(value, indent=2, sort_keys=True, default=str))


def facts(pairs: Mapping[str, Any], indent: str = "") -> None:
    """Print names and values in two columns; on a terminal a long value goes on below itself."""
    width = max(map(len, pairs), default=0)
    before = len(indent) + width + 2
    for name, value in pairs.items():
        first, *rest = _wrapped(f"{indent}{name:<{width}}  {plain(str(value))}".rstrip(), before)
        line(first)
        for text in rest:
            line(text)


def cell(text: str, beside: int) -> str:
    """Give a text for a table whose other columns want ``beside`` characters: short on a terminal."""
    if not sys.stdout.isatty():
        return text
    return middle(text, min(max(shutil.get_terminal_size().columns - beside, _LEAST), 2 * _LEAST))


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Iterable[int] = (),
    paint: Mapping[str, str] | None = None,
) -> None:
    """Print a table: columns as wide as their widest cell, ``right`` names those that are numbers.

    ``paint``: sign in the first column → its colour (SGR, ECMA-48) where colours are wanted.

    On a terminal that is too narrow the last column is wrapped, or goes below where there is no room beside; where the
    others alone are too wide, long hashes, then long cells and names are shortened in the middle. Rows of more columns
    than go side by side are told one below the other.
    """
    cells = [[plain(str(c)) for c in row] for row in rows]
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns
        if (len(header) - 1) * (_NARROWEST + 2) + len(header[-1]) > columns:
            _blocks(header, cells)
            return
        header, *cells = narrowed([list(header), *cells], columns - len(header[-1]))
    widths = [max([len(h), *(len(r[i]) for r in cells)]) for i, h in enumerate(header)]
    numbers = set(right)

    def lay(row: Sequence[str]) -> str:
        parts = [c.rjust(w) if i in numbers else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        return "  ".join(parts).rstrip()

    bold, normal = ("\033[1m", "\033[0m") if styled(sys.stdout) else ("", "")
    line(f"{bold}{lay(header)}{normal}")
    before = sum(widths[:-1]) + 2 * (len(widths) - 1)
    for row in cells:
        first, *rest = _wrapped(lay(row), before)
        colour = (paint or {}).get(row[0], "") if bold else ""
        line(f"\033[{colour}m{row[0]}{normal}{first[len(row[0]) :]}" if colour else first)
        for text in rest:
            line(text)


def _blocks(header: Sequence[str], cells: Iterable[Sequence[str]]) -> None:
    """Print rows as names and values, a row below the other."""
    for number, row in enumerate(cells):
        if number:
            line()
        facts(dict(zip(header, row, strict=True)))


def narrowed(rows: list[list[str]], most: int) -> list[list[str]]:
    """Shorten cells of all columns but the last, the widest first, until those take no more than ``most`` characters.

    No column gets narrower than 6; a commit or another long hash is cut to 12 before anything else.
    """
    beside = range(len(rows[0]) - 1)
    widths = [max(len(row[i]) for row in rows) for i in beside]
    if sum(widths) + 2 * len(widths) <= most:
        return rows
    rows = [[_HASH.sub(lambda found: found[0][:12], cell) for cell in row[:-1]] + row[-1:] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in beside]
    while sum(widths) + 2 * len(widths) > most and max(widths, default=0) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return [[middle(row[i], widths[i]) for i in beside] + row[-1:] for row in rows]


def middle(text: str, most: int) -> str:
    """Shorten a text in its middle."""
    if len(text) <= most:
        return text
    end = (most - 1) // 2
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"


def _wrapped(text: str, before: int) -> list[str]:
    """Wrap a line of a table within its last column, which begins after ``before`` characters."""
    room = shutil.get_terminal_size().columns - before if sys.stdout.isatty() else 0
    if not sys.stdout.isatty() or len(text) <= before + room:
        return [text]
    if room < _LEAST:
        below = textwrap.wrap(text[before:], max(before + room - 4, _LEAST), break_on_hyphens=False)
        return [text[:before].rstrip(), *(f"    {one}" for one in below)]
    first, *rest = textwrap.wrap(text[before:], room, break_on_hyphens=False)
    return [text[:before] + first, *(" " * before + one for one in rest)]


def many(count: int, one: str) -> str:
    """Give a count with its noun: ``1 shard``, ``2 shards``, ``3 repositories``."""
    if count == 1:
        return f"1 {one}"
    more = f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
    return f"{count:,} {more}"


def size(count: float) -> str:
    """Give bytes for people, in powers of 1000."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:  # noqa: PLR2004 -- the step between units
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def styled(stream: TextIO) -> bool:
    """Say whether colours are wanted there; source: no-color.org, and terminals that call themselves dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
