"""How JavaScript's test runners are had to report, by what is added to a script of package.json.

Sources: Mocha's manual, "Reporters" (xunit); Vitest's, "Reporters" (junit); Node.js's, "Test reporters"; AVA's, "TAP".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from codestrata.sandbox.base import WORK

#: Where reports are written.
REPORT = f"{WORK}/tests-1.xml"


class Runner(NamedTuple):
    """A runner: the word that calls it, the options and variables with which it reports, and the report's format.

    ``printed``: it prints its report, and writes none.
    """

    word: re.Pattern[str]
    options: str = ""
    env: Mapping[str, str] = {}
    format: str = "junit"
    printed: bool = False


_RUNNERS = (
    Runner(re.compile(r"(?:^|[\s/])_?mocha\b(?!\.)"), f"--reporter xunit --reporter-options output={REPORT}"),
    Runner(re.compile(r"(?:^|[\s/])vitest\b(?!\.)"), f"--reporter=junit --outputFile={REPORT}"),
    Runner(re.compile(r"(?:^|[\s/])ava\b(?!\.)"), "--tap", format="tap", printed=True),
    Runner(re.compile(r"(?:^|[\s/])(?:tape|tap)\b(?!\.)"), format="tap", printed=True),
    Runner(
        re.compile(r"(?:^|[\s/])node\b.* --test(?!\S)"),
        env={"NODE_OPTIONS": f"--test-reporter=junit --test-reporter-destination={REPORT}"},
    ),
)
_CALLED = re.compile(r"(?:npm|pnpm|yarn)(?: run)? ([\w:.-]+)")
#: Names that scripts of tests have, where the script ``test`` does more than call a runner.
_NAMED = ("test:unit", "test:spec", "test:mocha", "test:vitest", "test:node", "unit", "mocha", "vitest")


def runner_of(scripts: Mapping[str, str]) -> tuple[str, Runner] | None:
    """Give the script that tests and the runner that it calls; None where no script calls one that is known.

    Options are added behind a script's last command, so that has to be the runner's. The script ``test`` comes first,
    then those that it calls in their order, then those by their names.
    """
    for name in _candidates(scripts):
        last = re.split(r"&&|\|\||;", scripts[name])[-1].strip()
        for runner in _RUNNERS:
            if runner.word.search(last) and "|" not in last and "--watch" not in last:
                return name, runner
    return None


def _candidates(scripts: Mapping[str, str]) -> Iterator[str]:
    called = _CALLED.findall(scripts.get("test", ""))
    names = dict.fromkeys(("test", *called, *_NAMED))
    yield from (name for name in names if name in scripts)


def command(manager: str, script: str, runner: Runner) -> str:
    """Give the command that runs a script with the runner's options; npm wants two hyphens before them."""
    options = f" -- {runner.options}" if manager == "npm" and runner.options else f" {runner.options}"
    return f"{manager} run {script}{options}".rstrip()
