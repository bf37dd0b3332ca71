"""JSON that somebody else wrote: loaded within limits, and asked questions that every answer is right for.

Nothing here raises on a value of another shape than expected: it is absent then. Source: RFC 8259.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from codestrata.ci.reports.base import MAX_PROBLEMS, Problem, Unreadable

#: The most values in a document, counted by its brackets, braces and commas: memory is many times the text.
MAX_VALUES = 8_000_000
#: The largest number that lines, columns and counts may have.
_MOST = 2**31 - 1
_BYTE = re.compile(r"\(byte (\d+)\)")


def load(data: bytes) -> Any:
    """Read one document. Raises Unreadable with the line and the column of what is wrong."""
    raw = data.removeprefix(b"\xef\xbb\xbf")
    if sum(raw.count(mark) for mark in (b"{", b"[", b",")) > MAX_VALUES:
        raise Unreadable(f"it has more than {MAX_VALUES:,} values")
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError as error:
        raise Unreadable(f"no valid JSON: {_placed(raw, str(error))}") from None
    except UnicodeDecodeError as error:
        raise Unreadable(f"no valid JSON: no UTF-8 at byte {error.start}") from None
    except RecursionError:
        raise Unreadable("JSON that is nested too deeply") from None


def _placed(raw: bytes, told: str) -> str:
    """Give an error with line and column instead of the byte it names."""
    what = _BYTE.sub("", told).removeprefix("JSON is malformed:").strip()
    byte = _BYTE.search(told)
    end = min(int(byte[1]), len(raw)) if byte else len(raw)
    before = raw[:end]
    return f"line {before.count(10) + 1}, column {end - before.rfind(10)}: {what}"


def documents(data: bytes) -> Iterator[Any]:
    """Give the object of every line that begins as one; other lines are what a tool says besides.

    A line that is no valid JSON becomes a Problem; after too many of them the rest is not read. Source: jsonlines.org.
    """
    bad = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.lstrip().startswith(b"{"):
            continue
        try:
            yield load(line)
        except Unreadable as error:
            bad += 1
            if bad > MAX_PROBLEMS:
                raise Unreadable(f"more than {MAX_PROBLEMS} lines are no JSON") from None
            yield Problem(f"line {number}: {error}")


def sequence(data: bytes) -> Iterator[Any]:
    """Give objects that stand one after the other, however they are laid out (as Go's encoder writes them).

    Values that are written over several lines end with a bracket in the first column.
    """
    lines: list[bytes] = []
    for line in data.split(b"\n"):
        if line.startswith(b"#") or not line.strip():
            continue
        lines.append(line)
        if line.startswith((b"}", b"]")) or (len(lines) == 1 and line.rstrip().endswith((b"}", b"]"))):
            yield load(b"\n".join(lines))
            lines.clear()
    if lines:
        yield load(b"\n".join(lines))


def at(value: Any, *path: str | int) -> Any:
    """Follow names and places into a value; None where there is nothing."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def text(value: Any, *path: str | int) -> str:
    """Give the text there, "" if it is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def number(value: Any, *path: str | int, absent: int = 0) -> int:
    """Give the whole number there, not below 0; ``absent`` if it is none."""
    found = at(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return absent
    return max(0, min(int(found), _MOST))


def real(value: Any, *path: str | int, absent: float = -1.0) -> float:
    """Give the number there; ``absent`` if it is none."""
    found = at(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return absent
    try:
        return float(found) if math.isfinite(found) else absent
    except OverflowError:
        return absent


def each(value: Any, *path: str | int) -> list[Any]:
    """Give the items there, none if it is no list."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def entries(value: Any, *path: str | int) -> dict[str, Any]:
    """Give the entries there, none if it is no object."""
    found = at(value, *path)
    return found if isinstance(found, dict) else {}
