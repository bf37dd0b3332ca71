"""How a command ended, and what it took and asked for on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codestrata.model.result import ResultClass


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command took: seconds, processor seconds, peak bytes of memory (-1: not measured), bytes of output."""

    wall: float = 0.0
    cpu_seconds: float = -1.0
    memory: int = -1
    output: int = 0


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection that a command asked the proxy for. ``allowed``: it was let through.

    ``fault``: "denied" by a rule, "broken" where an allowed host could not be had, or "". ``at``: when it ended, in
    seconds from the command's beginning (-1: not known).
    """

    host: str
    port: int
    allowed: bool
    sent: int = 0
    received: int = 0
    reason: str = ""
    fault: str = ""
    at: float = field(default=-1.0, compare=False)


@dataclass(frozen=True, slots=True)
class Exit:
    """How a command ended.

    ``code`` is the exit status, 128 + n after signal n. ``reason`` is one sentence for people, "" after success.
    ``evidence`` is what the class was told by: signal, oom_kills, processes_refused, disk_full, seconds, syscalls, …
    ``image`` is what its image really was, by the engine's digest; "" where there is none, or it is not told.
    """

    code: int
    result: ResultClass
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    usage: Usage = Usage()
    connections: tuple[Connection, ...] = ()
    image: str = ""
