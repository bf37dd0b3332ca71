"""Dividing: families, their splits, and the check that nothing leaks from one into another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codestrata.engine.kinship import by_histories, families
from codestrata.export.decide.reasons import BIT
from codestrata.export.split.families import by_files, by_twins, telling
from codestrata.export.split.leaks import find_leaks
from codestrata.export.split.shares import TRAIN, asked, split_of_chance, split_of_day

if TYPE_CHECKING:
    from codestrata.engine.base import View
    from codestrata.export.decide.compare import Sources
    from codestrata.export.decide.gates import Case
    from codestrata.export.decide.selection import Chosen
    from codestrata.export.decide.twins import Twins
    from codestrata.export.decide.verdicts import Verdicts
    from codestrata.settings.export import ExportSettings

#: A file that nothing else fails may still be in a dataset: its twin is.
_TWINS = sum(1 << bit for name, bit in BIT.items() if name.endswith("_duplicate"))


@dataclass(frozen=True, slots=True)
class Divided:
    """Per file its split (int8, a place in SPLITS); per snapshot its family, by the number of its first member."""

    split: NDArray[np.int8]
    family: Sequence[int]


def histories(view: View, chosen: Sequence[Chosen]) -> dict[str, str]:
    """Name the files of table commits that families are told by: number of the snapshot → path, as JSON has it."""
    settings = view.settings.export.split
    if settings.by != "family" or not asked(settings):
        return {}
    # the first commit of a shallow clone is not the project's
    whole = {s.repository_id for s in view.snapshots() if str(s.completeness) != "shallow"}
    listed = {k: view.files("commits", subject=c.repository_id) for k, c in enumerate(chosen)}
    return {str(k): files[0].path for k, files in listed.items() if files and chosen[k].repository_id in whole}


def divide(case: Case, found: Verdicts, sources: Sources, twins: Twins, histories: Mapping[int, str]) -> Divided:
    """Give every file its split; leaks are put into the verdicts and into ``twins``.

    histories: number of a snapshot → path of its file of table commits, where all history was read.
    """
    files, chosen, settings = case.files, case.chosen, case.settings
    snapshot = np.asarray(files["snapshot"])
    if not asked(settings.split):
        return Divided(np.zeros(len(snapshot), np.int8), range(len(chosen)))
    family: Sequence[int] = range(len(chosen))
    if settings.split.by == "family":
        tells = telling(files)
        binds = tells & ((found.failed & ~np.uint64(_TWINS)) == 0)
        ties = by_histories(sources.tables, {place: [path] for place, path in histories.items()})
        ties += by_files(sources.tables, files, tells, binds) + by_twins(snapshot, twins.row, binds)
        family = families(len(chosen), ties)
    split = _splits(chosen, settings, family)[snapshot]
    leaks = find_leaks(case, found, split, sources)
    gone = leaks.row >= 0
    twins.row[gone], twins.jaccard[gone] = leaks.row[gone], leaks.jaccard[gone]
    return Divided(split, family)


def _splits(chosen: Sequence[Chosen], settings: ExportSettings, family: Sequence[int]) -> NDArray[np.int8]:
    """Give the split of each snapshot."""
    if settings.split.by == "time":
        return np.array([split_of_day(settings.split, c.committed_at) for c in chosen], np.int8)
    members: dict[int, list[str]] = defaultdict(list)
    for c, which in zip(chosen, family, strict=True):
        members[which].append(c.full_name)  # ids of local repositories are those of their places
    of = {which: split_of_chance(settings.split, ids) for which, ids in members.items()}
    return np.array([of.get(which, TRAIN) for which in family], np.int8)
