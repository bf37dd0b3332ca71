"""What an attack is, and what can be said of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codestrata.model.result import ResultClass
from codestrata.sandbox.base import Exit, Limits, Network, Room, Runner

if TYPE_CHECKING:
    from codestrata.sandbox.attacks.traps import Traps

MB = 1 << 20

#: What attacks run under, unless they say otherwise: small, so that each is over in a moment.
SMALL = Limits(wall=5.0, cpus=1.0, memory=64 * MB, processes=64, disk=64 * MB, output=64 << 10)

_NO_NETWORK = Network()


class Verdict(StrEnum):
    """What became of an attack."""

    CONTAINED = "contained"
    """It was made, and got nothing."""
    ESCAPED = "escaped"
    """It got what it wanted: the runner does not hold it."""
    UNTRIED = "not tried"
    """It could not be made here; the detail says why."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a check on the host can look at when the command has ended and its room still stands."""

    runner: Runner
    room: Room
    traps: Traps
    scratch: Path


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: ``aim`` says what it tries; ``program`` is a function of ``inside/``, or ``script`` is shell.

    ``expect``: the results that say that a limit held. ``alone``: it needs a room of its own, because it uses one up.
    ``after``: a check on the host; gives what it found, "" for nothing. ``prompt``: seconds within which it must be
    over, where that says more than the time limit. ``needs``: a layer of the runner without which it is not made: the
    doctor says already that it would get through.
    """

    id: str
    aim: str
    program: str = ""
    script: str = ""
    limits: Limits = SMALL
    expect: frozenset[ResultClass] = frozenset()
    network: Network = _NO_NETWORK
    env: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    after: Callable[[Aftermath], str] | None = None
    prompt: float = 0.0
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one attack: how it ended, what it printed (as kept), seconds, what a trap or check found."""

    exit: Exit
    output: bytes
    seconds: float
    found: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attack: the verdict with its reason, the class the runner gave it, seconds."""

    attack: str
    aim: str
    verdict: Verdict
    detail: str
    result: str = ""
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)
