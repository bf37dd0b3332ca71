"""The part of a path that language detection depends on: rows of one content and one name key get one answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from codestrata.analyze.language.tables import Names, names
from codestrata.store.columns import Varlen

MANPAGE = re.compile(r"\.(?:[1-9](?:[a-z_][a-z_0-9]*)?|0p|n|man|mdoc)(?:\.in)?\Z")
"""The section a manual page's name ends in, lower-case. Source: Linguist, ``strategy/manpage.rb``."""


class _Suffixes(dict[bytes, str]):
    """What follows a file name's first dot → its key; each spelling is worked out once."""

    def __init__(self, table: Names) -> None:
        self._table = table

    def __missing__(self, rest: bytes) -> str:
        key = suffix_key("." + rest.lower().decode("latin-1"), self._table) if rest else ""
        self[rest] = key
        return key


def suffix_key(suffix: str, table: Names) -> str:
    """Give the longest known extension that ends ``suffix`` (``.tar.gz``, lower-case), a manual section, or ``""``."""
    start = 0
    while start >= 0:
        if suffix[start:] in table.extensions:
            return suffix[start:]
        start = suffix.find(".", start + 1)
    page = MANPAGE.search(suffix)
    return page[0] if page else ""


def known_names() -> dict[bytes, str]:
    """Give the file names that are keys themselves; one that is also an extension counts as that."""
    table = names()
    return {name.encode(): name for name in table.filenames if name not in table.extensions}


def suffix_keys(rests: Iterable[bytes]) -> list[str]:
    """Give the key of each string that follows a file name's first dot."""
    suffixes = _Suffixes(names())
    return [suffixes[rest] for rest in rests]


def name_keys(paths: Varlen) -> list[str]:
    """Give each path's name key: the file name where the tables know it, else its longest known extension, else ``""``.

    A name that is also an extension (``.gitignore``) counts as the extension, so one key never means two things.
    """
    exact, suffixes = known_names(), _Suffixes(names())
    named = [path[path.rfind(b"/") + 1 :] for path in paths]
    return [exact.get(name) or suffixes[name.partition(b".")[2]] for name in named]
