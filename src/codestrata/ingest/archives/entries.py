"""Entry: one file of an archive, in the form Git keeps files; and the rules for its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codestrata.errors import LimitExceeded, SecurityViolation
from codestrata.settings.ingest import LimitSettings

FILE, EXECUTABLE, LINK = b"100644", b"100755", b"120000"
#: Bytes of a file that are held at once.
CHUNK = 1 << 20
#: Times outside 1970…2100 are nobody's real times and do not become a commit's.
LATEST = 4_102_444_800


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: ``path`` from the archive's root, Git's mode, size in bytes, time in seconds since 1970 (0 unknown).

    ``content`` gives exactly ``size`` bytes, once, before the next entry is asked for. A hard link has no content of
    its own: ``same_as`` is the path of an entry before it.
    """

    path: bytes
    mode: bytes
    size: int
    time: int
    content: Callable[[], Iterator[bytes]]
    same_as: bytes = b""


def mode_of(permissions: int) -> bytes:
    """Give Git's mode of a regular file: only the owner's right to execute counts."""
    return EXECUTABLE if permissions & 0o100 else FILE


def time_of(seconds: float) -> int:
    """Give a time as whole seconds, 0 when it is outside 1970…2100."""
    return int(seconds) if 0 <= seconds < LATEST else 0


def clean_path(raw: bytes, limits: LimitSettings, where: str) -> bytes:
    """Give a path as Git writes it, or ``b""`` for what has no place in a tree (the root itself, anything in .git).

    Raises SecurityViolation for a path that leaves the archive's root, LimitExceeded for one too long or too deep.
    """
    parts = [part for part in raw.split(b"/") if part not in {b"", b"."}]
    if raw.startswith(b"/") or b".." in parts or b"\0" in raw:
        raise SecurityViolation(
            f"an entry is named {shown(raw)}", where=where, hint="paths stay below the archive's root"
        )
    if any(part.lower() == b".git" for part in parts):
        return b""
    path = b"/".join(parts)
    if len(path) > limits.max_path_bytes or len(parts) - 1 > limits.max_depth:
        raise LimitExceeded(
            f"the path {shown(path)} is too long or too deep",
            where=where,
            hint="raise ingest.limits.max_path_bytes or max_depth",
        )
    return path


def shown(raw: bytes) -> str:
    """Give a name for a message: printable, at most 80 characters."""
    text = repr(raw.decode("utf-8", "backslashreplace"))
    return text if len(text) <= 80 else text[:78] + "…'"  # noqa: PLR2004 - said above
