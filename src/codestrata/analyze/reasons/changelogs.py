"""Changelogs: entries that break, deprecate or remove something, or say why something changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codestrata.analyze.reasons.commits import told
from codestrata.analyze.reasons.confidence import sure
from codestrata.analyze.reasons.cues import hits
from codestrata.analyze.reasons.documents.headings import sections
from codestrata.analyze.reasons.record import Quote, Record, Source
from codestrata.analyze.reasons.sentences import LEAST_WORDS, MOST_BYTES, Prose
from codestrata.model.links import links

#: Entries beyond these are of releases long ago: a changelog has its newest first.
MOST_ENTRIES = 4000
#: A reason in an entry that breaks nothing has to be as sure as this.
_SURE = 0.75
#: Bytes of an entry that are read: a longer one is a guide.
_LONGEST = 4000
#: Bytes of an item that is a title of those below it.
_TITLE = 50
_PATH = re.compile(
    r"(?i)(?:^|/)(?:changelogs?|changes|history|news|release[-_]?notes?|releases|upgrading|breaking[-_]changes|"
    r"deprecat(?:ed|ions?)|what'?s[-_]?new)(?:[-_.][^/]*)?$|"
    r"(?:^|/)(?:changelog(?:\.d)?|changes|news|newsfragments|relnotes|release[-_]notes|whatsnew)/[^/]+$"
)
_SUFFIX = re.compile(r"(?i)(?:^|/)[^/.]+$|\.(?:md|markdown|rst|txt|adoc)$")
_CODE = re.compile(r"(?i)template|(?:^|/)(?:tests?|src|lib|scripts?|node_modules|vendor|i18n|locales?)/|readme|licen")
#: A fragment of news by its name: number and kind.
_FRAGMENT = re.compile(r"(?:^|/)\+?([\w-]+)\.(\w+)(?:\.\d+)?\.(?:rst|md|txt)$")
_KINDS = {"removal": "Removed", "deprecation": "Deprecated", "breaking": "Breaking", "process": "Process"}
_HEADING = re.compile(
    r"(?i)\W*(?:.*\b)?(breaking|incompatib\w+|removed|removals?|deprecat\w+|backwards? compatibility|upgrade notes)\b.*"
)
_WORDS = re.compile(
    rb"(?i)\bBREAKING\b|\bbreaking changes?\b|\bbackwards?[- ]incompatible\b|\bdeprecat(?:e|ed|es|ing|ion)\b|"
    rb"\b(?:has|have) been (?:removed|dropped)\b|^\W*(?:removed?|dropp?e?d?)\b|\bdrop(?:ped|s)? support\b|\bno longer\b"
)
_FIX = re.compile(rb"(?i)\W*(?:\[\w+\]\W*)?(?:\S+ )?(?:fix|bug)")
_INSTEAD = re.compile(rb"(?i)\b(?:use|prefer|switch to|migrate to|replaced? (?:by|with|it with)|renamed to)\b")
_INNER = re.compile(rb"(?m)^[ \t]+(?:[*+-]|\d+\.)[ \t]+(?=\S)")
_ITEM = re.compile(rb"(?m)^([ \t]{0,8})(?:[*+-]|\d+\.)[ \t]+(?=\S)")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a changelog: bytes ``start:end``, and the heading that says what it does, if one does."""

    start: int
    end: int
    heading: str


def is_changelog(path: str) -> bool:
    """Say whether a path is that of a changelog, release notes, or a fragment of news."""
    return bool(_PATH.search(path) and _SUFFIX.search(path)) and not _CODE.search(path)


def from_changelog(source: Source) -> Iterator[Record]:
    """Give a record of each entry that breaks, deprecates, removes, or gives a reason."""
    prose = Prose(source.text, code=64)
    number = ""
    fragment = _FRAGMENT.search(source.name)
    if fragment and fragment[2].lower() in _KINDS:
        number = fragment[1] if fragment[1].isdigit() else ""
    for count, entry in enumerate(_entries(source)):
        if count >= MOST_ENTRIES:
            return
        record = _record(source, prose, entry, number)
        if record:
            yield record


def _entries(source: Source) -> Iterator[_Entry]:
    fragment = _FRAGMENT.search(source.name)
    if fragment:
        yield _Entry(0, len(source.text), _KINDS.get(fragment[2].lower(), ""))
        return
    found = sections(source.text, source.name if "." in source.name.rsplit("/", 1)[-1] else f"{source.name}.txt")
    spans = [(0, found[0].start if found else len(source.text), "")]
    for section in found:
        title = source.text[section.start : section.end].decode("utf-8", "replace")
        spans.append((section.body, section.stop, title if _HEADING.fullmatch(title) else ""))
    for start, stop, heading in spans:
        yield from _items(source.text, start, stop, heading)


def _items(text: bytes, start: int, stop: int, heading: str) -> Iterator[_Entry]:
    """Cut at the items that are least indented."""
    marks = list(_ITEM.finditer(text, start, stop))
    least = min((len(mark[1].expandtabs(8)) for mark in marks), default=0)
    begins = [mark for mark in marks if len(mark[1].expandtabs(8)) == least]
    if not begins and heading:
        yield _Entry(start, stop, heading)
    for i, mark in enumerate(begins):
        end = begins[i + 1].start() if i + 1 < len(begins) else stop
        inner = _INNER.search(text, mark.end(), end)
        if inner and inner.start() - mark.end() < _TITLE:  # it is a title of those below it
            yield from _items(text, inner.start(), end, heading)
        else:
            yield _Entry(mark.end(), end, heading)


def _record(source: Source, prose: Prose, entry: _Entry, number: str) -> Record | None:
    end = min(entry.end, entry.start + _LONGEST)
    words = source.text[entry.start : end]
    marked = _WORDS.search(words)
    sentences = prose.within(entry.start, end)
    if not sentences:
        return None
    first = next(((a, b) for a, b in sentences if _says(source.text[a:b])), sentences[0])
    if not _says(source.text[first[0] : first[1]]):
        return None
    found = [type(hit)(hit.start + entry.start, hit.end + entry.start, hit.cue) for hit in hits(words, "changelog")]
    quotes = told(source, found, "changelog", prose=prose)
    if not (marked or entry.heading):
        fixed = _FIX.match(words)  # what caused a defect is no reason of a decision
        quotes = [quote for quote in quotes if quote.confidence >= _SURE and not fixed]
        if not quotes:
            return None
    elif not quotes and not (entry.heading or b"BREAKING" in words):
        return None
    cue = f"heading: {entry.heading}" if entry.heading else marked[0].decode().strip().lower() if marked else "entry"
    decided = Quote("decision_point", source, *first, cue, sure("changelog", 0.97 if marked or entry.heading else 0.9))
    outcome = [
        Quote("outcome", source, a, b, "replacement", sure("changelog", 0.85))
        for a, b in sentences
        if (a, b) != first and _INSTEAD.match(source.text[a:b]) and (marked or entry.heading)
    ]
    issues = links(words).issues
    return Record(
        "changelog",
        (decided, *quotes, *outcome[:2]),
        issues=tuple(dict.fromkeys([number, *issues] if number else issues))[:10],
        paths=(source.name,),
    )


def _says(sentence: bytes) -> bool:
    return len(sentence) <= MOST_BYTES and len(re.findall(rb"[A-Za-z]{2,}", sentence)) >= LEAST_WORDS - 1
