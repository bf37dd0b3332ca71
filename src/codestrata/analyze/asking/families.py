"""Fork families: repositories that share history or most of their files count once.

Source: World of Code's deforking (Mockus et al., MSR 2020): figures per repository are inflated by forks by orders of
magnitude. Here two repositories are of one family when they share a first commit, or half of the files of the smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from codestrata.analyze.asking.sources import files_of
from codestrata.store.columns import Columns

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.model import Repository, Snapshot

#: Share of the smaller repository's distinct files that makes a family, and the fewest files worth asking.
SHARE, FEWEST = 0.5, 5
#: A file or a first commit in more repositories than this is boilerplate, and says nothing.
BOILERPLATE = 50
#: No family is larger than this: a chain of likenesses is not kinship.
LARGEST = 250


def families(view: View, taken: Sequence[tuple[Repository, Snapshot]]) -> list[int]:
    """Give the number of the family of each snapshot, by its first member in their order."""
    count = len(taken)
    above = list(range(count))
    sizes = [1] * count
    for a, b in [*_by_roots(view, taken), *_by_files(view, taken)]:
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


def _by_files(view: View, taken: Sequence[tuple[Repository, Snapshot]]) -> list[tuple[int, int]]:
    source = files_of(view, taken)
    if not source:
        return []
    return _pairs(
        view.tables.query(f"""
        with held as (select distinct place, blob from {source}),
             total as (select place, count(*) as files from held group by place),
             common as (select blob from held group by blob having count(*) between 2 and {BOILERPLATE}),
             ours as (select place, blob from held semi join common using (blob)),
             pairs as (select a.place as a, b.place as b, count(*) as shared
                       from ours a join ours b on a.blob = b.blob and a.place < b.place group by all)
        select a::bigint as a, b::bigint as b from pairs join total x on x.place = a join total y on y.place = b
        where least(x.files, y.files) >= {FEWEST} and shared >= {SHARE} * least(x.files, y.files) order by a, b""")
    )


def _by_roots(view: View, taken: Sequence[tuple[Repository, Snapshot]]) -> list[tuple[int, int]]:
    parts = []
    for index, (repository, snapshot) in enumerate(taken):
        files = view.files("commits", subject=repository.id)
        # the first commit of a shallow clone is not the project's
        if files and str(snapshot.completeness) != "shallow":
            scan = view.tables.scan(files)
            parts.append(f"select {index} as place, \"commit\" from {scan} where parents = ''")
    if len(parts) < 2:  # noqa: PLR2004 -- kinship takes two
        return []
    return _pairs(
        view.tables.query(f"""
        with roots as (select distinct place, "commit" from ({" union all ".join(parts)})),
             common as (select "commit" from roots group by "commit" having count(*) between 2 and {BOILERPLATE})
        select min(r.place)::bigint as a, s.place::bigint as b
        from (roots semi join common using ("commit")) r join roots s using ("commit")
        where r.place < s.place group by s.place order by all""")
    )


def _pairs(found: Columns) -> list[tuple[int, int]]:
    return list(zip(np.asarray(found["a"]).tolist(), np.asarray(found["b"]).tolist(), strict=True))
