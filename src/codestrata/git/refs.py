"""Where HEAD points, read from the files themselves: no git is started, no configuration is looked at.

Source of the formats: gitrepository-layout(5), git-pack-refs(1).
"""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from codestrata.errors import DamagedRepository, SecurityViolation

_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/[A-Za-z0-9][^\x00-\x20\x7f~^:?*\[\\]*")
#: HEAD → branch → …: git itself follows five.
_HOPS = 5
_SMALL = 8192
_PACKED_REFS = 256 << 20
_SHOWN = ("refs/heads/", "refs/tags/")


@dataclass(frozen=True, slots=True)
class Head:
    """What HEAD names: the full ref ("" when detached) and the commit ("" when the branch has none yet)."""

    ref: str
    commit: str


def read_head(git_dir: Path, common_dir: Path | None = None) -> Head:
    """Resolve HEAD of a repository; ``common_dir`` holds the refs when ``git_dir`` is a linked work tree's own.

    Raises DamagedRepository when the files make no sense.
    """
    common = common_dir or git_dir
    if (common / "reftable").is_dir():
        hint = "run `git refs migrate --ref-format=files` there"
        raise DamagedRepository("its refs are kept as reftables, which are not read", where=str(git_dir), hint=hint)
    name, value = "", _small(git_dir / "HEAD", link=True)
    for _ in range(_HOPS):
        if _ID.fullmatch(value):
            return Head(name, value.decode())
        if not value.startswith(b"ref:"):
            break
        name = _checked(value[4:].strip(), git_dir)
        value = _loose(common, name) or _packed(common, name)
        if not value:
            return Head(name, "")
    raise DamagedRepository("HEAD does not name a commit", where=str(git_dir), hint="is this a Git repository?")


def read_ref(git_dir: Path, name: str) -> str:
    """Read one ref: its object id, or "" when there is no such ref."""
    value = _loose(git_dir, name) or _packed(git_dir, name)
    return value.decode() if _ID.fullmatch(value) else ""


def is_ref(name: str) -> bool:
    """Tell whether a text may be a full ref name (git-check-ref-format), and hence a path below a repository."""
    return bool(_REF.fullmatch(name)) and ".." not in name and "//" not in name and not name.endswith(("/", ".lock"))


def read_refs(common: Path) -> dict[str, str]:
    """Read all branches and tags: full name → object id (of the tag object, for annotated tags), sorted by name."""
    found: dict[str, str] = {}
    for line in read_plain(common / "packed-refs", _PACKED_REFS).splitlines():
        value, _, raw = line.partition(b" ")
        name = os.fsdecode(raw)
        if _ID.fullmatch(value) and name.startswith(_SHOWN) and is_ref(name):
            found[name] = value.decode()
    for name in _SHOWN:
        found |= _loose_refs(common, name.rstrip("/"))
    return dict(sorted(found.items()))


def write_file(path: Path, data: bytes) -> None:
    """Put a small file in place at once; nothing is touched when it has these bytes already."""
    if read_plain(path, max(len(data), _SMALL)) == data and path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)


def _loose_refs(common: Path, folder: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for parent, _, files in os.walk(common / folder):
        for file in files:
            path = Path(parent, file)
            name = path.relative_to(common).as_posix()
            value = read_plain(path, _SMALL).strip() if is_ref(name) else b""
            if _ID.fullmatch(value):
                found[name] = value.decode()
    return found


def _checked(raw: bytes, where: Path) -> str:
    name = os.fsdecode(raw)
    if not is_ref(name):
        raise SecurityViolation(f"HEAD names {name[:80]!r}, which is no ref", where=str(where))
    return name


def _loose(common: Path, name: str) -> bytes:
    return _small(common / name)


def _packed(common: Path, name: str) -> bytes:
    wanted = b" " + os.fsencode(name)
    for line in read_plain(common / "packed-refs", _PACKED_REFS).splitlines():
        if line.endswith(wanted) and _ID.fullmatch(line[: -len(wanted)]):
            return line[: -len(wanted)]
    return b""


def _small(path: Path, *, link: bool = False) -> bytes:
    """Read a one-line file; an old-fashioned HEAD may be a symbolic link, read as the ref it names."""
    if link and path.is_symlink():
        return b"ref: " + os.fsencode(path.readlink())
    return read_plain(path, _SMALL).strip()


def read_plain(path: Path, limit: int) -> bytes:
    """Read a regular file of at most ``limit`` bytes, following no link and waiting for no pipe; missing: ``b""``."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise SecurityViolation("is a symbolic link, which is not followed", where=str(path)) from error
        raise DamagedRepository(str(error.strerror), where=str(path)) from error
    try:
        status = os.fstat(handle)
        if stat.S_ISDIR(status.st_mode):
            return b""
        if not stat.S_ISREG(status.st_mode):
            raise SecurityViolation("is not a regular file", where=str(path))
        if status.st_size > limit:
            raise DamagedRepository(f"is larger than {limit} bytes", where=str(path))
        return _all(handle, limit)
    finally:
        os.close(handle)


def _all(handle: int, limit: int) -> bytes:
    parts, left = [], limit
    while left and (part := os.read(handle, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
