"""Families of repositories: what must not be torn apart by a split.

Two repositories are kin when

1. they share a first commit (where history was read), or half of the smaller's files that tell, at least five;
2. a file that tells and might be in the dataset is a duplicate of one of the other, exact or near.

A file *tells* when it is code of at least ``TELLING`` words and marks, not generated, minified or somebody else's.
Licence texts, ignore lists, empty modules, prose and data tell nothing.

What more than ``BOILERPLATE`` repositories have tells nothing either, and no family has more than ``LARGEST`` members,
the strongest ties first: a chain of likenesses is not kinship. Whatever twins are torn apart nevertheless, the check
for leaks finds. Source of the first rule: World of Code's deforking (Mockus et al., MSR 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.kinship import BOILERPLATE, FEWEST, SHARE, Tie, ties
from codestrata.export.decide.annotate import is_regular
from codestrata.export.decide.columns import Coded, varlen
from codestrata.export.quality.rules import DATA, LONG_LINES
from codestrata.kernels.strings import distinct
from codestrata.store.columns import Columns

if TYPE_CHECKING:
    from codestrata.store.tables import Tables

#: Words and marks from which a file of code tells of kinship.
TELLING = 50
#: Languages whose files do not tell: data and prose.
_SILENT = ("", *DATA, *LONG_LINES)


def telling(files: Columns) -> NDArray[np.bool_]:
    """Tell the files whose duplicates are kin."""
    silent = Coded.of(varlen(files, "language")).among(_SILENT)
    silent |= ~Coded.of(varlen(files, "generated")).among([""])
    for mark in ("vendored", "minified", "documentation", "binary"):
        silent |= np.asarray(files[mark])
    return ~silent & (np.asarray(files["lexemes"]) >= TELLING)


def by_files(tables: Tables, files: Columns, tells: NDArray[np.bool_], binds: NDArray[np.bool_]) -> list[Tie]:
    """Tie repositories that share files that tell, those that share most first. ``binds``: one of these is enough."""
    regular = np.flatnonzero(is_regular(np.asarray(files["mode"])) & tells)
    blobs = varlen(files, "blob").take(regular)
    codes, _ = distinct(blobs.data, blobs.offsets[:-1], blobs.offsets[1:])
    held: Columns = {
        "place": np.asarray(files["snapshot"])[regular].astype(np.int64),
        "blob": codes.astype(np.int64),
        "binds": binds[regular],
    }
    found = tables.query(
        f"""
        with held as (select place, blob, bool_or(binds) as binds from held_ group by all),
             total as (select place, count(*) as files from held group by place),
             common as (select blob from held group by blob having count(*) between 2 and {BOILERPLATE}),
             ours as (select * from held semi join common using (blob)),
             pairs as (select a.place as a, b.place as b, count(*) as shared, count(*) filter (a.binds and b.binds) as t
                       from ours a join ours b on a.blob = b.blob and a.place < b.place group by all),
             rated as (select a, b, t, shared / least(x.files, y.files) as share, least(x.files, y.files) as least_
                       from pairs join total x on x.place = a join total y on y.place = b)
        select a::bigint as a, b::bigint as b from rated
        where t > 0 or (least_ >= {FEWEST} and share >= {SHARE}) order by share desc, t desc, a, b""",
        held_=held,
    )
    return ties(found)


def by_twins(snapshot: NDArray[np.int32], twin: NDArray[np.int64], tells: NDArray[np.bool_]) -> list[Tie]:
    """Tie the repositories of duplicates and their twins; ``twin``: row of each file's twin, -1: none."""
    gone = np.flatnonzero(twin >= 0)
    gone = gone[tells[gone] & tells[twin[gone]]]
    pairs = np.stack([twin[gone], snapshot[gone]], axis=1)
    pairs = np.unique(pairs, axis=0)  # a kept file and a repository that has a twin of it
    crowd = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    few = crowd[2][crowd[1]] < BOILERPLATE
    tied = np.stack([snapshot[pairs[few, 0]], pairs[few, 1]], axis=1)
    tied = np.unique(np.sort(tied[tied[:, 0] != tied[:, 1]], axis=1), axis=0)
    return [(int(a), int(b)) for a, b in tied.tolist()]
