"""What a runner can do on this host, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codestrata.sandbox.jobs import Isolation

#: The layer that says whether rooms are different users for the host's kernel.
HOST_USER = "host user"


class State(StrEnum):
    """How well a layer of isolation works here."""

    OK = "ok"
    WEAK = "weak"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of isolation, tried for real: ``detail`` says what was seen, ``hint`` what would make it better."""

    name: str
    state: State
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Caps:
    """What a runner can do on this host. Nothing can be run on it unless ``provides`` names an isolation."""

    runner: str
    version: str = ""
    provides: frozenset[Isolation] = frozenset()
    layers: tuple[Layer, ...] = ()
    reason: str = ""
    """Why nothing can be run, and what to do about it; "" when something can."""

    @property
    def usable(self) -> bool:
        """Say whether foreign code may run here."""
        return bool(self.provides)

    def given(self, asked: Isolation | None) -> Isolation | None:
        """Give what a job runs with: what it asks for, or else the strongest there is but for a second kernel.

        None where it cannot be had: then nothing runs.
        """
        order = (Isolation.STRICT, Isolation.CONTAINER, Isolation.USERNS, Isolation.GVISOR)
        return next((one for one in ((asked,) if asked else order) if one in self.provides), None)
