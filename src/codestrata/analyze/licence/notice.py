"""What a short text says about its licence: "licensed under either of …", "under the terms of the GNU GPL as …".

A name alone proves nothing (a read-me names the licences of its friends), so it must stand in a licensing phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from codestrata.analyze.licence.mentions import EXACT, Mention, mentions
from codestrata.model.licence import combine


@dataclass(frozen=True, slots=True)
class Finding:
    """A licence found: SPDX expression ("" none), how (``text``, ``notice``, ``manifest``, ""), confidence 0 to 1."""

    expression: str = ""
    method: str = ""
    confidence: float = 0.0


NOTHING = Finding()

_LICENSING = re.compile(
    r"\b(?:under|licen[sc]ed|licen[sc]es?|terms|released|covered|governed|subject|spdx|conditions|dual|either|choice|provided|made available)\b"
)
_DENIED = re.compile(
    r"\b(?:not|nor|compatible|incompatible|unlike|except|than|instead|previously|formerly|depends?|dependenc(?:y|ies)|"
    r"requires?|links?|linked|linking)\b(?! (?:\w+ ){0,4}(?:licen[sc]ed|released|distributed|covered|governed|available))|"
    r"\b(?:not|nor|longer) (?:\w+ )?(?:licen[sc]ed|released|distributed|covered|governed|available)"
)
_DENIED_AFTER = re.compile(r"^ (?:in)?compatible\b")
CHOICE = re.compile(
    r"\beither (?!express|version|as published)|\bdual(?:ly)? licen[sc]|\b(?:at|of) your (?:option|choice|choosing)(?! any later)|"
    r"\bchoice of|\balternatively\b|\b(?:one|any) of the following\b|\btriple licen[sc]"
)
_OR = re.compile(r"\bor\b")
_LATER = re.compile(r"\bor(?: at your option)?(?: any)? (?:later|newer|greater|above|higher)(?: versions?)?")
#: Words that turn a licence into one WITH an exception: pattern, the ids it belongs to, exception.
_WITH = (
    (re.compile(r"\bllvm exceptions?\b"), "Apache-2.0", "LLVM-exception"),
    (re.compile(r"\bgcc runtime library exception\b"), "GPL-3.0", "GCC-exception-3.1"),
    (re.compile(r"\bclasspath exception\b|\bclasspath exception as provided\b"), "GPL-2.0", "Classpath-exception-2.0"),
    (re.compile(r"\blinux syscall note\b"), "GPL-2.0", "Linux-syscall-note"),
)


def notice(text: str) -> Finding:
    """Read a notice given as words joined by single spaces."""
    return expression_of(_with_exceptions(text, _told([m for m in mentions(text) if licenses(text, m)])), text)


def licenses(text: str, mention: Mention) -> bool:
    """Say whether a name stands in a licensing phrase and not in one about something else."""
    before = text[max(0, mention.start - 100) : mention.start]
    if _DENIED.search(before[-50:]) or _DENIED_AFTER.match(text[mention.end : mention.end + 16]):
        return False
    begins = mention.start <= 24  # "The MIT License (MIT)" as a title
    return begins or mention.id.startswith("LicenseRef-") or _LICENSING.search(before) is not None


def expression_of(found: Sequence[Mention], text: str) -> Finding:
    """Put names together: OR where the text offers a choice, AND otherwise."""
    if not found:
        return NOTHING
    choice = len({m.id for m in found}) > 1 and offers_choice(found, text)
    expression = combine([m.id for m in found], "OR" if choice else "AND")
    return Finding(expression, "notice", min(m.confidence for m in found)) if expression else NOTHING


def offers_choice(found: Sequence[Mention], text: str) -> bool:
    """Say whether the words around and between names let the reader choose."""
    around = text[max(0, found[0].start - 120) : found[-1].end + 100]
    if CHOICE.search(around):
        return True
    gaps = [_LATER.sub("", text[a.end : b.start]) for a, b in zip(found, found[1:], strict=False)]
    return any(_OR.search(gap) and len(gap) < 80 for gap in gaps)


def _told(found: list[Mention]) -> list[Mention]:
    """Leave out the unversioned GNU names when one with a version is there ("see the GNU GPL for details")."""
    gnu = [m for m in found if "GPL-" in m.id and " " not in m.id]
    if not gnu:
        return found
    best = max(m.confidence for m in gnu)
    kept = [m for m in gnu if m.confidence == best] if best == EXACT else gnu[:1]
    return [m for m in found if m not in gnu or m in kept]


def _with_exceptions(text: str, found: list[Mention]) -> list[Mention]:
    for pattern, base, exception in _WITH:
        if pattern.search(text):
            found = [replace(m, id=f"{m.id} WITH {exception}") if m.id.startswith(base) else m for m in found]
    return found
