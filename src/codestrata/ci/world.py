"""The world a pipeline meets: who runs it, under which isolation, and the versions of the programs its scripts name.

So are the images they are in, by digest, and what lies in the folders that settings name as toolchains.
It is part of what a result depends on: after an update of a compiler, results are due again.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codestrata.ci.plan import JobPlan, Plan, StepPlan
from codestrata.ci.runners import Choose
from codestrata.ci.tools import TOOLS, Tool
from codestrata.errors import StrataError
from codestrata.sandbox.base import Command, Isolation, Job, Limits

#: Programs whose version matters, with the words that make each print it where that is not ``--version``.
PROGRAMS: Mapping[str, str] = {
    "bandit": "", "bash": "", "cargo": "", "cc": "", "clang": "", "clang-tidy": "", "cmake": "", "codeql": "version",
    "cppcheck": "", "eslint": "", "g++": "", "gcc": "", "go": "version", "gofmt": "", "gradle": "", "java": "-version",
    "javac": "-version", "make": "", "meson": "", "mvn": "", "mypy": "", "ninja": "", "node": "", "npm": "", "npx": "",
    "perl": "", "pip": "", "pip-audit": "", "pnpm": "", "pytest": "", "python": "", "python3": "", "ruby": "",
    "ruff": "", "rustc": "", "semgrep": "", "staticcheck": "-version", "tox": "", "tsc": "", "uv": "", "yarn": "",
}  # fmt: skip
#: What a program calls without a script saying so.
_BEHIND = {
    "cargo": ("rustc", "cc"), "npm": ("node",), "npx": ("node",), "yarn": ("node",), "pnpm": ("node",),
    "tsc": ("node",), "eslint": ("node",), "mvn": ("java", "javac"), "gradle": ("java", "javac"), "make": ("cc", "gcc"),
    "cmake": ("cc", "g++"), "pip": ("python3",), "pytest": ("python3",), "tox": ("python3",), "meson": ("cc",),
}  # fmt: skip
#: The image that stands for the host's own programs.
HOST = "host"
_WORD = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_+.-]*")
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """A program, the command that prints its version, and a digest of what is done with it, where that is ours."""

    name: str
    probe: str
    does: str = ""


def world(plan: Plan, choose: Choose, scratch: Path, toolchains: Sequence[str] = ()) -> dict[str, Any]:
    """Give, for each runner, isolation and image that jobs of a plan ask for, what is there.

    ``toolchains``: host folders that rooms of the host's own programs see; they may hold more than programs do.
    A part that cannot be had is told with its reason: the jobs that ask for it will be refused.
    """
    asked: dict[tuple[str, str, str], dict[str, Program]] = {}
    for job in (*plan.jobs, *plan.cleanup):
        asked.setdefault((job.runner, job.isolation, job.image), {}).update(programs(job))
        for service in job.services:
            if service.image:
                asked.setdefault((job.runner, job.isolation, service.image), {})
    empty = scratch / "empty"
    empty.mkdir(parents=True, exist_ok=True)
    met: dict[str, Any] = {"/".join(key): _meet(key, named, choose, empty) for key, named in sorted(asked.items())}
    if toolchains and any(image in {"", HOST} for _, _, image in asked):
        met["toolchains"] = [fingerprint(Path(folder)) for folder in toolchains]
    return met


def fingerprint(folder: Path) -> str:
    """Digest what a folder holds, by names, kinds, permissions, sizes, times of change and targets of links.

    Nothing is read. What version control keeps of itself (``.git``) changes with every look for news and is left out.
    """
    hashed = hashlib.blake2b(digest_size=16)
    for above, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if name != ".git")
        for name in sorted([*below, *names]):
            path = os.path.join(above, name)  # noqa: PTH118 -- os.walk gives texts, and there may be many
            with suppress(OSError):
                seen = os.lstat(path)
                link = os.readlink(path) if stat.S_ISLNK(seen.st_mode) else ""  # noqa: PTH115 -- same
                size, when = (0, 0) if stat.S_ISDIR(seen.st_mode) else (seen.st_size, seen.st_mtime_ns)
                about = f"{os.path.relpath(path, folder)}\0{seen.st_mode}\0{size}\0{when}\0{link}\n"
                hashed.update(os.fsencode(about))
    return hashed.hexdigest()


def programs(job: JobPlan) -> dict[str, Program]:
    """Give the known programs that a job is about: those its scripts name, and its tools, as ``tool/NAME``."""
    texts = [step.run for step in job.steps] + [service.command for service in job.services]
    found: dict[str, Program] = {}
    for tool in filter(None, map(_tool, job.steps)):
        # what a tool does is ours, and may change with us: its script is part of what is met
        does = hashlib.blake2b(tool.script.encode(), digest_size=8).hexdigest()
        found[f"tool/{tool.name}"] = Program(tool.program, tool.probe, does)
        texts += [tool.program, tool.script]
    named = {word for text in texts for word in _WORD.findall(text)} & PROGRAMS.keys()
    named |= {behind for word in named for behind in _BEHIND.get(word, ())}
    return found | {name: Program(name, f"{name} {PROGRAMS[name] or '--version'}") for name in named}


def _tool(step: StepPlan) -> Tool | None:
    """Give the tool that a step uses, without the version it asks for; None where there is no such tool."""
    return TOOLS.get(step.uses.removeprefix("tool/").partition("@")[0])


def _meet(key: tuple[str, str, str], named: Mapping[str, Program], choose: Choose, empty: Path) -> dict[str, Any]:
    runner_name, isolation, image = key
    name = f"world-{secrets.token_hex(6)}"  # an engine of containers has one room of a name, whoever asks
    try:
        runner = choose(runner_name, Isolation(isolation) if isolation else None)
        told: dict[str, Any] = {"runner": runner.name, "version": runner.probe().version}
        if not named and not image:
            return told
        room = runner.prepare(Job(id=name, tree=empty, image=image or HOST, limits=Limits(wall=_SECONDS)))
    except StrataError as error:
        return {"refused": error.message.replace(name, "world")}
    try:
        handle = runner.start(room, Command(script=_script(named), limits=Limits(wall=_SECONDS)))
        said = b"".join(runner.stream(handle)).decode("utf-8", "replace")
        ended = runner.wait(handle)
    finally:
        runner.destroy(room)
    told |= {"image": ended.image} if ended.image else {}
    does = {name: one.does for name, one in sorted(named.items()) if one.does}
    return told | {"programs": dict(sorted(_versions(said, named)))} | ({"tools": does} if does else {})


def _script(named: Mapping[str, Program]) -> str:
    """Have each program that is there print its name and the first line of its version."""
    lines = [
        f"if command -v {one.name} >/dev/null 2>&1; then printf '%s\\t' {name};"
        f" {{ ( {one.probe} ) 2>&1 || true; echo; }} | head -n 1; fi"
        for name, one in sorted(named.items())
    ]
    return "\n".join(["set +e", *lines, "true"])


def _versions(said: str, named: Mapping[str, Program]) -> Iterable[tuple[str, str]]:
    for line in said.splitlines():
        name, tab, version = line.partition("\t")
        if tab and name in named:
            yield name, version.strip()
