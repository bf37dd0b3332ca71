"""Shell scripts, read loosely: which commands they hold, what those are for, which registries they reach.

Nothing here is a shell: quotes, continued lines, ``&&``, ``;`` and pipes are followed, the rest is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from codestrata.ci.foreign.commands import KINDS, TABLE

#: Characters of one command that are looked at.
_LONGEST = 400
#: Commands of one script that are looked at.
_MOST = 2000
_CONTINUED = re.compile(r"\\\r?\n[ \t]*")
_SPLIT = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')|(\|\||&&|[;|\n]|(?<!>)&(?!>))""")
_ASSIGNED = re.compile(r"""[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"']*)\s+""")
_WORDS = re.compile(r"(?:if|then|else|elif|do|while|until|!|\{|\(|time|exec|command|builtin|eval)\s+")
#: What stands before a command and changes nothing of what it is for.
_WRAPPERS = re.compile(
    r"(?:sudo(?: -[A-Za-z]+)*|env|nice(?: -n \d+)?|nohup|timeout(?: -\S+)* \d+\w?|"
    r"xvfb-run(?: -\S+| --\S+=\S+)*|stdbuf \S+|setarch \S+(?: -\S+)*|retry|travis_retry|nick-fields/retry|"
    r"(?:poetry|pipenv|pdm|rye|uv|hatch|pixi)(?: --\S+)* run(?: --?\S+(?: (?:dev|tests?|docs?|all|lint))?)*|uvx|"
    r"npx(?: --?\S+)*|pnpx|bunx|pnpm exec|npm exec(?: --)?|yarn exec|pnpm dlx|yarn dlx|bundle exec|"
    r"dotenv|cross-env(?: \w+=\S+)*|nix develop(?: \S+)* -c|nix-shell --run|devbox run|opam exec --|"
    r"catchsegv|valgrind(?: -\S+)*|winpty)\s+"
)
_UV_RUN = re.compile(r"\buv(?: --\S+)* run\b|\buvx\b|\bpipx run\b|\bhatch(?: run| test| fmt)\b")
_NPX = re.compile(r"\b(?:pnpm dlx|yarn dlx|bunx|npx (?:-y|--yes))\b")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its text without wrappers, what it is for ("" unknown), registries, the line within the script."""

    text: str
    kind: str
    registries: tuple[str, ...]
    line: int


def commands(script: str) -> list[Command]:
    """Give the commands of a script in their order."""
    return [_command(text, line) for text, line in _split(script)][:_MOST]


def _split(script: str) -> Iterator[tuple[str, int]]:
    text = _CONTINUED.sub(lambda m: " " + "\0" * m[0].count("\n"), script)
    start, line = 0, 1
    for mark in _SPLIT.finditer(text):
        if mark[2] is None:
            continue
        part = text[start : mark.start()]
        if part.strip():
            yield _clean(part), line
        line += part.count("\n") + part.count("\0") + mark[2].count("\n")
        start = mark.end()
    if text[start:].strip():
        yield _clean(text[start:]), line


def _clean(part: str) -> str:
    return " ".join(part.replace("\0", "").split())[:_LONGEST]


def _command(text: str, line: int) -> Command:
    bare, before = text, ""
    while bare != before:
        before = bare
        for prefix in (_WORDS, _ASSIGNED, _WRAPPERS):
            if found := prefix.match(bare):
                bare = bare[found.end() :].lstrip()
    kind, registries = judged(bare)
    if _UV_RUN.search(text):
        registries = tuple(sorted({*registries, "pypi"}))
    if _NPX.search(text):
        registries = tuple(sorted({*registries, "npm"}))
    return Command(bare, kind, registries, line)


@lru_cache(maxsize=4096)
def judged(command: str) -> tuple[str, tuple[str, ...]]:
    """Say what one command without wrappers is for, and which registries it reaches."""
    if command.startswith("#"):
        return "", ()
    if re.search(r"(?:^|\s)(?:--version|--help)$", command):
        return "", ()
    for row in TABLE:
        if row.pattern.match(command):
            return row.kind, row.registries
    return "", ()


def kind(script: str) -> str:
    """Say what a script is for: the first of the kinds that one of its commands has."""
    found = {one.kind for one in commands(script)}
    return next((one for one in KINDS if one in found), "")


def registries(script: str) -> tuple[str, ...]:
    """Give the registries that a script reaches by name, in order."""
    return tuple(sorted({name for one in commands(script) for name in one.registries}))


#: Tools that fetch what they miss by themselves: a pattern, the registry, the manifest, the command that fetches.
_IMPLICIT = (
    (
        re.compile(r"cargo(?: \+\S+)?(?: -\S+)* (?!fmt|fetch|install|vendor|update)[a-z]"),
        "crates",
        "Cargo.toml",
        "cargo fetch",
    ),
    (
        re.compile(r"go (?:test|build|vet|run|generate)|gotestsum|golangci-lint|staticcheck"),
        "go",
        "go.mod",
        "go mod download",
    ),
)


def implied(script: str) -> dict[str, tuple[str, str]]:
    """Give registry → manifest and command that fetches, for tools that would fetch while they do something else."""
    found = {}
    for one in commands(script):
        for pattern, registry, manifest, fetch in _IMPLICIT:
            if pattern.match(one.text):
                found[registry] = manifest, fetch
    return found


def without(script: str, kinds: frozenset[str]) -> tuple[str, list[tuple[int, str]]]:
    """Give a script without the lines that hold only commands of these kinds, and those lines with their numbers.

    A line goes out whole (with the lines that continue it) and leaves ``:`` and a comment, so that what it stood in
    stays a script.
    """
    by_line: dict[int, list[Command]] = {}
    for one in commands(script):
        by_line.setdefault(one.line, []).append(one)
    lines = script.split("\n")
    gone: list[tuple[int, str]] = []
    for number, found in sorted(by_line.items()):
        if all(one.kind in kinds for one in found) and "<<" not in lines[number - 1]:
            last = number
            while lines[last - 1].rstrip("\r").endswith("\\") and last < len(lines):
                last += 1
            text = _clean(" ".join(line.rstrip("\r").rstrip("\\") for line in lines[number - 1 : last]))
            gone.append((number, text))
            indent = lines[number - 1][: len(lines[number - 1]) - len(lines[number - 1].lstrip())]
            shown = "".join(c if c.isprintable() else " " for c in text)
            lines[number - 1 : last] = [f"{indent}: # left out: {shown}", *[""] * (last - number)]
    return "\n".join(lines), gone


def kind_of(line: str, kinds: Iterable[str]) -> str:
    """Give the first of these kinds that a command of a line has; the last of them where none has."""
    found = {one.kind for one in commands(line)}
    listed = list(kinds)
    return next((one for one in listed if one in found), listed[-1])
