"""Which tools there are, inside a room: what is not seen there cannot be run, whatever the host has."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from codestrata.ci.outputs.stand import Stand
from codestrata.ci.tools import Tool

#: Seconds for a tool to say its version, and characters of it that are kept.
_PATIENCE, _KEPT = 60.0, 200


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a tool: its version; where it is missing why, and how to get it."""

    version: str
    missing: str = ""


class Versions:
    """Asks every tool once, when it is first wanted."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._found: dict[str, Found] = {}
        self._lock = threading.Lock()

    def of(self, tool: Tool) -> Found:
        """Give what is known of a tool."""
        with self._lock:
            if tool.name not in self._found:
                self._found[tool.name] = self._ask(tool)
            return self._found[tool.name]

    def _ask(self, tool: Tool) -> Found:
        _, folder = tool.data
        if folder and not self._stand.data(folder):
            return Found("", f"no folder {folder} among sandbox.toolchains ({tool.hint})")
        script = f"command -v {tool.program} >/dev/null || exit 127\n({tool.probe}) 2>&1\n"
        with self._stand.room(self._empty()) as room:
            ended, said = self._stand.run(room, script, self._stand.limits(_PATIENCE))
        lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
        if ended.code:
            absent = f"no {tool.program} in the room" if ended.code == 127 else f"{tool.program} does not run: "  # noqa: PLR2004 -- the shell's code
            told = absent + ("" if ended.code == 127 else " ".join(lines)[:_KEPT] or ended.reason)  # noqa: PLR2004 -- same
            return Found("", f"{told} ({tool.hint})")
        return Found(lines[0][:_KEPT] if lines else "unknown")

    def _empty(self) -> Path:
        folder = self._stand.scratch / "empty"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        return folder
