"""Duplicates among the files that passed everything else, so that every survivor is a file that is kept.

One pass over ranked files puts copies of a blob and of a normalised text together, then clusters what is left by syntax
and by Jaccard. Where repositories are compared, too, those that go stand last in a second pass: what they had and
others have is then the others'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.decide.compare import Asked, Documents, Sources, near
from codestrata.export.decide.held import Held, held_by
from codestrata.export.decide.repositories import copies
from codestrata.export.decide.survivors import survivor_order
from codestrata.export.decide.syntaxes import syntaxes
from codestrata.export.decide.twins import Twins
from codestrata.export.dedup import Known, first_of_each, first_of_each_text, table
from codestrata.store.columns import Columns, Varlen

if TYPE_CHECKING:
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.export.earlier.read import Earlier
    from codestrata.settings.export import DedupSettings

#: Reasons in the order in which they are put, with the rule of each.
HOW = (
    ("exact_duplicate", "same blob"),
    ("normal_duplicate", "same words and marks in order"),
    ("syntax_duplicate", "same tree but for comments and layout"),
    ("near_duplicate", "Jaccard of 5-word shingles, star clustering"),
    ("repository_duplicate", "Jaccard of the repositories' surviving contents, star clustering"),
    ("earlier_duplicate", "in an earlier dataset"),
)
_EXACT, _NORMAL, _SYNTAX, _NEAR, _REPOSITORY, _EARLIER = range(len(HOW))


@dataclass(frozen=True, slots=True)
class Given:
    """What duplicates are found with: files, the snapshots they are of, settings, sources, and older datasets.

    ``trees``: table files of syntax trees' hashes, where these are to be compared.
    """

    files: Columns
    chosen: Sequence[Chosen]
    settings: DedupSettings
    sources: Sources
    trees: Sequence[str] = ()
    earlier: Earlier | None = None


@dataclass(slots=True)
class _Answer:
    """Per file how it goes (int8, a place in HOW; -1: it stays), for whom, and their Jaccard."""

    how: NDArray[np.int8]
    twins: Twins

    @classmethod
    def none(cls, count: int) -> _Answer:
        twins = Twins.none(count)
        return cls(np.full(count, -1, np.int8), Twins(twins.row, twins.jaccard, twins.row.copy()))

    def note(self, rows: NDArray[np.int64], how: int, twin: NDArray[np.int64], jaccard: NDArray[np.float64]) -> None:
        """Say that some rows go for others."""
        self.how[rows], self.twins.row[rows], self.twins.jaccard[rows] = how, twin, jaccard

    def note_old(self, rows: NDArray[np.int64], old: NDArray[np.int64], jaccard: NDArray[np.float64]) -> None:
        """Say that some rows go for contents of an earlier dataset."""
        self.how[rows], self.twins.old[rows], self.twins.jaccard[rows] = _EARLIER, old, jaccard


def find(given: Given, found: Verdicts) -> tuple[Twins, Columns]:
    """Find duplicates among the files that nothing has failed, and put them into the verdicts.

    Gives the twins, and table **pairs** of what was verified.
    """
    count = len(found.failed)
    if given.settings.level == "none" or not len(found.clean):
        return Twins.none(count), table(Varlen.of([], text=False), np.zeros((0, 2), np.int64), np.zeros(0))
    finder = _Finder(given, found.clean)
    answer = finder.answer()
    twins = Twins(answer.twins.row, answer.twins.jaccard, answer.twins.old, finder.held.columns)
    for how, (reason, rule) in enumerate(HOW):
        rows = np.flatnonzero(answer.how == how)
        threshold = (1.0, 1.0, -1.0, given.settings.threshold, given.settings.repositories, -1.0)[how]
        found.put(reason, rows, rule=rule, value=twins.jaccard[rows], threshold=threshold)
    return twins, finder.verified()


@dataclass(slots=True)
class _Finder:
    given: Given
    clean: NDArray[np.int64]
    held: Held = field(init=False)
    #: Pairs of rows that were verified, with their Jaccard.
    known: Known | None = None

    def __post_init__(self) -> None:
        self.held = held_by(self.given, self.clean)

    def answer(self) -> _Answer:
        """Say how every file goes."""
        given, held = self.given, self.held
        ranked = survivor_order(given.files, held.rows, given.chosen, held.standing)
        answer = self._pass(ranked)
        if not given.settings.repositories:
            return answer
        return self._by_repository(ranked, answer)

    def _pass(self, ranked: NDArray[np.int64]) -> _Answer:
        """Find duplicates among ranked files."""
        files = self.given.files
        answer = _Answer.none(len(files["size"]))
        answer.note_old(self.held.gone, self.held.old, np.ones(len(self.held.gone)))
        group = _copies(files, ranked, self.given.settings)
        best = ranked[group.best == ranked]
        self._cluster(best, answer)
        rows, heads = ranked[group.best != ranked], group.best[group.best != ranked]
        stays = answer.how[heads] < 0
        same = group.same[group.best != ranked] == heads
        for how, which in ((_EXACT, stays & same), (_NORMAL, stays & ~same)):
            answer.note(rows[which], how, heads[which], np.ones(int(which.sum())))
        far, whose = rows[~stays], heads[~stays]
        answer.how[far] = answer.how[whose]
        for column in (answer.twins.row, answer.twins.jaccard, answer.twins.old):
            column[far] = column[whose]
        return answer

    def _cluster(self, best: NDArray[np.int64], answer: _Answer) -> None:
        """Find the near twins, and those of one syntax, of files that are no copies."""
        given, earlier = self.given, self.given.earlier if self.held.compared else None
        likely = _likely(given.files, best, given.settings)
        groups = syntaxes(given.sources.tables, given.trees, given.files, best)
        taken = likely if groups is None else likely | (groups >= 0)
        documents = Documents.of(given.files, best[taken])
        asked = Asked(
            likely=likely[taken],
            groups=None if groups is None else groups[taken],
            before=self._before if self.known else None,
            earlier=earlier if likely.any() else None,
        )
        clusters = near(given.files, documents, given.settings, given.sources, asked)
        old = len(clusters.survivor) - len(documents.rows)
        self._remember(documents.rows, clusters.pairs - old, clusters.scores)
        survivor = clusters.survivor[old:] - old
        gone = np.flatnonzero(clusters.survivor[old:] >= 0)
        here, grouped = gone[survivor[gone] >= 0], clusters.grouped[old:]
        jaccard = clusters.jaccard[old:]
        for how, which in ((_SYNTAX, here[grouped[here]]), (_NEAR, here[~grouped[here]])):
            answer.note(documents.rows[which], how, documents.rows[survivor[which]], jaccard[which])
        there = gone[survivor[gone] < 0]
        answer.note_old(documents.rows[there], survivor[there] + old, jaccard[there])

    def _remember(self, rows: NDArray[np.int64], pairs: NDArray[np.int64], scores: NDArray[np.float64]) -> None:
        """Take in what was verified among files of this run."""
        ours = (pairs >= 0).all(axis=1)
        named = np.sort(rows[pairs[ours]], axis=1).astype(np.uint64)
        codes, scores = named[:, 0] << np.uint64(32) | named[:, 1], scores[ours]
        if self.known:
            codes, scores = np.concatenate([self.known.codes, codes]), np.concatenate([self.known.scores, scores])
        codes, first = np.unique(codes, return_index=True)
        self.known = Known(codes, scores[first])

    def _before(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        assert self.known is not None  # noqa: S101 -- only asked then
        return self.known.look_up(np.sort(pairs, axis=1))

    def verified(self) -> Columns:
        """Give table **pairs** of all that was verified."""
        known = self.known or Known(np.zeros(0, np.uint64), np.zeros(0))
        pairs = np.stack([known.codes >> np.uint64(32), known.codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)
        return table(varlen(self.given.files, "blob"), pairs, known.scores)

    def _by_repository(self, ranked: NDArray[np.int64], answer: _Answer) -> _Answer:
        """Let repositories go that are nearly copies, and find the others' twins once more among the rest."""
        given = self.given
        snapshot = np.asarray(given.files["snapshot"], np.int64)
        count = len(snapshot)
        content = np.where(answer.twins.row >= 0, answer.twins.row, np.arange(count))
        content = np.where(answer.twins.old >= 0, count + answer.twins.old, content)
        order = np.concatenate([ranked, self.held.gone])
        like = copies(snapshot[order], content[order], len(given.chosen), given.settings.repositories)
        gone = like.of >= 0
        if not gone.any():
            return answer
        out = gone[snapshot[ranked]]
        answer = self._pass(np.concatenate([ranked[~out], ranked[out]]))
        twin = answer.twins.row
        left = ranked[out & ((answer.how[ranked] < 0) | ((twin[ranked] >= 0) & gone[snapshot[twin[ranked]]]))]
        answer.note(left, _REPOSITORY, self._counterparts(left, like.of, answer), like.jaccard[snapshot[left]])
        return answer

    def _counterparts(self, rows: NDArray[np.int64], of: NDArray[np.int64], answer: _Answer) -> NDArray[np.int64]:
        """Give for rows of repositories that go a kept file to name: the one at the same path, or the first."""
        snapshot, paths = np.asarray(self.given.files["snapshot"], np.int64), varlen(self.given.files, "path")
        gone = of >= 0
        out = np.empty(len(rows), np.int64)
        for repository in np.unique(snapshot[rows]).tolist():
            theirs = self.clean[snapshot[self.clean] == of[repository]]
            kept = np.where(answer.how[theirs] < 0, theirs, answer.twins.row[theirs])
            sound = (kept >= 0) & ~gone[snapshot[kept]] & (answer.how[kept] < 0)
            theirs, kept = theirs[sound], kept[sound]
            at = dict(zip(paths.take(theirs), kept.tolist(), strict=True))
            first = int(kept[0]) if len(kept) else -1
            mine = np.flatnonzero(snapshot[rows] == repository)
            out[mine] = [at.get(path, first) for path in paths.take(rows[mine])]
        return out


@dataclass(frozen=True, slots=True)
class _Copies:
    """Rows from the first choice of a survivor to the last; of each the best of the same blob, and of the same text."""

    same: NDArray[np.int64]
    best: NDArray[np.int64]


def _copies(files: Columns, ranked: NDArray[np.int64], settings: DedupSettings) -> _Copies:
    same = ranked[first_of_each(varlen(files, "blob").take(ranked), np.arange(len(ranked)))]
    if not settings.normal:
        return _Copies(same, same)
    rows = ranked[same == ranked]
    counts = np.stack([np.asarray(files[name])[rows].astype(np.int64) for name in ("words", "lexemes")], axis=1)
    best = np.full(len(files["size"]), -1, np.int64)
    hashes = np.asarray(files["norm_hash"])[rows].astype(np.uint64)
    best[rows] = rows[first_of_each_text(hashes, counts, np.arange(len(rows)))]
    return _Copies(same, best[same])


def _likely(files: Columns, rows: NDArray[np.int64], settings: DedupSettings) -> NDArray[np.bool_]:
    """Tell the rows that near deduplication is asked for."""
    if settings.level != "near":
        return np.zeros(len(rows), np.bool_)
    fit = np.asarray(files["words"])[rows] >= settings.min_words
    if settings.languages:
        fit &= Coded.of(varlen(files, "language")).among(settings.languages)[rows]
    return np.asarray(fit)
