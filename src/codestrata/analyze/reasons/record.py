"""Records: one decision and the quotations that tell of it. What is not quoted is not said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from codestrata.analyze.reasons.confidence import noisy_or

#: What a quotation may tell, in the order people read it.
FIELDS = ("decision_point", "rationale", "alternative", "constraint", "trade_off", "outcome")
TIERS = ("document", "changelog", "thread", "commit", "comment", "event")
#: How much a field adds to what a reader learns; reasons count most.
_WORTH = {"rationale": 1.0, "alternative": 0.8, "trade_off": 0.7, "constraint": 0.5, "outcome": 0.3}
#: How far a tier's records are ahead of others with the same fields.
_AHEAD = {"document": 1.6, "thread": 1.2, "event": 1.2, "changelog": 0.9, "commit": 1.0, "comment": 0.7}
#: Of further quotations of one field, so much counts.
_AGAIN = 0.25


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is quoted: ``kind`` file, commit or thread; ``name`` its path, commit id, or URL.

    ``text`` are its bytes: a blob, a commit's message as UTF-8, a thread as :mod:`codestrata.analyze.reasons.threads`
    lays it out.
    ``commit``: one that has the file so; empty for threads. ``first``: number of the text's first line, -1 where lines
    do not count.
    """

    kind: str
    name: str
    text: bytes
    blob: bytes = b""
    commit: str = ""
    first: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Bytes ``start`` to ``end`` of a source, and what they tell. ``cue``: heading, words or event that says so."""

    field: str
    source: Source
    start: int
    end: int
    cue: str
    confidence: float

    @property
    def text(self) -> bytes:
        """Give the words themselves."""
        return self.source.text[self.start : self.end]

    def lines(self) -> tuple[int, int]:
        """Give first and last line, -1 where lines do not count."""
        if self.source.first < 0:
            return -1, -1
        before = self.source.text.count(b"\n", 0, self.start) + self.source.first
        return before, before + self.text.rstrip(b"\n").count(b"\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One decision. ``at``: seconds since 1970, -1 when not known; ``paths``: files and definitions it speaks of."""

    tier: str
    quotes: Sequence[Quote]
    at: int = -1
    status: str = ""
    commits: Sequence[str] = ()
    issues: Sequence[str] = ()
    paths: Sequence[str] = field(default=())

    @property
    def id(self) -> str:
        """Hash tier and place: the same words at the same place have the same id in every run."""
        first = self.quotes[0]
        place = f"{self.tier}\0{first.source.kind}\0{first.source.name}\0{first.field}\0{first.start}"
        return hashlib.blake2b(place.encode(errors="surrogateescape"), digest_size=10).hexdigest()

    def of(self, *fields: str) -> list[Quote]:
        """Give the quotations of some fields."""
        return [quote for quote in self.quotes if quote.field in fields]

    @property
    def confidence(self) -> float:
        """Say how sure it is that a reason is told here: the best of each source, sources taken together."""
        told = self.of("rationale", "alternative", "constraint", "trade_off") or list(self.quotes)
        best: dict[str, float] = {}
        for quote in told:
            best[quote.source.name] = max(best.get(quote.source.name, 0.0), quote.confidence)
        return noisy_or(best.values())

    @property
    def weight(self) -> float:
        """Say how much a reader learns: fields and their confidence; for the order of lists, nothing else."""
        total = 0.0
        for name, worth in _WORTH.items():
            sure = sorted((quote.confidence for quote in self.of(name)), reverse=True)
            total += worth * sum(c * (_AGAIN ** min(i, 2)) for i, c in enumerate(sure[:4]))
        return total * _AHEAD[self.tier]

    def with_(self, quotes: Iterable[Quote], **more: Sequence[str] | str) -> Record:
        """Give it with further quotations; what it has already is not repeated."""
        have = {(q.field, q.source.name, q.start, q.end) for q in self.quotes}
        new = [q for q in quotes if (q.field, q.source.name, q.start, q.end) not in have]
        return replace(self, quotes=(*self.quotes, *new), **more)  # type: ignore[arg-type]
