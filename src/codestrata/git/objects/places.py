"""Object directories of a repository: its own and, where the caller allows it, its alternates.

Source: gitrepository-layout(5) "objects/info/alternates"; the limits are git's own (nesting of five, C-quoted lines).
What git would read and we would not follow is refused, because git itself is the reader of last resort.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from codestrata.errors import DamagedRepository, SecurityViolation

#: How deep alternates of alternates are followed.
NESTING = 5
#: The longest alternates file that is read, in bytes.
LONGEST = 1 << 20

_QUOTED = re.compile(rb'"(?:[^"\\]|\\(?:[abfnrtv"\\]|[0-3][0-7]{2}))*"')
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_HINT = "clone it without --shared or --reference"


def object_directories(git_dir: Path, alternates_root: Path | None) -> list[str]:
    """Give the object directories of a repository, its own first, then its alternates in git's order.

    Every alternate must lie inside ``alternates_root`` (None: none is allowed), links resolved, else SecurityViolation:
    the file belongs to the repository, and could name any store on this machine. One that is not there is passed over.
    """
    home = os.path.realpath(git_dir)
    own, pack = (os.path.realpath(f"{home}/{name}") for name in ("objects", "objects/pack"))
    allowed = os.path.realpath(alternates_root) if alternates_root else None
    if not os.path.isdir(own):  # noqa: PTH112 - paths are text here: this is done for every repository
        raise DamagedRepository("has no object store", where=git_dir.name, hint="give the path of a bare repository")
    if not all(_inside(place, home) or _inside(place, allowed) for place in (own, pack)):
        raise SecurityViolation("keeps its objects behind a link that leads outside", where=git_dir.name)
    if os.path.lexists(f"{home}/commondir"):
        raise SecurityViolation("takes its objects from another repository", where=git_dir.name, hint="open that one")
    found: dict[str, None] = {}
    _follow(own, allowed, 0, found)
    return list(found)


def _inside(place: str, root: str | None) -> bool:
    return root is not None and (place == root or place.startswith(root.rstrip("/") + "/"))


def _follow(directory: str, allowed: str | None, depth: int, found: dict[str, None]) -> None:
    if directory in found:
        return
    found[directory] = None
    if depth > NESTING:
        return
    for line in _lines(f"{directory}/info/alternates"):
        other = os.path.realpath(os.path.join(directory, os.fsdecode(line)))  # noqa: PTH118
        if not _inside(other, allowed):
            reason = f"borrows objects from {os.fsdecode(line)!r}, which is outside what is allowed"
            raise SecurityViolation(reason, where=os.path.basename(os.path.dirname(directory)), hint=_HINT)  # noqa: PTH119, PTH120
        if os.path.isdir(other):  # noqa: PTH112
            _follow(other, allowed, depth + 1, found)


def _lines(file: str) -> Iterator[bytes]:
    if not os.path.isfile(file):  # noqa: PTH113
        return
    with open(file, "rb") as stream:  # noqa: PTH123
        text = stream.read(LONGEST + 1)
    for line in text.split(b"\n"):
        odd = line.startswith(b'"') and not _QUOTED.fullmatch(line)
        if odd or b"\0" in line or len(text) > LONGEST:
            raise SecurityViolation("cannot be read as git reads it", where="objects/info/alternates", hint=_HINT)
        if line and not line.startswith(b"#"):
            yield _unquoted(line) if line.startswith(b'"') else line


def _unquoted(line: bytes) -> bytes:
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 8)]) if len(m[1]) > 1 else _LETTERS.get(m[1], m[1]), line[1:-1])
