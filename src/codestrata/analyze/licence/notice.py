"""What a short text says about its licence: "licensed under either of …", "under the terms of the GNU GPL as …".

A name alone proves nothing (a read-me names the licences of its friends), so it must stand in a licensing phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from codestrata.analyze.licence.mentions import Mention, mentions
from codestrata.analyze.licence.names import EXACT
from codestrata.model.licence import combine


@dataclass(frozen=True, slots=True)
class Finding:
    """A licence found: SPDX expression ("" none), how (``text``, ``notice``, ``manifest``, ""), confidence 0 to 1."""

    expression: str = ""
    method: str = ""
    confidence: float = 0.0


NOTHING = Finding()

#: Characters of a text that is remembered.
_SHORT = 1000
_LICENSING = re.compile(
    r"\b(?:under|licen[sc]ed|licen[sc]es?|terms|released|covered|governed|subject|spdx|conditions|dual|either|choice|"
    r"provided|made available)\b"
)
_DENIED = re.compile(
    r"\b(?:not|nor|compatible|incompatible|unlike|except|than|instead|previously|formerly|depends?|dependenc(?:y|ies)|"
    r"requires?|links?|linked|linking)\b"
    r"(?! (?:\w+ ){0,4}(?:licen[sc]ed|released|distributed|covered|governed|available))|"
    r"\b(?:not|nor|longer) (?:\w+ )?(?:licen[sc]ed|released|distributed|covered|governed|available)"
)
_DENIED_AFTER = re.compile(r"^ (?:in)?compatible\b")
CHOICE = re.compile(
    r"\beither (?!express|version|as published)|\bdual(?:ly)? licen[sc]|\btriple licen[sc]|"
    r"\b(?:at|of) your (?:option|choice|choosing)(?! any later)|"
    r"\bchoice of|\balternatively\b|\b(?:one|any) of the following\b"
)
_OR = re.compile(r"\bor\b")
_LATER = re.compile(r"\bor(?: at your option)?(?: any)? (?:later|newer|greater|above|higher)(?: versions?)?")
#: Characters: a name this far into a text is its title; names this close are joined by a plain "or"; near; around.
_TITLE, _NEXT, _NEAR, _AROUND = 24, 80, 200, 120
#: One of these stands in every exception's name.
_EXCEPTION_WORDS = ("exception", "syscall note")
#: Words that turn a licence into one WITH an exception: pattern, the ids it belongs to, exception.
_WITH = (
    (re.compile(r"\bllvm exceptions?\b"), "Apache-2.0", "LLVM-exception"),
    (re.compile(r"\bgcc runtime library exception\b"), "GPL-3.0", "GCC-exception-3.1"),
    (re.compile(r"\bclasspath exception\b|\bclasspath exception as provided\b"), "GPL-2.0", "Classpath-exception-2.0"),
    (re.compile(r"\blinux syscall note\b"), "GPL-2.0", "Linux-syscall-note"),
)


def notice(text: str, *, titles: bool = True) -> Finding:
    """Read a notice given as words joined by spaces; with ``titles``, a name at its beginning needs no phrase."""
    return (_remembered if len(text) <= _SHORT else _read)(text, titles=titles)


def _read(text: str, *, titles: bool) -> Finding:
    found = [m for m in mentions(text) if licenses(text, m, titles=titles)]
    return expression_of(_with_exceptions(text, _told(found)), text)


#: The same few words stand around the licence in file after file.
_remembered = lru_cache(maxsize=2048)(_read)


def licenses(text: str, mention: Mention, *, titles: bool = True) -> bool:
    """Say whether a name stands in a licensing phrase and not in one about something else."""
    before = text[max(0, mention.start - 100) : mention.start]
    if _DENIED.search(before[-50:]) or _DENIED_AFTER.match(text[mention.end : mention.end + 16]):
        return False
    title = mention.start <= _TITLE and (titles or "licen" in text[mention.start : mention.end])
    return title or mention.id.startswith("LicenseRef-") or _LICENSING.search(before) is not None


def expression_of(found: Sequence[Mention], text: str) -> Finding:
    """Put names together: OR between those the text offers as a choice, AND otherwise."""
    if not found:
        return NOTHING
    groups = [[found[0].id]]
    for a, b in pairwise(found):
        if _alternatives(a, b, text):
            groups[-1].append(b.id)
        else:
            groups.append([b.id])
    expression = combine([combine(group, "OR") for group in groups])
    return Finding(expression, "notice", min(m.confidence for m in found)) if expression else NOTHING


def _alternatives(a: Mention, b: Mention, text: str) -> bool:
    """Say whether two neighbouring names are a choice: by the words between them, or around both when close."""
    gap = _LATER.sub("", text[a.end : b.start])
    if CHOICE.search(gap) or (_OR.search(gap) and len(gap) < _NEXT):
        return True
    around = text[max(0, a.start - _AROUND) : a.start] + " · " + text[b.end : b.end + _AROUND]
    return len(gap) < _NEAR and CHOICE.search(around) is not None


def _told(found: list[Mention]) -> list[Mention]:
    """Leave out GNU names that only repeat another: without a version beside one with it, "only" beside "or later"."""
    gnu = [m for m in found if "GPL-" in m.id and " " not in m.id]
    if not gnu:
        return found
    best = max(m.confidence for m in gnu)
    kept = {m.id for m in gnu if m.confidence == best} if best == EXACT else {gnu[0].id}
    kept -= {id_.replace("-or-later", "-only") for id_ in kept if id_.endswith("-or-later")}
    return [m for m in found if m not in gnu or m.id in kept]


def _with_exceptions(text: str, found: list[Mention]) -> list[Mention]:
    if not found or not any(word in text for word in _EXCEPTION_WORDS):
        return found
    for pattern, base, exception in _WITH:
        if pattern.search(text):
            found = [replace(m, id=f"{m.id} WITH {exception}") if m.id.startswith(base) else m for m in found]
    return found
