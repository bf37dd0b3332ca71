"""Links: what a text names of commits, issues and pull requests, and of other documents."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Digits below which a hexadecimal word names no commit.
_LEAST_DIGITS = 7
_ISSUE = re.compile(
    rb"(?<![\w&/#-])(?:([\w.-]{1,39}/[\w.-]{1,100})?#(\d{1,7})|GH-(\d{1,7})|"
    rb"\b(?:[Ii]ssue|[Pp]ull [Rr]equest|PR|MR) #?(\d{1,7})|!(\d{1,7}))\b"
)
_URL = re.compile(rb"https?://[\w.-]+/([\w.-]+/[\w.-]+)/(?:-/)?(?:issues|pull|pulls|merge_requests)/(\d{1,7})\b")
_HEX = re.compile(rb"(?<![\w/#.=-])[0-9a-f]{7,64}(?![\w-])")
_REVERTS = re.compile(rb"(?i)\breverts? (?:commit )?([0-9a-f]{7,64})\b")
_PICKED = re.compile(rb"\(cherry picked from commit ([0-9a-f]{7,64})\)|\[ ?upstream commit ([0-9a-f]{7,64})")


@dataclass(frozen=True, slots=True)
class Links:
    """What a text names: ``issues`` (``12`` or ``owner/name#12``), ``commits`` (as written), and two kinds of those."""

    issues: tuple[str, ...]
    commits: tuple[str, ...]
    reverts: tuple[str, ...]
    picked: tuple[str, ...]


def links(text: bytes) -> Links:
    """Read the links of a text."""
    issues: dict[str, None] = {}
    for found in _URL.finditer(text):
        issues[f"{found[1].decode()}#{found[2].decode()}"] = None
    for found in _ISSUE.finditer(text):
        number = next(part for part in found.groups()[1:] if part).decode()
        issues[f"{found[1].decode()}#{number}" if found[1] else number] = None
    hexes = [one.decode() for one in _HEX.findall(text) if _mixed(one)]
    reverts = tuple(found.decode() for found in _REVERTS.findall(text))
    picked = tuple((a or b).decode() for a, b in _PICKED.findall(text))
    return Links(tuple(issues), tuple(dict.fromkeys([*hexes, *reverts, *picked])), reverts, picked)


def _mixed(word: bytes) -> bool:
    """Tell ids from numbers and from words."""
    return any(48 <= c <= 57 for c in word) and not word.isdigit()  # noqa: PLR2004 -- the digits of ASCII


class Known:
    """The commits of a repository, found by the beginning of their ids."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = sorted(ids)

    def resolve(self, names: Sequence[str]) -> list[str]:
        """Give the whole ids of those that are here, and are meant alone by what is written."""
        found = []
        for name in names:
            at = bisect_left(self._ids, name) if len(name) >= _LEAST_DIGITS else len(self._ids)
            meant = [one for one in self._ids[at : at + 2] if one.startswith(name)]
            found += meant if len(meant) == 1 else []
        return list(dict.fromkeys(found))


def ours(issues: Iterable[str], full_name: str) -> list[str]:
    """Give issues with this repository's own as bare numbers."""
    prefix = f"{full_name}#".lower()
    return list(dict.fromkeys(one[len(prefix) :] if one.lower().startswith(prefix) else one for one in issues))
