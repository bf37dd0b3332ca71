"""Near duplicates: candidates by banding, exact Jaccard for each, star clustering over those at the threshold.

The answer is a function of the documents and their ranks alone: what an earlier run verified only saves time. Up to
IN_CORE documents banding holds all in memory; more are banded on disk (``spill.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codestrata.export.dedup.bands import banding, pairs_of
from codestrata.export.dedup.spill import LEADERS, Spill, decode
from codestrata.export.dedup.star import stars
from codestrata.kernels.lsh import meeting

#: Gives the exact Jaccard of pairs of documents, (m, 2) → float64[m]; -1 where a document cannot be read.
Verify = Callable[[NDArray[np.int64]], NDArray[np.float64]]

#: More documents than these are banded on disk: in memory each takes about half a kilobyte.
IN_CORE = 1 << 18
#: What is left is looked through again, more and more strictly, until nothing new is found; see bands.pairs_of.
_LOOKS = (0.0, 0.5, 0.9)
#: Rounds of one look; two or three are the rule, seven the most that was seen (14 repositories, 30,000 texts).
_ROUNDS = 16
#: Pairs verified in one go.
_AT_ONCE = 1 << 22
#: Documents of one crowd that have led it, at most, before it is left as it is.
_DEEPEST = 64
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Clusters:
    """What near deduplication found among n documents.

    survivor: int64[n], the best kept document that was found near enough to this one, or -1 if it stays; jaccard:
    float64[n], with the survivor, or -1. grouped: bool[n], it goes for its group's sake. pairs: (m, 2) every pair that
    was verified, as (better, worse), rising; scores: their Jaccard.
    """

    survivor: NDArray[np.int64]
    jaccard: NDArray[np.float64]
    grouped: NDArray[np.bool_]
    pairs: NDArray[np.int64]
    scores: NDArray[np.float64]

    @classmethod
    def none(cls, count: int) -> Clusters:
        """Give the answer where nothing is near anything."""
        empty, nobody = np.zeros((0, 2), np.int64), np.zeros(count, np.bool_)
        return cls(np.full(count, -1, np.int64), np.full(count, -1.0), nobody, empty, np.zeros(0))


@dataclass(frozen=True, slots=True)
class Room:
    """Where there is room to work: a folder for what does not fit into memory, and so many threads.

    More documents than ``in_core`` are banded on disk.
    """

    folder: Path
    threads: int = 1
    in_core: int = IN_CORE


@dataclass(frozen=True, slots=True)
class Terms:
    """What is near, and who has to stay.

    threshold: of the exact Jaccard; groups: int64[n], documents of one group (-1: of none) are twins whatever their
    Jaccard; fixed: so many of the best documents stay in any case.
    """

    threshold: float
    groups: NDArray[np.int64] | None = None
    fixed: int = 0


def cluster(
    signatures: NDArray[np.uint16],
    shingles: NDArray[np.int32],
    terms: float | Terms,
    verify: Verify,
    room: Room | None = None,
) -> Clusters:
    """Cluster documents given best rank first: signatures (n, 128), and how many shingles each has.

    A document whose signature is all zeros is near nothing. A crowd of copies is compared with its best documents only,
    so a thousand of them cost some thousand comparisons and not half a million. What stays is therefore paired again,
    until there is no pair left that nobody has verified; a document that went may come back then, when its survivor
    goes.
    """
    links = _Links(len(signatures), terms if isinstance(terms, Terms) else Terms(terms), verify)
    if room is not None and len(signatures) > room.in_core:
        _out_of_core(links, Spill(signatures, shingles, links.terms.threshold, room.folder, room.threads))
    else:
        _in_core(links, signatures, shingles)
    return links.answer()


def _in_core(links: _Links, signatures: NDArray[np.uint16], shingles: NDArray[np.int32]) -> None:
    threshold = links.terms.threshold
    meets = meeting(signatures, *banding(threshold))
    for strict in _LOOKS:
        for _ in range(_ROUNDS):
            active = np.flatnonzero(meets & links.stay)
            if not links.learn(pairs_of(signatures, shingles, active, threshold, strict)):
                break


def _out_of_core(links: _Links, spill: Spill) -> None:
    """Look again at those of crowds that stay: everybody else has been paired with all that share a band.

    A look that shows nothing new is followed by one that lets the next of each crowd lead, up to _DEEPEST.
    """
    crowd, lead = np.ones(len(spill.signatures), np.bool_), 0
    for turn in range(_ROUNDS):
        active = np.flatnonzero(crowd & links.stay)
        if len(active) < 2 or lead > _DEEPEST:  # noqa: PLR2004 -- it takes two
            break
        looked = spill.look(active, links.codes, lead)
        new = links.learn(looked.pairs)
        if not new and not looked.crowded.any():
            break
        lead = 0 if new else lead + LEADERS
        crowd = looked.crowded if turn == 0 else crowd


@dataclass(slots=True)
class _Links:
    """Pairs that were verified, and what follows from them."""

    count: int
    terms: Terms
    verify: Verify
    codes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    scores: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    removed: NDArray[np.int64] = field(init=False)
    alike: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self._decide()

    @property
    def stay(self) -> NDArray[np.bool_]:
        """Tell who stays, as far as is known."""
        return self.removed < 0

    def learn(self, seen: NDArray[np.uint64]) -> bool:
        """Verify the pairs that are new, and decide again; says whether there were any."""
        if self.terms.fixed:
            seen = seen[(seen & _LOW) >= self.terms.fixed]
        new = np.setdiff1d(seen, self.codes, assume_unique=True)
        if not len(new):
            return False
        parts = [self.verify(decode(new[k : k + _AT_ONCE])) for k in range(0, len(new), _AT_ONCE)]
        self.codes, self.scores = _merge(self.codes, self.scores, new, np.concatenate(parts))
        self._decide()
        return True

    def _decide(self) -> None:
        self.alike = np.flatnonzero(self.scores >= self.terms.threshold)
        self.removed = stars(self.count, decode(self.codes[self.alike]), self.terms.groups, self.terms.fixed)

    def answer(self) -> Clusters:
        """Say who goes for whom. What a group takes away is compared with its survivor at last."""
        survivor, jaccard = np.full(self.count, -1, np.int64), np.full(self.count, -1.0)
        gone, edges = self.removed >= 0, len(self.alike)
        near, grouped = np.flatnonzero(gone & (self.removed < edges)), gone & (self.removed >= edges)
        which = self.alike[self.removed[near]]
        survivor[near], jaccard[near] = (self.codes[which] >> np.uint64(32)).astype(np.int64), self.scores[which]
        members = np.flatnonzero(grouped)
        if len(members):
            survivor[members] = self.removed[members] - edges
            pairs = np.stack([survivor[members], members], axis=1)
            jaccard[members] = self.verify(pairs)
        return Clusters(survivor, jaccard, grouped, decode(self.codes), self.scores)


def _merge(
    codes: NDArray[np.uint64], scores: NDArray[np.float64], new: NDArray[np.uint64], fresh: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    both = np.concatenate([codes, new])
    order = np.argsort(both, kind="stable")
    return both[order], np.concatenate([scores, fresh])[order]
