"""Licences called by name: "GNU General Public License, version 2 or later", "MIT License", "Apache 2.0", "GPLv3+".

Works on words joined by single spaces, as :func:`codestrata.analyze.licence.words.words` gives them, so "Version 2.0"
reads ``version 2 0`` and "GPLv3+" reads ``gplv3 or later``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import re2

from codestrata.analyze.licence.names import EXACT, LOOSE, NAMES, PROHIBITED, STEMS


@dataclass(frozen=True, slots=True)
class Mention:
    """A licence named in text[start:end]."""

    id: str
    confidence: float
    start: int
    end: int


_ALL_NAMES = re2.compile("|".join(f"({pattern})" for pattern, *_ in NAMES))
#: All but those with :data:`PROHIBITED` in them: these count words from every "use" on, which makes RE2 slow.
_NAMES = re2.compile("|".join(f"({pattern})" for pattern, *_ in NAMES if PROHIBITED not in pattern))

#: One of these stands in every Creative Commons name; texts are asked for it first, at a fiftieth of the cost.
_CREATIVE_WORDS = ("creative commons attribution", "cc by")
_CREATIVE = re.compile(
    r"\b(?:creative commons attribution|cc by)"
    r"((?: (?:nc|sa|nd|non ?commercial|share ?alike|no ?deriv(?:ative works|ative|atives|s)?))*)"
    r"(?: (?!and\b)[a-z]+){0,3}? ([1234]) (0|5)\b",
)
_CREATIVE_TERMS = (("nc", r"\bnc\b|commercial"), ("nd", r"\bnd\b|deriv"), ("sa", r"\bsa\b|alike"))

#: One of these stands in every GNU name, at most so many characters after its beginning.
_GNU_WORDS = ("gpl", "gnu ", "general public license")
_GNU_LEAD = len("library ")
_GNU = re.compile(
    r"\b(?:(?:gnu )?(?:(affero|lesser|library) )?(?:gnu )?general public licenses?|"
    r"gnu (affero|lesser|library) (?:public )?license|(agpl|lgpl|gpl))"
    r"(?=v?[ \d]|$|s\b)",
)
_GNU_KIND = {"affero": "AGPL", "agpl": "AGPL", "lesser": "LGPL", "library": "LGPL", "lgpl": "LGPL"}
_GNU_FIRST = {"GPL": "1.0", "LGPL": "2.0", "AGPL": "1.0"}
_AFTER = re.compile(r"(?: \w+){0,14}? ?(?:version|v|gplv|^) ?v?([123])(?: ([01]))?\b(?! clause)")
_AT_ONCE = re.compile(r"(?: ?l?gpl)? ?(?:version |v )?v?([123])(?: ([01]))?\b")
_BEFORE = re.compile(r"\bversion ([123])(?: ([01]))? (?:or later |or any later version )?of the (?:gnu )?$")
_LATER = re.compile(r"\b(?:any )?(?:later|newer|greater|above|higher)(?: versions?)?\b")


def mentions(text: str) -> list[Mention]:
    """List the licences that a text of joined words calls by name, in order, none inside another."""
    text = text.encode("ascii", "replace").decode()  # one byte per character, so that places agree
    found = _named(text) + _gnu(text) + _creative(text)
    out: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if not out or mention.start >= out[-1].end:
            out.append(mention)
    return [mention for mention in out if mention.id]


def _named(text: str) -> list[Mention]:
    spaced = f" {text} ".replace("?", " ")  # which stands for a letter that is not ASCII
    if not any(stem in spaced for stem in STEMS):
        return []
    names = _ALL_NAMES if PROHIBITED in text else _NAMES
    hits = ((NAMES[match.lastindex - 1], match) for match in names.finditer(text))
    return [Mention(row[1], row[2], match.start(), match.end()) for row, match in hits]


def _gnu(text: str) -> list[Mention]:
    out = []
    for name in _gnu_names(text):
        kind = _GNU_KIND.get(name[1] or name[2] or name[3] or "", "GPL")
        before = _BEFORE.search(text[max(0, name.start() - 60) : name.start()])
        tail = text[name.end() : name.end() + 160]
        following = next(_gnu_names(tail), None)
        tail = tail[: following.start()] if following else tail
        version = before or _AT_ONCE.match(tail) or _AFTER.match(tail)
        end = name.end() + (version.end() if version and version is not before else 0)
        later = _LATER.search(text[max(0, name.start() - 60) if before else end : end + 50])
        number = f"{version[1]}.{version[2] or 0}" if version else _GNU_FIRST[kind]
        suffix = "or-later" if later or not version else "only"
        out.append(Mention(f"{kind}-{number}-{suffix}", EXACT if version else LOOSE, name.start(), end))
    return out


def _gnu_names(text: str) -> Iterator[re.Match[str]]:
    """Give what ``_GNU.finditer`` would, beginning each search near the next word that a name holds."""
    at = 0
    while near := [place for word in _GNU_WORDS if (place := text.find(word, at)) >= 0]:
        name = _GNU.search(text, max(at, min(near) - _GNU_LEAD))
        if not name:
            return
        yield name
        at = name.end()


def _creative(text: str) -> list[Mention]:
    out: list[Mention] = []
    if not any(word in text for word in _CREATIVE_WORDS):
        return out
    for name in _CREATIVE.finditer(text):
        terms = "".join(f"-{term.upper()}" for term, pattern in _CREATIVE_TERMS if re.search(pattern, name[0]))
        out.append(Mention(f"CC-BY{terms}-{name[2]}.{name[3]}", EXACT, name.start(), name.end()))
    return out
