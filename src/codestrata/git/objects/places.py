"""Object directories of a repository: its own and, where the caller allows it, its alternates.

Source: gitrepository-layout(5) "objects/info/alternates"; the limits are git's own (nesting of five, C-quoted lines).
What git would read and we would not follow is refused, because git itself is the reader of last resort.
"""

from __future__ import annotations

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


def object_directories(git_dir: Path, alternates_root: Path | None) -> list[Path]:
    """Give the object directories of a repository, its own first, then its alternates in git's order.

    Every alternate must lie inside ``alternates_root`` (None: none is allowed), links resolved, else SecurityViolation:
    the file belongs to the repository, and could name any store on this machine. One that does not exist is passed over.
    """
    home, own = git_dir.resolve(), (git_dir / "objects").resolve()
    if not own.is_dir():
        raise DamagedRepository("has no object store", where=git_dir.name, hint="give the path of a bare repository")
    allowed = alternates_root.resolve() if alternates_root else home
    for place in (own, (own / "pack").resolve()):
        if not (place.is_relative_to(home) or place.is_relative_to(allowed)):
            raise SecurityViolation("keeps its objects behind a link that leads outside", where=git_dir.name)
    if (git_dir / "commondir").exists():
        raise SecurityViolation("takes its objects from another repository", where=git_dir.name, hint="open that one")
    found: dict[Path, None] = {}
    _follow(own, alternates_root and allowed, 0, found)
    return list(found)


def _follow(directory: Path, allowed: Path | None, depth: int, found: dict[Path, None]) -> None:
    if directory in found:
        return
    found[directory] = None
    if depth > NESTING:
        return
    for line in _lines(directory / "info" / "alternates"):
        name = line.decode("utf-8", "surrogateescape")
        other = (directory / name).resolve()
        if allowed is None or not other.is_relative_to(allowed):
            reason = f"borrows objects from {name!r}, which is outside what is allowed"
            raise SecurityViolation(reason, where=directory.parent.name, hint=_HINT)
        if other.is_dir():
            _follow(other, allowed, depth + 1, found)


def _lines(file: Path) -> Iterator[bytes]:
    if not file.is_file():
        return
    with file.open("rb") as stream:
        text = stream.read(LONGEST + 1)
    for line in text.split(b"\n"):
        odd = line.startswith(b'"') and not _QUOTED.fullmatch(line)
        if odd or b"\0" in line or len(text) > LONGEST:
            raise SecurityViolation("has an alternates file that cannot be read", where=str(file.name), hint=_HINT)
        if line and not line.startswith(b"#"):
            yield _unquoted(line) if line.startswith(b'"') else line


def _unquoted(line: bytes) -> bytes:
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 8)]) if len(m[1]) > 1 else _LETTERS.get(m[1], m[1]), line[1:-1])
