"""What a tool is: one row of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["static", "executing"]


@dataclass(frozen=True, slots=True)
class Fetch:
    """A step before the tools that need it: it gets dependencies, and is the only one that has a network.

    ``script`` runs under ``sh -e``; ``registries`` are the package registries it reaches, by name.
    """

    name: str
    script: str
    registries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool.

    ``kind``: a static tool reads the code; an executing one runs parts of it (build scripts, macros, set-up code).
    ``files``: globs; the tool applies where a path matches one. With a leading ``/`` they are about the root, else
    about names in any folder. ``program`` has to be on the room's PATH, ``probe`` prints its version. ``script`` runs
    under ``sh -e`` and prints the report to stdout, in ``format``; what it says on stderr is for people. ``findings``:
    exit codes, beside 0, of a run that found something. ``registries``: which ones the run itself has to reach; never
    those of an executing tool. ``data``: a folder that it needs besides, as variable and folder name: one of that name
    among the setting ``sandbox.toolchains`` is given by that variable. ``hint`` says how to get it. ``timeout`` is
    seconds.
    """

    name: str
    about: str
    languages: tuple[str, ...]
    kind: Kind
    files: tuple[str, ...]
    program: str
    probe: str
    script: str
    format: str
    hint: str
    findings: tuple[int, ...] = ()
    fetch: Fetch | None = None
    registries: tuple[str, ...] = ()
    data: tuple[str, str] = ("", "")
    timeout: float = 600.0
