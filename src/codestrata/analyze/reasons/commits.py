"""Commits: the subject is what was decided, sentences of the body with a cue say why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from codestrata.analyze.reasons.confidence import LEAST, sure
from codestrata.analyze.reasons.cues import Cue, Hit, hits
from codestrata.analyze.reasons.record import Quote, Record, Source
from codestrata.analyze.reasons.sentences import Prose
from codestrata.model.links import Known, links, ours
from codestrata.store.columns import Columns, Varlen

#: A subject names what was decided nearly always; where it is longer it is a paragraph.
SUBJECT = 0.9
_LONGEST_SUBJECT = 200
#: Bytes of messages that are searched at once.
_AT_ONCE = 32 << 20
#: A sentence tells a second field only if it does so as surely as this.
_BESIDE = 0.72
#: Paths of a commit that are told: one that touches more is about no file in particular.
MOST_PATHS = 20
_MERGED = re.compile(rb"Merge pull request #\d+ from \S+\s*\n\s*\n?|Merge branch '[^']*' into [^\n]*\n\s*\n?")
_NOTHING = re.compile(
    rb"(?i)(?:bump|release|prepare (?:for )?(?:the )?(?:next )?release|version|"
    rb"update (?:the )?changelog|merge (?:branch|tag|remote|commit|topic)|"
    rb"merge [\w/.-]+ into|fix(?:ed|es)? (?:a |some |more |minor )?(?:typos?|spelling|whitespace|indentation)|"
    rb"chore\(deps|build\(deps|deps?:|auto merge|rollup merge|l10n|i18n|translat|git \d|revert|reapply|"
    rb"v?\d+\.\d+)\b"
)
_PROGRAM = re.compile(rb"(?i)\[bot\]|\bbot\b|dependabot|renovate|bors|greenkeeper")


@dataclass(frozen=True, slots=True)
class Log:
    """A repository's commits: ids, and of each its parents, author, time and message; ``known`` finds them by name."""

    ids: Sequence[str]
    parents: Sequence[Sequence[bytes]]
    authors: Sequence[bytes]
    times: Sequence[int]
    messages: Varlen
    known: Known
    index: Mapping[str, int] = field(repr=False)
    full_name: str = ""

    @classmethod
    def of(cls, commits: Columns, full_name: str) -> Log:
        """Take them out of table **commits**."""
        ids = [name.hex() for name in _varlen(commits, "commit")]
        parents = [names.split() for names in _varlen(commits, "parents")]
        times = np.asarray(commits["author_time"]).tolist()
        authors = list(_varlen(commits, "author_name"))
        index = {name: i for i, name in enumerate(ids)}
        return cls(ids, parents, authors, times, _varlen(commits, "message"), Known(ids), index, full_name)

    def first_parent(self, row: int) -> str:
        """Give the id of a commit's first parent, or ""."""
        return self.parents[row][0].decode() if self.parents[row] else ""

    def source(self, row: int) -> Source:
        """Give a message as something to quote."""
        return Source("commit", self.ids[row], self.messages[row], commit=self.ids[row], first=-1)


def _varlen(columns: Columns, name: str) -> Varlen:
    column = columns[name]
    assert isinstance(column, Varlen)  # noqa: S101 -- the schema of ingest's tables says so
    return column


def is_program(author: bytes) -> bool:
    """Say whether a commit's author is a program, whose messages are about packages of others."""
    return bool(_PROGRAM.search(author))


def subject(message: bytes) -> tuple[int, int]:
    """Give where the subject is: the first line, of a merge by a forge the title of what was merged."""
    merged = _MERGED.match(message)
    start = merged.end() if merged and merged.end() < len(message) else 0
    start += len(message[start:]) - len(message[start:].lstrip())
    stop = message.find(b"\n", start)
    return start, len(message[:stop].rstrip()) if stop >= 0 else len(message)


def from_commits(log: Log) -> Iterator[Record]:
    """Give a record of each commit whose message says why, or what else there was."""
    for row, found in _by_row(log.messages):
        if is_program(log.authors[row]):
            continue
        record = _record(log, row, found)
        if record:
            yield record


def _record(log: Log, row: int, found: Sequence[Hit]) -> Record | None:
    source = log.source(row)
    start, end = subject(source.text)
    if end - start > _LONGEST_SUBJECT or _NOTHING.match(source.text[start:end]):
        return None
    quotes = [q for q in told(source, found, "commit") if q.start >= end]
    if not quotes:
        return None
    named = links(source.text)
    title = Quote("decision_point", source, start, end, "subject", sure("commit", SUBJECT))
    return Record(
        "commit",
        (title, *quotes),
        at=log.times[row],
        commits=list(dict.fromkeys([log.ids[row], *log.known.resolve(named.commits)])),
        issues=ours(named.issues, log.full_name),
    )


def told(source: Source, found: Sequence[Hit], tier: str, *, prose: Prose | None = None) -> list[Quote]:
    """Give the sentences around cues, in their order: each for what it tells most surely, and for what else it does."""
    prose = prose or Prose(source.text)
    return quoted(source, [(hit.cue, at) for hit in found if (at := prose.at(hit.end - 1)) is not None], tier)


def quoted(source: Source, found: Iterable[tuple[Cue, tuple[int, int]]], tier: str) -> list[Quote]:
    """Give the sentences of cues, in their order, when it is known where each begins and ends."""
    best: dict[int, dict[str, Quote]] = {}
    for cue, at in found:
        quote = Quote(cue.field, source, *at, cue.name, sure(tier, cue.of(tier)))
        have = best.setdefault(at[0], {}).get(quote.field)
        if quote.confidence >= LEAST and (have is None or have.confidence < quote.confidence):
            best[at[0]][quote.field] = quote
    return [quote for place in sorted(best) for quote in _surest(list(best[place].values()))]


def _surest(quotes: Sequence[Quote]) -> list[Quote]:
    """Of what one sentence tells, leave out what is less sure: weak cues are all over sentences that give a reason."""
    most = max((quote.confidence for quote in quotes), default=0.0)
    return [quote for quote in quotes if quote.confidence >= min(most, _BESIDE)]


def _by_row(messages: Varlen) -> Iterator[tuple[int, list[Hit]]]:
    """Search many messages at once, and give each that has cues with them, counted from its own beginning."""
    offsets, first = messages.offsets, 0
    while first < len(messages):
        stop = int(np.searchsorted(offsets, offsets[first] + _AT_ONCE, side="right")) - 1
        stop = min(max(stop, first + 1), len(messages))
        base = int(offsets[first])
        found = list(hits(messages.data[base : offsets[stop]].tobytes(), "commit"))
        places = np.array([hit.start for hit in found], np.int64) + base
        rows = np.searchsorted(offsets, places, side="right") - 1
        grouped: dict[int, list[Hit]] = {}
        for row, hit in zip(rows.tolist(), found, strict=True):
            begin = int(offsets[row]) - base
            if hit.end + base <= offsets[row + 1]:  # a cue does not go on in the next message
                grouped.setdefault(row, []).append(Hit(hit.start - begin, hit.end - begin, hit.cue))
        yield from grouped.items()
        first = stop
