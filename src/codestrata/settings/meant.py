"""What a name that is none may have been meant for."""

from __future__ import annotations

from collections.abc import Iterable

#: Names that are told when none is like the one given.
_MOST = 40


def meant(name: str, known: Iterable[str], what: str = "known") -> str:
    """Say which of the known names is most like one that is none, whatever its case; else which there are, if few."""
    from difflib import get_close_matches

    by_case = {one.lower(): one for one in known}
    if near := get_close_matches(name.lower(), by_case, n=1):
        return f"did you mean {by_case[near[0]]}?"
    return f"{what}: {', '.join(by_case.values()) or 'none'}" if len(by_case) <= _MOST else ""
