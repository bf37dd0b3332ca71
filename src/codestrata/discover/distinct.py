"""Names that tell repositories apart: where two of one list share a name, the folders (or the host) above join it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from packageurl import PackageURL

from codestrata.model import OriginKind, Repository

#: Hexadecimal digits of an id in a name, for two archives of one stem in one folder.
_DIGITS = 8


def distinct(found: Sequence[Repository]) -> list[Repository]:
    """Give the repositories, in their order, each under a name of its own.

    Names that nobody shares stay; the others grow by one folder at a time, all that share one together, until they
    differ: ``repo`` and ``repo`` become ``a/repo`` and ``b/repo``. Packages get their version; what no folder tells
    apart gets the beginning of its id.
    """
    places = Counter(_place(one) for one in found)
    names = {one.id: one.full_name if places[_place(one)] == 1 else _with_id(one) for one in found}
    longer = {one.id: _longer(one) for one in found}
    while shared := {name for name, count in Counter(names.values()).items() if count > 1}:
        for one in found:
            if names[one.id] in shared:
                names[one.id] = next(longer[one.id])
    return [one if names[one.id] == one.full_name else replace(one, full_name=names[one.id]) for one in found]


def _longer(one: Repository) -> Iterator[str]:
    """Give longer and longer names of a repository; the last has its id in it."""
    name = one.full_name
    if one.origin.kind is OriginKind.PACKAGE:
        yield f"{name}@{PackageURL.from_string(one.origin.locator).version or 'latest'}"
    else:
        for folder in _above(one):
            name = f"{folder}/{name}"
            yield name
    yield _with_id(one)
    yield f"{one.full_name}-{one.id}"


def _place(one: Repository) -> tuple[str, ...]:
    """Give a repository's name with all that stands above it."""
    return (one.full_name, *_above(one))


def _with_id(one: Repository) -> str:
    return f"{one.full_name}-{one.id[:_DIGITS]}"


def _above(one: Repository) -> list[str]:
    """List what stands above a repository's name in its URL or path, the nearest first."""
    if one.origin.kind is OriginKind.PACKAGE:
        return [one.origin.locator]
    if one.origin.kind is OriginKind.GIT:
        url = urlsplit(one.origin.locator)
        parts = [url.netloc, *PurePosixPath(unquote(url.path)).parts[1:]]
        return parts[: -(one.full_name.count("/") + 1)][::-1]
    # its name may be another than its folder's: all but the folder itself stands above it
    return [part for part in PurePosixPath(one.origin.locator).parts[:-1] if part != "/"][::-1]
