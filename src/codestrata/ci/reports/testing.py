"""What test runners print: Rust's libtest, pytest, ``go test -json`` and the Test Anything Protocol.

Sources: The rustc book, "Tests" (libtest's output for people); pytest's documentation, "Producing a detailed summary
report"; ``go doc test2json``; Test Anything Protocol version 14 (testanything.org).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, repeat

import re2

from codestrata.ci.records import TestCase
from codestrata.ci.reports.base import Problem, Record, Source
from codestrata.ci.reports.jsons import documents, real, text
from codestrata.ci.reports.junit import seconds
from codestrata.ci.reports.texts import lines

#: Characters that are kept of what a failing test printed.
_SAID = 4000
_RUST = re2.compile(r"test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, (.*?))?(?: <([\d.]+)s>)?$")
_RUST_TARGET = re2.compile(r"\s+(?:Running (?:unittests )?(\S+)|Doc-tests (\S+))")
_RUST_BEGIN = re2.compile(r"running \d+ tests?$")
_RUST_SAID = re2.compile(r"---- (.+?)(?: stdout)? ----$")
_PANIC = re2.compile(r"panicked at (?:'.*', )?([^\s:']+\.rs):\d+")
_RUST_STATUS = {"ok": "passed", "FAILED": "failed", "ignored": "skipped"}


def libtest(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read ``cargo test`` as people see it; the suite is the target, where its line is there."""
    suite, cases, said, speaking = "", dict[str, TestCase](), dict[str, str](), ""
    begun = ended = 0
    for line in lines(data):
        begun += _RUST_BEGIN.match(line) is not None
        if found := _RUST.match(line):
            cases[found[1]] = TestCase(suite, found[1], _RUST_STATUS[found[2]], seconds(found[4] or ""), found[3] or "")
        elif found := _RUST_SAID.match(line):
            speaking = found[1]
        elif line.startswith(("failures:", "test result:")):
            speaking = ""
        elif speaking and len(said.get(speaking, "")) < _SAID:
            said[speaking] = f"{said.get(speaking, '')}{line}\n"
        elif found := _RUST_TARGET.match(line):
            suite = found[1] or found[2]
        if line.startswith("test result:"):
            ended += 1
            yield from _told(cases, said)
            cases, said = {}, {}
    yield from _told(cases, said)
    if not ended or ended < begun:
        yield Problem(f"{begun} test programs began, {ended} came to their end")


def _told(cases: dict[str, TestCase], said: dict[str, str]) -> Iterator[TestCase]:
    for name, case in cases.items():
        message = said.get(name, "")
        place = _PANIC.search(message)
        yield replace(case, message=message or case.message, path=place[1] if place else "")


_PYTEST = {
    "PASSED": "passed",
    "XPASS": "passed",
    "FAILED": "failed",
    "ERROR": "error",
    "SKIPPED": "skipped",
    "XFAIL": "skipped",
}
_WORD = "|".join(_PYTEST)
_VERBOSE = re2.compile(rf"(\S+\.py)::(.+?) ({_WORD})(?: \((.*)\))?(?:\s+\[\s*\d+%\])?$")
_SHORT = re2.compile(rf"({_WORD}) (\S+\.py)(?:::(.+?))?(?: - (.*))?$")
_PYTEST_END = re2.compile(r"\b(?:\d+ \w+|no tests ran) in \d+\.\d+s\b")
_SKIPS = re2.compile(r"SKIPPED \[(\d{1,6})\] (\S+\.py):(\d+): (.*)")


def pytest_text(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read the lines of ``-v`` and the summary of ``-rA``; skips that only the summary has are named by their line."""
    cases: dict[tuple[str, str], TestCase] = {}
    skips: list[Iterator[TestCase]] = []
    named = ended = False
    for line in lines(data):
        ended = ended or _PYTEST_END.search(line) is not None
        if found := _SKIPS.match(line):
            one = TestCase(_module(found[2]), f"line {found[3]}", "skipped", -1.0, found[4], found[2])
            skips.append(repeat(one, int(found[1])))
        elif found := _SHORT.match(line):
            key = found[2], found[3] or ""
            cases[key] = TestCase(_module(key[0]), key[1], _PYTEST[found[1]], -1.0, found[4] or "", key[0])
        elif found := _VERBOSE.match(line):
            key = found[1], found[2]
            named = named or found[3] == "SKIPPED"
            cases[key] = TestCase(_module(key[0]), key[1], _PYTEST[found[3]], -1.0, found[4] or "", key[0])
    yield from cases.values()
    yield from () if named else chain.from_iterable(skips)
    if not ended:
        yield Problem("it has no end: the line that counts the tests is missing")


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


_GO = {"pass": "passed", "fail": "failed", "skip": "skipped"}


def go_test_json(data: bytes, source: Source) -> Iterator[Record]:  # noqa: ARG001 -- the shape of a parser
    """Read the events of ``go test -json``; a package that fails without a failing test is an error of its own."""
    said: dict[tuple[str, str], str] = {}
    failed: set[str] = set()
    running: set[str] = set()
    for event in documents(data):
        if isinstance(event, Problem):
            yield event
            continue
        action, package, name = text(event, "Action"), text(event, "Package"), text(event, "Test")
        key = package or text(event, "ImportPath").partition(" ")[0], name
        if package and not name:
            running = running - {package} if action in _GO else running | {package}
        if action in {"output", "build-output"} and len(said.get(key, "")) < _SAID:
            said[key] = said.get(key, "") + text(event, "Output")[:_SAID]
        elif action in _GO and name:
            failed.update([package] if action == "fail" else [])
            message = "" if action == "pass" else said.get(key, "")
            yield TestCase(package, name, _GO[action], real(event, "Elapsed"), message)
        elif action == "fail" and package not in failed:
            yield TestCase(package, package, "error", real(event, "Elapsed"), said.get(key, ""))
    if running:
        yield Problem(f"{min(running)} did not come to its end")
