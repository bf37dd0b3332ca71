"""All that the jobs of one run share."""

from __future__ import annotations

import itertools
import re
import secrets
from dataclasses import dataclass, field

from codestrata.ci.execute.allowance import Allowance
from codestrata.ci.execute.cache import Cache
from codestrata.ci.execute.files import Files
from codestrata.ci.execute.layers import Layers
from codestrata.ci.execute.scene import Scene
from codestrata.ci.execute.surroundings import World
from codestrata.ci.execute.voice import Voice
from codestrata.ci.plan import Plan
from codestrata.errors import InvalidInput

_PREFIX = re.compile(r"[A-Za-z0-9_-]{0,20}")
_ODD = re.compile(r"[^A-Za-z0-9]+")
#: Characters of a room's id, by the port's rule.
_ID = 48


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a plan over a scene."""

    plan: Plan
    scene: Scene
    voice: Voice
    world: World
    layers: Layers
    cache: Cache
    token: str
    allowance: Allowance
    rooms: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def of(cls, plan: Plan, scene: Scene, voice: Voice) -> Run:
        """Begin one; raises InvalidInput for a prefix that cannot be part of an id."""
        if not _PREFIX.fullmatch(scene.prefix):
            raise InvalidInput(f"a room's id cannot begin with {scene.prefix!r}", hint="20 of A-Z a-z 0-9 - _")
        repository = str(scene.repository.get("id") or scene.repository.get("url") or scene.repository.get("name", ""))
        token = secrets.token_hex(4)
        return cls(
            plan,
            scene,
            voice,
            World(plan, scene, Files(scene.tree, scene.paths)),
            Layers(scene.scratch / f"layers-{token}", (*plan.jobs, *plan.cleanup)),
            Cache(scene.cache, repository, scene.scratch / "cached"),
            token,
            Allowance(scene.settings),
        )

    def room_id(self, job: str) -> str:
        """Give an id that no other living job has: the prefix, a chance number, a counter, the name."""
        head = f"{self.scene.prefix}{self.token}-{next(self.rooms)}-"
        return (head + _ODD.sub("-", job).strip("-"))[:_ID].rstrip("-")
