"""What the rules of a grammar need, looked for in a batch at once: which may find anything there, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codestrata.analyze.rules.batch import Set
from codestrata.analyze.rules.looking import kinds
from codestrata.analyze.rules.matchers import Compiled
from codestrata.analyze.rules.needs import Need, near, needs, tells
from codestrata.analyze.syntax.nodes import Nodes
from codestrata.kernels.nodes.places import Askers, Texts

#: Bytes of a text that is not as common as most words of a language are.
_COMMON = 7


@dataclass(frozen=True, slots=True)
class Needed:
    """The needs of many rules, flat. What may be there: texts, ``kinds``, then no and yes. Of these ``some`` are those
    of a need, from its place in ``needs`` on, and of needs ``all``, from a rule's place in ``rules`` on. ``askers``:
    the rules that only nodes with some text in them fit; ``asker``: of each rule, its number among these, or -1.
    """  # noqa: D205 -- one sentence too long

    texts: Texts
    kinds: NDArray[np.int64]
    some: NDArray[np.int64]
    needs: NDArray[np.int64]
    all: NDArray[np.int64]
    rules: NDArray[np.int64]
    askers: Askers
    asker: tuple[int, ...]

    @classmethod
    def of(cls, rules: Mapping[int, Compiled]) -> Needed:
        """Write the needs of rules down, in their order."""
        within = [near(rule.matcher) for rule in rules.values()]
        several = [_telling(rule, texts) for rule, texts in zip(rules.values(), within, strict=True)]
        known = {need: i for i, need in enumerate(dict.fromkeys(need for one in several for need in one))}
        every: Need = frozenset().union(*known, *(texts for texts in within if texts is not None))
        items = sorted(every, key=lambda one: (isinstance(one, int), one))
        number = {one: i for i, one in enumerate(items)}
        texts = [one for one in items if isinstance(one, bytes)]
        no, yes = len(items), len(items) + 1
        some = [[number[one] for one in need] or [no] for need in known] + [[yes]]
        all_ = [[known[need] for need in one] or [len(known)] for one in several]
        asking = [i for i, one in enumerate(within) if one is not None]
        matchers = [rule.matcher for rule in rules.values()]
        return cls(
            Texts(texts),
            np.array(items[len(texts) :], np.int64),
            *_flat(some),
            *_flat(all_),
            Askers(
                [sorted(number[one] for one in within[i] or ()) for i in asking],
                [sorted(kinds(matchers[i]) or ()) for i in asking],
                len(texts),
            ),
            tuple(asking.index(i) if i in asking else -1 for i in range(len(rules))),
        )

    def begins(self, nodes: Nodes) -> dict[int, Set | None]:
        """Give the places, in their order, of the rules that may find something: among which nodes, None for any."""
        places = self.texts.places(nodes.arena)
        found = self.askers.nodes(places, (nodes.kind, nodes.start, nodes.end, nodes.parent))
        bounds = np.searchsorted(found, np.arange(len(self.askers.texts) + 1) * len(nodes)).tolist()
        begins: dict[int, Set | None] = {}
        for rule in np.flatnonzero(self._met(nodes, places[1])).tolist():
            asker = self.asker[rule]
            if asker < 0:
                begins[rule] = None
            elif bounds[asker] < bounds[asker + 1]:
                begins[rule] = found[bounds[asker] : bounds[asker + 1]] - asker * len(nodes)
        return begins

    def _met(self, nodes: Nodes, which: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each rule whether all that it needs is in a batch, with the numbers of texts that stand there."""
        texts = np.bincount(which, minlength=len(self.texts.texts)) > 0
        there = np.concatenate((texts, nodes.has(self.kinds), [False, True]))
        return _reduced(np.logical_and, _reduced(np.logical_or, there[self.some], self.needs)[self.all], self.rules)


def _telling(rule: Compiled, within: frozenset[bytes] | None) -> list[Need]:
    """Give the needs of a rule that are worth looking for: common words are not, where it has a place to begin at."""
    return [
        need
        for need in sorted(needs(rule.matcher), key=tells)
        if within is None or need == within or not 0 < tells(need)[0] < _COMMON
    ]


def _flat(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the numbers of all rows, and where each row begins."""
    begins = np.cumsum([0, *map(len, rows)], dtype=np.int64)[:-1]
    return np.array([one for row in rows for one in row], np.int64), begins


def _reduced(how: np.ufunc, values: NDArray[np.bool_], places: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(how.reduceat(values, places), np.bool_) if len(places) else np.zeros(0, np.bool_)
