"""Paths on this machine as origins: bare and working repositories, source archives."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from codestrata.discover.rejected import Unfit
from codestrata.model import Origin, OriginKind

#: How the name of a source archive ends; what it really is, its first bytes say when it is read.
ARCHIVE_ENDINGS = (
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.bz2",
    ".tbz2",
    ".tar.xz",
    ".txz",
    ".tar.zst",
    ".tzst",
    ".zip",
    ".whl",
    ".crate",
)
EXPECTED = "the path of a Git repository (bare or working) or of a source archive"


def is_archive(path: Path) -> bool:
    """Say whether a file's name is that of a source archive."""
    return path.name.lower().endswith(ARCHIVE_ENDINGS)


def is_repository(path: Path) -> bool:
    """Say whether a path is a bare or a working Git repository, or the ``.git`` inside a working one."""
    return (path / ".git").exists() or _is_bare(path) or (path.absolute().name == ".git" and path.exists())


def _is_bare(path: Path) -> bool:
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


def path_origin(text: str, base: Path) -> tuple[Origin, str]:
    """Give the origin and the name of a repository or an archive on this machine. Raises Unfit.

    The locator is the absolute path without ``..``; a working repository is named by its folder, not by ``.git``.
    """
    path = absolute(text, base)
    if not _is_text(str(path)):
        raise Unfit(EXPECTED, hint="the path is not UTF-8")
    # a linked work tree has a file of that name
    folder = path.parent if path.name == ".git" else path
    if folder.is_dir():
        if not is_repository(folder):
            raise Unfit(EXPECTED, hint="that folder is not a Git repository")
        return Origin(OriginKind.LOCAL, str(folder)), folder.name.removesuffix(".git") or str(folder)
    if path.is_file() and is_archive(path):
        return Origin(OriginKind.ARCHIVE, str(path)), _stem(path)
    if path.exists():
        raise Unfit(EXPECTED, hint=f"a source archive's name ends with {' '.join(ARCHIVE_ENDINGS)}")
    raise Unfit(EXPECTED, hint="there is nothing at that path")


def _is_text(path: str) -> bool:
    return not any("\udc80" <= c <= "\udcff" for c in path)


def absolute(text: str, base: Path) -> Path:
    """Give the absolute path that a text (a path or a file: URL) means, as seen from ``base``."""
    if text.startswith("file:"):
        parts = urlsplit(text)
        if parts.netloc not in {"", "localhost"} or parts.query:
            raise Unfit(EXPECTED, hint="a file: URL names no other machine", secret="@" in text)
        text = unquote(parts.path)
    if "\0" in text:
        raise Unfit(EXPECTED, hint="a path has no NUL character")
    path = Path(os.path.normpath(base.absolute() / text))
    return path.resolve() if path.exists() else path


def _stem(path: Path) -> str:
    """Give an archive's name without its ending."""
    ending = max((e for e in ARCHIVE_ENDINGS if path.name.lower().endswith(e)), key=len)
    return path.name[: -len(ending)] or path.name
