"""The plan: a pipeline file compiled into its one canonical form. Everything is in it, nothing is written two ways.

Includes, templates, parameters, defaults and matrices are resolved; what is left open depends on the repository or on
what ran before: conditions and ``${{ … }}`` in texts, kept as written and checked when the plan was made. Plans are
equal when their hashes are: the hash of the JSON form with sorted keys.
"""

from __future__ import annotations

import hashlib
from typing import Any, Self, dataclass_transform

import msgspec

#: Raise it when the same plan would run differently.
FORMAT = 1


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of a plan."""


class RetryPlan(Part):
    """Which failure classes are tried again: at most ``max`` more times, after ``backoff`` seconds, doubling."""

    max: int = 0
    on: tuple[str, ...] = ("infra",)
    backoff: float = 1.0


class RepeatPlan(Part):
    """How often a job's steps run, to find what is flaky: run k sees STRATA_REPEAT=k and STRATA_ORDER."""

    runs: int = 1
    order: tuple[str, ...] = ("default",)


class NetworkPlan(Part):
    """What may be reached: package registries by name (crates, pypi, npm, go, maven), and hosts by name.

    ``before`` "commit_date": nothing newer than the commit is served.
    """

    registries: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    before: str = ""


class LimitsPlan(Part):
    """As :class:`codestrata.sandbox.base.Limits`, in its units; 0: the settings' value."""

    cpus: float = 0
    cpu_seconds: float = 0
    memory: int = 0
    processes: int = 0
    disk: int = 0
    output: int = 0


class CachePlan(Part):
    """Paths kept between runs under a key (a text with ``${{ hash('Cargo.lock') }}``); ``restore``: prefixes to try."""

    key: str
    paths: tuple[str, ...]
    restore: tuple[str, ...] = ()


class ArtifactPlan(Part):
    """Files to keep: globs of the work tree, and for how many days (0: as long as the workspace)."""

    paths: tuple[str, ...]
    name: str = ""
    keep_days: float = 0


class ReportPlan(Part):
    """A file to read results from: its name in the pipeline, its format, a glob; ``tool``: its name in findings."""

    name: str
    format: str
    path: str
    tool: str = ""


class ReadyPlan(Part):
    """When a service is ready: a TCP port answers, or a command ends with 0."""

    tcp: int = 0
    command: str = ""
    timeout: float = 30.0


class ServicePlan(Part):
    """Something that runs beside the steps."""

    name: str
    command: str = ""
    image: str = ""
    env: dict[str, str] = {}
    ready: ReadyPlan = ReadyPlan()


class StepPlan(Part):
    """One step. ``run`` is a script; or ``uses`` names a tool of the table, ``with_`` are its parameters.

    ``on_failure`` is "stop" or "continue": whether the job goes on, and still passes. Times are seconds; 0: the
    settings' value. ``line`` is where it stands in its file, from 1, and ``written`` the condition as it stands there,
    where that is another text; neither is part of the hash.
    """

    name: str
    run: str = ""
    uses: str = ""
    with_: dict[str, str] = msgspec.field(default_factory=dict, name="with")
    shell: str = "sh"
    folder: str = "."
    env: dict[str, str] = {}
    condition: str = ""
    written: str = ""
    on_failure: str = "stop"
    timeout: float = 0
    retry: RetryPlan | None = None
    line: int = 0


class JobPlan(Part):
    """One job of the graph; a matrix has become one job for each combination.

    ``id`` is unique: ``test`` or ``test (features=--all, os=linux)``; ``job`` is its name in the file. ``needs`` are
    ids. A job starts from the files that the jobs it needs left (their layers, in the order of ``needs``); it runs when
    they passed, unless ``condition`` says otherwise. ``parallel``: its steps run side by side. ``max_parallel``: of
    this matrix at once (0: no limit). ``timeout`` is the whole job's, in seconds (0: none of its own).
    """

    id: str
    job: str
    steps: tuple[StepPlan, ...]
    matrix: dict[str, str] = {}
    needs: tuple[str, ...] = ()
    condition: str = ""
    written: str = ""
    runner: str = ""
    image: str = ""
    isolation: str = ""
    network: NetworkPlan = NetworkPlan()
    limits: LimitsPlan = LimitsPlan()
    timeout: float = 0
    continue_on_error: bool = False
    parallel: bool = False
    max_parallel: int = 0
    retry: RetryPlan = RetryPlan()
    repeat: RepeatPlan = RepeatPlan()
    env: dict[str, str] = {}
    services: tuple[ServicePlan, ...] = ()
    cache: tuple[CachePlan, ...] = ()
    artifacts: tuple[ArtifactPlan, ...] = ()
    reports: tuple[ReportPlan, ...] = ()
    line: int = 0


class ColumnPlan(Part):
    """A column of results: its name, its type (bool, int, float, str), and the expression that gives it."""

    name: str
    type: str
    expression: str


class RequirePlan(Part):
    """What a repository needs for the pipeline to be about it: else it is skipped, with the reason."""

    files: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    max_bytes: int = 0
    condition: str = ""


class TriggerPlan(Part):
    """One trigger, kept for those who schedule: its kind and its terms."""

    kind: str
    terms: dict[str, Any] = {}


class NotifyPlan(Part):
    """Somebody to tell: kind (webhook, email, …), target, condition."""

    kind: str
    target: str
    condition: str = ""


class Plan(Part):
    """A compiled pipeline. ``jobs`` are in an order that respects ``needs``; ``cleanup`` run at the end, whatever was.

    ``timeout`` is the whole run's, in seconds.
    """

    name: str
    jobs: tuple[JobPlan, ...]
    format: int = FORMAT
    description: str = ""
    require: RequirePlan = RequirePlan()
    parameters: dict[str, str] = {}
    env: dict[str, str] = {}
    timeout: float = 3600.0
    retry: RetryPlan = RetryPlan()
    cleanup: tuple[JobPlan, ...] = ()
    columns: tuple[ColumnPlan, ...] = ()
    on: tuple[TriggerPlan, ...] = ()
    notifications: tuple[NotifyPlan, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        tree: dict[str, Any] = msgspec.to_builtins(self)
        return tree

    @classmethod
    def of_json(cls, tree: dict[str, Any]) -> Self:
        """Take it from JSON."""
        return msgspec.convert(tree, cls)

    @property
    def hash(self) -> str:
        """Hash all that decides what runs and what comes of it: 32 hexadecimal digits."""
        tree = self.to_json()
        for name in ("name", "description", "on", "notifications"):
            tree.pop(name, None)
        for job in (*tree["jobs"], *tree.get("cleanup", ())):
            for part in (job, *job["steps"]):
                part.pop("line", None)
                part.pop("written", None)
        text = msgspec.json.encode(tree, order="deterministic")
        return hashlib.blake2b(text, digest_size=16).hexdigest()
