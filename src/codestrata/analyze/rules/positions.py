"""Places among siblings: 3, ``odd``'s formula ``2n+1``, ``-n+3``. Source: CSS's An+B, which ast-grep follows."""

from __future__ import annotations

import re
from typing import Any

from codestrata.analyze.rules.mistakes import Path, Wrong

_FORMULA = re.compile(r"(?P<step>[+-]?\d*)[nN](?:(?P<offset>[+-]\d+))?|(?P<number>[+-]?\d+)")


def position(value: Any, path: Path) -> tuple[int, int]:
    """Give step and offset of a place: all step * n + offset, counted from 1, for n >= 0."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return 0, value
    found = _FORMULA.fullmatch("".join(value.split())) if isinstance(value, str) else None
    if not found:
        raise Wrong(path, f"no place among siblings: {value}", "a number, or a formula such as 2n+1, -n+3")
    if found["number"]:
        return 0, int(found["number"])
    step = found["step"]
    return int(f"{step}1" if step in {"", "+", "-"} else step), int(found["offset"] or 0)
