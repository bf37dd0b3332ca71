"""The world a pipeline meets: who runs it, under which isolation, and the versions of the programs its scripts name.

It is part of what a result depends on: after an update of a compiler, results are due again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from codestrata.ci.plan import JobPlan, Plan
from codestrata.ci.runners import Choose
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
_WORD = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_+.-]*")
_SECONDS = 60.0


def world(plan: Plan, choose: Choose, scratch: Path) -> dict[str, Any]:
    """Give, for each runner, isolation and image that jobs of a plan ask for, what is there.

    A part that cannot be had is told with its reason: the jobs that ask for it will be refused.
    """
    asked: dict[tuple[str, str, str], set[str]] = {}
    for job in (*plan.jobs, *plan.cleanup):
        asked.setdefault((job.runner, job.isolation, job.image), set()).update(programs(job))
    empty = scratch / "empty"
    empty.mkdir(parents=True, exist_ok=True)
    return {"/".join(key): _meet(key, sorted(named), choose, empty) for key, named in sorted(asked.items())}


def programs(job: JobPlan) -> set[str]:
    """Name the known programs that a job's scripts are about."""
    texts = [step.run for step in job.steps] + [step.uses.rpartition("/")[2] for step in job.steps]
    texts += [service.command for service in job.services]
    named = {word for text in texts for word in _WORD.findall(text)} & PROGRAMS.keys()
    return named | {behind for word in named for behind in _BEHIND.get(word, ())}


def _meet(key: tuple[str, str, str], named: Sequence[str], choose: Choose, empty: Path) -> dict[str, Any]:
    runner_name, isolation, image = key
    try:
        runner = choose(runner_name, Isolation(isolation) if isolation else None)
        told = {"runner": runner.name, "version": runner.probe().version}
        if not named:
            return told
        room = runner.prepare(Job(id="world", tree=empty, image=image or "host", limits=Limits(wall=_SECONDS)))
    except StrataError as error:
        return {"refused": error.message}
    try:
        handle = runner.start(room, Command(script=_script(named), limits=Limits(wall=_SECONDS)))
        said = b"".join(runner.stream(handle)).decode("utf-8", "replace")
        runner.wait(handle)
    finally:
        runner.destroy(room)
    return told | {"programs": dict(sorted(_versions(said)))}


def _script(named: Iterable[str]) -> str:
    """Have each program that is there print its name and the first line of its version."""
    lines = [
        f"if command -v {name} >/dev/null 2>&1; then printf '%s\\t' {name};"
        f" {{ {name} {PROGRAMS[name] or '--version'} 2>&1 || true; echo; }} | head -n 1; fi"
        for name in named
    ]
    return "\n".join(["set +e", *lines, "true"])


def _versions(said: str) -> Iterable[tuple[str, str]]:
    for line in said.splitlines():
        name, tab, version = line.partition("\t")
        if tab and name in PROGRAMS:
            yield name, version.strip()
