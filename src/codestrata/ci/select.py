"""Which repositories a pipeline is run on: those that meet a condition, or a sample of them, and in which order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from codestrata.engine.base import View
from codestrata.model import Repository, Snapshot
from codestrata.model.languages import language_type
from codestrata.store.ask import matching
from codestrata.store.columns import Columns, Varlen

_TEXTS = ("id", "full_name", "url", "language", "created_at", "updated_at", "pushed_at", "declared_licence")
_NUMBERS = ("stars", "forks", "size")


def select(
    repositories: Sequence[Repository],
    snapshots: Mapping[str, Snapshot],
    condition: str,
    spoken: Callable[[], Mapping[str, str]],
) -> list[Repository]:
    """Give the repositories that meet a condition, in their order; raises InvalidInput when it is none.

    ``snapshots`` are those known by repository id. ``spoken`` gives the language of most of each repository's text, by
    id; it is asked only when the condition is about languages and a list did not say them all.
    """
    if not condition or not repositories:
        return list(repositories)
    named = "language" in condition and any(not r.language for r in repositories)
    languages = spoken() if named else {}
    told = _columns(repositories, snapshots, languages)
    return [repositories[i] for i in matching(told, condition, "--select").tolist()]


def _columns(
    repositories: Sequence[Repository], snapshots: Mapping[str, Snapshot], languages: Mapping[str, str]
) -> Columns:
    columns: Columns = {name: Varlen.of([getattr(r, name) for r in repositories]) for name in _TEXTS}
    columns["language"] = Varlen.of([r.language or languages.get(r.id, "") for r in repositories])
    columns |= {name: np.array([getattr(r, name) for r in repositories], np.int64) for name in _NUMBERS}
    columns["owner"] = Varlen.of([owner(r) for r in repositories])
    columns["priority_score"] = np.array([r.priority_score for r in repositories], np.float64)
    taken = [snapshots.get(r.id) for r in repositories]
    columns["commit"] = Varlen.of([s.commit if s else "" for s in taken])
    columns["files"] = np.array([s.files if s else -1 for s in taken], np.int64)
    columns["bytes"] = np.array([s.bytes if s else -1 for s in taken], np.int64)
    return columns


def owner(repository: Repository) -> str:
    """Give whose repository it is: what stands before the slash of its name."""
    return repository.full_name.rpartition("/")[0]


def sample(repositories: Sequence[Repository], size: int, seed: str) -> list[Repository]:
    """Take a sample of at most ``size``, in proportion from every language, the same one for the same ``seed``.

    Within a language, repositories are drawn in the order of a hash of seed and id, so that a larger sample holds the
    smaller one's draws. Source: stratified sampling with proportional allocation (Cochran, Sampling Techniques, §5.3).
    """
    if size >= len(repositories):
        return list(repositories)
    drawn = sorted(repositories, key=lambda r: hashlib.blake2b(f"{seed} {r.id}".encode()).digest())
    strata: dict[str, list[Repository]] = defaultdict(list)
    for one in drawn:
        strata[one.language].append(one)
    # the k-th draw of a stratum of n stands at (k + 1/2) / n: taking the lowest places takes from all in proportion
    places = [((k + 0.5) / len(s), name, one) for name, s in sorted(strata.items()) for k, one in enumerate(s)]
    chosen = {one.id for *_, one in sorted(places, key=lambda p: (p[0], p[1]))[:size]}
    return [one for one in repositories if one.id in chosen]


def fair(repositories: Sequence[Repository]) -> dict[str, float]:
    """Give each repository (by id) a rank such that owners take turns: the first of each, then the second.

    Higher goes first. Within an owner, those with the higher ``priority_score`` go first, then by name.
    """
    turns: dict[str, int] = defaultdict(int)
    ranks = {}
    for one in sorted(repositories, key=lambda r: (-r.priority_score, r.full_name, r.id)):
        ranks[one.id] = -float(turns[owner(one)])
        turns[owner(one)] += 1
    return ranks


def spoken(view: View) -> dict[str, str]:
    """Give the language that most of each repository's code is in, by repository id, as far as it was analysed.

    Counts bytes of programming languages, without what is vendored, generated or documentation, as Linguist does.
    """
    facts = view.files("facts", stage="analyze.facts")
    whose: dict[str, list[str]] = defaultdict(list)  # forks may have one file of annotations together
    for snapshot in view.snapshots():
        for file in view.files("annotations", subject=snapshot.repository_id):
            whose[file.path].append(snapshot.repository_id)
    if not facts or not whose:
        return {}
    known = f"(select blob, name_key, language, size, generated from {view.tables.scan(facts)})"
    paths = f"(select *, file_index::bigint as file from {view.tables.scan(list(whose))})"
    found = view.tables.query(
        f"select file, language, sum(size)::bigint as n from {paths} join {known} using (blob, name_key)"
        " where not vendored and not documentation and generated = ''"
        " group by file, language order by file, n desc, language"
    )
    names, owners = found["language"], list(whose.values())
    assert isinstance(names, Varlen)  # noqa: S101 -- the facts schema says so
    told: dict[str, str] = {}
    for place, name in zip(np.asarray(found["file"]).tolist(), names.strings(), strict=True):
        if language_type(name) == "programming":
            for repository in owners[place]:
                told.setdefault(repository, name)
    return told
