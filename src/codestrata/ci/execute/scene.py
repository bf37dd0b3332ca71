"""What a plan is run over and with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestrata.ci.tools.use import ToolUse
from codestrata.sandbox.base import Isolation, Runner
from codestrata.settings.sandbox import SandboxSettings

#: Takes the events of a live log; each can be written as JSON.
Tell = Callable[[Mapping[str, Any]], None]


#: Turns names of package registries into hosts and the variables of their clients; the number: nothing that was
#: published later (seconds since 1970; 0: anything).
Hosts = Callable[[Sequence[str], int], tuple[Sequence[str], Mapping[str, str]]]


def ignore(_: Mapping[str, Any]) -> None:
    """Take an event and do nothing."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One repository at one commit, and all that running a plan over it takes.

    ``tree`` holds the commit's files, ``paths`` their sorted paths; ``repository`` is what expressions see as
    ``repo``; ``epoch`` is the commit's time, in seconds since 1970. ``scratch`` is removed by the caller, ``cache`` and
    ``artifacts`` outlive the run. ``runner`` gives a runner by its name ("": whatever the settings say) and the
    isolation asked for (None: the settings'), or raises SecurityViolation. ``hosts`` turns names of package registries
    into the hosts to be reached and the variables their clients need. ``tool`` and ``parse`` are the tables of tools
    and of report formats; both raise InvalidInput for what they do not know. ``parallel``: jobs at once. ``prefix``
    begins the ids of all rooms: at most 20 letters, digits, ``-`` and ``_``.
    """

    tree: Path
    paths: Sequence[str]
    repository: Mapping[str, Any]
    epoch: int
    settings: SandboxSettings
    scratch: Path
    cache: Path
    artifacts: Path
    runner: Callable[[str, Isolation | None], Runner]
    hosts: Hosts
    tool: Callable[[str, Mapping[str, str]], ToolUse]
    parse: Callable[..., Any]
    parallel: int = 2
    prefix: str = ""
