"""Threads: issues and pull requests, from a file of JSON lines; what was merged or closed says what was decided.

What a file of them says: :mod:`codestrata.model.threads`.

What is quoted, with bytes counted from 0, is the thread's text (see ``text_of``): title, body and the comments' bodies
in their order, with an empty line between, as UTF-8, with line ends as newlines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from codestrata.analyze.reasons.commits import told
from codestrata.analyze.reasons.confidence import sure
from codestrata.analyze.reasons.cues import hits
from codestrata.analyze.reasons.documents.read import by_headings
from codestrata.analyze.reasons.record import Quote, Record, Source
from codestrata.analyze.reasons.sentences import Prose
from codestrata.model.links import Known, links, ours

#: Who speaks for the project, in the words of GitHub's API.
_MAINTAINERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
#: Bytes of a thread that are read.
MOST_BYTES = 200_000
_CLOSING = re.compile(
    rb"(?i)\b(?:closing (?:this |as |in favou?r)|superseded by|in favou?r of|won'?t (?:fix|merge)|"
    rb"not (?:going to|planned)|"
    rb"decided (?:to|not|against)|let'?s (?:go with|not|keep)|we (?:will|won'?t|should) (?:go with|keep|not))"
)


def text_of(row: Mapping[str, Any]) -> bytes:
    """Give a thread's text, which its quotations are cut out of."""
    parts = [row.get("title"), row.get("body"), *(one.get("body") for one in _comments(row))]
    texts = [str(part or "").replace("\r\n", "\n").strip() for part in parts]
    return "\n\n".join(text for text in texts if text).encode("utf-8", "replace")


def _comments(row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    listed = row.get("comments") or ()
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def source_of(row: Mapping[str, Any]) -> Source:
    """Give a thread as something to quote, named by its URL, or else by its number."""
    name = row.get("url") or f"{row.get('repository') or ''}#{row['number']}"
    return Source("thread", str(name), text_of(row)[:MOST_BYTES], first=-1)


def from_threads(rows: Iterable[Mapping[str, Any]], full_name: str, known: Known) -> Iterator[Record]:
    """Give a record of each thread that was decided, or that says why."""
    for row in rows:
        record = _record(row, full_name, known)
        if record:
            yield record


def _record(row: Mapping[str, Any], full_name: str, known: Known) -> Record | None:
    source, state = source_of(row), str(row.get("state") or "").lower()
    title = len(str(row["title"]).replace("\r\n", "\n").strip().encode("utf-8", "replace"))
    read = (*by_headings(source, "thread"), *told(source, list(hits(source.text, "thread")), "thread"))
    quotes = _once(quote for quote in read if quote.start > title)
    outcome = list(_outcome(row, source)) if state in {"closed", "merged"} else []
    ends = {(quote.start, quote.end) for quote in outcome}
    quotes = [quote for quote in quotes if (quote.start, quote.end) not in ends]
    if not (quotes or outcome):
        return None
    decided = Quote("decision_point", source, 0, title, "title", sure("thread", 0.95 if state == "merged" else 0.75))
    named = links(source.text)
    merge = [str(row["merge_commit"])] if row.get("merge_commit") else []
    return Record(
        "thread",
        (decided, *quotes, *outcome),
        at=_time(row.get("closed_at") or row.get("created_at")),
        status={"merged": "accepted", "closed": "rejected" if row.get("kind") == "pull" else ""}.get(state, ""),
        commits=known.resolve([*merge, *named.commits]),
        issues=list(dict.fromkeys([str(row["number"]), *ours(named.issues, full_name)]))[:20],
    )


def _outcome(row: Mapping[str, Any], source: Source) -> Iterator[Quote]:
    """Give what those who speak for the project said when it was closed."""
    at, prose = 0, Prose(source.text)
    for comment in _comments(row):
        body = str(comment.get("body") or "").replace("\r\n", "\n").strip().encode("utf-8", "replace")
        at = source.text.find(body, at) if body else -1
        if at < 0 or str(comment.get("association") or "OWNER").upper() not in _MAINTAINERS:
            continue
        found = _CLOSING.search(body)
        if found:
            sentence = prose.at(at + found.start())
            if sentence:
                yield Quote("outcome", source, *sentence, "closing words", sure("thread", 0.85))


def _once(quotes: Iterable[Quote]) -> list[Quote]:
    kept: dict[tuple[str, int, int], Quote] = {}
    for quote in quotes:
        kept.setdefault((quote.field, quote.start, quote.end), quote)
    return sorted(kept.values(), key=lambda quote: quote.start)


def _time(text: object) -> int:
    try:
        return int(datetime.fromisoformat(str(text)).timestamp())
    except ValueError:
        return -1
