"""Kinship of repositories: who is one family, however it was found out who is like whom.

Source: World of Code's deforking (Mockus et al., MSR 2020): figures per repository are inflated by forks by orders of
magnitude.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from codestrata.store.columns import Columns
    from codestrata.store.tables import TableFile, Tables

#: Share of the smaller repository's distinct files that makes a family, and the fewest files worth asking.
SHARE, FEWEST = 0.5, 5
#: What more repositories than this have is boilerplate, and says nothing of any two of them.
BOILERPLATE = 50
#: No family is larger than this: a chain of likenesses is not kinship.
LARGEST = 250

#: Two repositories that are kin, by their numbers.
Tie = tuple[int, int]


def families(count: int, ties: Iterable[Tie]) -> list[int]:
    """Give the family of each of ``count`` repositories, by its first member; ties come strongest first."""
    above, sizes = list(range(count)), [1] * count
    for a, b in ties:
        low, high = sorted((_root(above, a), _root(above, b)))
        if low != high and sizes[low] + sizes[high] <= LARGEST:
            above[high] = low
            sizes[low] += sizes[high]
    return [_root(above, i) for i in range(count)]


def _root(above: list[int], i: int) -> int:
    while above[i] != i:
        above[i] = above[above[i]]
        i = above[i]
    return i


def by_histories(tables: Tables, histories: Mapping[int, Sequence[TableFile | str]]) -> list[Tie]:
    """Tie repositories that share a first commit; ``histories``: repository → its files of table commits."""
    if len(histories) < 2:  # noqa: PLR2004 -- kinship takes two
        return []
    parts = [
        f"select {place} as place, \"commit\" from {tables.scan(files)} where parents = ''"
        for place, files in histories.items()
    ]
    found = tables.query(
        f"""
        with roots as (select distinct place, "commit" from ({" union all ".join(parts)})),
             common as (select "commit" from roots group by "commit" having count(*) between 2 and {BOILERPLATE})
        select min(r.place)::bigint as a, s.place::bigint as b
        from (roots semi join common using ("commit")) r join roots s using ("commit")
        where r.place < s.place group by s.place order by all"""
    )
    return ties(found)


def ties(found: Columns) -> list[Tie]:
    """Read ties off the columns ``a`` and ``b`` of a question."""
    return list(zip(*(np.asarray(found[name]).tolist() for name in ("a", "b")), strict=True))
