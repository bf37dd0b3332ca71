"""How the command line speaks: a few shapes, on stdout for results and stderr for everything else."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def line(text: str = "") -> None:
    """Print one line of a result."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """Print one line beside the result."""
    sys.stderr.write(f"{text}\n")


def error_line(text: str) -> None:
    """Print one error."""
    mark = "\033[31merror\033[0m" if sys.stderr.isatty() else "error"
    sys.stderr.write(f"{mark}: {text}\n")


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, indent=2, sort_keys=True, default=str) + "\n")


def facts(pairs: Mapping[str, Any]) -> None:
    """Print names and values in two columns."""
    width = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        line(f"{name:<{width}}  {value}")


def table(header: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[int] = ()) -> None:
    """Print a table: columns as wide as their widest cell, ``right`` names those that are numbers."""
    cells = [[str(c) for c in row] for row in rows]
    widths = [max([len(h), *(len(r[i]) for r in cells)]) for i, h in enumerate(header)]
    numbers = set(right)

    def lay(row: Sequence[str]) -> str:
        parts = [c.rjust(w) if i in numbers else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        return "  ".join(parts).rstrip()

    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    line(f"{bold}{lay(header)}{plain}")
    for row in cells:
        line(lay(row))


def size(count: float) -> str:
    """Give bytes for people, in powers of 1000."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:  # noqa: PLR2004 -- the step between units
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
