"""Decisions of one repository, as its own words tell them: rows of **reasons** with their quotations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput
from codestrata.model.paths import lines, text_of
from codestrata.model.several import several
from codestrata.store.rows import rows_of

if TYPE_CHECKING:
    from codestrata.engine.view import RunView
    from codestrata.model import Repository, Snapshot
    from codestrata.store.catalogue import Catalogue

STAGE = "analyze.reasons"
_ORDER = "order by file_index, file_row_number"
_ANALYZE = "strata analyze --level L8"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which decisions are asked for: of a tier, with a quotation of a field, at least so sure, about a path or glob."""

    tier: str = ""
    field: str = ""
    least: float = 0.0
    path: str = ""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions asked for, those first that tell most; each with ``quotations`` and where they stand.

    ``notes`` say what could not be looked at; ``known`` counts all decisions of the repository.
    """

    repository: str
    commit: str
    known: int
    decisions: Sequence[Mapping[str, Any]]
    notes: Sequence[str]


def decisions(catalogue: Catalogue, view: RunView, name: str, wanted: Wanted) -> Decisions:
    """Give the decisions of a repository. Raises InvalidInput when it is unknown, or nobody has looked for them."""
    repository = catalogue.repository(name)
    if repository is None:
        raise InvalidInput("no such repository", where=name, hint="strata status --all lists them")
    snapshot = next((s for s in view.snapshots() if s.repository_id == repository.id), None)
    reasons = view.files("reasons", subject=repository.id, stage=STAGE)
    quotations = view.files("quotations", subject=repository.id, stage=STAGE)
    if snapshot is None or not (reasons and quotations):
        raise InvalidInput("nobody has looked for decisions there", where=name, hint=f"run: {_ANALYZE}")
    quotes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(view.tables.read(quotations, tail=_ORDER)):
        row["blob"] = row["blob"].hex()
        quotes[row.pop("decision")].append(_placed(row, repository))
    patterns = _patterns(view, repository)
    listed = rows_of(view.tables.read(reasons, tail=_ORDER))
    known = [_decision(row, quotes[row["decision"]], patterns) for row in listed]
    found = [one for one in known if _meant(one, wanted)]
    return Decisions(repository.full_name, snapshot.commit, len(known), found, _notes(view, snapshot, len(known)))


def _decision(
    row: dict[str, Any], quotes: Sequence[dict[str, Any]], patterns: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    paths = json.loads(row["related_paths"])
    near = sorted({kind for path in paths for kind in patterns.get(path, ())})
    split = {name: [one for one in row[name].split(",") if one] for name in ("related_commits", "related_issues")}
    numbers = {name: round(float(row[name]), 3) for name in ("confidence", "weight")}
    return {**row, **split, **numbers, "related_paths": paths, "related_patterns": near, "quotations": list(quotes)}


def _placed(row: dict[str, Any], repository: Repository) -> dict[str, Any]:
    """Say where a quotation stands, as people write it."""
    if row["kind"] == "file":
        place = f"{repository.full_name}@{row['commit']}:{row['source']}{lines(row['line'], row['last_line'])}"
    else:
        place = f"{repository.full_name}@{row['source']}" if row["kind"] == "commit" else row["source"]
    return {**row, "confidence": round(float(row["confidence"]), 3), "place": place}


def _meant(decision: Mapping[str, Any], wanted: Wanted) -> bool:
    fields = {quote["field"] for quote in decision["quotations"]}
    return (
        (not wanted.tier or decision["tier"] == wanted.tier)
        and (not wanted.field or wanted.field in fields)
        and decision["confidence"] >= wanted.least
        and (not wanted.path or any(_below(path, wanted.path) for path in decision["related_paths"]))
    )


def _below(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(f"{wanted.rstrip('/')}/") or fnmatchcase(path, wanted)


def _patterns(view: RunView, repository: Repository) -> dict[str, list[str]]:
    """Give the types of structural patterns that are shown best by each path."""
    files = view.files("patterns", subject=repository.id)
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(view.tables.read(files, "path, level || ' ' || type as kind")) if files else ():
        found[text_of(row["path"])].append(row["kind"])
    return found


def _notes(view: RunView, snapshot: Snapshot, known: int) -> list[str]:
    """Say what could not be found: in other languages than English, and in history that is not here."""
    from codestrata.analyze.asking.tongue import tongues

    found = tongues(view, snapshot)
    others = {name: count for name, count in found.most_common() if name != "English"}
    notes = [] if known else ["reasons are known by their words: English ones only"]
    if others:
        listed = ", ".join(f"{name} {count}" for name, count in others.items())
        count, total = sum(others.values()), found.total()
        are = "is in another language" if count == 1 else "are in other languages"
        of = f"{count} of {several(total, 'document')} looked at {are} ({listed})"
        notes = [f"reasons are known by their words, English ones only: {of}"]
    return [*notes, *_history(snapshot)]


def _history(snapshot: Snapshot) -> list[str]:
    if str(snapshot.completeness) != "shallow":
        return []
    more = "`--set ingest.strategy=blobless` (or full) fetches it"
    return [f"the history here ends after {_count(snapshot.depth)}, so what commits tell is missing: {more}"]


def _count(depth: int) -> str:
    return "a few commits" if not depth else "1 commit" if depth == 1 else f"{depth:,} commits"
