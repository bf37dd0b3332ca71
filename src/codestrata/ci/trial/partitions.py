"""What is run of a trial: one side of a commit, with a key that says all its result depends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from codestrata.ci.allowance import longest
from codestrata.ci.fleet import ASIDE, facts
from codestrata.ci.plan import Plan
from codestrata.ci.reads import facts_read
from codestrata.engine.base import Partition

if TYPE_CHECKING:
    from codestrata.model import Repository, Snapshot
    from codestrata.settings import Settings

STAGE = "ci.trial"
#: Raise it when the same trial gives another result.
VERSION = "2"
#: The commit; the commit before it with the tests of this one; and that before as it is.
AFTER, BASE, BARE = "after", "base", "bare"


@dataclass(frozen=True, slots=True)
class Trial:
    """A commit to be tried: its repository and snapshot, the commit before, its time, what it changes, and how.

    ``changes``: path, whether it is a test, old mode and blob, new mode and blob, of each file; ``when`` in seconds
    since 1970. ``world``: what programs the plan meets. ``dates``: until when its packages may have come out, and what
    keeps them to that, where the plan was derived so.
    """

    repository: Repository
    snapshot: Snapshot
    commit: str
    base: str
    when: int
    changes: Sequence[Sequence[Any]]
    plan: Plan
    world: Mapping[str, Any]
    dates: Mapping[str, Any] = field(default_factory=dict)

    def partition(self, side: str, settings: Settings, rank: float = 0.0) -> Partition:
        """Give the run of one side; with a higher rank it is run earlier."""
        commit = self.commit if side == AFTER else self.base
        known = facts(self.repository, replace(self.snapshot, commit=commit, committed_at=self.when))
        read = facts_read(self.plan)
        spec = {
            "pipeline": self.plan.hash,
            "repository": {name: fact for name, fact in known.items() if name in read},
            "commit": self.commit,
            "base": self.base,
            "side": side,
            "dates": dict(self.dates),
            "changes": [list(one) for one in self.changes],
            "epoch": self.when,
            "world": self.world,
            "sandbox": settings.sandbox.model_dump(exclude=ASIDE),
        }
        return Partition(
            STAGE,
            VERSION,
            spec,
            title=f"{self.repository.full_name}@{self.commit[:12]} {side}",
            priority=rank,
            pool="sandbox",
            timeout=longest(self.plan),
            hint={"git_dir": self.snapshot.git_dir, "name": self.plan.name},
        )
