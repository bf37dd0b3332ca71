"""What a licence file, a read-me file or a header comment says as a whole: an SPDX expression with its confidence.

Whole licence texts are stronger than names. Several texts in one file hold together (AND) unless the words between
them offer a choice; those after a line like "this product bundles third-party components" are somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from codestrata.analyze.licence.declared import declared
from codestrata.analyze.licence.match import Match, find_in
from codestrata.analyze.licence.names import EXACT
from codestrata.analyze.licence.notice import CHOICE, NOTHING, Finding, notice
from codestrata.analyze.licence.words import Prose, read
from codestrata.model.licence import combine, leaves
from codestrata.model.spdx import table

#: Characters of a licence file that are read; the longest SPDX text has 50,000.
MOST_LICENCE = 262_144
#: Characters of a read-me file that are read.
MOST_README = 65_536
#: Words at the head of a licence file without a whole text, where its licence must be named.
_HEAD = 600
#: Characters before and between whole texts that are an introduction; longer ones tell a history.
_INTRODUCTION = 1500
#: Words into a whole text that are still its title.
_INTO = 40
#: Words outside the texts that are looked at.
_MOST_OUTSIDE = 4000
#: A licence named in a read-me file may be anybody's.
README_CONFIDENCE = 0.5

_BUNDLED = re.compile(
    r"\bthird part(?:y|ies)\b|\b(?:bundles?|bundled|bundling|subcomponents?|vendored)\b|\bexternally maintained\b|"
    r"\bfollowing (?:components?|files?|libraries|software|license applies)\b|"
    r"\b(?:includes?|incorporates?|contains?|derived from|based on|portions)(?: \w+){0,6} "
    r"(?:code|software|files?|sources?|libraries|work)\b|"
    r"\b(?:portions|parts|some files|files) (?:of|in)\b(?: \w+){0,10} licensed\b|"
    r"\blicenses? (?:for|of) (?:included|other|dependencies|components)\b"
)
_NON_COMMERCIAL = re.compile(r"\b(?:non ?commercial|not for commercial)(?: \w+)? (?:use|purposes?|only|research)\b")
#: Words of the licences that are given in full in a header or a paragraph of a read-me.
_WHOLE_TEXT = re.compile(
    r"\bpermission (?:is|to)\b|\bredistributions?\b|\bfreely\b|without restriction|whatever you want|beer|\bgrant",
    re.IGNORECASE,
)
#: What each of its alternatives begins with.
_WHOLE_TEXT_WORDS = (
    "permission",
    "redistribution",
    "freely",
    "without restriction",
    "whatever you want",
    "beer",
    "grant",
)
_LICENCE_HEADING = re.compile(
    r"^[ \t]*(?:#{1,6}|=+|[*_]{2})?[ \t]*(?:\d+\.?[ \t]*)?(?:the |software |project )?(?:copyright (?:and|&) )?"
    r"licen[cs](?:e|es|ing)(?:s? (?:information|notice|details|terms))?(?: (?:and|&) (?:copyright|credits))?"
    r"[ \t]*[:.]?[ \t]*(?:#*|=+|[*_]{2})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NEXT_HEADING = re.compile(r"^(?:#{1,6}[ \t]+\S|[^\n]+\n[=~-]{4,}[ \t]*$)", re.MULTILINE)
_SECTION = 3000
_LINK = re.compile(r"\[([^\]]{1,80})\]\([^)]{0,200}\)")
_NAME_END = re.compile(r"©|\(c\)|copyright|&copy;|\bby\b|\.?$", re.IGNORECASE)


def licence_file(text: str) -> Finding:
    """Read a licence file."""
    listed = read(text[:MOST_LICENCE])
    matches = find_in(listed.text)
    if not matches:
        return notice(listed.between(0, _HEAD))
    return _together(listed, matches)


def header(text: str) -> Finding:
    """Read the comment at the head of a source file; "GPL parser" there is no licence, "MIT License" is."""
    listed = read(text)
    matches = find_in(listed.text) if _may_be_whole(text) else []
    if not matches:
        return notice(listed.text, titles=False)
    found = _together(listed, matches)
    residue = _residue(listed, matches)
    named = notice(residue, titles=False)
    if named.expression and not set(leaves(named.expression)) <= set(leaves(found.expression)):
        operator = "OR" if CHOICE.search(residue) else "AND"
        both = combine([named.expression, found.expression], operator)
        return Finding(both, "text", min(found.confidence, named.confidence))
    return found


def _may_be_whole(text: str) -> bool:
    """Say whether words of the licences that are given in full are there."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter that becomes two
        return _WHOLE_TEXT.search(text) is not None
    places = (place for word in _WHOLE_TEXT_WORDS for place in _places(lower, word))
    return any(_WHOLE_TEXT.match(text, place) for place in places)


def _places(text: str, word: str) -> Iterator[int]:
    """Give where a word stands in a text."""
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def readme(text: str) -> Finding:
    """Read a read-me file: the section on its licence if there is one, else phrases like "licensed under"."""
    text = text[:MOST_README]
    heading = _heading(text)
    if heading:
        rest = text[heading.end() : heading.end() + _SECTION]
        following = _NEXT_HEADING.search(rest, 1)
        section = rest[: following.start()] if following else rest
        found = _first_line(section) or header("license " + section)
    else:
        found = header(text)
    if not found.expression:
        return NOTHING
    return replace(found, confidence=round(found.confidence * README_CONFIDENCE, 3))


def _heading(text: str) -> re.Match[str] | None:
    """Find the first heading on licences, looking only at lines that hold the word."""
    lower, at = text.lower(), 0
    if len(lower) != len(text):  # a letter that becomes two
        return _LICENCE_HEADING.search(text)
    while (at := lower.find("licen", at)) >= 0:
        found = _LICENCE_HEADING.match(text, text.rfind("\n", 0, at) + 1)
        if found:
            return found
        at = text.find("\n", at)
        if at < 0:
            return None
    return None


def _first_line(section: str) -> Finding | None:
    """Read "MIT", "[ISC](LICENSE) © Ada": a section on the licence that begins with nothing but its name."""
    line = _LINK.sub(r"\1", section.strip().partition("\n")[0])
    found = declared(_NAME_END.split(line)[0])
    return replace(found, method="notice") if found.expression else None


def _together(listed: Prose, matches: Sequence[Match]) -> Finding:
    """Put the whole texts of one file, and the licences named before and between them, together."""
    own = _own(listed, matches)
    ids, sure = _ids(own), min(match.confidence for match in own)
    if not ids:
        return NOTHING
    residue = _residue(listed, own)
    beginning = listed.between(0, own[0].start + _INTO)  # a notice just before a text looks like its title
    ids = [_later(id_, beginning, residue) for id_ in ids]
    between = _between(listed, own)
    ids += _beside(between, ids)
    if len(ids) > 1 and CHOICE.search(between):
        expression = combine(ids, "OR")
    else:
        expression = combine(_without_carrier(ids), "AND")
    return Finding(combine([expression, *_restrictions(residue)]), "text", sure)


def _beside(between: str, ids: Sequence[str]) -> list[str]:
    """List the licences that a short introduction names for certain, and whose texts are not there."""
    named = notice(between)
    if len(between) > _INTRODUCTION or named.confidence < EXACT:
        return []
    known = [_base(id_) for id_ in ids]
    told = [leaf for leaf in leaves(named.expression) if "LicenseRef" not in leaf]
    return [leaf for leaf in told if not any(base.startswith(_base(leaf)) for base in known)]


def _base(id_: str) -> str:
    """Give a licence without what no text can say, and without its exception; GNU licences are one family."""
    base = id_.partition(" WITH ")[0].removesuffix("-only").removesuffix("-or-later")
    return "GNU" if "GPL-" in base else base


def _own(listed: Prose, matches: Sequence[Match]) -> Sequence[Match]:
    """Leave out the texts that follow words on bundled software."""
    for i, (a, b) in enumerate(pairwise(matches), 1):
        if _BUNDLED.search(listed.between(a.end, b.start)):
            return matches[:i]
    return matches


def _ids(matches: Sequence[Match]) -> list[str]:
    """List the licences; the text of an exception goes WITH the licence before it, or else after it."""
    ids = [match.id for match in matches if not table()[match.id.lower()].exception]
    for i, match in enumerate(matches):
        if table()[match.id.lower()].exception:
            near = [m.id for m in (*matches[:i][::-1], *matches[i + 1 :]) if _takes(m.id, match.id)]
            ids = [f"{id_} WITH {match.id}" if near and id_ == near[0] else id_ for id_ in ids]
    return list(dict.fromkeys(ids))


def _takes(id_: str, exception: str) -> bool:
    """Say whether an exception is one to this licence."""
    return ("Apache" if exception in {"LLVM-exception", "Swift-exception"} else "GPL") in id_


def _later(id_: str, *around: str) -> str:
    """Take the GNU licence's "or later" from the words around its text: the text itself cannot say."""
    if "GPL-" not in id_ or not id_.endswith("-only"):
        return id_
    later = id_.removesuffix("-only") + "-or-later"
    return later if any(later in leaves(notice(words_).expression) for words_ in around) else id_


def _without_carrier(ids: list[str]) -> list[str]:
    """Leave out the GPL-3.0 that LGPL-3.0 consists of."""
    lesser = any(id_.startswith("LGPL-3.0") for id_ in ids)
    return [id_ for id_ in ids if not (lesser and id_.startswith("GPL-3.0") and " WITH " not in id_)]


def _restrictions(residue: str) -> list[str]:
    """List what the words around the texts add to them."""
    told = [leaf for leaf in leaves(notice(residue).expression) if leaf.startswith("LicenseRef-")]
    told = [leaf for leaf in told if leaf != "LicenseRef-Public-Domain"]
    return told + (["LicenseRef-Non-Commercial"] if _NON_COMMERCIAL.search(residue) else [])


def _between(listed: Prose, matches: Sequence[Match]) -> str:
    """Give the words before the texts and between them, a dot in the place of each text."""
    bounds = [0, *(match.end for match in matches)]
    parts = [listed.between(start, match.start) for start, match in zip(bounds, matches, strict=False)]
    return " ".join(word for part in parts for word in (part, "·") if word)


def _residue(listed: Prose, matches: Sequence[Match]) -> str:
    """Give the words outside the texts, joined; at most the last few thousand of them."""
    end = matches[-1].end
    outside = f"{_between(listed, matches)} {listed.between(end, end + _HEAD)}".rstrip()
    return outside if outside.count(" ") < _MOST_OUTSIDE else " ".join(outside.split(" ")[-_MOST_OUTSIDE:])
