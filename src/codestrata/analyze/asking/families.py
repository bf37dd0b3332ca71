"""Fork families: repositories that share history or most of their files count once.

Two repositories are of one family when they share a first commit, or half of the files of the smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codestrata.analyze.asking.sources import files_of
from codestrata.engine import kinship

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.model import Repository, Snapshot


def families(view: View, taken: Sequence[tuple[Repository, Snapshot]]) -> list[int]:
    """Give the number of the family of each snapshot, by its first member in their order."""
    histories = {}
    for index, (repository, snapshot) in enumerate(taken):
        files = view.files("commits", subject=repository.id)
        # the first commit of a shallow clone is not the project's
        if files and str(snapshot.completeness) != "shallow":
            histories[index] = files
    return kinship.families(len(taken), [*kinship.by_histories(view.tables, histories), *_by_files(view, taken)])


def _by_files(view: View, taken: Sequence[tuple[Repository, Snapshot]]) -> list[tuple[int, int]]:
    source = files_of(view, taken)
    if not source:
        return []
    return kinship.ties(
        view.tables.query(f"""
        with held as (select distinct place, blob from {source}),
             total as (select place, count(*) as files from held group by place),
             common as (select blob from held group by blob having count(*) between 2 and {kinship.BOILERPLATE}),
             ours as (select place, blob from held semi join common using (blob)),
             pairs as (select a.place as a, b.place as b, count(*) as shared
                       from ours a join ours b on a.blob = b.blob and a.place < b.place group by all)
        select a::bigint as a, b::bigint as b from pairs join total x on x.place = a join total y on y.place = b
        where least(x.files, y.files) >= {kinship.FEWEST} and shared >= {kinship.SHARE} * least(x.files, y.files)
        order by a, b""")
    )
