"""The workspace's opt-out list: who asked to be left out, and why; every later dataset of this workspace heeds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codestrata.errors import InvalidInput

if TYPE_CHECKING:
    from codestrata.settings import Settings

NAME = "opt-out.txt"
_HEAD = "# Who is left out of every dataset built here; what follows # is the reason (strata dataset optout).\n"


@dataclass(frozen=True, slots=True)
class OptOut:
    """One entry: whom or what it covers, and why."""

    pattern: str
    reason: str = ""

    def __str__(self) -> str:
        """Give it as a line of the list."""
        return f"{self.pattern}  # {self.reason}" if self.reason else self.pattern


class OptOuts:
    """The list in its file; an entry a line, in the order in which they came."""

    def __init__(self, root: Path) -> None:
        self.file = root / NAME

    def list(self) -> list[OptOut]:
        """Give the entries. Raises InvalidInput where a line of the file is none."""
        if not self.file.exists():
            return []
        from codestrata.export.stage import read_opt_out

        return [OptOut(one.pattern, one.reason) for one in read_opt_out((), self.file)]

    def add(self, pattern: str, reason: str = "") -> bool:
        """Add an entry; says whether it is new. Raises InvalidInput where it is no pattern."""
        from codestrata.export.stage import read_pattern

        entry = read_pattern(pattern, reason)
        return self.extend([OptOut(entry.pattern, entry.reason)]) == 1

    def extend(self, entries: Iterable[OptOut]) -> int:
        """Add the entries that are not there; gives how many were new."""
        from codestrata.export.stage import read_opt_out

        known = self.list()
        there = {one.pattern for one in known}
        fresh = [one for one in entries if one.pattern not in there]
        try:
            read_opt_out([str(one) for one in fresh])
        except InvalidInput as error:
            raise InvalidInput(error.message, where="opt-out list", hint=error.hint) from error
        if fresh:
            self._write([*known, *fresh])
        return len(fresh)

    def remove(self, pattern: str) -> OptOut:
        """Take an entry out. Raises InvalidInput where there is none like it."""
        known = self.list()
        found = next((one for one in known if one.pattern == pattern.strip()), None)
        if found is None:
            raise InvalidInput("is not in the list", where=pattern, hint="strata dataset optout list shows it")
        self._write([one for one in known if one != found])
        return found

    def _write(self, entries: Iterable[OptOut]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_name(f".{NAME}.part")
        fresh.write_text(_HEAD + "".join(f"{one}\n" for one in entries), "utf-8")
        fresh.replace(self.file)


def heeding(settings: Settings, root: Path) -> Settings:
    """Give settings with the workspace's list added to their own."""
    listed = [str(one) for one in OptOuts(root).list()]
    own = settings.export.opt_out
    if not listed or set(listed) <= set(own):
        return settings
    export = settings.export.model_copy(update={"opt_out": [*own, *(one for one in listed if one not in own)]})
    return settings.model_copy(update={"export": export.model_dump()})
