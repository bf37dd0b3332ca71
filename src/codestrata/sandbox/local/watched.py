"""Limits without control groups: a look at /proc every now and then. Weaker: what is quick is seen too late."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from codestrata.sandbox.base import Limits
from codestrata.sandbox.local.errors import RoomBroken
from codestrata.sandbox.local.link import Keeper

_PATIENCE = 5.0


class Watched:
    """A command's stand-in for a control group: ``pid`` is its process, as the keeper numbers it."""

    def __init__(self, keeper: Keeper, pid: int) -> None:
        self._keeper = keeper
        self._pid = pid
        self._peak = -1
        self._most = 0
        self._cpu = -1.0

    @property
    def doors(self) -> list[Path]:
        """Give none: nothing is joined."""
        return []

    def over(self, limits: Limits) -> str:
        """Look, and say which limit it is over: "memory", "processes", "cpu", or ""."""
        try:
            found = self._keeper.ask("usage", pid=self._pid, exact=False)[0]
            if found["memory"] > limits.memory:
                found |= {"memory": self._keeper.ask("usage", pid=self._pid, exact=True)[0]["memory"]}
        except RoomBroken:
            return ""
        self._most = max(self._most, int(found["processes"]))
        self._peak = max(self._peak, int(found["memory"]))
        self._cpu = max(self._cpu, found["cpu_seconds"])
        if found["memory"] > limits.memory:
            return "memory"
        if found["processes"] > limits.processes:
            return "processes"
        return "cpu" if 0 < limits.cpu_seconds < self._cpu else ""

    def cpu_seconds(self) -> float:
        """Give what was seen last; what ended between two looks is not in it."""
        return self._cpu

    def peak(self) -> int:
        """Give the most that was seen."""
        return self._peak

    def oom_kills(self) -> int:
        """Say that it is not known."""
        return -1

    def refused(self) -> int:
        """Say that it is not known."""
        return -1

    def crowded(self, limits: Limits) -> bool:
        """Say whether half of the processes that are allowed were seen at once, between two looks there may be all."""
        return 2 * self._most >= limits.processes

    def kill(self) -> bool:
        """End it with all its processes."""
        end = time.monotonic() + _PATIENCE
        with suppress(RoomBroken):
            members = self._keeper.ask("kill", pid=self._pid)[0]["members"]
            while self._keeper.ask("alive", pids=members)[0]["alive"]:
                if time.monotonic() > end:
                    return False
                time.sleep(0.005)
        return True

    def remove(self) -> None:
        """Do nothing: there is nothing to remove."""
