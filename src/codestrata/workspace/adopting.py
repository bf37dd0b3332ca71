"""Letting a run's datasets see what pipelines found. Every export asks, so nothing heavy is loaded for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.settings.checks import ChecksSettings
    from codestrata.store.catalogue import Catalogue

STAGE = "ci.run"


def adopt(catalogue: Catalogue, run: int, wanted: ChecksSettings) -> None:
    """Take over, for a run, the results that its settings ask for, of the very commits that it is about."""
    keys: list[tuple[str, str]] = []
    if wanted.pipeline or wanted.require:
        known = [k for k in catalogue.known_results(STAGE) if meant(k.result, wanted.pipeline)]
        if wanted.pipeline and not known:
            hint = "strata ci fleet PIPELINE runs one"
            raise InvalidInput(f"no results of a pipeline {wanted.pipeline!r}", where="export.checks", hint=hint)
        commits = {s.repository_id: s.commit for s in catalogue.snapshots(run)}
        last = known[-1].result["pipeline"] if known else ""
        ours = [k for k in known if k.result["pipeline"] == last and commits.get(k.subject) == k.result["commit"]]
        keys = sorted({k.subject: k.key for k in ours}.items())
    catalogue.plans.adopt(run, STAGE, [(key, subject) for subject, key in keys])


def meant(result: Mapping[str, Any], pipeline: str) -> bool:
    """Say whether a result is of the pipeline of this name, or whose hash begins so; "" means any."""
    return not pipeline or result["name"] == pipeline or str(result["pipeline"]).startswith(pipeline)
