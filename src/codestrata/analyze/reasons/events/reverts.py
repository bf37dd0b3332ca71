"""Reverts: a decision taken back, with its pair: the commit that was reverted, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from codestrata.analyze.reasons.commits import SUBJECT, Log, subject, told
from codestrata.analyze.reasons.confidence import sure
from codestrata.analyze.reasons.cues import hits
from codestrata.analyze.reasons.record import Quote, Record
from codestrata.analyze.reasons.sentences import Prose, stands
from codestrata.model.links import links, ours

#: Sentences of the body of a revert that are taken for its reason where no cue says which: people say why there.
_MOST = 1
_PLAIN = 0.74
_SUBJECT = re.compile(rb"(?i)(?:\w+[:!] ?|\[[^\]]*\] ?)?(?:revert(?:ed|s|ing)?|back(?:ed)? out)\b")
_NAMED = re.compile(rb"(?i)reverts? (?:commit )?([0-9a-f]{7,64})")
_TITLE = re.compile(rb'(?i)revert(?:ed|s|ing)?:? "(.+)"')
_FORMAL = re.compile(
    rb"(?i)\b(?:this (?:partially |partly )?reverts?|reverts?|reverted) (?:commits? )?[\"'`<]?[0-9a-f]{7,64}\b|"
    rb"\breverts? \S+#\d+"
)


#: Sentences that say what is done, or where to read on, and not why.
_WHAT = re.compile(
    rb"(?i)\W*(?:(?:this|the) (?:commit|patch|pr|change) (?:also )?|also )?(?:revert|reinstat|restor|updat|remov|add|"
    rb"fix|chang|undo|clos|bump|merg|after|but |in particular|test|instead|as discussed|see |bring|keep|leav|let's|"
    rb"i'll |ci |cc |\w+: )"
)


@dataclass(frozen=True, slots=True)
class Revert:
    """A revert: rows of both commits in the log; ``original`` is -1 where the history here does not have it."""

    row: int
    original: int


def reverts(log: Log) -> Iterator[Revert]:
    """Find all reverts of a history."""
    titles: dict[bytes, int] = {}
    found = []
    for row in range(len(log.ids) - 1, -1, -1):  # oldest first: a revert is of the last commit of that title before it
        message = log.messages[row]
        start, end = subject(message)
        title = message[start:end]
        if _SUBJECT.match(title):
            named = _NAMED.search(message)
            known = log.known.resolve([named[1].decode().lower()]) if named else []
            quoted = _TITLE.match(title)
            original = log.index[known[0]] if known else titles.get(quoted[1], -1) if quoted else -1
            found.append(Revert(row, original))
        titles[title] = row
    yield from reversed(found)


def from_reverts(log: Log, all_: Sequence[Revert]) -> Iterator[Record]:
    """Give a record of each revert that says why."""
    for revert in all_:
        source = log.source(revert.row)
        start, end = subject(source.text)
        prose = Prose(source.text)
        why = [
            quote
            for quote in told(source, list(hits(source.text, "event")), "event", prose=prose)
            if quote.start >= end
        ]
        if not any(quote.field == "rationale" for quote in why):
            body = [(a, b) for a, b in prose.all if a >= end and stands(source.text[a:b])]
            body = [
                (a, b) for a, b in body if not (_FORMAL.search(source.text, a, b) or _WHAT.match(source.text, a, b))
            ]
            plain = sure("event", _PLAIN)
            why += [Quote("rationale", source, a, b, "body of a revert", plain) for a, b in body[:_MOST]]
        if not why:
            continue
        formal = _FORMAL.search(source.text, end)
        certain = sure("event", 0.98)
        outcome = [Quote("outcome", source, *formal.span(), "revert", certain)] if formal else []
        named = links(source.text)
        pair = [log.ids[revert.original]] if revert.original >= 0 else []
        yield Record(
            "event",
            (Quote("decision_point", source, start, end, "revert", sure("event", SUBJECT)), *why, *outcome),
            at=log.times[revert.row],
            commits=list(dict.fromkeys([log.ids[revert.row], *pair, *log.known.resolve(named.commits)])),
            issues=ours(named.issues, log.full_name),
        )


def with_outcome(log: Log, records: Sequence[Record], all_: Sequence[Revert]) -> list[Record]:
    """Give records of commits that were reverted with that outcome: the subject of the revert, word for word."""
    undone = {log.ids[revert.original]: revert.row for revert in all_ if revert.original >= 0}
    out = []
    for record in records:
        row = undone.get(record.commits[0]) if record.commits and record.tier == "commit" else None
        if row is None:
            out.append(record)
            continue
        source = log.source(row)
        quote = Quote("outcome", source, *subject(source.text), "reverted by", sure("event", 0.98))
        commits = list(dict.fromkeys([*record.commits, log.ids[row]]))
        out.append(replace(record.with_([quote]), status="reverted", commits=commits))
    return out
