"""One pipeline over many snapshots: a partition for each, with a key that says all its result depends on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from codestrata.ci import places
from codestrata.ci.allowance import longest
from codestrata.ci.plan import Plan
from codestrata.ci.reads import facts_read
from codestrata.ci.select import fair
from codestrata.engine.base import Partition, View

if TYPE_CHECKING:
    from pathlib import Path

    from codestrata.model import Repository, Snapshot

STAGE = "ci.run"
#: Raise it when the same plan over the same commit gives other results.
VERSION = "4"
#: Settings of the sandbox that no result depends on: hosts and places. What toolchains hold is in the world.
ASIDE = ("docker_host", "kubernetes_context", "kubernetes_namespace", "kubernetes_volume", "toolchains")


@dataclass(frozen=True, slots=True)
class Terms:
    """How a fleet runs: the plan, what programs it meets (:func:`codestrata.ci.world.world`), jobs at once.

    ``again``: a text that makes results due once more although they are known. ``languages``: by repository id, where
    the list says none.
    """

    plan: Plan
    world: Mapping[str, Any] = field(default_factory=dict)
    parallel: int = 1
    again: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)


def partitions(view: View, terms: Terms) -> Iterator[Partition]:
    """Give one partition for each snapshot; owners take turns. Quarantined and empty snapshots are left out."""
    repositories = {r.id: r for r in view.repositories()}
    ranks = fair(list(repositories.values()))
    plan, sandbox = terms.plan, view.settings.sandbox.model_dump(exclude=ASIDE)
    read = facts_read(plan)
    for snapshot in view.snapshots():
        files = view.files("files", subject=snapshot.repository_id)
        if not files or not snapshot.commit or snapshot.quarantine:
            continue
        repository = repositories[snapshot.repository_id]
        repository = replace(repository, language=repository.language or terms.languages.get(repository.id, ""))
        spec = {
            "pipeline": plan.hash,
            "repository": {name: fact for name, fact in facts(repository, snapshot).items() if name in read},
            "files": files[0].path,
            "epoch": snapshot.committed_at,
            "world": terms.world,
            "sandbox": sandbox,
        }
        yield Partition(
            STAGE,
            VERSION,
            spec | ({"again": terms.again} if terms.again else {}),
            title=repository.full_name,
            subject=repository.id,
            priority=ranks[repository.id],
            pool="sandbox",
            timeout=longest(plan),
            hint={"git_dir": snapshot.git_dir, "parallel": terms.parallel, "name": plan.name},
        )


def facts(repository: Repository, snapshot: Snapshot) -> dict[str, Any]:
    """Give what expressions see of a repository as ``repo``, and its id."""
    return {
        "id": repository.id,
        "name": repository.full_name,
        "url": repository.public_origin,
        "commit": snapshot.commit,
        "branch": snapshot.ref.removeprefix("refs/heads/"),
        "language": repository.language,
        "license": repository.declared_licence,
        "stars": repository.stars,
        "forks": repository.forks,
        "files": snapshot.files,
        "bytes": snapshot.bytes,
        "committed_at": snapshot.committed_at,
    }


def write_plan(workspace: Path, plan: Plan) -> None:
    """Keep a plan in the workspace under its hash, where runs find it."""
    folder = places.plans(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"{plan.hash}.json"
    temporary = final.with_suffix(".new")
    temporary.write_text(json.dumps(plan.to_json(), sort_keys=True), "utf-8")
    temporary.replace(final)


def read_plan(workspace: Path, digest: str) -> Plan:
    """Read a plan that was kept."""
    return Plan.of_json(json.loads((places.plans(workspace) / f"{digest}.json").read_text("utf-8")))
