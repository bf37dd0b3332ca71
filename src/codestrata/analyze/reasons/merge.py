"""Merging: the same decision told twice is one record; what is told elsewhere about it is joined to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from codestrata.analyze.reasons.record import Quote, Record

_SPACES = re.compile(rb"[\s*/#>]+")
#: Commits of one decision that are told.
_MOST_COMMITS = 20


def merged(records: Iterable[Record]) -> list[Record]:
    """Give records once each: copies of a commit (cherry-picks, back-ports) or of a text become one; best first."""
    kept: dict[tuple[object, ...], Record] = {}
    for record in sorted(records, key=_age):
        if not all(_sound(quote) for quote in record.quotes):
            continue
        have = kept.get(key := _key(record))
        kept[key] = _joined(have, record) if have else record
    return sorted(kept.values(), key=lambda record: (-record.weight, record.id))


def _age(record: Record) -> tuple[bool, int, str]:
    return record.at < 0, record.at, record.id


def _sound(quote: Quote) -> bool:
    """Say whether the words are UTF-8, as a table of texts must have them byte for byte."""
    try:
        quote.text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _key(record: Record) -> tuple[object, ...]:
    words = [_SPACES.sub(b" ", quote.text).strip().lower() for quote in record.quotes if quote.field != "outcome"]
    return (record.tier, *sorted(set(words)))


def _joined(first: Record, again: Record) -> Record:
    commits = list(dict.fromkeys([*first.commits, *again.commits]))[:_MOST_COMMITS]
    issues, paths = ([*dict.fromkeys([*a, *b])] for a, b in ((first.issues, again.issues), (first.paths, again.paths)))
    return replace(first, commits=commits, issues=issues, paths=paths)


def by_number(records: Sequence[Record], others: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Join ``others`` to the one record that names the same issue or pull request; gives both, less what was joined."""
    named: dict[str, list[int]] = {}
    for i, record in enumerate(records):
        for issue in record.issues[:1]:
            named.setdefault(issue, []).append(i)
    out, left = list(records), []
    for other in others:
        at = named.get(other.issues[0], []) if other.issues else []
        if len(at) != 1:
            left.append(other)
            continue
        have = out[at[0]]
        paths = list(dict.fromkeys([*have.paths, *other.paths]))
        commits = list(dict.fromkeys([*have.commits, *other.commits]))[:_MOST_COMMITS]
        out[at[0]] = have.with_(other.quotes, paths=paths, commits=commits, status=have.status or other.status)
    return out, left
