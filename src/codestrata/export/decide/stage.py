"""The ``export.decide`` stage: what is kept of every file of the selection, and why not the rest.

One partition: the answer depends on all files together. It re-runs when a snapshot, an annotation or a setting changes,
in seconds, because nothing is analysed again: facts are read from tables, and what was verified of near duplicates
comes back from table **pairs**. Those pairs are a hint: they save time and never change a byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codestrata.engine.base import IO, Outcome, Partition, View
from codestrata.engine.limits import threads
from codestrata.export.checks import checks
from codestrata.export.decide.annotate import annotate
from codestrata.export.decide.columns import varlen
from codestrata.export.decide.compare import Sources
from codestrata.export.decide.contents import Contents
from codestrata.export.decide.duplicates import Given, find
from codestrata.export.decide.gates import GATES, Case
from codestrata.export.decide.judge import verdicts
from codestrata.export.decide.mixture import mix
from codestrata.export.decide.report import report
from codestrata.export.decide.schema import PAIRS, conform
from codestrata.export.decide.selection import Chosen, choose, table_file
from codestrata.export.decide.table import decisions
from codestrata.export.earlier.datasets import digests, opened
from codestrata.export.policy import Entry, FileOptOut, read_opt_out
from codestrata.export.private import Policy, by_kind
from codestrata.export.split.divide import divide, histories
from codestrata.export.split.outcome import outcome as outcome_of
from codestrata.export.split.shares import check_split
from codestrata.settings.export import ExportSettings

if TYPE_CHECKING:
    from codestrata.store.columns import Columns

NAME = "export.decide"
#: Raise it when the same inputs give another table.
VERSION = "5"
#: The settings that a decision depends on; how a dataset is written is not among them.
_PARTS = ("licences", "files", "quality", "dedup", "checks", "privacy", "decontaminate", "mixture", "split")


#: Files of verified pairs that a run looks into.
_REMEMBERED = 16


class Decide:
    """Annotate, judge, deduplicate: makes tables **decisions** and **pairs**, as in ``export/decide/schema.py``."""

    name = NAME
    verb = "export"
    unit = "files"

    def plan(self, view: View) -> Iterator[Partition]:
        """One partition over all snapshots of the run; none when nothing has been analysed."""
        settings = view.settings.export
        check_split(settings.split)
        entries = read_opt_out(settings.opt_out, Path(settings.opt_out_file) if settings.opt_out_file else None)
        chosen = choose(view, entries, _unmet(view))
        if not chosen:
            return
        yield Partition(
            NAME,
            VERSION,
            {
                "snapshots": [c.spec() for c in chosen],
                "facts": [f.path for f in view.files("facts", stage="analyze.facts", version=_facts_version(view))],
                "opt_out": [asdict(entry) for entry in entries if FileOptOut.of([entry]).about_files],
                "histories": histories(view, chosen),
                "gates": {name: gate.inputs(view) for name, gate in GATES.items()},
                **_compared(view),
                "settings": {
                    "select": settings.select,
                    **{part: getattr(settings, part).model_dump() for part in _PARTS},
                    "dedup": settings.dedup.model_dump(exclude=("against", "index", "tables")),
                },
            },
            title="decide",
            weight=max(1, sum(c.rows for c in chosen)),
            hint={
                "git_dirs": {s.repository_id: s.git_dir for s in view.snapshots()},
                "pairs": _remembered(view),
                "earlier": list(settings.dedup.against),
            },
        )

    def run(self, partition: Partition, io: IO) -> Outcome:
        """Decide. The result is :func:`report`, less the list of repositories."""
        spec = partition.spec
        chosen = [Chosen.of(c) for c in spec["snapshots"]]
        entries = [Entry(**e) for e in spec["opt_out"]]
        settings = ExportSettings.model_validate(spec["settings"])
        facts = [table_file("facts", path) for path in spec["facts"]]
        files = annotate(io.tables, chosen, facts)
        case = Case(io.tables, files, chosen, settings, spec["gates"], facts)
        found = verdicts(case, entries)
        sources = Sources(
            tables=io.tables,
            facts=facts,
            pairs=[table_file("pairs", path) for path in partition.hint.get("pairs", ())],
            read=Contents(files, chosen, partition.hint["git_dirs"], io.workspace).reader,
            scratch=io.scratch,
            threads=threads(io.settings.engine),
        )
        earlier = opened(io, partition.hint.get("earlier", ()), spec.get("earlier", ()))
        given = Given(files, chosen, settings.dedup, sources, spec.get("trees", ()), earlier)
        twins, verified = find(given, found)
        history = {int(number): path for number, path in spec["histories"].items()}
        divided = divide(case, found, sources, twins, history)
        mix(files, found, settings.mixture)
        gone = np.flatnonzero(twins.row >= 0)
        found.follow(gone, twins.row[gone])
        del sources, case, given, earlier
        snapshot = np.asarray(files["snapshot"])
        decided = decisions(files, chosen, found, twins, divided.split)
        io.progress(partition.weight)
        outcome = _outcome(decided, verified)
        told = _replaced(io, decided, spec, settings)
        counts = {name: float(sum(kinds.values())) for name, kinds in told.items()}
        shares = outcome_of(settings.split, decided, divided, snapshot)
        return replace(outcome, result={**outcome.result, **told, **shares}, counts={**outcome.counts, **counts})


def _replaced(io: IO, decided: Columns, spec: Mapping[str, Any], settings: ExportSettings) -> dict[str, dict[str, int]]:
    """Count the places that are replaced in kept rows, by kind; nothing where nothing is looked for."""
    policy = Policy.of(settings.privacy)
    if not policy.asks:
        return {}
    private = [table_file("private", path) for path in spec["gates"]["private"]["private"]]
    edited = np.flatnonzero(np.asarray(decided["kept"]) & (np.asarray(decided["redactions"]) > 0))
    return {"replaced": by_kind(io.tables, private, varlen(decided, "blob").take(edited), policy)}


def _compared(view: View) -> dict[str, Any]:
    """Name what files are held against beside one another: their trees, and earlier datasets by their digests."""
    dedup = view.settings.export.dedup
    if dedup.level == "none":
        return {}
    trees = [f.path for f in view.files("trees", stage="analyze.syntax")] if dedup.syntax else []
    return {"trees": trees, "earlier": digests(dedup.against)}


def _unmet(view: View) -> dict[str, str]:
    """Give the repositories whose results are not as required, with the reason."""
    condition = view.settings.export.checks.require
    if not condition:
        return {}
    return checks(view).unmet([s.repository_id for s in view.snapshots()], condition)


def _facts_version(view: View) -> str:
    """Give the version of the facts that this run's paths were annotated by; "" (the newest) where none says."""
    return next((str(result["facts"]) for result in view.results("analyze.paths") if "facts" in result), "")


def _remembered(view: View) -> list[str]:
    """Name the files of verified pairs to look into: the largest, for each run writes all it used."""
    files = sorted(view.files("pairs", stage=NAME), key=lambda f: (-f.rows, f.path))
    return [f.path for f in files[:_REMEMBERED]]


def _outcome(decided: Columns, verified: Columns) -> Outcome:
    tables = {"decisions": decided}
    if len(verified["jaccard"]):
        tables["pairs"] = conform(verified, PAIRS)
    counted = report(decided)
    counted.pop("repositories")
    return Outcome(tables=tables, result=counted, counts=_counts(counted))


def _counts(counted: dict[str, Any]) -> dict[str, float]:
    return {
        "files": counted["total"]["files"],
        "kept": counted["kept"]["files"],
        "kept_bytes": counted["kept"]["bytes"],
    }
