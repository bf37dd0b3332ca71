"""Reading a document: its headings say which field each paragraph tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from codestrata.analyze.reasons.confidence import LEAST, sure
from codestrata.analyze.reasons.documents.fields import Meaning, meaning
from codestrata.analyze.reasons.documents.headings import Section, sections
from codestrata.analyze.reasons.documents.status import dated, status
from codestrata.analyze.reasons.record import Quote, Record, Source
from codestrata.analyze.reasons.sentences import blocks, sentences, stands
from codestrata.model.links import links

#: Quotations of one field in one record, and bytes of each.
MOST_QUOTES = 8
MOST_DECISIONS = 3
MOST_BYTES = 900
#: Headings of a text that a person can have written.
MOST_SECTIONS = 2000
#: Bytes of a paragraph that says something.
_LEAST_BYTES = 24
_LEAD = 120
#: A title names what a record is about; of any other document, its subject only.
_TITLE = {"adr": 0.93, "rfc": 0.9, "kep": 0.85, "pep": 0.9, "tep": 0.9, "proposal": 0.88, "design": 0.6, "prose": 0.57}
#: What a section of any other document says first is what was done, more often than not.
_SAID = 0.65
#: How far a heading is trusted, by the kind of document.
_TRUST = {"design": 0.9, "prose": 0.8}
_BAD = re.compile(rb"(?i)(?:bad|negative|con|disadvantage|drawback)s?\b[,:]|(?:bad|negative)\b")
_GOOD = re.compile(rb"(?i)(?:good|positive|pro|advantage|benefit)s?\b[,:]|(?:good|positive)\b")
_CHOSEN = re.compile(rb"(?i)chosen option|we (?:will|have decided|decided|chose)")
_BECAUSE = re.compile(rb"(?i)\bbecause\b")
_BECAUSE_OF = re.compile(rb"(?i)\bbecause:?\s*$")
_OPTION = re.compile(rb"(?i)chosen option:?[\s*]*[\"'`\xe2\x80\x9c]*(.+?)[\"'`\xe2\x80\x9d]*(?:,|\.|\s+because|\n|$)")
_TARGET = re.compile(r"\]\((?!https?:)([^)#\s]+)")
_LINK = re.compile(rb"<?https?://\S+>?")
_EMPTY = re.compile(rb"(?i)\W*(?:n/?a|none|tbd|todo|to be (?:done|written)|nothing)\b.{0,20}$|<!--|\{\{|\[TOC")


#: Kinds of documents that are about one decision each.
FORMAL = frozenset({"adr", "rfc", "kep", "pep", "tep", "proposal"})


@dataclass(frozen=True, slots=True)
class _Read:
    """A document being read."""

    kind: str
    source: Source
    sections: Sequence[Section]
    meanings: Sequence[Meaning | None]

    def title(self, index: int) -> str:
        section = self.sections[index]
        return self.source.text[section.start : section.end].decode("utf-8", "replace")

    def above(self, index: int) -> Iterator[int]:
        """Give the sections around one, from the inside."""
        while (index := self.sections[index].parent) >= 0:
            yield index


def document(kind: str, source: Source) -> list[Record]:
    """Give the decisions of a document of a kind (see ``which``); none where nothing gives a reason."""
    found = sections(source.text, source.name)
    if len(found) > MOST_SECTIONS:
        return []
    meanings = [meaning(source.text[s.start : s.end].decode("utf-8", "replace")) for s in found]
    read = _Read(kind, source, found, meanings)
    telling = [(i, told) for i, told in enumerate(meanings) if told and _counts(told, kind)]
    if telling and telling[0][0] == 0 and any(0 in read.above(i) for i, _ in telling):
        del telling[0]  # the title of all of it
    deciding = {_root(read, i) for i, told in telling if told.field == "decision_point" and told.strong}
    grouped: dict[int, list[int]] = {}
    for index, _ in telling:
        whole = kind in FORMAL and len(deciding) < 2  # noqa: PLR2004 -- with two it is a log of decisions
        root = (0 if meanings[0] is None else -1) if whole else _root(read, index)
        grouped.setdefault(root, []).append(index)
    records = [_record(read, root, told) for root, told in grouped.items()]
    return [record for record in records if record]


def _counts(told: Meaning, kind: str) -> bool:
    return told.strong or kind in FORMAL or (told.design and kind == "design")


def by_headings(source: Source, tier: str) -> list[Quote]:
    """Give what the headings of a text in Markdown say, of any kind: the template of a pull request has them, too."""
    found = sections(source.text, "thread.md")[:MOST_SECTIONS]
    meanings = [meaning(source.text[s.start : s.end].decode("utf-8", "replace")) for s in found]
    read = _Read(tier, source, found, meanings)
    return _few([quote for index, told in enumerate(meanings) if told for quote in _quotes(read, index)])


def _root(read: _Read, index: int) -> int:
    """Give the section that the decision is about: the nearest around it that is no field itself, -1 for the whole."""
    root = next((i for i in read.above(index) if read.meanings[i] is None), -1)
    own = read.sections[index].level
    return root if root >= 0 else (0 if index and read.meanings[0] is None and read.sections[0].level <= own else -1)


def _record(read: _Read, root: int, told: Sequence[int]) -> Record | None:
    quotes: list[Quote] = []
    for index in told:
        if not any(read.meanings[i] for i in read.above(index) if i in told):
            quotes += _quotes(read, index)
    quotes = _few(_not_chosen(quotes))
    if not any(quote.field in {"rationale", "alternative", "constraint", "trade_off"} for quote in quotes):
        return None
    if root >= 0:
        quotes.insert(0, _title(read, root))
    if not any(quote.field == "decision_point" for quote in quotes):
        return None
    said = status(read.source.text) if read.kind != "prose" else None
    if said:
        quotes.append(Quote("outcome", read.source, *said[1], "status", sure("document", 0.97)))
    named = links(read.source.text)
    return Record(
        "document",
        quotes,
        at=dated(read.source.text),
        status=said[0] if said else "",
        issues=named.issues[:20],
        paths=(read.source.name, *(_named(read.source, said[1]) if said else ())),
    )


def _named(source: Source, place: tuple[int, int]) -> list[str]:
    """Give the documents that a status names: the one by which this was superseded."""
    links = _TARGET.findall(source.text[place[0] : place[1]].decode("utf-8", "replace"))
    paths = (normpath(join(dirname(source.name), link)) for link in links)
    return [path for path in paths if not path.startswith("..")]


def _title(read: _Read, root: int) -> Quote:
    """Give what is decided: the title of a document of decisions; of other texts, what the section says first."""
    section = read.sections[root]
    start, end, cue, trust = section.start, section.end, "title", _TITLE[read.kind]
    if read.kind == "prose":
        said = [one for a, b in _paragraphs(read.source.text, section) for one in sentences(read.source.text, a, b)]
        first = next((one for one in said if stands(read.source.text[one[0] : one[1]])), None)
        if first:
            (start, end), cue, trust = first, f"section: {read.title(root)}", _SAID
    return Quote("decision_point", read.source, start, end, cue, sure("document", trust))


def _quotes(read: _Read, index: int) -> Iterator[Quote]:
    """Give what a section tells: its own paragraphs, and those below it, in the order they are written."""
    told = read.meanings[index]
    assert told  # noqa: S101 -- only such sections come here
    cue = f"heading: {read.title(index)}"
    for inner in (index, *(i for i in range(index + 1, len(read.sections)) if index in read.above(i))):
        section, own = read.sections[inner], read.meanings[inner]
        if inner != index and own and own.field != told.field:
            yield from _quotes_of(read, section, own, f"heading: {read.title(inner)}")
        elif inner != index and told.list_of and section.parent == index:
            first = next(iter(_paragraphs(read.source.text, section)), None)
            end = first[1] if first else section.end
            yield _quote(read, told, section.start, end, cue)
        elif inner == index or not told.list_of:
            yield from _quotes_of(read, section, told, cue)


def _quotes_of(read: _Read, section: Section, told: Meaning, cue: str) -> Iterator[Quote]:
    given = False
    for start, end in _paragraphs(read.source.text, section):
        words = read.source.text[start:end]
        leading = words.endswith(b":") and len(words) < _LEAD  # into a list or an example
        if leading or _EMPTY.match(words) or len(_LINK.sub(b"", words)) < _LEAST_BYTES:
            continue
        quote = _quote(read, told, start, end, cue)
        if given:
            yield _as(quote, "rationale")
            continue
        given = told.field == "decision_point" and bool(_BECAUSE_OF.search(words))
        if told.field in {"alternative", "outcome"} and _BAD.match(words):
            yield _as(quote, "trade_off")
        elif told.field in {"alternative", "outcome"} and _GOOD.match(words):
            yield _as(quote, "rationale")
        else:
            yield quote
        if told.field == "decision_point" and _CHOSEN.search(words) and _BECAUSE.search(words):
            yield _as(quote, "rationale")


def _not_chosen(quotes: Sequence[Quote]) -> list[Quote]:
    """Leave out of the alternatives what was chosen in the end."""
    said = [_OPTION.search(quote.text) for quote in quotes if quote.field == "decision_point"]
    chosen = {found[1].strip(b"\"'`*. ").lower() for found in said if found}
    return [q for q in quotes if q.field != "alternative" or q.text.strip(b"\"'`*. ").lower() not in chosen]


def _as(quote: Quote, field: str) -> Quote:
    return Quote(field, quote.source, quote.start, quote.end, quote.cue, quote.confidence)


def _quote(read: _Read, told: Meaning, start: int, end: int, cue: str) -> Quote:
    tier = "thread" if read.kind == "thread" else "document"
    confidence = sure(tier, told.posterior * _TRUST.get(read.kind, 1.0))
    return Quote(told.field, read.source, start, _short(read.source.text, start, end), cue, confidence)


def _short(text: bytes, start: int, end: int) -> int:
    """Give where a quotation ends: at the last whole sentence within the most bytes it may have."""
    if end - start <= MOST_BYTES:
        return end
    ends = [stop for _, stop in sentences(text, start, end) if stop - start <= MOST_BYTES]
    cut = ends[-1] if ends else start + MOST_BYTES
    while cut > start and cut < len(text) and text[cut] & 0xC0 == 0x80:  # noqa: PLR2004 -- inside a letter of UTF-8
        cut -= 1
    return cut


def _paragraphs(text: bytes, section: Section) -> list[tuple[int, int]]:
    found = blocks(text[section.body : section.stop])
    return [(start + section.body, end + section.body) for start, end in found]


def _few(quotes: Sequence[Quote]) -> list[Quote]:
    """Keep the first of each field."""
    kept: dict[str, list[Quote]] = {}
    for quote in quotes:
        mine = kept.setdefault(quote.field, [])
        most = MOST_DECISIONS if quote.field == "decision_point" else MOST_QUOTES
        new = (quote.start, quote.end) not in {(q.start, q.end) for q in mine}
        if len(mine) < most and quote.confidence >= LEAST and new:
            mine.append(quote)
    return sorted((quote for mine in kept.values() for quote in mine), key=lambda quote: quote.start)
