"""Which of the scripts that CI files hold become the test steps of a kit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from codestrata.ci.derive.files import Files
from codestrata.ci.derive.said import Said
from codestrata.ci.foreign import scripts

#: First words of commands → the kit they belong to; what is not here goes to the first kit.
_KITS = (
    (
        "python",
        re.compile(
            r"(?:\S*/)?python[\d.]*\b|py\.?test|tox|nox|coverage|nosetests|stestr|trial|hatch|behave|green|django-admin"
        ),
    ),
    (
        "node",
        re.compile(
            r"npm|pnpm|yarn|bun|npx|node|jest|mocha|vitest|ava|tap|tape|c8|nyc|karma|deno|nx|turbo|lerna|playwright|cypress"
        ),
    ),
    ("rust", re.compile(r"cargo|cross")),
    ("go", re.compile(r"go |gotestsum|ginkgo|gotest")),
    ("maven", re.compile(r"(?:\S*/)?mvnw?\b")),
    ("gradle", re.compile(r"(?:\S*/)?gradlew?\b")),
    ("native", re.compile(r"ctest|meson|ninja|cmake")),
)
#: What runs commands in an environment of a package manager: ours is made otherwise.
_RUNNERS = re.compile(
    r"(?m)^([ \t]*)(?:"
    r"(?:uv|poetry|pipenv|pdm|rye|pixi)(?: --\S+)* run(?: --?\S+(?: (?:dev|tests?|docs?|all|lint))?)*|uvx) (?=\S)"
)
#: How a script names a folder that it works in.
_CHANGES = re.compile(r"(?:\bcd|\bpushd|\b(?:make|ninja)\b[^\n;&|]{0,200}? -C|--build|--test-dir)[ =]+([^\s;&|]+)")
#: Scripts of one kit that are taken.
_SCRIPTS = 3
#: The score below which a default is better than what CI says.
_LEAST = 0
_LONGEST = 4000


def kit_of(script: str) -> str:
    """Give the name of the kit that a script's tests belong to; "" for the first one."""
    for command in scripts.commands(script):
        if command.kind == "test":
            for name, pattern in _KITS:
                if pattern.match(command.text):
                    return name
    return ""


def chosen(found: Iterable[Said], files: Files, *, least: int = _LEAST) -> list[Said]:
    """Choose among scripts of one kit: those of the best file, each once, those without a matrix first."""
    folders = {path.rpartition("/")[0] for path in files.paths}
    usable = [one for one in found if one.score >= least and len(one.script) <= _LONGEST and _stands(one, folders)]
    if not usable:
        return []
    best = max(usable, key=_rank)
    same = [one for one in usable if one.file == best.file]
    distinct = list({" ".join(one.script.split()): one for one in sorted(same, key=_order, reverse=True)}.values())
    ordered = sorted(distinct, key=_order)
    plain = [one for one in ordered if not one.axes][:_SCRIPTS]
    return plain or _one_matrix([one for one in ordered if one.axes])


def _rank(one: Said) -> int:
    """Say how good a script is: one that calls the tests themselves is better than one that calls a script."""
    return one.score + bool(kit_of(one.script))


def _order(one: Said) -> tuple[int, int]:
    return -_rank(one), one.line


def _one_matrix(found: Sequence[Said]) -> list[Said]:
    """Take scripts that ask for the same matrix."""
    return [one for one in found if one.axes == found[0].axes][:_SCRIPTS]


def _stands(one: Said, folders: set[str]) -> bool:
    """Say whether every folder that a script works in is there: what CI made before it is not."""
    named = [text.strip("'\"").removeprefix("./").rstrip("/") or "." for text in _CHANGES.findall(one.script)]
    return all(_there(folder, folders) for folder in (one.folder, *named))


def _there(folder: str, folders: set[str]) -> bool:
    if folder in {".", "build"}:
        return True
    return bool(folder) and any(one == folder or one.startswith(f"{folder}/") for one in folders)


def bare(one: Said) -> Said:
    """Give a script without the runners of Python's package managers."""
    return replace(one, script=_RUNNERS.sub(r"\1", one.script))


def plain_cargo(one: Said) -> Said:
    """Give a script in which cargo's own test runner stands for nextest: it takes the usual options, too."""
    return replace(one, script=one.script.replace("cargo nextest run", "cargo test"))
